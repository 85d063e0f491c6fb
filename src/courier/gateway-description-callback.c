/* gateway-description-callback.c - what a delivery report says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description-reader.h"
#include "gateway-template.h"
#include "gateway-text.h"
#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

#define MAP_MAX 64
#define SHORT_MOST 600   /* seconds */

/* --- reading the description -------------------------------------------------------------------------------------- */

static gboolean
read_map (GatewayReader *reader, json_t *map)
{
  static const struct { const char *word; GatewayReport report; } words[] = {
    { "delivered", GATEWAY_REPORT_DELIVERED }, { "failed", GATEWAY_REPORT_FAILED }, { "waits", GATEWAY_REPORT_WAITS },
  };
  GatewayCallback *callback = &reader->self->callback;
  const char *key;
  json_t *value;

  if (json_object_size (map) == 0 || json_object_size (map) > MAP_MAX)
    return gateway_reader_fail (reader, "/callback/map", "it has 1 to %d members", MAP_MAX);
  callback->map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  json_object_foreach (map, key, value)
    {
      g_autofree char *where = g_strdup_printf ("/callback/map/%s", key);
      gboolean found = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (words) && !found; i++)
        {
          found = g_strcmp0 (json_string_value (value), words[i].word) == 0;
          if (found)
            g_hash_table_insert (callback->map, g_strdup (key), GINT_TO_POINTER (words[i].report));
        }
      if (!found)
        return gateway_reader_fail (reader, where, "this is one of delivered, failed, waits");
    }
  return TRUE;
}

static gboolean
read_verify (GatewayReader *reader, json_t *verify)
{
  static const char pointer[] = "/callback/verify";
  static const GatewayMember twilio[] = { { "type", JSON_STRING, TRUE }, { "key", JSON_STRING, TRUE }, { NULL } };
  static const GatewayMember hmac[] = { { "type", JSON_STRING, TRUE }, { "algorithm", JSON_STRING, TRUE },
                                        { "key", JSON_STRING, TRUE }, { "header", JSON_STRING, TRUE },
                                        { "prefix", JSON_STRING, FALSE }, { NULL } };
  GatewayCallback *callback = &reader->self->callback;
  const char *type = secinfo_json_get_string (verify, "type");

  if (verify == NULL)
    return TRUE;
  if (g_strcmp0 (type, "twilio") == 0)
    {
      callback->verify = GATEWAY_VERIFY_TWILIO;
      callback->header = g_strdup ("X-Twilio-Signature");
      return gateway_reader_check_members (reader, pointer, verify, twilio) &&
             gateway_reader_read_template (reader, pointer, verify, "key", &callback->key);
    }
  if (g_strcmp0 (type, "hmac") != 0)
    return gateway_reader_fail (reader, pointer, "‘type’ is one of twilio, hmac");
  callback->verify = GATEWAY_VERIFY_HMAC;
  if (!gateway_reader_check_members (reader, pointer, verify, hmac) ||
      !gateway_reader_read_template (reader, pointer, verify, "key", &callback->key))
    return FALSE;
  if (g_strcmp0 (secinfo_json_get_string (verify, "algorithm"), "sha256") != 0)
    return gateway_reader_fail (reader, pointer, "‘algorithm’ is sha256");
  callback->header = g_strdup (secinfo_json_get_string (verify, "header"));
  callback->prefix = g_strdup (secinfo_json_get_string (verify, "prefix"));
  if (strcasestr (callback->header, "signature") == NULL)
    return gateway_reader_fail (reader, "/callback/verify/header", "a header whose name has ‘signature’ in it");
  return TRUE;
}

static gboolean
check_query (GatewayReader *reader, const char *query)
{
  for (const char *p = query; p != NULL && *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p) || strchr ("?#\"<>\\{}", *p) != NULL)
        return gateway_reader_fail (reader, "/callback/query", "this is like state=%%d");
    }
  return TRUE;
}

