/* service-store-sql.c - one SQLite connection: settings, statements, sealed columns, errors
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-key-private.h"
#include "service-store-private.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/statvfs.h>

G_DEFINE_QUARK (service-store-error-quark, service_store_error)

/* Before the schema is touched; how it is synced before there is a WAL (service-store-wal.c), then the WAL that the
 * others are about. Rows are small, and most of those that a commit writes lie on a page each, the account's own: small
 * pages make it a third of the bytes. A store that is there already keeps the size of its pages. */
static const char settings[] =
  "PRAGMA page_size=1024;"
  "PRAGMA synchronous=FULL;"
  "PRAGMA journal_mode=WAL;"
  "PRAGMA secure_delete=ON;"
  "PRAGMA foreign_keys=ON;"
  "PRAGMA temp_store=MEMORY;"
  "PRAGMA trusted_schema=OFF;"
  "PRAGMA cell_size_check=ON;"
  "PRAGMA cache_size=-256;"           /* KiB, for what reads all pages once; then as below */
  "PRAGMA wal_autocheckpoint=4000;";   /* pages: what many commits wrote to
  one is written back once, and from then on the WAL is written over, which costs less than to have it grow */

/* KiB of pages: what a commit of many writes; beside it the kernel's own cache is near. The writer does not spill:
 * where pages have gone into the WAL before the commit and were written there again, and a savepoint is then taken
 * back, SQLite up to 3.40 at least leaves a commit with checksums of 0, which is lost with a kill
 * (tests/unit/test-store-wal.c). A batch is small enough. */
static const char writer_cache[] = "PRAGMA cache_size=-1792;PRAGMA cache_spill=OFF";
static const char reader_cache[] = "PRAGMA cache_size=-448";

/* Larger stores are not read through at every start; damage in them shows when it is met. */
#define CHECK_BYTES (16 * 1024 * 1024)

/* Bytes of an id that are its time (ms): ids of one moment lie side by side in an index, and a commit of many touches
 * few pages. The 88 bits after them are nobody's to guess. */
#define ID_TIME 5

/* SQLite does not always still know why a write failed; the file system does. */
static gboolean
is_nearly_full (const char *path)
{
  struct statvfs info;

  return statvfs (path, &info) == 0 && info.f_bavail < 64 * 1024 / MAX (info.f_frsize, 1);
}

static gboolean
is_no_room (int system_errno)
{
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

static void
set_system_error (GError     **error,
                  int          system_errno,
                  const char  *path)
{
  if (is_no_room (system_errno) || is_nearly_full (path))
    g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL,
                 "There is no room left for “%s”. Nothing was lost; make some room on that disk.", path);
  else
    g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO,
                 "“%s” could not be written or read (%s). Check that disk.", path,
                 system_errno != 0 ? g_strerror (system_errno) : "input/output error");
}

void
service_store_set_error (GError     **error,
                         sqlite3     *db,
                         int          result,
                         const char  *path)
{
  int last_errno = errno;
  int system_errno = db != NULL ? sqlite3_system_errno (db) : 0;

  /* SQLite keeps no errno of a write that a quota or a size limit refused. */
  if (system_errno == 0 && is_no_room (last_errno))
    system_errno = last_errno;

  switch (result & 0xff)
    {
    case SQLITE_FULL:
      set_system_error (error, ENOSPC, path);
      break;

    case SQLITE_IOERR:
      set_system_error (error, system_errno, path);
      break;

    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_UNREADABLE,
                   "“%s” is damaged or no database. Put a backup of it back, or move it out of the way to start "
                   "afresh.",
                   path);
      break;

    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      if (is_no_room (system_errno))
        set_system_error (error, system_errno, path);
      else
        g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_UNREADABLE,
                     "“%s” cannot be opened for writing. Check who owns it and its folder, and that the disk is not "
                     "read-only.",
                     path);
      break;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IN_USE,
                   "Another program holds “%s”. End it, then try again.", path);
      break;

    case SQLITE_CONSTRAINT:
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT, "There is one like it already (%s)",
                   sqlite3_errstr (result));
      break;

    default:
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO, "“%s” does not work: %s", path,
                   sqlite3_errstr (result));
    }
}

/* --- the connection ------------------------------------------------------------------------------------------ */

