/* service-logind.h - a locked session ends what was confirmed in it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-elevation.h"

G_BEGIN_DECLS

/* Listens to logind on the system bus. No bus, or no logind on it, is fine: elevations then end by time and process.
 * Main loop alone. */
typedef struct _ServiceLogind ServiceLogind;

/* @elevations (transfer none) must live longer. */
ServiceLogind *service_logind_new  (ServiceElevations *elevations);
void           service_logind_free (ServiceLogind *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceLogind, service_logind_free)

G_END_DECLS
