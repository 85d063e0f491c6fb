#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each vendor's request, held against what its documentation says, and every answer it names (vendors.py)."""
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import tap
from vendors import HTTP, VENDORS

SUBJECT = f'{courier.CODE} is your SecInfo code'
TOKEN = {'access_token': 'token-1', 'token_type': 'Bearer', 'expires_in': 3599}


def as_answer(status, body, headers=None):
    if isinstance(body, str):
        return status, {'Content-Type': 'text/plain', **(headers or {})}, body.encode()
    return status, {'Content-Type': 'application/json', **(headers or {})}, json.dumps(body).encode()


def fill(node, values):
    if isinstance(node, str):
        for name, value in values.items():
            node = node.replace('{' + name + '}', value)
        return node
    if isinstance(node, list):
        return [fill(child, values) for child in node]
    if isinstance(node, dict):
        return {key: fill(child, values) for key, child in node.items()}
    return node


class Base(courier.Case):
    """A vendor that gives out tokens, and says to each message what `says` holds."""

    def setUp(self):
        super().setUp()
        self.says = None
        self.logins = 0
        self.login = as_answer(200, TOKEN)
        self.server = courier.WebServer(self.answer)
        self.addCleanup(self.server.close)

    def answer(self, request):
        if request.path.endswith('/oauth2/v2.0/token'):
            self.logins += 1
            return self.login
        self.request = request
        return self.says

    def send(self, name, **more):
        vendor = VENDORS[name]
        settings = {'base': self.server.base} | vendor['settings'] | more.pop('settings', {})
        if name == 'microsoft-graph':
            settings.setdefault('login', self.server.base)
        medium = self.courier.hello[name]['medium']
        text = more.pop('text', vendor.get('text', courier.TEXT))
        return self.courier.send(name, settings, medium=medium, text=text, subject=SUBJECT,
                                 to='' if medium == 'push' else None, **more)


