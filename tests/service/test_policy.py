#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules by their keys: read, changed at once and all together, kept, and root's word above all."""
import sqlite3
import sys

import person
import tap

sys.dont_write_bytecode = True


class Case(person.Case):
    def rules(self):
        answer = self.me.get('/v1/policy', ok=200).json
        return {item['key']: item for item in answer['items']}

    def change(self, ok=200, **settings):
        return self.me.patch('/v1/policy', {'settings': {key.replace('_', '-'): v for key, v in settings.items()}},
                             ok=ok)

    def words(self):
        return ' '.join(rule['text'] for rule in self.me.get('/v1/service', ok=200).json['policy'])


class Rules(Case):
    def test_usual(self):
        rules = self.rules()
        self.assertEqual({'key': 'code-life', 'value': 600, 'usual': 600, 'least': 60, 'most': 1800, 'fixed': False},
                         rules['code-life'])
        self.assertEqual({'key': 'phone-prefixes', 'value': '', 'usual': '', 'least': None, 'most': None,
                          'fixed': False}, rules['phone-prefixes'])

    def test_holds_at_once_and_later(self):
        self.me.elevate()
        contact = self.me.add('anna@example.org')
        changed = self.change(code_tries=3, contacts=1, phone_prefixes='+49').json
        self.assertEqual(3, [i for i in changed['items'] if i['key'] == 'code-tries'][0]['value'])
        self.assertEqual(3, self.me.send(contact)['attempts_left'])
        self.problem(self.me.post('/v1/account/contacts', {'kind': 'email', 'value': 'b@example.org'}),
                     'contacts-full', limit=1)
        self.assertIn('After 3 wrong tries', self.words())
        self.assertIn('begin with +49', self.words())

        self.service.restart()
        self.assertEqual((3, 5), (self.rules()['code-tries']['value'], self.rules()['code-tries']['usual']))
        # null takes a change back; the others stay.
        self.change(code_tries=None)
        self.assertEqual(5, self.rules()['code-tries']['value'])
        self.assertEqual(1, self.rules()['contacts']['value'])
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            done = db.execute("SELECT what, subject FROM audit WHERE what = 'policy-changed' ORDER BY rowid").fetchall()
        self.assertEqual(['code-tries', 'contacts', 'phone-prefixes', 'code-tries'], [row[1] for row in done])

    def test_life_of_what_was_confirmed(self):
        self.change(elevation_life=60)
        self.me.elevate()
        self.move_clock(61)
        self.problem(self.me.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org'}),
                     'elevation-needed')

    def test_all_or_nothing(self):
        for settings, member, more in (
                ({'code-life': 900, 'code-tries': 11}, 'code-tries', {'reason': 'range', 'least': 1, 'most': 10}),
                ({'code-life': 900, 'code-tries': 0}, 'code-tries', {'reason': 'range'}),
                ({'code-life': 900, 'code-tries': '5'}, 'code-tries', {'reason': 'range'}),
                ({'code-life': 900, 'contacts': 2.5}, 'contacts', {'reason': 'range'}),
                ({'code-life': 900, 'proofs': 1}, 'proofs', {'reason': 'unknown'}),
                ({'code-life': 900, 'phone-prefixes': '49'}, 'phone-prefixes', {'reason': 'prefixes'}),
                ({'code-life': 900, 'phone-prefixes': 49}, 'phone-prefixes', {'reason': 'prefixes'})):
            with self.subTest(settings):
                self.problem(self.me.patch('/v1/policy', {'settings': settings}), 'settings-not-valid', member=member,
                             **more)
                self.assertEqual(600, self.rules()['code-life']['value'])
        self.assertEqual('', self.rules()['phone-prefixes']['value'])
        self.problem(self.me.patch('/v1/policy', {}), 'body-not-valid')
        answer = self.me.patch('/v1/policy', {'settings': {'code-tries': 11}}, language='de').json
        self.assertIn('von 1 bis 10', answer['detail'])

    def test_other_version(self):
        """What another version of SecInfo wrote there does not keep this one from starting."""
        self.change(code_life=900, contacts=5)
        self.service.stop()
        with sqlite3.connect(self.database()) as db:
            db.execute("UPDATE meta SET value = ? WHERE name = 'policy'",
                       ('{"code-life": 900, "contacts": 5000, "later": 1}',))
        self.service.start()
        self.assertEqual((900, 10), (self.rules()['code-life']['value'], self.rules()['contacts']['value']))


class WayBackIn(Case):
    """The one switch: off, nobody rehearses, and the account's page says so."""
    def reason(self):
        return self.me.get('/v1/account', ok=200).json['recoverable']['reason']

    def test_switched_off_and_on(self):
        self.assertEqual({'key': 'way-back-in', 'value': 1, 'usual': 1, 'least': 0, 'most': 1, 'fixed': False},
                         self.rules()['way-back-in'])
        self.assertEqual(self.reason(), 'private')
        one = self.me.post('/v1/account/rehearsals', {}, ok=201).json['id']
        stream = self.service.events()
        self.addCleanup(stream.close)
        self.change(way_back_in=0)
        stream.wait('account')
        self.assertEqual(self.reason(), 'switched-off')
        self.assertIn('no code is taken at the sign-in screen', self.words())
        for path, body in (('', {}), (f'/{one}/answer', {'text': '?'})):
            answer = self.me.post('/v1/account/rehearsals' + path, body)
            self.problem(answer, 'not-possible-here', reason='switched-off')
            self.assertIn('is switched off', answer.json['detail'])
        self.service.restart()
        self.assertEqual(self.reason(), 'switched-off')
        self.change(way_back_in=None)
        self.assertEqual(self.reason(), 'private')
        self.assertNotIn('sign-in screen', self.words())
        self.me.post('/v1/account/rehearsals', {}, ok=201)
        self.problem(self.change(ok=None, way_back_in=2), 'settings-not-valid', reason='range', least=0, most=1)


class WayBackFixed(Case):
    config = {'way-back-in': 0}

    def test_roots_word(self):
        self.assertEqual(self.me.get('/v1/account', ok=200).json['recoverable']['reason'], 'switched-off')
        self.problem(self.change(ok=None, way_back_in=1), 'settings-not-valid', reason='fixed')


class Fixed(Case):
    config = {'code-tries': 4}

    def test_root_has_the_last_word(self):
        rule = self.rules()['code-tries']
        self.assertEqual((4, 4, True), (rule['value'], rule['usual'], rule['fixed']))
        self.problem(self.change(ok=None, code_tries=3), 'settings-not-valid', member='code-tries', reason='fixed')
        # What opens a port is root's to say even where the file does not name it.
        self.problem(self.change(ok=None, reports_port=8080), 'settings-not-valid', reason='fixed')
        self.change(code_life=900)
        self.assertEqual((900, 4), (self.rules()['code-life']['value'], self.rules()['code-tries']['value']))


if __name__ == '__main__':
    tap.main()
