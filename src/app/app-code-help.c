/* app-code-help.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-help.h"

#include "app-plain-layout.h"

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

  GPtrArray           *known_rows;   /* (not nullable) of AdwActionRow, in the group of that name; so the next two */
  GPtrArray           *check_rows;
  GPtrArray           *way_rows;
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
  g_object_set_data_full (G_OBJECT (widget), "icon", g_strdup (item->icon), g_free);
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
  GtkWidget *arrow = g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), item->action != APP_HELP_CONTACT);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (pressed_cb), self);
  adw_action_row_add_suffix (row, arrow);
}

/* What may change while a row stays: the words, and whether it can be done yet. */
static void
fill_row (AdwActionRow      *row,
          const AppHelpItem *item)
{
  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), item->title) != 0)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), item->title);
  if (g_strcmp0 (adw_action_row_get_subtitle (row), item->subtitle != NULL ? item->subtitle : "") != 0)
    adw_action_row_set_subtitle (row, item->subtitle != NULL ? item->subtitle : "");
  gtk_widget_set_sensitive (GTK_WIDGET (row), item->sensitive);
}

static void
add_row (AppCodeHelp         *self,
         AdwPreferencesGroup *group,
         GPtrArray           *rows,
         const AppHelpItem   *item)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", item->icon,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (row, icon);
  fill_row (row, item);
  if (item->action == APP_HELP_CHANGE || item->action == APP_HELP_COPY_SENDER)
    add_button (self, row, item);
  else if (item->action != APP_HELP_NONE)
    make_activatable (self, row, item);
  remember (GTK_WIDGET (row), item);
  g_ptr_array_add (rows, row);
  app_plain_layout_use (GTK_WIDGET (row));
  adw_preferences_group_add (group, GTK_WIDGET (row));
}

static gboolean
is_of (gpointer           row,
       const AppHelpItem *item)
{
  return GPOINTER_TO_INT (g_object_get_data (row, "action")) == (gint) item->action &&
         g_strcmp0 (g_object_get_data (row, "contact"), item->contact) == 0;
}

static gboolean
has_icon_of (gpointer           row,
             const AppHelpItem *item)
{
  return g_strcmp0 (g_object_get_data (row, "icon"), item->icon) == 0;
}

static gboolean
same_rows (GPtrArray *rows,
           GPtrArray *items)
{
  if (rows->len != items->len)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!is_of (g_ptr_array_index (rows, i), g_ptr_array_index (items, i)) ||
        !has_icon_of (g_ptr_array_index (rows, i), g_ptr_array_index (items, i)))
      return FALSE;

  return TRUE;
}

/* Which of @items the focus is on, -1: none. Those with nothing to press are told apart by their place alone. */
static int
find_focused (GPtrArray *rows,
              GPtrArray *items)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (rows, i);

      if (!gtk_widget_has_focus (row) && gtk_widget_get_focus_child (row) == NULL)
        continue;
      if (GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "action")) == APP_HELP_NONE)
        return MIN ((int) i, (int) items->len - 1);
      for (guint k = 0; k < items->len; k++)
        if (is_of (row, g_ptr_array_index (items, k)))
          return (int) k;
    }
  return -1;
}

/* Rows that stay keep their focus, wherever they stand now. */
static void
fill_group (AppCodeHelp         *self,
            AdwPreferencesGroup *group,
            GPtrArray           *rows,
            GPtrArray           *items)
{
  gboolean same = same_rows (rows, items);
  int focused = same ? -1 : find_focused (rows, items);

  for (guint i = 0; i < rows->len && !same; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  if (!same)
    g_ptr_array_set_size (rows, 0);
  for (guint i = 0; i < items->len; i++)
    if (same)
      fill_row (g_ptr_array_index (rows, i), g_ptr_array_index (items, i));
    else
      add_row (self, group, rows, g_ptr_array_index (items, i));
  gtk_widget_set_visible (GTK_WIDGET (group), items->len > 0);
  if (focused >= 0)
    gtk_widget_grab_focus (g_ptr_array_index (rows, focused));
}

static void
app_code_help_finalize (GObject *object)
{
  AppCodeHelp *self = APP_CODE_HELP (object);

  g_clear_pointer (&self->known_rows, g_ptr_array_unref);
  g_clear_pointer (&self->check_rows, g_ptr_array_unref);
  g_clear_pointer (&self->way_rows, g_ptr_array_unref);

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
  app_plain_layout_use (GTK_WIDGET (self));
  self->known_rows = g_ptr_array_new ();
  self->check_rows = g_ptr_array_new ();
  self->way_rows = g_ptr_array_new ();
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

  fill_group (self, self->known, self->known_rows, known);
  fill_group (self, self->checks, self->check_rows, checks);
  fill_group (self, self->ways, self->way_rows, ways);
}

void
app_code_help_focus (AppCodeHelp *self)
{
  g_return_if_fail (APP_IS_CODE_HELP (self));

  if (self->known_rows->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (self->known_rows, 0));
}
