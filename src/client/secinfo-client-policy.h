/* secinfo-client-policy.h - the rules by their keys
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

void    secinfo_client_get_policy_async     (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t *secinfo_client_get_policy_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
/* Takes @settings. */
void    secinfo_client_change_policy_async  (SecinfoClient *self, json_t *settings, SECINFO_CALL_TAIL);
json_t *secinfo_client_change_policy_finish (SecinfoClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
