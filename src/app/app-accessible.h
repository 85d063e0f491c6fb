/* app-accessible.h - what GTK 4.8 tells screen readers, put right
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.8 puts the label of a button into its name twice, the first time with the underline of its mnemonic ("_Verify Verify").
 * For @root and all below it, after their labels were set; a button whose name was given by hand keeps it. */
void app_accessible_mend (GtkWidget *root);
/* As gtk_widget_set_sensitive(). Where the focus is at or below @widget it is taken from there first: an insensitive text field of
 * GTK 4.8 is not told that it lost the focus, and warns about it. It comes back with the sensitivity, where nothing else took it. */
void app_accessible_set_sensitive (GtkWidget *widget,
                                   gboolean   sensitive);

G_END_DECLS
