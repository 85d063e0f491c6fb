/* secinfo-client-list-gateways.c - GET /v1/gateways
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_list_gateways_async:
 *
 * How codes are sent, in order of fail-over: an array of Gateway. For administrators.
 */
void
secinfo_client_list_gateways_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_list_gateways_async, cancellable, callback, user_data);
  secinfo_client_call (task, "GET", g_strdup ("/v1/gateways"), NULL, NULL, secinfo_client_return_items);
}

json_t *
secinfo_client_list_gateways_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
