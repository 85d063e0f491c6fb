/* app-dialog-over.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-dialog-over.h"

GtkWindow *
app_dialog_over (GtkWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) one = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (one) == window && gtk_window_get_modal (one) &&
          gtk_widget_get_visible (GTK_WIDGET (one)))
        return one;
    }
  return NULL;
}

static gboolean
present_cb (GtkWindow *dialog)
{
  if (gtk_window_get_transient_for (dialog) != NULL)
    gtk_window_present (dialog);
  return G_SOURCE_REMOVE;
}

void
app_dialog_present (GtkWindow *dialog)
{
  GSource *source;

  g_return_if_fail (GTK_IS_WINDOW (dialog));

  /* Before anything that a screen reader asks: GTK 4.8 takes the last window of all for one that closed between two of
   * its questions, and one that was never shown has no name on its bus (a critical message, and no answer). */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_closure (source, g_cclosure_new_object (G_CALLBACK (present_cb), G_OBJECT (dialog)));
  g_source_attach (source, NULL);
  g_source_unref (source);
}
