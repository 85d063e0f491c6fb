/* service-throttle.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-throttle.h"

enum { HOUR = 3600, DAY = 86400 };

/**
 * service_throttle_judge:
 *
 * A clock that ran ahead and was set right again leaves times in the future. Up to a day they count as now, else
 * setting the clock would give new tries; past that they are a broken clock's and would shut the person out for years.
 */
int
service_throttle_judge (const ServiceThrottleRule *rules,
                        gsize                      n_rules,
                        const gint64              *times,
                        gsize                      n_times,
                        gint64                     now,
                        gint64                    *until)
{
  g_autofree gint64 *clean = g_new (gint64, n_times + 1);
  gsize n_clean = 0;
  int worst = -1;

  for (gsize i = 0; i < n_times; i++)
    if (times[i] <= now + DAY)
      clean[n_clean++] = MIN (times[i], now);

  *until = 0;
  for (gsize i = 0; i < n_rules; i++)
    {
      gint64 then = secinfo_policy_window_until (clean, n_clean, rules[i].limit, rules[i].window, now);

      if (then > *until)
        {
          *until = then;
          worst = (int) i;
        }
    }

  return worst;
}

/* What service_throttle_judge() says. */
typedef struct { int rule; gint64 until; } Verdict;

/* -2: trouble, -1: allowed, else the rule that forbids. @next (out) (optional): what will forbid one more after one of
 * now. */
static int
judge_subject (ServiceUse                 *use,
               ServiceTally                what,
               const char                 *subject,
               const ServiceThrottleRule  *rules,
               gsize                       n_rules,
               gint64                     *until,
               Verdict                    *next,
               GError                    **error)
{
  g_autoptr(GArray) times = NULL;
  guint longest = 0;

  for (gsize i = 0; i < n_rules; i++)
    longest = MAX (longest, rules[i].window);

  times = service_store_tally_times (use->txn, what, subject, use->now->wall - longest, error);
  if (times == NULL)
    return -2;

  if (next != NULL)
    {
      g_array_append_val (times, use->now->wall);
      next->rule = service_throttle_judge (rules, n_rules, (const gint64 *) (void *) times->data, times->len,
                                           use->now->wall, &next->until);
      g_array_set_size (times, times->len - 1);
    }

  return service_throttle_judge (rules, n_rules, (const gint64 *) (void *) times->data, times->len, use->now->wall,
                                 until);
}

const char *
service_throttle_window_to_string (guint window)
{
  return window > HOUR ? "day" : "hour";
}

void
service_throttle_subjects_clear (ServiceThrottleSubjects *subjects)
{
  g_clear_pointer (&subjects->account, g_free);
  g_clear_pointer (&subjects->address, g_free);
}

gboolean
service_throttle_find_subjects (ServiceUse               *use,
                                const char               *key,
                                ServiceThrottleSubjects  *subjects,
                                GError                  **error)
{
  *subjects = (ServiceThrottleSubjects) { NULL, service_store_contact_subject (use->txn, key, error), *key == '+' };
  if (subjects->address == NULL)
    return FALSE;

  subjects->account = service_store_account_subject (use->account);
  return TRUE;
}

gboolean
service_throttle_may_try (ServiceUse                     *use,
                          const ServiceThrottleSubjects  *subjects,
                          GError                        **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (use->instance);
  const ServiceThrottleRule rules[] = { { policy->tries_hour, HOUR }, { policy->tries_day, DAY } };
  gint64 until_account = 0, until_address = 0;
  int by_account, by_address, worst;
  SecinfoProblem *problem;

  by_account = judge_subject (use, SERVICE_TALLY_WRONG_CODE, subjects->account, rules, G_N_ELEMENTS (rules),
                              &until_account, NULL, error);
  if (by_account == -2)
    return FALSE;
  by_address = judge_subject (use, SERVICE_TALLY_WRONG_CODE, subjects->address, rules, G_N_ELEMENTS (rules),
                              &until_address, NULL, error);
  if (by_address == -2)
    return FALSE;
  if (by_account < 0 && by_address < 0)
    return TRUE;

  worst = until_account >= until_address ? by_account : by_address;
  problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_MANY_TRIES);
  secinfo_problem_set_string (problem, "window", service_throttle_window_to_string (rules[worst].window));
  secinfo_problem_set_retry_at (problem, MAX (until_account, until_address));
  return service_use_refuse (error, problem);
}


static gboolean
count (ServiceUse                     *use,
       ServiceTally                    what,
       const ServiceThrottleSubjects  *subjects,
       GError                        **error)
{
  return service_store_tally_add (use->txn, what, subjects->account, use->now->wall, error) &&
         service_store_tally_add (use->txn, what, subjects->address, use->now->wall, error);
}

