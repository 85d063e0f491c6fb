/* bench-load.c - asks over a Unix socket as many users, and says how fast the answers came
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* bench-load SOCKET PLAN CONNECTIONS PER-CONNECTION SECONDS
 *
 * PLAN has a line a request: UID METHOD PATH BODY ("-" = none), without blanks inside. So many connections at a time
 * ask what the plan says, line by line; one connection is of one user and asks at most PER-CONNECTION times, then the
 * next is made. SECONDS 0: the plan once; else the plan over and over until that time is up. Prints a line of JSON. */

typedef struct
{
  uid_t   uid;
  char   *text;
  size_t  length;
} Request;

typedef struct
{
  int      fd;          /* -1 = none */
  size_t   at, end;     /* what it still has to ask, of the plan */
  Request *request;     /* in flight, or NULL */
  int64_t  begun;       /* ns */
  char     buffer[65536];
  size_t   filled;
} Connection;

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static Request *plan;
static size_t n_plan, at_plan;
static size_t per_connection;
static int64_t deadline;   /* ns, 0 = none */
static int epoll;
static uint32_t *took;     /* µs of each answer */
static size_t n_took, room_took;
static unsigned statuses[600];
static unsigned lost;      /* connections that were closed before an answer came */

static void __attribute__ ((noreturn, format (printf, 1, 2)))
die (const char *format,
     ...)
{
  va_list values;

  va_start (values, format);
  vfprintf (stderr, format, values);
  va_end (values);
  fputc ('\n', stderr);
  exit (1);
}

static int64_t
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000000000) + now.tv_nsec;
}

/* --- the plan ----------------------------------------------------------------------------------------------------- */

