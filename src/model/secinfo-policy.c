/* secinfo-policy.c - the numbers of the rules, and the rules that are only arithmetic
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-policy.h"

#include "secinfo-host.h"

#include <string.h>

#define GROUP "policy"
#define PREFIXES "phone-prefixes"
#define URL "reports-url"
#define LONGEST_PREFIX 7   /* digits: of a country that shares its code, too ("+1876") */
#define LONGEST_PAUSE (24 * 60 * 60)  /* seconds between two sends, however many went out */

typedef struct
{
  const char *key;
  gsize       offset;       /* of a guint in SecinfoPolicy */
  guint       usual;        /* DESIGN section 3 */
  guint       least, most;
} Number;

#define NUMBER(key, member, usual, least, most) { key, G_STRUCT_OFFSET (SecinfoPolicy, member), usual, least, most }

/* The ranges keep a slip of the pen from switching a rule off: no limit can be 0, none can be so high that six
 * digits could be guessed (NIST SP 800-63B-4 section 3.2.2: at most 100 tries in a row). */
static const Number numbers[] = {
  NUMBER ("code-life", code_life, 600, 60, 1800),
  NUMBER ("code-life-email", code_life_email, 1800, 60, 3600),
  NUMBER ("code-tries", code_tries, 5, 1, 10),
  NUMBER ("tries-hour", tries_hour, 10, 1, 20),
  NUMBER ("tries-day", tries_day, 50, 1, 100),
  NUMBER ("resend-first", resend_first, 30, 5, 600),
  NUMBER ("sends-contact-hour", sends_contact_hour, 5, 1, 20),
  NUMBER ("sends-contact-day", sends_contact_day, 10, 1, 50),
  NUMBER ("sends-account-day", sends_account_day, 20, 1, 100),
  NUMBER ("contacts", contacts, 10, 1, 50),
  NUMBER ("restore-days", restore_days, 7, 1, 90),
  NUMBER ("elevation-life", elevation_life, 600, 60, 3600),
  NUMBER ("password-tries", password_tries, 5, 1, 20),
  NUMBER ("password-window", password_window, 600, 60, 86400),
  NUMBER ("password-pause", password_pause, 600, 60, 86400),
  NUMBER ("inbox-messages", inbox_messages, 50, 1, 500),
  NUMBER ("sign-in-floor", sign_in_floor, 1750, 250, 2000),
  NUMBER ("alert-bundle", alert_bundle, 30, 1, 600),
  NUMBER ("gateway-down", gateway_down, 600, 5, 86400),
  NUMBER ("idle-exit", idle_exit, 1200, 10, 86400),
  NUMBER ("sends-phone-day", sends_phone_day, 200, 1, 1000000),
  NUMBER ("alerts-phone-day", alerts_phone_day, 100, 1, 1000000),
  NUMBER ("way-back-in", way_back_in, 1, 0, 1),         /* no limit: a switch */
  NUMBER ("reports-port", reports_port, 0, 0, 65535),   /* no limit: 0 is off */
};

G_DEFINE_QUARK (secinfo-policy-error-quark, secinfo_policy_error)

static const Number *
find_number (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (g_str_equal (numbers[i].key, key))
        return &numbers[i];
    }

  return NULL;
}

