/* app-settings-erase.c - Preferences: erasing one's own security info
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-settings-erase.h"

#include <glib/gi18n.h>

#include "app-dialogs.h"
#include "app-elevate.h"
#include "app-window.h"

/* (nullable) The main window, while the settings are open. */
static AppWindow *
window_of (AdwPreferencesWindow *settings)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (settings));

  return APP_IS_WINDOW (window) ? APP_WINDOW (window) : NULL;
}

static void
erased_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AdwPreferencesWindow) settings = user_data;
  g_autoptr(GError) error = NULL;
  AppWindow *window = window_of (settings);
  gboolean erased = secinfo_client_erase_account_finish (SECINFO_CLIENT (source), result, &error);

  if (window == NULL)
    return;
  if (!erased)
    {
      adw_preferences_window_add_toast (settings, adw_toast_new (error->message));
      return;
    }
  app_window_refresh (window);
  gtk_window_close (GTK_WINDOW (settings));
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  AdwPreferencesWindow *settings = user_data;
  AppWindow *window = window_of (settings);

  if (confirmed && window != NULL)
    secinfo_client_erase_account_async (app_window_get_client (window), NULL, erased_cb, g_object_ref (settings));
}

static void
response_cb (AdwPreferencesWindow *settings,
             const char           *response)
{
  AppWindow *window = window_of (settings);

  if (g_str_equal (response, "erase") && window != NULL)
    app_elevate_run (GTK_WINDOW (settings), app_window_get_client (window), app_window_get_account (window),
                     SECINFO_LEVEL_VERIFIED, NULL, confirmed_cb, g_object_ref (settings), g_object_unref);
}

void
app_settings_erase (AdwPreferencesWindow *settings)
{
  GtkWidget *dialog = app_message_dialog_new (GTK_WINDOW (settings), _("Erase your security info?"),
                                              _("Contacts, saved codes and activity of this account are deleted at "
                                                "once and cannot be brought back. If you forget your password then, "
                                                "only the administrator can help."));
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (question, "keep", _("_Keep"), "erase", _("_Erase"), NULL);
  adw_message_dialog_set_response_appearance (question, "erase", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "keep");
  adw_message_dialog_set_close_response (question, "keep");
  g_signal_connect_object (question, "response", G_CALLBACK (response_cb), settings, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
