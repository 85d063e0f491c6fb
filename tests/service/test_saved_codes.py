#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved codes: made, proven by a label, replaced in one go, taken away; what the store keeps of them."""
import pathlib
import sqlite3
import sys

from argon2.low_level import Type, hash_secret_raw

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from person import Case, Person  # noqa: E402

SAVED = '/v1/account/saved-codes'


class SavedCodes(Case):
    def make(self):
        return self.me.post(SAVED, {}, ok=201).json

    def label(self, made):
        return made['codes'][made['position'] - 1]['label']

    def prove(self, made, **kw):
        return self.me.post(SAVED + '/proof', {'label': self.label(made)}, **kw)

    def show(self):
        return self.me.get(SAVED, ok=200).json

    def findings(self):
        return [f['type'] for f in self.me.get('/v1/account').json['findings']]

    def rows(self, sql):
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            return db.execute(sql).fetchall()

    def test_made_and_proven(self):
        self.assertEqual(self.show(), {'left': 0, 'made_at': None, 'used': [], 'pending': None})
        self.assertIn('saved-codes-none', self.findings())
        self.me.elevate()
        made = self.make()
        self.assertEqual(len({c['code'] for c in made['codes']}), 10)
        self.assertEqual(len({c['label'] for c in made['codes']}), 10)
        shown = self.show()
        self.assertEqual((shown['left'], shown['pending']['position']), (0, made['position']))
        proven = self.prove(made, ok=200).json
        self.assertEqual((proven['left'], proven['pending']), (10, None))
        self.assertNotIn('saved-codes-none', self.findings())
        self.problem(self.prove(made), 'not-found')

    def test_levels(self):
        me = self.me
        for method, path, body in (('POST', SAVED, {}), ('POST', SAVED + '/proof', {'label': 'AA'}),
                                   ('DELETE', SAVED, None)):
            self.problem(me.call(method, path, body), 'elevation-needed', level='password')
        contact = me.prove('ada@example.org')
        me.token = None
        me.elevate()
        for method, path, body in (('POST', SAVED, {}), ('POST', SAVED + '/proof', {'label': 'AA'}),
                                   ('DELETE', SAVED, None)):
            self.problem(me.call(method, path, body), 'elevation-needed', level='verified')
        self.move_clock(60)
        me.verify(contact)
        self.make()

    def test_any_way_of_typing_the_label(self):
        self.me.elevate()
        made = self.make()
        label = self.label(made)
        self.me.post(SAVED + '/proof', {'label': f' {label[0].lower()}-{label[1].lower()}: '}, ok=200)

    def test_wrong_labels(self):
        self.me.elevate()
        self.prove(self.make(), ok=200)
        made = self.make()
        wrong = [c['label'] for c in made['codes'] if c['label'] != self.label(made)]
        for i, label in enumerate(wrong[:5]):
            answer = self.me.post(SAVED + '/proof', {'label': label})
            said = self.problem(answer, 'label-wrong', position=made['position'], attempts_left=4 - i)
        self.assertIn('given up', said['detail'])
        self.problem(self.prove(made), 'not-found')          # the right one comes too late
        self.assertEqual(self.show()['left'], 10)             # the old ones hold

    def test_words_of_a_wrong_label(self):
        self.me.elevate()
        made = self.make()
        ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
        said = self.problem(self.me.post(SAVED + '/proof', {'label': '?'}), 'label-wrong')['detail']
        ordinal = ordinals[made['position'] - 1]
        self.assertEqual(said, f'That is not the label of the {ordinal} code. Look at the {ordinal} line.')

    def test_pending_for_an_hour(self):
        self.me.elevate()
        made = self.make()
        self.move_clock(3500)
        self.me.elevate()
        self.assertIsNotNone(self.show()['pending'])
        self.move_clock(200)
        self.assertIsNone(self.show()['pending'])
        self.problem(self.prove(made), 'not-found')

    def test_clock_set_back(self):
        """An hour ends by the clock that nobody sets, too: the pending set of before its own making is dead."""
        self.me.elevate()
        made = self.make()
        self.move_clock(-60)
        self.me.elevate()
        self.problem(self.prove(made), 'not-found')

    def test_replaced_in_one_go(self):
        self.me.elevate()
        self.prove(self.make(), ok=200)
        old = self.rows('SELECT salt FROM saved_set WHERE pending = 0')
        made = self.make()
        self.assertEqual(self.rows('SELECT salt FROM saved_set WHERE pending = 0'), old)
        self.prove(made, ok=200)
        self.assertEqual(self.rows('SELECT count(*) FROM saved_set'), [(1,)])
        self.assertEqual(self.rows('SELECT count(*) FROM saved_code'), [(10,)])
        self.assertNotEqual(self.rows('SELECT salt FROM saved_set'), old)

    def test_two_at_once(self):
        """The one that was made last waits; the label of the first proves nothing."""
        self.me.elevate()
        first, second = self.make(), self.make()
        self.assertEqual(self.show()['pending']['position'], second['position'])
        if self.label(first) != self.label(second):
            self.problem(self.prove(first), 'label-wrong')
        self.prove(second, ok=200)

    def test_no_replay(self):
        """A kept answer would keep the codes on this computer."""
        self.me.elevate()
        first = self.me.post(SAVED, {}, key='same', ok=201).json
        second = self.me.post(SAVED, {}, key='same', ok=201).json
        self.assertNotEqual(first['codes'], second['codes'])
        self.assertEqual(self.rows('SELECT count(*) FROM replay'), [(0,)])

    def test_what_is_kept(self):
        """Argon2id with the parameters of DESIGN section 3 over the plain code, and nothing else of it."""
        self.me.elevate()
        made = self.make()
        for code in made['codes']:
            plain = code['code'].replace('-', '')
            for text in (code['code'], plain, plain.lower()):
                self.assertFalse(self.state_contains(text.encode()))
        hashes = [row[0] for row in self.rows('SELECT hash FROM saved_code ORDER BY number')]
        salt = self.rows('SELECT salt FROM saved_set')[0][0]
        self.assertEqual({len(h) for h in hashes}, {32})
        self.assertEqual(len(set(hashes)), 10)
        for code, kept in zip(made['codes'], hashes):
            self.assertEqual(kept, hash_secret_raw(code['code'].replace('-', '').encode(), salt, time_cost=2,
                                                   memory_cost=19 * 1024, parallelism=1, hash_len=32, type=Type.ID))

    def test_deleted(self):
        self.me.elevate()
        self.prove(self.make(), ok=200)
        self.make()
        self.me.delete(SAVED, ok=204)
        self.assertEqual(self.show(), {'left': 0, 'made_at': None, 'used': [], 'pending': None})
        self.assertEqual(self.rows('SELECT count(*) FROM saved_code'), [(0,)])

    def test_erased_with_the_account(self):
        self.me.elevate()
        self.prove(self.make(), ok=200)
        self.me.delete('/v1/account', ok=204)
        self.assertEqual(self.rows('SELECT count(*) FROM saved_set'), [(0,)])
        self.assertEqual(self.rows('SELECT count(*) FROM saved_code'), [(0,)])

    def test_contacts_are_told(self):
        contact = self.me.prove('ada@example.org')
        self.prove(self.make(), ok=200)
        self.me.delete(SAVED, ok=204)
        alerts = self.rows(f"SELECT alert FROM message WHERE kind = 1 AND contact = '{contact['id']}' ORDER BY rowid")
        told = [event.split('@')[0] for alert, in alerts for event in alert.split()]
        self.assertEqual([a for a in told if a.startswith('saved')], ['saved-codes-made', 'saved-codes-deleted'])

    def test_few_left(self):
        self.me.elevate()
        self.prove(self.make(), ok=200)
        for left in (4, 3, 0):
            self.service.stop()
            with sqlite3.connect(self.database()) as db:
                db.execute(f"UPDATE saved_code SET used_at = 1700000000, hash = NULL, used_where = 'screen' "
                           f'WHERE number >= {left}')
            self.service.start()
            shown = self.show()
            self.assertEqual((shown['left'], len(shown['used'])), (left, 10 - left))
            self.assertEqual(shown['used'][-1]['where'], 'screen')
            self.assertEqual('saved-codes-few' in self.findings(), left <= 3)

    def test_events(self):
        self.me.elevate()
        events = self.service.events()
        self.addCleanup(events.close)
        made = self.make()
        events.wait('saved-codes')
        self.prove(made, ok=200)
        events.wait('saved-codes')
        events.wait('account')

    def test_survives_restart(self):
        self.me.elevate()
        made = self.make()
        self.service.restart(9)
        self.me = Person(self.service, self)
        self.me.elevate()
        self.prove(made, ok=200)


if __name__ == '__main__':
    tap.main()