gboolean
service_throttle_count_wrong (ServiceUse                     *use,
                              const ServiceThrottleSubjects  *subjects,
                              GError                        **error)
{
  return count (use, SERVICE_TALLY_WRONG_CODE, subjects, error);
}

gboolean
service_throttle_count_send (ServiceUse                     *use,
                             const ServiceThrottleSubjects  *subjects,
                             GError                        **error)
{
  return count (use, SERVICE_TALLY_SEND, subjects, error);
}

#define COMPUTER "computer"

/* What is told of an account takes nobody's codes away, and the other way round. */
static ServiceStreak
get_streak (ServiceMessageKind kind)
{
  return kind == SERVICE_MESSAGE_ALERT ? SERVICE_STREAK_PHONE_ALERT : SERVICE_STREAK_PHONE;
}

/* Of alerts an account has its own share, so that nobody's changes back and forth take away what others have to be
 * told. Codes are bounded for each account where they are asked for. NULL: no share. */
static char *
get_share (ServiceMessageKind kind,
           gint64             record)
{
  return kind == SERVICE_MESSAGE_ALERT && record != 0 ? g_strdup_printf ("account:%" G_GINT64_FORMAT, record) : NULL;
}

/* By days of UTC: a row each, however many messages there are. */
gboolean
service_throttle_phone_left (ServiceStoreTxn      *txn,
                             const SecinfoPolicy  *policy,
                             ServiceMessageKind    kind,
                             gint64                record,
                             gint64                now,
                             gint64               *until,
                             GError              **error)
{
  guint limit = kind == SERVICE_MESSAGE_ALERT ? policy->alerts_phone_day : policy->sends_phone_day;
  g_autofree char *share = get_share (kind, record);
  gint64 today = now - now % DAY;
  guint count, own = 0;

  if (!service_store_streak_get (txn, get_streak (kind), COMPUTER, today, &count, error) ||
      (share != NULL && !service_store_streak_get (txn, get_streak (kind), share, today, &own, error)))
    return FALSE;
  *until = count < limit && own < policy->sends_account_day ? 0 : today + DAY;
  return TRUE;
}

gboolean
service_throttle_phone_count (ServiceStoreTxn     *txn,
                              ServiceMessageKind   kind,
                              gint64               record,
                              gint64               now,
                              GError             **error)
{
  g_autofree char *share = get_share (kind, record);
  gint64 today = now - now % DAY;

  return service_store_streak_add (txn, get_streak (kind), COMPUTER, today, now, error) &&
         (share == NULL || service_store_streak_add (txn, get_streak (kind), share, today, now, error));
}

gboolean
service_throttle_phone_take_back (ServiceStoreTxn     *txn,
                                  ServiceMessageKind   kind,
                                  gint64               record,
                                  gint64               now,
                                  GError             **error)
{
  g_autofree char *share = get_share (kind, record);
  gint64 today = now - now % DAY;

  return service_store_streak_take_back (txn, get_streak (kind), COMPUTER, today, error) &&
         (share == NULL || service_store_streak_take_back (txn, get_streak (kind), share, today, error));
}

static void
tighten (ServiceSendLimit           *limit,
         const ServiceThrottleRule  *rules,
         Verdict                     verdict,
         const char                 *per)
{
  if (verdict.rule >= 0 && verdict.until > limit->until)
    *limit = (ServiceSendLimit) { verdict.until, rules[verdict.rule].limit, rules[verdict.rule].window, per };
}

/* @next (out) (optional): the same after this one. */
static gboolean
judge_send (ServiceUse                     *use,
            const ServiceThrottleSubjects  *subjects,
            ServiceSendLimit               *limit,
            ServiceSendLimit               *next,
            GError                        **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (use->instance);
  const ServiceThrottleRule of_address[] = { { policy->sends_contact_hour, HOUR }, { policy->sends_contact_day, DAY } };
  const ServiceThrottleRule of_account[] = { { policy->sends_account_day, DAY } };
  Verdict address, account, next_address, next_account;

  address.rule = judge_subject (use, SERVICE_TALLY_SEND, subjects->address, of_address, G_N_ELEMENTS (of_address),
                                &address.until, next != NULL ? &next_address : NULL, error);
  if (address.rule == -2)
    return FALSE;
  account.rule = judge_subject (use, SERVICE_TALLY_SEND, subjects->account, of_account, G_N_ELEMENTS (of_account),
                                &account.until, next != NULL ? &next_account : NULL, error);
  if (account.rule == -2)
    return FALSE;

  *limit = (ServiceSendLimit) { 0, };
  tighten (limit, of_address, address, "contact");
  tighten (limit, of_account, account, "account");
  if (next != NULL)
    {
      *next = (ServiceSendLimit) { 0, };
      tighten (next, of_address, next_address, "contact");
      tighten (next, of_account, next_account, "account");
    }
  return TRUE;
}

