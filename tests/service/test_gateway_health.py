#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways that fail: they rest, are tried again by one message, and say how they fare. What a day may cost."""
import json
import pathlib
import re
import sqlite3
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

OK = (202, {}, b'{"id": "m-1"}')


def phone(number):
    return f'+4479111234{number:02d}'


class Webhooks(Case):
    config = {'sends-account-day': 100, 'alert-bundle': 600}

    def setUp(self):
        super().setUp()
        self.me.elevate()

    def webhook(self, answer):
        """A gateway; its .got are the messages that it was given."""
        def handle(request):
            message = json.loads(request.body)
            server.got.append(message)
            return answer(message)
        server = courier.WebServer(handle)
        server.got = []
        self.addCleanup(server.close)
        self.me.post('/v1/gateways', {'kind': 'webhook', 'settings': {'base': server.base, 'secret': 'a secret of us'}},
                     ok=201)
        return server

    def start(self, number):
        return self.me.send(self.me.add(phone(number), 'phone'))

    def delivery(self, challenge):
        return self.me.challenge(challenge)['delivery']

    def until(self, challenge, state):
        harness.wait_for(f'the state {state}; it is {self.delivery(challenge)}',
                         lambda: self.delivery(challenge)['state'] == state)

    def went_by(self, challenge, state, times=1):
        """A state that is soon over by itself."""
        harness.wait_for(f'the state {state}; it is {self.delivery(challenge)}', lambda: [
            step['state'] for step in self.delivery(challenge)['steps']].count(state) >= times)

    def health(self, number=0):
        return self.me.get('/v1/gateways', ok=200).json['items'][number]['health']


class Tells(Webhooks):
    """Whoever administers this computer hears of it once, by another way; “was told” is said when it is true."""
    config = Webhooks.config | {'alert-bundle': 1, 'contacts': 20}

    def setUp(self):
        super().setUp()
        self.failing = threading.Event()
        self.failing.set()
        self.going = threading.Event()
        self.going.set()
        self.addCleanup(self.going.set)

        def answer(message):
            self.going.wait(20)
            return self.answers if self.failing.is_set() else OK
        self.answers = (503, {}, b'{}')
        self.server = self.webhook(answer)
        self.phones = [self.me.add(phone(number), 'phone') for number in range(12)]

    def letters(self):
        return [m for m in self.me.inbox() if 'A way to send codes does not work' in m['text']]

    def queued_at(self):
        """When the alerts of gateways that are down were queued."""
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            return sorted(int(at) for alert, in db.execute('SELECT alert FROM message WHERE kind = 1')
                          for at in re.findall(r'gateway-down@(\d+)', alert))

    def fails(self, first):
        """Five failures: it rests. Since then, by the service's clock."""
        self.since = self.service.clock.now()
        running = [self.me.send(contact) for contact in self.phones[first:first + 5]]
        harness.wait_for('five failures', lambda: self.health()['state'] == 'paused')
        return running[0]

    def fails_on(self, number, seconds=601):
        """That much later it is tried once more."""
        failures = self.health()['failures']
        self.move_clock(seconds)   # from here on one of those that wait may be what tries it
        self.me.elevate()
        self.me.send(self.phones[number])
        harness.wait_for('one more failure', lambda: self.health()['failures'] > failures)

    def contact(self):
        self.me.prove('ada@example.org')
        # What came of that has its own letter, not one with what follows.
        harness.wait_for('the letter of the new contact', lambda: 'A contact was verified' in str(self.me.inbox()))

    def failing_since(self):
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            return db.execute('SELECT failing_since FROM gateway').fetchone()[0]


