/* app-label-dialog.c - what a contact is called
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-label-dialog.h"

#include "app-contact-actions.h"
#include "app-help-window.h"
#include "app-plain-layout.h"

struct _AppLabelDialog
{
  AdwMessageDialog  parent_instance;

  GtkWindow        *window;      /* weak: it outlives us, being what we are modal for */
  SecinfoClient    *client;
  SecinfoAccount   *account;
  SecinfoContact   *contact;     /* (not nullable) */
  AdwEntryRow      *label_row;
};

G_DEFINE_FINAL_TYPE (AppLabelDialog, app_label_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
app_label_dialog_response (AdwMessageDialog *dialog,
                           const char       *response)
{
  AppLabelDialog *self = APP_LABEL_DIALOG (dialog);
  const char *old = secinfo_contact_get_label (self->contact);
  g_autofree char *label = NULL;

  if (!g_str_equal (response, "save"))
    return;
  label = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->label_row))));
  if (g_strcmp0 (label, old != NULL ? old : "") != 0)
    app_contact_set_label (self->window, self->client, self->account, self->contact, *label != '\0' ? label : NULL);
}

static void
app_label_dialog_dispose (GObject *object)
{
  AppLabelDialog *self = APP_LABEL_DIALOG (object);

  g_clear_object (&self->client);
  g_clear_object (&self->account);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (app_label_dialog_parent_class)->dispose (object);
}

static void
app_label_dialog_class_init (AppLabelDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_label_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = app_label_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-label-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_WHAT);
  gtk_widget_class_bind_template_child (widget_class, AppLabelDialog, label_row);
}

static void
app_label_dialog_init (AppLabelDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
}

void
app_label_dialog_present (GtkWindow      *window,
                          SecinfoClient  *client,
                          SecinfoAccount *account,
                          SecinfoContact *contact)
{
  AppLabelDialog *self = g_object_new (APP_TYPE_LABEL_DIALOG, "transient-for", window, NULL);
  const char *label = secinfo_contact_get_label (contact);

  self->window = window;
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  self->contact = g_object_ref (contact);
  gtk_editable_set_text (GTK_EDITABLE (self->label_row), label != NULL ? label : "");
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->label_row));
  gtk_editable_select_region (GTK_EDITABLE (self->label_row), 0, -1);
}
