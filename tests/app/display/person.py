# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the real window: the app, its private service, a mail server, and the account's real password."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import unittest

import window as w
from complaints import complaints

SOURCE = pathlib.Path(os.environ.get('SECINFO_TEST_SOURCE', pathlib.Path(__file__).resolve().parents[3]))
BUILD = pathlib.Path(os.environ.get('SECINFO_TEST_BUILD', SOURCE / '_build'))
sys.path.insert(0, str(SOURCE / 'tests/lib'))
sys.path.insert(0, str(SOURCE / 'tests/service'))

import sink  # noqa: E402
import tap  # noqa: E402

PASSWORD = os.environ.get('SECINFO_TEST_PASSWORD')
CTL = BUILD / 'src/cli/secinfoctl'
APP = BUILD / 'src/app/secinfo'
CODE = re.compile(r'\b(\d{3}) ?(\d{3})\b')


def code_in(text):
    found = CODE.search(text)
    assert found, 'no code in the message'
    return found.group(1) + found.group(2)


def is_alive(pid):
    """A process that ended and that nobody has asked for yet counts as gone."""
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text(encoding='utf-8').rsplit(')', 1)[1].split()[0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def ctl(*words, stdin='', check=True):
    """secinfoctl on the app's own service; what is asked for comes from stdin, a line each."""
    done = subprocess.run([CTL, *words, '--json', '--stdin'], input=stdin, capture_output=True, text=True, timeout=120)
    if check:
        assert done.returncode == 0, f'secinfoctl {words[0]}: {done.returncode} {done.stderr}'
    return json.loads(done.stdout) if done.stdout.strip() else None


@unittest.skipUnless(PASSWORD, 'needs an account of its own with a known password: build-aux/test as root makes one')
class WindowCase(unittest.TestCase):
    """Starts the app with a fresh private service, and an SMTP sink as its gateway."""

    environment = {}

    def setUp(self):
        self.smtp = sink.SmtpSink()
        self.addCleanup(self.smtp.stop)
        self.name = self.id().removeprefix('__main__.')
        self.log = open(w.ARTEFACTS / f'{self.name}-app.log', 'w+')
        self.addCleanup(self.log.close)
        self.addCleanup(self.end)
        self.window_start()
        w.wait(lambda: 'smtp' in json.dumps(ctl('gateways', 'kinds', check=False)), 'the courier does not answer')
        ctl('gateways', 'add', 'smtp', 'host=127.0.0.1', f'port={self.smtp.port}', 'security=none',
            f'from={self.smtp.sender}', stdin='\n')

    def window_start(self):
        self.app = subprocess.Popen([APP, '--private'], stdout=self.log, stderr=subprocess.STDOUT,
                                    env={**os.environ, 'G_MESSAGES_DEBUG': '', **self.environment})
        self.window = w.application()
        # Its service was started too: what is on screen is an answer of it.
        w.need(self.window, 'page tab', 'Info')

    def window_stop(self):
        self.app.send_signal(signal.SIGTERM)
        try:
            self.app.wait(90)
        except subprocess.TimeoutExpired:
            self.app.kill()
            self.app.wait()
        w.wait(lambda: not w.is_running(), 'the application stays on the accessibility bus')

    def window_restart(self):
        """The service goes on; what was confirmed ends with the process."""
        self.window_stop()
        self.window_start()

    def end(self):
        outcome = self._outcome.result if hasattr(self._outcome, 'result') else None
        if outcome is not None and any(test is self for test, _ in outcome.failures + outcome.errors):
            w.shot(f'{self.name}-failed')
            (w.ARTEFACTS / f'{self.name}-failed.txt').write_text(w.dump(self.window))
        self.window_stop()
        self.addCleanup(self.assertEqual, complaints(self.log_text()), [], 'the application complained')
        # The next test begins with nothing.
        run = pathlib.Path(os.environ['XDG_RUNTIME_DIR'])
        self.end_service(run / 'secinfo/api')
        subprocess.run(['rm', '-rf', os.environ['XDG_DATA_HOME'] + '/secinfo', str(run / 'secinfo')], check=True)

    def end_service(self, path):
        """Ends the private service behind that socket, by pid, and waits for it and for `serve`, which started it."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            try:
                peer.connect(str(path))
            except (FileNotFoundError, ConnectionRefusedError):
                return
            service, _, _ = struct.unpack('3i', peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        status = pathlib.Path(f'/proc/{service}/status').read_text(encoding='utf-8')
        starter = int(re.search(r'^PPid:\t(\d+)$', status, re.M).group(1))
        os.kill(service, signal.SIGTERM)
        for pid in (service, starter):
            w.wait(lambda: not is_alive(pid), f'the private service ({pid}) stays')

    def mail(self, to, n=1):
        """The text of the nth message to that address."""
        return self.smtp.wait_for(to, n).get_content()

    def log_text(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    # --- what a person does and sees ---------------------------------------------------------------------------------

    def texts(self):
        return w.texts(self.window)

    def sees(self, words, seconds=90):
        w.wait(lambda: words in self.texts(), f'not to be read: {words}', seconds)

    def show_page(self, name):
        w.press(w.need(self.window, 'page tab', name))
        # A button pressed by software acts 0.25 s later.
        w.wait(lambda: w.is_selected(w.find(self.window, 'page tab', name)), f'the page {name} does not come')

    def dialog(self, title):
        return w.need_window(self.window, title)

    def open_add(self, what):
        self.show_page('Info')
        w.need(self.window, 'push button', what)
        # The page Basics has a button of that name as well; the page Info stands behind it.
        buttons = [node for node in w.walk(self.window) if w.role(node) == 'push button' and w.named(node, what)]
        w.press(buttons[-1])
        return self.dialog(what)

    def enter_password(self):
        dialog = self.dialog('Confirm it’s you')
        w.fill(w.need(dialog, 'text,password text,entry', 'Password'), PASSWORD)
        w.shot('confirm-password')
        w.press(w.need(dialog, 'push button', 'Next'))

    def send_to(self, title, address):
        dialog = self.dialog(title)
        w.fill(dialog, address)
        w.need(dialog, '*', contains='The code goes to')
        w.shot(title.lower().replace(' ', '-'))
        w.press(w.need(dialog, 'push button', 'Send'))

    def enter_code(self, code, title='Verify your contact'):
        w.fill(w.need(self.dialog(title), 'text,entry', contains='Verification code'), code)

    def sees_verified(self, words='now reach you at', title='Verify your contact'):
        """Or has seen it: the dialog closes by itself after three seconds, and a busy machine may look too late."""
        def look():
            for dialog in self.window:
                if dialog is not None and dialog.name == title:
                    return dialog if words in w.texts(dialog) else None
            return self
        found = w.wait(look, 'not verified')
        return None if found is self else found

    def verified(self):
        dialog = self.sees_verified()
        done = None
        with contextlib.suppress(Exception):         # it may go while it is looked at
            done = w.find(dialog, 'push button', 'Done') if dialog is not None else None
        if done is not None:
            with contextlib.suppress(Exception):     # it is gone by itself
                w.act(done)
        w.wait(lambda: not any(c.name == 'Verify your contact' for c in self.window), 'the dialog stays')