class Vendors(Base):
    def test_all_are_there(self):
        """What lies in data/gateways is told of, and has its table here."""
        files = {path.stem for path in (courier.SOURCE / 'data/gateways').glob('*.json')}
        self.assertEqual(files, set(VENDORS) | {'webhook'})
        self.assertEqual(set(self.courier.hello) & files, files)

    def assert_request(self, name, ref):
        vendor, seen = VENDORS[name], self.request
        digest = hashlib.sha256(ref.encode()).hexdigest()
        wanted = fill(vendor['request'], {
            'to': courier.EMAIL if self.courier.hello[name]['medium'] == 'email' else courier.PHONE,
            'digits': courier.PHONE[1:], 'text': vendor.get('text', courier.TEXT), 'subject': SUBJECT, 'ref': ref,
            'uuid': f'{digest[:8]}-{digest[8:12]}-8{digest[12:15]}-a{digest[15:18]}-{digest[18:30]}'})
        self.assertEqual((seen.command, seen.path), (wanted['method'], wanted['path']))
        for header, value in wanted['headers'].items():
            self.assertEqual(seen.headers[header], value, header)
        kind = seen.headers['Content-Type']
        if 'json' in wanted:
            self.assertEqual(kind, 'application/json')
            self.assertEqual(json.loads(seen.body), wanted['json'])
        elif 'form' in wanted:
            self.assertEqual(kind, 'application/x-www-form-urlencoded')
            form = urllib.parse.parse_qsl(seen.body.decode(), keep_blank_values=True, strict_parsing=True)
            self.assertEqual(dict(form), wanted['form'])
            self.assertEqual(len(form), len(wanted['form']))
        else:
            self.assertEqual(kind, 'text/plain; charset=UTF-8')
            self.assertEqual(seen.body.decode(), wanted['text'])

    def test_requests(self):
        for name, vendor in VENDORS.items():
            with self.subTest(name):
                self.says = as_answer(*vendor['taken'])
                answer = self.assert_result(self.send(name), 'accepted')
                self.assertEqual(answer.get('id'), vendor['id'])
                self.assert_request(name, answer['ref'])

    def test_answers(self):
        """Every documented error is the right one of the six results."""
        for name, vendor in VENDORS.items():
            documented = {(row[0], json.dumps(row[1])) for row in vendor['answers']}
            rows = vendor['answers'] + [row for row in HTTP if (row[0], json.dumps(row[1])) not in documented]
            for status, body, result, *headers in rows:
                with self.subTest(name, status=status, body=body):
                    self.says = as_answer(status, body, *headers)
                    answer = self.assert_result(self.send(name), result)
                    # The administrator reads the vendor's own code, and that of HTTP where there is none.
                    self.assertTrue(answer['code'], answer)

    def test_retry_after(self):
        for name in VENDORS:
            self.says = as_answer(429, '', {'Retry-After': '17'})
            answer = self.assert_result(self.send(name), 'retry')
            self.assertEqual(answer['retry_after'], 17, name)

    def test_a_name_that_would_be_another_header(self):
        """Whoever names the sender puts neither a header nor an address into the request."""
        for name in ('mailgun', 'postmark', 'resend', 'ses'):
            vendor = VENDORS[name]
            self.says = as_answer(*vendor['taken'])
            self.assert_result(self.send(name, settings={'name': 'x" <evil@example.com>, "y'}), 'accepted')
            body = urllib.parse.unquote_plus(self.request.body.decode())
            self.assertIn(r'"x\" <evil@example.com>, \"y" <codes@laptop' if name == 'mailgun' else
                          r'\"x\\\" <evil@example.com>, \\\"y\" <codes@laptop', body)
            answer = self.send(name, settings={'name': 'x\r\nBcc: evil@example.com'})
            self.assert_result(answer, 'bad-config', 'settings')
            for wrong in ('a@b>, <c@d', 'Name <codes@laptop.example.org>', 'nobody'):
                answer = self.courier.check(name, {'base': self.server.base} | vendor['settings'] | {'from': wrong})
                self.assertEqual((answer['ok'], answer.get('member')), (False, 'from'), wrong)

    def test_no_token_is_needed(self):
        """An ntfy topic that is open to everybody."""
        self.says = as_answer(*VENDORS['ntfy']['taken'])
        self.assert_result(self.send('ntfy', settings={'token': ''}), 'accepted')
        self.assertIsNone(self.request.headers['Authorization'])

    def test_alerts_prove_nothing(self):
        for name in ('ntfy', 'gotify', 'matrix'):
            self.assertEqual(self.courier.hello[name]['medium'], 'push')


