/* test-problem.c - what the service says no with, in words
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-problem.h"

#include "secinfo-time.h"

#include <locale.h>
#include <string.h>

#define SAME "Something went wrong here. Nothing was changed."
#define FSI "\u2068"
#define PDI "\u2069"

/* UI.md section 17: type, HTTP, words. Numbers are the order here. */
static const struct { const char *type; guint status; const char *words; } catalogue[] = {
  { "unknown", 500, "Something went wrong here." },
  { "body-not-valid", 400, SAME },
  { "address-not-valid", 422, "A character in it cannot be in an address." },
  { "password-wrong", 403, "That is not the password of this account." },
  { "elevation-needed", 403, "Confirm it’s you." },
  { "code-wrong", 422, "That is not the code." },
  { "code-expired", 410, "This code has ended." },
  { "code-used", 410, "This code was used already." },
  { "code-used-up", 410, "This code is used up. For your safety it no longer works." },
  { "too-many-tries", 429, "Please wait a little." },
  { "too-soon", 429, "Possible in 1 second." },
  { "too-many-codes", 429, "Many codes were sent in a short time." },
  { "busy", 503, "The account service has much to do. It goes on by itself." },
  { "contact-exists", 409, "This is already one of your contacts." },
  { "contacts-full", 409, "10 contacts are the most. Remove one first." },
  { "restore-over", 410, "This can no longer be taken back. Add it anew." },
  { "account-managed", 409, "Your organisation changes this for you." },
  { "no-password", 409, "This account has no password to ask for." },
  { "not-possible-here", 409, "This works once Security Info is installed for the whole computer." },
  { "no-gateway", 409, "This computer cannot send mail yet." },
  { "gateway-down", 503, "This computer cannot send mail now." },
  { "gateway-refused", 422, "No answer came." },
  { "settings-not-valid", 422, "These settings cannot work." },
  { "not-allowed", 403, "Only an administrator of this computer can change this." },
  { "store-locked", 503, "Your keyring is locked. Unlock it with the password it was made with; often that is your old "
                         "sign-in password." },
  { "storage-full", 507, "The disk is full. Nothing was changed." },
  { "conflict", 409, "This was changed somewhere else a moment ago. Here is how it is now." },
  { "not-found", 404, "This is no longer there." },
  { "not-you", 403, "The account service does not know who asks." },
  { "too-large", 413, SAME },
  { "method-not-allowed", 405, SAME },
  { "internal", 500, SAME },
  { "account-suspended", 409, "Security info is kept here for an earlier account of this name. Take it up again with a "
                              "code, or start afresh." },
  { "no-service", 503, "The account service does not answer." },
  { "bad-answer", 502, "The account service gave an answer that cannot be read here." },
  { "label-wrong", 422, "That is not the label of this code." },
  { "password-refused", 422, "The system refused it. Choose another." },
};

G_STATIC_ASSERT (G_N_ELEMENTS (catalogue) == SECINFO_N_PROBLEMS);

static void
test_catalogue (void)
{
  for (guint i = 0; i < SECINFO_N_PROBLEMS; i++)
    {
      g_autoptr(SecinfoProblem) problem = secinfo_problem_new (i);
      g_autofree char *words = secinfo_problem_to_words (problem);
      g_autofree char *path = g_strconcat ("/problems/", catalogue[i].type, NULL);
      g_autoptr(json_t) json = secinfo_problem_to_json (problem);

      g_assert_cmpstr (secinfo_problem_type_to_string (i), ==, catalogue[i].type);
      g_assert_cmpuint (secinfo_problem_type_to_status (i), ==, catalogue[i].status);
      g_assert_cmpuint (secinfo_problem_type_from_string (catalogue[i].type), ==, i);
      g_assert_cmpuint (secinfo_problem_type_from_string (path), ==, i);
      g_assert_cmpstr (words, ==, catalogue[i].words);

      g_assert_cmpstr (secinfo_json_get_string (json, "type"), ==, path);
      g_assert_cmpstr (secinfo_json_get_string (json, "detail"), ==, words);
      g_assert_cmpint (secinfo_json_get_integer (json, "status", 0), ==, catalogue[i].status);
      g_assert_cmpuint (strlen (secinfo_json_get_string (json, "title")), >, 3);
      g_assert_cmpuint (json_object_size (json), ==, 4);
    }

  g_assert_cmpuint (secinfo_problem_type_from_string (NULL), ==, SECINFO_PROBLEM_UNKNOWN);
  g_assert_cmpuint (secinfo_problem_type_from_string ("/problems/"), ==, SECINFO_PROBLEM_UNKNOWN);
  g_assert_cmpuint (secinfo_problem_type_from_string ("about:blank"), ==, SECINFO_PROBLEM_UNKNOWN);
  g_assert_cmpstr (secinfo_problem_type_to_string (SECINFO_N_PROBLEMS), ==, "unknown");
}

