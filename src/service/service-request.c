/* service-request.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-request-private.h"

#include "service-alerts.h"
#include "service-events.h"
#include "service-instance.h"
#include "service-key.h"
#include "service-language.h"
#include "service-lines.h"
#include "service-outbox.h"

#include <sodium.h>
#include <string.h>

#define BUSY_PAUSE 1   /* seconds until a request that met a full queue may come again */
#define FULL_PAUSE 600 /* seconds until a full disk is logged again */

static void read_done_cb  (gpointer data, const GError *error);
static void write_done_cb (gpointer data, const GError *error);

ServiceRequest *
service_request_new (ServiceInstance *instance,
                     ServiceCaller   *caller)
{
  ServiceRequest *self = g_new0 (ServiceRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->instance = instance;
  self->caller = service_caller_ref (caller);
  self->json_failures = secinfo_json_get_failures ();
  g_strlcpy (self->language, "en", sizeof self->language);
  return self;
}

ServiceRequest *
service_request_ref (ServiceRequest *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
clear_text (ServiceRequest *self)
{
  if (self->text != NULL)
    sodium_memzero (self->text, self->text_size);
  g_clear_pointer (&self->text, g_free);
}

void
service_request_unref (ServiceRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->instance->answers != NULL)
    service_answers_unwatch (self->instance->answers, self);
  if (self->data_destroy != NULL)
    self->data_destroy (self->data);
  clear_text (self);
  g_clear_pointer (&self->token, secinfo_secret_free_text);
  g_clear_pointer (&self->account, service_account_unref);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, json_decref);
  g_clear_pointer (&self->answer, json_decref);
  g_clear_pointer (&self->answer_text, secinfo_secret_free_text);
  g_clear_pointer (&self->kept, service_answer_unref);
  g_clear_pointer (&self->problem, secinfo_problem_unref);
  service_effects_clear (&self->effects);
  g_clear_object (&self->cancellable);
  g_free (self->id);
  g_free (self->query_text);
  g_free (self->replay_key);
  service_caller_unref (self->caller);
  g_free (self);
}

ServiceInstance *
service_request_get_instance (ServiceRequest *self)
{
  return self->instance;
}

ServiceCaller *
service_request_get_caller (ServiceRequest *self)
{
  return self->caller;
}

const ServiceAccount *
service_request_get_account (ServiceRequest *self)
{
  return self->account;
}

const SecinfoNow *
service_request_get_now (ServiceRequest *self)
{
  return &self->now;
}

const char *
service_request_get_id (ServiceRequest *self)
{
  return self->id;
}

const char *
service_request_get_query (ServiceRequest *self,
                           const char     *name)
{
  return self->query != NULL ? g_hash_table_lookup (self->query, name) : NULL;
}

const char *
service_request_get_language (ServiceRequest *self)
{
  return self->language;
}

json_t *
service_request_get_body (ServiceRequest *self)
{
  return self->body;
}

gboolean
service_request_get_record (ServiceRequest      *self,
                            gint64              *record,
                            ServiceAccountState *state)
{
  *record = self->found ? self->record : 0;
  *state = self->found ? self->account_state : SERVICE_ACCOUNT_ACTIVE;
  return self->found;
}

static void
take_out (ServiceRequest *self,
          const char     *name,
          json_t         *member)
{
  /* The tree belongs to this request alone, so its copy may be overwritten in place. */
  sodium_memzero ((char *) json_string_value (member), json_string_length (member));
  json_object_del (self->body, name);
}

char *
service_request_take_text (ServiceRequest *self,
                           const char     *name)
{
  json_t *member = json_object_get (self->body, name);
  char *text;

  if (!json_is_string (member))
    return NULL;

  text = g_strndup (json_string_value (member), json_string_length (member));
  take_out (self, name, member);
  return text;
}

SecinfoSecret *
service_request_take_secret (ServiceRequest *self,
                             const char     *name)
{
  json_t *member = json_object_get (self->body, name);
  SecinfoSecret *secret;

  if (!json_is_string (member))
    return NULL;

  secret = secinfo_secret_new (json_string_value (member), (gssize) json_string_length (member));
  take_out (self, name, member);
  return secret;
}

