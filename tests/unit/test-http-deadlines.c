/* test-http-deadlines.c - which connection has waited too long, and when the next one will have
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-http-deadlines.h"

enum { BEGIN = 1000, SECOND = G_USEC_PER_SEC };

typedef struct
{
  ServiceHttpDeadline deadline;
  guint               late;
} One;

static void
late_cb (gpointer who)
{
  ((One *) who)->late++;
}

static void
test_next (void)
{
  g_autoptr(ServiceHttpDeadlines) all = service_http_deadlines_new (late_cb);
  One rest = { 0 }, head = { 0 }, body = { 0 };

  g_assert_cmpint (service_http_deadlines_next (all, BEGIN), ==, -1);
  service_http_deadlines_set (all, &rest.deadline, &rest, SERVICE_HTTP_DEADLINE_REST, BEGIN);
  g_assert_cmpint (service_http_deadlines_next (all, BEGIN), ==, 60000);
  service_http_deadlines_set (all, &body.deadline, &body, SERVICE_HTTP_DEADLINE_BODY, BEGIN);
  service_http_deadlines_set (all, &head.deadline, &head, SERVICE_HTTP_DEADLINE_HEAD, BEGIN + 1);
  g_assert_cmpint (service_http_deadlines_next (all, BEGIN), ==, 5001);   /* not a moment too early */

  service_http_deadlines_set (all, &head.deadline, &head, SERVICE_HTTP_DEADLINE_NONE, BEGIN + 2);
  g_assert_cmpint (service_http_deadlines_next (all, BEGIN + 10 * SECOND), ==, 0);
  service_http_deadlines_set (all, &body.deadline, &body, SERVICE_HTTP_DEADLINE_NONE, BEGIN + 2);
  service_http_deadlines_set (all, &rest.deadline, &rest, SERVICE_HTTP_DEADLINE_NONE, BEGIN + 2);
  g_assert_cmpint (service_http_deadlines_next (all, BEGIN + 100 * SECOND), ==, -1);
}

static void
test_expire (void)
{
  g_autoptr(ServiceHttpDeadlines) all = service_http_deadlines_new (late_cb);
  One ones[3] = { { { 0 }, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (ones); i++)
    service_http_deadlines_set (all, &ones[i].deadline, &ones[i], SERVICE_HTTP_DEADLINE_HEAD, BEGIN + i * SECOND);
  /* The oldest goes on to another thing, and is behind the others then. */
  service_http_deadlines_set (all, &ones[0].deadline, &ones[0], SERVICE_HTTP_DEADLINE_BODY, BEGIN + 4 * SECOND);

  service_http_deadlines_expire (all, BEGIN + 6 * SECOND - 1);
  g_assert_cmpuint (ones[0].late + ones[1].late + ones[2].late, ==, 0);
  service_http_deadlines_expire (all, BEGIN + 6 * SECOND);
  g_assert_cmpuint (ones[1].late, ==, 1);
  g_assert_cmpuint (ones[0].late + ones[2].late, ==, 0);
  service_http_deadlines_expire (all, BEGIN + 14 * SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (ones); i++)
    g_assert_cmpuint (ones[i].late, ==, 1);   /* said once */
  g_assert_cmpint (service_http_deadlines_next (all, BEGIN + 100 * SECOND), ==, -1);

  /* One that was late may wait again. */
  service_http_deadlines_set (all, &ones[1].deadline, &ones[1], SERVICE_HTTP_DEADLINE_REST, BEGIN);
  service_http_deadlines_expire (all, BEGIN + 60 * SECOND);
  g_assert_cmpuint (ones[1].late, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-deadlines/next", test_next);
  g_test_add_func ("/http-deadlines/expire", test_expire);
  return g_test_run ();
}
