#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""pam_secinfo.so in the real stack with real accounts: the conversation, and that a sign-in with the password stays
what it is. secinfod is played on the wire; secinfo-password and PAM are the real ones. Root, in the sandbox alone."""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import sign_in as s  # noqa: E402
import tap  # noqa: E402
from sign_in import (AGAIN, ASK, AUTH_ERR, AWAY, BEGIN, CHANGED, CHOOSE, CODE, CODE_ASKED, DIFFERS, END, HINT, N, NEW,
                     NOT_SET, OLD, PASS, PROMPT, R, REJECTED, SUCCESS, TICKET, TOO_LONG, UNLOCKED, prompt, reply,
                     talk, ticket)  # noqa: E402

PASSWORD = ('hidden', 'Password: ')


def info(words):
    return ('info', words)


@s.only_in_sandbox
class Ordinary(s.SignIn):
    """Nobody forgot anything."""
    users = ('anna', 'six')

    def test_right_and_wrong_with_nobody_there(self):
        done = talk('lightdm', 'anna', OLD)
        self.assertEqual((done.result, done.said, done.many), (SUCCESS, [PASSWORD], 1))
        self.assertEqual(s.token(), OLD)
        done = talk('lightdm', 'anna', 'no')
        self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info(HINT)]))

    def test_unknown_name_is_the_same(self):
        done = talk('lightdm', 'nobody-of-that-name', OLD)
        self.assertNotEqual(done.result, SUCCESS)
        self.assertEqual(done.said, [PASSWORD, info(HINT)])

    def test_the_name_is_asked_where_none_is_given(self):
        done = talk('lightdm', None, 'anna', OLD)
        self.assertEqual((done.result, [words for _, words in done.said][1:]), (SUCCESS, ['Password: ']))

    def test_an_account_without_a_password_is_not_asked(self):
        s.add_user('blank', password=None)
        s.run('passwd', '-d', 'blank')
        done = talk('lxdm', 'blank')
        self.assertEqual((done.result, done.said), (SUCCESS, []))

    def test_locked_and_starred_are_asked_like_any(self):
        for name, lock in (('lena', '!'), ('stan', '*')):
            s.add_user(name, password=None)
            s.run('usermod', '-p', lock, name)
            secinfod = self.secinfod([reply(END, 'So.')])
            done = talk('lightdm', name, '?')
            self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info('So.')]))
            self.assertEqual([(a.op, a.user) for a in secinfod.asked], [(BEGIN, name)])
            secinfod.close()

    def test_a_password_of_six_digits_while_a_recovery_is_open(self):
        s.set_password('six', '222333')
        self.recovery_open('six')
        secinfod = self.secinfod(*[[reply(PASS, 'Neither the password nor the code.')]] * 3)
        done = talk('lightdm', 'six', '222333')
        self.assertEqual((done.result, done.said, s.token()), (SUCCESS, [PASSWORD], '222333'))
        self.assertEqual([(a.op, a.user, a.text) for a in secinfod.asked], [(CODE, 'six', '222333')])
        done = talk('lightdm', 'six', '22 23-34')
        self.assertEqual((done.result, done.said),
                         (AUTH_ERR, [PASSWORD, info('Neither the password nor the code.')]))
        self.assertEqual(secinfod.asked[-1].text, '222334')
        # What comes before it is not only digits, and goes on as it was typed.
        s.set_password('six', '22 23-33')
        self.assertEqual((talk('lightdm', 'six', '22 23-33').result, s.token()), (SUCCESS, '22 23-33'))

    def test_six_digits_never_refused_by_a_broken_service(self):
        s.set_password('six', '222333')
        self.recovery_open('six')
        for bad in (b'', b'x', reply(PASS)[:-1], reply(PASS) + b'x', reply(PASS, version=2), reply(END, 'Go away.'),
                    reply(99), reply(PASS).replace(b'\0' * 328, b'x' * 328, 1)):
            served = self.serve(s.Fixed('sign-in', bad))
            self.assertEqual((talk('lightdm', 'six', '222333').result, s.token()), (SUCCESS, '222333'), bad[:40])
            served.close()
        silent = self.serve(s.Fixed('sign-in', None))
        done = self.in_time(4.5, 'lightdm', 'six', '222333')
        self.assertEqual(done.result, SUCCESS)
        self.assertGreater(done.seconds, 2.9)
        silent.close()
        self.assertEqual(talk('lightdm', 'six', '222333').result, SUCCESS)   # and with no socket at all

    def test_other_answers_ask_nobody(self):
        """Six digits ask only while a recovery of that name runs, and what is not six digits never."""
        secinfod = self.secinfod()
        self.recovery_open('six')
        for user, typed in (('anna', '123456'), ('six', '12345'), ('six', '1234567'), ('six', '12345a'),
                            ('six', ''), ('six', '??'), ('six', '123.456'), ('six', ' ?')):
            self.assertEqual(talk('lightdm', user, typed).result, AUTH_ERR)
        self.assertEqual(secinfod.connections, 0)

    def test_a_link_is_no_open_recovery(self):
        secinfod = self.secinfod()
        s.open_name('anna').symlink_to('/etc/passwd')
        self.addCleanup(s.open_name('anna').unlink)
        talk('lightdm', 'anna', '123456')
        self.assertEqual(secinfod.connections, 0)

    def test_long_names(self):
        secinfod = self.secinfod([reply(PASS)], [reply(PASS)])
        for length in (127, 128, 300):
            name = 'n' * length
            if length < 128:
                self.recovery_open(name)
            self.assertNotEqual(talk('lightdm', name, '123456').result, SUCCESS)
            talk('lightdm', name, '?')
        self.assertEqual([len(a.user) for a in secinfod.asked], [127, 127])

    def test_what_is_remote_is_left_alone(self):
        secinfod = self.secinfod()
        for items in ({'PAM_RHOST': 'host.example'}, {'PAM_TTY': 'host.example:10.0'}, {'PAM_TTY': 'localhost:10'},
                      {'PAM_XDISPLAY': 'host.example:0'}):
            done = talk('lightdm', 'anna', '?', items=items)
            self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD]), items)
        self.assertEqual(secinfod.connections, 0)
        secinfod.script += [[reply(END, 'So.')]] * 3
        for items in ({'PAM_RHOST': ''}, {'PAM_TTY': ':0'}, {'PAM_TTY': '/dev/tty1', 'PAM_XDISPLAY': ':0'}):
            self.assertEqual(talk('lightdm', 'anna', '?', items=items).said[1:], [info('So.')], items)

    def test_services_that_are_not_listed(self):
        secinfod = self.secinfod()
        for service in ('sddm', 'sshd', 'swaylock', 'sudo', 'polkit-1', 'other'):
            done = talk(service, 'anna', '?')
            self.assertNotEqual(done.result, SUCCESS)
            self.assertNotIn(info(HINT), done.said)
        self.assertEqual(secinfod.connections, 0)

    def test_a_sign_in_opens_nothing(self):
        """No socket, process or file of ours in a sign-in with a password, whatever the caller's environment says."""
        self.secinfod()
        hostile = {'SECINFO_SOCKET': '/run/planted/api', 'GIO_EXTRA_MODULES': '/run/planted', 'TMPDIR': '/run/planted',
                   'XDG_RUNTIME_DIR': '/run/planted', 'LANGUAGE': '/run/planted'}
        for password in (OLD, 'wrong', '123456'):
            trace = pathlib.Path('/run/trace')
            talk('lightdm', 'anna', password, environment=hostile,
                 wrapper=('strace', '-f', '-o', str(trace), '-e', 'trace=%file,connect,socket'))
            text = trace.read_text()
            self.assertIn('pam_secinfo.so', text)
            self.assertNotIn('/run/planted', text)
            # The one look that six digits cost.
            seen = [line for line in text.splitlines() if '/run/secinfo/' in line]
            self.assertEqual(len(seen), 1 if password == '123456' else 0, seen)
            self.assertNotRegex(text, r'connect\([^)]*secinfo')

    def test_no_slower(self):
        """The stack with the module beside the one without: socket there, socket away, and a service that hangs."""
        def measure():
            both = {'lightdm': [], 'plain': []}
            for _ in range(12):
                for service, times in both.items():
                    done = talk(service, 'anna', OLD)
                    self.assertEqual(done.result, SUCCESS)
                    times.append(done.seconds)
            with_it, without = (statistics.median(times) * 1000 for times in both.values())
            # As much as nobody feels; on a slow machine, as much of its time.
            return with_it - without, max(50, without)
        pathlib.Path('/etc/pam.d/plain').write_text(pathlib.Path('/etc/pam.d/lightdm').read_text().replace(
            '@include common-auth\n', 'auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n'
            'auth required pam_permit.so\n'))
        for _ in range(3):   # what does something else is not slow each time
            away, bound = measure()
            hangs = self.serve(s.Fixed('sign-in', None))
            there, bound_there = measure()
            hangs.close()
            print(f'# slower by {away:.1f} ms with the service away, by {there:.1f} ms with one that hangs')
            self.assertEqual(hangs.connections, 0)
            if away < bound and there < bound_there:
                break
        self.assertLess(away, bound)
        self.assertLess(there, bound_there)


