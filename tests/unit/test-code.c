/* test-code.c - codes as people type them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-code.h"
#include "secinfo-secret.h"
#include "test-say.h"

#include <string.h>

static void
test_normalize (void)
{
  static const char * const good[] = {
    "482913", "482 913", " 482-913\n", "4 8 2 9 1 3", "４８２９１３", "٤٨٢٩١٣", "۴۸۲۹۱۳", "४८२९१३", "482\u00a0913",
    "482\u2009913", "482\u2013913", "482\u2212913", "\u2068482 913\u2069", "\u200b482\u200d913\ufeff", "\t482\r\n913",
  };
  static const char * const bad[] = {
    "", " ", "48291", "4829130", "48291a", "482.913", "482913x", "x482913", "482_913", "+482913", "4829l3",
    "48291\u00b3", "\u2463\u2467\u2461\u2468\u2460\u2462", "482913 482913", "\377482913", "482 91\xe2\x80",
  };
  char digits[SECINFO_CODE_DIGITS + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      say_case (good[i]);
      g_assert_true (secinfo_code_normalize (good[i], -1, digits));
      g_assert_cmpstr (digits, ==, "482913");
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      memset (digits, 'z', sizeof digits);
      say_case (bad[i]);
      g_assert_false (secinfo_code_normalize (bad[i], -1, digits));
      g_assert_cmpmem (digits, sizeof digits, "\0\0\0\0\0\0", sizeof digits);
    }

  g_assert_false (secinfo_code_normalize (NULL, -1, digits));
  g_assert_true (secinfo_code_normalize ("482913abc", 6, digits));
  g_assert_false (secinfo_code_normalize ("482913\0", 7, digits));
}

static void
assert_format (const char *text,
               const char *expected)
{
  char *shown = secinfo_code_format (text);

  g_assert_cmpstr (shown, ==, expected);
  secinfo_secret_free_text (shown);
}

static void
test_format (void)
{
  assert_format (NULL, "");
  assert_format ("", "");
  assert_format ("1", "1");
  assert_format ("123", "123");
  assert_format ("1234", "123 4");
  assert_format ("123456", "123 456");
  assert_format ("1234567890", "123 456");
  assert_format ("٤٨٢-٩١٣", "482 913");
  assert_format ("482 913 is your SecInfo code. Nobody will ask you for it.", "482 913");
  assert_format ("\xff""123", "");
}

static void
test_count (void)
{
  g_assert_cmpuint (secinfo_code_count (NULL), ==, 0);
  g_assert_cmpuint (secinfo_code_count ("\xff""1"), ==, 0);
  g_assert_cmpuint (secinfo_code_count ("12-３ a"), ==, 3);
  g_assert_cmpuint (secinfo_code_count ("1234567"), ==, 7);
}

/* Evenly spread: each digit at each place comes 10,000 times in 100,000; chance leaves 500 with a probability under
 * 10^-6. */
static void
test_generate (void)
{
  guint seen[SECINFO_CODE_DIGITS][10] = { 0 };
  char code[SECINFO_CODE_DIGITS + 1];

  for (guint n = 0; n < 100000; n++)
    {
      secinfo_code_generate (code);
      g_assert_cmpuint (strspn (code, "0123456789"), ==, SECINFO_CODE_DIGITS);
      for (guint i = 0; i < SECINFO_CODE_DIGITS; i++)
        seen[i][code[i] - '0']++;
    }

  for (guint i = 0; i < SECINFO_CODE_DIGITS; i++)
    {
      for (guint d = 0; d < 10; d++)
        {
          g_assert_cmpuint (seen[i][d], >, 9500);
          g_assert_cmpuint (seen[i][d], <, 10500);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code/normalize", test_normalize);
  g_test_add_func ("/code/format", test_format);
  g_test_add_func ("/code/count", test_count);
  g_test_add_func ("/code/generate", test_generate);
  return g_test_run ();
}
