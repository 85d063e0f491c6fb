/* secinfo-client-still-mine.c - POST /v1/account/contacts/{id}/still-mine
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_still_mine_async:
 *
 * Renews the date at which the person last said so. Level verified.
 */
void
secinfo_client_still_mine_async (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  task = secinfo_client_task (self, secinfo_client_still_mine_async, cancellable, callback, user_data);
  secinfo_client_call (task, "POST", secinfo_client_path ("/v1/account/contacts/", id, "/still-mine"),
                       NULL, NULL, secinfo_client_return_contact);
}

SecinfoContact *
secinfo_client_still_mine_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
