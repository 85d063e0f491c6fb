/* test-store.c - commits that are shared, pieces that fail, stores that close
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* One of many pieces: writes a row of its own, and looks when it is told that the row is there. */
typedef struct
{
  Fixture    *fixture;
  guint       number;
  gboolean    fails;
  gboolean    looks;      /* its done() asks a second connection */
  guint      *n_done;
  gboolean    told;
  int         code;       /* of the error it was told; -1: none */
  guint       runs;       /* how often it was called */
} Part;

static gboolean
part_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  Part *part = data;

  part->runs++;
  if (!service_store_audit_add (txn, RECORD, "part", NULL, part->number, error))
    return FALSE;
  if (!part->fails)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "on purpose");
  return FALSE;
}

static gint64
look_for (Fixture *fixture,
          guint    number)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM audit WHERE at = %u", number);

  return store_look (fixture, sql);
}

static void
part_done (gpointer      data,
           const GError *error)
{
  Part *part = data;

  g_assert_false (part->told);
  part->told = TRUE;
  part->code = error != NULL ? error->code : -1;
  (*part->n_done)++;
  if (part->looks && error == NULL)
    g_assert_cmpint (look_for (part->fixture, part->number), ==, 1);
}

static Part *
queue_parts (Fixture *fixture,
             guint    n,
             guint   *n_done)
{
  Part *parts = g_new0 (Part, n);

  for (guint i = 0; i < n; i++)
    parts[i] = (Part) { fixture, i + 1, FALSE, FALSE, n_done, FALSE, 0, 0 };

  return parts;
}

static void
write_parts (Fixture *fixture,
             Part    *parts,
             guint    n)
{
  for (guint i = 0; i < n; i++)
    service_store_write (fixture->store, part_func, part_done, &parts[i]);
}

static void
wait_for (guint *n_done,
          guint  n)
{
  while (*n_done < n)
    store_iterate ();
}

/* --- shared commits ----------------------------------------------------------------------------------------------- */

static void
test_shared (Fixture       *fixture,
             gconstpointer  data)
{
  guint64 commits, transactions;
  guint n = 400, n_done = 0;
  g_autofree Part *parts = queue_parts (fixture, n, &n_done);

  store_add_record (fixture, RECORD, 1000);
  for (guint i = 0; i < n; i++)
    parts[i].looks = TRUE;
  write_parts (fixture, parts, n);
  wait_for (&n_done, n);

  service_store_get_counts (fixture->store, &commits, &transactions);
  g_test_message ("%u transactions in %u commits", (guint) transactions, (guint) commits);
  g_assert_cmpuint (transactions, ==, n);
  g_assert_cmpuint (commits, <, n / 10);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, n);
}

/* Nobody is told before the commit: while the writer is held inside a batch, a second connection sees nothing and no
 * done() was called. */
typedef struct
{
  pthread_mutex_t lock;
  pthread_cond_t  cond;
  gboolean        inside;
  gboolean        go_on;
} Gate;

static gboolean
gate_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  Gate *gate = data;

  pthread_mutex_lock (&gate->lock);
  gate->inside = TRUE;
  pthread_cond_broadcast (&gate->cond);
  while (!gate->go_on)
    pthread_cond_wait (&gate->cond, &gate->lock);
  pthread_mutex_unlock (&gate->lock);

  return TRUE;
}

static void
gate_wait_inside (Gate *gate)
{
  pthread_mutex_lock (&gate->lock);
  while (!gate->inside)
    pthread_cond_wait (&gate->cond, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
}

static void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->lock);
  gate->go_on = TRUE;
  pthread_cond_broadcast (&gate->cond);
  pthread_mutex_unlock (&gate->lock);
}

