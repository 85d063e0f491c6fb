/* test-store-mail.c - challenges, tallies, messages, gateways, and what is kept for a while
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-throttle.h"
#include "store-fixture.h"

#include <string.h>

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(ServiceContact) contact = store_new_contact (RECORD, "contact-1", "ada@example.org");

  store_set_up (fixture, data);
  store_add_record (fixture, RECORD, 1000);
  store_write (fixture, store_add_contact_func, contact);
}

static void
add_challenge (Fixture    *fixture,
               const char *id)
{
  g_autoptr(ServiceChallenge) challenge = store_new_challenge (RECORD, id, "contact-1", "314159");

  store_write (fixture, store_add_challenge_func, challenge);
}

static gboolean
add_message_func (ServiceStoreTxn  *txn,
                  gpointer          data,
                  GError          **error)
{
  return service_store_message_add (txn, data, error);
}

static void
add_message (Fixture              *fixture,
             const char           *id,
             const char           *challenge,
             SecinfoDeliveryState  state,
             gint64                next_at)
{
  ServiceMessage message = {
    .id = (char *) id, .record = RECORD, .kind = SERVICE_MESSAGE_CODE, .challenge = (char *) challenge,
    .contact = (char *) "contact-1", .state = state, .created_at = NOW, .next_at = next_at, .state_at = NOW,
    .expires_at = NOW + 600, .gateway = (char *) "gateway-1", .language = "en",
  };

  store_write (fixture, add_message_func, &message);
}

/* --- challenges --------------------------------------------------------------------------------------------------- */

static gboolean
challenge_func (ServiceStoreTxn  *txn,
                gpointer          data,
                GError          **error)
{
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_get (txn, RECORD, "challenge-1", error);
  g_autoptr(ServiceChallenge) foreign = service_store_challenge_get (txn, RECORD + 1, "challenge-1", error);
  g_autoptr(ServiceChallenge) running = service_store_challenge_running (txn, RECORD, "contact-1",
                                                                         SECINFO_PURPOSE_PROVE, error);
  g_autoptr(ServiceChallenge) none = service_store_challenge_running (txn, RECORD, "contact-1", SECINFO_PURPOSE_CONFIRM,
                                                                      error);
  g_autoptr(ServiceChallenge) ended = NULL;
  guint8 check[32];

  memset (check, 7, sizeof check);
  g_assert_cmpstr (challenge->code, ==, "314159");
  g_assert_cmpmem (challenge->check, 32, check, 32);
  g_assert_cmpstr (challenge->boot_id, ==, BOOT_ID);
  g_assert_cmpuint (challenge->attempts_left, ==, 5);
  g_assert_cmpint (challenge->life, ==, 600);
  g_assert_null (foreign);
  g_assert_null (none);
  g_assert_cmpstr (running->id, ==, "challenge-1");

  challenge->attempts_left = 4;
  challenge->sends = 2;
  g_assert_true (service_store_challenge_update (txn, challenge, error));
  g_clear_pointer (&running, service_challenge_free);
  running = service_store_challenge_get (txn, RECORD, challenge->id, error);
  g_assert_cmpuint (running->attempts_left, ==, 4);
  g_assert_cmpstr (running->code, ==, "314159");   /* kept while it runs */

  challenge->state = SECINFO_CHALLENGE_ANSWERED;
  challenge->ended_at = NOW + 9;
  g_assert_true (service_store_challenge_update (txn, challenge, error));
  ended = service_store_challenge_get (txn, RECORD, "challenge-1", error);
  g_assert_cmpint (ended->state, ==, SECINFO_CHALLENGE_ANSWERED);
  g_assert_cmpint (ended->ended_at, ==, NOW + 9);
  g_assert_null (ended->code);

  return TRUE;
}

