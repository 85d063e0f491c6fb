/* test-mask.c - masks, and text from outside
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-mask.h"

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_email (void)
{
  assert_text (secinfo_mask_email ("alice@example.org"), "a•••e@example.org");
  assert_text (secinfo_mask_email ("bob@xn--bcher-kva.example"), "b•••b@xn--bcher-kva.example");
  assert_text (secinfo_mask_email ("al@example.org"), "a•••@example.org");
  assert_text (secinfo_mask_email ("a@example.org"), "a•••@example.org");
  assert_text (secinfo_mask_email ("äöü@example.org"), "ä•••ü@example.org");
  assert_text (secinfo_mask_email ("@example.org"), "•••@example.org");
  assert_text (secinfo_mask_email ("alice"), "•••");
  assert_text (secinfo_mask_email (""), "•••");
}

static void
test_phone (void)
{
  assert_text (secinfo_mask_phone ("+447911123456"), "••• •• 56");
  assert_text (secinfo_mask_phone ("+1"), "••• •• ••");
  assert_text (secinfo_mask_phone ("alice@example.org"), "••• •• ••");
  assert_text (secinfo_mask_phone (""), "••• •• ••");
}

static void
test_speech (void)
{
  assert_text (secinfo_mask_to_speech ("a•••e@example.org"), "a, hidden, e at example.org");
  assert_text (secinfo_mask_to_speech ("a•••@example.org"), "a, hidden, at example.org");
  assert_text (secinfo_mask_to_speech ("••• •• 56"), "Phone ending in 56");
  assert_text (secinfo_mask_to_speech ("something else"), "something else");
}

static void
test_isolate (void)
{
  assert_text (secinfo_text_isolate ("host"), "\u2068host\u2069");
  assert_text (secinfo_text_isolate_ltr ("+44 79"), "\u2066+44 79\u2069");
  assert_text (secinfo_text_isolate (NULL), "\u2068\u2069");
  assert_text (secinfo_text_isolate ("a\x1b[31mb\x07\x7f"), "\u2068a[31mb\u2069");
  assert_text (secinfo_text_isolate ("550 no\r\nsuch\tuser"), "\u2068550 no such user\u2069");
  /* Ends of isolates and overrides inside would turn round what follows outside. */
  assert_text (secinfo_text_isolate ("a\u2069\u202eb\u202c\u2066c"), "\u2068abc\u2069");
  assert_text (secinfo_text_isolate ("a\xff""b"), "\u2068a\ufffd""b\u2069");
  assert_text (secinfo_text_isolate ("a\xc2\x85""b"), "\u2068ab\u2069");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/email", test_email);
  g_test_add_func ("/mask/phone", test_phone);
  g_test_add_func ("/mask/speech", test_speech);
  g_test_add_func ("/mask/isolate", test_isolate);
  return g_test_run ();
}
