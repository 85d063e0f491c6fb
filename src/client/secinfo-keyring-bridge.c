/* secinfo-keyring-bridge.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-keyring"

#include "config.h"

#include "secinfo-keyring-bridge.h"

#include "secinfo-json.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _SecinfoKeyringBridge
{
  GObject         parent_instance;

  SecinfoKeyring *keyring;
  gulong          keyring_handler;
  int             fd;       /* -1 once closed */
  guint           source;
};

typedef struct
{
  SecinfoKeyringBridge *bridge;
  json_int_t            ref;
} Request;

static guint closed_signal;

G_DEFINE_FINAL_TYPE (SecinfoKeyringBridge, secinfo_keyring_bridge, G_TYPE_OBJECT)

static void
request_free (Request *request)
{
  g_object_unref (request->bridge);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
close_pair (SecinfoKeyringBridge *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->fd < 0)
    return;
  close (self->fd);
  self->fd = -1;
  g_signal_emit (self, closed_signal, 0);
}

/* Takes @answer. A peer that does not read what it asked for is not worth waiting for. */
static void
send_datagram (SecinfoKeyringBridge *self, json_t *answer)
{
  char *text = secinfo_json_to_text (answer);

  if (self->fd >= 0 && send (self->fd, text, strlen (text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    {
      g_debug ("Keyring bridge: %s", g_strerror (errno));
      close_pair (self);
    }
  secinfo_secret_free_text (text);
  json_decref (answer);
}

static void
answer (SecinfoKeyringBridge *self, json_int_t ref, const char *result, SecinfoSecret *value)
{
  send_datagram (self, json_pack ("{s:I, s:s, s:s*}", "ref", ref, "result", result,
                                  "value", value != NULL ? secinfo_secret_get_text (value) : NULL));
}

static const char *
word_of (const GError *error)
{
  if (g_error_matches (error, SECINFO_KEYRING_ERROR, SECINFO_KEYRING_ERROR_LOCKED))
    return "locked";
  if (g_error_matches (error, SECINFO_KEYRING_ERROR, SECINFO_KEYRING_ERROR_ABSENT))
    return "absent";
  g_debug ("Keyring: %s", error->message);
  return "failed";
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoSecret) value = secinfo_keyring_lookup_finish (SECINFO_KEYRING (object), result, &error);

  answer (request->bridge, request->ref, error != NULL ? word_of (error) : value != NULL ? "ok" : "none", value);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  secinfo_keyring_store_finish (SECINFO_KEYRING (object), result, &error);
  answer (request->bridge, request->ref, error != NULL ? word_of (error) : "ok", NULL);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  secinfo_keyring_remove_finish (SECINFO_KEYRING (object), result, &error);
  answer (request->bridge, request->ref, error != NULL ? word_of (error) : "ok", NULL);
}

static gboolean
is_name (const char *name)
{
  const char *id;

  if (strcmp (name, "store-key") == 0)
    return TRUE;
  if (!g_str_has_prefix (name, "gateway:"))
    return FALSE;
  id = name + strlen ("gateway:");
  if (*id == '\0' || strlen (id) > 64)
    return FALSE;
  for (; *id != '\0'; id++)
    if (!g_ascii_isalnum (*id) && *id != '-' && *id != '_')
      return FALSE;
  return TRUE;
}

static Request *
request_new (SecinfoKeyringBridge *self, json_int_t ref)
{
  Request *request = g_new0 (Request, 1);

  request->bridge = g_object_ref (self);
  request->ref = ref;
  return request;
}

/* FALSE: not what was agreed on. */
static gboolean
take_request (SecinfoKeyringBridge *self, json_t *object)
{
  static const SecinfoJsonMember members[] = {
    { "ref", JSON_INTEGER, TRUE, 0 },
    { "op", JSON_STRING, TRUE, 16 },
    { "name", JSON_STRING, TRUE, 80 },
    { "value", JSON_STRING, FALSE, SECINFO_KEYRING_BRIDGE_MAX },
    { NULL, JSON_NULL, FALSE, 0 }
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoSecret) value = NULL;
  const char *op, *name, *text;
  json_int_t ref;

  if (!secinfo_json_check (object, members, NULL, &error))
    return FALSE;
  op = secinfo_json_get_string (object, "op");
  name = secinfo_json_get_string (object, "name");
  text = secinfo_json_get_string (object, "value");
  ref = secinfo_json_get_integer (object, "ref", 0);
  if (!is_name (name))
    return FALSE;

  if (strcmp (op, "get") == 0)
    secinfo_keyring_lookup_async (self->keyring, name, NULL, looked_up_cb, request_new (self, ref));
  else if (strcmp (op, "remove") == 0)
    secinfo_keyring_remove_async (self->keyring, name, NULL, removed_cb, request_new (self, ref));
  else if ((strcmp (op, "set") == 0 || strcmp (op, "create") == 0) && text != NULL)
    {
      value = secinfo_secret_new (text, -1);
      secinfo_keyring_store_async (self->keyring, name, value, strcmp (op, "set") == 0, NULL, stored_cb,
                                   request_new (self, ref));
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr(SecinfoKeyringBridge) self = g_object_ref (user_data);
  char buffer[SECINFO_KEYRING_BRIDGE_MAX];
  ssize_t count = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_TRUNC);

  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (count > 0)
    {
      gsize length = MIN ((gsize) count, sizeof buffer);
      g_autoptr(json_t) object = (gsize) count == length ? secinfo_json_parse (buffer, length, NULL) : NULL;
      gboolean taken = object != NULL && json_is_object (object) && take_request (self, object);

      explicit_bzero (buffer, length);
      if (taken)
        return G_SOURCE_CONTINUE;
      g_warning ("The account service asked the keyring for something unknown");
    }
  self->source = 0;
  close_pair (self);
  return G_SOURCE_REMOVE;
}

static void
keyring_changed_cb (SecinfoKeyring *keyring, gpointer user_data)
{
  send_datagram (SECINFO_KEYRING_BRIDGE (user_data), json_pack ("{s:b}", "changed", 1));
}

static void
secinfo_keyring_bridge_dispose (GObject *object)
{
  SecinfoKeyringBridge *self = SECINFO_KEYRING_BRIDGE (object);

  g_clear_signal_handler (&self->keyring_handler, self->keyring);
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_object (&self->keyring);
  G_OBJECT_CLASS (secinfo_keyring_bridge_parent_class)->dispose (object);
}

static void
secinfo_keyring_bridge_class_init (SecinfoKeyringBridgeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = secinfo_keyring_bridge_dispose;

  closed_signal = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
secinfo_keyring_bridge_init (SecinfoKeyringBridge *self)
{
  self->fd = -1;
}

SecinfoKeyringBridge *
secinfo_keyring_bridge_new (int fd, SecinfoKeyring *keyring)
{
  SecinfoKeyringBridge *self = g_object_new (SECINFO_TYPE_KEYRING_BRIDGE, NULL);

  self->fd = fd;
  self->keyring = g_object_ref (keyring);
  self->keyring_handler = g_signal_connect (keyring, "changed", G_CALLBACK (keyring_changed_cb), self);
  self->source = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, self);
  return self;
}
