/* secinfo-client-change-password.c - PUT /v1/account/password
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_change_password_async:
 *
 * As passwd(1): the system's own rules hold, and the login keyring follows. Level verified (password while no contact
 * is verified). password-wrong {attempts_left}, password-refused {reason}, account-managed {source}.
 */
void
secinfo_client_change_password_async (SecinfoClient *self, SecinfoSecret *current, SecinfoSecret *fresh,
                                      SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_change_password_async, cancellable, callback, user_data);
  body = json_pack ("{s:s, s:s}", "current", secinfo_secret_get_text (current), "new",
                    secinfo_secret_get_text (fresh));
  if (body == NULL)  /* not UTF-8: no password that could be sent */
    {
      g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_PASSWORD_WRONG);

      g_task_return_error (task, secinfo_problem_to_error (problem));
      g_object_unref (task);
      return;
    }
  secinfo_client_call (task, "PUT", g_strdup ("/v1/account/password"), body, NULL, secinfo_client_return_true);
}

gboolean
secinfo_client_change_password_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_boolean (self, result, error);
}