static gboolean
check_pages (ServiceStoreTxn  *txn,
             GError          **error)
{
  g_autoptr(ServiceStoreRows) rows = NULL;
  g_autofree char *text = NULL;
  gint64 pages = 0, size = 0;

  if (!service_store_number (txn, &pages, error, "PRAGMA page_count", "") ||
      !service_store_number (txn, &size, error, "PRAGMA page_size", ""))
    return FALSE;
  if (pages * size > CHECK_BYTES)
    return TRUE;

  rows = service_store_query (txn, error, "PRAGMA quick_check(1)", "");
  if (rows == NULL || service_store_next (txn, rows, error) < 0)
    return FALSE;
  text = service_store_rows_text (rows, 0);
  if (g_strcmp0 (text, "ok") == 0)
    return TRUE;

  service_store_set_error (error, txn->db, SQLITE_CORRUPT, txn->path);
  return FALSE;
}

static gboolean
set_up (ServiceStoreTxn  *txn,
        GError          **error)
{
  int result;

  sqlite3_extended_result_codes (txn->db, 1);
  sqlite3_busy_timeout (txn->db, 5000);
  sqlite3_db_config (txn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (txn->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (txn->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);

  result = sqlite3_exec (txn->db, settings, NULL, NULL, NULL);
  if (result == SQLITE_OK && !txn->writes)
    result = sqlite3_exec (txn->db, "PRAGMA query_only=ON", NULL, NULL, NULL);
  if (result != SQLITE_OK)
    {
      service_store_set_error (error, txn->db, result, txn->path);
      return FALSE;
    }

  if (txn->writes &&
      (!check_pages (txn, error) ||
       !service_store_migrate (txn->db, txn->path, service_store_migrations, service_store_n_migrations, error)))
    return FALSE;

  result = sqlite3_exec (txn->db, txn->writes ? writer_cache : reader_cache, NULL, NULL, NULL);
  if (result != SQLITE_OK)
    service_store_set_error (error, txn->db, result, txn->path);
  return result == SQLITE_OK;
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

ServiceStoreTxn *
service_store_connect (const char  *path,
                       gboolean     writes,
                       GError     **error)
{
  g_autoptr(ServiceStoreTxn) txn = g_new0 (ServiceStoreTxn, 1);
  int result;

  txn->path = g_strdup (path);
  txn->writes = writes;
  txn->place = g_string_new (NULL);
  randombytes_buf (&txn->tallies, sizeof txn->tallies);
  txn->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize);

  result = sqlite3_open_v2 (path, &txn->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            service_store_wal_register () ? SERVICE_STORE_VFS : NULL);
  if (result != SQLITE_OK)
    {
      service_store_set_error (error, txn->db, result, path);
      return NULL;
    }

  return set_up (txn, error) ? g_steal_pointer (&txn) : NULL;
}

void
service_store_disconnect (ServiceStoreTxn *txn)
{
  if (txn == NULL)
    return;

  service_store_gateways_forget (txn);
  g_hash_table_unref (txn->statements);
  if (txn->db != NULL && sqlite3_close (txn->db) != SQLITE_OK)
    g_warning ("A statement of the store was left open");
  g_string_free (txn->place, TRUE);
  g_free (txn->path);
  g_free (txn);
}

void
service_store_reset (ServiceStoreTxn *txn)
{
  service_store_gateways_forget (txn);
  for (sqlite3_stmt *s = sqlite3_next_stmt (txn->db, NULL); s != NULL; s = sqlite3_next_stmt (txn->db, s))
    {
      sqlite3_reset (s);
      sqlite3_clear_bindings (s);
    }
}

/* --- statements ---------------------------------------------------------------------------------------------- */

static sqlite3_stmt *
prepare (ServiceStoreTxn  *txn,
         const char       *sql,
         GError          **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (txn->statements, sql);
  int result;

  if (statement != NULL)
    {
      /* Rows of one query are collected before another is asked, so a cached statement is never met half-way. */
      g_assert (!sqlite3_stmt_busy (statement));
      return statement;
    }

  result = sqlite3_prepare_v3 (txn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (result != SQLITE_OK)
    {
      service_store_set_error (error, txn->db, result, txn->path);
      if ((result & 0xff) == SQLITE_ERROR)
        g_warning ("A statement of the store is wrong: %s", sqlite3_errmsg (txn->db));
      return NULL;
    }

  g_hash_table_insert (txn->statements, (gpointer) sql, statement);
  return statement;
}

/* @keep: SQLITE_STATIC where the values outlive the one step that is made of it, SQLITE_TRANSIENT (a copy) else. */
static int
bind_bytes (sqlite3_stmt           *statement,
            int                     at,
            GBytes                 *bytes,
            sqlite3_destructor_type keep)
{
  if (bytes == NULL)
    return sqlite3_bind_null (statement, at);

  return sqlite3_bind_blob64 (statement, at, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), keep);
}

static int
bind_values (sqlite3_stmt           *statement,
             sqlite3_destructor_type keep,
             const char             *types,
             va_list                 values)
{
  int result = SQLITE_OK;

  for (int at = 1; types[at - 1] != '\0' && result == SQLITE_OK; at++)
    {
      switch (types[at - 1])
        {
        case 'i':
          result = sqlite3_bind_int (statement, at, va_arg (values, int));
          break;

        case 'I':
          result = sqlite3_bind_int64 (statement, at, va_arg (values, gint64));
          break;

        case 't':
          result = sqlite3_bind_text (statement, at, va_arg (values, const char *), -1, keep);
          break;

        case 'h':
          result = sqlite3_bind_blob (statement, at, va_arg (values, const void *), 32, keep);
          break;

        case 'B':
          result = bind_bytes (statement, at, va_arg (values, GBytes *), keep);
          break;

        default:
          g_assert_not_reached ();
        }
    }

  return result;
}

static ServiceStoreRows *
query_valist (ServiceStoreTxn          *txn,
              sqlite3_destructor_type   keep,
              GError                  **error,
              const char               *sql,
              const char               *types,
              va_list                   values)
{
  sqlite3_stmt *statement = prepare (txn, sql, error);
  int result;

  if (statement == NULL)
    return NULL;

  g_assert ((int) strlen (types) == sqlite3_bind_parameter_count (statement));
  result = bind_values (statement, keep, types, values);
  if (result == SQLITE_OK)
    return statement;

  service_store_set_error (error, txn->db, result, txn->path);
  service_store_rows_release (statement);
  return NULL;
}

ServiceStoreRows *
service_store_query (ServiceStoreTxn  *txn,
                     GError          **error,
                     const char       *sql,
                     const char       *types,
                     ...)
{
  ServiceStoreRows *rows;
  va_list values;

  va_start (values, types);
  rows = query_valist (txn, SQLITE_TRANSIENT, error, sql, types, values);
  va_end (values);

  return rows;
}

int
service_store_next (ServiceStoreTxn   *txn,
                    ServiceStoreRows  *rows,
                    GError           **error)
{
  int result = sqlite3_step (rows);

  if (result == SQLITE_ROW)
    return 1;
  if (result == SQLITE_DONE)
    return 0;

  service_store_set_error (error, txn->db, result, txn->path);
  return -1;
}

gboolean
service_store_run (ServiceStoreTxn  *txn,
                   GError          **error,
                   const char       *sql,
                   const char       *types,
                   ...)
{
  g_autoptr(ServiceStoreRows) rows = NULL;
  va_list values;

  va_start (values, types);
  rows = query_valist (txn, SQLITE_STATIC, error, sql, types, values);
  va_end (values);

  return rows != NULL && service_store_next (txn, rows, error) >= 0;
}

gint
service_store_change (ServiceStoreTxn  *txn,
                      GError          **error,
                      const char       *sql,
                      const char       *types,
                      ...)
{
  g_autoptr(ServiceStoreRows) rows = NULL;
  va_list values;

  va_start (values, types);
  rows = query_valist (txn, SQLITE_STATIC, error, sql, types, values);
  va_end (values);

  return rows != NULL && service_store_next (txn, rows, error) >= 0 ? sqlite3_changes (txn->db) : -1;
}

gboolean
service_store_number (ServiceStoreTxn  *txn,
                      gint64           *number,
                      GError          **error,
                      const char       *sql,
                      const char       *types,
                      ...)
{
  g_autoptr(ServiceStoreRows) rows = NULL;
  va_list values;
  int step;

  va_start (values, types);
  rows = query_valist (txn, SQLITE_STATIC, error, sql, types, values);
  va_end (values);

  step = rows != NULL ? service_store_next (txn, rows, error) : -1;
  *number = step > 0 ? sqlite3_column_int64 (rows, 0) : 0;

  return step >= 0;
}

void
service_store_rows_release (ServiceStoreRows *rows)
{
  if (rows == NULL)
    return;

  sqlite3_reset (rows);
  sqlite3_clear_bindings (rows);
}

char *
service_store_rows_text (ServiceStoreRows *rows,
                         int               column)
{
  return g_strdup ((const char *) sqlite3_column_text (rows, column));
}

/* --- sealed columns ------------------------------------------------------------------------------------------ */

static void
append_number (GString *text,
               gint64   number)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 left = number < 0 ? -(guint64) number : (guint64) number;

  do
    *--at = '0' + left % 10;
  while ((left /= 10) != 0);
  if (number < 0)
    *--at = '-';
  g_string_append_len (text, at, digits + sizeof digits - at);
}

/* The place of a value, as printf() would write it: %s and %" G_GINT64_FORMAT " are all that places have, and several
 * are written for each row that is read. Valid until the next one. */
static const char *
format_place (ServiceStoreTxn *txn,
              const char      *format,
              va_list          values)
{
  g_string_truncate (txn->place, 0);
  while (*format != '\0')
    {
      gsize plain = strcspn (format, "%");

      g_string_append_len (txn->place, format, plain);
      format += plain;
      if (g_str_has_prefix (format, "%s"))
        {
          g_string_append (txn->place, va_arg (values, const char *));
          format += strlen ("%s");
        }
      else if (*format == '%')
        {
          append_number (txn->place, va_arg (values, gint64));
          format += strlen ("%" G_GINT64_FORMAT);
        }
    }

  return txn->place->str;
}

ServiceKey *
service_store_txn_get_key (ServiceStoreTxn  *txn,
                           GError          **error)
{
  if (txn->key == NULL)
    g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_LOCKED, "The store has no key yet");

  return txn->key;
}

