/* service-keyring-link.c - secinfod's end of the pair to the keyring bridge
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-keyring-link.h"

#include "secinfo-json.h"
#include "service-key.h"

#include <errno.h>
#include <glib-unix.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_DATAGRAM (32 * 1024)
#define TIMEOUT      25   /* s */

/**
 * ServiceKeyringLink:
 *
 * The process that started a private secinfod answers for the keyring, so that secinfod itself needs no session bus.
 */
struct _ServiceKeyringLink
{
  int          fd;        /* -1: closed */
  GSource     *source;    /* (nullable) */
  GHashTable  *pending;   /* ref (as pointer) -> Call */
  guint        last_ref;
  guint        timeout;   /* s */
  void       (*changed) (gpointer);
  gpointer     changed_data;
  void       (*closed) (gpointer);
  gpointer     closed_data;
};

/* One question that was not answered yet. */
typedef struct
{
  ServiceKeyringLink *link;
  guint               ref;
  GTask              *task;
  GSource            *timer;
} Call;

static void
call_free (Call *call)
{
  g_source_destroy (call->timer);
  g_source_unref (call->timer);
  g_object_unref (call->task);
  g_free (call);
}

static void
call_fail (Call       *call,
           int         code,
           const char *words)
{
  g_task_return_new_error (call->task, SERVICE_KEY_ERROR, code, "%s", words);
}

static void
fail_all (ServiceKeyringLink *self)
{
  g_autoptr(GHashTable) pending = g_steal_pointer (&self->pending);
  GHashTableIter iter;
  gpointer call;

  self->pending = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) call_free);
  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &call))
    call_fail (call, SERVICE_KEY_ERROR_ABSENT, "Nobody answers for the keyring");
}

static void
shut (ServiceKeyringLink *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static gboolean
timeout_cb (gpointer data)
{
  Call *call = data;

  call_fail (call, SERVICE_KEY_ERROR_ABSENT, "The keyring did not answer in time");
  g_hash_table_remove (call->link->pending, GUINT_TO_POINTER (call->ref));

  return G_SOURCE_REMOVE;
}

static SecinfoSecret *
decode_value (const char *text)
{
  gsize capacity = strlen (text);
  guint8 *bytes = g_malloc (capacity + 1);
  SecinfoSecret *secret = NULL;
  size_t length = 0;

  if (sodium_base642bin (bytes, capacity, text, strlen (text), NULL, &length, NULL,
                         sodium_base64_VARIANT_ORIGINAL) == 0)
    secret = secinfo_secret_new ((const char *) bytes, length);
  sodium_memzero (bytes, capacity + 1);
  g_free (bytes);

  return secret;
}

static char *
encode_value (SecinfoSecret *value)
{
  gsize length = secinfo_secret_get_length (value);
  gsize capacity = sodium_base64_encoded_len (length, sodium_base64_VARIANT_ORIGINAL);
  char *text = g_malloc (capacity);

  return sodium_bin2base64 (text, capacity, (const guint8 *) secinfo_secret_get_text (value), length,
                            sodium_base64_VARIANT_ORIGINAL);
}

static void
take_answer (Call   *call,
             json_t *answer)
{
  const char *result = json_string_value (json_object_get (answer, "result"));
  const char *value = json_string_value (json_object_get (answer, "value"));

  SecinfoSecret *secret = value != NULL ? decode_value (value) : NULL;

  if (g_strcmp0 (result, "ok") == 0 && (secret != NULL || value == NULL))
    g_task_return_pointer (call->task, g_steal_pointer (&secret), (GDestroyNotify) secinfo_secret_unref);
  else if (g_strcmp0 (result, "none") == 0)
    g_task_return_pointer (call->task, NULL, NULL);
  else if (g_strcmp0 (result, "locked") == 0)
    call_fail (call, SERVICE_KEY_ERROR_LOCKED, "The keyring is locked");
  else if (g_strcmp0 (result, "absent") == 0)
    call_fail (call, SERVICE_KEY_ERROR_ABSENT, "There is no keyring");
  else
    call_fail (call, SERVICE_KEY_ERROR_ABSENT, "The keyring did not do what it was asked");
  g_clear_pointer (&secret, secinfo_secret_unref);
}

static void
take_datagram (ServiceKeyringLink *self,
               const char         *data,
               gsize               length)
{
  json_t *object = json_loadb (data, length, JSON_REJECT_DUPLICATES, NULL);
  guint ref = (guint) json_integer_value (json_object_get (object, "ref"));
  Call *call = g_hash_table_lookup (self->pending, GUINT_TO_POINTER (ref));

  if (call != NULL)
    {
      take_answer (call, object);
      g_hash_table_remove (self->pending, GUINT_TO_POINTER (ref));
    }
  else if (json_is_true (json_object_get (object, "changed")) && self->changed != NULL)
    {
      self->changed (self->changed_data);
    }

  json_decref (object);
}

static gboolean
readable_cb (int          fd,
             GIOCondition condition,
             gpointer     data)
{
  ServiceKeyringLink *self = data;
  g_autofree char *buffer = g_malloc (MAX_DATAGRAM);
  ssize_t n = recv (fd, buffer, MAX_DATAGRAM, MSG_DONTWAIT);

  if (n > 0)
    take_datagram (self, buffer, n);
  sodium_memzero (buffer, MAX_DATAGRAM);
  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;

  shut (self);
  fail_all (self);
  if (self->closed != NULL)
    self->closed (self->closed_data);

  return G_SOURCE_REMOVE;
}

ServiceKeyringLink *
service_keyring_link_new (int fd)
{
  ServiceKeyringLink *self = g_new0 (ServiceKeyringLink, 1);

  self->fd = fd;
  self->timeout = TIMEOUT;
  self->pending = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) call_free);
  self->source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_set_static_name (self->source, "[secinfod] keyring");
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
service_keyring_link_free (ServiceKeyringLink *self)
{
  if (self == NULL)
    return;

  shut (self);
  fail_all (self);
  g_hash_table_unref (self->pending);
  g_free (self);
}

