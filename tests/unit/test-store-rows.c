/* test-store-rows.c - whose rows are whose, and what lies in the file
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#include <string.h>

static const SecinfoNow now = { NOW, 1000, BOOT_ID };

static void
add_contact (Fixture    *fixture,
             gint64      record,
             const char *id,
             const char *value)
{
  g_autoptr(ServiceContact) contact = store_new_contact (record, id, value);

  store_write (fixture, store_add_contact_func, contact);
}

static void
add_challenge (Fixture    *fixture,
               const char *id,
               const char *contact,
               const char *code)
{
  g_autoptr(ServiceChallenge) challenge = store_new_challenge (RECORD, id, contact, code);

  store_write (fixture, store_add_challenge_func, challenge);
}

/* --- accounts ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  ServiceAccount       account;
  gint64               record;
  ServiceAccountState  state;
  gboolean             found;
} Settle;

static gboolean
settle_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Settle *settle = data;

  return service_store_account_settle (txn, &settle->account, &now, &settle->record, &settle->state, error);
}

static gboolean
find_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  Settle *settle = data;

  return service_store_account_find (txn, &settle->account, &settle->record, &settle->state, &settle->found, error);
}

static gboolean
resume_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Settle *settle = data;

  return service_store_account_resume (txn, settle->record, &settle->account, error);
}

static gboolean
erase_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  return service_store_account_erase (txn, *(gint64 *) data, error);
}

static gboolean
uid_func (ServiceStoreTxn  *txn,
          gpointer          data,
          GError          **error)
{
  Settle *settle = data;

  return service_store_account_uid (txn, settle->record, &settle->account.uid, error);
}

static Settle
ada (void)
{
  return (Settle) { { 1000, (char *) "ada", (char *) "Ada", TRUE, 77, 88 }, 0, 0, FALSE };
}

static void
test_account_new (Fixture       *fixture,
                  gconstpointer  data)
{
  Settle first = ada ();
  Settle again = ada ();

  store_read (fixture, find_func, &first);
  g_assert_false (first.found);
  store_write (fixture, settle_func, &first);
  g_assert_cmpint (first.record, >, 0);
  g_assert_cmpint (first.state, ==, SERVICE_ACCOUNT_ACTIVE);

  store_write (fixture, settle_func, &again);
  g_assert_cmpint (again.record, ==, first.record);
  store_read (fixture, find_func, &again);
  g_assert_true (again.found);
  g_assert_cmpint (again.record, ==, first.record);

  store_read (fixture, uid_func, &again);
  g_assert_cmpuint (again.account.uid, ==, 1000);
  again.record++;
  store_read (fixture, uid_func, &again);
  g_assert_cmpuint (again.account.uid, ==, (uid_t) -1);
}

/* Another name behind the uid: nothing of the old record is ever reached again, not by the old name either. */
static void
test_account_other_name (Fixture       *fixture,
                         gconstpointer  data)
{
  Settle first = ada ();
  Settle other = ada ();
  Settle back = ada ();
  g_autoptr(ServiceChallenge) challenge = NULL;

  store_write (fixture, settle_func, &first);
  add_contact (fixture, first.record, "contact-1", "ada@example.org");
  challenge = store_new_challenge (first.record, "challenge-1", "contact-1", "123456");
  store_write (fixture, store_add_challenge_func, challenge);

  other.account.name = (char *) "eve";
  store_read (fixture, find_func, &other);
  g_assert_false (other.found);
  store_write (fixture, settle_func, &other);
  g_assert_cmpint (other.record, !=, first.record);
  g_assert_cmpint (other.state, ==, SERVICE_ACCOUNT_ACTIVE);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM challenge WHERE state = 0 OR sealed_code IS NOT NULL"),
                   ==, 0);

  store_write (fixture, settle_func, &back);
  g_assert_cmpint (back.record, !=, first.record);
  g_assert_cmpint (back.record, !=, other.record);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM account WHERE put_aside_at > 0"), ==, 2);
  store_read (fixture, uid_func, &first);
  g_assert_cmpuint (first.account.uid, ==, (uid_t) -1);
}

