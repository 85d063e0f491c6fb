/* service-main.c - secinfod
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-answers.h"
#include "service-changes.h"
#include "service-descriptions.h"
#include "service-instance.h"
#include "service-language.h"
#include "secinfo-wire.h"
#include "service-account.h"
#include "service-courier.h"
#include "service-duties.h"
#include "service-elevation.h"
#include "service-events.h"
#include "service-hasher.h"
#include "service-instance-key.h"
#include "service-key.h"
#include "service-listen.h"
#include "service-logind.h"
#include "service-outbox.h"
#include "service-password.h"
#include "service-policy.h"
#include "service-rehearsal.h"
#include "service-reports.h"
#include "service-sign-in.h"
#include "service-sign-in-open.h"
#include "service-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
  EXIT_REFUSED = 1,
  EXIT_USAGE = 2,
  DESCRIPTORS = 8192,   /* two a connection: the socket and the process behind it */
};

typedef struct
{
  gboolean  private, system, trial, version;
  char     *state_dir, *socket, *config;   /* (nullable) */
  int       keyring_fd;                    /* -1 = none */
  char     *sign_in;                       /* (nullable) path of the sign-in socket */
  int       sign_in_fd;                    /* -1 = none */
} Options;

typedef struct
{
  ServiceInstance  instance;
  ServiceListen   *listen;
  GMainLoop       *loop;
  guint            idle_timer;
  guint            keyring_watch;
} Daemon;

/* Where this program's parts lie: beside it in a build directory, else where they were installed. */
static gboolean
runs_from_build (void)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);

  return exe != NULL && g_str_has_prefix (exe, BUILDDIR "/");
}

static int
refuse (const GError *error)
{
  g_printerr ("secinfod: %s\n", error->message);
  return EXIT_REFUSED;
}

/* --- options ---------------------------------------------------------------------------------------------- */

static gboolean
parse_options (int       *argc,
               char    ***argv,
               Options   *options,
               GError   **error)
{
  const GOptionEntry entries[] = {
    { "private", 0, 0, G_OPTION_ARG_NONE, &options->private, "One’s own instance, without installation", NULL },
    { "system", 0, 0, G_OPTION_ARG_NONE, &options->system, "The computer’s instance", NULL },
    { "trial", 0, 0, G_OPTION_ARG_NONE, &options->trial,
      "With --system: codes may go to a trial inbox, which proves nothing", NULL },
    { "state-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->state_dir, "Where everything is kept", "DIR" },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket, "Where it answers", "PATH" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "Figures of the rules", "FILE" },
    { "keyring-fd", 0, 0, G_OPTION_ARG_INT, &options->keyring_fd, "The keyring’s end of a socket pair", "N" },
    { "sign-in", 0, 0, G_OPTION_ARG_FILENAME, &options->sign_in, "With --system: where the sign-in screen asks",
      "PATH" },
    { "sign-in-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options->sign_in_fd,
      "With --private, for tests: a listening socket that takes the sign-in screen’s place", "N" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new ("– keeps an account’s recovery contacts");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (options->version)
    return TRUE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "“%s” is not known", (*argv)[1]);
      return FALSE;
    }
  if (options->private == options->system || (options->trial && !options->system) ||
      (options->keyring_fd >= 0 && !options->private) || (options->sign_in_fd >= 0 && !options->private) ||
      (options->sign_in != NULL && !options->system))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "give either --private [--keyring-fd N] or --system [--trial] [--sign-in PATH]");
      return FALSE;
    }

  return TRUE;
}

static void
clear_options (Options *options)
{
  g_free (options->state_dir);
  g_free (options->socket);
  g_free (options->config);
  g_free (options->sign_in);
}

/* --- before anything else --------------------------------------------------------------------------------- */

static void
harden (void)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit files;

#ifndef __SANITIZE_ADDRESS__   /* the leak sanitizer looks at this process through ptrace */
  prctl (PR_SET_DUMPABLE, 0);
#endif
  /* One for the main loop, one for the other threads: each has some memory in it that is free for nobody else. */
  mallopt (M_ARENA_MAX, 2);
  setrlimit (RLIMIT_CORE, &none);
  umask (077);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);   /* a limit reached is a full disk: an error of the write, nothing to die of */
  if (getrlimit (RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < DESCRIPTORS)
    {
      files.rlim_cur = MIN (files.rlim_max, DESCRIPTORS);
      setrlimit (RLIMIT_NOFILE, &files);
    }
}

