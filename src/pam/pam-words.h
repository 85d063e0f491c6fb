/* pam-words.h - the words that the module says without secinfod
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

enum words
{
  WORDS_HINT,
  WORDS_AWAY,
  WORDS_LIKE_A_CODE,
  WORDS_NEW_EMAIL,
  WORDS_NEW_PHONE,
  WORDS_FAILED_TODAY,
  WORDS_FAILED_ON,
  WORDS_ONE_FAILED_TODAY,
  WORDS_ONE_FAILED_ON,
  WORDS_CHANGED_TODAY,
  WORDS_CHANGED_ON,
  WORDS_DAY,
  WORDS_JANUARY,
  WORDS_COUNT = WORDS_JANUARY + 12,
};

struct words_language
{
  char        name[8];                /* as in po/LINGUAS; empty: the end of the list */
  const char *words[WORDS_COUNT];
};

/* Made from po/ (make-words.py). */
extern const struct words_language words_languages[];

/* @language: "de", "de_AT.UTF-8"; what is not known is English. */
const char *words_get (const char *language, enum words which);

/* The computer's language as the administrator set it (LANG in /etc/locale.conf or /etc/default/locale), never the
 * caller's environment. */
void words_read_language (char *language, unsigned long size);
