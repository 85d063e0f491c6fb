/* service-recovery.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-recovery.h"

#include "service-challenges.h"
#include "service-contacts.h"
#include "service-recovery-ticket.h"
#include "service-saved-codes.h"
#include "service-throttle.h"

#include <sodium.h>
#include <string.h>

/* DESIGN section 3: counted apart from the app's, and the same whoever a name or an address belongs to. */
enum
{
  HOUR = 3600, DAY = 86400,
  TRIES_HOUR = 10, TRIES_DAY = 20, TRIES_ROW = 100,
  SENDS_HOUR = 3, SENDS_DAY = 6,
  ADDRESSES_HOUR = 20,
  REST = 30 * DAY,
};

/* The store as the conversation's world. */
typedef struct
{
  ServiceTalkWorld       world;
  ServiceUse             use;
  ServiceRecovery       *turn;
  char                  *who;    /* subject of the name */
  gboolean               real;   /* somebody's, and recoverable: codes and saved codes may fit */
} StoreWorld;

/* --- counting ----------------------------------------------------------------------------------------------------- */

static gboolean
judge (ServiceUse                 *use,
       ServiceTally                what,
       const char                 *subject,
       const ServiceThrottleRule  *rules,
       gsize                       n_rules,
       gint64                     *until,
       GError                    **error)
{
  g_autoptr(GArray) times = service_store_tally_times (use->txn, what, subject, use->now->wall - DAY, error);
  gint64 found = 0;

  if (times == NULL)
    return FALSE;
  service_throttle_judge (rules, n_rules, (const gint64 *) (void *) times->data, times->len, use->now->wall, &found);
  *until = MAX (*until, found);
  return TRUE;
}

static gboolean
rests (ServiceUse     *use,
       ServiceStreak   what,
       const char     *subject,
       gboolean       *rests,
       GError        **error)
{
  guint count = 0;

  if (!service_store_streak_get (use->txn, what, subject, use->now->wall - REST, &count, error))
    return FALSE;
  *rests |= count >= TRIES_ROW;
  return TRUE;
}

static gboolean
world_limits (ServiceTalkWorld   *world,
              const char         *subject,
              ServiceTalkLimits  *limits,
              GError            **error)
{
  static const ServiceThrottleRule tries[] = { { TRIES_HOUR, HOUR }, { TRIES_DAY, DAY } };
  static const ServiceThrottleRule sends[] = { { SENDS_HOUR, HOUR }, { SENDS_DAY, DAY } };
  static const ServiceThrottleRule addresses[] = { { ADDRESSES_HOUR, HOUR } };
  StoreWorld *self = (StoreWorld *) world;
  ServiceUse *use = &self->use;
  g_autofree char *both = g_strdup_printf ("%s:%s", self->who, subject != NULL ? subject : "");

  memset (limits, 0, sizeof *limits);
  return judge (use, SERVICE_TALLY_SIGN_IN_WRONG, self->who, tries, 2, &limits->tries_until, error) &&
         judge (use, SERVICE_TALLY_SIGN_IN_ADDRESS, self->who, addresses, 1, &limits->addresses_until, error) &&
         rests (use, SERVICE_STREAK_CODE, self->who, &limits->codes_rest, error) &&
         rests (use, SERVICE_STREAK_SAVED, self->who, &limits->saved_rest, error) &&
         (subject == NULL ||
          (judge (use, SERVICE_TALLY_SIGN_IN_WRONG, subject, tries, 2, &limits->tries_until, error) &&
           judge (use, SERVICE_TALLY_SIGN_IN_SEND, both, sends, 2, &limits->sends_until, error) &&
           rests (use, SERVICE_STREAK_CODE, subject, &limits->codes_rest, error)));
}

static gboolean
count_wrong (StoreWorld  *self,
             const char  *subject,
             GError     **error)
{
  gint64 now = self->use.now->wall;
  ServiceStoreTxn *txn = self->use.txn;

  return service_store_tally_add (txn, SERVICE_TALLY_SIGN_IN_WRONG, self->who, now, error) &&
         service_store_streak_add (txn, SERVICE_STREAK_CODE, self->who, now - REST, now, error) &&
         (*subject == '\0' ||
          (service_store_tally_add (txn, SERVICE_TALLY_SIGN_IN_WRONG, subject, now, error) &&
           service_store_streak_add (txn, SERVICE_STREAK_CODE, subject, now - REST, now, error)));
}

