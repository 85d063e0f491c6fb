/* secinfo-account.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-account.h"

#include "secinfo-client-private.h"

#define N_CHANNELS (SECINFO_MEDIUM_VOICE + 1)

struct _SecinfoAccount
{
  GObject         parent_instance;

  json_t         *object;            /* (nullable) as it last came; wiped by jansson's allocators */
  char           *not_recoverable;   /* (nullable) */
  gboolean        suspended;
  SecinfoLevel    level;
  GListStore     *contacts;
  GListStore     *removed;
  GPtrArray      *findings;
  SecinfoChannel  channels[N_CHANNELS];
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (SecinfoAccount, secinfo_account, G_TYPE_OBJECT)

static void
finding_free (SecinfoFinding *finding)
{
  g_free (finding->type);
  g_free (finding->subject);
  g_free (finding->text);
  g_free (finding);
}

static void
secinfo_account_finalize (GObject *object)
{
  SecinfoAccount *self = SECINFO_ACCOUNT (object);

  g_clear_pointer (&self->object, json_decref);
  g_free (self->not_recoverable);
  g_clear_object (&self->contacts);
  g_clear_object (&self->removed);
  g_ptr_array_unref (self->findings);
  G_OBJECT_CLASS (secinfo_account_parent_class)->finalize (object);
}

static void
secinfo_account_class_init (SecinfoAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = secinfo_account_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
secinfo_account_init (SecinfoAccount *self)
{
  self->contacts = g_list_store_new (SECINFO_TYPE_CONTACT);
  self->removed = g_list_store_new (SECINFO_TYPE_CONTACT);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
  for (guint i = 0; i < N_CHANNELS; i++)
    self->channels[i].state = SECINFO_CHANNEL_NONE;
}

SecinfoAccount *
secinfo_account_new (void)
{
  return g_object_new (SECINFO_TYPE_ACCOUNT, NULL);
}

/* The place of the contact @id at or after @from; the number of items where it is nowhere. */
static guint
find_from (GListStore *store, const char *id, guint from)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint i;

  for (i = from; i < n; i++)
    {
      g_autoptr(SecinfoContact) item = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (g_str_equal (secinfo_contact_get_id (item), id))
        break;
    }
  return i;
}

static void
drop_missing (GListStore *store, GPtrArray *wanted)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr(SecinfoContact) item = g_list_model_get_item (G_LIST_MODEL (store), i - 1);
      gboolean found = FALSE;

      for (guint j = 0; j < wanted->len && !found; j++)
        found = g_str_equal (secinfo_contact_get_id (item), secinfo_contact_get_id (wanted->pdata[j]));
      if (!found)
        g_list_store_remove (store, i - 1);
    }
}

/* Makes @store like @wanted and signals only what differs: a row that did not change keeps its widget, so its focus. */
static void
merge (GListStore *store, GPtrArray *wanted)
{
  drop_missing (store, wanted);
  for (guint i = 0; i < wanted->len; i++)
    {
      gpointer contact = wanted->pdata[i];
      guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
      guint at = find_from (store, secinfo_contact_get_id (contact), i);
      g_autoptr(SecinfoContact) old = at < n ? g_list_model_get_item (G_LIST_MODEL (store), at) : NULL;

      if (old != NULL && secinfo_contact_equal (old, contact))
        contact = old;
      if (at == i && old != NULL)
        {
          if (contact != old)
            g_list_store_splice (store, i, 1, &contact, 1);
          continue;
        }
      if (old != NULL)
        g_list_store_remove (store, at);
      g_list_store_insert (store, i, contact);
    }
}

static gboolean
read_contacts (json_t *array, GPtrArray *contacts, GPtrArray *removed, GError **error)
{
  json_t *object;
  gsize i;

  json_array_foreach (array, i, object)
    {
      SecinfoContact *contact = secinfo_contact_new_from_json (object, error);

      if (contact == NULL)
        return FALSE;
      g_ptr_array_add (secinfo_contact_get_state (contact) == SECINFO_CONTACT_REMOVED ? removed : contacts, contact);
    }
  return TRUE;
}

static void
read_findings (SecinfoAccount *self, json_t *array)
{
  json_t *object;
  gsize i;

  g_ptr_array_set_size (self->findings, 0);
  json_array_foreach (array, i, object)
    {
      SecinfoFinding *finding;

      if (secinfo_json_get_string (object, "type") == NULL || secinfo_json_get_string (object, "text") == NULL)
        continue;
      finding = g_new0 (SecinfoFinding, 1);
      finding->type = g_strdup (secinfo_json_get_string (object, "type"));
      finding->to_mend = g_strcmp0 (secinfo_json_get_string (object, "urgency"), "to-mend") == 0;
      finding->subject = g_strdup (secinfo_json_get_string (object, "subject"));
      finding->text = g_strdup (secinfo_json_get_string (object, "text"));
      g_ptr_array_add (self->findings, finding);
    }
}

static void
read_channels (SecinfoAccount *self, json_t *channels)
{
  static const char *const words[] = { "ready", "down", "offline", "none" };

  for (guint medium = 0; medium < N_CHANNELS; medium++)
    {
      json_t *object = secinfo_json_get_object (channels, secinfo_medium_to_string ((SecinfoMedium) medium));
      const char *word = secinfo_json_get_string (object, "state");
      SecinfoChannel *channel = &self->channels[medium];

      channel->state = SECINFO_CHANNEL_NONE;
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (g_strcmp0 (word, words[i]) == 0)
          channel->state = (SecinfoChannelState) i;
      channel->since = secinfo_json_get_time (object, "since");
      channel->told_at = secinfo_json_get_time (object, "told_at");
      channel->trial = secinfo_json_get_boolean (object, "trial", FALSE);
    }
}

