/* service-store-migrations.c - the schema, version by version
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

/* "SecI": tells our databases from others'. */
#define APPLICATION_ID 0x53656349

/* Never edited once released: a change is a new step, and the database before it stays as a fixture in
 * tests/service/fixtures. Columns that are sealed are named so. Times are Unix seconds, 0 = never. Tables that grow
 * have a rowid: new rows then come to lie side by side, although their ids are random. */
static const char version_1[] =
  "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"

  "CREATE TABLE account ("
  "  record INTEGER PRIMARY KEY,"           /* random */
  "  uid INTEGER NOT NULL, name TEXT NOT NULL,"
  "  has_mark INTEGER NOT NULL, mark_inode INTEGER NOT NULL, mark_btime INTEGER NOT NULL,"
  "  state INTEGER NOT NULL, created_at INTEGER NOT NULL, put_aside_at INTEGER NOT NULL DEFAULT 0);"
  "CREATE UNIQUE INDEX account_uid ON account (uid) WHERE put_aside_at = 0;"

  "CREATE TABLE contact ("
  "  id TEXT PRIMARY KEY, record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
  "  kind INTEGER NOT NULL, state INTEGER NOT NULL,"
  "  sealed_value BLOB NOT NULL, sealed_key BLOB NOT NULL, sealed_label BLOB, lookup BLOB NOT NULL,"
  "  alerts INTEGER NOT NULL, replaces TEXT, undeliverable INTEGER NOT NULL, trial INTEGER NOT NULL,"
  "  created_at INTEGER NOT NULL, verified_at INTEGER NOT NULL, last_confirmed_at INTEGER NOT NULL,"
  "  removed_at INTEGER NOT NULL, effective_at INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX contact_lookup ON contact (record, lookup) WHERE state <> 4;"   /* SECINFO_CONTACT_REMOVED */
  "CREATE INDEX contact_record ON contact (record, created_at);"

  "CREATE TABLE challenge ("
  "  id TEXT PRIMARY KEY, record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
  "  contact TEXT REFERENCES contact ON DELETE CASCADE,"
  "  purpose INTEGER NOT NULL, medium INTEGER NOT NULL, state INTEGER NOT NULL,"
  "  sealed_code BLOB, sealed_to BLOB, check_value BLOB NOT NULL, attempts_left INTEGER NOT NULL,"
  "  sends INTEGER NOT NULL,"
  "  issued_at INTEGER NOT NULL, issued_boot INTEGER NOT NULL, boot_id TEXT NOT NULL, life INTEGER NOT NULL,"
  "  last_sent_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, language TEXT NOT NULL);"
  "CREATE INDEX challenge_running ON challenge (record, contact, purpose) WHERE state = 0;"
  "CREATE INDEX challenge_contact ON challenge (contact);"
  "CREATE INDEX challenge_record ON challenge (record);"
  "CREATE INDEX challenge_ended ON challenge (ended_at) WHERE state <> 0;"

  "CREATE TABLE tally (what INTEGER NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL);"
  "CREATE INDEX tally_subject ON tally (what, subject, at);"
  "CREATE INDEX tally_at ON tally (at);"

  "CREATE TABLE message ("
  "  id TEXT PRIMARY KEY, record INTEGER REFERENCES account ON DELETE SET NULL, kind INTEGER NOT NULL,"
  "  challenge TEXT REFERENCES challenge ON DELETE CASCADE, contact TEXT REFERENCES contact ON DELETE SET NULL,"
  "  medium INTEGER NOT NULL, alert TEXT, sealed_to BLOB, state INTEGER NOT NULL, over INTEGER NOT NULL,"
  "  gateway TEXT, tries INTEGER NOT NULL, created_at INTEGER NOT NULL, next_at INTEGER NOT NULL,"
  "  state_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, detail TEXT, language TEXT NOT NULL);"
  "CREATE INDEX message_due ON message (next_at) WHERE over = 0;"
  "CREATE INDEX message_challenge ON message (challenge);"
  "CREATE INDEX message_contact ON message (contact);"
  "CREATE INDEX message_record ON message (record);"
  "CREATE TABLE message_step ("
  "  number INTEGER PRIMARY KEY, message TEXT NOT NULL REFERENCES message ON DELETE CASCADE,"
  "  state INTEGER NOT NULL, at INTEGER NOT NULL, gateway TEXT, detail TEXT);"
  "CREATE INDEX message_step_message ON message_step (message);"

  "CREATE TABLE gateway ("
  "  id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, medium INTEGER NOT NULL, position INTEGER NOT NULL,"
  "  settings TEXT NOT NULL, sealed_secrets BLOB, secret_names TEXT, ready INTEGER NOT NULL, trouble TEXT,"
  "  down_since INTEGER NOT NULL, told_at INTEGER NOT NULL, last_delivered_at INTEGER NOT NULL,"
  "  created_at INTEGER NOT NULL) WITHOUT ROWID;"

  "CREATE TABLE inbox ("
  "  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, at INTEGER NOT NULL,"
  "  sealed_to BLOB NOT NULL, sealed_subject BLOB, sealed_text BLOB NOT NULL);"
  "CREATE INDEX inbox_record ON inbox (record);"

  "CREATE TABLE audit ("
  "  number INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
  "  what TEXT NOT NULL, subject TEXT, at INTEGER NOT NULL);"
  "CREATE INDEX audit_record ON audit (record, at);"
  "CREATE INDEX audit_at ON audit (at);"

  "CREATE TABLE replay ("
  "  record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, key TEXT NOT NULL, fingerprint BLOB NOT NULL,"
  "  status INTEGER NOT NULL, sealed_body BLOB, at INTEGER NOT NULL, PRIMARY KEY (record, key)) WITHOUT ROWID;"
  "CREATE INDEX replay_at ON replay (at);";

