/* secinfo-password.c - one process a call: reads one datagram on descriptor 0, answers it, ends
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET 0

/* Holds passwords: in static memory, so that it can be locked and wiped as a whole. */
static struct password_call call;

/* Nothing of us may be dumped, traced or left behind; no stray file size or core. The alarm ends whatever hangs. */
static bool
harden (void)
{
  const struct rlimit no_core = { 0, 0 };
  sigset_t none;

  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGCHLD, SIG_DFL);
  signal (SIGALRM, SIG_DFL);
  alarm (SECINFO_PASSWORD_LIFE);
  umask (077);
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit (RLIMIT_CORE, &no_core) != 0)
    return false;
  mlock (&call, sizeof call);   /* as far as the limit lets an ordinary user */
  return fcntl (SOCKET, F_SETFD, FD_CLOEXEC) == 0;
}

/* As root no variable of the starter is believed but the language of PAM's words. */
static bool
clean_environment (void)
{
  char *lang = getenv ("LANG") != NULL ? strdup (getenv ("LANG")) : NULL;
  bool clean = clearenv () == 0 && setenv ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) == 0 &&
               (lang == NULL || setenv ("LANG", lang, 1) == 0);

  free (lang);
  return clean;
}

/* Where the PAM service of a private instance lies: beside the source for a build that is not installed. Whoever
 * runs it asks about himself alone, so he may name another place (tests do). */
static const char *
find_confdir (void)
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

/* System: root or secinfod. Private: the same user, and never root. */
static bool
check_peer (void)
{
  struct ucred peer;
  socklen_t length = sizeof peer;
  const struct passwd *daemon;

  if (getsockopt (SOCKET, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return false;
  if (call.private)
    return peer.uid == getuid ();
  if (peer.uid == 0)
    return true;
  daemon = getpwnam (SECINFO_SYSTEM_USER);
  return daemon != NULL && daemon->pw_uid != 0 && peer.uid == daemon->pw_uid;
}

/* Exactly one datagram of exactly our size; descriptors that ride along are dropped by recv(). */
static bool
read_request (void)
{
  struct pollfd ready = { SOCKET, POLLIN, 0 };
  const struct secinfo_password_request *request = &call.request;
  ssize_t n;

  if (poll (&ready, 1, SECINFO_PASSWORD_READ_LIMIT * 1000) != 1)
    return false;
  n = recv (SOCKET, &call.request, sizeof call.request, MSG_DONTWAIT | MSG_TRUNC);
  return n == sizeof call.request && request->version == SECINFO_PASSWORD_VERSION &&
         secinfo_wire_text_ends (request->user, sizeof request->user) && request->user[0] != '\0' &&
         secinfo_wire_text_ends (request->password, sizeof request->password) &&
         secinfo_wire_text_ends (request->fresh, sizeof request->fresh);
}

/* An operation has exactly its own fields. */
static bool
check_fields (void)
{
  bool password = call.request.password[0] != '\0', fresh = call.request.fresh[0] != '\0';

  switch (call.request.op)
    {
    case SECINFO_PASSWORD_CLASSIFY:
      return !password && !fresh;

    case SECINFO_PASSWORD_AUTHENTICATE:
      return !fresh;

    case SECINFO_PASSWORD_CHANGE:
      return fresh;

    default:
      return false;
    }
}

/* The name and the uid must be one account; in a private instance, one's own. */
static bool
find_account (void)
{
  const struct passwd *found = getpwnam (call.request.user);

  if (found == NULL || found->pw_uid != call.request.uid || strcmp (found->pw_name, call.request.user) != 0 ||
      (call.private && found->pw_uid != getuid ()))
    return false;
  call.account.pw_name = strdup (found->pw_name);
  call.account.pw_passwd = strdup (found->pw_passwd != NULL ? found->pw_passwd : "x");
  call.account.pw_dir = strdup (found->pw_dir != NULL ? found->pw_dir : "");
  call.account.pw_uid = found->pw_uid;
  call.account.pw_gid = found->pw_gid;
  return call.account.pw_name != NULL && call.account.pw_passwd != NULL && call.account.pw_dir != NULL;
}

static void
serve (void)
{
  call.reply.version = SECINFO_PASSWORD_VERSION;
  call.reply.result = SECINFO_PASSWORD_BAD_REQUEST;
  if (!read_request () || !check_fields ())
    return;

  call.reply.result = SECINFO_PASSWORD_NOT_ALLOWED;
  if (!find_account ())
    return;

  call.reply.result = SECINFO_PASSWORD_UNAVAILABLE;
  if (call.request.op == SECINFO_PASSWORD_CLASSIFY)
    password_classify (&call);
  else if (call.request.op == SECINFO_PASSWORD_AUTHENTICATE)
    password_authenticate (&call);
  else
    password_change (&call);
}

void
password_set_reason (struct password_call *to, const char *words, size_t length)
{
  static const char *const prefixes[] = { "BAD PASSWORD: ", "passwd: " };
  size_t used = 0;

  for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
    if (length > strlen (prefixes[i]) && memcmp (words, prefixes[i], strlen (prefixes[i])) == 0)
      {
        words += strlen (prefixes[i]);
        length -= strlen (prefixes[i]);
      }
  memset (to->reply.reason, 0, sizeof to->reply.reason);
  for (size_t i = 0; i < length && used < sizeof to->reply.reason - 1; i++)
    to->reply.reason[used++] = (unsigned char) words[i] < ' ' || words[i] == 0x7f ? ' ' : words[i];
}

int
main (int argc, char **argv)
{
  ssize_t sent;

  call.private = argc >= 2 && strcmp (argv[1], "--private") == 0;
  if (argc > (call.private ? 2 : 1) || call.private == (geteuid () == 0) ||
      getuid () != geteuid () || getgid () != getegid ())
    {
      fputs ("secinfo-password is started by the account service: as root, or by an ordinary user with --private\n",
             stderr);
      return 2;
    }
  if (!harden () || (!call.private && !clean_environment ()) || !check_peer ())
    return 1;
  setlocale (LC_ALL, "");
  if (call.private)
    call.confdir = find_confdir ();

  serve ();
  explicit_bzero (&call.request, sizeof call.request);
  sent = send (SOCKET, &call.reply, sizeof call.reply, MSG_NOSIGNAL);
  return sent == sizeof call.reply ? 0 : 1;
}
