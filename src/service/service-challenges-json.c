/* service-challenges-json.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-challenges-private.h"

#include "secinfo-json-writer.h"
#include "service-contacts.h"
#include "service-gateways.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of Challenge.delivery.reason: no gateway was asked. */
#define COUNTRY_NOT_SERVED "country-not-served"

/* --- delivery ----------------------------------------------------------------------------------------------------- */

static const char *
step_to_words (SecinfoDeliveryState state,
               gboolean             mail,
               gboolean             trial,
               gboolean             not_served)
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
      if (not_served)
        return _("Refused: this computer sends no codes to that country");
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

/* The policy's countries are asked before a gateway is: what no gateway refused was refused here. */
static gboolean
is_not_served (const ServiceChallenge *challenge,
               SecinfoDeliveryState    state,
               const char             *gateway)
{
  return state == SECINFO_DELIVERY_REFUSED && gateway == NULL && challenge->medium != SECINFO_MEDIUM_EMAIL;
}

static void
write_step (SecinfoJsonWriter       *writer,
            const ServiceChallenge  *challenge,
            gboolean                 trial,
            SecinfoDeliveryState     state,
            const char              *gateway,
            gint64                   at)
{
  secinfo_json_writer_object (writer, NULL);
  write_string (writer, "state", secinfo_delivery_state_to_string (state));
  secinfo_json_writer_time (writer, "at", at);
  write_string (writer, "text", step_to_words (state, challenge->medium == SECINFO_MEDIUM_EMAIL, trial,
                                               is_not_served (challenge, state, gateway)));
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
      write_step (writer, challenge, trial, challenge->message->state, NULL, challenge->message->created_at);
      return TRUE;
    }

  steps = service_store_message_steps (use->txn, challenge->id, error);
  if (steps == NULL)
    return FALSE;

  for (guint i = 0; i < steps->len; i++)
    {
      const ServiceMessageStep *step = g_ptr_array_index (steps, i);

      write_step (writer, challenge, trial, step->state, step->gateway, step->at);
    }
  return TRUE;
}

