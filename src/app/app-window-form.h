/* app-window-form.h - what the window shows: pages, trouble, and the one notice
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-notice-form.h"
#include "app-trouble-form.h"

G_BEGIN_DECLS

typedef enum
{
  APP_WINDOW_LOADING,   /* nothing answered yet, and nothing is known to be wrong */
  APP_WINDOW_READY,     /* the pages */
  APP_WINDOW_TROUBLE,   /* one page instead of them */
} AppWindowState;

typedef struct _AppWindowForm AppWindowForm;

AppWindowForm       *app_window_form_new         (SecinfoAccount           *account) G_GNUC_WARN_UNUSED_RESULT;
void                 app_window_form_free        (AppWindowForm            *self);

/* This program looks for an instance of its own. @why (nullable): what kept that from starting. */
void                 app_window_form_set_private (AppWindowForm            *self,
                                                  gboolean                  is_private,
                                                  const char               *why);
void                 app_window_form_set_service (AppWindowForm            *self,
                                                  const SecinfoServiceInfo *info);
/* How asking for the account ended; @error (nullable): it was answered. */
void                 app_window_form_set_answer  (AppWindowForm            *self,
                                                  const GError             *error);
/* Puts it all together; @now: Unix seconds. What is below changes here and in dismiss() alone. */
void                 app_window_form_refresh     (AppWindowForm            *self,
                                                  gint64                    now);

AppWindowState       app_window_form_get_state   (AppWindowForm            *self);
const AppTrouble    *app_window_form_get_trouble (AppWindowForm            *self);   /* (nullable) */
const AppNoticeText *app_window_form_get_notice  (AppWindowForm            *self);   /* (nullable) */
gboolean             app_window_form_has_inbox   (AppWindowForm            *self);
/* Hides the notice until what it speaks of changes; the next one takes its place. */
void                 app_window_form_dismiss     (AppWindowForm            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppWindowForm, app_window_form_free)

G_END_DECLS
