#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codes that must not get in, and the right one that must."""
import concurrent.futures
import contextlib
import pathlib
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from person import Case  # noqa: E402


class Codes(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()
        self.contact = self.me.add('alex@example.org')
        self.challenge = self.me.send(self.contact)
        self.code = self.me.code_of(self.challenge, self.contact)

    def test_wrong_five_times(self):
        me, bad = self.me, self.me.wrong(self.code)
        for left in (4, 3, 2, 1):
            self.problem(me.answer(self.challenge, bad), 'code-wrong', attempts_left=left)
        self.problem(me.answer(self.challenge, bad), 'code-used-up')
        self.problem(me.answer(self.challenge, self.code), 'code-used-up')
        self.assertEqual(me.challenge(self.challenge)['state'], 'used-up')
        self.assertEqual(me.contact(self.contact)['state'], 'unverified')
        # A new one works: five wrong ones are below the hour's ten.
        again = me.send(self.contact)
        self.assertNotEqual(again['id'], self.challenge['id'])
        me.answer(again, me.code_of(again, self.contact), ok=200)

    def test_no_code_at_all_costs_nothing(self):
        for text in ('12345', '1234567', 'abcdef', '', ' '):
            self.problem(self.me.answer(self.challenge, text), 'code-wrong', attempts_left=5)
        self.me.answer(self.challenge, self.code, ok=200)

    def test_used(self):
        self.me.answer(self.challenge, self.code, ok=200)
        self.problem(self.me.answer(self.challenge, self.code), 'code-used')

    def test_given_up(self):
        self.assertEqual(self.me.delete(f"/v1/account/challenges/{self.challenge['id']}").status, 204)
        self.problem(self.me.answer(self.challenge, self.code), 'not-found')
        self.problem(self.me.get(f"/v1/account/challenges/{self.challenge['id']}"), 'not-found')
        self.assertIsNone(self.me.contact(self.contact)['challenge'])

    def test_giving_up_needs_the_password(self):
        self.problem(self.me.delete(f"/v1/account/challenges/{self.challenge['id']}", token=False), 'elevation-needed',
                     level='password')

    def test_of_another_contact(self):
        me = self.me
        other = me.add('berta@example.net')
        challenge = me.send(other)
        code = me.code_of(challenge, other)
        if code == self.code:
            self.skipTest('one in a million: both codes are the same')
        self.problem(me.answer(self.challenge, code), 'code-wrong', attempts_left=4)
        self.problem(me.answer(challenge, self.code), 'code-wrong', attempts_left=4)
        me.answer(self.challenge, self.code, ok=200)
        self.assertEqual(me.contact(other)['state'], 'unverified')

    def test_of_another_purpose(self):
        me = self.me
        me.token = me.answer(self.challenge, self.code, ok=200).json['elevation']['token']
        confirm = me.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': self.contact['id']}, ok=201).json
        code = me.code_of(confirm, self.contact)
        again = me.send(self.contact)   # proves it once more
        fresh = me.code_of(again, self.contact)
        if code == fresh:
            self.skipTest('one in a million: both codes are the same')
        self.problem(me.answer(again, code), 'code-wrong')
        self.problem(me.answer(confirm, fresh), 'code-wrong')
        me.answer(confirm, code, ok=200)

    def test_check_value_of_another(self):
        """Whoever can write the file gives the other challenge the check value of a code that he knows."""
        me = self.me
        other = me.add('berta@example.net')
        challenge = me.send(other)
        self.service.stop()
        with contextlib.closing(sqlite3.connect(self.service.state / 'store.db')) as db, db:
            done = db.execute('UPDATE challenge SET check_value = (SELECT check_value FROM challenge WHERE id = ?) '
                              'WHERE id = ?', (self.challenge['id'], challenge['id']))
            self.assertEqual(done.rowcount, 1)
        self.service.start()
        self.problem(me.answer(challenge, self.code), 'code-wrong', attempts_left=4)
        me.answer(self.challenge, self.code, ok=200)

    def test_unknown_ids(self):
        self.problem(self.me.get('/v1/account/challenges/AAAAAAAAAAAAAAAAAAAAAA'), 'not-found')
        self.problem(self.me.post('/v1/account/contacts/AAAAAAAAAAAAAAAAAAAAAA/challenges', {}), 'not-found')
        self.problem(self.me.answer({'id': 'AAAAAAAAAAAAAAAAAAAAAA'}, self.code), 'not-found')

    def test_second_asking_gives_the_running_one(self):
        again = self.me.post(f"/v1/account/contacts/{self.contact['id']}/challenges", {}, ok=200).json
        self.assertEqual((again['id'], again['sends']), (self.challenge['id'], 1))
        self.assertEqual(len(self.me.inbox()), 1)

    def test_idempotency(self):
        me = self.me
        body = {'kind': 'email', 'value': 'berta@example.net'}
        first = me.post('/v1/account/contacts', body, key='k1', ok=201).json
        again = me.post('/v1/account/contacts', body, key='k1', ok=201).json
        self.assertEqual(first['id'], again['id'])
        other = me.post('/v1/account/contacts', {**body, 'label': 'x'}, key='k1')
        self.problem(other, 'body-not-valid', member='Idempotency-Key')
        self.problem(me.post('/v1/account/contacts', body, key='k2'), 'contact-exists', contact=first['id'])

    def test_masked_until_confirmed(self):
        me, path = self.me, f"/v1/account/challenges/{self.challenge['id']}"
        self.assertEqual(me.get(path).json['value'], 'alex@example.org')
        bare = me.get(path, token=False, ok=200).json
        self.assertNotIn('value', bare)
        self.assertNotIn('alex', str(bare))

    def test_500_parallel_tries(self):
        me, bad = self.me, self.me.wrong(self.code)
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = [a.json for a in pool.map(lambda _: me.answer(self.challenge, bad), range(500))]
        counted = sorted(a['attempts_left'] for a in answers if a['type'] == '/problems/code-wrong')
        self.assertEqual(counted, [1, 2, 3, 4], 'each try was counted, once')
        self.assertEqual(sum(a['type'] == '/problems/code-used-up' for a in answers), 496)
        again = me.send(self.contact)
        me.answer(again, me.code_of(again, self.contact), ok=200)   # no more than five count towards the hour


class Clock(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()
        self.contact = self.me.add('alex@example.org')
        self.challenge = self.me.send(self.contact)
        self.code = self.me.code_of(self.challenge, self.contact)

    def test_29_minutes(self):
        self.move_clock(29 * 60)
        self.me.answer(self.challenge, self.code, ok=200)

    def test_31_minutes(self):
        self.move_clock(31 * 60)
        self.assertEqual(self.me.challenge(self.challenge)['state'], 'expired')
        ended = self.problem(self.me.answer(self.challenge, self.code), 'code-expired')
        self.assertEqual(ended['ended_at'][-1], 'Z')
        self.problem(self.me.resend(self.challenge), 'code-expired')
        again = self.me.send(self.contact)
        self.me.answer(again, self.me.code_of(again, self.contact), ok=200)

    def test_clock_set_back(self):
        self.move_clock(-3600)
        self.problem(self.me.answer(self.challenge, self.code), 'code-expired')

    def test_clock_set_on_and_back(self):
        """Setting the clock on and back again does not wake a code that has ended."""
        self.move_clock(31 * 60)
        self.problem(self.me.answer(self.challenge, self.code), 'code-expired')
        self.move_clock(-31 * 60)
        self.problem(self.me.answer(self.challenge, self.code), 'code-expired')


class Hour(Case):
    """Ten wrong codes an hour, over all challenges, over restarts."""
    config = {'code-life-email': 3600}

    def challenges(self, n, name='alex'):
        me = self.me
        me.elevate()
        pairs = []
        for i in range(n):
            contact = me.add(f'{name}{i}@example{i}.org')
            challenge = me.send(contact)
            pairs.append((contact, challenge, me.code_of(challenge, contact)))
        return pairs

    def test_over_all_challenges(self):
        me, pairs = self.me, self.challenges(2)
        for contact, challenge, code in pairs:
            for _ in range(5):
                me.answer(challenge, me.wrong(code))
        self.move_clock(1800)
        (contact, challenge, code), = self.challenges(1, 'later')
        self.problem(me.answer(challenge, me.wrong(code)), 'too-many-tries', window='hour')
        self.problem(me.answer(challenge, code), 'too-many-tries', window='hour')
        self.service.restart()
        self.problem(me.answer(challenge, code), 'too-many-tries', window='hour')
        self.move_clock(1801)
        me.answer(challenge, code, ok=200)   # not one try was taken from it

    def test_500_parallel_tries(self):
        me, pairs = self.me, self.challenges(4)
        def attack(i):
            _, challenge, code = pairs[i % 4]
            return me.answer(challenge, me.wrong(code)).json
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(attack, range(500)))
        wrong = [a for a in answers if a['type'] == '/problems/code-wrong']
        ended = [me.challenge(c)['state'] == 'used-up' for _, c, _ in pairs]
        self.assertEqual(len(wrong) + sum(ended), 10, 'exactly ten were counted')
        left = sum(me.challenge(c)['attempts_left'] for _, c, _ in pairs)
        self.assertEqual(left, 4 * 5 - 10)
        self.move_clock(3601)
        again = me.send(pairs[0][0])
        me.answer(again, me.code_of(again, pairs[0][0]), ok=200)


if __name__ == '__main__':
    tap.main()
