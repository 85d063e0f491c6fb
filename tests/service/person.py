# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the account service: what the tests do again and again, in the words of the API."""
import unittest

import harness

WAIT = 10   # seconds; a code in the trial inbox is there within milliseconds, a loaded machine takes longer


class Person:
    """One process's view of the service: keeps its token and sends it along, as the app does."""

    def __init__(self, service, case):
        self.service, self.case, self.token, self.known = service, case, None, {}

    def call(self, method, path, body=None, *, key=None, token=True, language=None, ok=None):
        """The answer, already held against data/openapi.yaml by the harness. ok: the status it has to have."""
        headers = {}
        if key is not None:
            headers['Idempotency-Key'] = key
        if language is not None:
            headers['Accept-Language'] = language
        if token is True and self.token is not None:
            headers['Authorization'] = 'Bearer ' + self.token
        elif isinstance(token, str):
            headers['Authorization'] = 'Bearer ' + token
        answer = self.service.request(method, path, body, headers=headers)
        if ok is not None:
            self.case.assertEqual(answer.status, ok, f'{method} {path}: {answer.json}')
        return answer

    def get(self, path, **kw):
        return self.call('GET', path, **kw)

    def post(self, path, body=None, **kw):
        return self.call('POST', path, body, **kw)

    def patch(self, path, body, **kw):
        return self.call('PATCH', path, body, **kw)

    def delete(self, path, **kw):
        return self.call('DELETE', path, **kw)

    # --- confirming who one is

    def elevate(self):
        """Level password."""
        answer = self.post('/v1/account/elevations', self.service.elevation_body(), ok=201).json
        self.token = answer['token']
        return answer

    def verify(self, contact):
        """Level verified, with a code to that contact."""
        self.elevate()
        challenge = self.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': contact['id']}).json
        answer = self.answer(challenge, self.code_of(challenge, contact), ok=200).json
        self.case.assertEqual(answer['elevation']['level'], 'verified')
        self.token = answer['elevation']['token']
        return answer

    # --- contacts and codes

    def contacts(self, removed=False):
        return self.get('/v1/account/contacts' + ('?removed=1' if removed else ''), ok=200).json['items']

    def contact(self, contact, removed=True):
        found = [c for c in self.contacts(removed) if c['id'] == contact['id']]
        return found[0] if found else None

    def add(self, value, kind='email', **more):
        contact = self.post('/v1/account/contacts', {'kind': kind, 'value': value, **more}, ok=201).json
        self.known[contact['id']] = contact['value']
        return contact

    def send(self, contact, **body):
        return self.post(f"/v1/account/contacts/{contact['id']}/challenges", body, ok=201).json

    def challenge(self, challenge):
        return self.get(f"/v1/account/challenges/{challenge['id']}", ok=200).json

    def answer(self, challenge, code, **kw):
        return self.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': code}, **kw)

    def resend(self, challenge, **kw):
        return self.post(f"/v1/account/challenges/{challenge['id']}/resend", {}, **kw)

    def inbox(self):
        return self.get('/v1/inbox', ok=200).json['items']

    def code_of(self, challenge, contact):
        """The code, from the trial inbox, as soon as the service says that it was handed over."""
        def arrived():
            now = self.challenge(challenge)
            return now['delivery']['state'] in ('handed-over', 'delivered')
        harness.wait_for(arrived, WAIT)
        mine = [m for m in self.inbox() if m['to'] == self.address_of(contact) and m['code']]
        self.case.assertTrue(mine, 'no code in the inbox')
        return mine[0]['code']

    def address_of(self, contact):
        return contact.get('value') or self.known[contact['id']]

    def prove(self, value, kind='email', **more):
        """Adds a contact and answers its code: verified. With a first contact the token rises to verified."""
        if self.token is None:
            self.elevate()
        contact = self.add(value, kind, **more)
        challenge = self.send(contact)
        answer = self.answer(challenge, self.code_of(challenge, contact), ok=200).json
        if answer['elevation'] is not None:
            self.token = answer['elevation']['token']
        self.case.assertEqual(answer['contact']['state'], 'verified')
        return contact

    def wrong(self, code):
        """Another code than that one."""
        return f'{(int(code) + 1) % 1000000:06d}'


class Case(unittest.TestCase):
    """A fresh service for each test."""
    options = {}

    def setUp(self):
        self.service = harness.Service(**self.options)
        self.addCleanup(self.service.cleanup)
        self.service.start()
        self.me = Person(self.service, self)

    def problem(self, answer, kind, **members):
        self.assertEqual(answer.json.get('type'), '/problems/' + kind, answer.json)
        for name, value in members.items():
            self.assertEqual(answer.json.get(name), value, answer.json)
        if 'retry_at' in answer.json:
            self.assertGreaterEqual(int(answer.headers['Retry-After']), 0)
        return answer.json
