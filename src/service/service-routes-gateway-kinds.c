/* service-routes-gateway-kinds.c - /v1/gateway-kinds: what a way to send can be
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-routes-gateway-kinds.h"

#include "service-courier.h"
#include "service-descriptions.h"
#include "service-gateway-settings.h"
#include "service-gateways.h"
#include "service-language.h"
#include "service-router.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { BUSY_SECONDS = 5, STEPS_MAX = 8 };

/* The courier says what it can once it has started; until then the caller comes again by itself. */
void
service_routes_gateway_busy (ServiceRequest *request,
                             gint64          seconds)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BUSY);

  secinfo_problem_set_retry_at (problem, service_request_get_now (request)->wall + seconds);
  service_request_fail (request, problem);
}

/* A courier that is gone comes back; what the disk refuses stays refused. */
static void
fail_file (ServiceRequest *request,
           const GError   *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    service_routes_gateway_busy (request, BUSY_SECONDS);
  else
    service_request_fail (request, secinfo_problem_new (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
                                                        ? SECINFO_PROBLEM_STORAGE_FULL : SECINFO_PROBLEM_INTERNAL));
}

/* --- what there is ------------------------------------------------------------------------------------------------ */

/* The courier knows no language; what it says for people are words of ours. */
static void
translate_steps (json_t *preset)
{
  json_t *steps = json_array (), *step;
  gsize i;

  json_array_foreach (secinfo_json_get_array (preset, "steps"), i, step)
    {
      const char *words = json_string_value (step);

      if (words != NULL && *words != '\0' && i < STEPS_MAX)
        json_array_append_new (steps, json_string (_(words)));
    }
  json_object_set_new (preset, "steps", steps);
}

static void
answer_kinds (ServiceRequest *request,
              json_t         *preset)
{
  ServiceInstance *instance = service_request_get_instance (request);
  g_autoptr(json_t) kinds = service_gateways_kinds (instance, service_courier_get_kinds (instance->courier));
  const char *of = preset != NULL ? secinfo_json_get_string (preset, "gateway") : NULL;
  json_t *items = json_array (), *answer = json_object ();

  for (gsize i = 0; i < json_array_size (kinds); i++)
    {
      /* Shallow: the courier's own table is not written into. */
      json_t *kind = json_copy (json_array_get (kinds, i));

      json_object_set_new (kind, "imported",
                           json_boolean (service_courier_keeps_description (instance->courier,
                                                                            secinfo_json_get_string (kind, "name"))));
      if (of != NULL && g_strcmp0 (secinfo_json_get_string (kind, "name"), of) == 0)
        json_object_set (kind, "preset", preset);
      json_array_append_new (items, kind);
    }
  json_object_set_new (answer, "items", items);
  json_object_set_new (answer, "next", json_null ());
  service_request_answer (request, 200, answer);
}

static void
preset_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  ServiceInstance *instance = service_request_get_instance (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) preset = service_courier_preset_finish (instance->courier, result, &error);

  if (error != NULL)
    g_debug ("No preset: %s", error->message);
  service_language_push (service_request_get_language (request));
  if (preset != NULL)
    translate_steps (preset);
  answer_kinds (request, preset);
  service_language_pop ();
}

static void
list_kinds (ServiceRequest *request)
{
  const char *address = service_request_get_query (request, "address");

  if (service_courier_get_kinds (service_request_get_instance (request)->courier) == NULL)
    service_routes_gateway_busy (request, SERVICE_HELLO_SECONDS);
  else if (address == NULL || *address == '\0')
    answer_kinds (request, NULL);
  else
    service_courier_preset_async (service_request_get_instance (request)->courier, address, NULL, preset_cb,
                                  service_request_ref (request));
}

/* --- of one's own ------------------------------------------------------------------------------------------------- */

/* "Line 12: what is wrong" as the problem's members. */
static SecinfoProblem *
refuse_description (const char *reason)
{
  guint64 line = 0;
  char *end = NULL;
  SecinfoProblem *problem;

  if (g_str_has_prefix (reason, "Line "))
    line = g_ascii_strtoull (reason + strlen ("Line "), &end, 10);
  if (line == 0 || line > G_MAXINT || !g_str_has_prefix (end, ": "))
    return service_gateway_settings_refuse ("description", reason);
  problem = service_gateway_settings_refuse ("description", end + strlen (": "));
  secinfo_problem_set_integer (problem, "line", (gint64) line);
  return problem;
}

