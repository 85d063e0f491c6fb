/* app-inbox-window.c - the trial inbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-inbox-window.h"

#include <glib/gi18n.h>

#include "app-help-window.h"
#include "app-inbox-form.h"
#include "app-message-row.h"
#include "app-notice.h"
#include "app-plain-layout.h"

struct _AppInboxWindow
{
  AdwWindow        parent_instance;

  SecinfoClient   *client;        /* (nullable) until it is set */
  GCancellable    *cancellable;
  gboolean         asking;
  gboolean         ask_again;

  GtkButton       *clear_button;
  AppNotice       *notice;
  AdwToastOverlay *toasts;
  GtkStack        *stack;
  GtkListBox      *list;
};

G_DEFINE_FINAL_TYPE (AppInboxWindow, app_inbox_window, ADW_TYPE_WINDOW)

static void refresh (AppInboxWindow *self);

static void
copied_cb (AppInboxWindow *self)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Code copied")));
}

static const AppMessage *
find_message (GPtrArray  *messages,
              const char *id)
{
  for (guint i = 0; i < messages->len; i++)
    if (g_str_equal (((AppMessage *) messages->pdata[i])->id, id))
      return messages->pdata[i];
  return NULL;
}

/* Messages never change and only come at the top: rows that are there stay, with what is open in them. */
static void
sync_rows (AppInboxWindow *self,
      GPtrArray      *messages)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list));
  g_autoptr(GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);
      const AppMessage *message = find_message (messages, app_message_row_get_id (APP_MESSAGE_ROW (child)));

      if (message == NULL)
        gtk_list_box_remove (self->list, child);
      else
        {
          app_message_row_set_time (APP_MESSAGE_ROW (child), message);
          g_hash_table_add (known, message->id);
        }
      child = next;
    }
  for (guint i = 0; i < messages->len; i++)
    {
      AppMessage *message = messages->pdata[i];
      AppMessageRow *row;

      if (g_hash_table_contains (known, message->id))
        continue;
      row = app_message_row_new (message);
      g_signal_connect_object (row, "copied", G_CALLBACK (copied_cb), self, G_CONNECT_SWAPPED);
      gtk_list_box_insert (self->list, GTK_WIDGET (row), i);
      /* The newest is what one opened the window for. */
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), i == 0);
    }
  gtk_stack_set_visible_child_name (self->stack, messages->len > 0 ? "messages" : "empty");
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_button), messages->len > 0);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppInboxWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) items = secinfo_client_list_inbox_finish (SECINFO_CLIENT (source), result, &error);
  g_autoptr(GPtrArray) messages = NULL;

  self->asking = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* What was listed stays where the service does not answer: the main window says so. */
  if (items != NULL)
    {
      messages = app_inbox_form_new (items, g_get_real_time () / G_USEC_PER_SEC);
      sync_rows (self, messages);
    }
  if (self->ask_again)
    refresh (self);
}

static void
refresh (AppInboxWindow *self)
{
  self->ask_again = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  secinfo_client_list_inbox_async (self->client, self->cancellable, listed_cb, g_object_ref (self));
}

static void
event_cb (AppInboxWindow *self,
          const char     *what,
          const char     *id)
{
  if (g_str_equal (what, "inbox"))
    refresh (self);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppInboxWindow) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!secinfo_client_clear_inbox_finish (SECINFO_CLIENT (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  refresh (self);
}

static void
clear_cb (AppInboxWindow *self)
{
  secinfo_client_clear_inbox_async (self->client, self->cancellable, cleared_cb, g_object_ref (self));
}

static void
preferences_cb (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (widget));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.preferences", NULL);
}

static void
app_inbox_window_dispose (GObject *object)
{
  AppInboxWindow *self = APP_INBOX_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_inbox_window_parent_class)->dispose (object);
}

static void
app_inbox_window_finalize (GObject *object)
{
  g_clear_object (&APP_INBOX_WINDOW (object)->cancellable);
  G_OBJECT_CLASS (app_inbox_window_parent_class)->finalize (object);
}

static void
app_inbox_window_class_init (AppInboxWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_inbox_window_dispose;
  object_class->finalize = app_inbox_window_finalize;

  gtk_widget_class_install_action (widget_class, "inbox.preferences", NULL, preferences_cb);
  g_type_ensure (APP_TYPE_NOTICE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-inbox-window.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_SENDING);
  gtk_widget_class_bind_template_child (widget_class, AppInboxWindow, clear_button);
  gtk_widget_class_bind_template_child (widget_class, AppInboxWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, AppInboxWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AppInboxWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AppInboxWindow, list);
}

static void
app_inbox_window_init (AppInboxWindow *self)
{
  AppNoticeText text = { APP_NOTICE_WARNING, "dialog-warning-symbolic", _("This proves nothing"), NULL, NULL, NULL,
                        NULL };
  g_autofree char *sentence = g_strdup (_("Messages stay on this computer. Anyone at your session can read them, "
                                          "so a code from here does not show that a mailbox or phone is yours."));

  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  text.text = sentence;
  text.button = _("_Set up real delivery…");
  text.action = "inbox.preferences";
  app_notice_set_text (self->notice, &text, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_button), FALSE);
  g_signal_connect_object (self->clear_button, "clicked", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
}

void
app_inbox_window_present (GtkWindow     *parent,
                          SecinfoClient *client)
{
  GListModel *windows = gtk_window_get_toplevels ();
  AppInboxWindow *self;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (APP_IS_INBOX_WINDOW (window) && gtk_window_get_transient_for (window) == parent)
        {
          gtk_window_present (window);
          return;
        }
    }
  self = g_object_new (APP_TYPE_INBOX_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "event", G_CALLBACK (event_cb), self);
  refresh (self);
  gtk_window_present (GTK_WINDOW (self));
}
