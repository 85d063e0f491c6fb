# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real secinfod with a sign-in screen, which the test is.

A private instance has no sign-in screen: the tests give it a listening socket (--sign-in-fd), and its own uid stands
for root there. The rest is the same code: store, throttle, outbox, logind (dbusmock's).
"""
import os
import pathlib
import pwd
import socket
import sqlite3
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import signin  # noqa: E402
from person import Person  # noqa: E402
from signin import PROMPT  # noqa: E402

ME = pwd.getpwuid(os.getuid()).pw_name
ADA, NOBODY = 'ada@example.org', 'nobody@example.org'
ASK = 'Type a saved code, or your whole recovery email or phone number.'
ON_ITS_WAY = 'If this is one of yours, a code is on its way. Type it here; ? sends it again.'


@unittest.skipUnless(signin.can_run(), 'no stand-in for logind (python3-dbusmock, libglib2.0-bin)')
class Screen(harness.ServiceCase):
    fake_clock = True
    config = {'sign-in-floor': 250}      # nobody types here who would not notice

    def setUp(self):
        super().setUp()
        self.service.stop()
        self.path = self.service.directory / 'sign-in'
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.path))
        self.listener.listen(64)
        self.addCleanup(self.listener.close)
        self.logind = signin.Logind(self.service.directory)
        self.addCleanup(self.logind.stop)
        self.service.passed = (self.listener.fileno(),)
        self.service.arguments += ['--sign-in-fd', str(self.listener.fileno())]
        self.service.extra_environment |= {'DBUS_SYSTEM_BUS_ADDRESS': self.logind.address}
        self.service.start()
        self.me = Person(self.service, self)
        self.talks = []

    def tearDown(self):
        for talk in self.talks:
            talk.close()
        self.service.stop()   # before its bus
        super().tearDown()

    def talk(self):
        self.talks.append(signin.Conversation(self.path))
        return self.talks[-1]

    def move_clock(self, seconds):
        self.service.clock.advance(seconds)

    def rows(self, sql):
        with sqlite3.connect(f'file:{self.service.state / "store.db"}?mode=ro', uri=True) as db:
            return db.execute(sql).fetchall()

    def told(self):
        """What the contacts are told, in its order."""
        events = [event.split('@') for alert, in self.rows('SELECT alert FROM message WHERE kind = 1')
                  for event in alert.split()]
        return [what for what, at in sorted(events, key=lambda event: int(event[1]))]

    def reply(self, reply, what, message=None, prompt=None, style=0):
        self.assertEqual(reply.what, what, reply)
        if message is not None:
            self.assertEqual(reply.message, message)
        if prompt is not None:
            self.assertEqual(reply.prompt, prompt)
        self.assertEqual(reply.style, style, reply)
        return reply

    def newest(self):
        messages = self.service.inbox()
        return messages[0]['id'] if messages else None

    def saved(self):
        made = self.me.post('/v1/account/saved-codes', {}, ok=201).json
        self.me.post('/v1/account/saved-codes/proof', {'label': made['codes'][made['position'] - 1]['label']}, ok=200)
        return [c['code'] for c in made['codes']]

    def is_open(self, name=ME):
        return (self.service.state / 'open' / name.encode().hex()).exists()

    def ask_code(self, address=ADA, name=ME):
        """A conversation at its code, and the code."""
        talk, before = self.talk(), self.newest()
        self.reply(talk.begin(name), PROMPT, ASK, 'Code, email or phone: ')
        self.reply(talk.say(address), PROMPT, ON_ITS_WAY, '6-digit code: ')
        return talk, self.service.code_for(address, after=before) if name == ME and address == ADA else None

    def wrong(self, code):
        return f'{(int(code) + 1) % 1000000:06d}'
