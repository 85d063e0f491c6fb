/* service-rehearsal.h - the recovery conversation, practised
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-policy.h"
#include "service-account.h"
#include "service-talk.h"

G_BEGIN_DECLS

/**
 * ServiceRehearsals:
 *
 * The state machine of the sign-in screen (service-talk.h) over a world of practice: a saved code and a code made for
 * it, every address takes that code, nothing is sent, counted or changed, and no store is there to do it with. After
 * the proofs come the new password and its repetition, of which nothing is kept but a hash under a random key until
 * the next answer. In memory alone; main loop alone.
 */
typedef struct _ServiceRehearsals ServiceRehearsals;
typedef struct _ServiceRehearsal  ServiceRehearsal;

enum
{
  SERVICE_REHEARSALS_EACH = 2,       /* an account: the next one ends the oldest */
  SERVICE_REHEARSALS_MOST = 256,     /* in all: the next one ends the oldest */
  SERVICE_REHEARSAL_LIFE = 600,      /* seconds */
};

/* How the sign-in screen would find things, signed out everywhere. */
typedef struct
{
  gboolean      network;
  ServiceWay    ways[2];             /* by SecinfoContactKind */
  guint         needed;              /* proofs */
  ServiceWhyTwo why;
} ServiceRehearsalFacts;

typedef struct
{
  gboolean    end;
  gboolean    error;                 /* style of the message */
  char       *message;               /* (nullable) the last words of an end may be none */
  const char *prompt;                /* (nullable) at an end */
  gboolean    echo;
} ServiceRehearsalStep;

/* @region (nullable): for numbers in national form. */
ServiceRehearsals *service_rehearsals_new   (const char *region);
void               service_rehearsals_free  (ServiceRehearsals *self);
/* Begins one: its first step is there. (transfer none) */
ServiceRehearsal  *service_rehearsals_start (ServiceRehearsals *self, const ServiceAccount *account,
                                             const ServiceRehearsalFacts *facts, const SecinfoPolicy *policy,
                                             const SecinfoNow *now);
/* NULL: unknown, somebody else's, or over. */
ServiceRehearsal  *service_rehearsals_find  (ServiceRehearsals *self, const char *id, const ServiceAccount *account,
                                             const SecinfoNow *now);
void               service_rehearsals_end   (ServiceRehearsals *self, ServiceRehearsal *rehearsal);
guint              service_rehearsals_count (ServiceRehearsals *self);

const char        *service_rehearsal_get_id         (const ServiceRehearsal *self);
const char        *service_rehearsal_get_digits     (const ServiceRehearsal *self);   /* "482913" */
const char        *service_rehearsal_get_saved_code (const ServiceRehearsal *self);   /* without dashes */
const ServiceRehearsalStep *service_rehearsal_get_step (const ServiceRehearsal *self);
/* One answer, in the language that is pushed; the step is another one then. FALSE: no memory. */
gboolean           service_rehearsal_answer (ServiceRehearsal *self, const char *text, const SecinfoNow *now,
                                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceRehearsals, service_rehearsals_free)

G_END_DECLS
