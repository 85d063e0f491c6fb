/* app-saved-codes-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-saved-codes-form.h"

#include <glib/gi18n.h>

#include "secinfo-mask.h"
#include "secinfo-saved-code.h"
#include "secinfo-time.h"

#include <string.h>

typedef enum { CALL_NONE, CALL_MAKE, CALL_DELETE, CALL_PROVE } Call;

/**
 * AppSavedCodesForm:
 *
 * How many are left, new ones, and the label that shows that they are kept. The new codes are here from the answer that
 * carried them until they are in force or the form goes, and nowhere else.
 */
struct _AppSavedCodesForm
{
  GObject            parent_instance;

  SecinfoClient     *client;        /* (nullable) */
  GCancellable      *cancellable;   /* (not nullable) */
  json_t            *state;         /* (nullable) SavedCodes of the API, before it was asked */
  GPtrArray         *codes;         /* (nullable) of AppSavedCode */
  char              *problem;       /* (nullable) */
  char              *label;         /* (nullable) what is being proven with; public */
  guint              position;      /* of the code that is asked for, from 1 */
  AppSavedCodesStep  step;
  Call               call;          /* that is on its way, or waits for “Confirm it’s you” */
  gboolean           busy;
  gboolean           again;         /* it was refused once already */
};

enum { CHANGED, CONFIRM, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppSavedCodesForm, app_saved_codes_form, G_TYPE_OBJECT)

static void
code_free (gpointer data)
{
  AppSavedCode *code = data;

  g_clear_pointer (&code->code, secinfo_secret_unref);
  g_free (code);
}

static void
update (AppSavedCodesForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_problem (AppSavedCodesForm *self,
             const char        *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

static void
app_saved_codes_form_dispose (GObject *object)
{
  AppSavedCodesForm *self = APP_SAVED_CODES_FORM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  G_OBJECT_CLASS (app_saved_codes_form_parent_class)->dispose (object);
}

static void
app_saved_codes_form_finalize (GObject *object)
{
  AppSavedCodesForm *self = APP_SAVED_CODES_FORM (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->state, json_decref);
  g_free (self->problem);
  g_free (self->label);
  G_OBJECT_CLASS (app_saved_codes_form_parent_class)->finalize (object);
}

static void
app_saved_codes_form_class_init (AppSavedCodesFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_saved_codes_form_dispose;
  object_class->finalize = app_saved_codes_form_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CONFIRM] = g_signal_new ("confirm", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_saved_codes_form_init (AppSavedCodesForm *self)
{
  self->cancellable = g_cancellable_new ();
}

AppSavedCodesForm *
app_saved_codes_form_new (SecinfoClient *client)
{
  AppSavedCodesForm *self;

  g_return_val_if_fail (client == NULL || SECINFO_IS_CLIENT (client), NULL);

  self = g_object_new (APP_TYPE_SAVED_CODES_FORM, NULL);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  return self;
}

/* --- what is shown ------------------------------------------------------------------------------------------------ */

AppSavedCodesStep
app_saved_codes_form_get_step (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), APP_SAVED_CODES_LOADING);

  return self->step;
}

gboolean
app_saved_codes_form_is_busy (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), FALSE);

  return self->busy;
}

static guint
left_of (json_t *state)
{
  return (guint) CLAMP (secinfo_json_get_integer (state, "left", 0), 0, SECINFO_SAVED_CODES);
}

gboolean
app_saved_codes_form_has_codes (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), FALSE);

  return self->state != NULL && secinfo_json_get_time (self->state, "made_at") != 0;
}

static json_t *
pending_of (AppSavedCodesForm *self)
{
  return self->state != NULL ? secinfo_json_get_object (self->state, "pending") : NULL;
}

char *
app_saved_codes_form_get_waiting (AppSavedCodesForm *self,
                                  gint64             now)
{
  json_t *pending;
  gint64 until;
  g_autofree char *clock = NULL;

  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  pending = pending_of (self);
  until = pending != NULL ? secinfo_json_get_time (pending, "expires_at") : 0;
  if (until <= now)
    return NULL;
  clock = secinfo_time_to_clock (until);
  /* Translators: %s is a time of day, "15:03" */
  return g_strdup_printf (_("New codes wait until %s for the label of one. Enter it from your print or file, and they "
                            "are in force."), clock);
}

