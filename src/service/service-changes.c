/* service-changes.c - passwords that are being changed: what became of it is never left unsaid
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-changes.h"

#include "service-contacts.h"
#include "service-events.h"
#include "service-outbox.h"

#define TROUBLE_WAIT 5   /* seconds until what could not be written is tried again */
#define UNCLEAR "password-unclear"

typedef struct
{
  char       *id;
  const char *type;   /* (nullable) static */
} Due;

struct _ServiceChanges
{
  guint            refs;       /* the owner's, and the transaction under way */
  ServiceInstance *instance;   /* (nullable) NULL: the owner let go */
  GPtrArray       *due;        /* of Due */
  gboolean         listed;     /* those that were there at the start are in @due, or were */
  gboolean         writing;
  guint            timer;
};

/* One transaction; the writer's thread has it until it is done. */
typedef struct
{
  ServiceChanges  *owner;
  ServiceInstance *instance;
  GPtrArray       *due;
  gboolean         list;      /* what is in the store is all of an earlier process */
  GArray          *uids;      /* (out) whose */
} Run;

static void
due_free (Due *due)
{
  g_free (due->id);
  g_free (due);
}

static void
add_due (GPtrArray  *list,
         const char *id,
         const char *type)
{
  Due *due = g_new0 (Due, 1);

  due->id = g_strdup (id);
  due->type = type;
  g_ptr_array_add (list, due);
}

static void
changes_unref (ServiceChanges *self)
{
  if (--self->refs > 0)
    return;
  g_ptr_array_unref (self->due);
  g_free (self);
}

/* --- inside a transaction ----------------------------------------------------------------------------------------- */

char *
service_changes_begin (ServiceUse  *use,
                       GError     **error)
{
  g_autofree char *id = service_store_new_id ();
  ServicePasswordChange change = { id, use->account->uid, use->account->name, "" };

  g_strlcpy (change.language, use->language, sizeof change.language);
  return service_store_change_add (use->txn, &change, error) ? g_steal_pointer (&id) : NULL;
}

gboolean
service_changes_end (ServiceUse  *use,
                     const char  *id,
                     GError     **error)
{
  return service_store_change_delete (use->txn, id, error);
}

/* As after a change that is known of, but that nobody is forgiven anything. */
static gboolean
tell (Run                    *run,
      ServiceStoreTxn        *txn,
      ServicePasswordChange  *change,
      const char             *type,
      GError                **error)
{
  ServiceAccount account = { .uid = change->uid, .name = change->name };
  ServiceUse use = { .account = &account };
  SecinfoNow now;

  secinfo_now_read (&now);
  use.instance = run->instance;
  use.txn = txn;
  use.now = &now;
  use.language = change->language;
  g_array_append_val (run->uids, change->uid);
  return service_store_account_record (txn, change->uid, change->name, &use.record, error) &&
         service_store_recovery_delete (txn, change->name, error) &&
         (use.record == 0 || service_contacts_alert (&use, type, NULL, FALSE, error));
}

static gboolean
list_earlier (Run              *run,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  g_autoptr(GPtrArray) ids = service_store_change_ids (txn, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    add_due (run->due, g_ptr_array_index (ids, i), UNCLEAR);
  run->list = FALSE;
  return TRUE;
}

static gboolean
settle_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Run *run = data;

  g_array_set_size (run->uids, 0);
  if (run->list && !list_earlier (run, txn, error))
    return FALSE;
  for (guint i = 0; i < run->due->len; i++)
    {
      const Due *due = g_ptr_array_index (run->due, i);
      GError *local_error = NULL;
      g_autoptr(ServicePasswordChange) change = service_store_change_get (txn, due->id, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return FALSE;
        }
      if (change != NULL && due->type != NULL && !tell (run, txn, change, due->type, error))
        return FALSE;
      if (!service_store_change_delete (txn, due->id, error))
        return FALSE;
    }
  return TRUE;
}

/* --- on the main loop --------------------------------------------------------------------------------------------- */

static void settle (ServiceChanges *self);

static gboolean
timer_cb (gpointer data)
{
  ServiceChanges *self = data;

  self->timer = 0;
  settle (self);
  return G_SOURCE_REMOVE;
}

static void
take_result (ServiceChanges *self,
             Run            *run,
             const GError   *error)
{
  self->writing = FALSE;
  self->listed = !run->list;
  if (error != NULL)
    {
      g_ptr_array_extend_and_steal (self->due, g_steal_pointer (&run->due));
      if (self->timer == 0)
        {
          g_message ("That a password was changed waits to be written: %s", error->message);
          self->timer = g_timeout_add_seconds (TROUBLE_WAIT, timer_cb, self);
        }
      return;
    }
  for (guint i = 0; i < run->uids->len; i++)
    service_events_publish (self->instance->events, g_array_index (run->uids, uid_t, i), "account", NULL);
  if (run->uids->len > 0)
    service_outbox_wake (self->instance->outbox);
  settle (self);
}

static void
settled_cb (gpointer      data,
            const GError *error)
{
  Run *run = data;

  if (run->owner->instance != NULL)
    take_result (run->owner, run, error);
  changes_unref (run->owner);
  g_clear_pointer (&run->due, g_ptr_array_unref);
  g_array_unref (run->uids);
  g_free (run);
}

static void
settle (ServiceChanges *self)
{
  Run *run;

  if (self->writing || self->timer != 0 || (self->listed && self->due->len == 0))
    return;
  self->writing = TRUE;
  self->refs++;
  run = g_new0 (Run, 1);
  run->owner = self;
  run->instance = self->instance;
  run->due = g_steal_pointer (&self->due);
  run->list = !self->listed;
  run->uids = g_array_new (FALSE, FALSE, sizeof (uid_t));
  self->due = g_ptr_array_new_with_free_func ((GDestroyNotify) due_free);
  service_store_write (self->instance->store, settle_func, settled_cb, run);
}

ServiceChanges *
service_changes_new (ServiceInstance *instance)
{
  ServiceChanges *self = g_new0 (ServiceChanges, 1);

  self->refs = 1;
  self->instance = instance;
  self->due = g_ptr_array_new_with_free_func ((GDestroyNotify) due_free);
  settle (self);
  return self;
}

void
service_changes_free (ServiceChanges *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->instance = NULL;
  changes_unref (self);
}

void
service_changes_settle (ServiceChanges *self,
                        const char     *id,
                        const char     *type)
{
  add_due (self->due, id, type);
  settle (self);
}
