#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of the session's own `secinfo --gapplication-service`: what is shown, and where it leads.

Against given answers; the desktop's end is a notification service on the session's bus (python-dbusmock), which says
what it was told to show, and that somebody pressed it. SECINFO_APP is the program.
"""
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parents[1] / 'lib'))

import fake_service as fake  # noqa: E402
import tap  # noqa: E402
from stage import Stage  # noqa: E402

NOTIFICATIONS = 'org.freedesktop.Notifications'
stage = None
w = None


def setUpModule():
    global stage, w
    stage = Stage(os.environ['SECINFO_APP'])
    stage.__enter__()
    import window  # reads the buses' addresses when it is first imported
    w = window


def tearDownModule():
    stage.stop()


def call(method, *arguments, dest=NOTIFICATIONS):
    return subprocess.run(['gdbus', 'call', '--session', '--dest', dest, '--object-path', '/' + dest.replace('.', '/'),
                           '--method', method, *arguments], env=stage.env, capture_output=True, text=True, check=False)


class Reminder(unittest.TestCase):
    def setUp(self):
        self.said = open(os.path.join(stage.folder.name, 'notifications'), 'w+', encoding='utf-8')
        self.addCleanup(self.said.close)
        self.desktop = stage.start(['/usr/bin/python3', '-m', 'dbusmock', '--session', '--template',
                                    'notification_daemon'], stdout=self.said, stderr=subprocess.STDOUT)
        self.addCleanup(stage.end, self.desktop)
        w.wait(lambda: call(f'{NOTIFICATIONS}.GetCapabilities').returncode == 0, 'no notification service')
        self.service = fake.Service(os.path.join(stage.runtime, 'api'))
        self.addCleanup(lambda: self.service and self.service.stop())
        self.state = self.service.state
        stage.env['SECINFO_SOCKET'] = self.service.server_address
        self.addCleanup(stage.env.pop, 'SECINFO_SOCKET')

    def start(self):
        process = stage.run('--gapplication-service')
        self.addCleanup(stage.end, process)
        w.wait(lambda: self.state.streams, 'it does not listen')
        return process

    def calls(self, method):
        """The arguments of each call of @method that the desktop had, oldest first."""
        self.said.seek(0)
        lines = re.findall(rf'^[0-9.]+ {method}\b(.*)$', self.said.read(), re.M)
        return lines

    def shown(self, n):
        """The nth notification, once the application knows its number: GLib cannot take it back before."""
        said = w.wait(lambda: len(self.calls('Notify')) >= n and self.calls('Notify')[n - 1], f'no {n}. notification')
        for method, dest in ((f'{NOTIFICATIONS}.GetCapabilities', NOTIFICATIONS),
                             ('org.gtk.Actions.List', 'org.example.SecInfo')):
            done = call(method, dest=dest)
            self.assertEqual(done.returncode, 0, done.stderr)
        return said

    def press(self, action):
        """As the desktop says that somebody did, of the last notification."""
        words = re.findall(r'"((?:app\.[a-z-]+(?:::[a-z-]+)?|default))"', self.calls('Notify')[-1])
        self.assertIn(action, words)
        number = len(self.calls('Notify'))
        done = call('org.freedesktop.DBus.Mock.EmitSignal', NOTIFICATIONS, 'ActionInvoked', 'us',
                    f'[<uint32 {number}>, <"{action}">]')
        self.assertEqual(done.returncode, 0, done.stderr)

    def dialogs(self):
        return {child.name for child in w.application() if child is not None}

    def test_three_are_left(self):
        """Nothing before; then the notification, which leads to the page."""
        self.state.saved_codes = fake.saved_codes(4)
        self.start()
        self.state.saved_codes = fake.saved_codes(3)
        self.state.publish('saved-codes')
        said = self.shown(1)
        self.assertIn('"3 saved codes are left"', said)
        self.assertIn('"Make new ones"', said)
        self.assertEqual(stage.windows(), [])
        # Said once, however often something changes.
        self.state.publish('saved-codes')
        self.state.publish('account')
        self.press('default')
        app = w.application()
        dialog = w.need_window(app, 'Saved codes')
        w.need(dialog, '*', contains='3 of 10 codes are left')
        self.assertEqual(len(self.calls('Notify')), 1)
        self.assertEqual(self.dialogs(), {'Security Info', 'Saved codes'})

    def test_gateway_down(self):
        """An administrator's session hears it, and the notification leads to the ways to send."""
        self.start()
        self.state.publish('alert', 'gateway-down')
        said = self.shown(1)
        self.assertIn('"Codes cannot be sent as they should"', said)
        self.assertNotIn('This was me', said)
        self.press('app.preferences')
        w.need_window(w.application(), 'Preferences')
        # The next one goes once somebody looked without it.
        self.state.publish('alert', 'gateway-down')
        self.shown(2)
        self.assertNotIn(' 2', self.calls('CloseNotification'))
        w.focus_window('Preferences')
        w.keys('Escape')
        w.wait(lambda: self.dialogs() == {'Security Info'}, 'the preferences stay')
        w.focus_window('Security Info')
        w.keys('ctrl+comma')
        w.wait(lambda: ' 2' in self.calls('CloseNotification'), 'the notification stays')

    def test_gateway_well_again(self):
        self.start()
        self.state.publish('alert', 'gateway-down')
        self.shown(1)
        self.assertFalse(self.calls('CloseNotification'))
        self.state.publish('alert', 'gateway-well')
        w.wait(lambda: self.calls('CloseNotification'), 'the notification stays')

    def test_gone_with_new_codes(self):
        self.state.saved_codes = fake.saved_codes(3)
        self.start()
        self.shown(1)
        self.state.saved_codes = fake.saved_codes(10)
        self.state.publish('saved-codes')
        w.wait(lambda: self.calls('CloseNotification'), 'the notification stays')

    def test_in_the_midst_of_something(self):
        """What is open comes to the front, and nothing more is opened."""
        self.state.saved_codes = fake.saved_codes(3)
        self.start()
        self.shown(1)
        subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.example.SecInfo', '--object-path',
                        '/org/example/SecInfo', '--method', 'org.freedesktop.Application.Activate', '{}'],
                       env=stage.env, stdout=subprocess.DEVNULL, check=True)
        app = w.application()
        w.press(w.need(w.need_window(app, 'Security Info'), 'page tab', 'Info'))
        stage.xdotool('windowfocus', '--sync', stage.wait_window()[0])
        stage.key('ctrl+e')
        w.need_window(app, 'Add email')
        self.press('default')
        asked = self.service.asked.count('account')
        self.state.publish('account')
        w.wait(lambda: self.service.asked.count('account') > asked, 'it does not go on')
        self.assertEqual(self.dialogs(), {'Security Info', 'Add email'})

    def test_make_new_ones(self):
        self.state.saved_codes = fake.saved_codes(1)
        self.start()
        self.assertIn('"1 saved code is left"', self.shown(1))
        self.press('app.make-saved-codes')
        w.need_window(w.application(), 'Confirm it’s you')

    def test_first_contact(self):
        contact = fake.contact(1, 'a•••e@example.org', 'alex.sample@example.org', 'unverified')
        self.state.account['contacts'] = [contact]
        self.start()
        w.wait(lambda: 'account' in self.service.asked, 'the account is not asked for')
        contact['state'] = 'verified'
        self.state.publish('contacts')
        said = self.shown(1)
        self.assertIn('"New recovery email"', said)
        self.assertIn('a•••e@example.org', said)
        self.assertNotIn('alex.sample', said)

    def test_asked_at_the_sign_in_screen(self):
        """Two answers: one puts it away, the other opens the window and says what to do."""
        self.start()
        self.state.publish('alert', 'from-the-future')
        self.state.publish('alert', 'recovery-begun')
        said = self.shown(1)
        self.assertIn('"A code was asked for your account"', said)
        self.assertIn('Was it you?', said)
        self.assertIn('"This was me"', said)
        self.press('app.was-me::recovery-begun')
        w.wait(lambda: self.calls('CloseNotification'), 'the notification stays')
        self.assertEqual(stage.windows(), [])
        self.state.publish('alert', 'recovered')
        self.assertIn('"Your password was changed with a code"', self.shown(2))
        self.press('app.not-me::recovered')
        app = w.application()
        w.need(w.need_window(app, 'Help'), 'heading', 'Codes nobody asked for')
        self.assertEqual(self.dialogs(), {'Security Info', 'Help'})

    def test_a_service_that_comes_later(self):
        self.state.saved_codes = fake.saved_codes(2)
        self.service.stop()
        process = stage.run('--gapplication-service')
        self.addCleanup(stage.end, process)
        w.wait(lambda: 'true' in subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/', '--method',
             'org.freedesktop.DBus.NameHasOwner', 'org.example.SecInfo'], env=stage.env, capture_output=True, text=True,
            check=False).stdout, 'it is not there')
        self.assertEqual(self.calls('Notify'), [])
        self.service = fake.Service(self.service.server_address)
        self.service.state.saved_codes = fake.saved_codes(2)
        self.assertIn('"2 saved codes are left"', self.shown(1))


if __name__ == '__main__':
    tap.main()
