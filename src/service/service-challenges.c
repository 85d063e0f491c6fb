/* service-challenges.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-challenges-private.h"

#include "secinfo-code.h"
#include "service-contacts.h"
#include "service-gateways.h"
#include "service-throttle.h"

#include <sodium.h>
#include <string.h>

/* --- which way ---------------------------------------------------------------------------------------------------- */

static gboolean
has_gateway (ServiceUse     *use,
             SecinfoMedium   medium,
             gboolean       *has,
             GError        **error)
{
  return service_gateways_have_medium (use->instance, use->txn, medium, has, error);
}

static gboolean
refuse_no_gateway (SecinfoMedium   medium,
                   GError        **error)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_NO_GATEWAY);

  secinfo_problem_set_string (problem, "channel", secinfo_medium_to_string (medium));
  return service_use_refuse (error, problem);
}

gboolean
service_challenges_choose_medium (ServiceUse          *use,
                                  SecinfoContactKind   kind,
                                  const char          *via,
                                  SecinfoMedium       *medium,
                                  GError             **error)
{
  SecinfoMedium wanted = kind == SECINFO_CONTACT_EMAIL ? SECINFO_MEDIUM_EMAIL : SECINFO_MEDIUM_SMS;
  gboolean has = FALSE;

  if (via != NULL && (kind == SECINFO_CONTACT_EMAIL || !secinfo_medium_from_string (via, &wanted) ||
                      (wanted != SECINFO_MEDIUM_SMS && wanted != SECINFO_MEDIUM_VOICE)))
    {
      SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

      secinfo_problem_set_string (problem, "member", "via");
      return service_use_refuse (error, problem);
    }

  if (!has_gateway (use, wanted, &has, error))
    return FALSE;
  if (!has && via == NULL && wanted == SECINFO_MEDIUM_SMS)
    {
      /* Nothing said, and nothing sends text messages: a call is as good. */
      if (!has_gateway (use, SECINFO_MEDIUM_VOICE, &has, error))
        return FALSE;
      wanted = has ? SECINFO_MEDIUM_VOICE : SECINFO_MEDIUM_SMS;
    }
  if (!has)
    return refuse_no_gateway (wanted, error);

  *medium = wanted;
  return TRUE;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

gboolean
service_challenges_check_value (ServiceUse              *use,
                                const ServiceChallenge  *challenge,
                                const char              *digits,
                                guint8                   check[32],
                                GError                 **error)
{
  return service_key_hash (use->instance->key, SERVICE_KEY_CHECK, check, error, challenge->id,
                           challenge->contact != NULL ? challenge->contact : challenge->to,
                           secinfo_purpose_to_string (challenge->purpose), digits, NULL);
}

/* Slow mail is real: 30 minutes where holding the mailbox is what is proven, 10 for all else (DESIGN section 3). */
static gint64
life_of (ServiceUse     *use,
         SecinfoPurpose  purpose,
         SecinfoMedium   medium)
{
  const SecinfoPolicy *policy = service_instance_get_policy (use->instance);

  if (medium == SECINFO_MEDIUM_EMAIL && purpose != SECINFO_PURPOSE_CONFIRM)
    return policy->code_life_email;
  return policy->code_life;
}

static ServiceChallenge *
new_challenge (ServiceUse      *use,
               const char      *contact,
               const char      *to,
               SecinfoPurpose   purpose,
               SecinfoMedium    medium,
               GError         **error)
{
  g_autoptr(ServiceChallenge) challenge = g_new0 (ServiceChallenge, 1);

  challenge->id = service_store_new_id ();
  challenge->record = use->record;
  challenge->contact = g_strdup (contact);
  challenge->to = g_strdup (to);
  challenge->purpose = purpose;
  challenge->medium = medium;
  challenge->state = SECINFO_CHALLENGE_RUNNING;
  challenge->code = g_malloc0 (SECINFO_CODE_DIGITS + 1);
  secinfo_code_generate (challenge->code);
  challenge->attempts_left = service_instance_get_policy (use->instance)->code_tries;
  challenge->sends = 1;
  challenge->issued_at = challenge->last_sent_at = use->now->wall;
  challenge->issued_boot = use->now->boot;
  challenge->life = life_of (use, purpose, medium);
  g_strlcpy (challenge->boot_id, use->now->boot_id, sizeof challenge->boot_id);
  g_strlcpy (challenge->language, use->language, sizeof challenge->language);

  if (!service_challenges_check_value (use, challenge, challenge->code, challenge->check, error))
    return NULL;
  return g_steal_pointer (&challenge);
}

static ServiceMessage *
new_message (ServiceUse              *use,
             const ServiceChallenge  *challenge)
{
  ServiceMessage *message = g_new0 (ServiceMessage, 1);

  message->id = service_store_new_id ();
  message->record = use->record;
  message->kind = SERVICE_MESSAGE_CODE;
  message->challenge = g_strdup (challenge->id);
  message->contact = g_strdup (challenge->contact);
  message->medium = challenge->medium;
  message->to = challenge->contact == NULL ? g_strdup (challenge->to) : NULL;
  message->state = SECINFO_DELIVERY_QUEUED;
  message->created_at = message->next_at = message->state_at = use->now->wall;
  message->expires_at = challenge->issued_at + challenge->life;
  g_strlcpy (message->language, use->language, sizeof message->language);
  return message;
}

/* Leaves it in @challenge->message. */
static gboolean
queue_message (ServiceUse        *use,
               ServiceChallenge  *challenge,
               GError           **error)
{
  g_autoptr(ServiceMessage) message = new_message (use, challenge);

  if (!service_store_message_add (use->txn, message, error))
    return FALSE;

  g_clear_pointer (&challenge->message, service_message_free);
  challenge->message = g_steal_pointer (&message);
  service_use_wake_outbox (use);
  return TRUE;
}

gboolean
service_challenges_end (ServiceUse             *use,
                        ServiceChallenge       *challenge,
                        SecinfoChallengeState   state,
                        GError                **error)
{
  challenge->state = state;
  challenge->ended_at = use->now->wall;
  if (challenge->code != NULL)
    sodium_memzero (challenge->code, strlen (challenge->code));
  g_clear_pointer (&challenge->code, g_free);
  service_use_event (use, "challenge", challenge->id);
  service_use_event (use, "contacts", challenge->contact);
  return service_store_challenge_update (use->txn, challenge, error) &&
         service_store_message_call_back (use->txn, challenge->id, error);
}

static gboolean
lives (ServiceUse             *use,
       const ServiceChallenge *challenge)
{
  return secinfo_policy_code_lives (challenge->issued_at, challenge->issued_boot, challenge->boot_id, challenge->life,
                                    use->now);
}

/* The running one, or NULL; one that has outlived its life is ended on the way. */
static gboolean
find_running (ServiceUse        *use,
              const char        *contact,
              SecinfoPurpose     purpose,
              ServiceChallenge **running,
              GError           **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_running (use->txn, use->record, contact, purpose,
                                                                           &local_error);

  *running = NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (challenge != NULL && !lives (use, challenge))
    return service_challenges_end (use, challenge, SECINFO_CHALLENGE_EXPIRED, error);

  *running = g_steal_pointer (&challenge);
  return TRUE;
}

ServiceChallenge *
service_challenges_issue (ServiceUse            *use,
                          const ServiceContact  *contact,
                          SecinfoPurpose         purpose,
                          const char            *via,
                          gboolean              *fresh,
                          GError               **error)
{
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };
  g_autoptr(ServiceChallenge) challenge = NULL;
  ServiceSendLimit next_limit;
  SecinfoMedium medium;

  *fresh = FALSE;
  if (contact->key == NULL)
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));   /* sealed with a key that is gone */
      return NULL;
    }
  if (!find_running (use, contact->id, purpose, &challenge, error))
    return NULL;
  if (challenge != NULL)
    return g_steal_pointer (&challenge);

  if (!service_challenges_choose_medium (use, contact->kind, via, &medium, error) ||
      !service_throttle_find_subjects (use, contact->key, &subjects, error) ||
      !service_throttle_may_send (use, &subjects, &next_limit, error))
    return NULL;

  challenge = new_challenge (use, contact->id, NULL, purpose, medium, error);
  if (challenge == NULL ||
      !service_store_challenge_add (use->txn, challenge, error) ||
      !queue_message (use, challenge, error) ||
      !service_throttle_count_send (use, &subjects, error))
    return NULL;

  *fresh = challenge->fresh = TRUE;
  challenge->next_limit = next_limit;
  service_use_event (use, "challenge", challenge->id);
  service_use_event (use, "contacts", contact->id);
  return g_steal_pointer (&challenge);
}

