/* service-lock.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-lock.h"

#include <sys/file.h>

#define TRIES 40
#define PAUSE 50000   /* µs */

gboolean
service_lock_take (int fd)
{
  for (guint tries = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; tries++)
    {
      if (tries == TRIES)
        return FALSE;
      g_usleep (PAUSE);
    }

  return TRUE;
}
