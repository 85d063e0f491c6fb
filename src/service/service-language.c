/* service-language.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-language.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum
{
  LANGUAGE_SIZE = 16,
  MOST_TAGS = 16,     /* of a header; who lists more gets the first ones */
};

/* gettext reads LANGUAGE at every look-up. setenv() would move the environment under threads that read it, so the
 * variable is one buffer from the start and is changed in place. */
#define VARIABLE "LANGUAGE="
static char variable[sizeof VARIABLE + LANGUAGE_SIZE] = VARIABLE "en";

/* Threads that speak the same language go on side by side; one that needs another waits until the last is done. */
static GMutex language_lock;
static GCond language_free;
static guint speakers, waiting;

/* glibc's count of catalogue changes; without it gettext goes on with what it found for the last language. */
extern int _nl_msg_cat_cntr;

static const char *
get_directory (void)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);

  return exe != NULL && g_str_has_prefix (exe, BUILDDIR "/") ? BUILDDIR "/po" : LOCALEDIR;
}

static gboolean
has_translation (const char *language)
{
  g_autofree char *path = g_strconcat (get_directory (), "/", language, "/LC_MESSAGES/" GETTEXT_PACKAGE ".mo", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
set_messages (const char *locale)
{
  return locale != NULL && locale[0] != 'C' && !g_str_equal (locale, "POSIX") &&
         setlocale (LC_MESSAGES, locale) != NULL;
}

/* glibc (2.39 and later) does not translate in a C locale; any other for LC_MESSAGES alone lets LANGUAGE rule. The
 * system's own may be a C locale: then one that is there of those that our translations are for ("de" -> "de_DE"). */
static void
leave_c_locale (const char *own)
{
  g_autoptr(GDir) directory = NULL;
  const char *language;

  if (set_messages (own) || set_messages ("en_US.UTF-8"))
    return;

  directory = g_dir_open (get_directory (), 0, NULL);
  while (directory != NULL && (language = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *region = g_ascii_strup (language, -1);
      g_autofree char *locale = strchr (language, '_') != NULL ? g_strconcat (language, ".UTF-8", NULL)
                                                               : g_strconcat (language, "_", region, ".UTF-8", NULL);

      if (has_translation (language) && set_messages (locale))
        return;
    }
}

void
service_language_init (void)
{
  g_autofree char *messages = g_strdup (setlocale (LC_MESSAGES, ""));

  setlocale (LC_ALL, "C.UTF-8");
  leave_c_locale (messages);
  putenv (variable);
  bindtextdomain (GETTEXT_PACKAGE, get_directory ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* No textdomain(): with one g_dgettext() decides at its first call, for good, whether the process speaks a foreign
   * language (g_dgettext(), “should NOT translate”), and the first call may well be in English. */
}

/* "pt-br" -> "pt_BR"; FALSE for anything that is no plain language with a region: it becomes part of a path. */
static gboolean
to_gettext_form (const char *tag,
                 char        language[LANGUAGE_SIZE])
{
  g_auto(GStrv) parts = g_strsplit (tag, "-", -1);
  guint n = g_strv_length (parts);

  for (guint i = 0; i < n; i++)
    {
      for (const char *c = parts[i]; *c != '\0'; c++)
        {
          if (!g_ascii_isalpha (*c))
            return FALSE;
        }
    }
  if (n == 0 || strlen (parts[0]) < 2 || strlen (parts[0]) > 3)
    return FALSE;

  g_autofree char *lower = g_ascii_strdown (parts[0], -1);
  /* "zh-Hant-TW": the region is the part of two letters. */
  g_autofree char *upper = NULL;

  for (guint i = 1; i < n && upper == NULL; i++)
    upper = strlen (parts[i]) == 2 ? g_ascii_strup (parts[i], -1) : NULL;

  g_snprintf (language, LANGUAGE_SIZE, upper != NULL ? "%s_%s" : "%s", lower, upper);
  return TRUE;
}

/* FALSE where there is no translation into that language. */
static gboolean
try_tag (const char *tag,
         char        language[LANGUAGE_SIZE])
{
  char form[LANGUAGE_SIZE];
  char *region;

  if (!to_gettext_form (tag, form))
    return FALSE;

  if (!has_translation (form) && (region = strchr (form, '_')) != NULL)
    *region = '\0';
  if (!has_translation (form) && !g_str_equal (form, "en"))
    return FALSE;

  g_strlcpy (language, form, LANGUAGE_SIZE);
  return TRUE;
}

void
service_language_pick (const char *header,
                       char        language[LANGUAGE_SIZE])
{
  g_auto(GStrv) tags = NULL;
  double best = 0;

  g_strlcpy (language, "en", LANGUAGE_SIZE);
  if (header == NULL || strlen (header) > 256)
    return;

  tags = g_strsplit (header, ",", MOST_TAGS);
  for (guint i = 0; tags[i] != NULL; i++)
    {
      char *quality = strstr (tags[i], ";q=");
      double weight = quality != NULL ? g_ascii_strtod (quality + 3, NULL) : 1;

      if (strchr (tags[i], ';') != NULL)
        *strchr (tags[i], ';') = '\0';
      if (weight > best && try_tag (g_strstrip (tags[i]), language))
        best = weight;
    }
}

void
service_language_push (const char *language)
{
  g_mutex_lock (&language_lock);
  while (speakers > 0 && strcmp (variable + strlen (VARIABLE), language) != 0)
    {
      waiting++;
      g_cond_wait (&language_free, &language_lock);
      waiting--;
    }

  if (strcmp (variable + strlen (VARIABLE), language) != 0)
    {
      g_strlcpy (variable + strlen (VARIABLE), language, LANGUAGE_SIZE);
      _nl_msg_cat_cntr++;
    }
  speakers++;
  g_mutex_unlock (&language_lock);
}

void
service_language_pop (void)
{
  g_mutex_lock (&language_lock);
  /* Nobody hears it, mostly, and it is a system call. */
  if (--speakers == 0 && waiting > 0)
    g_cond_broadcast (&language_free);
  g_mutex_unlock (&language_lock);
}
