# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in screen's side of the sign-in socket, datagram by datagram, and a logind to ask about sessions."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import time

BEGIN, CODE, ANSWER, REDEEM, RESULT = 1, 2, 3, 4, 5
PROMPT, END, PASS, TICKET, WORDS, TAKEN, REFUSED, NOTED = 1, 2, 3, 4, 5, 6, 7, 8
OK, PAM_REFUSED, LIMIT = 0, 4, 8
REQUEST = struct.Struct('=IIII128s320s16s')
REPLY = struct.Struct('=IIIIII328s128s16s')


class Reply:
    def __init__(self, data):
        assert len(data) == REPLY.size, len(data)
        (self.version, self.what, self.style, self.echo, self.number, self.proofs, message, prompt,
         self.ticket) = REPLY.unpack(data)
        self.message, self.prompt = (text.split(b'\0')[0].decode() for text in (message, prompt))
        assert self.version == 1

    def __repr__(self):
        return f'<{self.what} {"ERROR" if self.style else "INFO"} “{self.message}” [{self.prompt}]>'


class Gone(Exception):
    pass


class Conversation:
    """One connection; say() gives the reply. After a ticket: self.ticket, self.words {number: (message, prompt)}."""

    def __init__(self, path, timeout=90):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.ticket, self.words = None, {}

    def send(self, op, user='', text='', ticket=b'', result=0, reset=0, version=1):
        self.socket.send(REQUEST.pack(version, op, result, reset, user.encode(), text.encode(), ticket))

    def receive(self):
        try:
            data = self.socket.recv(REPLY.size + 1)
        except ConnectionError:
            data = b''
        if not data:
            raise Gone
        reply = Reply(data)
        if reply.what == TICKET:
            self.ticket = reply.ticket
            for _ in range(reply.number):
                word = Reply(self.socket.recv(REPLY.size + 1))
                assert word.what == WORDS
                self.words[word.number] = (word.message, word.prompt)
        return reply

    def ask(self, *arguments, **more):
        self.send(*arguments, **more)
        return self.receive()

    def begin(self, user):
        return self.ask(BEGIN, user)

    def code(self, user, digits):
        return self.ask(CODE, user, digits)

    def say(self, text):
        return self.ask(ANSWER, text=text)

    def redeem(self, user, ticket, reset=1):
        return self.ask(REDEEM, user, ticket=ticket, reset=reset)

    def result(self, result):
        return self.ask(RESULT, result=result)

    def close(self):
        self.socket.close()


class Logind:
    """A system bus of its own with dbusmock's logind; sessions come and go."""

    def __init__(self, directory):
        self.path = pathlib.Path(directory) / 'bus'
        self.address = f'unix:path={self.path}'
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.address)
        config = pathlib.Path(directory) / 'bus.conf'
        config.write_text(f'<busconfig><type>system</type><listen>{self.address}</listen><policy context="default">'
                          '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>'
                          '</policy></busconfig>')
        self.bus = subprocess.Popen(['dbus-daemon', f'--config-file={config}', '--nofork', '--nopidfile'],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(self.path.exists)
        self.mock = subprocess.Popen(['/usr/bin/python3', '-m', 'dbusmock', '--system', '--template', 'logind'],
                                     env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(lambda: self._call('ListSessions', interface='org.freedesktop.login1.Manager').returncode == 0)

    @staticmethod
    def _wait(condition):
        end = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < end, 'no stand-in for logind'
            time.sleep(0.05)

    def _call(self, method, *arguments, interface='org.freedesktop.DBus.Mock'):
        return subprocess.run(['gdbus', 'call', '--system', '--dest', 'org.freedesktop.login1', '--object-path',
                               '/org/freedesktop/login1', '--method', f'{interface}.{method}', *arguments],
                              env=self.environment, capture_output=True, text=True, check=False, timeout=120)

    def open_session(self, uid, name):
        done = self._call('AddSession', 'c1', 'seat0', f'uint32 {uid}', name, 'true')
        assert done.returncode == 0, done.stderr

    def stop(self):
        for process in (self.mock, self.bus):
            process.terminate()
            process.wait(90)


def can_run():
    return shutil.which('dbus-daemon') and shutil.which('gdbus') and \
        subprocess.run(['/usr/bin/python3', '-c', 'import dbusmock'], capture_output=True, check=False).returncode == 0
