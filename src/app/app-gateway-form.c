/* app-gateway-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-form.h"

#include <glib/gi18n.h>

#include "secinfo-gateway-words.h"
#include "secinfo-mask.h"
#include "secinfo-time.h"

typedef struct
{
  AppGatewayField  shown;
  char            *value;      /* (nullable) of a text or a choice, as it is now */
  SecinfoSecret   *secret;     /* (nullable) typed anew */
} Field;

struct _AppGatewayForm
{
  GObject           parent_instance;

  SecinfoClient    *client;      /* (nullable) */
  GCancellable     *cancellable;
  json_t           *kind;        /* (not nullable) */
  json_t           *gateway;     /* (nullable) a new one */
  GPtrArray        *fields;      /* of Field */
  char             *key;         /* (nullable) Idempotency-Key of what is being added */
  char             *problem;     /* (nullable) */
  int               problem_field;
  gboolean          busy;
  AppGatewayHealth *result;      /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AppGatewayForm, app_gateway_form, G_TYPE_OBJECT)

enum { CHANGED, SAVED, FARED, REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const char *const security_values[] = { "tls", "starttls", "none", NULL };
static const char *const security_words[] = {
  N_("From the start (TLS)"), N_("After greeting (STARTTLS)"), N_("None: this computer alone"), NULL
};

/* --- fields ------------------------------------------------------------------------------------------------------- */

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->shown.name);
  g_free (field->shown.label);
  g_free (field->shown.first);
  g_free (field->value);
  g_clear_pointer (&field->secret, secinfo_secret_unref);
  g_free (field);
}

static gboolean
has_word (json_t *array, const char *word)
{
  json_t *item;
  gsize i;

  json_array_foreach (array, i, item)
    if (g_strcmp0 (json_string_value (item), word) == 0)
      return TRUE;
  return FALSE;
}

static void
add_field (AppGatewayForm *self, json_t *setting)
{
  Field *field = g_new0 (Field, 1);
  const char *name = secinfo_json_get_string (setting, "name");
  const char *label = secinfo_json_get_string (setting, "label");
  const char *value = secinfo_json_get_string (setting, "default");
  json_t *settings = self->gateway != NULL ? secinfo_json_get_object (self->gateway, "settings") : NULL;

  if (self->gateway != NULL)
    value = secinfo_json_get_string (settings, name);
  field->shown.name = g_strdup (name);
  field->shown.label = g_strdup (label != NULL && *label != '\0' ? _(label) : name);
  field->shown.required = secinfo_json_get_boolean (setting, "required", FALSE);
  if (secinfo_json_get_boolean (setting, "secret", FALSE))
    {
      field->shown.kind = APP_GATEWAY_SECRET;
      field->shown.saved = self->gateway != NULL && has_word (secinfo_json_get_array (self->gateway, "secrets"), name);
      value = NULL;
    }
  else if (g_str_equal (name, "security") && g_strv_contains (security_values, value != NULL ? value : ""))
    {
      g_free (field->shown.label);
      field->shown.label = g_strdup (_("Encryption"));
      field->shown.kind = APP_GATEWAY_CHOICE;
      field->shown.choices = security_values;
      field->shown.words = security_words;
    }
  field->shown.first = g_strdup (value != NULL ? value : "");
  field->value = g_strdup (field->shown.first);
  g_ptr_array_add (self->fields, field);
}

/* What it is called: no setting of the description, and always there. */
static void
add_title (AppGatewayForm *self)
{
  Field *field = g_new0 (Field, 1);
  const char *title = secinfo_json_get_string (self->gateway != NULL ? self->gateway : self->kind, "title");

  field->shown.name = g_strdup ("");
  field->shown.label = g_strdup (_("Name"));
  /* The kind's own title is a word of ours, a given name is not. */
  field->shown.first = g_strdup (title == NULL ? "" : self->gateway != NULL ? title : _(title));
  field->value = g_strdup (field->shown.first);
  g_ptr_array_add (self->fields, field);
}

static void
make_fields (AppGatewayForm *self)
{
  json_t *setting;
  gsize i;

  g_ptr_array_set_size (self->fields, 0);
  add_title (self);
  json_array_foreach (secinfo_json_get_array (self->kind, "settings"), i, setting)
    if (secinfo_json_get_string (setting, "name") != NULL)
      add_field (self, setting);
}

