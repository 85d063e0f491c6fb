/* service-store-outbox.c - messages on their way out, and what became of them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#define COLUMNS \
  "id, record, kind, challenge, contact, medium, alert, sealed_to, state, over, gateway, tries, created_at, next_at, " \
  "state_at, expires_at, detail, language, sealed_place, perhaps_left"
/* Of what was sealed for a message: no other row's. What was copied from a contact while no key opened it has its own,
 * in sealed_place, until one does. Without the record, which may be erased before its alerts left. */
#define PLACE "message:%s:to"

void
service_message_free (ServiceMessage *message)
{
  if (message == NULL)
    return;

  g_free (message->id);
  g_free (message->challenge);
  g_free (message->contact);
  g_free (message->alert);
  secinfo_secret_free_text (message->to);
  g_clear_pointer (&message->sealed_to, g_bytes_unref);
  g_free (message->sealed_place);
  g_free (message->gateway);
  g_free (message->detail);
  g_free (message);
}

static void
step_free (ServiceMessageStep *step)
{
  g_free (step->gateway);
  g_free (step->detail);
  g_free (step);
}

static ServiceMessage *
read_message (ServiceStoreTxn   *txn,
              ServiceStoreRows  *rows,
              GError           **error)
{
  g_autoptr(ServiceMessage) message = g_new0 (ServiceMessage, 1);
  g_autoptr(GError) local = NULL;
  g_autofree char *own_place = NULL;

  message->id = service_store_rows_text (rows, 0);
  message->record = sqlite3_column_int64 (rows, 1);
  message->kind = sqlite3_column_int (rows, 2);
  message->challenge = service_store_rows_text (rows, 3);
  message->contact = service_store_rows_text (rows, 4);
  message->medium = sqlite3_column_int (rows, 5);
  message->alert = service_store_rows_text (rows, 6);
  message->state = sqlite3_column_int (rows, 8);
  message->over = sqlite3_column_int (rows, 9);
  message->gateway = service_store_rows_text (rows, 10);
  message->tries = sqlite3_column_int (rows, 11);
  message->created_at = sqlite3_column_int64 (rows, 12);
  message->next_at = sqlite3_column_int64 (rows, 13);
  message->state_at = sqlite3_column_int64 (rows, 14);
  message->expires_at = sqlite3_column_int64 (rows, 15);
  message->detail = service_store_rows_text (rows, 16);
  g_strlcpy (message->language, (const char *) sqlite3_column_text (rows, 17), sizeof message->language);
  message->sealed_place = service_store_rows_text (rows, 18);
  message->perhaps_left = sqlite3_column_int (rows, 19);

  /* A copy is of the row's own contact; of one that was erased since nothing is left to compare it with. */
  if (message->sealed_place != NULL && message->contact != NULL &&
      !service_store_is_contact_place (message->sealed_place, message->contact))
    {
      message->unreadable = TRUE;
      return g_steal_pointer (&message);
    }
  /* An address that cannot be read now is left out: the state of the message is worth knowing without it. */
  own_place = g_strdup_printf (PLACE, message->id);
  if (!service_store_unseal (txn, rows, 7, &message->to, &local, "%s",
                             message->sealed_place != NULL ? message->sealed_place : own_place))
    {
      message->unreadable = local->domain == SERVICE_KEY_ERROR;
      if (!message->unreadable)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }

  return g_steal_pointer (&message);
}

static gboolean
add_step (ServiceStoreTxn       *txn,
          const ServiceMessage  *message,
          GError               **error)
{
  return service_store_run (txn, error,
                            "INSERT INTO message_step (message, state, at, gateway, detail) VALUES (?, ?, ?, ?, ?)",
                            "tiItt",
                            message->id, message->state, message->state_at, message->gateway, message->detail);
}

