/* secinfo-keyring.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-keyring"

#include "config.h"

#include "secinfo-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#define BUS_NAME "org.freedesktop.secrets"

struct _SecinfoKeyring
{
  GObject       parent_instance;

  GThreadPool  *worker;        /* one thread: nothing overtakes, so create cannot race with itself */
  guint         watch;         /* of the name on the bus */
  GDBusConnection *bus;        /* (nullable) */
  guint         subscription;  /* of the locked property of collections */
};

typedef gboolean (*JobFunc) (GTask *task, SecretService *service, GError **error);

typedef struct
{
  JobFunc        func;
  char          *name;         /* (nullable) */
  SecinfoSecret *value;        /* (nullable) in and out */
  gboolean       overwrite;
} Job;

static guint changed_signal;

static const SecretSchema schema = {
  APP_ID, SECRET_SCHEMA_NONE, { { "name", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } }
};

G_DEFINE_QUARK (secinfo-keyring-error-quark, secinfo_keyring_error)
G_DEFINE_FINAL_TYPE (SecinfoKeyring, secinfo_keyring, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_free (job->name);
  g_clear_pointer (&job->value, secinfo_secret_unref);
  g_free (job);
}

/* libsecret, GDBus and the daemon each have their own way to say it. */
static GError *
translate (GError *error)
{
  SecinfoKeyringError code = SECINFO_KEYRING_ERROR_FAILED;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == SECINFO_KEYRING_ERROR)
    return g_error_copy (error);
  if (error->domain == G_DBUS_ERROR &&
      (error->code == G_DBUS_ERROR_SERVICE_UNKNOWN || error->code == G_DBUS_ERROR_NAME_HAS_NO_OWNER ||
       error->code == G_DBUS_ERROR_NO_REPLY || error->code == G_DBUS_ERROR_DISCONNECTED ||
       error->code == G_DBUS_ERROR_NO_SERVER || error->code == G_DBUS_ERROR_TIMED_OUT ||
       error->code == G_DBUS_ERROR_TIMEOUT || error->code == G_DBUS_ERROR_ACCESS_DENIED ||
       (error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED && error->code <= G_DBUS_ERROR_SPAWN_FILE_INVALID)))
    code = SECINFO_KEYRING_ERROR_ABSENT;
  else if (error->domain == G_IO_ERROR)  /* no bus to talk to, or it went while we talked */
    code = SECINFO_KEYRING_ERROR_ABSENT;
  else if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    code = SECINFO_KEYRING_ERROR_LOCKED;
  g_dbus_error_strip_remote_error (error);
  return g_error_new_literal (SECINFO_KEYRING_ERROR, (int) code, error->message);
}

static void
run_job (gpointer data, gpointer user_data)
{
  g_autoptr(GTask) task = data;
  SecinfoKeyring *self = g_task_get_source_object (task);
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(SecretService) service = NULL;
  g_autoptr(GError) error = NULL;

  /* The session is over: asked all the same, GDBus would complain loudly. */
  if (self->bus != NULL && g_dbus_connection_is_closed (self->bus))
    {
      g_task_return_new_error (task, SECINFO_KEYRING_ERROR, SECINFO_KEYRING_ERROR_ABSENT, "The session bus is gone");
      return;
    }
  /* Opened anew each time: the shared one would outlive a keyring that was started again. */
  service = secret_service_open_sync (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, cancellable, &error);
  if (service != NULL && job->func (task, service, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, translate (error));
}

static void
start_job (SecinfoKeyring      *self,
           gpointer             tag,
           JobFunc              func,
           const char          *name,
           SecinfoSecret       *value,
           gboolean             overwrite,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->name = g_strdup (name);
  job->value = value != NULL ? secinfo_secret_ref (value) : NULL;
  job->overwrite = overwrite;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_thread_pool_push (self->worker, task, NULL);
}

static gboolean
refuse (SecinfoKeyringError code, const char *text, GError **error)
{
  g_set_error_literal (error, SECINFO_KEYRING_ERROR, (int) code, text);
  return FALSE;
}

typedef enum { HOME_UNKNOWN, HOME_NONE, HOME_LOCKED, HOME_OPEN } Home;

/* The state of the collection that new items go to; HOME_UNKNOWN with @error. */
static Home
look_home (SecretService *service, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(SecretCollection) collection =
    secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, cancellable, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return HOME_UNKNOWN;
    }
  if (collection == NULL)
    return HOME_NONE;
  return secret_collection_get_locked (collection) ? HOME_LOCKED : HOME_OPEN;
}