static void
assert_suspends (Fixture *fixture,
                 Settle   changed)
{
  Settle first = ada ();
  Settle back = ada ();

  store_write (fixture, settle_func, &first);
  store_read (fixture, find_func, &changed);
  g_assert_false (changed.found);   /* settle has to run first */
  store_write (fixture, settle_func, &changed);
  g_assert_cmpint (changed.record, ==, first.record);
  g_assert_cmpint (changed.state, ==, SERVICE_ACCOUNT_SUSPENDED);
  store_read (fixture, find_func, &changed);
  g_assert_true (changed.found);
  g_assert_cmpint (changed.state, ==, SERVICE_ACCOUNT_SUSPENDED);

  /* Only resuming ends it. */
  store_write (fixture, settle_func, &back);
  g_assert_cmpint (back.state, ==, SERVICE_ACCOUNT_SUSPENDED);
  store_write (fixture, resume_func, &changed);
  store_write (fixture, settle_func, &changed);
  g_assert_cmpint (changed.state, ==, SERVICE_ACCOUNT_ACTIVE);
}

static void
test_account_other_inode (Fixture       *fixture,
                          gconstpointer  data)
{
  Settle changed = ada ();

  changed.account.mark_inode++;
  assert_suspends (fixture, changed);
}

/* userdel and useradd give the same uid, and on ext4 the same inode. */
static void
test_account_other_birth (Fixture       *fixture,
                          gconstpointer  data)
{
  Settle changed = ada ();

  changed.account.mark_btime++;
  assert_suspends (fixture, changed);
}

static void
test_account_no_mark_any_more (Fixture       *fixture,
                               gconstpointer  data)
{
  Settle changed = ada ();

  changed.account.has_mark = FALSE;
  assert_suspends (fixture, changed);
}

/* A mark that appears is taken on while there is nothing to inherit; later it is not, and does not suspend either. */
static void
test_account_mark_appears (Fixture       *fixture,
                           gconstpointer  data)
{
  Settle bare = ada ();
  Settle marked = ada ();

  bare.account.has_mark = FALSE;
  store_write (fixture, settle_func, &bare);
  g_assert_cmpint (bare.state, ==, SERVICE_ACCOUNT_ACTIVE);
  store_write (fixture, settle_func, &marked);
  g_assert_cmpint (marked.record, ==, bare.record);
  g_assert_cmpint (store_look (fixture, "SELECT mark_inode FROM account WHERE has_mark"), ==, 77);

  store_meddle (fixture, "UPDATE account SET has_mark = 0, mark_inode = 0, mark_btime = 0");
  add_contact (fixture, bare.record, "contact-1", "ada@example.org");
  store_write (fixture, settle_func, &marked);
  g_assert_cmpint (marked.state, ==, SERVICE_ACCOUNT_ACTIVE);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM account WHERE has_mark"), ==, 0);
}

static void
test_account_erase (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const tables[] = { "account", "contact", "challenge", "audit", "replay", "inbox", "message" };
  gint64 record = RECORD;

  store_add_record (fixture, RECORD, 1000);
  store_add_record (fixture, RECORD + 1, 1001);
  add_contact (fixture, RECORD, "contact-1", "ada@example.org");
  add_contact (fixture, RECORD + 1, "contact-2", "bob@example.org");
  add_challenge (fixture, "challenge-1", "contact-1", "123456");
  store_write (fixture, erase_func, &record);

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE record = %d", tables[i], (int) RECORD);

      g_assert_cmpint (store_look (fixture, sql), ==, 0);
    }
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact"), ==, 1);
}

/* --- contacts ----------------------------------------------------------------------------------------------------- */

static gboolean
contacts_func (ServiceStoreTxn  *txn,
               gpointer          data,
               GError          **error)
{
  g_autoptr(GPtrArray) list = service_store_contact_list (txn, RECORD, FALSE, error);
  g_autoptr(ServiceContact) found = service_store_contact_find (txn, RECORD, "ada@example.org", error);
  g_autoptr(ServiceContact) foreign = service_store_contact_get (txn, RECORD + 1, "contact-1", error);
  g_autoptr(ServiceContact) copy = NULL;
  const ServiceContact *contact;

  g_assert_cmpint (list->len, ==, 2);
  contact = g_ptr_array_index (list, 0);
  g_assert_cmpstr (contact->id, ==, "contact-1");
  g_assert_cmpstr (contact->value, ==, "Ada@example.org");
  g_assert_cmpstr (contact->key, ==, "ada@example.org");
  g_assert_null (contact->label);
  g_assert_null (contact->replaces);
  g_assert_cmpstr (found->id, ==, "contact-1");
  g_assert_null (foreign);
  g_assert_no_error (*error);

  copy = service_contact_copy (contact);
  g_assert_cmpstr (copy->value, ==, contact->value);
  g_assert_cmpuint (service_store_contact_count_verified (txn, RECORD, error), ==, 0);

  return TRUE;
}

