/* gateway-http.c - a gateway that a description tells how to call
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-http.h"

#include "gateway-exchange.h"
#include "gateway-template.h"
#include "gateway-text.h"
#include "gateway-tokens.h"

struct _GatewayHttp
{
  GObject             parent_instance;

  GatewayDescription *description;   /* (not nullable) */
  SoupSession        *session;       /* (not nullable) */
  GatewayTokens      *tokens;        /* (nullable) where the description needs them */
};

static void gateway_http_iface_init (GatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GatewayHttp, gateway_http, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GATEWAY_TYPE, gateway_http_iface_init))

/* --- one message -------------------------------------------------------------------------------------------------- */

typedef struct
{
  GatewayMessage *message;
  gint64          deadline;   /* of g_get_monotonic_time() */
  char           *key;        /* (nullable) of the token that was sent along */
  gboolean        renewed;    /* the token was refused, and this one is fresh */
} Send;

static void start_send (GTask *task);

static void
send_free (Send *send)
{
  gateway_message_unref (send->message);
  g_free (send->key);
  g_free (send);
}

static void
end_send (GTask *task, GatewayAnswer *answer)
{
  g_task_return_pointer (task, answer, (GDestroyNotify) gateway_answer_free);
}

static void
replied_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GatewayHttp *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);
  GatewayAnswer *answer;

  if (reply->failure != NULL)
    {
      end_send (task, g_steal_pointer (&reply->failure));
      return;
    }
  /* Taken back before its time: once more with a fresh one. Nothing was sent. */
  if (reply->status == 401 && send->key != NULL && !send->renewed)
    {
      gateway_tokens_drop (self->tokens, send->key);
      send->renewed = TRUE;
      start_send (task);
      return;
    }
  answer = gateway_description_judge (self->description, send->message, reply->status, gateway_reply_get_header, reply,
                                      reply->body, reply->length);
  gateway_reply_read_dates (reply, answer);
  end_send (task, answer);
}

static void
exchange (GTask *task, const char *token)
{
  GatewayHttp *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayRequest) filled = gateway_request_new (self->description, send->message, &error);
  GatewayAnswer *answer;

  if (filled == NULL)
    {
      answer = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "settings");
      gateway_answer_set_detail (answer, send->message, error->message);
      end_send (task, answer);
      return;
    }
  if (token != NULL)
    gateway_request_set_bearer (filled, token);
  gateway_exchange_async (self->session, filled, send->message, send->deadline, replied_cb, g_object_ref (task));
}

static void
got_token_cb (const char *token, const char *key, GatewayAnswer *failure, gpointer data)
{
  g_autoptr(GTask) task = data;
  Send *send = g_task_get_task_data (task);

  if (token == NULL)
    {
      end_send (task, failure);
      return;
    }
  g_free (send->key);
  send->key = g_strdup (key);
  exchange (task, token);
}

static void
start_send (GTask *task)
{
  GatewayHttp *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);

  if (self->tokens != NULL)
    gateway_tokens_get (self->tokens, send->message, send->deadline, got_token_cb, g_object_ref (task));
  else
    exchange (task, NULL);
}

/* --- Gateway ------------------------------------------------------------------------------------------------------ */

static void
gateway_http_send_async (Gateway *gateway, GatewayMessage *message, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (gateway, NULL, callback, user_data);
  Send *send = g_new0 (Send, 1);

  g_task_set_source_tag (task, gateway_http_send_async);
  send->message = gateway_message_ref (message);
  message->query = GATEWAY_HTTP (gateway)->description->callback.query;
  send->deadline = g_get_monotonic_time () + GATEWAY_EXCHANGE_SECONDS * G_TIME_SPAN_SECOND;
  g_task_set_task_data (task, send, (GDestroyNotify) send_free);
  start_send (task);
}

static GatewayAnswer *
gateway_http_send_finish (Gateway *gateway, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static gboolean
gateway_http_check (Gateway *gateway, json_t *settings, const char **member, char **reason)
{
  const GatewayDescription *description = GATEWAY_HTTP (gateway)->description;
  const char *hosts[] = { description->target.setting, description->login.setting };
  const char *from = secinfo_json_get_string (settings, "from");

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *base = NULL;

      if (hosts[i] == NULL)
        continue;
      *member = hosts[i];
      base = gateway_request_check_base (secinfo_json_get_string (settings, hosts[i]), reason);
      if (base == NULL)
        return FALSE;
    }
  /* It is put into a header by some, beside a name. */
  if (description->medium == SECINFO_MEDIUM_EMAIL && from != NULL && !gateway_text_is_email (from))
    {
      *member = "from";
      *reason = g_strdup ("This is no email address.");
      return FALSE;
    }
  return TRUE;
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

static gboolean
gateway_http_has_reports (Gateway *gateway)
{
  return GATEWAY_HTTP (gateway)->description->callback.map != NULL;
}

static GatewayReport
gateway_http_judge_report (Gateway *gateway, const GatewayMessage *message, json_t *report, char **code)
{
  return gateway_description_judge_report (GATEWAY_HTTP (gateway)->description, message, report, code);
}

static void
gateway_http_iface_init (GatewayInterface *iface)
{
  iface->has_reports = gateway_http_has_reports;
  iface->judge_report = gateway_http_judge_report;
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

  g_clear_pointer (&self->tokens, gateway_tokens_free);
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
  self->session = gateway_exchange_session_new ();
}

Gateway *
gateway_http_new (GatewayDescription *description)
{
  GatewayHttp *self = g_object_new (GATEWAY_TYPE_HTTP, NULL);

  self->description = description;
  if (description->auth == GATEWAY_AUTH_CLIENT)
    self->tokens = gateway_tokens_new (description, self->session);
  return GATEWAY (self);
}
