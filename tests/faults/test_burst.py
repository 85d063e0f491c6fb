#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred codes on their way, and secinfod or its courier killed again and again: none is lost, none leaves twice."""
import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import faults  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from person import Person  # noqa: E402

PHONES = 50    # the most that an account can have; two codes each
KILLS = 50 if faults.LONG else 46   # with the four below fifty
COURIER_KILLS = 50 if faults.LONG else 4   # it is started again after a second, then two, four
ROUNDS = 4 if faults.LONG else 1


class Burst(unittest.TestCase):
    config = {'contacts': 50, 'sends-account-day': 100, 'resend-first': 5}

    def prepare(self, seed):
        self.random = random.Random(seed)
        self.got = collections.defaultdict(list)   # ref -> numbers it was sent to

        def answer(request):
            message = json.loads(request.body)
            self.got[message['ref']].append((message['to'], message['text']))
            return 202, {}, b'{"id": "m"}'
        self.sink = courier.WebServer(answer)
        self.addCleanup(self.sink.close)
        self.service = harness.Service(config=self.config)
        self.addCleanup(self.service.close)
        faults.arrange(self.service)
        self.service.start()
        self.me = Person(self.service, self)
        self.me.elevate()
        self.me.post('/v1/gateways', {'kind': 'webhook', 'settings': {'base': self.sink.base, 'secret': 'of the two'}},
                     ok=201)
        self.contacts = [self.me.add(f'+447911{123400 + n}', 'phone') for n in range(PHONES)]

    def courier_pid(self):
        for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                name, rest = path.read_text().rsplit(')', 1)
                state, parent = rest.split()[:2]
                if name.endswith('(secinfo-courier') and state != 'Z' and int(parent) == self.service.process.pid:
                    return int(path.parent.name)
            except (OSError, ValueError):
                pass
        return None

    def again(self):
        """After its end: started, with whoever asks confirmed anew."""
        faults.bury(self.service)
        self.kills += 1
        self.service.numbers.clear()
        self.service.start()
        self.me.token = None
        self.me.elevate()

    def send(self, contact):
        """Asked until it is acknowledged: the same request, under the same key."""
        key = f'send-{contact["id"][:20]}-{len(self.sent)}'
        while True:
            try:
                answer = self.me.post(f"/v1/account/contacts/{contact['id']}/challenges", {}, key=key)
            except faults.BROKEN:
                self.again()
                continue
            self.assertEqual(answer.status, 201, answer)
            return answer.json

    def give_up(self, challenge):
        while True:
            try:
                self.assertIn(self.me.delete(f"/v1/account/challenges/{challenge['id']}").status, (204, 404))
                return
            except faults.BROKEN:
                self.again()

    def run_burst(self, seed, before_send):
        self.prepare(seed)
        self.sent, self.kills = [], 0
        for wave in range(2):
            for contact in self.contacts:
                before_send()
                self.sent.append((contact['value'], self.send(contact)))
            self.settle(self.sent[wave * PHONES:])
            if wave == 0:
                for _, challenge in self.sent:   # so that the same number gets another one
                    self.give_up(challenge)

    def settle(self, sent):
        for _, challenge in sent:
            def handed_over(challenge=challenge):
                if faults.is_dead(self.service):
                    self.again()
                try:
                    return self.me.challenge(challenge)['delivery']['state'] == 'handed-over'
                except faults.BROKEN:
                    return False
            # A courier that was killed so often is started again later and later.
            harness.wait_for(f'the message of {challenge["id"]}', handed_over, 600 if faults.LONG else 90)

    def check(self, enough):
        self.assertEqual(len(self.got), 2 * PHONES, 'each left under one ref')
        told = collections.Counter()
        for ref, arrivals in self.got.items():
            self.assertEqual(len(set(arrivals)), 1, f'{ref} is one message, however often it was handed over')
            told[arrivals[0][0]] += 1
        self.assertEqual(set(told.values()), {2}, 'each number was sent two codes')
        again = sum(len(arrivals) - 1 for arrivals in self.got.values())
        self.assertGreaterEqual(self.kills, enough)
        print(f'# {self.kills} kills in {2 * PHONES} sends: 0 lost, 0 doubled, {again} handed over again (same ref)')

    def rounds(self, before_send, enough):
        for seed in range(ROUNDS):
            with self.subTest(seed=seed):
                begun = time.monotonic()
                self.run_burst(seed, before_send)
                self.check(enough)
                print(f'# {time.monotonic() - begun:.1f} s')
                self.doCleanups()

    def test_secinfod(self):
        """At one of its next syncs: of the request's commit, of the claim's, of what became of it."""
        def before_send():
            """The next is meant as soon as the last has happened, until there were so many."""
            numbers = self.service.numbers
            if numbers.kill_at_sync == 0 and self.kills < KILLS:
                numbers.kill_at_sync = numbers.syncs + self.random.randint(1, 3)
        self.rounds(before_send, KILLS)

    def test_courier(self):
        """At any moment within the next of its work."""
        points = set()

        def before_send():
            if not self.sent:
                points.update(self.random.sample(range(2 * PHONES), COURIER_KILLS))
            if len(self.sent) not in points:
                return
            pid = harness.wait_for('a courier', self.courier_pid)
            time.sleep(self.random.uniform(0, 0.02))
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills += 1
        self.rounds(before_send, COURIER_KILLS // 2)   # one that just ended by itself is none


if __name__ == '__main__':
    tap.main()
