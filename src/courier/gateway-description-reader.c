/* gateway-description-reader.c - says what is wrong with a description, and where
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description-reader.h"

#include "gateway-template.h"

#include <string.h>

gboolean
gateway_reader_fail (GatewayReader *reader, const char *pointer, const char *format, ...)
{
  g_autofree char *words = NULL;
  va_list arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (reader->error, GATEWAY_DESCRIPTION_ERROR, GATEWAY_DESCRIPTION_ERROR_NOT_VALID, "Line %u: %s%s%s",
               gateway_description_find_line (reader->text, pointer), pointer, *pointer != '\0' ? ": " : "", words);
  return FALSE;
}

static const char *
words_of_type (json_type type)
{
  switch (type)
    {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a text";
    case JSON_INTEGER: return "a whole number";
    case JSON_TRUE: return "true or false";
    case JSON_REAL:
    case JSON_FALSE:
    case JSON_NULL:
    default: return "something else";
    }
}

static gboolean
has_type (const json_t *value, json_type type)
{
  return type == JSON_TRUE ? json_is_boolean (value) : json_typeof (value) == type;
}

gboolean
gateway_reader_check_members (GatewayReader *reader, const char *pointer, json_t *object, const GatewayMember *members)
{
  const char *key;
  json_t *value;

  if (!json_is_object (object))
    return gateway_reader_fail (reader, pointer, "this has to be an object");
  json_object_foreach (object, key, value)
    {
      g_autofree char *inner = g_strdup_printf ("%s/%s", pointer, key);
      const GatewayMember *member = members;

      while (member->name != NULL && !g_str_equal (member->name, key))
        member++;
      if (member->name == NULL)
        return gateway_reader_fail (reader, inner, "there is no such member");
      if (!has_type (value, member->type))
        return gateway_reader_fail (reader, inner, "this has to be %s", words_of_type (member->type));
      if (json_is_string (value) && strlen (json_string_value (value)) != json_string_length (value))
        return gateway_reader_fail (reader, inner, "a text may not have a NUL");
    }
  for (const GatewayMember *member = members; member->name != NULL; member++)
    {
      if (member->required && json_object_get (object, member->name) == NULL)
        return gateway_reader_fail (reader, pointer, "the member ‘%s’ is missing", member->name);
    }
  return TRUE;
}

/* --- templates, urls, names of headers ---------------------------------------------------------------------------- */

gboolean
gateway_reader_check_template (GatewayReader *reader, const char *pointer, const char *text, gboolean integers)
{
  g_autoptr(GError) local = NULL;

  if (gateway_template_check (text, reader->self->settings, integers, &local))
    return TRUE;
  return gateway_reader_fail (reader, pointer, "%s", local->message);
}

gboolean
gateway_reader_read_template (GatewayReader *reader, const char *pointer, json_t *object, const char *member,
                              char **out)
{
  g_autofree char *inner = g_strdup_printf ("%s/%s", pointer, member);
  const char *text = json_string_value (json_object_get (object, member));

  if (text != NULL && !gateway_reader_check_template (reader, inner, text, FALSE))
    return FALSE;
  *out = g_strdup (text);
  return TRUE;
}

static gboolean
has_setting (const GatewayDescription *self, const char *name)
{
  for (guint i = 0; i < self->settings->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (self->settings, i);

      if (g_str_equal (setting->name, name))
        return TRUE;
    }
  return FALSE;
}

gboolean
gateway_reader_read_target (GatewayReader *reader, const char *pointer, const char *url, const char *setting,
                            GatewayTarget *target)
{
  g_autofree char *placeholder = g_strdup_printf ("{%s}", setting);
  const char *path;

  if (strpbrk (url, "?#") != NULL)
    return gateway_reader_fail (reader, pointer, "a url here has no query or fragment: use ‘query’");
  for (const guchar *at = (const guchar *) url; *at != '\0'; at++)
    if (*at <= ' ' || *at == 0x7f)
      return gateway_reader_fail (reader, pointer, "a url has no blank, line break or other control character");
  if (g_str_has_prefix (url, placeholder))
    {
      if (!has_setting (reader->self, setting))
        return gateway_reader_fail (reader, pointer, "there is no setting ‘%s’", setting);
      target->setting = setting;
      path = url + strlen (placeholder);
    }
  else
    {
      g_autofree char *reason = NULL;
      g_autofree char *base = NULL;
      const char *host = g_str_has_prefix (url, "https://") ? url + strlen ("https://") : NULL;

      if (host == NULL)
        return gateway_reader_fail (reader, pointer, "a url begins with %s or with https://", placeholder);
      path = host + strcspn (host, "/");
      target->origin = g_strndup (url, (gsize) (path - url));
      if (strpbrk (target->origin, "{}") != NULL)
        return gateway_reader_fail (reader, pointer, "only %s may name a host", placeholder);
      base = gateway_request_check_base (target->origin, &reason);
      if (base == NULL)
        return gateway_reader_fail (reader, pointer, "%s", reason);
    }
  if (*path != '\0' && *path != '/')
    return gateway_reader_fail (reader, pointer, "a / has to follow the host");
  target->path = g_strdup (path);
  return gateway_reader_check_template (reader, pointer, path, FALSE);
}

/* What the transport decides, or another member of the description. */
static gboolean
is_own_header (const char *name)
{
  static const char * const own[] = {
    "host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer",
    "keep-alive", "cookie", NULL
  };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_strv_contains (own, lower) || g_str_has_prefix (lower, "proxy-");
}

gboolean
gateway_reader_check_header (GatewayReader *reader, const char *pointer, const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > 64 ||
      strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != length)
    return gateway_reader_fail (reader, pointer, "‘%s’ is no name of a header", name);
  if (is_own_header (name))
    return gateway_reader_fail (reader, pointer, "the header ‘%s’ is not a description's", name);
  return TRUE;
}
