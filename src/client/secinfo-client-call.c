/* secinfo-client-call.c - one request, and what became of it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

#include <gio/gunixsocketaddress.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 16384
#define BUSY_TRIES 5
#define BUSY_WAIT_MAX 5  /* seconds */

typedef struct
{
  GTask             *task;         /* (not nullable) */
  const char        *method;
  char              *path;         /* (not nullable) */
  char              *key;          /* (nullable) */
  GBytes            *body;         /* (nullable) wiped when freed */
  SecinfoAnswerFunc  read;
  GCancellable      *guard;        /* ours: the caller's, or a stranger behind the socket */
  gulong             guard_handler;
  SoupMessage       *message;      /* (nullable) */
  GByteArray        *answer;       /* wiped when freed */
  gsize              answer_length;
  guint              busy_tries;
} Call;

GError *
secinfo_client_bad_answer (void)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_BAD_ANSWER);

  return secinfo_problem_to_error (problem);
}

static GError *
no_service (void)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_NO_SERVICE);

  return secinfo_problem_to_error (problem);
}

char *
secinfo_client_path (const char *before, const char *id, const char *after)
{
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);

  return g_strconcat (before, escaped, after, NULL);
}

/* The peer's credentials are those of whoever listens: root where systemd made the socket, else the service's own user.
 * */
gboolean
secinfo_client_trusts_uid (SecinfoClient *self, gint64 uid)
{
  struct passwd entry, *found = NULL;
  char buffer[4096];

  if (uid == 0)
    return TRUE;
  if (uid < 0)
    return FALSE;
  if (!self->is_system && uid == (gint64) geteuid ())
    return TRUE;
  return getpwnam_r ("secinfo", &entry, buffer, sizeof buffer, &found) == 0 && found != NULL &&
         uid == (gint64) found->pw_uid;
}

typedef struct
{
  GHashTable *trusted;
  guint64     id;
} Trust;

/* The connection is gone: so is what was known of it, however many a client has had. */
static void
forget_trust_cb (gpointer data, GObject *connection)
{
  Trust *trust = data;

  g_hash_table_remove (trust->trusted, &trust->id);
  g_hash_table_unref (trust->trusted);
  g_free (trust);
}

static void
trust_connection (SecinfoClient *self, SoupMessage *message, GIOStream *connection)
{
  Trust *trust = g_new0 (Trust, 1);

  trust->trusted = g_hash_table_ref (self->trusted);
  trust->id = soup_message_get_connection_id (message);
  g_hash_table_add (self->trusted, g_memdup2 (&trust->id, sizeof trust->id));
  g_object_weak_ref (G_OBJECT (connection), forget_trust_cb, trust);
}

static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer user_data)
{
  SecinfoClient *self = SECINFO_CLIENT (user_data);
  g_autoptr(GCredentials) peer = NULL;
  GSocket *socket;
  gint64 uid = -1;

  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_SOCKET_CONNECTION (connection))
    return;
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection));
  peer = g_socket_get_credentials (socket, NULL);
  if (peer != NULL)
    uid = (gint64) g_credentials_get_unix_user (peer, NULL);
  if (secinfo_client_trusts_uid (self, uid == (gint64) (uid_t) -1 ? -1 : uid))
    {
      trust_connection (self, message, connection);
      return;
    }
  /* Shut at once, so that nothing can leave whatever libsoup does next. */
  g_warning ("Uid %" G_GINT64_FORMAT " answers on %s: not the account service", uid, self->socket_path);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static void
starting_cb (SoupMessage *message, gpointer user_data)
{
  SecinfoClient *self = SECINFO_CLIENT (user_data);
  GCancellable *guard = g_object_get_data (G_OBJECT (message), "secinfo-guard");
  guint64 id = soup_message_get_connection_id (message);

  if (!g_hash_table_contains (self->trusted, &id))
    g_cancellable_cancel (guard);
}

