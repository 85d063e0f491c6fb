#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring's end of the socket pair with secinfod (src/DESIGN.md, Wires inside), with switches for trouble."""
import json
import socket
import threading


class Keyring:
    """`state`: 'ok', 'locked', 'absent', 'failed' (answers so), or 'silent' (no answer). `items`: name -> base64."""

    def __init__(self, state='ok', items=None):
        self.state = state
        self.items = items if items is not None else {}
        self.asked = []
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _answer(self, question):
        operation, name = question['op'], question.get('name')
        if self.state != 'ok':
            return {'result': self.state}
        if operation == 'get':
            return {'result': 'ok', 'value': self.items[name]} if name in self.items else {'result': 'none'}
        if operation == 'create' and name in self.items:
            return {'result': 'ok', 'value': self.items[name]}
        if operation in ('set', 'create'):
            self.items[name] = question['value']
            return {'result': 'ok', 'value': question['value']}
        if operation == 'remove':
            return {'result': 'ok'} if self.items.pop(name, None) is not None else {'result': 'none'}
        return {'result': 'failed'}

    def _serve(self):
        while True:
            try:
                datagram = self.ours.recv(65536)
            except OSError:
                return
            if not datagram:
                return
            question = json.loads(datagram)
            self.asked.append((question['op'], question.get('name')))
            if self.state != 'silent':
                self._send({'ref': question['ref'], **self._answer(question)})

    def _send(self, message):
        try:
            self.ours.send(json.dumps(message).encode())
        except OSError:
            pass

    def set_state(self, state):
        """Switches, and says so as the real one does when it is unlocked or comes back."""
        self.state = state
        if state == 'ok':
            self._send({'changed': True})

    def close(self):
        try:
            self.ours.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.ours.close()
        self.thread.join(5)
