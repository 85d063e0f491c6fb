# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""LightDM with its GTK greeter in Xephyr, on an Xvfb: somebody who types at it (xdotool) and takes pictures (import).

What is waited for is what LightDM writes into its log, and a picture that has stopped changing; never a time.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import harness
from still import named as processes
from still import still

NEEDED = ('lightdm', 'lightdm-gtk-greeter', 'Xephyr', 'Xvfb', 'xdotool', 'import', 'convert')


def missing():
    """The programs that are not here, in words; empty: all there."""
    return ', '.join(name for name in NEEDED if shutil.which(name) is None)


def prepare_session():
    """A session that says whose it is, and ends when it is told to: its program."""
    program = pathlib.Path('/usr/local/bin/secinfo-test-session')
    program.write_text('#!/bin/sh\nid -un > "$HOME/session"\nuntil [ -e "$HOME/leave" ]; do sleep 0.2; done\n'
                       'rm -f "$HOME/leave" "$HOME/session"\n')
    program.chmod(0o755)
    return str(program)


class Greeter:
    seconds = 120    # until its window is there

    def __init__(self, shots, language='C.UTF-8'):
        self.shots, self.number = pathlib.Path(shots), 0
        self.shots.mkdir(parents=True, exist_ok=True)
        self.place = pathlib.Path('/run/secinfo-test-lightdm')
        self.processes = []
        self.display = self._start_display()
        self.environment = {**os.environ, 'DISPLAY': self.display, 'LANG': language, 'LC_ALL': language}
        self.manager = self._start_manager()
        self.window = harness.wait_for('the greeter’s screen', self._find_window, self.seconds)
        self.wait_log('Greeter connected', 1)
        self.wait_drawn()
        self.xdotool('windowfocus', self.window)

    def _start(self, *argv, **more):
        more.setdefault('stdout', subprocess.DEVNULL)
        more.setdefault('stderr', subprocess.DEVNULL)
        self.processes.append(subprocess.Popen(argv, **more))
        return self.processes[-1]

    def _start_manager(self):
        return self._start(str(harness.SOURCE / 'tests/lib/lightdm-window'), str(self.place), prepare_session(),
                           env=self.environment)

    def _start_display(self):
        # -noreset: it would begin anew, and turn Xephyr away, when an xdotool that looked too early is gone again.
        server = self._start('Xvfb', '-displayfd', '1', '-screen', '0', '1100x800x24', '-nolisten', 'tcp', '-noreset',
                             stdout=subprocess.PIPE)
        return f':{server.stdout.readline().decode().strip()}'

    def xdotool(self, *argv):
        # `search` looks for ever where there is no window yet.
        seconds = '5' if argv[0] == 'search' else '60'
        return subprocess.run(['timeout', seconds, 'xdotool', *argv], env=self.environment, capture_output=True,
                              text=True, check=False)

    def _find_window(self):
        if self.manager.poll() is not None:
            raise AssertionError(f'LightDM ended: {self.log()}')
        return self.xdotool('search', '--onlyvisible', '--name', 'Sign in').stdout.split('\n')[0]

    def log(self):
        path = self.place / 'log/lightdm.log'
        return path.read_text(errors='replace') if path.exists() else ''

    def count(self, words):
        return len(re.findall(words, self.log()))

    def wait_log(self, words, n, seconds=120):
        harness.wait_for(f'{words!r} {n} times in LightDM’s log', lambda: self.count(words) >= n, seconds)

    def settle(self):
        """The picture, once two of them are the same."""
        before = None
        for _ in range(40):
            picture = subprocess.run(['import', '-window', self.window, 'png:-'], env=self.environment,
                                     capture_output=True, check=True).stdout
            pixels = subprocess.run(['convert', 'png:-', 'rgb:-'], input=picture, stdout=subprocess.PIPE,
                                    check=True).stdout
            if pixels == before:
                return picture
            before = pixels
            time.sleep(0.2)
        return picture

    def wait_drawn(self):
        """Whoever types at a screen that is still black types in vain."""
        def is_drawn():
            colours = subprocess.run(['convert', 'png:-', '-format', '%k', 'info:'], input=self.settle(),
                                     stdout=subprocess.PIPE, check=True).stdout
            return int(colours) > 30
        harness.wait_for('a greeter that is drawn', is_drawn, 120)
        self.settle()

    def shot(self, name):
        self.number += 1
        (self.shots / f'{self.number:02d}-{name}.png').write_bytes(self.settle())

    @staticmethod
    def wait_ready():
        """What LightDM's log says, the greeter has still to be told, and to open its field."""
        still(processes('lightdm', 'lightdm-gtk-greeter'[:15]), 0.2)

    def type(self, text, shot, expect='Prompt greeter with', times=2):
        """Types a line, waits for what LightDM says next (by default a message and a question), and takes a picture."""
        before = self.count(expect)
        self.wait_ready()
        self.xdotool('type', '--delay', '15', '--', text)
        self.xdotool('key', 'Return')
        self.wait_log(expect, before + times)
        self.shot(shot)

    def sign_in(self, text, name):
        """The last line typed; a session of that account runs, and ends; the greeter is back."""
        self.type(text, 'session', 'Authentication complete with return value 0', 1)
        home = pathlib.Path('/home', name)
        harness.wait_for('the session', lambda: (home / 'session').exists(), 120)
        whose = (home / 'session').read_text().strip()
        before = self.count('Greeter connected')
        (home / 'leave').touch()
        self.wait_log('Greeter connected', before + 1)
        self.window = harness.wait_for('the greeter’s screen', self._find_window, 120)
        self.wait_drawn()
        self.xdotool('windowfocus', self.window)
        return whose

    def stop(self):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
