/* service-request.h - one request, from its head to its answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-enums.h"
#include "secinfo-json.h"
#include "secinfo-problem.h"
#include "secinfo-secret.h"
#include "secinfo-time.h"
#include "service-account.h"
#include "service-caller.h"
#include "service-use.h"

G_BEGIN_DECLS

/**
 * ServiceRequest:
 *
 * Refcounted. Used by one thread at a time: the main loop until it is handed to the store, then the store's thread
 * until the commit, then the main loop, which sends the answer. An answer set inside a transaction leaves only after
 * the commit that made it true.
 */
typedef struct _ServiceRequest ServiceRequest;

ServiceRequest   *service_request_ref            (ServiceRequest *self);
void              service_request_unref          (ServiceRequest *self);

ServiceInstance  *service_request_get_instance   (ServiceRequest *self);
ServiceCaller    *service_request_get_caller     (ServiceRequest *self);
const ServiceAccount *service_request_get_account (ServiceRequest *self);   /* looked up before the handler runs */
const SecinfoNow *service_request_get_now        (ServiceRequest *self);    /* read once, when it was complete */
const char       *service_request_get_id         (ServiceRequest *self);    /* (nullable) the {id} of the path */
const char       *service_request_get_query      (ServiceRequest *self, const char *name);   /* (nullable) */
const char       *service_request_get_language   (ServiceRequest *self);    /* "de", from Accept-Language */
json_t           *service_request_get_body       (ServiceRequest *self);    /* as the route says; {} where none */
/* Takes a string member out of the body, and overwrites it there; (nullable). To be freed with
 * secinfo_secret_free_text(): for what lives a moment, such as a code. */
char             *service_request_take_text      (ServiceRequest *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* Takes a string member out of the body as a secret and overwrites the body's copy; (nullable). */
SecinfoSecret    *service_request_take_secret    (ServiceRequest *self, const char *name);
SecinfoLevel      service_request_get_level      (ServiceRequest *self);    /* what its token gives, now */
gint64            service_request_get_level_until (ServiceRequest *self);   /* Unix seconds; 0 at level session */
const char       *service_request_get_token      (ServiceRequest *self);    /* (nullable) */

/* Exactly one of these four, once. */
void              service_request_answer         (ServiceRequest *self, guint status,
                                                  json_t *body /* (transfer full) (nullable) */);
/* @text: (transfer full) (nullable) JSON that is written already (secinfo-json-writer.h); wiped when it has left. */
void              service_request_answer_text    (ServiceRequest *self, guint status, char *text);
void              service_request_fail           (ServiceRequest *self, SecinfoProblem *problem /* (transfer full) */);
/* A problem stays one; full disk: storage-full; what has no name: internal, and its words go to the log. */
void              service_request_fail_error     (ServiceRequest *self, const GError *error);
gboolean          service_request_is_answered    (ServiceRequest *self);

/* What a use case needs, of a request that runs in @txn. */
gboolean          service_request_begin_use      (ServiceRequest *self, ServiceUse *use, ServiceStoreTxn *txn,
                                                  GError **error);
/* Ends a handler that failed with @failure (transfer full): a problem becomes the answer and TRUE; trouble goes to
 * @error. */
gboolean          service_request_fail_use       (ServiceRequest *self, GError *failure, GError **error);

/* What follows a commit; ignored where the transaction is rolled back. */
void              service_request_add_event      (ServiceRequest *self, const char *what,
                                                  const char *id /* (nullable) */);
/* Something that the outbox goes by was changed; a code that was queued is among the effects of its use case. */
void              service_request_wake_outbox    (ServiceRequest *self);
/* @committed is called on the main loop after the commit and before the answer leaves, never after a rollback; run()
 * may leave the answer to it (a token that is raised only then is part of the answer), or to another call or
 * service_request_run() that it starts: so a START handler goes on by steps. After a read too. Called once a set; not
 * where run() failed with a problem. */
void              service_request_set_committed  (ServiceRequest *self, void (*committed) (ServiceRequest *self));

/* For handlers that start outside the store and go on in it (password, gateway test). */
typedef gboolean (*ServiceRequestFunc) (ServiceRequest *self, ServiceStoreTxn *txn, GError **error);
void              service_request_run            (ServiceRequest *self, ServiceRequestFunc func, gboolean writes);
void              service_request_set_data       (ServiceRequest *self, gpointer data, GDestroyNotify destroy);
gpointer          service_request_get_data       (ServiceRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceRequest, service_request_unref)

G_END_DECLS
