/* test-pages-form.c - what "Security basics" and "Security info" say
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-basics-form.h"
#include "app-info-form.h"
#include "sample-account.h"

#include <locale.h>

#define FSI "\xe2\x81\xa8"
#define LRI "\xe2\x81\xa6"
#define PDI "\xe2\x81\xa9"
#define ZWSP "\xe2\x80\x8b"

static void
test_first_start (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'findings':[" SAMPLE_FINDING ("no-contacts", "to-mend",
                                                                                         "null", "None.") "]}");
  g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

  g_assert_true (form->first_start);
  g_assert_cmpstr (form->name, ==, "Alex Sample");
}

static void
test_name (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'real_name':''}");
  g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

  g_assert_cmpstr (form->name, ==, "alex");
}

static void
test_good (void)
{
  const struct { const char *contacts, *sentence; } cases[] = {
    { "{'contacts':[" SAMPLE_EMAIL "," SAMPLE_PHONE "," SAMPLE_CONTACT ("c3", "email", "verified", "b•••b@example.net",
                                                                        "") "]}",
      "2 emails and 1 phone are verified." },
    { "{'contacts':[" SAMPLE_EMAIL "," SAMPLE_CONTACT ("c3", "email", "verified", "b•••b@example.net", "") "]}",
      "2 emails are verified." },
    { "{'contacts':[" SAMPLE_PHONE "," SAMPLE_CONTACT ("c3", "phone", "verified", "••• •• 78", "") "]}",
      "2 phones are verified." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = sample_account_of (cases[i].contacts);
      g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

      g_assert_false (form->first_start);
      g_assert_cmpstr (form->summary, ==, "Everything is in order.");
      g_assert_cmpint (form->contacts.state, ==, APP_CARD_GOOD);
      g_assert_cmpstr (form->contacts.sentence, ==, cases[i].sentence);
      g_assert_cmpstr (form->contacts.action, ==, "win.show-page");
      g_assert_cmpstr (form->contacts.target, ==, "info");
      g_assert_false (form->contacts.suggested);
    }
}

static void
test_trial (void)
{
#define TRIED(id, kind, masked) SAMPLE_CONTACT (id, kind, "verified", masked, ",'trial':true")
  const struct { const char *contacts, *sentence; } cases[] = {
    { "{'contacts':[" TRIED ("c1", "email", "a•••e@example.org") "," TRIED ("c2", "phone", "••• •• 56") "]}",
      "1 email and 1 phone, tried with the trial inbox alone." },
    { "{'contacts':[" TRIED ("c1", "email", "a•••e@example.org") "," TRIED ("c2", "email", "b•••b@example.org") "]}",
      "2 emails, tried with the trial inbox alone." },
    { "{'contacts':[" TRIED ("c1", "email", "a•••e@example.org") "," SAMPLE_PHONE "]}",
      "1 of 2 verified contacts was tried with the trial inbox alone." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = sample_account_of (cases[i].contacts);
      g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

      g_assert_cmpint (form->contacts.state, ==, APP_CARD_TO_KNOW);
      g_assert_cmpstr (form->contacts.sentence, ==, cases[i].sentence);
    }
}

/* Each finding, and the button that mends it. */
static void
test_findings (void)
{
  const struct { const char *members, *action, *target, *button; } cases[] = {
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("one-contact", "to-mend", "'c1'", "One.") "]}",
      "win.add-phone", NULL, "A_dd a phone" },
    { "{'contacts':[" SAMPLE_PHONE "],'findings':[" SAMPLE_FINDING ("one-contact", "to-mend", "'c2'", "One.") "]}",
      "win.add-email", NULL, "A_dd an email" },
    /* A phone that no code can go to is no advice. */
    { "{'contacts':[" SAMPLE_EMAIL "]," SAMPLE_CHANNELS (SAMPLE_READY, SAMPLE_NONE, SAMPLE_NONE)
      ",'findings':[" SAMPLE_FINDING ("one-contact", "to-mend", "'c1'",
                                      "One.") "]}", "win.add-email", NULL, "A_dd an email" },
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("unverified", "to-mend", "'c1'", "One.") "]}",
      "win.verify", "c1", "_Verify" },
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("undeliverable", "to-mend", "'c1'", "One.") "]}",
      "win.verify", "c1", "_Check" },
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("old-confirmation", "to-mend", "'c1'", "One.") "]}",
      "win.still-mine", "c1", "Yes, still _mine" },
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("gateway-down", "to-mend", "null", "One.") "]}",
      "win.show-page", "info", "_Look at contacts" },
    { "{'administrator':true,'contacts':[" SAMPLE_EMAIL "],'findings':["
      SAMPLE_FINDING ("no-gateway", "to-mend", "null", "One.") "]}", "win.preferences", NULL, "_Set up sending…" },
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("same-domain", "to-mend", "null", "One.") "]}",
      "win.add-phone", NULL, "A_dd a phone" },
    /* A kind of finding that is newer than this program still says its sentence. */
    { "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("from-the-future", "to-mend", "null", "One.") "]}",
      "win.show-page", "info", "_Look at contacts" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = sample_account_of (cases[i].members);
      g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

      g_assert_cmpint (form->contacts.state, ==, APP_CARD_TO_MEND);
      g_assert_cmpstr (form->contacts.sentence, ==, "One.");
      g_assert_cmpstr (form->contacts.action, ==, cases[i].action);
      g_assert_cmpstr (form->contacts.target, ==, cases[i].target);
      g_assert_cmpstr (form->contacts.button, ==, cases[i].button);
      g_assert_true (form->contacts.suggested);
      g_assert_cmpstr (form->summary, ==, "1 thing to look at.");
    }
}

