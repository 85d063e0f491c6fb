#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account service with given answers, behind a Unix socket: for pictures of states that a real one is seldom in.

Nothing of it is in the product, and no test of a rule runs against it: those have the real secinfod.
"""
import contextlib
import copy
import http.server
import json
import os
import queue
import socket
import socketserver
import threading
import time


def stamp(seconds):
    """Seconds from now, as the service writes a point in time."""
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + seconds))


def channel(state='ready', trial=False, since=None, told_at=None):
    return {'state': state, 'since': since, 'told_at': told_at, 'trial': trial}


def contact(number, masked, full, state='verified', label=None, **more):
    """A contact; `full` is shown only while `password` was given."""
    made = {'id': f'contact-{number}', 'kind': 'email' if '@' in masked else 'phone', 'state': state, 'masked': masked,
            'label': label,
            'alerts': True, 'undeliverable': False, 'created_at': stamp(-86400), 'verified_at': None,
            'last_confirmed_at': None,
            'removed_at': None, 'effective_at': None, 'replaces': None, 'challenge': None, 'full': full}
    made.update(more)
    return made


def finding(kind, text, subject=None, urgency='to-mend'):
    return {'type': kind, 'urgency': urgency, 'subject': subject, 'text': text}


EMAIL = contact(1, 'a•••e@example.org', 'alex.sample@example.org', label='Personal')
WORK = contact(2, 's•••k@example.net', 'sample.work@example.net')
PHONE = contact(3, '••• •• 56', '+44 7911 123456', label='Mobile')
NEW_CODES = [{'label': label, 'code': code} for label, code in (
    ('K7', 'XBQF-2M9X-TB4C-W3'), ('P4', '3NRD-8HZN-5VJA-Q9'), ('M2', 'Q6XC-W6TK-9GFE-7B'), ('D9', '7HVA-3JPQ-ZR7H-K4'),
    ('T5', 'J2BN-YX2M-4CWD-F8'), ('H8', 'A4GE-K1QV-6PTR-M2'), ('W3', 'B9ZJ-5DNB-XA9F-C6'), ('R6', 'C5TM-QH4G-2KVE-P7'),
    ('F1', 'Z3CX-9BWR-7NJD-T5'), ('V7', 'E2PA-M3ZK-8QGH-X1'))]


def saved_codes(left=10, made=-260 * 86400):
    used = [{'label': NEW_CODES[i]['label'], 'at': stamp(-(i + 1) * 9 * 86400), 'where': 'sign-in'}
            for i in range(10 - left)]
    return {'left': left, 'made_at': stamp(made) if made is not None else None, 'used': used, 'pending': None}


def pending():
    """New codes that wait for their label."""
    return {'position': 4, 'attempts_left': 5, 'expires_at': stamp(1800)}


def recoverable(now=True, reason=None, needed=1, why=None, kinds=('saved-code', 'email', 'phone'), missing=None,
                sign_in=(('gdm-password', True), ('login', True)), name=None):
    """What Account.recoverable of the API has."""
    return {'now': now, 'reason': reason, 'proofs_needed': needed, 'why_two': why, 'kinds': list(kinds),
            'missing': missing, 'sign_in': [{'service': s, 'ready': r} for s, r in sign_in],
            'help': {'name': name, 'text': None} if name else None}


def setting(name, label, default=None, secret=False, required=True):
    return {'name': name, 'label': label, 'secret': secret, 'default': default, 'required': required}


def kind(name, title, medium, *settings):
    return {'name': name, 'title': title, 'medium': medium, 'settings': list(settings), 'idempotent': False}


KINDS = [
    kind('smtp', 'Mail server', 'email', setting('host', 'Server'), setting('port', 'Port', '587'),
         setting('security', 'Encryption (tls, starttls or none)', 'tls'), setting('user', 'User name', required=False),
         setting('password', 'Password', secret=True, required=False), setting('from', 'Sender address')),
    kind('webhook', 'Web address of your own (signed)', 'email', setting('base', 'Web address'),
         setting('secret', 'Shared secret', secret=True)),
    kind('inbox', 'Trial inbox', 'email'), kind('brevo', 'Brevo', 'email'), kind('mailgun', 'Mailgun', 'email'),
    kind('postmark', 'Postmark', 'email'), kind('resend', 'Resend', 'email'), kind('sendgrid', 'SendGrid', 'email'),
    kind('kannel', 'Kannel', 'sms', setting('base', 'Web address'), setting('user', 'User name'),
         setting('password', 'Password', secret=True)),
    kind('twilio-sms', 'Twilio (text messages)', 'sms', setting('account', 'Account SID'),
         setting('token', 'Auth token', secret=True), setting('from', 'Sender number or name'),
         setting('base', 'Web address', 'https://api.twilio.com')),
    kind('gotify', 'Gotify (alerts)', 'push', setting('base', 'Web address'),
         setting('token', 'Application token', secret=True)),
    kind('matrix', 'Matrix (alerts)', 'push'), kind('ntfy', 'ntfy (alerts)', 'push')]
PRESET = {'gateway': 'smtp', 'title': 'Example Mail', 'app_password': True, 'works': True,
          'page': 'https://mail.example.org/security',
          'settings': {'host': 'smtp.example.org', 'port': '465', 'security': 'tls', 'user': '', 'from': ''},
          'steps': ['Sign in to your mailbox in a browser and switch on two-step verification, if it is not on yet.',
                    'In the security settings, make a new app password and name it SecInfo.',
                    'Enter that app password here. It is shown only once, and you can take it back there at any time.']}
CLOSED_PRESET = {**PRESET, 'title': 'Closed Mail', 'app_password': False, 'works': False, 'page': None, 'steps': [
    'This provider takes no password from other programs any more, and no app password either: codes cannot be sent '
    'from this mailbox.',
    'Use a mailbox of another provider. This address can still be a contact that receives codes.']}
POLICY = [
    {'title': 'Codes', 'text': 'A code has 6 digits and works once. It works for 10 minutes, and for 30 where it '
                               'proves an email address.'},
    {'title': 'Wrong codes', 'text': 'After 5 wrong tries a code no longer works. After 10 within an hour or 50 within '
                                     'a day there is a pause.'},
    {'title': 'Sending', 'text': 'At most 5 codes an hour and 10 a day go to one contact, and 20 a day from one '
                                 'account.'},
    {'title': 'Wrong passwords', 'text': 'After 5 wrong passwords within 10 minutes there is a pause of 10 minutes.'},
    {'title': 'Contacts', 'text': 'You can have 10 contacts. A removed one can be taken back for 7 days.'},
    {'title': 'Confirm it’s you', 'text': 'What was confirmed holds for 10 minutes, and ends when the session locks.'}]


def gateway(number, of, title, state='ready', medium='email', position=0, settings=None, secrets=(), **health):
    return {'id': f'gateway-{number}', 'kind': of, 'title': title, 'medium': medium, 'position': position,
            'settings': settings or {}, 'secrets': list(secrets),
            'health': {'state': state, 'since': None, 'last_delivered_at': None, **health}}


ACCOUNT = {
    'name': 'alex', 'real_name': 'Alex Sample', 'state': 'active', 'level': 'session', 'level_until': None,
    'administrator': False,
    'contacts': [EMAIL, WORK, PHONE], 'findings': [], 'channels': {'email': channel(), 'sms': channel(),
                                                                   'voice': channel('none')},
    'recoverable': recoverable(), 'waiting_period': None,
}


class State:
    """What the service answers; change it, then call publish()."""

    def __init__(self):
        self.account = copy.deepcopy(ACCOUNT)
        self.service = {'version': '0.1.0', 'instance': 'system', 'capabilities': [], 'policy': POLICY}
        self.gateways, self.kinds, self.preset = [], KINDS, None
        self.rules = [{'key': 'way-back-in', 'value': 1, 'usual': 1, 'least': 0, 'most': 1, 'fixed': False}]
        self.rule_problem = None     # of a change of them
        self.gateway_problem = None  # of each test, and of what is added
        self.kind_problem = None     # of a description that is taken over, or removed
        self.prove_problem = None    # of a code that is to prove one
        self.inbox = []
        self.saved_codes = saved_codes(7)
        self.label_problem = None   # of the next label
        self.steps = []             # of a rehearsal, first to last
        self.problem = None         # of GET /v1/account: (status, type, members)
        self.delivery = {}          # what differs in each challenge's delivery
        self.challenge = {}         # what differs in each challenge
        self.answer_problem = None  # of the next answer to a code
        self.password_problem = None
        self.level = 'session'
        self.streams = []

    def publish(self, what, ident=None):
        for stream in self.streams:
            stream.put(f'event: {what}\ndata: {json.dumps({"id": ident})}\n\n')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_args):
        pass

    def address_string(self):
        return 'socket'

    def reply(self, status, body=None, kind='application/json'):
        data = b'' if body is None else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:
            self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, kind, **members):
        body = {'type': f'/problems/{kind}', 'title': kind, 'status': status, 'detail': kind, **members}
        self.reply(status, body, 'application/problem+json')

    def read(self):
        length = int(self.headers.get('Content-Length') or 0)
        return json.loads(self.rfile.read(length) or b'{}')

    @property
    def state(self):
        return self.server.state

    def shown(self, one):
        one = dict(one)
        full = one.pop('full', None)
        if self.state.level != 'session' and full:
            one.update(value=full.replace(' ', ''), display=full)
        return one

    def find(self, ident):
        return next(c for c in self.state.account['contacts'] if c['id'] == ident)

    def made_challenge(self, ident, purpose='prove'):
        one = self.find(ident)
        phone = one['kind'] == 'phone'
        life = 1800 if purpose == 'prove' and not phone else 600
        made = {'id': 'challenge-1', 'purpose': purpose, 'state': 'running', 'contact': ident, 'kind': one['kind'],
                'medium': 'sms' if phone else 'email', 'masked': one['masked'], 'issued_at': stamp(0),
                'expires_at': stamp(life),
                'ended_at': None, 'life': life, 'resend_at': stamp(30), 'attempts_left': 5, 'sends': 1, 'ways': [],
                'delivery': {'state': 'handed-over', 'detail': None, 'since': stamp(0), 'next_at': None,
                             'by': 'the mail server', 'sender': 'codes@laptop.example.org', 'told_at': None,
                             'trial': False,
                             'steps': [{'state': 'handed-over', 'at': stamp(0),
                                        'text': 'Handed to the mail server'}]}}
        if self.state.level != 'session':
            made['value'] = one['full']
        made['delivery'].update(self.state.delivery)
        made.update(self.state.challenge)
        self.server.challenge = made
        return made

    def events(self):
        stream = queue.Queue()
        self.state.streams.append(stream)
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        try:
            self.wfile.write(b': hello\n\n')
            while True:
                event = stream.get()
                if event is None:
                    break
                self.wfile.write(event.encode())
        except OSError:
            pass
        self.close_connection = True
        self.state.streams.remove(stream)

    def do_GET(self):
        path = self.path.split('?')[0]
        state = self.state
        if path == '/v1/account/events':
            self.events()
        elif path == '/v1/service':
            self.reply(200, state.service)
        elif path == '/v1/account/saved-codes':
            self.reply(200, state.saved_codes)
        elif path == '/v1/inbox':
            self.reply(200, {'items': state.inbox, 'next': None})
        elif path == '/v1/policy':
            self.reply(200, {'items': state.rules, 'next': None})
        elif path == '/v1/gateways':
            self.reply(200, {'items': state.gateways, 'next': None})
        elif path == '/v1/gateway-kinds':
            preset = state.preset if 'address=' in self.path else None
            items = [{**k, 'preset': preset} if preset and k['name'] == 'smtp' else k for k in state.kinds]
            self.reply(200, {'items': items, 'next': None})
        elif path == '/v1/account' and state.problem:
            self.refuse(state.problem[0], state.problem[1], **state.problem[2])
        elif path == '/v1/account':
            shown = dict(state.account, level=state.level, contacts=[self.shown(c) for c in state.account['contacts']])
            self.reply(200, shown)
        elif path.startswith('/v1/account/challenges/'):
            self.reply(200, self.server.challenge)
        else:
            self.refuse(404, 'not-found')
        self.server.asked.append(path.rpartition('/')[2])

    def do_POST(self):
        body = self.read()
        parts = self.path.split('?')[0].strip('/').split('/')[2:]
        state = self.state
        if self.path == '/v1/gateway-kinds':
            self.post_kind(body)
        elif self.path.startswith('/v1/gateways'):
            self.post_gateway(parts, body)
        elif parts == ['elevations'] and state.password_problem:
            self.refuse(state.password_problem[0], state.password_problem[1], **state.password_problem[2])
        elif parts == ['elevations']:
            state.level = 'password'
            verified = sum(c['state'] == 'verified' for c in state.account['contacts'])
            self.reply(201, {'token': 'token', 'level': 'password', 'expires_at': stamp(600),
                             'verified_contacts': verified})
        elif parts == ['saved-codes']:
            self.reply(201, {'position': 4, 'codes': NEW_CODES, 'expires_at': stamp(3600)})
        elif parts == ['saved-codes', 'proof'] and state.label_problem:
            self.refuse(state.label_problem[0], state.label_problem[1], **state.label_problem[2])
        elif parts == ['saved-codes', 'proof']:
            state.saved_codes = saved_codes(10, made=0)
            self.reply(200, state.saved_codes)
            state.publish('saved-codes')
        elif parts == ['rehearsals']:
            self.server.played = 0
            self.reply(201, {'id': 'rehearsal-1', 'step': state.steps[0],
                             'practice': {'saved_code': 'PRAC-TSEC-DE22-22', 'code': '482913'}})
        elif parts[0] == 'rehearsals':
            self.server.played += 1
            self.reply(200, {'step': state.steps[self.server.played]})
        elif parts == ['challenges']:
            self.reply(201, self.made_challenge(body['contact'], 'confirm'))
        elif parts == ['contacts']:
            value = body['value']
            made = contact(len(state.account['contacts']) + 1, value, value, 'unverified', body.get('label'))
            state.account['contacts'].append(made)
            self.reply(201, self.shown(made))
        elif parts[0] == 'contacts' and parts[2:] == ['challenges']:
            self.reply(201, self.made_challenge(parts[1]))
        elif parts[0] == 'contacts' and parts[2:] == ['restore']:
            self.find(parts[1])['state'] = 'verified'
            self.reply(200, self.shown(self.find(parts[1])))
            state.publish('contacts')
        elif parts[0] == 'challenges' and parts[2:] == ['answer'] and state.answer_problem:
            self.refuse(state.answer_problem[0], state.answer_problem[1], **state.answer_problem[2])
        elif parts[0] == 'challenges' and parts[2:] == ['answer']:
            self.answered()
        else:
            self.refuse(404, 'not-found')

    def post_kind(self, body):
        if self.state.kind_problem:
            self.refuse(*self.state.kind_problem[:2], **self.state.kind_problem[2])
            return
        told = json.loads(body['description'])
        made = {**kind(told['name'], told['title'], told['medium']), 'imported': True}
        self.state.kinds = [k for k in self.state.kinds if k['name'] != made['name']] + [made]
        self.reply(201, made)

    def post_gateway(self, parts, body):
        state = self.state
        if state.gateway_problem and not body.get('prove'):
            self.refuse(state.gateway_problem[0], state.gateway_problem[1], **state.gateway_problem[2])
        elif not parts:
            secrets = [name for name in ('password', 'token', 'secret') if name in body['settings']]
            made = gateway(len(state.gateways) + 1, body['kind'], body.get('title') or body['kind'],
                           'unproven' if body.get('unproven') else 'unused', position=len(state.gateways),
                           settings={k: v for k, v in body['settings'].items() if k not in secrets}, secrets=secrets)
            state.gateways.append(made)
            self.reply(201, made)
        elif body.get('prove'):
            if state.prove_problem:
                self.refuse(*state.prove_problem[:2], **state.prove_problem[2])
            else:
                self.reply(201, self.made_challenge(state.account['contacts'][0]['id'], 'gateway-test'))
        else:
            self.reply(200, {'result': 'accepted', 'code': None, 'detail': None})

    def answered(self):
        challenge = self.server.challenge
        one = self.find(challenge['contact'])
        one['state'] = 'verified'
        if challenge['purpose'] == 'confirm':
            self.state.level = 'verified'
        elevation = None
        if self.state.level != 'session':
            elevation = {'token': 'token', 'level': self.state.level, 'expires_at': stamp(600), 'verified_contacts': 1}
        self.reply(200, {'purpose': challenge['purpose'], 'contact': self.shown(one), 'elevation': elevation})
        self.state.publish('contacts')

    def do_PATCH(self):
        body = self.read()
        if self.path == '/v1/policy' and self.state.rule_problem:
            self.refuse(*self.state.rule_problem[:2], **self.state.rule_problem[2])
            return
        if self.path == '/v1/policy':
            for rule in self.state.rules:
                rule['value'] = body['settings'].get(rule['key'], rule['value'])
            self.reply(200, {'items': self.state.rules, 'next': None})
            return
        if self.path.startswith('/v1/gateways/'):
            made = next(g for g in self.state.gateways if g['id'] == self.path.split('/')[3])
            self.reply(200, made)
            return
        one = self.find(self.path.strip('/').split('/')[3])
        one.update(body)
        self.reply(200, self.shown(one))
        self.state.publish('contacts')

    def do_DELETE(self):
        parts = self.path.strip('/').split('/')[1:]
        if parts[0] == 'gateway-kinds' and self.state.kind_problem:
            self.refuse(*self.state.kind_problem[:2], **self.state.kind_problem[2])
            return
        if parts[:2] == ['account', 'contacts']:
            one = self.find(parts[2])
            one.update(state='removed', removed_at=stamp(0), restore_until=stamp(7 * 86400))
        elif parts == ['inbox']:
            self.state.inbox = []
        elif parts == ['account', 'saved-codes']:
            self.state.saved_codes = saved_codes(0, made=None)
            self.state.saved_codes['used'] = []
        self.reply(204)
        self.state.publish('inbox' if parts == ['inbox'] else 'contacts')


class Service(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path):
        self.state = State()
        self.challenge = None
        self.asked = []     # the last word of each path that was answered, but for streams
        self.open = []
        super().__init__(path, Handler)
        os.chmod(path, 0o600)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        request, address = super().get_request()
        self.open.append(request)
        return request, address

    def stop(self):
        """As a service that dies: what is open ends too."""
        self.shutdown()
        for stream in list(self.state.streams):
            stream.put(None)
        for request in self.open:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        self.server_close()
        if os.path.exists(self.server_address):
            os.unlink(self.server_address)
