/* app-mailbox-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-mailbox-form.h"

#include <glib/gi18n.h>

#include "app-gateway-form.h"
#include "secinfo-gateway-words.h"
#include "secinfo-mask.h"
#include "secinfo-time.h"

#define SETTLE_MILLISECONDS 400

struct _AppMailboxForm
{
  GObject             parent_instance;

  SecinfoClient      *client;      /* (nullable) */
  GCancellable       *cancellable;
  json_t             *gateway;     /* (nullable) once it is saved */
  SecinfoChallenge   *challenge;   /* (nullable) whose code is waited for */
  AppMailboxStep      step;
  gboolean            busy;
  gboolean            dirty;
  gboolean            touched;     /* the server was typed by hand */
  char               *values[APP_N_MAILBOX_FIELDS];
  SecinfoSecret      *password;    /* (nullable) typed */
  char               *looked_up;   /* (nullable) the address that @provider is of */
  guint               settle_source;
  AppMailboxProvider *provider;    /* (nullable) */
  char               *key;         /* (nullable) Idempotency-Key */
  AppGatewayHealth   *result;      /* (nullable) */
  char               *problem;     /* (nullable) */
  AppMailboxField     problem_field;
};

G_DEFINE_FINAL_TYPE (AppMailboxForm, app_mailbox_form, G_TYPE_OBJECT)

