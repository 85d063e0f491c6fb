/* service-caller.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-caller.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SUBUID_PATH "/etc/subuid"
#define OVERFLOW_PATH "/proc/sys/kernel/overflowuid"
#define OVERFLOW_USUAL 65534
#define ANSWERS_KEPT 4096   /* uids */

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77   /* Linux 6.5 */
#endif

struct _ServiceCaller
{
  gatomicrefcount ref_count;
  uid_t           uid;
  pid_t           pid;
  int             pidfd;        /* from accept on, so that a later process of the same number is another one */
};

G_DEFINE_QUARK (secinfo-service-caller-error-quark, service_caller_error)

/**
 * service_caller_subuid_contains:
 * @text: what /etc/subuid says: lines of name:first:count (subuid(5)); a line that is none is left out
 *
 * Returns: whether @uid lies in one of the ranges, and so belongs to whoever owns the range
 */
gboolean
service_caller_subuid_contains (const char *text,
                                uid_t       uid)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) fields = g_strsplit (g_strstrip (lines[i]), ":", -1);
      guint64 first, count;

      if (g_strv_length (fields) == 3 && *fields[0] != '#' &&
          g_ascii_string_to_unsigned (fields[1], 10, 0, G_MAXUINT32, &first, NULL) &&
          g_ascii_string_to_unsigned (fields[2], 10, 0, G_MAXUINT32, &count, NULL) &&
          uid >= first && uid - first < count)
        return TRUE;
    }

  return FALSE;
}

/* Of a file of any length: the answers are kept with the text they were read from. */
static gboolean
find_subordinate (const char *text,
                  GHashTable *answers,
                  uid_t       uid)
{
  gpointer known = NULL;

  if (!g_hash_table_lookup_extended (answers, GUINT_TO_POINTER (uid), NULL, &known))
    {
      known = GINT_TO_POINTER (service_caller_subuid_contains (text, uid));
      if (g_hash_table_size (answers) >= ANSWERS_KEPT)
        g_hash_table_remove_all (answers);
      g_hash_table_insert (answers, GUINT_TO_POINTER (uid), known);
    }

  return GPOINTER_TO_INT (known);
}

/* The file is read again when it was changed: users are made while the service runs. */
static gboolean
is_subordinate (uid_t uid)
{
  static char *text;
  static GHashTable *answers;
  static struct stat read_as;
  struct stat now = { 0 };

  if (stat (SUBUID_PATH, &now) != 0)
    return FALSE;
  if (text == NULL || now.st_ino != read_as.st_ino || now.st_size != read_as.st_size ||
      now.st_mtim.tv_sec != read_as.st_mtim.tv_sec || now.st_mtim.tv_nsec != read_as.st_mtim.tv_nsec)
    {
      char *fresh = NULL;

      if (!g_file_get_contents (SUBUID_PATH, &fresh, NULL, NULL))
        return FALSE;
      g_free (text);
      text = fresh;
      read_as = now;
      g_clear_pointer (&answers, g_hash_table_unref);
      answers = g_hash_table_new (NULL, NULL);
    }

  return find_subordinate (text, answers, uid);
}

/* Asked once: whoever may change it is root. */
static uid_t
read_overflow_uid (void)
{
  g_autofree char *text = NULL;
  guint64 uid;

  if (!g_file_get_contents (OVERFLOW_PATH, &text, NULL, NULL) ||
      !g_ascii_string_to_unsigned (g_strstrip (text), 10, 0, G_MAXUINT32, &uid, NULL))
    return OVERFLOW_USUAL;

  return (uid_t) uid;
}

