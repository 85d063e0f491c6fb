/* secinfo-client-change-gateway.c - one call: what a way to send is called, its settings, its place
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

/**
 * secinfo_client_change_gateway_async:
 *
 * Only what is given changes: @title and @settings are (nullable), @position is -1 where it stays. @settings (transfer
 * full) has new secrets too. For administrators.
 */
void
secinfo_client_change_gateway_async (SecinfoClient *self, const char *id, const char *title, json_t *settings,
                                     int position, SECINFO_CALL_TAIL)
{
  GTask *task;
  json_t *body;

  g_return_if_fail (SECINFO_IS_CLIENT (self));
  g_return_if_fail (id != NULL);

  body = json_pack ("{s:s*, s:o*}", "title", title, "settings", settings);
  if (body != NULL && position >= 0)
    json_object_set_new (body, "position", json_integer (position));
  task = secinfo_client_task (self, secinfo_client_change_gateway_async, cancellable, callback, user_data);
  secinfo_client_call_with (task, "PATCH", secinfo_client_path ("/v1/gateways/", id, NULL), body, NULL,
                            secinfo_client_return_object);
}

json_t *
secinfo_client_change_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  return secinfo_client_finish_pointer (self, result, error);
}
