/* service-listen.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-listen.h"

#include "service-http.h"
#include "service-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum
{
  PER_UID = 16,
  BACKLOG = 1024,
  BATCH = 4,              /* connections a turn of the main loop, so that requests are not kept waiting */
  SIGN_IN_BACKLOG = 64,
  MOST_REFUSED = 16,      /* who are refused and still read their answer */
  REFUSED_TIME = 1000,    /* ms for them to do so */
  OUT_OF_FDS_PAUSE = 100, /* ms */
  PASSED_FD = 3,          /* SD_LISTEN_FDS_START */
};

/* Said before a byte was read, so in no language but the protocol's. */
#define NOT_YOU \
  "{\"type\":\"/problems/not-you\",\"title\":\"not-you\",\"status\":403," \
  "\"detail\":\"The account service does not know who asks.\"}"
#define NOT_YOU_LENGTH "114"
static const char not_you[] = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\n"
                              "Connection: close\r\nContent-Length: " NOT_YOU_LENGTH "\r\n\r\n" NOT_YOU;
G_STATIC_ASSERT (sizeof NOT_YOU - 1 == 114);

struct _ServiceListen
{
  ServiceInstance *instance;
  ServiceHttp     *http;
  int              fd;
  int              dir_fd;      /* -1 where the socket was passed */
  int              lock_fd;     /* -1 where the socket was passed */
  char            *name;        /* (nullable) of the socket in its directory */
  ino_t            inode;       /* of the socket that was made */
  guint            watch;
  guint            pause;
  GHashTable      *of_uid;      /* uid -> connections */
  gboolean         looked;      /* in this turn, for connections whose client has left */
  guint            total;
  GHashTable      *refused;     /* set of Refused */
};

typedef struct
{
  ServiceListen *owner;
  int            fd;
  guint          watch, timer;
} Refused;

static gboolean accept_cb (gint fd, GIOCondition condition, gpointer user_data);

G_DEFINE_QUARK (secinfo-service-listen-error-quark, service_listen_error)

/* --- who is not let in ------------------------------------------------------------------------------------ */

static void
refused_free (Refused *refused)
{
  g_clear_handle_id (&refused->watch, g_source_remove);
  g_clear_handle_id (&refused->timer, g_source_remove);
  close (refused->fd);
  g_free (refused);
}

static gboolean
refused_read_cb (gint         fd,
                 GIOCondition condition,
                 gpointer     user_data)
{
  Refused *refused = user_data;
  char waste[4096];
  gssize n = recv (fd, waste, sizeof waste, MSG_DONTWAIT);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;

  refused->watch = 0;
  g_hash_table_remove (refused->owner->refused, refused);
  return G_SOURCE_REMOVE;
}

static gboolean
refused_time_cb (gpointer user_data)
{
  Refused *refused = user_data;

  refused->timer = 0;
  g_hash_table_remove (refused->owner->refused, refused);
  return G_SOURCE_REMOVE;
}

/* Closed at once, a client that is still writing would see a broken pipe and never read why. */
static void
refuse (ServiceListen *self,
        int            fd)
{
  Refused *refused;

  if (g_hash_table_size (self->refused) >= MOST_REFUSED ||
      send (fd, not_you, sizeof not_you - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    {
      close (fd);
      return;
    }

  shutdown (fd, SHUT_WR);
  refused = g_new0 (Refused, 1);
  refused->owner = self;
  refused->fd = fd;
  refused->watch = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP, refused_read_cb, refused);
  refused->timer = g_timeout_add (REFUSED_TIME, refused_time_cb, refused);
  g_hash_table_add (self->refused, refused);
}

/* --- who is let in ---------------------------------------------------------------------------------------- */

static guint
count_of (ServiceListen *self,
          uid_t          uid)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->of_uid, GUINT_TO_POINTER (uid)));
}

