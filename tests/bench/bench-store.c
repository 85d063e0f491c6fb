/* bench-store.c - durable writes of the real store beside a bare SQLite writer that groups its commits too
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-key.h"
#include "service-store.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

/* What is measured: C clients on the main loop, each asks for a write, waits until it is durable, asks again. Ours
 * issues a challenge (sealed code, check value, four indexes, audit row) through ServiceStore. The peer is as little as
 * SQLite needs for the same promise: one thread, WAL, synchronous=FULL, one row of 200 bytes in clear at the end of a
 * table, whatever queued up in one commit, the answer back on the same main loop. Both on the same disk, in turn. */

#define ROUNDS       5
#define ROUND_SECONDS 1
#define RECORD       G_GINT64_CONSTANT (1)
#define ROW_BYTES    200

/* One way to write durably; @client is told by client_told(). */
typedef void (*Writer) (gpointer peer, gpointer client);

typedef struct
{
  Writer     write;
  gpointer   peer;
  gint64     until;      /* monotonic µs */
  guint      running;
  guint64    n;
} Round;

typedef struct
{
  Round            *round;
  ServiceChallenge  challenge;
} Client;

static void
client_ask (Client *client)
{
  client->round->write (client->round->peer, client);
}

static void
client_told (Client *client)
{
  client->round->n++;
  if (g_get_monotonic_time () < client->round->until)
    client_ask (client);
  else
    client->round->running--;
}

/* --- ours --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  ServiceStore *store;
  ServiceKey   *key;
} Ours;

static gboolean
issue_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  ServiceChallenge *challenge = &((Client *) data)->challenge;

  return service_store_challenge_add (txn, challenge, error) &&
         service_store_audit_add (txn, RECORD, "code-sent", "contact", challenge->issued_at, error);
}

static void
issued (gpointer      data,
        const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);

  g_free (((Client *) data)->challenge.id);
  client_told (data);
}

static void
ours_write (gpointer peer,
            gpointer data)
{
  Ours *ours = peer;
  Client *client = data;
  ServiceChallenge *challenge = &client->challenge;

  memset (challenge, 0, sizeof *challenge);
  challenge->id = service_store_new_id ();
  challenge->record = RECORD;
  challenge->code = (char *) "314159";
  challenge->issued_at = challenge->last_sent_at = 1700000000;
  challenge->life = 600;
  challenge->attempts_left = 5;
  if (!service_key_hash (ours->key, SERVICE_KEY_CHECK, challenge->check, NULL, challenge->id, "contact", "prove",
                         "314159", NULL))
    g_error ("no key");

  service_store_write (ours->store, issue_func, issued, client);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  if (!service_key_load_finish (NULL, result, NULL))
    g_error ("no key");
  *(gboolean *) data = TRUE;
}

static gboolean
account_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  ServiceAccount account = { 1000, (char *) "ada", (char *) "Ada", TRUE, 1, 1 };
  SecinfoNow now = { 1700000000, 1, "" };
  ServiceAccountState state;
  gint64 record;

  return service_store_account_settle (txn, &account, &now, &record, &state, error);
}

static void
set_done (gpointer      data,
          const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
  *(gboolean *) data = TRUE;
}

static void
wait_until (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  *done = FALSE;
}

/* The random record gets the number that the rows use. */
static void
renumber (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  sqlite3 *db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK ||
      sqlite3_exec (db, "UPDATE account SET record = 1", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  sqlite3_close (db);
}

static void
ours_open (Ours       *ours,
           const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "key", NULL);
  g_autoptr(GError) error = NULL;
  gboolean done = FALSE;

  ours->key = service_key_new_system (path);
  service_key_load_async (ours->key, NULL, NULL, loaded_cb, &done);
  wait_until (&done);
  ours->store = service_store_open (dir, &error);
  if (ours->store == NULL)
    g_error ("%s", error->message);
  service_store_set_key (ours->store, ours->key);
  service_store_write (ours->store, account_func, set_done, &done);
  wait_until (&done);
  renumber (dir);
}

static void
ours_close (Ours *ours)
{
  service_store_close (ours->store);
  service_key_free (ours->key);
}

/* --- the peer ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  sqlite3        *db;
  sqlite3_stmt   *insert;
  pthread_t       thread;
  pthread_mutex_t lock;
  pthread_cond_t  wake;
  GQueue          queue;   /* of Client */
  gboolean        stops;
} Bare;

