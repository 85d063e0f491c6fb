#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window does when what the service says changes, and what it asks of it: focus, live refresh, trouble.

Against given answers, because a real service is seldom in these states; SECINFO_APP is the program. Whether codes and
rules hold is asked of the real service in test_main_job.py.
"""
import copy
import os
import pathlib
import sys
import time
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parents[1] / 'lib'))

import fake_service as fake  # noqa: E402
import tap  # noqa: E402
from stage import Stage  # noqa: E402
from still import still  # noqa: E402

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


class Case(unittest.TestCase):
    def setUp(self):
        self.service = None
        self.addCleanup(lambda: self.service and self.service.stop())

    def start(self, prepare=lambda _state: None, name='api'):
        self.path = os.path.join(stage.runtime, name)
        self.service = fake.Service(self.path)
        prepare(self.service.state)
        stage.log = os.path.join(stage.folder.name, 'log')
        open(stage.log, 'w', encoding='utf-8').close()
        self.process = stage.run('--socket', self.path)
        self.addCleanup(self.quiet, self.process)
        self.app = w.application()
        self.main = w.need_window(self.app, 'Security Info')
        stage.focus(stage.wait_window()[0])

    def quiet(self, process):
        if process.poll() is not None:
            self.fail(f'left with {process.poll()}\n{stage.words(process)}')
        stage.end(process)
        w.wait(lambda: not any(a is not None and 'secinfo' in (a.name or '') for a in w.pyatspi.Registry.getDesktop(0)),
               'the application stays on the bus')

    def contact(self, number):
        return next(c for c in self.service.state.account['contacts'] if c['id'] == f'contact-{number}')

    def confirm(self):
        """Confirm it's you: password, first contact, code."""
        dialog = w.need_window(self.app, 'Confirm it’s you')
        stage.focus(stage.wait_window(2)[-1])
        stage.key('x', 'Return')
        # Its pages are there before they are shown: what they say comes with the answer.
        w.need(dialog, 'radio button,check box', 'Email, a, hidden, e at example.org')
        stage.still()
        stage.key('Return')
        w.need(dialog, '*', contains='Handed to the mail server at')
        stage.still()
        stage.key('1', '2', '3', '4', '5', '6')
        w.wait(lambda: len(stage.windows()) == 1, 'the dialog stays')
        stage.focus(stage.wait_window()[0])

    def menu(self, *keys):
        """The menu of what has the focus, and keys in it."""
        stage.key('Return')
        w.wait(lambda: w.role(w.focused(self.main)) == 'menu item', 'the menu does not open')
        stage.still()
        stage.key(*keys)

    def focused(self):
        for node in w.walk(self.main):
            if node.getState().contains(w.pyatspi.STATE_FOCUSED):
                return node.name
        return None


