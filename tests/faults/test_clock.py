#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall clock set on and back, and a month asleep, while everything that has a life is under way. libfaketime moves
the wall clock, fault.c the time since boot: a sleeping computer's clocks both go on, a set clock's do not."""
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service')]
import faults  # noqa: E402
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case, Person  # noqa: E402

MINUTE, HOUR, DAY = 60, 3600, 86400


class Clock(Case):
    config = {'resend-first': 30}

    def setUp(self):
        self.service = self.make_service(fake_clock=True)
        self.numbers = faults.arrange(self.service)
        self.service.start()
        self.me = Person(self.service, self)
        self.me.elevate()

    def set_wall(self, seconds):
        """Somebody sets the clock: the time since boot knows nothing of it."""
        self.move_clock(seconds)

    def pass_time(self, seconds):
        """Awake or asleep: both go on. The main loop's own timers have not moved, as after a sleep."""
        self.move_clock(seconds)
        self.numbers.boot_offset += seconds

    def running_code(self, value='alex@example.org'):
        contact = self.me.add(value)
        challenge = self.me.send(contact)
        return contact, challenge, self.me.code_of(challenge, contact)

    def test_code(self):
        me = self.me
        for n, (name, moves, problem) in enumerate((
                ('29 minutes', [(self.pass_time, 29 * MINUTE)], None),
                ('31 minutes', [(self.pass_time, 31 * MINUTE)], 'code-expired'),
                ('set on by 31 minutes', [(self.set_wall, 31 * MINUTE)], 'code-expired'),
                ('set back by an hour', [(self.set_wall, -HOUR)], 'code-expired'),
                ('31 minutes, and the clock set back by as much', [(self.pass_time, 31 * MINUTE),
                                                                  (self.set_wall, -31 * MINUTE)], 'code-expired'),
                ('set on and back again within its life', [(self.set_wall, 20 * MINUTE),
                                                          (self.set_wall, -20 * MINUTE)], None),
                ('a month asleep', [(self.pass_time, 30 * DAY)], 'code-expired'))):
            with self.subTest(name):
                self.pass_time(2 * HOUR)   # the send limit begins anew
                me.elevate()
                contact, challenge, code = self.running_code(f'a{n}@example.org')
                for move, seconds in moves:
                    move(seconds)
                self.assertEqual(me.answer(challenge, code, token=False).problem, problem)
                # What has ended does not begin again, whatever the clock says next.
                self.set_wall(-sum(seconds for move, seconds in moves if move == self.set_wall))
                self.assertEqual(me.answer(challenge, code, token=False).problem,
                                 problem or 'code-used')
                me.token = None
                if problem is None:
                    me.verify(contact)
                else:
                    me.elevate()
                me.delete('/v1/account', ok=204)

    def level(self):
        return self.me.get('/v1/account', ok=200).json['level']

    def test_elevation(self):
        for name, moves in (('11 minutes', [(self.pass_time, 11 * MINUTE)]),
                            ('11 minutes, and the clock set back', [(self.pass_time, 11 * MINUTE),
                                                                   (self.set_wall, -11 * MINUTE)]),
                            ('set on', [(self.set_wall, 11 * MINUTE)]),
                            ('a month asleep', [(self.pass_time, 30 * DAY)])):
            with self.subTest(name):
                self.me.elevate()
                self.assertEqual(self.level(), 'password')
                for move, seconds in moves:
                    move(seconds)
                self.assertEqual(self.level(), 'session')
        self.me.elevate()
        self.set_wall(-5 * MINUTE)
        self.assertEqual(self.level(), 'password', 'setting it back takes nothing away')
        self.pass_time(11 * MINUTE)
        self.assertEqual(self.level(), 'session', 'and gives nothing')

    def test_resend(self):
        contact, challenge, code = self.running_code()
        self.problem(self.me.resend(challenge), 'too-soon')
        self.set_wall(-10)
        self.assertIn(self.me.resend(challenge).problem, ('too-soon', 'code-expired'), 'setting it back is no way')
        self.set_wall(10)
        other, again, _ = self.running_code('berta@example.org')
        self.pass_time(31)
        self.me.resend(again, ok=200)
        self.problem(self.me.resend(again), 'too-soon')
        self.pass_time(61)
        self.me.resend(again, ok=200)

    def test_outbox(self):
        """A message that waits for its next try does not outlive its code, however the clock goes."""
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        for n, move in enumerate((lambda: self.set_wall(-HOUR), lambda: self.set_wall(31 * MINUTE + HOUR),
                                  lambda: self.pass_time(30 * DAY))):
            with self.subTest(n):
                address = f'late{n}@example.org'
                self.me.elevate()
                contact = self.me.add(address)
                mail.refuse(address, '451 4.7.1 later')
                challenge = self.me.send(contact)
                harness.wait_for('it waits', lambda: self.me.challenge(challenge)['delivery']['state'] == 'retry')
                move()
                mail.handler.refusals.clear()
                time.sleep(6.5)   # the next try was due after five
                self.assertEqual(mail.count(address), 0)
                self.assertEqual(self.me.challenge(challenge)['state'], 'expired')

    def test_tries(self):
        """Ten wrong codes an hour: setting the clock back gives none, the hour's end does."""
        me = self.me
        pairs = [self.running_code(f'a{n}@example.org') for n in range(2)]
        for _, challenge, code in pairs:
            for _ in range(5):
                me.answer(challenge, me.wrong(code))
        _, challenge, code = self.running_code('b@example.org')
        self.problem(me.answer(challenge, code), 'too-many-tries', window='hour')
        self.set_wall(-30)   # not before its issue would be enough to end it
        self.assertIn(me.answer(challenge, code).problem, ('too-many-tries', 'code-expired'))
        self.set_wall(30 - 12 * HOUR)
        me.elevate()
        _, challenge, code = self.running_code('c@example.org')
        self.problem(me.answer(challenge, code), 'too-many-tries', window='hour')
        self.set_wall(12 * HOUR)
        self.pass_time(HOUR + 30)
        me.elevate()
        _, challenge, code = self.running_code('d@example.org')
        me.answer(challenge, code, ok=200)

    def test_passwords(self):
        """The pause of ten minutes is not shortened by setting the clock back, and ends while the computer sleeps."""
        for _ in range(5):
            self.me.post('/v1/account/elevations', {'password': 'another one'})
        self.set_wall(-HOUR)
        self.problem(self.me.post('/v1/account/elevations', {'password': self.service.password}), 'too-many-tries')
        self.set_wall(HOUR)
        self.pass_time(30 * DAY)
        self.me.elevate()

    def test_removed(self):
        """Seven days to take a contact back."""
        me = self.me
        contact = me.prove('alex@example.org')
        me.delete(f"/v1/account/contacts/{contact['id']}", ok=204)
        self.pass_time(7 * DAY - HOUR)
        me.token = None
        me.elevate()
        restore = f"/v1/account/contacts/{contact['id']}/restore"
        self.assertNotEqual(me.post(restore).problem, 'restore-over')
        self.pass_time(2 * HOUR)
        me.elevate()
        self.assertIn(me.post(restore).problem, ('restore-over', 'not-found'))

    def test_replay(self):
        """The same answer for a day, over a restart and whatever the clock does; then the key is free."""
        body = {'kind': 'email', 'value': 'alex@example.org'}
        first = self.me.post('/v1/account/contacts', body, key='k', ok=201).json['id']
        for move, seconds in ((self.set_wall, -HOUR), (self.set_wall, HOUR), (self.pass_time, 23 * HOUR)):
            move(seconds)
            self.me.elevate()
            self.assertEqual(self.me.post('/v1/account/contacts', body, key='k', ok=201).json['id'], first)
        self.service.restart()
        self.me.elevate()
        self.assertEqual(self.me.post('/v1/account/contacts', body, key='k', ok=201).json['id'], first)
        self.pass_time(30 * DAY)
        self.service.restart()
        self.me.elevate()
        self.problem(self.me.post('/v1/account/contacts', body, key='k'), 'contact-exists')


if __name__ == '__main__':
    tap.main()
