/* test-outbox-health.c - what a gateway's answers do to it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-gateways.h"
#include "service-outbox-private.h"
#include "store-fixture.h"

#define GATEWAY "gateway-1"

/* A gateway in a store, and the answer to one message that is written down for it. */
typedef struct
{
  Fixture                store;   /* first: store_set_up() and store_tear_down() take it */
  ServiceOutboxRefusals *refusals;
  ServiceInstance        instance;
  ServiceOutboxOutcome   outcome;
  ServiceOutboxJob       job;
  ServiceMessage         message;
  ServiceCourierAnswer   answer;
  gboolean               changed;
  ServiceGateway        *after;   /* (out) */
} Run;

static gboolean
add_func (ServiceStoreTxn  *txn,
          gpointer          data,
          GError          **error)
{
  return service_store_gateway_add (txn, data, error);
}

static gboolean
answer_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Run *run = data;

  g_clear_pointer (&run->after, service_gateway_free);
  run->job.gateway = service_store_gateway_get (txn, GATEWAY, error);
  if (run->job.gateway == NULL || !service_outbox_write_health (txn, &run->outcome, &run->changed, error))
    return FALSE;
  service_gateway_free (run->job.gateway);
  run->after = service_store_gateway_get (txn, GATEWAY, error);
  return run->after != NULL;
}

static gboolean
probe_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  Run *run = data;
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, GATEWAY, error);

  return gateway != NULL && service_outbox_take_probe (txn, gateway, run->outcome.now.wall, error);
}

static void
set_up (Run           *run,
        gconstpointer  data)
{
  ServiceGateway gateway = {
    .id = (char *) GATEWAY, .kind = (char *) "webhook", .title = (char *) "Webhook", .medium = SECINFO_MEDIUM_SMS,
    .settings = (char *) "{}", .ready = TRUE, .created_at = NOW, .last_delivered_at = NOW - 60,
  };

  store_set_up (&run->store, data);
  store_write (&run->store, add_func, &gateway);
  secinfo_policy_init_defaults (&run->instance.configured);
  run->instance.policy = &run->instance.configured;
  run->refusals = service_outbox_refusals_new ();
  run->outcome.instance = &run->instance;
  run->outcome.job = &run->job;
  run->outcome.answer = &run->answer;
  run->outcome.events = service_outbox_events_new ();
  run->job.message = &run->message;
}

static void
tear_down (Run           *run,
           gconstpointer  data)
{
  g_clear_pointer (&run->after, service_gateway_free);
  g_clear_pointer (&run->outcome.events, g_ptr_array_unref);
  g_clear_pointer (&run->refusals, service_outbox_refusals_unref);
  store_tear_down (&run->store, data);
}

/* To a message of one account, @at seconds after NOW. */
static void
answers (Run           *run,
         gint64         account,
         SecinfoResult  result,
         gint64         at)
{
  static guint number;
  g_autofree char *id = g_strdup_printf ("message-%u", ++number);

  run->message.id = id;
  run->message.record = account;
  run->answer.result = result;
  run->answer.left = TRUE;
  run->answer.code = (char *) (result == SECINFO_RESULT_RETRY ? "503" : "400");
  run->outcome.refusals = run->refusals;
  run->outcome.now.wall = NOW + at;
  store_write (&run->store, answer_func, run);
}

/* One account's messages count once, however many; five accounts' make it rest, and no wrong answer of any of them
 * makes it well. */
