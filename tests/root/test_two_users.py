#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts of one computer at the system instance: each has its own, whatever it knows of the other."""
import pathlib
import pwd
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / 'lib')]
import harness  # noqa: E402
import tap  # noqa: E402
from system import SOCKET, SystemCase, add_user, only_in_sandbox  # noqa: E402


@only_in_sandbox
class TwoUsers(SystemCase):
    """Fresh accounts for each test: limits of one say nothing to the next."""
    number = 0

    def setUp(self):
        type(self).number += 1
        self.names = [f'ann{self.number}', f'bob{self.number}']
        for name in self.names:
            add_user(name)
        self.ann, self.bob = (self.sit(name) for name in self.names)
        self.address = f'ann{self.number}@example.org'

    def both_prove(self):
        contact = self.ann.prove(self.address)
        self.bob.prove(f'bob{self.number}@example.net')
        return contact

    def test_each_sees_his_own(self):
        contact = self.both_prove()
        for seat, name in zip((self.ann, self.bob), self.names):
            account = seat.get('/v1/account', ok=200).json
            self.assertEqual((account['name'], len(account['contacts'])), (name, 1))
            self.assertEqual(len(seat.get('/v1/account/contacts', ok=200).json['items']), 1)
            self.assertEqual(len(seat.codes(self.address)), 1 if seat is self.ann else 0)
        for path in ('/v1/account', '/v1/account/contacts?removed=1', '/v1/inbox', '/v1/service'):
            body = self.bob.get(path, ok=200).body
            self.assertNotIn(self.names[0], body)
            self.assertNotIn(contact['id'], body)

    def test_foreign_ids(self):
        """To somebody who holds a token of the highest level of his own, another's ids are unknown ones."""
        contact = self.both_prove()
        challenge = self.ann.send(contact)
        harness.wait_for('the second code', lambda: len(self.ann.codes(self.address)) == 2)
        code = self.ann.code(self.address)
        before = self.ann.get('/v1/account/contacts?removed=1', ok=200).json
        c, h = f"/v1/account/contacts/{contact['id']}", f"/v1/account/challenges/{challenge['id']}"
        for method, path, body in (
                ('PATCH', c, {'label': 'mine'}), ('PATCH', c, {'value': 'mallory@example.net'}), ('DELETE', c, None),
                ('POST', c + '/restore', {}), ('POST', c + '/still-mine', {}), ('POST', c + '/challenges', {}),
                ('POST', '/v1/account/challenges', {'purpose': 'confirm', 'contact': contact['id']}),
                ('GET', h, None), ('POST', h + '/resend', {}), ('POST', h + '/answer', {'code': code}),
                ('DELETE', h, None)):
            with self.subTest(f'{method} {path.rsplit("/", 1)[-1]}'):
                answer = self.bob.call(method, path, body)
                self.problem(answer, 'not-found')
                unknown = path.replace(contact['id'], 'A' * 22).replace(challenge['id'], 'A' * 22)
                body = {**body, 'contact': 'A' * 22} if body and 'contact' in body else body
                unknown = self.bob.call(method, unknown, body)
                self.assertEqual((answer.status, answer.json['type'], answer.json['detail']),
                                 (unknown.status, unknown.json['type'], unknown.json['detail']))
        self.assertEqual(self.ann.get('/v1/account/contacts?removed=1', ok=200).json, before)
        now = self.ann.get(h, ok=200).json
        self.assertEqual((now['attempts_left'], now['state']), (5, 'running'))
        self.ann.answer(challenge, code, ok=200)

    def test_code_of_another_account(self):
        """The same address in both accounts, a code for each: neither opens the other's; each works for its own."""
        for seat in (self.ann, self.bob):
            seat.elevate()
        mine, other = self.ann.add(self.address), self.bob.add(self.address)
        challenge, others = self.ann.send(mine), self.bob.send(other)
        code, others_code = self.ann.code(self.address), self.bob.code(self.address)
        if code == others_code:
            self.skipTest('one in a million: both codes are the same')
        self.problem(self.bob.answer(others, code), 'code-wrong', attempts_left=4)
        self.problem(self.ann.answer(challenge, others_code), 'code-wrong', attempts_left=4)
        self.assertEqual(self.ann.answer(challenge, code, ok=200).json['contact']['state'], 'verified')
        self.assertEqual(self.bob.get('/v1/account', ok=200).json['contacts'][0]['state'], 'unverified')
        self.assertEqual(self.bob.answer(others, others_code, ok=200).json['contact']['state'], 'verified')

    def test_token_of_another(self):
        self.ann.prove(self.address)
        account = self.bob.get('/v1/account', token=self.ann.token, ok=200).json
        self.assertEqual((account['name'], account['level']), (self.names[1], 'session'))
        self.problem(self.bob.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org'},
                                   token=self.ann.token), 'elevation-needed')

    def test_same_idempotency_key(self):
        """A key is its account's: the other is not answered with what was made for the first."""
        headers = {'Idempotency-Key': 'the-same'}
        for seat in (self.ann, self.bob):
            seat.elevate()
        body = {'kind': 'email', 'value': self.address}
        made = [seat.post('/v1/account/contacts', body, headers=headers, ok=201).json['id']
                for seat in (self.ann, self.bob)]
        self.assertNotEqual(*made)

    def test_nothing_names_a_user(self):
        """In the body or the query it is refused; a header of that kind is nothing to the service."""
        self.bob.elevate()
        for name in ('user', 'uid', 'account', 'name'):
            body = {'kind': 'email', 'value': 'a@example.org', name: self.names[0]}
            answer = self.bob.post('/v1/account/contacts', body)
            self.assertEqual(answer.status, 400)
            self.problem(answer, 'body-not-valid', member=name)
            self.problem(self.bob.get(f'/v1/account?{name}={self.names[0]}'), 'body-not-valid', member=name)
        headers = {'X-Forwarded-User': self.names[0], 'X-Remote-User': self.names[0], 'From': self.names[0]}
        self.assertEqual(self.bob.get('/v1/account', headers=headers, ok=200).json['name'], self.names[1])

    def test_limits_of_one_are_not_the_other_s(self):
        for _ in range(6):
            answer = self.bob.post('/v1/account/elevations', {'password': 'another one'})
        self.problem(answer, 'too-many-tries')
        self.ann.elevate()
        contact = self.ann.add(self.address)
        challenge = self.ann.send(contact)
        code = self.ann.code(self.address)
        for _ in range(4):
            self.problem(self.ann.answer(challenge, f'{(int(code) + 1) % 1000000:06d}'), 'code-wrong')
        self.ann.answer(challenge, code, ok=200)

    def test_an_address_is_limited_over_all_accounts(self):
        for seat in (self.ann, self.bob):
            seat.elevate()
        for seat, times in ((self.ann, 3), (self.bob, 2)):
            contact = seat.add(self.address)
            for _ in range(times):
                challenge = seat.send(contact)
                seat.call('DELETE', f"/v1/account/challenges/{challenge['id']}", ok=204)
            refused = f"/v1/account/contacts/{contact['id']}/challenges"
        self.problem(self.bob.post(refused), 'too-many-codes', per='contact', limit=5)

    def test_connections_of_one_are_not_the_other_s(self):
        """Ann holds all that one user may; bob is let in."""
        ann = self.sit(self.names[0])
        held = [self.sit(self.names[0]) for _ in range(16)]
        for seat in held:
            seat.get('/v1/service', ok=200)
        connection = harness.Connection(SOCKET)   # of root: a third
        connection.request('GET', '/v1/service')
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.assertEqual(ann.get('/v1/service').status, 0, 'the seventeenth is closed unheard')
        self.assertEqual(self.bob.get('/v1/account', ok=200).json['name'], self.names[1])

    # Prints "open", and what came once that is in it, standard input has ended, or nothing came for 40 s.
    LISTEN = ('import select, socket, sys\n'
              's = socket.socket(socket.AF_UNIX); s.settimeout(40); s.connect(sys.argv[1])\n'
              's.sendall(b"GET /v1/account/events HTTP/1.1\\r\\nHost: secinfo\\r\\n\\r\\n")\n'
              'print("open" if b" 200 " in s.recv(4096) else "refused", flush=True)\n'
              'got, ready = b"", [s]\n'
              'while s in ready and sys.argv[2].encode() not in got:\n'
              '    ready = select.select([s, sys.stdin], [], [], 40)[0]\n'
              '    if s in ready: got += s.recv(4096) or sys.exit(1)\n'
              'print(repr(got.decode()), flush=True)\n')

    def listen(self, name, until):
        entry = pwd.getpwnam(name)
        stream = subprocess.Popen(['/usr/bin/python3', '-c', self.LISTEN, SOCKET, until], user=entry.pw_uid,
                                  group=entry.pw_gid, extra_groups=[], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        self.addCleanup(stream.stdout.close)
        self.addCleanup(stream.wait)
        self.addCleanup(stream.stdin.close)
        self.assertEqual(stream.stdout.readline(), 'open\n')
        return stream

    def test_events_are_one_s_own(self):
        """While ann changes hers, bob's stream tells nothing of it."""
        self.ann.elevate()
        ann, bob = (self.listen(name, 'event: contacts') for name in self.names)
        self.ann.add(self.address)
        self.assertIn('event: contacts', ann.stdout.readline())
        time.sleep(1)   # what bob would be told is not slower than that
        self.assertNotIn('event: contacts', bob.communicate(timeout=60)[0])

    def test_ways_to_send_are_all_administrators(self):
        """What one changes of them (root, here) the streams of the others tell; an ordinary user's does not."""
        subprocess.run(['gpasswd', '-a', self.names[0], 'sudo'], check=True, capture_output=True)
        root = self.sit('root')
        harness.wait_for('the courier', lambda: root.get('/v1/gateway-kinds').status == 200)
        self.bob.elevate()
        for change in ('POST', 'PATCH', 'DELETE'):
            ann = self.listen(self.names[0], 'event: gateways\ndata: {"id"')
            bob = self.listen(self.names[1], 'event: contacts')
            if change == 'POST':
                settings = {'topic': 'of-the-computer'}
                made = root.post('/v1/gateways', {'kind': 'ntfy', 'settings': settings}, ok=201).json
                path = f'/v1/gateways/{made["id"]}'
            else:
                root.call(change, path, {'title': 'Another name'} if change == 'PATCH' else None)
            self.assertIn(made['id'], ann.stdout.readline())
            self.bob.add(f'{change.lower()}@example.org')   # comes after whatever he would be told
            told = bob.stdout.readline()
            self.assertIn('event: contacts', told)
            self.assertNotIn('gateways', told)

    def test_log_holds_no_secret(self):
        self.both_prove()
        codes = self.ann.codes(self.address)
        text = self.instance.text()
        for secret in (self.address, *codes, *(c.replace(' ', '') for c in codes), self.ann.token):
            self.assertNotIn(secret, text)


if __name__ == '__main__':
    tap.main()
