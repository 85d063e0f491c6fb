#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks around the service: one clear line that says what to do, and nothing lost."""
import os
import pathlib
import signal
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent / 'lib')]
import harness
import sink
import tap
from person import Case


class Disk(Case):
    def test_full(self):
        me = self.me
        me.elevate()
        contact = me.add('alex@example.org')
        self.service.limit_files(self.service.largest_file())   # the next write does not fit
        answer = None
        for i in range(200):
            answer = me.post('/v1/account/contacts', {'kind': 'email', 'value': f'x{i}@example.org', 'label': 'x' * 200})
            if answer.status != 201:
                break
            me.delete(f"/v1/account/contacts/{answer.json['id']}")
        self.problem(answer, 'storage-full')
        self.assertEqual([c['id'] for c in me.contacts()], [contact['id']], 'reading goes on, nothing is lost')
        self.service.limit_files(None)
        me.add('again@example.org')
        self.service.restart()
        self.assertEqual(len(me.contacts()), 2)


class Database(Case):
    def test_unreadable(self):
        self.service.stop()
        db = self.service.state_dir / 'store.db'
        kept = db.read_bytes()
        db.write_bytes(b'this is no database' * 400)
        for extra in ('-wal', '-shm'):
            pathlib.Path(str(db) + extra).unlink(missing_ok=True)
        status, log = self.service.start_and_fail()
        self.assertNotEqual(status, 0)
        lines = [line for line in log.splitlines() if 'store.db' in line]
        self.assertEqual(len(lines), 1, log)
        db.write_bytes(kept)
        self.service.start()

    def test_held_by_another(self):
        status, log = self.service.start_and_fail()
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
        self.service.keyring_state = state
        self.service.start()
        self.me.token = None
        return self.problem(self.me.get('/v1/account'), 'store-locked', reason='keyring-' + state)

    def back(self):
        self.service.keyring_state = 'ok'
        self.service.keyring_changed()
        harness.wait_for(lambda: self.me.get('/v1/account').status == 200)
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
        key = self.service.keyring.pop('store-key')
        self.look('gone')
        self.assertNotIn('store-key', self.service.keyring, 'never made anew by itself')
        self.service.keyring['store-key'] = key
        self.back()

    def test_gone_and_begun_afresh(self):
        key = self.service.keyring.pop('store-key')
        self.look('gone')
        self.problem(self.me.delete('/v1/account/store'), 'elevation-needed', level='password')
        self.me.elevate()
        self.me.delete('/v1/account/store', ok=204)
        self.assertEqual(self.me.contacts(), [])
        self.assertNotEqual(self.service.keyring['store-key'], key)
        kept = [p for p in self.service.state_dir.glob('store-*.db')]
        self.assertEqual(len(kept), 1, 'the old one is kept, sealed')
        self.problem(self.me.delete('/v1/account/store'), 'conflict')


class Courier(Case):
    def test_dead(self):
        me = self.me
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        me.elevate()
        contact = me.add('alex@example.org')
        pid = self.service.courier_pid()
        os.kill(pid, signal.SIGKILL)
        challenge = me.send(contact)
        mail.wait_for('alex@example.org', seconds=30)   # started again by itself, and nothing was lost
        harness.wait_for(lambda: me.challenge(challenge)['delivery']['state'] == 'handed-over')
        self.assertNotEqual(self.service.courier_pid(), pid)
        self.assertEqual(mail.count('alex@example.org'), 1)


if __name__ == '__main__':
    tap.main()
