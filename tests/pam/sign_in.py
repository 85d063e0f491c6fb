# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other ends of pam_secinfo.so, on the wire (src/model/wire/secinfo-wire.h): secinfod's sign-in socket, played from
a script, and secinfo-password's reset socket with the real program behind it. And a sign-in program to talk to them.
"""
import collections
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import helper as h

HERE = pathlib.Path(__file__).resolve().parent
RUN = pathlib.Path('/run/secinfo')
COUNT = pathlib.Path('/var/lib/secinfo-password')
MODULE = h.BUILD / 'src/pam/pam_secinfo.so'
OLD, NEW = 'Corr3ct-horse-9', 'Xk9-tarn-Ulme-42'
SANDBOX = b'--sandbox-inside' in pathlib.Path('/proc/1/cmdline').read_bytes() if os.geteuid() == 0 else False
only_in_sandbox = unittest.skipUnless(SANDBOX, 'only as root in build-aux/run --sandbox: it makes accounts')

REQUEST = struct.Struct('=IIII128s320s16s')
REPLY = struct.Struct('=IIIIII328s128s16s')
RESET_REQUEST = struct.Struct('=II128s512s16s')
RESET_REPLY = struct.Struct('=IIq256s')
BEGIN, CODE, ANSWER, REDEEM, RESULT = range(1, 6)
PROMPT, END, PASS, TICKET, WORDS, TAKEN, REFUSED, NOTED = range(1, 9)
SUCCESS, AUTH_ERR = 0, 7
TICKET_BYTES = bytes(range(16))

ASK = ('Type a saved code, or your whole recovery email or phone number.', 'Code, email or phone: ')
CODE_ASKED = ('If this is one of yours, a code is on its way. Type it here; ? sends it again.', '6-digit code: ')
AWAY = 'No way back in right now. Sign in with your password, or ask the administrator.'
HINT = 'Forgot it? Type ? as the password.'
CHOOSE = 'Choose a new password. Empty only unlocks: you then type the old one.'
AGAIN = 'Type it once more. Your keyring still opens with the old password only.'
DIFFERS = 'The two are not the same. Choose the new password again.'
REJECTED = 'Refused: "%s". Choose another.'
LIMIT = 'No new passwords before %s. Leave it empty to unlock and type the old one.'
NOT_SET = 'The password could not be set. Ask the administrator.'
CHANGED = 'Your password is changed. All your contacts are told.'
UNLOCKED = 'Unlocked. Now type your old password. All your contacts are told.'
TOO_LONG = 'This took too long. Nothing was changed. Type ? as the password to begin again.'
N, R = 'New password: ', 'New password again: '
LAST_WORDS = [(CHOOSE, N), (AGAIN, R), (DIFFERS, ''), (REJECTED, ''), (LIMIT, ''), (NOT_SET, ''), (CHANGED, ''),
              (UNLOCKED, ''), (TOO_LONG, '')]

SANITIZER = {}
if b'libasan' in MODULE.read_bytes():    # a sanitizer build of the module, in programs that are none
    SANITIZER = {'LD_PRELOAD': os.path.realpath(subprocess.run(
        ['gcc', '-print-file-name=libasan.so'], capture_output=True, text=True, check=True).stdout.strip()) +
        ':libcrypt.so.1',                # the sanitizer's crypt() looks for the real one before pam_unix brings it
        'ASAN_OPTIONS': 'detect_leaks=0', 'UBSAN_OPTIONS': 'halt_on_error=1'}
    os.environ.update(SANITIZER)

Asked = collections.namedtuple('Asked', 'op result reset user text ticket')


def reply(what, message='', prompt='', style=0, echo=1, number=0, proofs=1, ticket=b'', version=1):
    return REPLY.pack(version, what, style, echo, number, proofs, message.encode(), prompt.encode(), ticket)


def prompt(words, **more):
    return [reply(PROMPT, *words, **more)]


def ticket():
    """The ticket, and the words of the last steps behind it."""
    return [reply(TICKET, ticket=TICKET_BYTES, number=len(LAST_WORDS)),
            *(reply(WORDS, *words, number=i) for i, words in enumerate(LAST_WORDS, 1))]


class Socket:
    """Listens at a path of /run/secinfo as root's socket unit does, and serves each connection in a thread."""

    def __init__(self, name):
        self.path = RUN / name
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.path))
        self.path.chmod(0o600)
        self.listener.listen(16)
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            self.serve(peer)
        except (BrokenPipeError, ConnectionResetError):
            pass   # the module has seen enough

    def close(self):
        if self.listener.fileno() == -1:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.path.unlink(missing_ok=True)


