#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways that mean no good, datagrams that secinfod would never send, and who may connect at all."""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import tap


class Gateways(courier.Case):
    def serve(self, handle):
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        return server

    def send(self, server, seconds=courier.WAIT):
        settings = {'base': server.base, 'user': 'u', 'password': 'pass word'}
        return self.courier.answer(self.courier.start_send('kannel', settings), seconds)

    def test_slow_drip(self):
        """A byte now and then keeps every idle timeout away; the 15 s are for all of it."""
        def handle(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 202 OK\r\nContent-Length: 1000\r\n\r\n')
            for _ in range(60):
                connection.sendall(b'0')
                time.sleep(0.5)
        port = courier.free_port()
        self.assertTrue(self.courier.answer(self.courier.ask('listen', port=port))['ok'])
        for _ in range(3):   # the machine may be slow once, ours not three times
            with socket.create_connection(('127.0.0.1', port)) as dripping:
                dripping.sendall(b'GET /g/m/t HTTP/1.1\r\nX: ')
                started = time.monotonic()
                answer = self.assert_result(self.send(self.serve(handle)), 'unknown')
                took = time.monotonic() - started
                # Whoever brings a report has 10 s for it.
                self.assertTrue(dripping.recv(4096).startswith(b'HTTP/1.1 408 '))
            self.assertEqual(answer['detail'], 'No answer within 15 seconds.')
            if took <= 20:
                break
        self.assertTrue(14 <= took <= 20, took)

    def test_slow_head_and_silence(self):
        def drip(connection):
            courier.read_request(connection)
            for _ in range(200):
                connection.sendall(b'H')
                time.sleep(0.2)

        def silence(connection):
            courier.read_request(connection)
            time.sleep(40)

        def deaf(connection):
            time.sleep(40)
        for _ in range(3):   # as above
            took = self.answers_of([self.serve(handle) for handle in (drip, silence, deaf)])
            if took < 22:
                break
        self.assertLess(took, 22)

    def answers_of(self, servers):
        refs = [self.courier.start_send('kannel', {'base': server.base, 'user': 'u',
                                                   'password': 'pass word'}) for server in servers]
        # What asks for something first has no more time than that, and nothing was sent before it was answered.
        graph = {'base': servers[1].base, 'tenant': 't', 'client': 'c', 'secret': 'pass word', 'from': 'a@example.org'}
        jmap = {'user': 'u', 'password': 'pass word', 'from': 'a@example.org'}
        first = [self.courier.start_send('microsoft-graph', graph | {'login': server.base}, medium='email')
                 for server in servers[:2]]
        first += [self.courier.start_send('jmap', jmap | {'base': server.base}, medium='email')
                  for server in servers[:2]]
        started = time.monotonic()
        for ref in refs:
            self.assert_result(self.courier.answer(ref), 'unknown')
        for ref in first:
            self.assert_result(self.courier.answer(ref), 'retry')
        return time.monotonic() - started

    def test_huge_answers(self):
        def endless(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 202 OK\r\n\r\n0: ')
            while True:
                connection.sendall(b'x' * 65536)

        def chunked(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
            while True:
                connection.sendall(b'1000\r\n' + b'x' * 4096 + b'\r\n')

        def promised(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 202 OK\r\nContent-Length: 99999999999\r\n\r\n' + b'x' * 70000)
            time.sleep(5)
        for handle in (endless, chunked, promised):
            with self.subTest(handle.__name__):
                self.assert_result(self.send(self.serve(handle)), 'unknown', 'too-long')

    def test_ten_gibibytes(self):
        """Whoever wants to pour them out is stopped at once; they are not kept."""
        poured = []

        def handle(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % (10 << 30))
            poured.append(0)
            piece = b'{"access_token":"' + b'x' * 65519
            while poured[-1] < 10 << 30:
                poured[-1] += connection.send(piece)
        server = self.serve(handle)

        def peak():
            lines = pathlib.Path(f'/proc/{self.courier.pid}/status').read_text().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM'))
        def refuse(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n')
        self.assert_result(self.send(self.serve(refuse)), 'bad-config', '403')
        before = peak()
        self.assert_result(self.send(server), 'unknown', 'too-long')
        graph = {'base': server.base, 'login': server.base, 'tenant': 't', 'client': 'c', 'secret': 'pass word',
                 'from': 'a@example.org'}
        self.assert_result(self.courier.send('microsoft-graph', graph, medium='email'), 'retry', 'too-long')
        jmap = {'base': server.base, 'user': 'u', 'password': 'pass word', 'from': 'a@example.org'}
        self.assert_result(self.courier.send('jmap', jmap, medium='email'), 'retry', 'too-long')
        self.assertEqual(len(poured), 3)
        # What the kernel's buffers on loopback take before the other end hangs up.
        self.assertLess(max(poured), 64 << 20)
        if 'ASAN_OPTIONS' not in os.environ:
            self.assertLess(peak() - before, 8 << 10)

    def test_wrong_certificate(self):
        """One that nobody signed, for another name: not a byte of the request goes there."""
        asked = []
        context = courier.certificate()   # made before anybody waits for it

        def handle(connection):
            with context.wrap_socket(connection, server_side=True) as secure:
                asked.append(secure.recv(65536))
        server = self.serve(handle)
        base = server.base.replace('http:', 'https:')
        for name, settings in (('kannel', {'user': 'u', 'password': 'pass word'}),
                               ('webhook', {'secret': 'pass word'}),
                               ('microsoft-graph', {'login': base, 'tenant': 't', 'client': 'c', 'secret': 'pass word',
                                                    'from': 'a@example.org'}),
                               ('jmap', {'user': 'u', 'password': 'pass word', 'from': 'a@example.org'})):
            with self.subTest(name):
                medium = self.courier.hello[name]['medium']
                answer = self.courier.send(name, settings | {'base': base}, medium=medium)
                self.assert_result(answer, 'bad-config', 'tls')
        self.assertEqual(server.connections, 4)
        self.assertFalse(b''.join(asked))

    def test_just_as_long_as_agreed(self):
        def handle(connection):
            courier.read_request(connection)
            body = b'0: ' + b'y' * (65536 - 3)
            connection.sendall(b'HTTP/1.1 202 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
        answer = self.assert_result(self.send(self.serve(handle)), 'accepted')
        self.assertEqual(len(answer['detail']), 200)

    def test_zip_bomb_is_not_opened(self):
        import gzip
        bomb = gzip.compress(b'0' * 50_000_000)

        def handle(connection):
            courier.read_request(connection)
            head = b'HTTP/1.1 202 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n' % len(bomb)
            connection.sendall(head + bomb)
        self.assert_result(self.send(self.serve(handle)), 'unknown', '202')

    def test_endless_head(self):
        def handle(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 202 OK\r\n')
            while True:
                connection.sendall(b'X-A: ' + b'a' * 60000 + b'\r\n')
        answer = self.send(self.serve(handle))
        self.assertIn(answer['result'], ('unknown', 'retry'))

    def test_redirects(self):
        """Credentials would go with it."""
        other = self.serve(lambda connection: courier.read_request(connection))
        for status in (301, 302, 303, 307, 308):
            def handle(connection):
                courier.read_request(connection)
                head = 'HTTP/1.1 %d Go\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n' % (status, other.base)
                connection.sendall(head.encode())
            self.assert_result(self.send(self.serve(handle)), 'bad-config', str(status))
        self.assertEqual(other.connections, 0)

    def test_words_are_made_harmless(self):
        words = f'\x1b[31mred\x07\x00 {courier.PHONE[1:]} pass word {courier.TEXT} '.encode()
        words += '482-913 \u202eevil\u2028 \xff'.encode()
        words += b'\xff\xfe' + b'z' * 5000

        def handle(connection):
            courier.read_request(connection)
            connection.sendall(b'HTTP/1.1 403 No\r\nContent-Length: %d\r\n\r\n' % len(words) + words)
        answer = self.assert_result(self.send(self.serve(handle)), 'bad-config', '403')
        detail = answer['detail']
        self.assertLessEqual(len(detail), 200)
        self.assertTrue(all(c.isprintable() for c in detail), repr(detail))
        self.assertNotIn('pass word', detail)

    def test_not_http(self):
        for said in (b'SSH-2.0-OpenSSH\r\n', b'\x00' * 1000, b'HTTP/1.1 abc\r\n\r\n', b'HTTP/1.1 202\r\n', b'',
                     b'HTTP/9.9 202 OK\r\n\r\n0: x'):
            with self.subTest(said[:20]):
                def handle(connection):
                    courier.read_request(connection)
                    connection.sendall(said)
                answer = self.send(self.serve(handle))
                self.assertNotEqual(answer['result'], 'accepted')
                self.assertNotEqual(answer['result'], 'bad-address')

    def test_gone_before_it_was_read(self):
        answer = self.send(self.serve(lambda connection: None))
        self.assertIn(answer['result'], ('unknown', 'retry'))

    def test_no_credentials_for_the_asking(self):
        """A 401 is an answer, not an invitation to try again."""
        heads = []

        def handle(connection):
            heads.append(courier.read_request(connection)[0])
            connection.sendall(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
        self.assert_result(self.send(self.serve(handle)), 'bad-config', '401')
        self.assertEqual(len(heads), 1)

    def test_bad_json(self):
        for body in (b'{', b'[' * 100000, b'{"id":1,"id":2}', b'{"id":{"a":[]}}', b'\xff\xfe', b'nul',
                     b'{"id":"' + b'a' * 500 + b'"}'):
            body = body[:60000]

            def handle(connection):
                courier.read_request(connection)
                connection.sendall(b'HTTP/1.1 201 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
            server = self.serve(handle)
            answer = self.courier.send('webhook', {'base': server.base, 'secret': 'abcdefgh'})
            self.assert_result(answer, 'accepted', '201')
            self.assertLessEqual(len(answer['id'] or ''), 128)


class Datagrams(courier.Case):
    def lost(self, datagram):
        line = courier.Courier()
        line.say(datagram)
        self.assertIsNone(line.hear())
        self.assertEqual(line.wait(), 0)
        self.assertNotRegex(line.log(), 'CRITICAL|WARNING|Sanitizer|runtime error')

    def test_what_ends_the_line(self):
        good = {'op': 'send', 'ref': 'r', 'gateway': 'smtp', 'settings': {}, 'medium': 'email', 'to': 'a@b.c',
                'text': 'x', 'ttl': 1}
        for datagram in (b'{', b'[]', b'null', b'"x"', b'{}', b'\xff', b'{"op":"send"}', b'{"op":"send","ref":1}',
                         b'{"op":"fly","ref":"r"}',
                         b'{"op":"send","ref":"a b"}', b'{"op":"send","ref":""}', b'{"op":"send","ref":"r","ref":"s"}',
                         json.dumps(good | {'text': 'a\0b'}).encode(), b'[' * 30000, b'{"a":' * 5000,
                         b'{"op":"send","ref":"r"}x', b'x' * 32769):
            with self.subTest(datagram[:40]):
                self.lost(datagram)

    def test_what_is_answered(self):
        good = {'gateway': 'smtp', 'settings': {}, 'medium': 'email', 'to': 'a@b.c', 'text': 'x', 'ttl': 1}
        for change in ({'gateway': 'none'}, {'gateway': '../../etc/passwd'}, {'settings': []}, {'settings': {'a': {}}},
                       {'medium': 'pigeon'},
                       {'medium': 'sms'}, {'to': 1}, {'text': None}, {'ttl': 'x'}, {'more': 1}, {'text': 'x' * 9000},
                       {'to': 'x' * 600},
                       {'settings': {'host': 'h' * 5000}}, {'ttl': -1}, {'ttl': 2**62}):
            with self.subTest(change):
                answer = self.courier.answer(self.courier.ask('send', **(good | change)))
                self.assertEqual(answer['result'], 'bad-config', answer)
        for op, members in (('check', {}), ('check', {'gateway': 1, 'settings': 2}), ('check', {'gateway': 'smtp'})):
            self.assertFalse(self.courier.answer(self.courier.ask(op, **members))['ok'])
        for members in ({}, {'address': 1}, {'address': 'x' * 20000}):
            self.assertIsNone(self.courier.answer(self.courier.ask('preset', **members))['preset'])

    def test_the_longest(self):
        message = {'op': 'check', 'ref': 'long', 'gateway': 'smtp', 'settings': {'host': ''}}
        room = 32768 - len(json.dumps(message))
        message['settings']['host'] = 'h' * room
        self.assertEqual(len(json.dumps(message)), 32768)
        self.courier.say(message)
        self.assertFalse(self.courier.answer('long')['ok'])

    def test_noise(self):
        """Broken copies of a right datagram: it answers or hangs up, and never dies of it."""
        chance = random.Random(20261124)
        good = json.dumps({'op': 'send', 'ref': 'n', 'gateway': 'webhook',
                           'settings': {'base': 'http://127.0.0.1:9', 'secret': 's'},
                           'medium': 'sms', 'to': courier.PHONE, 'text': 'x', 'ttl': 60}).encode()
        line = courier.Courier()
        rounds = 400
        for _ in range(rounds):
            broken = bytearray(good)
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(broken))
                way = chance.randrange(3)
                if way == 0:
                    broken[at] = chance.randrange(256)
                elif way == 1:
                    del broken[at:at + chance.randint(1, 20)]
                else:
                    broken[at:at] = bytes(chance.choice([b'{', b'}', b'"', b'\\', b'[', b'\\u0000', b',', b'\xf0']))
                if not broken:
                    broken = bytearray(b'{')
            try:
                line.say(bytes(broken))
                while line.hear() is None:
                    raise BrokenPipeError
            except (BrokenPipeError, ConnectionResetError):
                self.assertEqual(line.wait(), 0)
                self.assertNotRegex(line.log(), 'CRITICAL|WARNING|Sanitizer|runtime error')
                line = courier.Courier()
        line.close()

    def test_peer_that_does_not_read(self):
        for _ in range(20000):
            try:
                self.courier.socket.send(b'{"op":"preset","ref":"r","address":"a@gmail.com"}', socket.MSG_DONTWAIT)
            except BlockingIOError:
                time.sleep(0.001)
            except (BrokenPipeError, ConnectionResetError):
                break
        # Either it kept up or it hung up; it holds no more than was agreed, and leaves in peace.
        status = pathlib.Path(f'/proc/{self.courier.pid}/status')
        lines = status.read_text().splitlines() if status.exists() else []
        memory = [line for line in lines if line.startswith('VmRSS')]
        if memory and 'ASAN_OPTIONS' not in os.environ:
            self.assertLess(int(memory[0].split()[1]), 100_000)


class System(unittest.TestCase):
    """With a socket of its own, as the system instance has it."""

    def start(self, *arguments, descriptor=None, environment=None):
        if not courier.PROGRAM.exists():
            self.skipTest('secinfo-courier is not built')
        self.log = tempfile.TemporaryFile()
        actions = [(os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, self.log.fileno(), 2)]
        if descriptor is not None:
            actions.append((os.POSIX_SPAWN_DUP2, descriptor, 3))
        else:
            actions.append((os.POSIX_SPAWN_OPEN, 3, '/dev/null', os.O_RDONLY, 0))
        return os.posix_spawn(courier.PROGRAM, [str(courier.PROGRAM), *arguments], environment or dict(os.environ),
                              file_actions=actions)

    def status(self, pid):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def words(self):
        self.log.seek(0)
        return self.log.read().decode()

    def test_socket(self):
        directory = tempfile.mkdtemp(prefix='secinfo-courier-')
        self.addCleanup(shutil.rmtree, directory)
        path = os.path.join(directory, 'courier')
        pid = self.start('--socket', path)
        try:
            courier.wait_for('its socket', lambda: os.path.exists(path) and os.stat(path).st_mode & 0o777 == 0o600)
            lines = []
            for _ in range(3):
                end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                end.connect(path)
                lines.append(courier.Line(end).greet())
            # One that misbehaves goes alone.
            lines[0].say(b'nonsense')
            self.assertIsNone(lines[0].hear())
            for line in lines[1:]:
                self.assertEqual(line.answer(line.ask('preset', address='a@gmail.com'))['preset']['title'], 'Gmail')
                line.socket.close()
            lines[0].socket.close()
            # Nobody looks into a process that had credentials in it.
            if os.geteuid() != 0:
                self.assertRaises(PermissionError, open, f'/proc/{pid}/environ', 'rb')
        finally:
            os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.status(pid), 0, self.words())

    def test_wrong_start(self):
        for arguments, words in (((), 'no socket'), (('--private',), 'descriptor 3'),
                                 (('--socket', '/nonexistent/x'), '/nonexistent/x: '),
                                 (('--socket', '/' + 'x' * 200), 'xxx')):
            with self.subTest(arguments):
                pid = self.start(*arguments)
                self.assertEqual(self.status(pid), 1)
                self.assertIn(words, self.words())
                self.assertEqual(len(self.words().splitlines()), 1)
        self.assertEqual(self.status(self.start('--no-such')), 2)
        self.assertEqual(self.status(self.start('argument')), 2)


if __name__ == '__main__':
    tap.main()
