#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""pam_secinfo.so in programs as people have them: login on a terminal, su, sudo, sshd; the line after a sign-in.

Root, in the sandbox alone. secinfod is played on the wire; secinfo-password is the real one.
"""
import os
import pathlib
import pwd
import shutil
import struct
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')]
import sign_in as s  # noqa: E402
import tap  # noqa: E402
from sign_in import (AGAIN, ASK, CHANGED, CHOOSE, CODE_ASKED, HINT, N, NEW, OLD, R, SUCCESS, prompt, reply, talk,
                     ticket)  # noqa: E402
from terminal import Terminal  # noqa: E402

LINE = struct.Struct('=IIIIq8s')
SAID = struct.Struct('=IIIIq')
TRACE = '/run/program-trace'
# Strange places that a caller may try to bring in.
HOSTILE = {'SECINFO_SOCKET': '/run/planted/api', 'GIO_EXTRA_MODULES': '/run/planted', 'TMPDIR': '/run/planted',
           'LD_PRELOAD': '/run/planted/evil.so', 'LD_LIBRARY_PATH': '/run/planted', 'LANGUAGE': '/run/planted/de',
           'XDG_RUNTIME_DIR': '/run/planted'}


class Programs(s.SignIn):
    def setUp(self):
        super().setUp()
        for name in self.users:
            s.set_password(name, OLD)

    def traced(self, user, *argv):
        """@argv as @user, who brings HOSTILE along; set-user-ID programs keep their root. (strace, as root)"""
        brought = [word for name, value in HOSTILE.items() for word in ('-E', f'{name}={value}')]
        return Terminal('strace', '-f', '-o', TRACE, '-e', 'trace=%file,connect', '-u', user, *brought, *argv)

    def trace(self):
        text = pathlib.Path(TRACE).read_text()
        # The first one is the program itself, started with that environment.
        self.assertNotIn('/run/planted', '\n'.join(line for line in text.splitlines() if 'execve(' not in line))
        return text


@s.only_in_sandbox
class Login(Programs):
    users = ('lotte',)

    def test_the_way_back_in(self):
        """A wrong password, the hint, ?, address, code, new password, and a shell."""
        secinfod = self.secinfod(prompt(ASK), prompt(CODE_ASKED), ticket())
        self.password()
        terminal = Terminal('/bin/login')
        terminal.expect('login: ')
        terminal.send('lotte')
        terminal.expect('Password: ')
        terminal.send('forgotten')
        said = terminal.expect('login: ')
        self.assertIn(HINT, said)
        terminal.send('lotte')
        terminal.expect('Password: ')
        terminal.send('?')
        for words, typed in ((ASK, 'lotte@example.org'), (CODE_ASKED, '123 456')):
            said = terminal.expect(words[1].strip())
            self.assertEqual(said.count(words[0]), 1, said)
            terminal.send(typed)
        for words, typed in (((CHOOSE, N), NEW), ((AGAIN, R), NEW)):
            said = terminal.expect(words[1].strip())
            self.assertIn(words[0], said)
            terminal.send(typed)
        terminal.expect(CHANGED)
        terminal.send('echo I am $(id -un)')
        terminal.expect('I am lotte')
        terminal.send('exit')
        self.assertNotIn(NEW, terminal.close())
        self.assertEqual(secinfod.answers, ['lotte@example.org', '123 456'])
        self.assertTrue(s.right('lotte', NEW))

    def test_its_time_runs_out(self):
        """login ends by itself while a question stands; the next sign-in begins anew, the password is still good."""
        defs = pathlib.Path('/etc/login.defs')
        before = defs.read_text()
        self.addCleanup(defs.write_text, before)
        for seconds in (4, 12, 30):   # again with more, where it was over before the question stood
            defs.write_text(before.replace('LOGIN_TIMEOUT\t\t60', f'LOGIN_TIMEOUT\t\t{seconds}'))
            self.assertNotEqual(defs.read_text(), before)
            secinfod = self.secinfod(prompt(ASK), prompt(CODE_ASKED), [reply(s.END, 'So.')])
            terminal = Terminal('/bin/login', 'lotte')
            try:
                terminal.expect('Password: ')
                terminal.send('?')
                terminal.expect(ASK[1].strip())
                terminal.expect('timed out')
                break
            except AssertionError:
                if seconds == 30:
                    raise
            finally:
                terminal.close()
                secinfod.close()
        self.assertEqual(talk('lightdm', 'lotte', OLD).result, SUCCESS)


@s.only_in_sandbox
class Switch(Programs):
    """Programs that a user calls."""
    users = ('udo', 'ute')

    def test_su(self):
        secinfod = self.secinfod(prompt(ASK))
        self.recovery_open('ute')
        for typed in ('?', '123456', 'wrong'):
            terminal = self.traced('udo', 'su', 'ute', '-c', 'echo I am $(id -un)')
            terminal.expect('Password: ')
            terminal.send(typed)
            said = terminal.close()
            self.assertIn('Authentication failure', said)
            self.assertNotIn(HINT, said)
            self.assertNotIn('/run/secinfo', self.trace())
        terminal = self.traced('udo', 'su', 'ute', '-c', 'echo I am $(id -un)')
        terminal.expect('Password: ')
        terminal.send(OLD)
        self.assertIn('I am ute', terminal.close())
        self.assertNotIn('/run/secinfo', self.trace())
        self.assertEqual(secinfod.connections, 0)

    def test_su_where_it_is_listed(self):
        """The conversation of a program that a hostile caller started is the same."""
        stack = pathlib.Path('/etc/pam.d/su')
        before = stack.read_text()
        self.addCleanup(stack.write_text, before)
        stack.write_text('auth [success=done auth_err=die default=ignore] pam_secinfo.so services=su\n' + before)
        secinfod = self.secinfod(prompt(ASK), ticket())
        self.password()
        terminal = self.traced('udo', 'su', 'ute', '-c', 'echo I am $(id -un)')
        terminal.expect('Password: ')
        terminal.send('?')
        said = terminal.expect(ASK[1].strip())
        self.assertIn(ASK[0], said)      # English, whatever LANGUAGE is
        terminal.send('u@example.org')
        for question in (N, R):
            terminal.expect(question.strip())
            terminal.send(NEW)
        self.assertIn('I am ute', terminal.close())
        self.assertEqual(secinfod.answers, ['u@example.org'])
        self.assertIn('/run/secinfo/sign-in', self.trace())

    def test_sudo(self):
        if not shutil.which('sudo'):
            self.skipTest('sudo is not installed')
        rule = pathlib.Path('/etc/sudoers.d/secinfo-test')
        rule.write_text('udo ALL=(ALL) ALL\nDefaults:udo !lecture,passwd_tries=1\n')
        rule.chmod(0o440)
        self.addCleanup(rule.unlink)
        secinfod = self.secinfod(prompt(ASK))
        for typed, words in (('?', 'incorrect password attempt'), (OLD, 'I am root')):
            terminal = self.traced('udo', 'sudo', '-k', '-p', 'Sudo: ', 'sh', '-c', 'echo I am $(id -un)')
            terminal.expect('Sudo: ')
            terminal.send(typed)
            said = terminal.close()
            self.assertIn(words, said)
            self.assertNotIn(HINT, said)
            self.assertNotIn('/run/secinfo', pathlib.Path(TRACE).read_text())
        self.assertEqual(secinfod.connections, 0)

    def test_sshd(self):
        if not os.path.exists('/usr/sbin/sshd') or not shutil.which('ssh'):
            self.skipTest('openssh-server is not installed; tests do not bring a network service to a machine')
        secinfod = self.secinfod(prompt(ASK))
        folder = pathlib.Path('/run/sshd')
        folder.mkdir(exist_ok=True)
        s.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/run/test-host-key')
        # sshd's stack lists the module's service here: it is the remote host that keeps it out.
        stack = pathlib.Path('/etc/pam.d/common-auth').read_text()
        pathlib.Path('/etc/pam.d/sshd').write_text(stack.replace('pam_secinfo.so', 'pam_secinfo.so services=sshd') +
                                                   'account required pam_unix.so\nsession required pam_permit.so\n')
        for method in ('password', 'keyboard-interactive'):
            server = subprocess.Popen(
                ['strace', '-D', '-f', '-o', TRACE, '-e', 'trace=connect,openat', '/usr/sbin/sshd', '-D', '-e',
                 '-f', '/dev/null', '-p', '2222', '-h', '/run/test-host-key', '-o', 'ListenAddress=127.0.0.1',
                 '-o', 'UsePAM=yes', '-o', 'KbdInteractiveAuthentication=yes', '-o', 'PidFile=none'],
                stderr=subprocess.PIPE, text=True)
            self.assertIn('listening', server.stderr.readline().lower())
            for typed in ('?', OLD):
                terminal = Terminal('ssh', '-p', '2222', '-o', 'StrictHostKeyChecking=no', '-o',
                                    'UserKnownHostsFile=/dev/null', '-o', f'PreferredAuthentications={method}', '-o',
                                    'NumberOfPasswordPrompts=1', 'ute@127.0.0.1', 'echo I am $(id -un)')
                terminal.expect('assword: ')
                terminal.send(typed)
                said = terminal.close()
                self.assertEqual('I am ute' in said, typed == OLD, said)
                self.assertNotIn(HINT, said)
            server.terminate()
            server.communicate()
            self.assertNotIn('/run/secinfo', pathlib.Path(TRACE).read_text())
        self.assertEqual(secinfod.connections, 0)


@s.only_in_sandbox
class Lines(Programs):
    users = ('lina',)

    def setUp(self):
        super().setUp()
        self.uid = pwd.getpwnam('lina').pw_uid
        self.path = s.RUN / f'lines/{self.uid}'
        self.said = s.RUN / f'said/{self.uid}'
        for path in (self.path, self.said):
            path.unlink(missing_ok=True)

    def write(self, line, at=None, count=4, left=5, language=b'en', version=1, more=b'', owner='secinfo'):
        self.path.unlink(missing_ok=True)
        at = int(time.mktime((2026, 5, 12, 7, 52, 0, 0, 0, -1))) if at is None else at
        self.path.write_bytes(LINE.pack(version, line, count, left, at, language) + more)
        shutil.chown(self.path, owner)

    def after(self, service='lightdm'):
        done = talk(service, 'lina', OLD, session=True)
        self.assertEqual(done.result, SUCCESS)
        return [words for words in done.said if words[0] != 'hidden']

    def test_each_line(self):
        now = time.time()
        today = time.strftime('%H:%M', time.localtime(now))
        for line, more, words in (
                (1, {}, 'New recovery email since 12 May. Not you? Open Security Info.'),
                (2, {}, 'New recovery phone since 12 May. Not you? Open Security Info.'),
                (3, {}, '4 failed tries since your last sign-in, the last on 12 May at 07:52.'),
                (3, {'at': int(now)}, f'4 failed tries since your last sign-in, the last today at {today}.'),
                (3, {'count': 1}, '1 failed try since your last sign-in, on 12 May at 07:52.'),
                (3, {'count': 1, 'at': int(now)}, f'1 failed try since your last sign-in, today at {today}.'),
                (4, {}, 'Your password was changed with a code on 12 May at 07:52.'),
                (4, {'at': int(now)}, f'Your password was changed with a code today at {today}.'),
                (1, {'language': b'de'}, 'Neue Notfall-Adresse seit 12. Mai. Nicht von Ihnen? Security Info öffnen.'),
                (3, {'language': b'de'}, '4 Fehlversuche seit Ihrer letzten Anmeldung, zuletzt am 12. Mai um 07:52.'),
                (4, {'language': b'de_AT'}, 'Ihr Passwort wurde am 12. Mai um 07:52 mit einem Code geändert.'),
                (1, {'language': b'xx'}, 'New recovery email since 12 May. Not you? Open Security Info.')):
            self.write(line, **more)
            self.assertEqual(self.after(), [('info', words)])
            self.assertLessEqual(len(words), 80)

    def test_five_times(self):
        self.write(1)
        self.assertEqual([len(self.after()) for _ in range(7)], [1] * 5 + [0] * 2)
        version, line, said, _, at = SAID.unpack(self.said.read_bytes())
        self.assertEqual((version, line, said), (1, 1, 5))
        st = self.said.stat()
        self.assertEqual((st.st_uid, st.st_mode & 0o777), (0, 0o644))     # secinfod may read it
        self.write(4)
        self.assertEqual(len(self.after()), 1, 'another line begins anew')
        self.write(4, at=at + 60)
        self.assertEqual(len(self.after()), 1, 'and the same again')

    def test_only_where_somebody_signs_in(self):
        self.write(1)
        pathlib.Path('/etc/pam.d/some-service').write_text(pathlib.Path('/etc/pam.d/lxdm').read_text())
        self.assertEqual(self.after('some-service'), [])
        self.assertFalse(self.said.exists())

    def test_lines_that_are_not_believed(self):
        for more in ({'owner': 'root'}, {'owner': 'lina'}, {'version': 2}, {'more': b'x'}, {'left': 0}, {'at': 0},
                     {'language': b'abcdefgh'}, {'line': 0}, {'line': 5}, {'line': 0xffffffff}):
            self.write(**{'line': 1, **more})
            self.assertEqual(self.after(), [], more)
        self.write(1)
        os.truncate(self.path, LINE.size - 1)
        self.assertEqual(self.after(), [])
        self.write(1)
        elsewhere = self.path.with_name('elsewhere')
        self.path.rename(elsewhere)
        self.addCleanup(elsewhere.unlink)
        self.path.symlink_to(elsewhere)
        self.assertEqual(self.after(), [], 'a link')
        self.path.unlink()
        os.link(elsewhere, self.path)
        self.assertEqual(self.after(), [], 'a second name')
        self.path.unlink()
        os.mkfifo(self.path)
        shutil.chown(self.path, 'secinfo')
        self.assertEqual(self.after(), [], 'a pipe does not stop anybody')

    def test_the_count_follows_no_link(self):
        self.write(1)
        target = pathlib.Path('/run/somebody-else-s')
        target.write_text('mine')
        self.said.symlink_to(target)
        self.assertEqual(len(self.after()), 1)
        self.assertEqual(target.read_text(), 'mine')


@s.only_in_sandbox
class Memory(Programs):
    users = ('vera',)

    def test_valgrind(self):
        """Each way through the module, in pamtester."""
        if not shutil.which('valgrind') or '_build-asan' in str(s.h.BUILD):
            self.skipTest('valgrind is not here, or this is a sanitizer build')
        self.password()
        pathlib.Path('/etc/pam.d/lxdm').write_text(
            'auth [success=done auth_err=die default=ignore] pam_secinfo.so\n'
            'auth [default=ignore] pam_secinfo.so hint\nauth required pam_unix.so\n'
            'account required pam_permit.so\nsession optional pam_secinfo.so\n')
        self.recovery_open('vera')
        for typed, script, words in (
                ((OLD,), (), 'successfully authenticated'), (('no',), (), HINT),
                (('123456',), ([reply(s.PASS, 'Neither.')],), 'Neither.'),
                (('123456', 'abc', 'abc', NEW, 'x', NEW, NEW), (ticket(),), 'successfully authenticated'),
                (('?', 'a', ''), (prompt(ASK), ticket()), s.UNLOCKED),
                (('?', 'a'), (prompt(ASK), [reply(s.END, 'So.')]), 'So.'),
                (('?',), ([b'x'],), s.AWAY)):
            secinfod = self.secinfod(*script)
            done = subprocess.run(
                ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full', '--errors-for-leak-kinds=definite',
                 'pamtester', 'lxdm', 'vera', 'authenticate', 'open_session'], input=''.join(f'{a}\n' for a in typed),
                capture_output=True, text=True, check=False, timeout=120, env={'PATH': os.environ['PATH']})
            secinfod.close()
            self.assertIn(words, done.stdout + done.stderr)
            self.assertNotIn('==', done.stderr)
            self.assertNotEqual(done.returncode, 99)
            s.set_password('vera', OLD)


if __name__ == '__main__':
    tap.main()
