/* test-talk.c - the recovery conversation without a store, and how long its words are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-language.h"
#include "service-password.h"
#include "service-recoverable.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define RIGHT "482913"
#define WRONG "000000"
#define EMAIL "ada@example.org"
#define PHONE "+447911123456"
#define SAVED "7HVA3JPQZR7HKK"

/* Everybody's code is RIGHT; an address is ours where it is EMAIL or PHONE. */
typedef struct
{
  ServiceTalkWorld  world;
  SecinfoNow        now;
  ServiceTalk       talk;
  ServiceTalkHere   here;
  ServiceStep       step;
  ServiceTalkLimits limits;
  gboolean          nobody;       /* nothing fits */
  guint             counts[SERVICE_COUNT_RIGHT_SAVED + 1];
  guint             issued, resent, burned, ids;
  gboolean          saved_left;
} World;

static gboolean
fake_subject (ServiceTalkWorld *world, const char *key, char subject[SERVICE_TALK_SUBJECT], GError **error)
{
  g_strlcpy (subject, key, SERVICE_TALK_SUBJECT);
  return TRUE;
}

static gboolean
fake_limits (ServiceTalkWorld *world, const char *subject, ServiceTalkLimits *limits, GError **error)
{
  *limits = ((World *) world)->limits;
  return TRUE;
}

static gboolean
fake_count (ServiceTalkWorld *world, ServiceTalkCount what, const char *subject, GError **error)
{
  ((World *) world)->counts[what]++;
  return TRUE;
}

static gboolean
fake_issue (ServiceTalkWorld *world, ServiceTalkCode *code, const char *key, GError **error)
{
  World *self = (World *) world;

  self->issued++;
  g_snprintf (code->id, sizeof code->id, "code-%u", ++self->ids);
  if (!self->nobody && (g_str_equal (key, EMAIL) || g_str_equal (key, PHONE)))
    code->challenge = g_strdup (code->id);
  return TRUE;
}

static gboolean
fake_resend (ServiceTalkWorld *world, ServiceTalkCode *code, GError **error)
{
  ((World *) world)->resent++;
  return TRUE;
}

static gboolean
fake_end (ServiceTalkWorld *world, ServiceTalkCode *code, gboolean answered, GError **error)
{
  return TRUE;
}

static gboolean
fake_fits (ServiceTalkWorld *world, const char *id, const char *subject, const guint8 check[32], gboolean real,
           const char *digits, gboolean *fits, GError **error)
{
  *fits = real && !((World *) world)->nobody && g_str_equal (digits, RIGHT);
  return TRUE;
}

static gboolean
fake_match (ServiceTalkWorld *world, gboolean burn, gboolean *is, GError **error)
{
  World *self = (World *) world;

  *is = self->saved_left && !self->nobody;
  if (*is && burn)
    {
      self->burned++;
      self->saved_left = FALSE;
    }
  return TRUE;
}

static void
set_up (World         *self,
        gconstpointer  data)
{
  memset (self, 0, sizeof *self);
  self->now = (SecinfoNow) { 1795492800, 1000, "0f0e0d0c-0b0a-0908-0706-050403020100" };
  self->saved_left = TRUE;
  self->world = (ServiceTalkWorld) {
    .now = &self->now, .network = TRUE, .needed = 1, .code_tries = 5, .resend_first = 30, .life = { 1800, 600 },
    .subject = fake_subject, .limits = fake_limits, .count = fake_count, .issue = fake_issue, .resend = fake_resend,
    .end = fake_end, .fits = fake_fits, .match = fake_match,
  };
}

static void
tear_down (World         *self,
           gconstpointer  data)
{
  service_talk_clear (&self->talk);
}

static void
move (World  *self,
      gint64  seconds)
{
  self->now.wall += seconds;
  self->now.boot += seconds;
}

static void
begin (World *self)
{
  g_assert_true (service_talk_begin (&self->talk, &self->here, &self->world, &self->step, NULL));
}

