#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's process has neither the password nor the code in its memory a second after they were used."""
import pathlib
import sys
import time

from person import PASSWORD, WindowCase, code_in

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'faults'))
import memory  # noqa: E402

FIRST = 'alex.sample@example.org'


class Forgets(WindowCase):
    environment = {'SECINFO_TEST_PASSWORD': ''}   # this process alone has it there

    def look(self, secrets):
        """What is found of them; what is on the window is found, so that this looks at something."""
        self.assertTrue(memory.find(self.app.pid, {'control': 'org.example.SecInfo'}))
        return memory.find(self.app.pid, secrets)

    def test_password_and_code(self):
        self.open_add('Add email')
        self.send_to('Add email', FIRST)
        self.enter_password()
        code = code_in(self.mail(FIRST))
        time.sleep(1)
        self.assertEqual(self.look({'password': PASSWORD}), [])
        self.enter_code(code)
        self.verified()
        time.sleep(1)
        self.assertEqual(self.look({'password': PASSWORD, 'code': code}), [])
        self.open_add('Add email')
        self.assertEqual(self.look({'password': PASSWORD, 'code': code}), [])


if __name__ == '__main__':
    from person import tap
    tap.main()
