/* service-challenges-answer.c - what a code does when it comes back
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

void
service_answered_clear (ServiceAnswered *answered)
{
  g_clear_pointer (&answered->contact, service_contact_free);
}

static gboolean
refuse_wrong (const ServiceChallenge  *challenge,
              GError                 **error)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_CODE_WRONG);

  secinfo_problem_set_integer (problem, "attempts_left", challenge->attempts_left);
  return service_use_refuse (error, problem);
}

static gboolean
count_wrong (ServiceUse                     *use,
             ServiceChallenge               *challenge,
             const ServiceThrottleSubjects  *subjects,
             GError                        **error)
{
  if (!service_throttle_count_wrong (use, subjects, error))
    return FALSE;

  challenge->attempts_left--;
  if (challenge->attempts_left == 0)
    {
      if (!service_challenges_end (use, challenge, SECINFO_CHALLENGE_USED_UP, error))
        return FALSE;
      return service_challenges_refuse_ended (challenge, error);
    }

  if (!service_store_challenge_update (use->txn, challenge, error))
    return FALSE;
  service_use_event (use, "challenge", challenge->id);
  return refuse_wrong (challenge, error);
}

/* Did every message of this challenge land in the trial inbox? Then nothing is proven by its code. */
static gboolean
was_trial (ServiceUse              *use,
           const ServiceChallenge  *challenge,
           gboolean                *trial,
           GError                 **error)
{
  g_autoptr(GPtrArray) ways = NULL;

  *trial = FALSE;
  if (!service_store_message_ways (use->txn, challenge->id, &ways, error))
    return FALSE;

  for (guint i = 0; i < ways->len; i++)
    {
      g_autoptr(GError) local_error = NULL;
      g_autoptr(ServiceGateway) gateway = service_gateways_lookup (use->instance, use->txn, ways->pdata[i],
                                                                   &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      *trial = gateway != NULL && service_gateway_is_inbox (gateway);
      if (!*trial)
        return TRUE;
    }
  return TRUE;
}

static gboolean
finish_confirm (ServiceUse      *use,
                ServiceContact  *contact,
                GError         **error)
{
  contact->last_confirmed_at = use->now->wall;
  contact->undeliverable = FALSE;
  return service_store_contact_confirm (use->txn, contact, error);
}

/* The way it was sent is taken up, and whoever has the code holds the contact. */
static gboolean
finish_test (ServiceUse              *use,
             const ServiceChallenge  *challenge,
             ServiceContact          *contact,
             GError                 **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceMessage) message = service_store_message_of (use->txn, challenge->id, &local_error);
  g_autoptr(ServiceGateway) gateway = NULL;

  if (message != NULL && message->gateway != NULL)
    gateway = service_store_gateway_get (use->txn, message->gateway, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (gateway != NULL && service_gateway_is_unproven (gateway))
    {
      g_clear_pointer (&gateway->trouble, g_free);
      service_gateway_set_ready (gateway);
      if (!service_store_gateway_update (use->txn, gateway, error))
        return FALSE;
      service_use_event (use, "gateways", gateway->id);
      service_use_wake_outbox (use);
    }

  if (contact->state == SECINFO_CONTACT_UNVERIFIED)
    return service_contacts_prove (use, contact, FALSE, error);
  if (contact->state == SECINFO_CONTACT_VERIFIED)
    return finish_confirm (use, contact, error);
  return service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_CONFLICT));
}

