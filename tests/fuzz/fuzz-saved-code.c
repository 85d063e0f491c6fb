/* fuzz-saved-code.c - what somebody typed from paper: a saved code, or the label before one
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-saved-code.h"
#include "secinfo-secret.h"

#include <string.h>

#define ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  return 0;
}

/* One that is good is the same one when it is written as it is printed; with a character changed, it is not one. */
static void
read_again (const char *code)
{
  char again[SECINFO_SAVED_CODE_LENGTH + 1], wrong[SECINFO_SAVED_CODE_LENGTH + 1];
  char *shown = secinfo_saved_code_format (code);
  char *lower = g_ascii_strdown (shown, -1);

  fuzz_assert (strlen (code) == SECINFO_SAVED_CODE_LENGTH && strspn (code, ALPHABET) == SECINFO_SAVED_CODE_LENGTH);
  fuzz_assert (secinfo_saved_code_normalize (shown, again) == SECINFO_SAVED_CODE_GOOD && strcmp (code, again) == 0);
  fuzz_assert (secinfo_saved_code_normalize (lower, again) == SECINFO_SAVED_CODE_GOOD && strcmp (code, again) == 0);
  for (guint i = 0; i < SECINFO_SAVED_CODE_LENGTH; i++)
    {
      char c = code[i];

      memcpy (again, code, sizeof again);
      again[i] = ALPHABET[(strchr (ALPHABET, c) - ALPHABET + 1) % 32];
      fuzz_assert (secinfo_saved_code_normalize (again, wrong) != SECINFO_SAVED_CODE_GOOD && wrong[0] == '\0');
    }
  secinfo_secret_free_text (shown);
  secinfo_secret_free_text (lower);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char code[SECINFO_SAVED_CODE_LENGTH + 1];
  SecinfoSavedLabel label, same;

  memset (code, 'x', sizeof code);
  if (secinfo_saved_code_normalize (text, code) == SECINFO_SAVED_CODE_GOOD)
    read_again (code);
  else
    for (guint i = 0; i < sizeof code; i++)
      fuzz_assert (code[i] == '\0');

  if (secinfo_saved_label_normalize (text, label))
    {
      fuzz_assert (strlen (label) == SECINFO_SAVED_LABEL_LENGTH && strspn (label, ALPHABET) == strlen (label));
      fuzz_assert (secinfo_saved_label_normalize (label, same) && strcmp (label, same) == 0);
    }
  else
    fuzz_assert (label[0] == '\0');
  return 0;
}
