/* secinfo-client-gateways.h - descriptions of one's own, and the order by its number
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

void    secinfo_client_move_gateway_async  (SecinfoClient *self, const char *id, guint position, SECINFO_CALL_TAIL);
json_t *secinfo_client_move_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void    secinfo_client_import_gateway_kind_async  (SecinfoClient *self, const char *description, SECINFO_CALL_TAIL);
json_t *secinfo_client_import_gateway_kind_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void     secinfo_client_remove_gateway_kind_async  (SecinfoClient *self, const char *name, SECINFO_CALL_TAIL);
gboolean secinfo_client_remove_gateway_kind_finish (SecinfoClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
