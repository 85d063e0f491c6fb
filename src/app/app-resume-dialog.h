/* app-resume-dialog.h - an account that was put aside: which old contact to ask
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_RESUME_DIALOG (app_resume_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppResumeDialog, app_resume_dialog, APP, RESUME_DIALOG, AdwMessageDialog)

void app_resume_dialog_present (GtkWindow      *window,
                                SecinfoClient  *client,
                                SecinfoAccount *account);

G_END_DECLS
