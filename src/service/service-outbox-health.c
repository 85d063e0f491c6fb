/* service-outbox-health.c - which gateway is tried, and how it fares
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "service-alerts.h"
#include "service-gateways.h"

#include <string.h>

#define TROUBLE_CONFIG      "bad-config"
#define TROUBLE_UNREACHABLE "unreachable"
#define BREAK_AFTER         SERVICE_GATEWAY_BREAK_AFTER
#define REST_FIRST          60     /* seconds; twice as long after each further failure */
#define REST_LONGEST        900
#define REST_ASKED          3600   /* the longest that it is obeyed with Retry-After, for everybody's messages */
#define PROBE_WAIT          90     /* seconds that the one message has which tries it again */

/* --- which gateway ------------------------------------------------------------------------------------------------ */

/* Is it left alone because its settings are wrong? Whoever asked for a pause since then is waited for. */
static gboolean
rests_for_settings (const ServiceGateway *gateway)
{
  g_autoptr(json_t) failure = NULL;

  if (!service_gateway_is_misconfigured (gateway) || gateway->failures < BREAK_AFTER || gateway->failure == NULL)
    return FALSE;
  failure = secinfo_json_parse (gateway->failure, strlen (gateway->failure), NULL);
  return failure != NULL && g_strcmp0 (secinfo_json_get_string (failure, "result"),
                                       secinfo_result_to_string (SECINFO_RESULT_BAD_CONFIG)) == 0;
}

/* Those that can be tried, the ones that answer first. Elements belong to @all. */
GPtrArray *
service_outbox_list_usable (GPtrArray *all, gint64 now, gint64 *soonest)
{
  GPtrArray *usable = g_ptr_array_new ();

  *soonest = 0;
  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < all->len; i++)
        {
          ServiceGateway *gateway = g_ptr_array_index (all, i);

          if (gateway->ready != (pass == 0))
            continue;
          if (gateway->paused_until <= now)
            g_ptr_array_add (usable, gateway);
          else if ((*soonest == 0 || gateway->paused_until < *soonest) && !rests_for_settings (gateway))
            *soonest = gateway->paused_until;
        }
    }
  return usable;
}

int
service_outbox_find_gateway (GPtrArray *gateways, const char *id)
{
  for (guint i = 0; id != NULL && i < gateways->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      if (g_strcmp0 (gateway->id, id) == 0)
        return (int) i;
    }
  return -1;
}

/* One that rested is tried with one message; the others wait for what becomes of it. */
gboolean
service_outbox_take_probe (ServiceStoreTxn *txn, ServiceGateway *gateway, gint64 now, GError **error)
{
  if (gateway->failures < BREAK_AFTER)
    return TRUE;
  gateway->paused_until = now + PROBE_WAIT;
  return service_store_gateway_fare (txn, gateway, FALSE, error);
}

/* --- how it fares ------------------------------------------------------------------------------------------------- */

/* Did anybody answer? Without a code of the vendor's own, nobody did: no connection, no name, no time. */
static gboolean
answer_is_silence (const ServiceCourierAnswer *answer)
{
  return answer->result == SECINFO_RESULT_RETRY && answer->left && answer->code == NULL;
}

/* What an account is refused for as a whole: a rate or a quota, some of them dressed as a refused sign-in. */
static gboolean
status_is_trouble (guint status)
{
  return status == 429 || status == 401 || status == 402 || status == 403 || status >= 500;
}

/* HTTP's 429 and 5xx, whatever the vendor's own code; SMTP's 421 and 5xx; a receiver's 450 (greylisting) is not. */
gboolean
service_outbox_is_trouble (const ServiceCourierAnswer *answer)
{
  const char *code = answer->code;

  if (answer->result == SECINFO_RESULT_UNKNOWN || answer_is_silence (answer))
    return TRUE;
  if (answer->result != SECINFO_RESULT_RETRY)
    return FALSE;
  if (status_is_trouble (answer->status))
    return TRUE;
  return strlen (code) == 3 && (code[0] == '5' || g_str_equal (code, "429") || g_str_equal (code, "421"));
}

static gboolean
answer_is_delivery (const ServiceCourierAnswer *answer)
{
  return answer->result == SECINFO_RESULT_ACCEPTED || answer->result == SECINFO_RESULT_QUEUED;
}

/* What it did with the last SERVICE_GATEWAY_OUTCOMES messages; that an address was refused is no fault of its own. */
static void
note_outcome (ServiceGateway *gateway, const ServiceCourierAnswer *answer)
{
  char *kept = gateway->outcomes;
  gsize length = kept != NULL ? strlen (kept) : 0;

  if (answer->result == SECINFO_RESULT_BAD_ADDRESS)
    return;
  gateway->outcomes = g_strdup_printf ("%s%c", kept == NULL ? "" : length < SERVICE_GATEWAY_OUTCOMES ? kept : kept + 1,
                                       answer_is_delivery (answer) ? '+' : '-');
  g_free (kept);
}

/* Wrong settings are over with a message that it takes, whatever else it says meanwhile. */
static gboolean
answer_ends_row (const ServiceCourierAnswer *answer, const ServiceGateway *gateway)
{
  return service_gateway_is_misconfigured (gateway) ? answer_is_delivery (answer)
         : answer->result != SECINFO_RESULT_BAD_CONFIG && !service_outbox_is_trouble (answer);
}

