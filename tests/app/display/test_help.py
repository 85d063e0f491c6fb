#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The help: by keyboard alone, searched, beside a dialog, and what a screen reader is told; against given answers."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import test_pages  # noqa: E402
from test_pages import setUpModule, tap, tearDownModule  # noqa: E402,F401


def w():
    return test_pages.w


class Help(test_pages.Case):
    def key(self, *keys):
        test_pages.stage.key(*keys)

    def open(self, count=2, *keys):
        self.key(*(keys or ('F1',)))
        test_pages.stage.focus(test_pages.stage.wait_window(count)[-1])
        self.help = w().need_window(self.app, 'Help')

    def reads(self, title):
        """The article in front."""
        w().need(self.help, 'heading', title)

    def focus_is(self, words):
        w().wait(lambda: words in w().words_of(w().focused(self.help)), f'the focus is not on {words!r}')

    def test_search_by_keyboard(self):
        """F1, a word, Enter; arrows; the article's button leads to its place; Escape."""
        self.start()
        self.open()
        self.reads('What is security info?')
        self.focus_is('Search help')
        test_pages.stage.xdotool('type', 'spam')
        w().wait(lambda: len([n for n in w().walk(self.help) if w().role(n) == 'list item']) == 1, 'not searched')
        self.reads('I didn’t get a code')
        test_pages.stage.xdotool('type', ' xyzzy')
        w().need(self.help, 'status bar', 'Nothing found – try one word.')
        # What was typed goes first; then the window.
        self.key('Escape')
        w().need(self.help, 'list item', 'Saved codes')
        self.focus_is('Search help')
        self.key('Down')
        self.focus_is('I didn’t get a code')
        self.key('Down', 'Down')
        self.reads('Why was a code asked for?')
        # The text can be selected, and what selects it is not Tab.
        self.key('End')
        self.focus_is('How codes are sent')
        self.key('Tab')
        w().wait(lambda: w().focused(self.help).getRoleName() == 'label', 'Tab does not come to the text')
        text = w().focused(self.help)
        self.assertEqual(text.queryText().getNSelections(), 0, 'it selected itself')
        self.key('ctrl+a')
        w().wait(lambda: text.queryText().getNSelections() == 1, 'it cannot be selected')
        for node in w().walk(self.help):
            if w().role(node) in ('push button', 'text', 'list item'):
                self.assertTrue(node.name or any(c.name for c in w().walk(node)), w().dump(node))
        self.key('ctrl+f')
        self.focus_is('Search help')
        test_pages.stage.xdotool('type', 'paper')
        w().wait(lambda: w().find(self.help, 'list item', 'Why was a code asked for?') is None, 'not searched')
        self.key('Escape', 'Escape')
        w().wait(lambda: len(test_pages.stage.windows()) == 1, 'the help stays')

    def test_beside_a_dialog(self):
        """F1 in a dialog opens what fits, both can be used, and the dialog is left alone."""
        self.start()
        self.key('alt+2', 'alt+s')
        w().need_window(self.app, 'Saved codes')
        test_pages.stage.focus(test_pages.stage.wait_window(2)[-1])
        self.open(3)
        self.reads('Saved codes')
        w().need(self.help, '*', 'Possible once the open dialog is closed.')
        button = w().need(self.help, 'push button', 'Open saved codes')
        self.assertFalse(w().is_sensitive(button))
        self.key('ctrl+f')
        test_pages.stage.xdotool('type', 'dashes')
        w().wait(lambda: w().find(self.help, 'list item', 'Way back in') is None, 'it cannot be used')
        self.reads('Saved codes')
        # Once the dialog is closed the button leads to its place.
        test_pages.stage.focus(test_pages.stage.windows()[1])
        self.key('Escape')
        w().wait(lambda: len(test_pages.stage.windows()) == 2, 'the dialog stays')
        test_pages.stage.focus(test_pages.stage.windows()[-1])
        w().gone(self.help, '*', 'Possible once the open dialog is closed.')
        w().press(button)
        w().need_window(self.app, 'Saved codes')


if __name__ == '__main__':
    tap.main()
