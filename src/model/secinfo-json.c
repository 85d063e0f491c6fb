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
#define FIRST_GUESS  2048   /* bytes of text; most answers are shorter */

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

typedef struct
{
  char  *text;
  gsize  length, size;
} Writer;

/* Makes room for @more bytes and a NUL. By hand: realloc() would leave the old text behind. */
static char *
make_room (Writer *writer,
           gsize   more)
{
  gsize size = MAX (writer->size, FIRST_GUESS);
  char *text;

  if (writer->length + more < writer->size)
    return writer->text + writer->length;

  while (size <= writer->length + more)
    size *= 2;
  text = g_malloc (size);
  if (writer->text != NULL)
    {
      memcpy (text, writer->text, writer->length);
      sodium_memzero (writer->text, writer->length);
      g_free (writer->text);
    }
  writer->text = text;
  writer->size = size;
  return text + writer->length;
}

static void
put (Writer     *writer,
     const char *text,
     gsize       length)
{
  memcpy (make_room (writer, length), text, length);
  writer->length += length;
}

static void
put_escaped (Writer *writer,
             guchar  c)
{
  static const char plain[] = "\"\\\b\f\n\r\t", named[] = "\"\\bfnrt";
  const char *found = c != '\0' ? strchr (plain, c) : NULL;
  char text[8];

  if (found != NULL)
    g_snprintf (text, sizeof text, "\\%c", named[found - plain]);
  else
    g_snprintf (text, sizeof text, "\\u%04x", c);
  put (writer, text, strlen (text));
}

static void
put_string (Writer     *writer,
            const char *text,
            gsize       length)
{
  gsize from = 0;

  put (writer, "\"", 1);
  for (gsize i = 0; i < length; i++)
    {
      if ((guchar) text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
        continue;
      put (writer, text + from, i - from);
      put_escaped (writer, text[i]);
      from = i + 1;
    }
  put (writer, text + from, length - from);
  put (writer, "\"", 1);
}

/* Numbers as jansson writes them; FALSE without memory. */
static gboolean
put_number (Writer       *writer,
            const json_t *value)
{
  char text[64];
  gsize length = json_dumpb (value, text, sizeof text, JSON_ENCODE_ANY);

  put (writer, text, MIN (length, sizeof text));
  return length > 0;
}

static gboolean put_value (Writer *writer, const json_t *value, guint depth);

static gboolean
put_object (Writer       *writer,
            const json_t *object,
            guint         depth)
{
  const char *between = "{";
  const char *name;
  json_t *member;

  json_object_foreach ((json_t *) object, name, member)
    {
      put (writer, between, 1);
      put_string (writer, name, strlen (name));
      put (writer, ":", 1);
      if (!put_value (writer, member, depth))
        return FALSE;
      between = ",";
    }
  put (writer, *between == '{' ? "{}" : "}", *between == '{' ? 2 : 1);

  return TRUE;
}

static gboolean
put_array (Writer       *writer,
           const json_t *array,
           guint         depth)
{
  put (writer, "[", 1);
  for (gsize i = 0; i < json_array_size (array); i++)
    {
      if (i > 0)
        put (writer, ",", 1);
      if (!put_value (writer, json_array_get (array, i), depth))
        return FALSE;
    }
  put (writer, "]", 1);

  return TRUE;
}

static gboolean
put_value (Writer       *writer,
           const json_t *value,
           guint         depth)
{
  if (depth > WRITTEN_DEEPEST)
    return FALSE;

  switch (json_typeof (value))
    {
    case JSON_OBJECT:
      return put_object (writer, value, depth + 1);
    case JSON_ARRAY:
      return put_array (writer, value, depth + 1);
    case JSON_STRING:
      put_string (writer, json_string_value (value), json_string_length (value));
      return TRUE;
    case JSON_TRUE:
      put (writer, "true", 4);
      return TRUE;
    case JSON_FALSE:
      put (writer, "false", 5);
      return TRUE;
    case JSON_NULL:
      put (writer, "null", 4);
      return TRUE;
    case JSON_INTEGER:
    case JSON_REAL:
    default:
      return put_number (writer, value);
    }
}

/* jansson's own writer asks a callback for every few bytes and looks at each value for a ring: half the time. */
char *
secinfo_json_to_text (const json_t *value)
{
  Writer writer = { NULL, 0, 0 };

  g_return_val_if_fail (value != NULL, NULL);

  make_room (&writer, 0);
  if (put_value (&writer, value, 0))
    {
      writer.text[writer.length] = '\0';
      return writer.text;
    }

  /* only a value that contains itself cannot be written */
  sodium_memzero (writer.text, writer.length);
  g_free (writer.text);
  return NULL;
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
secinfo_json_set_time (json_t     *object,
                       const char *name,
                       gint64      seconds)
{
  g_autofree char *text = seconds != 0 ? secinfo_time_to_rfc3339 (seconds) : NULL;

  json_object_set_new (object, name, text != NULL ? json_string (text) : json_null ());
}