/* In a user namespace many users look like one (DESIGN section 2). */
static gboolean
sees_every_uid (void)
{
  g_autofree char *map = NULL;
  guint first, outside, n;

  return g_file_get_contents ("/proc/self/uid_map", &map, NULL, NULL) &&
         sscanf (map, "%u %u %u", &first, &outside, &n) == 3 && first == 0 && outside == 0 && n == G_MAXUINT32;
}

static gboolean
check_place (const Options  *options,
             GError        **error)
{
  if (geteuid () == 0 || getuid () == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           "does not run as root; start it as the user “secinfo” (--system), "
                           "or as yourself (--private)");
      return FALSE;
    }
  if (options->system && !sees_every_uid ())
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           "does not run in a user namespace, where it could not tell users apart; "
                           "take PrivateUsers= out of its unit");
      return FALSE;
    }

  return TRUE;
}

/* --- configuration and state ------------------------------------------------------------------------------ */

static gboolean
check_groups (GKeyFile  *file,
              GError   **error)
{
  g_auto(GStrv) groups = g_key_file_get_groups (file, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      if (!g_str_equal (groups[i], "policy"))
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                       "has a group [%s], but only [policy] is known; take it out or mend its name", groups[i]);
          return FALSE;
        }
    }

  return TRUE;
}

/* A file that was named has to be there; the usual one may be absent. */
static gboolean
load_config (ServiceInstance  *instance,
             const Options    *options,
             GError          **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  const char *parent = options->private ? g_get_user_config_dir () : SYSCONFDIR;
  g_autofree char *usual = g_build_filename (parent, "secinfo", "secinfod.conf", NULL);
  const char *path = options->config != NULL ? options->config : usual;
  g_autoptr(GError) local_error = NULL;

  secinfo_policy_init_defaults (&instance->configured);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error))
    {
      if (options->config == NULL && g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, local_error->domain, local_error->code,
                   "%s: %s; mend the file, or take it away for the usual values", path, local_error->message);
      return FALSE;
    }
  if (!check_groups (file, &local_error) || !secinfo_policy_load (&instance->configured, file, &local_error))
    {
      g_set_error (error, local_error->domain, local_error->code, "%s: %s", path, local_error->message);
      return FALSE;
    }

  instance->fixed = g_key_file_get_keys (file, "policy", NULL, NULL);
  return TRUE;
}

static gboolean
open_state (ServiceInstance  *instance,
            const Options    *options,
            GError          **error)
{
  g_autofree char *parent = NULL;

  instance->state_dir = options->state_dir != NULL ? g_strdup (options->state_dir)
                        : options->private ? g_build_filename (g_get_user_data_dir (), "secinfo", NULL)
                        : g_strdup ("/var/lib/secinfo");
  parent = g_path_get_dirname (instance->state_dir);
  g_mkdir_with_parents (parent, 0700);
  instance->state_dir_fd = service_listen_open_dir (instance->state_dir, error);
  if (instance->state_dir_fd < 0)
    return FALSE;

  instance->store = service_store_open (instance->state_dir, error);
  if (instance->store == NULL)
    return FALSE;

  if (!service_policy_begin (instance, error))
    return FALSE;

  instance->key_check = service_store_get_key_check (instance->store);
  return TRUE;
}

/* --- the parts -------------------------------------------------------------------------------------------- */

static void
key_changed_cb (gpointer data)
{
  ServiceInstance *instance = data;

  instance->key_tried_at = 0;
  service_instance_load_key_async (instance, NULL, NULL);
}

static void
changed_cb (uid_t    uid,
            gpointer data)
{
  ServiceInstance *instance = data;

  service_answers_forget (instance->answers, uid);
  if (uid == (uid_t) -1 && instance->outbox != NULL)
    service_outbox_gateways_changed (instance->outbox);
}

static char *
find_part (const char *in_build,
           const char *installed)
{
  return runs_from_build () ? g_strdup (in_build) : g_strdup (installed);
}

