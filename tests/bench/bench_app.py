#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_app.py BUILDDIR [--quick|--long] [--turns]: the window, beside a bare one and gnome-calculator.

An ordinary account (`build-aux/run --sandbox`), a display and a session bus of its own. bench-watch.so is loaded into
all three and tells when the X server has the first frame that shows what is to be seen; it presses the buttons of
ours. Each round starts the three in turn, the real service with eight contacts behind ours; the median counts.
--turns prints every long turn of the main loop, with the step in which it came.
"""
import os
import pathlib
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ['SECINFO_TEST_BUILD'] = str(BUILD)
sys.path.insert(0, str(SOURCE / 'tests/lib'))
import harness  # noqa: E402

ROWS = 8
ROUNDS = 3 if '--quick' in sys.argv else 15 if '--long' in sys.argv else 5
WAIT = 30  # s
FIRST, NEW = 'alex.sample@example.org', 'sample.new@example.net'
TURN = 16e6  # ns


def say(name, value, unit, ratio=None, of='', peer=None):
    line = f'{name} {value:.3g} {unit}' if value < 100 else f'{name} {value:.0f} {unit}'
    if ratio is not None:
        line += f' ratio={ratio:.2f} of={of}({peer:.0f})'
    print(line, flush=True)


class Place:
    """Display, session bus and folders; the same for all three programs."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-bench-'))
        self.runtime = self.folder / 'run'
        self.runtime.mkdir(0o700)
        self.processes = []
        self.env = {'PATH': os.environ['PATH'], 'HOME': str(self.folder), 'XDG_RUNTIME_DIR': str(self.runtime),
                    'LANG': 'C.UTF-8', 'GSK_RENDERER': 'cairo', 'GDK_BACKEND': 'x11', 'GTK_A11Y': 'none',
                    'GSETTINGS_BACKEND': 'memory', 'ADW_DISABLE_PORTAL': '1', 'GTK_USE_PORTAL': '0'}
        read, write = os.pipe()
        self._start(['Xvfb', '-displayfd', str(write), '-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-noreset'],
                    pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as pipe:
            self.env['DISPLAY'] = ':' + pipe.readline().strip()
        bus = self._start(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE,
                          text=True)
        self.env['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
        return self

    def _start(self, command, **more):
        process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        self.processes.append(process)
        return process

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


class Program:
    """One that is looked at from inside. `mapped`, `painted`: TYPE -> (when, ns; processor time, ns); `done`: (when,
    processor time)."""

    def __init__(self, place, command, shown, action=None):
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {**place.env, 'BENCH_FD': str(theirs.fileno()), 'BENCH_SHOWN': shown,
               'LD_PRELOAD': str(BUILD / 'tests/bench/bench-watch.so')}
        if action:
            env['BENCH_ACTION'] = action
        self.mapped, self.painted, self.turns, self.done = {}, {}, [], []
        self.steps = []  # (at, what)
        self.log = open(place.folder / 'log', 'w+', encoding='utf-8')
        self.start = time.monotonic_ns()
        self.process = subprocess.Popen(command, env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        theirs.close()

    def _read(self, seconds):
        """Takes what it says into the lists."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return
        words = self.ours.recv(512).decode().split()
        if not words:
            self.log.seek(0)
            raise SystemExit(f'{self.process.args[0]} ended: {self.log.read()}')
        if words[0] in ('mapped', 'painted'):
            (self.mapped if words[0] == 'mapped' else self.painted)[words[1]] = (int(words[2]), int(words[3]))
        elif words[0] == 'turn':
            self.turns.append(tuple(map(int, words[1:])))
        elif words[0] == 'done':
            self.done.append((int(words[1]), int(words[2])))

    def until(self, what, condition):
        end = time.monotonic() + WAIT
        while not condition():
            self._read(0.1)
            if time.monotonic() > end:
                self.log.seek(0)
                raise SystemExit(f'not within {WAIT} s: {what}; {self.log.read()}')

    def first(self):
        """Its first window, with all that was asked for: ms and ms of processor time since its start."""
        self.until('a window', lambda: self.painted)
        at, cpu = next(iter(self.painted.values()))
        return (at - self.start) / 1e6, cpu / 1e6

    def do(self, *words):
        """When it was done, and the processor time until then, ns."""
        n = len(self.done)
        self.steps.append((time.monotonic_ns(), ' '.join(words[:3])))
        self.ours.send(' '.join(words).encode())
        self.until(' '.join(words[:3]), lambda: len(self.done) > n)
        return self.done[-1]

    def quiet(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)

    def pss(self):
        """MiB"""
        with open(f'/proc/{self.process.pid}/smaps_rollup', encoding='utf-8') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('Pss:')) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.ours.close()
        self.log.close()


class Account:
    """A service with one verified contact and seven more, where the application looks for its private one."""

    def __init__(self, place):
        self.service = harness.Service().start()
        token = self.service.elevate()
        first = self.service.add_contact(FIRST, token)
        self.others = [self.service.add_contact(f'somebody.{i}@example.net', token) for i in range(ROWS - 1)]
        self.service.answer(self.service.prove(first), self.service.code_for(FIRST), token)
        self.place = place
        (place.runtime / 'secinfo').symlink_to(self.service.runtime)

    def newest_code(self, value):
        return self.service.code_for(value)

    def close(self):
        (self.place.runtime / 'secinfo').unlink()
        self.service.close()


APP = [str(BUILD / 'src/app/secinfo'), '--private']
PROGRAMS = {
    'app-first-page': (APP, 'AppCheckCard:1', None),
    'app-contacts': (APP, f'AppContactRow:{ROWS}', 'win.show-page info'),
    'bare-window': ([str(BUILD / 'tests/bench/bench-window'), str(ROWS)], f'AdwActionRow:{ROWS}', None),
}
if shutil.which('gnome-calculator'):
    PROGRAMS['gnome-calculator'] = ([shutil.which('gnome-calculator')], 'GtkButton:10', None)


def start_each(place, figures):
    for name, (command, shown, action) in PROGRAMS.items():
        program = Program(place, command, shown, action)
        wall, cpu = program.first()
        program.quiet(1)
        figures.setdefault(name, []).append((wall, cpu, program.pss()))
        program.stop()


def opens(app, dialog, pressed, rows):
    """A row: from the press until the X server has the dialog, the part of it until it was mapped (the service's answer
    and what is made then), and the processor time of both; ms."""
    app.until(dialog, lambda: dialog in app.painted)
    (mapped, mapped_cpu), (painted, painted_cpu) = app.mapped[dialog], app.painted[dialog]
    rows.append([figure / 1e6 for figure in (painted - pressed[0], mapped - pressed[0], painted_cpu - pressed[1],
                                             mapped_cpu - pressed[1])])


def flow(place, account, figures):
    """A person's way: a code to a contact that was not verified, then a new one, with password and code."""
    app = Program(place, *PROGRAMS['app-contacts'])
    app.first()
    app.quiet(1.5)
    begin = time.monotonic_ns()

    opens(app, 'AppVerifyDialog', app.do('press', 'AppWindow', 'verify_button'), figures.setdefault('verify', []))
    app.do('press', 'AppVerifyDialog', 'cancel_button')
    app.do('gone', 'AppVerifyDialog')

    opens(app, 'AppAddEmailDialog', app.do('action', 'win.add-email'), figures.setdefault('add', []))
    app.do('type', 'AppAddEmailDialog', 'address', NEW)
    opens(app, 'AppConfirmDialog', app.do('press', 'AppAddEmailDialog', 'send_button'),
          figures.setdefault('confirm', []))
    app.do('type', 'AppConfirmDialog', 'password', account.service.password)
    app.do('press', 'AppConfirmDialog', 'next_button')
    app.do('until', 'AppConfirmDialog', 'choices')
    newest = account.service.inbox()[0]['id']
    app.do('press', 'AppConfirmDialog', 'next_button')
    app.do('until', 'AppConfirmDialog', 'code')
    app.do('type', 'AppConfirmDialog', 'code', account.service.code_for(FIRST, after=newest))
    app.do('type', 'AppVerifyDialog', 'code', account.service.code_for(NEW))
    app.do('until', 'AppVerifyDialog', 'done')
    app.quiet(0.5)
    app.do('press', 'AppVerifyDialog', 'verify_button')
    app.do('gone', 'AppVerifyDialog')
    app.quiet(0.5)
    app.stop()
    turns = [turn for turn in app.turns if turn[0] > begin]
    figures.setdefault('wall', []).append(max((t[1] for t in turns), default=0) / 1e6)
    figures.setdefault('cpu', []).append(max((t[2] for t in turns), default=0) / 1e6)
    figures.setdefault('long', []).append(sum(t[2] > TURN for t in turns))
    if '--turns' in sys.argv:
        for at, wall, cpu in turns:
            step = [what for when, what in app.steps if when < at][-1:]
            print(f'  turn {wall / 1e6:.1f} ms, processor {cpu / 1e6:.1f} ms, after {step}')


def main():
    starts, flows = {}, {}
    with Place() as place:
        for i in range(ROUNDS + 1):
            account = Account(place)
            try:
                # The first round fills the caches of the disk and is not counted.
                start_each(place, starts if i else {})
                flow(place, account, flows if i else {})
            finally:
                account.close()
    median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in starts.items()}
    peers = [name for name in ('bare-window', 'gnome-calculator') if name in median]
    for name in ('app-first-page', 'app-contacts'):
        for column, (what, unit) in enumerate((('painted', 'ms'), ('painted-cpu', 'ms'), ('pss', 'MiB'))):
            for peer in peers:
                theirs = median[peer][column]
                say(f'{name}-{what}', median[name][column], unit, median[name][column] / theirs, peer, theirs)
    for name in ('verify', 'add', 'confirm'):
        columns = zip(('open', 'until-mapped', 'open-cpu', 'until-mapped-cpu'), zip(*flows[name]))
        for what, column in columns:
            say(f'app-{name}-dialog-{what}', statistics.median(column), 'ms')
    say('app-longest-turn', statistics.median(flows['wall']), 'ms')
    say('app-longest-turn-cpu', statistics.median(flows['cpu']), 'ms')
    say('app-turns-over-16-ms-cpu', statistics.median(flows['long']), 'turns')


main()
