#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery reports: from a real Kannel, as Twilio's documentation has them, and from people who mean no good. Each goes
over HTTP to the courier's port; what is looked at is the message's state, and the event that tells it."""
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import socket
import sys
import threading
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import kannel  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

TOKEN = 'twilio auth token of us'


def phone(number):
    return f'+4479111234{number:02d}'


class Reports(Case):
    url = None

    def setUp(self):
        self.port = self.choose_port()
        self.config = {'reports-port': self.port, 'sends-account-day': 100}
        if self.url:
            self.config['reports-url'] = self.url
        super().setUp()
        self.me.elevate()
        harness.wait_for('the courier listens', self.listens)
        self.told = []
        self.answer = lambda request: (202, {}, b'0: Accepted for delivery')
        self.server = courier.WebServer(self.take)
        self.addCleanup(self.server.close)
        self.numbers = iter(range(100))

    def choose_port(self):
        return courier.free_port()

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def stop(self):
        """Its courier, which is told by the end of the line, leaves a moment later."""
        self.service.stop()
        harness.wait_for('nobody listens', lambda: not self.listens())

    def take(self, request):
        self.told.append(request)
        return self.answer(request)

    def callback(self, request):
        """Where the report of this message goes."""
        if request.headers['Content-Type'].startswith('application/json'):
            url = json.loads(request.body).get('callback')
        else:
            url = request.headers['X-Kannel-DLR-URL'] or \
                dict(urllib.parse.parse_qsl(request.body.decode())).get('StatusCallback')
        if url:
            self.service.secrets.add(url.partition('?')[0].rpartition('/')[2])
        return url

    def gateway(self, kind, settings):
        return self.me.post('/v1/gateways', {'kind': kind, 'settings': settings | {'base': self.server.base}},
                            ok=201).json['id']

    def kannel(self):
        return self.gateway('kannel', {'user': 'u', 'password': 'pass word of us'})

    def start(self):
        """A message; its challenge and the address of its report."""
        count = len(self.told)
        challenge = self.me.send(self.me.add(phone(next(self.numbers)), 'phone'))
        harness.wait_for('the gateway has it', lambda: len(self.told) > count)
        return challenge, self.callback(self.told[-1])

    def delivery(self, challenge):
        return self.me.challenge(challenge)['delivery']

    def until(self, challenge, state):
        harness.wait_for(f'the state {state}; it is {self.delivery(challenge)}',
                         lambda: self.delivery(challenge)['state'] == state)

    def report(self, url, method='GET', body=None, headers=None):
        """By way of a proxy, where there is one: with its own idea of the path before it."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=harness.WAIT)
        connection.request(method, parts.path + ('?' + parts.query if parts.query else ''), body, headers or {})
        status = connection.getresponse().status
        connection.close()
        return status

    def settled(self):
        """What was reported before this is through: another message's report has come."""
        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        self.assertEqual(self.report(url.replace('%d', '1')), 204)
        self.until(challenge, 'delivered')


