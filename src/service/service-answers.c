/* service-answers.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-answers.h"

#include "service-courier.h"
#include "service-instance.h"
#include "service-request-private.h"

enum
{
  MOST_BYTES = 512 * 1024,   /* of all of them together */
  MOST_OF_ONE = 8,           /* of one account */
  OVERHEAD = 512,            /* bytes beside the text, about */
  LIFE = 60,                 /* seconds, also where nothing in it depends on the time */
};

struct _ServiceAnswer
{
  guint                references;
  ServiceAccount      *account;
  const ServiceRoute  *route;
  char                *query;      /* (nullable) as it came */
  char                 language[16];
  guint                courier;    /* courier_state() */
  SecinfoNow           made;
  gint64               fresh_for;  /* seconds from then on */
  gpointer             response;   /* refcounted by the HTTP side, which may still be sending it */
  GDestroyNotify       destroy;
  gsize                size;
  GList                link;       /* in all */
};

struct _ServiceAnswers
{
  ServiceInstance *instance;
  GHashTable      *people;         /* uid -> GPtrArray of ServiceAnswer; none is empty */
  GQueue           all;            /* of ServiceAnswer, oldest first */
  GQueue           watched;        /* of ServiceRequest */
  gsize            size;
  guint            timer;          /* while there are any */
};

static void
forget_one (ServiceAnswers *self,
            ServiceAnswer  *answer)
{
  gpointer uid = GUINT_TO_POINTER (answer->account->uid);
  GPtrArray *own = g_hash_table_lookup (self->people, uid);

  g_queue_unlink (&self->all, &answer->link);
  self->size -= answer->size;
  g_ptr_array_remove (own, answer);
  if (own->len == 0)
    g_hash_table_remove (self->people, uid);
  service_answer_unref (answer);
}

ServiceAnswers *
service_answers_new (ServiceInstance *instance)
{
  ServiceAnswers *self = g_new0 (ServiceAnswers, 1);

  self->instance = instance;
  self->people = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_queue_init (&self->all);
  g_queue_init (&self->watched);
  return self;
}

void
service_answers_free (ServiceAnswers *self)
{
  service_answers_forget (self, (uid_t) -1);
  while (self->watched.head != NULL)
    service_answers_unwatch (self, self->watched.head->data);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->people);
  g_free (self);
}

guint
service_answers_count (ServiceAnswers *self)
{
  return self->all.length;
}

gpointer
service_answer_get_response (ServiceAnswer *self)
{
  return self->response;
}

void
service_answer_unref (ServiceAnswer *self)
{
  if (--self->references > 0)
    return;

  service_account_unref (self->account);
  self->destroy (self->response);   /* its text is wiped when the last connection has sent it */
  g_free (self->query);
  g_free (self);
}

/* --- is it still so ---------------------------------------------------------------------------------------------- */

static guint
courier_state (ServiceInstance *instance)
{
  return (service_courier_is_up (instance->courier) ? 1 : 0) |
         (service_courier_has_network (instance->courier) ? 2 : 0);
}

static gboolean
same_account (const ServiceAccount *a,
              const ServiceAccount *b)
{
  return a == b || (a->uid == b->uid && a->has_mark == b->has_mark && a->mark_inode == b->mark_inode &&
                    a->mark_btime == b->mark_btime && g_str_equal (a->name, b->name) &&
                    g_str_equal (a->real_name, b->real_name));
}

/* By both clocks: one that was set on or back has made it old. */
static gboolean
is_fresh (const ServiceAnswer *answer,
          const SecinfoNow    *now)
{
  gint64 wall = now->wall - answer->made.wall, boot = now->boot - answer->made.boot;

  return wall >= 0 && boot >= 0 && wall < answer->fresh_for && boot < answer->fresh_for && ABS (wall - boot) <= 1;
}

static gboolean
asks_the_same (const ServiceAnswer  *answer,
               const ServiceRequest *request)
{
  return answer->route == request->route && g_str_equal (answer->language, request->language) &&
         g_strcmp0 (answer->query, request->query_text) == 0;
}

/* (nullable) */
static ServiceAnswer *
look_up (ServiceAnswers       *self,
         const ServiceRequest *request)
{
  GPtrArray *own = g_hash_table_lookup (self->people, GUINT_TO_POINTER (request->account->uid));

  for (guint i = 0; own != NULL && i < own->len; i++)
    {
      if (asks_the_same (own->pdata[i], request))
        return own->pdata[i];
    }
  return NULL;
}

