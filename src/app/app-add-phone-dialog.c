/* app-add-phone-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-add-dialog.h"
#include "app-plain-layout.h"

struct _AppAddPhoneDialog
{
  AppAddDialog  parent_instance;

  AdwEntryRow  *number;
  AdwEntryRow  *label_row;
  GtkImage     *hint_icon;
  GtkLabel     *hint;
  GtkButton    *send_button;
  GtkWidget    *via;
  GtkWidget    *via_voice;
};

G_DEFINE_FINAL_TYPE (AppAddPhoneDialog, app_add_phone_dialog, APP_TYPE_ADD_DIALOG)

static const char *
app_add_phone_dialog_get_via (AppAddDialog *dialog)
{
  AppAddPhoneDialog *self = APP_ADD_PHONE_DIALOG (dialog);

  if (!gtk_widget_get_visible (self->via))
    return NULL;

  return gtk_check_button_get_active (GTK_CHECK_BUTTON (self->via_voice)) ? "voice" : "sms";
}

static void
app_add_phone_dialog_class_init (AppAddPhoneDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  APP_ADD_DIALOG_CLASS (klass)->get_via = app_add_phone_dialog_get_via;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-add-phone-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, number);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, label_row);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, hint_icon);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, send_button);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, via);
  gtk_widget_class_bind_template_child (widget_class, AppAddPhoneDialog, via_voice);
}

static void
app_add_phone_dialog_init (AppAddPhoneDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_add_dialog_bind (APP_ADD_DIALOG (self), self->number, self->label_row, self->hint_icon, self->hint,
                       self->send_button);
}

void
app_add_phone_dialog_set_voice (AppAddPhoneDialog *self,
                                gboolean           possible)
{
  g_return_if_fail (APP_IS_ADD_PHONE_DIALOG (self));

  gtk_widget_set_visible (self->via, possible);
}
