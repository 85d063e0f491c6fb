#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window, through what a screen reader sees: add, prove, change, label, remove, take back."""
import unittest

import window as w
from person import PASSWORD, WindowCase, code_in

FIRST = 'alex.sample@example.org'
SECOND = 'sample.work@example.net'


class MainJob(WindowCase):
    def show_page(self, name):
        w.press(w.need(self.window, 'page tab', name))
        import time; time.sleep(1)

    def enter_password(self):
        dialog = w.need_window(self.window, 'Confirm it’s you')
        w.fill(w.need(dialog, 'text,password text,entry', 'Password'), PASSWORD)
        w.shot('confirm-password')
        w.press(w.need(dialog, 'push button', 'Next'))

    def add_email(self, address):
        self.show_page('Info')
        w.press(w.need(self.window, 'push button', 'Add email'))
        dialog = w.need_window(self.window, 'Add email')
        w.fill(dialog, address)
        w.need(dialog, '*', contains='The code goes to')
        w.shot('add-email')
        w.press(w.need(dialog, 'push button', 'Send'))

    def enter_code(self, code):
        field = w.need(w.need_window(self.window, 'Verify your contact'), 'text,entry', contains='Verification code')
        w.fill(field, code)

    def test_add_and_prove(self):
        w.shot('first-start')
        self.add_email(FIRST)
        self.enter_password()
        w.need_window(self.window, 'Verify your contact')
        code = code_in(self.mail(FIRST))
        w.wait(lambda: 'Handed to the mail server' in w.texts(self.window), 'delivery is not shown')
        w.shot('verify')
        wrong = f'{(int(code) + 1) % 1000000:06d}'
        self.enter_code(wrong)
        w.wait(lambda: 'That is not the code. 4 tries left.' in w.texts(self.window), 'a wrong code is not said')
        w.shot('verify-wrong')
        self.enter_code(f'{code[:3]} - {code[3:]}')
        w.wait(lambda: f'Codes and alerts now reach you at' in w.texts(self.window), 'not verified')
        w.shot('verify-done')
        print(w.dump(self.window))


if __name__ == '__main__':
    import tap
    tap.main()
