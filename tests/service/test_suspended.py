#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same name and uid, another home: whoever that is inherits nothing, and learns nothing."""
import pathlib
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402


class Suspended(Case):
    def setUp(self):
        super().setUp()
        self.sink = sink.SmtpSink()
        self.addCleanup(self.sink.stop)
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': self.sink.settings()}, ok=201)
        self.me.elevate()
        self.contact = self.me.add('alex@example.org')
        self.me.answer(self.me.send(self.contact), self.code('alex@example.org'), ok=200)
        confirm = {'purpose': 'confirm', 'contact': self.contact['id']}
        self.before = self.me.post('/v1/account/challenges', confirm, ok=201).json
        self.code_before = self.code('alex@example.org', 2)
        self.change_home()
        self.me.token = None

    def code(self, to, n=1):
        return self.sink.wait_for(to, n).get_body(('plain',)).get_content()[:7]

    def change_home(self):
        """What the store remembers of the home directory is another one's: as after userdel and useradd."""
        self.service.stop()
        with sqlite3.connect(self.database()) as db:
            columns = [row[1] for row in db.execute('PRAGMA table_info(account)')]
            self.assertIn('mark_inode', columns)
            db.execute('UPDATE account SET mark_inode = mark_inode + 1, has_mark = 1')
        self.service.start()

    def test_shows_nothing(self):
        me = self.me
        account = me.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], account['contacts'], account['findings']), ('suspended', [], []))
        self.assertNotIn('alex', str(account))
        me.elevate()
        for method, path in (('GET', '/v1/account/contacts'), ('DELETE', f"/v1/account/contacts/{self.contact['id']}"),
                             ('POST', f"/v1/account/contacts/{self.contact['id']}/challenges"),
                             ('POST', f"/v1/account/contacts/{self.contact['id']}/restore")):
            answer = me.call(method, path, {} if method == 'POST' else None)
            self.problem(answer, 'account-suspended')

    def test_code_of_before(self):
        """What the other one left running is nobody's."""
        self.problem(self.me.answer(self.before, self.code_before), 'not-found')
        self.problem(self.me.get(f"/v1/account/challenges/{self.before['id']}"), 'not-found')
        self.problem(self.me.resend(self.before), 'not-found')

    def test_resumes_with_an_old_contact(self):
        me = self.me
        self.problem(me.post('/v1/account/resume', {'value': 'alex@example.org'}), 'elevation-needed', level='password')
        me.elevate()
        challenge = me.post('/v1/account/resume', {'value': 'ALEX@example.org'}, ok=202).json
        self.assertEqual(challenge['purpose'], 'resume')
        me.answer(challenge, self.code('ALEX@example.org'), ok=200)
        account = me.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], len(account['contacts'])), ('active', 1))
        self.problem(me.answer(challenge, '123456'), 'code-used')
        self.problem(me.post('/v1/account/resume', {'value': 'alex@example.org'}), 'conflict')

    def shape(self, challenge):
        differs = ('id', 'issued_at', 'expires_at', 'resend_at', 'send_at', 'masked', 'value', 'ways')
        return {k: v for k, v in challenge.items() if k not in differs}

    def test_answers_are_equal(self):
        me = self.me
        me.elevate()
        wrong = me.post('/v1/account/resume', {'value': 'mallory@example.org'}, ok=202).json
        wrong_later = me.challenge(wrong)
        self.problem(me.answer(wrong, '000000'), 'code-wrong', attempts_left=4)
        right = me.post('/v1/account/resume', {'value': 'alex@example.org'}, ok=202).json
        self.sink.wait_for('alex@example.org', 3)
        self.assertEqual(self.shape(wrong), self.shape(right))
        self.assertEqual(self.shape(wrong_later), self.shape(me.challenge(right)))
        self.assertEqual(self.sink.count('mallory@example.org'), 0)
        self.problem(me.answer(wrong, '000000'), 'not-found')   # the second asking took its place

    def test_guesses_are_counted(self):
        me = self.me
        me.elevate()
        for i in range(18):   # two sends of the day are spent in setUp()
            me.post('/v1/account/resume', {'value': f'mallory{i}@example.org'}, ok=202)
        self.problem(me.post('/v1/account/resume', {'value': 'alex@example.org'}), 'too-many-codes', per='account')

    def test_afresh(self):
        me = self.me
        me.elevate()
        me.delete('/v1/account', ok=204)
        account = me.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], account['contacts']), ('active', []))
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            told = db.execute("SELECT count(*) FROM message WHERE alert LIKE 'account-afresh@%'").fetchone()[0]
            self.assertEqual(told, 1, 'the old contacts are told')


if __name__ == '__main__':
    tap.main()
