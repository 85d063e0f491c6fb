/* service-outbox.c - messages on their way out
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox.h"

#include "secinfo-json.h"
#include "secinfo-secret.h"
#include "service-courier.h"
#include "service-events.h"
#include "service-gateway-secrets.h"
#include "service-outbox-private.h"
#include "service-reports.h"

#include <string.h>

#define FLYING_MAX    16   /* messages at the courier at a time */
#define COURIER_WAIT  30   /* seconds between looks at what waits for the courier (its life may end meanwhile) */
#define RECOVER_WAIT  5    /* seconds for the courier to say which kinds are idempotent */
#define LONGEST_TTL   14400 /* seconds: what phone companies take */
#define TROUBLE_WAIT  5    /* seconds until a transaction that failed is tried again */

struct _ServiceOutbox
{
  guint            references;    /* the owner's, and one for each thing that calls back */
  ServiceInstance *instance;      /* (not owned) not to be touched once @cancellable is cancelled */
  /* cancelled: the owner let go; rows in flight stay SENDING, the next start recovers them */
  GCancellable    *cancellable;
  guint            flying;        /* jobs between their claim and their conclusion */
  gboolean         claiming;
  gboolean         waits_for_courier;   /* whatever the ways to send that are set up now could send goes by it */
  enum { NOT_AGAIN, AGAIN_NEW, AGAIN_ALL } claim_again;
  guint            timer;         /* GSource id */
  gint64           next_at;       /* Unix seconds; 0 = nothing waits */
  gboolean         recovered;     /* what was in flight when the last process ended has been settled */
  guint            recover_timer; /* GSource id */
  gboolean         had_courier;   /* what was published last */
  gboolean         had_network;
  gboolean         was_offline;   /* since the network was there last */
  ServiceOutboxTeller *teller;    /* (nullable) until the owner lets go */
  ServiceOutboxRefusals *refusals;
};

/* A job between its claim and its conclusion. */
typedef struct
{
  ServiceOutbox        *outbox;
  ServiceOutboxJob     *job;
  ServiceCourierAnswer *answer;   /* (nullable) until it came */
  ServiceOutboxOutcome  outcome;
} Flight;

static void flight_conclude (Flight *flight);

static void
service_outbox_unref (ServiceOutbox *self)
{
  if (--self->references > 0)
    return;
  g_clear_object (&self->cancellable);
  service_outbox_refusals_unref (self->refusals);
  g_free (self);
}

static void
flight_free (Flight *flight)
{
  service_outbox_unref (flight->outbox);
  g_clear_pointer (&flight->job, service_outbox_job_free);
  g_clear_pointer (&flight->answer, service_courier_answer_free);
  g_clear_pointer (&flight->outcome.events, g_ptr_array_unref);
  g_free (flight);
}

/* --- one message ------------------------------------------------------------------------------------------------ */

static gboolean
conclude_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Flight *flight = data;

  g_ptr_array_set_size (flight->outcome.events, 0);
  return service_outbox_conclude (txn, &flight->outcome, error);
}

static gboolean
conclude_again_cb (gpointer data)
{
  flight_conclude (data);
  return G_SOURCE_REMOVE;
}

static void
conclude_done (gpointer data, const GError *error)
{
  Flight *flight = data;
  ServiceOutbox *self = flight->outbox;

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      flight_free (flight);
      return;
    }
  if (error != NULL)
    {
      /* A full disk ends some day. Until then the row says that it may have left, which is true. */
      g_warning ("What became of a message could not be written: %s", error->message);
      g_timeout_add_seconds (TROUBLE_WAIT, conclude_again_cb, flight);
      return;
    }
  service_outbox_events_publish (flight->outcome.events, self->instance);
  service_outbox_teller_take (self->teller, flight->job->gateway->id, &flight->outcome);
  self->flying--;
  service_outbox_wake (self);
  flight_free (flight);
}