static void
test_challenge (Fixture       *fixture,
                gconstpointer  data)
{
  add_challenge (fixture, "challenge-1");
  store_write (fixture, challenge_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT sealed_code IS NULL FROM challenge"), ==, 1);
}

static gboolean
typed_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  g_autoptr(ServiceChallenge) challenge = store_new_challenge (RECORD, "challenge-2", NULL, "271828");
  g_autoptr(ServiceChallenge) running = NULL;

  challenge->to = g_strdup ("typed@example.org");
  challenge->purpose = SECINFO_PURPOSE_RESUME;
  g_assert_true (service_store_challenge_add (txn, challenge, error));
  running = service_store_challenge_running (txn, RECORD, NULL, SECINFO_PURPOSE_RESUME, error);
  g_assert_cmpstr (running->to, ==, "typed@example.org");
  g_assert_null (running->contact);

  return TRUE;
}

static void
test_challenge_without_contact (Fixture       *fixture,
                                gconstpointer  data)
{
  store_write (fixture, typed_func, NULL);
  g_assert_false (store_files_hold (fixture, "typed@", 6));
}

typedef struct
{
  SecinfoNow now;
  int        ended;
} Expire;

static gboolean
expire_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Expire *expire = data;

  expire->ended = service_store_challenge_expire (txn, &expire->now, error);
  return expire->ended >= 0;
}

static void
test_expire (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct { gint64 wall, boot; gboolean ends; } cases[] = {
    { NOW + 599, 1599, FALSE },
    { NOW + 601, 1601, TRUE },   /* its life is over */
    { NOW - 1, 1010, TRUE },     /* the clock says: before it was issued */
    { NOW + 10, 1601, TRUE },    /* the clock was set back, the boot clock knows */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Expire expire = { { cases[i].wall, cases[i].boot, BOOT_ID }, -1 };
      g_autofree char *id = g_strdup_printf ("challenge-%u", i);

      store_meddle (fixture, "DELETE FROM challenge");
      add_challenge (fixture, id);
      add_message (fixture, id, id, SECINFO_DELIVERY_QUEUED, NOW);
      store_write (fixture, expire_func, &expire);
      g_assert_cmpint (expire.ended, ==, cases[i].ends);
      g_assert_cmpint (store_look (fixture, "SELECT sealed_code IS NULL AND state = 3 FROM challenge"), ==,
                       cases[i].ends);
      g_assert_cmpint (store_look (fixture, "SELECT max(over) FROM message WHERE challenge IS NOT NULL"), ==,
                       cases[i].ends);
      store_meddle (fixture, "DELETE FROM message");
    }
}

static gboolean
end_contact_func (ServiceStoreTxn  *txn,
                  gpointer          data,
                  GError          **error)
{
  return service_store_challenge_end_all (txn, RECORD, data, NOW + 3, error);
}

static gboolean
prune_challenges_func (ServiceStoreTxn  *txn,
                       gpointer          data,
                       GError          **error)
{
  return service_store_challenge_prune (txn, *(gint64 *) data, error) >= 0;
}

static void
test_end_all (Fixture       *fixture,
              gconstpointer  data)
{
  gint64 before = NOW + 4;

  add_challenge (fixture, "challenge-1");
  add_message (fixture, "message-1", "challenge-1", SECINFO_DELIVERY_QUEUED, NOW);
  store_write (fixture, end_contact_func, (gpointer) "contact-2");
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM challenge WHERE state = 0"), ==, 1);

  store_write (fixture, end_contact_func, (gpointer) "contact-1");
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM challenge WHERE state = 4 AND ended_at > 0"), ==, 1);
  g_assert_cmpint (store_look (fixture, "SELECT over FROM message"), ==, 1);
  store_write (fixture, prune_challenges_func, &before);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM challenge"), ==, 0);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message_step"), ==, 0);
}

/* --- tallies ------------------------------------------------------------------------------------------------------ */

