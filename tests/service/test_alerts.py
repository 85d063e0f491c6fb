#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contacts are told: it leaves, once, in one message for what happened together, over crashes and pauses."""
import hashlib
import hmac
import json
import pathlib
import re
import signal
import socket
import sqlite3
import sys
import threading
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'courier')]
import courier  # noqa: E402
import harness  # noqa: E402
import mailserver  # noqa: E402
import signin  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Case  # noqa: E402
from screen import ADA, ME, Screen  # noqa: E402
from signin import NOTED, REFUSED, TAKEN, TICKET  # noqa: E402

ALEX, BERTA = 'alex.sample@example.org', 'berta@example.net'
PHONE = '+447911123456'
ENDING = ('If this was not you: open Security Info on this computer. No link is sent, and nobody will ask you for a '
          'code.')


def path(contact, more=''):
    return f"/v1/account/contacts/{contact['id']}{more}"


def text_of(mail):
    return mail.get_body(('plain',)).get_content()


class Told:
    """For whoever has self.service, self.me and a config with alert-bundle."""

    def database_rows(self, sql):
        with sqlite3.connect(f'file:{self.service.state / "store.db"}?mode=ro', uri=True) as db:
            return db.execute(sql).fetchall()

    def settled(self):
        """Nothing waits any more."""
        harness.wait_for('all alerts have left', lambda: self.database_rows(
            'SELECT count(*) FROM message WHERE kind = 1 AND over = 0') == [(0,)])

    def use_mail(self):
        """What waits leaves by the trial inbox; from then on by a mail server."""
        self.settled()
        self.mail = sink.SmtpSink()
        self.addCleanup(self.mail.stop)
        return self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': self.mail.settings()}, ok=201).json

    def gotify(self):
        """A way for alerts alone; the messages that it got."""
        got = []

        def answer(request):
            got.append(json.loads(request.body))
            return 200, {}, b'{"id": 7}'
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        self.me.post('/v1/gateways', {'kind': 'gotify', 'settings': {'base': server.base, 'token': 'a token of ours'}},
                     ok=201)
        return got

    def told_once(self, address, what):
        mail = self.mail.wait_for_alert(address)
        self.settled()
        self.assertEqual(len(self.mail.alerts(address)), 1)
        self.assertIn(what, mail['Subject'])
        return mail


