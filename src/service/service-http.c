/* service-http.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http.h"

#include "service-events.h"
#include "service-http-answer.h"
#include "service-http-body.h"
#include "service-http-loop.h"
#include "service-language.h"
#include "service-request-private.h"

#include <glib-unix.h>
#include <microhttpd.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum
{
  POOL = 16 * 1024,              /* memory of one connection: its head has to fit */
  STREAM_BLOCK = 1024,
  STREAM_PAUSE = 30,             /* seconds until one who has four streams may ask for another */
};

/* Said where there is no memory for anything else: made before, and as it is in no language but the protocol's. */
#define NO_MEMORY \
  "{\"type\":\"/problems/busy\",\"title\":\"Busy\",\"status\":503,\"detail\":\"The computer has no memory left.\"}"


/* One request on a connection. */
typedef struct
{
  char           *path;           /* without the query, still escaped */
  char           *query;          /* (nullable) still escaped */
  ServiceHttpBody body;
  gboolean        begun;          /* its head is complete */
  gboolean        suspended;
  ServiceHttpTurn turn;
  ServiceRequest *request;        /* (nullable) until it was dispatched */
} Exchange;

/* One connection. */
typedef struct
{
  ServiceHttp           *http;
  struct MHD_Connection *connection;
  ServiceCaller         *caller;
  int                    fd;            /* libmicrohttpd's */
  ServiceHttpDeadline    deadline;
  Exchange              *exchange;      /* (nullable) between two requests */
  ServiceEventStream    *stream;        /* (nullable) */
  guint                  hang_up;       /* watch: a suspended reader that leaves is noticed by nobody else */
  gboolean               gone;          /* it left, or the service stops: the stream ends */
  gboolean               stream_waits;  /* suspended until there is news */
} Peer;

struct _ServiceHttp
{
  ServiceInstance   *instance;
  struct MHD_Daemon *daemon;
  struct MHD_Response *no_memory;
  GSource           *loop;
  GHashTable        *arriving;    /* fd -> Peer, between add() and libmicrohttpd's word that it has it */
  GHashTable        *peers;       /* set of Peer */
  ServiceHttpTurns  *turns;       /* (nullable) a private instance has one user */
  ServiceHttpDeadlines *deadlines;
  gboolean           stopping;
  void             (*closed) (uid_t uid, gpointer data);
  gpointer           closed_data;
};

/* --- connections ------------------------------------------------------------------------------------------ */

static void
too_slow_cb (gpointer who)
{
  Peer *peer = who;

  shutdown (peer->fd, SHUT_RDWR);
}

static void
set_deadline (Peer                    *peer,
              ServiceHttpDeadlineKind  kind)
{
  service_http_deadlines_set (peer->http->deadlines, &peer->deadline, peer, kind, g_get_monotonic_time ());
}

static void
resume (Peer *peer)
{
  MHD_resume_connection (peer->connection);
  service_http_loop_hurry (peer->http->loop);
}

static void
close_stream (Peer *peer)
{
  g_clear_handle_id (&peer->hang_up, g_source_remove);
  if (peer->stream != NULL)
    service_events_close (peer->http->instance->events, peer->stream);
  peer->stream = NULL;
}

static void
exchange_free (ServiceHttp *self,
               Exchange    *exchange)
{
  if (exchange == NULL)
    return;

  if (self->turns != NULL)
    service_http_turns_leave (self->turns, &exchange->turn);
  service_http_body_clear (&exchange->body);
  /* The request may live on in the store's queue; its answer then interests nobody. */
  if (exchange->request != NULL)
    {
      exchange->request->done = NULL;
      g_cancellable_cancel (exchange->request->cancellable);
      service_request_unref (exchange->request);
    }
  g_free (exchange->path);
  g_free (exchange->query);
  g_free (exchange);
}

static void
drop_exchange (Peer *peer)
{
  exchange_free (peer->http, g_steal_pointer (&peer->exchange));
}