static void
say (World      *self,
     const char *text)
{
  ServiceTyped typed;

  service_typed_read (&typed, text, "GB");
  g_assert_true (service_talk_answer (&self->talk, &self->here, &self->world, &typed, &self->step, NULL));
  service_typed_clear (&typed);
}

static void
code (World      *self,
      const char *text)
{
  ServiceTyped typed;

  service_typed_read (&typed, text, NULL);
  g_assert_true (service_talk_code (&self->talk, &self->here, &self->world, &typed, &self->step, NULL));
  service_typed_clear (&typed);
}

#define assert_step(self, kind_, word_) \
  G_STMT_START { \
    g_assert_cmpint ((self)->step.kind, ==, SERVICE_STEP_##kind_); \
    g_assert_cmpint ((self)->step.word, ==, SERVICE_WORD_##word_); \
  } G_STMT_END

static void
assert_prompt (World         *self,
               ServiceWord    word,
               ServicePrompt  prompt)
{
  g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_PROMPT);
  g_assert_cmpint (self->step.word, ==, word);
  g_assert_cmpint (self->step.prompt, ==, prompt);
}

/* --- what is typed ------------------------------------------------------------------------------------------------ */

static void
test_typed (void)
{
  static const struct { const char *text; ServiceTypedKind kind; } all[] = {
    { "", SERVICE_TYPED_EMPTY }, { "  ", SERVICE_TYPED_EMPTY }, { "?", SERVICE_TYPED_QUESTION },
    { " ? ", SERVICE_TYPED_QUESTION }, { "482913", SERVICE_TYPED_DIGITS }, { "482 913", SERVICE_TYPED_DIGITS },
    { "48291", SERVICE_TYPED_NEITHER }, { SAVED, SERVICE_TYPED_SAVED }, { "7hva 3jpq zr7h kk", SERVICE_TYPED_SAVED },
    { "7HVA-3JPQ-ZR7H-KX", SERVICE_TYPED_MISTYPED }, { EMAIL, SERVICE_TYPED_ADDRESS },
    { "ada@example", SERVICE_TYPED_NEITHER }, { PHONE, SERVICE_TYPED_ADDRESS },
    { "07911 123456", SERVICE_TYPED_ADDRESS },
    { "hello", SERVICE_TYPED_NEITHER }, { "\xff\xfe", SERVICE_TYPED_NEITHER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      ServiceTyped typed;

      g_test_message ("%s", all[i].text);
      service_typed_read (&typed, all[i].text, "GB");
      g_assert_cmpint (typed.kind, ==, all[i].kind);
      service_typed_clear (&typed);
    }
}

/* --- ways --------------------------------------------------------------------------------------------------------- */

static void
test_one_proof (World         *self,
                gconstpointer  data)
{
  begin (self);
  assert_prompt (self, SERVICE_WORD_ASK, SERVICE_PROMPT_ASK);
  say (self, EMAIL);
  assert_prompt (self, SERVICE_WORD_ON_ITS_WAY, SERVICE_PROMPT_CODE);
  g_assert_cmpint (self->talk.code.life, ==, 1800);
  say (self, RIGHT);
  g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_TICKET);
  g_assert_cmpint (self->counts[SERVICE_COUNT_RIGHT], ==, 1);

  /* A later conversation: `?` alone begins at the start, the same code takes the proof up, for 30 minutes. */
  begin (self);
  assert_prompt (self, SERVICE_WORD_ASK, SERVICE_PROMPT_ASK);
  code (self, RIGHT);
  g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_TICKET);
  move (self, 1801);
  code (self, RIGHT);
  assert_step (self, PASS, NONE);
}

static void
test_life_follows_what_was_typed (World         *self,
                                  gconstpointer  data)
{
  for (guint nobody = 0; nobody < 2; nobody++)
    {
      self->nobody = nobody;
      begin (self);
      say (self, "someone.else@example.org");
      g_assert_cmpint (self->talk.code.life, ==, 1800);
      say (self, "+447911123457");
      g_assert_cmpint (self->talk.code.life, ==, 600);
      say (self, "");
      assert_step (self, END, WALKS_AWAY_AT);
      g_assert_cmpint (self->step.at, ==, self->now.wall + 600);
      service_talk_clear (&self->talk);
    }
}

