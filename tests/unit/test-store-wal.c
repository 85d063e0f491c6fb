/* test-store-wal.c - the WAL that is written once a commit, beside SQLite's own
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-store-private.h"
#include "store-fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define ROUNDS 24

static guint writes, fails_in;   /* 0: never */

static ssize_t
counting_pwrite (int         fd,
                 const void *data,
                 size_t      size,
                 off_t       at)
{
  writes++;
  if (fails_in > 0 && --fails_in == 0)
    {
      errno = ENOSPC;
      return -1;
    }
  return pwrite (fd, data, size, at);
}

static void
count_writes (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);

  vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr) counting_pwrite);
  vfs->xSetSystemCall (vfs, "pwrite", (sqlite3_syscall_ptr) counting_pwrite);
}

static void
stop_counting (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);

  vfs->xSetSystemCall (vfs, NULL, NULL);
}

/* @spills: a transaction's pages go into the WAL long before it ends. */
static sqlite3 *
open_db (const char *path,
         const char *vfs,
         gboolean    spills)
{
  g_autofree char *size = g_strdup_printf ("PRAGMA cache_size=10; PRAGMA cache_spill=%s; PRAGMA wal_autocheckpoint=300",
                                           spills ? "ON" : "OFF");
  sqlite3 *db = NULL;

  g_assert_true (service_store_wal_register ());
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;"
                                 "CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v BLOB, w TEXT);"
                                 "CREATE INDEX IF NOT EXISTS t_w ON t (w)", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, size, NULL, NULL, NULL), ==, SQLITE_OK);
  return db;
}

static int
run (sqlite3    *db,
     const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL);
}

static char *
first_text (sqlite3    *db,
            const char *sql)
{
  sqlite3_stmt *statement = NULL;
  char *text;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return text;
}

static char *
all_of (sqlite3 *db)
{
  g_autofree char *sound = first_text (db, "PRAGMA integrity_check");
  g_autofree char *all = first_text (db, "SELECT coalesce (group_concat (k || w || hex (v), ','), '') FROM t");

  g_assert_cmpstr (sound, ==, "ok");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);
}

static void
remove_dir (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* Some change, the same in every database that it is made in. */
static char *
make_change (void)
{
  guint k = g_test_rand_int_range (0, 400), to = k + g_test_rand_int_range (1, 60);

  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      return g_strdup_printf ("DELETE FROM t WHERE k BETWEEN %u AND %u", k, to);
    case 1:
      return g_strdup_printf ("UPDATE t SET w = w || 'x', v = zeroblob (%u) WHERE k BETWEEN %u AND %u", 5 + k, k, to);
    default:
      return g_strdup_printf ("WITH RECURSIVE n (i) AS (SELECT %u UNION ALL SELECT i + 1 FROM n WHERE i < %u) "
                              "INSERT OR REPLACE INTO t SELECT i, zeroblob (%u), 'w' || (i * 7919 %% 1000) FROM n",
                              k, to, 20 + k * 3);
    }
}

static void
copy (const char *from,
      const char *to,
      const char *suffix)
{
  g_autofree char *source = g_strconcat (from, suffix, NULL);
  g_autofree char *target = g_strconcat (to, suffix, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  g_unlink (target);
  if (g_file_get_contents (source, &bytes, &length, NULL))
    g_assert_true (g_file_set_contents (target, bytes, length, NULL));
}

/* What another process finds that begins now, while ours has said nothing more: what a killed one leaves. */
static char *
all_after_a_kill (const char *path)
{
  g_autofree char *copied = g_strconcat (path, ".copy", NULL);
  g_autofree char *shm = g_strconcat (copied, "-shm", NULL);
  sqlite3 *db;
  char *all;

  g_unlink (shm);
  copy (path, copied, "");
  copy (path, copied, "-wal");
  db = open_db (copied, NULL, FALSE);
  all = all_of (db);
  sqlite3_close (db);
  return all;
}

/* One transaction of some changes, a savepoint within, perhaps taken back. What was asked for, in order. Not taken back
 * where pages went into the WAL since: SQLite 3.40 itself then leaves a commit there that is lost with a kill, which is
 * why the store's writer does not spill. */
static GPtrArray *
make_transaction (gboolean spills)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (list, g_strdup ("BEGIN IMMEDIATE"));
  for (int i = g_test_rand_int_range (1, 6); i > 0; i--)
    g_ptr_array_add (list, make_change ());
  g_ptr_array_add (list, g_strdup ("SAVEPOINT s"));
  for (int i = g_test_rand_int_range (1, 6); i > 0; i--)
    g_ptr_array_add (list, make_change ());
  if (!spills && g_test_rand_int_range (0, 2) == 0)
    g_ptr_array_add (list, g_strdup ("ROLLBACK TO s"));
  g_ptr_array_add (list, g_strdup ("RELEASE s"));
  g_ptr_array_add (list, make_change ());
  g_ptr_array_add (list, g_strdup (g_test_rand_int_range (0, 5) == 0 ? "ROLLBACK" : "COMMIT"));
  return list;
}

static void
assert_same (char *one_of,
             char *other_of)
{
  g_autofree char *one = one_of;
  g_autofree char *other = other_of;

  g_assert_cmpstr (one, ==, other);
}

