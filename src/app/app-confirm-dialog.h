/* app-confirm-dialog.h - the window of "Confirm it's you"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-confirm-form.h"

G_BEGIN_DECLS

/* Signal "confirmed". It closes itself after that. Use app_elevate_run(). */
#define APP_TYPE_CONFIRM_DIALOG (app_confirm_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppConfirmDialog, app_confirm_dialog, APP, CONFIRM_DIALOG, AdwWindow)

AppConfirmDialog *app_confirm_dialog_new (GtkWindow      *parent,
                                          AppConfirmForm *form) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