gboolean
service_answers_find (ServiceAnswers *self,
                      ServiceRequest *request)
{
  ServiceAnswer *answer;

  if ((request->route->flags & SERVICE_ROUTE_KEPT) == 0 || request->level != SECINFO_LEVEL_SESSION)
    return FALSE;

  answer = look_up (self, request);
  if (answer != NULL && answer->courier == courier_state (self->instance) && is_fresh (answer, &request->now) &&
      same_account (answer->account, request->account))
    {
      answer->references++;
      request->kept = answer;
      request->status = 200;
      return TRUE;
    }

  if (answer != NULL)
    forget_one (self, answer);
  request->courier = courier_state (self->instance);
  request->effects.fresh_for = LIFE;
  request->watch.data = request;
  g_queue_push_tail_link (&self->watched, &request->watch);
  return FALSE;
}

void
service_answers_unwatch (ServiceAnswers *self,
                         ServiceRequest *request)
{
  if (request->watch.data == NULL)
    return;

  request->watch.data = NULL;
  g_queue_unlink (&self->watched, &request->watch);
}

/* --- keeping and forgetting -------------------------------------------------------------------------------------- */

static gboolean
timer_cb (gpointer data)
{
  ServiceAnswers *self = data;
  SecinfoNow now;

  secinfo_now_read (&now);
  for (GList *l = self->all.head, *next; l != NULL; l = next)
    {
      next = l->next;
      if (!is_fresh (l->data, &now))
        forget_one (self, l->data);
    }
  if (self->all.length > 0)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
make_room (ServiceAnswers *self,
           uid_t           uid,
           gsize           size)
{
  GPtrArray *own = g_hash_table_lookup (self->people, GUINT_TO_POINTER (uid));

  if (own != NULL && own->len >= MOST_OF_ONE)
    forget_one (self, own->pdata[0]);
  while (self->size + size > MOST_BYTES)
    forget_one (self, self->all.head->data);
}

static void
add (ServiceAnswers *self,
     ServiceAnswer  *answer)
{
  gpointer uid = GUINT_TO_POINTER (answer->account->uid);
  GPtrArray *own = g_hash_table_lookup (self->people, uid);

  if (own == NULL)
    g_hash_table_insert (self->people, uid, own = g_ptr_array_new ());
  g_ptr_array_add (own, answer);
  g_queue_push_tail_link (&self->all, &answer->link);
  self->size += answer->size;
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LIFE, timer_cb, self);
}

gboolean
service_answers_keep (ServiceAnswers      *self,
                      ServiceRequest      *request,
                      gpointer             response,
                      GDestroyNotify       destroy,
                      gsize                length)
{
  ServiceAnswer *answer, *other;

  if (request->watch.data == NULL || request->status != 200 || request->effects.fresh_for <= 0 ||
      length > MOST_BYTES / 8)
    return FALSE;
  service_answers_unwatch (self, request);
  if (request->courier != courier_state (self->instance))
    return FALSE;
  other = look_up (self, request);
  if (other != NULL)
    forget_one (self, other);

  answer = g_new0 (ServiceAnswer, 1);
  answer->references = 1;
  answer->account = service_account_ref (request->account);
  answer->route = request->route;
  answer->query = g_strdup (request->query_text);
  g_strlcpy (answer->language, request->language, sizeof answer->language);
  answer->courier = request->courier;
  answer->made = request->now;
  answer->fresh_for = request->effects.fresh_for;
  answer->response = response;
  answer->destroy = destroy;
  answer->size = length + OVERHEAD;
  answer->link.data = answer;
  make_room (self, answer->account->uid, answer->size);
  add (self, answer);
  return TRUE;
}

void
service_answers_forget (ServiceAnswers *self,
                        uid_t           uid)
{
  GPtrArray *own = g_hash_table_lookup (self->people, GUINT_TO_POINTER (uid));

  for (guint left = own != NULL ? own->len : 0; left > 0; left--)
    forget_one (self, own->pdata[left - 1]);
  while (uid == (uid_t) -1 && self->all.head != NULL)
    forget_one (self, self->all.head->data);

  for (GList *l = self->watched.head, *next; l != NULL; l = next)
    {
      ServiceRequest *request = l->data;

      next = l->next;
      if (uid == (uid_t) -1 || request->account->uid == uid)
        service_answers_unwatch (self, request);
    }
}
