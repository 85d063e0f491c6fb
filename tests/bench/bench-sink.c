/* bench-sink.c - takes whatever is posted to it, and counts
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* bench-sink: an HTTP server on loopback, its port on standard output. POST: 202 and a constant. GET: how many were
 * posted. Ends with its standard input. */

static const char taken[] = "{\"id\":\"m\"}";
static atomic_uint posted;

static enum MHD_Result
answer (struct MHD_Connection *connection,
        const char            *type,
        const char            *text)
{
  struct MHD_Response *response = MHD_create_response_from_buffer (strlen (text), (void *) text,
                                                                   MHD_RESPMEM_MUST_COPY);
  enum MHD_Result result;

  MHD_add_response_header (response, "Content-Type", type);
  result = MHD_queue_response (connection, *text == '{' ? 202 : 200, response);
  MHD_destroy_response (response);
  return result;
}

static enum MHD_Result
handle (void                  *data,
        struct MHD_Connection *connection,
        const char            *url,
        const char            *method,
        const char            *version,
        const char            *body,
        size_t                *length,
        void                 **state)
{
  static int seen;
  char number[16];

  if (*state == NULL)
    {
      *state = &seen;
      return MHD_YES;
    }
  if (*length > 0)
    {
      *length = 0;
      return MHD_YES;
    }
  if (strcmp (method, "POST") == 0)
    {
      atomic_fetch_add (&posted, 1);
      return answer (connection, "application/json", taken);
    }
  snprintf (number, sizeof number, "%u", atomic_load (&posted));
  return answer (connection, "text/plain", number);
}

int
main (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct MHD_Daemon *server = MHD_start_daemon (MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                                                handle, NULL, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
  const union MHD_DaemonInfo *info;

  if (server == NULL || (info = MHD_get_daemon_info (server, MHD_DAEMON_INFO_BIND_PORT)) == NULL)
    return 1;
  printf ("%u\n", (unsigned) info->port);
  fflush (stdout);
  while (getchar () != EOF)
    ;
  MHD_stop_daemon (server);
  return 0;
}
