/* service-store-batch.c - pieces of work that share a transaction
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

typedef ServiceStorePiece Piece;

static gboolean
call_func (ServiceStoreTxn *txn,
           Piece           *piece)
{
  if (piece->func (txn, piece->data, &piece->error))
    {
      g_clear_error (&piece->error);
      return TRUE;
    }

  if (piece->error == NULL)
    g_set_error_literal (&piece->error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO,
                         "A piece of work failed without a word");
  return FALSE;
}

static gboolean
run_piece (ServiceStoreTxn *txn,
           Piece           *piece)
{
  int before = sqlite3_total_changes (txn->db);
  gboolean went_well;

  txn->shared = FALSE;
  went_well = call_func (txn, piece);
  piece->wrote = sqlite3_total_changes (txn->db) != before;
  if (txn->shared)
    piece->uid = (uid_t) -1;

  return went_well;
}

/* Back to the savepoint. Some errors (disk full, I/O) make SQLite take back everything by itself: then all are lost. */
static gboolean
take_back (ServiceStoreTxn  *txn,
           const Piece      *failed,
           gboolean          erased,
           GError          **error)
{
  if (sqlite3_get_autocommit (txn->db))
    {
      g_propagate_error (error, g_error_copy (failed->error));
      return FALSE;
    }

  txn->erased = erased;
  service_store_reset (txn);
  return service_store_run (txn, error, "ROLLBACK TO piece", "") &&
         service_store_run (txn, error, "RELEASE piece", "");
}

/* From @first up to @end with one savepoint around them all: each page that is written after it is first copied. Where
 * one fails those before it are done again without it. FALSE with @error: the transaction is lost as a whole. */
static gboolean
run_group (ServiceStoreTxn  *txn,
           GList            *first,
           const GList      *end,
           GError          **error)
{
  while (first != end)
    {
      gboolean erased = txn->erased, went_well = TRUE;
      GList *l = first;

      if (!service_store_run (txn, error, "SAVEPOINT piece", ""))
        return FALSE;
      for (; l != end && went_well; l = went_well ? l->next : l)
        went_well = run_piece (txn, l->data);
      if (went_well)
        return service_store_run (txn, error, "RELEASE piece", "");

      if (!take_back (txn, l->data, erased, error) || !run_group (txn, first, l, error))
        return FALSE;
      first = l->next;
    }

  return TRUE;
}

/* Behind those that can share a savepoint with @first. */
static GList *
find_group_end (GList *first)
{
  GList *l = first->next;

  while (l != NULL && ((Piece *) first->data)->again && ((Piece *) l->data)->again)
    l = l->next;
  return l;
}

static gboolean
run_batch (ServiceStoreTxn  *txn,
           GQueue           *batch,
           GError          **error)
{
  if (!service_store_run (txn, error, "BEGIN IMMEDIATE", ""))
    return FALSE;

  for (GList *l = batch->head, *end; l != NULL; l = end)
    {
      end = find_group_end (l);
      if (!run_group (txn, l, end, error))
        return FALSE;
    }

  return service_store_run (txn, error, "COMMIT", "");
}

static void
fail_batch (ServiceStoreTxn *txn,
            GQueue          *batch,
            const GError    *error)
{
  service_store_reset (txn);
  if (!sqlite3_get_autocommit (txn->db))
    sqlite3_exec (txn->db, "ROLLBACK", NULL, NULL, NULL);

  for (GList *l = batch->head; l != NULL; l = l->next)
    {
      Piece *piece = l->data;

      if (piece->error == NULL)
        piece->error = g_error_copy (error);
    }
}

void
service_store_batch_write (ServiceStoreTxn *txn,
                           GQueue          *batch)
{
  g_autoptr(GError) error = NULL;

  txn->erased = FALSE;
  if (run_batch (txn, batch, &error))
    return;

  txn->erased = FALSE;
  fail_batch (txn, batch, error);
}

void
service_store_batch_read (ServiceStoreTxn *txn,
                          GQueue          *batch)
{
  for (GList *l = batch->head; l != NULL; l = l->next)
    {
      Piece *piece = l->data;

      if (service_store_run (txn, &piece->error, "BEGIN", ""))
        {
          call_func (txn, piece);
          service_store_gateways_forget (txn);   /* the writer may change them any moment */
          service_store_run (txn, NULL, "ROLLBACK", "");
        }
    }
}
