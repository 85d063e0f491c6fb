/* app-mailbox-form.h - one's own mailbox as the way to send: address, password, a code, proven
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-gateway-list.h"
#include "app-mailbox-provider.h"
#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum { APP_MAILBOX_FILL, APP_MAILBOX_CODE, APP_MAILBOX_DONE } AppMailboxStep;

/* Signals: "changed"; "confirm" (int level: it has to be confirmed who one is, then app_mailbox_form_again()); "saved"
 * (json_t *gateway, as it is now). */
#define APP_TYPE_MAILBOX_FORM (app_mailbox_form_get_type ())
G_DECLARE_FINAL_TYPE (AppMailboxForm, app_mailbox_form, APP, MAILBOX_FORM, GObject)

/* @client (nullable): a form that only shows. @gateway (nullable): one whose code has not come back yet. */
AppMailboxForm           *app_mailbox_form_new          (SecinfoClient *client,
                                                         json_t *gateway) G_GNUC_WARN_UNUSED_RESULT;
AppMailboxStep            app_mailbox_form_get_step     (AppMailboxForm *self);
gboolean                  app_mailbox_form_is_busy      (AppMailboxForm *self);
/* Anything typed that would be lost? */
gboolean                  app_mailbox_form_is_dirty     (AppMailboxForm *self);
/* What stands in a field; never the password. */
const char               *app_mailbox_form_get          (AppMailboxForm *self, AppMailboxField field);
void                      app_mailbox_form_set          (AppMailboxForm *self, AppMailboxField field,
                                                         const char *value);
gboolean                  app_mailbox_form_has_password (AppMailboxForm *self);   /* a saved one */
gboolean                  app_mailbox_form_needs_server (AppMailboxForm *self);
/* A password of its own is needed, not the one mail is read with. */
gboolean                  app_mailbox_form_wants_app_password (AppMailboxForm *self);
const AppMailboxProvider *app_mailbox_form_get_provider (AppMailboxForm *self);   /* (nullable) */
/* "_Test", "_Finish" or "_Done" */
const char               *app_mailbox_form_get_button   (AppMailboxForm *self);
gboolean                  app_mailbox_form_can_go       (AppMailboxForm *self);
/* What came of it; (nullable) (transfer none). */
const AppGatewayHealth   *app_mailbox_form_get_result   (AppMailboxForm *self);
/* (nullable) of the fields, or of the code; @field (out): APP_N_MAILBOX_FIELDS where it is about none of them. */
const char               *app_mailbox_form_get_problem  (AppMailboxForm *self, AppMailboxField *field);

/* Asks for the provider now, not once one has typed for 0.4 s. */
void                      app_mailbox_form_settle       (AppMailboxForm *self);
void                      app_mailbox_form_test         (AppMailboxForm *self);
void                      app_mailbox_form_typed        (AppMailboxForm *self);   /* the problem of the code goes */
void                      app_mailbox_form_finish       (AppMailboxForm *self, SecinfoSecret *code);
void                      app_mailbox_form_again        (AppMailboxForm *self, gboolean confirmed);
/* What the service answered; either is NULL. */
void                      app_mailbox_form_take_kinds   (AppMailboxForm *self, json_t *kinds, const GError *error);
void                      app_mailbox_form_take_saved   (AppMailboxForm *self, json_t *gateway, const GError *error);
void                      app_mailbox_form_take_sent    (AppMailboxForm *self, SecinfoChallenge *challenge,
                                                         const GError *error);
void                      app_mailbox_form_take_answer  (AppMailboxForm *self, const GError *error);

G_END_DECLS
