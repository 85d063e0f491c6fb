/* service-source.c - what to call the place that an account comes from
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-source.h"

#include <string.h>

static gboolean
is_own (const char *word)
{
  static const char * const own[] = { "", "files", "compat", "systemd", "db", "altfiles", NULL };

  return g_strv_contains (own, word) || word[0] == '[';
}

char *
service_source_name (const char *user, const char *nsswitch)
{
  g_auto(GStrv) lines = g_strsplit (nsswitch != NULL ? nsswitch : "", "\n", -1);
  const char *domain = strchr (user, '@');

  if (domain != NULL)
    return g_strdup (domain + 1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "passwd:"))
      {
        g_auto(GStrv) words = g_strsplit_set (lines[i] + strlen ("passwd:"), " \t", -1);

        for (guint j = 0; words[j] != NULL; j++)
          if (!is_own (words[j]))
            return g_strdup (words[j]);
      }
  return g_strdup ("");
}