/* @counts: of an answer that its settings are wrong */
static void
note_pause (ServiceGateway *gateway, const ServiceCourierAnswer *answer, gboolean counts, gint64 now)
{
  gboolean trouble = service_outbox_is_trouble (answer), config = answer->result == SECINFO_RESULT_BAD_CONFIG;
  guint over;

  if (config ? counts : trouble)
    gateway->failures = MIN (gateway->failures + 1, 99);
  if (trouble)
    gateway->paused_until = answer->retry_after > 0 ? now + MIN (answer->retry_after, REST_ASKED) : 0;
  /* The one message that tried it again has its answer. */
  else if (gateway->failures >= BREAK_AFTER)
    gateway->paused_until = 0;
  if (gateway->failures < BREAK_AFTER || (!trouble && !config))
    return;
  over = MIN (gateway->failures - BREAK_AFTER, 8);
  gateway->paused_until = MAX (gateway->paused_until, now + MIN (REST_FIRST << over, REST_LONGEST));
}

/* Since when nothing but failures; a clock that was set back begins the row anew. */
static void
note_row (ServiceGateway *gateway, gint64 now)
{
  if (gateway->failing_since == 0 || gateway->failing_since > now)
    gateway->failing_since = now;
  gateway->failed_at = now;
}

static void
note_state (ServiceGateway *gateway, const ServiceCourierAnswer *answer, gint64 now, guint down_after)
{
  gboolean config = answer->result == SECINFO_RESULT_BAD_CONFIG;

  if (answer->result == SECINFO_RESULT_UNKNOWN ||
      (service_gateway_is_misconfigured (gateway) && !config && !answer_is_delivery (answer)))
    return;
  if (config || answer_is_silence (answer))
    {
      const char *trouble = config ? TROUBLE_CONFIG : TROUBLE_UNREACHABLE;

      if (g_strcmp0 (gateway->trouble, trouble) != 0)
        {
          g_free (gateway->trouble);
          gateway->trouble = g_strdup (trouble);
          gateway->down_since = now;
        }
      gateway->ready = !config && now - gateway->down_since < down_after;
      return;
    }
  g_clear_pointer (&gateway->trouble, g_free);
  gateway->ready = TRUE;
  gateway->down_since = 0;
  /* One that answers with 503 is not well again for having answered. */
  if (gateway->failures == 0)
    gateway->told_at = 0;
  if (answer_is_delivery (answer))
    gateway->last_delivered_at = now;
}

static void
note_answer (ServiceGateway *gateway, const ServiceOutboxOutcome *outcome, guint down_after)
{
  const ServiceCourierAnswer *answer = outcome->answer;
  gint64 now = outcome->now.wall;
  gboolean counts = answer->result == SECINFO_RESULT_BAD_CONFIG &&
                    service_outbox_refusals_note (outcome->refusals, gateway, outcome->job->message, now);

  note_outcome (gateway, answer);
  if (answer_ends_row (answer, gateway))
    gateway->failures = gateway->paused_until = gateway->failing_since = gateway->failed_at = 0;
  else
    {
      note_pause (gateway, answer, counts, now);
      if (service_outbox_is_trouble (answer) || answer->result == SECINFO_RESULT_BAD_CONFIG)
        note_row (gateway, now);
    }
  note_state (gateway, answer, now, down_after);
}

gint64
service_outbox_tell_at (ServiceOutboxRefusals *refusals, const ServiceGateway *gateway, guint down_after)
{
  if (gateway->told_at != 0 || service_gateway_is_unproven (gateway))
    return 0;
  /* A network that came back says nothing of settings. */
  if (service_gateway_is_misconfigured (gateway) && !service_outbox_refusals_is_told (refusals, gateway))
    return MAX (gateway->failing_since, 1);
  if (gateway->failing_since == 0)
    return 0;
  /* One failure is not a gateway that is down; nobody may have tried it since. */
  if (gateway->failures < BREAK_AFTER && gateway->failed_at - gateway->failing_since < down_after)
    return 0;
  return gateway->failing_since + down_after;
}

gboolean
service_outbox_write_health (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, gboolean *changed,
                             GError **error)
{
  const ServiceCourierAnswer *answer = outcome->answer;
  g_autoptr(ServiceGateway) gateway = NULL;
  guint down_after = service_instance_get_policy (outcome->instance)->gateway_down;
  GError *local = NULL;
  gint64 now = outcome->now.wall;
  gint64 was_paused;
  gboolean was_ready, was_last, seen;

  *changed = outcome->well = FALSE;
  outcome->tell_at = 0;
  if (!answer->left || answer->lost)
    return TRUE;
  gateway = service_store_gateway_get (txn, outcome->job->gateway->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  /* Removed meanwhile, or with other settings: this answer says nothing of those. */
  if (gateway == NULL || g_strcmp0 (gateway->settings, outcome->job->gateway->settings) != 0)
    return TRUE;

  if (!service_gateways_is_last_down (txn, gateway->id, &was_last, error))
    return FALSE;
  was_ready = gateway->ready;
  seen = service_gateway_works (gateway);
  was_paused = gateway->paused_until;
  note_answer (gateway, outcome, down_after);
  if (answer_is_delivery (answer))
    g_clear_pointer (&gateway->failure, g_free);
  else if (answer->result != SECINFO_RESULT_BAD_ADDRESS)
    service_gateway_note_failure (gateway, answer, FALSE, now);
  seen = was_ready != gateway->ready || seen != service_gateway_works (gateway);
  outcome->tell_at = service_outbox_tell_at (outcome->refusals, gateway, down_after);
  outcome->well = gateway->ready && gateway->failures == 0;
  if (was_last && gateway->told_at == 0)
    service_outbox_events_add (outcome->events, (uid_t) -1, "alert", SERVICE_ALERT_GATEWAY_WELL);
  *changed = seen || (was_paused > now) != (gateway->paused_until > now);
  /* What waited for the end of its rest need not wait any longer. */
  return service_store_gateway_fare (txn, gateway, seen, error) &&
         (was_paused <= now || gateway->paused_until > now ||
          service_store_message_resume (txn, was_paused, now, error));
}