enum { CHANGED, CONFIRM, SAVED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* --- values ------------------------------------------------------------------------------------------------------- */

static void
changed (AppMailboxForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
put (AppMailboxForm *self, AppMailboxField field, const char *value)
{
  char *copy = g_strdup (value != NULL ? value : "");

  g_free (self->values[field]);
  self->values[field] = copy;
}

static void
set_problem (AppMailboxForm *self, const char *problem, AppMailboxField field)
{
  char *copy = g_strdup (problem);

  g_free (self->problem);
  self->problem = copy;
  self->problem_field = field;
}

static void
forget_result (AppMailboxForm *self)
{
  g_clear_pointer (&self->result, app_gateway_health_free);
}

/* --- the object --------------------------------------------------------------------------------------------------- */

static void
app_mailbox_form_dispose (GObject *object)
{
  AppMailboxForm *self = APP_MAILBOX_FORM (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (app_mailbox_form_parent_class)->dispose (object);
}

static void
app_mailbox_form_finalize (GObject *object)
{
  AppMailboxForm *self = APP_MAILBOX_FORM (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->challenge);
  g_clear_pointer (&self->gateway, json_decref);
  g_clear_pointer (&self->password, secinfo_secret_unref);
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    g_free (self->values[i]);
  g_free (self->looked_up);
  app_mailbox_provider_free (self->provider);
  g_free (self->key);
  forget_result (self);
  g_free (self->problem);
  G_OBJECT_CLASS (app_mailbox_form_parent_class)->finalize (object);
}

static void
app_mailbox_form_class_init (AppMailboxFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_mailbox_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_mailbox_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[CONFIRM] = g_signal_new ("confirm", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
app_mailbox_form_init (AppMailboxForm *self)
{
  self->cancellable = g_cancellable_new ();
  self->problem_field = APP_N_MAILBOX_FIELDS;
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    put (self, i, "");
}

AppMailboxForm *
app_mailbox_form_new (SecinfoClient *client, json_t *gateway)
{
  AppMailboxForm *self = g_object_new (APP_TYPE_MAILBOX_FORM, NULL);
  json_t *settings;

  g_set_object (&self->client, client);
  if (gateway == NULL)
    return self;
  self->gateway = json_incref (gateway);
  settings = secinfo_json_get_object (gateway, "settings");
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    if (i != APP_MAILBOX_PASSWORD)
      put (self, i, secinfo_json_get_string (settings, app_mailbox_field_name (i)));
  self->touched = TRUE;
  app_mailbox_form_settle (self);
  return self;
}

/* --- the provider ------------------------------------------------------------------------------------------------- */

void
app_mailbox_form_take_kinds (AppMailboxForm *self, json_t *kinds, const GError *error)
{
  json_t *smtp = kinds != NULL ? app_gateway_find_kind (kinds, "smtp") : NULL;
  json_t *preset = smtp != NULL ? secinfo_json_get_object (smtp, "preset") : NULL;

  g_clear_pointer (&self->provider, app_mailbox_provider_free);
  if (app_mailbox_domain_of (self->values[APP_MAILBOX_ADDRESS]) == NULL)
    return;
  if (error != NULL)
    set_problem (self, error->message, APP_MAILBOX_ADDRESS);
  self->provider = app_mailbox_provider_new (self->values[APP_MAILBOX_ADDRESS], preset);
  /* What was typed by hand stays where nothing better is known. */
  if (self->provider->known || !self->touched)
    for (guint i = APP_MAILBOX_HOST; i < APP_N_MAILBOX_FIELDS; i++)
      if (i != APP_MAILBOX_PASSWORD)
        put (self, i, self->provider->values[i]);
  if (self->provider->known)
    self->touched = FALSE;
  changed (self);
}

typedef struct
{
  AppMailboxForm *form;
  char           *address;
} Lookup;

static void
kinds_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lookup *lookup = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) kinds = secinfo_client_list_gateway_kinds_finish (SECINFO_CLIENT (source), result, &error);

  /* An answer for what stands there no more says nothing. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      g_strcmp0 (lookup->address, lookup->form->looked_up) == 0)
    app_mailbox_form_take_kinds (lookup->form, kinds, error);
  g_object_unref (lookup->form);
  g_free (lookup->address);
  g_free (lookup);
}

void
app_mailbox_form_settle (AppMailboxForm *self)
{
  const char *address = self->values[APP_MAILBOX_ADDRESS];
  Lookup *lookup;

  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (app_mailbox_domain_of (address) == NULL || g_strcmp0 (address, self->looked_up) == 0)
    return;
  g_free (self->looked_up);
  self->looked_up = g_strdup (address);
  if (self->client == NULL)
    return;
  lookup = g_new0 (Lookup, 1);
  lookup->form = g_object_ref (self);
  lookup->address = g_strdup (address);
  secinfo_client_list_gateway_kinds_async (self->client, address, self->cancellable, kinds_cb, lookup);
}

static gboolean
settle_cb (gpointer user_data)
{
  AppMailboxForm *self = user_data;

  self->settle_source = 0;
  app_mailbox_form_settle (self);
  return G_SOURCE_REMOVE;
}

/* --- what it shows ------------------------------------------------------------------------------------------------ */

AppMailboxStep
app_mailbox_form_get_step (AppMailboxForm *self)
{
  return self->step;
}

gboolean
app_mailbox_form_is_busy (AppMailboxForm *self)
{
  return self->busy;
}

gboolean
app_mailbox_form_is_dirty (AppMailboxForm *self)
{
  return self->dirty && self->step != APP_MAILBOX_DONE;
}

const char *
app_mailbox_form_get (AppMailboxForm *self, AppMailboxField field)
{
  return self->values[field];
}

/* What was said of the values before is not said of these; a code that is on its way proves the old ones. */
static void
begin_again (AppMailboxForm *self)
{
  self->dirty = TRUE;
  self->step = APP_MAILBOX_FILL;
  g_clear_object (&self->challenge);
  g_clear_pointer (&self->key, g_free);
  forget_result (self);
  set_problem (self, NULL, APP_N_MAILBOX_FIELDS);
}

void
app_mailbox_form_set (AppMailboxForm *self, AppMailboxField field, const char *value)
{
  if (field == APP_MAILBOX_PASSWORD)
    {
      g_clear_pointer (&self->password, secinfo_secret_unref);
      if (*value != '\0')
        self->password = secinfo_secret_new (value, -1);
    }
  else if (g_str_equal (self->values[field], value))
    return;
  else
    put (self, field, value);

  begin_again (self);
  if (field == APP_MAILBOX_ADDRESS)
    {
      g_clear_pointer (&self->provider, app_mailbox_provider_free);
      g_clear_pointer (&self->looked_up, g_free);
      g_clear_handle_id (&self->settle_source, g_source_remove);
      self->settle_source = g_timeout_add (SETTLE_MILLISECONDS, settle_cb, self);
    }
  else if (field != APP_MAILBOX_PASSWORD)
    self->touched = TRUE;
  changed (self);
}

gboolean
app_mailbox_form_has_password (AppMailboxForm *self)
{
  return self->gateway != NULL && json_array_size (secinfo_json_get_array (self->gateway, "secrets")) > 0;
}

gboolean
app_mailbox_form_needs_server (AppMailboxForm *self)
{
  return self->provider != NULL && !self->provider->known;
}

gboolean
app_mailbox_form_wants_app_password (AppMailboxForm *self)
{
  return self->provider == NULL || self->provider->app_password;
}

const AppMailboxProvider *
app_mailbox_form_get_provider (AppMailboxForm *self)
{
  return self->provider;
}

const char *
app_mailbox_form_get_button (AppMailboxForm *self)
{
  return self->step == APP_MAILBOX_FILL ? _("_Test") : self->step == APP_MAILBOX_CODE ? _("_Finish") : _("_Done");
}

gboolean
app_mailbox_form_can_go (AppMailboxForm *self)
{
  if (self->busy)
    return FALSE;
  if (self->step != APP_MAILBOX_FILL)
    return TRUE;
  /* A server that asks for no user name asks for no password either: the one of this computer. */
  return self->provider != NULL && self->provider->works && *self->values[APP_MAILBOX_HOST] != '\0' &&
         *self->values[APP_MAILBOX_PORT] != '\0' &&
         (self->password != NULL || app_mailbox_form_has_password (self) || *self->values[APP_MAILBOX_USER] == '\0');
}

const AppGatewayHealth *
app_mailbox_form_get_result (AppMailboxForm *self)
{
  return self->result;
}

const char *
app_mailbox_form_get_problem (AppMailboxForm *self, AppMailboxField *field)
{
  if (field != NULL)
    *field = self->problem_field;
  return self->problem;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void
fail (AppMailboxForm *self, const GError *error)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);
  SecinfoProblemType kind = problem != NULL ? secinfo_problem_get_kind (problem) : SECINFO_PROBLEM_UNKNOWN;
  json_t *members = problem != NULL ? secinfo_problem_get_members (problem) : NULL;
  const char *member = secinfo_json_get_string (members, "member");

  self->busy = FALSE;
  if (kind == SECINFO_PROBLEM_GATEWAY_REFUSED)
    {
      self->result = app_gateway_result_new (error, self->values[APP_MAILBOX_HOST]);
      if (g_strcmp0 (secinfo_json_get_string (members, "result"), "bad-config") == 0 &&
          secinfo_gateway_failure_is_sign_in (members))
        set_problem (self, app_mailbox_form_wants_app_password (self)
                            ? _("Is it the app password? The one you read mail with does not work here.")
                            : _("Is it the password of this mailbox?"), APP_MAILBOX_PASSWORD);
    }
  else if (kind == SECINFO_PROBLEM_ADDRESS_NOT_VALID)
    set_problem (self, error->message, APP_MAILBOX_ADDRESS);
  else
    {
      set_problem (self, error->message, APP_N_MAILBOX_FIELDS);
      for (guint i = 0; kind == SECINFO_PROBLEM_SETTINGS_NOT_VALID && i < APP_N_MAILBOX_FIELDS; i++)
        if (g_strcmp0 (member, app_mailbox_field_name (i)) == 0)
          self->problem_field = i;
    }
  changed (self);
}

void
app_mailbox_form_take_answer (AppMailboxForm *self, const GError *error)
{
  if (error != NULL)
    {
      SecinfoProblem *problem = secinfo_problem_from_error (error);

      /* A code that can no longer be right: another one is sent by testing anew. */
      if (problem != NULL && secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_CODE_WRONG &&
          secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_TOO_MANY_TRIES)
        {
          self->step = APP_MAILBOX_FILL;
          g_clear_object (&self->challenge);
          forget_result (self);
        }
      fail (self, error);
      return;
    }

  self->busy = FALSE;
  self->step = APP_MAILBOX_DONE;
  set_problem (self, NULL, APP_N_MAILBOX_FIELDS);
  forget_result (self);
  self->result = g_new0 (AppGatewayHealth, 1);
  self->result->icon = "emblem-ok-symbolic";
  self->result->icon_name = _("Done");
  self->result->style = "success";
  self->result->title = g_strdup (_("It works"));
  self->result->subtitle = g_strdup (_("Codes leave from this mailbox now, and it is verified as your contact too."));
  if (self->gateway != NULL)
    {
      g_autoptr(json_t) proven = json_deep_copy (self->gateway);
      json_t *health = secinfo_json_get_object (proven, "health");
      SecinfoNow now;

      secinfo_now_read (&now);
      if (health != NULL)
        {
          json_object_set_new (health, "state", json_string ("ready"));
          secinfo_json_set_time (health, "last_delivered_at", now.wall);
        }
      g_signal_emit (self, signals[SAVED], 0, proven);
    }
  changed (self);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppMailboxForm) self = user_data;
  g_autoptr(GError) error = NULL;

  secinfo_client_answer_finish (SECINFO_CLIENT (source), result, NULL, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_mailbox_form_take_answer (self, error);
}

void
app_mailbox_form_finish (AppMailboxForm *self, SecinfoSecret *code)
{
  if (self->busy || self->step != APP_MAILBOX_CODE || self->challenge == NULL)
    return;
  self->busy = TRUE;
  set_problem (self, NULL, APP_N_MAILBOX_FIELDS);
  secinfo_client_answer_async (self->client, secinfo_challenge_get_id (self->challenge), code, self->cancellable,
                               answered_cb, g_object_ref (self));
  changed (self);
}

void
app_mailbox_form_typed (AppMailboxForm *self)
{
  if (self->problem == NULL)
    return;
  set_problem (self, NULL, APP_N_MAILBOX_FIELDS);
  changed (self);
}

void
app_mailbox_form_take_sent (AppMailboxForm *self, SecinfoChallenge *challenge, const GError *error)
{
  SecinfoProblem *problem = error != NULL ? secinfo_problem_from_error (error) : NULL;
  SecinfoLevel level = SECINFO_LEVEL_VERIFIED;
  g_autofree char *host = NULL, *clock = NULL;
  SecinfoNow now;

  if (problem != NULL && secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_ELEVATION_NEEDED)
    {
      secinfo_level_from_string (secinfo_json_get_string (secinfo_problem_get_members (problem), "level"), &level);
      g_signal_emit (self, signals[CONFIRM], 0, (int) level);
      return;
    }
  if (error != NULL)
    {
      fail (self, error);
      return;
    }

  self->busy = FALSE;
  self->step = APP_MAILBOX_CODE;
  g_set_object (&self->challenge, challenge);
  secinfo_now_read (&now);
  host = secinfo_text_isolate (self->values[APP_MAILBOX_HOST]);
  clock = secinfo_time_to_clock (now.wall);
  forget_result (self);
  self->result = g_new0 (AppGatewayHealth, 1);
  self->result->icon = "emblem-ok-symbolic";
  self->result->icon_name = _("Done");
  self->result->style = "success";
  self->result->title = g_strdup_printf (_("Taken over by %1$s at %2$s"), host, clock);
  self->result->subtitle = g_strdup (_("Look into the same mailbox; the code there proves that it arrived."));
  changed (self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppMailboxForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_prove_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_mailbox_form_take_sent (self, challenge, error);
}

static void
send_code (AppMailboxForm *self)
{
  if (self->client != NULL)
    secinfo_client_prove_gateway_async (self->client, secinfo_json_get_string (self->gateway, "id"),
                                        self->values[APP_MAILBOX_ADDRESS], self->cancellable, sent_cb,
                                        g_object_ref (self));
}

void
app_mailbox_form_again (AppMailboxForm *self, gboolean confirmed)
{
  if (confirmed && self->gateway != NULL)
    {
      send_code (self);
      return;
    }
  self->busy = FALSE;
  changed (self);
}

void
app_mailbox_form_take_saved (AppMailboxForm *self, json_t *gateway, const GError *error)
{
  if (gateway == NULL)
    {
      fail (self, error);
      return;
    }
  g_clear_pointer (&self->gateway, json_decref);
  self->gateway = json_incref (gateway);
  /* It lies where it belongs now. */
  g_clear_pointer (&self->password, secinfo_secret_unref);
  g_signal_emit (self, signals[SAVED], 0, gateway);
  send_code (self);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppMailboxForm) self = user_data;
  g_autoptr(GError) error = NULL;
  /* Both calls are finished alike. */
  g_autoptr(json_t) gateway = secinfo_client_add_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_mailbox_form_take_saved (self, gateway, error);
}

static json_t *
collect (AppMailboxForm *self)
{
  json_t *settings = json_object ();

  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    if (i != APP_MAILBOX_PASSWORD)
      json_object_set_new (settings, app_mailbox_field_name (i), json_string (self->values[i]));
  if (self->password != NULL)
    json_object_set_new (settings, app_mailbox_field_name (APP_MAILBOX_PASSWORD),
                         json_string (secinfo_secret_get_text (self->password)));
  return settings;
}

void
app_mailbox_form_test (AppMailboxForm *self)
{
  const char *title;

  if (self->step != APP_MAILBOX_FILL || !app_mailbox_form_can_go (self))
    return;
  title = self->provider->known ? self->provider->name : app_mailbox_domain_of (self->values[APP_MAILBOX_ADDRESS]);
  self->busy = TRUE;
  forget_result (self);
  set_problem (self, NULL, APP_N_MAILBOX_FIELDS);
  if (self->gateway != NULL)
    secinfo_client_change_gateway_async (self->client, secinfo_json_get_string (self->gateway, "id"), NULL,
                                         collect (self), -1, self->cancellable, saved_cb, g_object_ref (self));
  else
    {
      if (self->key == NULL)
        self->key = g_uuid_string_random ();
      secinfo_client_set_gateway_aside_async (self->client, "smtp", title, collect (self), self->key,
                                              self->cancellable, saved_cb, g_object_ref (self));
    }
  changed (self);
}
