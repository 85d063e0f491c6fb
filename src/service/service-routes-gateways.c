/* service-routes-gateways.c - /v1/gateways: how codes are sent
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-alerts.h"
#include "service-router.h"

#include "service-courier.h"
#include "service-gateway-secrets.h"
#include "service-gateway-settings.h"
#include "service-gateways.h"
#include "service-key.h"
#include "service-routes-gateway-kinds.h"
#include "service-routes-gateway-test.h"

#include <sodium.h>
#include <string.h>

/* A change of a gateway goes by steps: read it (PATCH) → its secrets (keyring or store) → the kind's rules → the
 * courier's own check → the secrets into the keyring (private instance) → the row. */
typedef struct
{
  ServiceGateway *gateway;    /* (nullable) until it is read; as it will be */
  gboolean        fresh;      /* POST */
  json_t         *kind;       /* (nullable) */
  json_t         *all;        /* (nullable) settings and secrets; wiped with jansson's allocators */
  SecinfoSecret  *secrets;    /* (nullable) */
  gint            position;   /* -1: as it is */
} Change;

enum { BUSY_SECONDS = 5 };

static void
change_free (Change *change)
{
  g_clear_pointer (&change->gateway, service_gateway_free);
  g_clear_pointer (&change->kind, json_decref);
  g_clear_pointer (&change->all, json_decref);
  g_clear_pointer (&change->secrets, secinfo_secret_unref);
  g_free (change);
}

static Change *
change_begin (ServiceRequest *request)
{
  Change *change = g_new0 (Change, 1);

  change->position = -1;
  service_request_set_data (request, change, (GDestroyNotify) change_free);
  return change;
}

/* NULL: not known, or not known yet; then the request was answered. */
static json_t *
find_kind (ServiceRequest *request,
           const char     *name)
{
  ServiceInstance *instance = service_request_get_instance (request);
  g_autoptr(json_t) kinds = service_gateways_kinds (instance, service_courier_get_kinds (instance->courier));
  json_t *kind = service_gateway_settings_find_kind (kinds, name);

  if (kind != NULL)
    return json_incref (kind);
  if (service_courier_get_kinds (instance->courier) == NULL)
    service_routes_gateway_busy (request, SERVICE_HELLO_SECONDS);
  else
    service_request_fail (request, service_gateway_settings_refuse ("kind", "unknown"));
  return NULL;
}

/* --- list --------------------------------------------------------------------------------------------------------- */

static gboolean
list_gateways (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  g_autoptr(GPtrArray) gateways = service_store_gateway_list (txn, error);
  g_autoptr(json_t) items = json_array ();
  gint64 now = service_request_get_now (request)->wall;
  json_t *answer;

  if (gateways == NULL)
    return FALSE;
  for (guint i = 0; i < gateways->len; i++)
    {
      json_t *item = service_gateway_to_json (g_ptr_array_index (gateways, i), now, error);

      if (item == NULL)
        return FALSE;
      json_array_append_new (items, item);
    }

  answer = json_object ();
  json_object_set (answer, "items", items);
  json_object_set_new (answer, "next", json_null ());
  service_request_answer (request, 200, answer);
  return TRUE;
}

/* --- writing one down --------------------------------------------------------------------------------------------- */

/* Puts @gateway at its place among those of its medium and numbers them anew; they are few. */
static gboolean
renumber (ServiceStoreTxn  *txn,
          ServiceGateway   *gateway,
          guint             position,
          GError          **error)
{
  g_autoptr(GPtrArray) gateways = service_store_gateway_list (txn, error);
  guint at = 0;

  if (gateways == NULL)
    return FALSE;
  for (guint i = 0; i < gateways->len; i++)
    {
      ServiceGateway *other = g_ptr_array_index (gateways, i);

      if (other->medium != gateway->medium || g_str_equal (other->id, gateway->id))
        continue;
      if (at == position)
        at++;
      if (other->position != at)
        {
          other->position = at;
          if (!service_store_gateway_update (txn, other, error))
            return FALSE;
        }
      at++;
    }
  gateway->position = MIN (position, at);
  return TRUE;
}

static gboolean
write_gateway (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  Change *change = service_request_get_data (request);
  ServiceGateway *gateway = change->gateway;
  guint position = change->fresh ? G_MAXUINT : change->position >= 0 ? (guint) change->position : gateway->position;
  gboolean was_last;
  json_t *answer;

  if (!service_gateways_is_last_down (txn, gateway->id, &was_last, error))
    return FALSE;
  if (was_last)
    service_request_add_event (request, "alert", SERVICE_ALERT_GATEWAY_WELL);
  /* What was wrong with the old settings is forgotten with them. */
  service_gateway_set_ready (gateway);

  if (!renumber (txn, gateway, position, error))
    return FALSE;
  if (!(change->fresh ? service_store_gateway_add : service_store_gateway_update) (txn, gateway, error) ||
      !service_store_message_hurry (txn, gateway->medium, service_request_get_now (request)->wall, error))
    return FALSE;

  answer = service_gateway_to_json (gateway, service_request_get_now (request)->wall, error);
  if (answer == NULL)
    return FALSE;
  service_request_add_event (request, "gateways", gateway->id);
  service_request_wake_outbox (request);
  service_request_answer (request, change->fresh ? 201 : 200, answer);
  return TRUE;
}

