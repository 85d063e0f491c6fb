# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole computer: the system instance, pam_secinfo.so in its sign-in programs, mail that leaves through an SMTP
server, and people with accounts. Nothing of it is played: what the tests do is type.

Only in the throw-away copy of the system that `build-aux/run --sandbox --user root` makes.
"""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / name) for name in ('lib', 'root', 'service')] + [str(HERE.parent / 'pam')]
import harness  # noqa: E402
import signin  # noqa: E402
import system  # noqa: E402
from sink import SmtpSink  # noqa: E402
from system import SANDBOX, Seat, add_user, run  # noqa: E402

RUN = pathlib.Path('/run/secinfo')
STORE = pathlib.Path('/var/lib/secinfo/store.db')
LONG = os.environ.get('SECINFO_TEST_LONG') == '1'
OLD, NEW = 'Corr3ct-horse-9', 'Xk9-tarn-Ulme-42'
SUCCESS, AUTH_ERR = 0, 7
only_in_sandbox = unittest.skipUnless(SANDBOX and signin.can_run(),
                                      'needs root in build-aux/run --sandbox --user root, and python3-dbusmock')

HINT = 'Forgot it? Type ? as the password.'
ASK = 'Type a saved code, or your whole recovery email or phone number.'
ON_ITS_WAY = 'If this is one of yours, a code is on its way. Type it here; ? sends it again.'
CHOOSE = 'Choose a new password. Empty only unlocks: you then type the old one.'
KEYRING = 'Type it once more. Your keyring still opens with the old password only.'
CHANGED = 'Your password is changed. All your contacts are told.'
UNLOCKED = 'Unlocked. Now type your old password. All your contacts are told.'
AWAY = 'No way back in right now. Sign in with your password, or ask the administrator.'
NO_GATEWAY = 'This computer sends no codes. A saved code works. Leave it empty to go back.'
NO_NETWORK = 'No network: only a saved code works now. Leave it empty to go back.'
A, C, S, N, R = 'Code, email or phone: ', '6-digit code: ', 'Saved code: ', 'New password: ', 'New password again: '


def say(line):
    """A figure, for whoever reads the log of the test."""
    print(f'# {line}', flush=True)


def set_password(name, password):
    """As it stands, with a hash that costs little: what is measured is not it."""
    run('usermod', '-p', run('openssl', 'passwd', '-6', password).stdout.strip(), name)


def hash_of(name):
    """The shadow entry's second field."""
    with open('/etc/shadow', encoding='utf-8') as shadow:
        return next(line.split(':')[1] for line in shadow if line.startswith(f'{name}:'))


def talk(service, user, *answers, wrapper=(), seconds=120, **more):
    """One sign-in by tests/pam/talk.py: {said, result, seconds, …}."""
    what = dict(service=service, user=user, answers=answers, **more)
    done = subprocess.run([*wrapper, '/usr/bin/python3', str(HERE.parent / 'pam/talk.py'), json.dumps(what)],
                          capture_output=True, text=True, check=False, timeout=seconds,
                          env={'PATH': os.environ['PATH']})
    if done.returncode != 0:
        raise AssertionError(f'{done.returncode}: {done.stdout}{done.stderr}')
    return json.loads(done.stdout.splitlines()[-1])


def words(answer):
    """What was said, without its styles."""
    return [said for _, said in answer['said']]


