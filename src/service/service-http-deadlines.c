/* service-http-deadlines.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http-deadlines.h"

static const gint64 seconds[SERVICE_HTTP_DEADLINES] = { 0, 5, 10, 60 };

struct _ServiceHttpDeadlines
{
  GQueue lines[SERVICE_HTTP_DEADLINES];   /* of ServiceHttpDeadline.link; the first one's stays empty */
  void (*late) (gpointer who);
};

ServiceHttpDeadlines *
service_http_deadlines_new (void (*late) (gpointer who))
{
  ServiceHttpDeadlines *self = g_new0 (ServiceHttpDeadlines, 1);

  self->late = late;
  for (guint i = 0; i < SERVICE_HTTP_DEADLINES; i++)
    g_queue_init (&self->lines[i]);
  return self;
}

void
service_http_deadlines_free (ServiceHttpDeadlines *self)
{
  g_free (self);
}

static ServiceHttpDeadline *
deadline_of (GList *link)
{
  return (ServiceHttpDeadline *) (void *) ((char *) link - G_STRUCT_OFFSET (ServiceHttpDeadline, link));
}

void
service_http_deadlines_set (ServiceHttpDeadlines    *self,
                            ServiceHttpDeadline     *deadline,
                            gpointer                 who,
                            ServiceHttpDeadlineKind  kind,
                            gint64                   now)
{
  if (deadline->kind != SERVICE_HTTP_DEADLINE_NONE)
    g_queue_unlink (&self->lines[deadline->kind], &deadline->link);

  deadline->kind = kind;
  deadline->link.data = who;
  deadline->until = now + seconds[kind] * G_USEC_PER_SEC;
  if (kind != SERVICE_HTTP_DEADLINE_NONE)
    g_queue_push_tail_link (&self->lines[kind], &deadline->link);
}

gint
service_http_deadlines_next (ServiceHttpDeadlines *self,
                             gint64                now)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < SERVICE_HTTP_DEADLINES; i++)
    if (self->lines[i].head != NULL)
      first = MIN (first, deadline_of (self->lines[i].head)->until);

  if (first == G_MAXINT64)
    return -1;
  return first <= now ? 0 : (gint) ((first - now + 999) / 1000);
}

void
service_http_deadlines_expire (ServiceHttpDeadlines *self,
                               gint64                now)
{
  for (guint i = 0; i < SERVICE_HTTP_DEADLINES; i++)
    while (self->lines[i].head != NULL && deadline_of (self->lines[i].head)->until <= now)
      {
        ServiceHttpDeadline *deadline = deadline_of (self->lines[i].head);

        service_http_deadlines_set (self, deadline, deadline->link.data, SERVICE_HTTP_DEADLINE_NONE, now);
        self->late (deadline->link.data);
      }
}
