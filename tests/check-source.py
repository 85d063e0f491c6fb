#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules, as a script: check-source.py [FOLDER]

Prints `file:line: what to do` for each place that breaks one and ends with 1 then. What each room may include is the
list of arrows in src/DESIGN.md; a new library of a room is a line in ROOMS here, and so is seen in review.
"""
import fnmatch
import os
import re
import subprocess
import sys

LINE_MAX = 120       # characters
FILE_MAX = 700       # lines
FUNCTION_MAX = 80    # lines, with its head
ROOT_MAX = 600       # lines of code (no blank ones, no comments) of what runs as root
PAM_MAX = 900        # lines, with everything, of what is loaded into sign-in programs

# Runs only under its caller's own uid, in a private instance; everything else in privileged/ runs as root.
NOT_ROOT = {'src/privileged/password-passwd.c'}

LIBC = {
    'arpa/inet.h', 'assert.h', 'ctype.h', 'dirent.h', 'dlfcn.h', 'errno.h', 'fcntl.h', 'glob.h', 'grp.h', 'inttypes.h',
    'langinfo.h', 'libintl.h', 'limits.h', 'linux/*', 'locale.h', 'malloc.h', 'math.h', 'mntent.h', 'net/*', 'netdb.h',
    'netinet/*', 'poll.h', 'pthread.h', 'pty.h', 'pwd.h', 'sched.h', 'shadow.h', 'signal.h', 'stdarg.h', 'stdbool.h',
    'stddef.h', 'stdint.h', 'stdio.h', 'stdlib.h', 'string.h', 'strings.h', 'sys/*', 'syslog.h', 'termios.h', 'time.h',
    'unistd.h', 'utmpx.h', 'wchar.h',
}
GLIB = {'glib.h', 'glib/*', 'glib-object.h', 'glib-unix.h', 'gio/*', 'jansson.h', 'sodium.h'}

# room: the rooms whose headers it may include (its own always), and the libraries.
ROOMS = {
    'model': ([], LIBC | GLIB | {'idn2.h', 'uni*.h', 'phonenumbers/*', 'unicode/*', 'string'}),
    'client': (['model'], LIBC | GLIB | {'libsoup/*', 'libsecret/*'}),
    'app': (['client', 'model'], LIBC | GLIB | {'libsoup/*', 'gtk/*', 'gdk/*', 'adwaita.h', 'graphene.h', 'pango/*',
                                                'cairo*.h', 'qrencode.h'}),
    'cli': (['client', 'model'], LIBC | GLIB | {'libsoup/*'}),
    'service': (['model', 'wire'], LIBC | GLIB | {'microhttpd.h', 'sqlite3.h'}),
    'courier': (['model'], LIBC | GLIB | {'libsoup/*', 'curl/*', 'gmime/*'}),
    'privileged': (['wire'], LIBC | {'security/*', 'crypt.h'}),
    'pam': (['wire'], LIBC | {'security/*'}),
    'reader': (['wire'], LIBC | {'systemd/*', 'sqlite3.h'}),
    'wire': ([], LIBC),
}

# Narrower than the room: only these files may.
ONLY = [
    ('sqlite3.h', ['src/service/service-store*', 'src/reader/*'], 'ask the store: SQL stays in service/service-store*'),
    ('libsecret/*', ['src/client/secinfo-keyring*'], 'go through client/secinfo-keyring: libsecret stays there'),
    ('microhttpd.h', ['src/service/service-http*', 'src/service/service-listen*'],
     'go through service-http: libmicrohttpd stays there'),
    ('phonenumbers/*', ['src/model/secinfo-address-phone.cpp'],
     'go through secinfo-address: libphonenumber stays there'),
    ('qrencode.h', ['src/app/app-saved-codes-sheet.c'], 'go through app-saved-codes-sheet: libqrencode stays there'),
    ('idn2.h', ['src/model/secinfo-address.c'], 'go through secinfo-address: libidn2 stays there'),
]
FORMS = ['src/app/app-*-form.[ch]', 'src/app/app-text.[ch]']
TOOLKIT = ['gtk/*', 'gdk/*', 'adwaita.h', 'graphene.h', 'pango/*']

CODE = ('.c', '.h', '.cpp', '.py')
SIGNED = CODE + ('.build', '.ui', '.css', '.yaml', '.sh', '.in', '.po')
SKIPPED = ('LICENSE', 'po/LINGUAS', 'po/POTFILES.in', 'meson_options.txt')
# Written apart, so that this file does not find itself.
WORDS = re.compile(r'(?<!\w)(?:_|N_|C_|NC_|ngettext) ?\(\s*"|(?<!\w)g_dngettext ?\(\w+,\s*"')
MACHINE = re.compile(r'(?<![\w.$}~-])/(?:wo' r'rk|ro' r'ot|home/[a-z][\w-]*)/[\w.]')


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def blank_out(text):
    """C without what stands in comments, strings and characters; each line stays where it was."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def replace(found):
        what = found.group(0)
        return '""' if what[0] == '"' else "' '" if what[0] == "'" else '\n' * what.count('\n') or ' '
    return re.sub(pattern, replace, text, flags=re.S)


def list_files(top):
    git = subprocess.run(['git', '-C', top, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                         capture_output=True, text=True, check=False) if os.path.exists(top + '/.git') else None
    if git is not None and git.returncode == 0:
        return sorted(name for name in git.stdout.split('\0')
                      if name and not name.startswith('_build') and os.path.isfile(f'{top}/{name}'))
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(('_build', '.git', '__pycache__'))]
        found += [os.path.relpath(os.path.join(folder, name), top) for name in files
                  if folder != top or not name.startswith('_build')]
    return sorted(found)


