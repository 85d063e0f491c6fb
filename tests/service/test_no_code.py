#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a code that does not come: when the next can go there, why not before, and which other ways there
are and from when."""
import datetime
import json
import pathlib
import re
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

HOUR = 3600
STEPS = (30, 60, 120, 240)
PHONE = '+447911123456'


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Waits(Case):
    config = {}

    def setUp(self):
        super().setUp()
        self.me.elevate()

    def ways(self, challenge):
        """Type, contact and seconds after it was issued, in their order."""
        now = self.me.challenge(challenge)
        return [(w['type'], w['contact'], seconds(w['at']) - seconds(now['issued_at'])) for w in now['ways']]

    def confirm(self, contact):
        return self.me.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': contact['id']}, ok=201).json

    def until(self, challenge, state):
        harness.wait_for(f'the state {state}',
                         lambda: self.me.challenge(challenge)['delivery']['state'] == state)

    def assert_same_time(self, refused, challenge, **limit):
        """The problem, its header and the code say one time, and the same limit."""
        now = self.me.challenge(challenge)
        self.problem(refused, 'too-many-codes', **limit)
        self.assertEqual(refused.json['retry_at'], now['send_at'])
        self.assertEqual(now['limit'], limit)
        self.assertAlmostEqual(int(refused.headers['Retry-After']), seconds(now['send_at']) - self.service.clock.now(),
                               delta=60)


class Limits(Waits):
    def sent_five_times(self, contact):
        challenge = self.me.send(contact)
        for step in STEPS:
            self.assertIsNone(challenge['limit'])
            self.assertEqual(challenge['send_at'], challenge['resend_at'])
            self.move_clock(step)
            challenge = self.me.resend(challenge, ok=200).json
        return challenge

    def test_hour(self):
        """Five went there: the sixth waits for the first of them, past the end of this code; and so before its pause
        of eight minutes is over, not only after it."""
        contact = self.me.add('alex@example.org')
        challenge = self.sent_five_times(contact)
        self.assertIsNone(challenge['resend_at'])
        self.assertEqual(challenge['ways'], [])
        self.assertAlmostEqual(seconds(challenge['send_at']), seconds(challenge['issued_at']) + HOUR, delta=60)
        five = {'per': 'contact', 'window': 'hour', 'limit': 5}
        self.assert_same_time(self.me.resend(challenge), challenge, **five)
        self.move_clock(480)
        refused = self.me.resend(challenge)
        self.assert_same_time(refused, challenge, **five)
        self.assertRegex(refused.json['detail'], r'^5 codes went there within an hour\. The next can be sent ')
        # It is true: not a minute before, and then.
        prove = f"/v1/account/contacts/{contact['id']}/challenges"
        self.me.elevate()
        self.me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        self.move_clock(int(seconds(challenge['send_at']) - self.service.clock.now()) - 60)
        self.me.elevate()
        self.problem(self.me.post(prove, {}), 'too-many-codes')
        self.move_clock(61)
        self.me.post(prove, {}, ok=201)

    def test_within_its_life(self):
        """Where the limit ends before the code does, it can be sent again then, and the way says when."""
        contact = self.me.add('alex@example.org')
        first = self.me.send(contact)
        began = self.service.clock.now()
        self.me.delete(f"/v1/account/challenges/{first['id']}", ok=204)
        self.move_clock(HOUR - 600)
        self.me.elevate()
        for _ in range(3):
            self.me.delete(f"/v1/account/challenges/{self.me.send(contact)['id']}", ok=204)
        challenge = self.me.send(contact)
        self.assertAlmostEqual(seconds(challenge['resend_at']), began + HOUR, delta=60, msg='five in its first answer')
        self.assertEqual(challenge['limit'], {'per': 'contact', 'window': 'hour', 'limit': 5})
        self.assertEqual((challenge['ways'][0]['type'], challenge['ways'][0]['at']), ('resend', challenge['resend_at']))
        self.assertEqual(self.me.challenge(challenge)['resend_at'], challenge['resend_at'])
        self.move_clock(601)
        self.me.resend(challenge, ok=200)

    def test_pause_past_the_end(self):
        """No limit, but the pause is longer than what is left of the code: a new one can be had at its end."""
        self.service.stop()
        self.service.configure(self.config | {'sends-contact-hour': 10, 'code-life-email': 600})
        self.service.start()
        self.me.elevate()
        challenge = self.sent_five_times(self.me.add('alex@example.org'))
        self.assertIsNone(challenge['resend_at'])
        self.assertIsNone(challenge['limit'])
        self.assertEqual(challenge['send_at'], challenge['expires_at'])
        self.assertEqual(self.problem(self.me.resend(challenge), 'too-soon')['retry_at'], challenge['expires_at'])

    def test_account(self):
        """A limit of the account holds for its other contacts too."""
        self.service.stop()
        self.service.configure(self.config | {'sends-account-day': 3})
        self.service.start()
        self.me.elevate()
        first, second = (self.me.prove(value) for value in ('alex@example.org', 'ada@example.net'))
        began = self.service.clock.now()
        challenge = self.me.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': first['id']}, ok=201).json
        self.assertEqual(challenge['limit'], {'per': 'account', 'window': 'day', 'limit': 3})
        [way] = challenge['ways']
        self.assertEqual((way['type'], way['contact']), ('contact', second['id']))
        self.assertEqual(way['at'], challenge['send_at'])
        self.assertAlmostEqual(seconds(way['at']), began + 24 * HOUR, delta=60)
        self.assert_same_time(self.me.resend(challenge), challenge, per='account', window='day', limit=3)


class Ways(Waits):
    def test_another_contact_is_first_after_a_minute(self):
        first, second = (self.me.prove(value) for value in ('alex@example.org', 'ada@example.net'))
        challenge = self.confirm(first)
        self.assertEqual(self.ways(challenge), [('resend', None, 30), ('contact', second['id'], 60)])
        self.move_clock(61)
        self.assertEqual(self.ways(challenge), [('contact', second['id'], 60), ('resend', None, 30)])

    def test_contact_that_had_its_five(self):
        first, second = (self.me.prove(value) for value in ('alex@example.org', 'ada@example.net'))
        for _ in range(4):   # and the one that proved it
            other = self.confirm(second)
            self.me.delete(f"/v1/account/challenges/{other['id']}", ok=204)
        [_, (_, contact, at)] = self.ways(self.confirm(first))
        self.assertEqual(contact, second['id'])
        self.assertGreater(at, HOUR - 120, 'not before its limit ends')

    def test_contact_that_nothing_reaches(self):
        """A number is no way where nothing sends to phones any more."""
        first = self.me.prove('alex@example.org')
        self.me.verify(first)
        phones = Phones(self)
        phones.add('twilio-sms')
        number = self.me.add(PHONE, 'phone')
        challenge = self.me.send(number)
        self.until(challenge, 'handed-over')
        self.me.answer(challenge, phones.code(), ok=200)
        challenge = self.confirm(first)
        self.assertEqual([w[:2] for w in self.ways(challenge)], [('resend', None), ('contact', number['id'])])
        for gateway in self.me.get('/v1/gateways', ok=200).json['items']:
            self.me.delete(f"/v1/gateways/{gateway['id']}", ok=204)
        self.assertEqual([w[:2] for w in self.ways(challenge)], [('resend', None)])


class Phones:
    """Two channels of one vendor; .text and .call are the answers."""
    TAKEN = (201, {}, b'{"sid": "1"}')

    def __init__(self, case):
        self.case, self.text, self.call, self.sent = case, self.TAKEN, self.TAKEN, []
        self.server = courier.WebServer(self.answer)
        case.addCleanup(self.server.close)

    def answer(self, request):
        self.sent.append((request.path.rsplit('/', 1)[1], request.body))
        return self.text if request.path.endswith('Messages.json') else self.call

    def add(self, kind):
        settings = {'account': 'AC1', 'token': 'a token of us', 'from': '+447911000000', 'base': self.server.base}
        self.case.me.post('/v1/gateways', {'kind': kind, 'settings': settings}, ok=201)

    def code(self):
        text = urllib.parse.parse_qs(self.sent[-1][1].decode())['Body'][0]
        return re.match(r'(\d{3}) ?(\d{3})', text).expand(r'\1\2')


class Calls(Waits):
    def setUp(self):
        super().setUp()
        self.phones = Phones(self)
        for kind in ('twilio-sms', 'twilio-voice'):
            self.phones.add(kind)
        self.contact = self.me.add(PHONE, 'phone')

    def ask(self, challenge, via):
        return self.me.resend(challenge, via, ok=200).json

    def paths(self):
        return [path for path, _ in self.phones.sent]

    def test_after_a_minute(self):
        challenge = self.me.send(self.contact)
        self.until(challenge, 'handed-over')
        self.assertEqual(self.ways(challenge), [('resend', None, 30), ('voice', None, 60)])
        self.move_clock(61)
        challenge = self.ask(challenge, 'voice')
        self.until(challenge, 'handed-over')
        self.assertEqual(challenge['medium'], 'voice')
        self.assertEqual([w[0] for w in self.ways(challenge)], ['resend', 'sms'])
        # Once more is the same way once more.
        self.move_clock(60)
        self.ask(challenge, None)
        harness.wait_for('three messages', lambda: len(self.phones.sent) == 3)
        self.assertEqual(self.paths(), ['Messages.json', 'Calls.json', 'Calls.json'])

    def test_landline(self):
        """The vendor says that this number gets no text messages: a call can be had without waiting for the minute."""
        self.phones.text = (400, {}, json.dumps({'code': 21614, 'message': 'not a mobile number'}).encode())
        challenge = self.me.send(self.contact)
        self.until(challenge, 'refused')
        self.assertIsNone(self.me.challenge(challenge)['delivery']['reason'])
        self.assertEqual(self.ways(challenge), [('resend', None, 30), ('voice', None, 0)])
        self.problem(self.me.resend(challenge), 'too-soon')
        challenge = self.ask(challenge, 'voice')
        self.until(challenge, 'handed-over')
        self.assertEqual(self.paths(), ['Messages.json', 'Calls.json'])
        # That one may arrive: back to text messages waits like everything else.
        self.assertEqual(self.me.challenge(challenge)['sends'], 2)
        self.problem(self.me.resend(challenge, 'sms'), 'too-soon')

    def test_text_messages_are_down(self):
        self.phones.text = (401, {}, b'{"code": 20003}')
        challenge = self.me.send(self.contact)
        self.until(challenge, 'gateway-down')
        self.assertEqual(self.ways(challenge), [('resend', None, 30), ('voice', None, 0)])

    def test_another_contact_at_once(self):
        """Nothing is on its way that the minute would be for; it stands first, and it can be had."""
        challenge = self.me.send(self.contact)
        self.until(challenge, 'handed-over')
        self.me.answer(challenge, self.phones.code(), ok=200)
        mailbox = self.me.prove('alex@example.org')
        self.phones.text = (400, {}, json.dumps({'code': 21614, 'message': 'not a mobile number'}).encode())
        challenge = self.confirm(self.contact)
        self.until(challenge, 'refused')
        self.assertEqual(self.ways(challenge),
                         [('contact', mailbox['id'], 0), ('resend', None, 30), ('voice', None, 0)])
        self.assertEqual(self.confirm(mailbox)['sends'], 1)

    def test_limit_holds_where_it_failed(self):
        """No pause, but the five an hour: what was refused counts too."""
        self.phones.text = self.phones.call = (400, {}, json.dumps({'code': 21211, 'message': 'no'}).encode())
        challenge = self.me.send(self.contact)
        for via in ('voice', 'sms', 'voice', 'sms'):
            self.until(challenge, 'refused')
            self.assertIn((via, None), [w[:2] for w in self.ways(challenge)])
            challenge = self.ask(challenge, via)
        self.until(challenge, 'refused')
        self.assertEqual(self.ways(challenge), [])
        self.assert_same_time(self.me.resend(challenge, 'voice'), challenge, per='contact', window='hour', limit=5)

    def test_calls_are_down_too(self):
        """What does not work is no way."""
        self.phones.text = self.phones.call = (401, {}, b'{"code": 20003}')
        challenge = self.me.send(self.contact)
        self.until(challenge, 'gateway-down')
        self.ask(challenge, 'voice')
        self.until(challenge, 'gateway-down')
        self.assertEqual([w[0] for w in self.ways(challenge)], ['resend'])

    def test_calls_that_refused_one_message(self):
        """What one message lacks takes the other channel from no other."""
        challenge = self.me.send(self.contact)
        self.until(challenge, 'handed-over')
        self.move_clock(61)
        challenge = self.ask(challenge, 'voice')
        self.until(challenge, 'handed-over')
        self.phones.call = (401, {}, b'{"code": 20003}')
        self.move_clock(61)
        self.until(self.ask(challenge, None), 'gateway-down')
        other = self.me.send(self.me.add('+447911123457', 'phone'))
        self.until(other, 'handed-over')
        self.assertEqual(self.ways(other), [('resend', None, 30), ('voice', None, 60)])


class Computer(Waits):
    config = {'sends-phone-day': 1}

    def test_day(self):
        """What the whole computer may send to phones is one of the limits."""
        self.phones = Phones(self)
        self.phones.add('twilio-sms')
        challenge = self.me.send(self.me.add(PHONE, 'phone'))
        self.until(challenge, 'handed-over')
        challenge = self.me.challenge(challenge)
        self.assertEqual(seconds(challenge['send_at']) % 86400, 0)
        self.assert_same_time(self.me.resend(challenge), challenge, per='computer', window='day', limit=1)


class Countries(Waits):
    def test_this_computer_refused_it(self):
        """No vendor was asked: the answer says whose word it was, and offers no way there."""
        self.phones = Phones(self)
        for kind in ('twilio-sms', 'twilio-voice'):
            self.phones.add(kind)
        contact = self.me.add(PHONE, 'phone')
        self.service.stop()
        self.service.configure({'phone-prefixes': '+49'})
        self.service.start()
        self.me.elevate()
        challenge = self.me.send(contact)
        self.until(challenge, 'refused')
        challenge = self.me.challenge(challenge)
        self.assertEqual((challenge['delivery']['reason'], challenge['delivery']['by']), ('country-not-served', None))
        self.assertEqual(challenge['delivery']['steps'][-1]['text'],
                         'Refused: this computer sends no codes to that country')
        self.assertEqual((challenge['ways'], challenge['resend_at'], challenge['send_at']), ([], None, None))
        self.assertEqual(self.phones.sent, [])


if __name__ == '__main__':
    tap.main()
