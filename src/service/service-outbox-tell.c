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

/* One gateway, from the failure that opened its circuit until its administrators' alerts are queued. */
typedef struct
{
  ServiceInstance *instance;
  char            *gateway;
  GPtrArray       *names;     /* of administrators' accounts */
  GArray          *uids;      /* of uid_t, in the same order */
  GPtrArray       *events;
  SecinfoNow       now;
  char             language[16];
} Telling;

static void
telling_free (Telling *telling)
{
  g_free (telling->gateway);
  g_ptr_array_unref (telling->names);
  g_array_unref (telling->uids);
  g_ptr_array_unref (telling->events);
  g_free (telling);
}

/* --- who they are, on a thread of its own: the name service may be slow ------------------------------------------- */

static void
add_user (Telling *telling, const char *name, uid_t uid)
{
  g_autofree char *buffer = g_malloc (BUFFER);
  struct passwd entry, *found = NULL;
  int failed = name != NULL ? getpwnam_r (name, &entry, buffer, BUFFER, &found)
                            : getpwuid_r (uid, &entry, buffer, BUFFER, &found);

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

  while (getgrnam_r (name, &entry, buffer, size, &found) == ERANGE && size < BUFFER_MOST)
    buffer = g_realloc (buffer, size *= 2);
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

static gboolean
tell_one (ServiceUse *use, const char *gateway, GError **error)
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
    }
  return service_store_audit_add (use->txn, use->record, SERVICE_ALERT_GATEWAY_DOWN, gateway, use->now->wall, error);
}

static gboolean
tell_func (ServiceStoreTxn *txn, gpointer data, GError **error)
{
  Telling *telling = data;
  GError *local = NULL;
  g_autoptr(ServiceGateway) gateway = service_store_gateway_get (txn, telling->gateway, &local);
  ServiceUse use = { .instance = telling->instance, .txn = txn, .now = &telling->now, .language = telling->language };

  g_ptr_array_set_size (telling->events, 0);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  /* Gone, in order again, or somebody was quicker. */
  if (gateway == NULL || !service_outbox_is_to_be_told (gateway))
    return TRUE;

  for (guint i = 0; i < telling->names->len; i++)
    {
      uid_t uid = g_array_index (telling->uids, uid_t, i);

      if (!service_store_account_record (txn, uid, g_ptr_array_index (telling->names, i), &use.record, error))
        return FALSE;
      if (use.record == 0)
        continue;
      if (!tell_one (&use, gateway->id, error))
        return FALSE;
      service_outbox_events_add (telling->events, uid, "alert", SERVICE_ALERT_GATEWAY_DOWN);
    }
  /* Once: also where there is nobody, or no way to any of them. */
  gateway->told_at = -telling->now.wall;
  return service_store_gateway_fare (txn, gateway, TRUE, error);
}

static void
tell_done (gpointer data, const GError *error)
{
  Telling *telling = data;

  if (error != NULL)
    g_warning ("Administrators could not be told of a gateway that is down: %s", error->message);
  else
    {
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

void
service_outbox_tell (ServiceInstance *instance, const char *gateway)
{
  Telling *telling = g_new0 (Telling, 1);
  g_autoptr(GTask) task = g_task_new (NULL, NULL, found_cb, telling);

  telling->instance = instance;
  telling->gateway = g_strdup (gateway);
  telling->names = g_ptr_array_new_with_free_func (g_free);
  telling->uids = g_array_new (FALSE, FALSE, sizeof (uid_t));
  telling->events = service_outbox_events_new ();
  service_sign_in_language (telling->language);
  g_task_set_source_tag (task, service_outbox_tell);
  g_task_set_task_data (task, telling, NULL);
  g_task_run_in_thread (task, find_thread);
}

/* --- one of them was told ----------------------------------------------------------------------------------------- */

/* When the last of those was that @alert tells of; 0: of none. */
static gint64
last_told_of (const char *alert)
{
  gint64 last = 0;

  for (const char *p = alert; p != NULL && (p = strstr (p, SERVICE_ALERT_GATEWAY_DOWN "@")) != NULL;)
    {
      p += strlen (SERVICE_ALERT_GATEWAY_DOWN "@");
      last = MAX (last, g_ascii_strtoll (p, NULL, 10));
    }
  return last;
}

gboolean
service_outbox_note_told (ServiceStoreTxn *txn, const ServiceMessage *message, gint64 now, gboolean *changed,
                          GError **error)
{
  gint64 last = message->state == SECINFO_DELIVERY_HANDED_OVER ? last_told_of (message->alert) : 0;
  g_autoptr(GPtrArray) all = last != 0 ? service_store_gateway_list (txn, error) : NULL;

  if (last != 0 && all == NULL)
    return FALSE;
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      ServiceGateway *gateway = g_ptr_array_index (all, i);

      if (gateway->told_at >= 0 || -gateway->told_at > last)
        continue;
      gateway->told_at = now;
      *changed = TRUE;
      if (!service_store_gateway_fare (txn, gateway, TRUE, error))
        return FALSE;
    }
  return TRUE;
}
