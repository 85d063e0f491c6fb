/* service-routes-contacts.c - /v1/account/contacts
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-contacts.h"
#include "service-routes-challenges.h"

static gboolean
answer_contact (ServiceRequest        *request,
                ServiceUse            *use,
                guint                  status,
                const ServiceContact  *contact,
                gboolean               in_full,
                GError               **error)
{
  g_auto(SecinfoJsonWriter) writer = { 0, };

  if (!service_contacts_write (use, contact, in_full, &writer, NULL, error))
    return FALSE;
  service_request_answer_text (request, status, secinfo_json_writer_take (&writer));
  return TRUE;
}

/* The contact of the path, or a problem. */
static ServiceContact *
contact_of_path (ServiceRequest  *request,
                 ServiceUse      *use,
                 GError         **error)
{
  return service_contacts_get (use, service_request_get_id (request), error);
}

/* --- list --------------------------------------------------------------------------------------------------------- */

enum { LIMIT = 100 };

static gboolean
read_limit (ServiceRequest  *request,
            gsize           *limit,
            GError         **error)
{
  const char *text = service_request_get_query (request, "limit");
  guint64 number = LIMIT;
  SecinfoProblem *problem;

  *limit = LIMIT;
  if (text == NULL)
    return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 1, LIMIT, &number, NULL))
    {
      *limit = number;
      return TRUE;
    }

  problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);
  secinfo_problem_set_string (problem, "member", "limit");
  return service_use_refuse (error, problem);
}

static gboolean
answer_page (ServiceRequest            *request,
             ServiceUse                *use,
             const ServiceContactPage  *page,
             GError                   **error)
{
  g_auto(SecinfoJsonWriter) writer = { 0, };
  g_autofree char *next = NULL;

  secinfo_json_writer_object (&writer, NULL);
  if (!service_contacts_write_list (use, page, &writer, "items", &next, error))
    return FALSE;
  secinfo_json_writer_string (&writer, "next", next, -1);
  secinfo_json_writer_end (&writer);
  service_request_answer_text (request, 200, secinfo_json_writer_take (&writer));
  return TRUE;
}

