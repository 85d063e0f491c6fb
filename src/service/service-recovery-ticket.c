/* service-recovery-ticket.c - what a right recovery gives, once
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-recovery-ticket.h"

#include "service-contacts.h"
#include "service-elevation.h"
#include "service-events.h"
#include "service-lines.h"
#include "service-outbox.h"
#include "service-sign-in-open.h"

#include <sodium.h>
#include <string.h>

enum
{
  TICKET_LIFE = 600,      /* seconds */
  MOST_BACKS = 3,
  AGAIN = 5,              /* seconds until what could not be written is tried once more */
};

static void
hash_ticket (const guint8 ticket[SECINFO_TICKET_SIZE],
             guint8       hash[32])
{
  crypto_generichash (hash, 32, ticket, SECINFO_TICKET_SIZE, NULL, 0);
}

char *
service_recovery_subject (const char *name)
{
  return g_strdup_printf ("name:%s", name);
}

/* --- giving ------------------------------------------------------------------------------------------------------- */

/* Is a ticket of that name being redeemed right now? Another one in its place would leave what became of it unheard. */
static gboolean
is_taken (ServiceStoreTxn  *txn,
          const char       *name,
          gboolean         *taken,
          GError          **error)
{
  g_autoptr(GPtrArray) list = service_store_ticket_taken (txn, error);

  *taken = FALSE;
  for (guint i = 0; list != NULL && i < list->len; i++)
    *taken = *taken || g_str_equal (((ServiceTicket *) list->pdata[i])->name, name);
  return list != NULL;
}

gboolean
service_recovery_give (ServiceStoreTxn   *txn,
                       ServiceTicket     *ticket,
                       const guint8       secret[SECINFO_TICKET_SIZE],
                       const SecinfoNow  *now,
                       gint64             record,
                       gboolean          *given,
                       GError           **error)
{
  gboolean taken;

  if (!is_taken (txn, ticket->name, &taken, error))
    return FALSE;
  *given = !taken;
  if (taken)
    return TRUE;

  hash_ticket (secret, ticket->hash);
  ticket->state = SERVICE_TICKET_GIVEN;
  ticket->at = now->wall;
  ticket->boot = now->boot;
  g_strlcpy (ticket->boot_id, now->boot_id, sizeof ticket->boot_id);
  return service_store_ticket_put (txn, ticket, error) &&
         service_store_audit_add (txn, record, "recovery-proven", NULL, now->wall, error);
}

/* --- taking ------------------------------------------------------------------------------------------------------- */

static gboolean
ticket_lives (const ServiceTicket *ticket,
              const SecinfoNow    *now)
{
  return secinfo_policy_code_lives (ticket->at, ticket->boot, ticket->boot_id, TICKET_LIFE, now);
}

