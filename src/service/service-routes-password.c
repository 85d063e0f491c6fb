/* service-routes-password.c - PUT /v1/account/password
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "secinfo-code.h"
#include "service-changes.h"
#include "service-contacts.h"
#include "service-elevation.h"
#include "service-password.h"
#include "service-recovery.h"
#include "service-routes-elevations.h"
#include "service-throttle.h"

#include <sodium.h>
#include <string.h>

/* 1. Level and pause are looked at (read). 2. secinfo-password says whose password it is. 3. That it is going to be
 * changed is written down (write). 4. PAM changes it. 5. What follows from that is written down (write). */
typedef struct
{
  ServiceInstance *instance;
  uid_t            uid;
  SecinfoSecret   *current, *fresh;
  char            *id;       /* (nullable) of what step 3 wrote, until it is settled */
  gboolean         asked;    /* 4 began */
  const char      *type;     /* what is told where 5 is not written: nobody knows, until PAM said something */
} Change;

/* Whatever way the request ended: what step 3 wrote is settled. Whoever confirmed it with the old password has to do so
 * again. */
static void
settle (Change *change)
{
  gboolean open = change->id != NULL && change->asked && change->instance->changes != NULL;

  if (open && change->type != NULL)
    service_elevations_end_uid (change->instance->elevations, change->uid);
  if (open)
    service_changes_settle (change->instance->changes, change->id, change->type);
  g_clear_pointer (&change->id, g_free);
}

static void
change_free (Change *change)
{
  settle (change);
  secinfo_secret_unref (change->current);
  secinfo_secret_unref (change->fresh);
  g_free (change);
}

static gboolean
tell (ServiceUse  *use,
      GError     **error)
{
  service_use_event (use, "account", NULL);
  return service_contacts_alert (use, "password-changed", NULL, FALSE, error);
}

static void
noted (ServiceRequest *request)
{
  Change *change = service_request_get_data (request);

  g_clear_pointer (&change->id, g_free);
  /* What others of this account confirmed with the old password; who changed it gave the new one too. */
  service_elevations_end_others (change->instance->elevations, service_request_get_caller (request),
                                 service_request_get_token (request));
  service_request_answer (request, 204, NULL);
}

/* What was proven at the sign-in screen before it is worth nothing any more. */
static gboolean
note (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  const Change *change = service_request_get_data (request);
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_throttle_password_right (&use, &failure) ||
      !service_changes_end (&use, change->id, &failure) ||
      !service_recovery_forgive (&use, &failure) ||
      !service_store_recovery_delete (txn, use.account->name, &failure) ||
      !tell (&use, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_set_committed (request, noted);
  return TRUE;
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  Change *change = service_request_get_data (request);
  g_autoptr(GError) error = NULL;

  if (service_password_change_finish (instance->password, result, &error))
    {
      change->type = "password-changed";
      service_request_run (request, note, TRUE);
      return;
    }
  if (!g_error_matches (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNCLEAR))
    change->type = NULL;
  settle (change);
  service_routes_fail_password (request, error);
}

static void
ask_pam (ServiceRequest *request)
{
  const ServiceAccount *account = service_request_get_account (request);
  Change *change = service_request_get_data (request);

  change->asked = TRUE;
  change->uid = account->uid;
  service_password_change_async (change->instance->password, account->uid, account->name, change->current,
                                 change->fresh, NULL, changed_cb, service_request_ref (request));
}

/* May run twice: what the first left was taken back. */
static gboolean
announce (ServiceRequest   *request,
          ServiceStoreTxn  *txn,
          GError          **error)
{
  Change *change = service_request_get_data (request);
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  g_free (change->id);
  change->id = service_changes_begin (&use, &failure);
  if (change->id == NULL)
    return service_request_fail_use (request, failure, error);

  service_request_set_committed (request, ask_pam);
  return TRUE;
}

static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  ServicePasswordClass class = { 0, };
  g_autoptr(GError) error = NULL;

  if (!service_password_classify_finish (instance->password, result, &class, &error))
    service_routes_fail_password (request, error);
  else if (class.kind == SERVICE_PASSWORD_KIND_OTHER_SOURCE)
    service_request_fail (request, secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_ACCOUNT_MANAGED),
                                                               "source", class.source));
  else
    service_request_run (request, announce, TRUE);
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

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_throttle_may_ask (&use, &failure))
    return service_request_fail_use (request, failure, error);

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

  change->instance = service_request_get_instance (request);
  change->type = "password-unclear";
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

/* Without the store key the password can be changed all the same: the contacts are told once it is there. */
const ServiceRoute service_routes_password[] = {
  { "PUT", "/v1/account/password", SERVICE_ROUTE_START, 0, SECINFO_LEVEL_VERIFIED, body, NULL, change, NULL },
  { NULL, },
};
