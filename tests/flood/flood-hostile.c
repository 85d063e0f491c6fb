/* flood-hostile.c - one user who does everything that a client should not
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "flood.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum
{
  BUSY = 10,      /* threads that ask */
  SLOW = 2,       /* that send a head, byte by byte */
  SILENT = 2,     /* that say nothing, or half of a head and no more */
  PRESSING = 2,   /* that open connections past the limit */
};

static atomic_long sent, answered, refused, held, wanted;
static atomic_bool over;

static void
nap (long ms)
{
  struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

  nanosleep (&time, NULL);
}

/* --- those who ask ------------------------------------------------------------------------------------------ */

static const char *const whole[] = {
  "GET /v1/account HTTP/1.1\r\nHost: s\r\n\r\n",
  "GET /v1/account/contacts?limit=5 HTTP/1.1\r\nHost: s\r\n\r\n",
  "GET /v1/account/contacts?limit=-1&&=%00&a=%ff HTTP/1.1\r\nHost: s\r\n\r\n",
  "GET /v1/../../etc/shadow HTTP/1.1\r\nHost: s\r\n\r\n",
  "GET /v1/account/challenges/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer x\r\n\r\n",
  "PATCH /v1/account HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\n{}",
  "POST /v1/account/challenges/AAAAAAAAAAAAAAAAAAAAAA/answer HTTP/1.1\r\nHost: s\r\nContent-Length: 17\r\n\r\n"
  "{\"code\":\"123456\"}",
  "POST /v1/account/elevations HTTP/1.1\r\nHost: s\r\nContent-Length: 20\r\n\r\n{\"password\":\"wrong\"}",
  "POST /v1/account/elevations HTTP/1.1\r\nHost: s\r\nContent-Length: 22\r\n\r\n{\"password\":\"a\",\"a\":1}",
  "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nIdempotency-Key: k\r\nContent-Length: 12\r\n\r\n"
  "{\"a\":1,\"a\":2",
  "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[[[[\r\n0\r\n\r\n",
  "DELETE /v1/account HTTP/1.1\r\nHost: s\r\n\r\n",
};

/* After these the service closes, or nobody would know where the next one begins. */
static const char *const broken[] = {
  "\x16\x03\x01\x02\xfc\x03\x03 hello\r\n\r\n",
  "GET\r\n\r\n",
  "GET /v1/account HTTP/9.9\r\n\r\n",
  "GET /v1/account HTTP/1.1\r\nHost s\r\n : \r\n\r\n",
  "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nContent-Length: 100000000\r\n\r\n{",
  "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nContent-Length: -5\r\n\r\n{}",
  "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
};

#define N_WHOLE (sizeof whole / sizeof *whole)
#define N_BROKEN (sizeof broken / sizeof *broken)

static bool
be_connected (Line *line)
{
  if (line->fd >= 0 || line_open (line))
    return true;
  nap (1);   /* the queue of the socket is full */
  return false;
}

static void
ask (Line *line, const char *request)
{
  atomic_fetch_add (&sent, 1);
  if (line_ask (line, request))
    atomic_fetch_add (&answered, 1);
  else
    atomic_fetch_add (&refused, 1);
}

/* Eight at once, and only then does it read. */
static void
pipeline (Line *line, uint64_t *random)
{
  char all[8192] = "";

  for (int i = 0; i < 8; i++)
    strcat (all, whole[next_random (random) % 6]);
  atomic_fetch_add (&sent, 8);
  if (line_write (line, all, strlen (all)) && line_read (line))
    atomic_fetch_add (&answered, 1);
  line_close (line);
}

/* A body, or a head, that does not end. */
static void
endless (Line *line, bool head)
{
  const char *begin = head ? "GET /v1/account HTTP/1.1\r\nX: "
                           : "POST /v1/account/contacts HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  char chunk[4096 + 9];

  memset (chunk, 'x', sizeof chunk);
  if (!head)
    {
      memcpy (chunk, "1000\r\n", 6);
      memcpy (chunk + sizeof chunk - 3, "\r\n", 2);
    }
  atomic_fetch_add (&sent, 1);
  if (line_write (line, begin, strlen (begin)))
    for (int i = 0; i < 40 && line_write (line, chunk, sizeof chunk - 1); i++)
      continue;
  line_close (line);
}

static void
leave (Line *line, bool half, const char *request)
{
  atomic_fetch_add (&sent, 1);
  line_write (line, request, strlen (request));
  if (half)
    {
      shutdown (line->fd, SHUT_WR);
      if (line_read (line))
        atomic_fetch_add (&answered, 1);
    }
  line_close (line);
}

