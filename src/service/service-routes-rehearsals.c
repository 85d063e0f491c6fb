/* service-routes-rehearsals.c - /v1/account/rehearsals
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "secinfo-code.h"
#include "secinfo-saved-code.h"
#include "service-courier.h"
#include "service-findings.h"
#include "service-password.h"
#include "service-recoverable.h"
#include "service-rehearsal-checks.h"
#include "service-rehearsal.h"
#include "service-sign-in.h"

/* What is looked at before the first step, and again after the last. */
typedef struct
{
  gboolean               begins;
  char                  *last;         /* (nullable) the last words */
  ServiceCourierState    courier;
  gboolean               classified;
  ServicePasswordClass   class;
  gboolean               reachable;
  ServiceRehearsalFacts  facts;
} Looking;

static void
looking_free (Looking *looking)
{
  g_free (looking->last);
  g_free (looking);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static json_t *
step_to_json (const ServiceRehearsalStep *step)
{
  json_t *object = json_object ();

  json_object_set_new (object, "style", json_string (step->error ? "error" : "info"));
  json_object_set_new (object, "message", json_string (step->message));
  json_object_set_new (object, "prompt", json_string (step->prompt));
  json_object_set_new (object, "echo", json_boolean (step->echo));
  return object;
}

static void
started (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const Looking *looking = service_request_get_data (request);
  const ServiceRehearsal *one = service_rehearsals_start (instance->rehearsals, service_request_get_account (request),
                                                          &looking->facts, service_instance_get_policy (instance),
                                                          service_request_get_now (request));
  json_t *answer = json_object (), *practice = json_object ();
  char *code = secinfo_code_format (service_rehearsal_get_digits (one));
  char *saved = secinfo_saved_code_format (service_rehearsal_get_saved_code (one));

  json_object_set_new (practice, "saved_code", json_string (saved));
  json_object_set_new (practice, "code", json_string (code));
  json_object_set_new (answer, "id", json_string (service_rehearsal_get_id (one)));
  json_object_set_new (answer, "step", step_to_json (service_rehearsal_get_step (one)));
  json_object_set_new (answer, "practice", practice);
  service_request_answer (request, 201, answer);
  secinfo_secret_free_text (code);
  secinfo_secret_free_text (saved);
}

static void
answer_end (ServiceRequest              *request,
            const Looking               *looking,
            const ServiceRehearsalFound *found)
{
  json_t *answer = json_object (), *step = json_object ();
  gboolean works = FALSE;
  json_t *checks = service_rehearsal_checks (found, &works);

  json_object_set_new (step, "end", json_true ());
  json_object_set_new (step, "message", looking->last != NULL ? json_string (looking->last) : json_null ());
  json_object_set_new (step, "works", json_boolean (works));
  json_object_set_new (step, "checks", checks);
  json_object_set_new (answer, "step", step);
  service_request_answer (request, 200, answer);
}

/* --- looking around ----------------------------------------------------------------------------------------------- */

static ServiceWay
way_of (json_t     *channels,
        const char *medium)
{
  const char *state = secinfo_json_get_string (secinfo_json_get_object (channels, medium), "state");

  if (g_strcmp0 (state, "ready") == 0)
    return SERVICE_WAY_READY;
  return g_strcmp0 (state, "none") == 0 ? SERVICE_WAY_NONE : SERVICE_WAY_DOWN;
}

static void
fill_facts (Looking *looking,
            json_t  *channels,
            json_t  *recoverable)
{
  const char *why = secinfo_json_get_string (recoverable, "why_two");
  ServiceRehearsalFacts *facts = &looking->facts;

  facts->network = looking->courier.network;
  facts->ways[SECINFO_CONTACT_EMAIL] = way_of (channels, "email");
  facts->ways[SECINFO_CONTACT_PHONE] = MIN (way_of (channels, "sms"), way_of (channels, "voice"));
  facts->needed = (guint) secinfo_json_get_integer (recoverable, "proofs_needed", 1);
  facts->why = g_strcmp0 (why, "home") == 0 ? SERVICE_WHY_HOME
               : g_strcmp0 (why, "administrator") == 0 ? SERVICE_WHY_ADMINISTRATOR : SERVICE_WHY_ONE;
}

static gboolean
look (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  Looking *looking = service_request_get_data (request);
  g_autoptr(json_t) channels = NULL;
  g_autoptr(json_t) recoverable = NULL;
  ServiceRehearsalFound found = { 0, };
  ServiceUse use;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  channels = service_findings_channels (&use, &looking->courier, error);
  if (channels == NULL)
    return FALSE;
  recoverable = service_recoverable_to_json (&use, channels, looking->classified ? &looking->class : NULL, error);
  if (recoverable == NULL)
    return FALSE;
  if (looking->begins)
    {
      fill_facts (looking, channels, recoverable);
      service_request_set_committed (request, started);
      return TRUE;
    }

  found.recoverable = recoverable;
  found.channels = channels;
  found.is_private = use.instance->mode == SERVICE_MODE_PRIVATE;
  found.reachable = looking->reachable;
  if (!service_rehearsal_find (&use, &found, error))
    return FALSE;
  answer_end (request, looking, &found);
  return TRUE;
}

static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  Looking *looking = service_request_get_data (request);
  g_autoptr(GError) error = NULL;

  looking->classified = service_password_classify_finish (service_request_get_instance (request)->password, result,
                                                          &looking->class, &error);
  if (!looking->classified)
    g_debug ("The kind of an account could not be asked for: %s", error->message);
  service_request_run (request, look, FALSE);
}

