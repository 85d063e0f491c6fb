#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back in at LightDM's real greeter: everything is real but the fingers. Pictures: ARTEFACTS/greeter-*/."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]
import computer as c  # noqa: E402
import greeter  # noqa: E402
import tap  # noqa: E402
from computer import NEW, OLD  # noqa: E402

SHOTS = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS') or tempfile.mkdtemp())


@c.only_in_sandbox
@unittest.skipIf(greeter.missing(), f'not installed: {greeter.missing()}')
class Greeter(c.Computer):
    users = proven = ('greta',)
    address = 'greta@example.org'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        c.make_plain()

    def setUp(self):
        super().setUp()
        c.set_password('greta', OLD)
        self.mails = self.sink.count(self.address)

    def start(self, shots, language='C.UTF-8'):
        screen = greeter.Greeter(SHOTS / f'greeter-{shots}', language)
        self.addCleanup(screen.stop)
        return screen

    def mail(self):
        return self.mail_after(self.address, self.mails)

    def finish(self, screen, last):
        """The new password twice, and a session with it."""
        screen.type(last, 'new-password')
        screen.type(NEW, 'again')
        self.assertEqual(screen.sign_in(NEW, 'greta'), 'greta')
        self.assertTrue(self.is_password('greta', NEW))
        self.assertFalse(self.is_password('greta', OLD))

    def test_code_and_saved_code(self):
        """Wrong password, hint, ?, address, code, new password, the session with it. Then without anybody who sends:
        a saved code. Then walking away, and the code at the password's place of a later try."""
        screen = self.start('en')
        screen.shot('start')
        screen.type('greta', 'password', times=1)
        screen.type('forgotten', 'hint')
        screen.type('?', 'ask')
        screen.type(self.address, 'code')
        code = self.mail()
        screen.type(f'{(int(code) + 1) % 1000000:06d}', 'wrong-code')
        self.finish(screen, f'{code[:3]} {code[3:]}')

        screen.type('greta', 'with-the-new-one', times=1)
        self.assertEqual(screen.sign_in(NEW, 'greta'), 'greta')

        c.set_password('greta', OLD)
        root = c.Seat('root')
        self.addCleanup(root.close)
        root.call('DELETE', f"/v1/gateways/{self.gateway['id']}", ok=204)
        screen.type('greta', 'password', times=1)
        screen.type('?', 'saved-code-alone')
        self.finish(screen, self.saved['greta'].pop())

        c.set_password('greta', OLD)
        type(self).gateway = c.add_gateway(root, self.sink.settings())
        self.forget_limits()
        mails = self.sink.count(self.address)
        screen.type('greta', 'password', times=1)
        screen.type('?', 'ask')
        screen.type(self.address, 'code')
        screen.type('', 'walked-away')
        self.finish(screen, self.mail_after(self.address, mails))

    def test_german(self):
        place = pathlib.Path('/etc/default/locale')
        before = place.read_text()
        self.addCleanup(self.machine.kill, 'secinfod')
        self.addCleanup(place.write_text, before)
        place.write_text('LANG=de_DE.UTF-8\n')
        self.machine.kill('secinfod')
        c.run('localedef', '-i', 'de_DE', '-f', 'UTF-8', 'de_DE.UTF-8')
        screen = self.start('de', 'de_DE.UTF-8')
        screen.type('greta', 'password', times=1)
        screen.type('falsch', 'hint')
        screen.type('?', 'ask')
        screen.type(self.address, 'code')
        self.finish(screen, self.mail())


if __name__ == '__main__':
    tap.main()
