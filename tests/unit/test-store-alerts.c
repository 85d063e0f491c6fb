/* test-store-alerts.c - alerts carry the address that they go to
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <string.h>

#define COPIES "SELECT count(*) FROM message WHERE sealed_place IS NOT NULL"
/* What whoever writes the file can do. */
#define SWAP \
  "CREATE TEMP TABLE taken AS SELECT id, sealed_to, sealed_place FROM message;" \
  "UPDATE message SET (sealed_to, sealed_place) = " \
  "(SELECT sealed_to, sealed_place FROM taken WHERE taken.id <> message.id)"

/* --- alerts without the key --------------------------------------------------------------------------------------- */

static gboolean
erase_all_func (ServiceStoreTxn  *txn,
                gpointer          data,
                GError          **error)
{
  return service_store_account_erase (txn, RECORD, error);
}

/* An alert to a contact that no key opens now: it carries what lay there, and is read once the key is there. */
static gboolean
copy_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  g_autoptr(GPtrArray) all = service_store_addressees (txn, RECORD, FALSE, error);
  g_autoptr(ServiceAddressee) same = service_store_addressee (txn, RECORD, "contact-1", error);
  g_autoptr(ServiceAddressee) none = service_store_addressee (txn, RECORD + 1, "contact-1", error);
  const ServiceAddressee *to;
  ServiceMessage alert = {
    .id = (char *) "alert-1", .record = RECORD, .kind = SERVICE_MESSAGE_ALERT, .contact = (char *) "contact-1",
    .alert = (char *) "contact-removed@1", .created_at = NOW, .state_at = NOW, .next_at = NOW,
    .expires_at = NOW + 600, .language = "en",
  };

  g_assert_cmpuint (all->len, ==, 1);
  g_assert_null (none);
  to = g_ptr_array_index (all, 0);
  g_assert_cmpstr (to->contact, ==, "contact-1");
  g_assert_cmpstr (to->place, ==, same->place);
  g_assert_cmpuint (strlen (to->subject), ==, 64);
  alert.sealed_to = to->sealed;
  alert.sealed_place = to->place;
  return service_store_message_add (txn, &alert, error);
}

static gboolean
unreadable_func (ServiceStoreTxn  *txn,
                 gpointer          data,
                 GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 20, 10, 10, error);
  const ServiceMessage *alert = g_ptr_array_index (due, 0);

  g_assert_cmpuint (due->len, ==, 1);
  g_assert_null (alert->to);
  g_assert_true (alert->unreadable);
  return TRUE;
}

static gboolean
readable_func (ServiceStoreTxn  *txn,
               gpointer          data,
               GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 20, 10, 10, error);

  g_assert_cmpuint (due->len, ==, 1);
  g_assert_cmpstr (((const ServiceMessage *) g_ptr_array_index (due, 0))->to, ==, "ada@example.org");
  return TRUE;
}

static gboolean
over_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 20, 10, 10, error);
  ServiceMessage *alert = g_ptr_array_index (due, 0);

  alert->over = TRUE;
  return service_store_message_update (txn, alert, error);
}

static void
test_alert_copy (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(ServiceContact) contact = store_new_contact (RECORD, "contact-1", "ada@example.org");

  store_add_record (fixture, RECORD, 1000);
  store_write (fixture, store_add_contact_func, contact);
  store_meddle (fixture, "UPDATE contact SET alerts = 1, state = 1");
  service_store_set_key (fixture->store, NULL);
  store_write (fixture, copy_func, NULL);
  store_read (fixture, unreadable_func, NULL);
  service_store_set_key (fixture->store, fixture->key);
  /* The contact goes, and the account. */
  store_write (fixture, erase_all_func, NULL);
  store_read (fixture, readable_func, NULL);
  store_write (fixture, over_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT sealed_to IS NULL FROM message"), ==, 1);
}

/* --- each for its own row ----------------------------------------------------------------------------------------- */

static void
add_alert (ServiceStoreTxn *txn,
           const char      *id,
           const char      *contact)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ServiceAddressee) to = service_store_addressee (txn, RECORD, contact, &error);
  ServiceMessage alert = {
    .id = (char *) id, .record = RECORD, .kind = SERVICE_MESSAGE_ALERT, .contact = (char *) contact,
    .alert = (char *) "contact-removed@1", .created_at = NOW, .state_at = NOW, .next_at = NOW,
    .expires_at = NOW + 600, .language = "en", .sealed_to = to->sealed, .sealed_place = to->place,
  };

  g_assert_true (service_store_message_add (txn, &alert, &error));
  g_assert_no_error (error);
}

