/* service-sign-in-words.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-words.h"

#include "service-language.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Each stands alone on the screen and says what to type. TRANSLATORS: at most 80 letters each, with a time (14:33) or
 * a number of two digits in it; plain quotes. */
static const char *const words[SERVICE_N_WORDS] = {
  [SERVICE_WORD_NONE] = "",
  [SERVICE_WORD_ASK] = N_("Type a saved code, or your whole recovery email or phone number."),
  [SERVICE_WORD_NO_NETWORK] = N_("No network: only a saved code works now. Leave it empty to go back."),
  [SERVICE_WORD_NO_SENDING] = N_("This computer sends no codes. A saved code works. Leave it empty to go back."),
  [SERVICE_WORD_EMAIL_DOWN] = N_("Email cannot be sent now. Type a saved code or a phone number."),
  [SERVICE_WORD_PHONE_DOWN] = N_("Phones get no codes now. Type a saved code or an email address."),
  [SERVICE_WORD_NEITHER_FORM] = N_("This is neither a saved code nor a whole email or phone number."),
  [SERVICE_WORD_MISTYPED] = N_("A character is mistyped. Type the saved code once more."),
  [SERVICE_WORD_SAVED_WRONG] = N_("This saved code does not work. Type another, or an email or phone number."),
  [SERVICE_WORD_ADMINISTRATOR_HELPS] = N_("Without a code or contact only the administrator can help you."),
  [SERVICE_WORD_NOTHING_CHANGED] = N_("Nothing was changed."),
  [SERVICE_WORD_ON_ITS_WAY] =
    N_("If this is one of yours, a code is on its way. Type it here; ? sends it again."),
  [SERVICE_WORD_AGAIN] = N_("The same code is on its way again, if this is one of yours."),
  [SERVICE_WORD_TOO_EARLY_AT] = N_("Please wait: from %s on, ? sends it again. Type the code here."),
  [SERVICE_WORD_LIMIT_RUNS_AT] = N_("No more codes before %s. The last one works, and so does a saved code."),
  [SERVICE_WORD_LIMIT_AT] = N_("No more codes before %s. Type a saved code. Leave it empty to go back."),
  [SERVICE_WORD_ENDED] = N_("This code has ended. ? sends a new one."),
  [SERVICE_WORD_USED_UP] = N_("After 5 wrong tries this code has ended. Type an email or phone number again."),
  [SERVICE_WORD_REST_AT] = N_("Too many wrong codes. Codes rest until %s. Your password still works."),
  [SERVICE_WORD_REST] = N_("Codes rest until you confirm it's you in Security Info. A saved code works."),
  [SERVICE_WORD_REST_ALL] = N_("Codes rest until you confirm it's you in Security Info."),
  [SERVICE_WORD_WALKS_AWAY_AT] = N_("The code works until %s. When it comes, type it as the password."),
  [SERVICE_WORD_RUNNING_AT] = N_("A code from %s is on its way. Type it here; ? sends it again."),
  [SERVICE_WORD_MORE_AFTER_EMAIL] = N_("Right. One more proof of another kind: a saved code, or your phone number."),
  [SERVICE_WORD_MORE_AFTER_PHONE] = N_("Right. One more proof of another kind: a saved code, or your email."),
  [SERVICE_WORD_MORE_AFTER_SAVED] = N_("Right. One more proof of another kind: your email or phone number."),
  [SERVICE_WORD_MORE_SIGNED_IN] =
    N_("Right. You are signed in here, so one more proof is needed. ? says what helps."),
  [SERVICE_WORD_HELP_SIGNED_IN] =
    N_("Another kind, such as a saved code. None? After a restart one proof is enough."),
  [SERVICE_WORD_HOME_AFTER_EMAIL] =
    N_("Right. Two proofs are needed here: now a saved code, or your phone number."),
  [SERVICE_WORD_HOME_AFTER_PHONE] = N_("Right. Two proofs are needed here: now a saved code, or your email."),
  [SERVICE_WORD_HOME_AFTER_SAVED] = N_("Right. Two proofs are needed here: now your email or phone number."),
  [SERVICE_WORD_SAME_EMAIL] = N_("That is the same kind. Type a saved code or a phone number."),
  [SERVICE_WORD_SAME_PHONE] = N_("That is the same kind. Type a saved code or an email address."),
  [SERVICE_WORD_SAME_SAVED] = N_("That is the same kind. Type an email address or a phone number."),
  [SERVICE_WORD_CHOOSE] = N_("Choose a new password. Empty only unlocks: you then type the old one."),
  [SERVICE_WORD_TWICE] = N_("Type it once more. Your keyring still opens with the old password only."),
  [SERVICE_WORD_DIFFERS] = N_("The two are not the same. Choose the new password again."),
  [SERVICE_WORD_REFUSED] = N_("Refused: \"%s\". Choose another."),
  [SERVICE_WORD_MACHINE_LIMIT] = N_("No new passwords before %s. Leave it empty to unlock and type the old one."),
  [SERVICE_WORD_NOT_SET] = N_("The password could not be set. Ask the administrator."),
  [SERVICE_WORD_CHANGED] = N_("Your password is changed. All your contacts are told."),
  [SERVICE_WORD_UNLOCKED] = N_("Unlocked. Now type your old password. All your contacts are told."),
  [SERVICE_WORD_TOO_LONG] =
    N_("This took too long. Nothing was changed. Type ? as the password to begin again."),
  [SERVICE_WORD_AWAY] =
    N_("No way back in right now. Sign in with your password, or ask the administrator."),
};