static gboolean
world_count (ServiceTalkWorld  *world,
             ServiceTalkCount   what,
             const char        *subject,
             GError           **error)
{
  StoreWorld *self = (StoreWorld *) world;
  ServiceStoreTxn *txn = self->use.txn;
  gint64 now = self->use.now->wall;
  g_autofree char *both = g_strdup_printf ("%s:%s", self->who, subject);

  switch (what)
    {
    case SERVICE_COUNT_ADDRESS:
      return service_store_tally_add (txn, SERVICE_TALLY_SIGN_IN_ADDRESS, self->who, now, error);
    case SERVICE_COUNT_SEND:
      return service_store_tally_add (txn, SERVICE_TALLY_SIGN_IN_SEND, both, now, error);
    case SERVICE_COUNT_WRONG:
      return count_wrong (self, subject, error);
    case SERVICE_COUNT_WRONG_SAVED:
      return service_store_streak_add (txn, SERVICE_STREAK_SAVED, self->who, now - REST, now, error);
    case SERVICE_COUNT_RIGHT:
      return service_store_streak_clear (txn, SERVICE_STREAK_CODE, self->who, error) &&
             service_store_streak_clear (txn, SERVICE_STREAK_CODE, subject, error);
    case SERVICE_COUNT_RIGHT_SAVED:
      return service_store_streak_clear (txn, SERVICE_STREAK_SAVED, self->who, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* --- codes -------------------------------------------------------------------------------------------------------- */

static gboolean
world_subject (ServiceTalkWorld  *world,
               const char        *key,
               char               subject[SERVICE_TALK_SUBJECT],
               GError           **error)
{
  g_autofree char *found = service_store_contact_subject (((StoreWorld *) world)->use.txn, key, error);

  if (found == NULL)
    return FALSE;
  g_strlcpy (subject, found, SERVICE_TALK_SUBJECT);
  return TRUE;
}

static gboolean
check_value (StoreWorld  *self,
             const char  *id,
             const char  *subject,
             const char  *digits,
             guint8       check[32],
             GError     **error)
{
  return service_key_hash (self->use.instance->key, SERVICE_KEY_CHECK, check, error, id, subject, "recover", digits,
                           NULL);
}

/* The same work for an address that is nobody's, but for the rows of a message and of what the other contacts are
 * told. */
static gboolean
world_issue (ServiceTalkWorld  *world,
             ServiceTalkCode   *code,
             const char        *key,
             GError           **error)
{
  StoreWorld *self = (StoreWorld *) world;
  g_autoptr(ServiceContact) contact = NULL;
  g_autoptr(ServiceChallenge) challenge = NULL;
  g_autofree char *id = service_store_new_id ();
  char digits[SECINFO_CODE_DIGITS + 1];
  GError *local_error = NULL;
  gboolean made;

  g_strlcpy (code->id, id, sizeof code->id);
  secinfo_code_generate (digits);
  made = check_value (self, code->id, code->subject, digits, code->check, error);
  if (made)
    contact = service_store_contact_find (self->use.txn, self->use.record, key, &local_error);
  if (made && local_error == NULL && self->real && contact != NULL && contact->state == SECINFO_CONTACT_VERIFIED)
    challenge = service_challenges_issue_recover (&self->use, contact, digits, code->life, &local_error);
  sodium_memzero (digits, sizeof digits);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (challenge == NULL)
    return made;
  code->challenge = g_strdup (challenge->id);
  self->turn->sent = TRUE;
  self->turn->alert = "recovery-begun";
  return service_contacts_alert (&self->use, self->turn->alert, contact, FALSE, error);
}

static gboolean
world_resend (ServiceTalkWorld  *world,
              ServiceTalkCode   *code,
              GError           **error)
{
  StoreWorld *self = (StoreWorld *) world;

  if (code->challenge == NULL || !self->real)
    return TRUE;
  self->turn->sent = TRUE;
  return service_challenges_resend_recover (&self->use, code->challenge, error);
}

static gboolean
world_end (ServiceTalkWorld  *world,
           ServiceTalkCode   *code,
           gboolean           answered,
           GError           **error)
{
  return code->challenge == NULL ||
         service_challenges_end_recover (&((StoreWorld *) world)->use, code->challenge, answered, error);
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
  StoreWorld *self = (StoreWorld *) world;
  guint8 typed[32];

  if (!check_value (self, id, subject, digits, typed, error))
    return FALSE;
  *fits = sodium_memcmp (typed, check, sizeof typed) == 0 && real && self->real;
  return TRUE;
}

static gboolean
world_match (ServiceTalkWorld  *world,
             gboolean           burn,
             gboolean          *is,
             GError           **error)
{
  StoreWorld *self = (StoreWorld *) world;
  GError *local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (self->use.txn, self->use.record, FALSE, &local_error);
  int number;

  *is = FALSE;
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  /* Another salt: the codes were replaced a moment ago, and this one is of the old ones. */
  if (set == NULL || !self->real || sodium_memcmp (set->salt, self->turn->salt, sizeof set->salt) != 0)
    return TRUE;
  number = service_saved_codes_match (set, world->saved_hash);
  *is = number >= 0;
  if (!*is || !burn)
    return TRUE;

  self->turn->used = self->turn->sent = TRUE;
  self->turn->alert = "saved-code-used";
  return service_store_saved_use (self->use.txn, set->id, number, world->now->wall, "sign-in", error) &&
         service_contacts_alert (&self->use, self->turn->alert, NULL, FALSE, error);
}

/* --- who ---------------------------------------------------------------------------------------------------------- */

static gboolean
find_record (ServiceUse       *use,
             ServiceInstance  *instance,
             ServiceStoreTxn  *txn,
             const SecinfoNow *now,
             const char       *language,
             gboolean         *found,
             GError          **error)
{
  use->instance = instance;
  use->txn = txn;
  use->now = now;
  use->language = language;
  use->state = SERVICE_ACCOUNT_ACTIVE;
  *found = FALSE;
  return use->account == NULL ||
         service_store_account_find (txn, use->account, &use->record, &use->state, found, error);
}

static ServiceWay
way_of (json_t     *channels,
        const char *medium)
{
  const char *state = secinfo_json_get_string (secinfo_json_get_object (channels, medium), "state");

  if (g_strcmp0 (state, "ready") == 0)
    return SERVICE_WAY_READY;
  return g_strcmp0 (state, "none") == 0 ? SERVICE_WAY_NONE : SERVICE_WAY_DOWN;
}

static gboolean
set_facts (StoreWorld         *self,
           const ServiceTalk  *talk,
           gboolean            found,
           GError            **error)
{
  ServiceRecovery *turn = self->turn;
  ServiceTalkWorld *world = &self->world;
  g_autoptr(GError) trouble = service_key_get_trouble (turn->instance->key);
  g_autoptr(json_t) channels = service_findings_channels (&self->use, &turn->courier, error);
  ServiceRecoverableFacts facts;
  ServiceRecoverable answer = { .needed = 1 };

  if (channels == NULL)
    return FALSE;
  world->network = turn->courier.network;
  /* Without the store key no address can be looked up: saved codes alone. */
  world->ways[SECINFO_CONTACT_EMAIL] = trouble != NULL ? SERVICE_WAY_NONE : way_of (channels, "email");
  world->ways[SECINFO_CONTACT_PHONE] = trouble != NULL ? SERVICE_WAY_NONE
                                                       : MIN (way_of (channels, "sms"), way_of (channels, "voice"));

  if (found && turn->classified)
    {
      service_recoverable_fill (&facts, &self->use, &turn->class);
      facts.session_open = turn->session_open;
      if (!service_recoverable_kinds (&self->use, channels, &facts, error))
        return FALSE;
      /* A saved code that was the last one is still a proof that was given. */
      facts.kinds |= turn->here.shown | service_talk_kept (talk, &turn->now);
      service_recoverable_judge (&facts, &answer);
      self->real = answer.reason == NULL;
    }
  world->needed = answer.needed;
  world->why = answer.why;
  return TRUE;
}

static gboolean
set_up (StoreWorld         *self,
        ServiceRecovery    *turn,
        const ServiceTalk  *talk,
        ServiceStoreTxn    *txn,
        GError            **error)
{
  const SecinfoPolicy *policy = service_instance_get_policy (turn->instance);
  gboolean found;

  self->turn = turn;
  self->who = service_recovery_subject (turn->name);
  self->use.account = turn->account;
  self->world = (ServiceTalkWorld) {
    .now = &turn->now, .code_tries = policy->code_tries, .resend_first = policy->resend_first,
    .life = { policy->code_life_email, policy->code_life },
    .subject = world_subject, .limits = world_limits, .count = world_count, .issue = world_issue,
    .resend = world_resend, .end = world_end, .fits = world_fits, .match = world_match,
  };
  memcpy (self->world.saved_hash, turn->saved_hash, sizeof turn->saved_hash);
  return find_record (&self->use, turn->instance, txn, &turn->now, turn->language, &found, error) &&
         set_facts (self, talk, found, error);
}

/* --- the turn ----------------------------------------------------------------------------------------------------- */

static gboolean
take_turn (StoreWorld   *self,
           ServiceTalk  *talk,
           GError      **error)
{
  ServiceRecovery *turn = self->turn;

  switch (turn->op)
    {
    case SERVICE_RECOVERY_BEGIN:
      return service_talk_begin (talk, &turn->here, &self->world, &turn->step, error);
    case SERVICE_RECOVERY_CODE:
      return service_talk_code (talk, &turn->here, &self->world, turn->typed, &turn->step, error);
    case SERVICE_RECOVERY_ANSWER:
    default:
      return service_talk_answer (talk, &turn->here, &self->world, turn->typed, &turn->step, error);
    }
}

/* None where the account is no longer one that may (a kept proof can be older); the step then is the end. */
static gboolean
give_ticket (StoreWorld  *self,
             GError     **error)
{
  ServiceRecovery *turn = self->turn;
  ServiceTicket ticket = { .name = (char *) turn->name, .proofs = service_proof_count (turn->here.shown) };
  gboolean given = FALSE;

  if (self->real)
    {
      ticket.account = turn->account->name;
      ticket.uid = turn->account->uid;
      if (!service_recovery_give (self->use.txn, &ticket, turn->ticket, &turn->now, self->use.record, &given, error))
        return FALSE;
    }
  if (!given)
    turn->step = (ServiceStep) { .kind = SERVICE_STEP_END, .word = SERVICE_WORD_AWAY };
  return TRUE;
}

gboolean
service_recovery_turn (ServiceStoreTxn  *txn,
                       gpointer          data,
                       GError          **error)
{
  ServiceRecovery *turn = data;
  StoreWorld self = { { NULL, }, };
  ServiceTalk talk = { { 0, }, };
  gboolean fine;

  fine = service_store_recovery_load (txn, turn->name, &talk, error) &&
         set_up (&self, turn, &talk, txn, error) &&
         take_turn (&self, &talk, error) &&
         service_store_recovery_save (txn, turn->name, &talk, turn->now.wall, error) &&
         (turn->step.kind != SERVICE_STEP_TICKET || give_ticket (&self, error));
  if (fine)
    turn->open_until = service_talk_open_until (&talk, &turn->now);
  service_talk_clear (&talk);
  g_free (self.who);
  return fine;
}

gboolean
service_recovery_salt (ServiceStoreTxn       *txn,
                       const ServiceAccount  *account,
                       guint8                 salt[SERVICE_SAVED_SALT_BYTES],
                       GError               **error)
{
  ServiceAccountState state;
  g_autoptr(ServiceSavedSet) set = NULL;
  GError *local_error = NULL;
  gboolean found = FALSE;
  gint64 record = 0;

  randombytes_buf (salt, SERVICE_SAVED_SALT_BYTES);
  if (account != NULL && !service_store_account_find (txn, account, &record, &state, &found, error))
    return FALSE;
  set = service_store_saved_get (txn, record, FALSE, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (set != NULL)
    memcpy (salt, set->salt, SERVICE_SAVED_SALT_BYTES);
  return TRUE;
}

gboolean
service_recovery_forgive (ServiceUse  *use,
                          GError     **error)
{
  g_autofree char *who = service_recovery_subject (use->account->name);
  g_autoptr(GPtrArray) contacts = NULL;

  if (!service_store_streak_clear (use->txn, SERVICE_STREAK_CODE, who, error) ||
      !service_store_streak_clear (use->txn, SERVICE_STREAK_SAVED, who, error))
    return FALSE;
  contacts = service_store_contact_list (use->txn, use->record, FALSE, NULL);
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      /* Only what was shown to be theirs: a stranger's address may be written down by anybody. */
      gboolean own = contact->key != NULL && contact->state == SECINFO_CONTACT_VERIFIED;
      g_autofree char *subject = own ? service_store_contact_subject (use->txn, contact->key, NULL) : NULL;

      if (subject != NULL && !service_store_streak_clear (use->txn, SERVICE_STREAK_CODE, subject, error))
        return FALSE;
    }
  return TRUE;
}
