/* app-accessible.h - what GTK 4.8 tells screen readers, put right
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.8 puts the label of a button into its name twice, the first time with the underline of its mnemonic ("_Verify
 * Verify"). For @root and all below it, after their labels were set. */
void app_accessible_mend (GtkWidget *root);

G_END_DECLS