@s.only_in_sandbox
class Clients(s.SignIn):
    """Programs that people meet, each with its own manners; with the module in their stack (services=) and without."""
    users = ('carla',)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stack = pathlib.Path('/etc/pam.d/common-auth').read_text().replace(
            'pam_secinfo.so', 'pam_secinfo.so services=sddm,sshd-test,swaylock')
        for name in ('sddm', 'sshd-test', 'swaylock'):
            pathlib.Path(f'/etc/pam.d/{name}').write_text(
                stack + '\naccount required pam_unix.so\nsession required pam_permit.so\n')

    def test_sddm_gives_one_answer_to_all(self):
        self.assertEqual(talk('sddm', 'carla', OLD, like='sddm').result, SUCCESS)
        self.assertEqual(talk('sddm', 'carla', 'no', like='sddm').result, AUTH_ERR)
        secinfod = self.secinfod(prompt(ASK), *[prompt(ASK)] * 200)
        done = talk('sddm', 'carla', '?', like='sddm')
        self.assertEqual((done.result, done.said[-1]), (AUTH_ERR, info(AWAY)))
        self.assertLess(len(secinfod.asked), 70)      # it ends
        self.assertLess(done.seconds, 5)

    def test_sddm_and_a_ticket(self):
        """The worst it can do: `?` as the new password, twice alike. PAM refuses it, and the account stays."""
        self.secinfod(ticket())
        self.password()
        done = talk('sddm', 'carla', '?', like='sddm')
        self.assertEqual((done.result, done.said[-1]), (AUTH_ERR, info(NOT_SET)))
        self.assertTrue(s.right('carla', OLD))

    def test_sshd_s_password_method(self):
        for password, result in ((OLD, SUCCESS), ('no', AUTH_ERR)):
            self.assertEqual(talk('sshd-test', 'carla', password, like='sshd').result, result)
        self.secinfod(prompt(ASK))
        self.assertEqual(talk('sshd-test', 'carla', '?', like='sshd').result, AUTH_ERR)

    def test_sshd_is_remote_even_where_it_is_listed(self):
        secinfod = self.secinfod(prompt(ASK))
        done = talk('sshd-test', 'carla', '?', like='sshd', items={'PAM_RHOST': '127.0.0.1', 'PAM_TTY': 'ssh'})
        self.assertEqual((done.result, done.said, secinfod.connections), (AUTH_ERR, [PASSWORD], 0))

    def test_a_locker_has_no_root(self):
        secinfod = self.secinfod(prompt(ASK))
        self.recovery_open('carla')
        carla = s.h.pwd.getpwnam('carla')
        for typed, result in ((OLD, SUCCESS), ('no', AUTH_ERR), ('?', AUTH_ERR), ('123456', AUTH_ERR)):
            done = talk('swaylock', 'carla', typed, like='sddm', uid=carla.pw_uid, gid=carla.pw_gid)
            self.assertEqual((done.result, done.said), (result, [PASSWORD]), typed)
        self.assertEqual(secinfod.connections, 0)

    def test_nobody_answers(self):
        """Cancelled at each question."""
        for answers in ((), ('?',), ('?', 'a@example.org'), ('?', 'a@example.org', '123456'),
                        ('?', 'a@example.org', '123456', NEW)):
            secinfod = self.secinfod(prompt(ASK), prompt(CODE_ASKED), ticket())
            self.password()
            done = talk('lightdm', 'carla', *answers)
            self.assertNotEqual(done.result, SUCCESS)
            self.assertLess(done.seconds, 5)
            secinfod.close()
        self.assertTrue(s.right('carla', OLD))


