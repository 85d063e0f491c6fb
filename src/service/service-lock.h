/* service-lock.h - one at a time
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Locks the file behind @fd for as long as it is open; FALSE where another has it. Waits up to two seconds for it, so
 * only before the main loop runs: one that is just ending (its starter was killed) is no reason not to start. */
gboolean service_lock_take (int fd);

G_END_DECLS
