/* gateway-template.c - a leaf string of a description, with places for values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-template.h"

#include "gateway-text.h"
#include "secinfo-secret.h"

#include <string.h>

G_DEFINE_QUARK (gateway-template-error-quark, gateway_template_error)

static const char * const message_names[] = {
  "to", "to_digits", "text", "subject", "ref", "ref_uuid", "ttl", "callback", "callback_mask", "sms_coding",
  "sms_type", NULL
};

gboolean
gateway_template_is_message_name (const char *name)
{
  return g_strv_contains (message_names, name);
}

/* A name of its own for @ref in the form of RFC 9562 section 5.8, for those who take nothing else as a key. */
static char *
dup_uuid (const char *ref)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, ref, -1);

  return g_strdup_printf ("%.8s-%.4s-8%.3s-a%.3s-%.12s", digest, digest + 8, digest + 12, digest + 15, digest + 18);
}

/* The value of @name, (transfer full) (nullable). */
static char *
dup_value (const GatewayMessage *message, const char *name)
{
  if (g_str_equal (name, "to"))
    return g_strdup (message->to);
  if (g_str_equal (name, "to_digits"))
    return g_strdup (message->to[0] == '+' ? message->to + 1 : message->to);
  if (g_str_equal (name, "text"))
    return g_strdup (message->text);
  if (g_str_equal (name, "subject"))
    return g_strdup (message->subject);
  if (g_str_equal (name, "ref"))
    return g_strdup (message->ref);
  if (g_str_equal (name, "ref_uuid"))
    return dup_uuid (message->ref);
  if (g_str_equal (name, "ttl"))
    return g_strdup_printf ("%u", message->ttl);
  if (g_str_equal (name, "callback"))
    return *message->callback == '\0' || message->query == NULL
           ? g_strdup (message->callback) : g_strconcat (message->callback, "?", message->query, NULL);
  /* Kannel's dlr-mask, all of it: without an address it would look for one. */
  if (g_str_equal (name, "callback_mask"))
    return g_strdup (*message->callback != '\0' ? "31" : "");
  if (g_str_equal (name, "sms_coding"))
    return g_strdup (gateway_text_sms_coding (message->text));
  if (g_str_equal (name, "sms_type"))
    return g_strdup (g_str_equal (gateway_text_sms_coding (message->text), "0") ? "text" : "unicode");
  return g_strdup (secinfo_json_get_string (message->settings, name));
}

/* --- pieces ------------------------------------------------------------------------------------------------------- */

typedef enum { PIECE_END, PIECE_LITERAL, PIECE_NAME, PIECE_BROKEN } PieceKind;

typedef struct
{
  PieceKind   kind;
  const char *start;    /* of the literal or of the name */
  gsize       length;
} Piece;

/* The next piece of @text, which is moved behind it. */
static Piece
next_piece (const char **text)
{
  const char *p = *text;
  const char *end;

  if (*p == '\0')
    return (Piece) { PIECE_END, p, 0 };
  if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}'))
    {
      *text = p + 2;
      return (Piece) { PIECE_LITERAL, p, 1 };
    }
  if (*p == '}')
    return (Piece) { PIECE_BROKEN, p, 1 };
  if (*p != '{')
    {
      gsize n = strcspn (p, "{}");

      *text = p + n;
      return (Piece) { PIECE_LITERAL, p, n };
    }
  end = strpbrk (p + 1, "{}");
  if (end == NULL || *end != '}' || end == p + 1)
    return (Piece) { PIECE_BROKEN, p, strlen (p) };
  *text = end + 1;
  return (Piece) { PIECE_NAME, p + 1, (gsize) (end - p - 1) };
}

gboolean
gateway_template_is_integer (const char *text)
{
  const char *rest = text;
  Piece piece = next_piece (&rest);

  return piece.kind == PIECE_NAME && *rest == '\0' && g_str_has_suffix (text, ":int}");
}