/* --- a way to send, tested ---------------------------------------------------------------------------------------- */

ServiceChallenge *
service_challenges_issue_test (ServiceUse            *use,
                               const ServiceContact  *contact,
                               SecinfoMedium          medium,
                               GError               **error)
{
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };
  g_autoptr(ServiceChallenge) challenge = NULL;

  if (contact->key == NULL)
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));
      return NULL;
    }
  if (!find_running (use, contact->id, SECINFO_PURPOSE_GATEWAY_TEST, &challenge, error) ||
      (challenge != NULL && !service_challenges_end (use, challenge, SECINFO_CHALLENGE_GIVEN_UP, error)) ||
      !service_throttle_find_subjects (use, contact->key, &subjects, error) ||
      !service_throttle_may_send (use, &subjects, NULL, error))
    return NULL;

  g_clear_pointer (&challenge, service_challenge_free);
  challenge = new_challenge (use, contact->id, NULL, SECINFO_PURPOSE_GATEWAY_TEST, medium, error);
  if (challenge == NULL || !service_store_challenge_add (use->txn, challenge, error) ||
      !service_throttle_count_send (use, &subjects, error))
    return NULL;
  return g_steal_pointer (&challenge);
}

gboolean
service_challenges_test_sent (ServiceUse              *use,
                              const ServiceChallenge  *challenge,
                              const ServiceGateway    *gateway,
                              GError                 **error)
{
  g_autoptr(ServiceMessage) message = new_message (use, challenge);

  message->state = SECINFO_DELIVERY_HANDED_OVER;
  message->over = TRUE;
  message->tries = 1;
  message->gateway = g_strdup (gateway->id);
  return service_store_message_add (use->txn, message, error);
}

