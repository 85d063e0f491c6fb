/* flood.c - clients of the service in the numbers and of the kinds that no person is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* flood SOCKET UID VERB…: as that user (root may become any), against the service at SOCKET. Says what it saw as JSON.
 *   hostile COUNT            requests of all the kinds that hurt, over 18 threads; slow heads and silent ones meanwhile
 *   probe COUNT PAUSE        an ordinary client, one request after the other, PAUSE µs between: its times
 *   close COUNT              connections that are closed after one request, every other one before its answer
 *   hold COUNT [PATH]        how many connections are let in that ask for PATH; keeps them until its input ends
 *   guess THREADS COUNT      each thread sends COUNT of the lines of standard input ("PATH BODY") in its own order
 *   time COUNT METHOD BODY PATH PATH   two paths in random order, COUNT times each: all times */

#include "flood.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* --- an ordinary client ------------------------------------------------------------------------------------- */

static void
pause_us (long us)
{
  struct timespec time = { us / 1000000, us % 1000000 * 1000 };

  if (us > 0)
    nanosleep (&time, NULL);
}

static void
print_times (const char *name, const double *times, long count)
{
  printf ("\"%s\":[", name);
  for (long i = 0; i < count; i++)
    printf ("%s%.2f", i > 0 ? "," : "", times[i]);
  printf ("]");
}

/* Asks for its account three times, then for a challenge that is not its own to be answered (the writer's way); every
 * 64th request on a new connection. */
static int
verb_probe (int argc, char **argv)
{
  long count = argc == 2 ? atol (argv[0]) : 0, pause = argc == 2 ? atol (argv[1]) : 0, failed = 0;
  double *times = calloc ((size_t) count + 1, sizeof *times);
  Line *line = calloc (1, sizeof *line);
  char read_it[512], write_it[512];

  if (count == 0)
    return 2;
  make_request (read_it, sizeof read_it, "GET", "/v1/account", NULL);
  make_request (write_it, sizeof write_it, "POST", "/v1/account/challenges/AAAAAAAAAAAAAAAAAAAAAA/answer",
                "{\"code\":\"123456\"}");
  line->fd = -1;
  for (long i = 0; i < count; i++)
    {
      double begun = clock_us ();
      bool writes = i % 4 == 3;

      if (i % 64 == 0)
        line_close (line);
      if ((line->fd < 0 && !line_open (line)) || !line_ask (line, writes ? write_it : read_it) ||
          line->status != (writes ? 404 : 200))
        failed++;
      times[i] = clock_us () - begun;
      pause_us (pause);
    }
  printf ("{\"failed\":%ld,", failed);
  print_times ("times", times, count);
  printf ("}\n");
  line_close (line);
  free (line);
  free (times);
  return 0;
}

/* --- connections -------------------------------------------------------------------------------------------- */

static int
verb_close (int argc, char **argv)
{
  long count = argc == 1 ? atol (argv[0]) : 0, good = 0, early = 0, refused = 0;
  Line *line = calloc (1, sizeof *line);
  char request[512];

  make_request (request, sizeof request, "GET", "/v1/account", NULL);
  for (long i = 0; i < count; )
    {
      bool waits = i % 2 == 0;

      if (!line_open (line))
        return 1;
      if (!line_write (line, request, strlen (request)) || (waits && (!line_read (line) || line->status != 200)))
        {
          /* Those that have just left are counted until the service has looked: it closes the seventeenth. */
          refused++;
          pause_us (200);
        }
      else
        {
          good += waits;
          early += !waits;
          i++;
        }
      line_close (line);
    }
  free (line);
  printf ("{\"answered\":%ld,\"early\":%ld,\"refused\":%ld}\n", good, early, refused);
  return 0;
}

static int
verb_hold (int argc, char **argv)
{
  int count = argc > 0 ? atoi (argv[0]) : 0, in = 0, busy = 0;
  Line *lines = calloc ((size_t) count + 1, sizeof *lines);
  char request[512];

  make_request (request, sizeof request, "GET", argc > 1 ? argv[1] : "/v1/service", NULL);
  for (int i = 0; i < count; i++)
    {
      lines[i].fd = -1;
      if (line_open (&lines[i]) && line_ask (&lines[i], request))
        {
          in += lines[i].status == 200;
          busy += lines[i].status == 503;
        }
    }
  printf ("{\"in\":%d,\"busy\":%d}\n", in, busy);
  fflush (stdout);
  while (getchar () != EOF)
    continue;
  free (lines);
  return 0;
}

/* --- guesses ------------------------------------------------------------------------------------------------ */

