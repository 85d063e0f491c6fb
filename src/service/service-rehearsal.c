/* service-rehearsal.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-rehearsal.h"

#include "service-store.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

typedef enum { STAGE_TALK, STAGE_PASSWORD, STAGE_NEW, STAGE_TWICE } Stage;

struct _ServiceRehearsal
{
  ServiceTalkWorld     world;          /* first: the callbacks get it */
  ServiceRehearsals   *owner;
  char                 id[SERVICE_TALK_ID];
  uid_t                uid;
  char                *name;
  gint64               wall, boot;     /* when it began */
  char                 boot_id[37];
  guint8               key[crypto_generichash_KEYBYTES];
  char                 digits[SECINFO_CODE_DIGITS + 1];
  char                 saved[SECINFO_SAVED_CODE_LENGTH + 1];
  gboolean             burned;         /* the saved code was used up, as a real one would be */
  Stage                stage;
  guint8               first[32];      /* of the new password, until it was typed again */
  ServiceTalk          talk;
  ServiceTalkHere      here;
  ServiceRehearsalStep step;
};

struct _ServiceRehearsals
{
  GPtrArray *all;       /* of ServiceRehearsal, the oldest first */
  char      *region;    /* (nullable) */
};

/* --- the world of practice ---------------------------------------------------------------------------------------- */

static void
hash_text (ServiceRehearsal *self,
           const char       *what,
           const char       *text,
           guint8            hash[32])
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, self->key, sizeof self->key, 32);
  crypto_generichash_update (&state, (const guint8 *) what, strlen (what) + 1);
  crypto_generichash_update (&state, (const guint8 *) text, strlen (text));
  crypto_generichash_final (&state, hash, 32);
  sodium_memzero (&state, sizeof state);
}

static gboolean
world_subject (ServiceTalkWorld  *world,
               const char        *key,
               char               subject[SERVICE_TALK_SUBJECT],
               GError           **error)
{
  guint8 hash[32];

  hash_text ((ServiceRehearsal *) world, "subject", key, hash);
  sodium_bin2hex (subject, SERVICE_TALK_SUBJECT, hash, sizeof hash);
  return TRUE;
}

/* Practice is limited by its ten minutes alone, and counts nowhere. */
static gboolean
world_limits (ServiceTalkWorld   *world,
              const char         *subject,
              ServiceTalkLimits  *limits,
              GError            **error)
{
  memset (limits, 0, sizeof *limits);
  return TRUE;
}

static gboolean
world_count (ServiceTalkWorld  *world,
             ServiceTalkCount   what,
             const char        *subject,
             GError           **error)
{
  return TRUE;
}

static gboolean
world_issue (ServiceTalkWorld  *world,
             ServiceTalkCode   *code,
             const char        *key,
             GError           **error)
{
  ServiceRehearsal *self = (ServiceRehearsal *) world;
  g_autofree char *id = service_store_new_id ();

  g_strlcpy (code->id, id, sizeof code->id);
  code->challenge = g_strdup ("practice");   /* whoever's it is, its code is the one that stands on the page */
  hash_text (self, "digits", self->digits, code->check);
  return TRUE;
}

static gboolean
world_resend (ServiceTalkWorld  *world,
              ServiceTalkCode   *code,
              GError           **error)
{
  return TRUE;
}

static gboolean
world_end (ServiceTalkWorld  *world,
           ServiceTalkCode   *code,
           gboolean           answered,
           GError           **error)
{
  return TRUE;
}

static gboolean
world_fits (ServiceTalkWorld  *world,
            const char        *id,
            const char        *subject,
            const guint8       check[32],
            gboolean           real,
            const char        *digits,
            gboolean          *fits,
            GError           **error)
{
  guint8 typed[32];

  hash_text ((ServiceRehearsal *) world, "digits", digits, typed);
  *fits = real && sodium_memcmp (typed, check, sizeof typed) == 0;
  return TRUE;
}