/* Who may not set it up is told whom to ask. */
static void
test_no_administrator (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'administrator':false,'contacts':[" SAMPLE_EMAIL "],'findings':["
    SAMPLE_FINDING ("no-gateway", "to-mend", "null", "One.") "]}");
  g_autoptr(AppBasicsForm) form = app_basics_form_new (account);

  g_assert_cmpstr (form->contacts.sentence, ==, "One. The administrator can set it up.");
  g_assert_cmpstr (form->contacts.action, ==, "win.show-page");
  g_assert_cmpstr (form->contacts.target, ==, "info");
  g_assert_false (form->contacts.suggested);
}

static void
test_urgency (void)
{
  g_autoptr(SecinfoAccount) two = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL "],'findings':[" SAMPLE_FINDING ("unverified", "to-mend", "'c1'", "First.") ","
    SAMPLE_FINDING ("one-contact", "to-mend", "'c1'", "Second.") "]}");
  g_autoptr(SecinfoAccount) known = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL "," SAMPLE_PHONE "],'findings':[" SAMPLE_FINDING ("same-domain", "to-know", "null",
                                                                                   "Know.") "]}");
  g_autoptr(AppBasicsForm) form = app_basics_form_new (two);
  g_autoptr(AppBasicsForm) other = app_basics_form_new (known);

  g_assert_cmpstr (form->contacts.sentence, ==, "First.");
  g_assert_cmpstr (form->summary, ==, "2 things to look at.");
  g_assert_cmpint (other->contacts.state, ==, APP_CARD_TO_KNOW);
  g_assert_cmpstr (other->contacts.sentence, ==, "Know.");
  g_assert_cmpstr (other->summary, ==, "Everything is in order.");
  g_assert_false (other->contacts.suggested);
}

static void
test_states (void)
{
  for (AppCardState state = APP_CARD_GOOD; state <= APP_CARD_TO_KNOW; state++)
    for (AppCardState other = APP_CARD_GOOD; other < state; other++)
      {
        g_assert_cmpstr (app_card_state_to_words (state), !=, app_card_state_to_words (other));
        g_assert_cmpstr (app_card_state_to_icon (state), !=, app_card_state_to_icon (other));
        g_assert_cmpstr (app_card_state_to_style (state), !=, app_card_state_to_style (other));
      }
}