void
secinfo_policy_init_defaults (SecinfoPolicy *policy)
{
  g_return_if_fail (policy != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    G_STRUCT_MEMBER (guint, policy, numbers[i].offset) = numbers[i].usual;
  memset (policy->phone_prefixes, 0, sizeof policy->phone_prefixes);
  memset (policy->reports_url, 0, sizeof policy->reports_url);
}

/* "+49"; 0: it is none. */
static guint
read_prefix (const char *text)
{
  guint64 digits = 0;

  if (text[0] != '+' || text[1] < '1' || strlen (text + 1) > LONGEST_PREFIX ||
      !g_ascii_string_to_unsigned (text + 1, 10, 1, G_MAXUINT32, &digits, NULL))
    return 0;

  return (guint) digits;
}

static gboolean
load_prefixes (SecinfoPolicy  *policy,
               GKeyFile       *file,
               GError        **error)
{
  g_autofree char *text = g_key_file_get_value (file, GROUP, PREFIXES, NULL);
  g_auto(GStrv) parts = g_strsplit_set (text != NULL ? text : "", " ,", -1);
  guint n = 0;

  memset (policy->phone_prefixes, 0, sizeof policy->phone_prefixes);
  for (gsize i = 0; parts[i] != NULL; i++)
    {
      guint prefix = *parts[i] != '\0' ? read_prefix (parts[i]) : 0;

      if (*parts[i] == '\0')
        continue;
      if (prefix == 0 || n == SECINFO_POLICY_PREFIXES)
        {
          g_set_error (error, SECINFO_POLICY_ERROR, 0,
                       "[" GROUP "] " PREFIXES "=%s: at most %d beginnings of numbers like +49 are needed", text,
                       SECINFO_POLICY_PREFIXES);
          return FALSE;
        }
      policy->phone_prefixes[n++] = prefix;
    }

  return TRUE;
}

/* What is handed to the phone company for its reports: the references in it are secrets, so not in the open. */
static gboolean
load_url (SecinfoPolicy  *policy,
          GKeyFile       *file,
          GError        **error)
{
  g_autofree char *text = g_key_file_get_value (file, GROUP, URL, NULL);
  gsize length = text != NULL ? strlen (text) : 0;
  g_autoptr(GUri) uri = length > 0 ? g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  memset (policy->reports_url, 0, sizeof policy->reports_url);
  if (length == 0)
    return TRUE;
  if (host == NULL || *host == '\0' || length >= sizeof policy->reports_url || strpbrk (text, "?#@%\"<> ") != NULL ||
      !(g_str_equal (g_uri_get_scheme (uri), "https") ||
        (g_str_equal (g_uri_get_scheme (uri), "http") && secinfo_host_is_near (host))))
    {
      g_set_error (error, SECINFO_POLICY_ERROR, 0, "[" GROUP "] " URL "=%s: an address like "
                   "https://sms.example.org/secinfo is needed, of at most %d bytes", text,
                   SECINFO_POLICY_URL - 1);
      return FALSE;
    }
  g_strlcpy (policy->reports_url, text, sizeof policy->reports_url);
  while (g_str_has_suffix (policy->reports_url, "/"))
    policy->reports_url[strlen (policy->reports_url) - 1] = '\0';
  return TRUE;
}

static gboolean
load_number (SecinfoPolicy  *policy,
             GKeyFile       *file,
             const char     *key,
             GError        **error)
{
  const Number *number = find_number (key);
  g_autofree char *text = g_key_file_get_value (file, GROUP, key, NULL);
  guint64 value;

  if (number == NULL)
    {
      g_set_error (error, SECINFO_POLICY_ERROR, 0, "[" GROUP "] has no key “%s”; take it out or mend its name", key);
      return FALSE;
    }

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, number->least, number->most, &value, NULL))
    {
      g_set_error (error, SECINFO_POLICY_ERROR, 0, "[" GROUP "] %s=%s: a whole number from %u to %u is needed",
                   key, text != NULL ? text : "", number->least, number->most);
      return FALSE;
    }

  G_STRUCT_MEMBER (guint, policy, number->offset) = value;
  return TRUE;
}

/**
 * secinfo_policy_load:
 * @policy: with the values that hold where @file says nothing; untouched where FALSE is returned
 * @file: may be empty; other groups are not looked at
 * @error: names group, key and what is allowed; the caller puts the name of the file before it
 */
gboolean
secinfo_policy_load (SecinfoPolicy  *policy,
                     GKeyFile       *file,
                     GError        **error)
{
  SecinfoPolicy loaded;
  g_auto(GStrv) keys = NULL;

  g_return_val_if_fail (policy != NULL && file != NULL, FALSE);

  loaded = *policy;
  keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      if (!(g_str_equal (keys[i], PREFIXES) ? load_prefixes (&loaded, file, error)
            : g_str_equal (keys[i], URL) ? load_url (&loaded, file, error)
            : load_number (&loaded, file, keys[i], error)))
        return FALSE;
    }

  *policy = loaded;
  return TRUE;
}

SecinfoPolicyVerdict
secinfo_policy_set (SecinfoPolicy *policy,
                    const char    *key,
                    json_t        *value)
{
  const Number *number;
  SecinfoPolicy loaded;
  g_autoptr(GKeyFile) file = NULL;

  g_return_val_if_fail (policy != NULL && key != NULL, SECINFO_POLICY_NO_KEY);

  number = find_number (key);
  if (number != NULL)
    {
      json_int_t wanted = json_integer_value (value);

      if (!json_is_integer (value) || wanted < number->least || wanted > number->most)
        return SECINFO_POLICY_NOT_VALID;
      G_STRUCT_MEMBER (guint, policy, number->offset) = (guint) wanted;
      return SECINFO_POLICY_TAKEN;
    }
  if (!g_str_equal (key, PREFIXES))
    return SECINFO_POLICY_NO_KEY;
  if (!json_is_string (value))
    return SECINFO_POLICY_NOT_VALID;
  file = g_key_file_new ();
  g_key_file_set_value (file, GROUP, PREFIXES, json_string_value (value));
  loaded = *policy;
  if (!load_prefixes (&loaded, file, NULL))
    return SECINFO_POLICY_NOT_VALID;
  *policy = loaded;
  return SECINFO_POLICY_TAKEN;
}

