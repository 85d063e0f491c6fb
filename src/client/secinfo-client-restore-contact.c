/* secinfo-client-restore-contact.c - POST /v1/account/contacts/{id}/restore
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

static void
read_restored (GTask *task, guint status, json_t *answer)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(GError) error = NULL;

  if (status == SOUP_STATUS_ACCEPTED)
    {
      challenge = secinfo_challenge_new_from_json (answer, &error);
      if (challenge == NULL)
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      g_object_set_data_full (G_OBJECT (task), "challenge", g_steal_pointer (&challenge), g_object_unref);
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * secinfo_client_restore_contact_async:
 *
 * Takes a removed contact back: at once under the confirmation it was removed with, else by a code sent to it.
 */
void
secinfo_client_restore_contact_async (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  task = secinfo_client_task (self, secinfo_client_restore_contact_async, cancellable, callback, user_data);
  secinfo_client_call (task, "POST", secinfo_client_path ("/v1/account/contacts/", id, "/restore"), NULL, NULL,
                       read_restored);
}

gboolean
secinfo_client_restore_contact_finish (SecinfoClient     *self,
                                       GAsyncResult      *result,
                                       SecinfoChallenge **challenge,
                                       GError           **error)
{
  gboolean done = secinfo_client_finish_boolean (self, result, error);
  SecinfoChallenge *found = done ? g_object_get_data (G_OBJECT (result), "challenge") : NULL;

  if (challenge != NULL)
    *challenge = found != NULL ? g_object_ref (found) : NULL;
  return done;
}