static void
count (ServiceListen *self,
       uid_t          uid,
       int            by)
{
  guint now = count_of (self, uid) + by;

  self->total += by;
  if (now == 0)
    g_hash_table_remove (self->of_uid, GUINT_TO_POINTER (uid));
  else
    g_hash_table_insert (self->of_uid, GUINT_TO_POINTER (uid), GUINT_TO_POINTER (now));
}

static void
closed_cb (uid_t    uid,
           gpointer data)
{
  count (data, uid, -1);
}

static gboolean
has_room (ServiceListen *self,
          uid_t          uid)
{
  return count_of (self, uid) < (uid == 0 ? SERVICE_HTTP_MOST_CONNECTIONS : PER_UID) &&
         self->total < SERVICE_HTTP_MOST_CONNECTIONS;
}

/* Room for one more of whoever is at the other end? Asked before anything that costs: a user who has all that he may
 * have comes again as fast as he can. */
static gboolean
may_come (ServiceListen *self,
          int            fd)
{
  struct ucred peer = { 0, (uid_t) -1, (gid_t) -1 };
  socklen_t size = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return FALSE;
  if (!has_room (self, peer.uid) && !self->looked)
    {
      service_http_look (self->http);
      self->looked = TRUE;
    }

  return has_room (self, peer.uid);
}

static void
let_in (ServiceListen *self,
        int            fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ServiceCaller) caller = may_come (self, fd) ? service_caller_new_from_fd (fd, &error) : NULL;
  uid_t uid;

  if (caller == NULL && error == NULL)
    {
      close (fd);
      return;
    }
  if (caller == NULL && g_error_matches (error, SERVICE_CALLER_ERROR, SERVICE_CALLER_ERROR_GONE))
    {
      close (fd);
      return;
    }
  if (caller == NULL ||
      (self->instance->mode == SERVICE_MODE_PRIVATE && service_caller_get_uid (caller) != geteuid ()))
    {
      refuse (self, fd);
      return;
    }

  uid = service_caller_get_uid (caller);
  count (self, uid, 1);
  if (!service_http_add (self->http, fd, caller))
    count (self, uid, -1);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  ServiceListen *self = user_data;

  self->pause = 0;
  self->watch = g_unix_fd_add (self->fd, G_IO_IN, accept_cb, self);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (gint         listener,
           GIOCondition condition,
           gpointer     user_data)
{
  ServiceListen *self = user_data;

  self->looked = FALSE;
  for (int i = 0; i < BATCH; i++)
    {
      int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

      if (fd >= 0)
        {
          let_in (self, fd);
          continue;
        }
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
        {
          /* The listener stays readable: without a pause this would turn on the spot. */
          g_warning ("No connection can be taken now: %s", g_strerror (errno));
          self->watch = 0;
          self->pause = g_timeout_add (OUT_OF_FDS_PAUSE, pause_over_cb, self);
          return G_SOURCE_REMOVE;
        }
      if (errno != EINTR && errno != ECONNABORTED)
        break;
    }

  return G_SOURCE_CONTINUE;
}

/* --- the place -------------------------------------------------------------------------------------------- */

static gboolean
fail_place (GError     **error,
            const char  *path,
            const char  *why)
{
  g_set_error (error, SERVICE_LISTEN_ERROR, SERVICE_LISTEN_ERROR_PLACE, "%s: %s", path, why);
  return FALSE;
}

static gboolean
fail_in_use (GError     **error,
             const char  *path)
{
  g_set_error (error, SERVICE_LISTEN_ERROR, SERVICE_LISTEN_ERROR_IN_USE,
               "another instance of SecInfo already answers on %s; stop it first, or give this one another --socket",
               path);
  return FALSE;
}

int
service_listen_open_dir (const char  *path,
                         GError     **error)
{
  struct stat is;
  int fd;

  if (mkdir (path, 0700) != 0 && errno != EEXIST)
    {
      fail_place (error, path, g_strerror (errno));
      return -1;
    }

  fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &is) != 0)
    {
      fail_place (error, path, "has to be a directory, not a link; move away what is there");
      return -1;
    }
  if (is.st_uid != geteuid () || (is.st_mode & 0077) != 0)
    {
      fail_place (error, path,
                  "has to belong to you alone; mend it with “chmod 700”, or move it away if it is not yours");
      close (fd);
      return -1;
    }

  return fd;
}

