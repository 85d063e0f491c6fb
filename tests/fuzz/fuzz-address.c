/* fuzz-address.c - an email address, as a person types it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-address.h"
#include "secinfo-mask.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoAddress) address = secinfo_address_parse_email (text, &error);
  g_autoptr(SecinfoAddress) again = NULL;
  g_autofree char *masked = NULL;
  const char *value;

  fuzz_assert ((address == NULL) == (error != NULL));
  if (address == NULL)
    {
      fuzz_assert (error->domain == SECINFO_ADDRESS_ERROR);
      return 0;
    }

  /* What is sent to is ASCII, fits a mail server's line, and is itself again when it is read again. */
  value = secinfo_address_get_value (address);
  fuzz_assert (g_str_is_ascii (value) && strlen (value) <= 254 && strpbrk (value, "\r\n <>,;\"\\") == NULL);
  fuzz_assert (strchr (value, '@') == strrchr (value, '@') && strchr (value, '@') > value);
  fuzz_assert (g_utf8_validate (secinfo_address_get_key (address), -1, NULL));
  fuzz_assert (g_utf8_validate (secinfo_address_get_display (address), -1, NULL));
  again = secinfo_address_parse_email (value, NULL);
  fuzz_assert (again != NULL && g_str_equal (secinfo_address_get_value (again), value));
  fuzz_assert (g_str_equal (secinfo_address_get_key (again), secinfo_address_get_key (address)));
  masked = secinfo_mask_email (value);
  fuzz_assert (g_utf8_validate (masked, -1, NULL));
  return 0;
}
