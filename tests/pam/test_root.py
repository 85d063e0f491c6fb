#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfo-password as root, with real accounts and the system's own PAM; and polkit and logind with the real secinfod.

Only in the throw-away copy of the system that `build-aux/run --sandbox --user root` makes.
"""
import http.client
import json
import os
import pathlib
import pickle
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import helper as h  # noqa: E402
import tap  # noqa: E402

OLD, NEW = b'Corr3ct-horse-9', b'Xk9-tarn-Ulme-42'
# The first process of the sandbox is its own script: no machine and no ordinary container has that.
SANDBOX = 'sandbox-inside' in pathlib.Path('/proc/1/cmdline').read_text(errors='replace')


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more)


def add_user(name, *arguments, password=OLD):
    # Another program of the suite may have had one of that name in this copy of the system.
    subprocess.run(['userdel', '-rf', name], capture_output=True, check=False)
    run('useradd', '-m', *arguments, name)
    if password:
        run('chpasswd', input=f'{name}:{password.decode()}\n')


def as_user(name, what):
    """what() in a process of @name; its value."""
    entry = pwd.getpwnam(name)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.initgroups(name, entry.pw_gid)
            os.setresgid(*[entry.pw_gid] * 3)
            os.setresuid(*[entry.pw_uid] * 3)
            os.write(write, pickle.dumps(what()))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, 'rb') as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(data)


@unittest.skipUnless(SANDBOX and os.getuid() == 0, 'only as root in build-aux/run --sandbox: it makes accounts')
class Root(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists('/etc/pam.d/secinfo'):
            shutil.copy(h.SOURCE / 'data/pam/secinfo', '/etc/pam.d/secinfo')
            run('useradd', '--system', '--user-group', 'secinfo')


class Authenticate(Root):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ('anna', 'locked', 'expired', 'aged', 'starred', 'nopass', 'empty'):
            add_user(name, password=None if name in ('starred', 'nopass', 'empty') else OLD)
        run('usermod', '-L', 'locked')
        run('chage', '-E', '2020-01-01', 'expired')
        run('chage', '-d', '0', 'aged')
        run('usermod', '-p', '*', 'starred')
        run('passwd', '-d', 'empty')

    def check(self, user, password, result):
        with self.subTest(user):
            for _ in range(3):   # the machine may be slow once, ours not each time
                answer = h.call(h.make(h.AUTHENTICATE, user, password))
                self.assertEqual(answer.result, result)
                if answer.seconds < 1.5:
                    return answer
            self.fail(f'it slept: {answer.seconds} s')

    def test_each_kind(self):
        self.check('anna', OLD, 'ok')
        self.check('anna', b'no', 'wrong')
        self.check('anna', b'', 'wrong')
        self.check('locked', OLD, 'locked')
        self.check('expired', OLD, 'locked')
        self.check('aged', OLD, 'ok')
        self.check('starred', OLD, 'no-password')
        self.check('nopass', OLD, 'no-password')
        for password in (b'', b'x'):
            self.check('empty', password, 'no-password')

    def test_many_wrong_ones_lock_nothing(self):
        for _ in range(6):
            self.check('anna', b'no', 'wrong')
        self.check('anna', OLD, 'ok')

    def test_only_secinfod_may_ask(self):
        """Another uid at the other end, although the helper itself is root's."""
        def ask(name):
            # Such names are the network's: this program may run in another copy of the system at the same time.
            address = f'\0secinfo-test-{secrets.token_hex(8)}'
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
                listener.bind(address)
                listener.listen(1)
                served = []

                def serve():
                    peer = listener.accept()[0]
                    served.append(subprocess.run([h.HELPER], stdin=peer.fileno(), check=False).returncode)
                    peer.close()
                thread = threading.Thread(target=serve)
                thread.start()
                answer = as_user(name, lambda: talk(address))
                thread.join()
                return served[0], answer

        def talk(address):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            line.settimeout(90)
            line.connect(address)
            try:
                line.send(h.make(h.AUTHENTICATE, 'anna', OLD))
                return line.recv(4096)
            except (ConnectionResetError, BrokenPipeError):   # it may be gone before the question comes
                return b''
        self.assertEqual(ask('anna'), (1, b''))
        self.assertEqual(ask('nobody'), (1, b''))
        code, answer = ask('secinfo')
        self.assertEqual((code, h.REPLY.unpack(answer)[1]), (0, 0))

    def test_environment_is_not_believed(self):
        hostile = {'SECINFO_PAM_CONFDIR': '/tmp', 'LD_BIND_NOW': '1', 'PATH': '/tmp', 'HOME': '/tmp', 'LANG': 'C.UTF-8'}
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'anna', b'no'), environment=hostile).result, 'wrong')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'anna', OLD), environment=hostile).result, 'ok')

    def test_root_is_no_private_instance(self):
        ours, process = h.start(arguments=['--private'])
        self.assertEqual((h.finish(ours, process, 0)[0], process.returncode), (None, 2))


