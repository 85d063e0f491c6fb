#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real secinfod, private instance, on temporary folders, with its real helpers from the build directory.

    class Contacts(harness.ServiceCase):
        config = {'code-life': 60}                      # [policy] of its secinfod.conf

        def test_first(self):
            token = self.service.elevate()              # the account's password
            answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org'}, token=token)
            self.assertEqual(answer.status, 201)        # .json, .problem ('code-wrong'), .headers

Every answer is held against data/openapi.yaml. At the end the log and the arguments of every process are searched for
each password, code, token and whole contact that went over the wire.

The account's password: SECINFO_TEST_PASSWORD where the tests run as a throw-away account with a real one; else PAM is
libpam_wrapper's pam_matrix, and the password is one that lies in the harness.
"""
import atexit
import ctypes
import glob
import http.client
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import keyring  # noqa: E402
import openapi  # noqa: E402

SOURCE = pathlib.Path(os.environ.get('SECINFO_TEST_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get('SECINFO_TEST_BUILD', SOURCE / '_build'))
SECINFOD = BUILD / 'src/service/secinfod'
THREADS = BUILD / 'tests/lib/libtsan-glib.so'   # only in a build for ThreadSanitizer
DOCUMENT = openapi.Document(SOURCE / 'data/openapi.yaml')
WAIT = 90   # seconds until something that has to happen has failed

# Members of requests and answers that must never be found in a log.
SECRET_MEMBERS = {'password', 'current', 'new', 'code', 'token', 'value', 'display', 'to', 'text'}


def wait_for(what, condition, seconds=WAIT):
    """The first true value of @condition."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'not within {seconds} s: {what}')
        time.sleep(0.02)


def counted(account):
    """What the environment of a program of @account (of pwd) needs where the lines that run are counted."""
    prefix = os.environ.get('GCOV_PREFIX')
    return {'GCOV_PREFIX': os.path.join(os.path.dirname(prefix), account.pw_name)} if prefix else {}


class Answer:
    def __init__(self, method, path, response, body):
        self.method, self.path = method, path
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self.type = (response.headers.get('Content-Type') or '').split(';')[0].strip()
        self.json = json.loads(body) if body and self.type.endswith('json') else None

    @property
    def problem(self):
        """'code-wrong', or None."""
        if self.type != 'application/problem+json':
            return None
        return self.json['type'].removeprefix('/problems/')

    def __repr__(self):
        # Not the body: it may hold a secret, and this is what a failing assertion prints.
        return f'<{self.method} {self.path}: {self.status} {self.problem or ""}>'