static void
flight_conclude (Flight *flight)
{
  if (g_cancellable_is_cancelled (flight->outbox->cancellable))
    {
      flight_free (flight);
      return;
    }
  flight->outcome.instance = flight->outbox->instance;
  flight->outcome.refusals = flight->outbox->refusals;
  flight->outcome.job = flight->job;
  flight->outcome.answer = flight->answer;
  secinfo_now_read (&flight->outcome.now);
  if (flight->outcome.events == NULL)
    flight->outcome.events = service_outbox_events_new ();
  service_store_write (flight->outbox->instance->store, conclude_func, conclude_done, flight);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Flight *flight = data;

  flight->answer = service_courier_send_finish (NULL, result);
  flight_conclude (flight);
}

/* (nullable): without memory */
static json_t *
build_message (ServiceInstance *instance, const ServiceOutboxJob *job, json_t *settings, gint64 now)
{
  char *callback = service_reports_dup_callback (instance, job->gateway, job->message->id,
                                                 job->message->expires_at - now);
  guint failures = secinfo_json_get_failures ();
  json_t *message = json_object ();
  char *subject = NULL;
  char *text = service_outbox_render (job, &subject);

  json_object_set_new (message, "gateway", json_string (job->gateway->kind));
  json_object_set (message, "settings", settings);
  json_object_set_new (message, "medium", json_string (secinfo_medium_to_string (job->message->medium)));
  json_object_set_new (message, "to", json_string (job->to));
  json_object_set_new (message, "subject", json_string (subject != NULL ? subject : ""));
  json_object_set_new (message, "text", json_string (text));
  json_object_set_new (message, "ref", json_string (job->message->id));
  json_object_set_new (message, "ttl", json_integer (CLAMP (job->message->expires_at - now, 1, LONGEST_TTL)));
  if (callback != NULL)
    json_object_set_new (message, "callback", json_string (callback));
  secinfo_secret_free_text (callback);
  secinfo_secret_free_text (subject);
  secinfo_secret_free_text (text);
  /* In pieces the courier would take it for wrong settings. */
  if (secinfo_json_get_failures () != failures)
    g_clear_pointer (&message, json_decref);
  return message;
}

/* Credentials that are gone are the administrator's; a keyring that is locked or away is only waited for. */
static ServiceCourierAnswer *
answer_from_key_error (const GError *error /* (nullable): the outbox is going */)
{
  ServiceCourierAnswer *answer = g_new0 (ServiceCourierAnswer, 1);

  answer->result = SECINFO_RESULT_RETRY;
  if (error != NULL &&
      !g_error_matches (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_LOCKED) &&
      !g_error_matches (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      answer->result = SECINFO_RESULT_BAD_CONFIG;
      answer->left = TRUE;
    }
  return answer;
}

static void
settings_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Flight *flight = data;
  ServiceOutbox *self = flight->outbox;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) settings = service_gateway_secrets_fetch_finish (result, &error);
  json_t *message;
  SecinfoNow now;

  secinfo_now_read (&now);
  message = settings != NULL ? build_message (self->instance, flight->job, settings, now.wall) : NULL;
  if (message == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&message, json_decref);
      flight->answer = answer_from_key_error (error);
      flight_conclude (flight);
      return;
    }
  service_courier_send_async (self->instance->courier, message, self->cancellable, sent_cb, flight);
}

static void
service_outbox_fly (ServiceOutbox *self, ServiceOutboxJob *job)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->outbox = self;
  self->references++;
  flight->job = job;
  job->idempotent = service_courier_kind_is_idempotent (self->instance->courier, job->gateway->kind);
  self->flying++;
  service_gateway_secrets_fetch_async (self->instance, job->gateway, self->cancellable, settings_cb, flight);
}

/* --- what is due ------------------------------------------------------------------------------------------------ */

typedef struct
{
  ServiceOutbox      *outbox;
  ServiceOutboxClaim  claim;
} ClaimRun;

static void claim_due (ServiceOutbox *self, gboolean only_new);

