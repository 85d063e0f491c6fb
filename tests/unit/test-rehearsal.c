/* test-rehearsal.c - which sign-in screens ask; rehearsals as values, and what they find out
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-language.h"
#include "service-recoverable.h"
#include "service-rehearsal.h"
#include "service-rehearsal-checks.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- PAM stacks --------------------------------------------------------------------------------------------------- */

/* @files: name, text, name, text …; what service_recoverable_sign_in() says, as "lightdm+ login-". */
static char *
look (const char *const *files)
{
  g_autofree char *dir = g_dir_make_tmp ("secinfo-pam-XXXXXX", NULL);
  GString *said = g_string_new (NULL);
  g_autoptr(json_t) screens = NULL;
  json_t *one;
  gsize i;

  for (guint n = 0; files[n] != NULL; n += 2)
    {
      g_autofree char *path = g_build_filename (dir, files[n], NULL);

      g_assert_true (g_file_set_contents (path, files[n + 1], -1, NULL));
    }
  screens = service_recoverable_sign_in (dir);
  json_array_foreach (screens, i, one)
    g_string_append_printf (said, "%s%s%c", i > 0 ? " " : "", secinfo_json_get_string (one, "service"),
                            secinfo_json_get_boolean (one, "ready", FALSE) ? '+' : '-');
  for (guint n = 0; files[n] != NULL; n += 2)
    {
      g_autofree char *path = g_build_filename (dir, files[n], NULL);

      g_unlink (path);
    }
  g_rmdir (dir);
  return g_string_free (said, FALSE);
}

#define LOOK(expected, ...) \
  G_STMT_START { \
    const char *const files[] = { __VA_ARGS__, NULL }; \
    g_autofree char *said = look (files); \
    g_assert_cmpstr (said, ==, expected); \
  } G_STMT_END

#define ASKS "auth\t[success=end auth_err=die default=ignore]\tpam_secinfo.so\n"
#define HINT "auth [default=ignore] pam_secinfo.so hint\n"
#define UNIX "auth [success=1 default=ignore] pam_unix.so nullok\n"

static void
test_stacks (void)
{
  LOOK ("", "sudo", ASKS);
  LOOK ("login-", "login", UNIX);
  LOOK ("login+", "login", ASKS UNIX);
  LOOK ("lightdm+ login+", "lightdm", "@include common-auth\n", "login", "auth required pam_securetty.so\n"
        "@include common-auth\n", "common-auth", ASKS UNIX);
  LOOK ("login+", "login", "auth substack system-auth\n", "system-auth", "-auth include deeper\n", "deeper", ASKS);
  LOOK ("login+", "login", "auth [success=end \\\n default=ignore] \\\n  /usr/lib/security/pam_secinfo.so\n");
}

static void
test_stacks_that_do_not_ask (void)
{
  LOOK ("login-", "login", HINT UNIX);                                    /* it only gives the hint */
  LOOK ("login-", "login", "auth [default=ignore] pam_secinfo.so\thint\n");
  LOOK ("login-", "login", "#" ASKS UNIX);
  LOOK ("login-", "login", UNIX "# " ASKS);
  LOOK ("login-", "login", "auth required pam_unix.so # pam_secinfo.so\n");
  LOOK ("login-", "login", "session optional pam_secinfo.so\n" UNIX);     /* says lines after a sign-in */
  LOOK ("login-", "login", "auth required pam_exec.so pam_secinfo.so\n"); /* an argument of another */
  LOOK ("login-", "login", "account include common-auth\n", "common-auth", ASKS);
  LOOK ("login-", "login", "@include nowhere\n@include\nauth\nauth include\n");
  LOOK ("login-", "login", "@include login\n");                           /* round and round */
  LOOK ("login-", "login", "@include ../login\n");
  LOOK ("sddm-", "sddm", ASKS);                                           /* cannot ask: it repeats the password */
}

/* --- rehearsals --------------------------------------------------------------------------------------------------- */

