/* courier-line.c - one secinfod at the other end
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "courier-line.h"

#include "courier-reports.h"
#include "gateway-smtp.h"
#include "gateway-text.h"
#include "secinfo-secret.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 32768
#define FLYING_MAX   256    /* messages on their way at a time */
#define QUEUE_MAX    1024   /* answers that wait for a peer that does not read */
#define BUSY_RETRY   5      /* seconds */
#define REPORTS_MAX  64     /* answers that wait: with so many before it no report is taken */

struct _CourierLine
{
  int          fd;          /* -1: lost */
  GatewayList *gateways;    /* (not owned) outlives all lines */
  guint        in, out;     /* GSource ids */
  CourierReports *reports;  /* (nullable) until secinfod asks for them */
  GQueue       queue;       /* of text to be sent, wiped when freed */
  guint        flying;
  guint        references;  /* the owner's, and one for each message on its way */
  void       (*lost) (CourierLine *line, gpointer data);
  gpointer     lost_data;
};

static void
courier_line_unref (CourierLine *self)
{
  if (--self->references == 0)
    g_free (self);
}

static void
courier_line_close (CourierLine *self)
{
  g_clear_handle_id (&self->in, g_source_remove);
  g_clear_handle_id (&self->out, g_source_remove);
  g_clear_pointer (&self->reports, courier_reports_free);
  g_queue_clear_full (&self->queue, (GDestroyNotify) secinfo_secret_free_text);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
courier_line_lose (CourierLine *self)
{
  courier_line_close (self);
  /* Not while it is being made: courier_line_new() says so itself. */
  if (self->lost != NULL)
    self->lost (self, self->lost_data);
}

/* --- to secinfod -------------------------------------------------------------------------------------------------- */

static gboolean writable_cb (int fd, GIOCondition condition, gpointer data);

/* FALSE: the peer is gone. */
static gboolean
courier_line_flush (CourierLine *self)
{
  char *text;

  while ((text = g_queue_peek_head (&self->queue)) != NULL)
    {
      ssize_t n = send (self->fd, text, strlen (text), MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        {
          if (self->out == 0)
            self->out = g_unix_fd_add (self->fd, G_IO_OUT, writable_cb, self);
          return TRUE;
        }
      if (n < 0)
        return FALSE;
      secinfo_secret_free_text (g_queue_pop_head (&self->queue));
    }
  return TRUE;
}

static gboolean
writable_cb (int fd, GIOCondition condition, gpointer data)
{
  CourierLine *self = data;

  self->out = 0;
  if (!courier_line_flush (self))
    courier_line_lose (self);
  return G_SOURCE_REMOVE;
}

/* Loses the line itself where it must: nothing of @self may be used after it but its reference. @object: (transfer
 * full) */
static void
courier_line_say (CourierLine *self, json_t *object)
{
  g_autoptr(json_t) owned = object;

  if (self->fd < 0)
    return;
  g_queue_push_tail (&self->queue, secinfo_json_to_text (owned));
  if (g_queue_get_length (&self->queue) > QUEUE_MAX || !courier_line_flush (self))
    courier_line_lose (self);
}

/* As many kinds in a datagram as go in. */
static void
courier_line_say_hello (CourierLine *self)
{
  g_autoptr(json_t) all = gateway_list_describe (self->gateways);
  gsize next = 0;

  do
    {
      json_t *kinds = json_array ();
      gsize room = DATAGRAM_MAX - 100;

      for (; next < json_array_size (all); next++)
        {
          json_t *kind = json_array_get (all, next);
          g_autofree char *text = secinfo_json_to_text (kind);
          gsize length = strlen (text) + 1;

          if (length > DATAGRAM_MAX - 100)
            {
              g_message ("The description of %s is too long to be told", secinfo_json_get_string (kind, "name"));
              continue;
            }
          if (length > room)
            break;
          room -= length;
          json_array_append (kinds, kind);
        }
      courier_line_say (self, json_pack ("{s:i, s:o, s:b}", "hello", 1, "kinds", kinds, "more",
                                         next < json_array_size (all)));
    }
  while (next < json_array_size (all) && self->fd >= 0);
}

void
courier_line_set_network (CourierLine *self, gboolean network)
{
  courier_line_say (self, json_pack ("{s:b}", "network", network));
}

/* --- send --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CourierLine    *line;
  GatewayMessage *message;
} Errand;

static json_t *
answer_to_json (const char *ref, const GatewayAnswer *answer, const char *by)
{
  json_t *object = json_pack ("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "ref", ref, "result",
                              secinfo_result_to_string (answer->result),
                              "id", answer->id, "code", answer->code, "detail", answer->detail, "by", by);

  if (answer->status > 0)
    json_object_set_new (object, "status", json_integer (answer->status));
  if (answer->retry_after > 0)
    json_object_set_new (object, "retry_after", json_integer (answer->retry_after));
  if (answer->date > 0)
    json_object_set_new (object, "date", json_integer (answer->date));
  return object;
}

static void
say_result (CourierLine *self, const char *ref, SecinfoResult result, const char *code, gint64 retry_after)
{
  g_autoptr(GatewayAnswer) answer = gateway_answer_new (result, code);

  answer->retry_after = retry_after;
  courier_line_say (self, answer_to_json (ref, answer, NULL));
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;
  g_autofree char *by = gateway_dup_peer (GATEWAY (object), errand->message, result);
  g_autoptr(GatewayAnswer) answer = gateway_send_finish (GATEWAY (object), result);

  errand->line->flying--;
  courier_line_say (errand->line, answer_to_json (errand->message->ref, answer, by));
  gateway_message_unref (errand->message);
  courier_line_unref (errand->line);
  g_free (errand);
}

static void
do_send (CourierLine *self, json_t *datagram, const char *ref)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayMessage) message = gateway_message_new (datagram, &error);
  Gateway *gateway = gateway_list_find (self->gateways, secinfo_json_get_string (datagram, "gateway"));
  Errand *errand;

  if (message == NULL)
    {
      g_message ("A message was not understood: %s", error->message);
      say_result (self, ref, SECINFO_RESULT_BAD_CONFIG, "datagram", 0);
      return;
    }
  if (gateway == NULL)
    {
      say_result (self, ref, SECINFO_RESULT_BAD_CONFIG, "no-such-gateway", 0);
      return;
    }
  if (self->flying >= FLYING_MAX)
    {
      say_result (self, ref, SECINFO_RESULT_RETRY, "busy", BUSY_RETRY);
      return;
    }
  errand = g_new0 (Errand, 1);
  errand->line = self;
  errand->message = g_steal_pointer (&message);
  self->references++;
  self->flying++;
  gateway_send_async (gateway, errand->message, sent_cb, errand);
}

/* --- preset, check ------------------------------------------------------------------------------------------------ */

static void
do_preset (CourierLine *self, json_t *datagram, const char *ref)
{
  const char *address = secinfo_json_get_string (datagram, "address");
  json_t *preset = address != NULL ? gateway_smtp_find_preset (address) : NULL;

  courier_line_say (self, json_pack ("{s:s, s:o}", "ref", ref, "preset", preset != NULL ? preset : json_null ()));
}

static void
do_check (CourierLine *self, json_t *datagram, const char *ref)
{
  Gateway *gateway = gateway_list_find (self->gateways, secinfo_json_get_string (datagram, "gateway"));
  json_t *settings = secinfo_json_get_object (datagram, "settings");
  g_autofree char *member = NULL;
  g_autofree char *reason = NULL;
  gboolean ok = FALSE;

  if (gateway == NULL)
    {
      member = g_strdup ("kind");
      reason = g_strdup ("There is no such way to send.");
    }
  else if (settings == NULL)
    {
      member = g_strdup ("settings");
      reason = g_strdup ("This has to be an object.");
    }
  else
    ok = gateway_check (gateway, settings, &member, &reason);

  if (ok)
    courier_line_say (self, json_pack ("{s:s, s:b}", "ref", ref, "ok", TRUE));
  else
    courier_line_say (self, json_pack ("{s:s, s:b, s:s, s:s}", "ref", ref, "ok", FALSE, "member", member, "reason",
                                       reason));
}

/* --- describe ----------------------------------------------------------------------------------------------------- */

/* A description that secinfod keeps for us; what there is is told anew. With "check" it is looked at
 * alone. */
static void
do_describe (CourierLine *self, json_t *datagram, const char *ref)
{
  const char *text = secinfo_json_get_string (datagram, "text");
  gboolean keep = !secinfo_json_get_boolean (datagram, "check", FALSE);
  g_autofree char *reason = NULL;
  g_autofree char *name = gateway_list_take_text (self->gateways, text != NULL ? text : "",
                                                  text != NULL ? strlen (text) : 0, keep, &reason);

  /* First, so that whoever gets the answer knows it already. */
  if (name != NULL && keep)
    courier_line_say_hello (self);
  courier_line_say (self, json_pack ("{s:s, s:b, s:s?, s:s?}", "ref", ref, "ok", name != NULL, "name", name,
                                     "reason", reason));
}

/* secinfod keeps it no longer. */
static void
do_forget (CourierLine *self, json_t *datagram, const char *ref)
{
  gateway_list_drop (self->gateways, secinfo_json_get_string (datagram, "name"));
  courier_line_say_hello (self);
  courier_line_say (self, json_pack ("{s:s, s:b}", "ref", ref, "ok", TRUE));
}

/* --- delivery reports --------------------------------------------------------------------------------------------- */

typedef struct
{
  CourierLine *line;
  json_t      *report;
} Heard;

/* Not where it was heard: a line that is lost takes its listener along. */
static gboolean
say_report_cb (gpointer data)
{
  Heard *heard = data;

  courier_line_say (heard->line, heard->report);
  courier_line_unref (heard->line);
  g_free (heard);
  return G_SOURCE_REMOVE;
}

static gboolean
heard_cb (json_t *report, gpointer data)
{
  CourierLine *self = data;
  Heard *heard;
  g_autofree char *text = NULL;

  report = json_pack ("{s:o}", "report", report);
  text = report != NULL ? secinfo_json_to_text (report) : NULL;
  if (text == NULL || strlen (text) > DATAGRAM_MAX || g_queue_get_length (&self->queue) >= REPORTS_MAX)
    {
      json_decref (report);
      return FALSE;
    }
  heard = g_new0 (Heard, 1);
  heard->line = self;
  heard->report = report;
  self->references++;
  g_idle_add_full (G_PRIORITY_DEFAULT, say_report_cb, heard, NULL);
  return TRUE;
}

static void
do_listen (CourierLine *self, json_t *datagram, const char *ref)
{
  gint64 port = secinfo_json_get_integer (datagram, "port", 0);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->reports, courier_reports_free);
  if (port > 0 && port <= G_MAXUINT16)
    self->reports = courier_reports_new ((guint16) port, heard_cb, self, &error);
  courier_line_say (self, json_pack ("{s:s, s:b, s:s?}", "ref", ref, "ok", self->reports != NULL, "reason",
                                     error != NULL ? error->message : NULL));
}

/* What a report says, with the secrets of the gateway that it is said to come from. */
static void
do_report (CourierLine *self, json_t *datagram, const char *ref)
{
  static const char * const words[] = { "waits", "delivered", "failed", "forged" };
  Gateway *gateway = gateway_list_find (self->gateways, secinfo_json_get_string (datagram, "gateway"));
  json_t *report = secinfo_json_get_object (datagram, "report");
  json_t *settings = secinfo_json_get_object (datagram, "settings");
  g_autoptr(json_t) plain = NULL;
  g_autoptr(GatewayMessage) message = NULL;
  GatewayReport judged = GATEWAY_REPORT_WAITS;
  g_autofree char *code = NULL;

  if (gateway != NULL && report != NULL && settings != NULL)
    {
      plain = json_pack ("{s:s, s:s, s:s, s:O, s:s, s:s, s:s, s:i}", "op", "report", "ref", ref, "gateway", "-",
                         "settings", settings, "medium", "push", "to", "-", "text", "-", "ttl", 1);
      message = plain != NULL ? gateway_message_new (plain, NULL) : NULL;
    }
  if (message != NULL)
    judged = gateway_judge_report (gateway, message, report, &code);
  courier_line_say (self, json_pack ("{s:s, s:s, s:s?}", "ref", ref, "state", words[judged], "code", code));
}

/* --- from secinfod ------------------------------------------------------------------------------------------------ */

/* FALSE: this peer does not keep to what was agreed. */
static gboolean
take_datagram (CourierLine *self, const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) datagram = secinfo_json_parse (text, length, &error);
  const char *op, *ref;

  if (datagram == NULL || !json_is_object (datagram))
    {
      g_message ("A datagram is no JSON object");
      return FALSE;
    }
  op = secinfo_json_get_string (datagram, "op");
  ref = secinfo_json_get_string (datagram, "ref");
  if (op == NULL || ref == NULL || !gateway_text_is_ref (ref))
    {
      g_message ("A datagram has no op or no ref");
      return FALSE;
    }
  if (g_str_equal (op, "send"))
    do_send (self, datagram, ref);
  else if (g_str_equal (op, "preset"))
    do_preset (self, datagram, ref);
  else if (g_str_equal (op, "check"))
    do_check (self, datagram, ref);
  else if (g_str_equal (op, "describe"))
    do_describe (self, datagram, ref);
  else if (g_str_equal (op, "forget"))
    do_forget (self, datagram, ref);
  else if (g_str_equal (op, "listen"))
    do_listen (self, datagram, ref);
  else if (g_str_equal (op, "report"))
    do_report (self, datagram, ref);
  else
    {
      g_message ("A datagram has an op that is not known");
      return FALSE;
    }
  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer data)
{
  CourierLine *self = data;
  char buffer[DATAGRAM_MAX];
  ssize_t n = recv (fd, buffer, DATAGRAM_MAX, MSG_DONTWAIT | MSG_TRUNC);
  gboolean good = FALSE;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    good = TRUE;
  else if (n > DATAGRAM_MAX)
    g_message ("A datagram has %zd bytes; at most %d were agreed", n, DATAGRAM_MAX);
  else if (n > 0)
    good = take_datagram (self, buffer, (gsize) n);

  /* It had a code and credentials in it. */
  explicit_bzero (buffer, sizeof buffer);
  if (!good && self->fd >= 0)
    courier_line_lose (self);
  return good && self->fd >= 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

CourierLine *
courier_line_new (int fd, GatewayList *gateways, gboolean network, void (*lost) (CourierLine *line, gpointer data),
                  gpointer data)
{
  CourierLine *self = g_new0 (CourierLine, 1);

  self->fd = fd;
  self->gateways = gateways;
  self->references = 1;
  g_queue_init (&self->queue);
  self->in = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, self);
  courier_line_say_hello (self);
  courier_line_set_network (self, network);
  if (self->fd < 0)
    {
      courier_line_unref (self);
      return NULL;
    }
  self->lost = lost;
  self->lost_data = data;
  return self;
}

void
courier_line_free (CourierLine *self)
{
  courier_line_close (self);
  courier_line_unref (self);
}
