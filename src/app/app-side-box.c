/* app-side-box.c - a text, and something at its side
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-side-box.h"

#define SPACING 6
/* What is at the side may take two fifths of the width; a text beside more of it would be broken into bits. */
#define SIDE_SHARE 0.4

/**
 * AppSideBox:
 *
 * Its first child is a text, its second, which may be hidden, a button. The button stands at the side of the text, and
 * below it where it would leave too little room: on a telephone, with long words, or with large letters. GTK 4.8 and
 * libadwaita 1.2 have nothing that wraps without asking for the width of its first line.
 */
struct _AppSideBox
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (AppSideBox, app_side_box, GTK_TYPE_WIDGET)

/* (nullable): hidden. */
static GtkWidget *
get_side (GtkWidget *text)
{
  GtkWidget *side = gtk_widget_get_next_sibling (text);

  return side != NULL && gtk_widget_should_layout (side) ? side : NULL;
}

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* What is left for the text; the whole of @width where the button goes below. */
static int
text_width (GtkWidget *side,
            int        width)
{
  int taken = side != NULL ? natural_width (side) + SPACING : 0;

  return taken > width * SIDE_SHARE ? width : width - taken;
}

static GtkSizeRequestMode
app_side_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_height (GtkWidget *text,
                GtkWidget *side,
                int        width,
                int       *minimum,
                int       *natural)
{
  int room = width < 0 ? -1 : text_width (side, width);
  int side_minimum, side_natural;

  gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, room, minimum, natural, NULL, NULL);
  if (side == NULL)
    return;
  gtk_widget_measure (side, GTK_ORIENTATION_VERTICAL, -1, &side_minimum, &side_natural, NULL, NULL);
  if (width >= 0 && room == width)
    {
      *minimum += SPACING + side_minimum;
      *natural += SPACING + side_natural;
      return;
    }
  *minimum = MAX (*minimum, side_minimum);
  *natural = MAX (*natural, side_natural);
}

static void
app_side_box_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  GtkWidget *text = gtk_widget_get_first_child (widget);
  GtkWidget *side = get_side (text);
  int side_minimum, side_natural;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      measure_height (text, side, for_size, minimum, natural);
      return;
    }
  gtk_widget_measure (text, orientation, -1, minimum, natural, NULL, NULL);
  if (side == NULL)
    return;
  gtk_widget_measure (side, orientation, -1, &side_minimum, &side_natural, NULL, NULL);
  *minimum = MAX (*minimum, side_minimum);
  *natural += SPACING + side_natural;
}

static void
app_side_box_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *text = gtk_widget_get_first_child (widget);
  GtkWidget *side = get_side (text);
  GtkAllocation text_place = { 0, 0, text_width (side, width), height };
  GtkAllocation side_place = { 0, 0, 0, 0 };

  if (side == NULL)
    {
      gtk_widget_size_allocate (text, &text_place, -1);
      return;
    }
  side_place.width = MIN (natural_width (side), width);
  gtk_widget_measure (side, GTK_ORIENTATION_VERTICAL, -1, NULL, &side_place.height, NULL, NULL);
  side_place.x = rtl ? 0 : width - side_place.width;
  side_place.y = (height - side_place.height) / 2;
  if (text_place.width == width)
    {
      /* Below, where the text begins. */
      side_place.x = rtl ? width - side_place.width : 0;
      side_place.y = height - side_place.height;
      text_place.height = MAX (side_place.y - SPACING, 0);
    }
  else if (rtl)
    {
      text_place.x = width - text_place.width;
    }
  gtk_widget_size_allocate (text, &text_place, -1);
  gtk_widget_size_allocate (side, &side_place, -1);
}

static void
app_side_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (app_side_box_parent_class)->dispose (object);
}

static void
app_side_box_class_init (AppSideBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_side_box_dispose;
  widget_class->get_request_mode = app_side_box_get_request_mode;
  widget_class->measure = app_side_box_measure;
  widget_class->size_allocate = app_side_box_size_allocate;
}

static void
app_side_box_init (AppSideBox *self)
{
}
