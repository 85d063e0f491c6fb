/* secinfo-challenge.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-challenge.h"

#include "secinfo-client-private.h"

struct _SecinfoChallenge
{
  GObject                parent_instance;

  json_t                *object;          /* as it came */
  char                  *id;              /* (not nullable) */
  char                  *contact;         /* (nullable) */
  char                  *masked;          /* (not nullable) */
  char                  *value;           /* (nullable) wiped */
  char                  *detail;          /* (nullable) */
  char                  *by;              /* (nullable) */
  char                  *sender;          /* (nullable) */
  SecinfoPurpose         purpose;
  SecinfoChallengeState  state;
  SecinfoContactKind     kind;
  SecinfoMedium          medium;
  SecinfoDeliveryState   delivery;
  gint64                 expires_at;      /* Unix seconds, 0 = null; so the others */
  gint64                 ended_at;
  gint64                 resend_at;
  gint64                 send_at;
  gint64                 delivery_since;
  gint64                 next_at;
  gint64                 told_at;
  guint                  life;            /* seconds */
  guint                  attempts_left;
  guint                  sends;
  gboolean               trial;
  gboolean               not_served;
  GPtrArray             *steps;
  GPtrArray             *ways;
};

G_DEFINE_FINAL_TYPE (SecinfoChallenge, secinfo_challenge, G_TYPE_OBJECT)

static void
step_free (SecinfoChallengeStep *step)
{
  g_free (step->text);
  g_free (step);
}

static void
way_free (SecinfoChallengeWay *way)
{
  g_free (way->contact);
  g_free (way->masked);
  g_free (way);
}

static void
secinfo_challenge_finalize (GObject *object)
{
  SecinfoChallenge *self = SECINFO_CHALLENGE (object);

  g_clear_pointer (&self->object, json_decref);
  g_free (self->id);
  g_free (self->contact);
  g_free (self->masked);
  secinfo_secret_free_text (self->value);
  g_free (self->detail);
  g_free (self->by);
  g_free (self->sender);
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->ways);
  G_OBJECT_CLASS (secinfo_challenge_parent_class)->finalize (object);
}

static void
secinfo_challenge_class_init (SecinfoChallengeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = secinfo_challenge_finalize;
}

static void
secinfo_challenge_init (SecinfoChallenge *self)
{
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  self->ways = g_ptr_array_new_with_free_func ((GDestroyNotify) way_free);
}

static guint
get_count (json_t *object, const char *name)
{
  return (guint) CLAMP (secinfo_json_get_integer (object, name, 0), 0, G_MAXINT);
}

static void
read_steps (SecinfoChallenge *self, json_t *steps)
{
  json_t *object;
  gsize i;

  json_array_foreach (steps, i, object)
    {
      const char *word = secinfo_json_get_string (object, "state");
      SecinfoChallengeStep *step;
      SecinfoDeliveryState state;

      if (word == NULL || !secinfo_delivery_state_from_string (word, &state))
        continue;
      step = g_new0 (SecinfoChallengeStep, 1);
      step->state = state;
      step->at = secinfo_json_get_time (object, "at");
      step->text = g_strdup (secinfo_json_get_string (object, "text"));
      g_ptr_array_add (self->steps, step);
    }
}

static void
read_ways (SecinfoChallenge *self, json_t *ways)
{
  static const char *const words[] = { "resend", "voice", "sms", "contact", NULL };
  json_t *object;
  gsize i;

  json_array_foreach (ways, i, object)
    {
      const char *word = secinfo_json_get_string (object, "type");
      SecinfoChallengeWay *way;

      /* /v1 only grows: a way that this build cannot offer is left out. */
      if (word == NULL || !g_strv_contains (words, word))
        continue;
      way = g_new0 (SecinfoChallengeWay, 1);
      while (!g_str_equal (words[way->type], word))
        way->type++;
      way->contact = g_strdup (secinfo_json_get_string (object, "contact"));
      way->masked = g_strdup (secinfo_json_get_string (object, "masked"));
      way->at = secinfo_json_get_time (object, "at");
      g_ptr_array_add (self->ways, way);
    }
}

static void
read_delivery (SecinfoChallenge *self, json_t *delivery)
{
  const char *word = secinfo_json_get_string (delivery, "state");

  /* A state that came later than this build: nobody knows. */
  if (word == NULL || !secinfo_delivery_state_from_string (word, &self->delivery))
    self->delivery = SECINFO_DELIVERY_UNKNOWN;
  self->delivery_since = secinfo_json_get_time (delivery, "since");
  self->next_at = secinfo_json_get_time (delivery, "next_at");
  self->told_at = secinfo_json_get_time (delivery, "told_at");
  self->detail = g_strdup (secinfo_json_get_string (delivery, "detail"));
  self->by = g_strdup (secinfo_json_get_string (delivery, "by"));
  self->sender = g_strdup (secinfo_json_get_string (delivery, "sender"));
  self->not_served = g_strcmp0 (secinfo_json_get_string (delivery, "reason"), "country-not-served") == 0;
  self->trial = secinfo_json_get_boolean (delivery, "trial", FALSE);
  read_steps (self, secinfo_json_get_array (delivery, "steps"));
}

