/* service-talk.c - the recovery conversation
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-talk.h"

#include "secinfo-policy.h"

#include <sodium.h>
#include <string.h>

/* One turn: what it works on, gathered. */
typedef struct
{
  ServiceTalk         *talk;
  ServiceTalkHere     *here;
  ServiceTalkWorld    *world;
  const ServiceTyped  *typed;   /* (nullable) at the beginning */
  ServiceStep         *step;
} Turn;

/* --- saying ------------------------------------------------------------------------------------------------------- */

static gboolean
say (Turn          *turn,
     gboolean       error,
     ServiceWord    word,
     gint64         at,
     guint          n,
     ServicePrompt  prompt)
{
  *turn->step = (ServiceStep) { SERVICE_STEP_PROMPT, error, word, at, n, prompt };
  turn->here->ask = prompt;
  return TRUE;
}

static gboolean
info (Turn          *turn,
      ServiceWord    word,
      ServicePrompt  prompt)
{
  return say (turn, FALSE, word, 0, 0, prompt);
}

static gboolean
complain (Turn          *turn,
          ServiceWord    word,
          ServicePrompt  prompt)
{
  return say (turn, TRUE, word, 0, 0, prompt);
}

/* The last words before an end are never an error: a greeter overwrites one (UI.md section 13). */
static gboolean
end (Turn        *turn,
     ServiceWord  word,
     gint64       at)
{
  *turn->step = (ServiceStep) { SERVICE_STEP_END, FALSE, word, at, 0, 0 };
  return TRUE;
}

static gboolean
pass (Turn        *turn,
      ServiceWord  word,
      guint        n)
{
  *turn->step = (ServiceStep) { SERVICE_STEP_PASS, FALSE, word, 0, n, 0 };
  return TRUE;
}

/* Where a question that belongs to no code is asked. */
static ServicePrompt
base (Turn *turn)
{
  if (turn->here->shown != 0)
    return SERVICE_PROMPT_SECOND;
  if (turn->world->ways[SECINFO_CONTACT_EMAIL] == SERVICE_WAY_NONE &&
      turn->world->ways[SECINFO_CONTACT_PHONE] == SERVICE_WAY_NONE)
    return SERVICE_PROMPT_SAVED;
  return SERVICE_PROMPT_ASK;
}

/* --- proofs ------------------------------------------------------------------------------------------------------- */

static ServiceProof
proof_of (SecinfoContactKind kind)
{
  return kind == SECINFO_CONTACT_EMAIL ? SERVICE_PROOF_EMAIL : SERVICE_PROOF_PHONE;
}

static ServiceWord
words_for_one_more (Turn         *turn,
                    ServiceProof  given)
{
  static const ServiceWord more[] = { SERVICE_WORD_MORE_AFTER_SAVED, SERVICE_WORD_MORE_AFTER_EMAIL,
                                      SERVICE_WORD_MORE_AFTER_PHONE };
  static const ServiceWord home[] = { SERVICE_WORD_HOME_AFTER_SAVED, SERVICE_WORD_HOME_AFTER_EMAIL,
                                      SERVICE_WORD_HOME_AFTER_PHONE };

  if (turn->world->why == SERVICE_WHY_SESSION)
    return SERVICE_WORD_MORE_SIGNED_IN;
  return turn->world->why == SERVICE_WHY_HOME ? home[given] : more[given];
}

static gboolean
same_kind (Turn         *turn,
           ServiceProof  kind)
{
  static const ServiceWord same[] = { SERVICE_WORD_SAME_SAVED, SERVICE_WORD_SAME_EMAIL, SERVICE_WORD_SAME_PHONE };

  return complain (turn, same[kind], SERVICE_PROMPT_SECOND);
}

