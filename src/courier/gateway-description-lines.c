/* gateway-description-lines.c - on which line something stands
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description.h"

#include <string.h>

/* Walks through a text that jansson has already found right, so it need not doubt what comes next. */
typedef struct
{
  const char *p;
  guint       line;
} Walk;

static void
skip_blanks (Walk *walk)
{
  for (; *walk->p != '\0' && strchr (" \t\r\n", *walk->p) != NULL; walk->p++)
    walk->line += *walk->p == '\n';
}

/* Behind a string; @start and @length (out, optional): what is between its quotes, as written. */
static void
skip_string (Walk *walk, const char **start, gsize *length)
{
  const char *p = walk->p + 1;

  while (*p != '\0' && *p != '"')
    p += *p == '\\' && p[1] != '\0' ? 2 : 1;
  if (start != NULL)
    {
      *start = walk->p + 1;
      *length = (gsize) (p - *start);
    }
  walk->p = *p == '"' ? p + 1 : p;
}

static void
skip_value (Walk *walk)
{
  guint depth = 0;

  do
    {
      skip_blanks (walk);
      if (*walk->p == '\0')
        return;
      if (*walk->p == '"')
        skip_string (walk, NULL, NULL);
      else if (strchr ("{[", *walk->p) != NULL)
        {
          depth++;
          walk->p++;
        }
      else if (strchr ("}]", *walk->p) != NULL)
        {
          depth--;
          walk->p++;
        }
      else if (strchr (",:", *walk->p) != NULL)
        walk->p++;
      else
        walk->p += strcspn (walk->p, " \t\r\n,:{}[]\"");
    }
  while (depth > 0);
}

/* Moves into the member @token of what stands here. */
static gboolean
enter (Walk *walk, const char *token)
{
  gboolean is_object;

  skip_blanks (walk);
  is_object = *walk->p == '{';
  if (!is_object && *walk->p != '[')
    return FALSE;
  walk->p++;
  for (guint i = 0;; i++)
    {
      const char *key = NULL;
      gsize length = 0;
      gboolean here;

      skip_blanks (walk);
      if (*walk->p == ',')
        {
          walk->p++;
          skip_blanks (walk);
        }
      if (*walk->p == '\0' || *walk->p == '}' || *walk->p == ']')
        return FALSE;
      if (is_object)
        {
          skip_string (walk, &key, &length);
          here = strlen (token) == length && memcmp (key, token, length) == 0;
          skip_blanks (walk);
          walk->p += *walk->p == ':';
        }
      else
        here = g_ascii_strtoull (token, NULL, 10) == i;
      skip_blanks (walk);
      if (here)
        return TRUE;
      skip_value (walk);
    }
}

guint
gateway_description_find_line (const char *text, const char *pointer)
{
  g_auto(GStrv) tokens = g_strsplit (pointer, "/", -1);
  Walk walk = { text, 1 };
  guint line;

  skip_blanks (&walk);
  line = walk.line;
  for (guint i = 1; tokens[0] != NULL && tokens[i] != NULL; i++)
    {
      if (!enter (&walk, tokens[i]))
        break;
      line = walk.line;
    }
  return line;
}
