/* test-alerts.c - what the contacts are told, and how often
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-alerts.h"
#include "service-language.h"

#include <string.h>

#define AT 1790000000

/* The letters of one SMS part: GSM 03.38, without its escapes. */
static const char gsm[] =
  "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
  "abcdefghijklmnopqrstuvwxyzäöñüà";

static const char *const types[] = {
  "recovered", "recovery-unclear", "unlocked", "password-unclear", "password-changed",
  "saved-code-used", "account-erased", "account-afresh",
  "contact-removed",
  "contact-changed", "alerts-off", "contact-change-began", "recovery-begun", "saved-codes-made", "saved-codes-deleted",
  "account-resumed", "contact-verified", "contact-restored", "contact-added", "alerts-on", "of-a-newer-service",
};
static const char *const languages[] = { "en", "de" };

static void
test_one_part (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint k = 0; k < G_N_ELEMENTS (languages); k++)
      {
        g_autofree char *one = g_strdup_printf ("%s@%d", types[i], AT);
        g_autofree char *two = g_strdup_printf ("%s@%d contact-added@%d", types[i], AT, AT + 5);
        const char *const alerts[] = { one, two };

        for (guint n = 0; n < 2; n++)
          {
            char *subject = NULL;
            g_autofree char *text =
              service_alerts_render (SECINFO_MEDIUM_SMS, alerts[n], AT, "a-user-name-of-thirty-two-letter",
                                     "a-computer-with-a-rather-long-name.example.org", languages[k], &subject);

            g_assert_null (subject);
            g_assert_cmpint (g_utf8_strlen (text, -1), <=, 160);
            for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
              g_assert_nonnull (g_utf8_strchr (gsm, -1, g_utf8_get_char (p)));
            /* The name is cut to make room, but never away. */
            g_assert_true (g_str_has_prefix (text, "a-user-n"));
          }
      }
}

static void
test_words (void)
{
  char *subject = NULL;
  g_autofree char *text =
    service_alerts_render (SECINFO_MEDIUM_SMS, "contact-removed@1790000000", AT, "ada", "laptop", "en", &subject);
  g_autofree char *many = service_alerts_render (SECINFO_MEDIUM_SMS, "contact-added@1 recovered@2 alerts-on@3", AT,
                                                 NULL, "laptop", "en", &subject);

  g_assert_cmpstr (text, ==,
                   "ada@laptop: contact removed. If this was not you: open Security Info on this computer. "
                   "No link is sent, and nobody will ask you for a code.");
  /* The gravest is named, whichever came first. */
  g_assert_true (g_str_has_prefix (many, "laptop: password reset with a code, 2 more. "));
}

static void
test_email (void)
{
  g_autofree char *subject = NULL;
  g_autofree char *other = NULL;
  g_autofree char *text =
    service_alerts_render (SECINFO_MEDIUM_EMAIL, "contact-added@1790000000 contact-removed@1790000060 old", AT, "ada",
                           "laptop", "en", &subject);
  g_autofree char *nameless = service_alerts_render (SECINFO_MEDIUM_EMAIL, "account-erased", AT, NULL, "laptop", "en",
                                                     &other);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (1790000060);
  g_autofree char *line = g_date_time_format (time, "%Y-%m-%d %H:%M %Z  A contact was removed.\n");

  g_assert_cmpstr (subject, ==, "ada on laptop: contact removed, 2 more");
  g_assert_nonnull (strstr (text, "Computer: laptop\nAccount: ada\n\n"));
  g_assert_nonnull (strstr (text, line));
  g_assert_nonnull (strstr (text, "Security info was changed."));
  g_assert_nonnull (strstr (text, "If this was not you: open Security Info on this computer. No link is sent"));
  g_assert_null (strstr (text, "http"));

  g_assert_cmpstr (other, ==, "laptop: security info erased");
  g_assert_null (strstr (nameless, "Account:"));
}

/* Nobody is flooded, and what is grave never waits behind that. */
static void
test_hold (void)
{
  gint64 at = 0;
  guint sent = 0;

  g_assert_cmpuint (service_alerts_hold (30, 0, FALSE), ==, 30);
  g_assert_cmpuint (service_alerts_hold (30, 1, FALSE), ==, 120);
  g_assert_cmpuint (service_alerts_hold (30, 1000, FALSE), ==, 3600);
  g_assert_cmpuint (service_alerts_hold (600, 1000, FALSE), ==, 3600);
  g_assert_cmpuint (service_alerts_hold (30, 1000, TRUE), ==, 30);

  while (at < 3600)
    at += service_alerts_hold (30, sent++, FALSE);
  g_assert_cmpuint (sent, <=, 5);
}

int
main (int    argc,
      char **argv)
{
  service_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alerts/one_part", test_one_part);
  g_test_add_func ("/alerts/words", test_words);
  g_test_add_func ("/alerts/email", test_email);
  g_test_add_func ("/alerts/hold", test_hold);
  return g_test_run ();
}
