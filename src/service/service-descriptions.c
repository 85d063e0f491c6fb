/* service-descriptions.c - gateways of one's own, as their descriptions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-descriptions.h"

#include "service-courier.h"
#include "service-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "gateways"
#define ENDING ".json"
#define NAME_LONGEST 32

/* --- files -------------------------------------------------------------------------------------------------------- */

static int
open_folder (int state_dir, gboolean make)
{
  if (make && mkdirat (state_dir, FOLDER, 0700) < 0 && errno != EEXIST)
    return -1;
  return openat (state_dir, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* (transfer full) (nullable) */
static char *
read_file (int folder, const char *name)
{
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *text = g_malloc0 (SERVICE_DESCRIPTIONS_BYTES_MAX + 2);
  struct stat about;
  gsize length = 0;
  ssize_t n = -1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &about) == 0 && S_ISREG (about.st_mode))
    {
      while ((n = read (fd, text + length, SERVICE_DESCRIPTIONS_BYTES_MAX + 1 - length)) > 0)
        length += (gsize) n;
    }
  close (fd);
  if (n < 0 || length > SERVICE_DESCRIPTIONS_BYTES_MAX || strlen (text) != length ||
      !g_utf8_validate (text, (gssize) length, NULL))
    return NULL;
  return g_steal_pointer (&text);
}

static gboolean
fail_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what, g_strerror (number));
  return FALSE;
}

static gboolean
write_file (int folder, const char *name, const char *text, GError **error)
{
  int fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gsize left = strlen (text);
  gboolean ok = fd >= 0;

  while (ok && left > 0)
    {
      ssize_t n = write (fd, text + strlen (text) - left, left);

      if (n > 0)
        left -= (gsize) n;
      else
        ok = n < 0 && errno == EINTR;
    }
  ok = ok && fsync (fd) == 0;
  if (!ok)
    fail_errno (error, "a description");
  if (fd >= 0)
    close (fd);
  return ok;
}

/* --- load --------------------------------------------------------------------------------------------------------- */

void
service_descriptions_load (ServiceInstance *instance)
{
  int folder = open_folder (instance->state_dir_fd, FALSE);
  DIR *dir = folder >= 0 ? fdopendir (folder) : NULL;
  const struct dirent *entry;
  guint found = 0;

  if (dir == NULL)
    {
      if (folder >= 0)
        close (folder);
      return;
    }
  while ((entry = readdir (dir)) != NULL && found < SERVICE_DESCRIPTIONS_MAX)
    {
      g_autofree char *name = NULL;
      g_autofree char *text = NULL;

      /* What begins with a dot was never finished. */
      if (entry->d_name[0] == '.' && entry->d_name[1] != '\0' && entry->d_name[1] != '.')
        unlinkat (folder, entry->d_name, 0);
      if (entry->d_name[0] == '.' || !g_str_has_suffix (entry->d_name, ENDING))
        continue;
      text = read_file (folder, entry->d_name);
      if (text == NULL)
        {
          g_message ("%s/%s cannot be read, and is left out", FOLDER, entry->d_name);
          continue;
        }
      name = g_strndup (entry->d_name, strlen (entry->d_name) - strlen (ENDING));
      service_courier_keep_description (instance->courier, name, text);
      found++;
    }
  closedir (dir);
}

/* --- import ------------------------------------------------------------------------------------------------------- */

struct _ServiceImport
{
  ServiceInstance *instance;   /* (not owned) */
  int              state_dir;  /* a descriptor of its own */
  char            *text;
  char            *fresh;      /* name of the file before it is known to be right */
  char            *name;       /* (nullable) until the courier said it */
  char            *reason;     /* (nullable) */
  gboolean         written;    /* as @fresh, and not yet in its place */
  gboolean         has_place;  /* it is one of the instance's `importing` */
};
typedef ServiceImport Import;

