#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfo-password --private as an ordinary user: hostile datagrams, limits, PAM without root."""
import glob
import os
import pathlib
import pwd
import sys
import tempfile
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import helper as h  # noqa: E402
import tap  # noqa: E402

ME = pwd.getpwuid(os.getuid()).pw_name
MATRIX = glob.glob('/usr/lib/*/pam_wrapper/pam_matrix.so')
REAL = os.environ.get('SECINFO_TEST_PASSWORD')
NEW = b'Xk9-tarn-Ulme-42'


@unittest.skipIf(os.getuid() == 0, 'for an ordinary user; root has its own suite')
class Ordinary(unittest.TestCase):
    def matrix(self):
        if not MATRIX:
            self.skipTest('pam_matrix is not installed (libpam-wrapper)')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        (path / 'db').write_text(f'{ME}:right one:secinfo\n')
        (path / 'secinfo').write_text(''.join(f'{kind} required {MATRIX[0]} passdb={path}/db\n'
                                              for kind in ('auth', 'account', 'password')))
        return dict(os.environ, SECINFO_PAM_CONFDIR=folder.name)

    def in_time(self, seconds, ask):
        """The answer and its seconds, fewer than so many: the machine may be slow once, ours not three times."""
        for _ in range(3):
            begun = time.monotonic()
            answer = ask()
            took = time.monotonic() - begun
            if took < seconds:
                break
        self.assertLess(took, seconds)
        return answer, took


class Pam(Ordinary):
    def test_right_and_wrong(self):
        environment = self.matrix()
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, ME, b'right one'), environment=environment).result, 'ok')
        for wrong in (b'Right one', b'right one ', b'right on', b'', b'x' * 511):
            answer, _ = self.in_time(1.5, lambda: h.call(h.make(h.AUTHENTICATE, ME, wrong), environment=environment))
            self.assertNotEqual(answer.result, 'ok')

    def test_no_service_is_no(self):
        with tempfile.TemporaryDirectory() as empty:
            environment = dict(os.environ, SECINFO_PAM_CONFDIR=empty)
            answer = h.call(h.make(h.AUTHENTICATE, ME, b'right one'), environment=environment)
        self.assertNotEqual(answer.result, 'ok')

    def test_change_needs_the_current_one(self):
        answer = h.call(h.make(h.CHANGE, ME, b'wrong one', NEW), environment=self.matrix())
        self.assertIn(answer.result, ('wrong', 'no-password'))


@unittest.skipIf(REAL is None, 'the account’s real password is not known here (SECINFO_TEST_PASSWORD)')
class RealAccount(Ordinary):
    """unix_chkpwd and passwd(1) for real, on the throw-away account of the sandbox."""
    def test_authenticate(self):
        answer = h.call(h.make(h.AUTHENTICATE, ME, REAL.encode()))
        self.assertEqual((answer.result, answer.reason), ('ok', ''))
        # A wrong password makes nobody sleep.
        answer, _ = self.in_time(1.5, lambda: h.call(h.make(h.AUTHENTICATE, ME, b'not this')))
        self.assertEqual(answer.result, 'wrong')

    def test_classify(self):
        answer = h.call(h.make(h.CLASSIFY, ME))
        self.assertEqual((answer.result, answer.kind), ('ok', 'files'))

    def test_change(self):
        self.assertEqual(h.call(h.make(h.CHANGE, ME, b'not this', NEW)).result, 'wrong')
        for language in ('C.UTF-8', 'de_DE.UTF-8'):
            weak = h.call(h.make(h.CHANGE, ME, REAL.encode(), b'abc'), environment=dict(os.environ, LANG=language))
            self.assertEqual(weak.result, 'refused')
            self.assertGreater(len(weak.reason), 10)
            self.assertNotRegex(weak.reason, 'abc|[\x00-\x1f]')
        self.assertEqual(h.call(h.make(h.AUTHENTICATE, ME, REAL.encode())).result, 'ok')
        try:
            self.assertEqual(h.call(h.make(h.CHANGE, ME, REAL.encode(), NEW)).result, 'ok')
            self.assertEqual(h.call(h.make(h.AUTHENTICATE, ME, NEW)).result, 'ok')
            self.assertEqual(h.call(h.make(h.AUTHENTICATE, ME, REAL.encode())).result, 'wrong')
        finally:
            self.assertEqual(h.call(h.make(h.CHANGE, ME, NEW, REAL.encode())).result, 'ok')


