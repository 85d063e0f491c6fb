/* secinfo-client-get-policy.c - GET /v1/policy
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-policy.h"
#include "secinfo-client-private.h"

/**
 * secinfo_client_get_policy_async:
 *
 * The rules that hold: an array of Rule.
 */
void
secinfo_client_get_policy_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_get_policy_async, cancellable, callback, user_data);
  secinfo_client_call (task, "GET", g_strdup ("/v1/policy"), NULL, NULL, secinfo_client_return_items);
}

json_t *
secinfo_client_get_policy_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
