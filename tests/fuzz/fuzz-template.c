/* fuzz-template.c - templates and JSON with places for values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gateway-template.h"
#include "secinfo-secret.h"

#include <string.h>

static GPtrArray *settings;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  settings = gateway_settings_new ();
  gateway_settings_add (settings, "key", "Key", NULL, TRUE);
  return 0;
}

static GatewayMessage *
message_with (const char *value)
{
  g_autoptr(json_t) datagram =
    json_pack ("{s:s, s:s, s:s, s:{s:s}, s:s, s:s, s:s, s:s, s:i}", "op", "send", "ref", "r-1", "gateway", "mine",
               "settings", "key", value, "medium", "sms", "to", "+447911123456", "subject", "", "text", value, "ttl",
               600);

  return datagram != NULL ? gateway_message_new (datagram, NULL) : NULL;
}

/* Only what was checked may be filled. */
static gboolean
check_leaves (json_t *tree)
{
  const char *key;
  json_t *inner;
  gsize i;

  if (json_is_string (tree))
    return strlen (json_string_value (tree)) == json_string_length (tree) &&
           gateway_template_check (json_string_value (tree), settings, TRUE, NULL);
  json_object_foreach (tree, key, inner)
    {
      if (!check_leaves (inner))
        return FALSE;
    }
  json_array_foreach (tree, i, inner)
    {
      if (!check_leaves (inner))
        return FALSE;
    }
  return TRUE;
}

/* Nothing that a value holds ends a path, a query or a header. */
static void
fill_places (const char *text, const GatewayMessage *message, gboolean plain)
{
  static const char *const ends[] = { "/?#&=% ", "/?#&=% ", "/?#&=% ", "", "\r\n", "" };

  for (int place = GATEWAY_PLACE_PATH; place <= GATEWAY_PLACE_TEXT; place++)
    {
      g_autoptr(GError) error = NULL;
      gboolean empty = FALSE;
      char *filled = gateway_template_fill (text, message, (GatewayPlace) place, &empty, &error);

      fuzz_assert ((filled == NULL) == (error != NULL));
      /* "%XX" alone may hold a sign. */
      for (const char *p = filled; plain && p != NULL && *p != '\0'; p++)
        fuzz_assert (strchr (ends[place], *p) == NULL ||
                     (*p == '%' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2])));
      if (filled != NULL)
        secinfo_secret_free_text (filled);
    }
}

/* A template, or JSON with templates; after a NUL the value. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize length;
  g_autofree char *text = fuzz_take_until (&data, &size, '\0', &length);
  g_autofree char *value = g_strndup ((const char *) data, MIN (size, 1024));
  g_autoptr(GatewayMessage) message = g_utf8_validate (value, -1, NULL) ? message_with (value) : NULL;
  g_autoptr(json_t) tree = NULL;

  if (message == NULL)
    return 0;
  fill_places ("{text}", message, TRUE);
  if (g_utf8_validate (text, -1, NULL) && gateway_template_check (text, settings, FALSE, NULL))
    fill_places (text, message, FALSE);

  tree = secinfo_json_parse (text, length, NULL);
  if (tree != NULL && check_leaves (tree))
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(json_t) filled = gateway_template_fill_json (tree, message, &error);

      fuzz_assert ((filled == NULL) == (error != NULL));
      fuzz_assert (filled == NULL || json_typeof (filled) == json_typeof (tree) || json_is_string (tree));
    }
  return 0;
}