class Change(Root):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_user('carl')

    def setUp(self):
        run('chpasswd', input=f'carl:{OLD.decode()}\n')
        run('chage', '-m', '0', 'carl')

    def test_change(self):
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', OLD, NEW)).result, 'ok')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'carl', NEW)).result, 'ok')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'carl', OLD)).result, 'wrong')

    def test_the_current_one_is_asked(self):
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', b'not it', NEW)).result, 'wrong')
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', b'', NEW)).result, 'wrong')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'carl', OLD)).result, 'ok')

    def test_policy_bites(self):
        for weak in (b'abc', b'carl', OLD):
            answer = h.call(h.make(h.CHANGE, 'carl', OLD, weak))
            self.assertEqual(answer.result, 'refused')
            self.assertGreater(len(answer.reason), 10)
            self.assertNotIn(weak.decode(), answer.reason.split())
            self.assertNotIn('Changing password', answer.reason)
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'carl', OLD)).result, 'ok')

    def test_too_early(self):
        run('chage', '-m', '7', '-d', time.strftime('%Y-%m-%d'), 'carl')
        answer = h.call(h.make(h.CHANGE, 'carl', OLD, NEW))
        self.assertEqual(answer.result, 'refused')
        self.assertGreater(len(answer.reason), 10)

    def test_a_locked_account_stays_locked(self):
        run('usermod', '-L', 'carl')
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', OLD, NEW)).result, 'locked')
        self.assertEqual(run('passwd', '-S', 'carl').stdout.split()[1], 'L')
        run('usermod', '-U', 'carl')

    def test_history_bites(self):
        stack = pathlib.Path('/etc/pam.d/common-password')
        before = stack.read_text()
        self.addCleanup(stack.write_text, before)
        stack.write_text('password requisite pam_pwhistory.so remember=3 use_authtok\n'.replace(' use_authtok', '') +
                         'password required pam_unix.so yescrypt use_authtok\n')
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', OLD, NEW)).result, 'ok')
        self.assertEqual(h.call(h.make(h.CHANGE, 'carl', NEW, OLD)).result, 'refused')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'carl', NEW)).result, 'ok')

    def test_runs_as_passwd_does(self):
        """A module sees the user's real uid, root's effective one, the user's groups and runtime directory."""
        stack = pathlib.Path('/etc/pam.d/common-password')
        before = stack.read_text()
        self.addCleanup(stack.write_text, before)
        script = pathlib.Path('/usr/local/bin/secinfo-test-look')
        script.write_text('#!/bin/sh\ngrep -E "^(Uid|Gid|Groups):" /proc/$PPID/status > /tmp/looked\n'
                          'echo $XDG_RUNTIME_DIR >> /tmp/looked\n')
        script.chmod(0o755)
        stack.write_text(f'password optional pam_exec.so {script}\n' + before)
        run('groupadd', '-f', 'choir')
        run('usermod', '-aG', 'choir', 'carl')
        h.call(h.make(h.CHANGE, 'carl', OLD, NEW))
        looked = pathlib.Path('/tmp/looked').read_text()
        entry = pwd.getpwnam('carl')
        self.assertRegex(looked, rf'Uid:\t{entry.pw_uid}\t0\t0\t')
        self.assertRegex(looked, rf'Gid:\t{entry.pw_gid}\t0\t0\t')
        self.assertNotRegex(looked, r'Groups:\t0 ')
        self.assertIn(f'/run/user/{entry.pw_uid}', looked)


