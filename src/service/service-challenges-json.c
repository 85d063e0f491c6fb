/* service-challenges-json.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-challenges.h"

#include "secinfo-json-writer.h"
#include "service-contacts.h"
#include "service-gateways.h"
#include "service-throttle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Another contact is offered first in the list after this (UI.md section 7). */
enum { OTHER_CONTACT_AFTER = 60 };

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
write_string (SecinfoJsonWriter *writer,
              const char        *name,
              const char        *text)
{
  secinfo_json_writer_string (writer, name, text, -1);
}

static void
write_step (SecinfoJsonWriter       *writer,
            const ServiceChallenge  *challenge,
            gboolean                 trial,
            SecinfoDeliveryState     state,
            gint64                   at)
{
  secinfo_json_writer_object (writer, NULL);
  write_string (writer, "state", secinfo_delivery_state_to_string (state));
  secinfo_json_writer_time (writer, "at", at);
  write_string (writer, "text", step_to_words (state, challenge->medium == SECINFO_MEDIUM_EMAIL, trial));
  secinfo_json_writer_end (writer);
}

static gboolean
write_steps (ServiceUse              *use,
             const ServiceChallenge  *challenge,
             gboolean                 trial,
             SecinfoJsonWriter       *writer,
             GError                 **error)
{
  g_autoptr(GPtrArray) steps = NULL;

  if (challenge->fresh)
    {
      write_step (writer, challenge, trial, challenge->message->state, challenge->message->created_at);
      return TRUE;
    }

  steps = service_store_message_steps (use->txn, challenge->id, error);
  if (steps == NULL)
    return FALSE;

  for (guint i = 0; i < steps->len; i++)
    {
      const ServiceMessageStep *step = g_ptr_array_index (steps, i);

      write_step (writer, challenge, trial, step->state, step->at);
    }
  return TRUE;
}

/* All but the steps, for which the array is begun. */
static void
begin_delivery (SecinfoJsonWriter    *writer,
                const ServiceMessage *message,
                ServiceGateway       *gateway)
{
  SecinfoDeliveryState state = message != NULL ? message->state : SECINFO_DELIVERY_QUEUED;
  gboolean waits = message != NULL && !message->over &&
                   (state == SECINFO_DELIVERY_RETRY || state == SECINFO_DELIVERY_QUEUED);

  secinfo_json_writer_object (writer, "delivery");
  write_string (writer, "state", secinfo_delivery_state_to_string (state));
  write_string (writer, "detail", message != NULL ? message->detail : NULL);
  secinfo_json_writer_time (writer, "since", message != NULL ? message->state_at : 0);
  secinfo_json_writer_time (writer, "next_at", waits ? message->next_at : 0);
  write_string (writer, "by", message != NULL && message->gateway != NULL && gateway != NULL ? gateway->title : NULL);
  write_string (writer, "sender", gateway != NULL ? service_gateway_get_sender (gateway) : NULL);
  secinfo_json_writer_time (writer, "told_at", gateway != NULL ? MAX (gateway->told_at, 0) : 0);
  secinfo_json_writer_boolean (writer, "trial", gateway != NULL && service_gateway_is_inbox (gateway));
  secinfo_json_writer_array (writer, "steps");
}

static void
end_delivery (SecinfoJsonWriter *writer)
{
  secinfo_json_writer_end_array (writer);
  secinfo_json_writer_end (writer);
}

/* A suspended account is told nothing: whether a message left would say whether the address is one of the old
 * contacts. */
static gboolean
write_delivery (ServiceUse              *use,
                const ServiceChallenge  *challenge,
                SecinfoJsonWriter       *writer,
                GError                 **error)
{
  g_autoptr(ServiceMessage) stored = NULL;
  const ServiceMessage *message = challenge->message;
  g_autoptr(ServiceGateway) gateway = NULL;
  g_autoptr(GError) local_error = NULL;

  if (challenge->purpose == SECINFO_PURPOSE_RESUME)
    {
      begin_delivery (writer, NULL, NULL);
      end_delivery (writer);
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

  begin_delivery (writer, message, gateway);
  if (!write_steps (use, challenge, gateway != NULL && service_gateway_is_inbox (gateway), writer, error))
    return FALSE;
  end_delivery (writer);
  return TRUE;
}

/* --- ways --------------------------------------------------------------------------------------------------------- */

static void
write_way (SecinfoJsonWriter *writer,
           const char        *type,
           const char        *contact,
           const char        *masked,
           gint64             at)
{
  secinfo_json_writer_object (writer, NULL);
  write_string (writer, "type", type);
  write_string (writer, "contact", contact);
  if (masked != NULL)
    write_string (writer, "masked", masked);
  secinfo_json_writer_time (writer, "at", at);
  secinfo_json_writer_end (writer);
}

/* Only a confirmation can go by another contact: nothing else proves this one. */
static gboolean
write_other_contacts (ServiceUse              *use,
                      const ServiceChallenge  *challenge,
                      SecinfoJsonWriter       *writer,
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

      write_way (writer, "contact", contact->id, masked, challenge->issued_at + OTHER_CONTACT_AFTER);
    }
  return TRUE;
}

