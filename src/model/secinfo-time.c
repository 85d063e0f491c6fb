/* secinfo-time.c - points in time, as values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-time.h"

#include <glib/gi18n-lib.h>
#include <langinfo.h>
#include <string.h>
#include <time.h>

#define LAST_SECOND G_GINT64_CONSTANT (253402300799)  /* 9999-12-31T23:59:59Z, the last that RFC 3339 can write */

static gint64
read_clock (clockid_t clock)
{
  struct timespec at = { 0, 0 };

  clock_gettime (clock, &at);
  return at.tv_sec;
}

static const char *
read_boot_id (void)
{
  static gsize once = 0;
  static char boot_id[37];

  if (g_once_init_enter (&once))
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
        g_strlcpy (boot_id, g_strchomp (text), sizeof boot_id);
      g_once_init_leave (&once, 1);
    }

  return boot_id;
}

/* An unreadable boot id is the empty string, which is equal to none. */
void
secinfo_now_read (SecinfoNow *now)
{
  g_return_if_fail (now != NULL);

  now->wall = read_clock (CLOCK_REALTIME);
  now->boot = read_clock (CLOCK_BOOTTIME);
  g_strlcpy (now->boot_id, read_boot_id (), sizeof now->boot_id);
}

static void
put_digits (char  *text,
            guint  n,
            gint64 number)
{
  while (n-- > 0)
    {
      text[n] = '0' + number % 10;
      number /= 10;
    }
}

/* By hand: an answer has a dozen of them, and a GDateTime with printf() takes ten times as long. The date by its days,
 * as years that begin in March: the leap day is then the last one of its year. */
char *
secinfo_time_to_rfc3339 (gint64 seconds)
{
  gint64 at = CLAMP (seconds, 0, LAST_SECOND);
  gint64 days = at / 86400 + 719468;                     /* since 1 March of the year 0 */
  gint64 era = days / 146097, day = days % 146097;       /* 400 years; day in them */
  gint64 year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  gint64 of_year = day - (365 * year + year / 4 - year / 100);
  gint64 month = (5 * of_year + 2) / 153;                /* 0 = March */
  char *text = g_strdup ("0000-00-00T00:00:00Z");

  put_digits (text, 4, era * 400 + year + (month >= 10));
  put_digits (text + 5, 2, month < 10 ? month + 3 : month - 9);
  put_digits (text + 8, 2, of_year - (153 * month + 2) / 5 + 1);
  put_digits (text + 11, 2, at % 86400 / 3600);
  put_digits (text + 14, 2, at % 3600 / 60);
  put_digits (text + 17, 2, at % 60);
  return text;
}

/* Reads @n digits; -1 where one is missing. Moves @text behind them. */
static int
take_number (const char **text,
             guint        n)
{
  int number = 0;

  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (**text))
        return -1;
      number = number * 10 + (*(*text)++ - '0');
    }

  return number;
}

static gboolean
take_char (const char **text,
           const char  *one_of)
{
  if (**text == '\0' || strchr (one_of, **text) == NULL)
    return FALSE;

  (*text)++;
  return TRUE;
}

/* Seconds east of UTC ("Z", "+02:00"); FALSE where the text does not end there. */
static gboolean
take_zone (const char *text,
           gint64     *offset)
{
  gint64 sign = *text == '-' ? -1 : 1;
  int hours, minutes;

  *offset = 0;
  if (take_char (&text, "Zz"))
    return *text == '\0';
  if (!take_char (&text, "+-"))
    return FALSE;

  hours = take_number (&text, 2);
  if (hours < 0 || hours > 23 || !take_char (&text, ":"))
    return FALSE;

  minutes = take_number (&text, 2);
  *offset = sign * (hours * 3600 + minutes * 60);
  return minutes >= 0 && minutes <= 59 && *text == '\0';
}

