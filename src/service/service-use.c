/* service-use.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-use.h"

#include "service-request-private.h"

/* A request has found its account already, in this very transaction. Reads of an account whose record has to be made or
 * settled first do not come here: the router settles before it runs them. A write settles by itself, so that a record
 * cannot change hands between the two. */
gboolean
service_use_begin (ServiceUse       *use,
                   ServiceRequest   *request,
                   ServiceStoreTxn  *txn,
                   GError          **error)
{
  gboolean found;

  use->instance = service_request_get_instance (request);
  use->request = request;
  use->txn = txn;
  use->account = service_request_get_account (request);
  use->now = service_request_get_now (request);
  use->language = service_request_get_language (request);
  use->level = service_request_get_level (request);
  found = service_request_get_record (request, &use->record, &use->state);
  if (found)
    return TRUE;

  if (!service_store_account_find (txn, use->account, &use->record, &use->state, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  return service_store_account_settle (txn, use->account, use->now, &use->record, &use->state, error);
}

gboolean
service_use_fail (ServiceUse  *use,
                  GError      *failure,
                  GError     **error)
{
  SecinfoProblem *problem = failure != NULL ? secinfo_problem_from_error (failure) : NULL;

  if (problem == NULL)
    {
      /* Only JSON without memory fails without a word: service_request_is_incomplete(). */
      if (failure != NULL)
        g_propagate_error (error, failure);
      return FALSE;
    }

  service_request_fail (use->request, secinfo_problem_ref (problem));
  g_error_free (failure);
  return TRUE;
}

gboolean
service_use_refuse (GError         **error,
                    SecinfoProblem  *problem)
{
  g_propagate_error (error, secinfo_problem_to_error (problem));
  secinfo_problem_unref (problem);
  return FALSE;
}

void
service_use_event (ServiceUse *use,
                   const char *what,
                   const char *id)
{
  if (use->request != NULL)
    service_request_add_event (use->request, what, id);
}

void
service_use_fresh_for (ServiceUse *use,
                       gint64      seconds)
{
  if (use->request != NULL && seconds > 0)
    use->request->fresh_for = MIN (use->request->fresh_for, seconds);
}

void
service_use_wake_outbox (ServiceUse *use)
{
  if (use->request != NULL)
    service_request_wake_outbox (use->request, TRUE);
}
