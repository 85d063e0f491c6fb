/* app-confirm-form.h - "Confirm it's you", without a window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-code-form.h"
#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum
{
  APP_CONFIRM_PASSWORD,
  APP_CONFIRM_CONTACT,   /* which contact gets the code */
  APP_CONFIRM_CODE,      /* get_code() has the form of it */
  APP_CONFIRM_DONE,
} AppConfirmStep;

/* Signals: "changed"; "done" (the client has a token of the level asked for). */
#define APP_TYPE_CONFIRM_FORM (app_confirm_form_get_type ())
G_DECLARE_FINAL_TYPE (AppConfirmForm, app_confirm_form, APP, CONFIRM_FORM, GObject)

/* @client (nullable): a form that only shows. @preferred (nullable): id of the contact that is chosen at first. */
AppConfirmForm *app_confirm_form_new              (SecinfoClient  *client,
                                                   SecinfoAccount *account,
                                                   SecinfoLevel    level,
                                                   const char     *preferred) G_GNUC_WARN_UNUSED_RESULT;
AppConfirmStep  app_confirm_form_get_step         (AppConfirmForm *self);
gboolean        app_confirm_form_is_busy          (AppConfirmForm *self);
const char     *app_confirm_form_get_problem      (AppConfirmForm *self);   /* (nullable) under the field or the list */
/* While a pause holds: Unix seconds, 0 = none. */
gint64          app_confirm_form_get_pause_until  (AppConfirmForm *self);
/* (transfer none) of SecinfoContact, verified ones */
GListModel     *app_confirm_form_get_choices      (AppConfirmForm *self);
const char     *app_confirm_form_get_choice       (AppConfirmForm *self);   /* (nullable) contact id */
void            app_confirm_form_set_choice       (AppConfirmForm *self,
                                                   const char     *contact);
AppCodeForm    *app_confirm_form_get_code         (AppConfirmForm *self);   /* (nullable) (transfer none) */
/* The person types: the problem goes. */
void            app_confirm_form_typed            (AppConfirmForm *self);
/* @password (nullable): for an account that has none. */
void            app_confirm_form_submit_password  (AppConfirmForm *self,
                                                   SecinfoSecret  *password);
void            app_confirm_form_send             (AppConfirmForm *self);   /* to the choice */
void            app_confirm_form_choose_another   (AppConfirmForm *self);   /* back from the code */
/* What the password was answered with; @error (nullable): it was right. For tests and the client's answer alike. */
void            app_confirm_form_take_password    (AppConfirmForm *self,
                                                   guint           verified_contacts,
                                                   const GError   *error);
void            app_confirm_form_take_challenge   (AppConfirmForm   *self,
                                                   SecinfoChallenge *challenge,   /* (nullable) */
                                                   const GError     *error);

G_END_DECLS
