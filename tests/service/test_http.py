#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request up to its handler: limits, routes, bodies, streams; and how secinfod starts and ends."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
import harness  # noqa: E402
import tap  # noqa: E402

GET = b'GET /v1/service HTTP/1.1\r\nHost: secinfo\r\n\r\n'


def read_until_closed(connection, seconds):
    """All that comes, and how long it took until the other side closed; None where it did not."""
    connection.settimeout(seconds)
    begun, data = time.monotonic(), b''
    try:
        while True:
            more = connection.recv(65536)
            if not more:
                return data, time.monotonic() - begun
            data += more
    except ConnectionError:
        return data, time.monotonic() - begun
    except socket.timeout:
        return data, None


class Wire(harness.ServiceCase):
    """Tests that speak below HTTP."""

    def in_time(self, seconds, measure):
        """What @measure takes, less than so many seconds: the machine may be slow once, ours not three times."""
        took = [measure()]
        while took[-1] is None or took[-1] >= seconds:
            self.assertLess(len(took), 3, f'{took} instead of {seconds} s')
            took.append(measure())
        return took[-1]

    def open(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(harness.WAIT)
        connection.connect(str(self.service.socket))
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection, request=GET):
        """Sends, and reads one whole answer; its status."""
        with contextlib.suppress(ConnectionError):   # who is refused before all of it is read has his answer
            connection.sendall(request)
        data = b''
        while b'\r\n\r\n' not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, body = data.split(b'\r\n\r\n', 1)
        length = re.search(rb'(?im)^content-length: *(\d+)', head)
        length = int(length[1]) if length else 0
        while len(body) < length:
            body += connection.recv(65536)
        return int(head.split()[1])


class Connections(Wire):
    def test_seventeenth(self):
        self.service.disconnect()
        sixteen = [harness.wait_for('sixteen', self._one_more) for _ in range(16)]   # the start's probe leaves
        for connection in sixteen:
            self.assertEqual(self.ask(connection), 200)
        try:
            self.assertIsNone(self.ask(self.open()))
        except ConnectionError:
            pass
        # Those who are in stay in; one that leaves makes room.
        self.assertEqual(self.ask(sixteen[3]), 200)
        sixteen.pop().close()
        harness.wait_for('room for another', self._one_more)

    def _one_more(self):
        """A connection on which there was an answer."""
        connection = self.open()
        with contextlib.suppress(ConnectionError):
            if self.ask(connection) == 200:
                return connection
        connection.close()
        return None

    def test_kept(self):
        connection = self.service.connect()
        for _ in range(200):
            self.assertEqual(self.service.get('/v1/service', connection=connection).status, 200)
        connection.close()

    def test_a_kept_connection_rests_longer_than_a_head_may_take(self):
        connection = self.open()
        self.assertEqual(self.ask(connection), 200)
        time.sleep(6)
        self.assertEqual(self.ask(connection), 200)

    def test_pipelined(self):
        connection = self.open()
        connection.sendall(GET * 20)
        data = b''
        while data.count(b'HTTP/1.1 200') < 20:
            more = connection.recv(65536)
            self.assertTrue(more)
            data += more


class FewDescriptors(Wire):
    """Two a connection: what is left behind is soon felt."""

    wrapper = ('prlimit', '--nofile=64:64')

    def test_nothing_is_left_behind(self):
        self.service.disconnect()
        for i in range(300):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(harness.WAIT)
                connection.connect(str(self.service.socket))
                if i % 3 == 0:
                    self.assertEqual(self.ask(connection), 200)
                elif i % 3 == 1:
                    connection.sendall(GET)   # and leaves before the answer

        def streams():
            stream = self.service.events()
            stream.close()
            return stream.status == 200
        for _ in range(100):
            harness.wait_for('a stream', streams)
        self.assertNotIn('No connection can be taken', self.service.log())


