/* service-store-contacts.c - addresses and numbers, sealed, found by keyed hash
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-store-private.h"

#include <sodium.h>

#define COLUMNS \
  "id, record, kind, state, sealed_value, sealed_key, sealed_label, alerts, replaces, undeliverable, " \
  "created_at, verified_at, last_confirmed_at, removed_at, effective_at, trial"
/* States stand in the queries as numbers (1 verified, 4 removed): SQLite compares a value that is bound with the
 * conditions of the partial indexes, and prepares the statement anew each time. */
#define PLACE(column) "contact:%" G_GINT64_FORMAT ":%s:" column

void
service_contact_free (ServiceContact *contact)
{
  if (contact == NULL)
    return;

  g_free (contact->id);
  secinfo_secret_free_text (contact->value);
  secinfo_secret_free_text (contact->key);
  secinfo_secret_free_text (contact->label);
  g_free (contact->replaces);
  g_free (contact);
}

ServiceContact *
service_contact_copy (const ServiceContact *contact)
{
  ServiceContact *copy = g_memdup2 (contact, sizeof *contact);

  copy->id = g_strdup (contact->id);
  copy->value = g_strdup (contact->value);
  copy->key = g_strdup (contact->key);
  copy->label = g_strdup (contact->label);
  copy->replaces = g_strdup (contact->replaces);

  return copy;
}

static gboolean
lookup_hash (ServiceStoreTxn  *txn,
             const char       *key,
             guint8            hash[32],
             GError          **error)
{
  ServiceKey *store_key = service_store_txn_get_key (txn, error);

  return store_key != NULL && service_key_hash (store_key, SERVICE_KEY_LOOKUP, hash, error, "contact", key, NULL);
}

char *
service_store_contact_subject (ServiceStoreTxn  *txn,
                               const char       *key,
                               GError          **error)
{
  char hex[2 * 32 + 1];
  guint8 hash[32];

  if (!lookup_hash (txn, key, hash, error))
    return NULL;

  return g_strdup (sodium_bin2hex (hex, sizeof hex, hash, sizeof hash));
}

