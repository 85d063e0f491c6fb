/* test-watch-form.c - what a session is told of while no window is open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-watch-form.h"
#include "sample-account.h"

#include <locale.h>

#define DAY 86400
#define CODES(left) "{'left':" left ",'made_at':'2026-03-03T10:00:00Z','used':[],'pending':null}"

/* What is said where the service answers @state at @now. */
static void
assert_says (AppWatchForm *form,
             const char   *state,
             gint64        now,
             const char   *reminder)
{
  g_autoptr(json_t) codes = sample_json (state);
  g_autofree char *said = app_watch_form_take_saved_codes (form, codes, now);

  g_assert_cmpstr (said, ==, reminder);
}

static void
test_at_three (void)
{
  g_autoptr(AppWatchForm) form = app_watch_form_new ();

  assert_says (form, "{'left':0,'made_at':null,'used':[],'pending':null}", SAMPLE_NOW, NULL);
  assert_says (form, CODES ("10"), SAMPLE_NOW, NULL);
  assert_says (form, CODES ("4"), SAMPLE_NOW, NULL);
  g_assert_false (app_watch_form_is_low (form));
  assert_says (form, CODES ("3"), SAMPLE_NOW, "3 saved codes are left");
  g_assert_true (app_watch_form_is_low (form));
}

static void
test_words (void)
{
  const struct { const char *state, *words; } cases[] = {
    { CODES ("2"), "2 saved codes are left" },
    { CODES ("1"), "1 saved code is left" },
    { CODES ("0"), "All saved codes are used up" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AppWatchForm) form = app_watch_form_new ();

      assert_says (form, cases[i].state, SAMPLE_NOW, cases[i].words);
    }
}

static void
test_alerts (void)
{
  const struct { const char *type, *title; } cases[] = {
    { "recovery-begun", "A code was asked for your account" },
    { "saved-code-used", "A saved code of yours was used" },
    { "recovered", "Your password was changed with a code" },
    { "unlocked", "Your account was unlocked with a code" },
    { "recovery-unclear", "Your password was perhaps changed with a code" },
  };
  const char *title = NULL;
  g_autofree char *down = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *said = app_watch_form_take_alert (cases[i].type, SAMPLE_NOW, &title);

      g_assert_cmpstr (title, ==, cases[i].title);
      g_assert_cmpstr (said, ==, "At the sign-in screen of this computer, at 14:03. Was it you?");
    }
  /* What is changed in a session by whoever confirmed that it is he asks nobody. */
  g_assert_null (app_watch_form_take_alert ("contact-added", SAMPLE_NOW, &title));
  g_assert_null (app_watch_form_take_alert ("from-the-future", SAMPLE_NOW, &title));
  /* An administrator is not asked whether it was he that no code could be sent. */
  g_assert_null (app_watch_form_take_alert ("gateway-down", SAMPLE_NOW, &title));
  g_assert_null (app_watch_form_take_gateway ("recovered", SAMPLE_NOW, &title));
  down = app_watch_form_take_gateway ("gateway-down", SAMPLE_NOW, &title);
  g_assert_cmpstr (title, ==, "Codes cannot be sent as they should");
  g_assert_cmpstr (down, ==,
                   "Noticed at 14:03. The preferences say which way to send it is, and what is wrong.");
}

/* Once a sign-in, then weekly; made anew, it begins at the start. */
static void
test_weekly (void)
{
  g_autoptr(AppWatchForm) form = app_watch_form_new ();

  assert_says (form, CODES ("3"), SAMPLE_NOW, "3 saved codes are left");
  assert_says (form, CODES ("3"), SAMPLE_NOW + 60, NULL);
  assert_says (form, CODES ("2"), SAMPLE_NOW + 7 * DAY - 1, NULL);
  assert_says (form, CODES ("2"), SAMPLE_NOW + 7 * DAY, "2 saved codes are left");
  assert_says (form, CODES ("2"), SAMPLE_NOW + 8 * DAY, NULL);
  assert_says (form, CODES ("10"), SAMPLE_NOW + 9 * DAY, NULL);
  g_assert_false (app_watch_form_is_low (form));
  assert_says (form, CODES ("3"), SAMPLE_NOW + 10 * DAY, "3 saved codes are left");
  /* The clock was set back. */
  assert_says (form, CODES ("3"), SAMPLE_NOW, "3 saved codes are left");
}

static void
assert_account (AppWatchForm *form,
                const char   *members,
                const char   *title,
                const char   *body)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (members);
  const char *above = NULL;
  g_autofree char *said = app_watch_form_take_account (form, account, &above);

  g_assert_cmpstr (said, ==, body);
  g_assert_cmpstr (above, ==, title);
}

static void
test_first_contact (void)
{
  g_autoptr(AppWatchForm) email = app_watch_form_new ();
  g_autoptr(AppWatchForm) phone = app_watch_form_new ();

  assert_account (email, "{'contacts':[]}", NULL, NULL);
  assert_account (email, "{'contacts':[" SAMPLE_CONTACT ("c1", "email", "unverified", "a•••e@example.org", "") "]}",
                  NULL, NULL);
  assert_account (email, "{'contacts':[" SAMPLE_EMAIL "]}", "New recovery email",
                  "\xe2\x81\xa8" "a•••e@example.org\xe2\x81\xa9 can let you back in from now on. Not you? Open "
                  "Security Info.");
  /* From here on there is somebody whom the service tells. */
  assert_account (email, "{'contacts':[" SAMPLE_EMAIL "," SAMPLE_PHONE "]}", NULL, NULL);

  assert_account (phone, "{'contacts':[]}", NULL, NULL);
  assert_account (phone, "{'contacts':[" SAMPLE_PHONE "]}", "New recovery phone",
                  "\xe2\x81\xa6••• •• 56\xe2\x81\xa9 can let you back in from now on. Not you? Open Security Info.");
}

/* What was there before, and what was only not shown, is no news. */
static void
test_no_news (void)
{
  g_autoptr(AppWatchForm) form = app_watch_form_new ();

  assert_account (form, "{'contacts':[" SAMPLE_EMAIL "]}", NULL, NULL);
  assert_account (form, "{'state':'suspended','contacts':[]}", NULL, NULL);
  assert_account (form, "{'contacts':[" SAMPLE_EMAIL "]}", NULL, NULL);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/watch-form/at-three", test_at_three);
  g_test_add_func ("/watch-form/alerts", test_alerts);
  g_test_add_func ("/watch-form/words", test_words);
  g_test_add_func ("/watch-form/weekly", test_weekly);
  g_test_add_func ("/watch-form/first-contact", test_first_contact);
  g_test_add_func ("/watch-form/no-news", test_no_news);
  return g_test_run ();
}
