/* pam-recovery.c - the recovery conversation, as the sign-in program's end of it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pam-secinfo.h"
#include "pam-words.h"

#include <stdlib.h>
#include <syslog.h>

/* secinfod leads: the module says its words and asks its questions. Only the last steps are the module's own, because
 * secinfod must not see the new password; and only secinfo-password's word lets anybody in. */

#define QUESTIONS_MAX 60     /* some programs give one answer for ever */
#define ROUNDS_MAX    12     /* new passwords asked for, with those typed differently the second time */
#define REFUSALS_MAX  3
#define LETTERS_MAX   80     /* of a message: one console line */
#define FAIL_DELAY    2000000

struct recovery
{
  pam_handle_t                  *handle;
  const char                    *user;
  int                            line;                         /* -1: no secinfod */
  struct secinfo_sign_in_request request;
  struct secinfo_sign_in_reply   reply;
  uint8_t                        ticket[SECINFO_TICKET_SIZE];
  char                           messages[SECINFO_WORDS_LAST + 1][SECINFO_SIGN_IN_MESSAGE_SIZE];
  char                           prompts[SECINFO_WORDS_LAST + 1][SECINFO_SIGN_IN_PROMPT_SIZE];
};

static void
wipe (char *text)
{
  if (text == NULL)
    return;
  explicit_bzero (text, strlen (text));
  free (text);
}

/* Returns: (nullable): NULL where the sign-in program gives no answer (cancelled, its time is up). */
static char *
ask (struct recovery *r, bool echo, const char *prompt)
{
  char *answer = NULL;

  if (pam_prompt (r->handle, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF, &answer, "%s", prompt) == PAM_SUCCESS)
    return answer;
  wipe (answer);
  return NULL;
}

static bool
receive (struct recovery *r)
{
  struct secinfo_sign_in_reply *reply = &r->reply;
  bool good = secinfo_wire_receive (r->line, reply, sizeof *reply, SECINFO_SIGN_IN_WAIT) &&
              reply->version == SECINFO_SIGN_IN_VERSION &&
              secinfo_wire_text_ends (reply->message, sizeof reply->message) &&
              secinfo_wire_text_ends (reply->prompt, sizeof reply->prompt);

  if (good)
    secinfo_clean (reply->prompt);
  return good;
}

static bool
exchange (struct recovery *r, uint32_t op, const char *text)
{
  struct secinfo_sign_in_request *request = &r->request;
  bool sent;

  *request = (struct secinfo_sign_in_request) { .version = SECINFO_SIGN_IN_VERSION, .op = op };
  if (op != SECINFO_SIGN_IN_ANSWER)
    memcpy (request->user, r->user, strnlen (r->user, sizeof request->user - 1));
  memcpy (request->text, text, strnlen (text, sizeof request->text - 1));
  sent = secinfo_wire_send (r->line, request, sizeof *request);
  explicit_bzero (request, sizeof *request);
  return sent && receive (r);
}

/* The last words before a failure are never an ERROR: greeters overwrite one with "incorrect". */
static int
end_with (struct recovery *r, const char *words)
{
  secinfo_say (r->handle, PAM_TEXT_INFO, words);
  return PAM_AUTH_ERR;
}

static int
end_away (struct recovery *r)
{
  char language[16];

  words_read_language (language, sizeof language);
  return end_with (r, words_get (language, WORDS_AWAY));
}

static size_t
count_letters (const char *text, size_t length)
{
  size_t letters = 0;

  for (size_t i = 0; i < length && text[i] != '\0'; i++)
    letters += ((unsigned char) text[i] & 0xc0) != 0x80;
  return letters;
}

/* @value at the place of %s, cut at a word so that the whole stays one line. Never a format of printf(). */
static void
fill_in (char *into, size_t size, const char *words, const char *value)
{
  const char *place = strstr (words, "%s");
  size_t length = strlen (value);

  if (place == NULL)
    {
      snprintf (into, size, "%s", words);
      return;
    }
  while (length > 0 && count_letters (words, strlen (words)) - 2 + count_letters (value, length) > LETTERS_MAX)
    {
      do
        length--;
      while (length > 0 && value[length] != ' ');
    }
  snprintf (into, size, "%.*s%.*s%s", (int) (place - words), words, (int) length, value, place + 2);
}

/* The words of the last steps, a datagram each. A newer secinfod may send more of them than are known here. */
static bool
take_ticket (struct recovery *r)
{
  unsigned known = 0, number = r->reply.number;

  memcpy (r->ticket, r->reply.ticket, sizeof r->ticket);
  explicit_bzero (r->reply.ticket, sizeof r->reply.ticket);
  for (unsigned i = 0; i < number && i < 64; i++)
    {
      unsigned word;

      if (!receive (r) || r->reply.what != SECINFO_SIGN_IN_WORDS)
        return false;
      word = r->reply.number;
      if (word == 0 || word > SECINFO_WORDS_LAST)
        continue;
      memcpy (r->messages[word], r->reply.message, sizeof r->messages[word]);
      memcpy (r->prompts[word], r->reply.prompt, sizeof r->prompts[word]);
      known |= 1u << word;
    }
  return known == (1u << (SECINFO_WORDS_LAST + 1)) - 2;
}

