/* service-use.h - what every use case is given
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

G_BEGIN_DECLS

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
  ServiceRequest       *request;    /* (nullable) in unit tests */
  ServiceStoreTxn      *txn;        /* (not nullable) */
  const ServiceAccount *account;    /* (not nullable) */
  const SecinfoNow     *now;        /* (not nullable) */
  const char           *language;   /* (not nullable) */
  SecinfoLevel          level;
  gint64                record;
  ServiceAccountState   state;
} ServiceUse;

gboolean service_use_begin   (ServiceUse *use, ServiceRequest *request, ServiceStoreTxn *txn, GError **error);
/* Ends a handler that failed with @failure (transfer full): a problem becomes the answer and TRUE; trouble goes to
 * @error. */
gboolean service_use_fail    (ServiceUse *use, GError *failure, GError **error);
/* Sets @error from @problem (transfer full); always FALSE. */
gboolean service_use_refuse  (GError **error, SecinfoProblem *problem);
/* The caller's streams hear of it after the commit. */
void     service_use_event   (ServiceUse *use, const char *what, const char *id /* (nullable) */);
/* What is said of this is true for so many seconds; what is over already says nothing. */
void     service_use_fresh_for (ServiceUse *use, gint64 seconds);
void     service_use_wake_outbox (ServiceUse *use);

G_END_DECLS
