/* service-store-saved.c - saved codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <string.h>

void
service_saved_set_free (ServiceSavedSet *set)
{
  if (set == NULL)
    return;

  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    g_free (set->codes[i].used_where);
  g_free (set);
}

static void
read_blob (ServiceStoreRows *rows,
           int               column,
           guint8           *bytes,
           gsize             size)
{
  memset (bytes, 0, size);
  if ((gsize) sqlite3_column_bytes (rows, column) == size)
    memcpy (bytes, sqlite3_column_blob (rows, column), size);
}

static gboolean
read_codes (ServiceStoreTxn  *txn,
            ServiceSavedSet  *set,
            GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT number, label, hash, used_at, used_where FROM saved_code WHERE owner = ?",
                         "I", set->id);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      int number = sqlite3_column_int (rows, 0);
      ServiceSavedCode *code;

      if (number < 0 || number >= SECINFO_SAVED_CODES)
        continue;
      code = &set->codes[number];
      g_strlcpy (code->label, (const char *) sqlite3_column_text (rows, 1), sizeof code->label);
      read_blob (rows, 2, code->hash, sizeof code->hash);
      code->used_at = sqlite3_column_int64 (rows, 3);
      g_free (code->used_where);
      code->used_where = service_store_rows_text (rows, 4);
    }

  return step == 0;
}

ServiceSavedSet *
service_store_saved_get (ServiceStoreTxn  *txn,
                         gint64            record,
                         gboolean          pending,
                         GError          **error)
{
  g_autoptr(ServiceSavedSet) set = NULL;
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT id, salt, position, attempts_left, made_at, made_boot, boot_id, proven_at "
                         "FROM saved_set WHERE record = ? AND pending = ?", "Ii", record, pending != FALSE);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  set = g_new0 (ServiceSavedSet, 1);
  set->id = sqlite3_column_int64 (rows, 0);
  set->record = record;
  set->pending = pending != FALSE;
  read_blob (rows, 1, set->salt, sizeof set->salt);
  set->position = sqlite3_column_int (rows, 2);
  set->attempts_left = sqlite3_column_int (rows, 3);
  set->made_at = sqlite3_column_int64 (rows, 4);
  set->made_boot = sqlite3_column_int64 (rows, 5);
  g_strlcpy (set->boot_id, (const char *) sqlite3_column_text (rows, 6), sizeof set->boot_id);
  set->proven_at = sqlite3_column_int64 (rows, 7);

  return read_codes (txn, set, error) ? g_steal_pointer (&set) : NULL;
}

static gboolean
add_code (ServiceStoreTxn         *txn,
          gint64                   owner,
          guint                    number,
          const ServiceSavedCode  *code,
          GError                 **error)
{
  return service_store_run (txn, error,
                            "INSERT INTO saved_code (owner, number, label, hash, used_at, used_where) "
                            "VALUES (?, ?, ?, ?, 0, NULL)", "Iith", owner, (int) number, code->label, code->hash);
}

gboolean
service_store_saved_add (ServiceStoreTxn  *txn,
                         ServiceSavedSet  *set,
                         GError          **error)
{
  g_autoptr(GBytes) salt = g_bytes_new (set->salt, sizeof set->salt);

  txn->erased = TRUE;
  if (!service_store_run (txn, error, "DELETE FROM saved_set WHERE record = ? AND pending = ?", "Ii", set->record,
                          set->pending) ||
      !service_store_run (txn, error,
                          "INSERT INTO saved_set (record, pending, salt, position, attempts_left, made_at, made_boot, "
                          "boot_id, proven_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          "IiBiiIItI", set->record, set->pending, salt, (int) set->position, (int) set->attempts_left,
                          set->made_at, set->made_boot, set->boot_id, set->proven_at) ||
      !service_store_number (txn, &set->id, error, "SELECT id FROM saved_set WHERE record = ? AND pending = ?", "Ii",
                             set->record, set->pending))
    return FALSE;

  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    {
      if (!add_code (txn, set->id, i, &set->codes[i], error))
        return FALSE;
    }
  return TRUE;
}

gboolean
service_store_saved_set_tries (ServiceStoreTxn  *txn,
                               gint64            id,
                               guint             attempts_left,
                               GError          **error)
{
  return service_store_run (txn, error, "UPDATE saved_set SET attempts_left = ? WHERE id = ?", "iI",
                            (int) attempts_left, id);
}

gboolean
service_store_saved_activate (ServiceStoreTxn  *txn,
                              gint64            record,
                              gint64            now,
                              GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "DELETE FROM saved_set WHERE record = ? AND pending = 0", "I", record) &&
         service_store_run (txn, error,
                            "UPDATE saved_set SET pending = 0, proven_at = ? WHERE record = ? AND pending = 1", "II",
                            now, record);
}

gboolean
service_store_saved_use (ServiceStoreTxn  *txn,
                         gint64            id,
                         guint             number,
                         gint64            at,
                         const char       *where,
                         GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error,
                            "UPDATE saved_code SET hash = NULL, used_at = ?, used_where = ? "
                            "WHERE owner = ? AND number = ? AND used_at = 0", "ItIi", at, where, id, (int) number);
}

gboolean
service_store_saved_delete (ServiceStoreTxn  *txn,
                            gint64            record,
                            gboolean          pending_alone,
                            GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "DELETE FROM saved_set WHERE record = ? AND pending >= ?", "Ii", record,
                            pending_alone ? 1 : 0);
}
