/* service-challenges-json.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-challenges.h"

#include "service-contacts.h"
#include "service-gateways.h"
#include "service-throttle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Another contact is offered first in the list after this (UI.md section 7). */
enum { OTHER_CONTACT_AFTER = 60 };

static json_t *
string_or_null (const char *text)
{
  return text != NULL ? json_string (text) : json_null ();
}

/* --- delivery ----------------------------------------------------------------------------------------------------- */

static const char *
step_to_words (SecinfoDeliveryState state,
               gboolean             mail,
               gboolean             trial)
{
  switch (state)
    {
    case SECINFO_DELIVERY_QUEUED:
      return _("Made ready on this computer");
    case SECINFO_DELIVERY_SENDING:
      return _("On its way out");
    case SECINFO_DELIVERY_HANDED_OVER:
      if (trial)
        return _("Laid into the trial inbox");
      return mail ? _("Handed to the mail server") : _("With the phone company");
    case SECINFO_DELIVERY_DELIVERED:
      return mail ? _("Delivered") : _("Delivered to the phone");
    case SECINFO_DELIVERY_RETRY:
      return mail ? _("The mail server asks to wait") : _("The phone company asks to wait");
    case SECINFO_DELIVERY_REFUSED:
      return mail ? _("Refused: this address does not exist") : _("Refused: this number cannot be reached");
    case SECINFO_DELIVERY_GATEWAY_DOWN:
      return mail ? _("This computer cannot send mail now") : _("This computer cannot send to phones now");
    case SECINFO_DELIVERY_UNKNOWN:
    default:
      return mail ? _("Perhaps sent: the mail server did not confirm it")
                  : _("Perhaps sent: the phone company did not confirm it");
    }
}

/* Whose gateway it was, else whose it will be. (nullable) without error. */
static ServiceGateway *
gateway_of (ServiceUse            *use,
            const char            *id,
            SecinfoMedium          medium,
            GError               **error)
{
  g_autoptr(GPtrArray) gateways = NULL;

  if (id != NULL)
    return service_gateways_lookup (use->instance, use->txn, id, error);

  gateways = service_gateways_for_medium (use->instance, use->txn, medium, error);
  return gateways != NULL && gateways->len > 0 ? g_ptr_array_steal_index (gateways, 0) : NULL;
}

static void
add_step (json_t                  *items,
          const ServiceChallenge  *challenge,
          gboolean                 trial,
          SecinfoDeliveryState     state,
          gint64                   at)
{
  json_t *item = json_object ();

  json_object_set_new (item, "state", json_string (secinfo_delivery_state_to_string (state)));
  secinfo_json_set_time (item, "at", at);
  json_object_set_new (item, "text", json_string (step_to_words (state, challenge->medium == SECINFO_MEDIUM_EMAIL,
                                                                 trial)));
  json_array_append_new (items, item);
}

static json_t *
steps_to_json (ServiceUse              *use,
               const ServiceChallenge  *challenge,
               gboolean                 trial,
               GError                 **error)
{
  g_autoptr(GPtrArray) steps = NULL;
  json_t *items;

  if (challenge->fresh)
    {
      items = json_array ();
      add_step (items, challenge, trial, challenge->message->state, challenge->message->created_at);
      return items;
    }

  steps = service_store_message_steps (use->txn, challenge->id, error);
  if (steps == NULL)
    return NULL;

  items = json_array ();
  for (guint i = 0; i < steps->len; i++)
    {
      const ServiceMessageStep *step = g_ptr_array_index (steps, i);

      add_step (items, challenge, trial, step->state, step->at);
    }
  return items;
}

static void
set_delivery (json_t               *object,
              SecinfoDeliveryState  state,
              const ServiceMessage *message,
              ServiceGateway       *gateway,
              json_t               *steps)
{
  const char *sender = gateway != NULL ? service_gateway_get_sender (gateway) : NULL;
  json_t *delivery = json_object ();
  gboolean waits = message != NULL && !message->over &&
                   (state == SECINFO_DELIVERY_RETRY || state == SECINFO_DELIVERY_QUEUED);

  json_object_set_new (delivery, "state", json_string (secinfo_delivery_state_to_string (state)));
  json_object_set_new (delivery, "detail", string_or_null (message != NULL ? message->detail : NULL));
  secinfo_json_set_time (delivery, "since", message != NULL ? message->state_at : 0);
  secinfo_json_set_time (delivery, "next_at", waits ? message->next_at : 0);
  json_object_set_new (delivery, "by", string_or_null (message != NULL && message->gateway != NULL && gateway != NULL
                                                         ? gateway->title : NULL));
  json_object_set_new (delivery, "sender", string_or_null (sender));
  secinfo_json_set_time (delivery, "told_at", gateway != NULL && !gateway->ready ? gateway->told_at : 0);
  json_object_set_new (delivery, "trial", json_boolean (gateway != NULL && service_gateway_is_inbox (gateway)));
  json_object_set_new (delivery, "steps", steps);
  json_object_set_new (object, "delivery", delivery);
}

