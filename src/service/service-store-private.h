/* service-store-private.h - what the files of the store share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <pthread.h>
#include <sqlite3.h>

#include "service-store.h"

G_BEGIN_DECLS

/* One connection, used by one thread. Handed to each ServiceStoreFunc that runs on it. */
struct _ServiceStoreTxn
{
  sqlite3      *db;
  GHashTable   *statements;   /* SQL literal (by address) -> sqlite3_stmt */
  char         *path;         /* for error texts */
  GString      *place;        /* of the value that is sealed or opened just now */
  guint32       tallies;      /* tells apart what is counted in one second */
  gboolean      writes;
  gboolean      shared;       /* this piece wrote something that is no one account's */
  gboolean      erased;       /* this piece erased something sealed: the WAL is emptied soon */
  ServiceKey   *key;          /* (nullable) as set when the piece began */
  GPtrArray    *gateways;     /* (nullable) without their secrets; the writer's outlive a transaction */
};

/* One ServiceStoreFunc on its way through. */
typedef struct
{
  ServiceStoreFunc  func;
  ServiceStoreDone  done;    /* (nullable) */
  gpointer          data;
  GError           *error;   /* (nullable) */
  gboolean          wrote;
  gboolean          again;   /* may be run once more after what it did was taken back */
  uid_t             uid;     /* whose account it wrote; -1: perhaps everybody's */
} ServiceStorePiece;

/* One thread with its connection and its queue. */
typedef struct
{
  ServiceStore    *store;
  ServiceStoreTxn *txn;
  pthread_t        thread;
  gboolean         running;
  gboolean         used;       /* since its memory was given back last */
  pthread_cond_t   wake;
  GQueue           queue;      /* of Piece */
} ServiceStoreWorker;

struct _ServiceStore
{
  gatomicrefcount  refs;         /* the handle, and the idle source */
  GMainContext    *context;
  char            *dir;
  char            *path;
  int              lock_fd;

  pthread_mutex_t  lock;         /* guards what follows, and the queues of both workers */
  ServiceStoreWorker writer;
  ServiceStoreWorker reader;
  gboolean         stopping;     /* the threads end when their queues are empty */
  gboolean         closed;
  ServiceKey      *key;          /* (nullable) */
  GQueue           finished;     /* of Piece: their done() is due on the main loop */
  ServiceStoreChanged changed;   /* (nullable) */
  gpointer         changed_data;
  gboolean         dispatching;  /* an idle source is under way */
  guint64          commits;
  guint64          transactions;

  gint64           erased_at;    /* writer's thread alone: monotonic µs; 0 = the WAL holds nothing erased */
  guint            refusals;     /* writer's thread alone: how often in a row the WAL could not be emptied */
};

/* A statement with its bound values; the autoptr resets it and forgets them. */
typedef sqlite3_stmt ServiceStoreRows;

/* Opens @path (made where absent) with every setting the store relies on. */
ServiceStoreTxn  *service_store_connect     (const char *path, gboolean writes,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void              service_store_disconnect  (ServiceStoreTxn *txn);
/* No statement in the middle, no bound value left, no row remembered: before a rollback. */
void              service_store_reset       (ServiceStoreTxn *txn);

/* The VFS that connections are opened with: the usual one, with a WAL that is written once a commit. It relies on
 * synchronous=FULL, and on cache_spill=OFF once another process may write: what a transaction spilled and took back
 * stays gathered until the next commit. */
#define SERVICE_STORE_VFS "secinfo"
gboolean          service_store_wal_register (void);

void              service_store_gateways_forget (ServiceStoreTxn *txn);
/* Runs what is in @batch, of ServiceStorePiece, in one transaction, and commits it; each piece has its error then. @txn
 * says whether anything sealed was erased. */
void              service_store_batch_write (ServiceStoreTxn *txn, GQueue *batch);
/* Each in a transaction of its own, which changes nothing. */
void              service_store_batch_read  (ServiceStoreTxn *txn, GQueue *batch);

/* @sql has to be a literal: its address is the key of the cache. @types is a letter a value:
 * i int (also enums and booleans) · I gint64 · t text (nullable) · h 32-byte hash (nullable) · B GBytes (nullable). */
ServiceStoreRows *service_store_query       (ServiceStoreTxn *txn, GError **error, const char *sql, const char *types,
                                             ...);
/* 1: there is a row · 0: no more · -1: @error is set */
int               service_store_next        (ServiceStoreTxn *txn, ServiceStoreRows *rows,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A statement without rows. */
gboolean          service_store_run         (ServiceStoreTxn *txn, GError **error, const char *sql, const char *types,
                                             ...);
/* A statement without rows; how many it changed, -1 an error. */
gint              service_store_change      (ServiceStoreTxn *txn, GError **error, const char *sql, const char *types,
                                             ...);
/* One number; 0 where there is no row or it is NULL. */
gboolean          service_store_number      (ServiceStoreTxn *txn, gint64 *number, GError **error, const char *sql,
                                             const char *types, ...);
void              service_store_rows_release (ServiceStoreRows *rows);
char             *service_store_rows_text   (ServiceStoreRows *rows, int column);   /* (nullable) (transfer full) */

/* Sealed columns. The place ("contact:RECORD:ID:value") is bound to the value: moved elsewhere it does not open.
 * NULL text is NULL in the column. */
gboolean          service_store_seal        (ServiceStoreTxn *txn, const char *text, GBytes **sealed, GError **error,
                                             const char *place, ...) G_GNUC_PRINTF (5, 6);
/* Opens what lies sealed somewhere else, at its @place; wiped by the caller. */
gboolean          service_store_open_copy   (ServiceStoreTxn *txn, GBytes *sealed, const char *place, char **text,
                                             GError **error);
/* Is that where the address of that contact opens, whosever it was? Ids are random. */
gboolean          service_store_is_contact_place (const char *place, const char *contact);
gboolean          service_store_unseal      (ServiceStoreTxn *txn, ServiceStoreRows *rows, int column, char **text,
                                             GError **error, const char *place, ...) G_GNUC_PRINTF (6, 7);
/* (nullable): with SERVICE_KEY_ERROR_LOCKED in @error where none was set. */
ServiceKey       *service_store_txn_get_key (ServiceStoreTxn *txn, GError **error);

/* From the code and text of @db's last error; @result is what sqlite3 returned. */
void              service_store_set_error   (GError **error, sqlite3 *db, int result, const char *path);

/* --- migrations -------------------------------------------------------------------------------------------------- */
typedef struct { int version; const char *sql; } ServiceStoreMigration;
extern const ServiceStoreMigration service_store_migrations[];
extern const guint service_store_n_migrations;
/* Brings @db from its user_version up to the last of @list, each step in a transaction of its own. TOO_NEW where it is
 * past the list already, UNREADABLE where it is somebody else's database. */
gboolean          service_store_migrate     (sqlite3 *db, const char *path, const ServiceStoreMigration *list, guint n,
                                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceStoreRows, service_store_rows_release)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceStoreTxn, service_store_disconnect)

G_END_DECLS
