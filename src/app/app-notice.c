/* app-notice.c - a message above the pages, with at most one button and a cross
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-notice.h"

#include "app-plain-layout.h"

/**
 * AppNotice:
 *
 * Stands in for AdwBanner, which is newer than libadwaita 1.2, and has a sentence below its title.
 */
struct _AppNotice
{
  AdwBin       parent_instance;

  GtkRevealer *revealer;
  GtkBox      *box;
  GtkImage    *icon;
  GtkLabel    *title;
  GtkLabel    *body;
  GtkBox      *buttons;
  GtkButton   *button;
  GtkLabel    *button_label;
  GtkButton   *second_button;
  GtkLabel    *second_label;
  GtkButton   *close;
};

enum { SIGNAL_DISMISSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppNotice, app_notice, ADW_TYPE_BIN)

static void
close_cb (AppNotice *self)
{
  g_signal_emit (self, signals[SIGNAL_DISMISSED], 0);
}

static void
app_notice_class_init (AppNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_DISMISSED] = g_signal_new ("dismissed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, AppNotice, revealer);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, box);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, title);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, body);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, buttons);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, button);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, button_label);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, second_button);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, second_label);
  gtk_widget_class_bind_template_child (widget_class, AppNotice, close);
}

static void
app_notice_init (AppNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  /* A button whose label is a widget of ours has no name by itself. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->button_label, NULL, -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->second_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->second_label, NULL, -1);
  g_signal_connect_object (self->close, "clicked", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
}

static void
set_style (GtkWidget  *widget,
           const char *style,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, style);
  else
    gtk_widget_remove_css_class (widget, style);
}

void
app_notice_set_text (AppNotice           *self,
                     const AppNoticeText *text,
                     gboolean             closable)
{
  g_return_if_fail (APP_IS_NOTICE (self));

  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  if (text == NULL)
    return;
  gtk_image_set_from_icon_name (self->icon, text->icon);
  gtk_label_set_label (self->title, text->title);
  gtk_label_set_label (self->body, text->text);
  set_style (GTK_WIDGET (self->box), "warning-notice", text->kind == APP_NOTICE_WARNING);
  set_style (GTK_WIDGET (self->box), "error-notice", text->kind == APP_NOTICE_ERROR);
  gtk_widget_set_visible (GTK_WIDGET (self->buttons), text->button != NULL);
  gtk_label_set_label (self->button_label, text->button != NULL ? text->button : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), text->action);
  gtk_widget_set_visible (GTK_WIDGET (self->close), closable);
}