class Slow(Wire):
    def test_no_head(self):
        took = self.in_time(8, lambda: read_until_closed(self.open(), 12)[1])
        self.assertGreater(took, 4)

    def drips(self, first, more):
        """A client that sends @more again and again; how long it is listened to."""
        connection, begun = self.open(), time.monotonic()
        connection.sendall(first)
        with self.assertRaises(ConnectionError):
            while time.monotonic() - begun < 30:
                connection.sendall(more)
                time.sleep(0.3)
        return time.monotonic() - begun

    def test_slow_head(self):
        self.in_time(7, lambda: self.drips(b'GET /v1/service HTTP/1.1\r\n', b'X-More: yes\r\n'))

    def test_slow_second_head(self):
        def measure():
            connection = self.open()
            self.assertEqual(self.ask(connection), 200)
            connection.sendall(b'GET /v1/service HTTP/1.1\r\nHost: s')
            return read_until_closed(connection, 12)[1]
        self.in_time(8, measure)

    def test_slow_body(self):
        head = b'POST /v1/account/elevations HTTP/1.1\r\nHost: s\r\nContent-Length: 1000\r\n\r\n{'
        self.assertGreater(self.in_time(13, lambda: self.drips(head, b' ')), 8)

    def test_others_are_served_meanwhile(self):
        def measure():
            with contextlib.ExitStack() as slow:
                for _ in range(10):
                    slow.enter_context(self.open()).sendall(b'GET /v1/service HT')
                begun = time.monotonic()
                self.assertEqual(self.service.get('/v1/service').status, 200)
                return time.monotonic() - begun
        self.in_time(1, measure)

    def test_half_open(self):
        """A writing end that is closed too early ends it; one that is closed after a whole request gets its answer."""
        def measure():
            early = self.open()
            early.sendall(b'GET /v1/serv')
            early.shutdown(socket.SHUT_WR)
            return read_until_closed(early, 12)[1]
        self.in_time(7, measure)
        whole = self.open()
        whole.sendall(GET)
        whole.shutdown(socket.SHUT_WR)
        data, _ = read_until_closed(whole, 12)
        self.assertTrue(data.startswith(b'HTTP/1.1 200'), data[:20])

    def test_client_that_leaves_before_its_answer(self):
        for _ in range(30):
            connection = self.open()
            try:
                connection.sendall(GET)
            except ConnectionError:
                pass   # more than 16 that nobody has looked at yet
            connection.close()
        harness.wait_for('an answer', lambda: self.answers())   # who is 17th before they are gone is sent away

    def answers(self):
        with contextlib.suppress(ConnectionError), self.open() as connection:
            return self.ask(connection) == 200


class TooLarge(Wire):
    def test_stated(self):
        def measure():
            connection = self.open()
            connection.sendall(b'POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nContent-Length: 100000000\r\n\r\n')
            data, took = read_until_closed(connection, 20)
            self.assertTrue(data.startswith(b'HTTP/1.1 413'), data[:20])
            self.assertIn(b'application/problem+json', data)
            self.assertEqual(json.loads(data.split(b'\r\n\r\n', 1)[1])['type'], '/problems/too-large')
            return took
        self.in_time(3, measure)

    def test_stated_one_more(self):
        self.assertEqual(self._status(65536), 400)   # taken, and not JSON
        self.assertEqual(self._status(65537), 413)

    def _status(self, length):
        connection = self.open()
        request = b'POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n' % length
        return self.ask(connection, request + (b'x' * length if length <= 65536 else b''))

    def test_chunked(self):
        connection = self.open()
        head = b'POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n'
        chunk = b'1000\r\n' + b'x' * 4096 + b'\r\n'
        self.assertEqual(self.ask(connection, head + chunk * 20 + b'0\r\n\r\n'), 413)
        connection = self.open()
        self.assertEqual(self.ask(connection, head + chunk * 4 + b'0\r\n\r\n'), 400)

    def test_chunked_without_end(self):
        connection = self.open()
        connection.sendall(b'POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n')
        sent = 0
        with self.assertRaises(ConnectionError):
            while sent < 16 * 1024 * 1024:
                connection.sendall(b'1000\r\n' + b'x' * 4096 + b'\r\n')
                sent += 4096
        self.assertLess(sent, 4 * 1024 * 1024)

    def test_head(self):
        status = self.ask(self.open(), b'GET /v1/service HTTP/1.1\r\nHost: s\r\nX: ' + b'y' * 40000 + b'\r\n\r\n')
        self.assertIn(status, (413, 431, None))
        self.assertEqual(self.service.get('/v1/service').status, 200)


