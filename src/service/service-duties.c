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
service_duties_start (ServiceInstance *self)
{
  prune_cb (self);
  self->prune_timer = g_timeout_add_seconds (PRUNE_EVERY, prune_cb, self);
}

gboolean
service_duties_are_done (ServiceInstance *self)
{
  return service_events_count (self->events) == 0 && service_outbox_is_idle (self->outbox) &&
         !service_sign_in_is_busy (self->sign_in) &&
         g_get_monotonic_time () - self->asked_at >= service_instance_get_policy (self)->idle_exit * G_USEC_PER_SEC;
}
