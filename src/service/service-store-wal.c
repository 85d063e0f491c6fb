/* service-store-wal.c - one write a commit
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <string.h>

/* SQLite writes a WAL frame by frame and each in two pieces: forty system calls for a commit of twenty pages. All of
 * them follow one another and nobody but this very handle looks at them before they are synced, for a commit is only
 * told to other connections after its sync (synchronous=FULL). So they are gathered here and written in one go when
 * the sync is asked for, or there is no more room. All else that SQLite asks of a file is the usual unix VFS's. */

#define GATHERED_MOST (128 * 1024)

typedef struct
{
  sqlite3_file  base;
  guint8       *gathered;   /* (nullable) GATHERED_MOST bytes; what of the file is not written yet */
  gsize         length;
  sqlite3_int64 at;         /* its place in the file */
  sqlite3_file *real;       /* behind this */
} Wal;

static sqlite3_vfs *usual;

/* What could not be written is let go of: it is of a transaction that has not been committed and is now lost. */
static int
flush (Wal *self)
{
  gsize length = self->length;

  self->length = 0;
  if (length == 0)
    return SQLITE_OK;
  return self->real->pMethods->xWrite (self->real, self->gathered, (int) length, self->at);
}

/* In the middle of a transaction. “Full” would have SQLite take back the last statement alone (where it keeps a
 * journal of it) and go on with the frames of those before it, which are gone too. */
static int
flush_early (Wal *self)
{
  int result = flush (self);

  return result == SQLITE_FULL ? SQLITE_IOERR_WRITE : result;
}

static void
forget (Wal *self)
{
  g_clear_pointer (&self->gathered, g_free);
  self->length = 0;
}

static gboolean
fits (const Wal     *self,
      int            length,
      sqlite3_int64  at)
{
  return self->length > 0 && at >= self->at && at <= self->at + (sqlite3_int64) self->length &&
         at + length <= self->at + GATHERED_MOST;
}

static int
wal_write (sqlite3_file  *file,
           const void    *data,
           int            length,
           sqlite3_int64  at)
{
  Wal *self = (Wal *) file;

  /* Such a disk has commits filled up with frames behind their sync. */
  if ((self->real->pMethods->xDeviceCharacteristics (self->real) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) == 0)
    return self->real->pMethods->xWrite (self->real, data, length, at);
  if (!fits (self, length, at))
    {
      int result = flush_early (self);

      if (result != SQLITE_OK)
        return result;
      if (self->gathered == NULL)
        self->gathered = g_try_malloc (GATHERED_MOST);
      if (self->gathered == NULL || length > GATHERED_MOST)
        return self->real->pMethods->xWrite (self->real, data, length, at);
      self->at = at;
    }

  memcpy (self->gathered + (at - self->at), data, length);
  self->length = MAX (self->length, (gsize) (at - self->at) + length);
  return SQLITE_OK;
}

static int
wal_read (sqlite3_file  *file,
          void          *data,
          int            length,
          sqlite3_int64  at)
{
  Wal *self = (Wal *) file;
  int result = SQLITE_OK;

  if (self->length > 0 && at < self->at + (sqlite3_int64) self->length && self->at < at + length)
    result = flush_early (self);
  return result == SQLITE_OK ? self->real->pMethods->xRead (self->real, data, length, at) : result;
}

static int
wal_sync (sqlite3_file *file,
          int           flags)
{
  Wal *self = (Wal *) file;
  int result = flush (self);

  return result == SQLITE_OK ? self->real->pMethods->xSync (self->real, flags) : result;
}

static int
wal_truncate (sqlite3_file  *file,
              sqlite3_int64  size)
{
  Wal *self = (Wal *) file;
  int result = flush_early (self);

  /* There is nothing to do for a while then. */
  if (size == 0)
    forget (self);
  return result == SQLITE_OK ? self->real->pMethods->xTruncate (self->real, size) : result;
}

static int
wal_file_size (sqlite3_file  *file,
               sqlite3_int64 *size)
{
  Wal *self = (Wal *) file;
  int result = flush_early (self);

  return result == SQLITE_OK ? self->real->pMethods->xFileSize (self->real, size) : result;
}

static int
wal_close (sqlite3_file *file)
{
  Wal *self = (Wal *) file;

  /* What was committed has been synced. The rest was taken back, and may lie where another process has committed. */
  forget (self);
  return self->real->pMethods->xClose (self->real);
}

static int
wal_lock (sqlite3_file *file,
          int           level)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xLock (self->real, level);
}

static int
wal_unlock (sqlite3_file *file,
            int           level)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xUnlock (self->real, level);
}

static int
wal_is_reserved (sqlite3_file *file,
                 int          *reserved)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xCheckReservedLock (self->real, reserved);
}

static int
wal_control (sqlite3_file *file,
             int           what,
             void         *value)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xFileControl (self->real, what, value);
}

static int
wal_sector_size (sqlite3_file *file)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xSectorSize (self->real);
}

static int
wal_characteristics (sqlite3_file *file)
{
  Wal *self = (Wal *) file;

  return self->real->pMethods->xDeviceCharacteristics (self->real);
}

static const sqlite3_io_methods wal_methods = {
  .iVersion = 1,
  .xClose = wal_close, .xRead = wal_read, .xWrite = wal_write, .xTruncate = wal_truncate, .xSync = wal_sync,
  .xFileSize = wal_file_size, .xLock = wal_lock, .xUnlock = wal_unlock, .xCheckReservedLock = wal_is_reserved,
  .xFileControl = wal_control, .xSectorSize = wal_sector_size, .xDeviceCharacteristics = wal_characteristics,
};

/* Any other file is the usual VFS's own, in the same memory. */
static int
vfs_open (sqlite3_vfs  *vfs,
          const char   *path,
          sqlite3_file *file,
          int           flags,
          int          *out_flags)
{
  Wal *self = (Wal *) file;
  int result;

  if ((flags & SQLITE_OPEN_WAL) == 0)
    return usual->xOpen (usual, path, file, flags, out_flags);

  *self = (Wal) { .real = (sqlite3_file *) (void *) (self + 1) };
  result = usual->xOpen (usual, path, self->real, flags, out_flags);
  if (result == SQLITE_OK)
    self->base.pMethods = &wal_methods;
  return result;
}

static gpointer
register_cb (gpointer data)
{
  static sqlite3_vfs vfs;

  /* Before anything else is asked of SQLite: it would lock and count at each piece of memory, and nobody looks; and
   * have twenty pages at once for each connection, needed or not. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config (SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
  usual = sqlite3_vfs_find (NULL);
  vfs = *usual;
  vfs.zName = SERVICE_STORE_VFS;
  vfs.pNext = NULL;
  vfs.szOsFile = (int) sizeof (Wal) + usual->szOsFile;
  vfs.xOpen = vfs_open;
  return GINT_TO_POINTER (sqlite3_vfs_register (&vfs, 0) == SQLITE_OK);
}

gboolean
service_store_wal_register (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, register_cb, NULL) != NULL;
}
