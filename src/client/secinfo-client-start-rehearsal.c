/* secinfo-client-start-rehearsal.c - POST /v1/account/rehearsals
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_start_rehearsal_async:
 *
 * The conversation of the sign-in screen, practised (openapi Rehearsal): its first step, and the code and the saved
 * code that work in it. Level session.
 */
void
secinfo_client_start_rehearsal_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_start_rehearsal_async, cancellable, callback, user_data);
  secinfo_client_call (task, "POST", g_strdup ("/v1/account/rehearsals"), NULL, NULL, secinfo_client_return_object);
}

json_t *
secinfo_client_start_rehearsal_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
