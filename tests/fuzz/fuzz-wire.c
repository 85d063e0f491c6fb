/* fuzz-wire.c - the datagram of secinfo-password, before anything is done with it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The whole program but its main(), which hardens and looks at the peer: what is asked of PAM is left out. */
#define main secinfo_password_main
int secinfo_password_main (int argc, char **argv);
#include "secinfo-password.c"
#undef main

#include "fuzz.h"

static int ours = -1;

/* What may be reached only with a request that is right in every field. */
static void
check_call (const struct password_call *to)
{
  const struct secinfo_password_request *request = &to->request;

  fuzz_assert ((to->is_reset ? to->reset.version : request->version) == SECINFO_PASSWORD_VERSION);
  fuzz_assert (memchr (request->user, '\0', sizeof request->user) != NULL && request->user[0] != '\0');
  fuzz_assert (memchr (request->password, '\0', sizeof request->password) != NULL);
  fuzz_assert (memchr (request->fresh, '\0', sizeof request->fresh) != NULL);
  fuzz_assert (strcmp (to->account.pw_name, request->user) == 0);
  fuzz_assert (to->is_reset || to->account.pw_uid == request->uid);
  fuzz_assert (!to->private || to->account.pw_uid == getuid ());
}

void
password_classify (struct password_call *to)
{
  check_call (to);
  fuzz_assert (to->request.op == SECINFO_PASSWORD_CLASSIFY && to->request.password[0] == '\0' &&
               to->request.fresh[0] == '\0');
  to->reply.result = SECINFO_PASSWORD_OK;
}

void
password_authenticate (struct password_call *to)
{
  check_call (to);
  fuzz_assert (to->request.op == SECINFO_PASSWORD_AUTHENTICATE && to->request.fresh[0] == '\0');
  to->reply.result = SECINFO_PASSWORD_OK;
}

void
password_change (struct password_call *to)
{
  check_call (to);
  fuzz_assert (to->request.op == SECINFO_PASSWORD_CHANGE && to->request.fresh[0] != '\0');
  /* PAM's words are anybody's too. */
  password_set_reason (to, to->request.fresh, strlen (to->request.fresh));
  fuzz_assert (memchr (to->reply.reason, '\0', sizeof to->reply.reason) != NULL);
  to->reply.result = SECINFO_PASSWORD_REFUSED;
}

void
password_reset (struct password_call *to)
{
  check_call (to);
  fuzz_assert (to->is_reset && !to->private);
  fuzz_assert ((to->reset.op == SECINFO_PASSWORD_RESET) == (to->request.fresh[0] != '\0'));
  fuzz_assert (to->reset.op == SECINFO_PASSWORD_RESET || to->reset.op == SECINFO_PASSWORD_UNLOCK);
  to->reply.result = SECINFO_PASSWORD_OK;
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (dup2 (pair[1], SOCKET), ==, SOCKET);
  close (pair[1]);
  ours = pair[0];
  return 0;
}

/* A name is hardly found by chance: a request may be given that of whoever runs this. */
static void
name_the_user (char *user, uint32_t *uid)
{
  const struct passwd *me = getpwuid (getuid ());

  if (me == NULL || strlen (me->pw_name) >= SECINFO_USER_SIZE)
    return;
  memset (user, 0, SECINFO_USER_SIZE);
  memcpy (user, me->pw_name, strlen (me->pw_name));
  if (uid != NULL)
    *uid = me->pw_uid;
}

/* The first byte: 1 zeros make up what is missing, 2 it is the user's own, 4 a private instance, 8 the other socket. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  struct secinfo_password_request request = { 0 };
  struct secinfo_reset_request reset = { 0 };
  const void *sent = data + 1;
  gsize length = size - 1;

  if (size == 0 || size > 8192)
    return 0;
  memset (&call, 0, sizeof call);
  call.is_reset = (data[0] & 8) != 0;
  call.private = (data[0] & 4) != 0 && !call.is_reset;
  if ((data[0] & 1) != 0)
    {
      sent = call.is_reset ? (void *) &reset : (void *) &request;
      length = call.is_reset ? sizeof reset : sizeof request;
      memcpy (call.is_reset ? (void *) &reset : (void *) &request, data + 1, MIN (size - 1, length));
      if ((data[0] & 2) != 0)
        name_the_user (call.is_reset ? reset.user : request.user, call.is_reset ? NULL : &request.uid);
    }

  fuzz_assert (send (ours, sent, length, MSG_NOSIGNAL) == (gssize) length);
  fuzz_assert (serve () <= SECINFO_PASSWORD_LIMIT);
  fuzz_assert ((call.is_reset ? call.outcome.version : call.reply.version) == SECINFO_PASSWORD_VERSION);
  fuzz_drain (SOCKET);
  return 0;
}
