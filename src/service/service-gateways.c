/* service-gateways.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-gateways.h"

#include <glib/gi18n-lib.h>

gboolean
service_gateways_have_inbox (ServiceInstance *instance)
{
  return instance->mode == SERVICE_MODE_PRIVATE || instance->trial;
}

gboolean
service_gateway_is_inbox (const ServiceGateway *gateway)
{
  return g_str_equal (gateway->kind, SERVICE_GATEWAY_KIND_INBOX) ||
         g_str_equal (gateway->kind, SERVICE_GATEWAY_KIND_INBOX_PHONE);
}

gboolean
service_gateway_is_unproven (const ServiceGateway *gateway)
{
  return g_strcmp0 (gateway->trouble, SERVICE_GATEWAY_UNPROVEN) == 0;
}

gboolean
service_gateway_is_misconfigured (const ServiceGateway *gateway)
{
  return g_strcmp0 (gateway->trouble, "bad-config") == 0;
}

gboolean
service_gateway_works (const ServiceGateway *gateway)
{
  return gateway->ready ||
         (service_gateway_is_misconfigured (gateway) && gateway->last_delivered_at != 0 &&
          gateway->failures < SERVICE_GATEWAY_BREAK_AFTER);
}

gboolean
service_gateways_is_last_down (ServiceStoreTxn  *txn,
                               const char       *id,
                               gboolean         *is_last,
                               GError          **error)
{
  const GPtrArray *all = service_store_gateways_known (txn, error);
  guint others = 0;

  *is_last = FALSE;
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (g_str_equal (gateway->id, id))
        *is_last = gateway->told_at != 0;
      else
        others += gateway->told_at != 0;
    }
  *is_last &= others == 0;
  return all != NULL;
}

void
service_gateway_set_ready (ServiceGateway *gateway)
{
  gateway->down_since = gateway->told_at = gateway->paused_until = 0;
  gateway->failing_since = gateway->failed_at = 0;
  gateway->failures = 0;
  g_clear_pointer (&gateway->failure, g_free);
  if (service_gateway_is_unproven (gateway))
    return;
  gateway->ready = TRUE;
  g_clear_pointer (&gateway->trouble, g_free);
}

void
service_gateway_note_failure (ServiceGateway             *gateway,
                              const ServiceCourierAnswer *answer,
                              gboolean                    test,
                              gint64                      now)
{
  g_autoptr(json_t) failure = json_object ();

  secinfo_json_set_time (failure, "at", now);
  json_object_set_new (failure, "test", json_boolean (test));
  json_object_set_new (failure, "result", json_string (secinfo_result_to_string (answer->result)));
  secinfo_json_set_string (failure, "code", answer->code);
  secinfo_json_set_string (failure, "words", answer->detail);
  secinfo_json_set_string (failure, "by", answer->by);
  json_object_set_new (failure, "http", answer->status > 0 ? json_integer (answer->status) : json_null ());
  secinfo_json_set_time (failure, "retry_at", answer->retry_after > 0 ? now + answer->retry_after : 0);
  g_free (gateway->failure);
  gateway->failure = secinfo_json_to_text (failure);
}

static ServiceGateway *
new_embedded (void)
{
  ServiceGateway *gateway = g_new0 (ServiceGateway, 1);

  gateway->id = g_strdup (SERVICE_GATEWAY_INBOX_ID);
  gateway->kind = g_strdup (SERVICE_GATEWAY_KIND_INBOX);
  gateway->title = g_strdup (_("Trial inbox"));
  gateway->medium = SECINFO_MEDIUM_EMAIL;
  gateway->settings = g_strdup ("{}");
  gateway->ready = TRUE;
  return gateway;
}

GPtrArray *
service_gateways_for_medium (ServiceInstance  *instance,
                             ServiceStoreTxn  *txn,
                             SecinfoMedium     medium,
                             GError          **error)
{
  GPtrArray *all = service_store_gateways_known (txn, error);
  g_autoptr(GPtrArray) mine = NULL;

  if (all == NULL)
    return NULL;

  mine = g_ptr_array_new_with_free_func ((GDestroyNotify) service_gateway_free);
  for (guint i = 0; i < all->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (gateway->medium == medium && !service_gateway_is_unproven (gateway) &&
          (service_gateways_have_inbox (instance) || !service_gateway_is_inbox (gateway)))
        g_ptr_array_add (mine, service_gateway_ref (gateway));
    }

  /* The embedded one stands in where there is none. */
  if (mine->len == 0 && medium == SECINFO_MEDIUM_EMAIL && service_gateways_have_inbox (instance))
    g_ptr_array_add (mine, new_embedded ());

  return g_steal_pointer (&mine);
}

gboolean
service_gateways_have_medium (ServiceInstance  *instance,
                              ServiceStoreTxn  *txn,
                              SecinfoMedium     medium,
                              gboolean         *have,
                              GError          **error)
{
  g_autoptr(GPtrArray) mine = service_gateways_for_medium (instance, txn, medium, error);

  *have = mine != NULL && mine->len > 0;
  return mine != NULL;
}

