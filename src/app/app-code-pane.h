/* app-code-pane.h - the field for a code, and what is known of its message
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-code-form.h"

G_BEGIN_DECLS

/* Signals: "change" (the row Change the address / Use another contact), "help" (I didn’t get a code),
 * "ready" (gboolean six_digits): whether the window’s button can send. */
#define APP_TYPE_CODE_PANE (app_code_pane_get_type ())
G_DECLARE_FINAL_TYPE (AppCodePane, app_code_pane, APP, CODE_PANE, AdwBin)

void     app_code_pane_set_form         (AppCodePane *self,
                                         AppCodeForm *form);   /* (nullable) */
/* Title (with mnemonic) and icon of the row, static words; (nullable): no such row in this dialog. */
void     app_code_pane_set_change_title (AppCodePane *self,
                                         const char  *title,
                                         const char  *icon);
/* What the row is called while the way to send is down (nullable: no such row then). */
void     app_code_pane_set_down_title   (AppCodePane *self,
                                         const char  *title,
                                         const char  *icon);
/* Sends what stands in the field; selects it where it is not six digits. */
void     app_code_pane_submit           (AppCodePane *self);
gboolean app_code_pane_is_ready         (AppCodePane *self);   /* six digits stand in the field */
void     app_code_pane_focus            (AppCodePane *self);

G_END_DECLS
