#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMAP: a small server written from RFC 8620 and 8621, which keeps drafts as a real one does; with --long a real Cyrus
whose mail goes through a real Exim into a real inbox."""
import base64
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import cyrus
import tap

FROM = 'codes@example.org'


class Server:
    """What it holds: drafts by id, and what was submitted. `trouble` changes what it says."""

    def __init__(self):
        self.drafts, self.sent, self.trouble, self.calls = {}, [], {}, []
        self.identities = [{'id': 'i0', 'email': 'other@example.org'}, {'id': 'i1', 'email': FROM}]
        self.session = {'apiUrl': '/api/', 'capabilities': {}, 'primaryAccounts': {
            'urn:ietf:params:jmap:mail': 'A1', 'urn:ietf:params:jmap:submission': 'A1'}}
        self.web = courier.WebServer(self.answer)
        self.base = self.web.base + '/jmap/session'

    def answer(self, request):
        self.login = request.headers['Authorization']
        step = 'session' if request.command == 'GET' else self.step_of(json.loads(request.body))
        trouble = self.trouble.get(step)
        if callable(trouble):
            trouble = trouble(request)
        if isinstance(trouble, tuple):
            status, body = trouble
        elif step == 'session':
            status, body = (200, self.session) if request.path == '/jmap/session' else (404, {})
        else:
            status, body = 200, {'methodResponses': self.run(json.loads(request.body), trouble), 'sessionState': '1'}
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return status, {'Content-Type': 'application/json'}, body

    def step_of(self, body):
        names = [call[0] for call in body['methodCalls']]
        self.calls += body['methodCalls']
        return {'Identity/get': 'places', 'EmailSubmission/set': 'submit'}.get(names[0]) or \
               ('submit' if 'EmailSubmission/set' in names else 'destroy')

    def run(self, body, trouble):
        assert set(body['using']) == {'urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail',
                                      'urn:ietf:params:jmap:submission'}
        said = []
        for name, arguments, tag in body['methodCalls']:
            assert arguments['accountId'] == 'A1', arguments
            if trouble and trouble.get('method') == name:
                said.append(['error', trouble['error'], tag])
                continue
            refused = trouble and trouble.get('set') == name and trouble['error']
            said += getattr(self, name.replace('/', '_'))(arguments, tag, refused)
        return said

    def Identity_get(self, arguments, tag, refused):
        return [['Identity/get', {'list': self.identities}, tag]]

    def Mailbox_query(self, arguments, tag, refused):
        assert arguments['filter'] == {'role': 'drafts'}
        return [['Mailbox/query', {'ids': ['D1']}, tag]]

    def Email_query(self, arguments, tag, refused):
        header, value = arguments['filter']['header']
        assert (arguments['filter']['inMailbox'], header) == ('D1', 'Message-ID')
        self.found = [key for key, draft in self.drafts.items() if f"<{draft['messageId'][0]}>" == value]
        return [['Email/query', {'ids': self.found}, tag]]

    def Email_set(self, arguments, tag, refused):
        if 'create' in arguments:
            if refused:
                return [['Email/set', {'notCreated': {'draft': refused}}, tag]]
            self.drafts['E1'] = arguments['create']['draft']
            return [['Email/set', {'created': {'draft': {'id': 'E1'}}}, tag]]
        doomed = arguments['destroy'] if 'destroy' in arguments else self.found
        for key in doomed:
            del self.drafts[key]
        return [['Email/set', {'destroyed': doomed}, tag]]

    def EmailSubmission_set(self, arguments, tag, refused):
        assert arguments['onSuccessDestroyEmail'] == ['#sub']
        if refused:
            return [['EmailSubmission/set', {'notCreated': {'sub': refused}}, tag]]
        submission = arguments['create']['sub']
        assert submission['emailId'] == '#draft'
        self.sent.append((submission, self.drafts['E1']))
        said = [['EmailSubmission/set', {'created': {'sub': {'id': 'S1', 'sendAt': '…'}}}, tag]]
        if not self.trouble.get('keeps drafts'):
            del self.drafts['E1']
            said.append(['Email/set', {'destroyed': ['E1']}, tag])
        return said


class Jmap(courier.Case):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.web.close)
        self.settings = {'base': self.server.base, 'user': 'alex', 'password': 'app password', 'from': FROM}

    def send(self, **settings):
        return self.courier.send('jmap', self.settings | settings, medium='email')

    def test_sent(self):
        answer = self.assert_result(self.send(), 'accepted')
        self.assertEqual(answer['id'], 'S1')
        submission, draft = self.server.sent[0]
        self.assertEqual(submission['envelope'], {'mailFrom': {'email': FROM}, 'rcptTo': [{'email': courier.EMAIL}]})
        self.assertEqual(submission['identityId'], 'i1')
        self.assertEqual((draft['from'], draft['to']), ([{'name': 'SecInfo', 'email': FROM}],
                                                        [{'email': courier.EMAIL}]))
        self.assertEqual(draft['bodyValues'], {'t': {'value': courier.TEXT}})
        self.assertEqual(draft['mailboxIds'], {'D1': True})
        self.assertEqual(draft['messageId'], [f"{answer['ref']}@example.org"])
        self.assertEqual(self.server.drafts, {})
        self.assertEqual(len(self.server.web.seen), 3)
        self.assertEqual(self.server.login, 'Basic ' + base64.b64encode(b'alex:app password').decode())

    def test_token_and_wildcard_identity(self):
        self.server.identities = [{'id': 'i2', 'email': '*@EXAMPLE.org'}]
        self.assert_result(self.send(user=''), 'accepted')
        self.assertEqual(self.server.login, 'Bearer app password')
        self.assertEqual(self.server.sent[0][0]['identityId'], 'i2')

    def test_draft_is_destroyed_on_failure(self):
        """Every error a submission may have, and no draft is left of any."""
        for kind, result in (('invalidRecipients', 'bad-address'), ('noRecipients', 'bad-address'),
                             ('tooManyRecipients', 'bad-address'), ('forbiddenFrom', 'bad-config'),
                             ('forbiddenMailFrom', 'bad-config'), ('forbiddenToSend', 'bad-config'),
                             ('invalidEmail', 'bad-config'), ('tooLarge', 'bad-config'), ('overQuota', 'bad-config'),
                             ('rateLimit', 'retry'), ('forbidden', 'bad-config'), ('invalidProperties', 'bad-config'),
                             ('singleton', 'bad-config')):
            with self.subTest(kind):
                self.server.trouble['submit'] = {'set': 'EmailSubmission/set', 'error': {
                    'type': kind, 'description': f'no: {courier.EMAIL}'}}
                answer = self.assert_result(self.send(), result, kind)
                self.assertEqual(answer['detail'], 'no: …')
                self.assertEqual((self.server.drafts, self.server.sent), ({}, []))
                self.assertEqual(self.server.calls[-1][1]['destroy'], ['E1'])

    def test_method_errors(self):
        """RFC 8620 section 3.6.2, of the submission: the draft is there already."""
        for kind, result in (('serverUnavailable', 'retry'), ('serverFail', 'retry'), ('serverPartialFail', 'unknown'),
                             ('unknownMethod', 'bad-config'), ('invalidArguments', 'bad-config'),
                             ('invalidResultReference', 'bad-config'), ('forbidden', 'bad-config'),
                             ('accountNotFound', 'bad-config'), ('accountNotSupportedByMethod', 'bad-config'),
                             ('accountReadOnly', 'bad-config'), ('requestTooLarge', 'bad-config'),
                             ('stateMismatch', 'retry')):
            for method in ('EmailSubmission/set', 'Identity/get'):
                with self.subTest(kind, method=method):
                    step = 'places' if method == 'Identity/get' else 'submit'
                    self.server.trouble = {step: {'method': method, 'error': {'type': kind}}}
                    self.assert_result(self.send(), result, kind)
                    self.assertEqual((self.server.drafts, self.server.sent), ({}, []))

    def test_draft_refused(self):
        for kind, result in (('overQuota', 'bad-config'), ('tooLarge', 'bad-config'), ('rateLimit', 'retry')):
            self.server.drafts = {'E9': {'messageId': ['somebody@else']}}
            self.server.trouble['submit'] = {'set': 'Email/set', 'method': 'EmailSubmission/set',
                                             'error': {'type': kind}}
            self.assert_result(self.send(), result, kind)
            self.assertEqual((list(self.server.drafts), self.server.sent), (['E9'], []))

    def test_request_errors(self):
        """RFC 8620 section 3.6.1, and what HTTP says."""
        for status, body, result in (
                (400, {'type': 'urn:ietf:params:jmap:error:unknownCapability', 'status': 400}, 'bad-config'),
                (400, {'type': 'urn:ietf:params:jmap:error:notJSON', 'status': 400}, 'bad-config'),
                (400, {'type': 'urn:ietf:params:jmap:error:notRequest', 'status': 400}, 'bad-config'),
                (400, {'type': 'urn:ietf:params:jmap:error:limit', 'limit': 'maxConcurrentRequests'}, 'retry'),
                (401, b'', 'bad-config'), (403, b'', 'bad-config'), (404, b'', 'bad-config'), (425, b'', 'retry'),
                (429, b'', 'retry'), (302, b'', 'bad-config'), (408, b'', 'retry'), (500, b'', 'retry'),
                (503, {'type': 'urn:ietf:params:jmap:error:limit'}, 'retry'), (504, b'', 'retry')):
            for step in ('session', 'places', 'submit'):
                with self.subTest(step, status=status, body=body):
                    self.server.trouble = {step: (status, body)}
                    done = step == 'submit' and (status == 408 or status >= 500)
                    self.assert_result(self.send(), 'unknown' if done else result)
        for step, result in (('session', 'bad-config'), ('places', 'bad-config'), ('submit', 'unknown')):
            for body in (b'', b'{', b'[]', b'{}', b'{"methodResponses":[[1,2,3],["Email/set",[],"e"]]}'):
                self.server.trouble = {step: (200, body)}
                self.assert_result(self.send(), result)

    def test_no_answer_and_the_draft_is_found(self):
        """The answer with its id never came: it is found by what only it can have, and what is not ours stays."""
        def vanish(request):
            self.server.run(json.loads(request.body), {'method': 'EmailSubmission/set', 'error': {}})
            self.server.drafts['E9'] = {'messageId': ['somebody@else']}
            request.connection.close()
            raise ConnectionResetError
        self.server.trouble['submit'] = vanish
        self.assert_result(self.send(), 'unknown')
        self.assertEqual(list(self.server.drafts), ['E9'])

    def test_half_done(self):
        """A server that made the draft, or even sent it, and then says that it failed: no draft is left, and nobody
        sends it again."""
        for status in (408, 500, 502, 503, 504, 507):
            for half in (True, False):
                def fail(request):
                    self.server.trouble['keeps drafts'] = True
                    self.server.run(json.loads(request.body),
                                    {'method': 'EmailSubmission/set', 'error': {}} if half else None)
                    return status, b'<html>oops</html>'
                with self.subTest(status=status, half=half):
                    self.server.trouble, self.server.calls, self.server.sent = {'submit': fail}, [], []
                    self.assert_result(self.send(), 'unknown', str(status))
                    self.assertEqual(self.server.drafts, {})
                    self.assertEqual([name for name, _, _ in self.server.calls].count('EmailSubmission/set'), 1)
                    self.assertEqual(len(self.server.sent), 0 if half else 1)

    def test_server_that_keeps_drafts(self):
        self.server.trouble['keeps drafts'] = True
        self.assert_result(self.send(), 'accepted')
        self.assertEqual(self.server.drafts, {})

    def test_credentials_stay_where_they_belong(self):
        other = courier.WebServer(lambda request: (200, {}, b'{}'))
        self.addCleanup(other.close)
        for url in (other.base + '/api', '//' + other.base.split('/')[2] + '/api', 'https://127.0.0.1/api',
                    self.server.web.base.replace('//', '//a:b@') + '/api', 'http://[::1', 'file:///etc/passwd'):
            self.server.session['apiUrl'] = url
            self.assert_result(self.send(), 'bad-config', 'host')
        self.assertEqual(other.seen, [])

    def test_not_an_account(self):
        for session in ({}, {'apiUrl': '/api/'}, {'apiUrl': '/api/', 'primaryAccounts': {}},
                        {'primaryAccounts': {'urn:ietf:params:jmap:mail': 'A1'}},
                        {'apiUrl': 5, 'primaryAccounts': []}):
            self.server.session = session
            self.assert_result(self.send(), 'bad-config', 'session')

    def test_no_identity(self):
        self.server.identities = [{'id': 'i0', 'email': 'other@example.org'}, {'id': 'i3', 'email': '*@xexample.org'}]
        self.assert_result(self.send(), 'bad-config', 'identity')

    def test_the_only_identity(self):
        """Whether it will do is the server's to say."""
        self.server.identities = [{'id': 'i7', 'email': 'alex'}]
        self.assert_result(self.send(), 'accepted')
        self.assertEqual(self.server.sent[0][0]['identityId'], 'i7')
        self.server.trouble['submit'] = {'set': 'EmailSubmission/set', 'error': {'type': 'forbiddenFrom'}}
        self.assert_result(self.send(), 'bad-config', 'forbiddenFrom')
        self.assertEqual(self.server.drafts, {})

    def test_settings(self):
        for change, member in (({'base': 'http://mail.example.org/jmap'}, 'base'), ({'from': 'nobody'}, 'from'),
                               ({'user': 'a:b'}, 'user'), ({'password': ''}, 'password')):
            answer = self.courier.check('jmap', self.settings | change)
            self.assertEqual((answer['ok'], answer['member']), (False, member))


