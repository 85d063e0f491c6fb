#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""count.py DIR MISSING...: adds up every junit.xml below DIR; what is MISSING (could not be run) counts as failed.

Prints the names of what failed, what was skipped and why, and last "N passed, N failed".
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ET


def main():
    passed, skipped, failed = 0, [], [f'{name} (could not be run)' for name in sys.argv[2:]]
    for path in sorted(pathlib.Path(sys.argv[1]).glob('*/junit.xml')):
        # What a test printed may hold characters that XML does not know.
        text = re.sub(r'[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', '', path.read_text(errors='replace'))
        for suite in ET.fromstring(text.encode()).iter('testsuite'):
            for case in suite.iter('testcase'):
                name = f"{path.parent.name}: {suite.get('name').removeprefix('secinfo.')} {case.get('name')}"
                if case.find('failure') is not None or case.find('error') is not None:
                    failed.append(name)
                elif (skip := case.find('skipped')) is not None:
                    skipped.append(f"{name} {skip.get('message') or ''}".rstrip())
                else:
                    passed += 1
        # A program that broke off, or was stopped for its time, has no failing case of its own.
        for line in (path.parent / 'results.json').read_text().splitlines():
            test = json.loads(line)
            if test['result'] not in ('OK', 'SKIP', 'EXPECTEDFAIL'):
                name = f"{path.parent.name}: {test['name']}"
                if not any(known.startswith(f'{name} ') for known in failed):
                    failed.append(f"{name} {test['result']}")
    for name in skipped:
        print('skipped:', name)
    for name in failed:
        print('FAILED:', name)
    if passed == 0:
        failed.append('nothing ran')
    if skipped:
        print(len(skipped), 'skipped')
    print(f'{passed} passed, {len(failed)} failed')
    return 1 if failed else 0


sys.exit(main())
