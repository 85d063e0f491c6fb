/* service-store-gateways.c - how codes are sent
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#define COLUMNS \
  "id, kind, title, medium, position, settings, sealed_secrets, secret_names, ready, trouble, down_since, told_at, " \
  "last_delivered_at, created_at, failures, paused_until, outcomes, failing_since, failed_at, failure"
#define PLACE "gateway:%s:secrets"

void
service_gateway_free (ServiceGateway *gateway)
{
  if (gateway == NULL || g_atomic_int_add (&gateway->shared, -1) > 0)
    return;

  g_free (gateway->id);
  g_free (gateway->kind);
  g_free (gateway->title);
  g_free (gateway->settings);
  secinfo_secret_free_text (gateway->secrets);
  g_free (gateway->secret_names);
  g_free (gateway->trouble);
  g_free (gateway->sender);
  g_free (gateway->outcomes);
  g_free (gateway->failure);
  g_free (gateway);
}

ServiceGateway *
service_gateway_ref (ServiceGateway *gateway)
{
  g_atomic_int_inc (&gateway->shared);
  return gateway;
}

/* Secrets that do not open (another key) are none: the gateway then says bad-config, and its settings ask for them.
 * Other trouble with the key is the caller's to know. */
static gboolean
open_secrets (ServiceStoreTxn   *txn,
              ServiceStoreRows  *rows,
              ServiceGateway    *gateway,
              GError           **error)
{
  g_autoptr(GError) local = NULL;

  if (service_store_unseal (txn, rows, 6, &gateway->secrets, &local, PLACE, gateway->id) ||
      g_error_matches (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static ServiceGateway *
read_gateway (ServiceStoreTxn   *txn,
              ServiceStoreRows  *rows,
              gboolean           secrets_too,
              GError           **error)
{
  g_autoptr(ServiceGateway) gateway = g_new0 (ServiceGateway, 1);

  gateway->id = service_store_rows_text (rows, 0);
  gateway->kind = service_store_rows_text (rows, 1);
  gateway->title = service_store_rows_text (rows, 2);
  gateway->medium = sqlite3_column_int (rows, 3);
  gateway->position = sqlite3_column_int (rows, 4);
  gateway->settings = service_store_rows_text (rows, 5);
  gateway->secret_names = service_store_rows_text (rows, 7);
  gateway->ready = sqlite3_column_int (rows, 8);
  gateway->trouble = service_store_rows_text (rows, 9);
  gateway->down_since = sqlite3_column_int64 (rows, 10);
  gateway->told_at = sqlite3_column_int64 (rows, 11);
  gateway->last_delivered_at = sqlite3_column_int64 (rows, 12);
  gateway->created_at = sqlite3_column_int64 (rows, 13);
  gateway->failures = sqlite3_column_int (rows, 14);
  gateway->paused_until = sqlite3_column_int64 (rows, 15);
  gateway->outcomes = service_store_rows_text (rows, 16);
  gateway->failing_since = sqlite3_column_int64 (rows, 17);
  gateway->failed_at = sqlite3_column_int64 (rows, 18);
  gateway->failure = service_store_rows_text (rows, 19);

  return !secrets_too || open_secrets (txn, rows, gateway, error) ? g_steal_pointer (&gateway) : NULL;
}

static GPtrArray *
read_all (ServiceStoreTxn  *txn,
          gboolean          secrets_too,
          GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_gateway_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM gateway ORDER BY medium, position, created_at, id", "");
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceGateway *gateway = read_gateway (txn, rows, secrets_too, error);

      if (gateway == NULL)
        return NULL;
      g_ptr_array_add (list, gateway);
    }

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
service_store_gateway_list (ServiceStoreTxn  *txn,
                            GError          **error)
{
  return read_all (txn, TRUE, error);
}

GPtrArray *
service_store_gateways_known (ServiceStoreTxn  *txn,
                              GError          **error)
{
  if (txn->gateways == NULL)
    txn->gateways = read_all (txn, FALSE, error);

  return txn->gateways;
}

void
service_store_gateways_forget (ServiceStoreTxn *txn)
{
  g_clear_pointer (&txn->gateways, g_ptr_array_unref);
}

ServiceGateway *
service_store_gateway_get (ServiceStoreTxn  *txn,
                           const char       *id,
                           GError          **error)
{
  g_autoptr(ServiceStoreRows) rows = service_store_query (txn, error, "SELECT " COLUMNS " FROM gateway WHERE id = ?",
                                                          "t", id);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_gateway (txn, rows, TRUE, error);
}

static gboolean
seal_secrets (ServiceStoreTxn       *txn,
              const ServiceGateway  *gateway,
              GBytes               **sealed,
              GError               **error)
{
  /* A private instance has none here, and its gateways do not wait for the key. */
  return gateway->secrets == NULL || service_store_seal (txn, gateway->secrets, sealed, error, PLACE, gateway->id);
}

gboolean
service_store_gateway_add (ServiceStoreTxn       *txn,
                           const ServiceGateway  *gateway,
                           GError               **error)
{
  g_autoptr(GBytes) secrets = NULL;

  txn->shared = TRUE;
  service_store_gateways_forget (txn);
  return seal_secrets (txn, gateway, &secrets, error) &&
         service_store_run (txn, error,
                            "INSERT INTO gateway (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                                            "?, ?, ?, ?, ?, ?)",
                            "tttiitBtitIIIIiItIIt", gateway->id, gateway->kind, gateway->title, gateway->medium,
                            (int) gateway->position,
                            gateway->settings, secrets, gateway->secret_names, gateway->ready, gateway->trouble,
                            gateway->down_since, gateway->told_at, gateway->last_delivered_at, gateway->created_at,
                            (int) gateway->failures, gateway->paused_until, gateway->outcomes, gateway->failing_since,
                            gateway->failed_at, gateway->failure);
}

/* Secrets are replaced where @gateway has some; they go where it has no names of any either. */
gboolean
service_store_gateway_update (ServiceStoreTxn       *txn,
                              const ServiceGateway  *gateway,
                              GError               **error)
{
  g_autoptr(GBytes) secrets = NULL;

  txn->erased = txn->shared = TRUE;
  service_store_gateways_forget (txn);

  return seal_secrets (txn, gateway, &secrets, error) &&
         service_store_run (txn, error,
                            "UPDATE gateway SET title = ?1, position = ?2, settings = ?3, "
                            "sealed_secrets = iif (?4 IS NOT NULL, ?4, iif (?5 IS NULL, NULL, sealed_secrets)), "
                            "secret_names = ?5, ready = ?6, trouble = ?7, down_since = ?8, told_at = ?9, "
                            "last_delivered_at = ?10, failures = ?12, paused_until = ?13, outcomes = ?14, "
                            "failing_since = ?15, failed_at = ?16, failure = ?17 "
                            "WHERE id = ?11",
                            "titBtitIIItiItIIt", gateway->title, (int) gateway->position, gateway->settings, secrets,
                            gateway->secret_names, gateway->ready, gateway->trouble, gateway->down_since,
                            gateway->told_at,
                            gateway->last_delivered_at, gateway->id, (int) gateway->failures, gateway->paused_until,
                            gateway->outcomes, gateway->failing_since, gateway->failed_at, gateway->failure);
}

/* With each message: no secret is sealed anew for it, and no kept answer goes. */
gboolean
service_store_gateway_fare (ServiceStoreTxn       *txn,
                            const ServiceGateway  *gateway,
                            gboolean               seen,
                            GError               **error)
{
  if (seen)
    txn->shared = TRUE;
  service_store_gateways_forget (txn);

  return service_store_run (txn, error,
                            "UPDATE gateway SET ready = ?, trouble = ?, down_since = ?, told_at = ?, "
                            "last_delivered_at = ?, failures = ?, paused_until = ?, outcomes = ?, failing_since = ?, "
                            "failed_at = ?, failure = ? WHERE id = ?",
                            "itIIIiItIItt", gateway->ready, gateway->trouble, gateway->down_since, gateway->told_at,
                            gateway->last_delivered_at, (int) gateway->failures, gateway->paused_until,
                            gateway->outcomes, gateway->failing_since, gateway->failed_at, gateway->failure,
                            gateway->id);
}

gboolean
service_store_gateway_delete (ServiceStoreTxn  *txn,
                              const char       *id,
                              GError          **error)
{
  txn->erased = txn->shared = TRUE;
  service_store_gateways_forget (txn);
  return service_store_run (txn, error, "DELETE FROM gateway WHERE id = ?", "t", id);
}
