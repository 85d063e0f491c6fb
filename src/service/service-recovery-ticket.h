/* service-recovery-ticket.h - what a right recovery gives, once: from its gift to what became of it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-wire.h"
#include "service-instance.h"
#include "service-store.h"

G_BEGIN_DECLS

/* Under which what is typed for that name is counted. */
char    *service_recovery_subject (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @ticket (name, account, uid and proofs are set) as given now, and of @secret the hash; FALSE in @given where
 * one of that name is being redeemed right now: what became of it would go unheard. */
gboolean service_recovery_give   (ServiceStoreTxn *txn, ServiceTicket *ticket, const guint8 secret[SECINFO_TICKET_SIZE],
                                  const SecinfoNow *now, gint64 record, gboolean *given, GError **error);

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

G_END_DECLS
