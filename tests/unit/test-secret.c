/* test-secret.c - secrets are kept and wiped
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-secret.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_text (void)
{
  g_autoptr(SecinfoSecret) secret = secinfo_secret_new ("correct horse", -1);
  g_autoptr(SecinfoSecret) part = secinfo_secret_new ("correct horse", 7);
  g_autoptr(SecinfoSecret) nothing = secinfo_secret_new (NULL, 0);
  g_autoptr(SecinfoSecret) with_nul = secinfo_secret_new ("a\0b", 3);
  SecinfoSecret *again = secinfo_secret_ref (secret);

  g_assert_true (again == secret);
  secinfo_secret_unref (again);
  g_assert_cmpstr (secinfo_secret_get_text (secret), ==, "correct horse");
  g_assert_cmpuint (secinfo_secret_get_length (secret), ==, 13);
  g_assert_cmpstr (secinfo_secret_get_text (part), ==, "correct");
  g_assert_cmpstr (secinfo_secret_get_text (nothing), ==, "");
  g_assert_cmpuint (secinfo_secret_get_length (with_nul), ==, 3);
  g_assert_cmpmem (secinfo_secret_get_text (with_nul), 4, "a\0b", 4);
}

static void
test_equal (void)
{
  g_autoptr(SecinfoSecret) a = secinfo_secret_new ("abc", -1);
  g_autoptr(SecinfoSecret) same = secinfo_secret_new ("abcd", 3);
  g_autoptr(SecinfoSecret) other = secinfo_secret_new ("abd", -1);
  g_autoptr(SecinfoSecret) longer = secinfo_secret_new ("abcd", -1);

  g_assert_true (secinfo_secret_equal (a, same));
  g_assert_false (secinfo_secret_equal (a, other));
  g_assert_false (secinfo_secret_equal (a, longer));
}

/* The memory cannot be written to, and it is gone after the last reference. A child does what must not work. */
static void
test_fenced (void)
{
  for (int round = 0; round < 2; round++)
    {
      pid_t child = fork ();
      int status;

      if (child == 0)
        {
          SecinfoSecret *secret = secinfo_secret_new ("abc", -1);
          char *text = (char *) secinfo_secret_get_text (secret);

          signal (SIGSEGV, SIG_DFL);
          if (round == 0)
            *(volatile char *) text = 'x';
          secinfo_secret_unref (secret);
          if (round == 1 && *(volatile char *) text == 'a')
            _exit (1);
          _exit (0);
        }

      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
    }
}

static void
test_free_text (void)
{
  secinfo_secret_free_text (NULL);
  secinfo_secret_free_text (g_strdup ("abc"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/text", test_text);
  g_test_add_func ("/secret/equal", test_equal);
  g_test_add_func ("/secret/fenced", test_fenced);
  g_test_add_func ("/secret/free-text", test_free_text);
  return g_test_run ();
}
