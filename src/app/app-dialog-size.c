/* app-dialog-size.c - dialogs that are as high as what they say
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-dialog-size.h"

/* Beyond this a dialog scrolls. */
#define MOST_PIXELS 600

void
app_dialog_grow (AdwWindow *dialog)
{
  GtkWidget *content = adw_window_get_content (dialog);
  int width, height, natural;

  g_return_if_fail (ADW_IS_WINDOW (dialog));

  /* The first size is the natural one by itself. */
  if (content == NULL || !gtk_widget_get_mapped (GTK_WIDGET (dialog)))
    return;
  width = gtk_widget_get_width (content);
  height = gtk_widget_get_height (content);
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  if (MIN (natural, MOST_PIXELS) > height)
    gtk_window_set_default_size (GTK_WINDOW (dialog), width, MIN (natural, MOST_PIXELS));
}
