# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and state that shots.py takes a picture of.

A scene is a generator: up to its `yield` it says what the service answers; after it the window is there and it does
what a person does, by keyboard, so that it goes in every language. One that takes no picture itself gets one at its
end.
`@scene(everywhere=True)` is drawn in every variant, the others where `--all` or SECINFO_TEST_LONG asks for them.
"""
import copy

import fake_service as fake
from fake_service import stamp

SCENES = {}
EVERYWHERE = set()
ADDRESS = 'alex.sample@example.org'
NUMBER = '+44 7911 123456'


def scene(everywhere=False):
    def add(function):
        name = function.__name__.replace('_', '-')
        SCENES[name] = function
        if everywhere:
            EVERYWHERE.add(name)
        return function
    return add


def contacts(s, *given):
    s.state.account['contacts'] = [copy.deepcopy(c) for c in given]


def findings(s, *given):
    s.state.account['findings'] = list(given)


def private(s):
    s.state.service.update(instance='private', capabilities=['inbox'])
    s.state.account['recoverable'] = {'now': False, 'reason': 'private'}
    for channel in s.state.account['channels'].values():
        channel['trial'] = channel['state'] == 'ready'
    for contact in s.state.account['contacts']:
        contact['trial'] = True


# --- Security basics --------------------------------------------------------------------------------------------

@scene(everywhere=True)
def basics_good(_s):
    yield


@scene(everywhere=True)
def basics_mend(s):
    contacts(s, fake.EMAIL)
    findings(s, fake.finding('one-contact', 'You have one contact. If you lose it, no code can reach you.',
                             'contact-1'))
    yield


@scene(everywhere=True)
def basics_first(s):
    contacts(s)
    findings(s, fake.finding('no-contacts', 'Nothing is set up yet.'))
    yield


@scene(everywhere=True)
def state_private(s):
    private(s)
    yield


@scene(everywhere=True)
def state_gateway_offline(s):
    s.state.account['channels']['sms'] = fake.channel('down', since=stamp(-2700), told_at=stamp(-2600))
    findings(s, fake.finding('gateway-down', '2 emails can receive your codes now, 1 phone cannot.'))
    yield


@scene()
def state_offline(s):
    s.state.account['channels']['email'] = fake.channel('offline', since=stamp(-60))
    yield


@scene(everywhere=True)
def state_organisation(s):
    s.state.account['recoverable'] = {'now': False, 'reason': 'organisation'}
    yield
    s.shoot()
    s.state.account['recoverable'] = {'now': False, 'reason': 'encrypted-home'}
    s.state.publish('account')
    s.pause()
    s.shoot('state-encrypted-home')


@scene(everywhere=True)
def state_no_service(s):
    yield
    s.service.stop()
    s.pause()
    s.shoot()
    s.key('Tab', 'space')
    s.shoot('state-no-service-details')


def store_locked(s, reason):
    s.state.problem = (503, 'store-locked', {'reason': reason})


@scene()
def state_keyring_locked(s):
    store_locked(s, 'keyring-locked')
    yield


@scene(everywhere=True)
def state_keyring_gone(s):
    store_locked(s, 'keyring-gone')
    yield
    s.shoot()
    s.key('Tab', 'Return')
    s.window(2)
    s.shoot('dialog-start-afresh')


@scene()
def state_keyring_absent(s):
    store_locked(s, 'keyring-absent')
    yield


@scene(everywhere=True)
def state_suspended(s):
    s.state.account.update(state='suspended', contacts=[])
    yield
    s.shoot()
    s.key('Return')
    s.window(2)
    s.shoot('dialog-resume')


# --- Security info ----------------------------------------------------------------------------------------------

@scene(everywhere=True)
def info(s):
    yield
    s.key('alt+2')


@scene(everywhere=True)
def info_full(s):
    yield
    s.key('alt+2', 'space')
    s.window(2)
    s.key('x', 'Return')
    s.window(1)
    s.pause()


@scene(everywhere=True)
def info_unverified(s):
    contacts(s, fake.EMAIL, fake.contact(3, '••• •• 56', NUMBER, 'unverified', 'Mobile'))
    yield
    s.key('alt+2')


@scene(everywhere=True)
def info_mend(s):
    contacts(s, dict(fake.EMAIL, undeliverable=True),
             fake.contact(2, 'n•••w@example.org', 'new@example.org', 'unverified', replaces='contact-1'),
             dict(fake.PHONE, state='unreadable'))
    yield
    s.key('alt+2')


@scene(everywhere=True)
def info_waiting(s):
    contacts(s, fake.contact(4, 'n•••w@example.org', 'new@example.org', 'waiting', effective_at=stamp(29 * 86400)),
             dict(fake.EMAIL, state='old', effective_at=stamp(29 * 86400)))
    yield
    s.key('alt+2')


@scene(everywhere=True)
def info_removed(s):
    contacts(s, fake.EMAIL, fake.WORK, fake.PHONE,
             fake.contact(4, 'o•••d@example.net', 'old@example.net', 'removed', removed_at=stamp(-3600),
                          restore_until=stamp(6.9 * 86400)))
    yield
    s.key('alt+2', *['Tab'] * 9, 'Return')


@scene()
def info_menu(s):
    yield
    s.key('alt+2', 'Tab', 'Tab', 'Return')
    s.shoot(whole_screen=True)  # a popover is a window of its own


@scene()
def info_ten(s):
    contacts(s, *(fake.contact(n, f'a•••{n}@example.org', f'a{n}@example.org') for n in range(10)))
    yield
    s.key('alt+2')


def menu(s, *keys):
    """An item of the first contact's menu."""
    s.key('alt+2', 'Tab', 'Tab', 'Return')
    s.pause()
    s.key(*keys)


