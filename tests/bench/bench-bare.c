/* bench-bare.c - as little as libmicrohttpd and SQLite need for durable answers on a Unix socket
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <microhttpd.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* bench-bare SOCKET DATABASE
 *
 * GET: a constant at once. POST: one row under a random id, WAL and synchronous=FULL, whatever queued up in one commit,
 * the answer after it. The peer of secinfod in tests/bench: the same library, the same kind of loop and thread, nothing
 * else: no users, no limits, no JSON, no sealing. */

#define POOL      (16 * 1024)
#define MOST      512
#define MAX_BATCH 256
static const char constant[] = "{\"name\":\"ada\",\"items\":[]}";

typedef struct
{
  struct MHD_Connection *connection;
  gboolean               queued, written;
  char                   id[33];
  guint8                 hash[32];
} Exchange;

typedef struct
{
  GSource  source;
  gpointer tag;
} Loop;

static struct MHD_Daemon *server;
static GAsyncQueue *to_write;

/* --- the loop ----------------------------------------------------------------------------------------------------- */

static gboolean
is_due (gint *timeout)
{
  MHD_UNSIGNED_LONG_LONG ms;

  *timeout = -1;
  if (MHD_get_timeout (server, &ms) != MHD_YES)
    return FALSE;
  *timeout = (gint) MIN (ms, 60000);
  return ms == 0;
}

static gboolean
loop_prepare (GSource *source,
              gint    *timeout)
{
  return is_due (timeout);
}

static gboolean
loop_check (GSource *source)
{
  gint timeout;

  return g_source_query_unix_fd (source, ((Loop *) source)->tag) != 0 || is_due (&timeout);
}

static gboolean
loop_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     data)
{
  MHD_run (server);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_funcs = { loop_prepare, loop_check, loop_dispatch, NULL, NULL, NULL };

static gboolean
accept_cb (gint         listener,
           GIOCondition condition,
           gpointer     data)
{
  struct sockaddr from = { .sa_family = AF_UNIX };
  int fd;

  for (int i = 0; i < 64 && (fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0; i++)
    MHD_add_connection (server, fd, &from, sizeof from);
  return G_SOURCE_CONTINUE;
}

/* --- the writer --------------------------------------------------------------------------------------------------- */

static gboolean
written_cb (gpointer data)
{
  g_autoptr(GPtrArray) batch = data;

  for (guint i = 0; i < batch->len; i++)
    MHD_resume_connection (((Exchange *) batch->pdata[i])->connection);
  MHD_run (server);
  return G_SOURCE_REMOVE;
}

static void
run_sql (sqlite3    *db,
         const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
}

static void
write_batch (sqlite3      *db,
             sqlite3_stmt *insert,
             GPtrArray    *batch)
{
  run_sql (db, "BEGIN IMMEDIATE");
  for (guint i = 0; i < batch->len; i++)
    {
      Exchange *exchange = batch->pdata[i];

      sqlite3_bind_text (insert, 1, exchange->id, -1, SQLITE_STATIC);
      sqlite3_bind_blob (insert, 2, exchange->hash, sizeof exchange->hash, SQLITE_STATIC);
      sqlite3_bind_int64 (insert, 3, g_get_real_time ());
      exchange->written = sqlite3_step (insert) == SQLITE_DONE;
      sqlite3_reset (insert);
    }
  run_sql (db, "COMMIT");
}

static gpointer G_GNUC_NORETURN
writer (gpointer path)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    g_error ("%s: %s", (char *) path, sqlite3_errmsg (db));
  run_sql (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
           "CREATE TABLE IF NOT EXISTS challenge (id TEXT PRIMARY KEY, hash BLOB, at INTEGER) WITHOUT ROWID");
  sqlite3_prepare_v2 (db, "INSERT INTO challenge VALUES (?, ?, ?)", -1, &insert, NULL);
  for (;;)
    {
      GPtrArray *batch = g_ptr_array_new ();

      for (gpointer next = g_async_queue_pop (to_write); next != NULL; next = g_async_queue_try_pop (to_write))
        {
          g_ptr_array_add (batch, next);
          if (batch->len == MAX_BATCH)
            break;
        }
      write_batch (db, insert, batch);
      g_idle_add_full (G_PRIORITY_DEFAULT, written_cb, batch, NULL);
    }
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static enum MHD_Result
answer (struct MHD_Connection *connection,
        guint                  status,
        const char            *text)
{
  struct MHD_Response *response = MHD_create_response_from_buffer (strlen (text), (void *) text, MHD_RESPMEM_MUST_COPY);
  enum MHD_Result result;

  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  result = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return result;
}

static void
make_row (Exchange *exchange)
{
  guint8 salt[16];
  char code[8];

  randombytes_buf (salt, sizeof salt);
  sodium_bin2hex (exchange->id, sizeof exchange->id, salt, sizeof salt);
  g_snprintf (code, sizeof code, "%06u", randombytes_uniform (1000000));
  crypto_generichash (exchange->hash, sizeof exchange->hash, (const guint8 *) code, 6, salt, sizeof salt);
}

static enum MHD_Result
handle_cb (void                  *cls,
           struct MHD_Connection *connection,
           const char            *url,
           const char            *method,
           const char            *version,
           const char            *upload,
           size_t                *upload_size,
           void                 **slot)
{
  Exchange *exchange = *slot;

  if (exchange == NULL)
    {
      *slot = exchange = g_new0 (Exchange, 1);
      exchange->connection = connection;
      return MHD_YES;
    }
  if (*upload_size > 0)
    {
      *upload_size = 0;
      return MHD_YES;
    }
  if (g_str_equal (method, "POST") && !exchange->queued)
    {
      make_row (exchange);
      exchange->queued = TRUE;
      MHD_suspend_connection (connection);
      g_async_queue_push (to_write, exchange);
      return MHD_YES;
    }
  if (!exchange->queued)
    return answer (connection, 200, constant);
  return answer (connection, exchange->written ? 201 : 503, exchange->id);
}

static void
completed_cb (void                            *cls,
              struct MHD_Connection           *connection,
              void                           **slot,
              enum MHD_RequestTerminationCode  code)
{
  g_free (*slot);
  *slot = NULL;
}

static int
open_listener (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  unlink (path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || chmod (path, 0666) != 0 || listen (fd, 1024) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  return fd;
}

int
main (int    argc,
      char **argv)
{
  GSource *source = g_source_new (&loop_funcs, sizeof (Loop));

  if (argc != 3 || sodium_init () < 0)
    return 2;
  to_write = g_async_queue_new ();
  server = MHD_start_daemon (MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC,
                             0, NULL, NULL, handle_cb, NULL,
                             MHD_OPTION_NOTIFY_COMPLETED, completed_cb, NULL,
                             MHD_OPTION_CONNECTION_LIMIT, (unsigned int) MOST,
                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) POOL,
                             MHD_OPTION_END);
  if (server == NULL)
    g_error ("libmicrohttpd did not start");
  ((Loop *) source)->tag =
    g_source_add_unix_fd (source, MHD_get_daemon_info (server, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, G_IO_IN);
  g_source_attach (source, NULL);
  g_thread_unref (g_thread_new ("writer", writer, argv[2]));
  g_unix_fd_add (open_listener (argv[1]), G_IO_IN, accept_cb, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}
