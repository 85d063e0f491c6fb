/* app-window-actions.c - what the main window can be told to do: group "win"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app-contact-actions.h"
#include "app-dialogs.h"
#include "app-elevate.h"
#include "app-help-window.h"
#include "app-inbox-window.h"
#include "app-label-dialog.h"
#include "app-rehearsal-window.h"
#include "app-resume-dialog.h"
#include "app-saved-codes-dialog.h"
#include "app-settings-window.h"
#include "app-watch.h"
#include "app-way-back-dialog.h"
#include "app-window.h"
#include "secinfo-keyring.h"

#define UNDO_SECONDS 20

static void
add_email_cb (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_add_dialog_present (GTK_WINDOW (window), app_window_get_client (window), app_window_get_account (window),
                          SECINFO_CONTACT_EMAIL, NULL);
}

static void
add_phone_cb (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_add_dialog_present (GTK_WINDOW (window), app_window_get_client (window), app_window_get_account (window),
                          SECINFO_CONTACT_PHONE, NULL);
}

static void
show_page_cb (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  app_window_show_page (APP_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* --- what is done to one contact ---------------------------------------------------------------------------------- */

static void
verify (GtkWindow      *window,
        SecinfoClient  *client,
        SecinfoAccount *account,
        SecinfoContact *contact)
{
  app_verify_dialog_present (window, client, account, contact, NULL);
}

static void
change (GtkWindow      *window,
        SecinfoClient  *client,
        SecinfoAccount *account,
        SecinfoContact *contact)
{
  app_add_dialog_present (window, client, account, secinfo_contact_get_kind (contact), contact);
}

static void
toggle_alerts (GtkWindow      *window,
               SecinfoClient  *client,
               SecinfoAccount *account,
               SecinfoContact *contact)
{
  app_contact_set_alerts (window, client, account, contact, !secinfo_contact_get_alerts (contact));
}

/* Their parameter is the contact's id. */
static const struct
{
  const char *action;
  void      (*run) (GtkWindow *window, SecinfoClient *client, SecinfoAccount *account, SecinfoContact *contact);
} contact_actions[] = {
  { "win.verify", verify },
  { "win.still-mine", app_contact_still_mine },
  { "win.take-back", app_contact_take_back },
  { "win.contact-change", change },
  { "win.contact-label", app_label_dialog_present },
  { "win.contact-alerts", toggle_alerts },
  { "win.contact-remove", app_contact_remove },
};

static void
contact_cb (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);
  SecinfoAccount *account = app_window_get_account (window);
  SecinfoContact *contact = secinfo_account_find_contact (account, g_variant_get_string (parameter, NULL));

  if (contact == NULL)
    return;   /* no longer listed: its row goes with the next answer */
  for (guint i = 0; i < G_N_ELEMENTS (contact_actions); i++)
    if (g_str_equal (contact_actions[i].action, action))
      contact_actions[i].run (GTK_WINDOW (window), app_window_get_client (window), account, contact);
}

/* --- the others --------------------------------------------------------------------------------------------------- */

static void
inbox_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  app_inbox_window_present (GTK_WINDOW (widget), app_window_get_client (APP_WINDOW (widget)));
}

static void
way_back_cb (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_way_back_dialog_present (GTK_WINDOW (window), app_window_get_client (window),
                               app_window_get_account (window));
}

static void
rehearse_cb (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_rehearsal_window_present (GTK_WINDOW (window), app_window_get_client (window),
                                app_window_get_account (window));
}

static void
saved_codes_cb (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_saved_codes_dialog_present (GTK_WINDOW (window), GTK_WINDOW (window), app_window_get_client (window),
                                  app_window_get_account (window), g_str_equal (action, "win.make-saved-codes"));
}

static void
preferences_cb (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  g_application_withdraw_notification (g_application_get_default (), APP_WATCH_GATEWAY);
  app_settings_window_present (GTK_WINDOW (window), app_window_get_client (window),
                               app_window_get_account (window));
}

static void
help_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  app_help_present (GTK_WINDOW (widget), parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
}

static void
toast_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  app_window_add_toast (APP_WINDOW (widget), adw_toast_new (g_variant_get_string (parameter, NULL)));
}

static void
removed_cb (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  AdwToast *toast = adw_toast_new (_("Contact removed"));

  adw_toast_set_button_label (toast, _("_Undo"));
  /* Whoever comes by Tab needs longer than the usual five seconds. */
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_action_name (toast, "win.take-back");
  adw_toast_set_action_target_value (toast, parameter);
  app_window_add_toast (APP_WINDOW (widget), toast);
}

static void
refresh_cb (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  app_window_refresh (APP_WINDOW (widget));
}

static void
keyring_unlocked_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr(AppWindow) window = user_data;

  /* Put away or not: the page says what is so now. */
  secinfo_keyring_unlock_finish (SECINFO_KEYRING (source), result, NULL);
  app_window_refresh (window);
}

static void
unlock_keyring_cb (GtkWidget  *widget,
                   const char *action,
                   GVariant   *parameter)
{
  g_autoptr(SecinfoKeyring) keyring = secinfo_keyring_new ();

  secinfo_keyring_unlock_async (keyring, NULL, keyring_unlocked_cb, g_object_ref (widget));
}

