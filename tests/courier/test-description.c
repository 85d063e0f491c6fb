/* test-description.c - descriptions of gateways: what is refused and how, what is put where, what answers mean
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "gateway-description.h"
#include "gateway-hide.h"
#include "gateway-jmap.h"
#include "gateway-smtp.h"
#include "gateway-template.h"
#include "gateway-text.h"

#include <string.h>

/* --- helpers ---------------------------------------------------------------------------------------------------- */

#define SETTINGS \
  "{\"base\":{\"label\":\"Web address\"},\"user\":{\"label\":\"User name\",\"default\":\"\"}," \
  "\"key\":{\"label\":\"Key\",\"secret\":true,\"default\":\"\"}}"
#define RESPONSE "{\"rules\":[{\"status\":\"200\",\"result\":\"accepted\"}]}"
#define GOOD_REQUEST "{\"method\":\"GET\",\"url\":\"{base}/\"}"

static char *
whole (const char *settings, const char *request, const char *response, const char *more)
{
  return g_strdup_printf ("{\"secinfo-gateway\":1,\"name\":\"mine\",\"title\":\"Mine\",\"medium\":\"sms\","
    "\"address\":\"phone\",\n"
                          "\"settings\":%s,\n\"request\":%s,\n\"response\":%s%s}", settings, request, response, more);
}

static GatewayDescription *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  GatewayDescription *description = gateway_description_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (description);
  return description;
}

static GatewayDescription *
parse_request (const char *request)
{
  g_autofree char *text = whole (SETTINGS, request, RESPONSE, "");

  return parse (text);
}

static void
assert_refused (const char *text, const char *words)
{
  g_autoptr(GError) error = NULL;
  GatewayDescription *description = gateway_description_parse (text, strlen (text), &error);

  g_assert_null (description);
  g_assert_error (error, GATEWAY_DESCRIPTION_ERROR, GATEWAY_DESCRIPTION_ERROR_NOT_VALID);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” was expected, “%s” was said", words, error->message);
}

static GatewayMessage *
message_new (const char *to, const char *text, const char *user, const char *key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) datagram = json_pack ("{s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:i}", "op", "send",
                                          "ref", "r-1",
                                          "gateway", "mine", "settings", "base", "https://sms.example.org/api/",
                                            "user", user, "key", key,
                                          "medium", "sms", "to", to, "subject", "", "text", text, "ttl", 600);
  GatewayMessage *message = gateway_message_new (datagram, &error);

  g_assert_no_error (error);
  return message;
}

static const char *
header_of (const GatewayRequest *request, const char *name)
{
  for (guint i = 0; i < request->headers->len; i++)
    {
      const GatewayPair *pair = g_ptr_array_index (request->headers, i);

      if (g_str_equal (pair->name, name))
        return pair->text;
    }
  return NULL;
}

/* --- what is refused -------------------------------------------------------------------------------------------- */

