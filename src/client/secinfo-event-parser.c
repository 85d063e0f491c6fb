/* secinfo-event-parser.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-event-parser.h"

#include <string.h>

struct _SecinfoEventParser
{
  GString  *line;      /* what came of the line so far */
  GString  *data;
  char     *type;      /* (nullable) */
  gboolean  has_data;
  gboolean  after_cr;  /* the line ended in CR: a LF right after it belongs to it */
  gboolean  begun;     /* past the place of a byte order mark */
  gboolean  broken;
};

SecinfoEventParser *
secinfo_event_parser_new (void)
{
  SecinfoEventParser *self = g_new0 (SecinfoEventParser, 1);

  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  return self;
}

void
secinfo_event_parser_free (SecinfoEventParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->type);
  g_free (self);
}

static gboolean
refuse (SecinfoEventParser *self, const char *why, GError **error)
{
  self->broken = TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Event stream: %s", why);
  return FALSE;
}

static void
dispatch (SecinfoEventParser *self, SecinfoEventFunc func, gpointer user_data)
{
  g_autofree char *type = g_steal_pointer (&self->type);
  g_autofree char *data = NULL;

  if (self->has_data)
    {
      data = g_strdup (self->data->str);
      g_string_truncate (self->data, 0);
      self->has_data = FALSE;
      func (type != NULL && *type != '\0' ? type : "message", data, user_data);
    }
}

static gboolean
take_field (SecinfoEventParser *self, const char *name, const char *value, GError **error)
{
  if (strcmp (name, "event") == 0)
    {
      g_free (self->type);
      self->type = g_strdup (value);
    }
  else if (strcmp (name, "data") == 0)
    {
      if (self->data->len + strlen (value) + 1 > SECINFO_EVENT_DATA_MAX)
        return refuse (self, "an event is too long", error);
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append (self->data, value);
      self->has_data = TRUE;
    }
  /* id and retry: nothing is replayed, and the pauses are ours. */
  return TRUE;
}

static gboolean
end_line (SecinfoEventParser *self, SecinfoEventFunc func, gpointer user_data, GError **error)
{
  g_autofree char *line = g_strndup (self->line->str, self->line->len);
  gsize length = self->line->len;
  char *text = line;
  char *colon;

  g_string_truncate (self->line, 0);
  if (!g_utf8_validate (line, (gssize) length, NULL))
    return refuse (self, "a line is not UTF-8", error);
  if (!self->begun && g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += 3;
  self->begun = TRUE;

  if (*text == '\0')
    {
      dispatch (self, func, user_data);
      return TRUE;
    }
  colon = strchr (text, ':');
  if (colon == text)  /* a comment */
    return TRUE;
  if (colon == NULL)
    return take_field (self, text, "", error);
  *colon = '\0';
  return take_field (self, text, colon[1] == ' ' ? colon + 2 : colon + 1, error);
}

gboolean
secinfo_event_parser_feed (SecinfoEventParser  *self,
                           const char          *bytes,
                           gsize                length,
                           SecinfoEventFunc     func,
                           gpointer             user_data,
                           GError             **error)
{
  if (self->broken)
    return refuse (self, "it was given up", error);
  for (gsize i = 0; i < length; i++)
    {
      char c = bytes[i];
      gboolean second_half = self->after_cr && c == '\n';

      self->after_cr = c == '\r';
      if (second_half)
        continue;
      if (c == '\r' || c == '\n')
        {
          if (!end_line (self, func, user_data, error))
            return FALSE;
        }
      else if (self->line->len >= SECINFO_EVENT_LINE_MAX)
        return refuse (self, "a line is too long", error);
      else
        g_string_append_c (self->line, c);
    }
  return TRUE;
}
