/* app-dialogs.c - from the address to the code and back
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-dialogs.h"

#include "app-add-dialog.h"
#include "app-code-pane.h"
#include "app-confirm-dialog.h"
#include "app-dialog-over.h"
#include "app-elevate.h"
#include "app-help-window.h"
#include "app-verify-dialog.h"

#include <glib/gi18n.h>

/* What both dialogs of one run know. */
typedef struct
{
  GtkWindow      *parent;    /* (nullable) weak */
  SecinfoClient  *client;
  SecinfoAccount *account;
  SecinfoContact *contact;   /* (nullable) the one that is proven */
  SecinfoContact *change;    /* (nullable) the one whose address it replaces */
  char           *text;      /* (nullable) as it was typed in this run */
  char           *label;     /* (nullable) */
} Run;

static void
run_free (Run *run)
{
  g_clear_weak_pointer (&run->parent);
  g_clear_object (&run->client);
  g_clear_object (&run->account);
  g_clear_object (&run->contact);
  g_clear_object (&run->change);
  g_free (run->text);
  g_free (run->label);
  g_free (run);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

static void
run_closure_free (gpointer  run,
                  GClosure *closure)
{
  run_free (run);
}

static Run *
run_new (GtkWindow      *parent,
         SecinfoClient  *client,
         SecinfoAccount *account)
{
  Run *run = g_new0 (Run, 1);

  g_set_weak_pointer (&run->parent, parent);
  run->client = g_object_ref (client);
  run->account = g_object_ref (account);

  return run;
}

static void present_verify (Run *run, SecinfoChallenge *challenge);
static void present_add    (Run *run, SecinfoContactKind kind);

gboolean
app_dialogs_prepare (void)
{
  static guint next;

  switch (next++)
    {
    case 0:
      g_type_class_unref (g_type_class_ref (APP_TYPE_VERIFY_DIALOG));
      return TRUE;
    case 1:
      g_type_class_unref (g_type_class_ref (APP_TYPE_CODE_PANE));
      return TRUE;
    case 2:
      g_type_class_unref (g_type_class_ref (APP_TYPE_ADD_EMAIL_DIALOG));
      return TRUE;
    case 3:
      g_type_class_unref (g_type_class_ref (APP_TYPE_CONFIRM_DIALOG));
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- the address ------------------------------------------------------------------------------------------------- */

static void
sent_cb (AppAddDialog     *dialog,
         SecinfoContact   *contact,
         SecinfoChallenge *challenge,
         Run              *run)
{
  AppAddressForm *form = app_add_dialog_get_form (dialog);
  Run *next;

  if (run->parent == NULL)
    return;
  next = run_new (run->parent, run->client, run->account);
  next->contact = g_object_ref (contact);
  next->change = run->change != NULL ? g_object_ref (run->change) : NULL;
  next->text = g_strdup (app_address_form_get_text (form));
  next->label = g_strdup (app_address_form_get_label (form));
  present_verify (next, challenge);
}

static gboolean
is_ready (SecinfoAccount *account,
          SecinfoMedium   medium)
{
  return secinfo_account_get_channel (account, medium)->state == SECINFO_CHANNEL_READY;
}

/* Takes over @run. */
static void
present_add (Run                *run,
             SecinfoContactKind  kind)
{
  gboolean email = kind == SECINFO_CONTACT_EMAIL;
  g_autofree char *region = email ? NULL : secinfo_region_of_locale ();
  g_autoptr(AppAddressForm) form = app_address_form_new (run->account, kind, region, run->change);
  AppAddDialog *dialog;

  dialog = g_object_new (email ? APP_TYPE_ADD_EMAIL_DIALOG : APP_TYPE_ADD_PHONE_DIALOG,
                         "transient-for", run->parent, NULL);
  if (!email)
    app_add_phone_dialog_set_voice (APP_ADD_PHONE_DIALOG (dialog),
                                    is_ready (run->account, SECINFO_MEDIUM_SMS) &&
                                    is_ready (run->account, SECINFO_MEDIUM_VOICE));
  if (run->change != NULL)
    gtk_window_set_title (GTK_WINDOW (dialog), email ? _("Change email") : _("Change phone"));
  app_add_dialog_start (dialog, run->client, form, run->account);
  if (run->contact != NULL && run->text != NULL)
    app_add_dialog_take_up (dialog, run->contact, run->text, run->label);
  g_signal_connect_data (dialog, "sent", G_CALLBACK (sent_cb), run, run_closure_free, 0);
  app_dialog_present (GTK_WINDOW (dialog));
}

void
app_add_dialog_present (GtkWindow          *parent,
                        SecinfoClient      *client,
                        SecinfoAccount     *account,
                        SecinfoContactKind  kind,
                        SecinfoContact     *change)
{
  Run *run;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  run = run_new (parent, client, account);
  run->change = change != NULL ? g_object_ref (change) : NULL;
  present_add (run, kind);
}

/* --- the code ---------------------------------------------------------------------------------------------------- */

static void
change_cb (AppVerifyDialog *dialog,
           Run             *run)
{
  Run *next;

  if (run->parent == NULL)
    return;
  next = run_new (run->parent, run->client, run->account);
  next->contact = g_object_ref (run->contact);
  next->change = run->change != NULL ? g_object_ref (run->change) : NULL;
  next->text = g_strdup (run->text);
  next->label = g_strdup (run->label);
  present_add (next, secinfo_contact_get_kind (run->contact));
}

/* Another kind of contact is only offered where a code can go to it. */
static void
offer_instead (AppVerifyDialog  *dialog,
               Run              *run,
               SecinfoChallenge *challenge)
{
  gboolean email = secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_EMAIL;

  if (secinfo_challenge_get_purpose (challenge) != SECINFO_PURPOSE_PROVE)
    return;
  if (email && (is_ready (run->account, SECINFO_MEDIUM_SMS) || is_ready (run->account, SECINFO_MEDIUM_VOICE)))
    app_verify_dialog_set_instead (dialog, SECINFO_CONTACT_PHONE);
  else if (!email && is_ready (run->account, SECINFO_MEDIUM_EMAIL))
    app_verify_dialog_set_instead (dialog, SECINFO_CONTACT_EMAIL);
}

/* Takes over @run. */
static void
present_verify (Run              *run,
                SecinfoChallenge *challenge)
{
  g_autoptr(AppCodeForm) form = app_code_form_new (run->client, challenge, run->text);
  gboolean can_change = run->contact != NULL &&
                        secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_PROVE;
  AppVerifyDialog *dialog = app_verify_dialog_new (run->parent, form, can_change);

  offer_instead (dialog, run, challenge);
  g_signal_connect_data (dialog, "change", G_CALLBACK (change_cb), run, run_closure_free, 0);
  app_dialog_present (GTK_WINDOW (dialog));
}

GtkWidget *
app_message_dialog_new (GtkWindow  *parent,
                        const char *heading,
                        const char *body)
{
  static gboolean bound;
  GtkWidget *dialog;

  if (!bound)
    {
      app_help_bind_class (g_type_class_ref (ADW_TYPE_MESSAGE_DIALOG), APP_ARTICLE_WHAT);
      bound = TRUE;
    }
  dialog = adw_message_dialog_new (parent, heading, NULL);

  /* GTK 4.8 has no role for a window that says none. */
  g_object_set (dialog, "accessible-role", GTK_ACCESSIBLE_ROLE_DIALOG, "title", heading, NULL);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
  return dialog;
}

void
app_error_dialog_present (GtkWindow    *parent,
                          const GError *error)
{
  GtkWidget *dialog;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dialog = app_message_dialog_new (parent, _("Nothing was changed"), error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
  /* Whatever it was about may look different now. */
  gtk_widget_activate_action (GTK_WIDGET (parent), "win.refresh", NULL);
}

static void
say_refused (Run          *run,
             const GError *error)
{
  GtkWidget *dialog;

  if (run->parent == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dialog = app_message_dialog_new (run->parent, _("No code was sent"), error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("C_lose"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
proved_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(Run) run = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  challenge = secinfo_client_prove_contact_finish (SECINFO_CLIENT (object), result, &error);
  if (challenge == NULL)
    say_refused (run, error);
  else if (run->parent != NULL)
    present_verify (g_steal_pointer (&run), challenge);
}

static void
restored_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(Run) run = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  if (!secinfo_client_restore_contact_finish (SECINFO_CLIENT (object), result, &challenge, &error))
    say_refused (run, error);
  else if (run->parent == NULL)
    return;
  else if (challenge != NULL)
    present_verify (g_steal_pointer (&run), challenge);
  else
    gtk_widget_activate_action (GTK_WIDGET (run->parent), "win.toast", "s", _("Contact is back"));
}

static void
got_running_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(Run) run = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_get_challenge_finish (SECINFO_CLIENT (object), result, &error);

  if (challenge != NULL && run->parent != NULL)
    present_verify (g_steal_pointer (&run), challenge);
  else if (challenge == NULL && run->contact != NULL)
    secinfo_client_prove_contact_async (run->client, secinfo_contact_get_id (run->contact), NULL, NULL, NULL,
                                        proved_cb, g_steal_pointer (&run));
}

void
app_verify_dialog_present (GtkWindow        *parent,
                           SecinfoClient    *client,
                           SecinfoAccount   *account,
                           SecinfoContact   *contact,
                           SecinfoChallenge *challenge)
{
  g_autoptr(Run) run = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (contact != NULL || challenge != NULL);

  run = run_new (parent, client, account);
  run->contact = contact != NULL ? g_object_ref (contact) : NULL;
  if (contact != NULL)
    {
      run->text = g_strdup (secinfo_contact_get_display (contact));
      run->label = g_strdup (secinfo_contact_get_label (contact));
    }

  if (challenge != NULL)
    present_verify (g_steal_pointer (&run), challenge);
  else if (secinfo_contact_get_state (contact) == SECINFO_CONTACT_REMOVED)
    secinfo_client_restore_contact_async (client, secinfo_contact_get_id (contact), NULL, restored_cb,
                                          g_steal_pointer (&run));
  else if (secinfo_contact_get_challenge (contact) != NULL)
    secinfo_client_get_challenge_async (client, secinfo_contact_get_challenge (contact), NULL, got_running_cb,
                                        g_steal_pointer (&run));
  else
    secinfo_client_prove_contact_async (client, secinfo_contact_get_id (contact), NULL, NULL, NULL, proved_cb,
                                        g_steal_pointer (&run));
}
