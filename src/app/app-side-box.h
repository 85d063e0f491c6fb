/* app-side-box.h - a text, and something at its side
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_SIDE_BOX (app_side_box_get_type ())
G_DECLARE_FINAL_TYPE (AppSideBox, app_side_box, APP, SIDE_BOX, GtkWidget)

G_END_DECLS