static gboolean
write_ways (ServiceUse              *use,
            const ServiceChallenge  *challenge,
            gboolean                 running,
            gint64                   resend_at,
            SecinfoJsonWriter       *writer,
            GError                 **error)
{
  secinfo_json_writer_array (writer, "ways");
  if (running && resend_at != 0)
    {
      gboolean has_voice = FALSE;

      if (challenge->medium == SECINFO_MEDIUM_SMS &&
          !service_gateways_have_medium (use->instance, use->txn, SECINFO_MEDIUM_VOICE, &has_voice, error))
        return FALSE;
      write_way (writer, "resend", NULL, NULL, resend_at);
      if (has_voice)
        write_way (writer, "voice", NULL, NULL, resend_at);
    }
  if (!write_other_contacts (use, challenge, writer, error))
    return FALSE;

  secinfo_json_writer_end_array (writer);
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

static void
write_members (ServiceUse              *use,
               const ServiceChallenge  *challenge,
               const Target            *target,
               SecinfoChallengeState    state,
               gint64                   ended_at,
               SecinfoJsonWriter       *writer)
{
  g_autofree char *masked = service_contacts_mask (target->kind, target->value);

  write_string (writer, "id", challenge->id);
  write_string (writer, "purpose", secinfo_purpose_to_string (challenge->purpose));
  write_string (writer, "state", secinfo_challenge_state_to_string (state));
  write_string (writer, "contact", challenge->contact);
  write_string (writer, "kind", secinfo_contact_kind_to_string (target->kind));
  write_string (writer, "medium", secinfo_medium_to_string (challenge->medium));
  write_string (writer, "masked", masked);
  if (target->value != NULL && use->level >= SECINFO_LEVEL_PASSWORD)
    {
      g_autofree char *display = service_contacts_display (target->kind, target->value);

      write_string (writer, "value", display);
    }
  secinfo_json_writer_time (writer, "issued_at", challenge->issued_at);
  secinfo_json_writer_time (writer, "expires_at", challenge->issued_at + challenge->life);
  secinfo_json_writer_time (writer, "ended_at", ended_at);
  secinfo_json_writer_integer (writer, "life", challenge->life);
  secinfo_json_writer_integer (writer, "attempts_left", challenge->attempts_left);
  secinfo_json_writer_integer (writer, "sends", challenge->sends);
}

char *
service_challenges_to_text (ServiceUse              *use,
                            const ServiceChallenge  *challenge,
                            const ServiceContact    *contact,
                            GError                 **error)
{
  g_auto(SecinfoJsonWriter) writer = { 0, };
  g_auto(Target) target = { 0, };
  gint64 ended_at = challenge->ended_at, resend_at = 0;
  SecinfoChallengeState state = challenge->state;

  if (!load_target (use, challenge, contact, &target, error))
    return NULL;
  /* A reader cannot write down that its life is over: it is so all the same. */
  if (state == SECINFO_CHALLENGE_RUNNING &&
      !secinfo_policy_code_lives (challenge->issued_at, challenge->issued_boot, challenge->boot_id, challenge->life,
                                  use->now))
    {
      state = SECINFO_CHALLENGE_EXPIRED;
      ended_at = MIN (challenge->issued_at + challenge->life, use->now->wall);
    }
  if (state == SECINFO_CHALLENGE_RUNNING && challenge->purpose != SECINFO_PURPOSE_GATEWAY_TEST &&
      !find_resend_at (use, challenge, target.key, &resend_at, error))
    return NULL;

  secinfo_json_writer_object (&writer, NULL);
  write_members (use, challenge, &target, state, ended_at, &writer);
  secinfo_json_writer_time (&writer, "resend_at", resend_at);
  if (!write_delivery (use, challenge, &writer, error) ||
      !write_ways (use, challenge, state == SECINFO_CHALLENGE_RUNNING, resend_at, &writer, error))
    return NULL;
  secinfo_json_writer_end (&writer);
  return secinfo_json_writer_take (&writer);
}