static void
test_nobody_all_the_way (World         *self,
                         gconstpointer  data)
{
  self->nobody = TRUE;
  begin (self);
  say (self, EMAIL);
  assert_prompt (self, SERVICE_WORD_ON_ITS_WAY, SERVICE_PROMPT_CODE);
  for (guint left = 4; left > 0; left--)
    {
      say (self, RIGHT);
      assert_prompt (self, SERVICE_WORD_WRONG_N, SERVICE_PROMPT_CODE);
      g_assert_cmpint (self->step.n, ==, left);
    }
  say (self, RIGHT);
  assert_prompt (self, SERVICE_WORD_USED_UP, SERVICE_PROMPT_ASK);
  g_assert_cmpint (self->counts[SERVICE_COUNT_WRONG], ==, 5);
  say (self, SAVED);
  assert_prompt (self, SERVICE_WORD_SAVED_WRONG, SERVICE_PROMPT_ASK);
  g_assert_cmpint (self->counts[SERVICE_COUNT_WRONG_SAVED], ==, 1);
}

static void
test_ways_of_sending (World         *self,
                      gconstpointer  data)
{
  self->world.ways[SECINFO_CONTACT_EMAIL] = self->world.ways[SECINFO_CONTACT_PHONE] = SERVICE_WAY_NONE;
  begin (self);
  assert_prompt (self, SERVICE_WORD_NO_SENDING, SERVICE_PROMPT_SAVED);
  say (self, EMAIL);
  assert_prompt (self, SERVICE_WORD_NO_SENDING, SERVICE_PROMPT_SAVED);
  g_assert_cmpint (self->issued, ==, 0);

  self->world.ways[SECINFO_CONTACT_EMAIL] = SERVICE_WAY_DOWN;
  self->world.network = FALSE;
  begin (self);
  assert_prompt (self, SERVICE_WORD_NO_NETWORK, SERVICE_PROMPT_SAVED);
  say (self, SAVED);
  g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_TICKET);

  self->world.network = TRUE;
  begin (self);
  say (self, EMAIL);
  assert_prompt (self, SERVICE_WORD_EMAIL_DOWN, SERVICE_PROMPT_ASK);
  say (self, PHONE);
  assert_prompt (self, SERVICE_WORD_PHONE_DOWN, SERVICE_PROMPT_ASK);
}

static void
test_two_proofs (World         *self,
                 gconstpointer  data)
{
  static const struct { ServiceWhyTwo why; ServiceWord word; } whys[] = {
    { SERVICE_WHY_ADMINISTRATOR, SERVICE_WORD_MORE_AFTER_EMAIL }, { SERVICE_WHY_HOME, SERVICE_WORD_HOME_AFTER_EMAIL },
    { SERVICE_WHY_SESSION, SERVICE_WORD_MORE_SIGNED_IN },
  };

  self->world.needed = 2;
  for (gsize i = 0; i < G_N_ELEMENTS (whys); i++)
    {
      self->world.why = whys[i].why;
      self->saved_left = TRUE;
      service_talk_clear (&self->talk);
      begin (self);
      say (self, EMAIL);
      say (self, RIGHT);
      assert_prompt (self, whys[i].word, SERVICE_PROMPT_SECOND);
      say (self, EMAIL);
      assert_prompt (self, SERVICE_WORD_SAME_EMAIL, SERVICE_PROMPT_SECOND);
      say (self, "?");
      assert_prompt (self, whys[i].why == SERVICE_WHY_SESSION ? SERVICE_WORD_HELP_SIGNED_IN
                                                              : SERVICE_WORD_ADMINISTRATOR_HELPS,
                     SERVICE_PROMPT_SECOND);
      say (self, PHONE);
      assert_prompt (self, SERVICE_WORD_ON_ITS_WAY, SERVICE_PROMPT_CODE);
      say (self, RIGHT);
      g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_TICKET);
    }

  /* Each proof has to be given again in a later conversation. */
  begin (self);
  say (self, SAVED);
  assert_prompt (self, SERVICE_WORD_MORE_SIGNED_IN, SERVICE_PROMPT_SECOND);
  g_assert_cmpint (self->burned, ==, 1);
  say (self, SAVED);
  assert_prompt (self, SERVICE_WORD_SAME_SAVED, SERVICE_PROMPT_SECOND);
  g_assert_cmpint (self->burned, ==, 1);
}

