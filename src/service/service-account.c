/* service-account.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "service-account"

#include "config.h"

#include "service-account.h"

#include "secinfo-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>

#define PASSWD_PATH    "/etc/passwd"
#define CACHE_SECONDS  10
#define CACHE_ENTRIES  1024
#define THREADS        4              /* that are there for everybody */
#define THREADS_MOST   512            /* with those that a name service holds */
#define HUNG           50000          /* µs until a question counts as held */
#define TICK           50             /* ms between two looks at what is held */
#define PATIENCE       (5 * G_USEC_PER_SEC)   /* until somebody who waits is told to come again */
#define BUFFER_LIMIT   (1024 * 1024)  /* bytes of one passwd entry */

typedef struct
{
  ServiceAccount public;
  gint           references;   /* atomic */
} Account;

typedef struct
{
  ServiceAccount *account;     /* (not nullable) */
  gint64          until;       /* g_get_monotonic_time() */
} CacheEntry;

/* Which /etc/passwd it was: userdel and useradd write a new one. */
typedef struct
{
  guint64 inode, size;
  gint64  seconds, nanoseconds;
} Stamp;

/* One uid that the name service was asked about. It stays until that answers, so that no uid takes a second thread. */
typedef struct
{
  gint64     since;            /* g_get_monotonic_time() */
  GPtrArray *waiters;          /* (not nullable) of Waiter, oldest first */
} Question;

typedef struct
{
  gint64  since;
  GTask  *task;                /* (not nullable) */
} Waiter;

/* The main loop's side; the threads know only a Lookup. */
struct _ServiceAccounts
{
  gint         references;     /* atomic: a thread may answer after free() */
  gboolean     closed;         /* main loop */
  GHashTable  *cache;          /* (not nullable) uid -> CacheEntry */
  Stamp        stamp;          /* of what the cache was read from */
  GHashTable  *questions;      /* (not nullable) uid -> Question */
  GThreadPool *threads;        /* (nullable) after free() */
  guint        tick;           /* while there are questions */
};

typedef struct
{
  ServiceAccounts *accounts;   /* (not nullable) */
  GMainContext    *context;    /* (not nullable) */
  uid_t            uid;
  Stamp            stamp;      /* when it was asked */
  ServiceAccount  *account;    /* (nullable) the answer, or… */
  GError          *error;      /* (nullable) …why not */
} Lookup;

ServiceAccount *
service_account_ref (ServiceAccount *self)
{
  g_atomic_int_inc (&((Account *) self)->references);
  return self;
}

void
service_account_unref (ServiceAccount *self)
{
  if (!g_atomic_int_dec_and_test (&((Account *) self)->references))
    return;
  g_free (self->name);
  g_free (self->real_name);
  g_free (self);
}

