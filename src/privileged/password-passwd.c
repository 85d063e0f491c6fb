/* password-passwd.c - a private instance has no root: passwd(1) changes the password, on a terminal of our own
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSWD      "/usr/bin/passwd"
#define PROMPTS     8       /* answered at most: PAM asks for a new password three times, twice each */
#define TICK        10      /* milliseconds between two looks at the terminal's echo */

/* What passwd has said since its last question, and what it said first that was no question. */
struct screen
{
  char     text[2048];
  size_t   length;
  unsigned answered;
};

static bool
echo_is_off (int terminal)
{
  struct termios mode;

  return tcgetattr (terminal, &mode) == 0 && (mode.c_lflag & ECHO) == 0;
}

static bool
is_blank (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if ((unsigned char) text[i] > ' ')
      return false;
  return true;
}

/* The first line that says something, once the current password was given, is the reason.
 * @length: without the prompt. */
static void
keep_reason (struct password_call *call, const struct screen *screen, size_t length)
{
  size_t start = 0;

  for (size_t i = 0; i <= length && screen->answered > 0 && call->reply.reason[0] == '\0'; i++)
    if (i == length || screen->text[i] == '\n')
      {
        size_t end = i > start && screen->text[i - 1] == '\r' ? i - 1 : i;

        if (!is_blank (screen->text + start, end - start))
          password_set_reason (call, screen->text + start, end - start);
        start = i + 1;
      }
}

/* A question stands: words since the last answer, and the terminal's echo is off. */
static bool
answer (struct password_call *call, struct screen *screen, int terminal)
{
  const char *text = screen->answered == 0 ? call->request.password : call->request.fresh;
  size_t prompt = screen->length;

  while (prompt > 0 && screen->text[prompt - 1] != '\n')
    prompt--;
  keep_reason (call, screen, prompt);
  screen->length = 0;
  if (screen->answered++ == PROMPTS)
    return false;
  return write (terminal, text, strlen (text)) == (ssize_t) strlen (text) && write (terminal, "\n", 1) == 1;
}

/* Until passwd closes its side. */
static void
converse (struct password_call *call, int terminal)
{
  struct screen screen = { .length = 0 };

  for (;;)
    {
      struct pollfd ready = { terminal, POLLIN, 0 };
      char *free_space = screen.text + screen.length;
      ssize_t n;

      if (poll (&ready, 1, TICK) > 0)
        {
          n = read (terminal, free_space, sizeof screen.text - screen.length);
          if (n <= 0 && errno != EINTR)
            break;
          screen.length += n > 0 ? n : 0;
          if (screen.length == sizeof screen.text)   /* nobody says that much; keep the newest */
            {
              memmove (screen.text, screen.text + 1024, screen.length - 1024);
              screen.length -= 1024;
            }
        }
      else if (!is_blank (screen.text, screen.length) && echo_is_off (terminal) && !answer (call, &screen, terminal))
        break;
    }
  keep_reason (call, &screen, screen.length);
}

void
password_run_passwd (struct password_call *call)
{
  int terminal, status = -1;
  pid_t child = forkpty (&terminal, NULL, NULL, NULL);

  if (child == -1)
    return;
  if (child == 0)
    {
      alarm (SECINFO_PASSWORD_LIFE);
      execl (PASSWD, PASSWD, (char *) NULL);
      _exit (127);
    }

  fcntl (terminal, F_SETFD, FD_CLOEXEC);
  converse (call, terminal);
  close (terminal);   /* hangs up on a passwd that still asks */
  while (waitpid (child, &status, 0) == -1 && errno == EINTR)
    ;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    {
      call->reply.result = SECINFO_PASSWORD_OK;
      memset (call->reply.reason, 0, sizeof call->reply.reason);
    }
  else if (call->reply.reason[0] != '\0' && WIFEXITED (status) && WEXITSTATUS (status) != 127)
    call->reply.result = SECINFO_PASSWORD_REFUSED;
  else
    memset (call->reply.reason, 0, sizeof call->reply.reason);
}

bool
password_run_status (const char *user, uint32_t *kind)
{
  char line[512] = "";
  size_t used = 0;
  int fds[2], status = -1;
  ssize_t n;
  pid_t child;
  char *at;

  if (pipe2 (fds, O_CLOEXEC) != 0)
    return true;
  child = fork ();
  if (child == 0)
    {
      int out = dup2 (fds[1], STDOUT_FILENO);

      if (out != -1)
        {
          execl (PASSWD, PASSWD, "-S", user, (char *) NULL);
          close (out);   /* gcc 14's analyzer sees a leak where only _exit() follows */
        }
      _exit (127);
    }
  close (fds[1]);
  while (child != -1 && used < sizeof line - 1 && (n = read (fds[0], line + used, sizeof line - 1 - used)) > 0)
    used += n;
  close (fds[0]);
  while (child != -1 && waitpid (child, &status, 0) == -1 && errno == EINTR)
    ;

  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0 || strncmp (line, user, strlen (user)) != 0 ||
      line[strlen (user)] != ' ')
    return true;
  at = line + strlen (user) + 1;
  at[strcspn (at, " \n")] = '\0';
  if (at[0] != '\0' && strcmp (at, "P") != 0)
    *kind = SECINFO_KIND_NO_PASSWORD;
  return true;
}

/* Where the PAM service of a private instance lies: beside the source for a build that is not installed. Whoever
 * runs it asks about himself alone, so he may name another place (tests do). */
const char *
password_find_confdir (void)
{
  static char self[4096];
  ssize_t n = readlink ("/proc/self/exe", self, sizeof self - 1);
  const char *given = secure_getenv ("SECINFO_PAM_CONFDIR");

  if (given != NULL && given[0] == '/')
    return given;
  if (n > 0 && strncmp (self, BUILDDIR "/", strlen (BUILDDIR "/")) == 0)
    return SOURCEDIR "/data/pam/private";
  return PKGDATADIR "/pam/private";
}
