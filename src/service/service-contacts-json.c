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

/* The running challenge that proves it; one whose life is over is none. */
static gboolean
find_running (ServiceUse            *use,
              const ServiceContact  *contact,
              char                 **id,
              GError               **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_running (use->txn, use->record, contact->id,
                                                                           SECINFO_PURPOSE_PROVE, &local_error);

  *id = NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (challenge == NULL || !secinfo_policy_code_lives (challenge->issued_at, challenge->issued_boot, challenge->boot_id,
                                                       challenge->life, use->now))
    return TRUE;
  service_use_fresh_for (use, challenge->issued_at + challenge->life - use->now->wall);
  if (g_str_equal (challenge->boot_id, use->now->boot_id))
    service_use_fresh_for (use, challenge->issued_boot + challenge->life - use->now->boot);
  *id = g_strdup (challenge->id);
  return TRUE;
}

static void
write_string (SecinfoJsonWriter *writer,
              const char        *name,
              const char        *text)
{
  secinfo_json_writer_string (writer, name, text, -1);
}

gboolean
service_contacts_write (ServiceUse            *use,
                        const ServiceContact  *contact,
                        gboolean               in_full,
                        SecinfoJsonWriter     *writer,
                        const char            *name,
                        GError               **error)
{
  g_autofree char *masked = service_contacts_mask (contact->kind, contact->value);
  g_autofree char *challenge = NULL;

  if (!find_running (use, contact, &challenge, error))
    return FALSE;

  secinfo_json_writer_object (writer, name);
  write_string (writer, "id", contact->id);
  write_string (writer, "kind", secinfo_contact_kind_to_string (contact->kind));
  write_string (writer, "state", secinfo_contact_state_to_string (contact->state));
  write_string (writer, "masked", masked);
  if (contact->value != NULL && (in_full || use->level >= SECINFO_LEVEL_PASSWORD))
    {
      g_autofree char *display = service_contacts_display (contact->kind, contact->value);

      write_string (writer, "value", contact->value);
      write_string (writer, "display", display);
    }
  write_string (writer, "label", contact->label);
  secinfo_json_writer_boolean (writer, "alerts", contact->alerts);
  secinfo_json_writer_boolean (writer, "undeliverable", contact->undeliverable);
  secinfo_json_writer_boolean (writer, "trial", contact->trial);
  secinfo_json_writer_time (writer, "created_at", contact->created_at);
  secinfo_json_writer_time (writer, "verified_at", contact->verified_at);
  secinfo_json_writer_time (writer, "last_confirmed_at", contact->last_confirmed_at);
  secinfo_json_writer_time (writer, "removed_at", contact->removed_at);
  if (contact->state == SECINFO_CONTACT_REMOVED)
    secinfo_json_writer_time (writer, "restore_until",
                              contact->removed_at +
                              (gint64) service_instance_get_policy (use->instance)->restore_days * DAY);
  secinfo_json_writer_time (writer, "effective_at", contact->effective_at);
  write_string (writer, "replaces", contact->replaces);
  write_string (writer, "challenge", challenge);
  secinfo_json_writer_end (writer);
  return TRUE;
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

gboolean
service_contacts_write_list (ServiceUse                *use,
                             const ServiceContactPage  *page,
                             SecinfoJsonWriter         *writer,
                             const char                *name,
                             char                     **next,
                             GError                   **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, page->removed, error);
  const ServiceContact *last = NULL;
  gboolean reached = page->after == NULL;
  gsize n = 0;

  *next = NULL;
  if (contacts == NULL)
    return FALSE;

  secinfo_json_writer_array (writer, name);
  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);

      if (!is_shown (use, contact))
        continue;
      if (!reached)
        {
          reached = g_strcmp0 (contact->id, page->after) == 0;
          continue;
        }
      if (n == page->limit)
        {
          *next = last != NULL ? g_strdup (last->id) : NULL;
          break;
        }
      if (!service_contacts_write (use, contact, FALSE, writer, NULL, error))
        return FALSE;
      last = contact;
      n++;
    }
  secinfo_json_writer_end_array (writer);

  return TRUE;
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
