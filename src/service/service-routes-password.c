/* service-routes-password.c - PUT /v1/account/password
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "secinfo-code.h"
#include "service-alerts.h"
#include "service-recovery.h"
#include "service-routes-elevations.h"
#include "service-throttle.h"

#include <sodium.h>
#include <string.h>

/* 1. Level and pause are looked at (read). 2. secinfo-password says whose password it is, and PAM changes it.
 * 3. What follows from that is written down (write). */
typedef struct { SecinfoSecret *current, *fresh; } Change;

static void
change_free (Change *change)
{
  secinfo_secret_unref (change->current);
  secinfo_secret_unref (change->fresh);
  g_free (change);
}

static gboolean
tell (ServiceUse  *use,
      GError     **error)
{
  service_use_event (use, "account", NULL);
  return service_alerts_try (use, "password-changed", NULL, error);
}

/* What was proven at the sign-in screen before it is worth nothing any more. */
static gboolean
note (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_use_begin (&use, request, txn, error))
    return FALSE;
  if (!service_throttle_password_right (&use, &failure) ||
      !service_recovery_forgive (&use, &failure) ||
      !service_store_recovery_delete (txn, use.account->name, &failure) ||
      !tell (&use, &failure))
    return service_use_fail (&use, failure, error);

  service_request_answer (request, 204, NULL);
  return TRUE;
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_password_change_finish (service_request_get_instance (request)->password, result, &error))
    service_request_run (request, note, TRUE);
  else
    service_routes_fail_password (request, error);
}

static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  const ServiceAccount *account = service_request_get_account (request);
  const Change *change = service_request_get_data (request);
  ServicePasswordClass class = { 0, };
  g_autoptr(GError) error = NULL;

  if (!service_password_classify_finish (instance->password, result, &class, &error))
    service_routes_fail_password (request, error);
  else if (class.kind == SERVICE_PASSWORD_KIND_OTHER_SOURCE)
    service_request_fail (request, secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_ACCOUNT_MANAGED),
                                                               "source", class.source));
  else
    service_password_change_async (instance->password, account->uid, account->name, change->current, change->fresh,
                                   NULL, changed_cb, service_request_ref (request));
}

static void
ask (ServiceRequest *request)
{
  const ServiceAccount *account = service_request_get_account (request);

  service_password_classify_async (service_request_get_instance (request)->password, account->uid, account->name, NULL,
                                   classified_cb, service_request_ref (request));
}

static gboolean
check (ServiceRequest   *request,
       ServiceStoreTxn  *txn,
       GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_use_begin (&use, request, txn, error))
    return FALSE;
  if (!service_throttle_may_ask (&use, &failure))
    return service_use_fail (&use, failure, error);

  service_request_set_committed (request, ask);
  return TRUE;
}

/* At the sign-in screen it would be taken for what SecInfo itself asks for. */
static const char *
reason_of_refusal (SecinfoSecret *fresh)
{
  const char *text = secinfo_secret_get_text (fresh);
  char digits[SECINFO_CODE_DIGITS + 1];
  gboolean is_code = secinfo_code_normalize (text, -1, digits) || g_str_equal (text, "?");

  sodium_memzero (digits, sizeof digits);
  if (*text == '\0')
    return "it is empty";
  return is_code ? "it looks like a code" : NULL;   /* both are known to secinfo-problem-words.c */
}

static void
change (ServiceRequest *request)
{
  Change *change = g_new0 (Change, 1);
  const char *reason;

  change->current = service_request_take_secret (request, "current");
  change->fresh = service_request_take_secret (request, "new");
  service_request_set_data (request, change, (GDestroyNotify) change_free);
  reason = reason_of_refusal (change->fresh);
  if (reason != NULL)
    service_request_fail (request, secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_PASSWORD_REFUSED),
                                                               "reason", reason));
  else
    service_request_run (request, check, FALSE);
}

static const SecinfoJsonMember body[] = {
  { "current", JSON_STRING, TRUE, 511 }, { "new", JSON_STRING, TRUE, 511 }, { NULL, },
};

/* Without the store key the password can be changed all the same: nobody is told then. */
const ServiceRoute service_routes_password[] = {
  { "PUT", "/v1/account/password", SERVICE_ROUTE_START, 0, SECINFO_LEVEL_VERIFIED, body, NULL, change, NULL },
  { NULL, },
};
