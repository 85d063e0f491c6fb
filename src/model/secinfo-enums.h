/* secinfo-enums.h - words of the API that both sides switch over
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each has NAME_to_string() and NAME_from_string(text, &value) -> gboolean, made from one table in secinfo-enums.c.
 * Values are stored in databases: append, never renumber. */

/* "session" … */
typedef enum { SECINFO_LEVEL_SESSION, SECINFO_LEVEL_PASSWORD, SECINFO_LEVEL_VERIFIED } SecinfoLevel;

typedef enum
{
  SECINFO_CONTACT_UNVERIFIED,   /* waits for its first code */
  SECINFO_CONTACT_VERIFIED,
  SECINFO_CONTACT_WAITING,      /* new, in the waiting period */
  SECINFO_CONTACT_OLD,          /* old, in the waiting period */
  SECINFO_CONTACT_REMOVED,      /* can be taken back until removed_at + 7 days */
  SECINFO_CONTACT_UNREADABLE,   /* sealed with a key that is gone */
} SecinfoContactState;

typedef enum
{
  SECINFO_PURPOSE_PROVE,        /* "prove": proves a new contact */
  SECINFO_PURPOSE_CONFIRM,      /* "confirm": second half of Confirm it's you */
  SECINFO_PURPOSE_RESTORE,      /* "restore": takes a removed contact back */
  SECINFO_PURPOSE_RESUME,       /* "resume": takes a suspended account up again */
  SECINFO_PURPOSE_RECOVER,      /* "recover": from the sign-in screen; no route answers it */
  SECINFO_PURPOSE_GATEWAY_TEST, /* "gateway-test": proves the way it was sent, and the contact */
} SecinfoPurpose;

typedef enum
{
  SECINFO_CHALLENGE_RUNNING,
  SECINFO_CHALLENGE_ANSWERED,   /* -> code-used */
  SECINFO_CHALLENGE_USED_UP,    /* -> code-used-up */
  SECINFO_CHALLENGE_EXPIRED,    /* -> code-expired */
  SECINFO_CHALLENGE_GIVEN_UP,   /* cancelled, or another took its place -> not-found */
} SecinfoChallengeState;

typedef enum
{
  SECINFO_DELIVERY_QUEUED,       /* "queued": still on this computer */
  SECINFO_DELIVERY_SENDING,      /* "sending": at the courier */
  SECINFO_DELIVERY_HANDED_OVER,  /* "handed-over" */
  SECINFO_DELIVERY_DELIVERED,    /* "delivered": by a report only */
  SECINFO_DELIVERY_RETRY,        /* "retry" */
  SECINFO_DELIVERY_REFUSED,      /* "refused": this address */
  SECINFO_DELIVERY_GATEWAY_DOWN, /* "gateway-down" */
  SECINFO_DELIVERY_UNKNOWN,      /* "unknown": timed out after it left */
} SecinfoDeliveryState;

typedef enum { SECINFO_MEDIUM_EMAIL, SECINFO_MEDIUM_SMS, SECINFO_MEDIUM_VOICE, SECINFO_MEDIUM_PUSH } SecinfoMedium;

typedef enum  /* what the courier says of one message (DESIGN section 7) */
{
  SECINFO_RESULT_ACCEPTED,
  SECINFO_RESULT_QUEUED,
  SECINFO_RESULT_BAD_ADDRESS,
  SECINFO_RESULT_BAD_CONFIG,
  SECINFO_RESULT_RETRY,
  SECINFO_RESULT_UNKNOWN,
} SecinfoResult;

#define SECINFO_DECLARE_WORDS(Type, prefix)                                  \
  const char *prefix##_to_string   (Type value);                             \
  gboolean    prefix##_from_string (const char *text, Type *value);

SECINFO_DECLARE_WORDS (SecinfoLevel, secinfo_level)
SECINFO_DECLARE_WORDS (SecinfoContactState, secinfo_contact_state)
SECINFO_DECLARE_WORDS (SecinfoPurpose, secinfo_purpose)
SECINFO_DECLARE_WORDS (SecinfoChallengeState, secinfo_challenge_state)
SECINFO_DECLARE_WORDS (SecinfoDeliveryState, secinfo_delivery_state)
SECINFO_DECLARE_WORDS (SecinfoMedium, secinfo_medium)
SECINFO_DECLARE_WORDS (SecinfoResult, secinfo_result)

G_END_DECLS
