/* secinfo-client-change-contact.c - PATCH /v1/account/contacts/{id}
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_change_value_async:
 *
 * The answer is the new, unverified contact; the old one stays in force until that one is proven. Level verified.
 */
void
secinfo_client_change_value_async (SecinfoClient *self, const char *id, const char *value, const char *region,
                                   SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (value != NULL);

  body = json_pack ("{s:s, s:s*}", "value", value, "region", region);
  task = secinfo_client_task (self, secinfo_client_change_value_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", secinfo_client_path ("/v1/account/contacts/", id, NULL),
                            body, NULL, secinfo_client_return_contact);
}

SecinfoContact *
secinfo_client_change_value_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}

/**
 * secinfo_client_change_label_async:
 *
 * No label where @label is %NULL. Level verified.
 */
void
secinfo_client_change_label_async (SecinfoClient *self, const char *id, const char *label, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:s?}", "label", label);
  task = secinfo_client_task (self, secinfo_client_change_label_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", secinfo_client_path ("/v1/account/contacts/", id, NULL),
                            body, NULL, secinfo_client_return_contact);
}

SecinfoContact *
secinfo_client_change_label_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}

/**
 * secinfo_client_change_alerts_async:
 *
 * Whether alerts go to this contact too. Level verified.
 */
void
secinfo_client_change_alerts_async (SecinfoClient *self, const char *id, gboolean alerts, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:b}", "alerts", alerts);
  task = secinfo_client_task (self, secinfo_client_change_alerts_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", secinfo_client_path ("/v1/account/contacts/", id, NULL),
                            body, NULL, secinfo_client_return_contact);
}

SecinfoContact *
secinfo_client_change_alerts_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