static void
go_cb (gpointer waiter)
{
  resume (waiter);
}

static void
peer_free (Peer *peer)
{
  close_stream (peer);
  set_deadline (peer, SERVICE_HTTP_DEADLINE_NONE);
  drop_exchange (peer);
  service_caller_unref (peer->caller);
  g_free (peer);
}

static void
connection_changed_cb (void                              *cls,
                       struct MHD_Connection             *connection,
                       void                             **slot,
                       enum MHD_ConnectionNotificationCode code)
{
  ServiceHttp *self = cls;

  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    {
      int fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      Peer *peer = g_hash_table_lookup (self->arriving, GINT_TO_POINTER (fd));

      g_hash_table_steal (self->arriving, GINT_TO_POINTER (fd));
      g_hash_table_add (self->peers, peer);
      peer->connection = connection;
      set_deadline (peer, SERVICE_HTTP_DEADLINE_HEAD);
      *slot = peer;
    }
  else
    {
      Peer *peer = *slot;
      uid_t uid = service_caller_get_uid (peer->caller);

      *slot = NULL;
      g_hash_table_remove (self->peers, peer);
      self->closed (uid, self->closed_data);
    }
}

gboolean
service_http_add (ServiceHttp   *self,
                  int            fd,
                  ServiceCaller *caller)
{
  struct sockaddr address = { .sa_family = AF_UNIX };
  Peer *peer = g_new0 (Peer, 1);

  peer->http = self;
  peer->fd = fd;
  peer->caller = service_caller_ref (caller);
  g_hash_table_insert (self->arriving, GINT_TO_POINTER (fd), peer);

  if (MHD_add_connection (self->daemon, fd, &address, sizeof address) == MHD_YES)
    {
      service_http_loop_hurry (self->loop);
      return TRUE;
    }

  /* It closed the descriptor. Where it had announced the connection it took that back too. */
  return !g_hash_table_remove (self->arriving, GINT_TO_POINTER (fd));
}

void
service_http_look (ServiceHttp *self)
{
  MHD_run (self->daemon);
}

/* --- requests --------------------------------------------------------------------------------------------- */

/* The request line is in: a head begins, and here alone the path is seen before anything was unescaped. */
static void *
request_line_cb (void                  *cls,
                 const char            *uri,
                 struct MHD_Connection *connection)
{
  Peer *peer = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  const char *mark = strchr (uri, '?');

  drop_exchange (peer);
  peer->exchange = g_new0 (Exchange, 1);
  peer->exchange->path = mark != NULL ? g_strndup (uri, mark - uri) : g_strdup (uri);
  peer->exchange->query = mark != NULL ? g_strdup (mark + 1) : NULL;
  set_deadline (peer, SERVICE_HTTP_DEADLINE_HEAD);
  return NULL;
}

static struct MHD_Response *
spare_of (struct MHD_Connection *connection)
{
  Peer *peer = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

  return peer->http->no_memory;
}

static const char *
get_header (struct MHD_Connection *connection,
            const char            *name)
{
  return MHD_lookup_connection_value (connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result
send_too_large (struct MHD_Connection *connection)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_LARGE);
  char language[16];

  service_language_pick (get_header (connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE), language);
  return service_http_send_problem (connection, spare_of (connection), problem, NULL, language);
}

/* --- the event stream ------------------------------------------------------------------------------------- */

static void
stream_wake_cb (gpointer user_data)
{
  Peer *peer = user_data;

  if (!peer->stream_waits)
    return;

  peer->stream_waits = FALSE;
  resume (peer);
}

static gboolean
stream_hang_up_cb (gint         fd,
                   GIOCondition condition,
                   gpointer     user_data)
{
  Peer *peer = user_data;

  peer->hang_up = 0;
  peer->gone = TRUE;
  stream_wake_cb (peer);
  return G_SOURCE_REMOVE;
}

