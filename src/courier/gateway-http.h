/* gateway-http.h - a gateway that a description tells how to call
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-description.h"

G_BEGIN_DECLS

#define GATEWAY_TYPE_HTTP (gateway_http_get_type ())
G_DECLARE_FINAL_TYPE (GatewayHttp, gateway_http, GATEWAY, HTTP, GObject)

/* One request a message, and one more where a token is needed: 15 s in all, no redirect, no proxy, no cookies, no kept
 * connection, 64 KiB of answer. @description: (transfer full) */
Gateway *gateway_http_new (GatewayDescription *description) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
