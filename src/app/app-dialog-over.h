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

/* Shows a dialog that was just made, in a turn of the main loop of its own: making one takes a third of what comes
 * then, and together they would be longer than a frame. Not at all if it or its parent are gone by then. */
void       app_dialog_present (GtkWindow *dialog);

G_END_DECLS
