/* secinfo-address-phone.h - libphonenumber behind a C face; private to secinfo-address
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  SECINFO_PHONE_OK,
  SECINFO_PHONE_NO_NUMBER,
  SECINFO_PHONE_NO_COUNTRY,
  SECINFO_PHONE_TOO_SHORT,
  SECINFO_PHONE_TOO_LONG,
  SECINFO_PHONE_CHARGED,
  SECINFO_PHONE_EXTENSION,
} SecinfoPhoneResult;

typedef struct
{
  char e164[32];
  char international[64];
  char region[3];        /* "" for international ranges */
  bool valid;            /* by the numbering plan */
} SecinfoPhoneNumber;

/* What the module secinfo-phone.so gives. */
typedef struct
{
  /* @region: (nullable) upper-case ISO 3166-1 alpha-2. @number is filled where SECINFO_PHONE_OK is returned. */
  SecinfoPhoneResult  (*parse)           (const char *text, const char *region, SecinfoPhoneNumber *number);
  /* @locale: (nullable) as setlocale() says it. Freed with g_free(). */
  char               *(*dup_region_name) (const char *region, const char *locale);
} SecinfoPhoneFace;

#define SECINFO_PHONE_FACE "secinfo_phone_face"
extern __attribute__ ((visibility ("default"))) const SecinfoPhoneFace secinfo_phone_face;

/* Loads the module where it is not there yet; any thread may. (nullable): no memory, no descriptor, or a broken
 * installation; asked again, it tries again. */
const SecinfoPhoneFace *secinfo_phone_load (void);

#ifdef __cplusplus
}
#endif
