/* app-add-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-add-dialog.h"

#include "app-busy-button.h"
#include "app-dialog-size.h"
#include "app-elevate.h"
#include "app-help-window.h"

#include <glib/gi18n.h>

/* The pause after the last key before something is said to be missing (UI.md section 5). */
#define SETTLE_MS 400

/**
 * AppAddDialog:
 *
 * Adds a contact, or replaces the address of one, and asks for the code that proves it. The three calls (remove what
 * was made of an earlier text, make, send a code) run one after the other; “Confirm it’s you” may come before each, and
 * after it the call is repeated.
 */
typedef struct
{
  SecinfoClient  *client;
  SecinfoAccount *account;
  AppAddressForm *form;

  AdwEntryRow    *entry;
  AdwEntryRow    *label_row;
  GtkImage       *hint_icon;
  GtkLabel       *hint;
  GtkButton      *send_button;

  SecinfoContact *made;          /* (nullable) not proven yet */
  char           *made_of;       /* (nullable) the text it was made of */
  char           *key;           /* (nullable) Idempotency-Key of the call that makes it */
  GCancellable   *cancellable;
  guint           settle_source;
  const char     *style;         /* (nullable) style class that the hint has now */
} AppAddDialogPrivate;

enum { SENT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AppAddDialog, app_add_dialog, ADW_TYPE_WINDOW)

static void go_on (AppAddDialog *self);

static void
form_changed_cb (AppAddressForm *form,
                 AppAddDialog   *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  AppHintKind kind = app_address_form_get_hint_kind (form);
  const char *style = app_hint_kind_to_style (kind);
  gboolean error = app_address_form_is_wrong (form);

  gtk_label_set_label (priv->hint, app_address_form_get_hint (form));
  gtk_image_set_from_icon_name (priv->hint_icon, app_hint_kind_to_icon (kind));
  if (priv->style != NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (priv->hint), priv->style);
      gtk_widget_remove_css_class (GTK_WIDGET (priv->hint_icon), priv->style);
    }
  priv->style = style;
  gtk_widget_add_css_class (GTK_WIDGET (priv->hint), style);
  gtk_widget_add_css_class (GTK_WIDGET (priv->hint_icon), style);

  if (error)
    gtk_widget_add_css_class (GTK_WIDGET (priv->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (priv->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (priv->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);

  gtk_editable_set_editable (GTK_EDITABLE (priv->entry), !app_address_form_is_busy (form));
  gtk_widget_set_sensitive (GTK_WIDGET (priv->send_button), app_address_form_can_send (form));
  app_busy_button_set (priv->send_button, _("_Send"), app_address_form_is_busy (form));
  app_dialog_grow (ADW_WINDOW (self));
}

static gboolean
settle_cb (gpointer user_data)
{
  AppAddDialog *self = user_data;
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  priv->settle_source = 0;
  app_address_form_settle (priv->form);

  return G_SOURCE_REMOVE;
}

static void
entry_changed_cb (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  if (priv->form == NULL)
    return;
  app_address_form_set_text (priv->form, gtk_editable_get_text (GTK_EDITABLE (priv->entry)));
  g_clear_handle_id (&priv->settle_source, g_source_remove);
  priv->settle_source = g_timeout_add (SETTLE_MS, settle_cb, self);
}

static void
label_changed_cb (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  if (priv->form != NULL)
    app_address_form_set_label (priv->form, gtk_editable_get_text (GTK_EDITABLE (priv->label_row)));
}

static void
elevated_cb (gboolean confirmed,
             gpointer user_data)
{
  AppAddDialog *self = user_data;
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  if (confirmed)
    {
      go_on (self);
      return;
    }
  app_address_form_set_busy (priv->form, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (priv->entry));
}

static void
stop (AppAddDialog *self,
      const GError *error)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  gboolean in_field = error->domain == SECINFO_PROBLEM &&
                      (error->code == SECINFO_PROBLEM_ADDRESS_NOT_VALID ||
                       error->code == SECINFO_PROBLEM_CONTACT_EXISTS ||
                       error->code == SECINFO_PROBLEM_CONTACTS_FULL);

  app_address_form_set_busy (priv->form, FALSE);
  app_address_form_set_problem (priv->form, error->message, in_field);
  gtk_widget_grab_focus (GTK_WIDGET (priv->entry));
}

/* Confirm it’s you and once more, or the reason under the field. */
static void
refuse (AppAddDialog *self,
        const GError *error)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  SecinfoProblem *problem = secinfo_problem_from_error (error);
  SecinfoLevel level = SECINFO_LEVEL_VERIFIED;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (problem == NULL || secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_ELEVATION_NEEDED)
    {
      stop (self, error);
      return;
    }

  secinfo_level_from_string (secinfo_json_get_string (secinfo_problem_get_members (problem), "level"), &level);
  /* The service said so: what this client believes of its level is out of date. */
  if (secinfo_client_get_level (priv->client) >= level)
    secinfo_client_drop_elevation (priv->client);
  app_elevate_run (GTK_WINDOW (self), priv->client, priv->account, level, NULL, elevated_cb, g_object_ref (self),
                   g_object_unref);
}

