/* app-code-help.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-help.h"

#include <glib/gi18n.h>

/**
 * AppCodeHelp:
 *
 * Three groups of rows, drawn from an AppCodeForm.
 */
struct _AppCodeHelp
{
  AdwBin               parent_instance;

  AdwPreferencesGroup *known;
  AdwPreferencesGroup *checks;
  AdwPreferencesGroup *ways;

  GPtrArray           *rows;   /* (not nullable) of GtkWidget, in the groups */
};

enum { WAY, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppCodeHelp, app_code_help, ADW_TYPE_BIN)

static void
pressed_cb (GtkWidget   *widget,
            AppCodeHelp *self)
{
  gint action = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (widget), "action"));

  g_signal_emit (self, signals[WAY], 0, action, g_object_get_data (G_OBJECT (widget), "contact"));
}

static void
remember (GtkWidget         *widget,
          const AppHelpItem *item)
{
  g_object_set_data (G_OBJECT (widget), "action", GINT_TO_POINTER (item->action));
  g_object_set_data_full (G_OBJECT (widget), "contact", g_strdup (item->contact), g_free);
}

static void
add_button (AppCodeHelp       *self,
            AdwActionRow      *row,
            const AppHelpItem *item)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (item->action == APP_HELP_CHANGE ? _("C_hange") : _("C_opy"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  remember (button, item);
  g_signal_connect (button, "clicked", G_CALLBACK (pressed_cb), self);
  adw_action_row_add_suffix (row, button);
}

static void
make_activatable (AppCodeHelp       *self,
                  AdwActionRow      *row,
                  const AppHelpItem *item)
{
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), item->action != APP_HELP_CONTACT);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (row), item->sensitive);
  remember (GTK_WIDGET (row), item);
  g_signal_connect (row, "activated", G_CALLBACK (pressed_cb), self);
  adw_action_row_add_suffix (row, arrow);
}

static void
add_row (AppCodeHelp         *self,
         AdwPreferencesGroup *group,
         const AppHelpItem   *item)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *icon = gtk_image_new_from_icon_name (item->icon);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), item->title);
  if (item->subtitle != NULL)
    adw_action_row_set_subtitle (row, item->subtitle);
  adw_action_row_add_prefix (row, icon);

  if (item->action == APP_HELP_CHANGE || item->action == APP_HELP_COPY_SENDER)
    add_button (self, row, item);
  else if (item->action != APP_HELP_NONE)
    make_activatable (self, row, item);

  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (group, GTK_WIDGET (row));
}

static void
fill_group (AppCodeHelp         *self,
            AdwPreferencesGroup *group,
            GPtrArray           *items)
{
  for (guint i = 0; i < items->len; i++)
    add_row (self, group, g_ptr_array_index (items, i));
  gtk_widget_set_visible (GTK_WIDGET (group), items->len > 0);
}

static void
app_code_help_finalize (GObject *object)
{
  AppCodeHelp *self = APP_CODE_HELP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (app_code_help_parent_class)->finalize (object);
}

static void
app_code_help_class_init (AppCodeHelpClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_code_help_finalize;

  signals[WAY] = g_signal_new ("way", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-code-help.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCodeHelp, known);
  gtk_widget_class_bind_template_child (widget_class, AppCodeHelp, checks);
  gtk_widget_class_bind_template_child (widget_class, AppCodeHelp, ways);
}

static void
app_code_help_init (AppCodeHelp *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
}

void
app_code_help_fill (AppCodeHelp *self,
                    AppCodeForm *form,
                    gboolean     can_change)
{
  g_autoptr(GPtrArray) known = app_code_form_help_known (form);
  g_autoptr(GPtrArray) checks = app_code_form_help_checks (form, can_change);
  g_autoptr(GPtrArray) ways = app_code_form_help_ways (form);

  g_return_if_fail (APP_IS_CODE_HELP (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (self->rows, 0);

  fill_group (self, self->known, known);
  fill_group (self, self->checks, checks);
  fill_group (self, self->ways, ways);
}

void
app_code_help_focus (AppCodeHelp *self)
{
  g_return_if_fail (APP_IS_CODE_HELP (self));

  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
