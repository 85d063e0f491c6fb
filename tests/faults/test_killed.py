#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfod and its helpers killed at every point of the whole flow; a book of all that was acknowledged is compared."""
import base64
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service'), str(HERE.parent / 'client')]
import faults  # noqa: E402
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
import test_keyring  # noqa: E402
from person import Person  # noqa: E402

ROUNDS = 17


class Killed(unittest.TestCase):
    def prepare(self, program='secinfod', synced=False):
        service = harness.Service(config=faults.Flow.config)
        self.addCleanup(service.close)
        faults.arrange(service, program, synced)
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me = Person(service, self)
        book = faults.Book(self)
        return service, me, mail, book, faults.Flow(self, me, mail, book)

    def go_on(self, me, flow, book, mail):
        """Work goes on: the person comes back, adds a contact and proves it."""
        book.check(me, mail)
        flow.begin()
        flow.prove('afterwards@example.org', wrong=0)


class Secinfod(Killed):
    def kill_at(self, number, power):
        service, me, mail, book, flow = self.prepare(synced=power)
        service.numbers.kill_at_sync = number
        try:
            service.start(wait=False)
            harness.wait_for('up or dead', lambda: faults.is_dead(service) or service._is_up())
            flow.run(ROUNDS)
        except faults.BROKEN:
            pass
        except AssertionError:
            if not faults.is_dead(service):
                raise
        else:
            self.assertTrue(faults.is_dead(service), f'the flow has only {service.numbers.syncs} syncs')
        faults.bury(service)
        if power:
            faults.lose_power(service)
        service.numbers.clear()
        service.start()
        me.token = None
        me.elevate()
        self.go_on(me, flow, book, mail)
        service.close()
        mail.stop()

    def test_syncs(self):
        points = range(1, 201) if faults.LONG else range(1, 201, 10)
        begun = time.monotonic()
        for number in points:
            with self.subTest(sync=number):
                self.kill_at(number, power=number % 20 == 1 or faults.LONG and number % 2 == 1)
        print(f'# {len(points)} points in {time.monotonic() - begun:.1f} s')


class Helper(Killed):
    """@points of all the calls that the helper makes while act() runs; it is killed at each once."""
    program = None

    def points(self, total):
        self.assertGreaterEqual(total, 20)
        # How often it wakes up is not the same each time: the last ones may not come.
        every = [1 + n * (total * 4 // 5) // 19 for n in range(20)]
        return every if faults.LONG else every[1::6]

    def run_points(self):
        begun = time.monotonic()
        total = self.act(0)
        points = self.points(total)
        for number in points:
            with self.subTest(call=number):
                self.act(number)
        print(f'# {len(points)} points of {total} calls in {time.monotonic() - begun:.1f} s')


class Courier(Helper):
    def act(self, number):
        service, me, mail, book, flow = self.prepare('secinfo-courier')
        service.numbers.kill_at_call = number
        service.start()
        flow.begin()
        for n in range(3):
            contact = flow.add(f'a{n}@example.org')
            challenge = flow.send(contact)
            book.check_delivery(me, challenge['id'], mail)
            if me.challenge(challenge)['delivery']['state'] == 'handed-over':
                flow.answer(challenge, flow.code(contact['value']), True)
            elif me.token is not None:
                flow.ask(('give-up', challenge['id']), 'DELETE', f"/v1/account/challenges/{challenge['id']}")
                book.challenges[challenge['id']]['state'] = 'given-up'
        if number:
            self.assertGreaterEqual(service.numbers.calls, number, 'it was killed')
        book.check(me, mail)
        total = service.numbers.calls
        service.close()
        mail.stop()
        return total

    def test_calls(self):
        self.run_points()


class Password(Helper):
    """Whoever is answered "internal" learned nothing of his password; what was answered is counted."""

    WRONG = harness.Service.WRONG_PASSWORD

    def ask(self, service, password):
        answer = service.post('/v1/account/elevations', {'password': password})
        if answer.problem == 'internal':
            self.troubles += 1
            answer = service.post('/v1/account/elevations', {'password': password})
        return answer

    def act(self, number):
        service, me, mail, book, flow = self.prepare('secinfo-password')
        service.numbers.kill_at_call = number
        service.start()
        self.troubles = 0
        for left in (4, 3):
            answer = self.ask(service, self.WRONG)
            self.assertEqual((answer.problem, answer.json['attempts_left']), ('password-wrong', left))
        answer = self.ask(service, service.password)
        self.assertEqual(answer.status, 201, answer)
        answer = self.ask(service, self.WRONG)
        self.assertEqual((answer.problem, answer.json['attempts_left']), ('password-wrong', 4))
        self.assertLessEqual(self.troubles, 1)
        total = service.numbers.calls
        if number:
            self.assertGreaterEqual(total, number, 'it was killed')
        service.restart()
        answer = self.ask(service, self.WRONG)
        self.assertEqual((answer.problem, answer.json['attempts_left']), ('password-wrong', 3))
        service.close()
        mail.stop()
        return total

    def test_calls(self):
        self.run_points()


class Bridge(Helper):
    """secinfoctl serve --private, which has the keyring: a real gnome-keyring. secinfod ends with it."""

    def served(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-test-'))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        desktop = test_keyring.Desktop(folder)
        self.addCleanup(desktop.close)
        desktop.start_keyring()
        service = test_keyring.Served(desktop)
        service.configure(faults.Flow.config)
        self.addCleanup(service.close)
        return service, desktop

    def add_webhook(self, flow, book):
        """Its secret is kept in the keyring before the answer."""
        answer = flow.ask(('gateway', None), 'POST', '/v1/gateways',
                          {'kind': 'webhook', 'settings': {'base': 'http://127.0.0.1:9', 'secret': self.SECRET}})
        book.gateways.add(answer.json['id'])
        return answer.json['id']

    SECRET = 'kept in the keyring alone'

    def act(self, number):
        service, desktop = self.served()
        faults.arrange(service, 'secinfoctl')
        mail = sink.SmtpSink()
        me = Person(service, self)
        book = faults.Book(self)
        flow = faults.Flow(self, me, mail, book)
        service.numbers.kill_at_call = number
        webhook = None
        try:
            service.start()
            flow.begin()
            webhook = self.add_webhook(flow, book)
            flow.prove('a@example.org')
        except (AssertionError, *faults.BROKEN):
            # secinfod, which outlives it by a moment, may still say that the keyring is gone.
            if number:
                harness.wait_for('it is dead', lambda: faults.is_dead(service))
            else:
                raise
        total = service.numbers.calls
        if number:
            self.assertGreaterEqual(total, number, 'it was killed')
            faults.bury(service)
            harness.wait_for('secinfod ends too', lambda: self.is_gone(service))
            service.numbers.clear()
            service.start()
            me.token = None
            me.elevate()
            self.go_on(me, flow, book, mail)
        if webhook is not None:
            self.assertEqual(base64.b64decode(desktop.secret('gateway:' + webhook)).decode(), '"'.join(
                ['{', 'secret', ':', self.SECRET, '}']))
        service.close()
        mail.stop()
        return total

    @staticmethod
    def is_gone(service):
        """No secinfod has that state folder any more."""
        for path in pathlib.Path('/proc').glob('[0-9]*/cmdline'):
            try:
                if str(service.state).encode() in path.read_bytes():
                    return False
            except OSError:
                pass
        return True

    def test_calls(self):
        self.run_points()


if __name__ == '__main__':
    tap.main()
