/* test-window-form.c - pages, trouble and the one notice
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-window-form.h"
#include "sample-account.h"

#include <locale.h>

static const SecinfoServiceInfo SYSTEM = { NULL, FALSE, FALSE, TRUE };
static const SecinfoServiceInfo PRIVATE = { NULL, TRUE, TRUE, FALSE };

static AppWindowForm *
form_of (SecinfoAccount           *account,
         const SecinfoServiceInfo *service,
         const GError             *error)
{
  AppWindowForm *form = app_window_form_new (account);

  app_window_form_set_private (form, service->is_private, NULL);
  app_window_form_set_service (form, service);
  app_window_form_set_answer (form, error);
  app_window_form_refresh (form, SAMPLE_NOW);
  return form;
}

static GError *
problem_of (SecinfoProblemType  type,
            const char         *reason)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (type);

  if (reason != NULL)
    secinfo_problem_set_string (problem, "reason", reason);
  return secinfo_problem_to_error (problem);
}

static void
test_loading (void)
{
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  g_autoptr(AppWindowForm) form = app_window_form_new (account);

  app_window_form_refresh (form, SAMPLE_NOW);
  g_assert_cmpint (app_window_form_get_state (form), ==, APP_WINDOW_LOADING);
  g_assert_null (app_window_form_get_trouble (form));
  g_assert_null (app_window_form_get_notice (form));
  g_assert_false (app_window_form_has_inbox (form));
}

static void
test_ready (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{}");
  g_autoptr(AppWindowForm) form = form_of (account, &SYSTEM, NULL);

  g_assert_cmpint (app_window_form_get_state (form), ==, APP_WINDOW_READY);
  g_assert_null (app_window_form_get_notice (form));
}

static void
test_no_service (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{}");
  g_autoptr(GError) error = problem_of (SECINFO_PROBLEM_NO_SERVICE, NULL);
  g_autoptr(AppWindowForm) form = form_of (account, &SYSTEM, error);
  const AppTrouble *trouble = app_window_form_get_trouble (form);

  /* Known contacts are no reason to show pages on which nothing works. */
  g_assert_cmpint (app_window_form_get_state (form), ==, APP_WINDOW_TROUBLE);
  g_assert_cmpstr (trouble->title, ==, "The account service does not answer");
  g_assert_cmpstr (trouble->action, ==, "win.refresh");
  g_assert_null (trouble->second_button);
  g_assert_true (trouble->retries);
  g_assert_nonnull (strstr (trouble->details, "journalctl -u secinfod -b"));
  g_assert_null (app_window_form_get_notice (form));

  /* What kept a private one from starting is the first thing to read. */
  app_window_form_set_private (form, TRUE, "secinfod: the disk is full");
  app_window_form_refresh (form, SAMPLE_NOW);
  trouble = app_window_form_get_trouble (form);
  g_assert_true (g_str_has_prefix (trouble->details, "secinfod: the disk is full\n"));
  g_assert_true (trouble->open_details);
  g_assert_null (strstr (trouble->details, "systemctl"));

  app_window_form_set_answer (form, NULL);
  app_window_form_refresh (form, SAMPLE_NOW);
  g_assert_cmpint (app_window_form_get_state (form), ==, APP_WINDOW_READY);
}

static void
test_keyring (void)
{
  const struct { const char *reason, *title, *action, *second; } cases[] = {
    { "keyring-locked", "Your keyring is locked", "win.unlock-keyring",
      "win.help-article::keyring" },
    { "keyring-gone", "The key to your security info is missing", "win.refresh", "win.start-afresh" },
    { "keyring-absent", "No keyring is running", "win.refresh", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = secinfo_account_new ();
      g_autoptr(GError) error = problem_of (SECINFO_PROBLEM_STORE_LOCKED, cases[i].reason);
      g_autoptr(AppWindowForm) form = form_of (account, &PRIVATE, error);
      const AppTrouble *trouble = app_window_form_get_trouble (form);

      g_assert_cmpstr (trouble->title, ==, cases[i].title);
      g_assert_cmpstr (trouble->action, ==, cases[i].action);
      g_assert_cmpstr (trouble->second_action, ==, cases[i].second);
      g_assert_cmpint (trouble->second_button != NULL, ==, cases[i].second != NULL);
      g_assert_null (trouble->details);
      g_assert_true (trouble->retries);
    }
}

static void
test_suspended (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'state':'suspended'}");
  g_autoptr(AppWindowForm) form = form_of (account, &SYSTEM, NULL);
  const AppTrouble *trouble = app_window_form_get_trouble (form);

  g_assert_cmpint (app_window_form_get_state (form), ==, APP_WINDOW_TROUBLE);
  g_assert_cmpstr (trouble->title, ==, "Is this still you?");
  g_assert_cmpstr (trouble->action, ==, "win.resume");
  g_assert_cmpstr (trouble->second_action, ==, "win.erase");
  g_assert_false (trouble->retries);
}