ServiceGateway *
service_gateways_lookup (ServiceInstance  *instance,
                         ServiceStoreTxn  *txn,
                         const char       *id,
                         GError          **error)
{
  GPtrArray *all;

  if (g_str_equal (id, SERVICE_GATEWAY_INBOX_ID))
    return service_gateways_have_inbox (instance) ? new_embedded () : NULL;

  all = service_store_gateways_known (txn, error);
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (g_str_equal (gateway->id, id))
        return service_gateway_ref (gateway);
    }

  return NULL;
}

/* Descriptions and SMTP agree on the name `from` for what stands in the sender's place. */
const char *
service_gateway_get_sender (ServiceGateway *gateway)
{
  g_autoptr(json_t) settings = NULL;
  const char *from;

  if (gateway->sender == NULL)
    {
      settings = secinfo_json_parse (gateway->settings, strlen (gateway->settings), NULL);
      from = settings != NULL ? secinfo_json_get_string (settings, "from") : NULL;
      /* Without memory it is asked for again. */
      if (settings != NULL)
        gateway->sender = g_strdup (from != NULL ? from : "");
    }

  return gateway->sender != NULL && *gateway->sender != '\0' ? gateway->sender : NULL;
}

char *
service_gateway_dup_secret_name (const char *id)
{
  return g_strconcat ("gateway:", id, NULL);
}

static const char *
health_of (const ServiceGateway *gateway,
           gint64                now)
{
  if (service_gateway_is_unproven (gateway))
    return SERVICE_GATEWAY_UNPROVEN;
  if (gateway->paused_until > now && !service_gateway_is_misconfigured (gateway))
    return "paused";
  if (!gateway->ready)
    return service_gateway_is_misconfigured (gateway) ? "misconfigured" : "down";
  return gateway->last_delivered_at != 0 ? "ready" : "unused";
}

/* How many of the last messages were taken over, in per cent; of how many. */
static void
add_share (json_t               *health,
           const ServiceGateway *gateway)
{
  guint count = 0, taken = 0;

  for (const char *p = gateway->outcomes; p != NULL && *p != '\0'; p++, count++)
    taken += *p == '+';
  json_object_set_new (health, "share", count > 0 ? json_integer (100 * taken / count) : json_null ());
  json_object_set_new (health, "count", json_integer (count));
}

json_t *
service_gateway_to_json (const ServiceGateway  *gateway,
                         gint64                 now,
                         GError               **error)
{
  g_autoptr(json_t) settings = secinfo_json_parse (gateway->settings, strlen (gateway->settings), error);
  g_autoptr(json_t) secrets = NULL;
  g_autoptr(json_t) health = json_object ();
  g_autoptr(json_t) failure = NULL;
  json_t *object;

  if (settings == NULL)
    return NULL;
  secrets = gateway->secret_names != NULL
              ? secinfo_json_parse (gateway->secret_names, strlen (gateway->secret_names), error)
              : json_array ();
  if (secrets == NULL)
    return NULL;

  json_object_set_new (health, "state", json_string (health_of (gateway, now)));
  secinfo_json_set_time (health, "since", gateway->ready ? 0 : gateway->down_since);
  secinfo_json_set_time (health, "last_delivered_at", gateway->last_delivered_at);
  json_object_set_new (health, "failures", json_integer (gateway->failures));
  secinfo_json_set_time (health, "paused_until", gateway->paused_until > now ? gateway->paused_until : 0);
  add_share (health, gateway);
  if (gateway->failure != NULL)
    failure = secinfo_json_parse (gateway->failure, strlen (gateway->failure), NULL);
  json_object_set_new (health, "last_failure", failure != NULL ? json_incref (failure) : json_null ());

  object = json_object ();
  json_object_set_new (object, "id", json_string (gateway->id));
  json_object_set_new (object, "kind", json_string (gateway->kind));
  json_object_set_new (object, "title", json_string (gateway->title));
  json_object_set_new (object, "medium", json_string (secinfo_medium_to_string (gateway->medium)));
  json_object_set_new (object, "position", json_integer (gateway->position));
  json_object_set (object, "settings", settings);
  json_object_set (object, "secrets", secrets);
  json_object_set (object, "health", health);
  return object;
}

static json_t *
new_inbox_kind (const char    *name,
                const char    *title,
                SecinfoMedium  medium)
{
  json_t *kind = json_object ();

  json_object_set_new (kind, "name", json_string (name));
  json_object_set_new (kind, "title", json_string (title));
  json_object_set_new (kind, "medium", json_string (secinfo_medium_to_string (medium)));
  json_object_set_new (kind, "settings", json_array ());
  return kind;
}

json_t *
service_gateways_kinds (ServiceInstance *instance,
                        json_t          *courier)
{
  json_t *kinds = json_array ();

  if (courier != NULL)
    json_array_extend (kinds, courier);
  if (service_gateways_have_inbox (instance))
    {
      json_array_append_new (kinds, new_inbox_kind (SERVICE_GATEWAY_KIND_INBOX, _("Trial inbox"),
                                                    SECINFO_MEDIUM_EMAIL));
      json_array_append_new (kinds, new_inbox_kind (SERVICE_GATEWAY_KIND_INBOX_PHONE, _("Trial inbox for phones"),
                                                    SECINFO_MEDIUM_SMS));
    }
  return kinds;
}