class Told(Tells):
    def test_once_by_another_way(self):
        self.contact()
        session = self.service.events()
        self.addCleanup(session.close)
        code = self.fails(0)
        since = self.since
        self.fails_on(5)
        self.assertEqual(session.wait('alert'), {'id': 'gateway-down'})
        letter = harness.wait_for('the administrator is told', self.letters)[0]
        self.assertEqual(letter['to'], 'ada@example.org')
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])
        # Not before it was down for ten minutes.
        self.assertGreaterEqual(self.queued_at()[0], int(since) + 600)

        # It fails again when it is tried: nothing new. It is well, and fails anew: again.
        self.fails_on(6, 130)
        self.failing.clear()
        self.move_clock(300)
        self.me.send(self.phones[10])
        self.assertEqual(session.wait('alert'), {'id': 'gateway-well'})
        harness.wait_for('it is well', lambda: self.health()['state'] == 'ready')
        self.assertEqual(len(self.letters()), 1)
        self.assertIsNone(self.delivery(code)['told_at'])
        self.failing.set()
        self.move_clock(3601)   # of one contact so many codes an hour
        self.me.elevate()
        self.fails(0)
        self.fails_on(11)
        harness.wait_for('told again', lambda: len(self.letters()) == 2)
        # Nobody did anything; that is only asked where something else happened too.
        self.assertFalse([letter for letter in self.letters() if 'not you' in letter['text']])

    def test_well_again_by_whoever_mends_it(self):
        """A test that works and other settings end the notification too, with the last one that was down alone."""
        self.contact()
        second = self.webhook(lambda message: (401, {}, b'{}'))
        self.answers = (401, {}, b'{}')
        self.me.send(self.phones[0])
        harness.wait_for('both are told', lambda: len(self.queued_at()) == 2)
        harness.wait_for('both are told', lambda: all(at > 0 for at in self.told_at()))
        self.me.elevate()
        first, second = (gateway['id'] for gateway in self.me.get('/v1/gateways', ok=200).json['items'])
        session = self.service.events()
        self.addCleanup(session.close)
        self.failing.clear()
        self.me.post(f'/v1/gateways/{first}/test', {'to': phone(77)}, ok=200)
        self.me.patch(f'/v1/gateways/{second}', {'settings': {'secret': 'another secret'}}, ok=200)
        seen = [session.next()]
        while seen[-1] != ('gateways', {'id': second}):
            seen.append(session.next())
        self.assertEqual([data for _, data in seen if data], [{'id': first}, {'id': 'gateway-well'}, {'id': second}])

    def told_at(self):
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            return [at for at, in db.execute('SELECT told_at FROM gateway')]

    def test_well_within_ten_minutes(self):
        """Nobody is told of it, then or later; the next row begins anew."""
        self.contact()
        self.fails(0)
        self.failing.clear()
        self.move_clock(500)
        self.me.send(self.phones[6])
        harness.wait_for('it is well', lambda: self.health()['state'] == 'ready')
        self.move_clock(101)
        self.me.elevate()
        self.service.restart()
        self.failing.set()
        self.fails(7)
        since = self.since
        self.fails_on(0)
        harness.wait_for('the administrator is told', self.letters)
        self.assertEqual(len(self.queued_at()), 1)
        self.assertGreaterEqual(self.queued_at()[0], int(since) + 600)

    def test_while_the_service_is_away(self):
        """Whoever starts it next (systemd's timer, every quarter of an hour) has it told."""
        self.contact()
        code = self.fails(0)
        self.service.stop()
        self.move_clock(400)
        self.service.start()
        self.me.get('/v1/account', ok=200)
        self.service.stop()
        self.move_clock(201)
        self.service.start()
        harness.wait_for('the administrator is told', self.letters)
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])
        self.assertEqual(len(self.queued_at()), 1)
        self.assertGreaterEqual(self.queued_at()[0], int(self.since) + 600)

    def test_a_clock_that_is_set_back(self):
        """The ten minutes begin anew; nobody waits for the hour to come again."""
        self.contact()
        self.fails(0)
        self.service.stop()
        self.move_clock(-3600)
        self.service.start()
        harness.wait_for('the look at the start', lambda: self.failing_since() <= self.service.clock.now())
        self.service.stop()
        self.move_clock(601)
        self.service.start()
        harness.wait_for('the administrator is told', self.letters)
        self.assertLess(self.queued_at()[0], self.since)

    def test_wrong_settings_at_once(self):
        self.contact()
        self.answers = (401, {}, b'{}')
        code = self.me.send(self.phones[0])
        harness.wait_for('the administrator is told', self.letters)
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])
        self.assertEqual(len(self.queued_at()), 1)
        failure = self.health()['last_failure']
        self.assertEqual((failure['test'], failure['result'], failure['code'], failure['http']),
                         (False, 'bad-config', '401', 401))

    def test_nobody_could_be_told(self):
        """No contact, and one that only the failing gateway would reach: then nobody says that anybody was told."""
        self.failing.clear()
        other = self.me.add('ada@example.org')
        contact = self.me.add('+447911123490', 'phone')
        challenge = self.me.send(contact)
        harness.wait_for('its code', lambda: self.server.got)
        self.me.answer(challenge, re.search(r'\d{3} \d{3}', self.server.got[0]['text']).group(), ok=200)
        session = self.service.events()
        self.addCleanup(session.close)
        self.failing.set()
        code = self.fails(0)
        self.fails_on(6)
        self.assertEqual(session.wait('alert'), {'id': 'gateway-down'})
        seen = len(self.server.got)
        self.assertIsNone(self.delivery(code)['told_at'])
        self.assertEqual(self.letters(), [])
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            self.assertNotIn('gateway-down', str(db.execute('SELECT alert FROM message').fetchall()))
        self.assertGreaterEqual(seen, 6)
        # That is not for good: who can be told by then is, when it fails again.
        challenge = self.me.send(other)
        self.me.answer(challenge, self.me.code_of(challenge, other), ok=200)
        self.fails_on(5)
        harness.wait_for('the administrator is told', self.letters)
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])

    def test_by_a_way_for_alerts_alone(self):
        got = []
        other = courier.WebServer(lambda request: got.append(json.loads(request.body)) or (200, {}, b'{"id": 7}'))
        self.addCleanup(other.close)
        self.me.post('/v1/gateways', {'kind': 'gotify', 'settings': {'base': other.base, 'token': 'a token'}}, ok=201)
        code = self.fails(0)
        self.fails_on(5)
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])
        self.assertEqual([message['title'].rpartition(': ')[2] for message in got], ['a way to send codes fails'])

    def test_an_earlier_owner_is_not_told(self):
        """Contacts of a suspended account may be those of somebody who is gone; who administers now sees the event."""
        self.me.prove('ada@example.org')
        session = self.service.events()
        self.addCleanup(session.close)
        self.fails(0)
        self.going.clear()
        self.move_clock(601)
        self.me.send(self.phones[6])
        with sqlite3.connect(self.database()) as db:
            self.assertEqual(db.execute('UPDATE account SET state = 1').rowcount, 1)
        self.going.set()
        self.assertEqual(session.wait('alert'), {'id': 'gateway-down'})
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            self.assertNotIn('gateway-down', str(db.execute('SELECT alert FROM message').fetchall()))


