#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery conversation over its socket, against the real secinfod."""
import os
import pathlib
import re
import resource
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]
import harness  # noqa: E402
import signin  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from screen import ADA, ASK, ME, ON_ITS_WAY, Screen  # noqa: E402
from signin import END, NOTED, PASS, PROMPT, REFUSED, TAKEN, TICKET  # noqa: E402


class SignIn(Screen):
    # --- the ways in

    def test_by_email(self):
        self.me.prove(ADA)
        session = self.service.events()
        self.addCleanup(session.close)
        talk, code = self.ask_code()
        self.assertEqual(session.wait('alert'), {'id': 'recovery-begun'})
        self.assertTrue(self.is_open())
        self.reply(talk.say(f'{code[:3]} {code[3:]}'), TICKET)
        self.assertEqual(set(talk.words), set(range(1, 10)))
        self.assertEqual(talk.words[1], ('Choose a new password. Empty only unlocks: you then type the old one.',
                                         'New password: '))
        helper = self.talk()
        reply = self.reply(helper.redeem(ME, talk.ticket), TAKEN)
        self.assertEqual(reply.proofs, 1)
        self.reply(helper.result(signin.OK), NOTED)
        self.assertFalse(self.is_open())
        self.assertEqual(self.told()[-1], 'recovered')
        self.assertEqual(session.wait('alert'), {'id': 'recovered'})
        self.assertIn(('recovered',), self.rows('SELECT what FROM audit'))
        self.assertEqual(self.line()[:16], b'\1\0\0\0\4\0\0\0\0\0\0\0\1\0\0\0')
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)      # used for good

    def line(self):
        return (self.service.state / f'lines/{os.getuid()}').read_bytes()

    def test_first_contact_is_said_at_five_sign_ins(self):
        self.assertFalse((self.service.state / f'lines/{os.getuid()}').exists())
        self.me.elevate()
        self.me.prove('bob@example.net')
        first = self.line()
        self.assertEqual(first[:16], b'\1\0\0\0\1\0\0\0\0\0\0\0\5\0\0\0')
        self.move_clock(60)
        self.me.prove('ada@example.org')        # the second one is told to the first
        self.assertEqual(self.line(), first)

    def test_first_phone_is_said_too(self):
        self.me.post('/v1/gateways', {'kind': 'inbox-phone', 'settings': {}}, ok=201)
        self.me.elevate()
        contact = self.me.add('+447911123456', 'phone')
        challenge = self.me.send(contact)
        self.me.answer(challenge, self.me.code_of(challenge, contact), ok=200)
        self.assertEqual(self.line()[:16], b'\1\0\0\0\2\0\0\0\0\0\0\0\5\0\0\0')

    def test_by_saved_code(self):
        self.me.elevate()
        codes = self.saved()
        session = self.service.events()
        self.addCleanup(session.close)
        talk = self.talk()
        talk.begin(ME)
        self.reply(talk.say(codes[3].lower().replace('-', ' ')), TICKET)
        self.assertEqual(session.wait('alert'), {'id': 'saved-code-used'})
        self.assertEqual(self.me.get('/v1/account/saved-codes').json['left'], 9)
        self.assertEqual(self.rows('SELECT count(*), count(hash) FROM saved_code WHERE used_at <> 0'), [(1, 0)])
        other = self.talk()
        other.begin(ME)
        self.reply(other.say(codes[3]), TICKET)          # kept for 30 minutes, and burned once only
        self.assertEqual(self.me.get('/v1/account/saved-codes').json['left'], 9)
        self.move_clock(1801)
        late = self.talk()
        late.begin(ME)
        self.reply(late.say(codes[3]), PROMPT,
                   'This saved code does not work. Type another, or an email or phone number.',
                   style=1)

    def test_mistyped(self):
        self.me.elevate()
        code = self.saved()[0]
        talk = self.talk()
        talk.begin(ME)
        other = code[:-1] + ('0' if code[-1] != '0' else '1')
        for _ in range(3):
            self.reply(talk.say(other), PROMPT, 'A character is mistyped. Type the saved code once more.', style=1)
        self.reply(talk.say('perhaps'), PROMPT, 'This is neither a saved code nor a whole email or phone number.',
                   style=1)
        self.assertEqual(self.rows('SELECT count(*) FROM streak'), [(0,)])
        self.reply(talk.say('?'), PROMPT, 'Without a code or contact only the administrator can help you.')
        self.reply(talk.say(''), END, 'Nothing was changed.')

    # --- coming back

    def test_walks_away_and_comes_back(self):
        self.me.prove(ADA)
        talk, code = self.ask_code()
        self.assertRegex(self.reply(talk.say(''), END).message,
                         r'^The code works until \d\d:\d\d\. When it comes, type it as the password\.$')
        talk.close()
        self.reply(self.talk().code(ME, self.wrong(code)), PASS,
                   'Neither the password nor the code. 4 tries are left for the code.')
        self.reply(self.talk().code(ME, code), TICKET)
        self.reply(self.talk().code(ME, code), TICKET)        # the proof is kept, by the same code alone
        self.reply(self.talk().code(ME, self.wrong(code)), PASS, '')

    def test_question_mark_later(self):
        self.me.prove(ADA)
        self.ask_code()
        again = self.talk()
        self.assertRegex(self.reply(again.begin(ME), PROMPT, prompt='6-digit code: ').message,
                         r'^A code from \d\d:\d\d is on its way\. Type it here; \? sends it again\.$')
        self.assertRegex(self.reply(again.say('?'), PROMPT).message,
                         r'^Please wait: from \d\d:\d\d on, \? sends it again')
        self.move_clock(31)
        self.reply(again.say('?'), PROMPT, 'The same code is on its way again, if this is one of yours.')
        self.move_clock(1800)
        self.reply(again.say('123456'), PROMPT, 'This code has ended. ? sends a new one.', style=1)
        self.reply(again.say('?'), PROMPT, ON_ITS_WAY)

    def test_one_code_for_two_conversations(self):
        self.me.prove(ADA)
        talk, code = self.ask_code()
        other = self.talk()
        other.begin(ME)
        self.reply(other.say(self.wrong(code)), PROMPT, 'That is not the code. 4 tries are left. ? sends it again.',
                   style=1)
        self.reply(talk.say(self.wrong(code)), PROMPT, 'That is not the code. 3 tries are left. ? sends it again.',
                   style=1)
        self.reply(talk.say(code), TICKET)
        first = talk.ticket
        self.reply(self.talk().code(ME, code), TICKET)
        self.reply(self.talk().redeem(ME, first), REFUSED)     # one ticket at a time

    def test_survives_kill(self):
        self.me.prove(ADA)
        _, code = self.ask_code()
        self.service.restart(9)
        harness.wait_for('the open file', self.is_open)
        self.reply(self.talk().code(ME, code), TICKET)

    # --- limits

    def test_five_wrong(self):
        self.me.prove(ADA)
        talk, code = self.ask_code()
        for left in (4, 3, 2, 1):
            tries = '1 try is left' if left == 1 else f'{left} tries are left'
            self.reply(talk.say(self.wrong(code)), PROMPT, f'That is not the code. {tries}. ? sends it again.', style=1)
        self.reply(talk.say(self.wrong(code)), PROMPT,
                   'After 5 wrong tries this code has ended. Type an email or phone number again.',
                   'Code, email or phone: ', style=1)
        self.reply(self.talk().code(ME, code), PASS, '')
        self.reply(talk.say(code), PROMPT, style=1)

    def test_three_sends_an_hour(self):
        self.me.prove(ADA)
        talk, _ = self.ask_code()
        self.move_clock(31)
        talk.say('?')
        self.move_clock(61)
        talk.say('?')
        self.move_clock(121)
        self.assertRegex(self.reply(talk.say('?'), PROMPT, prompt='6-digit code: ').message,
                         r'^No more codes before \d\d:\d\d\. The last one works, and so does a saved code\.$')
        self.move_clock(1800)
        self.reply(self.talk().begin(ME), PROMPT, ASK)
        late = self.talk()
        late.begin(ME)
        self.assertRegex(self.reply(late.say(ADA), PROMPT, prompt='Saved code: ').message,
                         r'^No more codes before \d\d:\d\d\. Type a saved code\. Leave it empty to go back\.$')

    def test_twenty_addresses_an_hour(self):
        talk = self.talk()
        talk.begin(ME)
        for i in range(20):
            self.reply(talk.say(f'someone{i}@example.org'), PROMPT, ON_ITS_WAY)
        self.assertIn('No more codes before', talk.say('someone20@example.org').message)

    def test_ten_wrong_an_hour_over_parallel_transactions(self):
        """DESIGN section 3: 200 tries in parallel conversations learn no more than ten."""
        self.me.prove(ADA)
        _, code = self.ask_code()
        talks = [self.talk() for _ in range(40)]
        for talk in talks:
            talk.send(signin.BEGIN, ME)
        for talk in talks:
            talk.receive()
        said = []
        for round_ in range(5):
            open_ = [talk for talk in talks if talk.socket.fileno() >= 0]
            for talk in open_:
                talk.send(signin.ANSWER, text=f'{(int(code) + 1 + round_) % 1000000:06d}')
            for talk in open_:
                reply = talk.receive()
                said.append(reply.message)
                if reply.what == END:
                    talk.close()
        counted = self.rows("SELECT count(*) FROM tally WHERE what = 4 AND subject LIKE 'name:%'")[0][0]
        self.assertLessEqual(counted, 10)
        self.assertLessEqual(sum('tries are left' in text or 'try is left' in text for text in said), 10)
        self.assertFalse(any(talk.ticket for talk in talks))

    def test_ten_wrong_an_hour_whatever_is_typed(self):
        """They are counted for the name too: the code of another address gives no more of them."""
        self.me.prove(ADA)
        for address in (ADA, 'stranger@example.net'):
            talk = self.talk()
            talk.begin(ME)
            self.reply(talk.say(address), PROMPT, ON_ITS_WAY)
            for _ in range(5):
                talk.say('000000')
        self.assertEqual(self.rows("SELECT count(*) FROM tally WHERE what = 4 AND subject LIKE 'name:%'"), [(10,)])
        third = self.talk()
        third.begin(ME)
        self.assertIn('Too many wrong codes. Codes rest until', third.say('somebody@example.net').message)

    def test_100_in_a_row(self):
        self.me.prove(ADA)
        self.service.stop()
        with sqlite3.connect(self.service.state / 'store.db') as db:
            db.execute("INSERT INTO streak VALUES (0, ?, 99, strftime('%s'))", (f'name:{ME}',))
        self.service.start()
        talk, code = self.ask_code()
        rest = "Codes rest until you confirm it's you in Security Info. A saved code works."
        self.reply(talk.say(self.wrong(code)), PROMPT, rest, 'Saved code: ', style=1)
        self.reply(talk.say(code), PROMPT, rest, style=1)
        self.reply(self.talk().code(ME, code), PASS, '')
        self.me.elevate()                                      # the password, given in the app
        self.reply(talk.say(code), TICKET)

    def test_a_stranger_clears_nobodys_streak(self):
        """Whoever gives his password in the app is forgiven what was typed for him: for his own addresses alone."""
        def streaks():
            return self.rows("SELECT count FROM streak WHERE subject NOT LIKE 'name:%'")

        def guess(address):
            talk, _ = self.ask_code(address, 'somebody-else')
            self.reply(talk.say('000000'), PROMPT, style=1)
        self.me.prove(ADA)
        self.me.add('bob@example.net')          # written down, and never proven
        guess('bob@example.net')
        self.me.elevate()
        self.assertEqual(streaks(), [(1,)])
        self.move_clock(1801)                   # that code is over
        guess(ADA)
        self.assertEqual(streaks(), [(1,), (1,)])
        self.me.elevate()
        self.assertEqual(streaks(), [(1,)])

    def test_the_first_question_waits_for_the_courier(self):
        """It is what starts both. That nothing can be sent is said only where it is so."""
        mail = sink.SmtpSink()
        self.addCleanup(mail.stop)
        self.me.prove(ADA)
        self.me.post('/v1/gateways', {'kind': 'smtp', 'settings': mail.settings()}, ok=201)
        for _ in range(3):
            self.service.restart()
            self.reply(self.talk().begin(ME), PROMPT, ASK)

    # --- two proofs

    def test_somebody_is_signed_in(self):
        self.me.prove(ADA)
        codes = self.saved()
        self.logind.open_session(os.getuid(), ME)
        talk, code = self.ask_code()
        self.reply(talk.say(code), PROMPT,
                   'Right. You are signed in here, so one more proof is needed. ? says what helps.', 'Second proof: ')
        self.reply(talk.say('?'), PROMPT,
                   'Another kind, such as a saved code. None? After a restart one proof is enough.')
        self.reply(talk.say(ADA), PROMPT, 'That is the same kind. Type a saved code or a phone number.', style=1)
        self.reply(talk.say(codes[0]), TICKET)
        self.assertEqual(self.reply(self.talk().redeem(ME, talk.ticket), TAKEN).proofs, 2)

    def test_second_saved_code_is_not_burned(self):
        self.me.elevate()
        codes = self.saved()
        self.logind.open_session(os.getuid(), ME)
        talk = self.talk()
        talk.begin(ME)
        self.reply(talk.say(codes[0]), PROMPT, prompt='Second proof: ')
        self.reply(talk.say(codes[1]), PROMPT, 'That is the same kind. Type an email address or a phone number.',
                   style=1)
        self.assertEqual(self.me.get('/v1/account/saved-codes').json['left'], 9)

    def test_logind_out_of_reach(self):
        self.me.prove(ADA)
        self.logind.mock.terminate()
        self.logind.mock.wait()
        talk, code = self.ask_code()
        self.reply(talk.say(code), PROMPT, prompt='Second proof: ')

    # --- names that are nobody's

    def test_equal_words(self):
        """An unknown name goes the same way, word for word and count for count."""
        self.me.prove(ADA)

        def walk(name):
            talk, said = self.talk(), []
            said.append(talk.begin(name))
            for text in (ADA, '?', '000000', '000001', 'X', '+44 7911 123456', '7HVA-3JPQ-ZR7H-KK', '000002', ''):
                said.append(talk.say(text))
            said.append(self.talk().code(name, '000003'))
            # Without the clock times: the walks are some seconds apart.
            steps = [(r.what, r.style, re.sub(r'\d\d:\d\d', 'TIME', r.message), r.prompt) for r in said]
            return steps, self.is_open(name)
        mine, other = walk(ME), walk('nobody-of-that-name')
        self.assertEqual(mine, other)
        self.assertTrue(mine[1])
        self.assertEqual(self.rows("SELECT count(*) FROM message WHERE kind = 0 AND challenge IN "
                                   "(SELECT id FROM challenge WHERE purpose = 4)"), [(1,)])

    def test_no_api_route_answers_it(self):
        self.me.prove(ADA)
        self.ask_code()
        (challenge, ), = self.rows('SELECT id FROM challenge WHERE purpose = 4')
        self.assertEqual(self.me.get(f'/v1/account/challenges/{challenge}').problem, 'not-found')
        self.assertEqual(self.me.answer({'id': challenge}, '123456').problem, 'not-found')

    # --- tickets

    def ticket(self):
        self.me.prove(ADA)
        talk, code = self.ask_code()
        self.reply(talk.say(code), TICKET)
        return talk

    def test_given_back(self):
        talk = self.ticket()
        for i in range(3):
            helper = self.talk()
            self.reply(helper.redeem(ME, talk.ticket), TAKEN)
            self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)     # not twice at once
            self.reply(helper.result(signin.PAM_REFUSED), NOTED)
            helper.close()
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)

    def test_no_second_ticket_while_one_is_redeemed(self):
        """It would stand in the place of the first, and what became of that would be told to nobody."""
        self.me.prove(ADA)
        talk, code = self.ask_code()
        self.reply(talk.say(code), TICKET)
        helper = self.talk()
        self.reply(helper.redeem(ME, talk.ticket), TAKEN)
        self.reply(self.talk().code(ME, code), END)
        self.reply(helper.result(signin.OK), NOTED)
        self.assertIn(('recovered',), self.rows('SELECT what FROM audit'))
        self.assertEqual(self.told()[-1], 'recovered')

    def test_a_removed_contact_proves_nothing_any_more(self):
        """Whoever holds the mailbox has proven its code and walked away; its owner takes the contact out."""
        contact = self.me.prove(ADA)
        talk, code = self.ask_code()
        self.reply(talk.say(code), TICKET)
        self.me.delete(f'/v1/account/contacts/{contact["id"]}', ok=204)
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)
        self.reply(self.talk().code(ME, code), PASS)

    def test_a_kept_proof_of_an_account_that_may_no_longer(self):
        """Its code was right; before it is typed again the account is suspended (the home is another one's)."""
        self.me.elevate()
        code = self.saved()[0]
        first = self.talk()
        first.begin(ME)
        self.reply(first.say(code), TICKET)
        first.close()
        self.service.stop()
        with sqlite3.connect(self.service.state / 'store.db') as db:
            db.execute('UPDATE account SET mark_inode = mark_inode + 1, has_mark = 1')
        self.service.start()
        self.assertEqual(self.me.get('/v1/account', ok=200).json['state'], 'suspended')
        later = self.talk()
        later.begin(ME)
        self.reply(later.say(code), END, 'No way back in right now. Sign in with your password, or ask the '
                   'administrator.')

    def switch(self, on):
        self.me.patch('/v1/policy', {'settings': {'way-back-in': on}}, ok=200)

    def test_switched_off(self):
        """As for a name that nobody has: the same words, no code leaves, and what was given before opens nothing."""
        self.me.elevate()
        codes = self.saved()
        self.me.prove(ADA)
        talk = self.talk()
        talk.begin(ME)
        self.reply(talk.say(codes[0]), TICKET)
        first, code = self.ask_code()
        self.switch(0)
        sent = self.rows('SELECT count(*) FROM message WHERE kind = 1')
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)
        self.reply(first.say(code), PROMPT, 'That is not the code. 4 tries are left. ? sends it again.', style=1)
        for name in (ME, 'nobody-here'):
            with self.subTest(name):
                one = self.talk()
                one.begin(name)
                self.reply(one.say(codes[1]), PROMPT,
                           'This saved code does not work. Type another, or an email or phone number.', style=1)
                self.reply(one.say('other@example.org'), PROMPT, ON_ITS_WAY)
                one.close()
        self.assertEqual(self.rows('SELECT count(*) FROM message WHERE kind = 1'), sent)
        self.assertEqual(self.rows('SELECT count(*) FROM saved_code WHERE used_at <> 0'), [(1,)])
        self.switch(1)
        again = self.talk()
        again.begin(ME)
        self.reply(again.say(codes[1]), TICKET)

    def test_the_last_saved_code_is_a_proof_for_its_half_hour(self):
        self.me.elevate()
        code = self.saved()[0]
        self.service.stop()
        with sqlite3.connect(self.service.state / 'store.db') as db:
            db.execute('UPDATE saved_code SET used_at = 1 WHERE number <> 0')
        self.service.start()
        for _ in range(2):
            talk = self.talk()
            talk.begin(ME)
            self.reply(talk.say(code), TICKET)
            talk.close()

    def test_of_somebody_else(self):
        talk = self.ticket()
        self.reply(self.talk().redeem('root', talk.ticket), REFUSED)
        self.reply(self.talk().redeem(ME, bytes(16)), REFUSED)
        self.reply(self.talk().redeem(ME, talk.ticket), TAKEN)

    def test_ten_minutes(self):
        talk = self.ticket()
        self.move_clock(601)
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)

    def test_one_transaction(self):
        talk = self.ticket()
        talk.close()
        harness.wait_for('the ticket is void', lambda: self.rows('SELECT state FROM ticket') == [(2,)])
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)

    def test_a_reset_ends_what_was_confirmed(self):
        """With the old password, by whoever knew it; an unlock leaves the password as it was."""
        self.me.elevate()
        for code, reset, level in zip(self.saved(), (0, 1), ('password', 'session')):
            talk = self.talk()
            talk.begin(ME)
            self.reply(talk.say(code), TICKET)
            self.assertEqual(self.me.get('/v1/account', ok=200).json['level'], 'password')
            helper = self.talk()
            helper.redeem(ME, talk.ticket, reset=reset)
            self.reply(helper.result(signin.OK), NOTED)
            harness.wait_for(f'the level {level}',
                             lambda level=level: self.me.get('/v1/account', ok=200).json['level'] == level)

    def test_helper_dies(self):
        """Nobody can know what it did: the contacts are told, and the ticket is used up."""
        talk = self.ticket()
        session = self.service.events()
        self.addCleanup(session.close)
        helper = self.talk()
        self.reply(helper.redeem(ME, talk.ticket), TAKEN)
        helper.close()
        self.assertEqual(session.wait('alert'), {'id': 'recovery-unclear'})
        harness.wait_for('the alert', lambda: ('recovery-unclear',) in self.rows('SELECT what FROM audit'))
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)

    def test_result_while_nothing_can_be_written(self):
        """It is written once there is room again, as what it was, by the service that heard it."""
        talk = self.ticket()
        session = self.service.events()
        self.addCleanup(session.close)
        helper = self.talk()
        self.reply(helper.redeem(ME, talk.ticket), TAKEN)
        process = self.service.process
        before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
        with self.assertRaises(signin.Gone):
            self.reply(helper.result(signin.OK), NOTED)
        self.assertNotIn(('recovered',), self.rows('SELECT what FROM audit'))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
        self.assertEqual(session.wait('alert'), {'id': 'recovered'})
        self.assertIs(self.service.process, process)
        whats = self.rows('SELECT what FROM audit')
        self.assertEqual((whats.count(('recovered',)), whats.count(('recovery-unclear',))), (1, 0))
        self.assertFalse(self.is_open())
        self.reply(self.talk().redeem(ME, talk.ticket), REFUSED)

    def test_unlock(self):
        talk = self.ticket()
        helper = self.talk()
        helper.redeem(ME, talk.ticket, reset=0)
        self.reply(helper.result(signin.OK), NOTED)
        self.assertIn(('unlocked',), self.rows('SELECT what FROM audit'))
        self.assertEqual(self.line()[4], 1)     # of the first contact, and of nothing else

    # --- the socket

    def test_hostile_datagrams(self):
        good = signin.REQUEST.pack(1, signin.BEGIN, 0, 0, ME.encode(), b'', b'')
        for data in (b'', b'x', good[:-1], good + b'x', signin.REQUEST.pack(2, 1, 0, 0, ME.encode(), b'', b''),
                     signin.REQUEST.pack(1, 9, 0, 0, ME.encode(), b'', b''),
                     signin.REQUEST.pack(1, 1, 0, 0, b'x' * 128, b'', b''),
                     signin.REQUEST.pack(1, 1, 0, 0, b'a\0b', b'', b''),
                     signin.REQUEST.pack(1, 1, 0, 0, b'', b'', b''),
                     signin.REQUEST.pack(1, signin.ANSWER, 0, 0, b'', b'hello', b''),
                     signin.REQUEST.pack(1, signin.RESULT, 0, 0, b'', b'', b'')):
            talk = self.talk()
            talk.socket.send(data)
            with self.assertRaises(signin.Gone, msg=data[:24]):
                talk.receive()
        self.reply(self.talk().begin(ME), PROMPT, ASK)

    def test_strange_text(self):
        talk = self.talk()
        talk.begin('no\nbo\u202edy')
        talk.send(signin.ANSWER)
        talk.receive()
        talk = self.talk()
        talk.begin(ME)
        talk.socket.send(signin.REQUEST.pack(1, signin.ANSWER, 0, 0, b'', b'\xff\xfe' * 100, b''))
        self.reply(talk.receive(), PROMPT, style=1)


if __name__ == '__main__':
    tap.main()
