/* app-rehearsal-form.h - the sign-in screen's conversation, practised, without a window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-way-back-form.h"

G_BEGIN_DECLS

typedef enum
{
  APP_REHEARSAL_STARTING,
  APP_REHEARSAL_PLAY,     /* a prompt waits for an answer */
  APP_REHEARSAL_END,      /* it came to its end: what works and what is to mend */
  APP_REHEARSAL_BROKEN,   /* the service does not play it (any more): get_end_text() says why */
} AppRehearsalState;

/* Signal: "changed". */
#define APP_TYPE_REHEARSAL_FORM (app_rehearsal_form_get_type ())
G_DECLARE_FINAL_TYPE (AppRehearsalForm, app_rehearsal_form, APP, REHEARSAL_FORM, GObject)

/* @client (nullable): a form that only shows. */
AppRehearsalForm  *app_rehearsal_form_new           (SecinfoClient    *client) G_GNUC_WARN_UNUSED_RESULT;
AppRehearsalState  app_rehearsal_form_get_state     (AppRehearsalForm *self);
gboolean           app_rehearsal_form_is_busy       (AppRehearsalForm *self);
/* While it plays. The words are the service's own, as the sign-in screen shows them. */
const char        *app_rehearsal_form_get_prompt    (AppRehearsalForm *self);
const char        *app_rehearsal_form_get_message   (AppRehearsalForm *self);   /* (nullable) */
gboolean           app_rehearsal_form_is_error      (AppRehearsalForm *self);   /* the message */
gboolean           app_rehearsal_form_get_echo      (AppRehearsalForm *self);
guint              app_rehearsal_form_get_turn      (AppRehearsalForm *self);   /* another one with each prompt */
char              *app_rehearsal_form_get_practice  (AppRehearsalForm *self) G_GNUC_WARN_UNUSED_RESULT;
/* At its end. */
gboolean           app_rehearsal_form_works         (AppRehearsalForm *self);
const char        *app_rehearsal_form_get_end_title (AppRehearsalForm *self);
char              *app_rehearsal_form_get_end_text  (AppRehearsalForm *self) G_GNUC_WARN_UNUSED_RESULT;
/* What the sign-in screen said last, as a sentence of its own; NULL: nothing. */
char              *app_rehearsal_form_get_last_words (AppRehearsalForm *self) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full) of AppWayBackRow, what is to mend first. */
GPtrArray         *app_rehearsal_form_get_checks    (AppRehearsalForm *self) G_GNUC_WARN_UNUSED_RESULT;

void               app_rehearsal_form_start         (AppRehearsalForm *self);   /* also once more */
void               app_rehearsal_form_answer        (AppRehearsalForm *self,
                                                     SecinfoSecret    *text);
void               app_rehearsal_form_leave         (AppRehearsalForm *self);   /* before its end */
/* What was answered; either is NULL. For tests and the client's answers alike. */
void               app_rehearsal_form_take_start    (AppRehearsalForm *self,
                                                     json_t           *rehearsal,
                                                     const GError     *error);
void               app_rehearsal_form_take_step     (AppRehearsalForm *self,
                                                     json_t           *step,
                                                     const GError     *error);

G_END_DECLS
