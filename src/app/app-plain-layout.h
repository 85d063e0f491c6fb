/* app-plain-layout.h - boxes that do not ask a text what it need not answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PLAIN_LAYOUT (app_plain_layout_get_type ())
G_DECLARE_FINAL_TYPE (AppPlainLayout, app_plain_layout, APP, PLAIN_LAYOUT, GtkLayoutManager)

/* For each box in @root, libadwaita's own ones too, that is asked for a width that nobody uses, and for the content
 * where @root is a window. What is seen stays. */
void app_plain_layout_use             (GtkWidget *root);

/* For the box alone that a window has as its content. */
void app_plain_layout_use_for_content (GtkWidget *content);

G_END_DECLS
