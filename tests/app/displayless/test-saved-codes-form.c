/* test-saved-codes-form.c - saved codes: every state, without a display
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-saved-codes-form.h"
#include "client-peer.h"
#include "sample.h"

#include <locale.h>

#define MADE(left) "{'left':" left ",'made_at':'2026-03-03T10:00:00Z','used':[],'pending':null}"
#define NONE "{'left':0,'made_at':null,'used':[],'pending':null}"
#define CODE(label, code) "{'label':'" label "','code':'" code "'}"
#define NEW "{'position':4,'expires_at':'2026-05-12T15:03:00Z','codes':[" \
  CODE ("K7", "XBQF-2M9X-TB4C-W3") "," CODE ("P4", "3NRD-8HZN-5VJA-Q9") "," CODE ("M2", "Q6XC-W6TK-9GFE-7B") "," \
  CODE ("D9", "7HVA-3JPQ-ZR7H-K4") "," CODE ("T5", "J2BN-YX2M-4CWD-F8") "," CODE ("H8", "A4GE-K1QV-6PTR-M2") "," \
  CODE ("W3", "B9ZJ-5DNB-XA9F-C6") "," CODE ("R6", "C5TM-QH4G-2KVE-P7") "," CODE ("F1", "Z3CX-9BWR-7NJD-T5") "," \
  CODE ("V7", "E2PA-M3ZK-8QGH-X1") "]}"

static AppSavedCodesForm *
form_of (const char *state)
{
  AppSavedCodesForm *form = app_saved_codes_form_new (NULL);
  g_autoptr(json_t) codes = sample_json (state);

  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_LOADING);
  app_saved_codes_form_take_state (form, codes, NULL);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);
  return form;
}

static AppSavedCodesForm *
form_with_new (const char *state)
{
  AppSavedCodesForm *form = form_of (state);
  g_autoptr(json_t) made = sample_json (NEW);

  app_saved_codes_form_take_new (form, made, NULL);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_NEW);
  return form;
}

static void
test_overview (void)
{
  const struct { const char *state, *heading, *text; gboolean low, has; } cases[] = {
    { MADE ("7"), "7 of 10 codes are left", "Made on 3 March. New codes replace all of these.", FALSE, TRUE },
    { MADE ("4"), "4 of 10 codes are left", "Made on 3 March. New codes replace all of these.", FALSE, TRUE },
    { MADE ("3"), "3 of 10 codes are left",
      "It is time for new ones: print them before these run out. New codes replace all of these.", TRUE, TRUE },
    { MADE ("1"), "1 of 10 codes is left",
      "It is time for new ones: print them before these run out. New codes replace all of these.", TRUE, TRUE },
    { MADE ("0"), "All codes are used up", "It is time for new ones.", TRUE, TRUE },
    { NONE, "You have no saved codes",
      "Codes to print, for a day without phone and email. Each one lets you in once.", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AppSavedCodesForm) form = form_of (cases[i].state);
      g_autofree char *heading = app_saved_codes_form_get_heading (form, SAMPLE_NOW);
      g_autofree char *text = app_saved_codes_form_get_text (form, SAMPLE_NOW);

      g_assert_cmpstr (heading, ==, cases[i].heading);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (app_saved_codes_form_is_low (form), ==, cases[i].low);
      g_assert_cmpint (app_saved_codes_form_has_codes (form), ==, cases[i].has);
      g_assert_null (app_saved_codes_form_get_farewell (form));
    }
}

static void
test_used (void)
{
  g_autoptr(AppSavedCodesForm) form = form_of (
    "{'left':8,'made_at':'2026-03-03T10:00:00Z','used':[{'label':'K7','at':'2026-04-01T10:00:00Z','where':'sign-in'},"
    "{'label':'P4','at':'2026-04-02T10:00:00Z','where':null}],'pending':null}");
  char *title = NULL, *subtitle = NULL;

  g_assert_true (app_saved_codes_form_get_used (form, 0, SAMPLE_NOW, &title, &subtitle));
  g_assert_cmpstr (title, ==, "Code \xe2\x81\xa8K7\xe2\x81\xa9");
  g_assert_cmpstr (subtitle, ==, "1 April, at the sign-in screen");
  g_clear_pointer (&title, g_free);
  g_clear_pointer (&subtitle, g_free);
  g_assert_true (app_saved_codes_form_get_used (form, 1, SAMPLE_NOW, &title, &subtitle));
  g_assert_cmpstr (subtitle, ==, "2 April");
  g_free (title);
  g_free (subtitle);
  g_assert_false (app_saved_codes_form_get_used (form, 2, SAMPLE_NOW, &title, &subtitle));
}

/* New codes to the proof of one: until then the old ones hold, and putting it away says so. */
static void
test_new_and_proven (void)
{
  g_autoptr(AppSavedCodesForm) form = form_with_new (MADE ("7"));
  g_autoptr(json_t) proven = sample_json (MADE ("10"));
  GPtrArray *codes = app_saved_codes_form_get_codes (form);
  g_autoptr(SecinfoSecret) spoken = app_saved_codes_form_spell (codes->pdata[3]);
  g_autofree char *entry = app_saved_codes_form_get_entry (form);

  g_assert_cmpuint (codes->len, ==, 10);
  g_assert_cmpstr (((AppSavedCode *) codes->pdata[3])->label, ==, "D9");
  g_assert_cmpstr (secinfo_secret_get_text (spoken), ==, "D 9: 7 H V A, 3 J P Q, Z R 7 H, K 4");
  g_assert_cmpstr (app_saved_codes_form_get_farewell (form), ==, "Your old codes still work.");

  app_saved_codes_form_next (form);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_PROVE);
  g_assert_cmpstr (app_saved_codes_form_get_question (form), ==,
                   "Take your print or file and enter the label of the fourth code.");
  g_assert_cmpstr (entry, ==, "_Label of code 4");
  g_assert_cmpstr (app_saved_codes_form_get_farewell (form), ==, "Your old codes still work.");
  app_saved_codes_form_back (form);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_NEW);
  app_saved_codes_form_next (form);

  app_saved_codes_form_take_proof (form, proven, NULL);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_IN_FORCE);
  g_assert_null (app_saved_codes_form_get_codes (form));
  g_assert_cmpstr (app_saved_codes_form_get_farewell (form), ==, "New codes in force");
}