SecinfoLevel
service_request_get_level (ServiceRequest *self)
{
  return self->level;
}

gint64
service_request_get_level_until (ServiceRequest *self)
{
  return self->level_until;
}

const char *
service_request_get_token (ServiceRequest *self)
{
  return self->token;
}

/* --- the answer ------------------------------------------------------------------------------------------- */

/* Inside a transaction the answer waits for the commit; outside, on the main loop, it leaves. */
static void
answer_is_set (ServiceRequest *self)
{
  self->state = SERVICE_REQUEST_ANSWERED;
  if (self->func == NULL && !self->checked)
    service_request_finish (self);
}

gboolean
service_request_is_incomplete (ServiceRequest *self)
{
  return secinfo_json_get_failures () != self->json_failures;
}

static SecinfoProblem *
problem_busy (ServiceRequest *self)
{
  return secinfo_problem_set_retry_at (secinfo_problem_new (SECINFO_PROBLEM_BUSY), self->now.wall + BUSY_PAUSE);
}

void
service_request_answer (ServiceRequest *self,
                        guint           status,
                        json_t         *body)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  /* Inside a transaction, run_in_txn() sees to it that it does not come true. */
  if (self->func == NULL && service_request_is_incomplete (self))
    {
      json_decref (body);
      service_request_fail (self, problem_busy (self));
      return;
    }

  self->status = status;
  self->answer = body;
  answer_is_set (self);
}

void
service_request_answer_text (ServiceRequest *self,
                             guint           status,
                             char           *text)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  self->status = status;
  self->answer_text = text;
  answer_is_set (self);
}

void
service_request_fail (ServiceRequest *self,
                      SecinfoProblem *problem)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  self->status = secinfo_problem_type_to_status (secinfo_problem_get_kind (problem));
  self->problem = problem;
  answer_is_set (self);
}

static SecinfoProblem *
problem_of_key (const GError *error)
{
  static const char *const reasons[] = { "keyring-locked", "keyring-gone", "keyring-absent", "keyring-gone" };

  return secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_STORE_LOCKED), "reason",
                                     reasons[CLAMP (error->code, 0, (int) G_N_ELEMENTS (reasons) - 1)]);
}

/* The log may lie on the same disk: however often somebody asks, it says so now and then. */
static void
log_full (const GError *error)
{
  static gint64 next;
  gint64 now = g_get_monotonic_time ();

  if (now < next)
    return;
  next = now + FULL_PAUSE * G_USEC_PER_SEC;
  g_message ("%s", error->message);
}

/* What went wrong on this side becomes one of the catalogue; its words stay in the log. */
static SecinfoProblem *
problem_of_error (ServiceRequest *self,
                  const GError   *error)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);

  if (problem != NULL)
    return secinfo_problem_ref (problem);
  if (error->domain == SERVICE_KEY_ERROR)
    return problem_of_key (error);
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL))
    {
      log_full (error);
      return secinfo_problem_new (SECINFO_PROBLEM_STORAGE_FULL);
    }
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT))
    return secinfo_problem_new (SECINFO_PROBLEM_CONFLICT);
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY))
    return problem_busy (self);

  g_warning ("%s %s: %s", self->route != NULL ? self->route->method : "?",
             self->route != NULL ? self->route->path : "?", error->message);
  return secinfo_problem_new (SECINFO_PROBLEM_INTERNAL);
}

void
service_request_fail_error (ServiceRequest *self,
                            const GError   *error)
{
  service_request_fail (self, problem_of_error (self, error));
}

void
service_request_refuse (ServiceRequest *self,
                        SecinfoProblem *problem)
{
  service_request_fail (self, problem);
}

gboolean
service_request_is_answered (ServiceRequest *self)
{
  return self->state != SERVICE_REQUEST_OPEN;
}

