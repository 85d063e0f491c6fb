#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` puts where, and the packaging as far as it can be looked at without building a package."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import tap  # noqa: E402

SOURCE = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get('SECINFO_BUILDDIR', '_build')).resolve()
DEBIAN = SOURCE / 'data/debian'
SCRIPTS = ('config', 'postinst', 'prerm', 'postrm')
ARTICLES = re.findall(r'#define APP_ARTICLE_\w+ +"([\w-]+)"', (SOURCE / 'src/app/app-help-form.h').read_text('utf-8'))
PREFIXED = (   # *: whatever the platform calls it
    'bin/secinfo', 'bin/secinfoctl', 'libexec/secinfo/secinfod', 'libexec/secinfo/secinfo-courier',
    'libexec/secinfo/secinfo-password', '*/security/pam_secinfo.so', '*/secinfo/secinfo-phone.so',
    'lib/sysusers.d/secinfo.conf',
    'lib/tmpfiles.d/secinfo.conf', 'share/pam-configs/secinfo', 'share/pam-configs/secinfo-hint',
    'share/polkit-1/actions/org.example.SecInfo.policy', 'share/man/man1/secinfo.1', 'share/man/man1/secinfoctl.1',
    'share/man/man8/secinfod.8', 'share/man/man8/pam_secinfo.8', 'share/secinfo/openapi.yaml',
    *(f'share/secinfo/gateways/{path.name}' for path in (SOURCE / 'data/gateways').glob('*.json')),
    'share/dbus-1/services/org.example.SecInfo.service',
    'share/applications/org.example.SecInfo.desktop', 'share/locale/de/LC_MESSAGES/secinfo.mo',
    *(f'share/help/{language}/secinfo/{name}.page' for language in ('C', 'de') for name in ('index', *ARTICLES)),
)
CONFIGURED = ('pam.d/secinfo', 'pam.d/secinfo-reset', 'secinfo/secinfod.conf', 'secinfo/gateways',
              'xdg/autostart/org.example.SecInfo.desktop')
UNITS = ('secinfod.service', 'secinfod.socket', 'secinfod-sign-in.socket', 'secinfod.timer', 'secinfo-courier.service',
         'secinfod-without-key.service', 'secinfo-courier.socket', 'secinfo-password-check@.service',
         'secinfo-password-check.socket', 'secinfo-password-reset@.service', 'secinfo-password-reset.socket')


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run(['meson', 'install', '-C', BUILD, '--no-rebuild', '--quiet', '--destdir', cls.folder.name],
                       check=True, capture_output=True)
        cls.top = pathlib.Path(cls.folder.name)
        cls.prefix = next(cls.top.rglob('bin/secinfoctl')).parent.parent

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_everything_is_there(self):
        for name in PREFIXED:
            self.assertEqual(len(list(self.prefix.rglob(name) if '*' in name else self.prefix.glob(name))), 1, name)
        configured = next(self.top.rglob('pam.d')).parent
        for name in CONFIGURED:
            self.assertTrue((configured / name).exists(), name)
        units = next(self.top.rglob('secinfod.socket')).parent
        self.assertEqual({path.name for path in units.iterdir()}, set(UNITS))

    def test_nothing_is_anybody_elses_to_write(self):
        for path in self.top.rglob('*'):
            self.assertEqual(path.lstat().st_mode & 0o6022, 0, path)

    def test_units_start_what_is_installed(self):
        prefix = '/' + str(self.prefix.relative_to(self.top))
        for path in self.top.rglob('*.service'):
            for program in re.findall(r'^ExecStart=(/\S*secinfo\S*)', path.read_text(), re.M):
                self.assertTrue(program.startswith(prefix), program)
                self.assertTrue(os.access(str(self.top) + program, os.X_OK), program)

    def test_a_notification_starts_what_is_installed(self):
        """And so does the start of a session."""
        service = next(self.top.rglob('dbus-1/services/*.service')).read_text()
        program, argument = re.search(r'^Exec=(/\S+) (\S+)$', service, re.M).groups()
        self.assertTrue(os.access(str(self.top) + program, os.X_OK), program)
        autostart = next(self.top.rglob('xdg/autostart/*.desktop')).read_text()
        self.assertRegex(autostart, f'(?m)^Exec=secinfo {argument}$')
        self.assertIn('DBusActivatable=true', next(self.top.rglob('applications/*.desktop')).read_text())

    def test_no_place_of_the_build_is_searched(self):
        """Neither does an installed library path lead back to it."""
        for name in ('secinfod', 'secinfo-password', 'secinfo-courier'):
            said = subprocess.run(['readelf', '-d', self.prefix / 'libexec/secinfo' / name], capture_output=True,
                                  text=True, check=True).stdout
            self.assertNotRegex(said, 'RPATH|RUNPATH')

    def test_polkit_actions(self):
        """Each asks for an administrator every time, and secinfod may ask about processes of others."""
        tree = xml.etree.ElementTree.parse(next(self.top.rglob('org.example.SecInfo.policy')))
        actions = tree.findall('action')
        self.assertEqual([action.get('id') for action in actions],
                         [f'org.example.SecInfo.manage-{what}' for what in ('delivery', 'policy', 'accounts')])
        for action in actions:
            for allow in action.find('defaults'):
                self.assertEqual(allow.text, 'auth_admin')
            owner = [note.text for note in action.findall('annotate') if note.get('key').endswith('policykit.owner')]
            self.assertEqual(owner, ['unix-user:secinfo'])

    def test_configuration_shows_the_defaults(self):
        """Each figure in secinfod.conf that is commented out is the one that counts, and none is missing."""
        text = next(self.top.rglob('secinfod.conf')).read_text()
        said = dict(re.findall(r'^#([a-z-]+)=(\d+)$', text, re.M))
        code = (SOURCE / 'src/model/secinfo-policy.c').read_text()
        known = dict(re.findall(r'NUMBER \("([a-z-]+)", \w+, (\d+),', code))
        known.pop('inbox-messages')   # of no use in a system instance
        self.assertEqual(said, known)


