/* password-pam.c - asks PAM: is this the password, and may this be the next one
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"

#include <grp.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What the conversation knows; a process has one call. Its prompts are counted, never read: their words are of any
 * language. What it has no answer to stays without one, which each module takes for a no. */
static struct talk
{
  struct password_call *call;       /* not NULL */
  bool                  changing;   /* the first hidden prompt is the current password, the others are the new one */
  unsigned              prompts;
} talk;

/* libpam frees the answers and what hangs on them; gcc's analyzer sees only that they are not freed here. */
#pragma GCC diagnostic push
#if defined (__GNUC__) && !defined (__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static int
converse (int n, const struct pam_message **messages, struct pam_response **responses, void *data)
{
  if (n < 1 || n > PAM_MAX_NUM_MSG || (*responses = calloc (n, sizeof **responses)) == NULL)
    return PAM_CONV_ERR;

  for (int i = 0; i < n; i++)
    {
      const struct secinfo_password_request *request = &talk.call->request;
      const char *words = messages[i]->msg != NULL ? messages[i]->msg : "";

      if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF && talk.prompts < 8)
        (*responses)[i].resp = strdup (talk.prompts++ > 0 && talk.changing ? request->fresh : request->password);
      /* The first words after the current password say why; what follows only says that there were too many. */
      else if ((messages[i]->msg_style == PAM_ERROR_MSG || messages[i]->msg_style == PAM_TEXT_INFO) &&
               talk.changing && talk.prompts > 0 && talk.call->reply.reason[0] == '\0')
        password_set_reason (talk.call, words, strlen (words));
    }
  return PAM_SUCCESS;
}

#pragma GCC diagnostic pop

/* Wrong passwords are slowed down by secinfod's throttle; here nobody sleeps, whatever a module asks for. */
static void
do_not_sleep (int status, unsigned microseconds, void *data)
{
}

/* @changing and @prompts are the conversation's. */
static pam_handle_t *
start (struct password_call *call, bool changing, unsigned prompts)
{
  static const struct pam_conv conv = { converse, NULL };
  const char *service = call->is_reset ? SECINFO_PAM_SERVICE_RESET : SECINFO_PAM_SERVICE;
  const char *folder = call->private ? password_find_confdir () : NULL;   /* NULL: the system's */
  pam_handle_t *pam = NULL;

  talk = (struct talk) { call, changing, prompts };
  if (pam_start_confdir (service, call->account.pw_name, &conv, folder, &pam) != PAM_SUCCESS ||
      pam_set_item (pam, PAM_FAIL_DELAY, (const void *) do_not_sleep) != PAM_SUCCESS)
    return NULL;
  return pam;
}

static uint32_t
result_of_authentication (int status)
{
  /* NEW_AUTHTOK_REQD: right, but due for a change: the sign-in asks for it. */
  if (status == PAM_SUCCESS || status == PAM_NEW_AUTHTOK_REQD)
    return SECINFO_PASSWORD_OK;
  if (status == PAM_AUTH_ERR || status == PAM_MAXTRIES || status == PAM_CRED_INSUFFICIENT ||
      status == PAM_USER_UNKNOWN)
    return SECINFO_PASSWORD_WRONG;
  return status == PAM_ACCT_EXPIRED || status == PAM_AUTHTOK_EXPIRED || status == PAM_PERM_DENIED
         ? SECINFO_PASSWORD_LOCKED : SECINFO_PASSWORD_UNAVAILABLE;
}

void
password_authenticate (struct password_call *call)
{
  pam_handle_t *pam = start (call, false, 0);
  int status;

  if (pam == NULL)
    return;
  status = pam_authenticate (pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
  call->reply.result = result_of_authentication (status);
  if (status == PAM_SUCCESS)
    {
      status = pam_acct_mgmt (pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
      /* From here on "no" is about the account, not about the password. */
      call->reply.result = result_of_authentication (status);
      if (call->reply.result == SECINFO_PASSWORD_WRONG)
        call->reply.result = SECINFO_PASSWORD_LOCKED;
    }
  else if (call->reply.result == SECINFO_PASSWORD_WRONG)
    {
      /* "Wrong" is not all there is to say where no password could be right. */
      password_classify (call);
      call->reply.result = call->reply.kind == SECINFO_KIND_NO_PASSWORD ? SECINFO_PASSWORD_NO_PASSWORD
                           : call->reply.kind == SECINFO_KIND_LOCKED ? SECINFO_PASSWORD_LOCKED : SECINFO_PASSWORD_WRONG;
    }
  pam_end (pam, status);
}

static uint32_t
choose_password (struct password_call *call, pam_handle_t *pam)
{
  char *reason = call->reply.reason;
  int status = pam_chauthtok (pam, 0);
  bool failed = status == PAM_AUTHTOK_LOCK_BUSY || status == PAM_TRY_AGAIN || status == PAM_BUF_ERR ||
                status == PAM_SYSTEM_ERR || status == PAM_ABORT;

  if (status == PAM_SUCCESS)
    memset (reason, 0, sizeof call->reply.reason);
  else if (!failed && reason[0] == '\0')
    password_set_reason (call, pam_strerror (pam, status), strlen (pam_strerror (pam, status)));
  return status == PAM_SUCCESS ? SECINFO_PASSWORD_OK : failed ? SECINFO_PASSWORD_UNAVAILABLE : SECINFO_PASSWORD_REFUSED;
}

/* The current password is proven first, so that whatever then says no is about the new one. */
void
password_change (struct password_call *call)
{
  const struct passwd *account = &call->account;
  char runtime[64];
  pam_handle_t *pam;

  password_authenticate (call);
  if (call->reply.result != SECINFO_PASSWORD_OK)
    return;

  call->reply.result = SECINFO_PASSWORD_UNAVAILABLE;
  snprintf (runtime, sizeof runtime, "XDG_RUNTIME_DIR=/run/user/%u", (unsigned) account->pw_uid);
  if (call->private)
    password_run_passwd (call);
  /* As passwd(1): real ids are the user's, so that PAM asks for the current password and policy and history hold; the
   * effective ones stay root's. */
  else if (initgroups (account->pw_name, account->pw_gid) == 0 && setresgid (account->pw_gid, 0, 0) == 0 &&
           setresuid (account->pw_uid, 0, 0) == 0 && (pam = start (call, true, 0)) != NULL)
    {
      if (pam_putenv (pam, runtime) == PAM_SUCCESS)
        call->reply.result = choose_password (call, pam);
      pam_end (pam, PAM_SUCCESS);
    }
}

/* The account phase of the stack for resets is where pam_faillock forgets. */
uint32_t
password_set (struct password_call *call, bool password)
{
  pam_handle_t *pam = start (call, true, 1);   /* no prompt is about a current password */
  uint32_t result = pam == NULL ? SECINFO_PASSWORD_UNAVAILABLE
                    : password ? choose_password (call, pam) : SECINFO_PASSWORD_OK;

  if (result == SECINFO_PASSWORD_OK && pam_acct_mgmt (pam, PAM_SILENT) != PAM_SUCCESS && !password)
    result = SECINFO_PASSWORD_UNAVAILABLE;
  if (pam != NULL)
    pam_end (pam, PAM_SUCCESS);
  return result;
}