/* Parses what a challenge without a contact went to. */
static SecinfoAddress *
address_of_text (const char *to)
{
  if (strchr (to, '@') != NULL)
    return secinfo_address_parse_email (to, NULL);
  return secinfo_address_parse_phone (to, NULL, NULL);
}

ServiceChallenge *
service_challenges_issue_resume (ServiceUse      *use,
                                 SecinfoAddress  *address,
                                 GError         **error)
{
  const char *key = secinfo_address_get_key (address);
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };
  g_autoptr(ServiceChallenge) challenge = NULL;
  g_autoptr(ServiceContact) contact = NULL;
  g_autoptr(GError) local_error = NULL;
  SecinfoMedium medium;

  if (!find_running (use, NULL, SECINFO_PURPOSE_RESUME, &challenge, error))
    return NULL;
  if (challenge != NULL)
    {
      g_autoptr(SecinfoAddress) running = address_of_text (challenge->to);

      if (running != NULL && g_str_equal (secinfo_address_get_key (running), key))
        return g_steal_pointer (&challenge);
      if (!service_challenges_end (use, challenge, SECINFO_CHALLENGE_GIVEN_UP, error))
        return NULL;
      g_clear_pointer (&challenge, service_challenge_free);
    }

  if (!service_challenges_choose_medium (use, secinfo_address_get_kind (address), NULL, &medium, error) ||
      !service_throttle_find_subjects (use, key, &subjects, error) ||
      !service_throttle_may_send (use, &subjects, NULL, error))
    return NULL;

  contact = service_store_contact_find (use->txn, use->record, key, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  challenge = new_challenge (use, NULL, secinfo_address_get_value (address), SECINFO_PURPOSE_RESUME, medium, error);
  if (challenge == NULL || !service_store_challenge_add (use->txn, challenge, error))
    return NULL;
  if (contact != NULL && contact->state == SECINFO_CONTACT_VERIFIED && !queue_message (use, challenge, error))
    return NULL;
  if (!service_throttle_count_send (use, &subjects, error))
    return NULL;

  service_use_event (use, "challenge", challenge->id);
  return g_steal_pointer (&challenge);
}

