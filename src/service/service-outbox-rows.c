/* service-outbox-rows.c - what the outbox decides, inside the store's transactions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "secinfo-secret.h"
#include "service-events.h"
#include "service-gateways.h"
#include "service-throttle.h"

#define DUE_CODES    64     /* more than can be in flight, so that the inbox's do not wait behind the courier's */
#define DUE_ALERTS   32     /* after them: whoever waits for a code is served first */
#define NO_WAY_WAIT  3600   /* seconds */
#define KEY_LIFE     (30 * 86400)   /* seconds that an alert waits for the key that opens its address */

/* --- values ------------------------------------------------------------------------------------------------------- */

void
service_outbox_job_free (ServiceOutboxJob *job)
{
  if (job == NULL)
    return;
  g_clear_pointer (&job->message, service_message_free);
  g_clear_pointer (&job->gateway, service_gateway_free);
  secinfo_secret_free_text (job->to);
  secinfo_secret_free_text (job->code);
  g_free (job->account);
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

void
service_outbox_events_add_own (GPtrArray *events, uid_t uid, const char *what, const char *id)
{
  if (uid != (uid_t) -1)
    service_outbox_events_add (events, uid, what, id);
}

void
service_outbox_add_news (GPtrArray *events, const ServiceOutboxJob *job)
{
  if (job->message->kind == SERVICE_MESSAGE_CODE)
    service_outbox_events_add_own (events, job->uid, "challenge", job->message->challenge);
}

/* --- claiming ----------------------------------------------------------------------------------------------------- */

void
service_outbox_set_state (ServiceMessage *message, SecinfoDeliveryState state, gboolean over, gint64 now)
{
  if (message->state != state)
    message->state_at = now;
  message->state = state;
  message->over = over;
}

/* Nothing more will be tried; where it never got further than a gateway that gave no answer, that is what is said. */
static gboolean
end_job (ServiceStoreTxn *txn, ServiceOutboxJob *job, SecinfoDeliveryState state, ServiceOutboxClaim *claim,
         GError **error)
{
  service_outbox_set_state (job->message, state, TRUE, claim->now.wall);
  if (!service_store_message_update (txn, job->message, error))
    return FALSE;
  service_outbox_add_news (claim->events, job);
  return TRUE;
}

void
service_outbox_set_no_way (ServiceMessage *message, gint64 now, gint64 soonest)
{
  gboolean perhaps_sent = message->perhaps_left;

  if (soonest != 0 && soonest < message->expires_at)
    {
      message->next_at = soonest;
      if (!perhaps_sent)
        service_outbox_set_state (message, message->tries == 0 ? SECINFO_DELIVERY_QUEUED : SECINFO_DELIVERY_RETRY,
                                  FALSE, now);
      return;
    }
  if (message->kind == SERVICE_MESSAGE_CODE || perhaps_sent)
    {
      service_outbox_set_state (message, perhaps_sent ? SECINFO_DELIVERY_UNKNOWN : SECINFO_DELIVERY_GATEWAY_DOWN, TRUE,
                                now);
      return;
    }
  message->next_at = MIN (now + NO_WAY_WAIT, message->expires_at);
  service_outbox_set_state (message, SECINFO_DELIVERY_RETRY, FALSE, now);
}

/* An alert that cannot leave now, though nothing is wrong with its address: later. */
static gboolean
put_off (ServiceStoreTxn *txn, ServiceOutboxJob *job, gint64 until, ServiceOutboxClaim *claim, GError **error)
{
  ServiceMessage *message = job->message;

  message->next_at = MIN (until, message->expires_at);
  service_outbox_set_state (message, message->perhaps_left ? SECINFO_DELIVERY_UNKNOWN : SECINFO_DELIVERY_RETRY, FALSE,
             claim->now.wall);
  return service_store_message_update (txn, message, error);
}

/* The trial inbox is ours: delivered inside the very transaction that says so. */
static gboolean
deliver_to_inbox (ServiceStoreTxn *txn, ServiceOutboxJob *job, const ServiceGateway *gateway, ServiceOutboxClaim *claim,
                  GError **error)
{
  ServiceMessage *message = job->message;
  ServiceInboxMessage letter = { 0 };
  gboolean ok, told = FALSE;

  /* Of an account that was erased: there is no inbox any more. */
  if (message->record == 0)
    return end_job (txn, job, SECINFO_DELIVERY_GATEWAY_DOWN, claim, error);
  letter.id = service_store_new_id ();
  letter.record = message->record;
  letter.at = claim->now.wall;
  letter.to = job->to;
  letter.text = service_outbox_render (job, &letter.subject);
  if (letter.subject == NULL)
    letter.subject = g_strdup ("");
  ok = service_store_inbox_add (txn, &letter, service_instance_get_policy (claim->instance)->inbox_messages, error);
  secinfo_secret_free_text (letter.subject);
  secinfo_secret_free_text (letter.text);
  g_free (letter.id);
  if (!ok)
    return FALSE;

  g_free (message->gateway);
  message->gateway = g_strdup (gateway->id);
  message->tries++;
  service_outbox_events_add_own (claim->events, job->uid, "inbox", NULL);
  if (!end_job (txn, job, SECINFO_DELIVERY_HANDED_OVER, claim, error) ||
      !service_outbox_note_told (txn, claim->refusals, message, claim->now.wall, &told, error))
    return FALSE;
  if (told)
    service_outbox_events_add (claim->events, (uid_t) -1, "account", NULL);
  return TRUE;
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
  service_outbox_set_state (message, SECINFO_DELIVERY_SENDING, FALSE, now);
  return service_store_message_update (txn, message, error);
}

/* Fills in what a code's message needs. @job->to stays NULL where nothing is to be sent: nobody waits for this code any
 * more, or it has no place to go to. */
static gboolean
fill_code (ServiceStoreTxn *txn, ServiceOutboxJob *job, GError **error)
{
  ServiceMessage *message = job->message;
  g_autoptr(ServiceChallenge) challenge = NULL;
  g_autoptr(ServiceContact) contact = NULL;
  GError *local = NULL;

  if (message->challenge != NULL)
    challenge = service_store_challenge_get (txn, message->record, message->challenge, &local);
  if (challenge != NULL && challenge->state == SECINFO_CHALLENGE_RUNNING && challenge->code != NULL)
    {
      job->code = g_strdup (challenge->code);
      job->purpose = challenge->purpose;
      if (message->to != NULL || challenge->contact == NULL)
        job->to = g_strdup (message->to != NULL ? message->to : challenge->to);
      else
        contact = service_store_contact_get (txn, message->record, challenge->contact, &local);
      if (contact != NULL)
        job->to = g_strdup (contact->value);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* The same for an alert. */
static gboolean
fill_alert (ServiceStoreTxn *txn, ServiceOutboxJob *job, GError **error)
{
  ServiceMessage *message = job->message;
  g_autoptr(ServiceContact) contact = NULL;
  GError *local = NULL;

  job->account = service_store_account_name (txn, message->record, &local);
  /* Where it goes the gateway's settings say. */
  if (message->medium == SECINFO_MEDIUM_PUSH)
    job->to = g_strdup ("");
  /* One of an older version has no address of its own. */
  if (local == NULL && message->to == NULL && !message->unreadable && message->contact != NULL)
    contact = service_store_contact_get (txn, message->record, message->contact, &local);
  message->unreadable |= (contact != NULL && contact->value == NULL) ||
                         (local != NULL && local->domain == SERVICE_KEY_ERROR);
  if (local != NULL && local->domain != SERVICE_KEY_ERROR)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_clear_error (&local);
  if (job->to != NULL)
    return TRUE;
  job->to = g_strdup (message->to != NULL ? message->to : contact != NULL ? contact->value : NULL);
  return TRUE;
}

/* Phones are told by text message, and where there is only a voice, by that. */
static gboolean
choose_medium (ServiceStoreTxn *txn, ServiceMessage *message, ServiceOutboxClaim *claim, GError **error)
{
  gboolean sms, voice;

  if (message->kind != SERVICE_MESSAGE_ALERT || message->perhaps_left ||
      (message->medium != SECINFO_MEDIUM_SMS && message->medium != SECINFO_MEDIUM_VOICE))
    return TRUE;
  if (!service_gateways_have_medium (claim->instance, txn, SECINFO_MEDIUM_SMS, &sms, error) ||
      !service_gateways_have_medium (claim->instance, txn, SECINFO_MEDIUM_VOICE, &voice, error))
    return FALSE;

  message->medium = voice && !sms ? SECINFO_MEDIUM_VOICE : SECINFO_MEDIUM_SMS;
  return TRUE;
}

/* A day's alerts to phones have all left: this one waits for the next, and whatever happens until then is added to it.
 * Contacts by email are told meanwhile. */
static gboolean
hold_back (ServiceStoreTxn *txn, ServiceOutboxJob *job, gint64 until, ServiceOutboxClaim *claim, GError **error)
{
  const ServiceMessage *message = job->message;

  return put_off (txn, job, until, claim, error) &&
         (message->record == 0 ||
          service_store_audit_add (txn, message->record, "alert-held-back", message->contact, claim->now.wall, error));
}

/* What costs money is bounded here, whoever asked for it. TRUE in @ended where it is not sent now. */
static gboolean
spend (ServiceStoreTxn *txn, ServiceOutboxJob *job, ServiceOutboxClaim *claim, gboolean *ended, GError **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (claim->instance);
  ServiceMessageKind kind = job->message->kind;
  gint64 until;

  if (job->message->medium == SECINFO_MEDIUM_EMAIL || job->message->medium == SECINFO_MEDIUM_PUSH)
    return TRUE;
  *ended = TRUE;
  if (!secinfo_policy_may_reach (policy, job->to))
    {
      /* Nor did the gateway of an earlier try refuse it. */
      g_clear_pointer (&job->message->gateway, g_free);
      return end_job (txn, job, SECINFO_DELIVERY_REFUSED, claim, error);
    }
  if (!service_throttle_phone_left (txn, policy, kind, job->message->record, claim->now.wall, &until, error))
    return FALSE;
  if (until != 0)
    return kind == SERVICE_MESSAGE_ALERT ? hold_back (txn, job, until, claim, error)
                                         : end_job (txn, job, SECINFO_DELIVERY_GATEWAY_DOWN, claim, error);
  *ended = FALSE;
  return service_throttle_phone_count (txn, kind, job->message->record, claim->now.wall, error);
}

/* Whatever perhaps left by one gateway, which knows it again, would be a second message by another one. */
static void
keep_to_gateway (GPtrArray *all, GPtrArray *usable, const ServiceMessage *message, gint64 *soonest)
{
  int at = service_outbox_find_gateway (usable, message->gateway);
  int of_all = service_outbox_find_gateway (all, message->gateway);
  gpointer only = at < 0 ? NULL : g_ptr_array_index (usable, at);
  const ServiceGateway *gateway = of_all < 0 ? NULL : g_ptr_array_index (all, of_all);

  g_ptr_array_set_size (usable, 0);
  if (only != NULL)
    g_ptr_array_add (usable, only);
  *soonest = gateway != NULL ? gateway->paused_until : 0;
}

/* What refused it because of its settings would do so again. */
static void
leave_out_refused (ServiceOutboxClaim *claim, GPtrArray *usable, const ServiceMessage *message)
{
  for (guint i = usable->len; i > 0; i--)
    {
      if (service_outbox_refusals_has (claim->refusals, g_ptr_array_index (usable, i - 1), message, claim->now.wall))
        g_ptr_array_remove_index (usable, i - 1);
    }
}

/* By the next gateway in its order. TRUE in @flies where it is one of @claim's jobs now. */
static gboolean
claim_way (ServiceStoreTxn *txn, ServiceOutboxJob *job, ServiceOutboxClaim *claim, gboolean *flies, GError **error)
{
  ServiceMessage *message = job->message;
  g_autoptr(GPtrArray) all = service_gateways_for_medium (claim->instance, txn, message->medium, error);
  g_autoptr(GPtrArray) usable = NULL;
  g_autoptr(ServiceGateway) whole = NULL;
  ServiceGateway *gateway;
  gboolean ended = FALSE;
  gint64 soonest;
  int at;

  if (all == NULL)
    return FALSE;
  usable = service_outbox_list_usable (all, claim->now.wall, &soonest);
  if (message->perhaps_left)
    keep_to_gateway (all, usable, message, &soonest);
  else
    leave_out_refused (claim, usable, message);
  if (usable->len == 0)
    {
      service_outbox_set_no_way (message, claim->now.wall, soonest);
      service_outbox_add_news (claim->events, job);
      return service_store_message_update (txn, message, error);
    }

  at = service_outbox_find_gateway (usable, message->gateway);
  gateway = g_ptr_array_index (usable, at < 0 ? 0 : at);
  if (service_gateway_is_inbox (gateway))
    return deliver_to_inbox (txn, job, gateway, claim, error);
  if (!claim->courier_up || claim->jobs->len >= claim->room)
    {
      claim->waits_for_courier = TRUE;
      return TRUE;
    }
  if (!spend (txn, job, claim, &ended, error))
    return FALSE;
  if (ended)
    return TRUE;
  /* With its secrets. */
  whole = service_store_gateway_get (txn, gateway->id, error);
  if (whole == NULL || !service_outbox_take_probe (txn, whole, claim->now.wall, error) ||
      !mark_sending (txn, message, whole, claim->now.wall, error))
    return FALSE;
  service_outbox_add_news (claim->events, job);
  job->gateway = g_steal_pointer (&whole);
  g_ptr_array_add (claim->jobs, job);
  *flies = TRUE;
  return TRUE;
}

/* Can messages of @medium leave by the courier alone? Asked of many messages, so found out once a claim. */
static gboolean
needs_courier (ServiceStoreTxn *txn, ServiceOutboxClaim *claim, SecinfoMedium medium, gboolean *needs, GError **error)
{
  ServiceOutboxWay *way = &claim->ways[medium];
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GPtrArray) usable = NULL;
  gint64 soonest;

  if (!way->known)
    {
      all = service_gateways_for_medium (claim->instance, txn, medium, error);
      if (all == NULL)
        return FALSE;
      usable = service_outbox_list_usable (all, claim->now.wall, &soonest);
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
claim_job (ServiceStoreTxn *txn, ServiceOutboxJob *job, ServiceOutboxClaim *claim, gboolean *flies, GError **error)
{
  ServiceMessage *message = job->message;
  gboolean waits;

  if (message->state == SECINFO_DELIVERY_SENDING)
    return TRUE;
  if (!choose_medium (txn, message, claim, error) || !has_to_wait (txn, message, claim, &waits, error))
    return FALSE;
  if (waits)
    {
      claim->waits_for_courier = TRUE;
      return TRUE;
    }
  if (!service_store_account_uid (txn, message->record, &job->uid, error) ||
      !(message->kind == SERVICE_MESSAGE_CODE ? fill_code : fill_alert) (txn, job, error))
    return FALSE;

  if (message->kind == SERVICE_MESSAGE_ALERT && message->unreadable)
    message->expires_at = MAX (message->expires_at, message->created_at + KEY_LIFE);
  if (job->to == NULL && message->unreadable && claim->now.wall < message->expires_at)
    return put_off (txn, job, claim->now.wall + NO_WAY_WAIT, claim, error);
  /* It is not sent, whatever state it was left in. */
  if (job->to == NULL)
    return end_job (txn, job, message->state, claim, error);
  if (claim->now.wall >= message->expires_at)
    return end_job (txn, job,
                    message->state == SECINFO_DELIVERY_RETRY ? SECINFO_DELIVERY_GATEWAY_DOWN : message->state,
                    claim, error);
  return claim_way (txn, job, claim, flies, error);
}

/* @message (transfer full) */
static gboolean
claim_message (ServiceStoreTxn *txn, ServiceMessage *message, ServiceOutboxClaim *claim, GError **error)
{
  ServiceOutboxJob *job = g_new0 (ServiceOutboxJob, 1);
  gboolean flies = FALSE;
  gboolean ok;

  job->message = message;
  job->uid = (uid_t) -1;
  ok = claim_job (txn, job, claim, &flies, error);
  if (!flies)
    service_outbox_job_free (job);
  return ok;
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

  due = service_store_message_due (txn, claim->now.wall, DUE_CODES, DUE_ALERTS, error);
  if (due == NULL)
    return FALSE;
  for (guint i = 0; i < due->len; i++)
    {
      ServiceMessage *message = g_steal_pointer (&due->pdata[i]);

      if (!claim_message (txn, message, claim, error))
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
