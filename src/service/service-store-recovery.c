/* service-store-recovery.c - what is kept of a recovery at the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <string.h>

#define TO_PLACE "recovery:%s:%s:to"

static void
read_text (ServiceStoreRows *rows,
           int               column,
           char             *text,
           gsize             size)
{
  const char *value = (const char *) sqlite3_column_text (rows, column);

  g_strlcpy (text, value != NULL ? value : "", size);
}

static void
read_hash (ServiceStoreRows *rows,
           int               column,
           guint8            hash[32])
{
  memset (hash, 0, 32);
  if (sqlite3_column_bytes (rows, column) == 32)
    memcpy (hash, sqlite3_column_blob (rows, column), 32);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static gboolean
read_code (ServiceStoreTxn   *txn,
           ServiceStoreRows  *rows,
           const char        *name,
           ServiceTalkCode   *code,
           GError           **error)
{
  g_autoptr(GError) local_error = NULL;

  code->known = sqlite3_column_type (rows, 0) != SQLITE_NULL;
  if (!code->known)
    return TRUE;

  read_text (rows, 0, code->id, sizeof code->id);
  code->kind = sqlite3_column_int (rows, 1) == SECINFO_CONTACT_PHONE ? SECINFO_CONTACT_PHONE : SECINFO_CONTACT_EMAIL;
  read_text (rows, 2, code->subject, sizeof code->subject);
  code->challenge = service_store_rows_text (rows, 4);
  read_hash (rows, 5, code->check);
  code->attempts_left = sqlite3_column_int (rows, 6);
  code->sends = sqlite3_column_int (rows, 7);
  code->issued_at = sqlite3_column_int64 (rows, 8);
  code->issued_boot = sqlite3_column_int64 (rows, 9);
  read_text (rows, 10, code->boot_id, sizeof code->boot_id);
  code->life = sqlite3_column_int64 (rows, 11);
  code->last_sent_at = sqlite3_column_int64 (rows, 12);
  /* Without the key it cannot be sent again, and nothing more. */
  if (service_store_unseal (txn, rows, 3, &code->to, &local_error, TO_PLACE, name, code->id) ||
      local_error->domain == SERVICE_KEY_ERROR)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
load_proofs (ServiceStoreTxn  *txn,
             const char       *name,
             ServiceTalk      *talk,
             GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT kind, code_id, code_subject, check_value, attempts_left, at, boot, boot_id "
                         "FROM recovery_proof WHERE name = ?", "t", name);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      int kind = sqlite3_column_int (rows, 0);
      ServiceTalkProof *proof;

      if (kind < 0 || kind >= SERVICE_N_PROOFS)
        continue;
      proof = &talk->proofs[kind];
      proof->known = TRUE;
      read_text (rows, 1, proof->id, sizeof proof->id);
      read_text (rows, 2, proof->subject, sizeof proof->subject);
      read_hash (rows, 3, proof->check);
      proof->attempts_left = sqlite3_column_int (rows, 4);
      proof->at = sqlite3_column_int64 (rows, 5);
      proof->boot = sqlite3_column_int64 (rows, 6);
      read_text (rows, 7, proof->boot_id, sizeof proof->boot_id);
    }

  return step == 0;
}

gboolean
service_store_recovery_load (ServiceStoreTxn  *txn,
                             const char       *name,
                             ServiceTalk      *talk,
                             GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT code_id, code_kind, code_subject, sealed_to, challenge, check_value, attempts_left, "
                         "sends, issued_at, issued_boot, boot_id, life, last_sent_at FROM recovery WHERE name = ?", "t",
                         name);
  int step = rows != NULL ? service_store_next (txn, rows, error) : -1;

  memset (talk, 0, sizeof *talk);
  if (step <= 0)
    return step == 0;

  return read_code (txn, rows, name, &talk->code, error) && load_proofs (txn, name, talk, error);
}

/* --- saving ------------------------------------------------------------------------------------------------------- */

