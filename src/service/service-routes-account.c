/* service-routes-account.c - /v1/account: what there is to say, erasing, resuming, the store
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-alerts.h"
#include "service-contacts.h"
#include "service-courier.h"
#include "service-elevation.h"
#include "service-findings.h"
#include "service-instance-key.h"
#include "service-key.h"
#include "service-password.h"
#include "service-recoverable.h"
#include "service-routes-challenges.h"
#include "service-routes-elevations.h"

#include <string.h>

/* --- GET ---------------------------------------------------------------------------------------------------------- */

/* Seconds for which a system's answer is kept: it says too what reset.conf, PAM's files and secinfo-password do. */
enum { KEPT_FOR = 2 };

/* What was asked outside the store before the transaction. */
typedef struct
{
  ServiceCourierState  courier;
  gboolean             administrator;
  gboolean             classified;
  ServicePasswordClass class;
} Surroundings;

static gboolean
write_contacts (ServiceUse         *use,
                json_t             *channels,
                SecinfoJsonWriter  *writer,
                GError            **error)
{
  const ServiceContactPage all = { TRUE, NULL, G_MAXSIZE };
  g_autoptr(json_t) findings = NULL;
  g_autofree char *next = NULL;

  if (use->state == SERVICE_ACCOUNT_SUSPENDED)
    {
      secinfo_json_writer_raw (writer, "contacts", "[]", 2);
      secinfo_json_writer_raw (writer, "findings", "[]", 2);
      return TRUE;
    }

  if (!service_contacts_write_list (use, &all, writer, "contacts", &next, error))
    return FALSE;
  findings = service_findings_list (use, channels, error);
  return findings != NULL && secinfo_json_write (writer, "findings", findings);
}

static gboolean
tell_account (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  const Surroundings *around = service_request_get_data (request);
  g_auto(SecinfoJsonWriter) writer = { 0, };
  g_autoptr(json_t) channels = NULL;
  g_autoptr(json_t) recoverable = NULL;
  ServiceUse use;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  channels = service_findings_channels (&use, &around->courier, error);
  secinfo_json_writer_object (&writer, NULL);
  if (channels == NULL || !secinfo_json_write (&writer, "channels", channels) ||
      !write_contacts (&use, channels, &writer, error))
    return FALSE;
  if (use.instance->mode == SERVICE_MODE_SYSTEM)
    service_use_fresh_for (&use, KEPT_FOR);
  recoverable = service_recoverable_to_json (&use, channels, around->classified ? &around->class : NULL, error);
  if (recoverable == NULL || !secinfo_json_write (&writer, "recoverable", recoverable))
    return FALSE;

  secinfo_json_writer_string (&writer, "name", use.account->name, -1);
  secinfo_json_writer_string (&writer, "real_name", use.account->real_name, -1);
  secinfo_json_writer_string (&writer, "state", use.state == SERVICE_ACCOUNT_SUSPENDED ? "suspended" : "active", -1);
  secinfo_json_writer_string (&writer, "level", secinfo_level_to_string (use.level), -1);
  secinfo_json_writer_time (&writer, "level_until", service_request_get_level_until (request));
  secinfo_json_writer_boolean (&writer, "administrator", around->administrator);
  secinfo_json_writer_string (&writer, "waiting_period", NULL, -1);
  secinfo_json_writer_end (&writer);
  service_request_answer_text (request, 200, secinfo_json_writer_take (&writer));
  return TRUE;
}

static void
classified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  Surroundings *around = service_request_get_data (request);
  ServicePasswordClass class = { 0, };
  g_autoptr(GError) error = NULL;

  if (service_password_classify_finish (instance->password, result, &class, &error))
    {
      around->administrator = class.administrator;
      around->classified = TRUE;
      around->class = class;
    }
  else
    g_debug ("The kind of an account could not be asked for: %s", error->message);

  service_request_run (request, tell_account, FALSE);
}

static void
get_account (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const ServiceAccount *account = service_request_get_account (request);
  Surroundings *around = g_new0 (Surroundings, 1);

  around->courier.up = service_courier_is_up (instance->courier);
  around->courier.network = service_courier_has_network (instance->courier);
  around->administrator = instance->mode == SERVICE_MODE_PRIVATE;
  service_request_set_data (request, around, g_free);

  if (instance->mode == SERVICE_MODE_PRIVATE)
    service_request_run (request, tell_account, FALSE);
  else
    service_password_classify_async (instance->password, account->uid, account->name, NULL, classified_cb,
                                     service_request_ref (request));
}

/* --- erasing, resuming -------------------------------------------------------------------------------------------- */

static void
erased (ServiceRequest *request)
{
  service_elevations_end_uid (service_request_get_instance (request)->elevations,
                              service_request_get_account (request)->uid);
  service_request_answer (request, 204, NULL);
}

/* elevation-needed, from a handler whose level depends on more than the table can say. */
static gboolean
refuse_level (ServiceUse    *use,
              SecinfoLevel   level,
              GError       **error)
{
  json_t *contacts = service_contacts_masked (use, error);
  SecinfoProblem *problem;

  if (contacts == NULL)
    return FALSE;
  problem = secinfo_problem_new (SECINFO_PROBLEM_ELEVATION_NEEDED);
  secinfo_problem_set_string (problem, "level", secinfo_level_to_string (level));
  secinfo_problem_set_json (problem, "contacts", contacts);
  return service_use_refuse (error, problem);
}

