/* service-contacts.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-contacts.h"

#include "service-alerts.h"

#include <string.h>

enum { DAY = 86400 };

SecinfoAddress *
service_contacts_parse (SecinfoContactKind   kind,
                        const char          *value,
                        const char          *region,
                        GError             **error)
{
  g_autoptr(GError) local_error = NULL;
  SecinfoAddress *address;
  SecinfoProblem *problem;

  if (kind == SECINFO_CONTACT_EMAIL)
    address = secinfo_address_parse_email (value, &local_error);
  else
    address = secinfo_address_parse_phone (value, region, &local_error);
  if (address != NULL)
    return address;
  if (g_error_matches (local_error, SECINFO_ADDRESS_ERROR, SECINFO_ADDRESS_ERROR_NOT_NOW))
    {
      g_set_error_literal (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY, local_error->message);
      return NULL;
    }

  problem = secinfo_problem_new (SECINFO_PROBLEM_ADDRESS_NOT_VALID);
  secinfo_problem_set_string (problem, "kind", secinfo_contact_kind_to_string (kind));
  secinfo_problem_set_string (problem, "reason", secinfo_address_error_to_reason (local_error->code));
  service_use_refuse (error, problem);
  return NULL;
}

ServiceContact *
service_contacts_get_any (ServiceUse  *use,
                          const char  *id,
                          GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  ServiceContact *contact = service_store_contact_get (use->txn, use->record, id, &local_error);

  if (contact == NULL && local_error == NULL)
    service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  else if (contact == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return contact;
}

ServiceContact *
service_contacts_get (ServiceUse  *use,
                      const char  *id,
                      GError     **error)
{
  g_autoptr(ServiceContact) contact = service_contacts_get_any (use, id, error);

  if (contact != NULL && contact->state == SECINFO_CONTACT_REMOVED)
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
      return NULL;
    }
  return g_steal_pointer (&contact);
}

/* --- alerts ---------------------------------------------------------------------------------------------------- */

/* One that is being removed or silenced is told of it too. */
static gboolean
tell_about (ServiceUse            *use,
            const char            *type,
            const ServiceContact  *about,
            GError               **error)
{
  GError *local_error = NULL;
  g_autoptr(ServiceAddressee) to = service_store_addressee (use->txn, use->record, about->id, &local_error);

  if (local_error == NULL)
    return to == NULL || service_alerts_queue (use, use->record, type, to, error);
  g_propagate_error (error, local_error);
  return FALSE;
}

gboolean
service_contacts_alert (ServiceUse            *use,
                        const char            *type,
                        const ServiceContact  *about,
                        gboolean               tell_it_too,
                        GError               **error)
{
  g_autoptr(GPtrArray) all = service_store_addressees (use->txn, use->record, FALSE, error);

  if (all == NULL)
    return FALSE;

  for (guint i = 0; i < all->len; i++)
    {
      const ServiceAddressee *to = g_ptr_array_index (all, i);

      if ((about == NULL || !g_str_equal (to->contact, about->id)) &&
          !service_alerts_queue (use, use->record, type, to, error))
        return FALSE;
    }

  if ((about != NULL && tell_it_too && !tell_about (use, type, about, error)) ||
      !service_alerts_queue_push (use, use->record, type, error))
    return FALSE;

  return service_store_audit_add (use->txn, use->record, type, about != NULL ? about->id : NULL,
                                  use->now->wall, error);
}

static gboolean
changed (ServiceUse            *use,
         const ServiceContact  *contact,
         GError               **error)
{
  service_use_event (use, "contacts", contact->id);
  service_use_event (use, "account", NULL);
  return TRUE;
}

/* --- adding and changing --------------------------------------------------------------------------------------- */

/* Text from a person: no control characters, no space around it; NULL where nothing is left. */
static char *
clean_label (const char *label)
{
  g_autoptr(GString) clean = g_string_new (NULL);

  if (label == NULL)
    return NULL;
  for (const char *p = label; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      if (!g_unichar_iscntrl (letter))
        g_string_append_unichar (clean, letter);
    }
  g_strstrip (clean->str);
  return *clean->str != '\0' ? g_strdup (clean->str) : NULL;
}

