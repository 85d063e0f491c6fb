/* app-saved-codes-row.c - saved codes in one line, and one of them letter by letter
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-saved-codes-form.h"

#include <glib/gi18n.h>

#include "secinfo-saved-code.h"
#include "secinfo-time.h"

SecinfoSecret *
app_saved_codes_form_spell (const AppSavedCode *code)
{
  const char *text = secinfo_secret_get_text (code->code);
  gsize length = secinfo_secret_get_length (code->code);
  char *spelled = g_malloc (2 * length + 16);
  char *end = spelled;
  SecinfoSecret *secret;

  end += g_snprintf (end, 8, "%c %c:", code->label[0], code->label[1]);
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '-')
        *end++ = ',';
      else
        {
          *end++ = ' ';
          *end++ = text[i];
        }
    }
  *end = '\0';
  secret = secinfo_secret_new (spelled, -1);
  secinfo_secret_free_text (spelled);
  return secret;
}

AppSavedCodesRow *
app_saved_codes_row_new (json_t *codes)
{
  AppSavedCodesRow *row = g_new0 (AppSavedCodesRow, 1);
  guint left = (guint) CLAMP (secinfo_json_get_integer (codes, "left", 0), 0, SECINFO_SAVED_CODES);

  if (secinfo_json_get_time (codes, "made_at") == 0)
    row->subtitle = g_strdup (_("Codes to print, for a day without phone and email"));
  else if (left == 0)
    row->subtitle = g_strdup (_("All used up: make new ones"));
  else if (left <= APP_SAVED_CODES_FEW)
    row->subtitle = g_strdup_printf (ngettext ("%u left: make new ones", "%u left: make new ones", left), left);
  else
    row->subtitle = g_strdup_printf (_("%u of %u left"), left, (guint) SECINFO_SAVED_CODES);
  row->low = secinfo_json_get_time (codes, "made_at") != 0 && left <= APP_SAVED_CODES_FEW;
  return row;
}

void
app_saved_codes_row_free (AppSavedCodesRow *row)
{
  if (row == NULL)
    return;
  g_free (row->subtitle);
  g_free (row);
}
