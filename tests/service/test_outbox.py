#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outbox: what becomes of a message, told as it is, over refusals, pauses, crashes and gateways of every temper."""
import hashlib
import hmac
import json
import os
import pathlib
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import kannel  # noqa: E402
import mailserver  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402

PHONE = '+447911123456'


class Outbox(Case):
    fake_clock = False

    def setUp(self):
        super().setUp()
        self.me.elevate()

    def smtp(self, **settings):
        self.mail = sink.SmtpSink()
        self.addCleanup(self.mail.stop)
        return self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': self.mail.settings() | settings}, ok=201).json

    def mail_comes_back(self):
        """At the same port, with what it remembers."""
        self.mail.controller = mailserver.MailServer(self.mail.handler, port=self.mail.port)
        self.mail.controller.start()

    def state(self, challenge):
        return self.me.challenge(challenge)['delivery']['state']

    def steps(self, challenge):
        return [step['state'] for step in self.me.challenge(challenge)['delivery']['steps']]

    def until(self, challenge, state):
        harness.wait_for(f'the state {state}; it is {self.state(challenge)}', lambda: self.state(challenge) == state)
        return self.me.challenge(challenge)['delivery']

    def gateway(self, number=0):
        return self.me.get('/v1/gateways', ok=200).json['items'][number]

    def courier_pid(self):
        for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                name, rest = path.read_text().rsplit(')', 1)
                if name.endswith('(secinfo-courier') and int(rest.split()[1]) == self.service.process.pid:
                    return int(path.parent.name)
            except (OSError, ValueError):
                pass
        return None


class Answers(Outbox):
    def test_words_of_the_message(self):
        self.smtp()
        challenge = self.me.send(self.me.add('alex@example.org'))
        mail = self.mail.wait_for('alex@example.org')
        text = mail.get_body(('plain',)).get_content()
        self.assertRegex(text, r'^\d{3} \d{3} is your SecInfo code\. Nobody will ask you for it\.\r?\n')
        self.assertEqual(mail['Subject'], text[:7] + ' is your SecInfo code')
        self.assertEqual(mail['Auto-Submitted'], 'auto-generated')
        self.until(challenge, 'handed-over')
        self.me.answer(challenge, text[:7], ok=200)

    def test_events(self):
        self.smtp()
        contact = self.me.add('alex@example.org')
        events = self.service.events()
        try:
            challenge = self.me.send(contact)
            seen = 0
            while self.state(challenge) != 'handed-over' or seen < 2:
                self.assertEqual(events.wait('challenge')['id'], challenge['id'])
                seen += 1
        finally:
            events.close()

    def test_asked_to_wait(self):
        """451 once: tried again by itself, in five seconds, with the same code."""
        self.smtp()
        contact = self.me.add('alex@example.org')
        self.mail.refuse('alex@example.org', '451 4.7.1 Greylisted', once=True)
        challenge = self.me.send(contact)
        delivery = self.until(challenge, 'retry')
        self.assertIsNotNone(delivery['next_at'])
        self.assertEqual(delivery['detail'], '4.7.1 Greylisted')
        self.until(challenge, 'handed-over')
        self.assertEqual(self.steps(challenge), ['queued', 'sending', 'retry', 'sending', 'handed-over'])
        self.assertEqual(self.mail.count('alex@example.org'), 1)
        self.assertEqual(self.gateway()['health']['state'], 'ready')

    def test_refused_address_and_its_pardon(self):
        self.smtp()
        contact = self.me.add('alex@example.org')
        self.mail.refuse('alex@example.org', '550 5.1.1 <alex@example.org> unknown here')
        challenge = self.me.send(contact)
        delivery = self.until(challenge, 'refused')
        self.assertNotIn('alex@example.org', delivery['detail'])
        harness.wait_for('the contact says so', lambda: self.me.contact(contact)['undeliverable'])
        # It is the address that was refused: the gateway is well.
        self.assertNotIn(self.gateway()['health']['state'], ('down', 'misconfigured'))
        del self.mail.handler.refusals['alex@example.org']
        self.me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        again = self.me.send(contact)
        self.until(again, 'handed-over')
        harness.wait_for('the contact is well again', lambda: not self.me.contact(contact)['undeliverable'])

    def test_wrong_settings(self):
        """Never the person's fault: the gateway is put down, and comes back when it is mended."""
        added = self.smtp(security='starttls')
        challenge = self.me.send(self.me.add('alex@example.org'))
        self.until(challenge, 'gateway-down')
        self.assertEqual(self.gateway()['health']['state'], 'misconfigured')
        self.assertIsNotNone(self.gateway()['health']['since'])
        self.assertEqual(self.mail.count('alex@example.org'), 0)
        self.me.patch(f"/v1/gateways/{added['id']}", {'settings': {'security': 'none'}}, ok=200)
        self.assertNotEqual(self.gateway()['health']['state'], 'misconfigured')
        contact = self.me.add('sam@example.org')
        self.until(self.me.send(contact), 'handed-over')

    def test_no_answer_then_one(self):
        self.smtp()
        self.mail.stop()
        challenge = self.me.send(self.me.add('alex@example.org'))
        self.until(challenge, 'retry')
        self.mail_comes_back()
        self.until(challenge, 'handed-over')
        self.assertEqual(self.mail.count('alex@example.org'), 1)

    def test_given_up_is_not_sent(self):
        self.smtp()
        self.mail.stop()
        challenge = self.me.send(self.me.add('alex@example.org'))
        self.until(challenge, 'retry')
        self.me.delete(f"/v1/account/challenges/{challenge['id']}", ok=204)
        self.mail_comes_back()
        time.sleep(7)
        self.assertEqual(self.mail.count('alex@example.org'), 0)


