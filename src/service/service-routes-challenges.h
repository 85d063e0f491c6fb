/* service-routes-challenges.h - what every route answers with that a code went out for
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-challenges.h"
#include "service-request.h"

G_BEGIN_DECLS

/* @contact (nullable): the one it went to, where it is known already. FALSE with @error (ServiceUse). */
gboolean service_routes_answer_challenge (ServiceRequest *request, ServiceUse *use, guint status,
                                          const ServiceChallenge *challenge, const ServiceContact *contact,
                                          GError **error);

G_END_DECLS