/* A value that does not open was sealed with a key that is gone, or is damaged: said by its state, no failure. */
static gboolean
open_values (ServiceStoreTxn   *txn,
             ServiceStoreRows  *rows,
             ServiceContact    *contact,
             GError           **error)
{
  g_autoptr(GError) local = NULL;

  if (service_store_unseal (txn, rows, 4, &contact->value, &local, PLACE ("value"), contact->record, contact->id) &&
      service_store_unseal (txn, rows, 5, &contact->key, &local, PLACE ("key"), contact->record, contact->id) &&
      service_store_unseal (txn, rows, 6, &contact->label, &local, PLACE ("label"), contact->record, contact->id))
    return TRUE;

  if (!g_error_matches (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  g_clear_pointer (&contact->value, secinfo_secret_free_text);
  g_clear_pointer (&contact->key, secinfo_secret_free_text);
  if (contact->state != SECINFO_CONTACT_REMOVED)
    contact->state = SECINFO_CONTACT_UNREADABLE;
  return TRUE;
}

static ServiceContact *
read_contact (ServiceStoreTxn   *txn,
              ServiceStoreRows  *rows,
              GError           **error)
{
  g_autoptr(ServiceContact) contact = g_new0 (ServiceContact, 1);

  contact->id = service_store_rows_text (rows, 0);
  contact->record = sqlite3_column_int64 (rows, 1);
  contact->kind = sqlite3_column_int (rows, 2);
  contact->state = sqlite3_column_int (rows, 3);
  contact->alerts = sqlite3_column_int (rows, 7);
  contact->replaces = service_store_rows_text (rows, 8);
  contact->undeliverable = sqlite3_column_int (rows, 9);
  contact->created_at = sqlite3_column_int64 (rows, 10);
  contact->verified_at = sqlite3_column_int64 (rows, 11);
  contact->last_confirmed_at = sqlite3_column_int64 (rows, 12);
  contact->removed_at = sqlite3_column_int64 (rows, 13);
  contact->effective_at = sqlite3_column_int64 (rows, 14);
  contact->trial = sqlite3_column_int (rows, 15);

  return open_values (txn, rows, contact, error) ? g_steal_pointer (&contact) : NULL;
}

static ServiceContact *
read_one (ServiceStoreTxn   *txn,
          ServiceStoreRows  *rows,
          GError           **error)
{
  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_contact (txn, rows, error);
}

GPtrArray *
service_store_contact_list (ServiceStoreTxn  *txn,
                            gint64            record,
                            gboolean          removed_too,
                            GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_contact_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT " COLUMNS " FROM contact WHERE record = ? AND (state <> 4 OR ?) "
                         "ORDER BY created_at, id", "Ii", record, removed_too != FALSE);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceContact *contact = read_contact (txn, rows, error);

      if (contact == NULL)
        return NULL;
      g_ptr_array_add (list, contact);
    }

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

/* Only what is needed to name them: a value more is a seal more to open. */
GPtrArray *
service_store_contact_list_verified (ServiceStoreTxn  *txn,
                                     gint64            record,
                                     const char       *other,
                                     GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_contact_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error,
                         "SELECT id, kind, sealed_value FROM contact WHERE record = ? AND state = 1 AND id IS NOT ? "
                         "ORDER BY created_at, id", "It", record, other);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      g_autoptr(ServiceContact) contact = g_new0 (ServiceContact, 1);
      g_autoptr(GError) local = NULL;

      contact->id = service_store_rows_text (rows, 0);
      contact->record = record;
      contact->kind = sqlite3_column_int (rows, 1);
      contact->state = SECINFO_CONTACT_VERIFIED;
      if (service_store_unseal (txn, rows, 2, &contact->value, &local, PLACE ("value"), record, contact->id))
        g_ptr_array_add (list, g_steal_pointer (&contact));
      else if (!g_error_matches (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

ServiceContact *
service_store_contact_get (ServiceStoreTxn  *txn,
                           gint64            record,
                           const char       *id,
                           GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT " COLUMNS " FROM contact WHERE record = ? AND id = ?", "It", record, id);

  return read_one (txn, rows, error);
}

ServiceContact *
service_store_contact_find (ServiceStoreTxn  *txn,
                            gint64            record,
                            const char       *key,
                            GError          **error)
{
  g_autoptr(ServiceStoreRows) rows = NULL;
  guint8 hash[32], older[32];

  if (!lookup_hash (txn, key, hash, error))
    return NULL;
  if (!service_key_lookup_older (service_store_txn_get_key (txn, NULL), key, older))
    memcpy (older, hash, sizeof older);

  rows = service_store_query (txn, error,
                              "SELECT " COLUMNS " FROM contact WHERE record = ? AND lookup IN (?, ?) AND state <> 4",
                              "Ihh", record, hash, older);
  return read_one (txn, rows, error);
}

gboolean
service_store_is_contact_place (const char *place,
                                const char *contact)
{
  g_autofree char *end = g_strdup_printf (":%s:value", contact);

  return g_str_has_prefix (place, "contact:") && g_str_has_suffix (place, end);
}

/* --- whom alerts go to -------------------------------------------------------------------------------------------- */

void
service_addressee_free (ServiceAddressee *addressee)
{
  if (addressee == NULL)
    return;

  g_free (addressee->contact);
  g_free (addressee->subject);
  g_clear_pointer (&addressee->sealed, g_bytes_unref);
  g_free (addressee->place);
  g_free (addressee);
}

/* id, kind, sealed_value, lookup */
static ServiceAddressee *
read_addressee (ServiceStoreRows *rows,
                gint64            record)
{
  ServiceAddressee *addressee = g_new0 (ServiceAddressee, 1);
  char hex[2 * 32 + 1] = "";

  addressee->contact = service_store_rows_text (rows, 0);
  addressee->kind = sqlite3_column_int (rows, 1);
  addressee->sealed = g_bytes_new (sqlite3_column_blob (rows, 2), sqlite3_column_bytes (rows, 2));
  if (sqlite3_column_bytes (rows, 3) == 32)
    sodium_bin2hex (hex, sizeof hex, sqlite3_column_blob (rows, 3), 32);
  addressee->subject = g_strdup (hex);
  addressee->place = g_strdup_printf (PLACE ("value"), record, addressee->contact);
  return addressee;
}

/* 1 verified, 3 old: what is stored counts, though it may not open now. */
GPtrArray *
service_store_addressees (ServiceStoreTxn  *txn,
                          gint64            record,
                          gboolean          silent_too,
                          GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_addressee_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT id, kind, sealed_value, lookup FROM contact WHERE record = ? "
                         "AND state IN (1, 3) AND (alerts OR ?) ORDER BY created_at, id", "Ii", record,
                         silent_too != FALSE);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    g_ptr_array_add (list, read_addressee (rows, record));

  return step == 0 ? g_steal_pointer (&list) : NULL;
}

ServiceAddressee *
service_store_addressee (ServiceStoreTxn  *txn,
                         gint64            record,
                         const char       *contact,
                         GError          **error)
{
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT id, kind, sealed_value, lookup FROM contact WHERE record = ? AND id = ?",
                         "It", record, contact);

  if (rows == NULL || service_store_next (txn, rows, error) <= 0)
    return NULL;

  return read_addressee (rows, record);
}

/* --- changing ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  GBytes *value;
  GBytes *key;
  GBytes *label;   /* (nullable) */
  guint8  lookup[32];
} Sealed;

