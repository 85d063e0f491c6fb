#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our descriptions against the vendors' own OpenAPI documents: Prism refuses a request that is not as its document has
it, and gives every answer that the document names. And SES's API as its emulator has it, read back from its store."""
import copy
import json
import os
import pathlib
import sys
import tempfile
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import prism
import tap
from vendors import ACCEPTED, BAD_CONFIG, FROM, HTTP, RETRY, VENDORS

SUBJECT = f'{courier.CODE} is your SecInfo code'
# As the vendor has them, and the document checks: 34 characters, eight characters.
SETTINGS = {name: {'account': 'AC' + '0123456789abcdef' * 2} for name in ('twilio-sms', 'twilio-voice')}
# What the vendor's pages have (vendors.py) and the document, which is older, does not.
NEWER = {'postmark': ['/MessageStream', '/Metadata']}
# Every answer that the document names by its number, but for the good one.
ANSWERS = {
    'twilio-sms': {}, 'twilio-voice': {}, 'vonage': {},
    'postmark': {'422': BAD_CONFIG, '500': RETRY},
    'sendgrid': {'400': BAD_CONFIG, '401': BAD_CONFIG, '403': BAD_CONFIG, '404': BAD_CONFIG, '413': BAD_CONFIG,
                 '500': RETRY},
    # The document numbers its errors, for AWS tells several by one status; see ses_error().
    'ses': {'480': RETRY, '481': BAD_CONFIG, '482': BAD_CONFIG, '483': BAD_CONFIG, '484': BAD_CONFIG,
            '485': BAD_CONFIG, '486': BAD_CONFIG, '487': BAD_CONFIG},
}
GOOD = {'200', '201', '202'}
# A description that is not right: where, what stands there then, and what Prism says of it.
NONE = {'type': 'none'}
WRONG = [
    ('twilio-sms', 'request/form/To', None, "'To'"),
    ('twilio-sms', 'request/auth', NONE, 'security'),
    ('twilio-voice', 'request/form/From', None, "'From'"),
    ('twilio-voice', 'request/form/Timeout', 'soon', 'integer'),
    ('postmark', 'request/headers/X-Postmark-Server-Token', None, "'x-postmark-server-token'"),
    ('postmark', 'request/json/TrackLinks', 'Sometimes', 'TrackLinks'),
    ('sendgrid', 'request/json/content', None, "'content'"),
    ('sendgrid', 'request/json/from', '{from}', 'from'),
    ('sendgrid', 'request/auth', NONE, 'security'),
    ('ses', 'request/json/Content', None, "'Content'"),
    ('ses', 'request/auth', NONE, 'security'),
    ('vonage', 'request/form/to', None, "'to'"),
    ('vonage', 'request/form/type', 'ucs2', 'type'),
]

peers = None


def setUpModule():
    global peers
    peers = prism.Peers()


def tearDownModule():
    if peers is not None:
        peers.close()


def altered(name, where, value):
    """The description with something else, or nothing, at one place."""
    description = json.loads((courier.SOURCE / f'data/gateways/{name}.json').read_text())
    *way, last = where.split('/')
    node = description
    for part in way:
        node = node[part]
    assert last in node or last == 'auth'
    if value is None:
        del node[last]
    else:
        node[last] = value
    return description


class Base(courier.Case):
    def send(self, name, base, client=None, **more):
        settings = {'base': base} | VENDORS[name]['settings'] | SETTINGS.get(name, {})
        client = client or self.courier
        return client.send(name, settings, medium=client.hello[name]['medium'], subject=SUBJECT,
                           text=VENDORS[name].get('text', courier.TEXT), **more)

    def with_altered(self, name, where, value):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        (pathlib.Path(place.name) / f'{name}.json').write_text(json.dumps(altered(name, where, value)))
        client = courier.Courier([place.name])
        self.addCleanup(client.close)
        return client


