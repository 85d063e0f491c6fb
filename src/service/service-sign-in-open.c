/* service-sign-in-open.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_EVERY  5      /* seconds */
#define LONGEST     127    /* bytes of a name: 254 characters of a file's */

struct _ServiceOpenFiles
{
  int         dir_fd;     /* -1: no folder */
  GHashTable *until;      /* name -> gint64 * */
  guint       timer;
};

char *
service_open_files_name (const char *name)
{
  gsize length = strlen (name);
  GString *hex;

  if (length == 0 || length > LONGEST)
    return NULL;
  hex = g_string_sized_new (length * 2 + 1);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", (guint8) name[i]);
  return g_string_free (hex, FALSE);
}

static void
remove_file (ServiceOpenFiles *self,
             const char       *name)
{
  g_autofree char *file = service_open_files_name (name);

  if (self->dir_fd >= 0 && file != NULL && unlinkat (self->dir_fd, file, 0) != 0 && errno != ENOENT)
    g_warning ("An open recovery's file stays where it is: %s", g_strerror (errno));
}

static void
make_file (ServiceOpenFiles *self,
           const char       *name)
{
  g_autofree char *file = service_open_files_name (name);
  int fd;

  if (self->dir_fd < 0 || file == NULL)
    return;
  fd = openat (self->dir_fd, file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    g_warning ("An open recovery's file could not be made: %s", g_strerror (errno));
  else
    close (fd);
}

static gboolean
look_cb (gpointer user_data)
{
  ServiceOpenFiles *self = user_data;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GHashTableIter iter;
  gpointer name, until;

  g_hash_table_iter_init (&iter, self->until);
  while (g_hash_table_iter_next (&iter, &name, &until))
    {
      if (*(gint64 *) until > now)
        continue;
      remove_file (self, name);
      g_hash_table_iter_remove (&iter);
    }
  if (g_hash_table_size (self->until) > 0)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

/* Names are another process's words: nothing but our own kind of file is touched. */
static void
clear_dir (ServiceOpenFiles *self,
           const char       *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (strspn (name, "0123456789abcdef") == strlen (name))
        unlinkat (self->dir_fd, name, 0);
    }
}

ServiceOpenFiles *
service_open_files_new (const char *dir)
{
  ServiceOpenFiles *self = g_new0 (ServiceOpenFiles, 1);
  struct stat is;

  self->until = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->dir_fd = dir != NULL ? open (dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (self->dir_fd >= 0 && (fstat (self->dir_fd, &is) != 0 || is.st_uid != geteuid ()))
    {
      close (self->dir_fd);
      self->dir_fd = -1;
    }
  if (self->dir_fd >= 0)
    clear_dir (self, dir);
  else if (dir != NULL)
    g_warning ("%s is not a folder of this user’s: a code typed as the password is not known there", dir);
  return self;
}

void
service_open_files_free (ServiceOpenFiles *self)
{
  if (self == NULL)
    return;

  /* The files stay: a recovery outlives this process. */
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->until);
  if (self->dir_fd >= 0)
    close (self->dir_fd);
  g_free (self);
}

void
service_open_files_set (ServiceOpenFiles *self,
                        const char       *name,
                        gint64            until,
                        gint64            now)
{
  gint64 *known = g_hash_table_lookup (self->until, name);

  if (until <= now)
    {
      if (known != NULL)
        remove_file (self, name);
      g_hash_table_remove (self->until, name);
      return;
    }
  if (known == NULL && g_hash_table_size (self->until) >= SERVICE_OPEN_FILES_MOST)
    return;

  if (known == NULL)
    make_file (self, name);
  g_hash_table_insert (self->until, g_strdup (name), g_memdup2 (&until, sizeof until));
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LOOK_EVERY, look_cb, self);
}

gboolean
service_open_files_any (ServiceOpenFiles *self)
{
  return g_hash_table_size (self->until) > 0;
}
