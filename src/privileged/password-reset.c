/* password-reset.c - a new password, or only no more failures, for whoever has proven himself at the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"
#include "secinfo-wire-call.h"

#include <sys/file.h>

/* secinfod says who proved what; whom it may be said of is decided here, so that a secinfod in other hands cannot
 * give away root, a locked account, or an administrator that reset.conf keeps back. */

#define COUNT_FILE   "/var/lib/secinfo-password/resets"    /* root, in a folder of 0700 */
#define RESETS       3     /* for the whole computer, in so many seconds: */
#define RESETS_SPAN  3600

/* When the last resets began, on disk. The file stays locked until this process ends: there is one at a time. */
struct count
{
  int     file;
  int64_t times[RESETS];
  size_t  slot;      /* ours */
  int64_t before;    /* what stood there */
};

static uid_t
read_uid_min (void)
{
  FILE *file = fopen ("/etc/login.defs", "re");
  unsigned min = 1000;
  char line[512];

  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    sscanf (line, " UID_MIN %u", &min);
  if (file != NULL)
    fclose (file);
  return min;
}

/* Returns: OK, or why it is none of ours. */
static uint32_t
check_account (struct password_call *call)
{
  if (call->account.pw_uid == 0 || call->account.pw_uid < read_uid_min ())
    return SECINFO_PASSWORD_NOT_ALLOWED;
  password_classify (call);
  if (call->reply.result != SECINFO_PASSWORD_OK)
    return SECINFO_PASSWORD_UNAVAILABLE;
  if (call->reply.kind != SECINFO_KIND_FILES)
    return call->reply.kind == SECINFO_KIND_LOCKED ? SECINFO_PASSWORD_LOCKED : SECINFO_PASSWORD_NOT_ALLOWED;
  if (!call->reply.administrator)
    call->proofs = 1;
  return call->proofs == 0 ? SECINFO_PASSWORD_NOT_ALLOWED : SECINFO_PASSWORD_OK;
}

static bool
write_count (struct count *count)
{
  return pwrite (count->file, count->times, sizeof count->times, 0) == sizeof count->times && fsync (count->file) == 0;
}

/* Before anything is changed. */
static uint32_t
count_reset (struct count *count, int64_t *retry_at)
{
  int64_t now = time (NULL);
  ssize_t n = -1;

  count->file = open (COUNT_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (count->file != -1 && flock (count->file, LOCK_EX) == 0)
    n = pread (count->file, count->times, sizeof count->times, 0);
  if (n != 0 && n != sizeof count->times)
    return SECINFO_PASSWORD_UNAVAILABLE;
  for (size_t i = 0; i < RESETS; i++)
    {
      /* A clock that was set back must not keep people out for longer than an hour. */
      count->times[i] = count->times[i] > now ? now : count->times[i];
      count->slot = count->times[i] < count->times[count->slot] ? i : count->slot;
    }
  count->before = count->times[count->slot];
  *retry_at = count->before + RESETS_SPAN;
  if (*retry_at <= now)
    count->times[count->slot] = now;
  return !write_count (count) ? SECINFO_PASSWORD_UNAVAILABLE
         : *retry_at <= now ? SECINFO_PASSWORD_OK : SECINFO_PASSWORD_LIMIT;
}

static bool
ask_secinfod (int line, struct secinfo_sign_in_request *request, struct secinfo_sign_in_reply *reply)
{
  return secinfo_wire_send (line, request, sizeof *request) &&
         secinfo_wire_receive (line, reply, sizeof *reply, SECINFO_SIGN_IN_WAIT) &&
         reply->version == SECINFO_SIGN_IN_VERSION;
}

/* The ticket is taken before anything is changed, and secinfod hears what became of it. */
static uint32_t
redeem (struct password_call *call)
{
  const struct passwd *daemon = getpwnam (SECINFO_SYSTEM_USER);
  struct secinfo_sign_in_request request = { .version = SECINFO_SIGN_IN_VERSION, .op = SECINFO_SIGN_IN_REDEEM };
  struct secinfo_sign_in_reply reply;
  int line = secinfo_wire_connect (SECINFO_PATH_SIGN_IN, daemon != NULL ? daemon->pw_uid : 0);

  request.reset = call->reset.op == SECINFO_PASSWORD_RESET;
  memcpy (request.user, call->reset.user, sizeof request.user);
  memcpy (request.ticket, call->reset.ticket, sizeof request.ticket);
  if (line == -1 || !ask_secinfod (line, &request, &reply))
    return SECINFO_PASSWORD_UNAVAILABLE;
  if (reply.what != SECINFO_SIGN_IN_TAKEN)
    return SECINFO_PASSWORD_WRONG;

  request.result = reply.proofs < call->proofs ? SECINFO_PASSWORD_NOT_ALLOWED : password_set (call, request.reset);
  request.op = SECINFO_SIGN_IN_RESULT;
  ask_secinfod (line, &request, &reply);
  return request.result;
}

void
password_reset (struct password_call *call)
{
  struct count count = { .file = -1 };
  uint32_t *result = &call->reply.result;
  bool counts = call->reset.op == SECINFO_PASSWORD_RESET;

  *result = check_account (call);
  if (*result == SECINFO_PASSWORD_OK && counts)
    *result = count_reset (&count, &call->outcome.retry_at);
  if (*result != SECINFO_PASSWORD_OK)
    return;
  call->outcome.retry_at = 0;
  *result = redeem (call);
  if (*result != SECINFO_PASSWORD_OK && counts)
    {
      count.times[count.slot] = count.before;
      write_count (&count);
    }
}
