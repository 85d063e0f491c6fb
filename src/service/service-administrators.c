/* service-administrators.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-administrators.h"

#include "service-events.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#define MOST        64
#define BUFFER      16384           /* bytes of an entry of the name service, at first */
#define BUFFER_MOST (1024 * 1024)

/* getpwnam_r(3): "not found" may be said by these too. */
static gboolean
is_error (int failed)
{
  return failed != 0 && failed != ENOENT && failed != ESRCH;
}

static void
add_user (ServiceAdministrators *self, const char *name, uid_t uid)
{
  g_autofree char *buffer = g_malloc (BUFFER);
  struct passwd entry, *found = NULL;
  int failed = name != NULL ? getpwnam_r (name, &entry, buffer, BUFFER, &found)
                            : getpwuid_r (uid, &entry, buffer, BUFFER, &found);

  self->unsure |= is_error (failed);
  if (failed != 0 || found == NULL || self->names->len >= MOST ||
      g_ptr_array_find_with_equal_func (self->names, found->pw_name, g_str_equal, NULL))
    return;
  g_ptr_array_add (self->names, g_strdup (found->pw_name));
  g_array_append_val (self->uids, found->pw_uid);
}

static void
add_group (ServiceAdministrators *self, const char *name)
{
  gsize size = BUFFER;
  g_autofree char *buffer = g_malloc (size);
  struct group entry, *found = NULL;
  int failed;

  while ((failed = getgrnam_r (name, &entry, buffer, size, &found)) == ERANGE && size < BUFFER_MOST)
    buffer = g_realloc (buffer, size *= 2);
  self->unsure |= is_error (failed);
  for (guint i = 0; found != NULL && found->gr_mem[i] != NULL; i++)
    add_user (self, found->gr_mem[i], 0);
}

static void
find_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static const char *const groups[] = { "sudo", "wheel", "admin" };
  ServiceAdministrators *self = g_new0 (ServiceAdministrators, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->uids = g_array_new (FALSE, FALSE, sizeof (uid_t));
  if (GPOINTER_TO_INT (data) == SERVICE_MODE_PRIVATE)
    add_user (self, NULL, geteuid ());
  else
    {
      for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
        add_group (self, groups[i]);
    }
  g_task_return_pointer (task, self, (GDestroyNotify) service_administrators_free);
}

void
service_administrators_find_async (ServiceMode mode, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, service_administrators_find_async);
  g_task_set_task_data (task, GINT_TO_POINTER (mode), NULL);
  g_task_run_in_thread (task, find_thread);
}

ServiceAdministrators *
service_administrators_find_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, service_administrators_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
service_administrators_free (ServiceAdministrators *self)
{
  g_ptr_array_unref (self->names);
  g_array_unref (self->uids);
  g_free (self);
}

/* --- their streams ------------------------------------------------------------------------------------------------ */

typedef struct
{
  ServiceInstance *instance;
  uid_t            by;
  char            *what;
  char            *id;     /* (nullable) */
} News;

static void
publish_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(ServiceAdministrators) they = service_administrators_find_finish (result);
  News *news = data;

  /* Without events the service ends. */
  for (guint i = 0; news->instance->events != NULL && i < they->uids->len; i++)
    {
      uid_t uid = g_array_index (they->uids, uid_t, i);

      if (uid != news->by && uid != 0)
        service_events_publish (news->instance->events, uid, news->what, news->id);
    }
  g_free (news->what);
  g_free (news->id);
  g_free (news);
}

void
service_administrators_publish (ServiceInstance *instance, uid_t by, const char *what, const char *id)
{
  News *news;

  if (by != 0)
    service_events_publish (instance->events, 0, what, id);
  if (!service_events_has_other (instance->events, by))
    return;

  news = g_new0 (News, 1);
  news->instance = instance;
  news->by = by;
  news->what = g_strdup (what);
  news->id = g_strdup (id);
  service_administrators_find_async (instance->mode, publish_cb, news);
}
