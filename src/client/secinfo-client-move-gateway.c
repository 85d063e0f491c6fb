/* secinfo-client-move-gateway.c - PATCH /v1/gateways/{id}
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-gateways.h"
#include "secinfo-client-private.h"

/**
 * secinfo_client_move_gateway_async:
 *
 * Puts it at @position (0 is first) among those of its medium: the next one is asked where one fails. The answer is the
 * gateway. For administrators.
 */
void
secinfo_client_move_gateway_async (SecinfoClient *self, const char *id, guint position, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:i}", "position", (int) position);
  task = secinfo_client_task (self, secinfo_client_move_gateway_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", secinfo_client_path ("/v1/gateways/", id, NULL), body, NULL,
                            secinfo_client_return_object);
}

json_t *
secinfo_client_move_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
