#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of a system installation: what systemd-analyze says; users, modes and sockets as DESIGN has them."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import tap  # noqa: E402

BUILD = pathlib.Path(os.environ.get('SECINFO_BUILDDIR', '_build')).resolve()
UNITS = HERE.parent.parent / 'data/systemd'
# The most that `systemd-analyze security` may say (0 = nothing is left open, 10 = everything).
EXPOSURE = {'secinfod': 1.0, 'secinfo-courier': 1.6, 'secinfo-password-check@': 2.0, 'secinfo-password-reset@': 1.6}
PROGRAMS = {'secinfod': 'service', 'secinfo-courier': 'courier', 'secinfo-password': 'privileged'}
SOCKETS = {   # the listening directive, path, owner, mode
    'secinfod': ('ListenStream', 'api', None, '0666'),
    'secinfod-sign-in': ('ListenSequentialPacket', 'sign-in', 'root:root', '0600'),
    'secinfo-courier': ('ListenSequentialPacket', 'courier', 'secinfo:secinfo', '0600'),
    'secinfo-password-check': ('ListenSequentialPacket', 'password-check', 'root:secinfo', '0660'),
    'secinfo-password-reset': ('ListenSequentialPacket', 'password-reset', 'root:root', '0600'),
}


def analyze(*arguments):
    return subprocess.run(['systemd-analyze', *arguments, '--no-pager'], capture_output=True, text=True, check=False,
                          env={**os.environ, 'LC_ALL': 'C', 'SYSTEMD_COLORS': '0', 'SYSTEMD_EMOJI': '0'})


def version():
    if shutil.which('systemd-analyze') is None:
        return 0
    return int(re.search(r'systemd (\d+)', analyze('--version').stdout)[1])


def settings(text):
    return [(name, value.strip()) for name, value in re.findall(r'^(\w+)=(.*)$', text, re.M)]


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.units = pathlib.Path(cls.folder.name)
        for path in [*UNITS.glob('*.[st]*[tre]'), *(BUILD / 'data').glob('*.service')]:
            text = path.read_text()
            for program, room in PROGRAMS.items():   # where they are before they are installed
                text = re.sub(rf'^ExecStart=\S+/{program}(?= |$)', f'ExecStart={BUILD}/src/{room}/{program}', text,
                              flags=re.M)
            (cls.units / path.name).write_text(text)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def text(self, name):
        return (self.units / name).read_text()

    @unittest.skipUnless(version() >= 252, 'systemd-analyze (252 or later) is not installed')
    def test_exposure(self):
        for name, most in EXPOSURE.items():
            with self.subTest(name):
                said = analyze('security', '--offline=true', self.units / f'{name}.service').stdout
                found = re.search(r'Overall exposure level for .*: ([\d.]+) ', said)
                self.assertTrue(found, said)
                print(f'# {name}.service {found[1]} (at most {most})', flush=True)
                self.assertLessEqual(float(found[1]), most, said)

    def test_pam_unix_may_start_its_helper(self):
        """PAM 1.6 and later: unix_chkpwd says setuid(0), which is another call on 32 bits. CAP_SETUID stays away."""
        given = settings(self.text('secinfo-password-reset@.service'))
        filters = [value for name, value in given if name == 'SystemCallFilter']
        self.assertIn('@setuid', filters[-2].split())
        self.assertEqual((filters[-2][0], filters[-1]), ('~', 'setuid setuid32'))
        self.assertNotIn('CAP_SETUID', dict(given)['CapabilityBoundingSet'])

    @unittest.skipUnless(version() >= 252, 'systemd-analyze (252 or later) is not installed')
    def test_each_directive_left_out_says_why(self):
        """What systemd-analyze misses in root's units is set to something narrower, or a comment names it."""
        for name in ('secinfo-password-check@', 'secinfo-password-reset@'):
            text = self.text(f'{name}.service')
            given = {key for key, _ in settings(text)}
            reasons = set(re.findall(r'\b(\w+)=', '\n'.join(re.findall(r'^#.*$', text, re.M))))
            said = analyze('security', '--offline=true', '--json=short', self.units / f'{name}.service').stdout
            missed = {row['name'] for row in json.loads(said)
                      if row['set'] is False and float(row['exposure'] or 0) > 0}
            self.assertGreater(len(missed), 3)   # it did look
            for row in missed:
                with self.subTest(f'{name}: {row}'):
                    directives = set(re.findall(r'(\w+)=', row))
                    if directives == {'DeviceAllow'}:    # ProtectClock= lets the clock's device be read
                        directives = {'DevicePolicy'}
                    self.assertTrue(directives & (given | reasons), 'neither set nor a reason beside it')

    def test_never_a_user_namespace(self):
        for path in self.units.glob('*.service'):
            self.assertNotIn('PrivateUsers', [name for name, _ in settings(path.read_text())], path.name)

    @unittest.skipUnless(version() >= 252, 'systemd-analyze (252 or later) is not installed')
    def test_verify(self):
        done = analyze('verify', '--man=no', *sorted(self.units.glob('secinfo*')))
        lines = [line for line in (done.stdout + done.stderr).splitlines() if 'secinfo' in line]
        self.assertEqual([], lines)

    def test_sockets(self):
        self.assertEqual({path.stem for path in self.units.glob('*.socket')}, set(SOCKETS))
        for name, (listen, path, owner, mode) in SOCKETS.items():
            with self.subTest(name):
                given = dict(settings(self.text(f'{name}.socket')))
                self.assertEqual(given[listen], f'/run/secinfo/{path}')
                self.assertEqual(given['SocketMode'], mode)
                self.assertEqual(given['DirectoryMode'], '0755')
                user = given.get('SocketUser', 'root')
                self.assertEqual(f"{user}:{given.get('SocketGroup', user)}", owner or 'root:root')
                self.assertEqual(given.get('Accept'), 'yes' if 'password' in name else None)
                self.assertEqual(given['WantedBy'], 'sockets.target')

    def test_users(self):
        """Each its own; root alone where a password is asked about."""
        for name in EXPOSURE:
            given = dict(settings(self.text(f'{name}.service')))
            expected = None if 'password' in name else name.replace('secinfod', 'secinfo')
            self.assertEqual(given.get('User'), expected)
            self.assertEqual(given['NoNewPrivileges'], 'yes')
            if expected:
                self.assertEqual(given['CapabilityBoundingSet'], '')
        self.assertEqual(dict(settings(self.text('secinfod.service')))['PrivateNetwork'], 'yes')


if __name__ == '__main__':
    tap.main()
