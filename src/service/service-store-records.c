/* service-store-records.c - trial inbox, what happened, answers kept for Idempotency-Key, the key's check value
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <string.h>

#define INBOX_PLACE(column) "inbox:%" G_GINT64_FORMAT ":%s:" column
#define REPLAY_PLACE "replay:%" G_GINT64_FORMAT ":%s:body"
#define REPLAY_KEPT (24 * 60 * 60)   /* s */

void
service_inbox_message_free (ServiceInboxMessage *message)
{
  if (message == NULL)
    return;

  g_free (message->id);
  secinfo_secret_free_text (message->to);
  secinfo_secret_free_text (message->subject);
  secinfo_secret_free_text (message->text);
  g_free (message);
}

gboolean
service_store_inbox_add (ServiceStoreTxn            *txn,
                         const ServiceInboxMessage  *message,
                         guint                       keep,
                         GError                    **error)
{
  g_autoptr(GBytes) to = NULL;
  g_autoptr(GBytes) subject = NULL;
  g_autoptr(GBytes) text = NULL;
  gint64 record = message->record;

  txn->erased = TRUE;

  return service_store_seal (txn, message->to, &to, error, INBOX_PLACE ("to"), record, message->id) &&
         service_store_seal (txn, message->subject, &subject, error, INBOX_PLACE ("subject"), record, message->id) &&
         service_store_seal (txn, message->text, &text, error, INBOX_PLACE ("text"), record, message->id) &&
         service_store_run (txn, error,
                            "INSERT INTO inbox (id, record, at, sealed_to, sealed_subject, sealed_text) "
                            "VALUES (?, ?, ?, ?, ?, ?)",
                            "tIIBBB", message->id, record, message->at, to, subject, text) &&
         service_store_run (txn, error,
                            "DELETE FROM inbox WHERE number NOT IN (SELECT number FROM inbox "
                            "ORDER BY number DESC LIMIT ?)",
                            "i", (int) keep);
}

static gboolean
read_inbox_message (ServiceStoreTxn      *txn,
                    ServiceStoreRows     *rows,
                    ServiceInboxMessage  *message,
                    GError              **error)
{
  message->id = service_store_rows_text (rows, 0);
  message->record = sqlite3_column_int64 (rows, 1);
  message->at = sqlite3_column_int64 (rows, 2);

  return service_store_unseal (txn, rows, 3, &message->to, error, INBOX_PLACE ("to"), message->record, message->id) &&
         service_store_unseal (txn, rows, 4, &message->subject, error, INBOX_PLACE ("subject"), message->record,
                               message->id) &&
         service_store_unseal (txn, rows, 5, &message->text, error, INBOX_PLACE ("text"), message->record, message->id);
}

GPtrArray *
service_store_inbox_list (ServiceStoreTxn  *txn,
                          gint64            record,
                          GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_inbox_message_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT id, record, at, sealed_to, sealed_subject, sealed_text FROM inbox WHERE record = ? "
                         "ORDER BY number DESC", "I", record);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      g_autoptr(ServiceInboxMessage) message = g_new0 (ServiceInboxMessage, 1);
      g_autoptr(GError) local = NULL;

      if (read_inbox_message (txn, rows, message, &local))
        g_ptr_array_add (list, g_steal_pointer (&message));
      else if (!g_error_matches (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gboolean
service_store_inbox_clear (ServiceStoreTxn  *txn,
                           gint64            record,
                           GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "DELETE FROM inbox WHERE record = ?", "I", record);
}

/* --- what happened -------------------------------------------------------------------------------------------- */

gboolean
service_store_audit_add (ServiceStoreTxn  *txn,
                         gint64            record,
                         const char       *what,
                         const char       *subject,
                         gint64            at,
                         GError          **error)
{
  return service_store_run (txn, error, "INSERT INTO audit (record, what, subject, at) VALUES (?, ?, ?, ?)", "IttI",
                            record, what, subject, at);
}

gint
service_store_audit_prune (ServiceStoreTxn  *txn,
                           gint64            before,
                           GError          **error)
{
  /* Their numbers rise with time: of the first ones those that are old. */
  return service_store_change (txn, error, "DELETE FROM audit WHERE at < ? AND number IN "
                               "(SELECT number FROM audit ORDER BY number LIMIT ?)", "Ii", before,
                               SERVICE_STORE_PRUNE_MOST);
}

/* --- answers kept ----------------------------------------------------------------------------------------------- */

gboolean
service_store_replay_get (ServiceStoreTxn  *txn,
                          gint64            record,
                          const char       *key,
                          const guint8      fingerprint[32],
                          guint            *status,
                          char            **body,
                          gboolean         *other_request,
                          GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT fingerprint, status, sealed_body FROM replay WHERE record = ? AND key = ?",
                         "It", record, key);
  int step = rows != NULL ? service_store_next (txn, rows, error) : -1;

  *status = 0;
  *body = NULL;
  *other_request = FALSE;
  if (step <= 0)
    return step == 0;

  *status = sqlite3_column_int (rows, 1);
  *other_request = sqlite3_column_bytes (rows, 0) != 32 || memcmp (sqlite3_column_blob (rows, 0), fingerprint, 32) != 0;

  return *other_request || service_store_unseal (txn, rows, 2, body, error, REPLAY_PLACE, record, key);
}