/* Made, then the window was closed: they are taken up again by their label, without the codes. */
static void
test_resumed (void)
{
  const char *waiting = "{'left':7,'made_at':'2026-03-03T10:00:00Z','used':[],'pending':{'position':4,"
                        "'attempts_left':5,'expires_at':'2026-05-12T15:03:00Z'}}";
  g_autoptr(AppSavedCodesForm) form = form_of (waiting);
  g_autoptr(AppSavedCodesForm) none = form_of (MADE ("7"));
  g_autoptr(json_t) taken = sample_json (waiting);
  gint64 until = secinfo_json_get_time (secinfo_json_get_object (taken, "pending"), "expires_at");
  g_autofree char *words = app_saved_codes_form_get_waiting (form, until - 60);
  g_autoptr(GError) lost = sample_error (SECINFO_PROBLEM_NOT_FOUND, NULL, 0, 0);

  g_assert_cmpstr (words, ==, "New codes wait until 15:03 for the label of one. Enter it from your print or file, and "
                              "they are in force.");
  g_assert_null (app_saved_codes_form_get_waiting (form, until));
  g_assert_null (app_saved_codes_form_get_waiting (none, until - 60));
  app_saved_codes_form_resume (none);
  g_assert_cmpint (app_saved_codes_form_get_step (none), ==, APP_SAVED_CODES_OVERVIEW);

  app_saved_codes_form_resume (form);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_PROVE);
  g_assert_cmpstr (app_saved_codes_form_get_question (form), ==,
                   "Take your print or file and enter the label of the fourth code.");
  g_assert_null (app_saved_codes_form_get_codes (form));
  app_saved_codes_form_back (form);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);

  /* Given up meanwhile: nothing waits any more. */
  app_saved_codes_form_resume (form);
  app_saved_codes_form_take_proof (form, NULL, lost);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);
  g_assert_null (app_saved_codes_form_get_waiting (form, until - 60));
}

static void
test_farewell (void)
{
  g_autoptr(AppSavedCodesForm) first = form_with_new (NONE);
  g_autoptr(AppSavedCodesForm) used_up = form_with_new (MADE ("0"));

  g_assert_cmpstr (app_saved_codes_form_get_farewell (first), ==, "The codes are not in force yet.");
  /* What is used up does not work, so it is not said. */
  g_assert_cmpstr (app_saved_codes_form_get_farewell (used_up), ==, "Nothing was changed.");
}

static GError *
label_error (gint64 attempts_left)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_LABEL_WRONG);

  secinfo_problem_set_integer (problem, "position", 4);
  secinfo_problem_set_integer (problem, "attempts_left", attempts_left);
  return secinfo_problem_to_error (problem);
}

static void
test_wrong_label (void)
{
  g_autoptr(AppSavedCodesForm) form = form_with_new (MADE ("7"));
  g_autoptr(GError) wrong = label_error (4);
  g_autoptr(GError) last = label_error (0);

  app_saved_codes_form_next (form);
  app_saved_codes_form_take_proof (form, NULL, wrong);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_PROVE);
  g_assert_cmpstr (app_saved_codes_form_get_problem (form), ==,
                   "That is not the label of the fourth code. Look at the fourth line.");
  app_saved_codes_form_typed (form);
  g_assert_null (app_saved_codes_form_get_problem (form));

  /* The fifth: the set is given up, and what is shown of it goes. */
  app_saved_codes_form_take_proof (form, NULL, last);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);
  g_assert_null (app_saved_codes_form_get_codes (form));
  g_assert_nonnull (strstr (app_saved_codes_form_get_problem (form), "your old ones still work"));
}

