/* secinfo-client-change-policy.c - PATCH /v1/policy
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-policy.h"
#include "secinfo-client-private.h"

/**
 * secinfo_client_change_policy_async:
 * @settings: (transfer full): key → value, null for what holds without it
 *
 * All of it or nothing. The answer is the rules that hold then. For administrators.
 */
void
secinfo_client_change_policy_async (SecinfoClient *self, json_t *settings, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_change_policy_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", g_strdup ("/v1/policy"), json_pack ("{s:o}", "settings", settings), NULL,
                            secinfo_client_return_items);
}

json_t *
secinfo_client_change_policy_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
