/* service-lines.h - what the module says after a sign-in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-wire.h"
#include "service-instance.h"

G_BEGIN_DECLS

/* Which line and a date in SECINFO_PATH_LINES/UID, never text; the gravest stays. Nothing where the instance has no
 * such folder. */
void service_lines_put (ServiceInstance *instance, uid_t uid, enum secinfo_line line, guint count, guint sign_ins,
                        gint64 at);

G_END_DECLS
