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

/* Before the type of an alert: the name of its notification. */
#define APP_WATCH_ALERT "alert-"

/* The name of the notification that an administrator gets of a way to send. How it fares is not asked for when that
 * changes, for a system's service has an administrator confirm first who he is: looking into Preferences ends it. */
#define APP_WATCH_GATEWAY "gateway-down"

/* Listens from now on. @application outlives it; its actions "saved-codes" and "make-saved-codes", and "was-me" and
 * "not-me" with the type of an alert, are where the notifications lead. */
AppWatch *app_watch_new (GApplication  *application,
                         SecinfoClient *client) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