static void
test_told_after_commit (Fixture       *fixture,
                        gconstpointer  data)
{
  Gate first = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  Gate last = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  guint n_done = 0;
  g_autofree Part *parts = queue_parts (fixture, 5, &n_done);

  store_add_record (fixture, RECORD, 1000);
  service_store_write (fixture->store, gate_func, NULL, &first);
  gate_wait_inside (&first);
  write_parts (fixture, parts, 5);
  service_store_write (fixture->store, gate_func, NULL, &last);   /* in the same batch as the five */
  gate_open (&first);
  gate_wait_inside (&last);

  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (n_done, ==, 0);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, 0);

  gate_open (&last);
  wait_for (&n_done, 5);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, 5);
}

static void
test_piece_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  Gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  guint n_done = 0, n = 30;
  g_autofree Part *parts = queue_parts (fixture, n, &n_done);
  guint64 commits, transactions;

  store_add_record (fixture, RECORD, 1000);
  service_store_write (fixture->store, gate_func, NULL, &gate);
  gate_wait_inside (&gate);
  for (guint i = 0; i < n; i += 3)
    parts[i].fails = TRUE;
  write_parts (fixture, parts, n);
  gate_open (&gate);
  wait_for (&n_done, n);

  service_store_get_counts (fixture->store, &commits, &transactions);
  g_assert_cmpuint (commits, ==, 2);   /* all thirty in one */
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (parts[i].code, ==, parts[i].fails ? G_IO_ERROR_FAILED : -1);
      g_assert_cmpint (look_for (fixture, parts[i].number), ==, parts[i].fails ? 0 : 1);
    }
}

/* Pieces of requests share a savepoint: what stands before one that fails is done once more, what failed is not. */
static void
test_piece_of_many_fails (Fixture       *fixture,
                          gconstpointer  data)
{
  static const char fails[] = "..x...xx....x.|.x.";   /* |: one that has to have a savepoint of its own */
  Gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  guint n_done = 0, n = strlen (fails);
  g_autofree Part *parts = queue_parts (fixture, n, &n_done);
  guint64 commits, transactions;

  store_add_record (fixture, RECORD, 1000);
  service_store_write (fixture->store, gate_func, NULL, &gate);
  gate_wait_inside (&gate);
  for (guint i = 0; i < n; i++)
    {
      parts[i].fails = fails[i] == 'x';
      if (fails[i] == '|')
        service_store_write (fixture->store, part_func, part_done, &parts[i]);
      else
        service_store_write_of (fixture->store, 1000, part_func, part_done, &parts[i]);
    }
  gate_open (&gate);
  wait_for (&n_done, n);

  service_store_get_counts (fixture->store, &commits, &transactions);
  g_assert_cmpuint (commits, ==, 2);
  for (guint i = 0; i < n; i++)
    {
      gsize next = strcspn (fails + i, "x|");
      gboolean again = fails[i] == '.' && fails[i + next] == 'x';

      g_assert_cmpint (parts[i].code, ==, parts[i].fails ? G_IO_ERROR_FAILED : -1);
      g_assert_cmpint (look_for (fixture, parts[i].number), ==, parts[i].fails ? 0 : 1);
      g_assert_cmpuint (parts[i].runs, ==, again ? 2 : 1);
    }
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  Gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  guint n = 4500, n_done = 0, n_busy = 0, n_written = 0;
  g_autofree Part *parts = queue_parts (fixture, n, &n_done);

  store_add_record (fixture, RECORD, 1000);
  service_store_write (fixture->store, gate_func, NULL, &gate);
  gate_wait_inside (&gate);
  write_parts (fixture, parts, n);
  g_assert_cmpuint (n_done, ==, 0);   /* never from inside service_store_write() */
  gate_open (&gate);
  wait_for (&n_done, n);

  for (guint i = 0; i < n; i++)
    {
      n_busy += parts[i].code == SERVICE_STORE_ERROR_BUSY;
      n_written += parts[i].code == -1;
    }
  g_assert_cmpuint (n_busy, ==, n - 4096);
  g_assert_cmpuint (n_written, ==, 4096);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, n_written);
}

/* --- a disk that is full ------------------------------------------------------------------------------------------ */

static gboolean
fill_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  g_autofree char *text = g_strnfill (100 * 1024, 'x');

  return service_store_audit_add (txn, RECORD, text, NULL, 0, error);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A small file system of our own on @path, gone with this process. */