static void
test_accounts (Run           *run,
               gconstpointer  data)
{
  for (guint i = 0; i < 20; i++)
    answers (run, 1, SECINFO_RESULT_BAD_CONFIG, i);
  g_assert_cmpuint (run->after->failures, ==, 1);
  g_assert_cmpint (run->after->paused_until, ==, 0);
  g_assert_true (service_gateway_is_misconfigured (run->after));
  g_assert_true (service_gateway_works (run->after));

  for (gint64 account = 2; account < 5; account++)
    answers (run, account, SECINFO_RESULT_BAD_CONFIG, 20);
  answers (run, 2, SECINFO_RESULT_BAD_ADDRESS, 21);
  answers (run, 3, SECINFO_RESULT_BAD_CONFIG, 21);
  g_assert_cmpuint (run->after->failures, ==, 4);
  g_assert_cmpint (run->after->paused_until, ==, 0);
  answers (run, 5, SECINFO_RESULT_BAD_CONFIG, 22);
  g_assert_cmpuint (run->after->failures, ==, 5);
  g_assert_cmpint (run->after->paused_until, ==, NOW + 22 + 60);
  g_assert_false (service_gateway_works (run->after));
  g_assert_true (run->changed);

  /* Tried again by one: of an account that it refused already, then of another. */
  run->outcome.now.wall = NOW + 100;
  store_write (&run->store, probe_func, run);
  answers (run, 5, SECINFO_RESULT_BAD_CONFIG, 101);
  g_assert_cmpint (run->after->paused_until, ==, NOW + 101 + 60);
  answers (run, 6, SECINFO_RESULT_BAD_CONFIG, 200);
  g_assert_cmpint (run->after->paused_until, ==, NOW + 200 + 120);
  for (gint64 account = 7; account < 20; account++)
    answers (run, account, SECINFO_RESULT_BAD_CONFIG, 300);
  g_assert_cmpint (run->after->paused_until, ==, NOW + 300 + 900);

  /* What it refused for another reason, or could not take now, does not mend it; the next may try it, though. */
  answers (run, 1, SECINFO_RESULT_BAD_ADDRESS, 301);
  g_assert_true (service_gateway_is_misconfigured (run->after));
  g_assert_cmpint (run->after->paused_until, ==, 0);
  answers (run, 1, SECINFO_RESULT_RETRY, 302);
  g_assert_true (service_gateway_is_misconfigured (run->after));

  answers (run, 1, SECINFO_RESULT_ACCEPTED, 400);
  g_assert_true (run->after->ready);
  g_assert_null (run->after->trouble);
  g_assert_cmpuint (run->after->failures, ==, 0);
  g_assert_cmpint (run->after->paused_until | run->after->failing_since | run->after->told_at, ==, 0);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 401);
  g_assert_cmpuint (run->after->failures, ==, 1);
}

/* A new process does not know whose the first was: it may be the same account's. */
static void
test_restart (Run           *run,
              gconstpointer  data)
{
  for (guint i = 0; i < 8; i++)
    {
      answers (run, 1, SECINFO_RESULT_BAD_CONFIG, i);
      service_outbox_refusals_unref (run->refusals);
      run->refusals = service_outbox_refusals_new ();
    }
  g_assert_cmpuint (run->after->failures, ==, 1);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 10);
  answers (run, 2, SECINFO_RESULT_BAD_CONFIG, 10);
  g_assert_cmpuint (run->after->failures, ==, 2);
}

/* The message that was refused does not go there again within an hour, nor before its settings are others. */
static void
test_message (Run           *run,
              gconstpointer  data)
{
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 0);
  run->message.id = (char *) "another";
  g_assert_false (service_outbox_refusals_has (run->refusals, run->after, &run->message, NOW));
  service_outbox_refusals_note (run->refusals, run->after, &run->message, NOW);
  g_assert_true (service_outbox_refusals_has (run->refusals, run->after, &run->message, NOW + 3599));
  g_assert_false (service_outbox_refusals_has (run->refusals, run->after, &run->message, NOW + 3600));
  g_assert_false (service_outbox_refusals_has (run->refusals, run->after, &run->message, NOW - 1));
  service_gateway_set_ready (run->after);
  g_assert_false (service_outbox_refusals_has (run->refusals, run->after, &run->message, NOW));
}

