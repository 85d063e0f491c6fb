/* test-policy.c - the numbers of the rules, and clocks that are set back
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-json.h"
#include "secinfo-policy.h"
#include "test-say.h"

#include <string.h>

#define BOOT "11111111-1111-4111-8111-111111111111"
#define OTHER "22222222-2222-4222-8222-222222222222"

static gboolean
load (SecinfoPolicy  *policy,
      const char     *text,
      GError        **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
  secinfo_policy_init_defaults (policy);
  return secinfo_policy_load (policy, file, error);
}

/* Over the API: the same ranges, and a slip leaves everything as it was. */
static void
test_set (void)
{
  g_autoptr(json_t) four = json_integer (4);
  g_autoptr(json_t) many = json_integer (11);
  g_autoptr(json_t) none = json_integer (0);
  g_autoptr(json_t) text = json_string ("+49, +43");
  g_autoptr(json_t) slip = json_string ("+49, 43");
  SecinfoPolicy p, usual;
  json_t *item;
  gsize n = 0;

  /* What lies behind the last member is compared as well. */
  memset (&p, 0, sizeof p);
  memset (&usual, 0, sizeof usual);
  secinfo_policy_init_defaults (&p);
  secinfo_policy_init_defaults (&usual);
  g_assert_cmpint (secinfo_policy_set (&p, "code-tries", four), ==, SECINFO_POLICY_TAKEN);
  g_assert_cmpint (secinfo_policy_set (&p, "code-tries", many), ==, SECINFO_POLICY_NOT_VALID);
  g_assert_cmpint (secinfo_policy_set (&p, "code-tries", none), ==, SECINFO_POLICY_NOT_VALID);
  g_assert_cmpint (secinfo_policy_set (&p, "code-tries", text), ==, SECINFO_POLICY_NOT_VALID);
  g_assert_cmpint (secinfo_policy_set (&p, "proofs", four), ==, SECINFO_POLICY_NO_KEY);
  g_assert_cmpuint (p.code_tries, ==, 4);
  g_assert_cmpint (secinfo_policy_set (&p, "phone-prefixes", text), ==, SECINFO_POLICY_TAKEN);
  g_assert_cmpint (secinfo_policy_set (&p, "phone-prefixes", slip), ==, SECINFO_POLICY_NOT_VALID);
  g_assert_cmpint (secinfo_policy_set (&p, "phone-prefixes", four), ==, SECINFO_POLICY_NOT_VALID);
  g_assert_false (secinfo_policy_may_reach (&p, "+447911123456"));
  g_assert_true (secinfo_policy_may_reach (&p, "+436641234567"));

  /* Each is named once, and set from what it says itself is as it was. */
  for (; (item = secinfo_policy_nth_to_json (&p, &usual, n)) != NULL; n++)
    {
      g_assert_cmpint (secinfo_policy_set (&usual, secinfo_json_get_string (item, "key"),
                                           json_object_get (item, "value")), ==, SECINFO_POLICY_TAKEN);
      json_decref (item);
    }
  g_assert_cmpmem (&p, sizeof p, &usual, sizeof usual);
}

static void
test_defaults (void)
{
  SecinfoPolicy p;

  /* DESIGN section 3; every member, so that none is left to chance. */
  memset (&p, 0xff, sizeof p);
  secinfo_policy_init_defaults (&p);
  g_assert_cmpuint (p.code_life, ==, 600);
  g_assert_cmpuint (p.code_life_email, ==, 1800);
  g_assert_cmpuint (p.code_tries, ==, 5);
  g_assert_cmpuint (p.tries_hour, ==, 10);
  g_assert_cmpuint (p.tries_day, ==, 50);
  g_assert_cmpuint (p.resend_first, ==, 30);
  g_assert_cmpuint (p.sends_contact_hour, ==, 5);
  g_assert_cmpuint (p.sends_contact_day, ==, 10);
  g_assert_cmpuint (p.sends_account_day, ==, 20);
  g_assert_cmpuint (p.contacts, ==, 10);
  g_assert_cmpuint (p.restore_days, ==, 7);
  g_assert_cmpuint (p.elevation_life, ==, 600);
  g_assert_cmpuint (p.password_tries, ==, 5);
  g_assert_cmpuint (p.password_window, ==, 600);
  g_assert_cmpuint (p.password_pause, ==, 600);
  g_assert_cmpuint (p.inbox_messages, ==, 50);
  g_assert_cmpuint (p.sign_in_floor, ==, 1750);
  g_assert_cmpuint (p.idle_exit, ==, 1200);
  g_assert_cmpuint (p.alert_bundle, ==, 30);
  g_assert_cmpuint (p.gateway_down, ==, 600);
  g_assert_cmpuint (p.sends_phone_day, ==, 200);
  g_assert_cmpuint (p.alerts_phone_day, ==, 100);
  for (gsize i = 0; i < sizeof p / sizeof (guint); i++)
    g_assert_cmpuint (((guint *) &p)[i], <, G_MAXUINT);
}