@scene(everywhere=True)
def dialog_label(s):
    yield
    menu(s, 'Down', 'Return')
    s.window(2)


@scene(everywhere=True)
def dialog_remove_last(s):
    contacts(s, fake.EMAIL)
    yield
    menu(s, 'Up', 'Return')
    s.window(2)


@scene()
def toast_removed(s):
    yield
    menu(s, 'Up', 'Return')
    confirm(s)
    s.window(1)
    s.pause()
    s.shoot()


# --- adding -----------------------------------------------------------------------------------------------------

@scene(everywhere=True)
def add_email(s):
    yield
    s.key('ctrl+e')
    s.window(2)
    s.shoot()
    s.type('alex.sample@example')
    s.settle()
    s.shoot('add-email-error')
    s.type('.com')
    s.settle()
    s.shoot('add-email-ok')
    s.key('ctrl+a')
    s.type('alex@example.org')
    s.settle()
    s.shoot('add-email-same-mailbox')


@scene(everywhere=True)
def add_phone(s):
    s.state.account['channels']['voice'] = fake.channel()
    yield
    s.key('ctrl+t')
    s.window(2)
    s.shoot()
    s.type('+44 909 879 0879')
    s.settle()
    s.shoot('add-phone-error')
    s.key('ctrl+a')
    s.type('+44 7911 123457')
    s.settle()
    s.shoot('add-phone-ok')


@scene(everywhere=True)
def add_phone_none(s):
    s.state.account['channels']['sms'] = fake.channel('none')
    yield
    s.key('ctrl+t')
    s.window(2)


@scene(everywhere=True)
def change_email(s):
    yield
    menu(s, 'Return')
    s.window(2)


# --- Confirm it's you -------------------------------------------------------------------------------------------

def confirm(s):
    """Password, first contact, code."""
    s.window(2)
    s.key('x', 'Return')
    s.settle()
    s.key('Return')
    s.settle()
    s.type('123456')


@scene(everywhere=True)
def confirm_password(s):
    s.state.password_problem = (403, 'password-wrong', {
        'attempts_left': 2,
        'detail': 'That is not the password of this account. 2 tries are left, then there is a pause of 10 minutes.'})
    yield
    menu(s, 'Up', 'Return')
    s.window(2)
    s.shoot()
    s.key('x', 'Return')
    s.settle()
    s.shoot('confirm-wrong')
    s.state.password_problem = None
    s.key('x', 'Return')
    s.settle()
    s.shoot('confirm-contact')
    s.state.challenge = {'ways': [{'type': 'resend', 'contact': None, 'at': stamp(20)},
                                  {'type': 'contact', 'contact': 'contact-3', 'masked': '••• •• 56', 'at': stamp(-1)}]}
    s.key('Return')
    s.settle()
    s.shoot('confirm-code')
    s.help()
    s.shoot('confirm-help')


# --- verification -----------------------------------------------------------------------------------------------

def step(state, at, text):
    return {'state': state, 'at': at, 'text': text}


def next_state(s, name, delivery=None, **challenge):
    """The same dialog, told of another state."""
    made = s.service.challenge
    made['delivery'].update(delivery or {})
    made.update(challenge)
    s.state.publish('challenge', made['id'])
    s.settle()
    s.shoot(name)


