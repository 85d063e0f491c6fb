/* cli-agent.c - an administrator's password, asked for at this terminal
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define AGENT      "pkttyagent"
#define AGENT_FD   3
#define AGENT_WAIT 10000   /* milliseconds until it is registered */

/* Who types here answers here; over ssh there is no desktop that would show polkit's question. */
static gboolean
is_wanted (Cli *cli)
{
  GAsyncResult *result = NULL;
  SecinfoServiceInfo *info;
  gboolean is_private;
  int fd;

  if (geteuid () == 0)
    return FALSE;
  fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  close (fd);
  secinfo_client_get_service_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  info = secinfo_client_get_service_finish (cli->client, cli_await (&result), NULL);
  g_object_unref (result);
  is_private = info == NULL || info->is_private;
  g_clear_pointer (&info, secinfo_service_info_free);
  return !is_private;
}

/* However we end, it does not stay. */
static void
child_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

SecinfoClient *
cli_get_administrator (Cli *cli)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autofree char *program = NULL, *pid = NULL;
  struct pollfd ready = { .events = POLLIN };
  int ends[2];

  if (cli->agent_tried)
    return cli_get_client (cli);
  cli->agent_tried = TRUE;
  if (!is_wanted (cli))
    return cli_get_client (cli);
  program = g_find_program_in_path (AGENT);
  if (program == NULL || !g_unix_open_pipe (ends, FD_CLOEXEC, NULL))
    return cli_get_client (cli);

  pid = g_strdup_printf ("%d", (int) getpid ());
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_subprocess_launcher_set_child_setup (launcher, child_cb, NULL, NULL);
  g_subprocess_launcher_take_fd (launcher, ends[1], AGENT_FD);
  /* Not as a fallback (--fallback): without a session of logind’s polkit then asks nobody at all. */
  cli->agent = g_subprocess_launcher_spawn (launcher, NULL, program, "--process", pid, "--notify-fd",
                                            G_STRINGIFY (AGENT_FD), NULL);
  g_subprocess_launcher_close (launcher);
  ready.fd = ends[0];
  /* It closes its end once it is registered, or cannot be. */
  if (cli->agent != NULL)
    while (poll (&ready, 1, AGENT_WAIT) < 0 && errno == EINTR)
      ;
  close (ends[0]);
  return cli_get_client (cli);
}

void
cli_end_agent (Cli *cli)
{
  if (cli->agent == NULL)
    return;
  g_subprocess_send_signal (cli->agent, SIGTERM);
  g_subprocess_wait (cli->agent, NULL, NULL);
  g_clear_object (&cli->agent);
}
