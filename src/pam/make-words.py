#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-words.py pam-words.c PO-FOLDER OUTPUT: the words of the module in each language of po/, as a table in C.

The module opens no catalogue and reads no environment, so its few words are compiled in. The order is that of the N_()
in pam-words.c; a language without one of them has the English word there.
"""
import gettext
import io
import json
import pathlib
import re
import subprocess
import sys


def quote(text):
    return json.dumps(text, ensure_ascii=False)


def main():
    source, folder, output = map(pathlib.Path, sys.argv[1:4])
    english = [json.loads(word) for word in re.findall(r'N_ \(("(?:[^"\\]|\\.)*")\)', source.read_text('utf-8'))]
    lines = ['/* Made by make-words.py from po/. */', '', '#include "pam-words.h"', '',
             'const struct words_language words_languages[] = {']
    for language in (folder / 'LINGUAS').read_text('utf-8').split('\n'):
        if not language or language.startswith('#'):
            continue
        # --check-format: the words are formats of printf() in the module.
        made = subprocess.run(['msgfmt', '--check-format', '-o', '-', folder / f'{language}.po'], check=True,
                              stdout=subprocess.PIPE)
        catalogue = gettext.GNUTranslations(io.BytesIO(made.stdout))
        lines += [f'  {{ {quote(language)}, {{'] + [f'    {quote(catalogue.gettext(word))},' for word in english]
        lines += ['  } },']
    lines += ['  { "", { 0 } },', '};', '']
    output.write_text('\n'.join(lines), 'utf-8')


if __name__ == '__main__':
    main()
