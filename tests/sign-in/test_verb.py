#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`build-aux/run --sign-in`, the whole of it: what a newcomer types, on a terminal and on a display.

It makes a throw-away copy of the system; here that is one of the copy in which the suite runs. Picture:
ARTEFACTS/verb/.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]
import computer as c  # noqa: E402
import greeter  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from computer import NEW  # noqa: E402
from terminal import Terminal  # noqa: E402

VERB = [str(harness.SOURCE / 'build-aux/run'), '--yes', '--sign-in']
SHOTS = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS') or tempfile.mkdtemp())
MAIL = r'\[mail to demo@example\.org: (\d{6})\]'
SLOW = 300   # seconds: the copy, a look whether all is built, and an account that is set up
ours = unittest.skipUnless(harness.BUILD == harness.SOURCE / '_build', 'the command is about _build alone')


@ours
@c.only_in_sandbox
class Console(unittest.TestCase):
    def test_way_back(self):
        """A wrong password, the hint, ?, the address, the code that is shown, a new password, a shell; once more with a
        saved code, which stands there; and out."""
        terminal = Terminal(*VERB, environment={'HOME': '/root', 'LANG': 'C.UTF-8'})
        said = terminal.expect('This is the real login', SLOW)
        self.assertIn('“demo” has forgotten the password', said)
        address = re.search(r'email address +(\S+)', said)[1]
        saved = re.search(r'saved codes +(\S+)', said)[1]
        terminal.expect('Password: ', 60)
        terminal.send('forgotten')
        terminal.expect(r'Forgot it\? Type \? as the password\.')
        terminal.expect('login: ')
        terminal.send('demo')
        terminal.expect('Password: ')
        terminal.send('?')
        terminal.expect('Code, email or phone: ')
        terminal.send(address)
        said = terminal.expect('6-digit code: ')
        mail = re.search(MAIL, said) or re.search(MAIL, terminal.expect(MAIL))
        terminal.send(mail[1])
        self.choose(terminal)

        terminal.expect('q to leave')
        terminal.send('')
        terminal.expect('Password: ')
        terminal.send('?')
        terminal.expect('Code, email or phone: ')
        terminal.send(saved)
        self.choose(terminal, NEW + '-2')
        terminal.expect('q to leave')
        terminal.send('q')
        terminal.close()
        self.assertEqual(terminal.status, 0)
        self.assertNotIn('demo', pathlib.Path('/etc/passwd').read_text())

    def choose(self, terminal, new=NEW):
        terminal.expect('New password: ')
        terminal.send(new)
        terminal.expect('New password again: ')
        terminal.send(new)
        terminal.expect('Your password is changed')
        terminal.send('echo I am $(id -un); exit')
        terminal.expect('I am demo')


class Verb(greeter.Greeter):
    """The greeter that the command starts; LightDM's log lies in its copy of the system."""
    seconds = SLOW

    def _start_manager(self):
        self.place = None
        return self._start(*VERB, env=self.environment, stdin=subprocess.DEVNULL)

    def log(self):
        if self.place is None:
            self.place = self.find_place()
        return super().log() if self.place is not None else ''

    @staticmethod
    def find_place():
        for entry in pathlib.Path('/proc').iterdir():
            with contextlib.suppress(OSError):
                place = entry / 'root/run/secinfo-lightdm'
                if entry.name.isdigit() and os.readlink(entry / 'exe').endswith('/Xephyr') and place.exists():
                    return place
        return None


@ours
@c.only_in_sandbox
@unittest.skipIf(greeter.missing(), f'not installed: {greeter.missing()}')
class Window(unittest.TestCase):
    def test_greeter(self):
        """It appears, says the hint after a wrong password, and the question after `?`; closed, the command is over."""
        screen = Verb(SHOTS / 'verb')
        self.addCleanup(screen.stop)
        screen.type('demo', 'password', times=1)
        screen.type('forgotten', 'hint')
        screen.type('?', 'ask')
        # Again where a busy machine had no time for the first one; another window would have another number.
        for _ in range(4):
            screen.xdotool('windowkill', screen.window)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.assertEqual(screen.manager.wait(60), 0)
                break
        else:
            self.fail('the command is not over')


if __name__ == '__main__':
    tap.main()