static void
read_plan (const char *path)
{
  FILE *file = fopen (path, "r");
  char line[4096], method[16], target[1024], body[2048];
  unsigned uid;
  size_t room = 0;

  if (file == NULL)
    die ("%s: %s", path, strerror (errno));
  while (fgets (line, sizeof line, file) != NULL)
    {
      const char *sent = body;

      if (sscanf (line, "%u %15s %1023s %2047s", &uid, method, target, body) != 4)
        die ("%s: “%s” is no request", path, line);
      if (strcmp (body, "-") == 0)
        sent = "";
      if (n_plan == room)
        plan = reallocarray (plan, room = room * 2 + 1024, sizeof *plan);
      plan[n_plan].uid = uid;
      plan[n_plan].length =
        asprintf (&plan[n_plan].text,
                  "%s %s HTTP/1.1\r\nHost: secinfo\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                  method, target, strlen (sent), sent);
      n_plan++;
    }
  fclose (file);
  if (n_plan == 0)
    die ("%s: empty", path);
}

/* The next lines of one user, for one connection; 0: nothing more is to be asked. */
static int
take_lines (Connection *connection)
{
  if (at_plan >= n_plan && deadline != 0)
    at_plan = 0;
  connection->at = connection->end = at_plan;
  while (connection->end < n_plan && connection->end - connection->at < per_connection &&
         plan[connection->end].uid == plan[connection->at].uid)
    connection->end++;
  at_plan = connection->end;
  return connection->end > connection->at;
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void
hang_up (Connection *connection)
{
  if (connection->fd >= 0)
    close (connection->fd);
  connection->fd = -1;
}

/* The kernel keeps for the other end who called connect(). Plain system calls: there is one thread. */
static void
call_as (Connection *connection,
         uid_t       uid)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

  connection->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (syscall (SYS_setresuid, -1, uid, -1) != 0)
    die ("uid %u: %s", (unsigned) uid, strerror (errno));
  if (connect (connection->fd, (struct sockaddr *) &address, sizeof address) != 0)
    die ("%s as %u: %s", address.sun_path, (unsigned) uid, strerror (errno));
  if (syscall (SYS_setresuid, -1, 0, -1) != 0)
    die ("not root: %s", strerror (errno));
  fcntl (connection->fd, F_SETFL, O_NONBLOCK);
  epoll_ctl (epoll, EPOLL_CTL_ADD, connection->fd, &event);
}

static void
send_request (Connection *connection)
{
  const Request *request = connection->request;

  connection->begun = now_ns ();
  if (connection->fd < 0)
    call_as (connection, request->uid);
  connection->filled = 0;
  if (send (connection->fd, request->text, request->length, MSG_NOSIGNAL) != (ssize_t) request->length)
    {
      /* Closed meanwhile; what it said before is still read. */
      if (errno != EPIPE && errno != ECONNRESET)
        die ("send: %s", strerror (errno));
    }
}

static void
note (Connection *connection,
      int         status)
{
  if (n_took == room_took)
    took = reallocarray (took, room_took = room_took * 2 + 4096, sizeof *took);
  took[n_took++] = (now_ns () - connection->begun) / 1000;
  statuses[status >= 0 && status < 600 ? status : 0]++;
}

/* 0: more is to come; else the status of a whole answer. */
static int
whole_answer (Connection *connection)
{
  char *end, *length;
  size_t body = 0;
  int status = 0;

  connection->buffer[connection->filled] = '\0';
  end = strstr (connection->buffer, "\r\n\r\n");
  if (end == NULL)
    return 0;
  if (sscanf (connection->buffer, "HTTP/1.1 %d", &status) != 1)
    die ("that is no answer: %.40s", connection->buffer);
  length = strcasestr (connection->buffer, "\r\nContent-Length:");
  if (length != NULL && length < end)
    body = strtoul (length + strlen ("\r\nContent-Length:"), NULL, 10);

  return connection->filled >= (size_t) (end + 4 - connection->buffer) + body ? status : 0;
}

/* The next one; 0 where this connection has nothing more to ask. */
static int
go_on (Connection *connection)
{
  if (connection->at == connection->end)
    {
      hang_up (connection);
      if (!take_lines (connection))
        return 0;
    }
  if (deadline != 0 && now_ns () >= deadline)
    {
      hang_up (connection);
      return 0;
    }
  connection->request = &plan[connection->at++];
  send_request (connection);
  return 1;
}

/* -1: it ended. */
static int
read_some (Connection *connection)
{
  ssize_t n = recv (connection->fd, connection->buffer + connection->filled,
                    sizeof connection->buffer - 1 - connection->filled, 0);
  int status;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  if (n <= 0)
    {
      lost++;
      hang_up (connection);
      return go_on (connection) ? 0 : -1;
    }
  connection->filled += n;
  status = whole_answer (connection);
  if (status == 0)
    return 0;

  note (connection, status);
  return go_on (connection) ? 0 : -1;
}

/* --- the run ------------------------------------------------------------------------------------------------------ */

static int
compare (const void *a,
         const void *b)
{
  uint32_t left = *(const uint32_t *) a, right = *(const uint32_t *) b;

  return left < right ? -1 : left > right;
}

static void
report (double seconds)
{
  const char *comma = "";

  qsort (took, n_took, sizeof *took, compare);
  printf ("{\"n\": %zu, \"seconds\": %.6f, \"rate\": %.1f, \"p50\": %u, \"p99\": %u, \"lost\": %u, \"statuses\": {",
          n_took, seconds, n_took / seconds, n_took > 0 ? took[n_took / 2] : 0,
          n_took > 0 ? took[n_took * 99 / 100] : 0, lost);
  for (int i = 0; i < 600; i++)
    {
      if (statuses[i] == 0)
        continue;
      printf ("%s\"%d\": %u", comma, i, statuses[i]);
      comma = ", ";
    }
  printf ("}}\n");
}

static void
run (int count)
{
  Connection *connections = calloc (count, sizeof *connections);
  struct epoll_event events[64];
  int running = 0;

  for (int i = 0; i < count; i++)
    {
      connections[i].fd = -1;
      running += go_on (&connections[i]);
    }
  while (running > 0)
    {
      int n = epoll_wait (epoll, events, 64, 30000);

      if (n == 0 || (n < 0 && errno != EINTR))
        die ("no answer for 30 s");
      for (int i = 0; i < n; i++)
        running += read_some (events[i].data.ptr);
    }
  free (connections);
}

int
main (int    argc,
      char **argv)
{
  struct rlimit files = { 4096, 4096 };
  double seconds;
  int64_t begun;

  if (argc != 6 || strlen (argv[1]) >= sizeof address.sun_path)
    die ("bench-load SOCKET PLAN CONNECTIONS PER-CONNECTION SECONDS");
  strcpy (address.sun_path, argv[1]);
  read_plan (argv[2]);
  per_connection = atoi (argv[4]);
  seconds = strtod (argv[5], NULL);
  setrlimit (RLIMIT_NOFILE, &files);
  epoll = epoll_create1 (EPOLL_CLOEXEC);

  begun = now_ns ();
  deadline = seconds > 0 ? begun + (int64_t) (seconds * 1e9) : 0;
  run (atoi (argv[3]));
  report ((now_ns () - begun) / 1e9);
  return 0;
}
