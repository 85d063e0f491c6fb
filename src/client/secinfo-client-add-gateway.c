/* secinfo-client-add-gateway.c - POST /v1/gateways
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
add (SecinfoClient *self, const char *kind, const char *title, json_t *settings, gboolean unproven, const char *key,
     SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (kind != NULL);
  g_return_if_fail (json_is_object (settings));

  body = json_pack ("{s:s, s:s*, s:o}", "kind", kind, "title", title, "settings", settings);
  if (body != NULL && unproven)
    json_object_set_new (body, "unproven", json_true ());
  task = secinfo_client_task (self, secinfo_client_add_gateway_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/gateways"), body, key, secinfo_client_return_object);
}

/**
 * secinfo_client_add_gateway_async:
 *
 * A new way to send. @settings (transfer full) has its secrets too; they are never read back. For administrators.
 */
void
secinfo_client_add_gateway_async (SecinfoClient *self, const char *kind, const char *title, json_t *settings,
                                   const char *key, SECINFO_CALL_TAIL)
{
  add (self, kind, title, settings, FALSE, key, cancellable, callback, user_data);
}

/**
 * secinfo_client_set_gateway_aside_async:
 *
 * The same, and it is not used before a code that was sent through it came back (secinfo_client_prove_gateway_async()).
 * Finished as the other.
 */
void
secinfo_client_set_gateway_aside_async (SecinfoClient *self, const char *kind, const char *title, json_t *settings,
                                        const char *key, SECINFO_CALL_TAIL)
{
  add (self, kind, title, settings, TRUE, key, cancellable, callback, user_data);
}

json_t *
secinfo_client_add_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