static void
secret_set_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_key_secret_set_finish (service_request_get_instance (request)->key, result, &error))
    service_request_run (request, write_gateway, TRUE);
  else
    service_request_fail_error (request, error);
}

static void
keep_secrets (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  Change *change = service_request_get_data (request);
  g_autofree char *name = service_gateway_dup_secret_name (change->gateway->id);

  if (service_key_is_private (instance->key))
    {
      if (change->secrets == NULL && change->fresh)
        service_request_run (request, write_gateway, TRUE);
      else
        service_key_secret_set_async (instance->key, name, change->secrets, NULL, secret_set_cb,
                                      service_request_ref (request));
      return;
    }

  secinfo_secret_free_text (change->gateway->secrets);
  change->gateway->secrets = change->secrets != NULL ? g_strdup (secinfo_secret_get_text (change->secrets)) : NULL;
  service_request_run (request, write_gateway, TRUE);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autofree char *member = NULL, *reason = NULL;
  g_autoptr(GError) error = NULL;

  if (service_courier_check_finish (service_request_get_instance (request)->courier, result, &member, &reason, &error))
    keep_secrets (request);
  else if (error == NULL)
    service_request_fail (request, service_gateway_settings_refuse (member, reason != NULL ? reason : "not-valid"));
  else
    {
      g_warning ("A gateway could not be checked: %s", error->message);
      service_routes_gateway_busy (request, BUSY_SECONDS);
    }
}

/* @change->all is whole: do the kind's rules and the courier take it? */
static void
check (ServiceRequest *request,
       json_t         *fresh)
{
  ServiceInstance *instance = service_request_get_instance (request);
  Change *change = service_request_get_data (request);
  g_autoptr(GError) error = NULL;

  if (!service_gateway_settings_merge (change->kind, change->all, fresh, &error))
    {
      service_request_fail_error (request, error);
      return;
    }

  service_gateway_settings_part (change->kind, change->all, change->gateway, &change->secrets);
  if (service_gateway_is_inbox (change->gateway))
    keep_secrets (request);
  else
    service_courier_check_async (instance->courier, change->gateway->kind, json_deep_copy (change->all), NULL,
                                 checked_cb, service_request_ref (request));
}

/* --- POST --------------------------------------------------------------------------------------------------------- */

static char *
title_or (const char *title,
          const char *otherwise)
{
  return g_strdup (title != NULL && *title != '\0' ? title : otherwise);
}

static void
add_gateway (ServiceRequest *request)
{
  json_t *body = service_request_get_body (request);
  const char *name = secinfo_json_get_string (body, "kind");
  json_t *kind = find_kind (request, name);
  Change *change;
  ServiceGateway *gateway;

  if (kind == NULL)
    return;

  change = change_begin (request);
  change->fresh = TRUE;
  change->kind = kind;
  change->all = json_object ();
  change->gateway = gateway = g_new0 (ServiceGateway, 1);
  gateway->id = service_store_new_id ();
  gateway->kind = g_strdup (name);
  gateway->title = title_or (secinfo_json_get_string (body, "title"), secinfo_json_get_string (kind, "title"));
  gateway->created_at = service_request_get_now (request)->wall;
  gateway->ready = TRUE;
  if (secinfo_json_get_boolean (body, "unproven", FALSE))
    {
      gateway->ready = FALSE;
      gateway->trouble = g_strdup (SERVICE_GATEWAY_UNPROVEN);
    }
  if (!secinfo_medium_from_string (secinfo_json_get_string (kind, "medium"), &gateway->medium))
    service_request_fail (request, service_gateway_settings_refuse ("kind", "unknown"));
  else
    check (request, secinfo_json_get_object (body, "settings"));
}

/* --- PATCH, DELETE ------------------------------------------------------------------------------------------------ */

static gboolean
load_gateway (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  Change *change = service_request_get_data (request);
  g_autoptr(GError) local_error = NULL;

  g_clear_pointer (&change->gateway, service_gateway_free);
  change->gateway = service_store_gateway_get (txn, service_request_get_id (request), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (change->gateway == NULL)
    service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  return TRUE;
}

static void
settings_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  Change *change = service_request_get_data (request);
  g_autoptr(json_t) none = json_object ();
  json_t *fresh = secinfo_json_get_object (service_request_get_body (request), "settings");
  g_autoptr(GError) error = NULL;

  change->all = service_gateway_secrets_fetch_finish (result, &error);
  if (change->all == NULL)
    service_request_fail_error (request, error);
  else
    check (request, fresh != NULL ? fresh : none);
}

