/* test-code-form.c - every page of the verification dialog, as UI.md section 7 has it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-code-form.h"
#include "sample.h"

#include "secinfo-time.h"

#include <locale.h>

static AppCodeView *
view_at (SampleChallenge sample,
         gint64          now)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge (sample);

  return app_code_view_new (challenge, "alex.sample@example.org", now, 0, NULL);
}

static void
test_sending (void)
{
  g_autoptr(AppCodeView) view = view_at ((SampleChallenge) { .delivery = "sending" }, SAMPLE_NOW);
  g_autoptr(AppCodeView) queued = view_at ((SampleChallenge) { .delivery = "queued" }, SAMPLE_NOW + 60);

  g_assert_cmpint (view->page, ==, APP_CODE_ENTER);
  g_assert_cmpstr (view->title, ==, "Enter the code");
  g_assert_cmpstr (view->target, ==, "\u2068alex.sample@\u200bexample.org\u2069");
  g_assert_cmpstr (view->delivery_title, ==, "Sending…");
  g_assert_cmpstr (view->delivery_subtitle, ==, "The code works for 30 minutes.");
  g_assert_null (view->delivery_icon);
  g_assert_cmpstr (view->resend_subtitle, ==, "Possible in 30 seconds");
  g_assert_false (view->resend_possible);
  g_assert_cmpstr (queued->delivery_title, ==, "Still on this computer");
}

static void
test_handed_over (void)
{
  g_autoptr(AppCodeView) email = view_at ((SampleChallenge) { 0 }, SAMPLE_NOW + 6);
  g_autoptr(AppCodeView) phone = view_at ((SampleChallenge) { .kind = "phone" }, SAMPLE_NOW + 29);
  g_autoptr(AppCodeView) later = view_at ((SampleChallenge) { 0 }, SAMPLE_NOW + 30);
  g_autoptr(AppCodeView) trial = view_at ((SampleChallenge) { .trial = TRUE }, SAMPLE_NOW + 30);

  g_assert_cmpstr (email->target, ==, "Sent to \u2068alex.sample@\u200bexample.org\u2069");
  g_assert_cmpstr (email->delivery_title, ==, "Handed to the mail server at 14:03");
  g_assert_cmpstr (email->delivery_subtitle, ==, "It can take a few minutes. The code works until 14:33.");
  g_assert_cmpstr (email->delivery_style, ==, "success");
  g_assert_cmpstr (email->resend_subtitle, ==, "Possible in 24 seconds");
  g_assert_cmpstr (phone->delivery_title, ==, "With the phone company since 14:03");
  g_assert_cmpstr (phone->delivery_subtitle, ==, "The code works until 14:13.");
  g_assert_cmpstr (phone->resend_subtitle, ==, "Possible in 1 second");
  g_assert_true (later->resend_possible);
  g_assert_cmpstr (later->resend_subtitle, ==, "You get the same code again");
  g_assert_cmpstr (trial->delivery_title, ==, "In the trial inbox since 14:03");
}

static void
test_other_deliveries (void)
{
  g_autoptr(AppCodeView) delivered =
    view_at ((SampleChallenge) { .kind = "phone", .delivery = "delivered" }, SAMPLE_NOW + 40);
  g_autoptr(AppCodeView) retry =
    view_at ((SampleChallenge) { .delivery = "retry", .next_at = "2026-05-12T14:05:00Z" }, SAMPLE_NOW + 40);
  g_autoptr(AppCodeView) unknown = view_at ((SampleChallenge) { .delivery = "unknown" }, SAMPLE_NOW + 40);

  g_assert_cmpstr (delivered->delivery_title, ==, "Delivered to the phone at 14:03");
  g_assert_cmpstr (retry->delivery_title, ==, "The mail server asks to wait");
  g_assert_cmpstr (retry->delivery_subtitle, ==, "Next try at 14:05, by itself. The code works until 14:33.");
  g_assert_cmpstr (retry->resend_subtitle, ==, "Not needed: it goes out by itself");
  g_assert_false (retry->resend_possible);
  g_assert_cmpstr (unknown->delivery_title, ==, "Perhaps sent at 14:03");
  g_assert_cmpstr (unknown->delivery_icon, ==, "dialog-question-symbolic");
  g_assert_true (unknown->resend_possible);
}

static void
test_refused (void)
{
  g_autoptr(AppCodeView) view =
    view_at ((SampleChallenge) { .delivery = "refused", .by = "The mail server of example.org" }, SAMPLE_NOW);

  g_assert_cmpint (view->page, ==, APP_CODE_REFUSED);
  g_assert_cmpint (view->button, ==, APP_CODE_BUTTON_CHANGE);
  g_assert_cmpstr (view->title, ==, "The code could not be sent");
  g_assert_cmpstr (view->target, ==, "Is this spelled right? \u2068alex.sample@\u200bexample.org\u2069");
  g_assert_cmpstr (view->delivery_title, ==, "Refused: this address does not exist");
  g_assert_cmpstr (view->delivery_subtitle, ==, "\u2068The mail server of example.org\u2069 said so at 14:03.");
  g_assert_false (view->change_visible);
  g_assert_false (view->help_visible);
}

static void
test_gateway_down (void)
{
  g_autoptr(AppCodeView) told =
    view_at ((SampleChallenge) { .delivery = "gateway-down", .told_at = "2026-05-12T14:03:00Z" }, SAMPLE_NOW);
  g_autoptr(AppCodeView) untold = view_at ((SampleChallenge) { .delivery = "gateway-down" }, SAMPLE_NOW);

  g_assert_cmpint (told->page, ==, APP_CODE_GATEWAY);
  g_assert_cmpint (told->button, ==, APP_CODE_BUTTON_CLOSE);
  g_assert_cmpstr (told->target, ==, "Your contact is kept. Verify it once mail works again.");
  g_assert_cmpstr (told->delivery_title, ==, "This computer cannot send mail now");
  g_assert_cmpstr (told->delivery_subtitle, ==,
                   "The administrator was told at 14:03. Nothing is wrong with your address.");
  g_assert_cmpstr (untold->delivery_subtitle, ==, "Nothing is wrong with your address.");
}

static void
test_ends (void)
{
  g_autoptr(AppCodeView) expired =
    view_at ((SampleChallenge) { .state = "expired", .ended_at = "2026-05-12T14:33:00Z" }, SAMPLE_NOW + 1800);
  g_autoptr(AppCodeView) by_clock = view_at ((SampleChallenge) { 0 }, SAMPLE_NOW + 1801);
  g_autoptr(AppCodeView) used_up = view_at ((SampleChallenge) { .state = "used-up" }, SAMPLE_NOW);

  g_assert_cmpint (expired->page, ==, APP_CODE_EXPIRED);
  g_assert_cmpint (expired->button, ==, APP_CODE_BUTTON_SEND);
  g_assert_cmpstr (expired->title, ==, "This code has ended");
  g_assert_cmpstr (expired->delivery_title, ==, "Ended at 14:33");
  g_assert_cmpstr (expired->delivery_subtitle, ==, "A code by email works for 30 minutes.");
  g_assert_false (expired->resend_visible);
  g_assert_cmpint (by_clock->page, ==, APP_CODE_EXPIRED);
  g_assert_cmpint (used_up->page, ==, APP_CODE_USED_UP);
  g_assert_cmpstr (used_up->delivery_title, ==, "5 wrong codes");
  g_assert_cmpstr (used_up->delivery_subtitle, ==, "For your safety this code no longer works.");
}

static void
test_problems (void)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge ((SampleChallenge) { 0 });
  g_autoptr(AppCodeForm) form = app_code_form_new (NULL, challenge, NULL);
  g_autoptr(GError) wrong = sample_error (SECINFO_PROBLEM_CODE_WRONG, "attempts_left", 4, 0);
  g_autoptr(GError) soon = sample_error (SECINFO_PROBLEM_TOO_MANY_CODES, NULL, 0, SAMPLE_NOW + 3600);
  g_autoptr(GError) pause = sample_error (SECINFO_PROBLEM_TOO_MANY_TRIES, NULL, 0, SAMPLE_NOW + 1320);

  app_code_form_set_now (form, SAMPLE_NOW + 60);
  app_code_form_set_error (form, wrong);
  g_assert_cmpstr (app_code_form_get_problem (form), ==, "That is not the code. 4 tries left.");
  g_assert_cmpint (app_code_form_get_view (form)->page, ==, APP_CODE_ENTER);
  app_code_form_typed (form, 0);
  g_assert_null (app_code_form_get_problem (form));

  g_assert_true (app_code_form_get_view (form)->resend_possible);
  app_code_form_set_error (form, soon);
  g_assert_false (app_code_form_get_view (form)->resend_possible);
  app_code_form_set_now (form, SAMPLE_NOW + 3601);

  app_code_form_set_now (form, SAMPLE_NOW + 60);
  app_code_form_set_error (form, pause);
  g_assert_cmpint (app_code_form_get_view (form)->page, ==, APP_CODE_PAUSE);
  g_assert_cmpstr (app_code_form_get_view (form)->title, ==, "Please wait a little");
  g_assert_cmpstr (app_code_form_get_view (form)->delivery_title, ==, "Pause until 14:25");
  g_assert_cmpstr (app_code_form_get_view (form)->delivery_subtitle, ==,
                   "10 wrong codes within an hour. Signing in with your password works as always.");
  g_assert_cmpint (app_code_form_get_view (form)->button, ==, APP_CODE_BUTTON_CLOSE);
  app_code_form_set_now (form, SAMPLE_NOW + 1320);
  g_assert_cmpint (app_code_form_get_view (form)->page, ==, APP_CODE_ENTER);
}

/* Six digits go out by themselves once; the same ones again only by Enter. */
static void
test_submits_itself_once (void)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge ((SampleChallenge) { 0 });
  g_autoptr(AppCodeForm) form = app_code_form_new (NULL, challenge, NULL);

  app_code_form_set_now (form, SAMPLE_NOW);
  g_assert_false (app_code_form_typed (form, 5));
  g_assert_true (app_code_form_typed (form, 6));
  g_assert_false (app_code_form_typed (form, 6));
  g_assert_false (app_code_form_typed (form, 5));
  g_assert_true (app_code_form_typed (form, 6));
}

