/* app-live-region.h - what is said by itself when it changes has a name
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * app_live_region_use:
 * @root: a widget whose template has been made
 *
 * Each label in it of the role status or alert is called by what it says, whenever that changes. GTK 4.8 does so by
 * itself; newer GTK leaves these two roles without a name, and a screen reader with nothing to say.
 */
void app_live_region_use (GtkWidget *root);

G_END_DECLS