static gboolean
world_match (ServiceTalkWorld  *world,
             gboolean           burn,
             gboolean          *is,
             GError           **error)
{
  ServiceRehearsal *self = (ServiceRehearsal *) world;
  guint8 right[32];

  hash_text (self, "saved", self->saved, right);
  *is = !self->burned && sodium_memcmp (right, world->saved_hash, sizeof right) == 0;
  self->burned |= *is && burn;
  return TRUE;
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static void
step_clear (ServiceRehearsalStep *step)
{
  g_free (step->message);
  memset (step, 0, sizeof *step);
}

static void
say (ServiceRehearsal *self,
     gboolean          error,
     char             *message,
     const char       *prompt,
     gboolean          echo)
{
  step_clear (&self->step);
  self->step = (ServiceRehearsalStep) { FALSE, error, message, prompt, echo };
}

static void
say_end (ServiceRehearsal *self,
         char             *message)
{
  step_clear (&self->step);
  self->step = (ServiceRehearsalStep) { .end = TRUE, .message = message };
}

static void
ask_password (ServiceRehearsal *self,
              char             *message)
{
  self->stage = STAGE_PASSWORD;
  /* Translators: the prompt of a sign-in screen, with the space at the end */
  say (self, FALSE, message, _("Password: "), FALSE);
}

static void
ask_new (ServiceRehearsal *self,
         gboolean          error,
         ServiceWord       word)
{
  self->stage = STAGE_NEW;
  say (self, error, service_sign_in_message (word, 0, 0), service_sign_in_prompt (SERVICE_PROMPT_NEW), FALSE);
}

/* What the module would make of it. */
static void
take_step (ServiceRehearsal  *self,
           const ServiceStep *step)
{
  char *message;

  if (step->kind == SERVICE_STEP_TICKET)
    {
      ask_new (self, FALSE, SERVICE_WORD_CHOOSE);
      return;
    }

  message = service_sign_in_message (step->word, step->at, step->n);
  switch (step->kind)
    {
    case SERVICE_STEP_PROMPT:
      self->stage = STAGE_TALK;
      say (self, step->error, message, service_sign_in_prompt (step->prompt), TRUE);
      break;
    case SERVICE_STEP_PASS:
      if (*message == '\0')
        {
          g_free (message);
          message = g_strdup (_("Forgot it? Type ? as the password."));
        }
      ask_password (self, message);
      break;
    case SERVICE_STEP_END:
    case SERVICE_STEP_TICKET:
    default:
      /* Walking away: the password prompt takes the code later. */
      if (step->word == SERVICE_WORD_WALKS_AWAY_AT)
        ask_password (self, message);
      else
        say_end (self, message);
    }
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static gboolean
begin (ServiceRehearsal  *self,
       GError           **error)
{
  ServiceStep step = { 0, };

  if (!service_talk_begin (&self->talk, &self->here, &self->world, &step, error))
    return FALSE;
  take_step (self, &step);
  return TRUE;
}

static gboolean
answer_talk (ServiceRehearsal    *self,
             const ServiceTyped  *typed,
             GError             **error)
{
  ServiceStep step = { 0, };

  if (typed->kind == SERVICE_TYPED_SAVED)
    hash_text (self, "saved", typed->saved, self->world.saved_hash);
  if (!service_talk_answer (&self->talk, &self->here, &self->world, typed, &step, error))
    return FALSE;
  take_step (self, &step);
  return TRUE;
}

/* `?` begins again, six digits are the code; anything else would be the password, and is forgotten. */
static gboolean
answer_password (ServiceRehearsal    *self,
                 const ServiceTyped  *typed,
                 GError             **error)
{
  ServiceStep step = { .kind = SERVICE_STEP_PASS };

  if (typed->kind == SERVICE_TYPED_QUESTION)
    return begin (self, error);
  if (typed->kind == SERVICE_TYPED_EMPTY)
    {
      say_end (self, service_sign_in_message (SERVICE_WORD_NOTHING_CHANGED, 0, 0));
      return TRUE;
    }
  if (typed->kind == SERVICE_TYPED_DIGITS &&
      !service_talk_code (&self->talk, &self->here, &self->world, typed, &step, error))
    return FALSE;
  take_step (self, &step);
  return TRUE;
}

static void
answer_new (ServiceRehearsal *self,
            const char       *text)
{
  if (*text == '\0')
    {
      say_end (self, service_sign_in_message (SERVICE_WORD_UNLOCKED, 0, 0));
      return;
    }
  hash_text (self, "password", text, self->first);
  self->stage = STAGE_TWICE;
  say (self, FALSE, service_sign_in_message (SERVICE_WORD_TWICE, 0, 0),
       service_sign_in_prompt (SERVICE_PROMPT_TWICE), FALSE);
}

static void
answer_twice (ServiceRehearsal *self,
              const char       *text)
{
  guint8 second[32];
  gboolean same;

  hash_text (self, "password", text, second);
  same = sodium_memcmp (self->first, second, sizeof second) == 0;
  sodium_memzero (self->first, sizeof self->first);
  sodium_memzero (second, sizeof second);
  if (same)
    say_end (self, service_sign_in_message (SERVICE_WORD_CHANGED, 0, 0));
  else
    ask_new (self, TRUE, SERVICE_WORD_DIFFERS);
}

gboolean
service_rehearsal_answer (ServiceRehearsal  *self,
                          const char        *text,
                          const SecinfoNow  *now,
                          GError           **error)
{
  ServiceTyped typed = { 0, };
  gboolean fine;

  switch (self->stage)
    {
    case STAGE_NEW:
      answer_new (self, text);
      return TRUE;
    case STAGE_TWICE:
      answer_twice (self, text);
      return TRUE;
    case STAGE_TALK:
    case STAGE_PASSWORD:
    default:
      break;
    }

  self->world.now = now;
  service_typed_read (&typed, text, self->owner->region);
  fine = self->stage == STAGE_TALK ? answer_talk (self, &typed, error) : answer_password (self, &typed, error);
  service_typed_clear (&typed);
  self->world.now = NULL;
  return fine;
}

const char *
service_rehearsal_get_id (const ServiceRehearsal *self)
{
  return self->id;
}

const char *
service_rehearsal_get_digits (const ServiceRehearsal *self)
{
  return self->digits;
}

const char *
service_rehearsal_get_saved_code (const ServiceRehearsal *self)
{
  return self->saved;
}

const ServiceRehearsalStep *
service_rehearsal_get_step (const ServiceRehearsal *self)
{
  return &self->step;
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

static void
rehearsal_free (ServiceRehearsal *self)
{
  service_talk_clear (&self->talk);
  step_clear (&self->step);
  g_free (self->name);
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

ServiceRehearsals *
service_rehearsals_new (const char *region)
{
  ServiceRehearsals *self = g_new0 (ServiceRehearsals, 1);

  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) rehearsal_free);
  self->region = g_strdup (region);
  return self;
}

void
service_rehearsals_free (ServiceRehearsals *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->all);
  g_free (self->region);
  g_free (self);
}

static gboolean
is_over (const ServiceRehearsal *self,
         const SecinfoNow       *now)
{
  return !secinfo_policy_code_lives (self->wall, self->boot, self->boot_id, SERVICE_REHEARSAL_LIFE, now);
}

static gboolean
is_of (const ServiceRehearsal *self,
       const ServiceAccount   *account)
{
  return self->uid == account->uid && g_str_equal (self->name, account->name);
}

/* Takes away those that are over, and makes room for one more of @account. */
static void
make_room (ServiceRehearsals    *self,
           const ServiceAccount *account,
           const SecinfoNow     *now)
{
  guint its = 0;

  for (guint i = self->all->len; i > 0; i--)
    {
      ServiceRehearsal *one = self->all->pdata[i - 1];

      its += is_of (one, account);
      if (is_over (one, now) || (is_of (one, account) && its >= SERVICE_REHEARSALS_EACH))
        g_ptr_array_remove_index (self->all, i - 1);
    }
  if (self->all->len >= SERVICE_REHEARSALS_MOST)
    g_ptr_array_remove_index (self->all, 0);
}

ServiceRehearsal *
service_rehearsals_start (ServiceRehearsals           *self,
                          const ServiceAccount        *account,
                          const ServiceRehearsalFacts *facts,
                          const SecinfoPolicy         *policy,
                          const SecinfoNow            *now)
{
  ServiceRehearsal *one = g_new0 (ServiceRehearsal, 1);
  g_autofree char *id = service_store_new_id ();

  make_room (self, account, now);
  one->world = (ServiceTalkWorld) {
    .now = now, .network = facts->network, .ways = { facts->ways[0], facts->ways[1] },
    .needed = facts->needed, .why = facts->why,
    .code_tries = policy->code_tries, .resend_first = policy->resend_first,
    .life = { policy->code_life_email, policy->code_life },
    .subject = world_subject, .limits = world_limits, .count = world_count, .issue = world_issue,
    .resend = world_resend, .end = world_end, .fits = world_fits, .match = world_match,
  };
  one->owner = self;
  g_strlcpy (one->id, id, sizeof one->id);
  one->uid = account->uid;
  one->name = g_strdup (account->name);
  one->wall = now->wall;
  one->boot = now->boot;
  g_strlcpy (one->boot_id, now->boot_id, sizeof one->boot_id);
  crypto_generichash_keygen (one->key);
  secinfo_code_generate (one->digits);
  secinfo_saved_code_generate (one->saved);
  begin (one, NULL);   /* the world of practice knows no trouble */
  one->world.now = NULL;
  g_ptr_array_add (self->all, one);
  return one;
}

ServiceRehearsal *
service_rehearsals_find (ServiceRehearsals    *self,
                         const char           *id,
                         const ServiceAccount *account,
                         const SecinfoNow     *now)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      ServiceRehearsal *one = self->all->pdata[i];

      if (g_str_equal (one->id, id))
        return is_of (one, account) && !is_over (one, now) ? one : NULL;
    }
  return NULL;
}

void
service_rehearsals_end (ServiceRehearsals *self,
                        ServiceRehearsal  *rehearsal)
{
  g_ptr_array_remove (self->all, rehearsal);
}

guint
service_rehearsals_count (ServiceRehearsals *self)
{
  return self->all->len;
}