static int
open_pidfd (int   socket_fd,
            pid_t pid)
{
  int pidfd = -1;
  socklen_t size = sizeof pidfd;

  if (getsockopt (socket_fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0 && pidfd >= 0)
    return pidfd;

  return (int) syscall (SYS_pidfd_open, pid, 0);
}

static gboolean
pidfd_is_alive (int pidfd)
{
  struct pollfd poll_fd = { pidfd, POLLIN, 0 };

  return poll (&poll_fd, 1, 0) == 0;
}

static guint64
read_start_time (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  g_auto(GStrv) fields = NULL;
  const char *after_name;

  /* The name stands in parentheses and may hold anything, parentheses too: what follows the last one is field 3. */
  if (!g_file_get_contents (path, &text, NULL, NULL) || (after_name = strrchr (text, ')')) == NULL)
    return 0;

  fields = g_strsplit (g_strstrip ((char *) after_name + 1), " ", -1);
  return g_strv_length (fields) > 19 ? g_ascii_strtoull (fields[19], NULL, 10) : 0;
}

static gboolean
is_overflow (uid_t uid)
{
  static gboolean known;
  static uid_t overflow;

  if (!known)
    overflow = read_overflow_uid ();
  known = TRUE;
  return uid == overflow;
}

/**
 * service_caller_new_from_fd:
 * @socket_fd: a connected Unix socket; stays the caller's
 * @error: SERVICE_CALLER_ERROR_NOT_YOU for a uid that is nobody's alone, SERVICE_CALLER_ERROR_GONE where the process
 *   left or lies in a pid namespace that this one cannot see
 */
ServiceCaller *
service_caller_new_from_fd (int      socket_fd,
                            GError **error)
{
  struct ucred cred = { 0, (uid_t) -1, (gid_t) -1 };
  socklen_t size = sizeof cred;
  ServiceCaller *self;
  int pidfd;

  if (getsockopt (socket_fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) != 0 || cred.uid == (uid_t) -1 ||
      is_overflow (cred.uid) || is_subordinate (cred.uid))
    {
      g_set_error (error, SERVICE_CALLER_ERROR, SERVICE_CALLER_ERROR_NOT_YOU,
                   "uid %u is nobody’s own", (guint) cred.uid);
      return NULL;
    }

  if (cred.pid <= 0 || (pidfd = open_pidfd (socket_fd, cred.pid)) < 0)
    {
      g_set_error (error, SERVICE_CALLER_ERROR, SERVICE_CALLER_ERROR_GONE, "the process behind the connection is gone");
      return NULL;
    }

  self = g_new0 (ServiceCaller, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->uid = cred.uid;
  self->pid = cred.pid;
  self->pidfd = pidfd;
  if (!pidfd_is_alive (pidfd))
    {
      service_caller_unref (self);
      g_set_error (error, SERVICE_CALLER_ERROR, SERVICE_CALLER_ERROR_GONE, "the process behind the connection is gone");
      return NULL;
    }

  return self;
}

ServiceCaller *
service_caller_ref (ServiceCaller *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
service_caller_unref (ServiceCaller *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  close (self->pidfd);
  g_free (self);
}

uid_t
service_caller_get_uid (ServiceCaller *self)
{
  return self->uid;
}

pid_t
service_caller_get_pid (ServiceCaller *self)
{
  return self->pid;
}

int
service_caller_get_pidfd (ServiceCaller *self)
{
  return self->pidfd;
}

/* Read when it is asked for: as long as the process behind the pidfd lives, its number is nobody else's. 0 where it
 * does not, or where /proc does not show it. */
guint64
service_caller_get_start_time (ServiceCaller *self)
{
  guint64 start_time = read_start_time (self->pid);

  return pidfd_is_alive (self->pidfd) ? start_time : 0;
}

/**
 * service_caller_same_process:
 *
 * Two processes that live at once have two numbers, and both were held from their accept on: equal numbers of two that
 * live are one process. Who has left is nobody's process any more.
 */
gboolean
service_caller_same_process (ServiceCaller *a,
                             ServiceCaller *b)
{
  return a->uid == b->uid && a->pid == b->pid && pidfd_is_alive (a->pidfd) && pidfd_is_alive (b->pidfd);
}
