#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""PUT /v1/account/password with real PAM and real accounts; and what is left when the store key is lost."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / 'lib')]
import harness  # noqa: E402
import tap  # noqa: E402
from system import PASSWORD, SOCKET, STATE, SystemCase, add_user, only_in_sandbox  # noqa: E402

NEW = 'Xk9-tarn-Ulme-42'


def rows(sql, *values):
    with contextlib.closing(sqlite3.connect(STATE / 'store.db', timeout=10)) as db, db:
        return db.execute(sql, values).fetchall()


def change(seat, current, new, **more):
    return seat.call('PUT', '/v1/account/password', {'current': current, 'new': new}, **more)


@only_in_sandbox
class Password(SystemCase):
    number = 0

    def setUp(self):
        """Somebody new: tries and contacts are an account's, and one that comes back is suspended."""
        type(self).number += 1
        self.name = f'pia{self.number}'
        add_user(self.name)
        self.pia = self.sit(self.name)

    def is_password(self, password):
        answer = self.sit(self.name).post('/v1/account/elevations', {'password': password})
        self.assertIn(answer.status, (201, 403), answer)
        return answer.status == 201

    def kept_proof(self):
        """What a right code at the sign-in screen leaves behind for half an hour, and its ticket."""
        rows("INSERT INTO recovery VALUES (?, NULL, 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0, '', 0, 0, strftime('%s'))",
             self.name)
        rows("INSERT INTO recovery_proof VALUES (?, 1, 'x', 'x', x'00', 5, strftime('%s'), 0, '')", self.name)
        rows("INSERT INTO ticket VALUES (?, 1, ?, x'00', 0, 0, 0, 1, strftime('%s'), 0, '')", self.name, self.name)

    def test_changes(self):
        self.pia.prove('pia@example.org')
        self.kept_proof()
        change(self.pia, PASSWORD, NEW, ok=204)
        self.assertFalse(self.is_password(PASSWORD))
        self.assertTrue(self.is_password(NEW))
        # What was proven before it is worth nothing any more; the contacts are told; it is written down.
        self.assertEqual(rows('SELECT * FROM recovery WHERE name = ?', self.name), [])
        self.assertEqual(rows('SELECT * FROM recovery_proof WHERE name = ?', self.name), [])
        self.assertEqual(rows('SELECT state FROM ticket WHERE name = ?', self.name), [(2,)])
        self.assertEqual(rows("SELECT count(*) FROM message WHERE alert LIKE '%password-changed@%'"), [(1,)])
        self.assertEqual(rows("SELECT count(*) FROM audit WHERE what = 'password-changed'"), [(1,)])

    def test_who_may(self):
        """Nobody with the session alone, nor with the password alone where a contact is there to be asked."""
        self.problem(change(self.pia, PASSWORD, NEW), 'elevation-needed', level='password')
        self.pia.prove('pia2@example.org')
        self.pia.elevate()
        self.problem(change(self.pia, PASSWORD, NEW), 'elevation-needed', level='verified')
        self.assertTrue(self.is_password(PASSWORD))

    def test_refused(self):
        self.pia.elevate()
        self.problem(change(self.pia, 'not my password', NEW), 'password-wrong')
        for new in ('123456', '12 34-56', '?'):
            with self.subTest(new):
                self.problem(change(self.pia, PASSWORD, new), 'password-refused', reason='it looks like a code')
        self.problem(change(self.pia, PASSWORD, ''), 'password-refused')
        weak = change(self.pia, PASSWORD, 'abc')
        self.problem(weak, 'password-refused')
        self.assertNotIn('BAD PASSWORD', weak.json['reason'])
        self.assertIn(weak.json['reason'], weak.json['detail'])
        self.assertTrue(self.is_password(PASSWORD))

    def test_wrong_ones_are_counted(self):
        """With those of “Confirm it's you”: five, then the pause, and then the right one is not tried either."""
        self.pia.elevate()
        for left in (4, 3, 2, 1, 0):
            self.problem(change(self.pia, 'not my password', NEW), 'password-wrong', attempts_left=left)
        self.problem(change(self.pia, PASSWORD, NEW), 'too-many-tries')

    def test_secinfoctl(self):
        def ctl(*lines):
            return subprocess.run(['setpriv', f'--reuid={self.name}', f'--regid={self.name}', '--init-groups',
                                   harness.BUILD / 'src/cli/secinfoctl', 'password', '--stdin', '--json'],
                                  input=''.join(f'{line}\n' for line in lines), capture_output=True, text=True,
                                  check=False, timeout=60, env={'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8',
                                                                'SECINFO_SOCKET': SOCKET})
        done = ctl(PASSWORD, NEW, NEW + 'x')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn('not the same', done.stderr)
        done = ctl(PASSWORD, '246810', '246810')
        self.assertEqual(done.returncode, 1)
        self.assertIn('The system refused it', done.stderr)
        self.assertTrue(self.is_password(PASSWORD))
        done = ctl(PASSWORD, NEW, NEW)
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {'changed': True}), done.stderr)
        self.assertNotIn(NEW, done.stderr)
        self.assertTrue(self.is_password(NEW))


