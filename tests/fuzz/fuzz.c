/* fuzz.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-json.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static GLogWriterOutput
swallow (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) == 0)
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, n, NULL);
  abort ();
}

void
fuzz_set_up (void)
{
  g_log_set_writer_func (swallow, NULL, NULL);
  secinfo_json_init ();
  if (sodium_init () < 0)
    abort ();
}

void
fuzz_fail (const char *file, int line, const char *what)
{
  fprintf (stderr, "%s:%d: does not hold: %s\n", file, line, what);
  abort ();
}

char *
fuzz_take_until (const guint8 **data, gsize *size, char separator, gsize *length)
{
  const guint8 *end = *size > 0 ? memchr (*data, separator, *size) : NULL;
  gsize taken = end != NULL ? (gsize) (end - *data) : *size;
  char *text = g_malloc (taken + 1);

  if (taken > 0)
    memcpy (text, *data, taken);
  text[taken] = '\0';
  *data += end != NULL ? taken + 1 : taken;
  *size -= end != NULL ? taken + 1 : taken;
  if (length != NULL)
    *length = taken;
  return text;
}

void
fuzz_drain (int fd)
{
  char waste[4096];

  while (recv (fd, waste, sizeof waste, MSG_DONTWAIT) > 0)
    continue;
}
