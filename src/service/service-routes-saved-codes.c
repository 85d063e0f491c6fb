/* service-routes-saved-codes.c - /v1/account/saved-codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-hasher.h"
#include "service-saved-codes.h"

#include <string.h>

static gboolean
show (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  ServiceUse use;
  json_t *answer;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  answer = service_saved_codes_to_json (&use, error);
  if (answer == NULL)
    return FALSE;

  service_request_answer (request, 200, answer);
  return TRUE;
}

/* --- making: generated here, hashed on the hasher's thread, kept by the store's ----------------------------------- */

typedef struct { ServiceSavedSet *set; char **codes; } Making;

static void
making_free (Making *making)
{
  for (char **code = making->codes; *code != NULL; code++)
    secinfo_secret_free_text (*code);
  g_free (making->codes);
  service_saved_set_free (making->set);
  g_free (making);
}

static json_t *
made_to_json (const Making *making)
{
  json_t *answer = json_object ();
  json_t *codes = json_array ();

  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    {
      char *shown = secinfo_saved_code_format (making->codes[i]);
      json_t *one = json_object ();

      json_object_set_new (one, "label", json_string (making->set->codes[i].label));
      json_object_set_new (one, "code", json_string (shown));
      json_array_append_new (codes, one);
      secinfo_secret_free_text (shown);
    }
  json_object_set_new (answer, "position", json_integer (making->set->position));
  json_object_set_new (answer, "codes", codes);
  secinfo_json_set_time (answer, "expires_at", making->set->made_at + SERVICE_SAVED_PENDING_LIFE);
  return answer;
}

static gboolean
keep (ServiceRequest   *request,
      ServiceStoreTxn  *txn,
      GError          **error)
{
  Making *making = service_request_get_data (request);
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_saved_codes_keep (&use, making->set, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_answer (request, 201, made_to_json (making));
  return TRUE;
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  Making *making = service_request_get_data (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) hashes = service_hasher_finish (instance->hasher, result, &error);
  const guint8 *bytes;

  if (hashes == NULL)
    {
      SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BUSY);

      service_request_fail (request, secinfo_problem_set_retry_at (problem,
                                                                   service_request_get_now (request)->wall + 1));
      return;
    }

  bytes = g_bytes_get_data (hashes, NULL);
  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    memcpy (making->set->codes[i].hash, bytes + i * SERVICE_HASHER_HASH, SERVICE_HASHER_HASH);
  service_request_run (request, keep, TRUE);
}

/* No Idempotency-Key: a kept answer would keep the codes on this computer. A second call makes another set, and the
 * first one, which nobody has seen, is forgotten. */
static void
make (ServiceRequest *request)
{
  Making *making = g_new0 (Making, 1);
  char **copies = g_new0 (char *, SECINFO_SAVED_CODES + 1);

  making->set = service_saved_codes_new (&making->codes);
  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    copies[i] = g_strdup (making->codes[i]);
  service_request_set_data (request, making, (GDestroyNotify) making_free);
  service_hasher_async (service_request_get_instance (request)->hasher, copies, making->set->salt, hashed_cb,
                        service_request_ref (request));
}

static gboolean
prove (ServiceRequest   *request,
       ServiceStoreTxn  *txn,
       GError          **error)
{
  const char *label = secinfo_json_get_string (service_request_get_body (request), "label");
  ServiceUse use;
  GError *failure = NULL;
  json_t *answer = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (service_saved_codes_prove (&use, label, &failure))
    answer = service_saved_codes_to_json (&use, &failure);
  if (answer == NULL)
    return service_request_fail_use (request, failure, error);

  service_request_answer (request, 200, answer);
  return TRUE;
}

static gboolean
delete_all (ServiceRequest   *request,
            ServiceStoreTxn  *txn,
            GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (!service_saved_codes_delete (&use, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_answer (request, 204, NULL);
  return TRUE;
}

static const SecinfoJsonMember proof_body[] = { { "label", JSON_STRING, TRUE, 64 }, { NULL, } };

#define SAVED "/v1/account/saved-codes"
#define STORE SERVICE_ROUTE_NEEDS_STORE

const ServiceRoute service_routes_saved_codes[] = {
  { "GET", SAVED, SERVICE_ROUTE_READ, STORE, SECINFO_LEVEL_SESSION, NULL, show, NULL, NULL },
  { "POST", SAVED, SERVICE_ROUTE_START, STORE, SECINFO_LEVEL_VERIFIED, NULL, NULL, make, NULL },
  { "POST", SAVED "/proof", SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_VERIFIED, proof_body, prove, NULL, NULL },
  { "DELETE", SAVED, SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_VERIFIED, NULL, delete_all, NULL, NULL },
  { NULL, },
};
