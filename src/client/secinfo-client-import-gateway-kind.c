/* secinfo-client-import-gateway-kind.c - POST /v1/gateway-kinds
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-gateways.h"
#include "secinfo-client-private.h"

/**
 * secinfo_client_import_gateway_kind_async:
 *
 * @description is what a file says (data/gateways/README.md); a description of one's own takes the place of another one
 * of its name. The answer is the kind; %SECINFO_PROBLEM_SETTINGS_NOT_VALID has a `line` and says what is wrong there.
 * For administrators.
 */
void
secinfo_client_import_gateway_kind_async (SecinfoClient *self, const char *description, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (description != NULL);

  task = secinfo_client_task (self, secinfo_client_import_gateway_kind_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/gateway-kinds"),
                            json_pack ("{s:s}", "description", description), NULL, secinfo_client_return_object);
}

json_t *
secinfo_client_import_gateway_kind_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
