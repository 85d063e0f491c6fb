/* app-code-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-form.h"

#include "secinfo-time.h"

#include <glib/gi18n.h>

#define LOOK_SECONDS 5

/**
 * AppCodeForm:
 *
 * One code in flight: follows its message through the service's events, counts down, sends what was typed. The field
 * itself stays with the window: no code is kept here.
 */
struct _AppCodeForm
{
  GObject           parent_instance;

  SecinfoClient    *client;          /* (nullable) */
  SecinfoChallenge *challenge;       /* (not nullable) */
  SecinfoContact   *proven;          /* (nullable) */
  GCancellable     *cancellable;     /* (not nullable) ends with the form */
  AppCodeView      *view;            /* (not nullable) */
  char             *typed;           /* (nullable) */
  char             *problem;         /* (nullable) */
  char             *resend_words;    /* (nullable) why it cannot be sent again now: a pause that is counted down */
  char             *pause_words;     /* (nullable) */
  gint64            pause_until;     /* Unix seconds, 0 = none */
  gint64            resend_until;    /* Unix seconds, 0 = as the challenge says */
  gint64            now;
  gulong            event_handler;
  gboolean          busy;
  gboolean          done;
  gboolean          sent_by_itself;  /* the six digits now in the field went out already */
};

enum { CHANGED, DONE, GONE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppCodeForm, app_code_form, G_TYPE_OBJECT)

static void
update (AppCodeForm *self)
{
  g_clear_pointer (&self->view, app_code_view_free);
  self->view = app_code_view_new (self->challenge, self->typed, self->now, self->pause_until,
                                  self->pause_words != NULL ? self->pause_words : "");
  if (self->done)
    {
      self->view->page = APP_CODE_DONE;
      self->view->button = APP_CODE_BUTTON_DONE;
    }
  if (self->resend_until > self->now)
    {
      g_free (self->view->resend_subtitle);
      self->view->resend_subtitle = self->resend_words != NULL
        ? g_strdup (self->resend_words) : app_code_view_wait_words (self->resend_until, self->now);
      self->view->resend_possible = FALSE;
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_busy (AppCodeForm *self,
          gboolean     busy)
{
  self->busy = busy;
  update (self);
}

static void
refresh_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  challenge = secinfo_client_get_challenge_finish (SECINFO_CLIENT (object), result, &error);
  if (challenge != NULL)
    {
      /* It says itself when the next can go, and why not before. */
      self->resend_until = 0;
      app_code_form_set_challenge (self, challenge);
    }
  else if (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND) && !self->done)
    g_signal_emit (self, signals[GONE], 0);
}

static void
event_cb (SecinfoClient *client,
          const char    *what,
          const char    *id,
          AppCodeForm   *self)
{
  if (!self->done && g_strcmp0 (what, "challenge") == 0 &&
      (id == NULL || g_strcmp0 (id, secinfo_challenge_get_id (self->challenge)) == 0))
    app_code_form_refresh (self);
}

static char *
words_for_pause (SecinfoProblem *problem)
{
  const char *window = secinfo_json_get_string (secinfo_problem_get_members (problem), "window");

  return g_strdup (g_strcmp0 (window, "day") == 0 ? _("50 wrong codes within a day.")
                                                   : _("10 wrong codes within an hour."));
}

void
app_code_form_set_error (AppCodeForm  *self,
                         const GError *error)
{
  SecinfoProblem *problem;

  g_return_if_fail (APP_IS_CODE_FORM (self));
  g_return_if_fail (error != NULL);

  problem = secinfo_problem_from_error (error);
  switch (problem != NULL ? secinfo_problem_get_kind (problem) : SECINFO_PROBLEM_UNKNOWN)
    {
    case SECINFO_PROBLEM_TOO_MANY_TRIES:
      g_free (self->pause_words);
      self->pause_words = words_for_pause (problem);
      self->pause_until = secinfo_problem_get_retry_at (problem);
      break;

    case SECINFO_PROBLEM_TOO_MANY_CODES:
    case SECINFO_PROBLEM_TOO_SOON:
      g_free (self->resend_words);
      self->resend_words = secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_TOO_SOON ? NULL
                                                                                          : g_strdup (error->message);
      self->resend_until = secinfo_problem_get_retry_at (problem);
      /* What the code says of it by now: its end may be nearer. */
      if (self->view->resend_visible)
        {
          app_code_form_refresh (self);
        }
      else
        {
          /* A new code was asked for, and there is no row that could say so. */
          g_free (self->pause_words);
          self->pause_words = g_strdup (error->message);
          self->pause_until = self->resend_until;
        }
      break;

    case SECINFO_PROBLEM_CODE_EXPIRED:
    case SECINFO_PROBLEM_CODE_USED_UP:
    case SECINFO_PROBLEM_CODE_USED:
      app_code_form_refresh (self);
      break;

    case SECINFO_PROBLEM_NOT_FOUND:
      g_signal_emit (self, signals[GONE], 0);
      return;

    default:
      g_free (self->problem);
      self->problem = g_strdup (error->message);
      break;
    }
  update (self);
}

