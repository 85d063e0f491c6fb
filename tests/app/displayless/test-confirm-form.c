/* test-confirm-form.c - the steps of "Confirm it's you", as UI.md section 6 has them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-confirm-form.h"
#include "sample.h"

#include <locale.h>

static void
count_cb (gpointer  form,
          guint    *count)
{
  (*count)++;
}

static SecinfoAccount *
account_with_two (void)
{
  g_autofree char *email = sample_contact ("c1", "email", "verified", "a•••e@example.org", "");
  g_autofree char *phone = sample_contact ("c2", "phone", "verified", "••• •• 56", "");
  g_autofree char *waiting = sample_contact ("c3", "email", "unverified", "b•••b@example.org", "");
  g_autofree char *all = g_strjoin (",", email, phone, waiting, NULL);

  return sample_account (all);
}

static void
test_password_alone (void)
{
  g_autoptr(SecinfoAccount) account = account_with_two ();
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (NULL, account, SECINFO_LEVEL_PASSWORD, NULL);
  guint done = 0;

  g_signal_connect (form, "done", G_CALLBACK (count_cb), &done);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_PASSWORD);
  app_confirm_form_take_password (form, 2, NULL);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_DONE);
  g_assert_cmpuint (done, ==, 1);
}

static void
test_nothing_verified (void)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (NULL, account, SECINFO_LEVEL_VERIFIED, NULL);

  app_confirm_form_take_password (form, 0, NULL);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_DONE);
}

static void
test_wrong_password (void)
{
  g_autoptr(SecinfoAccount) account = account_with_two ();
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (NULL, account, SECINFO_LEVEL_VERIFIED, NULL);
  g_autoptr(GError) wrong = sample_error (SECINFO_PROBLEM_PASSWORD_WRONG, "attempts_left", 2, 0);

  app_confirm_form_take_password (form, 0, wrong);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_PASSWORD);
  g_assert_cmpstr (app_confirm_form_get_problem (form), ==,
                   "That is not the password of this account. 2 tries are left, then there is a pause of 10 minutes.");
  app_confirm_form_typed (form);
  g_assert_null (app_confirm_form_get_problem (form));
}

static void
test_contact_and_code (void)
{
  g_autoptr(SecinfoAccount) account = account_with_two ();
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (NULL, account, SECINFO_LEVEL_VERIFIED, "c2");
  g_autoptr(SecinfoChallenge) challenge = sample_challenge ((SampleChallenge) { .purpose = "confirm" });
  g_autoptr(GError) full = sample_error (SECINFO_PROBLEM_TOO_MANY_CODES, NULL, 0, SAMPLE_NOW + 60);
  guint done = 0;

  g_signal_connect (form, "done", G_CALLBACK (count_cb), &done);
  app_confirm_form_take_password (form, 2, NULL);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
  /* Verified ones alone, the preferred one chosen. */
  g_assert_cmpuint (g_list_model_get_n_items (app_confirm_form_get_choices (form)), ==, 2);
  g_assert_cmpstr (app_confirm_form_get_choice (form), ==, "c2");

  app_confirm_form_take_challenge (form, NULL, full);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
  g_assert_nonnull (app_confirm_form_get_problem (form));

  app_confirm_form_set_choice (form, "c1");
  app_confirm_form_take_challenge (form, challenge, NULL);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CODE);
  g_assert_nonnull (app_confirm_form_get_code (form));
  app_confirm_form_choose_another (form);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
  g_assert_null (app_confirm_form_get_code (form));

  app_confirm_form_take_challenge (form, challenge, NULL);
  g_signal_emit_by_name (app_confirm_form_get_code (form), "done");
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_DONE);
  g_assert_cmpuint (done, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confirm-form/password-alone", test_password_alone);
  g_test_add_func ("/confirm-form/nothing-verified", test_nothing_verified);
  g_test_add_func ("/confirm-form/wrong-password", test_wrong_password);
  g_test_add_func ("/confirm-form/contact-and-code", test_contact_and_code);

  return g_test_run ();
}