class Echo(Base):
    """A vendor whose every word is what it was asked with: head, body, and what both mean."""

    def echo(self, request):
        login = request.headers['Authorization'] or ''
        said = [f'{request.command} {request.path}', request.body.decode(), *(f'{k}: {v}' for k, v in
                                                                               request.headers.items())]
        if login.startswith('Basic '):
            said += [base64.b64decode(login[6:]).decode(), login[6:].swapcase()]
        # What is cut off, or stands at the end of much else, is still a secret.
        return [login[:-9], ' '.join(said), login, urllib.parse.unquote_plus(' '.join(said)), 'x' * 1950 + login]

    def answer(self, request):
        if request.path.endswith('/token') and not self.refuse_login:
            return super().answer(request)
        if not request.path.endswith('/token'):
            self.request = request
        words = self.echo(request)[self.turn]
        self.words.append(words)

        def put(node):
            if isinstance(node, dict):
                return {key: put(child) for key, child in node.items()}
            return [put(child) for child in node] if isinstance(node, list) else words
        status, headers, body = as_answer(*self.row)
        body = json.dumps(put(json.loads(body))).encode() if headers['Content-Type'] == 'application/json' \
            else words.encode()
        line = words.replace('\n', ' ')
        return status, {name: value if name == 'Content-Type' else line for name, value in headers.items()}, body

    def secrets_of(self, name):
        login = self.request.headers['Authorization'] or ''
        kind = self.courier.hello[name]
        told = [VENDORS[name]['settings'].get(setting['name'], '') for setting in kind['settings'] if setting['secret']]
        told += [login.rsplit('Signature=', 1)[-1] if login.startswith('AWS4') else login.partition(' ')[2]]
        told += [value for key, value in self.request.headers.items() if key.lower().endswith('signature')]
        told = [secret for secret in told if len(secret) >= 4]
        return told + [urllib.parse.quote(secret, safe='') for secret in told] + \
            [base64.b64encode(secret.encode()).decode()[:-4] for secret in told]

    def test_nothing_of_it_is_shown(self):
        self.refuse_login, self.words, seen = False, [], 0
        self.login = as_answer(200, TOKEN | {'access_token': 'eyJ0eXAiOiJKV1Qi.' + 'QzRt-9_x' * 300})
        for name, vendor in VENDORS.items():
            rows = [row for row in vendor['answers'] if row[1]]
            for self.row in (rows[0], rows[-1], (401, rows[0][1], None), (503, *rows[0][1:])):
                for self.turn in range(5):
                    with self.subTest(name, turn=self.turn, status=self.row[0]):
                        shown = self.send(name)
                        shown = json.dumps([shown[key] for key in ('id', 'code', 'detail')]).lower()
                        for secret in map(str.lower, self.secrets_of(name)):
                            seen += secret in self.words[-1].lower()
                            for at in range(max(len(secret) - 7, 1)):
                                self.assertNotIn(secret[at:at + 8], shown)
        self.assertGreater(seen, 50)   # they were told indeed

    def test_login_that_repeats_the_question(self):
        self.refuse_login, self.words, self.says = True, [], None
        self.row = (400, {'error': 'x', 'error_description': 'y'})
        for self.turn in (1, 3):
            shown = json.dumps(self.send('microsoft-graph', settings={'secret': 'cl ent~s/cret+='}))
            self.assertIn('cl+ent~s%2Fcret%2B%3D', self.words[0])
            for look in ('ent~s', 's/cret', 's%2Fcret', '+=', '%2B%3D'):
                self.assertNotIn(look.lower(), shown.lower())