/* An event stream that is opened and left. */
static void
stream (Line *line)
{
  atomic_fetch_add (&sent, 1);
  if (line_write (line, "GET /v1/account/events HTTP/1.1\r\nHost: s\r\n\r\n", 44) && line_read (line))
    atomic_fetch_add (&answered, 1);
  line_close (line);
}

static void *
busy_run (void *data)
{
  uint64_t random = 88172645463325252u + (uintptr_t) data;
  Line *line = calloc (1, sizeof *line);

  line->fd = -1;
  while (atomic_fetch_sub (&wanted, 1) > 0)
    {
      unsigned dice = next_random (&random) % 100;

      if (!be_connected (line))
        continue;
      if (dice < 74)
        ask (line, whole[next_random (&random) % N_WHOLE]);
      else if (dice < 82)
        {
          ask (line, broken[next_random (&random) % N_BROKEN]);
          line_close (line);
        }
      else if (dice < 86)
        pipeline (line, &random);
      else if (dice < 87)
        endless (line, next_random (&random) & 1);
      else if (dice < 92)
        leave (line, false, whole[next_random (&random) % N_WHOLE]);
      else if (dice < 94)
        leave (line, true, whole[next_random (&random) % N_WHOLE]);
      else if (dice < 95)
        stream (line);
      else
        leave (line, false, "");   /* comes and goes */
    }
  line_close (line);
  free (line);
  return NULL;
}

/* --- those who hold ----------------------------------------------------------------------------------------- */

static bool
is_open (int fd)
{
  struct pollfd one = { fd, POLLIN, 0 };

  return poll (&one, 1, 0) == 0;
}

static void *
slow_run (void *data)
{
  static const char head[] = "GET /v1/account HTTP/1.1\r\nX-Slow: ";
  Line *line = calloc (1, sizeof *line);

  while (!atomic_load (&over))
    {
      bool is = line_open (line);

      for (size_t i = 0; is && !atomic_load (&over) && is_open (line->fd); i++)
        {
          is = line_write (line, i < sizeof head - 1 ? head + i : "y", 1);
          nap (50);
        }
      atomic_fetch_add (&held, 1);
      line_close (line);
    }
  free (line);
  return NULL;
}

static void *
silent_run (void *data)
{
  Line *line = calloc (1, sizeof *line);

  for (unsigned turn = (unsigned) (uintptr_t) data; !atomic_load (&over); turn++)
    {
      if (line_open (line))
        {
          if (turn % 3 == 1)
            line_write (line, "GET /v1/acc", 11);
          else if (turn % 3 == 2)
            line_write (line, "POST /v1/account/elevations HTTP/1.1\r\nHost: s\r\nContent-Length: 60000\r\n\r\n{", 75);
          while (!atomic_load (&over) && is_open (line->fd))
            nap (50);
        }
      atomic_fetch_add (&held, 1);
      line_close (line);
    }
  free (line);
  return NULL;
}

/* Connections past the limit, a quarter of all: each is closed at once, and comes again. */
static void *
pressing_run (void *data)
{
  Line *line = calloc (1, sizeof *line);
  long mine = 0;

  while (!atomic_load (&over))
    {
      if (mine > atomic_load (&sent) / 4 / PRESSING || !line_open (line))
        {
          nap (1);
          continue;
        }
      mine++;
      atomic_fetch_sub (&wanted, 1);
      ask (line, whole[0]);
      line_close (line);
    }
  free (line);
  return NULL;
}

int
verb_hostile (int argc, char **argv)
{
  static void *(*const runs[]) (void *) = { busy_run, slow_run, silent_run, pressing_run };
  static const int numbers[] = { BUSY, SLOW, SILENT, PRESSING };
  pthread_t threads[BUSY + SLOW + SILENT + PRESSING];
  int n = 0;
  double begun = clock_us ();

  if (argc != 1)
    return 2;

  atomic_store (&wanted, atol (argv[0]));
  for (int kind = 0; kind < 4; kind++)
    for (int i = 0; i < numbers[kind]; i++, n++)
      pthread_create (&threads[n], NULL, runs[kind], (void *) (uintptr_t) n);
  for (int i = 0; i < n; i++)
    {
      if (i == BUSY)
        atomic_store (&over, true);
      pthread_join (threads[i], NULL);
    }
  printf ("{\"sent\":%ld,\"answered\":%ld,\"refused\":%ld,\"held\":%ld,\"seconds\":%.1f}\n", atomic_load (&sent),
          atomic_load (&answered), atomic_load (&refused), atomic_load (&held), (clock_us () - begun) / 1e6);
  return 0;
}
