/* gateway-exchange.c - one request and its answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-exchange.h"

#include "secinfo-host.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

typedef struct
{
  GatewayMessage *message;
  GatewayReply   *reply;
  GCancellable   *cancellable;
  GInputStream   *stream;       /* (nullable) */
  gboolean        near;         /* what was typed lies near: so has to be where it leads */
  gboolean        left;         /* the request was written whole */
  gboolean        refused;      /* the name led where nothing is sent to */
  gboolean        late;         /* the time is over */
  guint           timeout;      /* GSource id */
} Call;

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->timeout, g_source_remove);
  if (call->reply != NULL)
    {
      g_signal_handlers_disconnect_by_data (call->reply->request, call);
      gateway_reply_free (call->reply);
    }
  g_clear_object (&call->cancellable);
  g_clear_object (&call->stream);
  gateway_message_unref (call->message);
  g_free (call);
}

static gboolean
timeout_cb (gpointer data)
{
  Call *call = data;

  call->timeout = 0;
  call->late = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
wrote_body_cb (SoupMessage *request, gpointer data)
{
  Call *call = data;

  call->left = TRUE;
}

/* DNS may say one thing now and another later, so what counts is the address that the connection has, and it is
 * looked at before TLS or the request begin. */
static void
network_event_cb (SoupMessage *request, GSocketClientEvent event, GIOStream *connection, gpointer data)
{
  Call *call = data;
  g_autoptr(GSocketAddress) remote = NULL;
  SecinfoHostPlace place = SECINFO_HOST_REFUSED;

  if (event != G_SOCKET_CLIENT_CONNECTED)
    return;
  if (G_IS_SOCKET_CONNECTION (connection))
    {
      remote = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
      /* Head and body are written apart; the body would wait for the head to be acknowledged, 40 ms. */
      g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)), IPPROTO_TCP, TCP_NODELAY,
                           1, NULL);
    }
  if (G_IS_INET_SOCKET_ADDRESS (remote))
    place = secinfo_host_address_place (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  if (place == SECINFO_HOST_REFUSED || (call->near && place == SECINFO_HOST_PUBLIC))
    {
      call->refused = TRUE;
      g_cancellable_cancel (call->cancellable);
    }
}

/* --- how it ends -------------------------------------------------------------------------------------------------- */

static void
end_call (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  g_clear_handle_id (&call->timeout, g_source_remove);
  g_signal_handlers_disconnect_by_data (call->reply->request, call);
  g_task_return_pointer (task, g_steal_pointer (&call->reply), (GDestroyNotify) gateway_reply_free);
}

static void
fail_call (GTask *task, const GError *error)
{
  Call *call = g_task_get_task_data (task);
  GatewayAnswer *answer = gateway_answer_new (call->left ? SECINFO_RESULT_UNKNOWN : SECINFO_RESULT_RETRY, NULL);

  if (call->refused)
    {
      answer->result = SECINFO_RESULT_BAD_CONFIG;
      gateway_answer_set_code (answer, call->message, "host");
      gateway_answer_set_detail (answer, call->message,
                                 "The server's name leads to an address that nothing is sent to.");
    }
  else if (!call->left && error->domain == G_TLS_ERROR && error->code != G_TLS_ERROR_EOF)
    {
      answer->result = SECINFO_RESULT_BAD_CONFIG;
      gateway_answer_set_code (answer, call->message, "tls");
      gateway_answer_set_detail (answer, call->message, error->message);
    }
  else
    gateway_answer_set_detail (answer, call->message, call->late ? "No answer within 15 seconds." : error->message);
  call->reply->failure = answer;
  end_call (task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Call *call = g_task_get_task_data (task);
  GatewayReply *reply = call->reply;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (bytes == NULL)
    {
      fail_call (task, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      reply->status = soup_message_get_status (reply->request);
      reply->length = reply->bytes->len;
      g_byte_array_append (reply->bytes, (const guint8 *) "", 1);
      reply->body = (const char *) reply->bytes->data;
      end_call (task);
      return;
    }
  if (reply->bytes->len + g_bytes_get_size (bytes) > GATEWAY_DESCRIPTION_ANSWER_MAX)
    {
      reply->failure = gateway_answer_new (SECINFO_RESULT_UNKNOWN, "too-long");
      gateway_answer_set_detail (reply->failure, call->message, "The answer has more than 64 KiB.");
      g_cancellable_cancel (call->cancellable);
      end_call (task);
      return;
    }
  g_byte_array_append (reply->bytes, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (G_INPUT_STREAM (object), 16384, G_PRIORITY_DEFAULT, call->cancellable, read_cb,
                                   g_steal_pointer (&task));
}

static void
send_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  call->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (call->stream == NULL)
    {
      fail_call (task, error);
      return;
    }
  g_input_stream_read_bytes_async (call->stream, 16384, G_PRIORITY_DEFAULT, call->cancellable, read_cb,
                                   g_steal_pointer (&task));
}

/* --- the reply ---------------------------------------------------------------------------------------------------- */

void
gateway_reply_free (GatewayReply *reply)
{
  if (reply == NULL)
    return;
  gateway_answer_free (reply->failure);
  g_clear_object (&reply->request);
  if (reply->bytes->len > 0)
    explicit_bzero (reply->bytes->data, reply->bytes->len);
  g_byte_array_unref (reply->bytes);
  g_free (reply);
}

const char *
gateway_reply_get_header (const char *name, gpointer reply)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (((GatewayReply *) reply)->request), name);
}