char *
service_listen_default_path (GError **error)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *dir = NULL;
  int fd;

  if (runtime == NULL || *runtime != '/')
    {
      fail_place (error, "XDG_RUNTIME_DIR", "is not set; sign in to a session, or give --socket PATH");
      return NULL;
    }

  dir = g_build_filename (runtime, "secinfo", NULL);
  fd = service_listen_open_dir (dir, error);
  if (fd < 0)
    return NULL;

  close (fd);
  return g_build_filename (dir, "api", NULL);
}

/* For a system instance the directory is somebody's who could replace us anyway, and nobody else's. */
static int
open_parent (ServiceInstance  *instance,
             const char       *dir,
             GError          **error)
{
  struct stat is;
  int fd;

  if (instance->mode == SERVICE_MODE_PRIVATE)
    return service_listen_open_dir (dir, error);

  fd = open (dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &is) != 0)
    {
      fail_place (error, dir, "has to be a directory; make it first");
      return -1;
    }
  if ((is.st_uid != 0 && is.st_uid != geteuid ()) || (is.st_mode & 0022) != 0)
    {
      fail_place (error, dir, "can be written by others; make it root’s or this user’s, mode 755");
      close (fd);
      return -1;
    }

  return fd;
}

/* Sockets have no openat(): the directory's descriptor is named through /proc. */
static gboolean
fill_address (ServiceListen      *self,
              struct sockaddr_un *address)
{
  address->sun_family = AF_UNIX;
  return (gsize) g_snprintf (address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
                             self->dir_fd, self->name) < sizeof address->sun_path;
}

