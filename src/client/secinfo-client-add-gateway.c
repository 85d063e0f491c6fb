/* secinfo-client-add-gateway.c - POST /v1/gateways
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_add_gateway_async:
 *
 * A new way to send. @settings (transfer full) has its secrets too; they are never read back. For administrators.
 */
void
secinfo_client_add_gateway_async (SecinfoClient *self, const char *kind, const char *title, json_t *settings,
                                   const char *key, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (kind != NULL);
  g_return_if_fail (json_is_object (settings));

  body = json_pack ("{s:s, s:s*, s:o}", "kind", kind, "title", title, "settings", settings);
  task = secinfo_client_task (self, secinfo_client_add_gateway_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/gateways"), body, key, secinfo_client_return_object);
}

json_t *
secinfo_client_add_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
