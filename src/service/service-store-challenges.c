/* service-store-challenges.c - codes in flight, and the tallies that limit them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include "secinfo-policy.h"

#include <string.h>

#define COLUMNS \
  "id, record, contact, purpose, medium, state, sealed_code, check_value, attempts_left, sends, issued_at, " \
  "issued_boot, boot_id, life, last_sent_at, ended_at, language, sealed_to"
#define PLACE(column) "challenge:%" G_GINT64_FORMAT ":%s:" column

void
service_challenge_free (ServiceChallenge *challenge)
{
  if (challenge == NULL)
    return;

  g_free (challenge->id);
  g_free (challenge->contact);
  secinfo_secret_free_text (challenge->to);
  secinfo_secret_free_text (challenge->code);
  service_message_free (challenge->message);
  g_free (challenge);
}

/* A sealed code that does not open leaves @code NULL: it can still be answered by its check value, but not sent again.
 * */
static gboolean
open_sealed (ServiceStoreTxn   *txn,
             ServiceStoreRows  *rows,
             gboolean           with_code,
             ServiceChallenge  *challenge,
             GError           **error)
{
  g_autoptr(GError) local = NULL;

  if ((!with_code || service_store_unseal (txn, rows, 6, &challenge->code, &local, PLACE ("code"), challenge->record,
                                           challenge->id)) &&
      service_store_unseal (txn, rows, 17, &challenge->to, &local, PLACE ("to"), challenge->record, challenge->id))
    return TRUE;
  if (g_error_matches (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static ServiceChallenge *
read_one (ServiceStoreTxn   *txn,
          ServiceStoreRows  *rows,
          gboolean           with_code,
          GError           **error)
{
  g_autoptr(ServiceChallenge) challenge = NULL;

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  challenge = g_new0 (ServiceChallenge, 1);
  challenge->id = service_store_rows_text (rows, 0);
  challenge->record = sqlite3_column_int64 (rows, 1);
  challenge->contact = service_store_rows_text (rows, 2);
  challenge->purpose = sqlite3_column_int (rows, 3);
  challenge->medium = sqlite3_column_int (rows, 4);
  challenge->state = sqlite3_column_int (rows, 5);
  if (sqlite3_column_bytes (rows, 7) == sizeof challenge->check)
    memcpy (challenge->check, sqlite3_column_blob (rows, 7), sizeof challenge->check);
  challenge->attempts_left = sqlite3_column_int (rows, 8);
  challenge->sends = sqlite3_column_int (rows, 9);
  challenge->issued_at = sqlite3_column_int64 (rows, 10);
  challenge->issued_boot = sqlite3_column_int64 (rows, 11);
  g_strlcpy (challenge->boot_id, (const char *) sqlite3_column_text (rows, 12), sizeof challenge->boot_id);
  challenge->life = sqlite3_column_int64 (rows, 13);
  challenge->last_sent_at = sqlite3_column_int64 (rows, 14);
  challenge->ended_at = sqlite3_column_int64 (rows, 15);
  g_strlcpy (challenge->language, (const char *) sqlite3_column_text (rows, 16), sizeof challenge->language);

  return open_sealed (txn, rows, with_code, challenge, error) ? g_steal_pointer (&challenge) : NULL;
}

static ServiceChallenge *
find_one (ServiceStoreTxn  *txn,
          gint64            record,
          const char       *id,
          gboolean          with_code,
          GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM challenge WHERE record = ? AND id = ?", "It", record, id);

  return read_one (txn, rows, with_code, error);
}

ServiceChallenge *
service_store_challenge_get (ServiceStoreTxn  *txn,
                             gint64            record,
                             const char       *id,
                             GError          **error)
{
  return find_one (txn, record, id, TRUE, error);
}

ServiceChallenge *
service_store_challenge_look (ServiceStoreTxn  *txn,
                              gint64            record,
                              const char       *id,
                              GError          **error)
{
  return find_one (txn, record, id, FALSE, error);
}

ServiceChallenge *
service_store_challenge_running (ServiceStoreTxn  *txn,
                                 gint64            record,
                                 const char       *contact,
                                 SecinfoPurpose    purpose,
                                 GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT " COLUMNS " FROM challenge WHERE record = ? "
                         "AND contact IS ? AND purpose = ? AND state = 0 LIMIT 1", "Iti", record, contact, purpose);

  return read_one (txn, rows, FALSE, error);
}

gboolean
service_store_challenge_add (ServiceStoreTxn         *txn,
                             const ServiceChallenge  *challenge,
                             GError                 **error)
{
  g_autoptr(GBytes) code = NULL;
  g_autoptr(GBytes) to = NULL;

  return service_store_seal (txn, challenge->code, &code, error, PLACE ("code"), challenge->record, challenge->id) &&
         service_store_seal (txn, challenge->to, &to, error, PLACE ("to"), challenge->record, challenge->id) &&
         service_store_run (txn, error,
                            "INSERT INTO challenge (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                                              "?, ?, ?)",
                            "tItiiiBhiiIItIIItB", challenge->id, challenge->record, challenge->contact,
                            challenge->purpose,
                            challenge->medium, challenge->state, code, challenge->check, (int) challenge->attempts_left,
                            (int) challenge->sends, challenge->issued_at, challenge->issued_boot, challenge->boot_id,
                            challenge->life, challenge->last_sent_at, challenge->ended_at, challenge->language, to);
}

/* The code never changes in a challenge's life: the sealed one stays while it runs and goes when it ends. */
gboolean
service_store_challenge_update (ServiceStoreTxn         *txn,
                                const ServiceChallenge  *challenge,
                                GError                 **error)
{
  txn->erased |= challenge->state != SECINFO_CHALLENGE_RUNNING;

  return service_store_run (txn, error,
                            "UPDATE challenge SET medium = ?1, state = ?2, "
                            "sealed_code = iif (?2 = 0, sealed_code, NULL), "
                            "sealed_to = iif (?2 = 0, sealed_to, NULL), "
                            "attempts_left = ?3, sends = ?4, last_sent_at = ?5, ended_at = ?6, language = ?7 "
                            "WHERE record = ?8 AND id = ?9", "iiiiIItIt", challenge->medium, challenge->state,
                            (int) challenge->attempts_left, (int) challenge->sends, challenge->last_sent_at,
                            challenge->ended_at,
                            challenge->language, challenge->record, challenge->id);
}

gboolean
service_store_challenge_end_all (ServiceStoreTxn  *txn,
                                 gint64            record,
                                 const char       *contact,
                                 gint64            now,
                                 GError          **error)
{
  txn->erased = TRUE;

  return service_store_run (txn, error,
                            "UPDATE message SET over = 1 WHERE over = 0 AND kind = 0 AND challenge IN "
                            "(SELECT id FROM challenge "
                            "WHERE record = ?1 AND state = 0 AND (?2 IS NULL OR contact = ?2))",
                            "It", record, contact) &&
         service_store_run (txn, error,
                            "UPDATE challenge SET state = 4, sealed_code = NULL, sealed_to = NULL, ended_at = ?3 "
                            "WHERE record = ?1 AND state = 0 AND (?2 IS NULL OR contact = ?2)", "ItI", record,
                            contact, now);
}

/* Of ServiceChallenge, with record and id alone. */
static GPtrArray *
list_expired (ServiceStoreTxn   *txn,
              const SecinfoNow  *now,
              GError           **error)
{
  g_autoptr(GPtrArray) expired = g_ptr_array_new_with_free_func ((GDestroyNotify) service_challenge_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT id, issued_at, issued_boot, boot_id, life, record FROM challenge WHERE state = 0", "");
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceChallenge *one;

      if (secinfo_policy_code_lives (sqlite3_column_int64 (rows, 1), sqlite3_column_int64 (rows, 2),
                                     (const char *) sqlite3_column_text (rows, 3), sqlite3_column_int (rows, 4), now))
        continue;
      one = g_new0 (ServiceChallenge, 1);
      one->id = service_store_rows_text (rows, 0);
      one->record = sqlite3_column_int64 (rows, 5);
      g_ptr_array_add (expired, one);
    }

  return step == 0 ? g_steal_pointer (&expired) : NULL;
}

gint
service_store_challenge_expire (ServiceStoreTxn   *txn,
                                const SecinfoNow  *now,
                                GError           **error)
{
  g_autoptr(GPtrArray) expired = list_expired (txn, now, error);

  if (expired == NULL)
    return -1;

  for (guint i = 0; i < expired->len; i++)
    {
      const ServiceChallenge *one = g_ptr_array_index (expired, i);

      txn->erased = TRUE;
      if (!service_store_run (txn, error,
                              "UPDATE challenge SET state = 3, sealed_code = NULL, sealed_to = NULL, ended_at = ? "
                              "WHERE record = ? AND id = ?", "IIt", now->wall, one->record, one->id) ||
          !service_store_run (txn, error, "UPDATE message SET over = 1 WHERE challenge = ? AND over = 0", "t", one->id))
        return -1;
    }

  return expired->len;
}

/* Both choose the same ones: the first of the table. */
#define ENDED "FROM challenge WHERE state <> 0 AND ended_at < ? ORDER BY record, id LIMIT ?"

gint
service_store_challenge_prune (ServiceStoreTxn  *txn,
                               gint64            ended_before,
                               GError          **error)
{
  if (!service_store_run (txn, error, "DELETE FROM message WHERE challenge IN (SELECT id " ENDED ")", "Ii",
                          ended_before, SERVICE_STORE_PRUNE_MOST))
    return -1;
  return service_store_change (txn, error, "DELETE FROM challenge WHERE (record, id) IN (SELECT record, id " ENDED ")",
                               "Ii", ended_before, SERVICE_STORE_PRUNE_MOST);
}

/* --- tallies -------------------------------------------------------------------------------------------------- */

gboolean
service_store_tally_add (ServiceStoreTxn  *txn,
                         ServiceTally      what,
                         const char       *subject,
                         gint64            at,
                         GError          **error)
{
  return service_store_run (txn, error,
                            "INSERT INTO tally (what, subject, at, n) VALUES (?, ?, ?, ?)", "itII", what, subject, at,
                            (gint64) txn->tallies++);
}

GArray *
service_store_tally_times (ServiceStoreTxn  *txn,
                           ServiceTally      what,
                           const char       *subject,
                           gint64            since,
                           GError          **error)
{
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT at FROM tally WHERE what = ? AND subject = ? AND at >= ? ORDER BY at",
                         "itI",
                         what, subject, since);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      gint64 at = sqlite3_column_int64 (rows, 0);

      g_array_append_val (times, at);
    }

  return step == 0 ? g_steal_pointer (&times) : NULL;
}

gboolean
service_store_tally_clear (ServiceStoreTxn  *txn,
                           ServiceTally      what,
                           const char       *subject,
                           GError          **error)
{
  return service_store_run (txn, error, "DELETE FROM tally WHERE what = ? AND subject = ?", "it", what, subject);
}

gint
service_store_tally_prune (ServiceStoreTxn  *txn,
                           gint64            before,
                           GError          **error)
{
  return service_store_change (txn, error, "DELETE FROM tally WHERE (what, subject, at, n) IN "
                               "(SELECT what, subject, at, n FROM tally WHERE at < ? LIMIT ?)", "Ii", before,
                               SERVICE_STORE_PRUNE_MOST);
}
