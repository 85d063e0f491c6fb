#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences in the real window at a system instance, with the real polkit: an ordinary account is asked for an
administrator's password by a real agent (pkttyagent, on a terminal of the test's), and gives a wrong or the right one.

Root makes the accounts and the instance; then this very file runs once more as the ordinary account, with a display.
"""
import grp
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent / 'lib'), str(HERE.parent / 'app/display')]
import tap  # noqa: E402

WHO, ADMIN, PASSWORD = 'nora', 'olga', 'Corr3ct-horse-9'


class Agent:
    """pkttyagent for the questions about the process @pid; what it says, and what is typed into it."""

    def __init__(self, pid):
        self.said = ''
        ready, write = os.pipe()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.set_inheritable(write, True)
            os.execvp('pkttyagent', ['pkttyagent', '--process', str(pid), '--notify-fd', str(write)])
        os.close(write)
        # It closes that once it is registered.
        assert select.select([ready], [], [], 90)[0], 'the agent does not register'
        os.close(ready)

    def wait(self, words, seconds=90):
        end = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < end, f'the agent does not say {words!r}: {self.said!r}'
            if select.select([self.terminal], [], [], 0.2)[0]:
                self.said += os.read(self.terminal, 4096).decode(errors='replace')
        told, self.said = self.said, ''
        return told

    def answer(self, action, password, verdict):
        asked = self.wait('Password:')
        assert action in asked and ADMIN in asked, asked
        # What is typed before it has switched the echo off is thrown away.
        end = time.monotonic() + 90
        while termios.tcgetattr(self.terminal)[3] & termios.ECHO:
            assert time.monotonic() < end, 'the agent shows what is typed'
            time.sleep(0.02)
        os.write(self.terminal, password.encode() + b'\n')
        self.wait(verdict)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def window_case():
    """Only the second time: the first has no display."""
    import unittest

    import window as w

    class Preferences(unittest.TestCase):
        def setUp(self):
            program = pathlib.Path(os.environ['SECINFO_TEST_BUILD']) / 'src/app/secinfo'
            self.log = open(w.ARTEFACTS / 'preferences-app.log', 'w')
            self.addCleanup(self.log.close)
            self.app = subprocess.Popen([program], stdout=self.log, stderr=subprocess.STDOUT)
            self.addCleanup(self.end)
            self.agent = Agent(self.app.pid)
            self.addCleanup(self.agent.close)
            self.window = w.application()
            w.need(self.window, 'page tab', 'Info')
            w.focus_window('Security Info')
            w.keys('ctrl+comma')
            self.preferences = w.need_window(self.window, 'Preferences')

        def end(self):
            if self._outcome.result.errors or self._outcome.result.failures:
                w.shot('preferences-failed')
                (w.ARTEFACTS / 'preferences-failed.txt').write_text(w.dump(self.window))
            self.app.terminate()
            self.app.wait(40)

        def sees(self, words):
            w.wait(lambda: words in w.texts(self.preferences), f'not to be read: {words}')

        def way_back_in(self):
            """What the service says; to read it nobody is asked for anything."""
            program = pathlib.Path(os.environ['SECINFO_TEST_BUILD']) / 'src/cli/secinfoctl'
            said = subprocess.run([program, 'policy', '--json'], capture_output=True, text=True, check=True).stdout
            return next(rule['value'] for rule in json.loads(said) if rule['key'] == 'way-back-in')

        def test_asked_each_time(self):
            """A wrong password: it says so, nothing is shown or changed. The right one: shown, changed; asked anew."""
            w.press(w.need(self.preferences, 'push button', 'Show…'))
            self.agent.answer('manage-delivery', 'not her password', 'AUTHENTICATION FAILED')
            self.sees('How codes are sent cannot be shown')
            self.sees('Only an administrator of this computer can see this.')
            self.assertNotIn('Add a way to send email', w.texts(self.preferences))
            w.shot('preferences-refused')
            w.press(w.need(self.preferences, 'push button', 'Try again'))
            self.agent.answer('manage-delivery', PASSWORD, 'AUTHENTICATION COMPLETE')
            self.sees('Add a way to send email')
            w.shot('preferences-shown')

            w.focus_window('Preferences')
            w.keys('alt+r')
            toggle = w.need(self.preferences, 'check box,toggle button,switch', contains='At the sign-in screen')

            def press_it():   # not while it still waits for the last answer
                w.wait(lambda: w.is_sensitive(toggle), 'the switch cannot be pressed')
                w.pause(1)
                w.keys('alt+i')
            checked = lambda: toggle.getState().contains(w.pyatspi.STATE_CHECKED)
            self.assertTrue(checked())
            press_it()
            self.agent.answer('manage-policy', 'not her password', 'AUTHENTICATION FAILED')
            w.wait(checked, 'the switch stays off')
            self.assertEqual(self.way_back_in(), 1)
            press_it()
            self.agent.answer('manage-policy', PASSWORD, 'AUTHENTICATION COMPLETE')
            w.wait(lambda: self.way_back_in() == 0, 'not switched off')
            w.wait(lambda: not checked(), 'the switch stays on')
            # Never kept: on again asks again.
            press_it()
            self.assertIn('manage-policy', self.agent.wait('Password:'))
            self.assertEqual(self.way_back_in(), 0)

    Preferences.__qualname__ = 'Preferences'
    return Preferences


def main():
    if len(sys.argv) > 1 and sys.argv[1] == 'window':
        del sys.argv[1]
        globals()['Preferences'] = window_case()
        tap.main()
        return
    import system
    if not os.environ.get('SECINFO_TEST_LONG'):
        print('1..0 # SKIP a quarter of a minute, most of it after wrong passwords: with --long')
        return
    missing = [name for name in ('pkttyagent', 'Xvfb', 'xdotool') if not shutil.which(name)]
    if not system.SANDBOX or missing or not os.path.exists('/usr/lib/polkit-1/polkitd'):
        print('1..0 # SKIP needs root in build-aux/run --sandbox --user root, polkit and a display', *missing)
        return
    system.add_user(WHO)
    system.add_user(ADMIN, '-G', 'sudo')
    # With one administrator there is nothing to choose; this copy of the system may have those of other tests.
    for other in grp.getgrnam('sudo').gr_mem:
        if other != ADMIN:
            system.run('gpasswd', '-d', other, 'sudo')
    instance = system.Instance().start()
    artefacts = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS', '/tmp'))
    artefacts.chmod(0o777)
    done = subprocess.run(['runuser', '-u', WHO, '--', str(HERE.parent / 'app/display/session'), '/usr/bin/python3',
                           str(pathlib.Path(__file__).resolve()), 'window'])
    instance.stop()
    sys.exit(done.returncode)


if __name__ == '__main__':
    main()
