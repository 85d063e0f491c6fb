/* app-add-email-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-add-dialog.h"
#include "app-plain-layout.h"

struct _AppAddEmailDialog
{
  AppAddDialog  parent_instance;

  AdwEntryRow  *address;
  AdwEntryRow  *label_row;
  GtkImage     *hint_icon;
  GtkLabel     *hint;
  GtkButton    *send_button;
};

G_DEFINE_FINAL_TYPE (AppAddEmailDialog, app_add_email_dialog, APP_TYPE_ADD_DIALOG)

static void
app_add_email_dialog_class_init (AppAddEmailDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-add-email-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AppAddEmailDialog, address);
  gtk_widget_class_bind_template_child (widget_class, AppAddEmailDialog, label_row);
  gtk_widget_class_bind_template_child (widget_class, AppAddEmailDialog, hint_icon);
  gtk_widget_class_bind_template_child (widget_class, AppAddEmailDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, AppAddEmailDialog, send_button);
}

static void
app_add_email_dialog_init (AppAddEmailDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_add_dialog_bind (APP_ADD_DIALOG (self), self->address, self->label_row, self->hint_icon, self->hint,
                       self->send_button);
}