static ssize_t
stream_read_cb (void     *cls,
                uint64_t  position,
                char     *buffer,
                size_t    size)
{
  Peer *peer = cls;
  gsize taken = peer->stream != NULL ? service_events_take (peer->stream, buffer, size) : 0;

  if (taken > 0)
    return (ssize_t) taken;
  if (peer->gone || peer->stream == NULL)
    return MHD_CONTENT_READER_END_OF_STREAM;

  peer->stream_waits = TRUE;
  MHD_suspend_connection (peer->connection);
  return 0;
}

static enum MHD_Result
send_stream (Peer                  *peer,
             struct MHD_Connection *connection)
{
  struct MHD_Response *response;
  enum MHD_Result result;

  peer->stream = service_events_open (peer->http->instance->events, service_caller_get_uid (peer->caller),
                                      stream_wake_cb, peer);
  if (peer->stream == NULL)
    {
      ServiceRequest *request = peer->exchange->request;

      request->problem = secinfo_problem_set_retry_at (secinfo_problem_new (SECINFO_PROBLEM_BUSY),
                                                       request->now.wall + STREAM_PAUSE);
      return service_http_send_problem (connection, spare_of (connection), request->problem, request,
                                        request->language);
    }

  peer->hang_up = g_unix_fd_add (peer->fd, G_IO_HUP | G_IO_ERR, stream_hang_up_cb, peer);
  response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read_cb, peer, NULL);
  if (response == NULL || !service_http_add_headers (response, "text/event-stream", NULL))
    result = MHD_queue_response (connection, MHD_HTTP_SERVICE_UNAVAILABLE, peer->http->no_memory);
  else
    result = MHD_queue_response (connection, MHD_HTTP_OK, response);
  g_clear_pointer (&response, MHD_destroy_response);
  return result;
}

/* --- from the head to the answer -------------------------------------------------------------------------- */

static enum MHD_Result
send_answer (Peer                  *peer,
             struct MHD_Connection *connection)
{
  ServiceRequest *request = peer->exchange->request;

  if (request->state == SERVICE_REQUEST_STREAM)
    return send_stream (peer, connection);
  if (request->problem != NULL)
    return service_http_send_problem (connection, spare_of (connection), request->problem, request,
                                      request->language);
  if (request->kept != NULL)
    return MHD_queue_response (connection, request->status, service_answer_get_response (request->kept));

  if (request->answer_text != NULL)
    return service_http_send_text (connection, spare_of (connection), request->status,
                                   g_steal_pointer (&request->answer_text), request);

  return service_http_send_json (connection, spare_of (connection), request->status, request->answer, request);
}

static void
request_done_cb (ServiceRequest *request,
                 gpointer        data)
{
  Peer *peer = data;

  if (peer->http->turns != NULL)
    service_http_turns_leave (peer->http->turns, &peer->exchange->turn);
  if (!peer->exchange->suspended)
    return;   /* dispatch() answered before it returned */

  peer->exchange->suspended = FALSE;
  resume (peer);
}

/* Copies what the head says for the request; the token's place in libmicrohttpd's memory is wiped. */
static void
take_head (Peer                  *peer,
           struct MHD_Connection *connection,
           ServiceRequest        *request)
{
  const char *authorization = get_header (connection, MHD_HTTP_HEADER_AUTHORIZATION);
  const char *key = get_header (connection, "Idempotency-Key");

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    {
      request->token = g_strstrip (g_strdup (authorization + 7));
      sodium_memzero ((char *) authorization, strlen (authorization));
    }
  request->replay_key = g_strdup (key);
  service_language_pick (get_header (connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE), request->language);
}