static gboolean
accept (Turn         *turn,
        ServiceProof  kind)
{
  turn->here->shown |= 1u << kind;
  if (service_proof_count (turn->here->shown) < turn->world->needed)
    return info (turn, words_for_one_more (turn, kind), SERVICE_PROMPT_SECOND);

  *turn->step = (ServiceStep) { .kind = SERVICE_STEP_TICKET };
  return TRUE;
}

static void
keep_proof (Turn          *turn,
            ServiceProof   kind,
            const char    *id,
            const char    *subject,
            const guint8   check[32],
            guint          attempts_left)
{
  ServiceTalkProof *proof = &turn->talk->proofs[kind];

  memset (proof, 0, sizeof *proof);
  proof->known = TRUE;
  g_strlcpy (proof->id, id, sizeof proof->id);
  g_strlcpy (proof->subject, subject, sizeof proof->subject);
  memcpy (proof->check, check, sizeof proof->check);
  proof->attempts_left = attempts_left;
  proof->at = turn->world->now->wall;
  proof->boot = turn->world->now->boot;
  g_strlcpy (proof->boot_id, turn->world->now->boot_id, sizeof proof->boot_id);
}

/* --- saved codes -------------------------------------------------------------------------------------------------- */

/* Where only a saved code helps, it is asked for again. */
static ServicePrompt
after_saved (Turn *turn)
{
  return turn->here->ask == SERVICE_PROMPT_SAVED ? SERVICE_PROMPT_SAVED : base (turn);
}

static gboolean
try_saved (Turn    *turn,
           GError **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkProof *kept = &turn->talk->proofs[SERVICE_PROOF_SAVED];
  ServiceTalkLimits limits = { 0, };
  gboolean is = FALSE;

  /* Before anything is used up. */
  if ((turn->here->shown & (1u << SERVICE_PROOF_SAVED)) != 0)
    return same_kind (turn, SERVICE_PROOF_SAVED);
  if (!world->limits (world, NULL, &limits, error))
    return FALSE;
  if (limits.saved_rest)
    return limits.codes_rest ? end (turn, SERVICE_WORD_REST_ALL, 0)
                             : complain (turn, SERVICE_WORD_SAVED_WRONG, after_saved (turn));

  if (service_talk_proof_is_fresh (kept, world->now) &&
      sodium_memcmp (kept->check, world->saved_hash, sizeof kept->check) == 0)
    return accept (turn, SERVICE_PROOF_SAVED);
  if (!world->match (world, TRUE, &is, error))
    return FALSE;
  if (!is)
    return world->count (world, SERVICE_COUNT_WRONG_SAVED, "", error) &&
           complain (turn, SERVICE_WORD_SAVED_WRONG, after_saved (turn));

  keep_proof (turn, SERVICE_PROOF_SAVED, "", "", world->saved_hash, 0);
  return world->count (world, SERVICE_COUNT_RIGHT_SAVED, "", error) && accept (turn, SERVICE_PROOF_SAVED);
}

/* --- codes -------------------------------------------------------------------------------------------------------- */

static gboolean
say_rest (Turn                    *turn,
          const ServiceTalkLimits *limits)
{
  return limits->saved_rest ? end (turn, SERVICE_WORD_REST_ALL, 0)
                            : complain (turn, SERVICE_WORD_REST, SERVICE_PROMPT_SAVED);
}

/* A proof that was given in an earlier conversation, by its code typed again. A wrong one counts like any other. */
static gboolean
try_kept (Turn      *turn,
          gboolean  *done,
          gboolean  *looked,
          GError   **error)
{
  static const ServiceProof kinds[] = { SERVICE_PROOF_EMAIL, SERVICE_PROOF_PHONE };
  ServiceTalkWorld *world = turn->world;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      ServiceTalkProof *proof = &turn->talk->proofs[kinds[i]];
      gboolean fits = FALSE;

      if (!service_talk_proof_is_fresh (proof, world->now) || proof->attempts_left == 0 ||
          (turn->here->shown & (1u << kinds[i])) != 0)
        continue;
      *looked = TRUE;
      if (!world->fits (world, proof->id, proof->subject, proof->check, TRUE, turn->typed->digits, &fits, error))
        return FALSE;
      if (fits)
        {
          *done = TRUE;
          return accept (turn, kinds[i]);
        }
    }
  return TRUE;
}

