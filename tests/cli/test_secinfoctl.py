#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfoctl against the real secinfod with its real helpers."""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ctl  # noqa: E402
from ctl import CODE, NUMBER, PASSWORD, harness  # noqa: E402
import tap  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'service'))
import sink  # noqa: E402

ALICE, BOB = 'alice.sample@example.org', 'bob@example.net'
VERBS = ['status', 'contacts', 'contacts list', 'contacts add', 'contacts verify', 'contacts update', 'contacts label',
         'contacts remove', 'contacts restore',
         'contacts alerts', 'code', 'code show', 'code resend', 'code answer', 'confirm',
         'gateways',
         'gateways list', 'gateways kinds', 'gateways add', 'gateways change', 'gateways import', 'gateways order',
         'gateways forget',
         'gateways test', 'gateways prove', 'gateways remove',
         'policy', 'policy list', 'policy words', 'policy set',
         'inbox', 'inbox list', 'inbox clear', 'password', 'saved-codes', 'saved-codes show', 'saved-codes make',
         'saved-codes prove',
         'saved-codes delete', 'rehearse', 'erase', 'serve']


# An account without a password of its own confirms with any: a private service has nothing to ask for.
has_password = unittest.skipIf('SECINFO_TEST_PASSWORD' not in os.environ,
                               'the account that runs the tests has no known password')


class Nowhere(unittest.TestCase):
    """What needs no service."""

    def setUp(self):
        self.service = types.SimpleNamespace(socket='/nonexistent/secinfo/api', directory=pathlib.Path('/nonexistent'))

    def test_help(self):
        for verb in VERBS:
            done = ctl.run(self.service, *verb.split(), '--help', use_stdin=False)
            self.assertEqual(done.status, 0, verb)
            self.assertIn('--json', done.out, verb)
            self.assertIn(f'secinfoctl {verb}', done.out)
        self.assertIn('contacts', ctl.run(self.service, '--help').out)
        version = subprocess.run([ctl.SECINFOCTL, '--version'], capture_output=True, text=True, check=True)
        self.assertRegex(version.stdout, r'^secinfoctl \d[\d.]*\n$')

    def test_wrong_use(self):
        for words in ([], ['dance'], ['contacts', 'dance'], ['status', 'more'], ['contacts', 'verify'],
                      ['contacts', 'add'],
                      ['contacts', 'add', '--email', ALICE, '--phone', '+447911123456'], ['contacts', 'add', '--email',
                                                                                          ALICE, '--via', 'sms'],
                      ['contacts', 'add', '--phone', '+447911123456', '--via', 'pigeon'], ['status',
                                                                                           '--dance'], ['serve'],
                      ['gateways', 'test'], ['gateways', 'prove', 'x'],
                      ['contacts', 'alerts', 'x', 'perhaps'], ['policy', 'set'], ['policy', 'set', 'contacts'],
                      ['code', 'resend', '--via', 'pigeon']):
            done = ctl.run(self.service, *words)
            self.assertEqual(done.status, 2, words)
            self.assertTrue(done.err, words)
            self.assertEqual(done.out, '', words)

    def test_no_service(self):
        for verb in ('status', 'contacts', 'code', 'inbox', 'gateways', 'saved-codes'):
            done = ctl.run(self.service, verb)
            self.assertEqual(done.status, 3, verb)
            self.assertEqual(done.err, 'The account service does not answer.')
        self.assertEqual(ctl.run(self.service, 'status', '--json').json['type'], '/problems/no-service')

    def test_slip_of_the_finger(self):
        """Looked at before anybody is asked anything, and before there is a service."""
        for words in (['--email', 'alice@example'], ['--email', 'alice'], ['--email', 'al ice@example.org'],
                      ['--phone', '+44 909 8790000'], ['--phone', '12']):
            done = ctl.run(self.service, 'contacts', 'add', *words)
            self.assertEqual(done.status, 1, words)
            self.assertEqual(done.asked, [])


