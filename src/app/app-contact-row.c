/* app-contact-row.c - one contact
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-contact-row.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-menu-later.h"
#include "app-plain-layout.h"
#include "app-side-box.h"

/* Below the text of the items, behind their check marks. */
enum { WHY_MARGIN = 12, WHY_INDENT = 34 };

/**
 * AppContactRow:
 *
 * Kept for as long as its contact is listed, whatever changes in it, so that focus and an open menu stay.
 */
struct _AppContactRow
{
  AdwPreferencesRow   parent_instance;

  char               *id;
  GSimpleActionGroup *actions;      /* "contact.…", of this row's menu */
  GtkImage           *icon;
  GtkLabel           *title_label;
  GtkLabel           *subtitle_label;
  GtkButton          *verify_button;
  GtkMenuButton      *menu_button;
  GMenuModel         *contact_menu;
  const char         *why_alerts;   /* (nullable) why alerts cannot be switched off */
  GtkWidget          *why;          /* (nullable) the menu has it */
};

G_DEFINE_FINAL_TYPE (AppContactRow, app_contact_row, ADW_TYPE_PREFERENCES_ROW)

static void
call_window (AppContactRow *self,
             const char    *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, "s", self->id);
}

static void
menu_action_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  g_autofree char *name = g_strconcat ("win.contact-", g_action_get_name (G_ACTION (action)), NULL);

  call_window (user_data, name);
}

static void
app_contact_row_finalize (GObject *object)
{
  AppContactRow *self = APP_CONTACT_ROW (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (app_contact_row_parent_class)->finalize (object);
}

/* The keyboard can go there: it passes over what is insensitive, and a reader with it. */
static GtkWidget *
make_why (const char *words)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "xalign", 0.0, "max-width-chars", 26,
                                   "margin-start", WHY_INDENT, "margin-end", WHY_MARGIN, "margin-top",
                                   WHY_MARGIN / 4, "margin-bottom", WHY_MARGIN / 2, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *why = g_object_new (ADW_TYPE_BIN, "child", label, "focusable", TRUE, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_LABEL, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (why), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (why, "menu-reason");
  return why;
}

/* Below the item that is meant, where the menu is there. */
static void
show_why_alerts (AppContactRow *self)
{
  GtkPopoverMenu *menu = GTK_POPOVER_MENU (gtk_menu_button_get_popover (self->menu_button));

  if (menu == NULL)
    return;
  if (self->why_alerts == NULL && self->why != NULL)
    {
      gtk_popover_menu_remove_child (menu, self->why);
      self->why = NULL;
    }
  else if (self->why_alerts != NULL && self->why == NULL)
    {
      self->why = make_why (self->why_alerts);
      gtk_popover_menu_add_child (menu, self->why, "why-alerts");
    }
}

static void
app_contact_row_class_init (AppContactRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_contact_row_finalize;
  g_type_ensure (APP_TYPE_SIDE_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-contact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, icon);
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, verify_button);
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AppContactRow, contact_menu);
}

static void
app_contact_row_init (AppContactRow *self)
{
  static const GActionEntry entries[] = {
    { "change", menu_action_cb, NULL, NULL, NULL, { 0 } },
    { "label", menu_action_cb, NULL, NULL, NULL, { 0 } },
    { "remove", menu_action_cb, NULL, NULL, NULL, { 0 } },
    /* A state that only the service's answer changes: the check mark never says what is not so. */
    { "alerts", menu_action_cb, NULL, "true", NULL, { 0 } },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  app_menu_later_set (self->menu_button, self->contact_menu);
  g_signal_connect_swapped (self->menu_button, "notify::menu-model", G_CALLBACK (show_why_alerts), self);
  app_plain_layout_use (GTK_WIDGET (self));
  /* The row would be called by its title too, and a reader makes nothing of bullets. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "contact", G_ACTION_GROUP (self->actions));
}

AppContactRow *
app_contact_row_new (const char *id)
{
  AppContactRow *self = g_object_new (APP_TYPE_CONTACT_ROW, NULL);

  self->id = g_strdup (id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->verify_button), "s", id);
  return self;
}

const char *
app_contact_row_get_id (AppContactRow *self)
{
  g_return_val_if_fail (APP_IS_CONTACT_ROW (self), NULL);

  return self->id;
}

static GSimpleAction *
find_action (AppContactRow *self,
             const char    *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name));
}

static void
set_button (AppContactRow    *self,
            AppContactButton  button)
{
  const char *label = "", *action = NULL;

  switch (button)
    {
    case APP_CONTACT_VERIFY:
      label = _("_Verify"), action = "win.verify";
      break;
    case APP_CONTACT_CHECK:
      label = _("_Check"), action = "win.verify";
      break;
    case APP_CONTACT_TAKE_BACK:
      label = _("_Take back"), action = "win.take-back";
      break;
    case APP_CONTACT_NO_BUTTON:
    default:
      break;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->verify_button), action != NULL);
  gtk_button_set_label (self->verify_button, label);
  app_accessible_mend (GTK_WIDGET (self->verify_button));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->verify_button), action);
}

void
app_contact_row_set_form (AppContactRow        *self,
                          const AppContactForm *form)
{
  g_return_if_fail (APP_IS_CONTACT_ROW (self));

  /* In the same place: at 360 px and 200 % there is no room for one more. */
  gtk_image_set_from_icon_name (self->icon, form->warning ? "dialog-warning-symbolic" : form->icon);
  if (form->warning)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  form->warning ? _("To mend") : form->icon_name, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), form->title);
  gtk_label_set_label (self->title_label, form->title);
  gtk_label_set_label (self->subtitle_label, form->subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, form->spoken, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, form->menu_spoken,
                                  -1);
  set_button (self, form->button);
  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), form->has_menu);
  g_simple_action_set_enabled (find_action (self, "change"), form->can_change);
  g_simple_action_set_enabled (find_action (self, "label"), form->can_label);
  g_simple_action_set_enabled (find_action (self, "alerts"), form->can_alerts);
  g_simple_action_set_state (find_action (self, "alerts"), g_variant_new_boolean (form->alerts));
  self->why_alerts = form->why_alerts;
  show_why_alerts (self);
}

void
app_contact_row_focus (AppContactRow *self)
{
  g_return_if_fail (APP_IS_CONTACT_ROW (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self->menu_button)))
    gtk_widget_grab_focus (GTK_WIDGET (self->menu_button));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->verify_button));
}
