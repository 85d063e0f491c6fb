/* test-inbox-form.c - what the trial inbox shows
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-inbox-form.h"
#include "sample.h"

#include <locale.h>

#define FSI "\xe2\x81\xa8"
#define LRI "\xe2\x81\xa6"
#define PDI "\xe2\x81\xa9"
#define ZWSP "\xe2\x80\x8b"

static void
test_messages (void)
{
  g_autoptr(json_t) items = sample_json (
    "[{'id':'m2','at':'2026-05-12T14:03:00Z','to':'alex.sample@example.org','subject':'x',"
    "'text':'482 913 is your code.','code':'482 913'},"
    "{'id':'m1','at':'2026-05-11T18:40:00Z','to':'+44 7911 123456','subject':'','text':'Changed.','code':null}]");
  g_autoptr(GPtrArray) messages = app_inbox_form_new (items, SAMPLE_NOW);
  AppMessage *code = messages->pdata[0], *alert = messages->pdata[1];

  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpstr (code->id, ==, "m2");
  g_assert_cmpstr (code->title, ==, "To " FSI "alex.sample@" ZWSP "example.org" PDI);
  g_assert_cmpstr (code->subtitle, ==, "Code · today at 14:03");
  g_assert_cmpstr (secinfo_secret_get_text (code->text), ==, "482 913 is your code.");
  /* What is copied are the digits alone. */
  g_assert_cmpstr (secinfo_secret_get_text (code->code), ==, "482913");
  g_assert_cmpstr (alert->title, ==, "To " LRI "+44 7911 123456" PDI);
  g_assert_cmpstr (alert->subtitle, ==, "Alert · yesterday at 18:40");
  g_assert_null (alert->code);
}

static void
test_empty (void)
{
  g_autoptr(json_t) items = sample_json ("[]");
  g_autoptr(GPtrArray) messages = app_inbox_form_new (items, SAMPLE_NOW);

  g_assert_cmpuint (messages->len, ==, 0);
}

static void
test_odd (void)
{
  g_autoptr(json_t) items = sample_json ("[{'to':'nobody'},{'id':'m1','code':'12'},7]");
  g_autoptr(GPtrArray) messages = app_inbox_form_new (items, SAMPLE_NOW);
  AppMessage *message;

  g_assert_cmpuint (messages->len, ==, 1);
  message = messages->pdata[0];
  g_assert_null (message->code);
  g_assert_cmpstr (secinfo_secret_get_text (message->text), ==, "");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/inbox-form/messages", test_messages);
  g_test_add_func ("/inbox-form/empty", test_empty);
  g_test_add_func ("/inbox-form/odd", test_odd);
  return g_test_run ();
}
