/* fuzz-sign-in.c - what pam_secinfo.so sends secinfod, and what somebody types at the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The socket's own checks of a datagram, the conversation behind them, its words; the store is played. */
#include "service-sign-in.c"

#include "fuzz.h"

#include "service-language.h"
#include "service-sign-in-reply.h"

#define RIGHT "482913"
#define EMAIL "ada@example.org"
#define PHONE "+447911123456"
#define SAVED "7HVA3JPQZR7HKK"

typedef struct
{
  ServiceTalkWorld world;
  SecinfoNow       now;
  ServiceTalk      talk;
  ServiceSignInLine line;
  ServiceTalkHere  here;
  gboolean         nobody;
  gboolean         burned;      /* the saved code */
  gboolean         right[SERVICE_N_PROOFS];
  guint            ids;
} World;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  service_language_init ();
  return 0;
}

/* --- the store, played -------------------------------------------------------------------------------------------- */

static gboolean
play_subject (ServiceTalkWorld *world, const char *key, char subject[SERVICE_TALK_SUBJECT], GError **error)
{
  g_strlcpy (subject, key, SERVICE_TALK_SUBJECT);
  return TRUE;
}

static gboolean
play_limits (ServiceTalkWorld *world, const char *subject, ServiceTalkLimits *limits, GError **error)
{
  memset (limits, 0, sizeof *limits);
  return TRUE;
}

static gboolean
play_count (ServiceTalkWorld *world, ServiceTalkCount what, const char *subject, GError **error)
{
  return TRUE;
}

static gboolean
play_issue (ServiceTalkWorld *world, ServiceTalkCode *code, const char *key, GError **error)
{
  World *self = (World *) world;

  g_snprintf (code->id, sizeof code->id, "code-%u", ++self->ids);
  if (!self->nobody && (g_str_equal (key, EMAIL) || g_str_equal (key, PHONE)))
    code->challenge = g_strdup (code->id);
  return TRUE;
}

static gboolean
play_resend (ServiceTalkWorld *world, ServiceTalkCode *code, GError **error)
{
  fuzz_assert (code->known);
  return TRUE;
}

static gboolean
play_end (ServiceTalkWorld *world, ServiceTalkCode *code, gboolean answered, GError **error)
{
  return TRUE;
}

static gboolean
play_fits (ServiceTalkWorld *world, const char *id, const char *subject, const guint8 check[32], gboolean real,
           const char *digits, gboolean *fits, GError **error)
{
  World *self = (World *) world;

  *fits = real && !self->nobody && g_str_equal (digits, RIGHT);
  if (*fits)
    self->right[strchr (subject, '@') != NULL ? SERVICE_PROOF_EMAIL : SERVICE_PROOF_PHONE] = TRUE;
  return TRUE;
}

static gboolean
play_match (ServiceTalkWorld *world, gboolean burn, gboolean *is, GError **error)
{
  World *self = (World *) world;

  *is = world->saved_hash[0] == 1 && !self->burned && !self->nobody;
  if (*is && burn)
    self->burned = self->right[SERVICE_PROOF_SAVED] = TRUE;
  return TRUE;
}

/* --- a datagram --------------------------------------------------------------------------------------------------- */

static void
check_words (const ServiceStep *step, const char *language)
{
  static const guint8 ticket[SECINFO_TICKET_SIZE] = { 1 };
  struct secinfo_sign_in_reply list[SERVICE_SIGN_IN_REPLIES];
  guint n = service_sign_in_render (step, ticket, language, list);

  fuzz_assert (n >= 1 && n <= SERVICE_SIGN_IN_REPLIES);
  for (guint i = 0; i < n; i++)
    {
      fuzz_assert (list[i].version == SECINFO_SIGN_IN_VERSION);
      fuzz_assert (secinfo_wire_text_ends (list[i].message, sizeof list[i].message));
      fuzz_assert (secinfo_wire_text_ends (list[i].prompt, sizeof list[i].prompt));
      fuzz_assert (g_utf8_validate (list[i].message, -1, NULL) && g_utf8_validate (list[i].prompt, -1, NULL));
      fuzz_assert (g_utf8_strlen (list[i].message, -1) <= SERVICE_SIGN_IN_LETTERS);
      fuzz_assert (g_utf8_strlen (list[i].prompt, -1) <= SERVICE_SIGN_IN_PROMPT_LETTERS);
    }
}

