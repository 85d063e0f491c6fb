/* test-saved-code.c - saved codes as people type them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-saved-code.h"
#include "secinfo-secret.h"
#include "test-say.h"

#include <string.h>

/* Made once; the check character is part of what lies printed in drawers. */
#define CODE "7HVA3JPQZR7HKK"

static void
assert_good (const char *text,
             const char *expected)
{
  char code[SECINFO_SAVED_CODE_LENGTH + 1];

  say_case (text);
  g_assert_cmpint (secinfo_saved_code_normalize (text, code), ==, SECINFO_SAVED_CODE_GOOD);
  g_assert_cmpstr (code, ==, expected);
}

static void
assert_form (const char           *text,
             SecinfoSavedCodeForm  form)
{
  char code[SECINFO_SAVED_CODE_LENGTH + 1];

  memset (code, 'z', sizeof code);
  say_case (text);
  g_assert_cmpint (secinfo_saved_code_normalize (text, code), ==, form);
  g_assert_cmpmem (code, sizeof code, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof code);
}

static void
test_typed (void)
{
  assert_good (CODE, CODE);
  assert_good ("7hva-3jpq-zr7h-kk", CODE);
  assert_good (" 7HVA 3JPQ\u00a0ZR7H\u2013KK\n", CODE);
  assert_good ("7 H V A 3 J P Q Z R 7 H K K", CODE);
  assert_good ("D9: 7HVA-3JPQ-ZR7H-KK", CODE);
  assert_good ("d9 7hva 3jpq zr7h kk", CODE);
  assert_good ("７ＨＶＡ-３ＪＰＱ-ＺＲ７Ｈ-ＫＫ", CODE);

  assert_form (NULL, SECINFO_SAVED_CODE_NONE);
  assert_form ("", SECINFO_SAVED_CODE_NONE);
  assert_form ("?", SECINFO_SAVED_CODE_NONE);
  assert_form ("482913", SECINFO_SAVED_CODE_NONE);
  assert_form ("ada@example.org", SECINFO_SAVED_CODE_NONE);
  assert_form ("+44 7911 123456", SECINFO_SAVED_CODE_NONE);
  assert_form ("07911123456789", SECINFO_SAVED_CODE_NONE);          /* digits alone: a phone number */
  assert_form ("7HVA-3JPQ-ZR7H-KK-7HVA", SECINFO_SAVED_CODE_NONE);
  assert_form ("\xff" "7HVA3JPQZR7HKK", SECINFO_SAVED_CODE_NONE);
  assert_form ("7HVA-3JPQ-ZR7H-K", SECINFO_SAVED_CODE_MISTYPED);
  assert_form ("7HVA-3JPQ-ZR7H-KKX", SECINFO_SAVED_CODE_MISTYPED);
  assert_form ("7HVA-3JPQ-ZR7H-KU", SECINFO_SAVED_CODE_NONE);       /* U is in no code */
}

/* Every single character that is another one, and every two that changed places. */
static void
test_check_character (void)
{
  static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  char code[SECINFO_SAVED_CODE_LENGTH + 1], other[SECINFO_SAVED_CODE_LENGTH + 1], out[SECINFO_SAVED_CODE_LENGTH + 1];

  for (guint round = 0; round < 20; round++)
    {
      secinfo_saved_code_generate (code);
      g_assert_cmpint (secinfo_saved_code_normalize (code, out), ==, SECINFO_SAVED_CODE_GOOD);
      for (guint i = 0; i < SECINFO_SAVED_CODE_LENGTH; i++)
        {
          for (const char *letter = letters; *letter != '\0'; letter++)
            {
              memcpy (other, code, sizeof other);
              other[i] = *letter;
              if (*letter != code[i])
                g_assert_cmpint (secinfo_saved_code_normalize (other, out), !=, SECINFO_SAVED_CODE_GOOD);
            }
          for (guint j = 0; j < i; j++)
            {
              memcpy (other, code, sizeof other);
              other[i] = code[j];
              other[j] = code[i];
              if (code[i] != code[j])
                g_assert_cmpint (secinfo_saved_code_normalize (other, out), !=, SECINFO_SAVED_CODE_GOOD);
            }
        }
    }
}

/* What is printed like another character is read as that one. */
static void
test_look_alikes (void)
{
  char code[SECINFO_SAVED_CODE_LENGTH + 1];
  guint seen = 0;

  while (seen < 20)
    {
      g_autofree char *typed = NULL;

      secinfo_saved_code_generate (code);
      g_assert_null (strpbrk (code, "ILOU"));
      if (strpbrk (code, "01") == NULL)
        continue;
      typed = g_strdup (code);
      for (char *c = typed; *c != '\0'; c++)
        *c = *c == '0' ? 'o' : *c == '1' ? (seen % 2 ? 'l' : 'I') : *c;
      assert_good (typed, code);
      seen++;
    }
}

static void
test_format (void)
{
  char *shown = secinfo_saved_code_format (CODE);

  g_assert_cmpstr (shown, ==, "7HVA-3JPQ-ZR7H-KK");
  assert_good (shown, CODE);
  secinfo_secret_free_text (shown);
}

static void
test_many (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint count[128] = { 0, };
  char code[SECINFO_SAVED_CODE_LENGTH + 1];

  for (guint i = 0; i < 3200; i++)
    {
      secinfo_saved_code_generate (code);
      g_assert_true (g_hash_table_add (seen, g_strdup (code)));
      for (guint at = 0; at < SECINFO_SAVED_CODE_LENGTH - 1; at++)
        count[(guint8) code[at]]++;
    }
  /* 1300 each on average, standard deviation 35. */
  for (const char *letter = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *letter != '\0'; letter++)
    {
      g_assert_cmpuint (count[(guint8) *letter], >, 1300 - 250);
      g_assert_cmpuint (count[(guint8) *letter], <, 1300 + 250);
    }
}

static void
test_labels (void)
{
  SecinfoSavedLabel labels[SECINFO_SAVED_CODES], label;

  for (guint round = 0; round < 200; round++)
    {
      secinfo_saved_labels_generate (labels);
      for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
        {
          g_assert_cmpuint (strlen (labels[i]), ==, SECINFO_SAVED_LABEL_LENGTH);
          for (guint j = 0; j < i; j++)
            g_assert_cmpstr (labels[i], !=, labels[j]);
        }
    }
  g_assert_true (secinfo_saved_label_normalize (" d9: ", label));
  g_assert_cmpstr (label, ==, "D9");
  g_assert_true (secinfo_saved_label_normalize ("o-l", label));
  g_assert_cmpstr (label, ==, "01");
  g_assert_false (secinfo_saved_label_normalize ("D", label));
  g_assert_false (secinfo_saved_label_normalize ("D9X", label));
  g_assert_false (secinfo_saved_label_normalize ("", label));
  g_assert_false (secinfo_saved_label_normalize (NULL, label));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saved-code/typed", test_typed);
  g_test_add_func ("/saved-code/check_character", test_check_character);
  g_test_add_func ("/saved-code/look_alikes", test_look_alikes);
  g_test_add_func ("/saved-code/format", test_format);
  g_test_add_func ("/saved-code/many", test_many);
  g_test_add_func ("/saved-code/labels", test_labels);
  return g_test_run ();
}
