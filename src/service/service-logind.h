/* service-logind.h - a locked session ends what was confirmed in it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-elevation.h"

G_BEGIN_DECLS

/* Listens to logind on the system bus, from the first time on that somebody confirms who he is: before that there is
 * nothing to end, and a connection to a bus is 0.7 MiB. No bus, or no logind on it, is fine: elevations then end by
 * time and process. Main loop alone. */
typedef struct _ServiceLogind ServiceLogind;

/* @elevations (transfer none) must live longer. */
ServiceLogind *service_logind_new  (ServiceElevations *elevations);
void           service_logind_free (ServiceLogind *self);
/* @ready is called once locks are seen, or cannot be seen for now: at once, or within a second. Not after free(), which
 * only lets go of @data. */
void           service_logind_watch (ServiceLogind *self, void (*ready) (gpointer data), gpointer data,
                                     GDestroyNotify destroy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceLogind, service_logind_free)

G_END_DECLS
