#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text messages through a real Kannel and its fake SMSC."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import courier
import kannel
import tap


class Kannel(courier.Case):
    @classmethod
    def setUpClass(cls):
        cls.kannel = kannel.Kannel().__enter__()
        cls.addClassCleanup(cls.kannel.__exit__)

    def send(self, **more):
        return self.courier.send('kannel', self.kannel.settings | more.pop('settings', {}), **more)

    def arrived(self, count):
        return courier.wait_for('the phone company has it',
                                lambda: len(self.kannel.texts()) >= count and self.kannel.texts())

    def test_1_text_arrives(self):
        before = len(self.kannel.texts())
        self.assert_result(self.send(), 'accepted', '202')
        sender, to, coding, text = self.arrived(before + 1)[-1]
        self.assertEqual((sender, to, coding, text), ('SecInfo', courier.PHONE, 'text', courier.TEXT))

    def test_2_letters_of_gsm_and_of_others(self):
        before = len(self.kannel.texts())
        self.assert_result(self.send(text='482 913 äöüßÄÖÜ£€ [code]', settings={'from': 'Codes'}), 'accepted')
        self.assertEqual(self.arrived(before + 1)[-1], ('Codes', courier.PHONE, 'text', '482 913 äöüßÄÖÜ£€ [code]'))
        self.assert_result(self.send(text='482 913 — ваш код'), 'accepted')
        self.assertEqual(self.arrived(before + 2)[-1], ('SecInfo', courier.PHONE, 'ucs-2', '482 913 — ваш код'))

    def test_3_wrong_password(self):
        self.assert_result(self.send(settings={'password': 'wrong wrong'}), 'bad-config', '403')

    def test_4_not_routed(self):
        """Its owner has no operator for that number: nothing that whoever has the number could mend."""
        self.assert_result(self.send(to='+4999123456'), 'bad-config', '403')

    def test_5_phone_company_away(self):
        self.kannel.end('fakesmsc')
        courier.wait_for('Kannel knows', lambda: not self.kannel.phone_company_is_there())
        self.assert_result(self.send(), 'queued', '202')
        self.kannel.start_phone_company()

    def test_6_smsbox_away(self):
        self.kannel.end('smsbox')
        answer = self.assert_result(self.send(), 'retry')
        self.assertIsNone(answer['code'])


if __name__ == '__main__':
    tap.main()
