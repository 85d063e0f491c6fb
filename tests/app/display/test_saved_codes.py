#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved codes in the real window: made, kept as a PDF that is read back, proven, in force; and “Way back in”."""
import os
import pathlib
import re
import subprocess
import sys
import time

import window as w
from person import PASSWORD, WindowCase, ctl

sys.dont_write_bytecode = True
CODE = re.compile(r'^\s*([0-9A-Z]{2})\s+([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2})\s*$', re.M)
SPELLED = re.compile(r'^[0-9A-Z] [0-9A-Z]: ', re.M)


class SavedCodes(WindowCase):
    def setUp(self):
        super().setUp()
        self.pdf = pathlib.Path(os.environ['HOME']) / 'saved-codes.pdf'
        self.addCleanup(self.pdf.unlink, missing_ok=True)

    def in_window(self, title):
        self.dialog(title)
        w.focus_window(title)
        w.pause(0.2)

    def open_codes(self):
        """By keyboard: the row of the page, then the one button of the dialog."""
        self.in_window('Security Info')
        w.keys('alt+2', 'alt+s')
        self.in_window('Saved codes')
        # What can be pressed has the keyboard once the service has answered.
        w.wait(lambda: 'Close' not in w.focused(self.dialog('Saved codes')).name, 'still loading')

    def make(self):
        """Nothing is verified yet, so the password alone; the codes are then on screen."""
        w.keys('Return')
        self.in_window('Confirm it’s you')
        w.type_text(PASSWORD)
        w.keys('Return')
        self.shows_codes()

    def shows_codes(self):
        """GTK 4.8 lets one read pages that are not on screen: the codes themselves are there now, and Next."""
        dialog = self.dialog('Saved codes')
        w.wait(lambda: w.find(dialog, 'push button', 'Next') and len(SPELLED.findall(w.texts(dialog))) == 10,
               'no codes on screen')
        self.in_window('Saved codes')

    def press_until(self, key, come):
        """Without a window manager the focus may still wander when another dialog has just gone: once more then."""
        for seconds in (8, 8, 20):
            self.in_window('Saved codes')
            pressed = time.monotonic()
            w.keys(key)
            try:
                w.wait(come, key, seconds)
                return pressed
            except AssertionError:
                if come():    # at the last moment
                    return pressed
        self.fail(f'{key} does nothing')

    def to_the_question(self):
        self.press_until('alt+n', lambda: w.find(self.dialog('Saved codes'), 'push button', 'Finish'))
        self.in_window('Saved codes')

    def closes(self, words, begun=None):
        """The dialog goes, and the window says so. That stays for five seconds: who looks later cannot tell. @begun:
        when the key was pressed, if not just now."""
        begun = begun or time.monotonic()
        w.wait(lambda: not self.is_open('Saved codes'), 'the dialog stays')
        gone = time.monotonic()
        looked = False
        while time.monotonic() < begun + 4.5:
            look = time.monotonic()
            if words in self.texts():
                return
            looked |= look > gone + 0.7 and time.monotonic() < begun + 4.5
        if looked:
            self.fail(f'not to be read: {words}')

    def is_open(self, title):
        return any(child is not None and child.name == title for child in self.window)

    def save(self):
        self.press_until('alt+d', lambda: self.is_open('Save PDF'))
        self.in_window('Save PDF')
        w.keys('Return')
        w.wait(self.pdf.exists, 'no PDF')
        self.in_window('Saved codes')

    def read_pdf(self):
        text = subprocess.run(['pdftotext', '-layout', self.pdf, '-'], capture_output=True, text=True,
                              check=True).stdout
        found = CODE.findall(text)
        self.assertEqual(10, len(found))
        return found

    def read_pattern(self):
        picture = w.ARTEFACTS / 'codes'
        subprocess.run(['pdftoppm', '-r', '150', '-png', '-singlefile', self.pdf, picture], check=True)
        page = picture.with_suffix('.png')
        out = subprocess.run(['zbarimg', '--quiet', '--raw', page], capture_output=True, text=True, check=True).stdout
        page.unlink()
        return CODE.findall(out)

    def position(self):
        """Which line is asked for."""
        entry = w.need(self.dialog('Saved codes'), '*', contains='Label of code')
        return int(re.search(r'Label of code (\d+)', entry.name).group(1))

    def test_make_save_prove(self):
        self.assertEqual(0, ctl('saved-codes', 'show')['left'])
        self.open_codes()
        self.sees('You have no saved codes')
        self.make()
        self.save()
        self.assertEqual(0o600, self.pdf.stat().st_mode & 0o777)
        codes = self.read_pdf()
        self.assertEqual(codes, self.read_pattern())
        # Read letter by letter, the label first.
        label, code = codes[0]
        spelled = f'{label[0]} {label[1]}: ' + ', '.join(' '.join(group) for group in code.split('-'))
        self.sees(spelled)
        # Not in force yet: none is left as before.
        self.assertEqual(0, ctl('saved-codes', 'show')['left'])
        self.to_the_question()
        position = self.position()
        wrong = codes[position % 10][0]
        w.type_text(wrong)
        w.keys('Return')
        self.sees('That is not the label of the')
        self.assertEqual(0, ctl('saved-codes', 'show')['left'])
        w.shot('saved-codes-wrong')
        # It is selected: typing replaces it.
        w.type_text(codes[position - 1][0].lower())
        w.keys('Return')
        self.closes('New codes in force')
        self.sees('10 of 10 left')
        self.assertEqual(10, ctl('saved-codes', 'show')['left'])
        w.shot('saved-codes-in-force')
        log = self.log_text()
        for label, code in codes:
            self.assertNotIn(code, log)

    def test_print(self):
        """Through the desktop's print dialog, into a file: the page with its ten codes and the pattern, for the owner
        alone."""
        self.open_codes()
        self.make()
        self.press_until('alt+p', lambda: self.is_open('Print'))
        self.in_window('Print')
        dialog = self.dialog('Print')
        # No printer is the default: the one there is has to be chosen. GTK 4.8 lets a reader see its row, not press it.
        place = w.need(dialog, 'label', 'Print to File').queryComponent().getExtents(w.pyatspi.WINDOW_COORDS)
        w.xdo('mousemove', place.x + place.width // 2, place.y + place.height // 2, 'click', 1)
        w.wait(lambda: w.is_sensitive(w.find(dialog, 'push button', 'Print')), 'the printer was not chosen')
        w.shot('print-dialog')
        self.assertIn('saved-codes.pdf', w.texts(dialog))
        w.press(w.need(dialog, 'push button', 'Print'))
        w.wait(self.pdf.exists, 'nothing was printed')
        w.wait(lambda: w.is_sensitive(w.find(self.dialog('Saved codes'), 'push button', contains='Print')),
               'it is still being printed')
        self.assertEqual(0o600, self.pdf.stat().st_mode & 0o777)
        codes = self.read_pdf()
        self.assertEqual(codes, self.read_pattern())
        self.to_the_question()
        w.type_text(codes[self.position() - 1][0])
        w.keys('Return')
        self.closes('New codes in force')
        self.assertEqual(10, ctl('saved-codes', 'show')['left'])

    def test_cancel_keeps_the_old_ones(self):
        self.open_codes()
        self.make()
        self.save()
        codes = self.read_pdf()
        pressed = self.press_until('Escape', lambda: not self.is_open('Saved codes'))
        self.closes('The codes are not in force yet.', pressed)
        self.assertEqual(0, ctl('saved-codes', 'show')['left'])
        # They wait for an hour: the file and its label are enough to take them up again.
        self.open_codes()
        self.sees('New codes wait until')
        w.shot('saved-codes-waiting')
        w.keys('Return')
        self.sees('Take your print or file')
        self.assertIsNone(w.find(self.dialog('Saved codes'), 'push button', 'Show the codes again'))
        w.type_text(codes[self.position() - 1][0])
        w.keys('Return')
        self.closes('New codes in force')
        self.assertEqual(10, ctl('saved-codes', 'show')['left'])

        self.open_codes()
        self.sees('10 of 10 codes are left')
        # Confirmed within ten minutes: the codes are there at once.
        w.keys('Return')
        self.shows_codes()
        self.pdf.unlink()
        self.save()
        codes = self.read_pdf()
        self.to_the_question()
        # Escape goes one page back, and the codes are there again. (As everywhere, a toast takes the first one.)
        w.gone(self.dialog('Saved codes'), 'label', 'PDF saved')
        w.keys('Escape')
        self.shows_codes()
        self.to_the_question()
        w.type_text(codes[self.position() - 1][0])
        w.keys('Return')
        self.closes('New codes in force')

        self.open_codes()
        self.sees('10 of 10 codes are left')
        w.keys('Return')
        self.shows_codes()
        w.keys('Escape')
        self.closes('Your old codes still work.')
        self.assertEqual(10, ctl('saved-codes', 'show')['left'])

        self.open_codes()
        self.sees('10 of 10 codes are left')
        self.sees('New codes wait until')
        w.keys('alt+d')
        self.sees('Delete all codes?')
        self.in_window('Delete all codes?')
        # Keep has the focus; the red button is one step away.
        w.keys('Tab', 'Return')
        self.sees('You have no saved codes')
        self.assertEqual(0, ctl('saved-codes', 'show')['left'])

    def test_way_back(self):
        """A private instance says what is missing; its button leads to the codes, and they are there on return."""
        self.in_window('Security Info')
        w.keys('alt+2', 'alt+w')
        dialog = self.dialog('Way back in')
        self.sees('Not installed for this computer')
        self.sees('sudo apt install secinfo')
        w.press(w.need(dialog, 'push button', 'Make'))
        self.in_window('Confirm it’s you')
        w.type_text(PASSWORD)
        w.keys('Return')
        self.shows_codes()
        self.save()
        codes = self.read_pdf()
        self.to_the_question()
        w.type_text(codes[self.position() - 1][0])
        w.keys('Return')
        w.wait(lambda: '10 of 10 left' in w.texts(self.dialog('Way back in')), 'the proof is not there')
        w.shot('way-back')
        # Played against the real service: a practice conversation, given up, and what would be missing on the day.
        self.in_window('Way back in')
        w.press(w.need(self.dialog('Way back in'), 'push button', 'Try it now'))
        self.in_window('Rehearsal')
        self.sees('Type a saved code')
        w.type_text('?')
        w.keys('Return')
        self.sees('Without a code or contact only the administrator can help you.')
        w.keys('Return')
        self.sees('This would not work yet')
        w.shot('rehearsal')
        w.keys('Escape')
        w.wait(lambda: all(window.name != 'Rehearsal' for window in w.top_windows(self.window)), 'the rehearsal stays')


if __name__ == '__main__':
    from person import tap
    tap.main()
