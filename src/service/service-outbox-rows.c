/* service-outbox-rows.c - what the outbox decides, inside the store's transactions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "secinfo-secret.h"
#include "service-gateways.h"

#include <string.h>

#define TROUBLE_CONFIG      "bad-config"
#define TROUBLE_UNREACHABLE "unreachable"
#define DOWN_AFTER          600   /* seconds without an answer */

/* --- values ------------------------------------------------------------------------------------------------------- */

static ServiceMessage *
message_copy (const ServiceMessage *message)
{
  ServiceMessage *copy = g_new0 (ServiceMessage, 1);

  *copy = *message;
  copy->id = g_strdup (message->id);
  copy->challenge = g_strdup (message->challenge);
  copy->contact = g_strdup (message->contact);
  copy->alert = g_strdup (message->alert);
  copy->to = g_strdup (message->to);
  copy->gateway = g_strdup (message->gateway);
  copy->detail = g_strdup (message->detail);
  return copy;
}

void
service_outbox_job_free (ServiceOutboxJob *job)
{
  if (job == NULL)
    return;
  g_clear_pointer (&job->message, service_message_free);
  g_clear_pointer (&job->gateway, service_gateway_free);
  g_free (job->to);
  secinfo_secret_free_text (job->code);
  g_free (job);
}

static void
event_free (ServiceOutboxEvent *event)
{
  g_free (event->id);
  g_free (event);
}

GPtrArray *
service_outbox_events_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
}

void
service_outbox_events_add (GPtrArray *events, uid_t uid, const char *what, const char *id)
{
  ServiceOutboxEvent *event = g_new0 (ServiceOutboxEvent, 1);

  event->uid = uid;
  event->what = what;
  event->id = g_strdup (id);
  g_ptr_array_add (events, event);
}

void
service_outbox_events_publish (GPtrArray *events, ServiceInstance *instance)
{
  for (guint i = 0; i < events->len; i++)
    {
      const ServiceOutboxEvent *event = g_ptr_array_index (events, i);

      service_events_publish (instance->events, event->uid, event->what, event->id);
    }
}

/* An event of one account; a record that is gone has nobody to tell, and -1 would tell everybody. */
static void
add_own_event (GPtrArray *events, uid_t uid, const char *what, const char *id)
{
  if (uid != (uid_t) -1)
    service_outbox_events_add (events, uid, what, id);
}

guint
service_outbox_delay (guint tries, gint64 retry_after)
{
  static const guint steps[] = { 5, 15, 30, 60, 120, 240 };
  guint own = steps[MIN (MAX (tries, 1), G_N_ELEMENTS (steps)) - 1];

  return (guint) CLAMP (retry_after, own, 86400);
}

/* --- which gateway ------------------------------------------------------------------------------------------------ */

static gboolean
gateway_is_usable (const ServiceGateway *gateway)
{
  return gateway->ready || g_strcmp0 (gateway->trouble, TROUBLE_CONFIG) != 0;
}

/* Those that can be tried, the ones that answer first. Elements belong to @all. */
static GPtrArray *
list_usable (GPtrArray *all)
{
  GPtrArray *usable = g_ptr_array_new ();

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < all->len; i++)
        {
          ServiceGateway *gateway = g_ptr_array_index (all, i);

          if (gateway_is_usable (gateway) && gateway->ready == (pass == 0))
            g_ptr_array_add (usable, gateway);
        }
    }
  return usable;
}

static int
find_gateway (GPtrArray *gateways, const char *id)
{
  for (guint i = 0; id != NULL && i < gateways->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      if (g_strcmp0 (gateway->id, id) == 0)
        return (int) i;
    }
  return -1;
}

/* --- claiming ----------------------------------------------------------------------------------------------------- */

static void
set_state (ServiceMessage *message, SecinfoDeliveryState state, gboolean over, gint64 now)
{
  if (message->state != state)
    message->state_at = now;
  message->state = state;
  message->over = over;
}

