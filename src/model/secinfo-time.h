/* secinfo-time.h - points in time, as values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a rule is told about now. Rules never read a clock themselves. */
typedef struct
{
  gint64 wall;         /* Unix seconds, CLOCK_REALTIME */
  gint64 boot;         /* seconds, CLOCK_BOOTTIME */
  char   boot_id[37];  /* /proc/sys/kernel/random/boot_id; two boot times compare only where it is equal */
} SecinfoNow;

void    secinfo_now_read        (SecinfoNow *now);                    /* the one place that reads the clocks */

char   *secinfo_time_to_rfc3339 (gint64 seconds) G_GNUC_WARN_UNUSED_RESULT;  /* "2026-11-24T03:47:01Z" */
gint64  secinfo_time_from_rfc3339 (const char *text);                 /* 0 where it is none */

/* In the locale's form and zone, for people: "14:03" or "2:03 PM". */
char   *secinfo_time_to_clock   (gint64 seconds) G_GNUC_WARN_UNUSED_RESULT;
/* "today at 14:03", "yesterday at …", else with weekday or date; @now: Unix seconds. */
char   *secinfo_time_to_words   (gint64 seconds, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
/* Of today (@today TRUE) "14:03", to stand after "at"; else as secinfo_time_to_words(). */
char   *secinfo_time_to_when    (gint64 seconds, gint64 now, gboolean *today) G_GNUC_WARN_UNUSED_RESULT;
/* To stand after "since" or "until": "14:03" of today, "yesterday at 14:03", "Monday at 14:03". */
char   *secinfo_time_to_point   (gint64 seconds, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
/* "23 December", with the year where it is another one. */
char   *secinfo_time_to_day     (gint64 seconds, gint64 now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
