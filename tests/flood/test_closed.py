#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that the other end closes, in good time or not: none stays behind, in the courier or in the product's own
client. Those that clients close at the service are in test_flood.py."""
import json
import pathlib
import socket
import struct
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import system  # noqa: E402
import tap  # noqa: E402

NUMBER = 100000 if system.LONG else 2000
AT_ONCE = 8


class Closes(threading.Thread):
    """A server that takes one connection after the other and closes each; before that, serve(connection, n)."""

    def __init__(self, listener, serve):
        super().__init__(daemon=True)
        self.listener, self.serve, self.taken = listener, serve, 0
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self.serve(connection, self.taken)
                except OSError:   # it left first
                    pass
            self.taken += 1

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def reset(connection):
    """Closing it is a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


def answer_http(connection, n, body=b'{}'):
    """In turn: one that says that it closes, one that does not, half an answer, none at all."""
    if not courier.read_request(connection)[0]:
        return
    head = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n' % len(body)
    if n % 4 == 0:
        connection.sendall(head + b'Connection: close\r\n\r\n' + body)
    elif n % 4 == 1:
        connection.sendall(head + b'\r\n' + body)
    elif n % 4 == 2:
        connection.sendall(head)
    else:
        reset(connection)


def answer_smtp(connection, n):
    """In turn: to the end, no word after the mail, none after the greeting, none after the receiver."""
    lines = connection.makefile('rb')
    connection.sendall(b'220 sink.example.org\r\n')
    if n % 4 == 2:
        return
    for line in lines:
        verb = line[:4].upper()
        connection.sendall(b'354 go on\r\n' if verb == b'DATA' else b'250 OK\r\n')
        if verb == b'DATA':
            while next(lines, b'.\r\n') != b'.\r\n':
                continue
            connection.sendall(b'250 OK\r\n')
        if verb == b'QUIT' or n % 4 == 1 and verb == b'DATA':
            return
        if n % 4 == 3 and verb == b'RCPT':
            reset(connection)
            return


class Courier(system.Case):
    def setUp(self):
        super().setUp()
        self.line = self.connect().greet()
        self.addCleanup(self.line.socket.close)
        self.courier = system.Process(self.find('secinfo-courier'))

    @staticmethod
    def connect():
        end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        end.connect('/run/secinfo/courier')
        return courier.Line(end)

    def serve(self, serve):
        server = Closes(socket.create_server(('127.0.0.1', 0), backlog=128), serve)
        self.addCleanup(server.close)
        return server, server.listener.getsockname()[1]

    def send(self, number, **message):
        """@number of them, some at once; how many were taken over."""
        results, flying = [], []
        for _ in range(number):
            flying.append(self.line.ask('send', text=courier.TEXT, subject='A code', ttl=600, **message))
            if len(flying) == AT_ONCE:
                results.append(self.line.answer(flying.pop(0))['result'])
        results += [self.line.answer(ref)['result'] for ref in flying]
        return results.count('accepted')

    def leaves_nothing(self, what, number, act):
        """@act (n) does it n times; says how it went."""
        act(400)
        memory, descriptors = self.courier.memory(), self.courier.descriptors()
        done = act(number)
        left = self.settle(descriptors, 10, self.courier)
        grown = self.courier.memory() - memory
        system.say(f'courier, {number} {what}: {done}; descriptors {descriptors}, then {left}; memory {memory} KiB, '
                   f'grown {grown} KiB')
        self.assertLessEqual(left, descriptors)
        self.assertLessEqual(grown, 1024)
        return done

    def test_deliveries_over_http(self):
        server, port = self.serve(answer_http)
        done = self.leaves_nothing('deliveries over HTTP', NUMBER, lambda number: self.send(
            number, gateway='webhook', medium='sms', to=courier.PHONE,
            settings={'base': f'http://127.0.0.1:{port}/', 'secret': 'of this test'}))
        # Half of the connections get no whole answer; one that never had any may be tried again by libsoup.
        self.assertGreaterEqual(server.taken, NUMBER)
        self.assertGreaterEqual(done, NUMBER * 0.45)

    def test_deliveries_over_smtp(self):
        number = NUMBER // 4
        server, port = self.serve(answer_smtp)
        done = self.leaves_nothing('deliveries over SMTP', number, lambda number: self.send(
            number, gateway='smtp', medium='email', to=courier.EMAIL,
            settings={'host': '127.0.0.1', 'port': str(port), 'security': 'none', 'from': 'codes@example.org'}))
        self.assertGreaterEqual(server.taken, number)
        self.assertGreaterEqual(done, number * 0.45)

    def test_lines(self):
        """Each asks; every other one is gone before the answer."""
        def ask(number):
            answers = 0
            for i in range(number):
                line = self.connect()
                if i % 2 == 0:
                    line.greet()
                ref = line.ask('preset', address='a@gmail.com')
                answers += i % 2 == 0 and line.answer(ref)['preset'] is not None
                line.socket.close()
            return answers
        self.assertEqual(self.leaves_nothing('lines', NUMBER, ask), NUMBER // 2)


class Client(system.Case):
    """The client keeps its one connection where it can; here every answer is the last one."""

    PATH = '/run/secinfo-flood-closes'

    def test_by_the_service(self):
        line = system.As(system.make_user('flood-ann'))
        body = json.dumps(line.expect(200, 'GET', '/v1/service')).encode()
        line.close()
        pathlib.Path(self.PATH).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.PATH)
        pathlib.Path(self.PATH).chmod(0o666)
        listener.listen(128)
        server = Closes(listener, lambda connection, n: answer_http(connection, n, body))
        self.addCleanup(server.close)
        ann = system.make_user('flood-ann')
        done = subprocess.run([harness.BUILD / 'tests/flood/flood-client', self.PATH, str(NUMBER), 'one'], user=ann,
                              group=ann, extra_groups=[], capture_output=True, text=True, check=False, timeout=1800)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        system.say(f'client: {NUMBER} connections closed by the service: {seen}')
        self.assertGreaterEqual(server.taken, NUMBER)
        self.assertLessEqual(NUMBER * 0.25, seen['failed'])
        self.assertLessEqual(seen['failed'], NUMBER * 0.6)
        self.assertLessEqual(seen['descriptors'], 0)
        self.assertLess(seen['grown'], 65536, 'bytes')


if __name__ == '__main__':
    tap.main()
