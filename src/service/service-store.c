/* service-store.c - the two threads of the store, and the commits they share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store.h"

#include "service-lock.h"
#include "service-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_QUEUED       4096   /* pieces of work waiting for one thread; more are answered BUSY */
#define MAX_BATCH        128    /* pieces that share one commit */
#define CHECKPOINT_IDLE  200    /* ms without work, before the WAL is emptied of erased codes */
#define CHECKPOINT_LATE  30     /* s after an erasure, however busy it is */
#define MEMORY_IDLE      10000  /* ms without work, before memory is given back */

typedef ServiceStorePiece Piece;
typedef ServiceStoreWorker Worker;

static void
close_lock (ServiceStore *self)
{
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
}

static void
store_unref (ServiceStore *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  pthread_cond_destroy (&self->writer.wake);
  pthread_cond_destroy (&self->reader.wake);
  pthread_mutex_destroy (&self->lock);
  close_lock (self);
  g_main_context_unref (self->context);
  g_free (self->dir);
  g_free (self->path);
  g_free (self);
}

/* --- back on the main loop ------------------------------------------------------------------------------------ */

static void
piece_finish (ServiceStore *self,
              Piece        *piece)
{
  if (piece->wrote && self->changed != NULL)
    self->changed (piece->uid, self->changed_data);
  if (piece->done != NULL)
    piece->done (piece->data, piece->error);
  g_clear_error (&piece->error);
  g_free (piece);
}

/* One at a time from the shared queue: a done() may close the store, which then delivers the rest itself. */
static void
dispatch_finished (ServiceStore *self)
{
  Piece *piece;

  do
    {
      pthread_mutex_lock (&self->lock);
      piece = g_queue_pop_head (&self->finished);
      if (piece == NULL)
        self->dispatching = FALSE;
      pthread_mutex_unlock (&self->lock);

      if (piece != NULL)
        piece_finish (self, piece);
    }
  while (piece != NULL);
}

static gboolean
dispatch_cb (gpointer data)
{
  dispatch_finished (data);
  return G_SOURCE_REMOVE;
}

/* With the lock held. TRUE: schedule_dispatch() is to be called once it is not held any more, for whom that wakes
 * needs it at once. */
static gboolean
needs_dispatch (ServiceStore *self)
{
  if (self->dispatching || g_queue_is_empty (&self->finished))
    return FALSE;

  self->dispatching = TRUE;
  g_atomic_ref_count_inc (&self->refs);
  return TRUE;
}

static void
schedule_dispatch (ServiceStore *self)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, dispatch_cb, self, (GDestroyNotify) store_unref);
  g_source_set_static_name (source, "[secinfod] store");
  g_source_attach (source, self->context);
}

/* --- the threads ---------------------------------------------------------------------------------------------- */

static void
write_batch (Worker *worker,
             GQueue *batch)
{
  service_store_batch_write (worker->txn, batch);
  if (worker->txn->erased && worker->store->erased_at == 0)
    worker->store->erased_at = g_get_monotonic_time ();
}

/* What was erased leaves the WAL too: its pages go into the database, the file is cut to nothing. Where the reader is
 * in the middle of something, or the disk is full, later, and ever more seldom. */
static void
empty_wal (Worker *worker)
{
  ServiceStore *self = worker->store;
  int in_wal = -1;

  sqlite3_busy_timeout (worker->txn->db, 100);
  if (sqlite3_wal_checkpoint_v2 (worker->txn->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &in_wal, NULL) == SQLITE_OK)
    {
      self->erased_at = 0;
      self->refusals = 0;
    }
  else
    {
      self->erased_at = g_get_monotonic_time ();
      self->refusals = MIN (self->refusals + 1, 7);
    }
  sqlite3_busy_timeout (worker->txn->db, 5000);
}

/* Pages of the database, and what the allocator keeps of them. */
static void
give_memory_back (Worker *worker)
{
  sqlite3_db_release_memory (worker->txn->db);
  malloc_trim (0);
}