/* Members as JSON; "NOW+n" times are put in by the caller. */
static void
assert_words (SecinfoProblemType  type,
              const char         *members,
              const char         *expected)
{
  g_autoptr(json_t) answer = json_loads (members, 0, NULL);
  g_autoptr(SecinfoProblem) problem = NULL;
  g_autofree char *words = NULL;
  g_autofree char *path = g_strconcat ("/problems/", secinfo_problem_type_to_string (type), NULL);

  g_assert_nonnull (answer);
  json_object_set_new (answer, "type", json_string (path));
  problem = secinfo_problem_from_json (answer, secinfo_problem_type_to_status (type));
  words = secinfo_problem_to_words (problem);
  g_assert_cmpstr (words, ==, expected);
}

static void
test_figures (void)
{
  assert_words (SECINFO_PROBLEM_PASSWORD_REFUSED, "{\"reason\":\"it is too short\"}",
                "The system refused it: “" FSI "it is too short" PDI "”. Choose another.");
  assert_words (SECINFO_PROBLEM_NOT_POSSIBLE_HERE, "{\"reason\":\"last-alerted\"}",
                "The last one stays on: else nobody would tell you of a stranger.");
  assert_words (SECINFO_PROBLEM_CODE_WRONG, "{\"attempts_left\":4}", "That is not the code. 4 tries left.");
  assert_words (SECINFO_PROBLEM_CODE_WRONG, "{\"attempts_left\":1}", "That is not the code. 1 try left.");
  assert_words (SECINFO_PROBLEM_CODE_WRONG, "{\"attempts_left\":-4}", "That is not the code. 0 tries left.");
  assert_words (SECINFO_PROBLEM_CODE_WRONG, "{\"attempts_left\":\"4\"}", "That is not the code.");
  assert_words (SECINFO_PROBLEM_PASSWORD_WRONG, "{\"attempts_left\":2}",
                "That is not the password of this account. 2 tries are left, then there is a pause of 10 minutes.");
  assert_words (SECINFO_PROBLEM_PASSWORD_WRONG, "{\"attempts_left\":1}",
                "That is not the password of this account. 1 try is left, then there is a pause of 10 minutes.");
  assert_words (SECINFO_PROBLEM_PASSWORD_WRONG, "{\"attempts_left\":1,\"pause\":60}",
                "That is not the password of this account. 1 try is left, then there is a pause of 1 minute.");
  assert_words (SECINFO_PROBLEM_CONTACTS_FULL, "{\"limit\":1}", "1 contact is the most. Remove it first.");
  assert_words (SECINFO_PROBLEM_CONTACTS_FULL, "{\"limit\":12}", "12 contacts are the most. Remove one first.");
  assert_words (SECINFO_PROBLEM_TOO_MANY_CODES, "{\"limit\":5,\"per\":\"contact\",\"window\":\"hour\"}",
                "5 codes went there within an hour.");
  assert_words (SECINFO_PROBLEM_TOO_MANY_CODES, "{\"limit\":1,\"per\":\"contact\",\"window\":\"day\"}",
                "1 code went there within a day.");
  assert_words (SECINFO_PROBLEM_TOO_MANY_CODES, "{\"limit\":20,\"per\":\"account\",\"window\":\"day\"}",
                "20 codes were sent for this account within a day.");
  assert_words (SECINFO_PROBLEM_TOO_MANY_CODES, "{\"limit\":2,\"per\":\"account\",\"window\":\"hour\"}",
                "2 codes were sent for this account within an hour.");
  assert_words (SECINFO_PROBLEM_NO_GATEWAY, "{\"channel\":\"sms\"}", "This computer cannot send text messages yet.");
  assert_words (SECINFO_PROBLEM_NO_GATEWAY, "{\"channel\":\"voice\"}", "This computer cannot call phones yet.");
  assert_words (SECINFO_PROBLEM_GATEWAY_DOWN, "{\"channel\":\"sms\",\"told_at\":null}",
                "This computer cannot send text messages now.");
  assert_words (SECINFO_PROBLEM_GATEWAY_DOWN, "{\"channel\":\"voice\"}", "This computer cannot call phones now.");
  assert_words (SECINFO_PROBLEM_STORE_LOCKED, "{\"reason\":\"keyring-absent\"}",
                "No keyring is running. Start one (gnome-keyring or KWallet), then look again.");
  assert_words (SECINFO_PROBLEM_STORE_LOCKED, "{\"reason\":\"keyring-gone\"}",
                "The key to your security info is missing. Your keyring was made anew, so the contacts kept here "
                "cannot be read any more.");
  assert_words (SECINFO_PROBLEM_NOT_POSSIBLE_HERE, "{\"reason\":\"other\"}", "This is not possible here.");
}

