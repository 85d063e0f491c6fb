#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in: real peer credentials of several users. Runs as root in the throw-away copy of the system alone."""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
import harness  # noqa: E402
import tap  # noqa: E402

# Asks for its own account and says status and what came, as JSON.
ASK = '''
import http.client, json, os, socket, sys
class C(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX); self.sock.settimeout(90); self.sock.connect(sys.argv[1])
c = C('secinfo'); c.request('GET', '/v1/account'); r = c.getresponse()
print(json.dumps([r.status, r.headers['Content-Type'], json.loads(r.read())]))
'''


def in_sandbox():
    try:
        return os.geteuid() == 0 and b'--sandbox-inside' in pathlib.Path('/proc/1/cmdline').read_bytes()
    except OSError:
        return False


@unittest.skipUnless(in_sandbox(), 'needs root in build-aux/run --sandbox --user root')
class Callers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for name in ('secinfo-ann', 'secinfo-bob', 'secinfo-daemon'):
            subprocess.run(['useradd', '-m', name], check=False, capture_output=True)

    def start(self, *mode):
        """secinfod as secinfo-daemon, its socket where everybody can reach it (or nobody else, with --private)."""
        daemon = pwd.getpwnam('secinfo-daemon')
        directory = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-test-', dir='/run'))
        self.addCleanup(shutil.rmtree, directory, True)
        private = '--private' in mode
        (directory / 'api.d').mkdir(mode=0o700 if private else 0o755)
        (directory / 'state').mkdir(mode=0o700)
        (directory / 'home').mkdir()
        for path in (directory, directory / 'api.d', directory / 'state', directory / 'home'):
            os.chown(path, daemon.pw_uid, daemon.pw_gid)
        directory.chmod(0o755)
        self.socket = directory / 'api.d/api'
        self.log = open(directory / 'log', 'w+b')
        self.addCleanup(self.log.close)
        self.process = subprocess.Popen(
            [harness.SECINFOD, *mode, '--socket', self.socket, '--state-dir', directory / 'state'],
            user=daemon.pw_uid, group=daemon.pw_gid, extra_groups=[], stdout=self.log, stderr=self.log,
            env={'HOME': str(directory / 'home'), 'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8'} |
            harness.counted(daemon))
        self.addCleanup(self.stop)
        harness.wait_for('the socket', self.listens)

    def listens(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.log.seek(0)
        self.assertEqual(self.process.wait(60), 0, self.log.read())

    def ask(self, uid, prefix=()):
        done = subprocess.run([*prefix, '/usr/bin/python3', '-c', ASK, self.socket], user=uid, group=uid,
                              extra_groups=[], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, uid, prefix=()):
        status, kind, body = self.ask(uid, prefix)
        self.assertEqual((status, kind, body['type'], body['status']),
                         (403, 'application/problem+json', '/problems/not-you', 403))

    def test_each_is_who_he_is(self):
        self.start('--system')
        for name in ('secinfo-ann', 'secinfo-bob', 'secinfo-daemon'):
            status, _, body = self.ask(pwd.getpwnam(name).pw_uid)
            self.assertEqual((status, body['name']), (200, name))
        self.assertEqual(self.ask(0)[2]['name'], 'root')

    def test_nobody_s_uids(self):
        self.start('--system')
        overflow = int(pathlib.Path('/proc/sys/kernel/overflowuid').read_text())
        self.refused(overflow)
        self.refused(3999999999)   # nobody has that uid
        ranges = [line.split(':') for line in pathlib.Path('/etc/subuid').read_text().splitlines() if line]
        self.assertTrue(ranges, 'useradd made no subordinate uids')
        for _, first, count in ranges:
            self.refused(int(first))
            self.refused(int(first) + int(count) - 1)

    def test_subordinate_uids_made_while_it_runs(self):
        self.start('--system')
        with open('/etc/subuid', 'a', encoding='utf-8') as file:
            file.write('secinfo-ann:700000000:10\n')
        self.refused(700000009)

    def test_forty_subordinate_uids_shut_nobody_out(self):
        self.start('--system')
        first = int(pathlib.Path('/etc/subuid').read_text().split(':')[1])
        for i in range(40):
            self.refused(first + i)
        # Sixteen connections each would be more than there are for all.
        held = [self.connect(first + i) for i in range(40) for _ in range(16)]
        self.assertEqual(self.ask(pwd.getpwnam('secinfo-bob').pw_uid)[0], 200)
        for connection in held:
            while connection.recv(4096):
                continue
            connection.close()

    def connect(self, uid):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        os.seteuid(uid)
        try:
            connection.connect(str(self.socket))
        finally:
            os.seteuid(0)
        return connection

    def test_user_namespace(self):
        """One's own uid, seen as root inside, is one's own outside."""
        if subprocess.run(['unshare', '-Ur', 'true'], capture_output=True, check=False).returncode != 0:
            self.skipTest('user namespaces are not allowed here (a chroot, or a setting of the kernel)')
        self.start('--system')
        status, _, body = self.ask(pwd.getpwnam('secinfo-ann').pw_uid, ('unshare', '-Ur'))
        self.assertEqual((status, body['name']), (200, 'secinfo-ann'))

    def test_whole_range_in_a_user_namespace(self):
        """As a rootless container has it: inside, root and 65,535 more; outside, ann and her subordinate uids."""
        self.start('--system')
        ann = pwd.getpwnam('secinfo-ann').pw_uid
        first = next(int(line.split(':')[1]) for line in pathlib.Path('/etc/subuid').read_text().splitlines()
                     if line.startswith('secinfo-ann:'))
        for inside, outside, name in ((0, ann, 'secinfo-ann'), (1, first, None), (1000, first + 999, None)):
            with self.subTest(inside):
                child = subprocess.Popen(['unshare', '-U', 'sh', '-c', 'echo; read line; exec "$@"', 'sh', 'setpriv',
                                          f'--reuid={inside}', '/usr/bin/python3', '-c', ASK, self.socket], user=ann,
                                         group=ann, extra_groups=[], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True)
                child.stdout.readline()
                # What newuidmap does, being root.
                pathlib.Path(f'/proc/{child.pid}/uid_map').write_text(f'0 {ann} 1\n1 {first} 65535\n')
                status, _, body = json.loads(child.communicate('go\n', timeout=60)[0])
                self.assertEqual((status, body.get('name'), body.get('type')),
                                 (200, name, None) if name else (403, None, '/problems/not-you'))

    def test_service_in_a_user_namespace(self):
        """There all users look alike: it does not start, and says what to take out."""
        command = ['unshare', '-U', '--map-user=1000', harness.SECINFOD, '--system', '--socket',
                   '/run/secinfo-none/api']
        daemon = pwd.getpwnam('secinfo-daemon')
        done = subprocess.run(command, user=daemon.pw_uid, capture_output=True, text=True, check=False, timeout=60,
                              env=os.environ | harness.counted(daemon))
        self.assertEqual((done.returncode, done.stderr.count('\n')), (1, 1), done.stderr)
        self.assertIn('PrivateUsers=', done.stderr)

    def test_private_instance_has_one_user(self):
        self.start('--private')
        # Its owner is let in, and told that no keyring came with it.
        self.assertEqual(self.ask(pwd.getpwnam('secinfo-daemon').pw_uid)[2]['type'], '/problems/store-locked')
        self.refused(0)   # alone able to reach the socket at all

    def test_root_is_refused_as_a_service(self):
        for mode in ('--private', '--system'):
            done = subprocess.run([harness.SECINFOD, mode, '--socket', '/run/secinfo-none/api'],
                                  capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn('does not run as root', done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1)


if __name__ == '__main__':
    tap.main()
