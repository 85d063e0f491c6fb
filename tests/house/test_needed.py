#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which libraries each built program asks the loader for: the arrows of src/DESIGN.md, as the linker left them."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import tap  # noqa: E402

BUILD = os.environ.get('SECINFO_BUILDDIR', '_build')

LIBC = {'libc', 'libm', 'libdl', 'libpthread', 'librt', 'libutil', 'ld-linux-x86-64', 'ld-linux-aarch64'}
GLIB = {'libglib-2.0', 'libgobject-2.0', 'libgio-2.0', 'libgmodule-2.0'}
MODEL = LIBC | GLIB | {'libjansson', 'libsodium', 'libunistring'}
ADDRESS = {'libidn2'}
CLIENT = MODEL | ADDRESS | {'libsoup-3.0', 'libsecret-1'}
TOOLKIT = {'libgtk-4', 'libadwaita-1', 'libpango-1.0', 'libgdk_pixbuf-2.0', 'libgraphene-1.0', 'libcairo',
           'libpangocairo-1.0', 'libqrencode'}

PHONE = 'src/model/secinfo-phone.so'   # loaded when the first number is parsed
PROGRAMS = {
    PHONE: LIBC | {'libglib-2.0', 'libphonenumber', 'libicuuc', 'libstdc++', 'libgcc_s'},
    'src/privileged/secinfo-password': LIBC | {'libpam', 'libcrypt'},
    'src/pam/pam_secinfo.so': LIBC | {'libpam'},
    'src/service/secinfod': MODEL | ADDRESS | {'libmicrohttpd', 'libsqlite3'},
    'src/courier/secinfo-courier': MODEL | {'libsoup-3.0', 'libcurl', 'libgmime-3.0'},
    'src/cli/secinfoctl': CLIENT,
    'src/app/secinfo': CLIENT | TOOLKIT,
}
# A sanitizer build brings its own.
SANITIZERS = {'libasan', 'libubsan', 'liblsan', 'libtsan', 'libstdc++', 'libgcc_s'}


def needed(program):
    """Names without version: libgio-2.0.so.0 is libgio-2.0."""
    text = subprocess.run(['readelf', '-dW', program], capture_output=True, text=True, check=True,
                          env={**os.environ, 'LC_ALL': 'C'}).stdout
    names = {name.split('.so')[0] for name in re.findall(r'\(NEEDED\).*\[(.*)\]', text)}
    return names - SANITIZERS if 'libasan' in names or 'libubsan' in names else names


class Needed(unittest.TestCase):
    def hold(self, name):
        program = os.path.join(BUILD, name)
        if not os.path.exists(program):
            self.skipTest(f'{name} is not built yet')
        found = needed(program)
        self.assertIn('libc', found)    # readelf did read something
        self.assertEqual(set(), found - PROGRAMS[name])
        flags = subprocess.run(['readelf', '-dW', program], capture_output=True, text=True, check=True).stdout
        self.assertRegex(flags, r'\(FLAGS_1\).*\bNOW\b', 'a name that is bound late saves registers on the stack')

    def test_password(self):
        self.hold('src/privileged/secinfo-password')

    def test_pam(self):
        self.hold('src/pam/pam_secinfo.so')

    def test_pam_gives_only_what_pam_calls(self):
        """Whatever else it gave would meet the sign-in program's own names."""
        text = subprocess.run(['nm', '-D', '--defined-only', os.path.join(BUILD, 'src/pam/pam_secinfo.so')],
                              capture_output=True, text=True, check=True).stdout
        self.assertEqual({'pam_sm_authenticate', 'pam_sm_setcred', 'pam_sm_open_session', 'pam_sm_close_session'},
                         {line.split()[-1] for line in text.splitlines()})

    def test_phone(self):
        self.hold(PHONE)

    def test_phone_gives_one_name(self):
        text = subprocess.run(['nm', '-D', '--defined-only', os.path.join(BUILD, PHONE)],
                              capture_output=True, text=True, check=True).stdout
        self.assertEqual({'secinfo_phone_face'},
                         {line.split()[-1] for line in text.splitlines() if ' W ' not in line and ' u ' not in line})

    def test_secinfod(self):
        self.hold('src/service/secinfod')

    def test_courier(self):
        self.hold('src/courier/secinfo-courier')

    def test_secinfoctl(self):
        self.hold('src/cli/secinfoctl')

    def test_secinfo(self):
        self.hold('src/app/secinfo')


if __name__ == '__main__':
    tap.main()
