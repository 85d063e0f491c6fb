/* gateway-jmap.c - email through a mailbox that speaks JMAP
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-jmap-private.h"

#include "gateway-exchange.h"
#include "gateway-text.h"
#include "secinfo-host.h"
#include "secinfo-secret.h"

#include <string.h>

#define CLEANUP_SECONDS 5   /* beyond those of the message, for the draft alone */

struct _GatewayJmap
{
  GObject      parent_instance;

  GPtrArray   *settings;   /* (not nullable) */
  SoupSession *session;    /* (not nullable) */
};

static void gateway_jmap_iface_init (GatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GatewayJmap, gateway_jmap, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GATEWAY_TYPE, gateway_jmap_iface_init))

static void
post_free (GatewayPost *post)
{
  gateway_message_unref (post->message);
  gateway_answer_free (post->answer);
  g_free (post->api);
  g_free (post->account);
  g_free (post->identity);
  g_free (post->drafts);
  g_free (post->draft);
  g_free (post);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

/* @body: (transfer full) (nullable) */
static void
ask (GTask *task, const char *url, json_t *body, GAsyncReadyCallback answered)
{
  GatewayJmap *self = g_task_get_source_object (task);
  const GatewayPost *post = g_task_get_task_data (task);
  const char *user = gateway_message_get_setting (post->message, "user");
  const char *password = gateway_message_get_setting (post->message, "password");
  g_autoptr(GatewayRequest) request = gateway_request_new_plain (body != NULL ? "POST" : "GET", url);
  G_GNUC_UNUSED g_autoptr(json_t) owned = body;   /* let go of at the end */

  gateway_request_add_header (request, "Accept", g_strdup ("application/json"));
  if (*user != '\0')
    gateway_request_set_basic (request, user, password);
  else
    gateway_request_set_bearer (request, password);
  if (body != NULL)
    {
      request->type = g_strdup ("application/json");
      request->body = secinfo_json_to_text (body);
    }
  gateway_exchange_async (self->session, request, post->message, post->deadline, answered, g_object_ref (task));
}

static void
end_post (GTask *task)
{
  GatewayPost *post = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&post->answer), (GDestroyNotify) gateway_answer_free);
}

static void
cleaned_up_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);

  if (reply->failure != NULL || reply->status != 200)
    g_message ("A draft may be left in the mailbox that messages are sent from");
  end_post (task);
}

/* The draft holds the code. */
static void
clean_up (GTask *task)
{
  GatewayPost *post = g_task_get_task_data (task);

  post->deadline = g_get_monotonic_time () + CLEANUP_SECONDS * G_TIME_SPAN_SECOND;
  ask (task, post->api, gateway_jmap_ask_destroy (post), cleaned_up_cb);
}

/* --- what came back ----------------------------------------------------------------------------------------------- */

/* The object that @reply holds; NULL: post->answer says why there is none. @sending: it may have been sent. */
static json_t *
read_reply (GatewayPost *post, GatewayReply *reply, gboolean sending)
{
  g_autoptr(json_t) said = NULL;
  g_autofree char *status = g_strdup_printf ("%u", reply->status);
  const char *type, *words;
  SecinfoResult result = SECINFO_RESULT_BAD_CONFIG;

  if (reply->failure != NULL)
    {
      post->answer = g_steal_pointer (&reply->failure);
      if (!sending && post->answer->result == SECINFO_RESULT_UNKNOWN)
        post->answer->result = SECINFO_RESULT_RETRY;
      return NULL;
    }
  said = secinfo_json_parse (reply->body, reply->length, NULL);
  if (reply->status == 200 && json_is_object (said))
    return g_steal_pointer (&said);

  /* RFC 8620 section 3.6.1: problem details. */
  type = json_string_value (json_object_get (said, "type"));
  words = json_string_value (json_object_get (said, "detail"));
  if (type != NULL)
    result = gateway_jmap_judge (type);
  /* Whoever says so may have done it before, or stands in between and did not see: not sent again by itself. */
  if (reply->status == 408 || reply->status >= 500)
    result = sending ? SECINFO_RESULT_UNKNOWN : SECINFO_RESULT_RETRY;
  else if (reply->status == 425 || reply->status == 429)
    result = SECINFO_RESULT_RETRY;
  else if (reply->status < 300)
    result = sending ? SECINFO_RESULT_UNKNOWN : SECINFO_RESULT_BAD_CONFIG;
  post->answer = gateway_answer_new (result, NULL);
  post->answer->status = reply->status;
  gateway_answer_set_code (post->answer, post->message, type != NULL ? type : status);
  gateway_answer_set_detail (post->answer, post->message, words);
  gateway_reply_read_dates (reply, post->answer);
  return NULL;
}

