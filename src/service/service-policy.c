/* service-policy.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-policy.h"

#include "service-elevation.h"

#include <string.h>

/* What opens a port is root's to say, whether the file names it or not. */
static gboolean
is_fixed (ServiceInstance *instance,
          const char      *key)
{
  return g_str_equal (key, "reports-port") ||
         (instance->fixed != NULL && g_strv_contains ((const char *const *) instance->fixed, key));
}

/* NULL: nothing was changed, or it cannot be read. */
static json_t *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  json_t *changes = text != NULL ? secinfo_json_parse (text, strlen (text), &error) : NULL;

  if (error != NULL)
    g_warning ("The rules that were changed cannot be read (%s): secinfod.conf alone holds", error->message);
  if (json_is_object (changes))
    return changes;
  g_clear_pointer (&changes, json_decref);
  return NULL;
}

void
service_policy_take (ServiceInstance *instance,
                     json_t          *changes)
{
  SecinfoPolicy *policy = g_memdup2 (&instance->configured, sizeof *policy);
  const char *key;
  json_t *value;

  json_object_foreach (changes, key, value)
    {
      if (!is_fixed (instance, key) && secinfo_policy_set (policy, key, value) != SECINFO_POLICY_TAKEN)
        g_warning ("The rule “%s” was changed to something that is not taken here: what is usual holds", key);
    }

  /* Another thread may be reading the one before; it is a few bytes for each change of an administrator's. */
  if (instance->policies == NULL)
    instance->policies = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (instance->policies, policy);
  g_atomic_pointer_set (&instance->policy, policy);
  if (instance->elevations != NULL)
    service_elevations_set_life (instance->elevations, policy->elevation_life);
}

gboolean
service_policy_begin (ServiceInstance *instance,
                      GError         **error)
{
  g_autofree char *text = NULL;
  g_autoptr(json_t) changes = NULL;

  if (!service_store_get_policy (instance->store, &text, error))
    return FALSE;

  changes = parse (text);
  service_policy_take (instance, changes);
  return TRUE;
}

static gboolean
refuse (GError     **error,
        const char  *key,
        const char  *reason,
        json_t      *item)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_SETTINGS_NOT_VALID);

  secinfo_problem_set_string (problem, "member", key);
  secinfo_problem_set_string (problem, "reason", reason);
  if (item != NULL && json_is_integer (json_object_get (item, "least")))
    {
      secinfo_problem_set_integer (problem, "least", json_integer_value (json_object_get (item, "least")));
      secinfo_problem_set_integer (problem, "most", json_integer_value (json_object_get (item, "most")));
    }
  return service_use_refuse (error, problem);
}

static json_t *
find_item (const SecinfoPolicy *policy,
           const char          *key)
{
  json_t *item;

  for (gsize i = 0; (item = secinfo_policy_nth_to_json (policy, policy, i)) != NULL; i++)
    {
      if (g_strcmp0 (secinfo_json_get_string (item, "key"), key) == 0)
        return item;
      json_decref (item);
    }

  return NULL;
}

static gboolean
change_one (ServiceUse  *use,
            json_t      *changes,
            const char  *key,
            json_t      *value,
            GError     **error)
{
  SecinfoPolicy trial = use->instance->configured;
  g_autoptr(json_t) item = find_item (&trial, key);

  if (item == NULL)
    return refuse (error, key, "unknown", NULL);
  if (is_fixed (use->instance, key))
    return refuse (error, key, "fixed", NULL);
  if (json_is_null (value))
    json_object_del (changes, key);
  else if (secinfo_policy_set (&trial, key, value) == SECINFO_POLICY_TAKEN)
    json_object_set (changes, key, value);
  else
    return refuse (error, key, json_is_integer (json_object_get (item, "least")) ? "range" : "prefixes", item);

  return service_store_audit_add (use->txn, use->record, "policy-changed", key, use->now->wall, error);
}

gboolean
service_policy_change (ServiceUse  *use,
                       json_t      *settings,
                       json_t     **changes,
                       GError     **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr(json_t) now = NULL;
  const char *key;
  json_t *value;

  if (!service_store_policy_get (use->txn, &before, error))
    return FALSE;
  now = parse (before);
  if (now == NULL)
    now = json_object ();
  json_object_foreach (settings, key, value)
    {
      if (!change_one (use, now, key, value, error))
        return FALSE;
    }

  after = secinfo_json_to_text (now);
  if (!service_store_policy_set (use->txn, after, error))
    return FALSE;
  *changes = g_steal_pointer (&now);
  return TRUE;
}

json_t *
service_policy_to_json (ServiceInstance *instance)
{
  json_t *answer = json_object (), *items = json_array (), *item;

  for (gsize i = 0;
       (item = secinfo_policy_nth_to_json (service_instance_get_policy (instance), &instance->configured, i)) != NULL;
       i++)
    {
      json_object_set_new (item, "fixed", json_boolean (is_fixed (instance, secinfo_json_get_string (item, "key"))));
      json_array_append_new (items, item);
    }
  json_object_set_new (answer, "items", items);
  json_object_set_new (answer, "next", json_null ());
  return answer;
}