class Routes(harness.ServiceCase):
    def test_unknown_paths(self):
        contacts = '/v1/account/contacts'
        for path in ('/', '/v1', '/v2/account', '/v1/account/', '//v1/account', contacts + '/', contacts + '/a/b',
                     contacts + '/%2e%2e', contacts + '/' + 'a' * 65, '/v1/accounts/root', '/v1/account%00'):
            with self.subTest(path):
                self.assert_problem(self.service.get(path), 'not-found', 404)

    def test_methods(self):
        answer = self.service.request('PUT', '/v1/account')
        self.assert_problem(answer, 'method-not-allowed', 405)
        self.assertEqual(answer.headers['Allow'], 'GET, DELETE')
        answer = self.service.request('DELETE', '/v1/account/contacts')
        self.assertEqual(answer.headers['Allow'], 'GET, POST')
        answer = self.service.get('/v1/account/elevations')
        self.assertEqual((answer.status, answer.headers['Allow']), (405, 'POST'))

    def test_document_and_routes_agree(self):
        """Of each path of data/openapi.yaml the service takes exactly the methods that stand there; and no other path
        stands in its tables."""
        paths = harness.DOCUMENT.document['paths']
        for path, item in paths.items():
            with self.subTest(path):
                answer = self.service.request('TRACE', path.replace('{id}', 'A' * 22))
                self.assert_problem(answer, 'method-not-allowed', 405)
                self.assertEqual(set(answer.headers['Allow'].split(', ')),
                                 {method.upper() for method in item if method != 'parameters'})
        routes, words = set(), r'((?:"[^"]*"|[A-Z]+)(?: (?:"[^"]*"|[A-Z]+))*)'
        for file in (harness.SOURCE / 'src/service').glob('service-routes-*.c'):
            text = file.read_text()
            macros = dict(re.findall(rf'#define ([A-Z]+) +{words}\n', text))

            def spell(given):
                return ''.join(word.strip('"') if word[0] == '"' else spell(macros[word])
                               for word in re.findall(r'"[^"]*"|[A-Z]+', given))
            routes |= {spell(given) for given in re.findall(rf'\{{ "(?:GET|POST|PATCH|PUT|DELETE)", {words},', text)}
        self.assertEqual(routes, set(paths))

    def test_not_json(self):
        for raw in (b'{', b'[]', b'null', b'"x"', b'{}{}', b'{"a":1,"a":2}', b'\xff\xfe', b'{"kind":"\xff"}',
                    b'[' * 10000, b'{"a":' * 200):
            with self.subTest(raw[:20]):
                answer = self.service.post('/v1/account/contacts', raw=raw)
                self.assertTrue(self.assert_problem(answer, 'body-not-valid', 400)['reason'])

    def test_a_broken_body_is_not_quoted(self):
        answer = self.service.post('/v1/account/elevations', raw=b'{"password": "hunter2hunter2" "x"}')
        self.assert_problem(answer, 'body-not-valid', 400)
        self.assertNotIn(b'hunter2', answer.body)
        self.service.secrets.add('hunter2hunter2')

    def test_unknown_members(self):
        answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org', 'surprise': 1})
        self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], 'surprise')
        answer = self.service.post('/v1/account/contacts', {'kind': 'email'})
        self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], 'value')
        answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 5})
        self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], 'value')
        self.assertEqual(self.service.get('/v1/account/contacts').json['items'], [])

    def test_body_that_names_a_user(self):
        for name in ('user', 'uid', 'account', 'name', 'record'):
            with self.subTest(name):
                body = {'kind': 'email', 'value': 'a@example.org', name: 'root'}
                answer = self.service.post('/v1/account/contacts', body)
                self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], name)
                answer = self.service.get('/v1/account', query={name: 'root'})
                self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], name)

    def test_body_where_none_is_taken(self):
        self.assertEqual(self.service.request('GET', '/v1/account', {}).status, 200)
        self.assert_problem(self.service.request('GET', '/v1/account', {'a': 1}), 'body-not-valid', 400)

    def test_queries(self):
        self.assertEqual(self.service.get('/v1/account/contacts', query={'removed': '1', 'limit': '5'}).status, 200)
        for query in ('surprise=1', 'removed=1&removed=1', 'removed=%ff', '=1', '&&&=', 'removed=1&x'):
            with self.subTest(query):
                self.assert_problem(self.service.get('/v1/account/contacts?' + query), 'body-not-valid', 400)

    def test_language(self):
        if not (harness.BUILD / 'po/de/LC_MESSAGES/secinfo.mo').exists():
            self.skipTest('the translations are not built')
        for header, words in ((None, 'no longer'), ('de', 'nicht mehr'), ('en', 'no longer'),
                              ('de-AT, en;q=0.5', 'nicht mehr'),
                              ('en;q=0.9, de;q=0.1', 'no longer'),
                              ('xx, de;q=0.1', 'nicht mehr'), ('../..', 'no longer')):
            with self.subTest(header):
                given = {'Accept-Language': header} if header else {}
                answer = self.service.get('/v1/account/challenges/A', headers=given)
                self.assertIn(words, answer.json['detail'])

    def test_language_of_numbers(self):
        """Where the words depend on a number, too."""
        if not (harness.BUILD / 'po/de/LC_MESSAGES/secinfo.mo').exists():
            self.skipTest('the translations are not built')
        made = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'language@example.org'},
                                 token=self.service.elevate())
        sent = self.service.post(f"/v1/account/contacts/{made.json['id']}/challenges", {})
        wrong = '000000' if self.service.code_for('language@example.org') != '000000' else '000001'
        answer = self.service.post(f"/v1/account/challenges/{sent.json['id']}/answer", {'code': wrong},
                                   headers={'Accept-Language': 'de'})
        self.assertIn('4 Versuche', answer.json['detail'])

    def test_foreign_id_is_an_unknown_one(self):
        self.assert_problem(self.service.get('/v1/account/challenges/AAAAAAAAAAAAAAAAAAAAAA'), 'not-found', 404)

    def test_idempotency_key(self):
        token, body = self.service.elevate(), {'kind': 'email', 'value': 'again@example.org'}
        for bad in ('', 'x' * 129):
            answer = self.service.post('/v1/account/contacts', body, token=token, headers={'Idempotency-Key': bad})
            self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], 'Idempotency-Key')
        first = self.service.post('/v1/account/contacts', body, token=token, headers={'Idempotency-Key': 'one'})
        second = self.service.post('/v1/account/contacts', body, token=token, headers={'Idempotency-Key': 'one'})
        self.assertEqual((first.status, second.status), (201, 201))
        self.assertEqual(first.json, second.json)
        self.assertEqual(len(self.service.get('/v1/account/contacts').json['items']), 1)
        other = {'kind': 'email', 'value': 'other@example.org'}
        answer = self.service.post('/v1/account/contacts', other, token=token, headers={'Idempotency-Key': 'one'})
        self.assertEqual(self.assert_problem(answer, 'body-not-valid', 400)['member'], 'Idempotency-Key')
        # It outlives the process, and is the level's no shortcut.
        self.service.restart()
        answer = self.service.post('/v1/account/contacts', body, headers={'Idempotency-Key': 'one'})
        self.assert_problem(answer, 'elevation-needed', 403)
        token = self.service.elevate()
        third = self.service.post('/v1/account/contacts', body, token=token, headers={'Idempotency-Key': 'one'})
        self.assertEqual(third.json, first.json)

    def test_idempotency_key_in_parallel(self):
        token, body, answers = self.service.elevate(), {'kind': 'email', 'value': 'once@example.org'}, []

        def ask():
            connection = self.service.connect()
            answers.append(self.service.post('/v1/account/contacts', body, token=token, connection=connection,
                                             headers={'Idempotency-Key': 'same'}))
            connection.close()
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({a.status for a in answers}, {201})
        self.assertEqual(len({a.json['id'] for a in answers}), 1)

    def test_levels(self):
        answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org'})
        problem = self.assert_problem(answer, 'elevation-needed', 403)
        self.assertEqual((problem['level'], problem['contacts']), ('password', []))   # nothing is verified yet: eased
        token = self.service.elevate()
        contact = self.service.add_verified('a.person@example.org', token)
        token = self.service.elevate()
        answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'b@example.org'}, token=token)
        problem = self.assert_problem(answer, 'elevation-needed', 403)
        self.assertEqual(problem['level'], 'verified')
        self.assertEqual(problem['contacts'], [{'id': contact['id'], 'kind': 'email', 'masked': 'a•••n@example.org'}])
        self.service.confirm(contact, 'a.person@example.org', token)
        self.service.add_contact('b@example.org', token)

    def test_bad_tokens(self):
        for token in ('x', '', 'a' * 500):
            answer = self.service.post('/v1/account/contacts', {'kind': 'email', 'value': 'a@example.org'}, token=token)
            self.assert_problem(answer, 'elevation-needed', 403)


