/* secinfo-client-answer.c - POST /v1/account/challenges/{id}/answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
read_answered (GTask *task, guint status, json_t *answer)
{
  SecinfoClient *self = g_task_get_source_object (task);
  json_t *elevation = secinfo_json_get_object (answer, "elevation");
  json_t *object = secinfo_json_get_object (answer, "contact");
  g_autoptr(SecinfoContact) contact = NULL;
  g_autoptr(GError) error = NULL;

  if (answer == NULL || (elevation != NULL && !secinfo_client_take_elevation (self, elevation)))
    error = secinfo_client_bad_answer ();
  else if (object != NULL)
    contact = secinfo_contact_new_from_json (object, &error);

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (contact != NULL)
    g_object_set_data_full (G_OBJECT (task), "contact", g_steal_pointer (&contact), g_object_unref);
  g_task_return_boolean (task, TRUE);
}

/**
 * secinfo_client_answer_async:
 * @code: as it was typed; the service reads any digits, spaces and dashes
 *
 * A right code to confirm raises the level; one that proves gives the contact.
 */
void
secinfo_client_answer_async (SecinfoClient *self, const char *id, SecinfoSecret *code, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (code != NULL);

  task = secinfo_client_task (self, secinfo_client_answer_async, cancellable, callback, user_data);
  body = json_pack ("{s:s}", "code", secinfo_secret_get_text (code));
  secinfo_client_call_with (task, "POST", secinfo_client_path ("/v1/account/challenges/", id, "/answer"), body, NULL,
                            read_answered);
}

gboolean
secinfo_client_answer_finish (SecinfoClient *self, GAsyncResult *result, SecinfoContact **contact, GError **error)
{
  gboolean answered = secinfo_client_finish_boolean (self, result, error);
  SecinfoContact *found = answered ? g_object_get_data (G_OBJECT (result), "contact") : NULL;

  if (contact != NULL)
    *contact = found != NULL ? g_object_ref (found) : NULL;
  return answered;
}
