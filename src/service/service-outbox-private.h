/* service-outbox-private.h - between the files of the outbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"
#include "service-outbox.h"

G_BEGIN_DECLS

/* One message on its way, as it was claimed. */
typedef struct
{
  ServiceMessage *message;    /* (not nullable) as written when it was claimed: state SENDING */
  ServiceGateway *gateway;    /* (not nullable) */
  char           *to;         /* (not nullable) */
  char           *code;       /* (not nullable) wiped */
  SecinfoPurpose  purpose;
  gboolean        idempotent;
  uid_t           uid;        /* whose events it makes; (uid_t) -1 = nobody's any more */
} ServiceOutboxJob;
void  service_outbox_job_free (ServiceOutboxJob *job);

/* What is published after a commit. */
typedef struct { uid_t uid; const char *what; char *id; } ServiceOutboxEvent;
GPtrArray *service_outbox_events_new (void);
/* @what is not copied. */
void  service_outbox_events_add      (GPtrArray *events, uid_t uid, const char *what, const char *id);
void  service_outbox_events_publish  (GPtrArray *events, ServiceInstance *instance);

enum { SERVICE_OUTBOX_MEDIA = SECINFO_MEDIUM_PUSH + 1 };
typedef struct { gboolean known, needs_courier; } ServiceOutboxWay;

/* Takes what is due, on the store's writer thread. */
typedef struct
{
  ServiceInstance *instance;
  SecinfoNow       now;
  gboolean         courier_up;
  guint            room;      /* how many more may be in flight */
  gboolean         only_new;  /* nothing but new codes since the last look */
  GPtrArray       *jobs;      /* (out) of ServiceOutboxJob */
  GPtrArray       *events;    /* (out) */
  gint64           next_at;   /* (out) 0 = nothing waits */
  gboolean         waits_for_courier; /* (out) something due stays because of it */
  gboolean         unread;    /* (out) of @only_new: nothing could leave, so nothing was looked at */
  ServiceOutboxWay ways[SERVICE_OUTBOX_MEDIA];   /* by SecinfoMedium */
} ServiceOutboxClaim;
gboolean service_outbox_claim (ServiceStoreTxn *txn, ServiceOutboxClaim *claim, GError **error);

/* Writes what became of a job, on the store's writer thread. */
typedef struct
{
  ServiceInstance      *instance;
  SecinfoNow            now;
  ServiceOutboxJob     *job;
  ServiceCourierAnswer *answer;
  GPtrArray            *events;   /* (out) */
} ServiceOutboxOutcome;
gboolean service_outbox_conclude (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, GError **error);

/* Seconds until the next try after @tries of them; the gateway's own wish counts where it is longer. */
guint    service_outbox_delay    (guint tries, gint64 retry_after);

G_END_DECLS
