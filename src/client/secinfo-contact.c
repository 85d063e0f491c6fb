/* secinfo-contact.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-contact.h"

#include "secinfo-client-private.h"

struct _SecinfoContact
{
  GObject              parent_instance;

  json_t              *object;             /* as it came, to compare all members; wiped by jansson's allocators */
  char                *id;                 /* (not nullable) */
  char                *masked;             /* (not nullable) */
  char                *display;            /* (nullable) wiped */
  char                *value;              /* (nullable) wiped */
  char                *label;              /* (nullable) */
  char                *replaces;           /* (nullable) */
  char                *challenge;          /* (nullable) */
  SecinfoContactKind   kind;
  SecinfoContactState  state;
  gboolean             alerts;
  gboolean             undeliverable;
  gboolean             trial;
  gint64               removed_at;         /* Unix seconds, 0 = null; so the others */
  gint64               restore_until;
  gint64               effective_at;
  gint64               last_confirmed_at;
};

enum {
  PROP_0,
  PROP_ID,
  PROP_KIND,
  PROP_STATE,
  PROP_MASKED,
  PROP_LABEL,
  PROP_ALERTS,
  PROP_UNDELIVERABLE,
  PROP_TRIAL,
  PROP_REPLACES,
  PROP_CHALLENGE,
  PROP_REMOVED_AT,
  PROP_RESTORE_UNTIL,
  PROP_EFFECTIVE_AT,
  PROP_LAST_CONFIRMED_AT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SecinfoContact, secinfo_contact, G_TYPE_OBJECT)

static void
secinfo_contact_finalize (GObject *object)
{
  SecinfoContact *self = SECINFO_CONTACT (object);

  g_clear_pointer (&self->object, json_decref);
  g_free (self->id);
  g_free (self->masked);
  secinfo_secret_free_text (self->display);
  secinfo_secret_free_text (self->value);
  g_free (self->label);
  g_free (self->replaces);
  g_free (self->challenge);
  G_OBJECT_CLASS (secinfo_contact_parent_class)->finalize (object);
}

