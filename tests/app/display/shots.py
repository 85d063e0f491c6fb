#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page and state: shots.py PROGRAM [NAME…] [--variants light,dark,narrow,…] [--folder F] [--list]

Runs the real application against fake_service.py on a display of its own and writes F/NAME-VARIANT.png (F is
$SECINFO_TEST_ARTEFACTS/shots where it is not given). TAP; fails where the application
warned, left, or a picture is empty.
"""
import argparse
import copy
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fake_service as fake  # noqa: E402
from fake_service import stamp  # noqa: E402
from stage import Stage  # noqa: E402

VARIANTS = {
    'light': {}, 'dark': {'dark': True}, 'narrow': {'narrow': True}, 'narrow-dark': {'narrow': True, 'dark': True},
    'narrow-large': {'narrow': True, 'large': True},
    'narrow-rtl': {'narrow': True, 'language': 'ar'}, 'rtl': {'language': 'ar'},
    'long': {'language': 'de'}, 'narrow-long': {'narrow': True, 'language': 'de'}, 'contrast': {'contrast': True},
    'narrow-long-large': {'narrow': True, 'language': 'de', 'large': True},
}
SCENES = {}


def scene(function):
    SCENES[function.__name__.replace('_', '-')] = function
    return function


class Scene:
    """One run: the service's state before the application starts, and the keys after it."""

    def __init__(self, service):
        self.service = service
        self.state = service.state
        self.keys = []
        self.actions = []
        self.windows = 1
        self.wait = 0.7
        self.whole_screen = False

    def contacts(self, *contacts):
        self.state.account['contacts'] = [copy.deepcopy(c) for c in contacts]

    def findings(self, *findings):
        self.state.account['findings'] = list(findings)

    def private(self):
        self.state.service.update(instance='private', capabilities=['inbox'])
        for channel in self.state.account['channels'].values():
            channel['trial'] = channel['state'] == 'ready'
        for contact in self.state.account['contacts']:
            contact['trial'] = True


@scene
def basics_good(_s):
    pass


@scene
def basics_mend(s):
    s.contacts(fake.EMAIL)
    s.findings(fake.finding('one-contact', 'You have one contact. If you lose it, no code can reach you.', 'contact-1'))


@scene
def basics_first(s):
    s.contacts()
    s.findings(fake.finding('no-contacts', 'Nothing is set up yet.'))


@scene
def state_private(s):
    s.private()


@scene
def state_gateway_offline(s):
    s.state.account['channels']['sms'] = fake.channel('down', since=stamp(-2700), told_at=stamp(-2600))
    s.findings(fake.finding('gateway-down', '2 emails can receive your codes now, 1 phone cannot.'))


@scene
def state_offline(s):
    s.state.account['channels']['email'] = fake.channel('offline', since=stamp(-60))


@scene
def state_no_service(s):
    s.service.stop()


@scene
def state_keyring_locked(s):
    s.state.problem = (503, 'store-locked', {'reason': 'keyring-locked'})


@scene
def state_keyring_gone(s):
    s.state.problem = (503, 'store-locked', {'reason': 'keyring-gone'})


@scene
def state_keyring_absent(s):
    s.state.problem = (503, 'store-locked', {'reason': 'keyring-absent'})


@scene
def state_suspended(s):
    s.state.account.update(state='suspended', contacts=[])


@scene
def dialog_resume(s):
    state_suspended(s)
    s.keys, s.windows = ['Return'], 2


@scene
def info(s):
    s.keys = ['alt+2']


@scene
def info_full(s):
    s.keys = ['alt+2', 'space']
    s.actions = ['password']


@scene
def info_unverified(s):
    s.contacts(fake.EMAIL, fake.contact(3, '••• •• 56', '+44 7911 123456', 'unverified', 'Mobile'))
    s.keys = ['alt+2']


@scene
def info_mend(s):
    s.contacts(dict(fake.EMAIL, undeliverable=True),
               fake.contact(2, 'n•••w@example.org', 'new@example.org', 'unverified',
                                                                  replaces='contact-1'),
               dict(fake.PHONE, state='unreadable'))
    s.keys = ['alt+2']


@scene
def info_waiting(s):
    s.contacts(fake.contact(4, 'n•••w@example.org', 'new@example.org', 'waiting', effective_at=stamp(29 * 86400)),
               dict(fake.EMAIL, state='old', effective_at=stamp(29 * 86400)))
    s.keys = ['alt+2']


@scene
def info_removed(s):
    s.contacts(fake.EMAIL, fake.WORK, fake.PHONE,
               fake.contact(4, 'o•••d@example.net', 'old@example.net', 'removed', removed_at=stamp(-3600),
                            restore_until=stamp(6.9 * 86400)))
    s.keys = ['alt+2']
    s.actions = ['mnemonic rk']


