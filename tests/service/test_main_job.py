#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person adds a contact and proves it with a code: the job the whole thing is for."""
import email
import email.policy
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402


class Inbox(Case):
    def test_email(self):
        me = self.me
        account = me.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], account['level'], account['contacts']), ('active', 'session', []))
        self.assertEqual([f['type'] for f in account['findings']], ['no-contacts', 'saved-codes-none'])
        self.assertEqual(account['channels']['email'],
                         {'state': 'ready', 'since': None, 'told_at': None, 'trial': True})
        self.assertEqual(account['channels']['sms']['state'], 'none')

        self.problem(me.post('/v1/account/contacts', {'kind': 'email', 'value': 'alex@example.org'}),
                     'elevation-needed', level='password', contacts=[])
        self.assertEqual(me.elevate()['verified_contacts'], 0)
        contact = me.add('Alex.Sample@example.org', label=' Personal ')
        self.assertEqual((contact['state'], contact['value'], contact['label'], contact['masked']),
                         ('unverified', 'Alex.Sample@example.org', 'Personal', 'A•••e@example.org'))

        challenge = me.send(contact)
        self.assertEqual((challenge['purpose'], challenge['life'], challenge['attempts_left'], challenge['sends']),
                         ('prove', 1800, 5, 1))
        self.assertTrue(challenge['delivery']['trial'])
        self.assertEqual(me.contact(contact)['challenge'], challenge['id'])
        code = me.code_of(challenge, contact)
        message = me.inbox()[0]
        self.assertTrue(message['text'].startswith(f'{code[:3]} {code[3:]}'), 'the code stands first')

        answer = me.answer(challenge, f' {code[:3]} – {code[3:]} ', ok=200).json
        self.assertEqual((answer['purpose'], answer['contact']['state'], answer['contact']['trial']),
                         ('prove', 'verified', True))
        self.assertEqual(answer['elevation']['level'], 'verified', 'the first contact raises the password token')
        self.assertEqual(answer['elevation']['token'], me.token)
        self.assertEqual(me.challenge(challenge)['state'], 'answered')
        self.assertEqual([f['type'] for f in me.get('/v1/account').json['findings']],
                         ['one-contact', 'saved-codes-none'])

    def test_full_width_digits(self):
        me = self.me
        me.elevate()
        contact = me.add('alex@example.org')
        challenge = me.send(contact)
        code = me.code_of(challenge, contact)
        me.answer(challenge, ''.join(chr(ord('０') + int(d)) for d in code), ok=200)

    def test_phone(self):
        me = self.me
        me.elevate()
        contact = me.add('07911 123456', 'phone', region='GB')
        self.assertEqual((contact['value'], contact['masked']), ('+447911123456', '••• •• 56'))
        prove = f"/v1/account/contacts/{contact['id']}/challenges"
        self.problem(me.post(prove, {}), 'no-gateway', channel='sms')
        self.problem(me.post(prove, {'via': 'voice'}), 'no-gateway', channel='voice')

        me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201)
        challenge = me.send(contact)
        self.assertEqual((challenge['medium'], challenge['life']), ('sms', 600))
        answer = me.answer(challenge, me.code_of(challenge, contact), ok=200).json
        self.assertEqual(answer['contact']['state'], 'verified')

    def test_without_token_nothing_rises(self):
        me = self.me
        me.elevate()
        contact = me.add('alex@example.org')
        challenge = me.send(contact)
        code = me.code_of(challenge, contact)
        answer = me.answer(challenge, code, token=False, ok=200).json
        self.assertIsNone(answer['elevation'], 'a code alone never raises anything')
        self.assertEqual(me.get('/v1/account').json['level'], 'password')

    def test_confirm(self):
        me = self.me
        first = me.prove('alex@example.org')
        me.token = None
        me.elevate()
        refused = self.problem(me.post('/v1/account/contacts', {'kind': 'email', 'value': 'b@example.net'}),
                               'elevation-needed', level='verified')
        self.assertEqual(refused['contacts'], [{'id': first['id'], 'kind': 'email', 'masked': 'a•••x@example.org'}])

        challenge = me.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': first['id']}, ok=201).json
        self.assertEqual((challenge['purpose'], challenge['life']), ('confirm', 600))
        answer = me.answer(challenge, me.code_of(challenge, first), ok=200).json
        self.assertEqual(answer['elevation']['level'], 'verified')
        self.assertEqual(answer['elevation']['verified_contacts'], 1)
        me.add('b@example.net')


    def test_second_contact_raises_nothing(self):
        """Who has the password alone cannot prove a mailbox of their own and be verified by that."""
        me = self.me
        me.prove('alex@example.org')
        mine = me.add('mallory@example.net')
        me.token = None
        me.elevate()
        challenge = me.send(mine)
        answer = me.answer(challenge, me.code_of(challenge, mine), ok=200).json
        self.assertIsNone(answer['elevation'])
        self.assertEqual(me.get('/v1/account').json['level'], 'password')


class Smtp(Case):
    def setUp(self):
        super().setUp()
        self.sink = sink.SmtpSink()
        self.addCleanup(self.sink.stop)
        self.gateway = self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': self.sink.settings()}, ok=201).json

    def code_in_mail(self, to):
        message = self.sink.wait_for(to)
        text = message.get_body(('plain',)).get_content()
        found = re.match(r'(\d{3}) (\d{3}) ', text)
        self.assertTrue(found, text)
        return found[1] + found[2]

    def test_real_mail(self):
        me = self.me
        me.elevate()
        contact = me.add('alex.sample@example.org')
        challenge = me.send(contact)
        self.assertFalse(challenge['delivery']['trial'])
        code = self.code_in_mail('alex.sample@example.org')
        harness.wait_for('the state', lambda: me.challenge(challenge)['delivery']['state'] == 'handed-over')
        delivery = me.challenge(challenge)['delivery']
        self.assertEqual((delivery['by'], delivery['sender']), (self.gateway['title'], self.sink.sender))
        self.assertEqual([s['state'] for s in delivery['steps']], ['queued', 'sending', 'handed-over'])

        answer = me.answer(challenge, code, ok=200).json
        self.assertEqual((answer['contact']['state'], answer['contact']['trial']), ('verified', False))
        self.assertEqual(me.inbox(), [], 'nothing of it lies in the trial inbox')
        harness.wait_for('the state', lambda: me.get('/v1/gateways').json['items'][0]['health']['state'] == 'ready')

    def test_refused_address(self):
        me = self.me
        me.elevate()
        contact = me.add('nobody@example.org')
        self.sink.refuse('nobody@example.org', '550 5.1.1 No such user here')
        challenge = me.send(contact)
        harness.wait_for('the state', lambda: me.challenge(challenge)['delivery']['state'] == 'refused')
        self.assertIn('No such user', me.challenge(challenge)['delivery']['detail'])
        self.assertTrue(me.contact(contact)['undeliverable'])
        self.assertIn('undeliverable', [f['type'] for f in me.get('/v1/account').json['findings']])

    def test_resend_is_the_same_code(self):
        me = self.me
        me.elevate()
        contact = me.add('alex@example.org')
        challenge = me.send(contact)
        first = self.code_in_mail('alex@example.org')
        self.problem(me.resend(challenge), 'too-soon')
        self.move_clock(31)
        again = me.resend(challenge, ok=200).json
        self.assertEqual((again['sends'], again['id']), (2, challenge['id']))
        self.sink.wait_for('alex@example.org', 2)
        self.assertEqual(self.code_in_mail('alex@example.org'), first)
        me.answer(challenge, first, ok=200)


if __name__ == '__main__':
    tap.main()
