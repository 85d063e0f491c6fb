/* service-router.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-contacts.h"
#include "service-elevation.h"
#include "service-gateways.h"
#include "service-instance-key.h"
#include "service-instance.h"
#include "service-key.h"
#include "service-polkit.h"
#include "service-request-private.h"

#include <string.h>
#include <unistd.h>

enum
{
  LONGEST_ID = 64,
  NAMES_PAUSE = 5,   /* seconds until one whom the name service kept waiting may ask again */
};

static const ServiceRoute *const files[] = {
  service_routes_service, service_routes_account, service_routes_contacts,
  service_routes_challenges, service_routes_gateways, service_routes_inbox, service_routes_saved_codes,
  service_routes_gateway_kinds, service_routes_rehearsals,
  service_routes_password,
  service_routes_policy,
};

/* In the order of a 405's Allow header. */
static const char *const methods[] = { "GET", "POST", "PATCH", "PUT", "DELETE" };

/* --- which route ------------------------------------------------------------------------------------------ */

static gboolean
is_id (const char *text,
       gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
        return FALSE;
    }

  return length > 0 && length <= LONGEST_ID;
}

/* Segment by segment; "{id}" stands for one. Nothing is unescaped: no path of ours needs it. */
static gboolean
path_fits (const char  *pattern,
           const char  *path,
           char       **id)
{
  const char *hole = strstr (pattern, "{id}");
  gsize before, id_length;

  if (hole == NULL)
    return g_str_equal (pattern, path);

  before = hole - pattern;
  if (strncmp (pattern, path, before) != 0)
    return FALSE;

  id_length = strcspn (path + before, "/");
  if (!is_id (path + before, id_length) || !g_str_equal (hole + strlen ("{id}"), path + before + id_length))
    return FALSE;

  *id = g_strndup (path + before, id_length);
  return TRUE;
}

/* Also collects the methods that the path knows, a bit each of `methods`. */
static const ServiceRoute *
find_route (const char  *method,
            const char  *path,
            char       **id,
            guint       *known)
{
  const ServiceRoute *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      for (const ServiceRoute *route = files[i]; route->method != NULL; route++)
        {
          g_autofree char *its_id = NULL;

          if (!path_fits (route->path, path, &its_id))
            continue;
          for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
            *known |= g_str_equal (methods[m], route->method) ? 1u << m : 0;
          if (g_str_equal (route->method, method))
            {
              found = route;
              g_free (*id);
              *id = g_steal_pointer (&its_id);
            }
        }
    }

  return found;
}

static const char *
format_allow (guint known)
{
  GString *allow = g_string_new (NULL);
  const char *text;

  for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      if (known & (1u << m))
        g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", methods[m]);
    }

  text = g_intern_string (allow->str);
  g_string_free (allow, TRUE);
  return text;
}

/* --- is it what the route takes --------------------------------------------------------------------------- */

static gboolean
refuse_body (ServiceRequest *request,
             const char     *member,
             const char     *reason)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

  if (member != NULL)
    secinfo_problem_set_string (problem, "member", member);
  secinfo_problem_set_string (problem, "reason", reason);
  service_request_refuse (request, problem);
  return FALSE;
}

static gboolean
names_contain (const char *names,
               const char *name)
{
  g_auto(GStrv) list = g_strsplit (names != NULL ? names : "", " ", -1);

  return *name != '\0' && g_strv_contains ((const char *const *) list, name);
}

static char *
unescape (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "+", ' ');

  return g_uri_unescape_string (spaced, NULL);
}

