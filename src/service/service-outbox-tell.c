/* service-outbox-tell.c - administrators are told of a gateway that is down
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "service-alerts.h"
#include "service-gateways.h"
#include "service-sign-in-words.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define MOST          64            /* administrators */
#define BUFFER        16384         /* bytes of an entry of the name service, at first */
#define BUFFER_MOST   (1024 * 1024)
#define LOOK_AGAIN    600           /* seconds until it is looked again where nobody could be told */

/* One gateway that is down, until an alert is queued or it is well. */
typedef struct
{
  gint64   looked_at;
  gboolean published;   /* their sessions know */
} Untold;

/* One gateway, from the failure that opened its circuit until its administrators' alerts are queued. */
typedef struct
{
  ServiceInstance *instance;
  GHashTable      *untold;    /* of gateway id to Untold; main loop alone */
  char            *gateway;
  gboolean         publish;
  gboolean         unsure;    /* the name service did not say who they are */
  gboolean         settled;   /* (out) there is nothing to look for again */
  GPtrArray       *names;     /* of administrators' accounts */
  GArray          *uids;      /* of uid_t, in the same order */
  GPtrArray       *events;
  SecinfoNow       now;
  char             language[16];
} Telling;

static void
telling_free (Telling *telling)
{
  g_hash_table_unref (telling->untold);
  g_free (telling->gateway);
  g_ptr_array_unref (telling->names);
  g_array_unref (telling->uids);
  g_ptr_array_unref (telling->events);
  g_free (telling);
}

/* --- who they are, on a thread of its own: the name service may be slow ------------------------------------------- */

/* getpwnam_r(3): "not found" may be said by these too. */
static gboolean
is_error (int failed)
{
  return failed != 0 && failed != ENOENT && failed != ESRCH;
}

static void
add_user (Telling *telling, const char *name, uid_t uid)
{
  g_autofree char *buffer = g_malloc (BUFFER);
  struct passwd entry, *found = NULL;
  int failed = name != NULL ? getpwnam_r (name, &entry, buffer, BUFFER, &found)
                            : getpwuid_r (uid, &entry, buffer, BUFFER, &found);

  telling->unsure |= is_error (failed);
  if (failed != 0 || found == NULL || telling->names->len >= MOST ||
      g_ptr_array_find_with_equal_func (telling->names, found->pw_name, g_str_equal, NULL))
    return;
  g_ptr_array_add (telling->names, g_strdup (found->pw_name));
  g_array_append_val (telling->uids, found->pw_uid);
}

static void
add_group (Telling *telling, const char *name)
{
  gsize size = BUFFER;
  g_autofree char *buffer = g_malloc (size);
  struct group entry, *found = NULL;
  int failed;

  while ((failed = getgrnam_r (name, &entry, buffer, size, &found)) == ERANGE && size < BUFFER_MOST)
    buffer = g_realloc (buffer, size *= 2);
  telling->unsure |= is_error (failed);
  for (guint i = 0; found != NULL && found->gr_mem[i] != NULL; i++)
    add_user (telling, found->gr_mem[i], 0);
}

static void
find_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static const char *const groups[] = { "sudo", "wheel", "admin" };
  Telling *telling = data;

  if (telling->instance->mode == SERVICE_MODE_PRIVATE)
    add_user (telling, NULL, geteuid ());
  else
    {
      for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
        add_group (telling, groups[i]);
    }
  g_task_return_boolean (task, TRUE);
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

      *has |= other->ready && !g_str_equal (other->id, gateway);
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
  telling->settled = gateway == NULL || !service_outbox_is_to_be_told (gateway);
  if (telling->settled)
    return TRUE;

  for (guint i = 0; i < telling->names->len; i++)
    {
      uid_t uid = g_array_index (telling->uids, uid_t, i);

      if (!service_store_account_record (txn, uid, g_ptr_array_index (telling->names, i), &use.record, error))
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
  return service_store_gateway_fare (txn, gateway, TRUE, error);
}

/* Where nobody was found because the name service fails, the event is still to come. */
static void
note_done (Telling *telling)
{
  Untold *untold = g_hash_table_lookup (telling->untold, telling->gateway);

  if (untold == NULL)
    return;
  if (telling->settled)
    g_hash_table_remove (telling->untold, telling->gateway);
  else
    untold->published |= telling->events->len > 0 || !telling->unsure;
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
      if (telling->instance->outbox != NULL)
        service_outbox_wake (telling->instance->outbox);
    }
  telling_free (telling);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Telling *telling = data;

  secinfo_now_read (&telling->now);
  service_store_write (telling->instance->store, tell_func, tell_done, telling);
}

static void
look (ServiceInstance *instance, GHashTable *untold, const char *gateway, gboolean publish)
{
  Telling *telling = g_new0 (Telling, 1);
  g_autoptr(GTask) task = g_task_new (NULL, NULL, found_cb, telling);

  telling->instance = instance;
  telling->untold = g_hash_table_ref (untold);
  telling->gateway = g_strdup (gateway);
  telling->publish = publish;
  telling->names = g_ptr_array_new_with_free_func (g_free);
  telling->uids = g_array_new (FALSE, FALSE, sizeof (uid_t));
  telling->events = service_outbox_events_new ();
  service_sign_in_language (telling->language);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, telling, NULL);
  g_task_run_in_thread (task, find_thread);
}

GHashTable *
service_outbox_untold_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
service_outbox_tell (ServiceInstance *instance, GHashTable *all, const char *gateway)
{
  Untold *untold = g_hash_table_lookup (all, gateway);
  SecinfoNow now;

  secinfo_now_read (&now);
  if (untold != NULL && now.wall >= untold->looked_at && now.wall - untold->looked_at < LOOK_AGAIN)
    return;
  if (untold == NULL)
    {
      untold = g_new0 (Untold, 1);
      g_hash_table_insert (all, g_strdup (gateway), untold);
    }
  untold->looked_at = now.wall;
  look (instance, all, gateway, !untold->published);
}

/* --- one of them was told ----------------------------------------------------------------------------------------- */

/* Does @alert tell of one that went down then? */
static gboolean
tells_of (const char *alert, gint64 at)
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
service_outbox_note_told (ServiceStoreTxn *txn, const ServiceMessage *message, gint64 now, gboolean *changed,
                          GError **error)
{
  gboolean tells = message->state == SECINFO_DELIVERY_HANDED_OVER && message->alert != NULL &&
                   strstr (message->alert, SERVICE_ALERT_GATEWAY_DOWN "@") != NULL;
  g_autoptr(GPtrArray) all = tells ? service_store_gateway_list (txn, error) : NULL;

  if (tells && all == NULL)
    return FALSE;
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (gateway->told_at >= 0 || !tells_of (message->alert, -gateway->told_at))
        continue;
      gateway->told_at = now;
      *changed = TRUE;
      if (!service_store_gateway_fare (txn, gateway, TRUE, error))
        return FALSE;
    }
  return TRUE;
}
