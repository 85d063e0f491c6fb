/* service-events.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-events.h"

#include <string.h>

enum
{
  STREAMS_A_UID = 4,
  MOST_WAITING = 64,   /* events of one stream whose reader does not read */
};

struct _ServiceEventStream
{
  uid_t     uid;
  void    (*wake) (gpointer data);
  gpointer  data;
  GQueue    waiting;   /* of char *, whole events */
  gsize     taken;     /* bytes of the first that are out already */
};

struct _ServiceEvents
{
  GQueue streams;
};

/* What a reader that fell behind is told instead: look at everything again. */
static const char *const everything[] = { "account", "contacts", "challenge", "inbox", "gateways", "service",
                                            "saved-codes" };

ServiceEvents *
service_events_new (void)
{
  ServiceEvents *self = g_new0 (ServiceEvents, 1);

  g_queue_init (&self->streams);
  return self;
}

static void
event_stream_free (ServiceEventStream *stream)
{
  g_queue_clear_full (&stream->waiting, g_free);
  g_free (stream);
}

void
service_events_free (ServiceEvents *self)
{
  g_queue_clear_full (&self->streams, (GDestroyNotify) event_stream_free);
  g_free (self);
}

/* @id is one of ours (base64url) or a word, so it needs no escaping. */
static char *
format_event (const char *what,
              const char *id)
{
  if (id == NULL)
    return g_strdup_printf ("event: %s\ndata: {}\n\n", what);

  return g_strdup_printf ("event: %s\ndata: {\"id\":\"%s\"}\n\n", what, id);
}

static gboolean
waits_already (ServiceEventStream *stream,
               const char         *text)
{
  /* One that is partly out does not count: its reader may have acted on what it said. */
  for (GList *l = stream->taken > 0 ? stream->waiting.head->next : stream->waiting.head; l != NULL; l = l->next)
    {
      if (g_str_equal (l->data, text))
        return TRUE;
    }

  return FALSE;
}

static void
start_over (ServiceEventStream *stream)
{
  char *begun = stream->taken > 0 ? g_queue_pop_head (&stream->waiting) : NULL;

  g_queue_clear_full (&stream->waiting, g_free);
  if (begun != NULL)
    g_queue_push_tail (&stream->waiting, begun);
  for (gsize i = 0; i < G_N_ELEMENTS (everything); i++)
    g_queue_push_tail (&stream->waiting, format_event (everything[i], NULL));
}

void
service_events_publish (ServiceEvents *self,
                        uid_t          uid,
                        const char    *what,
                        const char    *id)
{
  g_autofree char *text = NULL;

  g_return_if_fail (what != NULL);

  if (self->streams.length == 0)
    return;

  text = format_event (what, id);
  for (GList *l = self->streams.head, *next; l != NULL; l = next)
    {
      ServiceEventStream *stream = l->data;

      next = l->next;
      if ((uid != (uid_t) -1 && stream->uid != uid) || waits_already (stream, text))
        continue;
      if (stream->waiting.length >= MOST_WAITING)
        start_over (stream);
      else
        g_queue_push_tail (&stream->waiting, g_strdup (text));
      stream->wake (stream->data);
    }
}

guint
service_events_count (ServiceEvents *self)
{
  return self->streams.length;
}

gboolean
service_events_has_other (ServiceEvents *self,
                          uid_t          uid)
{
  for (GList *l = self->streams.head; l != NULL; l = l->next)
    {
      if (((ServiceEventStream *) l->data)->uid != uid)
        return TRUE;
    }
  return FALSE;
}

ServiceEventStream *
service_events_open (ServiceEvents *self,
                     uid_t          uid,
                     void         (*wake) (gpointer),
                     gpointer       data)
{
  ServiceEventStream *stream;
  guint of_uid = 0;

  g_return_val_if_fail (wake != NULL, NULL);

  for (GList *l = self->streams.head; l != NULL; l = l->next)
    of_uid += ((ServiceEventStream *) l->data)->uid == uid;
  if (of_uid >= STREAMS_A_UID)
    return NULL;

  stream = g_new0 (ServiceEventStream, 1);
  stream->uid = uid;
  stream->wake = wake;
  stream->data = data;
  g_queue_init (&stream->waiting);
  /* A comment, so that the reader knows at once that it is connected. */
  g_queue_push_tail (&stream->waiting, g_strdup (": open\n\n"));
  g_queue_push_tail (&self->streams, stream);
  return stream;
}

void
service_events_close (ServiceEvents      *self,
                      ServiceEventStream *stream)
{
  g_queue_remove (&self->streams, stream);
  event_stream_free (stream);
}

gsize
service_events_take (ServiceEventStream *stream,
                     char               *buffer,
                     gsize               size)
{
  gsize used = 0;

  while (used < size && stream->waiting.head != NULL)
    {
      const char *text = stream->waiting.head->data;
      gsize left = strlen (text) - stream->taken;
      gsize now = MIN (left, size - used);

      memcpy (buffer + used, text + stream->taken, now);
      used += now;
      stream->taken += now;
      if (now == left)
        {
          g_free (g_queue_pop_head (&stream->waiting));
          stream->taken = 0;
        }
    }

  return used;
}