#define MOST_LINES 64
#define MOST_WORDS 32

static char *requests[MOST_LINES];
static int n_requests;
static long guesses;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { char word[64]; long number; } words[MOST_WORDS];

static void
count_word (const char *word)
{
  int i = 0;

  pthread_mutex_lock (&lock);
  while (i < MOST_WORDS - 1 && words[i].number > 0 && strcmp (words[i].word, word) != 0)
    i++;
  snprintf (words[i].word, sizeof words[i].word, "%s", word);
  words[i].number++;
  pthread_mutex_unlock (&lock);
}

static void *
guess_run (void *data)
{
  uint64_t random = 88172645463325252u + (uintptr_t) data * 7919;
  Line *line = calloc (1, sizeof *line);
  char word[64];

  line->fd = -1;
  for (long i = 0; i < guesses; i++)
    {
      const char *request = requests[next_random (&random) % (unsigned) n_requests];

      while ((line->fd < 0 && !line_open (line)) || !line_ask (line, request))
        pause_us (500);   /* more than sixteen: it comes again */
      line_problem (line, word);
      if (*word == '\0')
        snprintf (word, sizeof word, "%d", line->status);
      if (strcmp (word, "busy") == 0)
        i--;
      else
        count_word (word);
    }
  line_close (line);
  free (line);
  return NULL;
}

static int
verb_guess (int argc, char **argv)
{
  int n = argc == 2 ? atoi (argv[0]) : 0;
  pthread_t *threads = calloc ((size_t) n + 1, sizeof *threads);
  char text[512], path[256], request[1024];
  int used;

  while (n_requests < MOST_LINES && fgets (text, sizeof text, stdin) != NULL)
    if (sscanf (text, "%255s %n", path, &used) == 1)
      {
        text[strcspn (text, "\n")] = '\0';
        make_request (request, sizeof request, "POST", path, text + used);
        requests[n_requests++] = strdup (request);
      }
  guesses = argc == 2 ? atol (argv[1]) : 0;
  if (n == 0 || n_requests == 0)
    return 2;
  for (int i = 0; i < n; i++)
    pthread_create (&threads[i], NULL, guess_run, (void *) (uintptr_t) (i + 1 + getuid () * 64));
  for (int i = 0; i < n; i++)
    pthread_join (threads[i], NULL);
  printf ("{");
  for (int i = 0; i < MOST_WORDS && words[i].number > 0; i++)
    printf ("%s\"%s\":%ld", i > 0 ? "," : "", words[i].word, words[i].number);
  printf ("}\n");
  free (threads);
  return 0;
}

/* --- do two things take the same time? ---------------------------------------------------------------------- */

static int
verb_time (int argc, char **argv)
{
  long count = argc == 5 ? atol (argv[0]) : 0, done[2] = { 0, 0 };
  uint64_t random = 88172645463325252u ^ (uint64_t) getpid ();
  Line *line = calloc (1, sizeof *line);
  char request[2][1024];
  double *times[2];

  if (count == 0)
    return 2;
  for (int i = 0; i < 2; i++)
    {
      make_request (request[i], sizeof request[i], argv[1], argv[3 + i], *argv[2] != '\0' ? argv[2] : NULL);
      times[i] = calloc ((size_t) count, sizeof (double));
    }
  if (!line_open (line))
    return 1;
  while (done[0] < count || done[1] < count)
    {
      int which = next_random (&random) >> 20 & 1;
      double begun;

      if (done[which] >= count)
        which = !which;
      begun = clock_us ();
      if (!line_ask (line, request[which]))
        return 1;
      times[which][done[which]++] = clock_us () - begun;
    }
  printf ("{");
  print_times ("first", times[0], count);
  printf (",");
  print_times ("second", times[1], count);
  printf ("}\n");
  free (times[0]);
  free (times[1]);
  free (line);
  return 0;
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; int (*run) (int, char **); } verbs[] = {
    { "hostile", verb_hostile }, { "probe", verb_probe }, { "close", verb_close }, { "hold", verb_hold },
    { "guess", verb_guess }, { "time", verb_time },
  };
  uid_t uid = argc > 3 ? (uid_t) strtoul (argv[2], NULL, 10) : 0;

  if (argc < 4 || (geteuid () != uid && (setresgid (uid, uid, uid) != 0 || setresuid (uid, uid, uid) != 0)))
    return 2;
  flood_socket = argv[1];
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (strcmp (argv[3], verbs[i].name) == 0)
      return verbs[i].run (argc - 4, argv + 4);
  return 2;
}