/* As it is written: sealed for this row alone, or as it lay sealed elsewhere where no key opens that now. */
static gboolean
seal_to (ServiceStoreTxn       *txn,
         const ServiceMessage  *message,
         GBytes               **to,
         const char           **place,
         GError               **error)
{
  g_autoptr(GError) local = NULL;
  char *text = NULL;
  gboolean ok;

  *to = NULL;
  *place = NULL;
  if (message->sealed_to == NULL)
    return message->to == NULL || service_store_seal (txn, message->to, to, error, PLACE, message->id);
  if (service_store_open_copy (txn, message->sealed_to, message->sealed_place, &text, &local))
    {
      ok = service_store_seal (txn, text, to, error, PLACE, message->id);
      secinfo_secret_free_text (text);
      return ok;
    }
  if (local->domain != SERVICE_KEY_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *to = g_bytes_ref (message->sealed_to);
  *place = message->sealed_place;
  return TRUE;
}

gboolean
service_store_message_add (ServiceStoreTxn       *txn,
                           const ServiceMessage  *message,
                           GError               **error)
{
  g_autoptr(GBytes) to = NULL;
  const char *place;

  if (!seal_to (txn, message, &to, &place, error))
    return FALSE;

  return service_store_run (txn, error,
                            "INSERT INTO message (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                                            "?, ?, ?, ?, ?)",
                            "tIittitBiitiIIIIttti", message->id, message->record, message->kind, message->challenge,
                            message->contact, message->medium, message->alert, to, message->state, message->over,
                            message->gateway, (int) message->tries, message->created_at, message->next_at,
                            message->state_at,
                            message->expires_at, message->detail, message->language, place,
                            message->perhaps_left) &&
         (message->state == SECINFO_DELIVERY_QUEUED || add_step (txn, message, error));
}

gboolean
service_store_message_update (ServiceStoreTxn       *txn,
                              const ServiceMessage  *message,
                              GError               **error)
{
  gint64 state;

  /* -1 where it is gone (its account was erased while it was under way): nothing is left to update. */
  if (!service_store_number (txn, &state, error, "SELECT coalesce (max (state), -1) FROM message WHERE id = ?", "t",
                             message->id))
    return FALSE;
  if (state < 0)
    return TRUE;
  /* A report may overtake the gateway's own answer, and is the last word. */
  if (state == SECINFO_DELIVERY_DELIVERED ||
      (state == SECINFO_DELIVERY_REFUSED && message->state != SECINFO_DELIVERY_REFUSED))
    return TRUE;

  /* Over stays over: a code may end while its message is at the courier. */
  return service_store_run (txn, error,
                            "UPDATE message SET state = ?1, over = max (over, ?2), gateway = ?3, tries = ?4, "
                            "next_at = ?5, state_at = ?6, expires_at = ?7, detail = ?8, medium = ?9, "
                            "perhaps_left = ?10, sealed_to = iif (kind = 1 AND (over OR ?2), NULL, sealed_to) "
                            "WHERE id = ?11", "iitiIIItiit",
                            message->state, message->over, message->gateway, (int) message->tries,
                            message->next_at, message->state_at, message->expires_at, message->detail,
                            message->medium, message->perhaps_left, message->id) &&
         (state == (gint64) message->state || add_step (txn, message, error));
}

/* All that is left of @rows (nullable: an error is set). */
static gboolean
read_messages (ServiceStoreTxn   *txn,
               ServiceStoreRows  *rows,
               GPtrArray         *list,
               GError           **error)
{
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceMessage *message = read_message (txn, rows, error);

      if (message == NULL)
        return FALSE;
      g_ptr_array_add (list, message);
    }

  return step == 0;
}

static gboolean
add_due (ServiceStoreTxn     *txn,
         ServiceMessageKind   kind,
         gint64               now,
         guint                limit,
         GPtrArray           *list,
         GError             **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE over = 0 AND kind = ? AND next_at <= ? "
                         "ORDER BY next_at LIMIT ?", "iIi", kind, now, (int) MIN (limit, G_MAXINT));

  return read_messages (txn, rows, list, error);
}

