/* secinfo-problem.c - the catalogue of what the service says no with
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-problem.h"

#include "secinfo-problem-words.h"

#include <string.h>

#define PREFIX "/problems/"

struct _SecinfoProblem
{
  gatomicrefcount     ref_count;
  SecinfoProblemType  type;
  guint               status;    /* HTTP */
  char               *detail;    /* (nullable) the service's own words, for a type that this build does not know */
  json_t             *members;   /* (not nullable) an object, without type, title, status and detail */
};

typedef struct
{
  const char *type;
  guint       status;
  const char *title;   /* for whoever reads the wire; people are shown the words */
} Entry;

/* UI.md section 17; the words are in secinfo-problem-words.c */
static const Entry catalogue[] = {
  [SECINFO_PROBLEM_UNKNOWN] = { "unknown", 500, "Unknown problem" },
  [SECINFO_PROBLEM_BODY_NOT_VALID] = { "body-not-valid", 400, "Request not valid" },
  [SECINFO_PROBLEM_ADDRESS_NOT_VALID] = { "address-not-valid", 422, "Address not valid" },
  [SECINFO_PROBLEM_PASSWORD_WRONG] = { "password-wrong", 403, "Wrong password" },
  [SECINFO_PROBLEM_ELEVATION_NEEDED] = { "elevation-needed", 403, "Elevation needed" },
  [SECINFO_PROBLEM_CODE_WRONG] = { "code-wrong", 422, "Wrong code" },
  [SECINFO_PROBLEM_CODE_EXPIRED] = { "code-expired", 410, "Code has ended" },
  [SECINFO_PROBLEM_CODE_USED] = { "code-used", 410, "Code was used" },
  [SECINFO_PROBLEM_CODE_USED_UP] = { "code-used-up", 410, "Code is used up" },
  [SECINFO_PROBLEM_TOO_MANY_TRIES] = { "too-many-tries", 429, "Too many tries" },
  [SECINFO_PROBLEM_TOO_SOON] = { "too-soon", 429, "Too soon" },
  [SECINFO_PROBLEM_TOO_MANY_CODES] = { "too-many-codes", 429, "Too many codes" },
  [SECINFO_PROBLEM_BUSY] = { "busy", 503, "Busy" },
  [SECINFO_PROBLEM_CONTACT_EXISTS] = { "contact-exists", 409, "Contact exists" },
  [SECINFO_PROBLEM_CONTACTS_FULL] = { "contacts-full", 409, "Contacts are full" },
  [SECINFO_PROBLEM_RESTORE_OVER] = { "restore-over", 410, "Cannot be taken back any more" },
  [SECINFO_PROBLEM_ACCOUNT_MANAGED] = { "account-managed", 409, "Managed account" },
  [SECINFO_PROBLEM_NO_PASSWORD] = { "no-password", 409, "Account without password" },
  [SECINFO_PROBLEM_NOT_POSSIBLE_HERE] = { "not-possible-here", 409, "Not possible here" },
  [SECINFO_PROBLEM_NO_GATEWAY] = { "no-gateway", 409, "No gateway" },
  [SECINFO_PROBLEM_GATEWAY_DOWN] = { "gateway-down", 503, "Gateway down" },
  [SECINFO_PROBLEM_GATEWAY_REFUSED] = { "gateway-refused", 422, "Gateway refused" },
  [SECINFO_PROBLEM_SETTINGS_NOT_VALID] = { "settings-not-valid", 422, "Settings not valid" },
  [SECINFO_PROBLEM_NOT_ALLOWED] = { "not-allowed", 403, "Not allowed" },
  [SECINFO_PROBLEM_STORE_LOCKED] = { "store-locked", 503, "Store locked" },
  [SECINFO_PROBLEM_STORAGE_FULL] = { "storage-full", 507, "Storage full" },
  [SECINFO_PROBLEM_CONFLICT] = { "conflict", 409, "Conflict" },
  [SECINFO_PROBLEM_NOT_FOUND] = { "not-found", 404, "Not found" },
  [SECINFO_PROBLEM_NOT_YOU] = { "not-you", 403, "Caller not known" },
  [SECINFO_PROBLEM_TOO_LARGE] = { "too-large", 413, "Too large" },
  [SECINFO_PROBLEM_METHOD_NOT_ALLOWED] = { "method-not-allowed", 405, "Method not allowed" },
  [SECINFO_PROBLEM_INTERNAL] = { "internal", 500, "Internal" },
  [SECINFO_PROBLEM_ACCOUNT_SUSPENDED] = { "account-suspended", 409, "Account suspended" },
  [SECINFO_PROBLEM_NO_SERVICE] = { "no-service", 503, "No service" },
  [SECINFO_PROBLEM_BAD_ANSWER] = { "bad-answer", 502, "Answer not understood" },
  [SECINFO_PROBLEM_LABEL_WRONG] = { "label-wrong", 422, "Wrong label" },
  [SECINFO_PROBLEM_PASSWORD_REFUSED] = { "password-refused", 422, "New password refused" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (catalogue) == SECINFO_N_PROBLEMS);

typedef struct
{
  SecinfoProblem *problem;  /* (nullable) */
} SecinfoProblemPrivate;

static void
secinfo_problem_private_init (SecinfoProblemPrivate *priv)
{
}

static void
secinfo_problem_private_copy (const SecinfoProblemPrivate *from,
                              SecinfoProblemPrivate       *to)
{
  to->problem = from->problem != NULL ? secinfo_problem_ref (from->problem) : NULL;
}

static void
secinfo_problem_private_clear (SecinfoProblemPrivate *priv)
{
  g_clear_pointer (&priv->problem, secinfo_problem_unref);
}

G_DEFINE_EXTENDED_ERROR (SecinfoProblem, secinfo_problem)

static const Entry *
get_entry (SecinfoProblemType type)
{
  return &catalogue[(guint) type < SECINFO_N_PROBLEMS ? type : SECINFO_PROBLEM_UNKNOWN];
}

const char *
secinfo_problem_type_to_string (SecinfoProblemType type)
{
  return get_entry (type)->type;
}

SecinfoProblemType
secinfo_problem_type_from_string (const char *type)
{
  if (type == NULL)
    return SECINFO_PROBLEM_UNKNOWN;
  if (g_str_has_prefix (type, PREFIX))
    type += strlen (PREFIX);

  for (gsize i = 0; i < G_N_ELEMENTS (catalogue); i++)
    {
      if (g_str_equal (catalogue[i].type, type))
        return (SecinfoProblemType) i;
    }

  return SECINFO_PROBLEM_UNKNOWN;
}

guint
secinfo_problem_type_to_status (SecinfoProblemType type)
{
  return get_entry (type)->status;
}

SecinfoProblem *
secinfo_problem_new (SecinfoProblemType type)
{
  SecinfoProblem *self = g_new0 (SecinfoProblem, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->type = type;
  self->status = secinfo_problem_type_to_status (type);
  self->members = json_object ();
  return self;
}

SecinfoProblem *
secinfo_problem_ref (SecinfoProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
secinfo_problem_unref (SecinfoProblem *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  json_decref (self->members);
  g_free (self->detail);
  g_free (self);
}

/* Text that is no UTF-8 (a vendor's words) is mended, not left out. */
SecinfoProblem *
secinfo_problem_set_string (SecinfoProblem *self,
                            const char     *name,
                            const char     *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  return secinfo_problem_set_json (self, name, valid != NULL ? json_string (valid) : json_null ());
}

SecinfoProblem *
secinfo_problem_set_integer (SecinfoProblem *self,
                             const char     *name,
                             gint64          value)
{
  return secinfo_problem_set_json (self, name, json_integer (value));
}

SecinfoProblem *
secinfo_problem_set_json (SecinfoProblem *self,
                          const char     *name,
                          json_t         *value)
{
  g_return_val_if_fail (self != NULL && name != NULL, self);

  json_object_set_new (self->members, name, value);
  return self;
}

SecinfoProblem *
secinfo_problem_set_time (SecinfoProblem *self,
                          const char     *name,
                          gint64          seconds)
{
  g_return_val_if_fail (self != NULL && name != NULL, self);

  secinfo_json_set_time (self->members, name, seconds);
  return self;
}

SecinfoProblem *
secinfo_problem_set_retry_at (SecinfoProblem *self,
                              gint64          seconds)
{
  return secinfo_problem_set_time (self, "retry_at", seconds);
}

SecinfoProblemType
secinfo_problem_get_kind (SecinfoProblem *self)
{
  g_return_val_if_fail (self != NULL, SECINFO_PROBLEM_UNKNOWN);

  return self->type;
}

gint64
secinfo_problem_get_retry_at (SecinfoProblem *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return secinfo_json_get_time (self->members, "retry_at");
}

json_t *
secinfo_problem_get_members (SecinfoProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->members;
}

char *
secinfo_problem_to_words (SecinfoProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->type == SECINFO_PROBLEM_UNKNOWN && self->detail != NULL)
    return g_strdup (self->detail);

  return secinfo_problem_make_words (self->type, self->members);
}

json_t *
secinfo_problem_to_json (SecinfoProblem *self)
{
  const Entry *entry;
  g_autofree char *type = NULL;
  g_autofree char *words = NULL;
  json_t *answer;

  g_return_val_if_fail (self != NULL, NULL);

  entry = get_entry (self->type);
  type = g_strconcat (PREFIX, entry->type, NULL);
  words = secinfo_problem_to_words (self);

  answer = json_object ();
  json_object_update (answer, self->members);
  json_object_set_new (answer, "type", json_string (type));
  json_object_set_new (answer, "title", json_string (entry->title));
  json_object_set_new (answer, "status", json_integer (self->status));
  json_object_set_new (answer, "detail", json_string (words));
  return answer;
}

SecinfoProblem *
secinfo_problem_from_json (json_t *answer,
                           guint   status)
{
  static const char * const own[] = { "type", "title", "status", "detail" };
  SecinfoProblem *self =
    secinfo_problem_new (secinfo_problem_type_from_string (secinfo_json_get_string (answer, "type")));

  if (status != 0)
    self->status = status;
  if (!json_is_object (answer))
    return self;

  self->detail = g_strdup (secinfo_json_get_string (answer, "detail"));
  json_object_update (self->members, answer);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    json_object_del (self->members, own[i]);

  return self;
}

GError *
secinfo_problem_to_error (SecinfoProblem *self)
{
  g_autofree char *words = secinfo_problem_to_words (self);
  GError *error = g_error_new_literal (SECINFO_PROBLEM, self->type, words);

  secinfo_problem_get_private (error)->problem = secinfo_problem_ref (self);
  return error;
}

SecinfoProblem *
secinfo_problem_from_error (const GError *error)
{
  if (error == NULL || error->domain != SECINFO_PROBLEM)
    return NULL;

  return secinfo_problem_get_private (error)->problem;
}
