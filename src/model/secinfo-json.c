/* secinfo-json.c - jansson, as this project uses it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-json.h"

#include "secinfo-secret.h"
#include "secinfo-time.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST      32
#define WRITTEN_DEEPEST 64  /* what contains itself is deeper */
#define USUAL_MAX    1024   /* bytes of a string, items of an array */
#define MEMBER_MAX   64     /* bytes of an unknown member's name that are told */
#define BLOCK_HEAD   16     /* keeps malloc()'s alignment for what follows */

G_DEFINE_QUARK (secinfo-json-error-quark, secinfo_json_error)

static gint failures;   /* atomic */

static void *
allocate (size_t size)
{
  char *block = size <= SIZE_MAX - BLOCK_HEAD ? malloc (size + BLOCK_HEAD) : NULL;

  if (block == NULL)
    {
      g_atomic_int_inc (&failures);
      return NULL;
    }

  memcpy (block, &size, sizeof size);
  return block + BLOCK_HEAD;
}

static void
wipe_and_free (void *memory)
{
  char *block;
  size_t size;

  if (memory == NULL)
    return;

  block = (char *) memory - BLOCK_HEAD;
  memcpy (&size, block, sizeof size);
  sodium_memzero (memory, size);
  free (block);
}

void
secinfo_json_init (void)
{
  json_set_alloc_funcs (allocate, wipe_and_free);
  json_object_seed (0);  /* now, while there is one thread */
}

guint
secinfo_json_get_failures (void)
{
  return (guint) g_atomic_int_get (&failures);
}

/* jansson itself goes down to 2048: more stack than a worker thread need have, and nobody's honest body. */
static gboolean
is_too_deep (const char *text,
             gsize       length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string)
        {
          if (text[i] == '\\')
            i++;
          else if (text[i] == '"')
            in_string = FALSE;
        }
      else if (text[i] == '"')
        in_string = TRUE;
      else if (text[i] == '[' || text[i] == '{')
        depth++;
      else if ((text[i] == ']' || text[i] == '}') && depth > 0)
        depth--;

      if (depth > DEEPEST)
        return TRUE;
    }

  return FALSE;
}

