/* test-store-prune.c - what is too old goes in slices, and nothing else with it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#define OLD   "1000"    /* seconds; what is newer is NOW's */
#define MANY  (2 * SERVICE_STORE_PRUNE_MOST + 7)
#define ROWS  "WITH RECURSIVE rows (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM rows WHERE i < %d) "

typedef gint (*Prune) (ServiceStoreTxn *txn, gint64 before, GError **error);

typedef struct
{
  Prune prune;
  gint  gone;
} Run;

static gboolean
prune_func (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  Run *run = data;

  run->gone = run->prune (txn, NOW - 1, error);
  return run->gone >= 0;
}

/* @insert: %d is how many, and each %s how old they are. */
static const struct { const char *table; Prune prune; const char *insert; } cases[] = {
  { "tally", service_store_tally_prune,
    ROWS "INSERT INTO tally SELECT 0, 'account:' || (i %% 50) || ':1', %s, i * (%s > 0) FROM rows" },
  { "challenge", service_store_challenge_prune,
    ROWS "INSERT INTO challenge SELECT 4711, 'c' || %s || '-' || i, NULL, 0, 0, 1, NULL, NULL, x'00', 5, 1, 1, 1, 'b', "
    "600, 1, %s, 'en' FROM rows" },
  { "message", service_store_message_prune,
    ROWS "INSERT INTO message (id, record, kind, challenge, medium, state, over, tries, created_at, next_at, state_at, "
    "expires_at, language) SELECT 'm' || %s || '-' || i, 4711, 0, 'c', 0, 2, 1, 1, 1, 1, %s, 0, 'en' FROM rows" },
  { "replay", service_store_replay_prune,
    ROWS "INSERT INTO replay SELECT 4711, 'k' || %s || '-' || i, x'00', 200, NULL, %s FROM rows" },
  { "audit", service_store_audit_prune,
    ROWS "INSERT INTO audit (record, what, at) SELECT 4711, 'told', %s * (%s > 0) FROM rows" },
};

static void
add_rows (Fixture    *fixture,
          const char *insert,
          int         number,
          const char *at)
{
  g_autofree char *sql = g_strdup_printf (insert, number, at, at);

  store_meddle (fixture, sql);
}

static void
test_slices (Fixture       *fixture,
             gconstpointer  data)
{
  store_add_record (fixture, RECORD, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      static const gint gone[] = { SERVICE_STORE_PRUNE_MOST, SERVICE_STORE_PRUNE_MOST, 7, 0 };
      g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM %s", cases[i].table);
      g_autofree char *empty = g_strdup_printf ("DELETE FROM %s", cases[i].table);
      Run run = { cases[i].prune, -1 };

      store_meddle (fixture, empty);
      add_rows (fixture, cases[i].insert, MANY, OLD);
      add_rows (fixture, cases[i].insert, 3, "1700000000");
      for (guint k = 0; k < G_N_ELEMENTS (gone); k++)
        {
          store_write (fixture, prune_func, &run);
          g_test_message ("%s: %d gone", cases[i].table, run.gone);
          g_assert_cmpint (run.gone, ==, gone[k]);
        }
      g_assert_cmpint (store_look (fixture, count), ==, 3);
    }
}

/* The message of a code goes with it, in the same slice, and no other. */
static void
test_messages_go_along (Fixture       *fixture,
                        gconstpointer  data)
{
  Run run = { service_store_challenge_prune, -1 };

  store_add_record (fixture, RECORD, 1000);
  add_rows (fixture, cases[1].insert, MANY, OLD);
  store_meddle (fixture, "INSERT INTO message (id, record, kind, challenge, medium, state, over, tries, created_at, "
                         "next_at, state_at, expires_at, language) "
                         "SELECT 'm' || id, 4711, 0, id, 0, 2, 1, 1, 1, 1, 1700000000, 0, 'en' FROM challenge");
  do
    {
      store_write (fixture, prune_func, &run);
      g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message"), ==,
                       store_look (fixture, "SELECT count(*) FROM challenge"));
      g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message WHERE challenge NOT IN "
                                            "(SELECT id FROM challenge)"), ==, 0);
    }
  while (run.gone >= SERVICE_STORE_PRUNE_MOST);
  g_assert_cmpint (store_look (fixture, "SELECT count(*) FROM message"), ==, 0);
}

void
store_add_prune_tests (void)
{
  g_test_add ("/store/prune/slices", Fixture, NULL, store_set_up, test_slices, store_tear_down);
  g_test_add ("/store/prune/messages_go_along", Fixture, NULL, store_set_up, test_messages_go_along, store_tear_down);
}
