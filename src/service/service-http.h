/* service-http.h - HTTP over connections that were accepted elsewhere
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-caller.h"
#include "service-instance.h"

G_BEGIN_DECLS

/* libmicrohttpd in the main loop. Limits of one connection live here: 5 s for a request head, 10 s for a body, 64 KiB
 * of it, 60 s of rest between two requests; those of a user (how many at once) in service-listen.c. Main loop alone. */
typedef struct _ServiceHttp ServiceHttp;

#define SERVICE_HTTP_MOST_CONNECTIONS 512

/* @closed is called for each connection that add() took, when it ends. NULL where libmicrohttpd does not start. */
ServiceHttp *service_http_new   (ServiceInstance *instance, void (*closed) (uid_t uid, gpointer data), gpointer data,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says "bye" on streams and closes everything; what is in a transaction is committed, its answer does not leave. */
void         service_http_free  (ServiceHttp *self);
/* Takes over @fd, whatever comes of it. FALSE: it was closed, @closed is not called. */
gboolean     service_http_add   (ServiceHttp *self, int fd, ServiceCaller *caller);
/* Looks at every connection now, so that those that have left count no more. */
void         service_http_look  (ServiceHttp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceHttp, service_http_free)

G_END_DECLS
