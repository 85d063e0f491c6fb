#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back in through the real login, on a terminal: everything is real, from the mail server to the shell."""
import contextlib
import os
import pathlib
import sys
import time

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]
import computer as c  # noqa: E402
import tap  # noqa: E402
from computer import (A, ASK, C, CHANGED, CHOOSE, HINT, KEYRING, N, NEW, NO_GATEWAY, NO_NETWORK, OLD, ON_ITS_WAY, R, S,
                      UNLOCKED)  # noqa: E402
from terminal import Terminal  # noqa: E402

DEFS = pathlib.Path('/etc/login.defs')


class Login(Terminal):
    def __init__(self, case, name, environment=None):
        super().__init__('/bin/login', name, environment=environment)
        self.case = case

    def asked(self, prompt, words=None, seconds=60):
        """The prompt has come, and @words once before it."""
        said = self.expect(prompt.strip(), seconds)
        if words is not None:
            self.case.assertEqual(said.count(words), 1, said)
        return said

    def begin(self, typed='?'):
        self.asked('Password: ')
        self.send(typed)

    def choose(self, new=NEW, words=CHOOSE):
        self.asked(N, words)
        self.send(new)
        if new:
            self.asked(R, KEYRING)
            self.send(new)
            self.asked(CHANGED)

    def shell(self, name):
        """It is a session of that account."""
        self.send('echo I am $(id -un)')
        self.expect(f'I am {name}')
        self.send('exit')
        said = self.close()
        self.case.assertNotIn(NEW, said)


