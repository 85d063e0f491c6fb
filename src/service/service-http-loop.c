/* service-http-loop.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http-loop.h"

#define LONGEST_SLEEP 60000   /* ms */

typedef struct
{
  GSource            source;
  struct MHD_Daemon *daemon;
  ServiceHttpTurns  *turns;   /* (nullable) */
  ServiceHttpDeadlines *deadlines;   /* (nullable) until they are set */
  gpointer           tag;     /* its epoll descriptor */
  gboolean           hurry;
} HttpLoop;

static gboolean
is_late (HttpLoop *self,
         gint     *timeout)
{
  gint ms = self->deadlines != NULL ? service_http_deadlines_next (self->deadlines, g_source_get_time (&self->source))
                                    : -1;

  if (ms >= 0 && (*timeout < 0 || ms < *timeout))
    *timeout = ms;
  return ms == 0;
}

/* Without honouring the daemon's own deadline, 0 included, kept connections stall for a second. */
static gboolean
is_due (HttpLoop *self,
        gint     *timeout)
{
  MHD_UNSIGNED_LONG_LONG ms;

  *timeout = -1;
  if (self->hurry)
    return TRUE;
  if (MHD_get_timeout (self->daemon, &ms) == MHD_YES)
    *timeout = (gint) MIN (ms, LONGEST_SLEEP);
  return *timeout == 0 || is_late (self, timeout);
}

static gboolean
http_loop_prepare (GSource *source,
                   gint    *timeout)
{
  return is_due ((HttpLoop *) source, timeout);
}

static gboolean
http_loop_check (GSource *source)
{
  HttpLoop *self = (HttpLoop *) source;
  gint timeout;

  return g_source_query_unix_fd (source, self->tag) != 0 || is_due (self, &timeout);
}

static gboolean
http_loop_dispatch (GSource     *source,
                    GSourceFunc  callback,
                    gpointer     user_data)
{
  HttpLoop *self = (HttpLoop *) source;

  self->hurry = FALSE;
  if (self->deadlines != NULL)
    service_http_deadlines_expire (self->deadlines, g_source_get_time (source));
  if (self->turns != NULL)
    service_http_turns_next (self->turns);
  MHD_run (self->daemon);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs http_loop_funcs = { http_loop_prepare, http_loop_check, http_loop_dispatch, NULL, NULL, NULL };

GSource *
service_http_loop_new (struct MHD_Daemon *daemon)
{
  GSource *source = g_source_new (&http_loop_funcs, sizeof (HttpLoop));
  HttpLoop *self = (HttpLoop *) source;

  g_source_set_static_name (source, "secinfo-http");
  /* Nothing in here runs a main loop. A source that may not recurse has its descriptor taken out of the poll and put
   * back at each dispatch, and both wake the loop that does it (GLib 2.74): two system calls and one more turn. */
  g_source_set_can_recurse (source, TRUE);
  self->daemon = daemon;
  self->tag = g_source_add_unix_fd (source, MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, G_IO_IN);
  g_source_attach (source, NULL);
  return source;
}

void
service_http_loop_set_turns (GSource          *loop,
                             ServiceHttpTurns *turns)
{
  ((HttpLoop *) loop)->turns = turns;
}

void
service_http_loop_set_deadlines (GSource              *loop,
                                 ServiceHttpDeadlines *deadlines)
{
  ((HttpLoop *) loop)->deadlines = deadlines;
}

void
service_http_loop_hurry (GSource *loop)
{
  ((HttpLoop *) loop)->hurry = TRUE;
}