class Tokens(Base):
    """Microsoft's login: asked once, kept in memory, asked again when it is refused."""

    def test_kept(self):
        self.says = as_answer(202, '')
        for _ in range(3):
            self.assert_result(self.send('microsoft-graph'), 'accepted')
        self.assertEqual(self.logins, 1)
        seen = self.server.seen[0]
        self.assertEqual((seen.command, seen.path), ('POST', '/contoso.example/oauth2/v2.0/token'))
        form = dict(urllib.parse.parse_qsl(seen.body.decode(), strict_parsing=True))
        self.assertEqual(form, {'client_id': 'client-id-1', 'client_secret': 'client~secret',
                                'grant_type': 'client_credentials', 'scope': 'https://graph.microsoft.com/.default'})
        # Another secret is another token.
        self.assert_result(self.send('microsoft-graph', settings={'secret': 'another one'}), 'accepted')
        self.assertEqual(self.logins, 2)

    def test_one_question_for_many(self):
        self.says = as_answer(202, '')
        gate = threading.Event()
        answer = self.answer

        def slowly(request):
            if request.path.endswith('/token'):
                gate.wait(5)
            return answer(request)
        server = courier.WebServer(slowly)
        self.addCleanup(server.close)
        settings = VENDORS['microsoft-graph']['settings'] | {'base': server.base, 'login': server.base}
        refs = [self.courier.start_send('microsoft-graph', settings, medium='email') for _ in range(10)]
        courier.wait_for('the question', lambda: server.seen)
        gate.set()
        for ref in refs:
            self.assert_result(self.courier.answer(ref), 'accepted')
        self.assertEqual(self.logins, 1)

    def test_ends_soon(self):
        """With a minute left it is asked for anew."""
        self.says = as_answer(202, '')
        self.login = as_answer(200, TOKEN | {'expires_in': 60})
        for _ in range(2):
            self.assert_result(self.send('microsoft-graph'), 'accepted')
        self.assertEqual(self.logins, 2)

    def test_refused_token_is_renewed_once(self):
        self.says = as_answer(202, '')
        self.assert_result(self.send('microsoft-graph'), 'accepted')
        self.says = as_answer(401, {'error': {'code': 'InvalidAuthenticationToken', 'message': '…'}})
        answer = self.assert_result(self.send('microsoft-graph'), 'bad-config', 'InvalidAuthenticationToken')
        self.assertEqual(self.logins, 2)
        self.assertNotIn('token-1', json.dumps(answer))

    def test_login_refused(self):
        """https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
        self.says = as_answer(202, '')
        for status, error, result in ((400, 'invalid_request', 'bad-config'),
                                      (400, 'unauthorized_client', 'bad-config'),
                                      (400, 'invalid_scope', 'bad-config'), (400, 'invalid_grant', 'bad-config'),
                                      (400, 'unsupported_grant_type', 'bad-config'),
                                      (401, 'invalid_client', 'bad-config'), (400, 'temporarily_unavailable', 'retry'),
                                      (429, 'too_many', 'retry'), (500, 'server_error', 'retry'),
                                      (503, 'x', 'retry'), (504, 'x', 'retry')):
            with self.subTest(error):
                self.login = as_answer(status, {'error': error, 'error_description': 'AADSTS7000215: client~secret'})
                answer = self.assert_result(self.send('microsoft-graph'), result, error)
                self.assertNotIn('client~secret', answer['detail'])
        for body in ('', '{', '[]', '{"access_token":5}', '{"access_token":""}', '{"access_token":"a b"}',
                     json.dumps({'access_token': 'x\r\nX-Evil: 1'}), json.dumps({'access_token': 'x' * 20000})):
            self.login = as_answer(200, body)
            self.assert_result(self.send('microsoft-graph'), 'bad-config', '200')
        self.assertFalse([seen for seen in self.server.seen if seen.path.endswith('sendMail')])

    def test_login_does_not_answer(self):
        """Nothing was sent, so it may be tried again."""
        server = courier.RawServer(lambda connection: courier.read_request(connection))
        self.addCleanup(server.close)
        self.assert_result(self.send('microsoft-graph', settings={'login': server.base}), 'retry')

    def test_login_elsewhere(self):
        settings = {'base': self.server.base} | VENDORS['microsoft-graph']['settings']
        for login in ('http://login.example.org', 'https://169.254.169.254', 'x'):
            answer = self.courier.check('microsoft-graph', settings | {'login': login})
            self.assertEqual((answer['ok'], answer['member']), (False, 'login'))


class Signature(Base):
    """SigV4 as curl makes it: at the same second, of the same request, to the letter."""

    def curl(self, vendor, body):
        settings = VENDORS[vendor]['settings']
        subprocess.run(['curl', '-sS', '--noproxy', '*', '-o', '/dev/null', '--aws-sigv4',
                        f"aws:amz:{settings['region']}:ses", '--user', f"{settings['user']}:{settings['key']}",
                        '-H', 'Content-Type: application/json', '--data-binary', '@-',
                        self.server.base + VENDORS[vendor]['request']['path']], input=body, check=True, timeout=90)
        return self.request

    def test_as_curl(self):
        self.says = as_answer(200, {'MessageId': '1'})
        for _ in range(40):
            self.assert_result(self.send('ses', text='482 913 ä “x” \\ \n'), 'accepted')
            ours = self.request
            curls = self.curl('ses', ours.body)
            self.assertEqual(curls.body, ours.body)
            if curls.headers['X-Amz-Date'] == ours.headers['X-Amz-Date']:
                break
        self.assertEqual(curls.headers['X-Amz-Date'], ours.headers['X-Amz-Date'])

        def parts(request):
            return dict(re.findall(r'(Credential|SignedHeaders|Signature)=([^,]*)', request.headers['Authorization']))
        self.assertEqual(parts(ours), parts(curls))
        self.assertEqual(parts(ours)['SignedHeaders'], 'content-type;host;x-amz-date')
        self.assertNotIn(VENDORS['ses']['settings']['key'], str(ours.headers) + ours.body.decode())


if __name__ == '__main__':
    tap.main()
