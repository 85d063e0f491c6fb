#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back in, practised: every way through the conversation, what it finds out, and that it leaves no trace."""
import pathlib
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from person import Case, Person  # noqa: E402

REHEARSALS = '/v1/account/rehearsals'
ASK = 'Code, email or phone: '
CODE = '6-digit code: '
NEW = 'New password: '
TWICE = 'New password again: '


class Rehearsal(Case):
    def start(self, **kw):
        begun = self.me.post(REHEARSALS, {}, ok=201, **kw).json
        self.one, self.saved = begun['id'], begun['practice']['saved_code']
        self.code = begun['practice']['code']
        return begun['step']

    def say(self, text, ok=200):
        answer = self.me.post(f'{REHEARSALS}/{self.one}/answer', {'text': text}, ok=ok)
        return answer.json.get('step')

    def asks(self, step, prompt, words, style='info', echo=True):
        self.assertEqual((step['prompt'], step['style'], step['echo']), (prompt, style, echo), step)
        self.assertTrue(step['message'].startswith(words), step)

    def ends(self, step, words):
        self.assertTrue(step['end'], step)
        self.assertEqual(step['message'], words)
        return {c['type']: c for c in step['checks']}

    def wrong(self):
        return '111111' if self.code.replace(' ', '') != '111111' else '222222'

    def test_saved_code_and_a_new_password(self):
        self.asks(self.start(), ASK, 'Type a saved code')
        self.asks(self.say(f' {self.saved.lower()} '), NEW, 'Choose a new password', echo=False)
        self.asks(self.say('correct horse'), TWICE, 'Type it once more', echo=False)
        self.asks(self.say('another'), NEW, 'The two are not the same', style='error', echo=False)
        self.say('battery staple')
        self.ends(self.say('battery staple'), 'Your password is changed. All your contacts are told.')
        self.problem(self.me.post(f'{REHEARSALS}/{self.one}/answer', {'text': ''}), 'not-found')

    def test_code_and_only_unlocking(self):
        self.start()
        self.asks(self.say('anybody@example.org'), CODE, 'If this is one of yours, a code is on its way.')
        self.asks(self.say(self.wrong()), CODE, 'That is not the code. 4 tries are left.', style='error')
        self.asks(self.say('?'), CODE, 'Please wait: from ')
        self.asks(self.say(self.code), NEW, 'Choose a new password', echo=False)
        self.ends(self.say(''), 'Unlocked. Now type your old password. All your contacts are told.')

    def test_what_is_no_answer(self):
        self.start()
        self.asks(self.say('rhubarb'), ASK, 'This is neither a saved code', style='error')
        mistyped = self.saved[:-1] + ('A' if self.saved[-1] != 'A' else 'B')
        self.asks(self.say(mistyped), ASK, 'A character is mistyped.', style='error')
        self.asks(self.say('?'), ASK, 'Without a code or contact only the administrator can help you.')
        self.asks(self.say('123456'), ASK, 'This is neither a saved code', style='error')
        self.ends(self.say(''), 'Nothing was changed.')

    def test_five_wrong_codes(self):
        self.start()
        self.say('anybody@example.org')
        for _ in range(4):
            self.assertEqual(self.say(self.wrong())['prompt'], CODE)
        self.asks(self.say(self.wrong()), ASK, 'After 5 wrong tries this code has ended.', style='error')

    def test_walking_away(self):
        self.start()
        self.say('anybody@example.org')
        self.asks(self.say(''), 'Password: ', 'The code works until ', echo=False)
        self.asks(self.say(self.wrong()), 'Password: ', 'Neither the password nor the code. 4 tries', echo=False)
        self.asks(self.say('my old password?'), 'Password: ', 'Forgot it? Type ? as the password.', echo=False)
        self.asks(self.say('?'), CODE, 'A code from ')
        self.say('')
        self.asks(self.say(self.code), NEW, 'Choose a new password', echo=False)

    def test_another_saved_code_does_not_work(self):
        self.me.elevate()
        made = self.me.post('/v1/account/saved-codes', {}, ok=201).json
        label = made['codes'][made['position'] - 1]['label']
        self.me.post('/v1/account/saved-codes/proof', {'label': label}, ok=200)
        self.start()
        self.asks(self.say(made['codes'][0]['code']), ASK, 'This saved code does not work.', style='error')
        self.assertEqual(self.me.get('/v1/account/saved-codes').json['left'], 10)
        checks = self.ends(self.say(''), 'Nothing was changed.')
        self.assertTrue(checks['saved-codes']['ok'])
        self.assertIn('10 of 10', checks['saved-codes']['detail'])
        self.assertTrue(checks['proofs']['ok'])

    def test_each_has_codes_of_its_own(self):
        self.start()
        old = self.saved
        self.start()
        self.asks(self.say(old), ASK, 'This saved code does not work.', style='error')

    def test_what_it_finds_out(self):
        self.start()
        step = self.say('')
        checks = self.ends(step, 'Nothing was changed.')
        self.assertEqual(set(checks), {'sign-in-screen', 'service', 'saved-codes', 'email', 'phone', 'proofs'})
        self.assertFalse(step['works'])
        self.assertEqual({t: (c['ok'], c['mend']) for t, c in checks.items()}, {
            'sign-in-screen': (False, 'install'), 'service': (True, None), 'saved-codes': (False, 'saved-codes'),
            'email': (False, 'email'), 'phone': (False, 'phone'), 'proofs': (False, 'saved-codes')})
        oks = [c['ok'] for c in step['checks']]
        self.assertEqual(oks, sorted(oks))
        self.me.elevate()
        self.me.prove('ada@example.org')
        self.start()
        checks = self.ends(self.say(''), 'Nothing was changed.')
        self.assertEqual((checks['email']['ok'], checks['email']['detail']), (True, 'A code can be sent to 1 email.'))

    def test_no_trace(self):
        """Nothing sent, nothing counted, nothing written: the file stays as it is, to the page."""
        self.me.elevate()
        self.me.prove('ada@example.org')
        self.me.get('/v1/account', ok=200)
        def state():
            with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
                tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                rows = {t: sorted(map(repr, db.execute(f'SELECT * FROM "{t}"').fetchall())) for t in tables}
            return rows
        inbox = len(self.service.inbox())
        watcher = sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True)
        before, version = state(), watcher.execute('PRAGMA data_version').fetchone()
        for _ in range(25):
            self.start()
            for text in ('ada@example.org', self.wrong(), '?', '+493012345678', self.wrong(), self.code, 'new one',
                         'new one'):
                self.say(text)
        self.assertEqual(state(), before)
        self.assertEqual(watcher.execute('PRAGMA data_version').fetchone(), version)
        self.assertEqual(len(self.service.inbox()), inbox)
        watcher.close()

    def test_two_at_once_for_ten_minutes(self):
        ids = []
        for _ in range(3):
            self.start()
            ids.append(self.one)
        gone = self.me.post(f'{REHEARSALS}/{ids[0]}/answer', {'text': '?'})
        self.problem(gone, 'not-found')
        for one in ids[1:]:
            self.me.post(f'{REHEARSALS}/{one}/answer', {'text': '?'}, ok=200)
        self.me.delete(f'{REHEARSALS}/{ids[1]}', ok=204)
        self.problem(self.me.delete(f'{REHEARSALS}/{ids[1]}'), 'not-found')
        self.move_clock(601)
        self.problem(self.me.post(f'{REHEARSALS}/{ids[2]}/answer', {'text': '?'}), 'not-found')

    def test_in_the_language_of_the_caller(self):
        self.assertIn('Notfallcode', self.start(language='de')['message'])

    def test_bodies(self):
        self.start()
        answer = f'{REHEARSALS}/{self.one}/answer'
        for body in ({}, {'text': 1}, {'text': 'x' * 512}, {'text': 'x', 'user': 'root'}):
            self.problem(self.me.post(answer, body), 'body-not-valid')
        self.problem(self.me.post(f'{REHEARSALS}/unknown/answer', {'text': ''}), 'not-found')


if __name__ == '__main__':
    tap.main()