/* Saved codes. Nothing of them is sealed: the hash is of 65 random bits, and they have to work where the store key is
 * lost. */
static const char version_2[] =
  "CREATE TABLE saved_set ("
  "  id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
  "  pending INTEGER NOT NULL, salt BLOB NOT NULL, position INTEGER NOT NULL, attempts_left INTEGER NOT NULL,"
  "  made_at INTEGER NOT NULL, made_boot INTEGER NOT NULL, boot_id TEXT NOT NULL, proven_at INTEGER NOT NULL);"
  "CREATE UNIQUE INDEX saved_set_record ON saved_set (record, pending);"
  "CREATE TABLE saved_code ("
  "  owner INTEGER NOT NULL REFERENCES saved_set ON DELETE CASCADE, number INTEGER NOT NULL, label TEXT NOT NULL,"
  "  hash BLOB, used_at INTEGER NOT NULL, used_where TEXT,"       /* the hash goes when the code is used */
  "  PRIMARY KEY (owner, number)) WITHOUT ROWID;";

/* Fewer pages a write (tests/bench): what belongs to one account lies together, and there is no index but those that a
 * row is found by. What falls with a challenge or a contact is then taken away by hand (service-store-challenges,
 * -contacts). That a message was queued when it was made is not written down again as its first step. */