static void
test_kept_proof_is_no_free_guess (World         *self,
                                  gconstpointer  data)
{
  begin (self);
  say (self, EMAIL);
  say (self, RIGHT);
  for (guint i = 1; i <= 5; i++)
    {
      code (self, WRONG);
      assert_step (self, PASS, NONE);
      g_assert_cmpint (self->counts[SERVICE_COUNT_WRONG], ==, i);
    }
  code (self, RIGHT);                 /* five wrong ones: the proof is gone */
  assert_step (self, PASS, NONE);
  g_assert_cmpint (self->counts[SERVICE_COUNT_WRONG], ==, 5);
}

static void
test_limits (World         *self,
             gconstpointer  data)
{
  begin (self);
  say (self, EMAIL);
  say (self, "?");
  assert_prompt (self, SERVICE_WORD_TOO_EARLY_AT, SERVICE_PROMPT_CODE);
  g_assert_cmpint (self->step.at, ==, self->now.wall + 30);
  move (self, 30);
  say (self, "?");
  assert_prompt (self, SERVICE_WORD_AGAIN, SERVICE_PROMPT_CODE);
  g_assert_cmpint (self->resent, ==, 1);
  move (self, 60);
  self->limits.sends_until = self->now.wall + 600;
  say (self, "?");
  assert_prompt (self, SERVICE_WORD_LIMIT_RUNS_AT, SERVICE_PROMPT_CODE);
  move (self, 1800);
  say (self, "?");
  assert_prompt (self, SERVICE_WORD_LIMIT_AT, SERVICE_PROMPT_SAVED);
  self->limits.sends_until = 0;
  self->limits.addresses_until = self->now.wall + 600;
  begin (self);
  say (self, EMAIL);
  assert_prompt (self, SERVICE_WORD_LIMIT_AT, SERVICE_PROMPT_SAVED);
  self->limits.addresses_until = 0;
  begin (self);
  say (self, EMAIL);
  self->limits.tries_until = self->now.wall + 600;
  say (self, RIGHT);
  assert_step (self, END, REST_AT);
  code (self, RIGHT);
  assert_step (self, PASS, NONE);
  begin (self);
  say (self, SAVED);                  /* saved codes have their own count */
  g_assert_cmpint (self->step.kind, ==, SERVICE_STEP_TICKET);
  self->limits.codes_rest = TRUE;
  begin (self);
  say (self, RIGHT);
  assert_prompt (self, SERVICE_WORD_REST, SERVICE_PROMPT_SAVED);
  self->limits.saved_rest = TRUE;
  say (self, SAVED);
  assert_step (self, END, REST_ALL);
  begin (self);
  assert_step (self, END, REST_ALL);
}

static void
test_clock_set_back (World         *self,
                     gconstpointer  data)
{
  begin (self);
  say (self, EMAIL);
  self->now.wall -= 60;
  say (self, RIGHT);
  assert_prompt (self, SERVICE_WORD_ENDED, SERVICE_PROMPT_CODE);
  self->now.wall += 61;
  self->now.boot += 1801;
  say (self, RIGHT);
  assert_prompt (self, SERVICE_WORD_ENDED, SERVICE_PROMPT_CODE);
}

/* No way of typing makes it stop, and nothing but a right proof gives a ticket. */
static void
test_random_walks (World         *self,
                   gconstpointer  data)
{
  static const char *const texts[] = { "", "?", WRONG, "hello", EMAIL, PHONE, "x@example.org", SAVED,
                                       "7HVA-3JPQ-ZR7H-KX" };

  self->nobody = TRUE;
  for (guint walk = 0; walk < 2000; walk++)
    {
      service_talk_clear (&self->talk);
      begin (self);
      for (guint i = 0; i < 30 && self->step.kind == SERVICE_STEP_PROMPT; i++)
        {
          say (self, texts[g_test_rand_int_range (0, G_N_ELEMENTS (texts))]);
          g_assert_cmpint (self->step.kind, !=, SERVICE_STEP_TICKET);
          g_assert_cmpint (self->step.kind, !=, SERVICE_STEP_PASS);
          g_assert_false (self->step.kind == SERVICE_STEP_END && self->step.error);
          if (i % 7 == 3)
            move (self, g_test_rand_int_range (0, 900));
        }
    }
}