static gboolean
list_contacts (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  ServiceContactPage page = { g_strcmp0 (service_request_get_query (request, "removed"), "1") == 0,
                              service_request_get_query (request, "after"), LIMIT };

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  if (read_limit (request, &page.limit, &failure) && answer_page (request, &use, &page, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

/* --- add, change, remove ------------------------------------------------------------------------------------------ */

static gboolean
add_contact (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  json_t *body = service_request_get_body (request);
  g_autoptr(SecinfoAddress) address = NULL;
  g_autoptr(ServiceContact) contact = NULL;
  SecinfoContactKind kind;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  if (!secinfo_contact_kind_from_string (secinfo_json_get_string (body, "kind"), &kind))
    {
      SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_BODY_NOT_VALID);

      secinfo_problem_set_string (problem, "member", "kind");
      service_request_fail (request, problem);
      return TRUE;
    }

  address = service_contacts_parse (kind, secinfo_json_get_string (body, "value"),
                                    secinfo_json_get_string (body, "region"), &failure);
  if (address != NULL)
    contact = service_contacts_add (&use, address, secinfo_json_get_string (body, "label"), &failure);
  if (contact != NULL && answer_contact (request, &use, 201, contact, TRUE, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
change_value (ServiceRequest        *request,
              ServiceUse            *use,
              const ServiceContact  *contact,
              json_t                *body,
              GError               **error)
{
  g_autoptr(SecinfoAddress) address = service_contacts_parse (contact->kind, secinfo_json_get_string (body, "value"),
                                                              secinfo_json_get_string (body, "region"), error);
  g_autoptr(ServiceContact) fresh = NULL;

  if (address == NULL)
    return FALSE;
  fresh = service_contacts_change_value (use, contact, address, error);
  if (fresh == NULL)
    return FALSE;
  if (json_object_get (body, "label") != NULL &&
      !service_contacts_set_label (use, fresh, secinfo_json_get_string (body, "label"), error))
    return FALSE;
  return answer_contact (request, use, 201, fresh, TRUE, error);
}

static gboolean
change_rest (ServiceRequest  *request,
             ServiceUse      *use,
             ServiceContact  *contact,
             json_t          *body,
             GError         **error)
{
  if (json_object_get (body, "label") != NULL &&
      !service_contacts_set_label (use, contact, secinfo_json_get_string (body, "label"), error))
    return FALSE;
  if (json_object_get (body, "alerts") != NULL &&
      !service_contacts_set_alerts (use, contact, secinfo_json_get_boolean (body, "alerts", contact->alerts), error))
    return FALSE;
  return answer_contact (request, use, 200, contact, FALSE, error);
}

static gboolean
change_contact (ServiceRequest   *request,
                ServiceStoreTxn  *txn,
                GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  json_t *body = service_request_get_body (request);
  g_autoptr(ServiceContact) contact = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contact = contact_of_path (request, &use, &failure);
  if (contact != NULL &&
      (secinfo_json_get_string (body, "value") != NULL ? change_value (request, &use, contact, body, &failure)
                                                       : change_rest (request, &use, contact, body, &failure)))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
remove_contact (ServiceRequest   *request,
                ServiceStoreTxn  *txn,
                GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceContact) contact = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contact = contact_of_path (request, &use, &failure);
  if (contact == NULL || !service_contacts_remove (&use, contact, &failure))
    return service_request_fail_use (request, failure, error);

  service_request_answer (request, 204, NULL);
  return TRUE;
}

/* --- taking back, still mine, proving ----------------------------------------------------------------------------- */

/* Whoever holds it may take it back: a code goes there, unless it was confirmed fully who asks. */
static gboolean
restore (ServiceRequest  *request,
         ServiceUse      *use,
         ServiceContact  *contact,
         GError         **error)
{
  g_autoptr(ServiceChallenge) challenge = NULL;
  gboolean fresh;

  if (contact->state == SECINFO_CONTACT_VERIFIED)
    return answer_contact (request, use, 200, contact, FALSE, error);
  if (!service_contacts_may_restore (use, contact, error))
    return FALSE;
  if (use->level == SECINFO_LEVEL_VERIFIED)
    return service_contacts_restore (use, contact, error) && answer_contact (request, use, 200, contact, FALSE, error);

  challenge = service_challenges_issue (use, contact, SECINFO_PURPOSE_RESTORE, NULL, &fresh, error);
  return challenge != NULL && service_routes_answer_challenge (request, use, 202, challenge, contact, error);
}

static gboolean
restore_contact (ServiceRequest   *request,
                 ServiceStoreTxn  *txn,
                 GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceContact) contact = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contact = service_contacts_get_any (&use, service_request_get_id (request), &failure);
  if (contact != NULL && restore (request, &use, contact, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
still_mine (ServiceRequest   *request,
            ServiceStoreTxn  *txn,
            GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceContact) contact = NULL;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contact = contact_of_path (request, &use, &failure);
  if (contact != NULL && service_contacts_still_mine (&use, contact, &failure) &&
      answer_contact (request, &use, 200, contact, FALSE, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

static gboolean
prove_contact (ServiceRequest   *request,
               ServiceStoreTxn  *txn,
               GError          **error)
{
  ServiceUse use;
  GError *failure = NULL;
  g_autoptr(ServiceContact) contact = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;
  const char *via = secinfo_json_get_string (service_request_get_body (request), "via");
  gboolean fresh = FALSE;

  if (!service_request_begin_use (request, &use, txn, error))
    return FALSE;

  contact = contact_of_path (request, &use, &failure);
  if (contact != NULL)
    challenge = service_challenges_issue (&use, contact, SECINFO_PURPOSE_PROVE, via, &fresh, &failure);
  if (challenge != NULL &&
      service_routes_answer_challenge (request, &use, fresh ? 201 : 200, challenge, contact, &failure))
    return TRUE;
  return service_request_fail_use (request, failure, error);
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const SecinfoJsonMember add_body[] = {
  { "kind", JSON_STRING, TRUE, 16 }, { "value", JSON_STRING, TRUE, 1024 }, { "region", JSON_STRING, FALSE, 2 },
  { "label", JSON_STRING, FALSE, 256 }, { NULL, },
};
static const SecinfoJsonMember change_body[] = {
  { "value", JSON_STRING, FALSE, 1024 }, { "region", JSON_STRING, FALSE, 2 },
  { "label", JSON_STRING, FALSE, 256, TRUE }, { "alerts", JSON_TRUE, FALSE, 0 }, { NULL, },
};
static const SecinfoJsonMember via_body[] = { { "via", JSON_STRING, FALSE, 8 }, { NULL, } };

#define CONTACTS "/v1/account/contacts"
#define ONE      CONTACTS "/{id}"
#define STORE    SERVICE_ROUTE_NEEDS_STORE

const ServiceRoute service_routes_contacts[] = {
  { "GET", CONTACTS, SERVICE_ROUTE_READ, STORE | SERVICE_ROUTE_KEPT, SECINFO_LEVEL_SESSION, NULL, list_contacts, NULL,
    "after limit removed" },
  { "POST", CONTACTS, SERVICE_ROUTE_WRITE, STORE | SERVICE_ROUTE_CREATES, SECINFO_LEVEL_VERIFIED, add_body, add_contact,
    NULL, NULL },
  { "PATCH", ONE, SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_VERIFIED, change_body, change_contact, NULL, NULL },
  { "DELETE", ONE, SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_VERIFIED, NULL, remove_contact, NULL, NULL },
  { "POST", ONE "/restore", SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_SESSION, NULL, restore_contact, NULL, NULL },
  { "POST", ONE "/still-mine", SERVICE_ROUTE_WRITE, STORE, SECINFO_LEVEL_VERIFIED, NULL, still_mine, NULL, NULL },
  { "POST", ONE "/challenges", SERVICE_ROUTE_WRITE, STORE | SERVICE_ROUTE_CREATES, SECINFO_LEVEL_SESSION, via_body,
    prove_contact, NULL, NULL },
  { NULL, },
};
