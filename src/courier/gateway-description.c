/* gateway-description.c - a gateway as a JSON file
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description.h"

#include "gateway-description-reader.h"
#include "gateway-template.h"
#include "gateway-text.h"

#include <string.h>

G_DEFINE_QUARK (gateway-description-error-quark, gateway_description_error)

#define PAIRS_MAX 64

static void
pair_free (GatewayPair *pair)
{
  g_free (pair->name);
  g_free (pair->text);
  g_free (pair);
}

static void
rule_free (GatewayRule *rule)
{
  g_clear_pointer (&rule->statuses, g_array_unref);
  g_clear_pointer (&rule->in, json_decref);
  g_clear_pointer (&rule->body, g_regex_unref);
  g_free (rule->pointer);
  g_free (rule);
}

static void
source_clear (GatewaySource *source)
{
  g_clear_pointer (&source->body, g_regex_unref);
  g_free (source->pointer);
  g_free (source->header);
}

static GatewayDescription *
gateway_description_new (void)
{
  GatewayDescription *self = g_new0 (GatewayDescription, 1);

  self->settings = gateway_settings_new ();
  self->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) pair_free);
  self->body_pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) pair_free);
  self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  return self;
}

void
gateway_description_free (GatewayDescription *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->title);
  g_ptr_array_unref (self->settings);
  g_free (self->method);
  g_free (self->target.origin);
  g_free (self->target.path);
  g_free (self->login.origin);
  g_free (self->login.path);
  g_free (self->auth_user);
  g_free (self->auth_secret);
  g_free (self->auth_header);
  g_free (self->auth_prefix);
  g_free (self->auth_region);
  g_free (self->auth_service);
  g_free (self->auth_scope);
  g_ptr_array_unref (self->headers);
  g_clear_pointer (&self->body_json, json_decref);
  g_ptr_array_unref (self->body_pairs);
  g_free (self->text_type);
  g_free (self->text_value);
  g_ptr_array_unref (self->rules);
  g_clear_pointer (&self->callback.map, g_hash_table_unref);
  g_free (self->callback.query);
  g_free (self->callback.state);
  g_free (self->callback.code);
  g_free (self->callback.lasted);
  g_free (self->callback.key);
  g_free (self->callback.header);
  g_free (self->callback.prefix);
  source_clear (&self->id);
  source_clear (&self->code);
  source_clear (&self->detail);
  g_free (self);
}

/* --- its parts ---------------------------------------------------------------------------------------------------- */

