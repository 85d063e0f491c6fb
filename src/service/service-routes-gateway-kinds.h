/* service-routes-gateway-kinds.h - what the routes of gateways and of their kinds share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

enum { SERVICE_HELLO_SECONDS = 1 };   /* until the courier has said what it can */

/* The caller comes again by itself. */
void service_routes_gateway_busy (ServiceRequest *request, gint64 seconds);

G_END_DECLS
