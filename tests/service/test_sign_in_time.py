#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the time of an answer at the sign-in screen says: nothing (Mann-Whitney); and that a flooded API delays none."""
import math
import os
import pathlib
import statistics
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import tap  # noqa: E402
from screen import ADA, ME, Screen  # noqa: E402
from signin import PROMPT  # noqa: E402

RUNS = 200 if os.environ.get('SECINFO_TEST_LONG') else 40
DAY = 86400


def mann_whitney(a, b):
    """Two-sided p of the rank sum test, by its normal approximation (ties are rare among clock times)."""
    ranked = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(a), len(b)
    u = rank_sum - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def tells_apart(measure):
    """@measure gives what was told apart. What can be told is told each time; not so chance, nor a machine that was
    busy with one of the two."""
    for _ in range(3):
        told = measure()
        if not told:
            break
    return told


class Time(Screen):
    def timed(self, name, into):
        talk = self.talk()
        times = []
        for turn in (lambda: talk.begin(name), lambda: talk.say(ADA), lambda: talk.say('000000'),
                     lambda: talk.say('7HVA-3JPQ-ZR7H-KK')):
            start = time.monotonic()
            turn()
            times.append((time.monotonic() - start) * 1000)
        into.append(times)
        talk.close()

    def test_known_and_unknown(self):
        self.me.prove(ADA)
        self.saved()
        self.assertEqual(tells_apart(self.known_and_unknown), [])

    def known_and_unknown(self):
        known, unknown, told = [], [], []
        for i in range(RUNS):
            # The limits of sending are not what is measured here, nor the rest after a hundred wrong ones in a row.
            self.move_clock(31 * DAY if i % 90 == 89 else DAY // 6 + 60)
            pair = [threading.Thread(target=self.timed, args=(ME, known)),
                    threading.Thread(target=self.timed, args=('nobody-of-that-name', unknown))]
            for thread in pair if i % 2 else reversed(pair):
                thread.start()
            for thread in pair:
                thread.join()
        self.assertEqual((len(known), len(unknown)), (RUNS, RUNS))
        for number, what in enumerate(('begin', 'address', 'wrong code', 'wrong saved code')):
            a, b = [times[number] for times in known], [times[number] for times in unknown]
            p = mann_whitney(a, b)
            print(f'# {what}: known {sorted(a)[len(a) // 2]:.1f} ms, unknown {sorted(b)[len(b) // 2]:.1f} ms, '
                  f'Mann-Whitney p = {p:.3f} over {RUNS} runs')
            if p <= 0.001:
                told.append(what)
        return told

    def test_flooded_api(self):
        """Sixteen connections that ask without a pause; the screen's answers come as without them."""
        self.me.elevate()
        stop = threading.Event()

        def flood():
            connection = self.service.connect()
            while not stop.is_set():
                connection.request('GET', '/v1/account')
                connection.getresponse().read()
            connection.close()
        floods = [threading.Thread(target=flood) for _ in range(14)]
        for thread in floods:
            thread.start()
        try:
            late = tells_apart(self.late)
        finally:
            stop.set()
            for thread in floods:
                thread.join()
        self.assertFalse(late)

    def late(self):
        slowest = 0
        for _ in range(10):
            talk = self.talk()
            start = time.monotonic()
            self.reply(talk.begin(ME), PROMPT)
            slowest = max(slowest, time.monotonic() - start)
            talk.close()
        print(f'# slowest answer while the API is flooded: {slowest * 1000:.0f} ms')
        return slowest >= 3              # what the module waits


class SlowNames(Screen):
    """Each question that the name service knows an answer to takes 600 ms; who is unknown is so at once."""
    config = {}     # the usual floor
    environment = {'LD_PRELOAD': str(harness.BUILD / 'tests/service/libslow_names.so'), 'SECINFO_SLOW_NAMES': '600'}

    def timed(self, name, into, i):
        talk = self.talk()
        times = []
        for turn in (lambda: talk.begin(name), lambda: talk.say(f'somebody{i}@example.org'),
                     lambda: self.talk().code(name, '000000')):
            start = time.monotonic()
            turn()
            times.append((time.monotonic() - start) * 1000)
        into.append(times)

    def test_a_slow_name_service_tells_nothing(self):
        self.assertEqual(tells_apart(self.known_and_unknown), [])

    def known_and_unknown(self):
        known, unknown, told, rounds = [], [], [], 20 if os.environ.get("SECINFO_TEST_LONG") else 3
        for _ in range(rounds):
            self.move_clock(DAY // 3)
            some = [threading.Thread(target=self.timed, args=(name, into, i)) for i in range(5)
                    for name, into in ((ME, known), ('nobody-of-that-name', unknown))]
            for thread in some:
                thread.start()
            for thread in some:
                thread.join()
        for number, what in enumerate(('begin', 'address', 'code as the password')):
            a, b = [times[number] for times in known], [times[number] for times in unknown]
            p, apart = mann_whitney(a, b), abs(statistics.median(a) - statistics.median(b))
            print(f'# {what}: known {statistics.median(a):.1f} ms, unknown {statistics.median(b):.1f} ms, '
                  f'Mann-Whitney p = {p:.3f} over {len(a)} runs')
            if p <= 0.001 and apart >= 20:
                told.append(what)
        return told


if __name__ == '__main__':
    tap.main()
