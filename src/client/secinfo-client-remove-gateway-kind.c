/* secinfo-client-remove-gateway-kind.c - DELETE /v1/gateway-kinds/{id}
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-gateways.h"
#include "secinfo-client-private.h"

/**
 * secinfo_client_remove_gateway_kind_async:
 *
 * Only one that was imported (its `imported` says so), and only while no gateway is of it:
 * %SECINFO_PROBLEM_NOT_POSSIBLE_HERE with the reason `built-in` or `in-use`. For administrators.
 */
void
secinfo_client_remove_gateway_kind_async (SecinfoClient *self, const char *name, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (name != NULL);

  task = secinfo_client_task (self, secinfo_client_remove_gateway_kind_async, cancellable, callback, user_data);
  secinfo_client_call (task, "DELETE", secinfo_client_path ("/v1/gateway-kinds/", name, NULL),
                       NULL, NULL, secinfo_client_return_true);
}

gboolean
secinfo_client_remove_gateway_kind_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_boolean (self, result, error);
}
