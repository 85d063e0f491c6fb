/* test-way-back-form.c - "Way back in" and its rehearsal: every state, without a display
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-rehearsal-form.h"
#include "sample-account.h"

#include <locale.h>

#define RECOVERABLE(now, reason, needed, why, kinds, missing, more) \
  "'recoverable':{'now':" now ",'reason':" reason ",'proofs_needed':" needed ",'why_two':" why ",'kinds':[" kinds "]," \
  "'missing':" missing ",'sign_in':[],'help':null" more "}"
#define BLOCKED(reason) RECOVERABLE ("false", "'" reason "'", "1", "null", "'saved-code','email'", "null", "")
#define READY RECOVERABLE ("true", "null", "1", "null", "'saved-code','email'", "null", "")
#define LRI "\xe2\x81\xa6"
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

/* Each reason: the answer, where its button leads, and what the card and the row say. */
static void
test_reasons (void)
{
  const struct { const char *recoverable, *answer, *action, *row; AppCardState card; guint instead, steps; } cases[] = {
    { READY, "You can get back in", "win.rehearse", "Ready: type ? as the password at the sign-in screen",
      APP_CARD_GOOD, 0, 4 },
    { RECOVERABLE ("false", "'too-few-proofs'", "2", "'administrator'", "'email'", "'saved-code'", ""),
      "Not yet: one proof is missing", "win.make-saved-codes", "One proof is missing", APP_CARD_TO_MEND, 0, 4 },
    { RECOVERABLE ("false", "'too-few-proofs'", "2", "'administrator'", "'saved-code'", "'phone'", ""),
      "Not yet: one proof is missing", "win.add-phone", "One proof is missing", APP_CARD_TO_MEND, 0, 4 },
    { RECOVERABLE ("false", "'too-few-proofs'", "1", "null", "", "'saved-code'", ""),
      "No way back in yet", "win.make-saved-codes", "No way back in yet", APP_CARD_TO_MEND, 0, 4 },
    { BLOCKED ("organisation"), "Your organisation keeps your password", NULL, "Not at this computer: see why",
      APP_CARD_TO_KNOW, 2, 0 },
    { BLOCKED ("encrypted-home"), "Your home folder is encrypted", NULL, "Not at this computer: see why",
      APP_CARD_TO_KNOW, 2, 0 },
    { BLOCKED ("locked"), "This account is locked", NULL, "Not at this computer: see why", APP_CARD_TO_KNOW, 1, 0 },
    { BLOCKED ("administrator"), "Not for administrators here", NULL, "Not at this computer: see why",
      APP_CARD_TO_KNOW, 1, 0 },
    { BLOCKED ("switched-off"), "The way back in is switched off", NULL, "Not at this computer: see why",
      APP_CARD_TO_KNOW, 1, 0 },
    { BLOCKED ("no-password"), "This account has no password", NULL, "Not at this computer: see why",
      APP_CARD_TO_KNOW, 0, 0 },
    { BLOCKED ("sign-in-screen"), "Only at the text console", "win.rehearse", "At the text console: see how",
      APP_CARD_TO_KNOW, 0, 6 },
    { BLOCKED ("private"), "Not installed for this computer", "win.rehearse", "Not at this computer: see why",
      APP_CARD_TO_KNOW, 2, 4 },
    { BLOCKED ("not-installed"), "Not yet at the sign-in screen", "win.rehearse", "Not at this computer: see why",
      APP_CARD_TO_MEND, 1, 4 },
    { BLOCKED ("new-account"), "Is this still you?", NULL, "Not at this computer: see why", APP_CARD_TO_KNOW, 0, 0 },
    { BLOCKED ("key-unreadable"), "Contacts must be proven again", "win.show-page", "Contacts must be proven again",
      APP_CARD_TO_MEND, 0, 4 },
    /* A reason that is newer than this program is still an honest no. */
    { BLOCKED ("from-the-future"), "Not at this computer", NULL, "Not at this computer: see why", APP_CARD_TO_KNOW, 1,
      0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strconcat ("{'contacts':[" SAMPLE_EMAIL "],", cases[i].recoverable, "}", NULL);
      g_autoptr(SecinfoAccount) account = sample_account_of (members);
      g_autoptr(AppWayBackForm) form = app_way_back_form_new (account, NULL);

      g_assert_cmpstr (form->answer, ==, cases[i].answer);
      g_assert_cmpstr (form->action, ==, cases[i].action);
      g_assert_cmpstr (form->row, ==, cases[i].row);
      g_assert_cmpint (form->card.state, ==, cases[i].card);
      g_assert_cmpuint (form->instead->len, ==, cases[i].instead);
      g_assert_cmpuint (form->steps->len, ==, cases[i].steps);
      g_assert_nonnull (form->card.sentence);
      g_assert_nonnull (form->card.button);
      g_assert_nonnull (form->card.action);
      /* A card that is to be mended is counted, or its finding is. */
      g_assert_cmpint (form->to_mend, ==, cases[i].card == APP_CARD_TO_MEND);
    }
}

static void
test_organisation (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'recoverable':{'now':false,'reason':'organisation','help':{'name':'Example\\u0007 Inc','text':null}}}");
  g_autoptr(AppWayBackForm) form = app_way_back_form_new (account, NULL);

  g_assert_cmpstr (((AppWayBackRow *) form->instead->pdata[0])->title, ==, "Ask " FSI "Example Inc" PDI);
}