/* Nothing more will be tried; where it never got further than a gateway that gave no answer, that is what is said. */
static gboolean
end_message (ServiceStoreTxn *txn, ServiceMessage *message, SecinfoDeliveryState state, ServiceOutboxClaim *claim,
             uid_t uid,
             GError **error)
{
  set_state (message, state, TRUE, claim->now.wall);
  if (!service_store_message_update (txn, message, error))
    return FALSE;
  add_own_event (claim->events, uid, "challenge", message->challenge);
  return TRUE;
}

/* The trial inbox is ours: delivered inside the very transaction that says so. */
static gboolean
deliver_to_inbox (ServiceStoreTxn *txn, ServiceMessage *message, const ServiceChallenge *challenge,
                  const ServiceGateway *gateway,
                  const char *to, ServiceOutboxClaim *claim, uid_t uid, GError **error)
{
  ServiceInboxMessage letter = { 0 };
  gboolean ok;

  letter.id = service_store_new_id ();
  letter.record = message->record;
  letter.at = claim->now.wall;
  letter.to = (char *) to;
  letter.text = service_outbox_render_code (message->medium, challenge->purpose, challenge->code, message->language,
                                            &letter.subject);
  if (letter.subject == NULL)
    letter.subject = g_strdup ("");
  ok = service_store_inbox_add (txn, &letter, claim->instance->policy.inbox_messages, error);
  secinfo_secret_free_text (letter.subject);
  secinfo_secret_free_text (letter.text);
  g_free (letter.id);
  if (!ok)
    return FALSE;

  g_free (message->gateway);
  message->gateway = g_strdup (gateway->id);
  message->tries++;
  add_own_event (claim->events, uid, "inbox", NULL);
  return end_message (txn, message, SECINFO_DELIVERY_HANDED_OVER, claim, uid, error);
}

static ServiceOutboxJob *
job_new (const ServiceMessage *message, ServiceGateway *gateway, const char *to, const ServiceChallenge *challenge,
         uid_t uid)
{
  ServiceOutboxJob *job = g_new0 (ServiceOutboxJob, 1);

  job->message = message_copy (message);
  job->gateway = gateway;
  job->to = g_strdup (to);
  job->code = g_strdup (challenge->code);
  job->purpose = challenge->purpose;
  job->uid = uid;
  return job;
}

/* Written before the datagram leaves: after a crash the row tells that it may have left. */
static gboolean
mark_sending (ServiceStoreTxn *txn, ServiceMessage *message, const ServiceGateway *gateway, gint64 now, GError **error)
{
  if (g_strcmp0 (message->gateway, gateway->id) != 0)
    {
      g_free (message->gateway);
      message->gateway = g_strdup (gateway->id);
    }
  message->tries++;
  message->next_at = message->expires_at;
  set_state (message, SECINFO_DELIVERY_SENDING, FALSE, now);
  return service_store_message_update (txn, message, error);
}

/* Where the code goes; (nullable) (transfer full): NULL without error where there is no such place (any more). */
static char *
dup_destination (ServiceStoreTxn *txn, const ServiceMessage *message, const ServiceChallenge *challenge, GError **error)
{
  g_autoptr(ServiceContact) contact = NULL;

  if (message->to != NULL)
    return g_strdup (message->to);
  if (challenge->contact == NULL)
    return g_strdup (challenge->to);
  contact = service_store_contact_get (txn, message->record, challenge->contact, error);
  return contact != NULL ? g_strdup (contact->value) : NULL;
}