#define FIVE "{'per':'contact','window':'hour','limit':5}"
#define WAY(type, at) "{'type':'" type "','contact':null,'at':'2026-05-12T14:" at "Z'}"
#define CONTACT(at) "{'type':'contact','contact':'c2','masked':'b•••b@example.net','at':'2026-05-12T14:" at "Z'}"

/* A pause is counted down, also one that an answer told of. */
static void
test_too_soon (void)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge ((SampleChallenge) { 0 });
  g_autoptr(AppCodeForm) form = app_code_form_new (NULL, challenge, NULL);
  g_autoptr(GError) soon = sample_error (SECINFO_PROBLEM_TOO_SOON, NULL, 0, SAMPLE_NOW + 140);

  app_code_form_set_now (form, SAMPLE_NOW + 40);
  app_code_form_set_error (form, soon);
  g_assert_cmpint (app_code_form_get_view (form)->page, ==, APP_CODE_ENTER);
  g_assert_cmpstr (app_code_form_get_view (form)->resend_subtitle, ==, "Possible in 100 seconds");
  app_code_form_set_now (form, SAMPLE_NOW + 90);
  g_assert_cmpstr (app_code_form_get_view (form)->resend_subtitle, ==, "Possible in 50 seconds");
  g_assert_false (app_code_form_get_view (form)->resend_possible);
  app_code_form_set_now (form, SAMPLE_NOW + 140);
  g_assert_true (app_code_form_get_view (form)->resend_possible);
}