static void
read_rest (SecinfoAccount *self, json_t *object)
{
  const char *level = secinfo_json_get_string (object, "level");
  json_t *recoverable = secinfo_json_get_object (object, "recoverable");
  const char *reason = secinfo_json_get_string (recoverable, "reason");

  self->suspended = g_strcmp0 (secinfo_json_get_string (object, "state"), "suspended") == 0;
  if (level == NULL || !secinfo_level_from_string (level, &self->level))
    self->level = SECINFO_LEVEL_SESSION;
  g_free (self->not_recoverable);
  self->not_recoverable = secinfo_json_get_boolean (recoverable, "now", FALSE)
                            ? NULL : g_strdup (reason != NULL ? reason : "");
  read_findings (self, secinfo_json_get_array (object, "findings"));
  read_channels (self, secinfo_json_get_object (object, "channels"));
}

/**
 * secinfo_account_update:
 * @object: (nullable): an Account of the API; unknown members are left alone
 *
 * Takes over what differs and says "changed" where anything does. On %FALSE nothing was changed.
 */
gboolean
secinfo_account_update (SecinfoAccount *self, json_t *object, GError **error)
{
  g_autoptr(GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GPtrArray) removed = g_ptr_array_new_with_free_func (g_object_unref);
  json_t *array = secinfo_json_get_array (object, "contacts");

  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  if (array == NULL || secinfo_json_get_string (object, "name") == NULL)
    {
      g_propagate_error (error, secinfo_client_bad_answer ());
      return FALSE;
    }
  if (!read_contacts (array, contacts, removed, error))
    return FALSE;
  if (self->object != NULL && json_equal (self->object, object))
    return TRUE;

  g_clear_pointer (&self->object, json_decref);
  self->object = json_incref (object);
  read_rest (self, object);
  merge (self->contacts, contacts);
  merge (self->removed, removed);
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}

json_t *
secinfo_account_get_json (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return self->object;
}

gboolean
secinfo_account_is_loaded (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  return self->object != NULL;
}

const char *
secinfo_account_get_name (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return self->object != NULL ? secinfo_json_get_string (self->object, "name") : "";
}

const char *
secinfo_account_get_real_name (SecinfoAccount *self)
{
  const char *real_name;

  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  real_name = self->object != NULL ? secinfo_json_get_string (self->object, "real_name") : NULL;
  return real_name != NULL && *real_name != '\0' ? real_name : secinfo_account_get_name (self);
}

gboolean
secinfo_account_is_suspended (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  return self->suspended;
}

gboolean
secinfo_account_is_administrator (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  return self->object != NULL && secinfo_json_get_boolean (self->object, "administrator", FALSE);
}

SecinfoLevel
secinfo_account_get_level (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), SECINFO_LEVEL_SESSION);

  return self->level;
}

gint64
secinfo_account_get_level_until (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), 0);

  return self->object != NULL ? secinfo_json_get_time (self->object, "level_until") : 0;
}

GListModel *
secinfo_account_get_contacts (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return G_LIST_MODEL (self->contacts);
}

GListModel *
secinfo_account_get_removed (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return G_LIST_MODEL (self->removed);
}

static SecinfoContact *
find_in (GListStore *store, const char *id)
{
  guint at = find_from (store, id, 0);
  g_autoptr(SecinfoContact) found = g_list_model_get_item (G_LIST_MODEL (store), at);

  return found;  /* the list holds it */
}

/**
 * secinfo_account_find_contact:
 *
 * Also among the removed ones.
 */
SecinfoContact *
secinfo_account_find_contact (SecinfoAccount *self, const char *id)
{
  SecinfoContact *found;

  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  found = find_in (self->contacts, id);
  return found != NULL ? found : find_in (self->removed, id);
}

static gboolean
is_verified (SecinfoContact *contact)
{
  return secinfo_contact_get_state (contact) == SECINFO_CONTACT_VERIFIED;
}

static gboolean
is_alerted (SecinfoContact *contact)
{
  return secinfo_contact_is_in_force (contact) && secinfo_contact_get_alerts (contact);
}

static gboolean
is_only_one (SecinfoAccount *self, SecinfoContact *contact, gboolean (*fits) (SecinfoContact *contact))
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->contacts));

  if (!fits (contact))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(SecinfoContact) other = g_list_model_get_item (G_LIST_MODEL (self->contacts), i);

      if (fits (other) && !g_str_equal (secinfo_contact_get_id (other), secinfo_contact_get_id (contact)))
        return FALSE;
    }
  return TRUE;
}

gboolean
secinfo_account_is_last_verified (SecinfoAccount *self, SecinfoContact *contact)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  return is_only_one (self, contact, is_verified);
}

gboolean
secinfo_account_is_last_alerted (SecinfoAccount *self, SecinfoContact *contact)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), FALSE);

  return is_only_one (self, contact, is_alerted);
}

GPtrArray *
secinfo_account_get_findings (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return self->findings;
}

const SecinfoChannel *
secinfo_account_get_channel (SecinfoAccount *self, SecinfoMedium medium)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (medium < N_CHANNELS, NULL);

  return &self->channels[medium];
}

const char *
secinfo_account_get_not_recoverable (SecinfoAccount *self)
{
  g_return_val_if_fail (SECINFO_IS_ACCOUNT (self), NULL);

  return self->not_recoverable;
}
