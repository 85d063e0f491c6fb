/* secinfo-gateway-words.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-gateway-words.h"

#include "secinfo-mask.h"
#include "secinfo-time.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MINUTE 60
#define HOUR   3600

/* --- what went wrong ---------------------------------------------------------------------------------------------- */

typedef enum
{
  FAULT_ADDRESS,      /* of this one receiver */
  FAULT_SIGN_IN,
  FAULT_PATH,         /* there is somebody, and not this */
  FAULT_REDIRECT,
  FAULT_ENCRYPTION,
  FAULT_HOST,         /* nothing is ever sent there */
  FAULT_SETTINGS,     /* whatever else it does not take */
  FAULT_WAIT,         /* it asks to wait */
  FAULT_NOT_NOW,      /* it answers, and takes nothing */
  FAULT_SILENCE,
  FAULT_UNSURE,       /* it answered, and did not say whether it took it */
} Fault;

static gboolean
is_member (json_t     *object,
           const char *name,
           const char *value)
{
  return g_strcmp0 (secinfo_json_get_string (object, name), value) == 0;
}

/* HTTP's status, or what SMTP answered; 0: neither. A vendor's own code says less to us than to him. */
static guint
number_of (json_t *failure)
{
  const char *code = secinfo_json_get_string (failure, "code");
  guint64 number = (guint64) MAX (secinfo_json_get_integer (failure, "http", 0), 0);

  if (number == 0 && (code == NULL || strlen (code) != 3 ||
                      !g_ascii_string_to_unsigned (code, 10, 100, 599, &number, NULL)))
    return 0;
  return (guint) number;
}

gboolean
secinfo_gateway_failure_is_sign_in (json_t *failure)
{
  /* Those of the vendors whose HTTP status does not say it: Twilio, Amazon, Resend, OAuth 2 (RFC 6749). */
  static const char *const own[] = {
    "login", "20003", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
    "missing_api_key", "invalid_api_key", "restricted_api_key", "invalid_client", "unauthorized_client", NULL
  };
  const char *code = secinfo_json_get_string (failure, "code");
  guint number = number_of (failure);

  if (code != NULL && g_strv_contains (own, code))
    return TRUE;
  switch (number)
    {
    case 401:
    case 407:
    case 534:
    case 535:
    case 538:
      return TRUE;
    case 530:
      return strstr (secinfo_json_get_string (failure, "words") != NULL
                       ? secinfo_json_get_string (failure, "words") : "", "STARTTLS") == NULL;
    case 403:
      /* What has a code of its own besides may be a number, a country or a sender that is not allowed. */
      return code == NULL || g_str_equal (code, "403");
    default:
      return number == 200 && is_member (failure, "code", "4");   /* Vonage */
    }
}

static Fault
fault_of_settings (json_t *failure)
{
  guint number = number_of (failure);

  if (secinfo_gateway_failure_is_sign_in (failure))
    return FAULT_SIGN_IN;
  if (is_member (failure, "code", "tls") || number == 530)
    return FAULT_ENCRYPTION;
  if (is_member (failure, "code", "host"))
    return FAULT_HOST;
  if (number >= 300 && number < 400)
    return FAULT_REDIRECT;
  /* With a code of its own it was there, and says what it misses. */
  if ((number == 404 || number == 405 || number == 410) &&
      (secinfo_json_get_string (failure, "code") == NULL || strlen (secinfo_json_get_string (failure, "code")) == 3))
    return FAULT_PATH;
  return FAULT_SETTINGS;
}

static Fault
fault_of (json_t *failure)
{
  gboolean answered = secinfo_json_get_string (failure, "code") != NULL;

  if (is_member (failure, "result", "bad-address"))
    return FAULT_ADDRESS;
  if (is_member (failure, "result", "bad-config"))
    return fault_of_settings (failure);
  if (!answered)
    return FAULT_SILENCE;
  if (!is_member (failure, "result", "retry"))
    return FAULT_UNSURE;
  return number_of (failure) == 429 || secinfo_json_get_time (failure, "retry_at") != 0 ? FAULT_WAIT : FAULT_NOT_NOW;
}