void
service_request_finish (ServiceRequest *self)
{
  void (*done) (ServiceRequest *, gpointer) = self->done;

  if (self->finished)
    return;

  self->finished = TRUE;
  clear_text (self);
  /* Whatever it did outside the store (a password changed) may be seen too. */
  if (self->account != NULL && !g_str_equal (self->route->method, "GET"))
    service_answers_forget (self->instance->answers, self->account->uid);
  if (done != NULL)
    done (self, self->done_data);
}

/* --- what a use case is given, and how it fails ---------------------------------------------------------------- */

/* A request has found its account already, in this very transaction. Reads of an account whose record has to be made or
 * settled first do not come here: the router settles before it runs them. A write settles by itself, so that a record
 * cannot change hands between the two. */
gboolean
service_request_begin_use (ServiceRequest   *self,
                           ServiceUse       *use,
                           ServiceStoreTxn  *txn,
                           GError          **error)
{
  gboolean found;

  use->instance = self->instance;
  use->effects = &self->effects;
  use->txn = txn;
  use->account = self->account;
  use->now = &self->now;
  use->language = self->language;
  use->level = self->level;
  found = service_request_get_record (self, &use->record, &use->state);
  if (found)
    return TRUE;

  if (!service_store_account_find (txn, use->account, &use->record, &use->state, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  return service_store_account_settle (txn, use->account, use->now, &use->record, &use->state, error);
}

gboolean
service_request_fail_use (ServiceRequest  *self,
                          GError          *failure,
                          GError         **error)
{
  SecinfoProblem *problem = failure != NULL ? secinfo_problem_from_error (failure) : NULL;

  if (problem == NULL)
    {
      /* Only JSON without memory fails without a word: service_request_is_incomplete(). */
      if (failure != NULL)
        g_propagate_error (error, failure);
      return FALSE;
    }

  service_request_fail (self, secinfo_problem_ref (problem));
  g_error_free (failure);
  return TRUE;
}

/* --- what follows a commit -------------------------------------------------------------------------------- */

/* Whom it concerns: whoever asked, or everybody. */
static void
publish (ServiceRequest *self,
         const char     *what,
         const char     *id)
{
  gboolean all = g_strcmp0 (id, SERVICE_ALERT_GATEWAY_WELL) == 0;

  service_events_publish (self->instance->events, all ? (uid_t) -1 : service_caller_get_uid (self->caller), what, id);
}

void
service_request_add_event (ServiceRequest *self,
                           const char     *what,
                           const char     *id)
{
  /* Outside a transaction there is no commit to wait for. */
  if (self->func == NULL)
    publish (self, what, id);
  else
    service_effects_add_event (&self->effects, what, id);
}

void
service_request_wake_outbox (ServiceRequest *self)
{
  g_return_if_fail (self->func != NULL);

  self->wake_outbox = TRUE;
}

void
service_request_set_committed (ServiceRequest  *self,
                               void           (*committed) (ServiceRequest *self))
{
  self->committed = committed;
}

void
service_request_set_data (ServiceRequest *self,
                          gpointer        data,
                          GDestroyNotify  destroy)
{
  if (self->data_destroy != NULL)
    self->data_destroy (self->data);
  self->data = data;
  self->data_destroy = destroy;
}

gpointer
service_request_get_data (ServiceRequest *self)
{
  return self->data;
}

void
service_request_start (ServiceRequest *self)
{
  service_language_push (self->language);
  self->route->start (self);
  service_language_pop ();
}

/* --- through the store ------------------------------------------------------------------------------------ */

/* A repeated attempt starts from nothing. */
static void
take_back_answer (ServiceRequest *self)
{
  self->state = SERVICE_REQUEST_OPEN;
  self->status = 0;
  g_clear_pointer (&self->answer, json_decref);
  g_clear_pointer (&self->answer_text, secinfo_secret_free_text);
  g_clear_pointer (&self->problem, secinfo_problem_unref);
  service_effects_clear (&self->effects);
  self->wake_outbox = FALSE;
  self->committed = NULL;
}

static gboolean
run_handler (ServiceRequest   *self,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  gboolean went_well;

  if (!service_router_begin (self, txn, error))
    return FALSE;
  if (service_request_is_answered (self) || self->func == NULL)
    return TRUE;

  service_language_push (self->language);
  went_well = self->func (self, txn, error);
  service_language_pop ();

  return went_well && (!self->writes || service_router_keep (self, txn, error));
}

static gboolean
run_in_txn (ServiceStoreTxn  *txn,
            gpointer          data,
            GError          **error)
{
  ServiceRequest *self = data;
  gboolean went_well;

  /* The store may do it a second time. */
  take_back_answer (self);
  self->json_failures = secinfo_json_get_failures ();
  went_well = run_handler (self, txn, error);
  if (!service_request_is_incomplete (self))
    return went_well;

  /* The change would come true and its answer be in pieces: neither. */
  g_clear_error (error);
  g_set_error_literal (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY, "No memory left for an answer");
  return FALSE;
}

static void
queue_run (ServiceRequest *self)
{
  if (self->writes)
    service_store_write_of (self->instance->store, self->account->uid, run_in_txn, write_done_cb,
                            service_request_ref (self));
  else
    service_store_read (self->instance->store, run_in_txn, read_done_cb, service_request_ref (self));
}

static void
publish_events (ServiceRequest *self)
{
  GPtrArray *events = self->effects.events;

  for (guint i = 0; events != NULL && i + 1 < events->len; i += 2)
    publish (self, events->pdata[i], events->pdata[i + 1]);

  if (self->wake_outbox)
    service_outbox_wake (self->instance->outbox);
  else if (self->effects.queued)
    service_outbox_wake_new (self->instance->outbox);
  self->wake_outbox = FALSE;
  if (self->effects.line != 0)
    service_lines_put (self->instance, self->account->uid, self->effects.line, 0, self->effects.sign_ins,
                       self->now.wall);
  service_effects_clear (&self->effects);
}

/* The service ends: nothing more is begun, and nobody waits for the answer. */
static gboolean
is_last (ServiceRequest *self)
{
  if (self->instance->store != NULL)
    return FALSE;
  if (self->state == SERVICE_REQUEST_OPEN)
    service_request_fail (self, problem_busy (self));
  return TRUE;
}

static void
after_commit (ServiceRequest *self)
{
  void (*committed) (ServiceRequest *) = g_steal_pointer (&self->committed);

  publish_events (self);
  if (is_last (self) || committed == NULL || self->problem != NULL)
    return;

  service_language_push (self->language);
  committed (self);
  service_language_pop ();
}

static void
run_done (ServiceRequest *self,
          const GError   *error)
{
  gboolean preflight = self->checked;

  self->func = NULL;
  self->checked = FALSE;
  if (error != NULL)
    {
      take_back_answer (self);
      service_request_fail_error (self, error);
      return;
    }

  after_commit (self);
  if (self->func != NULL)
    return;   /* on into another transaction: the request is that thread's now, its answer waits for that commit */
  if (service_request_is_answered (self))
    service_request_finish (self);
  else if (preflight)
    service_request_start (self);
}

static void
write_done_cb (gpointer      data,
               const GError *error)
{
  g_autoptr(ServiceRequest) self = data;

  run_done (self, error);
}

/* A reader that finds no settled record cannot make one: the whole of it is done again where writing is allowed. */
static void
read_done_cb (gpointer      data,
              const GError *error)
{
  g_autoptr(ServiceRequest) self = data;

  if (error != NULL && self->needs_settle && !is_last (self))
    {
      take_back_answer (self);
      self->needs_settle = FALSE;
      self->writes = TRUE;
      queue_run (self);
      return;
    }

  run_done (self, error);
}

void
service_request_run (ServiceRequest     *self,
                     ServiceRequestFunc  func,
                     gboolean            writes)
{
  g_return_if_fail (func != NULL && self->func == NULL);

  self->func = func;
  self->writes = writes;
  queue_run (self);
}

void
service_request_preflight (ServiceRequest *self)
{
  self->checked = TRUE;
  self->writes = FALSE;
  queue_run (self);
}
