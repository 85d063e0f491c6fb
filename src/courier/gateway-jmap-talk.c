/* gateway-jmap-talk.c - what is said to a JMAP server, and what it means
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-jmap-private.h"

#include <string.h>

#define MAIL       "urn:ietf:params:jmap:mail"
#define SUBMISSION "urn:ietf:params:jmap:submission"

SecinfoResult
gateway_jmap_judge (const char *type)
{
  static const struct { const char *type; SecinfoResult result; } types[] = {
    { "invalidRecipients", SECINFO_RESULT_BAD_ADDRESS },
    { "noRecipients", SECINFO_RESULT_BAD_ADDRESS },
    /* There is one: so Cyrus 3.6 says that the mail server behind it refused it. */
    { "tooManyRecipients", SECINFO_RESULT_BAD_ADDRESS },
    { "serverUnavailable", SECINFO_RESULT_RETRY },
    { "serverFail", SECINFO_RESULT_RETRY },
    { "rateLimit", SECINFO_RESULT_RETRY },
    { "stateMismatch", SECINFO_RESULT_RETRY },
    { "urn:ietf:params:jmap:error:limit", SECINFO_RESULT_RETRY },
    /* Some of it was done: nobody says what. */
    { "serverPartialFail", SECINFO_RESULT_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_strcmp0 (types[i].type, type) == 0)
        return types[i].result;
    }
  return SECINFO_RESULT_BAD_CONFIG;
}

/* --- what is asked ------------------------------------------------------------------------------------------------ */

/* @calls: (transfer full) */
static json_t *
build_request (json_t *calls)
{
  return json_pack ("{s:[s, s, s], s:o}", "using", "urn:ietf:params:jmap:core", MAIL, SUBMISSION, "methodCalls", calls);
}

json_t *
gateway_jmap_ask_places (const GatewayPost *post)
{
  return build_request (json_pack ("[[s, {s:s, s:n}, s], [s, {s:s, s:{s:s}}, s]]",
                                   "Identity/get", "accountId", post->account, "ids", "i",
                                   "Mailbox/query", "accountId", post->account, "filter", "role", "drafts", "m"));
}

/* What only this message has: a mailbox that gets it twice can tell, and so can we. (transfer full) */
static char *
dup_message_id (const GatewayPost *post)
{
  return g_strdup_printf ("%s@%s", post->message->ref, strrchr (gateway_message_get_setting (post->message, "from"),
                                                                '@') + 1);
}

json_t *
gateway_jmap_ask_submit (const GatewayPost *post)
{
  const char *from = gateway_message_get_setting (post->message, "from");
  g_autofree char *id = dup_message_id (post);
  json_t *email, *submission;

  email = json_pack ("{s:{s:b}, s:{s:b, s:b}, s:[{s:s, s:s}], s:[{s:s}], s:s, s:[s], s:s, s:{s:s, s:s}, s:{s:{s:s}}}",
                     "mailboxIds", post->drafts, TRUE, "keywords", "$draft", TRUE, "$seen", TRUE,
                     "from", "name", gateway_message_get_setting (post->message, "name"), "email", from,
                     "to", "email", post->message->to, "subject", post->message->subject, "messageId", id,
                     /* RFC 3834: no holiday answers, please. */
                     "header:Auto-Submitted:asText", "auto-generated",
                     "bodyStructure", "type", "text/plain", "partId", "t",
                     "bodyValues", "t", "value", post->message->text);
  submission = json_pack ("{s:s, s:s, s:{s:{s:s}, s:[{s:s}]}}", "emailId", "#draft", "identityId", post->identity,
                          "envelope", "mailFrom", "email", from, "rcptTo", "email", post->message->to);
  return build_request (json_pack ("[[s, {s:s, s:{s:o}}, s], [s, {s:s, s:{s:o}, s:[s]}, s]]",
                                   "Email/set", "accountId", post->account, "create", "draft", email, "e",
                                   "EmailSubmission/set", "accountId", post->account, "create", "sub", submission,
                                   "onSuccessDestroyEmail", "#sub", "s"));
}

