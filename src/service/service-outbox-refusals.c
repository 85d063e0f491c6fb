/* service-outbox-refusals.c - whom a gateway refused because of its settings
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "service-gateways.h"

#define FORGOTTEN 3600    /* seconds; no code lives longer, and an alert may try again then */
#define ONCE_IN   86400   /* seconds: one that was told of is told at once again */
#define QUEUED    3600    /* the same where no gateway took the alert over: as long as one may be held back */

/* Of one gateway. */
typedef struct
{
  GHashTable *accounts;   /* of gint64: whose messages it refused, in a row without a success */
  GHashTable *messages;   /* id -> gint64: when */
  gint64      told_at;    /* alerts of its settings were queued; 0 = not */
  char       *settings;   /* (nullable) those */
  gboolean    taken_over; /* one of those alerts was */
} Refusals;

struct _ServiceOutboxRefusals
{
  GHashTable *gateways;   /* id -> Refusals */
};

static void
refusals_free (Refusals *refusals)
{
  g_hash_table_unref (refusals->accounts);
  g_hash_table_unref (refusals->messages);
  g_free (refusals->settings);
  g_free (refusals);
}

ServiceOutboxRefusals *
service_outbox_refusals_new (void)
{
  ServiceOutboxRefusals *self = g_atomic_rc_box_new0 (ServiceOutboxRefusals);

  self->gateways = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) refusals_free);
  return self;
}

ServiceOutboxRefusals *
service_outbox_refusals_ref (ServiceOutboxRefusals *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
service_outbox_refusals_clear (ServiceOutboxRefusals *self)
{
  g_hash_table_unref (self->gateways);
}

void
service_outbox_refusals_unref (ServiceOutboxRefusals *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) service_outbox_refusals_clear);
}

static Refusals *
of_gateway (ServiceOutboxRefusals *self, const char *id)
{
  Refusals *refusals = g_hash_table_lookup (self->gateways, id);

  if (refusals != NULL)
    return refusals;
  refusals = g_new0 (Refusals, 1);
  refusals->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  refusals->messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->gateways, g_strdup (id), refusals);
  return refusals;
}

/* A clock that was set back forgets too. */
static gboolean
is_old (gint64 at, gint64 now)
{
  return at > now || now - at >= FORGOTTEN;
}

static gboolean
message_is_old (gpointer key, gpointer value, gpointer now)
{
  return is_old (*(gint64 *) value, *(gint64 *) now);
}

gboolean
service_outbox_refusals_note (ServiceOutboxRefusals *self, const ServiceGateway *gateway, const ServiceMessage *message,
                              gint64 now)
{
  gboolean goes_on = service_gateway_is_misconfigured (gateway) && gateway->failures > 0;
  Refusals *refusals = of_gateway (self, gateway->id);
  gboolean unknown = g_hash_table_size (refusals->accounts) == 0;

  if (!service_gateway_is_misconfigured (gateway))
    g_hash_table_remove_all (refusals->messages);
  if (!goes_on)
    g_hash_table_remove_all (refusals->accounts);
  g_hash_table_foreach_remove (refusals->messages, message_is_old, &now);
  g_hash_table_replace (refusals->messages, g_strdup (message->id), g_memdup2 (&now, sizeof now));
  /* A row that an earlier process began may have been the same account's. */
  return g_hash_table_add (refusals->accounts, g_memdup2 (&message->record, sizeof message->record)) &&
         !(goes_on && unknown);
}

gboolean
service_outbox_refusals_has (ServiceOutboxRefusals *self, const ServiceGateway *gateway, const ServiceMessage *message,
                             gint64 now)
{
  Refusals *refusals = g_hash_table_lookup (self->gateways, gateway->id);
  const gint64 *at = refusals != NULL ? g_hash_table_lookup (refusals->messages, message->id) : NULL;

  /* Mended meanwhile, it may try it again. */
  return at != NULL && !is_old (*at, now) && service_gateway_is_misconfigured (gateway);
}

void
service_outbox_refusals_told (ServiceOutboxRefusals *self, const ServiceGateway *gateway, gint64 now)
{
  Refusals *refusals;

  if (!service_gateway_is_misconfigured (gateway))
    return;
  refusals = of_gateway (self, gateway->id);
  refusals->told_at = now;
  refusals->taken_over = FALSE;
  g_free (refusals->settings);
  refusals->settings = g_strdup (gateway->settings);
}

void
service_outbox_refusals_taken_over (ServiceOutboxRefusals *self, const char *alert)
{
  GHashTableIter iter;
  gpointer refusals;

  g_hash_table_iter_init (&iter, self->gateways);
  while (g_hash_table_iter_next (&iter, NULL, &refusals))
    {
      Refusals *one = refusals;

      if (one->told_at != 0 && service_outbox_alert_tells_of (alert, one->told_at))
        one->taken_over = TRUE;
    }
}

gboolean
service_outbox_refusals_is_told (ServiceOutboxRefusals *self, const ServiceGateway *gateway)
{
  const Refusals *refusals = g_hash_table_lookup (self->gateways, gateway->id);

  return refusals != NULL && refusals->told_at != 0 && refusals->told_at <= gateway->failing_since &&
         gateway->failing_since - refusals->told_at < (refusals->taken_over ? ONCE_IN : QUEUED) &&
         g_strcmp0 (refusals->settings, gateway->settings) == 0;
}