/* TRANSLATORS: at most 30 letters each, with the space at the end. */
static const char *const prompts[SERVICE_N_PROMPTS] = {
  [SERVICE_PROMPT_ASK] = N_("Code, email or phone: "),
  [SERVICE_PROMPT_SAVED] = N_("Saved code: "),
  [SERVICE_PROMPT_CODE] = N_("6-digit code: "),
  [SERVICE_PROMPT_SECOND] = N_("Second proof: "),
  [SERVICE_PROMPT_NEW] = N_("New password: "),
  [SERVICE_PROMPT_TWICE] = N_("New password again: "),
};

static gboolean
takes_time (ServiceWord word)
{
  switch ((int) word)
    {
    case SERVICE_WORD_TOO_EARLY_AT:
    case SERVICE_WORD_LIMIT_RUNS_AT:
    case SERVICE_WORD_LIMIT_AT:
    case SERVICE_WORD_REST_AT:
    case SERVICE_WORD_WALKS_AWAY_AT:
    case SERVICE_WORD_RUNNING_AT:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A time that is waited for is never shown too early: it is the next full minute. */
static char *
clock_of (ServiceWord word,
          gint64      at)
{
  gint64 shown = word == SERVICE_WORD_WALKS_AWAY_AT || word == SERVICE_WORD_RUNNING_AT ? at : at + 59;
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_local (shown);

  return when != NULL ? g_date_time_format (when, "%H:%M") : g_strdup ("--:--");
}

char *
service_sign_in_message (ServiceWord word,
                         gint64      at,
                         guint       n)
{
  if (word == SERVICE_WORD_WRONG_N)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "That is not the code. %u try is left. ? sends it again.",
                                         "That is not the code. %u tries are left. ? sends it again.", n), n);
  if (word == SERVICE_WORD_NEITHER_PASSWORD_N)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "Neither the password nor the code. %u try is left for the code.",
                                         "Neither the password nor the code. %u tries are left for the code.", n), n);
  if (word == SERVICE_WORD_NONE || word >= SERVICE_N_WORDS)
    return g_strdup ("");
  if (takes_time (word))
    {
      g_autofree char *clock = clock_of (word, at);
      g_auto(GStrv) parts = g_strsplit (_(words[word]), "%s", -1);

      return g_strjoinv (clock, parts);
    }

  return g_strdup (_(words[word]));
}

const char *
service_sign_in_prompt (ServicePrompt prompt)
{
  g_return_val_if_fail ((guint) prompt < SERVICE_N_PROMPTS, "");

  return _(prompts[prompt]);
}

/* --- the system's language ---------------------------------------------------------------------------------------- */

/* The value of LANG in a file of assignments, without its quotes; (nullable) (transfer full). */
static char *
read_lang (const char *path)
{
  g_autofree char *content = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents (path, &content, NULL, NULL))
    return NULL;
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *value = line + strlen ("LANG=");

      if (!g_str_has_prefix (line, "LANG="))
        continue;
      g_strdelimit (value, "\"'", ' ');
      return g_strdup (g_strstrip (value));
    }
  return NULL;
}

static char *
dup_system_lang (void)
{
  char *lang = read_lang ("/etc/locale.conf");

  if (lang == NULL)
    lang = read_lang ("/etc/default/locale");
  return lang != NULL ? lang : g_strdup (g_getenv ("LANG"));
}

void
service_sign_in_language (char language[16])
{
  g_autofree char *lang = dup_system_lang ();
  g_autofree char *tag = g_strndup (lang != NULL ? lang : "en", lang != NULL ? strcspn (lang, ".@") : 2);

  g_strdelimit (tag, "_", '-');
  service_language_pick (tag, language);
}

char *
service_sign_in_region (void)
{
  g_autofree char *lang = dup_system_lang ();
  const char *region = lang != NULL ? strchr (lang, '_') : NULL;

  if (region == NULL || !g_ascii_isupper (region[1]) || !g_ascii_isupper (region[2]) || g_ascii_isalpha (region[3]))
    return NULL;
  return g_strndup (region + 1, 2);
}
