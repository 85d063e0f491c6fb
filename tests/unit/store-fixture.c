/* store-fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  gboolean  done;
  GError   *error;
  ServiceStoreFunc func;
  gpointer  data;
} Wait;

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GError) error = NULL;
  gboolean *done = data;

  service_key_load_finish (NULL, result, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

ServiceKey *
store_load_key (const char *path)
{
  ServiceKey *key = service_key_new_system (path);
  gboolean done = FALSE;

  service_key_load_async (key, NULL, NULL, loaded_cb, &done);
  while (!done)
    store_iterate ();

  return key;
}

void
store_iterate (void)
{
  g_main_context_iteration (NULL, TRUE);
}

void
store_open (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->store = service_store_open (fixture->dir, &error);
  g_assert_no_error (error);
  service_store_set_key (fixture->store, fixture->key);
}

void
store_close (Fixture *fixture)
{
  g_clear_pointer (&fixture->store, service_store_close);
}

void
store_set_up (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *key_path = NULL;

  fixture->dir = g_dir_make_tmp ("secinfo-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "store.db", NULL);
  key_path = g_build_filename (fixture->dir, "key", NULL);
  fixture->key = store_load_key (key_path);
  store_open (fixture);
}

void
store_tear_down (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  store_close (fixture);
  service_key_free (fixture->key);

  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
done_cb (gpointer      data,
         const GError *error)
{
  Wait *wait = data;

  wait->done = TRUE;
  wait->error = error != NULL ? g_error_copy (error) : NULL;
}

static gboolean
wait_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  Wait *wait = data;

  return wait->func (txn, wait->data, error);
}

GError *
store_try_write (Fixture          *fixture,
                 ServiceStoreFunc  func,
                 gpointer          data)
{
  Wait wait = { FALSE, NULL, func, data };

  service_store_write (fixture->store, wait_func, done_cb, &wait);
  while (!wait.done)
    store_iterate ();

  return wait.error;
}

void
store_write (Fixture          *fixture,
             ServiceStoreFunc  func,
             gpointer          data)
{
  g_autoptr(GError) error = store_try_write (fixture, func, data);

  g_assert_no_error (error);
}

void
store_read (Fixture          *fixture,
            ServiceStoreFunc  func,
            gpointer          data)
{
  Wait wait = { FALSE, NULL, func, data };

  service_store_read (fixture->store, wait_func, done_cb, &wait);
  while (!wait.done)
    store_iterate ();
  g_assert_no_error (wait.error);
}

/* --- a second connection ------------------------------------------------------------------------------------------ */

static sqlite3 *
connect (Fixture *fixture)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);

  return db;
}

gint64
store_look (Fixture    *fixture,
            const char *sql)
{
  sqlite3 *db = connect (fixture);
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);

  return number;
}

GBytes *
store_look_blob (Fixture    *fixture,
                 const char *sql)
{
  sqlite3 *db = connect (fixture);
  sqlite3_stmt *statement = NULL;
  GBytes *blob;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_type (statement, 0), ==, SQLITE_BLOB);
  blob = g_bytes_new (sqlite3_column_blob (statement, 0), sqlite3_column_bytes (statement, 0));
  sqlite3_finalize (statement);
  sqlite3_close (db);

  return blob;
}

void
store_meddle (Fixture    *fixture,
              const char *sql)
{
  sqlite3 *db = connect (fixture);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

gboolean
store_files_hold (Fixture       *fixture,
                  gconstpointer  bytes,
                  gsize          length)
{
  static const char *const ends[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, ends[i], NULL);
      g_autofree char *content = NULL;
      gsize size;

      if (g_file_get_contents (path, &content, &size, NULL) && memmem (content, size, bytes, length) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* --- values ------------------------------------------------------------------------------------------------------- */

void
store_add_record (Fixture *fixture,
                  gint64   record,
                  uid_t    uid)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO account VALUES (%" G_GINT64_FORMAT ", %u, 'user%u', 1, 2, 3, "
                                                                                          "0, 0, 0)",
                                          record, uid, uid);

  store_meddle (fixture, sql);
}

ServiceContact *
store_new_contact (gint64      record,
                   const char *id,
                   const char *value)
{
  ServiceContact *contact = g_new0 (ServiceContact, 1);

  contact->id = g_strdup (id);
  contact->record = record;
  contact->kind = SECINFO_CONTACT_EMAIL;
  contact->state = SECINFO_CONTACT_UNVERIFIED;
  contact->value = g_strdup (value);
  contact->key = g_utf8_casefold (value, -1);
  contact->created_at = NOW;

  return contact;
}

ServiceChallenge *
store_new_challenge (gint64      record,
                     const char *id,
                     const char *contact,
                     const char *code)
{
  ServiceChallenge *challenge = g_new0 (ServiceChallenge, 1);

  challenge->id = g_strdup (id);
  challenge->record = record;
  challenge->contact = g_strdup (contact);
  challenge->purpose = SECINFO_PURPOSE_PROVE;
  challenge->code = g_strdup (code);
  memset (challenge->check, 7, sizeof challenge->check);
  challenge->attempts_left = 5;
  challenge->sends = 1;
  challenge->issued_at = challenge->last_sent_at = NOW;
  challenge->issued_boot = 1000;
  challenge->life = 600;
  g_strlcpy (challenge->boot_id, BOOT_ID, sizeof challenge->boot_id);
  g_strlcpy (challenge->language, "en", sizeof challenge->language);

  return challenge;
}

gboolean
store_add_contact_func (ServiceStoreTxn  *txn,
                        gpointer          contact,
                        GError          **error)
{
  return service_store_contact_add (txn, contact, error);
}

gboolean
store_add_challenge_func (ServiceStoreTxn  *txn,
                          gpointer          challenge,
                          GError          **error)
{
  return service_store_challenge_add (txn, challenge, error);
}
