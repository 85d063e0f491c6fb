#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One user floods the service; the others do not notice, and nothing stays behind."""
import glob
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import system  # noqa: E402
import tap  # noqa: E402

HOSTILE = 1000000 if system.LONG else 60000
ROUNDS = 20 if system.LONG else 4
CLOSED = 100000 if system.LONG else 5000
BESIDE = '/run/secinfo-beside/api'
FAR = 7000000   # nss-flood.c
GATE = pathlib.Path('/run/secinfo-flood-hangs')


class Limits(system.Case):
    def hold(self, uid, number, *path):
        process = system.start(uid, 'hold', number, *path)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        return process, json.loads(process.stdout.readline())

    def test_of_one_user(self):
        ann, bob = system.make_user('flood-ann'), system.make_user('flood-bob')
        _, seen = self.hold(ann, 40)
        self.assertEqual(seen['in'], 16)
        _, seen = self.hold(bob, 16, '/v1/account/events')
        self.assertEqual((seen['in'], seen['busy']), (4, 12))
        self.assertEqual(system.run(system.make_user('flood-cat'), 'probe', 10, 0)['failed'], 0)

    def test_of_all(self):
        uids = system.make_many(40)
        held = [self.hold(uid, 16) for uid in uids]
        self.assertEqual(sum(seen['in'] for _, seen in held), 512)
        for process, _ in held:
            process.stdin.close()
        for process, _ in held:
            process.wait()
        self.assertEqual(system.run(uids[-1], 'probe', 10, 0)['failed'], 0)


