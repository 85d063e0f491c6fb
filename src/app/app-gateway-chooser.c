/* app-gateway-chooser.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-chooser.h"

#include <glib/gi18n.h>

struct _AppGatewayChooser
{
  AdwBin               parent_instance;

  GPtrArray           *choices;   /* of AppGatewayChoice */
  GtkWidget           *first;     /* (nullable) row */

  GtkButton           *back_button;
  AdwPreferencesGroup *own;
  AdwPreferencesGroup *services;
  AdwPreferencesGroup *other;
};

G_DEFINE_FINAL_TYPE (AppGatewayChooser, app_gateway_chooser, ADW_TYPE_BIN)

enum { BACK, CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
back_cb (AppGatewayChooser *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
row_cb (AppGatewayChooser *self,
        GtkWidget         *row)
{
  const AppGatewayChoice *choice = g_object_get_data (G_OBJECT (row), "choice");

  g_signal_emit (self, signals[CHOSEN], 0, choice->kind);
}

static GtkWidget *
make_row (AppGatewayChooser *self,
          AppGatewayChoice  *choice)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "use-underline", choice->kind == NULL,
                                 "title", choice->title, "subtitle", choice->subtitle != NULL ? choice->subtitle : "",
                                 "activatable", TRUE, NULL);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", choice->icon, "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic", "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  g_object_set_data (G_OBJECT (row), "choice", choice);
  g_signal_connect_object (row, "activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static void
app_gateway_chooser_finalize (GObject *object)
{
  g_ptr_array_unref (APP_GATEWAY_CHOOSER (object)->choices);
  G_OBJECT_CLASS (app_gateway_chooser_parent_class)->finalize (object);
}

static void
app_gateway_chooser_class_init (AppGatewayChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_gateway_chooser_finalize;
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-gateway-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, own);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, services);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, other);
}

static void
app_gateway_chooser_init (AppGatewayChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->back_button, "clicked", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
}

AppGatewayChooser *
app_gateway_chooser_new (json_t   *kinds,
                         gboolean  phones)
{
  AppGatewayChooser *self = g_object_new (APP_TYPE_GATEWAY_CHOOSER, NULL);
  AdwPreferencesGroup *groups[APP_N_GATEWAY_GROUPS] = {
    [APP_GATEWAY_OWN] = self->own, [APP_GATEWAY_SERVICE] = self->services, [APP_GATEWAY_OTHER] = self->other,
  };
  guint filled[APP_N_GATEWAY_GROUPS] = { 0 };

  self->choices = app_gateway_choices_new (kinds, phones);
  for (guint i = 0; i < self->choices->len; i++)
    {
      AppGatewayChoice *choice = self->choices->pdata[i];
      GtkWidget *row = make_row (self, choice);

      adw_preferences_group_add (groups[choice->group], row);
      filled[choice->group]++;
      if (self->first == NULL)
        self->first = row;
    }
  for (guint i = 0; i < APP_N_GATEWAY_GROUPS; i++)
    gtk_widget_set_visible (GTK_WIDGET (groups[i]), filled[i] > 0);
  return self;
}

void
app_gateway_chooser_focus (AppGatewayChooser *self)
{
  g_return_if_fail (APP_IS_GATEWAY_CHOOSER (self));

  gtk_widget_grab_focus (self->first != NULL ? self->first : GTK_WIDGET (self->back_button));
}
