/* service-http-loop.h - libmicrohttpd as a source of the main loop
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-http-deadlines.h"
#include "service-http-turns.h"

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

/* Attached to the default context; destroyed before @daemon is stopped. Transfer full. */
GSource *service_http_loop_new       (struct MHD_Daemon *daemon) G_GNUC_WARN_UNUSED_RESULT;
/* Before each turn of the daemon comes service_http_turns_next(). */
void     service_http_loop_set_turns (GSource *loop, ServiceHttpTurns *turns);
/* It wakes for the first of them, and what is late is told before the daemon's turn. */
void     service_http_loop_set_deadlines (GSource *loop, ServiceHttpDeadlines *deadlines);
/* Something was resumed or shut down: the daemon runs in the loop's next turn. */
void     service_http_loop_hurry     (GSource *loop);

G_END_DECLS
