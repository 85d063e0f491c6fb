/* fuzz-events.c - the client's event stream, cut anywhere
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-event-parser.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  return 0;
}

static void
note_cb (const char *type, const char *data, gpointer notes)
{
  fuzz_assert (g_utf8_validate (type, -1, NULL) && g_utf8_validate (data, -1, NULL));
  fuzz_assert (strlen (data) <= SECINFO_EVENT_DATA_MAX);
  g_string_append_printf (notes, "%s=%s\n", type, data);
}

/* What was understood, with the stream handed over @step bytes at a time. */
static char *
feed (const char *bytes, gsize size, gsize step)
{
  g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();
  GString *notes = g_string_new (NULL);

  for (gsize at = 0; at < size; at += step)
    {
      g_autoptr(GError) error = NULL;

      if (!secinfo_event_parser_feed (parser, bytes + at, MIN (step, size - at), note_cb, notes, &error))
        {
          fuzz_assert (error != NULL);
          g_string_append (notes, "broken");
          break;
        }
    }
  return g_string_free (notes, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;

  if (size == 0)
    return 0;
  whole = feed ((const char *) data + 1, size - 1, MAX (size, 1));
  cut = feed ((const char *) data + 1, size - 1, data[0] % 16 + 1);
  fuzz_assert (g_str_equal (whole, cut));
  return 0;
}