static void
submitted_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GatewayPost *post = g_task_get_task_data (task);
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);
  g_autoptr(json_t) said = read_reply (post, reply, TRUE);
  gboolean left;

  if (said != NULL)
    {
      left = gateway_jmap_read_submit (post, said);
      gateway_reply_read_dates (reply, post->answer);
    }
  else
    left = post->answer->result == SECINFO_RESULT_UNKNOWN;
  if (left)
    clean_up (task);
  else
    end_post (task);
}

static void
places_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GatewayPost *post = g_task_get_task_data (task);
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);
  g_autoptr(json_t) said = read_reply (post, reply, FALSE);

  if (said != NULL && gateway_jmap_read_places (post, said))
    ask (task, post->api, gateway_jmap_ask_submit (post), submitted_cb);
  else
    end_post (task);
}

static void
session_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GatewayPost *post = g_task_get_task_data (task);
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);
  g_autoptr(json_t) said = read_reply (post, reply, FALSE);

  if (said != NULL && gateway_jmap_read_session (post, said))
    ask (task, post->api, gateway_jmap_ask_places (post), places_cb);
  else
    end_post (task);
}

/* --- Gateway ------------------------------------------------------------------------------------------------------ */

static void
gateway_jmap_send_async (Gateway *gateway, GatewayMessage *message, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (gateway, NULL, callback, user_data);
  GatewayPost *post = g_new0 (GatewayPost, 1);

  g_task_set_source_tag (task, gateway_jmap_send_async);
  g_task_set_task_data (task, post, (GDestroyNotify) post_free);
  post->message = gateway_message_ref (message);
  post->deadline = g_get_monotonic_time () + GATEWAY_EXCHANGE_SECONDS * G_TIME_SPAN_SECOND;
  ask (task, gateway_message_get_setting (message, "base"), NULL, session_cb);
}

static GatewayAnswer *
gateway_jmap_send_finish (Gateway *gateway, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static gboolean
gateway_jmap_check (Gateway *gateway, json_t *settings, const char **member, char **reason)
{
  g_autofree char *base = gateway_request_check_base (secinfo_json_get_string (settings, "base"), reason);

  *member = "base";
  if (base == NULL)
    return FALSE;
  if (!gateway_text_is_email (secinfo_json_get_string (settings, "from")))
    {
      *member = "from";
      *reason = g_strdup ("This is no email address.");
      return FALSE;
    }
  if (strchr (secinfo_json_get_string (settings, "user"), ':') != NULL)
    {
      *member = "user";
      *reason = g_strdup ("A user name has no colon.");
      return FALSE;
    }
  return TRUE;
}

static const char *
gateway_jmap_get_name (Gateway *gateway)
{
  return "jmap";
}

static const char *
gateway_jmap_get_title (Gateway *gateway)
{
  return "JMAP mailbox";
}

static SecinfoMedium
gateway_jmap_get_medium (Gateway *gateway)
{
  return SECINFO_MEDIUM_EMAIL;
}

/* The server does not know a submission by its reference. */
static gboolean
gateway_jmap_is_idempotent (Gateway *gateway)
{
  return FALSE;
}

static GPtrArray *
gateway_jmap_get_settings (Gateway *gateway)
{
  return GATEWAY_JMAP (gateway)->settings;
}

static char *
gateway_jmap_dup_peer (Gateway *gateway, const GatewayMessage *message)
{
  return secinfo_host_of_url (gateway_message_get_setting (message, "base"));
}

static void
gateway_jmap_iface_init (GatewayInterface *iface)
{
  iface->get_name = gateway_jmap_get_name;
  iface->get_title = gateway_jmap_get_title;
  iface->get_medium = gateway_jmap_get_medium;
  iface->is_idempotent = gateway_jmap_is_idempotent;
  iface->get_settings = gateway_jmap_get_settings;
  iface->check = gateway_jmap_check;
  iface->send_async = gateway_jmap_send_async;
  iface->send_finish = gateway_jmap_send_finish;
  iface->dup_peer = gateway_jmap_dup_peer;
}

static void
gateway_jmap_finalize (GObject *object)
{
  GatewayJmap *self = GATEWAY_JMAP (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->settings, g_ptr_array_unref);

  G_OBJECT_CLASS (gateway_jmap_parent_class)->finalize (object);
}

static void
gateway_jmap_class_init (GatewayJmapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gateway_jmap_finalize;
}

static void
gateway_jmap_init (GatewayJmap *self)
{
  self->session = gateway_exchange_session_new ();
  self->settings = gateway_settings_new ();
  gateway_settings_add (self->settings, "base", "Web address of the session", NULL, FALSE);
  gateway_settings_add (self->settings, "user", "User name (none for a token)", "", FALSE);
  gateway_settings_add (self->settings, "password", "Password or token", NULL, TRUE);
  gateway_settings_add (self->settings, "from", "Sender address", NULL, FALSE);
  gateway_settings_add (self->settings, "name", "Sender name", "SecInfo", FALSE);
}

Gateway *
gateway_jmap_new (void)
{
  return g_object_new (GATEWAY_TYPE_JMAP, NULL);
}