static gboolean
check_query (ServiceRequest *request)
{
  g_auto(GStrv) pairs = NULL;

  if (request->query_text == NULL || *request->query_text == '\0')
    return TRUE;

  request->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  pairs = g_strsplit (request->query_text, "&", 32);
  for (gsize i = 0; pairs[i] != NULL; i++)
    {
      char *equals = strchr (pairs[i], '=');
      g_autofree char *value = unescape (equals != NULL ? equals + 1 : "");
      g_autofree char *name = NULL;

      if (equals != NULL)
        *equals = '\0';
      name = unescape (pairs[i]);
      if (name == NULL || value == NULL || !g_utf8_validate (name, -1, NULL) || !g_utf8_validate (value, -1, NULL))
        return refuse_body (request, NULL, "query: not UTF-8");
      if (!names_contain (request->route->query, name))
        return refuse_body (request, name, "unknown");
      if (g_hash_table_contains (request->query, name))
        return refuse_body (request, name, "twice");
      g_hash_table_insert (request->query, g_steal_pointer (&name), g_steal_pointer (&value));
    }

  return TRUE;
}

static gboolean
check_body (ServiceRequest *request)
{
  static const SecinfoJsonMember nothing[] = { { NULL } };
  g_autofree char *member = NULL;
  g_autoptr(GError) error = NULL;

  if (request->text_length == 0)
    request->body = json_object ();
  else
    request->body = secinfo_json_parse (request->text, request->text_length, &error);

  if (service_request_is_incomplete (request))
    {
      service_request_refuse (request, secinfo_problem_set_retry_at (secinfo_problem_new (SECINFO_PROBLEM_BUSY),
                                                                     request->now.wall + 1));
      return FALSE;
    }
  if (request->body == NULL)
    return refuse_body (request, NULL, error->message);
  if (!json_is_object (request->body))
    return refuse_body (request, NULL, "not an object");
  if (!secinfo_json_check (request->body, request->route->body != NULL ? request->route->body : nothing,
                           &member, &error))
    return refuse_body (request, member, error->message);

  return TRUE;
}

/* Says of a repeated request whether it is the same one. From the text, before secrets are taken out of the tree. */
static gboolean
take_fingerprint (ServiceRequest *request,
                  const char     *path)
{
  gsize length = request->replay_key != NULL ? strlen (request->replay_key) : 0;

  if (request->replay_key == NULL || (request->route->flags & SERVICE_ROUTE_CREATES) == 0)
    {
      g_clear_pointer (&request->replay_key, g_free);
      return TRUE;
    }
  if (length < 1 || length > 128)
    return refuse_body (request, "Idempotency-Key", "1 to 128 characters");

  request->has_fingerprint =
    service_key_hash (request->instance->key, SERVICE_KEY_REPLAY, request->fingerprint, NULL,
                      request->route->method, path, request->text != NULL ? request->text : "", NULL);
  return TRUE;
}

/* --- may the caller --------------------------------------------------------------------------------------- */

static void
run_route (ServiceRequest *request)
{
  const ServiceRoute *route = request->route;

  if (service_answers_find (request->instance->answers, request))
    {
      request->state = SERVICE_REQUEST_ANSWERED;
      service_request_finish (request);
      return;
    }

  switch (route->mode)
    {
    case SERVICE_ROUTE_READ:
    case SERVICE_ROUTE_WRITE:
      service_request_run (request, route->run, route->mode == SERVICE_ROUTE_WRITE);
      break;

    case SERVICE_ROUTE_START:
      /* Nothing to ask the store about? Then the handler answers even where the store cannot. */
      if (route->level == SECINFO_LEVEL_SESSION && (route->flags & SERVICE_ROUTE_SUSPENDED_TOO) != 0 &&
          request->replay_key == NULL)
        service_request_start (request);
      else
        service_request_preflight (request);
      break;

    case SERVICE_ROUTE_EVENTS:
    default:
      request->state = SERVICE_REQUEST_STREAM;
      service_request_finish (request);
    }
}

static void
key_tried_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(ServiceRequest) request = user_data;
  g_autoptr(GError) trouble = service_key_get_trouble (request->instance->key);

  if (trouble != NULL)
    service_request_fail_error (request, trouble);
  else
    run_route (request);
}

static void
check_store (ServiceRequest *request)
{
  g_autoptr(GError) trouble = NULL;

  if ((request->route->flags & SERVICE_ROUTE_NEEDS_STORE) != 0)
    trouble = service_key_get_trouble (request->instance->key);

  if (trouble != NULL)
    service_instance_load_key_async (request->instance, key_tried_cb, service_request_ref (request));
  else
    run_route (request);
}

