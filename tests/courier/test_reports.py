#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port for delivery reports: what is heard there and told on, and whoever comes with something else."""
import contextlib
import json
import os
import socket
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import tap


class Port(courier.Case):
    def setUp(self):
        super().setUp()
        self.port = courier.free_port()
        self.assertTrue(self.listen(self.port)['ok'])

    def listen(self, port):
        return self.courier.answer(self.courier.ask('listen', port=port))

    def connect(self):
        connection = socket.create_connection(('127.0.0.1', self.port), timeout=courier.WAIT)
        self.addCleanup(connection.close)
        return connection

    def read(self, connection):
        data = b''
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(4096):
                data += piece
        return data.decode()

    def answer(self, *pieces):
        """'' where there is none."""
        connection = self.connect()
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece if isinstance(piece, bytes) else piece.encode())
        return self.read(connection)

    def say(self, *pieces):
        """The status of what is answered."""
        return self.answer(*pieces).removeprefix('HTTP/1.1 ')[:3]

    def say_slowly(self, *pieces):
        """As fast as it is taken."""
        while '\r\nRetry-After: 1\r\n' in (answer := self.answer(*pieces)):
            time.sleep(0.05)
        return answer.removeprefix('HTTP/1.1 ')[:3]

    def heard(self):
        said = self.courier.hear()
        self.assertEqual(list(said), ['report'])
        return said['report']

    def assert_open(self):
        self.assertEqual(self.say('GET /g/m/t HTTP/1.1\r\nHost: x\r\n\r\n'), '204')
        self.assertEqual(self.heard()['message'], 'm')

    def test_what_is_told(self):
        body = 'MessageStatus=delivered&a=%C3%A4'
        head = ('POST /behind/a/proxy/gate_1/m-2/T0ken?x=1&y=a%20b HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: abc=\r\n'
                'Authorization: Basic c2VjcmV0\r\nCookie: a=b\r\nContent-Type: application/x-www-form-urlencoded\r\n'
                f'Content-Length: {len(body)}\r\n\r\n')
        self.courier.secrets |= {'T0ken', 'c2VjcmV0', body}
        # In one piece, and byte by byte.
        for pieces in ([head + body], [head[:60], head[60:], body], list(head + body)):
            self.assertEqual(self.say(*pieces), '204')
            self.assertEqual(self.heard(), {
                'gateway': 'gate_1', 'message': 'm-2', 'token': 'T0ken', 'query': 'x=1&y=a%20b', 'body': body,
                'type': 'application/x-www-form-urlencoded', 'headers': {'x-twilio-signature': 'abc='}})

    def test_what_is_not(self):
        long = 'x' * 5000
        for status, said in (
                ('404', 'GET / HTTP/1.1\r\n\r\n'), ('404', 'GET /a/b HTTP/1.1\r\n\r\n'),
                ('404', 'GET /a/../b HTTP/1.1\r\n\r\n'), ('404', 'GET //b/c HTTP/1.1\r\n\r\n'),
                ('404', f'GET /a/b/{"x" * 65} HTTP/1.1\r\n\r\n'),
                ('404', b'POST /a/b/c HTTP/1.1\r\nContent-Length: 2\r\n\r\n\xff\xfe'),
                ('400', b'POST /a/b/c HTTP/1.1\r\nContent-Length: 2\r\n\r\na\0'), ('400', '\r\n\r\n'),
                ('400', 'SSH-2.0-x\r\n\r\n'), ('400', b'\x16\x03\x01\x02\x00\x01\r\n\r\n'),
                ('405', 'PUT /a/b/c HTTP/1.1\r\nContent-Length: 0\r\n\r\n'), ('405', 'DELETE /a/b/c HTTP/1.1\r\n\r\n'),
                ('411', 'POST /a/b/c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
                ('413', 'POST /a/b/c HTTP/1.1\r\nContent-Length: 8193\r\n\r\n'),
                ('413', 'POST /a/b/c HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n'),
                ('431', f'GET /a/b/c HTTP/1.1\r\nX: {long}'), ('431', f'GET /a/b/c HTTP/1.1\r\nX: {long}\r\n\r\n')):
            with self.subTest(said[:60]):
                # Whoever says more than is read may find the door shut before he reads.
                self.assertIn(self.say(said), (status, '') if len(said) > 4096 else (status,))
                self.assert_open()

    def test_the_longest(self):
        body = '"' * 8192
        self.assertEqual(self.say(f'POST /g/m/t HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}'), '204')
        self.assertEqual(self.heard()['body'], body)

    def test_not_too_many(self):
        """32 that say nothing keep the next one out, and nobody once they are gone."""
        idle = [self.connect() for _ in range(32)]
        time.sleep(0.2)
        self.assertEqual(self.say('GET /g/m/t HTTP/1.1\r\n\r\n'), '')
        for connection in idle:
            connection.close()
        courier.wait_for('there is room again', lambda: self.say('GET /g/m/t HTTP/1.1\r\n\r\n') == '204')
        self.assertEqual(self.heard()['message'], 'm')

    def test_more_than_are_read(self):
        """Nobody is told, and nothing is lost, while secinfod does not listen: whoever brought one may come again."""
        body = 'x' * 8000
        taken = 0
        report = f'POST /g/m/t HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}'
        while (status := self.say_slowly(report)) == '204':
            taken += 1
            self.assertLess(taken, 2000)
        self.assertEqual(status, '503')
        for _ in range(taken):
            self.assertEqual(self.heard()['body'], body)
        self.assertEqual(self.say_slowly(report), '204')
        self.assertEqual(self.heard()['body'], body)

    def test_the_port(self):
        """On loopback alone; one that is taken is no end; with the line it is gone."""
        with open('/proc/net/tcp') as table:
            lines = [line.split() for line in table if f':{self.port:04X} 00000000:0000 0A' in line]
        self.assertEqual([line[1] for line in lines], [f'0100007F:{self.port:04X}'])
        other = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(other.close)
        answer = self.listen(other.getsockname()[1])
        self.assertFalse(answer['ok'])
        self.assertIn('port ', answer['reason'])
        for port in (0, -1, 65536, 'x'):
            self.assertFalse(self.listen(port)['ok'])
        self.assertTrue(self.listen(self.port)['ok'])
        self.assert_open()

    def test_judged(self):
        """What a report means, with the settings that secinfod has for it; whatever it is asked, it answers."""
        def judge(gateway, report, settings=None):
            return self.courier.answer(self.courier.ask('report', gateway=gateway, settings=settings or {},
                                                        report=report))['state']
        for state, means in (('1', 'delivered'), ('2', 'failed'), ('4', 'waits'), ('8', 'waits'), ('16', 'failed'),
                             ('', 'waits'), ('01', 'waits')):
            self.assertEqual(judge('kannel', {'url': f'http://x/?state={state}'}), means)
        for state, means in (('delivered', 'delivered'), ('rejected', 'failed'), ('buffered', 'waits'),
                             ('Delivered', 'waits')):
            for report in ({'url': f'https://x/y?status={state}'},
                           {'body': f'status={state}', 'type': 'application/x-www-form-urlencoded; charset=utf-8'},
                           {'body': json.dumps({'status': state}), 'type': 'application/json'}):
                self.assertEqual(judge('vonage', report), means, report)
        for gateway in ('smtp', 'jmap', 'postmark', 'none', ''):
            self.assertEqual(judge(gateway, {'url': 'http://x/?state=1'}), 'waits')
        # Nobody's key is no key.
        for report in ({}, {'url': 1, 'headers': []}, {'headers': {'x-twilio-signature': ''}},
                       {'headers': {'x-twilio-signature': 'cj1zuc46R6GcPYUMkcT9zUyoFsA='}}):
            self.assertEqual(judge('twilio-sms', report), 'forged')
            self.assertEqual(judge('twilio-sms', report, {'token': 'x'}), 'forged')
        self.assertEqual(self.courier.answer(self.courier.ask('report'))['state'], 'waits')

    def test_a_code_that_is_none(self):
        """The number, or what the text was, is not kept because a vendor puts it where his own code belongs."""
        def code(word):
            body = urllib.parse.urlencode({'status': 'rejected', 'err-code': word})
            return self.courier.answer(self.courier.ask(
                'report', gateway='vonage', settings={},
                report={'body': body, 'type': 'application/x-www-form-urlencoded'})).get('code')
        for word in ('1', '30006', 'ERR_4.2-b', 'x' * 16):
            self.assertEqual(code(word), word)
        for word in ('', courier.PHONE, courier.PHONE[1:], courier.CODE, courier.CODE.replace(' ', ''),
                     courier.CODE.replace(' ', '-'), '.'.join(courier.CODE.replace(' ', '')), courier.EMAIL,
                     courier.TEXT, 'x' * 17, 'a b', 'ä', 'a\nb'):
            self.assertIsNone(code(word), word)

    def test_not_too_fast(self):
        """64 at once, then 20 a second: who comes too early is told when to come again, before he is listened to."""
        report = 'GET /g/m/t HTTP/1.1\r\n\r\n'
        begun = time.monotonic()
        answers = [self.answer(said) for _ in range(60) for said in (report, 'no request of any kind\r\n\r\n')]
        took = time.monotonic() - begun
        early = [answer for answer in answers if answer.startswith('HTTP/1.1 503 ')]
        self.assertLessEqual(len(answers) - len(early), 64 + 20 * took + 1)
        if took < 2:
            self.assertGreater(len(early), 0)
        for answer in early:
            self.assertIn('\r\nRetry-After: 1\r\n', answer)
        for answer in answers:
            if answer.startswith('HTTP/1.1 204 '):
                self.heard()
        time.sleep(0.2)
        self.assert_open()


if __name__ == '__main__':
    tap.main()