class Classify(Root):
    def kind(self, user):
        answer = h.call(h.make(h.CLASSIFY, user))
        self.assertEqual(answer.result, 'ok')
        return answer

    def test_kinds(self):
        for name in ('dora', 'dlocked', 'dexpired', 'dstar', 'dnone', 'dempty', 'dcrypt', 'dhomed'):
            add_user(name, password=None if name in ('dstar', 'dnone', 'dempty') else OLD)
        run('usermod', '-L', 'dlocked')
        run('chage', '-E', '1', 'dexpired')
        run('usermod', '-p', '*', 'dstar')
        run('passwd', '-d', 'dempty')
        os.makedirs('/home/.ecryptfs/dcrypt')
        os.makedirs('/var/lib/systemd/home', exist_ok=True)
        pathlib.Path('/var/lib/systemd/home/dhomed.identity').touch()
        for name, kind in {'dora': 'files', 'dlocked': 'locked', 'dexpired': 'locked', 'dstar': 'no-password',
                           'dnone': 'no-password', 'dempty': 'no-password', 'dcrypt': 'encrypted-home',
                           'dhomed': 'encrypted-home'}.items():
            with self.subTest(name):
                self.assertEqual(self.kind(name).kind, kind)

    def test_mark(self):
        add_user('emil')
        first = self.kind('emil').mark
        self.assertIsNotNone(first, '/home is a tmpfs here, which has birth times')
        self.assertEqual(self.kind('emil').mark, first)
        run('userdel', '-r', 'emil')
        add_user('emil')
        self.assertNotEqual(self.kind('emil').mark, first)
        run('usermod', '-d', '/opt', 'emil')
        self.assertIsNone(self.kind('emil').mark, 'an overlay has no mark')
        run('usermod', '-d', '/nonexistent', 'emil')
        self.assertIsNone(self.kind('emil').mark)

    def test_administrators(self):
        sudoers = pathlib.Path('/etc/sudoers.d')
        sudoers.mkdir(exist_ok=True)
        for group in ('sudo', 'docker', 'keepers', 'wheelers'):
            run('groupadd', '-f', group)
        for name, arguments in {'f-plain': (), 'f-sudo': ('-G', 'sudo'), 'f-docker': ('-g', 'docker'), 'f-word': (),
                                'f-group': ('-G', 'keepers'), 'f-conf': ('-G', 'wheelers')}.items():
            add_user(name, *arguments)
        self.assertFalse(self.kind('f-plain').administrator)
        self.assertFalse(self.kind('f-conf').administrator)
        (sudoers / 'test').write_text('f-word ALL=(ALL) ALL\nf-plainer ALL=(ALL) ALL\n%keepers ALL=/bin/ls\n')
        os.makedirs('/etc/secinfo', exist_ok=True)
        pathlib.Path('/etc/secinfo/reset.conf').write_text('administrators=2\nadministrator-groups=other wheelers\n')
        self.addCleanup((sudoers / 'test').unlink)
        for name in ('f-sudo', 'f-docker', 'f-word', 'f-group', 'f-conf', 'root'):
            with self.subTest(name):
                self.assertTrue(self.kind(name).administrator)
        self.assertFalse(self.kind('f-plain').administrator)
        # Rules that name somebody without his name: in doubt, yes.
        for rule in ('ALL ALL=(ALL) ALL', '  ALL ALL=/bin/ls', '%#60005 ALL=ALL', '+operators ALL=ALL',
                     '%:corp ALL=ALL', 'User_Alias ALMOST = ALL, !root'):
            (sudoers / 'test').write_text(rule + '\n')
            with self.subTest(rule):
                self.assertTrue(self.kind('f-plain').administrator)

    def test_other_source(self):
        """An account that NSS has and /etc/passwd has not: a "db" of names stands in for a directory."""
        if not shutil.which('makedb'):
            self.skipTest('makedb is not installed (libnss-db)')
        entry = 'gina@corp.example:x:60001:60001::/nonexistent:/bin/sh'
        switch = pathlib.Path('/etc/nsswitch.conf')
        before = switch.read_text()
        self.addCleanup(switch.write_text, before)
        rest = [line for line in before.splitlines() if not line.startswith('passwd:')]
        switch.write_text('\n'.join(['passwd: files db', *rest, '']))
        run('makedb', '-o', '/var/lib/misc/passwd.db', '-',
            input=f'.gina@corp.example {entry}\n=60001 {entry}\n00 {entry}\n')
        answer = h.call(h.make(h.CLASSIFY, 'gina@corp.example', uid=60001))
        self.assertEqual((answer.result, answer.kind), ('ok', 'other-source'))
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, 'gina@corp.example', b'x', uid=60001)).result, 'wrong')


