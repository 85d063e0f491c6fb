/* test-throttle.c - the arithmetic of the rules that count
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-throttle.h"

enum { NOW = 1795492800, HOUR = 3600, DAY = 86400 };

static const ServiceThrottleRule tries[] = { { 10, HOUR }, { 50, DAY } };

/* @n times, @step seconds apart, the last one @ago seconds ago. */
static gint64 *
spread (gsize n,
        gint64 step,
        gint64 ago)
{
  gint64 *times = g_new (gint64, n + 1);

  for (gsize i = 0; i < n; i++)
    times[i] = NOW - ago - (gint64) (n - 1 - i) * step;
  return times;
}

static int
judge (gsize   n,
       gint64  step,
       gint64  ago,
       gint64 *until)
{
  g_autofree gint64 *times = spread (n, step, ago);

  return service_throttle_judge (tries, G_N_ELEMENTS (tries), times, n, NOW, until);
}

static void
test_below (void)
{
  gint64 until = -1;

  g_assert_cmpint (judge (0, 1, 0, &until), ==, -1);
  g_assert_cmpint (until, ==, 0);
  g_assert_cmpint (judge (9, 1, 0, &until), ==, -1);
  g_assert_cmpint (judge (49, 1700, 0, &until), ==, -1);   /* 3 an hour */
}

static void
test_hour (void)
{
  gint64 until;

  g_assert_cmpint (judge (10, 60, 0, &until), ==, 0);
  g_assert_cmpint (until, ==, NOW - 9 * 60 + HOUR);   /* when the oldest of the ten falls out */
  g_assert_cmpint (judge (10, 0, HOUR, &until), ==, -1);
  g_assert_cmpint (judge (10, 0, HOUR - 1, &until), ==, 0);
  g_assert_cmpint (until, ==, NOW + 1);
}

static void
test_day_lasts_longer (void)
{
  gint64 until;

  g_assert_cmpint (judge (50, 60, 0, &until), ==, 1);
  g_assert_cmpint (until, ==, NOW - 49 * 60 + DAY);
}

/* A clock that ran ahead for an hour and was set right: the tries of that hour still count, and not for ever. */
static void
test_future (void)
{
  gint64 until;

  g_assert_cmpint (judge (10, 1, -HOUR, &until), ==, 0);
  g_assert_cmpint (until, ==, NOW + HOUR);
  g_assert_cmpint (judge (10, 1, -20 * 365 * (gint64) DAY, &until), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/below", test_below);
  g_test_add_func ("/throttle/hour", test_hour);
  g_test_add_func ("/throttle/day-lasts-longer", test_day_lasts_longer);
  g_test_add_func ("/throttle/future", test_future);
  return g_test_run ();
}
