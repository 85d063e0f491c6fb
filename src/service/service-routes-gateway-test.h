/* service-routes-gateway-test.h - POST /v1/gateways/{id}/test
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

void service_routes_test_gateway (ServiceRequest *request);

G_END_DECLS
