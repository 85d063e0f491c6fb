# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a terminal of its own, and a person before it."""
import os
import pty
import re
import select
import signal
import time


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

    def expect(self, pattern, seconds=30):
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

    def send(self, line):
        time.sleep(0.1)      # getpass() throws away what came before it turned the echo off
        os.write(self.fd, line.encode() + b'\n')

    def close(self):
        """The rest of what it says. It is ended, if it does not end by itself."""
        end = time.monotonic() + 20
        while select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                break
            if not data:
                break
            self.text += data.decode(errors='replace')
        try:
            os.kill(self.pid, signal.SIGHUP)
        except ProcessLookupError:
            pass
        os.close(self.fd)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.text