static void
test_addresses (void)
{
  static const struct { const char *reason; const char *email; const char *phone; } cases[] = {
    { "empty", "Enter an email address.", "Enter a phone number." },
    { "end-missing", "The end is missing, for example “.org”.", NULL },
    { "domain-missing", "The part after @ is missing.", NULL },
    { "local-missing", "The part before @ is missing.", NULL },
    { "space", "A space cannot be in an address.", NULL },
    { "too-long", "This is too long for an address.", "This is too long for a number." },
    { "letters", "A character in it cannot be in an address.", "Only digits can be in a number." },
    { "digits-missing", NULL, "Some digits are missing." },
    { "too-many-digits", NULL, "These are too many digits." },
    { "charged", NULL, "Codes can’t go to a number that charges the caller. Enter another number." },
    { "extension", NULL, "Leave the extension out: nobody can press it for the code." },
    { "country", NULL, "Begin with + and the code of the country, for example +44." },
    { "country-not-served", NULL, "This computer sends no codes to numbers of that country. Enter another number." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *email = g_strdup_printf ("{\"kind\":\"email\",\"reason\":\"%s\"}", cases[i].reason);
      g_autofree char *phone = g_strdup_printf ("{\"kind\":\"phone\",\"reason\":\"%s\"}", cases[i].reason);
      g_autofree char *neither = g_strdup_printf ("{\"reason\":\"%s\"}", cases[i].reason);
      const char *plain = cases[i].email != NULL ? cases[i].email : cases[i].phone;

      assert_words (SECINFO_PROBLEM_ADDRESS_NOT_VALID, email, plain);
      assert_words (SECINFO_PROBLEM_ADDRESS_NOT_VALID, phone, cases[i].phone != NULL ? cases[i].phone : plain);
      assert_words (SECINFO_PROBLEM_ADDRESS_NOT_VALID, neither, plain);
    }
}

/* Names and sentences from outside stand between isolates. */
static void
test_outside (void)
{
  assert_words (SECINFO_PROBLEM_GATEWAY_REFUSED, "{\"result\":\"bad-address\",\"channel\":\"email\"}",
                "Refused: this address does not exist.");
  assert_words (SECINFO_PROBLEM_GATEWAY_REFUSED, "{\"result\":\"bad-address\",\"channel\":\"sms\"}",
                "Refused: this number cannot get text messages.");
  assert_words (SECINFO_PROBLEM_GATEWAY_REFUSED, "{\"result\":\"bad-config\",\"code\":\"535\","
                "\"by\":\"smtp.example.org\"}",
                "Sign-in refused by " FSI "smtp.example.org" PDI ".");
  assert_words (SECINFO_PROBLEM_GATEWAY_REFUSED, "{\"result\":\"bad-config\",\"code\":\"401\"}",
                "Sign-in refused.");
  assert_words (SECINFO_PROBLEM_GATEWAY_REFUSED, "{\"result\":\"retry\",\"by\":\"a\\u202e\\u001bb\"}",
                "No answer from " FSI "ab" PDI ".");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"rules\",\"reason\":\"missing\",\"line\":12}",
                "Line 12: the member ‘" FSI "rules" PDI "’ is missing.");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"host\",\"reason\":\"missing\"}",
                "‘" FSI "host" PDI "’ is missing.");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"hots\",\"reason\":\"unknown\"}",
                "‘" FSI "hots" PDI "’ is not known here.");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"from\",\"reason\":\"sender-domain\"}",
                "The sender address needs a full domain.");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"port\",\"reason\":\"%s%n\"}",
                "‘" FSI "port" PDI "’ cannot be like this.");
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"member\":\"url\",\"reason\":\"Needs https %s\"}",
                FSI "Needs https %s" PDI);
  assert_words (SECINFO_PROBLEM_SETTINGS_NOT_VALID, "{\"reason\":\"Needs https\",\"line\":3}",
                "Line 3: " FSI "Needs https" PDI);
}

