/* service-http-turns.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http-turns.h"

#include "service-http-loop.h"

enum
{
  SHARE = 2,      /* requests of one user at a time */
  PATIENCE = 20,  /* ms until one more goes past those that take their time */
};

typedef struct
{
  guint  busy;    /* have their turn */
  guint  done;    /* of them, were answered in this turn of the loop */
  gint64 since;   /* when one was last let go */
  GQueue waiting; /* of ServiceHttpTurn */
} User;

struct _ServiceHttpTurns
{
  GHashTable *users;   /* uid -> User; only those with something to do */
  guint       timer;   /* while somebody waits */
  void      (*go) (gpointer waiter);
  GSource    *loop;
};

static void
user_free (gpointer data)
{
  User *user = data;

  g_queue_clear (&user->waiting);
  g_free (user);
}

ServiceHttpTurns *
service_http_turns_new (void    (*go) (gpointer waiter),
                        GSource  *loop)
{
  ServiceHttpTurns *self = g_new0 (ServiceHttpTurns, 1);

  self->users = g_hash_table_new_full (NULL, NULL, NULL, user_free);
  self->go = go;
  self->loop = g_source_ref (loop);
  return self;
}

void
service_http_turns_free (ServiceHttpTurns *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->users);
  g_source_unref (self->loop);
  g_free (self);
}

static gboolean
timer_cb (gpointer user_data)
{
  ServiceHttpTurns *self = user_data;

  service_http_loop_hurry (self->loop);
  return G_SOURCE_CONTINUE;
}

gboolean
service_http_turns_take (ServiceHttpTurns *self,
                         ServiceHttpTurn  *turn,
                         uid_t             uid,
                         gpointer          waiter)
{
  User *user = g_hash_table_lookup (self->users, GUINT_TO_POINTER (uid));

  if (uid == 0 || turn->state != SERVICE_HTTP_TURN_NONE)
    return TRUE;
  if (user == NULL)
    {
      user = g_new0 (User, 1);
      g_queue_init (&user->waiting);
      g_hash_table_insert (self->users, GUINT_TO_POINTER (uid), user);
    }

  turn->uid = uid;
  turn->waiter = waiter;
  if (user->busy < SHARE)
    {
      user->busy++;
      turn->state = SERVICE_HTTP_TURN_TAKEN;
      return TRUE;
    }

  if (user->waiting.length == 0)
    user->since = g_get_monotonic_time ();
  turn->state = SERVICE_HTTP_TURN_WAITS;
  g_queue_push_tail (&user->waiting, turn);
  if (self->timer == 0)
    self->timer = g_timeout_add (PATIENCE, timer_cb, self);
  return FALSE;
}

void
service_http_turns_leave (ServiceHttpTurns *self,
                          ServiceHttpTurn  *turn)
{
  User *user = g_hash_table_lookup (self->users, GUINT_TO_POINTER (turn->uid));

  if (turn->state == SERVICE_HTTP_TURN_WAITS)
    g_queue_remove (&user->waiting, turn);
  else if (turn->state == SERVICE_HTTP_TURN_TAKEN)
    {
      user->done++;
      if (user->waiting.length > 0)
        service_http_loop_hurry (self->loop);
    }
  turn->state = SERVICE_HTTP_TURN_OVER;
}

static void
let_go (ServiceHttpTurns *self,
        User             *user,
        gint64            now)
{
  ServiceHttpTurn *turn = g_queue_pop_head (&user->waiting);

  user->busy++;
  user->since = now;
  turn->state = SERVICE_HTTP_TURN_TAKEN;
  self->go (turn->waiter);
}

void
service_http_turns_next (ServiceHttpTurns *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean waits = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      User *user = value;

      user->busy -= user->done;
      user->done = 0;
      while (user->waiting.length > 0 && user->busy < SHARE)
        let_go (self, user, now);
      if (user->waiting.length > 0 && now - user->since >= PATIENCE * 1000)
        let_go (self, user, now);

      waits |= user->waiting.length > 0;
      if (user->busy == 0 && user->waiting.length == 0)
        g_hash_table_iter_remove (&iter);
    }

  if (!waits)
    g_clear_handle_id (&self->timer, g_source_remove);
}
