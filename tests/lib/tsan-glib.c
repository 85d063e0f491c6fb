/* tsan-glib.c - tells ThreadSanitizer what GLib hands from one thread to another
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Preloaded into secinfod in a build with -Db_sanitize=thread. GLib as it is installed locks with futexes that the
 * sanitizer does not see; each of these calls is an order that GLib does promise, and no other. */

#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

/* A callback that another thread gave to a main context. */
typedef struct
{
  GSourceFunc    func;
  gpointer       data;
  GDestroyNotify notify;   /* (nullable) */
  gpointer       given;    /* what was released when it was handed over */
} Hand;

static gboolean
hand_call (gpointer data)
{
  Hand *hand = data;

  __tsan_acquire (hand->given);
  return hand->func (hand->data);
}

static void
hand_free (gpointer data)
{
  Hand *hand = data;

  __tsan_acquire (hand->given);
  if (hand->notify != NULL)
    hand->notify (hand->data);
  g_free (hand);
}

static Hand *
hand_new (GSourceFunc func, gpointer data, GDestroyNotify notify, gpointer given)
{
  Hand *hand = g_new0 (Hand, 1);

  hand->func = func;
  hand->data = data;
  hand->notify = notify;
  hand->given = given != NULL ? given : hand;
  return hand;
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  if (source->source_funcs == &g_idle_funcs || source->source_funcs == &g_timeout_funcs)
    REAL (g_source_set_callback) (source, hand_call, hand_new (func, data, notify, source), hand_free);
  else
    REAL (g_source_set_callback) (source, func, data, notify);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (source);
  return REAL (g_source_attach) (source, context);
}

void
g_main_context_invoke_full (GMainContext *context, gint priority, GSourceFunc func, gpointer data,
                            GDestroyNotify notify)
{
  Hand *hand = hand_new (func, data, notify, NULL);

  __tsan_release (hand);
  REAL (g_main_context_invoke_full) (context, priority, hand_call, hand, hand_free);
}

/* --- thread pools ------------------------------------------------------------------------------------------------- */

typedef struct { GFunc func; gpointer data; } Work;

static char pushed;   /* an address is all that is needed */

static void
work_call (gpointer data, gpointer user_data)
{
  Work *work = user_data;

  __tsan_acquire (&pushed);
  work->func (data, work->data);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint most, gboolean exclusive, GError **error)
{
  Work *work = g_new0 (Work, 1);   /* as long as the process */

  work->func = func;
  work->data = data;
  return REAL (g_thread_pool_new) (work_call, work, most, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  __tsan_release (&pushed);
  return REAL (g_thread_pool_push) (pool, data, error);
}

/* --- locks -------------------------------------------------------------------------------------------------------- */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}
