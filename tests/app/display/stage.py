#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A display, a session bus and an accessibility bus of one's own, with the real application on them."""
import contextlib
import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from complaints import complaints

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'lib'))
from still import ran, still  # noqa: E402

SETTINGS = ('[Settings]\ngtk-font-name=Cantarell 11\ngtk-decoration-layout=:close\ngtk-enable-animations={animations}\n'
            'gtk-cursor-blink=0\n')


class Stage:
    """Starts what a desktop session has and stops exactly that, by pid. Use as a context manager."""

    def __init__(self, program, size=(1100, 860), **variant):
        """variant: dark, contrast, large (text at 200 %), language ("de"; "ar" reads from the right)."""
        self.program = program
        self.size = size
        self.variant = variant
        self.processes = []
        self.folder = tempfile.TemporaryDirectory(prefix='secinfo-stage-')
        self.runtime = os.path.join(self.folder.name, 'run')
        self.socket = os.path.join(self.runtime, 'api')
        self.log = os.path.join(self.folder.name, 'log')
        self.env = self.make_environment()

    def make_environment(self):
        os.mkdir(self.runtime, 0o700)
        config = os.path.join(self.folder.name, 'config')
        os.makedirs(os.path.join(config, 'gtk-4.0'))
        with open(os.path.join(config, 'gtk-4.0', 'settings.ini'), 'w', encoding='utf-8') as file:
            # AdwViewSwitcherTitle warns when it starts narrow without animations: they stay on.
            file.write(SETTINGS.format(animations=1))
        env = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS',
                                                            'TZ')}
        env.update(HOME=self.folder.name, XDG_RUNTIME_DIR=self.runtime, XDG_CONFIG_HOME=config,
                   XDG_DATA_HOME=os.path.join(self.folder.name, 'data'),
                   XDG_CACHE_HOME=os.path.join(self.folder.name, 'cache'),
                   LC_ALL='C.UTF-8', LANGUAGE=self.variant.get('language', 'en'),
                   GSETTINGS_BACKEND='memory', GSK_RENDERER='cairo', GTK_A11Y='atspi', GDK_BACKEND='x11',
                   ADW_DISABLE_PORTAL='1', GTK_USE_PORTAL='0', G_DEBUG='fatal-criticals')
        # The locale has to exist (package locales has the source of it), or the months are English. GTK takes the
        # direction from its own Arabic words; GLib lets it have them though we have none only in an English locale.
        locale = {'ar': 'en_GB', 'de': 'de_DE'}.get(self.variant.get('language'))
        if locale is not None:
            places = os.path.join(self.folder.name, 'locale')
            os.mkdir(places)
            subprocess.run(['localedef', '-i', locale, '-f', 'UTF-8', os.path.join(places, locale + '.UTF-8')],
                           check=True)
            env.update(LOCPATH=places, LC_ALL=locale + '.UTF-8')
        if self.variant.get('dark'):
            env['ADW_DEBUG_COLOR_SCHEME'] = 'prefer-dark'
        if self.variant.get('contrast'):
            env['ADW_DEBUG_HIGH_CONTRAST'] = '1'
        return env

    def start(self, arguments, **kwargs):
        process = subprocess.Popen(arguments, env=self.env, stdin=subprocess.DEVNULL, **kwargs)
        self.processes.append(process)
        return process

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.stop)
            read, write = os.pipe()
            self.start(['Xvfb', '-displayfd', str(write), '-screen', '0', '%dx%dx24' % self.size, '-nolisten', 'tcp',
                        '-noreset', '-fbdir', self.folder.name],
                       pass_fds=[write], stderr=subprocess.DEVNULL)
            os.close(write)
            with os.fdopen(read) as pipe:
                self.env['DISPLAY'] = ':' + pipe.readline().strip()
            # Nothing lies under the pointer: no item of a menu gets the focus by it, no row is lit up.
            self.command('xdotool', 'mousemove', str(self.size[0] - 1), str(self.size[1] - 1))
            if self.variant.get('large'):
                self.command('xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER',
                             'Xft.dpi:\t192\n')
            bus = self.start(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE,
                             text=True, stderr=subprocess.DEVNULL)
            self.env['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
            self.start(['/usr/libexec/at-spi-bus-launcher', '--launch-immediately'], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
            # pyatspi reads these when it is first imported, so here and not above.
            os.environ.update({k: self.env[k] for k in ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR')})
            stack.pop_all()
        return self

    def __exit__(self, *_args):
        self.stop()

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.processes = []
        self.folder.cleanup()

    def end(self, process):
        """Ends one program before the stage itself goes; fails where it was ours and complained."""
        process.terminate()
        process.wait(90)
        self.processes.remove(process)
        if process.args[0] == self.program:
            found = complaints(self.words(process))
            assert not found, '\n'.join(found)

    def words(self, process):
        """What the application wrote since it was started."""
        path, begin = process.log
        with open(path, encoding='utf-8', errors='replace') as log:
            log.seek(begin)
            return log.read()

    def end_all(self):
        """Ends what a scene that went wrong left open; the display and the buses stay."""
        for process in [p for p in self.processes if p.args[0] == self.program]:
            if process.poll() is None:
                process.terminate()
                process.wait(90)
            self.processes.remove(process)

    def run(self, *arguments):
        """Starts the application; its own output goes to self.log."""
        with open(self.log, 'ab') as log:
            process = self.start([self.program, *arguments], stdout=log, stderr=log)
            process.log = (self.log, log.tell())
            return process

    def command(self, *arguments):
        subprocess.run(arguments, env=self.env, check=True)

    def xdotool(self, *arguments):
        """Its words; none where it went wrong. `--sync` waits for ever for a window that went meanwhile."""
        try:
            return subprocess.run(['xdotool', *map(str, arguments)], env=self.env, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, check=False, timeout=30).stdout.split()
        except subprocess.TimeoutExpired:
            return []

    def windows(self):
        """Ids of the windows that can be seen, oldest first."""
        return self.xdotool('search', '--onlyvisible', '--class', 'secinfo')

    def wait_window(self, count=1, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.windows()
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise TimeoutError(f'{count} windows did not appear')

    def focus(self, window):
        """Gives the keyboard to that window (there is no window manager); where in it, that has to know itself."""
        self.xdotool('windowfocus', '--sync', window)
        self.still()

    def still(self, seconds=0.15, **more):
        """Until the display, the application and who answers it in here have had nothing to do for so long."""
        pids = [os.getpid()] + [p.pid for p in self.processes if p.args[0] in ('Xvfb', self.program)]
        return still(pids, seconds, **more)

    def key(self, *keys):
        self.xdotool('key', '--clearmodifiers', *keys)

    def rests(self):
        """Nobody of them runs, or waits for a processor."""
        return ran([os.getpid()] + [p.pid for p in self.processes if p.args[0] in ('Xvfb', self.program)]) is not None

    def screen(self):
        """A digest of all that is drawn now: the server's own memory is a file."""
        with open(os.path.join(self.folder.name, 'Xvfb_screen0'), 'rb') as memory:
            return hashlib.sha256(memory.read()).digest()

    def picture(self, path, window=None):
        """What is on the screen where that window is, or the whole of it."""
        # For a window that went meanwhile it waits for ever.
        subprocess.run(['import', '-window', str(window or 'root'), path], env=dict(self.env, HOME=self.folder.name),
                       check=True, timeout=60)