/* --- from the sign-in screen -------------------------------------------------------------------------------------- */

ServiceChallenge *
service_challenges_issue_recover (ServiceUse            *use,
                                  const ServiceContact  *contact,
                                  const char            *digits,
                                  gint64                 life,
                                  GError               **error)
{
  g_autoptr(ServiceChallenge) challenge = NULL;
  SecinfoMedium medium;

  if (!service_challenges_choose_medium (use, contact->kind, NULL, &medium, error))
    return NULL;
  challenge = new_challenge (use, contact->id, NULL, SECINFO_PURPOSE_RECOVER, medium, error);
  if (challenge == NULL)
    return NULL;

  memcpy (challenge->code, digits, SECINFO_CODE_DIGITS);
  memset (challenge->check, 0, sizeof challenge->check);
  challenge->life = life;
  if (!service_store_challenge_add (use->txn, challenge, error) || !queue_message (use, challenge, error))
    return NULL;
  return g_steal_pointer (&challenge);
}

gboolean
service_challenges_resend_recover (ServiceUse  *use,
                                   const char  *id,
                                   GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_get (use->txn, use->record, id, &local_error);

  if (challenge == NULL || challenge->state != SECINFO_CHALLENGE_RUNNING)
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return error == NULL || *error == NULL;
    }
  challenge->sends++;
  challenge->last_sent_at = use->now->wall;
  return service_store_message_call_back (use->txn, challenge->id, error) &&
         service_store_challenge_update (use->txn, challenge, error) && queue_message (use, challenge, error);
}

gboolean
service_challenges_end_recover (ServiceUse  *use,
                                const char  *id,
                                gboolean     answered,
                                GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_get (use->txn, use->record, id, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (challenge == NULL || challenge->state != SECINFO_CHALLENGE_RUNNING)
    return TRUE;
  return service_challenges_end (use, challenge, answered ? SECINFO_CHALLENGE_ANSWERED : SECINFO_CHALLENGE_GIVEN_UP,
                                 error);
}

/* --- going on with one -------------------------------------------------------------------------------------------- */

ServiceChallenge *
service_challenges_get (ServiceUse  *use,
                        const char  *id,
                        GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = service_store_challenge_look (use->txn, use->record, id, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  /* What a suspended account left running is not taken up by its successor. */
  if (challenge == NULL || challenge->state == SECINFO_CHALLENGE_GIVEN_UP ||
      challenge->purpose == SECINFO_PURPOSE_RECOVER ||
      (use->state == SERVICE_ACCOUNT_SUSPENDED) != (challenge->purpose == SECINFO_PURPOSE_RESUME &&
                                                    challenge->state != SECINFO_CHALLENGE_ANSWERED))
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
      return NULL;
    }
  return g_steal_pointer (&challenge);
}

gboolean
service_challenges_refuse_ended (const ServiceChallenge  *challenge,
                                 GError                 **error)
{
  SecinfoProblem *problem;

  switch (challenge->state)
    {
    case SECINFO_CHALLENGE_ANSWERED:
      return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CODE_USED));

    case SECINFO_CHALLENGE_USED_UP:
      return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CODE_USED_UP));

    case SECINFO_CHALLENGE_EXPIRED:
      problem = secinfo_problem_new (SECINFO_PROBLEM_CODE_EXPIRED);
      secinfo_problem_set_time (problem, "ended_at", challenge->ended_at);
      return service_use_refuse (error, problem);

    case SECINFO_CHALLENGE_RUNNING:
    case SECINFO_CHALLENGE_GIVEN_UP:
    default:
      return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
    }
}

