/* secinfo-client-stream.c - GET /v1/account/events, kept open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

#include <string.h>

#define CHUNK 4096

/* Lives as long as one wish to listen; a read under way holds its own reference. */
struct _SecinfoStream
{
  gatomicrefcount     refs;
  SecinfoClient      *client;       /* (nullable) not a reference; NULL once nobody listens */
  GCancellable       *cancellable;  /* of the try under way */
  SoupMessage        *message;      /* (nullable) */
  SecinfoEventParser *parser;       /* (nullable) */
  guint               failures;
  guint               again_source;
  gboolean            open;
  char                chunk[CHUNK];
};

static void stream_connect (SecinfoStream *self);

static void
stream_unref (SecinfoStream *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->message);
  g_clear_pointer (&self->parser, secinfo_event_parser_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecinfoStream, stream_unref)

static SecinfoStream *
stream_ref (SecinfoStream *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
stream_set_open (SecinfoStream *self, gboolean open)
{
  if (self->open == open)
    return;
  self->open = open;
  if (self->client != NULL)
    secinfo_client_emit_stream (self->client, open);
}

static gboolean
again_cb (gpointer user_data)
{
  SecinfoStream *self = user_data;

  self->again_source = 0;
  stream_connect (self);
  return G_SOURCE_REMOVE;
}

static void
stream_lost (SecinfoStream *self)
{
  static const guint pauses[] = { 1, 2, 5, 10, 30 };  /* seconds */

  stream_set_open (self, FALSE);
  if (self->client == NULL || self->again_source != 0)
    return;
  self->again_source = g_timeout_add_seconds (pauses[MIN (self->failures, G_N_ELEMENTS (pauses) - 1)], again_cb, self);
  self->failures++;
}

static void
event_cb (const char *type, const char *data, gpointer user_data)
{
  SecinfoStream *self = user_data;
  g_autoptr(json_t) object = secinfo_json_parse (data, strlen (data), NULL);

  if (self->client != NULL)
    secinfo_client_emit_event (self->client, type,
                               json_is_object (object) ? secinfo_json_get_string (object, "id") : NULL);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(SecinfoStream) self = user_data;
  g_autoptr(GError) error = NULL;
  gssize count = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (self->client == NULL)
    return;
  if (count > 0 && secinfo_event_parser_feed (self->parser, self->chunk, (gsize) count, event_cb, self, &error))
    {
      if (self->client != NULL)
        g_input_stream_read_async (G_INPUT_STREAM (object), self->chunk, CHUNK, G_PRIORITY_DEFAULT,
                                   self->cancellable, read_cb, stream_ref (self));
      return;
    }
  if (error != NULL)
    g_debug ("Event stream: %s", error->message);
  stream_lost (self);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(SecinfoStream) self = user_data;
  g_autoptr(GInputStream) input = soup_session_send_finish (SOUP_SESSION (object), result, NULL);
  const char *type;

  if (self->client == NULL)
    return;
  type = soup_message_headers_get_content_type (soup_message_get_response_headers (self->message), NULL);
  if (input == NULL || soup_message_get_status (self->message) != SOUP_STATUS_OK ||
      g_strcmp0 (type, "text/event-stream") != 0)
    {
      stream_lost (self);
      return;
    }
  g_clear_pointer (&self->parser, secinfo_event_parser_free);
  self->parser = secinfo_event_parser_new ();
  self->failures = 0;
  g_input_stream_read_async (input, self->chunk, CHUNK, G_PRIORITY_DEFAULT, self->cancellable, read_cb,
                             stream_ref (self));
  stream_set_open (self, TRUE);
}

static void
stream_connect (SecinfoStream *self)
{
  g_clear_object (&self->cancellable);
  g_clear_object (&self->message);
  self->cancellable = g_cancellable_new ();
  self->message = secinfo_client_message (self->client, "GET", "/v1/account/events", self->cancellable);
  /* The stream says only what to ask for anew: it needs no token, and must not keep one alive. */
  soup_message_headers_remove (soup_message_get_request_headers (self->message), "Authorization");
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Accept", "text/event-stream");
  soup_session_send_async (self->client->session, self->message, G_PRIORITY_DEFAULT, self->cancellable, sent_cb,
                           stream_ref (self));
}

void
secinfo_stream_free (SecinfoStream *self)
{
  self->client = NULL;
  g_clear_handle_id (&self->again_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  stream_unref (self);
}

/**
 * secinfo_client_start_events:
 *
 * Opens the event stream and keeps it open, until secinfo_client_stop_events() or the client goes.
 */
void
secinfo_client_start_events (SecinfoClient *self)
{
  g_return_if_fail (SECINFO_IS_CLIENT (self));

  if (self->stream != NULL)
    return;
  self->stream = g_new0 (SecinfoStream, 1);
  g_atomic_ref_count_init (&self->stream->refs);
  self->stream->client = self;
  stream_connect (self->stream);
}

void
secinfo_client_stop_events (SecinfoClient *self)
{
  gboolean was_open;

  g_return_if_fail (SECINFO_IS_CLIENT (self));

  was_open = secinfo_client_is_streaming (self);
  g_clear_pointer (&self->stream, secinfo_stream_free);
  if (was_open)
    secinfo_client_emit_stream (self, FALSE);
}

gboolean
secinfo_client_is_streaming (SecinfoClient *self)
{
  g_return_val_if_fail (SECINFO_IS_CLIENT (self), FALSE);

  return self->stream != NULL && self->stream->open;
}