static void
assert_time (SecinfoProblemType  type,
             const char         *member,
             gint64              at,
             const char         *before)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (type);
  g_autofree char *words = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *when = NULL;
  SecinfoNow now;

  secinfo_now_read (&now);
  secinfo_problem_set_time (problem, member, at);
  words = secinfo_problem_to_words (problem);
  when = secinfo_time_to_words (at, now.wall);
  /* "today at 14:03" is said as "at 14:03". */
  expected = g_strconcat (before, g_str_has_prefix (when, "today ") ? when + strlen ("today ") : when, ".", NULL);
  g_assert_cmpstr (words, ==, expected);
}

static void
test_times (void)
{
  SecinfoNow now;

  secinfo_now_read (&now);
  for (gint64 ahead = 0; ahead <= 86400; ahead += 43200)
    {
      assert_time (SECINFO_PROBLEM_TOO_MANY_TRIES, "retry_at", now.wall + ahead,
                   "Please wait a little. You can go on ");
      assert_time (SECINFO_PROBLEM_TOO_MANY_CODES, "retry_at", now.wall + ahead,
                   "Many codes were sent in a short time. The next can be sent ");
      assert_time (SECINFO_PROBLEM_GATEWAY_DOWN, "told_at", now.wall - ahead,
                   "This computer cannot send mail now. The administrator was told ");
      assert_time (SECINFO_PROBLEM_PASSWORD_WRONG, "retry_at", now.wall + ahead,
                   "That is not the password of this account. You can go on ");
    }
}

static void
test_too_soon (void)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_SOON);
  g_autofree char *words = NULL;
  SecinfoNow now, later;
  guint seconds = 0;

  secinfo_now_read (&now);
  secinfo_problem_set_retry_at (problem, now.wall + 3000);
  g_assert_cmpint (secinfo_problem_get_retry_at (problem), ==, now.wall + 3000);
  words = secinfo_problem_to_words (problem);
  secinfo_now_read (&later);
  g_assert_cmpint (sscanf (words, "Possible in %u seconds.", &seconds), ==, 1);
  g_assert_cmpint (seconds, >=, 3000 - (later.wall - now.wall));
  g_assert_cmpint (seconds, <=, 3000);
}

