/* secinfo-client-answer-rehearsal.c - POST /v1/account/rehearsals/{id}/answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
read_step (GTask *task, guint status, json_t *answer)
{
  json_t *step = answer != NULL ? secinfo_json_get_object (answer, "step") : NULL;

  if (step == NULL)
    g_task_return_error (task, secinfo_client_bad_answer ());
  else
    g_task_return_pointer (task, json_incref (step), (GDestroyNotify) json_decref);
}

/**
 * secinfo_client_answer_rehearsal_async:
 * @text: what was typed at the prompt; it may be a password, so it is a secret here too
 *
 * The next step (openapi RehearsalStep): a message and a prompt, or `end` with what was found out. not-found once the
 * rehearsal is over.
 */
void
secinfo_client_answer_rehearsal_async (SecinfoClient *self, const char *id, SecinfoSecret *text, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (text != NULL);

  task = secinfo_client_task (self, secinfo_client_answer_rehearsal_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", secinfo_client_path ("/v1/account/rehearsals/", id, "/answer"),
                            json_pack ("{s:s}", "text", secinfo_secret_get_text (text)), NULL, read_step);
}

json_t *
secinfo_client_answer_rehearsal_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
