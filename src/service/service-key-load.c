/* service-key-load.c - where the store key comes from: the keyring, a credential of systemd, or a file
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-key-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ITEM     "store-key"
#define MAX_FILE 256   /* bytes; a key is 45 at most */

typedef struct
{
  ServiceKey *key;
  GBytes     *store_check;   /* (nullable) NULL: the store is new, a key may be made */
  gboolean    renews;        /* what is no key may be replaced */
} Load;

static void
load_free (Load *load)
{
  service_key_unref (load->key);
  g_clear_pointer (&load->store_check, g_bytes_unref);
  g_free (load);
}

static void
load_fail (GTask  *task,
           GError *error)
{
  Load *load = g_task_get_task_data (task);

  service_key_set_trouble (load->key, error);
  g_task_return_error (task, error);
}

static void
load_take_up (GTask         *task,
              SecinfoSecret *text)
{
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (service_key_take_up (load->key, text, load->store_check, &error))
    g_task_return_boolean (task, TRUE);
  else
    load_fail (task, error);
}

/* --- private: the keyring ----------------------------------------------------------------------------------------- */

/* FALSE and answered where the handle was freed meanwhile, or there never was a bridge. */
static gboolean
check_link (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  if (load->key->link != NULL)
    return TRUE;

  load_fail (task, g_error_new_literal (SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "Nobody answers for the keyring"));
  return FALSE;
}

/* The link of an answer that comes in may be gone already; the finish needs none. */
static void
got_again_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(SecinfoSecret) text = NULL;
  GError *error = NULL;

  if (service_keyring_link_call_finish (NULL, result, &text, &error) && text != NULL)
    load_take_up (task, text);
  else if (error != NULL)
    load_fail (task, error);
  else
    load_fail (task, g_error_new_literal (SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT,
                                          "The keyring did not keep the key"));
}

/* Asked again whatever "create" said: what the keyring holds counts, even where somebody else was faster. */
static void
created_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (!service_keyring_link_call_finish (NULL, result, NULL, &error) &&
      g_error_matches (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_LOCKED))
    {
      load_fail (task, error);
      return;
    }

  g_clear_error (&error);
  if (check_link (task))
    service_keyring_link_call_async (load->key->link, "get", ITEM, NULL, g_task_get_cancellable (task), got_again_cb,
                                     g_object_ref (task));
}

static void
create (GTask      *task,
        const char *op)
{
  g_autoptr(SecinfoSecret) text = service_key_generate ();
  Load *load = g_task_get_task_data (task);

  if (check_link (task))
    service_keyring_link_call_async (load->key->link, op, ITEM, text, g_task_get_cancellable (task), created_cb,
                                     g_object_ref (task));
}

static void
got_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(SecinfoSecret) text = NULL;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (!service_keyring_link_call_finish (NULL, result, &text, &error))
    load_fail (task, error);
  else if (text != NULL && load->renews && !service_key_is_form (text))
    create (task, "set");
  else if (text != NULL)
    load_take_up (task, text);
  else if (load->store_check == NULL)
    create (task, "create");
  else
    load_fail (task, g_error_new_literal (SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_GONE,
                                          "The keyring has no key for this store"));
}

/* --- system: a credential, else a file ---------------------------------------------------------------------------- */

static SecinfoSecret *
read_all (int     fd,
          GError **error)
{
  char buffer[MAX_FILE + 1];
  ssize_t n = read (fd, buffer, sizeof buffer);
  int saved = errno;
  SecinfoSecret *text = NULL;

  if (n >= 0)
    text = secinfo_secret_new (buffer, n);
  else
    g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, g_strerror (saved));
  sodium_memzero (buffer, sizeof buffer);

  return text;
}

/* (nullable): without @error there is no such file. @strict: ours alone, mode 0600. */
static SecinfoSecret *
read_file (const char  *path,
           gboolean     strict,
           GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  SecinfoSecret *text = NULL;
  struct stat info;

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd < 0 || fstat (fd, &info) != 0)
    g_set_error (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "The store key “%s” cannot be read: %s", path,
                 g_strerror (errno));
  else if (!S_ISREG (info.st_mode) || (strict && (info.st_uid != geteuid () || (info.st_mode & 077) != 0)))
    g_set_error (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT,
                 "The store key “%s” is not for the service alone: it has to be its own file, mode 0600", path);
  else
    text = read_all (fd, error);

  if (fd >= 0)
    close (fd);
  return text;
}

static gboolean
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return done;
}

/* On disk before anything is sealed with it; what is there already stays. */
static gboolean
write_file (const char     *path,
            SecinfoSecret  *text,
            GError        **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gsize length = secinfo_secret_get_length (text);
  gboolean done = fd >= 0 && write (fd, secinfo_secret_get_text (text), length) == (gssize) length && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  if (done && sync_folder (path))
    return TRUE;

  if (fd >= 0)
    unlink (path);
  g_set_error (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "The store key “%s” cannot be written: %s", path,
               g_strerror (saved));
  return FALSE;
}

enum { CREDENTIAL, OWN_FILE, N_PLACES };

static gboolean
read_places (ServiceKey     *self,
             SecinfoSecret  *texts[N_PLACES],
             GError        **error)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *credential = credentials != NULL ? g_build_filename (credentials, ITEM, NULL) : NULL;
  GError *local = NULL;

  texts[CREDENTIAL] = credential != NULL ? read_file (credential, FALSE, &local) : NULL;
  texts[OWN_FILE] = local == NULL ? read_file (self->path, TRUE, &local) : NULL;
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

