/* app-message-row.h - one message of the trial inbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-inbox-form.h"

G_BEGIN_DECLS

#define APP_TYPE_MESSAGE_ROW (app_message_row_get_type ())
G_DECLARE_FINAL_TYPE (AppMessageRow, app_message_row, APP, MESSAGE_ROW, AdwExpanderRow)

/* Signal "copied": the code is on the clipboard. */
AppMessageRow *app_message_row_new      (const AppMessage *message);
const char    *app_message_row_get_id   (AppMessageRow    *self);
/* "today at 14:03" is another text tomorrow. */
void           app_message_row_set_time (AppMessageRow    *self,
                                         const AppMessage *message);

G_END_DECLS
