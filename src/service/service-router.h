/* service-router.h - the table of routes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

typedef enum
{
  SERVICE_ROUTE_READ,      /* run() on the reader thread, in a read transaction */
  SERVICE_ROUTE_WRITE,     /* run() on the writer thread, in its own savepoint; TRUE commits (a problem too: wrong tries
                            * count), FALSE with @error rolls back */
  SERVICE_ROUTE_START,     /* start() on the main loop; it answers or calls service_request_run() */
  SERVICE_ROUTE_EVENTS,    /* the event stream, done by the HTTP side itself */
} ServiceRouteMode;

enum
{
  SERVICE_ROUTE_NEEDS_STORE = 1 << 0,   /* store-locked while there is no store key */
  SERVICE_ROUTE_CREATES     = 1 << 1,   /* takes Idempotency-Key */
  SERVICE_ROUTE_ADMIN       = 1 << 2,   /* polkit: manage-delivery; the private instance's owner is its administrator */
  SERVICE_ROUTE_TRIAL_ONLY  = 1 << 3,   /* private or trial instance */
  SERVICE_ROUTE_SUSPENDED_TOO = 1 << 4, /* answers a suspended account as well; else account-suspended */
  SERVICE_ROUTE_KEPT        = 1 << 5,   /* a GET whose answer is kept: service-answers.h */
  SERVICE_ROUTE_ADMIN_POLICY = 1 << 6,  /* as ADMIN, polkit: manage-policy */
};

typedef struct
{
  const char               *method;
  const char               *path;          /* "/v1/account/contacts/{id}" */
  ServiceRouteMode          mode;
  guint                     flags;
  SecinfoLevel              level;          /* VERIFIED is eased to PASSWORD while no contact is verified */
  const SecinfoJsonMember  *body;           /* (nullable): then no body is allowed but {} */
  ServiceRequestFunc        run;            /* READ, WRITE */
  void                    (*start) (ServiceRequest *request);   /* START */
  const char               *query;          /* (nullable) allowed query names, blank-separated */
} ServiceRoute;

/* Arrays that end with a method of NULL, one a file of routes; service-router.c lists the files. */
extern const ServiceRoute service_routes_service[];      /* service-routes-service.c: service, policy in words */
extern const ServiceRoute service_routes_account[];      /* account, findings, elevations, events, resume */
extern const ServiceRoute service_routes_contacts[];
extern const ServiceRoute service_routes_challenges[];
extern const ServiceRoute service_routes_gateways[];     /* gateways, test */
extern const ServiceRoute service_routes_gateway_kinds[];
extern const ServiceRoute service_routes_inbox[];
extern const ServiceRoute service_routes_saved_codes[];
extern const ServiceRoute service_routes_rehearsals[];
extern const ServiceRoute service_routes_password[];
extern const ServiceRoute service_routes_policy[];

/* Takes over @request when its body is complete: finds the route (404, 405 with Allow), checks query and body members,
 * looks up the account, the token, the level, idempotency, and runs it. */
void service_router_dispatch (ServiceInstance *instance, ServiceRequest *request, const char *method, const char *path);
/* For a handler whose level depends on what it finds: answers elevation-needed (and is TRUE) where @needed is not
 * there. */
gboolean service_router_check_level (ServiceRequest *request, ServiceStoreTxn *txn, gint64 record, SecinfoLevel needed,
                                     GError **error);

G_END_DECLS
