/* secinfo-client-prove-gateway.c - one call: a code by that way, whose answer proves it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_prove_gateway_async:
 *
 * Sends a code by this way alone; its answer proves the way, and @to as a contact of one's own, which is added where it
 * is none yet. For administrators.
 */
void
secinfo_client_prove_gateway_async (SecinfoClient *self, const char *id, const char *to, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (to != NULL);

  body = json_pack ("{s:s, s:b}", "to", to, "prove", TRUE);
  task = secinfo_client_task (self, secinfo_client_prove_gateway_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", secinfo_client_path ("/v1/gateways/", id, "/test"), body, NULL,
                            secinfo_client_return_challenge);
}

SecinfoChallenge *
secinfo_client_prove_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
