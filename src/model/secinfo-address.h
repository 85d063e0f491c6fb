/* secinfo-address.h - an email address or phone number, checked
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In libsecinfo-address: libidn2 and libunistring come with it, libphonenumber when the first number is parsed. */

typedef enum
{
  SECINFO_CONTACT_EMAIL = 0,
  SECINFO_CONTACT_PHONE = 1,
} SecinfoContactKind;

const char *secinfo_contact_kind_to_string   (SecinfoContactKind  kind);       /* "email", "phone" */
gboolean    secinfo_contact_kind_from_string (const char         *text,
                                              SecinfoContactKind *kind);

#define SECINFO_ADDRESS_ERROR (secinfo_address_error_quark ())
typedef enum  /* the `reason` members of /problems/address-not-valid, by secinfo_address_error_to_reason() */
{
  SECINFO_ADDRESS_ERROR_EMPTY,
  SECINFO_ADDRESS_ERROR_END_MISSING,     /* "end-missing": the domain has no dot, or ends in one */
  SECINFO_ADDRESS_ERROR_DOMAIN_MISSING,  /* "domain-missing" */
  SECINFO_ADDRESS_ERROR_LOCAL_MISSING,   /* "local-missing": nothing before @ */
  SECINFO_ADDRESS_ERROR_SPACE,           /* "space" */
  SECINFO_ADDRESS_ERROR_TOO_LONG,        /* "too-long": over 254 octets, local part over 64 */
  SECINFO_ADDRESS_ERROR_LETTERS,         /* "letters": a character that cannot be there */
  SECINFO_ADDRESS_ERROR_DIGITS_MISSING,  /* "digits-missing" */
  SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS, /* "too-many-digits" */
  SECINFO_ADDRESS_ERROR_CHARGED,         /* "charged": premium rate, toll-free, shared cost */
  SECINFO_ADDRESS_ERROR_EXTENSION,       /* "extension" */
  SECINFO_ADDRESS_ERROR_COUNTRY,         /* "country": no + and no region to read it by, or unknown country code */
  SECINFO_ADDRESS_ERROR_NOT_NOW,         /* "not-now": libphonenumber cannot be loaded; secinfod says "busy" instead */
} SecinfoAddressError;
GQuark      secinfo_address_error_quark     (void);
const char *secinfo_address_error_to_reason (int code);
gboolean    secinfo_address_error_from_reason (const char *reason,
                                               int        *code);
/* One sentence for people (UI.md section 5), translated; @kind decides between the words of the two dialogs. */
const char *secinfo_address_error_to_words  (int                code,
                                             SecinfoContactKind kind);

/**
 * SecinfoAddress:
 *
 * Immutable. Email: dot-atom local part (RFC 5322 §3.2.3; letters beyond ASCII as RFC 6531 allows are refused unless
 * the gateway can SMTPUTF8, so: LETTERS), domain to A-labels with IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL and labels
 * checked by ourselves (libidn2's STD3 mode drops characters silently). Phone: E.164 by libphonenumber.
 */
typedef struct _SecinfoAddress SecinfoAddress;

SecinfoAddress     *secinfo_address_parse_email     (const char            *text,
                                                     GError               **error) G_GNUC_WARN_UNUSED_RESULT;
/* @region: ISO 3166-1 alpha-2 of the locale, (nullable): then only numbers with + are read. */
SecinfoAddress     *secinfo_address_parse_phone     (const char            *text,
                                                     const char            *region,
                                                     GError               **error) G_GNUC_WARN_UNUSED_RESULT;
SecinfoAddress     *secinfo_address_ref             (SecinfoAddress        *self);
void                secinfo_address_unref           (SecinfoAddress        *self);

SecinfoContactKind  secinfo_address_get_kind        (const SecinfoAddress  *self);
/* what is sent to: local part as entered, A-labels; E.164 */
const char         *secinfo_address_get_value       (const SecinfoAddress  *self);
/* what is compared: NFC, local part case-folded; E.164 */
const char         *secinfo_address_get_key         (const SecinfoAddress  *self);
/* U-labels; international format "+44 7911 123456" */
const char         *secinfo_address_get_display     (const SecinfoAddress  *self);
/* (nullable) A-labels; NULL for phones */
const char         *secinfo_address_get_domain      (const SecinfoAddress  *self);
/* (nullable) "GB"; NULL for emails and international ranges */
const char         *secinfo_address_get_region      (const SecinfoAddress  *self);
/* display and value differ in the domain */
gboolean            secinfo_address_is_idn          (const SecinfoAddress  *self);
/* possible, but not valid by the numbering plan */
gboolean            secinfo_address_is_unusual      (const SecinfoAddress  *self);
/* The name of a region in the language of the process ("United Kingdom"), or the code itself. Transfer full. */
char               *secinfo_region_to_name          (const char            *region) G_GNUC_WARN_UNUSED_RESULT;
/* The region of the process's locale (LC_TELEPHONE, then LC_CTYPE, LC_MESSAGES, LANG); (nullable) (transfer full). */
char               *secinfo_region_of_locale        (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecinfoAddress, secinfo_address_unref)

G_END_DECLS
