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
        process = stage.run('--socket', self.path)
        self.addCleanup(self.quiet, process)
        self.app = w.application()
        self.main = w.need_window(self.app, 'Security Info')
        stage.xdotool('windowfocus', '--sync', stage.wait_window()[0])

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
        stage.xdotool('windowfocus', '--sync', stage.wait_window(2)[-1])
        time.sleep(0.3)
        stage.key('x', 'Return')
        w.need(dialog, '*', contains='Where should the code go?')
        time.sleep(0.5)
        stage.key('Return')
        w.need(dialog, '*', contains='Enter the code')
        time.sleep(0.5)
        stage.key('1', '2', '3', '4', '5', '6')
        w.wait(lambda: len(stage.windows()) == 1, 'the dialog stays')
        stage.xdotool('windowfocus', '--sync', stage.wait_window()[0])

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
        stage.xdotool('windowfocus', '--sync', stage.wait_window(2)[-1])
        time.sleep(0.4)
        stage.key('alt+a')

        def switch(words):
            return w.need(dialog, 'toggle button,check box,switch', contains=words)

        def is_on(words):
            return switch(words).getState().contains(w.pyatspi.STATE_CHECKED)
        work = 'Email, s, hidden, k at example.net'
        self.assertTrue(is_on(work))
        w.press(switch(work))
        w.need_window(self.app, 'Confirm it’s you')
        stage.xdotool('windowfocus', '--sync', stage.wait_window(3)[-1])
        time.sleep(0.3)
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
        stage.key('alt+2', 'Tab', 'Tab', 'Return')
        time.sleep(0.5)
        stage.key('Up', 'Return')
        self.confirm()
        w.wait(lambda: self.contact(1)['state'] == 'removed', 'nothing was removed')
        w.gone(self.main, 'list item', contains='Verified, Personal')
        # The focus went on to the next row.
        w.wait(lambda: self.focused() == 'More actions for Email, s, hidden, k at example.net', 'the focus is lost')
        w.need(self.main, '*', contains='Contact removed')
        w.need(self.main, 'list item', contains='Removed lately')
        w.press(w.need(self.main, 'push button', 'Undo'))
        w.wait(lambda: self.contact(1)['state'] == 'verified', 'it did not come back')
        w.need(self.main, '*', contains='Contact is back')
        w.need(self.main, 'list item', contains='Verified, Personal')

    def test_last_asks(self):
        def one(state):
            state.account['contacts'] = [copy.deepcopy(fake.EMAIL)]
        self.start(one)
        stage.key('alt+2', 'Tab', 'Tab', 'Return')
        time.sleep(0.5)
        stage.key('Up', 'Return')
        w.need(self.app, '*', contains='Remove your last contact?')
        stage.xdotool('windowfocus', '--sync', stage.wait_window(2)[-1])
        stage.key('Escape')
        w.wait(lambda: len(stage.windows()) == 1, 'Escape does not keep it')
        self.assertEqual(self.contact(1)['state'], 'verified')

    def test_alerts_and_label(self):
        self.start()
        stage.key('alt+2', 'Tab', 'Tab', 'Return')
        time.sleep(0.5)
        stage.key('Down', 'Down', 'Return')
        self.confirm()
        w.wait(lambda: self.contact(1)['alerts'] is False, 'alerts are still on')
        # What was confirmed holds: the label asks nothing more.
        stage.key('Return')
        time.sleep(0.5)
        stage.key('Down', 'Return')
        stage.wait_window(2)
        stage.xdotool('windowfocus', '--sync', stage.windows()[-1])
        time.sleep(0.4)
        stage.xdotool('type', 'Desk')
        stage.key('Return')
        w.wait(lambda: self.contact(1)['label'] == 'Desk', 'the label was not saved')
        w.need(self.main, 'list item', contains='Verified, Desk')
        w.need(self.main, '*', contains='Label saved')

    def test_service_comes_back(self):
        self.start()
        w.need(self.main, '*', contains='2 emails and 1 phone are verified.')
        self.service.stop()
        w.need(self.main, 'label', 'The account service does not answer')
        self.service = fake.Service(self.path)
        # By itself, within five seconds and a little; while there is trouble, Alt+2 leads nowhere.

        def back():
            stage.key('alt+2')
            return self.focused() == 'Show addresses and numbers in full'
        w.wait(back, 'the pages do not come back', 9)

    def test_notice(self):
        def down(state):
            state.account['channels']['sms'] = fake.channel('down', since=fake.stamp(-60))
        self.start(down)
        w.need(self.main, '*', 'No codes by text message now')
        w.press(w.need(self.main, 'push button', 'Hide this message'))
        w.gone(self.main, '*', 'No codes by text message now')
        self.service.state.publish('account')
        time.sleep(1)
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
        time.sleep(0.7)
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
        w.need(inbox, '*', contains='Code copied')
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
        stage.key('alt+2', 'Tab', 'Tab', 'Return')
        time.sleep(0.5)
        stage.key('Up', 'Return')
        dialog = w.need_window(self.app, 'Confirm it’s you')
        stage.xdotool('windowfocus', '--sync', stage.wait_window(2)[-1])
        time.sleep(0.3)
        stage.key('x', 'Return')
        w.need(dialog, 'radio button,check box', 'Email, a, hidden, e at example.org')
        time.sleep(0.5)
        stage.key('Return')
        w.need(dialog, '*', contains='Handed to the mail server at')
        time.sleep(0.5)
        self.assertEqual(self.service.challenge['contact'], 'contact-1')
        stage.key('alt+d')
        w.need(dialog, '*', contains='Send to')
        time.sleep(0.5)
        for _ in range(8):
            if 'Send to' in w.words_of(w.focused(dialog)):
                break
            stage.key('Tab')
            time.sleep(0.2)
        stage.key('Return')
        w.wait(lambda: self.service.challenge['contact'] == 'contact-3', 'no code went to the other contact')
        w.need(dialog, '*', contains='With the phone company since')

    def test_another_kind(self):
        """Mail does not go: a phone is offered, and adding one opens."""
        self.start(lambda state: state.delivery.update(state='gateway-down', told_at=fake.stamp(-30)))
        stage.key('ctrl+e')
        stage.wait_window(2)
        w.need_window(self.app, 'Add email')
        stage.xdotool('windowfocus', '--sync', stage.windows()[-1])
        time.sleep(0.4)
        stage.xdotool('type', 'alex.sample@example.com')
        w.need(self.app, '*', contains='The code goes to')
        stage.key('Return')
        w.need_window(self.app, 'Verify your contact')
        stage.xdotool('windowfocus', '--sync', stage.wait_window(2)[-1])
        time.sleep(0.4)
        stage.key('alt+p')
        w.need_window(self.app, 'Add phone')

    def test_nothing_leads_nowhere(self):
        """Each item of the menu opens something."""
        self.start()
        for steps, title in ((0, 'Shortcuts'), (1, 'About')):
            stage.key('F10')
            time.sleep(0.5)
            stage.key(*['Down'] * steps, 'Return')
            stage.wait_window(2)
            stage.xdotool('windowfocus', '--sync', stage.windows()[-1])
            time.sleep(0.3)
            stage.key('Escape')
            w.wait(lambda: len(stage.windows()) == 1, f'{title} stays open')
            stage.xdotool('windowfocus', '--sync', stage.wait_window()[0])


if __name__ == '__main__':
    tap.main()
