/* service-throttle.h - rules that count
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* DESIGN section 3. All of it runs inside the write transaction that acts on it, so that parallel requests cannot get
 * past it, and the tallies lie in the store, so that a restart forgets nothing. Wrong codes and sends are counted for
 * the account and for the address, whichever accounts hold it. */

/* Whose tallies they are, found once for all that a request asks and counts. */
typedef struct
{
  char    *account;
  char    *address;
  gboolean phone;
} ServiceThrottleSubjects;

/* @key: secinfo_address_get_key(). */
gboolean service_throttle_find_subjects  (ServiceUse *use, const char *key, ServiceThrottleSubjects *subjects,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     service_throttle_subjects_clear (ServiceThrottleSubjects *subjects);

/* too-many-tries {window, retry_at} while a code of this account or to this address may not be tried. */
gboolean service_throttle_may_try        (ServiceUse *use, const ServiceThrottleSubjects *subjects,
                                          GError **error);
gboolean service_throttle_count_wrong    (ServiceUse *use, const ServiceThrottleSubjects *subjects,
                                          GError **error);

/* too-many-codes {per, window, limit, retry_at} while no message may go there. @next (out) (optional): what
 * service_throttle_find_limit() will say once this one is counted. */
gboolean service_throttle_may_send       (ServiceUse *use, const ServiceThrottleSubjects *subjects,
                                          ServiceSendLimit *next, GError **error);
gboolean service_throttle_count_send     (ServiceUse *use, const ServiceThrottleSubjects *subjects,
                                          GError **error);
/* Of all that limit what goes there, whatever lasts longest. */
gboolean service_throttle_find_limit     (ServiceUse *use, const ServiceThrottleSubjects *subjects,
                                          ServiceSendLimit *limit, GError **error);
/* Fails with too-many-codes. */
gboolean service_throttle_refuse_send    (const ServiceSendLimit *limit, GError **error);
/* "hour" or "day" */
const char *service_throttle_window_to_string (guint window);

/* What messages to phones cost a day is bounded for the whole computer (SMS pumping). @until (out): 0 = one more
 * may leave, else when the next day begins. Codes and alerts are counted apart, as they leave; of alerts each account
 * has its own share too, as large as what it may ask for in codes. */
gboolean service_throttle_phone_left     (ServiceStoreTxn *txn, const SecinfoPolicy *policy, ServiceMessageKind kind,
                                          gint64 record /* 0 = nobody's */, gint64 now, gint64 *until,
                                          GError **error);
gboolean service_throttle_phone_count    (ServiceStoreTxn *txn, ServiceMessageKind kind, gint64 record, gint64 now,
                                          GError **error);
/* One that was counted never left the computer. */
gboolean service_throttle_phone_take_back (ServiceStoreTxn *txn, ServiceMessageKind kind, gint64 record, gint64 now,
                                           GError **error);

/* too-many-tries {retry_at} during the pause after wrong passwords. */
gboolean service_throttle_may_ask        (ServiceUse *use, GError **error);
/* Counts a wrong password and fails with password-wrong {attempts_left, retry_at where the pause begins}. */
gboolean service_throttle_password_wrong (ServiceUse *use, GError **error);
gboolean service_throttle_password_right (ServiceUse *use, GError **error);

/* --- the arithmetic, apart from the store --- */
typedef struct { guint limit; guint window; /* seconds */ } ServiceThrottleRule;
/* @times: ascending Unix seconds. Which of the @n_rules forbids one more at @now, the one that lasts longest; -1 =
 * none. @until (out): Unix seconds. Times that a clock since set back wrote into the future count as now, for a day. */
int      service_throttle_judge          (const ServiceThrottleRule *rules, gsize n_rules, const gint64 *times,
                                          gsize n_times, gint64 now, gint64 *until);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServiceThrottleSubjects, service_throttle_subjects_clear)

G_END_DECLS
