/* service-sign-in-ticket.c - secinfo-password at the sign-in socket
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-line.h"

#include <string.h>

static gboolean
redeem_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  return service_recovery_redeem (txn, &((ServiceSignInLine *) data)->redeeming, error);
}

static void
redeemed_cb (gpointer      data,
             const GError *error)
{
  ServiceSignInLine *line = data;

  if (error != NULL)
    g_warning ("A ticket could not be taken: %s", error->message);
  line->taken = error == NULL && line->redeeming.fine;
  if (line->owner == NULL && line->taken)
    g_warning ("A ticket was taken by a caller who left at once");
  if (line->owner != NULL)
    {
      memcpy (line->ticket, line->redeeming.ticket, sizeof line->ticket);
      /* No secret in its time: a ticket is 128 random bits. */
      service_sign_in_line_say (line, line->taken ? SECINFO_SIGN_IN_TAKEN : SECINFO_SIGN_IN_REFUSED,
                                line->redeeming.proofs);
    }
  service_sign_in_line_unref (line);
}

static gboolean
result_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  return service_recovery_result (txn, &((ServiceSignInLine *) data)->redeeming, error);
}

static void
noted_cb (gpointer      data,
          const GError *error)
{
  ServiceSignInLine *line = data;
  ServiceSignIn *self = line->owner;
  const ServiceRedeeming *what = &line->redeeming;

  if (error != NULL)
    {
      g_warning ("What became of a recovery could not be written: %s", error->message);
      /* Known it is: nobody has to be told that it is not. */
      line->taken = FALSE;
      service_recovery_write_later (what);
    }
  if (self == NULL || error != NULL)
    {
      if (self != NULL)
        service_sign_in_line_close (line);
      service_sign_in_line_unref (line);
      return;
    }

  line->taken = FALSE;
  service_recovery_publish (what);
  service_sign_in_line_say (line, SECINFO_SIGN_IN_NOTED, 0);
  service_sign_in_line_unref (line);
}

void
service_sign_in_redeem (ServiceSignInLine                    *line,
                        const struct secinfo_sign_in_request *request)
{
  ServiceRedeeming *what = &line->redeeming;

  memset (what, 0, sizeof *what);
  what->instance = line->owner->instance;
  secinfo_now_read (&what->now);
  memcpy (what->ticket, request->ticket, sizeof what->ticket);
  g_strlcpy (line->user, request->user, sizeof line->user);
  what->user = line->user;
  what->reset = request->reset == 1;
  service_store_write_first (what->instance->store, redeem_func, redeemed_cb, service_sign_in_line_ref (line));
}

void
service_sign_in_result (ServiceSignInLine                    *line,
                        const struct secinfo_sign_in_request *request)
{
  ServiceRedeeming *what = &line->redeeming;

  g_clear_pointer (&what->name, g_free);
  secinfo_now_read (&what->now);
  what->result = request->result;
  g_strlcpy (what->language, line->owner->language, sizeof what->language);
  service_store_write_first (what->instance->store, result_func, noted_cb, service_sign_in_line_ref (line));
}