static gboolean
two_func (ServiceStoreTxn  *txn,
          gpointer          data,
          GError          **error)
{
  add_alert (txn, "alert-1", "contact-1");
  add_alert (txn, "alert-2", "contact-2");
  return TRUE;
}

static gboolean
bind_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  return service_store_message_bind (txn, error);
}

static void
check_addresses (ServiceStoreTxn *txn,
                 const char      *one,
                 const char      *two)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ServiceMessage) first = service_store_message_get (txn, "alert-1", &error);
  g_autoptr(ServiceMessage) second = service_store_message_get (txn, "alert-2", &error);

  g_assert_cmpstr (first->to, ==, one);
  g_assert_cmpstr (second->to, ==, two);
  g_assert_cmpint (first->unreadable, ==, one == NULL);
  g_assert_cmpint (second->unreadable, ==, two == NULL);
}

static gboolean
right_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  check_addresses (txn, "ada@example.org", "berta@example.org");
  return TRUE;
}

static gboolean
neither_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  check_addresses (txn, NULL, NULL);
  return TRUE;
}

static void
set_up_two (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(ServiceContact) ada = store_new_contact (RECORD, "contact-1", "ada@example.org");
  g_autoptr(ServiceContact) berta = store_new_contact (RECORD, "contact-2", "berta@example.org");

  store_set_up (fixture, data);
  store_add_record (fixture, RECORD, 1000);
  store_write (fixture, store_add_contact_func, ada);
  store_write (fixture, store_add_contact_func, berta);
}

static void
test_alert_swapped (Fixture       *fixture,
                    gconstpointer  data)
{
  store_write (fixture, two_func, NULL);
  g_assert_cmpint (store_look (fixture, COPIES), ==, 0);
  store_read (fixture, right_func, NULL);
  store_meddle (fixture, SWAP);
  store_read (fixture, neither_func, NULL);
}

/* Queued without the key: the row's own contact all the same; bound to the row once the key is there. */
static void
test_alert_copy_swapped (Fixture       *fixture,
                         gconstpointer  data)
{
  service_store_set_key (fixture->store, NULL);
  store_write (fixture, two_func, NULL);
  g_assert_cmpint (store_look (fixture, COPIES), ==, 2);
  service_store_set_key (fixture->store, fixture->key);
  store_read (fixture, right_func, NULL);
  store_meddle (fixture, SWAP);
  store_read (fixture, neither_func, NULL);
  store_write (fixture, bind_func, NULL);
  g_assert_cmpint (store_look (fixture, COPIES), ==, 2);

  store_meddle (fixture, SWAP);
  store_write (fixture, bind_func, NULL);
  g_assert_cmpint (store_look (fixture, COPIES), ==, 0);
  store_read (fixture, right_func, NULL);
  store_meddle (fixture, SWAP);
  store_read (fixture, neither_func, NULL);
}

void
store_add_alert_tests (void)
{
  g_test_add ("/store/message/alert_copy", Fixture, NULL, store_set_up, test_alert_copy, store_tear_down);
  g_test_add ("/store/message/alert_swapped", Fixture, NULL, set_up_two, test_alert_swapped, store_tear_down);
  g_test_add ("/store/message/alert_copy_swapped", Fixture, NULL, set_up_two, test_alert_copy_swapped, store_tear_down);
}