@scene
def info_menu(s):
    s.keys = ['alt+2', 'Tab', 'Tab', 'Return']
    s.whole_screen = True  # a popover is a window of its own


@scene
def info_ten(s):
    s.contacts(*(fake.contact(n, f'a•••{n}@example.org', f'a{n}@example.org') for n in range(10)))
    s.keys = ['alt+2']


@scene
def inbox(s):
    s.private()
    s.state.inbox = [
        {'id': 'm3', 'at': stamp(-60), 'to': 'alex.sample@example.org', 'subject': 'Your code', 'code': '482913',
         'text': '482 913 is your SecInfo code. Nobody will ask you for it.'},
        {'id': 'm2', 'at': stamp(-1400), 'to': '+44 7911 123456', 'subject': '', 'code': '120774',
         'text': '120 774 is your SecInfo code. Nobody will ask you for it.'},
        {'id': 'm1', 'at': stamp(-86400), 'to': 'alex.sample@example.org', 'subject': '', 'code': None,
         'text': 'A phone was added.'}]
    s.actions, s.windows = ['win.inbox'], 2


@scene
def inbox_empty(s):
    s.private()
    s.actions, s.windows = ['win.inbox'], 2


@scene
def shortcuts(s):
    s.keys, s.windows = ['ctrl+question'], 2


def act(stage, action, main):
    """Presses what a person would press; by keyboard, so that it goes whatever the language is."""
    if action == 'win.inbox':
        stage.key('F10')
        time.sleep(0.4)
        stage.key('Return')
    elif action == 'password':
        stage.xdotool('windowfocus', stage.wait_window(2)[-1])
        time.sleep(0.4)
        stage.key('x', 'Return')
        time.sleep(0.5)
        stage.xdotool('windowfocus', main)
    elif action.startswith('mnemonic '):
        stage.key('alt+' + action[-1 if stage.variant.get('language') == 'de' else -2])


def shoot(stage, folder, name, variant, narrow):
    """One picture: starts the application anew, so that no state comes from the scene before."""
    socket = os.path.join(stage.runtime, 'api-' + name)
    stage.log = os.path.join(stage.folder.name, 'log-' + name)
    s = Scene(fake.Service(socket))
    SCENES[name](s)
    process = stage.run('--socket', socket)
    main = stage.wait_window()[0]
    if narrow:
        stage.xdotool('windowsize', '--sync', main, 360, 640)
    stage.xdotool('windowfocus', main)
    time.sleep(s.wait)
    for key in s.keys:
        stage.key(key)
        time.sleep(0.4)
    for action in s.actions:
        act(stage, action, main)
        time.sleep(0.4)
    found = stage.wait_window(s.windows)
    target = found[-1] if s.windows > 1 else main
    if narrow and s.windows > 1 and name.startswith('inbox'):
        stage.xdotool('windowsize', '--sync', target, 360, 640)
    time.sleep(s.wait)
    path = os.path.join(folder, f'{name}-{variant}.png')
    stage.picture(path, None if s.whole_screen else target)
    left = process.poll()
    if left is None:
        stage.end(process)
    with open(stage.log, encoding='utf-8', errors='replace') as log:
        words = log.read()
    if left is not None or 'WARNING' in words or 'CRITICAL' in words:
        raise RuntimeError(f'left with {left}\n{words}')
    if os.path.getsize(path) < 2000:
        raise RuntimeError('an empty picture')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('names', nargs='*')
    parser.add_argument('--folder', default=os.path.join(os.environ.get('SECINFO_TEST_ARTEFACTS', 'artefacts'),
                                                         'shots'))
    parser.add_argument('--variants', default='light,dark,narrow,narrow-long,narrow-rtl')
    parser.add_argument('--list', action='store_true')
    args = parser.parse_args()
    if args.list:
        print('\n'.join(SCENES))
        return 0
    os.makedirs(args.folder, exist_ok=True)
    names = args.names or list(SCENES)
    variants = args.variants.split(',')
    number, failed = 0, 0
    print(f'1..{len(names) * len(variants)}')
    for variant in variants:
        options = dict(VARIANTS[variant])
        narrow = options.pop('narrow', False)
        with Stage(args.program, **options) as stage:
            for name in names:
                number += 1
                try:
                    shoot(stage, args.folder, name, variant, narrow)
                    print(f'ok {number} {name}-{variant}', flush=True)
                except Exception as error:  # every other picture is still wanted
                    failed += 1
                    print(f'not ok {number} {name}-{variant}\n# ' + str(error).replace('\n', '\n# '), flush=True)
                    stage.end_all()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
