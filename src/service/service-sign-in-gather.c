/* service-sign-in-gather.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-gather.h"

#include "service-account.h"
#include "service-password.h"

#include <unistd.h>

#define LOGIND      "org.freedesktop.login1"
#define CALL_LIMIT  1000     /* milliseconds: the module waits three seconds in all */

typedef struct
{
  ServiceInstance *instance;
  char            *name;
  ServiceGathered *gathered;
  GDBusConnection *bus;        /* (nullable) */
  GPtrArray       *paths;      /* (nullable) sessions of the account that are still to be looked at */
} Gathering;

void
service_gathered_free (ServiceGathered *gathered)
{
  if (gathered == NULL)
    return;
  g_clear_pointer (&gathered->account, service_account_unref);
  g_free (gathered);
}

static void
gathering_free (Gathering *self)
{
  g_clear_pointer (&self->gathered, service_gathered_free);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_object (&self->bus);
  g_free (self->name);
  g_free (self);
}

static void
finish (GTask *task)
{
  Gathering *self = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&self->gathered), (GDestroyNotify) service_gathered_free);
  g_object_unref (task);
}

/* --- 3. is a session open ----------------------------------------------------------------------------------------- */

static void look_at_next (GTask *task);

/* Greeters, managers and sessions that are closing are nobody's who sits there. */
static void
properties_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);
  g_autoptr(GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);
  g_autoptr(GVariant) properties = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
  const char *class = NULL, *state = NULL;

  if (properties == NULL)
    {
      finish (task);   /* gone, or silent: open */
      return;
    }
  g_variant_lookup (properties, "Class", "&s", &class);
  g_variant_lookup (properties, "State", "&s", &state);
  if ((class == NULL || g_str_has_prefix (class, "user")) && g_strcmp0 (state, "closing") != 0)
    {
      finish (task);
      return;
    }
  g_ptr_array_remove_index (self->paths, self->paths->len - 1);
  look_at_next (task);
}

static void
look_at_next (GTask *task)
{
  Gathering *self = g_task_get_task_data (task);

  if (self->paths->len == 0)
    {
      self->gathered->session_open = FALSE;
      finish (task);
      return;
    }
  g_dbus_connection_call (self->bus, LOGIND, g_ptr_array_index (self->paths, self->paths->len - 1),
                          "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", LOGIND ".Session"), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_LIMIT, NULL, properties_cb, task);
}

static void
sessions_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);
  g_autoptr(GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);
  g_autoptr(GVariantIter) iter = NULL;
  const char *path;
  guint32 uid;

  if (answer == NULL)
    {
      finish (task);
      return;
    }
  self->paths = g_ptr_array_new_with_free_func (g_free);
  g_variant_get (answer, "(a(susso))", &iter);
  while (g_variant_iter_loop (iter, "(&su&s&s&o)", NULL, &uid, NULL, NULL, &path))
    {
      if (uid == self->gathered->account->uid)
        g_ptr_array_add (self->paths, g_strdup (path));
    }
  look_at_next (task);
}

static void
bus_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);

  self->bus = g_bus_get_finish (result, NULL);
  if (self->bus == NULL)
    {
      finish (task);
      return;
    }
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  g_dbus_connection_call (self->bus, LOGIND, "/org/freedesktop/login1", LOGIND ".Manager", "ListSessions", NULL,
                          G_VARIANT_TYPE ("(a(susso))"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_LIMIT, NULL, sessions_cb,
                          task);
}

/* --- 2. what kind of account -------------------------------------------------------------------------------------- */

static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  self->gathered->classified = service_password_classify_finish (self->instance->password, result,
                                                                 &self->gathered->class, &error);
  if (!self->gathered->classified)
    g_warning ("The kind of an account could not be asked for: %s", error->message);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, bus_cb, task);
}

/* --- 1. who ------------------------------------------------------------------------------------------------------- */

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);
  ServiceInstance *instance = self->instance;

  self->gathered->account = service_accounts_lookup_finish (instance->accounts, result, NULL);
  /* A private instance knows one account, and asks of no other. */
  if (self->gathered->account == NULL ||
      (instance->mode == SERVICE_MODE_PRIVATE && self->gathered->account->uid != geteuid ()))
    {
      g_clear_pointer (&self->gathered->account, service_account_unref);
      finish (task);
      return;
    }
  service_password_classify_sign_in_async (instance->password, self->gathered->account->uid,
                                           self->gathered->account->name, classified_cb, task);
}

static void
find_in_thread (GTask        *lookup,
                gpointer      source,
                gpointer      name,
                GCancellable *cancellable)
{
  uid_t uid = 0;

  g_task_return_int (lookup, service_account_find_uid (name, &uid) ? (gssize) uid : -1);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  Gathering *self = g_task_get_task_data (task);
  gssize uid = g_task_propagate_int (G_TASK (result), NULL);

  if (uid < 0)
    finish (task);
  else
    service_accounts_lookup_async (self->instance->accounts, (uid_t) uid, NULL, looked_up_cb, task);
}

void
service_gather_async (ServiceInstance     *instance,
                      const char          *name,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Gathering *self = g_new0 (Gathering, 1);
  g_autoptr(GTask) lookup = NULL;

  g_task_set_source_tag (task, service_gather_async);
  g_task_set_priority (task, G_PRIORITY_HIGH);
  self->instance = instance;
  self->name = g_strdup (name);
  self->gathered = g_new0 (ServiceGathered, 1);
  self->gathered->session_open = TRUE;
  g_task_set_task_data (task, self, (GDestroyNotify) gathering_free);

  lookup = g_task_new (NULL, NULL, found_cb, task);
  g_task_set_priority (lookup, G_PRIORITY_HIGH);
  g_task_set_task_data (lookup, g_strdup (name), g_free);
  g_task_run_in_thread (lookup, find_in_thread);
}

ServiceGathered *
service_gather_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
