/* app-settings-erase.h - Preferences: erasing one's own security info
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* Asks, then who one is, then erases, refreshes the main window that @settings belongs to, and closes @settings. */
void app_settings_erase (AdwPreferencesWindow *settings,
                         SecinfoClient        *client,
                         SecinfoAccount       *account);

G_END_DECLS