static void
talk (World *self, const struct secinfo_sign_in_request *request)
{
  ServiceTyped typed;
  ServiceStep step = { 0, };
  gboolean done;

  service_typed_read (&typed, request->text, "GB");
  self->world.saved_hash[0] = typed.kind == SERVICE_TYPED_SAVED && g_str_equal (typed.saved, SAVED);
  if (request->op == SECINFO_SIGN_IN_BEGIN)
    done = service_talk_begin (&self->talk, &self->here, &self->world, &step, NULL);
  else if (request->op == SECINFO_SIGN_IN_CODE)
    done = service_talk_code (&self->talk, &self->here, &self->world, &typed, &step, NULL);
  else
    done = service_talk_answer (&self->talk, &self->here, &self->world, &typed, &step, NULL);
  service_typed_clear (&typed);

  fuzz_assert (done);
  /* Nobody comes in without as many proofs as were asked for, each of its own kind. */
  if (step.kind == SERVICE_STEP_TICKET)
    fuzz_assert (self->right[0] + self->right[1] + self->right[2] >= (int) self->world.needed);
  /* Six digits that are not the code are a password like any other. */
  fuzz_assert (step.kind != SERVICE_STEP_PASS || request->op == SECINFO_SIGN_IN_CODE);
  check_words (&step, "en");
  check_words (&step, "de");

  if (request->op != SECINFO_SIGN_IN_ANSWER)
    g_strlcpy (self->line.name, request->user, sizeof self->line.name);
  self->line.talks = step.kind == SERVICE_STEP_PROMPT;
}

static void
take (World *self, const struct secinfo_sign_in_request *request, gsize size)
{
  if (!is_well_formed (request, (gssize) size))
    return;
  fuzz_assert (size == sizeof *request && request->user[sizeof request->user - 1] == '\0' &&
               request->text[sizeof request->text - 1] == '\0');
  if (!is_in_order (&self->line, request))
    return;
  fuzz_assert (request->op >= SECINFO_SIGN_IN_BEGIN && request->op <= SECINFO_SIGN_IN_RESULT);
  switch (request->op)
    {
    case SECINFO_SIGN_IN_REDEEM:
      fuzz_assert (request->user[0] != '\0' && self->line.name[0] == '\0');
      g_strlcpy (self->line.user, request->user, sizeof self->line.user);
      self->line.taken = TRUE;
      break;
    case SECINFO_SIGN_IN_RESULT:
      fuzz_assert (self->line.name[0] == '\0' && self->line.user[0] != '\0');
      self->line.taken = FALSE;
      break;
    default:
      talk (self, request);
    }
}

/* One line of the input: "B", "C" and six digits, "A" and what was typed, "R", "S"; "N" is another connection, "T" and
 * a number minutes that pass, "X" the datagram itself, zeros making up what is missing. */
static void
play (World *self, const char *text, gsize size)
{
  static const char ops[] = "BCARS";
  struct secinfo_sign_in_request request = { .version = SECINFO_SIGN_IN_VERSION };
  const char *op = size > 0 && text[0] != '\0' ? strchr (ops, text[0]) : NULL;
  gint64 minutes;

  if (size > 0 && text[0] == 'N')
    {
      memset (&self->line, 0, sizeof self->line);
      memset (&self->here, 0, sizeof self->here);
    }
  else if (size > 0 && text[0] == 'T')
    {
      minutes = CLAMP (g_ascii_strtoll (text + 1, NULL, 10), -100, 100000);
      self->now.wall += minutes * 60;
      self->now.boot += MAX (minutes, 0) * 60;
    }
  else if (op != NULL)
    {
      request.op = (guint32) (op - ops) + 1;
      g_strlcpy (request.user, "ada", sizeof request.user);
      memcpy (request.text, text + 1, MIN (size - 1, sizeof request.text));
      take (self, &request, sizeof request);
    }
  else if (size > 0)
    {
      memset (&request, 0, sizeof request);
      memcpy (&request, text + 1, MIN (size - 1, sizeof request));
      take (self, &request, text[0] == 'X' ? sizeof request : size - 1);
    }
}

/* The first byte: 1 nobody has that name, 2 two proofs are needed, 4 no network, 8 no mail, 16 no phone. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  World world = {
    .now = { 1795492800, 1000, "0f0e0d0c-0b0a-0908-0706-050403020100" },
    .world = {
      .needed = 1, .code_tries = 5, .resend_first = 30, .life = { 1800, 600 },
      .subject = play_subject, .limits = play_limits, .count = play_count, .issue = play_issue,
      .resend = play_resend, .end = play_end, .fits = play_fits, .match = play_match,
    },
  };

  if (size == 0 || size > 16384)
    return 0;
  world.world.now = &world.now;
  world.nobody = (data[0] & 1) != 0;
  world.world.needed = (data[0] & 2) != 0 ? 2 : 1;
  world.world.network = (data[0] & 4) == 0;
  world.world.ways[0] = (data[0] & 8) != 0 ? SERVICE_WAY_DOWN : SERVICE_WAY_READY;
  world.world.ways[1] = (data[0] & 16) != 0 ? SERVICE_WAY_NONE : SERVICE_WAY_READY;
  data++, size--;
  while (size > 0)
    {
      gsize length;
      g_autofree char *text = fuzz_take_until (&data, &size, '\n', &length);

      play (&world, text, length);
    }
  service_talk_clear (&world.talk);
  return 0;
}