static gboolean
mount_small (const char *path)
{
  if (unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0)
    return FALSE;

  return mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("none", path, "tmpfs", 0, "size=1m,mode=0700") == 0;
}

static void
full_disk_child (void)
{
  Fixture fixture = { NULL };
  guint n_done = 0, written = 0;
  g_autofree Part *parts = queue_parts (&fixture, 20, &n_done);
  g_autoptr(GError) error = NULL;

  store_set_up (&fixture, NULL);
  store_close (&fixture);
  if (!mount_small (fixture.dir))
    {
      store_tear_down (&fixture, NULL);
      return;
    }

  store_open (&fixture);
  store_add_record (&fixture, RECORD, 1000);
  while (error == NULL && written < 100)
    {
      error = store_try_write (&fixture, fill_func, NULL);
      written += error == NULL;
    }
  g_assert_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, fixture.path));
  g_assert_cmpuint (written, >, 2);

  /* What was said to be kept is kept; once there is room again, it goes on. */
  g_assert_cmpint (mount ("none", fixture.dir, NULL, MS_REMOUNT, "size=8m"), ==, 0);
  g_assert_cmpint (store_look (&fixture, "SELECT count(*) FROM audit"), ==, written);
  write_parts (&fixture, parts, 20);
  wait_for (&n_done, 20);
  g_assert_cmpint (store_look (&fixture, "SELECT count(*) FROM audit"), ==, written + 20);
  g_assert_cmpint (store_look (&fixture, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
                   ==, 1);
  store_close (&fixture);
  g_assert_cmpint (umount2 (fixture.dir, 0), ==, 0);
  store_tear_down (&fixture, NULL);
}

/* In a process of its own, as it cannot be taken back. */
static gboolean
is_mounting_allowed (void)
{
  pid_t child = fork ();
  int status = 0;

  if (child == 0)
    _exit (unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) == 0 &&
           mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : 1);
  waitpid (child, &status, 0);

  return status == 0;
}

static void
test_full_disk (void)
{
  if (g_test_subprocess ())
    {
      full_disk_child ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  if (!is_mounting_allowed ())
    g_test_skip ("no mount namespace can be made here");
}

/* A commit that cannot be made fails every piece that shared it, and none of them is half there. */
static void
full_commit_child (void)
{
  Gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE, FALSE };
  Fixture fixture = { NULL };
  guint n_done = 0;
  g_autofree Part *parts = queue_parts (&fixture, 20, &n_done);

  signal (SIGXFSZ, SIG_IGN);
  store_set_up (&fixture, NULL);
  store_add_record (&fixture, RECORD, 1000);
  service_store_write (fixture.store, gate_func, NULL, &gate);
  gate_wait_inside (&gate);
  write_parts (&fixture, parts, 20);
  limit_files (4096);
  gate_open (&gate);
  wait_for (&n_done, 20);
  limit_files (RLIM_INFINITY);

  for (guint i = 0; i < 20; i++)
    {
      /* SQLite takes a limit of the process for an error of the disk, or for a full one where part of a write went
       * through. */
      g_assert_true (parts[i].code == SERVICE_STORE_ERROR_IO || parts[i].code == SERVICE_STORE_ERROR_FULL);
    }
  g_assert_cmpint (store_look (&fixture, "SELECT count(*) FROM audit"), ==, 0);
  store_tear_down (&fixture, NULL);
}

