/* service-contacts-json.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-contacts.h"

#include "secinfo-mask.h"

enum { DAY = 86400 };

char *
service_contacts_mask (SecinfoContactKind  kind,
                       const char         *value)
{
  if (value == NULL)
    return g_strdup ("•••");
  return kind == SECINFO_CONTACT_EMAIL ? secinfo_mask_email (value) : secinfo_mask_phone (value);
}

char *
service_contacts_display (SecinfoContactKind  kind,
                          const char         *value)
{
  g_autoptr(SecinfoAddress) address = kind == SECINFO_CONTACT_EMAIL ? secinfo_address_parse_email (value, NULL)
                                                                    : secinfo_address_parse_phone (value, NULL, NULL);

  return g_strdup (address != NULL ? secinfo_address_get_display (address) : value);
}

static json_t *
string_or_null (const char *text)
{
  return text != NULL ? json_string (text) : json_null ();
}

/* The running challenge that proves it; one whose life is over is none. */
static json_t *
running_to_json (ServiceUse            *use,
                 const ServiceContact  *contact,
                 GError               **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_running (use->txn, use->record, contact->id,
                                                                           SECINFO_PURPOSE_PROVE, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (challenge == NULL || !secinfo_policy_code_lives (challenge->issued_at, challenge->issued_boot, challenge->boot_id,
                                                       challenge->life, use->now))
    return json_null ();
  service_use_fresh_for (use, challenge->issued_at + challenge->life - use->now->wall);
  if (g_str_equal (challenge->boot_id, use->now->boot_id))
    service_use_fresh_for (use, challenge->issued_boot + challenge->life - use->now->boot);
  return json_string (challenge->id);
}

json_t *
service_contacts_to_json (ServiceUse            *use,
                          const ServiceContact  *contact,
                          gboolean               in_full,
                          GError               **error)
{
  g_autofree char *masked = service_contacts_mask (contact->kind, contact->value);
  g_autoptr(json_t) object = json_object ();
  json_t *challenge = running_to_json (use, contact, error);

  if (challenge == NULL)
    return NULL;

  json_object_set_new (object, "id", json_string (contact->id));
  json_object_set_new (object, "kind", json_string (secinfo_contact_kind_to_string (contact->kind)));
  json_object_set_new (object, "state", json_string (secinfo_contact_state_to_string (contact->state)));
  json_object_set_new (object, "masked", json_string (masked));
  if (contact->value != NULL && (in_full || use->level >= SECINFO_LEVEL_PASSWORD))
    {
      g_autofree char *display = service_contacts_display (contact->kind, contact->value);

      json_object_set_new (object, "value", json_string (contact->value));
      json_object_set_new (object, "display", json_string (display));
    }
  json_object_set_new (object, "label", string_or_null (contact->label));
  json_object_set_new (object, "alerts", json_boolean (contact->alerts));
  json_object_set_new (object, "undeliverable", json_boolean (contact->undeliverable));
  json_object_set_new (object, "trial", json_boolean (contact->trial));
  secinfo_json_set_time (object, "created_at", contact->created_at);
  secinfo_json_set_time (object, "verified_at", contact->verified_at);
  secinfo_json_set_time (object, "last_confirmed_at", contact->last_confirmed_at);
  secinfo_json_set_time (object, "removed_at", contact->removed_at);
  if (contact->state == SECINFO_CONTACT_REMOVED)
    secinfo_json_set_time (object, "restore_until",
                           contact->removed_at +
                           (gint64) service_instance_get_policy (use->instance)->restore_days * DAY);
  secinfo_json_set_time (object, "effective_at", contact->effective_at);
  json_object_set_new (object, "replaces", string_or_null (contact->replaces));
  json_object_set_new (object, "challenge", challenge);
  return g_steal_pointer (&object);
}

static gboolean
is_shown (ServiceUse           *use,
          const ServiceContact *contact)
{
  gint64 until = contact->removed_at + (gint64) service_instance_get_policy (use->instance)->restore_days * DAY;

  if (contact->state != SECINFO_CONTACT_REMOVED)
    return TRUE;
  service_use_fresh_for (use, until - use->now->wall);
  return use->now->wall < until;
}

json_t *
service_contacts_list_to_json (ServiceUse  *use,
                               gboolean     removed,
                               GError     **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, removed, error);
  g_autoptr(json_t) items = json_array ();

  if (contacts == NULL)
    return NULL;

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      json_t *item;

      if (!is_shown (use, contact))
        continue;
      item = service_contacts_to_json (use, contact, FALSE, error);
      if (item == NULL)
        return NULL;
      json_array_append_new (items, item);
    }

  return g_steal_pointer (&items);
}

json_t *
service_contacts_masked (ServiceUse  *use,
                         GError     **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, FALSE, error);
  g_autoptr(json_t) items = json_array ();

  if (contacts == NULL)
    return NULL;

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *masked = service_contacts_mask (contact->kind, contact->value);
      json_t *item;

      if (contact->state != SECINFO_CONTACT_VERIFIED)
        continue;
      item = json_object ();
      json_object_set_new (item, "id", json_string (contact->id));
      json_object_set_new (item, "kind", json_string (secinfo_contact_kind_to_string (contact->kind)));
      json_object_set_new (item, "masked", json_string (masked));
      json_array_append_new (items, item);
    }

  return g_steal_pointer (&items);
}
