/* gateway-jmap.h - email through a mailbox that speaks JMAP
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

#define GATEWAY_TYPE_JMAP (gateway_jmap_get_type ())
G_DECLARE_FINAL_TYPE (GatewayJmap, gateway_jmap, GATEWAY, JMAP, GObject)

/**
 * GatewayJmap:
 *
 * RFC 8620, RFC 8621. A message is a draft and its submission; the draft holds the code, so it is destroyed whatever
 * becomes of the submission. Settings: base (of the session), user (none: the password is a bearer token), password,
 * from, name.
 */
Gateway *gateway_jmap_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* --- its parts, apart for tests ----------------------------------------------------------------------------------- */

/* What an error's type (RFC 8620 sections 3.6 and 5.3, RFC 8621 section 7.5) makes of the message. */
SecinfoResult gateway_jmap_judge (const char *type);

G_END_DECLS
