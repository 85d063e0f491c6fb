/* service-routes-gateway-test.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-routes-gateway-test.h"

#include "service-alerts.h"
#include "service-contacts.h"
#include "service-courier.h"
#include "service-gateway-secrets.h"
#include "service-gateways.h"
#include "service-language.h"
#include "service-outbox.h"
#include "service-router.h"
#include "service-routes-challenges.h"
#include "service-routes-gateway-kinds.h"
#include "service-use.h"

#include <glib/gi18n-lib.h>

enum { TEST_LIFE = 600, BUSY_SECONDS = 5 };

/* By hand, past the outbox: whoever presses the button wants to know what became of this one message, now. */
typedef struct
{
  ServiceGateway       *gateway;   /* (nullable) until it is read */
  SecinfoAddress       *address;   /* (nullable) until it is parsed; a push has none */
  ServiceCourierAnswer *answer;    /* (nullable) until it came */
  ServiceChallenge     *challenge; /* (nullable) where a code is to prove it */
} Test;

static void
test_free (Test *test)
{
  g_clear_pointer (&test->gateway, service_gateway_free);
  g_clear_pointer (&test->address, secinfo_address_unref);
  g_clear_pointer (&test->answer, service_courier_answer_free);
  g_clear_pointer (&test->challenge, service_challenge_free);
  g_free (test);
}

/* GSM 03.38 alone, one part. */
static const char *
test_text (void)
{
  return _("This is a test message of SecInfo. Codes can be sent this way.");
}

/* Our own courier is not there, and nothing was asked of the gateway. */
static void
fail_courier (ServiceRequest *request,
              SecinfoMedium   medium)
{
  SecinfoProblem *problem;

  if (medium == SECINFO_MEDIUM_PUSH)
    {
      service_routes_gateway_busy (request, BUSY_SECONDS);
      return;
    }
  problem = secinfo_problem_new (SECINFO_PROBLEM_GATEWAY_DOWN);
  secinfo_problem_set_string (problem, "channel", secinfo_medium_to_string (medium));
  service_request_fail (request, problem);
}

/* @answer: (nullable): delivered by our own hand */
static void
answer_result (ServiceRequest             *request,
               const ServiceCourierAnswer *answer)
{
  SecinfoResult result = answer != NULL ? answer->result : SECINFO_RESULT_ACCEPTED;
  const Test *test = service_request_get_data (request);
  json_t *object;
  SecinfoProblem *problem;

  if (result == SECINFO_RESULT_ACCEPTED || result == SECINFO_RESULT_QUEUED)
    {
      object = json_object ();
      json_object_set_new (object, "result", json_string (secinfo_result_to_string (result)));
      secinfo_json_set_string (object, "code", answer != NULL ? answer->code : NULL);
      secinfo_json_set_string (object, "detail", answer != NULL ? answer->detail : NULL);
      service_request_answer (request, 200, object);
      return;
    }

  if (answer->lost && !answer->left)
    {
      fail_courier (request, test->gateway->medium);
      return;
    }

  problem = secinfo_problem_new (SECINFO_PROBLEM_GATEWAY_REFUSED);
  secinfo_problem_set_string (problem, "result", secinfo_result_to_string (result));
  if (answer->code != NULL)
    secinfo_problem_set_string (problem, "code", answer->code);
  secinfo_problem_set_string (problem, "channel", secinfo_medium_to_string (test->gateway->medium));
  if (answer->status > 0)
    secinfo_problem_set_integer (problem, "http", answer->status);
  /* `detail` is the sentence of the problem itself; the vendor's own words stand beside it. */
  if (answer->detail != NULL)
    secinfo_problem_set_string (problem, "words", answer->detail);
  if (answer->by != NULL)
    secinfo_problem_set_string (problem, "by", answer->by);
  if (result == SECINFO_RESULT_RETRY && answer->retry_after > 0)
    {
      SecinfoNow now;

      /* Of its answer; the request is older. */
      secinfo_now_read (&now);
      secinfo_problem_set_retry_at (problem, now.wall + answer->retry_after);
    }
  service_request_fail (request, problem);
}