class Mail(Told, Case):
    fake_clock = False
    config = {'alert-bundle': 1}

    def setUp(self):
        super().setUp()
        self.one, self.two = self.me.prove(ALEX), self.me.prove(BERTA)

    def mail_comes_back(self):
        self.mail.controller = mailserver.MailServer(self.mail.handler, port=self.mail.port)
        self.mail.controller.start()

    def test_removal(self):
        self.use_mail()
        self.me.delete(path(self.one), ok=204)
        for address in (ALEX, BERTA):
            mail = self.told_once(address, 'contact removed')
            text = text_of(mail)
            self.assertEqual(mail['Subject'], f'{ME} on {socket.gethostname()}: contact removed')
            self.assertEqual(mail['Auto-Submitted'], 'auto-generated')
            self.assertIn(ENDING, ' '.join(text.split()))
            self.assertRegex(text, r'(?m)^\d{4}-\d\d-\d\d \d\d:\d\d \S+  A contact was removed\.\r?$')
            for secret in (ALEX, BERTA, 'alex.sample', 'berta', 'http'):
                self.assertNotIn(secret, text)
            self.assertIsNone(re.search(r'\b\d{3} ?\d{3}\b', text), 'nothing that looks like a code')

    def test_by_a_way_for_alerts_alone(self):
        """Beside the contacts, once an account; what is said has its place in one message there too."""
        self.use_mail()
        got = self.gotify()
        self.me.delete(path(self.one), ok=204)
        self.told_once(BERTA, 'contact removed')
        harness.wait_for('the message', lambda: got)
        self.assertEqual([m['title'] for m in got], [f'{ME} on {socket.gethostname()}: contact removed'])
        self.assertIn(ENDING, got[0]['message'])
        for secret in (ALEX, BERTA, 'alex.sample', 'berta', 'http'):
            self.assertNotIn(secret, got[0]['message'])
        # No code ever goes there.
        self.me.send(self.me.add('carl@example.com'))
        self.settled()
        self.assertEqual([m['title'] for m in got[1:]], [f'{ME} on {socket.gethostname()}: contact added'])

    def test_in_the_language_of_who_asked(self):
        """A way for alerts alone is nobody's of those who ask: it speaks the system's, here English."""
        self.use_mail()
        got = self.gotify()
        self.me.delete(path(self.one), language='de', ok=204)
        self.assertIn('niemand fragt nach einem Code.', ' '.join(text_of(self.mail.wait_for_alert(BERTA)).split()))
        harness.wait_for('the message', lambda: got)
        self.assertEqual([m['title'] for m in got], [f'{ME} on {socket.gethostname()}: contact removed'])

    def test_silenced_contacts_are_not_told(self):
        self.me.patch(path(self.two), {'alerts': False}, ok=200)
        self.use_mail()
        self.me.add('carl@example.com')
        self.told_once(ALEX, 'contact added')
        self.assertEqual(self.mail.alerts(BERTA), [])
        self.assertEqual(self.mail.alerts('carl@example.com'), [], 'who has proven nothing is told nothing')

    def test_wrong_codes_are_no_alerts(self):
        challenge = self.me.send(self.me.add('carl@example.com'))
        code = self.me.code_of(challenge, {'value': 'carl@example.com'})
        self.settled()
        before = self.database_rows('SELECT count(*) FROM message WHERE kind = 1')
        for _ in range(3):
            self.problem(self.me.answer(challenge, self.me.wrong(code)), 'code-wrong')
        self.assertEqual(self.database_rows('SELECT count(*) FROM message WHERE kind = 1'), before)

    def test_in_clear_there_is_only_what_happened(self):
        self.me.delete(path(self.one), ok=204)
        self.settled()
        self.assertFalse(self.state_contains(b'alex.sample'))

    def test_erased_account(self):
        """Its contacts are told by the address that went along: nothing else of them is kept."""
        self.use_mail()
        self.me.delete('/v1/account', ok=204)
        for address in (ALEX, BERTA):
            self.told_once(address, 'security info erased')

    def test_mail_server_away(self):
        self.use_mail()
        self.mail.stop()
        self.me.delete(path(self.one), ok=204)
        harness.wait_for('it is tried again later', lambda: self.database_rows(
            'SELECT count(*) FROM message WHERE kind = 1 AND over = 0 AND state = 4') == [(2,)])
        self.mail_comes_back()
        for address in (ALEX, BERTA):
            self.mail.wait_for_alert(address)
        self.settled()
        self.assertEqual([len(self.mail.alerts(address)) for address in (ALEX, BERTA)], [1, 1])

    def test_next_gateway(self):
        """One that is misconfigured is passed by, for alerts too."""
        first = self.use_mail()
        self.me.patch(f"/v1/gateways/{first['id']}", {'settings': {'security': 'starttls'}}, ok=200)
        second = sink.SmtpSink()
        self.addCleanup(second.stop)
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': second.settings()}, ok=201)
        self.me.delete(path(self.one), ok=204)
        second.wait_for_alert(ALEX)
        second.wait_for_alert(BERTA)
        self.settled()
        self.assertEqual(self.mail.alerts(ALEX) + self.mail.alerts(BERTA), [])


class Bundled(Told, Case):
    config = {'alert-bundle': 60}

    def setUp(self):
        super().setUp()
        self.one, self.two = self.me.prove(ALEX), self.me.prove(BERTA)
        self.pass_a_minute()
        self.settled()
        self.me.verify(self.one)
        self.use_mail()

    def pass_a_minute(self):
        self.move_clock(61)
        self.service.restart()

    def test_one_message(self):
        one, two = self.one, self.two
        self.me.patch(path(one), {'alerts': False}, ok=200)
        self.me.patch(path(one), {'alerts': True}, ok=200)
        self.me.add('carl@example.com')
        self.me.delete(path(two), ok=204)
        self.pass_a_minute()
        for address in (ALEX, BERTA):
            mail = self.told_once(address, 'contact removed, 3 more')
            lines = re.findall(r'(?m)^[-\d]{10} [\d:]{5} \S+  (.*?)\r?$', text_of(mail))
            self.assertEqual(lines, ['A contact gets no alerts any more.', 'A contact gets alerts again.',
                                     'A contact was added. It counts once its code was entered.',
                                     'A contact was removed.'])

    def test_nothing_grave_is_hidden(self):
        """By however much else of the same half minute."""
        for _ in range(7):
            self.me.patch(path(self.one), {'alerts': False}, ok=200)
            self.me.patch(path(self.one), {'alerts': True}, ok=200)
        self.me.delete(path(self.one), ok=204)
        self.pass_a_minute()
        text = text_of(self.told_once(BERTA, 'contact removed'))
        self.assertIn('A contact was removed.', text)
        self.assertIn('There was more', text)


class Erased(Told, Case):
    config = {'alert-bundle': 60}

    def test_what_waited_when_the_account_went(self):
        """A contact removed, then everything: the ways for alerts alone hear of both, as the contacts do."""
        one = self.me.prove(ALEX)
        got = self.gotify()
        self.me.delete(path(one), ok=204)
        self.me.delete('/v1/account', ok=204)
        self.move_clock(61)
        self.service.restart()
        self.settled()
        self.assertEqual(sorted(m['title'].rpartition(': ')[2] for m in got),
                         ['contact removed', 'security info erased'])