class Pages(Case):
    def test_live(self):
        """A contact changes: its row says so, and the focus stays where it was."""
        self.start()
        stage.key('alt+2', 'Tab', 'Tab')
        first = 'More actions for Email, a, hidden, e at example.org'
        w.wait(lambda: self.focused() == first, 'the focus is not on the first menu')
        self.contact(2)['label'] = 'Office'
        self.service.state.publish('contacts')
        w.need(self.main, 'list item', contains='Verified, Office')
        self.assertEqual(self.focused(), first)
        self.contact(1)['label'] = 'Home'
        self.service.state.publish('contacts')
        w.need(self.main, 'list item', contains='Verified, Home')
        self.assertEqual(self.focused(), first)

    def test_alerts_in_the_preferences(self):
        """A switch asks who one is, and goes back where one does not say it; the last one on stays on."""
        def two(state):
            state.account['contacts'][2]['alerts'] = False
        self.start(two)
        stage.key('ctrl+comma')
        dialog = w.need_window(self.app, 'Preferences')
        stage.focus(stage.wait_window(2)[-1])
        stage.key('alt+a')

        def switch(words):
            return w.need(dialog, 'toggle button,check box,switch', contains=words)

        def is_on(words):
            return switch(words).getState().contains(w.pyatspi.STATE_CHECKED)
        work = 'Email, s, hidden, k at example.net'
        self.assertTrue(is_on(work))
        w.press(switch(work))
        w.need_window(self.app, 'Confirm it’s you')
        stage.focus(stage.wait_window(3)[-1])
        stage.key('Escape')
        w.wait(lambda: is_on(work), 'the switch did not go back')
        self.assertTrue(self.contact(2)['alerts'])
        self.contact(2)['alerts'] = False
        self.service.state.publish('contacts')
        w.wait(lambda: not is_on(work), 'the switch does not follow')
        self.assertFalse(w.is_sensitive(switch('Email, a, hidden, e at example.org')))
        w.need(dialog, '*', contains='The last one stays on')

    def test_last_alerted_in_the_menu(self):
        """The last one stays on, its menu says why, also to whoever goes by keyboard; live, both ways."""
        def alone(state):
            state.account['contacts'][1:] = [{**state.account['contacts'][1], 'alerts': False}]
        self.start(alone)
        stage.key('alt+2', 'Tab', 'Tab', 'Return')

        def item():
            return w.need(self.main, 'menu item,check menu item,push button,check box', 'Send alerts here')
        w.wait(lambda: not w.is_sensitive(item()), 'the last one can be switched off')
        why = w.need(self.main, '*', contains='The last one stays on')
        w.wait(lambda: self.focused() == 'Change…', 'the menu does not open')
        stage.key('Down')
        w.wait(lambda: self.focused() == 'Label…', 'the keyboard does not go down')
        stage.key('Down')
        w.wait(lambda: why.getState().contains(w.pyatspi.STATE_FOCUSED), 'the keyboard does not come to the reason')
        self.contact(2)['alerts'] = True
        self.service.state.publish('contacts')
        w.wait(lambda: w.is_sensitive(item()), 'it cannot be switched off though another gets alerts')
        w.gone(self.main, '*', contains='The last one stays on')
        self.contact(2)['alerts'] = False
        self.service.state.publish('contacts')
        w.need(self.main, '*', contains='The last one stays on')

    def test_remove_and_undo(self):
        self.start()
        stage.key('alt+2', 'Tab', 'Tab')
        self.menu('Up', 'Return')
        self.confirm()
        w.wait(lambda: self.contact(1)['state'] == 'removed', 'nothing was removed')
        w.gone(self.main, 'list item', contains='Verified, Personal')
        # The focus went on to the next row.
        w.wait(lambda: self.focused() == 'More actions for Email, s, hidden, k at example.net', 'the focus is lost')
        w.need(self.main, '*', contains='Contact removed')
        w.need(self.main, 'list item', contains='Removed lately')
        w.press(w.need(self.main, 'push button', 'Undo'))
        w.wait(lambda: self.contact(1)['state'] == 'verified', 'it did not come back')
        w.need_toast(self.main, 'Contact is back')
        w.need(self.main, 'list item', contains='Verified, Personal')

    def test_last_asks(self):
        def one(state):
            state.account['contacts'] = [copy.deepcopy(fake.EMAIL)]
        self.start(one)
        stage.key('alt+2', 'Tab', 'Tab')
        self.menu('Up', 'Return')
        w.need(self.app, '*', contains='Remove your last contact?')
        stage.focus(stage.wait_window(2)[-1])
        stage.key('Escape')
        w.wait(lambda: len(stage.windows()) == 1, 'Escape does not keep it')
        self.assertEqual(self.contact(1)['state'], 'verified')

    def test_alerts_and_label(self):
        self.start()
        stage.key('alt+2', 'Tab', 'Tab')
        self.menu('Down', 'Down', 'Return')
        self.confirm()
        w.wait(lambda: self.contact(1)['alerts'] is False, 'alerts are still on')
        # What was confirmed holds: the label asks nothing more.
        self.menu('Down', 'Return')
        stage.focus(stage.wait_window(2)[-1])
        stage.xdotool('type', 'Desk')
        stage.key('Return')
        w.wait(lambda: self.contact(1)['label'] == 'Desk', 'the label was not saved')
        w.need_toast(self.main, 'Label saved')
        w.need(self.main, 'list item', contains='Verified, Desk')

    def test_service_comes_back(self):
        self.start()
        w.need(self.main, '*', contains='2 emails and 1 phone are verified.')
        # By itself, every five seconds: a busy machine may be late, but not each of three times.
        for _ in range(3):
            self.service.stop()
            w.need(self.main, 'label', 'The account service does not answer')
            self.service = fake.Service(self.path)
            begun = time.monotonic()
            w.wait(lambda: 'account' in self.service.asked, 'it is not asked again')
            late = time.monotonic() - begun
            if late < 7:
                break
            w.gone(self.main, 'label', 'The account service does not answer')
        self.assertLess(late, 7)

        # While there is trouble, Alt+2 leads nowhere.
        def back():
            stage.key('alt+2')
            return self.focused() == 'Show addresses and numbers in full'
        w.wait(back, 'the pages do not come back')

    def test_notice(self):
        def down(state):
            state.account['channels']['sms'] = fake.channel('down', since=fake.stamp(-60))
        self.start(down)
        w.need(self.main, '*', 'No codes by text message now')
        w.press(w.need(self.main, 'push button', 'Hide this message'))
        w.gone(self.main, '*', 'No codes by text message now')
        asked = self.service.asked.count('account')
        self.service.state.publish('account')
        w.wait(lambda: self.service.asked.count('account') > asked, 'the account is not asked for')
        stage.still(0.5)
        self.assertIsNone(w.find(self.main, '*', 'No codes by text message now'))
        self.service.state.account['channels']['email'] = fake.channel('offline')
        self.service.state.publish('account')
        w.need(self.main, '*', 'This computer is offline')

    def test_ten_contacts(self):
        def ten(state):
            state.account['contacts'] = [fake.contact(n, f'a•••{n}@example.org',
                                                      f'a{n}@example.org') for n in range(10)]
        self.start(ten)
        stage.key('alt+2')
        button = w.need(self.main, 'push button', 'Add email')
        w.wait(lambda: not w.is_sensitive(button), 'an eleventh can be added')
        stage.key('ctrl+e')
        stage.still(0.5)
        self.assertEqual(len(stage.windows()), 1)

    def test_inbox_and_copy(self):
        def trial(state):
            state.service.update(instance='private', capabilities=['inbox'])
            state.inbox = [{'id': 'm1', 'at': fake.stamp(-60), 'to': 'alex.sample@example.org', 'subject': '',
                            'code': '482 913', 'text': '482 913 is your SecInfo code. Nobody will ask you for it.'}]
        self.start(trial)
        w.press(w.need(self.main, 'push button', 'Trial inbox'))
        inbox = w.need_window(self.app, 'Trial inbox')
        w.need(inbox, '*', 'This proves nothing')
        w.press(w.need(inbox, 'push button', 'Copy the code'))
        w.need_toast(inbox, 'Code copied')
        self.service.state.inbox.insert(0, {'id': 'm2', 'at': fake.stamp(0), 'to': '+44 7911 123456', 'subject': '',
                                            'code': None, 'text': 'A phone was added.'})
        self.service.state.publish('inbox')
        w.need(inbox, '*', contains='A phone was added.')
        w.press(w.need(inbox, 'push button', 'Empty the inbox'))
        w.need(inbox, '*', 'No messages')

    def test_another_contact(self):
        """“I didn’t get a code” in the confirmation: another contact gets one."""
        self.start(lambda state: state.challenge.update(ways=[
            {'type': 'contact', 'contact': 'contact-3', 'masked': '••• •• 56', 'at': fake.stamp(-1)}]))
        stage.key('alt+2', 'Tab', 'Tab')
        self.menu('Up', 'Return')
        dialog = w.need_window(self.app, 'Confirm it’s you')
        stage.focus(stage.wait_window(2)[-1])
        stage.key('x', 'Return')
        w.need(dialog, 'radio button,check box', 'Email, a, hidden, e at example.org')
        stage.still()
        stage.key('Return')
        w.need(dialog, '*', contains='Handed to the mail server at')
        stage.still()
        self.assertEqual(self.service.challenge['contact'], 'contact-1')
        stage.key('alt+d')
        w.need(dialog, '*', contains='Send to')
        stage.still()
        for _ in range(8):
            if 'Send to' in w.words_of(w.focused(dialog)):
                break
            stage.key('Tab')
            stage.still()
        stage.key('Return')
        w.wait(lambda: self.service.challenge['contact'] == 'contact-3', 'no code went to the other contact')
        w.need(dialog, '*', contains='With the phone company since')

    def add_email(self):
        """By keys, until its code is asked for; that dialog."""
        stage.key('ctrl+e')
        w.need_window(self.app, 'Add email')
        stage.focus(stage.wait_window(2)[-1])
        stage.xdotool('type', 'alex.sample@example.com')
        w.need(self.app, '*', contains='The code goes to')
        stage.key('Return')
        return w.need_window(self.app, 'Verify your contact')

    def test_another_kind(self):
        """Mail does not go: a phone is offered, and adding one opens."""
        self.start(lambda state: state.delivery.update(state='gateway-down', told_at=fake.stamp(-30)))
        self.add_email()
        w.wait(lambda: len(stage.windows()) == 2, 'the dialog before stays')
        stage.focus(stage.windows()[-1])
        stage.key('alt+p')
        w.need_window(self.app, 'Add phone')

    def test_idle(self):
        """A window that nobody uses does not run: nothing turns where nobody sees it. (A code counts seconds.)"""
        self.start()
        self.assertTrue(still([self.process.pid], 1, most=60))
        w.need(self.add_email(), '*', contains='Handed to the mail server')
        self.assertTrue(still([self.process.pid], 0.5, most=60))

    def test_nothing_leads_nowhere(self):
        """Each item of the menu opens something."""
        self.start()
        for steps, title in ((0, 'Shortcuts'), (1, 'About')):
            stage.key('F10')
            w.wait(lambda: w.role(w.focused(self.main)) == 'menu item', 'the menu does not open')
            stage.still()
            stage.key(*['Down'] * steps, 'Return')
            stage.focus(stage.wait_window(2)[-1])
            stage.key('Escape')
            w.wait(lambda: len(stage.windows()) == 1, f'{title} stays open')
            stage.focus(stage.wait_window()[0])


if __name__ == '__main__':
    tap.main()
