/* secinfo-policy.h - the numbers of the rules, and the rules that are only arithmetic
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include <jansson.h>

#include "secinfo-time.h"

G_BEGIN_DECLS

#define SECINFO_POLICY_PREFIXES 16
#define SECINFO_POLICY_URL      201   /* bytes */

/* DESIGN section 3. Durations in seconds where nothing else is said. */
typedef struct
{
  guint code_life;               /* 600 */
  guint code_life_email;         /* 1800: proves an email address, or recovers by email; confirming is 600 always */
  guint code_tries;              /* 5 a challenge */
  guint tries_hour;              /* 10: wrong codes of one account, and of one contact */
  guint tries_day;               /* 50 */
  guint resend_first;            /* 30, then 60, 120 … */
  guint sends_contact_hour;      /* 5 */
  guint sends_contact_day;       /* 10 */
  guint sends_account_day;       /* 20 */
  guint contacts;                /* 10 */
  guint restore_days;            /* 7 */
  guint elevation_life;          /* 600 */
  guint password_tries;          /* 5 wrong ones… */
  guint password_window;         /* …in 600 s… */
  guint password_pause;          /* …then 600 s */
  guint inbox_messages;          /* 50 */
  guint sign_in_floor;           /* 1750 ms: what is typed at the sign-in screen is not looked at before */
  guint alert_bundle;            /* 30: how long an alert waits for more to tell */
  guint gateway_down;            /* 600: seconds that a gateway fails before administrators are told */
  guint idle_exit;               /* 1200 */
  guint sends_phone_day;         /* 200: text messages and calls with codes, of all accounts together */
  guint alerts_phone_day;        /* 100: the same with alerts */
  guint way_back_in;             /* 1; 0: nobody gets in with a code at the sign-in screen, and nobody rehearses it */
  /* "+49" is 49; where there is none (0), every number that is no premium one may get codes */
  guint phone_prefixes[SECINFO_POLICY_PREFIXES];
  guint reports_port;            /* 0: nobody listens for delivery reports; on loopback alone */
  char  reports_url[SECINFO_POLICY_URL];   /* "": how that port is reached from outside, by the owner's own proxy */
} SecinfoPolicy;

#define SECINFO_POLICY_ERROR (secinfo_policy_error_quark ())
GQuark secinfo_policy_error_quark (void);

void     secinfo_policy_init_defaults (SecinfoPolicy *policy);
/* Group [policy]; an unknown key or a value out of its range is an error that names file, key and what is allowed.
 * A group or file that is absent leaves the defaults. */
gboolean secinfo_policy_load          (SecinfoPolicy *policy, GKeyFile *file, GError **error);
/* One key of that group, "code-life", and what JSON says of it: a whole number, for phone-prefixes a string. */
typedef enum { SECINFO_POLICY_TAKEN, SECINFO_POLICY_NO_KEY, SECINFO_POLICY_NOT_VALID } SecinfoPolicyVerdict;
SecinfoPolicyVerdict secinfo_policy_set (SecinfoPolicy *policy, const char *key, json_t *value);
/* The nth of them as the API says it: key, value, usual (as in @usual), and for a number least and most.
 * (transfer full) (nullable): NULL past the last one. */
json_t  *secinfo_policy_nth_to_json   (const SecinfoPolicy *policy, const SecinfoPolicy *usual, gsize n);

/* Is a code still good? FALSE past @expires, before @issued on the wall clock, or when CLOCK_BOOTTIME of the same boot
 * says that its life is over. @life: seconds. */
gboolean secinfo_policy_code_lives    (gint64 issued_wall, gint64 issued_boot, const char *issued_boot_id,
                                       guint life, const SecinfoNow *now);
/* When the next send of the same code is possible: @sends is how many went out so far (1 = the first). */
gint64   secinfo_policy_resend_at     (const SecinfoPolicy *policy, guint sends, gint64 last_sent);
/* May codes go to @number (E.164, "+447911123456")? */
gboolean secinfo_policy_may_reach     (const SecinfoPolicy *policy, const char *number);
/* "+44, +49"; (nullable) (transfer full): NULL where there is no such rule. */
char    *secinfo_policy_dup_prefixes  (const SecinfoPolicy *policy);
/* Sliding window: @times (ascending Unix seconds) of what counts. 0 where one more is allowed now, else when it will
 * be. */
gint64   secinfo_policy_window_until  (const gint64 *times, gsize n_times, guint limit, guint window, gint64 now);

G_END_DECLS
