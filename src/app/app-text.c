/* app-text.c - how addresses and numbers are written on screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-text.h"

#include <glib/gi18n.h>

#include "secinfo-mask.h"
#include "secinfo-time.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

char *
app_text_address (const char *shown)
{
  g_auto(GStrv) parts = NULL;
  g_autofree char *breakable = NULL;

  g_return_val_if_fail (shown != NULL, NULL);

  if (*shown == '+' || g_str_has_prefix (shown, "•"))
    return secinfo_text_isolate_ltr (shown);
  parts = g_strsplit (shown, "@", 2);
  /* The isolating function drops control characters, and U+200B must not be taken for one. */
  if (parts[0] == NULL || parts[1] == NULL)
    return secinfo_text_isolate (shown);
  breakable = g_strconcat (parts[0], "@" ZERO_WIDTH_SPACE, parts[1], NULL);
  return secinfo_text_isolate (breakable);
}

char *
app_text_speech (gboolean    phone,
                 const char *masked,
                 const char *shown)
{
  g_autofree char *speech = NULL;

  if (shown != NULL)
    return g_strdup_printf ("%s, %s", phone ? _("Phone") : _("Email"), shown);
  if (masked == NULL || *masked == '\0')
    return g_strdup (phone ? _("Phone") : _("Email"));
  speech = secinfo_mask_to_speech (masked);
  /* “Phone ending in 56” says by itself what it is. */
  if (phone)
    return g_steal_pointer (&speech);
  return g_strdup_printf ("%s, %s", _("Email"), speech);
}