static void
forget_file (Import *import)
{
  int folder = import->written ? open_folder (import->state_dir, FALSE) : -1;

  if (folder < 0)
    return;
  unlinkat (folder, import->fresh, 0);
  close (folder);
  import->written = FALSE;
}

/* How many there will be when all that are under way have come to their place. */
static guint
count_all (ServiceInstance *instance)
{
  guint count = service_courier_count_descriptions (instance->courier);

  for (GList *l = instance->importing.head; l != NULL; l = l->next)
    {
      const Import *import = l->data;
      gboolean counted = service_courier_keeps_description (instance->courier, import->name);

      for (GList *m = instance->importing.head; m != l && !counted; m = m->next)
        counted = g_str_equal (import->name, ((const Import *) m->data)->name);
      count += !counted;
    }

  return count;
}

/* From here on nobody else can have its place. FALSE: there is none left. */
static gboolean
take_place (Import *import)
{
  import->has_place = TRUE;
  g_queue_push_tail (&import->instance->importing, import);
  return count_all (import->instance) <= SERVICE_DESCRIPTIONS_MAX;
}

static void
leave_place (Import *import)
{
  if (import->has_place)
    g_queue_remove (&import->instance->importing, import);
  import->has_place = FALSE;
}

static void
import_clear (gpointer data)
{
  Import *import = data;

  leave_place (import);
  forget_file (import);
  if (import->state_dir >= 0)
    close (import->state_dir);
  g_free (import->text);
  g_free (import->fresh);
  g_free (import->name);
  g_free (import->reason);
}

void
service_import_unref (ServiceImport *import)
{
  g_atomic_rc_box_release_full (import, import_clear);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  int folder = open_folder (import->state_dir, TRUE);
  GError *error = NULL;

  if (folder < 0)
    fail_errno (&error, FOLDER);
  else if (!write_file (folder, import->fresh, import->text, &error))
    unlinkat (folder, import->fresh, 0);
  else
    import->written = TRUE;
  if (folder >= 0)
    close (folder);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
place_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  g_autofree char *file = g_strconcat (import->name, ENDING, NULL);
  int folder = open_folder (import->state_dir, FALSE);
  GError *error = NULL;

  if (folder >= 0 && renameat (folder, import->fresh, folder, file) == 0)
    import->written = FALSE;
  if (import->written || fsync (folder) < 0)
    fail_errno (&error, FOLDER);
  forget_file (import);
  if (folder >= 0)
    close (folder);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
run_thread (GTask *outer, GTaskThreadFunc func, GAsyncReadyCallback done)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, done, g_object_ref (outer));

  /* The outer one has it, and is held by this one's callback. */
  g_task_set_task_data (task, g_task_get_task_data (outer), NULL);
  g_task_run_in_thread (task, func);
}

/* A courier that went meanwhile is told once it is back. */
static void
in_force_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;
  const Import *import = g_task_get_task_data (outer);
  g_autofree char *reason = NULL;
  g_autofree char *name = service_courier_describe_finish (import->instance->courier, result, &reason, NULL);

  if (name == NULL)
    g_message ("A description that was imported is not in force yet. %s", reason != NULL ? reason : "");
  g_task_return_boolean (outer, TRUE);
}

/* Not in force before it lies there: or one that could not be kept would be until the courier's next start. */
static void
placed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;
  Import *import = g_task_get_task_data (outer);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (outer, error);
      return;
    }
  service_courier_keep_description (import->instance->courier, import->name, import->text);
  leave_place (import);
  service_courier_describe_async (import->instance->courier, import->text, FALSE, in_force_cb, g_object_ref (outer));
}

/* It becomes the name of a file: the courier's word, which reads what others wrote, is not taken for it unseen. */
static gboolean
is_name (const char *name)
{
  static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

  return g_ascii_islower (*name) && strspn (name, rest) == strlen (name) && strlen (name) <= NAME_LONGEST;
}