gboolean
service_challenges_check_running (ServiceUse        *use,
                                  ServiceChallenge  *challenge,
                                  GError           **error)
{
  if (challenge->state == SECINFO_CHALLENGE_RUNNING && lives (use, challenge))
    return TRUE;
  if (challenge->state == SECINFO_CHALLENGE_RUNNING &&
      !service_challenges_end (use, challenge, SECINFO_CHALLENGE_EXPIRED, error))
    return FALSE;
  return service_challenges_refuse_ended (challenge, error);
}

gboolean
service_challenges_load_target (ServiceUse              *use,
                                const ServiceChallenge  *challenge,
                                ServiceContact         **contact,
                                char                   **key,
                                SecinfoContactKind      *kind,
                                GError                 **error)
{
  g_autoptr(SecinfoAddress) address = NULL;

  *contact = NULL;
  if (challenge->contact != NULL)
    {
      *contact = service_contacts_get_any (use, challenge->contact, error);
      if (*contact == NULL)
        return FALSE;
      *key = g_strdup ((*contact)->key);
      *kind = (*contact)->kind;
      if (*key != NULL)
        return TRUE;
      g_clear_pointer (contact, service_contact_free);
      return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));
    }

  address = challenge->to != NULL ? address_of_text (challenge->to) : NULL;
  if (address == NULL)
    return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  *key = g_strdup (secinfo_address_get_key (address));
  *kind = secinfo_address_get_kind (address);
  return TRUE;
}

gboolean
service_challenges_has_receiver (ServiceUse              *use,
                                 const ServiceChallenge  *challenge,
                                 const char              *key,
                                 gboolean                *has,
                                 GError                 **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceContact) contact = NULL;

  *has = TRUE;
  if (challenge->purpose != SECINFO_PURPOSE_RESUME)
    return TRUE;

  contact = service_store_contact_find (use->txn, use->record, key, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *has = contact != NULL && contact->state == SECINFO_CONTACT_VERIFIED;
  return TRUE;
}

gboolean
service_challenges_has_failed (const ServiceChallenge *challenge,
                               const ServiceMessage   *message)
{
  return message != NULL && challenge->purpose != SECINFO_PURPOSE_RESUME &&
         (message->state == SECINFO_DELIVERY_REFUSED || message->state == SECINFO_DELIVERY_GATEWAY_DOWN);
}

gboolean
service_challenges_find_send (ServiceUse                     *use,
                              const ServiceChallenge         *challenge,
                              const ServiceMessage           *message,
                              const ServiceThrottleSubjects  *subjects,
                              ServiceSendTimes               *times,
                              GError                        **error)
{
  gint64 pause = secinfo_policy_resend_at (service_instance_get_policy (use->instance), challenge->sends,
                                           challenge->last_sent_at);
  gint64 end = challenge->issued_at + challenge->life;

  *times = (ServiceSendTimes) { 0, };
  if (challenge->fresh)
    times->limit = challenge->next_limit;
  else if (!service_throttle_find_limit (use, subjects, &times->limit, error))
    return FALSE;

  /* No pause goes before a new code. */
  pause = MIN (pause, end);
  times->send_at = MAX (pause, times->limit.until);
  times->resend_at = times->send_at < end ? times->send_at : 0;
  times->other_at = service_challenges_has_failed (challenge, message)
                      ? MAX (challenge->last_sent_at, times->limit.until)
                      : MAX (times->send_at, challenge->issued_at + SERVICE_OTHER_WAY_AFTER);
  if (times->limit.until <= pause)
    times->limit = (ServiceSendLimit) { 0, };
  return TRUE;
}

