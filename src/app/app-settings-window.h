/* app-settings-window.h - preferences: how codes are sent, and the rules in words
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_SETTINGS_WINDOW (app_settings_window_get_type ())
G_DECLARE_FINAL_TYPE (AppSettingsWindow, app_settings_window, APP, SETTINGS_WINDOW, AdwPreferencesWindow)

/* Modal, of @window; the one that is open already comes to the front. */
void app_settings_window_present (GtkWindow      *window,
                                  SecinfoClient  *client,
                                  SecinfoAccount *account);

G_END_DECLS
