#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are kept (service-answers.c): given again, and never once what they say has changed."""
import os
import pathlib
import signal
import sqlite3
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

DAY = 86400
LIST, ACCOUNT = '/v1/account/contacts', '/v1/account'


def path(contact, more=''):
    return f"{LIST}/{contact['id']}{more}"


class Kept(Case):
    """Everything is read without a token: at level session alone are answers kept."""

    def setUp(self):
        super().setUp()
        self.me.elevate()

    def read(self, what=LIST, **more):
        return self.me.get(what, token=False, ok=200, **more).json

    def listed(self, contact, query='?removed=1'):
        return next((c for c in self.read(LIST + query)['items'] if c['id'] == contact['id']), None)

    def findings(self):
        return {f['type'] for f in self.read(ACCOUNT)['findings']}

    def warm(self):
        """Twice: the second time it is the kept one."""
        for _ in range(2):
            before = self.read(), self.read(LIST + '?removed=1'), self.read(ACCOUNT)
        return before

    def behind_its_back(self, statement):
        """Nobody else writes into the store: what came this way shows when an answer was made anew."""
        with sqlite3.connect(self.database()) as db:
            db.execute(statement)
        db.close()


class Again(Kept):
    def setUp(self):
        super().setUp()
        self.contact = self.me.add('alex@example.org')

    def test_is_given_again(self):
        """Five times over: a courier that has just come up makes all of them old, and rightly."""
        for _ in range(5):
            before = self.warm()
            self.behind_its_back('UPDATE contact SET alerts = 1 - alerts')
            if (self.read(), self.read(LIST + '?removed=1'), self.read(ACCOUNT)) == before:
                return
        self.fail('each was made anew each time')

    def test_for_a_minute_at_most(self):
        self.warm()
        self.behind_its_back('UPDATE contact SET alerts = 1 - alerts')
        self.move_clock(61)
        self.assertFalse(self.listed(self.contact)['alerts'])
        self.assertFalse(self.read(ACCOUNT)['contacts'][0]['alerts'])

    def test_never_with_the_values(self):
        self.warm()
        self.assertEqual(self.me.get(LIST, ok=200).json['items'][0]['value'], 'alex@example.org')
        self.assertEqual(self.me.get(ACCOUNT, ok=200).json['level'], 'password')
        self.assertNotIn('alex@', str(self.read()) + str(self.read(ACCOUNT)))
        self.assertEqual(self.read(ACCOUNT)['level'], 'session')

    def test_each_query_and_language_its_own(self):
        me = self.me
        me.add('sam@example.org')
        self.warm()
        self.assertEqual(len(self.read(LIST + '?limit=1')['items']), 1)
        self.assertEqual(len(self.read()['items']), 2)
        texts = {language: str(self.read(ACCOUNT, language=language)['findings']) for language in ('en', 'de', 'en')}
        self.assertNotEqual(texts['en'], texts['de'])
        self.problem(me.get(LIST + '?limit=0', token=False), 'body-not-valid')

    def test_a_clock_set_back(self):
        self.warm()
        self.behind_its_back('UPDATE contact SET alerts = 1 - alerts')
        self.move_clock(-5)
        self.assertFalse(self.listed(self.contact)['alerts'])