/* Everything of one's own goes; those who were told of every change are told of this one too, from a copy of the
 * address. */
static gboolean
erase (ServiceUse  *use,
       GError     **error)
{
  g_autoptr(GPtrArray) all = service_store_addressees (use->txn, use->record, TRUE, error);
  gboolean afresh = use->state == SERVICE_ACCOUNT_SUSPENDED;
  GError *local_error = NULL;
  ServiceAccountState state;
  gint64 record;
  guint verified;

  if (all == NULL)
    return FALSE;
  verified = service_store_contact_count_verified (use->txn, use->record, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (use->state == SERVICE_ACCOUNT_ACTIVE && verified > 0 && use->level < SECINFO_LEVEL_VERIFIED)
    return refuse_level (use, SECINFO_LEVEL_VERIFIED, error);

  if (!service_store_recovery_delete (use->txn, use->account->name, error) ||
      !service_store_account_erase (use->txn, use->record, error) ||
      !service_store_account_settle (use->txn, use->account, use->now, &record, &state, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      if (!service_alerts_queue (use, record, afresh ? "account-afresh" : "account-erased", all->pdata[i], error))
        return FALSE;
    }
  if (!service_alerts_queue_push (use, record, afresh ? "account-afresh" : "account-erased", error))
    return FALSE;

  return service_store_audit_add (use->txn, record, "account-erased", NULL, use->now->wall, error);
}

static gboolean
erase_account (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!erase (&use, &failure))
    return service_request_fail_use (request, failure, error);

  service_use_event (&use, "account", NULL);
  service_use_event (&use, "contacts", NULL);
  service_request_set_committed (request, erased);
  return TRUE;
}

static ServiceChallenge *
issue_resume (ServiceUse  *use,
              json_t      *body,
              GError     **error)
{
  const char *value = secinfo_json_get_string (body, "value");
  g_autoptr(SecinfoAddress) address = NULL;

  if (use->state == SERVICE_ACCOUNT_ACTIVE)
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));
      return NULL;
    }

  address = service_contacts_parse (strchr (value, '@') != NULL ? SECINFO_CONTACT_EMAIL : SECINFO_CONTACT_PHONE,
                                    value, secinfo_json_get_string (body, "region"), error);
  return address != NULL ? service_challenges_issue_resume (use, address, error) : NULL;
}

static gboolean
resume (ServiceRequest   *request,
        ServiceStoreTxn  *txn,
        GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  challenge = issue_resume (&use, service_request_get_body (request), &failure);
  if (challenge != NULL && service_routes_answer_challenge (request, &use, 202, challenge, NULL, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

/* --- starting afresh, when the key is gone ------------------------------------------------------------------------ */

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_instance_start_afresh_finish (service_request_get_instance (request), result, &error))
    service_request_answer (request, 204, NULL);
  else
    service_request_fail_error (request, error);
}

static void
start_afresh (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  g_autoptr(GError) trouble = service_key_get_trouble (instance->key);
  SecinfoProblem *problem;

  if (instance->mode == SERVICE_MODE_PRIVATE && g_error_matches (trouble, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_GONE))
    {
      service_instance_start_afresh_async (instance, begun_cb, service_request_ref (request));
      return;
    }

  problem = secinfo_problem_new (instance->mode == SERVICE_MODE_PRIVATE ? SECINFO_PROBLEM_CONFLICT
                                                                        : SECINFO_PROBLEM_NOT_POSSIBLE_HERE);
  if (instance->mode != SERVICE_MODE_PRIVATE)
    secinfo_problem_set_string (problem, "reason", "system");
  service_request_fail (request, problem);
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const SecinfoJsonMember elevation_body[] = { { "password", JSON_STRING, FALSE, 511 }, { NULL, } };
static const SecinfoJsonMember resume_body[] = {
  { "value", JSON_STRING, TRUE, 1024 }, { "region", JSON_STRING, FALSE, 2 }, { NULL, },
};

#define STORE SERVICE_ROUTE_NEEDS_STORE
#define TOO   SERVICE_ROUTE_SUSPENDED_TOO

const ServiceRoute service_routes_account[] = {
  { "GET", "/v1/account", SERVICE_ROUTE_START, STORE | TOO | SERVICE_ROUTE_KEPT, SECINFO_LEVEL_SESSION, NULL, NULL,
    get_account, NULL },
  /* verified; the handler eases it for a suspended account, which cannot have that level any more */
  { "DELETE", "/v1/account", SERVICE_ROUTE_WRITE, STORE | TOO, SECINFO_LEVEL_PASSWORD, NULL, erase_account, NULL,
    NULL },
  { "GET", "/v1/account/events", SERVICE_ROUTE_EVENTS, TOO, SECINFO_LEVEL_SESSION, NULL, NULL, NULL, NULL },
  { "POST", "/v1/account/elevations", SERVICE_ROUTE_START, TOO, SECINFO_LEVEL_SESSION, elevation_body, NULL,
    service_routes_elevate, NULL },
  { "POST", "/v1/account/resume", SERVICE_ROUTE_WRITE, STORE | TOO, SECINFO_LEVEL_PASSWORD, resume_body, resume, NULL,
    NULL },
  { "DELETE", "/v1/account/store", SERVICE_ROUTE_START, TOO, SECINFO_LEVEL_PASSWORD, NULL, NULL, start_afresh, NULL },
  { NULL, },
};