class Contacts(harness.ServiceCase):
    def ctl(self, *words, **answers):
        return ctl.run(self.service, *words, answers=answers.get('answers'))

    def code(self, address):
        """The code to @address that comes next."""
        newest = next((m['id'] for m in self.service.inbox() if m['to'] == address), None)
        return lambda: self.service.code_for(address, after=newest)

    def add(self, address=ALICE, first=None):
        """A verified contact; @first confirms it. Gives its id."""
        codes = [self.code(address)] if first is None else [self.code(first), self.code(address)]
        done = ctl.run(self.service, 'contacts', 'add', '--email', address, '--json',
                       answers={PASSWORD: self.service.password, CODE: codes})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json['state'], 'verified')
        return done.json['id']

    def states(self):
        return {c['id']: c['state'] for c in self.ctl('contacts', '--json').json}

    def test_status(self):
        done = self.ctl('status')
        self.assertEqual(done.status, 0)
        self.assertIn('Trying it out', done.out)
        self.assertIn('trial inbox', done.out)
        answer = self.ctl('--json', 'status').json
        self.assertEqual(answer['instance'], 'private')
        self.assertEqual(answer['account']['contacts'], [])

    def test_add(self):
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE, '--label', 'Personal',
                       answers={PASSWORD: self.service.password, CODE: ['000 000', 'twelve', self.code(ALICE)]})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.asked, [PASSWORD, CODE, CODE, CODE])
        self.assertIn('That is not the code.', done.err)
        self.assertIn('A code has six digits.', done.err)
        self.assertIn('trial inbox', done.err)
        self.assertIn(f'Verified. Codes and alerts now reach you at {ALICE}.', done.out)
        listed = self.ctl('contacts').out
        self.assertIn('a•••e@example.org', listed)
        self.assertNotIn(ALICE, listed)
        self.assertIn('Personal', listed)
        full = ctl.run(self.service, 'contacts', 'list', '--full', answers={PASSWORD: self.service.password})
        self.assertEqual(full.status, 0, full)
        self.assertIn(ALICE, full.out)

    def test_second_needs_the_first(self):
        first = self.add()
        second = self.add(BOB, first=ALICE)
        self.assertEqual(self.states(), {first: 'verified', second: 'verified'})
        # With two, one is chosen.
        done = ctl.run(self.service, 'contacts', 'label', second, 'Work',
                       answers={PASSWORD: self.service.password, NUMBER: ['9', 'b•••b@example.net'],
                                CODE: self.code(BOB)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.asked, [PASSWORD, NUMBER, NUMBER, CODE])
        self.assertIn('b•••b@example.net', done.err)
        self.assertIn('Work', self.ctl('contacts').out)

    @has_password
    def test_wrong_password(self):
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE,
                       answers={PASSWORD: self.service.WRONG_PASSWORD})
        self.assertEqual(done.status, 1)
        self.assertEqual(done.asked, [PASSWORD])
        self.assertIn('That is not the password of this account.', done.err)
        self.assertEqual(self.states(), {})

    def test_input_ends(self):
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE)
        self.assertEqual(done.status, 2)
        self.assertEqual(self.states(), {})

    def test_code_later(self):
        """The code is not at hand: the contact is kept, `code` goes on with it."""
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE, answers={PASSWORD: self.service.password})
        self.assertEqual(done.status, 2, done)
        self.assertIn('Not yet verified.', done.err)
        [contact] = self.states()
        shown = self.ctl('code')
        self.assertEqual(shown.status, 0, shown)
        self.assertIn('5 tries left.', shown.out)
        challenge = self.ctl('code', 'show', '--json').json
        self.assertEqual(challenge['contact'], contact)
        again = self.ctl('code', 'resend')
        self.assertEqual(again.status, 1)
        self.assertIn('Possible in', again.err)
        done = ctl.run(self.service, 'code', 'answer', contact, answers={CODE: self.service.code_for(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.states(), {contact: 'verified'})
        self.assertEqual(self.ctl('code').status, 1)
        nothing = self.ctl('code', '--json')
        self.assertEqual((nothing.status, nothing.json), (1, None))
        self.assertIn('used already', self.ctl('code', 'show', challenge['id']).out)

    def test_code_over_its_limit(self):
        """What the app says of a code: why it cannot be sent again, and until when."""
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE, '--no-verify', '--json',
                       answers={PASSWORD: self.service.password})
        contact = done.json['id']
        given = {'password': self.service.password}
        token = self.service.request('POST', '/v1/account/elevations', given).json['token']
        for left in (4, 3, 2, 1, 0):
            sent = self.service.request('POST', f'/v1/account/contacts/{contact}/challenges', {}, token=token)
            self.assertEqual(sent.status, 201, sent)
            if left:
                self.assertIn('It can be sent again from', self.ctl('code').out)
                self.service.request('DELETE', f"/v1/account/challenges/{sent.json['id']}", token=token)
        shown = self.ctl('code').out
        self.assertRegex(shown, r'5 codes went there within an hour\. The next can be sent .*\.')
        self.assertIn('This code ends before that.', shown)
        self.assertNotIn('It can be sent again from', shown)
        self.assertNotIn('not possible any more', shown.lower())
        refused = self.ctl('code', 'resend')
        self.assertEqual(refused.status, 1)
        self.assertIn('5 codes went there within an hour.', refused.err)

    def test_no_verify(self):
        done = ctl.run(self.service, 'contacts', 'add', '--email', ALICE, '--no-verify', '--json',
                       answers={PASSWORD: self.service.password})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json['state'], 'unverified')
        self.assertEqual(self.service.inbox(), [])
        done = ctl.run(self.service, 'contacts', 'verify', done.json['id'][:6], answers={CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)

    def test_phone(self):
        phone = ('--phone', '07911 123456', '--region', 'GB')
        refused = ctl.run(self.service, 'contacts', 'add', *phone, answers={PASSWORD: self.service.password})
        self.assertEqual((refused.status, refused.asked, self.states()), (1, [], {}))   # nobody was asked for nothing
        self.assertIn('This computer cannot send text messages yet. Set it up', refused.err)
        kept = ctl.run(self.service, 'contacts', 'add', *phone, '--no-verify',
                       answers={PASSWORD: self.service.password})
        self.assertEqual(kept.status, 0, kept)
        [contact] = self.states()
        self.assertIn('cannot send text messages', self.ctl('contacts', 'verify', contact).err)
        added = ctl.run(self.service, 'gateways', 'add', 'inbox-phone', answers={PASSWORD: self.service.password})
        self.assertEqual(added.status, 0, added)
        done = ctl.run(self.service, 'contacts', 'verify', contact, '--via', 'sms', '--json',
                       answers={CODE: self.code('+447911123456')})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json['kind'], 'phone')

    def test_update(self):
        old = self.add()
        done = ctl.run(self.service, 'contacts', 'update', old, BOB, '--json',
                       answers={PASSWORD: self.service.password, CODE: [self.code(ALICE), self.code(BOB)]})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json['masked'], 'b•••b@example.net')
        self.assertNotIn(('verified', old), [(state, id) for id, state in self.states().items()])

    def test_remove_and_restore(self):
        contact = self.add()
        kept = ctl.run(self.service, 'contacts', 'remove', contact,
                       answers={'Without your last contact, no code can reach you. Remove it? [y/N]': 'n'})
        self.assertEqual(kept.status, 1, kept)
        self.assertEqual(self.states(), {contact: 'verified'})
        done = ctl.run(self.service, 'contacts', 'remove', contact, '--yes',
                       answers={PASSWORD: self.service.password, CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.states(), {contact: 'removed'})
        self.assertIn('can be taken back until', self.ctl('contacts').out)
        # Whoever holds it takes it back: its code, no password.
        done = ctl.run(self.service, 'contacts', 'restore', contact, answers={CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.asked, [CODE])
        self.assertEqual(self.states(), {contact: 'verified'})

    def test_confirm(self):
        self.add()
        done = ctl.run(self.service, 'confirm', '--json',
                       answers={PASSWORD: self.service.password, CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json['level'], 'verified')
        done = ctl.run(self.service, 'confirm', '--password', '--json', answers={PASSWORD: self.service.password})
        self.assertEqual(done.json['level'], 'password')
        self.assertEqual(done.asked, [PASSWORD])

    def test_inbox(self):
        self.assertIn('No messages', self.ctl('inbox').out)
        self.add()
        self.assertIn(ALICE, self.ctl('inbox').out)
        self.assertEqual(self.ctl('inbox', 'list', '--json').json[0]['to'], ALICE)
        done = ctl.run(self.service, 'inbox', 'clear',
                       answers={PASSWORD: self.service.password, CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.service.inbox(), [])

    def test_erase(self):
        self.add()
        question = 'Erase your security info? This cannot be undone. [y/N]'
        done = ctl.run(self.service, 'erase', answers={question: ''})
        self.assertEqual((done.status, done.asked), (1, [question]))
        nobody = ctl.run(self.service, 'erase')   # the input ends
        self.assertEqual((nobody.status, nobody.asked), (2, [question]))
        self.assertIn('Nothing more was done.', nobody.err)
        done = ctl.run(self.service, 'erase',
                       answers={question: 'y', PASSWORD: self.service.password, CODE: self.code(ALICE)})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.states(), {})

    def test_alerts(self):
        """One after the other can be put off, the last cannot."""
        first = self.add()
        second = self.add(BOB, first=ALICE)

        def alerts(who, how):
            return ctl.run(self.service, 'contacts', 'alerts', who, how, '--json',
                           answers={PASSWORD: self.service.password, NUMBER: 'a•••e@example.org',
                                    CODE: self.code(ALICE)})
        self.assertFalse(alerts(first, 'off').json['alerts'])
        refused = alerts(second, 'off')
        self.assertEqual((refused.status, refused.asked), (1, []), refused)
        self.assertIn('The last one stays on', refused.err)
        self.assertTrue(alerts(first, 'on').json['alerts'])

    def test_unknown_contact(self):
        done = self.ctl('contacts', 'verify', 'nobody')
        self.assertEqual(done.status, 1)
        self.assertIn('This is none of your contacts.', done.err)
        done = self.ctl('code', 'show', 'nosuchcode', '--json')
        self.assertEqual(done.status, 1)
        self.assertEqual(done.json['type'], '/problems/not-found')

    @has_password
    def test_terminal(self):
        """At a terminal: what is secret is asked for and not shown."""
        status, seen = ctl.run_at_terminal(self.service, 'contacts', 'add', '--email', ALICE,
                                           answers=[(PASSWORD, self.service.WRONG_PASSWORD),
                                                    (PASSWORD, self.service.password), (CODE, self.code(ALICE))])
        self.assertEqual(status, 0, seen)
        self.assertIn('That is not the password', seen)
        self.assertIn('Verified.', seen)
        for secret in (self.service.password, self.service.WRONG_PASSWORD, self.service.code_for(ALICE)):
            self.assertNotIn(secret, seen)

    def test_nobody_to_ask(self):
        """No terminal and no --stdin: it says so and does nothing."""
        done = subprocess.run([ctl.SECINFOCTL, '--socket', str(self.service.socket), 'contacts', 'add', '--email',
                               ALICE], input='x\n', text=True,
                              capture_output=True, env=ctl.environment(self.service),
                              start_new_session=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('There is no terminal to ask at.', done.stderr)


class Policy(harness.ServiceCase):
    def test_set(self):
        self.assertRegex(ctl.run(self.service, 'policy').out, r'(?m)^code-tries +5 +1 to 10$')
        done = ctl.run(self.service, 'policy', 'set', 'code-tries=3', 'phone-prefixes=+49 +43')
        self.assertEqual((done.status, done.out), (0, 'Changed. It holds from now on.\n'))
        shown = ctl.run(self.service, 'policy').out
        self.assertRegex(shown, r'(?m)^code-tries +3 +changed; 5 otherwise$')
        self.assertRegex(shown, r'(?m)^phone-prefixes +\+49, \+43 +changed$')
        rules = {rule['key']: rule for rule in ctl.run(self.service, 'policy', 'set', 'code-tries=', '--json').json}
        self.assertEqual(rules['code-tries']['value'], 5)
        refused = ctl.run(self.service, 'policy', 'set', 'contacts=4', 'code-tries=50')
        self.assertEqual(refused.status, 1)
        self.assertIn('needs a whole number from 1 to 10', refused.err)
        self.assertRegex(ctl.run(self.service, 'policy').out, r'(?m)^contacts +10 ')
        rules = ctl.run(self.service, 'policy', 'words', '--json').json
        said = ctl.run(self.service, 'policy', 'words').out
        self.assertGreater(len(rules), 3)
        for rule in rules:
            self.assertIn(f"{rule['title']}\n    {rule['text']}\n", said)



class Gateways(harness.ServiceCase):
    SECRET = 'a gateway password'

    def setUp(self):
        super().setUp()
        # The courier says what it knows a moment after the service is up.
        self.kinds = harness.wait_for('the courier says hello', self.find_kinds)
        self.secret = next(s for s in self.kinds['smtp']['settings'] if s['secret'])

    def find_kinds(self):
        kinds = {kind['name']: kind for kind in ctl.run(self.service, 'gateways', 'kinds', '--json').json}
        return kinds if 'smtp' in kinds else None

    def test_list(self):
        self.assertEqual(ctl.run(self.service, 'gateways').status, 0)
        shown = ctl.run(self.service, 'gateways', 'kinds')
        self.assertEqual(shown.status, 0)
        self.assertIn('asked for', shown.out)
        self.assertIn('smtp', shown.out)

    def settings(self):
        values = {'host': '127.0.0.1', 'port': '2525', 'from': 'codes@example.org', 'sender': 'codes@example.org',
                  'user': 'codes',
                  'encryption': 'none', 'security': 'none', 'tls': 'none'}
        return [f"{s['name']}={values[s['name']]}" for s in self.kinds['smtp']['settings']
                if not s['secret'] and s['name'] in values]

    def test_secret_in_the_command(self):
        done = ctl.run(self.service, 'gateways', 'add', 'smtp', f"{self.secret['name']}={self.SECRET}")
        self.assertEqual(done.status, 2)
        self.assertIn('is a secret', done.err)
        self.assertNotIn(self.SECRET, done.err)
        self.assertEqual(ctl.run(self.service, 'gateways', 'add', 'smtp', 'nosuch=1').status, 2)
        self.assertEqual(ctl.run(self.service, 'gateways', 'add', 'smtp', 'nosuch').status, 2)
        self.assertEqual(ctl.run(self.service, 'gateways', 'add', 'pigeon').status, 2)

    def test_add_and_remove(self):
        prompt = f"{self.secret['label']}:"
        done = ctl.run(self.service, 'gateways', 'add', 'smtp', *self.settings(), '--json',
                       answers={prompt: self.SECRET, PASSWORD: self.service.password})
        self.assertEqual(done.status, 0, done)
        self.assertIn(prompt, done.asked)
        self.assertNotIn(self.SECRET, done.out)
        self.assertIn(self.secret['name'], done.json['secrets'])
        self.service.secrets.add(self.SECRET)
        gateway = done.json['id']
        self.assertIn(gateway, ctl.run(self.service, 'gateways').out)
        self.assertIn('Never used: send a test', ctl.run(self.service, 'gateways').out)
        done = ctl.run(self.service, 'gateways', 'test', gateway, 'someone@example.org',
                       answers={PASSWORD: self.service.password})
        self.assertEqual(done.status, 1, done)   # nobody listens there
        self.assertRegex(done.err, r'No answer from .*127\.0\.0\.1')
        self.assertIn('Look at the server’s name and the port', done.err)
        self.assertNotIn('later', done.err)
        listed = ctl.run(self.service, 'gateways').out
        self.assertRegex(listed, r'Last test, [0-9:]+: No answer from .*127\.0\.0\.1')
        self.assertNotIn('Never used', listed)
        question = 'Remove this way to send, and its credentials? [y/N]'
        self.assertEqual(ctl.run(self.service, 'gateways', 'remove', gateway, answers={question: ''}).status, 1)
        self.assertEqual(ctl.run(self.service, 'gateways', 'remove', gateway, '--yes',
                                 answers={PASSWORD: self.service.password}).status, 0)
        self.assertNotIn(gateway, ctl.run(self.service, 'gateways').out)


    def add(self, kind, *settings, **answers):
        done = ctl.run(self.service, 'gateways', 'add', kind, *settings, '--json',
                       answers={PASSWORD: self.service.password} | answers)
        self.assertEqual(done.status, 0, done)
        return done.json['id']

    def test_order(self):
        listed = lambda: [row['id'] for row in ctl.run(self.service, 'gateways', '--json').json]   # noqa: E731
        secret = {f"{self.secret['label']}:": ''}
        settings = [setting for setting in self.settings() if not setting.startswith('user=')]
        first, second, third = (self.add('smtp', *settings, **secret) for _ in range(3))
        self.assertEqual(listed(), [first, second, third])
        answers = {PASSWORD: self.service.password}
        self.assertEqual(ctl.run(self.service, 'gateways', 'order', third, '1', answers=answers).status, 0)
        self.assertEqual(listed(), [third, first, second])
        self.assertEqual(ctl.run(self.service, 'gateways', 'order', third, '9', answers=answers).status, 0)
        self.assertEqual(listed(), [first, second, third])
        for place in ('0', '-1', 'x', ''):
            self.assertEqual(ctl.run(self.service, 'gateways', 'order', third, place).status, 2)
        self.assertEqual(ctl.run(self.service, 'gateways', 'order', 'nosuch', '1', answers=answers).status, 1)

    def test_change(self):
        prompt = f"{self.secret['label']}:"
        answers = {PASSWORD: self.service.password}
        gateway = self.add('smtp', *self.settings(), **{prompt: self.SECRET})
        change = lambda *words, **more: ctl.run(self.service, 'gateways', 'change', gateway, *words,   # noqa: E731
                                                answers=answers | more)
        done = change('port=2526', '--title', 'Office', '--json')
        self.assertEqual((done.status, done.json['title'], done.json['settings']['port']), (0, 'Office', '2526'), done)
        self.assertEqual(done.json['settings']['host'], '127.0.0.1')
        self.assertIn(self.secret['name'], done.json['secrets'])
        # A secret is asked for, and what it was is not told.
        self.service.secrets |= {self.SECRET, 'another secret of it'}
        done = change(self.secret['name'], **{prompt: 'another secret of it'})
        self.assertEqual((done.status, done.asked[0]), (0, prompt), done)
        self.assertNotIn(self.SECRET, done.out + done.err)
        refused = change(f"{self.secret['name']}=another secret of it")
        self.assertEqual(refused.status, 2)
        self.assertIn('is a secret', refused.err)
        self.assertNotIn('another secret', refused.err)
        for words in ([], ['nosuch=1'], ['port'], ['nosuch']):
            self.assertEqual(change(*words).status, 2, words)
        self.assertEqual(change('port=none of them').status, 1)
        self.assertEqual(ctl.run(self.service, 'gateways', 'change', 'nosuch', 'port=1', answers=answers).status, 1)
        self.assertEqual(ctl.run(self.service, 'gateways', '--json').json[0]['settings']['port'], '2526')

    def test_import(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'mine.json'
            kind = json.loads((harness.SOURCE / 'data/gateways/webhook.json').read_text()) | {'name': 'mine'}
            file.write_text(json.dumps(kind, indent=1))
            answers = {PASSWORD: self.service.password}
            run = lambda path, *more: ctl.run(self.service, 'gateways', 'import', path, *more,   # noqa: E731
                                              answers=answers)
            done = run(str(file))
            self.assertEqual(done.status, 0, done)
            self.assertIn('secinfoctl gateways add mine', done.out)
            self.assertIn('mine', self.find_kinds())
            self.assertEqual(run(str(file), '--json').json['name'], 'mine')
            file.write_text('{\n "secinfo-gateway": 2,\n "name": "mine"\n}')
            done = run(str(file))
            self.assertEqual(done.status, 1)
            self.assertRegex(done.err, r'mine\.json: Line \d: .*missing')
            self.assertEqual(self.find_kinds()['mine']['settings'], self.find_kinds()['webhook']['settings'])
            for content in (b'\xff\xfe{}', b' ' * 20000):
                file.write_bytes(content)
                self.assertEqual(run(str(file)).status, 1)
            self.assertIn('No such file', run(folder + '/none').err)
            forget = lambda *more: ctl.run(self.service, 'gateways', 'forget', *more, answers=answers)   # noqa: E731
            self.assertEqual(forget('smtp', '--yes').status, 1)
            self.assertEqual(forget('mine', '--yes', '--json').json, {'removed': 'mine'})
            self.assertNotIn('mine', self.find_kinds())
            self.assertIn('no longer there', forget('mine', '--yes').err)
            done = ctl.run(self.service, 'gateways', 'add', 'smtp', '--address', 'anna@outlook.com', answers=answers)
            self.assertEqual(done.status, 1)
            self.assertIn('no app password either', done.out)
            self.assertEqual(ctl.run(self.service, 'gateways', 'import').status, 2)

    def test_alerts_alone(self):
        """A way for alerts has no address to be tested with."""
        seen = []

        class Ntfy(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                seen.append(json.loads(self.rfile.read(int(self.headers['Content-Length']))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"id":"n1"}')

            def log_message(self, *arguments):
                pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Ntfy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        gateway = self.add('ntfy', f'base=http://127.0.0.1:{server.server_port}', 'topic=alerts-1',
                           **{'Access token:': ''})
        done = ctl.run(self.service, 'gateways', 'test', gateway, answers={PASSWORD: self.service.password})
        self.assertEqual(done.status, 0, done)
        self.assertEqual((seen[0]['topic'], seen[0]['title']), ('alerts-1', 'Test message'))

    def test_own_mailbox(self):
        """What the provider of an address needs is filled in; the password alone is asked for."""
        self.service.secrets.add(self.SECRET)
        done = ctl.run(self.service, 'gateways', 'add', 'smtp', '--address', 'alex@gmail.com', '--no-prove',
                       answers={f"{self.secret['label']}:": self.SECRET, PASSWORD: self.service.password})
        self.assertEqual(done.status, 0, done)
        self.assertIn('Gmail takes an app password here', done.out)
        self.assertIn('https://myaccount.google.com/apppasswords', done.out)
        settings = ctl.run(self.service, 'gateways', '--json').json[0]['settings']
        self.assertEqual(settings | {'name': None}, {
            'host': 'smtp.gmail.com', 'port': '465', 'security': 'tls', 'user': 'alex@gmail.com',
            'from': 'alex@gmail.com', 'name': None})
        done = ctl.run(self.service, 'gateways', 'add', 'smtp', '--address', 'alex@nobody.example')
        self.assertEqual(done.status, 2)
        self.assertIn('is not known', done.err)
        self.assertIn('Not used yet: its code has not come back', ctl.run(self.service, 'gateways').out)

    def test_mailbox_proven_from_the_terminal(self):
        """Refused first, with what the server said; then taken up, and the contact with it."""
        mailbox = sink.SmtpSink()
        self.addCleanup(mailbox.stop)
        me = 'alex.sample@example.org'
        mailbox.refuse(me, '550 5.1.1 No such user here')

        def code():
            text = mailbox.wait_for(me).get_body(('plain',)).get_content()
            found = re.search(r'\b(\d{3}) (\d{3}) is your', text)
            self.service.secrets.add(found.group(1) + found.group(2))
            return found.group(1) + found.group(2)
        answers = {f"{self.secret['label']}:": '', PASSWORD: self.service.password, 'Code:': code}
        done = ctl.run(self.service, 'gateways', 'add', 'smtp', '--address', me, 'host=127.0.0.1',
                       f'port={mailbox.port}', 'security=none', 'user=', answers=answers)
        self.assertEqual(done.status, 1, done)
        self.assertIn('Refused: this address does not exist.', done.err)
        self.assertRegex(done.err, r'says \W*550\W*: .*No such user here')
        gateway = ctl.run(self.service, 'gateways', '--json').json[0]
        self.assertEqual((gateway['health']['state'], gateway['settings']['from']), ('unproven', me))
        self.assertIn(f"secinfoctl gateways prove {gateway['id']} {me}", done.err)
        self.assertRegex(ctl.run(self.service, 'gateways').out, r'Not used yet.* Last test, [0-9:]+: Refused')
        # Nobody answers: it stays so, and can be taken up.
        mailbox.handler.refusals.clear()
        prove = lambda **more: ctl.run(self.service, 'gateways', 'prove', gateway['id'], me,   # noqa: E731
                                       answers=answers | more)
        done = prove(**{'Code:': None})
        self.assertEqual(done.status, 2, done)
        self.assertIn('Not proven yet.', done.err)
        mailbox.handler.messages.clear()
        done = prove()
        self.assertEqual(done.status, 0, done)
        self.assertIn('It works. Codes leave this way now', done.out)
        self.assertIn('Last delivered', ctl.run(self.service, 'gateways').out)
        contact = ctl.run(self.service, 'contacts', '--json').json[0]
        self.assertEqual((contact['state'], contact['trial']), ('verified', False))


class SavedCodes(harness.ServiceCase):
    def labels(self, path):
        """Position -> label, as they stand in the file."""
        return {int(line.split('.')[0]): line.split()[1].rstrip(':') for line in path.read_text().splitlines()
                if re.match(r' *[0-9]+\. ', line)}

    def make(self, path, answer):
        """@answer: what is typed when the label of that position is asked for."""
        asked = {f'Label of code {i}, from your print:': lambda i=i: answer(i) for i in range(1, 11)}
        return ctl.run(self.service, 'saved-codes', 'make', '--output', str(path),
                       answers={PASSWORD: self.service.password, **asked})

    def test_make_and_prove(self):
        path = self.service.directory / 'codes.txt'
        self.assertIn('no saved codes', ctl.run(self.service, 'saved-codes').out)
        typed = []

        def answer(position):
            typed.append('--' if not typed else self.labels(path)[position].lower())
            return typed[-1]
        done = self.make(path, answer)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(len(typed), 2)
        self.assertIn('That is not the label of', done.err)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        codes = re.findall(r'[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}', path.read_text())
        self.assertEqual(len(set(codes)), 10)
        self.assertFalse(any(code in done.out + done.err for code in codes))
        self.assertIn('10 of 10', ctl.run(self.service, 'saved-codes', 'show').out)
        self.assertEqual(ctl.run(self.service, 'saved-codes', '--json').json['left'], 10)

    def test_never_over_a_file(self):
        path = self.service.directory / 'codes.txt'
        path.write_text('a letter\n')
        done = self.make(path, lambda position: None)
        self.assertEqual((done.status, path.read_text()), (1, 'a letter\n'), done)
        link = self.service.directory / 'link.txt'
        link.symlink_to(self.service.directory / 'nowhere.txt')
        self.assertEqual(self.make(link, lambda position: None).status, 1)

    def test_prove_later(self):
        made = ctl.run(self.service, 'saved-codes', 'make', '--json', answers={PASSWORD: self.service.password}).json
        self.assertIn('wait until', ctl.run(self.service, 'saved-codes').out)
        label = made['codes'][made['position'] - 1]['label']
        prove = ctl.run(self.service, 'saved-codes', 'prove', label, answers={PASSWORD: self.service.password})
        self.assertEqual(prove.status, 0, prove)
        question = 'Delete all your saved codes? [y/N]'
        self.assertEqual(ctl.run(self.service, 'saved-codes', 'delete', answers={question: 'n'}).status, 1)
        done = ctl.run(self.service, 'saved-codes', 'delete', answers={question: 'y', PASSWORD: self.service.password})
        self.assertEqual(done.status, 0, done)
        self.assertEqual(ctl.run(self.service, 'saved-codes', '--json').json['left'], 0)


class Serve(unittest.TestCase):
    def test_lines(self):
        """One clear line for what cannot be, and exit status 3."""
        if os.geteuid() == 0:
            self.skipTest('a private service refuses root')
        directory = pathlib.Path(harness.tempfile.mkdtemp(prefix='secinfo-test-'))
        self.addCleanup(harness.shutil.rmtree, directory)
        (directory / 'xdg').mkdir(mode=0o700)
        service = types.SimpleNamespace(directory=directory, socket=directory / 'xdg' / 'api')
        config = directory / 'bad.conf'
        config.write_text('[policy]\ncode-tries=many\n')
        done = subprocess.run([ctl.SECINFOCTL, '--socket', str(service.socket), 'serve', '--private', '--state-dir',
                               str(directory / 'state'),
                               '--config', str(config)], capture_output=True, text=True,
                              env=ctl.environment(service), check=False)
        self.assertEqual(done.returncode, 3, done)
        self.assertTrue(re.search(r'code-tries', done.stderr), done)


class Rehearse(harness.ServiceCase):
    ASK, CODE, NEW, TWICE = 'Code, email or phone:', '6-digit code:', 'New password:', 'New password again:'

    def play(self, *words, **answers):
        return ctl.run(self.service, 'rehearse', *words, answers=answers['answers'])

    def test_with_a_code(self):
        """Each step is written before the next prompt, so that a program can read the practice code in between."""
        done = self.play(answers={self.ASK: ['rhubarb', 'anybody@example.org'], self.CODE: ['000000', ''],
                                  'Password:': ['']})
        self.assertEqual(done.status, 1, done)
        self.assertEqual(done.asked, [self.ASK, self.ASK, self.CODE, self.CODE, 'Password:'])
        for words in ('nothing is sent and nothing is changed', 'This is neither a saved code', 'That is not the code.',
                      'The code works until', 'Nothing was changed.', 'This would not work yet: 5 things to mend.',
                      'This runs for you alone', 'Well:'):
            self.assertIn(words, done.out)
        self.assertRegex(done.out, r'Practice saved code: [0-9A-Z]{4}-')

    def test_for_programs(self):
        done = self.play('--json', answers={self.ASK: ['?', '']})
        self.assertEqual(done.status, 1, done)
        decoder, rest, found = json.JSONDecoder(), done.out.strip(), []
        while rest:
            value, end = decoder.raw_decode(rest)
            found.append(value)
            rest = rest[end:].strip()
        self.assertEqual(set(found[0]), {'id', 'step', 'practice'})
        self.assertEqual(found[1]['message'], 'Without a code or contact only the administrator can help you.')
        self.assertEqual((found[2]['end'], found[2]['works'], len(found)), (True, False, 3))

    def test_left(self):
        done = self.play(answers={self.ASK: ['?']})
        self.assertEqual(done.status, 2, done)
        self.assertIn('Standard input ended', done.err)

    def test_status_says_what_is_missing(self):
        out = ctl.run(self.service, 'status').out
        self.assertIn('Way back in', out)
        self.assertIn('This runs for you alone', out)
        self.assertIn('You have no proof yet.\n“secinfoctl saved-codes make” makes codes to print.', out)


if __name__ == '__main__':
    tap.main()
