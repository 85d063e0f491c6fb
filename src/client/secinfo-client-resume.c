/* secinfo-client-resume.c - POST /v1/account/resume
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_resume_async:
 *
 * A suspended account: a code goes out if @value is one of its old contacts; the answer does not tell. Level password.
 */
void
secinfo_client_resume_async (SecinfoClient *self, const char *value, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (value != NULL);

  body = json_pack ("{s:s}", "value", value);
  task = secinfo_client_task (self, secinfo_client_resume_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/account/resume"), body, NULL, secinfo_client_return_challenge);
}

SecinfoChallenge *
secinfo_client_resume_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
