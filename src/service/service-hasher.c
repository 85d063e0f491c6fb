/* service-hasher.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-hasher.h"

#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

#define PASSES 2
#define MEMORY (19 * 1024 * 1024)   /* bytes */

struct _ServiceHasher
{
  GThreadPool *pool;
};

typedef struct
{
  char   **codes;
  guint8   salt[SERVICE_HASHER_SALT];
} Job;

G_STATIC_ASSERT (SERVICE_HASHER_SALT == crypto_pwhash_SALTBYTES);

static void
job_free (Job *job)
{
  for (char **code = job->codes; *code != NULL; code++)
    secinfo_secret_free_text (*code);
  g_free (job->codes);
  g_free (job);
}

gboolean
service_hasher_hash (const char   *code,
                     const guint8  salt[SERVICE_HASHER_SALT],
                     guint8        hash[SERVICE_HASHER_HASH])
{
  return crypto_pwhash (hash, SERVICE_HASHER_HASH, code, strlen (code), salt, PASSES, MEMORY,
                        crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static void
work (gpointer data,
      gpointer user_data)
{
  g_autoptr(GTask) task = data;
  const Job *job = g_task_get_task_data (task);
  gsize n = g_strv_length (job->codes);
  g_autofree guint8 *hashes = g_malloc (n * SERVICE_HASHER_HASH);

  for (gsize i = 0; i < n; i++)
    {
      if (!service_hasher_hash (job->codes[i], job->salt, hashes + i * SERVICE_HASHER_HASH))
        {
          g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "No memory to hash a saved code");
          return;
        }
    }
  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&hashes), n * SERVICE_HASHER_HASH),
                         (GDestroyNotify) g_bytes_unref);
}

ServiceHasher *
service_hasher_new (void)
{
  ServiceHasher *self = g_new0 (ServiceHasher, 1);

  /* Not exclusive: the thread is there only while it is needed. */
  self->pool = g_thread_pool_new (work, NULL, 1, FALSE, NULL);
  return self;
}

void
service_hasher_free (ServiceHasher *self)
{
  if (self == NULL)
    return;

  /* What waits is done too: its tasks have to return. */
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

void
service_hasher_async (ServiceHasher       *self,
                      char               **codes,
                      const guint8         salt[SERVICE_HASHER_SALT],
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, service_hasher_async);
  job->codes = codes;
  memcpy (job->salt, salt, sizeof job->salt);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);

  if (g_thread_pool_unprocessed (self->pool) >= SERVICE_HASHER_MOST)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "Too many saved codes are being looked at");
      g_object_unref (task);
      return;
    }
  g_thread_pool_push (self->pool, task, NULL);
}

GBytes *
service_hasher_finish (ServiceHasher  *self,
                       GAsyncResult   *result,
                       GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
