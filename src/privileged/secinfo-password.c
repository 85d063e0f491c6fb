/* secinfo-password.c - one process a call: reads one datagram on descriptor 0, answers it, ends
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"
#include "secinfo-wire-call.h"

#include <fcntl.h>
#include <locale.h>
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
  const char *lang = getenv ("LANG");   /* stays where exec() put it */

  return clearenv () == 0 && setenv ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) == 0 &&
         (lang == NULL || setenv ("LANG", lang, 1) == 0);
}

/* System: root or secinfod; for a reset root alone. Private: the same user, and never root. */
static bool
check_peer (void)
{
  struct ucred peer;
  socklen_t length = sizeof peer;
  const struct passwd *daemon = call.private || call.is_reset ? NULL : getpwnam (SECINFO_SYSTEM_USER);

  if (getsockopt (SOCKET, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return false;
  return call.private ? peer.uid == getuid () : peer.uid == 0 || (daemon != NULL && peer.uid == daemon->pw_uid);
}

/* Exactly one datagram of exactly its size; an operation has exactly its own fields. */
static bool
read_request (void)
{
  const struct secinfo_password_request *request = &call.request;

  if (!secinfo_wire_receive (SOCKET, &call.request, sizeof call.request, SECINFO_PASSWORD_READ_LIMIT) ||
      request->version != SECINFO_PASSWORD_VERSION || request->user[0] == '\0' ||
      !secinfo_wire_text_ends (request->user, sizeof request->user) ||
      !secinfo_wire_text_ends (request->password, sizeof request->password) ||
      !secinfo_wire_text_ends (request->fresh, sizeof request->fresh))
    return false;
  if (request->op == SECINFO_PASSWORD_CHANGE)
    return request->fresh[0] != '\0';
  return request->fresh[0] == '\0' && (request->op == SECINFO_PASSWORD_AUTHENTICATE ||
                                       (request->op == SECINFO_PASSWORD_CLASSIFY && request->password[0] == '\0'));
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
  call.request.op = reset->op;
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

/* Returns: what was wrong with the question; once it is the operation's, that sets reply.result. */
static uint32_t
serve (void)
{
  static void (*const operations[]) (struct password_call *) = {
    [SECINFO_PASSWORD_CLASSIFY] = password_classify, [SECINFO_PASSWORD_AUTHENTICATE] = password_authenticate,
    [SECINFO_PASSWORD_CHANGE] = password_change, [SECINFO_PASSWORD_RESET] = password_reset,
    [SECINFO_PASSWORD_UNLOCK] = password_reset,
  };

  call.reply.version = call.outcome.version = SECINFO_PASSWORD_VERSION;
  if (!(call.is_reset ? read_reset () : read_request ()))
    return SECINFO_PASSWORD_BAD_REQUEST;
  if (!find_account ())
    return SECINFO_PASSWORD_NOT_ALLOWED;
  call.reply.result = SECINFO_PASSWORD_UNAVAILABLE;
  operations[call.request.op] (&call);
  return call.reply.result;
}

void
password_set_reason (struct password_call *to, const char *words, size_t length)
{
  snprintf (to->reply.reason, sizeof to->reply.reason, "%.*s", (int) length, words);
}

int
main (int argc, char **argv)
{
  call.private = argc == 2 && strcmp (argv[1], "--private") == 0;
  call.is_reset = argc == 2 && strcmp (argv[1], "--reset") == 0;
  if (argc > (call.private || call.is_reset ? 2 : 1) || call.private == (geteuid () == 0) ||
      getuid () != geteuid () || getgid () != getegid ())
    {
      fputs ("secinfo-password is started by the account service: as root (with --reset on its other socket), "
             "or by an ordinary user with --private\n", stderr);
      return 2;
    }
  if (!harden () || (!call.private && !clean_environment ()) || !check_peer ())
    return 1;
  setlocale (LC_ALL, "");

  call.reply.result = call.outcome.result = serve ();
  memcpy (call.outcome.reason, call.reply.reason, sizeof call.outcome.reason);
  explicit_bzero (&call.request, sizeof call.request);
  explicit_bzero (&call.reset, sizeof call.reset);
  return (call.is_reset ? secinfo_wire_send (SOCKET, &call.outcome, sizeof call.outcome)
                        : secinfo_wire_send (SOCKET, &call.reply, sizeof call.reply)) ? 0 : 1;
}