static gboolean
count_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  for (gint64 at = NOW; at < NOW + 5; at++)
    g_assert_true (service_store_tally_add (txn, SERVICE_TALLY_WRONG_CODE, "account:ada:1", at, error));
  g_assert_true (service_store_tally_add (txn, SERVICE_TALLY_WRONG_CODE, "account:ada:1", NOW + 4,
                                          error));   /* same second */
  g_assert_true (service_store_tally_add (txn, SERVICE_TALLY_SEND, "account:ada:1", NOW, error));

  return service_store_tally_add (txn, SERVICE_TALLY_WRONG_CODE, "account:bob:1", NOW, error);
}

static gboolean
counted_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  g_autoptr(GArray) times = service_store_tally_times (txn, SERVICE_TALLY_WRONG_CODE, "account:ada:1", NOW + 2, error);

  g_assert_cmpuint (times->len, ==, 4);
  g_assert_cmpint (g_array_index (times, gint64, 0), ==, NOW + 2);
  g_assert_cmpint (g_array_index (times, gint64, 2), ==, NOW + 4);
  g_assert_cmpint (g_array_index (times, gint64, 3), ==, NOW + 4);

  return TRUE;
}

static gboolean
forget_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  return service_store_tally_clear (txn, SERVICE_TALLY_WRONG_CODE, "account:bob:1", error) &&
         service_store_tally_prune (txn, NOW + 2, error) >= 0;
}

static void
test_tallies (Fixture       *fixture,
              gconstpointer  data)
{
  store_write (fixture, count_func, NULL);
  store_close (fixture);
  store_open (fixture);   /* a restart forgets nothing */
  store_read (fixture, counted_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM tally"), ==, 8);
  store_write (fixture, forget_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM tally"), ==, 4);
  store_read (fixture, counted_func, NULL);
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static gboolean
outbox_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 20, 10, 10, error);
  g_autoptr(ServiceMessage) latest = NULL;
  g_autoptr(GPtrArray) steps = NULL;
  ServiceMessage *first;
  ServiceMessageStep *step;

  g_assert_cmpuint (due->len, ==, 2);
  first = g_ptr_array_index (due, 0);
  g_assert_cmpstr (first->id, ==, "message-2");
  g_assert_cmpint (service_store_message_next (txn, error), ==, NOW + 5);

  first->state = SECINFO_DELIVERY_SENDING;
  first->state_at = NOW + 6;
  g_assert_true (service_store_message_update (txn, first, error));
  first->tries = 1;
  g_assert_true (service_store_message_update (txn, first, error));   /* same state: no step */
  first->state = SECINFO_DELIVERY_REFUSED;
  first->over = TRUE;
  first->detail = g_strdup ("no such mailbox");
  g_assert_true (service_store_message_update (txn, first, error));
  g_assert_cmpint (service_store_message_next (txn, error), ==, NOW + 10);

  steps = service_store_message_steps (txn, "challenge-1", error);
  g_assert_cmpuint (steps->len, ==, 5);   /* three first ones, and two */
  step = g_ptr_array_index (steps, 4);
  g_assert_cmpint (step->state, ==, SECINFO_DELIVERY_REFUSED);
  g_assert_cmpstr (step->detail, ==, "no such mailbox");
  latest = service_store_message_of (txn, "challenge-1", error);
  g_assert_cmpstr (latest->id, ==, "message-3");

  return TRUE;
}

static void
test_outbox (Fixture       *fixture,
             gconstpointer  data)
{
  add_challenge (fixture, "challenge-1");
  add_message (fixture, "message-1", "challenge-1", SECINFO_DELIVERY_QUEUED, NOW + 10);
  add_message (fixture, "message-2", "challenge-1", SECINFO_DELIVERY_QUEUED, NOW + 5);
  add_message (fixture, "message-3", "challenge-1", SECINFO_DELIVERY_QUEUED, NOW + 50);
  store_write (fixture, outbox_func, NULL);
}

static gboolean
recover_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  return service_store_message_recover (txn, data, NOW + 30, error);
}

