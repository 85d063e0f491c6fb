/* service-duties.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-duties.h"

#include "service-events.h"
#include "service-outbox.h"
#include "service-sign-in.h"
#include "service-store.h"

#define PRUNE_EVERY (60 * 60)                /* seconds */
#define DAY (24 * 60 * 60)                   /* seconds */
#define TALLIES_KEPT (2 * DAY)               /* the longest window is a day, or password_pause which is at most one */
#define STREAKS_KEPT (30 * DAY)              /* DESIGN section 3: then codes work again at the sign-in screen */
#define ENDED_KEPT (7 * DAY)                 /* what became of a code, for whoever still looks at it */
#define AUDIT_KEPT ((gint64) 400 * DAY)      /* DESIGN section 3, activity kept */

/* --- what is too old -------------------------------------------------------------------------------------- */

/* A slice a transaction, so that whoever wants to write comes in between. */
typedef struct
{
  ServiceInstance *instance;
  SecinfoNow       now;
  guint            step;       /* of steps[] */
  gboolean         begun;      /* what is little was cleared away */
  gboolean         more;       /* (out) */
} Pruning;

static const struct { gint (*prune) (ServiceStoreTxn *, gint64, GError **); gint64 kept; } steps[] = {
  { service_store_tally_prune, TALLIES_KEPT },
  { service_store_challenge_prune, ENDED_KEPT },
  { service_store_message_prune, ENDED_KEPT },
  { service_store_replay_prune, DAY },
  { service_store_audit_prune, AUDIT_KEPT },
};

/* Codes that outlived their life are erased first: that waits for nothing. */
static gboolean
prune_little (Pruning          *self,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  gint64 wall = self->now.wall;

  return service_store_challenge_expire (txn, &self->now, error) >= 0 &&
         service_store_contact_prune (txn,
                                      wall - (gint64) service_instance_get_policy (self->instance)->restore_days * DAY,
                                      error) &&
         service_store_recovery_prune (txn, wall - DAY, error) &&
         service_store_streak_prune (txn, wall - STREAKS_KEPT, error);
}

static gboolean
prune (ServiceStoreTxn  *txn,
       gpointer          data,
       GError          **error)
{
  Pruning *self = data;
  gint gone;

  self->more = TRUE;
  if (!self->begun)
    return prune_little (self, txn, error);

  gone = steps[self->step].prune (txn, self->now.wall - steps[self->step].kept, error);
  self->more = gone >= SERVICE_STORE_PRUNE_MOST;
  return gone >= 0;
}

static void
pruned_cb (gpointer      data,
           const GError *error)
{
  Pruning *self = data;
  ServiceInstance *instance = self->instance;

  if (error != NULL)
    g_warning ("What is too old could not be cleared away: %s", error->message);
  else if (self->begun && !self->more)
    self->step++;
  self->begun = TRUE;

  /* What is left when the service ends waits for its next start. */
  if (error == NULL && instance->store != NULL && self->step < G_N_ELEMENTS (steps))
    {
      service_store_write (instance->store, prune, pruned_cb, self);
      return;
    }
  instance->prunes = FALSE;
  g_free (self);
}

static gboolean
prune_cb (gpointer user_data)
{
  ServiceInstance *instance = user_data;
  Pruning *self;

  if (instance->prunes)
    return G_SOURCE_CONTINUE;

  self = g_new0 (Pruning, 1);
  self->instance = instance;
  secinfo_now_read (&self->now);
  instance->prunes = TRUE;
  service_store_write (instance->store, prune, pruned_cb, self);
  return G_SOURCE_CONTINUE;
}

void
service_duties_start (ServiceInstance *self)
{
  prune_cb (self);
  self->prune_timer = g_timeout_add_seconds (PRUNE_EVERY, prune_cb, self);
}

/* --- leaving ---------------------------------------------------------------------------------------------- */

gboolean
service_duties_are_done (ServiceInstance *self)
{
  return service_events_count (self->events) == 0 && service_outbox_is_idle (self->outbox) &&
         !service_sign_in_is_busy (self->sign_in) &&
         g_get_monotonic_time () - self->asked_at >= service_instance_get_policy (self)->idle_exit * G_USEC_PER_SEC;
}