static const char version_3[] =
  "CREATE TABLE message_3 ("
  "  id TEXT PRIMARY KEY, record INTEGER, kind INTEGER NOT NULL, challenge TEXT, contact TEXT,"
  "  medium INTEGER NOT NULL, alert TEXT, sealed_to BLOB, state INTEGER NOT NULL, over INTEGER NOT NULL,"
  "  gateway TEXT, tries INTEGER NOT NULL, created_at INTEGER NOT NULL, next_at INTEGER NOT NULL,"
  "  state_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, detail TEXT, language TEXT NOT NULL);"
  "INSERT INTO message_3 SELECT * FROM message ORDER BY rowid;"
  "CREATE TABLE message_step_3 ("
  "  number INTEGER PRIMARY KEY, message TEXT NOT NULL REFERENCES message_3 ON DELETE CASCADE,"
  "  state INTEGER NOT NULL, at INTEGER NOT NULL, gateway TEXT, detail TEXT);"
  "INSERT INTO message_step_3 SELECT * FROM message_step WHERE state <> 0 OR"
  "  number NOT IN (SELECT min (number) FROM message_step GROUP BY message);"
  "DROP TABLE message_step;"
  "DROP TABLE message;"
  "ALTER TABLE message_3 RENAME TO message;"
  "ALTER TABLE message_step_3 RENAME TO message_step;"
  "CREATE INDEX message_due ON message (next_at) WHERE over = 0;"
  "CREATE INDEX message_challenge ON message (challenge);"
  "CREATE INDEX message_step_message ON message_step (message);"

  "CREATE TABLE challenge_3 ("
  "  record INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, id TEXT NOT NULL, contact TEXT,"
  "  purpose INTEGER NOT NULL, medium INTEGER NOT NULL, state INTEGER NOT NULL,"
  "  sealed_code BLOB, sealed_to BLOB, check_value BLOB NOT NULL, attempts_left INTEGER NOT NULL,"
  "  sends INTEGER NOT NULL,"
  "  issued_at INTEGER NOT NULL, issued_boot INTEGER NOT NULL, boot_id TEXT NOT NULL, life INTEGER NOT NULL,"
  "  last_sent_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, language TEXT NOT NULL,"
  "  PRIMARY KEY (record, id)) WITHOUT ROWID;"
  "INSERT INTO challenge_3 SELECT record, id, contact, purpose, medium, state, sealed_code, sealed_to, check_value,"
  "  attempts_left, sends, issued_at, issued_boot, boot_id, life, last_sent_at, ended_at, language FROM challenge;"
  "DROP TABLE challenge;"
  "ALTER TABLE challenge_3 RENAME TO challenge;"

  "CREATE TABLE tally_3 ("
  "  what INTEGER NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL,"
  "  PRIMARY KEY (what, subject, at, n)) WITHOUT ROWID;"
  "INSERT INTO tally_3 SELECT what, subject, at, row_number () OVER (PARTITION BY what, subject, at) FROM tally;"
  "DROP TABLE tally;"
  "ALTER TABLE tally_3 RENAME TO tally;"

  "DROP INDEX audit_at;";

/* Recoveries at the sign-in screen, by the name that was typed, whether it is anybody's or not. */
static const char version_4[] =
  "CREATE TABLE recovery ("
  "  name TEXT PRIMARY KEY,"
  "  code_id TEXT, code_kind INTEGER NOT NULL, code_subject TEXT, sealed_to BLOB, challenge TEXT, check_value BLOB,"
  "  attempts_left INTEGER NOT NULL, sends INTEGER NOT NULL, issued_at INTEGER NOT NULL, issued_boot INTEGER NOT NULL,"
  "  boot_id TEXT NOT NULL, life INTEGER NOT NULL, last_sent_at INTEGER NOT NULL, changed_at INTEGER NOT NULL);"
  "CREATE TABLE recovery_proof ("
  "  name TEXT NOT NULL REFERENCES recovery ON DELETE CASCADE, kind INTEGER NOT NULL, code_id TEXT NOT NULL,"
  "  code_subject TEXT NOT NULL, check_value BLOB NOT NULL, attempts_left INTEGER NOT NULL, at INTEGER NOT NULL,"
  "  boot INTEGER NOT NULL, boot_id TEXT NOT NULL, PRIMARY KEY (name, kind)) WITHOUT ROWID;"
  "CREATE TABLE ticket ("
  "  name TEXT PRIMARY KEY, uid INTEGER NOT NULL, account TEXT NOT NULL, hash BLOB NOT NULL, state INTEGER NOT NULL,"
  "  reset INTEGER NOT NULL, backs INTEGER NOT NULL, proofs INTEGER NOT NULL, at INTEGER NOT NULL,"
  "  boot INTEGER NOT NULL, boot_id TEXT NOT NULL) WITHOUT ROWID;"
  /* Wrong tries in a row, without an end by time. */
  "CREATE TABLE streak ("
  "  what INTEGER NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL, at INTEGER NOT NULL,"
  "  PRIMARY KEY (what, subject)) WITHOUT ROWID;";

/* Those that were removed are looked for at every start and every hour: not among everybody's contacts. How many are
 * verified is asked with every right code. */
