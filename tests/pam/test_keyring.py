#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login keyring after a new password: a real gnome-keyring follows a change, and stays behind at a reset (as the
last question of a recovery says). Root, in the sandbox alone."""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import sign_in as s  # noqa: E402
import tap  # noqa: E402
from sign_in import NEW, OLD, SUCCESS, ticket  # noqa: E402

HERE = [shutil.which(name) for name in ('gnome-keyring-daemon', 'secret-tool', 'dbus-run-session', 'gdbus')]
MODULE = list(pathlib.Path('/lib').glob('*/security/pam_gnome_keyring.so'))


class Session:
    """A bus and a shell of @name; the keyring daemon is told @password, as pam_gnome_keyring tells it at a sign-in."""

    def __init__(self, name, password):
        entry = pwd.getpwnam(name)
        runtime = pathlib.Path(f'/run/user/{entry.pw_uid}')
        shutil.rmtree(runtime, ignore_errors=True)
        runtime.mkdir(parents=True, mode=0o700)
        shutil.chown(runtime, name)
        self.process = subprocess.Popen(
            ['dbus-run-session', '--', 'sh'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, user=name, group=entry.pw_gid, extra_groups=[], cwd=entry.pw_dir,
            env={'PATH': os.environ['PATH'], 'HOME': entry.pw_dir, 'XDG_RUNTIME_DIR': str(runtime), 'LANG': 'C.UTF-8'})
        self.run(f"printf %s '{password}' | gnome-keyring-daemon --unlock --components=secrets")

    def run(self, command):
        self.process.stdin.write(f'{{ {command}; }} </dev/null; echo; echo THE-END\n' if '|' not in command else
                                 f'{{ {command}; }}; echo; echo THE-END\n')
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line == 'THE-END\n':
                return ''.join(lines).strip()
            lines.append(line)
        raise AssertionError('the session ended')

    def is_open(self):
        """Is the login keyring unlocked, with the secret in it?"""
        said = self.run('gdbus call --session --dest org.freedesktop.secrets --object-path '
                        '/org/freedesktop/secrets/collection/login --method org.freedesktop.DBus.Properties.Get '
                        'org.freedesktop.Secret.Collection Locked')
        assert said in ('(<true>,)', '(<false>,)'), said
        return said == '(<false>,)' and self.run('secret-tool lookup of test') == 'the secret'

    def close(self):
        self.run('kill $(pidof gnome-keyring-daemon)')
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(90)


@s.only_in_sandbox
@unittest.skipUnless(all(HERE) and MODULE, 'gnome-keyring, its PAM module, secret-tool or dbus-run-session is not here')
class Keyring(s.SignIn):
    users = ('karl',)

    def setUp(self):
        super().setUp()
        s.set_password('karl', OLD)
        shutil.rmtree(pathlib.Path(pwd.getpwnam('karl').pw_dir) / '.local', ignore_errors=True)
        session = self.session(OLD)
        session.run("printf 'the secret' | secret-tool store --label=test of test")
        self.assertTrue(session.is_open())
        session.close()
        self.assertFalse(self.opens(NEW))
        self.assertTrue(self.opens(OLD))

    def session(self, password):
        session = Session('karl', password)
        self.addCleanup(session.process.kill)
        return session

    def opens(self, password):
        session = self.session(password)
        opened = session.is_open()
        session.close()
        return opened

    def test_a_change_takes_it_along(self):
        session = self.session(OLD)
        answer = s.h.call(s.h.make(s.h.CHANGE, 'karl', OLD.encode(), NEW.encode()))
        self.assertEqual((answer.result, answer.reason), ('ok', ''))
        self.assertTrue(session.is_open())
        session.close()
        self.assertEqual((self.opens(NEW), self.opens(OLD)), (True, False))

    def test_a_reset_leaves_it_behind(self):
        self.secinfod(ticket())
        self.password()
        self.assertEqual(s.talk('lightdm', 'karl', '?', NEW, NEW).result, SUCCESS)
        self.assertEqual((self.opens(NEW), self.opens(OLD)), (False, True))


if __name__ == '__main__':
    tap.main()