/* A wrong code: for the name, for the address, for the code and for each kept proof that it was held against. */
static gboolean
count_wrong (Turn     *turn,
             gboolean  of_code,
             GError  **error)
{
  ServiceTalk *talk = turn->talk;

  for (guint i = SERVICE_PROOF_EMAIL; i < SERVICE_N_PROOFS; i++)
    {
      if (talk->proofs[i].attempts_left > 0)
        talk->proofs[i].attempts_left--;
    }
  if (of_code)
    talk->code.attempts_left--;
  return turn->world->count (turn->world, SERVICE_COUNT_WRONG, of_code ? talk->code.subject : "", error);
}

static gboolean
forget_code (Turn     *turn,
             gboolean  answered,
             GError  **error)
{
  if (turn->talk->code.known && !turn->world->end (turn->world, &turn->talk->code, answered, error))
    return FALSE;
  service_talk_code_clear (&turn->talk->code);
  return TRUE;
}

static gboolean
accept_code (Turn    *turn,
             GError **error)
{
  ServiceTalkCode *code = &turn->talk->code;
  ServiceProof kind = proof_of (code->kind);

  keep_proof (turn, kind, code->id, code->subject, code->check, code->attempts_left);
  return turn->world->count (turn->world, SERVICE_COUNT_RIGHT, code->subject, error) &&
         forget_code (turn, TRUE, error) && accept (turn, kind);
}

/* After a wrong code: what may still be tried. */
static gboolean
go_on_wrong (Turn    *turn,
             GError **error)
{
  ServiceTalkCode *code = &turn->talk->code;
  ServiceTalkLimits limits = { 0, };
  guint left = code->attempts_left;

  if (!turn->world->limits (turn->world, code->subject, &limits, error))
    return FALSE;
  if (left == 0 && !forget_code (turn, FALSE, error))
    return FALSE;
  if (limits.codes_rest)
    return say_rest (turn, &limits);
  if (limits.tries_until > 0)
    return end (turn, SERVICE_WORD_REST_AT, limits.tries_until);
  if (left == 0)
    return complain (turn, SERVICE_WORD_USED_UP, base (turn));
  return say (turn, TRUE, SERVICE_WORD_WRONG_N, 0, left, SERVICE_PROMPT_CODE);
}

/* Digits where no code runs. */
static gboolean
without_code (Turn      *turn,
              gboolean   looked,
              GError   **error)
{
  if (looked && !count_wrong (turn, FALSE, error))
    return FALSE;
  if (turn->talk->code.known)
    return complain (turn, SERVICE_WORD_ENDED, SERVICE_PROMPT_CODE);
  return complain (turn, turn->here->ask == SERVICE_PROMPT_CODE ? SERVICE_WORD_USED_UP : SERVICE_WORD_NEITHER_FORM,
                   base (turn));
}

