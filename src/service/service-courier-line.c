/* service-courier-line.c - the socket to secinfo-courier, and the process behind it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier-line"

#include "config.h"

#include "service-courier-line.h"

#include "secinfo-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKOFF_MAX  30     /* seconds */

typedef struct
{
  char *ref;
  char *text;                /* wiped when freed */
} Datagram;

struct _ServiceCourierLine
{
  char        *helper;       /* (nullable) private instance: the program */
  char        *descriptions; /* (nullable) */
  char        *socket_path;  /* (nullable) system instance */
  uid_t        courier_uid;  /* system: who else may be behind the socket */
  GSubprocess *child;        /* (nullable) */
  int          fd;           /* -1: not connected */
  guint        in, out;      /* GSource ids */
  guint        again;        /* GSource id of the next try to connect */
  guint        backoff;      /* seconds */
  GQueue       datagrams;    /* of Datagram: to be sent */
  const ServiceCourierLineHooks *hooks;
  gpointer     hooks_data;
};

static void service_courier_line_connect (ServiceCourierLine *self);

static void
datagram_free (Datagram *datagram)
{
  g_free (datagram->ref);
  secinfo_secret_free_text (datagram->text);
  g_free (datagram);
}

static gboolean
connect_again_cb (gpointer data)
{
  ServiceCourierLine *self = data;

  self->again = 0;
  service_courier_line_connect (self);
  return G_SOURCE_REMOVE;
}

static void
service_courier_line_try_later (ServiceCourierLine *self)
{
  if (self->again != 0)
    return;
  self->again = g_timeout_add_seconds (self->backoff, connect_again_cb, self);
  self->backoff = MIN (self->backoff * 2, BACKOFF_MAX);
}

static void
service_courier_line_drop (ServiceCourierLine *self)
{
  g_clear_handle_id (&self->in, g_source_remove);
  g_clear_handle_id (&self->out, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_queue_clear_full (&self->datagrams, (GDestroyNotify) datagram_free);
}

static void
service_courier_line_lose (ServiceCourierLine *self)
{
  service_courier_line_drop (self);
  service_courier_line_try_later (self);
  self->hooks->lost (self->hooks_data);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer data)
{
  ServiceCourierLine *self = data;
  g_autofree char *buffer = g_malloc (SERVICE_COURIER_DATAGRAM_MAX);
  ssize_t n;

  n = recv (fd, buffer, SERVICE_COURIER_DATAGRAM_MAX, MSG_DONTWAIT | MSG_TRUNC);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0 || n > SERVICE_COURIER_DATAGRAM_MAX)
    {
      self->in = 0;
      if (n > 0)
        g_warning ("secinfo-courier sent a datagram of %zd bytes; at most %d were agreed", n,
                   SERVICE_COURIER_DATAGRAM_MAX);
      service_courier_line_lose (self);
      return G_SOURCE_REMOVE;
    }
  self->hooks->received (buffer, (gsize) n, self->hooks_data);
  return G_SOURCE_CONTINUE;
}

static gboolean writable_cb (int fd, GIOCondition condition, gpointer data);

/* FALSE: the connection is gone. */
static gboolean
service_courier_line_flush (ServiceCourierLine *self)
{
  Datagram *datagram;

  while ((datagram = g_queue_peek_head (&self->datagrams)) != NULL)
    {
      ssize_t n = send (self->fd, datagram->text, strlen (datagram->text), MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        {
          if (self->out == 0)
            self->out = g_unix_fd_add (self->fd, G_IO_OUT, writable_cb, self);
          return TRUE;
        }
      if (n < 0)
        {
          g_message ("secinfo-courier cannot be written to: %s", g_strerror (errno));
          return FALSE;
        }
      self->hooks->left (datagram->ref, self->hooks_data);
      datagram_free (g_queue_pop_head (&self->datagrams));
    }
  return TRUE;
}

static gboolean
writable_cb (int fd, GIOCondition condition, gpointer data)
{
  ServiceCourierLine *self = data;

  self->out = 0;
  if (!service_courier_line_flush (self))
    service_courier_line_lose (self);
  return G_SOURCE_REMOVE;
}

static void
child_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  /* Only reaped here; that it is gone is seen by the end of its socket. */
  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (object), result, &error))
    g_message ("secinfo-courier ended: %s", error->message);
}

