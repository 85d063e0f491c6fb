/* gateway-description-answer.c - what a gateway's answer means
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description-reader.h"
#include "gateway-text.h"

#include <libsoup/soup.h>
#include <string.h>

#define RULES_MAX 64

/* --- reading the description -------------------------------------------------------------------------------------- */

/* "200", "200,201", "400-499": of guint pairs. */
static GArray *
parse_statuses (const char *text)
{
  g_auto(GStrv) parts = g_strsplit (text, ",", -1);
  g_autoptr(GArray) statuses = g_array_new (FALSE, FALSE, 2 * sizeof (guint));

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto(GStrv) ends = g_strsplit (g_strstrip (parts[i]), "-", 2);
      guint pair[2];

      for (guint k = 0; k < 2; k++)
        {
          const char *end = ends[0] != NULL && ends[1] != NULL ? ends[k] : ends[0];
          guint64 number;

          if (end == NULL || !g_ascii_string_to_unsigned (end, 10, 100, 599, &number, NULL))
            return NULL;
          pair[k] = (guint) number;
        }
      if (pair[1] < pair[0])
        return NULL;
      g_array_append_val (statuses, pair);
    }
  return statuses->len > 0 ? g_steal_pointer (&statuses) : NULL;
}

static gboolean
read_pointer (GatewayReader *reader, const char *where, json_t *object, const char *member, char **out)
{
  const char *text = secinfo_json_get_string (object, member);

  if (text != NULL && *text != '\0' && *text != '/')
    return gateway_reader_fail (reader, where, "‘%s’ is a JSON pointer and begins with /", member);
  *out = g_strdup (text);
  return TRUE;
}

static gboolean
read_regex (GatewayReader *reader, const char *where, json_t *object, const char *member, GRegex **out)
{
  const char *text = secinfo_json_get_string (object, member);
  g_autoptr(GError) local = NULL;

  if (text == NULL)
    return TRUE;
  *out = g_regex_new (text, G_REGEX_MULTILINE | G_REGEX_OPTIMIZE, 0, &local);
  return *out != NULL || gateway_reader_fail (reader, where, "‘%s’ is no regular expression: %s", member,
                                              local->message);
}

static gboolean
read_rule (GatewayReader *reader, const char *where, json_t *object, GatewayRule *rule)
{
  static const GatewayMember members[] = {
    { "status", JSON_STRING, FALSE }, { "json", JSON_STRING, FALSE }, { "in", JSON_ARRAY, FALSE },
      { "body", JSON_STRING, FALSE },
    { "result", JSON_STRING, TRUE }, { NULL }
  };
  const char *status;

  if (!gateway_reader_check_members (reader, where, object, members) ||
      !read_pointer (reader, where, object, "json", &rule->pointer) ||
      !read_regex (reader, where, object, "body", &rule->body))
    return FALSE;
  status = secinfo_json_get_string (object, "status");
  if (status != NULL && (rule->statuses = parse_statuses (status)) == NULL)
    return gateway_reader_fail (reader, where, "‘status’ is like 200 or 200,201 or 400-499");
  if (json_object_get (object, "in") != NULL)
    rule->in = json_incref (json_object_get (object, "in"));
  if ((rule->pointer != NULL) != (rule->in != NULL))
    return gateway_reader_fail (reader, where, "‘json’ and ‘in’ go together");
  if (rule->statuses == NULL && rule->pointer == NULL && rule->body == NULL)
    return gateway_reader_fail (reader, where, "a rule needs one of status, json, body");
  if (!secinfo_result_from_string (secinfo_json_get_string (object, "result"), &rule->result))
    return gateway_reader_fail (reader, where,
                                "‘result’ is one of accepted, queued, bad-address, bad-config, retry, unknown");
  return TRUE;
}

static gboolean
read_source (GatewayReader *reader, json_t *response, const char *name, GatewaySource *source)
{
  static const GatewayMember members[] = {
    { "json", JSON_STRING, FALSE }, { "header", JSON_STRING, FALSE }, { "body", JSON_STRING, FALSE }, { NULL }
  };
  json_t *object = json_object_get (response, name);
  g_autofree char *where = g_strdup_printf ("/response/%s", name);

  if (object == NULL)
    return TRUE;
  if (!gateway_reader_check_members (reader, where, object, members) ||
      !read_pointer (reader, where, object, "json", &source->pointer) ||
      !read_regex (reader, where, object, "body", &source->body))
    return FALSE;
  source->header = g_strdup (secinfo_json_get_string (object, "header"));
  if (json_object_size (object) != 1)
    return gateway_reader_fail (reader, where, "it has exactly one of json, header, body");
  if (source->body != NULL && g_regex_get_capture_count (source->body) < 1)
    return gateway_reader_fail (reader, where, "the expression needs a group in parentheses: what is taken");
  return TRUE;
}

gboolean
gateway_reader_read_response (GatewayReader *reader, json_t *response)
{
  static const GatewayMember members[] = {
    { "rules", JSON_ARRAY, TRUE }, { "id", JSON_OBJECT, FALSE }, { "code", JSON_OBJECT, FALSE },
      { "detail", JSON_OBJECT, FALSE },
    { NULL }
  };
  GatewayDescription *self = reader->self;
  json_t *rules, *object;
  gsize i;

  if (!gateway_reader_check_members (reader, "/response", response, members))
    return FALSE;
  rules = json_object_get (response, "rules");
  if (json_array_size (rules) == 0 || json_array_size (rules) > RULES_MAX)
    return gateway_reader_fail (reader, "/response/rules", "it has 1 to %d rules", RULES_MAX);
  json_array_foreach (rules, i, object)
    {
      g_autofree char *where = g_strdup_printf ("/response/rules/%" G_GSIZE_FORMAT, i);
      GatewayRule *rule = g_new0 (GatewayRule, 1);

      g_ptr_array_add (self->rules, rule);
      if (!read_rule (reader, where, object, rule))
        return FALSE;
    }
  return read_source (reader, response, "id", &self->id) &&
         read_source (reader, response, "code", &self->code) &&
         read_source (reader, response, "detail", &self->detail);
}

