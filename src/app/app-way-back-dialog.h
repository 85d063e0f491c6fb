/* app-way-back-dialog.h - “Way back in”
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_WAY_BACK_DIALOG (app_way_back_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppWayBackDialog, app_way_back_dialog, APP, WAY_BACK_DIALOG, AdwWindow)

void app_way_back_dialog_present (GtkWindow      *window,
                                  SecinfoClient  *client,
                                  SecinfoAccount *account);

G_END_DECLS
