/* pam-secinfo.h - the parts of pam_secinfo.so; all of it is read whole at every change
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <stdbool.h>

#include "secinfo-wire-call.h"

/* Besides root, whose socket may be believed; 0 where there is no such account. */
uid_t secinfo_find_daemon (pam_handle_t *handle);

/* What secinfod says must not drive the terminal: control characters and what is no UTF-8 become spaces. */
void secinfo_clean (char *words);

/* One message, clean. Empty: nothing. */
void secinfo_say (pam_handle_t *handle, int style, const char *words);

/* What the hint says when the password turns out to be wrong too; empty: the ordinary hint. */
void secinfo_remember (pam_handle_t *handle, const char *words);

/* Six digits, with any spaces and dashes: a code by its form. @digits: the six, ended. */
bool secinfo_is_code (const char *typed, char digits[7]);

/* The recovery conversation. @op: BEGIN, or CODE with the @digits that were typed as the password.
 * Returns: PAM_SUCCESS with the new password as PAM_AUTHTOK; PAM_IGNORE (after CODE alone) with PAM_AUTHTOK as it was;
 * else PAM_AUTH_ERR without one. */
int recovery_hold (pam_handle_t *handle, const char *user, uint32_t op, const char *digits);

/* One line after a sign-in, where secinfod has left one. */
void lines_say (pam_handle_t *handle, uid_t uid);
