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

/* What the conversation knows. Its prompts are counted, never read: their words are of any language. What it has no
 * answer to stays without one, which each module takes for a no. */
struct talk
{
  struct password_call *call;       /* not NULL */
  bool                  changing;   /* the first hidden prompt is the current password, the others are the new one */
  unsigned              prompts;
};

/* libpam frees the answers and what hangs on them; gcc's analyzer sees only that they are not freed here. */
#pragma GCC diagnostic push
#if defined (__GNUC__) && !defined (__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static int
converse (int n, const struct pam_message **messages, struct pam_response **responses, void *data)
{
  struct talk *talk = data;
  struct pam_response *answers;

  if (n < 1 || n > PAM_MAX_NUM_MSG || (answers = calloc (n, sizeof *answers)) == NULL)
    return PAM_CONV_ERR;

  for (int i = 0; i < n; i++)
    {
      const struct secinfo_password_request *request = &talk->call->request;
      const char *words = messages[i]->msg != NULL ? messages[i]->msg : "";

      if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF && talk->prompts < 8)
        answers[i].resp = strdup (talk->prompts++ > 0 && talk->changing ? request->fresh : request->password);
      /* The first words after the current password say why; what follows only says that there were too many. */
      else if ((messages[i]->msg_style == PAM_ERROR_MSG || messages[i]->msg_style == PAM_TEXT_INFO) &&
               talk->changing && talk->prompts > 0 && talk->call->reply.reason[0] == '\0')
        password_set_reason (talk->call, words, strlen (words));
    }
  *responses = answers;
  return PAM_SUCCESS;
}

#pragma GCC diagnostic pop

/* Wrong passwords are slowed down by secinfod's throttle; here nobody sleeps, whatever a module asks for. */
static void
do_not_sleep (int status, unsigned microseconds, void *data)
{
}

static pam_handle_t *
start (struct password_call *call, struct pam_conv *conv)
{
  const char *service = call->is_reset ? SECINFO_PAM_SERVICE_RESET : SECINFO_PAM_SERVICE;
  pam_handle_t *pam = NULL;

  /* Without a folder of its own, those of the system. */
  if (pam_start_confdir (service, call->account.pw_name, conv, call->confdir, &pam) != PAM_SUCCESS ||
      pam_set_item (pam, PAM_FAIL_DELAY, (const void *) do_not_sleep) != PAM_SUCCESS)
    return NULL;
  return pam;
}

static uint32_t
result_of_authentication (int status)
{
  switch (status)
    {
    case PAM_SUCCESS:
    case PAM_NEW_AUTHTOK_REQD:      /* right, but due for a change: the sign-in asks for it */
      return SECINFO_PASSWORD_OK;

    case PAM_AUTH_ERR:
    case PAM_MAXTRIES:
    case PAM_CRED_INSUFFICIENT:
    case PAM_USER_UNKNOWN:
      return SECINFO_PASSWORD_WRONG;

    case PAM_ACCT_EXPIRED:
    case PAM_AUTHTOK_EXPIRED:
    case PAM_PERM_DENIED:
      return SECINFO_PASSWORD_LOCKED;

    default:
      return SECINFO_PASSWORD_UNAVAILABLE;
    }
}

/* "Wrong" is not all there is to say where no password could be right. */
static uint32_t
explain_wrong (struct password_call *call)
{
  struct password_call about = { .private = call->private, .account = call->account };

  password_classify (&about);
  return about.reply.kind == SECINFO_KIND_NO_PASSWORD ? SECINFO_PASSWORD_NO_PASSWORD
         : about.reply.kind == SECINFO_KIND_LOCKED ? SECINFO_PASSWORD_LOCKED : SECINFO_PASSWORD_WRONG;
}

void
password_authenticate (struct password_call *call)
{
  struct talk talk = { call, false, 0 };
  struct pam_conv conv = { converse, &talk };
  pam_handle_t *pam = start (call, &conv);
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
    call->reply.result = explain_wrong (call);
  pam_end (pam, status);
}

/* As passwd(1): real ids are the user's, so that PAM asks for the current password and policy and history hold; the
 * effective ones stay root's. */
static bool
become_passwd (struct password_call *call)
{
  const struct passwd *account = &call->account;

  return initgroups (account->pw_name, account->pw_gid) == 0 && setresgid (account->pw_gid, 0, 0) == 0 &&
         setresuid (account->pw_uid, 0, 0) == 0;
}

static uint32_t
choose_password (struct password_call *call, pam_handle_t *pam)
{
  int status = pam_chauthtok (pam, 0);

  switch (status)
    {
    case PAM_SUCCESS:
      memset (call->reply.reason, 0, sizeof call->reply.reason);
      return SECINFO_PASSWORD_OK;

    case PAM_AUTHTOK_LOCK_BUSY:
    case PAM_TRY_AGAIN:
    case PAM_BUF_ERR:
    case PAM_SYSTEM_ERR:
    case PAM_ABORT:
      return SECINFO_PASSWORD_UNAVAILABLE;

    default:
      if (call->reply.reason[0] == '\0')
        password_set_reason (call, pam_strerror (pam, status), strlen (pam_strerror (pam, status)));
      return SECINFO_PASSWORD_REFUSED;
    }
}

static void
change_as_root (struct password_call *call)
{
  struct talk talk = { call, true, 0 };
  struct pam_conv conv = { converse, &talk };
  char runtime[64];
  pam_handle_t *pam;

  snprintf (runtime, sizeof runtime, "XDG_RUNTIME_DIR=/run/user/%u", (unsigned) call->account.pw_uid);
  if (!become_passwd (call) || (pam = start (call, &conv)) == NULL)
    return;
  if (pam_putenv (pam, runtime) == PAM_SUCCESS)
    call->reply.result = choose_password (call, pam);
  pam_end (pam, PAM_SUCCESS);
}

/* The current password is proven first, so that whatever then says no is about the new one. */
void
password_change (struct password_call *call)
{
  password_authenticate (call);
  if (call->reply.result != SECINFO_PASSWORD_OK)
    return;

  call->reply.result = SECINFO_PASSWORD_UNAVAILABLE;
  if (call->private)
    password_run_passwd (call);
  else
    change_as_root (call);
}

/* The account phase of the stack for resets is where pam_faillock forgets. */
uint32_t
password_set (struct password_call *call, bool password)
{
  struct talk talk = { call, true, 1 };     /* no prompt is about a current password */
  struct pam_conv conv = { converse, &talk };
  pam_handle_t *pam = start (call, &conv);
  uint32_t result = SECINFO_PASSWORD_OK;

  if (pam == NULL)
    return SECINFO_PASSWORD_UNAVAILABLE;
  if (password)
    result = choose_password (call, pam);
  if (result == SECINFO_PASSWORD_OK && pam_acct_mgmt (pam, PAM_SILENT) != PAM_SUCCESS && !password)
    result = SECINFO_PASSWORD_UNAVAILABLE;
  pam_end (pam, PAM_SUCCESS);
  return result;
}
