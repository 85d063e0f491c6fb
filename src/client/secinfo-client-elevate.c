/* secinfo-client-elevate.c - POST /v1/account/elevations
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
read_elevation (GTask *task, guint status, json_t *answer)
{
  SecinfoClient *self = g_task_get_source_object (task);
  guint *verified;

  if (answer == NULL || !secinfo_client_take_elevation (self, answer))
    {
      g_task_return_error (task, secinfo_client_bad_answer ());
      return;
    }
  verified = g_new (guint, 1);
  *verified = (guint) CLAMP (secinfo_json_get_integer (answer, "verified_contacts", 0), 0, G_MAXINT);
  g_task_return_pointer (task, verified, g_free);
}

/**
 * secinfo_client_elevate_async:
 * @password: (nullable): %NULL for an account without one
 *
 * The first half of “Confirm it’s you”. A wrong password takes about two seconds to be refused.
 */
void
secinfo_client_elevate_async (SecinfoClient *self, SecinfoSecret *password, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_elevate_async, cancellable, callback, user_data);
  body = json_pack ("{s:s*}", "password", password != NULL ? secinfo_secret_get_text (password) : NULL);
  if (body == NULL)  /* not UTF-8: no password that could be sent */
    {
      g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_PASSWORD_WRONG);

      g_task_return_error (task, secinfo_problem_to_error (problem));
      g_object_unref (task);
      return;
    }
  secinfo_client_call (task, "POST", g_strdup ("/v1/account/elevations"), body, NULL, read_elevation);
}

gboolean
secinfo_client_elevate_finish (SecinfoClient *self, GAsyncResult *result, guint *verified_contacts, GError **error)
{
  g_autofree guint *verified = secinfo_client_finish_pointer (self, result, error);

  if (verified != NULL && verified_contacts != NULL)
    *verified_contacts = *verified;
  return verified != NULL;
}
