#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The help as pages: each article of the window, in each language that has all of their words, valid and alike."""
import gettext
import json
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
PAGES = BUILD / 'data/help'
SCHEMA = pathlib.Path('/usr/share/xml/mallard/1.0/mallard-1.0.rng')
MALLARD = '{http://projectmallard.org/1.0/}'
WORDS = re.compile(r'N_\(((?:"(?:[^"\\]|\\.)*"\s*)+)\)')


def articles():
    """name: its words in the source (title, paragraphs, button), and whether it has a button."""
    names = dict(re.findall(r'#define (APP_ARTICLE_\w+) +"([\w-]+)"',
                            (SOURCE / 'src/app/app-help-form.h').read_text('utf-8')))
    table = (SOURCE / 'src/app/app-help-form.c').read_text('utf-8').split('articles[] = {')[1].split('\n};')[0]
    found = {}
    for entry in table.split('\n  { ')[1:]:
        words = [''.join(json.loads(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', said))
                 for said in WORDS.findall(entry)]
        found[names.pop(entry.split(',')[0])] = words, '"win.' in entry
    assert not names, f'names without an article: {names}'
    return found


def read(language, name):
    return xml.etree.ElementTree.parse(PAGES / language / 'secinfo' / f'{name}.page').getroot()


def said(page):
    """Title and paragraphs, as they are shown."""
    return [element.text for element in page if element.tag in (MALLARD + 'title', MALLARD + 'p')]


class Help(unittest.TestCase):
    def test_each_article_has_its_page(self):
        known = articles()
        self.assertGreater(len(known), 5)
        languages = sorted(path.name for path in PAGES.iterdir())
        self.assertEqual(languages, sorted(['C', *(SOURCE / 'po/LINGUAS').read_text('utf-8').split()]))
        for language in languages:
            self.assertEqual({path.name for path in (PAGES / language / 'secinfo').iterdir()},
                             {f'{name}.page' for name in ('index', *known)}, language)

    def test_english(self):
        """Word by word what the window says; a button is said in words, for it would lead nowhere."""
        order = []
        for name, (words, button) in articles().items():
            page = read('C', name)
            self.assertEqual((page.get('id'), page.get('type')), (name, 'topic'))
            texts = said(page)
            if button:
                self.assertRegex(texts.pop(), '^Open Security Info', name)
                words = words[:-1]
            self.assertEqual(texts, words, name)
            links = page.findall(f'.//{MALLARD}link')
            self.assertEqual([(link.get('type'), link.get('xref')) for link in links], [('guide', 'index')], name)
            order.append(page.find(f'{MALLARD}info/{MALLARD}title').text)
        self.assertEqual(order, sorted(order))   # as in the window
        self.assertEqual(len(order), len(set(order)))

    def test_translated(self):
        """No sentence in the wrong language."""
        for language in (SOURCE / 'po/LINGUAS').read_text('utf-8').split():
            with open(BUILD / 'po' / language / 'LC_MESSAGES/secinfo.mo', 'rb') as stream:
                catalogue = gettext.GNUTranslations(stream)
            for name in ('index', *articles()):
                english, page = said(read('C', name)), read(language, name)
                self.assertEqual(page.get('{http://www.w3.org/XML/1998/namespace}lang'), language.replace('_', '-'))
                self.assertEqual(said(page), [catalogue.gettext(text) for text in english], f'{language}/{name}')
                for text, other in zip(english[1:], said(page)[1:]):
                    self.assertNotEqual(text, other, f'{language}/{name}')

    @unittest.skipUnless(SCHEMA.exists() and shutil.which('xmllint'), 'xmllint or mallard-rng is not here')
    def test_valid(self):
        done = subprocess.run(['xmllint', '--nonet', '--noout', '--relaxng', SCHEMA, *sorted(PAGES.rglob('*.page'))],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count(' validates\n'), len(list(PAGES.rglob('*.page'))))

    def test_half_a_language(self):
        """Is left out, and so is what an earlier build left."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            whole = (SOURCE / 'po/de.po').read_text('utf-8')
            title = 'msgid "Is a code a password?"\nmsgstr '
            self.assertEqual(whole.count(title), 1)
            for language, text in (('de', whole), ('xx', re.sub(re.escape(title) + '".*"', title + '""', whole))):
                place = top / language / 'LC_MESSAGES'
                place.mkdir(parents=True)
                subprocess.run(['msgfmt', '-o', place / 'secinfo.mo', '-'], input=text, text=True, check=True)
            old = top / 'help/C/secinfo/old.page'
            old.parent.mkdir(parents=True)
            old.write_text('', 'utf-8')
            done = subprocess.run(['/usr/bin/python3', SOURCE / 'src/app/make-help.py', BUILD / 'src/app/app-help-list',
                                   top / 'help', *top.glob('*/LC_MESSAGES/secinfo.mo')],
                                  capture_output=True, text=True, check=True)
            self.assertEqual({path.name for path in (top / 'help').iterdir()}, {'C', 'de'})
            self.assertFalse(old.exists())
            self.assertTrue(done.stderr.endswith('translated: xx\n'), done.stderr)


if __name__ == '__main__':
    tap.main()
