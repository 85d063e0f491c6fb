/* secinfo-code.c - verification codes as people type them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-code.h"

#include <sodium.h>
#include <string.h>

#define CODES_IN_ALL 1000000

/* What people and programs put between and around digits. Format characters (zero width, direction marks) come
 * along with text that is pasted from messages; nobody sees them, so nobody could be asked to take them out. */
static gboolean
is_filler (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_FORMAT:
      return TRUE;
    default:
      return c == '\t' || c == '\n' || c == '\r' || c == 0x2212;  /* minus sign */
    }
}

static gboolean
is_digit (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_DECIMAL_NUMBER;
}

gboolean
secinfo_code_normalize (const char *text,
                        gssize      length,
                        char        digits[SECINFO_CODE_DIGITS + 1])
{
  gboolean right = text != NULL && g_utf8_validate (text, length, NULL);
  const char *end = right ? text + (length < 0 ? strlen (text) : (gsize) length) : NULL;
  guint n = 0;

  for (const char *p = text; right && p < end; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_digit (c) && n < SECINFO_CODE_DIGITS)
        digits[n++] = '0' + g_unichar_digit_value (c);
      else if (!is_filler (c))
        right = FALSE;
    }

  right = right && n == SECINFO_CODE_DIGITS;
  if (right)
    digits[SECINFO_CODE_DIGITS] = '\0';
  else
    sodium_memzero (digits, SECINFO_CODE_DIGITS + 1);

  return right;
}

guint
secinfo_code_count (const char *text)
{
  guint n = 0;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    n += is_digit (g_utf8_get_char (p)) ? 1 : 0;

  return n;
}

char *
secinfo_code_format (const char *text)
{
  char *shown = g_malloc0 (SECINFO_CODE_DIGITS + 2);
  guint n = 0;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return shown;

  for (const char *p = text; *p != '\0' && n < SECINFO_CODE_DIGITS + 1; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_digit (c))
        continue;
      if (n == SECINFO_CODE_DIGITS / 2)
        shown[n++] = ' ';
      shown[n++] = '0' + g_unichar_digit_value (c);
    }

  return shown;
}

void
secinfo_code_generate (char digits[SECINFO_CODE_DIGITS + 1])
{
  guint32 number;

  if (sodium_init () < 0)
    g_error ("libsodium cannot start: no source of randomness");

  number = randombytes_uniform (CODES_IN_ALL);
  for (int i = SECINFO_CODE_DIGITS - 1; i >= 0; i--)
    {
      digits[i] = '0' + number % 10;
      number /= 10;
    }
  digits[SECINFO_CODE_DIGITS] = '\0';
}
