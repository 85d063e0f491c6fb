/* secinfo-json-writer.c - JSON text, written as it goes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-json-writer.h"

#include "secinfo-time.h"

#include <sodium.h>
#include <string.h>

#define FIRST_GUESS 2048   /* bytes of text; most answers are shorter */

void
secinfo_json_writer_clear (SecinfoJsonWriter *self)
{
  if (self->text != NULL)
    sodium_memzero (self->text, self->length);
  g_free (self->text);
  *self = (SecinfoJsonWriter) { 0, };
}

/* Makes room for @more bytes and a NUL. By hand: realloc() would leave the old text behind. */
static char *
make_room (SecinfoJsonWriter *self,
           gsize              more)
{
  gsize size = MAX (self->size, FIRST_GUESS);
  char *text;

  if (self->length + more < self->size)
    return self->text + self->length;

  while (size <= self->length + more)
    size *= 2;
  text = g_malloc (size);
  if (self->text != NULL)
    {
      memcpy (text, self->text, self->length);
      sodium_memzero (self->text, self->length);
      g_free (self->text);
    }
  self->text = text;
  self->size = size;
  return text + self->length;
}

static void
put (SecinfoJsonWriter *self,
     const char        *text,
     gsize              length)
{
  memcpy (make_room (self, length), text, length);
  self->length += length;
}

static void
put_escaped (SecinfoJsonWriter *self,
             guchar             c)
{
  static const char plain[] = "\"\\\b\f\n\r\t", named[] = "\"\\bfnrt";
  const char *found = c != '\0' ? strchr (plain, c) : NULL;
  char text[8];

  if (found != NULL)
    g_snprintf (text, sizeof text, "\\%c", named[found - plain]);
  else
    g_snprintf (text, sizeof text, "\\u%04x", c);
  put (self, text, strlen (text));
}

static void
put_string (SecinfoJsonWriter *self,
            const char        *text,
            gsize              length)
{
  gsize from = 0;

  put (self, "\"", 1);
  for (gsize i = 0; i < length; i++)
    {
      if ((guchar) text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
        continue;
      put (self, text + from, i - from);
      put_escaped (self, text[i]);
      from = i + 1;
    }
  put (self, text + from, length - from);
  put (self, "\"", 1);
}

/* What stands before a value. */
static void
begin (SecinfoJsonWriter *self,
       const char        *name)
{
  if (self->next)
    put (self, ",", 1);
  if (name != NULL)
    {
      put_string (self, name, strlen (name));
      put (self, ":", 1);
    }
  self->next = TRUE;
}

void
secinfo_json_writer_raw (SecinfoJsonWriter *self,
                         const char        *name,
                         const char        *json,
                         gsize              length)
{
  begin (self, name);
  put (self, json, length);
}

static void
open_with (SecinfoJsonWriter *self,
           const char        *name,
           const char        *bracket)
{
  begin (self, name);
  put (self, bracket, 1);
  self->next = FALSE;
}

static void
close_with (SecinfoJsonWriter *self,
            const char        *bracket)
{
  put (self, bracket, 1);
  self->next = TRUE;
}

void
secinfo_json_writer_object (SecinfoJsonWriter *self,
                            const char        *name)
{
  open_with (self, name, "{");
}

void
secinfo_json_writer_array (SecinfoJsonWriter *self,
                           const char        *name)
{
  open_with (self, name, "[");
}

void
secinfo_json_writer_end (SecinfoJsonWriter *self)
{
  close_with (self, "}");
}

void
secinfo_json_writer_end_array (SecinfoJsonWriter *self)
{
  close_with (self, "]");
}

/* Of which NUL is a part here. */
static gboolean
is_utf8 (const char *text,
         gsize       length)
{
  const char *end = text + length, *at = text;

  while (!g_utf8_validate_len (at, end - at, &at))
    {
      if (*at != '\0')
        return FALSE;
      at++;
    }
  return TRUE;
}

void
secinfo_json_writer_string (SecinfoJsonWriter *self,
                            const char        *name,
                            const char        *text,
                            gssize             length)
{
  gsize size = text == NULL ? 0 : length < 0 ? strlen (text) : (gsize) length;

  begin (self, name);
  if (text != NULL && is_utf8 (text, size))
    put_string (self, text, size);
  else
    put (self, "null", 4);
}

void
secinfo_json_writer_integer (SecinfoJsonWriter *self,
                             const char        *name,
                             gint64             number)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 left = number < 0 ? -(guint64) number : (guint64) number;

  do
    *--at = '0' + left % 10;
  while ((left /= 10) != 0);
  if (number < 0)
    *--at = '-';
  secinfo_json_writer_raw (self, name, at, digits + sizeof digits - at);
}

void
secinfo_json_writer_boolean (SecinfoJsonWriter *self,
                             const char        *name,
                             gboolean           value)
{
  secinfo_json_writer_raw (self, name, value ? "true" : "false", value ? 4 : 5);
}

void
secinfo_json_writer_time (SecinfoJsonWriter *self,
                          const char        *name,
                          gint64             seconds)
{
  g_autofree char *text = seconds != 0 ? secinfo_time_to_rfc3339 (seconds) : NULL;

  begin (self, name);
  if (text != NULL)
    put_string (self, text, strlen (text));
  else
    put (self, "null", 4);
}

char *
secinfo_json_writer_take (SecinfoJsonWriter *self)
{
  char *text;

  make_room (self, 0)[0] = '\0';
  text = g_steal_pointer (&self->text);
  *self = (SecinfoJsonWriter) { 0, };
  return text;
}