static AppCodeForm *
form_at (SampleChallenge sample,
         gint64          now)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge (sample);
  AppCodeForm *form = app_code_form_new (NULL, challenge, NULL);

  app_code_form_set_now (form, now);
  return form;
}

static void
assert_item (GPtrArray  *items,
             guint       i,
             const char *title,
             const char *subtitle)
{
  const AppHelpItem *item;

  g_assert_cmpuint (i, <, items->len);
  item = g_ptr_array_index (items, i);
  g_assert_cmpstr (item->title, ==, title);
  g_assert_cmpstr (item->subtitle, ==, subtitle);
}

/* “5 codes went there within an hour. The next can be sent …”, and where the code ends before, what then. The day is
 * one that is never today nor tomorrow, so that the words are the same whenever this runs. */
static void
test_limit (void)
{
  static const char at[] = "2096-05-12T14:05:00Z";
  static const char words[] = "5 codes went there within an hour. The next can be sent on 12 May 2096 at 14:05.";
  static const char and_ends[] = "5 codes went there within an hour. The next can be sent on 12 May 2096 at 14:05. "
                                 "This code ends before that.";
  g_autoptr(AppCodeForm) within = NULL, past = NULL, confirm = NULL, alone = NULL, email = NULL;
  g_autoptr(GPtrArray) checks = NULL, past_checks = NULL, confirm_checks = NULL, alone_checks = NULL;
  g_autoptr(GPtrArray) email_checks = NULL, ways = NULL;

  within = form_at ((SampleChallenge) { .kind = "phone", .resend_at = at, .limit = FIVE,
                                        .ways = WAY ("resend", "03:30") }, SAMPLE_NOW + 40);
  checks = app_code_form_help_checks (within, TRUE);
  ways = app_code_form_help_ways (within);
  assert_item (checks, 0, words, NULL);
  assert_item (checks, 1, "Is the phone on, with a signal?", "Messages wait until it is.");
  assert_item (ways, 0, "Send the same code _again", words);
  g_assert_cmpstr (app_code_form_get_view (within)->resend_subtitle, ==, words);
  g_assert_false (app_code_form_get_view (within)->resend_possible);

  past = form_at ((SampleChallenge) { .kind = "phone", .resend_at = "", .send_at = at, .limit = FIVE },
                  SAMPLE_NOW + 40);
  past_checks = app_code_form_help_checks (past, TRUE);
  g_assert_cmpstr (app_code_form_get_view (past)->resend_subtitle, ==, and_ends);
  assert_item (past_checks, 0, words,
               "This code ends before that, at 14:13. Your contact is kept: verify it then.");

  confirm = form_at ((SampleChallenge) { .kind = "phone", .purpose = "confirm", .resend_at = "", .send_at = at,
                                         .limit = FIVE, .ways = CONTACT ("04:00") }, SAMPLE_NOW + 40);
  confirm_checks = app_code_form_help_checks (confirm, FALSE);
  assert_item (confirm_checks, 0, words, "This code ends before that, at 14:13. Use another contact.");

  alone = form_at ((SampleChallenge) { .kind = "phone", .purpose = "confirm", .resend_at = "", .send_at = at,
                                       .limit = FIVE }, SAMPLE_NOW + 40);
  alone_checks = app_code_form_help_checks (alone, FALSE);
  assert_item (alone_checks, 0, words, "This code ends before that, at 14:13. Ask for a new one then.");

  /* No limit: the pause is longer than what is left of the code. */
  email = form_at ((SampleChallenge) { .resend_at = "", .send_at = "2026-05-12T14:33:00Z" }, SAMPLE_NOW + 40);
  email_checks = app_code_form_help_checks (email, TRUE);
  assert_item (email_checks, 0, "This code ends before it can be sent again.", "A new one can be sent at 14:33.");
  g_assert_cmpstr (app_code_form_get_view (email)->resend_subtitle, ==,
                   "Not before this code ends. A new one can be sent at 14:33.");
}