typedef enum { WRAP_NONE, WRAP_INT, WRAP_XML, WRAP_QUOTED } Wrap;

/* The name in @piece, and what follows it; ":int" only where @integer says so. (transfer full) */
static char *
dup_name (const Piece *piece, gboolean integer, Wrap *wrap)
{
  static const struct { const char *suffix; Wrap wrap; } wraps[] = {
    { ":int", WRAP_INT }, { ":xml", WRAP_XML }, { ":quoted", WRAP_QUOTED },
  };
  char *name = g_strndup (piece->start, piece->length);

  *wrap = WRAP_NONE;
  for (guint i = integer ? 0 : 1; i < G_N_ELEMENTS (wraps); i++)
    {
      if (!g_str_has_suffix (name, wraps[i].suffix))
        continue;
      *wrap = wraps[i].wrap;
      name[strlen (name) - strlen (wraps[i].suffix)] = '\0';
      break;
    }
  return name;
}

static gboolean
is_known (GPtrArray *settings, const char *name)
{
  if (gateway_template_is_message_name (name))
    return TRUE;
  for (guint i = 0; i < settings->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (settings, i);

      if (g_str_equal (setting->name, name))
        return TRUE;
    }
  return FALSE;
}

gboolean
gateway_template_check (const char *text, GPtrArray *settings, gboolean integers, GError **error)
{
  gboolean integer = integers && gateway_template_is_integer (text);

  for (const char *rest = text;;)
    {
      Piece piece = next_piece (&rest);
      g_autofree char *name = NULL;
      Wrap wrap;

      if (piece.kind == PIECE_END)
        return TRUE;
      if (piece.kind == PIECE_LITERAL)
        continue;
      if (piece.kind == PIECE_BROKEN)
        {
          g_set_error_literal (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_SYNTAX,
                               "a brace has no other half (a brace itself is written twice)");
          return FALSE;
        }
      name = dup_name (&piece, integer, &wrap);
      if (g_str_equal (name, "base") || g_str_equal (name, "login"))
        {
          g_set_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_SYNTAX,
                       "{%s} may stand only at the beginning of the url", name);
          return FALSE;
        }
      if (!is_known (settings, name))
        {
          g_set_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_SYNTAX,
                       "{%s} is neither a setting nor a value of a message", name);
          return FALSE;
        }
    }
}

/* --- putting in --------------------------------------------------------------------------------------------------- */

