/* service-events.h - what changed, to whoever holds a stream open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Main loop alone. Event: "event: WHAT\ndata: {"id":"…"}\n\n", or "data: {}" where no one thing is meant.
 * WHAT: account, contacts, challenge, saved-codes, inbox, gateways, service, bye; alert, whose id is the type of what
 * happened at the sign-in screen (recovery-begun, saved-code-used, recovered, unlocked, recovery-unclear), or
 * gateway-down for administrators, and gateway-well for everybody once none of those is down any more. */
typedef struct _ServiceEvents ServiceEvents;
typedef struct _ServiceEventStream ServiceEventStream;

ServiceEvents      *service_events_new      (void);
void                service_events_free     (ServiceEvents *self);
/* @uid (uid_t) -1: everybody (service; gateways where all can or cannot be reached by then). */
void                service_events_publish  (ServiceEvents *self, uid_t uid, const char *what,
                                             const char *id /* (nullable) */);
guint               service_events_count    (ServiceEvents *self);
/* Has anybody but @uid a stream? */
gboolean            service_events_has_other (ServiceEvents *self, uid_t uid);

/* The HTTP side: @wake is called when take() will give something. (nullable) where the uid has 4 already. */
ServiceEventStream *service_events_open     (ServiceEvents *self, uid_t uid, void (*wake) (gpointer), gpointer data);
void                service_events_close    (ServiceEvents *self, ServiceEventStream *stream);
/* Up to @size bytes of whole or continued events; 0 = nothing now. */
gsize               service_events_take     (ServiceEventStream *stream, char *buffer, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceEvents, service_events_free)

G_END_DECLS
