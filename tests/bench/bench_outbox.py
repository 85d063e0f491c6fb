#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_outbox.py BUILDDIR [--quick|--long]: 10,000 codes out of the outbox, through the courier, to a web server on
loopback, beside `ab` with as many connections at the same server; and what the API does meanwhile.

An ordinary user (a private instance). The codes are put into the store before the service starts (bench-seed), so that
all wait at once; each is rendered, handed over and written down as any other. --quick: 2,000 of them.
"""
import base64
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
os.environ['SECINFO_TEST_BUILD'] = str(BUILD)
sys.path[:0] = [str(HERE.parent / 'lib')]
import harness  # noqa: E402

QUICK = '--quick' in sys.argv
MESSAGES = 2000 if QUICK else 10000
ROUNDS = 1 if QUICK else 5
FLYING = 16   # what secinfod gives the courier at a time
BODY = '{"ref":"AAAAAAAAAAAAAAAAAAAAAA","to":"+447911123456","text":"314 159 is your SecInfo code. Nobody will ask '\
       'you for it.","ttl":600}'


class Sink:
    def __init__(self):
        self.process = subprocess.Popen([BUILD / 'tests/bench/bench-sink'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.base = f'http://127.0.0.1:{int(self.process.stdout.readline())}'

    def count(self):
        with urllib.request.urlopen(self.base) as answer:
            return int(answer.read())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def ab(sink):
    """Messages a second of the same size from as many kept connections."""
    with tempfile.NamedTemporaryFile('w') as body:
        body.write(BODY)
        body.flush()
        done = subprocess.run(['ab', '-q', '-k', '-n', str(MESSAGES), '-c', str(FLYING), '-p', body.name,
                               '-T', 'application/json', sink.base + '/'], capture_output=True, text=True, check=True)
    rate = [line for line in done.stdout.splitlines() if line.startswith('Requests per second')][0]
    return float(rate.split()[3])


def p99(times):
    return sorted(times)[int(len(times) * 0.99)]


def ask(service, connection):
    begun = time.perf_counter()
    answer = service.request('GET', '/v1/account/contacts', connection=connection)
    assert answer.status == 200, answer
    return (time.perf_counter() - begun) * 1000


def write(service, connection, token, contact, n):
    """Something that is written and answered after its commit, as the drained messages are."""
    begun = time.perf_counter()
    answer = service.request('PATCH', f'/v1/account/contacts/{contact}', {'label': f'label {n}'}, token=token,
                             connection=connection)
    assert answer.status == 200, answer
    return (time.perf_counter() - begun) * 1000


def seed(service):
    """As many codes as are to drain, in the store of the service that is stopped."""
    key = service.state / 'store-key'
    # The keyring's wire wraps what it carries in base64 once more.
    key.write_bytes(base64.b64decode(service.keyring_items['store-key']))
    key.chmod(0o600)
    subprocess.run([BUILD / 'tests/bench/bench-seed', service.state, 'messages', str(MESSAGES)], check=True)
    key.unlink()


class Run:
    def __init__(self, sink):
        self.sink = sink
        # A webhook is a way to phones: what a day may cost is not what is measured.
        self.service = harness.Service(config={'sends-phone-day': 1000000})
        self.service.start()
        self.token = self.service.post('/v1/account/elevations', {'password': self.service.password}).json['token']
        self.contact = self.service.add_contact('alex@example.org', self.token)['id']
        answer = self.service.post('/v1/gateways', {'kind': 'webhook', 'settings': {'base': sink.base, 'secret': 'ab'}},
                                   token=self.token)
        assert answer.status == 201, (answer, answer.json)

    def measure(self, seconds, goal=None):
        """Times of reads and of writes, in turn, until so many messages are there or for so long."""
        connection = self.service.connect()
        reads, writes, begun, n = [], [], time.perf_counter(), 0
        while time.perf_counter() - begun < seconds and (goal is None or n % 20 or self.sink.count() < goal):
            reads.append(ask(self.service, connection))
            writes.append(write(self.service, connection, self.token, self.contact, n))
            n += 1
            time.sleep(0.002)
        connection.close()
        return reads, writes, time.perf_counter() - begun

    def drain(self, asking):
        """Messages a second, and the times of what was asked meanwhile."""
        self.service.stop()
        before = self.sink.count()
        seed(self.service)
        self.service.start()
        self.token = self.service.post('/v1/account/elevations', {'password': self.service.password}).json['token']
        while (first := self.sink.count()) == before:
            time.sleep(0.005)
        begun = time.perf_counter()
        reads, writes = [], []
        if asking:
            reads, writes, _ = self.measure(600, before + MESSAGES)
        while self.sink.count() < before + MESSAGES:
            time.sleep(0.02)
        return (before + MESSAGES - first) / (time.perf_counter() - begun), reads, writes


def main():
    sink = Sink()
    run = Run(sink)
    try:
        rates, peers, idle, busy = [], [], ([], []), ([], [])
        for _ in range(ROUNDS):
            peers.append(ab(sink))
            rates.append(run.drain(False)[0])
            reads, writes, _ = run.measure(2 if QUICK else 5)
            idle[0].extend(reads), idle[1].extend(writes)
            _, reads, writes = run.drain(True)
            busy[0].extend(reads), busy[1].extend(writes)
        rate, peer = statistics.median(rates), statistics.median(peers)
        print(f'outbox-drain-{MESSAGES} {rate:.0f} messages/s ratio={rate / peer:.3f} of=ab({peer:.0f})')
        for name, i in (('read', 0), ('write', 1)):
            ours, theirs = p99(busy[i]), p99(idle[i])
            print(f'outbox-{name}-p99-while-draining {ours:.2f} ms ratio={ours / theirs:.2f} of=idle({theirs:.2f})')
    finally:
        run.service.close()
        sink.close()


if __name__ == '__main__':
    main()
