/* app-busy-button.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-busy-button.h"

#include <glib/gi18n.h>

#define QUIET_MS 300

static gboolean
spin_cb (gpointer user_data)
{
  GtkButton *button = user_data;
  GtkWidget *spinner = gtk_spinner_new ();

  g_object_set_data (G_OBJECT (button), "busy-source", NULL);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_button_set_child (button, spinner);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Please wait"), -1);

  return G_SOURCE_REMOVE;
}

static void
remove_source (gpointer id)
{
  if (id != NULL)
    g_source_remove (GPOINTER_TO_UINT (id));
}

void
app_busy_button_set (GtkButton  *button,
                     const char *label,
                     gboolean    busy)
{
  gboolean spinning = GTK_IS_SPINNER (gtk_button_get_child (button));
  gboolean waiting = g_object_get_data (G_OBJECT (button), "busy-source") != NULL;

  if (busy && !spinning && !waiting)
    {
      guint id = g_timeout_add (QUIET_MS, spin_cb, button);

      g_object_set_data_full (G_OBJECT (button), "busy-source", GUINT_TO_POINTER (id), remove_source);
    }
  else if (!busy)
    {
      g_object_set_data (G_OBJECT (button), "busy-source", NULL);
      if (spinning)
        gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
      if (spinning || g_strcmp0 (gtk_button_get_label (button), label) != 0)
        {
          gtk_button_set_label (button, label);
          gtk_button_set_use_underline (button, TRUE);
        }
    }
}

void
app_busy_row_set (GtkWidget *row,
                  gboolean   rests)
{
  GtkRoot *root = gtk_widget_get_root (row);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* GTK takes the focus from what becomes insensitive without telling it: the cursor would go on blinking there. */
  if (rests && focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row)))
    gtk_root_set_focus (root, NULL);
  gtk_widget_set_sensitive (row, !rests);
}