static ServiceAccounts *
accounts_ref (ServiceAccounts *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

static void
accounts_unref (ServiceAccounts *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  g_hash_table_unref (self->cache);
  g_hash_table_unref (self->questions);
  g_free (self);
}

static Stamp
read_stamp (void)
{
  struct stat now = { 0 };

  /* Not there: all accounts come from elsewhere, and the seconds of the cache are all there is. */
  (void) stat (PASSWD_PATH, &now);
  return (Stamp) { now.st_ino, (guint64) now.st_size, now.st_mtim.tv_sec, now.st_mtim.tv_nsec };
}

static gboolean
same_stamp (const Stamp *a,
            const Stamp *b)
{
  return a->inode == b->inode && a->size == b->size && a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

static void
cache_entry_free (gpointer data)
{
  CacheEntry *entry = data;

  service_account_unref (entry->account);
  g_free (entry);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_ptr_array_unref (question->waiters);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_clear_pointer (&lookup->account, service_account_unref);
  g_clear_error (&lookup->error);
  g_main_context_unref (lookup->context);
  accounts_unref (lookup->accounts);
  g_free (lookup);
}

/* The first field of GECOS; `&` stands for the name with a capital, as finger(1) has it. Never empty, always UTF-8. */
static char *
make_real_name (const struct passwd *pw)
{
  const char *gecos = pw->pw_gecos != NULL ? pw->pw_gecos : "";
  g_autofree char *field = g_strndup (gecos, strcspn (gecos, ","));
  g_autofree char *valid = g_strstrip (g_utf8_make_valid (field, -1));

  if (valid[0] == '\0')
    return g_utf8_make_valid (pw->pw_name, -1);
  if (strchr (valid, '&') != NULL)
    {
      g_autofree char *name = g_utf8_make_valid (pw->pw_name, -1);
      g_auto(GStrv) parts = g_strsplit (valid, "&", -1);

      name[0] = g_ascii_toupper (name[0]);
      return g_strjoinv (name, parts);
    }
  return g_steal_pointer (&valid);
}

static ServiceAccount *
make_account (const struct passwd *pw)
{
  Account *account = g_new0 (Account, 1);

  account->references = 1;
  account->public.uid = pw->pw_uid;
  account->public.name = g_strdup (pw->pw_name);
  account->public.real_name = make_real_name (pw);
  account->public.has_mark = secinfo_mark_read (pw->pw_dir, &account->public.mark_inode, &account->public.mark_btime);
  return &account->public;
}

/* By @name, or without one by @uid. Returns: what getpwnam_r() says; @buffer holds what @entry points to. */
static int
read_entry (const char      *name,
            uid_t            uid,
            struct passwd   *entry,
            struct passwd  **found,
            char           **buffer)
{
  int code = ERANGE;

  *buffer = NULL;
  *found = NULL;
  for (gsize size = 1024; code == ERANGE && size <= BUFFER_LIMIT; size *= 4)
    {
      *buffer = g_realloc (*buffer, size);
      code = name != NULL ? getpwnam_r (name, entry, *buffer, size, found)
                          : getpwuid_r (uid, entry, *buffer, size, found);
    }
  return code;
}

/* Blocks for as long as the name service likes; a thread's work. */
static ServiceAccount *
read_account (uid_t uid, GError **error)
{
  g_autofree char *buffer = NULL;
  struct passwd entry, *found;
  int code = read_entry (NULL, uid, &entry, &found, &buffer);

  if (code == 0 && found != NULL && found->pw_name[0] != '\0' && found->pw_uid == uid)
    return make_account (found);

  if (code == 0 || code == ENOENT || code == ESRCH)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No account has the uid %u", (guint) uid);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The name service could not be asked about uid %u: %s",
                 (guint) uid, g_strerror (code));
  return NULL;
}

gboolean
service_account_find_uid (const char *name, uid_t *uid)
{
  g_autofree char *buffer = NULL;
  struct passwd entry, *found;

  if (read_entry (name, 0, &entry, &found, &buffer) != 0 || found == NULL)
    return FALSE;
  *uid = found->pw_uid;
  return TRUE;
}

static gboolean
lookup_done_cb (gpointer data)
{
  Lookup *lookup = data;
  ServiceAccounts *self = lookup->accounts;
  g_autoptr(Question) question = NULL;

  if (!g_hash_table_steal_extended (self->questions, GUINT_TO_POINTER (lookup->uid), NULL, (gpointer *) &question))
    return G_SOURCE_REMOVE;

  if (lookup->account != NULL && !self->closed && same_stamp (&lookup->stamp, &self->stamp))
    {
      CacheEntry *entry = g_new0 (CacheEntry, 1);

      entry->account = service_account_ref (lookup->account);
      entry->until = g_get_monotonic_time () + CACHE_SECONDS * G_USEC_PER_SEC;
      if (g_hash_table_size (self->cache) >= CACHE_ENTRIES)
        g_hash_table_remove_all (self->cache);
      g_hash_table_insert (self->cache, GUINT_TO_POINTER (lookup->uid), entry);
    }

  for (guint i = 0; i < question->waiters->len; i++)
    {
      GTask *task = ((Waiter *) question->waiters->pdata[i])->task;

      if (g_task_return_error_if_cancelled (task))
        continue;
      if (lookup->account != NULL)
        g_task_return_pointer (task, service_account_ref (lookup->account), (GDestroyNotify) service_account_unref);
      else
        g_task_return_error (task, g_error_copy (lookup->error));
    }
  return G_SOURCE_REMOVE;
}

static void
lookup_run (gpointer data, gpointer user_data)
{
  Lookup *lookup = data;

  lookup->account = read_account (lookup->uid, &lookup->error);
  g_main_context_invoke_full (lookup->context, G_PRIORITY_DEFAULT, lookup_done_cb, lookup, lookup_free);
}

ServiceAccounts *
service_accounts_new (void)
{
  ServiceAccounts *self = g_new0 (ServiceAccounts, 1);

  self->references = 1;
  self->stamp = read_stamp ();
  self->cache = g_hash_table_new_full (NULL, NULL, NULL, cache_entry_free);
  self->questions = g_hash_table_new_full (NULL, NULL, NULL, question_free);
  self->threads = g_thread_pool_new (lookup_run, NULL, THREADS, FALSE, NULL);
  return self;
}

/* Does not wait for a name service that hangs; its callers get their answer all the same, but nothing is kept of it. */
void
service_accounts_free (ServiceAccounts *self)
{
  self->closed = TRUE;
  g_clear_handle_id (&self->tick, g_source_remove);
  g_thread_pool_free (g_steal_pointer (&self->threads), FALSE, FALSE);
  accounts_unref (self);
}

/* Nobody holds one of the service's connections for as long as a name service hangs. */
static void
send_away (Question *question,
           gint64    now)
{
  guint n = 0;

  while (n < question->waiters->len && now - ((Waiter *) question->waiters->pdata[n])->since >= PATIENCE)
    n++;
  for (guint i = 0; i < n; i++)
    g_task_return_new_error (((Waiter *) question->waiters->pdata[i])->task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             "The name service does not answer");
  if (n > 0)
    g_ptr_array_remove_range (question->waiters, 0, n);
}

/* However many questions the name service holds (sssd whose server is gone), THREADS more are there for the others. */
static gboolean
tick_cb (gpointer data)
{
  ServiceAccounts *self = data;
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer question;
  gint held = 0, most;

  g_hash_table_iter_init (&iter, self->questions);
  while (g_hash_table_iter_next (&iter, NULL, &question))
    {
      held += now - ((Question *) question)->since >= HUNG;
      send_away (question, now);
    }

  most = MIN (THREADS + held, THREADS_MOST);
  if (most != g_thread_pool_get_max_threads (self->threads))
    g_thread_pool_set_max_threads (self->threads, most, NULL);
  if (g_hash_table_size (self->questions) > 0)
    return G_SOURCE_CONTINUE;

  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
add_waiter (Question *question,
            GTask    *task)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->since = g_get_monotonic_time ();
  waiter->task = task;
  g_ptr_array_add (question->waiters, waiter);
}

ServiceAccount *
service_accounts_peek (ServiceAccounts *self, uid_t uid)
{
  Stamp now = read_stamp ();
  CacheEntry *entry;

  /* Whoever gets a uid at once after somebody else must not be taken for that one for ten seconds. */
  if (!same_stamp (&now, &self->stamp))
    {
      g_hash_table_remove_all (self->cache);
      self->stamp = now;
    }

  entry = g_hash_table_lookup (self->cache, GUINT_TO_POINTER (uid));
  if (entry == NULL)
    return NULL;
  if (entry->until > g_get_monotonic_time ())
    return service_account_ref (entry->account);
  g_hash_table_remove (self->cache, GUINT_TO_POINTER (uid));
  return NULL;
}

void
service_accounts_lookup_async (ServiceAccounts     *self,
                               uid_t                uid,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  ServiceAccount *known = service_accounts_peek (self, uid);
  Question *question;
  Lookup *lookup;

  g_task_set_source_tag (task, service_accounts_lookup_async);
  if (known != NULL)
    {
      g_task_return_pointer (task, known, (GDestroyNotify) service_account_unref);
      return;
    }

  question = g_hash_table_lookup (self->questions, GUINT_TO_POINTER (uid));
  if (question != NULL)
    {
      add_waiter (question, g_steal_pointer (&task));
      return;
    }

  question = g_new0 (Question, 1);
  question->since = g_get_monotonic_time ();
  question->waiters = g_ptr_array_new_with_free_func (waiter_free);
  add_waiter (question, g_steal_pointer (&task));
  g_hash_table_insert (self->questions, GUINT_TO_POINTER (uid), question);
  if (self->tick == 0)
    self->tick = g_timeout_add (TICK, tick_cb, self);

  lookup = g_new0 (Lookup, 1);
  lookup->accounts = accounts_ref (self);
  lookup->context = g_main_context_ref_thread_default ();
  lookup->uid = uid;
  lookup->stamp = self->stamp;
  g_thread_pool_push (self->threads, lookup, NULL);
}

ServiceAccount *
service_accounts_lookup_finish (ServiceAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, service_accounts_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