@unittest.skipUnless(os.environ.get('SECINFO_TEST_LONG'), 'a real Cyrus: with --long')
class Real(courier.Case):
    @classmethod
    def setUpClass(cls):
        cls.cyrus = cyrus.Cyrus().__enter__()
        cls.addClassCleanup(cls.cyrus.__exit__)

    def send(self, to, **settings):
        return self.courier.send('jmap', self.cyrus.settings | settings, medium='email', to=to)

    def test_arrives(self):
        answer = self.assert_result(self.send('alt@example.test'), 'accepted')
        self.assertTrue(answer['id'])
        mail = courier.wait_for('it is in the inbox', lambda: self.cyrus.read('alt', 'INBOX'))
        self.assertIn(courier.TEXT, mail)
        self.assertIn('From: SecInfo <secinfo@example.test>', mail)
        self.assertEqual(self.cyrus.count('secinfo', 'Drafts'), 0)

    def test_refused_and_no_draft_is_left(self):
        self.assert_result(self.send('nobody@example.test'), 'bad-address')
        self.assertEqual(self.cyrus.count('secinfo', 'Drafts'), 0)

    def test_wrong_password(self):
        self.assert_result(self.send('alt@example.test', password='wrong wrong'), 'bad-config', '401')


if __name__ == '__main__':
    tap.main()
