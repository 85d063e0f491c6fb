/* service-request-private.h - a request as the router and the HTTP side see it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-answers.h"
#include "service-router.h"
#include "service-store.h"
#include "service-use.h"

G_BEGIN_DECLS

/* What becomes of a request outside an answer: the HTTP side opens the event stream. */
typedef enum { SERVICE_REQUEST_OPEN, SERVICE_REQUEST_ANSWERED, SERVICE_REQUEST_STREAM } ServiceRequestState;

struct _ServiceRequest
{
  gatomicrefcount      ref_count;
  ServiceInstance     *instance;        /* (not nullable) */
  ServiceCaller       *caller;          /* (not nullable) */
  ServiceAccount      *account;         /* (nullable) until it was looked up */
  SecinfoNow           now;
  const ServiceRoute  *route;           /* (nullable) until it was found */
  char                *id;              /* (nullable) */
  GHashTable          *query;           /* (nullable) name -> value */
  char                *query_text;      /* (nullable) as it came, still escaped */
  char                 language[16];
  json_t              *body;            /* (nullable) until it was checked */
  char                *text;            /* (nullable) the body as it came; wiped when it was parsed */
  gsize                text_length, text_size;
  char                *token;           /* (nullable) wiped */
  SecinfoLevel         level;
  gint64               level_until;
  gint64               record;          /* of the account, found by service_router_begin() in the transaction that… */
  ServiceAccountState  account_state;
  gboolean             found;           /* …runs now */

  /* Idempotency-Key: the answer of the first such request is kept and given again. */
  char                *replay_key;      /* (nullable) */
  guint8               fingerprint[32];
  gboolean             has_fingerprint;

  /* The answer, until it leaves. */
  ServiceRequestState  state;
  gboolean             finished;        /* it left, or is on its way */
  guint                status;
  json_t              *answer;          /* (nullable) */
  char                *answer_text;     /* (nullable) in its place: JSON that is written already; wiped */
  SecinfoProblem      *problem;         /* (nullable) */
  guint                json_failures;   /* secinfo_json_get_failures() when what is built for the answer was begun */
  const char          *allow;           /* (nullable) header of a 405 */
  ServiceAnswer       *kept;            /* (nullable) the answer, as it was given before */

  /* An answer that may be kept (service-answers.c). */
  GList                watch;           /* data: NULL where it may not */
  guint                courier;

  /* What follows a commit. */
  ServiceEffects       effects;
  gboolean             wake_outbox;     /* more was changed than that a code was queued */
  void               (*committed) (ServiceRequest *self);
  ServiceRequestFunc   func;            /* of the transaction that runs now */
  gboolean             writes;
  gboolean             needs_settle;    /* a read found no settled record: write first */
  gboolean             checked;         /* a preflight: nothing but the checks, then start() */

  GCancellable        *cancellable;     /* (nullable) cancelled when the client leaves */
  gpointer             data;
  GDestroyNotify       data_destroy;

  /* The HTTP side: called once on the main loop when there is an answer. Cleared when the connection is gone. */
  void               (*done) (ServiceRequest *self, gpointer data);
  gpointer             done_data;
};

ServiceRequest *service_request_new       (ServiceInstance *instance, ServiceCaller *caller);
/* The account's record, where this very transaction has found it already. */
gboolean        service_request_get_record (ServiceRequest *self, gint64 *record, ServiceAccountState *state);
/* The body as it came: wiped. */
void            service_request_clear_text (ServiceRequest *self);
/* Come again in a moment. */
void            service_request_fail_busy (ServiceRequest *self);
/* Main loop: the answer may leave now. */
void            service_request_finish    (ServiceRequest *self);
/* Answers with @type on the main loop, outside any transaction. */
void            service_request_refuse    (ServiceRequest *self, SecinfoProblem *problem /* (transfer full) */);
/* Was there no memory for a part of it? */
gboolean        service_request_is_incomplete (ServiceRequest *self);
/* Calls the route's start() in the request's language. */
void            service_request_start     (ServiceRequest *self);
/* Preflight of a START route: the checks of service_router_begin() in a transaction, then start(). */
void            service_request_preflight (ServiceRequest *self);
/* In a transaction, before the handler: settles the account, refuses suspended ones, checks the level, gives a kept
 * answer again. TRUE with an answer set: the handler does not run. FALSE: @error, or needs_settle. */
gboolean        service_router_begin      (ServiceRequest *self, ServiceStoreTxn *txn, GError **error);
/* After a handler that answered well: keeps the answer. */
gboolean        service_router_keep       (ServiceRequest *self, ServiceStoreTxn *txn, GError **error);

G_END_DECLS
