/* service-reports.c - what gateways say of messages later
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-reports.h"

#include "secinfo-enums.h"
#include "service-courier.h"
#include "service-events.h"
#include "service-gateway-secrets.h"
#include "service-key.h"
#include "service-store.h"

#include "secinfo-json.h"
#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

#define FLYING_MAX  32   /* reports between their arrival and their end; the vendor comes again */
#define LONGEST_WAIT 1800   /* seconds: as long as the longest life of a code */
#define TOKEN_BYTES 20   /* 160 bits */

static guint flying;   /* main loop alone */

typedef struct
{
  ServiceInstance      *instance;   /* (not owned) what is called back is dropped with the courier and the store */
  json_t               *report;     /* (not nullable) */
  const char           *gateway_id, *message_id;   /* in @report */
  ServiceMessage       *message;    /* (nullable) */
  ServiceGateway       *gateway;    /* (nullable) */
  SecinfoDeliveryState  state;      /* DELIVERED or REFUSED */
  char                 *code;       /* (nullable) the vendor's */
  SecinfoNow            now;
  uid_t                 uid;        /* whose event it is; -1: nobody's */
} Arrival;

static void
arrival_free (Arrival *arrival)
{
  json_decref (arrival->report);
  service_message_free (arrival->message);
  g_clear_pointer (&arrival->gateway, service_gateway_free);
  g_free (arrival->code);
  g_free (arrival);
  flying--;
}

/* --- the address of a report -------------------------------------------------------------------------------------- */

/* (transfer full), wiped by the caller; NULL: there is no key. */
static char *
dup_token (ServiceInstance *instance, const char *gateway, const char *ref)
{
  guint8 hash[32];
  char *token;

  if (!service_key_hash (instance->key, SERVICE_KEY_LOOKUP, hash, NULL, "delivery-report", gateway, ref, NULL))
    return NULL;
  token = g_malloc0 (sodium_base64_ENCODED_LEN (TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
  sodium_bin2base64 (token, sodium_base64_ENCODED_LEN (TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING), hash,
                     TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero (hash, sizeof hash);
  return token;
}

static char *
dup_address (ServiceInstance *instance, const char *gateway, const char *ref, const char *token)
{
  const SecinfoPolicy *policy = service_instance_get_policy (instance);
  g_autofree char *near = g_strdup_printf ("http://127.0.0.1:%u", policy->reports_port);

  return g_strconcat (*policy->reports_url != '\0' ? policy->reports_url : near, "/", gateway, "/", ref, "/", token,
                      NULL);
}

gboolean
service_reports_may_come (ServiceInstance *instance)
{
  return g_get_monotonic_time () < instance->reports_until;
}

char *
service_reports_dup_callback (ServiceInstance *instance, const ServiceGateway *gateway, const char *ref, gint64 life)
{
  const SecinfoPolicy *policy = service_instance_get_policy (instance);
  char *token, *address;

  if (policy->reports_port == 0 ||
      !service_courier_can_report (instance->courier, gateway->kind, gateway->settings, *policy->reports_url != '\0'))
    return NULL;
  token = dup_token (instance, gateway->id, ref);
  address = token != NULL ? dup_address (instance, gateway->id, ref, token) : NULL;
  secinfo_secret_free_text (token);
  if (address != NULL)
    instance->reports_until = MAX (instance->reports_until,
                                   g_get_monotonic_time () + CLAMP (life, 0, LONGEST_WAIT) * G_USEC_PER_SEC);
  return address;
}

static gboolean
is_right_token (ServiceInstance *instance, const char *gateway, const char *ref, const char *said)
{
  char *token = dup_token (instance, gateway, ref);
  gboolean right = token != NULL && strlen (said) == strlen (token) && sodium_memcmp (said, token, strlen (token)) == 0;

  secinfo_secret_free_text (token);
  return right;
}

/* --- writing it down ---------------------------------------------------------------------------------------------- */

static gboolean
is_on_its_way (const Arrival *arrival, const ServiceMessage *message)
{
  if (message->state == SECINFO_DELIVERY_DELIVERED || message->state == SECINFO_DELIVERY_REFUSED)
    return FALSE;
  /* Whatever came of it since: it is there. */
  if (arrival->state == SECINFO_DELIVERY_DELIVERED)
    return TRUE;
  /* What one gateway failed at another one may be doing. */
  return g_strcmp0 (message->gateway, arrival->gateway_id) == 0 &&
         (message->state == SECINFO_DELIVERY_SENDING || message->state == SECINFO_DELIVERY_HANDED_OVER ||
          message->state == SECINFO_DELIVERY_UNKNOWN);
}

static gboolean
write_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Arrival *arrival = data;
  g_autoptr(GError) local = NULL;
  g_autoptr(ServiceMessage) message = service_store_message_get (txn, arrival->message_id, &local);

  arrival->uid = (uid_t) -1;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (message == NULL || !is_on_its_way (arrival, message))
    return TRUE;
  message->state = arrival->state;
  message->state_at = arrival->now.wall;
  message->over = TRUE;
  g_free (message->gateway);
  message->gateway = g_strdup (arrival->gateway_id);
  g_free (message->detail);
  message->detail = g_strdup (arrival->code);
  if (!service_store_message_update (txn, message, error))
    return FALSE;
  return message->kind != SERVICE_MESSAGE_CODE ||
         service_store_account_uid (txn, message->record, &arrival->uid, error);
}

static void
written_done (gpointer data, const GError *error)
{
  Arrival *arrival = data;

  if (error != NULL && error->domain != SERVICE_KEY_ERROR)
    g_warning ("A delivery report could not be written down: %s", error->message);
  else if (error == NULL && arrival->uid != (uid_t) -1)
    service_events_publish (arrival->instance->events, arrival->uid, "challenge", arrival->message->challenge);
  arrival_free (arrival);
}

/* --- judging it --------------------------------------------------------------------------------------------------- */

static void
judged_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;
  g_autoptr(json_t) answer = service_courier_report_finish (arrival->instance->courier, result, &arrival->code);
  const char *state = answer != NULL ? secinfo_json_get_string (answer, "state") : NULL;

  if (g_strcmp0 (state, "delivered") == 0)
    arrival->state = SECINFO_DELIVERY_DELIVERED;
  else if (g_strcmp0 (state, "failed") == 0)
    arrival->state = SECINFO_DELIVERY_REFUSED;
  else
    {
      if (g_strcmp0 (state, "forged") == 0)
        g_message ("A delivery report had a signature that is not its gateway's");
      arrival_free (arrival);
      return;
    }
  secinfo_now_read (&arrival->now);
  service_store_write (arrival->instance->store, write_func, written_done, arrival);
}

static void
settings_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;
  g_autoptr(GError) error = NULL;
  json_t *settings = service_gateway_secrets_fetch_finish (result, &error);
  json_t *message;

  if (settings == NULL)
    {
      arrival_free (arrival);
      return;
    }
  message = json_object ();
  json_object_set_new (message, "gateway", json_string (arrival->gateway->kind));
  json_object_set_new (message, "settings", settings);
  json_object_set (message, "report", arrival->report);
  service_courier_report_async (arrival->instance->courier, message, judged_cb, arrival);
}