@scene(everywhere=True)
def verify(s):
    s.state.delivery = {'state': 'sending'}
    yield
    s.key('ctrl+e')
    s.window(2)
    s.type(ADDRESS.replace('.org', '.com'))
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.shoot('verify-sending')
    next_state(s, 'verify-handed-over', {'state': 'handed-over'}, resend_at=stamp(-1))
    next_state(s, 'verify-delivered', {'state': 'delivered'})
    next_state(s, 'verify-retry', {'state': 'retry', 'next_at': stamp(120)})
    next_state(s, 'verify-unknown', {'state': 'unknown'})
    s.state.answer_problem = (422, 'code-wrong', {'attempts_left': 4, 'detail': 'That is not the code. 4 tries left.'})
    s.type('123456')
    s.settle()
    s.shoot('verify-wrong')
    next_state(s, 'verify-refused', {'state': 'refused', 'by': 'example.com'})
    next_state(s, 'verify-gateway', {'state': 'gateway-down', 'told_at': stamp(-30)})
    next_state(s, 'verify-expired', {'state': 'handed-over'}, state='expired', ended_at=stamp(-5))
    next_state(s, 'verify-used-up', state='used-up')


@scene(everywhere=True)
def verify_help(s):
    s.state.delivery = {'steps': [step('queued', stamp(-70), 'Made ready on this computer'),
                                  step('handed-over', stamp(-60), 'Handed to the mail server')]}
    s.state.challenge = {'resend_at': stamp(-1), 'ways': [{'type': 'resend', 'contact': None, 'at': stamp(-1)}]}
    yield
    s.key('ctrl+e')
    s.window(2)
    s.type(ADDRESS.replace('.org', '.com'))
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.help()
    s.shoot()


@scene(everywhere=True)
def verify_help_phone(s):
    s.state.account['channels']['voice'] = fake.channel()
    s.state.delivery = {'steps': [step('queued', stamp(-70), 'Made ready on this computer'),
                                  step('handed-over', stamp(-60), 'With the phone company')]}
    s.state.challenge = {'resend_at': stamp(-1), 'ways': [{'type': 'resend', 'contact': None, 'at': stamp(-1)},
                                                          {'type': 'voice', 'contact': None, 'at': stamp(-1)}]}
    yield
    s.key('ctrl+t')
    s.window(2)
    s.type('+44 7911 123457')
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.shoot('verify-phone')
    s.help()
    s.shoot()


@scene(everywhere=True)
def verify_pause(s):
    s.state.answer_problem = (429, 'too-many-tries', {'window': 'hour', 'retry_at': stamp(1300), 'detail': '…'})
    yield
    s.key('ctrl+e')
    s.window(2)
    s.type(ADDRESS.replace('.org', '.com'))
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.type('123456')
    s.settle()
    s.shoot()


@scene(everywhere=True)
def verify_done(s):
    yield
    s.key('ctrl+e')
    s.window(2)
    s.type(ADDRESS.replace('.org', '.com'))
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.type('123456')
    s.settle()
    s.shoot()


# --- trial inbox, shortcuts -------------------------------------------------------------------------------------

def open_inbox(s):
    s.key('F10')
    s.pause()
    s.key('Return')
    s.window(2)


@scene(everywhere=True)
def inbox(s):
    private(s)
    s.state.inbox = [
        {'id': 'm3', 'at': stamp(-60), 'to': ADDRESS, 'subject': 'Your code', 'code': '482913',
         'text': '482 913 is your SecInfo code. Nobody will ask you for it.'},
        {'id': 'm2', 'at': stamp(-1400), 'to': NUMBER, 'subject': '', 'code': '120774',
         'text': '120 774 is your SecInfo code. Nobody will ask you for it.'},
        {'id': 'm1', 'at': stamp(-86400), 'to': ADDRESS, 'subject': '', 'code': None, 'text': 'A phone was added.'}]
    yield
    open_inbox(s)


@scene(everywhere=True)
def inbox_empty(s):
    private(s)
    yield
    open_inbox(s)


@scene()
def shortcuts(s):
    yield
    s.key('ctrl+question')
    s.window(2)
    s.shoot(ours=False)


@scene()
def about(s):
    yield
    s.key('F10')
    s.pause()
    s.key('Up', 'Return')
    s.window(2)
    s.shoot(ours=False)


# --- the README's and the metainfo file's -----------------------------------------------------------------------

@scene()
def screenshot_info(s):
    contacts(s, fake.EMAIL, fake.WORK, fake.contact(3, '••• •• 56', NUMBER, 'unverified', 'Mobile'),
             fake.contact(4, 'o•••d@example.net', 'old@example.net', 'removed', removed_at=stamp(-3600),
                          restore_until=stamp(6.9 * 86400)))
    yield
    s.resize(820, 500)
    s.key('alt+2')
    s.click(40, 440)  # on nothing, so that no ring of the focus is drawn


@scene()
def screenshot_verify(s):
    s.state.challenge = {'resend_at': stamp(-1)}
    yield
    s.key('ctrl+e')
    s.window(2)
    s.type(ADDRESS.replace('.org', '.com'))
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.type('48291')
