/* courier-reports.c - listens for delivery reports
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "courier-reports.h"

#include "gateway-text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALLERS_MAX 32
#define HEAD_MAX    4096
#define BODY_MAX    8192
#define SECONDS     10    /* for all of it */
#define SIGNATURES  4     /* headers that may be one */
#define EVERY       50000 /* microseconds: 20 reports a second … */
#define BURST       64    /* … after so many at once */

struct _CourierReports
{
  int               fd;
  guint             source;    /* GSource id */
  GPtrArray        *callers;   /* of Caller */
  gint64            rested;    /* monotonic: then as many as BURST may come at once */
  CourierReportFunc take;
  gpointer          data;
};

typedef struct
{
  CourierReports *reports;
  int             fd;
  guint           source, timeout;   /* GSource ids */
  gboolean        counted;
  gsize           length;
  char            text[HEAD_MAX + BODY_MAX + 1];
} Caller;

static gboolean accept_cb (int fd, GIOCondition condition, gpointer data);

static void
caller_free (Caller *caller)
{
  g_clear_handle_id (&caller->source, g_source_remove);
  g_clear_handle_id (&caller->timeout, g_source_remove);
  close (caller->fd);
  /* There was a token in it. */
  explicit_bzero (caller->text, sizeof caller->text);
  g_free (caller);
}

/* The answer is short enough for any socket's buffer; who does not read it does without. */
static void
end_caller (Caller *caller, const char *status)
{
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);

  if (send (caller->fd, answer, strlen (answer), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    g_debug ("Whoever brought a report is gone");
  shutdown (caller->fd, SHUT_WR);
  g_ptr_array_remove_fast (caller->reports->callers, caller);
}

/* --- one request -------------------------------------------------------------------------------------------------- */

/* A proxy may put what it likes before it, so it is the last three parts that count. */
static json_t *
read_address (const char *path)
{
  g_auto(GStrv) halves = g_strsplit (path, "?", 2);
  g_auto(GStrv) parts = g_strsplit (halves[0] != NULL ? halves[0] : "", "/", -1);
  guint n = g_strv_length (parts);

  if (n < 4 || !gateway_text_is_ref (parts[n - 3]) || !gateway_text_is_ref (parts[n - 2]) ||
      !gateway_text_is_ref (parts[n - 1]))
    return NULL;
  return json_pack ("{s:s, s:s, s:s, s:s}", "gateway", parts[n - 3], "message", parts[n - 2], "token", parts[n - 1],
                    "query", halves[1] != NULL ? halves[1] : "");
}

static json_t *
read_signatures (SoupMessageHeaders *headers)
{
  json_t *found = json_object ();
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value) && json_object_size (found) < SIGNATURES)
    {
      g_autofree char *lower = g_ascii_strdown (name, -1);

      if (strstr (lower, "signature") != NULL && gateway_text_is_line (value) && gateway_text_is_line (lower))
        json_object_set_new (found, lower, json_string (value));
    }
  return found;
}

static json_t *
read_report (SoupMessageHeaders *headers, const char *path, const char *body)
{
  const char *type = soup_message_headers_get_one (headers, "Content-Type");
  json_t *report = NULL;

  if (gateway_text_is_line (path) && g_utf8_validate (body, -1, NULL))
    report = read_address (path);
  if (report == NULL)
    return NULL;
  json_object_set_new (report, "type", json_string (type != NULL && gateway_text_is_line (type) ? type : ""));
  json_object_set_new (report, "headers", read_signatures (headers));
  json_object_set_new (report, "body", json_string (body));
  return report;
}

/* Each is work for secinfod too, also one whose token is wrong. */
static gboolean
is_too_fast (CourierReports *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 rested = MAX (self->rested, now);

  if (rested - now > (BURST - 1) * EVERY)
    return TRUE;
  self->rested = rested + EVERY;
  return FALSE;
}

/* TRUE: it was told to come again. */
static gboolean
turn_away (Caller *caller)
{
  if (caller->counted || memmem (caller->text, caller->length, "\r\n", 2) == NULL)
    return FALSE;
  caller->counted = TRUE;
  if (!is_too_fast (caller->reports))
    return FALSE;
  end_caller (caller, "503 Service Unavailable\r\nRetry-After: 1");
  return TRUE;
}

