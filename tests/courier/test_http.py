#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways that are descriptions: the signed webhook, Twilio by its documentation, and what may not be described."""
import base64
import email.utils
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import tap


def as_json(status, value, **headers):
    return status, {'Content-Type': 'application/json', **headers}, json.dumps(value).encode()


class Webhook(courier.Case):
    SECRET = 'gemeinsames Geheimnis'

    def serve(self, answer):
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        return server

    def receiver(self, request):
        """As a receiver of somebody's own would be written from what webhook.json tells."""
        wanted = 'sha256=' + hmac.new(self.SECRET.encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, request.headers.get('X-SecInfo-Signature', '')):
            return as_json(401, {'detail': 'wrong signature'})
        message = json.loads(request.body)
        if message['to'].endswith('0'):
            return as_json(422, {'detail': f"nobody has {message['to']}, text was {message['text']}"})
        return as_json(202, {'id': 'm-1', 'detail': 'ok'}, Date='Tue, 24 Nov 2026 04:00:00 GMT')

    def test_signature(self):
        server = self.serve(self.receiver)
        answer = self.courier.send('webhook', {'base': f'{server.base}/sms/in', 'secret': self.SECRET},
                                   text='Größe "x" \\ \n482 913 €')
        self.assert_result(answer, 'accepted', '202')
        self.assertEqual((answer['id'], answer['date']), ('m-1', 1795492800))
        seen = server.seen[0]
        self.assertEqual((seen.command, seen.path, seen.headers['Content-Type']),
                         ('POST', '/sms/in', 'application/json'))
        self.assertEqual(json.loads(seen.body), {'ref': 'ref-1', 'to': courier.PHONE,
                                                 'text': 'Größe "x" \\ \n482 913 €', 'ttl': 600})
        self.assertIsNone(seen.headers['Authorization'])
        self.assertIsNone(seen.headers['Accept-Encoding'])

    def test_wrong_secret(self):
        server = self.serve(self.receiver)
        self.assert_result(self.courier.send('webhook', {'base': server.base, 'secret': 'ein anderes'}), 'bad-config',
                           '401')

    def test_number_of_nobody(self):
        server = self.serve(self.receiver)
        answer = self.courier.send('webhook', {'base': server.base, 'secret': self.SECRET}, to='+4915112345670')
        self.assertEqual(answer['result'], 'bad-address')
        self.assertEqual(answer['detail'], 'nobody has …, text was …')

    def test_status_alone(self):
        said = {}
        server = self.serve(lambda request: said['answer'])
        later = email.utils.formatdate(time.time() + 120, usegmt=True)
        for answer, result, retry in (((200, {}, b''), 'accepted', None),
                                      ((204, {'Content-Length': '0'}, b''), 'accepted', None),
                                      ((500, {}, b'x'), 'retry', None), ((502, {}, b''), 'retry', None),
                                      ((504, {}, b''), 'unknown', None), ((206, {}, b''), 'unknown', None),
                                      ((429, {'Retry-After': '17'}, b''), 'retry', 17),
                                      ((503, {'Retry-After': later}, b''), 'retry', 120),
                                      ((429, {'Retry-After': '-5'}, b''), 'retry', None),
                                      ((429, {'Retry-After': '99999999999999999999'}, b''), 'retry', 86400),
                                      ((404, {}, b''), 'bad-config', None), ((400, {}, b''), 'bad-config', None),
                                      ((302, {'Location': '/elsewhere'}, b''), 'bad-config', None),
                                      ((307, {'Location': 'http://127.0.0.1:9/'}, b''), 'bad-config', None)):
            with self.subTest(status=answer[0], headers=answer[1]):
                said['answer'] = answer
                got = self.courier.send('webhook', {'base': server.base, 'secret': self.SECRET})
                self.assert_result(got, result, str(answer[0]))
                self.assertAlmostEqual(got.get('retry_after') or 0, retry or 0, delta=3)
        # One request each: no redirect was followed, nothing was sent twice.
        self.assertEqual(len(server.seen), 14)

    def test_base(self):
        good_ones = ('https://sms.example.org', 'https://sms.example.org:8443/a/b/', 'http://127.0.0.1:8080',
                     'http://localhost/x', 'http://[::1]:80/', 'http://192.168.1.7', 'http://10.1.2.3',
                     'http://raspi', 'http://raspi.local')
        bad_ones = ('http://sms.example.org', 'http://8.8.8.8', 'ftp://127.0.0.1', 'file:///etc/passwd', 'https://',
                    'sms.example.org', '', 'https://169.254.169.254/latest', 'http://169.254.169.254',
                    'http://[fe80::1]', 'http://[::ffff:169.254.169.254]', 'http://0.0.0.0', 'https://2852039166/',
                    'http://127.1', 'https://user:pass@sms.example.org', 'https://a@127.0.0.1',
                    'https://sms.example.org/?x=1', 'https://sms.example.org/#x', 'https://sms.example.org/ x',
                    'https://sms.example.org\\@evil.example', 'https://sms.example.org\r\nX: y',
                    'https://größe.example', 'https://{to}.example.org', 'http://224.0.0.1', 'http://[ff02::1]')
        for base, good in [(base, True) for base in good_ones] + [(base, False) for base in bad_ones]:
            with self.subTest(base):
                answer = self.courier.check('webhook', {'base': base, 'secret': 's'})
                self.assertEqual(answer['ok'], good, answer)
                if not good:
                    self.assertEqual(answer['member'], 'base')

    def test_a_name_that_leads_elsewhere(self):
        # Typed as near, so http is allowed; where it leads is looked at once it is connected. This one leads nowhere.
        self.assert_result(self.courier.send('webhook', {'base': 'http://no-such-host.local', 'secret': self.SECRET}),
                           'retry')

    def test_closed_port(self):
        answer = self.courier.send('webhook', {'base': f'http://127.0.0.1:{courier.free_port()}',
                                               'secret': self.SECRET})
        self.assert_result(answer, 'retry')
        self.assertIsNone(answer['code'])

    def test_tls_that_is_none(self):
        server = self.serve(self.receiver)
        answer = self.courier.send('webhook', {'base': server.base.replace('http:', 'https:'), 'secret': self.SECRET})
        self.assert_result(answer, 'bad-config', 'tls')
        self.assertEqual(server.seen, [])

    def test_kinds(self):
        hello = self.courier.hello
        self.assertTrue({'kannel', 'smtp', 'twilio-sms', 'webhook'} <= set(hello))
        self.assertTrue(hello['webhook']['idempotent'])
        self.assertFalse(hello['kannel']['idempotent'])
        self.assertEqual(hello['twilio-sms']['settings'][0],
                         {'name': 'base', 'label': 'Web address', 'secret': False, 'default': 'https://api.twilio.com',
                          'required': False})
        self.assertEqual([s['name'] for s in hello['webhook']['settings'] if s['secret']], ['secret'])
        self.assertEqual([s['name'] for s in hello['webhook']['settings'] if s['required']], ['base', 'secret'])


