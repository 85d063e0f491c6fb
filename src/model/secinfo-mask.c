/* secinfo-mask.c - contacts as they are shown before one has confirmed who one is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-mask.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BULLETS      "•••"
#define PHONE_MASK   "••• •• "
#define LRI          "\u2066"
#define FSI          "\u2068"
#define PDI          "\u2069"

char *
secinfo_mask_email (const char *value)
{
  g_autofree char *text = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  const char *at;
  glong letters;

  g_return_val_if_fail (value != NULL, NULL);

  text = g_utf8_make_valid (value, -1);
  at = strrchr (text, '@');
  if (at == NULL || at == text)
    return g_strconcat (BULLETS, at, NULL);

  letters = g_utf8_strlen (text, at - text);
  first = g_utf8_substring (text, 0, 1);
  /* One or two letters: the last one would be all that is left to guess. */
  last = letters > 2 ? g_utf8_substring (text, letters - 1, letters) : g_strdup ("");

  return g_strconcat (first, BULLETS, last, at, NULL);
}

char *
secinfo_mask_phone (const char *value)
{
  gsize length;

  g_return_val_if_fail (value != NULL, NULL);

  length = strlen (value);
  /* Only digits at the end are shown: a value that is no number shows nothing of itself. */
  if (length < 4 || !g_ascii_isdigit (value[length - 1]) || !g_ascii_isdigit (value[length - 2]))
    return g_strdup (PHONE_MASK "••");

  return g_strconcat (PHONE_MASK, value + length - 2, NULL);
}

char *
secinfo_mask_to_speech (const char *masked)
{
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  const char *bullets;
  const char *at;

  g_return_val_if_fail (masked != NULL, NULL);

  if (g_str_has_prefix (masked, PHONE_MASK))
    return g_strdup_printf (_("Phone ending in %s"), masked + strlen (PHONE_MASK));

  bullets = strstr (masked, BULLETS);
  at = bullets != NULL ? strchr (bullets, '@') : NULL;
  if (at == NULL)
    return g_strdup (masked);

  first = g_strndup (masked, bullets - masked);
  last = g_strndup (bullets + strlen (BULLETS), at - bullets - strlen (BULLETS));

  if (*last == '\0')
    /* Translators: a masked address as a screen reader says it, "a, hidden, at example.org". */
    return g_strdup_printf (_("%1$s, hidden, at %2$s"), first, at + 1);

  /* Translators: a masked address as a screen reader says it, "a, hidden, e at example.org". */
  return g_strdup_printf (_("%1$s, hidden, %2$s at %3$s"), first, last, at + 1);
}

/* Embeddings, overrides and isolates inside would end the isolate around them. */
static gboolean
turns_text_round (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
isolate (const char *text,
         const char *begin)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *kept = g_string_new (begin);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* A line end inside a server's answer parts two words: it stays as a space. */
      if (c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029)
        g_string_append_c (kept, ' ');
      else if (!g_unichar_iscntrl (c) && !turns_text_round (c))
        g_string_append_unichar (kept, c);
    }

  g_string_append (kept, PDI);
  return g_string_free (kept, FALSE);
}

char *
secinfo_text_isolate (const char *text)
{
  return isolate (text, FSI);
}

char *
secinfo_text_isolate_ltr (const char *text)
{
  return isolate (text, LRI);
}
