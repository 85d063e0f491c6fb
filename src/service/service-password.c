/* service-password.c - whose turn it is to be asked about by secinfo-password
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "service-password"

#include "config.h"

#include "service-password.h"

#include "secinfo-wire.h"
#include "service-password-helper.h"

#include <glib-unix.h>
#include <sodium.h>
#include <sys/socket.h>

#define AT_ONCE          2                              /* calls of one uid */
#define ANSWER_LIMIT     (SECINFO_PASSWORD_LIFE + 5)    /* seconds; the helper ends by itself before */
#define CLASSIFY_SECONDS 10                             /* a classification is good for this long */
#define QUEUE_LIMIT      10                             /* seconds a call waits for its turn */

/* Helpers at once, whoever they are about: users of the API together cannot take those of the sign-in screen, nor ask
 * for more than the helper's socket lets in (MaxConnections= of secinfo-password-check.socket). */
typedef enum { SHARE_API, SHARE_SIGN_IN, N_SHARES } Share;
static const guint most_at_once[N_SHARES] = { 12, 4 };

/* What is known of one uid: the calls under way, and how its account was classified last. */
typedef struct _Call Call;
typedef struct
{
  guint                 running;       /* authenticate and change, those that wait for their turn too */
  Call                 *classifying;   /* (nullable) */
  GPtrArray            *waiting;       /* (nullable) GTask: classify calls that share that one */
  char                 *user;          /* (nullable) whom `class` is about */
  ServicePasswordClass  class;
  gint64                class_until;   /* g_get_monotonic_time(); 0 = nothing known */
} Account;

struct _ServicePassword
{
  gint        references;    /* main loop: each call holds one */
  char       *helper;        /* (nullable) private instance: what to run */
  char       *socket_path;   /* (nullable) system instance: where to connect */
  GHashTable *accounts;      /* (not nullable) uid -> Account */
  guint       running[N_SHARES];
  GQueue      queues[N_SHARES];   /* of Call: whoever waits longest is next */
  gboolean    starting[N_SHARES];
};

/* One call: a socket, perhaps a child, and whom to tell. */
struct _Call
{
  ServicePassword *password;      /* (not nullable) */
  Share            share;
  gboolean         started;       /* else it waits in its queue */
  uid_t            uid;
  guint32          op;
  char            *user;          /* (not nullable) */
  SecinfoSecret   *current;       /* (nullable) */
  SecinfoSecret   *fresh;         /* (nullable) */
  GTask           *task;          /* (not nullable) */
  GSubprocess     *child;         /* (nullable) GLib reaps it */
  int              fd;            /* -1 = none */
  guint            watch;
  guint            timeout;
  GCancellable    *cancellable;   /* (nullable) */
  gulong           cancelled;
};

static void start_waiting (ServicePassword *self, Share share);

static void
account_free (gpointer data)
{
  Account *account = data;

  g_clear_pointer (&account->waiting, g_ptr_array_unref);
  g_free (account->user);
  g_free (account);
}

static Account *
get_account (ServicePassword *self, uid_t uid)
{
  Account *account = g_hash_table_lookup (self->accounts, GUINT_TO_POINTER (uid));

  if (account == NULL)
    {
      account = g_new0 (Account, 1);
      g_hash_table_insert (self->accounts, GUINT_TO_POINTER (uid), account);
    }
  return account;
}

static ServicePassword *
password_new (const char *helper, const char *socket_path)
{
  ServicePassword *self = g_new0 (ServicePassword, 1);

  self->references = 1;
  self->helper = g_strdup (helper);
  self->socket_path = g_strdup (socket_path);
  self->accounts = g_hash_table_new_full (NULL, NULL, NULL, account_free);
  return self;
}

static void
password_unref (ServicePassword *self)
{
  if (--self->references > 0)
    return;
  g_free (self->helper);
  g_free (self->socket_path);
  g_hash_table_unref (self->accounts);
  g_free (self);
}