/* @fresh: empty only unlocks. Silence is UNAVAILABLE. */
static void
hand_over (struct recovery *r, const char *fresh, struct secinfo_reset_reply *reply)
{
  struct secinfo_reset_request request = {
    .version = SECINFO_PASSWORD_VERSION,
    .op = fresh[0] != '\0' ? SECINFO_PASSWORD_RESET : SECINFO_PASSWORD_UNLOCK,
  };
  const struct passwd *entry = pam_modutil_getpwnam (r->handle, r->user);
  int line = entry != NULL && strlen (entry->pw_name) < sizeof request.user && strlen (fresh) < sizeof request.fresh
             ? secinfo_wire_connect (SECINFO_PATH_PASSWORD_RESET, 0) : -1;

  if (line != -1)
    {
      memcpy (request.user, entry->pw_name, strlen (entry->pw_name));
      memcpy (request.fresh, fresh, strlen (fresh));
      memcpy (request.ticket, r->ticket, sizeof request.ticket);
    }
  if (line == -1 || !secinfo_wire_send (line, &request, sizeof request) ||
      !secinfo_wire_receive (line, reply, sizeof *reply, SECINFO_PASSWORD_LIFE + 1) ||
      reply->version != SECINFO_PASSWORD_VERSION || !secinfo_wire_text_ends (reply->reason, sizeof reply->reason))
    *reply = (struct secinfo_reset_reply) { .result = SECINFO_PASSWORD_UNAVAILABLE };
  explicit_bzero (&request, sizeof request);
  if (line != -1)
    close (line);
}

/* Nothing of the person's answers lets anybody in: after this the ordinary password is asked. */
static int
unlock (struct recovery *r)
{
  struct secinfo_reset_reply reply;

  hand_over (r, "", &reply);
  if (reply.result == SECINFO_PASSWORD_OK)
    return end_with (r, r->messages[SECINFO_WORDS_UNLOCKED]);
  return end_with (r, r->messages[reply.result == SECINFO_PASSWORD_WRONG ? SECINFO_WORDS_TOO_LONG
                                                                         : SECINFO_WORDS_NOT_SET]);
}

/* The modules behind (keyring, home) find what a sign-in with the new password would have left. */
static int
let_in (struct recovery *r, const char *fresh)
{
  pam_syslog (r->handle, LOG_NOTICE, "a new password was set after a recovery");
  secinfo_say (r->handle, PAM_TEXT_INFO, r->messages[SECINFO_WORDS_CHANGED]);
  if (pam_set_item (r->handle, PAM_AUTHTOK, fresh) == PAM_SUCCESS &&
      pam_set_item (r->handle, PAM_OLDAUTHTOK, NULL) == PAM_SUCCESS)
    return PAM_SUCCESS;
  return PAM_AUTH_ERR;
}

/* Returns: (nullable): the new password, empty where only unlocking is wanted. @same: it was typed twice alike. */
static char *
ask_twice (struct recovery *r, bool *same)
{
  char *fresh = ask (r, false, r->prompts[SECINFO_WORDS_CHOOSE]), *again;

  *same = true;
  if (fresh == NULL || fresh[0] == '\0')
    return fresh;
  secinfo_say (r->handle, PAM_TEXT_INFO, r->messages[SECINFO_WORDS_AGAIN]);
  again = ask (r, false, r->prompts[SECINFO_WORDS_AGAIN]);
  if (again == NULL)
    {
      wipe (fresh);
      return NULL;
    }
  *same = strcmp (fresh, again) == 0;
  wipe (again);
  return fresh;
}

/* What is said before the next question, after a refusal; false where there is none. */
static bool
explain (struct recovery *r, const struct secinfo_reset_reply *reply, char *words, size_t size)
{
  time_t at = reply->retry_at;
  char clock[16] = "";
  struct tm local;

  switch (reply->result)
    {
    case SECINFO_PASSWORD_REFUSED:
      fill_in (words, size, r->messages[SECINFO_WORDS_REJECTED], secinfo_wire_reason (reply->reason));
      return true;

    case SECINFO_PASSWORD_LIMIT:
      if (localtime_r (&at, &local) != NULL)
        snprintf (clock, sizeof clock, "%02d:%02d", local.tm_hour, local.tm_min);
      fill_in (words, size, r->messages[SECINFO_WORDS_LIMIT], clock);
      return true;

    default:
      return false;
    }
}