static const char version_5[] =
  "CREATE INDEX contact_removed ON contact (removed_at) WHERE state = 4;";

/* How a gateway fares: failures in a row, until when it rests, what became of its last messages. */
static const char version_6[] =
  "ALTER TABLE gateway ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE gateway ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE gateway ADD COLUMN outcomes TEXT;";

/* Alerts carry a sealed copy of their address as it lay in the contact: it opens at that place alone. What perhaps left
 * stays with its gateway. A password that is being changed, written down before anybody changes it. */
static const char version_7[] =
  "ALTER TABLE message ADD COLUMN sealed_place TEXT;"
  "ALTER TABLE message ADD COLUMN perhaps_left INTEGER NOT NULL DEFAULT 0;"
  "UPDATE message SET perhaps_left = 1 WHERE over = 0 AND state = 7;"   /* SECINFO_DELIVERY_UNKNOWN */
  "CREATE TABLE password_change ("
  "  id TEXT PRIMARY KEY, uid INTEGER NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL) WITHOUT ROWID;";

/* Since when a gateway fails without a success, and the last time that it did. */
static const char version_8[] =
  "ALTER TABLE gateway ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE gateway ADD COLUMN failed_at INTEGER NOT NULL DEFAULT 0;"
  "UPDATE gateway SET failing_since = down_since;";

/* Every right code walks through the account's verified contacts alone, and what happened is written down at the end of
 * one table: nothing asks for one account's part of it yet, and its own place in an index was one page more. */
static const char version_9[] =
  "CREATE INDEX contact_verified ON contact (record, created_at) WHERE state = 1;"   /* SECINFO_CONTACT_VERIFIED */
  "DROP INDEX audit_record;";

/* What a gateway said when it last failed, so that the words can fit it. */
static const char version_10[] =
  "ALTER TABLE gateway ADD COLUMN failure TEXT;";

const ServiceStoreMigration service_store_migrations[] = {
  { 1, version_1 },
  { 2, version_2 },
  { 3, version_3 },
  { 4, version_4 },
  { 5, version_5 },
  { 6, version_6 },
  { 7, version_7 },
  { 8, version_8 },
  { 9, version_9 },
  { 10, version_10 },
};
const guint service_store_n_migrations = G_N_ELEMENTS (service_store_migrations);

static gboolean
read_number (sqlite3     *db,
             const char  *path,
             const char  *sql,
             gint64      *number,
             GError     **error)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);
  else
    service_store_set_error (error, db, result, path);
  sqlite3_finalize (statement);

  return result == SQLITE_ROW;
}

/* The step and its number in one transaction: after a crash it is either done or not begun. */
static gboolean
run_step (sqlite3                      *db,
          const char                   *path,
          const ServiceStoreMigration  *step,
          GError                      **error)
{
  g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE;%sPRAGMA application_id=%d;PRAGMA user_version=%d;COMMIT",
                                          step->sql, APPLICATION_ID, step->version);
  int result = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (result == SQLITE_OK)
    return TRUE;

  service_store_set_error (error, db, result, path);
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

gboolean
service_store_migrate (sqlite3                      *db,
                       const char                   *path,
                       const ServiceStoreMigration  *list,
                       guint                         n,
                       GError                      **error)
{
  gint64 application = 0, version = 0, tables = 0;

  if (!read_number (db, path, "PRAGMA application_id", &application, error) ||
      !read_number (db, path, "PRAGMA user_version", &version, error) ||
      !read_number (db, path, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;

  if (application != APPLICATION_ID && tables > 0)
    {
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_UNREADABLE,
                   "“%s” is a database of another program. Move it out of the way; SecInfo then begins a new one.",
                   path);
      return FALSE;
    }

  if (version > list[n - 1].version)
    {
      g_set_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_TOO_NEW,
                   "“%s” was made by a newer SecInfo (version %" G_GINT64_FORMAT " of its form; this one knows %d). "
                   "Install the newer SecInfo again.", path, version, list[n - 1].version);
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    {
      if (list[i].version > version && !run_step (db, path, &list[i], error))
        return FALSE;
    }

  return TRUE;
}
