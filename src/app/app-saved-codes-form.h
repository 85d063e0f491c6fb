/* app-saved-codes-form.h - saved codes, without a window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_SAVED_CODES_FEW 3   /* so many are left: it is time for new ones */

typedef enum
{
  APP_SAVED_CODES_LOADING,
  APP_SAVED_CODES_OVERVIEW,
  APP_SAVED_CODES_NEW,       /* ten codes are shown, the old ones are still in force */
  APP_SAVED_CODES_PROVE,     /* the label of one is asked for */
  APP_SAVED_CODES_IN_FORCE,  /* the new ones are */
} AppSavedCodesStep;

/* One of the new codes. It lives in memory that is wiped, and in no GObject property. */
typedef struct
{
  char           label[3];
  SecinfoSecret *code;
} AppSavedCode;

/* What the row of the page “Security info” says; @low: with a warning. */
typedef struct
{
  char     *subtitle;
  gboolean  low;
} AppSavedCodesRow;

/* Signals: "changed"; "confirm" (it has to be confirmed who one is: then app_saved_codes_form_again()). */
#define APP_TYPE_SAVED_CODES_FORM (app_saved_codes_form_get_type ())
G_DECLARE_FINAL_TYPE (AppSavedCodesForm, app_saved_codes_form, APP, SAVED_CODES_FORM, GObject)

/* @client (nullable): a form that only shows. */
AppSavedCodesForm *app_saved_codes_form_new          (SecinfoClient     *client) G_GNUC_WARN_UNUSED_RESULT;
AppSavedCodesStep  app_saved_codes_form_get_step     (AppSavedCodesForm *self);
gboolean           app_saved_codes_form_is_busy      (AppSavedCodesForm *self);
gboolean           app_saved_codes_form_has_codes    (AppSavedCodesForm *self);  /* in force, used ones too */
gboolean           app_saved_codes_form_is_low       (AppSavedCodesForm *self);
const char        *app_saved_codes_form_get_problem  (AppSavedCodesForm *self);  /* (nullable) */
char              *app_saved_codes_form_get_heading  (AppSavedCodesForm *self,
                                                      gint64             now) G_GNUC_WARN_UNUSED_RESULT;
char              *app_saved_codes_form_get_text     (AppSavedCodesForm *self,
                                                      gint64             now) G_GNUC_WARN_UNUSED_RESULT;
/* The nth that was used: title and subtitle (out) (transfer full). FALSE past the end. */
gboolean           app_saved_codes_form_get_used     (AppSavedCodesForm *self,
                                                      guint              n,
                                                      gint64             now,
                                                      char             **title,
                                                      char             **subtitle);
/* That new ones were made and wait for their proof; NULL: none do. */
char              *app_saved_codes_form_get_waiting  (AppSavedCodesForm *self,
                                                      gint64             now) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) (transfer none) of AppSavedCode, while they are shown or proven; NULL for those taken up again. */
GPtrArray         *app_saved_codes_form_get_codes    (AppSavedCodesForm *self);
/* "D 9: 7 H V A, 3 J P Q …": for a screen reader, in memory that is wiped. */
SecinfoSecret     *app_saved_codes_form_spell        (const AppSavedCode *code) G_GNUC_WARN_UNUSED_RESULT;
/* “… enter the label of the fourth code.” */
const char        *app_saved_codes_form_get_question (AppSavedCodesForm *self);
char              *app_saved_codes_form_get_entry    (AppSavedCodesForm *self) G_GNUC_WARN_UNUSED_RESULT;
/* What is said where it is put away now; NULL: nothing was begun. */
const char        *app_saved_codes_form_get_farewell (AppSavedCodesForm *self);

void               app_saved_codes_form_load         (AppSavedCodesForm *self);
void               app_saved_codes_form_make         (AppSavedCodesForm *self);
void               app_saved_codes_form_delete       (AppSavedCodesForm *self);
void               app_saved_codes_form_next         (AppSavedCodesForm *self);   /* from NEW to PROVE */
void               app_saved_codes_form_back         (AppSavedCodesForm *self);   /* and back */
void               app_saved_codes_form_resume       (AppSavedCodesForm *self);   /* to PROVE, those that wait */
void               app_saved_codes_form_typed        (AppSavedCodesForm *self);   /* the problem goes */
void               app_saved_codes_form_prove        (AppSavedCodesForm *self,
                                                      const char        *label);
/* After "confirm": the call that was refused is made once more, or given up. */
void               app_saved_codes_form_again        (AppSavedCodesForm *self,
                                                      gboolean           confirmed);
/* What the service answered; either is NULL. For tests and the client's answers alike. */
void               app_saved_codes_form_take_state   (AppSavedCodesForm *self,
                                                      json_t            *codes,
                                                      const GError      *error);
void               app_saved_codes_form_take_new     (AppSavedCodesForm *self,
                                                      json_t            *made,
                                                      const GError      *error);
void               app_saved_codes_form_take_proof   (AppSavedCodesForm *self,
                                                      json_t            *codes,
                                                      const GError      *error);

/* @codes: what GET /v1/account/saved-codes answered. */
AppSavedCodesRow  *app_saved_codes_row_new           (json_t            *codes) G_GNUC_WARN_UNUSED_RESULT;
void               app_saved_codes_row_free          (AppSavedCodesRow  *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppSavedCodesRow, app_saved_codes_row_free)

G_END_DECLS