static void
test_load (void)
{
  g_autoptr(GError) error = NULL;
  SecinfoPolicy p;

  g_assert_true (load (&p, "", &error));
  g_assert_true (load (&p, "[other]\nx=1\n", &error));
  g_assert_true (load (&p, "[policy]\n", &error));
  g_assert_cmpuint (p.code_tries, ==, 5);

  g_assert_true (load (&p, "[policy]\ncode-tries=3\nidle-exit=10\n", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (p.code_tries, ==, 3);
  g_assert_cmpuint (p.idle_exit, ==, 10);
  g_assert_cmpuint (p.code_life, ==, 600);
}

static void
test_load_refused (void)
{
  static const struct { const char *text; const char *names; } bad[] = {
    { "code-trys=3", "code-trys" }, { "code_tries=3", "code_tries" }, { "code-tries=0", "from 1 to 10" },
    { "code-tries=11", "code-tries" }, { "code-tries=", "code-tries" }, { "code-tries=five", "code-tries" },
    { "code-tries=-1", "code-tries" }, { "code-tries=+3", "code-tries" }, { "code-tries=3.0", "code-tries" },
    { "code-tries=3;4", "code-tries" }, { "code-tries=0x3", "code-tries" }, { "code-tries=3 tries", "code-tries" },
    { "code-tries=18446744073709551619", "code-tries" }, { "tries-day=4294967297", "tries-day" },
    { "code-life=2\ncode-tries=3", "from 60 to 1800" },
    { "phone-prefixes=49", "like +49" }, { "phone-prefixes=+49;+43", "like +49" }, { "phone-prefixes=+0", "+0" },
    { "phone-prefixes=+12345678", "phone-prefixes" }, { "phone-prefixes=+49 Austria", "phone-prefixes" },
    { "phone-prefixes=+1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 +13 +14 +15 +16 +17", "at most 16" },
    { "reports-port=65536", "from 0 to 65535" }, { "reports-url=sms.example.org", "https://" },
    { "reports-url=http://sms.example.org/x", "https://" }, { "reports-url=https://a:b@sms.example.org", "https://" },
    { "reports-url=https://sms.example.org/?x", "https://" }, { "reports-url=https://", "https://" },
    { "reports-url=ftp://sms.example.org", "https://" }, { "reports-url=https://sms.example.org/a b", "https://" },
    { "reports-url=https://sms.example.org/0123456789012345678901234567890123456789012345678901234567890123456789"
      "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567",
      "at most 200" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strconcat ("[policy]\nidle-exit=77\n", bad[i].text, "\n", NULL);
      g_autoptr(GError) error = NULL;
      SecinfoPolicy p;

      say_case (bad[i].text);
      g_assert_false (load (&p, text, &error));
      g_assert_true (error->domain == secinfo_policy_error_quark ());
      g_assert_nonnull (strstr (error->message, bad[i].names));
      /* All or nothing. */
      g_assert_cmpuint (p.idle_exit, ==, 1200);
      g_assert_cmpuint (p.code_tries, ==, 5);
    }
}

static void
test_reports (void)
{
  SecinfoPolicy p;

  g_assert_true (load (&p, "", NULL));
  g_assert_cmpuint (p.reports_port, ==, 0);
  g_assert_cmpstr (p.reports_url, ==, "");
  g_assert_true (load (&p, "[policy]\nreports-port=8470\nreports-url=https://sms.example.org/secinfo//\n", NULL));
  g_assert_cmpuint (p.reports_port, ==, 8470);
  g_assert_cmpstr (p.reports_url, ==, "https://sms.example.org/secinfo");
  /* A proxy nearby may do without. */
  g_assert_true (load (&p, "[policy]\nreports-url=http://10.0.0.5:8080\n", NULL));
  g_assert_cmpstr (p.reports_url, ==, "http://10.0.0.5:8080");
  g_assert_true (load (&p, "[policy]\nreports-url=\n", NULL));
  g_assert_cmpstr (p.reports_url, ==, "");
}

static void
test_prefixes (void)
{
  SecinfoPolicy p;
  g_autofree char *none = NULL;
  g_autofree char *some = NULL;

  g_assert_true (load (&p, "[policy]\nphone-prefixes=\n", NULL));
  g_assert_true (secinfo_policy_may_reach (&p, "+18765550100"));
  none = secinfo_policy_dup_prefixes (&p);
  g_assert_null (none);

  g_assert_true (load (&p, "[policy]\nphone-prefixes=+49, +1202 +44\n", NULL));
  some = secinfo_policy_dup_prefixes (&p);
  g_assert_cmpstr (some, ==, "+49, +1202, +44");
  g_assert_true (secinfo_policy_may_reach (&p, "+447911123456"));
  g_assert_true (secinfo_policy_may_reach (&p, "+12025550100"));
  g_assert_false (secinfo_policy_may_reach (&p, "+18765550100"));
  g_assert_false (secinfo_policy_may_reach (&p, "+43664123456"));
  g_assert_false (secinfo_policy_may_reach (&p, "447911123456"));
}

static gboolean
lives (gint64      wall,
       gint64      boot,
       const char *boot_id)
{
  SecinfoNow now = { wall, boot, "" };

  g_strlcpy (now.boot_id, boot_id, sizeof now.boot_id);
  return secinfo_policy_code_lives (1000000, 5000, BOOT, 600, &now);
}

static void
test_code_lives (void)
{
  SecinfoNow now = { 1000000, 5000, "" };

  g_assert_true (lives (1000000, 5000, BOOT));
  g_assert_true (lives (1000599, 5599, BOOT));
  g_assert_false (lives (1000600, 5599, BOOT));
  /* The wall clock set back: before the issue it ends at once, within the life the time since boot says it. */
  g_assert_false (lives (999999, 5010, BOOT));
  g_assert_false (lives (1000010, 5600, BOOT));
  g_assert_false (lives (1000010, 4999, BOOT));
  g_assert_false (lives (1000010, 90000, BOOT));
  /* Another boot: its clock says nothing of this one. */
  g_assert_true (lives (1000599, 3, OTHER));
  g_assert_true (lives (1000599, 90000, OTHER));
  g_assert_false (lives (1000600, 3, OTHER));
  g_assert_false (lives (999999, 3, OTHER));
  /* No boot id on either side: only the wall clock is left, and two empty ones are not the same boot. */
  g_assert_true (lives (1000599, 90000, ""));
  g_assert_true (secinfo_policy_code_lives (1000000, 90000, "", 600, &now));
  g_assert_true (secinfo_policy_code_lives (1000000, 90000, NULL, 600, &now));
  /* Rows of a damaged database */
  g_assert_false (secinfo_policy_code_lives (G_MININT64, 0, NULL, 600, &now));
  g_assert_false (secinfo_policy_code_lives (G_MAXINT64, 0, NULL, 600, &now));
  g_assert_false (secinfo_policy_code_lives (-5, 0, NULL, 600, &now));
  g_assert_false (secinfo_policy_code_lives (1000000, 5000, BOOT, 0, &now));
}

static void
test_resend (void)
{
  SecinfoPolicy p;

  secinfo_policy_init_defaults (&p);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 0, 1000), ==, 1000);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 1, 1000), ==, 1030);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 2, 1000), ==, 1060);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 3, 1000), ==, 1120);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 4, 1000), ==, 1240);
  g_assert_cmpint (secinfo_policy_resend_at (&p, 4000000000u, 1000), ==, 1000 + 86400);
}