static gboolean
read_short (GatewayReader *reader, json_t *object)
{
  static const GatewayMember members[] = { { "seconds", JSON_STRING, TRUE }, { "below", JSON_INTEGER, TRUE },
                                           { NULL } };
  GatewayCallback *callback = &reader->self->callback;
  gint64 below = secinfo_json_get_integer (object, "below", 0);

  if (object == NULL)
    return TRUE;
  if (!gateway_reader_check_members (reader, "/callback/short", object, members))
    return FALSE;
  if (below < 1 || below > SHORT_MOST)
    return gateway_reader_fail (reader, "/callback/short/below", "this is from 1 to %d", SHORT_MOST);
  callback->lasted = g_strdup (secinfo_json_get_string (object, "seconds"));
  callback->least = (guint) below;
  return TRUE;
}

gboolean
gateway_reader_read_callback (GatewayReader *reader, json_t *object)
{
  static const GatewayMember members[] = {
    { "query", JSON_STRING, FALSE }, { "state", JSON_STRING, TRUE }, { "code", JSON_STRING, FALSE },
    { "map", JSON_OBJECT, TRUE }, { "short", JSON_OBJECT, FALSE }, { "verify", JSON_OBJECT, FALSE }, { NULL }
  };
  GatewayCallback *callback = &reader->self->callback;

  if (object == NULL)
    return TRUE;
  if (!gateway_reader_check_members (reader, "/callback", object, members) ||
      !check_query (reader, secinfo_json_get_string (object, "query")))
    return FALSE;
  callback->query = g_strdup (secinfo_json_get_string (object, "query"));
  callback->state = g_strdup (secinfo_json_get_string (object, "state"));
  callback->code = g_strdup (secinfo_json_get_string (object, "code"));
  return read_map (reader, json_object_get (object, "map")) &&
         read_short (reader, json_object_get (object, "short")) &&
         read_verify (reader, json_object_get (object, "verify"));
}

/* --- a report ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *url;      /* (not nullable) */
  const char *body;     /* (not nullable) */
  json_t     *headers;  /* (nullable) object of texts, names in lower case */
  GHashTable *query;    /* (nullable) */
  GHashTable *form;     /* (nullable) */
  json_t     *json;     /* (nullable) */
} Report;

/* (nullable): none, or not what it should be */
static GHashTable *
parse_pairs (const char *text)
{
  return text != NULL ? g_uri_parse_params (text, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
}

static void
report_read (Report *report, json_t *object)
{
  const char *type = secinfo_json_get_string (object, "type");

  report->url = secinfo_json_get_string (object, "url");
  report->body = secinfo_json_get_string (object, "body");
  report->headers = secinfo_json_get_object (object, "headers");
  report->url = report->url != NULL ? report->url : "";
  report->body = report->body != NULL ? report->body : "";
  if (strchr (report->url, '?') != NULL)
    report->query = parse_pairs (strchr (report->url, '?') + 1);
  if (type != NULL && g_ascii_strncasecmp (type, "application/x-www-form-urlencoded", 33) == 0)
    report->form = parse_pairs (report->body);
  else if (*report->body != '\0')
    report->json = secinfo_json_parse (report->body, strlen (report->body), NULL);
}

static void
report_clear (Report *report)
{
  g_clear_pointer (&report->query, g_hash_table_unref);
  g_clear_pointer (&report->form, g_hash_table_unref);
  g_clear_pointer (&report->json, json_decref);
}

/* (transfer full) (nullable) */
static char *
take_field (const Report *report, const char *name)
{
  const char *text = NULL;
  json_t *value;

  if (name[0] != '/' && report->form != NULL)
    text = g_hash_table_lookup (report->form, name);
  if (name[0] != '/' && text == NULL && report->query != NULL)
    text = g_hash_table_lookup (report->query, name);
  if (text != NULL)
    return g_strdup (text);
  value = name[0] == '/' ? gateway_description_follow (report->json, name) : json_object_get (report->json, name);
  if (json_is_integer (value))
    return g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
  return g_strdup (json_string_value (value));
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* https://www.twilio.com/docs/usage/security: the whole address, then each parameter of the form, sorted, its name and
 * its value; HMAC-SHA1 with the auth token, as base64. (transfer full) */
static char *
sign_twilio (const Report *report, const char *key)
{
  g_autoptr(GString) all = g_string_new (report->url);
  g_autoptr(GList) names = report->form != NULL ? g_hash_table_get_keys (report->form) : NULL;
  g_autoptr(GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) key, strlen (key));
  guint8 digest[20];
  gsize length = sizeof digest;

  names = g_list_sort (g_steal_pointer (&names), compare_names);
  for (GList *name = names; name != NULL; name = name->next)
    g_string_append_printf (all, "%s%s", (const char *) name->data,
                            (const char *) g_hash_table_lookup (report->form, name->data));
  g_hmac_update (hmac, (const guchar *) all->str, (gssize) all->len);
  g_hmac_get_digest (hmac, digest, &length);
  return g_base64_encode (digest, length);
}

static char *
sign_hmac (const Report *report, const char *key, const char *prefix)
{
  g_autofree char *digest = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) key, strlen (key),
                                                       report->body, (gssize) strlen (report->body));

  return g_strconcat (prefix != NULL ? prefix : "", digest, NULL);
}

