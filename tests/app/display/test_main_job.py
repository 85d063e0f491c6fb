#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window, through what a screen reader sees: add, prove, change, label, remove, take back."""
import time
import unittest

import window as w
from person import WindowCase, code_in

FIRST = 'alex.sample@example.org'
SECOND = 'sample.work@example.net'
THIRD = 'alex.new@example.com'


class MainJob(WindowCase):
    def add_first(self):
        """Nothing is verified yet: the password alone, then the code."""
        self.open_add('Add email')
        self.send_to('Add email', FIRST)
        self.enter_password()
        self.enter_code(code_in(self.mail(FIRST)))
        self.verified()

    def choose(self, item):
        """An item of the first contact's menu."""
        w.press(w.need(self.window, 'push button,toggle button', contains='More actions'))
        w.press(w.need(self.window, '*', item))

    def test_add_and_prove(self):
        w.shot('first-start')
        self.open_add('Add email')
        self.send_to('Add email', FIRST)
        self.enter_password()
        code = code_in(self.mail(FIRST))
        self.sees('Handed to the mail server')
        w.shot('verify')
        self.enter_code(f'{(int(code) + 1) % 1000000:06d}')
        self.sees('That is not the code. 4 tries left.')
        w.shot('verify-wrong')
        # Any spacing, dashes, full-width digits.
        begun = time.monotonic()
        self.enter_code('—'.join(c for c in code[:3]) + ' ' + ''.join(chr(0xFF10 + int(c)) for c in code[3:]))
        if self.sees_verified('Codes and alerts now reach you at') is None:
            self.assertGreater(time.monotonic() - begun, 2.5, 'it was not to be read for three seconds')
        w.shot('verify-done')
        self.verified()
        self.sees('Email, a, hidden, e at example.org')
        self.sees('Verified')
        self.assertNotIn(FIRST, self.texts().replace('\u200b', ''))
        self.assertNotIn(code, self.log_text())
        self.assertNotIn(FIRST, self.log_text())

    def test_second_needs_a_code(self):
        self.add_first()
        self.window_restart()
        self.show_page('Info')
        self.sees('Email, a, hidden, e at example.org')
        self.open_add('Add email')
        self.send_to('Add email', SECOND)
        self.enter_password()
        dialog = self.dialog('Confirm it’s you')
        w.wait(lambda: 'Where should the code go?' in w.texts(dialog), 'no question where')
        w.shot('confirm-contact')
        w.press(w.need(dialog, 'push button', 'Send'))
        self.enter_code(code_in(self.mail(FIRST, 2)), 'Confirm it’s you')
        self.enter_code(code_in(self.mail(SECOND)))
        w.shot('second')
        self.verified()
        self.sees('Email, s, hidden, k at example.net')

    def test_change_label_remove_take_back(self):
        self.add_first()
        self.choose('Change…')
        self.send_to('Change email', THIRD)
        self.enter_code(code_in(self.mail(THIRD)))
        self.verified()
        self.sees('Email, a, hidden, w at example.com')
        w.shot('changed')

        self.choose('Label…')
        w.fill(w.need(self.window, 'text,entry', 'Label'), 'Personal')
        w.press(w.need(self.window, 'push button', 'Save'))
        self.sees('Personal')

        self.choose('Remove')
        self.sees('Remove your last contact?')
        w.shot('remove-last')
        w.press(w.need(self.window, 'push button', 'Remove'))
        self.sees('Contact removed')
        w.press(w.need(self.window, 'push button', 'Undo'))
        self.sees('Email, a, hidden, w at example.com')
        w.shot('taken-back')


if __name__ == '__main__':
    from person import tap
    tap.main()