/* contact-exists speaks of one's own contacts only. */
static gboolean
check_new (ServiceUse  *use,
           const char  *key,
           GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceContact) same = service_store_contact_find (use->txn, use->record, key, &local_error);
  SecinfoProblem *problem;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (*key == '+' && !secinfo_policy_may_reach (service_instance_get_policy (use->instance), key))
    {
      problem = secinfo_problem_new (SECINFO_PROBLEM_ADDRESS_NOT_VALID);
      secinfo_problem_set_string (problem, "kind", secinfo_contact_kind_to_string (SECINFO_CONTACT_PHONE));
      secinfo_problem_set_string (problem, "reason", "country-not-served");
      return service_use_refuse (error, problem);
    }
  if (same == NULL)
    return TRUE;

  problem = secinfo_problem_new (SECINFO_PROBLEM_CONTACT_EXISTS);
  secinfo_problem_set_string (problem, "contact", same->id);
  return service_use_refuse (error, problem);
}

/* One that is to replace another does not count beside it. */
static gboolean
check_room (ServiceUse  *use,
            GError     **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, FALSE, error);
  SecinfoProblem *problem;
  guint n = 0;

  if (contacts == NULL)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++)
    if (((const ServiceContact *) g_ptr_array_index (contacts, i))->replaces == NULL)
      n++;
  if (n < service_instance_get_policy (use->instance)->contacts)
    return TRUE;

  problem = secinfo_problem_new (SECINFO_PROBLEM_CONTACTS_FULL);
  secinfo_problem_set_integer (problem, "limit", service_instance_get_policy (use->instance)->contacts);
  return service_use_refuse (error, problem);
}

static ServiceContact *
new_contact (ServiceUse     *use,
             SecinfoAddress *address,
             const char     *label)
{
  ServiceContact *contact = g_new0 (ServiceContact, 1);

  contact->id = service_store_new_id ();
  contact->record = use->record;
  contact->kind = secinfo_address_get_kind (address);
  contact->state = SECINFO_CONTACT_UNVERIFIED;
  contact->value = g_strdup (secinfo_address_get_value (address));
  contact->key = g_strdup (secinfo_address_get_key (address));
  contact->label = clean_label (label);
  contact->alerts = TRUE;
  contact->created_at = use->now->wall;
  return contact;
}

ServiceContact *
service_contacts_add (ServiceUse      *use,
                      SecinfoAddress  *address,
                      const char      *label,
                      GError         **error)
{
  g_autoptr(ServiceContact) contact = NULL;

  if (!check_new (use, secinfo_address_get_key (address), error) || !check_room (use, error))
    return NULL;

  contact = new_contact (use, address, label);
  if (!service_store_contact_add (use->txn, contact, error) ||
      !service_contacts_alert (use, "contact-added", contact, FALSE, error) ||
      !changed (use, contact, error))
    return NULL;

  return g_steal_pointer (&contact);
}

static gboolean
forget (ServiceUse            *use,
        const ServiceContact  *contact,
        GError               **error)
{
  return service_store_challenge_end_all (use->txn, use->record, contact->id, use->now->wall, error) &&
         service_store_contact_delete (use->txn, use->record, contact->id, error);
}

/* What waits to take the place of @id. */
static gboolean
settle_replacements (ServiceUse  *use,
                     const char  *id,
                     gboolean     forget_them,
                     GError     **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, FALSE, error);

  if (contacts == NULL)
    return FALSE;

  for (guint i = 0; i < contacts->len; i++)
    {
      ServiceContact *contact = g_ptr_array_index (contacts, i);

      if (g_strcmp0 (contact->replaces, id) != 0)
        continue;
      if (forget_them)
        {
          if (!forget (use, contact, error))
            return FALSE;
          continue;
        }
      g_clear_pointer (&contact->replaces, g_free);
      if (!service_store_contact_update (use->txn, contact, error))
        return FALSE;
    }

  return TRUE;
}