/* What cannot be done yet says from when; after a minute other contacts stand first, also where nobody asked the
 * service again meanwhile. */
static void
test_ways (void)
{
  const SampleChallenge sample = { .kind = "phone", .purpose = "confirm", .ways = WAY ("resend", "03:30") ","
                                   WAY ("voice", "04:00") "," CONTACT ("04:00") };
  g_autoptr(AppCodeForm) form = form_at (sample, SAMPLE_NOW + 20);
  g_autoptr(AppCodeForm) limited = form_at ((SampleChallenge) { .purpose = "confirm", .ways = WAY ("resend", "03:30")
                                                                "," CONTACT ("59:00") }, SAMPLE_NOW + 90);
  g_autoptr(AppCodeForm) called = form_at ((SampleChallenge) { .kind = "phone", .medium = "voice",
                                                               .ways = WAY ("sms", "04:00") }, SAMPLE_NOW + 60);
  g_autoptr(GPtrArray) early = app_code_form_help_ways (form);
  g_autoptr(GPtrArray) late = NULL;
  g_autoptr(GPtrArray) limited_ways = app_code_form_help_ways (limited);
  g_autoptr(GPtrArray) called_ways = app_code_form_help_ways (called);
  g_autoptr(GPtrArray) called_checks = app_code_form_help_checks (called, FALSE);

  assert_item (early, 0, "Send the same code _again", "Possible in 10 seconds");
  assert_item (early, 1, "_Call me with the code", "Possible in 40 seconds");
  assert_item (early, 2, "Send to ⁨b•••b@example.net⁩", "Possible in 40 seconds");
  for (guint i = 0; i < 3; i++)
    g_assert_false (((AppHelpItem *) g_ptr_array_index (early, i))->sensitive);

  app_code_form_set_now (form, SAMPLE_NOW + 60);
  late = app_code_form_help_ways (form);
  assert_item (late, 0, "Send to ⁨b•••b@example.net⁩", NULL);
  assert_item (late, 1, "Send the same code _again", "You get the same code again");
  assert_item (late, 2, "_Call me with the code", NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_true (((AppHelpItem *) g_ptr_array_index (late, i))->sensitive);

  assert_item (limited_ways, 1, "Send to ⁨b•••b@example.net⁩", "Possible at 14:59");
  assert_item (called_ways, 0, "Send a _text message", NULL);
  assert_item (called_checks, 0, "Is the phone on, with a signal?", "A call does not wait until it is.");
  assert_item (called_checks, 1, "Blocked callers", "Some phones do not ring for unknown numbers.");
}

/* Where text messages are down, or do not reach a landline, a call is offered. */
static void
test_call_instead (void)
{
  static const char *const states[] = { "refused", "gateway-down" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr(AppCodeForm) form = form_at ((SampleChallenge) { .kind = "phone", .delivery = states[i],
        .told_at = "2026-05-12T14:03:00Z", .ways = WAY ("resend", "03:30") "," WAY ("voice", "03:30") },
        SAMPLE_NOW + 40);
      g_autoptr(AppCodeForm) without = form_at ((SampleChallenge) { .kind = "phone", .delivery = states[i],
        .ways = WAY ("resend", "03:30") }, SAMPLE_NOW + 40);
      g_autoptr(GPtrArray) ways = app_code_form_help_ways (form);
      g_autoptr(GPtrArray) checks = app_code_form_help_checks (form, TRUE);

      g_assert_true (app_code_form_get_view (form)->help_visible);
      g_assert_false (app_code_form_get_view (without)->help_visible);
      assert_item (ways, 1, "_Call me with the code", NULL);
      if (i == 1)
        assert_item (checks, 0, "The administrator was told at 14:03.", "You need not do anything.");
      else
        g_assert_cmpuint (checks->len, ==, 0);
      g_assert_cmpstr (app_code_form_get_view (form)->delivery_title, ==,
                       i == 0 ? "Refused: this number gets no text messages"
                              : "This computer cannot send text messages now");
    }
}

/* What failed is waited for by nobody: another contact and the other channel stand there at once, and can be pressed,
 * while the same way once more has its pause. */
static void
test_at_once (void)
{
  static const char *const states[] = { "refused", "gateway-down" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr(AppCodeForm) form = form_at ((SampleChallenge) { .kind = "phone", .purpose = "confirm",
        .delivery = states[i], .ways = CONTACT ("03:00") "," WAY ("resend", "03:30") "," WAY ("voice", "03:00") },
        SAMPLE_NOW + 2);
      g_autoptr(GPtrArray) ways = app_code_form_help_ways (form);

      assert_item (ways, 0, "Send to ⁨b•••b@example.net⁩", NULL);
      g_assert_true (((AppHelpItem *) g_ptr_array_index (ways, 0))->sensitive);
      assert_item (ways, 1, "Send the same code _again", "Possible in 28 seconds");
      g_assert_false (((AppHelpItem *) g_ptr_array_index (ways, 1))->sensitive);
      assert_item (ways, 2, "_Call me with the code", NULL);
      g_assert_true (((AppHelpItem *) g_ptr_array_index (ways, 2))->sensitive);
    }
}

/* And the other way round: words of a call, where text messages are offered instead. */
static void
test_text_instead (void)
{
  const char *ways = WAY ("resend", "03:30") "," WAY ("sms", "03:30");
  g_autoptr(AppCodeView) refused = view_at ((SampleChallenge) { .kind = "phone", .medium = "voice",
                                                                .delivery = "refused", .ways = ways },
                                            SAMPLE_NOW + 40);
  g_autoptr(AppCodeView) down = view_at ((SampleChallenge) { .kind = "phone", .medium = "voice",
                                                             .delivery = "gateway-down", .ways = ways },
                                         SAMPLE_NOW + 40);

  g_assert_cmpstr (refused->delivery_title, ==, "Refused: this number cannot be called");
  g_assert_cmpstr (down->delivery_title, ==, "This computer cannot make calls now");
  g_assert_cmpstr (down->target, ==, "Your contact is kept. Verify it once calls work again.");
}

/* A pause that lasts past midnight names the day. */
static void
test_wait_words (void)
{
  g_autofree char *today = app_code_view_wait_words (SAMPLE_NOW + 3600, SAMPLE_NOW);
  g_autofree char *tomorrow = app_code_view_wait_words (SAMPLE_NOW + 86400, SAMPLE_NOW);

  g_assert_cmpstr (today, ==, "Possible at 15:03");
  g_assert_cmpstr (tomorrow, ==, "Possible tomorrow at 14:03");
}

/* Not the phone company's word: this computer's. */
static void
test_not_served (void)
{
  g_autoptr(AppCodeView) view = view_at ((SampleChallenge) { .kind = "phone", .delivery = "refused",
                                                             .reason = "country-not-served" }, SAMPLE_NOW + 40);
  g_autoptr(AppCodeView) theirs = view_at ((SampleChallenge) { .kind = "phone", .delivery = "refused" },
                                           SAMPLE_NOW + 40);

  g_assert_cmpint (view->page, ==, APP_CODE_REFUSED);
  g_assert_cmpstr (view->delivery_title, ==, "This computer sends no codes to that country");
  g_assert_cmpstr (view->delivery_subtitle, ==, "Its administrator chose the countries. Enter another number.");
  g_assert_false (view->resend_visible);
  g_assert_cmpstr (theirs->delivery_subtitle, ==, "The phone company said so at 14:03.");
  g_assert_true (theirs->resend_visible);
}

/* Still here, and known when it goes out. */
static void
test_queued_until (void)
{
  g_autoptr(AppCodeForm) form = form_at ((SampleChallenge) { .delivery = "queued", .next_at = "2026-05-12T14:05:00Z" },
                                         SAMPLE_NOW + 40);
  g_autoptr(GPtrArray) checks = app_code_form_help_checks (form, TRUE);

  g_assert_cmpuint (checks->len, ==, 1);
  assert_item (checks, 0, "It is still on this computer", "It will be sent by itself at 14:05.");
}

static gboolean
has_action (GPtrArray     *items,
            AppHelpAction  action)
{
  for (guint i = 0; i < items->len; i++)
    if (((AppHelpItem *) g_ptr_array_index (items, i))->action == action)
      return TRUE;

  return FALSE;
}

static void
test_help (void)
{
  g_autoptr(SecinfoChallenge) email = sample_challenge ((SampleChallenge) {
    .sender = "codes@laptop.example.org",
    .steps = "{'state':'queued','at':'2026-05-12T14:03:00Z','text':'Asked for'},"
             "{'state':'handed-over','at':'2026-05-12T14:03:00Z','text':'Handed to the mail server'}",
    .ways = "{'type':'resend','contact':null,'at':null}" });
  g_autoptr(SecinfoChallenge) phone = sample_challenge ((SampleChallenge) { .kind = "phone",
    .ways =
      "{'type':'voice','contact':null,'at':null},"
      "{'type':'contact','contact':'c2','masked':'b•••b@example.net','at':null}" });
  g_autoptr(SecinfoChallenge) retry =
    sample_challenge ((SampleChallenge) { .delivery = "retry", .next_at = "2026-05-12T14:05:00Z" });
  g_autoptr(AppCodeForm) form = app_code_form_new (NULL, email, NULL);
  g_autoptr(GPtrArray) known = app_code_form_help_known (form);
  g_autoptr(GPtrArray) checks = app_code_form_help_checks (form, TRUE);
  g_autoptr(GPtrArray) checks_without = app_code_form_help_checks (form, FALSE);
  g_autoptr(GPtrArray) ways = app_code_form_help_ways (form);
  g_autoptr(AppCodeForm) phone_form = app_code_form_new (NULL, phone, NULL);
  g_autoptr(GPtrArray) phone_ways = app_code_form_help_ways (phone_form);
  g_autoptr(GPtrArray) phone_checks = app_code_form_help_checks (phone_form, TRUE);
  g_autoptr(AppCodeForm) retry_form = app_code_form_new (NULL, retry, NULL);
  g_autoptr(GPtrArray) retry_checks = app_code_form_help_checks (retry_form, TRUE);
  AppHelpItem *item;

  g_assert_cmpuint (known->len, ==, 3);
  item = g_ptr_array_index (known, 1);
  g_assert_cmpstr (item->subtitle, ==, "14:03 · Most mail arrives within 5 minutes.");
  item = g_ptr_array_index (known, 0);
  g_assert_cmpstr (item->subtitle, ==, "14:03");
  g_assert_true (has_action (checks, APP_HELP_COPY_SENDER));
  g_assert_true (has_action (checks, APP_HELP_CHANGE));
  g_assert_false (has_action (checks_without, APP_HELP_CHANGE));
  g_assert_true (has_action (ways, APP_HELP_RESEND));
  g_assert_true (has_action (ways, APP_HELP_MORE));
  g_assert_cmpuint (ways->len, ==, 2);

  g_assert_true (has_action (phone_ways, APP_HELP_VOICE));
  item = g_ptr_array_index (phone_ways, 0);
  g_assert_cmpstr (item->contact, ==, "c2");
  item = g_ptr_array_index (phone_checks, 2);
  g_assert_cmpstr (item->subtitle, ==, "Ends in 56");

  g_assert_cmpuint (retry_checks->len, ==, 1);
  item = g_ptr_array_index (retry_checks, 0);
  g_assert_cmpstr (item->title, ==, "It is still on this computer");
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code-form/sending", test_sending);
  g_test_add_func ("/code-form/handed-over", test_handed_over);
  g_test_add_func ("/code-form/other-deliveries", test_other_deliveries);
  g_test_add_func ("/code-form/refused", test_refused);
  g_test_add_func ("/code-form/gateway-down", test_gateway_down);
  g_test_add_func ("/code-form/ends", test_ends);
  g_test_add_func ("/code-form/problems", test_problems);
  g_test_add_func ("/code-form/submits-itself-once", test_submits_itself_once);
  g_test_add_func ("/code-form/too-soon", test_too_soon);
  g_test_add_func ("/code-form/limit", test_limit);
  g_test_add_func ("/code-form/ways", test_ways);
  g_test_add_func ("/code-form/ways/at-once", test_at_once);
  g_test_add_func ("/code-form/call-instead", test_call_instead);
  g_test_add_func ("/code-form/text-instead", test_text_instead);
  g_test_add_func ("/code-form/wait-words", test_wait_words);
  g_test_add_func ("/code-form/not-served", test_not_served);
  g_test_add_func ("/code-form/queued-until", test_queued_until);
  g_test_add_func ("/code-form/help", test_help);

  return g_test_run ();
}