static void
call_free (Call *call)
{
  if (call->cancelled != 0)
    g_cancellable_disconnect (call->cancellable, call->cancelled);
  g_clear_object (&call->cancellable);
  g_clear_handle_id (&call->watch, g_source_remove);
  g_clear_handle_id (&call->timeout, g_source_remove);
  /* A child that has answered ends by itself; one that has not is of no use any more. */
  if (call->child != NULL)
    g_subprocess_force_exit (call->child);
  g_clear_object (&call->child);
  if (call->fd != -1)
    close (call->fd);
  g_object_unref (call->task);
  g_free (call->user);
  g_clear_pointer (&call->current, secinfo_secret_unref);
  g_clear_pointer (&call->fresh, secinfo_secret_unref);
  password_unref (call->password);
  g_free (call);
}

/* classify: one answer for everybody who waits for it. @class: NULL with @error. */
static void
answer_waiting (Account *account, const ServicePasswordClass *class, GError *error)
{
  g_autoptr(GPtrArray) waiting = g_steal_pointer (&account->waiting);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      GTask *task = waiting->pdata[i];

      if (g_task_return_error_if_cancelled (task))
        continue;
      if (class != NULL)
        g_task_return_pointer (task, g_memdup2 (class, sizeof *class), g_free);
      else
        g_task_return_error (task, g_error_copy (error));
    }
}

/* The end of every call. @error: (nullable) (transfer full). @class: (nullable) for classify. */
static void
call_finish (Call *call, const ServicePasswordClass *class, GError *error)
{
  g_autoptr(GError) owned = error;
  ServicePassword *self = call->password;
  Account *account = get_account (self, call->uid);
  Share share = call->share;

  if (call->started)
    self->running[share]--;
  else
    g_queue_remove (&self->queues[share], call);
  self->references++;
  if (call->op == SECINFO_PASSWORD_CLASSIFY)
    {
      account->classifying = NULL;
      if (class != NULL)
        {
          account->class = *class;
          account->class_until = g_get_monotonic_time () + CLASSIFY_SECONDS * G_USEC_PER_SEC;
          g_free (account->user);
          account->user = g_strdup (call->user);
        }
      answer_waiting (account, class, owned);
    }
  else
    {
      account->running--;
      if (call->op == SECINFO_PASSWORD_CHANGE)
        account->class_until = 0;
      if (owned != NULL)
        g_task_return_error (call->task, g_steal_pointer (&owned));
      else
        g_task_return_boolean (call->task, TRUE);
    }
  call_free (call);
  start_waiting (self, share);
  password_unref (self);
}

static gboolean
call_readable_cb (int fd, GIOCondition condition, gpointer data)
{
  Call *call = data;
  gboolean closed = (condition & (G_IO_HUP | G_IO_ERR)) != 0;
  struct secinfo_password_reply reply;
  ServicePasswordClass class;
  GError *error = NULL;

  if (!service_password_helper_receive (fd, call->op, closed, &reply, &error))
    return G_SOURCE_CONTINUE;

  call->watch = 0;
  if (error == NULL && call->op == SECINFO_PASSWORD_CLASSIFY)
    {
      service_password_helper_read_class (&reply, call->user, &class);
      call_finish (call, &class, NULL);
    }
  else
    call_finish (call, NULL, error);
  return G_SOURCE_REMOVE;
}

static gboolean
call_timeout_cb (gpointer data)
{
  Call *call = data;

  call->timeout = 0;
  call_finish (call, NULL, call->started ? service_password_helper_no_answer (call->op, "the helper did not answer")
                           : g_error_new_literal (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_BUSY,
                                                  "Too many passwords are being checked"));
  return G_SOURCE_REMOVE;
}

