/* app-watch-form.h - what a session is told of while no window is open, without GTK
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef struct _AppWatchForm AppWatchForm;

AppWatchForm *app_watch_form_new              (void) G_GNUC_WARN_UNUSED_RESULT;
void          app_watch_form_free             (AppWatchForm   *self);
/* @codes: what GET /v1/account/saved-codes answered; @now: Unix seconds. Returns: (nullable) (transfer full) the
 * reminder that is due, which counts as said; NULL: none is. */
char         *app_watch_form_take_saved_codes (AppWatchForm   *self,
                                               json_t         *codes,
                                               gint64          now) G_GNUC_WARN_UNUSED_RESULT;
/* What was said of saved codes still holds, and is to be said again one day. */
gboolean      app_watch_form_is_low           (AppWatchForm   *self);
/* The account's first contact was proven meanwhile, and no other contact can be told of it. Returns: (nullable)
 * (transfer full) the sentence that says so, @title (out) (transfer none) what stands above it. */
char         *app_watch_form_take_account     (AppWatchForm   *self,
                                               SecinfoAccount *account,
                                               const char    **title) G_GNUC_WARN_UNUSED_RESULT;

/* Something happened at the sign-in screen: @type, as the service's event says it, at @now (Unix seconds). Returns:
 * (nullable) (transfer full) the sentence, @title (out) (transfer none) what stands above it; NULL: not to be told. */
char         *app_watch_form_take_alert       (const char     *type,
                                               gint64          now,
                                               const char    **title);
/* The same of what an administrator is told of a way to send; there is nobody to ask whether it was he. */
char         *app_watch_form_take_gateway     (const char     *type,
                                               gint64          now,
                                               const char    **title);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppWatchForm, app_watch_form_free)

G_END_DECLS
