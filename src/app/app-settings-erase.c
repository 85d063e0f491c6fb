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

/* What is asked and erased, for as long as it takes. */
typedef struct
{
  AdwPreferencesWindow *settings;
  SecinfoClient        *client;
  SecinfoAccount       *account;
} Erasing;

static Erasing *
erasing_new (AdwPreferencesWindow *settings,
             SecinfoClient        *client,
             SecinfoAccount       *account)
{
  Erasing *erasing = g_new0 (Erasing, 1);

  erasing->settings = g_object_ref (settings);
  erasing->client = g_object_ref (client);
  erasing->account = g_object_ref (account);
  return erasing;
}

static void
erasing_free (gpointer data)
{
  Erasing *erasing = data;

  g_object_unref (erasing->settings);
  g_object_unref (erasing->client);
  g_object_unref (erasing->account);
  g_free (erasing);
}

static void
erasing_closure_free (gpointer  data,
                      GClosure *closure)
{
  erasing_free (data);
}

/* (nullable) The main window, while the settings are open. */
static GtkWindow *
window_of (AdwPreferencesWindow *settings)
{
  return gtk_window_get_transient_for (GTK_WINDOW (settings));
}

static void
erased_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AdwPreferencesWindow) settings = user_data;
  g_autoptr(GError) error = NULL;
  GtkWindow *window = window_of (settings);
  gboolean erased = secinfo_client_erase_account_finish (SECINFO_CLIENT (source), result, &error);

  if (window == NULL)
    return;
  if (!erased)
    {
      adw_preferences_window_add_toast (settings, adw_toast_new (error->message));
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.refresh", NULL);
  gtk_window_close (GTK_WINDOW (settings));
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  Erasing *erasing = user_data;

  if (confirmed && window_of (erasing->settings) != NULL)
    secinfo_client_erase_account_async (erasing->client, NULL, erased_cb, g_object_ref (erasing->settings));
}

static void
response_cb (AdwMessageDialog *question,
             const char       *response,
             Erasing          *erasing)
{
  if (g_str_equal (response, "erase") && window_of (erasing->settings) != NULL)
    app_elevate_run (GTK_WINDOW (erasing->settings), erasing->client, erasing->account, SECINFO_LEVEL_VERIFIED, NULL,
                     confirmed_cb, erasing_new (erasing->settings, erasing->client, erasing->account), erasing_free);
}

void
app_settings_erase (AdwPreferencesWindow *settings,
                    SecinfoClient        *client,
                    SecinfoAccount       *account)
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
  g_signal_connect_data (question, "response", G_CALLBACK (response_cb), erasing_new (settings, client, account),
                         erasing_closure_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
