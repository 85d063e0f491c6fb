#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package in a bare Debian: built, installed, booted (a recovery through login), upgraded
while it runs, removed, purged; nothing is left.

Minutes, a debootstrap and a mirror: with SECINFO_TEST_LONG=1 alone, as root. The stages are tests/package/inside's; the
bare Debian stays in SECINFO_TEST_BARE (made there where there is none), else it is thrown away. SECINFO_TEST_DEB: a
package that was built already."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import tap  # noqa: E402

SOURCE = HERE.parent.parent


def why_not():
    if os.environ.get('SECINFO_TEST_LONG') != '1':
        return 'takes minutes and a mirror: build-aux/test --long package'
    if os.geteuid() != 0:
        return 'needs root'
    if shutil.which('debootstrap') is None:
        return 'debootstrap is not installed'
    return None


@unittest.skipIf(why_not(), why_not())
class Trial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = os.environ.get('SECINFO_TEST_BARE')
        cls.bare = pathlib.Path(cls.kept or tempfile.mkdtemp(
            prefix='bare-', dir=os.environ.get('SECINFO_TEST_ARTEFACTS', '/var/tmp')))
        cls.bare.chmod(0o755)   # it becomes a root folder, which others than root pass through
        package = os.environ.get('SECINFO_TEST_DEB')
        if package is None:
            done = subprocess.run([SOURCE / 'build-aux/package', '--yes'], stdout=subprocess.PIPE, text=True,
                                  check=True)
            package = done.stdout.split()[-1]
        cls.package = '/srv/' + os.path.basename(package)
        cls.trial()
        shutil.copy(package, str(cls.bare) + cls.package)

    @classmethod
    def tearDownClass(cls):
        if not cls.kept:
            shutil.rmtree(cls.bare)

    @classmethod
    def trial(cls, *command):
        """@command in the bare Debian; none: only makes it, with the last commit of this source in it."""
        keep = ['--keep'] if command else []
        command = ['tests/package/inside', *command] if command else ['true']
        done = subprocess.run([HERE.parent / 'lib/bare-trial', *keep, cls.bare, *command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
        for line in done.stdout.splitlines():
            print('# ' + line, flush=True)
        return done.returncode

    def test_1_prepare(self):
        self.assertEqual(self.trial('prepare', self.package), 0)

    def test_2_install(self):
        self.assertEqual(self.trial('install', self.package), 0)

    def test_3_booted(self):
        code = self.trial('booted')
        if code == 77:
            self.skipTest('no system can be booted here (control groups)')
        self.assertEqual(code, 0)

    def test_4_upgrade(self):
        code = self.trial('upgrade', self.package)
        if code == 77:
            self.skipTest('no system can be booted here (control groups)')
        self.assertEqual(code, 0)

    def test_5_remove(self):
        self.assertEqual(self.trial('remove'), 0)

    def test_6_purge(self):
        self.assertEqual(self.trial('purge'), 0)


if __name__ == '__main__':
    tap.main()
