/* secinfo-problem-words.c - what each problem says to people
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-problem-words.h"

#include "secinfo-address.h"
#include "secinfo-enums.h"
#include "secinfo-gateway-words.h"
#include "secinfo-mask.h"
#include "secinfo-policy.h"
#include "secinfo-time.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define USUAL_PAUSE 600  /* seconds after too many wrong passwords */

/* How many there are, for ngettext(), where the wire may say anything. */
static gulong
get_figure (json_t     *members,
            const char *name,
            gint64      otherwise)
{
  return CLAMP (secinfo_json_get_integer (members, name, otherwise), 0, G_MAXINT);
}

static gboolean
has_figure (json_t     *members,
            const char *name)
{
  return json_is_integer (json_object_get (members, name));
}

static gboolean
is_member (json_t     *members,
           const char *name,
           const char *value)
{
  return g_strcmp0 (secinfo_json_get_string (members, name), value) == 0;
}

/* "14:03" of today (@today TRUE), else "tomorrow at 14:03". (nullable): no such time */
static char *
dup_when (json_t     *members,
          const char *name,
          gboolean   *today)
{
  gint64 seconds = secinfo_json_get_time (members, name);
  SecinfoNow now;

  if (seconds == 0)
    return NULL;

  secinfo_now_read (&now);
  return secinfo_time_to_when (seconds, now.wall, today);
}

/* Takes both; @second is (nullable). */
static char *
join_sentences (char *first,
                char *second)
{
  g_autofree char *a = first;
  g_autofree char *b = second;

  return b != NULL ? g_strconcat (a, " ", b, NULL) : g_steal_pointer (&a);
}

static char *
words_of_address (json_t *members)
{
  SecinfoContactKind kind = SECINFO_CONTACT_EMAIL;
  int code = SECINFO_ADDRESS_ERROR_LETTERS;

  if (is_member (members, "reason", "country-not-served"))
    return g_strdup (_("This computer sends no codes to numbers of that country. Enter another number."));
  secinfo_contact_kind_from_string (secinfo_json_get_string (members, "kind"), &kind);
  secinfo_address_error_from_reason (secinfo_json_get_string (members, "reason"), &code);
  return g_strdup (secinfo_address_error_to_words (code, kind));
}

static char *
words_of_go_on (json_t *members)
{
  gboolean today;
  g_autofree char *when = dup_when (members, "retry_at", &today);

  if (when == NULL)
    return NULL;
  if (today)
    return g_strdup_printf (_("You can go on at %s."), when);

  /* Translators: %s is "tomorrow at 14:03". */
  return g_strdup_printf (_("You can go on %s."), when);
}

static char *
words_of_next (json_t *members)
{
  gboolean today;
  g_autofree char *when = dup_when (members, "retry_at", &today);

  if (when == NULL)
    return NULL;
  if (today)
    return g_strdup_printf (_("The next can be sent at %s."), when);

  /* Translators: %s is "tomorrow at 14:03". */
  return g_strdup_printf (_("The next can be sent %s."), when);
}

static char *
words_of_telling (json_t *members)
{
  gboolean today;
  g_autofree char *when = dup_when (members, "told_at", &today);

  if (when == NULL)
    return NULL;
  if (today)
    return g_strdup_printf (_("The administrator was told at %s."), when);

  /* Translators: %s is "yesterday at 14:03". */
  return g_strdup_printf (_("The administrator was told %s."), when);
}

static char *
words_of_password (json_t *members)
{
  const char *plain = _("That is not the password of this account.");
  gulong left = get_figure (members, "attempts_left", 0);
  gulong minutes = (get_figure (members, "pause", USUAL_PAUSE) + 59) / 60;
  g_autofree char *tries = NULL;
  g_autofree char *pause = NULL;

  if (!has_figure (members, "attempts_left") || left == 0)
    return join_sentences (g_strdup (plain), words_of_go_on (members));

  tries = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu try is left", "%lu tries are left", left), left);
  pause = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                        "a pause of %lu minute", "a pause of %lu minutes", minutes), minutes);
  /* Translators: "2 tries are left, then there is a pause of 10 minutes." */
  return join_sentences (g_strdup (plain), g_strdup_printf (_("%1$s, then there is %2$s."), tries, pause));
}

static char *
words_of_wrong_code (json_t *members)
{
  gulong left = get_figure (members, "attempts_left", 0);
  char *plain = g_strdup (_("That is not the code."));

  if (!has_figure (members, "attempts_left"))
    return plain;

  return join_sentences (plain, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                              "%lu try left.", "%lu tries left.", left), left));
}