SoupMessage *
secinfo_client_message (SecinfoClient *self, const char *method, const char *path, GCancellable *guard)
{
  g_autofree char *uri = g_strconcat ("http://secinfo", path, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  g_object_set_data_full (G_OBJECT (message), "secinfo-guard", g_object_ref (guard), g_object_unref);
  g_signal_connect_object (message, "network-event", G_CALLBACK (network_event_cb), self, 0);
  g_signal_connect_object (message, "starting", G_CALLBACK (starting_cb), self, 0);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  if (secinfo_client_get_level (self) > SECINFO_LEVEL_SESSION)
    {
      char *bearer = g_strconcat ("Bearer ", secinfo_secret_get_text (self->token), NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
      secinfo_secret_free_text (bearer);
    }
  return message;
}

static void
call_free (Call *call)
{
  GCancellable *outer = g_task_get_cancellable (call->task);

  if (call->guard_handler != 0)
    g_cancellable_disconnect (outer, call->guard_handler);
  if (call->answer->len > 0)
    explicit_bzero (call->answer->data, call->answer->len);
  g_byte_array_unref (call->answer);
  g_clear_object (&call->guard);
  g_clear_object (&call->message);
  g_clear_object (&call->task);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call->path);
  g_free (call->key);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_fail (Call *call, GError *error)
{
  GCancellable *outer = g_task_get_cancellable (call->task);

  if (g_cancellable_is_cancelled (outer))
    g_task_return_new_error (call->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  else if (error->domain == SECINFO_PROBLEM)
    g_task_return_error (call->task, g_error_copy (error));
  else
    {
      g_debug ("%s: %s", call->path, error->message);
      g_task_return_error (call->task, no_service ());
    }
}

static void call_send (Call *call);

static gboolean
busy_over_cb (gpointer user_data)
{
  Call *call = user_data;

  call_send (call);
  return G_SOURCE_REMOVE;
}

/* TRUE: busy, so the call goes out once more after what Retry-After says. Nothing was changed (UI.md section 17). */
static gboolean
wait_while_busy (Call *call)
{
  const char *after = soup_message_headers_get_one (soup_message_get_response_headers (call->message), "Retry-After");
  guint64 seconds = 1;

  if (++call->busy_tries >= BUSY_TRIES)
    return FALSE;
  if (after != NULL && g_ascii_string_to_unsigned (after, 10, 0, G_MAXUINT16, &seconds, NULL))
    seconds = CLAMP (seconds, 1, BUSY_WAIT_MAX);
  g_timeout_add_seconds ((guint) seconds, busy_over_cb, call);
  return TRUE;
}

static void
note_refused_level (SecinfoClient *self, SecinfoProblem *problem)
{
  SecinfoLevel needed;
  const char *word = secinfo_json_get_string (secinfo_problem_get_members (problem), "level");

  /* The token ended before its time: the session was locked, or the service began anew. */
  if (word != NULL && secinfo_level_from_string (word, &needed) && needed > SECINFO_LEVEL_SESSION)
    secinfo_client_lower_to (self, needed - 1);
}

/* Takes @call. */
static void
call_done (Call *owned)
{
  g_autoptr(Call) call = owned;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoProblem) problem = NULL;
  guint status = soup_message_get_status (call->message);

  if (call->answer_length > 0)
    answer = secinfo_json_parse ((const char *) call->answer->data, call->answer_length, &error);
  if (error != NULL || (answer != NULL && !json_is_object (answer)))
    {
      g_debug ("%s: answer %u: %s", call->path, status, error != NULL ? error->message : "not an object");
      g_task_return_error (call->task, secinfo_client_bad_answer ());
      return;
    }
  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      call->read (call->task, status, answer);
      return;
    }
  if (answer == NULL || secinfo_json_get_string (answer, "type") == NULL)
    {
      g_task_return_error (call->task, secinfo_client_bad_answer ());
      return;
    }
  problem = secinfo_problem_from_json (answer, status);
  if (secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_BUSY && wait_while_busy (call))
    {
      g_steal_pointer (&call);
      return;
    }
  if (secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_ELEVATION_NEEDED)
    note_refused_level (g_task_get_source_object (call->task), problem);
  g_task_return_error (call->task, secinfo_problem_to_error (problem));
}

static void read_more (Call *call, GInputStream *stream);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GInputStream *stream = G_INPUT_STREAM (object);
  g_autoptr(Call) call = user_data;
  g_autoptr(GError) error = NULL;
  gssize count = g_input_stream_read_finish (stream, result, &error);

  if (count < 0)
    call_fail (call, error);
  else if (count == 0)
    call_done (g_steal_pointer (&call));
  else if ((call->answer_length += (gsize) count) > SECINFO_CLIENT_ANSWER_MAX)
    g_task_return_error (call->task, secinfo_client_bad_answer ());
  else
    read_more (g_steal_pointer (&call), stream);
}

/* A buffer that has to grow leaves nothing behind: realloc() would leave what it moved away from. */
static void
make_room (Call *call)
{
  g_autoptr(GByteArray) old = NULL;

  if (call->answer->len >= call->answer_length + CHUNK)
    return;
  old = g_steal_pointer (&call->answer);
  call->answer = g_byte_array_sized_new ((guint) (call->answer_length * 2 + CHUNK));
  g_byte_array_set_size (call->answer, (guint) (call->answer_length * 2 + CHUNK));
  if (old->len > 0)
    {
      memcpy (call->answer->data, old->data, call->answer_length);
      explicit_bzero (old->data, old->len);
    }
}