/* Each state of a contact: what its row says, shows and offers. */
static void
test_rows (void)
{
#define ROW(kind, state, more) \
  "{'contacts':[" SAMPLE_CONTACT ("c1", kind, state, "a•••e@example.org", more) "," SAMPLE_PHONE "]}"
  const struct
  {
    const char       *members, *subtitle, *spoken;
    AppContactButton  button;
    gboolean          warning, change, label, alerts;
  } cases[] = {
    { ROW ("email", "verified", ",'label':'Personal'"), "Verified · " FSI "Personal" PDI,
      "Email, a, hidden, e at example.org, Verified, Personal", APP_CONTACT_NO_BUTTON, FALSE, TRUE, TRUE, TRUE },
    { ROW ("email", "verified", ",'trial':true"), "Tried with the trial inbox alone",
      "Email, a, hidden, e at example.org, Tried with the trial inbox alone",
      APP_CONTACT_NO_BUTTON, FALSE, TRUE, TRUE, TRUE },
    { ROW ("email", "verified", ",'undeliverable':true"), "Codes do not arrive here",
      "Email, a, hidden, e at example.org, Codes do not arrive here", APP_CONTACT_CHECK, TRUE, TRUE, TRUE, TRUE },
    { ROW ("email", "unverified", ""), "Not yet verified", "Email, a, hidden, e at example.org, Not yet verified",
      APP_CONTACT_VERIFY, FALSE, TRUE, TRUE, FALSE },
    { ROW ("email", "waiting", ",'effective_at':'2026-12-23T10:00:00Z'"), "Takes effect on 23 December",
      "Email, a, hidden, e at example.org, Takes effect on 23 December",
      APP_CONTACT_NO_BUTTON, FALSE, FALSE, FALSE, FALSE },
    { ROW ("email", "old", ",'effective_at':'2026-12-23T10:00:00Z'"), "Verified · in force until 23 December",
      "Email, a, hidden, e at example.org, Verified · in force until 23 December",
      APP_CONTACT_NO_BUTTON, FALSE, TRUE, TRUE, TRUE },
    { ROW ("email", "unreadable", ""), "Cannot be read any more: enter it again",
      "Email, a, hidden, e at example.org, Cannot be read any more: enter it again",
      APP_CONTACT_NO_BUTTON, TRUE, TRUE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = sample_account_of (cases[i].members);
      g_autoptr(AppInfoForm) info = app_info_form_new (account);
      g_autoptr(AppContactForm) row = app_info_form_get_row (info, FALSE, 0, SAMPLE_NOW);

      g_assert_cmpstr (row->title, ==, FSI "a•••e@" ZWSP "example.org" PDI);
      g_assert_cmpstr (row->subtitle, ==, cases[i].subtitle);
      g_assert_cmpstr (row->spoken, ==, cases[i].spoken);
      g_assert_cmpint (row->button, ==, cases[i].button);
      g_assert_cmpint (row->warning, ==, cases[i].warning);
      g_assert_cmpint (row->can_change, ==, cases[i].change);
      g_assert_cmpint (row->can_label, ==, cases[i].label);
      g_assert_cmpint (row->can_alerts, ==, cases[i].alerts);
      g_assert_null (row->why_alerts);
      g_assert_true (row->has_menu);
    }
}

static void
test_phone (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'contacts':[" SAMPLE_PHONE "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  g_autoptr(AppContactForm) row = app_info_form_get_row (info, FALSE, 0, SAMPLE_NOW);

  g_assert_cmpstr (row->title, ==, LRI "••• •• 56" PDI);
  g_assert_cmpstr (row->spoken, ==, "Phone ending in 56, Verified");
  g_assert_cmpstr (row->menu_spoken, ==, "More actions for Phone ending in 56");
  g_assert_cmpstr (row->icon, ==, "phone-symbolic");
  g_assert_null (app_info_form_get_row (info, FALSE, 1, SAMPLE_NOW));
}

static void
test_replacement (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL "," SAMPLE_CONTACT ("c2", "email", "unverified", "n•••w@example.org",
                                                     ",'replaces':'c1'") "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  g_autoptr(AppContactForm) row = app_info_form_get_row (info, FALSE, 1, SAMPLE_NOW);

  g_assert_cmpstr (row->subtitle, ==, "Not yet verified · replaces " FSI "a•••e@" ZWSP "example.org" PDI);
  /* What is spoken has no signs that only a display needs. */
  g_assert_null (strstr (row->spoken, ZWSP));
}

static void
test_removed (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_CONTACT ("c1", "email", "removed", "o•••d@example.net",
                                    ",'removed_at':'2026-05-12T09:12:00Z',"
                                    "'restore_until':'2026-05-19T09:12:00Z'") "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  g_autoptr(AppContactForm) row = app_info_form_get_row (info, TRUE, 0, SAMPLE_NOW);
  g_autofree char *summary = app_info_form_get_removed (info);

  g_assert_cmpstr (summary, ==, "1 contact, for 7 days");
  g_assert_cmpstr (row->subtitle, ==, "Removed today at 09:12 · can come back until 19 May");
  g_assert_cmpint (row->button, ==, APP_CONTACT_TAKE_BACK);
  g_assert_false (row->has_menu);
  g_assert_null (app_info_form_get_row (info, FALSE, 0, SAMPLE_NOW));
}

static void
test_nothing_removed (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'contacts':[" SAMPLE_EMAIL "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);

  g_assert_null (app_info_form_get_removed (info));
}

static void
test_hostile_label (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_CONTACT ("c1", "email", "verified", "a•••e@example.org",
                                    ",'label':'<b>\\n\\u202eevil'") "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  g_autoptr(AppContactForm) row = app_info_form_get_row (info, FALSE, 0, SAMPLE_NOW);

  g_assert_null (strchr (row->subtitle, '\n'));
  g_assert_true (g_str_has_suffix (row->subtitle, PDI));
}

static void
test_reveal (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_CONTACT ("c1", "email", "verified", "a•••e@example.org",
                                    ",'value':'alex.sample@example.org','display':'alex.sample@example.org'") "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  gint64 now = SAMPLE_NOW;
  g_autoptr(AppContactForm) hidden = app_info_form_get_row (info, FALSE, 0, now);
  g_autoptr(AppContactForm) shown = NULL;

  /* Masked until the eye is pressed, though the service gave it in full. */
  g_assert_nonnull (strstr (hidden->title, "•••"));
  app_info_form_reveal (info, now + 600);
  shown = app_info_form_get_row (info, FALSE, 0, now);
  g_assert_cmpstr (shown->title, ==, FSI "alex.sample@" ZWSP "example.org" PDI);
  g_assert_cmpstr (shown->spoken, ==, "Email, alex.sample@example.org, Verified");
  /* Until that confirmation ends. */
  g_assert_true (app_info_form_is_revealed (info, now + 599));
  g_assert_false (app_info_form_is_revealed (info, now + 600));
  app_info_form_hide (info);
  g_assert_false (app_info_form_is_revealed (info, now));
}

static void
test_reveal_unwatched (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of ("{'contacts':[" SAMPLE_EMAIL "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  gint64 now = SAMPLE_NOW;

  app_info_form_reveal (info, now + 600);
  app_info_form_set_focused (info, FALSE, now);
  g_assert_true (app_info_form_is_revealed (info, now + 59));
  g_assert_false (app_info_form_is_revealed (info, now + 60));
  /* Back in time: shown as before. */
  app_info_form_set_focused (info, TRUE, now + 59);
  g_assert_true (app_info_form_is_revealed (info, now + 120));
  /* Back too late: hidden, and it stays so. */
  app_info_form_set_focused (info, FALSE, now + 120);
  app_info_form_set_focused (info, TRUE, now + 181);
  g_assert_false (app_info_form_is_revealed (info, now + 182));
}

static void
test_full (void)
{
  g_autoptr(GString) members = g_string_new ("{'contacts':[");
  g_autoptr(SecinfoAccount) nine = NULL;
  g_autoptr(SecinfoAccount) ten = NULL;
  const char *why = NULL;

  for (int i = 0; i < 9; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%d", i);
      g_autofree char *contact = sample_contact (id, "email", i % 2 ? "verified" : "unverified", "a•••e@example.org",
                                                 "");

      g_string_append_printf (members, "%s%s", i > 0 ? "," : "", contact);
    }
  {
    g_autofree char *text = g_strconcat (members->str, "]}", NULL);
    g_autofree char *more = g_strconcat (members->str,
                                         "," SAMPLE_CONTACT ("last", "phone", "verified", "••• •• 56", "") "]}", NULL);

    nine = sample_account_of (text);
    ten = sample_account_of (more);
  }
  g_assert_true (app_info_form_can_add (nine, &why));
  g_assert_null (why);
  g_assert_false (app_info_form_can_add (ten, &why));
  g_assert_cmpstr (why, ==, "10 contacts are the most. Remove one first.");
}

/* What the service would refuse is not offered, and the row says why; on again is always possible. */
static void
test_last_alerted (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_of (
    "{'contacts':[" SAMPLE_EMAIL ","
    "{'id':'c2','kind':'phone','state':'verified','masked':'••• •• 56','alerts':false},"
    SAMPLE_CONTACT ("c3", "email", "unverified", "n•••w@example.org", "") "]}");
  g_autoptr(AppInfoForm) info = app_info_form_new (account);
  g_autoptr(AppContactForm) last = app_info_form_get_row (info, FALSE, 0, SAMPLE_NOW);
  g_autoptr(AppContactForm) off = app_info_form_get_row (info, FALSE, 1, SAMPLE_NOW);
  g_autoptr(AppContactForm) unverified = app_info_form_get_row (info, FALSE, 2, SAMPLE_NOW);

  g_assert_cmpstr (last->why_alerts, ==, "The last one stays on: else nobody would tell you of a stranger.");
  g_assert_false (last->can_alerts);
  g_assert_true (last->alerts);
  g_assert_null (off->why_alerts);
  g_assert_true (off->can_alerts);
  g_assert_false (off->alerts);
  g_assert_null (unverified->why_alerts);
  g_assert_false (unverified->can_alerts);
  g_assert_false (unverified->alerts);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/basics-form/first-start", test_first_start);
  g_test_add_func ("/basics-form/name", test_name);
  g_test_add_func ("/basics-form/good", test_good);
  g_test_add_func ("/basics-form/trial", test_trial);
  g_test_add_func ("/basics-form/findings", test_findings);
  g_test_add_func ("/basics-form/no-administrator", test_no_administrator);
  g_test_add_func ("/basics-form/urgency", test_urgency);
  g_test_add_func ("/basics-form/states", test_states);
  g_test_add_func ("/info-form/rows", test_rows);
  g_test_add_func ("/info-form/phone", test_phone);
  g_test_add_func ("/info-form/replacement", test_replacement);
  g_test_add_func ("/info-form/removed", test_removed);
  g_test_add_func ("/info-form/nothing-removed", test_nothing_removed);
  g_test_add_func ("/info-form/hostile-label", test_hostile_label);
  g_test_add_func ("/info-form/reveal", test_reveal);
  g_test_add_func ("/info-form/reveal-unwatched", test_reveal_unwatched);
  g_test_add_func ("/info-form/full", test_full);
  g_test_add_func ("/info-form/last-alerted", test_last_alerted);
  return g_test_run ();
}