/* The error tells the place and never the text there, which may be a password. */
json_t *
secinfo_json_parse (const char  *text,
                    gsize        length,
                    GError     **error)
{
  json_error_t where;
  json_t *value;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (is_too_deep (text, length))
    {
      g_set_error (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_SYNTAX, "JSON nested deeper than %d", DEEPEST);
      return NULL;
    }

  value = json_loadb (text != NULL ? text : "", length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
  if (value == NULL)
    {
      gboolean twice = json_error_code (&where) == json_error_duplicate_key;

      g_set_error (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_SYNTAX,
                   twice ? "A member stands twice in JSON, line %d, column %d" : "Not JSON at line %d, column %d",
                   where.line, where.column);
    }
  sodium_memzero (&where, sizeof where);  /* where.text quotes what it stumbled over */

  return value;
}

/* Numbers as jansson writes them; FALSE without memory. */
static gboolean
put_number (SecinfoJsonWriter *writer,
            const char        *name,
            const json_t      *value)
{
  char text[64];
  gsize length;

  if (json_is_integer (value))
    {
      secinfo_json_writer_integer (writer, name, json_integer_value (value));
      return TRUE;
    }
  length = json_dumpb (value, text, sizeof text, JSON_ENCODE_ANY);
  secinfo_json_writer_raw (writer, name, text, MIN (length, sizeof text));
  return length > 0;
}

static gboolean put_value (SecinfoJsonWriter *writer, const char *name, const json_t *value, guint depth);

static gboolean
put_object (SecinfoJsonWriter *writer,
            const char        *name,
            const json_t      *object,
            guint              depth)
{
  const char *member_name;
  json_t *member;

  secinfo_json_writer_object (writer, name);
  json_object_foreach ((json_t *) object, member_name, member)
    {
      if (!put_value (writer, member_name, member, depth))
        return FALSE;
    }
  secinfo_json_writer_end (writer);

  return TRUE;
}

static gboolean
put_array (SecinfoJsonWriter *writer,
           const char        *name,
           const json_t      *array,
           guint              depth)
{
  secinfo_json_writer_array (writer, name);
  for (gsize i = 0; i < json_array_size (array); i++)
    {
      if (!put_value (writer, NULL, json_array_get (array, i), depth))
        return FALSE;
    }
  secinfo_json_writer_end_array (writer);

  return TRUE;
}

static gboolean
put_value (SecinfoJsonWriter *writer,
           const char        *name,
           const json_t      *value,
           guint              depth)
{
  if (depth > WRITTEN_DEEPEST)
    return FALSE;

  switch (json_typeof (value))
    {
    case JSON_OBJECT:
      return put_object (writer, name, value, depth + 1);
    case JSON_ARRAY:
      return put_array (writer, name, value, depth + 1);
    case JSON_STRING:
      secinfo_json_writer_string (writer, name, json_string_value (value), (gssize) json_string_length (value));
      return TRUE;
    case JSON_TRUE:
    case JSON_FALSE:
      secinfo_json_writer_boolean (writer, name, json_is_true (value));
      return TRUE;
    case JSON_NULL:
      secinfo_json_writer_string (writer, name, NULL, 0);
      return TRUE;
    case JSON_INTEGER:
    case JSON_REAL:
    default:
      return put_number (writer, name, value);
    }
}

gboolean
secinfo_json_write (SecinfoJsonWriter *writer,
                    const char        *name,
                    const json_t      *value)
{
  return put_value (writer, name, value, 0);
}

/* jansson's own writer asks a callback for every few bytes and looks at each value for a ring: half the time. */
char *
secinfo_json_to_text (const json_t *value)
{
  g_auto(SecinfoJsonWriter) writer = { 0, };

  g_return_val_if_fail (value != NULL, NULL);

  /* only a value that contains itself cannot be written */
  return put_value (&writer, NULL, value, 0) ? secinfo_json_writer_take (&writer) : NULL;
}

static const SecinfoJsonMember *
find_member (const SecinfoJsonMember *members,
             const char              *name)
{
  for (; members->name != NULL; members++)
    {
      if (g_str_equal (members->name, name))
        return members;
    }

  return NULL;
}

static gboolean
is_as_described (json_t                  *value,
                 const SecinfoJsonMember *member)
{
  gsize max = member->max > 0 ? member->max : USUAL_MAX;

  if (member->nullable && json_is_null (value))
    return TRUE;
  if (member->type == JSON_TRUE || member->type == JSON_FALSE)
    return json_is_boolean (value);
  if (json_typeof (value) != member->type)
    return FALSE;
  if (json_is_string (value))
    return json_string_length (value) <= max;
  if (json_is_array (value))
    return json_array_size (value) <= max;

  return TRUE;
}

/* Says FALSE, with the beginning of the member's name: it may come from outside and be of any length. */
static gboolean
refuse_member (const char  *name,
               const char  *what,
               char       **member,
               GError     **error)
{
  gsize length = strlen (name);
  g_autofree char *told = NULL;

  while (length > MEMBER_MAX || (name[length] & 0xc0) == 0x80)
    length--;
  told = g_strndup (name, length);

  g_set_error (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_MEMBER, "The member “%s” %s", told, what);
  if (member != NULL)
    *member = g_steal_pointer (&told);
  return FALSE;
}

gboolean
secinfo_json_check (json_t                   *object,
                    const SecinfoJsonMember  *members,
                    char                    **member,
                    GError                  **error)
{
  const char *name;
  json_t *value;

  g_return_val_if_fail (members != NULL, FALSE);

  if (member != NULL)
    *member = NULL;
  if (!json_is_object (object))
    {
      g_set_error_literal (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_MEMBER, "An object is needed");
      return FALSE;
    }

  json_object_foreach (object, name, value)
    {
      const SecinfoJsonMember *described = find_member (members, name);

      if (described == NULL)
        return refuse_member (name, "is not known here", member, error);
      if (!is_as_described (value, described))
        return refuse_member (name, "is of another type or too long", member, error);
    }

  for (const SecinfoJsonMember *m = members; m->name != NULL; m++)
    {
      if (m->required && json_object_get (object, m->name) == NULL)
        return refuse_member (m->name, "is missing", member, error);
    }

  return TRUE;
}

const char *
secinfo_json_get_string (json_t     *object,
                         const char *name)
{
  return json_string_value (json_object_get (object, name));
}

gint64
secinfo_json_get_integer (json_t     *object,
                          const char *name,
                          gint64      otherwise)
{
  json_t *value = json_object_get (object, name);

  return json_is_integer (value) ? json_integer_value (value) : otherwise;
}

gboolean
secinfo_json_get_boolean (json_t     *object,
                          const char *name,
                          gboolean    otherwise)
{
  json_t *value = json_object_get (object, name);

  return json_is_boolean (value) ? json_is_true (value) : otherwise;
}

json_t *
secinfo_json_get_object (json_t     *object,
                         const char *name)
{
  json_t *value = json_object_get (object, name);

  return json_is_object (value) ? value : NULL;
}

json_t *
secinfo_json_get_array (json_t     *object,
                        const char *name)
{
  json_t *value = json_object_get (object, name);

  return json_is_array (value) ? value : NULL;
}

gint64
secinfo_json_get_time (json_t     *object,
                       const char *name)
{
  return secinfo_time_from_rfc3339 (secinfo_json_get_string (object, name));
}

void
secinfo_json_set_string (json_t     *object,
                         const char *name,
                         const char *text)
{
  json_object_set_new (object, name, text != NULL ? json_string (text) : json_null ());
}

void
secinfo_json_set_time (json_t     *object,
                       const char *name,
                       gint64      seconds)
{
  g_autofree char *text = seconds != 0 ? secinfo_time_to_rfc3339 (seconds) : NULL;

  secinfo_json_set_string (object, name, text);
}