class Connection(http.client.HTTPConnection):
    """Kept: several requests on one connection."""

    def __init__(self, path, timeout=WAIT):
        super().__init__('secinfo', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Events:
    """An open event stream; next() gives (event, data)."""

    def __init__(self, service):
        self.connection = Connection(str(service.socket), timeout=WAIT)
        self.connection.request('GET', '/v1/account/events')
        self.response = self.connection.getresponse()
        self.status = self.response.status
        if self.status != 200:
            body = self.response.read()
            DOCUMENT.check('GET', '/v1/account/events', self.status, self.response.headers['Content-Type'], body)

    def next(self):
        event = None
        while True:
            line = self.response.readline()
            if not line:
                return None
            line = line.decode().rstrip('\n')
            if line.startswith('event: '):
                event = line.removeprefix('event: ')
            elif line.startswith('data: '):
                return event, json.loads(line.removeprefix('data: '))

    def wait(self, event, seconds=WAIT):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = self.next()
            if got is None:
                raise AssertionError(f'the stream ended before “{event}”')
            if got[0] == event:
                return got[1]
        raise AssertionError(f'no “{event}” within {seconds} s')

    def close(self):
        # The response holds the socket too.
        self.response.close()
        self.connection.close()


class Clock:
    """The service's wall clock through libfaketime; boot time stays true."""

    def __init__(self, directory):
        libraries = glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')
        if not libraries:
            raise unittest.SkipTest('libfaketime is not installed')
        self.library = libraries[0]
        self.file = directory / 'clock'
        self.offset = 0
        self.shared = {}
        self.set(0)

    _number = itertools.count()

    def share(self):
        """The next service and all its children share what is made here, as under libfaketime's own wrapper. Made by
        the service it would go with it: a child that starts in that moment, for which the semaphore was still there,
        makes the memory anew, with nothing in it, and ends by SIGBUS. Another one for each service: whoever is killed
        may hold the semaphore. It stays until the tests are over, for nobody knows when the last child has begun."""
        name = f'/secinfo-clock-{os.getpid()}-{next(self._number)}'
        libc = ctypes.CDLL(None, use_errno=True)
        libc.sem_open.restype = ctypes.c_void_p
        if libc.sem_open(name.encode(), os.O_CREAT | os.O_EXCL, 0o600, 1) is None:
            raise OSError(ctypes.get_errno(), 'sem_open')
        atexit.register(libc.sem_unlink, name.encode())
        memory = pathlib.Path('/dev/shm' + name)
        memory.touch(0o600)
        memory.write_bytes(struct.pack('=QQ', 0, 0) + struct.pack('=qq', 0, -1) * 4)   # no ticks; begun at no time
        atexit.register(memory.unlink, missing_ok=True)
        self.shared = {'FAKETIME_SHARED': f'{name} {name}'}

    def set(self, offset):
        """Seconds from now; negative ones lie in the past."""
        self.offset = offset
        temporary = self.file.with_suffix('.new')
        temporary.write_text(f'{offset:+d}\n')
        temporary.replace(self.file)

    def advance(self, seconds):
        self.set(self.offset + seconds)

    def now(self):
        return time.time() + self.offset

    def environment(self):
        return {'FAKETIME_TIMESTAMP_FILE': str(self.file), 'FAKETIME_DONT_FAKE_MONOTONIC': '1',
                'FAKETIME_NO_CACHE': '1', 'NO_FAKE_STAT': '1', **self.shared}


class TrueClock:
    """Under ThreadSanitizer: libfaketime stands before pthread_cond_timedwait() and the like, and hides from the
    sanitizer what they order (hundreds of reports). So the clock is the real one, and who has to move it is skipped."""

    library = None

    def set(self, offset):
        raise unittest.SkipTest('no clock is moved under ThreadSanitizer')

    advance = set

    def share(self):
        pass

    def now(self):
        return time.time()

    def environment(self):
        return {}


class Service:
    """@config: [policy]; @keyring_state: 'ok', 'locked', 'absent', 'failed', 'silent', or None for no --keyring-fd;
    @fake_clock: self.clock then sets the service's time; @arguments: more of them; @wrapper: a command before it."""

    WRONG_PASSWORD = 'not the password of anybody'

    def __init__(self, config=None, keyring_state='ok', fake_clock=False, arguments=(), environment=None, wrapper=()):
        if os.geteuid() == 0:
            raise unittest.SkipTest('secinfod refuses root: build-aux/run --sandbox --user tester -- … runs it')
        if not SECINFOD.exists():
            raise unittest.SkipTest(f'{SECINFOD} is not built')
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-test-'))
        self.state = self.directory / 'state'
        self.runtime = self.directory / 'run'
        self.runtime.mkdir(mode=0o700)
        self.socket = self.runtime / 'api'
        self.config_file = self.directory / 'secinfod.conf'
        self.log_file = self.directory / 'log'
        self.keyring_state = keyring_state
        self.keyring_items = {}
        self.keyring = None
        self.clock = None
        if fake_clock:
            self.clock = TrueClock() if THREADS.exists() else Clock(self.directory)
        self.arguments = list(arguments)
        self.extra_environment = environment or {}
        self.secrets = set()
        self.arguments_seen = set()
        self.process = None
        self.connection = None
        self.real_password = os.environ.get('SECINFO_TEST_PASSWORD')
        self.password = self.real_password or 'a password for tests only'
        self.wrapper = list(wrapper)
        self.passed = ()       # descriptors that it inherits
        self.configure(config or {})

    # --- the process ------------------------------------------------------------------------------------------

    def configure(self, policy):
        self.config_file.write_text('[policy]\n' + ''.join(f'{key}={value}\n' for key, value in policy.items()))

    def _pam_environment(self):
        """pam_matrix instead of the system's PAM, where the account that runs the tests has no password of its own."""
        if self.real_password is not None:
            return {}
        matrix = glob.glob('/usr/lib/*/pam_wrapper/pam_matrix.so')
        if not matrix:
            return {}
        services = self.directory / 'pam.d'
        services.mkdir(exist_ok=True)
        accounts = self.directory / 'passdb'
        name = subprocess.run(['id', '-un'], capture_output=True, text=True, check=True).stdout.strip()
        stack = ''.join(f'{kind} required {matrix[0]} passdb={accounts}\n'
                        for kind in ('auth', 'account', 'password', 'session'))
        lines = []
        for service in ('secinfo', 'secinfo-password', 'secinfo-check', 'secinfo-private', 'other'):
            (services / service).write_text(stack)
            lines.append(f'{name}:{self.password}:{service}\n')
        accounts.write_text(''.join(lines))
        return {'SECINFO_PAM_CONFDIR': str(services)}

    def environment(self):
        kept = ('ASAN_', 'UBSAN_', 'LSAN_', 'TSAN_', 'GCOV_')
        result = {key: value for key, value in os.environ.items()
                  if key.startswith(kept) or key in ('PATH', 'TZ', 'G_SLICE', 'USER', 'LOGNAME', 'LOCPATH')}
        result |= {'HOME': str(self.directory / 'home'), 'XDG_RUNTIME_DIR': str(self.directory / 'xdg'),
                   'LANG': 'C.UTF-8', 'G_DEBUG': 'fatal-criticals'}
        preload = []
        for more in (self._pam_environment(), self.clock.environment() if self.clock else {}, self.extra_environment):
            more = dict(more)
            if 'LD_PRELOAD' in more:
                preload.append(more.pop('LD_PRELOAD'))
            result |= more
        if self.clock and self.clock.library:
            preload.append(self.clock.library)
        if THREADS.exists():
            preload.append(str(THREADS))
        if preload:
            result['LD_PRELOAD'] = ':'.join(preload)
            if 'ASAN_OPTIONS' in os.environ:
                result['ASAN_OPTIONS'] = os.environ['ASAN_OPTIONS'] + ':verify_asan_link_order=0'
        return result

    def command(self):
        return [*self.wrapper, str(SECINFOD), '--private', '--state-dir', str(self.state), '--socket', str(self.socket),
                '--config', str(self.config_file), *self.arguments]

    def start(self, wait=True):
        (self.directory / 'home').mkdir(mode=0o700, exist_ok=True)
        (self.directory / 'xdg').mkdir(mode=0o700, exist_ok=True)
        command, passed = self.command(), tuple(self.passed)
        if self.clock:
            self.clock.share()
        if self.keyring_state is not None:
            self.keyring = keyring.Keyring(self.keyring_state, self.keyring_items)
            passed += (self.keyring.theirs.fileno(),)
            command += ['--keyring-fd', str(passed[-1])]
        with open(self.log_file, 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=passed,
                                            env=self.environment(), start_new_session=True)
        if self.keyring is not None:
            self.keyring.theirs.close()
        if wait:
            wait_for(f'secinfod answers; its log: {self.log()}', self._is_up)
        return self

    def _is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f'secinfod ended with {self.process.returncode}: {self.log()}')
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.connect(str(self.socket))
        except OSError:
            return False
        return True

    def _look_at_arguments(self):
        """The arguments of secinfod and its children."""
        for path in glob.glob('/proc/[0-9]*/stat'):
            try:
                with open(path, encoding='utf-8', errors='replace') as file:
                    session = int(file.read().rsplit(')', 1)[1].split()[3])
                if session == self.process.pid:
                    with open(os.path.dirname(path) + '/cmdline', 'rb') as file:
                        self.arguments_seen.add(file.read().decode(errors='replace').replace('\0', ' '))
            except (OSError, IndexError, ValueError):
                pass

    def stop(self, by=signal.SIGTERM):
        """Returns the exit status. The folders stay, so start() goes on where it was."""
        self.disconnect()
        if self.process is None:
            return None
        self._look_at_arguments()
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            status = self.process.wait(WAIT + 15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'secinfod did not stop: {self.log()}') from None
        finally:
            if self.keyring is not None:
                self.keyring.close()
                self.keyring = None
            self.process = None
        return status

    def restart(self, by=signal.SIGTERM):
        self.stop(by)
        return self.start()

    def log(self):
        return self.log_file.read_text(errors='replace') if self.log_file.exists() else ''

    def assert_no_secrets(self):
        places = self.log() + '\n' + '\n'.join(self.arguments_seen)
        for secret in self.secrets:
            # "123 456" is the same code; four letters and fewer are found in any text.
            if len(secret) > 4 and (secret in places or secret.replace(' ', '') in places):
                raise AssertionError('a secret of this test stands in the log or in the arguments of a process')

    def close(self):
        """Ends it; the log must hold no secret and no criticals, and the end must have been clean."""
        status = self.stop()
        try:
            self.assert_no_secrets()
            log = self.log()
            if re.search(r'CRITICAL|runtime error:|ERROR: (Address|Leak)Sanitizer', log):
                raise AssertionError(f'the log of secinfod:\n{log}')
            if status not in (None, 0):
                raise AssertionError(f'secinfod ended with {status}:\n{log}')
        finally:
            artefacts = os.environ.get('SECINFO_TEST_ARTEFACTS')
            if artefacts and self.log_file.exists() and os.path.isdir(artefacts):
                shutil.copy(self.log_file, pathlib.Path(artefacts) / f'{self.directory.name}.log')
            shutil.rmtree(self.directory, ignore_errors=True)

    # --- requests ---------------------------------------------------------------------------------------------

    def connect(self):
        return Connection(str(self.socket))

    def disconnect(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def remember(self, value):
        """What is found in a log from here on fails the test."""
        if isinstance(value, dict):
            for name, member in value.items():
                if name in SECRET_MEMBERS and isinstance(member, str):
                    self.secrets.add(member)
                else:
                    self.remember(member)
        elif isinstance(value, list):
            for member in value:
                self.remember(member)

    def request(self, method, path, body=None, token=None, headers=None, connection=None, raw=None, query=None):
        """@body: JSON; @raw: bytes instead of it. Checked against the document."""
        given = dict(headers or {})
        if query:
            path += '?' + urllib.parse.urlencode(query)
        if token is not None:
            given['Authorization'] = f'Bearer {token}'
            self.secrets.add(token)
        data = raw
        if body is not None:
            self.remember(body)
            data = json.dumps(body).encode()
            given.setdefault('Content-Type', 'application/json')
        own = connection is None
        if own:
            self.connection = self.connection or self.connect()
            connection = self.connection
        try:
            connection.request(method, path, body=data, headers=given)
            response = connection.getresponse()
            answer = Answer(method, path, response, response.read())
        except (ConnectionError, http.client.RemoteDisconnected, BrokenPipeError):
            if own:
                self.disconnect()
            raise
        if answer.problem is not None:
            self.assert_harmless(answer)
        self.remember(answer.json)
        DOCUMENT.check(method, path, answer.status, answer.type, answer.body)
        return answer

    def assert_harmless(self, answer):
        """A problem is shown, logged and copied into reports: nothing that anybody sent or was sent stands in it."""
        text = json.dumps(answer.json, ensure_ascii=False)
        if any(len(secret) > 4 and secret in text for secret in self.secrets):
            raise AssertionError(f'a secret of this test stands in the words of {answer}')

    def get(self, path, **more):
        return self.request('GET', path, **more)

    def post(self, path, body=None, **more):
        return self.request('POST', path, {} if body is None and 'raw' not in more else body, **more)

    def patch(self, path, body, **more):
        return self.request('PATCH', path, body, **more)

    def delete(self, path, **more):
        return self.request('DELETE', path, **more)

    def events(self):
        return Events(self)

    # --- what most tests begin with ---------------------------------------------------------------------------

    def elevate(self, password=None):
        """A token of level password."""
        answer = self.post('/v1/account/elevations', {'password': password or self.password})
        assert answer.status == 201, answer
        return answer.json['token']

    def inbox(self):
        return self.get('/v1/inbox').json['items']

    def code_for(self, value, after=None):
        """The code in the newest message of the trial inbox to @value, waited for. @after: a message that is older."""
        def find():
            for message in self.inbox():   # the newest first; alerts come in between
                if message['id'] == after:
                    return None
                if message['to'] == value and message['code']:
                    return message['code'].replace(' ', '')
            return None
        code = wait_for(f'a code to …{value[-6:]}', find)
        self.secrets.add(code)
        self.secrets.add(f'{code[:3]} {code[3:]}')
        return code

    def add_contact(self, value, token, kind='email', **more):
        answer = self.post('/v1/account/contacts', {'kind': kind, 'value': value, **more}, token=token)
        assert answer.status == 201, (answer, answer.problem)
        return answer.json

    def prove(self, contact):
        """Starts a challenge for @contact (as JSON); returns it."""
        answer = self.post(f"/v1/account/contacts/{contact['id']}/challenges")
        assert answer.status in (200, 201), answer
        return answer.json

    def answer(self, challenge, code, token=None):
        return self.post(f"/v1/account/challenges/{challenge['id']}/answer", {'code': code}, token=token)

    def add_verified(self, value, token, **more):
        """A contact, proven through the trial inbox; its JSON afterwards."""
        contact = self.add_contact(value, token, **more)
        challenge = self.prove(contact)
        answered = self.answer(challenge, self.code_for(value), token)
        assert answered.status == 200, answered
        return answered.json['contact']

    def confirm(self, contact, value, token):
        """Raises @token to verified with a code to @contact."""
        newest = self.inbox()
        answer = self.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': contact['id']}, token=token)
        assert answer.status in (200, 201), answer
        answered = self.answer(answer.json, self.code_for(value, after=newest[0]['id'] if newest else None), token)
        assert answered.status == 200, answered
        return answered.json['elevation']


class ServiceCase(unittest.TestCase):
    """One running service a test: self.service. Class attributes are Service's arguments."""

    config = {}
    keyring_state = 'ok'
    fake_clock = False
    arguments = ()
    environment = None
    wrapper = ()

    def make_service(self, **more):
        given = {'config': self.config, 'keyring_state': self.keyring_state, 'fake_clock': self.fake_clock,
                 'arguments': self.arguments, 'environment': self.environment,
                 'wrapper': self.wrapper} | more
        service = Service(**given)
        self.addCleanup(service.close)
        return service

    def setUp(self):
        self.service = self.make_service().start()

    def assert_problem(self, answer, problem, status=None):
        self.assertEqual(answer.problem, problem, answer)
        if status is not None:
            self.assertEqual(answer.status, status)
        return answer.json