gboolean
app_saved_codes_form_is_low (AppSavedCodesForm *self)
{
  return app_saved_codes_form_has_codes (self) && left_of (self->state) <= APP_SAVED_CODES_FEW;
}

const char *
app_saved_codes_form_get_problem (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  return self->problem;
}

char *
app_saved_codes_form_get_heading (AppSavedCodesForm *self,
                                  gint64             now)
{
  guint left;

  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  if (!app_saved_codes_form_has_codes (self))
    return g_strdup (_("You have no saved codes"));
  left = left_of (self->state);
  if (left == 0)
    return g_strdup (_("All codes are used up"));
  return g_strdup_printf (ngettext ("%u of %u codes is left", "%u of %u codes are left", left), left,
                          (guint) SECINFO_SAVED_CODES);
}

char *
app_saved_codes_form_get_text (AppSavedCodesForm *self,
                               gint64             now)
{
  g_autofree char *day = NULL;

  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  if (!app_saved_codes_form_has_codes (self))
    return g_strdup (_("Codes to print, for a day without phone and email. Each one lets you in once."));
  if (left_of (self->state) == 0)
    return g_strdup (_("It is time for new ones."));
  if (app_saved_codes_form_is_low (self))
    return g_strdup (_("It is time for new ones: print them before these run out. New codes replace all of these."));
  day = secinfo_time_to_day (secinfo_json_get_time (self->state, "made_at"), now);
  /* Translators: %s is a day, "3 March 2026" */
  return g_strdup_printf (_("Made on %s. New codes replace all of these."), day);
}

gboolean
app_saved_codes_form_get_used (AppSavedCodesForm  *self,
                               guint               n,
                               gint64              now,
                               char              **title,
                               char              **subtitle)
{
  json_t *used, *one;
  const char *label, *where;
  g_autofree char *day = NULL;

  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), FALSE);

  used = self->state != NULL ? secinfo_json_get_array (self->state, "used") : NULL;
  one = json_array_get (used, n);
  if (one == NULL)
    return FALSE;
  label = secinfo_json_get_string (one, "label");
  where = secinfo_json_get_string (one, "where");
  day = secinfo_time_to_day (secinfo_json_get_time (one, "at"), now);
  {
    g_autofree char *shown = secinfo_text_isolate (label != NULL ? label : "");

    /* Translators: %s is the label of a saved code, "K7" */
    *title = g_strdup_printf (_("Code %s"), shown);
  }
  if (where == NULL)
    *subtitle = g_steal_pointer (&day);
  else if (g_str_equal (where, "sign-in"))
    /* Translators: %s is a day, "3 March 2026" */
    *subtitle = g_strdup_printf (_("%s, at the sign-in screen"), day);
  else
    {
      g_autofree char *shown = secinfo_text_isolate (where);

      /* Translators: a day, "3 March 2026", then a place in the service's words */
      *subtitle = g_strdup_printf (_("%s, %s"), day, shown);
    }
  return TRUE;
}

GPtrArray *
app_saved_codes_form_get_codes (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  return self->codes;
}

const char *
app_saved_codes_form_get_question (AppSavedCodesForm *self)
{
  static const char *const questions[SECINFO_SAVED_CODES] = {
    N_("Take your print or file and enter the label of the first code."),
    N_("Take your print or file and enter the label of the second code."),
    N_("Take your print or file and enter the label of the third code."),
    N_("Take your print or file and enter the label of the fourth code."),
    N_("Take your print or file and enter the label of the fifth code."),
    N_("Take your print or file and enter the label of the sixth code."),
    N_("Take your print or file and enter the label of the seventh code."),
    N_("Take your print or file and enter the label of the eighth code."),
    N_("Take your print or file and enter the label of the ninth code."),
    N_("Take your print or file and enter the label of the tenth code."),
  };

  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  return self->position >= 1 && self->position <= SECINFO_SAVED_CODES ? _(questions[self->position - 1]) : "";
}

char *
app_saved_codes_form_get_entry (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  return g_strdup_printf (_("_Label of code %u"), self->position);
}

const char *
app_saved_codes_form_get_farewell (AppSavedCodesForm *self)
{
  g_return_val_if_fail (APP_IS_SAVED_CODES_FORM (self), NULL);

  switch (self->step)
    {
    case APP_SAVED_CODES_NEW:
    case APP_SAVED_CODES_PROVE:
      if (!app_saved_codes_form_has_codes (self))
        return _("The codes are not in force yet.");
      return left_of (self->state) > 0 ? _("Your old codes still work.") : _("Nothing was changed.");
    case APP_SAVED_CODES_IN_FORCE:
      return _("New codes in force");
    case APP_SAVED_CODES_LOADING:
    case APP_SAVED_CODES_OVERVIEW:
    default:
      return NULL;
    }
}