class Streams(harness.ServiceCase):
    def test_fifth_is_refused(self):
        streams = [self.service.events() for _ in range(4)]
        self.assertEqual([s.status for s in streams], [200] * 4)
        fifth = self.service.events()
        self.assertEqual(fifth.status, 503)
        fifth.close()
        for stream in streams:
            stream.close()

    def test_reader_that_leaves_is_noticed(self):
        """Nothing is written meanwhile: a suspended stream has nothing but its hang-up."""
        for _ in range(4):
            harness.wait_for('four streams, as those before have left', self._all_four)

    def _all_four(self):
        streams = [self.service.events() for _ in range(4)]
        for stream in streams:
            stream.close()
        return [stream.status for stream in streams] == [200] * 4

    def test_change_is_told(self):
        stream = self.service.events()
        contact = self.service.add_contact('told@example.org', self.service.elevate())
        self.assertEqual(stream.wait('contacts').get('id'), contact['id'])
        stream.close()

    def test_bye(self):
        stream = self.service.events()
        self.service.stop()
        stream.wait('bye')
        self.assertIsNone(stream.next())
        stream.close()


class Ends(harness.ServiceCase):
    """How secinfod starts and ends."""

    def setUp(self):
        pass

    def refused(self, service, *arguments, environment=None):
        """Its one line on standard error."""
        command = service.command() + list(arguments)
        done = subprocess.run(command, env=environment or service.environment(), capture_output=True, text=True,
                              timeout=harness.WAIT + 10, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith('secinfod: '), lines[0])
        return lines[0]

    def test_clean_stop(self):
        service = self.make_service().start()
        self.assertEqual(service.stop(), 0)
        self.assertFalse(service.socket.exists())
        self.assertEqual(service.start().get('/v1/service').status, 200)

    def test_keyring_closed(self):
        service = self.make_service().start()
        service.keyring.close()
        self.assertEqual(service.process.wait(harness.WAIT), 0)

    def test_idle(self):
        service = self.make_service(config={'idle-exit': 10}, keyring_state=None).start()
        stream = service.events()
        with self.assertRaises(subprocess.TimeoutExpired):
            service.process.wait(13)   # an open stream keeps it
        stream.close()
        self.assertEqual(service.process.wait(harness.WAIT), 0)
        self.assertFalse(service.socket.exists())

    def test_stale_socket(self):
        service = self.make_service().start()
        service.stop(signal.SIGKILL)
        self.assertTrue(service.socket.exists())
        self.assertEqual(service.start().get('/v1/service').status, 200)

    def test_second_instance(self):
        service = self.make_service().start()
        line = self.refused(service)
        self.assertIn('another instance', line)
        self.assertIn(str(service.socket), line)
        self.assertEqual(service.get('/v1/service').status, 200)

    def test_same_state_other_socket(self):
        service = self.make_service().start()
        line = self.refused(service, '--socket', str(service.runtime / 'other'))
        self.assertRegex(line, 'instance|use')
        self.assertEqual(service.get('/v1/service').status, 200)

    def test_socket_that_is_none(self):
        service = self.make_service()
        service.socket.write_text('a letter')
        self.assertIn('no socket', self.refused(service))
        self.assertEqual(service.socket.read_text(), 'a letter')

    def test_directory_of_others(self):
        service = self.make_service()
        service.runtime.chmod(0o755)
        self.assertIn('chmod 700', self.refused(service))
        service.runtime.chmod(0o700)
        link = service.directory / 'link'
        link.symlink_to(service.runtime)
        self.assertIn(str(link), self.refused(service, '--socket', str(link / 'api')))

    def test_bad_config(self):
        service = self.make_service()
        for text, words in (('[policy]\ncode-tries=0\n', 'code-tries'), ('[policy]\nnonsense=1\n', 'nonsense'),
                            ('[other]\n', 'other'), ('no group\n', 'mend'), ('[policy]\ncode-life=ten\n', 'code-life')):
            with self.subTest(text):
                service.config_file.write_text(text)
                line = self.refused(service)
                self.assertIn(str(service.config_file), line)
                self.assertIn(words, line)
        self.assertIn('nowhere.conf', self.refused(service, '--config', str(service.directory / 'nowhere.conf')))

    def test_unreadable_store(self):
        service = self.make_service()
        service.state.mkdir(mode=0o700)
        (service.state / 'store.db').write_bytes(b'this is no database at all' * 400)
        self.assertIn('store.db', self.refused(service))
        self.assertTrue((service.state / 'store.db').read_bytes().startswith(b'this is no'))

    def test_usage(self):
        for arguments in ([], ['--private', '--system'], ['--trial', '--private'], ['--nonsense'],
                          ['--private', 'more'], ['--system', '--keyring-fd', '5']):
            with self.subTest(arguments):
                done = subprocess.run([harness.SECINFOD, *arguments], capture_output=True, text=True, check=False,
                                      timeout=harness.WAIT)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1)

    def test_version(self):
        done = subprocess.run([harness.SECINFOD, '--version'], capture_output=True, text=True, check=True,
                              timeout=harness.WAIT)
        self.assertRegex(done.stdout, r'^secinfod \S+\n$')

    def test_namespace(self):
        """--system in a user namespace, where it could not tell users apart."""
        command = ['unshare', '--user', '--map-user=1234', str(harness.SECINFOD), '--system',
                   '--socket', '/nonexistent/api', '--state-dir', '/nonexistent/state']
        if subprocess.run(['unshare', '--user', 'true'], capture_output=True, check=False).returncode != 0:
            self.skipTest('user namespaces are not allowed here')
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=harness.WAIT)
        self.assertEqual(done.returncode, 1)
        self.assertIn('user namespace', done.stderr)

    def test_no_core_no_ptrace(self):
        service = self.make_service().start()
        limits = pathlib.Path(f'/proc/{service.process.pid}/limits')
        if 'ASAN_OPTIONS' in os.environ:
            self.skipTest('the leak sanitizer needs a process that can be looked at')
        # Not dumpable: what is in /proc belongs to root, not to the user.
        self.assertEqual(os.stat(f'/proc/{service.process.pid}/mem').st_uid, 0)
        with self.assertRaises(PermissionError):
            open(f'/proc/{service.process.pid}/environ', 'rb').close()
        self.assertRegex(limits.read_text(), r'Max core file size\s+0\s+0')


