/* app-rehearsal-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-rehearsal-form.h"

#include <glib/gi18n.h>

#include "secinfo-mask.h"

#include <string.h>

/**
 * AppRehearsalForm:
 *
 * One step of the conversation at a time. What is typed is given on and not kept.
 */
struct _AppRehearsalForm
{
  GObject            parent_instance;

  SecinfoClient     *client;        /* (nullable) */
  GCancellable      *cancellable;   /* (not nullable) of this run */
  char              *id;            /* (nullable) of this run, while it goes on */
  json_t            *practice;      /* (nullable) {saved_code, code} */
  json_t            *step;          /* (nullable) */
  char              *broken;        /* (nullable) */
  AppRehearsalState  state;
  guint              turn;
  gboolean           busy;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppRehearsalForm, app_rehearsal_form, G_TYPE_OBJECT)

static void
update (AppRehearsalForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
app_rehearsal_form_dispose (GObject *object)
{
  AppRehearsalForm *self = APP_REHEARSAL_FORM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_rehearsal_form_parent_class)->dispose (object);
}

static void
app_rehearsal_form_finalize (GObject *object)
{
  AppRehearsalForm *self = APP_REHEARSAL_FORM (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->practice, json_decref);
  g_clear_pointer (&self->step, json_decref);
  g_free (self->id);
  g_free (self->broken);
  G_OBJECT_CLASS (app_rehearsal_form_parent_class)->finalize (object);
}

static void
app_rehearsal_form_class_init (AppRehearsalFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_rehearsal_form_dispose;
  object_class->finalize = app_rehearsal_form_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_rehearsal_form_init (AppRehearsalForm *self)
{
  self->cancellable = g_cancellable_new ();
}

AppRehearsalForm *
app_rehearsal_form_new (SecinfoClient *client)
{
  AppRehearsalForm *self;

  g_return_val_if_fail (client == NULL || SECINFO_IS_CLIENT (client), NULL);

  self = g_object_new (APP_TYPE_REHEARSAL_FORM, NULL);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  return self;
}

/* --- what is shown ------------------------------------------------------------------------------------------------ */

AppRehearsalState
app_rehearsal_form_get_state (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), APP_REHEARSAL_BROKEN);

  return self->state;
}

gboolean
app_rehearsal_form_is_busy (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), FALSE);

  return self->busy;
}

static const char *
step_string (AppRehearsalForm *self,
             const char       *name)
{
  return self->step != NULL ? secinfo_json_get_string (self->step, name) : NULL;
}

const char *
app_rehearsal_form_get_prompt (AppRehearsalForm *self)
{
  const char *prompt;

  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  prompt = step_string (self, "prompt");
  return prompt != NULL ? prompt : "";
}

const char *
app_rehearsal_form_get_message (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  return step_string (self, "message");
}

gboolean
app_rehearsal_form_is_error (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), FALSE);

  return g_strcmp0 (step_string (self, "style"), "error") == 0;
}

gboolean
app_rehearsal_form_get_echo (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), FALSE);

  return self->step != NULL && secinfo_json_get_boolean (self->step, "echo", FALSE);
}

guint
app_rehearsal_form_get_turn (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), 0);

  return self->turn;
}

