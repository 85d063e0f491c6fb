/* service-outbox-answer.c - what became of a message, inside the store's transactions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "service-gateways.h"
#include "service-throttle.h"

#define SHORT_WAIT   30     /* seconds */

/* Seconds until the next try. A code is waited for, an alert has a week. */
static guint
get_delay (const ServiceMessage *message, guint tries, gint64 retry_after)
{
  static const guint codes[] = { 5, 15, 30, 60, 120, 240 };
  static const guint alerts[] = { 15, 60, 300, 900, 1800, 3600 };
  const guint *steps = message->kind == SERVICE_MESSAGE_ALERT ? alerts : codes;
  guint own = steps[MIN (MAX (tries, 1), G_N_ELEMENTS (codes)) - 1];

  return (guint) CLAMP (retry_after, own, 86400);
}

static gboolean
write_contact (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, gboolean undeliverable, GError **error)
{
  const ServiceMessage *message = outcome->job->message;
  g_autoptr(ServiceContact) contact = NULL;
  GError *local = NULL;

  if (message->contact == NULL)
    return TRUE;
  contact = service_store_contact_get (txn, message->record, message->contact, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  /* UNREADABLE cannot be written back whole. */
  if (contact == NULL || contact->value == NULL || contact->undeliverable == undeliverable)
    return TRUE;
  contact->undeliverable = undeliverable;
  if (!service_store_contact_update (txn, contact, error))
    return FALSE;
  service_outbox_events_add_own (outcome->events, outcome->job->uid, "contacts", contact->id);
  return TRUE;
}

/* The one behind @here (-1: the first) that has not refused the message because of its settings. (nullable) */
static ServiceGateway *
find_next (const ServiceOutboxOutcome *outcome, GPtrArray *usable, int here, guint *count)
{
  ServiceGateway *next = NULL;

  *count = 0;
  for (int i = 1; i <= (int) usable->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (usable, (guint) (here + i) % usable->len);

      if (service_outbox_refusals_has (outcome->refusals, gateway, outcome->job->message, outcome->now.wall))
        continue;
      next = next != NULL ? next : gateway;
      (*count)++;
    }
  return next;
}

/* Its tries where it was not refused so. */
static guint
count_tries (const ServiceOutboxOutcome *outcome, GPtrArray *all)
{
  const ServiceMessage *message = outcome->job->message;
  guint refused = 0;

  for (guint i = 0; i < all->len; i++)
    refused += service_outbox_refusals_has (outcome->refusals, g_ptr_array_index (all, i), message, outcome->now.wall);
  return message->tries - MIN (refused, message->tries);
}

/* Again, inside the code's life: at the next gateway, or here after a while. */
static gboolean
plan_next (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, gboolean stay, GError **error)
{
  ServiceMessage *message = outcome->job->message;
  const ServiceCourierAnswer *answer = outcome->answer;
  g_autoptr(GPtrArray) all = service_gateways_for_medium (outcome->instance, txn, message->medium, error);
  g_autoptr(GPtrArray) usable = NULL;
  gint64 now = outcome->now.wall;
  gint64 at = now;
  gint64 soonest;
  ServiceGateway *next;
  guint count, tries;
  int here;

  if (all == NULL)
    return FALSE;
  usable = service_outbox_list_usable (all, now, &soonest);
  stay = stay && service_outbox_find_gateway (all, outcome->job->gateway->id) >= 0;
  here = service_outbox_find_gateway (usable, outcome->job->gateway->id);
  next = find_next (outcome, usable, here, &count);
  if (next == NULL && !stay)
    {
      service_outbox_set_no_way (message, now, soonest);
      return TRUE;
    }

  /* Where the order has changed meanwhile (one that is down goes last), "next" is by that order, and a round has
   * still as many tries as there are gateways. */
  if (stay)
    at = now + get_delay (message, message->tries, answer->retry_after);
  else
    {
      tries = count_tries (outcome, all);
      /* One that is out of the order now (a rest) is not waited for. */
      if (here >= 0 && tries > 0 && tries % count == 0)
        at = now + get_delay (message, tries / count,
                              next == g_ptr_array_index (usable, here) ? answer->retry_after : 0);
      g_free (message->gateway);
      message->gateway = g_strdup (next->id);
    }
  message->next_at = at;
  if (at >= message->expires_at)
    service_outbox_set_state (message, SECINFO_DELIVERY_GATEWAY_DOWN, TRUE, now);
  else
    service_outbox_set_state (message, at == now ? SECINFO_DELIVERY_QUEUED : SECINFO_DELIVERY_RETRY, FALSE, now);
  return TRUE;
}

/* Again at the same gateway, where it is the same message: it stays one that perhaps left. */
static void
plan_again (ServiceOutboxOutcome *outcome)
{
  ServiceMessage *message = outcome->job->message;

  message->perhaps_left = TRUE;
  message->next_at = outcome->now.wall + get_delay (message, message->tries, outcome->answer->retry_after);
  service_outbox_set_state (message, SECINFO_DELIVERY_UNKNOWN,
             !outcome->job->idempotent || message->next_at >= message->expires_at, outcome->now.wall);
}

/* It did not leave, so it cost nothing. */
static gboolean
take_back (ServiceStoreTxn *txn, const ServiceMessage *message, gint64 now, GError **error)
{
  return (message->medium != SECINFO_MEDIUM_SMS && message->medium != SECINFO_MEDIUM_VOICE) ||
         service_throttle_phone_take_back (txn, message->kind, message->record, now, error);
}

static gboolean
apply_answer (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, GError **error)
{
  ServiceMessage *message = outcome->job->message;
  const ServiceCourierAnswer *answer = outcome->answer;
  gint64 now = outcome->now.wall;

  switch (answer->result)
    {
    case SECINFO_RESULT_ACCEPTED:
    case SECINFO_RESULT_QUEUED:
      service_outbox_set_state (message, SECINFO_DELIVERY_HANDED_OVER, TRUE, now);
      return write_contact (txn, outcome, FALSE, error);

    case SECINFO_RESULT_BAD_ADDRESS:
      service_outbox_set_state (message, SECINFO_DELIVERY_REFUSED, TRUE, now);
      return write_contact (txn, outcome, TRUE, error);

    case SECINFO_RESULT_BAD_CONFIG:
      if (!take_back (txn, message, now, error))
        return FALSE;
      if (message->perhaps_left)
        {
          service_outbox_set_no_way (message, now, 0);
          return TRUE;
        }
      return plan_next (txn, outcome, FALSE, error);

    case SECINFO_RESULT_RETRY:
      if (!answer->left)
        {
          /* It never left: not a try of the gateway's, and none that costs. */
          message->tries--;
          if (!take_back (txn, message, now, error))
            return FALSE;
          message->next_at = now + 5;
          service_outbox_set_state (message, message->perhaps_left ? SECINFO_DELIVERY_UNKNOWN : SECINFO_DELIVERY_QUEUED,
                                    FALSE, now);
          return TRUE;
        }
      if (message->perhaps_left)
        {
          plan_again (outcome);
          return TRUE;
        }
      /* One that asks for a short wait gets it once; one that is in trouble itself is passed by at once. */
      return plan_next (txn, outcome, answer->code != NULL && answer->retry_after <= SHORT_WAIT &&
                        (answer->retry_after > 0 || !service_outbox_is_trouble (answer)) && message->tries % 2 == 1,
                        error);

    case SECINFO_RESULT_UNKNOWN:
      plan_again (outcome);
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

/* A code that ended while it was on its way (answered, given up, erased): what happened is written, but nothing is
 * tried again. */
static gboolean
note_end (ServiceStoreTxn *txn, ServiceMessage *message, GError **error)
{
  g_autoptr(ServiceChallenge) challenge = NULL;
  GError *local = NULL;

  if (message->kind != SERVICE_MESSAGE_CODE)
    return TRUE;
  challenge = service_store_challenge_get (txn, message->record, message->challenge, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (challenge == NULL || challenge->state != SECINFO_CHALLENGE_RUNNING)
    message->over = TRUE;
  return TRUE;
}

gboolean
service_outbox_conclude (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, GError **error)
{
  ServiceMessage *message = outcome->job->message;
  gboolean channel_changed;

  if (!service_outbox_write_health (txn, outcome, &channel_changed, error))
    return FALSE;
  if (outcome->answer->detail != NULL)
    {
      g_free (message->detail);
      message->detail = g_strdup (outcome->answer->detail);
    }
  if (!apply_answer (txn, outcome, error))
    return FALSE;

  if (!note_end (txn, message, error))
    return FALSE;
  if (!service_store_message_update (txn, message, error) ||
      !service_outbox_note_told (txn, outcome->refusals, message, outcome->now.wall, &channel_changed, error))
    return FALSE;

  service_outbox_add_news (outcome->events, outcome->job);
  if (channel_changed)
    {
      service_outbox_events_add (outcome->events, (uid_t) -1, "gateways", NULL);
      service_outbox_events_add (outcome->events, (uid_t) -1, "account", NULL);
    }
  return TRUE;
}