static void
answer_imported (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  json_t *kind = service_gateway_settings_find_kind (service_courier_get_kinds (instance->courier),
                                                     service_import_get_name (service_request_get_data (request)));

  service_request_add_event (request, "gateways", NULL);
  if (kind == NULL)
    {
      /* It lies there, and the courier is told once it is back. */
      service_routes_gateway_busy (request, BUSY_SECONDS);
      return;
    }
  kind = json_copy (kind);
  json_object_set_new (kind, "imported", json_true ());
  service_request_answer (request, 201, kind);
}

static void
placed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_descriptions_place_finish (result, &error))
    {
      answer_imported (request);
      return;
    }
  g_warning ("A description could not be put in its place: %s", error->message);
  fail_file (request, error);
}

static void
place_import (ServiceRequest *request)
{
  service_descriptions_place_async (service_request_get_data (request), placed_cb, service_request_ref (request));
}

/* Before it is in force: what cannot be written down is not done. */
static gboolean
write_import (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  ServiceUse use;

  service_request_set_committed (request, place_import);
  return service_request_begin_use (request, &use, txn, error) &&
         service_store_audit_add (txn, use.record, "gateway-kind-imported",
                                  service_import_get_name (service_request_get_data (request)), use.now->wall, error);
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *reason = NULL;
  ServiceImport *import = service_descriptions_import_finish (result, &reason, &error);

  if (import != NULL)
    {
      service_request_set_data (request, import, (GDestroyNotify) service_import_unref);
      service_request_run (request, write_import, TRUE);
    }
  else if (reason != NULL)
    service_request_fail (request, refuse_description (reason));
  else
    {
      g_warning ("A description could not be taken: %s", error->message);
      fail_file (request, error);
    }
}

static void
import_kind (ServiceRequest *request)
{
  const char *text = secinfo_json_get_string (service_request_get_body (request), "description");

  service_descriptions_import_async (service_request_get_instance (request), text, imported_cb,
                                     service_request_ref (request));
}

/* --- away with one ------------------------------------------------------------------------------------------------ */

static void
refuse_removal (ServiceRequest *request,
                const char     *reason)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_NOT_POSSIBLE_HERE);

  secinfo_problem_set_string (problem, "reason", reason);
  service_request_fail (request, problem);
}

static void
forgotten_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  /* A courier that is gone has forgotten it. */
  if (service_descriptions_remove_finish (result, &error))
    {
      service_request_add_event (request, "gateways", NULL);
      service_request_answer (request, 204, NULL);
    }
  else
    {
      g_warning ("A description could not be removed: %s", error->message);
      fail_file (request, error);
    }
}

static void
remove_unused (ServiceRequest *request)
{
  service_descriptions_remove_async (service_request_get_instance (request), service_request_get_id (request),
                                     forgotten_cb, service_request_ref (request));
}

static gboolean
look_whether_used (ServiceRequest   *request,
                   ServiceStoreTxn  *txn,
                   GError          **error)
{
  GPtrArray *gateways = service_store_gateways_known (txn, error);
  ServiceUse use;

  if (gateways == NULL || !service_request_begin_use (request, &use, txn, error))
    return FALSE;
  for (guint i = 0; i < gateways->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      if (g_str_equal (gateway->kind, service_request_get_id (request)))
        {
          refuse_removal (request, "in-use");
          return TRUE;
        }
    }
  service_request_set_committed (request, remove_unused);
  return service_store_audit_add (txn, use.record, "gateway-kind-removed", service_request_get_id (request),
                                  use.now->wall, error);
}

static void
remove_kind (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const char *name = service_request_get_id (request);
  g_autoptr(json_t) kinds = service_gateways_kinds (instance, service_courier_get_kinds (instance->courier));

  if (service_courier_keeps_description (instance->courier, name))
    service_request_run (request, look_whether_used, TRUE);
  else if (service_gateway_settings_find_kind (kinds, name) != NULL)
    refuse_removal (request, "built-in");
  else
    service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const SecinfoJsonMember import_body[] = {
  { "description", JSON_STRING, TRUE, SERVICE_DESCRIPTIONS_BYTES_MAX }, { NULL, },
};

#define KINDS   "/v1/gateway-kinds"
#define ADMIN   SERVICE_ROUTE_ADMIN
#define START   SERVICE_ROUTE_START
#define SESSION SECINFO_LEVEL_SESSION

const ServiceRoute service_routes_gateway_kinds[] = {
  { "GET", KINDS, START, 0, SESSION, NULL, NULL, list_kinds, "address" },
  { "POST", KINDS, START, ADMIN, SESSION, import_body, NULL, import_kind, NULL },
  { "DELETE", KINDS "/{id}", START, ADMIN, SESSION, NULL, NULL, remove_kind, NULL },
  { NULL, },
};
