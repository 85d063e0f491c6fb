/* secinfo-enums.c - words of the API that both sides switch over
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-address.h"
#include "secinfo-enums.h"

static gboolean
find_word (const char * const *words,
           gsize               n_words,
           const char         *text,
           guint              *value)
{
  for (gsize i = 0; text != NULL && i < n_words; i++)
    {
      if (g_str_equal (words[i], text))
        {
          *value = i;
          return TRUE;
        }
    }

  return FALSE;
}

/* The two functions of one enumeration, whose values count from 0 as its words do. to_string() answers NULL for a
 * number that is none of them (a damaged database); from_string() leaves @value alone where it says FALSE. */
#define DEFINE_WORDS(Type, prefix, ...)                                            \
  static const char * const prefix##_words[] = { __VA_ARGS__ };                    \
                                                                                   \
  const char *                                                                     \
  prefix##_to_string (Type value)                                                  \
  {                                                                                \
    guint i = (guint) value;                                                       \
                                                                                   \
    return i < G_N_ELEMENTS (prefix##_words) ? prefix##_words[i] : NULL;           \
  }                                                                                \
                                                                                   \
  gboolean                                                                         \
  prefix##_from_string (const char *text,                                          \
                        Type       *value)                                         \
  {                                                                                \
    guint i = 0;                                                                   \
                                                                                   \
    if (!find_word (prefix##_words, G_N_ELEMENTS (prefix##_words), text, &i))      \
      return FALSE;                                                                \
                                                                                   \
    *value = (Type) i;                                                             \
    return TRUE;                                                                   \
  }

DEFINE_WORDS (SecinfoLevel, secinfo_level, "session", "password", "verified")
DEFINE_WORDS (SecinfoContactState, secinfo_contact_state,
              "unverified", "verified", "waiting", "old", "removed", "unreadable")
DEFINE_WORDS (SecinfoPurpose, secinfo_purpose, "prove", "confirm", "restore", "resume", "recover", "gateway-test")
DEFINE_WORDS (SecinfoChallengeState, secinfo_challenge_state,
              "running", "answered", "used-up", "expired", "given-up")
DEFINE_WORDS (SecinfoDeliveryState, secinfo_delivery_state,
              "queued", "sending", "handed-over", "delivered", "retry", "refused", "gateway-down", "unknown")
DEFINE_WORDS (SecinfoMedium, secinfo_medium, "email", "sms", "voice", "push")
DEFINE_WORDS (SecinfoResult, secinfo_result,
              "accepted", "queued", "bad-address", "bad-config", "retry", "unknown")

/* Declared beside the address; it stands here so that whoever only needs the word does without libphonenumber. */
DEFINE_WORDS (SecinfoContactKind, secinfo_contact_kind, "email", "phone")
