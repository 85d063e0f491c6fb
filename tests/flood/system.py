# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system instance with many users and the load tool: what the tests of this suite stand on.

Everything runs as root in the throw-away copy of the system alone. SECINFO_TEST_LONG=1: the full numbers.
"""
import json
import os
import pathlib
import pwd
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'lib')]
import harness  # noqa: E402

SOCKET = '/run/secinfo/api'
TOOL = harness.BUILD / 'tests/flood/flood'
LONG = os.environ.get('SECINFO_TEST_LONG') == '1'
PASSWORD = 'flooded and still there'


def in_sandbox():
    try:
        return os.geteuid() == 0 and b'--sandbox-inside' in pathlib.Path('/proc/1/cmdline').read_bytes()
    except OSError:
        return False


def make_user(name, password=None):
    """Its uid."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        subprocess.run(['useradd', '-m', name], check=True, capture_output=True)
    if password is not None:
        subprocess.run(['chpasswd'], input=f'{name}:{password}\n', text=True, check=True)
    return pwd.getpwnam(name).pw_uid


def make_many(number):
    """Uids that have nothing but a name; by hand, since useradd takes its time."""
    first = 61000
    known = {entry.pw_uid for entry in pwd.getpwall()}
    with open('/etc/passwd', 'a', encoding='utf-8') as file:
        for uid in range(first, first + number):
            if uid not in known:
                file.write(f'many{uid}:x:{uid}:{uid}::/nonexistent:/usr/sbin/nologin\n')
    return list(range(first, first + number))


def command(uid, verb, *arguments, place=SOCKET):
    return [str(TOOL), place, str(uid), verb, *map(str, arguments)]


def run(uid, verb, *arguments, text=None, timeout=1800):
    """What the tool saw."""
    done = subprocess.run(command(uid, verb, *arguments), input=text, capture_output=True, text=True, check=False,
                          timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f'flood {verb} ended with {done.returncode}: {done.stderr}')
    return json.loads(done.stdout)


def start(uid, verb, *arguments, text=None, place=SOCKET):
    """The running tool; finish() waits for it."""
    # In a session of its own, as users are: the kernel shares the processors out among those first.
    process = subprocess.Popen(command(uid, verb, *arguments, place=place), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, start_new_session=True)
    if text is not None:
        process.stdin.write(text)
        process.stdin.close()
    return process


def finish(process, timeout=1800):
    if not process.stdin.closed:
        process.stdin.close()
    text = process.stdout.read()
    process.stdout.close()
    if process.wait(timeout) != 0:
        raise AssertionError(f'flood ended with {process.returncode}')
    return json.loads(text)


def say(line):
    """A figure, for whoever reads the log of the test."""
    print(f'# {line}', flush=True)


def percentile(times, percent):
    return sorted(times)[int(len(times) * percent / 100)]


class Process:
    """What one process of the service holds."""

    def __init__(self, pid):
        self.pid = pid

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.pid}/fd'))

    def memory(self):
        """KiB that it wrote and nobody else has; what it runs comes from files."""
        text = pathlib.Path(f'/proc/{self.pid}/smaps_rollup').read_text(encoding='utf-8')
        return sum(int(line.split()[1]) for line in text.splitlines()
                   if line.startswith(('Private_Dirty:', 'Swap:')))

    def threads(self):
        return len(os.listdir(f'/proc/{self.pid}/task'))


class As:
    """A process of @uid that asks what it is told to."""

    def __init__(self, uid):
        self.process = subprocess.Popen(['/usr/bin/python3', str(HERE / 'as_user.py'), SOCKET], user=uid, group=uid,
                                        extra_groups=[], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.token = None

    def ask(self, method, path, body=None):
        """(status, JSON)"""
        self.process.stdin.write(json.dumps([method, path, body, self.token]) + '\n')
        self.process.stdin.flush()
        status, answer = json.loads(self.process.stdout.readline())
        return status, answer

    def expect(self, status, method, path, body=None):
        got, answer = self.ask(method, path, body)
        if got != status:
            raise AssertionError(f'{method} {path}: {got} {answer and answer.get("type")}, not {status}')
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


@unittest.skipUnless(in_sandbox(), 'needs root in build-aux/run --sandbox --user root')
class Case(unittest.TestCase):
    """A fresh system instance with the trial inbox; @clock: its wall clock can be moved."""

    clock = False

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-flood-'))
        self.directory.chmod(0o755)
        subprocess.run(['rm', '-rf', '/var/lib/secinfo'], check=True)
        environment = dict(os.environ)
        if self.clock:
            self.time = harness.Clock(self.directory)
            given = {**self.time.environment(), 'LD_PRELOAD': self.time.library}
            environment['SECINFO_TEST_SERVICE_ENVIRONMENT'] = json.dumps(given)
        self.log = open(self.directory / 'log', 'w+b')
        self.addCleanup(self.log.close)
        self.instance = subprocess.Popen([str(HERE.parent / 'lib/system-instance'), str(harness.BUILD), '--trial'],
                                         stdout=self.log, stderr=self.log, env=environment, start_new_session=True)
        self.addCleanup(self.stop)
        harness.wait_for('the sockets', lambda: b'ready' in self.read_log())
        run(0, 'probe', 1, 0)   # starts it
        self.service = Process(self.find('secinfod'))

    def read_log(self):
        return (self.directory / 'log').read_bytes()

    def find(self, program):
        """The process id of the instance's @program."""
        for entry in pathlib.Path('/proc').iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / 'exe').endswith('/' + program):
                    return int(entry.name)
            except OSError:
                continue
        raise AssertionError(f'{program} does not run')

    def stop(self):
        service = self.service.pid if hasattr(self, 'service') else None
        self.instance.send_signal(signal.SIGTERM)
        self.instance.wait(20)
        if service is not None:
            harness.wait_for('its end', lambda: not os.path.exists(f'/proc/{service}'))
        log = self.read_log()
        if b'CRITICAL' in log or b'ended with status' in log:
            raise AssertionError(log.decode(errors='replace')[-3000:])

    def settle(self, descriptors, seconds=70, process=None):
        """Waits until no more than @descriptors are open in @process (by default the service, where rest times out
        after 60 s), and says how many are."""
        process = process or self.service
        try:
            harness.wait_for('descriptors', lambda: process.descriptors() <= descriptors, seconds)
        except AssertionError:
            pass
        return process.descriptors()
