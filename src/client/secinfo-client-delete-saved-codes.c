/* secinfo-client-delete-saved-codes.c - DELETE /v1/account/saved-codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_delete_saved_codes_async:
 *
 * No saved code works any more. Level verified.
 */
void
secinfo_client_delete_saved_codes_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_delete_saved_codes_async, cancellable, callback, user_data);
  secinfo_client_call (task, "DELETE", g_strdup ("/v1/account/saved-codes"), NULL, NULL, secinfo_client_return_true);
}

gboolean
secinfo_client_delete_saved_codes_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_boolean (self, result, error);
}