static gboolean
save_code (ServiceStoreTxn        *txn,
           const char             *name,
           const ServiceTalkCode  *code,
           gint64                  now,
           GError                **error)
{
  g_autoptr(GBytes) to = NULL;

  /* An address that could not be read before stays as it is sealed: the id says whether it is still the same code. */
  if (code->to != NULL && !service_store_seal (txn, code->to, &to, error, TO_PLACE, name, code->id))
    return FALSE;

  return service_store_run (txn, error,
                            "INSERT INTO recovery (name, code_id, code_kind, code_subject, sealed_to, challenge, "
                            "check_value, attempts_left, sends, issued_at, issued_boot, boot_id, life, last_sent_at, "
                            "changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                            "ON CONFLICT (name) DO UPDATE SET "
                            "sealed_to = iif (code_id IS excluded.code_id, coalesce (excluded.sealed_to, sealed_to), "
                            "excluded.sealed_to), code_id = excluded.code_id, code_kind = excluded.code_kind, "
                            "code_subject = excluded.code_subject, challenge = excluded.challenge, "
                            "check_value = excluded.check_value, attempts_left = excluded.attempts_left, "
                            "sends = excluded.sends, issued_at = excluded.issued_at, "
                            "issued_boot = excluded.issued_boot, boot_id = excluded.boot_id, life = excluded.life, "
                            "last_sent_at = excluded.last_sent_at, changed_at = excluded.changed_at",
                            "ttitBthiiIItIII", name, code->known ? code->id : NULL, code->kind, code->subject, to,
                            code->challenge, code->check, (int) code->attempts_left, (int) code->sends,
                            code->issued_at, code->issued_boot, code->boot_id, code->life, code->last_sent_at, now);
}

gboolean
service_store_recovery_save (ServiceStoreTxn    *txn,
                             const char         *name,
                             const ServiceTalk  *talk,
                             gint64              now,
                             GError            **error)
{
  txn->erased = TRUE;
  if (!save_code (txn, name, &talk->code, now, error))
    return FALSE;

  for (int i = 0; i < SERVICE_N_PROOFS; i++)
    {
      const ServiceTalkProof *proof = &talk->proofs[i];

      if (proof->known &&
          !service_store_run (txn, error,
                              "INSERT OR REPLACE INTO recovery_proof (name, kind, code_id, code_subject, check_value, "
                              "attempts_left, at, boot, boot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "titthiIIt",
                              name, i, proof->id, proof->subject, proof->check, (int) proof->attempts_left, proof->at,
                              proof->boot, proof->boot_id))
        return FALSE;
    }
  return TRUE;
}

gboolean
service_store_recovery_delete (ServiceStoreTxn  *txn,
                               const char       *name,
                               GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "UPDATE ticket SET state = 2 WHERE name = ? AND state = 0", "t", name) &&
         service_store_run (txn, error, "DELETE FROM recovery WHERE name = ?", "t", name);
}

GPtrArray *
service_store_recovery_names (ServiceStoreTxn  *txn,
                              guint             limit,
                              GError          **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT name FROM recovery ORDER BY changed_at DESC LIMIT ?", "i", (int) limit);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    g_ptr_array_add (names, service_store_rows_text (rows, 0));

  return step == 0 ? g_steal_pointer (&names) : NULL;
}

gboolean
service_store_recovery_prune (ServiceStoreTxn  *txn,
                              gint64            before,
                              GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "DELETE FROM recovery WHERE changed_at < ?", "I", before) &&
         service_store_run (txn, error, "DELETE FROM ticket WHERE at < ?", "I", before);
}

/* --- tickets ------------------------------------------------------------------------------------------------------ */

void
service_ticket_free (ServiceTicket *ticket)
{
  if (ticket == NULL)
    return;

  g_free (ticket->name);
  g_free (ticket->account);
  g_free (ticket);
}

gboolean
service_store_ticket_put (ServiceStoreTxn      *txn,
                          const ServiceTicket  *ticket,
                          GError              **error)
{
  return service_store_run (txn, error,
                            "INSERT OR REPLACE INTO ticket (name, uid, account, hash, state, reset, backs, proofs, at, "
                            "boot, boot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "tIthiiiiIIt", ticket->name,
                            (gint64) ticket->uid, ticket->account, ticket->hash, ticket->state, ticket->reset,
                            (int) ticket->backs, (int) ticket->proofs, ticket->at, ticket->boot, ticket->boot_id);
}

#define TICKET_COLUMNS "name, uid, account, hash, state, reset, backs, proofs, at, boot, boot_id"

static ServiceTicket *
read_ticket (ServiceStoreRows *rows)
{
  ServiceTicket *ticket = g_new0 (ServiceTicket, 1);

  ticket->name = service_store_rows_text (rows, 0);
  ticket->uid = (uid_t) sqlite3_column_int64 (rows, 1);
  ticket->account = service_store_rows_text (rows, 2);
  read_hash (rows, 3, ticket->hash);
  ticket->state = sqlite3_column_int (rows, 4);
  ticket->reset = sqlite3_column_int (rows, 5);
  ticket->backs = sqlite3_column_int (rows, 6);
  ticket->proofs = sqlite3_column_int (rows, 7);
  ticket->at = sqlite3_column_int64 (rows, 8);
  ticket->boot = sqlite3_column_int64 (rows, 9);
  read_text (rows, 10, ticket->boot_id, sizeof ticket->boot_id);
  return ticket;
}

