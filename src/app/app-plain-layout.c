/* app-plain-layout.c - boxes that do not ask a text what it need not answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-plain-layout.h"

#include <adwaita.h>

/**
 * AppPlainLayout:
 *
 * GTK 4.8 asks a widget that does not fill its height how narrow it could be at that height, and a text that wraps
 * finds out by breaking its lines again and again, a dozen times for each box around it: most of the time in which a
 * page of rows is laid out. Where the widget fills its width the answer is thrown away. A row asks the same of each
 * column in it that has lines of text, and the one that takes all the width that is left gets that whatever it says;
 * a clamp asks it of what it holds. This lays out as the box did, and answers with the width that it would have at any
 * height.
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

/* Of boxes that were taken over too: GtkBox itself does not find its orientation in another layout. */
static gboolean
is_box (GtkWidget      *widget,
        GtkOrientation  orientation)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (widget);

  if (APP_IS_PLAIN_LAYOUT (layout))
    layout = APP_PLAIN_LAYOUT (layout)->box;
  return GTK_IS_BOX_LAYOUT (layout) && gtk_orientable_get_orientation (GTK_ORIENTABLE (layout)) == orientation;
}

/* Whether a clamp hands its width on to @widget, by way of what has one child at a time. */
static gboolean
is_in_clamp (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  while (ADW_IS_BIN (parent) || GTK_IS_STACK (parent))
    parent = gtk_widget_get_parent (parent);
  return ADW_IS_CLAMP (parent);
}

/* Whether @widget, a box that fills its width, is asked for a width that nobody uses. */
static gboolean
is_asked_in_vain (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (gtk_widget_get_valign (widget) != GTK_ALIGN_FILL || is_in_clamp (widget))
    return TRUE;
  return parent != NULL && is_box (parent, GTK_ORIENTATION_HORIZONTAL) && is_box (widget, GTK_ORIENTATION_VERTICAL) &&
         gtk_widget_get_hexpand (widget);
}

static void
take_over (GtkWidget        *widget,
           GtkLayoutManager *box)
{
  AppPlainLayout *self = g_object_new (APP_TYPE_PLAIN_LAYOUT, NULL);

  self->box = g_object_ref (box);
  gtk_widget_set_layout_manager (widget, GTK_LAYOUT_MANAGER (self));
}

void
app_plain_layout_use_for_content (GtkWidget *content)
{
  GtkLayoutManager *box;

  g_return_if_fail (GTK_IS_WIDGET (content));

  box = gtk_widget_get_layout_manager (content);
  if (GTK_IS_BOX_LAYOUT (box))
    take_over (content, box);
}

void
app_plain_layout_use (GtkWidget *root)
{
  GtkLayoutManager *box;

  g_return_if_fail (GTK_IS_WIDGET (root));

  box = gtk_widget_get_layout_manager (root);
  if (GTK_IS_BOX_LAYOUT (box) && gtk_widget_get_halign (root) == GTK_ALIGN_FILL && is_asked_in_vain (root))
    take_over (root, box);
  if (ADW_IS_WINDOW (root) && adw_window_get_content (ADW_WINDOW (root)) != NULL)
    app_plain_layout_use_for_content (adw_window_get_content (ADW_WINDOW (root)));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    app_plain_layout_use (child);
}