/* What leaves is counted as it leaves: what is about to be sent is not in it yet. */
static gboolean
judge_computer (ServiceUse        *use,
                ServiceSendLimit  *limit,
                GError           **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (use->instance);
  gint64 until = 0;

  if (!service_throttle_phone_left (use->txn, policy, SERVICE_MESSAGE_CODE, 0, use->now->wall, &until, error))
    return FALSE;
  if (until > limit->until)
    *limit = (ServiceSendLimit) { until, policy->sends_phone_day, DAY, "computer" };
  return TRUE;
}

gboolean
service_throttle_refuse_send (const ServiceSendLimit  *limit,
                              GError                 **error)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_MANY_CODES);

  secinfo_problem_set_string (problem, "per", limit->per);
  secinfo_problem_set_string (problem, "window", service_throttle_window_to_string (limit->window));
  secinfo_problem_set_integer (problem, "limit", limit->limit);
  secinfo_problem_set_retry_at (problem, limit->until);
  return service_use_refuse (error, problem);
}

gboolean
service_throttle_may_send (ServiceUse                     *use,
                           const ServiceThrottleSubjects  *subjects,
                           ServiceSendLimit               *next,
                           GError                        **error)
{
  ServiceSendLimit limit;

  if (!judge_send (use, subjects, &limit, next, error) || (subjects->phone && !judge_computer (use, &limit, error)))
    return FALSE;
  return limit.until == 0 || service_throttle_refuse_send (&limit, error);
}

gboolean
service_throttle_find_limit (ServiceUse                     *use,
                             const ServiceThrottleSubjects  *subjects,
                             ServiceSendLimit               *limit,
                             GError                        **error)
{
  return judge_send (use, subjects, limit, NULL, error) &&
         (!subjects->phone || judge_computer (use, limit, error));
}

gboolean
service_throttle_may_ask (ServiceUse  *use,
                          GError     **error)
{
  const ServiceThrottleRule rule = { 1, service_instance_get_policy (use->instance)->password_pause };
  g_autofree char *account = service_store_account_subject (use->account);
  gint64 until = 0;
  int judged = judge_subject (use, SERVICE_TALLY_PASSWORD_PAUSE, account, &rule, 1, &until, NULL, error);
  SecinfoProblem *problem;

  if (judged == -2)
    return FALSE;
  if (judged == -1)
    return TRUE;

  problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_MANY_TRIES);
  secinfo_problem_set_retry_at (problem, until);
  return service_use_refuse (error, problem);
}

/* Tries within the window; the pause begins with the last of them and the count anew after it. */
gboolean
service_throttle_password_wrong (ServiceUse  *use,
                                 GError     **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (use->instance);
  g_autofree char *account = service_store_account_subject (use->account);
  g_autoptr(GArray) times = NULL;
  g_autoptr(SecinfoProblem) problem = NULL;
  guint used;

  if (!service_store_tally_add (use->txn, SERVICE_TALLY_WRONG_PASSWORD, account, use->now->wall, error))
    return FALSE;
  times = service_store_tally_times (use->txn, SERVICE_TALLY_WRONG_PASSWORD, account,
                                     use->now->wall - policy->password_window, error);
  if (times == NULL)
    return FALSE;

  used = MIN (times->len, policy->password_tries);
  problem = secinfo_problem_new (SECINFO_PROBLEM_PASSWORD_WRONG);
  secinfo_problem_set_integer (problem, "attempts_left", policy->password_tries - used);
  if (used == policy->password_tries)
    {
      if (!service_store_tally_add (use->txn, SERVICE_TALLY_PASSWORD_PAUSE, account, use->now->wall, error) ||
          !service_store_tally_clear (use->txn, SERVICE_TALLY_WRONG_PASSWORD, account, error))
        return FALSE;
      secinfo_problem_set_retry_at (problem, use->now->wall + policy->password_pause);
    }

  return service_use_refuse (error, g_steal_pointer (&problem));
}

gboolean
service_throttle_password_right (ServiceUse  *use,
                                 GError     **error)
{
  g_autofree char *account = service_store_account_subject (use->account);

  return service_store_tally_clear (use->txn, SERVICE_TALLY_WRONG_PASSWORD, account, error);
}
