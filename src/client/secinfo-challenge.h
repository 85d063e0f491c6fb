/* secinfo-challenge.h - one code in flight
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-address.h"
#include "secinfo-enums.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

typedef struct { SecinfoDeliveryState state; gint64 at; char *text; } SecinfoChallengeStep;
typedef enum { SECINFO_WAY_RESEND, SECINFO_WAY_VOICE, SECINFO_WAY_SMS, SECINFO_WAY_CONTACT } SecinfoWayType;
typedef struct { SecinfoWayType type; char *contact; char *masked; gint64 at; } SecinfoChallengeWay;

/* Immutable; a refresh gives a new object. Times in Unix seconds, 0 = null. */
#define SECINFO_TYPE_CHALLENGE (secinfo_challenge_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoChallenge, secinfo_challenge, SECINFO, CHALLENGE, GObject)

SecinfoChallenge       *secinfo_challenge_new_from_json     (json_t *object, GError **error) G_GNUC_WARN_UNUSED_RESULT;
json_t                 *secinfo_challenge_get_json          (SecinfoChallenge *self);   /* (transfer none) as it came */
const char             *secinfo_challenge_get_id            (SecinfoChallenge *self);
const char             *secinfo_challenge_get_contact       (SecinfoChallenge *self);   /* (nullable) */
SecinfoPurpose          secinfo_challenge_get_purpose       (SecinfoChallenge *self);
SecinfoChallengeState   secinfo_challenge_get_state         (SecinfoChallenge *self);
SecinfoContactKind      secinfo_challenge_get_kind          (SecinfoChallenge *self);
SecinfoMedium           secinfo_challenge_get_medium        (SecinfoChallenge *self);
const char             *secinfo_challenge_get_masked        (SecinfoChallenge *self);
const char             *secinfo_challenge_get_value         (SecinfoChallenge *self);   /* (nullable) */
gint64                  secinfo_challenge_get_expires_at    (SecinfoChallenge *self);
gint64                  secinfo_challenge_get_ended_at      (SecinfoChallenge *self);
gint64                  secinfo_challenge_get_resend_at     (SecinfoChallenge *self);
/* When the next message may go there, the same code within its life or after it a new one. */
gint64                  secinfo_challenge_get_send_at       (SecinfoChallenge *self);
/* "5 codes went there within an hour. The next can be sent at 14:05."; NULL where no limit makes it wait. Transfer
 * full. */
char                   *secinfo_challenge_dup_limit_words   (SecinfoChallenge *self);
guint                   secinfo_challenge_get_life          (SecinfoChallenge *self);   /* seconds */
guint                   secinfo_challenge_get_attempts_left (SecinfoChallenge *self);
guint                   secinfo_challenge_get_sends         (SecinfoChallenge *self);
SecinfoDeliveryState    secinfo_challenge_get_delivery      (SecinfoChallenge *self);
gint64                  secinfo_challenge_get_delivery_since (SecinfoChallenge *self);
gint64                  secinfo_challenge_get_next_at       (SecinfoChallenge *self);
gint64                  secinfo_challenge_get_told_at       (SecinfoChallenge *self);
/* This computer itself refused it: it sends nothing to that country. */
gboolean                secinfo_challenge_get_not_served    (SecinfoChallenge *self);
/* (nullable) vendor's words: isolate them */
const char             *secinfo_challenge_get_detail        (SecinfoChallenge *self);
const char             *secinfo_challenge_get_by            (SecinfoChallenge *self);   /* (nullable) */
const char             *secinfo_challenge_get_sender        (SecinfoChallenge *self);   /* (nullable) */
gboolean                secinfo_challenge_get_trial         (SecinfoChallenge *self);
/* (transfer none) of SecinfoChallengeStep */
GPtrArray              *secinfo_challenge_get_steps         (SecinfoChallenge *self);
/* (transfer none) of SecinfoChallengeWay */
GPtrArray              *secinfo_challenge_get_ways          (SecinfoChallenge *self);

G_END_DECLS