static void
bare_run (Bare       *bare,
          const char *sql)
{
  if (sqlite3_exec (bare->db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (bare->db));
}

static gboolean
bare_tell (gpointer data)
{
  g_autoptr(GPtrArray) clients = data;

  for (guint i = 0; i < clients->len; i++)
    client_told (g_ptr_array_index (clients, i));

  return G_SOURCE_REMOVE;
}

static void
bare_commit (Bare   *bare,
             GQueue *batch)
{
  GPtrArray *clients = g_ptr_array_new ();
  Client *client;
  char row[ROW_BYTES];

  bare_run (bare, "BEGIN IMMEDIATE");
  while ((client = g_queue_pop_head (batch)) != NULL)
    {
      randombytes_buf (row, 16);
      memset (row + 16, 'x', sizeof row - 16);
      sqlite3_bind_blob (bare->insert, 1, row, sizeof row, SQLITE_STATIC);
      if (sqlite3_step (bare->insert) != SQLITE_DONE)
        g_error ("%s", sqlite3_errmsg (bare->db));
      sqlite3_reset (bare->insert);
      g_ptr_array_add (clients, client);
    }
  bare_run (bare, "COMMIT");
  g_idle_add_full (G_PRIORITY_DEFAULT, bare_tell, clients, NULL);
}

static void *
bare_thread (void *data)
{
  Bare *bare = data;
  GQueue batch = G_QUEUE_INIT;

  pthread_mutex_lock (&bare->lock);
  while (!bare->stops)
    {
      if (g_queue_is_empty (&bare->queue))
        {
          pthread_cond_wait (&bare->wake, &bare->lock);
          continue;
        }
      batch = bare->queue;
      g_queue_init (&bare->queue);
      pthread_mutex_unlock (&bare->lock);
      bare_commit (bare, &batch);
      pthread_mutex_lock (&bare->lock);
    }
  pthread_mutex_unlock (&bare->lock);

  return NULL;
}

static void
bare_write (gpointer peer,
            gpointer data)
{
  Bare *bare = peer;

  pthread_mutex_lock (&bare->lock);
  g_queue_push_tail (&bare->queue, data);
  pthread_cond_signal (&bare->wake);
  pthread_mutex_unlock (&bare->lock);
}

static void
bare_open (Bare       *bare,
           const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "bare.db", NULL);

  memset (bare, 0, sizeof *bare);
  pthread_mutex_init (&bare->lock, NULL);
  pthread_cond_init (&bare->wake, NULL);
  if (sqlite3_open_v2 (path, &bare->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (bare->db));
  bare_run (bare,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (number INTEGER PRIMARY KEY, content "
            "BLOB)");
  sqlite3_prepare_v2 (bare->db, "INSERT INTO row (content) VALUES (?)", -1, &bare->insert, NULL);
  pthread_create (&bare->thread, NULL, bare_thread, bare);
}

static void
bare_close (Bare *bare)
{
  pthread_mutex_lock (&bare->lock);
  bare->stops = TRUE;
  pthread_cond_signal (&bare->wake);
  pthread_mutex_unlock (&bare->lock);
  pthread_join (bare->thread, NULL);
  sqlite3_finalize (bare->insert);
  sqlite3_close (bare->db);
}

/* --- rounds ------------------------------------------------------------------------------------------------------- */

/* Durable writes a second. */
static double
run_round (Writer   write,
           gpointer peer,
           guint    n_clients)
{
  g_autofree Client *clients = g_new0 (Client, n_clients);
  gint64 begun = g_get_monotonic_time ();
  Round round = { write, peer, begun + ROUND_SECONDS * G_USEC_PER_SEC, n_clients, 0 };

  for (guint i = 0; i < n_clients; i++)
    {
      clients[i].round = &round;
      client_ask (&clients[i]);
    }
  while (round.running > 0)
    g_main_context_iteration (NULL, TRUE);

  return round.n * (double) G_USEC_PER_SEC / (g_get_monotonic_time () - begun);
}

static int
compare (const void *a,
         const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

static double
median (double values[ROUNDS])
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

static void
measure (Ours *ours,
         Bare *bare,
         guint n_clients)
{
  double mine[ROUNDS], theirs[ROUNDS];
  double rate, peer_rate;

  for (guint i = 0; i < ROUNDS; i++)
    {
      mine[i] = run_round (ours_write, ours, n_clients);
      theirs[i] = run_round (bare_write, bare, n_clients);
    }
  rate = median (mine);
  peer_rate = median (theirs);
  g_print ("store-issue-c%u %.0f writes/s ratio=%.2f of=sqlite-group-commit(%.0f)\n", n_clients, rate, rate / peer_rate,
           peer_rate);
}

static void
remove_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

/* bench-store FOLDER: on the disk of FOLDER. */
int
main (int   argc,
      char *argv[])
{
  static const guint clients[] = { 1, 16, 64 };
  g_autofree char *dir = g_build_filename (argc > 1 ? argv[1] : ".", "bench-store-XXXXXX", NULL);
  Ours ours;
  Bare bare;

  if (g_mkdtemp (dir) == NULL)
    g_error ("No folder can be made in %s", argc > 1 ? argv[1] : ".");

  ours_open (&ours, dir);
  bare_open (&bare, dir);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    measure (&ours, &bare, clients[i]);
  bare_close (&bare);
  ours_close (&ours);
  remove_folder (dir);

  return 0;
}