static char *
words_of_address (const char *medium)
{
  if (g_strcmp0 (medium, "sms") == 0)
    return g_strdup (_("Refused: this number cannot get text messages."));
  if (g_strcmp0 (medium, "voice") == 0)
    return g_strdup (_("Refused: this number cannot be called."));
  if (g_strcmp0 (medium, "email") == 0)
    return g_strdup (_("Refused: this address does not exist."));
  return g_strdup (_("Refused: nothing can be delivered there."));
}

/* With and without whoever said it. */
static const struct { const char *named, *plain; } sentences[] = {
  [FAULT_ADDRESS] = { NULL, NULL },
  [FAULT_SIGN_IN] = { N_("Sign-in refused by %s."), N_("Sign-in refused.") },
  [FAULT_PATH] = { N_("%s has nothing at this web address."), N_("There is nothing at this web address.") },
  [FAULT_REDIRECT] = { N_("%s leads on to another web address."), N_("It leads on to another web address.") },
  [FAULT_ENCRYPTION] = { N_("No encrypted connection to %s."), N_("No encrypted connection.") },
  [FAULT_HOST] = { N_("Nothing is sent to %s."), N_("Nothing is sent there.") },
  [FAULT_SETTINGS] = { N_("Refused by %s."), N_("Refused.") },
  [FAULT_WAIT] = { N_("%s asks to wait."), N_("It asks to wait.") },
  [FAULT_NOT_NOW] = { N_("%s answers, but takes no messages now."), N_("It answers, but takes no messages now.") },
  [FAULT_SILENCE] = { N_("No answer from %s."), N_("No answer came.") },
  [FAULT_UNSURE] = { N_("%s did not say whether it was taken over."), N_("Nobody said whether it was taken over.") },
};

char *
secinfo_gateway_failure_to_words (json_t     *failure,
                                  const char *medium,
                                  const char *by)
{
  Fault fault = fault_of (failure);
  const char *said_by = secinfo_json_get_string (failure, "by");
  g_autofree char *shown = NULL, *sentence = NULL, *when = NULL;
  gboolean today;
  gint64 at;
  SecinfoNow now;

  if (fault == FAULT_ADDRESS)
    return words_of_address (medium);
  by = said_by != NULL && *said_by != '\0' ? said_by : by;
  shown = by != NULL && *by != '\0' ? secinfo_text_isolate (by) : NULL;
  sentence = shown != NULL ? g_strdup_printf (_(sentences[fault].named), shown) : g_strdup (_(sentences[fault].plain));
  if (fault != FAULT_WAIT && fault != FAULT_NOT_NOW)
    return g_steal_pointer (&sentence);

  secinfo_now_read (&now);
  at = secinfo_json_get_time (failure, "retry_at");
  if (at == 0)
    return g_steal_pointer (&sentence);
  when = secinfo_time_to_when (at, now.wall, &today);
  if (today)
    /* Translators: a sentence, and when: “Example asks to wait. It can be tried again at 14:33.” */
    return g_strdup_printf (_("%1$s It can be tried again at %2$s."), sentence, when);
  /* Translators: a sentence, and when: “… It can be tried again tomorrow at 14:33.” */
  return g_strdup_printf (_("%1$s It can be tried again %2$s."), sentence, when);
}

char *
secinfo_gateway_failure_to_turn (json_t *failure)
{
  switch (fault_of (failure))
    {
    case FAULT_ADDRESS:
      return g_strdup (_("The service itself works; try another one."));
    case FAULT_SIGN_IN:
      return g_strdup (_("Look at the user name and the password or token."));
    case FAULT_PATH:
      return g_strdup (_("Look at the web address, to its end."));
    case FAULT_REDIRECT:
      return g_strdup (_("Enter the web address that it leads to: it is never followed by itself."));
    case FAULT_ENCRYPTION:
      return g_strdup (_("Look at the encryption and the port, and whether the server’s certificate is in order."));
    case FAULT_HOST:
      return g_strdup (_("Its name leads to an address that is not allowed here. Look at the server’s name."));
    case FAULT_SETTINGS:
      return g_strdup (_("Look at the settings."));
    case FAULT_WAIT:
    case FAULT_NOT_NOW:
      return secinfo_json_get_time (failure, "retry_at") != 0 ? NULL
             : g_strdup (_("Its settings are not to blame. Test it again in a few minutes."));
    case FAULT_UNSURE:
      return g_strdup (_("Perhaps it arrives all the same."));
    case FAULT_SILENCE:
    default:
      return g_strdup (is_member (failure, "result", "unknown") ? _("Perhaps it arrives all the same.")
                       : _("Look at the server’s name and the port, and whether this computer is online."));
    }
}