static void
secinfo_contact_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SecinfoContact *self = SECINFO_CONTACT (object);

  switch (prop_id)
    {
    case PROP_ID: g_value_set_string (value, self->id); break;
    case PROP_KIND: g_value_set_int (value, (int) self->kind); break;
    case PROP_STATE: g_value_set_int (value, (int) self->state); break;
    case PROP_MASKED: g_value_set_string (value, self->masked); break;
    case PROP_LABEL: g_value_set_string (value, self->label); break;
    case PROP_ALERTS: g_value_set_boolean (value, self->alerts); break;
    case PROP_UNDELIVERABLE: g_value_set_boolean (value, self->undeliverable); break;
    case PROP_TRIAL: g_value_set_boolean (value, self->trial); break;
    case PROP_REPLACES: g_value_set_string (value, self->replaces); break;
    case PROP_CHALLENGE: g_value_set_string (value, self->challenge); break;
    case PROP_REMOVED_AT: g_value_set_int64 (value, self->removed_at); break;
    case PROP_RESTORE_UNTIL: g_value_set_int64 (value, self->restore_until); break;
    case PROP_EFFECTIVE_AT: g_value_set_int64 (value, self->effective_at); break;
    case PROP_LAST_CONFIRMED_AT: g_value_set_int64 (value, self->last_confirmed_at); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_string (guint id, const char *name)
{
  properties[id] = g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_enum (guint id, const char *name)
{
  properties[id] = g_param_spec_int (name, NULL, NULL, 0, G_MAXINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_boolean (guint id, const char *name)
{
  properties[id] = g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_time (guint id, const char *name)
{
  properties[id] = g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
secinfo_contact_class_init (SecinfoContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = secinfo_contact_finalize;
  object_class->get_property = secinfo_contact_get_property;

  /* No property for the value and the display: a whole contact is not for whoever lists properties. */
  install_string (PROP_ID, "id");
  install_enum (PROP_KIND, "kind");
  install_enum (PROP_STATE, "state");
  install_string (PROP_MASKED, "masked");
  install_string (PROP_LABEL, "label");
  install_boolean (PROP_ALERTS, "alerts");
  install_boolean (PROP_UNDELIVERABLE, "undeliverable");
  install_boolean (PROP_TRIAL, "trial");
  install_string (PROP_REPLACES, "replaces");
  install_string (PROP_CHALLENGE, "challenge");
  install_time (PROP_REMOVED_AT, "removed-at");
  install_time (PROP_RESTORE_UNTIL, "restore-until");
  install_time (PROP_EFFECTIVE_AT, "effective-at");
  install_time (PROP_LAST_CONFIRMED_AT, "last-confirmed-at");
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
secinfo_contact_init (SecinfoContact *self)
{
}

/**
 * secinfo_contact_new_from_json:
 * @object: (nullable): a Contact of the API; unknown members are left alone
 *
 * Returns: (transfer full): or %NULL with a /problems/bad-answer in @error
 */
SecinfoContact *
secinfo_contact_new_from_json (json_t *object, GError **error)
{
  const char *id = secinfo_json_get_string (object, "id");
  const char *masked = secinfo_json_get_string (object, "masked");
  const char *state_word = secinfo_json_get_string (object, "state");
  SecinfoContactKind kind;
  SecinfoContactState state;
  SecinfoContact *self;

  if (id == NULL || *id == '\0' || masked == NULL || state_word == NULL ||
      !secinfo_client_kind_from_word (secinfo_json_get_string (object, "kind"), &kind) ||
      !secinfo_contact_state_from_string (state_word, &state))
    {
      g_propagate_error (error, secinfo_client_bad_answer ());
      return NULL;
    }
  self = g_object_new (SECINFO_TYPE_CONTACT, NULL);
  self->object = json_incref (object);
  self->id = g_strdup (id);
  self->masked = g_strdup (masked);
  self->kind = kind;
  self->state = state;
  self->display = g_strdup (secinfo_json_get_string (object, "display"));
  self->value = g_strdup (secinfo_json_get_string (object, "value"));
  self->label = g_strdup (secinfo_json_get_string (object, "label"));
  self->replaces = g_strdup (secinfo_json_get_string (object, "replaces"));
  self->challenge = g_strdup (secinfo_json_get_string (object, "challenge"));
  self->alerts = secinfo_json_get_boolean (object, "alerts", FALSE);
  self->undeliverable = secinfo_json_get_boolean (object, "undeliverable", FALSE);
  self->trial = secinfo_json_get_boolean (object, "trial", FALSE);
  self->removed_at = secinfo_json_get_time (object, "removed_at");
  self->restore_until = secinfo_json_get_time (object, "restore_until");
  self->effective_at = secinfo_json_get_time (object, "effective_at");
  self->last_confirmed_at = secinfo_json_get_time (object, "last_confirmed_at");
  return self;
}

json_t *
secinfo_contact_get_json (SecinfoContact *self)
{
  g_return_val_if_fail (SECINFO_IS_CONTACT (self), NULL);

  return self->object;
}

gboolean
secinfo_contact_equal (SecinfoContact *a, SecinfoContact *b)
{
  g_return_val_if_fail (SECINFO_IS_CONTACT (a), FALSE);
  g_return_val_if_fail (SECINFO_IS_CONTACT (b), FALSE);

  return json_equal (a->object, b->object);
}

#define GETTER(Type, name)                                             \
  Type                                                                 \
  secinfo_contact_get_##name (SecinfoContact *self)                    \
  {                                                                    \
    g_return_val_if_fail (SECINFO_IS_CONTACT (self), 0);               \
                                                                       \
    return self->name;                                                 \
  }

GETTER (const char *, id)
GETTER (SecinfoContactKind, kind)
GETTER (SecinfoContactState, state)
GETTER (const char *, masked)
GETTER (const char *, display)
GETTER (const char *, value)
GETTER (const char *, label)
GETTER (gboolean, alerts)
GETTER (gboolean, undeliverable)
GETTER (gboolean, trial)
GETTER (const char *, replaces)
GETTER (const char *, challenge)
GETTER (gint64, removed_at)
GETTER (gint64, restore_until)
GETTER (gint64, effective_at)
GETTER (gint64, last_confirmed_at)

gboolean
secinfo_contact_is_in_force (SecinfoContact *self)
{
  g_return_val_if_fail (SECINFO_IS_CONTACT (self), FALSE);

  return self->state == SECINFO_CONTACT_VERIFIED || self->state == SECINFO_CONTACT_OLD;
}