static void
test_recover (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const idempotent[] = { "gateway-1", NULL };

  add_challenge (fixture, "challenge-1");
  add_message (fixture, "message-1", "challenge-1", SECINFO_DELIVERY_SENDING, NOW);
  store_write (fixture, recover_func, (gpointer) idempotent);
  g_assert_cmpint (store_look (fixture, "SELECT state FROM message WHERE over = 0 AND perhaps_left"), ==,
                   SECINFO_DELIVERY_UNKNOWN);

  store_meddle (fixture, "UPDATE message SET state = 1");
  store_write (fixture, recover_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT state FROM message WHERE over = 1"), ==, SECINFO_DELIVERY_UNKNOWN);
}

static gboolean
erase_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  return service_store_account_erase (txn, RECORD, error);
}

static gboolean
read_alert_func (ServiceStoreTxn  *txn,
                 gpointer          data,
                 GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 20, 10, 10, error);
  g_autoptr(GPtrArray) codes = service_store_message_due (txn, NOW + 20, 10, 0, error);
  const ServiceMessage *alert;

  g_assert_cmpuint (due->len, ==, 1);
  g_assert_cmpuint (codes->len, ==, 0);
  alert = g_ptr_array_index (due, 0);
  g_assert_cmpstr (alert->to, ==, "ada@example.org");
  return TRUE;
}

static gboolean
join_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  g_autoptr(ServiceMessage) none = service_store_message_waiting (txn, RECORD, "contact-2", error);
  g_autoptr(ServiceMessage) foreign = service_store_message_waiting (txn, RECORD + 1, "contact-1", error);
  g_autoptr(ServiceMessage) alert = service_store_message_waiting (txn, RECORD, "contact-1", error);

  g_assert_null (none);
  g_assert_null (foreign);
  g_assert_nonnull (alert);
  g_assert_null (alert->to);
  g_free (alert->alert);
  alert->alert = g_strdup ("contact-added@1 contact-removed@2");
  alert->to = g_strdup ("ada@example.org");
  alert->next_at = NOW + 5;
  alert->expires_at = NOW + 7000;
  return service_store_message_join (txn, alert, error);
}

static gboolean
joined_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  g_autoptr(GPtrArray) due = service_store_message_due (txn, NOW + 5, 0, 10, error);
  g_autoptr(ServiceMessage) waiting = NULL;
  ServiceMessage *alert;

  g_assert_cmpuint (due->len, ==, 1);
  alert = g_ptr_array_index (due, 0);
  g_assert_cmpstr (alert->alert, ==, "contact-added@1 contact-removed@2");
  g_assert_cmpstr (alert->to, ==, "ada@example.org");
  /* What joined last has its own week. */
  g_assert_cmpint (alert->expires_at, ==, NOW + 7000);

  /* It has left: what happens now is another message's. */
  alert->tries = 1;
  alert->state = SECINFO_DELIVERY_RETRY;
  alert->next_at = NOW + 3600;
  g_assert_true (service_store_message_update (txn, alert, error));
  waiting = service_store_message_waiting (txn, RECORD, "contact-1", error);
  g_assert_null (waiting);

  g_assert_true (service_store_message_hurry (txn, SECINFO_MEDIUM_SMS, NOW + 7, error));
  g_assert_cmpint (service_store_message_next (txn, error), ==, NOW + 3600);
  g_assert_true (service_store_message_hurry (txn, SECINFO_MEDIUM_EMAIL, NOW + 7, error));
  g_assert_cmpint (service_store_message_next (txn, error), ==, NOW + 7);
  return TRUE;
}