static json_t *
prefixes_to_json (const SecinfoPolicy *policy)
{
  g_autofree char *prefixes = secinfo_policy_dup_prefixes (policy);

  return json_string (prefixes != NULL ? prefixes : "");
}

json_t *
secinfo_policy_nth_to_json (const SecinfoPolicy *policy,
                            const SecinfoPolicy *usual,
                            gsize                n)
{
  g_return_val_if_fail (policy != NULL && usual != NULL, NULL);

  if (n == G_N_ELEMENTS (numbers))
    return json_pack ("{s:s, s:o, s:o, s:n, s:n}", "key", PREFIXES, "value", prefixes_to_json (policy),
                      "usual", prefixes_to_json (usual), "least", "most");
  if (n > G_N_ELEMENTS (numbers))
    return NULL;
  return json_pack ("{s:s, s:I, s:I, s:I, s:I}", "key", numbers[n].key,
                    "value", (json_int_t) G_STRUCT_MEMBER (guint, policy, numbers[n].offset),
                    "usual", (json_int_t) G_STRUCT_MEMBER (guint, usual, numbers[n].offset),
                    "least", (json_int_t) numbers[n].least, "most", (json_int_t) numbers[n].most);
}

gboolean
secinfo_policy_may_reach (const SecinfoPolicy *policy,
                          const char          *number)
{
  g_return_val_if_fail (policy != NULL && number != NULL, FALSE);

  if (policy->phone_prefixes[0] == 0)
    return TRUE;
  for (gsize i = 0; i < SECINFO_POLICY_PREFIXES && policy->phone_prefixes[i] != 0; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("+%u", policy->phone_prefixes[i]);

      if (g_str_has_prefix (number, prefix))
        return TRUE;
    }

  return FALSE;
}

char *
secinfo_policy_dup_prefixes (const SecinfoPolicy *policy)
{
  GString *text;

  g_return_val_if_fail (policy != NULL, NULL);

  if (policy->phone_prefixes[0] == 0)
    return NULL;
  text = g_string_new (NULL);
  for (gsize i = 0; i < SECINFO_POLICY_PREFIXES && policy->phone_prefixes[i] != 0; i++)
    g_string_append_printf (text, "%s+%u", i > 0 ? ", " : "", policy->phone_prefixes[i]);
  return g_string_free (text, FALSE);
}

gboolean
secinfo_policy_code_lives (gint64            issued_wall,
                           gint64            issued_boot,
                           const char       *issued_boot_id,
                           guint             life,
                           const SecinfoNow *now)
{
  g_return_val_if_fail (now != NULL, FALSE);

  if (issued_wall < 0 || now->wall < issued_wall || now->wall - issued_wall >= life)
    return FALSE;

  /* The wall clock can be set back; the time since boot cannot, but it begins anew with each boot. */
  if (issued_boot_id != NULL && *issued_boot_id != '\0' && g_str_equal (issued_boot_id, now->boot_id))
    return issued_boot >= 0 && now->boot >= issued_boot && now->boot - issued_boot < life;

  return TRUE;
}

gint64
secinfo_policy_resend_at (const SecinfoPolicy *policy,
                          guint                sends,
                          gint64               last_sent)
{
  gint64 pause;

  g_return_val_if_fail (policy != NULL, G_MAXINT64);

  if (sends == 0)
    return last_sent;

  pause = policy->resend_first;
  for (guint i = 1; i < sends && pause < LONGEST_PAUSE; i++)
    pause *= 2;

  return last_sent + MIN (pause, LONGEST_PAUSE);
}

/**
 * secinfo_policy_window_until:
 *
 * A time that lies ahead of @now (the clock was set back) counts like one of just now: setting a clock
 * must not win anybody a try.
 *
 * Returns: 0 where one more is allowed, else the Unix seconds from which on it will be
 */
gint64
secinfo_policy_window_until (const gint64 *times,
                             gsize         n_times,
                             guint         limit,
                             guint         window,
                             gint64        now)
{
  gint64 last;

  if (limit == 0)
    return now + window;
  if (n_times < limit)
    return 0;

  /* Of the last @limit ones, the first has to leave the window. */
  last = MIN (times[n_times - limit], now);
  return last + window > now ? last + window : 0;
}