static int
service_courier_line_start_child (ServiceCourierLine *self, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  const char *argv[] = { self->helper, "--private", NULL, NULL, NULL };
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "socketpair: %s", g_strerror (errno));
      return -1;
    }
  if (self->descriptions != NULL)
    {
      argv[2] = "--descriptions";
      argv[3] = self->descriptions;
    }
  g_subprocess_launcher_take_fd (launcher, ends[1], 3);
  g_clear_object (&self->child);
  self->child = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (self->child == NULL)
    {
      close (ends[0]);
      return -1;
    }
  g_subprocess_wait_check_async (self->child, NULL, child_cb, NULL);
  return ends[0];
}

static gboolean
check_peer (ServiceCourierLine *self, int fd, GError **error)
{
  struct ucred peer = { 0 };
  socklen_t length = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
      (peer.uid == 0 || peer.uid == geteuid () || (self->courier_uid != (uid_t) -1 && peer.uid == self->courier_uid)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "the process behind it runs as uid %u, neither root nor secinfo-courier", (guint) peer.uid);
  return FALSE;
}

static int
service_courier_line_dial (ServiceCourierLine *self, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd;

  if (strlen (self->socket_path) >= sizeof address.sun_path)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG, "the path is too long for a socket");
      return -1;
    }
  g_strlcpy (address.sun_path, self->socket_path, sizeof address.sun_path);
  fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!check_peer (self, fd, error))
    {
      close (fd);
      return -1;
    }
  return fd;
}

static void
service_courier_line_connect (ServiceCourierLine *self)
{
  g_autoptr(GError) error = NULL;

  if (self->helper != NULL)
    self->fd = service_courier_line_start_child (self, &error);
  else
    self->fd = service_courier_line_dial (self, &error);

  if (self->fd < 0)
    {
      /* Once loud, then quiet: it is tried every half minute for as long as it takes. */
      if (self->backoff <= 2)
        g_message ("secinfo-courier is not reached through %s: %s",
                   self->helper != NULL ? self->helper : self->socket_path, error->message);
      service_courier_line_try_later (self);
      return;
    }
  self->in = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, self);
}

static ServiceCourierLine *
service_courier_line_new (const ServiceCourierLineHooks *hooks, gpointer data)
{
  ServiceCourierLine *self = g_new0 (ServiceCourierLine, 1);

  self->fd = -1;
  self->backoff = 1;
  self->courier_uid = (uid_t) -1;
  self->hooks = hooks;
  self->hooks_data = data;
  g_queue_init (&self->datagrams);
  return self;
}

ServiceCourierLine *
service_courier_line_new_child (const char *helper, const char *descriptions, const ServiceCourierLineHooks *hooks,
                                gpointer data)
{
  ServiceCourierLine *self = service_courier_line_new (hooks, data);

  self->helper = g_strdup (helper);
  self->descriptions = g_strdup (descriptions);
  service_courier_line_connect (self);
  return self;
}

ServiceCourierLine *
service_courier_line_new_socket (const char *path, const ServiceCourierLineHooks *hooks, gpointer data)
{
  ServiceCourierLine *self = service_courier_line_new (hooks, data);
  struct passwd *entry;

  self->socket_path = g_strdup (path);
  /* Once, before the main loop runs: NSS may block. */
  entry = getpwnam ("secinfo-courier");
  if (entry != NULL)
    self->courier_uid = entry->pw_uid;
  service_courier_line_connect (self);
  return self;
}

void
service_courier_line_free (ServiceCourierLine *self)
{
  service_courier_line_drop (self);
  g_clear_handle_id (&self->again, g_source_remove);
  g_clear_object (&self->child);
  g_free (self->helper);
  g_free (self->descriptions);
  g_free (self->socket_path);
  g_free (self);
}

gboolean
service_courier_line_is_connected (ServiceCourierLine *self)
{
  return self->fd >= 0;
}

void
service_courier_line_settled (ServiceCourierLine *self)
{
  self->backoff = 1;
}

void
service_courier_line_send (ServiceCourierLine *self, const char *ref, char *text)
{
  Datagram *datagram = g_new0 (Datagram, 1);

  datagram->ref = g_strdup (ref);
  datagram->text = text;
  g_queue_push_tail (&self->datagrams, datagram);
  if (!service_courier_line_flush (self))
    service_courier_line_lose (self);
}

void
service_courier_line_forget (ServiceCourierLine *self, const char *ref)
{
  for (GList *l = self->datagrams.head; l != NULL; l = l->next)
    {
      Datagram *datagram = l->data;

      if (g_str_equal (datagram->ref, ref))
        {
          g_queue_delete_link (&self->datagrams, l);
          datagram_free (datagram);
          return;
        }
    }
}