static gboolean
is_name (const char *text, const char *more)
{
  gsize length = strlen (text);

  if (length == 0 || length > 32 || !g_ascii_islower (text[0]))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && strchr (more, *p) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_settings (GatewayReader *reader, json_t *settings)
{
  static const GatewayMember members[] = {
    { "label", JSON_STRING, TRUE }, { "default", JSON_STRING, FALSE }, { "secret", JSON_TRUE, FALSE }, { NULL }
  };
  const char *name;
  json_t *setting;

  json_object_foreach (settings, name, setting)
    {
      g_autofree char *pointer = g_strdup_printf ("/settings/%s", name);
      const char *preset;

      if (!is_name (name, "_"))
        return gateway_reader_fail (reader, pointer,
                                    "a name has a-z, 0-9 and _ alone, begins with a letter, at most 32 of them");
      if (gateway_template_is_message_name (name))
        return gateway_reader_fail (reader, pointer, "this name is one of a message's values");
      if (!gateway_reader_check_members (reader, pointer, setting, members))
        return FALSE;
      preset = secinfo_json_get_string (setting, "default");
      /* It would be told to whoever asks which ways there are. "": it may be left out. */
      if (preset != NULL && *preset != '\0' && secinfo_json_get_boolean (setting, "secret", FALSE))
        {
          g_autofree char *member = g_strdup_printf ("%s/default", pointer);

          return gateway_reader_fail (reader, member, "a secret has no default: everybody could read it");
        }
      if (preset != NULL && (g_str_equal (name, "base") || g_str_equal (name, "login")))
        {
          g_autofree char *reason = NULL;
          g_autofree char *base = gateway_request_check_base (preset, &reason);

          if (base == NULL)
            return gateway_reader_fail (reader, pointer, "%s", reason);
        }
      gateway_settings_add (reader->self->settings, name, secinfo_json_get_string (setting, "label"), preset,
                            secinfo_json_get_boolean (setting, "secret", FALSE));
    }
  return TRUE;
}

static gboolean
read_headers (GatewayReader *reader, json_t *headers)
{
  const char *name;
  json_t *value;

  if (json_object_size (headers) > PAIRS_MAX)
    return gateway_reader_fail (reader, "/request/headers", "there are more than %d headers", PAIRS_MAX);
  json_object_foreach (headers, name, value)
    {
      g_autofree char *pointer = g_strdup_printf ("/request/headers/%s", name);
      GatewayPair *pair;

      if (!gateway_reader_check_header (reader, pointer, name))
        return FALSE;
      if (!json_is_string (value) || !gateway_text_is_line (json_string_value (value)))
        return gateway_reader_fail (reader, pointer, "this has to be one line of text");
      if (!gateway_reader_check_template (reader, pointer, json_string_value (value), FALSE))
        return FALSE;
      pair = g_new0 (GatewayPair, 1);
      pair->name = g_strdup (name);
      pair->text = g_strdup (json_string_value (value));
      g_ptr_array_add (reader->self->headers, pair);
    }
  return TRUE;
}

static gboolean
read_pairs (GatewayReader *reader, const char *pointer, json_t *pairs)
{
  const char *name;
  json_t *value;

  if (json_object_size (pairs) > PAIRS_MAX)
    return gateway_reader_fail (reader, pointer, "there are more than %d members", PAIRS_MAX);
  json_object_foreach (pairs, name, value)
    {
      g_autofree char *inner = g_strdup_printf ("%s/%s", pointer, name);
      GatewayPair *pair;

      if (strpbrk (name, "{}") != NULL)
        return gateway_reader_fail (reader, inner, "nothing is put into a name");
      if (!json_is_string (value))
        return gateway_reader_fail (reader, inner, "this has to be a text");
      if (!gateway_reader_check_template (reader, inner, json_string_value (value), FALSE))
        return FALSE;
      pair = g_new0 (GatewayPair, 1);
      pair->name = g_strdup (name);
      pair->text = g_strdup (json_string_value (value));
      g_ptr_array_add (reader->self->body_pairs, pair);
    }
  return TRUE;
}

static gboolean
check_tree (GatewayReader *reader, const char *pointer, json_t *node, guint depth)
{
  const char *key;
  json_t *child;
  gsize i;

  if (depth > 16)
    return gateway_reader_fail (reader, pointer, "this is nested too deeply");
  if (json_is_string (node))
    {
      if (strlen (json_string_value (node)) != json_string_length (node))
        return gateway_reader_fail (reader, pointer, "a text may not have a NUL");
      return gateway_reader_check_template (reader, pointer, json_string_value (node), TRUE);
    }
  json_array_foreach (node, i, child)
    {
      g_autofree char *inner = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      if (!check_tree (reader, inner, child, depth + 1))
        return FALSE;
    }
  json_object_foreach (node, key, child)
    {
      g_autofree char *inner = g_strdup_printf ("%s/%s", pointer, key);

      if (strpbrk (key, "{}") != NULL)
        return gateway_reader_fail (reader, inner, "nothing is put into a name");
      if (!check_tree (reader, inner, child, depth + 1))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_text (GatewayReader *reader, json_t *text)
{
  static const char pointer[] = "/request/text";
  static const GatewayMember members[] = { { "type", JSON_STRING, TRUE }, { "value", JSON_STRING, TRUE }, { NULL } };
  GatewayDescription *self = reader->self;

  if (!gateway_reader_check_members (reader, pointer, text, members) ||
      !gateway_reader_read_template (reader, pointer, text, "value", &self->text_value))
    return FALSE;
  self->text_type = g_strdup (secinfo_json_get_string (text, "type"));
  if (!gateway_text_is_line (self->text_type) || strchr (self->text_type, '/') == NULL)
    return gateway_reader_fail (reader, "/request/text/type", "this has to be a media type");
  return TRUE;
}

static gboolean
read_body (GatewayReader *reader, json_t *request)
{
  GatewayDescription *self = reader->self;
  json_t *json = json_object_get (request, "json");
  json_t *form = json_object_get (request, "form");
  json_t *query = json_object_get (request, "query");
  json_t *text = json_object_get (request, "text");

  if ((json != NULL) + (form != NULL) + (query != NULL) + (text != NULL) > 1)
    return gateway_reader_fail (reader, "/request", "it has one of json, form, query and text, not more");
  if (g_str_equal (self->method, "GET") && (json != NULL || form != NULL || text != NULL))
    return gateway_reader_fail (reader, "/request", "a GET has no body: use ‘query’");
  if (json != NULL)
    {
      self->body = GATEWAY_BODY_JSON;
      self->body_json = json_incref (json);
      return check_tree (reader, "/request/json", json, 0);
    }
  if (form != NULL || query != NULL)
    {
      self->body = form != NULL ? GATEWAY_BODY_FORM : GATEWAY_BODY_QUERY;
      return read_pairs (reader, form != NULL ? "/request/form" : "/request/query", form != NULL ? form : query);
    }
  if (text != NULL)
    {
      self->body = GATEWAY_BODY_TEXT;
      return read_text (reader, text);
    }
  return TRUE;
}

static gboolean
read_request (GatewayReader *reader, json_t *request)
{
  static const GatewayMember members[] = {
    { "method", JSON_STRING, TRUE }, { "url", JSON_STRING, TRUE }, { "auth", JSON_OBJECT, FALSE },
    { "headers", JSON_OBJECT, FALSE }, { "json", JSON_OBJECT, FALSE }, { "form", JSON_OBJECT, FALSE },
    { "query", JSON_OBJECT, FALSE }, { "text", JSON_OBJECT, FALSE }, { "idempotent", JSON_TRUE, FALSE }, { NULL }
  };
  GatewayDescription *self = reader->self;
  const char *method = secinfo_json_get_string (request, "method");

  if (!gateway_reader_check_members (reader, "/request", request, members))
    return FALSE;
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "POST") && !g_str_equal (method, "PUT"))
    return gateway_reader_fail (reader, "/request/method", "this is one of GET, POST, PUT");
  self->method = g_strdup (method);
  self->idempotent = secinfo_json_get_boolean (request, "idempotent", FALSE);
  return gateway_reader_read_target (reader, "/request/url", secinfo_json_get_string (request, "url"), "base",
                                     &self->target) &&
         read_headers (reader, json_object_get (request, "headers")) &&
         read_body (reader, request) &&
         gateway_reader_read_auth (reader, json_object_get (request, "auth"));
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static gboolean
read_address (GatewayReader *reader, json_t *root)
{
  const char *medium = secinfo_json_get_string (root, "medium");
  const char *address = secinfo_json_get_string (root, "address");
  const char *wanted;

  if (!secinfo_medium_from_string (medium, &reader->self->medium))
    return gateway_reader_fail (reader, "/medium", "this is one of email, sms, voice, push");
  /* What is pushed goes to where the settings say: it proves no address, and carries alerts alone. */
  if (reader->self->medium == SECINFO_MEDIUM_PUSH)
    wanted = "none";
  else
    wanted = reader->self->medium == SECINFO_MEDIUM_EMAIL ? "email" : "phone";
  if (!g_str_equal (address, wanted))
    return gateway_reader_fail (reader, "/address", "for %s this is %s", medium, wanted);
  return TRUE;
}

static gboolean
read_root (GatewayReader *reader, json_t *root)
{
  static const GatewayMember members[] = {
    { "secinfo-gateway", JSON_INTEGER, TRUE }, { "name", JSON_STRING, TRUE }, { "title", JSON_STRING, TRUE },
    { "about", JSON_ARRAY, FALSE }, { "medium", JSON_STRING, TRUE }, { "address", JSON_STRING, TRUE },
    { "settings", JSON_OBJECT, TRUE }, { "request", JSON_OBJECT, TRUE }, { "response", JSON_OBJECT, TRUE },
    { "callback", JSON_OBJECT, FALSE }, { NULL }
  };
  GatewayDescription *self = reader->self;

  if (!gateway_reader_check_members (reader, "", root, members))
    return FALSE;
  if (secinfo_json_get_integer (root, "secinfo-gateway", 0) != 1)
    return gateway_reader_fail (reader, "/secinfo-gateway", "this SecInfo knows version 1 of the format alone");
  self->name = g_strdup (secinfo_json_get_string (root, "name"));
  self->title = g_strdup (secinfo_json_get_string (root, "title"));
  if (!is_name (self->name, "-"))
    return gateway_reader_fail (reader, "/name",
                                "a name has a-z, 0-9 and - alone, begins with a letter, at most 32 of them");
  if (!gateway_text_is_line (self->title) || *self->title == '\0')
    return gateway_reader_fail (reader, "/title", "this has to be one line of text");
  return read_address (reader, root) &&
         read_settings (reader, json_object_get (root, "settings")) &&
         read_request (reader, json_object_get (root, "request")) &&
         gateway_reader_read_response (reader, json_object_get (root, "response")) &&
         gateway_reader_read_callback (reader, json_object_get (root, "callback"));
}

GatewayDescription *
gateway_description_parse (const char *text, gsize length, GError **error)
{
  g_autoptr(GatewayDescription) self = gateway_description_new ();
  g_autofree char *copy = g_strndup (text, length);
  GatewayReader reader = { copy, self, error };
  json_error_t trouble;
  g_autoptr(json_t) root = NULL;

  if (length > GATEWAY_DESCRIPTION_BYTES_MAX)
    {
      g_set_error (error, GATEWAY_DESCRIPTION_ERROR, GATEWAY_DESCRIPTION_ERROR_NOT_VALID,
                   "It has more than %d bytes", GATEWAY_DESCRIPTION_BYTES_MAX);
      return NULL;
    }
  root = json_loadb (text, length, JSON_REJECT_DUPLICATES, &trouble);
  if (root == NULL)
    {
      /* jansson quotes what it stumbled over, and may cut it in the middle of a letter. */
      g_autofree char *words = g_utf8_make_valid (trouble.text, -1);

      g_set_error (error, GATEWAY_DESCRIPTION_ERROR, GATEWAY_DESCRIPTION_ERROR_NOT_VALID,
                   "Line %d: %s", MAX (trouble.line, 1), words);
      return NULL;
    }
  if (!read_root (&reader, root))
    return NULL;
  return g_steal_pointer (&self);
}
