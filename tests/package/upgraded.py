#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The next version over one that runs: what the administrator decided stays, what runs is replaced, nothing is lost.

Run by tests/package/inside in the bare Debian, as root beside systemd (tests/lib/boot). SECINFO_TEST_NEXT: its package.
"""
import json
import os
import pathlib
import socket
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import tap  # noqa: E402
from booted import OLD, RUN, courier_kinds, ctl, journal, make_codes, run, show, unlock  # noqa: E402

RESET_CONF = pathlib.Path('/etc/secinfo/reset.conf')
DECIDED = '# Ours.\nadministrators=1\nadministrator-groups=staff\n'
DAEMONS = ('secinfod.service', 'secinfo-courier.service')
SOCKETS = ('secinfod.socket', 'secinfod-sign-in.socket', 'secinfo-courier.socket', 'secinfo-password-check.socket',
           'secinfo-password-reset.socket')
ANSWERS_AT_ONCE = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}


def module_lines():
    text = '\n'.join(pathlib.Path(f'/etc/pam.d/common-{name}').read_text() for name in ('auth', 'session'))
    return [line for line in text.splitlines() if 'pam_secinfo' in line]


def left():
    return json.loads(ctl('anna', 'saved-codes', 'show').stdout)['left']


class Knocker(threading.Thread):
    """Whoever comes to the sign-in screen meanwhile: is somebody there?"""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.refused, self.times = threading.Event(), [], 0

    def run(self):
        while not self.over.wait(0.02):
            self.times += 1
            for name in ('sign-in', 'password-reset'):
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
                    try:
                        peer.connect(str(RUN / name))
                    except OSError as error:
                        self.refused.append(f'{name}: {error}')


class Upgrade(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run('chpasswd', input=f'anna:{OLD}\n')
        cls.codes = make_codes(OLD)
        kinds = courier_kinds()
        assert kinds.returncode == 0, kinds.stderr
        RESET_CONF.write_text(DECIDED)
        cls.written = RESET_CONF.stat().st_mtime_ns
        run('pam-auth-update', '--disable', 'secinfo', 'secinfo-hint', env=ANSWERS_AT_ONCE)
        assert module_lines() == [], module_lines()
        cls.pids = {unit: show(unit, 'MainPID')['MainPID'] for unit in DAEMONS}
        assert '0' not in cls.pids.values(), cls.pids
        cls.key = {path: path.read_bytes() for path in (pathlib.Path('/etc/secinfo/store-key.cred'),
                                                        pathlib.Path('/var/lib/secinfo/store-key')) if path.exists()}
        cls.left, cls.version = left(), cls.installed()
        stream = cls.listen()
        knocker = Knocker()
        knocker.start()
        cls.done = run('dpkg', '-i', os.environ['SECINFO_TEST_NEXT'], env=ANSWERS_AT_ONCE)
        knocker.over.set()
        knocker.join()
        cls.knocker = knocker
        cls.stream_ended = cls.ends(stream)
        for line in (cls.done.stdout + cls.done.stderr).splitlines():
            print('# ' + line, flush=True)

    @staticmethod
    def installed():
        return run('dpkg-query', '-W', '-f', '${Version} ${db:Status-Status}', 'secinfo').stdout

    @staticmethod
    def listen():
        """A window's event stream, which keeps secinfod from leaving by itself."""
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(20)
        stream.connect(str(RUN / 'api'))
        stream.sendall(b'GET /v1/account/events HTTP/1.1\r\nHost: secinfo\r\n\r\n')
        assert stream.recv(4096).startswith(b'HTTP/1.1 200'), 'no event stream'
        return stream

    @staticmethod
    def ends(stream):
        try:
            while stream.recv(4096):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True

    def test_installed(self):
        self.assertEqual(self.done.returncode, 0)
        self.assertNotEqual(self.installed(), self.version)
        self.assertTrue(self.installed().endswith(' installed'))

    def test_reset_conf_is_left_alone(self):
        self.assertEqual(RESET_CONF.read_text(), DECIDED)
        self.assertEqual(RESET_CONF.stat().st_mtime_ns, self.written)

    def test_what_ran_is_replaced(self):
        """Each daemon runs again, as the program that is installed now; who was connected is let go of."""
        self.assertTrue(self.stream_ended, 'the old secinfod still serves a stream')
        for unit in DAEMONS:
            with self.subTest(unit):
                state = show(unit, 'MainPID', 'ActiveState')
                self.assertEqual(state['ActiveState'], 'active', journal(unit))
                self.assertNotEqual(state['MainPID'], self.pids[unit])
                self.assertFalse(os.path.exists(f'/proc/{self.pids[unit]}'))
                self.assertNotIn('deleted', os.readlink(f"/proc/{state['MainPID']}/exe"))

    def test_sockets_stay(self):
        """Nobody at the sign-in screen is turned away meanwhile."""
        self.assertGreater(self.knocker.times, 5)
        self.assertEqual(self.knocker.refused, [])
        for unit in SOCKETS:
            self.assertEqual(show(unit, 'ActiveState')['ActiveState'], 'active', unit)
        self.assertEqual('', run('systemctl', 'list-units', '--failed', '--no-legend', '--plain', 'secinfo*').stdout)

    def test_state_is_kept(self):
        self.assertEqual((self.left, left()), (10, 10))
        self.assertEqual({path: path.read_bytes() for path in self.key}, self.key)
        self.assertEqual(courier_kinds().returncode, 0)

    def test_what_was_switched_off_stays_off(self):
        """The profiles; and once they are switched on again, a code of before the upgrade lets in."""
        self.assertEqual(module_lines(), [])
        done = run('pamtester', 'login', 'anna', 'authenticate', 'acct_mgmt', input=OLD + '\n')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        run('pam-auth-update', '--enable', 'secinfo', 'secinfo-hint', env=ANSWERS_AT_ONCE)
        self.assertEqual(sum('hint' in line for line in module_lines()), 1)
        before = left()
        unlock(self.codes[0])
        end = time.monotonic() + 20
        while left() == before and time.monotonic() < end:
            time.sleep(0.2)
        self.assertEqual(left(), before - 1)


if __name__ == '__main__':
    tap.main()
