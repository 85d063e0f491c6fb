#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Email through mail servers of every temper."""
import base64
import email
import email.policy
import json
import os
import socket
import ssl
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import tap

try:
    import aiosmtpd.smtp
    import mailserver
except ImportError:
    aiosmtpd = None


class Sink:
    """What it was given; what it says to RCPT, to DATA's end, to AUTH."""

    def __init__(self):
        self.mails = []
        self.rcpt = '250 OK'
        self.data = '250 2.0.0 Ok: queued as 4F1B2C3D'
        self.mail = '250 OK'
        self.password = None

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail.startswith('2'):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt.startswith('2'):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return self.data

    def authenticate(self, server, session, envelope, mechanism, data):
        good = getattr(data, 'password', None) == self.password.encode()
        return aiosmtpd.smtp.AuthResult(success=good,
                                        handled=False) if not good else aiosmtpd.smtp.AuthResult(success=True)


class Controller(mailserver.MailServer if aiosmtpd else object):
    def factory(self):
        return aiosmtpd.smtp.SMTP(self.handler, hostname='sink.example.org', **self.SMTP_kwargs)


@unittest.skipIf(aiosmtpd is None, 'python3-aiosmtpd is not installed')
class Smtp(courier.Case):
    def serve(self, **options):
        self.sink = Sink()
        if options.get('authenticator'):
            options['authenticator'] = self.sink.authenticate
        controller = Controller(self.sink, **options)
        self.port = controller.port
        controller.start()
        self.addCleanup(controller.stop)

    def settings(self, **more):
        return {'host': '127.0.0.1', 'port': str(self.port), 'security': 'none', 'from': 'codes@laptop.example.org',
                **more}

    def test_taken_over(self):
        self.serve()
        answer = self.courier.send('smtp', self.settings(name='Kücheñ „PC“'))
        self.assert_result(answer, 'accepted', '250')
        self.assertEqual(answer['id'], '4F1B2C3D')
        sender, receivers, content = self.sink.mails[0]
        self.assertEqual((sender, receivers), ('codes@laptop.example.org', [courier.EMAIL]))
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(mail['To'], courier.EMAIL)
        self.assertEqual(mail['From'].addresses[0].addr_spec, 'codes@laptop.example.org')
        self.assertEqual(mail['From'].addresses[0].display_name, 'Kücheñ „PC“')
        self.assertEqual(mail['Subject'], f'{courier.CODE} is your SecInfo code')
        self.assertEqual(mail['Auto-Submitted'], 'auto-generated')
        self.assertEqual(mail['Message-ID'], '<ref-1@laptop.example.org>')
        self.assertLess(abs(mail['Date'].datetime.timestamp() - time.time()), 60)
        self.assertEqual((mail.get_content_type(), mail.get_content_charset()), ('text/plain', 'utf-8'))
        self.assertEqual(mail.get_content().strip(), courier.TEXT)
        self.assertEqual(len(mail.get_all('Date')), 1)

    def test_words_of_other_languages_and_dots(self):
        self.serve()
        text = 'Größe: 482 913 — ваш код\n.\n..two dots\nFrom here\n' + 'a' * 2000 + '\n'
        answer = self.courier.send('smtp', self.settings(), text=text, subject='482 913 — ваш код')
        self.assert_result(answer, 'accepted')
        mail = email.message_from_bytes(self.sink.mails[0][2], policy=email.policy.default)
        self.assertEqual(mail.get_content().replace('\r\n', '\n'), text)
        self.assertEqual(mail['Subject'], '482 913 — ваш код')
        self.assertTrue(all(len(line) <= 998 for line in self.sink.mails[0][2].split(b'\r\n')))

    def test_refused_address(self):
        self.serve()
        for reply, result in (('550 5.1.1 <%s>: no such user, code 482913' % courier.EMAIL, 'bad-address'),
                              ('553 5.1.3 Bad address syntax', 'bad-address'),
                              ('552 5.2.2 Mailbox full', 'bad-address'),
                              ('550 5.4.5 Daily sending quota exceeded', 'retry'),
                              ('550 5.7.1 Service refused, your network is on a list', 'bad-config'),
                              ('550 No such user', 'bad-address'),
                              ('554 Transaction failed', 'bad-config'),
                              ('550 5.7.1 Relaying denied', 'bad-config'),
                              ('554 5.7.1 relay access denied', 'bad-config'),
                              ('530 5.7.0 Authentication required', 'bad-config'),
                              ('450 4.2.0 Greylisted, try again', 'retry'),
                              ('451 4.7.1 Try later', 'retry'),
                              ('452 4.2.2 Over quota', 'retry')):
            with self.subTest(reply):
                self.sink.rcpt = reply
                self.assert_result(self.courier.send('smtp', self.settings()), result, reply[:3])
        self.assertEqual(self.sink.mails, [])

    def test_login_that_is_repeated(self):
        """A server whose answer to AUTH is what it was asked with, as it came and as it was meant."""
        said = []

        def handle(connection):
            lines = connection.makefile('rb')
            connection.sendall(b'220 sink.example.org\r\n')
            for line in iter(lines.readline, b''):
                if line.startswith(b'EHLO'):
                    connection.sendall(b'250-sink.example.org\r\n250 AUTH ' + mechanism + b'\r\n')
                elif line.startswith(b'AUTH') and mechanism == b'LOGIN':
                    connection.sendall(b'334 VXNlcm5hbWU6\r\n')
                    user = lines.readline().strip()
                    connection.sendall(b'334 UGFzc3dvcmQ6\r\n')
                    said.append(lines.readline().strip())
                    connection.sendall(b'535 5.7.8 ' + user + b' ' + said[-1] + b'\r\n')
                elif line.startswith(b'AUTH'):
                    connection.sendall(b'334 \r\n')
                    line = lines.readline()
                    said.append(line.strip())
                    connection.sendall(b'535 5.7.8 ' + line.strip() + b' ' +
                                       base64.b64decode(said[-1]).replace(b'\0', b':') + b'\r\n')
                else:
                    connection.sendall(b'221 bye\r\n')
                    return
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        self.port = server.port
        for mechanism in (b'PLAIN', b'LOGIN'):
            settings = self.settings(user='codes', password='korrekt pferd')
            answer = self.assert_result(self.courier.send('smtp', settings), 'bad-config')
            encoded = said[-1].decode().rstrip('=')
            for at in range(len(encoded) - 7):
                self.assertNotIn(encoded[at:at + 8], json.dumps(answer))
            self.assertNotIn('pferd', json.dumps(answer))
        self.assertEqual(len(said), 2)

    def test_refused_text_and_sender(self):
        self.serve()
        for reply, result in (('554 5.7.1 Spam', 'bad-config'), ('550 5.1.1 unknown', 'bad-address'),
                              ('451 4.3.0 later', 'retry')):
            with self.subTest(reply):
                self.sink.data = reply
                self.assert_result(self.courier.send('smtp', self.settings()), result, reply[:3])
        self.sink.mail = '553 5.7.1 Sender address rejected: not owned by user'
        self.assert_result(self.courier.send('smtp', self.settings()), 'bad-config', '553')
        self.sink.mail = '421 4.3.2 Shutting down'
        self.assert_result(self.courier.send('smtp', self.settings()), 'retry', '421')

    def test_closed_port_and_unknown_name(self):
        self.port = courier.free_port()
        answer = self.assert_result(self.courier.send('smtp', self.settings()), 'retry')
        self.assertIsNone(answer['code'])
        answer = self.assert_result(self.courier.send('smtp',
                                                      self.settings(host='nowhere.localhost',
                                                                    security='none')), 'retry')
        self.assertIsNone(answer['code'])

    def test_starttls(self):
        self.serve(tls_context=courier.certificate(), require_starttls=True)
        self.assert_result(self.courier.send('smtp', self.settings(security='starttls')), 'accepted')
        self.assert_result(self.courier.send('smtp', self.settings(security='none')), 'bad-config', '530')

    def test_starttls_wanted_but_missing(self):
        self.serve()
        self.assert_result(self.courier.send('smtp', self.settings(security='starttls')), 'bad-config', 'tls')
        self.assertEqual(self.sink.mails, [])

    def test_tls_from_the_start(self):
        self.serve(ssl_context=courier.certificate())
        self.assert_result(self.courier.send('smtp', self.settings(security='tls')), 'accepted')

    def test_tls_wanted_but_plain(self):
        self.serve()
        self.assert_result(self.courier.send('smtp', self.settings(security='tls')), 'bad-config', 'tls')
        self.assertEqual(self.sink.mails, [])

    def test_certificate_of_nobody(self):
        # Everywhere but on loopback a certificate has to be somebody's: here, on this machine's own other address.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(('192.0.2.1', 9))
                host = probe.getsockname()[0]
            except OSError:
                self.skipTest('this machine has loopback alone')
        self.sink = Sink()
        try:
            controller = Controller(self.sink, host=host, ssl_context=courier.certificate())
            self.port = controller.port
            controller.start()
        except OSError as error:
            self.skipTest(f'{host}: {error}')
        self.addCleanup(controller.stop)
        self.assert_result(self.courier.send('smtp', self.settings(host=host, security='tls')), 'bad-config', 'tls')
        self.assertEqual(self.sink.mails, [])

    def test_login(self):
        self.serve(tls_context=courier.certificate(), require_starttls=True, authenticator=True, auth_required=True)
        self.sink.password = 'korrekt pferd'
        right = self.settings(security='starttls', user='codes', password='korrekt pferd')
        wrong = self.settings(security='starttls', user='codes', password='falsches wort')
        self.assert_result(self.courier.send('smtp', right), 'accepted')
        answer = self.assert_result(self.courier.send('smtp', wrong), 'bad-config', '535')
        self.assertNotIn('falsches', str(answer))
        self.assert_result(self.courier.send('smtp', self.settings(security='starttls')), 'bad-config', '530')
        self.assertEqual(len(self.sink.mails), 1)

    def silent_after(self, word):
        """A server that stops answering once it has heard @word, and then hangs up."""
        def handle(connection):
            connection.sendall(b'220 sink ESMTP\r\n')
            stream = connection.makefile('rb')
            for line in stream:
                verb = line.split()[0].upper() if line.split() else b''
                if verb == b'DATA':
                    if word == 'DATA':
                        return
                    connection.sendall(b'354 go on\r\n')
                    for text in stream:
                        if text == b'.\r\n':
                            return
                elif verb == word.encode():
                    return
                else:
                    connection.sendall(b'250 OK\r\n')
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        self.port = server.port

    def test_gone_before_the_text(self):
        for word in ('EHLO', 'MAIL', 'RCPT', 'DATA'):
            with self.subTest(word):
                self.silent_after(word)
                answer = self.assert_result(self.courier.send('smtp', self.settings()), 'retry')
                self.assertIsNone(answer['code'])

    def test_gone_after_the_text(self):
        self.silent_after('.')
        self.assert_result(self.courier.send('smtp', self.settings()), 'unknown')

    def test_endless_replies(self):
        def handle(connection):
            connection.sendall(b'220-' + b'x' * 60000 + b'\r\n')
            while True:
                connection.sendall(b'220-more and more\r\n' * 1000)
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        self.port = server.port
        started = time.monotonic()
        answer = self.courier.answer(self.courier.start_send('smtp', self.settings()), seconds=80)
        self.assertIn(answer['result'], ('retry', 'bad-config'), answer)
        self.assertLess(time.monotonic() - started, 75)
        self.assertLessEqual(len(answer['detail'] or ''), 200)

    @unittest.skipUnless(os.environ.get('SECINFO_TEST_LONG'), 'a minute: with --long')
    def test_slow_drip(self):
        """A server that is never silent for long and never done: a minute, then it did not answer."""
        def handle(connection):
            while True:
                for letter in b'220-slowly\r\n':
                    connection.sendall(bytes([letter]))
                    time.sleep(0.3)
        server = courier.RawServer(handle)
        self.addCleanup(server.close)
        self.port = server.port
        started = time.monotonic()
        answer = self.courier.answer(self.courier.start_send('smtp', self.settings()), seconds=90)
        self.assertIsNone(self.assert_result(answer, 'retry')['code'])
        self.assertGreater(time.monotonic() - started, 31)   # a greeting may take half a minute
        self.assertLess(time.monotonic() - started, 75)

    def test_what_is_no_address(self):
        self.serve()
        for to in ('alex', '@example.org', 'a@b@example.org', 'alex@example.org\r\nRCPT TO:<eve@example.org>',
                   'a b@example.org',
                   '<alex@example.org>', 'alex@example.org,eve@example.org', '-x@example.org', 'größe@example.org', '',
                   'a' * 300 + '@example.org', '"a b"@example.org'):
            with self.subTest(to):
                self.assertEqual(self.courier.send('smtp', self.settings(), to=to)['result'], 'bad-address')
        self.assertEqual(self.sink.mails, [])

    def test_nothing_gets_into_headers(self):
        self.serve()
        answer = self.courier.send('smtp', self.settings(), subject='482 913\r\nBcc: eve@example.org\r\n\r\nHello')
        self.assertIn(answer['result'], ('accepted', 'bad-config'))
        for _, receivers, content in self.sink.mails:
            mail = email.message_from_bytes(content)
            self.assertEqual(receivers, [courier.EMAIL])
            self.assertIsNone(mail['Bcc'])
        for name in ('host', 'from', 'name', 'user', 'password'):
            answer = self.courier.send('smtp', self.settings(**{name: 'x\r\nBcc: eve@example.org'}))
            self.assertEqual((answer['result'], answer['code']), ('bad-config', 'settings'))

    def test_settings(self):
        self.port = 25
        good = self.settings()
        self.assertEqual(self.courier.check('smtp', good)['ok'], True)
        for change, member in (({'host': ''}, 'host'), ({'host': 'ex ample'}, 'host'),
                               ({'host': '169.254.169.254'}, 'host'),
                               ({'host': 'fe80::1'}, 'host'), ({'host': '0.0.0.0'}, 'host'), ({'host': '2130706433'},
                                                                                              'host'),
                               ({'port': '0'}, 'port'), ({'port': '65536'}, 'port'), ({'port': 'smtp'}, 'port'),
                               ({'security': 'ssl'}, 'security'), ({'host': 'smtp.example.org'}, 'security'),
                               ({'from': 'codes'}, 'from'), ({'host': 'smtp.example.org', 'security': 'tls',
                                                              'from': 'codes@laptop'}, 'from'),
                               ({'user': 'a'}, 'password'), ({'password': 'abcd'}, 'user'), ({'no such': 'x'},
                                                                                             'no such'),
                               ({'port': 25}, 'port')):
            with self.subTest(change):
                answer = self.courier.check('smtp', good | change)
                self.assertEqual((answer['ok'], answer.get('member')), (False, member))
                self.assertTrue(answer['reason'].endswith('.'))
        missing = dict(good)
        del missing['from']
        self.assertEqual(self.courier.check('smtp', missing)['member'], 'from')

    def test_presets(self):
        preset = self.courier.answer(self.courier.ask('preset', address='Alex.Sample@GMail.com'))['preset']
        self.assertEqual((preset['title'], preset['app_password'], preset['gateway']), ('Gmail', True, 'smtp'))
        self.assertEqual(preset['settings']['user'], 'Alex.Sample@GMail.com')
        self.assertTrue(self.courier.check('smtp', preset['settings'] | {'password': 'abcdefgh'})['ok'])
        self.assertTrue(preset['works'] and preset['steps'])
        # Each of them can be stored as it is, but for what takes no password at all, which says so.
        for address in ('a@icloud.com', 'a@yahoo.com', 'a@gmx.de', 'a@web.de', 'a@posteo.de', 'a@mailbox.org',
                        'a@fastmail.com', 'a@proton.me', 'a@aol.com', 'a@t-online.de'):
            preset = self.courier.answer(self.courier.ask('preset', address=address))['preset']
            self.assertTrue(preset['works'] and 2 <= len(preset['steps']) <= 4, preset)
            self.assertTrue(self.courier.check('smtp', preset['settings'] | {'password': 'abcdefgh'})['ok'], preset)
        for address in ('a@outlook.com', 'a@hotmail.com', 'a@live.com', 'a@msn.com'):
            preset = self.courier.answer(self.courier.ask('preset', address=address))['preset']
            self.assertEqual((preset['works'], preset['app_password'], preset.get('page')), (False, False, None))
            self.assertIn('no app password either', preset['steps'][0])
        for address in ('alex@example.org', 'alex', 'alex@notgmail.com', ''):
            self.assertIsNone(self.courier.answer(self.courier.ask('preset', address=address))['preset'])

    def test_many_at_once(self):
        self.serve()
        refs = [self.courier.start_send('smtp', self.settings(), to=f'user{i}@example.org') for i in range(40)]
        for ref in refs:
            self.assertEqual(self.courier.answer(ref)['result'], 'accepted')
        self.assertEqual(sorted(mail[1][0] for mail in self.sink.mails),
                         sorted(f'user{i}@example.org' for i in range(40)))


if __name__ == '__main__':
    tap.main()