ServiceContact *
service_contacts_change_value (ServiceUse            *use,
                               const ServiceContact  *contact,
                               SecinfoAddress        *address,
                               GError               **error)
{
  g_autoptr(ServiceContact) fresh = NULL;
  gboolean proven = contact->state != SECINFO_CONTACT_UNVERIFIED;

  if (!check_new (use, secinfo_address_get_key (address), error))
    return NULL;

  /* Another change of the same contact, not proven yet, gives way to this one. */
  if (!settle_replacements (use, contact->id, TRUE, error))
    return NULL;

  fresh = new_contact (use, address, NULL);
  fresh->replaces = g_strdup (proven ? contact->id : contact->replaces);
  fresh->label = g_strdup (contact->label);
  fresh->alerts = contact->alerts;

  if ((!proven && !forget (use, contact, error)) ||
      !service_store_contact_add (use->txn, fresh, error) ||
      !service_contacts_alert (use, "contact-change-began", contact, proven, error) ||
      !changed (use, fresh, error))
    return NULL;

  return g_steal_pointer (&fresh);
}

gboolean
service_contacts_set_label (ServiceUse      *use,
                            ServiceContact  *contact,
                            const char      *label,
                            GError         **error)
{
  g_autofree char *clean = clean_label (label);

  if (g_strcmp0 (clean, contact->label) == 0)
    return TRUE;

  g_free (contact->label);
  contact->label = g_steal_pointer (&clean);
  return service_store_contact_update (use->txn, contact, error) &&
         service_store_audit_add (use->txn, use->record, "contact-labelled", contact->id, use->now->wall, error) &&
         changed (use, contact, error);
}

/* Somebody has to hear of a stranger. */
static gboolean
check_silence (ServiceUse            *use,
               const ServiceContact  *contact,
               GError               **error)
{
  g_autoptr(GPtrArray) told = service_store_addressees (use->txn, use->record, FALSE, error);
  SecinfoProblem *problem;

  if (told == NULL)
    return FALSE;
  if (told->len != 1 || !g_str_equal (((const ServiceAddressee *) g_ptr_array_index (told, 0))->contact, contact->id))
    return TRUE;

  problem = secinfo_problem_new (SECINFO_PROBLEM_NOT_POSSIBLE_HERE);
  secinfo_problem_set_string (problem, "reason", "last-alerted");
  return service_use_refuse (error, problem);
}

/* The one that shall get no alerts any more gets this last one: else a stranger would begin by silencing it. */
gboolean
service_contacts_set_alerts (ServiceUse      *use,
                             ServiceContact  *contact,
                             gboolean         alerts,
                             GError         **error)
{
  gboolean proven = contact->state != SECINFO_CONTACT_UNVERIFIED;

  if (contact->alerts == alerts)
    return TRUE;
  if (!alerts && !check_silence (use, contact, error))
    return FALSE;

  contact->alerts = alerts;
  return service_store_contact_update (use->txn, contact, error) &&
         service_contacts_alert (use, alerts ? "alerts-on" : "alerts-off", contact, proven, error) &&
         changed (use, contact, error);
}

/* --- removing and taking back ----------------------------------------------------------------------------------- */

static gboolean
put_among_removed (ServiceUse      *use,
                   ServiceContact  *contact,
                   GError         **error)
{
  contact->state = SECINFO_CONTACT_REMOVED;
  contact->removed_at = use->now->wall;
  /* A code that runs at the sign-in screen, and what was proven there, may have gone to it. */
  return service_store_challenge_end_all (use->txn, use->record, contact->id, use->now->wall, error) &&
         service_store_recovery_delete (use->txn, use->account->name, error) &&
         service_store_contact_update (use->txn, contact, error);
}

