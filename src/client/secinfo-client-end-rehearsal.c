/* secinfo-client-end-rehearsal.c - DELETE /v1/account/rehearsals/{id}
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_end_rehearsal_async:
 *
 * Before its end; afterwards, and ten minutes after its beginning, it is not-found.
 */
void
secinfo_client_end_rehearsal_async (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  task = secinfo_client_task (self, secinfo_client_end_rehearsal_async, cancellable, callback, user_data);
  secinfo_client_call (task, "DELETE", secinfo_client_path ("/v1/account/rehearsals/", id, ""), NULL, NULL,
                       secinfo_client_return_true);
}

gboolean
secinfo_client_end_rehearsal_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_boolean (self, result, error);
}
