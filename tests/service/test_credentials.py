#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway whose credentials lie in a keyring that is locked, or that has them no more."""
import base64
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

PHONE = '+447911123456'


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
        self.assertEqual((self.state(challenge), self.told), ('queued', []))
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

    def test_no_json_in_the_keyring(self):
        name = 'gateway:' + self.gateway['id']
        for text in ('no JSON', '[1]'):
            self.service.keyring_items[name] = base64.b64encode(text.encode()).decode()
            self.problem(self.me.post(f"/v1/gateways/{self.gateway['id']}/test", {'to': PHONE}), 'store-locked')
        self.assertEqual(self.told, [])


if __name__ == '__main__':
    tap.main()