/* What polkit is asked; NULL: nothing. Whoever reaches a private instance is its owner (service-listen.c), and so its
 * administrator. */
static const char *
action_of (ServiceInstance    *instance,
           const ServiceRoute *route)
{
  if (instance->mode != SERVICE_MODE_SYSTEM)
    return NULL;
  if ((route->flags & SERVICE_ROUTE_ADMIN) != 0)
    return SERVICE_POLKIT_MANAGE_DELIVERY;
  return (route->flags & SERVICE_ROUTE_ADMIN_POLICY) != 0 ? SERVICE_POLKIT_MANAGE_POLICY : NULL;
}

static void
polkit_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(ServiceRequest) request = user_data;
  const char *action = action_of (request->instance, request->route);
  g_autoptr(GError) error = NULL;

  if (service_polkit_check_finish (result, &error))
    check_store (request);
  else
    service_request_refuse (request, secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_NOT_ALLOWED),
                                                                 "action", action + strlen ("org.example.SecInfo.")));
}

static void
check_administrator (ServiceRequest *request)
{
  const char *action = action_of (request->instance, request->route);

  if (action != NULL)
    service_polkit_check_async (request->caller, action, request->cancellable,
                                polkit_cb, service_request_ref (request));
  else
    check_store (request);
}

static void
use_account (ServiceRequest *request,
             ServiceAccount *account)
{
  ServiceInstance *instance = request->instance;

  request->account = account;
  service_elevations_know (instance->elevations, account);
  request->level = service_elevations_check (instance->elevations, request->caller, request->token,
                                             request->now.wall, request->now.boot);
  request->level_until = service_elevations_get_until (instance->elevations, request->caller, request->token,
                                                       request->now.wall, request->now.boot);
  check_administrator (request);
}

static void
looked_up_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(ServiceRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  ServiceAccount *account = service_accounts_lookup_finish (request->instance->accounts, result, &error);

  if (account != NULL)
    use_account (request, account);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    service_request_refuse (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_YOU));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    service_request_refuse (request, secinfo_problem_set_retry_at (secinfo_problem_new (SECINFO_PROBLEM_BUSY),
                                                                   request->now.wall + NAMES_PAUSE));
  else
    service_request_fail_error (request, error);
}

