/* service-routes-elevations.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-routes-elevations.h"

#include "service-elevation.h"
#include "service-logind.h"
#include "service-password.h"
#include "service-recovery.h"
#include "service-throttle.h"

/* 1. May a password be tried now (read)? 2. PAM says whether it is right. 3. That is counted and answered (write),
 * where the pause is looked at once more: of many parallel tries only as many learn something as the rule allows. */
typedef struct
{
  SecinfoSecret *password;   /* (nullable) */
  char          *token;      /* (nullable) granted, unknown to anybody until the answer leaves */
  gint64         until;
} Elevate;

enum { BUSY_SECONDS = 3 };

static void
elevate_free (Elevate *elevate)
{
  g_clear_pointer (&elevate->password, secinfo_secret_unref);
  secinfo_secret_free_text (elevate->token);
  g_free (elevate);
}

static gboolean
answer_token (ServiceRequest  *request,
              ServiceUse      *use,
              Elevate         *elevate,
              GError         **error)
{
  g_autoptr(GError) local_error = NULL;
  guint verified = service_store_contact_count_verified (use->txn, use->record, &local_error);
  json_t *answer;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  answer = json_object ();
  json_object_set_new (answer, "token", json_string (elevate->token));
  json_object_set_new (answer, "level", json_string (secinfo_level_to_string (SECINFO_LEVEL_PASSWORD)));
  secinfo_json_set_time (answer, "expires_at", elevate->until);
  json_object_set_new (answer, "verified_contacts", json_integer (verified));
  service_request_answer (request, 201, answer);
  return TRUE;
}

static gboolean
count_right (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (service_throttle_may_ask (&use, &failure) &&
      service_throttle_password_right (&use, &failure) &&
      service_recovery_forgive (&use, &failure) &&
      answer_token (request, &use, service_request_get_data (request), &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
count_wrong (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (service_throttle_may_ask (&use, &failure))
    service_throttle_password_wrong (&use, &failure);
  return service_request_fail_use (request, failure, error);
}

static void
grant (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  Elevate *elevate = service_request_get_data (request);
  SecinfoNow now;

  secinfo_now_read (&now);   /* PAM took its time */
  elevate->token = service_elevations_grant (instance->elevations, service_request_get_caller (request),
                                             SECINFO_LEVEL_PASSWORD,
                                             now.wall, now.boot, &elevate->until);
  service_request_run (request, count_right, TRUE);
}

void
service_routes_fail_password (ServiceRequest *request,
                              const GError   *error)
{
  SecinfoProblem *problem;

  if (error->domain != SERVICE_PASSWORD_ERROR)
    {
      service_request_fail_error (request, error);
      return;
    }
  switch ((ServicePasswordError) error->code)
    {
    case SERVICE_PASSWORD_ERROR_WRONG:
      service_request_run (request, count_wrong, TRUE);
      return;

    case SERVICE_PASSWORD_ERROR_NO_PASSWORD:
      problem = secinfo_problem_new (SECINFO_PROBLEM_NO_PASSWORD);
      break;

    case SERVICE_PASSWORD_ERROR_LOCKED:
      problem = secinfo_problem_new (SECINFO_PROBLEM_NOT_POSSIBLE_HERE);
      secinfo_problem_set_string (problem, "reason", "locked");
      break;

    case SERVICE_PASSWORD_ERROR_BUSY:
      problem = secinfo_problem_new (SECINFO_PROBLEM_BUSY);
      secinfo_problem_set_retry_at (problem, service_request_get_now (request)->wall + BUSY_SECONDS);
      break;

    case SERVICE_PASSWORD_ERROR_REFUSED:
      problem = secinfo_problem_new (SECINFO_PROBLEM_PASSWORD_REFUSED);
      secinfo_problem_set_string (problem, "reason", error->message);
      break;

    case SERVICE_PASSWORD_ERROR_UNAVAILABLE:
    case SERVICE_PASSWORD_ERROR_UNCLEAR:
    default:
      g_warning ("The password helper did not answer: %s", error->message);
      problem = secinfo_problem_new (SECINFO_PROBLEM_INTERNAL);
      break;
    }
  service_request_fail (request, problem);
}

static void
authenticated_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_password_authenticate_finish (service_request_get_instance (request)->password, result, &error))
    grant (request);
  else
    service_routes_fail_password (request, error);
}

/* {}: an account without a password has nothing to confirm. In a private instance alone; where it has one after all, it
 * has to be given. */
static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  ServicePasswordClass class = { 0, };
  g_autoptr(GError) error = NULL;
  SecinfoProblem *problem;

  if (!service_password_classify_finish (instance->password, result, &class, &error))
    {
      service_routes_fail_password (request, error);
      return;
    }

  if (class.kind == SERVICE_PASSWORD_KIND_NO_PASSWORD || class.kind == SERVICE_PASSWORD_KIND_LOCKED)
    {
      if (instance->mode == SERVICE_MODE_PRIVATE)
        grant (request);
      else
        service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_NO_PASSWORD));
      return;
    }

  problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);
  secinfo_problem_set_string (problem, "member", "password");
  secinfo_problem_set_string (problem, "reason", "missing");
  service_request_fail (request, problem);
}

static void
ask (gpointer data)
{
  ServiceRequest *request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  const ServiceAccount *account = service_request_get_account (request);
  Elevate *elevate = service_request_get_data (request);

  if (elevate->password != NULL)
    service_password_authenticate_async (instance->password, account->uid, account->name, elevate->password, NULL,
                                         authenticated_cb, service_request_ref (request));
  else
    service_password_classify_async (instance->password, account->uid, account->name, NULL, classified_cb,
                                     service_request_ref (request));
}

/* A session that locks from now on ends what is granted. */
static void
watch (ServiceRequest *request)
{
  service_logind_watch (service_request_get_instance (request)->logind, ask, service_request_ref (request),
                        (GDestroyNotify) service_request_unref);
}

static gboolean
check_pause (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_throttle_may_ask (&use, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_set_committed (request, watch);
  return TRUE;
}

void
service_routes_elevate (ServiceRequest *request)
{
  Elevate *elevate = g_new0 (Elevate, 1);

  elevate->password = service_request_take_secret (request, "password");
  service_request_set_data (request, elevate, (GDestroyNotify) elevate_free);
  service_request_run (request, check_pause, FALSE);
}
