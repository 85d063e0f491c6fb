/* fuzz-text.c - codes, points in time, languages, /etc/subuid: the small readers
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-code.h"
#include "secinfo-json.h"
#include "secinfo-mask.h"
#include "secinfo-secret.h"
#include "secinfo-time.h"
#include "service-caller.h"
#include "service-language.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  service_language_init ();
  return 0;
}

static void
read_code (const char *text, gsize size)
{
  char digits[SECINFO_CODE_DIGITS + 1], again[SECINFO_CODE_DIGITS + 1];
  char *formatted = secinfo_code_format (text);

  fuzz_assert (g_utf8_validate (formatted, -1, NULL));
  if (secinfo_code_normalize (text, (gssize) size, digits))
    {
      fuzz_assert (strlen (digits) == SECINFO_CODE_DIGITS && strspn (digits, "0123456789") == SECINFO_CODE_DIGITS);
      fuzz_assert (strlen (text) != size || secinfo_code_count (text) == SECINFO_CODE_DIGITS);
      fuzz_assert (secinfo_code_normalize (formatted, -1, again) == (strlen (text) == size));
    }
  else
    fuzz_assert (digits[0] == '\0');
  secinfo_secret_free_text (formatted);
}

static void
read_json (const char *text, gsize size)
{
  static const SecinfoJsonMember members[] = {
    { "value", JSON_STRING, TRUE }, { "flag", JSON_TRUE, FALSE }, { "list", JSON_ARRAY, FALSE, 4 }, { NULL }
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = secinfo_json_parse (text, size, &error);
  g_autoptr(json_t) again = NULL;
  g_autofree char *member = NULL;
  char *written;

  fuzz_assert ((value == NULL) == (error != NULL));
  if (value == NULL)
    return;
  if (json_is_object (value))
    secinfo_json_check (value, members, &member, NULL);
  secinfo_json_get_time (value, "value");
  written = secinfo_json_to_text (value);
  again = written != NULL ? secinfo_json_parse (written, strlen (written), NULL) : NULL;
  fuzz_assert (again != NULL && json_equal (value, again));
  secinfo_secret_free_text (written);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char language[16];
  gint64 seconds;

  memset (language, 'x', sizeof language);
  service_language_pick (text, language);
  fuzz_assert (strnlen (language, sizeof language) < sizeof language && language[0] != '\0');
  service_caller_subuid_contains (text, 100000);

  seconds = secinfo_time_from_rfc3339 (text);
  /* The years that can be written with four digits. */
  if (seconds > 0 && seconds < G_GINT64_CONSTANT (253402300800))
    {
      g_autofree char *written = secinfo_time_to_rfc3339 (seconds);

      fuzz_assert (secinfo_time_from_rfc3339 (written) == seconds);
    }
  read_json ((const char *) data, size);
  if (g_utf8_validate (text, -1, NULL))
    {
      g_autofree char *isolated = secinfo_text_isolate (text);
      g_autofree char *speech = secinfo_mask_to_speech (text);

      fuzz_assert (g_utf8_validate (isolated, -1, NULL) && g_utf8_validate (speech, -1, NULL));
      read_code (text, size);
    }
  return 0;
}
