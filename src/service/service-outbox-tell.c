/* service-outbox-tell.c - administrators are told of a gateway that is down
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "service-administrators.h"
#include "service-alerts.h"
#include "service-gateways.h"
#include "service-sign-in-words.h"

#include <string.h>

#define LOOK_EVERY    60            /* seconds, the longest wait between looks at what is due */

/* One gateway that is down, until an alert is queued or it is well. */
typedef struct
{
  gint64   looked_at;
  gboolean published;   /* their sessions know */
} Untold;

struct _ServiceOutboxTeller
{
  guint            references;  /* the owner's, and one for each thing that calls back */
  ServiceInstance *instance;    /* (nullable) the owner let go */
  GHashTable      *untold;      /* of gateway id to Untold */
  gint64           due_at;      /* the next of which is to be told; 0 = none */
  guint            timer;       /* GSource id */
  ServiceOutboxRefusals *refusals;
};

/* One gateway, from when its administrators are to be told of it until their alerts are queued. */
typedef struct
{
  ServiceOutboxTeller *teller;
  ServiceInstance *instance;
  char            *gateway;
  gboolean         publish;
  gboolean         settled;   /* (out) there is nothing to look for again */
  ServiceAdministrators *they;   /* (nullable) until they are found */
  GPtrArray       *events;
  SecinfoNow       now;
  char             language[16];
} Telling;

static void
teller_unref (ServiceOutboxTeller *self)
{
  if (--self->references > 0)
    return;
  g_hash_table_unref (self->untold);
  service_outbox_refusals_unref (self->refusals);
  g_free (self);
}

static void
telling_free (Telling *telling)
{
  teller_unref (telling->teller);
  g_free (telling->gateway);
  g_clear_pointer (&telling->they, service_administrators_free);
  g_ptr_array_unref (telling->events);
  g_free (telling);
}

/* Seconds until it is looked again where nobody could be told. */
static guint
look_again (ServiceInstance *instance)
{
  return MAX (service_instance_get_policy (instance)->gateway_down, 1);
}

static gint64
telling_at (ServiceInstance *instance, ServiceOutboxRefusals *refusals, const ServiceGateway *gateway)
{
  return service_outbox_tell_at (refusals, gateway, service_instance_get_policy (instance)->gateway_down);
}

/* --- queue their alerts ------------------------------------------------------------------------------------------- */

/* The gateway that fails is no way to say that it does. */
static gboolean
has_other (ServiceUse *use, SecinfoMedium medium, const char *gateway, gboolean *has, GError **error)
{
  g_autoptr(GPtrArray) all = service_gateways_for_medium (use->instance, use->txn, medium, error);
  g_autoptr(GPtrArray) usable = NULL;
  gint64 soonest;

  if (all == NULL)
    return FALSE;
  usable = service_outbox_list_usable (all, use->now->wall, &soonest);
  for (guint i = 0; i < usable->len; i++)
    {
      const ServiceGateway *other = g_ptr_array_index (usable, i);

      *has |= service_gateway_works (other) && !g_str_equal (other->id, gateway);
    }
  return TRUE;
}

/* TRUE in @told where an alert is queued. */
static gboolean
tell_contacts (ServiceUse *use, const char *gateway, gboolean *told, GError **error)
{
  g_autoptr(GPtrArray) contacts = service_store_addressees (use->txn, use->record, FALSE, error);

  if (contacts == NULL)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceAddressee *to = g_ptr_array_index (contacts, i);
      gboolean email = to->kind == SECINFO_CONTACT_EMAIL, has = FALSE;

      if (!has_other (use, email ? SECINFO_MEDIUM_EMAIL : SECINFO_MEDIUM_SMS, gateway, &has, error) ||
          (!email && !has_other (use, SECINFO_MEDIUM_VOICE, gateway, &has, error)))
        return FALSE;
      if (has && !service_alerts_queue (use, use->record, SERVICE_ALERT_GATEWAY_DOWN, to, error))
        return FALSE;
      *told |= has;
    }
  return TRUE;
}

/* A way for alerts alone goes to one place, whoever administers: one message, of the first of them. */
static gboolean
tell_push (ServiceUse *use, const char *gateway, gboolean *pushed, GError **error)
{
  if (*pushed || !has_other (use, SECINFO_MEDIUM_PUSH, gateway, pushed, error))
    return *pushed;
  return !*pushed || service_alerts_queue_push (use, use->record, SERVICE_ALERT_GATEWAY_DOWN, error);
}

/* Of a suspended account the contacts may be an earlier owner's. */
static gboolean
tell_one (ServiceUse *use, const char *gateway, Telling *telling, gboolean *pushed, GError **error)
{
  gboolean active, told = FALSE, had = *pushed;

  if (!service_store_account_is_active (use->txn, use->record, &active, error))
    return FALSE;
  if (!active)
    return TRUE;
  if (!tell_contacts (use, gateway, &told, error) || !tell_push (use, gateway, pushed, error))
    return FALSE;
  if (!told && *pushed == had)
    return TRUE;
  telling->settled = TRUE;
  return service_store_audit_add (use->txn, use->record, SERVICE_ALERT_GATEWAY_DOWN, gateway, use->now->wall, error);
}