static void
make_parts (ServiceInstance *instance,
            const Options   *options)
{
  g_autofree char *key_path = g_build_filename (instance->state_dir, "store-key", NULL);
  g_autofree char *password = find_part (BUILDDIR "/src/privileged/secinfo-password", LIBEXECDIR "/secinfo-password");
  g_autofree char *courier = find_part (BUILDDIR "/src/courier/secinfo-courier", LIBEXECDIR "/secinfo-courier");
  g_autofree char *region = service_sign_in_region ();
  g_autofree char *descriptions = find_part (SOURCEDIR "/data/gateways", PKGDATADIR "/gateways");

  instance->accounts = service_accounts_new ();
  instance->events = service_events_new ();
  instance->answers = service_answers_new (instance);
  service_store_set_changed (instance->store, changed_cb, instance);
  instance->hasher = service_hasher_new ();
  instance->rehearsals = service_rehearsals_new (region);
  instance->elevations = service_elevations_new (service_instance_get_policy (instance)->elevation_life);
  instance->logind = service_logind_new (instance->elevations);
  if (instance->mode == SERVICE_MODE_PRIVATE)
    {
      instance->key = service_key_new_private (options->keyring_fd);
      instance->password = service_password_new_private (password);
      instance->courier = service_courier_new_private (courier, descriptions);
    }
  else
    {
      instance->key = service_key_new_system (key_path);
      instance->password = service_password_new_system ("/run/secinfo/password-check");
      instance->courier = service_courier_new_system ("/run/secinfo/courier");
    }

  service_descriptions_load (instance);
  service_reports_start (instance);
  service_key_set_changed (instance->key, key_changed_cb, instance);
  instance->outbox = service_outbox_new (instance);
  instance->changes = service_changes_new (instance);
  instance->asked_at = g_get_monotonic_time ();
  service_instance_load_key_async (instance, NULL, NULL);
  service_duties_start (instance);
}

static ServiceListen *
open_socket (ServiceInstance  *instance,
             const Options    *options,
             int              *sign_in,
             GError          **error)
{
  g_autofree char *path = NULL;
  int api = -1;

  *sign_in = options->sign_in_fd;
  if (options->system && options->socket == NULL && g_getenv ("LISTEN_FDS") != NULL)
    return service_listen_passed (&api, sign_in, error) ? service_listen_new_passed (instance, api, error) : NULL;
  if (options->sign_in != NULL && (*sign_in = service_listen_bind_sign_in (options->sign_in, error)) < 0)
    return NULL;

  if (options->socket != NULL)
    path = g_canonicalize_filename (options->socket, NULL);
  else if (options->private)
    path = service_listen_default_path (error);
  else
    path = g_strdup ("/run/secinfo/api");

  return path != NULL ? service_listen_new_path (instance, path, error) : NULL;
}

/* The sign-in screen's socket, and the folders that the module looks into. A test's lie in its own state. */
static void
open_sign_in (ServiceInstance *instance,
              int              fd)
{
  gboolean ours = instance->mode == SERVICE_MODE_PRIVATE;
  g_autofree char *open_dir = ours ? g_build_filename (instance->state_dir, "open", NULL)
                                   : g_strdup (SECINFO_PATH_OPEN);

  if (fd < 0)
    return;
  instance->lines_dir = ours ? g_build_filename (instance->state_dir, "lines", NULL) : g_strdup (SECINFO_PATH_LINES);
  if (ours)
    {
      g_mkdir (open_dir, 0700);
      g_mkdir (instance->lines_dir, 0700);
    }
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  instance->open_files = service_open_files_new (open_dir);
  instance->sign_in = service_sign_in_new (instance, fd);
}