static ServiceAccount ada = { .uid = 1000, .name = (char *) "ada" };
static ServiceAccount bob = { .uid = 1001, .name = (char *) "bob" };
static const SecinfoNow now = { .wall = 1700000000, .boot = 1000, .boot_id = "here" };

static ServiceRehearsal *
start (ServiceRehearsals *all,
       ServiceAccount    *account,
       guint              needed,
       ServiceWhyTwo      why)
{
  const ServiceRehearsalFacts facts = { .network = TRUE, .needed = needed, .why = why };
  const SecinfoPolicy policy = { .code_tries = 5, .resend_first = 30, .code_life = 600, .code_life_email = 1800 };

  return service_rehearsals_start (all, account, &facts, &policy, &now);
}

static void
say (ServiceRehearsal *one,
     const char       *text,
     const char       *prompt,
     const char       *words)
{
  const ServiceRehearsalStep *step = service_rehearsal_get_step (one);

  g_assert_true (service_rehearsal_answer (one, text, &now, NULL));
  g_assert_cmpstr (step->prompt, ==, prompt);
  g_assert_true (g_str_has_prefix (step->message, words));
}

static void
test_two_proofs (void)
{
  g_autoptr(ServiceRehearsals) all = service_rehearsals_new (NULL);
  ServiceRehearsal *one = start (all, &ada, 2, SERVICE_WHY_ADMINISTRATOR);
  g_autofree char *saved = g_strdup (service_rehearsal_get_saved_code (one));

  say (one, saved, "Second proof: ", "Right. One more proof of another kind: your email or phone");
  say (one, saved, "Second proof: ", "That is the same kind.");
  say (one, "+44 7911 123456", "6-digit code: ", "If this is one of yours");
  say (one, service_rehearsal_get_digits (one), "New password: ", "Choose a new password.");
  one = start (all, &bob, 2, SERVICE_WHY_HOME);
  say (one, service_rehearsal_get_saved_code (one), "Second proof: ", "Right. Two proofs are needed here");
}

static void
test_whose (void)
{
  g_autoptr(ServiceRehearsals) all = service_rehearsals_new (NULL);
  const char *id = service_rehearsal_get_id (start (all, &ada, 1, SERVICE_WHY_ONE));
  ServiceAccount other = { .uid = 1000, .name = (char *) "eve" };
  SecinfoNow later = now;

  g_assert_nonnull (service_rehearsals_find (all, id, &ada, &now));
  g_assert_null (service_rehearsals_find (all, id, &bob, &now));
  g_assert_null (service_rehearsals_find (all, id, &other, &now));
  later.wall += SERVICE_REHEARSAL_LIFE;
  later.boot += SERVICE_REHEARSAL_LIFE;
  g_assert_null (service_rehearsals_find (all, id, &ada, &later));
}

static void
test_bounded (void)
{
  g_autoptr(ServiceRehearsals) all = service_rehearsals_new (NULL);

  for (guint i = 0; i < 2 * SERVICE_REHEARSALS_MOST; i++)
    {
      ServiceAccount one = { .uid = 2000 + i / 4, .name = (char *) "somebody" };

      start (all, &one, 1, SERVICE_WHY_ONE);
      g_assert_cmpuint (service_rehearsals_count (all), <=, SERVICE_REHEARSALS_MOST);
    }
  start (all, &ada, 1, SERVICE_WHY_ONE);
  for (guint i = 0; i < 5; i++)
    start (all, &ada, 1, SERVICE_WHY_ONE);
  g_assert_cmpuint (service_rehearsals_count (all), ==, SERVICE_REHEARSALS_MOST);
}

/* --- what they find out ------------------------------------------------------------------------------------------- */

#define READY  "{\"email\":{\"state\":\"ready\"},\"sms\":{\"state\":\"none\"},\"voice\":{\"state\":\"none\"}}"
#define DOWN   "{\"email\":{\"state\":\"down\"},\"sms\":{\"state\":\"none\"},\"voice\":{\"state\":\"none\"}}"
#define LOGIN(ready)   "[{\"service\":\"login\",\"ready\":" ready "}]"
#define BOTH(graphical, login) \
  "[{\"service\":\"" graphical "},{\"service\":\"login\",\"ready\":" login "}]"

