/* app-confirm-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-confirm-form.h"

#include <glib/gi18n.h>

/**
 * AppConfirmForm:
 *
 * Password, then which contact, then the code: as much of it as the level needs, and what of it was done within ten
 * minutes is not asked again. Neither password nor code is kept here.
 */
struct _AppConfirmForm
{
  GObject         parent_instance;

  SecinfoClient  *client;        /* (nullable) */
  SecinfoAccount *account;       /* (not nullable) */
  AppCodeForm    *code;          /* (nullable) before CODE */
  GListStore     *choices;       /* (not nullable) */
  GCancellable   *cancellable;   /* (not nullable) */
  char           *choice;        /* (nullable) */
  char           *problem;       /* (nullable) */
  gint64          pause_until;   /* Unix seconds, 0 = none */
  SecinfoLevel    level;
  AppConfirmStep  step;
  gboolean        busy;
  gboolean        without_password;   /* the last try named none */
};

enum { CHANGED, DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppConfirmForm, app_confirm_form, G_TYPE_OBJECT)

static void
update (AppConfirmForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
finish (AppConfirmForm *self)
{
  self->step = APP_CONFIRM_DONE;
  update (self);
  g_signal_emit (self, signals[DONE], 0);
}

static void
fill_choices (AppConfirmForm *self,
              const char     *preferred)
{
  GListModel *contacts = secinfo_account_get_contacts (self->account);
  /* It may be our own choice, which is set anew below. */
  g_autofree char *wanted = g_strdup (preferred);

  g_list_store_remove_all (self->choices);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      const char *id = secinfo_contact_get_id (contact);

      if (!secinfo_contact_is_in_force (contact))
        continue;
      g_list_store_append (self->choices, contact);
      if (self->choice == NULL || g_strcmp0 (id, wanted) == 0)
        {
          g_free (self->choice);
          self->choice = g_strdup (id);
        }
    }
}

static void
set_problem (AppConfirmForm *self,
             const GError   *error)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);

  g_free (self->problem);
  self->problem = g_strdup (error->message);
  self->pause_until = problem != NULL ? secinfo_problem_get_retry_at (problem) : 0;
}

static void
elevate_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppConfirmForm) self = user_data;
  g_autoptr(GError) error = NULL;
  guint verified_contacts = 0;

  secinfo_client_elevate_finish (SECINFO_CLIENT (object), result, &verified_contacts, &error);
  if (!g_cancellable_is_cancelled (self->cancellable))
    app_confirm_form_take_password (self, verified_contacts, error);
}

static void
confirm_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppConfirmForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = NULL;

  challenge = secinfo_client_confirm_with_finish (SECINFO_CLIENT (object), result, &error);
  if (!g_cancellable_is_cancelled (self->cancellable))
    app_confirm_form_take_challenge (self, challenge, error);
}

static void
code_done_cb (AppCodeForm    *code,
              AppConfirmForm *self)
{
  finish (self);
}

static void
code_gone_cb (AppCodeForm    *code,
              AppConfirmForm *self)
{
  app_confirm_form_choose_another (self);
}

static void
drop_code (AppConfirmForm *self)
{
  if (self->code != NULL)
    g_signal_handlers_disconnect_by_data (self->code, self);
  g_clear_object (&self->code);
}

static void
app_confirm_form_dispose (GObject *object)
{
  AppConfirmForm *self = APP_CONFIRM_FORM (object);

  g_cancellable_cancel (self->cancellable);
  drop_code (self);
  g_clear_object (&self->client);
  g_clear_object (&self->account);

  G_OBJECT_CLASS (app_confirm_form_parent_class)->dispose (object);
}

static void
app_confirm_form_finalize (GObject *object)
{
  AppConfirmForm *self = APP_CONFIRM_FORM (object);

  g_clear_object (&self->choices);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->choice, g_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (app_confirm_form_parent_class)->finalize (object);
}

