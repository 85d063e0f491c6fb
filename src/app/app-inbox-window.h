/* app-inbox-window.h - the trial inbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_INBOX_WINDOW (app_inbox_window_get_type ())
G_DECLARE_FINAL_TYPE (AppInboxWindow, app_inbox_window, APP, INBOX_WINDOW, AdwWindow)

/* One for each @parent: the one that is open already comes to the front. Not modal, for a code is typed in another
 * window. */
void app_inbox_window_present (GtkWindow     *parent,
                               SecinfoClient *client);

G_END_DECLS