void
service_router_dispatch (ServiceInstance *instance,
                         ServiceRequest  *request,
                         const char      *method,
                         const char      *path)
{
  ServiceAccount *account;
  guint known = 0;

  secinfo_now_read (&request->now);
  instance->asked_at = g_get_monotonic_time ();

  request->route = find_route (method, path, &request->id, &known);
  if (request->route == NULL && known != 0)
    {
      request->allow = format_allow (known);
      service_request_refuse (request, secinfo_problem_new (SECINFO_PROBLEM_METHOD_NOT_ALLOWED));
      return;
    }
  if (request->route == NULL ||
      ((request->route->flags & SERVICE_ROUTE_TRIAL_ONLY) != 0 && !service_gateways_have_inbox (instance)))
    {
      service_request_refuse (request, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
      return;
    }
  if (!check_query (request) || !take_fingerprint (request, path) || !check_body (request))
    return;

  /* A person may be asked for a password meanwhile: a client that leaves takes the question back. */
  if (action_of (instance, request->route) != NULL)
    request->cancellable = g_cancellable_new ();

  account = service_accounts_peek (instance->accounts, service_caller_get_uid (request->caller));
  if (account != NULL)
    use_account (request, account);
  else
    service_accounts_lookup_async (instance->accounts, service_caller_get_uid (request->caller), NULL,
                                   looked_up_cb, service_request_ref (request));
}

/* --- in the transaction, before and after the handler ----------------------------------------------------- */

static gboolean
refuse_level (ServiceRequest  *request,
              ServiceStoreTxn *txn,
              SecinfoLevel     needed,
              GError         **error)
{
  g_autoptr(GError) local_error = NULL;
  ServiceUse use = { 0 };
  SecinfoProblem *problem;
  json_t *contacts;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contacts = service_contacts_masked (&use, &local_error);
  if (contacts == NULL && local_error != NULL && local_error->domain != SERVICE_KEY_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  problem = secinfo_problem_new (SECINFO_PROBLEM_ELEVATION_NEEDED);
  secinfo_problem_set_string (problem, "level", secinfo_level_to_string (needed));
  secinfo_problem_set_json (problem, "contacts", contacts != NULL ? contacts : json_array ());
  service_request_fail (request, problem);
  return TRUE;
}

gboolean
service_router_check_level (ServiceRequest   *request,
                            ServiceStoreTxn  *txn,
                            gint64            record,
                            SecinfoLevel      needed,
                            GError          **error)
{
  g_autoptr(GError) local_error = NULL;

  if (request->level >= needed)
    return TRUE;

  /* Whoever has proven no contact yet has no second half to give. */
  if (needed == SECINFO_LEVEL_VERIFIED &&
      service_store_contact_count_verified (txn, record, &local_error) == 0)
    needed = SECINFO_LEVEL_PASSWORD;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return request->level >= needed || refuse_level (request, txn, needed, error);
}

static gboolean
answer_again (ServiceRequest  *request,
              ServiceStoreTxn *txn,
              gint64           record,
              GError         **error)
{
  g_autofree char *body = NULL;
  gboolean other_request = FALSE;
  guint status = 0;

  if (!service_store_replay_get (txn, record, request->replay_key, request->fingerprint, &status, &body, &other_request,
                                 error))
    return FALSE;

  if (other_request)
    refuse_body (request, "Idempotency-Key", "used for another request");
  else if (status != 0)
    service_request_answer_text (request, status, g_steal_pointer (&body));
  if (body != NULL)
    secinfo_secret_free_text (g_steal_pointer (&body));
  return TRUE;
}

gboolean
service_router_begin (ServiceRequest   *request,
                      ServiceStoreTxn  *txn,
                      GError          **error)
{
  ServiceAccountState state = SERVICE_ACCOUNT_ACTIVE;
  gboolean found = FALSE;
  gint64 record = 0;

  request->found = FALSE;
  if (!service_store_account_find (txn, request->account, &record, &state, &found, error))
    return FALSE;
  if (!found && !request->writes)
    {
      request->needs_settle = TRUE;
      g_set_error_literal (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT, "the account is not settled yet");
      return FALSE;
    }
  if (!found && !service_store_account_settle (txn, request->account, &request->now, &record, &state, error))
    return FALSE;
  request->record = record;
  request->account_state = state;
  request->found = TRUE;

  if (state == SERVICE_ACCOUNT_SUSPENDED && (request->route->flags & SERVICE_ROUTE_SUSPENDED_TOO) == 0)
    {
      service_request_fail (request, secinfo_problem_new (SECINFO_PROBLEM_ACCOUNT_SUSPENDED));
      return TRUE;
    }
  if (!service_router_check_level (request, txn, record, request->route->level, error))
    return FALSE;
  if (!service_request_is_answered (request) && request->has_fingerprint)
    return answer_again (request, txn, record, error);

  return TRUE;
}

gboolean
service_router_keep (ServiceRequest   *request,
                     ServiceStoreTxn  *txn,
                     GError          **error)
{
  ServiceAccountState state;
  gboolean found = FALSE, kept;
  gint64 record;
  char *text = NULL;

  if (!request->has_fingerprint || !service_request_is_answered (request) || request->problem != NULL)
    return TRUE;
  if (!service_store_account_find (txn, request->account, &record, &state, &found, error))
    return FALSE;
  if (!found)
    return TRUE;

  if (request->answer != NULL)
    text = secinfo_json_to_text (request->answer);
  kept = service_store_replay_add (txn, record, request->replay_key, request->fingerprint, request->status,
                                   request->answer_text != NULL ? request->answer_text : text, request->now.wall,
                                   error);
  secinfo_secret_free_text (text);
  return kept;
}
