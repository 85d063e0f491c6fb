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
    s.state.account['recoverable'] = fake.recoverable(False, 'private')
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
    s.state.account['recoverable'] = fake.recoverable(False, 'organisation', name='Example Organisation')
    yield
    s.shoot()
    s.state.account['recoverable'] = fake.recoverable(False, 'encrypted-home')
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
def info_menu_last(s):
    """The only one that gets alerts."""
    contacts(s, fake.EMAIL, {**fake.WORK, 'alerts': False})
    yield
    s.key('alt+2', 'Tab', 'Tab', 'Return')
    s.shoot(whole_screen=True)


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
    # It closes by itself after three seconds: nothing is waited for but that it is drawn.
    s.stage.xdotool('type', '123456')
    s.shoot()


# --- saved codes ------------------------------------------------------------------------------------------------

def open_saved_codes(s):
    """The last row of the page."""
    s.key('alt+2', 'alt+s')
    s.window(2)


@scene(everywhere=True)
def saved_codes(s):
    yield
    open_saved_codes(s)
    s.shoot('saved-codes-overview')
    s.key('Return')
    s.window(3)
    s.key('x', 'Return')
    s.settle()
    s.key('Return')
    s.settle()
    s.type('123456')
    s.window(2)
    s.pause()
    s.shoot('saved-codes-new')
    s.key('alt+n')
    s.settle()
    s.type('D9')
    s.shoot('saved-codes-prove')
    s.state.label_problem = (422, 'label-wrong', {
        'attempts_left': 4, 'position': 4,
        'detail': 'That is not the label of the fourth code. Look at the fourth line.'})
    s.key('Return')
    s.settle()
    s.shoot('saved-codes-wrong')


@scene()
def saved_codes_low(s):
    s.state.saved_codes = fake.saved_codes(3)
    findings(s, fake.finding('saved-codes-few', '3 of 10 saved codes are left.'))
    yield
    s.shoot('basics-saved-codes')
    s.key('alt+2')
    s.pause()
    s.shoot('info-saved-codes')
    s.key('alt+s')
    s.window(2)
    s.shoot()


@scene(everywhere=True)
def saved_codes_waiting(s):
    s.state.saved_codes['pending'] = fake.pending()
    yield
    open_saved_codes(s)


@scene()
def saved_codes_none(s):
    s.state.saved_codes = fake.saved_codes(0, made=None)
    s.state.saved_codes['used'] = []
    yield
    open_saved_codes(s)


@scene()
def saved_codes_delete(s):
    yield
    open_saved_codes(s)
    s.key('alt+d')
    s.window(3)


# --- way back in ------------------------------------------------------------------------------------------------

def open_way_back(s):
    s.key('alt+2', 'alt+w')
    s.window(2)


@scene(everywhere=True)
def way_back(s):
    yield
    open_way_back(s)


@scene(everywhere=True)
def way_back_one_proof(s):
    s.state.saved_codes = fake.saved_codes(0, made=None)
    s.state.saved_codes['used'] = []
    contacts(s, fake.EMAIL, fake.WORK)
    s.state.account['recoverable'] = fake.recoverable(False, 'too-few-proofs', needed=2, why='administrator',
                                                      kinds=['email'], missing='saved-code')
    yield
    s.shoot('basics-one-proof')
    open_way_back(s)
    s.shoot()


def way_back_reason(reason, everywhere=False, **more):
    def given(s):
        s.state.account['recoverable'] = fake.recoverable(False, reason, **more)
        yield
        open_way_back(s)
    given.__name__ = 'way_back_' + reason.replace('-', '_')
    scene(everywhere)(given)


way_back_reason('organisation', name='Example Organisation')
way_back_reason('encrypted-home')
way_back_reason('locked')
way_back_reason('administrator')
way_back_reason('no-password')
way_back_reason('sign-in-screen', sign_in=[('sddm', False), ('login', True)])
way_back_reason('private', everywhere=True)
way_back_reason('not-installed')
way_back_reason('key-unreadable')


# --- rehearsal --------------------------------------------------------------------------------------------------

def ask(prompt, message, style='info', echo=True):
    return {'style': style, 'message': message, 'prompt': prompt, 'echo': echo}


def check(kind, ok, detail, mend=None):
    return {'type': kind, 'ok': ok, 'detail': detail, 'mend': mend}


CONVERSATION = [
    ask('Password: ', 'Forgot it? Type ? as the password.', echo=False),
    ask('Code, email or phone: ', 'Type a saved code, or your whole recovery email or phone number.'),
    ask('6-digit code: ', 'If this is one of yours, a code is on its way. Type it here; ? sends it again.'),
    ask('6-digit code: ', 'That is not the code. 4 tries are left. ? sends it again.', 'error'),
    ask('New password: ', 'Choose a new password. Empty only unlocks: you then type the old one.', echo=False)]


def play(s):
    open_way_back(s)
    s.key('Return')
    s.window(2, 'Rehearsal')
    s.shoot('rehearsal')
    for typed, name in (('?', 'rehearsal-ask'), (ADDRESS, None), ('482931', 'rehearsal-wrong'),
                        ('482913', 'rehearsal-new')):
        s.type(typed)
        s.key('Return')
        s.settle()
        if name:
            s.shoot(name)
    s.type('plum kettle')
    s.key('Return')
    s.settle()
    s.shoot()


@scene(everywhere=True)
def rehearsal_works(s):
    s.state.steps = CONVERSATION + [{'end': True, 'works': True,
                                       'message': 'Your password is changed. All your contacts are told.', 'checks': [
        check('sign-in-screen', True, 'GDM and the text console'),
        check('saved-codes', True, '7 left, also without a network'),
        check('email', True, 'Last delivered 2 minutes ago'),
        check('phone', True, 'Last delivered yesterday'),
        check('proofs', True, 'You need one and have three kinds')]}]
    yield
    play(s)


@scene(everywhere=True)
def rehearsal_mend(s):
    s.state.steps = [CONVERSATION[0], {'end': True, 'works': False,
                                       'message': 'Nothing was changed.', 'checks': [
        check('saved-codes', True, '7 left, also without a network'),
        check('sign-in-screen', False, 'These do not know “?” yet: GDM.', 'install'),
        check('email', True, 'Last delivered 2 minutes ago'),
        check('phone', False, 'No phone is verified.', 'phone'),
        check('proofs', True, 'You need one and have two kinds')]}]
    yield
    open_way_back(s)
    s.key('Return')
    s.window(2, 'Rehearsal')
    s.key('Return')
    s.settle()


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
