/* secinfo-address-phone.cpp - libphonenumber behind a C face: the module secinfo-phone.so
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "secinfo-address-phone.h"

#include <glib.h>
#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>
#include <string>
#include <unicode/locid.h>
#include <unicode/unistr.h>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static PhoneNumberUtil *
get_util ()
{
  /* Its own logger writes numbers to standard output. */
  static PhoneNumberUtil *util = [] {
    PhoneNumberUtil *made = PhoneNumberUtil::GetInstance ();
    made->SetLogger (new NullLogger ());
    return made;
  } ();

  return util;
}

static SecinfoPhoneResult
result_of_parsing (PhoneNumberUtil::ErrorType error)
{
  switch (error)
    {
    case PhoneNumberUtil::NO_PARSING_ERROR:
      return SECINFO_PHONE_OK;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
      return SECINFO_PHONE_NO_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
      return SECINFO_PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN:
      return SECINFO_PHONE_TOO_LONG;
    default:
      return SECINFO_PHONE_NO_NUMBER;
    }
}

static SecinfoPhoneResult
result_of_length (PhoneNumberUtil::ValidationResult possible)
{
  switch (possible)
    {
    case PhoneNumberUtil::IS_POSSIBLE:
      return SECINFO_PHONE_OK;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE:
      return SECINFO_PHONE_NO_COUNTRY;
    case PhoneNumberUtil::TOO_LONG:
      return SECINFO_PHONE_TOO_LONG;
    default:  /* short, of a length between two that exist, or without its area code */
      return SECINFO_PHONE_TOO_SHORT;
    }
}

static bool
charges_somebody (PhoneNumberUtil::PhoneNumberType type)
{
  return type == PhoneNumberUtil::PREMIUM_RATE || type == PhoneNumberUtil::TOLL_FREE ||
         type == PhoneNumberUtil::SHARED_COST;
}

/* A number that is possible only has no region of its own; that of its country code is what people expect. So they do
 * of Guernsey, Jersey and Man, whose ranges lie inside the United Kingdom's plan. */
static std::string
region_to_show (const PhoneNumberUtil *util,
                const PhoneNumber     &number)
{
  std::string region;

  util->GetRegionCodeForNumber (number, &region);
  if (region.size () != 2 || region == "ZZ" || number.country_code () == 44)
    util->GetRegionCodeForCountryCode (number.country_code (), &region);

  return region;
}

/* "07911 12": libphonenumber leaves the 0 of the trunk in its place where the rest alone is too short, and then takes
 * the whole for a number that is possible. Somebody is still typing. */
static bool
keeps_trunk_zero (const PhoneNumberUtil *util,
                  const PhoneNumber     &number)
{
  std::string region;
  std::string trunk;

  util->GetRegionCodeForCountryCode (number.country_code (), &region);
  util->GetNddPrefixForRegion (region, true, &trunk);
  return number.italian_leading_zero () && trunk == "0";
}

static SecinfoPhoneResult
parse (const char         *text,
       const char         *region,
       SecinfoPhoneNumber *number)
{
  const PhoneNumberUtil *util = get_util ();
  PhoneNumber parsed;
  std::string formatted;
  SecinfoPhoneResult result;

  result = result_of_parsing (util->Parse (text, region != nullptr ? region : "ZZ", &parsed));
  if (result != SECINFO_PHONE_OK)
    /* Too few characters to be a number at all are a number that is still being typed. */
    return result == SECINFO_PHONE_NO_NUMBER ? SECINFO_PHONE_TOO_SHORT : result;
  if (parsed.has_extension ())
    return SECINFO_PHONE_EXTENSION;

  result = result_of_length (util->IsPossibleNumberWithReason (parsed));
  if (result != SECINFO_PHONE_OK)
    return result;
  if (charges_somebody (util->GetNumberType (parsed)))
    return SECINFO_PHONE_CHARGED;

  number->valid = util->IsValidNumber (parsed);
  if (!number->valid && keeps_trunk_zero (util, parsed))
    return SECINFO_PHONE_TOO_SHORT;

  util->Format (parsed, PhoneNumberUtil::E164, &formatted);
  g_strlcpy (number->e164, formatted.c_str (), sizeof number->e164);
  util->Format (parsed, PhoneNumberUtil::INTERNATIONAL, &formatted);
  g_strlcpy (number->international, formatted.c_str (), sizeof number->international);

  formatted = region_to_show (util, parsed);
  g_strlcpy (number->region, formatted.size () == 2 && formatted != "ZZ" ? formatted.c_str () : "",
             sizeof number->region);

  return SECINFO_PHONE_OK;
}

static SecinfoPhoneResult
parse_or_refuse (const char         *text,
                 const char         *region,
                 SecinfoPhoneNumber *number)
{
  /* No exception may cross into C. */
  try
    {
      return parse (text, region, number);
    }
  catch (...)
    {
      return SECINFO_PHONE_NO_NUMBER;
    }
}

static char *
dup_region_name (const char *region,
                 const char *locale)
{
  try
    {
      icu::UnicodeString name;
      std::string text;
      bool plain = locale == nullptr || g_str_equal (locale, "C") || g_str_has_prefix (locale, "C.") ||
                   g_str_equal (locale, "POSIX");

      icu::Locale ("", region).getDisplayCountry (icu::Locale (plain ? "en" : locale), name);
      name.toUTF8String (text);
      return g_strdup (text.empty () ? region : text.c_str ());
    }
  catch (...)
    {
      return g_strdup (region);
    }
}

const SecinfoPhoneFace secinfo_phone_face = { parse_or_refuse, dup_region_name };
