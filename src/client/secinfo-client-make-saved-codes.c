/* secinfo-client-make-saved-codes.c - POST /v1/account/saved-codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_make_saved_codes_async:
 *
 * A new set (openapi NewSavedCodes), in force once secinfo_client_prove_saved_codes_async() was right. Level verified.
 * The answer is the only place where the codes are: it is wiped when it is freed.
 */
void
secinfo_client_make_saved_codes_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_make_saved_codes_async, cancellable, callback, user_data);
  secinfo_client_call (task, "POST", g_strdup ("/v1/account/saved-codes"), NULL, NULL, secinfo_client_return_object);
}

json_t *
secinfo_client_make_saved_codes_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