class Secinfod(Socket):
    """Answers the module with the next of @script: a list of datagrams, or None to say nothing. Tickets are taken while
    @proofs is not 0; what was asked and what came of it stays in `asked`."""

    def __init__(self, *script, proofs=1):
        self.script, self.proofs, self.asked = list(script), proofs, []
        super().__init__('sign-in')

    def serve(self, peer):
        with peer:
            while True:
                data = peer.recv(4096)
                if not data:
                    return
                _, op, result, reset, user, text, given = REQUEST.unpack(data)
                asked = Asked(op, result, reset, user.rstrip(b'\0').decode(), text.rstrip(b'\0').decode(), given)
                self.asked.append(asked)
                if op == REDEEM:
                    answers = [reply(TAKEN if self.proofs and given == TICKET_BYTES else REFUSED, proofs=self.proofs)]
                elif op == RESULT:
                    answers = [reply(NOTED)]
                else:
                    answers = self.script.pop(0) if self.script else None
                for answer in answers or []:
                    peer.send(answer)

    @property
    def answers(self):
        return [asked.text for asked in self.asked if asked.op == ANSWER]

    @property
    def results(self):
        return [asked.result for asked in self.asked if asked.op == RESULT]


class Password(Socket):
    """secinfo-password --reset, once for each connection."""

    def __init__(self, wrapper=()):
        self.wrapper = wrapper
        super().__init__('password-reset')

    def serve(self, peer):
        with peer:
            subprocess.run([*self.wrapper, h.HELPER, '--reset'], stdin=peer.fileno(), check=False,
                           env={'PATH': '/usr/bin', 'LANG': 'C.UTF-8', 'ASAN_OPTIONS': 'detect_leaks=0'})


class Fixed(Socket):
    """Gives one datagram, whatever is asked; None: never answers."""

    def __init__(self, name, answer):
        self.answer, self.kept = answer, []
        super().__init__(name)

    def serve(self, peer):
        peer.recv(4096)
        if self.answer is None:
            self.kept.append(peer)   # open, and silent
        else:
            peer.send(self.answer)
            peer.close()


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more)


def add_user(name, *arguments, password=OLD):
    # Another program of the suite may have had one of that name in this copy of the system.
    subprocess.run(['userdel', '-rf', name], capture_output=True, check=False)
    run('useradd', '-m', *arguments, name)
    if password:
        run('chpasswd', input=f'{name}:{password}\n')


def set_password(name, password):
    """As it stands: no policy."""
    run('usermod', '-p', run('openssl', 'passwd', '-6', password).stdout.strip(), name)


def right(user, password):
    """Is it the password, by secinfo-password's own stack?"""
    return h.call(h.make(h.AUTHENTICATE, user, password.encode())).result == 'ok'


def talk(service, user, *answers, environment=None, wrapper=(), **more):
    """One sign-in: an object with said, result, seconds, many, delay."""
    what = dict(service=service, user=user, answers=answers, **more)
    environment = {**SANITIZER, **(environment or {})}
    done = subprocess.run([*wrapper, '/usr/bin/python3', str(HERE / 'talk.py'), json.dumps(what)], capture_output=True,
                          text=True, check=False, timeout=120, env={'PATH': os.environ['PATH'], **(environment or {})})
    if done.returncode != 0:
        raise AssertionError(f'{done.returncode}: {done.stdout}{done.stderr}')
    answer = json.loads(done.stdout.splitlines()[-1])
    answer['said'] = [tuple(words) for words in answer['said']]
    return collections.namedtuple('Talk', answer)(**answer)


def open_name(user):
    return RUN / 'open' / user.encode().hex()