static void
test_other_problems (void)
{
  g_autoptr(SecinfoAccount) empty = secinfo_account_new ();
  g_autoptr(SecinfoAccount) known = sample_account_of ("{}");
  g_autoptr(GError) busy = problem_of (SECINFO_PROBLEM_BUSY, NULL);
  g_autoptr(GError) stranger = problem_of (SECINFO_PROBLEM_NOT_YOU, NULL);
  g_autoptr(GError) full = problem_of (SECINFO_PROBLEM_STORAGE_FULL, NULL);
  g_autoptr(AppWindowForm) first = form_of (empty, &SYSTEM, busy);
  g_autoptr(AppWindowForm) later = form_of (known, &SYSTEM, busy);
  g_autoptr(AppWindowForm) not_you = form_of (empty, &SYSTEM, stranger);
  g_autoptr(AppWindowForm) disk = form_of (empty, &SYSTEM, full);

  g_assert_cmpint (app_window_form_get_state (first), ==, APP_WINDOW_TROUBLE);
  g_assert_cmpstr (app_window_form_get_trouble (first)->text, ==, busy->message);
  g_assert_cmpint (app_window_form_get_state (later), ==, APP_WINDOW_READY);
  g_assert_cmpstr (app_window_form_get_trouble (not_you)->title, ==, "The account service does not know who asks");
  g_assert_nonnull (app_window_form_get_trouble (not_you)->details);
  g_assert_cmpstr (app_window_form_get_trouble (disk)->text, ==, "The disk is full. Nothing was changed.");
}

static void
test_gateway_down (void)
{
  const struct { const char *channels, *title, *text; } cases[] = {
    { "{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_DOWN, SAMPLE_NONE) "}", "No codes by text message now",
      "Text messages could not be sent since 13:20. The administrator was told. Codes by email work." },
    { "{" SAMPLE_CHANNELS (SAMPLE_DOWN, SAMPLE_READY, SAMPLE_NONE) "}", "No codes by email now",
      "Email could not be sent since 13:20. The administrator was told. Codes by text message work." },
    { "{" SAMPLE_CHANNELS (SAMPLE_DOWN, SAMPLE_NONE, SAMPLE_NONE) "}", "No codes by email now",
      "Email could not be sent since 13:20. The administrator was told." },
    { "{" SAMPLE_CHANNELS (SAMPLE_DOWN, SAMPLE_DOWN, SAMPLE_DOWN) "}", "No codes can be sent now",
      "Neither email nor phone could be reached since 13:20. The administrator was told." },
    { "{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_NONE, SAMPLE_DOWN) "}", "No codes by phone call now",
      "Phone calls could not be made since 13:20. The administrator was told. Codes by email work." },
    { "{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_CHANNEL ("down", "'2026-05-12T13:20:00Z'", "null", "false"),
                           SAMPLE_NONE) "}",
      "No codes by text message now", "Text messages could not be sent since 13:20. Codes by email work." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = sample_account_of (cases[i].channels);
      g_autoptr(AppWindowForm) form = form_of (account, &PRIVATE, NULL);
      const AppNoticeText *notice = app_window_form_get_notice (form);

      g_assert_cmpint (notice->kind, ==, APP_NOTICE_WARNING);
      g_assert_cmpstr (notice->title, ==, cases[i].title);
      g_assert_cmpstr (notice->text, ==, cases[i].text);
      g_assert_null (notice->button);
    }
}

/* Text messages work: that calls do not is nobody's trouble. */
static void
test_calls_down (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_READY,
                                                                              SAMPLE_DOWN) "}");
  g_autoptr(AppWindowForm) form = form_of (account, &SYSTEM, NULL);

  g_assert_null (app_window_form_get_notice (form));
}

/* What the account is that no code lets it back in; the release's own limit is nothing that is said there. */
static void
test_not_recoverable (void)
{
  static const struct { const char *reason; const char *title; } kinds[] = {
    { "organisation", "Your organisation keeps this account" },
    { "encrypted-home", "Your home folder is encrypted" },
    { "locked", "This account is locked" },
    { "not-installed", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *members = g_strdup_printf ("{'recoverable':{'now':false,'reason':'%s'}}", kinds[i].reason);
      g_autoptr(SecinfoAccount) account = sample_account_of (members);
      g_autoptr(GPtrArray) list = app_notice_list (account, NULL, SAMPLE_NOW);

      g_assert_cmpuint (list->len, ==, kinds[i].title != NULL ? 1 : 0);
      if (list->len > 0)
        g_assert_cmpstr (((AppNoticeText *) list->pdata[0])->title, ==, kinds[i].title);
    }
}

static void
test_offline (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{" SAMPLE_CHANNELS (SAMPLE_OFFLINE, SAMPLE_READY,
                                                                              SAMPLE_NONE) "}");
  g_autoptr(AppWindowForm) form = form_of (account, &PRIVATE, NULL);

  g_assert_cmpstr (app_window_form_get_notice (form)->title, ==, "This computer is offline");
  /* Put away: the next one takes its place. */
  app_window_form_dismiss (form);
  g_assert_cmpstr (app_window_form_get_notice (form)->title, ==, "Trying it out");
}

