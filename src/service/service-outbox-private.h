/* service-outbox-private.h - between the files of the outbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-courier.h"
#include "service-instance.h"
#include "service-outbox.h"

G_BEGIN_DECLS

/* One message on its way, as it was claimed. */
typedef struct
{
  ServiceMessage *message;    /* (not nullable) as written when it was claimed: state SENDING */
  ServiceGateway *gateway;    /* (not nullable) */
  char           *to;         /* (not nullable) wiped */
  char           *code;       /* (nullable) of a code's message; wiped */
  SecinfoPurpose  purpose;
  char           *account;    /* (nullable) of an alert: whose name it is about */
  gboolean        idempotent;
  uid_t           uid;        /* whose events it makes; (uid_t) -1 = nobody's any more */
} ServiceOutboxJob;
void  service_outbox_job_free (ServiceOutboxJob *job);

/* What is published after a commit. */
typedef struct { uid_t uid; const char *what; char *id; } ServiceOutboxEvent;
GPtrArray *service_outbox_events_new (void);
/* @what is not copied. */
void  service_outbox_events_add      (GPtrArray *events, uid_t uid, const char *what, const char *id);
/* Of one account; a record that is gone has nobody to tell, and -1 would tell everybody. */
void  service_outbox_events_add_own  (GPtrArray *events, uid_t uid, const char *what, const char *id);
void  service_outbox_events_publish  (GPtrArray *events, ServiceInstance *instance);

enum { SERVICE_OUTBOX_MEDIA = SECINFO_MEDIUM_PUSH + 1 };
typedef struct { gboolean known, needs_courier; } ServiceOutboxWay;

/* Whom each gateway refused because of its settings: for what one message asks of it is no reason to leave it alone
 * with all others. In memory; the store's writer thread alone, but for ref and unref. */
typedef struct _ServiceOutboxRefusals ServiceOutboxRefusals;
ServiceOutboxRefusals *service_outbox_refusals_new   (void);
ServiceOutboxRefusals *service_outbox_refusals_ref   (ServiceOutboxRefusals *self);
void                   service_outbox_refusals_unref (ServiceOutboxRefusals *self);
/* @message was refused; @gateway is as it was before. TRUE: it counts, for it is the first of its account in a row. */
gboolean               service_outbox_refusals_note  (ServiceOutboxRefusals *self, const ServiceGateway *gateway,
                                                      const ServiceMessage *message, gint64 now);
/* Was @message, within an hour, with settings that are still the same? It does not go there again. */
gboolean               service_outbox_refusals_has   (ServiceOutboxRefusals *self, const ServiceGateway *gateway,
                                                      const ServiceMessage *message, gint64 now);
/* Alerts of @gateway are queued now. Where it takes messages by turns, administrators are not told of each turn. */
void                   service_outbox_refusals_told  (ServiceOutboxRefusals *self, const ServiceGateway *gateway,
                                                      gint64 now);
/* One of those alerts, @alert, was taken over. */
void                   service_outbox_refusals_taken_over (ServiceOutboxRefusals *self, const char *alert);
/* Were they told of these settings within the day before this row of failures, or are they about to be? */
gboolean               service_outbox_refusals_is_told (ServiceOutboxRefusals *self, const ServiceGateway *gateway);

/* Takes what is due, on the store's writer thread. */
typedef struct
{
  ServiceInstance *instance;
  ServiceOutboxRefusals *refusals;   /* (not owned) */
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
  ServiceOutboxRefusals *refusals;   /* (not owned) */
  SecinfoNow            now;
  ServiceOutboxJob     *job;
  ServiceCourierAnswer *answer;
  GPtrArray            *events;   /* (out) */
  gint64                tell_at;  /* (out) of the job's gateway: service_outbox_tell_at() */
  gboolean              well;     /* (out) it is in order */
} ServiceOutboxOutcome;
gboolean service_outbox_conclude (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, GError **error);

/* The words of @job's message, in its language. (transfer full), wiped with secinfo_secret_free_text(). */
char      *service_outbox_render       (const ServiceOutboxJob *job, char **subject /* (out) (transfer full) */);

/* --- between claiming (service-outbox-rows.c) and concluding (service-outbox-answer.c) */
void       service_outbox_set_state    (ServiceMessage *message, SecinfoDeliveryState state, gboolean over, gint64 now);
/* There is no way of its medium now: @soonest is when one that rests may be tried again, 0 = none rests. A code is of
 * no use later; an alert waits until there is one. */
void       service_outbox_set_no_way   (ServiceMessage *message, gint64 now, gint64 soonest);
void       service_outbox_add_news     (GPtrArray *events, const ServiceOutboxJob *job);

/* --- which gateway (service-outbox-health.c) */
/* Those that can be tried, the ones that answer first. Elements belong to @all. @soonest: when the first of those that
 * rest may be tried again, 0 = none rests that is waited for; one that rests because its settings are wrong is not. */
GPtrArray *service_outbox_list_usable  (GPtrArray *all, gint64 now, gint64 *soonest /* (out) */);
/* Its index, or -1. */
int        service_outbox_find_gateway (GPtrArray *gateways, const char *id /* (nullable) */);
/* Is it the gateway's own trouble, not this message's? */
gboolean   service_outbox_is_trouble   (const ServiceCourierAnswer *answer);
/* Before a message is given to @gateway. */
gboolean   service_outbox_take_probe   (ServiceStoreTxn *txn, ServiceGateway *gateway, gint64 now, GError **error);
/* Health of the gateway, as service-outbox.h tells it. TRUE in @changed where its channel may look different now. */
gboolean   service_outbox_write_health (ServiceStoreTxn *txn, ServiceOutboxOutcome *outcome, gboolean *changed,
                                        GError **error);

/* --- administrators are told of a gateway that is down (service-outbox-tell.c) */
/* When they are to be told of it, 0 = not: its settings are wrong (at once, but once a day), or @down_after seconds
 * (the policy's) since the first failure of a row without a success, where its circuit is open or it still failed that
 * much later. told_at of a gateway is 0 until then, less than 0 (that time) from when their alerts are queued, and the
 * time when one of them was taken over. */
gint64     service_outbox_tell_at      (ServiceOutboxRefusals *refusals, const ServiceGateway *gateway,
                                        guint down_after);
/* Main loop. Each administrator's contacts that another gateway reaches get one alert, and so do the ways for alerts
 * alone; their sessions the event `alert`. Where nobody could be told it is looked again every 10 minutes
 * (policy.gateway_down). Looks at the start, for what was down while no process was here, and whenever one is due. */
typedef struct _ServiceOutboxTeller ServiceOutboxTeller;
ServiceOutboxTeller *service_outbox_teller_new     (ServiceInstance *instance,
                                                    ServiceOutboxRefusals *refusals);
void                 service_outbox_teller_free    (ServiceOutboxTeller *self);
/* What became of a message that @gateway had. */
void                 service_outbox_teller_take    (ServiceOutboxTeller *self, const char *gateway,
                                                    const ServiceOutboxOutcome *outcome);
/* Is one to be told of within @seconds? */
gboolean             service_outbox_teller_is_due  (ServiceOutboxTeller *self, gint64 seconds);
/* @message may be one of those alerts, on its way to a contact now. TRUE in @changed where told_at is set. */
gboolean   service_outbox_note_told    (ServiceStoreTxn *txn, ServiceOutboxRefusals *refusals,
                                        const ServiceMessage *message, gint64 now, gboolean *changed, GError **error);
/* Does @alert tell of one that went down then? */
gboolean   service_outbox_alert_tells_of (const char *alert /* (nullable) */, gint64 at);

G_END_DECLS