class Changed(Kept):
    def test_by_the_account_itself(self):
        me = self.me
        self.warm()
        contact = me.add('alex@example.org')
        self.assertEqual(self.listed(contact)['state'], 'unverified')
        self.assertIn('unverified', self.findings())
        self.warm()
        challenge = me.send(contact)
        self.assertEqual(self.listed(contact)['challenge'], challenge['id'])
        self.warm()
        me.answer(challenge, me.code_of(challenge, contact), ok=200)
        self.assertEqual(self.listed(contact)['state'], 'verified')
        self.assertIn('one-contact', self.findings())
        me.verify(contact)
        self.warm()
        me.patch(path(contact), {'label': 'Work'}, ok=200)
        self.assertEqual(self.listed(contact)['label'], 'Work')
        self.warm()
        me.delete(path(contact))
        self.assertEqual(self.listed(contact)['state'], 'removed')
        self.assertIsNone(self.listed(contact, ''))
        self.warm()
        me.post(path(contact, '/restore'), {}, ok=200)
        self.assertEqual(self.listed(contact)['state'], 'verified')
        self.warm()
        me.delete(ACCOUNT, ok=204)
        self.assertEqual(self.read(ACCOUNT)['contacts'], [])
        self.assertEqual(self.read()['items'], [])

    def test_given_up_code(self):
        me = self.me
        contact = me.add('alex@example.org')
        challenge = me.send(contact)
        self.warm()
        me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        self.assertIsNone(self.listed(contact)['challenge'])

    def test_by_who_set_up_the_sending(self):
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me = self.me
        self.assertTrue(self.warm()[2]['channels']['email']['trial'])
        gateway = me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201).json
        self.assertEqual(self.read(ACCOUNT)['channels']['email'],
                         {'state': 'ready', 'trial': False, 'since': None, 'told_at': None})
        self.warm()
        me.delete(f"/v1/gateways/{gateway['id']}", ok=204)
        self.assertTrue(self.read(ACCOUNT)['channels']['email']['trial'])

    def test_by_a_message_that_did_not_arrive(self):
        """Nobody asked for that: the outbox wrote it."""
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me = self.me
        me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        contact = me.add('alex@example.org')
        mail.refuse('alex@example.org', '550 5.1.1 no such user')
        challenge = me.send(contact)
        self.warm()
        harness.wait_for('the address was refused', lambda: me.challenge(challenge)['delivery']['state'] == 'refused')
        self.assertTrue(self.listed(contact)['undeliverable'])
        self.assertIn('undeliverable', self.findings())

    def test_by_the_courier(self):
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me = self.me
        me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        self.assertEqual(self.warm()[2]['channels']['email']['state'], 'ready')
        harness.wait_for('the courier runs', self.courier_pid)
        states, killed = [], set()

        def seen():
            running = self.courier_pid()
            if 'down' not in states and running not in killed | {None}:   # once more where that was over too soon
                os.kill(running, signal.SIGKILL)
                killed.add(running)
            states.append(self.read(ACCOUNT)['channels']['email']['state'])
            return 'down' in states and states[-1] == 'ready'
        harness.wait_for('it was down and came back', seen)


class Time(Kept):
    def setUp(self):
        super().setUp()
        self.contact = self.me.prove('alex@example.org')

    def test_code_that_ends(self):
        me = self.me
        other = me.add('sam@example.org')
        me.send(other)
        self.move_clock(30 * 60 - 40)
        self.warm()
        self.assertIsNotNone(self.listed(other)['challenge'])
        self.move_clock(41)   # less than what is kept may be kept
        self.assertIsNone(self.listed(other)['challenge'])

    def test_removed_for_good(self):
        me = self.me
        me.verify(self.contact)
        me.delete(path(self.contact), ok=204)
        removed = self.listed(self.contact)
        self.assertIsNotNone(removed)
        self.behind_its_back(f'UPDATE contact SET removed_at = removed_at - {7 * DAY - 8}')
        self.move_clock(5)   # what was kept is old by that
        self.warm()
        harness.wait_for('it cannot be taken back any more', lambda: self.listed(self.contact) is None)


class Acknowledged(Kept):
    def test_no_old_answer_after_one(self):
        """Readers keep on asking; whoever was told that it is done never sees what was before."""
        me = self.me
        contact = me.prove('alex@example.org')
        me.verify(contact)
        stop = threading.Event()
        self.addCleanup(stop.set)
        went_wrong = []

        def ask():
            while not stop.is_set():
                try:
                    self.read()
                    self.read(ACCOUNT)
                except AssertionError as error:
                    went_wrong.append(error)
        readers = [threading.Thread(target=ask) for _ in range(3)]
        for reader in readers:
            reader.start()
        for n in range(80):
            me.patch(path(contact), {'label': str(n)}, ok=200)
            self.assertEqual(self.listed(contact, '')['label'], str(n))
            self.assertEqual(self.read(ACCOUNT)['contacts'][0]['label'], str(n))
        stop.set()
        for reader in readers:
            reader.join()
        self.assertEqual(went_wrong, [])


if __name__ == '__main__':
    tap.main()
