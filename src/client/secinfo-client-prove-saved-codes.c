/* secinfo-client-prove-saved-codes.c - POST /v1/account/saved-codes/proof
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_prove_saved_codes_async:
 *
 * The label of the code at `position`: the new codes take the place of the old ones (openapi SavedCodes). Level
 * verified.
 */
void
secinfo_client_prove_saved_codes_async (SecinfoClient *self, const char *label, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (label != NULL);

  task = secinfo_client_task (self, secinfo_client_prove_saved_codes_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/account/saved-codes/proof"),
                            json_pack ("{s:s}", "label", label), NULL, secinfo_client_return_object);
}

json_t *
secinfo_client_prove_saved_codes_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
