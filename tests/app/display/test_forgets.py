#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's process has neither password nor code in its memory a second after the dialog that took them is gone.

Every key goes through the X server, and nothing is read off the window while a secret stands in a field: what an
assistive technology asks for is sent to it over D-Bus, and a message's buffer is not wiped by anybody.
"""
import pathlib
import re
import struct
import subprocess
import sys
import time

import window as w
from person import PASSWORD, code_in
from test_keyboard import ByKeyboard

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'faults'))
import memory  # noqa: E402

FIRST = 'alex.sample@example.org'


class Forgets(ByKeyboard):
    environment = {'SECINFO_TEST_PASSWORD': ''}   # this process alone has it there

    def look(self, secrets):
        """What is found of them; what is on the window is found, so that this looks at something."""
        self.assertTrue(memory.find(self.app.pid, {'control': 'org.example.SecInfo'}))
        return memory.find(self.app.pid, secrets)

    def wipes(self):
        """Is what this process frees wiped by now? (src/model/secinfo-forget.c says so in one variable.)"""
        program = f'/proc/{self.app.pid}/exe'
        symbols = subprocess.run(['readelf', '-sW', program], check=True, capture_output=True, text=True).stdout
        place = int(re.search(r'\b([0-9a-f]+)\s+4 OBJECT\s+LOCAL\s.* unknowing$', symbols, re.M)[1], 16)
        with open(f'/proc/{self.app.pid}/maps', encoding='utf-8') as maps, \
                open(f'/proc/{self.app.pid}/mem', 'rb', buffering=0) as mem:
            mem.seek(int(maps.readline().split('-')[0], 16) + place)
            return struct.unpack('i', mem.read(4)) == (0,)

    def a_second(self):
        """In which the application has had the processor for what it wanted."""
        time.sleep(1)
        w.pause()

    def test_password_and_code(self):
        self.in_window('Security Info')
        w.wait(self.wipes, 'what is freed to be wiped')
        w.keys('ctrl+e')
        self.type_address('Add email', FIRST)
        self.type_password()
        code = code_in(self.mail(FIRST))
        self.a_second()
        self.assertEqual(self.look({'password': PASSWORD}), [])
        self.type_code(code)
        self.alone()   # three seconds after it is verified
        self.a_second()
        self.assertEqual(self.look({'password': PASSWORD, 'code': code}), [])
        w.keys('ctrl+e')
        self.dialog('Add email')
        self.assertEqual(self.look({'password': PASSWORD, 'code': code}), [])


if __name__ == '__main__':
    from person import tap
    tap.main()