static gboolean
answer_sent (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  const Test *test = service_request_get_data (request);
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (service_challenges_test_sent (&use, test->challenge, test->gateway, &failure) &&
      service_routes_answer_challenge (request, &use, 201, test->challenge, NULL, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

/* As it is stored now: the test went out some seconds ago. @gateway (out) (nullable): it is gone. */
static gboolean
load_gateway (const Test       *test,
              ServiceStoreTxn  *txn,
              ServiceGateway  **gateway,
              GError          **error)
{
  g_autoptr(GError) local_error = NULL;

  *gateway = service_store_gateway_get (txn, test->gateway->id, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* It works: what was wrong with it is over. */
static gboolean
write_health (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  const Test *test = service_request_get_data (request);
  g_autoptr(ServiceGateway) gateway = NULL;
  gboolean was_last;

  if (!load_gateway (test, txn, &gateway, error))
    return FALSE;
  if (gateway != NULL)
    {
      if (!service_gateways_is_last_down (txn, gateway->id, &was_last, error))
        return FALSE;
      if (was_last)
        service_request_add_event (request, "alert", SERVICE_ALERT_GATEWAY_WELL);
      service_gateway_set_ready (gateway);
      gateway->last_delivered_at = service_request_get_now (request)->wall;
      if (!service_store_gateway_update (txn, gateway, error))
        return FALSE;
      service_request_add_event (request, "gateways", gateway->id);
    }

  if (test->challenge != NULL)
    return answer_sent (request, txn, error);
  answer_result (request, test->answer);
  return TRUE;
}

/* So that the list says it too. Nothing where it says nothing of these settings, or did not leave this computer. */
static gboolean
note_failure (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  const Test *test = service_request_get_data (request);
  g_autoptr(ServiceGateway) gateway = NULL;
  SecinfoNow now;

  if (!load_gateway (test, txn, &gateway, error))
    return FALSE;
  if (gateway == NULL || !test->answer->left || test->answer->lost ||
      g_strcmp0 (gateway->settings, test->gateway->settings) != 0)
    return TRUE;

  secinfo_now_read (&now);
  service_gateway_note_failure (gateway, test->answer, TRUE, now.wall);
  service_request_add_event (request, "gateways", gateway->id);
  return service_store_gateway_fare (txn, gateway, TRUE, error);
}

static gboolean
write_failure (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  const Test *test = service_request_get_data (request);

  if (!note_failure (request, txn, error))
    return FALSE;
  answer_result (request, test->answer);
  return TRUE;
}

/* Its code went nowhere that is known: it is not waited for. */
static gboolean
give_up (ServiceRequest   *request,
         ServiceStoreTxn  *txn,
         GError          **error)
{
  const Test *test = service_request_get_data (request);
  g_autoptr(ServiceChallenge) challenge = NULL;
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  challenge = service_challenges_get (&use, test->challenge->id, &failure);
  if (challenge == NULL || !service_challenges_give_up (&use, challenge, &failure))
    return service_request_fail_use (request, failure, error);
  if (!note_failure (request, txn, error))
    return FALSE;

  answer_result (request, test->answer);
  return TRUE;
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  Test *test = service_request_get_data (request);

  test->answer = service_courier_send_finish (service_request_get_instance (request)->courier, result);
  if (test->answer->result == SECINFO_RESULT_ACCEPTED || test->answer->result == SECINFO_RESULT_QUEUED)
    service_request_run (request, write_health, TRUE);
  else if (test->challenge != NULL)
    service_request_run (request, give_up, TRUE);
  else
    service_request_run (request, write_failure, TRUE);
}

/* What leaves: the code that is to come back, or a sentence. */
static void
set_text (const Test *test,
          json_t     *message)
{
  char *subject = NULL, *text = NULL;

  if (test->challenge == NULL)
    {
      json_object_set_new (message, "subject", json_string (_("Test message")));
      json_object_set_new (message, "text", json_string (test_text ()));
      return;
    }

  text = service_outbox_render_code (test->challenge->medium, test->challenge->purpose, test->challenge->code,
                                     test->challenge->language, &subject);
  json_object_set_new (message, "subject", json_string (subject != NULL ? subject : ""));
  json_object_set_new (message, "text", json_string (text));
  secinfo_secret_free_text (subject);
  secinfo_secret_free_text (text);
}

static void
settings_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  const Test *test = service_request_get_data (request);
  g_autoptr(GError) error = NULL;
  json_t *settings = service_gateway_secrets_fetch_finish (result, &error);
  g_autofree char *ref = NULL;
  json_t *message;

  if (settings == NULL)
    {
      service_request_fail_error (request, error);
      return;
    }

  ref = service_store_new_id ();
  message = json_object ();
  json_object_set_new (message, "gateway", json_string (test->gateway->kind));
  json_object_set_new (message, "settings", settings);
  json_object_set_new (message, "medium", json_string (secinfo_medium_to_string (test->gateway->medium)));
  json_object_set_new (message, "to", json_string (test->address != NULL ? secinfo_address_get_value (test->address)
                                                   : ""));
  /* Called back from the keyring, outside the pair that surrounds handlers. */
  service_language_push (service_request_get_language (request));
  set_text (test, message);
  service_language_pop ();
  json_object_set_new (message, "ref", json_string (ref));
  json_object_set_new (message, "ttl", json_integer (TEST_LIFE));
  service_courier_send_async (service_request_get_instance (request)->courier, message, NULL, sent_cb,
                              service_request_ref (request));
}

static gboolean
lay_into_inbox (ServiceRequest   *request,
                ServiceStoreTxn  *txn,
                GError          **error)
{
  const Test *test = service_request_get_data (request);
  g_autoptr(ServiceInboxMessage) message = g_new0 (ServiceInboxMessage, 1);
  ServiceUse use;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  message->id = service_store_new_id ();
  message->record = use.record;
  message->at = use.now->wall;
  message->to = g_strdup (secinfo_address_get_value (test->address));
  message->subject = g_strdup (_("Test message"));
  message->text = g_strdup (test_text ());
  if (!service_store_inbox_add (txn, message, service_instance_get_policy (use.instance)->inbox_messages, error))
    return FALSE;

  service_use_event (&use, "inbox", NULL);
  answer_result (request, NULL);
  return TRUE;
}

static void
send_it (ServiceRequest *request)
{
  Test *test = service_request_get_data (request);

  service_gateway_secrets_fetch_async (service_request_get_instance (request), test->gateway, NULL, settings_cb,
                                       service_request_ref (request));
}

/* The contact that the code proves too; a new one needs what adding one needs. */
static ServiceContact *
find_contact (ServiceRequest  *request,
              ServiceUse      *use,
              const Test      *test,
              GError         **error)
{
  g_autoptr(GError) local_error = NULL;
  ServiceContact *contact = service_store_contact_find (use->txn, use->record, secinfo_address_get_key (test->address),
                                                        &local_error);

  if (contact != NULL)
    return contact;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (!service_router_check_level (request, use->txn, use->record, SECINFO_LEVEL_VERIFIED, error) ||
      service_request_is_answered (request))
    return NULL;
  return service_contacts_add (use, test->address, NULL, error);
}

static gboolean
issue (ServiceRequest   *request,
       ServiceStoreTxn  *txn,
       GError          **error)
{
  Test *test = service_request_get_data (request);
  g_autoptr(ServiceContact) contact = NULL;
  ServiceUse use;
  GError *failure = NULL;

  g_clear_pointer (&test->challenge, service_challenge_free);
  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  contact = find_contact (request, &use, test, &failure);
  if (contact == NULL && failure == NULL)
    return TRUE;
  if (contact != NULL)
    test->challenge = service_challenges_issue_test (&use, contact, test->gateway->medium, &failure);
  if (test->challenge == NULL)
    return service_request_fail_use (request, failure, error);

  service_request_set_committed (request, send_it);
  return TRUE;
}

static void
refuse_prove (ServiceRequest *request)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

  secinfo_problem_set_string (problem, "member", "prove");
  secinfo_problem_set_string (problem, "reason", "this way proves nothing");
  service_request_fail (request, problem);
}

static void
loaded (ServiceRequest *request)
{
  Test *test = service_request_get_data (request);
  json_t *body = service_request_get_body (request);
  SecinfoContactKind kind = SECINFO_CONTACT_EMAIL;
  gboolean prove = secinfo_json_get_boolean (body, "prove", FALSE);
  g_autoptr(GError) error = NULL;

  /* What is pushed goes to where the settings say, whoever it is. */
  if (test->gateway->medium == SECINFO_MEDIUM_PUSH)
    {
      if (prove)
        refuse_prove (request);
      else
        send_it (request);
      return;
    }
  if (test->gateway->medium != SECINFO_MEDIUM_EMAIL)
    kind = SECINFO_CONTACT_PHONE;
  test->address = service_contacts_parse (kind, secinfo_json_get_string (body, "to"),
                                          secinfo_json_get_string (body, "region"), &error);
  if (test->address == NULL)
    service_request_fail_error (request, error);
  else if (service_gateway_is_inbox (test->gateway) && prove)
    refuse_prove (request);
  else if (service_gateway_is_inbox (test->gateway))
    service_request_run (request, lay_into_inbox, TRUE);
  else if (prove)
    service_request_run (request, issue, TRUE);
  else
    send_it (request);
}

static gboolean
load (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  Test *test = service_request_get_data (request);
  g_autoptr(GError) local_error = NULL;

  g_clear_pointer (&test->gateway, service_gateway_free);
  test->gateway = service_store_gateway_get (txn, service_request_get_id (request), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (test->gateway == NULL)
    service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  else
    service_request_set_committed (request, loaded);
  return TRUE;
}

void
service_routes_test_gateway (ServiceRequest *request)
{
  service_request_set_data (request, g_new0 (Test, 1), (GDestroyNotify) test_free);
  service_request_run (request, load, FALSE);
}
