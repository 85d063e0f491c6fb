/* service-gateway-settings.h - the settings of a gateway against its kind
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* Of @kinds (openapi GatewayKind); (transfer none) (nullable). */
json_t  *service_gateway_settings_find_kind (json_t *kinds, const char *name);
/* Puts @fresh over @settings in place (nothing of @fresh is kept where it refuses): an empty text takes a setting back
 * to its default. settings-not-valid {member, reason: unknown, not-text, missing}. */
gboolean service_gateway_settings_merge     (json_t *kind, json_t *settings, json_t *fresh, GError **error);
/* Parts @all into the gateway's settings, secret_names and @secrets (out) (transfer full) (nullable: none), JSON
 * object text. */
void     service_gateway_settings_part      (json_t *kind, json_t *all, ServiceGateway *gateway,
                                             SecinfoSecret **secrets);
/* settings-not-valid. */
SecinfoProblem *service_gateway_settings_refuse (const char *member /* (nullable) */,
                                                 const char *reason) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
