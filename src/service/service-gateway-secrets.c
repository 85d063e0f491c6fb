/* service-gateway-secrets.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-gateway-secrets.h"

#include "secinfo-json.h"
#include "secinfo-secret.h"
#include "service-gateways.h"
#include "service-key.h"

#include <string.h>

/* Adds the secrets in @text, a JSON object, to @settings. */
static gboolean
merge_secrets (json_t *settings, const char *text, GError **error)
{
  g_autoptr(json_t) secrets = secinfo_json_parse (text, strlen (text), NULL);

  if (secrets == NULL || json_object_update (settings, secrets) != 0)
    {
      g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE,
                           "the gateway's credentials are no JSON object");
      return FALSE;
    }
  return TRUE;
}

static void
secret_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  ServiceKey *key = g_task_get_task_data (task);
  json_t *settings = g_object_get_data (G_OBJECT (task), "settings");
  g_autoptr(SecinfoSecret) secret = service_key_secret_get_finish (key, result, &error);

  if (secret == NULL && error == NULL)
    error = g_error_new_literal (SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_GONE,
                                 "the keyring has no credentials of this gateway");
  if (error == NULL)
    merge_secrets (settings, secinfo_secret_get_text (secret), &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, json_incref (settings), (GDestroyNotify) json_decref);
}

void
service_gateway_secrets_fetch_async (ServiceInstance *instance, const ServiceGateway *gateway,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) settings = secinfo_json_parse (gateway->settings, strlen (gateway->settings), &error);

  g_task_set_source_tag (task, service_gateway_secrets_fetch_async);
  if (settings == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (gateway->secret_names != NULL && !g_str_equal (gateway->secret_names, "[]") &&
      service_key_is_private (instance->key))
    {
      g_autofree char *name = service_gateway_dup_secret_name (gateway->id);

      g_task_set_task_data (task, instance->key, NULL);
      g_object_set_data_full (G_OBJECT (task), "settings", g_steal_pointer (&settings), (GDestroyNotify) json_decref);
      service_key_secret_get_async (instance->key, name, cancellable, secret_cb, g_object_ref (task));
      return;
    }
  if (gateway->secrets != NULL && !merge_secrets (settings, gateway->secrets, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&settings), (GDestroyNotify) json_decref);
}

json_t *
service_gateway_secrets_fetch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
