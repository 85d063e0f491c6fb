/* app-busy-button.h - a button whose label gives way to a spinner
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @label: with a mnemonic. While busy the button is insensitive and shows a spinner after 0.3 s (shorter waits show
 * nothing). */
void app_busy_button_set (GtkButton  *button,
                          const char *label,
                          gboolean    busy);
/* A row with an entry rests while what is in it is on its way. */
void app_busy_row_set    (GtkWidget  *row,
                          gboolean    rests);

G_END_DECLS