static gboolean
append_value (GString *out, const char *name, const char *value, GatewayPlace place, GError **error)
{
  g_autofree char *escaped = NULL;

  switch (place)
    {
    case GATEWAY_PLACE_PATH:
    case GATEWAY_PLACE_QUERY:
      escaped = g_uri_escape_string (value, NULL, FALSE);
      g_string_append (out, escaped);
      return TRUE;

    case GATEWAY_PLACE_FORM:
      escaped = g_uri_escape_string (value, " ", FALSE);
      for (char *p = escaped; (p = strchr (p, ' ')) != NULL;)
        *p = '+';
      g_string_append (out, escaped);
      return TRUE;

    case GATEWAY_PLACE_HEADER:
      if (!gateway_text_is_line (value))
        {
          g_set_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE,
                       "{%s} has a character that no header may have", name);
          return FALSE;
        }
      g_string_append (out, value);
      return TRUE;

    case GATEWAY_PLACE_JSON:
    case GATEWAY_PLACE_TEXT:
      g_string_append (out, value);
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

/* Of a form and a query the description's own text is encoded too; a path and a header stand there as they are. */
static void
append_literal (GString *out, const Piece *piece, GatewayPlace place)
{
  g_autofree char *text = g_strndup (piece->start, piece->length);

  if (place == GATEWAY_PLACE_FORM || place == GATEWAY_PLACE_QUERY)
    append_value (out, "", text, place, NULL);
  else
    g_string_append (out, text);
}

/* @value: (transfer full) (nullable) */
static char *
wrap_value (char *value, Wrap wrap)
{
  GString *quoted;
  char *wrapped;

  if (value == NULL || wrap == WRAP_NONE || wrap == WRAP_INT)
    return value;
  if (wrap == WRAP_XML)
    wrapped = g_markup_escape_text (value, -1);
  else
    {
      quoted = g_string_new ("\"");
      for (const char *p = value; *p != '\0'; p++)
        {
          if (*p == '"' || *p == '\\')
            g_string_append_c (quoted, '\\');
          g_string_append_c (quoted, *p);
        }
      g_string_append_c (quoted, '"');
      wrapped = g_string_free (quoted, FALSE);
    }
  secinfo_secret_free_text (value);
  return wrapped;
}

char *
gateway_template_fill (const char *text, const GatewayMessage *message, GatewayPlace place, gboolean *empty,
                       GError **error)
{
  GString *out = g_string_new (NULL);
  gboolean named = FALSE;

  for (const char *rest = text;;)
    {
      Piece piece = next_piece (&rest);
      g_autofree char *name = NULL;
      Wrap wrap;
      char *value;
      gboolean ok;

      if (piece.kind == PIECE_END)
        break;
      g_return_val_if_fail (piece.kind != PIECE_BROKEN, NULL);
      if (piece.kind == PIECE_LITERAL)
        {
          append_literal (out, &piece, place);
          continue;
        }
      named = TRUE;
      name = dup_name (&piece, TRUE, &wrap);
      value = wrap_value (dup_value (message, name), wrap);
      ok = append_value (out, name, value != NULL ? value : "", place, error);
      secinfo_secret_free_text (value);
      if (!ok)
        {
          secinfo_secret_free_text (g_string_free (out, FALSE));
          return NULL;
        }
    }
  if (empty != NULL)
    *empty = named && out->len == 0;
  return g_string_free (out, FALSE);
}

static json_t *
fill_string (const char *text, const GatewayMessage *message, gboolean *empty, GError **error)
{
  char *filled = gateway_template_fill (text, message, GATEWAY_PLACE_JSON, empty, error);
  json_t *value;
  char *end;
  gint64 number;

  if (filled == NULL)
    return NULL;
  if (!gateway_template_is_integer (text))
    {
      value = json_string (filled);
      secinfo_secret_free_text (filled);
      if (value == NULL)
        g_set_error_literal (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE, "a value is not UTF-8");
      return value;
    }
  number = g_ascii_strtoll (filled, &end, 10);
  if (*filled == '\0' || *end != '\0')
    {
      secinfo_secret_free_text (filled);
      g_set_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE, "%s is not a whole number", text);
      return NULL;
    }
  secinfo_secret_free_text (filled);
  return json_integer (number);
}

static json_t *
fill_node (json_t *node, const GatewayMessage *message, gboolean *empty, GError **error)
{
  g_autoptr(json_t) out = NULL;
  const char *key;
  json_t *child;
  gsize i;

  *empty = FALSE;
  if (json_is_string (node))
    return fill_string (json_string_value (node), message, empty, error);
  if (!json_is_object (node) && !json_is_array (node))
    return json_deep_copy (node);

  out = json_is_object (node) ? json_object () : json_array ();
  json_array_foreach (node, i, child)
    {
      json_t *filled = fill_node (child, message, empty, error);

      if (filled == NULL)
        return NULL;
      json_array_append_new (out, filled);
    }
  json_object_foreach (node, key, child)
    {
      json_t *filled = fill_node (child, message, empty, error);

      if (filled == NULL)
        return NULL;
      if (*empty)
        json_decref (filled);
      else
        json_object_set_new (out, key, filled);
    }
  *empty = FALSE;
  return g_steal_pointer (&out);
}

json_t *
gateway_template_fill_json (json_t *tree, const GatewayMessage *message, GError **error)
{
  gboolean empty;

  return fill_node (tree, message, &empty, error);
}
