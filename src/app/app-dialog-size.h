/* app-dialog-size.h - dialogs that are as high as what they say
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Makes @dialog higher where what it shows now does not fit any more. Never lower: nothing jumps about. */
void app_dialog_grow (AdwWindow *dialog);

G_END_DECLS
