/* service-saved-codes.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-saved-codes.h"

#include "service-contacts.h"

#include <sodium.h>
#include <string.h>

ServiceSavedSet *
service_saved_codes_new (char ***codes)
{
  ServiceSavedSet *set = g_new0 (ServiceSavedSet, 1);
  SecinfoSavedLabel labels[SECINFO_SAVED_CODES];

  *codes = g_new0 (char *, SECINFO_SAVED_CODES + 1);
  secinfo_saved_labels_generate (labels);
  for (guint i = 0; i < SECINFO_SAVED_CODES; i++)
    {
      (*codes)[i] = g_malloc0 (SECINFO_SAVED_CODE_LENGTH + 1);
      secinfo_saved_code_generate ((*codes)[i]);
      memcpy (set->codes[i].label, labels[i], sizeof labels[i]);
    }
  randombytes_buf (set->salt, sizeof set->salt);
  set->position = 1 + randombytes_uniform (SECINFO_SAVED_CODES);
  set->attempts_left = SERVICE_SAVED_TRIES;
  return set;
}

static void
tell (ServiceUse *use)
{
  service_use_event (use, "saved-codes", NULL);
  service_use_event (use, "account", NULL);
}

gboolean
service_saved_codes_keep (ServiceUse       *use,
                          ServiceSavedSet  *set,
                          GError          **error)
{
  set->record = use->record;
  set->pending = TRUE;
  set->made_at = use->now->wall;
  set->made_boot = use->now->boot;
  g_strlcpy (set->boot_id, use->now->boot_id, sizeof set->boot_id);
  service_use_event (use, "saved-codes", NULL);
  return service_store_saved_add (use->txn, set, error) &&
         service_store_audit_add (use->txn, use->record, "saved-codes-made", NULL, use->now->wall, error);
}

ServiceSavedSet *
service_saved_codes_pending (ServiceUse  *use,
                             GError     **error)
{
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, TRUE, error);

  if (set != NULL &&
      (set->attempts_left == 0 ||
       !secinfo_policy_code_lives (set->made_at, set->made_boot, set->boot_id, SERVICE_SAVED_PENDING_LIFE, use->now)))
    return NULL;
  return g_steal_pointer (&set);
}

/* Given up after the last try: whoever guesses labels would bring codes into force that nobody has on paper. */
static gboolean
refuse_label (ServiceUse             *use,
              const ServiceSavedSet  *set,
              GError                **error)
{
  guint left = set->attempts_left - 1;
  SecinfoProblem *problem;

  if (!(left == 0 ? service_store_saved_delete (use->txn, use->record, TRUE, error)
                  : service_store_saved_set_tries (use->txn, set->id, left, error)))
    return FALSE;

  if (left == 0)
    service_use_event (use, "saved-codes", NULL);
  problem = secinfo_problem_new (SECINFO_PROBLEM_LABEL_WRONG);
  secinfo_problem_set_integer (problem, "position", set->position);
  secinfo_problem_set_integer (problem, "attempts_left", left);
  return service_use_refuse (error, problem);
}

gboolean
service_saved_codes_prove (ServiceUse  *use,
                           const char  *label,
                           GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_saved_codes_pending (use, &local_error);
  SecinfoSavedLabel typed;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (set == NULL)
    return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  if (!secinfo_saved_label_normalize (label, typed) || !g_str_equal (typed, set->codes[set->position - 1].label))
    return refuse_label (use, set, error);

  tell (use);
  return service_store_saved_activate (use->txn, use->record, use->now->wall, error) &&
         service_contacts_alert (use, "saved-codes-made", NULL, FALSE, error);
}

gboolean
service_saved_codes_delete (ServiceUse  *use,
                            GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, FALSE, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  tell (use);
  return service_store_saved_delete (use->txn, use->record, FALSE, error) &&
         (set == NULL || service_contacts_alert (use, "saved-codes-deleted", NULL, FALSE, error));
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

guint
service_saved_codes_left (const ServiceSavedSet *set)
{
  guint left = 0;

  for (guint i = 0; set != NULL && i < SECINFO_SAVED_CODES; i++)
    left += set->codes[i].used_at == 0;
  return left;
}

int
service_saved_codes_match (const ServiceSavedSet *set,
                           const guint8           hash[32])
{
  int found = -1;

  for (int i = 0; i < SECINFO_SAVED_CODES; i++)
    {
      if (sodium_memcmp (set->codes[i].hash, hash, 32) == 0 && set->codes[i].used_at == 0)
        found = i;
    }
  return found;
}

static json_t *
used_to_json (const ServiceSavedSet *set)
{
  json_t *used = json_array ();

  for (guint i = 0; set != NULL && i < SECINFO_SAVED_CODES; i++)
    {
      const ServiceSavedCode *code = &set->codes[i];
      json_t *one;

      if (code->used_at == 0)
        continue;
      one = json_object ();
      json_object_set_new (one, "label", json_string (code->label));
      secinfo_json_set_time (one, "at", code->used_at);
      json_object_set_new (one, "where", code->used_where != NULL ? json_string (code->used_where) : json_null ());
      json_array_append_new (used, one);
    }
  return used;
}

json_t *
service_saved_codes_to_json (ServiceUse  *use,
                             GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, FALSE, &local_error);
  g_autoptr(ServiceSavedSet) pending = NULL;
  json_t *answer, *waits = NULL;

  if (local_error == NULL)
    pending = service_saved_codes_pending (use, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  answer = json_object ();
  json_object_set_new (answer, "left", json_integer (service_saved_codes_left (set)));
  secinfo_json_set_time (answer, "made_at", set != NULL ? set->made_at : 0);
  json_object_set_new (answer, "used", used_to_json (set));
  if (pending != NULL)
    {
      waits = json_object ();
      json_object_set_new (waits, "position", json_integer (pending->position));
      json_object_set_new (waits, "attempts_left", json_integer (pending->attempts_left));
      secinfo_json_set_time (waits, "expires_at", pending->made_at + SERVICE_SAVED_PENDING_LIFE);
    }
  json_object_set_new (answer, "pending", waits != NULL ? waits : json_null ());
  return answer;
}
