/* cli-serve.c - secinfoctl serve --private
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-keyring-bridge.h"
#include "secinfo-launcher.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHILD_FD 3

typedef struct
{
  GMainLoop            *loop;
  GSubprocess          *child;
  SecinfoKeyring       *keyring;
  SecinfoKeyringBridge *bridge;
  guint                 kill_source;
} Serve;

static gboolean
kill_cb (gpointer user_data)
{
  Serve *serve = user_data;

  serve->kill_source = 0;
  g_subprocess_force_exit (serve->child);
  return G_SOURCE_REMOVE;
}

/* The service is asked to end, and given ten seconds for what it has begun. */
static void
end_child (Serve *serve)
{
  if (serve->kill_source != 0)
    return;
  g_subprocess_send_signal (serve->child, SIGTERM);
  serve->kill_source = g_timeout_add_seconds (10, kill_cb, serve);
}

static gboolean
signal_cb (gpointer user_data)
{
  end_child (user_data);
  return G_SOURCE_CONTINUE;
}

static void
closed_cb (SecinfoKeyringBridge *bridge, gpointer user_data)
{
  end_child (user_data);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Serve *serve = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  g_main_loop_quit (serve->loop);
}

/* Both ends of the pair to the keyring: ours is returned, the child's is CHILD_FD. -1 where there is no service. */
static int
spawn (Serve *serve, const char *socket_path, const char *state_dir, const char *config)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return -1;
  g_ptr_array_add (words, secinfo_launcher_find (SECINFO_PROGRAM_SECINFOD));
  g_ptr_array_add (words, g_strdup ("--private"));
  g_ptr_array_add (words, g_strdup_printf ("--keyring-fd=%d", CHILD_FD));
  if (socket_path != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--socket=%s", socket_path));
  if (state_dir != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--state-dir=%s", state_dir));
  if (config != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--config=%s", config));
  g_ptr_array_add (words, NULL);
  g_subprocess_launcher_take_fd (launcher, pair[1], CHILD_FD);
  serve->child = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  if (serve->child == NULL)
    {
      g_printerr (_("The account service could not be started: %s"), error->message);
      g_printerr ("\n");
      close (pair[0]);
      return -1;
    }
  return pair[0];
}

static int
child_status (GSubprocess *child)
{
  /* Its own last line said why. */
  if (!g_subprocess_get_if_exited (child))
    return g_subprocess_get_term_sig (child) == SIGTERM ? CLI_DONE : CLI_NO_SERVICE;
  return g_subprocess_get_exit_status (child) == 0 ? CLI_DONE : CLI_NO_SERVICE;
}

static int
serve_private (const char *socket_path, const char *state_dir, const char *config)
{
  Serve serve = { 0 };
  guint sources[3];
  int fd = spawn (&serve, socket_path, state_dir, config);
  int status;

  if (fd < 0)
    return CLI_NO_SERVICE;
  serve.loop = g_main_loop_new (NULL, FALSE);
  serve.keyring = secinfo_keyring_new ();
  serve.bridge = secinfo_keyring_bridge_new (fd, serve.keyring);
  g_signal_connect (serve.bridge, "closed", G_CALLBACK (closed_cb), &serve);
  sources[0] = g_unix_signal_add (SIGTERM, signal_cb, &serve);
  sources[1] = g_unix_signal_add (SIGINT, signal_cb, &serve);
  sources[2] = g_unix_signal_add (SIGHUP, signal_cb, &serve);
  g_subprocess_wait_async (serve.child, NULL, ended_cb, &serve);
  g_main_loop_run (serve.loop);

  status = child_status (serve.child);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_clear_handle_id (&serve.kill_source, g_source_remove);
  g_signal_handlers_disconnect_by_data (serve.bridge, &serve);
  g_object_unref (serve.bridge);
  g_object_unref (serve.keyring);
  g_object_unref (serve.child);
  g_main_loop_unref (serve.loop);
  return status;
}

int
cli_serve (Cli *cli, int argc, char **argv)
{
  g_autofree char *state_dir = NULL, *config = NULL;
  gboolean private = FALSE;
  GOptionEntry entries[] = {
    { "private", 0, 0, G_OPTION_ARG_NONE, &private, N_("For you alone; needs no installation"), NULL },
    { "state-dir", 0, 0, G_OPTION_ARG_FILENAME, &state_dir, N_("Where it keeps what it knows"), N_("FOLDER") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_("Its configuration"), N_("FILE") },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl serve", NULL,
                  _("Runs an account service for you alone, until nobody has asked it anything for 20 minutes."),
                  entries, 0, 0))
    return cli->status;
  if (!private)
    return cli_usage (_("Only --private can be served from here; the service of the whole computer is started by the "
                        "system."));
  return serve_private (cli->socket_path, state_dir, config);
}