static gboolean
is_genuine (const GatewayCallback *callback, const Report *report, const GatewayMessage *message)
{
  g_autofree char *name = NULL;
  const char *said;
  char *key, *wanted;
  gboolean same;

  if (callback->verify == GATEWAY_VERIFY_REFERENCE)
    return TRUE;
  name = g_ascii_strdown (callback->header, -1);
  said = report->headers != NULL ? secinfo_json_get_string (report->headers, name) : NULL;
  key = gateway_template_fill (callback->key, message, GATEWAY_PLACE_TEXT, NULL, NULL);
  /* Whoever has no key signs with none, which everybody can. */
  if (said == NULL || key == NULL || *key == '\0')
    {
      secinfo_secret_free_text (key);
      return FALSE;
    }
  wanted = callback->verify == GATEWAY_VERIFY_TWILIO ? sign_twilio (report, key)
                                                     : sign_hmac (report, key, callback->prefix);
  same = strlen (said) == strlen (wanted) && sodium_memcmp (said, wanted, strlen (wanted)) == 0;
  secinfo_secret_free_text (key);
  secinfo_secret_free_text (wanted);
  return same;
}

/* Whoever hung up, or a machine that did, has not heard the code. Where nothing is said of it, it is not known. */
static gboolean
was_cut_short (const GatewayCallback *callback, const Report *report)
{
  g_autofree char *lasted = callback->lasted != NULL ? take_field (report, callback->lasted) : NULL;
  guint64 seconds;

  return lasted != NULL && g_ascii_string_to_unsigned (lasted, 10, 0, G_MAXUINT32, &seconds, NULL) &&
         seconds < callback->least;
}

GatewayReport
gateway_description_judge_report (const GatewayDescription *self, const GatewayMessage *message, json_t *object,
                                  char **code)
{
  const GatewayCallback *callback = &self->callback;
  GatewayReport judged = GATEWAY_REPORT_FORGED;
  Report report = { 0 };

  report_read (&report, object);
  if (is_genuine (callback, &report, message))
    {
      g_autofree char *state = take_field (&report, callback->state);

      judged = state != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (callback->map, state)) : GATEWAY_REPORT_WAITS;
      *code = callback->code != NULL ? take_field (&report, callback->code) : NULL;
      if (judged == GATEWAY_REPORT_DELIVERED && was_cut_short (callback, &report))
        {
          judged = GATEWAY_REPORT_FAILED;
          g_free (*code);
          *code = g_strdup ("cut-short");
        }
    }
  report_clear (&report);
  return judged;
}
