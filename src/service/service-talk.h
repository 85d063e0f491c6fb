/* service-talk.h - the recovery conversation as a state machine of values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-address.h"
#include "secinfo-code.h"
#include "secinfo-saved-code.h"
#include "secinfo-time.h"
#include "service-sign-in-words.h"

G_BEGIN_DECLS

/**
 * ServiceTalk:
 *
 * UI.md section 13. What is kept of a recovery (one a name, shared by all its conversations) is ServiceTalk; what one
 * conversation knows is ServiceTalkHere; what the machine may ask of the rest is ServiceTalkWorld: the store at the
 * sign-in screen, practice in a rehearsal, figures in a test. It reads no clock and no randomness, and for a name that
 * is nobody's it takes the same ways: only `fits` and `match` then say no.
 */

typedef enum { SERVICE_PROOF_SAVED, SERVICE_PROOF_EMAIL, SERVICE_PROOF_PHONE, SERVICE_N_PROOFS } ServiceProof;
guint service_proof_count (guint proofs /* bits of ServiceProof */);

enum
{
  SERVICE_TALK_ID = 23,               /* bytes, with the NUL */
  SERVICE_TALK_SUBJECT = 65,
  SERVICE_TALK_PROOF_LIFE = 1800,     /* seconds that a right proof is kept */
};

/* The code that runs, or ran. */
typedef struct
{
  gboolean            known;          /* there is one; it may have outlived its life */
  char                id[SERVICE_TALK_ID];
  SecinfoContactKind  kind;
  char                subject[SERVICE_TALK_SUBJECT];   /* of the address that was typed, whoever it belongs to */
  char               *to;             /* (nullable) the address as it is sent to */
  char               *challenge;      /* (nullable) where it goes to a contact */
  guint8              check[32];
  guint               attempts_left, sends;
  gint64              issued_at, issued_boot, life, last_sent_at;
  char                boot_id[37];
} ServiceTalkCode;

typedef struct
{
  gboolean known;
  char     id[SERVICE_TALK_ID];       /* of the code */
  char     subject[SERVICE_TALK_SUBJECT];
  guint8   check[32];                 /* of the code; of a saved code its hash */
  guint    attempts_left;
  gint64   at, boot;
  char     boot_id[37];
} ServiceTalkProof;

typedef struct
{
  ServiceTalkCode  code;
  ServiceTalkProof proofs[SERVICE_N_PROOFS];
} ServiceTalk;
void service_talk_clear      (ServiceTalk *talk);
void service_talk_code_clear (ServiceTalkCode *code);

typedef struct
{
  ServicePrompt ask;
  guint         shown;                /* bits of ServiceProof: proofs given (again) in this conversation */
} ServiceTalkHere;

typedef enum { SERVICE_WAY_READY, SERVICE_WAY_DOWN, SERVICE_WAY_NONE } ServiceWay;
typedef enum { SERVICE_WHY_ONE, SERVICE_WHY_ADMINISTRATOR, SERVICE_WHY_HOME, SERVICE_WHY_SESSION } ServiceWhyTwo;

typedef struct { gint64 tries_until, sends_until, addresses_until; gboolean codes_rest, saved_rest; } ServiceTalkLimits;
typedef enum { SERVICE_COUNT_ADDRESS, SERVICE_COUNT_SEND, SERVICE_COUNT_WRONG, SERVICE_COUNT_WRONG_SAVED,
               SERVICE_COUNT_RIGHT, SERVICE_COUNT_RIGHT_SAVED } ServiceTalkCount;

typedef struct _ServiceTalkWorld ServiceTalkWorld;
struct _ServiceTalkWorld
{
  const SecinfoNow *now;
  gboolean          network;
  ServiceWay        ways[2];          /* by SecinfoContactKind */
  guint             needed;           /* proofs */
  ServiceWhyTwo     why;
  guint             code_tries, resend_first, life[2];   /* seconds, by SecinfoContactKind */
  guint8            saved_hash[32];   /* of the saved code that was typed, computed before */