static gboolean
change_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, "contact-1", error);
  g_autoptr(ServiceContact) changed = NULL;
  g_autoptr(ServiceContact) old = NULL;

  g_free (contact->value);
  g_free (contact->key);
  contact->value = g_strdup ("lovelace@example.org");
  contact->key = g_strdup (contact->value);
  contact->label = g_strdup ("at work");
  contact->state = SECINFO_CONTACT_VERIFIED;
  contact->verified_at = NOW + 5;
  contact->trial = TRUE;
  g_assert_true (service_store_contact_update (txn, contact, error));

  changed = service_store_contact_find (txn, RECORD, "lovelace@example.org", error);
  g_assert_cmpstr (changed->label, ==, "at work");
  g_assert_cmpint (changed->state, ==, SECINFO_CONTACT_VERIFIED);
  g_assert_cmpint (changed->verified_at, ==, NOW + 5);
  g_assert_true (changed->trial);
  old = service_store_contact_find (txn, RECORD, "ada@example.org", error);
  g_assert_null (old);

  return TRUE;
}

static void
test_contacts (Fixture       *fixture,
               gconstpointer  data)
{
  store_add_record (fixture, RECORD, 1000);
  store_add_record (fixture, RECORD + 1, 1001);
  add_contact (fixture, RECORD, "contact-1", "Ada@example.org");
  add_contact (fixture, RECORD, "contact-2", "countess@example.org");
  store_read (fixture, contacts_func, NULL);
  store_write (fixture, change_func, NULL);
}

static gboolean
remove_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, data, error);

  contact->state = SECINFO_CONTACT_REMOVED;
  contact->removed_at = NOW;
  return service_store_contact_update (txn, contact, error);
}

static gboolean
restore_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, data, error);

  contact->state = SECINFO_CONTACT_VERIFIED;
  return service_store_contact_update (txn, contact, error);
}

static gboolean
prune_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  return service_store_contact_prune (txn, *(gint64 *) data, error);
}

static void
test_contact_once (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(ServiceContact) twin = store_new_contact (RECORD, "contact-2", "ADA@example.org");
  g_autoptr(GError) conflict = NULL;
  g_autoptr(GError) back = NULL;
  gint64 before = NOW;

  store_add_record (fixture, RECORD, 1000);
  store_add_record (fixture, RECORD + 1, 1001);
  add_contact (fixture, RECORD, "contact-1", "ada@example.org");
  add_contact (fixture, RECORD + 1, "contact-3", "ada@example.org");   /* another account may have it too */

  conflict = store_try_write (fixture, store_add_contact_func, twin);
  g_assert_error (conflict, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT);
  g_assert_null (strstr (conflict->message, "ada"));

  store_write (fixture, remove_func, (gpointer) "contact-1");
  store_write (fixture, store_add_contact_func, twin);
  back = store_try_write (fixture, restore_func, (gpointer) "contact-1");
  g_assert_error (back, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT);

  store_write (fixture, prune_func, &before);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact"), ==, 3);
  before++;
  store_write (fixture, prune_func, &before);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM contact"), ==, 2);
}

static gboolean
subject_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  g_autofree char *one = service_store_contact_subject (txn, "ada@example.org", error);
  g_autofree char *two = service_store_contact_subject (txn, "ada@example.net", error);

  g_assert_cmpint (strlen (one), ==, 64);
  g_assert_cmpstr (one, !=, two);
  if (*(char **) data != NULL)
    g_assert_cmpstr (one, ==, *(char **) data);
  else
    *(char **) data = g_steal_pointer (&one);

  return TRUE;
}

static void
test_subject (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *subject = NULL;

  store_read (fixture, subject_func, &subject);
  store_close (fixture);
  store_open (fixture);
  store_read (fixture, subject_func, &subject);
}