class Documents(Base):
    def vendor(self, name):
        vendor = prism.Vendor(peers, name)
        self.addCleanup(vendor.close)
        return vendor

    def test_requests(self):
        """One message each; the request is as the document has it, and its answer is understood."""
        self.assertEqual(set(peers.documents), set(ANSWERS))
        for name in ANSWERS:
            vendor = self.vendor(name)
            for more in ({}, {'callback': 'https://codes.example.org/report/x'}):
                with self.subTest(name, **more):
                    answer = self.send(name, vendor.base, **more)
                    self.assertEqual(vendor.wrong, [])
                    self.assert_result(answer, ACCEPTED)
                    self.assertEqual(self.unknown_members(name, vendor.request), NEWER.get(name, []))
                    if name != 'sendgrid':    # its stands in a header that the document has not
                        self.assertTrue(answer['id'], answer)

    def unknown_members(self, name, request):
        content = peers.resolve(name, peers.operation(name)['requestBody'])['content']
        kind = request.headers['Content-Type']
        self.assertIn(kind, content)
        value = json.loads(request.body) if kind == 'application/json' else \
            dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True))
        return peers.strange(name, content[kind]['schema'], value)

    def test_wrong_requests(self):
        """Prism would have seen it: what is not as the document has it is refused, and the administrator's."""
        for name, where, value, words in WRONG:
            with self.subTest(name, where=where):
                vendor = self.vendor(name)
                answer = self.send(name, vendor.base, self.with_altered(name, where, value))
                self.assertIn(words, json.dumps(vendor.wrong))
                self.assert_result(answer, BAD_CONFIG)

    def test_strange_member(self):
        """What Prism lets pass: a member that is not in the document."""
        vendor = self.vendor('vonage')
        self.send('vonage', vendor.base)
        request = copy.copy(vendor.request)
        request.body = request.body.replace(b'client-ref=', b'client_ref=')
        self.assertEqual(self.unknown_members('vonage', request), ['/client_ref'])

    def test_answers(self):
        """Every error that the document names, as Prism makes it up; the same result as in the table of vendors.py."""
        for name, answers in ANSWERS.items():
            said = peers.operation(name)['responses']
            self.assertEqual(set(said) - GOOD, set(answers), name)
            vendor = self.vendor(name)
            for code, result in answers.items():
                with self.subTest(name, code=code):
                    vendor.code = code
                    vendor.change = (lambda *told, row=said[code]: self.as_ses(row, *told)) if name == 'ses' else None
                    answer = self.send(name, vendor.base)
                    self.assertEqual((vendor.wrong, str(vendor.status)), ([], vendor.code))
                    self.assert_result(answer, result)
                    self.assertIn(result, self.rows(name, said[code], vendor.code))

    @staticmethod
    def rows(name, said, code):
        """What the table makes of it: of this status, for SES of this name."""
        rows = VENDORS[name]['answers'] + HTTP
        if name == 'ses':
            return [row[2] for row in rows
                    if len(row) > 3 and row[3]['x-amzn-ErrorType'].startswith(said['description'] + ':')]
        return [row[2] for row in rows if str(row[0]) == code]

    @staticmethod
    def as_ses(said, status, headers, body):
        """Real SES names the error in a header, and its status is the one of the table."""
        for status, _, _, named in VENDORS['ses']['answers']:
            if named['x-amzn-ErrorType'].startswith(said['description'] + ':'):
                return status, headers | named, body
        raise AssertionError(f'{said["description"]} is not in the table')

    def test_vonage_codes(self):
        """Vonage says 200 to everything; its errors stand in the document by their code, with words."""
        vendor = self.vendor('vonage')
        rows = [(row[1]['messages'][0]['status'], row[2]) for row in VENDORS['vonage']['answers']
                if isinstance(row[1], dict)]
        errors = peers.documents['vonage']['x-errors']
        self.assertGreater(len(errors), 15)
        for code, error in errors.items():
            def change(status, headers, body, code=code, error=error):
                told = json.loads(body)
                told['messages'][0] |= {'status': code, 'error-text': error['description']}
                return status, headers, json.dumps(told).encode()
            vendor.change = change
            with self.subTest(code):
                answer = self.send('vonage', vendor.base)
                self.assertIn((code, answer['result']), rows)
                self.assertEqual(answer['code'], code)


class Emulator(Base):
    """aws-ses-v2-local, which does not look at signatures (test_vendors compares them with curl's)."""

    def setUp(self):
        super().setUp()
        self.base = f'http://127.0.0.1:{peers.ports["ses-emulator"]}'

    def store(self):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f'{self.base}/store') as said:
            return json.load(said)['emails']

    def test_is_read_back(self):
        before = len(self.store())
        answer = self.assert_result(self.send('ses', self.base), ACCEPTED)
        message, = self.store()[before:]
        self.assertEqual(message['messageId'], answer['id'])
        self.assertEqual((message['from'], message['destination']['to'], message['subject'], message['body']['text']),
                         (f'"SecInfo" <{FROM}>', [courier.EMAIL], SUBJECT, courier.TEXT))

    def test_what_it_refuses(self):
        before = len(self.store())
        for where, value in (('request/auth', {'type': 'none'}), ('request/json/Content', {}),
                             ('request/json/FromEmailAddress', '')):
            with self.subTest(where):
                self.assert_result(self.send('ses', self.base, self.with_altered('ses', where, value)), BAD_CONFIG)
        self.assertEqual(len(self.store()), before)


if __name__ == '__main__':
    tap.main()
