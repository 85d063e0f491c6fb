/* secinfo-client.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-client-private.h"

#include <gio/gunixsocketaddress.h>
#include <sys/auxv.h>

#define SYSTEM_SOCKET "/run/secinfo/api"

enum { SIGNAL_EVENT, SIGNAL_STREAM, SIGNAL_LEVEL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SecinfoClient, secinfo_client, G_TYPE_OBJECT)

static void
secinfo_client_dispose (GObject *object)
{
  SecinfoClient *self = SECINFO_CLIENT (object);

  g_clear_pointer (&self->stream, secinfo_stream_free);
  g_clear_handle_id (&self->level_source, g_source_remove);
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (secinfo_client_parent_class)->dispose (object);
}

static void
secinfo_client_finalize (GObject *object)
{
  SecinfoClient *self = SECINFO_CLIENT (object);

  g_clear_pointer (&self->token, secinfo_secret_unref);
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->trusted, g_hash_table_unref);
  G_OBJECT_CLASS (secinfo_client_parent_class)->finalize (object);
}

static void
secinfo_client_class_init (SecinfoClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = secinfo_client_dispose;
  object_class->finalize = secinfo_client_finalize;

  signals[SIGNAL_EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_STREAM] = g_signal_new ("stream", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_LEVEL_CHANGED] = g_signal_new ("level-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
secinfo_client_init (SecinfoClient *self)
{
  self->trusted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* The environment decides nothing in a program that runs with more rights than its caller. */
static char *
default_socket (void)
{
  const char *wish = g_getenv ("SECINFO_SOCKET");

  if (getauxval (AT_SECURE) == 0 && wish != NULL && *wish == '/')
    return g_strdup (wish);
  if (g_file_test (SYSTEM_SOCKET, G_FILE_TEST_EXISTS))
    return g_strdup (SYSTEM_SOCKET);
  return g_build_filename (g_get_user_runtime_dir (), "secinfo", "api", NULL);
}

SecinfoClient *
secinfo_client_new (const char *socket_path)
{
  SecinfoClient *self = g_object_new (SECINFO_TYPE_CLIENT, NULL);
  g_autoptr(GSocketAddress) address = NULL;

  self->socket_path = socket_path != NULL ? g_strdup (socket_path) : default_socket ();
  self->is_system = g_str_has_prefix (self->socket_path, "/run/secinfo/");
  address = g_unix_socket_address_new (self->socket_path);
  /* No idle timeout: libsoup (3.2, and 3.6 by its source) loses a call for ever, without an error, where the timer of a
   * connection and the call that takes it are due in the same turn of the main loop. The service closes what is idle;
   * libsoup sees that, and sends anew what met it, for only what may be sent twice goes out on a kept connection. The
   * event stream and a password that is being looked at hold two. */
  self->session = soup_session_new_with_options ("remote-connectable", address, "proxy-resolver", NULL,
                                                 "accept-language-auto", TRUE, "idle-timeout", 0,
                                                 "max-conns-per-host", 8, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  return self;
}

const char *
secinfo_client_get_socket_path (SecinfoClient *self)
{
  g_return_val_if_fail (SECINFO_IS_CLIENT (self), NULL);

  return self->socket_path;
}

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

SecinfoLevel
secinfo_client_get_level (SecinfoClient *self)
{
  g_return_val_if_fail (SECINFO_IS_CLIENT (self), SECINFO_LEVEL_SESSION);

  return self->token != NULL && self->level_until > now_seconds () ? self->level : SECINFO_LEVEL_SESSION;
}

gint64
secinfo_client_get_level_until (SecinfoClient *self)
{
  return secinfo_client_get_level (self) > SECINFO_LEVEL_SESSION ? self->level_until : 0;
}

void
secinfo_client_drop_elevation (SecinfoClient *self)
{
  g_return_if_fail (SECINFO_IS_CLIENT (self));

  g_clear_handle_id (&self->level_source, g_source_remove);
  if (self->token == NULL)
    return;
  g_clear_pointer (&self->token, secinfo_secret_unref);
  self->level = SECINFO_LEVEL_SESSION;
  self->level_until = 0;
  g_signal_emit (self, signals[SIGNAL_LEVEL_CHANGED], 0);
}

void
secinfo_client_lower_to (SecinfoClient *self, SecinfoLevel level)
{
  if (secinfo_client_get_level (self) <= level)
    return;
  if (level == SECINFO_LEVEL_SESSION)
    {
      secinfo_client_drop_elevation (self);
      return;
    }
  self->level = level;
  g_signal_emit (self, signals[SIGNAL_LEVEL_CHANGED], 0);
}

static gboolean
level_over_cb (gpointer user_data)
{
  SecinfoClient *self = user_data;

  /* By the wall clock, as the service counts; that clock may have been set meanwhile. */
  if (self->level_until > now_seconds ())
    return G_SOURCE_CONTINUE;
  self->level_source = 0;
  secinfo_client_drop_elevation (self);
  return G_SOURCE_REMOVE;
}

gboolean
secinfo_client_take_elevation (SecinfoClient *self, json_t *elevation)
{
  const char *token = secinfo_json_get_string (elevation, "token");
  const char *word = secinfo_json_get_string (elevation, "level");
  gint64 until = secinfo_json_get_time (elevation, "expires_at");
  SecinfoLevel level;

  if (token == NULL || *token == '\0' || word == NULL || until == 0 || !secinfo_level_from_string (word, &level))
    return FALSE;
  for (const char *c = token; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;

  g_clear_pointer (&self->token, secinfo_secret_unref);
  g_clear_handle_id (&self->level_source, g_source_remove);
  self->token = secinfo_secret_new (token, -1);
  self->level = level;
  self->level_until = until;
  self->level_source = g_timeout_add_seconds (1, level_over_cb, self);
  g_signal_emit (self, signals[SIGNAL_LEVEL_CHANGED], 0);
  return TRUE;
}

void
secinfo_client_emit_event (SecinfoClient *self, const char *what, const char *id)
{
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, what, id);
}

void
secinfo_client_emit_stream (SecinfoClient *self, gboolean open)
{
  g_signal_emit (self, signals[SIGNAL_STREAM], 0, open);
}
