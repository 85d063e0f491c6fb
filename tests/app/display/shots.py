#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page and state: shots.py PROGRAM [SCENE…] [--variants light,dark,…] [--all] [--folder F] [--list]

shots.py PROGRAM --screenshots data/screenshots makes those of the README and the metainfo file.

Runs the real application against fake_service.py on a display of its own and writes F/NAME-VARIANT.png (F is
$SECINFO_TEST_ARTEFACTS/shots where it is not given); what is drawn says scenes.py. TAP, a line a scene; fails where the
application warned, left, did not come to what was waited for, or a picture is empty or wider than it may be.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fake_service as fake  # noqa: E402
import scenes_code  # noqa: E402, F401
import scenes_help  # noqa: E402, F401
import scenes_settings  # noqa: E402, F401
from scenes import EVERYWHERE, SCENES  # noqa: E402
from stage import Stage  # noqa: E402

VARIANTS = {
    'light': {}, 'dark': {'dark': True}, 'narrow': {'narrow': True}, 'narrow-dark': {'narrow': True, 'dark': True},
    'narrow-large': {'narrow': True, 'large': True},
    'narrow-rtl': {'narrow': True, 'language': 'ar'}, 'rtl': {'language': 'ar'},
    'long': {'language': 'de'}, 'narrow-long': {'narrow': True, 'language': 'de'}, 'contrast': {'contrast': True},
    'narrow-long-large': {'narrow': True, 'language': 'de', 'large': True},
}
NARROW = (360, 640)
# --spread: what the ordinary run of the tests draws, each scene once, in one of these in turn.
SPREAD = ('narrow-large', 'dark', 'narrow-long', 'light', 'narrow-rtl', 'contrast')
# Every scene in these; the others show that a scene survives its variant, on the scenes that are marked for it.
WHOLE = ('light', 'narrow-large')
SECONDS = 90
# The underlined letters of the scenes' words, as po/de.po has them: Alerts, Way back in, Saved codes, Delete, Next.
GERMAN = {'alt+a': 'alt+w', 'alt+f': 'alt+b', 'alt+w': 'alt+z', 'alt+s': 'alt+n', 'alt+d': 'alt+l', 'alt+n': 'alt+w'}


class Scene:
    """One run of the application: what a scene may do with it."""

    def __init__(self, stage, folder, name, variant):
        self.stage, self.folder, self.name, self.variant = stage, folder, name, variant
        self.is_narrow = VARIANTS[variant].get('narrow', False)
        socket = os.path.join(stage.runtime, 'api-' + name)
        stage.log = os.path.join(stage.folder.name, 'log-' + name)
        self.service = fake.Service(socket)
        self.socket = socket
        self.state = self.service.state
        self.main = self.target = None
        self.taken = 0

    def start(self):
        self.process = self.stage.run('--socket', self.socket)
        self.main = self.target = self.stage.wait_window(seconds=SECONDS)[0]
        self.narrow()
        self.stage.xdotool('windowfocus', '--sync', self.main)
        self.settle()

    def end(self):
        left = self.process.poll()
        if left is not None:
            raise RuntimeError(f'left with {left}\n{self.stage.words(self.process)}')
        self.stage.end(self.process)

    # --- what a scene calls --------------------------------------------------------------------------------------

    def key(self, *keys):
        for key in keys:
            if self.stage.variant.get('language') == 'de':
                key = GERMAN.get(key, key)
            self.stage.key(key)
            time.sleep(0.15)

    def type(self, text):
        self.stage.xdotool('type', '--delay', 15, text)
        # What is typed is looked at when nothing more comes for 0.4 s.
        self.stage.still(0.5)

    def click(self, x, y):
        self.stage.xdotool('mousemove', '--window', self.target, x, y, 'click', 1)

    def pause(self):
        time.sleep(0.4)

    def window(self, count, title=None):
        """Waits for exactly that many windows and goes on in the newest; with a title, until that one is open."""
        end = time.monotonic() + SECONDS
        while True:
            found = self.stage.windows()
            if len(found) == count and (title is None or self.is_titled(found[-1], title)):
                break
            if time.monotonic() > end:
                raise TimeoutError(f'{len(found)} windows, not {count} {title or ""}')
            time.sleep(0.1)
        self.target = found[-1]
        self.stage.xdotool('windowfocus', '--sync', self.target)
        if self.is_narrow and self.width() > NARROW[0]:
            self.narrow()
        self.settle()

    def help(self):
        """“I didn’t get a code” is the last row below the code."""
        self.key('Tab', 'End', 'Return')
        self.settle()

    def is_titled(self, window, title):
        """Only where the words are English: elsewhere any window but the one before will do."""
        if self.stage.variant.get('language', 'en') == 'en':
            return any(title in line for line in self.stage.xdotool('getwindowname', window))
        return window != self.target

    def narrow(self):
        if self.is_narrow:
            self.stage.xdotool('windowsize', self.target, *NARROW)

    def resize(self, width, height):
        if not self.is_narrow:
            self.stage.xdotool('windowsize', self.target, width, height)
            self.settle()

    def width(self):
        lines = self.stage.xdotool('getwindowgeometry', '--shell', self.target)
        return int(dict(line.split('=', 1) for line in lines)['WIDTH'])

    def settle(self):
        """Until two looks are the same and nobody waits for a processor; a spinner or a countdown may go on."""
        before, changed = None, 0
        end = time.monotonic() + SECONDS
        while changed < 8 and time.monotonic() < end:
            time.sleep(0.25)
            now = self.stage.screen()
            if now == before and self.stage.rests():
                return
            changed += now != before
            before = now

    def shoot(self, name=None, whole_screen=False, ours=True):
        """@ours: no window of GTK's or libadwaita's own, which may be wider than we would make it."""
        self.settle()
        path = os.path.join(self.folder, f'{name or self.name}-{self.variant}.png')
        self.path = path
        self.stage.picture(path, None if whole_screen else self.target)
        self.taken += 1
        if os.path.getsize(path) < 2000:
            raise RuntimeError('an empty picture')
        if self.is_narrow and ours and not whole_screen and self.width() > NARROW[0]:
            raise RuntimeError(f'{name or self.name} is {self.width()} wide')