static gboolean
timer_cb (gpointer data)
{
  ServiceOutbox *self = data;

  self->timer = 0;
  service_outbox_wake (self);
  return G_SOURCE_REMOVE;
}

static void
service_outbox_set_timer (ServiceOutbox *self, gint64 seconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  /* A wall clock may be set while we wait: never longer than a minute at a time. */
  self->timer = g_timeout_add_seconds ((guint) CLAMP (seconds, 1, 60), timer_cb, self);
}

/* The timer of the last look goes on: what outlives its life meanwhile is found then. */
static void
leave_unread (ServiceOutbox *self, gint64 now)
{
  self->next_at = self->next_at != 0 ? self->next_at : now;
  if (self->timer == 0)
    service_outbox_set_timer (self, COURIER_WAIT);
}

static gboolean
claim_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  ClaimRun *run = data;

  return service_outbox_claim (txn, &run->claim, error);
}

/* Only while the owner is there. */
static void
service_outbox_take_claim (ServiceOutbox *self, ServiceOutboxClaim *claim, const GError *error)
{
  guint again;

  self->claiming = FALSE;
  if (error != NULL)
    {
      /* Without the store key nothing can be read: whoever loads it wakes us. And a full disk is no place to say each
       * time that it is full; whoever asks for something hears it. */
      if (error->domain != SERVICE_KEY_ERROR &&
          !g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL))
        g_warning ("The outbox cannot be read: %s", error->message);
      service_outbox_set_timer (self, error->domain == SERVICE_KEY_ERROR ? 60 : TROUBLE_WAIT);
    }
  else if (claim->unread)
    {
      self->waits_for_courier = TRUE;
      leave_unread (self, claim->now.wall);
    }
  else
    {
      service_outbox_events_publish (claim->events, self->instance);
      for (guint i = 0; i < claim->jobs->len; i++)
        service_outbox_fly (self, g_ptr_array_index (claim->jobs, i));
      g_ptr_array_set_free_func (claim->jobs, NULL);
      self->next_at = claim->next_at;
      if (self->next_at != 0)
        service_outbox_set_timer (self, claim->waits_for_courier ? COURIER_WAIT : self->next_at - claim->now.wall);
    }
  again = self->claim_again;
  self->claim_again = NOT_AGAIN;
  if (again != NOT_AGAIN)
    claim_due (self, again == AGAIN_NEW);
}

static void
claim_done (gpointer data, const GError *error)
{
  ClaimRun *run = data;

  if (!g_cancellable_is_cancelled (run->outbox->cancellable))
    service_outbox_take_claim (run->outbox, &run->claim, error);
  g_ptr_array_unref (run->claim.jobs);
  g_ptr_array_unref (run->claim.events);
  service_outbox_unref (run->outbox);
  g_free (run);
}

static gboolean
can_hand_over (ServiceOutbox *self)
{
  /* What is claimed now must not be taken for what was left behind. */
  return self->recovered && service_courier_is_up (self->instance->courier);
}

static void
claim_due (ServiceOutbox *self, gboolean only_new)
{
  ClaimRun *run;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (self->claiming)
    {
      self->claim_again = MAX (self->claim_again, only_new ? AGAIN_NEW : AGAIN_ALL);
      return;
    }
  if (!only_new)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      self->waits_for_courier = FALSE;
    }
  self->claiming = TRUE;
  run = g_new0 (ClaimRun, 1);
  run->outbox = self;
  self->references++;
  run->claim.instance = self->instance;
  run->claim.refusals = self->refusals;
  secinfo_now_read (&run->claim.now);
  run->claim.courier_up = can_hand_over (self);
  run->claim.room = self->flying < FLYING_MAX ? FLYING_MAX - self->flying : 0;
  run->claim.only_new = only_new;
  run->claim.jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) service_outbox_job_free);
  run->claim.events = service_outbox_events_new ();
  service_store_write (self->instance->store, claim_func, claim_done, run);
}