/* A suspended account is told nothing: whether a message left would say whether the address is one of the old
 * contacts. */
static gboolean
add_delivery (ServiceUse              *use,
              const ServiceChallenge  *challenge,
              json_t                  *object,
              GError                 **error)
{
  g_autoptr(ServiceMessage) stored = NULL;
  const ServiceMessage *message = challenge->message;
  g_autoptr(ServiceGateway) gateway = NULL;
  g_autoptr(GError) local_error = NULL;
  json_t *steps;

  if (challenge->purpose == SECINFO_PURPOSE_RESUME)
    {
      set_delivery (object, SECINFO_DELIVERY_QUEUED, NULL, NULL, json_array ());
      return TRUE;
    }

  if (message == NULL)
    message = stored = service_store_message_of (use->txn, challenge->id, &local_error);
  if (local_error == NULL)
    gateway = gateway_of (use, message != NULL ? message->gateway : NULL, challenge->medium, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  steps = steps_to_json (use, challenge, gateway != NULL && service_gateway_is_inbox (gateway), error);
  if (steps == NULL)
    return FALSE;
  set_delivery (object, message != NULL ? message->state : SECINFO_DELIVERY_QUEUED, message, gateway, steps);
  return TRUE;
}

/* --- ways --------------------------------------------------------------------------------------------------------- */

static void
add_way (json_t     *ways,
         const char *type,
         const char *contact,
         const char *masked,
         gint64      at)
{
  json_t *way = json_object ();

  json_object_set_new (way, "type", json_string (type));
  json_object_set_new (way, "contact", string_or_null (contact));
  if (masked != NULL)
    json_object_set_new (way, "masked", json_string (masked));
  secinfo_json_set_time (way, "at", at);
  json_array_append_new (ways, way);
}

/* Only a confirmation can go by another contact: nothing else proves this one. */
static gboolean
add_other_contacts (ServiceUse              *use,
                    const ServiceChallenge  *challenge,
                    json_t                  *ways,
                    GError                 **error)
{
  g_autoptr(GPtrArray) contacts = NULL;

  if (challenge->purpose != SECINFO_PURPOSE_CONFIRM)
    return TRUE;
  contacts = service_store_contact_list_verified (use->txn, use->record, challenge->contact, error);
  if (contacts == NULL)
    return FALSE;

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *masked = service_contacts_mask (contact->kind, contact->value);

      add_way (ways, "contact", contact->id, masked, challenge->issued_at + OTHER_CONTACT_AFTER);
    }
  return TRUE;
}

