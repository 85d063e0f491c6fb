#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfo-password --reset as root: whom it may be said of, the ticket, the limit, and that nothing is half done."""
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import sign_in as s  # noqa: E402
import tap  # noqa: E402
from sign_in import NEW, OLD, REDEEM, RESULT, TICKET_BYTES  # noqa: E402

h = s.h
CONF = pathlib.Path('/etc/secinfo/reset.conf')
TALLY = pathlib.Path('/run/faillock')
ENVIRONMENT = {'PATH': '/usr/bin', 'LANG': 'C.UTF-8'}


def make(user, fresh=NEW, ticket=TICKET_BYTES, op=None, version=1):
    op = op if op is not None else h.RESET if fresh else h.UNLOCK
    return s.RESET_REQUEST.pack(version, op, user.encode(), fresh.encode(), ticket)


def call(datagram, wrapper=()):
    """(result, retry_at, reason) of one process, or None where it ended without an answer."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        process = subprocess.Popen([*wrapper, h.HELPER, '--reset'], stdin=theirs.fileno(), env=ENVIRONMENT,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        theirs.close()
        ours.send(datagram)
        ours.settimeout(40)
        data = ours.recv(4096)
        errors = process.communicate(timeout=90)[1].decode()
    if not data:
        return None
    assert len(data) == s.RESET_REPLY.size, len(data)
    version, result, retry_at, reason = s.RESET_REPLY.unpack(data)
    assert version == 1
    return h.RESULTS[result], retry_at, reason.rstrip(b'\0').decode(), errors


@s.only_in_sandbox
class Reset(s.SignIn):
    users = ('paul',)

    def setUp(self):
        super().setUp()
        s.set_password('paul', OLD)
        self.daemon = self.secinfod()

    def result(self, *arguments, **more):
        return call(make(*arguments, **more))[0]

    def nothing(self):
        """secinfod was not asked and nothing is counted."""
        self.assertEqual(self.daemon.asked, [])
        self.assertFalse((s.COUNT / 'resets').exists())

    def test_reset(self):
        self.assertEqual(call(make('paul'))[:3], ('ok', 0, ''))
        self.assertTrue(s.right('paul', NEW))
        self.assertFalse(s.right('paul', OLD))
        self.assertEqual([(a.op, a.user, a.reset, a.result) for a in self.daemon.asked],
                         [(REDEEM, 'paul', 1, 0), (RESULT, 'paul', 1, 0)])
        self.assertEqual(self.daemon.connections, 1)     # both on one

    def test_the_account_stays_as_it_was(self):
        """A reset sets a password and nothing else: groups, expiry, shell, home."""
        s.run('chage', '-M', '90', '-W', '5', 'paul')
        before = [line.split(':') for line in pathlib.Path('/etc/shadow').read_text().splitlines()]
        passwd = pathlib.Path('/etc/passwd').read_text()
        self.assertEqual(self.result('paul'), 'ok')
        after = [line.split(':') for line in pathlib.Path('/etc/shadow').read_text().splitlines()]
        self.assertEqual(pathlib.Path('/etc/passwd').read_text(), passwd)
        for old, new in zip(before, after):
            self.assertEqual([old[0], *old[3:]], [new[0], *new[3:]])
            self.assertEqual(old[1] != new[1], old[0] == 'paul', old[0])

    def test_policy_and_history(self):
        for weak in ('abc', 'paul1', 'password1'):
            result, _, reason, _ = call(make('paul', weak))
            self.assertEqual(result, 'refused', weak)
            self.assertGreater(len(reason), 10)
            self.assertNotIn(weak, reason)
            self.assertEqual(self.daemon.results[-1], h.RESULTS.index('refused'))
        self.assertEqual(self.result('paul'), 'ok')
        self.assertEqual(self.result('paul', NEW), 'refused')
        self.assertEqual(self.result('paul', 'Zw0lf-Boxkampfer'), 'ok')
        self.assertEqual(self.result('paul', NEW), 'refused', 'pam_pwhistory remembers')

    def test_whom_it_may_be_said_of(self):
        for name, arguments, after in (
                ('r-locked', (), ('usermod', '-L')), ('r-expired', (), ('chage', '-E', '2020-01-01')),
                ('r-disabled', (), ('chage', '-E', '0')),
                ('r-inactive', (), ('chage', '-d', '2020-01-01', '-M', '1', '-I', '1')),
                ('r-star', (), ('usermod', '-p', '*')), ('r-none', (), ('usermod', '-p', '!')),
                ('r-empty', (), ('passwd', '-d')), ('r-system', ('-r',), ('true',)),
                ('r-crypt', (), ('mkdir', '-p', '/home/.ecryptfs/r-crypt'))):
            s.add_user(name, *arguments)
            s.run(*after, name) if after[0] != 'mkdir' else s.run(*after)
        shadow = pathlib.Path('/etc/shadow').read_text()
        for name in ('root', 'r-locked', 'r-expired', 'r-disabled', 'r-inactive', 'r-star', 'r-none', 'r-empty',
                     'r-system', 'r-crypt', 'daemon', 'nobody', 'secinfo', 'no-such-name', '../paul', 'PAUL', 'paul '):
            for fresh in (NEW, ''):
                with self.subTest(f'{name} {fresh}'):
                    self.assertIn(self.result(name, fresh), ('not-allowed', 'locked'))
        self.assertEqual(pathlib.Path('/etc/shadow').read_text(), shadow)
        self.nothing()

    def test_administrators(self):
        s.run('groupadd', '-f', 'sudo')
        s.add_user('adam', '-G', 'sudo')
        CONF.parent.mkdir(exist_ok=True)
        CONF.unlink(missing_ok=True)    # another program's
        self.addCleanup(shutil.rmtree, CONF.parent)

        def ask(text, proofs=2, mode=0o644, owner='root'):
            if text is not None:
                CONF.write_text(text)
                CONF.chmod(mode)
                shutil.chown(CONF, owner)
            s.set_password('adam', OLD)
            self.daemon.proofs = proofs
            (s.COUNT / 'resets').unlink(missing_ok=True)
            result = self.result('adam')
            self.assertEqual(s.right('adam', NEW), result == 'ok')
            unlocked = self.result('adam', '')
            self.assertEqual(unlocked, result)
            return result
        no = 'not-allowed'
        self.assertEqual(ask(None), no)
        for text in ('', 'administrators=no\n', '# administrators=2\n', 'administrators=3\n', 'administrators = 2\n',
                     'administrators=2', 'administrators=2 \n', 'Administrators=2\n', 'administrators=2\nx\n',
                     'administrators=2\nadministrators=1\n', 'administrators=12\n', '[a]\nadministrators=2\n',
                     'administrators=2\n#' + 'x' * 3000 + '\nx\n'):
            self.assertEqual(ask(text), no, text[:40])
        self.assertEqual(self.daemon.asked, [])
        self.assertEqual(ask('administrators=2\n'), 'ok')
        self.assertEqual(ask('administrators=2\n', proofs=1), no)
        self.assertEqual(self.daemon.results[-2:], [h.RESULTS.index(no)] * 2)
        self.assertEqual(ask('# why\n\nadministrators=1\nadministrator-groups=staff\n', proofs=1), 'ok')
        self.assertEqual(ask('administrators=2\n', owner='paul'), no)
        self.assertEqual(ask('administrators=2\n', mode=0o664), no)
        self.assertEqual(ask('administrators=2\n', mode=0o646), no)

    def test_groups_of_administrators(self):
        s.run('groupadd', 'keepers-of-keys')
        s.add_user('kees', '-G', 'keepers-of-keys')
        self.assertEqual(self.result('kees'), 'ok')
        CONF.parent.mkdir(exist_ok=True)
        self.addCleanup(shutil.rmtree, CONF.parent)
        CONF.write_text('administrator-groups=a keepers-of-keys\n')
        CONF.chmod(0o644)
        self.assertEqual(self.result('kees'), 'not-allowed')
        self.assertEqual(self.result('paul'), 'ok')

    def test_without_a_ticket(self):
        for proofs, ticket in ((0, TICKET_BYTES), (1, bytes(16)), (1, b'\xff' * 16)):
            self.daemon.proofs = proofs
            for fresh in (NEW, ''):
                self.assertEqual(self.result('paul', fresh, ticket), 'wrong')
        self.assertTrue(s.right('paul', OLD))
        self.assertEqual(struct.unpack('=3q', (s.COUNT / 'resets').read_bytes()), (0, 0, 0))
        self.daemon.close()
        self.assertEqual(self.result('paul'), 'unavailable')
        for bad in (b'', b'x', s.reply(s.TAKEN)[:-1], s.reply(s.TAKEN, version=2)):
            served = self.serve(s.Fixed('sign-in', bad))
            self.assertEqual(self.result('paul'), 'unavailable')
            served.close()
        served = self.serve(s.Fixed('sign-in', s.reply(s.TICKET)))
        self.assertEqual(self.result('paul'), 'wrong')
        served.close()
        self.assertTrue(s.right('paul', OLD))

    def test_three_an_hour_for_the_computer(self):
        s.add_user('petra')
        for name, fresh in (('paul', NEW), ('petra', NEW), ('paul', NEW + 'b')):
            self.assertEqual(self.result(name, fresh), 'ok')
        before = len(self.daemon.asked)
        result, retry_at, _, _ = call(make('petra', NEW + 'c'))
        self.assertEqual(result, 'limit')
        self.assertTrue(time.time() + 3500 < retry_at <= time.time() + 3600)
        self.assertEqual(len(self.daemon.asked), before, 'the ticket is not used up')
        self.assertEqual(self.result('petra', ''), 'ok', 'unlocking has no limit')
        now = int(time.time())
        for end, times, expected in (('x', (now - 3601, now - 5, now - 5), 'ok'),
                                     ('y', (now - 3590, now - 5, now - 5), 'limit'),
                                     ('z', (now + 10 ** 9, now + 10 ** 9, now + 5), 'limit')):
            (s.COUNT / 'resets').write_bytes(struct.pack('=3q', *times))
            self.assertEqual(self.result('petra', NEW + end), expected, times)
        # A clock that was ahead costs an hour from now on, not until then.
        self.assertLessEqual(max(struct.unpack('=3q', (s.COUNT / 'resets').read_bytes())), time.time())
        for broken in (b'x', b'\0' * 23, b'\0' * 25):
            (s.COUNT / 'resets').write_bytes(broken)
            self.assertEqual(self.result('petra', NEW + 'd'), 'unavailable' if len(broken) != 25 else 'ok')

    def test_what_was_refused_does_not_count(self):
        for _ in range(5):
            self.assertEqual(self.result('paul', 'abc'), 'refused')
        self.assertEqual(self.result('paul'), 'ok')

    def test_parallel(self):
        """Eight at once with good tickets, each slow between reading and writing the count: three, as ever."""
        results, wrapper = [], ('strace', '-o', '/dev/null', '-e', 'inject=pwrite64:delay_enter=200000')
        threads = [threading.Thread(target=lambda i=i: results.append(call(make('paul', f'{NEW}{i:02}'), wrapper)[0]))
                   for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((results.count('ok'), results.count('limit')), (3, 5), results)

    def test_counted_on_disk_before_the_change(self):
        trace = pathlib.Path('/run/reset-trace')
        wrapper = ('strace', '-f', '-y', '-o', str(trace), '-e', 'trace=fsync,pwrite64,rename,sendto,%process')
        self.assertEqual(call(make('paul'), wrapper=wrapper)[0], 'ok')
        text = trace.read_text()
        order = [re.search(pattern, text).start() for pattern in (
            r'pwrite64\(\d+</var/lib/secinfo-password/resets>', r'fsync\(\d+</var/lib/secinfo-password/resets>\) += 0',
            r'sendto\(', r'rename\("/etc/nshadow", "/etc/shadow"\)')]
        self.assertEqual(order, sorted(order))
        # pam_unix's own helper (since PAM 1.6) looks into the shadow file; nothing else of root's is started.
        own, *others = re.findall(r'(?m)^(?:\[pid +\d+\] |\d+ +)?execve\("([^"]+)", (\[[^]]*\])', text)
        self.assertTrue(own[0].endswith('/secinfo-password'), own)
        helper = ('/usr/sbin/unix_chkpwd', r'\["/usr/sbin/unix_chkpwd", "paul", "(chkexpiry|nullok|nonull)"\]')
        for program, arguments in others:
            self.assertEqual(program, helper[0])
            self.assertRegex(arguments, helper[1])
        self.assertLessEqual(len(re.findall(r'(?:clone3?|v?fork)\(', text)), len(others))

    def test_unlock(self):
        TALLY.mkdir(exist_ok=True)
        for _ in range(4):
            s.talk('greetd', 'paul', 'no')
        self.assertGreater((TALLY / 'paul').stat().st_size, 0)
        self.assertNotEqual(s.talk('greetd', 'paul', OLD).result, s.SUCCESS)
        self.assertEqual(self.result('paul', ''), 'ok')
        self.assertEqual((TALLY / 'paul').stat().st_size, 0)
        self.assertEqual(s.talk('greetd', 'paul', OLD).result, s.SUCCESS)
        self.assertTrue(s.right('paul', OLD))

    def test_datagrams(self):
        good = make('paul')
        long = s.RESET_REQUEST.pack(1, h.RESET, b'paul', b'x' * 512, TICKET_BYTES)
        for datagram in (good[:-1], good + b'\0', b'\0', b'\0' * len(good), make('paul', version=2), make(''), long,
                         make('paul', '', op=h.RESET), make('paul', NEW, op=h.UNLOCK), make('paul', op=h.CHANGE),
                         make('paul', op=0), make('paul', op=0xffffffff), h.make(h.CHANGE, 'paul', OLD.encode(), b'x'),
                         s.RESET_REQUEST.pack(1, h.RESET, b'paul\0x', NEW.encode(), TICKET_BYTES)):
            self.assertIn(call(datagram)[0], ('bad-request', 'not-allowed'), datagram[:40])
        self.assertTrue(s.right('paul', OLD))
        self.nothing()

    def test_only_root_may_ask(self):
        """secinfod itself may not: its socket is the other one."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind('\0secinfo-test-reset')
        listener.listen()
        for name in ('secinfo', 'paul'):
            client = subprocess.Popen(['/usr/bin/python3', '-c', f'''
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("\\0secinfo-test-reset")
s.send({make('paul')!r})
print(len(s.recv(4096)))
'''], user=name, group=name, extra_groups=[], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            peer = listener.accept()[0]
            self.assertEqual(subprocess.run([h.HELPER, '--reset'], stdin=peer.fileno(), check=False).returncode, 1)
            peer.close()
            self.assertIn(client.communicate()[0], ('', '0\n'))
        self.nothing()
        # And the operations of one socket are none of the other's.
        for op in (h.RESET, h.UNLOCK):
            self.assertEqual(h.call(h.make(op, 'paul', b'', NEW.encode())).result, 'bad-request')

    def test_killed_anywhere(self):
        """SIGKILL at each of the calls that write: the old password or the new one, and nobody else's is touched."""
        s.add_user('pia')
        others = [line for line in pathlib.Path('/etc/shadow').read_text().splitlines() if not line.startswith('pia:')]
        seen = set()
        points = [('openat', n) for n in range(1, 40)]
        calls = ('write', 'fsync', 'rename', 'pwrite64', 'sendto', 'recvfrom', 'fchown', 'fchmod')
        points += [(name, n) for name in calls for n in range(1, 9)]
        tried = 0
        for name, n in points:
            s.set_password('pia', OLD)
            (s.COUNT / 'resets').unlink(missing_ok=True)
            answer = None
            try:
                answer = call(make('pia', f'{NEW}{tried}'), wrapper=(
                    'strace', '-o', '/dev/null', '-e', f'inject={name}:signal=SIGKILL:when={n}'))
            except (ConnectionResetError, BrokenPipeError):
                pass
            for lock in ('/etc/.pwd.lock', '/etc/passwd.lock', '/etc/shadow.lock', '/etc/nshadow'):
                pathlib.Path(lock).unlink(missing_ok=True)
            if answer is not None:
                continue    # there are no more of that call
            tried += 1
            new, old = s.right('pia', f'{NEW}{tried - 1}'), s.right('pia', OLD)
            self.assertNotEqual(new, old, (name, n))
            seen.add(new)
            self.assertEqual([line for line in pathlib.Path('/etc/shadow').read_text().splitlines()
                              if not line.startswith('pia:')], others, (name, n))
        print(f'# killed at {tried} points')
        self.assertGreaterEqual(tried, 50)
        self.assertEqual(seen, {True, False})

    def test_valgrind(self):
        if not shutil.which('valgrind') or '_build-asan' in str(h.BUILD):
            self.skipTest('valgrind is not here, or this is a sanitizer build')
        wrapper = ('valgrind', '-q', '--error-exitcode=99', '--leak-check=full',
                   '--errors-for-leak-kinds=definite')
        for datagram, result in ((make('paul', 'abc'), 'refused'), (make('paul'), 'ok'), (make('paul', ''), 'ok'),
                                 (make('root'), 'not-allowed'), (b'x', 'bad-request')):
            answer = call(datagram, wrapper=wrapper)
            self.assertEqual((answer[0], answer[3]), (result, ''))


if __name__ == '__main__':
    tap.main()