GPtrArray *
service_store_message_due (ServiceStoreTxn  *txn,
                           gint64            now,
                           guint             codes,
                           guint             alerts,
                           GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_message_free);

  if (!add_due (txn, SERVICE_MESSAGE_CODE, now, codes, list, error) ||
      !add_due (txn, SERVICE_MESSAGE_ALERT, now, alerts, list, error))
    return NULL;

  return g_steal_pointer (&list);
}

gint64
service_store_message_next (ServiceStoreTxn  *txn,
                            GError          **error)
{
  gint64 next = 0;

  service_store_number (txn, &next, error, "SELECT next_at FROM message WHERE over = 0 ORDER BY next_at LIMIT 1", "");
  return next;
}

/* --- alerts ----------------------------------------------------------------------------------------------------- */

ServiceMessage *
service_store_message_waiting (ServiceStoreTxn  *txn,
                               gint64            record,
                               const char       *contact,
                               GError          **error)
{
  /* By next_at: of all messages those that are not over are few. 0 queued, 4 to be tried again: it waits for a way, for
   * the key or for another day. */
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE over = 0 AND next_at > 0 AND kind = ? "
                         "AND state IN (0, 4) AND tries = 0 AND perhaps_left = 0 AND record = ? AND contact = ? "
                         "ORDER BY next_at LIMIT 1", "iIt", SERVICE_MESSAGE_ALERT, record, contact);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_message (txn, rows, error);
}

gboolean
service_store_message_join (ServiceStoreTxn       *txn,
                            const ServiceMessage  *message,
                            GError               **error)
{
  g_autoptr(GBytes) to = NULL;
  const char *place;

  if (!seal_to (txn, message, &to, &place, error))
    return FALSE;
  if (to == NULL)
    return service_store_run (txn, error, "UPDATE message SET alert = ?, next_at = ?, expires_at = ? WHERE id = ?",
                              "tIIt", message->alert, message->next_at, message->expires_at, message->id);

  return service_store_run (txn, error,
                            "UPDATE message SET alert = ?, next_at = ?, expires_at = ?, sealed_to = ?, "
                            "sealed_place = ? WHERE id = ?", "tIIBtt", message->alert, message->next_at,
                            message->expires_at, to, place, message->id);
}

/* Those that are copies. */
static GPtrArray *
list_copies (ServiceStoreTxn  *txn,
             GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_message_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE over = 0 AND next_at > 0 "
                         "AND sealed_place IS NOT NULL", "");

  return read_messages (txn, rows, list, error) ? g_steal_pointer (&list) : NULL;
}

gboolean
service_store_message_bind (ServiceStoreTxn  *txn,
                            GError          **error)
{
  g_autoptr(GPtrArray) list = list_copies (txn, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const ServiceMessage *message = g_ptr_array_index (list, i);
      g_autoptr(GBytes) to = NULL;

      if (message->to == NULL)
        continue;
      if (!service_store_seal (txn, message->to, &to, error, PLACE, message->id) ||
          !service_store_run (txn, error, "UPDATE message SET sealed_to = ?, sealed_place = NULL WHERE id = ?", "Bt",
                              to, message->id))
        return FALSE;
    }

  return list != NULL;
}

gboolean
service_store_message_hurry (ServiceStoreTxn  *txn,
                             SecinfoMedium     medium,
                             gint64            now,
                             GError          **error)
{
  return service_store_run (txn, error,
                            "UPDATE message SET next_at = min (next_at, ?1) WHERE over = 0 AND next_at > 0 "
                            "AND kind = ?2 AND state = ?3 AND (medium = ?4 OR (medium IN (1, 2) AND ?4 IN (1, 2)))",
                            "Iiii", now, SERVICE_MESSAGE_ALERT, SECINFO_DELIVERY_RETRY, medium);   /* 1 sms, 2 voice */
}

gboolean
service_store_message_resume (ServiceStoreTxn  *txn,
                              gint64            from,
                              gint64            now,
                              GError          **error)
{
  return service_store_run (txn, error,
                            "UPDATE message SET next_at = ? WHERE over = 0 AND next_at = ? AND state <> ?", "IIi",
                            now, from, SECINFO_DELIVERY_SENDING);
}

