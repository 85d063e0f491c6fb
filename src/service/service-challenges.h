/* service-challenges.h - codes: issued, sent again, answered
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* What may be asked of a phone: "sms", "voice", or NULL for what there is. no-gateway {channel}; body-not-valid for an
 * email. */
gboolean          service_challenges_choose_medium (ServiceUse *use, SecinfoContactKind kind, const char *via,
                                                    SecinfoMedium *medium, GError **error);

/* A code for @contact, its message queued in the same transaction; the running one of the same purpose where there is
 * one (@fresh FALSE: nothing is sent again). Fails with no-gateway, too-many-codes. */
ServiceChallenge *service_challenges_issue         (ServiceUse *use, const ServiceContact *contact,
                                                    SecinfoPurpose purpose, const char *via,
                                                    gboolean *fresh, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For a suspended account: equal in all that can be seen whether @address is one of the old contacts or not; a message
 * goes out where it is. */
ServiceChallenge *service_challenges_issue_resume  (ServiceUse *use, SecinfoAddress *address,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From the sign-in screen: sends @digits to @contact; its check value is kept elsewhere, no route answers it. */
ServiceChallenge *service_challenges_issue_recover (ServiceUse *use, const ServiceContact *contact, const char *digits,
                                                    gint64 life, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean          service_challenges_resend_recover (ServiceUse *use, const char *id, GError **error);
gboolean          service_challenges_end_recover   (ServiceUse *use, const char *id, gboolean answered, GError **error);

/* For a test of one way to send: nothing is queued, the caller hands it to that gateway. One that runs for the same
 * contact is given up. Fails with too-many-codes. */
ServiceChallenge *service_challenges_issue_test    (ServiceUse *use, const ServiceContact *contact,
                                                    SecinfoMedium medium, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @gateway took it over. */
gboolean          service_challenges_test_sent     (ServiceUse *use, const ServiceChallenge *challenge,
                                                    const ServiceGateway *gateway, GError **error);

/* not-found; one that was given up is unknown too. */
ServiceChallenge *service_challenges_get           (ServiceUse *use, const char *id,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same code again. Fails with code-expired …, too-soon, too-many-codes, no-gateway. */
gboolean          service_challenges_resend        (ServiceUse *use, ServiceChallenge *challenge, const char *via,
                                                    GError **error);
gboolean          service_challenges_give_up       (ServiceUse *use, ServiceChallenge *challenge, GError **error);

/* What a right code did. */
typedef struct
{
  SecinfoPurpose  purpose;
  ServiceContact *contact;     /* (nullable) as it is now */
  gboolean        raises;      /* a live password token becomes verified */
  guint           verified;    /* verified contacts now */
} ServiceAnswered;
void              service_answered_clear           (ServiceAnswered *answered);
/* @code as typed. Fails with code-wrong, code-used-up, code-used, code-expired, too-many-tries, not-found. */
gboolean          service_challenges_answer        (ServiceUse *use, const char *id, const char *code,
                                                    ServiceAnswered *answered, GError **error);

/* openapi Challenge, as JSON text. @contact (nullable): the one it went to, where it is known already. */
char             *service_challenges_to_text       (ServiceUse *use, const ServiceChallenge *challenge,
                                                    const ServiceContact *contact,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
