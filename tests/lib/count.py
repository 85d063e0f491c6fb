#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""count.py DIR MISSING: adds up every junit.xml below DIR; MISSING suites that left none count as failed.

Prints the names of what failed, what was skipped and why, and last "N passed, N failed, N skipped".
"""
import pathlib
import sys
import xml.etree.ElementTree as ET


def main():
    passed, skipped, failed = 0, [], ['(a suite that could not be run)'] * int(sys.argv[2])
    for path in sorted(pathlib.Path(sys.argv[1]).glob('*/junit.xml')):
        for suite in ET.parse(path).getroot().iter('testsuite'):
            cases = list(suite.iter('testcase'))
            for case in cases:
                name = f"{path.parent.name}: {suite.get('name')} {case.get('name')}"
                if case.find('failure') is not None or case.find('error') is not None:
                    failed.append(name)
                elif (skip := case.find('skipped')) is not None:
                    skipped.append(f"{name} {skip.get('message') or ''}".rstrip())
                else:
                    passed += 1
            # A test program that broke off has no failing case of its own.
            broken = int(suite.get('errors', 0)) + int(suite.get('failures', 0))
            if broken and not any(c.find('failure') is not None or c.find('error') is not None for c in cases):
                failed.append(f"{path.parent.name}: {suite.get('name')}")
    for name in skipped:
        print('skipped:', name)
    for name in failed:
        print('FAILED:', name)
    if passed == 0:
        failed.append('nothing ran')
    print(f'{passed} passed, {len(failed)} failed' + (f', {len(skipped)} skipped' if skipped else ''))
    return 1 if failed else 0


sys.exit(main())