static void
resume_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppWindow *window = APP_WINDOW (widget);

  app_resume_dialog_present (GTK_WINDOW (window), app_window_get_client (window),
                             app_window_get_account (window));
}

static void
begun_afresh (AppWindow *window,
              gboolean   ok,
              GError    *error)
{
  if (ok)
    app_window_refresh (window);
  else
    app_error_dialog_present (GTK_WINDOW (window), error);
}

static void
store_renewed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppWindow) window = user_data;
  g_autoptr(GError) error = NULL;

  begun_afresh (window, secinfo_client_start_afresh_finish (SECINFO_CLIENT (source), result, &error), error);
}

static void
account_erased_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(AppWindow) window = user_data;
  g_autoptr(GError) error = NULL;

  begun_afresh (window, secinfo_client_erase_account_finish (SECINFO_CLIENT (source), result, &error), error);
}

static void
erase_confirmed_cb (gboolean confirmed,
                    gpointer user_data)
{
  AppWindow *window = user_data;

  if (confirmed)
    secinfo_client_erase_account_async (app_window_get_client (window), NULL, account_erased_cb, g_object_ref (window));
}

static void
afresh_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    gpointer          user_data)
{
  AppWindow *window = APP_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog)));

  if (g_str_equal (response, "store"))
    secinfo_client_start_afresh_async (app_window_get_client (window), NULL, store_renewed_cb, g_object_ref (window));
  else if (g_str_equal (response, "account"))
    app_elevate_run (GTK_WINDOW (window), app_window_get_client (window), app_window_get_account (window),
                     SECINFO_LEVEL_PASSWORD, NULL, erase_confirmed_cb, g_object_ref (window), g_object_unref);
}

/* @response: what is begun afresh, "store" or "account". */
static void
ask_afresh (AppWindow  *window,
            const char *body,
            const char *response)
{
  GtkWidget *dialog = app_message_dialog_new (GTK_WINDOW (window), _("Start afresh?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), response, _("_Start afresh"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), response, ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (afresh_response_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
start_afresh_cb (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  ask_afresh (APP_WINDOW (widget), _("You begin without contacts. The old ones stay sealed on this computer and "
                                     "open again if you restore the old keyring."), "store");
}

static void
erase_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  ask_afresh (APP_WINDOW (widget), _("You begin without contacts. The old ones are told, and then deleted."),
              "account");
}

/* Made when somebody wants to see it: it has as many widgets as the window itself. */
static void
show_help_overlay_cb (GtkWidget  *widget,
                      const char *action,
                      GVariant   *parameter)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource ("/org/example/SecInfo/app-shortcuts.ui");
  GtkWindow *overlay = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (overlay, GTK_WINDOW (widget));
  gtk_window_present (overlay);
}

static void
add_shortcut (GtkWidgetClass *klass,
              const char     *trigger,
              const char     *action,
              const char     *target)
{
  g_autoptr(GtkShortcut) shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                                      gtk_named_action_new (action));

  if (target != NULL)
    gtk_shortcut_set_arguments (shortcut, g_variant_new_string (target));
  gtk_widget_class_add_shortcut (klass, shortcut);
}

void
app_window_class_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.add-email", NULL, add_email_cb);
  gtk_widget_class_install_action (klass, "win.add-phone", NULL, add_phone_cb);
  gtk_widget_class_install_action (klass, "win.show-page", "s", show_page_cb);
  for (guint i = 0; i < G_N_ELEMENTS (contact_actions); i++)
    gtk_widget_class_install_action (klass, contact_actions[i].action, "s", contact_cb);
  gtk_widget_class_install_action (klass, "win.inbox", NULL, inbox_cb);
  gtk_widget_class_install_action (klass, "win.way-back", NULL, way_back_cb);
  gtk_widget_class_install_action (klass, "win.rehearse", NULL, rehearse_cb);
  gtk_widget_class_install_action (klass, "win.saved-codes", NULL, saved_codes_cb);
  gtk_widget_class_install_action (klass, "win.make-saved-codes", NULL, saved_codes_cb);
  gtk_widget_class_install_action (klass, "win.preferences", NULL, preferences_cb);
  gtk_widget_class_install_action (klass, "win.help", NULL, help_cb);
  gtk_widget_class_install_action (klass, "win.help-article", "s", help_cb);
  gtk_widget_class_install_action (klass, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (klass, "win.removed", "s", removed_cb);
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL, show_help_overlay_cb);
  gtk_widget_class_install_action (klass, "win.refresh", NULL, refresh_cb);
  gtk_widget_class_install_action (klass, "win.unlock-keyring", NULL, unlock_keyring_cb);
  gtk_widget_class_install_action (klass, "win.start-afresh", NULL, start_afresh_cb);
  gtk_widget_class_install_action (klass, "win.resume", NULL, resume_cb);
  gtk_widget_class_install_action (klass, "win.erase", NULL, erase_cb);

  add_shortcut (klass, "<Alt>1", "win.show-page", "basics");
  add_shortcut (klass, "<Alt>2", "win.show-page", "info");
  add_shortcut (klass, "<Control>e", "win.add-email", NULL);
  add_shortcut (klass, "<Control>t", "win.add-phone", NULL);
  add_shortcut (klass, "<Control>comma", "win.preferences", NULL);
  app_help_bind_class (klass, APP_ARTICLE_WHAT);
  add_shortcut (klass, "<Control>w", "window.close", NULL);
}