void
gateway_reply_read_dates (const GatewayReply *reply, GatewayAnswer *answer)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (reply->request);
  const char *said = soup_message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) date = said != NULL ? soup_date_time_new_from_http_string (said) : NULL;

  answer->retry_after = gateway_description_read_retry_after (soup_message_headers_get_one (headers, "Retry-After"),
                                                              g_get_real_time () / G_USEC_PER_SEC);
  answer->date = date != NULL ? MAX (g_date_time_to_unix (date), 0) : 0;
}

/* --- the exchange ------------------------------------------------------------------------------------------------- */

SoupSession *
gateway_exchange_session_new (void)
{
  SoupSession *session = soup_session_new_with_options ("timeout", GATEWAY_EXCHANGE_SECONDS, "idle-timeout", 1,
                                                        "max-conns", 64, "max-conns-per-host", 16,
                                                        "proxy-resolver", NULL, "user-agent", "SecInfo", NULL);

  /* A 401 is an answer here, not a question; and nothing unpacks a small answer into a large one. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

static SoupMessage *
build_request (const GatewayRequest *filled)
{
  SoupMessage *request = soup_message_new (filled->method, filled->url);

  if (request == NULL)
    return NULL;
  soup_message_add_flags (request, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  for (guint i = 0; i < filled->headers->len; i++)
    {
      const GatewayPair *pair = g_ptr_array_index (filled->headers, i);

      soup_message_headers_replace (soup_message_get_request_headers (request), pair->name, pair->text);
    }
  if (filled->body != NULL)
    {
      g_autoptr(GBytes) body = g_bytes_new (filled->body, strlen (filled->body));

      soup_message_set_request_body_from_bytes (request, filled->type, body);
    }
  return request;
}

void
gateway_exchange_async (SoupSession *session, const GatewayRequest *request, GatewayMessage *message, gint64 deadline,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (session, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);
  gint64 left = MAX (deadline - g_get_monotonic_time (), 0);

  g_task_set_source_tag (task, gateway_exchange_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->message = gateway_message_ref (message);
  for (guint i = 0; i < request->secrets->len; i++)
    gateway_message_confide (message, g_ptr_array_index (request->secrets, i));
  call->cancellable = g_cancellable_new ();
  call->near = request->near;
  call->reply = g_new0 (GatewayReply, 1);
  call->reply->bytes = g_byte_array_new ();
  call->reply->body = "";
  call->reply->request = build_request (request);
  if (call->reply->request == NULL)
    {
      call->reply->request = soup_message_new ("GET", "http://none.invalid/");
      call->reply->failure = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "settings");
      gateway_answer_set_detail (call->reply->failure, message, "This makes no web address.");
      end_call (task);
      return;
    }
  g_signal_connect (call->reply->request, "wrote-body", G_CALLBACK (wrote_body_cb), call);
  g_signal_connect (call->reply->request, "network-event", G_CALLBACK (network_event_cb), call);
  call->timeout = g_timeout_add ((guint) (left / 1000), timeout_cb, call);
  soup_session_send_async (session, call->reply->request, G_PRIORITY_DEFAULT, call->cancellable, send_cb,
                           g_steal_pointer (&task));
}

GatewayReply *
gateway_exchange_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