static void
test_window (void)
{
  static const gint64 five[] = { 1000, 1100, 1200, 1300, 1400 };
  static const gint64 ahead[] = { 9000, 9100, 9200, 9300, 9400 };

  g_assert_cmpint (secinfo_policy_window_until (NULL, 0, 5, 3600, 1500), ==, 0);
  g_assert_cmpint (secinfo_policy_window_until (five, 4, 5, 3600, 1500), ==, 0);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 5, 3600, 1500), ==, 4600);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 5, 3600, 4599), ==, 4600);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 5, 3600, 4600), ==, 0);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 2, 3600, 1500), ==, 4900);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 1, 3600, 1500), ==, 5000);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 5, 300, 1500), ==, 0);
  g_assert_cmpint (secinfo_policy_window_until (five, 5, 0, 3600, 9999), ==, 9999 + 3600);
  /* A clock that was set back wins nobody a try, and names no time further off than one window. */
  g_assert_cmpint (secinfo_policy_window_until (ahead, 5, 5, 3600, 1500), ==, 1500 + 3600);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/defaults", test_defaults);
  g_test_add_func ("/policy/set", test_set);
  g_test_add_func ("/policy/load", test_load);
  g_test_add_func ("/policy/load-refused", test_load_refused);
  g_test_add_func ("/policy/prefixes", test_prefixes);
  g_test_add_func ("/policy/reports", test_reports);
  g_test_add_func ("/policy/code-lives", test_code_lives);
  g_test_add_func ("/policy/resend", test_resend);
  g_test_add_func ("/policy/window", test_window);
  return g_test_run ();
}