/* An answer of a newer service, of a broken one, and of something else altogether. */
static void
test_from_json (void)
{
  g_autoptr(json_t) newer = json_pack ("{s:s,s:s,s:i}", "type", "/problems/from-the-future", "detail", "Come back.",
                                       "attempts_left", 3);
  g_autoptr(json_t) wrong = json_pack ("{s:i,s:[],s:{}}", "type", 5, "detail", "attempts_left");
  g_autoptr(json_t) list = json_array ();
  g_autoptr(SecinfoProblem) a = secinfo_problem_from_json (newer, 418);
  g_autoptr(SecinfoProblem) b = secinfo_problem_from_json (wrong, 500);
  g_autoptr(SecinfoProblem) c = secinfo_problem_from_json (list, 502);
  g_autoptr(SecinfoProblem) d = secinfo_problem_from_json (NULL, 502);
  SecinfoProblem *all[] = { b, c, d };
  g_autofree char *words = secinfo_problem_to_words (a);
  g_autoptr(json_t) again = secinfo_problem_to_json (a);

  g_assert_cmpuint (secinfo_problem_get_kind (a), ==, SECINFO_PROBLEM_UNKNOWN);
  g_assert_cmpstr (words, ==, "Come back.");
  g_assert_cmpint (secinfo_json_get_integer (secinfo_problem_get_members (a), "attempts_left", 0), ==, 3);
  g_assert_null (json_object_get (secinfo_problem_get_members (a), "detail"));
  g_assert_cmpint (secinfo_json_get_integer (again, "status", 0), ==, 418);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *said = secinfo_problem_to_words (all[i]);

      g_assert_cmpuint (secinfo_problem_get_kind (all[i]), ==, SECINFO_PROBLEM_UNKNOWN);
      g_assert_cmpstr (said, ==, "Something went wrong here.");
      g_assert_true (json_is_object (secinfo_problem_get_members (all[i])));
      g_assert_cmpint (secinfo_problem_get_retry_at (all[i]), ==, 0);
    }
}

/* A member cannot take the place of what the catalogue says. */
static void
test_members (void)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_CODE_WRONG);
  g_autoptr(json_t) json = NULL;

  secinfo_problem_set_string (problem, "type", "/problems/not-you");
  secinfo_problem_set_integer (problem, "status", 200);
  secinfo_problem_set_string (problem, "member", "a\xff""b");
  secinfo_problem_set_string (problem, "nothing", NULL);
  secinfo_problem_set_json (problem, "contacts", json_array ());
  secinfo_problem_set_time (problem, "ended_at", 1795492021);
  json = secinfo_problem_to_json (problem);

  g_assert_cmpstr (secinfo_json_get_string (json, "type"), ==, "/problems/code-wrong");
  g_assert_cmpint (secinfo_json_get_integer (json, "status", 0), ==, 422);
  g_assert_cmpstr (secinfo_json_get_string (json, "member"), ==, "a\ufffd""b");
  g_assert_true (json_is_null (json_object_get (json, "nothing")));
  g_assert_nonnull (secinfo_json_get_array (json, "contacts"));
  g_assert_cmpstr (secinfo_json_get_string (json, "ended_at"), ==, "2026-11-24T03:47:01Z");
}

static void
test_error (void)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (SECINFO_PROBLEM_CODE_WRONG);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) copy = NULL;
  g_autoptr(GError) plain = g_error_new_literal (SECINFO_PROBLEM, SECINFO_PROBLEM_INTERNAL, "plain");
  g_autoptr(GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "other");

  secinfo_problem_set_integer (problem, "attempts_left", 1);
  error = secinfo_problem_to_error (problem);
  copy = g_error_copy (error);
  g_clear_error (&error);

  g_assert_error (copy, SECINFO_PROBLEM, SECINFO_PROBLEM_CODE_WRONG);
  g_assert_cmpstr (copy->message, ==, "That is not the code. 1 try left.");
  g_assert_true (secinfo_problem_from_error (copy) == problem);
  g_assert_null (secinfo_problem_from_error (plain));
  g_assert_null (secinfo_problem_from_error (other));
  g_assert_null (secinfo_problem_from_error (NULL));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/catalogue", test_catalogue);
  g_test_add_func ("/problem/figures", test_figures);
  g_test_add_func ("/problem/addresses", test_addresses);
  g_test_add_func ("/problem/outside", test_outside);
  g_test_add_func ("/problem/times", test_times);
  g_test_add_func ("/problem/too-soon", test_too_soon);
  g_test_add_func ("/problem/from-json", test_from_json);
  g_test_add_func ("/problem/members", test_members);
  g_test_add_func ("/problem/error", test_error);
  return g_test_run ();
}
