/* secinfo-saved-code.c - saved codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-saved-code.h"

#include <sodium.h>
#include <string.h>

#define GROUP     4
#define LONGEST   (SECINFO_SAVED_CODE_LENGTH + SECINFO_SAVED_LABEL_LENGTH)
#define SHORTEST  (SECINFO_SAVED_CODE_LENGTH - 2)   /* two characters left out: still meant as one */

/* No I, L, O, U: the first three are read as the digits they look like, and without U no word comes about. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* -1: no character of a code. */
static int
value_of (gunichar c)
{
  const char *at;

  c = g_unichar_toupper (c);
  if (c == 'O')
    return 0;
  if (c == 'I' || c == 'L')
    return 1;
  at = c != 0 && c < 128 ? strchr (alphabet, (int) c) : NULL;
  return at != NULL ? (int) (at - alphabet) : -1;
}

/* What stands between the groups, and behind the label. */
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
      return c == '\t' || c == '\n' || c == '\r' || c == 0x2212 /* minus sign */ || c == ':' || c == '.';
    }
}

/* --- the check character ------------------------------------------------------------------------------------------ */

/* GF(32), x^5 + x^2 + 1. */
static guint
times_x (guint value)
{
  value <<= 1;
  return value & 32 ? value ^ 0x25 : value;
}

/* Sum of c[i] x^(n-i): x has order 31, so all weights differ and no single wrong character and no two that changed
 * places go unnoticed. */
static guint
check_of (const guint8 *values)
{
  guint sum = 0;

  for (guint i = 0; i < SECINFO_SAVED_CODE_LENGTH - 1; i++)
    sum = times_x (sum ^ values[i]);
  return sum;
}

/* The characters of @text as numbers; -1: there is something else in it, or too much. */
static int
read_values (const char *text,
             guint8      values[LONGEST])
{
  g_autofree char *plain = NULL;
  int n = 0;

  /* Full-width letters and digits become plain ones. */
  plain = text != NULL && g_utf8_validate (text, -1, NULL) ? g_utf8_normalize (text, -1, G_NORMALIZE_NFKC) : NULL;
  for (const char *p = plain; p != NULL && *p != '\0' && n >= 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int value = value_of (c);

      if (value >= 0 && n < LONGEST)
        values[n++] = value;
      else if (value >= 0 || !is_filler (c))
        n = -1;
    }
  if (plain != NULL)
    sodium_memzero (plain, strlen (plain));
  return plain != NULL ? n : -1;
}

SecinfoSavedCodeForm
secinfo_saved_code_normalize (const char *text,
                              char        code[SECINFO_SAVED_CODE_LENGTH + 1])
{
  guint8 values[LONGEST] = { 0, };
  int n = read_values (text, values);
  const guint8 *own = n == LONGEST ? values + SECINFO_SAVED_LABEL_LENGTH : values;
  gboolean has_letter = FALSE, good;

  memset (code, 0, SECINFO_SAVED_CODE_LENGTH + 1);
  /* In the code itself, not in its label; and an O that stands for a zero is none. */
  for (int i = own - values; i < n; i++)
    has_letter |= values[i] > 9;
  if (n < SHORTEST || !has_letter)
    {
      sodium_memzero (values, sizeof values);
      return SECINFO_SAVED_CODE_NONE;
    }
  good = (n == LONGEST || n == SECINFO_SAVED_CODE_LENGTH) && check_of (own) == own[SECINFO_SAVED_CODE_LENGTH - 1];
  for (guint i = 0; good && i < SECINFO_SAVED_CODE_LENGTH; i++)
    code[i] = alphabet[own[i]];
  sodium_memzero (values, sizeof values);
  return good ? SECINFO_SAVED_CODE_GOOD : SECINFO_SAVED_CODE_MISTYPED;
}

char *
secinfo_saved_code_format (const char *code)
{
  /* Room from the start, so that no copy of a part is left behind. */
  char *shown = g_malloc0 (SECINFO_SAVED_CODE_LENGTH * 2);
  guint n = 0;

  for (guint i = 0; code[i] != '\0' && i < SECINFO_SAVED_CODE_LENGTH; i++)
    {
      if (i > 0 && i % GROUP == 0)
        shown[n++] = '-';
      shown[n++] = code[i];
    }
  return shown;
}

void
secinfo_saved_code_generate (char code[SECINFO_SAVED_CODE_LENGTH + 1])
{
  guint8 values[SECINFO_SAVED_CODE_LENGTH];
  gboolean has_letter = FALSE;

  if (sodium_init () < 0)
    g_error ("libsodium cannot start: no source of randomness");

  while (!has_letter)
    {
      for (guint i = 0; i < SECINFO_SAVED_CODE_LENGTH - 1; i++)
        values[i] = randombytes_uniform (sizeof alphabet - 1);
      values[SECINFO_SAVED_CODE_LENGTH - 1] = check_of (values);
      for (guint i = 0; i < SECINFO_SAVED_CODE_LENGTH; i++)
        {
          code[i] = alphabet[values[i]];
          has_letter |= values[i] > 9;
        }
    }
  code[SECINFO_SAVED_CODE_LENGTH] = '\0';
  sodium_memzero (values, sizeof values);
}

/* --- labels ------------------------------------------------------------------------------------------------------- */

gboolean
secinfo_saved_label_normalize (const char        *text,
                               SecinfoSavedLabel  label)
{
  guint8 values[LONGEST] = { 0, };

  memset (label, 0, sizeof (SecinfoSavedLabel));
  if (read_values (text, values) != SECINFO_SAVED_LABEL_LENGTH)
    return FALSE;
  for (guint i = 0; i < SECINFO_SAVED_LABEL_LENGTH; i++)
    label[i] = alphabet[values[i]];
  return TRUE;
}

static gboolean
is_among (SecinfoSavedLabel *labels,
          guint              n,
          const char        *label)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (labels[i], label))
        return TRUE;
    }
  return FALSE;
}

void
secinfo_saved_labels_generate (SecinfoSavedLabel labels[SECINFO_SAVED_CODES])
{
  if (sodium_init () < 0)
    g_error ("libsodium cannot start: no source of randomness");

  for (guint n = 0; n < SECINFO_SAVED_CODES; n++)
    {
      do
        {
          for (guint i = 0; i < SECINFO_SAVED_LABEL_LENGTH; i++)
            labels[n][i] = alphabet[randombytes_uniform (sizeof alphabet - 1)];
          labels[n][SECINFO_SAVED_LABEL_LENGTH] = '\0';
        }
      while (is_among (labels, n, labels[n]));
    }
}