class Flooded(system.Case):
    def probe(self, uid, number=80):
        """The times of an ordinary client, in µs."""
        seen = system.run(uid, 'probe', number, 300)
        self.assertEqual(seen['failed'], 0)
        return seen['times']

    def probe_while(self, process, others, enough=None):
        """The times of ordinary clients for as long as @process runs, or until there are @enough."""
        times = []
        while enough is None or len(times) < enough:
            these = self.probe(others[len(times) % len(others)])
            if process.poll() is not None:
                break
            times += these
        return times

    def rounds(self, hostile, others, requests):
        """In turn idle, flooded, and while the same flood goes to another service beside: that shows what somebody who
        keeps the processors busy does to those who are not flooded at all. What else the machine does falls on all."""
        times, sums = {'idle': [], 'flooded': [], 'beside': []}, {}
        for _ in range(ROUNDS):
            for uid in others * 8:
                times['idle'] += self.probe(uid)
            process = system.start(hostile, 'hostile', requests // ROUNDS)
            time.sleep(0.1)
            these = self.probe_while(process, others)
            times['flooded'] += these
            for name, value in system.finish(process).items():
                sums[name] = round(sums.get(name, 0) + value, 1)
            process = system.start(hostile, 'hostile', requests // ROUNDS, place=BESIDE)
            time.sleep(0.1)
            times['beside'] += self.probe_while(process, others, max(400, len(these) // 3))
            process.terminate()
            process.communicate()
        return times, sums

    def start_beside(self):
        """A second service, for nobody but the hostile user."""
        state = self.directory / 'beside'
        state.mkdir(0o700)
        shutil.chown(state, 'secinfo', 'secinfo')
        folder = pathlib.Path(BESIDE).parent
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, 'secinfo', 'secinfo')
        beside = subprocess.Popen([harness.BUILD / 'src/service/secinfod', '--system', '--trial', '--state-dir', state,
                                   '--socket', BESIDE], user='secinfo', group='secinfo', extra_groups=[],
                                  stdout=self.log, stderr=self.log, start_new_session=True)
        self.addCleanup(beside.wait)
        self.addCleanup(beside.terminate)
        harness.wait_for('the service beside', pathlib.Path(BESIDE).exists)

    def test_others_and_what_stays(self):
        hostile = system.make_user('flood-hostile', system.PASSWORD)
        others = [system.make_user('flood-ann'), system.make_user('flood-bob')]
        self.start_beside()
        self.rounds(hostile, others, max(5000, HOSTILE // 20))   # warms up
        time.sleep(1)
        memory, descriptors, log = self.service.memory(), self.service.descriptors(), len(self.read_log())
        for _ in range(2):   # what else the machine does may fall on one part of a measurement alone
            times, seen = self.rounds(hostile, others, HOSTILE)
            slow = self.report(times, seen)
            if slow['flooded'] <= 3 * max(slow['idle'], slow['beside']):
                break
        left = self.settle(descriptors)
        grown = self.service.memory() - memory

        system.say(f'memory {memory} KiB, grown {grown} KiB; descriptors {descriptors}, then {left}')
        self.assertGreaterEqual(seen['sent'], HOSTILE)
        self.assertGreaterEqual(len(times['flooded']), 1000)
        self.assertLessEqual(slow['flooded'], 3 * max(slow['idle'], slow['beside']))
        self.assertLessEqual(grown, 1024)
        self.assertLessEqual(left, descriptors)
        self.assertLess(len(self.read_log()) - log, 10000, 'a flood fills the log')

    def report(self, times, seen):
        """The p99 of each."""
        slow = {name: system.percentile(these, 99) for name, these in times.items()}
        system.say(f'hostile {seen}')
        for name, these in times.items():
            system.say(f'others {name}: p99 {slow[name]:.0f} us, p50 {statistics.median(these):.0f} us, '
                       f'{len(these)} requests')
        system.say(f'p99 flooded {slow["flooded"] / slow["idle"]:.2f} of idle, '
                   f'{slow["flooded"] / slow["beside"]:.2f} of beside')
        return slow


class Closed(system.Case):
    def test_by_the_client_after_one_request(self):
        ann = system.make_user('flood-ann')
        system.run(ann, 'close', 1000)
        time.sleep(0.5)
        descriptors, memory = self.service.descriptors(), self.service.memory()
        seen = system.run(ann, 'close', CLOSED)
        left, grown = self.settle(descriptors), self.service.memory() - memory
        system.say(f'service: {seen}; descriptors {descriptors}, then {left}; memory grown {grown} KiB')
        self.assertEqual(seen['answered'] + seen['early'], CLOSED)
        self.assertLessEqual(left, descriptors)
        self.assertLessEqual(grown, 1024)

    def client(self, user, number):
        done = subprocess.run([harness.BUILD / 'tests/flood/flood-client', system.SOCKET, str(number), 'many'],
                              user=user, group=user, extra_groups=[], capture_output=True, text=True, check=False,
                              timeout=1800)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_by_the_client_of_the_product(self):
        number = CLOSED if system.LONG else CLOSED // 5
        ann = system.make_user('flood-ann')
        self.client(ann, 10)        # what is opened with the first of all requests stays
        time.sleep(1)
        descriptors = self.service.descriptors()
        seen, left = self.client(ann, number), self.settle(descriptors)
        system.say(f'client: {number} of them: {seen}; descriptors of the service {descriptors}, then {left}')
        self.assertLessEqual(seen['descriptors'], 0)
        self.assertLess(seen['grown'], 65536, 'bytes')
        self.assertLessEqual(left, descriptors)


class NameService(system.Case):
    """sssd whose server is gone: its own users wait, and nobody else."""

    def setUp(self):
        place = pathlib.Path(glob.glob('/usr/lib/*-linux-gnu/libc.so.6')[0]).parent / 'libnss_flood.so.2'
        if not place.exists():   # copied once: this process may have it open
            shutil.copy(harness.BUILD / 'tests/flood/libnss_flood.so.2', place)
        config = pathlib.Path('/etc/nsswitch.conf')
        self.addCleanup(config.write_text, config.read_text(encoding='utf-8'), encoding='utf-8')
        subprocess.run(['sed', '-i', 's/^passwd:.*/passwd: files flood/', str(config)], check=True)
        self.addCleanup(GATE.unlink, True)
        super().setUp()

    def test_that_hangs(self):
        ann, other = system.make_user('flood-ann'), system.make_many(40)
        self.assertEqual(system.run(FAR, 'probe', 10, 0)['failed'], 0, 'the name service of the test does not work')
        # None is in the cache: each is looked up.
        quiet = [system.run(uid, 'probe', 1, 0)['times'][0] for uid in other[:20]]

        GATE.touch()
        waiting = [system.start(FAR + 1 + i, 'hold', 16, '/v1/account') for i in range(24)]
        time.sleep(1)
        loud = [system.run(uid, 'probe', 1, 0) for uid in other[20:]]
        self.assertEqual(sum(seen['failed'] for seen in loud), 0)
        slowest = max(seen['times'][0] for seen in loud)
        system.say(f'24 users whose names hang: others {statistics.median(quiet):.0f} us before, '
                   f'{statistics.median(seen["times"][0] for seen in loud):.0f} us meanwhile, slowest {slowest:.0f}')
        self.assertLess(slowest, 500000)
        self.assertEqual(system.run(ann, 'probe', 100, 0)['failed'], 0)

        for process in waiting:
            process.stdin.close()
        GATE.unlink()
        for process in waiting:
            process.stdout.read()
            process.stdout.close()
            process.wait(60)
        self.assertEqual(system.run(FAR + 1, 'probe', 10, 0)['failed'], 0)

    def test_that_hangs_holds_no_connection(self):
        GATE.touch()
        process = system.start(FAR + 1, 'hold', 1, '/v1/account')
        begun = time.monotonic()
        seen = json.loads(process.stdout.readline())
        took = time.monotonic() - begun
        process.stdin.close()
        process.stdout.close()
        process.wait(20)
        self.assertEqual((seen['in'], seen['busy']), (0, 1))
        self.assertTrue(4 < took < 8, took)


if __name__ == '__main__':
    tap.main()
