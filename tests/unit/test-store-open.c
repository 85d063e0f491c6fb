/* test-store-open.c - opening what should not be opened, and old forms of the store
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#include "service-store-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The store does not open, and says @code, the path and what to do. */
static void
assert_refused (Fixture *fixture,
                int      code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (service_store_open (fixture->dir, &error));
  g_assert_error (error, SERVICE_STORE_ERROR, code);
  g_assert_nonnull (strstr (error->message, fixture->dir));
  g_assert_null (strchr (error->message, '\n'));
  g_test_message ("%s", error->message);
}

static void
test_mode (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const names[] = { "store.db", "store.db-wal", "store.lock" };

  store_add_record (fixture, RECORD, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, names[i], NULL);
      struct stat info;

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
    }
}

/* What a commit costs is its pages. An old store keeps the size of its own (test_version). */
static void
test_small_pages (Fixture       *fixture,
                  gconstpointer  data)
{
  g_assert_cmpint (store_look (fixture, "PRAGMA page_size"), ==, 1024);
}

static void
test_twice (Fixture       *fixture,
            gconstpointer  data)
{
  assert_refused (fixture, SERVICE_STORE_ERROR_IN_USE);
  store_add_record (fixture, RECORD, 1000);   /* the first one is none the worse */
  store_close (fixture);
  store_open (fixture);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM account"), ==, 1);
}

static void
test_no_database (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *content = NULL;
  gsize length;

  store_close (fixture);
  g_assert_true (g_file_set_contents (fixture->path, "These are not the rows you are looking for.", -1, NULL));
  assert_refused (fixture, SERVICE_STORE_ERROR_UNREADABLE);

  g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));   /* and nothing was done to it */
  g_assert_cmpstr (content, ==, "These are not the rows you are looking for.");
}

static void
test_damaged_page (Fixture       *fixture,
                   gconstpointer  data)
{
  guint8 dirt[4096];
  int fd;

  store_close (fixture);
  fd = open (fixture->path, O_WRONLY);
  memset (dirt, 0xa5, sizeof dirt);
  g_assert_cmpint (pwrite (fd, dirt, sizeof dirt, 4 * 4096), ==, sizeof dirt);
  close (fd);

  assert_refused (fixture, SERVICE_STORE_ERROR_UNREADABLE);
}

static void
test_foreign (Fixture       *fixture,
              gconstpointer  data)
{
  store_close (fixture);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  store_meddle (fixture, "CREATE TABLE recipe (cake TEXT)");
  assert_refused (fixture, SERVICE_STORE_ERROR_UNREADABLE);
}

static void
test_too_new (Fixture       *fixture,
              gconstpointer  data)
{
  store_close (fixture);
  store_meddle (fixture, "PRAGMA user_version = 999");
  assert_refused (fixture, SERVICE_STORE_ERROR_TOO_NEW);
  g_assert_cmpint (store_look (fixture, "PRAGMA user_version"), ==, 999);
}

/* As an ordinary user: root writes anywhere. */
static void
test_read_only_folder (void)
{
  g_autoptr(GError) error = NULL;
  Fixture fixture = { NULL };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  fixture.dir = g_dir_make_tmp ("secinfo-store-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (fixture.dir, 0555), ==, 0);
  if (geteuid () == 0)
    {
      g_assert_cmpint (setresgid (65534, 65534, 65534), ==, 0);
      g_assert_cmpint (setresuid (65534, 65534, -1), ==, 0);
    }
  assert_refused (&fixture, SERVICE_STORE_ERROR_UNREADABLE);

  if (getuid () == 65534)
    g_assert_cmpint (setresuid (0, 0, 0), ==, 0);
  g_assert_cmpint (g_rmdir (fixture.dir), ==, 0);
  g_free (fixture.dir);
}

static void
test_put_aside (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = NULL;
  g_autofree char *aside = NULL;
  const char *name;

  store_add_record (fixture, RECORD, 1000);
  g_assert_true (service_store_put_aside (fixture->store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM account"), ==, 0);
  store_add_record (fixture, RECORD, 1001);

  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_prefix (name, "store-2") && g_str_has_suffix (name, ".db"))
        aside = g_build_filename (fixture->dir, name, NULL);
    }
  g_assert_nonnull (aside);
  g_free (fixture->path);
  fixture->path = g_steal_pointer (&aside);
  g_assert_cmpint (store_look (fixture, "SELECT uid FROM account"), ==, 1000);
}

/* --- old forms ---------------------------------------------------------------------------------------------------- */

/* What is done at each start does not read through the contacts of everybody. */
static gboolean
prune_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  int steps = 0;

  g_assert_true (service_store_contact_prune (txn, NOW, error));
  for (sqlite3_stmt *s = sqlite3_next_stmt (txn->db, NULL); s != NULL; s = sqlite3_next_stmt (txn->db, s))
    {
      if (strstr (sqlite3_sql (s), "FROM contact") != NULL)
        steps += sqlite3_stmt_status (s, SQLITE_STMTSTATUS_FULLSCAN_STEP, FALSE);
    }
  g_assert_cmpint (steps, ==, 0);
  return TRUE;
}