class Twilio(courier.Case):
    """Its Messages resource, as https://www.twilio.com/docs/messaging/api/message-resource tells."""

    SETTINGS = {'account': 'AC0123456789abcdef', 'token': 'tokentokentoken', 'from': '+15005550006'}

    def answer(self, request):
        account = self.SETTINGS['account']
        expected = 'Basic ' + base64.b64encode(f"{account}:{self.SETTINGS['token']}".encode()).decode()
        if request.headers['Authorization'] != expected:
            return as_json(401, {'code': 20003, 'message': 'Authenticate', 'status': 401})
        if request.path != f'/2010-04-01/Accounts/{account}/Messages.json':
            return as_json(404, {'code': 20404, 'message': 'The requested resource was not found', 'status': 404})
        form = urllib.parse.parse_qs(request.body.decode(), strict_parsing=True)
        kind = request.headers['Content-Type']
        if kind != 'application/x-www-form-urlencoded' or set(form) != {'To', 'From', 'Body', 'ValidityPeriod'}:
            return as_json(400, {'code': 21604, 'message': 'a parameter is missing', 'status': 400})
        self.form = form
        if form['To'] == ['+15005550001']:
            return as_json(400,
                           {'code': 21211, 'message': f"The 'To' number {form['To'][0]} is not a valid phone number.",
                            'status': 400})
        if form['To'] == ['+15005550009']:
            return as_json(400, {'code': 21614, 'message': "'To' number is not a valid mobile number", 'status': 400})
        if form['To'] == ['+15005550003']:
            return as_json(400,
                           {'code': 21408, 'message': 'Permission to send an SMS has not been enabled for the region',
                            'status': 400})
        if form['To'] == ['+15005550004']:
            return as_json(429, {'code': 20429, 'message': 'Too Many Requests', 'status': 429})
        return as_json(201, {'sid': 'SM87105da94bff44b999e4e6eb90d8eb6a', 'status': 'queued', 'error_code': None})

    def setUp(self):
        super().setUp()
        self.server = courier.WebServer(self.answer)
        self.addCleanup(self.server.close)

    def send(self, **more):
        settings = self.SETTINGS | {'base': self.server.base} | more.pop('settings', {})
        return self.courier.send('twilio-sms', settings, **more)

    def test_taken_over(self):
        text = '482 913 & more = 100% +1 ä€;#'
        answer = self.assert_result(self.send(text=text), 'accepted')
        self.assertEqual(answer['id'], 'SM87105da94bff44b999e4e6eb90d8eb6a')
        self.assertEqual(self.form, {'To': [courier.PHONE], 'From': ['+15005550006'], 'Body': [text],
                                     'ValidityPeriod': ['600']})

    def test_refused(self):
        for to, result, code in (('+15005550001', 'bad-address', '21211'), ('+15005550009', 'bad-address', '21614'),
                                 ('+15005550003', 'bad-config', '21408'), ('+15005550004', 'retry', '20429')):
            with self.subTest(to):
                answer = self.assert_result(self.send(to=to), result, code)
                self.assertNotIn(to, answer['detail'])

    def test_wrong_token(self):
        answer = self.assert_result(self.send(settings={'token': 'wrong wrong'}), 'bad-config', '20003')
        self.assertEqual(answer['detail'], 'Authenticate')

    def test_account_stays_a_segment(self):
        for account in ('AC/../../evil', 'AC?x=1', 'AC#', 'AC%2f', 'a b', 'ä'):
            with self.subTest(account):
                self.send(settings={'account': account})
                path = self.server.seen[-1].path
                self.assertEqual(path, f'/2010-04-01/Accounts/{urllib.parse.quote(account, safe="")}/Messages.json')
        seen = len(self.server.seen)
        for account in ('..', '.', 'a:b'):
            self.assert_result(self.send(settings={'account': account}), 'bad-config', 'settings')
        self.assertEqual(len(self.server.seen), seen)


