#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job by keyboard alone: every key goes through the X server, AT-SPI is only looked at.

Nothing is pressed or filled in through accessibility here, so a focus that starts in the wrong place, a missing
mnemonic or an Enter that does nothing fails.
"""
import sys

import window as w
from person import PASSWORD, SOURCE, WindowCase, code_in, ctl, tap

sys.path.insert(0, str(SOURCE / 'tests/courier'))
import kannel  # noqa: E402

FIRST = 'alex.sample@example.org'
SECOND = 'sample.work@example.net'
THIRD = 'alex.new@example.com'
NUMBER = '+447911123456'
MAIN = 'Security Info'


class ByKeyboard(WindowCase):
    def setUp(self):
        # In the middle it would lie on an item of the menus and give it the focus.
        w.xdo('mousemove', 1279, 899)
        super().setUp()

    def in_window(self, title):
        """The window of that title is there and has the keyboard; where in it, the window has to know by itself."""
        self.dialog(title)
        w.focus_window(title)
        w.pause()

    def alone(self):
        """Every dialog is gone: the keyboard is the main window's."""
        w.wait(lambda: len(w.top_windows(self.window)) == 1, 'a dialog stays')
        self.in_window(MAIN)

    def focus_is(self, words):
        def look():
            node = w.focused(self.window)
            return node is not None and words in w.words_of(node)
        w.wait(look, f'the focus is not on {words!r}')

    def goes_to(self, words, key='Tab', most=12):
        """Presses @key until the focus is there."""
        node = w.focused(self.window)
        for _ in range(most):
            if node is not None and words in w.words_of(node):
                return
            w.keys(key)
            w.pause()
            node = w.focused(self.window)
        raise AssertionError(f'{key} does not come to {words!r} in {most} steps')

    def type_address(self, title, address):
        self.in_window(title)
        w.type_text(address)
        w.need(self.dialog(title), '*', contains='The code goes to')
        w.keys('Return')

    def type_password(self):
        title = 'Confirm it’s you'
        self.in_window(title)
        w.type_text(PASSWORD)
        w.keys('Return')

    def type_code(self, code, title='Verify your contact'):
        """Six digits send by themselves."""
        self.in_window(title)
        w.type_text(code)

    def finish(self):
        self.sees_and_returns()

    def sees_and_returns(self, *words_and_title):
        """Enter, if the dialog did not close by itself before."""
        if self.sees_verified(*words_and_title) is not None:
            w.keys('Return')
        self.alone()

    def add_first(self):
        self.in_window(MAIN)
        w.keys('ctrl+e')
        self.type_address('Add email', FIRST)
        self.type_password()
        self.type_code(code_in(self.mail(FIRST)))
        self.finish()

    def menu(self, *keys):
        """The menu of the first contact: from the eye, one step on."""
        self.alone()
        w.keys('alt+2')
        w.keys('alt+1', 'alt+2')
        self.goes_to('More actions for')
        w.keys('Return')
        w.wait(lambda: w.role(w.focused(self.window)) == 'menu item', 'the menu does not open')
        w.keys(*keys)


