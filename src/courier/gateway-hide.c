/* gateway-hide.c - what was told in confidence stays out of what is shown
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-hide.h"

#include "gateway-text.h"
#include "secinfo-secret.h"

#include <string.h>

#define PIECE     8   /* bytes: as many in a row are not there by chance */
#define WORTH     4   /* bytes: what is shorter is a word like any other */
#define ENCODED   6   /* the same of base64, which looks like anything */

/* --- how a text looks on a wire ----------------------------------------------------------------------------------- */

static void
take_look (GPtrArray *looks, char *look, gsize least)
{
  if (look != NULL && strlen (look) >= least)
    g_ptr_array_add (looks, look);
  else
    secinfo_secret_free_text (look);
}

/* What base64 makes of @text, wherever it stands among other bytes: its own characters alone, which depend on nothing
 * but how many bytes stand before it. So "user:password" needs no case of its own, nor does SMTP's AUTH PLAIN. */
static void
add_base64 (GPtrArray *looks, const char *text)
{
  gsize length = strlen (text);

  for (gsize before = 0; before < 3; before++)
    {
      g_autofree guchar *bytes = g_malloc0 (before + length);
      gsize first = (before * 8 + 5) / 6;
      gsize last = (before + length) * 8 / 6;
      char *encoded, *look;

      memcpy (bytes + before, text, length);
      encoded = g_base64_encode (bytes, before + length);
      look = last > first ? g_strndup (encoded + first, last - first) : NULL;
      if (look != NULL)
        take_look (looks, g_strdelimit (g_strdelimit (g_strdup (look), "+", '-'), "/", '_'), ENCODED);
      take_look (looks, look, ENCODED);
      explicit_bzero (bytes, before + length);
      secinfo_secret_free_text (encoded);
    }
}

/* (transfer full): of texts, wiped with it. */
static GPtrArray *
collect_looks (const char *text)
{
  GPtrArray *looks = g_ptr_array_new_with_free_func ((GDestroyNotify) secinfo_secret_free_text);
  g_autoptr(json_t) list = NULL;
  char *json;
  GString *form;

  if (strlen (text) < WORTH)
    return looks;
  list = json_pack ("[s]", text);
  json = list != NULL ? secinfo_json_to_text (list) : NULL;
  form = g_string_new (NULL);
  take_look (looks, g_strdup (text), WORTH);
  take_look (looks, g_uri_escape_string (text, NULL, FALSE), WORTH);
  g_string_append_uri_escaped (form, text, NULL, FALSE);
  g_string_replace (form, "%20", "+", 0);
  take_look (looks, g_string_free (form, FALSE), WORTH);
  take_look (looks, g_markup_escape_text (text, -1), WORTH);
  /* Without [" and "]. */
  if (json != NULL)
    take_look (looks, g_strndup (json + 2, strlen (json) - 4), WORTH);
  secinfo_secret_free_text (json);
  add_base64 (looks, text);
  return looks;
}

/* --- pieces ------------------------------------------------------------------------------------------------------- */

static guint64
read_piece (const char *text)
{
  guint64 piece = 0;

  for (gsize i = 0; i < PIECE; i++)
    piece = piece << 8 | (guchar) g_ascii_tolower (text[i]);
  return piece;
}

static gint
compare_pieces (gconstpointer a, gconstpointer b)
{
  guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

  return one < other ? -1 : one > other;
}

static void
add_pieces (GArray *pieces, const char *look)
{
  for (gsize at = 0; at + PIECE <= strlen (look); at++)
    {
      guint64 piece = read_piece (look + at);

      g_array_append_val (pieces, piece);
    }
}

/* Whole characters, each run of them as one …. */
static void
hide_pieces (GString *words, GArray *pieces)
{
  g_autofree gboolean *hidden = g_new0 (gboolean, words->len + 1);
  g_autoptr(GString) kept = g_string_new (NULL);
  gboolean before = FALSE;

  g_array_sort (pieces, compare_pieces);
  for (gsize at = 0; at + PIECE <= words->len; at++)
    {
      guint64 piece = read_piece (words->str + at);

      if (!g_array_binary_search (pieces, &piece, compare_pieces, NULL))
        continue;
      for (gsize i = 0; i < PIECE; i++)
        hidden[at + i] = TRUE;
    }
  for (const char *p = words->str; *p != '\0'; p = g_utf8_next_char (p))
    {
      gboolean now = FALSE;

      for (const char *q = p; q < g_utf8_next_char (p); q++)
        now = now || hidden[q - words->str];
      if (!now)
        g_string_append_len (kept, p, g_utf8_next_char (p) - p);
      else if (!before)
        g_string_append (kept, "…");
      before = now;
    }
  g_string_assign (words, kept->str);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static void
hide_looks (GString *words, const char *text)
{
  g_autoptr(GPtrArray) looks = collect_looks (text);

  for (guint i = 0; i < looks->len; i++)
    gateway_text_hide (words, g_ptr_array_index (looks, i));
}

static void
hide_told (GString *words, const GatewayMessage *message)
{
  g_autoptr(GArray) pieces = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < message->told->len; i++)
    {
      const char *told = g_ptr_array_index (message->told, i);
      g_autoptr(GPtrArray) looks = collect_looks (told);

      for (guint k = 0; k < looks->len; k++)
        {
          const char *look = g_ptr_array_index (looks, k);

          if (strlen (look) >= PIECE)
            add_pieces (pieces, look);
          else
            gateway_text_hide (words, look);
        }
    }
  if (pieces->len == 0)
    return;
  hide_pieces (words, pieces);
  explicit_bzero (pieces->data, pieces->len * sizeof (guint64));
}

/* Mail servers name a mailbox by what stands before the "@" as well. */
static void
hide_mailbox (GString *words, const char *to)
{
  const char *at = strrchr (to, '@');
  g_autofree char *mailbox = at != NULL ? g_strndup (to, (gsize) (at - to)) : NULL;

  if (mailbox != NULL)
    hide_looks (words, mailbox);
}

void
gateway_hide (GString *words, const GatewayMessage *message, gboolean groups)
{
  /* Which of them is a secret is the description's business; these are worth reading, and part of some ids. */
  static const char * const open[] = { "host", "from", "base", "login", "domain", "region", NULL };
  const char *key;
  json_t *value;

  hide_told (words, message);
  hide_looks (words, message->to);
  if (message->to[0] == '+')
    hide_looks (words, message->to + 1);
  hide_mailbox (words, message->to);
  hide_looks (words, message->text);
  gateway_text_hide_digits (words, message->text, groups);
  json_object_foreach (message->settings, key, value)
    {
      if (json_is_string (value) && !g_strv_contains (open, key))
        hide_looks (words, json_string_value (value));
    }
}