/* --- who may ------------------------------------------------------------------------------------------------------ */

#define SAVED_BIT (1u << SERVICE_PROOF_SAVED)
#define EMAIL_BIT (1u << SERVICE_PROOF_EMAIL)
#define PHONE_BIT (1u << SERVICE_PROOF_PHONE)

static void
test_judge (void)
{
  const ServiceRecoverableFacts usual = { .uid = 1000, .least_uid = 1000, .has_mark = TRUE, .reset_conf = 2,
                                          .kinds = EMAIL_BIT };
  ServiceRecoverableFacts facts;
  ServiceRecoverable answer;

#define assert_judged(reason_, needed_, why_, missing_) \
  G_STMT_START { \
    service_recoverable_judge (&facts, &answer); \
    g_assert_cmpstr (answer.reason, ==, reason_); \
    g_assert_cmpint (answer.needed, ==, needed_); \
    g_assert_cmpint (answer.why, ==, SERVICE_WHY_##why_); \
    g_assert_cmpstr (answer.missing, ==, missing_); \
  } G_STMT_END

  facts = usual;
  assert_judged (NULL, 1, ONE, NULL);
  facts.session_open = TRUE;
  assert_judged (NULL, 2, SESSION, NULL);
  facts = usual, facts.kinds = 0;
  assert_judged ("too-few-proofs", 1, ONE, "saved-code");
  facts = usual, facts.administrator = TRUE;
  assert_judged ("too-few-proofs", 2, ADMINISTRATOR, "saved-code");
  facts.kinds = EMAIL_BIT | SAVED_BIT;
  assert_judged (NULL, 2, ADMINISTRATOR, NULL);
  facts.kinds = SAVED_BIT;
  assert_judged ("too-few-proofs", 2, ADMINISTRATOR, "phone");
  facts.reset_conf = 1;
  assert_judged (NULL, 1, ONE, NULL);
  facts.reset_conf = 0;
  assert_judged ("administrator", 1, ONE, NULL);
  facts = usual, facts.has_mark = FALSE;
  assert_judged ("too-few-proofs", 2, HOME, "saved-code");
  facts.administrator = TRUE, facts.reset_conf = 1, facts.kinds = EMAIL_BIT | PHONE_BIT;
  assert_judged (NULL, 2, HOME, NULL);
  facts = usual, facts.kind = SERVICE_PASSWORD_KIND_LOCKED;
  assert_judged ("locked", 1, ONE, NULL);
  facts.kind = SERVICE_PASSWORD_KIND_OTHER_SOURCE;
  assert_judged ("organisation", 1, ONE, NULL);
  facts.kind = SERVICE_PASSWORD_KIND_ENCRYPTED_HOME;
  assert_judged ("encrypted-home", 1, ONE, NULL);
  facts.kind = SERVICE_PASSWORD_KIND_NO_PASSWORD;
  assert_judged ("no-password", 1, ONE, NULL);
  facts = usual, facts.uid = 999;
  assert_judged ("locked", 1, ONE, NULL);
  facts = usual, facts.uid = 0, facts.administrator = TRUE, facts.kinds = EMAIL_BIT | SAVED_BIT;
  assert_judged ("administrator", 2, ADMINISTRATOR, NULL);
  facts = usual, facts.suspended = TRUE;
  assert_judged ("new-account", 1, ONE, NULL);
#undef assert_judged
}

static void
test_reset_conf (void)
{
  static const struct { const char *text; guint proofs; } all[] = {
    { "administrators=2\n", 2 }, { "# ours\nadministrators=1\n", 1 }, { "administrators=no\n", 0 }, { "", 0 },
    { "administrators=3\n", 0 }, { "administrators=2 \n", 2 }, { "administrators=12\n", 0 },
    { "#administrators=2\n", 0 },
  };
  g_autofree char *dir = g_dir_make_tmp ("secinfo-conf-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "reset.conf", NULL);

  g_assert_cmpuint (service_recoverable_reset_conf (path, geteuid ()), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_assert_true (g_file_set_contents (path, all[i].text, -1, NULL));
      g_chmod (path, 0644);
      g_assert_cmpuint (service_recoverable_reset_conf (path, geteuid ()), ==, all[i].proofs);
    }
  g_assert_true (g_file_set_contents (path, "administrators=2\n", -1, NULL));
  g_chmod (path, 0666);               /* anybody's word */
  g_assert_cmpuint (service_recoverable_reset_conf (path, geteuid ()), ==, 0);
  g_chmod (path, 0644);
  g_assert_cmpuint (service_recoverable_reset_conf (path, geteuid () + 1), ==, 0);
  g_remove (path);
  g_rmdir (dir);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static void
measure (const char *language)
{
  service_language_push (language);
  for (guint word = SERVICE_WORD_NONE + 1; word < SERVICE_N_WORDS; word++)
    {
      g_autofree char *message = service_sign_in_message (word, 1795492800, 88);
      g_autofree char *one = service_sign_in_message (word, 1795492800, 1);

      g_test_message ("%s %2ld %s", language, g_utf8_strlen (message, -1), message);
      g_assert_cmpint (g_utf8_strlen (message, -1), <=, SERVICE_SIGN_IN_LETTERS);
      g_assert_cmpint (g_utf8_strlen (one, -1), <=, SERVICE_SIGN_IN_LETTERS);
      g_assert_cmpuint (strlen (message), <, 328);
      g_assert_cmpstr (message, !=, "");
      g_assert_null (strchr (message, '\n'));
      g_assert_cmpint (strstr (message, "%s") != NULL, ==,
                       word == SERVICE_WORD_REFUSED || word == SERVICE_WORD_MACHINE_LIMIT);
    }
  for (guint prompt = 0; prompt < SERVICE_N_PROMPTS; prompt++)
    {
      const char *text = service_sign_in_prompt (prompt);

      g_assert_cmpint (g_utf8_strlen (text, -1), <=, SERVICE_SIGN_IN_PROMPT_LETTERS);
      g_assert_true (g_str_has_suffix (text, ": "));
    }
  service_language_pop ();
}

static void
test_words_fit (void)
{
  g_autofree char *path = g_build_filename (SOURCEDIR, "po", "LINGUAS", NULL);
  g_autofree char *content = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;

  measure ("en");
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *language = g_strstrip (lines[i]);
      g_autofree char *english = NULL, *theirs = NULL;

      if (*language == '\0' || *language == '#')
        continue;
      measure (language);
      n++;
      service_language_push ("en");
      english = service_sign_in_message (SERVICE_WORD_ASK, 0, 0);
      service_language_pop ();
      service_language_push (language);
      theirs = service_sign_in_message (SERVICE_WORD_ASK, 0, 0);
      service_language_pop ();
      g_assert_cmpstr (english, !=, theirs);   /* it was measured in that language */
    }
  g_assert_cmpuint (n, >=, 1);
}

int
main (int    argc,
      char **argv)
{
  service_language_init ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/talk/" #name, World, NULL, set_up, test_##name, tear_down)
  g_test_add_func ("/talk/typed", test_typed);
  ADD (one_proof);
  ADD (life_follows_what_was_typed);
  ADD (nobody_all_the_way);
  ADD (ways_of_sending);
  ADD (two_proofs);
  ADD (kept_proof_is_no_free_guess);
  ADD (limits);
  ADD (clock_set_back);
  ADD (random_walks);
  g_test_add_func ("/talk/judge", test_judge);
  g_test_add_func ("/talk/reset_conf", test_reset_conf);
  g_test_add_func ("/talk/words_fit", test_words_fit);
  return g_test_run ();
}
