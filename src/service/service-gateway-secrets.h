/* service-gateway-secrets.h - a gateway as the courier takes it: settings and credentials in one
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <jansson.h>

#include "service-instance.h"
#include "service-store.h"

G_BEGIN_DECLS

/* Private instance: the credentials are the keyring's item "gateway:ID" (JSON object text); system: gateway->secrets.
 * The finish is (transfer full); NULL: SERVICE_KEY_ERROR. */
void    service_gateway_secrets_fetch_async  (ServiceInstance *instance, const ServiceGateway *gateway,
                                              GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
json_t *service_gateway_secrets_fetch_finish (GAsyncResult *result, GError **error);

G_END_DECLS
