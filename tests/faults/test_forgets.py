#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and codes are in no memory of ours a second after they were used, nor a request later, and a code that has
ended is on no page of the disk. The window's own memory is looked through in tests/app/display/test_forgets.py."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service'), str(HERE.parent / 'cli')]
import ctl  # noqa: E402
import faults  # noqa: E402
import harness  # noqa: E402
import memory  # noqa: E402
import tap  # noqa: E402
from test_trouble import Trouble  # noqa: E402


def children(pid, name):
    found = []
    for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            first, rest = path.read_text().rsplit(')', 1)
        except OSError:
            continue
        if first.endswith('(' + name[:15]) and int(rest.split()[1]) == pid:
            found.append(int(path.parent.name))
    return found


class Forgets(Trouble):
    WRONG = 'nobody’s password of this test'

    def use_everything(self, program):
        """Passwords right and wrong, codes right and wrong, by mail and by the trial inbox of text messages."""
        self.service.extra_environment['SECINFO_FAULT_PROGRAM'] = program
        # A name that is bound late has the loader save registers with codes in them on the stack: then at each call.
        self.service.extra_environment['LD_BIND_NOT'] = '1'
        self.service.start()
        self.flow.begin()
        secrets = {'password': self.service.password, 'wrong password': self.WRONG}
        self.service.post('/v1/account/elevations', {'password': self.WRONG})
        self.flow.prove('first@example.org')
        secrets |= {f'used code {key}': code for key, code in self.book.used.items()}
        second = self.flow.add('second@example.org')
        challenge = self.flow.send(second)
        secrets['running code'] = self.flow.code('second@example.org')
        secrets['wrong code'] = self.me.wrong(secrets['running code'])
        self.flow.answer(challenge, secrets['wrong code'], False)
        return secrets

    def look(self, pid, secrets, control):
        """Nothing of @secrets in @pid; but @control, so that this looks at something."""
        time.sleep(1)
        for when in ('a second later', 'a request later'):
            found = memory.find(pid, secrets)
            self.assertEqual([(name, where) for name, where, _ in found], [], f'{when}: {[f[2] for f in found]}')
            self.assertTrue(memory.find(pid, {'control': control}), 'the memory can be looked through')
            self.me.get('/v1/account', ok=200)

    def test_secinfod(self):
        secrets = self.use_everything('secinfod')
        self.look(self.service.process.pid, secrets, str(self.service.state))
        if shutil.which('gcore') and faults.LONG:
            core = self.service.directory / 'core'
            subprocess.run(['gcore', '-o', str(core), str(self.service.process.pid)], check=True, capture_output=True)
            text = next(self.service.directory.glob('core.*')).read_bytes()
            for name, secret in secrets.items():
                if not name.endswith('code'):
                    self.assertNotIn(secret.encode(), text, name)

    def test_what_secinfod_frees(self):
        """Looked through as it is given back, before anything else can be written over it."""
        self.service.start()
        self.flow.begin()
        contact = self.flow.add('first@example.org')
        challenge = self.flow.send(contact)
        code = self.flow.code('first@example.org')
        wrong = self.me.wrong(code)
        self.numbers.watch(self.service.password, self.WRONG, code, wrong)
        self.flow.answer(challenge, wrong, False)
        self.flow.answer(challenge, code, True)
        self.me.post('/v1/account/elevations', {'password': self.WRONG})
        self.send_badly(f'{{"password": "{self.WRONG}"'.encode())
        self.me.elevate()
        self.me.get('/v1/account', ok=200)
        self.assertGreater(self.numbers.freed, 1000)
        self.assertEqual(self.numbers.left, 0, f'freed by {self.numbers.left_by:#x}: {self.where()}')

    def send_badly(self, body):
        """In chunks, so that it grows; and broken off in the middle."""
        head = b'POST /v1/account/elevations HTTP/1.1\r\nHost: s\r\n'
        padded = body + b' ' * 5000
        for sent, answered in ((b'Transfer-Encoding: chunked\r\n\r\n%x\r\n' % len(body) + body +
                                b'\r\n%x\r\n' % len(padded) + padded + b'\r\n0\r\n\r\n', True),
                               (b'Content-Length: 500\r\n\r\n' + body, False)):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(harness.WAIT)
                line.connect(str(self.service.socket))
                line.sendall(head + sent)
                if answered:
                    self.assertIn(b' 400 ', line.recv(100))
                else:
                    time.sleep(0.2)

    def where(self):
        """The line of the map for the last of these places."""
        for line in pathlib.Path(f'/proc/{self.service.process.pid}/maps').read_text(encoding='utf-8').splitlines():
            start, end = (int(n, 16) for n in line.split()[0].split('-'))
            if start <= self.numbers.left_by < end:
                return line
        return 'nowhere'

    def test_courier(self):
        secrets = self.use_everything('secinfo-courier')
        self.look(*children(self.service.process.pid, 'secinfo-courier'), secrets, '--descriptions')

    def test_password(self):
        """One process a call: nothing of it is left that could hold anything."""
        self.use_everything('secinfo-password')
        harness.wait_for('each has ended', lambda: not children(self.service.process.pid, 'secinfo-password'))

    def test_secinfoctl(self):
        """It asks for the password, and while it asks for the code it has forgotten it."""
        self.service.start()
        self.flow.begin()
        looked = []

        def code():
            text = self.flow.code('typed@example.org')
            pid = next(iter(children(os.getpid(), 'secinfoctl')))
            time.sleep(1)
            looked.append(memory.find(pid, {'password': self.service.password}))
            looked.append(memory.find(pid, {'control': 'typed@example.org'}))
            return text
        done = ctl.run(self.service, 'contacts', 'add', '--email', 'typed@example.org',
                       answers={ctl.PASSWORD: self.service.password, ctl.CODE: code})
        self.assertEqual(done.status, 0, done)
        self.assertEqual([(name, where) for name, where, _ in looked[0]], [], [found[2] for found in looked[0]])
        self.assertTrue(looked[1])

    def test_disk(self):
        """The sealed code of a challenge that has ended is neither in the database nor in its WAL."""
        self.service.start()
        self.flow.begin()
        contact = self.flow.add('first@example.org')
        challenge = self.flow.send(contact)
        code = self.flow.code('first@example.org')
        sealed = faults.read_database(self.service, 'SELECT sealed_code FROM challenge WHERE id = ?',
                                      challenge['id'])[0][0]
        self.assertTrue(self.on_disk(sealed))
        self.flow.answer(challenge, code, True)
        harness.wait_for('the WAL is emptied', lambda: not self.on_disk(sealed))
        self.assertEqual(faults.read_database(self.service, 'SELECT sealed_code FROM challenge WHERE id = ?',
                                              challenge['id']), [(None,)])

    def on_disk(self, what):
        return any(what in path.read_bytes() for path in self.service.state.iterdir() if path.is_file())


del Trouble


if __name__ == '__main__':
    tap.main()