static void
test_alert_joins (Fixture       *fixture,
                  gconstpointer  data)
{
  ServiceMessage alert = {
    .id = (char *) "alert-1", .record = RECORD, .kind = SERVICE_MESSAGE_ALERT, .contact = (char *) "contact-1",
    .alert = (char *) "contact-added@1", .medium = SECINFO_MEDIUM_EMAIL, .created_at = NOW, .state_at = NOW,
    .next_at = NOW + 30, .expires_at = NOW + 600, .language = "en",
  };

  store_write (fixture, add_message_func, &alert);
  store_write (fixture, join_func, NULL);
  store_write (fixture, joined_func, NULL);
  g_assert_false (store_files_hold (fixture, "ada@", 4));
}

/* The old contacts are to be told that the account was erased: that alert, with its address, is all that stays. */
static void
test_alert_outlives (Fixture       *fixture,
                     gconstpointer  data)
{
  ServiceMessage alert = {
    .id = (char *) "alert-1", .record = RECORD, .kind = SERVICE_MESSAGE_ALERT, .contact = (char *) "contact-1",
    .alert = (char *) "account-erased", .to = (char *) "ada@example.org", .created_at = NOW, .state_at = NOW,
    .next_at = NOW,
    .expires_at = NOW + 600, .language = "en",
  };

  add_challenge (fixture, "challenge-1");
  add_message (fixture, "message-1", "challenge-1", SECINFO_DELIVERY_QUEUED, NOW);
  store_write (fixture, add_message_func, &alert);
  store_write (fixture, erase_func, NULL);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message WHERE record IS NULL AND contact IS NULL "
                                        "AND sealed_to IS NOT NULL"), ==, 1);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message"), ==, 1);
  store_read (fixture, read_alert_func, NULL);
  g_assert_false (store_files_hold (fixture, "ada@", 4));
}

/* --- gateways ----------------------------------------------------------------------------------------------------- */

static gboolean
gateways_func (ServiceStoreTxn  *txn,
               gpointer          data,
               GError          **error)
{
  ServiceGateway sms = {
    .id = (char *) "gateway-1", .kind = (char *) "kannel", .title = (char *) "Kannel", .medium = SECINFO_MEDIUM_SMS,
    .settings = (char *) "{\"base\":\"http://127.0.0.1\"}", .secrets = (char *) "{\"password\":\"open sesame\"}",
    .secret_names = (char *) "[\"password\"]", .ready = TRUE, .created_at = NOW,
  };
  ServiceGateway mail = {
    .id = (char *) "gateway-2", .kind = (char *) "smtp", .title = (char *) "Mail", .medium = SECINFO_MEDIUM_EMAIL,
    .settings = (char *) "{}", .ready = TRUE,
  };
  g_autoptr(ServiceGateway) kept = NULL;
  g_autoptr(ServiceGateway) bare = NULL;
  g_autoptr(GPtrArray) list = NULL;

  g_assert_true (service_store_gateway_add (txn, &sms, error));
  g_assert_true (service_store_gateway_add (txn, &mail, error));
  list = service_store_gateway_list (txn, error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((ServiceGateway *) g_ptr_array_index (list, 0))->id, ==, "gateway-2");

  /* Settings change, the password stays what it was. */
  sms.secrets = NULL;
  sms.ready = FALSE;
  sms.trouble = (char *) "unreachable";
  g_assert_true (service_store_gateway_update (txn, &sms, error));
  kept = service_store_gateway_get (txn, "gateway-1", error);
  g_assert_cmpstr (kept->secrets, ==, "{\"password\":\"open sesame\"}");
  g_assert_false (kept->ready);
  g_assert_cmpstr (kept->trouble, ==, "unreachable");

  sms.secret_names = NULL;
  g_assert_true (service_store_gateway_update (txn, &sms, error));
  bare = service_store_gateway_get (txn, "gateway-1", error);
  g_assert_null (bare->secrets);
  g_assert_true (service_store_gateway_delete (txn, "gateway-2", error));
  g_assert_null (service_store_gateway_get (txn, "gateway-2", error));

  return TRUE;
}

