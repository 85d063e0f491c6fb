/* app-dialog-over.h - is somebody in the midst of a dialog
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* (nullable) (transfer none) A dialog that is open over @window: what somebody is in the midst of. */
GtkWindow *app_dialog_over (GtkWindow *window);

G_END_DECLS
