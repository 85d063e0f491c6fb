/* service-routes-challenges.c - /v1/account/challenges
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-routes-challenges.h"

#include "service-contacts.h"
#include "service-elevation.h"
#include "service-router.h"
#include "secinfo-wire.h"

enum { FIRST_SIGN_INS = 5 };   /* that say that there is a first contact */

gboolean
service_routes_answer_challenge (ServiceRequest          *request,
                                 ServiceUse              *use,
                                 guint                    status,
                                 const ServiceChallenge  *challenge,
                                 const ServiceContact    *contact,
                                 GError                 **error)
{
  char *answer = service_challenges_to_text (use, challenge, contact, error);

  if (answer == NULL)
    return FALSE;
  service_request_answer_text (request, status, answer);
  return TRUE;
}

static ServiceChallenge *
challenge_of_path (ServiceRequest  *request,
                   ServiceUse      *use,
                   GError         **error)
{
  return service_challenges_get (use, service_request_get_id (request), error);
}

static gboolean
get_challenge (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  challenge = challenge_of_path (request, &use, &failure);
  if (challenge != NULL && service_routes_answer_challenge (request, &use, 200, challenge, NULL, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

/* Only a contact that counts can confirm who one is. */
static ServiceContact *
get_verified (ServiceUse  *use,
              const char  *id,
              GError     **error)
{
  g_autoptr(ServiceContact) contact = service_contacts_get (use, id, error);

  if (contact != NULL && contact->state != SECINFO_CONTACT_VERIFIED)
    {
      service_use_refuse (error, secinfo_problem_new (SECINFO_PROBLEM_NOT_FOUND));
      return NULL;
    }
  return g_steal_pointer (&contact);
}

static gboolean
confirm_with (ServiceRequest   *request,
              ServiceStoreTxn  *txn,
              GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  json_t *body = service_request_get_body (request);
  g_autoptr(ServiceContact) contact = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;
  gboolean fresh = FALSE;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  if (g_strcmp0 (secinfo_json_get_string (body, "purpose"), "confirm") != 0)
    {
      SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

      secinfo_problem_set_string (problem, "member", "purpose");
      service_request_fail (request, problem);
      return TRUE;
    }

  contact = get_verified (&use, secinfo_json_get_string (body, "contact"), &failure);
  if (contact != NULL)
    challenge = service_challenges_issue (&use, contact, SECINFO_PURPOSE_CONFIRM, NULL, &fresh, &failure);
  if (challenge != NULL &&
      service_routes_answer_challenge (request, &use, fresh ? 201 : 200, challenge, contact, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
resend (ServiceRequest   *request,
        ServiceStoreTxn  *txn,
        GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;
  const char *via = secinfo_json_get_string (service_request_get_body (request), "via");

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  challenge = challenge_of_path (request, &use, &failure);
  if (challenge != NULL && service_challenges_resend (&use, challenge, via, &failure) &&
      service_routes_answer_challenge (request, &use, 200, challenge, NULL, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
give_up (ServiceRequest   *request,
         ServiceStoreTxn  *txn,
         GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  challenge = challenge_of_path (request, &use, &failure);
  if (challenge == NULL || !service_challenges_give_up (&use, challenge, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_answer (request, 204, NULL);
  return TRUE;
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

/* From the store's thread to the main loop, which raises the token and ends the answer once the code is used up for
 * good. The code is taken out of the body once; the store may run the handler again. */
typedef struct { char *code; SecinfoJsonWriter answer; gboolean raises; guint verified; } Outcome;

static void
outcome_free (Outcome *outcome)
{
  g_clear_pointer (&outcome->code, secinfo_secret_free_text);
  secinfo_json_writer_clear (&outcome->answer);
  g_free (outcome);
}

static void
raise_token (ServiceRequest *request,
             Outcome        *outcome)
{
  ServiceInstance *instance = service_request_get_instance (request);
  const SecinfoNow *now = service_request_get_now (request);
  const char *token = service_request_get_token (request);
  gint64 until = 0;

  if (!outcome->raises || token == NULL ||
      !service_elevations_raise (instance->elevations, service_request_get_caller (request), token, now->wall,
                                 now->boot, &until))
    {
      secinfo_json_writer_string (&outcome->answer, "elevation", NULL, -1);
      return;
    }

  secinfo_json_writer_object (&outcome->answer, "elevation");
  secinfo_json_writer_string (&outcome->answer, "token", token, -1);
  secinfo_json_writer_string (&outcome->answer, "level", secinfo_level_to_string (SECINFO_LEVEL_VERIFIED), -1);
  secinfo_json_writer_time (&outcome->answer, "expires_at", until);
  secinfo_json_writer_integer (&outcome->answer, "verified_contacts", outcome->verified);
  secinfo_json_writer_end (&outcome->answer);
}

static void
answer_committed (ServiceRequest *request)
{
  Outcome *outcome = service_request_get_data (request);

  raise_token (request, outcome);
  secinfo_json_writer_end (&outcome->answer);
  service_request_answer_text (request, 200, secinfo_json_writer_take (&outcome->answer));
}

static gboolean
answer_right (ServiceRequest         *request,
              ServiceUse             *use,
              const ServiceAnswered  *answered,
              GError                **error)
{
  const ServiceContact *about = answered->contact;
  Outcome *outcome = service_request_get_data (request);
  SecinfoJsonWriter *writer = &outcome->answer;

  secinfo_json_writer_clear (writer);
  secinfo_json_writer_object (writer, NULL);
  secinfo_json_writer_string (writer, "purpose", secinfo_purpose_to_string (answered->purpose), -1);
  if (about == NULL)
    secinfo_json_writer_string (writer, "contact", NULL, -1);
  else if (!service_contacts_write (use, about, FALSE, writer, "contact", error))
    return FALSE;
  outcome->raises = answered->raises;
  outcome->verified = answered->verified;
  /* Nobody else could be told of it: whose the account is hears of it at the next sign-ins (DESIGN section 3). */
  if (answered->purpose != SECINFO_PURPOSE_CONFIRM && answered->raises && about != NULL)
    service_use_put_line (use, about->kind == SECINFO_CONTACT_EMAIL ? SECINFO_LINE_NEW_EMAIL : SECINFO_LINE_NEW_PHONE,
                          FIRST_SIGN_INS);
  service_request_set_committed (request, answer_committed);
  return TRUE;
}

static gboolean
answer (ServiceRequest   *request,
        ServiceStoreTxn  *txn,
        GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  Outcome *outcome = service_request_get_data (request);
  ServiceAnswered answered = { 0, };
  gboolean fine;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;
  if (outcome == NULL)
    {
      outcome = g_new0 (Outcome, 1);
      outcome->code = service_request_take_text (request, "code");
      service_request_set_data (request, outcome, (GDestroyNotify) outcome_free);
    }

  fine = service_challenges_answer (&use, service_request_get_id (request), outcome->code, &answered,
                                    &failure) &&
         answer_right (request, &use, &answered, &failure);
  service_answered_clear (&answered);
  return fine || service_request_fail_use (request, failure, error);
}

static const SecinfoJsonMember confirm_body[] = {
  { "purpose", JSON_STRING, TRUE, 16 }, { "contact", JSON_STRING, TRUE, 64 }, { NULL, },
};
static const SecinfoJsonMember via_body[] = { { "via", JSON_STRING, FALSE, 8 }, { NULL, } };
static const SecinfoJsonMember answer_body[] = { { "code", JSON_STRING, TRUE, 128 }, { NULL, } };

#define CHALLENGES "/v1/account/challenges"
#define ONE        CHALLENGES "/{id}"
#define STORE      SERVICE_ROUTE_NEEDS_STORE
/* The code that takes a suspended account up again. */
#define RESUMES    (STORE | SERVICE_ROUTE_SUSPENDED_TOO)

const ServiceRoute service_routes_challenges[] = {
  { "POST", CHALLENGES, SERVICE_ROUTE_WRITE, STORE | SERVICE_ROUTE_CREATES, SECINFO_LEVEL_SESSION, confirm_body,
    confirm_with, NULL, NULL },
  { "GET", ONE, SERVICE_ROUTE_READ, RESUMES, SECINFO_LEVEL_SESSION, NULL, get_challenge, NULL, NULL },
  { "DELETE", ONE, SERVICE_ROUTE_WRITE, RESUMES, SECINFO_LEVEL_PASSWORD, NULL, give_up, NULL, NULL },
  { "POST", ONE "/resend", SERVICE_ROUTE_WRITE, RESUMES, SECINFO_LEVEL_SESSION, via_body, resend, NULL, NULL },
  { "POST", ONE "/answer", SERVICE_ROUTE_WRITE, RESUMES, SECINFO_LEVEL_SESSION, answer_body, answer, NULL, NULL },
  { NULL, },
};