class Proxied(Reports):
    """By way of the owner's own proxy, which is all that anybody outside sees."""

    def setUp(self):
        self.seen = []
        self.proxy = courier.WebServer(self.forward)
        self.addCleanup(self.proxy.close)
        self.url = self.proxy.base + '/secinfo'
        super().setUp()

    def forward(self, request):
        self.seen.append(urllib.parse.urlsplit(request.path).query)
        return self.report(request.path.removeprefix('/secinfo'), request.command, request.body), {}, b''

    def test_real_kannel(self):
        """Its reports 8 (the phone company has it) and 1 (so has the phone); the window's open stream is told."""
        with kannel.Kannel() as real:
            self.me.post('/v1/gateways', {'kind': 'kannel', 'settings': real.settings}, ok=201)
            contact = self.me.add(phone(50), 'phone')
            events = self.service.events()
            self.addCleanup(events.close)
            challenge = self.me.send(contact)
            while self.delivery(challenge)['state'] != 'delivered':
                events.wait('challenge')
            self.assertTrue(real.texts())
            delivery = self.delivery(challenge)
            self.assertEqual((delivery['steps'][-1]['state'], delivery['steps'][-1]['text']),
                             ('delivered', 'Delivered to the phone'))
            self.assertEqual(delivery['since'], delivery['steps'][-1]['at'])
            harness.wait_for('both reports', lambda: sorted(self.seen) == ['state=1', 'state=8'])

    def test_real_kannel_of_a_failure(self):
        """Its reports 16 (the phone company does not take it) and 2 (the phone does not), from another company."""
        asked, takes = [], threading.Event()

        def company(request):
            asked.append(urllib.parse.urlsplit(request.path).query)
            return (202, {}, b'0: Accepted for delivery') if takes.is_set() else (403, {}, b'No')
        server = courier.WebServer(company)
        self.addCleanup(server.close)
        with kannel.Kannel(server.base + '/send') as real:
            self.me.post('/v1/gateways', {'kind': 'kannel', 'settings': real.settings}, ok=201)
            challenge = self.me.send(self.me.add('+447911129801', 'phone'))
            self.until(challenge, 'refused')
            harness.wait_for('the report of it', lambda: self.seen == ['state=16'])

            takes.set()
            challenge = self.me.send(self.me.add('+447911129802', 'phone'))
            harness.wait_for('the company has it', lambda: len(asked) == 2)
            self.until(challenge, 'handed-over')
            real.report(asked[1], 2)
            self.until(challenge, 'refused')
            harness.wait_for('all reports', lambda: sorted(self.seen) == ['state=16', 'state=2', 'state=8'])


class Kannel(Reports):
    def test_forward_alone(self):
        """1, 2, 4, 8, 16, each in smsbox's own form: what is over stays as it is."""
        self.kannel()
        ended = []
        for first, then, state in (('1', '2 16 8 4', 'delivered'), ('2', '1 16 8', 'refused'),
                                   ('16', '1 2', 'refused')):
            challenge, url = self.start()
            self.assertTrue(url.endswith('?state=%d'), url)
            self.until(challenge, 'handed-over')
            for waits in ('4', '8', '', '32', 'x', '1&state=8'):
                self.assertEqual(self.report(url.replace('%d', waits)), 204)
            self.settled()
            self.until(challenge, 'handed-over')
            self.assertEqual(self.report(url.replace('%d', first)), 204)
            self.until(challenge, state)
            for later in then.split():
                self.assertEqual(self.report(url.replace('%d', later)), 204)
            ended.append((challenge, state))
        self.settled()
        for challenge, state in ended:
            self.assertEqual(self.delivery(challenge)['state'], state)
            self.assertEqual([step['state'] for step in self.delivery(challenge)['steps']][-2:], ['handed-over', state])

    def test_before_the_answer(self):
        """A phone is faster than the gateway's own answer: it is not taken back by it."""
        self.kannel()
        for state, word in (('1', 'delivered'), ('2', 'refused')):
            hold = threading.Event()
            self.answer = lambda request: (hold.wait(20), (202, {}, b'0: Accepted'))[1]
            challenge, url = self.start()
            self.assertEqual(self.report(url.replace('%d', state)), 204)
            self.until(challenge, word)
            hold.set()
            self.answer = lambda request: (202, {}, b'0: Accepted')
            self.settled()
            self.assertEqual(self.delivery(challenge)['state'], word)

    def test_nobody_knew(self):
        """The gateway hung up, so nobody knew; the report does, and nothing is sent again."""
        self.kannel()

        def vanish(request):
            request.connection.shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        self.answer = vanish
        challenge, url = self.start()
        self.until(challenge, 'unknown')
        self.report(url.replace('%d', '1'))
        self.until(challenge, 'delivered')
        self.assertEqual(len(self.told), 1)

    def test_whoever_does_not_know_it(self):
        """A letter less, of another message, of another gateway, none at all: nothing changes, and nobody is told."""
        mine = self.kannel()
        challenge, url = self.start()
        _, other = self.start()
        self.until(challenge, 'handed-over')
        good = url.replace('%d', '1')
        base, gateway, message, token = good.partition('?')[0].rsplit('/', 3)
        self.assertEqual(gateway, mine)
        self.assertGreaterEqual(len(token), 27)
        foreign = other.partition('?')[0].rsplit('/', 1)[1]
        for path in (f'{gateway}/{message}/{token[:-1]}', f'{gateway}/{message}/{token}x',
                     f'{gateway}/{message}/{token.swapcase()}', f'{gateway}/{message}/{foreign}',
                     f'{gateway}/{message}/-', f'{gateway[:-1]}/{message}/{token}',
                     f'x/{gateway}/{message[:-1]}/{token}',
                     f'{message}/{gateway}/{token}', f'{gateway}/{token}/{message}'):
            self.assertEqual(self.report(f'{base}/{path}?state=1'), 204, path)
        for path in ('', '/', f'{gateway}/{message}/', f'{gateway}/{token}', '../../etc/passwd', f'{gateway}//{token}',
                     f'{gateway}/{message}/{token}%20'):
            self.assertEqual(self.report(f'http://127.0.0.1/{path}'), 404, path)
        self.settled()
        self.assertEqual(self.delivery(challenge)['state'], 'handed-over')
        self.me.delete(f'/v1/gateways/{mine}', ok=204)
        self.assertEqual(self.report(good), 204)
        self.kannel()
        self.settled()
        self.assertEqual(self.delivery(challenge)['state'], 'handed-over')

    def test_after_a_restart(self):
        """The address is not kept anywhere: it is made of the store's key."""
        self.kannel()
        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        token = url.partition('?')[0].rpartition('/')[2]
        self.assertFalse(self.state_contains(token.encode()))
        self.stop()
        self.service.start()
        harness.wait_for('the courier listens', self.listens)
        harness.wait_for('it is taken', lambda: (self.report(url.replace('%d', '1')),
                                                 self.delivery(challenge)['state'] == 'delivered')[1])


