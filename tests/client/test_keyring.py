#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private service and a real gnome-keyring, on a session bus, a home and a runtime folder of their own: fresh,
locked, absent
and reset keyrings are told apart, and nothing is lost."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402

SECINFOCTL = harness.BUILD / 'src/cli/secinfoctl'
BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy>
</busconfig>
'''


class Served(harness.Service):
    """secinfod as the child of `secinfoctl serve --private`, which answers it from the keyring on @bus."""

    def __init__(self, desktop):
        super().__init__(keyring_state=None)
        self.desktop = desktop

    def environment(self):
        return super().environment() | self.desktop.environment()

    def command(self):
        return [str(SECINFOCTL), '--socket', str(self.socket), 'serve', '--private', '--state-dir', str(self.state),
                '--config', str(self.config_file)]


class Desktop:
    """A session bus that starts nothing by itself, and on it a gnome-keyring when a test wants one."""

    def __init__(self, folder):
        self.folder = folder
        self.home, self.runtime = folder / 'keyring-home', folder / 'keyring-run'
        for path in (self.home, self.runtime):
            path.mkdir(mode=0o700)
        self.daemon = None
        config = folder / 'bus.conf'
        config.write_text(BUS_CONFIG.format(folder=self.runtime))
        self.bus = subprocess.Popen(['dbus-daemon', '--nofork', '--print-address=1', f'--config-file={config}'],
                                    stdout=subprocess.PIPE, text=True, env=self.base())
        self.address = self.bus.stdout.readline().strip()

    def base(self):
        return {'PATH': os.environ['PATH'], 'HOME': str(self.home), 'XDG_RUNTIME_DIR': str(self.runtime),
                'LANG': 'C.UTF-8'}

    def environment(self):
        return {'DBUS_SESSION_BUS_ADDRESS': self.address}

    def start_keyring(self, password='keyring password', unlock=True):
        """gnome-keyring of Debian; it makes its login keyring at the first unlock, as at the first sign-in."""
        command = ['gnome-keyring-daemon', '--foreground', '--components=secrets']
        self.daemon = subprocess.Popen(command + (['--unlock'] if unlock else []), stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=self.base() | self.environment())
        if unlock:
            self.daemon.stdin.write(password.encode())
        self.daemon.stdin.close()
        harness.wait_for('the keyring answers', lambda: self.call('org.freedesktop.DBus.Peer.Ping'))

    def stop_keyring(self):
        self.daemon.terminate()
        self.daemon.wait()
        self.daemon = None

    def call(self, method, *arguments, path='/org/freedesktop/secrets'):
        """What gdbus says, or None."""
        done = subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', path,
                               '--method',
                               method, *arguments], capture_output=True, text=True,
                              env=self.base() | self.environment(), check=False)
        return done.stdout if done.returncode == 0 else None

    def lock(self):
        assert self.call('org.freedesktop.Secret.Service.Lock',
                         "['/org/freedesktop/secrets/collection/login']") is not None

    def unlock(self, password='keyring password'):
        """With the password and without a prompt, by the keyring's own interface for tests."""
        bus = Gio.DBusConnection.new_for_address_sync(self.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                                                      Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

        def call(interface, method, arguments):
            return bus.call_sync('org.freedesktop.secrets', '/org/freedesktop/secrets', interface, method, arguments,
                                 None,
                                 Gio.DBusCallFlags.NONE, -1, None)
        session = call('org.freedesktop.Secret.Service', 'OpenSession',
                       GLib.Variant('(sv)', ('plain', GLib.Variant('s', ''))))[1]
        call('org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface', 'UnlockWithMasterPassword', GLib.Variant(
            '(o(oayays))', ('/org/freedesktop/secrets/collection/login',
                            (session, b'', password.encode(), 'text/plain'))))
        bus.close_sync(None)

    def secret(self, name='store-key'):
        done = subprocess.run(['secret-tool', 'lookup', 'name', name], capture_output=True, text=True,
                              env=self.base() | self.environment(), check=False)
        return done.stdout

    def close(self):
        if self.daemon is not None:
            self.stop_keyring()
        self.bus.terminate()
        self.bus.wait()
        self.bus.stdout.close()


@unittest.skipIf(shutil.which('gnome-keyring-daemon') is None, 'gnome-keyring is not installed')
@unittest.skipIf(shutil.which('secret-tool') is None, 'libsecret-tools is not installed')
class Keyring(unittest.TestCase):
    def setUp(self):
        self.service = Served(None)
        self.addCleanup(self.service.close)
        self.desktop = self.service.desktop = Desktop(self.service.directory)
        self.addCleanup(self.desktop.close)

    def reason(self):
        """Why there is no account to show; None where there is one."""
        answer = self.service.get('/v1/account')
        if answer.status == 200:
            return None
        self.assertEqual(answer.problem, 'store-locked')
        return answer.json['reason']

    def wait_for_reason(self, reason):
        harness.wait_for(f'the reason is {reason}', lambda: self.reason() == reason)

    def sealed(self):
        """The value of a contact lies sealed in the store; its id tells whether it is still there."""
        token = self.service.elevate()
        return self.service.add_contact('alice@example.org', token)['id']

    def contacts(self):
        return [(c['id'], c['state']) for c in self.service.get('/v1/account').json['contacts']]

    def test_fresh(self):
        self.desktop.start_keyring()
        self.service.start()
        self.assertIsNone(self.reason())
        key = self.desktop.secret()
        self.assertGreater(len(key), 40)
        # The same key serves the next start, and the store opens with it.
        contact = self.sealed()
        self.service.restart()
        self.assertIsNone(self.reason())
        self.assertEqual(self.desktop.secret(), key)
        self.assertEqual(self.contacts(), [(contact, 'unverified')])
        self.service.secrets.add(key)

    def test_locked(self):
        self.desktop.start_keyring()
        self.service.start()
        contact = self.sealed()
        key = self.desktop.secret()
        self.service.stop()
        self.desktop.lock()
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-locked')
        # Unlocked: it goes on by itself, without a new start.
        self.desktop.unlock()
        self.wait_for_reason(None)
        self.assertEqual(self.contacts(), [(contact, 'unverified')])
        self.assertEqual(self.desktop.secret(), key)

    def test_locked_and_new(self):
        """A locked keyring and a new store: no key is made behind its back."""
        self.desktop.start_keyring()
        self.desktop.lock()
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-locked')
        self.desktop.unlock()
        self.wait_for_reason(None)
        self.assertGreater(len(self.desktop.secret()), 40)

    def test_locks_later(self):
        """A keyring that locks while the service runs takes nothing away: the key is at hand."""
        self.desktop.start_keyring()
        self.service.start()
        contact = self.sealed()
        self.desktop.lock()
        self.assertIsNone(self.reason())
        self.assertEqual(self.contacts(), [(contact, 'unverified')])

    def test_absent(self):
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-absent')
        # It comes: it goes on by itself.
        self.desktop.start_keyring()
        self.wait_for_reason(None)
        contact = self.sealed()
        self.service.stop()
        self.desktop.stop_keyring()
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-absent')
        self.desktop.start_keyring()
        self.wait_for_reason(None)
        self.assertEqual(self.contacts(), [(contact, 'unverified')])

    def test_no_bus(self):
        self.desktop.address = 'unix:path=/nonexistent/bus'
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-absent')

    def reset(self):
        """What people do who forgot its password: the files go, the next sign-in makes new ones."""
        keyrings = self.desktop.home / '.local/share/keyrings'
        self.desktop.stop_keyring()
        keyrings.rename(self.desktop.home / 'old-keyrings')
        self.desktop.start_keyring('another password')

    def test_reset_and_back(self):
        self.desktop.start_keyring()
        self.service.start()
        contact = self.sealed()
        key = self.desktop.secret()
        self.service.stop()
        self.reset()
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-gone')
        self.assertEqual(self.desktop.secret(), '', 'no key was made for a store that has one')
        # The old keyring is put back: everything is there again.
        self.service.stop()
        self.desktop.stop_keyring()
        keyrings = self.desktop.home / '.local/share/keyrings'
        shutil.rmtree(keyrings)
        (self.desktop.home / 'old-keyrings').rename(keyrings)
        self.desktop.start_keyring()
        self.service.start()
        self.assertIsNone(self.reason())
        self.assertEqual(self.desktop.secret(), key)
        self.assertEqual(self.contacts(), [(contact, 'unverified')])

    def test_other_key(self):
        """A keyring with another key for the name: the store knows that it is not its own, and it is not
        overwritten."""
        self.desktop.start_keyring()
        self.service.start()
        self.sealed()
        self.service.stop()
        key = self.desktop.secret()
        other = key[:5] + ('A' if key[5] != 'A' else 'B') + key[6:]
        subprocess.run(['secret-tool', 'store', '--label=other', 'xdg:schema', 'org.example.SecInfo', 'name',
                        'store-key'],
                       input=other, text=True, check=True, env=self.desktop.base() | self.desktop.environment())
        self.assertEqual(self.desktop.secret(), other)
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-gone')
        self.assertEqual(self.desktop.secret(), other)

    def test_start_afresh(self):
        self.desktop.start_keyring()
        self.service.start()
        self.sealed()
        self.service.stop()
        before = {path.name for path in self.service.state.iterdir()}
        self.reset()
        self.service.start()
        self.assertEqual(self.reason(), 'keyring-gone')
        refused = self.service.delete('/v1/account/store')
        self.assertEqual(refused.problem, 'elevation-needed')
        self.assertEqual(self.service.delete('/v1/account/store', token=self.service.elevate()).status, 204)
        self.assertIsNone(self.reason())
        self.assertEqual(self.contacts(), [])
        self.assertGreater(len(self.desktop.secret()), 40)
        # The sealed old store is kept, whole, beside the new one.
        kept = {path.name for path in self.service.state.iterdir()} - before
        self.assertTrue(any('store' in name or name.endswith('.db') for name in kept), kept)
        self.service.restart()
        self.assertIsNone(self.reason())


if __name__ == '__main__':
    tap.main()
