# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the account service: what the tests do again and again, in the words of the API."""
import base64
import json
import pathlib
import resource
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
import harness  # noqa: E402


class Person:
    """One process's view of the service: keeps its token and sends it along, as the app does."""

    def __init__(self, service, case):
        self.service, self.case, self.token, self.known, self.local = service, case, None, {}, threading.local()

    def call(self, method, path, body=None, *, key=None, token=True, language=None, ok=None):
        """The answer, already held against data/openapi.yaml by the harness. ok: the status it has to have."""
        headers = {}
        if key is not None:
            headers['Idempotency-Key'] = key
        if language is not None:
            headers['Accept-Language'] = language
        def ask():
            return self.service.request(method, path, body, token=self.token if token is True else token or None,
                                        headers=headers, connection=self.connection())
        answer = ask()
        while answer.problem == 'busy':   # it goes on by itself
            time.sleep(0.1)
            answer = ask()
        if ok is not None:
            self.case.assertEqual(answer.status, ok, f'{answer}: {answer.problem and answer.json}')
        return answer

    def connection(self):
        """One kept connection a thread, and a new one after a restart."""
        mine = getattr(self.local, 'connection', None)
        if mine is None or self.local.process is not self.service.process:
            mine = self.local.connection = self.service.connect()
            self.local.process = self.service.process
        return mine

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
        answer = self.post('/v1/account/elevations', {'password': self.service.password}, ok=201).json
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

    def resend(self, challenge, via=None, **kw):
        return self.post(f"/v1/account/challenges/{challenge['id']}/resend", {'via': via} if via else {}, **kw)

    def inbox(self):
        return self.get('/v1/inbox', ok=200).json['items']

    def code_of(self, challenge, contact):
        """The code, from the trial inbox, as soon as the service says that it was handed over."""
        def arrived():
            now = self.challenge(challenge)
            return now['delivery']['state'] in ('handed-over', 'delivered')
        harness.wait_for('the code was handed over', arrived)
        mine = [m for m in self.inbox() if m['to'] == self.address_of(contact) and m['code']]
        self.case.assertTrue(mine, 'no code in the inbox')
        self.service.secrets.add(mine[0]['code'])
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


class Case(harness.ServiceCase):
    """A fresh service for each test, and somebody who asks it; its clock can be moved."""
    fake_clock = True

    def setUp(self):
        super().setUp()
        self.me = Person(self.service, self)

    def problem(self, answer, kind, **members):
        self.assertEqual(answer.problem, kind, answer)
        for name, value in members.items():
            self.assertEqual(answer.json.get(name), value, answer)
        if answer.json.get('retry_at') is not None:
            self.assertGreaterEqual(int(answer.headers['Retry-After']), 0)
        return answer.json

    def move_clock(self, seconds):
        self.service.clock.advance(seconds)

    def database(self):
        return self.service.state / 'store.db'

    def state_contains(self, text):
        return any(text in path.read_bytes() for path in self.service.state.rglob('*') if path.is_file())

    def keyring_text(self, name):
        return base64.b64decode(self.service.keyring_items[name]).decode()

    def limit_files(self, size):
        """The largest size a file of the service may get from now on; None: any."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.service.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def courier_pid(self):
        """The process id of the running courier, or None."""
        found = subprocess.run(['pgrep', '-P', str(self.service.process.pid), '-f', 'secinfo-courier'],
                               capture_output=True, text=True).stdout.split()
        return int(found[0]) if found else None

    def in_another_process(self, method, path, token):
        """The JSON that another process of the same account is answered."""
        script = ('import http.client, json, socket, sys\n'
                  'path, method, route, token = json.loads(sys.stdin.read())\n'
                  'c = http.client.HTTPConnection("secinfo")\n'
                  'c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(path)\n'
                  'c.request(method, route, headers={"Authorization": "Bearer " + token})\n'
                  'sys.stdout.write(c.getresponse().read().decode())\n')
        given = json.dumps([str(self.service.socket), method, path, token])
        done = subprocess.run([sys.executable, '-c', script], input=given, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
