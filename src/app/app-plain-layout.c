/* app-plain-layout.c - boxes that do not ask a text what it need not answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-plain-layout.h"

/**
 * AppPlainLayout:
 *
 * GTK 4.8 asks a widget that does not fill its height how narrow it could be at that height, and a text that wraps
 * finds out by breaking its lines again and again, a dozen times for each box around it: most of the time in which a
 * page of rows is laid out. Where the widget fills its width the answer is thrown away. This lays out as the box did,
 * and answers with the width that it would have at any height.
 */
struct _AppPlainLayout
{
  GtkLayoutManager  parent_instance;

  GtkLayoutManager *box;   /* the one that does the work */
};

G_DEFINE_FINAL_TYPE (AppPlainLayout, app_plain_layout, GTK_TYPE_LAYOUT_MANAGER)

static void
app_plain_layout_measure (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          GtkOrientation    orientation,
                          int               for_size,
                          int              *minimum,
                          int              *natural,
                          int              *minimum_baseline,
                          int              *natural_baseline)
{
  gtk_layout_manager_measure (APP_PLAIN_LAYOUT (manager)->box, widget, orientation,
                              orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size,
                              minimum, natural, minimum_baseline, natural_baseline);
}

static void
app_plain_layout_allocate (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           int               width,
                           int               height,
                           int               baseline)
{
  gtk_layout_manager_allocate (APP_PLAIN_LAYOUT (manager)->box, widget, width, height, baseline);
}

static void
app_plain_layout_finalize (GObject *object)
{
  g_clear_object (&APP_PLAIN_LAYOUT (object)->box);
  G_OBJECT_CLASS (app_plain_layout_parent_class)->finalize (object);
}

static void
app_plain_layout_class_init (AppPlainLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_plain_layout_finalize;
  layout_class->measure = app_plain_layout_measure;
  layout_class->allocate = app_plain_layout_allocate;
}

static void
app_plain_layout_init (AppPlainLayout *self)
{
}

void
app_plain_layout_use (GtkWidget *root)
{
  GtkLayoutManager *box = gtk_widget_get_layout_manager (root);

  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_BOX_LAYOUT (box) && gtk_widget_get_halign (root) == GTK_ALIGN_FILL &&
      gtk_widget_get_valign (root) != GTK_ALIGN_FILL)
    {
      AppPlainLayout *self = g_object_new (APP_TYPE_PLAIN_LAYOUT, NULL);

      self->box = g_object_ref (box);
      gtk_widget_set_layout_manager (root, GTK_LAYOUT_MANAGER (self));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    app_plain_layout_use (child);
}