/* At once, the first time of a day; the next row of that day as any other failure. */
static void
test_told (Run           *run,
           gconstpointer  data)
{
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 0);
  g_assert_cmpint (run->outcome.tell_at, ==, NOW);
  service_outbox_refusals_told (run->refusals, run->after, NOW);
  answers (run, 2, SECINFO_RESULT_ACCEPTED, 10);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 100);
  g_assert_cmpint (run->outcome.tell_at, ==, 0);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 699);
  g_assert_cmpint (run->outcome.tell_at, ==, 0);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 700);
  g_assert_cmpint (run->outcome.tell_at, ==, NOW + 700);
  answers (run, 2, SECINFO_RESULT_ACCEPTED, 800);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 86400);
  g_assert_cmpint (run->outcome.tell_at, ==, NOW + 86400);
}

static gboolean
told_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  Run *run = data;

  return service_outbox_note_told (txn, run->refusals, &run->message, NOW, &run->changed, error);
}

/* What no gateway took over was told to nobody; and nobody was told of other settings. */
static void
test_told_of_these (Run           *run,
                    gconstpointer  data)
{
  g_autofree char *alert = g_strdup_printf ("contact-added@1 gateway-down@%" G_GINT64_FORMAT, (gint64) NOW);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 0);
  service_outbox_refusals_told (run->refusals, run->after, NOW);
  answers (run, 2, SECINFO_RESULT_ACCEPTED, 10);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 3599);
  g_assert_cmpint (run->outcome.tell_at, ==, 0);
  answers (run, 2, SECINFO_RESULT_ACCEPTED, 3600);
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 3601);
  g_assert_cmpint (run->outcome.tell_at, ==, NOW + 3601);

  run->message.alert = alert;
  run->message.state = SECINFO_DELIVERY_RETRY;
  store_write (&run->store, told_func, run);
  g_assert_false (service_outbox_refusals_is_told (run->refusals, run->after));
  run->message.state = SECINFO_DELIVERY_HANDED_OVER;
  store_write (&run->store, told_func, run);
  g_assert_true (service_outbox_refusals_is_told (run->refusals, run->after));

  g_free (run->after->settings);
  run->after->settings = g_strdup ("{\"from\":\"another\"}");
  g_assert_false (service_outbox_refusals_is_told (run->refusals, run->after));
}

/* When the codes of everybody else are tried again, of those that wait; 0 = they end. */
static gint64
waits_until (const Run *run)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new ();
  g_autoptr(GPtrArray) usable = NULL;
  gint64 soonest;

  g_ptr_array_add (all, run->after);
  usable = service_outbox_list_usable (all, run->outcome.now.wall, &soonest);
  g_assert_cmpuint (usable->len, ==, 0);
  return soonest;
}

/* That one message lacked something does not end the codes of everybody while it asks for a minute, or is away. */
static void
test_rest (Run           *run,
           gconstpointer  data)
{
  answers (run, 1, SECINFO_RESULT_BAD_CONFIG, 0);
  run->answer.retry_after = 60;
  answers (run, 2, SECINFO_RESULT_RETRY, 1);
  g_assert_true (service_gateway_is_misconfigured (run->after));
  g_assert_cmpint (waits_until (run), ==, NOW + 61);

  run->answer.retry_after = 0;
  for (guint i = 0; i < 4; i++)
    answers (run, 2, SECINFO_RESULT_RETRY, 100);
  g_assert_true (service_gateway_is_misconfigured (run->after));
  g_assert_cmpuint (run->after->failures, >=, 5);
  g_assert_cmpint (waits_until (run), ==, run->after->paused_until);

  /* Of wrong settings nobody knows when they are mended. */
  answers (run, 3, SECINFO_RESULT_BAD_CONFIG, 101);
  g_assert_cmpint (waits_until (run), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  const struct { const char *path; void (*run) (Run *run, gconstpointer data); } tests[] = {
    { "/outbox-health/accounts", test_accounts },
    { "/outbox-health/restart", test_restart },
    { "/outbox-health/message", test_message },
    { "/outbox-health/told", test_told },
    { "/outbox-health/told-of-these", test_told_of_these },
    { "/outbox-health/rest", test_rest },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Run, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