static void
answer_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->busy = FALSE;
  if (secinfo_client_answer_finish (SECINFO_CLIENT (object), result, &self->proven, &error))
    {
      self->done = TRUE;
      update (self);
      g_signal_emit (self, signals[DONE], 0);
      return;
    }
  app_code_form_set_error (self, error);
  app_code_form_refresh (self);
}

static void
take_challenge (AppCodeForm      *self,
                SecinfoChallenge *challenge,
                const GError     *error)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->busy = FALSE;
  if (challenge == NULL)
    {
      app_code_form_set_error (self, error);
      return;
    }
  g_clear_pointer (&self->problem, g_free);
  app_code_form_set_challenge (self, challenge);
}

static void
resend_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_resend_finish (SECINFO_CLIENT (object), result, &error);

  take_challenge (self, challenge, error);
}

static void
prove_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_prove_contact_finish (SECINFO_CLIENT (object), result, &error);

  take_challenge (self, challenge, error);
}

static void
confirm_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_confirm_with_finish (SECINFO_CLIENT (object), result, &error);

  take_challenge (self, challenge, error);
}

static void
restore_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppCodeForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  if (secinfo_client_restore_contact_finish (SECINFO_CLIENT (object), result, &challenge, &error) && challenge == NULL)
    {
      self->busy = FALSE;
      self->done = TRUE;
      update (self);
      g_signal_emit (self, signals[DONE], 0);
      return;
    }
  take_challenge (self, challenge, error);
}

/* Events tell what changes; this is for the time when the stream is broken. */
static void
look_again (AppCodeForm *self)
{
  SecinfoDeliveryState delivery = secinfo_challenge_get_delivery (self->challenge);

  if (self->client != NULL && !secinfo_client_is_streaming (self->client) &&
      (delivery == SECINFO_DELIVERY_QUEUED || delivery == SECINFO_DELIVERY_SENDING ||
       delivery == SECINFO_DELIVERY_RETRY))
    app_code_form_refresh (self);
}

/* An ended code is never sent again: another one takes its place. */
static void
send_new_code (AppCodeForm *self)
{
  const char *contact = secinfo_challenge_get_contact (self->challenge);

  switch (secinfo_challenge_get_purpose (self->challenge))
    {
    case SECINFO_PURPOSE_CONFIRM:
      secinfo_client_confirm_with_async (self->client, contact, NULL, self->cancellable, confirm_cb,
                                         g_object_ref (self));
      break;
    case SECINFO_PURPOSE_RESTORE:
      secinfo_client_restore_contact_async (self->client, contact, self->cancellable, restore_cb, g_object_ref (self));
      break;
    case SECINFO_PURPOSE_RESUME:
    case SECINFO_PURPOSE_PROVE:
    default:
      if (contact == NULL)
        g_signal_emit (self, signals[GONE], 0);
      else
        secinfo_client_prove_contact_async (self->client, contact, NULL, NULL, self->cancellable, prove_cb,
                                            g_object_ref (self));
      break;
    }
}

static void
app_code_form_dispose (GObject *object)
{
  AppCodeForm *self = APP_CODE_FORM (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_clear_signal_handler (&self->event_handler, self->client);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (app_code_form_parent_class)->dispose (object);
}

static void
app_code_form_finalize (GObject *object)
{
  AppCodeForm *self = APP_CODE_FORM (object);

  g_clear_object (&self->challenge);
  g_clear_object (&self->proven);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->view, app_code_view_free);
  g_clear_pointer (&self->typed, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->resend_words, g_free);
  g_clear_pointer (&self->pause_words, g_free);

  G_OBJECT_CLASS (app_code_form_parent_class)->finalize (object);
}