@c.only_in_sandbox
class WayBack(c.Computer):
    users = proven = ('lotte',)
    address = 'lotte@example.org'
    took = []   # seconds, each way to the code

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        c.make_plain()

    def setUp(self):
        super().setUp()
        c.set_password('lotte', OLD)
        self.mails = self.sink.count(self.address)

    def login(self):
        return Login(self, 'lotte')

    def mail(self):
        return self.mail_after(self.address, self.mails)

    def to_the_code(self):
        begun = time.monotonic()
        terminal = self.login()
        terminal.begin()
        terminal.asked(A, ASK)
        terminal.send(self.address)
        terminal.asked(C, ON_ITS_WAY)
        self.took.append(time.monotonic() - begun)
        return terminal

    def assert_new(self):
        self.assertTrue(self.is_password('lotte', NEW))
        self.assertFalse(self.is_password('lotte', OLD))

    def test_email(self):
        """A wrong password, the hint, ?, address, code, new password, a shell; the contact is told."""
        terminal = self.login()
        terminal.begin('forgotten')
        terminal.asked('login: ', HINT)
        terminal.send('lotte')
        terminal.begin()
        terminal.asked(A, ASK)
        terminal.send(self.address)
        terminal.asked(C, ON_ITS_WAY)
        code = self.mail()
        terminal.send(f'{code[:3]} {code[3:]}')
        terminal.choose()
        terminal.shell('lotte')
        self.assert_new()
        # That it leaves by mail is seen in service/test_alerts: here it would wait half a minute for more to tell.
        self.assertIn('recovered', self.alerts())
        self.assertNotIn(NEW, self.machine.text())
        self.assertNotIn(code, self.machine.text())

    def test_wrong_then_right(self):
        terminal = self.to_the_code()
        code = self.mail()
        terminal.send(f'{(int(code) + 1) % 1000000:06d}')
        terminal.asked(C, 'That is not the code. 4 tries are left. ? sends it again.')
        terminal.send(code)
        terminal.choose()
        terminal.shell('lotte')
        self.assert_new()

    def test_walks_away(self):
        """An empty code ends it; days of login later the code is typed as the password."""
        terminal = self.to_the_code()
        terminal.send('')
        terminal.expect(r'The code works until \d\d:\d\d\. When it comes, type it as the password\.')
        terminal.expect('login: ')
        terminal.close(leave=True)
        terminal = self.login()
        terminal.begin(self.mail())
        terminal.choose()
        terminal.shell('lotte')
        self.assert_new()

    def test_time_of_login_is_over(self):
        """login ends by itself (after 60 s; here sooner unless --long) and the code still works in the next one."""
        # Several times what it takes this computer to come to the code.
        limit = 60 if c.LONG else int(max(5, *(6 * took for took in self.took or [4])))
        before = DEFS.read_text()
        self.addCleanup(DEFS.write_text, before)
        DEFS.write_text(before.replace('LOGIN_TIMEOUT\t\t60', f'LOGIN_TIMEOUT\t\t{limit}'))
        begun = time.monotonic()
        terminal = self.to_the_code()
        terminal.expect('timed out', limit + 90)
        self.assertGreater(time.monotonic() - begun, limit - 1)
        terminal.close()
        DEFS.write_text(before)
        self.assertTrue((c.RUN / 'open' / b'lotte'.hex()).exists())
        terminal = self.login()
        terminal.begin(self.mail())
        terminal.choose()
        terminal.shell('lotte')
        self.assert_new()

    def test_only_unlock(self):
        """Empty instead of a new password: the old one is asked for, and a code alone opens nothing."""
        terminal = self.to_the_code()
        terminal.send(self.mail())
        terminal.choose('')
        terminal.asked('login: ', UNLOCKED)
        for typed, then in (('not it', 'login: '), (OLD, r'\$ ')):
            terminal.send('lotte')
            terminal.begin(typed)
            terminal.asked(then)
        terminal.shell('lotte')

    @contextlib.contextmanager
    def gateway_away(self):
        root = c.Seat('root')
        root.call('DELETE', f"/v1/gateways/{self.gateway['id']}", ok=204)
        try:
            yield root
        finally:
            type(self).gateway = c.add_gateway(root, self.sink.settings())
            root.close()

    def by_saved_code(self, words):
        terminal = self.login()
        terminal.begin()
        terminal.asked(S, words)
        terminal.send(self.saved['lotte'].pop().lower())
        terminal.choose()
        terminal.shell('lotte')
        self.assert_new()

    def test_saved_code_without_gateway(self):
        with self.gateway_away():
            self.by_saved_code(NO_GATEWAY)

    def test_saved_code_without_network(self):
        """A gateway out in the world, and a courier whose computer has no network at all."""
        with self.gateway_away() as root, self.machine.courier_without_network():
            far = {'host': 'smtp.example.org', 'port': '587', 'security': 'starttls', 'from': 'codes@example.org'}
            made = c.add_gateway(root, far)
            try:
                self.by_saved_code(NO_NETWORK)
            finally:
                root.call('DELETE', f"/v1/gateways/{made['id']}", ok=204)
        c.harness.wait_for('the next courier, which has a network', self.can_send)

    def can_send(self):
        talk = c.signin.Conversation('/run/secinfo/sign-in')
        try:
            return talk.begin('lotte').message == ASK
        finally:
            talk.close()

    def test_german(self):
        """The system's language, not that of whoever started login."""
        place = pathlib.Path('/etc/default/locale')
        before = place.read_text()
        self.addCleanup(self.machine.kill, 'secinfod')   # it reads it at its start
        self.addCleanup(place.write_text, before)        # first: cleanups go backwards
        place.write_text('LANG="de_DE.UTF-8"\n')
        self.machine.kill('secinfod')
        terminal = Login(self, 'lotte', {'LANG': 'C.UTF-8', 'LANGUAGE': 'fr'})
        terminal.begin('falsch')
        terminal.asked('login: ', 'Vergessen? Geben Sie ? als Passwort ein.')
        terminal.send('lotte')
        terminal.begin()
        terminal.asked('Code, Mail oder Telefon: ',
                       'Tippen Sie einen Notfallcode oder Ihre ganze Mailadresse oder Telefonnummer.')
        terminal.send(self.address)
        terminal.asked('6-stelliger Code: ',
                       'Gehört das Ihnen, ist ein Code unterwegs. Hier eintippen; ? sendet ihn nochmals.')
        terminal.send(self.mail())
        terminal.asked('Neues Passwort: ', 'Neues Passwort wählen. Leer entsperrt nur: Dann das alte eintippen.')
        terminal.send(NEW)
        terminal.asked('Neues Passwort nochmals: ',
                       'Noch einmal. Ihr Schlüsselbund öffnet sich weiter nur mit dem alten Passwort.')
        terminal.send(NEW)
        terminal.asked('Ihr Passwort ist geändert. Alle Ihre Kontakte erfahren davon.')
        terminal.shell('lotte')
        self.assert_new()


if __name__ == '__main__':
    tap.main()