static gboolean
try_digits (Turn    *turn,
            GError **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkCode *code = &turn->talk->code;
  ServiceTalkLimits limits = { 0, };
  gboolean fits = FALSE, done = FALSE, looked = FALSE;

  if (!world->limits (world, code->known ? code->subject : NULL, &limits, error))
    return FALSE;
  if (limits.codes_rest)
    return say_rest (turn, &limits);
  if (limits.tries_until > 0)
    return end (turn, SERVICE_WORD_REST_AT, limits.tries_until);
  if (!try_kept (turn, &done, &looked, error) || done)
    return done;
  if (!service_talk_code_lives (code, world->now))
    return without_code (turn, looked, error);
  if (!world->fits (world, code->id, code->subject, code->check, code->challenge != NULL, turn->typed->digits, &fits,
                    error))
    return FALSE;
  if (fits)
    return accept_code (turn, error);
  return count_wrong (turn, TRUE, error) && go_on_wrong (turn, error);
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static gboolean
send_new (Turn               *turn,
          SecinfoContactKind  kind,
          const char         *to,
          const char         *key,
          const char         *subject,
          GError            **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkCode fresh = { 0, };

  fresh.known = TRUE;
  fresh.kind = kind;
  fresh.to = g_strdup (to);
  g_strlcpy (fresh.subject, subject, sizeof fresh.subject);
  fresh.attempts_left = world->code_tries;
  fresh.sends = 1;
  fresh.issued_at = fresh.last_sent_at = world->now->wall;
  fresh.issued_boot = world->now->boot;
  fresh.life = world->life[kind];
  g_strlcpy (fresh.boot_id, world->now->boot_id, sizeof fresh.boot_id);

  if (!forget_code (turn, FALSE, error) || !world->issue (world, &fresh, key, error))
    {
      service_talk_code_clear (&fresh);
      return FALSE;
    }
  turn->talk->code = fresh;
  return world->count (world, SERVICE_COUNT_SEND, subject, error) &&
         info (turn, SERVICE_WORD_ON_ITS_WAY, SERVICE_PROMPT_CODE);
}

static gboolean
say_send_limit (Turn   *turn,
                gint64  until)
{
  if (service_talk_code_lives (&turn->talk->code, turn->world->now))
    return say (turn, FALSE, SERVICE_WORD_LIMIT_RUNS_AT, until, 0, SERVICE_PROMPT_CODE);
  return say (turn, FALSE, SERVICE_WORD_LIMIT_AT, until, 0, SERVICE_PROMPT_SAVED);
}

/* `?` at the code, or its address typed again. */
static gboolean
send_again (Turn                    *turn,
            const ServiceTalkLimits *limits,
            GError                 **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkCode *code = &turn->talk->code;
  const SecinfoPolicy pauses = { .resend_first = world->resend_first };
  gint64 at = secinfo_policy_resend_at (&pauses, code->sends, code->last_sent_at);

  if (world->now->wall < at)
    return say (turn, FALSE, SERVICE_WORD_TOO_EARLY_AT, at, 0, SERVICE_PROMPT_CODE);
  if (limits->sends_until > 0)
    return say_send_limit (turn, limits->sends_until);

  code->sends++;
  code->last_sent_at = world->now->wall;
  return world->resend (world, code, error) && world->count (world, SERVICE_COUNT_SEND, code->subject, error) &&
         info (turn, SERVICE_WORD_AGAIN, SERVICE_PROMPT_CODE);
}

/* FALSE in @may: it was said why not. */
static gboolean
may_send (Turn                    *turn,
          SecinfoContactKind       kind,
          const ServiceTalkLimits *limits,
          gboolean                *may)
{
  *may = FALSE;
  if ((turn->here->shown & (1u << proof_of (kind))) != 0)
    return same_kind (turn, proof_of (kind));
  if (limits->codes_rest)
    return say_rest (turn, limits);
  if (limits->tries_until > 0)
    return end (turn, SERVICE_WORD_REST_AT, limits->tries_until);

  *may = TRUE;
  return TRUE;
}

static gboolean
say_down (Turn               *turn,
          SecinfoContactKind  kind)
{
  if (!turn->world->network)
    return info (turn, SERVICE_WORD_NO_NETWORK, SERVICE_PROMPT_SAVED);
  if (base (turn) == SERVICE_PROMPT_SAVED)
    return info (turn, SERVICE_WORD_NO_SENDING, SERVICE_PROMPT_SAVED);
  return info (turn, kind == SECINFO_CONTACT_EMAIL ? SERVICE_WORD_EMAIL_DOWN : SERVICE_WORD_PHONE_DOWN, base (turn));
}

static gboolean
take_address (Turn    *turn,
              GError **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkCode *code = &turn->talk->code;
  const SecinfoAddress *address = turn->typed->address;
  SecinfoContactKind kind = secinfo_address_get_kind (address);
  char subject[SERVICE_TALK_SUBJECT];
  ServiceTalkLimits limits = { 0, };
  gboolean may = FALSE;

  if (world->ways[kind] != SERVICE_WAY_READY)
    return say_down (turn, kind);
  if (!world->subject (world, secinfo_address_get_key (address), subject, error) ||
      !world->limits (world, subject, &limits, error))
    return FALSE;
  may_send (turn, kind, &limits, &may);
  if (!may)
    return TRUE;
  if (!world->count (world, SERVICE_COUNT_ADDRESS, subject, error))
    return FALSE;
  if (limits.addresses_until > 0)
    return say_send_limit (turn, limits.addresses_until);
  if (service_talk_code_lives (code, world->now) && g_str_equal (code->subject, subject))
    return send_again (turn, &limits, error);
  if (limits.sends_until > 0)
    return say_send_limit (turn, limits.sends_until);

  return send_new (turn, kind, secinfo_address_get_value (address), secinfo_address_get_key (address), subject, error);
}

static SecinfoAddress *
address_of (const char *to)
{
  return strchr (to, '@') != NULL ? secinfo_address_parse_email (to, NULL)
                                  : secinfo_address_parse_phone (to, NULL, NULL);
}

static gboolean
ask_again (Turn    *turn,
           GError **error)
{
  ServiceTalkWorld *world = turn->world;
  ServiceTalkCode *code = &turn->talk->code;
  g_autoptr(SecinfoAddress) address = NULL;
  ServiceTalkLimits limits = { 0, };
  gboolean may = FALSE;

  if (code->known && code->to != NULL)
    address = address_of (code->to);
  if (address == NULL)
    return complain (turn, SERVICE_WORD_USED_UP, base (turn));   /* it ended in another conversation */
  if (world->ways[code->kind] != SERVICE_WAY_READY)
    return say_down (turn, code->kind);
  if (!world->limits (world, code->subject, &limits, error))
    return FALSE;
  may_send (turn, code->kind, &limits, &may);
  if (!may)
    return TRUE;
  if (service_talk_code_lives (code, world->now))
    return send_again (turn, &limits, error);
  if (limits.sends_until > 0)
    return say_send_limit (turn, limits.sends_until);

  {
    g_autofree char *to = g_strdup (code->to);
    g_autofree char *subject = g_strdup (code->subject);

    return send_new (turn, code->kind, to, secinfo_address_get_key (address), subject, error);
  }
}

/* --- the turns ---------------------------------------------------------------------------------------------------- */

static gboolean
take_question (Turn    *turn,
               GError **error)
{
  if (turn->here->ask == SERVICE_PROMPT_CODE)
    return ask_again (turn, error);
  if (turn->here->ask == SERVICE_PROMPT_SECOND && turn->world->why == SERVICE_WHY_SESSION)
    return info (turn, SERVICE_WORD_HELP_SIGNED_IN, SERVICE_PROMPT_SECOND);
  return info (turn, SERVICE_WORD_ADMINISTRATOR_HELPS, turn->here->ask);
}

static gboolean
take_nothing (Turn *turn)
{
  const ServiceTalkCode *code = &turn->talk->code;

  if (turn->here->ask == SERVICE_PROMPT_CODE && service_talk_code_lives (code, turn->world->now))
    return end (turn, SERVICE_WORD_WALKS_AWAY_AT, code->issued_at + code->life);
  return end (turn, SERVICE_WORD_NOTHING_CHANGED, 0);
}

gboolean
service_talk_answer (ServiceTalk         *talk,
                     ServiceTalkHere     *here,
                     ServiceTalkWorld    *world,
                     const ServiceTyped  *typed,
                     ServiceStep         *step,
                     GError             **error)
{
  Turn turn = { talk, here, world, typed, step };

  switch (typed->kind)
    {
    case SERVICE_TYPED_EMPTY:
      return take_nothing (&turn);
    case SERVICE_TYPED_QUESTION:
      return take_question (&turn, error);
    case SERVICE_TYPED_DIGITS:
      return try_digits (&turn, error);
    case SERVICE_TYPED_SAVED:
      return try_saved (&turn, error);
    case SERVICE_TYPED_MISTYPED:
      return complain (&turn, SERVICE_WORD_MISTYPED, here->ask);
    case SERVICE_TYPED_ADDRESS:
      return take_address (&turn, error);
    case SERVICE_TYPED_NEITHER:
    default:
      return complain (&turn, SERVICE_WORD_NEITHER_FORM, here->ask);
    }
}

gboolean
service_talk_begin (ServiceTalk       *talk,
                    ServiceTalkHere   *here,
                    ServiceTalkWorld  *world,
                    ServiceStep       *step,
                    GError           **error)
{
  Turn turn = { talk, here, world, NULL, step };
  ServiceTalkLimits limits = { 0, };

  here->shown = 0;
  here->ask = SERVICE_PROMPT_ASK;
  if (!world->limits (world, NULL, &limits, error))
    return FALSE;
  if (limits.codes_rest && limits.saved_rest)
    return end (&turn, SERVICE_WORD_REST_ALL, 0);
  if (service_talk_code_lives (&talk->code, world->now))
    return say (&turn, FALSE, SERVICE_WORD_RUNNING_AT, talk->code.last_sent_at, 0, SERVICE_PROMPT_CODE);
  if (base (&turn) == SERVICE_PROMPT_SAVED)
    return info (&turn, SERVICE_WORD_NO_SENDING, SERVICE_PROMPT_SAVED);
  if (!world->network && world->ways[SECINFO_CONTACT_EMAIL] != SERVICE_WAY_READY &&
      world->ways[SECINFO_CONTACT_PHONE] != SERVICE_WAY_READY)
    return info (&turn, SERVICE_WORD_NO_NETWORK, SERVICE_PROMPT_SAVED);
  return info (&turn, SERVICE_WORD_ASK, SERVICE_PROMPT_ASK);
}

gboolean
service_talk_code (ServiceTalk         *talk,
                   ServiceTalkHere     *here,
                   ServiceTalkWorld    *world,
                   const ServiceTyped  *typed,
                   ServiceStep         *step,
                   GError             **error)
{
  Turn turn = { talk, here, world, typed, step };
  ServiceTalkCode *code = &talk->code;
  ServiceTalkLimits limits = { 0, };
  gboolean fits = FALSE, done = FALSE, looked = FALSE;

  here->shown = 0;
  here->ask = SERVICE_PROMPT_CODE;
  if (!world->limits (world, code->known ? code->subject : NULL, &limits, error))
    return FALSE;
  /* It may be the password: nothing is said that would keep anybody from it. */
  if (typed->kind != SERVICE_TYPED_DIGITS || limits.codes_rest || limits.tries_until > 0)
    return pass (&turn, SERVICE_WORD_NONE, 0);
  if (!try_kept (&turn, &done, &looked, error) || done)
    return done;
  if (!service_talk_code_lives (code, world->now))
    return (!looked || count_wrong (&turn, FALSE, error)) && pass (&turn, SERVICE_WORD_NONE, 0);
  if (!world->fits (world, code->id, code->subject, code->check, code->challenge != NULL, typed->digits, &fits, error))
    return FALSE;
  if (fits)
    return accept_code (&turn, error);
  if (!count_wrong (&turn, TRUE, error))
    return FALSE;
  if (code->attempts_left == 0)
    return forget_code (&turn, FALSE, error) && pass (&turn, SERVICE_WORD_NONE, 0);
  return pass (&turn, SERVICE_WORD_NEITHER_PASSWORD_N, code->attempts_left);
}