static gboolean
add_ways (ServiceUse              *use,
          const ServiceChallenge  *challenge,
          gboolean                 running,
          gint64                   resend_at,
          json_t                  *object,
          GError                 **error)
{
  g_autoptr(json_t) ways = json_array ();

  if (running && resend_at != 0)
    {
      gboolean has_voice = FALSE;

      if (challenge->medium == SECINFO_MEDIUM_SMS &&
          !service_gateways_have_medium (use->instance, use->txn, SECINFO_MEDIUM_VOICE, &has_voice, error))
        return FALSE;
      add_way (ways, "resend", NULL, NULL, resend_at);
      if (has_voice)
        add_way (ways, "voice", NULL, NULL, resend_at);
    }
  if (!add_other_contacts (use, challenge, ways, error))
    return FALSE;

  json_object_set (object, "ways", ways);
  return TRUE;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

typedef struct { SecinfoContactKind kind; char *value; char *key; } Target;

static void
target_set_contact (Target               *target,
                    const ServiceContact *contact)
{
  *target = (Target) { contact->kind, g_strdup (contact->value), g_strdup (contact->key) };
}

static void
target_clear (Target *target)
{
  g_free (target->value);
  g_free (target->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
load_target (ServiceUse              *use,
             const ServiceChallenge  *challenge,
             const ServiceContact    *known,
             Target                  *target,
             GError                 **error)
{
  g_autoptr(ServiceContact) contact = NULL;
  g_autoptr(SecinfoAddress) address = NULL;

  if (known != NULL)
    {
      target_set_contact (target, known);
      return TRUE;
    }

  if (challenge->contact != NULL)
    {
      contact = service_contacts_get_any (use, challenge->contact, error);
      if (contact == NULL)
        return FALSE;
      target_set_contact (target, contact);
      return TRUE;
    }

  if (challenge->to == NULL)
    {
      target->kind = challenge->medium == SECINFO_MEDIUM_EMAIL ? SECINFO_CONTACT_EMAIL : SECINFO_CONTACT_PHONE;
      return TRUE;
    }
  address = strchr (challenge->to, '@') != NULL ? secinfo_address_parse_email (challenge->to, NULL)
                                                : secinfo_address_parse_phone (challenge->to, NULL, NULL);
  *target = (Target) { strchr (challenge->to, '@') != NULL ? SECINFO_CONTACT_EMAIL : SECINFO_CONTACT_PHONE,
                       g_strdup (challenge->to),
                       g_strdup (address != NULL ? secinfo_address_get_key (address) : NULL) };
  return TRUE;
}

/* When it can be sent again, limits and all; 0 where that is not possible any more within its life. */
static gboolean
find_resend_at (ServiceUse              *use,
                const ServiceChallenge  *challenge,
                const char              *key,
                gint64                  *at,
                GError                 **error)
{
  gint64 limits = 0;

  *at = 0;
  if (key == NULL)
    return TRUE;
  if (challenge->fresh)
    limits = challenge->next_send_at;
  else if (!service_throttle_send_at (use, key, &limits, error))
    return FALSE;

  *at = MAX (secinfo_policy_resend_at (service_instance_get_policy (use->instance), challenge->sends,
                                       challenge->last_sent_at), limits);
  if (*at >= challenge->issued_at + challenge->life)
    *at = 0;
  return TRUE;
}

json_t *
service_challenges_to_json (ServiceUse              *use,
                            const ServiceChallenge  *challenge,
                            const ServiceContact    *contact,
                            GError                 **error)
{
  g_autoptr(json_t) object = json_object ();
  g_auto(Target) target = { 0, };
  g_autofree char *masked = NULL;
  gint64 expires_at = challenge->issued_at + challenge->life, ended_at = challenge->ended_at, resend_at = 0;
  SecinfoChallengeState state = challenge->state;

  if (!load_target (use, challenge, contact, &target, error))
    return NULL;
  /* A reader cannot write down that its life is over: it is so all the same. */
  if (state == SECINFO_CHALLENGE_RUNNING &&
      !secinfo_policy_code_lives (challenge->issued_at, challenge->issued_boot, challenge->boot_id, challenge->life,
                                  use->now))
    {
      state = SECINFO_CHALLENGE_EXPIRED;
      ended_at = MIN (expires_at, use->now->wall);
    }
  if (state == SECINFO_CHALLENGE_RUNNING && challenge->purpose != SECINFO_PURPOSE_GATEWAY_TEST &&
      !find_resend_at (use, challenge, target.key, &resend_at, error))
    return NULL;

  masked = service_contacts_mask (target.kind, target.value);
  json_object_set_new (object, "id", json_string (challenge->id));
  json_object_set_new (object, "purpose", json_string (secinfo_purpose_to_string (challenge->purpose)));
  json_object_set_new (object, "state", json_string (secinfo_challenge_state_to_string (state)));
  json_object_set_new (object, "contact", string_or_null (challenge->contact));
  json_object_set_new (object, "kind", json_string (secinfo_contact_kind_to_string (target.kind)));
  json_object_set_new (object, "medium", json_string (secinfo_medium_to_string (challenge->medium)));
  json_object_set_new (object, "masked", json_string (masked));
  if (target.value != NULL && use->level >= SECINFO_LEVEL_PASSWORD)
    {
      g_autofree char *display = service_contacts_display (target.kind, target.value);

      json_object_set_new (object, "value", json_string (display));
    }
  secinfo_json_set_time (object, "issued_at", challenge->issued_at);
  secinfo_json_set_time (object, "expires_at", expires_at);
  secinfo_json_set_time (object, "ended_at", ended_at);
  json_object_set_new (object, "life", json_integer (challenge->life));
  secinfo_json_set_time (object, "resend_at", resend_at);
  json_object_set_new (object, "attempts_left", json_integer (challenge->attempts_left));
  json_object_set_new (object, "sends", json_integer (challenge->sends));

  if (!add_delivery (use, challenge, object, error) ||
      !add_ways (use, challenge, state == SECINFO_CHALLENGE_RUNNING, resend_at, object, error))
    return NULL;
  return g_steal_pointer (&object);
}
