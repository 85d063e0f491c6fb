#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""unittest that prints TAP 13, for meson's protocol 'tap'.

    import tap
    if __name__ == '__main__':
        tap.main()

Arguments are unittest's: a case by its name, `Class.test_method`; -f stops at the first failure.
"""
import sys
import traceback
import unittest


def _say(text):
    sys.stdout.write(text + '\n')
    sys.stdout.flush()


def _comment(text):
    for line in str(text).rstrip().splitlines():
        _say('# ' + line)


class _Result(unittest.TestResult):
    def __init__(self, fail_fast=False):
        super().__init__()
        self.number = 0
        self.failfast = fail_fast

    def _line(self, ok, name, more=''):
        self.number += 1
        _say(f"{'ok' if ok else 'not ok'} {self.number} - {name}{more}")

    @staticmethod
    def _name(test):
        return test.id().removeprefix('__main__.').replace('#', '')

    def addSuccess(self, test):
        super().addSuccess(test)
        self._line(True, self._name(test))

    def _bad(self, test, err):
        self._line(False, self._name(test))
        _comment(''.join(traceback.format_exception(*err)))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._bad(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(True, self._name(test), f' # SKIP {reason}')

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._line(True, self._name(test), ' # TODO expected to fail')

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._line(False, self._name(test), ' passed, but was expected to fail')


def main(module='__main__'):
    arguments = [a for a in sys.argv[1:] if a != '-f']
    loader = unittest.TestLoader()
    loaded = sys.modules[module]
    suite = loader.loadTestsFromNames(arguments, loaded) if arguments else loader.loadTestsFromModule(loaded)
    _say('TAP version 13')
    result = _Result(fail_fast='-f' in sys.argv)
    suite.run(result)
    _say(f'1..{result.number}')
    sys.exit(0 if result.wasSuccessful() and result.number > 0 else 1)