ServiceTicket *
service_store_ticket_find (ServiceStoreTxn  *txn,
                           const guint8      hash[32],
                           GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " TICKET_COLUMNS " FROM ticket WHERE hash = ?", "h", hash);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;
  return read_ticket (rows);
}

GPtrArray *
service_store_ticket_taken (ServiceStoreTxn  *txn,
                            GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_ticket_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " TICKET_COLUMNS " FROM ticket WHERE state = 1", "");
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    g_ptr_array_add (list, read_ticket (rows));

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

/* --- passwords that are being changed ----------------------------------------------------------------------------- */

void
service_password_change_free (ServicePasswordChange *change)
{
  if (change == NULL)
    return;

  g_free (change->id);
  g_free (change->name);
  g_free (change);
}

gboolean
service_store_change_add (ServiceStoreTxn              *txn,
                          const ServicePasswordChange  *change,
                          GError                      **error)
{
  return service_store_run (txn, error, "INSERT INTO password_change (id, uid, name, language) VALUES (?, ?, ?, ?)",
                            "tItt", change->id, (gint64) change->uid, change->name, change->language);
}

ServicePasswordChange *
service_store_change_get (ServiceStoreTxn  *txn,
                          const char       *id,
                          GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT id, uid, name, language FROM password_change WHERE id = ?", "t", id);
  ServicePasswordChange *change;

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  change = g_new0 (ServicePasswordChange, 1);
  change->id = service_store_rows_text (rows, 0);
  change->uid = (uid_t) sqlite3_column_int64 (rows, 1);
  change->name = service_store_rows_text (rows, 2);
  read_text (rows, 3, change->language, sizeof change->language);
  return change;
}

GPtrArray *
service_store_change_ids (ServiceStoreTxn  *txn,
                          GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(ServiceStoreRows) rows = service_store_query (txn, error, "SELECT id FROM password_change", "");
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    g_ptr_array_add (list, service_store_rows_text (rows, 0));

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gboolean
service_store_change_delete (ServiceStoreTxn  *txn,
                             const char       *id,
                             GError          **error)
{
  return service_store_run (txn, error, "DELETE FROM password_change WHERE id = ?", "t", id);
}

/* --- in a row ----------------------------------------------------------------------------------------------------- */

gboolean
service_store_streak_get (ServiceStoreTxn  *txn,
                          ServiceStreak     what,
                          const char       *subject,
                          gint64            since,
                          guint            *count,
                          GError          **error)
{
  gint64 found = 0;

  if (!service_store_number (txn, &found, error,
                             "SELECT count FROM streak WHERE what = ? AND subject = ? AND at >= ?", "itI", what,
                             subject, since))
    return FALSE;
  *count = (guint) CLAMP (found, 0, G_MAXINT);
  return TRUE;
}

gboolean
service_store_streak_add (ServiceStoreTxn  *txn,
                          ServiceStreak     what,
                          const char       *subject,
                          gint64            since,
                          gint64            at,
                          GError          **error)
{
  return service_store_run (txn, error,
                            "INSERT INTO streak (what, subject, count, at) VALUES (?1, ?2, 1, ?3) "
                            "ON CONFLICT (what, subject) DO UPDATE SET "
                            "count = iif (at >= ?4, count + 1, 1), at = excluded.at", "itII", what, subject, at,
                            since);
}

gboolean
service_store_streak_take_back (ServiceStoreTxn  *txn,
                                ServiceStreak     what,
                                const char       *subject,
                                gint64            since,
                                GError          **error)
{
  return service_store_run (txn, error,
                            "UPDATE streak SET count = max (count - 1, 0) WHERE what = ? AND subject = ? AND at >= ?",
                            "itI", what, subject, since);
}

gboolean
service_store_streak_clear (ServiceStoreTxn  *txn,
                            ServiceStreak     what,
                            const char       *subject,
                            GError          **error)
{
  return service_store_run (txn, error, "DELETE FROM streak WHERE what = ? AND subject = ?", "it", what, subject);
}

gboolean
service_store_streak_prune (ServiceStoreTxn  *txn,
                            gint64            before,
                            GError          **error)
{
  return service_store_run (txn, error, "DELETE FROM streak WHERE at < ?", "I", before);
}