ServiceMessage *
service_store_message_get (ServiceStoreTxn  *txn,
                           const char       *id,
                           GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE id = ?", "t", id);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_message (txn, rows, error);
}

ServiceMessage *
service_store_message_of (ServiceStoreTxn  *txn,
                          const char       *challenge,
                          GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE challenge = ? ORDER BY rowid DESC LIMIT 1",
                         "t", challenge);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_message (txn, rows, error);
}

GPtrArray *
service_store_message_steps (ServiceStoreTxn  *txn,
                             const char       *challenge,
                             GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT ?2 AS state, created_at AS at, NULL, NULL, rowid AS message, 0 AS number FROM message "
                         "WHERE challenge = ?1 UNION ALL "
                         "SELECT s.state, s.at, s.gateway, s.detail, m.rowid, s.number FROM message AS m "
                         "JOIN message_step AS s ON s.message = m.id WHERE m.challenge = ?1 "
                         "ORDER BY at, message, number", "ti", challenge, SECINFO_DELIVERY_QUEUED);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceMessageStep *one = g_new0 (ServiceMessageStep, 1);

      one->state = sqlite3_column_int (rows, 0);
      one->at = sqlite3_column_int64 (rows, 1);
      one->gateway = service_store_rows_text (rows, 2);
      one->detail = service_store_rows_text (rows, 3);
      g_ptr_array_add (list, one);
    }

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gboolean
service_store_message_ways (ServiceStoreTxn  *txn,
                            const char       *challenge,
                            GPtrArray       **gateways,
                            GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT s.gateway FROM message AS m JOIN message_step AS s ON s.message = m.id "
                         "WHERE m.challenge = ? AND s.gateway IS NOT NULL", "t", challenge);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    g_ptr_array_add (list, service_store_rows_text (rows, 0));

  *gateways = step == 0 ? g_steal_pointer (&list) : NULL;
  return step == 0;
}

gboolean
service_store_message_call_back (ServiceStoreTxn  *txn,
                                 const char       *challenge,
                                 GError          **error)
{
  return service_store_run (txn, error,
                            "UPDATE message SET over = 1 WHERE over = 0 AND state <> ?2 AND rowid = "
                            "(SELECT max (rowid) FROM message WHERE challenge = ?1)", "ti", challenge,
                            SECINFO_DELIVERY_SENDING);
}

static GPtrArray *
list_sending (ServiceStoreTxn  *txn,
              GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_message_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM message WHERE state = ?", "i", SECINFO_DELIVERY_SENDING);

  return read_messages (txn, rows, list, error) ? g_steal_pointer (&list) : NULL;
}

gboolean
service_store_message_recover (ServiceStoreTxn    *txn,
                               const char *const  *idempotent,
                               gint64              now,
                               GError            **error)
{
  g_autoptr(GPtrArray) list = list_sending (txn, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++)
    {
      ServiceMessage *message = g_ptr_array_index (list, i);
      gboolean again = !message->over && idempotent != NULL && message->gateway != NULL &&
                       g_strv_contains (idempotent, message->gateway);

      /* Not over: it goes once more, to that very gateway. */
      message->state = SECINFO_DELIVERY_UNKNOWN;
      message->perhaps_left = TRUE;
      message->over = !again;
      message->state_at = message->next_at = now;
      if (!service_store_message_update (txn, message, error))
        return FALSE;
    }

  return TRUE;
}

gint
service_store_message_prune (ServiceStoreTxn  *txn,
                             gint64            before,
                             GError          **error)
{
  txn->erased = TRUE;
  return service_store_change (txn, error,
                               "DELETE FROM message WHERE rowid IN (SELECT rowid FROM message WHERE "
                               "(over = 1 AND state_at < ?1) OR (expires_at > 0 AND expires_at < ?1) LIMIT ?2)",
                               "Ii", before, SERVICE_STORE_PRUNE_MOST);
}
