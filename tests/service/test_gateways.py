#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How codes are sent: settings against the kind, credentials in the keyring, tests, order, a gateway that is down."""
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import signal
import sqlite3
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
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
        self.assertEqual(len(kinds['smtp']['preset']['steps']), 3)
        german = self.me.get('/v1/gateway-kinds?address=alex@outlook.com', ok=200, language='de').json['items']
        preset = [k for k in german if k['name'] == 'smtp'][0]['preset']
        self.assertFalse(preset['works'])
        self.assertIn('kein App-Passwort', preset['steps'][0])
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
                               'gateway-refused', result='bad-address', by='127.0.0.1')
        self.assertIn('No such user', refused['words'])
        self.assertNotIn('retry_at', refused)
        self.assertEqual((refused['channel'], refused['detail']), ('email', 'Refused: this address does not exist.'))
        self.problem(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'nobody'}), 'address-not-valid')
        self.sink.stop()
        self.problem(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'owner@example.org'}), 'gateway-refused',
                     by='127.0.0.1')

    def test_our_own_courier_is_not_there(self):
        """Nothing was asked of the mail server: its settings are not what is looked at."""
        added = self.add().json
        answers = []

        def asked():
            if (courier_pid := self.courier_pid()) is not None:
                os.kill(courier_pid, signal.SIGKILL)
            answers.append(self.me.post(f"/v1/gateways/{added['id']}/test", {'to': 'owner@example.org'}))
            return answers[-1].problem == 'gateway-down'
        harness.wait_for('nobody there who could send it', asked)
        self.problem(answers[-1], 'gateway-down', channel='email')
        self.assertNotIn('retry', [answer.json.get('result') for answer in answers])
        self.assertIsNone(self.me.get('/v1/gateways', ok=200).json['items'][0]['health']['last_failure'])

    def test_who_refused_it_and_until_when(self):
        """The vendor's name, and his Retry-After as a time."""
        server = courier.WebServer(lambda request: (429, {'Retry-After': '120'}, b'{}'))
        self.addCleanup(server.close)
        added = self.me.post('/v1/gateways', {'kind': 'webhook', 'title': 'Mine',
                                              'settings': {'base': server.base, 'secret': 'a secret'}}, ok=201).json
        title = {k['name']: k['title'] for k in self.me.get('/v1/gateway-kinds', ok=200).json['items']}['webhook']
        before = self.service.clock.now()
        answer = self.me.post(f"/v1/gateways/{added['id']}/test", {'to': '+447911123456'})
        problem = self.problem(answer, 'gateway-refused', result='retry', by=title)
        at = datetime.datetime.fromisoformat(problem['retry_at']).timestamp()
        self.assertLessEqual(before + 120 - 1, at)
        self.assertLessEqual(at, self.service.clock.now() + 120)
        self.assertGreaterEqual(int(answer.headers['Retry-After']), 119)

    def last_failure(self):
        return self.me.get('/v1/gateways', ok=200).json['items'][0]['health']['last_failure']

    def test_what_the_last_test_said(self):
        """The list says it until one does well, or there are other settings; it holds no address."""
        gateway = self.add().json
        path = f"/v1/gateways/{gateway['id']}"
        self.assertIsNone(self.last_failure())
        self.sink.refuse('nobody@example.org', '550 5.1.1 <nobody@example.org>: No such user here')
        self.problem(self.me.post(path + '/test', {'to': 'nobody@example.org'}), 'gateway-refused')
        failure = self.last_failure()
        self.assertEqual({name: failure[name] for name in ('test', 'result', 'code', 'http', 'retry_at')},
                         {'test': True, 'result': 'bad-address', 'code': '550', 'http': None, 'retry_at': None})
        self.assertIn('No such user here', failure['words'])
        self.assertFalse(self.state_contains(b'nobody@example.org'))
        self.assertLess(abs(datetime.datetime.fromisoformat(failure['at'].replace('Z', '+00:00')).timestamp() -
                            time.time()), 60)
        # Its code did not leave either.
        self.me.elevate()
        self.sink.refuse('alex@example.org', '451 4.7.1 Come back in a while')
        self.problem(self.prove(gateway, 'alex@example.org'), 'gateway-refused', result='retry')
        self.assertEqual((self.last_failure()['code'], self.last_failure()['result']), ('451', 'retry'))
        self.me.post(path + '/test', {'to': 'owner@example.org'}, ok=200)
        self.assertIsNone(self.last_failure())
        self.problem(self.me.post(path + '/test', {'to': 'nobody@example.org'}), 'gateway-refused')
        self.me.patch(path, {'settings': {'from': 'other@laptop.example.org'}}, ok=200)
        self.assertIsNone(self.last_failure())

    def prove(self, gateway, to, **kwargs):
        return self.me.post(f"/v1/gateways/{gateway['id']}/test", {'to': to, 'prove': True}, **kwargs)

    def code_for(self, to, n=1):
        text = self.sink.wait_for(to, n).get_body(('plain',)).get_content()
        code = re.search(r'\b(\d{3}) (\d{3}) is your', text)
        self.service.secrets.add(code.group(1) + code.group(2))
        return code.group(1) + code.group(2)

    def test_set_aside_until_its_code_comes_back(self):
        """One's own mailbox: not used before, then proven together with the contact."""
        me, mine = self.me, 'alex@example.org'
        gateway = me.post('/v1/gateways', {'kind': 'smtp', 'settings': self.sink.settings(), 'unproven': True},
                          ok=201).json
        self.assertEqual(gateway['health']['state'], 'unproven')
        # The trial inbox still stands in for it, and neither a test nor other settings take it up.
        self.assertTrue(me.get('/v1/account', ok=200).json['channels']['email']['trial'])
        me.post(f"/v1/gateways/{gateway['id']}/test", {'to': 'owner@example.org'}, ok=200)
        me.patch(f"/v1/gateways/{gateway['id']}", {'title': 'Mine'}, ok=200)
        self.assertEqual(me.get('/v1/gateways', ok=200).json['items'][0]['health']['state'], 'unproven')
        # A new contact needs what adding one needs.
        self.assertEqual(self.problem(self.prove(gateway, mine), 'elevation-needed')['level'], 'password')
        me.elevate()
        challenge = self.prove(gateway, mine, ok=201).json
        self.assertEqual((challenge['purpose'], challenge['delivery']['state'], challenge['delivery']['by']),
                         ('gateway-test', 'handed-over', 'Mine'))
        self.assertEqual([w['type'] for w in challenge['ways']], [])
        self.problem(me.post(f"/v1/account/challenges/{challenge['id']}/resend"), 'not-found')
        code = self.code_for(mine)
        self.problem(me.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': self.me.wrong(code)}),
                     'code-wrong')
        self.assertTrue(me.get('/v1/account', ok=200).json['channels']['email']['trial'])
        # Tested anew, the code before is worth nothing.
        again = self.prove(gateway, mine, ok=201).json
        self.problem(me.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': code}), 'not-found')
        answer = me.post(f"/v1/account/challenges/{again['id']}/answer", {'code': self.code_for(mine, 2)}, ok=200).json
        self.assertEqual((answer['contact']['state'], answer['contact']['trial'], answer['elevation']['level']),
                         ('verified', False, 'verified'))
        self.assertFalse(me.get('/v1/account', ok=200).json['channels']['email']['trial'])
        self.assertEqual(me.get('/v1/gateways', ok=200).json['items'][0]['health']['state'], 'ready')
        self.assertFalse(self.state_contains(code.encode()))

    def test_prove_with_a_contact_that_is_there(self):
        self.me.elevate()
        contact = self.me.add('alex@example.org')
        gateway = self.add().json
        challenge = self.prove(gateway, 'alex@example.org', ok=201).json
        self.assertEqual(challenge['contact'], contact['id'])
        self.me.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': self.code_for('alex@example.org')},
                     ok=200)
        # Proven again, from the session alone.
        self.me.token = None
        challenge = self.prove(gateway, 'alex@example.org', ok=201).json
        answer = self.me.answer(challenge, self.code_for('alex@example.org', 2), ok=200).json
        self.assertEqual((answer['contact']['state'], answer['elevation']), ('verified', None))

    def test_prove_refused(self):
        """What did not leave is not waited for; the inbox proves nothing."""
        gateway = self.add().json
        self.me.elevate()
        self.sink.refuse('alex@example.org', '550 5.1.1 No such user here')
        self.problem(self.prove(gateway, 'alex@example.org'), 'gateway-refused', result='bad-address')
        contact = self.me.get('/v1/account/contacts', ok=200).json['items'][0]
        self.assertEqual((contact['state'], contact['challenge']), ('unverified', None))
        inbox = self.me.post('/v1/gateways', {'kind': 'inbox', 'settings': {}}, ok=201).json
        self.problem(self.prove(inbox, 'alex@example.org'), 'body-not-valid', member='prove')

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


