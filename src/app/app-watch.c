/* app-watch.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-watch.h"

#include <glib/gi18n.h>

#include "app-watch-form.h"

#define LOOK_SECONDS 3600   /* whether what was said is due again */

/**
 * AppWatch:
 *
 * Holds one event stream and asks for what it speaks of; #AppWatchForm says what is to be told. Never confirmed who one
 * is: it reads what everybody may read of his own account.
 */
struct _AppWatch
{
  GObject         parent_instance;

  GApplication   *application;    /* not a reference: it owns us */
  SecinfoClient  *client;
  SecinfoAccount *account;
  AppWatchForm   *form;
  GCancellable   *cancellable;    /* of every question on its way */
  guint           look_source;
};

G_DEFINE_FINAL_TYPE (AppWatch, app_watch, G_TYPE_OBJECT)

static GNotification *
make_notification (const char *title,
                   const char *body)
{
  GNotification *notification = g_notification_new (title);
  g_autoptr(GIcon) icon = g_themed_icon_new (APP_ID);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  return notification;
}

static void
send (AppWatch   *self,
      const char *id,
      const char *title,
      const char *body,
      const char *action)
{
  g_autoptr(GNotification) notification = make_notification (title, body);

  if (action != NULL)
    {
      g_notification_set_default_action (notification, action);
      g_notification_add_button (notification, _("Make new ones"), "app.make-saved-codes");
    }
  g_application_send_notification (self->application, id, notification);
}

/* To an administrator; it stays until he looked (see APP_WATCH_GATEWAY) or all is well again. */
static void
send_gateway (AppWatch   *self,
              const char *type)
{
  const char *title = NULL;
  g_autofree char *body = app_watch_form_take_gateway (type, g_get_real_time () / G_USEC_PER_SEC, &title);
  g_autoptr(GNotification) notification = NULL;

  if (body == NULL)
    return;
  notification = make_notification (title, body);
  g_notification_set_default_action (notification, "app.preferences");
  g_notification_add_button (notification, _("Preferences"), "app.preferences");
  g_application_send_notification (self->application, APP_WATCH_GATEWAY, notification);
}

/* Each kind stands by itself: a later harmless one does not take the place of a grave one. */
static void
send_alert (AppWatch   *self,
            const char *type)
{
  const char *title = NULL;
  g_autofree char *body = app_watch_form_take_alert (type, g_get_real_time () / G_USEC_PER_SEC, &title);
  g_autofree char *id = g_strconcat (APP_WATCH_ALERT, type, NULL);
  g_autoptr(GNotification) notification = NULL;

  if (body == NULL)
    return;
  notification = make_notification (title, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button_with_target (notification, _("This was me"), "app.was-me", "s", type);
  g_notification_add_button_with_target (notification, _("This wasn’t me"), "app.not-me", "s", type);
  g_application_send_notification (self->application, id, notification);
}

static void
codes_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppWatch) self = user_data;
  g_autoptr(json_t) codes = secinfo_client_get_saved_codes_finish (SECINFO_CLIENT (source), result, NULL);
  g_autofree char *reminder = NULL;

  if (codes == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  reminder = app_watch_form_take_saved_codes (self->form, codes, g_get_real_time () / G_USEC_PER_SEC);
  if (reminder != NULL)
    send (self, "saved-codes", reminder, _("Print new ones before you need them."), "app.saved-codes");
  else if (!app_watch_form_is_low (self->form))
    g_application_withdraw_notification (self->application, "saved-codes");
}

static void
account_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppWatch) self = user_data;
  g_autofree char *body = NULL;
  const char *title = NULL;

  if (!secinfo_client_get_account_finish (SECINFO_CLIENT (source), result, NULL) ||
      g_cancellable_is_cancelled (self->cancellable))
    return;
  body = app_watch_form_take_account (self->form, self->account, &title);
  if (body != NULL)
    send (self, "first-contact", title, body, NULL);
}

static void
ask_for_codes (AppWatch *self)
{
  secinfo_client_get_saved_codes_async (self->client, self->cancellable, codes_cb, g_object_ref (self));
}

static void
ask_for_account (AppWatch *self)
{
  secinfo_client_get_account_async (self->client, self->account, self->cancellable, account_cb, g_object_ref (self));
}

static void
event_cb (AppWatch   *self,
          const char *what,
          const char *id)
{
  if (g_str_equal (what, "alert") && id != NULL)
    {
      send_alert (self, id);
      send_gateway (self, id);
      if (g_str_equal (id, "gateway-well"))
        g_application_withdraw_notification (self->application, APP_WATCH_GATEWAY);
    }
  if (g_str_equal (what, "saved-codes") || g_str_equal (what, "account"))
    ask_for_codes (self);
  if (g_str_equal (what, "contacts") || g_str_equal (what, "account"))
    ask_for_account (self);
}

static void
stream_cb (AppWatch *self,
           gboolean  open)
{
  if (!open)
    return;
  ask_for_codes (self);
  ask_for_account (self);
}

static gboolean
look_cb (gpointer user_data)
{
  AppWatch *self = user_data;

  if (app_watch_form_is_low (self->form))
    ask_for_codes (self);
  return G_SOURCE_CONTINUE;
}

static void
app_watch_dispose (GObject *object)
{
  AppWatch *self = APP_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_watch_parent_class)->dispose (object);
}

static void
app_watch_finalize (GObject *object)
{
  AppWatch *self = APP_WATCH (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->form, app_watch_form_free);
  G_OBJECT_CLASS (app_watch_parent_class)->finalize (object);
}

static void
app_watch_class_init (AppWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_watch_dispose;
  object_class->finalize = app_watch_finalize;
}

static void
app_watch_init (AppWatch *self)
{
  self->cancellable = g_cancellable_new ();
  self->account = secinfo_account_new ();
  self->form = app_watch_form_new ();
}

AppWatch *
app_watch_new (GApplication  *application,
               SecinfoClient *client)
{
  AppWatch *self;

  g_return_val_if_fail (G_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (SECINFO_IS_CLIENT (client), NULL);

  self = g_object_new (APP_TYPE_WATCH, NULL);
  self->application = application;
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (client, "stream", G_CALLBACK (stream_cb), self);
  self->look_source = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
  secinfo_client_start_events (client);
  return self;
}