static gboolean
is_changed (const Field *field)
{
  return field->shown.kind == APP_GATEWAY_SECRET ? field->secret != NULL
                                                 : g_strcmp0 (field->value, field->shown.first) != 0;
}

static gboolean
is_empty (const Field *field)
{
  if (field->shown.kind == APP_GATEWAY_SECRET)
    return field->secret == NULL && !field->shown.saved;
  return *field->value == '\0';
}

/* --- the object --------------------------------------------------------------------------------------------------- */

static void
forget_result (AppGatewayForm *self)
{
  g_clear_pointer (&self->result, app_gateway_health_free);
}

static void
app_gateway_form_finalize (GObject *object)
{
  AppGatewayForm *self = APP_GATEWAY_FORM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  json_decref (self->kind);
  g_clear_pointer (&self->gateway, json_decref);
  g_ptr_array_unref (self->fields);
  g_free (self->key);
  g_free (self->problem);
  forget_result (self);
  G_OBJECT_CLASS (app_gateway_form_parent_class)->finalize (object);
}

static void
app_gateway_form_class_init (AppGatewayFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_gateway_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FARED] = g_signal_new ("fared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
app_gateway_form_init (AppGatewayForm *self)
{
  self->cancellable = g_cancellable_new ();
  self->fields = g_ptr_array_new_with_free_func (field_free);
  self->problem_field = -1;
}

AppGatewayForm *
app_gateway_form_new (SecinfoClient *client, json_t *kind, json_t *gateway)
{
  AppGatewayForm *self = g_object_new (APP_TYPE_GATEWAY_FORM, NULL);

  g_set_object (&self->client, client);
  self->kind = json_incref (kind);
  self->gateway = json_incref (gateway);
  make_fields (self);
  return self;
}

/* --- what it shows ------------------------------------------------------------------------------------------------ */

gboolean
app_gateway_form_is_new (AppGatewayForm *self)
{
  return self->gateway == NULL;
}

gboolean
app_gateway_form_has_address (AppGatewayForm *self)
{
  return app_gateway_get_use (self->kind) != APP_GATEWAY_ALERTS;
}

const char *
app_gateway_form_get_title (AppGatewayForm *self)
{
  const Field *title = g_ptr_array_index (self->fields, 0);

  return title->shown.first;
}

json_t *
app_gateway_form_get_gateway (AppGatewayForm *self)
{
  return self->gateway;
}

guint
app_gateway_form_count (AppGatewayForm *self)
{
  return self->fields->len;
}

const AppGatewayField *
app_gateway_form_get_field (AppGatewayForm *self, guint n)
{
  g_return_val_if_fail (n < self->fields->len, NULL);

  return &((const Field *) g_ptr_array_index (self->fields, n))->shown;
}

static void
set_problem (AppGatewayForm *self, const char *problem, int field)
{
  char *copy = g_strdup (problem);

  g_free (self->problem);
  self->problem = copy;
  self->problem_field = field;
}

void
app_gateway_form_set_value (AppGatewayForm *self, guint n, const char *value)
{
  Field *field;

  g_return_if_fail (n < self->fields->len);

  field = g_ptr_array_index (self->fields, n);
  if (field->shown.kind == APP_GATEWAY_SECRET)
    {
      g_clear_pointer (&field->secret, secinfo_secret_unref);
      if (*value != '\0')
        field->secret = secinfo_secret_new (value, -1);
    }
  else
    {
      char *copy = g_strdup (value);

      g_free (field->value);
      field->value = copy;
    }
  /* What was wrong goes when the person types; what was added before its settings changed is another one. */
  set_problem (self, NULL, -1);
  g_clear_pointer (&self->key, g_free);
  forget_result (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
app_gateway_form_is_dirty (AppGatewayForm *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (is_changed (g_ptr_array_index (self->fields, i)))
      return TRUE;
  return FALSE;
}

gboolean
app_gateway_form_is_busy (AppGatewayForm *self)
{
  return self->busy;
}

gboolean
app_gateway_form_can_save (AppGatewayForm *self)
{
  if (self->busy || (self->gateway != NULL && !app_gateway_form_is_dirty (self)))
    return FALSE;
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = g_ptr_array_index (self->fields, i);

      if (field->shown.required && is_empty (field))
        return FALSE;
    }
  return TRUE;
}

const char *
app_gateway_form_get_problem (AppGatewayForm *self, int *field)
{
  if (field != NULL)
    *field = self->problem_field;
  return self->problem;
}

AppGatewayHealth *
app_gateway_form_get_health (AppGatewayForm *self, gint64 now)
{
  return self->gateway != NULL ? app_gateway_health_new (self->gateway, 0, now) : NULL;
}

const AppGatewayHealth *
app_gateway_form_get_result (AppGatewayForm *self)
{
  return self->result;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static int
field_of_member (AppGatewayForm *self, const char *member)
{
  for (guint i = 1; member != NULL && i < self->fields->len; i++)
    if (g_str_equal (((const Field *) g_ptr_array_index (self->fields, i))->shown.name, member))
      return (int) i;
  return -1;
}

void
app_gateway_form_take_saved (AppGatewayForm *self, json_t *gateway, const GError *error)
{
  SecinfoProblem *problem = error != NULL ? secinfo_problem_from_error (error) : NULL;

  self->busy = FALSE;
  if (gateway != NULL)
    {
      json_t *old = self->gateway;

      self->gateway = json_incref (gateway);
      g_clear_pointer (&old, json_decref);
      set_problem (self, NULL, -1);
      forget_result (self);
      make_fields (self);
      g_signal_emit (self, signals[SAVED], 0, gateway);
    }
  else
    set_problem (self, error->message,
                 problem == NULL || secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_SETTINGS_NOT_VALID
                   ? -1 : field_of_member (self, secinfo_json_get_string (secinfo_problem_get_members (problem),
                                                                          "member")));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppGatewayForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) gateway = secinfo_client_add_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_gateway_form_take_saved (self, gateway, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppGatewayForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) gateway = secinfo_client_change_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_gateway_form_take_saved (self, gateway, error);
}

/* Only what is new: what was saved stays, secrets too. */
static json_t *
collect (AppGatewayForm *self)
{
  json_t *settings = json_object ();

  for (guint i = 1; i < self->fields->len; i++)
    {
      const Field *field = g_ptr_array_index (self->fields, i);

      if (field->shown.kind == APP_GATEWAY_SECRET && field->secret != NULL)
        json_object_set_new (settings, field->shown.name, json_string (secinfo_secret_get_text (field->secret)));
      else if (field->shown.kind != APP_GATEWAY_SECRET && (self->gateway == NULL || is_changed (field)))
        json_object_set_new (settings, field->shown.name, json_string (field->value));
    }
  return settings;
}

void
app_gateway_form_save (AppGatewayForm *self)
{
  const Field *title = g_ptr_array_index (self->fields, 0);

  if (!app_gateway_form_can_save (self))
    return;
  self->busy = TRUE;
  set_problem (self, NULL, -1);
  if (self->gateway != NULL)
    secinfo_client_change_gateway_async (self->client, secinfo_json_get_string (self->gateway, "id"),
                                         is_changed (title) ? title->value : NULL, collect (self), -1,
                                         self->cancellable, changed_cb, g_object_ref (self));
  else
    {
      if (self->key == NULL)
        self->key = g_uuid_string_random ();
      secinfo_client_add_gateway_async (self->client, secinfo_json_get_string (self->kind, "name"), title->value,
                                        collect (self), self->key, self->cancellable, added_cb, g_object_ref (self));
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The list says it too, which in a system instance may not ask again. @failure: (nullable) members of the problem */
static void
note_test (AppGatewayForm *self, json_t *failure)
{
  static const char *const members[] = { "result", "code", "words", "http", "retry_at", "by" };
  json_t *old = self->gateway;
  json_t *tried = old != NULL ? json_deep_copy (old) : NULL;
  json_t *health = tried != NULL ? secinfo_json_get_object (tried, "health") : NULL;
  g_autoptr(json_t) last = failure != NULL ? json_object () : json_null ();
  SecinfoNow now;

  if (health == NULL)
    {
      g_clear_pointer (&tried, json_decref);
      return;
    }
  secinfo_now_read (&now);
  for (guint i = 0; failure != NULL && i < G_N_ELEMENTS (members); i++)
    if (json_object_get (failure, members[i]) != NULL)
      json_object_set (last, members[i], json_object_get (failure, members[i]));
  if (failure != NULL)
    {
      secinfo_json_set_time (last, "at", now.wall);
      json_object_set_new (last, "test", json_true ());
    }
  else
    {
      secinfo_json_set_time (health, "last_delivered_at", now.wall);
      if (g_strcmp0 (secinfo_json_get_string (health, "state"), "unproven") != 0)
        json_object_set_new (health, "state", json_string ("ready"));
    }
  json_object_set (health, "last_failure", last);
  self->gateway = tried;
  json_decref (old);
  g_signal_emit (self, signals[FARED], 0, self->gateway);
}

void
app_gateway_form_take_test (AppGatewayForm *self, json_t *answer, const GError *error)
{
  self->busy = FALSE;
  forget_result (self);
  if (answer == NULL)
    {
      SecinfoProblem *problem = secinfo_problem_from_error (error);

      self->result = app_gateway_result_new (error, app_gateway_form_get_title (self));
      if (problem != NULL && secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_GATEWAY_REFUSED)
        note_test (self, secinfo_problem_get_members (problem));
    }
  else
    {
      const char *detail = secinfo_json_get_string (answer, "detail");

      self->result = g_new0 (AppGatewayHealth, 1);
      self->result->icon = "emblem-ok-symbolic";
      self->result->icon_name = _("Done");
      self->result->style = "success";
      self->result->title = g_strdup (_("Taken over. Did it arrive?"));
      self->result->subtitle = detail != NULL && *detail != '\0' ? secinfo_text_isolate (detail) : NULL;
      note_test (self, NULL);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
tested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppGatewayForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = secinfo_client_test_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_gateway_form_take_test (self, answer, error);
}

void
app_gateway_form_test (AppGatewayForm *self, const char *to)
{
  if (self->busy || self->gateway == NULL || app_gateway_form_is_dirty (self) ||
      (*to == '\0' && app_gateway_form_has_address (self)))
    return;
  self->busy = TRUE;
  forget_result (self);
  secinfo_client_test_gateway_async (self->client, secinfo_json_get_string (self->gateway, "id"), to,
                                     self->cancellable, tested_cb, g_object_ref (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppGatewayForm) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean gone = secinfo_client_remove_gateway_finish (SECINFO_CLIENT (source), result, &error) ||
                  g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  if (gone)
    g_signal_emit (self, signals[REMOVED], 0);
  else
    set_problem (self, error->message, -1);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
app_gateway_form_remove (AppGatewayForm *self)
{
  if (self->busy || self->gateway == NULL)
    return;
  self->busy = TRUE;
  secinfo_client_remove_gateway_async (self->client, secinfo_json_get_string (self->gateway, "id"), self->cancellable,
                                       removed_cb, g_object_ref (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what a test says --------------------------------------------------------------------------------------------- */

AppGatewayHealth *
app_gateway_result_new (const GError *error, const char *name)
{
  AppGatewayHealth *self = g_new0 (AppGatewayHealth, 1);
  SecinfoProblem *problem = secinfo_problem_from_error (error);
  json_t *members = problem != NULL ? secinfo_problem_get_members (problem) : NULL;
  g_autofree char *vendor = NULL, *turn = NULL;

  self->icon = "dialog-warning-symbolic";
  self->icon_name = _("To mend");
  self->style = "warning";
  self->title = g_strdup (error->message);
  if (problem == NULL || secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_GATEWAY_REFUSED)
    return self;
  g_free (self->title);
  self->title = secinfo_gateway_failure_to_words (members, secinfo_json_get_string (members, "channel"), name);
  vendor = secinfo_gateway_failure_to_vendor (members, name);
  turn = secinfo_gateway_failure_to_turn (members);
  self->subtitle = turn != NULL && vendor != NULL ? g_strdup_printf ("%s\n%s", turn, vendor)
                                                  : g_strdup (turn != NULL ? turn : vendor);
  return self;
}