static char *
words_of_too_soon (json_t *members)
{
  gint64 retry_at = secinfo_json_get_time (members, "retry_at");
  SecinfoNow now;
  gulong seconds;

  secinfo_now_read (&now);
  seconds = CLAMP (retry_at - now.wall, 1, G_MAXINT);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Possible in %lu second.", "Possible in %lu seconds.", seconds), seconds);
}

static char *
words_of_too_many_codes (json_t *members)
{
  gboolean day = is_member (members, "window", "day");
  gulong n = get_figure (members, "limit", 0);
  char *first;

  if (n == 0)
    first = g_strdup (_("Many codes were sent in a short time."));
  else if (is_member (members, "per", "computer"))
    first = g_strdup (_("This computer has sent as many codes to phones as it may within a day."));
  else if (is_member (members, "per", "account"))
    first = g_strdup_printf (day ? g_dngettext (GETTEXT_PACKAGE, "%lu code was sent for this account within a day.",
                                                "%lu codes were sent for this account within a day.", n)
                                 : g_dngettext (GETTEXT_PACKAGE, "%lu code was sent for this account within an hour.",
                                                "%lu codes were sent for this account within an hour.", n), n);
  else
    first = g_strdup_printf (day ? g_dngettext (GETTEXT_PACKAGE, "%lu code went there within a day.",
                                                "%lu codes went there within a day.", n)
                                 : g_dngettext (GETTEXT_PACKAGE, "%lu code went there within an hour.",
                                                "%lu codes went there within an hour.", n), n);

  return join_sentences (first, words_of_next (members));
}

static char *
words_of_full (json_t *members)
{
  gulong n = get_figure (members, "limit", 10);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu contact is the most. Remove it first.",
                                       "%lu contacts are the most. Remove one first.", n), n);
}

static char *
words_of_no_gateway (json_t *members)
{
  if (is_member (members, "channel", "sms"))
    return g_strdup (_("This computer cannot send text messages yet."));
  if (is_member (members, "channel", "voice"))
    return g_strdup (_("This computer cannot call phones yet."));

  return g_strdup (_("This computer cannot send mail yet."));
}

static char *
words_of_gateway_down (json_t *members)
{
  const char *first;

  if (is_member (members, "channel", "sms"))
    first = _("This computer cannot send text messages now.");
  else if (is_member (members, "channel", "voice"))
    first = _("This computer cannot call phones now.");
  else
    first = _("This computer cannot send mail now.");

  return join_sentences (g_strdup (first), words_of_telling (members));
}

static char *
words_of_gateway_refused (json_t *members)
{
  return secinfo_gateway_failure_to_words (members, secinfo_json_get_string (members, "channel"), NULL);
}

static char *
words_of_settings (json_t *members)
{
  const char *member = secinfo_json_get_string (members, "member");
  const char *reason = secinfo_json_get_string (members, "reason");
  gulong line = get_figure (members, "line", 0);
  g_autofree char *name = secinfo_text_isolate (member != NULL ? member : "");
  g_autofree char *said = secinfo_text_isolate (reason != NULL ? reason : "");

  /* A sentence is shown as it came (from the courier, which knows its gateways); a word has its own one here. */
  if (reason != NULL && strchr (reason, ' ') != NULL)
    return line > 0 ? g_strdup_printf (_("Line %1$lu: %2$s"), line, said) : g_steal_pointer (&said);
  if (member == NULL)
    return g_strdup (_("These settings cannot work."));
  if (g_strcmp0 (reason, "missing") == 0)
    return line > 0 ? g_strdup_printf (_("Line %1$lu: the member ‘%2$s’ is missing."), line, name)
                    : g_strdup_printf (_("‘%s’ is missing."), name);
  if (g_strcmp0 (reason, "unknown") == 0)
    return g_strdup_printf (_("‘%s’ is not known here."), name);
  if (g_strcmp0 (reason, "range") == 0)
    return g_strdup_printf (_("‘%1$s’ needs a whole number from %2$lu to %3$lu."), name,
                            get_figure (members, "least", 0), get_figure (members, "most", 0));
  if (g_strcmp0 (reason, "prefixes") == 0)
    return g_strdup_printf (_("‘%1$s’ needs at most %2$d beginnings of numbers like +49."), name,
                            SECINFO_POLICY_PREFIXES);
  if (g_strcmp0 (reason, "fixed") == 0)
    return g_strdup_printf (_("‘%s’ is set in the file secinfod.conf, which belongs to root."), name);
  if (g_strcmp0 (reason, "sender-domain") == 0)
    return g_strdup (_("The sender address needs a full domain."));

  return g_strdup_printf (_("‘%s’ cannot be like this."), name);
}

