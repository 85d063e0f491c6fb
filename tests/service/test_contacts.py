#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change, label, alerts, remove, take back, still mine, masking."""
import collections
import pathlib
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from person import Case  # noqa: E402

DAY = 86400


def path(contact, more=''):
    return f"/v1/account/contacts/{contact['id']}{more}"


class Addresses(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()

    def test_refused(self):
        for kind, value, reason in (('email', 'alex@example', 'end-missing'), ('email', 'alex@', 'domain-missing'),
                                    ('email', 'al ex@example.org', 'space'),
                                    ('email', 'a' * 65 + '@example.org', 'too-long'),
                                    ('phone', '+44 800 123456', 'charged'), ('phone', '+44 7911', 'digits-missing'),
                                    ('phone', '+44 7911 123456 x9', 'extension'), ('phone', '07911 123456', 'country')):
            refused = self.me.post('/v1/account/contacts', {'kind': kind, 'value': value})
            self.problem(refused, 'address-not-valid', reason=reason)
        self.assertEqual(self.me.contacts(), [])

    def test_kept_as_entered_compared_folded(self):
        me = self.me
        first = me.add('Alex@BÜCHER.example')
        self.assertEqual((first['value'], first['display']), ('Alex@xn--bcher-kva.example', 'Alex@bücher.example'))
        again = me.post('/v1/account/contacts', {'kind': 'email', 'value': 'alex@xn--bcher-kva.EXAMPLE'})
        self.problem(again, 'contact-exists', contact=first['id'])

    def test_ten_are_the_most(self):
        me = self.me
        ten = [me.add(f'alex{i}@example.org') for i in range(10)]
        full = me.post('/v1/account/contacts', {'kind': 'email', 'value': 'one@more.org'})
        self.problem(full, 'contacts-full', limit=10)
        changed = me.patch(path(ten[0]), {'value': 'zero@example.org'}, ok=201).json
        self.assertEqual(len(me.contacts()), 10, 'one that was not proven gives way at once')
        self.assertIsNone(changed['replaces'])
        me.delete(path(ten[1]), ok=204)
        self.assertIsNone(me.contact(ten[1]), 'nothing to take back')
        me.add('one@more.org')

    def test_pages(self):
        me = self.me
        ids = [me.add(f'alex{i}@example.org')['id'] for i in range(5)]
        page = me.get('/v1/account/contacts?limit=2', ok=200).json
        seen = [c['id'] for c in page['items']]
        while page['next'] is not None:
            page = me.get(f"/v1/account/contacts?limit=2&after={page['next']}", ok=200).json
            seen += [c['id'] for c in page['items']]
        self.assertEqual(sorted(seen), sorted(ids))   # added within one second: in any order, each once
        self.problem(me.get('/v1/account/contacts?limit=0'), 'body-not-valid')
        self.problem(me.get('/v1/account/contacts?user=root'), 'body-not-valid')

    def test_bodies(self):
        me = self.me
        for body in ({'kind': 'email', 'value': 'a@b.org', 'user': 'root'}, {'kind': 'pigeon', 'value': 'a@b.org'},
                     {'kind': 'email'}, {'kind': 'email', 'value': 7}):
            self.problem(me.post('/v1/account/contacts', body), 'body-not-valid')
        self.assertEqual(me.contacts(), [])

    def test_masked_until_confirmed(self):
        me = self.me
        me.add('ab@example.org')
        me.add('+447911123456', 'phone')
        self.assertEqual({c['value'] for c in me.contacts()}, {'ab@example.org', '+447911123456'})
        bare = me.get('/v1/account/contacts', token=False, ok=200).json['items']
        self.assertEqual({c['masked'] for c in bare}, {'a•••@example.org', '••• •• 56'})
        self.assertFalse(any('value' in c or 'display' in c for c in bare))
        self.assertFalse(any('value' in c for c in me.get('/v1/account', token=False).json['contacts']))
        self.assertEqual(me.get('/v1/account', token='A' * 43).json['level'], 'session')


class Verified(Case):
    """With one proven contact and level verified."""

    def setUp(self):
        super().setUp()
        self.first = self.me.prove('alex@example.org', label='Personal')

    def test_label_and_alerts(self):
        me = self.me
        self.assertEqual(me.patch(path(self.first), {'label': '\u202eWork\n'}, ok=200).json['label'], '\u202eWork')
        self.assertIsNone(me.patch(path(self.first), {'label': ''}, ok=200).json['label'])
        second = me.prove('ada@example.net')
        self.assertFalse(me.patch(path(self.first), {'alerts': False}, ok=200).json['alerts'])
        # The last one stays on, whoever asks; one that is off may be set so again, what nobody has proven too.
        refused = self.problem(me.patch(path(second), {'alerts': False}), 'not-possible-here', reason='last-alerted')
        self.assertIn('The last one stays on', refused['detail'])
        self.assertTrue(me.contact(second)['alerts'])
        me.patch(path(self.first), {'alerts': False}, ok=200)
        me.patch(path(me.add('carl@example.com')), {'alerts': False}, ok=200)
        self.service.restart()
        self.assertFalse(me.contact(self.first)['alerts'])
        self.problem(me.patch(path(self.first), {'label': 'x'}), 'elevation-needed', level='verified')

    def test_label_taken_away_by_null(self):
        self.assertIsNone(self.me.patch(path(self.first), {'label': None}, ok=200).json['label'])

    def test_change(self):
        me = self.me
        fresh = me.patch(path(self.first), {'value': 'alex@example.net'}, ok=201).json
        self.assertEqual((fresh['state'], fresh['replaces'], fresh['label']),
                         ('unverified', self.first['id'], 'Personal'))
        self.assertEqual(me.contact(self.first)['state'], 'verified', 'in force until the new one is proven')
        me.patch(path(self.first), {'label': 'Renamed'}, ok=200)

        challenge = me.send(fresh)
        answer = me.answer(challenge, me.code_of(challenge, fresh), ok=200).json
        self.assertEqual((answer['contact']['state'], answer['contact']['replaces'], answer['contact']['label']),
                         ('verified', None, 'Renamed'))
        old = me.contact(self.first)
        self.assertEqual(old['state'], 'removed')
        self.assertIsNotNone(old['restore_until'])
        self.assertEqual([c['id'] for c in me.contacts()], [fresh['id']])

    def test_change_twice(self):
        me = self.me
        one = me.patch(path(self.first), {'value': 'alex@example.net'}, ok=201).json
        two = me.patch(path(self.first), {'value': 'alex@example.com'}, ok=201).json
        self.assertIsNone(me.contact(one), 'the later change counts')
        self.assertEqual(two['replaces'], self.first['id'])
        three = me.patch(path(two), {'value': 'alex@mended.example.com'}, ok=201).json
        self.assertEqual(three['replaces'], self.first['id'], 'a spelling mended is still that change')
        self.problem(me.patch(path(self.first), {'value': 'ALEX@example.org'}), 'contact-exists')

    def test_remove_and_undo(self):
        me = self.me
        me.delete(path(self.first), ok=204)
        self.assertEqual(me.contacts(), [])
        removed = me.contact(self.first)
        self.assertEqual(removed['state'], 'removed')
        self.problem(me.delete(path(self.first)), 'not-found')
        self.problem(me.patch(path(self.first), {'label': 'x'}), 'not-found')
        self.assertEqual(me.post(path(self.first, '/restore'), ok=200).json['state'], 'verified')
        self.assertIsNone(me.contact(self.first)['removed_at'])

    def test_take_back_with_a_code(self):
        me = self.me
        me.delete(path(self.first), ok=204)
        me.token = None
        challenge = me.post(path(self.first, '/restore'), ok=202).json
        self.assertEqual(challenge['purpose'], 'restore')
        answer = me.answer(challenge, me.code_of(challenge, self.first), ok=200).json
        self.assertEqual(answer['contact']['state'], 'verified')
        self.assertIsNone(answer['elevation'])

    def test_taken_back_too_late(self):
        me = self.me
        me.delete(path(self.first), ok=204)
        self.move_clock(7 * DAY + 1)
        gone = me.post(path(self.first, '/restore'))
        self.assertIn(gone.json['type'], ('/problems/restore-over', '/problems/not-found'))
        self.assertIsNone(me.contact(self.first))

    def test_taken_back_beside_a_new_one(self):
        me = self.me
        me.delete(path(self.first), ok=204)
        again = me.add('ALEX@example.org')
        self.problem(me.post(path(self.first, '/restore')), 'contact-exists', contact=again['id'])

    def test_still_mine(self):
        me = self.me
        self.move_clock(366 * DAY)
        account = me.get('/v1/account').json
        self.assertIn('old-confirmation', [f['type'] for f in account['findings']])
        me.verify(self.first)
        me.post(path(self.first, '/still-mine'), ok=200)
        self.assertNotIn('old-confirmation', [f['type'] for f in me.get('/v1/account').json['findings']])

    def test_running_code_dies_with_the_contact(self):
        me = self.me
        other = me.add('berta@example.net')
        challenge = me.send(other)
        code = me.code_of(challenge, other)
        me.delete(path(other), ok=204)
        self.problem(me.answer(challenge, code), 'not-found')

    def test_findings(self):
        me = self.me
        me.prove('berta@example.org')
        findings = me.get('/v1/account').json['findings']
        self.assertEqual([(f['type'], f['urgency']) for f in findings],
                         [('same-domain', 'to-know'), ('saved-codes-none', 'to-know')])
        self.assertIn('example.org', findings[0]['text'])
        waiting = me.add('carl@example.net')
        finding = me.get('/v1/account').json['findings'][0]
        self.assertEqual((finding['type'], finding['subject']), ('unverified', waiting['id']))
        self.assertEqual(finding['text'], 'One contact still waits for its code.')

    def test_erase_everything(self):
        me = self.me
        token = me.token
        me.elevate()
        self.problem(me.delete('/v1/account'), 'elevation-needed', level='verified')
        me.token = token
        me.delete('/v1/account', ok=204)
        self.assertEqual(me.get('/v1/account').json['level'], 'session')
        self.assertEqual(me.contacts(removed=True), [])
        self.assertEqual(me.inbox(), [])


class Alerts(Case):
    """Every change is told to those who are proven, and to whom it is about; the rows lie in the outbox."""

    def setUp(self):
        super().setUp()
        self.one = self.me.prove('alex@example.org')
        self.two = self.me.prove('berta@example.net')
        self.rows()

    def rows(self):
        """(type, contact) of what the contacts are to be told since this was last asked."""
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            found = db.execute('SELECT rowid, alert, contact FROM message WHERE alert IS NOT NULL').fetchall()
        now = collections.Counter()
        for _, alert, contact in found:
            now.update((event.split('@')[0], contact) for event in alert.split())
        before, self.before = getattr(self, 'before', collections.Counter()), now
        return sorted((now - before).elements())

    def both(self, kind):
        return sorted((kind, c['id']) for c in (self.one, self.two))

    def test_add(self):
        self.me.add('carl@example.com')
        self.assertEqual(self.rows(), self.both('contact-added'), 'and nothing to who has proven nothing')

    def test_change(self):
        fresh = self.me.patch(path(self.one), {'value': 'alex@example.com'}, ok=201).json
        self.assertEqual(self.rows(), self.both('contact-change-began'))
        challenge = self.me.send(fresh)
        self.me.answer(challenge, self.me.code_of(challenge, {**fresh, 'value': 'alex@example.com'}), ok=200)
        rows = self.rows()
        self.assertIn(('contact-changed', self.one['id']), rows, 'the old value is told')
        self.assertEqual({row[0] for row in rows}, {'contact-changed'})
        self.assertEqual(len(rows), 3)

    def test_remove_and_restore(self):
        self.me.delete(path(self.one), ok=204)
        self.assertEqual(self.rows(), self.both('contact-removed'))
        self.me.post(path(self.one, '/restore'), ok=200)
        self.assertEqual(self.rows(), self.both('contact-restored'))

    def test_silenced(self):
        self.me.patch(path(self.one), {'alerts': False}, ok=200)
        self.assertEqual(self.rows(), self.both('alerts-off'), 'it is told that it is told nothing any more')
        self.me.add('carl@example.com')
        self.assertEqual(self.rows(), [('contact-added', self.two['id'])])

    def test_what_is_wrong_is_written_down_nowhere(self):
        self.problem(self.me.patch(path(self.one), {'value': 'no address'}), 'address-not-valid')
        self.assertEqual(self.rows(), [])

    def test_written_down(self):
        self.me.patch(path(self.one), {'label': 'Work'}, ok=200)
        with sqlite3.connect(f'file:{self.database()}?mode=ro', uri=True) as db:
            rows = db.execute('SELECT what FROM audit WHERE subject = ? ORDER BY number', (self.one['id'],)).fetchall()
        self.assertEqual([row[0] for row in rows],
                         ['contact-added', 'contact-verified', 'code-answered', 'contact-labelled'])


if __name__ == '__main__':
    tap.main()