@s.only_in_sandbox
class Recovery(s.SignIn):
    users = ('rosa',)

    def setUp(self):
        super().setUp()
        s.set_password('rosa', OLD)
        s.token()

    def begin(self, *answers, service='lightdm', **more):
        """A whole way: address, code, ticket, then @answers at the module's own questions."""
        self.daemon = self.secinfod(prompt(ASK), prompt(CODE_ASKED), ticket(), **more)
        done = talk(service, 'rosa', '?', 'a@example.org', '123 456', *answers)
        self.assertEqual(done.many, 1)
        self.assertEqual(done.said[:5], [PASSWORD, info(ASK[0]), ('shown', ASK[1]), info(CODE_ASKED[0]),
                                         ('shown', CODE_ASKED[1])])
        self.assertEqual(self.daemon.answers, ['a@example.org', '123 456'])
        return done.result, done.said[5:], done

    def failed(self, done, last):
        self.assertEqual((done[0], done[1][-1]), (AUTH_ERR, info(last)))
        self.assertTrue(1 <= done[2].delay <= 3, done[2].delay)   # PAM makes it up to half longer or shorter
        self.assertIsNone(s.token(), 'nothing behind was asked')
        self.assertTrue(s.right('rosa', OLD))

    def test_new_password(self):
        self.password()
        result, said, _ = self.begin(NEW, NEW)
        self.assertEqual((result, said), (SUCCESS, [info(CHOOSE), ('hidden', N), info(AGAIN), ('hidden', R),
                                                    info(CHANGED)]))
        self.assertEqual(s.token(), NEW, 'keyring and home behind find the new one')
        self.assertTrue(s.right('rosa', NEW))
        self.assertFalse(s.right('rosa', OLD))
        redeem = [(a.user, a.reset) for a in self.daemon.asked if a.op == s.REDEEM]
        self.assertEqual((redeem, self.daemon.results), ([('rosa', 1)], [0]))
        self.assertEqual(talk('lightdm', 'rosa', NEW).result, SUCCESS)

    def test_typed_differently(self):
        self.password()
        result, said, _ = self.begin(NEW, 'other', NEW, NEW)
        self.assertEqual(result, SUCCESS)
        self.assertEqual(said[4:6], [('error', DIFFERS), ('hidden', N)])

    def test_refused_three_times(self):
        self.password()
        done = self.begin('abc', 'abc', 'abcd', 'abcd', 'rosa', 'rosa', NEW, NEW)
        self.failed(done, NOT_SET)
        self.assertEqual([words for style, words in done[1] if style == 'hidden'], [N, R] * 3)
        refusals = [words for style, words in done[1] if style == 'error']
        self.assertEqual(refusals, [REJECTED % 'The password is shorter than 8 characters'] * 2)
        self.assertTrue(all(len(words) <= 80 for _, words in done[1]))
        self.assertEqual(self.daemon.results, [4, 4, 4])

    def test_a_code_is_no_password(self):
        """At the next sign-in it would be asked about; what the module itself refuses opens no socket of root's."""
        self.password()
        done = self.begin('482 913', '482 913', '?', '?', NEW, NEW)
        self.assertEqual([words for style, words in done[1] if style == 'error'],
                         [REJECTED % 'it looks like a code'] * 2)
        self.assertEqual((done[0], self.daemon.results), (SUCCESS, [0]))

    def test_refused_then_accepted(self):
        self.password()
        self.assertEqual(self.begin('abc', 'abc', NEW, NEW)[0], SUCCESS)

    def test_empty_only_unlocks(self):
        self.password()
        done = self.begin('')
        self.failed(done, UNLOCKED)
        self.assertEqual([(a.user, a.reset) for a in self.daemon.asked if a.op == s.REDEEM], [('rosa', 0)])

    def test_nothing_is_left_for_those_behind(self):
        """In a stack that goes on after a failure no module finds an answer of the conversation as the password."""
        pathlib.Path('/etc/pam.d/keeps-on').write_text(
            'auth optional pam_secinfo.so services=keeps-on\n'
            'auth required pam_exec.so quiet expose_authtok /usr/local/bin/secinfo-test-token\n')
        self.secinfod([reply(END, 'So.')])
        done = talk('keeps-on', 'rosa', '?', 'asked again')
        self.assertEqual([style for style, _ in done.said], ['hidden', 'info', 'hidden'])
        self.assertEqual(s.token(), 'asked again')

    def test_faillock_full(self):
        self.password()
        for _ in range(4):
            talk('greetd', 'rosa', 'no')
        self.assertNotEqual(talk('greetd', 'rosa', OLD).result, SUCCESS)
        self.assertNotEqual(talk('greetd-plain', 'rosa', OLD).result, SUCCESS)
        result, said, _ = self.begin('', service='greetd')
        self.assertEqual((result, said[-1]), (AUTH_ERR, info(UNLOCKED)))
        self.assertEqual(talk('greetd', 'rosa', OLD).result, SUCCESS)
        for _ in range(4):
            talk('greetd', 'rosa', 'no')
        self.assertNotEqual(talk('greetd', 'rosa', OLD).result, SUCCESS)
        self.daemon.close()
        self.assertEqual(self.begin(NEW, NEW, service='greetd')[0], SUCCESS)
        self.assertEqual(talk('greetd', 'rosa', NEW).result, SUCCESS)

    def test_the_ticket_is_too_old(self):
        self.password()
        self.failed(self.begin(NEW, NEW, proofs=0), TOO_LONG)
        self.daemon.close()
        self.failed(self.begin('', proofs=0), TOO_LONG)

    def test_secinfo_password_away_or_broken(self):
        for answer in (None, b'', b'x', s.RESET_REPLY.pack(1, 0, 0, b'')[:-1], s.RESET_REPLY.pack(2, 0, 0, b''),
                       s.RESET_REPLY.pack(1, 0, 0, b'x' * 256), s.RESET_REPLY.pack(1, 77, 0, b'')):
            if answer is not None:
                served = self.serve(s.Fixed('password-reset', answer))
            self.failed(self.begin(NEW, NEW), NOT_SET)
            self.daemon.close()
            if answer is not None:
                served.close()

    def test_later_with_the_code_as_the_password(self):
        self.password()
        self.recovery_open('rosa')
        secinfod = self.secinfod(ticket())
        done = talk('lightdm', 'rosa', '123-456', NEW, NEW)
        self.assertEqual((done.result, done.said), (SUCCESS, [PASSWORD, info(CHOOSE), ('hidden', N), info(AGAIN),
                                                              ('hidden', R), info(CHANGED)]))
        self.assertEqual([(a.op, a.user, a.text) for a in secinfod.asked][0], (CODE, 'rosa', '123456'))

    def test_later_a_second_proof(self):
        self.recovery_open('rosa')
        self.secinfod(prompt(('One more.', 'Second proof: ')), [reply(END, 'Enough.', style=1)])
        done = talk('lightdm', 'rosa', '123456', 'x')
        self.assertEqual((done.result, done.said[1:]), (AUTH_ERR, [info('One more.'), ('shown', 'Second proof: '),
                                                                   info('Enough.')]))

    def test_secinfod_away_or_broken(self):
        done = talk('lightdm', 'rosa', '?')
        self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info(AWAY)]))
        long = reply(PROMPT, *ASK)
        for bad in (b'', b'x', long[:-1], long + b'x', reply(PROMPT, *ASK, version=2), reply(77), reply(END),
                    reply(PASS, 'x'), long.replace(ASK[0].encode() + b'\0', ASK[0].encode() + b'\0x', 1)[:len(long)]):
            served = self.serve(s.Fixed('sign-in', bad))
            done = talk('lightdm', 'rosa', '?', OLD, OLD)
            self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info(AWAY)]), bad[:30])
            served.close()
        served = self.serve(s.Fixed('sign-in', None))
        done = self.in_time(4.5, 'lightdm', 'rosa', '?')
        self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info(AWAY)]))

    def test_words_missing_behind_the_ticket(self):
        self.password()
        for words in (ticket()[:-1], ticket()[:3], [ticket()[0]] + ticket()[:1] * 9):
            secinfod = self.secinfod(words)
            done = talk('lightdm', 'rosa', '?', NEW, NEW)
            self.assertEqual((done.result, done.said[-1]), (AUTH_ERR, info(AWAY)))
            secinfod.close()
        self.assertTrue(s.right('rosa', OLD))

    def test_a_false_service_is_not_talked_to(self):
        """Somebody else's socket at that path: not a byte, and no question."""
        s.add_user('mallory')
        server = subprocess.Popen(['/usr/bin/python3', '-c', '''
import os, pwd, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.bind("/run/secinfo/sign-in")
os.setresuid(*[pwd.getpwnam("mallory").pw_uid] * 3)
s.listen()
print("ready", flush=True)
while True:
    p = s.accept()[0]
    p.settimeout(3)
    try:
        got = p.recv(4096)
    except OSError:
        got = b""
    print("got" if got else "nothing", flush=True)
'''], stdout=subprocess.PIPE, text=True)
        self.addCleanup(pathlib.Path('/run/secinfo/sign-in').unlink, True)
        self.assertEqual(server.stdout.readline(), 'ready\n')
        done = talk('lightdm', 'rosa', '?')
        self.assertEqual((done.result, done.said), (AUTH_ERR, [PASSWORD, info(AWAY)]))
        self.assertEqual(server.stdout.readline(), 'nothing\n')
        server.kill()
        server.communicate()

    def test_the_daemon_s_own_socket_is(self):
        """secinfod may have made it itself: its uid is as good as root's."""
        server = subprocess.Popen(['/usr/bin/python3', '-c', f'''
import os, pwd, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.bind("/run/secinfo/sign-in")
os.setresuid(*[pwd.getpwnam("secinfo").pw_uid] * 3)
s.listen()
print("ready", flush=True)
p = s.accept()[0]
p.recv(4096)
p.send({reply(END, 'So.')!r})
'''], stdout=subprocess.PIPE, text=True)
        self.addCleanup(pathlib.Path('/run/secinfo/sign-in').unlink, True)
        self.assertEqual(server.stdout.readline(), 'ready\n')
        self.assertEqual(talk('lightdm', 'rosa', '?').said[1:], [info('So.')])
        server.communicate()

    def test_words_do_not_drive_the_terminal(self):
        self.secinfod(prompt(('a\x1b[2Jb\x9bc\u009bd\x7fe – é\n', 'p\x1b]0;x\x07: ')),
                      [reply(END, '\x1b[31mred')])
        done = talk('lightdm', 'rosa', '?', 'x')
        self.assertEqual(done.said[1:], [info('a [2Jb  c  d e – é '), ('shown', 'p ]0;x : '), info(' [31mred')])

    def test_words_are_no_formats(self):
        self.secinfod(prompt(('%s%n%100000d', '%s%n: ')), [reply(END, '100 % %n')])
        done = talk('lightdm', 'rosa', '?', 'x')
        self.assertEqual(done.said[1:], [info('%s%n%100000d'), ('shown', '%s%n: '), info('100 % %n')])

    def test_long_answers(self):
        secinfod = self.secinfod(prompt(ASK), prompt(ASK), [reply(END, 'So.')])
        done = talk('lightdm', 'rosa', '?', 'x' * 319, 'y' * 500)
        self.assertEqual((done.result, secinfod.answers), (AUTH_ERR, ['x' * 319, 'y' * 319]))

    def test_the_language_of_the_computer(self):
        locale = pathlib.Path('/etc/default/locale')
        before = locale.read_text() if locale.exists() else None
        self.addCleanup(lambda: locale.write_text(before) if before is not None else locale.unlink())
        for line, away, hint in (
                ('LANG=de_DE.UTF-8', 'Jetzt kein Zugang ohne Passwort.', 'Vergessen? Geben Sie ? als Passwort ein.'),
                ('LANG="de"', 'Jetzt kein Zugang', 'Vergessen?'), ('LANG=C.UTF-8', AWAY, HINT), ('', AWAY, HINT)):
            locale.write_text(line + '\n')
            for environment in ({}, {'LANG': 'fr_FR.UTF-8', 'LANGUAGE': 'fr', 'LC_ALL': 'C'}):
                self.assertIn(away, talk('lightdm', 'rosa', '?', environment=environment).said[-1][1])
                self.assertIn(hint, talk('lightdm', 'rosa', 'no', environment=environment).said[-1][1])


if __name__ == '__main__':
    tap.main()
