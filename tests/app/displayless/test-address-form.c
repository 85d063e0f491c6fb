/* test-address-form.c - the line under the field of "Add email" and "Add phone", as UI.md section 5 has it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-address-form.h"
#include "sample.h"

#include <locale.h>

static AppAddressForm *
email_form (SecinfoAccount *account,
            const char     *text)
{
  AppAddressForm *form = app_address_form_new (account, SECINFO_CONTACT_EMAIL, NULL, NULL);

  app_address_form_set_text (form, text);

  return form;
}

static void
test_email (void)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppAddressForm) form = email_form (account, "");

  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_INFO);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "It counts once the code sent there is entered here.");
  g_assert_false (app_address_form_can_send (form));

  /* What is missing is said after the pause alone. */
  app_address_form_set_text (form, "alex.sample@example");
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_INFO);
  app_address_form_settle (form);
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_ERROR);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "The end is missing, for example “.org”.");

  /* What is right, at once. */
  app_address_form_set_text (form, " alex.sample@example.org ");
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_OK);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "The code goes to \u2068alex.sample@example.org\u2069.");
  g_assert_true (app_address_form_can_send (form));

  app_address_form_set_text (form, "alex");
  app_address_form_settle (form);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "The part after @ is missing.");
  app_address_form_set_text (form, "alex sample@example.org");
  app_address_form_settle (form);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "A space cannot be in an address.");

  app_address_form_set_text (form, "alex@bücher.example");
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_OK);
  g_assert_nonnull (strstr (app_address_form_get_hint (form), "xn--bcher-kva.example"));
}

static void
test_same_mailbox (void)
{
  g_autofree char *contact = sample_contact ("c1", "email", "verified", "s•••e@example.org", "");
  g_autoptr(SecinfoAccount) account = sample_account (contact);
  g_autoptr(AppAddressForm) form = email_form (account, "alex.work@example.org");

  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_WARNING);
  g_assert_cmpstr (app_address_form_get_hint (form), ==,
                   "Another contact is at \u2068example.org\u2069 too. If that mailbox fails, both fail.");
  g_assert_true (app_address_form_can_send (form));
}

static void
test_already_there (void)
{
  g_autofree char *contact = sample_contact ("c1", "email", "verified", "a•••x@example.org",
                                             ",'value':'alex@example.org','display':'alex@example.org'");
  g_autoptr(SecinfoAccount) account = sample_account (contact);
  g_autoptr(AppAddressForm) form = email_form (account, "alex@example.org");

  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_ERROR);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "This is already one of your contacts.");
  g_assert_false (app_address_form_can_send (form));
}

static void
test_phone (void)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppAddressForm) form = app_address_form_new (account, SECINFO_CONTACT_PHONE, "GB", NULL);

  app_address_form_set_text (form, "07911 123456");
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_OK);
  g_assert_cmpstr (app_address_form_get_hint (form), ==,
                   "The code goes to \u2066+44 7911 123456\u2069, United Kingdom.");
  app_address_form_set_text (form, "+44 7911");
  app_address_form_settle (form);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "Some digits are missing.");
  app_address_form_set_text (form, "+44 909 879 0879");
  app_address_form_settle (form);
  g_assert_cmpstr (app_address_form_get_hint (form), ==,
                   "Codes can’t go to a number that charges the caller. Enter another number.");
  g_assert_false (app_address_form_can_send (form));
  app_address_form_set_text (form, "+44 7911 123456 ext. 12");
  app_address_form_settle (form);
  g_assert_cmpstr (app_address_form_get_hint (form), ==, "Leave the extension out: nobody can press it for the code.");
}

static void
test_no_gateway (void)
{
  g_autoptr(SecinfoAccount) account = sample_account_with ("", "ready", "none", "none", FALSE);
  g_autoptr(SecinfoAccount) owner = sample_account_with ("", "ready", "none", "none", TRUE);
  g_autoptr(AppAddressForm) form = app_address_form_new (account, SECINFO_CONTACT_PHONE, "GB", NULL);
  g_autoptr(AppAddressForm) owned = app_address_form_new (owner, SECINFO_CONTACT_PHONE, "GB", NULL);

  g_assert_cmpstr (app_address_form_get_hint (form), ==,
                   "This computer cannot send text messages yet. The administrator can set it up.");
  /* The field is not to blame. */
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_WARNING);
  g_assert_false (app_address_form_is_wrong (form));
  app_address_form_set_text (form, "07911 123456");
  g_assert_false (app_address_form_is_wrong (form));
  g_assert_false (app_address_form_can_send (form));
  g_assert_nonnull (strstr (app_address_form_get_hint (owned), "in Preferences"));
}

static void
test_problem (void)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppAddressForm) form = email_form (account, "alex@example.org");

  app_address_form_set_problem (form, "This is already one of your contacts.", TRUE);
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_ERROR);
  g_assert_true (app_address_form_is_wrong (form));
  g_assert_false (app_address_form_can_send (form));
  app_address_form_set_text (form, "alex2@example.org");
  g_assert_true (app_address_form_can_send (form));

  /* Not the address’s fault: the same one can be sent again. */
  app_address_form_set_problem (form, "The account service does not answer.", FALSE);
  g_assert_cmpint (app_address_form_get_hint_kind (form), ==, APP_HINT_ERROR);
  g_assert_true (app_address_form_can_send (form));
  app_address_form_set_busy (form, TRUE);
  g_assert_false (app_address_form_can_send (form));
}

static void
test_label (void)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppAddressForm) form = email_form (account, "");

  app_address_form_set_label (form, "  Personal ");
  g_assert_cmpstr (app_address_form_get_label (form), ==, "Personal");
  app_address_form_set_label (form, "   ");
  g_assert_null (app_address_form_get_label (form));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-form/email", test_email);
  g_test_add_func ("/address-form/same-mailbox", test_same_mailbox);
  g_test_add_func ("/address-form/already-there", test_already_there);
  g_test_add_func ("/address-form/phone", test_phone);
  g_test_add_func ("/address-form/no-gateway", test_no_gateway);
  g_test_add_func ("/address-form/problem", test_problem);
  g_test_add_func ("/address-form/label", test_label);

  return g_test_run ();
}