/* --- what lies in the file ---------------------------------------------------------------------------------------- */

#define N_CODES 300

static gboolean
end_func (ServiceStoreTxn  *txn,
          gpointer          data,
          GError          **error)
{
  return service_store_challenge_end_all (txn, RECORD, data, NOW + 1, error);
}

/* The writer cuts the WAL to nothing by itself, soon after it has nothing else to do. */
static void
wait_for_empty_wal (Fixture *fixture)
{
  g_autofree char *path = g_strconcat (fixture->path, "-wal", NULL);
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gsize length = 1;

  while (length > 0 && g_get_monotonic_time () < until)
    {
      g_autofree char *content = NULL;

      g_usleep (50 * 1000);
      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
    }
  g_assert_cmpuint (length, ==, 0);
}

static void
test_raw_file_shows_nothing (Fixture       *fixture,
                             gconstpointer  data)
{
  static const char *const secrets[] = { "ada.lovelace", "example.org", "at the mill", "918273" };
  g_autoptr(ServiceContact) contact = store_new_contact (RECORD, "contact-1", "ada.lovelace@example.org");
  g_autoptr(GPtrArray) sealed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  store_add_record (fixture, RECORD, 1000);
  contact->label = g_strdup ("at the mill");
  store_write (fixture, store_add_contact_func, contact);
  for (guint i = 0; i < N_CODES; i++)
    {
      g_autofree char *id = g_strdup_printf ("challenge-%03u", (i * 7) % N_CODES);   /* pages are split and balanced */

      add_challenge (fixture, id, "contact-1", "918273");
    }
  for (guint i = 0; i < N_CODES; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT sealed_code FROM challenge WHERE id = 'challenge-%03u'", i);

      g_ptr_array_add (sealed, store_look_blob (fixture, sql));
    }

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_false (store_files_hold (fixture, secrets[i], strlen (secrets[i])));
  g_assert_true (store_files_hold (fixture, "contact-1", 9));   /* it does look where the rows are */

  store_write (fixture, end_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM challenge WHERE sealed_code IS NOT NULL"), ==, 0);
  wait_for_empty_wal (fixture);
  for (guint i = 0; i < sealed->len; i++)
    {
      gsize length;
      const void *bytes = g_bytes_get_data (g_ptr_array_index (sealed, i), &length);

      g_assert_false (store_files_hold (fixture, bytes, length));
      g_assert_false (store_files_hold (fixture, (const char *) bytes + 1, 24));   /* its nonce: no half of it either */
    }
}

static void
copy_file (Fixture    *from,
           Fixture    *to,
           const char *end)
{
  g_autofree char *source = g_strconcat (from->path, end, NULL);
  g_autofree char *target = g_strconcat (to->path, end, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &content, &length, NULL));
  g_assert_cmpuint (length, >, 0);
  g_assert_true (g_file_set_contents (target, content, length, NULL));
}

/* What a power cut leaves: the database and a WAL that holds a code. Opened again, all is there, and the WAL is emptied
 * without anything more being erased. */
static void
test_after_crash (Fixture       *fixture,
                  gconstpointer  data)
{
  Fixture copy = { NULL };

  store_set_up (&copy, NULL);
  store_close (&copy);
  store_add_record (fixture, RECORD, 1000);
  add_contact (fixture, RECORD, "contact-1", "ada@example.org");
  add_challenge (fixture, "challenge-1", "contact-1", "918273");
  copy_file (fixture, &copy, "");
  copy_file (fixture, &copy, "-wal");

  store_open (&copy);
  g_assert_cmpint (store_look (&copy, "SELECT count(*) FROM challenge WHERE sealed_code IS NOT NULL"), ==, 1);
  wait_for_empty_wal (&copy);
  g_assert_cmpint (store_look (&copy, "SELECT count(*) FROM challenge WHERE sealed_code IS NOT NULL"), ==, 1);
  store_tear_down (&copy, NULL);
}

static gboolean
unreadable_func (ServiceStoreTxn  *txn,
                 gpointer          data,
                 GError          **error)
{
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, "contact-1", error);
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_get (txn, RECORD, "challenge-1", error);

  g_assert_cmpint (contact->state, ==, SECINFO_CONTACT_UNREADABLE);
  g_assert_null (contact->value);
  g_assert_null (contact->key);
  g_assert_null (contact->label);
  g_assert_null (challenge->code);

  /* What can be kept of it is kept. */
  contact->alerts = TRUE;
  return service_store_contact_update (txn, contact, error);
}

