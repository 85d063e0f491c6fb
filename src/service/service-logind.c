/* service-logind.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "service-logind"

#include "config.h"

#include "service-logind.h"

#define LOGIND_NAME       "org.freedesktop.login1"
#define SESSION_INTERFACE "org.freedesktop.login1.Session"
#define RETRY_SECONDS     60      /* no system bus yet: look again */
#define CALL_LIMIT        5000    /* milliseconds */
#define PATIENCE          1000    /* milliseconds that somebody waits for the bus */

struct _ServiceLogind
{
  ServiceElevations *elevations;      /* (not nullable) */
  GCancellable      *cancellable;     /* (not nullable) */
  GDBusConnection   *bus;             /* (nullable) while there is none */
  gulong             closed;
  guint              lock_signal;
  guint              property_signal;
  guint              retry;
  gboolean           watches;         /* somebody has confirmed who he is */
  guint              patience;        /* while somebody waits */
  GSList            *waiters;         /* of Waiter, the last one first */
};

typedef struct
{
  void         (*ready) (gpointer data);
  gpointer       data;
  GDestroyNotify destroy;
} Waiter;

static void connect_bus (ServiceLogind *self);

static void
user_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ServiceLogind *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  g_autoptr(GVariant) user = NULL;
  guint32 uid;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* self is gone */
  if (answer == NULL)
    {
      g_debug ("A session locked, but logind does not say whose: %s", error->message);
      return;
    }

  g_variant_get (answer, "(v)", &user);
  if (!g_variant_is_of_type (user, G_VARIANT_TYPE ("(uo)")))
    return;
  g_variant_get (user, "(uo)", &uid, NULL);
  service_elevations_end_uid (self->elevations, uid);
}

static void
session_locked (ServiceLogind *self, const char *session)
{
  g_dbus_connection_call (self->bus, LOGIND_NAME, session, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", SESSION_INTERFACE, "User"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_LIMIT, self->cancellable, user_cb, self);
}

/* loginctl lock-session, idle, the lid: logind asks the session to lock. */
static void
lock_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
         GVariant *parameters, gpointer user_data)
{
  session_locked (user_data, path);
}

/* The session locked by itself (the person pressed the key) and told logind. */
static void
property_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
             GVariant *parameters, gpointer user_data)
{
  g_autoptr(GVariant) changed = NULL;
  const char *about;
  gboolean locked = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  g_variant_get (parameters, "(&s@a{sv}as)", &about, &changed, NULL);
  if (g_str_equal (about, SESSION_INTERFACE) && g_variant_lookup (changed, "LockedHint", "b", &locked) && locked)
    session_locked (user_data, path);
}

static void
drop_bus (ServiceLogind *self)
{
  if (self->bus == NULL)
    return;
  g_dbus_connection_signal_unsubscribe (self->bus, self->lock_signal);
  g_dbus_connection_signal_unsubscribe (self->bus, self->property_signal);
  g_signal_handler_disconnect (self->bus, self->closed);
  g_clear_object (&self->bus);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  waiter->destroy (waiter->data);
  g_free (waiter);
}

static void
go_on (ServiceLogind *self)
{
  GSList *waiters = g_slist_reverse (g_steal_pointer (&self->waiters));

  g_clear_handle_id (&self->patience, g_source_remove);
  for (GSList *l = waiters; l != NULL; l = l->next)
    ((Waiter *) l->data)->ready (((Waiter *) l->data)->data);
  g_slist_free_full (waiters, waiter_free);
}

static gboolean
patience_cb (gpointer user_data)
{
  ServiceLogind *self = user_data;

  self->patience = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

static gboolean
retry_cb (gpointer user_data)
{
  ServiceLogind *self = user_data;

  self->retry = 0;
  connect_bus (self);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GDBusConnection *bus, gboolean remote_peer_vanished, GError *error, gpointer user_data)
{
  ServiceLogind *self = user_data;

  drop_bus (self);
  self->retry = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
}

static void
bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ServiceLogind *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* self is gone */
  if (bus == NULL)
    {
      g_debug ("No system bus: sessions that lock are not seen: %s", error->message);
      self->retry = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
      go_on (self);
      return;
    }

  self->bus = g_steal_pointer (&bus);
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->closed = g_signal_connect (self->bus, "closed", G_CALLBACK (closed_cb), self);
  self->lock_signal = g_dbus_connection_signal_subscribe (self->bus, LOGIND_NAME, SESSION_INTERFACE, "Lock", NULL, NULL,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, lock_cb, self, NULL);
  self->property_signal = g_dbus_connection_signal_subscribe (self->bus, LOGIND_NAME, "org.freedesktop.DBus.Properties",
                                                              "PropertiesChanged", NULL, SESSION_INTERFACE,
                                                              G_DBUS_SIGNAL_FLAGS_NONE, property_cb, self, NULL);
  go_on (self);
}

static void
connect_bus (ServiceLogind *self)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
}

ServiceLogind *
service_logind_new (ServiceElevations *elevations)
{
  ServiceLogind *self = g_new0 (ServiceLogind, 1);

  self->elevations = elevations;
  self->cancellable = g_cancellable_new ();
  return self;
}

void
service_logind_watch (ServiceLogind  *self,
                      void          (*ready) (gpointer data),
                      gpointer        data,
                      GDestroyNotify  destroy)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  *waiter = (Waiter) { ready, data, destroy };
  self->waiters = g_slist_prepend (self->waiters, waiter);
  if (self->bus != NULL || self->retry != 0)
    {
      go_on (self);
      return;
    }

  if (self->patience == 0)
    self->patience = g_timeout_add (PATIENCE, patience_cb, self);
  if (!self->watches)
    connect_bus (self);
  self->watches = TRUE;
}

void
service_logind_free (ServiceLogind *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->patience, g_source_remove);
  g_slist_free_full (self->waiters, waiter_free);
  drop_bus (self);
  g_free (self);
}
