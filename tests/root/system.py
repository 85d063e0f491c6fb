# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system instance with real accounts, and people who sit at it: each a process of an account's own.

Only in the throw-away copy of the system that `build-aux/run --sandbox --user root` makes.
"""
import json
import os
import pathlib
import pwd
import signal
import subprocess
import sys
import traceback
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import harness  # noqa: E402

SOCKET = '/run/secinfo/api'
STATE = pathlib.Path('/var/lib/secinfo')
PASSWORD = 'Corr3ct-horse-9'
# The first process of the sandbox is its own script: no machine and no ordinary container has that.
SANDBOX = b'--sandbox-inside' in pathlib.Path('/proc/1/cmdline').read_bytes() if os.geteuid() == 0 else False
only_in_sandbox = unittest.skipUnless(SANDBOX, 'needs root in build-aux/run --sandbox --user root')


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more)


def add_user(name, *arguments, password=PASSWORD):
    # Another program of the suite may have had one of that name in this copy of the system.
    subprocess.run(['userdel', '-rf', name], capture_output=True, check=False)
    run('useradd', '-m', *arguments, name)
    run('chpasswd', input=f'{name}:{password}\n')


class Seat:
    """A process of @name that asks the service, for as long as close() is not called: tokens are a process's."""

    def __init__(self, name, socket=SOCKET, uid=None):
        self.name, self.socket, self.token = name, socket, None
        questions, self.to_child = os.pipe()
        self.from_child, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self.to_child)
                os.close(self.from_child)
                self._become(uid)
                self._serve(os.fdopen(questions, 'r'), os.fdopen(answers, 'w'))
                status = 0
            except BaseException:   # whatever it is must not run on in the copy of the parent
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(questions)
        os.close(answers)
        self.questions, self.answers = os.fdopen(self.to_child, 'w'), os.fdopen(self.from_child, 'r')

    def _become(self, uid):
        if uid is None:
            entry = pwd.getpwnam(self.name)
            os.initgroups(self.name, entry.pw_gid)
            os.setresgid(*[entry.pw_gid] * 3)
            uid = entry.pw_uid
        os.setresuid(*[uid] * 3)

    def _serve(self, questions, answers):
        connection = None
        for line in questions:
            for _ in (1, 2):   # a kept connection ends with a restarted service
                connection = connection or harness.Connection(self.socket)
                try:
                    connection.request(*json.loads(line))
                    response = connection.getresponse()
                    answer = [response.status, dict(response.headers), response.read().decode()]
                    break
                except (harness.http.client.HTTPException, OSError):
                    connection.close()
                    connection, answer = None, [0, {}, '']   # nobody answers
            answers.write(json.dumps(answer) + '\n')
            answers.flush()

    def call(self, method, path, body=None, ok=None, token=True, headers=None):
        given = dict(headers or {})
        token = self.token if token is True else token
        if token:
            given['Authorization'] = f'Bearer {token}'
        if body is not None:
            given['Content-Type'] = 'application/json'
        self.questions.write(json.dumps([method, path, None if body is None else json.dumps(body), given]) + '\n')
        self.questions.flush()
        line = self.answers.readline()
        if not line:
            raise AssertionError(f'{self.name}: no answer to {method} {path}')
        answer = Answer(method, path, *json.loads(line))
        if answer.status != 0:
            harness.DOCUMENT.check(method, path, answer.status, answer.type, answer.body)
        if ok is not None and answer.status != ok:
            raise AssertionError(f'{self.name}: {answer}')
        return answer

    def get(self, path, **more):
        return self.call('GET', path, **more)

    def post(self, path, body=None, **more):
        return self.call('POST', path, {} if body is None else body, **more)

    def elevate(self, password=PASSWORD):
        self.token = self.post('/v1/account/elevations', {'password': password}, ok=201).json['token']

    def add(self, value, kind='email'):
        return self.post('/v1/account/contacts', {'kind': kind, 'value': value}, ok=201).json

    def send(self, contact):
        return self.post(f"/v1/account/contacts/{contact['id']}/challenges", ok=201).json

    def answer(self, challenge, code, **more):
        return self.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': code}, **more)

    def codes(self, value):
        """The codes in one's own trial inbox to that address, newest first."""
        return [m['code'] for m in self.get('/v1/inbox', ok=200).json['items'] if m['to'] == value and m['code']]

    def code(self, value):
        return harness.wait_for(f'a code for {self.name}', lambda: self.codes(value))[0]

    def prove(self, value):
        """Password, contact, code: verified."""
        self.elevate()
        contact = self.add(value)
        done = self.answer(self.send(contact), self.code(value), ok=200).json
        self.token = done['elevation']['token']
        return done['contact']

    def close(self):
        """The process ends."""
        if self.pid is not None:
            self.questions.close()
            self.answers.close()
            os.waitpid(self.pid, 0)
            self.pid = None


class Answer:
    def __init__(self, method, path, status, headers, body):
        self.method, self.path, self.status, self.headers, self.body = method, path, status, headers, body
        self.type = headers.get('Content-Type', '').split(';')[0].strip()
        self.json = json.loads(body) if body and self.type.endswith('json') else None

    @property
    def problem(self):
        return self.json['type'].removeprefix('/problems/') if self.type == 'application/problem+json' else None

    def __repr__(self):
        return f'<{self.method} {self.path}: {self.status} {self.problem or ""}>'


class Instance:
    """tests/lib/system-instance: the sockets, users and programs of the package. Its log may hold no secret."""

    LOG = pathlib.Path('/run/system-instance.log')

    def __init__(self, *arguments):
        self.arguments = arguments or ('--trial',)
        self.process = None

    def start(self):
        if self.process is not None:
            return self
        self.log = open(self.LOG, 'ab')
        begin = self.LOG.stat().st_size
        self.process = subprocess.Popen([str(harness.SOURCE / 'tests/lib/system-instance'), str(harness.BUILD),
                                         *self.arguments], stdout=self.log, stderr=self.log)
        harness.wait_for('the system instance is ready', lambda: b'ready' in self.LOG.read_bytes()[begin:], 120)
        return self

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None
            self.log.close()

    def restart(self):
        self.stop()
        self.start()

    def text(self):
        return self.LOG.read_text(errors='replace')


class SystemCase(unittest.TestCase):
    """A system instance for the class; people through self.sit(name)."""

    users = ()

    @classmethod
    def setUpClass(cls):
        for name in cls.users:
            add_user(name)
        cls.instance = Instance().start()

    @classmethod
    def tearDownClass(cls):
        cls.instance.stop()

    def sit(self, name, **more):
        seat = Seat(name, **more)
        self.addCleanup(seat.close)
        return seat

    def problem(self, answer, kind, **members):
        self.assertEqual(answer.problem, kind, answer)
        for name, value in members.items():
            self.assertEqual(answer.json.get(name), value, answer)