class Thief(Reports):
    """Somebody of this computer has the port while the service is away, and hears what comes then."""

    def test_what_he_can_do_with_it(self):
        """One address is one message's: he can say what became of that one, once, and nothing else."""
        self.kannel()
        one, url = self.start()
        other, other_url = self.start()
        for challenge in (one, other):
            self.until(challenge, 'handed-over')
        code = re.search(r'\d{3} \d{3}', self.told[0].body.decode()).group()
        self.stop()
        heard = []
        thief = courier.WebServer(lambda request: heard.append(request.path) or (204, {}, b''), port=self.port)
        self.assertEqual(self.report(url.replace('%d', '4')), 204)
        thief.close()
        self.service.start()
        harness.wait_for('the courier listens', self.listens)
        self.me.elevate()   # those of a process end with the service

        learnt = heard[0].replace('state=4', 'state=2')
        ids = [address.partition('?')[0].split('/')[-2] for address in (url, other_url)]
        self.assertEqual(self.report(f'http://x{learnt.replace(*ids)}'), 204)
        self.assertEqual(self.report(f'http://x{learnt}'), 204)
        self.until(one, 'refused')
        self.assertEqual(self.report(f"http://x{learnt.replace('state=2', 'state=1')}"), 204)
        self.settled()
        self.assertEqual([self.delivery(c)['state'] for c in (one, other)], ['refused', 'handed-over'])
        # Nothing is sent anew for it, the number is not given up, and the code that came counts.
        self.assertEqual(len(self.told), 3)
        self.assertNotIn(code.replace(' ', ''), str(heard).replace('%20', ''))
        self.me.answer(one, code, ok=200)


class Taken(Reports):
    """Somebody else has the port."""

    def choose_port(self):
        taken = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(taken.close)
        return taken.getsockname()[1]

    def test_nothing_is_handed_out(self):
        self.kannel()
        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        self.assertIsNone(url)
        self.assertIn('Delivery reports cannot be listened for', self.service.log())