static char *
words_of_locked (json_t *members)
{
  if (is_member (members, "reason", "keyring-gone"))
    return g_strdup (_("The key to your security info is missing. Your keyring was made anew, so the contacts kept "
                       "here cannot be read any more."));
  if (is_member (members, "reason", "keyring-absent"))
    return g_strdup (_("No keyring is running. Start one (gnome-keyring or KWallet), then look again."));

  return g_strdup (_("Your keyring is locked. Unlock it with the password it was made with; often that is your old "
                     "sign-in password."));
}

static char *
words_of_not_possible (json_t *members)
{
  if (is_member (members, "reason", "switched-off"))
    return g_strdup (_("The way back in is switched off: the owner of this computer decided so."));
  if (is_member (members, "reason", "in-use"))
    return g_strdup (_("This is in use. Remove the ways to send that were made of it first."));
  if (is_member (members, "reason", "built-in"))
    return g_strdup (_("This belongs to the installation and cannot be removed. Only what was taken from a "
                       "description of one’s own can."));
  if (is_member (members, "reason", "last-alerted"))
    return g_strdup (_("The last one stays on: else nobody would tell you of a stranger."));
  if (is_member (members, "reason", "private") || secinfo_json_get_string (members, "reason") == NULL)
    return g_strdup (_("This works once Security Info is installed for the whole computer."));

  return g_strdup (_("This is not possible here."));
}

static char *
words_of_label (json_t *members)
{
  static const char *const sentences[] = {
    N_("That is not the label of the first code. Look at the first line."),
    N_("That is not the label of the second code. Look at the second line."),
    N_("That is not the label of the third code. Look at the third line."),
    N_("That is not the label of the fourth code. Look at the fourth line."),
    N_("That is not the label of the fifth code. Look at the fifth line."),
    N_("That is not the label of the sixth code. Look at the sixth line."),
    N_("That is not the label of the seventh code. Look at the seventh line."),
    N_("That is not the label of the eighth code. Look at the eighth line."),
    N_("That is not the label of the ninth code. Look at the ninth line."),
    N_("That is not the label of the tenth code. Look at the tenth line."),
  };
  gulong position = get_figure (members, "position", 0);

  if (get_figure (members, "attempts_left", 1) == 0)
    return g_strdup (_("That is not the label either. The new codes were given up; your old ones still work."));
  if (position < 1 || position > G_N_ELEMENTS (sentences))
    return g_strdup (_("That is not the label of this code."));
  return g_strdup (_(sentences[position - 1]));
}

/* PAM's own words, in whatever language PAM has them; or the service's, which are translated. */
static char *
words_of_refused (json_t *members)
{
  static const char *const ours[] = { N_("it looks like a code"), N_("it is empty") };
  const char *reason = secinfo_json_get_string (members, "reason");
  g_autofree char *said = NULL;

  if (reason == NULL || *reason == '\0')
    return g_strdup (_("The system refused it. Choose another."));
  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    {
      if (g_str_equal (reason, ours[i]))
        reason = _(ours[i]);
    }
  said = secinfo_text_isolate (reason);
  /* Translators: why a new password is not taken */
  return g_strdup_printf (_("The system refused it: “%s”. Choose another."), said);
}

typedef char *(* MakeWords) (json_t *members);