/* NULL in @ticket: there is none. */
static gboolean
find_ticket (ServiceStoreTxn         *txn,
             const ServiceRedeeming  *redeeming,
             ServiceTicket          **ticket,
             GError                 **error)
{
  GError *local_error = NULL;
  guint8 hash[32];

  hash_ticket (redeeming->ticket, hash);
  *ticket = service_store_ticket_find (txn, hash, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

gboolean
service_recovery_redeem (ServiceStoreTxn  *txn,
                         gpointer          data,
                         GError          **error)
{
  ServiceRedeeming *redeeming = data;
  g_autoptr(ServiceTicket) ticket = NULL;

  if (!find_ticket (txn, redeeming, &ticket, error))
    return FALSE;
  if (service_instance_get_policy (redeeming->instance)->way_back_in == 0 ||
      ticket == NULL || ticket->state != SERVICE_TICKET_GIVEN || !ticket_lives (ticket, &redeeming->now) ||
      !g_str_equal (ticket->account, redeeming->user))
    return TRUE;

  ticket->state = SERVICE_TICKET_TAKEN;
  ticket->reset = redeeming->reset;
  redeeming->fine = TRUE;
  redeeming->proofs = ticket->proofs;
  return service_store_ticket_put (txn, ticket, error);
}

/* A password was changed with a code, or the account unlocked: everybody who may know is told. */
static gboolean
tell_all (ServiceRedeeming     *redeeming,
          const ServiceTicket  *ticket,
          ServiceStoreTxn      *txn,
          gboolean              sure,
          GError              **error)
{
  const char *what = !sure ? "recovery-unclear" : ticket->reset ? "recovered" : "unlocked";
  ServiceAccount account = { .uid = ticket->uid, .name = ticket->account };
  ServiceUse use = { .account = &account };

  use.instance = redeeming->instance;
  use.txn = txn;
  use.now = &redeeming->now;
  use.language = redeeming->language;
  redeeming->told = what;
  if (!service_store_account_record (txn, ticket->uid, ticket->account, &use.record, error))
    return FALSE;
  return use.record == 0 || service_contacts_alert (&use, what, NULL, FALSE, error);
}

static gboolean
use_up (ServiceRedeeming  *redeeming,
        ServiceTicket     *ticket,
        ServiceStoreTxn   *txn,
        gboolean           sure,
        GError           **error)
{
  g_autofree char *who = service_recovery_subject (ticket->name);

  ticket->state = SERVICE_TICKET_USED;
  redeeming->over = TRUE;
  redeeming->changed = sure && ticket->reset;
  return service_store_ticket_put (txn, ticket, error) &&
         service_store_recovery_delete (txn, ticket->name, error) &&
         service_store_streak_clear (txn, SERVICE_STREAK_SAVED, who, error) &&
         tell_all (redeeming, ticket, txn, sure, error);
}

static gboolean
give_back (ServiceTicket    *ticket,
           ServiceStoreTxn  *txn,
           GError          **error)
{
  ticket->backs++;
  ticket->state = ticket->backs >= MOST_BACKS ? SERVICE_TICKET_USED : SERVICE_TICKET_GIVEN;
  return service_store_ticket_put (txn, ticket, error);
}

gboolean
service_recovery_result (ServiceStoreTxn  *txn,
                         gpointer          data,
                         GError          **error)
{
  ServiceRedeeming *redeeming = data;
  g_autoptr(ServiceTicket) ticket = NULL;

  if (!find_ticket (txn, redeeming, &ticket, error))
    return FALSE;
  if (ticket == NULL || ticket->state != SERVICE_TICKET_TAKEN)
    return TRUE;

  redeeming->fine = TRUE;
  redeeming->name = g_strdup (ticket->name);
  redeeming->uid = ticket->uid;
  switch (redeeming->result)
    {
    case SECINFO_PASSWORD_OK:
      return use_up (redeeming, ticket, txn, TRUE, error);
    case SECINFO_PASSWORD_REFUSED:
    case SECINFO_PASSWORD_LIMIT:
      return give_back (ticket, txn, error);
    case (guint) -1:
      return use_up (redeeming, ticket, txn, FALSE, error);
    default:
      ticket->state = SERVICE_TICKET_USED;
      return service_store_ticket_put (txn, ticket, error);
    }
}

gboolean
service_recovery_void (ServiceStoreTxn  *txn,
                       gpointer          data,
                       GError          **error)
{
  ServiceRedeeming *redeeming = data;
  g_autoptr(ServiceTicket) ticket = NULL;

  if (!find_ticket (txn, redeeming, &ticket, error))
    return FALSE;
  if (ticket == NULL || ticket->state != SERVICE_TICKET_GIVEN)
    return TRUE;
  ticket->state = SERVICE_TICKET_USED;
  return service_store_ticket_put (txn, ticket, error);
}

gboolean
service_recovery_settle (ServiceStoreTxn  *txn,
                         gpointer          data,
                         GError          **error)
{
  g_autoptr(GPtrArray) taken = service_store_ticket_taken (txn, error);

  if (taken == NULL)
    return FALSE;
  for (guint i = 0; i < taken->len; i++)
    {
      if (!use_up (data, g_ptr_array_index (taken, i), txn, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

/* --- a ticket whose connection is gone ---------------------------------------------------------------------------- */

static void write_gone (ServiceRedeeming *gone);

static void
gone_free (ServiceRedeeming *gone)
{
  g_free (gone->name);
  sodium_memzero (gone, sizeof *gone);
  g_free (gone);
}

static gboolean
write_again_cb (gpointer data)
{
  write_gone (data);
  return G_SOURCE_REMOVE;
}

/* A full disk ends some day; a service that ends before finds the ticket taken at its next start. */
static void
gone_cb (gpointer      data,
         const GError *error)
{
  ServiceRedeeming *gone = data;

  if (error != NULL)
    {
      g_warning ("What became of a ticket could not be written: %s", error->message);
      if (gone->instance->store == NULL)
        gone_free (gone);   /* the service ends */
      else
        g_timeout_add_seconds (AGAIN, write_again_cb, gone);
      return;
    }
  service_recovery_publish (gone);
  gone_free (gone);
}

static void
write_gone (ServiceRedeeming *gone)
{
  g_clear_pointer (&gone->name, g_free);
  gone->over = gone->changed = FALSE;
  gone->told = NULL;
  service_store_write_first (gone->instance->store, gone->taken ? service_recovery_result : service_recovery_void,
                             gone_cb, gone);
}

void
service_recovery_publish (const ServiceRedeeming *what)
{
  ServiceInstance *instance = what->instance;

  if (what->over)
    {
      if (instance->open_files != NULL && what->name != NULL)
        service_open_files_set (instance->open_files, what->name, 0, what->now.wall);
      service_events_publish (instance->events, what->uid, "account", NULL);
      if (what->told != NULL)
        service_events_publish (instance->events, what->uid, "alert", what->told);
      service_outbox_wake (instance->outbox);
    }
  /* Whoever knew the old password confirmed himself with it. */
  if (what->told != NULL && !g_str_equal (what->told, "unlocked") && instance->elevations != NULL)
    service_elevations_end_uid (instance->elevations, what->uid);
  if (what->changed)
    service_lines_put (instance, what->uid, SECINFO_LINE_PASSWORD_CHANGED, 0, 1, what->now.wall);
}

void
service_recovery_write_later (const ServiceRedeeming *what)
{
  ServiceRedeeming *gone = g_memdup2 (what, sizeof *what);

  gone->user = NULL;
  gone->name = NULL;
  gone->taken = TRUE;
  g_timeout_add_seconds (AGAIN, write_again_cb, gone);
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
  gone->taken = taken;
  write_gone (gone);
}
