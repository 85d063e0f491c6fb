/* app-trouble-form.h - what one page says when there is no account to show
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

/* Texts are translated; actions are full names ("win.refresh"). */
typedef struct
{
  const char *icon;
  char       *title;
  char       *text;
  const char *button;         /* with a mnemonic */
  const char *action;
  const char *second_button;  /* (nullable) */
  const char *second_action;  /* (nullable) with its target, as "win.help-article::keyring" */
  char       *details;        /* (nullable) for the administrator, not translated */
  gboolean    open_details;   /* they begin with what went wrong, and are shown at once */
  gboolean    retries;        /* it asks again by itself */
} AppTrouble;

/* @error: why the account could not be had. @is_private: this program looks for an instance of its own. @why
 * (nullable): what the program that should have started it said. */
AppTrouble *app_trouble_new           (const GError     *error,
                                       gboolean          is_private,
                                       const char       *why) G_GNUC_WARN_UNUSED_RESULT;
/* The account was put aside: another home folder than the one it was made with. */
AppTrouble *app_trouble_new_suspended (void) G_GNUC_WARN_UNUSED_RESULT;
AppTrouble *app_trouble_copy          (const AppTrouble *self) G_GNUC_WARN_UNUSED_RESULT;
void        app_trouble_free          (AppTrouble       *self);
gboolean    app_trouble_equal         (const AppTrouble *a,
                                       const AppTrouble *b);   /* (nullable) both */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppTrouble, app_trouble_free)

G_END_DECLS