/* --- what the service answers ------------------------------------------------------------------------------------- */

/* What @error means for the call that is on its way. TRUE: it goes on after “Confirm it’s you”. */
static gboolean
refused (AppSavedCodesForm *self,
         const GError      *error)
{
  if (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_ELEVATION_NEEDED) && self->call != CALL_NONE &&
      !self->again)
    {
      self->again = TRUE;
      g_signal_emit (self, signals[CONFIRM], 0);
      return TRUE;
    }
  self->busy = FALSE;
  self->again = FALSE;
  self->call = CALL_NONE;
  set_problem (self, error->message);
  return FALSE;
}

static void
answered (AppSavedCodesForm *self)
{
  self->busy = FALSE;
  self->again = FALSE;
  self->call = CALL_NONE;
  set_problem (self, NULL);
}

static void
forget_codes (AppSavedCodesForm *self)
{
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  self->position = 0;
}

static void
set_state (AppSavedCodesForm *self,
           json_t            *codes)
{
  json_incref (codes);
  g_clear_pointer (&self->state, json_decref);
  self->state = codes;
}

void
app_saved_codes_form_take_state (AppSavedCodesForm *self,
                                 json_t            *codes,
                                 const GError      *error)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (codes == NULL)
    {
      if (!refused (self, error))
        update (self);
      return;
    }
  /* A refresh while new ones are shown changes nothing of what is on screen. */
  set_state (self, codes);
  if (self->step == APP_SAVED_CODES_LOADING)
    self->step = APP_SAVED_CODES_OVERVIEW;
  if (self->step == APP_SAVED_CODES_OVERVIEW && self->call == CALL_NONE)
    answered (self);
  update (self);
}

/* NULL where it is not ten of the right form. */
static GPtrArray *
read_codes (json_t *array)
{
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func (code_free);
  json_t *one;
  gsize i;

  json_array_foreach (array, i, one)
    {
      const char *label = secinfo_json_get_string (one, "label");
      const char *text = secinfo_json_get_string (one, "code");
      AppSavedCode *code;

      if (label == NULL || strlen (label) != SECINFO_SAVED_LABEL_LENGTH || text == NULL)
        return NULL;
      code = g_new0 (AppSavedCode, 1);
      g_strlcpy (code->label, label, sizeof code->label);
      code->code = secinfo_secret_new (text, -1);
      g_ptr_array_add (codes, code);
    }
  return codes->len == SECINFO_SAVED_CODES ? g_steal_pointer (&codes) : NULL;
}

void
app_saved_codes_form_take_new (AppSavedCodesForm *self,
                               json_t            *made,
                               const GError      *error)
{
  GPtrArray *codes = made != NULL ? read_codes (secinfo_json_get_array (made, "codes")) : NULL;
  gint64 position = made != NULL ? secinfo_json_get_integer (made, "position", 0) : 0;

  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (codes != NULL && position >= 1 && position <= SECINFO_SAVED_CODES)
    {
      answered (self);
      forget_codes (self);
      self->codes = codes;
      self->position = (guint) position;
      self->step = APP_SAVED_CODES_NEW;
    }
  else
    {
      g_autoptr(SecinfoProblem) odd = secinfo_problem_new (SECINFO_PROBLEM_INTERNAL);
      g_autoptr(GError) unread = secinfo_problem_to_error (odd);

      g_clear_pointer (&codes, g_ptr_array_unref);
      if (refused (self, error != NULL ? error : unread))
        return;
    }
  update (self);
}