static void
test_console (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'recoverable':{'now':false,'reason':'sign-in-screen','sign_in':[{'service':'sddm','ready':false}]}}");
  g_autoptr(AppWayBackForm) form = app_way_back_form_new (account, NULL);

  g_assert_nonnull (strstr (form->sentence, "(SDDM)"));
  g_assert_cmpstr (((AppWayBackRow *) form->steps->pdata[0])->title, ==, "Press Ctrl+Alt+F3");
  g_assert_cmpstr (((AppWayBackRow *) form->steps->pdata[5])->title, ==, "Go back with Ctrl+Alt+F1 or F2");
}

/* What is there, what is missing, and what may be added though nothing is missing. */
static void
test_proofs (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL "]," RECOVERABLE ("false", "'too-few-proofs'", "2", "'administrator'", "'email'",
                                                   "'saved-code'", "") "}");
  g_autoptr(json_t) none = sample_json ("{'left':0,'made_at':null,'used':[],'pending':null}");
  g_autoptr(json_t) seven = sample_json ("{'left':7,'made_at':'2026-03-03T10:00:00Z','used':[],'pending':null}");
  g_autoptr(AppWayBackForm) form = app_way_back_form_new (account, none);
  g_autoptr(AppWayBackForm) more = app_way_back_form_new (account, seven);
  AppWayBackRow *codes = form->proofs->pdata[0], *email = form->proofs->pdata[1], *phone = form->proofs->pdata[2];

  g_assert_cmpstr (form->proofs_text, ==, "You are an administrator: you need two of different kinds.");
  g_assert_true (form->rehearse);
  g_assert_cmpstr (codes->subtitle, ==, "None made");
  g_assert_true (codes->shows_state);
  g_assert_cmpint (codes->state, ==, APP_CARD_TO_MEND);
  g_assert_cmpstr (codes->action, ==, "win.make-saved-codes");
  g_assert_cmpstr (email->subtitle, ==, "1 verified");
  g_assert_cmpint (email->state, ==, APP_CARD_GOOD);
  g_assert_null (email->button);
  g_assert_cmpstr (phone->subtitle, ==, "None verified");
  g_assert_false (phone->shows_state);
  g_assert_cmpstr (phone->action, ==, "win.add-phone");
  g_assert_cmpstr (((AppWayBackRow *) more->proofs->pdata[0])->subtitle, ==, "7 of 10 left");
}

/* What the findings say of saved codes is this card's. */
static void
test_card (void)
{
  g_autoptr(SecinfoAccount) few = sample_account_of (
    "{'findings':[" SAMPLE_FINDING ("saved-codes-few", "to-mend", "null", "3 of 10.") "]," READY "}");
  g_autoptr(SecinfoAccount) none = sample_account_of (
    "{'findings':[" SAMPLE_FINDING ("saved-codes-none", "to-know", "null", "None.") "],'contacts':[" SAMPLE_EMAIL "],"
    READY "}");
  g_autoptr(AppBasicsForm) basics = app_basics_form_new (few);
  g_autoptr(AppWayBackForm) other = app_way_back_form_new (none, NULL);

  g_assert_cmpint (basics->way_back.state, ==, APP_CARD_TO_MEND);
  g_assert_cmpstr (basics->way_back.sentence, ==, "3 of 10.");
  g_assert_cmpstr (basics->way_back.action, ==, "win.make-saved-codes");
  g_assert_true (basics->way_back.suggested);
  /* Counted once, and codes on paper are a beginning. */
  g_assert_cmpuint (basics->to_mend, ==, 1);
  g_assert_false (basics->first_start);
  g_assert_cmpint (other->card.state, ==, APP_CARD_TO_KNOW);
  g_assert_cmpstr (other->card.button, ==, "_Make codes");
}