/* With the lock held. FALSE: that long nothing came. */
static gboolean
wait_ms (Worker *worker,
         gint64  ms)
{
  struct timespec until;
  gint64 nanoseconds;

  clock_gettime (CLOCK_MONOTONIC, &until);
  nanoseconds = ms * 1000000 + until.tv_nsec;
  until.tv_sec += nanoseconds / 1000000000;
  until.tv_nsec = nanoseconds % 1000000000;

  return pthread_cond_timedwait (&worker->wake, &worker->store->lock, &until) != ETIMEDOUT ||
         !g_queue_is_empty (&worker->queue);
}

/* With the lock held. Waits for work; FALSE when there is none and the thread is to end. */
static gboolean
wait_for_work (Worker *worker)
{
  ServiceStore *self = worker->store;

  while (g_queue_is_empty (&worker->queue))
    {
      gboolean erased = worker == &self->writer && self->erased_at != 0;

      if (self->stopping)
        return FALSE;

      if (!erased && !worker->used)
        {
          pthread_cond_wait (&worker->wake, &self->lock);
          continue;
        }

      if (wait_ms (worker, erased ? (gint64) CHECKPOINT_IDLE << self->refusals : MEMORY_IDLE))
        continue;
      worker->used = erased;
      pthread_mutex_unlock (&self->lock);
      if (erased)
        empty_wal (worker);
      else
        give_memory_back (worker);
      pthread_mutex_lock (&self->lock);
    }

  return TRUE;
}

/* With the lock held. */
static void
take_batch (Worker *worker,
            GQueue *batch)
{
  while (!g_queue_is_empty (&worker->queue) && g_queue_get_length (batch) < MAX_BATCH)
    g_queue_push_tail_link (batch, g_queue_pop_head_link (&worker->queue));
  worker->txn->key = worker->store->key;
  worker->used = TRUE;
}

/* With the lock held; as needs_dispatch(). */
static gboolean
hand_back (Worker *worker,
           GQueue *batch)
{
  ServiceStore *self = worker->store;

  if (worker == &self->writer)
    {
      self->commits++;
      self->transactions += g_queue_get_length (batch);
    }

  while (!g_queue_is_empty (batch))
    g_queue_push_tail_link (&self->finished, g_queue_pop_head_link (batch));
  return needs_dispatch (self);
}

static gboolean
is_late (Worker *worker)
{
  gint64 erased_at = worker->store->erased_at;

  return erased_at != 0 && g_get_monotonic_time () - erased_at > CHECKPOINT_LATE * G_USEC_PER_SEC;
}

static void *
worker_run (void *data)
{
  Worker *worker = data;
  ServiceStore *self = worker->store;
  GQueue batch = G_QUEUE_INIT;
  gboolean wakes;

  pthread_mutex_lock (&self->lock);
  while (wait_for_work (worker))
    {
      take_batch (worker, &batch);
      pthread_mutex_unlock (&self->lock);

      if (worker == &self->writer)
        write_batch (worker, &batch);
      else
        service_store_batch_read (worker->txn, &batch);

      pthread_mutex_lock (&self->lock);
      wakes = hand_back (worker, &batch);
      pthread_mutex_unlock (&self->lock);

      if (wakes)
        schedule_dispatch (self);
      if (worker == &self->writer && is_late (worker))
        empty_wal (worker);
      pthread_mutex_lock (&self->lock);
    }
  pthread_mutex_unlock (&self->lock);

  return NULL;
}

/* --- opening and closing --------------------------------------------------------------------------------------- */

static void
init_worker (ServiceStore *self,
             Worker       *worker)
{
  pthread_condattr_t attributes;

  worker->store = self;
  g_queue_init (&worker->queue);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&worker->wake, &attributes);
  pthread_condattr_destroy (&attributes);
}

static gboolean
start_worker (Worker  *worker,
              GError **error)
{
  int result = pthread_create (&worker->thread, NULL, worker_run, worker);

  worker->running = result == 0;
  if (!worker->running)
    g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO, "The store could not start a thread: %s",
                 g_strerror (result));

  return worker->running;
}