char *
secinfo_gateway_failure_to_vendor (json_t     *failure,
                                   const char *by)
{
  const char *code = secinfo_json_get_string (failure, "code");
  const char *words = secinfo_json_get_string (failure, "words");
  const char *said_by = secinfo_json_get_string (failure, "by");
  const char *said = words != NULL && *words != '\0' ? words : code;
  g_autofree char *shown = said != NULL && *said != '\0' ? secinfo_text_isolate (said) : NULL;
  g_autofree char *name = NULL;

  if (shown == NULL)
    return NULL;
  by = said_by != NULL && *said_by != '\0' ? said_by : by;
  name = secinfo_text_isolate (by != NULL ? by : "");
  if (said == words && code != NULL && *code != '\0' && strstr (words, code) == NULL)
    {
      g_autofree char *number = secinfo_text_isolate (code);

      /* Translators: what a service answered: its name, a code of its own, its words */
      return g_strdup_printf (_("%1$s says %2$s: %3$s"), name, number, shown);
    }
  /* Translators: what a service answered: its name, and its words */
  return g_strdup_printf (_("%1$s says: %2$s"), name, shown);
}

/* --- how one is --------------------------------------------------------------------------------------------------- */

static char *
dup_delivered (gint64 at, gint64 now)
{
  g_autofree char *words = NULL;
  gint64 minutes = (now - at) / MINUTE;

  if (at > now || minutes == 0)
    return g_strdup (_("Last delivered just now"));
  if (now - at < HOUR)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Last delivered %d minute ago",
                                         "Last delivered %d minutes ago", (gulong) minutes), (int) minutes);
  words = secinfo_time_to_words (at, now);
  /* Translators: %s is “today at 14:03”, “yesterday at …” or a date */
  return g_strdup_printf (_("Last delivered %s"), words);
}

/* (nullable): nothing was counted yet. */
static char *
dup_share (json_t *health)
{
  gint64 count = secinfo_json_get_integer (health, "count", 0);
  gint64 share = secinfo_json_get_integer (health, "share", -1);

  if (count <= 0 || share < 0)
    return NULL;
  /* Translators: how many of the messages were taken over: “98 % of 240” */
  return g_strdup_printf (_("%1$d %% of %2$d"), (int) MIN (share, 100), (int) MIN (count, G_MAXINT));
}

/* "Last test, 14:03: Sign-in refused by Twilio." FALSE: nothing that is newer than what was delivered. */
static gboolean
set_warned (json_t *gateway, json_t *health, gint64 now, char **title, char **more)
{
  json_t *failure = secinfo_json_get_object (health, "last_failure");
  const char *by = secinfo_json_get_string (gateway, "title");
  gint64 delivered = secinfo_json_get_time (health, "last_delivered_at");
  gint64 at = failure != NULL ? secinfo_json_get_time (failure, "at") : 0;
  gboolean test = failure != NULL && secinfo_json_get_boolean (failure, "test", FALSE);
  g_autofree char *when = NULL, *words = NULL;
  gboolean today;

  /* That one message or one receiver was refused is no news where others were not. */
  if (at == 0 || at < delivered || (delivered != 0 && (!test || is_member (failure, "result", "bad-address"))))
    return FALSE;
  when = secinfo_time_to_when (at, now, &today);
  words = secinfo_gateway_failure_to_words (failure, secinfo_json_get_string (gateway, "medium"), by);
  /* Translators: when, and what came of it: “Last test, 14:03: No answer from example.org.” */
  *title = g_strdup_printf (test ? _("Last test, %1$s: %2$s") : _("Last message, %1$s: %2$s"), when, words);
  *more = secinfo_gateway_failure_to_vendor (failure, by);
  return TRUE;
}