static gboolean
call_cancelled_idle_cb (gpointer data)
{
  Call *call = data;

  call->timeout = 0;
  call_finish (call, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

/* Only marks: the handler may run inside g_cancellable_connect() and must not disconnect itself. */
static void
call_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Call *call = data;

  g_clear_handle_id (&call->watch, g_source_remove);
  g_clear_handle_id (&call->timeout, g_source_remove);
  call->timeout = g_idle_add (call_cancelled_idle_cb, call);
}

/* Opens a line to a helper of its own and sends the one datagram. */
static void
call_start (Call *call)
{
  ServicePassword *self = call->password;
  struct secinfo_password_request request;
  GError *error = NULL;
  gboolean sent;

  call->started = TRUE;
  self->running[call->share]++;
  g_clear_handle_id (&call->timeout, g_source_remove);
  call->fd = self->helper != NULL ? service_password_helper_run (self->helper, &call->child, &error)
                                  : service_password_helper_connect (self->socket_path, &error);
  if (call->fd == -1)
    {
      call_finish (call, NULL, error);
      return;
    }

  sent = service_password_helper_fill (&request, call->op, call->uid, call->user, call->current, call->fresh) &&
         send (call->fd, &request, sizeof request, MSG_NOSIGNAL) == sizeof request;
  sodium_memzero (&request, sizeof request);
  if (!sent)
    {
      call_finish (call, NULL, service_password_helper_unavailable ("the helper took no request"));
      return;
    }
  call->watch = g_unix_fd_add (call->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, call_readable_cb, call);
  call->timeout = g_timeout_add_seconds (ANSWER_LIMIT, call_timeout_cb, call);
}

/* A call that ends at once comes back here: the loop that runs already goes on. */
static void
start_waiting (ServicePassword *self, Share share)
{
  if (self->starting[share])
    return;

  self->references++;
  self->starting[share] = TRUE;
  while (self->running[share] < most_at_once[share] && !g_queue_is_empty (&self->queues[share]))
    {
      Call *call = g_queue_pop_head (&self->queues[share]);

      /* The end of one that was taken back is on its way. */
      if (!g_cancellable_is_cancelled (call->cancellable))
        call_start (call);
    }
  self->starting[share] = FALSE;
  password_unref (self);
}

/* @task: (transfer full). */
static Call *
call_queue (ServicePassword *self, Share share, guint32 op, uid_t uid, const char *user, SecinfoSecret *current,
            SecinfoSecret *fresh, GTask *task)
{
  Call *call = g_new0 (Call, 1);

  self->references++;
  call->password = self;
  call->share = share;
  call->uid = uid;
  call->op = op;
  call->user = g_strdup (user);
  call->current = current != NULL ? secinfo_secret_ref (current) : NULL;
  call->fresh = fresh != NULL ? secinfo_secret_ref (fresh) : NULL;
  call->task = task;
  call->fd = -1;
  call->timeout = g_timeout_add_seconds (QUEUE_LIMIT, call_timeout_cb, call);
  /* A classification is shared: nobody's cancelling may end it for the others. */
  if (g_task_get_cancellable (task) != NULL && op != SECINFO_PASSWORD_CLASSIFY)
    {
      call->cancellable = g_object_ref (g_task_get_cancellable (task));
      call->cancelled = g_cancellable_connect (call->cancellable, G_CALLBACK (call_cancelled_cb), call, NULL);
    }
  g_queue_push_tail (&self->queues[share], call);
  return call;
}

/* authenticate and change. */
static void
password_call (ServicePassword *self, guint32 op, uid_t uid, const char *user, SecinfoSecret *password,
               SecinfoSecret *fresh, GTask *task /* (transfer full) */)
{
  struct secinfo_password_request request;
  Account *account = get_account (self, uid);

  if (account->running >= AT_ONCE)
    {
      g_task_return_new_error (task, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_BUSY,
                               "This account’s password is being checked already");
      g_object_unref (task);
      return;
    }

  if (service_password_helper_fill (&request, op, uid, user, password, fresh))
    {
      account->running++;
      call_queue (self, SHARE_API, op, uid, user, password, fresh, task);
      start_waiting (self, SHARE_API);
    }
  else
    {
      /* No password that PAM takes is this long, so a current one is wrong and a new one is refused. */
      gboolean too_long = fresh != NULL && secinfo_secret_get_length (fresh) >= SECINFO_PASSWORD_SIZE;

      g_task_return_new_error (task, SERVICE_PASSWORD_ERROR,
                               too_long ? SERVICE_PASSWORD_ERROR_REFUSED : SERVICE_PASSWORD_ERROR_WRONG,
                               too_long ? "The password is too long" : "The password is wrong");
      g_object_unref (task);
    }
  sodium_memzero (&request, sizeof request);
}

ServicePassword *
service_password_new_private (const char *helper)
{
  g_return_val_if_fail (g_path_is_absolute (helper), NULL);

  return password_new (helper, NULL);
}

ServicePassword *
service_password_new_system (const char *socket_path)
{
  return password_new (NULL, socket_path);
}

/* Calls under way end as they would have. */
void
service_password_free (ServicePassword *self)
{
  password_unref (self);
}

void
service_password_authenticate_async (ServicePassword     *self,
                                     uid_t                uid,
                                     const char          *user,
                                     SecinfoSecret       *password,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, service_password_authenticate_async);
  password_call (self, SECINFO_PASSWORD_AUTHENTICATE, uid, user, password, NULL, task);
}