json_t *
gateway_jmap_ask_destroy (const GatewayPost *post)
{
  g_autofree char *id = dup_message_id (post);
  g_autofree char *bracketed = g_strdup_printf ("<%s>", id);

  if (post->draft != NULL)
    return build_request (json_pack ("[[s, {s:s, s:[s]}, s]]", "Email/set", "accountId", post->account, "destroy",
                                     post->draft, "d"));
  return build_request (json_pack ("[[s, {s:s, s:{s:s, s:[s, s]}}, s], [s, {s:s, s:{s:s, s:s, s:s}}, s]]",
                                   "Email/query", "accountId", post->account, "filter", "inMailbox", post->drafts,
                                   "header", "Message-ID", bracketed, "q",
                                   "Email/set", "accountId", post->account, "#destroy", "resultOf", "q", "name",
                                   "Email/query", "path", "/ids", "d"));
}

/* --- what is answered --------------------------------------------------------------------------------------------- */

static gboolean
fail (GatewayPost *post, SecinfoResult result, const char *code, const char *words)
{
  gateway_answer_free (post->answer);
  post->answer = gateway_answer_new (result, NULL);
  gateway_answer_set_code (post->answer, post->message, code);
  gateway_answer_set_detail (post->answer, post->message, words);
  return FALSE;
}

static gboolean
fail_with (GatewayPost *post, json_t *object)
{
  const char *type = secinfo_json_get_string (object, "type");

  return fail (post, gateway_jmap_judge (type), type != NULL ? type : "error",
               secinfo_json_get_string (object, "description"));
}

/* The arguments of the first answer to the call @id, whose @name is (out) its own or "error"; (nullable). */
static json_t *
find_response (json_t *said, const char *id, const char **name)
{
  json_t *responses = said != NULL ? secinfo_json_get_array (said, "methodResponses") : NULL;
  json_t *response;
  gsize i;

  json_array_foreach (responses, i, response)
    {
      *name = json_string_value (json_array_get (response, 0));
      if (*name != NULL && g_strcmp0 (json_string_value (json_array_get (response, 2)), id) == 0 &&
          json_is_object (json_array_get (response, 1)))
        return json_array_get (response, 1);
    }
  return NULL;
}

/* The credentials go where they were meant to, and nowhere else. */
static gboolean
is_same_place (GUri *a, GUri *b)
{
  return g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) &&
         g_strcmp0 (g_uri_get_host (a), g_uri_get_host (b)) == 0 && g_uri_get_port (a) == g_uri_get_port (b) &&
         g_uri_get_userinfo (b) == NULL;
}

gboolean
gateway_jmap_read_session (GatewayPost *post, json_t *session)
{
  g_autoptr(GUri) base = g_uri_parse (gateway_message_get_setting (post->message, "base"), G_URI_FLAGS_ENCODED, NULL);
  g_autoptr(GUri) api = NULL;
  json_t *accounts = session != NULL ? secinfo_json_get_object (session, "primaryAccounts") : NULL;
  const char *account = accounts != NULL ? secinfo_json_get_string (accounts, SUBMISSION) : NULL;
  const char *url = session != NULL ? secinfo_json_get_string (session, "apiUrl") : NULL;

  if (account == NULL && accounts != NULL)
    account = secinfo_json_get_string (accounts, MAIL);
  if (account == NULL || url == NULL)
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "session", "This is no JMAP account that can send mail.");
  api = base != NULL ? g_uri_parse_relative (base, url, G_URI_FLAGS_ENCODED, NULL) : NULL;
  if (api == NULL || !is_same_place (base, api))
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "host", "The server names another host for its API.");
  post->account = g_strdup (account);
  post->api = g_uri_to_string (api);
  return TRUE;
}

/* RFC 8621 section 6.1: "*@example.com" is for every address there. */
static gboolean
may_send_as (const char *email, const char *from)
{
  if (email == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (email, from) == 0)
    return TRUE;
  return g_str_has_prefix (email, "*@") && g_ascii_strcasecmp (email + 1, strrchr (from, '@')) == 0;
}