gboolean
service_contacts_remove (ServiceUse      *use,
                         ServiceContact  *contact,
                         GError         **error)
{
  /* Nobody has shown that it is theirs: nothing to take back, and nobody there to alert. */
  if (contact->state == SECINFO_CONTACT_UNVERIFIED)
    return forget (use, contact, error) &&
           service_store_audit_add (use->txn, use->record, "contact-forgotten", contact->id, use->now->wall, error) &&
           changed (use, contact, error);

  return settle_replacements (use, contact->id, FALSE, error) &&
         put_among_removed (use, contact, error) &&
         service_contacts_alert (use, "contact-removed", contact, TRUE, error) &&
         changed (use, contact, error);
}

static gint64
restore_until (ServiceUse           *use,
               const ServiceContact *contact)
{
  return contact->removed_at + (gint64) service_instance_get_policy (use->instance)->restore_days * DAY;
}

gboolean
service_contacts_may_restore (ServiceUse            *use,
                              const ServiceContact  *contact,
                              GError               **error)
{
  SecinfoProblem *problem;

  if (contact->state == SECINFO_CONTACT_REMOVED && contact->key != NULL &&
      use->now->wall < restore_until (use, contact))
    return check_new (use, contact->key, error) && check_room (use, error);

  problem = secinfo_problem_new (SECINFO_PROBLEM_RESTORE_OVER);
  secinfo_problem_set_time (problem, "removed_at", contact->removed_at);
  return service_use_refuse (error, problem);
}

gboolean
service_contacts_restore (ServiceUse      *use,
                          ServiceContact  *contact,
                          GError         **error)
{
  contact->state = SECINFO_CONTACT_VERIFIED;
  contact->removed_at = 0;
  return service_store_contact_update (use->txn, contact, error) &&
         service_contacts_alert (use, "contact-restored", contact, TRUE, error) &&
         changed (use, contact, error);
}

gboolean
service_contacts_still_mine (ServiceUse      *use,
                             ServiceContact  *contact,
                             GError         **error)
{
  if (contact->state != SECINFO_CONTACT_VERIFIED)
    return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));

  contact->last_confirmed_at = use->now->wall;
  return service_store_contact_update (use->txn, contact, error) &&
         service_store_audit_add (use->txn, use->record, "contact-still-mine", contact->id, use->now->wall, error) &&
         changed (use, contact, error);
}

/* --- proving ---------------------------------------------------------------------------------------------------- */

static gboolean
take_place_of (ServiceUse      *use,
               ServiceContact  *contact,
               GError         **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceContact) old = service_store_contact_get (use->txn, use->record, contact->replaces, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_clear_pointer (&contact->replaces, g_free);
  if (old == NULL || old->state == SECINFO_CONTACT_REMOVED)
    return service_store_contact_update (use->txn, contact, error) &&
           service_contacts_alert (use, "contact-verified", contact, TRUE, error);

  /* Both may have been changed while the new one waited: what the old one has now is what counts. */
  g_free (contact->label);
  contact->label = g_strdup (old->label);
  contact->alerts = old->alerts;
  return put_among_removed (use, old, error) &&
         service_store_contact_update (use->txn, contact, error) &&
         service_contacts_alert (use, "contact-changed", old, TRUE, error) &&
         changed (use, old, error);
}

gboolean
service_contacts_prove (ServiceUse      *use,
                        ServiceContact  *contact,
                        gboolean         trial,
                        GError         **error)
{
  gboolean first = contact->state == SECINFO_CONTACT_UNVERIFIED;

  contact->last_confirmed_at = use->now->wall;
  contact->undeliverable = FALSE;
  contact->trial = trial && (first || contact->trial);
  if (first)
    {
      contact->state = SECINFO_CONTACT_VERIFIED;
      contact->verified_at = use->now->wall;
    }

  if (first && contact->replaces != NULL)
    return take_place_of (use, contact, error) && changed (use, contact, error);
  if (!service_store_contact_update (use->txn, contact, error))
    return FALSE;
  if (first && !service_contacts_alert (use, "contact-verified", contact, TRUE, error))
    return FALSE;
  return changed (use, contact, error);
}
