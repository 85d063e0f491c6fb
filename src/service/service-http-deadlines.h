/* service-http-deadlines.h - until when a connection has to have said something
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One timeout for all connections: a source of its own for each, three times a request, makes the main loop wake itself
 * as often. All that wait for the same thing wait equally long, so each thing has a line, oldest first. */
typedef struct _ServiceHttpDeadlines ServiceHttpDeadlines;

typedef enum
{
  SERVICE_HTTP_DEADLINE_NONE,
  SERVICE_HTTP_DEADLINE_HEAD,   /* 5 s for a request's head */
  SERVICE_HTTP_DEADLINE_BODY,   /* 10 s for its body */
  SERVICE_HTTP_DEADLINE_REST,   /* 60 s between two requests of one connection */
  SERVICE_HTTP_DEADLINES,
} ServiceHttpDeadlineKind;

/* One connection's; part of whatever is the connection's, zeroed at first, NONE before it goes. */
typedef struct
{
  ServiceHttpDeadlineKind kind;
  GList                   link;
  gint64                  until;   /* monotonic µs */
} ServiceHttpDeadline;

/* @late (who): its time is over; called from expire() alone. */
ServiceHttpDeadlines *service_http_deadlines_new    (void (*late) (gpointer who)) G_GNUC_WARN_UNUSED_RESULT;
void                  service_http_deadlines_free   (ServiceHttpDeadlines *self);
/* @now: monotonic µs. Whatever it waited for before is forgotten. */
void                  service_http_deadlines_set    (ServiceHttpDeadlines *self, ServiceHttpDeadline *deadline,
                                                     gpointer who, ServiceHttpDeadlineKind kind, gint64 now);
/* ms until the first of them, 0 where it is past; -1: nobody waits. */
gint                  service_http_deadlines_next   (ServiceHttpDeadlines *self, gint64 now);
/* Whose time is over waits for nothing any more. */
void                  service_http_deadlines_expire (ServiceHttpDeadlines *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceHttpDeadlines, service_http_deadlines_free)

G_END_DECLS