gint64
secinfo_time_from_rfc3339 (const char *text)
{
  static const char * const after[] = { "-", "-", "Tt ", ":", ":", NULL };
  static const guint digits[] = { 4, 2, 2, 2, 2, 2 };
  g_autoptr(GDateTime) at = NULL;
  gint64 offset;
  int part[6];

  if (text == NULL)
    return 0;

  for (gsize i = 0; i < G_N_ELEMENTS (part); i++)
    {
      part[i] = take_number (&text, digits[i]);
      if (part[i] < 0 || (after[i] != NULL && !take_char (&text, after[i])))
        return 0;
    }

  if (take_char (&text, "."))
    {
      if (!g_ascii_isdigit (*text))
        return 0;
      while (g_ascii_isdigit (*text))
        text++;
    }

  if (part[5] == 60)  /* a leap second: RFC 3339 section 5.7 */
    part[5] = 59;
  at = g_date_time_new_utc (part[0], part[1], part[2], part[3], part[4], part[5]);
  if (at == NULL || !take_zone (text, &offset))
    return 0;

  return g_date_time_to_unix (at) - offset;
}

static GDateTime *
to_local (gint64 seconds)
{
  return g_date_time_new_from_unix_local (CLAMP (seconds, 0, LAST_SECOND - 86400));
}

/* Days since 1 January of the year 1, so that two can be subtracted. */
static gint64
day_number (GDateTime *at)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, g_date_time_get_day_of_month (at), g_date_time_get_month (at), g_date_time_get_year (at));
  return g_date_get_julian (&date);
}

static gboolean
locale_has_twelve_hours (void)
{
  const char *form = nl_langinfo (T_FMT);

  return strstr (form, "%r") != NULL || strstr (form, "%I") != NULL || strstr (form, "%l") != NULL ||
         strstr (form, "%p") != NULL || strstr (form, "%P") != NULL;
}

char *
secinfo_time_to_clock (gint64 seconds)
{
  g_autoptr(GDateTime) at = to_local (seconds);

  return g_date_time_format (at, locale_has_twelve_hours () ? "%-I:%M %p" : "%H:%M");
}

char *
secinfo_time_to_day (gint64 seconds,
                     gint64 now)
{
  g_autoptr(GDateTime) at = to_local (seconds);
  g_autoptr(GDateTime) today = to_local (now);

  if (g_date_time_get_year (at) == g_date_time_get_year (today))
    /* Translators: a day of this year, "23 December"; see g_date_time_format(). xgettext:no-c-format */
    return g_date_time_format (at, _("%-d %B"));

  /* Translators: a day of another year, "23 December 2025"; see g_date_time_format(). xgettext:no-c-format */
  return g_date_time_format (at, _("%-d %B %Y"));
}

static gint64
days_ahead (gint64 seconds,
            gint64 now)
{
  g_autoptr(GDateTime) at = to_local (seconds);
  g_autoptr(GDateTime) today = to_local (now);

  return day_number (at) - day_number (today);
}

/* "yesterday at 14:03"; @far has the day in front and the time after it. */
static char * G_GNUC_FORMAT (3)
to_words (gint64      seconds,
          gint64      now,
          const char *far)
{
  g_autoptr(GDateTime) at = to_local (seconds);
  g_autofree char *clock = secinfo_time_to_clock (seconds);
  g_autofree char *day = NULL;
  gint64 ahead = days_ahead (seconds, now);

  if (ahead == 0)
    return g_strdup_printf (_("today at %s"), clock);
  if (ahead == -1)
    return g_strdup_printf (_("yesterday at %s"), clock);
  if (ahead == 1)
    return g_strdup_printf (_("tomorrow at %s"), clock);

  /* Six days away at most: after that the name of the weekday is that of today. */
  day = ahead > -7 && ahead < 7 ? g_date_time_format (at, "%A") : secinfo_time_to_day (seconds, now);
  return g_strdup_printf (far, day, clock);
}

char *
secinfo_time_to_words (gint64 seconds,
                       gint64 now)
{
  /* Translators: "on Monday at 14:03", "on 23 December at 14:03". */
  return to_words (seconds, now, _("on %1$s at %2$s"));
}

char *
secinfo_time_to_when (gint64    seconds,
                      gint64    now,
                      gboolean *today)
{
  *today = days_ahead (seconds, now) == 0;
  return *today ? secinfo_time_to_clock (seconds) : secinfo_time_to_words (seconds, now);
}

char *
secinfo_time_to_point (gint64 seconds,
                       gint64 now)
{
  if (days_ahead (seconds, now) == 0)
    return secinfo_time_to_clock (seconds);

  /* Translators: after "since" or "until": "Monday at 14:03", "23 December at 14:03". */
  return to_words (seconds, now, _("%1$s at %2$s"));
}
