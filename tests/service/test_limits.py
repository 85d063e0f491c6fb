#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often codes go out, and how often a password may be wrong; all of it kept over restarts."""
import concurrent.futures
import datetime
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from person import Case  # noqa: E402

HOUR = 3600


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Sending(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()
        self.contact = self.me.add('alex@example.org')

    def test_waits_grow(self):
        me = self.me
        challenge = me.send(self.contact)
        sent = seconds(challenge['issued_at'])
        self.assertEqual(seconds(challenge['resend_at']) - sent, 30)
        self.assertEqual([w['type'] for w in challenge['ways']], ['resend'])
        for wait in (30, 60, 120):
            refused = me.resend(challenge)
            self.problem(refused, 'too-soon')
            self.assertLessEqual(int(refused.headers['Retry-After']), wait)
            self.move_clock(wait)
            challenge = me.resend(challenge, ok=200).json
        self.assertEqual(challenge['sends'], 4)
        code = me.code_of(challenge, self.contact)
        self.assertEqual({m['code'] for m in me.inbox()}, {code}, 'the same code each time')
        me.answer(challenge, code, ok=200)

    def test_five_an_hour(self):
        me = self.me
        for _ in range(5):
            challenge = me.send(self.contact)
            me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        prove = f"/v1/account/contacts/{self.contact['id']}/challenges"
        limit = self.problem(me.post(prove, {}), 'too-many-codes', per='contact', window='hour', limit=5)
        self.assertIn('5', limit['detail'])
        self.service.restart()
        self.problem(me.post(prove, {}), 'too-many-codes', per='contact', window='hour')
        self.assertLessEqual(len(me.inbox()), 5)
        self.move_clock(HOUR + 1)
        me.post(prove, {}, ok=201)

    def test_limit_is_the_address(self):
        """Another contact of the same address, later, is the same address."""
        me = self.me
        for _ in range(5):
            challenge = me.send(self.contact)
            me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        me.delete(f"/v1/account/contacts/{self.contact['id']}", ok=204)
        again = me.add('ALEX@EXAMPLE.ORG')
        self.problem(me.post(f"/v1/account/contacts/{again['id']}/challenges", {}), 'too-many-codes', per='contact')

    def test_limit_outlives_erasing(self):
        me = self.me
        for _ in range(5):
            challenge = me.send(self.contact)
            me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        me.delete('/v1/account', ok=204)
        me.elevate()
        again = me.add('alex@example.org')
        self.problem(me.post(f"/v1/account/contacts/{again['id']}/challenges", {}), 'too-many-codes', per='contact')

    def test_twenty_a_day_from_one_account(self):
        me = self.me
        for i in range(5):
            contact = me.add(f'alex{i}@example.net')
            for _ in range(4):
                challenge = me.send(contact)
                me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        self.problem(me.post(f"/v1/account/contacts/{self.contact['id']}/challenges", {}), 'too-many-codes',
                     per='account', window='day', limit=20)

    def test_resends_count(self):
        me = self.me
        challenge = me.send(self.contact)
        for wait in (30, 60, 120, 240):
            self.move_clock(wait)
            challenge = me.resend(challenge, ok=200).json
        self.move_clock(480)
        self.problem(me.resend(challenge), 'too-many-codes', per='contact', window='hour')
        self.assertIsNone(me.challenge(challenge)['resend_at'], 'not within its life')


class Passwords(Case):
    """Five wrong ones in ten minutes, then a pause of ten."""

    def test_pause(self):
        me = self.me
        for left in (4, 3, 2, 1):
            wrong = me.post('/v1/account/elevations', {'password': 'another one'})
            self.problem(wrong, 'password-wrong', attempts_left=left)
        last = me.post('/v1/account/elevations', {'password': 'another one'})
        self.problem(last, 'password-wrong', attempts_left=0)
        self.assertAlmostEqual(int(last.headers['Retry-After']), 600, delta=15)
        self.problem(me.post('/v1/account/elevations', {'password': self.service.password}), 'too-many-tries')
        self.service.restart()
        self.problem(me.post('/v1/account/elevations', {'password': self.service.password}), 'too-many-tries')
        self.move_clock(601)
        me.elevate()

    def test_right_one_starts_the_count_anew(self):
        me = self.me
        for _ in range(4):
            me.post('/v1/account/elevations', {'password': 'another one'})
        me.elevate()
        self.problem(me.post('/v1/account/elevations', {'password': 'another one'}), 'password-wrong', attempts_left=4)

    def test_parallel_tries(self):
        """However many at once: no more than five are told whether they were right."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            wrong = {'password': 'another one'}
            answers = list(pool.map(lambda _: self.me.post('/v1/account/elevations', wrong), range(30)))
        told = [a.json['attempts_left'] for a in answers if a.problem == 'password-wrong']
        self.assertEqual(sorted(told), [0, 1, 2, 3, 4])
        self.assertEqual({a.problem for a in answers}, {'password-wrong', 'too-many-tries'})
        self.problem(self.me.post('/v1/account/elevations', {'password': self.service.password}), 'too-many-tries')

    def test_nothing_given(self):
        self.problem(self.me.post('/v1/account/elevations', {}), 'body-not-valid', member='password')


class Elevation(Case):
    def test_ends_after_ten_minutes(self):
        me = self.me
        me.elevate()
        self.assertEqual(me.get('/v1/account').json['level'], 'password')
        self.move_clock(601)
        self.assertEqual(me.get('/v1/account').json['level'], 'session')

    def test_is_bound_to_the_process(self):
        me = self.me
        me.elevate()
        level = self.in_another_process('GET', '/v1/account', me.token)['level']
        self.assertEqual(level, 'session')


if __name__ == '__main__':
    tap.main()
