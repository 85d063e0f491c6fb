/* password.h - the parts of secinfo-password; all of it is read whole at every change
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <pwd.h>
#include <stdbool.h>

#include "secinfo-wire.h"

/* One call. The account is the one the request names, looked up by this process. */
struct password_call
{
  bool                            private;   /* an ordinary user's own instance, without root */
  struct passwd                   account;   /* its texts live as long as the process */
  struct secinfo_password_request request;
  struct secinfo_password_reply   reply;
  unsigned                        proofs;    /* classified: an administrator's, 0 = none may be reset */
  bool                            is_reset;  /* on the other socket: these two; `request` has user and passwords too */
  struct secinfo_reset_request    reset;
  struct secinfo_reset_reply      outcome;
};

/* As root, without the current password; false for @password only forgets the failures. Returns: the result. */
uint32_t password_set (struct password_call *call, bool password);
/* Each sets reply.result, which is UNAVAILABLE before. */
void password_authenticate (struct password_call *call);
void password_change       (struct password_call *call);
void password_classify     (struct password_call *call);
void password_reset        (struct password_call *call);

/* Private: passwd(1) on a terminal of our own, with the current password known to be right. */
void password_run_passwd   (struct password_call *call);
/* Private: @kind is NO_PASSWORD where `passwd -S` says so; an ordinary user learns no more. Returns: true. */
bool password_run_status   (const char *user, uint32_t *kind);
/* Private: where its PAM service lies. */
const char *password_find_confdir (void);
/* Copies what was said into reply.reason, cut to fit; whoever shows it takes care of what is in it. */
void password_set_reason   (struct password_call *call, const char *words, size_t length);