/* All but the steps, for which the array is begun. */
static void
begin_delivery (SecinfoJsonWriter      *writer,
                const ServiceChallenge *challenge,
                const ServiceMessage   *message,
                ServiceGateway         *gateway)
{
  SecinfoDeliveryState state = message != NULL ? message->state : SECINFO_DELIVERY_QUEUED;
  gboolean waits = message != NULL && !message->over &&
                   (state == SECINFO_DELIVERY_RETRY || state == SECINFO_DELIVERY_QUEUED);

  secinfo_json_writer_object (writer, "delivery");
  write_string (writer, "state", secinfo_delivery_state_to_string (state));
  write_string (writer, "reason", message != NULL && is_not_served (challenge, state, message->gateway)
                                  ? COUNTRY_NOT_SERVED : NULL);
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
 * contacts. @message (nullable): the last one that was sent for it. */
static gboolean
write_delivery (ServiceUse              *use,
                const ServiceChallenge  *challenge,
                const ServiceMessage    *message,
                SecinfoJsonWriter       *writer,
                GError                 **error)
{
  g_autoptr(ServiceGateway) gateway = NULL;
  g_autoptr(GError) local_error = NULL;

  if (challenge->purpose == SECINFO_PURPOSE_RESUME)
    {
      begin_delivery (writer, challenge, NULL, NULL);
      end_delivery (writer);
      return TRUE;
    }

  gateway = gateway_of (use, message != NULL ? message->gateway : NULL, challenge->medium, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  begin_delivery (writer, challenge, message, gateway);
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

/* Is there a gateway of @medium that is not down? What it refused somebody else takes it from nobody. */
static gboolean
has_way (ServiceUse     *use,
         SecinfoMedium   medium,
         gboolean       *has,
         GError        **error)
{
  g_autoptr(GPtrArray) gateways = service_gateways_for_medium (use->instance, use->txn, medium, error);

  *has = FALSE;
  for (guint i = 0; gateways != NULL && i < gateways->len && !*has; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);

      *has = service_gateway_works (gateway) || service_gateway_is_inbox (gateway);
    }
  return gateways != NULL;
}

static gboolean
reaches (ServiceUse          *use,
         SecinfoContactKind   kind,
         gboolean            *reaches,
         GError             **error)
{
  if (!has_way (use, kind == SECINFO_CONTACT_EMAIL ? SECINFO_MEDIUM_EMAIL : SECINFO_MEDIUM_SMS, reaches, error))
    return FALSE;
  return *reaches || kind == SECINFO_CONTACT_EMAIL || has_way (use, SECINFO_MEDIUM_VOICE, reaches, error);
}

/* Until when the limits of that contact, and of the account, let nothing go there. */
static gboolean
find_limit_of (ServiceUse            *use,
               const ServiceContact  *contact,
               ServiceSendLimit      *limit,
               GError               **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceAddressee) addressee = service_store_addressee (use->txn, use->record, contact->id, &local_error);
  g_autofree char *account = service_store_account_subject (use->account);

  *limit = (ServiceSendLimit) { 0, };
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (addressee == NULL || addressee->subject == NULL)
    return TRUE;
  return service_throttle_find_limit (use, &(ServiceThrottleSubjects) { account, addressee->subject,
                                                                        contact->kind == SECINFO_CONTACT_PHONE },
                                      limit, error);
}

typedef struct { char *contact, *masked; gint64 at; } OtherWay;

static void
other_way_clear (OtherWay *way)
{
  g_free (way->contact);
  g_free (way->masked);
}

/* Only a confirmation can go by another contact: nothing else proves this one. (transfer full) of OtherWay. */
static GArray *
find_other_contacts (ServiceUse              *use,
                     const ServiceChallenge  *challenge,
                     const ServiceMessage    *message,
                     GError                 **error)
{
  gint64 from = service_challenges_has_failed (challenge, message) ? challenge->last_sent_at
                                                                   : challenge->issued_at + SERVICE_OTHER_WAY_AFTER;
  g_autoptr(GArray) others = g_array_new (FALSE, FALSE, sizeof (OtherWay));
  g_autoptr(GPtrArray) contacts = NULL;

  g_array_set_clear_func (others, (GDestroyNotify) other_way_clear);
  if (challenge->purpose != SECINFO_PURPOSE_CONFIRM)
    return g_steal_pointer (&others);
  contacts = service_store_contact_list_verified (use->txn, use->record, challenge->contact, error);
  if (contacts == NULL)
    return NULL;

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      ServiceSendLimit limit;
      gboolean can = FALSE;
      OtherWay way;

      if (!reaches (use, contact->kind, &can, error) || !find_limit_of (use, contact, &limit, error))
        return NULL;
      if (!can)
        continue;
      way = (OtherWay) { g_strdup (contact->id), service_contacts_mask (contact->kind, contact->value),
                         MAX (from, limit.until) };
      g_array_append_val (others, way);
    }
  return g_steal_pointer (&others);
}

/* Those that can be had now, or those that cannot yet. */
static void
write_other_contacts (ServiceUse         *use,
                      const GArray       *others,
                      gboolean            now,
                      SecinfoJsonWriter  *writer)
{
  for (guint i = 0; i < others->len; i++)
    {
      const OtherWay *way = &g_array_index (others, OtherWay, i);

      if ((way->at <= use->now->wall) == now)
        write_way (writer, "contact", way->contact, way->masked, way->at);
    }
}

