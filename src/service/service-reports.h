/* service-reports.h - what gateways say of messages later
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"
#include "service-store.h"

G_BEGIN_DECLS

/* Delivery reports, where policy.reports_port says that somebody listens. A report comes to an address of its own,
 * whose end is a keyed hash of gateway and message; then the courier judges it with the gateway's secrets. A state only
 * moves forward: from on its way to delivered or refused, which both are the end. */
void  service_reports_start        (ServiceInstance *instance);
/* Where reports of the message @ref go, which @gateway is given. (transfer full), wiped by the caller; NULL: nobody
 * listens, or this gateway could not reach it. @life: seconds that the message has, which it is waited for then. */
char *service_reports_dup_callback (ServiceInstance *instance, const ServiceGateway *gateway,
                                    const char *ref, gint64 life) G_GNUC_WARN_UNUSED_RESULT;
/* Whoever leaves then leaves the port to anybody. */
gboolean service_reports_may_come  (ServiceInstance *instance);

G_END_DECLS
