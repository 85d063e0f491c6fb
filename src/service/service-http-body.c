/* service-http-body.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http-body.h"

#include <sodium.h>
#include <string.h>

enum
{
  MOST = 64 * 1024,
  DISCARD_MOST = 1024 * 1024,    /* of a body that is too large and says so only by being it */
  FIRST = 256,                   /* most are shorter; all of it is wiped */
};

static void
grow (ServiceHttpBody *self,
      gsize            needed)
{
  gsize size = MAX (self->size, FIRST);
  char *text;

  if (needed + 1 <= self->size)
    return;

  while (size < needed + 1)
    size *= 2;
  /* By hand: realloc() would leave the old bytes behind. */
  text = g_malloc0 (size);
  if (self->text != NULL)
    {
      memcpy (text, self->text, self->length);
      sodium_memzero (self->text, self->size);
      g_free (self->text);
    }
  self->text = text;
  self->size = size;
}

gboolean
service_http_body_expect (ServiceHttpBody *self,
                          gsize            length)
{
  if (length > MOST)
    return FALSE;
  if (length > 0)
    grow (self, length);
  return TRUE;
}

gboolean
service_http_body_add (ServiceHttpBody *self,
                       char            *chunk,
                       gsize            length)
{
  if (self->too_large || self->length + length > MOST)
    {
      self->too_large = TRUE;
      self->discarded += length;
    }
  else
    {
      grow (self, self->length + length);
      memcpy (self->text + self->length, chunk, length);
      self->length += length;
    }

  /* The memory is libmicrohttpd's and would be reused as it is. */
  sodium_memzero (chunk, length);
  return self->discarded <= DISCARD_MOST;
}

void
service_http_body_take (ServiceHttpBody  *self,
                        char            **text,
                        gsize            *length,
                        gsize            *size)
{
  *text = g_steal_pointer (&self->text);
  *length = self->length;
  *size = self->size;
}

void
service_http_body_clear (ServiceHttpBody *self)
{
  if (self->text != NULL)
    sodium_memzero (self->text, self->size);
  g_clear_pointer (&self->text, g_free);
}
