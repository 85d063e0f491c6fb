/* secinfo-client-get-account.c - GET /v1/account
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
read_account (GTask *task, guint status, json_t *answer)
{
  SecinfoClient *self = g_task_get_source_object (task);
  SecinfoAccount *account = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!secinfo_account_update (account, answer, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  secinfo_client_lower_to (self, secinfo_account_get_level (account));
  g_task_return_boolean (task, TRUE);
}

/**
 * secinfo_client_get_account_async:
 * @account: is refreshed in place
 *
 * The account with its contacts; in full with the level password, else masked.
 */
void
secinfo_client_get_account_async (SecinfoClient *self, SecinfoAccount *account, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (SECINFO_IS_ACCOUNT (account));

  task = secinfo_client_task (self, secinfo_client_get_account_async, cancellable, callback, user_data);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  secinfo_client_call (task, "GET", g_strdup ("/v1/account"), NULL, NULL, read_account);
}

gboolean
secinfo_client_get_account_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_boolean (self, result, error);
}
