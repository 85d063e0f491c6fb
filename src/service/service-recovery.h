/* service-recovery.h - one turn of the recovery conversation, in the store
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-wire.h"
#include "service-findings.h"
#include "service-recoverable.h"

G_BEGIN_DECLS

typedef enum { SERVICE_RECOVERY_BEGIN, SERVICE_RECOVERY_CODE, SERVICE_RECOVERY_ANSWER } ServiceRecoveryOp;

/* What was gathered before the transaction, and what comes out of it. */
typedef struct
{
  ServiceInstance      *instance;      /* (not nullable) */
  const char           *name;          /* (not nullable) PAM_USER as typed */
  const ServiceAccount *account;       /* (nullable) nobody's */
  gboolean              classified;
  ServicePasswordClass  class;
  gboolean              session_open;
  ServiceCourierState   courier;
  SecinfoNow            now;
  ServiceRecoveryOp     op;
  const ServiceTyped   *typed;         /* (nullable) BEGIN */
  guint8                salt[SERVICE_SAVED_SALT_BYTES];   /* what saved_hash was made with */
  guint8                saved_hash[32];
  char                  language[16];
  guint8                ticket[SECINFO_TICKET_SIZE];      /* random; given where the step says TICKET */

  ServiceTalkHere       here;          /* in and out */
  ServiceStep           step;          /* (out) */
  gint64                open_until;    /* (out) 0: nothing is open */
  gboolean              sent, used;    /* (out) a message waits; a saved code was used up */
  const char           *alert;         /* (out) (nullable) of what the contacts are told */
} ServiceRecovery;

/* A ServiceStoreFunc: loads, takes the turn, saves; all of it or nothing. @data: a ServiceRecovery. */
gboolean service_recovery_turn   (ServiceStoreTxn *txn, gpointer data, GError **error);
/* The salt that a saved code of this account is hashed with; random where it has none. */
gboolean service_recovery_salt   (ServiceStoreTxn *txn, const ServiceAccount *account /* (nullable) */,
                                  guint8 salt[SERVICE_SAVED_SALT_BYTES], GError **error);

/* The password was given in the app: codes work again at the sign-in screen. */
gboolean service_recovery_forgive (ServiceUse *use, GError **error);

G_END_DECLS