/* The transaction after it: remembered from before, and as it is. */
static gboolean
known_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, "gateway-1", error);
  GPtrArray *known = service_store_gateways_known (txn, error);

  g_assert_cmpuint (known->len, ==, 1);
  g_assert_cmpstr (((ServiceGateway *) g_ptr_array_index (known, 0))->title, ==, gateway->title);
  g_assert_null (((ServiceGateway *) g_ptr_array_index (known, 0))->secrets);
  g_assert_true (service_store_gateways_known (txn, error) == known);

  return TRUE;
}

static gboolean
rename_func (ServiceStoreTxn  *txn,
             gpointer          fails,
             GError          **error)
{
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, "gateway-1", error);
  GPtrArray *known;

  g_free (gateway->title);
  gateway->title = g_strdup (fails != NULL ? "Never" : "New");
  g_assert_true (service_store_gateway_update (txn, gateway, error));
  known = service_store_gateways_known (txn, error);
  g_assert_cmpstr (((ServiceGateway *) g_ptr_array_index (known, 0))->title, ==, gateway->title);
  if (fails != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "on purpose");

  return fails == NULL;
}

static void
test_gateways (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GError) failure = NULL;

  store_write (fixture, gateways_func, NULL);
  store_write (fixture, known_func, NULL);
  store_read (fixture, known_func, NULL);
  failure = store_try_write (fixture, rename_func, (gpointer) "fails");
  g_assert_error (failure, G_IO_ERROR, G_IO_ERROR_FAILED);
  store_write (fixture, known_func, NULL);
  store_write (fixture, rename_func, NULL);
  store_write (fixture, known_func, NULL);
  store_read (fixture, known_func, NULL);
  g_assert_false (store_files_hold (fixture, "sesame", 6));
}

/* --- kept for a while --------------------------------------------------------------------------------------------- */

static gboolean
inbox_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  g_autoptr(GPtrArray) list = NULL;
  const ServiceInboxMessage *newest;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("inbox-%u", i);
      ServiceInboxMessage message = { id, RECORD, NOW + i, (char *) "ada@example.org", NULL,
                                      (char *) "314 159 is your code" };

      g_assert_true (service_store_inbox_add (txn, &message, 3, error));
    }
  list = service_store_inbox_list (txn, RECORD, error);
  g_assert_cmpuint (list->len, ==, 3);
  newest = g_ptr_array_index (list, 0);
  g_assert_cmpstr (newest->id, ==, "inbox-4");
  g_assert_cmpstr (newest->text, ==, "314 159 is your code");
  g_assert_null (newest->subject);

  return TRUE;
}

static gboolean
replay_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  guint8 one[32] = { 1 }, two[32] = { 2 };
  g_autofree char *body = NULL;
  gboolean other;
  guint status;

  g_assert_true (service_store_replay_get (txn, RECORD, "key-1", one, &status, &body, &other, error));
  g_assert_cmpuint (status, ==, 0);
  g_assert_true (service_store_replay_add (txn, RECORD, "key-1", one, 201, "{\"id\":\"secret\"}", NOW, error));
  g_assert_true (service_store_replay_get (txn, RECORD, "key-1", one, &status, &body, &other, error));
  g_assert_cmpuint (status, ==, 201);
  g_assert_cmpstr (body, ==, "{\"id\":\"secret\"}");
  g_assert_false (other);
  g_clear_pointer (&body, g_free);

  g_assert_true (service_store_replay_get (txn, RECORD, "key-1", two, &status, &body, &other, error));
  g_assert_true (other);
  g_assert_null (body);
  g_assert_true (service_store_replay_get (txn, RECORD + 1, "key-1", one, &status, &body, &other, error));
  g_assert_cmpuint (status, ==, 0);

  g_assert_true (service_store_replay_add (txn, RECORD, "key-2", one, 204, NULL, NOW + 24 * 3600 + 1, error));
  g_assert_true (service_store_replay_get (txn, RECORD, "key-1", one, &status, &body, &other, error));
  g_assert_cmpuint (status, ==, 0);   /* a day is over */

  return TRUE;
}