/* The one prompt that asks for six digits says so, in every language. */
static gboolean
asks_for_digits (const char *prompt)
{
  for (const char *c = prompt; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_isdigit (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

char *
app_rehearsal_form_get_practice (AppRehearsalForm *self)
{
  const char *code, *saved;

  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  code = self->practice != NULL ? secinfo_json_get_string (self->practice, "code") : NULL;
  saved = self->practice != NULL ? secinfo_json_get_string (self->practice, "saved_code") : NULL;
  if (!app_rehearsal_form_get_echo (self))
    return g_strdup (self->turn <= 1 ? _("Practice: nothing is sent and nothing is changed.")
                                     : _("Practice: whatever you type here is forgotten at once."));
  if (code != NULL && asks_for_digits (app_rehearsal_form_get_prompt (self)))
    {
      g_autofree char *grouped = strlen (code) == 6 ? g_strdup_printf ("%.3s %s", code, code + 3) : g_strdup (code);
      g_autofree char *shown = secinfo_text_isolate_ltr (grouped);

      /* Translators: %s is a code, "482 913" */
      return g_strdup_printf (_("Practice: instead of a message, the code stands here: %s"), shown);
    }
  if (saved != NULL)
    {
      g_autofree char *shown = secinfo_text_isolate_ltr (saved);

      /* Translators: %s is a saved code, on a line of its own */
      return g_strdup_printf (_("Practice: type your address, or this saved code:\n%s"), shown);
    }
  return g_strdup (_("Practice: nothing is sent and nothing is changed."));
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

gboolean
app_rehearsal_form_works (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), FALSE);

  return self->state == APP_REHEARSAL_END && secinfo_json_get_boolean (self->step, "works", FALSE);
}

const char *
app_rehearsal_form_get_end_title (AppRehearsalForm *self)
{
  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  if (self->state == APP_REHEARSAL_BROKEN)
    return _("The rehearsal ended");
  return app_rehearsal_form_works (self) ? _("This works") : _("This would not work yet");
}

static gboolean
is_wrong (json_t *check)
{
  return !secinfo_json_get_boolean (check, "ok", TRUE);
}

char *
app_rehearsal_form_get_end_text (AppRehearsalForm *self)
{
  guint wrong = 0;
  json_t *check;
  gsize i;

  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  if (self->state == APP_REHEARSAL_BROKEN)
    return g_strdup (self->broken);
  if (app_rehearsal_form_works (self))
    return g_strdup (_("On the day you need it, it goes exactly like this."));
  json_array_foreach (secinfo_json_get_array (self->step, "checks"), i, check)
    wrong += is_wrong (check);
  if (wrong == 0)
    return g_strdup (_("Nothing was changed."));
  return g_strdup_printf (ngettext ("%u thing to mend. Nothing was changed.", "%u things to mend. Nothing was changed.",
                                    wrong), wrong);
}

char *
app_rehearsal_form_get_last_words (AppRehearsalForm *self)
{
  const char *words;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), NULL);

  words = self->state == APP_REHEARSAL_END ? step_string (self, "message") : NULL;
  if (words == NULL || *words == '\0')
    return NULL;
  shown = secinfo_text_isolate (words);
  /* Translators: %s is a sentence of the sign-in screen, “Your password is changed. All your contacts are told.” */
  return g_strdup_printf (_("The last words there: “%s”"), shown);
}

static const struct { const char *type, *title, *icon; } CHECKS[] = {
  { "sign-in-screen", N_("The sign-in screen knows ?"), "computer-symbolic" },
  { "service", N_("The account service answers"), "network-server-symbolic" },
  { "saved-codes", N_("Saved codes"), "printer-symbolic" },
  { "email", N_("Codes by email"), "mail-unread-symbolic" },
  { "phone", N_("Codes by phone"), "phone-symbolic" },
  { "proofs", N_("Proofs"), "security-high-symbolic" },
};

/* What would mend it, in the service's words. "service" is the administrator's, with no page of ours. */
static const struct { const char *mend, *button, *action; } MENDS[] = {
  { "install", N_("_How"), "win.way-back" },
  { "saved-codes", N_("_Make"), "win.make-saved-codes" },
  { "email", N_("A_dd"), "win.add-email" },
  { "phone", N_("Add p_hone"), "win.add-phone" },
  { "gateway", N_("Set _up…"), "win.preferences" },
};

static void
check_free (gpointer data)
{
  AppWayBackRow *row = data;

  g_free (row->title);
  g_free (row->subtitle);
  g_free (row);
}

static void
set_button (AppWayBackRow *row,
            const char    *type,
            const char    *mend)
{
  for (guint i = 0; i < G_N_ELEMENTS (MENDS); i++)
    {
      if (g_strcmp0 (mend, MENDS[i].mend) == 0)
        {
          row->button = _(MENDS[i].button);
          row->action = MENDS[i].action;
        }
    }
  /* Why this account is never got back into, that page says. */
  if (mend == NULL && g_strcmp0 (type, "proofs") == 0)
    {
      row->button = _("_See");
      row->action = "win.way-back";
    }
}

/* @works: what is wrong is not needed, then. */
static AppWayBackRow *
make_check (json_t   *check,
            gboolean  works)
{
  const char *type = secinfo_json_get_string (check, "type");
  const char *detail = secinfo_json_get_string (check, "detail");
  AppWayBackRow *row = g_new0 (AppWayBackRow, 1);

  row->shows_state = TRUE;
  row->state = !is_wrong (check) ? APP_CARD_GOOD : works ? APP_CARD_TO_KNOW : APP_CARD_TO_MEND;
  row->subtitle = detail != NULL ? secinfo_text_isolate (detail) : g_strdup ("");
  for (guint i = 0; i < G_N_ELEMENTS (CHECKS); i++)
    {
      if (g_strcmp0 (type, CHECKS[i].type) != 0)
        continue;
      row->title = g_strdup (_(CHECKS[i].title));
      row->icon = CHECKS[i].icon;
    }
  if (is_wrong (check))
    set_button (row, type, secinfo_json_get_string (check, "mend"));
  /* A check that is newer than this program still says what it found. */
  if (row->title == NULL)
    {
      row->title = g_steal_pointer (&row->subtitle);
      row->subtitle = g_strdup ("");
    }
  return row;
}

