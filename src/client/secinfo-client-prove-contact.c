/* secinfo-client-prove-contact.c - POST /v1/account/contacts/{id}/challenges
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_prove_contact_async:
 *
 * Sends a code that proves this contact, or gives the one that is running. @via is "sms", "voice" or %NULL.
 */
void
secinfo_client_prove_contact_async (SecinfoClient *self, const char *id, const char *via, const char *key,
                                    SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:s*}", "via", via);
  task = secinfo_client_task (self, secinfo_client_prove_contact_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", secinfo_client_path ("/v1/account/contacts/", id, "/challenges"),
                            body, key, secinfo_client_return_challenge);
}

SecinfoChallenge *
secinfo_client_prove_contact_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