/* A statement is prepared once, whatever it is asked with. */
static gboolean
ask_func (ServiceStoreTxn  *txn,
          gpointer          data,
          GError          **error)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("contact-%u", i);
      G_GNUC_UNUSED g_autoptr(GPtrArray) verified = service_store_contact_list_verified (txn, RECORD + i, id, error);
      G_GNUC_UNUSED g_autoptr(GPtrArray) all = service_store_contact_list (txn, RECORD + i, i % 2 == 0, error);
      G_GNUC_UNUSED g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD + i, id, error);
      G_GNUC_UNUSED g_autoptr(ServiceContact) found = service_store_contact_find (txn, RECORD + i, id, error);

      g_assert_cmpuint (service_store_contact_count_verified (txn, RECORD + i, error), ==, 0);
      g_assert_true (service_store_contact_prune (txn, NOW + i, error));
    }
  for (sqlite3_stmt *s = sqlite3_next_stmt (txn->db, NULL); s != NULL; s = sqlite3_next_stmt (txn->db, s))
    g_assert_cmpint (sqlite3_stmt_status (s, SQLITE_STMTSTATUS_REPREPARE, FALSE), ==, 0);
  return TRUE;
}

static void
test_everybody (Fixture       *fixture,
                gconstpointer  data)
{
  store_add_record (fixture, RECORD, 1000);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("contact-%u", i);
      g_autofree char *value = g_strdup_printf ("%u@example.org", i);
      g_autoptr(ServiceContact) contact = store_new_contact (RECORD, id, value);

      store_write (fixture, store_add_contact_func, contact);
    }
  store_write (fixture, prune_func, NULL);
  store_write (fixture, ask_func, NULL);
}

static void
load_sql (Fixture    *fixture,
          const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "service", "fixtures", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  store_meddle (fixture, sql);
}

static gboolean
read_fixture_func (ServiceStoreTxn  *txn,
                   gpointer          data,
                   GError          **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (txn, RECORD, TRUE, error);
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_get (txn, RECORD, "challenge-1", error);
  g_autoptr(ServiceContact) found = service_store_contact_find (txn, RECORD, "ada@example.org", error);
  const ServiceContact *contact;

  g_assert_cmpint (contacts->len, ==, 1);
  contact = g_ptr_array_index (contacts, 0);
  g_assert_cmpstr (contact->value, ==, "Ada@example.org");
  g_assert_cmpstr (contact->label, ==, "at work");
  g_assert_cmpint (contact->state, ==, SECINFO_CONTACT_VERIFIED);
  g_assert_cmpstr (found->id, ==, contact->id);
  g_assert_cmpstr (challenge->code, ==, "314159");

  return TRUE;
}