class Keyboard(ByKeyboard):
    def test_add_wrong_then_right(self):
        self.in_window(MAIN)
        # The first start has one suggested button, and the focus is on it.
        self.focus_is('Add email')
        w.keys('Return')
        self.type_address('Add email', FIRST)
        title = 'Confirm it’s you'
        self.in_window(title)
        w.type_text('not it')
        w.keys('Return')
        self.sees('That is not the password of this account.')
        # A wrong one is selected: typing replaces it.
        w.type_text(PASSWORD)
        w.keys('Return')
        code = code_in(self.mail(FIRST))
        self.type_code(f'{(int(code) + 1) % 1000000:06d}')
        self.sees('That is not the code. 4 tries left.')
        w.shot('keyboard-wrong')
        w.type_text(code[:3] + '-' + code[3:])
        self.finish()
        w.keys('alt+2')
        self.sees('Email, a, hidden, e at example.org')
        w.shot('keyboard-added')

    def test_help_and_escape(self):
        """Escape goes one page back, then closes; the code lives on, and Verify opens it again."""
        self.in_window(MAIN)
        w.keys('ctrl+e')
        self.type_address('Add email', FIRST)
        self.type_password()
        code = code_in(self.mail(FIRST))
        title = 'Verify your contact'
        self.in_window(title)
        w.keys('alt+d')
        self.sees('The spam folder')
        w.shot('keyboard-help')
        w.keys('Escape')
        self.focus_is('Verification code')
        w.keys('Escape')
        self.alone()
        w.keys('alt+2')
        self.sees('Not yet verified')
        self.goes_to('Verify')
        w.keys('Return')
        self.type_code(code)
        self.finish()

    def test_change_the_address(self):
        self.in_window(MAIN)
        w.keys('ctrl+e')
        self.type_address('Add email', FIRST)
        self.type_password()
        self.mail(FIRST)
        self.in_window('Verify your contact')
        w.keys('alt+a')
        # What was typed is there again, and typing replaces it.
        self.in_window('Add email')
        w.keys('ctrl+a')
        self.type_address('Add email', SECOND)
        self.type_code(code_in(self.mail(SECOND)))
        self.finish()
        w.keys('alt+2')
        self.sees('Email, s, hidden, k at example.net')
        self.assertNotIn('Email, a, hidden', self.texts())

    def test_change_label_remove_undo(self):
        self.add_first()
        self.menu('Return')
        self.type_address('Change email', THIRD)
        self.type_code(code_in(self.mail(THIRD)))
        self.finish()
        self.sees('Email, a, hidden, w at example.com')
        self.menu('Down', 'Return')
        self.in_window('Label')
        w.type_text('Personal')
        w.keys('Return')
        self.alone()
        self.sees('Personal')
        self.menu('Up', 'Return')
        self.in_window('Remove your last contact?')
        # Keep has the focus; the red button is one step away.
        w.keys('Tab', 'Return')
        self.alone()
        self.sees('Contact removed')
        self.goes_to('Undo', 'shift+Tab')
        w.keys('Return')
        self.sees('Email, a, hidden, w at example.com')

    def test_take_back(self):
        """After a restart nothing is confirmed any more: whoever holds the contact may take it back."""
        self.add_first()
        self.menu('Up', 'Return')
        self.in_window('Remove your last contact?')
        w.keys('Tab', 'Return')
        self.alone()
        self.sees('Contact removed')
        self.window_restart()
        self.in_window(MAIN)
        w.keys('alt+2')
        self.goes_to('Removed lately')
        w.keys('Return')
        self.goes_to('Take back')
        w.shot('keyboard-removed')
        w.keys('Return')
        self.type_code(code_in(self.mail(FIRST, 2)), 'Take your contact back')
        self.sees_and_returns('Contact is back', 'Take your contact back')
        self.sees('Email, a, hidden, e at example.org')

    def test_second_contact(self):
        """Password, which contact, code, and then the code of the new one."""
        self.add_first()
        self.window_restart()
        self.in_window(MAIN)
        w.keys('ctrl+e')
        self.type_address('Add email', SECOND)
        self.type_password()
        title = 'Confirm it’s you'
        # The question is a page that is there before it is shown; its choices are not.
        w.need(self.dialog(title), 'radio button,check box', 'Email, a, hidden, e at example.org')
        w.pause()
        w.keys('Return')
        code = code_in(self.mail(FIRST, 2))
        w.need(self.dialog(title), '*', contains='Handed to the mail server')
        # Its help is a page of this dialog.
        w.keys('alt+d')
        w.need(self.dialog(title), '*', 'The spam folder')
        w.keys('Escape')
        self.focus_is('Verification code')
        self.type_code(code, title)
        self.type_code(code_in(self.mail(SECOND)))
        self.finish()
        w.keys('alt+2')
        self.sees('Email, s, hidden, k at example.net')

    def test_close(self):
        self.in_window(MAIN)
        w.keys('ctrl+question')
        self.in_window('Keyboard shortcuts')
        w.keys('Escape')
        self.alone()
        w.keys('ctrl+w')
        self.assertEqual(self.app.wait(90), 0)
        self.window_start()


class KeyboardPhone(ByKeyboard):
    """A text message, through Kannel to its fake phone company."""

    def setUp(self):
        self.kannel = self.enterContext(kannel.Kannel())
        super().setUp()

    def test_phone(self):
        settings = self.kannel.settings
        ctl('gateways', 'add', 'kannel', f"base={settings['base']}", f"user={settings['user']}",
            stdin=settings['password'] + '\n')
        self.in_window(MAIN)
        w.keys('ctrl+t')
        self.type_address('Add phone', NUMBER)
        self.type_password()

        def text():
            got = [text for _, to, _, text in self.kannel.texts() if to == NUMBER]
            return got[-1] if got else None
        self.type_code(code_in(w.wait(text, 'no text message came')))
        self.finish()
        w.keys('alt+2')
        self.sees('Phone ending in 56')


if __name__ == '__main__':
    tap.main()