gboolean
service_password_authenticate_finish (ServicePassword *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, service_password_authenticate_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
service_password_change_async (ServicePassword     *self,
                               uid_t                uid,
                               const char          *user,
                               SecinfoSecret       *current,
                               SecinfoSecret       *fresh,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, service_password_change_async);
  password_call (self, SECINFO_PASSWORD_CHANGE, uid, user, current, fresh, task);
}

gboolean
service_password_change_finish (ServicePassword *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, service_password_change_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* At most one at a time for a uid; its answer serves whoever asks within 10 s. @task: (transfer full). */
static void
classify (ServicePassword *self, Share share, uid_t uid, const char *user, GTask *task)
{
  Account *account = get_account (self, uid);

  g_task_set_source_tag (task, service_password_classify_async);
  if (account->class_until > g_get_monotonic_time () && g_strcmp0 (account->user, user) == 0)
    {
      g_task_return_pointer (task, g_memdup2 (&account->class, sizeof account->class), g_free);
      g_object_unref (task);
      return;
    }
  if (strlen (user) >= SECINFO_USER_SIZE)
    {
      g_task_return_error (task, service_password_helper_unavailable ("the name is too long"));
      g_object_unref (task);
      return;
    }

  if (account->waiting == NULL)
    {
      account->waiting = g_ptr_array_new_with_free_func (g_object_unref);
      account->classifying = call_queue (self, share, SECINFO_PASSWORD_CLASSIFY, uid, user, NULL, NULL,
                                         g_object_ref (task));
    }
  else if (share == SHARE_SIGN_IN && !account->classifying->started && account->classifying->share == SHARE_API)
    {
      /* The sign-in screen does not wait behind those who asked before it. */
      g_queue_remove (&self->queues[SHARE_API], account->classifying);
      account->classifying->share = share;
      g_queue_push_tail (&self->queues[share], account->classifying);
    }
  g_ptr_array_add (account->waiting, task);
  start_waiting (self, share);
}

void
service_password_classify_async (ServicePassword     *self,
                                 uid_t                uid,
                                 const char          *user,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  classify (self, SHARE_API, uid, user, g_task_new (NULL, cancellable, callback, user_data));
}

void
service_password_classify_sign_in_async (ServicePassword     *self,
                                         uid_t                uid,
                                         const char          *user,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  classify (self, SHARE_SIGN_IN, uid, user, g_task_new (NULL, NULL, callback, user_data));
}

gboolean
service_password_classify_finish (ServicePassword       *self,
                                  GAsyncResult          *result,
                                  ServicePasswordClass  *answer,
                                  GError               **error)
{
  g_autofree ServicePasswordClass *class = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, service_password_classify_async), FALSE);

  class = g_task_propagate_pointer (G_TASK (result), error);
  if (class == NULL)
    return FALSE;
  *answer = *class;
  return TRUE;
}
