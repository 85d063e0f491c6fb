#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How codes are sent: settings against the kind, credentials in the keyring, tests, order, a gateway that is down."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402


class Gateways(Case):
    def setUp(self):
        super().setUp()
        self.sink = sink.SmtpSink()
        self.addCleanup(self.sink.stop)

    def add(self, **settings):
        given = {**self.sink.settings(), **settings}
        return self.me.post('/v1/gateways', {'kind': 'smtp', 'title': 'Office', 'settings': given})

    def test_kinds(self):
        kinds = {k['name']: k for k in self.me.get('/v1/gateway-kinds', ok=200).json['items']}
        self.assertLessEqual({'smtp', 'kannel', 'twilio-sms', 'webhook', 'inbox', 'inbox-phone'}, set(kinds))
        self.assertIn('password', [s['name'] for s in kinds['smtp']['settings'] if s['secret']])

    def test_preset(self):
        kinds = {k['name']: k for k in self.me.get('/v1/gateway-kinds?address=alex@gmail.com', ok=200).json['items']}
        self.assertIn('host', kinds['smtp']['preset']['settings'])
        self.assertNotIn('preset', kinds['inbox'])

    def test_settings_refused(self):
        me = self.me
        for body, member in (({'kind': 'pigeon', 'settings': {}}, 'kind'),
                             ({'kind': 'smtp', 'settings': {'host': '127.0.0.1', 'colour': 'red'}}, 'colour'),
                             ({'kind': 'smtp', 'settings': {**self.sink.settings(), 'port': 25}}, 'port'),
                             ({'kind': 'smtp', 'settings': {'from': 'codes@laptop.example.org'}}, 'host')):
            self.problem(me.post('/v1/gateways', body), 'settings-not-valid', member=member)
        self.problem(me.post('/v1/gateways', {'kind': 'smtp', 'settings': {**self.sink.settings(), 'from': 'codes'}}),
                     'settings-not-valid', member='from')
        self.assertEqual(me.get('/v1/gateways').json['items'], [])

    def test_credentials_lie_in_the_keyring_alone(self):
        added = self.add(user='office', password='hunter2-very-secret').json
        self.assertIn('password', added['secrets'])
        self.assertNotIn('password', added['settings'])
        self.assertIn('hunter2-very-secret', self.keyring_text('gateway:' + added['id']))
        self.assertNotIn('hunter2', str(self.me.get('/v1/gateways', ok=200).json))
        self.assertFalse(self.state_contains(b'hunter2-very-secret'))

        changed = self.me.patch(f"/v1/gateways/{added['id']}", {'title': 'Home'}, ok=200).json
        self.assertEqual((changed['title'], changed['secrets']), ('Home', added['secrets']))
        self.assertIn('hunter2-very-secret', self.keyring_text('gateway:' + added['id']))

        self.me.delete(f"/v1/gateways/{added['id']}", ok=204)
        self.assertNotIn('gateway:' + added['id'], self.service.keyring_items)
        self.problem(self.me.delete(f"/v1/gateways/{added['id']}"), 'not-found')

    def test_change_settings(self):
        added = self.add().json
        path = f"/v1/gateways/{added['id']}"
        settings = self.me.patch(path, {'settings': {'from': 'other@laptop.example.org'}}, ok=200).json['settings']
        self.assertEqual((settings['from'], settings['host']), ('other@laptop.example.org', '127.0.0.1'))
        self.problem(self.me.patch(path, {'settings': {'host': ''}}), 'settings-not-valid', member='host')

    def test_order(self):
        ids = [self.add().json['id'] for _ in range(3)]
        self.assertEqual([g['position'] for g in self.me.get('/v1/gateways').json['items']], [0, 1, 2])
        self.me.patch(f'/v1/gateways/{ids[2]}', {'position': 0}, ok=200)
        self.assertEqual([g['id'] for g in self.me.get('/v1/gateways').json['items']], [ids[2], ids[0], ids[1]])
        self.me.patch(f'/v1/gateways/{ids[2]}', {'position': 9}, ok=200)
        self.assertEqual([g['id'] for g in self.me.get('/v1/gateways').json['items']], ids)

    def test_test_message(self):
        added = self.add().json
        result = self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'owner@example.org'}, ok=200).json
        self.assertEqual(result['result'], 'accepted')
        self.assertIn('SecInfo', self.sink.wait_for('owner@example.org').get_body(('plain',)).get_content())
        self.sink.refuse('nobody@example.org', '550 5.1.1 No such user here')
        refused = self.problem(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'nobody@example.org'}),
                               'gateway-refused', result='bad-address')
        self.assertIn('No such user', refused['words'])
        self.problem(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'nobody'}), 'address-not-valid')
        self.sink.stop()
        self.problem(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'owner@example.org'}), 'gateway-refused')

    def test_test_message_of_the_inbox(self):
        added = self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201).json
        self.me.post(f"/v1/gateways/{added['id']}/test", {'to': '+447911123456'}, ok=200)
        self.assertEqual((self.me.inbox()[0]['to'], self.me.inbox()[0]['code']), ('+447911123456', None))
        self.me.delete('/v1/inbox', ok=204)
        self.assertEqual(self.me.inbox(), [])

    def test_fail_over(self):
        """The first gateway does not answer: the next one takes the message."""
        dead = sink.SmtpSink()
        dead.stop()
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': dead.settings()}, ok=201)
        self.add()
        self.me.elevate()
        contact = self.me.add('alex@example.org')
        challenge = self.me.send(contact)
        self.sink.wait_for('alex@example.org')
        harness.wait_for('the state', lambda: self.me.challenge(challenge)['delivery']['state'] == 'handed-over')
        self.assertEqual(self.me.challenge(challenge)['delivery']['by'], 'Office')


if __name__ == '__main__':
    tap.main()
