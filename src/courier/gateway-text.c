/* gateway-text.c - texts that go out and words that come in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-text.h"

#include <string.h>

gboolean
gateway_text_is_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Line and paragraph separators end a line for some readers. */
      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        return FALSE;
    }
  return TRUE;
}

gboolean
gateway_text_is_ref (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  return length >= 1 && length <= 64 && text[length] == '\0';
}

gboolean
gateway_text_is_email (const char *text)
{
  const char *at = strchr (text, '@');
  gsize length = strlen (text);

  if (length > 254 || at == NULL || at == text || at[1] == '\0' || strchr (at + 1, '@') != NULL || text[0] == '-')
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p) || strchr ("\"\\<>()[],;:", *p) != NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
gateway_text_is_phone (const char *text)
{
  gsize digits;

  if (text[0] != '+' || text[1] == '0')
    return FALSE;
  digits = strspn (text + 1, "0123456789");
  return digits >= 6 && digits <= 15 && text[1 + digits] == '\0';
}

const char *
gateway_text_sms_coding (const char *text)
{
  /* The default alphabet in its order, without ESC; then the extension table. */
  static const char *const letters =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
    "\f^{}\\[~]|€";

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_utf8_strchr (letters, -1, g_utf8_get_char (p)) == NULL)
        return "2";
    }
  return "0";
}

GString *
gateway_text_clean_to_string (const char *text, gsize most)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);
  gboolean blank = FALSE;
  gsize n = 0;

  for (const char *p = valid; *p != '\0' && n < most; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isgraph (c))
        {
          blank = clean->len > 0;
          continue;
        }
      if (blank && ++n >= most)
        break;
      if (blank)
        g_string_append_c (clean, ' ');
      blank = FALSE;
      g_string_append_unichar (clean, c);
      n++;
    }
  return clean;
}

char *
gateway_text_clean (const char *text, gsize most)
{
  return g_string_free (gateway_text_clean_to_string (text, most), FALSE);
}

void
gateway_text_hide (GString *text, const char *hidden)
{
  g_autoptr(GString) kept = NULL;
  gsize length = strlen (hidden);
  gsize from = 0;

  if (length == 0)
    return;
  for (gsize at = 0; at + length <= text->len; at++)
    {
      if (g_ascii_strncasecmp (text->str + at, hidden, length) != 0)
        continue;
      if (kept == NULL)
        kept = g_string_new (NULL);
      g_string_append_len (kept, text->str + from, (gssize) (at - from));
      g_string_append (kept, "…");
      from = at + length;
      at = from - 1;
    }
  if (kept == NULL)
    return;
  g_string_append (kept, text->str + from);
  g_string_assign (text, kept->str);
}

#define SPELLED 4   /* digits: fewer, one by one, are a list like any other */

/* (transfer full): the digits that are spelled where @p stands, in one way from the first to the last; NULL: none. */
static GPtrArray *
take_spelled (const char *p)
{
  static const char * const pauses[] = { ", ", ". ", " ", ",", "-" };

  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      g_autoptr(GPtrArray) digits = g_ptr_array_new_with_free_func (g_free);
      gsize pause = strlen (pauses[i]);
      const char *q = p;

      while (g_ascii_isdigit (q[0]) && !g_ascii_isdigit (q[1]))
        {
          g_ptr_array_add (digits, g_strndup (q, 1));
          if (strncmp (q + 1, pauses[i], pause) != 0)
            break;
          q += 1 + pause;
        }
      if (digits->len >= SPELLED)
        return g_steal_pointer (&digits);
    }
  return NULL;
}

static void
hide_joined (GString *text, GPtrArray *parts)
{
  static const char * const between[] = { "", " ", "-", "+", "%20", ".", ", ", ",", ". ", "%2C%20", "%2C+", ",+",
                                          ",%20" };

  g_ptr_array_add (parts, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (between); i++)
    {
      g_autofree char *joined = g_strjoinv (between[i], (char **) parts->pdata);

      gateway_text_hide (text, joined);
    }
}

void
gateway_text_hide_digits (GString *text, const char *message, gboolean groups)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (const char *p = message; *p != '\0';)
    {
      gsize n = strspn (p, "0123456789");
      g_autoptr(GPtrArray) spelled = n == 1 ? take_spelled (p) : NULL;

      if (spelled != NULL)
        {
          /* Past all but its last digit, which spells nothing. */
          for (guint left = spelled->len - 1; left > 0; left--)
            p += 1 + strcspn (p + 1, "0123456789");
          hide_joined (text, spelled);
        }
      if (n >= 3)
        {
          g_autofree char *group = g_strndup (p, n);

          if (groups)
            gateway_text_hide (text, group);
          g_ptr_array_add (all, g_steal_pointer (&group));
        }
      p += MAX (n, 1);
    }
  if (all->len > 0)
    hide_joined (text, all);
}