class Killed(Told, Case):
    fake_clock = False
    config = {'alert-bundle': 2}
    SECRET = 'gemeinsames Geheimnis'

    def test_between(self):
        """Killed after the answer and before the alert left."""
        one = self.me.prove(ALEX)
        self.me.prove(BERTA)
        self.use_mail()
        self.me.delete(path(one), ok=204)
        self.service.restart(by=signal.SIGKILL)
        for address in (ALEX, BERTA):
            self.told_once(address, 'contact removed')

    def test_on_its_way(self):
        """A phone is told by a way that may be told twice: the same message goes there again, under the same ref."""
        got, hold = [], threading.Event()

        def answer(request):
            wanted = 'sha256=' + hmac.new(self.SECRET.encode(), request.body, hashlib.sha256).hexdigest()
            message = json.loads(request.body)
            if 'nobody will ask you for a code' in message['text']:
                got.append((request.headers['X-SecInfo-Signature'] == wanted, message))
                if len(got) == 1:
                    hold.wait(30)
            return 202, {}, b'{"id": "m-1"}'
        self.me.elevate()
        self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201)
        phone = self.me.prove(PHONE, 'phone')
        self.settled()
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        self.addCleanup(hold.set)
        gateway = self.me.post('/v1/gateways', {'kind': 'webhook',
                                                'settings': {'base': server.base, 'secret': self.SECRET}}, ok=201).json
        self.me.patch(f"/v1/gateways/{gateway['id']}", {'position': 0}, ok=200)
        self.me.delete(path(phone), ok=204)
        harness.wait_for('it is told', lambda: got)
        self.service.restart(by=signal.SIGKILL)
        self.settled()
        self.assertEqual([signed for signed, _ in got], [True, True])
        first, second = (message for _, message in got)
        self.assertEqual((first['ref'], first['to'], first['text']), (second['ref'], PHONE, second['text']))
        self.assertEqual(first['text'], f'{ME}@{socket.gethostname()}: contact removed. {ENDING}')

    def test_no_way_yet(self):
        """A number to which nothing can be sent: what it is to be told waits until something can."""
        self.me.elevate()
        inbox = self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201).json
        phone = self.me.prove(PHONE, 'phone')
        self.settled()
        self.me.delete(f"/v1/gateways/{inbox['id']}", ok=204)
        self.me.delete(path(phone), ok=204)
        harness.wait_for('it waits', lambda: self.database_rows(
            'SELECT count(*) FROM message WHERE kind = 1 AND over = 0 AND state = 4') == [(1,)])
        self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201)
        self.settled()
        self.assertIn('contact removed', self.me.inbox()[0]['text'])
        self.assertIsNone(self.me.inbox()[0]['code'])


class Locked(Told, Case):
    """What is due while the store key is not at hand waits for it."""
    config = {'alert-bundle': 60}

    def test_erased_account(self):
        """The address is in the message alone by then."""
        self.me.prove(ALEX)
        self.me.delete('/v1/account', ok=204)
        self.service.stop(by=signal.SIGKILL)
        self.move_clock(61)
        self.service.keyring_state = 'locked'
        self.service.start()
        harness.wait_for('it is put off', lambda: self.database_rows(
            "SELECT over, state FROM message WHERE alert LIKE 'account-erased@%'") == [(0, 4)])
        self.service.keyring.set_state('ok')
        self.settled()
        self.assertEqual([(m['to'], m['subject']) for m in self.me.inbox() if 'erased' in m['subject']],
                         [(ALEX, f'{ME} on {socket.gethostname()}: security info erased')])
        # Told, and nothing of the address is kept.
        self.assertEqual(self.database_rows('SELECT count(*) FROM message WHERE sealed_to IS NOT NULL'), [(0,)])


