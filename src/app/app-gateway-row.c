/* app-gateway-row.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-row.h"

#include "app-menu-later.h"

struct _AppGatewayRow
{
  AdwActionRow   parent_instance;

  char          *id;       /* (not nullable) */
  char          *medium;   /* only those of one medium change places */
  guint          place, count;
  double         grabbed_x, grabbed_y;

  GtkImage      *health;
  GtkMenuButton *order_button;
  GMenuModel    *gateway_menu;
};

G_DEFINE_FINAL_TYPE (AppGatewayRow, app_gateway_row, ADW_TYPE_ACTION_ROW)

enum { MOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
move_to (AppGatewayRow *self,
         guint          place)
{
  if (place != self->place && place < self->count)
    g_signal_emit (self, signals[MOVED], 0, place);
}

static void
up_cb (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  AppGatewayRow *self = APP_GATEWAY_ROW (widget);

  if (self->place > 0)
    move_to (self, self->place - 1);
}

static void
down_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  AppGatewayRow *self = APP_GATEWAY_ROW (widget);

  move_to (self, self->place + 1);
}

/* --- drag --------------------------------------------------------------------------------------------------------- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            AppGatewayRow *self)
{
  self->grabbed_x = x;
  self->grabbed_y = y;
  return gdk_content_provider_new_typed (APP_TYPE_GATEWAY_ROW, self);
}

/* A row of its own for the pointer to carry: this one has no background, and the list that it lies in has one that the
 * window shines through. */
static GtkWidget *
make_carried (AppGatewayRow *self)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE,
                                 "title", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)),
                                 "subtitle", adw_action_row_get_subtitle (ADW_ACTION_ROW (self)), NULL);
  GtkWidget *health = gtk_image_new_from_icon_name (gtk_image_get_icon_name (self->health));
  GtkWidget *list = gtk_list_box_new (), *ground = adw_bin_new ();
  g_auto(GStrv) classes = gtk_widget_get_css_classes (GTK_WIDGET (self->health));

  gtk_widget_set_css_classes (health, (const char **) classes);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), health);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("list-drag-handle-symbolic"));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_bin_set_child (ADW_BIN (ground), list);
  gtk_widget_add_css_class (ground, "carried");
  /* Behind round corners would be black. */
  if (!gdk_display_is_composited (gtk_widget_get_display (GTK_WIDGET (self))))
    gtk_widget_add_css_class (ground, "solid");
  gtk_widget_set_size_request (ground, gtk_widget_get_allocated_width (GTK_WIDGET (self)), -1);
  return ground;
}

static void
begin_cb (GtkDragSource *source,
          GdkDrag       *drag,
          AppGatewayRow *self)
{
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), make_carried (self));
  gdk_drag_set_hotspot (drag, (int) self->grabbed_x, (int) self->grabbed_y);
}

static gboolean
fits (AppGatewayRow *self,
      const GValue  *value)
{
  AppGatewayRow *other = value != NULL && G_VALUE_HOLDS (value, APP_TYPE_GATEWAY_ROW) ? g_value_get_object (value)
                                                                                     : NULL;

  return other != NULL && other != self && g_strcmp0 (other->medium, self->medium) == 0;
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         AppGatewayRow *self)
{
  if (!fits (self, value))
    return FALSE;
  move_to (g_value_get_object (value), self->place);
  return TRUE;
}

static void
add_drag (AppGatewayRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (APP_TYPE_GATEWAY_ROW, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), self, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (begin_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- the row ------------------------------------------------------------------------------------------------------ */

static void
app_gateway_row_finalize (GObject *object)
{
  g_free (APP_GATEWAY_ROW (object)->id);
  g_free (APP_GATEWAY_ROW (object)->medium);
  G_OBJECT_CLASS (app_gateway_row_parent_class)->finalize (object);
}

static void
app_gateway_row_class_init (AppGatewayRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_gateway_row_finalize;
  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_install_action (widget_class, "gateway.up", NULL, up_cb);
  gtk_widget_class_install_action (widget_class, "gateway.down", NULL, down_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "gateway.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "gateway.down", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-gateway-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppGatewayRow, health);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayRow, order_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayRow, gateway_menu);
}

static void
app_gateway_row_init (AppGatewayRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_menu_later_set (self->order_button, self->gateway_menu);
  /* It is called by what it says of its place too, not by its title alone. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

AppGatewayRow *
app_gateway_row_new (const AppGatewayItem *item)
{
  AppGatewayRow *self = g_object_new (APP_TYPE_GATEWAY_ROW, "title", item->title, "subtitle", item->subtitle, NULL);

  self->id = g_strdup (item->id);
  self->medium = g_strdup (secinfo_json_get_string (item->gateway, "medium"));
  self->place = item->place;
  self->count = item->count;
  gtk_image_set_from_icon_name (self->health, item->health->icon);
  gtk_widget_add_css_class (GTK_WIDGET (self->health), item->health->style);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->health), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  item->health->icon_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, item->spoken, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->order_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  item->menu_spoken, -1);
  /* With one alone there is nothing to put in order. */
  gtk_widget_set_visible (GTK_WIDGET (self->order_button), item->count > 1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gateway.up", item->place > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gateway.down", item->place + 1 < item->count);
  if (item->count > 1)
    add_drag (self);
  return self;
}

const char *
app_gateway_row_get_id (AppGatewayRow *self)
{
  g_return_val_if_fail (APP_IS_GATEWAY_ROW (self), NULL);

  return self->id;
}
