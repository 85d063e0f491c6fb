# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a terminal of its own, and a person before it."""
import contextlib
import ctypes
import os
import platform
import pty
import re
import select
import signal
import time

# The numbers of read; of poll, pselect6 and ppoll, in which these two sleep when they wait for what is typed.
CALLS = {'x86_64': ('0', ('7', '270', '271')), 'aarch64': ('63', ('72', '73'))}
READ, POLLS = CALLS.get(platform.machine(), (None, ()))
WITH_POLL = ('bash', 'ssh')

libc = ctypes.CDLL(None)
libc.ptsname.restype = ctypes.c_char_p


class Terminal:
    def __init__(self, *argv, user=None, environment=None):
        self.text = ''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                if user is not None:
                    os.initgroups(user.pw_name, user.pw_gid)
                    os.setresgid(*[user.pw_gid] * 3)
                    os.setresuid(*[user.pw_uid] * 3)
                os.execvpe(argv[0], argv, {'PATH': os.environ['PATH'], 'TERM': 'dumb', **(environment or {})})
            finally:
                os._exit(127)

    def expect(self, pattern, seconds=120):
        """Waits until @pattern has come; what came before it, and forgets it all."""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.text)
            if found:
                before, self.text = self.text[:found.end()], self.text[found.end():]
                return before
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f'{pattern!r} did not come; there is {self.text!r}')
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                data = b''
            if data:
                self.text += data.decode(errors='replace')
            elif time.monotonic() < end and self.is_alive():
                time.sleep(0.05)      # util-linux's login hangs the terminal up and opens it anew
            else:
                raise AssertionError(f'it ended before {pattern!r}; there is {self.text!r}')

    def is_alive(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def is_read(self):
        """Somebody sleeps until a line is typed. None: this computer does not tell."""
        place, seen = os.fsdecode(libc.ptsname(self.fd)), READ is not None
        device = os.makedev(136, int(os.path.basename(place)))
        for pid in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as file:
                    name, rest = file.read().split('(', 1)[1].rsplit(')', 1)
                if int(rest.split()[4]) != device:
                    continue
                try:
                    with open(f'/proc/{pid}/syscall', encoding='ascii') as file:
                        call, *arguments = file.read().split() or ('running',)
                    if call == READ and os.readlink(f'/proc/{pid}/fd/{int(arguments[0], 16)}') in (place, '/dev/tty'):
                        return True
                except PermissionError:
                    seen = False
                    continue
                if name in WITH_POLL and call in POLLS:
                    return True
        return False if seen else None

    def send(self, line):
        """@line is typed once it is read: what reads a password throws away what came before it was ready."""
        end = time.monotonic() + 90
        while (read := self.is_read()) is False:
            if time.monotonic() > end:
                raise AssertionError(f'nobody reads the terminal; there is {self.text!r}')
            time.sleep(0.02)
        if read is None:
            time.sleep(0.5)
        os.write(self.fd, line.encode() + b'\n')

    def close(self, leave=False):
        """The rest of what it says until it ends, as it has to by itself. @leave: the person goes away instead."""
        end = time.monotonic() + (0 if leave else 120)
        while time.monotonic() < end and select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                data = b''
            self.text += data.decode(errors='replace')
            if not data and not self.is_alive():
                break
            if not data:
                time.sleep(0.02)
        stays = self.is_alive()
        if stays:
            os.kill(self.pid, signal.SIGHUP)
        os.close(self.fd)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert leave or not stays, f'it does not end; there is {self.text!r}'
        return self.text
