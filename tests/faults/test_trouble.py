#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that does not take what is written, no descriptor left, no memory left: a clear answer, and work goes on once
the fault is gone. What was acknowledged is there after a crash in the middle of it."""
import asyncio
import errno
import os
import pathlib
import resource
import signal
import subprocess
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent / 'service')]
import faults  # noqa: E402
import harness  # noqa: E402
import sink  # noqa: E402
import tap  # noqa: E402
from person import Person  # noqa: E402


class Trouble(unittest.TestCase):
    def setUp(self):
        self.service = harness.Service(config=faults.Flow.config)
        self.addCleanup(self.service.close)
        self.numbers = faults.arrange(self.service)
        self.numbers.dumpable = 1   # /proc/PID/fd may be read
        self.mail = sink.SmtpSink()
        self.addCleanup(self.mail.stop)
        self.me = Person(self.service, self)
        self.book = faults.Book(self)
        self.flow = faults.Flow(self, self.me, self.mail, self.book)

    def start(self):
        self.service.start()
        self.me.token = None
        self.flow.begin()

    def check_after_crash(self):
        self.service.stop(by=signal.SIGKILL)
        self.numbers.clear()
        self.service.start()
        self.me.token = None
        self.me.elevate()
        self.book.check(self.me, self.mail)


class Disk(Trouble):
    def trouble(self, name, number, problem):
        """While @name fails with @number each change is refused with @problem and reading goes on; then all is well."""
        self.start()
        me, flow = self.me, self.flow
        contact = flow.prove('before@example.org')
        other = flow.add('other@example.org')
        challenge = flow.send(other)
        code = flow.code('other@example.org')
        setattr(self.numbers, name, number)
        for method, path, body in (
                ('POST', '/v1/account/contacts', {'kind': 'email', 'value': 'never@example.org'}),
                ('PATCH', f"/v1/account/contacts/{contact['id']}", {'label': 'never'}),
                ('POST', f"/v1/account/contacts/{contact['id']}/challenges", {}),
                ('POST', f"/v1/account/challenges/{challenge['id']}/answer", {'code': me.wrong(code)}),
                ('POST', f"/v1/account/challenges/{challenge['id']}/answer", {'code': code}),
                ('POST', '/v1/account/elevations', {'password': 'wrong-horse-battery'}),
                ('DELETE', f"/v1/account/contacts/{contact['id']}", None)):
            answer = me.call(method, path, body)
            self.assertEqual(answer.problem, problem, answer)
            self.assertEqual({c['id'] for c in me.contacts()}, {contact['id'], other['id']}, 'reading goes on')
        self.assertGreater(self.numbers.failed, 0)
        setattr(self.numbers, name, 0)
        # Nobody was told anything, so nothing was counted; and a refused right code is still good.
        self.book.check_contacts(me)
        self.assertEqual(me.challenge(challenge)['attempts_left'], 5)
        flow.answer(challenge, code, True)
        flow.prove('after@example.org')
        self.check_after_crash()

    def test_sync_fails(self):
        self.trouble('sync_errno', errno.EIO, 'internal')
        self.assertIn('Check that disk.', self.service.log())

    def test_write_fails(self):
        self.trouble('write_errno', errno.EIO, 'internal')

    def test_full(self):
        self.trouble('write_errno', errno.ENOSPC, 'storage-full')

    def test_crash_while_it_fails(self):
        for name, number in (('sync_errno', errno.EIO), ('write_errno', errno.ENOSPC)):
            with self.subTest(name):
                self.start()
                contact = self.flow.prove(f'{name}@example.org')
                setattr(self.numbers, name, number)
                answer = self.me.patch(f"/v1/account/contacts/{contact['id']}", {'label': 'perhaps'})
                self.assertGreaterEqual(answer.status, 500)
                # It was written and not synced: told as failed, it may still come true.
                self.book.contacts[contact['id']].pop('label')
                self.check_after_crash()
                self.service.stop()

    def test_message_is_concluded_later(self):
        """The disk is full when the mail server has said yes: the message does not go out a second time."""
        self.start()
        contact = self.flow.add('slow@example.org')
        hold, handler = threading.Event(), self.mail.handler
        taken = type(handler).handle_DATA

        async def slow(server, session, envelope):
            answer = await taken(handler, server, session, envelope)
            while not hold.is_set():
                await asyncio.sleep(0.01)
            return answer
        handler.handle_DATA = slow
        challenge = self.flow.send(contact)
        self.mail.wait_for('slow@example.org')
        self.numbers.write_errno = errno.ENOSPC
        hold.set()
        harness.wait_for('the conclusion fails', lambda: self.numbers.failed > 0)
        self.assertEqual(self.me.challenge(challenge)['delivery']['state'], 'sending')
        self.numbers.write_errno = 0
        harness.wait_for('it is concluded', lambda: self.me.challenge(challenge)['delivery']['state'] == 'handed-over')
        self.assertEqual(self.mail.count('slow@example.org'), 1)

    def test_start_on_a_bad_disk(self):
        self.start()
        contact = self.flow.prove('before@example.org')
        self.service.stop(by=signal.SIGKILL)
        for name, number in (('sync_errno', errno.EIO), ('write_errno', errno.ENOSPC), ('open_errno', errno.EMFILE)):
            with self.subTest(name):
                setattr(self.numbers, name, number)
                before = len(self.service.log())
                self.service.start(wait=False)
                try:
                    harness.wait_for('up or dead', lambda: faults.is_dead(self.service) or self.service._is_up())
                except AssertionError:
                    pass
                log = self.service.log()[before:]
                if faults.is_dead(self.service):
                    # One that cannot start says in one line what to do.
                    self.assertEqual(self.service.stop(), 1, log)
                    self.assertEqual(len([line for line in log.splitlines() if line.startswith('secinfod: ')]), 1, log)
                else:
                    self.service.stop(by=signal.SIGKILL)
                self.numbers.clear()
        self.service.start()
        self.me.token = None
        self.me.elevate()
        self.assertEqual(self.me.contact(contact)['state'], 'verified')
        self.book.check(self.me, self.mail)


class Descriptors(Trouble):
    def limit(self, number):
        pid = self.service.process.pid
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (number, hard))

    def test_none_left(self):
        """The kernel's own limit. Who is connected already is served; who comes waits, and is served later."""
        self.start()
        me = self.me
        before, _ = resource.prlimit(self.service.process.pid, resource.RLIMIT_NOFILE)
        # As many as it has, and none to spare.
        self.limit(max(int(fd) for fd in os.listdir(f'/proc/{self.service.process.pid}/fd')) + 1)
        contact = self.flow.add('kept@example.org')
        answer = me.post('/v1/account/elevations', {'password': self.service.password})
        self.assertIn(answer.problem, ('internal', 'busy'), 'no helper can be started')
        late = self.service.connect()
        late.timeout = 20
        late.request('GET', '/v1/service')
        courier = self.courier()
        os.kill(courier, signal.SIGKILL)
        # While it still dies it would take a message, of which nobody knows then what became of it.
        harness.wait_for('the courier is dead', lambda: not pathlib.Path(f'/proc/{courier}').exists())
        challenge = self.flow.send(contact)
        self.assertEqual(me.contact(contact)['state'], 'unverified')
        self.limit(before)
        self.assertEqual(late.getresponse().status, 200)
        late.close()
        me.elevate()
        code = self.flow.code('kept@example.org')
        self.flow.answer(challenge, code, True)
        self.check_after_crash()

    def test_none_left_for_the_first_number(self):
        """What reads phone numbers is loaded with the first one: not now, but as soon as it can be."""
        self.start()
        number = {'kind': 'phone', 'value': '+447911123456'}
        before, _ = resource.prlimit(self.service.process.pid, resource.RLIMIT_NOFILE)
        mine = {int(fd) for fd in os.listdir(f'/proc/{self.service.process.pid}/fd')}
        self.limit(min(set(range(len(mine) + 1)) - mine))
        answer = self.service.request('POST', '/v1/account/contacts', number, token=self.me.token,
                                      connection=self.me.connection())
        self.assertEqual(answer.problem, 'busy')
        self.limit(before)
        self.assertEqual(self.me.post('/v1/account/contacts', number).status, 201)

    def courier(self):
        for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                name, rest = path.read_text().rsplit(')', 1)
            except OSError:
                continue
            if name.endswith('(secinfo-courier') and int(rest.split()[1]) == self.service.process.pid:
                return int(path.parent.name)
        raise AssertionError('no courier')