gboolean
service_store_seal (ServiceStoreTxn  *txn,
                    const char       *text,
                    GBytes          **sealed,
                    GError          **error,
                    const char       *place,
                    ...)
{
  ServiceKey *key = service_store_txn_get_key (txn, error);
  va_list values;

  *sealed = NULL;
  if (key == NULL)
    return FALSE;
  if (text == NULL)
    return TRUE;

  va_start (values, place);
  *sealed = service_key_seal (key, text, -1, format_place (txn, place, values), error);
  va_end (values);

  return *sealed != NULL;
}

gboolean
service_store_open_copy (ServiceStoreTxn  *txn,
                         GBytes           *sealed,
                         const char       *place,
                         char            **text,
                         GError          **error)
{
  ServiceKey *key = service_store_txn_get_key (txn, error);
  gsize length;
  gconstpointer data = g_bytes_get_data (sealed, &length);

  *text = key != NULL ? service_key_open_text (key, data, length, place, error) : NULL;
  return *text != NULL;
}

gboolean
service_store_unseal (ServiceStoreTxn   *txn,
                      ServiceStoreRows  *rows,
                      int                column,
                      char             **text,
                      GError           **error,
                      const char        *place,
                      ...)
{
  ServiceKey *key;
  va_list values;

  *text = NULL;
  if (sqlite3_column_type (rows, column) == SQLITE_NULL)
    return TRUE;

  key = service_store_txn_get_key (txn, error);
  if (key == NULL)
    return FALSE;

  va_start (values, place);
  *text = service_key_open_text (key, sqlite3_column_blob (rows, column), sqlite3_column_bytes (rows, column),
                                 format_place (txn, place, values), error);
  va_end (values);

  return *text != NULL;
}

char *
service_store_new_id (void)
{
  char text[sodium_base64_ENCODED_LEN (16, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  guint64 now = GUINT64_TO_BE ((guint64) g_get_real_time () / 1000 << 24);
  guint8 random[16];

  memcpy (random, &now, ID_TIME);
  randombytes_buf (random + ID_TIME, sizeof random - ID_TIME);
  sodium_bin2base64 (text, sizeof text, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  return g_strdup (text);
}