/* While it waits for a person (polkit), a suspended connection is noticed by nobody else when it is closed. */
static gboolean
asking_hang_up_cb (gint         fd,
                   GIOCondition condition,
                   gpointer     user_data)
{
  Peer *peer = user_data;

  peer->hang_up = 0;
  if (peer->exchange != NULL && peer->exchange->request != NULL)
    g_cancellable_cancel (peer->exchange->request->cancellable);
  return G_SOURCE_REMOVE;
}

static enum MHD_Result
dispatch (Peer                  *peer,
          struct MHD_Connection *connection,
          const char            *method)
{
  Exchange *exchange = peer->exchange;
  ServiceRequest *request = service_request_new (peer->http->instance, peer->caller);

  exchange->request = request;
  take_head (peer, connection, request);
  request->query_text = g_steal_pointer (&exchange->query);
  service_http_body_take (&exchange->body, &request->text, &request->text_length, &request->text_size);
  request->done = request_done_cb;
  request->done_data = peer;

  service_router_dispatch (peer->http->instance, request, method, exchange->path);
  if (request->finished)
    return send_answer (peer, connection);

  if (request->cancellable != NULL)
    peer->hang_up = g_unix_fd_add (peer->fd, G_IO_HUP | G_IO_ERR, asking_hang_up_cb, peer);
  exchange->suspended = TRUE;
  MHD_suspend_connection (connection);
  return MHD_YES;
}

static enum MHD_Result
begin (Peer                  *peer,
       struct MHD_Connection *connection)
{
  const char *length = get_header (connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  gboolean chunked = get_header (connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
  guint64 stated = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;

  peer->exchange->begun = TRUE;
  set_deadline (peer, chunked || stated > 0 ? SERVICE_HTTP_DEADLINE_BODY : SERVICE_HTTP_DEADLINE_NONE);
  return service_http_body_expect (&peer->exchange->body, stated) ? MHD_YES : send_too_large (connection);
}

static enum MHD_Result
handle_cb (void                  *cls,
           struct MHD_Connection *connection,
           const char            *url,
           const char            *method,
           const char            *version,
           const char            *upload,
           size_t                *upload_size,
           void                 **slot)
{
  Peer *peer = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  Exchange *exchange = peer->exchange;

  if (exchange == NULL)
    return MHD_NO;
  if (!exchange->begun)
    return begin (peer, connection);
  if (*upload_size > 0)
    {
      gsize length = *upload_size;

      *upload_size = 0;
      return service_http_body_add (&exchange->body, (char *) upload, length) ? MHD_YES : MHD_NO;
    }

  set_deadline (peer, SERVICE_HTTP_DEADLINE_NONE);
  if (exchange->body.too_large)
    return send_too_large (connection);
  if (exchange->request != NULL)
    return send_answer (peer, connection);
  if (peer->http->stopping)
    return MHD_NO;
  if (peer->http->turns != NULL &&
      !service_http_turns_take (peer->http->turns, &exchange->turn, service_caller_get_uid (peer->caller), peer))
    {
      MHD_suspend_connection (connection);
      return MHD_YES;
    }

  return dispatch (peer, connection, method);
}

static void
completed_cb (void                            *cls,
              struct MHD_Connection           *connection,
              void                           **slot,
              enum MHD_RequestTerminationCode  code)
{
  Peer *peer = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

  if (peer == NULL)
    return;

  close_stream (peer);
  drop_exchange (peer);
  set_deadline (peer, code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? SERVICE_HTTP_DEADLINE_REST
                                                                  : SERVICE_HTTP_DEADLINE_NONE);
}

/* --- beginning and end ------------------------------------------------------------------------------------ */

/* Client errors that libmicrohttpd notes are no news; nothing it says may carry what a request held. */
static void
log_cb (void       *cls,
        const char *format,
        va_list     arguments)
{
  g_debug ("libmicrohttpd: %s", format);
}

ServiceHttp *
service_http_new (ServiceInstance  *instance,
                  void            (*closed) (uid_t, gpointer),
                  gpointer          data,
                  GError          **error)
{
  g_autoptr(ServiceHttp) self = g_new0 (ServiceHttp, 1);
  /* It says of each answer that a Unix socket has no TCP_NODELAY. */
  guint log = g_getenv ("G_MESSAGES_DEBUG") != NULL ? MHD_USE_ERROR_LOG : 0;

  self->instance = instance;
  self->closed = closed;
  self->closed_data = data;
  self->deadlines = service_http_deadlines_new (too_slow_cb);
  self->arriving = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) peer_free);
  self->peers = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) peer_free, NULL);
  self->daemon = MHD_start_daemon (MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                                   log,
                                   0, NULL, NULL, handle_cb, self,
                                   MHD_OPTION_EXTERNAL_LOGGER, log_cb, NULL,
                                   MHD_OPTION_NOTIFY_CONNECTION, connection_changed_cb, self,
                                   MHD_OPTION_NOTIFY_COMPLETED, completed_cb, self,
                                   MHD_OPTION_URI_LOG_CALLBACK, request_line_cb, self,
                                   MHD_OPTION_CONNECTION_LIMIT, (unsigned int) SERVICE_HTTP_MOST_CONNECTIONS,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) POOL,
                                   MHD_OPTION_STRICT_FOR_CLIENT, 1,
                                   MHD_OPTION_END);
  self->no_memory = MHD_create_response_from_buffer (strlen (NO_MEMORY), (char *) NO_MEMORY, MHD_RESPMEM_PERSISTENT);
  if (self->daemon == NULL || self->no_memory == NULL ||
      !service_http_add_headers (self->no_memory, SERVICE_HTTP_PROBLEM_TYPE, NULL) ||
      !MHD_add_response_header (self->no_memory, MHD_HTTP_HEADER_RETRY_AFTER, "1"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "libmicrohttpd did not start; is the computer out of memory or descriptors?");
      return NULL;
    }

  self->loop = service_http_loop_new (self->daemon);
  if (instance->mode == SERVICE_MODE_SYSTEM)
    self->turns = service_http_turns_new (go_cb, self->loop);
  service_http_loop_set_turns (self->loop, self->turns);
  service_http_loop_set_deadlines (self->loop, self->deadlines);
  return g_steal_pointer (&self);
}

