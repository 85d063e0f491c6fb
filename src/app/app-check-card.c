/* app-check-card.c - one card of the check-up: one sentence and one button
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-check-card.h"

#include "app-accessible.h"

struct _AppCheckCard
{
  AdwBin     parent_instance;

  GtkImage  *icon;
  GtkLabel  *title;
  GtkImage  *state;
  GtkLabel  *sentence;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (AppCheckCard, app_check_card, ADW_TYPE_BIN)

static void
app_check_card_class_init (AppCheckCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-check-card.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCheckCard, icon);
  gtk_widget_class_bind_template_child (widget_class, AppCheckCard, title);
  gtk_widget_class_bind_template_child (widget_class, AppCheckCard, state);
  gtk_widget_class_bind_template_child (widget_class, AppCheckCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, AppCheckCard, button);
}

static void
app_check_card_init (AppCheckCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->title, NULL, -1);
}

void
app_check_card_set_title (AppCheckCard *self,
                          const char   *icon,
                          const char   *title)
{
  g_return_if_fail (APP_IS_CHECK_CARD (self));

  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_label (self->title, title);
}

static void
set_state (AppCheckCard *self,
           AppCardState  state)
{
  const char *words = app_card_state_to_words (state);

  for (AppCardState old = APP_CARD_GOOD; old <= APP_CARD_TO_KNOW; old++)
    if (old != state)
      gtk_widget_remove_css_class (GTK_WIDGET (self->state), app_card_state_to_style (old));
  gtk_widget_add_css_class (GTK_WIDGET (self->state), app_card_state_to_style (state));
  gtk_image_set_from_icon_name (self->state, app_card_state_to_icon (state));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
app_check_card_set_text (AppCheckCard      *self,
                         const AppCardText *text)
{
  g_autofree char *spoken = NULL;

  g_return_if_fail (APP_IS_CHECK_CARD (self));

  set_state (self, text->state);
  gtk_label_set_label (self->sentence, text->sentence);
  gtk_button_set_label (self->button, text->button);
  app_accessible_mend (GTK_WIDGET (self->button));
  /* Name and target are two calls, and GTK warns of a pair that does not fit in between. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), NULL);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button),
                                          text->target != NULL ? g_variant_new_string (text->target) : NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), text->action);
  if (text->suggested)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "suggested-action");
  /* "To mend. You have one contact. …": what a reader says of the card as a whole. */
  spoken = g_strdup_printf ("%s. %s", app_card_state_to_words (text->state), text->sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}
