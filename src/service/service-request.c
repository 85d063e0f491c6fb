/* service-request.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-request-private.h"

#include "service-administrators.h"
#include "service-alerts.h"
#include "service-events.h"
#include "service-instance.h"
#include "service-language.h"
#include "service-lines.h"
#include "service-outbox.h"

#include <sodium.h>

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

void
service_request_unref (ServiceRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->instance->answers != NULL)
    service_answers_unwatch (self->instance->answers, self);
  if (self->data_destroy != NULL)
    self->data_destroy (self->data);
  service_request_clear_text (self);
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

/* --- what a use case is given ----------------------------------------------------------------------------- */

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

/* --- what follows a commit -------------------------------------------------------------------------------- */

/* Whom it concerns: whoever asked, or everybody; a way to send is all administrators'. */
static void
publish (ServiceRequest *self,
         const char     *what,
         const char     *id)
{
  gboolean all = g_strcmp0 (id, SERVICE_ALERT_GATEWAY_WELL) == 0;
  uid_t uid = service_caller_get_uid (self->caller);

  service_events_publish (self->instance->events, all ? (uid_t) -1 : uid, what, id);
  if (g_str_equal (what, "gateways"))
    service_administrators_publish (self->instance, uid, what, id);
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
    service_request_fail_busy (self);
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