def shoot(stage, folder, name, variant):
    """One scene: starts the application anew, so that no state comes from the scene before."""
    s = Scene(stage, folder, name, variant)
    steps = SCENES[name](s)
    next(steps)
    s.start()
    next(steps, None)
    if s.taken == 0:
        s.shoot()
    s.end()
    return s


def screenshots(program, folder):
    """Framed by nothing: what is outside the window's rounded border is cut off."""
    os.makedirs(folder, exist_ok=True)
    with Stage(program) as stage, tempfile.TemporaryDirectory() as made:
        for name in [n for n in SCENES if n.startswith('screenshot-')]:
            path = os.path.join(folder, name.removeprefix('screenshot-') + '.png')
            picture = shoot(stage, made, name, 'light').path
            subprocess.run(['convert', picture, '-shave', '4x4', '-strip', '+dither', '-colors', '255', 'png8:' + path],
                           check=True)
            print(path)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('names', nargs='*', metavar='SCENE')
    parser.add_argument('--folder', default=os.path.join(os.environ.get('SECINFO_TEST_ARTEFACTS', 'artefacts'),
                                                         'shots'))
    parser.add_argument('--variants', default='light,dark,narrow,narrow-long,narrow-rtl')
    parser.add_argument('--spread', action='store_true', help='each scene once, the variants in turn; with --all: all')
    parser.add_argument('--all', action='store_true', default=bool(os.environ.get('SECINFO_TEST_LONG')))
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--screenshots', metavar='FOLDER')
    args = parser.parse_intermixed_args()
    if args.list:
        print('\n'.join(SCENES))
        return 0
    if args.screenshots:
        return screenshots(args.program, args.screenshots)
    os.makedirs(args.folder, exist_ok=True)
    wanted = [(variant, args.names or [n for n in SCENES if args.all or variant in WHOLE or n in EVERYWHERE])
              for variant in args.variants.split(',')]
    if args.spread:
        wanted = [(variant, list(SCENES) if args.all else list(SCENES)[i::len(SPREAD)])
                  for i, variant in enumerate(VARIANTS if args.all else SPREAD)]
    number, failed = 0, 0
    print(f'1..{sum(len(names) for _, names in wanted)}')
    for variant, names in wanted:
        with Stage(args.program, **{k: v for k, v in VARIANTS[variant].items() if k != 'narrow'}) as stage:
            for name in names:
                number += 1
                try:
                    shoot(stage, args.folder, name, variant)
                    print(f'ok {number} {name}-{variant}', flush=True)
                except Exception as error:  # every other picture is still wanted
                    failed += 1
                    print(f'not ok {number} {name}-{variant}\n# ' + str(error).replace('\n', '\n# '), flush=True)
                    stage.end_all()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