GPtrArray *
app_rehearsal_form_get_checks (AppRehearsalForm *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (check_free);
  gboolean works = app_rehearsal_form_works (self);
  json_t *checks, *check;
  gsize i;

  g_return_val_if_fail (APP_IS_REHEARSAL_FORM (self), rows);

  if (self->state != APP_REHEARSAL_END)
    return rows;
  checks = secinfo_json_get_array (self->step, "checks");
  json_array_foreach (checks, i, check)
    if (is_wrong (check))
      g_ptr_array_add (rows, make_check (check, works));
  json_array_foreach (checks, i, check)
    if (!is_wrong (check))
      g_ptr_array_add (rows, make_check (check, works));
  return rows;
}

/* --- what is answered --------------------------------------------------------------------------------------------- */

static void
forget_run (AppRehearsalForm *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->practice, json_decref);
  g_clear_pointer (&self->step, json_decref);
}

static void
break_off (AppRehearsalForm *self,
           const char       *why)
{
  forget_run (self);
  g_free (self->broken);
  self->broken = g_strdup (why);
  self->busy = FALSE;
  self->state = APP_REHEARSAL_BROKEN;
  update (self);
}

/* @step: (nullable) */
static gboolean
take (AppRehearsalForm *self,
      json_t           *step)
{
  gboolean end = step != NULL && secinfo_json_get_boolean (step, "end", FALSE);

  if (step == NULL || (!end && secinfo_json_get_string (step, "prompt") == NULL))
    return FALSE;
  json_incref (step);
  g_clear_pointer (&self->step, json_decref);
  self->step = step;
  self->busy = FALSE;
  self->turn++;
  self->state = end ? APP_REHEARSAL_END : APP_REHEARSAL_PLAY;
  if (end)
    g_clear_pointer (&self->id, g_free);
  return TRUE;
}

static void
break_off_oddly (AppRehearsalForm *self)
{
  g_autoptr(SecinfoProblem) odd = secinfo_problem_new (SECINFO_PROBLEM_INTERNAL);
  g_autofree char *words = secinfo_problem_to_words (odd);

  break_off (self, words);
}

void
app_rehearsal_form_take_start (AppRehearsalForm *self,
                               json_t           *rehearsal,
                               const GError     *error)
{
  const char *id = rehearsal != NULL ? secinfo_json_get_string (rehearsal, "id") : NULL;
  json_t *practice;

  g_return_if_fail (APP_IS_REHEARSAL_FORM (self));

  if (rehearsal == NULL)
    {
      break_off (self, error->message);
      return;
    }
  forget_run (self);
  self->turn = 0;
  self->id = g_strdup (id);
  practice = secinfo_json_get_object (rehearsal, "practice");
  self->practice = practice != NULL ? json_incref (practice) : NULL;
  if (id != NULL && take (self, secinfo_json_get_object (rehearsal, "step")))
    update (self);
  else
    break_off_oddly (self);
}

void
app_rehearsal_form_take_step (AppRehearsalForm *self,
                              json_t           *step,
                              const GError     *error)
{
  g_return_if_fail (APP_IS_REHEARSAL_FORM (self));

  if (step == NULL)
    break_off (self, g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND)
                       ? _("It was left alone for too long. Nothing was changed.") : error->message);
  else if (take (self, step))
    update (self);
  else
    break_off_oddly (self);
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppRehearsalForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) rehearsal = secinfo_client_start_rehearsal_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_rehearsal_form_take_start (self, rehearsal, error);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(AppRehearsalForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) step = secinfo_client_answer_rehearsal_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_rehearsal_form_take_step (self, step, error);
}

void
app_rehearsal_form_start (AppRehearsalForm *self)
{
  g_return_if_fail (APP_IS_REHEARSAL_FORM (self));

  if (self->busy || self->client == NULL)
    return;
  self->busy = TRUE;
  self->state = APP_REHEARSAL_STARTING;
  update (self);
  secinfo_client_start_rehearsal_async (self->client, self->cancellable, started_cb, g_object_ref (self));
}

void
app_rehearsal_form_answer (AppRehearsalForm *self,
                           SecinfoSecret    *text)
{
  g_return_if_fail (APP_IS_REHEARSAL_FORM (self));
  g_return_if_fail (text != NULL);

  if (self->busy || self->client == NULL || self->id == NULL)
    return;
  self->busy = TRUE;
  update (self);
  secinfo_client_answer_rehearsal_async (self->client, self->id, text, self->cancellable, answered_cb,
                                         g_object_ref (self));
}

void
app_rehearsal_form_leave (AppRehearsalForm *self)
{
  g_return_if_fail (APP_IS_REHEARSAL_FORM (self));

  g_cancellable_cancel (self->cancellable);
  if (self->id != NULL && self->client != NULL)
    secinfo_client_end_rehearsal_async (self->client, self->id, NULL, NULL, NULL);
  forget_run (self);
}