@only_in_sandbox
class LostKey(SystemCase):
    """The credential does not open any more, or the file is gone: saved codes work, contacts are proven again."""
    users = ('kim',)

    @classmethod
    def setUpClass(cls):
        os.environ['SECINFO_TEST_SIGN_IN'] = 'stack'
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        for name in ('SECINFO_TEST_SIGN_IN', 'SECINFO_TEST_SERVICE_ENVIRONMENT'):
            os.environ.pop(name, None)

    def account(self):
        seat = self.sit('kim')
        account = seat.get('/v1/account', ok=200).json
        return [c['state'] for c in account['contacts']], account['recoverable']

    def test_lost_and_found(self):
        kim = self.sit('kim')
        kim.prove('kim@example.org')
        made = kim.post('/v1/account/saved-codes', ok=201).json
        kim.post('/v1/account/saved-codes/proof', {'label': made['codes'][made['position'] - 1]['label']}, ok=200)
        self.assertTrue(self.account()[1]['now'])
        self.instance.stop()
        kept = pathlib.Path('/run/secinfo-test-credentials')
        kept.mkdir(mode=0o755)
        shutil.move(STATE / 'store-key', kept / 'store-key')

        self.instance.start()
        states, recoverable = self.account()
        self.assertEqual(states, ['unreadable'])
        self.assertEqual((recoverable['now'], recoverable['reason'], recoverable['kinds']),
                         (False, 'key-unreadable', ['saved-code']))
        kim = self.sit('kim')
        self.assertEqual(kim.get('/v1/account/saved-codes', ok=200).json['left'], 10)
        self.problem(kim.post('/v1/account/contacts', {'kind': 'email', 'value': 'kim@example.org'}),
                     'elevation-needed', level='password')     # no code could go anywhere
        kim.prove('kim@example.org')
        states, recoverable = self.account()
        self.assertEqual((sorted(states), recoverable['now']), (['unreadable', 'verified'], True))

        # The old key is back beside the new one: nothing of what was sealed with either is lost.
        self.instance.stop()
        shutil.chown(kept / 'store-key', 'secinfo')
        os.environ['SECINFO_TEST_SERVICE_ENVIRONMENT'] = json.dumps({'CREDENTIALS_DIRECTORY': str(kept)})
        self.instance.start()
        self.assertEqual(self.account()[0], ['verified', 'verified'])

    def test_a_key_that_cannot_be_read_is_not_lost(self):
        """A mode that is too wide is for the administrator to mend: no other key takes its place."""
        self.sit('kim').get('/v1/account', ok=200)
        key = STATE / 'store-key'
        before = key.read_bytes()
        self.instance.stop()
        key.chmod(0o644)
        self.instance.start()
        try:
            self.problem(self.sit('kim').get('/v1/account'), 'store-locked')
        finally:
            self.instance.stop()
            key.chmod(0o600)
            self.instance.start()
        self.assertEqual(key.read_bytes(), before)
        self.sit('kim').get('/v1/account', ok=200)


if __name__ == '__main__':
    tap.main()