static void
app_confirm_form_class_init (AppConfirmFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_confirm_form_dispose;
  object_class->finalize = app_confirm_form_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_confirm_form_init (AppConfirmForm *self)
{
  self->choices = g_list_store_new (SECINFO_TYPE_CONTACT);
  self->cancellable = g_cancellable_new ();
}

AppConfirmForm *
app_confirm_form_new (SecinfoClient  *client,
                      SecinfoAccount *account,
                      SecinfoLevel    level,
                      const char     *preferred)
{
  AppConfirmForm *self;

  g_return_val_if_fail (client == NULL || SECINFO_IS_CLIENT (client), NULL);
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (account), NULL);

  self = g_object_new (APP_TYPE_CONFIRM_FORM, NULL);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  self->account = g_object_ref (account);
  self->level = level;
  fill_choices (self, preferred);
  if (client != NULL && level == SECINFO_LEVEL_VERIFIED &&
      secinfo_client_get_level (client) == SECINFO_LEVEL_PASSWORD &&
      g_list_model_get_n_items (G_LIST_MODEL (self->choices)) > 0)
    self->step = APP_CONFIRM_CONTACT;

  return self;
}

AppConfirmStep
app_confirm_form_get_step (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), APP_CONFIRM_PASSWORD);

  return self->step;
}

gboolean
app_confirm_form_is_busy (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), FALSE);

  return self->busy;
}

const char *
app_confirm_form_get_problem (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), NULL);

  return self->problem;
}

gint64
app_confirm_form_get_pause_until (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), 0);

  return self->pause_until;
}

GListModel *
app_confirm_form_get_choices (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), NULL);

  return G_LIST_MODEL (self->choices);
}

const char *
app_confirm_form_get_choice (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), NULL);

  return self->choice;
}

void
app_confirm_form_set_choice (AppConfirmForm *self,
                             const char     *contact)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  if (g_strcmp0 (contact, self->choice) == 0)
    return;
  g_free (self->choice);
  self->choice = g_strdup (contact);
  update (self);
}

AppCodeForm *
app_confirm_form_get_code (AppConfirmForm *self)
{
  g_return_val_if_fail (APP_IS_CONFIRM_FORM (self), NULL);

  return self->code;
}

void
app_confirm_form_typed (AppConfirmForm *self)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  if (self->problem == NULL)
    return;
  g_clear_pointer (&self->problem, g_free);
  update (self);
}

void
app_confirm_form_submit_password (AppConfirmForm *self,
                                  SecinfoSecret  *password)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  if (self->busy || self->client == NULL)
    return;

  self->busy = TRUE;
  self->without_password = password == NULL;
  g_clear_pointer (&self->problem, g_free);
  update (self);
  secinfo_client_elevate_async (self->client, password, self->cancellable, elevate_cb, g_object_ref (self));
}

void
app_confirm_form_take_password (AppConfirmForm *self,
                                guint           verified_contacts,
                                const GError   *error)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  self->busy = FALSE;
  if (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_PASSWORD) && self->client != NULL &&
      !self->without_password)
    {
      /* A private instance lets an account without a password in at once. */
      app_confirm_form_submit_password (self, NULL);
      return;
    }
  if (error != NULL)
    {
      set_problem (self, error);
      update (self);
      return;
    }
  if (self->level == SECINFO_LEVEL_VERIFIED && verified_contacts > 0)
    {
      /* The list may be older than the answer. */
      fill_choices (self, self->choice);
      self->step = APP_CONFIRM_CONTACT;
      update (self);
      return;
    }
  finish (self);
}

void
app_confirm_form_send (AppConfirmForm *self)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  if (self->busy || self->client == NULL || self->choice == NULL)
    return;

  self->busy = TRUE;
  g_clear_pointer (&self->problem, g_free);
  update (self);
  secinfo_client_confirm_with_async (self->client, self->choice, NULL, self->cancellable, confirm_cb,
                                     g_object_ref (self));
}

void
app_confirm_form_take_challenge (AppConfirmForm   *self,
                                 SecinfoChallenge *challenge,
                                 const GError     *error)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  self->busy = FALSE;
  if (challenge == NULL)
    {
      set_problem (self, error);
      update (self);
      return;
    }

  drop_code (self);
  self->code = app_code_form_new (self->client, challenge, NULL);
  g_signal_connect (self->code, "done", G_CALLBACK (code_done_cb), self);
  g_signal_connect (self->code, "gone", G_CALLBACK (code_gone_cb), self);
  self->step = APP_CONFIRM_CODE;
  update (self);
}

void
app_confirm_form_choose_another (AppConfirmForm *self)
{
  g_return_if_fail (APP_IS_CONFIRM_FORM (self));

  drop_code (self);
  g_clear_pointer (&self->problem, g_free);
  self->step = APP_CONFIRM_CONTACT;
  update (self);
}
