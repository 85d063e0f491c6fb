/* service-request-answer.c - what a request is answered with, and what an error becomes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-request-private.h"

#include "service-key.h"

#include <sodium.h>

#define BUSY_PAUSE 1   /* seconds until a request that met a full queue may come again */
#define FULL_PAUSE 600 /* seconds until a full disk is logged again */

void
service_request_clear_text (ServiceRequest *self)
{
  if (self->text != NULL)
    sodium_memzero (self->text, self->text_size);
  g_clear_pointer (&self->text, g_free);
}

/* Inside a transaction the answer waits for the commit; outside, on the main loop, it leaves. */
static void
answer_is_set (ServiceRequest *self)
{
  self->state = SERVICE_REQUEST_ANSWERED;
  if (self->func == NULL && !self->checked)
    service_request_finish (self);
}

gboolean
service_request_is_incomplete (ServiceRequest *self)
{
  return secinfo_json_get_failures () != self->json_failures;
}

static SecinfoProblem *
problem_busy (ServiceRequest *self)
{
  return secinfo_problem_set_retry_at (secinfo_problem_new (SECINFO_PROBLEM_BUSY), self->now.wall + BUSY_PAUSE);
}

void
service_request_answer (ServiceRequest *self,
                        guint           status,
                        json_t         *body)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  /* Inside a transaction, run_in_txn() sees to it that it does not come true. */
  if (self->func == NULL && service_request_is_incomplete (self))
    {
      json_decref (body);
      service_request_fail_busy (self);
      return;
    }

  self->status = status;
  self->answer = body;
  answer_is_set (self);
}

void
service_request_answer_text (ServiceRequest *self,
                             guint           status,
                             char           *text)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  self->status = status;
  self->answer_text = text;
  answer_is_set (self);
}

void
service_request_fail (ServiceRequest *self,
                      SecinfoProblem *problem)
{
  g_return_if_fail (self->state == SERVICE_REQUEST_OPEN);

  self->status = secinfo_problem_type_to_status (secinfo_problem_get_kind (problem));
  self->problem = problem;
  answer_is_set (self);
}

static SecinfoProblem *
problem_of_key (const GError *error)
{
  static const char *const reasons[] = { "keyring-locked", "keyring-gone", "keyring-absent", "keyring-gone" };

  return secinfo_problem_set_string (secinfo_problem_new (SECINFO_PROBLEM_STORE_LOCKED), "reason",
                                     reasons[CLAMP (error->code, 0, (int) G_N_ELEMENTS (reasons) - 1)]);
}

/* The log may lie on the same disk: however often somebody asks, it says so now and then. */
static void
log_full (const GError *error)
{
  static gint64 next;
  gint64 now = g_get_monotonic_time ();

  if (now < next)
    return;
  next = now + FULL_PAUSE * G_USEC_PER_SEC;
  g_message ("%s", error->message);
}

/* What went wrong on this side becomes one of the catalogue; its words stay in the log. */
static SecinfoProblem *
problem_of_error (ServiceRequest *self,
                  const GError   *error)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);

  if (problem != NULL)
    return secinfo_problem_ref (problem);
  if (error->domain == SERVICE_KEY_ERROR)
    return problem_of_key (error);
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_FULL))
    {
      log_full (error);
      return secinfo_problem_new (SECINFO_PROBLEM_STORAGE_FULL);
    }
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_CONFLICT))
    return secinfo_problem_new (SECINFO_PROBLEM_CONFLICT);
  if (g_error_matches (error, SERVICE_STORE_ERROR, SERVICE_STORE_ERROR_BUSY))
    return problem_busy (self);

  g_warning ("%s %s: %s", self->route != NULL ? self->route->method : "?",
             self->route != NULL ? self->route->path : "?", error->message);
  return secinfo_problem_new (SECINFO_PROBLEM_INTERNAL);
}

void
service_request_fail_error (ServiceRequest *self,
                            const GError   *error)
{
  service_request_fail (self, problem_of_error (self, error));
}

void
service_request_fail_busy (ServiceRequest *self)
{
  service_request_fail (self, problem_busy (self));
}

void
service_request_refuse (ServiceRequest *self,
                        SecinfoProblem *problem)
{
  service_request_fail (self, problem);
}

gboolean
service_request_is_answered (ServiceRequest *self)
{
  return self->state != SERVICE_REQUEST_OPEN;
}

void
service_request_finish (ServiceRequest *self)
{
  void (*done) (ServiceRequest *, gpointer) = self->done;

  if (self->finished)
    return;

  self->finished = TRUE;
  service_request_clear_text (self);
  /* Whatever it did outside the store (a password changed) may be seen too. */
  if (self->account != NULL && !g_str_equal (self->route->method, "GET"))
    service_answers_forget (self->instance->answers, self->account->uid);
  if (done != NULL)
    done (self, self->done_data);
}

gboolean
service_request_fail_use (ServiceRequest  *self,
                          GError          *failure,
                          GError         **error)
{
  SecinfoProblem *problem = failure != NULL ? secinfo_problem_from_error (failure) : NULL;

  if (problem == NULL)
    {
      /* Only JSON without memory fails without a word: service_request_is_incomplete(). */
      if (failure != NULL)
        g_propagate_error (error, failure);
      return FALSE;
    }

  service_request_fail (self, secinfo_problem_ref (problem));
  g_error_free (failure);
  return TRUE;
}