/* Both threads finish what is queued, then end; the connections close, the last one empties the WAL. */
static void
stop_threads (ServiceStore *self)
{
  pthread_mutex_lock (&self->lock);
  self->stopping = TRUE;
  pthread_cond_signal (&self->writer.wake);
  pthread_cond_signal (&self->reader.wake);
  pthread_mutex_unlock (&self->lock);

  if (self->writer.running)
    pthread_join (self->writer.thread, NULL);
  if (self->reader.running)
    pthread_join (self->reader.thread, NULL);
  self->writer.running = self->reader.running = FALSE;

  g_clear_pointer (&self->reader.txn, service_store_disconnect);
  g_clear_pointer (&self->writer.txn, service_store_disconnect);
}

static gboolean
start_threads (ServiceStore  *self,
               GError       **error)
{
  self->stopping = FALSE;
  self->erased_at = g_get_monotonic_time ();   /* a crash may have left a WAL */
  self->refusals = 0;
  self->writer.txn = service_store_connect (self->path, TRUE, error);
  if (self->writer.txn == NULL)
    return FALSE;
  self->reader.txn = service_store_connect (self->path, FALSE, error);

  return self->reader.txn != NULL && start_worker (&self->writer, error) && start_worker (&self->reader, error);
}

/* Made by ourselves and not by SQLite, for its mode, which the WAL beside it takes over. */
static gboolean
make_file (const char  *path,
           int         *fd,
           GError     **error)
{
  int saved;

  *fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (*fd >= 0)
    return TRUE;

  saved = errno;
  if (saved == ENOSPC || saved == EDQUOT)
    g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL,
                 "There is no room left for “%s”. Make some room on that disk.", path);
  else
    g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_UNREADABLE,
                 "“%s” cannot be opened for writing: %s. Check who owns it and its folder.", path, g_strerror (saved));
  return FALSE;
}

static gboolean
take_lock (ServiceStore  *self,
           GError       **error)
{
  g_autofree char *path = g_build_filename (self->dir, "store.lock", NULL);

  if (!make_file (path, &self->lock_fd, error))
    return FALSE;
  if (service_lock_take (self->lock_fd))
    return TRUE;

  g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IN_USE,
               "Another SecInfo service uses “%s”. End it, or start this one with another --state-dir.", self->dir);
  return FALSE;
}

/* Makes DIR/store.db and starts on it. */
static gboolean
begin (ServiceStore  *self,
       GError       **error)
{
  int fd;

  if (!make_file (self->path, &fd, error))
    return FALSE;
  close (fd);

  return start_threads (self, error);
}

