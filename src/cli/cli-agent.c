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
#define AGENT_ENDS 2       /* seconds that it has to end by itself */

/* Who types here answers here; over ssh there is no desktop that would show polkit's question. */
static gboolean
is_wanted (Cli *cli)
{
  GAsyncResult *result = NULL;
  SecinfoServiceInfo *info;
  gboolean is_private, is_ours;
  int fd;

  if (geteuid () == 0 || cli->use_stdin)
    return FALSE;
  fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  /* From the background it would be stopped at its first word. */
  is_ours = tcgetpgrp (fd) == getpgrp ();
  close (fd);
  if (!is_ours)
    return FALSE;
  secinfo_client_get_service_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  info = secinfo_client_get_service_finish (cli->client, cli_await (&result), NULL);
  g_object_unref (result);
  is_private = info == NULL || info->is_private;
  g_clear_pointer (&info, secinfo_service_info_free);
  return !is_private;
}

/* However we end, it does not stay. @data: our process id */
static void
child_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != GPOINTER_TO_INT (data))
    _exit (1);
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
  g_subprocess_launcher_set_child_setup (launcher, child_cb, GINT_TO_POINTER ((int) getpid ()), NULL);
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

static gboolean
force_cb (gpointer data)
{
  g_subprocess_force_exit (data);
  return G_SOURCE_CONTINUE;
}

void
cli_end_agent (Cli *cli)
{
  GAsyncResult *result = NULL;
  guint timer;

  if (cli->agent == NULL)
    return;
  g_subprocess_send_signal (cli->agent, SIGTERM);
  /* One that is stopped (Ctrl+Z) does not see it before. */
  g_subprocess_send_signal (cli->agent, SIGCONT);
  timer = g_timeout_add_seconds (AGENT_ENDS, force_cb, cli->agent);
  g_subprocess_wait_async (cli->agent, NULL, cli_keep_cb, &result);
  g_subprocess_wait_finish (cli->agent, cli_await (&result), NULL);
  g_source_remove (timer);
  g_object_unref (result);
  g_clear_object (&cli->agent);
}
