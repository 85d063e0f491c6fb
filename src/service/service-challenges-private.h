/* service-challenges-private.h - between the files of challenges
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-challenges.h"
#include "service-throttle.h"

G_BEGIN_DECLS

/* The keyed hash of six @digits, bound to the challenge, to where it went and to what it is for. */
gboolean service_challenges_check_value   (ServiceUse              *use,
                                           const ServiceChallenge  *challenge,
                                           const char              *digits,
                                           guint8                   check[32],
                                           GError                 **error);
/* Erases its code and calls back what has not left. */
gboolean service_challenges_end           (ServiceUse              *use,
                                           ServiceChallenge        *challenge,
                                           SecinfoChallengeState    state,
                                           GError                 **error);
/* code-used, code-used-up, code-expired, not-found. */
gboolean service_challenges_refuse_ended  (const ServiceChallenge  *challenge,
                                           GError                 **error);
/* Still good? Ends it where its life is over, and says so. */
gboolean service_challenges_check_running (ServiceUse              *use,
                                           ServiceChallenge        *challenge,
                                           GError                 **error);
/* What it counts against; @contact (out) is NULL where it has none. */
gboolean service_challenges_load_target   (ServiceUse              *use,
                                           const ServiceChallenge  *challenge,
                                           ServiceContact         **contact,
                                           char                   **key,
                                           SecinfoContactKind      *kind,
                                           GError                 **error);
/* Another channel and other contacts are offered after this, at once where the message did certainly not arrive; a
 * contact that can be had stands first in the list (UI.md section 7). Seconds. */
enum { SERVICE_OTHER_WAY_AFTER = 60 };
/* Did it certainly not arrive? @message: (nullable). Of a suspended account nobody is told. */
gboolean service_challenges_has_failed    (const ServiceChallenge  *challenge,
                                           const ServiceMessage    *message);
/* When the next message may go where this one went, pauses and limits and all: the same code within its life, after it
 * a new one. */
typedef struct
{
  gint64           send_at;     /* Unix seconds; may lie behind */
  gint64           resend_at;   /* the same, 0 where the code ends before */
  gint64           other_at;    /* the same code by a phone's other channel: without a pause where this one failed */
  ServiceSendLimit limit;       /* until 0: no limit makes it wait, only the pause between two of the same code */
} ServiceSendTimes;
/* @message (nullable): the last that was sent for it. */
gboolean service_challenges_find_send     (ServiceUse                     *use,
                                           const ServiceChallenge         *challenge,
                                           const ServiceMessage           *message,
                                           const ServiceThrottleSubjects  *subjects,
                                           ServiceSendTimes               *times,
                                           GError                        **error);
/* Does a message of it go anywhere? One that resumes a suspended account may go to nobody. */
gboolean service_challenges_has_receiver  (ServiceUse              *use,
                                           const ServiceChallenge  *challenge,
                                           const char              *key,
                                           gboolean                *has,
                                           GError                 **error);

G_END_DECLS
