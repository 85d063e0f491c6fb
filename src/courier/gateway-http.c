/* gateway-http.c - a gateway that a description tells how to call
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-http.h"

#include "gateway-template.h"
#include "secinfo-host.h"

#include <libsoup/soup.h>
#include <string.h>

#define WHOLE_TIMEOUT 15   /* seconds, from the first look-up to the last byte */

struct _GatewayHttp
{
  GObject             parent_instance;

  GatewayDescription *description;   /* (not nullable) */
  SoupSession        *session;       /* (not nullable) */
};

static void gateway_http_iface_init (GatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GatewayHttp, gateway_http, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GATEWAY_TYPE, gateway_http_iface_init))

/* --- one request -------------------------------------------------------------------------------------------------- */

typedef struct
{
  GatewayMessage *message;
  SoupMessage    *request;
  GCancellable   *cancellable;
  GInputStream   *stream;       /* (nullable) */
  GByteArray     *body;
  gboolean        near;         /* what was typed lies near: so has to be where it leads */
  gboolean        left;         /* the request was written whole */
  gboolean        refused;      /* the name led where nothing is sent to */
  gboolean        late;         /* the 15 s are over */
  guint           timeout;      /* GSource id */
} Call;

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->timeout, g_source_remove);
  g_clear_object (&call->request);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->stream);
  if (call->body->len > 0)
    explicit_bzero (call->body->data, call->body->len);
  g_byte_array_unref (call->body);
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
    remote = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
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
end_call (GTask *task, GatewayAnswer *answer)
{
  Call *call = g_task_get_task_data (task);

  g_clear_handle_id (&call->timeout, g_source_remove);
  g_task_return_pointer (task, answer, (GDestroyNotify) gateway_answer_free);
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
  end_call (task, answer);
}

static const char *
get_header (const char *name, gpointer data)
{
  return soup_message_headers_get_one (data, name);
}

static void
judge_call (GTask *task)
{
  GatewayHttp *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->request);
  g_autoptr(GDateTime) date = NULL;
  const char *said = soup_message_headers_get_one (headers, "Date");
  GatewayAnswer *answer;

  answer = gateway_description_judge (self->description, call->message, soup_message_get_status (call->request),
                                      get_header, headers, call->body->len > 0 ? (const char *) call->body->data : "",
                                      call->body->len);
  answer->retry_after = gateway_description_read_retry_after (soup_message_headers_get_one (headers, "Retry-After"),
                                                              g_get_real_time () / G_USEC_PER_SEC);
  date = said != NULL ? soup_date_time_new_from_http_string (said) : NULL;
  answer->date = date != NULL ? MAX (g_date_time_to_unix (date), 0) : 0;
  end_call (task, answer);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (bytes == NULL)
    {
      fail_call (task, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      judge_call (task);
      return;
    }
  if (call->body->len + g_bytes_get_size (bytes) > GATEWAY_DESCRIPTION_ANSWER_MAX)
    {
      GatewayAnswer *answer = gateway_answer_new (SECINFO_RESULT_UNKNOWN, "too-long");

      gateway_answer_set_detail (answer, call->message, "The answer has more than 64 KiB.");
      g_cancellable_cancel (call->cancellable);
      end_call (task, answer);
      return;
    }
  g_byte_array_append (call->body, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
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

/* --- Gateway ------------------------------------------------------------------------------------------------------ */

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

static void
gateway_http_send_async (Gateway *gateway, GatewayMessage *message, GAsyncReadyCallback callback, gpointer user_data)
{
  GatewayHttp *self = GATEWAY_HTTP (gateway);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayRequest) filled = gateway_request_new (self->description, message, &error);
  SoupMessage *request = filled != NULL ? build_request (filled) : NULL;
  Call *call;

  g_task_set_source_tag (task, gateway_http_send_async);
  if (request == NULL)
    {
      GatewayAnswer *answer = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "settings");

      gateway_answer_set_detail (answer, message, error != NULL ? error->message : "This makes no web address.");
      g_task_return_pointer (task, answer, (GDestroyNotify) gateway_answer_free);
      return;
    }

  call = g_new0 (Call, 1);
  call->message = gateway_message_ref (message);
  call->request = request;
  call->cancellable = g_cancellable_new ();
  call->body = g_byte_array_new ();
  call->near = filled->near;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  g_signal_connect (request, "wrote-body", G_CALLBACK (wrote_body_cb), call);
  g_signal_connect (request, "network-event", G_CALLBACK (network_event_cb), call);
  call->timeout = g_timeout_add_seconds (WHOLE_TIMEOUT, timeout_cb, call);
  soup_session_send_async (self->session, request, G_PRIORITY_DEFAULT, call->cancellable, send_cb,
                           g_steal_pointer (&task));
}

static GatewayAnswer *
gateway_http_send_finish (Gateway *gateway, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static gboolean
gateway_http_check (Gateway *gateway, json_t *settings, const char **member, char **reason)
{
  GatewayHttp *self = GATEWAY_HTTP (gateway);
  g_autofree char *base = NULL;

  if (!self->description->has_base)
    return TRUE;
  base = gateway_request_check_base (secinfo_json_get_string (settings, "base"), reason);
  *member = "base";
  return base != NULL;
}

static const char *
gateway_http_get_name (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->name;
}

static const char *
gateway_http_get_title (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->title;
}

static SecinfoMedium
gateway_http_get_medium (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->medium;
}

static gboolean
gateway_http_is_idempotent (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->idempotent;
}

static GPtrArray *
gateway_http_get_settings (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->settings;
}

static void
gateway_http_iface_init (GatewayInterface *iface)
{
  iface->get_name = gateway_http_get_name;
  iface->get_title = gateway_http_get_title;
  iface->get_medium = gateway_http_get_medium;
  iface->is_idempotent = gateway_http_is_idempotent;
  iface->get_settings = gateway_http_get_settings;
  iface->check = gateway_http_check;
  iface->send_async = gateway_http_send_async;
  iface->send_finish = gateway_http_send_finish;
}

static void
gateway_http_finalize (GObject *object)
{
  GatewayHttp *self = GATEWAY_HTTP (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->description, gateway_description_free);

  G_OBJECT_CLASS (gateway_http_parent_class)->finalize (object);
}

static void
gateway_http_class_init (GatewayHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gateway_http_finalize;
}

static void
gateway_http_init (GatewayHttp *self)
{
  self->session = soup_session_new_with_options ("timeout", WHOLE_TIMEOUT, "idle-timeout", 1, "max-conns", 64,
                                                 "max-conns-per-host", 16, "proxy-resolver", NULL,
                                                 "user-agent", "SecInfo", NULL);
  /* A 401 is an answer here, not a question; and nothing unpacks a small answer into a large one. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
}

Gateway *
gateway_http_new (GatewayDescription *description)
{
  GatewayHttp *self = g_object_new (GATEWAY_TYPE_HTTP, NULL);

  self->description = description;
  return GATEWAY (self);
}
