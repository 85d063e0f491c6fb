/* gateway-description-auth.c - how a description says who we are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description-reader.h"
#include "gateway-text.h"

static const char pointer[] = "/request/auth";

static gboolean
read_part (GatewayReader *reader, json_t *auth, const char *member, char **out)
{
  return gateway_reader_read_template (reader, pointer, auth, member, out);
}

static gboolean
read_none (GatewayReader *reader, json_t *auth)
{
  return TRUE;
}

static gboolean
read_basic (GatewayReader *reader, json_t *auth)
{
  return read_part (reader, auth, "user", &reader->self->auth_user) &&
         read_part (reader, auth, "password", &reader->self->auth_secret);
}

static gboolean
read_bearer (GatewayReader *reader, json_t *auth)
{
  return read_part (reader, auth, "token", &reader->self->auth_secret);
}

/* A signature is over the body. */
static gboolean
check_body (GatewayReader *reader)
{
  GatewayBody body = reader->self->body;

  if (body == GATEWAY_BODY_NONE || body == GATEWAY_BODY_QUERY)
    return gateway_reader_fail (reader, pointer, "there is no body to sign");
  return TRUE;
}

static gboolean
read_hmac (GatewayReader *reader, json_t *auth)
{
  GatewayDescription *self = reader->self;

  if (!read_part (reader, auth, "key", &self->auth_secret))
    return FALSE;
  if (g_strcmp0 (secinfo_json_get_string (auth, "algorithm"), "sha256") != 0)
    return gateway_reader_fail (reader, pointer, "‘algorithm’ is sha256");
  self->auth_header = g_strdup (secinfo_json_get_string (auth, "header"));
  self->auth_prefix = g_strdup (secinfo_json_get_string (auth, "prefix"));
  if (self->auth_prefix != NULL && !gateway_text_is_line (self->auth_prefix))
    return gateway_reader_fail (reader, pointer, "‘prefix’ has a character that no header may have");
  return check_body (reader) && gateway_reader_check_header (reader, "/request/auth/header", self->auth_header);
}

static gboolean
read_aws (GatewayReader *reader, json_t *auth)
{
  GatewayDescription *self = reader->self;

  self->auth_service = g_strdup (secinfo_json_get_string (auth, "service"));
  if (!gateway_text_is_ref (self->auth_service))
    return gateway_reader_fail (reader, "/request/auth/service", "this is the name of a service, like ses");
  return check_body (reader) &&
         read_part (reader, auth, "user", &self->auth_user) &&
         read_part (reader, auth, "key", &self->auth_secret) &&
         read_part (reader, auth, "region", &self->auth_region);
}

static gboolean
read_client (GatewayReader *reader, json_t *auth)
{
  GatewayDescription *self = reader->self;

  return gateway_reader_read_target (reader, "/request/auth/url", secinfo_json_get_string (auth, "url"), "login",
                                     &self->login) &&
         read_part (reader, auth, "client", &self->auth_user) &&
         read_part (reader, auth, "secret", &self->auth_secret) &&
         read_part (reader, auth, "scope", &self->auth_scope);
}

gboolean
gateway_reader_read_auth (GatewayReader *reader, json_t *auth)
{
  static const struct
  {
    const char     *type;
    GatewayAuth     auth;
    GatewayMember   members[6];
    gboolean      (*read) (GatewayReader *reader, json_t *auth);
  } types[] = {
    { "none", GATEWAY_AUTH_NONE, { { "type", JSON_STRING, TRUE }, { NULL } }, read_none },
    { "basic", GATEWAY_AUTH_BASIC, { { "type", JSON_STRING, TRUE }, { "user", JSON_STRING, TRUE },
                                     { "password", JSON_STRING, TRUE }, { NULL } }, read_basic },
    { "bearer", GATEWAY_AUTH_BEARER, { { "type", JSON_STRING, TRUE }, { "token", JSON_STRING, TRUE }, { NULL } },
      read_bearer },
    { "hmac", GATEWAY_AUTH_HMAC, { { "type", JSON_STRING, TRUE }, { "algorithm", JSON_STRING, TRUE },
                                   { "key", JSON_STRING, TRUE }, { "header", JSON_STRING, TRUE },
                                   { "prefix", JSON_STRING, FALSE }, { NULL } }, read_hmac },
    { "aws-sigv4", GATEWAY_AUTH_AWS, { { "type", JSON_STRING, TRUE }, { "service", JSON_STRING, TRUE },
                                       { "user", JSON_STRING, TRUE }, { "key", JSON_STRING, TRUE },
                                       { "region", JSON_STRING, TRUE }, { NULL } }, read_aws },
    { "client-credentials", GATEWAY_AUTH_CLIENT, { { "type", JSON_STRING, TRUE }, { "url", JSON_STRING, TRUE },
                                                   { "client", JSON_STRING, TRUE }, { "secret", JSON_STRING, TRUE },
                                                   { "scope", JSON_STRING, TRUE }, { NULL } }, read_client },
  };
  const char *type = secinfo_json_get_string (auth, "type");

  if (auth == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_strcmp0 (type, types[i].type) != 0)
        continue;
      reader->self->auth = types[i].auth;
      return gateway_reader_check_members (reader, pointer, auth, types[i].members) && types[i].read (reader, auth);
    }
  return gateway_reader_fail (reader, pointer,
                              "‘type’ is one of none, basic, bearer, hmac, aws-sigv4, client-credentials");
}