/* Returns: whose key is taken up now, N_PLACES where none is one or fits. */
static guint
take_up_one (ServiceKey     *self,
             SecinfoSecret  *texts[N_PLACES],
             GBytes         *store_check)
{
  guint i = 0;

  while (i < N_PLACES && (texts[i] == NULL || !service_key_take_up (self, texts[i], store_check, NULL)))
    i++;
  return i;
}

/* What is in the file is no key: it is kept beside it, whatever it is. */
static gboolean
make_file (Load           *load,
           SecinfoSecret  *was,
           GError        **error)
{
  g_autoptr(SecinfoSecret) text = service_key_generate ();
  g_autofree char *aside = g_strdup_printf ("%s.%" G_GINT64_FORMAT, load->key->path, g_get_real_time ());

  if (was != NULL && rename (load->key->path, aside) != 0)
    {
      g_set_error (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "“%s” cannot be put aside: %s", load->key->path,
                   g_strerror (errno));
      return FALSE;
    }
  return write_file (load->key->path, text, error) && service_key_take_up (load->key, text, NULL, error);
}

static void
load_system (GTask *task)
{
  Load *load = g_task_get_task_data (task);
  SecinfoSecret *texts[N_PLACES] = { NULL, };
  GError *error = NULL;
  guint used = N_PLACES;
  gboolean loaded = read_places (load->key, texts, &error);

  if (loaded && (used = take_up_one (load->key, texts, load->store_check)) == N_PLACES)
    {
      if (load->store_check != NULL)
        g_warning ("The key that this store was made with is lost: contacts have to be proven again");
      if (load->store_check == NULL || (used = take_up_one (load->key, texts, NULL)) == N_PLACES)
        loaded = make_file (load, texts[OWN_FILE], &error);
    }
  for (guint i = 0; i < N_PLACES; i++)
    {
      if (loaded && i != used && texts[i] != NULL)
        service_key_add_older (load->key, texts[i]);
      g_clear_pointer (&texts[i], secinfo_secret_unref);
    }

  if (loaded)
    g_task_return_boolean (task, TRUE);
  else
    load_fail (task, error);
}

/* A key that fits is not asked for again: a keyring that locks later takes nothing away. */
static gboolean
is_loaded (ServiceKey *self,
           GBytes     *store_check)
{
  g_autoptr(GBytes) check = service_key_get_check (self);

  return check != NULL && store_check != NULL && g_bytes_equal (check, store_check);
}

/* --- both --------------------------------------------------------------------------------------------------------- */

static void
load (ServiceKey          *self,
      GBytes              *store_check,
      gboolean             renews,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Load *data = g_new0 (Load, 1);

  g_task_set_source_tag (task, load);
  data->key = service_key_ref (self);
  data->store_check = store_check != NULL ? g_bytes_ref (store_check) : NULL;
  data->renews = renews;
  g_task_set_task_data (task, data, (GDestroyNotify) load_free);

  if (is_loaded (self, store_check))
    g_task_return_boolean (task, TRUE);
  else if (!self->is_private)
    load_system (task);
  else if (check_link (task))
    service_keyring_link_call_async (self->link, "get", ITEM, NULL, cancellable, got_cb, g_object_ref (task));
}

void
service_key_load_async (ServiceKey          *self,
                        GBytes              *store_check,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  load (self, store_check, FALSE, cancellable, callback, user_data);
}

gboolean
service_key_load_finish (ServiceKey    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
service_key_renew_async (ServiceKey          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  load (self, NULL, TRUE, cancellable, callback, user_data);
}

gboolean
service_key_renew_finish (ServiceKey    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- other secrets of a private instance -------------------------------------------------------------------------- */

static void
secret_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  SecinfoSecret *secret = NULL;
  GError *error = NULL;

  if (service_keyring_link_call_finish (NULL, result, &secret, &error))
    g_task_return_pointer (task, secret, (GDestroyNotify) secinfo_secret_unref);
  else
    g_task_return_error (task, error);
}

static void
call_keyring (ServiceKey          *self,
              const char          *op,
              const char          *name,
              SecinfoSecret       *secret,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, call_keyring);

  if (!self->is_private)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             "The system instance keeps its secrets in the store");
  else if (self->link == NULL)
    g_task_return_new_error (task, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "Nobody answers for the keyring");
  else
    service_keyring_link_call_async (self->link, op, name, secret, cancellable, secret_cb, g_object_ref (task));
}

void
service_key_secret_get_async (ServiceKey          *self,
                              const char          *name,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  call_keyring (self, "get", name, NULL, cancellable, callback, user_data);
}

SecinfoSecret *
service_key_secret_get_finish (ServiceKey    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
service_key_secret_set_async (ServiceKey          *self,
                              const char          *name,
                              SecinfoSecret       *secret,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  call_keyring (self, secret != NULL ? "set" : "remove", name, secret, cancellable, callback, user_data);
}

gboolean
service_key_secret_set_finish (ServiceKey    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  GError *local = NULL;
  SecinfoSecret *none = g_task_propagate_pointer (G_TASK (result), &local);

  g_clear_pointer (&none, secinfo_secret_unref);
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}