MINE = {'secinfo-gateway': 1, 'name': 'mine', 'title': 'Mine', 'medium': 'sms', 'address': 'phone',
        'settings': {'base': {'label': 'Web address'}, 'key': {'label': 'Key', 'secret': True}},
        'request': {'method': 'POST', 'url': '{base}/send', 'headers': {'X-Key': '{key}'},
                    'json': {'to': '{to}', 'text': '{text}'}},
        'response': {'rules': [{'status': '200', 'result': 'accepted'}]}}


class Descriptions(Case):
    """A way to send of one's own: taken over while everything runs, there again after each kind of end."""

    def setUp(self):
        super().setUp()
        self.server = courier.WebServer(lambda request: (200, {}, b''))
        self.addCleanup(self.server.close)

    def put(self, description, **more):
        text = description if isinstance(description, str) else json.dumps(description, indent=1)
        return self.me.post('/v1/gateway-kinds', {'description': text}, **more)

    def kinds(self):
        return {kind['name']: kind for kind in self.me.get('/v1/gateway-kinds', ok=200).json['items']}

    def kept(self):
        return sorted(path.name for path in (self.service.state / 'gateways').glob('*'))

    def sends(self, number):
        phone = f'+4479111234{number:02d}'
        self.me.send(self.me.add(phone, 'phone'))
        harness.wait_for(f'the message of {phone}',
                         lambda: [seen for seen in self.server.seen if phone in seen.body.decode()])

    def test_what_was_secret_stays_so(self):
        """A newer description that lost the setting, or calls it no secret any more, brings nothing to light."""
        self.put(MINE, ok=201)
        gateway = self.me.post('/v1/gateways', {'kind': 'mine', 'settings': {'base': self.server.base,
                                                                           'key': 'a key of ours'}}, ok=201).json
        for settings, headers in (({'base': {'label': 'Web address'}, 'key': {'label': 'Key'}}, {'X-Key': '{key}'}),
                                  ({'base': {'label': 'Web address'}}, {})):
            self.put(MINE | {'settings': settings, 'request': MINE['request'] | {'headers': headers}}, ok=201)
            shown = self.me.patch(f"/v1/gateways/{gateway['id']}", {'title': 'New'}, ok=200).json
            self.assertNotIn('a key of ours', json.dumps([shown, self.me.get('/v1/gateways', ok=200).json]))
            self.assertFalse(self.state_contains(b'a key of ours'))
            self.me.elevate()
            self.sends(len(headers) + 4)
        self.assertEqual([seen.headers['X-Key'] for seen in self.server.seen], ['a key of ours', None])

    def test_taken_over_and_there_again(self):
        kind = self.put(MINE, ok=201).json
        self.assertEqual((kind['name'], kind['medium'], [s['name'] for s in kind['settings']]),
                         ('mine', 'sms', ['base', 'key']))
        self.assertEqual(self.kinds()['mine'], kind)
        self.assertLess({'smtp', 'webhook', 'kannel'}, set(self.kinds()))
        self.me.post('/v1/gateways', {'kind': 'mine', 'settings': {'base': self.server.base, 'key': 'a key of ours'}},
                     ok=201)
        self.me.elevate()
        self.sends(1)
        self.assertEqual(self.server.seen[0].headers['X-Key'], 'a key of ours')
        file = self.service.state / 'gateways' / 'mine.json'
        self.assertEqual((file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777), (0o600, 0o700))

        # The courier keeps nothing; whoever starts it anew tells it again, before any message.
        os.kill(self.courier_pid(), signal.SIGKILL)
        # What is given to one that is dying has perhaps left, and is not sent again.
        harness.wait_for('secinfod knows that it went', lambda: 'secinfo-courier ended' in self.service.log())
        self.sends(2)
        self.service.restart(signal.SIGKILL)
        self.me.elevate()
        self.sends(3)
        self.assertEqual(self.kinds()['mine'], kind)

        # In its own place, with the settings that it had.
        self.assertEqual(self.put(MINE | {'title': 'Mine, mended'}, ok=201).json['title'], 'Mine, mended')
        self.assertEqual(self.kinds()['mine']['title'], 'Mine, mended')
        self.assertEqual(self.kept(), ['mine.json'])
        self.sends(4)
        # One that came with us may be mended too.
        self.put(MINE | {'name': 'webhook'}, ok=201)
        self.assertEqual(self.kinds()['webhook']['title'], 'Mine')

    def test_refused(self):
        """As secinfo-courier --check says it: the line, and what is wrong there."""
        before = self.kinds()
        text = json.dumps(MINE | {'response': {'rules': []}}, indent=1)
        line = 1 + text[:text.index('"rules"')].count('\n')
        self.problem(self.put(text), 'settings-not-valid', member='description', line=line,
                     reason='/response/rules: it has 1 to 64 rules')
        answer = self.put('{\n "secinfo-gateway": 1,\n "name": oops\n}')
        self.problem(answer, 'settings-not-valid', line=3)
        self.assertTrue(answer.json['detail'].startswith('Line 3: '), answer.json['detail'])
        secret = MINE | {'settings': MINE['settings'] | {'key': {'label': 'Key', 'secret': True, 'default': 'a key'}}}
        text = json.dumps(secret, indent=1)
        answer = self.put(text)
        self.problem(answer, 'settings-not-valid', line=1 + text[:text.index('"default"')].count('\n'))
        self.assertIn('a secret has no default', answer.json['reason'])
        for name in ('smtp', 'jmap'):
            self.problem(self.put(MINE | {'name': name}), 'settings-not-valid', line=3)
        for text in ('', '[]', 'null', '{"a":1,"a":2}', json.dumps(MINE | {'name': '../../mine'}),
                     json.dumps(MINE | {'request': {'method': 'GET', 'url': 'http://evil.example/{key}'}})):
            self.problem(self.put(text), 'settings-not-valid')
        self.assertEqual(self.put(json.dumps(MINE | {'about': ['x' * 16000]})).status, 400)
        self.assertEqual((self.kept(), self.kinds()), ([], before))

    def test_removed(self):
        self.put(MINE, ok=201)
        self.put(MINE | {'name': 'webhook'}, ok=201)
        self.assertEqual((self.kinds()['mine']['imported'], self.kinds()['smtp']['imported']), (True, False))
        gateway = self.me.post('/v1/gateways', {'kind': 'mine', 'settings': {'base': self.server.base, 'key': 'a key'}},
                               ok=201).json
        answer = self.me.delete('/v1/gateway-kinds/mine')
        self.problem(answer, 'not-possible-here', reason='in-use')
        self.assertIn('Remove the ways to send', answer.json['detail'])
        self.problem(self.me.delete('/v1/gateway-kinds/smtp'), 'not-possible-here', reason='built-in')
        self.problem(self.me.delete('/v1/gateway-kinds/kannel'), 'not-possible-here', reason='built-in')
        self.problem(self.me.delete('/v1/gateway-kinds/nosuch'), 'not-found')
        self.problem(self.me.delete('/v1/gateway-kinds/..'), 'not-found')
        self.assertEqual(self.kept(), ['mine.json', 'webhook.json'])
        self.me.delete(f"/v1/gateways/{gateway['id']}", ok=204)
        self.me.delete('/v1/gateway-kinds/mine', ok=204)
        self.assertEqual((self.kept(), 'mine' in self.kinds()), (['webhook.json'], False))
        self.problem(self.me.post('/v1/gateways', {'kind': 'mine', 'settings': {}}), 'settings-not-valid',
                     member='kind', reason='unknown')
        # What it took the place of is back, for the courier too.
        self.assertEqual(self.kinds()['webhook']['title'], 'Mine')
        self.me.delete('/v1/gateway-kinds/webhook', ok=204)
        self.assertEqual((self.kinds()['webhook']['title'], self.kinds()['webhook']['imported']),
                         ('Web address of your own (signed)', False))
        self.service.restart(signal.SIGKILL)
        harness.wait_for('the courier is up', lambda: self.me.get('/v1/gateway-kinds').status == 200)
        self.assertNotIn('mine', self.kinds())
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            done = db.execute("SELECT what, subject FROM audit WHERE what LIKE 'gateway-kind-%' "
                              'ORDER BY rowid').fetchall()
        self.assertEqual(done, [('gateway-kind-imported', 'mine'), ('gateway-kind-imported', 'webhook'),
                                ('gateway-kind-removed', 'mine'), ('gateway-kind-removed', 'webhook')])

    def test_what_cannot_be_kept_is_not_in_force(self):
        """The last step, its name in the folder, fails: then the courier must not send by it either."""
        before = self.kinds()
        self.put(MINE | {'name': 'other'}, ok=201)
        (self.service.state / 'gateways' / 'mine.json').mkdir()
        self.problem(self.put(MINE), 'internal')
        self.problem(self.me.post('/v1/gateways', {'kind': 'mine', 'settings': {'base': self.server.base}}),
                     'settings-not-valid', member='kind', reason='unknown')
        self.assertEqual(set(self.kinds()), set(before) | {'other'})
        self.assertEqual([name for name in os.listdir(self.service.state / 'gateways') if name[0] == '.'], [])

    def test_what_cannot_be_written_down_is_not_in_force(self):
        """A full store: the answer is an error, and that is true."""
        self.put(MINE | {'name': 'mine0'}, ok=201)
        self.limit_files(64 * 1024)
        for number in range(1, 60):
            name = f'mine{number}'
            answer = self.put(MINE | {'name': name})
            if answer.status != 201:
                break
        self.problem(answer, 'storage-full')
        self.limit_files(None)
        self.assertNotIn(name, self.kinds())
        harness.wait_for('nothing of it is kept', lambda: len(self.kept()) == number)
        self.put(MINE | {'name': name}, ok=201)

    def test_so_many(self):
        """64 of them; each can still be mended then, and one more is none that is kept or in force."""
        folder = self.service.state / 'gateways'
        self.put(MINE, ok=201)
        for number in range(63):
            (folder / f'mine{number}.json').write_text(json.dumps(MINE | {'name': f'mine{number}'}))
        self.service.restart()
        harness.wait_for('the courier is up', lambda: self.me.get('/v1/gateway-kinds').status == 200)
        self.problem(self.put(MINE | {'name': 'other'}), 'settings-not-valid',
                     reason='There are 64 descriptions already.')
        self.assertEqual(self.put(MINE | {'title': 'Mine, mended'}, ok=201).json['title'], 'Mine, mended')
        kinds = self.kinds()
        self.assertEqual((kinds['mine']['title'], 'other' in kinds), ('Mine, mended', False))
        self.assertEqual(len(os.listdir(folder)), 64)

    def test_one_place_for_several_at_once(self):
        """At 63, eight imports at the same time: one of them gets the last place."""
        folder = self.service.state / 'gateways'
        self.put(MINE, ok=201)
        for number in range(62):
            (folder / f'mine{number}.json').write_text(json.dumps(MINE | {'name': f'mine{number}'}))
        self.service.restart()
        harness.wait_for('the courier is up', lambda: self.me.get('/v1/gateway-kinds').status == 200)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: self.put(MINE | {'name': f'other{n}'}).status, range(8)))
        self.assertEqual(sorted(answers), [201] + [422] * 7)
        harness.wait_for('nothing else is kept', lambda: len(self.kept()) == 64)
        # The places that were not got are not lost: one goes, another comes.
        self.me.delete('/v1/gateway-kinds/mine0', ok=204)
        self.put(MINE | {'name': 'another'}, ok=201)

    def test_what_lies_there_is_looked_at(self):
        """Links, what was never finished, what is no description: left out, and everything else is there."""
        self.put(MINE, ok=201)
        folder = self.service.state / 'gateways'
        (folder / '.half').write_text(json.dumps(MINE | {'name': 'half'}))
        (folder / 'b.json').write_text('{')
        (folder / 'c.json').symlink_to('mine.json')
        os.mkfifo(folder / 'd.json')
        (folder / 'e.json').write_bytes(b'\xff\xfe')
        (folder / 'f.json').write_text(' ' * 20000)
        self.service.restart()
        harness.wait_for('the courier is up', lambda: self.me.get('/v1/gateway-kinds').status == 200)
        # One's own are told to it once it is up.
        harness.wait_for('what is in order is there', lambda: {'mine', 'smtp', 'webhook'} < set(self.kinds()))
        self.assertNotIn('half', self.kinds())


if __name__ == '__main__':
    tap.main()
