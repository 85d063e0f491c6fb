/* app-menu-later.h - a menu that is made when it is opened first
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In place of the button's property "menu-model", which makes the popover and all its items at once: the closed menus
 * of eight rows were a tenth of the time until a window with eight contacts is painted.
 * @model: kept. */
void app_menu_later_set (GtkMenuButton *button,
                         GMenuModel    *model);

G_END_DECLS
