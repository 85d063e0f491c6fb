/* app-accessible.c - what GTK 4.8 tells screen readers, put right
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-accessible.h"

#define HAD_FOCUS "secinfo-had-focus"

void
app_accessible_mend (GtkWidget *root)
{
  /* A button with a label has a GtkLabel, and the relation to it is name enough. */
  if (GTK_IS_BUTTON (root) && gtk_button_get_label (GTK_BUTTON (root)) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    app_accessible_mend (child);
}

void
app_accessible_set_sensitive (GtkWidget *widget,
                              gboolean   sensitive)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!sensitive && focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget)))
    {
      gtk_root_set_focus (root, NULL);
      g_object_set_data (G_OBJECT (widget), HAD_FOCUS, GINT_TO_POINTER (TRUE));
    }
  gtk_widget_set_sensitive (widget, sensitive);
  if (sensitive && g_object_steal_data (G_OBJECT (widget), HAD_FOCUS) != NULL && focus == NULL)
    gtk_widget_grab_focus (widget);
}
