/* app-way-back-form.h - can this account be got back into without its password, and how
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-basics-form.h"

G_BEGIN_DECLS

/* One row, or the one button. Texts are translated. */
typedef struct
{
  char         *title;
  char         *subtitle;
  const char   *icon;       /* (nullable) */
  gboolean      shows_state;
  AppCardState  state;      /* where @shows_state: in order, or to mend */
  const char   *button;     /* (nullable) with a mnemonic */
  const char   *action;     /* (nullable) full name, or "copy": the subtitle to the clipboard */
  const char   *target;     /* (nullable) the action's parameter */
} AppWayBackRow;

/* A value: computed anew whenever the account or its saved codes changed. */
typedef struct
{
  AppCardState  state;
  const char   *icon;
  char         *answer;
  char         *sentence;
  const char   *button;        /* (nullable) the suggested one */
  const char   *action;        /* (nullable) */
  const char   *target;        /* (nullable) */
  gboolean      rehearse;      /* “Try it now” beside another suggested button */
  GPtrArray    *instead;       /* of AppWayBackRow: what to do where the sign-in screen cannot help */
  const char   *steps_title;
  GPtrArray    *steps;         /* of AppWayBackRow; empty: there is no way */
  char         *proofs_text;
  GPtrArray    *proofs;        /* of AppWayBackRow */
  char         *row;           /* what the row of “Security info” says */
  AppCardText   card;          /* and the card of “Security basics” */
  gboolean      has_codes;     /* a saved code could be typed */
  gboolean      to_mend;       /* the account's findings do not say it */
} AppWayBackForm;

/* @saved_codes: (nullable): what GET /v1/account/saved-codes answered; before it did, only that there are some is
 * known. */
AppWayBackForm *app_way_back_form_new  (SecinfoAccount *account,
                                        json_t         *saved_codes) G_GNUC_WARN_UNUSED_RESULT;
void            app_way_back_form_free (AppWayBackForm *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppWayBackForm, app_way_back_form_free)

G_END_DECLS