class ToldInTime(Tells):
    """While it runs, with nothing sent meanwhile."""
    config = Tells.config | {'gateway-down': 5}

    def test_without_another_failure(self):
        self.contact()
        self.fails(0)
        harness.wait_for('the administrator is told', self.letters)
        self.assertGreaterEqual(self.queued_at()[0], int(self.since) + 5)

    def test_wrong_settings_are_not_forgotten(self):
        """They are not tried any more: nobody who could be told at first is told as soon as somebody can be."""
        self.answers = (401, {}, b'{}')
        session = self.service.events()
        self.addCleanup(session.close)
        self.me.send(self.phones[0])
        self.assertEqual(session.wait('alert'), {'id': 'gateway-down'})
        self.assertEqual(self.queued_at(), [])
        self.contact()
        harness.wait_for('the administrator is told', self.letters)
        self.assertEqual(len(self.queued_at()), 1)


class Rests(Webhooks):
    def test_five_failures_then_one_probe(self):
        mended, hold = threading.Event(), threading.Event()

        def answer(message):
            if not mended.is_set():
                return 503, {}, b'{}'
            hold.wait(20)
            return OK
        server = self.webhook(answer)
        self.addCleanup(hold.set)
        running = [self.start(number) for number in range(5)]
        harness.wait_for('five failures', lambda: self.health()['state'] == 'paused')
        health = self.health()
        self.assertEqual((health['failures'], health['share'], health['count']), (5, 0, 5))
        self.assertIsNotNone(health['paused_until'])

        # While it rests it is left alone, by what comes new too; the code still waits.
        late = self.start(5)
        time.sleep(6)
        self.assertEqual(len(server.got), 5)
        self.assertEqual(self.delivery(late)['state'], 'queued')
        self.assertEqual(self.delivery(late)['next_at'], health['paused_until'])

        # Then one message tries it; the others go on when that one came through.
        mended.set()
        self.move_clock(61)
        running.append(late)
        running.append(self.start(6))
        harness.wait_for('it is tried', lambda: len(server.got) == 6)
        time.sleep(2)
        self.assertEqual(len(server.got), 6)
        hold.set()
        for challenge in running:
            self.until(challenge, 'handed-over')
        health = self.health()
        self.assertEqual((health['state'], health['failures'], health['paused_until']), ('ready', 0, None))
        self.assertEqual((health['share'], health['count']), (100 * 7 // 12, 12))
        self.assertEqual(len({message['ref'] for message in server.got}), 7)

    def test_the_next_one_meanwhile(self):
        first = self.webhook(lambda message: (503, {}, b'{}'))
        second = self.webhook(lambda message: OK)
        for number in range(8):
            self.until(self.start(number), 'handed-over')
        self.assertEqual((len(first.got), len(second.got)), (5, 8))
        self.assertEqual((self.health(0)['state'], self.health(1)['state']), ('paused', 'ready'))
        self.assertEqual((self.health(1)['share'], self.health(1)['count']), (100, 8))

    def test_retry_after_is_for_everybody(self):
        """Who says when to come again is left alone until then, by the next message too."""
        first = self.webhook(lambda message: (429, {'Retry-After': '40'}, b'{"code": "daily_quota_exceeded"}'))
        second = self.webhook(lambda message: OK)
        for number in range(3):
            self.until(self.start(number), 'handed-over')
        self.assertEqual((len(first.got), len(second.got)), (1, 3))
        self.assertEqual((self.health()['state'], self.health()['failures']), ('paused', 1))
        self.move_clock(41)
        self.until(self.start(3), 'handed-over')
        self.assertEqual((len(first.got), len(second.got)), (2, 4))

    def test_a_refused_number_is_no_failure(self):
        self.webhook(lambda message: (422, {}, b'{"detail": "not in service"}'))
        for number in range(6):
            self.until(self.start(number), 'refused')
        health = self.health()
        self.assertEqual((health['state'], health['failures'], health['share'], health['count']),
                         ('unused', 0, None, 0))

    def test_perhaps_sent_stays_with_its_gateway(self):
        """504: it may have gone out. The same gateway knows it again, another one would send a second message."""
        first = self.webhook(lambda message: OK if len(first.got) > 1 else (504, {}, b'{}'))
        second = self.webhook(lambda message: OK)
        challenge = self.start(0)
        self.went_by(challenge, 'unknown')
        self.move_clock(6)
        self.until(challenge, 'handed-over')
        self.assertEqual([message['ref'] for message in first.got], [first.got[0]['ref']] * 2)
        self.assertEqual(second.got, [])

    def test_perhaps_sent_and_then_refused(self):
        """What its gateway says the second time is about the second time: the first may have gone out."""
        first = self.webhook(lambda message: ((504, {}, b'{}'), (503, {}, b'{}'), (403, {}, b'{}'))[len(first.got) - 1])
        second = self.webhook(lambda message: OK)
        challenge = self.start(0)
        for n, pause in ((1, 6), (2, 16), (3, 0)):
            harness.wait_for(f'the gateway is asked {n} times', lambda: len(first.got) >= n)
            self.until(challenge, 'unknown')
            if pause:
                self.move_clock(pause)
                self.service.restart()
        time.sleep(1)
        self.assertEqual([message['ref'] for message in first.got], [first.got[0]['ref']] * 3)
        self.assertEqual(second.got, [])


class OneMessage(Tells):
    """That a gateway refuses one message because of its settings takes it away from nobody."""

    def refusing(self, *numbers):
        def answer(message):
            refused = message['to'] in [phone(number) for number in numbers]
            return (403, {}, b'{"code": 21408, "detail": "not in that country"}') if refused else OK
        return answer

    def set_up(self, *answers):
        self.me.delete(f"/v1/gateways/{self.me.get('/v1/gateways', ok=200).json['items'][0]['id']}", ok=204)
        return [self.webhook(answer) for answer in answers]

    def channel(self):
        return self.me.get('/v1/account', ok=200).json['channels']['sms']['state']

    def asked(self, server, number):
        return len([message for message in server.got if message['to'] == phone(number)])

    def test_the_next_message_goes(self):
        self.contact()
        server, = self.set_up(self.refusing(0))
        self.until(self.me.send(self.phones[1]), 'handed-over')
        code = self.me.send(self.phones[0])
        self.until(code, 'gateway-down')
        health = self.health()
        self.assertEqual((health['state'], health['failures'], health['paused_until']), ('misconfigured', 1, None))
        harness.wait_for('the administrator is told', self.letters)
        harness.wait_for('it says so', lambda: self.delivery(code)['told_at'])
        # For everybody else it is there, at the sign-in screen too.
        self.assertEqual(self.channel(), 'ready')
        self.until(self.me.send(self.phones[2]), 'handed-over')
        health = self.health()
        self.assertEqual((health['state'], health['failures'], health['since']), ('ready', 0, None))
        self.assertEqual(self.asked(server, 0), 1)

        # By turns: told of it once a day, however often.
        self.until(self.me.send(self.phones[3]), 'handed-over')
        self.me.delete(f"/v1/account/challenges/{code['id']}", ok=204)
        self.move_clock(61)
        self.until(self.me.send(self.phones[0]), 'gateway-down')
        self.assertEqual((self.health()['state'], self.asked(server, 0)), ('misconfigured', 2))
        self.until(self.me.send(self.phones[4]), 'handed-over')
        self.assertEqual((len(self.queued_at()), len(self.letters())), (1, 1))

    def test_after_those_that_are_ready(self):
        first, second = self.set_up(self.refusing(0), lambda message: (503, {}, b'{}') if message['to'] == phone(2)
                                    and self.asked(second, 2) < 2 else OK)
        self.until(self.me.send(self.phones[0]), 'handed-over')
        self.assertEqual((self.asked(first, 0), self.asked(second, 0)), (1, 1))
        # The next one does not ask it, but where the other one cannot.
        self.until(self.me.send(self.phones[1]), 'handed-over')
        self.assertEqual((self.asked(first, 1), self.asked(second, 1)), (0, 1))
        self.until(self.me.send(self.phones[2]), 'handed-over')
        self.assertEqual((self.asked(first, 2), self.asked(second, 2)), (1, 1))
        self.assertEqual(self.health(0)['state'], 'ready')

    def test_what_refused_it_is_not_asked_again(self):
        """It waits for the one that fails, and asks that alone."""
        first, second = self.set_up(self.refusing(0), lambda message: (503, {}, b'{}') if len(second.got) < 3 else OK)
        code = self.me.send(self.phones[0])
        for n, pause in ((1, 6), (2, 16)):
            harness.wait_for(f'the second is asked {n} times', lambda: len(second.got) >= n)
            self.went_by(code, 'retry', n)
            self.move_clock(pause)
        self.until(code, 'handed-over')
        self.assertEqual((self.asked(first, 0), len(second.got)), (1, 3))

    def test_one_account_alone_does_not_make_it_rest(self):
        server, = self.set_up(lambda message: (401, {}, b'{}'))
        for number in range(6):
            self.until(self.me.send(self.phones[number]), 'gateway-down')
        health = self.health()
        self.assertEqual((health['state'], health['failures'], health['paused_until']), ('misconfigured', 1, None))
        # Each message asked once: nothing of it is tried again.
        self.assertEqual((len(server.got), len({message['ref'] for message in server.got})), (6, 6))
        # It never took anything: nobody is told that it would.
        self.assertEqual(self.channel(), 'down')

    def test_it_tells_of_another(self):
        """One that refused a message is a way to say that another one fails."""
        def answer(message):
            if message['to'] in (phone(0), phone(2)):
                return 503, {}, b'{}'
            return (401, {}, b'{}') if message['to'] == phone(3) else OK
        first, second = self.set_up(answer, self.refusing(0, 3))
        challenge = self.me.send(self.phones[5])
        harness.wait_for('its code', lambda: first.got)
        self.me.answer(challenge, re.search(r'\d{3} \d{3}', first.got[0]['text']).group(), ok=200)
        self.until(self.me.send(self.phones[2]), 'handed-over')
        self.assertEqual(self.asked(second, 2), 1)
        self.me.send(self.phones[0])
        harness.wait_for('the second is told of', lambda: len(self.queued_at()) == 1)
        self.assertEqual(self.health(1)['state'], 'misconfigured')
        self.me.send(self.phones[3])
        harness.wait_for('the first is told of', lambda: len(self.queued_at()) == 2)
        self.assertEqual([self.health(n)['state'] for n in (0, 1)], ['misconfigured'] * 2)

    def test_it_costs_nothing(self):
        """What was refused so is none of the day's."""
        self.service.stop()
        self.service.configure(self.config | {'sends-phone-day': 2})
        self.service.start()
        self.me.elevate()
        self.set_up(self.refusing(0, 1, 2))
        for number in range(5):
            self.until(self.me.send(self.phones[number]), 'gateway-down' if number < 3 else 'handed-over')


class Costs(Webhooks):
    config = Webhooks.config | {'sends-phone-day': 3, 'phone-prefixes': '+44 +1202'}

    def test_countries(self):
        self.problem(self.me.post('/v1/account/contacts', {'kind': 'phone', 'value': '+43 664 1234567'}),
                     'address-not-valid', reason='country-not-served')
        contact = self.me.add(phone(0), 'phone')
        self.problem(self.me.patch(f"/v1/account/contacts/{contact['id']}", {'value': '+1 876 555 0100'}),
                     'address-not-valid', reason='country-not-served')
        words = self.me.get('/v1/service', ok=200).json['policy']
        self.assertIn('+44, +1202', ' '.join(rule['text'] for rule in words))

    def test_known_number_of_a_country_that_is_not_allowed_any_more(self):
        server = self.webhook(lambda message: OK)
        contact = self.me.add(phone(0), 'phone')
        self.service.stop()
        self.service.configure(self.config | {'phone-prefixes': '+49'})
        self.service.start()
        self.me.elevate()
        self.until(self.me.send(contact), 'refused')
        self.assertEqual(server.got, [])

    def test_day(self):
        server = self.webhook(lambda message: OK)
        for number in range(3):
            self.until(self.start(number), 'handed-over')
        contact = self.me.add(phone(3), 'phone')
        refused = self.me.post(f"/v1/account/contacts/{contact['id']}/challenges", {})
        self.problem(refused, 'too-many-codes', per='computer', window='day', limit=3)
        self.assertEqual(len(server.got), 3)
        # Mail costs nothing.
        self.until(self.me.send(self.me.add('alex@example.org')), 'handed-over')
        self.move_clock(86400)
        self.me.elevate()
        self.until(self.me.send(contact), 'handed-over')

    def test_day_of_what_was_queued_already(self):
        """Tries count, whoever asked: what leaves is bounded where it leaves."""
        server = self.webhook(lambda message: (503, {}, b'{}'))
        running = [self.start(number) for number in range(3)]
        for challenge in running:
            self.went_by(challenge, 'retry')
        self.move_clock(10)
        self.me.send(self.me.add('alex@example.org'))   # and the outbox looks
        for challenge in running:
            self.until(challenge, 'gateway-down')
        self.assertEqual(len(server.got), 3)


if __name__ == '__main__':
    tap.main()
