#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A system instance that nobody asks anything leaves, but not while delivery reports may come: its port would be
anybody's. Twice ten seconds of waiting: with --long alone."""
import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import system  # noqa: E402
import tap  # noqa: E402

CONFIG = pathlib.Path('/run/secinfod-idle.conf')


@system.only_in_sandbox
@unittest.skipUnless(os.environ.get('SECINFO_TEST_LONG'), 'half a minute of waiting: with --long')
class Idle(unittest.TestCase):
    def setUp(self):
        system.add_user('nora')
        self.port = courier.free_port()
        self.kannel = courier.WebServer(lambda request: (202, {}, b'0: Accepted for delivery'))
        self.addCleanup(self.kannel.close)

    def code_then_nothing(self, reports):
        """Is it still there 14 s after a code went out, and does somebody listen?"""
        CONFIG.write_text(f'[policy]\nidle-exit=10\nreports-port={self.port if reports else 0}\n')
        instance = system.Instance('--config', str(CONFIG)).start()
        try:
            seats = root, nora = system.Seat('root'), system.Seat('nora')
            harness.wait_for('the courier is up', lambda: root.get('/v1/gateway-kinds').status == 200)
            if reports:
                harness.wait_for('it listens', self.listens)
            gateways = root.get('/v1/gateways', ok=200).json['items']
            if not gateways:
                root.post('/v1/gateways', {'kind': 'kannel', 'settings': {'base': self.kannel.base, 'user': 'u',
                                                                          'password': 'pass word of us'}}, ok=201)
            nora.elevate()
            nora.send(nora.add('+447911123456' if reports else '+447911123457', 'phone'))
            harness.wait_for('the gateway has it', lambda: self.kannel.seen)
            self.assertEqual('X-Kannel-DLR-URL' in self.kannel.seen[-1].headers, reports)
            self.kannel.seen.clear()
            for seat in reversed(seats):   # the later one holds the pipes of the one before
                seat.close()
            time.sleep(14)
            there = subprocess.run(['pgrep', '-u', 'secinfo', '-x', 'secinfod'], capture_output=True).returncode == 0
            return there, self.listens()
        finally:
            instance.stop()

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def test_waits_for_reports(self):
        self.assertEqual(self.code_then_nothing(True), (True, True))
        self.assertEqual(self.code_then_nothing(False), (False, False))


if __name__ == '__main__':
    tap.main()
