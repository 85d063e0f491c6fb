#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The source keeps the house rules; and the script that says so does find each breach."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../lib'))
import tap  # noqa: E402

SCRIPT = os.path.join(HERE, '../check-source.py')
HEAD = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n'


def check(*arguments):
    done = subprocess.run(['/usr/bin/python3', SCRIPT, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr


class Source(unittest.TestCase):
    def test_house_rules(self):
        code, lines, errors = check()
        self.assertEqual('', errors)
        self.assertEqual([], lines)
        self.assertEqual(0, code)


class Rules(unittest.TestCase):
    """Each breach alone in a small tree: exactly one line, with its place."""

    def run_on(self, files):
        with tempfile.TemporaryDirectory() as top:
            for name, text in files.items():
                os.makedirs(os.path.dirname(f'{top}/{name}'), exist_ok=True)
                with open(f'{top}/{name}', 'w', encoding='utf-8') as stream:
                    stream.write(text)
            return check(top)

    def expect(self, name, text, said, others=None):
        code, lines, errors = self.run_on({name: text, **(others or {})})
        self.assertEqual('', errors)
        self.assertEqual([f'{name}:{said}'] if said else [], lines)
        self.assertEqual(1 if said else 0, code)

    def include(self, room, what, said, file=None, others=None):
        self.expect(f'src/{room}/{file or room + "-x.c"}', HEAD + f'#include {what}\n', said and '2: ' + said, others)

    def test_clean(self):
        self.include('app', '<gtk/gtk.h>', None)
        self.include('service', '<sqlite3.h>', None, file='service-store-x.c')
        self.include('client', '<libsecret/secret.h>', None, file='secinfo-keyring.c')
        self.include('app', '"secinfo-x.h"', None, others={'src/model/secinfo-x.h': HEAD})
        self.include('privileged', '"secinfo-wire.h"', None, others={'src/model/wire/secinfo-wire.h': HEAD})

    def test_libraries(self):
        for room in ('model', 'client', 'cli', 'service', 'courier', 'privileged'):
            for what in ('gtk/gtk.h', 'adwaita.h'):
                self.include(room, f'<{what}>', f'do without <{what}>: GTK stays in app')
        self.include('app', '<gtk/gtk.h>', 'do without <gtk/gtk.h>: forms have no GTK', file='app-code-form.c')
        self.include('service', '<sqlite3.h>', 'ask the store: SQL stays in service/service-store*')
        for room in ('model', 'client', 'courier', 'app'):
            self.include(room, '<sqlite3.h>', f'do without <sqlite3.h>: {room} has no such library (src/DESIGN.md)')
        self.include('client', '<libsecret/secret.h>',
                     'go through client/secinfo-keyring: libsecret stays there', file='secinfo-x.c')
        for room in ('app', 'cli', 'service', 'courier'):
            self.include(room, '<libsecret/secret.h>',
                         f'do without <libsecret/secret.h>: {room} has no such library (src/DESIGN.md)')
        self.include('service', '<libsoup/soup.h>',
                     'do without <libsoup/soup.h>: service has no such library (src/DESIGN.md)')
        self.include('privileged', '<glib.h>', 'do without <glib.h>: privileged has no such library (src/DESIGN.md)')
        self.include('attic', '<glib.h>', 'tell check-source.py what src/attic is and may include')

    def test_arrows(self):
        for room, other, file in (('model', 'client', 'secinfo-y.h'), ('service', 'client', 'secinfo-y.h'),
                                  ('courier', 'service', 'service-y.h'), ('client', 'app', 'app-y.h'),
                                  ('cli', 'app', 'app-y.h'), ('service', 'courier', 'courier-y.h'),
                                  ('privileged', 'model', 'secinfo-y.h'), ('model', 'wire', 'secinfo-wire.h')):
            folder = 'model/wire' if other == 'wire' else other
            self.include(room, f'"{file}"', f'do without “{file}”: {room} may not know {other}',
                         others={f'src/{folder}/{file}': HEAD})
        self.include('app', '"../model/secinfo-y.h"',
                     'include a header of src/ by its name alone, not “../model/secinfo-y.h”',
                     others={'src/model/secinfo-y.h': HEAD})
        self.include('app', '"nowhere.h"', 'include a header of src/ by its name alone, not “nowhere.h”')

    def test_words(self):
        self.expect('src/model/secinfo-x.c', HEAD + 'void f (void)\n{\n  go' 'to out;\n}\n',
                    '4: use g_autoptr or a function of its own instead of goto')
        self.expect('src/model/secinfo-x.c', HEAD + '/* no go' 'to here */\nchar *s = "go' 'to";\n', None)
        self.expect('src/model/secinfo-x.c', 'int x;\n', '1: begin with the two SPDX lines')
        self.expect('src/model/secinfo-x.c', HEAD + 'char *s = "/wo' 'rk/x";\n', '2: take the path of one machine out')
        self.expect('README.md', 'Look in /ro' 'ot/x.\n', '1: take the path of one machine out')
        self.expect('src/app/app-x.c', HEAD + '  g_param_spec_string ("new-password", NULL, NULL, NULL, 0);\n',
                    '2: keep secrets out of GObject properties: use SecinfoSecret')

    def test_translated(self):
        said = '1: has words to translate: name it in po/POTFILES.in'
        for word in ('_("x")', 'N_("x")', 'ngettext ("x", "y", 2)', 'g_dngettext (DOMAIN, "x", "y", 2)'):
            text = HEAD + f'const char *s = {word};\n'
            self.expect('src/app/app-x.c', text, said, others={'po/POTFILES.in': 'src/app/app-y.c\n'})
            self.expect('src/app/app-x.c', text, None, others={'po/POTFILES.in': 'src/app/app-x.c\n'})
        self.expect('src/app/app-x.c', HEAD + 'const char *s = _(word);  /* N_("x") */\n', None,
                    others={'po/POTFILES.in': ''})

    def test_sizes(self):
        self.expect('src/model/secinfo-x.c', HEAD + '//' + 'é' * 118 + '\n', None)
        self.expect('src/model/secinfo-x.c', HEAD + '//' + 'é' * 119 + '\n',
                    '2: 121 characters: break the line, 120 is the most')
        self.expect('src/model/secinfo-x.c', HEAD + 'int x; \n', '2: take the white space at the end of the line away')
        self.expect('src/model/secinfo-x.c', HEAD + '\tint x;\n', '2: indent with spaces')
        self.expect('src/model/secinfo-x.c', HEAD + 'int x;\n' * 699, None)
        self.expect('src/model/secinfo-x.c', HEAD + 'int x;\n' * 700,
                    '701: 701 lines: split the file, 700 is the most')
        head = HEAD + 'void\nf (void)\n{\n'
        self.expect('src/model/secinfo-x.c', head + '  x ();\n' * 80 + '}\n', None)
        self.expect('src/model/secinfo-x.c', head + '  x ();\n' * 81 + '}\n',
                    '4: 81 lines: split the function, 80 is the most')

    def test_root(self):
        part = {f'src/privileged/password-{n}.c': HEAD + '/* why */\n\nint x;\n' * 147 for n in range(4)}
        code, lines, _ = self.run_on(part)
        self.assertEqual((0, []), (code, lines))
        part['src/privileged/password-4.c'] = HEAD + 'int x;\n' * 11
        self.assertEqual([], self.run_on(part)[1])
        part['src/privileged/password-5.c'] = HEAD + 'int x;\n'
        code, lines, _ = self.run_on(part)
        self.assertEqual(['src/privileged:1: 600 lines of code run as root: bring them under 600'], lines)

    def test_pam(self):
        part = {f'src/pam/pam-{n}.c': HEAD + '\n' * (450 - HEAD.count('\n')) for n in range(2)}
        self.assertEqual([], self.run_on(part)[1])
        part['src/pam/pam-2.h'] = HEAD
        self.assertRegex(self.run_on(part)[1][0], 'src/pam:1: 90. lines are loaded into sign-in programs')


if __name__ == '__main__':
    tap.main()