/* @expected: types in order, '+' or '-' each, "works" where it does. */
static void
find (const char            *reason,
      const char            *kinds,
      const char            *screens,
      const char            *channels,
      ServiceRehearsalFound  found,
      const char            *expected)
{
  g_autofree char *text = g_strdup_printf ("{\"reason\":%s,\"proofs_needed\":1,\"kinds\":%s,\"missing\":%s,"
                                           "\"sign_in\":%s}", reason, kinds,
                                           g_str_equal (kinds, "[]") ? "\"saved-code\"" : "null", screens);
  g_autoptr(json_t) recoverable = secinfo_json_parse (text, strlen (text), NULL);
  g_autoptr(json_t) routes = secinfo_json_parse (channels, strlen (channels), NULL);
  g_autoptr(json_t) checks = NULL;
  g_autoptr(GString) said = g_string_new (NULL);
  gboolean works;
  json_t *check;
  gsize i;

  found.recoverable = recoverable;
  found.channels = routes;
  checks = service_rehearsal_checks (&found, &works);
  json_array_foreach (checks, i, check)
    g_string_append_printf (said, "%s%c ", secinfo_json_get_string (check, "type"),
                            secinfo_json_get_boolean (check, "ok", FALSE) ? '+' : '-');
  if (works)
    g_string_append (said, "works");
  g_assert_cmpstr (g_strchomp (said->str), ==, expected);
}

static void
test_checks (void)
{
  const ServiceRehearsalFound saved = { .reachable = TRUE, .has_saved_set = TRUE, .saved_left = 1 };
  const ServiceRehearsalFound email = { .reachable = TRUE, .verified = { 1, 0 } };
  const ServiceRehearsalFound away = { .has_saved_set = TRUE, .saved_left = 1 };
  const char *one = "[\"saved-code\"]";

  find ("null", one, LOGIN ("true"), READY, saved,
        "email- phone- sign-in-screen+ service+ saved-codes+ proofs+ works");
  find ("\"not-installed\"", one, LOGIN ("false"), READY, saved,
        "sign-in-screen- email- phone- service+ saved-codes+ proofs+");
  find ("\"not-installed\"", one, "[]", READY, saved, "sign-in-screen- email- phone- service+ saved-codes+ proofs+");
  find ("null", one, BOTH ("lightdm\",\"ready\":true", "false"), READY, saved,
        "sign-in-screen- email- phone- service+ saved-codes+ proofs+");
  find ("\"sign-in-screen\"", one, BOTH ("sddm\",\"ready\":false", "true"), READY, saved,
        "email- phone- sign-in-screen+ service+ saved-codes+ proofs+ works");
  find ("null", one, LOGIN ("true"), READY, away,
        "service- email- phone- sign-in-screen+ saved-codes+ proofs+");
  find ("null", "[\"email\"]", LOGIN ("true"), READY, email,
        "saved-codes- phone- sign-in-screen+ service+ email+ proofs+ works");
  find ("null", "[\"email\"]", LOGIN ("true"), DOWN, email,
        "saved-codes- email- phone- sign-in-screen+ service+ proofs+");
  find ("\"too-few-proofs\"", "[]", LOGIN ("true"), READY, (ServiceRehearsalFound) { .reachable = TRUE },
        "saved-codes- email- phone- proofs- sign-in-screen+ service+");
  find ("\"organisation\"", one, LOGIN ("true"), READY, saved,
        "email- phone- proofs- sign-in-screen+ service+ saved-codes+");
}

int
main (int    argc,
      char **argv)
{
  secinfo_json_init ();
  service_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearsal/stacks", test_stacks);
  g_test_add_func ("/rehearsal/stacks_that_do_not_ask", test_stacks_that_do_not_ask);
  g_test_add_func ("/rehearsal/two_proofs", test_two_proofs);
  g_test_add_func ("/rehearsal/whose", test_whose);
  g_test_add_func ("/rehearsal/bounded", test_bounded);
  g_test_add_func ("/rehearsal/checks", test_checks);
  return g_test_run ();
}