/* Items in any collection: a keyring that was restored from a backup need not be the default one. */
static gboolean
find (SecretService *service, const char *name, GCancellable *cancellable, SecretItem **item, GError **error)
{
  g_autoptr(GHashTable) attributes = secret_attributes_build (&schema, "name", name, NULL);
  g_autoptr(GError) local = NULL;
  GList *items = secret_service_search_sync (service, &schema, attributes,
                                             SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS,
                                             cancellable, &local);

  *item = NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (GList *l = items; l != NULL; l = l->next)
    if (*item == NULL || (secret_item_get_locked (*item) && !secret_item_get_locked (l->data)))
      g_set_object (item, l->data);
  g_list_free_full (items, g_object_unref);
  return TRUE;
}

static gboolean
lookup_job (GTask *task, SecretService *service, GError **error)
{
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(SecretItem) item = NULL;
  g_autoptr(SecretValue) value = NULL;
  const char *text;
  gsize length;

  if (!find (service, job->name, cancellable, &item, error))
    return FALSE;
  if (item == NULL)
    {
      Home home = look_home (service, cancellable, error);

      /* A locked collection may hide what it has: only an open one, or none at all, can say that it has it not. */
      if (home == HOME_LOCKED)
        return refuse (SECINFO_KEYRING_ERROR_LOCKED, _("Your keyring is locked"), error);
      return home != HOME_UNKNOWN;
    }
  if (secret_item_get_locked (item))
    return refuse (SECINFO_KEYRING_ERROR_LOCKED, _("Your keyring is locked"), error);
  value = secret_item_get_secret (item);
  if (value == NULL)
    return refuse (SECINFO_KEYRING_ERROR_FAILED, "The keyring gave no secret", error);
  text = secret_value_get (value, &length);
  job->value = secinfo_secret_new (text, (gssize) length);
  return TRUE;
}

static gboolean
store_job (GTask *task, SecretService *service, GError **error)
{
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GHashTable) attributes = secret_attributes_build (&schema, "name", job->name, NULL);
  g_autoptr(SecretItem) item = NULL;
  g_autoptr(SecretValue) value = NULL;
  gboolean is_key = strcmp (job->name, "store-key") == 0;
  Home home = look_home (service, cancellable, error);

  /* Unlocking one, or making the first one, asks the person: that is for the app to begin. */
  if (home == HOME_LOCKED || home == HOME_NONE)
    return refuse (SECINFO_KEYRING_ERROR_LOCKED, _("Your keyring is locked"), error);
  if (home == HOME_UNKNOWN || !find (service, job->name, cancellable, &item, error))
    return FALSE;
  if (item != NULL && !job->overwrite)
    return refuse (SECINFO_KEYRING_ERROR_EXISTS, "The name is taken", error);
  value = secret_value_new (secinfo_secret_get_text (job->value), (gssize) secinfo_secret_get_length (job->value),
                            "text/plain");
  return secret_service_store_sync (service, &schema, attributes, SECRET_COLLECTION_DEFAULT,
                                    is_key ? _("Key to your security info") : _("Access to a way to send codes"),
                                    value, cancellable, error);
}

static gboolean
remove_job (GTask *task, SecretService *service, GError **error)
{
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GHashTable) attributes = secret_attributes_build (&schema, "name", job->name, NULL);
  g_autoptr(SecretItem) item = NULL;
  g_autoptr(GError) local = NULL;

  if (!find (service, job->name, cancellable, &item, error))
    return FALSE;
  if (item == NULL)
    return TRUE;
  if (secret_item_get_locked (item))
    return refuse (SECINFO_KEYRING_ERROR_LOCKED, _("Your keyring is locked"), error);
  if (secret_service_clear_sync (service, &schema, attributes, cancellable, &local) || local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
unlock_job (GTask *task, SecretService *service, GError **error)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GError) local = NULL;
  g_autoptr(SecretCollection) collection =
    secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, cancellable, &local);
  GList one = { 0 };

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (collection == NULL)
    {
      g_autoptr(SecretCollection) made =
        secret_collection_create_sync (service, _("Login"), SECRET_COLLECTION_DEFAULT,
                                       SECRET_COLLECTION_CREATE_NONE, cancellable, error);

      return made != NULL;
    }
  one.data = collection;
  if (secret_collection_get_locked (collection) &&
      secret_service_unlock_sync (service, &one, cancellable, NULL, &local) == 0 && local == NULL)
    return refuse (SECINFO_KEYRING_ERROR_LOCKED, _("Your keyring is locked"), error);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
