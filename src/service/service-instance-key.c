/* service-instance-key.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-instance-key.h"

#include "service-answers.h"
#include "service-events.h"
#include "service-key.h"
#include "service-outbox.h"
#include "service-store.h"

#define LOAD_PAUSE G_USEC_PER_SEC            /* between two looks for the key */

static gboolean
remember_check (ServiceStoreTxn  *txn,
                gpointer          data,
                GError          **error)
{
  return service_store_txn_set_key_check (txn, data, error);
}

static void
remembered_cb (gpointer      data,
               const GError *error)
{
  if (error != NULL)
    g_warning ("The store could not note which key it is sealed with: %s", error->message);
  g_bytes_unref (data);
}

static void
use_key (ServiceInstance *self)
{
  g_autoptr(GBytes) check = service_key_get_check (self->key);

  service_store_set_key (self->store, self->key);
  service_answers_forget (self->answers, (uid_t) -1);
  if (check != NULL && (self->key_check == NULL || !g_bytes_equal (check, self->key_check)))
    {
      g_clear_pointer (&self->key_check, g_bytes_unref);
      self->key_check = g_bytes_ref (check);
      service_store_write (self->store, remember_check, remembered_cb, g_bytes_ref (check));
    }

  service_events_publish (self->events, (uid_t) -1, "service", NULL);
  service_events_publish (self->events, (uid_t) -1, "account", NULL);
  if (self->outbox != NULL)
    service_outbox_key_came (self->outbox);
}

static void
key_loaded_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  ServiceInstance *self = user_data;
  g_autoptr(GError) error = NULL;
  GTask *waiter;

  self->key_loading = FALSE;
  if (service_key_load_finish (self->key, result, &error))
    use_key (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else
    g_message ("The store key is not at hand: %s", error->message);

  while ((waiter = g_queue_pop_head (&self->key_waiters)) != NULL)
    {
      g_task_return_boolean (waiter, TRUE);
      g_object_unref (waiter);
    }
}

void
service_instance_load_key_async (ServiceInstance     *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr(GError) trouble = service_key_get_trouble (self->key);

  g_task_set_source_tag (task, service_instance_load_key_async);
  if (trouble == NULL ||
      (!self->key_loading && self->key_tried_at != 0 && g_get_monotonic_time () - self->key_tried_at < LOAD_PAUSE))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_queue_push_tail (&self->key_waiters, g_steal_pointer (&task));
  if (self->key_loading)
    return;

  self->key_loading = TRUE;
  self->key_tried_at = g_get_monotonic_time ();
  service_key_load_async (self->key, self->key_check, NULL, key_loaded_cb, self);
}

static void
key_renewed_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  ServiceInstance *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!service_key_renew_finish (self->key, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  use_key (self);
  g_task_return_boolean (task, TRUE);
}

void
service_instance_start_afresh_async (ServiceInstance     *self,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, service_instance_start_afresh_async);
  g_task_set_task_data (task, self, NULL);
  if (!service_store_put_aside (self->store, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  service_answers_forget (self->answers, (uid_t) -1);
  g_clear_pointer (&self->key_check, g_bytes_unref);
  service_key_renew_async (self->key, NULL, key_renewed_cb, g_steal_pointer (&task));
}

gboolean
service_instance_start_afresh_finish (ServiceInstance  *self,
                                      GAsyncResult     *result,
                                      GError          **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