static gboolean
read_words (SecinfoChallenge *self, json_t *object)
{
  const char *purpose = secinfo_json_get_string (object, "purpose");
  const char *state = secinfo_json_get_string (object, "state");
  const char *medium = secinfo_json_get_string (object, "medium");

  return purpose != NULL && secinfo_purpose_from_string (purpose, &self->purpose) &&
         state != NULL && secinfo_challenge_state_from_string (state, &self->state) &&
         medium != NULL && secinfo_medium_from_string (medium, &self->medium) &&
         secinfo_client_kind_from_word (secinfo_json_get_string (object, "kind"), &self->kind);
}

/**
 * secinfo_challenge_new_from_json:
 * @object: (nullable): a Challenge of the API; unknown members are left alone
 *
 * Returns: (transfer full): or %NULL with a /problems/bad-answer in @error
 */
SecinfoChallenge *
secinfo_challenge_new_from_json (json_t *object, GError **error)
{
  g_autoptr(SecinfoChallenge) self = g_object_new (SECINFO_TYPE_CHALLENGE, NULL);
  const char *id = secinfo_json_get_string (object, "id");
  const char *masked = secinfo_json_get_string (object, "masked");
  json_t *delivery = secinfo_json_get_object (object, "delivery");

  if (id == NULL || *id == '\0' || masked == NULL || delivery == NULL || !read_words (self, object))
    {
      g_propagate_error (error, secinfo_client_bad_answer ());
      return NULL;
    }
  self->object = json_incref (object);
  self->id = g_strdup (id);
  self->masked = g_strdup (masked);
  self->contact = g_strdup (secinfo_json_get_string (object, "contact"));
  self->value = g_strdup (secinfo_json_get_string (object, "value"));
  self->expires_at = secinfo_json_get_time (object, "expires_at");
  self->ended_at = secinfo_json_get_time (object, "ended_at");
  self->resend_at = secinfo_json_get_time (object, "resend_at");
  self->send_at = secinfo_json_get_time (object, "send_at");
  self->life = get_count (object, "life");
  self->attempts_left = get_count (object, "attempts_left");
  self->sends = get_count (object, "sends");
  read_delivery (self, delivery);
  read_ways (self, secinfo_json_get_array (object, "ways"));
  return g_steal_pointer (&self);
}

json_t *
secinfo_challenge_get_json (SecinfoChallenge *self)
{
  g_return_val_if_fail (SECINFO_IS_CHALLENGE (self), NULL);

  return self->object;
}

char *
secinfo_challenge_dup_limit_words (SecinfoChallenge *self)
{
  g_autoptr(SecinfoProblem) problem = NULL;
  json_t *limit;

  g_return_val_if_fail (SECINFO_IS_CHALLENGE (self), NULL);

  limit = secinfo_json_get_object (self->object, "limit");
  if (limit == NULL || self->send_at == 0)
    return NULL;
  problem = secinfo_problem_new (SECINFO_PROBLEM_TOO_MANY_CODES);
  secinfo_problem_set_string (problem, "per", secinfo_json_get_string (limit, "per"));
  secinfo_problem_set_string (problem, "window", secinfo_json_get_string (limit, "window"));
  secinfo_problem_set_integer (problem, "limit", secinfo_json_get_integer (limit, "limit", 0));
  secinfo_problem_set_retry_at (problem, self->send_at);
  return secinfo_problem_to_words (problem);
}

#define GETTER(Type, name)                                             \
  Type                                                                 \
  secinfo_challenge_get_##name (SecinfoChallenge *self)                \
  {                                                                    \
    g_return_val_if_fail (SECINFO_IS_CHALLENGE (self), 0);             \
                                                                       \
    return self->name;                                                 \
  }

GETTER (const char *, id)
GETTER (const char *, contact)
GETTER (SecinfoPurpose, purpose)
GETTER (SecinfoChallengeState, state)
GETTER (SecinfoContactKind, kind)
GETTER (SecinfoMedium, medium)
GETTER (const char *, masked)
GETTER (const char *, value)
GETTER (gint64, expires_at)
GETTER (gint64, ended_at)
GETTER (gint64, resend_at)
GETTER (gint64, send_at)
GETTER (guint, life)
GETTER (guint, attempts_left)
GETTER (guint, sends)
GETTER (SecinfoDeliveryState, delivery)
GETTER (gint64, delivery_since)
GETTER (gint64, next_at)
GETTER (gint64, told_at)
GETTER (const char *, detail)
GETTER (const char *, by)
GETTER (const char *, sender)
GETTER (gboolean, trial)
GETTER (gboolean, not_served)
GETTER (GPtrArray *, steps)
GETTER (GPtrArray *, ways)
