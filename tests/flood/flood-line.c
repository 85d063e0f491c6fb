/* flood-line.c - one connection to the service, without a library
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "flood.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const char *flood_socket;

double
clock_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

uint64_t
next_random (uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

bool
line_open (Line *line)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct timeval limit = { 30, 0 };

  line->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  line->status = 0;
  snprintf (address.sun_path, sizeof address.sun_path, "%s", flood_socket);
  if (line->fd >= 0 && connect (line->fd, (struct sockaddr *) &address, sizeof address) == 0)
    {
      setsockopt (line->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      setsockopt (line->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
      return true;
    }
  line_close (line);
  return false;
}

void
line_close (Line *line)
{
  if (line->fd >= 0)
    close (line->fd);
  line->fd = -1;
}

bool
line_write (Line *line, const void *bytes, size_t length)
{
  const char *at = bytes;

  while (length > 0)
    {
      ssize_t n = send (line->fd, at, length, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      at += n;
      length -= (size_t) n;
    }
  return true;
}

/* Where the body ends; 0 while the head is not whole. */
static size_t
find_end (const Line *line)
{
  const char *end = strstr (line->text, "\r\n\r\n");
  const char *length = strstr (line->text, "Content-Length: ");

  if (end == NULL)
    return 0;
  return (size_t) (end - line->text) + 4 + (length != NULL && length < end ? strtoul (length + 16, NULL, 10) : 0);
}

bool
line_read (Line *line)
{
  size_t end;

  line->length = 0;
  line->status = 0;
  line->text[0] = '\0';
  while ((end = find_end (line)) == 0 || line->length < end)
    {
      ssize_t n = line->length + 1 < ANSWER_MAX
                    ? recv (line->fd, line->text + line->length, ANSWER_MAX - 1 - line->length, 0) : 0;

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          line_close (line);
          return false;
        }
      line->length += (size_t) n;
      line->text[line->length] = '\0';
    }
  line->status = atoi (line->text + 9);
  return true;
}

bool
line_ask (Line *line, const char *request)
{
  if (line_write (line, request, strlen (request)))
    return line_read (line);
  line_close (line);
  return false;
}

void
line_problem (const Line *line, char *word)
{
  const char *at = strstr (line->text, "/problems/");

  *word = '\0';
  if (at != NULL)
    sscanf (at + 10, "%63[a-z-]", word);
}

void
make_request (char *to, size_t size, const char *method, const char *path, const char *body)
{
  if (body != NULL)
    snprintf (to, size, "%s %s HTTP/1.1\r\nHost: secinfo\r\nContent-Type: application/json\r\n"
              "Content-Length: %zu\r\n\r\n%s", method, path, strlen (body), body);
  else
    snprintf (to, size, "%s %s HTTP/1.1\r\nHost: secinfo\r\n\r\n", method, path);
}