static gboolean
readable_func (ServiceStoreTxn  *txn,
               gpointer          data,
               GError          **error)
{
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, "contact-1", error);

  g_assert_cmpint (contact->state, ==, SECINFO_CONTACT_UNVERIFIED);
  g_assert_cmpstr (contact->value, ==, "ada@example.org");
  g_assert_true (contact->alerts);

  return TRUE;
}

static gboolean
locked_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(ServiceContact) contact = service_store_contact_get (txn, RECORD, "contact-1", &local);

  g_assert_null (contact);
  g_assert_error (local, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_LOCKED);
  g_assert_cmpuint (service_store_contact_count_verified (txn, RECORD, error), ==, 0);
  g_assert_no_error (*error);

  return TRUE;
}

static void
test_wrong_key (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "other-key", NULL);
  g_autoptr(ServiceKey) other = store_load_key (path);

  store_add_record (fixture, RECORD, 1000);
  add_contact (fixture, RECORD, "contact-1", "ada@example.org");
  add_challenge (fixture, "challenge-1", "contact-1", "123456");

  service_store_set_key (fixture->store, NULL);
  store_read (fixture, locked_func, NULL);
  service_store_set_key (fixture->store, other);
  store_write (fixture, unreadable_func, NULL);
  service_store_set_key (fixture->store, fixture->key);
  store_read (fixture, readable_func, NULL);
  store_close (fixture);
}

/* A sealed value opens in its own row and column alone. */
static void
test_moved_value (Fixture       *fixture,
                  gconstpointer  data)
{
  store_add_record (fixture, RECORD, 1000);
  add_contact (fixture, RECORD, "contact-1", "ada@example.org");
  add_contact (fixture, RECORD, "contact-2", "eve@example.org");
  add_challenge (fixture, "challenge-1", "contact-1", NULL);
  store_meddle (fixture, "UPDATE contact SET sealed_value = (SELECT sealed_value FROM contact WHERE id = 'contact-2') "
                         "WHERE id = 'contact-1'");
  store_write (fixture, unreadable_func, NULL);

  store_meddle (fixture, "UPDATE contact SET sealed_value = sealed_key WHERE id = 'contact-1'");
  store_write (fixture, unreadable_func, NULL);
}

void
store_add_row_tests (void)
{
  g_test_add ("/store/account/new", Fixture, NULL, store_set_up, test_account_new, store_tear_down);
  g_test_add ("/store/account/other_name", Fixture, NULL, store_set_up, test_account_other_name, store_tear_down);
  g_test_add ("/store/account/other_inode", Fixture, NULL, store_set_up, test_account_other_inode, store_tear_down);
  g_test_add ("/store/account/other_birth", Fixture, NULL, store_set_up, test_account_other_birth, store_tear_down);
  g_test_add ("/store/account/no_mark_any_more", Fixture, NULL, store_set_up, test_account_no_mark_any_more,
              store_tear_down);
  g_test_add ("/store/account/mark_appears", Fixture, NULL, store_set_up, test_account_mark_appears, store_tear_down);
  g_test_add ("/store/account/erase", Fixture, NULL, store_set_up, test_account_erase, store_tear_down);
  g_test_add ("/store/contact/rows", Fixture, NULL, store_set_up, test_contacts, store_tear_down);
  g_test_add ("/store/contact/once", Fixture, NULL, store_set_up, test_contact_once, store_tear_down);
  g_test_add ("/store/contact/subject", Fixture, NULL, store_set_up, test_subject, store_tear_down);
  g_test_add ("/store/sealing/raw_file_shows_nothing", Fixture, NULL, store_set_up, test_raw_file_shows_nothing,
              store_tear_down);
  g_test_add ("/store/sealing/after_crash", Fixture, NULL, store_set_up, test_after_crash, store_tear_down);
  g_test_add ("/store/sealing/wrong_key", Fixture, NULL, store_set_up, test_wrong_key, store_tear_down);
  g_test_add ("/store/sealing/moved_value", Fixture, NULL, store_set_up, test_moved_value, store_tear_down);
}