/* The same code once more, and by the other channel of a phone. */
static gboolean
write_same_contact (ServiceUse              *use,
                    const ServiceChallenge  *challenge,
                    const ServiceSendTimes  *times,
                    SecinfoJsonWriter       *writer,
                    GError                 **error)
{
  gboolean calls = challenge->medium == SECINFO_MEDIUM_SMS, has = FALSE;

  if (times->resend_at != 0)
    write_way (writer, "resend", NULL, NULL, times->resend_at);
  if (times->other_at == 0 || times->other_at >= challenge->issued_at + challenge->life)
    return TRUE;
  if ((calls || challenge->medium == SECINFO_MEDIUM_VOICE) &&
      !has_way (use, calls ? SECINFO_MEDIUM_VOICE : SECINFO_MEDIUM_SMS, &has, error))
    return FALSE;

  if (has)
    write_way (writer, calls ? "voice" : "sms", NULL, NULL, times->other_at);
  return TRUE;
}

static gboolean
write_ways (ServiceUse              *use,
            const ServiceChallenge  *challenge,
            SecinfoChallengeState    state,
            const ServiceMessage    *message,
            const ServiceSendTimes  *times,
            SecinfoJsonWriter       *writer,
            GError                 **error)
{
  g_autoptr(GArray) others = NULL;

  secinfo_json_writer_array (writer, "ways");
  /* Neither leads anywhere else; one whose time is over does. */
  if (state == SECINFO_CHALLENGE_ANSWERED || state == SECINFO_CHALLENGE_USED_UP)
    {
      secinfo_json_writer_end_array (writer);
      return TRUE;
    }
  others = find_other_contacts (use, challenge, message, error);
  if (others == NULL)
    return FALSE;
  write_other_contacts (use, others, TRUE, writer);
  if (!write_same_contact (use, challenge, times, writer, error))
    return FALSE;
  write_other_contacts (use, others, FALSE, writer);
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

/* All 0 where nothing can go there. */
static gboolean
find_times (ServiceUse              *use,
            const ServiceChallenge  *challenge,
            const ServiceMessage    *message,
            const char              *key,
            ServiceSendTimes        *times,
            GError                 **error)
{
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };

  *times = (ServiceSendTimes) { 0, };
  if (key == NULL)
    return TRUE;
  return (challenge->fresh || service_throttle_find_subjects (use, key, &subjects, error)) &&
         service_challenges_find_send (use, challenge, message, &subjects, times, error);
}

static void
write_times (SecinfoJsonWriter      *writer,
             const ServiceSendTimes *times)
{
  secinfo_json_writer_time (writer, "resend_at", times->resend_at);
  secinfo_json_writer_time (writer, "send_at", times->send_at);
  if (times->limit.until == 0)
    {
      write_string (writer, "limit", NULL);
      return;
    }
  secinfo_json_writer_object (writer, "limit");
  write_string (writer, "per", times->limit.per);
  write_string (writer, "window", service_throttle_window_to_string (times->limit.window));
  secinfo_json_writer_integer (writer, "limit", times->limit.limit);
  secinfo_json_writer_end (writer);
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
  g_autoptr(ServiceMessage) stored = NULL;
  g_autoptr(GError) local_error = NULL;
  const ServiceMessage *message = challenge->message;
  ServiceSendTimes times = { 0, };
  gint64 ended_at = challenge->ended_at;
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
  if (message == NULL && challenge->purpose != SECINFO_PURPOSE_RESUME)
    message = stored = service_store_message_of (use->txn, challenge->id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (state == SECINFO_CHALLENGE_RUNNING && challenge->purpose != SECINFO_PURPOSE_GATEWAY_TEST &&
      !find_times (use, challenge, message, target.key, &times, error))
    return NULL;

  /* Nothing goes there, however long one waits. */
  if (message != NULL && is_not_served (challenge, message->state, message->gateway))
    times = (ServiceSendTimes) { 0, };

  secinfo_json_writer_object (&writer, NULL);
  write_members (use, challenge, &target, state, ended_at, &writer);
  write_times (&writer, &times);
  if (!write_delivery (use, challenge, message, &writer, error) ||
      !write_ways (use, challenge, state, message, &times, &writer, error))
    return NULL;
  secinfo_json_writer_end (&writer);
  return secinfo_json_writer_take (&writer);
}