class Valgrind(Root):
    def test_clean(self):
        if not shutil.which('valgrind') or '_build-asan' in str(h.BUILD):
            self.skipTest('valgrind is not here, or this is a sanitizer build')
        add_user('vera')
        wrapper = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full',
                   '--errors-for-leak-kinds=definite', '--trace-children=no']
        for datagram, result in ((h.make(h.AUTHENTICATE, 'vera', OLD), 'ok'),
                                 (h.make(h.AUTHENTICATE, 'vera', b'no'), 'wrong'),
                                 (h.make(h.CLASSIFY, 'vera'), 'ok'), (h.make(h.CHANGE, 'vera', OLD, b'abc'), 'refused'),
                                 (h.make(h.CHANGE, 'vera', OLD, NEW), 'ok'), (b'short', 'bad-request')):
            begun = time.monotonic()
            ours, process = h.start(wrapper=wrapper)
            ours.send(datagram)
            answer, errors = h.finish(ours, process, begun)
            self.assertEqual((answer and answer.result, process.returncode), (result, 0), errors)


class UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect('/run/secinfo/api')


def request(method, path, body=None, token=None):
    connection = UnixConnection('localhost', timeout=120)
    headers = {'Content-Type': 'application/json'} | ({'Authorization': f'Bearer {token}'} if token else {})
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text else None


