/* fuzz-phone.c - a phone number, as a person types it; the first two letters are the region
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

static gboolean
is_e164 (const char *value)
{
  return value[0] == '+' && strlen (value) <= 16 && value[1] != '\0' &&
         strspn (value + 1, "0123456789") == strlen (value + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  char region[3] = { size > 1 ? (char) data[0] : '\0', size > 1 ? (char) data[1] : '\0', '\0' };
  g_autofree char *text = size > 2 ? g_strndup ((const char *) data + 2, size - 2) : g_strdup ("");
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoAddress) address = secinfo_address_parse_phone (text, *region != '\0' ? region : NULL, &error);
  g_autoptr(SecinfoAddress) again = NULL;
  g_autofree char *masked = NULL;
  const char *value;

  fuzz_assert ((address == NULL) == (error != NULL));
  if (address == NULL)
    {
      fuzz_assert (error->domain == SECINFO_ADDRESS_ERROR);
      return 0;
    }

  value = secinfo_address_get_value (address);
  fuzz_assert (is_e164 (value));
  fuzz_assert (g_utf8_validate (secinfo_address_get_display (address), -1, NULL));
  again = secinfo_address_parse_phone (value, NULL, NULL);
  fuzz_assert (again != NULL && g_str_equal (secinfo_address_get_value (again), value));
  masked = secinfo_mask_phone (value);
  fuzz_assert (g_utf8_validate (masked, -1, NULL));
  return 0;
}