static void
test_same (gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("secinfo-wal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  gboolean spills = GPOINTER_TO_INT (data);
  sqlite3 *db = open_db (path, SERVICE_STORE_VFS, spills);
  sqlite3 *reader = open_db (path, SERVICE_STORE_VFS, FALSE);
  sqlite3 *peer = open_db (":memory:", NULL, FALSE);

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr(GPtrArray) list = make_transaction (spills);

      for (guint i = 0; i < list->len; i++)
        {
          g_assert_cmpint (run (db, list->pdata[i]), ==, SQLITE_OK);
          g_assert_cmpint (run (peer, list->pdata[i]), ==, SQLITE_OK);
        }
      assert_same (all_after_a_kill (path), all_of (peer));
      assert_same (all_of (reader), all_of (peer));
      if (round % 20 == 19)
        g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==, SQLITE_OK);
    }
  assert_same (all_of (db), all_of (peer));

  sqlite3_close (db);
  sqlite3_close (reader);
  sqlite3_close (peer);
  remove_dir (dir);
}

/* FALSE: all of it was lost on the way. A statement that failed by itself alone is asked for again. */
static gboolean
run_transaction (sqlite3   *db,
                 GPtrArray *list,
                 guint     *failed)
{
  for (guint i = 0; i < list->len; i++)
    {
      if (run (db, list->pdata[i]) == SQLITE_OK)
        continue;
      ++*failed;
      if (sqlite3_get_autocommit (db))
        return FALSE;
      g_assert_cmpint (run (db, list->pdata[i]), ==, SQLITE_OK);
    }
  return TRUE;
}

/* Each transaction as often as it takes, with the first write failing, then the second…: what is said to be there is
 * there, and nothing else. */
static void
test_no_room (gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("secinfo-wal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  gboolean spills = GPOINTER_TO_INT (data);
  sqlite3 *db = open_db (path, SERVICE_STORE_VFS, spills);
  sqlite3 *peer = open_db (":memory:", NULL, FALSE);
  guint failed = 0;

  count_writes ();
  for (guint round = 0; round < ROUNDS / 4; round++)
    {
      g_autoptr(GPtrArray) list = make_transaction (spills);
      guint unused = 0;

      for (guint point = 1; ; point++)
        {
          gboolean through;

          fails_in = point;
          through = run_transaction (db, list, &failed);
          fails_in = 0;
          if (through)
            break;
          assert_same (all_after_a_kill (path), all_of (peer));
        }
      g_assert_true (run_transaction (peer, list, &unused));
      assert_same (all_after_a_kill (path), all_of (peer));
    }
  stop_counting ();
  g_assert_cmpuint (failed, >, 0);

  sqlite3_close (db);
  sqlite3_close (peer);
  remove_dir (dir);
}

static void
test_one_write (void)
{
  g_autofree char *dir = g_dir_make_tmp ("secinfo-wal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  sqlite3 *db = open_db (path, SERVICE_STORE_VFS, FALSE);

  g_assert_cmpint (run (db, "INSERT INTO t VALUES (1, zeroblob (80000), 'w')"), ==, SQLITE_OK);
  count_writes ();
  writes = 0;
  g_assert_cmpint (run (db, "UPDATE t SET v = randomblob (80000)"), ==, SQLITE_OK);   /* twenty pages and some */
  stop_counting ();
  g_assert_cmpuint (writes, ==, 1);

  sqlite3_close (db);
  remove_dir (dir);
}

/* What was spilled and taken back is not written over what another process has committed since. */
static void
test_taken_back (void)
{
  g_autofree char *dir = g_dir_make_tmp ("secinfo-wal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  sqlite3 *db = open_db (path, SERVICE_STORE_VFS, TRUE);
  sqlite3 *other = open_db (path, NULL, FALSE);
  g_autofree char *committed = NULL;

  g_assert_cmpint (run (db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
                            "INSERT INTO t SELECT i, zeroblob(2000), 'w' FROM n"), ==, SQLITE_OK);
  g_assert_cmpint (run (db, "BEGIN IMMEDIATE; UPDATE t SET v = randomblob(2000) WHERE k < 40; ROLLBACK"), ==,
                   SQLITE_OK);
  g_assert_cmpint (run (other, "UPDATE t SET v = zeroblob(1999) WHERE k BETWEEN 100 AND 180"), ==, SQLITE_OK);
  committed = all_of (other);
  sqlite3_close (db);
  assert_same (all_after_a_kill (path), g_steal_pointer (&committed));

  sqlite3_close (other);
  remove_dir (dir);
}

void
store_add_wal_tests (void)
{
  g_test_add_data_func ("/store/wal/same/spilled", GINT_TO_POINTER (TRUE), test_same);
  g_test_add_data_func ("/store/wal/same/kept", GINT_TO_POINTER (FALSE), test_same);
  g_test_add_data_func ("/store/wal/no-room/spilled", GINT_TO_POINTER (TRUE), test_no_room);
  g_test_add_data_func ("/store/wal/no-room/kept", GINT_TO_POINTER (FALSE), test_no_room);
  g_test_add_func ("/store/wal/one-write", test_one_write);
  g_test_add_func ("/store/wal/taken-back", test_taken_back);
}
