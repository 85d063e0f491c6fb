#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway whose credentials lie in a keyring that is locked, or that has them no more."""
import base64
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

PHONE = '+447911123456'
TOKEN = 'auth token of us'


class Credentials(Case):
    fake_clock = False

    def setUp(self):
        super().setUp()
        self.told = []
        server = courier.WebServer(lambda request: (self.told.append(request.body), (202, {}, b'{"id": "m-1"}'))[1])
        self.addCleanup(server.close)
        settings = {'base': server.base, 'secret': 'ein Geheimnis des Büros'}
        self.gateway = self.me.post('/v1/gateways', {'kind': 'webhook', 'settings': settings}, ok=201).json
        self.me.elevate()
        self.contact = self.me.add(PHONE, 'phone')

    def state(self, challenge):
        return self.me.challenge(challenge)['delivery']['state']

    def until(self, challenge, state, seconds=harness.WAIT):
        harness.wait_for(f'the state {state}', lambda: self.state(challenge) == state, seconds)

    def test_locked_keyring_is_waited_for(self):
        self.service.keyring.set_state('locked')
        challenge = self.me.send(self.contact)
        asked = ('get', 'gateway:' + self.gateway['id'])
        harness.wait_for('the keyring is asked', lambda: asked in self.service.keyring.asked)
        # Between two tries, five seconds apart; a try that asks the keyring says “sending”.
        self.until(challenge, 'queued')
        self.assertEqual(self.told, [])
        self.service.keyring.set_state('ok')
        self.until(challenge, 'handed-over', 60)
        self.assertEqual(len(self.told), 1)

    def test_credentials_that_are_gone(self):
        """Nobody's address is blamed; the owner of the computer is told what is the matter."""
        name = 'gateway:' + self.gateway['id']
        kept = self.service.keyring_items.pop(name)
        challenge = self.me.send(self.contact)
        self.until(challenge, 'gateway-down')
        self.assertEqual(self.told, [])
        self.assertEqual(self.me.contact(self.contact)['state'], 'unverified')
        self.problem(self.me.post(f"/v1/gateways/{self.gateway['id']}/test", {'to': PHONE}), 'store-locked',
                     reason='keyring-gone')
        self.service.keyring_items[name] = kept
        self.me.post(f"/v1/gateways/{self.gateway['id']}/test", {'to': PHONE}, ok=200)

    def test_a_gateway_that_repeats_them(self):
        """What it says is shown to the administrator and kept with the message: nothing of its login is in it."""
        heard = []

        def echo(request):
            if request.path.endswith('/token'):
                return 200, {}, json.dumps({'access_token': 'tok-0123456789', 'expires_in': 3599}).encode()
            heard.append(request.headers['Authorization'].split()[-1])
            words = f"refused: {request.headers['Authorization']} {heard[-1]} {TOKEN}"
            return 400, {'Content-Type': 'application/json'}, json.dumps(
                {'code': 21211, 'message': words, 'status': 400,
                 'error': {'code': 'ErrorInvalidRecipients', 'message': words}}).encode()
        server = courier.WebServer(echo)
        self.addCleanup(server.close)
        self.me.delete('/v1/gateways/' + self.gateway['id'], ok=204)
        mail = self.me.add('alt@example.org')
        for kind, settings, contact, to in (
                ('twilio-sms', {'account': 'AC0123456789', 'token': TOKEN, 'from': '+15005550006'}, self.contact,
                 PHONE),
                ('microsoft-graph', {'login': server.base, 'tenant': 'contoso.example', 'client': 'c-1',
                                     'secret': TOKEN, 'from': 'a@example.org'}, mail, 'alt@example.org')):
            gateway = self.me.post('/v1/gateways', {'kind': kind, 'settings': settings | {'base': server.base}},
                                   ok=201).json
            shown = [self.me.post(f"/v1/gateways/{gateway['id']}/test", {'to': to}).json]
            self.assertIn('refused: ', json.dumps(shown))
            challenge = self.me.send(contact)
            self.until(challenge, 'refused')
            shown += [self.me.challenge(challenge), self.me.get('/v1/gateways', ok=200).json]
            encoded = heard[-1].rstrip('=')
            kept = (json.dumps(shown), self.service.log())
            for secret in (TOKEN, encoded, encoded[-12:], 'tok-0123456789'):
                self.assertFalse([where for where in kept if secret in where])
                self.assertFalse(self.state_contains(secret.encode()))
            self.assertTrue(self.state_contains(b'refused: '))
        self.assertEqual(heard[-1], 'tok-0123456789')

    def test_no_json_in_the_keyring(self):
        name = 'gateway:' + self.gateway['id']
        for text in ('no JSON', '[1]'):
            self.service.keyring_items[name] = base64.b64encode(text.encode()).decode()
            self.problem(self.me.post(f"/v1/gateways/{self.gateway['id']}/test", {'to': PHONE}), 'store-locked')
        self.assertEqual(self.told, [])


if __name__ == '__main__':
    tap.main()