class Locked(harness.ServiceCase):
    keyring_state = 'locked'

    def test_locked_then_unlocked(self):
        answer = self.service.get('/v1/account/contacts')
        self.assertEqual(self.assert_problem(answer, 'store-locked', 503)['reason'], 'keyring-locked')
        self.assertEqual(self.service.get('/v1/service').status, 200)
        stream = self.service.events()
        self.service.keyring.set_state('ok')
        stream.wait('service')
        stream.close()
        self.assertEqual(self.service.get('/v1/account/contacts').status, 200)

    def test_looks_again_by_itself(self):
        self.service.keyring.state = 'ok'   # without a word
        time.sleep(1.1)
        self.assertEqual(self.service.get('/v1/account/contacts').status, 200)

    def test_asks_at_most_once_a_second(self):
        self.service.get('/v1/account/contacts')
        asked, begun = len(self.service.keyring.asked), time.monotonic()
        for _ in range(50):
            self.assert_problem(self.service.get('/v1/account/contacts'), 'store-locked')
        self.assertLessEqual(len(self.service.keyring.asked) - asked, 3 + time.monotonic() - begun)

    def test_reasons(self):
        for state, reason in (('absent', 'keyring-absent'), ('locked', 'keyring-locked')):
            self.service.keyring.state = state
            time.sleep(1.1)
            answer = self.service.get('/v1/account/contacts')
            self.assertEqual(self.assert_problem(answer, 'store-locked')['reason'], reason)


class Gone(harness.ServiceCase):
    def test_another_key_is_never_taken(self):
        self.service.add_contact('kept@example.org', self.service.elevate())
        self.service.stop()
        key = self.service.keyring_items.pop('store-key')
        self.service.start()
        answer = self.service.get('/v1/account/contacts')
        self.assertEqual(self.assert_problem(answer, 'store-locked')['reason'], 'keyring-gone')
        self.assertNotIn('store-key', self.service.keyring_items)
        self.service.keyring_items['store-key'] = key
        time.sleep(1.1)
        self.assertEqual(len(self.service.get('/v1/account/contacts').json['items']), 1)


if __name__ == '__main__':
    tap.main()
