/* app-watch.h - notifications in the session, while no window is open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_WATCH (app_watch_get_type ())
G_DECLARE_FINAL_TYPE (AppWatch, app_watch, APP, WATCH, GObject)

/* Listens from now on. @application outlives it; its actions "saved-codes" and "make-saved-codes" are where the
 * notifications lead. */
AppWatch *app_watch_new (GApplication  *application,
                         SecinfoClient *client) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
