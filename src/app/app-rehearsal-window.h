/* app-rehearsal-window.h - the sign-in screen's conversation, practised
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_REHEARSAL_WINDOW (app_rehearsal_window_get_type ())
G_DECLARE_FINAL_TYPE (AppRehearsalWindow, app_rehearsal_window, APP, REHEARSAL_WINDOW, AdwWindow)

void app_rehearsal_window_present (GtkWindow      *window,
                                   SecinfoClient  *client,
                                   SecinfoAccount *account);

G_END_DECLS
