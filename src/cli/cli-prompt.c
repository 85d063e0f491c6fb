/* cli-prompt.c - questions, at the terminal or from standard input
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

/* The terminal as it was, for a signal that comes while the echo is off; -1 where nothing is to be put back. */
static volatile sig_atomic_t echo_off_fd = -1;
static struct termios saved_terminal;

static void
restore_echo_cb (int number)
{
  if (echo_off_fd >= 0)
    tcsetattr (echo_off_fd, TCSAFLUSH, &saved_terminal);
  signal (number, SIG_DFL);
  raise (number);
}

static gboolean
turn_echo_off (int fd)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
  struct termios quiet;

  if (tcgetattr (fd, &saved_terminal) != 0)
    return FALSE;
  echo_off_fd = fd;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    signal (numbers[i], restore_echo_cb);
  quiet = saved_terminal;
  quiet.c_lflag &= ~(tcflag_t) ECHO;
  quiet.c_lflag |= ECHONL;
  return tcsetattr (fd, TCSAFLUSH, &quiet) == 0;
}

static void
turn_echo_on (int fd)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

  tcsetattr (fd, TCSAFLUSH, &saved_terminal);
  echo_off_fd = -1;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    signal (numbers[i], SIG_DFL);
}

/* A line without its end, byte by byte, so that what follows stays for the next question. NULL at the end of input, or
 * where a line is longer than anything that is asked here. Wiped with secinfo_secret_free_text(). */
static char *
read_line (int fd)
{
  char buffer[LINE_MAX_BYTES];
  gsize length = 0;
  char *line = NULL;
  gboolean ended = FALSE;
  char c;

  while (length < sizeof buffer)
    {
      ssize_t count = read (fd, &c, 1);

      if (count < 0 && errno == EINTR)
        continue;
      ended = count == 1 && c == '\n';
      if (count <= 0 || ended)
        break;
      buffer[length++] = c;
    }
  if (ended || (length > 0 && length < sizeof buffer))
    {
      if (length > 0 && buffer[length - 1] == '\r')
        length--;
      if (memchr (buffer, '\0', length) == NULL)
        line = g_strndup (buffer, length);
    }
  explicit_bzero (buffer, sizeof buffer);
  return line;
}

static char *
ask (Cli *cli, const char *prompt, gboolean secret)
{
  int fd;
  char *line;
  gboolean quiet = FALSE;

  if (cli->use_stdin)
    {
      g_printerr ("%s\n", prompt);
      return read_line (STDIN_FILENO);
    }
  fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  if (secret)
    quiet = turn_echo_off (fd);
  dprintf (fd, "%s ", prompt);
  line = read_line (fd);
  if (quiet)
    turn_echo_on (fd);
  close (fd);
  return line;
}

char *
cli_ask (Cli *cli, const char *prompt)
{
  char *line = ask (cli, prompt, FALSE);

  return line != NULL ? g_strstrip (line) : NULL;
}

SecinfoSecret *
cli_ask_secret (Cli *cli, const char *prompt)
{
  char *line = ask (cli, prompt, TRUE);
  SecinfoSecret *secret = line != NULL ? secinfo_secret_new (line, -1) : NULL;

  secinfo_secret_free_text (line);
  return secret;
}

gboolean
cli_ask_yes (Cli *cli, const char *question)
{
  /* Translators: a question that is answered with y or n at the terminal */
  g_autofree char *prompt = g_strdup_printf (_("%s [y/N]"), question);
  g_autofree char *answer = cli_ask (cli, prompt);
  g_autofree char *folded = answer != NULL ? g_utf8_casefold (answer, -1) : NULL;
  /* Translators: the letter that means yes in “[y/N]” */
  g_autofree char *yes = g_utf8_casefold (C_("answer", "y"), -1);

  cli->status = folded != NULL ? CLI_REFUSED : cli_nobody (cli);
  return folded != NULL && *folded != '\0' && (g_str_has_prefix (folded, yes) || g_str_equal (folded, "y"));
}

int
cli_nobody (Cli *cli)
{
  if (cli->use_stdin)
    return cli_usage (_("Standard input ended before everything was answered. Nothing more was done."));
  return cli_usage (_("There is no terminal to ask at. With --stdin the answers are read from standard input."));
}
