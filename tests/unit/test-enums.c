/* test-enums.c - the words of the API, and the numbers that databases hold
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-address.h"
#include "secinfo-enums.h"

/* Numbers are stored: each word must keep its own for ever. */
#define TEST_WORDS(Type, prefix, ...)                                   \
  static void                                                           \
  test_##prefix (void)                                                  \
  {                                                                     \
    static const char * const words[] = { __VA_ARGS__ };                \
    Type value = (Type) 77;                                             \
                                                                        \
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)                    \
      {                                                                 \
        g_assert_cmpstr (prefix##_to_string ((Type) i), ==, words[i]);  \
        g_assert_true (prefix##_from_string (words[i], &value));        \
        g_assert_cmpuint (value, ==, i);                                \
      }                                                                 \
                                                                        \
    g_assert_null (prefix##_to_string ((Type) G_N_ELEMENTS (words)));   \
    g_assert_null (prefix##_to_string ((Type) -1));                     \
    value = (Type) 1;                                                   \
    g_assert_false (prefix##_from_string (NULL, &value));               \
    g_assert_false (prefix##_from_string ("", &value));                 \
    g_assert_false (prefix##_from_string ("Session", &value));          \
    g_assert_cmpuint (value, ==, 1);                                    \
  }

TEST_WORDS (SecinfoLevel, secinfo_level, "session", "password", "verified")
TEST_WORDS (SecinfoContactState, secinfo_contact_state,
            "unverified", "verified", "waiting", "old", "removed", "unreadable")
TEST_WORDS (SecinfoPurpose, secinfo_purpose, "prove", "confirm", "restore", "resume", "recover", "gateway-test")
TEST_WORDS (SecinfoChallengeState, secinfo_challenge_state, "running", "answered", "used-up", "expired", "given-up")
TEST_WORDS (SecinfoDeliveryState, secinfo_delivery_state,
            "queued", "sending", "handed-over", "delivered", "retry", "refused", "gateway-down", "unknown")
TEST_WORDS (SecinfoMedium, secinfo_medium, "email", "sms", "voice", "push")
TEST_WORDS (SecinfoResult, secinfo_result, "accepted", "queued", "bad-address", "bad-config", "retry", "unknown")
TEST_WORDS (SecinfoContactKind, secinfo_contact_kind, "email", "phone")

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enums/level", test_secinfo_level);
  g_test_add_func ("/enums/contact-state", test_secinfo_contact_state);
  g_test_add_func ("/enums/purpose", test_secinfo_purpose);
  g_test_add_func ("/enums/challenge-state", test_secinfo_challenge_state);
  g_test_add_func ("/enums/delivery-state", test_secinfo_delivery_state);
  g_test_add_func ("/enums/medium", test_secinfo_medium);
  g_test_add_func ("/enums/result", test_secinfo_result);
  g_test_add_func ("/enums/contact-kind", test_secinfo_contact_kind);
  return g_test_run ();
}