static SecinfoGatewayMood
set_in_order (json_t *health, guint place, gint64 now, char **title, char **more)
{
  gint64 delivered = secinfo_json_get_time (health, "last_delivered_at");

  if (delivered != 0)
    {
      *title = dup_delivered (delivered, now);
      *more = dup_share (health);
      return SECINFO_GATEWAY_WELL;
    }
  if (place > 0)
    {
      *title = g_strdup (place == 1 ? _("Second choice") : _("Further choice"));
      *more = g_strdup (_("not needed yet"));
      return SECINFO_GATEWAY_WELL;
    }
  *title = g_strdup (_("Never used: send a test"));
  return SECINFO_GATEWAY_UNTRIED;
}

/* @failure: (nullable) what it said; @since: (nullable) */
static char *
words_of_settings (json_t *failure, const char *since)
{
  Fault fault = failure != NULL ? fault_of (failure) : FAULT_SETTINGS;

  if (fault == FAULT_SIGN_IN)
    return since != NULL ? g_strdup_printf (_("Sign-in refused since %s: look at the password"), since)
                         : g_strdup (_("Sign-in refused: look at the password"));
  if (fault == FAULT_PATH || fault == FAULT_REDIRECT)
    return since != NULL ? g_strdup_printf (_("Not there since %s: look at the web address"), since)
                         : g_strdup (_("Not there: look at the web address"));
  if (fault == FAULT_ENCRYPTION)
    return since != NULL ? g_strdup_printf (_("No encrypted connection since %s: look at port and encryption"), since)
                         : g_strdup (_("No encrypted connection: look at port and encryption"));
  return since != NULL ? g_strdup_printf (_("Refused since %s: look at the settings"), since)
                       : g_strdup (_("Refused: look at the settings"));
}

static void
set_trouble (json_t *gateway, json_t *health, const char *state, gint64 now, char **title, char **more)
{
  json_t *failure = secinfo_json_get_object (health, "last_failure");
  gint64 failures = secinfo_json_get_integer (health, "failures", 0);
  gboolean config = g_strcmp0 (state, "misconfigured") == 0;
  gint64 since_at = secinfo_json_get_time (health, "since"), end_at = secinfo_json_get_time (health, "paused_until");
  g_autofree char *since = since_at != 0 ? secinfo_time_to_point (since_at, now) : NULL;
  g_autofree char *end = end_at != 0 ? secinfo_time_to_point (end_at, now) : NULL;

  /* What a test said of one receiver says nothing of what is wrong with it. */
  if (failure != NULL && config != is_member (failure, "result", "bad-config"))
    failure = NULL;
  if (g_strcmp0 (state, "paused") == 0 && end != NULL)
    *title = failures > 0
               ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Paused until %1$s after %2$d failure",
                                               "Paused until %1$s after %2$d failures", (gulong) failures),
                                  end, (int) MIN (failures, G_MAXINT))
               : g_strdup_printf (_("Paused until %s"), end);
  else if (config)
    *title = words_of_settings (failure, since);
  else
    *title = since != NULL ? g_strdup_printf (_("No answer since %s"), since) : g_strdup (_("No answer"));
  if (failure != NULL)
    *more = secinfo_gateway_failure_to_vendor (failure, secinfo_json_get_string (gateway, "title"));
}

SecinfoGatewayMood
secinfo_gateway_to_words (json_t  *gateway,
                          guint    place,
                          gint64   now,
                          char   **title,
                          char   **more)
{
  json_t *health = secinfo_json_get_object (gateway, "health");
  const char *state = secinfo_json_get_string (health, "state");

  *title = *more = NULL;
  if (g_strcmp0 (state, "unproven") == 0)
    {
      g_autofree char *vendor = NULL;

      *title = g_strdup (_("Not used yet: its code has not come back"));
      if (set_warned (gateway, health, now, more, &vendor) && vendor != NULL)
        {
          g_autofree char *words = g_steal_pointer (more);

          *more = g_strdup_printf ("%s %s", words, vendor);
        }
      return SECINFO_GATEWAY_UNPROVEN;
    }
  if (state != NULL && !g_str_equal (state, "ready") && !g_str_equal (state, "unused"))
    {
      set_trouble (gateway, health, state, now, title, more);
      return SECINFO_GATEWAY_TROUBLED;
    }
  if (set_warned (gateway, health, now, title, more))
    return SECINFO_GATEWAY_WARNED;
  return set_in_order (health, place, now, title, more);
}