const char *
courier_reports_read (char *text, gsize length, json_t **report, gboolean *whole)
{
  g_autoptr(SoupMessageHeaders) headers = NULL;
  const char *end = memmem (text, length, "\r\n\r\n", 4);
  gsize head = end != NULL ? (gsize) (end - text) + 2 : length;
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  SoupHTTPVersion version;
  goffset body_length;
  char *body;

  *report = NULL;
  *whole = end != NULL || head > HEAD_MAX;
  if (head > HEAD_MAX)
    return "431 Request Header Fields Too Large";
  if (end == NULL)
    return NULL;
  headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  if (soup_headers_parse_request (text, (int) head, headers, &method, &path, &version) != SOUP_STATUS_OK)
    return "400 Bad Request";
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "POST"))
    return "405 Method Not Allowed";
  if (soup_message_headers_get_one (headers, "Transfer-Encoding") != NULL)
    return "411 Length Required";
  body_length = soup_message_headers_get_content_length (headers);
  if (body_length < 0 || body_length > BODY_MAX)
    return "413 Content Too Large";
  body = text + head + 2;
  *whole = length >= head + 2 + (gsize) body_length;
  if (!*whole)
    return NULL;
  body[body_length] = '\0';
  if (strlen (body) != (gsize) body_length)
    return "400 Bad Request";
  *report = read_report (headers, path, body);
  return *report == NULL ? "404 Not Found" : NULL;
}

/* FALSE: more has to come. */
static gboolean
look (Caller *caller)
{
  CourierReports *self = caller->reports;
  json_t *report = NULL;
  gboolean whole;
  const char *status = courier_reports_read (caller->text, caller->length, &report, &whole);

  /* The same for a right token and a wrong one: here nobody knows. */
  if (report != NULL)
    status = self->take (report, self->data) ? "204 No Content" : "503 Service Unavailable";
  if (whole)
    end_caller (caller, status);
  return whole;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer data)
{
  Caller *caller = data;
  ssize_t n = recv (fd, caller->text + caller->length, sizeof caller->text - 1 - caller->length, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      caller->length += (gsize) n;
      if (!turn_away (caller) && !look (caller))
        return G_SOURCE_CONTINUE;
      return G_SOURCE_REMOVE;
    }
  g_ptr_array_remove_fast (caller->reports->callers, caller);
  return G_SOURCE_REMOVE;
}

static gboolean
timeout_cb (gpointer data)
{
  Caller *caller = data;

  end_caller (caller, "408 Request Timeout");
  return G_SOURCE_REMOVE;
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

static gboolean
accept_again_cb (gpointer data)
{
  CourierReports *self = data;

  self->source = g_unix_fd_add (self->fd, G_IO_IN, accept_cb, self);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (int fd, GIOCondition condition, gpointer data)
{
  CourierReports *self = data;
  int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Caller *caller;

  /* It would stay readable, and this would turn on the spot. */
  if (peer < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
    {
      self->source = g_timeout_add_seconds (1, accept_again_cb, self);
      return G_SOURCE_REMOVE;
    }
  if (peer < 0)
    return G_SOURCE_CONTINUE;
  if (self->callers->len >= CALLERS_MAX)
    {
      close (peer);
      return G_SOURCE_CONTINUE;
    }
  caller = g_new0 (Caller, 1);
  caller->reports = self;
  caller->fd = peer;
  caller->source = g_unix_fd_add (peer, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, caller);
  caller->timeout = g_timeout_add_seconds (SECONDS, timeout_cb, caller);
  g_ptr_array_add (self->callers, caller);
  return G_SOURCE_CONTINUE;
}

CourierReports *
courier_reports_new (guint16 port, CourierReportFunc take, gpointer data, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int yes = 1;
  CourierReports *self;

  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
      bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, 64) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "port %u: %s", port, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  self = g_new0 (CourierReports, 1);
  self->fd = fd;
  self->take = take;
  self->data = data;
  self->callers = g_ptr_array_new_with_free_func ((GDestroyNotify) caller_free);
  self->source = g_unix_fd_add (fd, G_IO_IN, accept_cb, self);
  return self;
}

void
courier_reports_free (CourierReports *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  g_ptr_array_unref (self->callers);
  close (self->fd);
  g_free (self);
}
