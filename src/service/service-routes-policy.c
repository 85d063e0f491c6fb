/* service-routes-policy.c - /v1/policy: the rules by their keys, to be changed by administrators
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-answers.h"
#include "service-events.h"
#include "service-policy.h"

/* No secret: GET /v1/service says the same in words to everybody. */
static void
get_policy (ServiceRequest *request)
{
  service_request_answer (request, 200, service_policy_to_json (service_request_get_instance (request)));
}

static void
changed (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);

  service_policy_take (instance, service_request_get_data (request));
  service_answers_forget (instance->answers, (uid_t) -1);
  service_events_publish (instance->events, (uid_t) -1, "service", NULL);
  service_events_publish (instance->events, (uid_t) -1, "account", NULL);
  get_policy (request);
}

static gboolean
write_policy (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  json_t *settings = secinfo_json_get_object (service_request_get_body (request), "settings");
  json_t *changes = NULL;
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_policy_change (&use, settings, &changes, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_set_data (request, changes, (GDestroyNotify) json_decref);
  service_request_set_committed (request, changed);
  return TRUE;
}

static void
change_policy (ServiceRequest *request)
{
  service_request_run (request, write_policy, TRUE);
}

static const SecinfoJsonMember change_body[] = { { "settings", JSON_OBJECT, TRUE, 0 }, { NULL, } };

const ServiceRoute service_routes_policy[] = {
  { "GET", "/v1/policy", SERVICE_ROUTE_START, SERVICE_ROUTE_SUSPENDED_TOO, SECINFO_LEVEL_SESSION, NULL, NULL,
    get_policy, NULL },
  { "PATCH", "/v1/policy", SERVICE_ROUTE_START, SERVICE_ROUTE_ADMIN_POLICY, SECINFO_LEVEL_SESSION, change_body, NULL,
    change_policy, NULL },
  { NULL, },
};
