#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed package on a running system: real units under systemd, a real login, a forgotten password.

Run by tests/package/inside in the bare Debian, as root beside systemd (tests/lib/boot)."""
import json
import os
import pathlib
import pwd
import re
import stat
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'lib'), str(HERE.parent / 'pam')]
import tap  # noqa: E402
from terminal import Terminal  # noqa: E402

OLD, NEW = 'Corr3ct-horse-9', 'Xk9-tarn-Ulme-42'
RUN = pathlib.Path('/run/secinfo')


def run(*argv, **more):
    return subprocess.run(argv, capture_output=True, text=True, check=False, **more)


def show(unit, *names):
    said = run('systemctl', 'show', unit, *[f'--property={name}' for name in names]).stdout
    return dict(line.split('=', 1) for line in said.splitlines())


def ctl(user, *arguments, answers=''):
    entry = pwd.getpwnam(user)
    return run('setpriv', '--reuid', user, '--regid', str(entry.pw_gid), '--init-groups', '--inh-caps=-all',
               'secinfoctl', *arguments, '--json', '--stdin', input=answers,
               env={'HOME': entry.pw_dir, 'PATH': '/usr/bin', 'LANG': 'C.UTF-8'})


def journal(unit):
    return run('journalctl', '--no-pager', '-o', 'cat', '-u', unit).stdout


def courier_kinds():
    """What the courier can send, which has started it; it is busy until it has said so."""
    for _ in range(50):
        kinds = ctl('root-to-be', 'gateways', 'kinds')
        if kinds.returncode == 0:
            break
        time.sleep(0.4)
    return kinds


def make_codes(password):
    """Anna's saved codes, made and proven."""
    made = ctl('anna', 'saved-codes', 'make', answers=password + '\n')
    assert made.returncode == 0, made.stderr + journal('secinfod.service')
    made = json.loads(made.stdout)
    proof = ctl('anna', 'saved-codes', 'prove', made['codes'][made['position'] - 1]['label'], answers=password + '\n')
    assert proof.returncode == 0, proof.stderr
    return [one['code'] for one in made['codes']]


def unlock(code):
    """With that saved code, as login asks for it."""
    terminal = Terminal('/bin/login', 'anna', environment={'LANG': 'C.UTF-8'})
    terminal.expect('Password: ')
    terminal.send('?')
    terminal.expect('Saved code: ')
    terminal.send(code)
    terminal.expect('New password: ')
    terminal.send('')
    terminal.expect('Unlocked')
    terminal.expect('login: ')
    terminal.close(leave=True)


class Units(unittest.TestCase):
    def test_sockets(self):
        for name, mode, owner in (('api', 0o666, 'root'), ('sign-in', 0o600, 'root'), ('courier', 0o600, 'secinfo'),
                                  ('password-check', 0o660, 'root'), ('password-reset', 0o600, 'root')):
            with self.subTest(name):
                st = os.lstat(RUN / name)
                self.assertTrue(stat.S_ISSOCK(st.st_mode))
                self.assertEqual((stat.S_IMODE(st.st_mode), pwd.getpwuid(st.st_uid).pw_name), (mode, owner))
        self.assertEqual((RUN.stat().st_uid, stat.S_IMODE(RUN.stat().st_mode)), (0, 0o755))
        for name, mode, owner in (('open', 0o700, 'secinfo'), ('lines', 0o755, 'secinfo'), ('said', 0o755, 'root')):
            st = os.lstat(RUN / name)
            self.assertEqual((stat.S_IMODE(st.st_mode), pwd.getpwuid(st.st_uid).pw_name), (mode, owner))

    def test_system_is_whole(self):
        self.assertEqual('', run('systemctl', 'list-units', '--failed', '--no-legend', '--plain', 'secinfo*').stdout)

    def test_timer(self):
        self.assertEqual(show('secinfod.timer', 'ActiveState')['ActiveState'], 'active')

    def test_unprivileged_peers_are_kept_out(self):
        """Each socket but the API's: an ordinary user cannot even connect."""
        for name in ('sign-in', 'courier', 'password-check', 'password-reset'):
            code = ('import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); '
                    f's.connect("{RUN / name}")')
            done = run('setpriv', '--reuid', 'anna', '--regid', 'anna', '--init-groups', sys.executable, '-c', code)
            self.assertIn('PermissionError', done.stderr, name)