static void
proved_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppAddDialog) self = user_data;
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  challenge = secinfo_client_prove_contact_finish (SECINFO_CLIENT (object), result, &error);
  if (challenge == NULL)
    {
      refuse (self, error);
      return;
    }
  g_signal_emit (self, signals[SENT], 0, priv->made, challenge);
  gtk_window_close (GTK_WINDOW (self));
}

static void
take_made (AppAddDialog   *self,
           SecinfoContact *contact,
           const GError   *error)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  if (contact == NULL)
    {
      refuse (self, error);
      return;
    }
  g_set_object (&priv->made, contact);
  g_free (priv->made_of);
  priv->made_of = g_strdup (app_address_form_get_text (priv->form));
  g_clear_pointer (&priv->key, g_free);
  go_on (self);
}

static void
added_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppAddDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoContact) contact = secinfo_client_add_contact_finish (SECINFO_CLIENT (object), result, &error);

  take_made (self, contact, error);
}

static void
changed_value_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppAddDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoContact) contact = secinfo_client_change_value_finish (SECINFO_CLIENT (object), result, &error);

  take_made (self, contact, error);
}

static void
removed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppAddDialog) self = user_data;
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  g_autoptr(GError) error = NULL;

  if (!secinfo_client_remove_contact_finish (SECINFO_CLIENT (object), result, &error) &&
      !g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND))
    {
      refuse (self, error);
      return;
    }
  g_clear_object (&priv->made);
  g_clear_pointer (&priv->made_of, g_free);
  go_on (self);
}

static void
make (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  SecinfoContact *change = app_address_form_get_change (priv->form);
  const char *text = app_address_form_get_text (priv->form);
  const char *region = app_address_form_get_region (priv->form);

  if (change != NULL)
    {
      secinfo_client_change_value_async (priv->client, secinfo_contact_get_id (change), text, region,
                                         priv->cancellable, changed_value_cb, g_object_ref (self));
      return;
    }
  if (priv->key == NULL)
    priv->key = g_uuid_string_random ();
  secinfo_client_add_contact_async (priv->client, app_address_form_get_kind (priv->form), text, region,
                                    app_address_form_get_label (priv->form), priv->key,
                                    priv->cancellable, added_cb, g_object_ref (self));
}

/* The next of the three calls. */
static void
go_on (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  AppAddDialogClass *klass = APP_ADD_DIALOG_GET_CLASS (self);
  const char *via = klass->get_via != NULL ? klass->get_via (self) : NULL;

  if (priv->made == NULL)
    make (self);
  else if (g_strcmp0 (priv->made_of, app_address_form_get_text (priv->form)) != 0)
    secinfo_client_remove_contact_async (priv->client, secinfo_contact_get_id (priv->made),
                                         priv->cancellable, removed_cb, g_object_ref (self));
  else
    secinfo_client_prove_contact_async (priv->client, secinfo_contact_get_id (priv->made), via, NULL,
                                        priv->cancellable, proved_cb, g_object_ref (self));
}

static void
send_cb (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  app_address_form_settle (priv->form);
  if (!app_address_form_can_send (priv->form))
    return;
  app_address_form_set_problem (priv->form, NULL, FALSE);
  app_address_form_set_busy (priv->form, TRUE);
  g_clear_pointer (&priv->key, g_free);
  go_on (self);
}