/* One suggested button a window. */
static void
test_one_suggestion (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("one-contact", "to-mend", "'c1'", "One.") "],"
    RECOVERABLE ("false", "'too-few-proofs'", "2", "'administrator'", "'email'", "'saved-code'", "") "}");
  g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

  g_assert_cmpint (form->way_back.state, ==, APP_CARD_TO_MEND);
  g_assert_true (form->contacts.suggested);
  g_assert_false (form->way_back.suggested);
  g_assert_cmpstr (form->summary, ==, "2 things to look at.");
}

/* --- rehearsal ---------------------------------------------------------------------------------------------------- */

#define STEP(style, message, prompt, echo) \
  "{'style':'" style "','message':'" message "','prompt':'" prompt "','echo':" echo "}"
#define STARTED(step) "{'id':'r1','practice':{'saved_code':'PRAC-TSEC-DE22-22','code':'482913'},'step':" step "}"

static void
take_step (AppRehearsalForm *form,
           const char       *step)
{
  g_autoptr(json_t) taken = sample_json (step);

  app_rehearsal_form_take_step (form, taken, NULL);
}

static void
assert_practice (AppRehearsalForm *form,
                 const char       *words)
{
  g_autofree char *practice = app_rehearsal_form_get_practice (form);

  g_assert_cmpstr (practice, ==, words);
}

static void
test_rehearsal (void)
{
  g_autoptr(AppRehearsalForm) form = app_rehearsal_form_new (NULL);
  g_autoptr(json_t) started = sample_json (STARTED (STEP ("info", "Forgot it?", "Password: ", "false")));
  g_autoptr(GPtrArray) checks = NULL;
  g_autofree char *text = NULL, *words = NULL;

  app_rehearsal_form_take_start (form, started, NULL);
  g_assert_cmpint (app_rehearsal_form_get_state (form), ==, APP_REHEARSAL_PLAY);
  g_assert_false (app_rehearsal_form_get_echo (form));
  assert_practice (form, "Practice: nothing is sent and nothing is changed.");

  take_step (form, STEP ("info", "Type a saved code.", "Code, email or phone: ", "true"));
  g_assert_true (app_rehearsal_form_get_echo (form));
  assert_practice (form, "Practice: type your address, or this saved code:\n" LRI "PRAC-TSEC-DE22-22" PDI);

  take_step (form, STEP ("error", "That is not the code.", "6-digit code: ", "true"));
  g_assert_true (app_rehearsal_form_is_error (form));
  assert_practice (form, "Practice: instead of a message, the code stands here: " LRI "482 913" PDI);

  take_step (form, STEP ("info", "Choose.", "New password: ", "false"));
  assert_practice (form, "Practice: whatever you type here is forgotten at once.");

  g_assert_null (app_rehearsal_form_get_last_words (form));
  take_step (form, "{'end':true,'message':'Nothing was changed.','works':false,'checks':["
                   "{'type':'saved-codes','ok':true,'detail':'7 left','mend':null},"
                   "{'type':'sign-in-screen','ok':false,'detail':'Missing in gdm-password','mend':'install'},"
                   "{'type':'new-kind','ok':false,'detail':'Something else','mend':null}]}");
  g_assert_cmpint (app_rehearsal_form_get_state (form), ==, APP_REHEARSAL_END);
  g_assert_false (app_rehearsal_form_works (form));
  text = app_rehearsal_form_get_end_text (form);
  g_assert_cmpstr (app_rehearsal_form_get_end_title (form), ==, "This would not work yet");
  g_assert_cmpstr (text, ==, "2 things to mend. Nothing was changed.");
  checks = app_rehearsal_form_get_checks (form);
  g_assert_cmpuint (checks->len, ==, 3);
  /* What is to mend stands first, and has its button. */
  g_assert_cmpstr (((AppWayBackRow *) checks->pdata[0])->title, ==, "The sign-in screen knows ?");
  g_assert_cmpstr (((AppWayBackRow *) checks->pdata[0])->action, ==, "win.way-back");
  g_assert_cmpstr (((AppWayBackRow *) checks->pdata[1])->title, ==, FSI "Something else" PDI);
  g_assert_cmpint (((AppWayBackRow *) checks->pdata[2])->state, ==, APP_CARD_GOOD);
  g_assert_null (((AppWayBackRow *) checks->pdata[2])->button);
  words = app_rehearsal_form_get_last_words (form);
  g_assert_cmpstr (words, ==, "The last words there: “" FSI "Nothing was changed." PDI "”");
}

