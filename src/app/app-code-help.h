/* app-code-help.h - “I didn’t get a code”
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-code-form.h"

G_BEGIN_DECLS

/* Signal "way" (AppHelpAction as gint, const char *contact (nullable)): a row or its button was pressed. */
#define APP_TYPE_CODE_HELP (app_code_help_get_type ())
G_DECLARE_FINAL_TYPE (AppCodeHelp, app_code_help, APP, CODE_HELP, AdwBin)

/* Fills the three groups anew from the message’s present state. */
void app_code_help_fill  (AppCodeHelp *self,
                          AppCodeForm *form,
                          gboolean     can_change);
void app_code_help_focus (AppCodeHelp *self);

G_END_DECLS