static gboolean
finish_resume (ServiceUse       *use,
               const char       *key,
               ServiceContact  **contact,
               GError          **error)
{
  g_autoptr(ServiceContact) found = service_store_contact_find (use->txn, use->record, key, error);

  if (found == NULL || !service_store_account_resume (use->txn, use->record, use->account, error))
    return FALSE;

  use->state = SERVICE_ACCOUNT_ACTIVE;
  if (!finish_confirm (use, found, error) || !service_contacts_alert (use, "account-resumed", found, TRUE, error))
    return FALSE;
  service_use_event (use, "account", NULL);
  *contact = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
count_verified (ServiceUse  *use,
                guint       *verified,
                GError     **error)
{
  g_autoptr(GError) local_error = NULL;

  *verified = service_store_contact_count_verified (use->txn, use->record, &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The code was right: what it was for comes true, in the same transaction that uses it up. */
static gboolean
finish_right (ServiceUse        *use,
              ServiceChallenge  *challenge,
              const char        *key,
              ServiceAnswered   *answered,
              GError           **error)
{
  gboolean trial = FALSE;
  guint verified;

  if (!count_verified (use, &verified, error))
    return FALSE;
  answered->verified = verified;
  answered->raises = challenge->purpose == SECINFO_PURPOSE_CONFIRM ||
                     ((challenge->purpose == SECINFO_PURPOSE_PROVE ||
                       challenge->purpose == SECINFO_PURPOSE_GATEWAY_TEST) && verified == 0);
  if (!was_trial (use, challenge, &trial, error))
    return FALSE;

  switch (challenge->purpose)
    {
    case SECINFO_PURPOSE_PROVE:
      return service_contacts_prove (use, answered->contact, trial, error);
    case SECINFO_PURPOSE_CONFIRM:
      return finish_confirm (use, answered->contact, error);
    case SECINFO_PURPOSE_GATEWAY_TEST:
      return finish_test (use, challenge, answered->contact, error);
    case SECINFO_PURPOSE_RESTORE:
      return service_contacts_may_restore (use, answered->contact, error) &&
             service_contacts_restore (use, answered->contact, error);
    case SECINFO_PURPOSE_RESUME:
    default:
      return finish_resume (use, key, &answered->contact, error);
    }
}

/* Is @code the one of @challenge, and may it be answered at all? FALSE with @error is trouble. */
static gboolean
compare (ServiceUse              *use,
         const ServiceChallenge  *challenge,
         const char              *key,
         char                    *digits,
         gboolean                *right,
         GError                 **error)
{
  guint8 check[32];
  gboolean has = FALSE;
  gboolean made = service_challenges_check_value (use, challenge, digits, check, error);

  sodium_memzero (digits, SECINFO_CODE_DIGITS);
  if (!made || !service_challenges_has_receiver (use, challenge, key, &has, error))
    return FALSE;

  *right = sodium_memcmp (check, challenge->check, sizeof check) == 0 && has;
  return TRUE;
}

gboolean
service_challenges_answer (ServiceUse       *use,
                           const char       *id,
                           const char       *code,
                           ServiceAnswered  *answered,
                           GError          **error)
{
  g_autoptr(ServiceChallenge) challenge = service_challenges_get (use, id, error);
  g_auto(ServiceThrottleSubjects) subjects = { NULL, };
  g_autofree char *key = NULL;
  SecinfoContactKind kind;
  char digits[SECINFO_CODE_DIGITS + 1];
  gboolean right = FALSE;

  *answered = (ServiceAnswered) { 0, };
  if (challenge == NULL || !service_challenges_check_running (use, challenge, error) ||
      !service_challenges_load_target (use, challenge, &answered->contact, &key, &kind, error) ||
      !service_throttle_find_subjects (use, key, &subjects, error) ||
      !service_throttle_may_try (use, &subjects, error))
    return FALSE;

  answered->purpose = challenge->purpose;
  /* Not six digits: no code of ours could be that, so it tries nothing and costs nothing. */
  if (!secinfo_code_normalize (code, -1, digits))
    return refuse_wrong (challenge, error);
  if (!compare (use, challenge, key, digits, &right, error))
    return FALSE;
  if (!right)
    return count_wrong (use, challenge, &subjects, error);

  return finish_right (use, challenge, key, answered, error) &&
         service_challenges_end (use, challenge, SECINFO_CHALLENGE_ANSWERED, error) &&
         (challenge->purpose == SECINFO_PURPOSE_CONFIRM || count_verified (use, &answered->verified, error)) &&
         service_store_audit_add (use->txn, use->record, "code-answered", challenge->contact, use->now->wall, error);
}
