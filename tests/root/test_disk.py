#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is really full (a small tmpfs): one clear line, nothing lost; it goes on when there is room."""
import os
import pathlib
import pwd
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / 'lib')]
import harness  # noqa: E402
import tap  # noqa: E402
from system import STATE, SystemCase, only_in_sandbox, run  # noqa: E402


@only_in_sandbox
class Full(SystemCase):
    users = ('dirk',)

    @classmethod
    def setUpClass(cls):
        STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
        run('mount', '-t', 'tmpfs', '-o', 'size=1m,mode=700', 'secinfo-test', str(STATE))
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        run('umount', '-l', str(STATE))

    def fill(self):
        """To the last byte."""
        with open(STATE / 'something-else', 'wb', buffering=0) as file:
            for size in (4096, 512, 1):
                try:
                    while True:
                        file.write(b'x' * size)
                except OSError:
                    pass

    def empty(self):
        (STATE / 'something-else').unlink(missing_ok=True)

    def said(self, before):
        """What secinfod logged since, without what other parts say."""
        return [line for line in self.instance.text()[before:].splitlines() if 'ready' not in line]

    def test_while_it_runs(self):
        seat = self.sit('dirk')
        contact = seat.prove('dirk@example.org')
        kept = {contact['id']}
        self.addCleanup(self.empty)
        self.fill()
        before = len(self.instance.text())
        answers = []
        for i in range(40):
            answers.append(seat.post('/v1/account/contacts', {'kind': 'email', 'value': f'x{i}@example.org',
                                                              'label': 'y' * 100}))
            if answers[-1].status == 201:
                kept.add(answers[-1].json['id'])
                removed = seat.call('DELETE', f"/v1/account/contacts/{answers[-1].json['id']}")
                if removed.status == 204:
                    kept.discard(answers[-1].json['id'])
        self.problem(answers[-1], 'storage-full')
        self.assertIn('disk', answers[-1].json['detail'])
        items = seat.get('/v1/account/contacts', ok=200).json['items']
        self.assertEqual({item['id'] for item in items}, kept, 'what was answered as done is done, and nothing else')
        # However often it is asked: the log, which may lie on the same disk, says it once.
        lines = self.said(before)
        self.assertEqual(len([line for line in lines if 'no room' in line]), 1, lines)
        self.assertIn(str(STATE), ''.join(lines))
        self.empty()
        kept.add(seat.add('again@example.org')['id'])
        self.instance.restart()
        items = seat.get('/v1/account/contacts', ok=200).json['items']
        self.assertEqual({item['id'] for item in items}, kept)

    def test_from_the_start(self):
        """No room for a new store: one line that says where, and the next start with room is like the first."""
        place = STATE / 'fresh'
        place.mkdir(mode=0o700)
        user = pwd.getpwnam('secinfo')
        run('chown', 'secinfo:', str(place))
        self.addCleanup(self.empty)
        self.fill()
        command = [harness.SECINFOD, '--system', '--state-dir', place, '--socket', '/run/secinfo-fresh/api']
        run('install', '-d', '-m', '755', '-o', 'secinfo', '/run/secinfo-fresh')
        environment = os.environ | harness.counted(user)
        done = subprocess.run(command, user=user.pw_uid, group=user.pw_gid, capture_output=True, text=True, timeout=60,
                              check=False, env=environment)
        self.assertEqual((done.returncode, done.stderr.count('\n')), (1, 1), done.stderr)
        self.assertIn(str(place), done.stderr)
        self.assertRegex(done.stderr, 'no room.*make some room')
        self.empty()
        process = subprocess.Popen(command, user=user.pw_uid, group=user.pw_gid, env=environment)
        harness.wait_for('it is up', pathlib.Path('/run/secinfo-fresh/api').exists)
        time.sleep(0.2)
        process.terminate()
        self.assertEqual(process.wait(60), 0)


if __name__ == '__main__':
    tap.main()