static void
test_private (void)
{
  g_autoptr(SecinfoAccount) trial = sample_account_of ("{" SAMPLE_CHANNELS (SAMPLE_TRIAL, SAMPLE_TRIAL,
                                                                            SAMPLE_NONE) "}");
  g_autoptr(SecinfoAccount) real = sample_account_of ("{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_TRIAL,
                                                                           SAMPLE_NONE) "}");
  g_autoptr(AppWindowForm) form = form_of (trial, &PRIVATE, NULL);
  g_autoptr(AppWindowForm) other = form_of (real, &PRIVATE, NULL);
  g_autoptr(AppWindowForm) installed = form_of (trial, &SYSTEM, NULL);
  const AppNoticeText *notice = app_window_form_get_notice (form);

  g_assert_cmpstr (notice->text, ==, "This runs for you alone. Codes land in the trial inbox, "
                                     "and the sign-in screen does not know them yet.");
  g_assert_cmpstr (notice->action, ==, "win.inbox");
  g_assert_true (app_window_form_has_inbox (form));
  /* With a real mailbox it would be wrong to say that codes land in the inbox. */
  g_assert_cmpstr (app_window_form_get_notice (other)->text, ==,
                   "This runs for you alone, and the sign-in screen does not know your codes yet.");
  g_assert_null (app_window_form_get_notice (installed));
  g_assert_false (app_window_form_has_inbox (installed));
}

static void
update (SecinfoAccount *account,
        AppWindowForm  *form,
        const char     *members)
{
  g_autoptr(json_t) value = sample_json ("{'name':'alex','real_name':'Alex Sample','state':'active','level':'session',"
                                         "'level_until':null,'administrator':false,'contacts':[],'findings':[],"
                                         "'recoverable':{'now':true,'reason':null},'waiting_period':null}");
  g_autoptr(json_t) other = sample_json (members);
  g_autoptr(GError) error = NULL;

  json_object_update (value, other);
  g_assert_true (secinfo_account_update (account, value, &error));
  app_window_form_refresh (form, SAMPLE_NOW);
}

static void
test_dismiss (void)
{
  const char *down = "{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_DOWN, SAMPLE_NONE) "}";
  const char *later = "{" SAMPLE_CHANNELS (SAMPLE_READY,
                                           SAMPLE_CHANNEL ("down", "'2026-05-12T13:59:00Z'", "null", "false"),
                                           SAMPLE_NONE) "}";
  const char *well = "{" SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_READY, SAMPLE_NONE) "}";
  g_autoptr(SecinfoAccount) account = sample_account_of (down);
  g_autoptr(AppWindowForm) form = form_of (account, &SYSTEM, NULL);

  app_window_form_dismiss (form);
  g_assert_null (app_window_form_get_notice (form));
  app_window_form_refresh (form, SAMPLE_NOW + 60);
  g_assert_null (app_window_form_get_notice (form));
  /* Another outage is another notice. */
  update (account, form, later);
  g_assert_nonnull (app_window_form_get_notice (form));
  app_window_form_dismiss (form);
  /* So is the same one, once it was over. */
  update (account, form, well);
  update (account, form, down);
  g_assert_nonnull (app_window_form_get_notice (form));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/window-form/loading", test_loading);
  g_test_add_func ("/window-form/ready", test_ready);
  g_test_add_func ("/window-form/no-service", test_no_service);
  g_test_add_func ("/window-form/keyring", test_keyring);
  g_test_add_func ("/window-form/suspended", test_suspended);
  g_test_add_func ("/window-form/other-problems", test_other_problems);
  g_test_add_func ("/window-form/gateway-down", test_gateway_down);
  g_test_add_func ("/window-form/calls-down", test_calls_down);
  g_test_add_func ("/window-form/not-recoverable", test_not_recoverable);
  g_test_add_func ("/window-form/offline", test_offline);
  g_test_add_func ("/window-form/private", test_private);
  g_test_add_func ("/window-form/dismiss", test_dismiss);
  return g_test_run ();
}