void
service_keyring_link_set_changed (ServiceKeyringLink  *self,
                                  void               (*changed) (gpointer),
                                  gpointer             data)
{
  self->changed = changed;
  self->changed_data = data;
}

void
service_keyring_link_set_closed (ServiceKeyringLink  *self,
                                 void               (*closed) (gpointer),
                                 gpointer             data)
{
  self->closed = closed;
  self->closed_data = data;
}

void
service_keyring_link_set_timeout (ServiceKeyringLink *self,
                                  guint               seconds)
{
  self->timeout = seconds;
}

static gboolean
send_question (ServiceKeyringLink *self,
               guint               ref,
               const char         *op,
               const char         *name,
               SecinfoSecret      *value)
{
  guint failures = secinfo_json_get_failures ();
  json_t *object = json_pack ("{s:i, s:s, s:s}", "ref", (int) ref, "op", op, "name", name);
  char *encoded = value != NULL ? encode_value (value) : NULL;
  json_free_t release;
  gboolean sent;
  char *text;

  if (encoded != NULL)
    json_object_set_new (object, "value", json_string (encoded));
  text = json_dumps (object, JSON_COMPACT);
  sent = text != NULL && self->fd >= 0 && strlen (text) <= MAX_DATAGRAM &&
         secinfo_json_get_failures () == failures &&
         send (self->fd, text, strlen (text), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;

  json_get_alloc_funcs (NULL, &release);
  release (text);   /* wipes */
  secinfo_secret_free_text (encoded);
  json_decref (object);

  return sent;
}

void
service_keyring_link_call_async (ServiceKeyringLink  *self,
                                 const char          *op,
                                 const char          *name,
                                 SecinfoSecret       *value,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, service_keyring_link_call_async);
  self->last_ref = self->last_ref % G_MAXINT + 1;
  call->link = self;
  call->ref = self->last_ref;
  call->task = task;
  call->timer = g_timeout_source_new_seconds (self->timeout);
  g_source_set_callback (call->timer, timeout_cb, call, NULL);
  g_source_attach (call->timer, g_main_context_get_thread_default ());

  if (send_question (self, call->ref, op, name, value))
    {
      g_hash_table_insert (self->pending, GUINT_TO_POINTER (call->ref), call);
      return;
    }

  call_fail (call, SERVICE_KEY_ERROR_ABSENT, "Nobody answers for the keyring");
  call_free (call);
}

gboolean
service_keyring_link_call_finish (ServiceKeyringLink  *self,
                                  GAsyncResult        *result,
                                  SecinfoSecret      **value,
                                  GError             **error)
{
  g_autoptr(GError) local = NULL;
  SecinfoSecret *secret = g_task_propagate_pointer (G_TASK (result), &local);

  if (value != NULL)
    *value = secret;
  else
    g_clear_pointer (&secret, secinfo_secret_unref);

  if (local == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