void
app_saved_codes_form_take_proof (AppSavedCodesForm *self,
                                 json_t            *codes,
                                 const GError      *error)
{
  SecinfoProblem *problem = error != NULL ? secinfo_problem_from_error (error) : NULL;
  json_t *members = problem != NULL ? secinfo_problem_get_members (problem) : NULL;
  gint64 tries = members != NULL ? secinfo_json_get_integer (members, "attempts_left", 1) : 1;
  gboolean lost = g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND);
  gboolean gone = lost || (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_LABEL_WRONG) && tries == 0);

  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (codes != NULL)
    {
      answered (self);
      forget_codes (self);
      set_state (self, codes);
      self->step = APP_SAVED_CODES_IN_FORCE;
      update (self);
      return;
    }
  if (refused (self, error))
    return;
  if (gone)
    {
      /* After an hour, or the last wrong label: what is on the paper will never be in force. */
      forget_codes (self);
      self->step = APP_SAVED_CODES_OVERVIEW;
      if (self->state != NULL)
        json_object_set_new (self->state, "pending", json_null ());
      if (lost)
        set_problem (self, _("These codes waited too long and were given up. Throw the print away."));
    }
  update (self);
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void
state_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppSavedCodesForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) codes = secinfo_client_get_saved_codes_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_cancellable_is_cancelled (self->cancellable))
    app_saved_codes_form_take_state (self, codes, error);
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(AppSavedCodesForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) made = secinfo_client_make_saved_codes_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_cancellable_is_cancelled (self->cancellable))
    app_saved_codes_form_take_new (self, made, error);
}

static void
proved_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppSavedCodesForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) codes = secinfo_client_prove_saved_codes_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_cancellable_is_cancelled (self->cancellable))
    app_saved_codes_form_take_proof (self, codes, error);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppSavedCodesForm) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean deleted = secinfo_client_delete_saved_codes_finish (SECINFO_CLIENT (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (deleted)
    {
      answered (self);
      app_saved_codes_form_load (self);
    }
  else if (!refused (self, error))
    update (self);
}

static void
run_call (AppSavedCodesForm *self)
{
  if (self->call == CALL_MAKE)
    secinfo_client_make_saved_codes_async (self->client, self->cancellable, made_cb, g_object_ref (self));
  else if (self->call == CALL_DELETE)
    secinfo_client_delete_saved_codes_async (self->client, self->cancellable, deleted_cb, g_object_ref (self));
  else if (self->call == CALL_PROVE)
    secinfo_client_prove_saved_codes_async (self->client, self->label, self->cancellable, proved_cb,
                                            g_object_ref (self));
}

static void
begin (AppSavedCodesForm *self,
       Call               call)
{
  if (self->busy || self->client == NULL)
    return;
  self->busy = TRUE;
  self->call = call;
  set_problem (self, NULL);
  update (self);
  run_call (self);
}

void
app_saved_codes_form_load (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (self->client != NULL)
    secinfo_client_get_saved_codes_async (self->client, self->cancellable, state_cb, g_object_ref (self));
}

void
app_saved_codes_form_make (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  begin (self, CALL_MAKE);
}

void
app_saved_codes_form_delete (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  begin (self, CALL_DELETE);
}

void
app_saved_codes_form_next (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (self->step != APP_SAVED_CODES_NEW)
    return;
  self->step = APP_SAVED_CODES_PROVE;
  update (self);
}

void
app_saved_codes_form_back (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (self->step != APP_SAVED_CODES_PROVE || self->busy)
    return;
  set_problem (self, NULL);
  /* Those that were taken up again are on paper alone. */
  self->step = self->codes != NULL ? APP_SAVED_CODES_NEW : APP_SAVED_CODES_OVERVIEW;
  update (self);
}

void
app_saved_codes_form_resume (AppSavedCodesForm *self)
{
  json_t *pending;
  gint64 position;

  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  pending = pending_of (self);
  position = pending != NULL ? secinfo_json_get_integer (pending, "position", 0) : 0;
  if (self->step != APP_SAVED_CODES_OVERVIEW || self->busy || position < 1 || position > SECINFO_SAVED_CODES)
    return;
  set_problem (self, NULL);
  self->position = (guint) position;
  self->step = APP_SAVED_CODES_PROVE;
  update (self);
}

void
app_saved_codes_form_typed (AppSavedCodesForm *self)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (self->problem == NULL)
    return;
  set_problem (self, NULL);
  update (self);
}

void
app_saved_codes_form_prove (AppSavedCodesForm *self,
                            const char        *label)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (self->step != APP_SAVED_CODES_PROVE || self->busy)
    return;
  g_free (self->label);
  self->label = g_strdup (label);
  begin (self, CALL_PROVE);
}

void
app_saved_codes_form_again (AppSavedCodesForm *self,
                            gboolean           confirmed)
{
  g_return_if_fail (APP_IS_SAVED_CODES_FORM (self));

  if (confirmed && self->client != NULL)
    {
      run_call (self);
      return;
    }
  answered (self);
  update (self);
}
