#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threat table of src/DESIGN.md: each row names a test, and each test that it names is there and is run."""
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import tap  # noqa: E402

TESTS = HERE.parent
DESIGN = TESTS.parent / 'src/DESIGN.md'


def rows(text):
    """(number, what stands in the last column) of each row of the table."""
    return re.findall(r'^\| *(\d+) *\|.*\| *([^|]*?) *\|$', text, re.M)


def named(column):
    """[('service/test_http', ['levels', ...]), ...]"""
    return [(name, re.findall(r'`([^`]+)`', words))
            for name, words in re.findall(r'(?<![\w/`-])([a-z]+/[\w-]+)((?:[ (]*`[^`]+`\)?)*)', column)]


def find(name):
    """unit/test-key or unit/key, whichever is typed more gladly."""
    suite, file = name.split('/')
    return [path for path in TESTS.rglob('*') if path.parent.name == suite and path.suffix in ('.c', '.py') and
            plain(path.stem) == plain(file)]


def plain(stem):
    return stem.replace('-', '_').removeprefix('test_')


def is_run(path):
    """Named by a meson.build of its folder, by its name with or without test_ (a list of names is a loop's)."""
    if path.parent.name == 'lib':
        return True
    text = (path.parent / 'meson.build').read_text()
    stem = path.stem
    return path.name in text or any(f"'{word}'" in text for word in (stem, stem[5:], stem[5:].replace('_', '-')))


def wrong(text):
    said = []
    for number, column in rows(text):
        tests = named(column)
        if not tests:
            said.append(f'{number}: names no test')
        for name, words in tests:
            files = find(name)
            if not files:
                said.append(f'{number}: {name} is not there')
                continue
            if not any(map(is_run, files)):
                said.append(f'{number}: {name} is not run')
            # A part of a test may lie in a file beside it: test-store.c and test-store-rows.c are one program.
            content = ''.join(path.read_text() for file in files
                              for path in (file, *file.parent.glob(f'{file.stem}-*.c')))
            said += [f'{number}: {name} has no {word}' for word in words if word not in content]
    return said


class Threats(unittest.TestCase):
    def test_table(self):
        text = DESIGN.read_text()
        numbers = [int(number) for number, _ in rows(text)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertGreaterEqual(len(numbers), 22)
        self.assertEqual(wrong(text), [])

    def test_it_would_be_seen(self):
        line = '| 1 | I | somebody | something | somewhere | {} |\n'
        for column, said in (('by hand', '1: names no test'),
                             ('service/test_none', '1: service/test_none is not there'),
                             ('service/test_http `no such case`', '1: service/test_http has no no such case'),
                             ('unit/test-json, root/test_gone `x`', '1: root/test_gone is not there')):
            self.assertEqual(wrong(line.format(column)), [said])
        self.assertEqual(wrong(line.format('service/test_http (`levels`), unit/test-json')), [])


if __name__ == '__main__':
    tap.main()