static gboolean
tell_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Telling *telling = data;
  GError *local = NULL;
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, telling->gateway, &local);
  ServiceUse use = { .instance = telling->instance, .txn = txn, .now = &telling->now, .language = telling->language };

  gboolean pushed = FALSE;

  g_ptr_array_set_size (telling->events, 0);
  telling->settled = FALSE;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  /* Gone, in order again, or somebody was quicker. */
  telling->settled = gateway == NULL || telling_at (telling->instance, telling->teller->refusals, gateway) == 0;
  if (telling->settled)
    return TRUE;

  for (guint i = 0; i < telling->they->names->len; i++)
    {
      uid_t uid = g_array_index (telling->they->uids, uid_t, i);

      if (!service_store_account_record (txn, uid, g_ptr_array_index (telling->they->names, i), &use.record, error))
        return FALSE;
      if (use.record == 0)
        continue;
      if (!tell_one (&use, gateway->id, telling, &pushed, error))
        return FALSE;
      if (telling->publish)
        service_outbox_events_add (telling->events, uid, "alert", SERVICE_ALERT_GATEWAY_DOWN);
    }
  if (!telling->settled)
    return TRUE;
  gateway->told_at = -telling->now.wall;
  service_outbox_refusals_told (telling->teller->refusals, gateway, telling->now.wall);
  return service_store_gateway_fare (txn, gateway, TRUE, error);
}

/* Where nobody was found because the name service fails, the event is still to come. */
static void
note_done (Telling *telling)
{
  Untold *untold = g_hash_table_lookup (telling->teller->untold, telling->gateway);

  if (untold == NULL)
    return;
  if (telling->settled)
    g_hash_table_remove (telling->teller->untold, telling->gateway);
  else
    untold->published |= telling->events->len > 0 || !telling->they->unsure;
}

static void
tell_done (gpointer data, const GError *error)
{
  Telling *telling = data;

  if (error != NULL)
    g_warning ("Administrators could not be told of a gateway that is down: %s", error->message);
  else
    {
      note_done (telling);
      service_outbox_events_publish (telling->events, telling->instance);
      service_outbox_wake (telling->instance->outbox);
    }
  telling_free (telling);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Telling *telling = data;

  telling->they = service_administrators_find_finish (result);
  secinfo_now_read (&telling->now);
  service_store_write (telling->instance->store, tell_func, tell_done, telling);
}

static void
find (ServiceOutboxTeller *self, const char *gateway, gboolean publish)
{
  Telling *telling = g_new0 (Telling, 1);

  self->references++;
  telling->teller = self;
  telling->instance = self->instance;
  telling->gateway = g_strdup (gateway);
  telling->publish = publish;
  telling->events = service_outbox_events_new ();
  service_sign_in_language (telling->language);
  service_administrators_find_async (self->instance->mode, found_cb, telling);
}

static void
tell (ServiceOutboxTeller *self, const char *gateway, gint64 now)
{
  Untold *untold = g_hash_table_lookup (self->untold, gateway);

  if (untold != NULL && now >= untold->looked_at && now - untold->looked_at < look_again (self->instance))
    return;
  if (untold == NULL)
    {
      untold = g_new0 (Untold, 1);
      g_hash_table_insert (self->untold, g_strdup (gateway), untold);
    }
  untold->looked_at = now;
  find (self, gateway, !untold->published);
}

/* --- when --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  ServiceOutboxTeller *teller;
  ServiceInstance     *instance;
  SecinfoNow           now;
  GPtrArray           *due;       /* (out) of gateway ids */
  gint64               next_at;   /* (out) 0 = none */
} Look;

static gboolean
look_at (ServiceStoreTxn *txn, Look *look, const ServiceGateway *gateway, GError **error)
{
  g_autoptr(ServiceGateway) later = NULL;
  gint64 at = telling_at (look->instance, look->teller->refusals, gateway);

  if (at == 0)
    return TRUE;
  if (gateway->failing_since > look->now.wall)
    {
      /* The clock was set back: the wait begins anew. */
      later = service_store_gateway_get (txn, gateway->id, error);
      if (later == NULL)
        return FALSE;
      at += look->now.wall - later->failing_since;
      later->failing_since = later->failed_at = look->now.wall;
      if (!service_store_gateway_fare (txn, later, FALSE, error))
        return FALSE;
    }
  if (at <= look->now.wall)
    g_ptr_array_add (look->due, g_strdup (gateway->id));
  else if (look->next_at == 0 || at < look->next_at)
    look->next_at = at;
  return TRUE;
}

