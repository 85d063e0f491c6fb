/* secinfo-client-get-service.c - GET /v1/service
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

void
secinfo_service_info_free (SecinfoServiceInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->version);
  g_clear_pointer (&info->policy, json_decref);
  g_free (info);
}

static void
read_service (GTask *task, guint status, json_t *answer)
{
  const char *version = secinfo_json_get_string (answer, "version");
  const char *instance = secinfo_json_get_string (answer, "instance");
  json_t *capabilities = secinfo_json_get_array (answer, "capabilities");
  SecinfoServiceInfo *info;
  json_t *word;
  gsize i;

  if (version == NULL || instance == NULL)
    {
      g_task_return_error (task, secinfo_client_bad_answer ());
      return;
    }
  info = g_new0 (SecinfoServiceInfo, 1);
  info->version = g_strdup (version);
  info->is_private = g_str_equal (instance, "private");
  info->policy = json_incref (secinfo_json_get_array (answer, "policy"));
  json_array_foreach (capabilities, i, word)
    {
      info->has_inbox = info->has_inbox || g_strcmp0 (json_string_value (word), "inbox") == 0;
      info->recovery = info->recovery || g_strcmp0 (json_string_value (word), "recovery") == 0;
    }
  g_task_return_pointer (task, info, (GDestroyNotify) secinfo_service_info_free);
}

/**
 * secinfo_client_get_service_async:
 *
 * Which service answers, and what it can do here.
 */
void
secinfo_client_get_service_async (SecinfoClient *self, SECINFO_CALL_TAIL)
{
  GTask *task;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  task = secinfo_client_task (self, secinfo_client_get_service_async, cancellable, callback, user_data);
  secinfo_client_call (task, "GET", g_strdup ("/v1/service"), NULL, NULL, read_service);
}

SecinfoServiceInfo *
secinfo_client_get_service_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