static const struct { const char *settings, *request, *response, *more, *words; } refusals[] = {
  { SETTINGS, GOOD_REQUEST, "{}", "", "Line 4: /response: the member ‘rules’ is missing" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[]}", "", "/response/rules: it has 1 to" },
  { SETTINGS, GOOD_REQUEST, RESPONSE, ",\n\"extra\":1", "Line 5: /extra: there is no such member" },
  { SETTINGS, GOOD_REQUEST, RESPONSE, ",\"name\":\"again\"", "duplicate" },
  { SETTINGS, GOOD_REQUEST,
    "{\"rules\":[\n{\"status\":\"200\",\"result\":\"accepted\"},\n{\"status\":\"2xx\",\"result\":\"retry\"}]}", "",
    "Line 6: /response/rules/1: ‘status’ is like" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"status\":\"299-200\",\"result\":\"retry\"}]}", "", "‘status’ is like" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"status\":\"200\",\"result\":\"fine\"}]}", "", "‘result’ is one of" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"result\":\"retry\"}]}", "", "a rule needs one of" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"json\":\"/a\",\"result\":\"retry\"}]}", "",
    "‘json’ and ‘in’ go together" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"json\":\"a\",\"in\":[1],\"result\":\"retry\"}]}", "", "JSON pointer" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"body\":\"(\",\"result\":\"retry\"}]}", "", "no regular expression" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"status\":\"200\",\"result\":\"retry\"}],\"id\":{\"body\":\"x\"}}", "",
    "needs a group" },
  { SETTINGS, GOOD_REQUEST, "{\"rules\":[{\"status\":\"200\",\"result\":\"retry\"}],\"id\":{}}", "",
    "exactly one of" },
  { "[]", GOOD_REQUEST, RESPONSE, "", "/settings: this has to be an object" },
  { "{\"base\":{}}", GOOD_REQUEST, RESPONSE, "", "/settings/base: the member ‘label’ is missing" },
  { "{\"to\":{\"label\":\"x\"}}", GOOD_REQUEST, RESPONSE, "", "one of a message's values" },
  { "{\"Base\":{\"label\":\"x\"}}", GOOD_REQUEST, RESPONSE, "", "a name has a-z" },
  { "{\"base\":{\"label\":\"x\",\"secret\":\"yes\"}}", GOOD_REQUEST, RESPONSE, "", "true or false" },
  { "{\"base\":{\"label\":\"x\",\"default\":\"http://sms.example.org\"}}", GOOD_REQUEST, RESPONSE, "", "Only https" },
  { "{\"base\":{\"label\":\"x\",\"default\":\"https://169.254.169.254\"}}", GOOD_REQUEST, RESPONSE, "",
    "Nothing is sent to this host" },
  { "{\"host\":{\"label\":\"x\"}}", "{\"method\":\"GET\",\"url\":\"{base}/\"}", RESPONSE, "",
    "there is no setting ‘base’" },
  { SETTINGS, "{\"method\":\"GET\"}", RESPONSE, "", "the member ‘url’ is missing" },
  { SETTINGS, "{\"method\":\"DELETE\",\"url\":\"{base}/\"}", RESPONSE, "", "one of GET, POST, PUT" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"https://{user}.example.org/\"}", RESPONSE, "",
    "only {base} may name a host" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"http://sms.example.org/\"}", RESPONSE, "",
    "begins with {base} or with https" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}.evil.example/\"}", RESPONSE, "", "a / has to follow" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/?to={to}\"}", RESPONSE, "", "use ‘query’" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/s\\nd/{to}\"}", RESPONSE, "", "no blank, line break" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/s d/{to}\"}", RESPONSE, "", "no blank, line break" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/{base}\"}", RESPONSE, "", "only at the beginning of the url" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/{nobody}\"}", RESPONSE, "", "{nobody} is neither" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/{to\"}", RESPONSE, "", "no other half" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/to}\"}", RESPONSE, "", "no other half" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"headers\":{\"X-A\":\"{base}\"}}", RESPONSE, "",
    "only at the beginning" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"headers\":{\"X A\":\"b\"}}", RESPONSE, "",
    "is no name of a header" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"headers\":{\"hOsT\":\"b\"}}", RESPONSE, "",
    "is not a description's" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"headers\":{\"Content-Length\":\"0\"}}", RESPONSE, "",
    "is not a description's" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"headers\":{\"X-A\":\"a\\r\\nb\"}}", RESPONSE, "",
    "one line of text" },
  { SETTINGS, "{\"method\":\"POST\",\"url\":\"{base}/\",\"json\":{},\"form\":{}}", RESPONSE, "",
    "one of json, form, query and text" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"json\":{}}", RESPONSE, "", "a GET has no body" },
  { SETTINGS, "{\"method\":\"POST\",\"url\":\"{base}/\",\"json\":{\"{to}\":1}}", RESPONSE, "",
    "nothing is put into a name" },
  { SETTINGS, "{\"method\":\"POST\",\"url\":\"{base}/\",\"form\":{\"a\":1}}", RESPONSE, "",
    "/request/form/a: this has to be a text" },
  { SETTINGS, "{\"method\":\"POST\",\"url\":\"{base}/\",\"form\":{\"a\":\"{ttl:int}\"}}", RESPONSE, "",
    "is neither" },
  { SETTINGS, "{\"method\":\"POST\",\"url\":\"{base}/\",\"text\":{\"type\":\"plain\",\"value\":\"x\"}}", RESPONSE,
    "", "media type" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"auth\":{\"type\":\"magic\"}}", RESPONSE, "",
    "one of none, basic, bearer, hmac" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"auth\":{\"type\":\"basic\",\"user\":\"a\"}}", RESPONSE, "",
    "‘password’ is missing" },
  { SETTINGS, "{\"method\":\"GET\",\"url\":\"{base}/\",\"auth\":{\"type\":\"none\",\"token\":\"a\"}}", RESPONSE, "",
    "no such member" },
  { SETTINGS,
    "{\"method\":\"GET\",\"url\":\"{base}/\",\"auth\":{\"type\":\"hmac\",\"algorithm\":\"sha256\","
      "\"key\":\"{key}\",\"header\":\"X-S\"}}", RESPONSE, "",
    "no body to sign" },
  { SETTINGS,
    "{\"method\":\"POST\",\"url\":\"{base}/\",\"json\":{},\"auth\":{\"type\":\"hmac\",\"algorithm\":\"md5\","
      "\"key\":\"{key}\",\"header\":\"X-S\"}}", RESPONSE, "",
    "‘algorithm’ is sha256" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *text = whole (refusals[i].settings, refusals[i].request, refusals[i].response, refusals[i].more);

      assert_refused (text, refusals[i].words);
    }
  assert_refused ("", "Line 1");
  assert_refused ("[]", "this has to be an object");
  assert_refused ("{\"secinfo-gateway\":2}", "the member ‘name’ is missing");
  assert_refused ("{\n \"secinfo-gateway\": 1,\n \"name\": \"x\",,\n}", "Line 3");
}

