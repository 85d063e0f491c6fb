/* app-verify-dialog.h - proves a contact with a code
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-code-form.h"

G_BEGIN_DECLS

/* Signal "change": the person wants another address; the code was given up and the dialog closes. */
#define APP_TYPE_VERIFY_DIALOG (app_verify_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppVerifyDialog, app_verify_dialog, APP, VERIFY_DIALOG, AdwWindow)

/* @can_change: there is an address dialog to go back to. Titles follow from the challenge's purpose. */
AppVerifyDialog *app_verify_dialog_new (GtkWindow   *parent,
                                        AppCodeForm *form,
                                        gboolean     can_change) G_GNUC_WARN_UNUSED_RESULT;

/* What may be added instead while the way to this contact is down: the window's own action does it. */
void             app_verify_dialog_set_instead (AppVerifyDialog    *self,
                                                SecinfoContactKind  kind);

G_END_DECLS
