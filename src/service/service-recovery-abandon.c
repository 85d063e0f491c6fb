/* service-recovery-abandon.c - a ticket whose connection is gone
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-recovery.h"

#include <sodium.h>
#include <string.h>

static void
voided_cb (gpointer      data,
           const GError *error)
{
  ServiceRedeeming *gone = data;

  if (error != NULL)
    g_warning ("What became of a ticket could not be written: %s", error->message);
  g_free (gone->name);
  sodium_memzero (gone, sizeof *gone);
  g_free (gone);
}

void
service_recovery_abandon (ServiceInstance *instance,
                          const guint8     ticket[SECINFO_TICKET_SIZE],
                          gboolean         taken,
                          const char      *language)
{
  ServiceRedeeming *gone = g_new0 (ServiceRedeeming, 1);

  gone->instance = instance;
  secinfo_now_read (&gone->now);
  memcpy (gone->ticket, ticket, sizeof gone->ticket);
  g_strlcpy (gone->language, language, sizeof gone->language);
  gone->result = (guint) -1;
  service_store_write_first (instance->store, taken ? service_recovery_result : service_recovery_void, voided_cb, gone);
}
