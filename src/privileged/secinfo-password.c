/* secinfo-password.c - one process a call: reads one datagram on descriptor 0, answers it, ends
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"
#include "secinfo-wire-call.h"

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

/* System: root or secinfod; for a reset root alone. Private: the same user, and never root. */
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
  if (peer.uid == 0 || call.is_reset)
    return peer.uid == 0;
  daemon = getpwnam (SECINFO_SYSTEM_USER);
  return daemon != NULL && daemon->pw_uid != 0 && peer.uid == daemon->pw_uid;
}

/* Exactly one datagram of exactly its size. */
static bool
read_request (void)
{
  const struct secinfo_password_request *request = &call.request;

  return secinfo_wire_receive (SOCKET, &call.request, sizeof call.request, SECINFO_PASSWORD_READ_LIMIT) &&
         request->version == SECINFO_PASSWORD_VERSION &&
         secinfo_wire_text_ends (request->user, sizeof request->user) && request->user[0] != '\0' &&
         secinfo_wire_text_ends (request->password, sizeof request->password) &&
         secinfo_wire_text_ends (request->fresh, sizeof request->fresh);
}

/* An operation has exactly its own fields. */
static bool
check_fields (void)
{
  bool password = call.request.password[0] != '\0', fresh = call.request.fresh[0] != '\0';

  return (call.request.op == SECINFO_PASSWORD_CLASSIFY && !password && !fresh) ||
         (call.request.op == SECINFO_PASSWORD_AUTHENTICATE && !fresh) ||
         (call.request.op == SECINFO_PASSWORD_CHANGE && fresh);
}

static bool
read_reset (void)
{
  const struct secinfo_reset_request *reset = &call.reset;

  if (!secinfo_wire_receive (SOCKET, &call.reset, sizeof call.reset, SECINFO_PASSWORD_READ_LIMIT) ||
      reset->version != SECINFO_PASSWORD_VERSION ||
      (reset->op != SECINFO_PASSWORD_RESET && reset->op != SECINFO_PASSWORD_UNLOCK) ||
      (reset->op == SECINFO_PASSWORD_RESET) != (reset->fresh[0] != '\0') ||
      !secinfo_wire_text_ends (reset->user, sizeof reset->user) ||
      !secinfo_wire_text_ends (reset->fresh, sizeof reset->fresh))
    return false;
  memcpy (call.request.user, reset->user, sizeof call.request.user);
  memcpy (call.request.fresh, reset->fresh, sizeof call.request.fresh);
  return true;
}

/* The name and the uid must be one account; in a private instance, one's own. A reset has the name alone. */
static bool
find_account (void)
{
  static char texts[16384];
  struct passwd *found = NULL;

  return getpwnam_r (call.request.user, &call.account, texts, sizeof texts, &found) == 0 && found != NULL &&
         (call.is_reset || found->pw_uid == call.request.uid) && strcmp (found->pw_name, call.request.user) == 0 &&
         (!call.private || found->pw_uid == getuid ());
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

static void
serve_reset (void)
{
  call.outcome.version = SECINFO_PASSWORD_VERSION;
  call.outcome.result = SECINFO_PASSWORD_BAD_REQUEST;
  if (!read_reset ())
    return;
  call.outcome.result = SECINFO_PASSWORD_NOT_ALLOWED;
  if (find_account ())
    password_reset (&call);
}

void
password_set_reason (struct password_call *to, const char *words, size_t length)
{
  size_t most = sizeof to->reply.reason - 1;

  memset (to->reply.reason, 0, sizeof to->reply.reason);
  memcpy (to->reply.reason, words, strnlen (words, length < most ? length : most));
}

int
main (int argc, char **argv)
{
  bool sent;

  call.private = argc == 2 && strcmp (argv[1], "--private") == 0;
  call.is_reset = argc == 2 && strcmp (argv[1], "--reset") == 0;
  if (argc > (call.private || call.is_reset ? 2 : 1) || call.private == (geteuid () == 0) ||
      getuid () != geteuid () || getgid () != getegid ())
    {
      fputs ("secinfo-password is started by the account service: as root (with --reset on its other socket), "
             "or by an ordinary user with --private\n",
             stderr);
      return 2;
    }
  if (!harden () || (!call.private && !clean_environment ()) || !check_peer ())
    return 1;
  setlocale (LC_ALL, "");
  if (call.private)
    call.confdir = password_find_confdir ();

  if (call.is_reset)
    serve_reset ();
  else
    serve ();
  explicit_bzero (&call.request, sizeof call.request);
  explicit_bzero (&call.reset, sizeof call.reset);
  sent = call.is_reset ? secinfo_wire_send (SOCKET, &call.outcome, sizeof call.outcome)
                       : secinfo_wire_send (SOCKET, &call.reply, sizeof call.reply);
  return sent ? 0 : 1;
}