ServiceStore *
service_store_open (const char  *dir,
                    GError     **error)
{
  g_autoptr(ServiceStore) self = g_new0 (ServiceStore, 1);

  g_atomic_ref_count_init (&self->refs);
  self->context = g_main_context_ref_thread_default ();
  self->dir = g_strdup (dir);
  self->path = g_build_filename (dir, "store.db", NULL);
  self->lock_fd = -1;
  pthread_mutex_init (&self->lock, NULL);
  init_worker (self, &self->writer);
  init_worker (self, &self->reader);

  if (!take_lock (self, error) || !begin (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
service_store_close (ServiceStore *self)
{
  if (self == NULL)
    return;

  stop_threads (self);
  pthread_mutex_lock (&self->lock);
  self->closed = TRUE;
  pthread_mutex_unlock (&self->lock);

  dispatch_finished (self);
  /* The lock goes with the handle: an idle source that is still to run holds the struct alone. */
  close_lock (self);
  store_unref (self);
}

/* The WAL goes with its database where closing could not empty it (full disk): left behind, it would be played into the
 * new one. */
static gboolean
rename_files (ServiceStore  *self,
              const char    *aside,
              GError       **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *wal_aside = g_strconcat (aside, "-wal", NULL);
  int saved;

  if ((!g_file_test (wal, G_FILE_TEST_EXISTS) || g_rename (wal, wal_aside) == 0) && g_rename (self->path, aside) == 0)
    return TRUE;

  saved = errno;
  g_rename (wal_aside, wal);
  g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO, "“%s” could not be put aside: %s", self->path,
               g_strerror (saved));
  return FALSE;
}

gboolean
service_store_put_aside (ServiceStore  *self,
                         GError       **error)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *name = g_strdup_printf ("store-%s.db", date);
  g_autofree char *aside = g_build_filename (self->dir, name, NULL);

  stop_threads (self);
  if (g_file_test (aside, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT, "“%s” was put aside this very second",
                   aside);
      start_threads (self, NULL);
      return FALSE;
    }

  if (rename_files (self, aside, error))
    return begin (self, error);

  start_threads (self, NULL);
  return FALSE;
}

/* --- what the rest of secinfod calls, on the main loop ------------------------------------------------------------ */

static void
enqueue (ServiceStore     *self,
         Worker           *worker,
         ServiceStoreFunc  func,
         ServiceStoreDone  done,
         gpointer          data,
         uid_t             uid,
         gboolean          first)
{
  Piece *piece = g_new0 (Piece, 1);
  gboolean refused, wakes = FALSE;

  *piece = (Piece) { func, done, data, NULL, FALSE, worker == &self->writer && uid != (uid_t) -1, uid };

  pthread_mutex_lock (&self->lock);
  if (!worker->running || self->closed)
    piece->error = g_error_new_literal (SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY, "The store is closed");
  else if (!first && g_queue_get_length (&worker->queue) >= MAX_QUEUED)
    piece->error = g_error_new_literal (SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY, "The store has too much to do");

  refused = piece->error != NULL;
  if (refused)
    {
      g_queue_push_tail (&self->finished, piece);
      wakes = needs_dispatch (self);
    }
  else if (first)
    g_queue_push_head (&worker->queue, piece);
  else
    g_queue_push_tail (&worker->queue, piece);
  pthread_mutex_unlock (&self->lock);

  if (wakes)
    schedule_dispatch (self);
  else if (!refused)
    pthread_cond_signal (&worker->wake);
}

void
service_store_write (ServiceStore     *self,
                     ServiceStoreFunc  func,
                     ServiceStoreDone  done,
                     gpointer          data)
{
  enqueue (self, &self->writer, func, done, data, (uid_t) -1, FALSE);
}

void
service_store_write_of (ServiceStore     *self,
                        uid_t             uid,
                        ServiceStoreFunc  func,
                        ServiceStoreDone  done,
                        gpointer          data)
{
  enqueue (self, &self->writer, func, done, data, uid, FALSE);
}

void
service_store_write_first (ServiceStore     *self,
                           ServiceStoreFunc  func,
                           ServiceStoreDone  done,
                           gpointer          data)
{
  enqueue (self, &self->writer, func, done, data, (uid_t) -1, TRUE);
}

void
service_store_read (ServiceStore     *self,
                    ServiceStoreFunc  func,
                    ServiceStoreDone  done,
                    gpointer          data)
{
  enqueue (self, &self->reader, func, done, data, (uid_t) -1, FALSE);
}

void
service_store_set_key (ServiceStore *self,
                       ServiceKey   *key)
{
  pthread_mutex_lock (&self->lock);
  self->key = key;
  pthread_mutex_unlock (&self->lock);
}

void
service_store_get_counts (ServiceStore *self,
                          guint64      *commits,
                          guint64      *transactions)
{
  pthread_mutex_lock (&self->lock);
  *commits = self->commits;
  *transactions = self->transactions;
  pthread_mutex_unlock (&self->lock);
}

void
service_store_set_changed (ServiceStore        *self,
                           ServiceStoreChanged  changed,
                           gpointer             data)
{
  self->changed = changed;
  self->changed_data = data;
}