static void
look_around (ServiceRequest *request,
             gboolean        begins,
             const char     *last)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const ServiceAccount *account = service_request_get_account (request);
  gboolean ours = instance->mode == SERVICE_MODE_PRIVATE;
  Looking *looking = g_new0 (Looking, 1);

  looking->begins = begins;
  looking->last = g_strdup (last);
  looking->courier.up = service_courier_is_up (instance->courier);
  looking->courier.network = service_courier_has_network (instance->courier);
  looking->reachable = ours || service_sign_in_is_reachable (instance->sign_in);
  service_request_set_data (request, looking, (GDestroyNotify) looking_free);
  if (ours)
    service_request_run (request, look, FALSE);
  else
    service_password_classify_async (instance->password, account->uid, account->name, NULL, classified_cb,
                                     service_request_ref (request));
}

/* --- the routes --------------------------------------------------------------------------------------------------- */

/* The owner of the computer has switched off what would be practised. */
static gboolean
is_switched_off (ServiceRequest *request)
{
  SecinfoProblem *problem;

  if (service_instance_get_policy (service_request_get_instance (request))->way_back_in != 0)
    return FALSE;
  problem = secinfo_problem_new (SECINFO_PROBLEM_NOT_POSSIBLE_HERE);
  secinfo_problem_set_string (problem, "reason", SERVICE_SWITCHED_OFF);
  service_request_fail (request, problem);
  return TRUE;
}

static void
start (ServiceRequest *request)
{
  if (is_switched_off (request))
    return;
  look_around (request, TRUE, NULL);
}

/* NULL: it was said that there is none. */
static ServiceRehearsal *
find (ServiceRequest *request)
{
  ServiceRehearsal *one = service_rehearsals_find (service_request_get_instance (request)->rehearsals,
                                                   service_request_get_id (request),
                                                   service_request_get_account (request),
                                                   service_request_get_now (request));

  if (one == NULL)
    service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  return one;
}

static void
answer (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  ServiceRehearsal *one = find (request);
  const ServiceRehearsalStep *step;
  g_autoptr(GError) error = NULL;
  char *text;

  if (one == NULL || is_switched_off (request))
    return;

  text = service_request_take_text (request, "text");
  if (!service_rehearsal_answer (one, text != NULL ? text : "", service_request_get_now (request), &error))
    service_request_fail_error (request, error);
  secinfo_secret_free_text (text);
  if (error != NULL)
    return;

  step = service_rehearsal_get_step (one);
  if (!step->end)
    {
      json_t *object = json_object ();

      json_object_set_new (object, "step", step_to_json (step));
      service_request_answer (request, 200, object);
      return;
    }
  look_around (request, FALSE, step->message);
  service_rehearsals_end (instance->rehearsals, one);
}

static void
end (ServiceRequest *request)
{
  ServiceRehearsal *one = find (request);

  if (one == NULL)
    return;
  service_rehearsals_end (service_request_get_instance (request)->rehearsals, one);
  service_request_answer (request, 204, NULL);
}

static const SecinfoJsonMember answer_body[] = { { "text", JSON_STRING, TRUE, 511 }, { NULL, } };

#define REHEARSALS "/v1/account/rehearsals"
#define STORE      SERVICE_ROUTE_NEEDS_STORE

const ServiceRoute service_routes_rehearsals[] = {
  { "POST", REHEARSALS, SERVICE_ROUTE_START, STORE, SECINFO_LEVEL_SESSION, NULL, NULL, start, NULL },
  { "POST", REHEARSALS "/{id}/answer", SERVICE_ROUTE_START, STORE, SECINFO_LEVEL_SESSION, answer_body, NULL, answer,
    NULL },
  { "DELETE", REHEARSALS "/{id}", SERVICE_ROUTE_START, STORE, SECINFO_LEVEL_SESSION, NULL, NULL, end, NULL },
  { NULL, },
};
