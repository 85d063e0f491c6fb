#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks around the service: one clear line that says what to do, and nothing lost."""
import concurrent.futures
import contextlib
import glob
import os
import pathlib
import signal
import sqlite3
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402


class Disk(Case):
    def test_full(self):
        me = self.me
        me.elevate()
        contact = me.add('alex@example.org')
        # Less than the database has: what is written can neither go into it nor stay beside it for long.
        self.limit_files(64 * 1024)
        kept = {contact['id']}
        for i in range(200):   # what is answered as done is done, and nothing else
            body = {'kind': 'email', 'value': f'x{i}@example.org', 'label': 'x' * 200}
            answer = me.post('/v1/account/contacts', body)
            if answer.status != 201:
                break
            kept.add(answer.json['id'])
            removed = answer.json['id']
            answer = me.delete(f'/v1/account/contacts/{removed}')
            if answer.status != 204:
                break
            kept.remove(removed)
        self.problem(answer, 'storage-full')
        self.assertEqual({c['id'] for c in me.contacts()}, kept, 'reading goes on, nothing is lost')
        self.limit_files(None)
        kept.add(me.add('again@example.org')['id'])
        self.service.restart()
        self.assertEqual({c['id'] for c in me.contacts()}, kept)


class Database(Case):
    def start_and_fail(self, service):
        """The exit status of a start that cannot go well, and what it logged."""
        before = len(service.log())
        service.start(wait=False)
        harness.wait_for('secinfod gives up', lambda: service.process.poll() is not None)
        return service.stop(), service.log()[before:]

    def test_unreadable(self):
        self.service.stop()
        db = self.database()
        kept = db.read_bytes()
        db.write_bytes(b'this is no database' * 400)
        for extra in ('-wal', '-shm'):
            pathlib.Path(str(db) + extra).unlink(missing_ok=True)
        status, log = self.start_and_fail(self.service)
        self.assertNotEqual(status, 0)
        lines = [line for line in log.splitlines() if 'store.db' in line]
        self.assertEqual(len(lines), 1, log)
        db.write_bytes(kept)
        self.service.start()

    def test_left_from_long_ago(self):
        """More than one transaction clears away: all of it goes, in slices, and what is young stays."""
        self.me.elevate()
        self.me.add('alex@example.org')
        self.service.stop()
        with contextlib.closing(sqlite3.connect(self.database())) as db, db:
            db.execute("""WITH RECURSIVE rows (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM rows WHERE i < 9000)
                       INSERT INTO tally SELECT 0, 'account:' || (i % 99) || ':1', 1000, i FROM rows""")
            db.execute("""WITH RECURSIVE rows (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM rows WHERE i < 5000)
                       INSERT INTO audit (number, record, what, at)
                       SELECT -i, (SELECT record FROM account), 'told', 1000 FROM rows""")
        self.service.start()
        self.assertEqual(len(self.me.contacts()), 1, 'it answers while it clears away')

        def left():
            with contextlib.closing(sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True)) as db:
                return db.execute('SELECT (SELECT count(*) FROM tally WHERE at < 2000) + '
                                  '(SELECT count(*) FROM audit WHERE at < 2000)').fetchone()[0]
        harness.wait_for('what is too old is gone', lambda: left() == 0)
        with contextlib.closing(sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True)) as db:
            self.assertGreater(db.execute('SELECT count(*) FROM audit').fetchone()[0], 0)

    def test_held_by_another(self):
        other = self.make_service()
        other.state = self.service.state
        status, log = self.start_and_fail(other)
        self.assertNotEqual(status, 0)
        self.assertEqual(len(log.strip().splitlines()), 1, log)
        self.me.get('/v1/account', ok=200)


class Keyring(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()
        self.contact = self.me.add('alex@example.org')
        self.service.stop()

    def look(self, state):
        self.service.keyring_state = 'ok' if state == 'gone' else state
        self.service.start()
        self.me.token = None
        return self.problem(self.me.get('/v1/account'), 'store-locked', reason='keyring-' + state)

    def back(self):
        self.service.keyring_state = 'ok'
        self.service.keyring.set_state('ok')
        harness.wait_for('the state', lambda: self.me.get('/v1/account').status == 200)
        self.assertIsNotNone(self.me.contact(self.contact))

    def test_locked(self):
        self.look('locked')
        self.me.get('/v1/service', ok=200)
        self.problem(self.me.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@b.org'}), 'store-locked')
        self.back()

    def test_absent(self):
        self.look('absent')
        self.back()

    def test_gone_and_come_back(self):
        key = self.service.keyring_items.pop('store-key')
        self.look('gone')
        self.assertNotIn('store-key', self.service.keyring_items, 'never made anew by itself')
        self.service.keyring_items['store-key'] = key
        self.back()

    def test_gone_and_begun_afresh(self):
        key = self.service.keyring_items.pop('store-key')
        self.look('gone')
        self.problem(self.me.delete('/v1/account/store'), 'elevation-needed', level='password')
        self.me.elevate()
        self.me.delete('/v1/account/store', ok=204)
        self.assertEqual(self.me.contacts(), [])
        self.assertNotEqual(self.service.keyring_items['store-key'], key)
        kept = [p for p in self.service.state.glob('store-*.db')]
        self.assertEqual(len(kept), 1, 'the old one is kept, sealed')
        self.problem(self.me.delete('/v1/account/store'), 'conflict')


class Pam(Case):
    """A PAM module that takes its time: a program of the system that sleeps stands in for it."""

    def test_hangs(self):
        modules = glob.glob('/usr/lib/*/security/pam_exec.so') + glob.glob('/lib/*/security/pam_exec.so')
        if not modules:
            self.skipTest('pam_exec is not installed')
        stack = self.service.directory / 'slow.d'
        stack.mkdir()
        for name in ('secinfo', 'secinfo-password', 'secinfo-check', 'secinfo-private', 'other'):
            (stack / name).write_text(f'auth required {modules[0]} quiet /bin/sleep 4\n'
                                      'account required pam_permit.so\n')
        self.service.stop()
        self.service.extra_environment = {'SECINFO_PAM_CONFDIR': str(stack)}
        self.service.start()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            begun = time.monotonic()
            asked = pool.submit(self.me.post, '/v1/account/elevations', {'password': self.service.password})
            answered = 0
            while not asked.done():   # everybody else, and this account's other requests, go on
                before = time.monotonic()
                self.me.get('/v1/account', ok=200, token=False)
                self.assertLess(time.monotonic() - before, 2)
                answered += 1
                time.sleep(0.05)
        self.assertGreater(time.monotonic() - begun, 3.5, 'the module did not run')
        self.assertGreater(answered, 10)
        self.assertEqual(asked.result().status, 201)


class Courier(Case):
    def test_dead(self):
        me = self.me
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        me.elevate()
        contact = me.add('alex@example.org')
        pid = self.courier_pid()
        os.kill(pid, signal.SIGKILL)
        harness.wait_for('it is dead', lambda: self.courier_pid() != pid)
        challenge = me.send(contact)
        mail.wait_for('alex@example.org')   # started again by itself, and nothing was lost
        harness.wait_for('the state', lambda: me.challenge(challenge)['delivery']['state'] == 'handed-over')
        self.assertNotEqual(self.courier_pid(), pid)
        self.assertEqual(mail.count('alex@example.org'), 1)


if __name__ == '__main__':
    tap.main()
