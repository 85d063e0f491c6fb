/* test-time.c - points in time on the wire and for people
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-time.h"
#include "test-say.h"

#include <locale.h>
#include <string.h>

#define AT G_GINT64_CONSTANT (1795492021)  /* Tuesday, 2026-11-24T03:47:01Z */
#define DAY (24 * 60 * 60)

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_to_rfc3339 (void)
{
  assert_text (secinfo_time_to_rfc3339 (AT), "2026-11-24T03:47:01Z");
  assert_text (secinfo_time_to_rfc3339 (1), "1970-01-01T00:00:01Z");
  assert_text (secinfo_time_to_rfc3339 (1709164800), "2024-02-29T00:00:00Z");
  assert_text (secinfo_time_to_rfc3339 (G_MININT64), "1970-01-01T00:00:00Z");
  assert_text (secinfo_time_to_rfc3339 (G_MAXINT64), "9999-12-31T23:59:59Z");
}

static void
test_from_rfc3339 (void)
{
  static const struct { const char *text; gint64 seconds; } cases[] = {
    { "2026-11-24T03:47:01Z", AT }, { "2026-11-24t03:47:01z", AT }, { "2026-11-24T03:47:01.999Z", AT },
    { "2026-11-24T05:47:01+02:00", AT }, { "2026-11-23T22:17:01-05:30", AT }, { "2016-12-31T23:59:60Z", 1483228799 },
    { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) },
    { NULL, 0 }, { "", 0 }, { "2026", 0 }, { "2026-11-24", 0 }, { "2026-11-24T03:47:01", 0 },
      { "2026-11-24T03:47Z", 0 },
    { "2026-13-24T03:47:01Z", 0 }, { "2026-02-29T03:47:01Z", 0 }, { "2026-11-24T24:00:00Z", 0 },
    { "2026-11-24T03:60:01Z", 0 }, { "2026-11-24T03:47:61Z", 0 }, { "2026-11-24T03:47:01.Z", 0 },
    { "2026-11-24T03:47:01Zx", 0 }, { "2026-11-24T03:47:01+0200", 0 }, { "2026-11-24T03:47:01+24:00", 0 },
    { "2026-11-24T03:47:01+02:60", 0 }, { " 2026-11-24T03:47:01Z", 0 }, { "+026-11-24T03:47:01Z", 0 },
    { "0000-11-24T03:47:01Z", 0 }, { "２026-11-24T03:47:01Z", 0 }, { "-2026-11-24T03:47:01Z", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      say_case (cases[i].text);
      g_assert_cmpint (secinfo_time_from_rfc3339 (cases[i].text), ==, cases[i].seconds);
    }
}

static void
test_words (void)
{
  gboolean today;

  assert_text (secinfo_time_to_clock (AT), "03:47");
  assert_text (secinfo_time_to_day (AT, AT), "24 November");
  assert_text (secinfo_time_to_day (AT - 365 * DAY, AT), "24 November 2025");
  assert_text (secinfo_time_to_words (AT, AT), "today at 03:47");
  assert_text (secinfo_time_to_words (AT - 4 * 3600, AT), "yesterday at 23:47");
  assert_text (secinfo_time_to_words (AT + DAY, AT), "tomorrow at 03:47");
  assert_text (secinfo_time_to_words (AT + 2 * DAY, AT), "on Thursday at 03:47");
  assert_text (secinfo_time_to_words (AT - 6 * DAY, AT), "on Wednesday at 03:47");
  assert_text (secinfo_time_to_words (AT - 7 * DAY, AT), "on 17 November at 03:47");
  assert_text (secinfo_time_to_words (AT + 60 * DAY, AT), "on 23 January 2027 at 03:47");
  /* Whatever a damaged database says, nothing falls over. */
  assert_text (secinfo_time_to_point (AT, AT), "03:47");
  assert_text (secinfo_time_to_point (AT - 4 * 3600, AT), "yesterday at 23:47");
  assert_text (secinfo_time_to_point (AT - 2 * DAY, AT), "Sunday at 03:47");
  assert_text (secinfo_time_to_point (AT - 7 * DAY, AT), "17 November at 03:47");
  assert_text (secinfo_time_to_when (AT + 60, AT, &today), "03:48");
  g_assert_true (today);
  assert_text (secinfo_time_to_when (AT + DAY, AT, &today), "tomorrow at 03:47");
  g_assert_false (today);
  g_free (secinfo_time_to_words (G_MAXINT64, G_MININT64));
}

static void
test_twelve_hours (void)
{
  if (setlocale (LC_ALL, "en_US.UTF-8") == NULL)
    {
      g_test_skip ("the locale en_US.UTF-8 is not installed");
      return;
    }

  assert_text (secinfo_time_to_clock (AT + 10 * 3600), "1:47 PM");
  setlocale (LC_ALL, "C.UTF-8");
}

static void
test_now (void)
{
  SecinfoNow a, b;

  secinfo_now_read (&a);
  secinfo_now_read (&b);
  g_assert_cmpint (a.wall, >, 1700000000);
  g_assert_cmpint (a.boot, >, 0);
  g_assert_cmpint (b.boot, >=, a.boot);
  g_assert_cmpuint (strlen (a.boot_id), ==, 36);
  g_assert_cmpstr (a.boot_id, ==, b.boot_id);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/to-rfc3339", test_to_rfc3339);
  g_test_add_func ("/time/from-rfc3339", test_from_rfc3339);
  g_test_add_func ("/time/words", test_words);
  g_test_add_func ("/time/twelve-hours", test_twelve_hours);
  g_test_add_func ("/time/now", test_now);
  return g_test_run ();
}