gboolean
gateway_jmap_read_places (GatewayPost *post, json_t *said)
{
  const char *from = gateway_message_get_setting (post->message, "from");
  const char *name;
  json_t *identities = find_response (said, "i", &name);
  json_t *mailboxes, *identity;
  const char *drafts;
  gsize i;

  if (identities == NULL)
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "answer", "The server's answer was not understood.");
  if (g_str_equal (name, "error"))
    return fail_with (post, identities);
  mailboxes = find_response (said, "m", &name);
  if (mailboxes == NULL)
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "answer", "The server's answer was not understood.");
  if (g_str_equal (name, "error"))
    return fail_with (post, mailboxes);

  json_array_foreach (secinfo_json_get_array (identities, "list"), i, identity)
    {
      if (post->identity == NULL && may_send_as (secinfo_json_get_string (identity, "email"), from))
        post->identity = g_strdup (secinfo_json_get_string (identity, "id"));
    }
  /* Cyrus names its one identity by the account's name, without a domain: the server says whether it will do. */
  identity = json_array_get (secinfo_json_get_array (identities, "list"), 0);
  if (post->identity == NULL && json_array_size (secinfo_json_get_array (identities, "list")) == 1)
    post->identity = g_strdup (json_string_value (json_object_get (identity, "id")));
  drafts = json_string_value (json_array_get (secinfo_json_get_array (mailboxes, "ids"), 0));
  if (post->identity == NULL)
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "identity", "The account has no identity with the sender address.");
  if (drafts == NULL)
    return fail (post, SECINFO_RESULT_BAD_CONFIG, "drafts", "The account has no folder for drafts.");
  post->drafts = g_strdup (drafts);
  return TRUE;
}

/* What became of the @member that was to be created; NULL: post->answer says why it was not. */
static json_t *
read_created (GatewayPost *post, json_t *said, const char *call, const char *member)
{
  const char *name;
  json_t *response = find_response (said, call, &name);
  json_t *created = response != NULL ? secinfo_json_get_object (response, "created") : NULL;
  json_t *refused = response != NULL ? secinfo_json_get_object (response, "notCreated") : NULL;

  created = created != NULL ? secinfo_json_get_object (created, member) : NULL;
  refused = refused != NULL ? secinfo_json_get_object (refused, member) : NULL;
  if (response != NULL && g_str_equal (name, "error"))
    fail_with (post, response);
  else if (created == NULL && refused != NULL)
    fail_with (post, refused);
  else if (created == NULL)
    fail (post, SECINFO_RESULT_UNKNOWN, "answer", "The server's answer was not understood.");
  else
    return created;
  return NULL;
}

/* Did the server destroy the draft by itself, as it was asked to? */
static gboolean
was_destroyed (const GatewayPost *post, json_t *said)
{
  json_t *response, *id;
  gsize i, k;

  json_array_foreach (secinfo_json_get_array (said, "methodResponses"), i, response)
    {
      json_t *arguments = json_array_get (response, 1);

      if (g_strcmp0 (json_string_value (json_array_get (response, 0)), "Email/set") != 0)
        continue;
      json_array_foreach (secinfo_json_get_array (arguments, "destroyed"), k, id)
        {
          if (g_strcmp0 (json_string_value (id), post->draft) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

gboolean
gateway_jmap_read_submit (GatewayPost *post, json_t *said)
{
  json_t *draft = read_created (post, said, "e", "draft");
  json_t *submission;

  if (draft == NULL)
    return post->answer->result == SECINFO_RESULT_UNKNOWN;
  post->draft = g_strdup (secinfo_json_get_string (draft, "id"));
  submission = read_created (post, said, "s", "sub");
  if (submission == NULL)
    return TRUE;
  g_clear_pointer (&post->answer, gateway_answer_free);
  post->answer = gateway_answer_new (SECINFO_RESULT_ACCEPTED, "200");
  gateway_answer_set_id (post->answer, post->message, secinfo_json_get_string (submission, "id"));
  return !was_destroyed (post, said);
}