class SystemInstance(Root):
    """The whole system instance: secinfod without root, secinfo-password behind its socket, polkit, logind."""
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ('hans', 'ida'):
            add_user(name)
        cls.log = open('/run/system-instance.log', 'w+b')
        cls.process = subprocess.Popen([str(h.SOURCE / 'tests/lib/system-instance'), str(h.BUILD), '--trial'],
                                       stdout=cls.log, stderr=cls.log)
        cls.wait(lambda: b'ready' in pathlib.Path('/run/system-instance.log').read_bytes())

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        cls.process.wait()
        cls.log.close()

    @staticmethod
    def wait(condition, seconds=90):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError('not in time')
            time.sleep(0.1)

    def test_owners_and_modes(self):
        def of(name):
            st = os.stat(f'/run/secinfo/{name}' if name else '/run/secinfo')
            return st.st_mode & 0o777, pwd.getpwuid(st.st_uid).pw_name
        names = ('', 'api', 'password-check', 'password-reset', 'courier', 'open', 'lines', 'said')
        self.assertEqual([of(name) for name in names],
                         [(0o755, 'root'), (0o666, 'root'), (0o660, 'root'), (0o600, 'root'), (0o600, 'secinfo'),
                          (0o700, 'secinfo'), (0o755, 'secinfo'), (0o755, 'root')])

    def test_nobody_else_reaches_the_helpers(self):
        def reach():
            found = []
            for name in ('password-check', 'password-reset', 'courier'):
                try:
                    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(f'/run/secinfo/{name}')
                    found.append(name)
                except PermissionError:
                    pass
            return found
        self.assertEqual(as_user('hans', reach), [])

    def test_password_through_the_socket(self):
        def elevate(password):
            return as_user('hans', lambda: request('POST', '/v1/account/elevations', {'password': password}))
        self.assertEqual(elevate('wrong one')[1]['type'], '/problems/password-wrong')
        status, answer = elevate(OLD.decode())
        self.assertEqual((status, answer['level']), (201, 'password'))

    def test_polkit(self):
        if not os.path.exists('/usr/lib/polkit-1/polkitd') or not shutil.which('dbus-daemon'):
            self.skipTest('polkitd or dbus-daemon is not installed')
        rules = pathlib.Path('/etc/polkit-1/rules.d/01-test.rules')
        rules.parent.mkdir(parents=True, exist_ok=True)
        ask = lambda name: as_user(name, lambda: request('GET', '/v1/gateways'))
        self.assertEqual(ask('hans')[0], 403)
        self.assertEqual(ask('hans')[1]['type'], '/problems/not-allowed')
        rules.write_text('polkit.addRule(function (action, subject) { '
                         'if (action.id == "org.example.SecInfo.manage-delivery" '
                         '&& subject.user == "ida") return polkit.Result.YES; });\n')
        rules.chmod(0o644)
        self.wait(lambda: ask('ida')[0] == 200)
        self.assertEqual(ask('hans')[0], 403)
        # Who may say how codes are sent may not therefore say what the rules are; to read them is everybody's.
        change = lambda: as_user('ida', lambda: request('PATCH', '/v1/policy', {'settings': {'code-tries': 4}}))
        self.assertEqual((change()[0], change()[1]['action']), (403, 'manage-policy'))
        rules.write_text(rules.read_text().replace('manage-delivery', 'manage-policy'))
        self.wait(lambda: change()[0] == 200)
        shown = as_user('hans', lambda: request('GET', '/v1/policy'))[1]['items']
        self.assertEqual([rule['value'] for rule in shown if rule['key'] == 'code-tries'], [4])
        rules.unlink()
        self.wait(lambda: ask('ida')[0] == 403)

    def test_locked_session_ends_elevations(self):
        mock = subprocess.run(['/usr/bin/python3', '-c', 'import dbusmock'], capture_output=True, check=False)
        if mock.returncode != 0:
            self.skipTest('no stand-in for logind (python3-dbusmock)')
        send = ('dbus-send', '--system', '--print-reply')
        bus = (*send, '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.ListNames')
        self.wait(lambda: 'org.freedesktop.login1' in run(*bus).stdout)
        uid = pwd.getpwnam('ida').pw_uid
        run(*send, '--dest=org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.DBus.Mock.AddSession',
            'string:c9', 'string:seat0', f'uint32:{uid}', 'string:ida', 'boolean:true')

        def levels():
            token = request('POST', '/v1/account/elevations', {'password': OLD.decode()})[1]['token']
            before = request('GET', '/v1/account', token=token)[1]['level']
            pathlib.Path('/tmp/ready').touch()
            end = time.monotonic() + 90
            after = before
            while after == before and time.monotonic() < end:
                time.sleep(0.1)
                after = request('GET', '/v1/account', token=token)[1]['level']
            return before, after
        pid = os.fork()
        if pid == 0:
            try:
                self.wait(lambda: os.path.exists('/tmp/ready'))
                run('gdbus', 'call', '--system', '--dest', 'org.freedesktop.login1',
                    '--object-path', '/org/freedesktop/login1/session/c9',
                    '--method', 'org.freedesktop.DBus.Mock.EmitSignal',
                    'org.freedesktop.login1.Session', 'Lock', '', '@av []')
            finally:
                os._exit(0)
        result = as_user('ida', levels)
        os.waitpid(pid, 0)
        self.assertEqual(result, ('password', 'session'))


if __name__ == '__main__':
    tap.main()
