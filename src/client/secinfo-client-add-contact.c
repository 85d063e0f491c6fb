/* secinfo-client-add-contact.c - POST /v1/account/contacts
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_add_contact_async:
 *
 * Adds a contact that has yet to be proven; its answer shows the value in full. Level verified (password while no
 * contact is verified).
 */
void
secinfo_client_add_contact_async (SecinfoClient *self, SecinfoContactKind kind, const char *value, const char *region,
                                   const char *label, const char *key, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (value != NULL);

  body = json_pack ("{s:s, s:s, s:s*, s:s*}", "kind", secinfo_client_kind_to_word (kind), "value", value,
                    "region", region, "label", label);
  task = secinfo_client_task (self, secinfo_client_add_contact_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "POST", g_strdup ("/v1/account/contacts"), body, key, secinfo_client_return_contact);
}

SecinfoContact *
secinfo_client_add_contact_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