/* In the order in which they need each other. */
static void
clear_parts (ServiceInstance *self)
{
  g_clear_handle_id (&self->prune_timer, g_source_remove);
  g_clear_pointer (&self->sign_in, service_sign_in_free);
  g_clear_pointer (&self->open_files, service_open_files_free);
  g_clear_pointer (&self->hasher, service_hasher_free);
  g_clear_pointer (&self->rehearsals, service_rehearsals_free);
  g_clear_pointer (&self->changes, service_changes_free);
  g_clear_pointer (&self->outbox, service_outbox_free);
  g_clear_pointer (&self->courier, service_courier_free);
  g_clear_pointer (&self->password, service_password_free);
  g_clear_pointer (&self->logind, service_logind_free);
  g_clear_pointer (&self->elevations, service_elevations_free);
  /* Waits for what is queued; its callbacks still find the parts below. */
  g_clear_pointer (&self->store, service_store_close);
  g_clear_pointer (&self->answers, service_answers_free);
  g_clear_pointer (&self->events, service_events_free);
  g_clear_pointer (&self->key, service_key_free);
  g_clear_pointer (&self->accounts, service_accounts_free);
  g_clear_pointer (&self->key_check, g_bytes_unref);
  g_queue_clear_full (&self->key_waiters, g_object_unref);
  if (self->state_dir_fd >= 0)
    close (self->state_dir_fd);
  self->state_dir_fd = -1;
  g_clear_pointer (&self->state_dir, g_free);
  g_clear_pointer (&self->lines_dir, g_free);
  self->policy = NULL;
  g_clear_pointer (&self->policies, g_ptr_array_unref);
  g_clear_pointer (&self->fixed, g_strfreev);
}

/* --- running ---------------------------------------------------------------------------------------------- */

static gboolean
stop_cb (gpointer user_data)
{
  g_main_loop_quit (((Daemon *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
idle_cb (gpointer user_data)
{
  Daemon *self = user_data;

  if (service_duties_are_done (&self->instance))
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
keyring_closed_cb (gint         fd,
                   GIOCondition condition,
                   gpointer     user_data)
{
  Daemon *self = user_data;

  self->keyring_watch = 0;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
watch_end (Daemon        *self,
           const Options *options)
{
  /* A private instance lives as long as whoever has the keyring's other end. */
  if (options->keyring_fd >= 0)
    self->keyring_watch = g_unix_fd_add (options->keyring_fd, G_IO_HUP | G_IO_ERR, keyring_closed_cb, self);
  else
    self->idle_timer =
      g_timeout_add_seconds (MAX (1, service_instance_get_policy (&self->instance)->idle_exit / 10), idle_cb, self);
}

static int
run (const Options *options)
{
  Daemon self = { .instance = { .mode = options->private ? SERVICE_MODE_PRIVATE : SERVICE_MODE_SYSTEM,
                                .trial = options->trial, .state_dir_fd = -1 } };
  ServiceInstance *instance = &self.instance;
  g_autoptr(GError) error = NULL;
  int sign_in = -1;

  if (!check_place (options, &error) || !load_config (instance, options, &error))
    return refuse (error);

  self.loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, stop_cb, &self);
  g_unix_signal_add (SIGINT, stop_cb, &self);

  /* The socket before the store: of two that are started at once the second is told of the first, not of a lock. */
  self.listen = open_socket (instance, options, &sign_in, &error);
  if (self.listen == NULL || !open_state (instance, options, &error))
    {
      g_clear_pointer (&self.listen, service_listen_free);
      clear_parts (instance);
      g_main_loop_unref (self.loop);
      return refuse (error);
    }

  make_parts (instance, options);
  open_sign_in (instance, sign_in);
  watch_end (&self, options);
  g_main_loop_run (self.loop);

  g_clear_handle_id (&self.idle_timer, g_source_remove);
  g_clear_handle_id (&self.keyring_watch, g_source_remove);
  service_listen_free (self.listen);
  clear_parts (instance);
  g_main_loop_unref (self.loop);
  return EXIT_SUCCESS;
}

int
main (int    argc,
      char **argv)
{
  Options options = { .keyring_fd = -1, .sign_in_fd = -1 };
  g_autoptr(GError) error = NULL;
  int code;

  harden ();
  secinfo_json_init ();
  service_language_init ();
  if (sodium_init () < 0)
    return EXIT_REFUSED;

  if (!parse_options (&argc, &argv, &options, &error))
    {
      g_printerr ("secinfod: %s (see secinfod --help)\n", error->message);
      code = EXIT_USAGE;
    }
  else if (options.version)
    {
      g_print ("secinfod %s\n", PACKAGE_VERSION);
      code = EXIT_SUCCESS;
    }
  else
    code = run (&options);

  clear_options (&options);
  return code;
}