/* The lock is held for life, so nobody else is between looking and binding. */
static gboolean
take_lock (ServiceListen *self,
           const char    *path,
           GError       **error)
{
  g_autofree char *name = g_strconcat (self->name, ".lock", NULL);

  self->lock_fd = openat (self->dir_fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail_place (error, path, g_strerror (errno));
  if (!service_lock_take (self->lock_fd))
    return fail_in_use (error, path);

  return TRUE;
}

/* A socket nobody answers on was left behind by a service that was killed. */
static gboolean
clear_stale (ServiceListen            *self,
             const struct sockaddr_un *address,
             const char               *path,
             GError                  **error)
{
  struct stat is;
  int fd, failed;

  if (fstatat (self->dir_fd, self->name, &is, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? TRUE : fail_place (error, path, g_strerror (errno));
  if (!S_ISSOCK (is.st_mode))
    return fail_place (error, path, "is there and is no socket; move it away, or give another --socket");

  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  failed = connect (fd, (const struct sockaddr *) address, sizeof *address) != 0 ? errno : 0;
  close (fd);
  if (failed != ECONNREFUSED)
    return fail_in_use (error, path);
  if (unlinkat (self->dir_fd, self->name, 0) != 0)
    return fail_place (error, path, g_strerror (errno));

  return TRUE;
}

static gboolean
bind_path (ServiceListen  *self,
           const char     *path,
           GError        **error)
{
  struct sockaddr_un address = { 0 };
  struct stat is;
  mode_t mode = self->instance->mode == SERVICE_MODE_PRIVATE ? 0600 : 0666;

  if (!fill_address (self, &address))
    return fail_place (error, path, "the name is too long; give a shorter --socket");
  if (!take_lock (self, path, error) || !clear_stale (self, &address, path, error))
    return FALSE;

  self->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0 || bind (self->fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      fchmodat (self->dir_fd, self->name, mode, 0) != 0 ||
      fstatat (self->dir_fd, self->name, &is, AT_SYMLINK_NOFOLLOW) != 0 ||
      listen (self->fd, BACKLOG) != 0)
    return fail_place (error, path, g_strerror (errno));

  self->inode = is.st_ino;
  return TRUE;
}

static ServiceListen *
listen_new (ServiceInstance *instance)
{
  ServiceListen *self = g_new0 (ServiceListen, 1);

  self->instance = instance;
  self->fd = self->dir_fd = self->lock_fd = -1;
  self->of_uid = g_hash_table_new (NULL, NULL);
  self->refused = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) refused_free, NULL);
  return self;
}

static ServiceListen *
start (ServiceListen  *self,
       GError        **error)
{
  self->http = service_http_new (self->instance, closed_cb, self, error);
  if (self->http == NULL)
    {
      service_listen_free (self);
      return NULL;
    }

  self->watch = g_unix_fd_add (self->fd, G_IO_IN, accept_cb, self);
  return self;
}

ServiceListen *
service_listen_new_path (ServiceInstance  *instance,
                         const char       *path,
                         GError          **error)
{
  g_autoptr(ServiceListen) self = listen_new (instance);
  g_autofree char *dir = g_path_get_dirname (path);

  self->name = g_path_get_basename (path);
  self->dir_fd = open_parent (instance, dir, error);
  if (self->dir_fd < 0 || !bind_path (self, path, error))
    return NULL;

  return start (g_steal_pointer (&self), error);
}

int
service_listen_bind_sign_in (const char  *path,
                             GError     **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gboolean bound;

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  unlink (path);
  bound = fd >= 0 && strlen (path) < sizeof address.sun_path &&
          bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && chmod (path, 0600) == 0 &&
          listen (fd, SIGN_IN_BACKLOG) == 0;
  if (bound)
    return fd;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
is_listening (int fd)
{
  int accepts = 0;
  socklen_t size = sizeof accepts;

  return getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts;
}

gboolean
service_listen_passed (int     *api,
                       int     *sign_in,
                       GError **error)
{
  const char *fds = g_getenv ("LISTEN_FDS"), *pid = g_getenv ("LISTEN_PID"), *names = g_getenv ("LISTEN_FDNAMES");
  g_auto(GStrv) list = g_strsplit (names != NULL ? names : "", ":", -1);
  long n = fds != NULL && pid != NULL && strtol (pid, NULL, 10) == getpid () ? strtol (fds, NULL, 10) : 0;

  *api = *sign_in = -1;
  for (long i = 0; i < n && n <= 2; i++)
    {
      gboolean is_sign_in = (long) g_strv_length (list) == n && g_str_equal (list[i], "sign-in");
      int *place = is_sign_in ? sign_in : api;

      if (*place >= 0 || !is_listening (PASSED_FD + (int) i))
        return fail_place (error, "LISTEN_FDS", "one listening socket for the API is needed, and one named sign-in");
      *place = PASSED_FD + (int) i;
      fcntl (*place, F_SETFD, FD_CLOEXEC);
      fcntl (*place, F_SETFL, fcntl (*place, F_GETFL) | O_NONBLOCK);
    }
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDNAMES");
  return *api >= 0 ||
         fail_place (error, "LISTEN_FDS",
                     "one listening socket is needed; start secinfod.socket, or give --socket PATH");
}

ServiceListen *
service_listen_new_passed (ServiceInstance  *instance,
                           int               fd,
                           GError          **error)
{
  g_autoptr(ServiceListen) self = listen_new (instance);

  self->fd = fd;
  return start (g_steal_pointer (&self), error);
}

/* Not that of somebody who took its place. */
static void
remove_socket (ServiceListen *self)
{
  struct stat is;

  if (self->inode != 0 && fstatat (self->dir_fd, self->name, &is, AT_SYMLINK_NOFOLLOW) == 0 && is.st_ino == self->inode)
    unlinkat (self->dir_fd, self->name, 0);
}

void
service_listen_free (ServiceListen *self)
{
  remove_socket (self);
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_pointer (&self->http, service_http_free);
  g_hash_table_unref (self->refused);
  g_hash_table_unref (self->of_uid);
  if (self->fd >= 0)
    close (self->fd);
  if (self->dir_fd >= 0)
    close (self->dir_fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->name);
  g_free (self);
}
