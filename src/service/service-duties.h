/* service-duties.h - what a running service does by itself, and when it may leave
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

G_BEGIN_DECLS

/* Now and every hour: ends codes that outlived their life, forgets what may no longer be taken back, old tallies. */
void     service_duties_start    (ServiceInstance *instance);
/* Nobody asked for policy.idle_exit seconds, no stream is open, nothing is due. */
gboolean service_duties_are_done (ServiceInstance *instance);

G_END_DECLS
