/* secinfo-client-list-gateway-kinds.c - GET /v1/gateway-kinds
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_list_gateway_kinds_async:
 *
 * The ways there are, an array of GatewayKind; with @address also what its provider needs. For administrators.
 */
void
secinfo_client_list_gateway_kinds_async (SecinfoClient *self, const char *address, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_list_gateway_kinds_async, cancellable, callback, user_data);
  secinfo_client_call (task, "GET", address == NULL ? g_strdup ("/v1/gateway-kinds")
                       : secinfo_client_path ("/v1/gateway-kinds?address=", address, NULL),
                       NULL, NULL, secinfo_client_return_items);
}

json_t *
secinfo_client_list_gateway_kinds_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
