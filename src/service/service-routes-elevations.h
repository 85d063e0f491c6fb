/* service-routes-elevations.h - POST /v1/account/elevations
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

void service_routes_elevate       (ServiceRequest *request);
/* What secinfo-password said no with (SERVICE_PASSWORD_ERROR, else trouble); a wrong password is counted. */
void service_routes_fail_password (ServiceRequest *request, const GError *error);

G_END_DECLS