class Descriptions(courier.Case):
    """Files of the administrator's: the good one counts, the broken one is left out and the log says the line."""

    GOOD = {'secinfo-gateway': 1, 'name': 'mine', 'title': 'Mine', 'medium': 'sms', 'address': 'phone',
            'settings': {'base': {'label': 'Web address'}, 'key': {'label': 'Key', 'secret': True, 'default': ''}},
            'request': {'method': 'GET', 'url': '{base}/send', 'headers': {'X-Key': '{key}', 'X-Ref': 'ref {ref}'},
                        'query': {'to': '{to}', 'text': '{text}', 'coding': '{sms_coding}', 'back': '{callback}',
                                  'fixed': '', 'b{': 'x'}},
            'response': {'rules': [{'body': '^OK', 'result': 'accepted'}], 'id': {'header': 'X-Id'},
                         'detail': {'body': '^ERR (.*)$'}}}

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-courier-'))
        self.addCleanup(shutil.rmtree, self.directory)
        good = json.loads(json.dumps(self.GOOD))
        del good['request']['query']['b{']
        (self.directory / 'good.json').write_text(json.dumps(good))
        (self.directory / 'a-broken.json').write_text('{\n  "secinfo-gateway": 1,\n  "name": oops\n}\n')
        (self.directory / 'brace.json').write_text(json.dumps(self.GOOD | {'name': 'brace'}, indent=1))
        (self.directory / 'huge.json').write_text(json.dumps(self.GOOD | {'about': ['x' * 70000]}))
        (self.directory / 'not-json.txt').write_text('x')
        self.descriptions = [str(self.directory)]
        super().setUp()

    def test_them(self):
        self.assertEqual(sorted(self.courier.hello), ['jmap', 'mine', 'smtp'])
        log = self.courier.log()
        self.assertIn('a-broken.json is left out. Line 3: ', log)
        brace = (self.directory / 'brace.json').read_text().splitlines()
        line = next(number for number, text in enumerate(brace, 1) if '"b{"' in text)
        self.assertIn(f'brace.json is left out. Line {line}: /request/query/b{{: nothing is put into a name', log)
        self.assertIn('huge.json is left out. It has more than 65536 bytes', log)

    def test_check(self):
        """Whoever writes one is told the line and the reason before it is put to the others."""
        def check(*names):
            command = [courier.PROGRAM] + [part for name in names for part in ('--check', self.directory / name)]
            return subprocess.run(command, capture_output=True, text=True, timeout=90)
        good = check('good.json')
        self.assertEqual((good.returncode, good.stdout, good.stderr), (0, '', ''))
        bad = check('good.json', 'a-broken.json', 'no-such.json', 'huge.json')
        lines = bad.stderr.splitlines()
        self.assertEqual((bad.returncode, len(lines)), (1, 3))
        self.assertRegex(lines[0], r'a-broken\.json: Line 3: ')
        self.assertIn('no-such.json: ', lines[1])
        self.assertIn('huge.json: It has more than 65536 bytes', lines[2])

    def test_query_and_headers(self):
        server = courier.WebServer(lambda request: (200, {'X-Id': 'abc'}, b'OK'))
        self.addCleanup(server.close)
        answer = self.courier.send('mine', {'base': server.base + '/deep/'}, text='482 913 a&b=c/?#%')
        self.assert_result(answer, 'accepted')
        self.assertEqual(answer['id'], 'abc')
        seen = server.seen[0]
        self.assertEqual(seen.path,
                         '/deep/send?to=%2B447911123456&text=482%20913%20a%26b%3Dc%2F%3F%23%25&coding=0&fixed=')
        # An empty value leaves its header out.
        self.assertIsNone(seen.headers['X-Key'])
        self.assertEqual(seen.headers['X-Ref'], 'ref ref-1')
        self.courier.send('mine', {'base': server.base}, text='482 913 Привет')
        self.assertIn('coding=2', server.seen[1].path)

    def test_headers_take_no_lines(self):
        server = courier.WebServer(lambda request: (200, {}, b'OK'))
        self.addCleanup(server.close)
        for key in ('a\r\nX-Evil: 1', 'a\nb', 'a\rb', 'a\x7fb', 'a\u2028b'):
            answer = self.courier.send('mine', {'base': server.base, 'key': key})
            self.assertEqual((answer['result'], answer['code']), ('bad-config', 'settings'), key)
        self.assertEqual(server.seen, [])


if __name__ == '__main__':
    tap.main()