class Hostile(Ordinary):
    def test_datagrams(self):
        good = h.make(h.CLASSIFY, ME)
        no_end = h.REQUEST.pack(1, h.AUTHENTICATE, os.getuid(), ME.encode(), b'x' * 512, b'')
        after_end = h.REQUEST.pack(1, h.AUTHENTICATE, os.getuid(), ME.encode() + b'\0root', b'x', b'')
        cases = {'short': good[:-1], 'long': good + b'\0', 'one byte': b'\0', 'huge': good * 40, 'no NUL': no_end,
                 'something after the NUL': after_end, 'version': h.make(h.CLASSIFY, ME, version=2),
                 'no name': h.REQUEST.pack(1, 1, os.getuid(), b'', b'', b''),
                 'password in classify': h.make(h.CLASSIFY, ME, b'x'),
                 'new one in authenticate': h.make(h.AUTHENTICATE, ME, b'x', b'y'),
                 'change without new': h.make(h.CHANGE, ME, b'x'),
                 **{f'operation {op}': h.make(op, ME) for op in (0, h.RESET, h.UNLOCK, 6, 0xffffffff)}}
        for name, datagram in cases.items():
            with self.subTest(name):
                self.assertEqual(h.call(datagram).result, 'bad-request')

    def test_other_accounts(self):
        for datagram in (h.make(h.AUTHENTICATE, 'root', b'x'), h.make(h.CLASSIFY, 'root'),
                         h.make(h.CLASSIFY, ME, uid=0),
                         h.make(h.CLASSIFY, ME, uid=os.getuid() + 1),
                         h.make(h.CLASSIFY, 'no-such-name', uid=os.getuid()),
                         h.make(h.CLASSIFY, '../' + ME, uid=os.getuid())):
            self.assertEqual(h.call(datagram).result, 'not-allowed')

    def test_only_one_answer(self):
        ours, process = h.start()
        ours.send(h.make(h.CLASSIFY, ME))
        try:
            ours.send(h.make(h.CLASSIFY, ME))
        except OSError:
            pass
        try:
            self.assertEqual(h.finish(ours, process, 0)[0].result, 'ok')
            self.assertRaises(OSError, ours.recv, 1)
        except ConnectionResetError:   # it left without a look at the second
            process.communicate()

    def test_silence_ends_after_two_seconds(self):
        answer, took = self.in_time(4, lambda: h.finish(*h.start(), 0)[0])
        self.assertEqual(answer.result, 'bad-request')
        self.assertGreater(took, 1.8)

    def test_life_is_thirty_seconds(self):
        """A PAM module that hangs: the alarm ends it, and nobody waits for ever."""
        environment = self.matrix()
        folder = pathlib.Path(environment['SECINFO_PAM_CONFDIR'])
        exec_module = glob.glob('/usr/lib/*/security/pam_exec.so') + glob.glob('/lib/*/security/pam_exec.so')
        if not exec_module:
            self.skipTest('pam_exec is not installed')
        (folder / 'secinfo').write_text(f'auth required {exec_module[0]} /bin/sleep 100\n')
        answer, took = self.in_time(34, lambda: h.call(h.make(h.AUTHENTICATE, ME, b'right one'),
                                                       environment=environment))
        self.assertIsNone(answer)
        self.assertGreater(took, 29)

    def test_arguments(self):
        for arguments in ([], ['--private', 'more'], ['--system']):
            ours, process = h.start(arguments=arguments)
            answer, errors = h.finish(ours, process, 0)
            self.assertIsNone(answer)
            self.assertEqual(process.returncode, 2)
            self.assertIn('account service', errors)

    def test_not_a_socket(self):
        import subprocess
        done = subprocess.run([h.HELPER, '--private'], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, b''))


if __name__ == '__main__':
    tap.main()