void
service_outbox_wake (ServiceOutbox *self)
{
  if (self != NULL)
    claim_due (self, FALSE);
}

void
service_outbox_wake_new (ServiceOutbox *self)
{
  if (self == NULL)
    return;
  /* Not even a transaction: it would stand between the next request and its commit. */
  if (self->waits_for_courier && !self->claiming && (!can_hand_over (self) || self->flying >= FLYING_MAX))
    leave_unread (self, g_get_real_time () / G_USEC_PER_SEC);
  else
    claim_due (self, TRUE);
}

void
service_outbox_gateways_changed (ServiceOutbox *self)
{
  self->waits_for_courier = FALSE;
}

/* Nothing in flight, and nothing due within policy.idle_exit (the timer unit starts the service again in time). */
gboolean
service_outbox_is_idle (ServiceOutbox *self)
{
  SecinfoNow now;

  if (self->flying > 0 || self->claiming || !self->recovered || service_reports_may_come (self->instance) ||
      service_outbox_teller_is_due (self->teller, service_instance_get_policy (self->instance)->idle_exit))
    return FALSE;
  secinfo_now_read (&now);
  return self->next_at == 0 || self->next_at > now.wall + service_instance_get_policy (self->instance)->idle_exit;
}

/* --- what a process that is gone left behind -------------------------------------------------------------------- */

typedef struct
{
  ServiceOutbox *outbox;
  GHashTable    *kinds;    /* names of the idempotent ones */
} Recovery;

static gboolean
recover_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Recovery *recovery = data;
  g_autoptr(GPtrArray) gateways = service_store_gateway_list (txn, error);
  g_autoptr(GPtrArray) idempotent = g_ptr_array_new ();
  SecinfoNow now;

  if (gateways == NULL)
    return FALSE;
  for (guint i = 0; i < gateways->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      if (g_hash_table_contains (recovery->kinds, gateway->kind))
        g_ptr_array_add (idempotent, gateway->id);
    }
  g_ptr_array_add (idempotent, NULL);
  secinfo_now_read (&now);
  return service_store_message_recover (txn, (const char * const *) idempotent->pdata, now.wall, error);
}

static void
recover_done (gpointer data, const GError *error)
{
  Recovery *recovery = data;
  ServiceOutbox *self = recovery->outbox;

  /* The rows say then that they are being sent, until the next start. */
  if (error != NULL && error->domain != SERVICE_KEY_ERROR)
    g_warning ("Messages that were on their way could not be taken up again: %s", error->message);
  service_outbox_wake (self);
  g_hash_table_unref (recovery->kinds);
  g_free (recovery);
  service_outbox_unref (self);
}

/* As soon as the courier has said which kinds may be given a message twice; without it, none. */
static void
service_outbox_recover (ServiceOutbox *self)
{
  Recovery *recovery;
  json_t *kind;
  gsize i;

  if (self->recovered)
    return;
  self->recovered = TRUE;
  g_clear_handle_id (&self->recover_timer, g_source_remove);
  recovery = g_new0 (Recovery, 1);
  recovery->outbox = self;
  self->references++;
  recovery->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  json_array_foreach (service_courier_get_kinds (self->instance->courier), i, kind)
    {
      const char *name = secinfo_json_get_string (kind, "name");

      if (name != NULL && secinfo_json_get_boolean (kind, "idempotent", FALSE))
        g_hash_table_add (recovery->kinds, g_strdup (name));
    }
  /* The writer takes things in their order, so this is over before the next claim. */
  service_store_write (self->instance->store, recover_func, recover_done, recovery);
}

static gboolean
recover_timer_cb (gpointer data)
{
  ServiceOutbox *self = data;

  self->recover_timer = 0;
  service_outbox_recover (self);
  return G_SOURCE_REMOVE;
}

