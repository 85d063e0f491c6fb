/* secinfo-wire-call.h - one datagram there and one back, for what runs without GLib
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Shared by pam_secinfo.so and secinfo-password, so that there is one of it to read. Runs as root: whoever is at the
 * other end can neither hang it nor end it by a signal. */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "secinfo-wire.h"

/* @friend: besides root, the uid that may be at the other end (0: nobody else). Returns: a descriptor, or -1. */
static inline int
secinfo_wire_connect (const char *path, uid_t friend)
{
  const struct timeval wait = { .tv_sec = SECINFO_SIGN_IN_WAIT };    /* a full backlog makes connect() wait */
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct ucred peer = { .uid = (uid_t) -1 };
  socklen_t length = sizeof peer;
  int line = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  snprintf (address.sun_path, sizeof address.sun_path, "%s", path);
  if (line != -1 && setsockopt (line, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0 &&
      connect (line, (const struct sockaddr *) &address, sizeof address) == 0 &&
      getsockopt (line, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && (peer.uid == 0 || peer.uid == friend))
    return line;
  if (line != -1)
    close (line);
  return -1;
}

/* Exactly one datagram of exactly @size within @seconds; descriptors that ride along are dropped by recv(). */
static inline bool
secinfo_wire_receive (int line, void *reply, size_t size, int seconds)
{
  struct timespec now;
  int64_t end;

  clock_gettime (CLOCK_MONOTONIC, &now);
  end = now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000 + seconds * INT64_C (1000);
  for (;;)
    {
      struct pollfd ready = { line, POLLIN, 0 };
      int64_t left = end - (now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000);
      int n = poll (&ready, 1, left > 0 ? (int) left : 0);

      if (n == 1)
        return recv (line, reply, size, MSG_DONTWAIT | MSG_TRUNC) == (ssize_t) size;
      if (n == 0 || errno != EINTR)
        return false;
      clock_gettime (CLOCK_MONOTONIC, &now);
    }
}

static inline bool
secinfo_wire_send (int line, const void *request, size_t size)
{
  return send (line, request, size, MSG_NOSIGNAL) == (ssize_t) size;
}