static void
read_more (Call *call, GInputStream *stream)
{
  make_room (call);
  g_input_stream_read_async (stream, call->answer->data + call->answer_length, CHUNK, G_PRIORITY_DEFAULT,
                             call->guard, read_cb, call);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Call) call = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream == NULL)
    call_fail (call, error);
  else
    read_more (g_steal_pointer (&call), stream);
}

static void
call_send (Call *call)
{
  SecinfoClient *self = g_task_get_source_object (call->task);
  SoupMessageHeaders *headers;

  g_clear_object (&call->message);
  call->answer_length = 0;
  call->message = secinfo_client_message (self, call->method, call->path, call->guard);
  headers = soup_message_get_request_headers (call->message);
  if (call->body != NULL)
    soup_message_set_request_body_from_bytes (call->message, "application/json", call->body);
  if (call->key != NULL)
    soup_message_headers_replace (headers, "Idempotency-Key", call->key);
  /* It gets a connection of its own from libsoup, as what may not be sent twice: not one more to keep. */
  if (g_str_equal (call->method, SOUP_METHOD_POST) || g_str_equal (call->method, "PATCH"))
    soup_message_headers_replace (headers, "Connection", "close");
  soup_session_send_async (self->session, call->message, G_PRIORITY_DEFAULT, call->guard, sent_cb, call);
}

static void
cancel_guard_cb (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

void
secinfo_client_call (GTask             *task,
                     const char        *method,
                     char              *path,
                     json_t            *body,
                     const char        *key,
                     SecinfoAnswerFunc  read)
{
  GCancellable *outer = g_task_get_cancellable (task);
  Call *call = g_new0 (Call, 1);

  g_task_set_check_cancellable (task, FALSE);
  call->task = task;
  call->method = method;
  call->path = path;
  call->key = g_strdup (key);
  call->read = read;
  call->answer = g_byte_array_new ();
  call->guard = g_cancellable_new ();
  if (outer != NULL)
    call->guard_handler = g_cancellable_connect (outer, G_CALLBACK (cancel_guard_cb), g_object_ref (call->guard),
                                                 g_object_unref);
  if (body != NULL)
    {
      char *text = secinfo_json_to_text (body);

      call->body = g_bytes_new_with_free_func (text, strlen (text), (GDestroyNotify) secinfo_secret_free_text, text);
      json_decref (body);
    }
  call_send (call);
}

void
secinfo_client_call_with (GTask             *task,
                          const char        *method,
                          char              *path,
                          json_t            *body,
                          const char        *key,
                          SecinfoAnswerFunc  read)
{
  g_autoptr(SecinfoProblem) problem = NULL;

  if (body != NULL)
    {
      secinfo_client_call (task, method, path, body, key, read);
      return;
    }
  problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);
  g_task_return_error (task, secinfo_problem_to_error (problem));
  g_object_unref (task);
  g_free (path);
}

GTask *
secinfo_client_task (SecinfoClient *self, gpointer tag, SECINFO_CALL_TAIL)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

gboolean
secinfo_client_finish_boolean (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gpointer
secinfo_client_finish_pointer (SecinfoClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
secinfo_client_return_true (GTask *task, guint status, json_t *answer)
{
  g_task_return_boolean (task, TRUE);
}

void
secinfo_client_return_contact (GTask *task, guint status, json_t *answer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoContact) contact = secinfo_contact_new_from_json (answer, &error);

  if (contact == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&contact), g_object_unref);
}

void
secinfo_client_return_challenge (GTask *task, guint status, json_t *answer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_challenge_new_from_json (answer, &error);

  if (challenge == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&challenge), g_object_unref);
}

void
secinfo_client_return_object (GTask *task, guint status, json_t *answer)
{
  if (answer == NULL)
    g_task_return_error (task, secinfo_client_bad_answer ());
  else
    g_task_return_pointer (task, json_incref (answer), (GDestroyNotify) json_decref);
}

void
secinfo_client_return_items (GTask *task, guint status, json_t *answer)
{
  json_t *items = answer != NULL ? secinfo_json_get_array (answer, "items") : NULL;

  if (items == NULL)
    g_task_return_error (task, secinfo_client_bad_answer ());
  else
    g_task_return_pointer (task, json_incref (items), (GDestroyNotify) json_decref);
}