/* --- judging an answer -------------------------------------------------------------------------------------------- */

typedef struct
{
  guint              status;
  GatewayHeaderFunc  headers;
  gpointer           headers_data;
  char              *body;       /* (not nullable) valid UTF-8 */
  json_t            *json;       /* (nullable) where it is JSON */
} Answer;

json_t *
gateway_description_follow (json_t *value, const char *pointer)
{
  g_auto(GStrv) tokens = g_strsplit (pointer, "/", -1);

  if (*pointer == '\0')
    return value;
  for (guint i = 1; value != NULL && tokens[0] != NULL && tokens[i] != NULL; i++)
    {
      g_autoptr(GString) token = g_string_new (tokens[i]);

      g_string_replace (token, "~1", "/", 0);
      g_string_replace (token, "~0", "~", 0);
      if (json_is_array (value))
        {
          guint64 index;

          if (!g_ascii_string_to_unsigned (token->str, 10, 0, G_MAXUINT32, &index, NULL))
            return NULL;
          value = json_array_get (value, index);
        }
      else
        value = json_object_get (value, token->str);
    }
  return value;
}

static gboolean
rule_matches (const GatewayRule *rule, const Answer *answer)
{
  if (rule->statuses != NULL)
    {
      gboolean found = FALSE;

      for (guint i = 0; i < rule->statuses->len && !found; i++)
        {
          const guint *pair = (const guint *) (void *) (rule->statuses->data + i * 2 * sizeof (guint));

          found = pair[0] <= answer->status && answer->status <= pair[1];
        }
      if (!found)
        return FALSE;
    }
  if (rule->pointer != NULL)
    {
      json_t *value = answer->json != NULL ? gateway_description_follow (answer->json, rule->pointer) : NULL;
      json_t *wanted;
      gboolean found = FALSE;
      gsize i;

      json_array_foreach (rule->in, i, wanted)
        found = found || (value != NULL && json_equal (value, wanted));
      if (!found)
        return FALSE;
    }
  return rule->body == NULL || g_regex_match (rule->body, answer->body, 0, NULL);
}

/* (nullable) (transfer full) */
static char *
take_source (const GatewaySource *source, const Answer *answer)
{
  if (source->header != NULL)
    return g_strdup (answer->headers (source->header, answer->headers_data));
  if (source->pointer != NULL)
    {
      json_t *value = answer->json != NULL ? gateway_description_follow (answer->json, source->pointer) : NULL;

      if (json_is_string (value))
        return g_strdup (json_string_value (value));
      if (json_is_integer (value))
        return g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
      return NULL;
    }
  if (source->body != NULL)
    {
      g_autoptr(GMatchInfo) match = NULL;

      if (g_regex_match (source->body, answer->body, 0, &match))
        return g_match_info_fetch (match, 1);
    }
  return NULL;
}

/* What no rule speaks of. A 2xx nobody understands may have been a yes. */
static SecinfoResult
result_of_status (guint status)
{
  if (status >= 200 && status < 300)
    return SECINFO_RESULT_UNKNOWN;
  if (status == 504)
    return SECINFO_RESULT_UNKNOWN;   /* somebody in between waited for somebody else */
  if (status == 408 || status == 425 || status == 429 || status >= 500)
    return SECINFO_RESULT_RETRY;
  /* A redirect too: it is never followed, for credentials would go with it. */
  return SECINFO_RESULT_BAD_CONFIG;
}

gint64
gateway_description_read_retry_after (const char *value, gint64 now)
{
  g_autoptr(GDateTime) date = NULL;
  gint64 seconds;
  char *end;

  if (value == NULL)
    return 0;
  seconds = g_ascii_strtoll (value, &end, 10);
  if (end != value && *end == '\0')
    return CLAMP (seconds, 0, 86400);
  date = soup_date_time_new_from_http_string (value);
  return date != NULL ? CLAMP (g_date_time_to_unix (date) - now, 0, 86400) : 0;
}

GatewayAnswer *
gateway_description_judge (const GatewayDescription *self, const GatewayMessage *message, guint status,
                           GatewayHeaderFunc headers,
                           gpointer data, const char *body, gsize length)
{
  Answer answer = { status, headers, data, g_utf8_make_valid (body, (gssize) length), NULL };
  g_autofree char *fallback = g_strdup_printf ("%u", status);
  g_autofree char *id = NULL;
  g_autofree char *code = NULL;
  g_autofree char *detail = NULL;
  SecinfoResult result = result_of_status (status);
  GatewayAnswer *judged;

  answer.json = secinfo_json_parse (body, length, NULL);
  for (guint i = 0; i < self->rules->len; i++)
    {
      const GatewayRule *rule = g_ptr_array_index (self->rules, i);

      if (rule_matches (rule, &answer))
        {
          result = rule->result;
          break;
        }
    }
  id = take_source (&self->id, &answer);
  code = take_source (&self->code, &answer);
  detail = take_source (&self->detail, &answer);

  judged = gateway_answer_new (result, NULL);
  judged->status = status;
  gateway_answer_set_id (judged, message, id);
  /* Somebody answered, so there is a code, if only HTTP's. */
  gateway_answer_set_code (judged, message, code);
  if (judged->code == NULL)
    gateway_answer_set_code (judged, message, fallback);
  gateway_answer_set_detail (judged, message, detail);
  g_clear_pointer (&answer.json, json_decref);
  g_free (answer.body);
  return judged;
}
