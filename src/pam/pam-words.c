/* pam-words.c - the words that the module says without secinfod
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pam-words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define N_(text) text

/* One console line each, 80 letters at most, in every language. The order is that of `enum words`. */
static const char *const english[] = {
  N_ ("Forgot it? Type ? as the password."),
  N_ ("No way back in right now. Sign in with your password, or ask the administrator."),
  /* Translators: why a new password is refused; stands in quotes in “Refused: "…". Choose another.” */
  N_ ("it looks like a code"),
  /* Translators: %s is a day, “12 May”. At most 80 letters with it, as all that is said at the sign-in screen. */
  N_ ("New recovery email since %s. Not you? Open Security Info."),
  N_ ("New recovery phone since %s. Not you? Open Security Info."),
  /* Translators: the last %s is a time, “07:52”. */
  N_ ("%u failed tries since your last sign-in, the last today at %s."),
  N_ ("%u failed tries since your last sign-in, the last on %s at %s."),
  N_ ("1 failed try since your last sign-in, today at %s."),
  N_ ("1 failed try since your last sign-in, on %s at %s."),
  N_ ("Your password was changed with a code today at %s."),
  N_ ("Your password was changed with a code on %s at %s."),
  /* Translators: a day of this year at the sign-in screen, “12 May”: number and name of the month. */
  N_ ("%d %s"),
  N_ ("January"), N_ ("February"), N_ ("March"), N_ ("April"), N_ ("May"), N_ ("June"), N_ ("July"), N_ ("August"),
  N_ ("September"), N_ ("October"), N_ ("November"), N_ ("December"),
};
_Static_assert (sizeof english / sizeof english[0] == WORDS_COUNT, "each word of the enumeration, once");

static bool
is_language (const char *name, const char *wanted, size_t length)
{
  return strlen (name) == length && strncmp (name, wanted, length) == 0;
}

const char *
words_get (const char *language, enum words which)
{
  for (const struct words_language *known = words_languages; known->name[0] != '\0'; known++)
    if (is_language (known->name, language, strcspn (language, ".@")) ||
        is_language (known->name, language, strcspn (language, "_.@")))
      return known->words[which];
  return english[which];
}

static bool
read_language (const char *path, char *language, size_t size)
{
  FILE *file = fopen (path, "re");
  char line[256];
  bool found = false;

  while (file != NULL && !found && fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, "LANG=", 5) == 0)
      {
        const char *value = line + 5 + (line[5] == '"' || line[5] == '\'');

        snprintf (language, size, "%.*s", (int) strcspn (value, "\"' \t\n"), value);
        found = true;
      }
  if (file != NULL)
    fclose (file);
  return found;
}

void
words_read_language (char *language, unsigned long size)
{
  language[0] = '\0';
  if (!read_language ("/etc/locale.conf", language, size))
    read_language ("/etc/default/locale", language, size);
}