/* Ways to say who we are, places, and who gets it. */
static void
test_refused_callback (void)
{
  static const struct { const char *callback, *words; } cases[] = {
    { "{}", "/callback: the member ‘state’ is missing" },
    { "{\"state\":\"s\",\"map\":{}}", "/callback/map: it has 1 to 64 members" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"accepted\"}}", "/callback/map/1: this is one of delivered, failed, waits" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"ref\":\"x\"}", "/callback/ref" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"query\":\"a b\"}", "/callback/query: this is like state=%d" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"verify\":{\"type\":\"none\"}}", "one of twilio, hmac" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"verify\":{\"type\":\"twilio\"}}",
      "/callback/verify: the member ‘key’" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"verify\":{\"type\":\"twilio\",\"key\":\"{nobody}\"}}",
      "{nobody}" },
    { "{\"state\":\"s\",\"map\":{\"1\":\"failed\"},\"verify\":{\"type\":\"hmac\",\"algorithm\":\"sha256\","
      "\"key\":\"{key}\",\"header\":\"Authorization\"}}", "/callback/verify/header" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *more = g_strconcat (",\n\"callback\":", cases[i].callback, NULL);
      g_autofree char *text = whole (SETTINGS, GOOD_REQUEST, RESPONSE, more);

      assert_refused (text, cases[i].words);
    }
}

static void
test_refused_auth (void)
{
#define POST(auth) "{\"method\":\"POST\",\"url\":\"{base}/\",\"json\":{},\"auth\":" auth "}"
#define CLIENT(url) POST ("{\"type\":\"client-credentials\",\"url\":\"" url "\",\"client\":\"{user}\"," \
                          "\"secret\":\"{key}\",\"scope\":\"x\"}")
  static const struct { const char *request, *words; } cases[] = {
    { POST ("{\"type\":\"aws-sigv4\",\"user\":\"{user}\",\"key\":\"{key}\",\"region\":\"x\"}"),
      "‘service’ is missing" },
    { POST ("{\"type\":\"aws-sigv4\",\"service\":\"a b\",\"user\":\"{user}\",\"key\":\"{key}\",\"region\":\"x\"}"),
      "the name of a service" },
    { "{\"method\":\"GET\",\"url\":\"{base}/\",\"auth\":{\"type\":\"aws-sigv4\",\"service\":\"ses\","
      "\"user\":\"{user}\",\"key\":\"{key}\",\"region\":\"x\"}}", "no body to sign" },
    { CLIENT ("{login}/token"), "there is no setting ‘login’" },
    { CLIENT ("{base}/token"), "a url begins with {login} or with https://" },
    { CLIENT ("http://login.example.org/token"), "a url begins with {login} or with https://" },
    { CLIENT ("https://{user}.example.org/token"), "only {login} may name a host" },
    { CLIENT ("https://169.254.169.254/token"), "Nothing is sent to this host" },
    { POST ("{\"type\":\"oauth\"}"), "‘type’ is one of none, basic, bearer, hmac, aws-sigv4, client-credentials" },
    { "{\"method\":\"POST\",\"url\":\"{base}/\",\"form\":{\"a\":\"{nobody:xml}\"}}", "{nobody} is neither" },
    { "{\"method\":\"POST\",\"url\":\"{base}/\",\"form\":{\"a\":\"{ttl:int}\"}}", "{ttl:int} is neither" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = whole (SETTINGS, cases[i].request, RESPONSE, "");

      assert_refused (text, cases[i].words);
    }
#undef POST
#undef CLIENT
}

static void
test_lines (void)
{
  static const char text[] =
      "{\n \"a\": {\n  \"b\": [1,\n   {\"c\": \"}\\\"\"},\n   \"x\"],\n  \"d\": null\n },\n \"e/f\": 1\n}\n";
  static const struct { const char *pointer; guint line; } cases[] = {
    { "", 1 }, { "/a", 2 }, { "/a/b", 3 }, { "/a/b/0", 3 }, { "/a/b/1", 4 }, { "/a/b/1/c", 4 }, { "/a/b/2", 5 },
      { "/a/b/3", 3 },
    { "/a/d", 6 }, { "/nothing", 1 }, { "/a/nothing/x", 2 }, { "/a/d/x", 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (gateway_description_find_line (text, cases[i].pointer), ==, cases[i].line);
}

/* --- what is put where ------------------------------------------------------------------------------------------ */

static void
test_places (void)
{
  static const struct { GatewayPlace place; const char *out; } cases[] = {
    { GATEWAY_PLACE_PATH, "a%2Fb%3Fc%3D%26%23%20%25%2B%C3%A4%5C%22{x}." },
    { GATEWAY_PLACE_QUERY, "a%2Fb%3Fc%3D%26%23%20%25%2B%C3%A4%5C%22%7Bx%7D." },
    { GATEWAY_PLACE_FORM, "a%2Fb%3Fc%3D%26%23+%25%2B%C3%A4%5C%22%7Bx%7D." },
    { GATEWAY_PLACE_JSON, "a/b?c=&# %+ä\\\"{x}." },
    { GATEWAY_PLACE_HEADER, "a/b?c=&# %+ä\\\"{x}." },
    { GATEWAY_PLACE_TEXT, "a/b?c=&# %+ä\\\"{x}." },
  };
  g_autoptr(GatewayMessage) message = message_new ("+447911123456", "a/b?c=&# %+ä\\\"", "u", "k");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *filled = gateway_template_fill ("{text}{{x}}.", message, cases[i].place, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (filled, ==, cases[i].out);
    }
}

/* What was put in is not read again: a value may look like a placeholder. */
static void
test_values_are_no_templates (void)
{
  g_autoptr(GatewayDescription) description = parse_request (
    "{\"method\":\"POST\",\"url\":\"{base}/{user}\",\"json\":{\"t\":\"{text}\",\"n\":\"{ttl:int}\","
      "\"list\":[\"{to}\",{\"k\":\"{user}{ttl}\"}],"
    "\"gone\":\"{callback}\",\"stays\":\"\",\"b\":true,\"f\":1.5,\"z\":null}}");
  g_autoptr(GatewayMessage) message = message_new ("+447911123456", "{key} {base} {{\"", "{key}", "geheim");
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayRequest) request = gateway_request_new (description, message, &error);
  g_autoptr(json_t) body = NULL;
  g_autoptr(json_t) wanted = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (request->url, ==, "https://sms.example.org/api/%7Bkey%7D");
  g_assert_false (request->near);
  g_assert_cmpstr (request->type, ==, "application/json");
  body = secinfo_json_parse (request->body, strlen (request->body), &error);
  g_assert_no_error (error);
  wanted = json_pack ("{s:s, s:i, s:[s, {s:s}], s:s, s:b, s:f, s:n}", "t", "{key} {base} {{\"", "n", 600, "list",
                      "+447911123456",
                      "k", "{key}600", "stays", "", "b", TRUE, "f", 1.5, "z");
  g_assert_true (json_equal (body, wanted));
}

static void
test_headers_and_auth (void)
{
  g_autoptr(GatewayDescription) basic = parse_request (
    "{\"method\":\"GET\",\"url\":\"{base}\",\"auth\":{\"type\":\"basic\",\"user\":\"{user}\","
      "\"password\":\"{key}\"},\"headers\":{\"X-A\":\"[{user}]\",\"X-B\":\"{callback}\"}}");
  g_autoptr(GatewayDescription) bearer = parse_request (
    "{\"method\":\"GET\",\"url\":\"https://fixed.example.org/x\",\"auth\":{\"type\":\"bearer\",\"token\":\"{key}\"}}");
  g_autoptr(GatewayDescription) hmac = parse_request (
    "{\"method\":\"POST\",\"url\":\"{base}\",\"text\":{\"type\":\"text/plain\",\"value\":\"{text}\"},"
    "\"auth\":{\"type\":\"hmac\",\"algorithm\":\"sha256\",\"key\":\"{key}\",\"header\":\"X-Sig\","
      "\"prefix\":\"sha256=\"}}");
  /* RFC 4231, test case 2. */
  g_autoptr(GatewayMessage) good = message_new ("+447911123456", "what do ya want for nothing?", "Aladdin", "Jefe");
  g_autoptr(GatewayMessage) evil = message_new ("+447911123456", "x", "a\r\nX-Evil: 1", "b");
  g_autoptr(GatewayMessage) colon = message_new ("+447911123456", "x", "a:b", "c");
  g_autoptr(GatewayRequest) request = NULL;
  g_autoptr(GError) error = NULL;

  request = gateway_request_new (basic, good, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (request->url, ==, "https://sms.example.org/api");
  g_assert_cmpstr (header_of (request, "Authorization"), ==, "Basic QWxhZGRpbjpKZWZl");
  g_assert_cmpstr (header_of (request, "X-A"), ==, "[Aladdin]");
  g_assert_null (header_of (request, "X-B"));
  g_clear_pointer (&request, gateway_request_free);

  request = gateway_request_new (bearer, good, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (request->url, ==, "https://fixed.example.org/x");
  g_assert_cmpstr (header_of (request, "Authorization"), ==, "Bearer Jefe");
  g_clear_pointer (&request, gateway_request_free);

  request = gateway_request_new (hmac, good, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (header_of (request, "X-Sig"), ==,
                   "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  g_clear_pointer (&request, gateway_request_free);

  g_assert_null (gateway_request_new (basic, evil, &error));
  g_assert_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE);
  g_assert_null (strstr (error->message, "Evil"));
  g_clear_error (&error);
  g_assert_null (gateway_request_new (basic, colon, &error));
  g_assert_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE);
}

static void
test_paths_do_not_climb (void)
{
  g_autoptr(GatewayDescription) description = parse_request ("{\"method\":\"GET\",\"url\":\"{base}/a/{user}/b\"}");
  static const char * const climbers[] = { ".", ".." };

  for (guint i = 0; i < G_N_ELEMENTS (climbers); i++)
    {
      g_autoptr(GatewayMessage) message = message_new ("+447911123456", "x", climbers[i], "k");
      g_autoptr(GError) error = NULL;

      g_assert_null (gateway_request_new (description, message, &error));
      g_assert_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE);
    }
}

/* --- what answers mean ------------------------------------------------------------------------------------------ */

static const char *
no_header (const char *name, gpointer data)
{
  return g_str_equal (name, "X-Id") ? "from the header" : NULL;
}

static void
test_answers (void)
{
  g_autofree char *text = whole (SETTINGS, GOOD_REQUEST,
    "{\"rules\":["
    "{\"status\":\"200-299\",\"json\":\"/a/0/b~1c\",\"in\":[1,\"one\",null],\"result\":\"queued\"},"
    "{\"status\":\"200,202\",\"body\":\"^OK$\",\"result\":\"accepted\"},"
    "{\"status\":\"200,202\",\"body\":\"^OK\",\"result\":\"retry\"},"
    "{\"body\":\"nobody\",\"result\":\"bad-address\"}],"
    "\"id\":{\"header\":\"X-Id\"},\"code\":{\"json\":\"/code\"},\"detail\":{\"body\":\"said: (.*)$\"}}", "");
  g_autoptr(GatewayDescription) description = parse (text);
  g_autoptr(GatewayMessage) message = message_new ("+447911123456", "482 913 is it", "user", "geheimnis");
  static const struct { guint status; const char *body; SecinfoResult result; const char *code; } cases[] = {
    { 201, "{\"a\":[{\"b/c\":1}],\"code\":7}", SECINFO_RESULT_QUEUED, "7" },
    { 201, "{\"a\":[{\"b/c\":\"one\"}],\"code\":\"x\"}", SECINFO_RESULT_QUEUED, "x" },
    { 201, "{\"a\":[{\"b/c\":null}]}", SECINFO_RESULT_QUEUED, "201" },
    { 201, "{\"a\":[{\"b/c\":1.0}]}", SECINFO_RESULT_UNKNOWN, "201" },
    { 201, "{\"a\":[]}", SECINFO_RESULT_UNKNOWN, "201" },
    { 301, "{\"a\":[{\"b/c\":1}]}", SECINFO_RESULT_BAD_CONFIG, "301" },
    { 200, "first\nOK\nlast", SECINFO_RESULT_ACCEPTED, "200" },
    { 202, "OK but not", SECINFO_RESULT_RETRY, "202" },
    { 206, "OK", SECINFO_RESULT_UNKNOWN, "206" },
    { 500, "nobody there", SECINFO_RESULT_BAD_ADDRESS, "500" },
    { 500, "", SECINFO_RESULT_RETRY, "500" },
    { 504, "", SECINFO_RESULT_UNKNOWN, "504" },
    { 408, "", SECINFO_RESULT_RETRY, "408" },
    { 404, "\xff\xfe", SECINFO_RESULT_BAD_CONFIG, "404" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GatewayAnswer) answer = gateway_description_judge (description, message, cases[i].status, no_header,
                                                                   NULL,
                                                                   cases[i].body, strlen (cases[i].body));

      g_assert_cmpint (answer->result, ==, cases[i].result);
      g_assert_cmpstr (answer->code, ==, cases[i].code);
      g_assert_cmpstr (answer->id, ==, "from the header");
    }

  const char *indiscreet = "said: +447911123456 447911123456 482913 482-913 GEHEIMNIS \x1b[1m  x";
  g_autoptr(GatewayAnswer) answer = gateway_description_judge (description, message, 400, no_header, NULL, indiscreet,
                                                               strlen (indiscreet));
  g_assert_cmpstr (answer->detail, ==, "… … …… …-… … [1m x");
}

static void
test_retry_after (void)
{
  g_assert_cmpint (gateway_description_read_retry_after (NULL, 0), ==, 0);
  g_assert_cmpint (gateway_description_read_retry_after ("", 0), ==, 0);
  g_assert_cmpint (gateway_description_read_retry_after ("30", 0), ==, 30);
  g_assert_cmpint (gateway_description_read_retry_after ("-30", 0), ==, 0);
  g_assert_cmpint (gateway_description_read_retry_after ("99999999999999999999999", 0), ==, 86400);
  g_assert_cmpint (gateway_description_read_retry_after ("Tue, 24 Nov 2026 04:02:00 GMT", 1795492800), ==, 120);
  g_assert_cmpint (gateway_description_read_retry_after ("Tue, 24 Nov 2026 03:00:00 GMT", 1795492800), ==, 0);
  g_assert_cmpint (gateway_description_read_retry_after ("soon", 0), ==, 0);
}

static void
test_smtp_replies (void)
{
  static const struct { GatewaySmtpStage stage; guint code; const char *reply; SecinfoResult result; } cases[] = {
    { GATEWAY_SMTP_CONNECT, 554, "5.7.1 No service for you", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_LOGIN, 535, "5.7.8 Bad credentials", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_LOGIN, 454, "4.7.0 Temporary", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_SENDER, 550, "5.1.1 who", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.1.1 who", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_SENDER, 550, "5.4.5 Daily sending quota exceeded", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_SENDER, 550, "5.4.4 no such domain", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_SENDER, 552, "5.3.4 too big", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "Relaying denied", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "<relay@example.org>: User unknown", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 550, "5.1.1 No relay of that name, authenticate", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 550, "5.0.0 unknown", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 550, "No such user here", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 551, "User not local; please try <else@example.org>", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 552, "Mailbox full", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 553, "Mailbox name not allowed", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 554, "Transaction failed", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 500, "What?", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.1.7 your address", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.2.1 disabled", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 552, "5.2.2 full", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 554, "5.3.1 server full", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_RECEIVER, 550, "5.3.2 not now", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.4.1 no such host", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 550, "5.4.4 no such domain", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_RECEIVER, 550, "5.4.5 Daily sending quota exceeded", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_RECEIVER, 550, "5.4.6 it goes in circles", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.5.2 What?", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.6.0 What?", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.7.1 Client host is on a list", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 550, "5.7.26 not authenticated", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_END, 550, "5.4.5 Daily sending quota exceeded", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_END, 552, "5.2.2 full", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_END, 554, "Transaction failed", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_RECEIVER, 450, "4.2.0 later", SECINFO_RESULT_RETRY },
    { GATEWAY_SMTP_END, 550, "5.1.1 who", SECINFO_RESULT_BAD_ADDRESS },
    { GATEWAY_SMTP_END, 550, "5.1.8 sender", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_END, 554, "5.7.1 spam", SECINFO_RESULT_BAD_CONFIG },
    { GATEWAY_SMTP_END, 250, "ok", SECINFO_RESULT_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (gateway_smtp_judge (cases[i].stage, cases[i].code, cases[i].reply), ==, cases[i].result);
}

static void
test_sms_coding (void)
{
  g_assert_cmpstr (gateway_text_sms_coding (""), ==, "0");
  g_assert_cmpstr (gateway_text_sms_coding ("482 913 is your SecInfo code. Nobody will ask you for it."), ==, "0");
  g_assert_cmpstr (gateway_text_sms_coding ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà^{}\\[~]|€"), ==, "0");
  g_assert_cmpstr (gateway_text_sms_coding ("ç"), ==, "2");
  g_assert_cmpstr (gateway_text_sms_coding ("`"), ==, "2");
  g_assert_cmpstr (gateway_text_sms_coding ("“x”"), ==, "2");
  g_assert_cmpstr (gateway_text_sms_coding ("\t"), ==, "2");
}

/* --- our own ---------------------------------------------------------------------------------------------------- */

/* What people read stands in gateway-words.h, or translators never see it. */
static void
assert_translatable (const char *words, const char *text)
{
  g_autofree char *wanted = g_strdup_printf ("N_(\"%s\")", text);

  if (strstr (words, wanted) == NULL)
    g_error ("gateway-words.h has no %s", wanted);
}

/* Each as it may stand in a vendor's words, with what is to be left of them. */
static void
test_hidden (void)
{
  static const struct { const char *words, *kept; } cases[] = {
    { "key pass w0rd/is+wrong=", "key …" },
    { "key pass%20w0rd%2Fis%2Bwrong%3D, key pass+w0rd%2fis%2bwrong%3d", "key …, key …" },
    { "cut: pass w0rd", "cut: …" },
    { "basic YWxleDpwYXNzIHcwcmQvaXMrd3Jvbmc9 plain AGFsZXgAcGFzcyB3MHJkL2lzK3dyb25nPQ==",
      "basic YWxleDp… plain AGFsZXgA…Q==" },
    { "token Tok3n.of_them~it-is and tok3n.of", "token … and …" },
    { "short sh0rt and c2gwcnQ= and sh0r t", "short … and …Q= and sh0r t" },
    { "alex.sample%40example.org alex.sample@example.org YWxleC5zYW1wbGVAZXhhbXBsZS5vcmc=", "… … …c=" },
    { "482 913 482913 482%20913 482+913 482-913", "… … … … …" },
    { "482", "482" },
    { "4.2.1 alex.sample is receiving mail too fast, <Alex.Sample>", "4.2.1 … is receiving mail too fast, <…>" },
    { "the host relay.example.org refuses the day", "the host relay.example.org refuses the day" },
  };
  g_autoptr(json_t) datagram = json_pack ("{s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:i}", "op", "send",
                                          "ref", "r", "gateway", "x", "settings", "host", "relay.example.org",
                                          "key", "pass w0rd/is+wrong=", "pin", "sh0rt", "medium", "email",
                                          "to", "alex.sample@example.org", "text", "482 913 is it", "ttl", 60);
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayMessage) message = gateway_message_new (datagram, &error);
  g_autoptr(GString) flood = g_string_new (NULL);

  g_assert_no_error (error);
  gateway_message_confide (message, "pass w0rd/is+wrong=");
  gateway_message_confide (message, "Tok3n.of_them~it-is");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) words = g_string_new (cases[i].words);

      gateway_hide (words, message, FALSE);
      g_assert_cmpstr (words->str, ==, cases[i].kept);
    }
  /* As much as an answer may hold, of what costs most. */
  while (flood->len < 65536)
    g_string_append (flood, "sh0rt482913pass w0r");
  gateway_hide (flood, message, TRUE);
  g_assert_null (strstr (flood->str, "482"));
  g_assert_null (strstr (flood->str, "sh0rt"));
  g_assert_true (g_utf8_validate (flood->str, (gssize) flood->len, NULL));
}

/* A code that is read aloud is spelled, and a vendor may make one number of it again, or of its half a question. */
static void
test_hidden_spelled (void)
{
  static const struct { const char *message, *words, *kept; } cases[] = {
    { "It is 4, 8, 2, 9, 1, 3. Again: 4, 8, 2, 9, 1, 3. Nobody asks.",
      "said 4, 8, 2, 9, 1, 3 or 482913 or 4 8 2 9 1 3 or 4,8,2,9,1,3 or 4%2C%208%2C%202%2C%209%2C%201%2C%203",
      "said … or … or … or … or …" },
    { "4. 8. 2. 9. 1. 3. Danke", "4. 8. 2. 9. 1. 3, 482913", "…, …" },
    { "4 8 2 9 1 3", "4, 8, 2, 9, 1, 3 and 482913", "… and …" },
    { "4, 8, 2, 9, 1, 3. 4, 8, 2, 9, 1, 3", "482913 once", "… once" },
    { "page 4, 8, 2 of 12, 4", "482 is 4, 8, 2 and 8, 2", "482 is 4, 8, 2 and 8, 2" },
    { "10, 4, 8, 20", "4, 8", "4, 8" },
    { "4", "4", "4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) words = g_string_new (cases[i].words);

      gateway_text_hide_digits (words, cases[i].message, FALSE);
      g_assert_cmpstr (words->str, ==, cases[i].kept);
    }
}

static void
test_cut_short (void)
{
  static const struct { const char *body; GatewayReport report; const char *code; } cases[] = {
    { "CallStatus=completed&CallDuration=31&SipResponseCode=200", GATEWAY_REPORT_DELIVERED, "200" },
    { "CallStatus=completed&CallDuration=8&SipResponseCode=200", GATEWAY_REPORT_DELIVERED, "200" },
    { "CallStatus=completed&CallDuration=7&SipResponseCode=200", GATEWAY_REPORT_FAILED, "cut-short" },
    { "CallStatus=completed&CallDuration=0", GATEWAY_REPORT_FAILED, "cut-short" },
    { "CallStatus=completed", GATEWAY_REPORT_DELIVERED, NULL },
    { "CallStatus=completed&CallDuration=soon", GATEWAY_REPORT_DELIVERED, NULL },
    { "CallStatus=busy&CallDuration=0", GATEWAY_REPORT_FAILED, NULL },
    { "CallStatus=ringing&CallDuration=0", GATEWAY_REPORT_WAITS, NULL },
  };
  g_autofree char *file = g_strconcat (SOURCEDIR, "/data/gateways/twilio-voice.json", NULL);
  g_autofree char *text = NULL;
  g_autofree char *unsigned_text = NULL;
  g_autoptr(json_t) object = NULL;
  g_autoptr(GatewayDescription) description = NULL;
  g_autoptr(GatewayMessage) message = message_new ("+447911123456", "482 913 is it", "user", "geheimnis");

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  object = secinfo_json_parse (text, strlen (text), NULL);
  g_assert_cmpint (json_object_del (json_object_get (object, "callback"), "verify"), ==, 0);
  unsigned_text = secinfo_json_to_text (object);
  description = parse (unsigned_text);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(json_t) report = json_pack ("{s:s, s:s, s:s}", "url", "https://example.org/a", "type",
                                            "application/x-www-form-urlencoded", "body", cases[i].body);
      g_autofree char *code = NULL;

      g_assert_cmpint (gateway_description_judge_report (description, message, report, &code), ==, cases[i].report);
      g_assert_cmpstr (code, ==, cases[i].code);
    }
}

static void
test_ours (void)
{
  static const char * const names[] = { "android", "brevo", "gotify", "kannel", "mailgun", "matrix",
                                        "microsoft-graph", "ntfy", "postmark", "resend", "sendgrid", "ses",
                                        "twilio-sms", "twilio-voice", "vonage", "webhook" };
  g_autofree char *path = g_build_filename (SOURCEDIR, "src", "courier", "gateway-words.h", NULL);
  g_autofree char *words = NULL;
  g_autoptr(GPtrArray) coded = g_ptr_array_new_with_free_func (g_object_unref);
  json_t *setting;
  gsize n;

  g_assert_true (g_file_get_contents (path, &words, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (SOURCEDIR, "/data/gateways/", names[i], ".json", NULL);
      g_autofree char *text = NULL;
      g_autoptr(GatewayDescription) description = NULL;

      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      description = parse (text);
      g_assert_cmpstr (description->name, ==, names[i]);
      assert_translatable (words, description->title);
      for (guint k = 0; k < description->settings->len; k++)
        assert_translatable (words, ((GatewaySetting *) g_ptr_array_index (description->settings, k))->label);
    }
  g_ptr_array_add (coded, gateway_smtp_new ());
  g_ptr_array_add (coded, gateway_jmap_new ());
  for (guint i = 0; i < coded->len; i++)
    {
      g_autoptr(json_t) kind = gateway_describe (g_ptr_array_index (coded, i));

      assert_translatable (words, secinfo_json_get_string (kind, "title"));
      json_array_foreach (secinfo_json_get_array (kind, "settings"), n, setting)
        assert_translatable (words, secinfo_json_get_string (setting, "label"));
    }
}

int
main (int argc, char *argv[])
{
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/description/refused", test_refused);
  g_test_add_func ("/description/refused-auth", test_refused_auth);
  g_test_add_func ("/description/refused-callback", test_refused_callback);
  g_test_add_func ("/description/lines", test_lines);
  g_test_add_func ("/description/places", test_places);
  g_test_add_func ("/description/values-are-no-templates", test_values_are_no_templates);
  g_test_add_func ("/description/headers-and-auth", test_headers_and_auth);
  g_test_add_func ("/description/paths-do-not-climb", test_paths_do_not_climb);
  g_test_add_func ("/description/answers", test_answers);
  g_test_add_func ("/description/retry-after", test_retry_after);
  g_test_add_func ("/description/smtp-replies", test_smtp_replies);
  g_test_add_func ("/description/sms-coding", test_sms_coding);
  g_test_add_func ("/description/hidden", test_hidden);
  g_test_add_func ("/description/hidden-spelled", test_hidden_spelled);
  g_test_add_func ("/description/cut-short", test_cut_short);
  g_test_add_func ("/description/ours", test_ours);
  return g_test_run ();
}
