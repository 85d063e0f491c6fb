#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed units under a real systemd: they did give up what they say, and it is nothing that the programs need.

A booted system in the throw-away copy (tests/lib/boot). A system call that a unit's filter refuses ends the process
here, instead of an error that somebody might swallow."""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'lib'), str(HERE.parent / 'pam'), str(HERE)]
import sign_in as s  # noqa: E402
import system  # noqa: E402
import tap  # noqa: E402
import test_keyring as keyring  # noqa: E402

h = s.h
OLD, NEW = s.OLD, s.NEW
UNITS = ('secinfod', 'secinfo-courier', 'secinfo-password-check@', 'secinfo-password-reset@')


def install():
    """As `meson install`, and what a package puts elsewhere."""
    s.run('meson', 'install', '-C', str(h.BUILD), '--no-rebuild', '--quiet')
    for name in ('secinfo', 'secinfo-reset'):
        shutil.copy(h.SOURCE / 'data/pam' / name, '/etc/pam.d/')
    for name in UNITS:
        drop = pathlib.Path(f'/etc/systemd/system/{name}.service.d')
        drop.mkdir(parents=True)
        # GLib's threads try sched_setattr once and take no for an answer.
        (drop / 'test.conf').write_text('[Service]\nSystemCallErrorNumber=kill\nSystemCallFilter=sched_setattr\n')
    for name in ('uwe', 'udo'):
        s.add_user(name)


def talk(name, datagram, reply):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(90)
        line.connect(f'/run/secinfo/{name}')
        line.send(datagram)
        data = line.recv(4096)
        assert len(data) == reply.size, f'{len(data)} bytes: {journal()}'
        return reply.unpack(data)


def journal():
    return subprocess.run(['journalctl', '--no-pager', '-o', 'cat', '-u', 'secinfo*'], capture_output=True, text=True,
                          check=False).stdout


def check(op, user, *passwords):
    _, result, kind, _, mark, _, _, _, reason = talk('password-check', h.make(op, user, *passwords), h.REPLY)
    return h.RESULTS[result], h.KINDS[kind], bool(mark), reason.rstrip(b'\0').decode()


def reset(user, fresh):
    op = h.RESET if fresh else h.UNLOCK
    datagram = s.RESET_REQUEST.pack(1, op, user.encode(), fresh.encode(), s.TICKET_BYTES)
    _, result, _, reason = talk('password-reset', datagram, s.RESET_REPLY)
    return h.RESULTS[result], reason.rstrip(b'\0').decode()


def status_of(unit):
    pid = s.run('systemctl', 'show', '-P', 'MainPID', unit).stdout.strip()
    try:
        text = pathlib.Path(f'/proc/{pid}/status').read_text()
    except FileNotFoundError:
        text = ''   # it ended meanwhile, or does not run
    return pid, dict(re.findall(r'^(\w+):\s*(.*)$', text, re.M))


def signal_to(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid), number)


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        s.run('systemctl', 'start', 'secinfo-courier.socket', 'secinfo-password-check.socket',
              'secinfo-password-reset.socket')

    def tearDown(self):
        # A keyring that is started for a user without a session says that it has no /run/user.
        said = '\n'.join(line for line in journal().splitlines() if 'socket directory: /run/user/' not in line)
        self.assertNotRegex(said, r'SIGSYS|core-dump|dumped|status=2\d\d/')
        for words in ('not permitted', 'Read-only file', 'Permission denied'):
            self.assertNotIn(words, said)

    def test_classify(self):
        self.assertEqual(check(h.CLASSIFY, 'uwe')[:3], ('ok', 'files', True))
        self.assertEqual(check(h.CLASSIFY, 'udo')[0], 'ok')

    def test_authenticate(self):
        self.assertEqual(check(h.AUTHENTICATE, 'udo', OLD.encode())[0], 'ok')
        self.assertEqual(check(h.AUTHENTICATE, 'udo', b'no')[0], 'wrong')

    def test_change(self):
        owner = os.stat('/etc/shadow')
        self.assertEqual(check(h.CHANGE, 'uwe', OLD.encode(), b'abc')[0], 'refused')
        self.assertEqual(check(h.CHANGE, 'uwe', OLD.encode(), NEW.encode())[0::3], ('ok', ''))
        self.assertEqual(check(h.AUTHENTICATE, 'uwe', NEW.encode())[0], 'ok')
        now = os.stat('/etc/shadow')
        self.assertEqual((now.st_uid, now.st_gid, now.st_mode), (owner.st_uid, owner.st_gid, owner.st_mode))

    @unittest.skipUnless(all(keyring.HERE) and keyring.MODULE, 'gnome-keyring or its PAM module is not here')
    def test_the_keyring_follows_a_change(self):
        s.add_user('ute')
        session = keyring.Session('ute', OLD)
        self.addCleanup(session.process.kill)
        session.run("printf 'the secret' | secret-tool store --label=test of test")
        self.assertTrue(session.is_open())
        self.assertEqual(check(h.CHANGE, 'ute', OLD.encode(), NEW.encode())[0::3], ('ok', ''))
        session.close()
        session = keyring.Session('ute', NEW)
        self.addCleanup(session.process.kill)
        self.assertTrue(session.is_open())
        session.close()

    def test_reset_and_unlock(self):
        """secinfod's word is played here; the tally is the user's own file, as pam_faillock makes it."""
        s.run('systemctl', 'stop', 'secinfod.socket', 'secinfod-sign-in.socket', 'secinfod.service')
        daemon = s.Secinfod()
        try:
            self.assertEqual(reset('udo', 'abc')[0], 'refused')
            self.assertEqual(reset('udo', NEW), ('ok', ''))
            tally = pathlib.Path('/run/faillock/udo')
            tally.parent.mkdir(exist_ok=True)
            tally.write_bytes(bytes(64 * 3))
            tally.chmod(0o600)
            shutil.chown(tally, 'udo')
            self.assertEqual(reset('udo', ''), ('ok', ''))
            self.assertEqual(tally.stat().st_size, 0)
        finally:
            daemon.close()
        self.assertEqual(check(h.AUTHENTICATE, 'udo', NEW.encode())[0], 'ok')
        s.set_password('udo', OLD)
        self.assertEqual(os.stat('/var/lib/secinfo-password').st_mode & 0o7777, 0o700)

    def test_the_daemons(self):
        """secinfod with its store, polkit, logind and both helpers; the courier with its gateways."""
        s.run('systemctl', 'start', 'secinfod.socket', 'secinfod-sign-in.socket')
        seat = system.Seat('uwe')
        account = seat.get('/v1/account', ok=200).json
        self.assertEqual(account['name'], 'uwe')
        # Busy until the courier, which is only now started, has said what it can.
        s.wait_for('the courier', lambda: seat.get('/v1/gateway-kinds').status != 503)
        kinds = seat.get('/v1/gateway-kinds', ok=200).json
        self.assertGreaterEqual({kind['name'] for kind in kinds['items']}, {'smtp', 'kannel', 'twilio-sms', 'webhook'})
        # Nobody is there to give an administrator's password, and polkit says so.
        self.assertEqual(seat.post('/v1/gateways', {'kind': 'smtp', 'settings': {}}).status, 403)
        seat.close()
        for unit, capabilities in (('secinfod.service', '0' * 16), ('secinfo-courier.service', '0' * 16)):
            pid, status = status_of(unit)
            self.assertEqual((status['NoNewPrivs'], status['Seccomp'], status['CapBnd']), ('1', '2', capabilities))
            self.assertEqual(os.readlink(f'/proc/{pid}/ns/user'), os.readlink('/proc/1/ns/user'))
        pid = status_of('secinfod.service')[0]
        self.assertNotEqual(os.readlink(f'/proc/{pid}/ns/net'), os.readlink('/proc/1/ns/net'))
        for path in ('/etc', '/usr', '/home/uwe'):
            flags = os.statvfs(f'/proc/{pid}/root{path}').f_flag
            self.assertTrue(flags & os.ST_RDONLY, path)

    def test_the_first_phone_number(self):
        """What reads them is loaded by a process that has given up nearly everything by then."""
        s.run('systemctl', 'start', 'secinfod.socket', 'secinfod-sign-in.socket')
        s.add_user('ulf')
        seat = system.Seat('ulf')
        seat.elevate(OLD)
        self.assertEqual(seat.add('+447911123456', kind='phone')['kind'], 'phone')
        seat.close()

    def stopped(self, name):
        """secinfo-password, by now not systemd's child before it, as it waits for its datagram. It does so for two
        seconds, too short where much else runs: so it is stopped as soon as it is found, and another is asked for where
        it had left."""
        pattern, end = f'secinfo-password-{name}@*', 0
        for _ in range(2000):
            if time.monotonic() > end:
                line, end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET), time.monotonic() + 3
                self.addCleanup(line.close)
                line.connect(f'/run/secinfo/password-{name}')
            for unit in s.run('systemctl', 'list-units', '--plain', '--no-legend', pattern).stdout.splitlines():
                unit = unit.split(' ')[0]
                pid, status = status_of(unit)
                if status.get('Name') == 'secinfo-passwor':
                    self.addCleanup(signal_to, pid, signal.SIGCONT)
                    signal_to(pid, signal.SIGSTOP)
                    if status_of(unit)[0] == pid:   # it had not left in that moment
                        return pid, status
            time.sleep(0.005)
        self.fail(f'{pattern} does not run: {journal()}')

    def test_secinfo_password_gave_it_up(self):
        """Looked at while it waits for its datagram."""
        for name, most in (('check', {'setuid', 'setgid', 'chown', 'dac_read_search', 'audit_write'}),
                           ('reset', {'chown', 'dac_override', 'audit_write'})):
            pid, status = self.stopped(name)
            self.assertEqual((status['NoNewPrivs'], status['Seccomp']), ('1', '2'))
            said = s.run('capsh', f"--decode={status['CapBnd']}").stdout
            self.assertEqual(set(re.findall(r'cap_(\w+)', said)), most)
            root = f'/proc/{pid}/root'
            for path, writable in (('/etc', True), ('/etc/pam.d', False), ('/usr', False), ('/home', name == 'check')):
                self.assertEqual(bool(os.statvfs(root + path).f_flag & os.ST_RDONLY), not writable, path)
            self.assertNotEqual(os.readlink(f'/proc/{pid}/ns/net'), os.readlink('/proc/1/ns/net'))


def main():
    if os.environ.get('SECINFO_BOOTED'):
        tap.main()
    if not s.SANDBOX:
        print('1..0 # SKIP needs root in build-aux/run --sandbox --user root', flush=True)
        return
    install()
    log = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS', '/tmp')) / 'boot.log'
    done = subprocess.run([str(HERE.parent / 'lib/boot'), '/usr/bin/python3', __file__, *sys.argv[1:]], check=False,
                          stderr=subprocess.PIPE, text=True,
                          env={**os.environ, 'SECINFO_BOOTED': '1', 'SECINFO_BOOT_LOG': str(log)})
    print(done.stderr, file=sys.stderr, end='', flush=True)
    if done.returncode == 77:
        print(f'1..0 # SKIP {done.stderr.strip()}', flush=True)
        return
    sys.exit(done.returncode)


if __name__ == '__main__':
    main()