/* libmicrohttpd may not stop with suspended connections: each is resumed with an end. */
static void
wake_all (ServiceHttp *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Peer *peer = key;

      peer->gone = TRUE;
      stream_wake_cb (peer);
      if (peer->exchange != NULL && peer->exchange->turn.state == SERVICE_HTTP_TURN_WAITS)
        {
          service_http_turns_leave (self->turns, &peer->exchange->turn);
          resume (peer);
        }
      if (peer->exchange == NULL || !peer->exchange->suspended)
        continue;
      /* The transaction may still use its answer: only its end of the line is cut. */
      peer->exchange->request->done = NULL;
      service_request_unref (g_steal_pointer (&peer->exchange->request));
      peer->exchange->suspended = FALSE;
      resume (peer);
    }
}

void
service_http_free (ServiceHttp *self)
{
  self->stopping = TRUE;
  if (self->daemon != NULL && self->instance->events != NULL)
    {
      service_events_publish (self->instance->events, (uid_t) -1, "bye", NULL);
      MHD_run (self->daemon);
      wake_all (self);
      MHD_run (self->daemon);
      wake_all (self);
    }
  if (self->loop != NULL)
    {
      g_source_destroy (self->loop);
      g_source_unref (self->loop);
    }
  g_clear_pointer (&self->daemon, MHD_stop_daemon);
  g_clear_pointer (&self->no_memory, MHD_destroy_response);
  g_hash_table_unref (self->arriving);
  g_hash_table_unref (self->peers);
  g_clear_pointer (&self->turns, service_http_turns_free);
  g_clear_pointer (&self->deadlines, service_http_deadlines_free);
  g_free (self);
}