/* What waits only because nothing could be reached is tried now. @afresh: what failed meanwhile tells nothing. */
static gboolean
end_rests (ServiceStoreTxn *txn, gboolean afresh, GError **error)
{
  g_autoptr(GPtrArray) gateways = service_store_gateway_list (txn, error);
  SecinfoNow now;

  secinfo_now_read (&now);
  for (guint i = 0; gateways != NULL && i < gateways->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      if (gateway->paused_until <= now.wall && (!afresh || gateway->failing_since == 0))
        continue;
      if (gateway->paused_until > now.wall &&
          !service_store_message_resume (txn, gateway->paused_until, now.wall, error))
        return FALSE;
      if (afresh)
        gateway->failures = gateway->failing_since = gateway->failed_at = 0;
      gateway->paused_until = 0;
      if (!service_store_gateway_fare (txn, gateway, FALSE, error))
        return FALSE;
    }
  return gateways != NULL &&
         service_store_message_hurry (txn, SECINFO_MEDIUM_EMAIL, now.wall, error) &&
         service_store_message_hurry (txn, SECINFO_MEDIUM_SMS, now.wall, error);
}

static gboolean
network_back_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  return end_rests (txn, TRUE, error);
}

/* At the start: nobody knows whether it was away. One message tries each of those that rest. */
static gboolean
network_there_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  return end_rests (txn, FALSE, error);
}

static gboolean
key_came_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  SecinfoNow now;

  secinfo_now_read (&now);
  return service_store_message_bind (txn, error) &&
         service_store_message_hurry (txn, SECINFO_MEDIUM_EMAIL, now.wall, error) &&
         service_store_message_hurry (txn, SECINFO_MEDIUM_SMS, now.wall, error);
}

static void
network_back_done (gpointer data, const GError *error)
{
  ServiceOutbox *self = data;

  if (error != NULL && error->domain != SERVICE_KEY_ERROR)
    g_warning ("What waited for the network or the key waits longer: %s", error->message);
  service_outbox_wake (self);
  service_outbox_unref (self);
}

void
service_outbox_key_came (ServiceOutbox *self)
{
  self->references++;
  service_store_write (self->instance->store, key_came_func, network_back_done, self);
}

static void
courier_changed_cb (gpointer data)
{
  ServiceOutbox *self = data;
  gboolean up = service_courier_is_up (self->instance->courier);
  gboolean network = service_courier_has_network (self->instance->courier);

  if (up != self->had_courier || network != self->had_network)
    {
      service_events_publish (self->instance->events, (uid_t) -1, "gateways", NULL);
      service_events_publish (self->instance->events, (uid_t) -1, "account", NULL);
    }
  if (network && !self->had_network)
    {
      self->references++;
      service_store_write (self->instance->store, self->was_offline ? network_back_func : network_there_func,
                           network_back_done, self);
      self->was_offline = FALSE;
    }
  self->was_offline |= service_courier_lost_network (self->instance->courier);
  self->had_courier = up;
  self->had_network = network;
  if (up)
    {
      service_outbox_recover (self);
      service_outbox_wake (self);
    }
}

/* @instance: its store, key, courier and events are there already; it outlives the outbox. */
ServiceOutbox *
service_outbox_new (ServiceInstance *instance)
{
  ServiceOutbox *self = g_new0 (ServiceOutbox, 1);

  self->references = 1;
  self->instance = instance;
  self->cancellable = g_cancellable_new ();
  self->refusals = service_outbox_refusals_new ();
  self->teller = service_outbox_teller_new (instance, self->refusals);
  service_courier_set_changed (instance->courier, courier_changed_cb, self);
  self->recover_timer = g_timeout_add_seconds (RECOVER_WAIT, recover_timer_cb, self);
  service_outbox_wake (self);
  return self;
}

/* Before the courier, the store and the events of its instance. */
void
service_outbox_free (ServiceOutbox *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->recover_timer, g_source_remove);
  service_courier_set_changed (self->instance->courier, NULL, NULL);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->teller, service_outbox_teller_free);
  service_outbox_unref (self);
}
