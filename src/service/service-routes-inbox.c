/* service-routes-inbox.c - /v1/inbox, what the trial gateway took
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "secinfo-code.h"
#include "service-use.h"

/* The code first, then words (UI.md section 16): the first six digits of the text, grouped or not. Text that does not
 * begin with them is no code. */
static json_t *
code_in (const char *text)
{
  char digits[SECINFO_CODE_DIGITS + 1];
  gsize n = 0, at = 0;

  for (; n < SECINFO_CODE_DIGITS && text[at] != '\0'; at++)
    if (g_ascii_isdigit (text[at]))
      digits[n++] = text[at];
    else if (n == 0 || text[at] != ' ')
      return json_null ();

  if (n < SECINFO_CODE_DIGITS || g_ascii_isdigit (text[at]))
    return json_null ();
  digits[n] = '\0';
  return json_string (digits);
}

static json_t *
message_to_json (const ServiceInboxMessage *message)
{
  json_t *object = json_object ();

  json_object_set_new (object, "id", json_string (message->id));
  secinfo_json_set_time (object, "at", message->at);
  json_object_set_new (object, "to", json_string (message->to));
  json_object_set_new (object, "subject", json_string (message->subject != NULL ? message->subject : ""));
  json_object_set_new (object, "text", json_string (message->text));
  json_object_set_new (object, "code", code_in (message->text));
  return object;
}

/* A suspended account sees what came since it asked for a code, no address of before. */
static gboolean
find_since (ServiceUse  *use,
            gint64      *since,
            GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;

  *since = 0;
  if (use->state == SERVICE_ACCOUNT_ACTIVE)
    return TRUE;

  challenge = service_store_challenge_running (use->txn, use->record, NULL, SECINFO_PURPOSE_RESUME, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *since = challenge != NULL ? challenge->issued_at : G_MAXINT64;
  return TRUE;
}

static gboolean
list_inbox (ServiceRequest   *request,
            ServiceStoreTxn  *txn,
            GError          **error)
{
  ServiceUse use;
  g_autoptr(GPtrArray) messages = NULL;
  json_t *items, *answer;
  gint64 since;

  if (!service_request_begin_use (request, &use, txn, error) || !find_since (&use, &since, error))
    return FALSE;
  messages = service_store_inbox_list (txn, use.record, error);
  if (messages == NULL)
    return FALSE;

  items = json_array ();
  for (guint i = 0; i < messages->len; i++)
    {
      const ServiceInboxMessage *message = g_ptr_array_index (messages, i);

      if (message->at >= since)
        json_array_append_new (items, message_to_json (message));
    }

  answer = json_object ();
  json_object_set_new (answer, "items", items);
  json_object_set_new (answer, "next", json_null ());
  service_request_answer (request, 200, answer);
  return TRUE;
}

static gboolean
clear_inbox (ServiceRequest   *request,
             ServiceStoreTxn  *txn,
             GError          **error)
{
  ServiceUse use;

  if (!service_request_begin_use (request, &use, txn, error) ||
      !service_store_inbox_clear (txn, use.record, error))
    return FALSE;

  service_use_event (&use, "inbox", NULL);
  service_request_answer (request, 204, NULL);
  return TRUE;
}

enum { FLAGS = SERVICE_ROUTE_NEEDS_STORE | SERVICE_ROUTE_TRIAL_ONLY | SERVICE_ROUTE_SUSPENDED_TOO };

const ServiceRoute service_routes_inbox[] = {
  { "GET", "/v1/inbox", SERVICE_ROUTE_READ, FLAGS, SECINFO_LEVEL_SESSION, NULL, list_inbox, NULL, NULL },
  { "DELETE", "/v1/inbox", SERVICE_ROUTE_WRITE, FLAGS, SECINFO_LEVEL_SESSION, NULL, clear_inbox, NULL, NULL },
  { NULL, },
};
