/* app-add-dialog.h - what "Add email" and "Add phone" share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-address-form.h"
#include "secinfo-client.h"

G_BEGIN_DECLS

/* Abstract: its two children bring the template. Signal "sent" (SecinfoContact, SecinfoChallenge): a code is on its
 * way. */
#define APP_TYPE_ADD_DIALOG (app_add_dialog_get_type ())
G_DECLARE_DERIVABLE_TYPE (AppAddDialog, app_add_dialog, APP, ADD_DIALOG, AdwWindow)

struct _AppAddDialogClass
{
  AdwWindowClass parent_class;

  /* (nullable) how the code is to come: "sms", "voice", NULL = as the service chooses */
  const char *(*get_via) (AppAddDialog *self);
};

/* The widgets of the template, called once by the child’s init(). */
void            app_add_dialog_bind         (AppAddDialog   *self,
                                             AdwEntryRow    *entry,
                                             AdwEntryRow    *label_row,
                                             GtkImage       *hint_icon,
                                             GtkLabel       *hint,
                                             GtkButton      *send_button);
/* Called once after construction. */
void            app_add_dialog_start        (AppAddDialog   *self,
                                             SecinfoClient  *client,
                                             AppAddressForm *form,
                                             SecinfoAccount *account);
AppAddressForm *app_add_dialog_get_form     (AppAddDialog   *self);
/* One came back from the code: the contact that was made of @text and is not proven. */
void            app_add_dialog_take_up      (AppAddDialog   *self,
                                             SecinfoContact *made,
                                             const char     *text,
                                             const char     *label);   /* (nullable) */

#define APP_TYPE_ADD_EMAIL_DIALOG (app_add_email_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppAddEmailDialog, app_add_email_dialog, APP, ADD_EMAIL_DIALOG, AppAddDialog)

#define APP_TYPE_ADD_PHONE_DIALOG (app_add_phone_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppAddPhoneDialog, app_add_phone_dialog, APP, ADD_PHONE_DIALOG, AppAddDialog)

/* Shows the choice between text message and call only where both exist. */
void            app_add_phone_dialog_set_voice (AppAddPhoneDialog *self,
                                                gboolean           possible);

G_END_DECLS
