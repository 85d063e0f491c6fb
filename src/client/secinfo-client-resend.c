/* secinfo-client-resend.c - POST /v1/account/challenges/{id}/resend
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_resend_async:
 *
 * The same code once more. @via is "sms", "voice" or %NULL: as before.
 */
void
secinfo_client_resend_async (SecinfoClient *self, const char *id, const char *via, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:s*}", "via", via);
  task = secinfo_client_task (self, secinfo_client_resend_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", secinfo_client_path ("/v1/account/challenges/", id, "/resend"),
                            body, NULL, secinfo_client_return_challenge);
}

SecinfoChallenge *
secinfo_client_resend_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
