/* secinfo-address-words.c - what is wrong with an address, for the API and for people
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-address.h"

#include <glib/gi18n-lib.h>

/* In libsecinfo-model, apart from the parsing: whoever shows a problem needs the words without libphonenumber. */
typedef struct
{
  const char *reason;
  const char *email;   /* UI.md section 5 */
  const char *phone;
} Words;

static const Words words[] = {
  [SECINFO_ADDRESS_ERROR_EMPTY] =
    { "empty", N_("Enter an email address."), N_("Enter a phone number.") },
  [SECINFO_ADDRESS_ERROR_END_MISSING] =
    { "end-missing", N_("The end is missing, for example “.org”."), NULL },
  [SECINFO_ADDRESS_ERROR_DOMAIN_MISSING] =
    { "domain-missing", N_("The part after @ is missing."), NULL },
  [SECINFO_ADDRESS_ERROR_LOCAL_MISSING] =
    { "local-missing", N_("The part before @ is missing."), NULL },
  [SECINFO_ADDRESS_ERROR_SPACE] =
    { "space", N_("A space cannot be in an address."), NULL },
  [SECINFO_ADDRESS_ERROR_TOO_LONG] =
    { "too-long", N_("This is too long for an address."), N_("This is too long for a number.") },
  [SECINFO_ADDRESS_ERROR_LETTERS] =
    { "letters", N_("A character in it cannot be in an address."), N_("Only digits can be in a number.") },
  [SECINFO_ADDRESS_ERROR_DIGITS_MISSING] =
    { "digits-missing", NULL, N_("Some digits are missing.") },
  [SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS] =
    { "too-many-digits", NULL, N_("These are too many digits.") },
  [SECINFO_ADDRESS_ERROR_CHARGED] =
    { "charged", NULL, N_("Codes can’t go to a number that charges the caller. Enter another number.") },
  [SECINFO_ADDRESS_ERROR_EXTENSION] =
    { "extension", NULL, N_("Leave the extension out: nobody can press it for the code.") },
  [SECINFO_ADDRESS_ERROR_COUNTRY] =
    { "country", NULL, N_("Begin with + and the code of the country, for example +44.") },
  [SECINFO_ADDRESS_ERROR_NOT_NOW] =
    { "not-now", NULL, N_("This computer cannot read phone numbers right now. Try again later.") },
};

G_DEFINE_QUARK (secinfo-address-error-quark, secinfo_address_error)

const char *
secinfo_address_error_to_reason (int code)
{
  g_return_val_if_fail (code >= 0 && (gsize) code < G_N_ELEMENTS (words), "letters");

  return words[code].reason;
}

const char *
secinfo_address_error_to_words (int                code,
                                SecinfoContactKind kind)
{
  const char *text;

  g_return_val_if_fail (code >= 0 && (gsize) code < G_N_ELEMENTS (words), "");

  text = kind == SECINFO_CONTACT_PHONE ? words[code].phone : words[code].email;
  if (text == NULL)  /* a reason that only the other kind has */
    text = kind == SECINFO_CONTACT_PHONE ? words[code].email : words[code].phone;

  return _(text);
}

gboolean
secinfo_address_error_from_reason (const char *reason,
                                   int        *code)
{
  for (gsize i = 0; reason != NULL && i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (words[i].reason, reason))
        {
          *code = i;
          return TRUE;
        }
    }

  return FALSE;
}
