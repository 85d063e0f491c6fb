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
  const char                     *confdir;   /* private: where the PAM service lies; else NULL */
  struct passwd                   account;   /* its texts live as long as the process */
  struct secinfo_password_request request;
  struct secinfo_password_reply   reply;
};

/* Each sets reply.result. */
void password_authenticate (struct password_call *call);
void password_change       (struct password_call *call);
void password_classify     (struct password_call *call);

/* Private: passwd(1) on a terminal of our own, with the current password known to be right. */
void password_run_passwd   (struct password_call *call);
/* Private: the second word of `passwd -S` ("P", "L", "NP"), into @word. */
bool password_run_status   (const char *user, char *word, size_t size);
/* Copies what was said into reply.reason: one line, no control characters, cut to fit. */
void password_set_reason   (struct password_call *call, const char *words, size_t length);
