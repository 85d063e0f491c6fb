#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""count.py DIR MISSING...: adds up every junit.xml below DIR; what is MISSING (could not be run) counts as failed.
count.py --again DIR: a line "FOLDER ARGUMENT..." for meson, with what failed there, if it may be luck.

Prints the names of what was skipped and why, of what failed and what it said, and last "N passed, N failed". What lies
in FOLDER.again was run a second time, by itself: that time counts, and what failed only in the crowd is named.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

WELL = ('OK', 'SKIP', 'EXPECTEDFAIL')
FEW = 3        # more are no bad luck
SHOWN = 14     # lines of what a test said


def results(folder):
    """Its programs, as meson tells of them: name (project:suite / program) to record."""
    lines = (folder / 'results.json').read_text().splitlines()
    return {record['name']: record for record in map(json.loads, lines)}


def folders(top):
    """Those of the first run."""
    return [path.parent for path in sorted(top.glob('*/junit.xml')) if path.parent.suffix != '.again']


def is_luck(record):
    """It may be: a crash, a finding of a sanitizer and a program that was stopped for its time are none."""
    said = (record.get('stdout') or '') + (record.get('stderr') or '')
    return (record['result'] in ('FAIL', 'ERROR') and record['returncode'] in (0, 1)
            and not re.search('Sanitizer|runtime error:', said))


def again(top):
    failed = [(folder.name, record) for folder in folders(top) for record in results(folder).values()
              if record['result'] not in WELL]
    if len(failed) <= FEW and all(is_luck(record) for _, record in failed):
        for folder in dict.fromkeys(folder for folder, _ in failed):
            suites, programs = zip(*(record['name'].split(' / ') for name, record in failed if name == folder))
            print(folder, *(f'--suite={suite}' for suite in dict.fromkeys(suites)), *programs)


def words(record, case):
    """The last that a program said of a case that failed."""
    lines = (record.get('stdout') or '').splitlines()
    begin = next((i for i, line in enumerate(lines) if re.match(rf'not ok \d+ (- )?{re.escape(case)}\b', line)), None)
    if begin is None:
        return (lines + (record.get('stderr') or '').splitlines())[-SHOWN:]
    end = next((i for i in range(begin + 1, len(lines)) if re.match(r'(not )?ok |1\.\.', lines[i])), len(lines))
    return lines[begin + 1:end][-SHOWN:]


class Count:
    def __init__(self, missing):
        self.passed, self.skipped, self.shook = 0, [], []
        self.failed = [(f'{name} (could not be run)', []) for name in missing]

    def add(self, folder):
        second = folder.with_name(folder.name + '.again')
        once, twice = results(folder), results(second) if (second / 'results.json').exists() else {}
        self._cases(folder, once, lambda program: program not in twice)
        if twice:
            first = {program: once[program] for program in twice if program in once}
            self.shook += [(f'{folder.name}: {program}', words(record, '')) for program, record in first.items()
                           if twice[program]['result'] in WELL]
            self._cases(second, twice, lambda program: True)

    def _cases(self, folder, records, is_counted):
        # What a test printed may hold characters that XML does not know.
        text = (folder / 'junit.xml').read_text(errors='replace')
        text = re.sub(r'[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', '', text)
        bad = set()
        for suite in ET.fromstring(text.encode()).iter('testsuite'):
            program = suite.get('name').removeprefix('secinfo.')
            if not is_counted(program):
                continue
            for case in suite.iter('testcase'):
                name = f"{folder.name}: {program} {case.get('name')}"
                if case.find('failure') is not None or case.find('error') is not None:
                    bad.add(program)
                    said = re.sub(r'^\d+ - ', '', case.get('name'))
                    self.failed.append((name, words(records.get(program, {}), said)))
                elif (skip := case.find('skipped')) is not None:
                    self.skipped.append(f"{name} {skip.get('message') or ''}".rstrip())
                else:
                    self.passed += 1
        # A program that broke off, or was stopped for its time, has no failing case of its own.
        for program, record in records.items():
            if record['result'] not in WELL and program not in bad and is_counted(program):
                self.failed.append((f"{folder.name}: {program} {record['result']}", words(record, '')))


def main():
    if sys.argv[1] == '--again':
        again(pathlib.Path(sys.argv[2]))
        return 0
    count = Count(sys.argv[2:])
    for folder in folders(pathlib.Path(sys.argv[1])):
        count.add(folder)
    for name in count.skipped:
        print('skipped:', name)
    for title, named in ('failed in the crowd, not by itself', count.shook), ('FAILED', count.failed):
        for name, said in named:
            print(f'{title}: {name}')
            for line in said:
                print('   ', line[:200])
    if count.passed == 0:
        count.failed.append(('nothing ran', []))
    if count.skipped:
        print(len(count.skipped), 'skipped')
    print(f'{count.passed} passed, {len(count.failed)} failed')
    return 1 if count.failed else 0


sys.exit(main())