static void
app_code_form_class_init (AppCodeFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_code_form_dispose;
  object_class->finalize = app_code_form_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GONE] = g_signal_new ("gone", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_code_form_init (AppCodeForm *self)
{
  SecinfoNow now;

  self->cancellable = g_cancellable_new ();
  secinfo_now_read (&now);
  self->now = now.wall;
}

AppCodeForm *
app_code_form_new (SecinfoClient    *client,
                   SecinfoChallenge *challenge,
                   const char       *typed)
{
  AppCodeForm *self;

  g_return_val_if_fail (client == NULL || SECINFO_IS_CLIENT (client), NULL);
  g_return_val_if_fail (SECINFO_IS_CHALLENGE (challenge), NULL);

  self = g_object_new (APP_TYPE_CODE_FORM, NULL);
  self->challenge = g_object_ref (challenge);
  self->typed = g_strdup (typed);
  if (client != NULL)
    {
      self->client = g_object_ref (client);
      self->event_handler = g_signal_connect (client, "event", G_CALLBACK (event_cb), self);
    }
  update (self);
  /* What became of the message between the answer and now was told to nobody. */
  app_code_form_refresh (self);

  return self;
}

SecinfoChallenge *
app_code_form_get_challenge (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), NULL);

  return self->challenge;
}

void
app_code_form_set_challenge (AppCodeForm      *self,
                             SecinfoChallenge *challenge)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));
  g_return_if_fail (SECINFO_IS_CHALLENGE (challenge));

  if (g_strcmp0 (secinfo_challenge_get_id (challenge), secinfo_challenge_get_id (self->challenge)) != 0)
    {
      self->resend_until = 0;
      self->pause_until = 0;
      g_clear_pointer (&self->problem, g_free);
    }
  g_set_object (&self->challenge, challenge);
  update (self);
}

void
app_code_form_set_now (AppCodeForm *self,
                       gint64       now)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));

  if (self->now == now)
    return;
  self->now = now;
  update (self);
  if (!self->done && now % LOOK_SECONDS == 0)
    look_again (self);
}

gint64
app_code_form_get_now (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), 0);

  return self->now;
}

const AppCodeView *
app_code_form_get_view (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), NULL);

  return self->view;
}

const char *
app_code_form_get_problem (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), NULL);

  return self->problem;
}

gboolean
app_code_form_is_busy (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), FALSE);

  return self->busy;
}

SecinfoContact *
app_code_form_get_proven (AppCodeForm *self)
{
  g_return_val_if_fail (APP_IS_CODE_FORM (self), NULL);

  return self->proven;
}

gboolean
app_code_form_typed (AppCodeForm *self,
                     guint        digits)
{
  gboolean complete = digits == 6;

  g_return_val_if_fail (APP_IS_CODE_FORM (self), FALSE);

  if (self->problem != NULL)
    {
      g_clear_pointer (&self->problem, g_free);
      update (self);
    }
  if (!complete)
    {
      self->sent_by_itself = FALSE;
      return FALSE;
    }
  if (self->sent_by_itself || self->busy || self->view->page != APP_CODE_ENTER)
    return FALSE;

  self->sent_by_itself = TRUE;
  return TRUE;
}

void
app_code_form_submit (AppCodeForm   *self,
                      SecinfoSecret *code)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));
  g_return_if_fail (code != NULL);

  if (self->busy || self->done || self->client == NULL)
    return;

  set_busy (self, TRUE);
  secinfo_client_answer_async (self->client, secinfo_challenge_get_id (self->challenge), code,
                               self->cancellable, answer_cb, g_object_ref (self));
}

void
app_code_form_resend (AppCodeForm *self,
                      const char  *via)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));

  if (self->busy || self->done || self->client == NULL)
    return;

  set_busy (self, TRUE);
  if (self->view->page == APP_CODE_EXPIRED || self->view->page == APP_CODE_USED_UP)
    send_new_code (self);
  else
    secinfo_client_resend_async (self->client, secinfo_challenge_get_id (self->challenge), via,
                                 self->cancellable, resend_cb, g_object_ref (self));
}

void
app_code_form_refresh (AppCodeForm *self)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));

  if (self->client != NULL)
    secinfo_client_get_challenge_async (self->client, secinfo_challenge_get_id (self->challenge),
                                        self->cancellable, refresh_cb, g_object_ref (self));
}

static void
gave_up_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  /* The code ends by itself where this did not reach the service. */
  secinfo_client_give_up_finish (SECINFO_CLIENT (object), result, NULL);
}

void
app_code_form_give_up (AppCodeForm *self)
{
  g_return_if_fail (APP_IS_CODE_FORM (self));

  if (self->client != NULL && !self->done)
    secinfo_client_give_up_async (self->client, secinfo_challenge_get_id (self->challenge), NULL, gave_up_cb, NULL);
}
