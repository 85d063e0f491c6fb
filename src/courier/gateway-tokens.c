/* gateway-tokens.c - tokens that a service gives for an id and a secret
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-tokens.h"

#include "secinfo-secret.h"

#include <string.h>

#define TOKENS_MAX  64
#define TOKEN_MAX   16384   /* bytes; Microsoft's have some 2,000 */
#define EARLY       60      /* seconds before its end */
#define LIFE_MAX    86400   /* seconds */

struct _GatewayTokens
{
  const GatewayDescription *description;
  SoupSession              *session;     /* (not owned) */
  GHashTable               *tokens;      /* of Token by key */
  GPtrArray                *fetches;     /* of Fetch, not owned: under way */
};

typedef struct
{
  char   *text;
  gint64  ends;   /* of g_get_monotonic_time() */
} Token;

typedef struct
{
  GatewayMessage   *message;
  GatewayTokenFunc  got;
  gpointer          data;
} Waiter;

typedef struct
{
  GatewayTokens  *tokens;
  GatewayMessage *message;   /* whose settings are asked with */
  char           *key;
  GArray         *waiters;
} Fetch;

static void
token_free (Token *token)
{
  secinfo_secret_free_text (token->text);
  g_free (token);
}

GatewayTokens *
gateway_tokens_new (const GatewayDescription *description, SoupSession *session)
{
  GatewayTokens *self = g_new0 (GatewayTokens, 1);

  self->description = description;
  self->session = session;
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) token_free);
  self->fetches = g_ptr_array_new ();
  return self;
}

/* Each message on its way holds the gateway, so no fetch is left. */
void
gateway_tokens_free (GatewayTokens *self)
{
  g_hash_table_unref (self->tokens);
  g_ptr_array_unref (self->fetches);
  g_free (self);
}

void
gateway_tokens_drop (GatewayTokens *self, const char *key)
{
  g_hash_table_remove (self->tokens, key);
}

/* --- a question under way ----------------------------------------------------------------------------------------- */

static void
wait_for_fetch (Fetch *fetch, GatewayMessage *message, GatewayTokenFunc got, gpointer data)
{
  Waiter waiter = { gateway_message_ref (message), got, data };

  g_array_append_val (fetch->waiters, waiter);
}

static GatewayAnswer *
copy_answer (const GatewayAnswer *answer)
{
  GatewayAnswer *copy = gateway_answer_new (answer->result, answer->code);

  copy->detail = g_strdup (answer->detail);
  copy->status = answer->status;
  copy->retry_after = answer->retry_after;
  copy->date = answer->date;
  return copy;
}

static void
end_fetch (Fetch *fetch, const char *token, const GatewayAnswer *failure)
{
  g_ptr_array_remove (fetch->tokens->fetches, fetch);
  for (guint i = 0; i < fetch->waiters->len; i++)
    {
      const Waiter *waiter = &g_array_index (fetch->waiters, Waiter, i);

      waiter->got (token, fetch->key, token == NULL ? copy_answer (failure) : NULL, waiter->data);
      gateway_message_unref (waiter->message);
    }
  g_array_unref (fetch->waiters);
  gateway_message_unref (fetch->message);
  g_free (fetch->key);
  g_free (fetch);
}

/* No token, so nothing was sent: what stands in the way is ours, or passes. */
static GatewayAnswer *
judge_refusal (const Fetch *fetch, const GatewayReply *reply, json_t *object)
{
  GatewayAnswer *answer;
  const char *code = json_string_value (json_object_get (object, "error"));
  gboolean passes = reply->status == 408 || reply->status == 429 || reply->status >= 500 ||
                    g_strcmp0 (code, "temporarily_unavailable") == 0 || g_strcmp0 (code, "server_error") == 0;
  g_autofree char *fallback = g_strdup_printf ("%u", reply->status);

  answer = gateway_answer_new (passes ? SECINFO_RESULT_RETRY : SECINFO_RESULT_BAD_CONFIG, NULL);
  answer->status = reply->status;
  gateway_answer_set_code (answer, fetch->message, code != NULL ? code : fallback);
  gateway_answer_set_detail (answer, fetch->message,
                             json_string_value (json_object_get (object, "error_description")));
  gateway_reply_read_dates (reply, answer);
  return answer;
}