class Machine(system.Instance):
    """The instance with its sign-in socket and the profiles in PAM; its programs can be taken away one by one."""

    def __init__(self, *arguments):
        super().__init__()
        self.arguments = arguments

    def start(self):
        os.environ['SECINFO_TEST_SIGN_IN'] = 'stack'
        return super().start()

    def program(self, name):
        return harness.BUILD / {'secinfod': 'src/service/secinfod', 'secinfo-courier': 'src/courier/secinfo-courier',
                                'secinfo-password': 'src/privileged/secinfo-password'}[name]

    def pids(self, name):
        """Its running processes in here."""
        path, found = str(self.program(name)), []
        for entry in os.listdir('/proc'):
            with contextlib.suppress(OSError, ValueError):
                if os.readlink(f'/proc/{int(entry)}/exe').removesuffix(' (deleted)') == path:
                    found.append(int(entry))
        return found

    def kill(self, name):
        """SIGKILL, and until it is gone."""
        for pid in self.pids(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            harness.wait_for(f'{name} is gone', lambda: pid not in self.pids(name))

    @contextlib.contextmanager
    def without(self, name):
        """The program cannot be started, and does not run."""
        path = self.program(name)
        hidden = path.with_suffix('.hidden')
        path.rename(hidden)
        # A copy that runs has the other name now.
        for entry in os.listdir('/proc'):
            with contextlib.suppress(OSError, ValueError):
                if os.readlink(f'/proc/{int(entry)}/exe') == str(hidden):
                    os.kill(int(entry), signal.SIGKILL)
        try:
            yield
        finally:
            hidden.rename(path)

    @contextlib.contextmanager
    def courier_without_network(self):
        """A courier that is started has no network but a loopback that is down."""
        mark = pathlib.Path('/run/secinfo-test-no-network')
        mark.touch()
        self.kill('secinfo-courier')
        try:
            yield
        finally:
            mark.unlink()
            self.kill('secinfo-courier')


class Person(Seat):
    """Somebody with an account, at the API; the codes are read in the SMTP server."""

    def __init__(self, name, sink):
        super().__init__(name)
        self.sink, self.address = sink, f'{name}@example.org'

    def code(self, value):
        return code_in(self.sink.wait_for(value, self.sink.count(value) or 1))

    def prove(self, value=None):
        value = value or self.address
        self.elevate()
        contact = self.add(value)
        n = self.sink.count(value)
        challenge = self.send(contact)
        done = self.answer(challenge, code_in(self.sink.wait_for(value, n + 1)), ok=200).json
        self.token = (done['elevation'] or {}).get('token', self.token)
        return done['contact']

    def saved_codes(self):
        made = self.post('/v1/account/saved-codes', {}, ok=201).json
        self.post('/v1/account/saved-codes/proof', {'label': made['codes'][made['position'] - 1]['label']}, ok=200)
        return [one['code'] for one in made['codes']]


def add_gateway(root, settings):
    """As root, whom polkit asks for no password; once the courier has said what it can do."""
    def add():
        answer = root.post('/v1/gateways', {'kind': 'smtp', 'title': 'Mail', 'settings': settings})
        if answer.problem == 'busy':
            return None
        assert answer.status == 201, answer
        return answer.json
    return harness.wait_for('a gateway', add, 90)


def code_in(message):
    """Six digits, as the message has them: 123 456."""
    digits = ''.join(filter(str.isdigit, message.get_content().splitlines()[0]))[:6]
    assert len(digits) == 6, message
    return digits


class Computer(unittest.TestCase):
    """The class's computer; `users` have accounts, those in `proven` a verified contact NAME@example.org and saved
    codes (`saved[NAME]`). Nobody is signed in."""
    users, proven = (), ()

    @classmethod
    def setUpClass(cls):
        cls.sink = SmtpSink()
        cls.machine = Machine().start()
        cls.saved = {}
        for name in cls.users:
            add_user(name)
            set_password(name, OLD)
        root = Seat('root')
        cls.gateway = add_gateway(root, cls.sink.settings())
        root.close()
        for name in cls.proven:
            person = Person(name, cls.sink)
            person.prove()
            cls.saved[name] = person.saved_codes()
            person.close()

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()
        cls.sink.stop()
        shutil.rmtree(STORE.parent)
        for name in cls.users:
            subprocess.run(['userdel', '-r', name], check=False, capture_output=True)

    def setUp(self):
        self.forget_limits()

    def forget_limits(self):
        """As if the day were over: counts of tries, of sends, of resets; open conversations."""
        pathlib.Path('/var/lib/secinfo-password/resets').unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(STORE, timeout=60)) as db, db:
            for table in ('tally', 'streak', 'recovery_proof', 'ticket', 'recovery'):
                db.execute(f'DELETE FROM {table}')

    def alerts(self):
        """Of what the contacts are to be told."""
        with contextlib.closing(sqlite3.connect(f'file:{STORE}?mode=ro', uri=True, timeout=60)) as db:
            return [event.split('@')[0]
                    for alert, in db.execute('SELECT alert FROM message WHERE alert IS NOT NULL')
                    for event in alert.split()]

    def mail_after(self, address, n):
        """The code in the message that follows the first @n to it."""
        return code_in(self.sink.wait_for(address, n + 1, 90))

    def is_password(self, name, password):
        return talk('plain-test', name, password)['result'] == SUCCESS


def make_plain():
    """A stack without the module, to ask whether a password is the one."""
    text = 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n'
    pathlib.Path('/etc/pam.d/plain-test').write_text(text)
