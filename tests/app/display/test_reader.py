#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told: names, roles, states and relations, through AT-SPI; against given answers."""
import copy
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import test_pages  # noqa: E402
from test_pages import fake, setUpModule, tap, tearDownModule  # noqa: E402,F401

STATUS = 'status bar'           # AT-SPI's name of the role "status"
ALERT = 'alert,notification'


def w():
    return test_pages.w


class Reader(test_pages.Case):
    def role(self, roles, words, root=None):
        return w().need(root or self.main, roles, contains=words)

    def all_named(self, root):
        """No button, entry or row is left without a name."""
        for node in w().walk(root):
            if w().role(node) in ('push button', 'toggle button', 'text', 'password text', 'list item',
                                      'radio button', 'check box', 'page tab'):
                named = node.name or any(child.name for child in w().walk(node))
                self.assertTrue(named, f'{w().role(node)} without a name in\n{w().dump(root)}')

    def one(self, state):
        state.account['contacts'] = [copy.deepcopy(fake.EMAIL)]
        state.account['findings'] = [fake.finding('one-contact', 'You have one contact.', 'contact-1')]

    def start_code(self, **delivery):
        """The verification dialog of a new address."""
        self.service.state.delivery = delivery
        test_pages.stage.key('ctrl+e')
        self.to_dialog()
        test_pages.stage.xdotool('type', 'alex.sample@example.com')
        dialog = w().need_window(self.app, 'Add email')
        w().need(dialog, STATUS, contains='The code goes to')
        test_pages.stage.key('Return')
        dialog = w().need_window(self.app, 'Verify your contact')
        self.to_dialog()
        return dialog

    def to_dialog(self):
        test_pages.stage.focus(test_pages.stage.wait_window(2)[-1])

    def test_basics(self):
        self.start(self.one)
        self.role(STATUS, '1 thing to look at.')
        card = w().need(self.main, '*', 'Contacts')
        self.assertEqual(card.description, 'To mend. You have one contact.')
        w().need(card, 'push button', 'Add a phone')
        w().need(self.main, '*', 'To mend')
        w().need(self.main, '*', 'Main menu')
        self.all_named(self.main)

    def test_info(self):
        self.start()
        test_pages.stage.key('alt+2')
        for words in ('Email, a, hidden, e at example.org, Verified, Personal', 'Phone ending in 56, Verified, Mobile'):
            w().need(self.main, 'list item', words)
        # No bullet is read, and nothing that is hidden.
        for words in w().texts(w().need(self.main, 'list', 'Contacts')).split('\n'):
            if 'hidden' in words or 'ending' in words:
                self.assertNotIn('•', words)
                self.assertNotIn('alex.sample', words)
        w().need(self.main, '*', 'Show addresses and numbers in full')
        w().need(self.main, '*', 'More actions for Phone ending in 56')
        self.all_named(self.main)

    def test_notice(self):
        def offline(state):
            state.account['channels']['email'] = fake.channel('offline')
        self.start(offline)
        self.role(STATUS, 'This computer is offline')
        w().need(self.main, 'push button', 'Hide this message')
        self.all_named(self.main)

    def test_address_error(self):
        self.start()
        test_pages.stage.key('ctrl+e')
        self.to_dialog()
        dialog = w().need_window(self.app, 'Add email')
        self.assertEqual(w().role(dialog), 'dialog')
        self.all_named(dialog)
        entry = w().need(dialog, 'text,entry', 'Email address')
        test_pages.stage.xdotool('type', 'alex.sample@example')
        self.role(STATUS, 'The end is missing', dialog)
        w().wait(lambda: w().is_invalid(entry), 'the field is not said to be invalid')
        self.assertIn('The end is missing', w().described_by(entry))
        test_pages.stage.xdotool('type', '.com')
        self.role(STATUS, 'The code goes to', dialog)
        w().wait(lambda: not w().is_invalid(entry), 'the field stays invalid')

    def test_password_error(self):
        self.start()
        words = 'That is not the password of this account.'
        self.service.state.password_problem = (403, 'password-wrong', {'attempts_left': 4, 'detail': words})
        test_pages.stage.key('alt+2', 'space')
        self.to_dialog()
        dialog = w().need_window(self.app, 'Confirm it’s you')
        self.all_named(dialog)
        entry = w().need(dialog, 'text,password text,entry', 'Password')
        test_pages.stage.key('x', 'Return')
        self.role(ALERT, words, dialog)
        w().wait(lambda: w().is_invalid(entry), 'the field is not said to be invalid')
        self.assertIn(words, w().described_by(entry))
        test_pages.stage.key('y')
        w().wait(lambda: not w().is_invalid(entry), 'the field stays invalid')
        self.assertIsNone(w().find(dialog, ALERT, contains=words))

    def test_choice(self):
        """Which contact gets the code: no bullets there either."""
        self.start()
        test_pages.stage.key('alt+2', 'Tab', 'Tab')
        self.menu('Up', 'Return')
        self.to_dialog()
        dialog = w().need_window(self.app, 'Confirm it’s you')
        test_pages.stage.key('x', 'Return')
        for words in ('Email, a, hidden, e at example.org', 'Phone ending in 56'):
            w().need(dialog, 'radio button,check box', words)

    def test_code(self):
        """The field says where the code went; each change of delivery is a status, a wrong code an alert."""
        self.start()
        dialog = self.start_code(state='sending')
        entry = w().need(dialog, 'text,entry', 'Verification code, six digits')
        self.assertIn('alex.sample@example.com', w().described_by(entry).replace('\u200b', ''))
        self.assertEqual(w().role(dialog), 'dialog')
        self.all_named(dialog)
        self.role(STATUS, 'Sending', dialog)
        self.service.challenge['delivery'].update(state='handed-over')
        self.service.state.publish('challenge', 'challenge-1')
        self.role(STATUS, 'Handed to the mail server', dialog)
        w().wait(lambda: 'Sent to' in w().described_by(entry), 'the field does not say where the code went')
        words = 'That is not the code. 4 tries left.'
        self.service.state.answer_problem = (422, 'code-wrong', {'attempts_left': 4, 'detail': words})
        test_pages.stage.xdotool('type', '123456')
        self.role(ALERT, words, dialog)
        w().wait(lambda: w().is_invalid(entry), 'the field is not said to be invalid')
        self.assertIn(words, w().described_by(entry))

    def test_send_again(self):
        """The countdown is not a status; that it is over is."""
        self.start()
        self.service.state.challenge = {'resend_at': fake.stamp(100)}
        dialog = self.start_code(state='handed-over')
        words = 'Send again is possible now.'
        w().need(dialog, '*', contains='Possible in')
        self.assertIsNone(w().find(dialog, STATUS, contains=words))
        self.service.challenge['resend_at'] = fake.stamp(-1)
        self.service.state.publish('challenge', 'challenge-1')
        self.role(STATUS, words, dialog)

    def test_trouble(self):
        def locked(state):
            state.problem = (503, 'store-locked', {'reason': 'keyring-gone'})
        self.start(locked)
        w().need(self.main, '*', contains='The key to your security info is missing')
        w().need(self.main, 'push button', 'Look again')
        self.all_named(self.main)


if __name__ == '__main__':
    tap.main()
