#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service ends while a write is under way: what was committed comes true, nothing more is begun, nothing breaks."""
import contextlib
import pathlib
import signal
import socket
import sqlite3
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402


class Ends(Case):
    def setUp(self):
        super().setUp()
        self.me.elevate()

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(self.database())) as db:
            return db.execute(sql).fetchone()[0]

    def listens(self):
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.service.socket)) == 0

    def end_during(self, ask, seconds):
        """The writer waits for another process's lock with what @ask wants; SIGTERM comes; the lock goes."""
        with contextlib.closing(sqlite3.connect(self.database(), isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')

            def asks():
                with contextlib.suppress(Exception):   # nobody answers
                    ask()
            asker = threading.Thread(target=asks)
            asker.start()
            time.sleep(seconds)
            self.service.process.send_signal(signal.SIGTERM)
            harness.wait_for('it ends', lambda: not self.listens())
            other.execute('ROLLBACK')
        self.assertEqual(self.service.process.wait(harness.WAIT), 0)
        asker.join()
        self.service.start()

    def ends_during(self, ask, written):
        """Again and with more time, where the request did not come so far in that second."""
        for seconds in (1, 2, 5, 10, 20):
            self.me.elevate()
            self.end_during(ask, seconds)
            if self.rows(written) == 1:
                return
        self.fail('what was under way is not there')

    def test_a_code_is_queued(self):
        contact = self.me.add('alex@example.org')
        self.ends_during(lambda: self.me.post(f"/v1/account/contacts/{contact['id']}/challenges", {}),
                         'SELECT count(*) FROM challenge')

    def test_a_right_code(self):
        contact = self.me.add('alex@example.org')
        challenge = self.me.send(contact)
        code = self.me.code_of(challenge, contact)
        self.ends_during(lambda: self.me.answer(challenge, code), 'SELECT count(*) FROM contact WHERE verified_at > 0')

    def test_a_contact_is_added(self):
        self.ends_during(lambda: self.me.add('alex@example.org'), 'SELECT count(*) FROM contact')


if __name__ == '__main__':
    tap.main()