/* What version 3 keeps in another form. */
static gboolean
read_moved_func (ServiceStoreTxn  *txn,
                 gpointer          data,
                 GError          **error)
{
  static const SecinfoDeliveryState states[] = {
    SECINFO_DELIVERY_QUEUED, SECINFO_DELIVERY_HANDED_OVER, SECINFO_DELIVERY_QUEUED, SECINFO_DELIVERY_SENDING,
    SECINFO_DELIVERY_HANDED_OVER,
  };
  g_autoptr(GPtrArray) steps = service_store_message_steps (txn, "challenge-1", error);
  g_autoptr(GArray) times = service_store_tally_times (txn, SERVICE_TALLY_SEND, "account:user1000:2-3", 0, error);
  g_autoptr(ServiceChallenge) running = service_store_challenge_running (txn, RECORD, "contact-1",
                                                                         SECINFO_PURPOSE_PROVE, error);

  g_assert_cmpuint (steps->len, ==, G_N_ELEMENTS (states));
  for (guint i = 0; i < steps->len; i++)
    g_assert_cmpint (((const ServiceMessageStep *) g_ptr_array_index (steps, i))->state, ==, states[i]);
  g_assert_cmpuint (times->len, ==, 2);
  g_assert_cmpstr (running->id, ==, "challenge-1");
  g_assert_null (running->code);   /* stays sealed where it is not sent */

  return TRUE;
}

static gboolean
read_saved_func (ServiceStoreTxn  *txn,
                 gpointer          data,
                 GError          **error)
{
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (txn, RECORD, FALSE, error);

  g_assert_nonnull (set);
  g_assert_cmpuint (set->position, ==, 4);
  g_assert_cmpint (set->salt[15], ==, 15);
  g_assert_cmpstr (set->codes[3].label, ==, "D3");
  g_assert_cmpint (set->codes[3].hash[31], ==, 4);
  g_assert_cmpint (set->codes[2].used_at, ==, 1700000200);
  g_assert_cmpstr (set->codes[2].used_where, ==, "sign-in");
  return TRUE;
}

static gboolean
read_streak_func (ServiceStoreTxn  *txn,
                  gpointer          data,
                  GError          **error)
{
  guint count = 0;

  g_assert_true (service_store_streak_get (txn, SERVICE_STREAK_CODE, "account:user1000:2-3", 0, &count, error));
  g_assert_cmpuint (count, ==, 7);
  return TRUE;
}

/* What perhaps left before version 7 stays with its gateway, and its alert has a contact, but no address of its own. */
static gboolean
read_unknown_func (ServiceStoreTxn  *txn,
                   gpointer          data,
                   GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, 1700000200, 0, 10, error);
  const ServiceMessage *message;

  g_assert_cmpuint (due->len, ==, 1);
  message = g_ptr_array_index (due, 0);
  g_assert_true (message->perhaps_left);
  g_assert_cmpstr (message->gateway, ==, "gateway-1");
  g_assert_cmpstr (message->contact, ==, "contact-1");
  g_assert_null (message->to);
  g_assert_false (message->unreadable);
  return TRUE;
}

/* What failed before version 8 fails since then; an alert's address opens as it lay in its contact. */
static gboolean
read_failing_func (ServiceStoreTxn  *txn,
                   gpointer          data,
                   GError          **error)
{
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, "gateway-1", error);
  g_autoptr(ServiceMessage) alert = service_store_message_get (txn, "message-4", error);

  g_assert_cmpint (gateway->failing_since, ==, 1700000050);
  g_assert_cmpint (gateway->failed_at, ==, 0);
  g_assert_cmpuint (gateway->failures, ==, 6);
  g_assert_null (gateway->failure);
  g_assert_cmpstr (alert->to, ==, "Ada@example.org");
  return TRUE;
}

