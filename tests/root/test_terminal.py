#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfoctl over ssh: an ordinary account at a terminal without a desktop changes a rule of a system instance with an
administrator's password, which the real polkit asks for there (by pkttyagent, which secinfoctl starts)."""
import grp
import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import system  # noqa: E402
import tap  # noqa: E402

WHO, ADMIN, PASSWORD = 'paul', 'rosa', 'Corr3ct-horse-9'
PROGRAM = pathlib.Path(os.environ.get('SECINFO_TEST_BUILD', '.')) / 'src/cli/secinfoctl'


def missing():
    if not os.environ.get('SECINFO_TEST_LONG'):
        return 'some seconds of waiting after wrong passwords: with --long'
    if not system.SANDBOX or not shutil.which('pkttyagent') or not os.path.exists('/usr/lib/polkit-1/polkitd'):
        return 'needs root in build-aux/run --sandbox --user root, and polkit'
    return None


class Terminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if missing():
            raise unittest.SkipTest(missing())
        system.add_user(WHO)
        system.add_user(ADMIN, '-G', 'sudo')
        # With one administrator there is nothing to choose; this copy of the system may have those of other tests.
        for other in grp.getgrnam('sudo').gr_mem:
            if other != ADMIN:
                system.run('gpasswd', '-d', other, 'sudo')
        cls.instance = system.Instance().start()
        cls.addClassCleanup(cls.instance.stop)

    def at_terminal(self, password, *words, shell=None):
        """(status, everything that stood there); @shell: what sh does with it, as "$@"."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp('runuser', ['runuser', '-u', WHO, '--', *(['sh', '-c', shell, 'sh'] if shell else []),
                                  str(PROGRAM), *words])
        seen, end = '', time.monotonic() + 90
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data.decode(errors='replace')
            if password is not None and 'Password:' in seen:
                self.assertIn(ADMIN, seen)
                # What is typed before the echo is off is thrown away.
                while termios.tcgetattr(terminal)[3] & termios.ECHO:
                    self.assertLess(time.monotonic(), end, 'what is typed is shown')
                    time.sleep(0.02)
                os.write(terminal, password.encode() + b'\n')
                password = None
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen

    def tries(self):
        """To read it nobody is asked for anything."""
        said = subprocess.run(['runuser', '-u', WHO, '--', str(PROGRAM), 'policy', '--json'], capture_output=True,
                              text=True, check=True).stdout
        return next(rule['value'] for rule in json.loads(said) if rule['key'] == 'code-tries')

    def agents(self):
        return subprocess.run(['pgrep', '-u', WHO, 'pkttyagent'], capture_output=True, text=True).stdout

    def test_asked_at_the_terminal(self):
        status, seen = self.at_terminal('not her password', 'policy', 'set', 'code-tries=3')
        self.assertEqual(status, 1, seen)
        self.assertIn('manage-policy', seen)
        self.assertIn('Only an administrator of this computer can change this.', seen)
        self.assertEqual(self.tries(), 5)
        status, seen = self.at_terminal(PASSWORD, 'policy', 'set', 'code-tries=3')
        self.assertEqual(status, 0, seen)
        self.assertIn('Changed. It holds from now on.', seen)
        self.assertNotIn(PASSWORD, seen)
        self.assertEqual(self.tries(), 3)
        status, seen = self.at_terminal(PASSWORD, 'gateways', 'list')
        self.assertEqual(status, 0, seen)
        self.assertIn('manage-delivery', seen)
        # Whoever asked is gone with the program.
        self.assertEqual(self.agents(), '')

    def test_nobody_types_there(self):
        """A program that answers, and one in the background, which would be stopped: refused as without a terminal."""
        for more, shell in ((['--stdin'], None), ([], 'set -m; "$@" & wait $!')):
            status, seen = self.at_terminal(None, 'policy', 'set', 'code-tries=4', *more, shell=shell)
            self.assertEqual(status, 1, seen)
            self.assertNotIn('manage-policy', seen)
            self.assertIn('Only an administrator of this computer can change this.', seen)
            self.assertEqual(self.agents(), '')

    def test_nobody_to_ask(self):
        """Without a terminal it is refused at once, and nobody waits for an answer."""
        done = subprocess.run(['setsid', 'runuser', '-u', WHO, '--', str(PROGRAM), 'policy', 'set', 'code-tries=4'],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn('Only an administrator of this computer can change this.', done.stderr)


if __name__ == '__main__':
    tap.main()