static void
described_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;
  Import *import = g_task_get_task_data (outer);
  ServiceCourier *courier = import->instance->courier;
  g_autoptr(GError) error = NULL;

  import->name = service_courier_describe_finish (courier, result, &import->reason, &error);
  if (import->name != NULL && !is_name (import->name))
    g_clear_pointer (&import->name, g_free);
  if (import->name != NULL && !take_place (import) && !service_courier_keeps_description (courier, import->name))
    {
      leave_place (import);
      import->reason = g_strdup_printf ("There are %d descriptions already.", SERVICE_DESCRIPTIONS_MAX);
      g_clear_pointer (&import->name, g_free);
    }
  if (import->name == NULL && import->reason == NULL)
    import->reason = g_strdup (error != NULL ? "" : "Line 1: this is no description");
  g_task_return_boolean (outer, TRUE);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;
  const Import *import = g_task_get_task_data (outer);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (outer, error);
  else
    service_courier_describe_async (import->instance->courier, import->text, TRUE, described_cb, g_object_ref (outer));
}

void
service_descriptions_import_async (ServiceInstance *instance, const char *text, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Import *import = g_atomic_rc_box_new0 (Import);
  g_autofree char *id = service_store_new_id ();

  g_task_set_source_tag (task, service_descriptions_import_async);
  g_task_set_task_data (task, import, (GDestroyNotify) service_import_unref);
  import->instance = instance;
  import->state_dir = fcntl (instance->state_dir_fd, F_DUPFD_CLOEXEC, 3);
  import->text = g_strdup (text);
  import->fresh = g_strconcat (".", id, NULL);
  run_thread (task, write_thread, written_cb);
}

ServiceImport *
service_descriptions_import_finish (GAsyncResult *result, char **reason, GError **error)
{
  Import *import = g_task_get_task_data (G_TASK (result));

  *reason = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (import->name != NULL)
    return g_atomic_rc_box_acquire (import);
  forget_file (import);
  if (*import->reason == '\0')
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "secinfo-courier does not answer");
  else
    *reason = g_steal_pointer (&import->reason);
  return NULL;
}

const char *
service_import_get_name (const ServiceImport *import)
{
  return import->name;
}

void
service_descriptions_place_async (ServiceImport *import, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, service_descriptions_place_async);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (import), (GDestroyNotify) service_import_unref);
  run_thread (task, place_thread, placed_cb);
}

gboolean
service_descriptions_place_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- away --------------------------------------------------------------------------------------------------------- */

typedef struct { ServiceInstance *instance; int state_dir; char *name; } Removal;

static void
removal_free (Removal *removal)
{
  if (removal->state_dir >= 0)
    close (removal->state_dir);
  g_free (removal->name);
  g_free (removal);
}

static void
remove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Removal *removal = data;
  g_autofree char *file = g_strconcat (removal->name, ENDING, NULL);
  int folder = open_folder (removal->state_dir, FALSE);
  gboolean ok = folder >= 0 && (unlinkat (folder, file, 0) == 0 || errno == ENOENT) && fsync (folder) == 0;
  GError *error = NULL;

  if (!ok)
    fail_errno (&error, FOLDER);
  if (folder >= 0)
    close (folder);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
forgotten_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;

  g_task_return_boolean (outer, TRUE);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) outer = data;
  const Removal *removal = g_task_get_task_data (outer);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (outer, error);
  else
    service_courier_forget_description_async (removal->instance->courier, removal->name, forgotten_cb,
                                              g_object_ref (outer));
}

void
service_descriptions_remove_async (ServiceInstance *instance, const char *name, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Removal *removal = g_new0 (Removal, 1);

  g_task_set_source_tag (task, service_descriptions_remove_async);
  g_task_set_task_data (task, removal, (GDestroyNotify) removal_free);
  removal->instance = instance;
  removal->state_dir = fcntl (instance->state_dir_fd, F_DUPFD_CLOEXEC, 3);
  removal->name = g_strdup (name);
  run_thread (task, remove_thread, removed_cb);
}

gboolean
service_descriptions_remove_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