/* At the next sign-in it would be taken for what SecInfo itself asks for. false: it is none. */
static bool
refuse_code (const char *fresh, struct secinfo_reset_reply *reply)
{
  char language[16], digits[7];
  bool is = secinfo_is_code (fresh, digits) || strcmp (fresh, "?") == 0;

  explicit_bzero (digits, sizeof digits);
  words_read_language (language, sizeof language);
  *reply = (struct secinfo_reset_reply) { .result = SECINFO_PASSWORD_REFUSED };
  snprintf (reply->reason, sizeof reply->reason, "%s", words_get (language, WORDS_LIKE_A_CODE));
  return is;
}

static int
finish (struct recovery *r)
{
  char words[SECINFO_SIGN_IN_MESSAGE_SIZE + SECINFO_REASON_SIZE];
  struct secinfo_reset_reply reply = { 0 };
  unsigned refusals = 0;

  snprintf (words, sizeof words, "%s", r->messages[SECINFO_WORDS_CHOOSE]);
  for (unsigned i = 0; i < ROUNDS_MAX && refusals < REFUSALS_MAX; i++)
    {
      bool same, unlocks;
      char *fresh;

      secinfo_say (r->handle, i == 0 ? PAM_TEXT_INFO : PAM_ERROR_MSG, words);
      fresh = ask_twice (r, &same);
      if (fresh == NULL)
        return PAM_AUTH_ERR;
      unlocks = fresh[0] == '\0';
      reply.result = SECINFO_PASSWORD_BAD_REQUEST;
      if (same && !unlocks && !refuse_code (fresh, &reply))
        hand_over (r, fresh, &reply);
      if (reply.result == SECINFO_PASSWORD_OK)
        {
          int result = let_in (r, fresh);

          wipe (fresh);
          return result;
        }
      wipe (fresh);
      if (unlocks)
        return unlock (r);
      if (!same)
        snprintf (words, sizeof words, "%s", r->messages[SECINFO_WORDS_DIFFERS]);
      else if (reply.result == SECINFO_PASSWORD_WRONG)
        return end_with (r, r->messages[SECINFO_WORDS_TOO_LONG]);
      else if (!explain (r, &reply, words, sizeof words))
        break;
      refusals += reply.result == SECINFO_PASSWORD_REFUSED;
    }
  return end_with (r, r->messages[SECINFO_WORDS_NOT_SET]);
}

/* From the first answer of secinfod to the end. */
static int
talk (struct recovery *r)
{
  for (unsigned i = 0; i < QUESTIONS_MAX; i++)
    {
      const struct secinfo_sign_in_reply *reply = &r->reply;
      char *answer;
      bool gone;

      if (reply->what == SECINFO_SIGN_IN_TICKET)
        return take_ticket (r) ? finish (r) : end_away (r);
      if (reply->what == SECINFO_SIGN_IN_END && reply->message[0] != '\0')
        return end_with (r, reply->message);
      if (reply->what != SECINFO_SIGN_IN_PROMPT)
        break;

      secinfo_say (r->handle, reply->style == SECINFO_SIGN_IN_ERROR ? PAM_ERROR_MSG : PAM_TEXT_INFO, reply->message);
      answer = ask (r, reply->echo == 1, reply->prompt);
      if (answer == NULL)
        return PAM_AUTH_ERR;
      gone = !exchange (r, SECINFO_SIGN_IN_ANSWER, answer);
      wipe (answer);
      if (gone)
        break;
    }
  return end_away (r);
}

int
recovery_hold (pam_handle_t *handle, const char *user, uint32_t op, const char *digits)
{
  struct recovery r = { .handle = handle, .user = user };
  bool code = op == SECINFO_SIGN_IN_CODE, answered;
  int result;

  r.line = secinfo_wire_connect (SECINFO_PATH_SIGN_IN, secinfo_find_daemon (handle));
  answered = r.line != -1 && exchange (&r, op, digits);
  if (code && (!answered || (r.reply.what != SECINFO_SIGN_IN_PROMPT && r.reply.what != SECINFO_SIGN_IN_TICKET)))
    {
      /* It may be the password: the others are asked, and if they say no too, these are the words for it. */
      secinfo_remember (handle, answered ? r.reply.message : "");
      result = PAM_IGNORE;
    }
  else
    result = answered ? talk (&r) : end_away (&r);

  if (r.line != -1)
    close (r.line);
  explicit_bzero (&r, sizeof r);
  if (result != PAM_SUCCESS && result != PAM_IGNORE)
    {
      pam_set_item (handle, PAM_AUTHTOK, NULL);
      pam_fail_delay (handle, FAIL_DELAY);
    }
  return result;
}