class Signed(Reports):
    url = 'https://sms.example.org/secinfo/'

    def twilio(self, url, token=TOKEN, **form):
        """https://www.twilio.com/docs/usage/security#validating-requests"""
        text = url + ''.join(key + form[key] for key in sorted(form))
        signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
        return 'POST', urllib.parse.urlencode(form), {'Content-Type': 'application/x-www-form-urlencoded',
                                                      'X-Twilio-Signature': signature}

    def start_twilio(self):
        self.answer = lambda request: (201, {'Content-Type': 'application/json'}, b'{"sid": "SM1"}')
        self.gateway('twilio-sms', {'account': 'AC0123456789abcdef', 'token': TOKEN, 'from': '+15005550006'})
        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        self.assertTrue(url.startswith('https://sms.example.org/secinfo/'), url)
        return challenge, url

    def test_twilio(self):
        challenge, url = self.start_twilio()
        said = {'MessageSid': 'SM1', 'MessageStatus': 'delivered', 'To': phone(0), 'From': '+15005550006',
                'Body': 'ä & b'}
        right = self.twilio(url, **said)
        for method, body, headers in (
                self.twilio(url, token='another token', **said), self.twilio(url, token='', **said),
                self.twilio(url.replace('https', 'http'), **said), self.twilio(url + '?x', **said),
                (right[0], right[1] + '&x=1', right[2]), (right[0], right[1].replace('SM1', 'SM2'), right[2]),
                (right[0], right[1], {'Content-Type': right[2]['Content-Type']}),
                (right[0], right[1], right[2] | {'X-Twilio-Signature': ''}), ('GET', None, right[2])):
            self.assertEqual(self.report(url, method, body, headers), 204)
        self.assertEqual(self.report(url, *self.twilio(url, **said | {'MessageStatus': 'sent'})), 204)
        harness.wait_for('its log says so', lambda: 'signature that is not its gateway' in self.service.log())
        self.assertEqual(self.delivery(challenge)['state'], 'handed-over')
        self.assertEqual(self.report(url, *right), 204)
        self.until(challenge, 'delivered')

        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        failed = said | {'MessageStatus': 'undelivered', 'ErrorCode': '30006'}
        self.assertEqual(self.report(url, *self.twilio(url, **failed)), 204)
        self.until(challenge, 'refused')
        self.assertEqual(self.delivery(challenge)['detail'], '30006')

        # Neither what it was told in confidence nor whom it was told to text.
        for code in (f'at {TOKEN}', phone(0), phone(0)[1:]):
            challenge, url = self.start()
            self.until(challenge, 'handed-over')
            self.report(url, *self.twilio(url, **failed | {'ErrorCode': code}))
            self.until(challenge, 'refused')
            self.assertIsNone(self.delivery(challenge)['detail'])
            self.assertFalse(self.state_contains(code.encode()))

    def test_webhook(self):
        """The form for whoever writes his own: JSON, signed as the message was."""
        self.answer = lambda request: (202, {}, b'{}')
        self.gateway('webhook', {'secret': TOKEN})
        challenge, url = self.start()
        self.until(challenge, 'handed-over')
        body = json.dumps({'state': 'delivered', 'code': 'all-right'})

        def signed(key, text=body):
            return {'Content-Type': 'application/json',
                    'X-SecInfo-Signature': 'sha256=' + hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}
        for headers in ({}, {'Content-Type': 'application/json'}, signed(b'another'),
                        signed(TOKEN.encode(), body + ' ')):
            self.assertEqual(self.report(url, 'POST', body, headers), 204)
        for text in ('{', '[]', '{"state":{}}', '{"state":"gone"}', ''):
            self.assertEqual(self.report(url, 'POST', text, signed(TOKEN.encode(), text)), 204)
        self.assertEqual(self.delivery(challenge)['state'], 'handed-over')
        self.assertEqual(self.report(url, 'POST', body, signed(TOKEN.encode())), 204)
        self.until(challenge, 'delivered')
        self.assertEqual(self.delivery(challenge)['detail'], 'all-right')


class Nobody(Case):
    def test_off_where_nothing_is_said(self):
        told = []
        server = courier.WebServer(lambda request: (told.append(json.loads(request.body)), (202, {}, b'{}'))[1])
        self.addCleanup(server.close)
        self.me.elevate()
        self.me.post('/v1/gateways', {'kind': 'webhook', 'settings': {'base': server.base, 'secret': TOKEN}}, ok=201)
        self.me.send(self.me.add(phone(1), 'phone'))
        harness.wait_for('it is told', lambda: told)
        self.assertEqual(set(told[0]), {'ref', 'to', 'text', 'ttl'})


if __name__ == '__main__':
    tap.main()
