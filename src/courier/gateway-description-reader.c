/* gateway-description-reader.c - says what is wrong with a description, and where
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description-reader.h"

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
