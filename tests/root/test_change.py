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
from system import PASSWORD, SOCKET, STATE, Instance, SystemCase, add_user, only_in_sandbox  # noqa: E402

NEW = 'Xk9-tarn-Ulme-42'


def rows(sql, *values):
    with contextlib.closing(sqlite3.connect(STATE / 'store.db', timeout=10)) as db, db:
        return db.execute(sql, values).fetchall()


def change(seat, current, new, **more):
    return seat.call('PUT', '/v1/account/password', {'current': current, 'new': new}, **more)


class Quick(SystemCase):
    """Its alerts leave after a second."""

    @classmethod
    def setUpClass(cls):
        config = pathlib.Path('/run/secinfod-quick.conf')
        config.write_text('[policy]\nalert-bundle=1\n')
        for name in cls.users:
            add_user(name)
        cls.instance = Instance('--trial', '--config', str(config)).start()

    def told(self, seat, what):
        """To whom, in one's own inbox, the alert whose subject says so went."""
        return [m['to'] for m in seat.get('/v1/inbox', ok=200).json['items'] if what in m['subject']]


@only_in_sandbox
class Password(Quick):
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
        mine = self.pia.token
        other = self.pia.post('/v1/account/elevations', {'password': PASSWORD}, ok=201).json['token']
        change(self.pia, PASSWORD, NEW, ok=204)
        # What was confirmed with the old password elsewhere ends; who changed it goes on.
        levels = [self.pia.get('/v1/account', token=token, ok=200).json['level'] for token in (other, mine)]
        self.assertEqual(levels, ['session', 'verified'])
        self.assertFalse(self.is_password(PASSWORD))
        self.assertTrue(self.is_password(NEW))
        # What was proven before it is worth nothing any more; the contacts are told; it is written down.
        self.assertEqual(rows('SELECT * FROM recovery WHERE name = ?', self.name), [])
        self.assertEqual(rows('SELECT * FROM recovery_proof WHERE name = ?', self.name), [])
        self.assertEqual(rows('SELECT state FROM ticket WHERE name = ?', self.name), [(2,)])
        self.assertEqual(rows("SELECT count(*) FROM message JOIN account USING (record) WHERE name = ? AND "
                              "alert LIKE '%password-changed@%'", self.name), [(1,)])
        self.assertEqual(rows("SELECT count(*) FROM audit JOIN account USING (record) WHERE name = ? AND "
                              "what = 'password-changed'", self.name), [(1,)])
        self.assertEqual(rows('SELECT * FROM password_change'), [])

    # As its user, who may: no file can grow then.
    LIMIT = ('subprocess.run(["prlimit", f"--pid={service}", "--fsize=%s:"], check=True, user="secinfo", '
             'group="secinfo", extra_groups=[])')

    def limit(self, size):
        service = int(subprocess.run(['pgrep', '-x', 'secinfod'], capture_output=True, text=True, check=True).stdout)
        exec(self.LIMIT % size, {'subprocess': subprocess, 'service': service})

    def change_and_then(self, script):
        """What happens as root right after PAM changed the password, before secinfo-password says so."""
        after = pathlib.Path('/run/after-the-change')
        after.write_text('#!/usr/bin/python3\nimport os, subprocess\n'
                         'service = int(subprocess.run(["pgrep", "-x", "secinfod"], capture_output=True).stdout)\n'
                         f'{script}\n')
        after.chmod(0o755)
        stack = pathlib.Path('/etc/pam.d/secinfo')
        kept = stack.read_text()
        self.addCleanup(stack.write_text, kept)
        stack.write_text(f'{kept}password optional pam_exec.so quiet seteuid {after}\n')
        self.pia.prove(f'{self.name}@example.org')
        self.kept_proof()
        answer = change(self.pia, PASSWORD, NEW)
        stack.write_text(kept)
        return answer

    def assert_nothing_holds(self, what, words):
        """The contacts are told, once; what was proven before is worth nothing; nothing is left to settle."""
        harness.wait_for('the alert', lambda: self.told(self.pia, words))
        self.assertEqual(self.told(self.pia, words), [f'{self.name}@example.org'])
        self.assertEqual(rows('SELECT count(*) FROM audit JOIN account USING (record) WHERE name = ? AND what = ?',
                              self.name, what), [(1,)])
        self.assertEqual(rows('SELECT * FROM recovery WHERE name = ?', self.name), [])
        self.assertEqual(rows('SELECT state FROM ticket WHERE name = ?', self.name), [(2,)])
        self.assertEqual(rows('SELECT * FROM password_change'), [])
        self.assertEqual(self.pia.get('/v1/account', ok=200).json['level'], 'session')
        self.assertTrue(self.is_password(NEW))

    def test_changed_while_nothing_can_be_written(self):
        answer = self.change_and_then(self.LIMIT % 0)
        self.assertIn(answer.status, (500, 507), answer)
        self.assertEqual(self.pia.get('/v1/account', ok=200).json['level'], 'session')
        self.limit('unlimited')
        self.assert_nothing_holds('password-changed', 'password changed')

    def test_helper_dies_after_the_change(self):
        answer = self.change_and_then('os.kill(os.getppid(), 9)')
        self.problem(answer, 'internal')
        self.assert_nothing_holds('password-unclear', 'password perhaps changed')

    def test_service_dies_after_the_change(self):
        answer = self.change_and_then('os.kill(service, 9)')
        self.problem(answer, 'elevation-needed')   # of the one that was started then: asked again
        self.assert_nothing_holds('password-unclear', 'password perhaps changed')

    def test_nothing_is_changed_where_it_could_not_be_written_down(self):
        self.pia.elevate()
        self.limit(0)
        answer = change(self.pia, PASSWORD, NEW)
        self.limit('unlimited')
        self.assertIn(answer.status, (500, 507), answer)
        self.assertTrue(self.is_password(PASSWORD))

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
        # A sure no is nothing to be told.
        harness.wait_for('all is settled', lambda: rows('SELECT * FROM password_change') == [])
        self.assertEqual(rows("SELECT count(*) FROM audit JOIN account USING (record) WHERE name = ? AND "
                              "what LIKE 'password-%'", self.name), [(0,)])

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
class LostKey(Quick):
    """The credential does not open any more, or the file is gone: saved codes work, contacts are proven again."""
    users = ('kim', 'lea')

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

    def test_old_contacts_are_told_once_they_can_be_read(self):
        """The password alone is enough meanwhile, even to erase everything: they learn of it."""
        if os.environ.pop('SECINFO_TEST_SERVICE_ENVIRONMENT', None):   # another test's old key
            self.instance.restart()
        lea = self.sit('lea')
        lea.prove('lea@example.org')
        harness.wait_for('the alert', lambda: self.told(lea, 'contact verified'))
        self.instance.stop()
        lost = pathlib.Path('/run/secinfo-test-lost-key')
        shutil.move(STATE / 'store-key', lost)
        self.instance.start()
        lea.prove('stranger@example.org')
        harness.wait_for('it is put off', lambda: rows(
            "SELECT over FROM message AS m JOIN account USING (record) WHERE name = 'lea' AND m.state = 4 AND "
            "alert LIKE '%contact-added@%'") == [(0,)])
        lea.call('DELETE', '/v1/account', ok=204)
        harness.wait_for('that is told to whom it can be', lambda: self.told(lea, 'security info erased'))
        self.assertEqual(self.told(lea, 'security info erased'), ['stranger@example.org'])
        # For a month, not for a week like others.
        self.assertEqual(rows("SELECT expires_at - created_at FROM message WHERE over = 0 AND "
                              "alert LIKE 'account-erased@%'"), [(30 * 86400,)])
        self.instance.stop()
        new = pathlib.Path('/run/secinfo-test-new-credentials')
        new.mkdir(mode=0o755)
        shutil.move(STATE / 'store-key', new / 'store-key')
        shutil.chown(new / 'store-key', 'secinfo')
        shutil.move(lost, STATE / 'store-key')
        shutil.chown(STATE / 'store-key', 'secinfo')
        os.environ['SECINFO_TEST_SERVICE_ENVIRONMENT'] = json.dumps({'CREDENTIALS_DIRECTORY': str(new)})
        self.instance.start()
        harness.wait_for('the old one is told', lambda: len(self.told(lea, 'security info erased')) == 2)
        self.assertEqual(self.told(lea, 'security info erased')[0], 'lea@example.org')
        self.assertEqual(rows("SELECT over FROM message WHERE alert LIKE 'account-erased@%' AND over = 0"), [])

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
