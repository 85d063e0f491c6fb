/* cli-print.c - aligned plain text, or JSON
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-mask.h"
#include "secinfo-time.h"

#include <stdio.h>
#include <string.h>

void
cli_say (Cli *cli, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (cli->json)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", text);
}

void
cli_print_json (json_t *value)
{
  json_dumpf (value, stdout, JSON_INDENT (2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  putchar ('\n');
}

GPtrArray *
cli_table_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
}

void
cli_table_add (GPtrArray *rows, ...)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  const char *cell;
  va_list args;

  va_start (args, rows);
  while ((cell = va_arg (args, const char *)) != NULL)
    {
      /* Text from outside: nothing in it may move the cursor or colour what follows. */
      g_autofree char *clean = g_strdup (cell);

      for (char *c = clean; *c != '\0'; c++)
        if (g_ascii_iscntrl (*c))
          *c = ' ';
      g_strv_builder_add (builder, clean);
    }
  va_end (args);
  g_ptr_array_add (rows, g_strv_builder_end (builder));
}

static guint
width_of (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

void
cli_print_table (GPtrArray *rows)
{
  guint widths[16] = { 0 };

  for (guint r = 0; r < rows->len; r++)
    {
      char **cells = rows->pdata[r];

      for (guint c = 0; cells[c] != NULL && c < G_N_ELEMENTS (widths); c++)
        widths[c] = MAX (widths[c], width_of (cells[c]));
    }
  for (guint r = 0; r < rows->len; r++)
    {
      char **cells = rows->pdata[r];
      g_autoptr(GString) line = g_string_new (NULL);

      for (guint c = 0; cells[c] != NULL && c < G_N_ELEMENTS (widths); c++)
        {
          g_string_append (line, cells[c]);
          for (guint w = width_of (cells[c]); cells[c + 1] != NULL && w < widths[c] + 2; w++)
            g_string_append_c (line, ' ');
        }
      g_strchomp (line->str);
      g_print ("%s\n", line->str);
    }
}

const char *
cli_contact_text (SecinfoContact *contact)
{
  const char *display = secinfo_contact_get_display (contact);

  return display != NULL ? display : secinfo_contact_get_masked (contact);
}

static char *
day (gint64 seconds)
{
  return secinfo_time_to_day (seconds, g_get_real_time () / G_USEC_PER_SEC);
}

/* The subtitles of UI.md section 4. */
char *
cli_contact_words (SecinfoContact *contact)
{
  g_autofree char *effective = day (secinfo_contact_get_effective_at (contact));
  g_autofree char *until = day (secinfo_contact_get_restore_until (contact));

  if (secinfo_contact_get_undeliverable (contact) && secinfo_contact_get_state (contact) == SECINFO_CONTACT_VERIFIED)
    return g_strdup (_("Codes do not arrive here"));
  switch (secinfo_contact_get_state (contact))
    {
    case SECINFO_CONTACT_VERIFIED:
      return g_strdup (secinfo_contact_get_trial (contact) ? _("Verified · by the trial inbox, which proves nothing")
                       : _("Verified"));
    case SECINFO_CONTACT_UNVERIFIED:
      return g_strdup (_("Not yet verified"));
    case SECINFO_CONTACT_WAITING:
      return g_strdup_printf (_("Takes effect on %s"), effective);
    case SECINFO_CONTACT_OLD:
      return g_strdup_printf (_("Verified · in force until %s"), effective);
    case SECINFO_CONTACT_REMOVED:
      return g_strdup_printf (_("Removed · can be taken back until %s"), until);
    case SECINFO_CONTACT_UNREADABLE:
    default:
      return g_strdup (_("Cannot be read any more: enter it again"));
    }
}
