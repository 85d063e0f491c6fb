/* app-live-region.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-live-region.h"

static void
name_it (GtkLabel *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (label),
                                  -1);
}

void
app_live_region_use (GtkWidget *root)
{
  GtkAccessibleRole role;

  g_return_if_fail (GTK_IS_WIDGET (root));

  role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (root));

  if (GTK_IS_LABEL (root) && (role == GTK_ACCESSIBLE_ROLE_STATUS || role == GTK_ACCESSIBLE_ROLE_ALERT))
    {
      g_signal_connect (root, "notify::label", G_CALLBACK (name_it), NULL);
      name_it (GTK_LABEL (root));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    app_live_region_use (child);
}
