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

/* Under which what is typed for that name is counted. */
char    *service_recovery_subject (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* --- tickets --- */
/* Inside turn(): none where one of that name is being redeemed right now (what became of it would go unheard), or
 * where the account is no longer one that @may (a kept proof can be older); the step then is the end. */
gboolean service_recovery_give   (ServiceStoreTxn *txn, ServiceRecovery *turn, gint64 record, gboolean may,
                                  GError **error);
typedef struct
{
  ServiceInstance *instance;
  SecinfoNow       now;
  guint8           ticket[SECINFO_TICKET_SIZE];
  const char      *user;               /* pw_name */
  gboolean         reset;
  guint            result;             /* secinfo_password_result */
  char             language[16];
  gboolean         fine;               /* (out) taken; noted */
  guint            proofs;             /* (out) */
  gboolean         changed, over;      /* (out) a new password is in force; nothing is open any more */
  const char      *told;               /* (out) (nullable) of what the contacts are told */
  char            *name;               /* (out) (nullable) as it was typed; to be freed */
  uid_t            uid;                /* (out) */
  gboolean         taken;              /* by whoever is gone now: of what is written without anybody who waits for it */
} ServiceRedeeming;
gboolean service_recovery_redeem (ServiceStoreTxn *txn, gpointer data, GError **error);
/* What became of a ticket that was taken; `result` -1: nothing was heard, so a change is assumed. */
gboolean service_recovery_result (ServiceStoreTxn *txn, gpointer data, GError **error);
/* Its conversation is over and it was not taken: it is good for nothing any more. */
gboolean service_recovery_void   (ServiceStoreTxn *txn, gpointer data, GError **error);
/* Main loop: result() without a word from whoever took it, else void(). */
void     service_recovery_abandon (ServiceInstance *instance, const guint8 ticket[SECINFO_TICKET_SIZE], gboolean taken,
                                   const char *language);
/* Main loop: a result() that could not be written, written as soon as it can be. */
void     service_recovery_write_later (const ServiceRedeeming *what);
/* Main loop, after the commit: sessions, the outbox, and the line of the next sign-in. */
void     service_recovery_publish (const ServiceRedeeming *what);
/* After a start: tickets that were taken when the service died count as used, and the contacts are told. */
gboolean service_recovery_settle (ServiceStoreTxn *txn, gpointer data, GError **error);

/* The password was given in the app: codes work again at the sign-in screen. */
gboolean service_recovery_forgive (ServiceUse *use, GError **error);

G_END_DECLS
