/* service-typed.c - what was typed at the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-talk.h"

#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

static gboolean
has_letter (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_isalpha (g_utf8_get_char (p)))
        return TRUE;
    }
  return FALSE;
}

static ServiceTypedKind
classify (ServiceTyped *typed,
          const char   *text,
          const char   *region)
{
  if (*text == '\0')
    return SERVICE_TYPED_EMPTY;
  if (g_str_equal (text, "?"))
    return SERVICE_TYPED_QUESTION;
  if (secinfo_code_normalize (text, -1, typed->digits))
    return SERVICE_TYPED_DIGITS;

  switch (secinfo_saved_code_normalize (text, typed->saved))
    {
    case SECINFO_SAVED_CODE_GOOD:
      return SERVICE_TYPED_SAVED;
    case SECINFO_SAVED_CODE_MISTYPED:
      return SERVICE_TYPED_MISTYPED;
    case SECINFO_SAVED_CODE_NONE:
    default:
      break;
    }

  if (strchr (text, '@') != NULL)
    typed->address = secinfo_address_parse_email (text, NULL);
  else if (!has_letter (text))
    typed->address = secinfo_address_parse_phone (text, region, NULL);
  return typed->address != NULL ? SERVICE_TYPED_ADDRESS : SERVICE_TYPED_NEITHER;
}

void
service_typed_read (ServiceTyped *typed,
                    const char   *text,
                    const char   *region)
{
  char *clean;

  memset (typed, 0, sizeof *typed);
  if (!g_utf8_validate (text, -1, NULL))
    {
      typed->kind = SERVICE_TYPED_NEITHER;
      return;
    }
  clean = g_strstrip (g_strdup (text));
  typed->kind = classify (typed, clean, region);
  secinfo_secret_free_text (clean);
}

void
service_typed_clear (ServiceTyped *typed)
{
  g_clear_pointer (&typed->address, secinfo_address_unref);
  sodium_memzero (typed, sizeof *typed);
}