static void
test_waited_too_long (void)
{
  g_autoptr(AppSavedCodesForm) form = form_with_new (MADE ("7"));
  g_autoptr(GError) gone = sample_error (SECINFO_PROBLEM_NOT_FOUND, NULL, 0, 0);

  app_saved_codes_form_next (form);
  app_saved_codes_form_take_proof (form, NULL, gone);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);
  g_assert_cmpstr (app_saved_codes_form_get_problem (form), ==,
                   "These codes waited too long and were given up. Throw the print away.");
}

static void
test_odd_answers (void)
{
  const char *const answers[] = {
    "{}", "{'position':4,'codes':[]}", "{'position':4,'codes':[" CODE ("K7", "XBQF-2M9X-TB4C-W3") "]}",
    "{'position':4,'codes':[{'label':'K','code':'X'}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr(AppSavedCodesForm) form = form_of (MADE ("7"));
      g_autoptr(json_t) made = sample_json (answers[i]);

      app_saved_codes_form_take_new (form, made, NULL);
      g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_OVERVIEW);
      g_assert_nonnull (app_saved_codes_form_get_problem (form));
    }
}

static void
test_row (void)
{
  const struct { const char *state, *subtitle; gboolean low; } cases[] = {
    { MADE ("7"), "7 of 10 left", FALSE },
    { MADE ("3"), "3 left: make new ones", TRUE },
    { MADE ("0"), "All used up: make new ones", TRUE },
    { NONE, "Codes to print, for a day without phone and email", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(json_t) state = sample_json (cases[i].state);
      g_autoptr(AppSavedCodesRow) row = app_saved_codes_row_new (state);

      g_assert_cmpstr (row->subtitle, ==, cases[i].subtitle);
      g_assert_cmpint (row->low, ==, cases[i].low);
    }
}

/* --- with a service behind it ------------------------------------------------------------------------------------- */

static void
count_cb (AppSavedCodesForm *form,
          guint             *counter)
{
  (*counter)++;
}

static char *
quoted (const char *text)
{
  char *answer = g_strdup (text);

  for (char *c = answer; *c != '\0'; c++)
    if (*c == '\'')
      *c = '"';
  return answer;
}

/* Until @value is what is expected. */
static void
settle (const guint *value,
        guint        expected)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (*value != expected && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpuint (*value, ==, expected);
}

static void
settle_step (AppSavedCodesForm *form,
             AppSavedCodesStep  step)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (app_saved_codes_form_get_step (form) != step && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, step);
}

/* Ten minutes were over: it asks to be confirmed once, then makes the very same call again. */
static void
test_confirm_again (void)
{
  Peer *peer = peer_new ();
  g_autoptr(AppSavedCodesForm) form = app_saved_codes_form_new (peer->client);
  g_autofree char *made = quoted (NEW);
  g_autofree char *state = quoted (MADE ("7"));
  const char *refusal = "{\"type\":\"/problems/elevation-needed\",\"title\":\"x\",\"status\":403,"
                        "\"detail\":\"Confirm.\",\"level\":\"verified\",\"contacts\":[]}";
  guint confirms = 0;

  g_signal_connect (form, "confirm", G_CALLBACK (count_cb), &confirms);
  peer_answer (peer, 200, state);
  app_saved_codes_form_load (form);
  settle_step (form, APP_SAVED_CODES_OVERVIEW);
  peer_forget (peer);
  peer_answer (peer, 403, refusal);
  app_saved_codes_form_make (form);
  settle (&confirms, 1);
  g_assert_true (app_saved_codes_form_is_busy (form));
  peer_forget (peer);
  peer_answer (peer, 201, made);
  app_saved_codes_form_again (form, TRUE);
  settle_step (form, APP_SAVED_CODES_NEW);
  g_assert_cmpuint (peer->requests, ==, 3);

  /* Put away: nothing is made, and it can be begun anew. */
  app_saved_codes_form_next (form);
  peer_forget (peer);
  peer_answer (peer, 403, refusal);
  app_saved_codes_form_prove (form, "D9");
  settle (&confirms, 2);
  app_saved_codes_form_again (form, FALSE);
  g_assert_false (app_saved_codes_form_is_busy (form));
  g_assert_cmpint (app_saved_codes_form_get_step (form), ==, APP_SAVED_CODES_PROVE);
  g_clear_object (&form);
  peer_free (peer);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/saved-codes-form/overview", test_overview);
  g_test_add_func ("/saved-codes-form/used", test_used);
  g_test_add_func ("/saved-codes-form/new-and-proven", test_new_and_proven);
  g_test_add_func ("/saved-codes-form/farewell", test_farewell);
  g_test_add_func ("/saved-codes-form/resumed", test_resumed);
  g_test_add_func ("/saved-codes-form/wrong-label", test_wrong_label);
  g_test_add_func ("/saved-codes-form/waited-too-long", test_waited_too_long);
  g_test_add_func ("/saved-codes-form/odd-answers", test_odd_answers);
  g_test_add_func ("/saved-codes-form/row", test_row);
  g_test_add_func ("/saved-codes-form/confirm-again", test_confirm_again);
  return g_test_run ();
}
