# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMTP server on loopback that keeps what it gets: alerts apart from codes and test messages, for they come when
their time is there."""
import email
import email.policy
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
from mailserver import MailServer  # noqa: E402


ALERT = ('nobody will ask you for a code.', 'niemand fragt nach einem Code.')


class _Handler:
    def __init__(self):
        self.messages, self.alerts, self.refusals, self.once = [], [], {}, set()
        self.changed = threading.Condition()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.once:
            self.once.discard(address)
            return self.refusals.pop(address)
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = ' '.join(message.get_body(('plain',)).get_content().split())
        with self.changed:
            kept = self.alerts if any(words in text for words in ALERT) else self.messages
            kept.append((envelope.rcpt_tos[0], message))
            self.changed.notify_all()
        return '250 OK'


class SmtpSink:
    sender = 'codes@laptop.example.org'

    def __init__(self):
        self.handler = _Handler()
        self.controller = MailServer(self.handler)
        self.port = self.controller.port
        self.controller.start()

    def settings(self):
        return {'host': '127.0.0.1', 'port': str(self.port), 'security': 'none', 'from': self.sender}

    def refuse(self, address, words, once=False):
        self.handler.refusals[address] = words
        if once:
            self.handler.once.add(address)

    def wait_for(self, to, n=1, seconds=90):
        """The nth message to that address that is no alert."""
        return self._wait(self.handler.messages, to, n, seconds)

    def wait_for_alert(self, to, n=1, seconds=90):
        return self._wait(self.handler.alerts, to, n, seconds)

    def alerts(self, to):
        return [m for address, m in list(self.handler.alerts) if address == to]

    def _wait(self, messages, to, n, seconds):
        end = time.monotonic() + seconds
        with self.handler.changed:
            while True:
                mine = [m for address, m in messages if address == to]
                if len(mine) >= n:
                    return mine[n - 1]
                left = end - time.monotonic()
                if left <= 0 or not self.handler.changed.wait(left):
                    raise AssertionError(f'no message {n} to {to} within {seconds} s')

    def count(self, to):
        return sum(1 for address, _ in self.handler.messages if address == to)

    def stop(self):
        """From then on nobody answers there."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None
