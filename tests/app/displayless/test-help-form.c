/* test-help-form.c - the articles of the help, and the search in them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-help-form.h"

#include <locale.h>
#include <string.h>

/* The names of what is found, blank-separated. */
static char *
find (const char *words)
{
  GString *found = g_string_new (NULL);
  guint n;
  const AppHelpArticle *all = app_help_articles (&n);

  for (guint i = 0; i < n; i++)
    if (app_help_article_matches (&all[i], words))
      g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", all[i].name);
  return g_string_free (found, FALSE);
}

static void
assert_finds (const char *words,
              const char *names)
{
  g_autofree char *found = find (words);

  g_assert_cmpstr (found, ==, names);
}

static void
test_articles (void)
{
  const char *names[] = { APP_ARTICLE_WHAT, APP_ARTICLE_NO_CODE, APP_ARTICLE_PASSWORD, APP_ARTICLE_WHY,
                          APP_ARTICLE_UNASKED, APP_ARTICLE_PHONE, APP_ARTICLE_SAVED, APP_ARTICLE_WAY_BACK,
                          APP_ARTICLE_KEYRING, APP_ARTICLE_SENDING };
  guint n;
  const AppHelpArticle *all = app_help_articles (&n);

  g_assert_cmpuint (n, ==, G_N_ELEMENTS (names));
  g_assert_null (app_help_find_article ("elsewhere"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = app_help_article_get_text (&all[i]);

      g_assert_true (app_help_find_article (names[i]) == &all[i]);
      g_assert_cmpuint (strlen (text), >, 100);
      g_assert_false (g_str_has_suffix (text, "\n"));
      /* No word of the code, and a button only with somewhere to lead to. */
      g_assert_null (strstr (text, "challenge"));
      g_assert_null (strstr (text, "gateway"));
      g_assert_null (strstr (text, "token"));
      g_assert_true ((all[i].button != NULL) == (all[i].action != NULL));
    }
  g_assert_true (g_str_has_prefix (app_help_find_article (APP_ARTICLE_PASSWORD)->paragraphs[0], "No. "));
}

static void
test_search (void)
{
  g_autofree char *all = find (""), *blanks = find ("  ");

  g_assert_cmpstr (all, ==, "what no-code password why unasked phone saved-codes way-back keyring sending");
  g_assert_cmpstr (blanks, ==, all);
  assert_finds ("spam", "no-code");
  assert_finds ("SPAM folder", "no-code");
  assert_finds ("spam xyzzy", "");
  /* Parts of words, in titles too; however the apostrophe is typed. */
  assert_finds ("keyri", "keyring");
  assert_finds ("didn't get", "no-code");
  assert_finds ("didn’t get", "no-code");
  assert_finds ("spám", "no-code");
  assert_finds ("\"", "");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/help/articles", test_articles);
  g_test_add_func ("/help/search", test_search);
  return g_test_run ();
}