static gboolean
claim_with_challenge (ServiceStoreTxn *txn, ServiceMessage *message, const ServiceChallenge *challenge, const char *to,
                      ServiceOutboxClaim *claim, uid_t uid, GError **error)
{
  g_autoptr(GPtrArray) all = service_gateways_for_medium (claim->instance, txn, message->medium, error);
  g_autoptr(GPtrArray) usable = NULL;
  g_autoptr(ServiceGateway) whole = NULL;
  ServiceGateway *gateway;
  int at;

  if (all == NULL)
    return FALSE;
  usable = list_usable (all);
  if (usable->len == 0)
    return end_message (txn, message, SECINFO_DELIVERY_GATEWAY_DOWN, claim, uid, error);

  at = find_gateway (usable, message->gateway);
  gateway = g_ptr_array_index (usable, at < 0 ? 0 : at);
  if (service_gateway_is_inbox (gateway))
    return deliver_to_inbox (txn, message, challenge, gateway, to, claim, uid, error);
  if (!claim->courier_up || claim->jobs->len >= claim->room)
    {
      claim->waits_for_courier = TRUE;
      return TRUE;
    }
  /* With its secrets. */
  whole = service_store_gateway_get (txn, gateway->id, error);
  if (whole == NULL || !mark_sending (txn, message, gateway, claim->now.wall, error))
    return FALSE;
  add_own_event (claim->events, uid, "challenge", message->challenge);
  g_ptr_array_add (claim->jobs, job_new (message, g_steal_pointer (&whole), to, challenge, uid));
  return TRUE;
}

/* Can messages of @medium leave by the courier alone? Asked of many messages, so found out once a claim. */
static gboolean
needs_courier (ServiceStoreTxn *txn, ServiceOutboxClaim *claim, SecinfoMedium medium, gboolean *needs, GError **error)
{
  ServiceOutboxWay *way = &claim->ways[medium];
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GPtrArray) usable = NULL;

  if (!way->known)
    {
      all = service_gateways_for_medium (claim->instance, txn, medium, error);
      if (all == NULL)
        return FALSE;
      usable = list_usable (all);
      way->needs_courier = usable->len > 0;
      for (guint i = 0; i < usable->len; i++)
        way->needs_courier &= !service_gateway_is_inbox (g_ptr_array_index (usable, i));
      way->known = TRUE;
    }

  *needs = way->needs_courier;
  return TRUE;
}

/* Nothing would become of it now, whatever its rows say: they are not even read. */
static gboolean
has_to_wait (ServiceStoreTxn *txn, const ServiceMessage *message, ServiceOutboxClaim *claim, gboolean *waits,
             GError **error)
{
  *waits = FALSE;
  if (claim->now.wall >= message->expires_at || (claim->courier_up && claim->jobs->len < claim->room))
    return TRUE;

  return needs_courier (txn, claim, message->medium, waits, error);
}

