/* app-trouble-page.c - what the window shows when it has no account to show
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-trouble-page.h"

#include "app-accessible.h"
#include "app-plain-layout.h"

struct _AppTroublePage
{
  AdwBin               parent_instance;

  AdwStatusPage       *status;
  GtkButton           *button;
  GtkButton           *second_button;
  GtkLabel            *second_label;
  AdwPreferencesGroup *more;
  AdwExpanderRow      *details;
  GtkLabel            *details_text;
};

G_DEFINE_FINAL_TYPE (AppTroublePage, app_trouble_page, ADW_TYPE_BIN)

static void
app_trouble_page_class_init (AppTroublePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-trouble-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, status);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, button);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, second_button);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, second_label);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, more);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, details);
  gtk_widget_class_bind_template_child (widget_class, AppTroublePage, details_text);
}

static void
app_trouble_page_init (AppTroublePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->second_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->second_label, NULL, -1);
}

/* @action: (nullable): with its target. The target first: a name without the one it needs is warned of. */
static void
set_action (GtkActionable *actionable,
            const char    *action)
{
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;

  if (action == NULL || !g_action_parse_detailed_name (action, &name, &target, NULL))
    return;
  gtk_actionable_set_action_name (actionable, NULL);
  gtk_actionable_set_action_target_value (actionable, target);
  gtk_actionable_set_action_name (actionable, name);
}

void
app_trouble_page_set_text (AppTroublePage   *self,
                           const AppTrouble *text,
                           gboolean          focus)
{
  g_autofree char *description = NULL;

  g_return_if_fail (APP_IS_TROUBLE_PAGE (self));

  /* AdwStatusPage takes markup in its description, and a sentence of the service may be there. */
  description = g_markup_escape_text (text->text, -1);
  adw_status_page_set_icon_name (self->status, text->icon);
  adw_status_page_set_title (self->status, text->title);
  adw_status_page_set_description (self->status, description);
  gtk_button_set_label (self->button, text->button);
  app_accessible_mend (GTK_WIDGET (self->button));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), text->action);
  gtk_widget_set_visible (GTK_WIDGET (self->second_button), text->second_button != NULL);
  gtk_label_set_label (self->second_label, text->second_button != NULL ? text->second_button : "");
  set_action (GTK_ACTIONABLE (self->second_button), text->second_action);
  gtk_widget_set_visible (GTK_WIDGET (self->more), text->details != NULL);
  if (g_strcmp0 (gtk_label_get_label (self->details_text), text->details) != 0)
    gtk_label_set_label (self->details_text, text->details != NULL ? text->details : "");
  if (!focus)
    return;
  adw_expander_row_set_expanded (self->details, text->open_details);
  gtk_widget_grab_focus (GTK_WIDGET (self->button));
}
