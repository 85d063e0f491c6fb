#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone number in the real window: the code goes through a real Kannel to its fake phone company."""
import sys

import window as w
from person import SOURCE, WindowCase, code_in, ctl, tap

sys.path.insert(0, str(SOURCE / 'tests/courier'))
import kannel  # noqa: E402

NUMBER = '+447911123456'


class Phone(WindowCase):
    def setUp(self):
        self.kannel = self.enterContext(kannel.Kannel())
        super().setUp()

    def text(self, number):
        """The last text message that the phone company got for that number."""
        def look():
            got = [text for _, to, _, text in self.kannel.texts() if to == number]
            return got[-1] if got else None
        return w.wait(look, f'no text message for a number that ends in {number[-2:]}')

    def test_no_gateway(self):
        dialog = self.open_add('Add phone')
        w.wait(lambda: 'This computer cannot send text messages yet.' in w.texts(dialog), 'it does not say so')
        w.shot('add-phone-no-gateway')
        w.fill(dialog, NUMBER)
        self.assertFalse(w.is_sensitive(w.need(dialog, 'push button', 'Send')))

    def test_add_and_prove(self):
        settings = self.kannel.settings
        ctl('gateways', 'add', 'kannel', f"base={settings['base']}", f"user={settings['user']}",
            stdin=settings['password'] + '\n')
        dialog = self.open_add('Add phone')
        w.wait(lambda: 'cannot send' not in w.texts(dialog), 'the new gateway is not noticed')
        w.fill(dialog, '+44 909 879 0879')
        w.wait(lambda: 'Codes can’t go to a number that charges the caller.' in w.texts(dialog),
               'a premium number is not refused')
        w.shot('add-phone-error')
        w.fill(dialog, '+44 7911 123456')
        w.wait(lambda: '+44 7911 123456\u2069, United Kingdom.' in w.texts(dialog), 'the number is not read')
        w.shot('add-phone')
        w.press(w.need(dialog, 'push button', 'Send'))
        self.enter_password()
        self.sees('With the phone company since')
        w.shot('verify-phone')
        text = self.text(NUMBER)
        code = code_in(text)
        # One SMS part, the code first, neither account nor computer named.
        self.assertEqual(text, f'{code[:3]} {code[3:]} is your SecInfo code. Nobody will ask you for it.')
        self.enter_code(code)
        self.verified()
        self.sees('Phone ending in 56')
        w.shot('phone')
        self.assertNotIn(NUMBER, self.log_text())


if __name__ == '__main__':
    tap.main()