static gboolean
look_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Look *look = data;
  GPtrArray *known = service_store_gateways_known (txn, error);
  g_autoptr(GPtrArray) all = known != NULL ? g_ptr_array_ref (known) : NULL;   /* a write forgets them */

  if (all == NULL)
    return FALSE;
  g_ptr_array_set_size (look->due, 0);
  look->next_at = 0;
  for (guint i = 0; i < all->len; i++)
    {
      if (!look_at (txn, look, g_ptr_array_index (all, i), error))
        return FALSE;
    }
  return TRUE;
}

static void look (ServiceOutboxTeller *self);

static gboolean
look_cb (gpointer data)
{
  ServiceOutboxTeller *self = data;

  self->timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

/* A wall clock may be set while we wait: never longer than a minute at a time. Where nobody could be told of one that
 * is not tried any more, nothing else leads to another look; the service does not stay for that, its next start looks
 * too. */
static void
wait_until (ServiceOutboxTeller *self, gint64 at, gint64 now)
{
  guint seconds = 0;

  if (at != 0)
    seconds = (guint) CLAMP (at - now, 1, LOOK_EVERY);
  else if (g_hash_table_size (self->untold) > 0)
    seconds = look_again (self->instance);

  self->due_at = at;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (seconds != 0)
    self->timer = g_timeout_add_seconds (seconds, look_cb, self);
}

static void
look_done (gpointer data, const GError *error)
{
  Look *look = data;
  ServiceOutboxTeller *self = look->teller;

  if (self->instance != NULL && error == NULL)
    {
      for (guint i = 0; i < look->due->len; i++)
        tell (self, g_ptr_array_index (look->due, i), look->now.wall);
      wait_until (self, look->next_at, look->now.wall);
    }
  else if (self->instance != NULL)
    wait_until (self, look->now.wall + LOOK_EVERY, look->now.wall);
  g_ptr_array_unref (look->due);
  g_free (look);
  teller_unref (self);
}

static void
look (ServiceOutboxTeller *self)
{
  Look *one = g_new0 (Look, 1);

  self->references++;
  one->teller = self;
  one->instance = self->instance;
  one->due = g_ptr_array_new_with_free_func (g_free);
  secinfo_now_read (&one->now);
  service_store_write (self->instance->store, look_func, look_done, one);
}

ServiceOutboxTeller *
service_outbox_teller_new (ServiceInstance *instance, ServiceOutboxRefusals *refusals)
{
  ServiceOutboxTeller *self = g_new0 (ServiceOutboxTeller, 1);

  self->references = 1;
  self->instance = instance;
  self->refusals = service_outbox_refusals_ref (refusals);
  self->untold = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  look (self);
  return self;
}

void
service_outbox_teller_free (ServiceOutboxTeller *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->instance = NULL;
  teller_unref (self);
}

void
service_outbox_teller_take (ServiceOutboxTeller *self, const char *gateway, const ServiceOutboxOutcome *outcome)
{
  gint64 now = outcome->now.wall, at = outcome->tell_at;

  if (outcome->well)
    g_hash_table_remove (self->untold, gateway);
  if (at != 0 && at <= now)
    {
      tell (self, gateway, now);
      wait_until (self, self->due_at, now);
    }
  else if (at != 0 && (self->due_at == 0 || at < self->due_at))
    wait_until (self, at, now);
}

gboolean
service_outbox_teller_is_due (ServiceOutboxTeller *self, gint64 seconds)
{
  SecinfoNow now;

  secinfo_now_read (&now);
  return self->due_at != 0 && self->due_at <= now.wall + seconds;
}

/* --- one of them was told ----------------------------------------------------------------------------------------- */

gboolean
service_outbox_alert_tells_of (const char *alert, gint64 at)
{
  for (const char *p = alert; p != NULL && (p = strstr (p, SERVICE_ALERT_GATEWAY_DOWN "@")) != NULL;)
    {
      p += strlen (SERVICE_ALERT_GATEWAY_DOWN "@");
      if (g_ascii_strtoll (p, NULL, 10) == at)
        return TRUE;
    }
  return FALSE;
}

gboolean
service_outbox_note_told (ServiceStoreTxn *txn, ServiceOutboxRefusals *refusals, const ServiceMessage *message,
                          gint64 now, gboolean *changed, GError **error)
{
  gboolean tells = message->state == SECINFO_DELIVERY_HANDED_OVER && message->alert != NULL &&
                   strstr (message->alert, SERVICE_ALERT_GATEWAY_DOWN "@") != NULL;
  g_autoptr(GPtrArray) all = tells ? service_store_gateway_list (txn, error) : NULL;

  if (tells && all == NULL)
    return FALSE;
  if (tells)
    service_outbox_refusals_taken_over (refusals, message->alert);
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (gateway->told_at >= 0 || !service_outbox_alert_tells_of (message->alert, -gateway->told_at))
        continue;
      gateway->told_at = now;
      *changed = TRUE;
      if (!service_store_gateway_fare (txn, gateway, TRUE, error))
        return FALSE;
    }
  return TRUE;
}
