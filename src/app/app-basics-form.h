/* app-basics-form.h - what the page "Security basics" says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum { APP_CARD_GOOD, APP_CARD_TO_MEND, APP_CARD_TO_KNOW } AppCardState;

/* One card: its most urgent finding. Texts are translated. */
typedef struct
{
  AppCardState  state;
  char         *sentence;
  const char   *button;     /* with a mnemonic */
  const char   *action;     /* full name, "win.add-phone" */
  char         *target;     /* (nullable) a string, the action's parameter */
  gboolean      suggested;
} AppCardText;

/* A value: computed anew whenever the account changed. */
typedef struct
{
  gboolean     first_start;  /* nothing is set up: the page says what this is for, and how to begin */
  char        *name;
  char        *summary;
  guint        to_mend;
  AppCardText  contacts;
  AppCardText  way_back;
} AppBasicsForm;

AppBasicsForm *app_basics_form_new        (SecinfoAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void           app_basics_form_free       (AppBasicsForm  *self);
/* "In order", "To mend", "To know": what the icon of a card is called. */
const char    *app_card_state_to_words    (AppCardState    state);
const char    *app_card_state_to_icon     (AppCardState    state);
const char    *app_card_state_to_style    (AppCardState    state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppBasicsForm, app_basics_form_free)

G_END_DECLS