static void
fetched_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Fetch *fetch = data;
  g_autoptr(GatewayReply) reply = gateway_exchange_finish (result);
  g_autoptr(json_t) said = reply->failure == NULL ? secinfo_json_parse (reply->body, reply->length, NULL) : NULL;
  const char *text = json_string_value (json_object_get (said, "access_token"));
  gint64 life = json_integer_value (json_object_get (said, "expires_in"));
  g_autoptr(GatewayAnswer) failure = NULL;
  Token *token;

  if (reply->failure != NULL)
    {
      failure = copy_answer (reply->failure);
      if (failure->result == SECINFO_RESULT_UNKNOWN)
        failure->result = SECINFO_RESULT_RETRY;
    }
  else if (reply->status != 200 || text == NULL || *text == '\0' || strlen (text) > TOKEN_MAX ||
           strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") != strlen (text))
    failure = judge_refusal (fetch, reply, said);
  if (failure != NULL)
    {
      end_fetch (fetch, NULL, failure);
      return;
    }

  if (g_hash_table_size (fetch->tokens->tokens) >= TOKENS_MAX)
    g_hash_table_remove_all (fetch->tokens->tokens);
  token = g_new0 (Token, 1);
  token->text = g_strdup (text);
  token->ends = g_get_monotonic_time () + (CLAMP (life, 0, LIFE_MAX) - EARLY) * G_TIME_SPAN_SECOND;
  g_hash_table_insert (fetch->tokens->tokens, g_strdup (fetch->key), token);
  end_fetch (fetch, text, NULL);
}

/* --- from outside ------------------------------------------------------------------------------------------------- */

static void
refuse_settings (GatewayMessage *message, const char *words, GatewayTokenFunc got, gpointer data)
{
  GatewayAnswer *answer = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "settings");

  gateway_answer_set_detail (answer, message, words);
  got (NULL, NULL, answer, data);
}

void
gateway_tokens_get (GatewayTokens *self, GatewayMessage *message, gint64 deadline, GatewayTokenFunc got, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayRequest) request = gateway_request_new_login (self->description, message, &error);
  g_autofree char *whole = NULL;
  g_autofree char *key = NULL;
  const Token *token;
  Fetch *fetch;

  if (request == NULL)
    {
      refuse_settings (message, error->message, got, data);
      return;
    }
  /* Whoever asks the same place with the same words gets the same token; the words themselves are not kept. */
  whole = g_strconcat (request->url, "\n", request->body, NULL);
  key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  explicit_bzero (whole, strlen (whole));

  token = g_hash_table_lookup (self->tokens, key);
  if (token != NULL && g_get_monotonic_time () < token->ends)
    {
      /* A copy: who gets it may drop it. */
      char *text = g_strdup (token->text);

      got (text, key, NULL, data);
      secinfo_secret_free_text (text);
      return;
    }
  for (guint i = 0; i < self->fetches->len; i++)
    {
      fetch = g_ptr_array_index (self->fetches, i);
      if (g_str_equal (fetch->key, key))
        {
          wait_for_fetch (fetch, message, got, data);
          return;
        }
    }

  fetch = g_new0 (Fetch, 1);
  fetch->tokens = self;
  fetch->message = gateway_message_ref (message);
  fetch->key = g_steal_pointer (&key);
  fetch->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  wait_for_fetch (fetch, message, got, data);
  g_ptr_array_add (self->fetches, fetch);
  gateway_exchange_async (self->session, request, message, deadline, fetched_cb, fetch);
}
