#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-help.py LISTER OUTPUT [CATALOGUE...]: the articles of the help as Mallard pages, for the desktop's help program.

LISTER is app-help-list, CATALOGUE a built .../LANGUAGE/LC_MESSAGES/secinfo.mo. Makes OUTPUT/C/secinfo/*.page and the
same of each language that has all of the words: half a language would be read as a broken one, and English is what the
help program shows where there is none.
"""
import gettext
import os
import pathlib
import shutil
import subprocess
import sys
from xml.sax.saxutils import escape, quoteattr

INDEX = 'index'


def read_articles(lister):
    """(name, title, paragraphs), the index first."""
    said = subprocess.run([lister], check=True, stdout=subprocess.PIPE).stdout.decode('utf-8')
    articles = [(INDEX, [], [])]
    for line in said.splitlines():
        key, text = line.split(' ', 1)
        if key == 'article':
            articles.append((text, [], []))
        else:
            articles[-1][1 if key == 'title' else 2].append(text)
    return [(name, title, paragraphs) for name, [title], paragraphs in articles]


class Missing(gettext.NullTranslations):
    def gettext(self, message):
        raise KeyError(message)


def translate(articles, path):
    """None where anything is missing."""
    with open(path, 'rb') as stream:
        catalogue = gettext.GNUTranslations(stream)
    catalogue.add_fallback(Missing())
    words = catalogue.gettext
    try:
        return [(name, words(title), [words(text) for text in paragraphs]) for name, title, paragraphs in articles]
    except KeyError:
        return None


def make_page(place, language, name, title, paragraphs):
    index = name == INDEX
    lines = ['<?xml version="1.0" encoding="utf-8"?>',
             '<!-- SPDX-FileCopyrightText: 2026 The SecInfo developers',
             '     SPDX-License-Identifier: GPL-3.0-or-later -->',
             f'<page xmlns="http://projectmallard.org/1.0/" type="{"guide" if index else "topic"}" id={quoteattr(name)}'
             f' xml:lang={quoteattr(language.replace("_", "-"))}>']
    if not index:
        # Links of a guide stand in the order of these titles.
        lines += ['  <info>', '    <link type="guide" xref="index"/>',
                  f'    <title type="sort">{place:02}</title>', '  </info>']
    lines += [f'  <title>{escape(title)}</title>', *(f'  <p>{escape(text)}</p>' for text in paragraphs), '</page>', '']
    return '\n'.join(lines)


def write_pages(output, folder, language, articles):
    pages = output / folder / 'secinfo'
    pages.mkdir(parents=True)
    for place, article in enumerate(articles):
        (pages / f'{article[0]}.page').write_text(make_page(place, language, *article), 'utf-8')


def main():
    lister, output = sys.argv[1], pathlib.Path(sys.argv[2])
    articles = read_articles(lister)
    shutil.rmtree(output, ignore_errors=True)   # an article or a language of the build before
    write_pages(output, 'C', 'en', articles)
    for path in map(pathlib.Path, sys.argv[3:]):
        language = path.parent.parent.name
        translated = translate(articles, path)
        if translated is None:
            print(f'make-help.py: left out, for not all of the help is translated: {language}', file=sys.stderr)
        else:
            write_pages(output, language, language, translated)
    os.utime(output)   # it is what ninja looks at


if __name__ == '__main__':
    main()
