/* sample.h - what the service says, for tests of the forms
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-account.h"
#include "secinfo-challenge.h"
#include "secinfo-json.h"
#include "secinfo-problem.h"

#include <string.h>

/* Unix seconds of 2026-05-12T14:03:00Z; the tests run in UTC. */
#define SAMPLE_NOW 1778594580

static inline json_t *
sample_json (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *quoted = g_strdup (text);
  json_t *value;

  for (char *c = quoted; *c != '\0'; c++)
    if (*c == '\'')
      *c = '"';
  value = secinfo_json_parse (quoted, strlen (quoted), &error);
  g_assert_no_error (error);

  return value;
}

/* One contact as JSON text; @more: further members, beginning with a comma, or "". */
static inline char *
sample_contact (const char *id,
                const char *kind,
                const char *state,
                const char *masked,
                const char *more)
{
  return g_strdup_printf ("{'id':'%s','kind':'%s','state':'%s','masked':'%s','label':null,'alerts':true,"
                          "'undeliverable':false,"
                          "'created_at':'2026-05-01T10:00:00Z','verified_at':null,'last_confirmed_at':null,"
                          "'removed_at':null,"
                          "'effective_at':null,'replaces':null,'challenge':null%s}", id, kind, state, masked, more);
}

static inline SecinfoAccount *
sample_account_with (const char *contacts,
                     const char *email,
                     const char *sms,
                     const char *voice,
                     gboolean    administrator)
{
  SecinfoAccount *account = secinfo_account_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr(json_t) value = NULL;

  text =
    g_strdup_printf ("{'name':'alex','real_name':'Alex Sample','state':'active','level':'session','level_until':null,"
                          "'administrator':%s,'contacts':[%s],'findings':[],'channels':{"
                          "'email':{'state':'%s','since':null,'told_at':null,'trial':false},"
                          "'sms':{'state':'%s','since':null,'told_at':null,'trial':false},"
                          "'voice':{'state':'%s','since':null,'told_at':null,'trial':false}},"
                          "'recoverable':{'now':true,'reason':null},'waiting_period':null}",
                          administrator ? "true" : "false", contacts, email, sms, voice);
  value = sample_json (text);
  g_assert_true (secinfo_account_update (account, value, &error));
  g_assert_no_error (error);

  return account;
}

static inline SecinfoAccount *
sample_account (const char *contacts)
{
  return sample_account_with (contacts, "ready", "ready", "none", FALSE);
}

typedef struct
{
  const char *kind, *medium, *purpose, *state, *delivery;   /* NULL: email, email, prove, running, handed-over */
  const char *resend_at;                                     /* NULL: 2026-05-12T14:03:30Z; "": null */
  const char *by, *sender, *told_at, *next_at, *ways, *steps, *ended_at;
  const char *send_at;                                       /* NULL: as resend_at */
  const char *limit;                                         /* (nullable) an object */
  const char *reason;
  gboolean    trial;
  int         attempts_left;                                 /* 0: 5 */
} SampleChallenge;

static inline char *
sample_quoted (const char *text)
{
  return text == NULL ? g_strdup ("null") : g_strdup_printf ("'%s'", text);
}

static inline SecinfoChallenge *
sample_challenge (SampleChallenge c)
{
  const char *kind = c.kind != NULL ? c.kind : "email";
  gboolean phone = g_str_equal (kind, "phone");
  g_autofree char *resend_at = c.resend_at == NULL ? g_strdup ("'2026-05-12T14:03:30Z'")
                               : *c.resend_at == '\0' ? g_strdup ("null") : sample_quoted (c.resend_at);
  g_autofree char *send_at = c.send_at == NULL ? g_strdup (resend_at) : sample_quoted (c.send_at);
  g_autofree char *reason = sample_quoted (c.reason);
  g_autofree char *by = sample_quoted (c.by);
  g_autofree char *sender = sample_quoted (c.sender);
  g_autofree char *told_at = sample_quoted (c.told_at);
  g_autofree char *next_at = sample_quoted (c.next_at);
  g_autofree char *ended_at = sample_quoted (c.ended_at);
  g_autofree char *text = NULL;
  g_autoptr(json_t) value = NULL;
  g_autoptr(GError) error = NULL;
  SecinfoChallenge *challenge;

  text =
    g_strdup_printf ("{'id':'ch1','purpose':'%s','state':'%s','contact':'c1','kind':'%s','medium':'%s','masked':'%s',"
                          "'issued_at':'2026-05-12T14:03:00Z','expires_at':'2026-05-12T14:%s:00Z','ended_at':%s,"
                          "'life':%d,"
                          "'resend_at':%s,'send_at':%s,'limit':%s,"
                          "'attempts_left':%d,'sends':1,'delivery':{'state':'%s','reason':%s,'detail':null,"
                          "'since':'2026-05-12T14:03:00Z','next_at':%s,'by':%s,'sender':%s,'told_at':%s,"
                          "'trial':%s,'steps':[%s]},"
                          "'ways':[%s]}",
                          c.purpose != NULL ? c.purpose : "prove", c.state != NULL ? c.state : "running", kind,
                          c.medium != NULL ? c.medium : phone ? "sms" : "email", phone ? "••• •• 56"
                            : "a•••e@example.org",
                          phone ? "13" : "33", ended_at, phone ? 600 : 1800, resend_at, send_at,
                          c.limit != NULL ? c.limit : "null", c.attempts_left != 0 ? c.attempts_left : 5,
                          c.delivery != NULL ? c.delivery : "handed-over", reason, next_at, by, sender, told_at, c.trial
                            ? "true" : "false",
                          c.steps != NULL ? c.steps : "", c.ways != NULL ? c.ways : "");
  value = sample_json (text);
  challenge = secinfo_challenge_new_from_json (value, &error);
  g_assert_no_error (error);

  return challenge;
}

static inline GError *
sample_error (SecinfoProblemType  type,
              const char         *name,
              gint64              value,
              gint64              retry_at)
{
  g_autoptr(SecinfoProblem) problem = secinfo_problem_new (type);

  if (name != NULL)
    secinfo_problem_set_integer (problem, name, value);
  if (retry_at != 0)
    secinfo_problem_set_retry_at (problem, retry_at);

  return secinfo_problem_to_error (problem);
}
