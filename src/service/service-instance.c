/* service-instance.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-instance.h"

#include "service-answers.h"
#include "service-changes.h"
#include "service-sign-in.h"

#include <unistd.h>

#define PRUNE_EVERY (60 * 60)                /* seconds */
#define DAY (24 * 60 * 60)                   /* seconds */
#define TALLIES_KEPT (2 * DAY)               /* the longest window is a day, or password_pause which is at most one */
#define STREAKS_KEPT (30 * DAY)              /* DESIGN section 3: then codes work again at the sign-in screen */
#define ENDED_KEPT (7 * DAY)                 /* what became of a code, for whoever still looks at it */
#define AUDIT_KEPT ((gint64) 400 * DAY)      /* DESIGN section 3, activity kept */
#define LOAD_PAUSE G_USEC_PER_SEC            /* between two looks for the key */

void
service_instance_clear (ServiceInstance *self)
{
  g_clear_handle_id (&self->prune_timer, g_source_remove);
  g_clear_pointer (&self->sign_in, service_sign_in_free);
  g_clear_pointer (&self->hasher, service_hasher_free);
  g_clear_pointer (&self->rehearsals, service_rehearsals_free);
  g_clear_pointer (&self->changes, service_changes_free);
  g_clear_pointer (&self->outbox, service_outbox_free);
  g_clear_pointer (&self->courier, service_courier_free);
  g_clear_pointer (&self->password, service_password_free);
  g_clear_pointer (&self->logind, service_logind_free);
  g_clear_pointer (&self->elevations, service_elevations_free);
  /* Waits for what is queued; its callbacks still find the parts below. */
  g_clear_pointer (&self->store, service_store_close);
  g_clear_pointer (&self->answers, service_answers_free);
  g_clear_pointer (&self->events, service_events_free);
  g_clear_pointer (&self->key, service_key_free);
  g_clear_pointer (&self->accounts, service_accounts_free);
  g_clear_pointer (&self->key_check, g_bytes_unref);
  g_queue_clear_full (&self->key_waiters, g_object_unref);
  if (self->state_dir_fd >= 0)
    close (self->state_dir_fd);
  self->state_dir_fd = -1;
  g_clear_pointer (&self->state_dir, g_free);
  g_clear_pointer (&self->lines_dir, g_free);
  self->policy = NULL;
  g_clear_pointer (&self->policies, g_ptr_array_unref);
  g_clear_pointer (&self->fixed, g_strfreev);
}

/* --- the store key ---------------------------------------------------------------------------------------- */

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

/* --- timed duties ----------------------------------------------------------------------------------------- */

static gboolean
prune (ServiceStoreTxn  *txn,
       gpointer          data,
       GError          **error)
{
  ServiceInstance *self = data;
  SecinfoNow now;

  secinfo_now_read (&now);
  return service_store_challenge_expire (txn, &now, error) >= 0 &&
         service_store_contact_prune (txn,
                                      now.wall - (gint64) service_instance_get_policy (self)->restore_days * DAY,
                                      error) &&
         service_store_tally_prune (txn, now.wall - TALLIES_KEPT, error) &&
         service_store_challenge_prune (txn, now.wall - ENDED_KEPT, error) &&
         service_store_message_prune (txn, now.wall - ENDED_KEPT, error) &&
         service_store_recovery_prune (txn, now.wall - DAY, error) &&
         service_store_streak_prune (txn, now.wall - STREAKS_KEPT, error) &&
         service_store_replay_prune (txn, now.wall - DAY, error) &&
         service_store_audit_prune (txn, now.wall - AUDIT_KEPT, error);
}

static void
pruned_cb (gpointer      data,
           const GError *error)
{
  if (error != NULL)
    g_warning ("What is too old could not be cleared away: %s", error->message);
}

static gboolean
prune_cb (gpointer user_data)
{
  ServiceInstance *self = user_data;

  service_store_write (self->store, prune, pruned_cb, self);
  return G_SOURCE_CONTINUE;
}

void
service_instance_start_pruning (ServiceInstance *self)
{
  prune_cb (self);
  self->prune_timer = g_timeout_add_seconds (PRUNE_EVERY, prune_cb, self);
}

gboolean
service_instance_is_idle (ServiceInstance *self)
{
  return service_events_count (self->events) == 0 && service_outbox_is_idle (self->outbox) &&
         !service_sign_in_is_busy (self->sign_in) &&
         g_get_monotonic_time () - self->asked_at >= service_instance_get_policy (self)->idle_exit * G_USEC_PER_SEC;
}
