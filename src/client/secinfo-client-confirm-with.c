/* secinfo-client-confirm-with.c - POST /v1/account/challenges
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_confirm_with_async:
 *
 * The second half of “Confirm it’s you”: a code to a verified contact.
 */
void
secinfo_client_confirm_with_async (SecinfoClient *self, const char *contact, const char *key, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (contact != NULL);

  body = json_pack ("{s:s, s:s}", "purpose", "confirm", "contact", contact);
  task = secinfo_client_task (self, secinfo_client_confirm_with_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/account/challenges"), body, key,
                            secinfo_client_return_challenge);
}

SecinfoChallenge *
secinfo_client_confirm_with_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
