/* service-lines.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-lines.h"

#include "service-sign-in-words.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD (30 * 86400)   /* seconds: then a graver line was said, or nobody came */

static int
gravity_of (enum secinfo_line line)
{
  switch (line)
    {
    case SECINFO_LINE_PASSWORD_CHANGED:
      return 3;
    case SECINFO_LINE_NEW_EMAIL:
    case SECINFO_LINE_NEW_PHONE:
      return 2;
    case SECINFO_LINE_FAILED_TRIES:
    default:
      return 1;
    }
}

static gboolean
is_graver (int         dir_fd,
           const char *name,
           int         gravity,
           gint64      at)
{
  struct secinfo_line_file there = { 0 };
  int fd = openat (dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gboolean graver = fd >= 0 && read (fd, &there, sizeof there) == (gssize) sizeof there &&
                    there.version == SECINFO_LINE_VERSION && gravity_of (there.line) > gravity && at - there.at < OLD;

  if (fd >= 0)
    close (fd);
  return graver;
}

void
service_lines_put (ServiceInstance   *instance,
                   uid_t              uid,
                   enum secinfo_line  line,
                   guint              count,
                   guint              sign_ins,
                   gint64             at)
{
  struct secinfo_line_file file = { .version = SECINFO_LINE_VERSION, .line = line, .count = count,
                                    .sign_ins_left = sign_ins, .at = at };
  g_autofree char *name = g_strdup_printf ("%u", (guint) uid);
  g_autofree char *fresh = g_strdup_printf ("%u.new", (guint) uid);
  char language[16];
  int dir_fd, fd = -1;

  if (instance->lines_dir == NULL)
    return;
  dir_fd = open (instance->lines_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  service_sign_in_language (language);
  g_strlcpy (file.language, language, sizeof file.language);
  if (dir_fd >= 0 && !is_graver (dir_fd, name, gravity_of (line), at))
    {
      unlinkat (dir_fd, fresh, 0);
      fd = openat (dir_fd, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
      if (fd < 0 || fchmod (fd, 0644) != 0 || write (fd, &file, sizeof file) != (gssize) sizeof file ||
          renameat (dir_fd, fresh, dir_fd, name) != 0)
        g_warning ("The line after the next sign-in could not be written: %s", g_strerror (errno));
    }
  if (fd >= 0)
    close (fd);
  if (dir_fd >= 0)
    close (dir_fd);
}