class Phones(Told, Case):
    """Calls where there is nothing else, and not more of either than a day may cost."""
    config = {'alert-bundle': 1, 'alerts-phone-day': 1}

    def setUp(self):
        super().setUp()
        self.me.elevate()
        self.inbox = self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201).json

    def gateway(self, kind, **settings):
        """In the place of the trial inbox for phones; the bodies of the requests that it got."""
        got = []

        def answer(request):
            got.append(request.body.decode())
            return 201, {}, b'{"sid": "m-1", "id": "m-1"}'
        server = courier.WebServer(answer)
        self.addCleanup(server.close)
        self.settled()
        self.me.delete(f"/v1/gateways/{self.inbox['id']}", ok=204)
        self.me.post('/v1/gateways', {'kind': kind, 'settings': {'base': server.base, **settings}}, ok=201)
        return got

    def test_a_call_where_no_text_can_be_sent(self):
        phone = self.me.prove(PHONE, 'phone')
        got = self.gateway('twilio-voice', account='AC1', token='a token of ours', **{'from': '+15005550006'})
        self.me.delete(path(phone), ok=204)
        harness.wait_for('the call', lambda: got)
        self.settled()
        form = urllib.parse.parse_qs(got[0])
        self.assertEqual((len(got), form['To']), (1, [PHONE]))
        self.assertIn(f'{ME}@{socket.gethostname()}: contact removed. {ENDING}', form['Twiml'][0])

    def test_a_day_of_alerts(self):
        self.me.prove(ALEX)
        one, two = self.me.prove(PHONE, 'phone'), self.me.prove('+447911123457', 'phone')
        got = self.gateway('webhook', secret='a secret of ours')
        self.me.patch(path(one), {'alerts': False}, ok=200)
        waiting = 'SELECT alert, state, next_at % 86400 FROM message WHERE kind = 1 AND over = 0 ORDER BY rowid'
        harness.wait_for('one of the two is held back', lambda: got and [
            row[1:] for row in self.database_rows(waiting)] == [(4, 0)])
        # It is written down, email goes on, and what happens now is the same message's.
        self.assertEqual(self.database_rows("SELECT count(*) FROM audit WHERE what = 'alert-held-back'"), [(1,)])
        harness.wait_for('the mail', lambda: 'alerts switched off' in self.me.inbox()[0]['subject'])
        self.me.delete(path(one), ok=204)
        harness.wait_for('the mail', lambda: 'contact removed' in self.me.inbox()[0]['subject'])
        harness.wait_for('the other one waits too', lambda: [
            (re.sub(r'@\d+', '', alert), state) for alert, state, _ in self.database_rows(waiting)] ==
            [('alerts-off contact-removed', 4), ('contact-removed', 4)])
        self.assertEqual(len(got), 1)
        self.move_clock(86400)
        self.service.restart()
        harness.wait_for('one more', lambda: len(got) == 2)
        self.assertIn('contact removed, 1 more', got[1])


class Recovery(Told, Screen):
    config = {'alert-bundle': 1}

    def test_killed_while_taken(self):
        """Nobody can know what became of the ticket: the contacts are told, though the key comes later."""
        self.me.prove(ADA)
        self.me.prove(BERTA)
        talk, code = self.ask_code()
        self.use_mail()
        self.reply(talk.say(code), TICKET)
        self.reply(self.talk().redeem(ME, talk.ticket), TAKEN)
        self.service.stop(by=signal.SIGKILL)
        self.service.keyring_state = 'locked'
        self.service.start()
        harness.wait_for('they wait for the key', lambda: self.database_rows(
            "SELECT over, state FROM message WHERE alert LIKE '%recovery-unclear@%'") == [(0, 4)] * 2)
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)
        self.service.keyring.set_state('ok')
        for address in (ADA, BERTA):
            self.told_once(address, 'password perhaps reset')

    def test_all_contacts_are_told(self):
        """What the sign-in screen promises: the one that got the code, and the other ones too."""
        self.me.prove(ADA)
        self.me.prove(BERTA)
        talk, code = self.ask_code()
        self.use_mail()
        self.reply(talk.say(code), TICKET)
        helper = self.talk()
        self.reply(helper.redeem(ME, talk.ticket), TAKEN)
        self.reply(helper.result(signin.OK), NOTED)
        for address in (ADA, BERTA):
            mail = self.told_once(address, 'password reset with a code')
            self.assertIn('The password was reset with a code at the sign-in screen.', text_of(mail))
            self.assertNotIn(code, text_of(mail).replace(' ', ''))

    def test_begun(self):
        """Whoever asks for a code there is not alone with it: the other contacts learn of it."""
        self.me.prove(ADA)
        self.me.prove(BERTA)
        self.settled()
        self.ask_code()
        self.settled()
        told = [(m['to'], m['subject']) for m in self.me.inbox() if 'code asked for' in m['subject']]
        self.assertEqual(told, [(BERTA, f'{ME} on {socket.gethostname()}: code asked for at sign-in')])

    def test_saved_code(self):
        self.me.prove(ADA)
        codes = self.saved()
        self.use_mail()
        talk = self.talk()
        talk.begin(ME)
        self.reply(talk.say(codes[3]), TICKET)
        mail = self.told_once(ADA, 'saved code used')
        self.assertNotIn(codes[3][:4], text_of(mail))

    def test_somebody_elses_address_tells_nobody(self):
        self.me.prove(ADA)
        self.settled()
        talk = self.talk()
        talk.begin(ME)
        talk.say('nobody@example.org')
        self.assertEqual(self.database_rows('SELECT count(*) FROM message WHERE kind = 1 AND over = 0'), [(0,)])


if __name__ == '__main__':
    tap.main()
