#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A code that certainly did not arrive: what secinfoctl offers instead, at once."""
import json
import pathlib
import re
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier'), str(HERE.parent / 'service')]
import courier  # noqa: E402
import ctl  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from ctl import CODE, NUMBER, PASSWORD, harness  # noqa: E402

ALICE, BOB, PHONE = 'alice.sample@example.org', 'bob@example.net', '+447911123456'
NO_MOBILE = (400, {}, json.dumps({'code': 21614, 'message': 'not a mobile number'}).encode())


class OtherWays(harness.ServiceCase):
    def setUp(self):
        super().setUp()
        harness.wait_for('the courier says hello', lambda: 'smtp' in self.kinds())

    def ctl(self, *words, answers=None, status=0):
        done = ctl.run(self.service, *words, answers={PASSWORD: self.service.password} | (answers or {}))
        self.assertEqual(done.status, status, done)
        return done

    def kinds(self):
        return {kind['name']: kind for kind in ctl.run(self.service, 'gateways', 'kinds', '--json').json}

    def secret(self, kind):
        """What is asked for where a way to send is added."""
        return next(s['label'] for s in self.kinds()[kind]['settings'] if s['secret']) + ':'

    def code(self, address):
        newest = next((m['id'] for m in self.service.inbox() if m['to'] == address), None)
        return lambda: self.service.code_for(address, after=newest)

    def seen(self, text, shape):
        code = ''.join(re.search(shape, text).groups())
        self.service.secrets.add(code)
        return code

    def test_another_contact(self):
        """The first address is refused: the code goes to the other one, and what was wanted is done."""
        self.ctl('contacts', 'add', '--email', ALICE, answers={CODE: self.code(ALICE)})
        self.ctl('contacts', 'add', '--email', BOB, answers={CODE: [self.code(ALICE), self.code(BOB)]})
        mailbox = sink.SmtpSink()
        self.addCleanup(mailbox.stop)
        self.ctl('gateways', 'add', 'smtp', 'host=127.0.0.1', f'port={mailbox.port}', 'security=none',
                 'from=codes@example.org', 'user=', answers={self.secret('smtp'): ''})
        mailbox.refuse(ALICE, '550 5.1.1 No such user here')

        def code():
            text = mailbox.wait_for(BOB).get_body(('plain',)).get_content()
            return self.seen(text, r'\b(\d{3}) (\d{3}) is your')
        done = self.ctl('contacts', 'label', 'b•••b@example.net', 'Work',
                        answers={NUMBER: 'a•••e@example.org', CODE: code})
        self.assertEqual(done.asked, [PASSWORD, NUMBER, CODE])
        self.assertIn('The code could not be sent.', done.err)
        self.assertIn('Another contact can be used now: b•••b@example.net', done.err)
        self.assertIn('Work', self.ctl('contacts').out)
        # Where the other one is refused too, none is asked twice.
        mailbox.refuse(BOB, '550 5.1.1 No such user here')
        done = self.ctl('contacts', 'label', 'b•••b@example.net', 'Home', answers={NUMBER: 'a•••e@example.org'},
                        status=1)
        self.assertEqual(done.asked, [PASSWORD, NUMBER])
        self.assertEqual(done.err.count('The code could not be sent.'), 2)

    def test_a_call(self):
        """A landline gets no text message: it can be called, without waiting."""
        sent = []

        def answer(request):
            sent.append((request.path.rsplit('/', 1)[1], request.body.decode()))
            return NO_MOBILE if request.path.endswith('Messages.json') else (201, {}, b'{"sid": "1"}')
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        for kind in ('twilio-sms', 'twilio-voice'):
            self.ctl('gateways', 'add', kind, 'account=AC1', 'from=+447911000000', f'base={server.base}',
                     answers={self.secret(kind): 'a token of us'})
        refused = self.ctl('contacts', 'add', '--phone', PHONE, status=1)
        self.assertIn('It can call now: “secinfoctl code resend --via voice”.', refused.err)
        self.assertIn('It can call now', self.ctl('code').out)
        self.assertIn('With the phone company', self.ctl('code', 'resend', '--via', 'voice').out)
        self.assertEqual([path for path, _ in sent], ['Messages.json', 'Calls.json'])
        self.assertRegex(self.ctl('code').out, r'From \S+ it can go as a text message: “secinfoctl code resend')
        spoken = urllib.parse.unquote_plus(sent[1][1])
        self.ctl('code', 'answer', answers={CODE: self.seen(spoken, r'(\d)\W+(\d)\W+(\d)\W+(\d)\W+(\d)\W+(\d)')})


if __name__ == '__main__':
    tap.main()
