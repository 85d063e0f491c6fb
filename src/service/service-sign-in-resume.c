/* service-sign-in-resume.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-resume.h"

#include "service-outbox.h"
#include "service-recovery-ticket.h"

struct _ServiceSignInResuming
{
  guint             refs;      /* the holder, and the transaction under way */
  ServiceOpenFiles *files;     /* (nullable) NULL: the socket is closed */
  ServiceRedeeming  redeeming;
  GHashTable       *open;      /* name -> gint64 * */
};

static void
unref (ServiceSignInResuming *self)
{
  if (--self->refs > 0)
    return;
  g_hash_table_unref (self->open);
  g_free (self);
}

static gboolean
resume_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  ServiceSignInResuming *resuming = data;
  g_autoptr(GPtrArray) names = NULL;

  if (!service_recovery_settle (txn, &resuming->redeeming, error))
    return FALSE;
  names = service_store_recovery_names (txn, SERVICE_OPEN_FILES_MOST, error);
  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      ServiceTalk talk = { { 0, }, };
      gint64 until;

      if (!service_store_recovery_load (txn, name, &talk, error))
        return FALSE;
      until = service_talk_open_until (&talk, &resuming->redeeming.now);
      service_talk_clear (&talk);
      g_hash_table_insert (resuming->open, g_strdup (name), g_memdup2 (&until, sizeof until));
    }
  return TRUE;
}

static void
resumed_cb (gpointer      data,
            const GError *error)
{
  ServiceSignInResuming *resuming = data;
  GHashTableIter iter;
  gpointer name, until;

  if (error != NULL)
    g_warning ("What was open at the sign-in screen is not known: %s", error->message);
  if (resuming->redeeming.over)
    service_outbox_wake (resuming->redeeming.instance->outbox);
  g_hash_table_iter_init (&iter, resuming->open);
  while (resuming->files != NULL && g_hash_table_iter_next (&iter, &name, &until))
    service_open_files_set (resuming->files, name, *(gint64 *) until, resuming->redeeming.now.wall);
  unref (resuming);
}

ServiceSignInResuming *
service_sign_in_resume (ServiceInstance  *instance,
                        ServiceOpenFiles *open,
                        const char       *language)
{
  ServiceSignInResuming *self = g_new0 (ServiceSignInResuming, 1);

  self->refs = 2;
  self->files = open;
  self->redeeming.instance = instance;
  secinfo_now_read (&self->redeeming.now);
  g_strlcpy (self->redeeming.language, language, sizeof self->redeeming.language);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  service_store_write_first (instance->store, resume_func, resumed_cb, self);
  return self;
}

void
service_sign_in_resuming_drop (ServiceSignInResuming *self)
{
  self->files = NULL;
  unref (self);
}
