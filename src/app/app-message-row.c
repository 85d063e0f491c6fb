/* app-message-row.c - one message of the trial inbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-message-row.h"

#include "app-accessible.h"
#include "app-plain-layout.h"

struct _AppMessageRow
{
  AdwExpanderRow  parent_instance;

  char           *id;
  SecinfoSecret  *code;         /* (nullable) */
  GtkLabel       *text;
  GtkButton      *copy_button;
};

enum { SIGNAL_COPIED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppMessageRow, app_message_row, ADW_TYPE_EXPANDER_ROW)

static void
copy_cb (AppMessageRow *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  gdk_clipboard_set_text (clipboard, secinfo_secret_get_text (self->code));
  g_signal_emit (self, signals[SIGNAL_COPIED], 0);
}

static void
app_message_row_finalize (GObject *object)
{
  AppMessageRow *self = APP_MESSAGE_ROW (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->code, secinfo_secret_unref);
  G_OBJECT_CLASS (app_message_row_parent_class)->finalize (object);
}

static void
app_message_row_class_init (AppMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_message_row_finalize;
  signals[SIGNAL_COPIED] = g_signal_new ("copied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, text);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, copy_button);
}

static void
app_message_row_init (AppMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_object (self->copy_button, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
}

AppMessageRow *
app_message_row_new (const AppMessage *message)
{
  AppMessageRow *self = g_object_new (APP_TYPE_MESSAGE_ROW, NULL);

  self->id = g_strdup (message->id);
  self->code = message->code != NULL ? secinfo_secret_ref (message->code) : NULL;
  gtk_label_set_label (self->text, secinfo_secret_get_text (message->text));
  gtk_widget_set_visible (GTK_WIDGET (self->copy_button), self->code != NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), message->title);
  app_message_row_set_time (self, message);
  return self;
}

const char *
app_message_row_get_id (AppMessageRow *self)
{
  g_return_val_if_fail (APP_IS_MESSAGE_ROW (self), NULL);

  return self->id;
}

void
app_message_row_set_time (AppMessageRow    *self,
                          const AppMessage *message)
{
  g_return_if_fail (APP_IS_MESSAGE_ROW (self));

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), message->subtitle);
}