class Recovery(unittest.TestCase):
    codes = []

    def unlock(self, number):
        """With that one of the saved codes."""
        self.assertTrue(Recovery.codes, 'no saved codes')
        unlock(Recovery.codes[number])

    def test_1_status_and_a_password(self):
        """secinfod, its question about the account (classify), and one about the password (authenticate)."""
        done = ctl('anna', 'status')
        self.assertEqual(done.returncode, 0, done.stderr + journal('secinfod.service'))
        self.assertEqual(show('secinfod.service', 'ActiveState')['ActiveState'], 'active')
        self.assertEqual(ctl('anna', 'saved-codes', 'make', answers='wrong\n').returncode, 1)
        Recovery.codes = make_codes(OLD)

    def test_2_key(self):
        """Sealed with the computer's key; the file in the state directory only where that could not be."""
        drop = pathlib.Path('/etc/systemd/system/secinfod.service.d/store-key.conf')
        if drop.exists():
            self.assertEqual(os.stat('/etc/secinfo/store-key.cred').st_mode & 0o777, 0o600)
            self.assertFalse(os.path.exists('/var/lib/secinfo/store-key'))
        else:
            st = os.stat('/var/lib/secinfo/store-key')
            self.assertEqual((st.st_mode & 0o777, pwd.getpwuid(st.st_uid).pw_name), (0o600, 'secinfo'))
        print(f"# the store key is {'a sealed credential' if drop.exists() else 'a file'}", flush=True)

    def test_3_courier(self):
        """It starts when it is asked, and says what it can send; nothing in it is refused what it needs."""
        kinds = courier_kinds()
        self.assertEqual(kinds.returncode, 0, kinds.stderr)
        self.assertIn('smtp', kinds.stdout)
        self.assertIn('twilio-sms', kinds.stdout)
        self.assertEqual(show('secinfo-courier.service', 'ActiveState')['ActiveState'], 'active')

    def test_4_login(self):
        """Forgotten: `?`, a saved code, a new password, and the session is there. The old password is none any more."""
        self.assertTrue(Recovery.codes, 'no saved codes')
        terminal = Terminal('/bin/login', environment={'LANG': 'C.UTF-8'})
        terminal.expect('login: ')
        terminal.send('anna')
        terminal.expect('Password: ')
        terminal.send('not ' + OLD)
        terminal.expect(r'Type \? as the password')
        terminal.expect('login: ')
        terminal.send('anna')
        terminal.expect('Password: ')
        terminal.send('?')
        terminal.expect('Saved code: ')    # nothing is set up to send
        terminal.send(Recovery.codes[0])
        terminal.expect('New password: ')
        terminal.send(NEW)
        terminal.expect('New password again: ')
        terminal.send(NEW)
        said = terminal.expect(r'\$ ', 40)
        self.assertIn('Your password is changed', said)
        terminal.send('id -un; exit')
        terminal.expect('anna')
        terminal.close()
        for password, status in ((NEW, 0), (OLD, 1)):
            done = run('pamtester', 'login', 'anna', 'authenticate', input=password + '\n')
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)

    def test_5_a_locked_out_account_is_let_in_again(self):
        """An empty new password only unlocks: the failures are forgotten, the password stays."""
        tally = pathlib.Path('/run/faillock/anna')
        tally.parent.mkdir(exist_ok=True)
        tally.write_bytes(bytes(64 * 3))
        tally.chmod(0o600)
        os.chown(tally, pwd.getpwnam('anna').pw_uid, 0)
        self.unlock(1)
        self.assertEqual(tally.stat().st_size, 0)

    def test_6_nothing_was_refused(self):
        """No system call and no path that a daemon needed was kept from it."""
        for unit in ('secinfod.service', 'secinfo-courier.service', 'secinfo-password-*'):
            said = journal(unit)
            self.assertNotRegex(said, r'(?i)not permitted|read-only file|SIGSYS|code=dumped|core-dump|status=\d+/[A-Z]')
            self.assertNotIn('Permission denied', said)

    def test_7_nothing_secret_was_logged(self):
        said = run('journalctl', '--no-pager', '-o', 'export').stdout
        self.assertGreater(len(said), 1000)
        for secret in (OLD, NEW, *Recovery.codes):
            self.assertNotIn(secret, said)

    def test_8_a_foreign_key_keeps_no_service_down(self):
        """The disk came to another computer: its key does not open the credential."""
        cred = pathlib.Path('/etc/secinfo/store-key.cred')
        if not cred.exists():
            self.skipTest('no sealed credential could be made here')
        good = cred.read_bytes()
        try:
            cred.write_bytes(good[:-40] + bytes(40))
            run('systemctl', 'stop', 'secinfod.service')
            for _ in range(40):   # 3: nobody answers
                if ctl('anna', 'status').returncode != 3:
                    break
                time.sleep(0.5)
            done = ctl('anna', 'status')
            self.assertEqual(done.returncode, 0, done.stderr + journal('secinfod.service'))
            self.assertIn('is lost', journal('secinfod.service'))
            self.unlock(2)
            self.assertEqual(cred.read_bytes()[:-40], good[:-40], 'the key was thrown away')
        finally:
            cred.write_bytes(good)


if __name__ == '__main__':
    tap.main()
