/* service-http-turns.h - whose request is next
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Shares the main loop out among users: in one turn of it, and in the store's queues, a user has two requests; more of
 * his wait until one of them is answered, however many connections he has. So a flood makes its own user wait. One
 * whose two take their time (a password is looked at, a person is asked) has another let go every 20 ms. Root has no
 * share: he could do worse. */
typedef struct _ServiceHttpTurns ServiceHttpTurns;

/* One request's; part of whatever is the request's, zeroed at first. */
typedef struct
{
  enum
  {
    SERVICE_HTTP_TURN_NONE,
    SERVICE_HTTP_TURN_WAITS,
    SERVICE_HTTP_TURN_TAKEN,
    SERVICE_HTTP_TURN_OVER,
  }        state;
  uid_t    uid;
  gpointer waiter;
} ServiceHttpTurn;

/* @go (waiter): it is its turn; called from next() alone. @loop: service-http-loop's. */
ServiceHttpTurns *service_http_turns_new   (void (*go) (gpointer waiter), GSource *loop) G_GNUC_WARN_UNUSED_RESULT;
void              service_http_turns_free  (ServiceHttpTurns *self);
/* TRUE: it may go on now. FALSE: @waiter stands in line until go() or leave(). */
gboolean          service_http_turns_take  (ServiceHttpTurns *self, ServiceHttpTurn *turn, uid_t uid, gpointer waiter);
/* It was answered, or interests nobody any more: its place is free in the loop's next turn. */
void              service_http_turns_leave (ServiceHttpTurns *self, ServiceHttpTurn *turn);
/* A turn of the loop begins. */
void              service_http_turns_next  (ServiceHttpTurns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceHttpTurns, service_http_turns_free)

G_END_DECLS
