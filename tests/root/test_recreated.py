#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""userdel and useradd: whoever has a uid, or a name, after somebody else inherits nothing of theirs."""
import pathlib
import pwd
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / 'lib')]
import tap  # noqa: E402
from system import SystemCase, add_user, only_in_sandbox, run  # noqa: E402


@only_in_sandbox
class Recreated(SystemCase):
    """The old owner has a verified contact, a code in flight and messages in the inbox."""
    number = 0

    def setUp(self):
        type(self).number += 1
        self.name, self.address = f'old{self.number}', f'old{self.number}@example.org'
        add_user(self.name)
        self.uid = pwd.getpwnam(self.name).pw_uid
        old = self.sit(self.name)
        self.contact = old.prove(self.address)
        self.challenge = old.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': self.contact['id']},
                                  ok=201).json
        self.code = old.code(self.address)
        self.token, self.old = old.token, old

    def delete(self, *arguments):
        self.old.close()   # userdel does not delete who still has a process
        run('userdel', *(arguments or ('-r',)), self.name)

    def replace(self, name):
        """Another person: the account is deleted, with its home, and one of @name gets its uid."""
        self.delete()
        add_user(name, '-u', str(self.uid))
        self.assertEqual(pwd.getpwnam(name).pw_uid, self.uid)
        return self.sit(name)

    def nothing_is_inherited(self, seat, state):
        account = seat.get('/v1/account', ok=200).json
        self.assertEqual((account['name'], account['state'], account['contacts']), (seat.name, state, []))
        body = seat.get('/v1/account', ok=200).body
        self.assertNotIn('example.org', body)
        self.assertNotIn(self.contact['id'], body)
        seat.elevate()
        known = self.contact['id'], self.challenge['id']
        for method, path, body in (('GET', '/v1/account/challenges/{1}', None),
                                   ('DELETE', '/v1/account/contacts/{0}', None),
                                   ('POST', '/v1/account/challenges/{1}/answer', {'code': self.code}),
                                   ('POST', '/v1/account/challenges/{1}/resend', {}),
                                   ('POST', '/v1/account/contacts/{0}/restore', {}),
                                   ('POST', '/v1/account/contacts/{0}/challenges', {})):
            answer = seat.call(method, path.format(*known), body)
            self.assertIn(answer.problem, ('not-found', 'account-suspended'), answer)
        inbox = seat.get('/v1/inbox')
        if inbox.status == 200:
            self.assertEqual(inbox.json['items'], [])
        else:
            self.problem(inbox, 'account-suspended')
        self.assertEqual(seat.get('/v1/account', token=self.token, ok=200).json['level'], 'session')

    def test_same_uid_and_name(self):
        """At once, well within the time for which names are remembered."""
        seat = self.replace(self.name)
        self.nothing_is_inherited(seat, 'suspended')
        # Afresh: an account like any other, and the old contact is not in it.
        seat.call('DELETE', '/v1/account', ok=204)
        account = seat.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], account['contacts']), ('active', []))
        self.assertEqual(seat.prove('new@example.net')['state'], 'verified')

    def test_same_uid_and_name_after_a_restart(self):
        self.instance.stop()
        self.addCleanup(self.instance.start)   # nothing where it runs
        self.delete()
        add_user(self.name, '-u', str(self.uid))
        self.instance.start()
        self.nothing_is_inherited(self.sit(self.name), 'suspended')

    def test_same_uid_another_name(self):
        seat = self.replace(f'new{self.number}')
        self.nothing_is_inherited(seat, 'active')
        seat.close()
        # Put aside is for good: the old name with the old uid comes back as somebody without a past.
        run('userdel', '-r', f'new{self.number}')
        add_user(self.name, '-u', str(self.uid))
        self.nothing_is_inherited(self.sit(self.name), 'active')

    def test_same_name_another_uid(self):
        self.delete()
        add_user(self.name, '-u', str(self.uid + 5000))
        self.nothing_is_inherited(self.sit(self.name), 'active')

    def test_home_kept(self):
        """userdel without -r, then the same name, uid and home: the mark is the old one, and so is the account."""
        self.delete('-f')
        self.assertTrue(pathlib.Path('/home', self.name).is_dir())
        run('useradd', '-M', '-u', str(self.uid), self.name)
        run('chpasswd', input=f'{self.name}:another-password-7\n')
        account = self.sit(self.name).get('/v1/account', ok=200).json
        self.assertEqual((account['state'], len(account['contacts'])), ('active', 1))

    def test_process_that_outlives_its_account(self):
        """Still the uid, but an account no more, or the new one's without its level."""
        run('userdel', '-f', '-r', self.name)
        answer = self.old.get('/v1/account')
        self.assertGreaterEqual(answer.status, 400, answer)
        self.assertIsNotNone(answer.problem)
        add_user(self.name, '-u', str(self.uid))
        account = self.old.get('/v1/account', ok=200).json
        self.assertEqual((account['state'], account['contacts'], account['level']), ('suspended', [], 'session'))


if __name__ == '__main__':
    tap.main()