class SignIn(unittest.TestCase):
    """The module in the stack that the package's profiles make; accounts of the class in `users`."""
    users = ()

    @classmethod
    def setUpClass(cls):
        folder = next(path.parent for path in pathlib.Path('/lib').glob('*/security/pam_unix.so'))
        shutil.copy(MODULE, folder / 'pam_secinfo.so')
        for name in ('secinfo', 'secinfo-hint'):
            shutil.copy(h.SOURCE / f'data/pam-configs/{name}', '/usr/share/pam-configs/')
        run('pam-auth-update', '--package', '--enable', 'secinfo', 'secinfo-hint')
        for name in ('secinfo', 'secinfo-reset'):
            shutil.copy(h.SOURCE / f'data/pam/{name}', f'/etc/pam.d/{name}')
        write_services()
        if subprocess.run(['id', 'secinfo'], capture_output=True, check=False).returncode != 0:
            run('useradd', '--system', '--user-group', 'secinfo')
        for path, owner, mode in ((RUN, 'root', 0o755), (RUN / 'open', 'secinfo', 0o700), (COUNT, 'root', 0o700),
                                  (RUN / 'lines', 'secinfo', 0o755), (RUN / 'said', 'root', 0o755)):
            path.mkdir(exist_ok=True)
            path.chmod(mode)
            shutil.chown(path, owner)
        for name in cls.users:
            add_user(name)

    @classmethod
    def tearDownClass(cls):
        run('pam-auth-update', '--package', '--remove', 'secinfo', 'secinfo-hint')

    def setUp(self):
        (COUNT / 'resets').unlink(missing_ok=True)
        pathlib.Path('/etc/security/opasswd').write_text('')

    def in_time(self, seconds, *arguments, **more):
        """talk(), in fewer seconds than that: the machine may be slow once, ours not three times."""
        for _ in range(3):
            done = talk(*arguments, **more)
            if done.seconds < seconds:
                return done
        self.fail(f'{done.seconds} instead of {seconds} s')

    def serve(self, made):
        self.addCleanup(made.close)
        return made

    def secinfod(self, *script, **more):
        return self.serve(Secinfod(*script, **more))

    def password(self, **more):
        return self.serve(Password(**more))

    def recovery_open(self, user):
        open_name(user).touch()
        self.addCleanup(open_name(user).unlink, True)


def write_services():
    """lightdm as the profiles make it; the same without the module; the manual page's lines with pam_faillock."""
    common = ''.join(f'@include common-{kind}\n' for kind in ('auth', 'account', 'session'))
    services = {name: common for name in ('lightdm', 'sddm', 'swaylock', 'sshd')}
    services['lightdm'] = services['lightdm'].replace(
        'common-auth\n',
        'common-auth\nauth optional pam_exec.so quiet expose_authtok /usr/local/bin/secinfo-test-token\n')
    unix = 'auth required pam_unix.so nullok\naccount required pam_unix.so\nsession required pam_permit.so\n'
    services['plain'] = unix
    page = (h.SOURCE / 'data/man/pam_secinfo.8').read_text()
    services['greetd'] = page.split('.EX\n')[1].split('.EE\n')[0].replace('preauth', 'preauth silent deny=3').replace(
        'authfail', 'authfail deny=3')
    services['greetd-plain'] = ''.join(line + '\n' for line in services['greetd'].splitlines()
                                       if 'secinfo' not in line).replace('success=2', 'success=1')
    services['lxdm'] = common
    for name, text in services.items():
        pathlib.Path('/etc/pam.d', name).write_text(text)
    script = pathlib.Path('/usr/local/bin/secinfo-test-token')
    script.write_text('#!/bin/sh\ncat > /run/secinfo-test-token\n')
    script.chmod(0o755)


def token():
    """PAM_AUTHTOK as a module behind ours found it in the last sign-in through lightdm."""
    path = pathlib.Path('/run/secinfo-test-token')
    text = path.read_bytes().rstrip(b'\0').decode() if path.exists() else None
    path.unlink(missing_ok=True)
    return text


def wait_for(what, condition, seconds=90):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'not in time: {what}')
        time.sleep(0.05)


if __name__ == '__main__':
    sys.exit(__doc__)
