# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service whose parts fail on demand (fault.c), and a book of everything it has acknowledged."""
import collections
import mmap
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service')]
import harness  # noqa: E402
import sink  # noqa: E402

LIBRARY = harness.BUILD / 'tests/faults/libfault.so'
LONG = os.environ.get('SECINFO_TEST_LONG') == '1'
NUMBERS = ('syncs', 'kill_at_sync', 'calls', 'kill_at_call', 'sync_errno', 'write_errno', 'open_errno', 'mallocs',
           'fail_from', 'fail_until', 'fail_in', 'boot_offset', 'dumpable', 'failed', 'watched', 'freed', 'left',
           'left_by')
TEXTS, TEXT_SIZE = 4, 64
PROGRAM, SQLITE, MICROHTTPD, GLIB = 1, 2, 4, 8   # fail_in
BROKEN = (ConnectionError, OSError, harness.http.client.HTTPException)


class Numbers:
    """The numbers of fault.c, in memory that the program under test shares; behind them the texts it looks for."""

    def __init__(self, path):
        size = 8 * len(NUMBERS) + TEXTS * TEXT_SIZE
        path.write_bytes(bytes(size))
        with open(path, 'r+b') as file:
            object.__setattr__(self, 'memory', mmap.mmap(file.fileno(), size))

    def __getattr__(self, name):
        return struct.unpack_from('q', self.memory, 8 * NUMBERS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into('q', self.memory, 8 * NUMBERS.index(name), value)

    def watch(self, *texts):
        """From now on what is freed is looked through for these."""
        for i, text in enumerate(texts):
            struct.pack_into(f'{TEXT_SIZE}s', self.memory, 8 * len(NUMBERS) + i * TEXT_SIZE, text.encode())
        self.watched, self.left = len(texts), 0

    def clear(self):
        for name in NUMBERS:
            setattr(self, name, 0)


def arrange(service, program='secinfod', synced=False):
    """@service loads fault.c; its numbers. @synced: what a power loss leaves is kept in service.synced."""
    if 'ASAN_OPTIONS' in os.environ and str(harness.BUILD).endswith('asan'):
        raise unittest.SkipTest('the sanitizers have malloc() themselves')
    if not LIBRARY.exists():
        raise unittest.SkipTest(f'{LIBRARY} is not built')
    service.numbers = Numbers(service.directory / 'numbers')
    service.synced = service.directory / 'synced'
    service.synced.mkdir()
    service.extra_environment = dict(service.extra_environment) | {
        'LD_PRELOAD': str(LIBRARY), 'SECINFO_FAULT_CONTROL': str(service.directory / 'numbers'),
        'SECINFO_FAULT_PROGRAM': program, 'SECINFO_FAULT_STATE': str(service.state)}
    if synced:
        service.extra_environment['SECINFO_FAULT_SYNCED'] = str(service.synced)
    return service.numbers


def lose_power(service):
    """The folder as a disk would hold it that kept nothing but what was synced. The service is gone already."""
    for path in service.state.iterdir():
        kept = service.synced / path.name
        if kept.exists():
            shutil.copyfile(kept, path)
        elif path.suffix != '.lock':
            path.unlink()


def is_dead(service):
    return service.process.poll() is not None


def bury(service):
    """After the program killed itself."""
    harness.wait_for('it is dead', lambda: is_dead(service))
    status = service.stop()
    if status != -signal.SIGKILL:
        raise AssertionError(f'secinfod ended with {status}: {service.log()}')


def read_database(service, sql, *values):
    with sqlite3.connect(f'file:{service.state}/store.db?mode=ro', uri=True) as db:
        return db.execute(sql, values).fetchall()


Letter = collections.namedtuple('Letter', 'ref to code')


def letters(mail):
    """What the mail server was handed, in its order."""
    return [Letter(message['Message-ID'].strip('<>').split('@')[0], to, message['Subject'][:7].replace(' ', ''))
            for to, message in list(mail.handler.messages)]


class Book:
    """What was acknowledged. `doubt`: what was asked and not answered, which may have been done or not."""

    def __init__(self, case):
        self.case = case
        self.contacts = {}        # id -> members that were answered
        self.proven, self.removed = set(), set()
        self.gateways = set()
        self.challenges = {}      # id -> {'state', 'attempts_left', 'sends', 'to'}
        self.used = {}            # challenge -> its code
        self.wrong = 0            # wrong codes that were counted
        self.sends = 0            # codes that went out
        self.doubt = None

    def check(self, me, mail):
        """@me asks the service that was started again."""
        self.check_database(me.service)
        self.check_contacts(me)
        self.check_challenges(me, mail)
        self.check_letters(mail)

    def check_database(self, service):
        self.case.assertEqual(read_database(service, 'PRAGMA integrity_check'), [('ok',)])
        self.case.assertEqual(read_database(service, 'PRAGMA foreign_key_check'), [])
        # Each counts for the account and for the address.
        for what, known in ((0, self.wrong), (1, self.sends)):
            counted = read_database(service, 'SELECT count(*) FROM tally WHERE what = ?', what)[0][0]
            self.case.assertGreaterEqual(counted, 2 * known, 'no try and no send is given back')
            self.case.assertLessEqual(counted, 2 * known + 2, 'and none is invented')

    def check_contacts(self, me):
        now = {contact['id']: contact for contact in me.contacts()}
        later = {contact['id']: contact for contact in me.contacts(removed=True)}
        ours = self.doubt[1] if self.doubt is not None else None
        for key, known in self.contacts.items():
            if key == ours:
                self.case.assertTrue(key in later or self.doubt[0] == 'forget')
                continue
            where = later if key in self.removed else now
            self.case.assertIn(key, where, f'an acknowledged contact is lost; in doubt: {self.doubt}')
            for member, value in known.items():
                self.case.assertEqual(where[key][member], value, (member, self.doubt))
        more = set(now) - set(self.contacts)
        self.case.assertLessEqual(len(more), 1 if self.doubt is not None and self.doubt[0] == 'add' else 0,
                                  'nothing is there that nobody asked for')
        self.case.assertLessEqual(self.gateways, {item['id'] for item in me.get('/v1/gateways', ok=200).json['items']})

    def check_challenges(self, me, mail):
        for key, known in self.challenges.items():
            answer = me.get(f'/v1/account/challenges/{key}')
            if known['state'] == 'given-up':
                self.case.assertEqual(answer.problem, 'not-found')
                continue
            if self.doubt == ('give-up', key) and answer.problem == 'not-found':
                continue
            self.case.assertEqual(answer.status, 200, answer)
            now = answer.json
            if self.doubt is None or self.doubt[1] != key:
                self.case.assertEqual(now['state'], known['state'])
                self.case.assertEqual(now['attempts_left'], known['attempts_left'])
                self.case.assertEqual(now['sends'], known['sends'])
            self.case.assertLessEqual(now['attempts_left'], known['attempts_left'], 'no try is given back')
            if known['state'] != 'running':
                self.case.assertEqual(now['state'], known['state'], 'what has ended stays ended')
            else:
                self.check_delivery(me, key, mail)
        for key, code in self.used.items():
            self.case.assertEqual(me.answer({'id': key}, code).problem, 'code-used')

    def check_delivery(self, me, key, mail):
        """An acknowledged send leaves in the end; where it is not known whether it left, that is what is said."""
        def settled():
            now = me.challenge({'id': key})['delivery']
            return now if now['state'] in ('handed-over', 'unknown', 'refused', 'gateway-down') else None
        now = harness.wait_for(f'the message of {key} comes to an end', settled)
        self.case.assertIn(now['state'], ('handed-over', 'unknown'))
        to = self.challenges[key]['to']
        if now['state'] == 'handed-over':
            harness.wait_for('it is with the mail server', lambda: any(m.to == to for m in letters(mail)))

    def check_letters(self, mail):
        refs = collections.Counter(letter.ref for letter in letters(mail))
        self.case.assertEqual([ref for ref, n in refs.items() if n > 1], [], 'no message is sent twice')


class Flow:
    """The whole flow, again and again, until the service is gone or @rounds are over."""

    config = {'sends-account-day': 100, 'contacts': 50, 'tries-hour': 20, 'tries-day': 100}

    def __init__(self, case, me, mail, book):
        self.case, self.me, self.mail, self.book = case, me, mail, book

    def ask(self, doubt, method, path, body=None, **more):
        """What is @doubt while no answer has come. An answer other than a success or @may ends the test."""
        self.book.doubt = doubt
        may = more.pop('may', ())
        answer = self.me.call(method, path, body, **more)
        if answer.status >= 300 and answer.problem not in may:
            raise AssertionError(f'{answer}: {answer.json}')
        self.book.doubt = None
        return answer

    def begin(self):
        if not self.book.gateways:
            answer = self.ask(('gateway', None), 'POST', '/v1/gateways',
                              {'kind': 'smtp', 'settings': self.mail.settings()})
            self.book.gateways.add(answer.json['id'])
        self.elevate()

    def elevate(self):
        """As far as it needs: with a code too where a contact is verified."""
        self.me.elevate()
        verified = [contact for contact in self.me.contacts() if contact['state'] == 'verified']
        if not verified:
            return
        to, contact = verified[0]['value'], verified[0]['id']
        before = len([m for m in letters(self.mail) if m.to == to])
        challenge = self.me.call('POST', '/v1/account/challenges', {'purpose': 'confirm', 'contact': contact}).json
        answer = self.me.answer(challenge, self.code(to, before), ok=200).json
        self.me.token = answer['elevation']['token']

    def code(self, to, before=0):
        """That of the newest letter to @to, when more than @before are there."""
        def found():
            if is_dead(self.me.service):
                raise ConnectionError('the service is gone')
            mine = [m for m in letters(self.mail) if m.to == to]
            return mine[-1].code if len(mine) > before else None
        code = harness.wait_for(f'a letter to {to}', found)
        self.me.service.secrets.add(code)
        return code

    def add(self, value):
        known = self.ask(('add', None), 'POST', '/v1/account/contacts', {'kind': 'email', 'value': value}).json
        self.book.contacts[known['id']] = {'state': known['state'], 'label': known['label'], 'value': value}
        return known

    def send(self, contact):
        challenge = self.ask(('send', contact['id']), 'POST', f"/v1/account/contacts/{contact['id']}/challenges",
                             {}).json
        self.book.sends += 1
        self.book.challenges[challenge['id']] = {'state': 'running', 'attempts_left': challenge['attempts_left'],
                                                 'sends': 1, 'to': contact['value']}
        return challenge

    def answer(self, challenge, code, right):
        known = self.book.challenges[challenge['id']]
        answer = self.ask(('answer', challenge['id']), 'POST', f"/v1/account/challenges/{challenge['id']}/answer",
                          {'code': code}, may=('code-wrong', 'code-used-up'))
        if right:
            self.case.assertEqual(answer.status, 200, answer)
            known['state'] = 'answered'
            self.book.used[challenge['id']] = code
            self.book.contacts[answer.json['contact']['id']]['state'] = 'verified'
            self.book.proven.add(answer.json['contact']['id'])
            if answer.json['elevation'] is not None:
                self.me.token = answer.json['elevation']['token']
        else:
            self.book.wrong += 1
            known['attempts_left'] -= 1
            if known['attempts_left'] == 0:
                known['state'] = 'used-up'
                self.case.assertEqual(answer.problem, 'code-used-up')
            else:
                self.case.assertEqual(answer.json['attempts_left'], known['attempts_left'])

    def prove(self, value, wrong=1):
        """Added, some wrong codes, then the right one, in doubt under the contact's name."""
        contact = self.add(value)
        challenge = self.send(contact)
        code = self.code(value)
        for _ in range(wrong):
            self.answer(challenge, self.me.wrong(code), False)
        # Whether the code or the service was faster is in doubt for the contact too, until it is answered.
        self.book.contacts[contact['id']].pop('state')
        self.answer(challenge, code, True)
        return contact

    def label(self, contact, label):
        known = self.book.contacts[contact['id']]
        before = known.pop('label')
        self.ask(('label', contact['id']), 'PATCH', f"/v1/account/contacts/{contact['id']}", {'label': label})
        known['label'] = label
        self.case.assertNotEqual(before, label)

    def remove(self, contact):
        """A verified one can be taken back, one that nobody has proven is forgotten."""
        self.book.contacts[contact['id']].pop('state')
        proven = contact['id'] in self.book.proven
        self.ask(('remove' if proven else 'forget', contact['id']), 'DELETE', f"/v1/account/contacts/{contact['id']}")
        if proven:
            self.book.removed.add(contact['id'])
        else:
            self.book.contacts.pop(contact['id'])

    def restore(self, contact):
        self.ask(('restore', contact['id']), 'POST', f"/v1/account/contacts/{contact['id']}/restore", {})
        self.book.removed.discard(contact['id'])
        self.book.contacts[contact['id']]['state'] = 'verified'

    def give_up(self, value):
        contact = self.add(value)
        challenge = self.send(contact)
        self.ask(('give-up', challenge['id']), 'DELETE', f"/v1/account/challenges/{challenge['id']}")
        self.book.challenges[challenge['id']]['state'] = 'given-up'
        return contact

    def round(self, n):
        first = self.prove(f'a{n}@example.org', wrong=n % 2)
        self.label(first, f'label {n}')
        second = self.give_up(f'b{n}@example.net')
        self.remove(second)
        if n % 2 == 1:
            self.remove(first)
            self.restore(first)
        if n == 3:
            third = self.add(f'c{n}@example.com')
            challenge = self.send(third)
            code = self.code(f'c{n}@example.com')
            for _ in range(5):
                self.answer(challenge, self.me.wrong(code), False)

    def run(self, rounds):
        self.begin()
        for n in range(rounds):
            self.round(n)
