/* secinfo-gateway-words.h - what a way to send says of itself, for administrators
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-json.h"

G_BEGIN_DECLS

/* How one is. */
typedef enum
{
  SECINFO_GATEWAY_WELL,
  SECINFO_GATEWAY_UNTRIED,
  SECINFO_GATEWAY_UNPROVEN,   /* set aside until its code comes back */
  SECINFO_GATEWAY_WARNED,     /* it may be used, and the last that was heard of it is not good */
  SECINFO_GATEWAY_TROUBLED,
} SecinfoGatewayMood;

/* @gateway: openapi Gateway; @place: among those of its medium, from 0; @now: Unix seconds. @title and @more (out)
 * (transfer full): a sentence, and what else is known (nullable): "Last delivered 2 minutes ago", "98 % of 240". */
SecinfoGatewayMood secinfo_gateway_to_words          (json_t *gateway, guint place, gint64 now, char **title,
                                                      char **more);

/* @failure: openapi GatewayFailure, or the members of the problem gateway-refused; its words are from outside, and are
 * isolated here. @medium, @by (nullable): what it sends and who it is, where @failure does not say so itself. Each
 * (transfer full). */
char              *secinfo_gateway_failure_to_words  (json_t *failure, const char *medium,
                                                      const char *by) G_GNUC_WARN_UNUSED_RESULT;
/* Whose turn it is; (nullable): nobody's. */
char              *secinfo_gateway_failure_to_turn   (json_t *failure) G_GNUC_WARN_UNUSED_RESULT;
/* "Twilio says 21614: …", which an administrator searches for; (nullable): it said nothing. */
char              *secinfo_gateway_failure_to_vendor (json_t *failure, const char *by) G_GNUC_WARN_UNUSED_RESULT;
/* Was it who one is there, or what proves it? */
gboolean           secinfo_gateway_failure_is_sign_in (json_t *failure);

G_END_DECLS