static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  store_write (fixture, inbox_func, NULL);
  store_write (fixture, replay_func, NULL);
  g_assert_false (store_files_hold (fixture, "314 159", 7));
  g_assert_false (store_files_hold (fixture, "{\"id\"", 5));
}

/* --- what messages to phones may cost a day ---------------------------------------------------------------------- */

static void
send_alert (ServiceStoreTxn *txn, const SecinfoPolicy *policy, gint64 record, gint64 expected, GError **error)
{
  gint64 until = -1;

  g_assert_true (service_throttle_phone_left (txn, policy, SERVICE_MESSAGE_ALERT, record, NOW, &until, error));
  g_assert_cmpint (until, ==, expected);
  if (until == 0)
    g_assert_true (service_throttle_phone_count (txn, SERVICE_MESSAGE_ALERT, record, NOW, error));
}

static gboolean
phone_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  const gint64 tomorrow = NOW - NOW % 86400 + 86400;
  SecinfoPolicy policy;
  gint64 until;

  secinfo_policy_init_defaults (&policy);
  policy.alerts_phone_day = 4;
  policy.sends_account_day = 2;
  send_alert (txn, &policy, RECORD, 0, error);
  send_alert (txn, &policy, RECORD, 0, error);
  /* One account has had its share; the others have theirs, until nothing of the day is left. */
  send_alert (txn, &policy, RECORD, tomorrow, error);
  send_alert (txn, &policy, RECORD + 1, 0, error);
  /* What never left the computer cost nothing. */
  g_assert_true (service_throttle_phone_take_back (txn, SERVICE_MESSAGE_ALERT, RECORD, NOW, error));
  send_alert (txn, &policy, RECORD, 0, error);
  send_alert (txn, &policy, RECORD + 2, 0, error);
  send_alert (txn, &policy, RECORD + 1, tomorrow, error);
  /* Codes are counted apart, and for each account where they are asked for. */
  g_assert_true (service_throttle_phone_left (txn, &policy, SERVICE_MESSAGE_CODE, RECORD, NOW, &until, error));
  g_assert_cmpint (until, ==, 0);
  return TRUE;
}

static void
test_phones (Fixture       *fixture,
             gconstpointer  data)
{
  store_write (fixture, phone_func, NULL);
}

void
store_add_mail_tests (void)
{
  g_test_add ("/store/challenge/rows", Fixture, NULL, set_up, test_challenge, store_tear_down);
  g_test_add ("/store/challenge/without_contact", Fixture, NULL, set_up, test_challenge_without_contact,
              store_tear_down);
  g_test_add ("/store/challenge/expire", Fixture, NULL, set_up, test_expire, store_tear_down);
  g_test_add ("/store/challenge/end_all", Fixture, NULL, set_up, test_end_all, store_tear_down);
  g_test_add ("/store/tally/restart", Fixture, NULL, set_up, test_tallies, store_tear_down);
  g_test_add ("/store/message/outbox", Fixture, NULL, set_up, test_outbox, store_tear_down);
  g_test_add ("/store/message/recover", Fixture, NULL, set_up, test_recover, store_tear_down);
  g_test_add ("/store/message/alert_joins", Fixture, NULL, set_up, test_alert_joins, store_tear_down);
  g_test_add ("/store/message/alert_outlives", Fixture, NULL, set_up, test_alert_outlives, store_tear_down);
  g_test_add ("/store/message/phones", Fixture, NULL, set_up, test_phones, store_tear_down);
  g_test_add ("/store/gateway/rows", Fixture, NULL, set_up, test_gateways, store_tear_down);
  g_test_add ("/store/kept", Fixture, NULL, set_up, test_kept, store_tear_down);
}