static void
sealed_clear (Sealed *sealed)
{
  g_clear_pointer (&sealed->value, g_bytes_unref);
  g_clear_pointer (&sealed->key, g_bytes_unref);
  g_clear_pointer (&sealed->label, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sealed, sealed_clear)

static gboolean
seal_values (ServiceStoreTxn       *txn,
             const ServiceContact  *contact,
             Sealed                *sealed,
             GError               **error)
{
  gint64 record = contact->record;
  const char *id = contact->id;

  return service_store_seal (txn, contact->value, &sealed->value, error, PLACE ("value"), record, id) &&
         service_store_seal (txn, contact->key, &sealed->key, error, PLACE ("key"), record, id) &&
         service_store_seal (txn, contact->label, &sealed->label, error, PLACE ("label"), record, id) &&
         lookup_hash (txn, contact->key, sealed->lookup, error);
}

gboolean
service_store_contact_add (ServiceStoreTxn       *txn,
                           const ServiceContact  *contact,
                           GError               **error)
{
  g_auto(Sealed) sealed = { NULL };

  g_return_val_if_fail (contact->value != NULL && contact->key != NULL, FALSE);

  return seal_values (txn, contact, &sealed, error) &&
         service_store_run (txn, error,
                            "INSERT INTO contact (id, record, kind, state, sealed_value, sealed_key, sealed_label, "
                            "lookup, alerts, replaces, undeliverable, created_at, verified_at, last_confirmed_at, "
                            "removed_at, effective_at, trial) "
                            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "tIiiBBBhitiIIIIIi",
                            contact->id, contact->record, contact->kind, contact->state, sealed.value, sealed.key,
                            sealed.label,
                            sealed.lookup, contact->alerts, contact->replaces, contact->undeliverable,
                            contact->created_at,
                            contact->verified_at, contact->last_confirmed_at, contact->removed_at,
                            contact->effective_at,
                            contact->trial);
}

/* What is not sealed. A contact that could not be read keeps the state it is stored with, should its key come back. */
static gboolean
update_plain (ServiceStoreTxn       *txn,
              const ServiceContact  *contact,
              GError               **error)
{
  return service_store_run (txn, error,
                            "UPDATE contact SET state = iif (?1 = 5, state, ?1), alerts = ?2, replaces = ?3, "
                            "undeliverable = ?4, verified_at = ?5, last_confirmed_at = ?6, removed_at = ?7, "
                            "effective_at = ?8, trial = ?9 WHERE record = ?10 AND id = ?11", "iitiIIIIiIt",
                            contact->state, contact->alerts, contact->replaces, contact->undeliverable,
                            contact->verified_at, contact->last_confirmed_at, contact->removed_at,
                            contact->effective_at, contact->trial, contact->record, contact->id);
}

gboolean
service_store_contact_update (ServiceStoreTxn       *txn,
                              const ServiceContact  *contact,
                              GError               **error)
{
  g_auto(Sealed) sealed = { NULL };

  if (contact->value == NULL || contact->key == NULL)
    return update_plain (txn, contact, error);

  return seal_values (txn, contact, &sealed, error) &&
         service_store_run (txn, error,
                            "UPDATE contact SET sealed_value = ?, sealed_key = ?, sealed_label = ?, lookup = ? "
                            "WHERE record = ? AND id = ?", "BBBhIt",
                            sealed.value, sealed.key, sealed.label, sealed.lookup, contact->record, contact->id) &&
         update_plain (txn, contact, error);
}

/* Nothing that is sealed or stands in an index: one page. */
gboolean
service_store_contact_confirm (ServiceStoreTxn       *txn,
                               const ServiceContact  *contact,
                               GError               **error)
{
  return service_store_run (txn, error,
                            "UPDATE contact SET undeliverable = ?, last_confirmed_at = ? WHERE record = ? AND id = ?",
                            "iIIt", contact->undeliverable, contact->last_confirmed_at, contact->record, contact->id);
}

gboolean
service_store_contact_delete (ServiceStoreTxn  *txn,
                              gint64            record,
                              const char       *id,
                              GError          **error)
{
  txn->erased = TRUE;
  return service_store_run (txn, error, "DELETE FROM message WHERE challenge IN "
                            "(SELECT id FROM challenge WHERE record = ? AND contact = ?)", "It", record, id) &&
         service_store_run (txn, error, "DELETE FROM challenge WHERE record = ? AND contact = ?", "It", record, id) &&
         service_store_run (txn, error, "DELETE FROM contact WHERE record = ? AND id = ?", "It", record, id);
}

gboolean
service_store_contact_prune (ServiceStoreTxn  *txn,
                             gint64            removed_before,
                             GError          **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) service_contact_free);
  g_autoptr(ServiceStoreRows) rows =
    service_store_query (txn, error, "SELECT record, id FROM contact WHERE state = 4 AND removed_at < ?", "I",
                         removed_before);
  int step = -1;

  while (rows != NULL && (step = service_store_next (txn, rows, error)) > 0)
    {
      ServiceContact *contact = g_new0 (ServiceContact, 1);

      contact->record = sqlite3_column_int64 (rows, 0);
      contact->id = service_store_rows_text (rows, 1);
      g_ptr_array_add (list, contact);
    }
  for (guint i = 0; step == 0 && i < list->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (list, i);

      if (!service_store_contact_delete (txn, contact->record, contact->id, error))
        return FALSE;
    }

  return step == 0;
}

guint
service_store_contact_count_verified (ServiceStoreTxn  *txn,
                                      gint64            record,
                                      GError          **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GPtrArray) open = service_store_contact_list_verified (txn, record, NULL, &local_error);
  gint64 count = 0;

  if (open != NULL)
    return open->len;
  /* Nobody can look now: they stay what they are. */
  if (local_error->domain == SERVICE_KEY_ERROR)
    service_store_number (txn, &count, error, "SELECT count(*) FROM contact WHERE record = ? AND state = 1", "I",
                          record);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return count;
}