/* too-many-codes or too-soon, with the one time that is true for both. The pause is for what may still arrive: what
 * failed is followed by the other channel at once. */
static gboolean
may_resend (ServiceUse                     *use,
            const ServiceChallenge         *challenge,
            SecinfoMedium                   medium,
            const ServiceThrottleSubjects  *subjects,
            GError                        **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceMessage) message = NULL;
  ServiceSendTimes times;
  SecinfoProblem *problem;

  if (medium != challenge->medium)
    message = service_store_message_of (use->txn, challenge->id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!service_challenges_find_send (use, challenge, message, subjects, &times, error))
    return FALSE;
  if (times.send_at <= use->now->wall ||
      (service_challenges_has_failed (challenge, message) && times.other_at <= use->now->wall))
    return TRUE;
  if (times.limit.until != 0)
    return service_throttle_refuse_send (&times.limit, error);

  problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_SOON);
  secinfo_problem_set_retry_at (problem, times.send_at);
  return service_use_refuse (error, problem);
}

/* By the way it went last, where nothing else is said: who was called because no text message arrives there is called
 * again. */
static gboolean
choose_again (ServiceUse              *use,
              const ServiceChallenge  *challenge,
              SecinfoContactKind       kind,
              const char              *via,
              SecinfoMedium           *medium,
              GError                 **error)
{
  gboolean has = FALSE;

  if (via == NULL && kind == SECINFO_CONTACT_PHONE)
    {
      if (!has_gateway (use, challenge->medium, &has, error))
        return FALSE;
      if (has)
        via = secinfo_medium_to_string (challenge->medium);
    }
  return service_challenges_choose_medium (use, kind, via, medium, error);
}

gboolean
service_challenges_resend (ServiceUse        *use,
                           ServiceChallenge  *challenge,
                           const char        *via,
                           GError           **error)
{
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };
  g_autoptr(ServiceContact) contact = NULL;
  g_autofree char *key = NULL;
  SecinfoContactKind kind;
  SecinfoMedium medium;
  gboolean has = FALSE;

  /* Another way could take it: it would prove the wrong one. Testing anew sends another. */
  if (challenge->purpose == SECINFO_PURPOSE_GATEWAY_TEST)
    return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
  if (!service_challenges_check_running (use, challenge, error) ||
      !service_challenges_load_target (use, challenge, &contact, &key, &kind, error) ||
      !choose_again (use, challenge, kind, via, &medium, error) ||
      !service_throttle_find_subjects (use, key, &subjects, error) ||
      !may_resend (use, challenge, medium, &subjects, error) ||
      !service_challenges_has_receiver (use, challenge, key, &has, error) ||
      !service_store_message_call_back (use->txn, challenge->id, error))
    return FALSE;

  challenge->medium = medium;
  challenge->sends++;
  challenge->last_sent_at = use->now->wall;
  if (!service_store_challenge_update (use->txn, challenge, error) ||
      (has && !queue_message (use, challenge, error)) ||
      !service_throttle_count_send (use, &subjects, error))
    return FALSE;

  service_use_event (use, "challenge", challenge->id);
  return TRUE;
}

gboolean
service_challenges_give_up (ServiceUse        *use,
                            ServiceChallenge  *challenge,
                            GError           **error)
{
  if (challenge->state != SECINFO_CHALLENGE_RUNNING)
    return TRUE;
  return service_challenges_end (use, challenge, SECINFO_CHALLENGE_GIVEN_UP, error);
}
