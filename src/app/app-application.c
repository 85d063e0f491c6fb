/* app-application.c - the program: its options and its one window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-application.h"

#include <glib/gi18n.h>

#include "app-dialog-over.h"
#include "app-help-window.h"
#include "app-watch.h"
#include "app-window.h"
#include "secinfo-forget.h"
#include "secinfo-launcher.h"

struct _AppApplication
{
  AdwApplication  parent_instance;

  gboolean        is_private;   /* option --private */
  char           *socket;       /* (nullable) option --socket */
  AppWatch       *watch;        /* (nullable) where this is the session's own, without a window */
};

G_DEFINE_FINAL_TYPE (AppApplication, app_application, ADW_TYPE_APPLICATION)

static SecinfoClient *
make_client (AppApplication *self)
{
  g_autofree char *own = self->is_private ? secinfo_launcher_private_socket () : NULL;

  return secinfo_client_new (self->socket != NULL ? self->socket : own);
}

static void
app_application_activate (GApplication *application)
{
  AppApplication *self = APP_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    {
      g_autoptr(SecinfoClient) client = make_client (self);

      app_window_new (GTK_APPLICATION (application), client, self->is_private);
      return;
    }
  gtk_window_present (window);
}

/* Another service is another program: it does not come to the front of the one that is open for this computer's
 * service. */
static int
app_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  AppApplication *self = APP_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("secinfo %s\n", PACKAGE_VERSION);
      return 0;
    }
  self->is_private = g_variant_dict_contains (options, "private");
  g_variant_dict_lookup (options, "socket", "^ay", &self->socket);
  if (self->socket != NULL && *self->socket != '/')
    {
      g_printerr (_("secinfo: --socket needs a path that begins with /.\n"));
      return 2;
    }
  if (self->socket != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  else if (self->is_private)
    g_application_set_application_id (application, APP_ID ".Private");
  return -1;
}

/* From a notification. What somebody is in the midst of comes to the front and is left alone. */
static void
go_to_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkApplication *application = GTK_APPLICATION (user_data);
  g_autofree char *there = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);
  GtkWindow *window, *dialog;

  g_application_activate (G_APPLICATION (application));
  window = gtk_application_get_active_window (application);
  dialog = APP_IS_WINDOW (window) ? app_dialog_over (window) : window;
  gtk_window_present (dialog != NULL ? dialog : window);
  if (dialog == NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), there, NULL);
}

static void
withdraw_alert (GApplication *application,
                GVariant     *type)
{
  g_autofree char *id = g_strconcat (APP_WATCH_ALERT, g_variant_get_string (type, NULL), NULL);

  g_application_withdraw_notification (application, id);
}

static void
was_me_cb (GSimpleAction *action,
           GVariant      *type,
           gpointer       user_data)
{
  withdraw_alert (G_APPLICATION (user_data), type);
}

/* What to do then, beside the window where it is done; a dialog that is open stays as it is. */
static void
not_me_cb (GSimpleAction *action,
           GVariant      *type,
           gpointer       user_data)
{
  GtkApplication *application = GTK_APPLICATION (user_data);

  withdraw_alert (G_APPLICATION (application), type);
  g_application_activate (G_APPLICATION (application));
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (APP_IS_WINDOW (l->data))
      {
        app_help_present (l->data, APP_ARTICLE_UNASKED);
        return;
      }
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  const char *developers[] = { "The SecInfo developers", NULL };

  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", _("Security Info"),
                         "application-icon", APP_ID,
                         "version", PACKAGE_VERSION,
                         "developer-name", "The SecInfo developers",
                         "developers", developers,
                         "copyright", "© 2026 The SecInfo developers",
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Addresses and numbers where codes for your account can reach you."),
                         /* Translators: your own names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

/* GTK reads the whole style sheet of its own theme when its settings are made, and libadwaita puts an empty theme in
 * its place a moment later: a tenth of the start. So GTK is told of an empty one at once. libadwaita itself must not
 * see the variable, for it leaves everything as it is where somebody chose a theme. */
#define EMPTY_THEME "SecInfo-empty"

static gboolean theme_is_ours;

void
app_application_choose_theme (void)
{
  theme_is_ours = g_getenv ("GTK_THEME") == NULL && g_setenv ("GTK_THEME", EMPTY_THEME, FALSE);
}

static void
init_gtk (void)
{
  gtk_init ();
  if (!theme_is_ours)
    return;
  gtk_settings_get_default ();
  g_unsetenv ("GTK_THEME");
}

static void
app_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "about", about_cb, NULL, NULL, NULL, { 0 } },
                                          { "saved-codes", go_to_cb, NULL, NULL, NULL, { 0 } },
                                          { "preferences", go_to_cb, NULL, NULL, NULL, { 0 } },
                                          { "was-me", was_me_cb, "s", NULL, NULL, { 0 } },
                                          { "not-me", not_me_cb, "s", NULL, NULL, { 0 } },
                                          { "make-saved-codes", go_to_cb, NULL, NULL, NULL, { 0 } } };
  const char *shortcuts[] = { "<Control>question", NULL };

  init_gtk ();
  G_APPLICATION_CLASS (app_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APP_ID);
  /* Tab to a text that can be selected selects nothing of it: what one wanted to keep would be gone. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "win.show-help-overlay", shortcuts);
  if ((g_application_get_flags (application) & G_APPLICATION_IS_SERVICE) != 0)
    {
      secinfo_forget_begin ();
      /* A client of its own: what is confirmed in a window ends with the window. */
      g_autoptr(SecinfoClient) client = make_client (APP_APPLICATION (application));

      APP_APPLICATION (application)->watch = app_watch_new (application, client);
      g_application_hold (application);
    }
}

static void
app_application_shutdown (GApplication *application)
{
  AppWatch *watch = g_steal_pointer (&APP_APPLICATION (application)->watch);

  if (watch != NULL)
    {
      g_object_run_dispose (G_OBJECT (watch));
      g_object_unref (watch);
    }
  G_APPLICATION_CLASS (app_application_parent_class)->shutdown (application);
}

static void
app_application_finalize (GObject *object)
{
  g_clear_pointer (&APP_APPLICATION (object)->socket, g_free);
  G_OBJECT_CLASS (app_application_parent_class)->finalize (object);
}

static void
app_application_class_init (AppApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_application_finalize;
  application_class->activate = app_application_activate;
  application_class->startup = app_application_startup;
  application_class->shutdown = app_application_shutdown;
  application_class->handle_local_options = app_application_handle_local_options;
}

static void
app_application_init (AppApplication *self)
{
  const GOptionEntry entries[] = {
    { "private", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Use a service of your own, and start it where none runs"), NULL },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Use the service behind this socket"), N_("PATH") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Say the version, and leave"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (G_APPLICATION (self), _("Where codes for your account can reach you."));
}

AppApplication *
app_application_new (void)
{
  return g_object_new (APP_TYPE_APPLICATION, "application-id", APP_ID, "resource-base-path", "/org/example/SecInfo",
                       NULL);
}
