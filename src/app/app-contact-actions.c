/* app-contact-actions.c - what can be done with a contact that there is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-contact-actions.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-dialogs.h"
#include "app-elevate.h"

typedef enum { CHANGE_LABEL, CHANGE_ALERTS, CHANGE_REMOVE, CHANGE_STILL_MINE } ChangeKind;

/* One change on its way: confirm, call, say so. */
typedef struct
{
  ChangeKind      kind;
  GtkWindow      *window;
  SecinfoClient  *client;
  SecinfoAccount *account;
  SecinfoContact *contact;
  char           *label;    /* (nullable) */
  gboolean        alerts;
  gboolean        again;    /* the service wanted to be confirmed once more: the session was locked meanwhile */
} Change;

static void confirm_change (Change *change);

static Change *
change_new (ChangeKind      kind,
            GtkWindow      *window,
            SecinfoClient  *client,
            SecinfoAccount *account,
            SecinfoContact *contact)
{
  Change *change = g_new0 (Change, 1);

  change->kind = kind;
  change->window = g_object_ref (window);
  change->client = g_object_ref (client);
  change->account = g_object_ref (account);
  change->contact = g_object_ref (contact);
  return change;
}

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->window);
  g_object_unref (change->client);
  g_object_unref (change->account);
  g_object_unref (change->contact);
  g_free (change->label);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static void
say_removed (Change *change)
{
  GtkWidget *window = GTK_WIDGET (change->window);

  /* One that was never verified is gone at once: there is nothing to take back. */
  if (secinfo_contact_get_state (change->contact) == SECINFO_CONTACT_UNVERIFIED)
    gtk_widget_activate_action (window, "win.toast", "s", _("Contact removed"));
  else
    gtk_widget_activate_action (window, "win.removed", "s", secinfo_contact_get_id (change->contact));
}

static gboolean
finish_call (Change         *change,
             SecinfoClient  *client,
             GAsyncResult   *result,
             GError        **error)
{
  g_autoptr(SecinfoContact) contact = NULL;

  switch (change->kind)
    {
    case CHANGE_LABEL:
      contact = secinfo_client_change_label_finish (client, result, error);
      return contact != NULL;
    case CHANGE_ALERTS:
      contact = secinfo_client_change_alerts_finish (client, result, error);
      return contact != NULL;
    case CHANGE_STILL_MINE:
      contact = secinfo_client_still_mine_finish (client, result, error);
      return contact != NULL;
    case CHANGE_REMOVE:
    default:
      return secinfo_client_remove_contact_finish (client, result, error);
    }
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;

  if (!finish_call (change, SECINFO_CLIENT (source), result, &error))
    {
      if (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_ELEVATION_NEEDED) && !change->again)
        {
          change->again = TRUE;
          secinfo_client_drop_elevation (SECINFO_CLIENT (source));
          confirm_change (g_steal_pointer (&change));
          return;
        }
      app_error_dialog_present (change->window, error);
      return;
    }
  if (change->kind == CHANGE_LABEL)
    gtk_widget_activate_action (GTK_WIDGET (change->window), "win.toast", "s", _("Label saved"));
  else if (change->kind == CHANGE_REMOVE)
    say_removed (change);
  gtk_widget_activate_action (GTK_WIDGET (change->window), "win.refresh", NULL);
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  Change *given = user_data;
  SecinfoClient *client = given->client;
  const char *id = secinfo_contact_get_id (given->contact);
  Change *change;

  if (!confirmed)
    return;
  /* The one that was given is freed by whoever called us. */
  change = change_new (given->kind, given->window, client, given->account, given->contact);
  change->label = g_strdup (given->label);
  change->alerts = given->alerts;
  change->again = given->again;
  switch (change->kind)
    {
    case CHANGE_LABEL:
      secinfo_client_change_label_async (client, id, change->label, NULL, changed_cb, change);
      break;
    case CHANGE_ALERTS:
      secinfo_client_change_alerts_async (client, id, change->alerts, NULL, changed_cb, change);
      break;
    case CHANGE_STILL_MINE:
      secinfo_client_still_mine_async (client, id, NULL, changed_cb, change);
      break;
    case CHANGE_REMOVE:
    default:
      secinfo_client_remove_contact_async (client, id, NULL, changed_cb, change);
      break;
    }
}

/* Takes @change. */
static void
confirm_change (Change *change)
{
  const char *preferred = change->kind == CHANGE_STILL_MINE ? secinfo_contact_get_id (change->contact) : NULL;

  app_elevate_run (change->window, change->client, change->account, SECINFO_LEVEL_VERIFIED, preferred, confirmed_cb,
                   change, change_free);
}

void
app_contact_set_label (GtkWindow      *window,
                       SecinfoClient  *client,
                       SecinfoAccount *account,
                       SecinfoContact *contact,
                       const char     *label)
{
  Change *change = change_new (CHANGE_LABEL, window, client, account, contact);

  change->label = g_strdup (label);
  confirm_change (change);
}

void
app_contact_set_alerts (GtkWindow      *window,
                        SecinfoClient  *client,
                        SecinfoAccount *account,
                        SecinfoContact *contact,
                        gboolean        alerts)
{
  Change *change = change_new (CHANGE_ALERTS, window, client, account, contact);

  change->alerts = alerts;
  confirm_change (change);
}

static void
remove_last_cb (AdwMessageDialog *dialog,
                const char       *response,
                gpointer          user_data)
{
  g_autoptr(Change) change = user_data;

  if (g_str_equal (response, "remove"))
    confirm_change (g_steal_pointer (&change));
}

void
app_contact_remove (GtkWindow      *window,
                    SecinfoClient  *client,
                    SecinfoAccount *account,
                    SecinfoContact *contact)
{
  Change *change = change_new (CHANGE_REMOVE, window, client, account, contact);
  GtkWidget *dialog;

  if (!secinfo_account_is_last_verified (account, contact))
    {
      confirm_change (change);
      return;
    }
  dialog = app_message_dialog_new (window, _("Remove your last contact?"),
                                   _("Without one, no code can reach you. "
                                     "If you forget your password, only the administrator gets you back in."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Keep"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect (dialog, "response", G_CALLBACK (remove_last_cb), change);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
taken_back_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(GError) error = NULL;

  if (!secinfo_client_restore_contact_finish (SECINFO_CLIENT (source), result, &challenge, &error))
    {
      app_error_dialog_present (change->window, error);
      return;
    }
  if (challenge != NULL)
    app_verify_dialog_present (change->window, change->client, change->account, change->contact, challenge);
  else
    gtk_widget_activate_action (GTK_WIDGET (change->window), "win.toast", "s", _("Contact is back"));
  gtk_widget_activate_action (GTK_WIDGET (change->window), "win.refresh", NULL);
}

void
app_contact_take_back (GtkWindow      *window,
                       SecinfoClient  *client,
                       SecinfoAccount *account,
                       SecinfoContact *contact)
{
  secinfo_client_restore_contact_async (client, secinfo_contact_get_id (contact), NULL, taken_back_cb,
                                        change_new (CHANGE_REMOVE, window, client, account, contact));
}

void
app_contact_still_mine (GtkWindow      *window,
                        SecinfoClient  *client,
                        SecinfoAccount *account,
                        SecinfoContact *contact)
{
  confirm_change (change_new (CHANGE_STILL_MINE, window, client, account, contact));
}