/* The service's word says where the button leads, not the kind of the check. */
static void
test_rehearsal_mend (void)
{
  const struct { const char *type, *mend, *button, *action; } cases[] = {
    { "sign-in-screen", "'install'", "_How", "win.way-back" },
    { "service", "'service'", NULL, NULL },
    { "saved-codes", "'saved-codes'", "_Make", "win.make-saved-codes" },
    { "email", "'email'", "A_dd", "win.add-email" },
    { "email", "'gateway'", "Set _up…", "win.preferences" },
    { "phone", "'phone'", "Add p_hone", "win.add-phone" },
    { "phone", "null", NULL, NULL },
    { "proofs", "'phone'", "Add p_hone", "win.add-phone" },
    { "proofs", "'saved-codes'", "_Make", "win.make-saved-codes" },
    { "proofs", "null", "_See", "win.way-back" },
    { "new-kind", "'new-word'", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AppRehearsalForm) form = app_rehearsal_form_new (NULL);
      g_autofree char *end = g_strdup_printf (STARTED ("{'end':true,'works':false,'checks':["
                                                       "{'type':'%s','ok':false,'detail':'Why','mend':%s}]}"),
                                              cases[i].type, cases[i].mend);
      g_autoptr(json_t) started = sample_json (end);
      g_autoptr(GPtrArray) checks = NULL;

      app_rehearsal_form_take_start (form, started, NULL);
      checks = app_rehearsal_form_get_checks (form);
      g_assert_cmpuint (checks->len, ==, 1);
      g_assert_cmpstr (((AppWayBackRow *) checks->pdata[0])->button, ==, cases[i].button);
      g_assert_cmpstr (((AppWayBackRow *) checks->pdata[0])->action, ==, cases[i].action);
    }
}

static void
test_rehearsal_works (void)
{
  g_autoptr(AppRehearsalForm) form = app_rehearsal_form_new (NULL);
  g_autoptr(json_t) started = sample_json (STARTED ("{'end':true,'works':true,'checks':["
                                                   "{'type':'phone','ok':false,'detail':'None','mend':'phone'}]}"));
  g_autoptr(GPtrArray) checks = NULL;
  g_autofree char *text = NULL;

  app_rehearsal_form_take_start (form, started, NULL);
  g_assert_true (app_rehearsal_form_works (form));
  text = app_rehearsal_form_get_end_text (form);
  g_assert_cmpstr (text, ==, "On the day you need it, it goes exactly like this.");
  /* What is not needed is there to know. */
  checks = app_rehearsal_form_get_checks (form);
  g_assert_cmpint (((AppWayBackRow *) checks->pdata[0])->state, ==, APP_CARD_TO_KNOW);
}

static void
test_rehearsal_broken (void)
{
  g_autoptr(AppRehearsalForm) form = app_rehearsal_form_new (NULL);
  g_autoptr(json_t) odd = sample_json ("{'id':'r1'}");
  g_autoptr(json_t) good = sample_json (STARTED (STEP ("info", "Forgot it?", "Password: ", "false")));
  g_autoptr(GError) gone = sample_error (SECINFO_PROBLEM_NOT_FOUND, NULL, 0, 0);
  g_autofree char *text = NULL;

  app_rehearsal_form_take_start (form, odd, NULL);
  g_assert_cmpint (app_rehearsal_form_get_state (form), ==, APP_REHEARSAL_BROKEN);
  g_assert_false (app_rehearsal_form_works (form));
  app_rehearsal_form_take_start (form, good, NULL);
  g_assert_cmpint (app_rehearsal_form_get_state (form), ==, APP_REHEARSAL_PLAY);
  app_rehearsal_form_take_step (form, NULL, gone);
  text = app_rehearsal_form_get_end_text (form);
  g_assert_cmpint (app_rehearsal_form_get_state (form), ==, APP_REHEARSAL_BROKEN);
  g_assert_cmpstr (text, ==, "It was left alone for too long. Nothing was changed.");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/way-back-form/reasons", test_reasons);
  g_test_add_func ("/way-back-form/organisation", test_organisation);
  g_test_add_func ("/way-back-form/console", test_console);
  g_test_add_func ("/way-back-form/proofs", test_proofs);
  g_test_add_func ("/way-back-form/card", test_card);
  g_test_add_func ("/way-back-form/one-suggestion", test_one_suggestion);
  g_test_add_func ("/rehearsal-form/conversation", test_rehearsal);
  g_test_add_func ("/rehearsal-form/mend", test_rehearsal_mend);
  g_test_add_func ("/rehearsal-form/works", test_rehearsal_works);
  g_test_add_func ("/rehearsal-form/broken", test_rehearsal_broken);
  return g_test_run ();
}
