# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kannel with its own fake SMSC, on private ports.

    with kannel.Kannel() as kannel_:       # raises unittest.SkipTest where it is not installed
        settings = kannel_.settings        # of the gateway 'kannel'
        kannel_.texts()                    # what the phone company got: (from, to, 'text' or 'ucs-2', text)

With company=URL numbers that begin with +4479111298 are sent there; report() is what comes back from it later.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FAKE_SMSC = '/usr/lib/kannel/test/fakesmsc'
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _free_ports(count):
    probes = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait(what, condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'not within {seconds} s: {what}')
        time.sleep(0.1)


class Kannel:
    def __init__(self, company='http://127.0.0.1:9/'):
        for program in ('/usr/sbin/bearerbox', '/usr/sbin/smsbox', FAKE_SMSC):
            if not os.path.exists(program):
                raise unittest.SkipTest(f'{program} is not installed (packages kannel, kannel-extras)')
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-kannel-'))
        names = ('ADMIN', 'BOX', 'FAKE', 'SEND', 'REPORT')
        self.ports = dict(zip(names, _free_ports(len(names))))
        text = (HERE / 'kannel.conf.in').read_text()
        for name, port in self.ports.items():
            text = text.replace(f'@{name}@', str(port))
        text = text.replace('@COMPANY@', company)
        (self.directory / 'kannel.conf').write_text(text)
        self.settings = {'base': f"http://127.0.0.1:{self.ports['SEND']}", 'user': 'secinfo', 'password': 'send-sms-pw'}
        self.processes = {}

    def run(self, name, *command):
        with open(self.directory / f'{name}.out', 'ab') as out:
            self.processes[name] = subprocess.Popen(command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out,
                                                    stderr=out)

    def end(self, name, by=signal.SIGTERM):
        process = self.processes.pop(name, None)
        if process is not None and process.poll() is None:
            process.send_signal(by)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def fetch(self, url):
        try:
            with _opener.open(url, timeout=20) as answer:
                return answer.read().decode(errors='replace')
        except urllib.error.HTTPError as error:
            return error.read().decode(errors='replace') or ' '
        except OSError:
            return ''

    def status(self):
        return self.fetch(f"http://127.0.0.1:{self.ports['ADMIN']}/status.txt?password=status")

    def phone_company_is_there(self):
        """Its line of the status, by its id: the other phone company is always online."""
        return bool(re.search(r'^\s*fake\[fake\].*\(online ', self.status(), re.MULTILINE))

    def start_phone_company(self):
        self.run('fakesmsc', FAKE_SMSC, '-H', '127.0.0.1', '-r', str(self.ports['FAKE']), '-m', '0', '-i', '1',
                 '0 0 text x')
        _wait('the fake SMSC is there', self.phone_company_is_there)

    def __enter__(self):
        try:
            self.run('bearerbox', '/usr/sbin/bearerbox', '-v', '4', 'kannel.conf')
            _wait('bearerbox answers', self.status)
            self.start_phone_company()
            self.run('smsbox', '/usr/sbin/smsbox', '-v', '4', 'kannel.conf')
            _wait('smsbox answers', lambda: self.fetch(f"http://127.0.0.1:{self.ports['SEND']}/"))
            _wait('smsbox is connected', lambda: 'smsbox' in self.status())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in ('smsbox', 'fakesmsc', 'bearerbox'):
            self.end(name, signal.SIGTERM if name != 'bearerbox' else signal.SIGINT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def report(self, query, state):
        """The other phone company says what became of the message that it was asked for with @query."""
        address = dict(urllib.parse.parse_qsl(query))['dlr-url']
        message = re.search(r'dlr-mid=([-0-9a-f]+)', address)[1]
        return self.fetch(f"http://127.0.0.1:{self.ports['REPORT']}/?" + urllib.parse.urlencode(
            {'username': 'kannel', 'password': 'company-pw', 'dlr-mask': state, 'dlr-mid': message}))

    def texts(self):
        """Its lines: Got message 1: <SecInfo +447911123456 text 482+913…>; ucs-2: the same of UTF-16, big end first."""
        got = (self.directory / 'fakesmsc.out').read_text(errors='replace')
        result = []
        for sender, to, kind, rest in re.findall(r'Got message \d+: <(\S+) (\S+) (\S+) (.*)>', got):
            data = urllib.parse.unquote_to_bytes(rest.replace('+', ' '))
            result.append((sender, to, kind, data.decode('utf-16-be' if kind == 'ucs-2' else 'utf-8')))
        return result