class Memory(Trouble):
    """malloc() fails once, at points all over each request, and then for good until it is over. Each answer is whole
    (the harness holds it against the document), or says clearly that it did not work, or the process ends as GLib
    does without memory, and nothing is lost."""

    CLEAN_ENDS = (-signal.SIGABRT, -signal.SIGTRAP)

    def requests(self):
        contact, challenge = self.contact['id'], self.challenge['id']
        return {
            'account': ('GET', '/v1/account', None),
            'contacts': ('GET', '/v1/account/contacts', None),
            'challenge': ('GET', f'/v1/account/challenges/{challenge}', None),
            'label': ('PATCH', f'/v1/account/contacts/{contact}', {'label': 'a label'}),
            'code': ('POST', f'/v1/account/challenges/{challenge}/answer', {'code': '12345'}),
            'gateways': ('GET', '/v1/gateways', None),
        }

    def ask(self, request):
        """Once: a Person asks again where the service is busy."""
        method, path, body = request
        return self.service.request(method, path, body, token=self.me.token, connection=self.me.connection())

    def revive(self):
        self.numbers.clear()
        self.service.start()
        self.me.token = None
        self.me.elevate()

    def once(self, name, request, expected):
        """TRUE: all was as if nothing had been."""
        try:
            answer = self.ask(request)
        except faults.BROKEN:
            answer = None
            self.me.connection().close()
        failed = self.numbers.failed
        self.numbers.fail_in = 0
        self.numbers.failed = 0
        if answer is None:
            try:
                self.service.process.wait(1)
            except subprocess.TimeoutExpired:
                pass
        if faults.is_dead(self.service):
            self.assertIn(self.service.process.returncode, self.CLEAN_ENDS, f'{name}: {self.service.log()[-2000:]}')
            self.service.stop()
            self.ends += 1
            self.revive()
        elif answer is None:
            self.broken += 1
        elif failed and answer.status >= 500:
            self.assertIn(answer.problem, ('internal', 'busy', 'storage-full'), answer)
            self.refused += 1
        else:
            self.assertEqual((answer.status, answer.problem), expected, (name, answer))
            return
        answer = self.ask(request)
        self.assertEqual((answer.status, answer.problem), expected, f'{name}: it goes on')

    def run_in(self, place, points):
        self.start()
        self.contact = self.flow.add('memory@example.org')
        self.challenge = self.flow.send(self.contact)
        self.flow.code('memory@example.org')
        self.flow.label(self.contact, 'a label')
        self.refused = self.broken = self.ends = 0
        for name, request in self.requests().items():
            answer = self.ask(request)
            expected = (answer.status, answer.problem)
            self.numbers.fail_from = self.numbers.fail_until = 0
            self.numbers.fail_in = place
            self.numbers.mallocs = 0
            self.ask(request)
            total = self.numbers.mallocs
            step = 1 if faults.LONG else max(1, total // points)
            for number in range(1, total + 1, step):
                for until in (number + 1, 1 << 40):
                    self.numbers.mallocs = self.numbers.failed = 0
                    self.numbers.fail_from, self.numbers.fail_until = number, until
                    self.numbers.fail_in = place
                    with self.subTest(request=name, number=number, for_good=until > number + 1):
                        self.once(name, request, expected)
        print(f'# {self.refused} refused, {self.broken} hung up on, {self.ends} ended and started again')
        self.check_after_crash()

    def test_json(self):
        """jansson, in our own allocator: always an answer."""
        self.run_in(faults.PROGRAM, 8)
        self.assertGreater(self.refused, 0)
        self.assertEqual((self.broken, self.ends), (0, 0))

    def test_sqlite(self):
        self.run_in(faults.SQLITE, 8)
        self.assertEqual((self.broken, self.ends), (0, 0))

    def test_microhttpd(self):
        self.run_in(faults.MICROHTTPD, 8)
        self.assertEqual(self.ends, 0)
        self.assertGreater(self.refused, 0)

    def test_glib(self):
        """GLib ends the process: systemd, or whoever needs it next, starts it again."""
        self.run_in(faults.GLIB, 1)
        self.assertGreater(self.ends, 0)


if __name__ == '__main__':
    tap.main()
