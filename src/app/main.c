/* main.c - starts the application
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app-application.h"
#include "secinfo-forget.h"
#include "secinfo-json.h"

/* A build that is not installed has its own translations. */
static const char *
locale_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL && g_str_has_prefix (program, BUILDDIR "/") ? BUILDDIR "/po" : LOCALEDIR;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(AppApplication) application = NULL;

  /* Until the window is there (app-window.c), or it is known that there will be none (app-application.c). */
  secinfo_forget_begin_later ();
  secinfo_json_init ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  app_application_choose_theme ();
  g_set_application_name (_("Security Info"));
  application = app_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
