/* app-saved-codes-dialog.h - saved codes: how many are left, and new ones
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_SAVED_CODES_DIALOG (app_saved_codes_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppSavedCodesDialog, app_saved_codes_dialog, APP, SAVED_CODES_DIALOG, AdwWindow)

/* @parent: the window or dialog that it is modal for; @window: where it is said what was done ("win.toast"). @make: new
 * ones are made at once, as the button that led here said. */
void app_saved_codes_dialog_present (GtkWindow      *parent,
                                     GtkWindow      *window,
                                     SecinfoClient  *client,
                                     SecinfoAccount *account,
                                     gboolean        make);

G_END_DECLS