static gboolean
read_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Arrival *arrival = data;
  GError *local = NULL;

  arrival->message = service_store_message_get (txn, arrival->message_id, &local);
  if (local == NULL && arrival->message != NULL)
    arrival->gateway = service_store_gateway_get (txn, arrival->gateway_id, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static void
read_done (gpointer data, const GError *error)
{
  Arrival *arrival = data;

  /* A report of what was forgotten meanwhile, or of a gateway that is gone, is nobody's. */
  if (error != NULL || arrival->message == NULL || arrival->gateway == NULL)
    arrival_free (arrival);
  else
    service_gateway_secrets_fetch_async (arrival->instance, arrival->gateway, NULL, settings_cb, arrival);
}

/* @report: as the courier heard it; nothing in it is believed before its token was looked at. */
static void
take (json_t *report, gpointer data)
{
  ServiceInstance *instance = data;
  const char *gateway = secinfo_json_get_string (report, "gateway");
  const char *message = secinfo_json_get_string (report, "message");
  const char *token = secinfo_json_get_string (report, "token");
  const char *query = secinfo_json_get_string (report, "query");
  g_autofree char *address = NULL;
  Arrival *arrival;

  if (gateway == NULL || message == NULL || token == NULL || flying >= FLYING_MAX ||
      !is_right_token (instance, gateway, message, token))
    return;
  flying++;
  arrival = g_new0 (Arrival, 1);
  arrival->instance = instance;
  arrival->report = json_incref (report);
  arrival->gateway_id = gateway;
  arrival->message_id = message;
  /* What was handed out, whatever a proxy made of it: signatures are over that. */
  address = dup_address (instance, gateway, message, token);
  if (query != NULL && *query != '\0')
    json_object_set_new (report, "url", json_sprintf ("%s?%s", address, query));
  else
    json_object_set_new (report, "url", json_string (address));
  service_store_read (instance->store, read_func, read_done, arrival);
}

void
service_reports_start (ServiceInstance *instance)
{
  const SecinfoPolicy *policy = service_instance_get_policy (instance);

  if (policy->reports_port != 0)
    service_courier_set_reports (instance->courier, policy->reports_port, take, instance);
}