static gboolean
claim_message (ServiceStoreTxn *txn, ServiceMessage *message, ServiceOutboxClaim *claim, GError **error)
{
  gboolean waits;
  g_autoptr(ServiceChallenge) challenge = NULL;
  g_autofree char *to = NULL;
  g_autoptr(GError) local = NULL;
  uid_t uid = (uid_t) -1;

  /* In flight, or kept for a later release. */
  if (message->state == SECINFO_DELIVERY_SENDING || message->kind != SERVICE_MESSAGE_CODE)
    return TRUE;
  if (!has_to_wait (txn, message, claim, &waits, error))
    return FALSE;
  if (waits)
    {
      claim->waits_for_courier = TRUE;
      return TRUE;
    }
  if (!service_store_account_uid (txn, message->record, &uid, error))
    return FALSE;

  if (message->challenge != NULL)
    challenge = service_store_challenge_get (txn, message->record, message->challenge, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Nobody waits for this code any more: it is not sent, whatever state it was left in. */
  if (challenge == NULL || challenge->state != SECINFO_CHALLENGE_RUNNING || challenge->code == NULL)
    return end_message (txn, message, message->state, claim, uid, error);
  if (claim->now.wall >= message->expires_at)
    return end_message (txn, message,
                        message->state == SECINFO_DELIVERY_RETRY ? SECINFO_DELIVERY_GATEWAY_DOWN : message->state,
                        claim, uid, error);

  to = dup_destination (txn, message, challenge, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (to == NULL)
    return end_message (txn, message, message->state, claim, uid, error);
  return claim_with_challenge (txn, message, challenge, to, claim, uid, error);
}

/* Could a code that was just queued leave without the courier? Of a medium that nothing sends none is queued. */
static gboolean
all_need_courier (ServiceStoreTxn *txn, ServiceOutboxClaim *claim, gboolean *all, GError **error)
{
  *all = TRUE;
  for (guint medium = 0; *all && medium < SERVICE_OUTBOX_MEDIA; medium++)
    {
      gboolean any = FALSE;

      if (!service_gateways_have_medium (claim->instance, txn, medium, &any, error) ||
          (any && !needs_courier (txn, claim, medium, all, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
service_outbox_claim (ServiceStoreTxn *txn, ServiceOutboxClaim *claim, GError **error)
{
  /* More than can be in flight, so that the inbox's messages do not wait behind those for the courier. */
  g_autoptr(GPtrArray) due = NULL;
  gboolean stay = FALSE;
  GError *local = NULL;

  if (claim->only_new && (!claim->courier_up || claim->room == 0) && !all_need_courier (txn, claim, &stay, error))
    return FALSE;
  if (stay)
    {
      claim->unread = TRUE;
      return TRUE;
    }

  due = service_store_message_due (txn, claim->now.wall, 64, error);
  if (due == NULL)
    return FALSE;
  for (guint i = 0; i < due->len; i++)
    {
      if (!claim_message (txn, g_ptr_array_index (due, i), claim, error))
        return FALSE;
    }
  claim->next_at = service_store_message_next (txn, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return TRUE;
}

/* --- what became of it -------------------------------------------------------------------------------------------- */

/* Did anybody answer? Without a code of the vendor's own, nobody did: no connection, no name, no time. */
static gboolean
answer_is_silence (const ServiceCourierAnswer *answer)
{
  return answer->result == SECINFO_RESULT_RETRY && answer->left && answer->code == NULL;
}

/* Health of the gateway, as service-outbox.h tells it. TRUE in @changed where its channel may look different now. */
static gboolean
write_health (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, gboolean *changed, GError **error)
{
  const ServiceCourierAnswer *answer = outcome->answer;
  g_autoptr(ServiceGateway) gateway = NULL;
  g_autoptr(GError) local = NULL;
  gint64 now = outcome->now.wall;
  gboolean was_ready;

  *changed = FALSE;
  if (!answer->left || answer->result == SECINFO_RESULT_UNKNOWN)
    return TRUE;
  gateway = service_store_gateway_get (txn, outcome->job->gateway->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Removed meanwhile, or with other settings: this answer says nothing of those. */
  if (gateway == NULL || g_strcmp0 (gateway->settings, outcome->job->gateway->settings) != 0)
    return TRUE;

  was_ready = gateway->ready;
  if (answer->result == SECINFO_RESULT_BAD_CONFIG || answer_is_silence (answer))
    {
      const char *trouble = answer->result == SECINFO_RESULT_BAD_CONFIG ? TROUBLE_CONFIG : TROUBLE_UNREACHABLE;

      if (g_strcmp0 (gateway->trouble, trouble) != 0)
        {
          g_free (gateway->trouble);
          gateway->trouble = g_strdup (trouble);
          gateway->down_since = now;
          gateway->told_at = 0;
        }
      gateway->ready = answer->result != SECINFO_RESULT_BAD_CONFIG && now - gateway->down_since < DOWN_AFTER;
    }
  else
    {
      g_clear_pointer (&gateway->trouble, g_free);
      gateway->ready = TRUE;
      gateway->down_since = gateway->told_at = 0;
      if (answer->result == SECINFO_RESULT_ACCEPTED || answer->result == SECINFO_RESULT_QUEUED)
        gateway->last_delivered_at = now;
    }
  *changed = was_ready != gateway->ready;
  return service_store_gateway_update (txn, gateway, error);
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
  add_own_event (outcome->events, outcome->job->uid, "contacts", contact->id);
  return TRUE;
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
  int here;

  if (all == NULL)
    return FALSE;
  usable = list_usable (all);
  if (usable->len == 0)
    {
      set_state (message, SECINFO_DELIVERY_GATEWAY_DOWN, TRUE, now);
      return TRUE;
    }

  /* Where the order has changed meanwhile (one that is down goes last), "next" is by that order, and a round has
   * still as many tries as there are gateways. */
  here = find_gateway (usable, outcome->job->gateway->id);
  if (stay && here >= 0)
    at = now + service_outbox_delay (message->tries, answer->retry_after);
  else
    {
      ServiceGateway *next = g_ptr_array_index (usable, (guint) (here + 1) % usable->len);

      if (message->tries % usable->len == 0)
        at = now + service_outbox_delay (message->tries / usable->len, usable->len == 1 ? answer->retry_after : 0);
      g_free (message->gateway);
      message->gateway = g_strdup (next->id);
    }
  message->next_at = at;
  if (at >= message->expires_at)
    set_state (message, SECINFO_DELIVERY_GATEWAY_DOWN, TRUE, now);
  else
    set_state (message, at == now ? SECINFO_DELIVERY_QUEUED : SECINFO_DELIVERY_RETRY, FALSE, now);
  return TRUE;
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
      set_state (message, SECINFO_DELIVERY_HANDED_OVER, TRUE, now);
      return write_contact (txn, outcome, FALSE, error);

    case SECINFO_RESULT_BAD_ADDRESS:
      set_state (message, SECINFO_DELIVERY_REFUSED, TRUE, now);
      return write_contact (txn, outcome, TRUE, error);

    case SECINFO_RESULT_BAD_CONFIG:
      return plan_next (txn, outcome, FALSE, error);

    case SECINFO_RESULT_RETRY:
      if (!answer->left)
        {
          /* It never left: not a try of the gateway's. */
          message->tries--;
          message->next_at = now + 5;
          set_state (message, SECINFO_DELIVERY_QUEUED, FALSE, now);
          return TRUE;
        }
      /* One that asks for a short wait gets it once; one that gives no answer is passed by at once. */
      return plan_next (txn, outcome,
                        answer->code != NULL && answer->retry_after <= 30 && message->tries % 2 == 1, error);

    case SECINFO_RESULT_UNKNOWN:
      if (outcome->job->idempotent)
        return plan_next (txn, outcome, TRUE, error);
      set_state (message, SECINFO_DELIVERY_UNKNOWN, TRUE, now);
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

gboolean
service_outbox_conclude (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, GError **error)
{
  ServiceMessage *message = outcome->job->message;
  g_autoptr(ServiceChallenge) challenge = NULL;
  gboolean channel_changed;
  GError *local = NULL;

  if (!write_health (txn, outcome, &channel_changed, error))
    return FALSE;
  if (outcome->answer->detail != NULL)
    {
      g_free (message->detail);
      message->detail = g_strdup (outcome->answer->detail);
    }
  if (!apply_answer (txn, outcome, error))
    return FALSE;

  /* Ended while it was on its way (answered, given up, erased): what happened is written, but nothing is tried
   * again. */
  challenge = service_store_challenge_get (txn, message->record, message->challenge, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (challenge == NULL || challenge->state != SECINFO_CHALLENGE_RUNNING)
    message->over = TRUE;
  if (!service_store_message_update (txn, message, error))
    return FALSE;

  add_own_event (outcome->events, outcome->job->uid, "challenge", message->challenge);
  if (channel_changed)
    {
      service_outbox_events_add (outcome->events, (uid_t) -1, "gateways", NULL);
      service_outbox_events_add (outcome->events, (uid_t) -1, "account", NULL);
    }
  return TRUE;
}
