/* app-label-dialog.h - what a contact is called
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_LABEL_DIALOG (app_label_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppLabelDialog, app_label_dialog, APP, LABEL_DIALOG, AdwMessageDialog)

void app_label_dialog_present (GtkWindow      *window,
                               SecinfoClient  *client,
                               SecinfoAccount *account,
                               SecinfoContact *contact);

G_END_DECLS