owner_changed_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  g_signal_emit (user_data, changed_signal, 0);
}

static void
owner_vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  /* No connection: there never was a bus, so nothing changed. */
  if (connection != NULL)
    g_signal_emit (user_data, changed_signal, 0);
}

static void
properties_changed_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                       const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr(GVariant) changed = NULL;
  g_autoptr(GVariant) locked = NULL;
  g_auto(GStrv) lost = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  g_variant_get (parameters, "(s@a{sv}^as)", NULL, &changed, &lost);
  locked = g_variant_lookup_value (changed, "Locked", NULL);
  if (locked != NULL || g_strv_contains ((const char *const *) lost, "Locked"))
    g_signal_emit (user_data, changed_signal, 0);
}

static void
secinfo_keyring_dispose (GObject *object)
{
  SecinfoKeyring *self = SECINFO_KEYRING (object);

  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (secinfo_keyring_parent_class)->dispose (object);
}

static void
secinfo_keyring_finalize (GObject *object)
{
  SecinfoKeyring *self = SECINFO_KEYRING (object);

  /* Each task holds the keyring, so the pool is empty; its thread may be the one that let go last. */
  g_thread_pool_free (self->worker, FALSE, FALSE);
  G_OBJECT_CLASS (secinfo_keyring_parent_class)->finalize (object);
}

static void
secinfo_keyring_class_init (SecinfoKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = secinfo_keyring_dispose;
  object_class->finalize = secinfo_keyring_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
secinfo_keyring_init (SecinfoKeyring *self)
{
  self->worker = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
}

SecinfoKeyring *
secinfo_keyring_new (void)
{
  SecinfoKeyring *self = g_object_new (SECINFO_TYPE_KEYRING, NULL);

  self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (self->bus == NULL)
    return self;
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->watch = g_bus_watch_name_on_connection (self->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, owner_changed_cb,
                                                owner_vanished_cb, self, NULL);
  self->subscription =
    g_dbus_connection_signal_subscribe (self->bus, BUS_NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                        NULL,
                                        "org.freedesktop.Secret.Collection", G_DBUS_SIGNAL_FLAGS_NONE,
                                        properties_changed_cb, self, NULL);
  return self;
}

void
secinfo_keyring_lookup_async (SecinfoKeyring *self, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SECINFO_IS_KEYRING (self));
  g_return_if_fail (name != NULL);

  start_job (self, secinfo_keyring_lookup_async, lookup_job, name, NULL, FALSE, cancellable, callback, user_data);
}

SecinfoSecret *
secinfo_keyring_lookup_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&((Job *) g_task_get_task_data (G_TASK (result)))->value);
}

void
secinfo_keyring_store_async (SecinfoKeyring *self, const char *name, SecinfoSecret *value, gboolean overwrite,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SECINFO_IS_KEYRING (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  start_job (self, secinfo_keyring_store_async, store_job, name, value, overwrite, cancellable, callback, user_data);
}

gboolean
secinfo_keyring_store_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
secinfo_keyring_remove_async (SecinfoKeyring *self, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SECINFO_IS_KEYRING (self));
  g_return_if_fail (name != NULL);

  start_job (self, secinfo_keyring_remove_async, remove_job, name, NULL, FALSE, cancellable, callback, user_data);
}

gboolean
secinfo_keyring_remove_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
secinfo_keyring_unlock_async (SecinfoKeyring *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (SECINFO_IS_KEYRING (self));

  start_job (self, secinfo_keyring_unlock_async, unlock_job, NULL, NULL, FALSE, cancellable, callback, user_data);
}

gboolean
secinfo_keyring_unlock_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