class Unknown(Outbox):
    """The text left, the answer never came."""

    def silent_server(self):
        """Counts the mails it was given whole, and says nothing to them."""
        self.got = 0
        self.let_go = threading.Event()

        def handle(connection):
            connection.sendall(b'220 sink ESMTP\r\n')
            stream = connection.makefile('rb')
            for line in stream:
                if line.upper().startswith(b'DATA'):
                    connection.sendall(b'354 go on\r\n')
                    for text in stream:
                        if text == b'.\r\n':
                            self.got += 1
                            self.let_go.wait(30)
                            return
                connection.sendall(b'250 OK\r\n')
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        self.addCleanup(self.let_go.set)
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': {'host': '127.0.0.1', 'port': str(server.port),
                                                                   'security': 'none',
                                                                  'from': 'codes@laptop.example.org'}}, ok=201)

    def test_not_sent_again_by_itself(self):
        self.silent_server()
        self.let_go.set()
        challenge = self.me.send(self.me.add('alex@example.org'))
        self.until(challenge, 'unknown')
        time.sleep(7)
        self.assertEqual((self.got, self.state(challenge)), (1, 'unknown'))

    def test_courier_dies_meanwhile(self):
        self.silent_server()
        challenge = self.me.send(self.me.add('alex@example.org'))
        harness.wait_for('it is with the server', lambda: self.got == 1)
        os.kill(self.courier_pid(), signal.SIGKILL)
        self.until(challenge, 'unknown')
        time.sleep(3)
        self.assertEqual(self.got, 1)

    def test_service_dies_meanwhile(self):
        self.silent_server()
        challenge = self.me.send(self.me.add('alex@example.org'))
        harness.wait_for('it is with the server', lambda: self.got == 1)
        self.assertEqual(self.state(challenge), 'sending')
        self.service.restart(by=signal.SIGKILL)
        self.until(challenge, 'unknown')
        time.sleep(3)
        self.assertEqual(self.got, 1)


class Phone(Outbox):
    SECRET = 'gemeinsames Geheimnis'

    def test_kannel(self):
        with kannel.Kannel() as real:
            self.me.post('/v1/gateways', {'kind': 'kannel', 'settings': real.settings}, ok=201)
            challenge = self.me.send(self.me.add(PHONE, 'phone'))
            self.until(challenge, 'handed-over')
            got = harness.wait_for('the phone company has it', real.texts)
            sender, to, coding, text = got[0]
            self.assertEqual((sender, to, coding), ('SecInfo', PHONE, 'text'))
            self.assertRegex(text, r'^\d{3} \d{3} is your SecInfo code\. Nobody will ask you for it\.$')
            self.assertLessEqual(len(text), 160)
            self.me.answer(challenge, text[:7], ok=200)

    def test_service_dies_before_an_idempotent_answer(self):
        """The webhook may be told twice: after the crash the same message goes there again, under the same ref."""
        told, hold = [], threading.Event()

        def answer(request):
            wanted = 'sha256=' + hmac.new(self.SECRET.encode(), request.body, hashlib.sha256).hexdigest()
            told.append((request.headers['X-SecInfo-Signature'] == wanted, json.loads(request.body)))
            if len(told) == 1:
                hold.wait(30)
            return 202, {}, b'{"id": "m-1"}'
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        self.addCleanup(hold.set)
        self.me.post('/v1/gateways', {'kind': 'webhook', 'settings': {'base': server.base, 'secret': self.SECRET}},
                     ok=201)
        challenge = self.me.send(self.me.add(PHONE, 'phone'))
        harness.wait_for('it is told', lambda: len(told) == 1)
        self.service.restart(by=signal.SIGKILL)
        self.until(challenge, 'handed-over')
        self.assertEqual([signed for signed, _ in told], [True, True])
        first, second = (message for _, message in told)
        self.assertEqual((first['ref'], first['to'], first['text']), (second['ref'], PHONE, second['text']))
        self.me.answer(challenge, second['text'][:7], ok=200)


if __name__ == '__main__':
    tap.main()
