# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of the preferences, for shots.py."""
import copy
import json
import os

import fake_service as fake
from fake_service import stamp
from scenes import ADDRESS, contacts, scene


def settings(s):
    """A private instance's: a system's asks for an administrator first."""
    s.state.service.update(instance='private', capabilities=['inbox'])


GATEWAYS = [
    fake.gateway(1, 'smtp', 'Home mail server', last_delivered_at=stamp(-130), share=98, count=240,
                 settings={'host': 'mail.example.org', 'port': '587', 'security': 'starttls',
                           'from': 'codes@example.org'}),
    fake.gateway(2, 'mailgun', 'Mailgun', 'unused', position=1),
    fake.gateway(3, 'kannel', 'Kannel', 'down', 'sms', since=stamp(-2700)),
    fake.gateway(4, 'twilio-sms', 'Twilio SMS', 'ready', 'sms', 1, last_delivered_at=stamp(-130), share=98,
                 count=240, secrets=['token'], settings={'account': 'AC0123456789', 'from': '+447911123456',
                                              'base': 'https://api.twilio.com'})]


def open_settings(s):
    s.key('ctrl+comma')
    s.window(2)


@scene(everywhere=True)
def settings_sending(s):
    settings(s)
    s.state.gateways = copy.deepcopy(GATEWAYS)
    yield
    open_settings(s)


@scene(everywhere=True)
def settings_empty(s):
    """Nothing set up; what can be added; a mail server whose sender is refused."""
    settings(s)
    s.state.gateway_problem = (422, 'settings-not-valid', {'member': 'from', 'reason': 'sender-domain'})
    yield
    open_settings(s)
    s.shoot()
    s.key('Tab', 'Return')
    s.settle()
    s.shoot('settings-chooser')
    s.key('Down', 'Return')
    s.settle()
    s.type('mail.example.org')
    s.key('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab')
    s.type('codes')
    s.key('Return')
    s.settle()
    s.shoot('settings-gateway-new')


@scene(everywhere=True)
def settings_security(s):
    """Of a system instance: how codes are sent is shown to an administrator alone."""
    yield
    open_settings(s)
    s.shoot('settings-closed')
    s.key('alt+r')
    s.shoot()
    s.state.rules[0].update(value=0, fixed=True)
    s.state.publish('service')
    s.pause()
    s.shoot('settings-security-fixed')


@scene(everywhere=True)
def settings_alerts(s):
    """Of three contacts one gets none; then the last that gets them."""
    settings(s)
    s.state.account['contacts'][1]['alerts'] = False
    yield
    open_settings(s)
    s.key('alt+a')
    s.shoot()
    s.state.account['contacts'][2]['alerts'] = False
    s.state.publish('contacts')
    s.pause()
    s.shoot('settings-alerts-last')


@scene(everywhere=True)
def settings_alert_ways(s):
    """Two of them, one in trouble; what can be added; one opened, and tested."""
    settings(s)
    contacts(s, fake.EMAIL)
    s.state.gateways = [
        fake.gateway(1, 'gotify', 'Gotify', medium='push', last_delivered_at=stamp(-130), secrets=['token'],
                     settings={'base': 'https://notify.example.org'}),
        fake.gateway(2, 'ntfy', 'ntfy', 'misconfigured', 'push', 1, since=stamp(-2700), secrets=['token'],
                     settings={'base': 'https://ntfy.example.org'})]
    yield
    open_settings(s)
    s.key('alt+a', 'alt+w')
    s.settle()
    s.shoot('settings-alert-chooser')
    s.key('Escape')
    s.settle()
    s.shoot()
    s.key('Up', 'Up', 'Return')
    s.settle()
    s.key('Return')
    s.settle()
    s.shoot('settings-alert-way')


@scene(everywhere=True)
def settings_gateway(s):
    """Of a phone company, with a test that was refused."""
    settings(s)
    s.state.gateways = copy.deepcopy(GATEWAYS[:1] + [{**GATEWAYS[3], 'position': 0}])
    s.state.gateway_problem = (422, 'gateway-refused', {'result': 'bad-address', 'channel': 'sms',
                                                        'by': 'Twilio (text messages)', 'code': '21614', 'http': 400,
                                                        'words': 'The number cannot get text messages'})
    yield
    open_settings(s)
    s.key('Tab', 'Tab', 'Return')
    s.settle()
    s.shoot()
    s.type('+447911123456')
    s.key('Return')
    s.settle()
    s.shoot('settings-gateway-refused')


@scene(everywhere=True)
def settings_mailbox(s):
    """A provider that is not known, then one that is: refused, then the code, then proven."""
    settings(s)
    s.state.prove_problem = (422, 'gateway-refused', {'result': 'bad-config', 'channel': 'email', 'code': '535',
                                                      'by': 'smtp.example.org', 'words': '5.7.8 Authentication failed'})
    yield
    open_settings(s)
    s.key('Return')
    s.settle()
    s.type(ADDRESS.replace('.org', '.com'))
    s.pause()
    s.settle()
    s.shoot('settings-mailbox-unknown')
    s.state.preset = fake.CLOSED_PRESET
    s.key('ctrl+a')
    s.type(ADDRESS.replace('.org', '.net'))
    s.pause()
    s.settle()
    s.shoot('settings-mailbox-closed')
    s.state.preset = fake.PRESET
    s.key('ctrl+a')
    s.type(ADDRESS)
    s.pause()
    s.settle()
    s.shoot()
    s.key('Tab', 'Tab')
    s.type('app-password')
    s.key('Return')
    s.settle()
    s.shoot('settings-mailbox-refused')
    s.state.prove_problem = None
    s.key('Return')
    s.settle()
    s.shoot('settings-mailbox-code')
    s.type('482913')
    s.settle()
    s.shoot('settings-mailbox-proven')


@scene(everywhere=True)
def settings_import(s):
    """A description of one's own: what is wrong with a new file; its row; in use."""
    settings(s)
    path = os.path.join(s.stage.runtime, 'our-messages.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({'name': 'ours', 'title': 'Our own text messages', 'medium': 'email'}, file)
    s.state.kinds = fake.KINDS + [{**fake.kind('ours', 'Our own text messages', 'email'), 'imported': True}]
    s.state.kind_problem = (422, 'settings-not-valid', {'member': 'description', 'line': 12,
                                                        'reason': 'the member ‘rules’ is missing'})
    yield
    open_settings(s)
    s.key('Tab', 'Return')
    s.settle()
    import_file(s, path)
    s.shoot('settings-import-refused')
    s.state.kind_problem = (409, 'not-possible-here', {'reason': 'in-use'})
    s.key('Up')
    s.shoot()
    s.key('Tab', 'Return')
    s.window(3)
    s.shoot('dialog-remove-kind')
    s.key('Tab', 'Return')
    s.window(2)
    s.shoot('settings-import-in-use')


def import_file(s, path):
    """GTK's own dialog for files: a path is typed."""
    s.key('alt+f')
    s.window(3)
    s.type(path)
    s.key('Return')
    s.window(2)