/* A store of version @data, sealed with a key of then: rows, sealed form, hashes, subkeys are all still understood. */
static void
test_version (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *name = g_strdup_printf ("store-v%d.sql", GPOINTER_TO_INT (data));
  g_autofree char *key_path = g_build_filename (fixture->dir, "old-key", NULL);

  store_close (fixture);
  service_key_free (fixture->key);
  g_assert_true (g_file_set_contents_full (key_path, "c2VjaW5mbyBmaXh0dXJlIGtleSwgMzIgYnl0ZXMhISE=\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  fixture->key = store_load_key (key_path);

  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  load_sql (fixture, name);
  g_assert_cmpint (store_look (fixture, "PRAGMA user_version"), ==, GPOINTER_TO_INT (data));
  store_open (fixture);
  g_assert_cmpint (store_look (fixture, "PRAGMA user_version"), ==,
                   service_store_migrations[service_store_n_migrations - 1].version);
  g_assert_cmpint (store_look (fixture, "PRAGMA page_size"), ==, 4096);
  store_read (fixture, read_fixture_func, NULL);
  if (GPOINTER_TO_INT (data) >= 2)
    store_read (fixture, read_moved_func, NULL);
  if (GPOINTER_TO_INT (data) >= 3)
    store_read (fixture, read_saved_func, NULL);
  if (GPOINTER_TO_INT (data) >= 4)
    store_read (fixture, read_streak_func, NULL);
  if (GPOINTER_TO_INT (data) >= 6)
    store_read (fixture, read_unknown_func, NULL);
  if (GPOINTER_TO_INT (data) >= 7)
    store_read (fixture, read_failing_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM audit WHERE record = 4711"), ==,
                   GPOINTER_TO_INT (data) >= 8 ? 2 : 1);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact INDEXED BY contact_verified WHERE state = 1"), ==,
                   1);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  data)
{
  static const ServiceStoreMigration list[] = {
    { 1, "this step was done: it is not run again;" },
    { 2, "ALTER TABLE contact ADD COLUMN colour TEXT; UPDATE contact SET colour = 'blue';" },
    { 3, "UPDATE contact SET colour = 'green'; CREATE TABLE nonsense (;" },
  };
  g_autoptr(GError) error = NULL;
  sqlite3 *db = NULL;

  store_close (fixture);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  load_sql (fixture, "store-v1.sql");
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);

  g_assert_true (service_store_migrate (db, fixture->path, list, 2, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact WHERE colour = 'blue'"), ==, 1);
  g_assert_cmpint (store_look (fixture, "PRAGMA user_version"), ==, 2);

  /* A step that breaks off leaves nothing of itself. */
  g_assert_false (service_store_migrate (db, fixture->path, list, 3, &error));
  g_assert_error (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_IO);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact WHERE colour = 'blue'"), ==, 1);
  g_assert_cmpint (store_look (fixture, "PRAGMA user_version"), ==, 2);
  sqlite3_close (db);
}

void
store_add_open_tests (void)
{
  g_test_add ("/store/open/mode", Fixture, NULL, store_set_up, test_mode, store_tear_down);
  g_test_add ("/store/open/small_pages", Fixture, NULL, store_set_up, test_small_pages, store_tear_down);
  g_test_add ("/store/open/twice", Fixture, NULL, store_set_up, test_twice, store_tear_down);
  g_test_add ("/store/open/no_database", Fixture, NULL, store_set_up, test_no_database, store_tear_down);
  g_test_add ("/store/open/damaged_page", Fixture, NULL, store_set_up, test_damaged_page, store_tear_down);
  g_test_add ("/store/open/foreign", Fixture, NULL, store_set_up, test_foreign, store_tear_down);
  g_test_add ("/store/open/too_new", Fixture, NULL, store_set_up, test_too_new, store_tear_down);
  g_test_add_func ("/store/open/read_only_folder", test_read_only_folder);
  g_test_add ("/store/open/put_aside", Fixture, NULL, store_set_up, test_put_aside, store_tear_down);
  g_test_add ("/store/migrations/version_1", Fixture, GINT_TO_POINTER (1), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_2", Fixture, GINT_TO_POINTER (2), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_3", Fixture, GINT_TO_POINTER (3), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_4", Fixture, GINT_TO_POINTER (4), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_5", Fixture, GINT_TO_POINTER (5), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_6", Fixture, GINT_TO_POINTER (6), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_7", Fixture, GINT_TO_POINTER (7), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_8", Fixture, GINT_TO_POINTER (8), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/migrations/version_9", Fixture, GINT_TO_POINTER (9), store_set_up, test_version, store_tear_down);
  g_test_add ("/store/open/everybody", Fixture, NULL, store_set_up, test_everybody, store_tear_down);
  g_test_add ("/store/migrations/steps", Fixture, NULL, store_set_up, test_steps, store_tear_down);
}
