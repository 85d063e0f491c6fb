/* sample-account.h - GET /v1/account, with what a test wants to be different
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "sample.h"

/* @members: an object whose members stand in for the ordinary ones. */
static inline SecinfoAccount *
sample_account_of (const char *members)
{
  SecinfoAccount *account = secinfo_account_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = sample_json ("{'name':'alex','real_name':'Alex Sample','state':'active','level':'session',"
                                         "'level_until':null,'administrator':false,'contacts':[],'findings':[],"
                                         "'channels':{"
                                         "'email':{'state':'ready','since':null,'told_at':null,'trial':false},"
                                         "'sms':{'state':'ready','since':null,'told_at':null,'trial':false},"
                                         "'voice':{'state':'none','since':null,'told_at':null,'trial':false}},"
                                         "'recoverable':{'now':true,'reason':null},'waiting_period':null}");
  g_autoptr(json_t) other = sample_json (members);

  g_assert_cmpint (json_object_update (value, other), ==, 0);
  g_assert_true (secinfo_account_update (account, value, &error));
  g_assert_no_error (error);
  return account;
}

/* Only what a client cannot do without; @more: further members, each with a comma before it. */
#define SAMPLE_CONTACT(id, kind, state, masked, more) \
  "{'id':'" id "','kind':'" kind "','state':'" state "','masked':'" masked "','alerts':true" more "}"
#define SAMPLE_EMAIL SAMPLE_CONTACT ("c1", "email", "verified", "a•••e@example.org", "")
#define SAMPLE_PHONE SAMPLE_CONTACT ("c2", "phone", "verified", "••• •• 56", "")
#define SAMPLE_FINDING(type, urgency, subject, text) \
  "{'type':'" type "','urgency':'" urgency "','subject':" subject ",'text':'" text "'}"
#define SAMPLE_CHANNEL(state, since, told_at, trial) \
  "{'state':'" state "','since':" since ",'told_at':" told_at ",'trial':" trial "}"
#define SAMPLE_CHANNELS(email, sms, voice) "'channels':{'email':" email ",'sms':" sms ",'voice':" voice "}"
#define SAMPLE_READY SAMPLE_CHANNEL ("ready", "null", "null", "false")
#define SAMPLE_TRIAL SAMPLE_CHANNEL ("ready", "null", "null", "true")
#define SAMPLE_OFFLINE SAMPLE_CHANNEL ("offline", "'2026-05-12T13:20:00Z'", "null", "false")
#define SAMPLE_DOWN SAMPLE_CHANNEL ("down", "'2026-05-12T13:20:00Z'", "'2026-05-12T13:30:00Z'", "false")
#define SAMPLE_NONE SAMPLE_CHANNEL ("none", "null", "null", "false")
