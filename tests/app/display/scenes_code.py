# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of a code that does not come, for shots.py."""
import fake_service as fake
from fake_service import stamp
from scenes import next_state, scene, step


@scene(everywhere=True)
def verify_limit(s):
    """Over the limit; then the same number where text messages do not reach it, and may not."""
    s.state.account['channels']['voice'] = fake.channel()
    s.state.delivery = {'steps': [step('queued', stamp(-70), 'Made ready on this computer'),
                                  step('handed-over', stamp(-60), 'With the phone company')]}
    s.state.challenge = {'sends': 5, 'resend_at': None, 'send_at': stamp(1500),
                         'limit': {'per': 'contact', 'window': 'hour', 'limit': 5}}
    yield
    s.key('ctrl+t')
    s.window(2)
    s.type('+44 7911 123457')
    s.settle()
    s.key('Return')
    s.window(2, 'Verify')
    s.shoot()
    s.help()
    s.shoot('verify-limit-help')
    s.key('Escape')
    s.settle()
    ways = [{'type': 'resend', 'contact': None, 'at': stamp(100)}, {'type': 'voice', 'contact': None, 'at': stamp(-1)}]
    next_state(s, 'verify-landline', {'state': 'refused', 'by': 'Twilio (text messages)'}, resend_at=stamp(100),
               send_at=stamp(100), limit=None, ways=ways)
    next_state(s, 'verify-country', {'state': 'refused', 'by': None, 'reason': 'country-not-served'}, ways=[])
    next_state(s, 'verify-gateway-phone', {'state': 'gateway-down', 'by': None, 'reason': None, 'told_at': stamp(-30)},
               ways=ways)