/* Either a plain sentence, or a function where figures, times or names come in. */
static const struct { const char *plain; MakeWords make; } sentences[] = {
  [SECINFO_PROBLEM_UNKNOWN] = { N_("Something went wrong here."), NULL },
  [SECINFO_PROBLEM_BODY_NOT_VALID] = { N_("Something went wrong here. Nothing was changed."), NULL },
  [SECINFO_PROBLEM_ADDRESS_NOT_VALID] = { NULL, words_of_address },
  [SECINFO_PROBLEM_PASSWORD_WRONG] = { NULL, words_of_password },
  [SECINFO_PROBLEM_ELEVATION_NEEDED] = { N_("Confirm it’s you."), NULL },
  [SECINFO_PROBLEM_CODE_WRONG] = { NULL, words_of_wrong_code },
  [SECINFO_PROBLEM_CODE_EXPIRED] = { N_("This code has ended."), NULL },
  [SECINFO_PROBLEM_CODE_USED] = { N_("This code was used already."), NULL },
  [SECINFO_PROBLEM_CODE_USED_UP] = { N_("This code is used up. For your safety it no longer works."), NULL },
  [SECINFO_PROBLEM_TOO_MANY_TRIES] = { N_("Please wait a little."), words_of_go_on },
  [SECINFO_PROBLEM_TOO_SOON] = { NULL, words_of_too_soon },
  [SECINFO_PROBLEM_TOO_MANY_CODES] = { NULL, words_of_too_many_codes },
  [SECINFO_PROBLEM_BUSY] = { N_("The account service has much to do. It goes on by itself."), NULL },
  [SECINFO_PROBLEM_CONTACT_EXISTS] = { N_("This is already one of your contacts."), NULL },
  [SECINFO_PROBLEM_CONTACTS_FULL] = { NULL, words_of_full },
  [SECINFO_PROBLEM_RESTORE_OVER] = { N_("This can no longer be taken back. Add it anew."), NULL },
  [SECINFO_PROBLEM_ACCOUNT_MANAGED] = { N_("Your organisation changes this for you."), NULL },
  [SECINFO_PROBLEM_NO_PASSWORD] = { N_("This account has no password to ask for."), NULL },
  [SECINFO_PROBLEM_NOT_POSSIBLE_HERE] = { NULL, words_of_not_possible },
  [SECINFO_PROBLEM_NO_GATEWAY] = { NULL, words_of_no_gateway },
  [SECINFO_PROBLEM_GATEWAY_DOWN] = { NULL, words_of_gateway_down },
  [SECINFO_PROBLEM_GATEWAY_REFUSED] = { NULL, words_of_gateway_refused },
  [SECINFO_PROBLEM_SETTINGS_NOT_VALID] = { NULL, words_of_settings },
  [SECINFO_PROBLEM_NOT_ALLOWED] = { N_("Only an administrator of this computer can change this."), NULL },
  [SECINFO_PROBLEM_STORE_LOCKED] = { NULL, words_of_locked },
  [SECINFO_PROBLEM_STORAGE_FULL] = { N_("The disk is full. Nothing was changed."), NULL },
  [SECINFO_PROBLEM_CONFLICT] =
    { N_("This was changed somewhere else a moment ago. Here is how it is now."), NULL },
  [SECINFO_PROBLEM_NOT_FOUND] = { N_("This is no longer there."), NULL },
  [SECINFO_PROBLEM_NOT_YOU] = { N_("The account service does not know who asks."), NULL },
  [SECINFO_PROBLEM_TOO_LARGE] = { N_("Something went wrong here. Nothing was changed."), NULL },
  [SECINFO_PROBLEM_METHOD_NOT_ALLOWED] = { N_("Something went wrong here. Nothing was changed."), NULL },
  [SECINFO_PROBLEM_INTERNAL] = { N_("Something went wrong here. Nothing was changed."), NULL },
  [SECINFO_PROBLEM_ACCOUNT_SUSPENDED] =
    { N_("Security info is kept here for an earlier account of this name. Take it up again with a code, "
         "or start afresh."), NULL },
  [SECINFO_PROBLEM_NO_SERVICE] = { N_("The account service does not answer."), NULL },
  /* Not "nothing was changed": nobody can know that here. */
  [SECINFO_PROBLEM_BAD_ANSWER] = { N_("The account service gave an answer that cannot be read here."), NULL },
  [SECINFO_PROBLEM_LABEL_WRONG] = { NULL, words_of_label },
  [SECINFO_PROBLEM_PASSWORD_REFUSED] = { NULL, words_of_refused },
};

G_STATIC_ASSERT (G_N_ELEMENTS (sentences) == SECINFO_N_PROBLEMS);

char *
secinfo_problem_make_words (SecinfoProblemType  type,
                            json_t             *members)
{
  const char *plain;
  MakeWords make;

  if ((guint) type >= SECINFO_N_PROBLEMS)
    type = SECINFO_PROBLEM_UNKNOWN;

  plain = sentences[type].plain;
  make = sentences[type].make;
  if (plain == NULL)
    return make (members);

  return join_sentences (g_strdup (_(plain)), make != NULL ? make (members) : NULL);
}