class Packaging(unittest.TestCase):
    def test_scripts(self):
        for name in SCRIPTS:
            path = DEBIAN / f'secinfo.{name}'
            text = path.read_text()
            self.assertEqual(subprocess.run(['sh', '-n', path], check=False).returncode, 0, name)
            self.assertRegex(text, r'(?m)^set -e$')
            self.assertEqual('#DEBHELPER#' in text, name != 'config')

    def test_version(self):
        version = re.search(r"version: '([^']+)'", (SOURCE / 'meson.build').read_text())[1]
        self.assertEqual(re.match(r'secinfo \(([^)]+)\)', (DEBIAN / 'changelog').read_text())[1], version)

    def test_build_needs_what_the_run_script_installs(self):
        control = (DEBIAN / 'control').read_text()
        wanted = set(re.findall(r'^ ([a-z][a-z0-9.+-]+)', control.split('\nPackage:')[0], re.M))
        listed = subprocess.run([SOURCE / 'build-aux/run', '--packages', 'package'], capture_output=True, text=True,
                                check=True).stdout.split()
        essential = {'python3', 'systemd-dev', 'pkg-config'}   # a part of what is there, or of what is listed
        self.assertEqual(set(), wanted - set(listed) - essential)

    @unittest.skipUnless(shutil.which('msgfmt'), 'gettext is not here')
    def test_question_is_translated(self):
        for path in sorted((DEBIAN / 'po').glob('*.po')):
            done = subprocess.run(['msgfmt', '--statistics', '-c', '-o', '/dev/null', path], capture_output=True,
                                  text=True, check=False, env={**os.environ, 'LC_ALL': 'C'})
            self.assertRegex(done.stderr, r'^\d+ translated messages\.$')
            said = set(re.findall(r'^msgid ((?:"[^"]*"\s*)+)', path.read_text(), re.M))
            said = {re.sub(r'"\s*"', '', text).strip().strip('"') for text in said}
            templates = (DEBIAN / 'secinfo.templates').read_text()
            question = re.search(r'^_Description: (.*)$', templates, re.M)[1]
            choices = re.split(r'(?<!\\), ', re.search(r'^__Choices: (.*)$', templates, re.M)[1])
            for text in (question, *(choice.replace('\\,', ',') for choice in choices)):
                self.assertIn(text, said, path.name)


if __name__ == '__main__':
    tap.main()
