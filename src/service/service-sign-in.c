/* service-sign-in.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-line.h"

#include "service-hasher.h"
#include "service-sign-in-resume.h"

#include <errno.h>
#include <glib-unix.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum
{
  MOST_LINES = 64,        /* at once */
  FULL_PAUSE = 250,       /* ms, where there are no descriptors */
};

/* --- questions ---------------------------------------------------------------------------------------------------- */

static gboolean
is_well_formed (const struct secinfo_sign_in_request *request,
                gssize                                size)
{
  return size == sizeof *request && request->version == SECINFO_SIGN_IN_VERSION &&
         secinfo_wire_text_ends (request->user, sizeof request->user) &&
         secinfo_wire_text_ends (request->text, sizeof request->text);
}

/* What may be asked now; a conversation and a ticket each have a connection of their own. */
static gboolean
is_in_order (const ServiceSignInLine              *line,
             const struct secinfo_sign_in_request *request)
{
  gboolean fresh = line->name[0] == '\0' && line->user[0] == '\0';

  switch (request->op)
    {
    case SECINFO_SIGN_IN_BEGIN:
    case SECINFO_SIGN_IN_CODE:
      return fresh && request->user[0] != '\0';
    case SECINFO_SIGN_IN_ANSWER:
      return line->talks;
    case SECINFO_SIGN_IN_REDEEM:
      return fresh && request->user[0] != '\0' && request->reset <= 1;
    case SECINFO_SIGN_IN_RESULT:
      return line->taken;
    default:
      return FALSE;
    }
}

static void
take_question (ServiceSignInLine                    *line,
               const struct secinfo_sign_in_request *request)
{
  line->owner->instance->asked_at = g_get_monotonic_time ();
  switch (request->op)
    {
    case SECINFO_SIGN_IN_BEGIN:
    case SECINFO_SIGN_IN_CODE:
      service_typed_read (&line->typed, request->text, line->owner->region);
      g_strlcpy (line->name, request->user, sizeof line->name);
      service_sign_in_begin_turn (line, request->op == SECINFO_SIGN_IN_BEGIN ? SERVICE_RECOVERY_BEGIN
                                                                            : SERVICE_RECOVERY_CODE);
      break;
    case SECINFO_SIGN_IN_ANSWER:
      line->turn.op = SERVICE_RECOVERY_ANSWER;
      service_typed_read (&line->typed, request->text, line->owner->region);
      service_sign_in_next_turn (line);
      break;
    case SECINFO_SIGN_IN_REDEEM:
      service_sign_in_redeem (line, request);
      break;
    case SECINFO_SIGN_IN_RESULT:
    default:
      service_sign_in_result (line, request);
    }
}

/* One question at a time: what comes before the answer waits in the socket. */
gboolean
service_sign_in_read_cb (int          fd,
                         GIOCondition condition,
                         gpointer     data)
{
  ServiceSignInLine *line = data;
  /* One byte more, so that a longer datagram is seen to be one. */
  struct { struct secinfo_sign_in_request request; char more; } got;
  gssize size = recv (fd, &got, sizeof got, MSG_DONTWAIT);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  line->watch = 0;
  g_clear_handle_id (&line->silence, g_source_remove);
  if (!is_well_formed (&got.request, size) || !is_in_order (line, &got.request))
    service_sign_in_line_close (line);
  else
    take_question (line, &got.request);
  sodium_memzero (&got, sizeof got);
  return G_SOURCE_REMOVE;
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

static gboolean
may_ask (ServiceSignIn *self,
         int            fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  uid_t owner = self->instance->mode == SERVICE_MODE_PRIVATE ? geteuid () : 0;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer && peer.uid == owner;
}

static gboolean accept_cb (gint listener, GIOCondition condition, gpointer data);

static gboolean
pause_over_cb (gpointer data)
{
  ServiceSignIn *self = data;

  self->pause = 0;
  self->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, self->fd, G_IO_IN, accept_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (gint         listener,
           GIOCondition condition,
           gpointer     data)
{
  ServiceSignIn *self = data;
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
    {
      /* It stays readable, and comes before all others: without a pause nothing else would be done. */
      g_warning ("The sign-in screen cannot be let in now: %s", g_strerror (errno));
      self->watch = 0;
      self->pause = g_timeout_add (FULL_PAUSE, pause_over_cb, self);
      return G_SOURCE_REMOVE;
    }
  if (fd < 0)
    return G_SOURCE_CONTINUE;
  if (!may_ask (self, fd) || g_hash_table_size (self->lines) >= MOST_LINES)
    {
      close (fd);
      return G_SOURCE_CONTINUE;
    }

  service_sign_in_line_new (self, fd);
  return G_SOURCE_CONTINUE;
}

ServiceSignIn *
service_sign_in_new (ServiceInstance *instance,
                     int              fd)
{
  ServiceSignIn *self = g_new0 (ServiceSignIn, 1);

  self->instance = instance;
  self->fd = fd;
  self->lines = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) service_sign_in_line_unref, NULL);
  self->hasher = service_hasher_new ();
  self->since = g_get_monotonic_time ();
  self->region = service_sign_in_region ();
  service_sign_in_language (self->language);
  self->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, fd, G_IO_IN, accept_cb, self, NULL);

  self->resuming = service_sign_in_resume (instance, instance->open_files, self->language);
  return self;
}

void
service_sign_in_free (ServiceSignIn *self)
{
  GHashTableIter iter;
  gpointer line;

  if (self == NULL)
    return;

  service_sign_in_resuming_drop (self->resuming);
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      service_sign_in_line_close (line);
      g_hash_table_iter_init (&iter, self->lines);
    }
  g_hash_table_unref (self->lines);
  service_hasher_free (self->hasher);
  close (self->fd);
  g_free (self->region);
  g_free (self);
}

gboolean
service_sign_in_is_busy (ServiceSignIn *self)
{
  return self != NULL && (g_hash_table_size (self->lines) > 0 || service_open_files_any (self->instance->open_files));
}

gboolean
service_sign_in_is_reachable (ServiceSignIn *self)
{
  struct sockaddr_un address = { 0 };
  socklen_t size = sizeof address;
  struct stat is;

  /* One byte less: a path that fills the field has no end. */
  return self != NULL && getsockname (self->fd, (struct sockaddr *) &address, &size) == 0 &&
         address.sun_family == AF_UNIX && address.sun_path[0] == '/' &&
         address.sun_path[sizeof address.sun_path - 1] == '\0' &&
         lstat (address.sun_path, &is) == 0 && S_ISSOCK (is.st_mode);
}
