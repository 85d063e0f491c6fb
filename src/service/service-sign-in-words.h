/* service-sign-in-words.h - what is said at the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One console line a message, in every language (a test measures all of po/). */
enum { SERVICE_SIGN_IN_LETTERS = 80, SERVICE_SIGN_IN_PROMPT_LETTERS = 30 };

/* UI.md section 13, in its order. Those that end in _AT take a time, those in _N a number. */
typedef enum
{
  SERVICE_WORD_NONE,
  SERVICE_WORD_ASK,
  SERVICE_WORD_NO_NETWORK,
  SERVICE_WORD_NO_SENDING,
  SERVICE_WORD_EMAIL_DOWN,
  SERVICE_WORD_PHONE_DOWN,
  SERVICE_WORD_NEITHER_FORM,
  SERVICE_WORD_MISTYPED,
  SERVICE_WORD_SAVED_WRONG,
  SERVICE_WORD_ADMINISTRATOR_HELPS,
  SERVICE_WORD_NOTHING_CHANGED,
  SERVICE_WORD_ON_ITS_WAY,
  SERVICE_WORD_WRONG_N,
  SERVICE_WORD_AGAIN,
  SERVICE_WORD_TOO_EARLY_AT,
  SERVICE_WORD_LIMIT_RUNS_AT,
  SERVICE_WORD_LIMIT_AT,
  SERVICE_WORD_ENDED,
  SERVICE_WORD_USED_UP,
  SERVICE_WORD_REST_AT,
  SERVICE_WORD_REST,
  SERVICE_WORD_REST_ALL,
  SERVICE_WORD_WALKS_AWAY_AT,
  SERVICE_WORD_NEITHER_PASSWORD_N,
  SERVICE_WORD_RUNNING_AT,
  SERVICE_WORD_MORE_AFTER_EMAIL,
  SERVICE_WORD_MORE_AFTER_PHONE,
  SERVICE_WORD_MORE_AFTER_SAVED,
  SERVICE_WORD_MORE_SIGNED_IN,
  SERVICE_WORD_HELP_SIGNED_IN,
  SERVICE_WORD_HOME_AFTER_EMAIL,
  SERVICE_WORD_HOME_AFTER_PHONE,
  SERVICE_WORD_HOME_AFTER_SAVED,
  SERVICE_WORD_SAME_EMAIL,
  SERVICE_WORD_SAME_PHONE,
  SERVICE_WORD_SAME_SAVED,
  SERVICE_WORD_CHOOSE,
  SERVICE_WORD_TWICE,
  SERVICE_WORD_DIFFERS,
  SERVICE_WORD_REFUSED,        /* %s stays: PAM's reason */
  SERVICE_WORD_MACHINE_LIMIT,  /* %s stays: a time that secinfo-password says */
  SERVICE_WORD_NOT_SET,
  SERVICE_WORD_CHANGED,
  SERVICE_WORD_UNLOCKED,
  SERVICE_WORD_TOO_LONG,
  SERVICE_WORD_AWAY,
  SERVICE_N_WORDS
} ServiceWord;

typedef enum
{
  SERVICE_PROMPT_ASK,       /* A */
  SERVICE_PROMPT_SAVED,     /* S */
  SERVICE_PROMPT_CODE,      /* C */
  SERVICE_PROMPT_SECOND,    /* B */
  SERVICE_PROMPT_NEW,       /* N */
  SERVICE_PROMPT_TWICE,     /* R */
  SERVICE_N_PROMPTS
} ServicePrompt;

/* In the language that is pushed (service-language.h). @at: Unix seconds, shown in the computer's own zone. */
char       *service_sign_in_message  (ServiceWord word, gint64 at, guint n) G_GNUC_WARN_UNUSED_RESULT;
const char *service_sign_in_prompt   (ServicePrompt prompt);
/* Gettext's form of the system's language ("de"), from its own files and not from anybody's environment. */
void        service_sign_in_language (char language[16]);
/* The system's region ("DE"), for numbers in national form; (nullable) (transfer full). */
char       *service_sign_in_region   (void);

G_END_DECLS
