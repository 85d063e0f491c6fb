# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to the real secinfo-courier as secinfod does: one JSON object a datagram.

    class Mine(courier.Case):
        def test_it(self):
            answer = self.courier.send('smtp', {'host': …}, to='alex@example.org')
            self.assertEqual(answer['result'], 'accepted')

At the end what the courier wrote is searched for every text, address and secret that went over the line.
"""
import contextlib
import fcntl
import http.server
import json
import os
import pathlib
import re
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE = pathlib.Path(os.environ.get('SECINFO_TEST_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get('SECINFO_TEST_BUILD', SOURCE / '_build'))
PROGRAM = BUILD / 'src/courier/secinfo-courier'
sys.path.insert(0, str(SOURCE / 'tests/lib'))

CODE = '482 913'
TEXT = f'{CODE} is your SecInfo code. Nobody will ask you for it.'
PHONE = '+447911123456'
EMAIL = 'alex.sample@example.org'
WAIT = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=WAIT):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f'not within {seconds} s: {what}')


class Line:
    """One end of a line to a courier."""

    def __init__(self, sock):
        self.socket = sock
        self.hello = None
        self.network = None
        self.early = {}
        self.next = 0

    def say(self, value):
        self.socket.send(value if isinstance(value, bytes) else json.dumps(value).encode())

    def hear(self, seconds=WAIT):
        """The next datagram; None when the other end is gone."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        if not ready:
            raise AssertionError(f'the courier said nothing within {seconds} s')
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return None
        if not data:
            return None
        assert len(data) <= 32768, len(data)
        return json.loads(data)

    def greet(self):
        kinds = []
        while self.hello is None or self.network is None:
            said = self.hear()
            if 'hello' in said:
                kinds += said['kinds']
                if not said['more']:
                    self.hello = {kind['name']: kind for kind in kinds}
            else:
                self.network = said['network']
        return self

    def answer(self, ref, seconds=WAIT):
        while ref not in self.early:
            said = self.hear(seconds)
            if said is None:
                raise AssertionError('the courier is gone')
            self.early[said.get('ref')] = said
        return self.early.pop(ref)

    def ask(self, op, **members):
        self.next += 1
        ref = f'ref-{self.next}'
        self.say({'op': op, 'ref': ref, **members})
        return ref


class Courier(Line):
    """The program, as a private instance's child. @descriptions: folders instead of data/gateways."""

    def __init__(self, descriptions=()):
        if not PROGRAM.exists():
            raise unittest.SkipTest(f'{PROGRAM} is not built')
        ours, theirs = (self.lift(end) for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        with tempfile.TemporaryFile() as log:
            self.log_file = open(fcntl.fcntl(log.fileno(), fcntl.F_DUPFD_CLOEXEC, 10), 'rb')
        command = [str(PROGRAM), '--private']
        for directory in descriptions:
            command += ['--descriptions', str(directory)]
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith('_proxy')}
        environment['G_DEBUG'] = 'fatal-warnings'

        # subprocess keeps the numbers of descriptors, and this has to be 3.
        log = self.log_file.fileno()
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3), (os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
        theirs.close()
        super().__init__(ours)
        self.secrets = {TEXT, CODE, CODE.replace(' ', '')}
        self.greet()

    @staticmethod
    def lift(end):
        """Away from 3: dup2 of 3 onto itself would leave it to be closed."""
        lifted = socket.socket(fileno=fcntl.fcntl(end.fileno(), fcntl.F_DUPFD_CLOEXEC, 10))
        end.close()
        return lifted

    def wait(self):
        """The exit status; negative: the signal that ended it."""
        def look():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            return [os.waitstatus_to_exitcode(status)] if pid else None
        return wait_for('the courier leaves', look, WAIT)[0]

    def start_send(self, gateway, settings, to=None, medium=None, text=TEXT, subject=f'{CODE} is your SecInfo code',
                   ttl=600, **more):
        if medium is None:
            medium = 'email' if gateway == 'smtp' else 'sms'
        if to is None:
            to = EMAIL if medium == 'email' else PHONE
        self.secrets.add(to)
        self.secrets.update(settings[name] for name in ('password', 'secret', 'key',
                                                        'token') if len(settings.get(name, '')) > 3)
        return self.ask('send', gateway=gateway, settings=settings, medium=medium, to=to, subject=subject, text=text,
                        ttl=ttl, **more)

    def send(self, gateway, settings, **more):
        return self.answer(self.start_send(gateway, settings, **more))

    def check(self, gateway, settings):
        return self.answer(self.ask('check', gateway=gateway, settings=settings))

    def log(self):
        self.log_file.seek(0)
        return self.log_file.read().decode(errors='replace')

    def close(self):
        """It leaves when we do; its log has to be clean."""
        self.socket.close()
        status = self.wait()
        log = self.log()
        for secret in self.secrets:
            assert not secret or secret not in log, 'a secret of this test stands in the courier\'s log'
        assert not re.search(r'CRITICAL|WARNING|Sanitizer|runtime error', log), log
        assert status == 0, (status, log)


class Case(unittest.TestCase):
    descriptions = ()

    def setUp(self):
        self.courier = Courier(self.descriptions)
        self.addCleanup(self.courier.close)

    def assert_result(self, answer, result, code=None):
        self.assertEqual(answer['result'], result, answer)
        if code is not None:
            self.assertEqual(answer['code'], code, answer)
        # Whatever a gateway says: what is shown holds nothing that was told in confidence.
        for hidden in (CODE, CODE.replace(' ', ''), PHONE, PHONE[1:], EMAIL):
            self.assertNotIn(hidden, answer.get('detail') or '')
        return answer


# --- a web server to be called ----------------------------------------------------------------------------------------

_certificate = None


def certificate():
    """A server context with a certificate that nobody signed."""
    global _certificate
    if _certificate is None:
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                            '-nodes', '-days', '2', '-subj',
                            '/CN=localhost',
                            '-keyout', f'{directory}/key', '-out', f'{directory}/cert'],
                           check=True, capture_output=True)
            _certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            _certificate.load_cert_chain(f'{directory}/cert', f'{directory}/key')
    return _certificate


class WebServer:
    """answer(request) gives (status, headers, body); requests are kept in .seen."""

    def __init__(self, answer, port=0):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            wbufsize = 65536   # head and body in one piece, or each request waits for an ACK

            def handle_any(self):
                length = int(self.headers.get('Content-Length') or 0)
                self.body = self.rfile.read(length)
                outer.seen.append(self)
                status, headers, body = answer(self)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if 'Content-Length' not in headers:
                    self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
        self.server.handle_error = lambda *arguments: None   # a caller that left is part of the tests
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.base = f'http://127.0.0.1:{self.port}'
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class RawServer:
    """handle(connection) for each connection, in a thread; the connection is closed behind it."""

    def __init__(self, handle):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.base = f'http://127.0.0.1:{self.port}'
        self.connections = 0
        self.handle = handle
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            self.handle(connection)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def read_request(connection):
    """Head and body of an HTTP request, as bytes."""
    def more():
        data = connection.recv(65536)
        if not data:
            raise ConnectionError('it hung up')
        return data
    data = b''
    while b'\r\n\r\n' not in data:
        data += more()
    head, _, body = data.partition(b'\r\n\r\n')
    length = re.search(rb'(?i)content-length: *(\d+)', head)
    while length and len(body) < int(length[1]):
        body += more()
    return head, body