gboolean
service_store_replay_add (ServiceStoreTxn  *txn,
                          gint64            record,
                          const char       *key,
                          const guint8      fingerprint[32],
                          guint             status,
                          const char       *body,
                          gint64            at,
                          GError          **error)
{
  g_autoptr(GBytes) sealed = NULL;

  return service_store_seal (txn, body, &sealed, error, REPLAY_PLACE, record, key) &&
         service_store_replay_prune (txn, at - REPLAY_KEPT, error) >= 0 &&
         service_store_run (txn, error,
                            "INSERT INTO replay (record, key, fingerprint, status, sealed_body, at) "
                            "VALUES (?, ?, ?, ?, ?, ?)",
                            "IthiBI", record, key, fingerprint, (int) status, sealed, at);
}

gint
service_store_replay_prune (ServiceStoreTxn  *txn,
                            gint64            before,
                            GError          **error)
{
  return service_store_change (txn, error, "DELETE FROM replay WHERE (record, key) IN "
                               "(SELECT record, key FROM replay WHERE at < ? LIMIT ?)", "Ii", before,
                               SERVICE_STORE_PRUNE_MOST);
}

/* --- which key it is sealed with ---------------------------------------------------------------------------------- */

GBytes *
service_store_get_key_check (ServiceStore *self)
{
  g_autoptr(ServiceStoreTxn) txn = service_store_connect (self->path, FALSE, NULL);
  g_autoptr(ServiceStoreRows) rows = NULL;

  if (txn == NULL)
    return NULL;

  rows = service_store_query (txn, NULL, "SELECT value FROM meta WHERE name = 'key-check'", "");
  if (rows == NULL || service_store_next (txn, rows, NULL) <= 0)
    return NULL;

  return g_bytes_new (sqlite3_column_blob (rows, 0), sqlite3_column_bytes (rows, 0));
}

gboolean
service_store_txn_set_key_check (ServiceStoreTxn  *txn,
                                 GBytes           *check,
                                 GError          **error)
{
  return service_store_run (txn, error, "INSERT OR REPLACE INTO meta (name, value) VALUES ('key-check', ?)", "B",
                            check);
}

/* --- what was changed of the rules -------------------------------------------------------------------------------- */

gboolean
service_store_policy_get (ServiceStoreTxn  *txn,
                          char            **text,
                          GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT CAST (value AS TEXT) FROM meta WHERE name = 'policy'", "");
  int step = rows != NULL ? service_store_next (txn, rows, error) : -1;

  *text = step > 0 ? service_store_rows_text (rows, 0) : NULL;
  return step >= 0;
}

gboolean
service_store_get_policy (ServiceStore  *self,
                          char         **text,
                          GError       **error)
{
  g_autoptr(ServiceStoreTxn) txn = service_store_connect (self->path, FALSE, error);

  return txn != NULL && service_store_policy_get (txn, text, error);
}

gboolean
service_store_policy_set (ServiceStoreTxn  *txn,
                          const char       *text,
                          GError          **error)
{
  return service_store_run (txn, error, "INSERT OR REPLACE INTO meta (name, value) VALUES ('policy', ?)", "t", text);
}