static void
change_loaded (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  Change *change = service_request_get_data (request);
  json_t *body = service_request_get_body (request);
  const char *title = secinfo_json_get_string (body, "title");
  json_t *kind = find_kind (request, change->gateway->kind);

  if (kind == NULL)
    return;

  change->kind = kind;
  change->position = (gint) secinfo_json_get_integer (body, "position", -1);
  if (title != NULL)
    {
      g_free (change->gateway->title);
      change->gateway->title = title_or (title, secinfo_json_get_string (kind, "title"));
    }
  service_gateway_secrets_fetch_async (instance, change->gateway, NULL, settings_cb, service_request_ref (request));
}

static gboolean
load_to_change (ServiceRequest   *request,
                ServiceStoreTxn  *txn,
                GError          **error)
{
  service_request_set_committed (request, change_loaded);
  return load_gateway (request, txn, error);
}

static void
change_gateway (ServiceRequest *request)
{
  json_t *position = json_object_get (service_request_get_body (request), "position");

  if (position != NULL && (json_integer_value (position) < 0 || json_integer_value (position) > 1000))
    {
      SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

      secinfo_problem_set_string (problem, "member", "position");
      service_request_fail (request, problem);
      return;
    }
  change_begin (request);
  service_request_run (request, load_to_change, FALSE);
}

static gboolean
delete_row (ServiceRequest   *request,
            ServiceStoreTxn  *txn,
            GError          **error)
{
  gboolean was_last;

  if (!service_gateways_is_last_down (txn, service_request_get_id (request), &was_last, error) ||
      !service_store_gateway_delete (txn, service_request_get_id (request), error))
    return FALSE;

  if (was_last)
    service_request_add_event (request, "alert", SERVICE_ALERT_GATEWAY_WELL);
  service_request_add_event (request, "gateways", service_request_get_id (request));
  service_request_answer (request, 204, NULL);
  return TRUE;
}

static void
secret_removed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr(ServiceRequest) request = data;
  g_autoptr(GError) error = NULL;

  if (service_key_secret_set_finish (service_request_get_instance (request)->key, result, &error))
    service_request_run (request, delete_row, TRUE);
  else
    service_request_fail_error (request, error);
}

/* The credentials first: a row that is gone could not say any more what lies in the keyring. */
static void
remove_loaded (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const Change *change = service_request_get_data (request);
  g_autofree char *name = service_gateway_dup_secret_name (change->gateway->id);

  if (service_key_is_private (instance->key) && g_strcmp0 (change->gateway->secret_names, "[]") != 0)
    service_key_secret_set_async (instance->key, name, NULL, NULL, secret_removed_cb, service_request_ref (request));
  else
    service_request_run (request, delete_row, TRUE);
}

static gboolean
load_to_remove (ServiceRequest   *request,
                ServiceStoreTxn  *txn,
                GError          **error)
{
  service_request_set_committed (request, remove_loaded);
  return load_gateway (request, txn, error);
}

static void
remove_gateway (ServiceRequest *request)
{
  change_begin (request);
  service_request_run (request, load_to_remove, FALSE);
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const SecinfoJsonMember add_body[] = {
  { "kind", JSON_STRING, TRUE, 64 }, { "title", JSON_STRING, FALSE, 128 }, { "settings", JSON_OBJECT, TRUE, 0 },
  { "unproven", JSON_TRUE, FALSE, 0 },
  { NULL, },
};
static const SecinfoJsonMember change_body[] = {
  { "title", JSON_STRING, FALSE, 128 }, { "settings", JSON_OBJECT, FALSE, 0 }, { "position", JSON_INTEGER, FALSE, 0 },
  { NULL, },
};
static const SecinfoJsonMember test_body[] = { { "to", JSON_STRING, TRUE, 1024 }, { "region", JSON_STRING, FALSE, 2 },
                                               { "prove", JSON_TRUE, FALSE, 0 }, { NULL, } };

#define GATEWAYS "/v1/gateways"
#define ONE      GATEWAYS "/{id}"
#define STORE    SERVICE_ROUTE_NEEDS_STORE
#define ADMIN    SERVICE_ROUTE_ADMIN
#define START    SERVICE_ROUTE_START
#define SESSION  SECINFO_LEVEL_SESSION

const ServiceRoute service_routes_gateways[] = {
  { "GET", GATEWAYS, SERVICE_ROUTE_READ, ADMIN, SESSION, NULL, list_gateways, NULL, NULL },
  { "POST", GATEWAYS, START, STORE | ADMIN | SERVICE_ROUTE_CREATES, SESSION, add_body, NULL, add_gateway, NULL },
  { "PATCH", ONE, START, STORE | ADMIN, SESSION, change_body, NULL, change_gateway, NULL },
  { "DELETE", ONE, START, STORE | ADMIN, SESSION, NULL, NULL, remove_gateway, NULL },
  { "POST", ONE "/test", START, STORE | ADMIN, SESSION, test_body, NULL, service_routes_test_gateway, NULL },
  { NULL, },
};