static gboolean
app_add_dialog_close_request (GtkWindow *window)
{
  AppAddDialog *self = APP_ADD_DIALOG (window);
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  g_cancellable_cancel (priv->cancellable);
  g_clear_handle_id (&priv->settle_source, g_source_remove);

  return GTK_WINDOW_CLASS (app_add_dialog_parent_class)->close_request (window);
}

static void
app_add_dialog_dispose (GObject *object)
{
  AppAddDialog *self = APP_ADD_DIALOG (object);
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  g_clear_handle_id (&priv->settle_source, g_source_remove);
  if (priv->form != NULL)
    g_signal_handlers_disconnect_by_data (priv->form, self);
  g_clear_object (&priv->form);
  g_clear_object (&priv->client);
  g_clear_object (&priv->account);
  g_clear_object (&priv->made);
  g_clear_object (&priv->cancellable);
  g_clear_pointer (&priv->made_of, g_free);
  g_clear_pointer (&priv->key, g_free);

  G_OBJECT_CLASS (app_add_dialog_parent_class)->dispose (object);
}

static void
app_add_dialog_class_init (AppAddDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_add_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_add_dialog_close_request;
  app_help_bind_class (GTK_WIDGET_CLASS (klass), APP_ARTICLE_WHAT);

  signals[SENT] = g_signal_new ("sent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, SECINFO_TYPE_CONTACT, SECINFO_TYPE_CHALLENGE);
}

static void
app_add_dialog_init (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  priv->cancellable = g_cancellable_new ();
}

void
app_add_dialog_bind (AppAddDialog *self,
                     AdwEntryRow  *entry,
                     AdwEntryRow  *label_row,
                     GtkImage     *hint_icon,
                     GtkLabel     *hint,
                     GtkButton    *send_button)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  priv->entry = entry;
  priv->label_row = label_row;
  priv->hint_icon = hint_icon;
  priv->hint = hint;
  priv->send_button = send_button;
  gtk_accessible_update_relation (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, hint, NULL, -1);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (entry_changed_cb), self);
  g_signal_connect_swapped (label_row, "changed", G_CALLBACK (label_changed_cb), self);
  g_signal_connect_swapped (send_button, "clicked", G_CALLBACK (send_cb), self);
}

void
app_add_dialog_start (AppAddDialog   *self,
                      SecinfoClient  *client,
                      AppAddressForm *form,
                      SecinfoAccount *account)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);
  SecinfoContact *change;
  const char *value;

  g_return_if_fail (APP_IS_ADD_DIALOG (self));
  g_return_if_fail (priv->form == NULL);

  priv->client = g_object_ref (client);
  priv->account = g_object_ref (account);
  priv->form = g_object_ref (form);
  g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
  form_changed_cb (form, self);

  gtk_widget_grab_focus (GTK_WIDGET (priv->entry));
  change = app_address_form_get_change (form);
  if (change == NULL)
    return;
  /* The label stays with the contact, whatever its address is. */
  gtk_widget_set_visible (gtk_widget_get_ancestor (GTK_WIDGET (priv->label_row), ADW_TYPE_PREFERENCES_GROUP), FALSE);
  value = secinfo_contact_get_display (change);
  if (value == NULL)
    return;
  /* Selected, so that typing replaces it. */
  gtk_editable_set_text (GTK_EDITABLE (priv->entry), value);
  gtk_editable_select_region (GTK_EDITABLE (priv->entry), 0, -1);
}

AppAddressForm *
app_add_dialog_get_form (AppAddDialog *self)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  g_return_val_if_fail (APP_IS_ADD_DIALOG (self), NULL);

  return priv->form;
}

void
app_add_dialog_take_up (AppAddDialog   *self,
                        SecinfoContact *made,
                        const char     *text,
                        const char     *label)
{
  AppAddDialogPrivate *priv = app_add_dialog_get_instance_private (self);

  g_return_if_fail (APP_IS_ADD_DIALOG (self));

  g_set_object (&priv->made, made);
  g_free (priv->made_of);
  priv->made_of = g_strdup (text);
  gtk_editable_set_text (GTK_EDITABLE (priv->entry), text);
  gtk_editable_set_text (GTK_EDITABLE (priv->label_row), label != NULL ? label : "");
  /* Most often a letter or two are to be mended. */
  gtk_editable_set_position (GTK_EDITABLE (priv->entry), -1);
}