  gboolean (*subject) (ServiceTalkWorld *world, const char *key, char subject[SERVICE_TALK_SUBJECT], GError **error);
  gboolean (*limits)  (ServiceTalkWorld *world, const char *subject /* (nullable) */, ServiceTalkLimits *limits,
                       GError **error);
  gboolean (*count)   (ServiceTalkWorld *world, ServiceTalkCount what, const char *subject, GError **error);
  /* Fills in id, check and challenge of @code for the address; sends where it is somebody's. */
  gboolean (*issue)   (ServiceTalkWorld *world, ServiceTalkCode *code, const char *key, GError **error);
  gboolean (*resend)  (ServiceTalkWorld *world, ServiceTalkCode *code, GError **error);
  gboolean (*end)     (ServiceTalkWorld *world, ServiceTalkCode *code, gboolean answered, GError **error);
  /* Is that the check value of @digits, and does @real hold? */
  gboolean (*fits)    (ServiceTalkWorld *world, const char *id, const char *subject, const guint8 check[32],
                       gboolean real, const char *digits, gboolean *fits, GError **error);
  /* Is saved_hash one of the account's that are left? @burn: used up from now on. */
  gboolean (*match)   (ServiceTalkWorld *world, gboolean burn, gboolean *is, GError **error);
};

/* What was typed, read once outside any transaction. */
typedef enum { SERVICE_TYPED_EMPTY, SERVICE_TYPED_QUESTION, SERVICE_TYPED_DIGITS, SERVICE_TYPED_SAVED,
               SERVICE_TYPED_MISTYPED, SERVICE_TYPED_ADDRESS, SERVICE_TYPED_NEITHER } ServiceTypedKind;
typedef struct
{
  ServiceTypedKind  kind;
  char              digits[SECINFO_CODE_DIGITS + 1];
  char              saved[SECINFO_SAVED_CODE_LENGTH + 1];
  SecinfoAddress   *address;          /* (nullable) */
} ServiceTyped;
void service_typed_read  (ServiceTyped *typed, const char *text, const char *region /* (nullable) */);
void service_typed_clear (ServiceTyped *typed);

typedef enum { SERVICE_STEP_PROMPT, SERVICE_STEP_END, SERVICE_STEP_PASS, SERVICE_STEP_TICKET } ServiceStepKind;
typedef struct
{
  ServiceStepKind kind;
  gboolean        error;              /* style of the message */
  ServiceWord     word;
  gint64          at;
  guint           n;
  ServicePrompt   prompt;
} ServiceStep;

/* FALSE: trouble, nothing of it may be kept. */
gboolean service_talk_begin  (ServiceTalk *talk, ServiceTalkHere *here, ServiceTalkWorld *world, ServiceStep *step,
                              GError **error);
/* Six digits as the password. */
gboolean service_talk_code   (ServiceTalk *talk, ServiceTalkHere *here, ServiceTalkWorld *world,
                              const ServiceTyped *typed, ServiceStep *step, GError **error);
gboolean service_talk_answer (ServiceTalk *talk, ServiceTalkHere *here, ServiceTalkWorld *world,
                              const ServiceTyped *typed, ServiceStep *step, GError **error);

/* Until when six digits as the password, or a proof given again, mean something; 0 = nothing is open. */
gint64   service_talk_open_until (const ServiceTalk *talk, const SecinfoNow *now);
gboolean service_talk_code_lives (const ServiceTalkCode *code, const SecinfoNow *now);
/* Bits of ServiceProof: those that count when they are given again. */
guint    service_talk_kept       (const ServiceTalk *talk, const SecinfoNow *now);
gboolean service_talk_proof_is_fresh (const ServiceTalkProof *proof, const SecinfoNow *now);

G_END_DECLS
