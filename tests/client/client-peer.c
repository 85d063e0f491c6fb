/* client-peer.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-peer.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

static void
answer_free (gpointer data)
{
  PeerAnswer *answer = data;

  g_free (answer->body);
  g_free (answer);
}

void
peer_answer (Peer *peer, guint status, const char *body)
{
  PeerAnswer *answer = g_new0 (PeerAnswer, 1);

  answer->status = status;
  answer->body = g_strdup (body);
  g_queue_push_tail (&peer->answers, answer);
}

void
peer_forget (Peer *peer)
{
  g_queue_clear_full (&peer->answers, answer_free);
}

static void
stream_gone_cb (SoupServerMessage *message, gpointer user_data)
{
  Peer *peer = user_data;

  if (peer->stream == message)
    g_clear_object (&peer->stream);
}

static void
open_stream (Peer *peer, SoupServerMessage *message)
{
  peer->streams++;
  g_set_object (&peer->stream, message);
  g_signal_connect (message, "disconnected", G_CALLBACK (stream_gone_cb), peer);
  g_signal_connect (message, "finished", G_CALLBACK (stream_gone_cb), peer);
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message), SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message), "text/event-stream", NULL);
}

static void
keep (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Peer *peer = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  GUri *uri = soup_server_message_get_uri (message);
  PeerAnswer *answer;

  if (strcmp (path, "/v1/account/events") == 0)
    {
      open_stream (peer, message);
      return;
    }
  peer->requests++;
  keep (&peer->method, soup_server_message_get_method (message));
  g_free (peer->target);
  peer->target = g_strconcat (g_uri_get_path (uri), g_uri_get_query (uri) != NULL ? "?" : "", g_uri_get_query (uri),
                              NULL);
  g_free (peer->body);
  peer->body = g_strndup (body->data, (gsize) body->length);
  keep (&peer->key, soup_message_headers_get_one (headers, "Idempotency-Key"));
  keep (&peer->bearer, soup_message_headers_get_one (headers, "Authorization"));
  keep (&peer->connection, soup_message_headers_get_one (headers, "Connection"));
  keep (&peer->language, soup_message_headers_get_one (headers, "Accept-Language"));

  answer = g_queue_get_length (&peer->answers) > 1 ? g_queue_pop_head (&peer->answers)
      : g_queue_peek_head (&peer->answers);
  soup_server_message_set_status (message, answer->status, NULL);
  if (answer->status == 503)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
  if (answer->body != NULL)
    soup_server_message_set_response (message, answer->status < 400 ? "application/json" : "application/problem+json",
                                      SOUP_MEMORY_COPY, answer->body, strlen (answer->body));
  if (g_queue_peek_head (&peer->answers) != answer)
    answer_free (answer);
}

Peer *
peer_new (void)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  g_queue_init (&peer->answers);
  peer->folder = g_dir_make_tmp ("secinfo-XXXXXX", NULL);
  peer->path = g_build_filename (peer->folder, "api", NULL);
  address = g_unix_socket_address_new (peer->path);
  g_assert_true (g_socket_bind (socket, address, FALSE, &error));
  g_assert_true (g_socket_listen (socket, &error));
  peer->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (peer->server, NULL, request_cb, peer, NULL);
  g_assert_true (soup_server_listen_socket (peer->server, socket, 0, &error));
  g_assert_no_error (error);
  peer->client = secinfo_client_new (peer->path);
  return peer;
}

void
peer_free (Peer *peer)
{
  g_clear_object (&peer->client);
  if (peer->stream != NULL)
    peer_hang_up (peer);
  soup_server_disconnect (peer->server);
  g_clear_object (&peer->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  peer_forget (peer);
  g_unlink (peer->path);
  g_rmdir (peer->folder);
  g_free (peer->path);
  g_free (peer->folder);
  g_free (peer->method);
  g_free (peer->target);
  g_free (peer->body);
  g_free (peer->key);
  g_free (peer->bearer);
  g_free (peer->language);
  g_free (peer->connection);
  g_free (peer);
}

void
peer_push (Peer *peer, const char *text)
{
  soup_message_body_append (soup_server_message_get_response_body (peer->stream), SOUP_MEMORY_COPY, text,
                            strlen (text));
  soup_server_message_unpause (peer->stream);
}

void
peer_hang_up (Peer *peer)
{
  g_autoptr(SoupServerMessage) message = g_steal_pointer (&peer->stream);

  soup_message_body_complete (soup_server_message_get_response_body (message));
  soup_server_message_unpause (message);
}

void
peer_keep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
peer_await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

void
peer_assert (Peer *peer, const char *expected)
{
  g_autofree char *seen = g_strdup_printf ("%s %s %s", peer->method, peer->target, peer->body);

  g_assert_cmpstr (seen, ==, expected);
}
