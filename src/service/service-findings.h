/* service-findings.h - what GET /v1/account finds to say
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* What the main loop knows of the courier, taken before the transaction. */
typedef struct { gboolean up; gboolean network; } ServiceCourierState;

/* openapi Account.channels: email, sms, voice. */
json_t *service_findings_channels (ServiceUse *use, const ServiceCourierState *courier,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* openapi Account.findings, most urgent first; @channels as above. */
json_t *service_findings_list     (ServiceUse *use, json_t *channels, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
