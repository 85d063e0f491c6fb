/* service-use.h - what every use case is given
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-enums.h"
#include "secinfo-json.h"
#include "secinfo-problem.h"
#include "service-account.h"
#include "service-instance.h"
#include "service-store.h"

G_BEGIN_DECLS

/* What is to follow the commit, as use cases said; whoever runs the transaction sees to it. */
typedef struct
{
  GPtrArray            *events;     /* (nullable) of char *: what, id or NULL, … */
  gboolean              queued;     /* a code: the outbox looks for new messages */
  guint                 line;       /* enum secinfo_line, said at so many sign-ins; 0: none */
  guint                 sign_ins;
  gint64                fresh_for;  /* seconds for which the answer is true; use cases lower it */
} ServiceEffects;

/**
 * ServiceUse:
 *
 * One request inside one transaction, on the store's thread: who, when, at which level, on which record. Lives on the
 * handler's stack. Use cases return FALSE or NULL with an error of one of two sorts: a problem (domain SECINFO_PROBLEM:
 * the rules say no; what was written before it is committed, for wrong tries count), or trouble (everything is
 * rolled back).
 */
typedef struct
{
  ServiceInstance      *instance;   /* (not nullable) */
  ServiceEffects       *effects;    /* (nullable) where nobody asked: nobody's streams are told */
  ServiceStoreTxn      *txn;        /* (not nullable) */
  const ServiceAccount *account;    /* (not nullable) */
  const SecinfoNow     *now;        /* (not nullable) */
  const char           *language;   /* (not nullable) */
  SecinfoLevel          level;
  gint64                record;
  ServiceAccountState   state;
} ServiceUse;

/* Sets @error from @problem (transfer full); always FALSE. */
gboolean service_use_refuse      (GError **error, SecinfoProblem *problem);
/* The caller's streams hear of it after the commit. */
void     service_use_event       (ServiceUse *use, const char *what, const char *id /* (nullable) */);
/* What is said of this is true for so many seconds; what is over already says nothing. */
void     service_use_fresh_for   (ServiceUse *use, gint64 seconds);
void     service_use_wake_outbox (ServiceUse *use);
/* Said after the next @sign_ins sign-ins; now is its time. */
void     service_use_put_line    (ServiceUse *use, guint line, guint sign_ins);

/* A repeated attempt begins with none. */
void     service_effects_clear   (ServiceEffects *self);
void     service_effects_add_event (ServiceEffects *self, const char *what, const char *id /* (nullable) */);

G_END_DECLS
