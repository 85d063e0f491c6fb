#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the way back in may not change: a sign-in with the password, whatever is broken or tried beside it; what may not
be told apart: whose name it is; and what is never seen: a half state. Everything is real."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]
import computer as c  # noqa: E402
import harness  # noqa: E402
import tap  # noqa: E402
from computer import A, ASK, C, CHANGED, NEW, OLD, ON_ITS_WAY, SUCCESS, talk, words  # noqa: E402
from signin import PROMPT, TICKET, Conversation, Gone  # noqa: E402
from test_sign_in_time import mann_whitney  # noqa: E402

RUNS = 200 if c.LONG else 30
KILLS = 25 if c.LONG else 4      # of each program
ROUNDS = 40 if c.LONG else 9
SOCKET = c.RUN / 'sign-in'


def converse():
    return Conversation(SOCKET)


@c.only_in_sandbox
class Same(c.Computer):
    users = proven = ('uta',)
    address = 'uta@example.org'

    @classmethod
    def setUpClass(cls):
        # What the time of an answer says about a slow name service, service/test_sign_in_time looks at.
        pathlib.Path('/etc/secinfo').mkdir(exist_ok=True)
        pathlib.Path('/etc/secinfo/secinfod.conf').write_text('[policy]\nsign-in-floor=250\n')
        super().setUpClass()
        c.make_plain()
        page = (harness.SOURCE / 'data/man/pam_secinfo.8').read_text()
        stack = page.split('.EX\n')[1].split('.EE\n')[0]
        pathlib.Path('/etc/pam.d/greetd').write_text(
            stack.replace('preauth', 'preauth silent deny=3').replace('authfail', 'authfail deny=3'))

    def setUp(self):
        super().setUp()
        c.set_password('uta', OLD)

    def open_recovery(self, name, address):
        self.assertEqual(talk('lightdm', name, '?', address, '')['result'], c.AUTH_ERR)
        self.assertTrue((c.RUN / 'open' / name.encode().hex()).exists())

    def test_password_of_six_digits(self):
        """A stranger has a recovery open, and types wrong codes; the password stays one."""
        c.set_password('uta', '222333')
        self.open_recovery('uta', 'stranger@example.net')
        for _ in range(7):
            self.assertEqual(talk('lightdm', 'uta', '222333')['result'], SUCCESS)
            self.assertEqual(talk('lightdm', 'uta', '222334')['result'], c.AUTH_ERR)

    def test_full_tally(self):
        """pam_faillock refuses the right password; a saved code and a new password open the session and the account."""
        for _ in range(3):
            talk('greetd', 'uta', 'wrong')
        self.assertNotEqual(talk('greetd', 'uta', OLD)['result'], SUCCESS)
        done = talk('greetd', 'uta', '?', self.saved['uta'].pop(), NEW, NEW)
        self.assertEqual(done['result'], SUCCESS, done)
        self.assertIn(CHANGED, words(done))
        self.assertEqual(talk('greetd', 'uta', NEW)['result'], SUCCESS)

    # --- taken away one by one

    @contextlib.contextmanager
    def spoiled(self, path):
        kept = path.with_suffix('.kept')
        self.machine.stop()
        shutil.copy2(path, kept)
        owner = path.stat()
        path.write_bytes(b'not what it was')
        for more in path.parent.glob(f'{path.name}-*'):
            more.unlink()
        self.machine.start()
        try:
            yield
        finally:
            self.machine.stop()
            kept.replace(path)
            os.chown(path, owner.st_uid, owner.st_gid)
            self.machine.start()

    @contextlib.contextmanager
    def no_socket(self):
        SOCKET.rename(SOCKET.with_suffix('.kept'))
        try:
            yield
        finally:
            SOCKET.with_suffix('.kept').rename(SOCKET)

    @contextlib.contextmanager
    def silent_service(self):
        with contextlib.suppress(Gone):
            converse().begin('uta')        # so that it runs
        for pid in self.machine.pids('secinfod'):
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in self.machine.pids('secinfod'):
                os.kill(pid, signal.SIGCONT)

    def fastest(self, wrapper=(), wanted=0):
        """Of ROUNDS; of up to five times as many until one is as fast as @wanted, for a busy machine may delay each."""
        times = []
        while len(times) < ROUNDS or (min(times) > wanted > 0 and len(times) < 5 * ROUNDS):
            done = talk('lightdm', 'uta', OLD, wrapper=wrapper)
            self.assertEqual((done['result'], words(done)), (SUCCESS, ['Password: ']))
            times.append(done['seconds'] * 1000)
        return min(times)

    def test_taken_away(self):
        """The sign-in with the password is the same, and as fast: the fastest of some is compared, so that what else
        the machine does stays out of it."""
        key = c.STORE.with_name('store-key')
        self.assertTrue(key.exists())
        gone = {'socket': self.no_socket(), 'silent service': self.silent_service(),
                'service': self.machine.without('secinfod'),
                'secinfo-password': self.machine.without('secinfo-password'),
                'courier': self.machine.without('secinfo-courier'), 'store key': self.spoiled(key),
                'database': self.spoiled(c.STORE), 'network': contextlib.nullcontext()}
        with_all = self.fastest()
        c.say(f'with everything: {with_all:.1f} ms')
        for what, away in gone.items():
            with self.subTest(what), away:
                now = self.fastest(('unshare', '-n') if what == 'network' else (), with_all + 50)
                c.say(f'without {what}: {now:.1f} ms')
                self.assertLess(now - with_all, 50)

    def test_opens_nothing(self):
        """An ordinary sign-in, right or wrong, asks nobody and looks at nothing of ours; a question does."""
        trace = pathlib.Path('/run/secinfo-test-trace')
        seen = {}
        for typed in (OLD, 'wrong', '?'):
            talk('lightdm', 'uta', typed, wrapper=('strace', '-f', '-o', str(trace), '-e', 'trace=connect,%file'))
            seen[typed] = '/run/secinfo/' in trace.read_text()
        self.assertEqual(seen, {OLD: False, 'wrong': False, '?': True})

    def test_only_root_asks(self):
        """Its mode is one door, whose credentials come is the other: with the first wide open, root alone is let in."""
        SOCKET.chmod(0o666)
        self.addCleanup(SOCKET.chmod, 0o600)
        for name, may in (('uta', False), ('secinfo', False), ('root', True)):
            os.seteuid(pwd.getpwnam(name).pw_uid)
            try:
                line = converse()
            finally:
                os.seteuid(0)
            with self.subTest(name), contextlib.closing(line):
                if may:
                    self.assertEqual(line.begin('uta').what, PROMPT)
                else:
                    self.assertRaises((Gone, OSError), line.begin, 'uta')

    # --- what cannot be told apart, and guesses

    def test_200_wrong_codes(self):
        """Over parallel transactions: ten in the hour are looked at, five of a code; then the right one is none."""
        admitted, sent, lock = [], [], threading.Lock()

        def guess(right, n):
            for i in range(n):
                line = converse()
                try:
                    with lock:
                        sent.append(i)
                    reply = line.code('uta', f'{(int(right) + 1 + i) % 1000000:06d}')
                    with lock:
                        if 'tries are left' in reply.message or '1 try is left' in reply.message or \
                                'has ended' in reply.message:
                            admitted.append(reply.message)
                except Gone:
                    pass
                line.close()
        for _ in range(3):
            mails = self.sink.count(self.address)
            line = converse()
            line.begin('uta')
            reply = line.say(self.address)
            line.close()
            if reply.message != ON_ITS_WAY:
                break
            code = self.mail_after(self.address, mails)
            threads = [threading.Thread(target=guess, args=(code, 13)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            line = converse()
            self.assertNotEqual(line.code('uta', code).what, TICKET)
            line.close()
        with contextlib.closing(c.sqlite3.connect(f'file:{c.STORE}?mode=ro', uri=True)) as db:
            counted = dict(db.execute("SELECT what, count(*) FROM tally WHERE subject = 'name:uta' GROUP BY what"))
        c.say(f'of {len(sent)} wrong codes: {len(admitted)} answered as tries; counted: {counted}')
        self.assertGreaterEqual(len(sent), 200)
        self.assertLessEqual(max(counted.values()), 10)
        self.assertLessEqual(len(admitted), 10)
        self.assertEqual(talk('lightdm', 'uta', OLD)['result'], SUCCESS)

    def strangers(self):
        """Names that are all refused, each for its own reason."""
        names = ['nocontact', 'nologin', 'expired', 'starred', 'again', 'chief']
        for name in names:
            c.add_user(name)
            c.set_password(name, OLD)
            self.addCleanup(subprocess.run, ['userdel', '-r', name], check=False, capture_output=True)
        for name in names[1:]:
            person = c.Person(name, self.sink)
            person.prove()
            person.close()
        c.run('usermod', '-L', 'nologin')
        c.run('chage', '-E', '2000-01-01', 'expired')
        c.run('usermod', '-p', '*', 'starred')
        c.run('userdel', '-r', 'again')
        c.add_user('again')
        c.set_password('again', OLD)
        c.run('usermod', '-aG', 'sudo', 'chief')
        pathlib.Path('/etc/secinfo').mkdir(exist_ok=True)
        pathlib.Path('/etc/secinfo/reset.conf').write_text('administrators=2\n')
        self.addCleanup(pathlib.Path('/etc/secinfo/reset.conf').unlink)
        return ['nobody-of-that-name', 'root', 'daemon', *names]

    def refused(self, name, times, said):
        """The words of a whole conversation with one's own address; its time."""
        line, said[name], begun = converse(), [], time.monotonic()
        for turn in (lambda: line.begin(name), lambda: line.say(f'{name}@example.org'), lambda: line.say('000000')):
            reply = turn()
            said[name].append((reply.what, reply.style, reply.message, reply.prompt))
        times[name].append((time.monotonic() - begun) * 1000)
        line.close()

    def test_refused_alike(self):
        strangers = self.strangers()
        times = {name: [] for name in ('uta', *strangers)}
        expected = [(PROMPT, 0, ASK, A), (PROMPT, 0, ON_ITS_WAY, C),
                    (PROMPT, 1, 'That is not the code. 4 tries are left. ? sends it again.', C)]
        for i in range(RUNS + 1):
            self.forget_limits()
            order, said = list(times), {}
            threads = [threading.Thread(target=self.refused, args=(name, times, said))
                       for name in order[i % len(order):] + order[:i % len(order)]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(said, {name: expected for name in times})
        for name in strangers:
            known, other = times['uta'][1:], times[name][1:]     # the first asks the name service
            p = mann_whitney(known, other)
            c.say(f'{name}: {sorted(other)[RUNS // 2]:.1f} ms, somebody who may {sorted(known)[RUNS // 2]:.1f} ms, '
                  f'Mann-Whitney p = {p:.3f} over {RUNS} runs')
            self.assertGreater(p, 0.001 / len(strangers), name)

    # --- killed

    def recover(self, code, done):
        with contextlib.suppress(AssertionError):
            done.append(talk('lightdm', 'uta', '?', code, NEW, NEW, like='gdm')['result'])

    def killed_at(self, program, fraction, length):
        c.set_password('uta', OLD)
        self.forget_limits()
        if not self.saved['uta']:
            person = c.Person('uta', self.sink)
            person.elevate()
            contact = person.get('/v1/account/contacts', ok=200).json['items'][0]
            n = self.sink.count(self.address)
            asked = person.post('/v1/account/challenges', {'purpose': 'confirm', 'contact': contact['id']},
                                ok=201).json
            done = person.answer(asked, self.mail_after(self.address, n), ok=200).json
            person.token = done['elevation']['token']
            self.saved['uta'] = person.saved_codes()
            person.close()
        done, before = [], set(self.machine.pids(program))
        thread = threading.Thread(target=self.recover, args=(self.saved['uta'].pop(), done))
        thread.start()
        if program == 'secinfo-password':      # from its birth on
            end = time.monotonic() + 60
            while not set(self.machine.pids(program)) - before and thread.is_alive() and time.monotonic() < end:
                pass
        time.sleep(fraction * length)
        hit = self.machine.pids(program)
        for pid in hit:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        thread.join()
        # Who changes the password may still be at it, though nobody waits for it any more.
        harness.wait_for('secinfo-password is gone', lambda: not self.machine.pids('secinfo-password'), 90)
        old, new = (self.is_password('uta', password) for password in (OLD, NEW))
        self.assertEqual([old, new].count(True), 1, f'{program} at {fraction:.2f}: old {old}, new {new}')
        self.assertTrue(new or SUCCESS not in done, 'let in without the new password')
        return bool(hit), new

    def test_killed(self):
        """SIGKILL in the middle: the old password, or the new one; never none, never both, and nobody is let in."""
        for program, length in (('secinfod', 0.8), ('secinfo-password', 0.4)):
            seen = [self.killed_at(program, i / KILLS, length) for i in range(KILLS)]
            c.say(f'{program}: {sum(hit for hit, _ in seen)} of {KILLS} hit, then the new password '
                  f'{sum(new for _, new in seen)} times')
            self.assertTrue(any(hit for hit, _ in seen), program)


if __name__ == '__main__':
    tap.main()