class Check:
    def __init__(self, top):
        self.top = top
        self.said = []
        self.files = list_files(top)
        self.headers = {}
        self.translated = self.read_translated()
        for name in self.files:
            if name.startswith('src/') and name.endswith('.h'):
                self.headers[os.path.basename(name)] = self.room_of(name)

    def read_translated(self):
        try:
            with open(f'{self.top}/po/POTFILES.in', encoding='utf-8') as stream:
                return set(stream.read().splitlines())
        except FileNotFoundError:
            return None

    @staticmethod
    def room_of(name):
        parts = name.split('/')
        return 'wire' if parts[:3] == ['src', 'model', 'wire'] else parts[1] if len(parts) > 2 else ''

    def say(self, name, line, what):
        self.said.append(f'{name}:{line}: {what}')

    def run(self):
        root = pam = 0
        for name in self.files:
            try:
                with open(f'{self.top}/{name}', encoding='utf-8') as stream:
                    text = stream.read()
            except UnicodeDecodeError:
                continue    # pictures
            self.check_any(name, text)
            if not name.endswith(CODE):
                continue
            self.check_lines(name, text)
            if name.endswith(('.c', '.h', '.cpp')):
                self.check_c(name, text)
                if name.startswith('src/privileged/') and name not in NOT_ROOT:
                    root += sum(1 for line in blank_out(text).splitlines() if line.strip())
                if name.startswith('src/pam/'):
                    pam += len(text.splitlines())
        if root >= ROOT_MAX:
            self.say('src/privileged', 1, f'{root} lines of code run as root: bring them under {ROOT_MAX}')
        if pam > PAM_MAX:
            self.say('src/pam', 1, f'{pam} lines are loaded into sign-in programs: bring them under {PAM_MAX}')
        return self.said

    def check_any(self, name, text):
        if name.endswith(SIGNED) and name not in SKIPPED and not name.startswith('LICENSE'):
            if 'SPDX-License-Identifier:' not in '\n'.join(text.splitlines()[:12]):
                self.say(name, 1, 'begin with the two SPDX lines')
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE.search(line):
                self.say(name, number, 'take the path of one machine out')

    def check_lines(self, name, text):
        lines = text.splitlines()
        if len(lines) > FILE_MAX:
            self.say(name, FILE_MAX + 1, f'{len(lines)} lines: split the file, {FILE_MAX} is the most')
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX:
                self.say(name, number, f'{len(line)} characters: break the line, {LINE_MAX} is the most')
            if line != line.rstrip():
                self.say(name, number, 'take the white space at the end of the line away')
            if '\t' in line:
                self.say(name, number, 'indent with spaces')

    def check_c(self, name, text):
        code = blank_out(text)
        for number, line in enumerate(code.splitlines(), 1):
            if re.search(r'\bgoto\b', line):
                self.say(name, number, 'use g_autoptr or a function of its own instead of goto')
        self.check_functions(name, code)
        if not name.startswith('src/'):
            return
        if self.translated is not None and WORDS.search(code) and name not in self.translated:
            self.say(name, 1, 'has words to translate: name it in po/POTFILES.in')
        for number, line in enumerate(text.splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
            if found:
                self.check_include(name, number, found.group(2), found.group(1) == '"')
            found = re.search(r'g_param_spec_\w+ \("([\w-]+)"', line)
            if found and re.search(r'(^|-)(password|secret|token)(-|$)', found.group(1)):
                self.say(name, number, 'keep secrets out of GObject properties: use SecinfoSecret')

    def check_functions(self, name, code):
        start = None
        lines = code.splitlines()
        for number, line in enumerate(lines, 1):
            if line == '{' and number > 1 and lines[number - 2].rstrip().endswith(')'):
                start = number
            elif line == '}' and start is not None:
                if number - start - 1 > FUNCTION_MAX:
                    self.say(name, start, f'{number - start - 1} lines: split the function, {FUNCTION_MAX} is the most')
                start = None

    def check_include(self, name, number, included, own):
        room = self.room_of(name)
        if room not in ROOMS:
            self.say(name, number, f'tell check-source.py what src/{room} is and may include')
            return
        rooms, libraries = ROOMS[room]
        if own:
            if included == 'config.h':
                return
            other = self.headers.get(os.path.basename(included))
            if other is None or '/' in included:
                self.say(name, number, f'include a header of src/ by its name alone, not “{included}”')
            elif other != room and other not in rooms:
                self.say(name, number, f'do without “{included}”: {room} may not know {other}')
            return
        if not matches(included, libraries):
            what = 'GTK stays in app' if matches(included, TOOLKIT) else f'{room} has no such library (src/DESIGN.md)'
            self.say(name, number, f'do without <{included}>: {what}')
            return
        for pattern, places, words in ONLY:
            if fnmatch.fnmatchcase(included, pattern) and not matches(name, places):
                self.say(name, number, words)
        if matches(name, FORMS) and matches(included, TOOLKIT):
            self.say(name, number, f'do without <{included}>: forms have no GTK')


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    said = Check(top).run()
    for line in said:
        print(line)
    return 1 if said else 0


if __name__ == '__main__':
    sys.exit(main())
