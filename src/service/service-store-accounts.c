/* service-store-accounts.c - whose rows are whose
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <sodium.h>

/* The record of a uid as it is kept. */
typedef struct
{
  gboolean             exists;
  gint64               record;
  char                *name;
  gboolean             has_mark;
  guint64              mark_inode;
  gint64               mark_btime;
  ServiceAccountState  state;
} Record;

static void
record_clear (Record *record)
{
  g_clear_pointer (&record->name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static gboolean
load_record (ServiceStoreTxn  *txn,
             uid_t             uid,
             Record           *record,
             GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT record, name, has_mark, mark_inode, mark_btime, state FROM account "
                         "WHERE uid = ? AND put_aside_at = 0", "I", (gint64) uid);
  int step = rows != NULL ? service_store_next (txn, rows, error) : -1;

  record->exists = step > 0;
  if (record->exists)
    {
      record->record = sqlite3_column_int64 (rows, 0);
      record->name = service_store_rows_text (rows, 1);
      record->has_mark = sqlite3_column_int (rows, 2);
      record->mark_inode = (guint64) sqlite3_column_int64 (rows, 3);
      record->mark_btime = sqlite3_column_int64 (rows, 4);
      record->state = sqlite3_column_int (rows, 5);
    }

  return step >= 0;
}

static gboolean
same_mark (const Record         *record,
           const ServiceAccount *account)
{
  return record->has_mark && account->has_mark &&
         record->mark_inode == account->mark_inode && record->mark_btime == account->mark_btime;
}

/* No code of the record is good any more, and nothing of it is sent. */
static gboolean
silence (ServiceStoreTxn  *txn,
         gint64            record,
         gint64            now,
         GError          **error)
{
  return service_store_challenge_end_all (txn, record, NULL, now, error) &&
         service_store_run (txn, error, "UPDATE message SET over = 1 WHERE record = ? AND over = 0 AND kind = 0", "I",
                            record);
}

/* For good: nothing looks for a record that is put aside. */
static gboolean
put_aside (ServiceStoreTxn  *txn,
           gint64            record,
           gint64            now,
           GError          **error)
{
  return silence (txn, record, now, error) &&
         service_store_run (txn, error, "UPDATE message SET over = 1 WHERE record = ?", "I", record) &&
         service_store_run (txn, error, "DELETE FROM replay WHERE record = ?", "I", record) &&
         service_store_run (txn, error, "DELETE FROM inbox WHERE record = ?", "I", record) &&
         service_store_run (txn, error, "UPDATE account SET put_aside_at = ? WHERE record = ?", "II", MAX (now, 1),
                            record);
}

static gboolean
make_record (ServiceStoreTxn       *txn,
             const ServiceAccount  *account,
             gint64                 now,
             gint64                *record,
             GError               **error)
{
  randombytes_buf (record, sizeof *record);
  *record &= G_MAXINT64;

  return service_store_run (txn, error,
                            "INSERT INTO account "
                            "(record, uid, name, has_mark, mark_inode, mark_btime, state, created_at) "
                            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "IItiIIiI",
                            *record, (gint64) account->uid, account->name, account->has_mark,
                            account->has_mark ? (gint64) account->mark_inode : (gint64) 0,
                            account->has_mark ? account->mark_btime : (gint64) 0,
                            SERVICE_ACCOUNT_ACTIVE, now);
}

static gboolean
set_mark (ServiceStoreTxn       *txn,
          gint64                 record,
          const ServiceAccount  *account,
          GError               **error)
{
  return service_store_run (txn, error,
                            "UPDATE account SET has_mark = ?, mark_inode = ?, mark_btime = ?, state = ? "
                            "WHERE record = ?",
                            "iIIiI", account->has_mark, account->has_mark ? (gint64) account->mark_inode : (gint64) 0,
                            account->has_mark ? account->mark_btime : (gint64) 0, SERVICE_ACCOUNT_ACTIVE, record);
}

static gboolean
suspend (ServiceStoreTxn  *txn,
         gint64            record,
         gint64            now,
         GError          **error)
{
  return silence (txn, record, now, error) &&
         service_store_run (txn, error, "UPDATE account SET state = ? WHERE record = ?", "iI",
                            SERVICE_ACCOUNT_SUSPENDED, record);
}

/* A mark that appears later is taken on only while there is nothing to inherit: a home directory made at the first
 * sign-in. Otherwise the record stays one that never had a mark, and recovery goes on asking for two proofs. */
static gboolean
take_on_mark (ServiceStoreTxn       *txn,
              const Record          *record,
              const ServiceAccount  *account,
              GError               **error)
{
  gint64 contacts;

  if (!service_store_number (txn, &contacts, error, "SELECT count(*) FROM contact WHERE record = ?", "I",
                             record->record))
    return FALSE;

  return contacts > 0 || set_mark (txn, record->record, account, error);
}

/* What settle has to do for a record that exists and has the right name. Suspended stays suspended until it is
 * resumed. */
static gboolean
wants_suspension (const Record         *record,
                  const ServiceAccount *account)
{
  return record->state == SERVICE_ACCOUNT_ACTIVE && record->has_mark && !same_mark (record, account);
}

gboolean
service_store_account_settle (ServiceStoreTxn       *txn,
                              const ServiceAccount  *account,
                              const SecinfoNow      *now,
                              gint64                *record,
                              ServiceAccountState   *state,
                              GError               **error)
{
  g_auto(Record) kept = { FALSE };

  if (!load_record (txn, account->uid, &kept, error))
    return FALSE;

  if (kept.exists && g_strcmp0 (kept.name, account->name) != 0)
    {
      if (!put_aside (txn, kept.record, now->wall, error))
        return FALSE;
      kept.exists = FALSE;
    }

  *state = SERVICE_ACCOUNT_ACTIVE;
  if (!kept.exists)
    return make_record (txn, account, now->wall, record, error);

  *record = kept.record;
  *state = kept.state;
  if (wants_suspension (&kept, account))
    {
      *state = SERVICE_ACCOUNT_SUSPENDED;
      return suspend (txn, kept.record, now->wall, error);
    }

  return kept.has_mark || !account->has_mark || take_on_mark (txn, &kept, account, error);
}

gboolean
service_store_account_find (ServiceStoreTxn       *txn,
                            const ServiceAccount  *account,
                            gint64                *record,
                            ServiceAccountState   *state,
                            gboolean              *found,
                            GError               **error)
{
  g_auto(Record) kept = { FALSE };

  *found = FALSE;
  if (!load_record (txn, account->uid, &kept, error))
    return FALSE;

  if (kept.exists && g_strcmp0 (kept.name, account->name) == 0 && !wants_suspension (&kept, account))
    {
      *record = kept.record;
      *state = kept.state;
      *found = TRUE;
    }

  return TRUE;
}

gboolean
service_store_account_resume (ServiceStoreTxn       *txn,
                              gint64                 record,
                              const ServiceAccount  *account,
                              GError               **error)
{
  return set_mark (txn, record, account, error);
}

gboolean
service_store_account_record (ServiceStoreTxn  *txn,
                              uid_t             uid,
                              const char       *name,
                              gint64           *record,
                              GError          **error)
{
  return service_store_number (txn, record, error,
                               "SELECT record FROM account WHERE uid = ? AND name = ? AND put_aside_at = 0", "It",
                               (gint64) uid, name);
}

gboolean
service_store_account_is_active (ServiceStoreTxn  *txn,
                                 gint64            record,
                                 gboolean         *active,
                                 GError          **error)
{
  gint64 count;

  if (!service_store_number (txn, &count, error,
                             "SELECT count(*) FROM account WHERE record = ? AND state = ? AND put_aside_at = 0", "Ii",
                             record, SERVICE_ACCOUNT_ACTIVE))
    return FALSE;

  *active = count > 0;
  return TRUE;
}

gboolean
service_store_account_erase (ServiceStoreTxn  *txn,
                             gint64            record,
                             GError          **error)
{
  txn->erased = TRUE;

  /* The alerts that tell the old contacts carry their address themselves, those for the ways for alerts alone need
   * none: they outlive the record; all else goes with it. */
  return service_store_run (txn, error, "DELETE FROM message WHERE record = ? AND (kind = 0 OR "
                            "(sealed_to IS NULL AND medium <> ?))", "Ii", record, SECINFO_MEDIUM_PUSH) &&
         service_store_run (txn, error, "UPDATE message SET record = NULL, contact = NULL WHERE record = ?", "I",
                            record) &&
         service_store_run (txn, error, "DELETE FROM account WHERE record = ?", "I", record);
}

gboolean
service_store_account_uid (ServiceStoreTxn  *txn,
                           gint64            record,
                           uid_t            *uid,
                           GError          **error)
{
  gint64 found;

  /* -1 where there is none: no user has that uid. */
  if (!service_store_number (txn, &found, error,
                             "SELECT coalesce (max (uid), -1) FROM account WHERE record = ? AND put_aside_at = 0",
                             "I", record))
    return FALSE;

  *uid = (uid_t) found;
  return TRUE;
}

char *
service_store_account_name (ServiceStoreTxn  *txn,
                            gint64            record,
                            GError          **error)
{
  g_autoptr(ServiceStoreRows) rows = service_store_query (txn, error, "SELECT name FROM account WHERE record = ?", "I",
                                                          record);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return service_store_rows_text (rows, 0);
}

char *
service_store_account_subject (const ServiceAccount *account)
{
  if (!account->has_mark)
    return g_strdup_printf ("account:%s:", account->name);

  return g_strdup_printf ("account:%s:%" G_GUINT64_FORMAT "-%" G_GINT64_FORMAT, account->name, account->mark_inode,
                          account->mark_btime);
}