static void
test_full_commit (void)
{
  if (g_test_subprocess ())
    {
      full_commit_child ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static gboolean
cannot_write_func (ServiceStoreTxn  *txn,
                   gpointer          data,
                   GError          **error)
{
  g_autoptr(GError) local = NULL;

  g_assert_false (service_store_audit_add (txn, RECORD, "part", NULL, 1, &local));
  g_assert_nonnull (local);

  return TRUE;
}

static void
test_reader_only_reads (Fixture       *fixture,
                        gconstpointer  data)
{
  store_add_record (fixture, RECORD, 1000);
  store_read (fixture, cannot_write_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, 0);
}

/* --- closing ------------------------------------------------------------------------------------------------------ */

static void
test_close_with_queue (Fixture       *fixture,
                       gconstpointer  data)
{
  guint n = 300, n_done = 0;
  g_autofree Part *parts = queue_parts (fixture, n, &n_done);

  store_add_record (fixture, RECORD, 1000);
  write_parts (fixture, parts, n);
  store_close (fixture);
  g_assert_cmpuint (n_done, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (parts[i].code, ==, -1);

  store_open (fixture);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit"), ==, n);
  while (g_main_context_iteration (NULL, FALSE))
    continue;   /* an idle source of the closed store is still to run */
}

typedef struct
{
  Fixture *fixture;
  Part    *late;
} Closer;

static void
close_done (gpointer      data,
            const GError *error)
{
  Closer *closer = data;

  g_assert_no_error (error);
  store_close (closer->fixture);
}

static void
late_done (gpointer      data,
           const GError *error)
{
  Closer *closer = data;

  service_store_write (closer->fixture->store, part_func, part_done, closer->late);
}

/* The main loop may close the store from inside a done(); what is still to be told is told. */
static void
test_close_inside (Fixture       *fixture,
                   gconstpointer  data)
{
  guint n_done = 0;
  g_autofree Part *parts = queue_parts (fixture, 10, &n_done);
  Closer closer = { fixture, NULL };

  store_add_record (fixture, RECORD, 1000);
  write_parts (fixture, parts, 5);
  service_store_read (fixture->store, cannot_write_func, close_done, &closer);
  write_parts (fixture, parts + 5, 5);
  while (fixture->store != NULL)
    store_iterate ();
  g_assert_cmpuint (n_done, ==, 10);
}

/* What a done() asks for while the store closes is refused, and told so. */
static void
test_close_refuses (Fixture       *fixture,
                    gconstpointer  data)
{
  guint n_done = 0;
  g_autofree Part *parts = queue_parts (fixture, 2, &n_done);
  Closer closer = { fixture, &parts[1] };

  store_add_record (fixture, RECORD, 1000);
  service_store_write (fixture->store, part_func, part_done, &parts[0]);
  service_store_read (fixture->store, cannot_write_func, late_done, &closer);
  service_store_close (fixture->store);
  fixture->store = NULL;
  g_assert_cmpuint (n_done, ==, 2);
  g_assert_cmpint (parts[0].code, ==, -1);
  g_assert_cmpint (parts[1].code, ==, SERVICE_STORE_ERROR_BUSY);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/commit/shared", Fixture, NULL, store_set_up, test_shared, store_tear_down);
  g_test_add ("/store/commit/told_after", Fixture, NULL, store_set_up, test_told_after_commit, store_tear_down);
  g_test_add ("/store/commit/piece_fails", Fixture, NULL, store_set_up, test_piece_fails, store_tear_down);
  g_test_add ("/store/commit/piece_of_many_fails", Fixture, NULL, store_set_up, test_piece_of_many_fails,
              store_tear_down);
  g_test_add ("/store/commit/busy", Fixture, NULL, store_set_up, test_busy, store_tear_down);
  g_test_add_func ("/store/commit/full_disk", test_full_disk);
  g_test_add_func ("/store/commit/full_commit", test_full_commit);
  g_test_add ("/store/read/only_reads", Fixture, NULL, store_set_up, test_reader_only_reads, store_tear_down);
  g_test_add ("/store/close/with_queue", Fixture, NULL, store_set_up, test_close_with_queue, store_tear_down);
  g_test_add ("/store/close/inside", Fixture, NULL, store_set_up, test_close_inside, store_tear_down);
  g_test_add ("/store/close/refuses", Fixture, NULL, store_set_up, test_close_refuses, store_tear_down);
  store_add_open_tests ();
  store_add_row_tests ();
  store_add_mail_tests ();
  store_add_alert_tests ();
  store_add_wal_tests ();
  store_add_prune_tests ();

  return g_test_run ();
}
