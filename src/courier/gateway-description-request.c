/* gateway-description-request.c - one message as a request
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-description.h"
#include "gateway-sigv4.h"
#include "gateway-template.h"
#include "gateway-text.h"
#include "secinfo-host.h"
#include "secinfo-secret.h"

#include <string.h>

static void
filled_pair_free (GatewayPair *pair)
{
  g_free (pair->name);
  secinfo_secret_free_text (pair->text);
  g_free (pair);
}

void
gateway_request_free (GatewayRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->method);
  secinfo_secret_free_text (request->url);
  g_ptr_array_unref (request->headers);
  g_free (request->type);
  secinfo_secret_free_text (request->body);
  g_ptr_array_unref (request->secrets);
  g_free (request);
}

void
gateway_request_add_header (GatewayRequest *request, const char *name, char *value)
{
  GatewayPair *pair = g_new0 (GatewayPair, 1);

  pair->name = g_strdup (name);
  pair->text = value;
  g_ptr_array_add (request->headers, pair);
}

/* --- where it goes ------------------------------------------------------------------------------------------------ */

static gboolean
host_has_its_letters (const char *host)
{
  return host[strspn (host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:")] == '\0';
}

static const char *
find_fault (const char *base)
{
  g_autoptr(GUri) uri = NULL;
  const char *host;
  gboolean https;

  for (const char *p = base; *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p) || strchr ("\\{}\"<>", *p) != NULL)
        return "A web address has no blanks and no letters beyond ASCII.";
    }
  uri = g_uri_parse (base, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL)
    return "This is no web address.";
  https = g_str_equal (g_uri_get_scheme (uri), "https");
  if (!https && !g_str_equal (g_uri_get_scheme (uri), "http"))
    return "A web address begins with https:// (or http:// on this computer and in a private network).";
  host = g_uri_get_host (uri);
  if (host == NULL || *host == '\0' || !host_has_its_letters (host))
    return "There is no host in this web address.";
  if (g_uri_get_userinfo (uri) != NULL || strchr (base, '@') != NULL)
    return "Name and password do not belong into the web address.";
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL || strpbrk (base, "?#") != NULL)
    return "A web address has no ? or # here.";
  if (secinfo_host_place (host) == SECINFO_HOST_REFUSED)
    return "Nothing is sent to this host.";
  if (!https && !secinfo_host_is_near (host))
    return "Only https:// is safe on the internet.";
  return NULL;
}

char *
gateway_request_check_base (const char *base, char **reason)
{
  const char *fault = find_fault (base);
  g_autofree char *trimmed = NULL;

  if (fault != NULL)
    {
      *reason = g_strdup (fault);
      return NULL;
    }
  trimmed = g_strdup (base);
  for (gsize n = strlen (trimmed); n > 0 && trimmed[n - 1] == '/'; n--)
    trimmed[n - 1] = '\0';
  return g_steal_pointer (&trimmed);
}

/* Dots are unreserved, so a value can still be a whole segment of them. */
static gboolean
path_climbs (const char *path)
{
  g_auto(GStrv) segments = g_strsplit (path, "/", -1);

  return g_strv_contains ((const char * const *) segments, ".") ||
    g_strv_contains ((const char * const *) segments, "..");
}

/* (transfer full), wiped by the caller; NULL: a value cannot stand there. */
static char *
build_url (const GatewayTarget *target, const GatewayMessage *message, GError **error)
{
  g_autofree char *reason = NULL;
  g_autofree char *base = NULL;
  char *path;
  char *url;

  base = gateway_request_check_base (target->setting != NULL ? gateway_message_get_setting (message, target->setting)
                                     : target->origin,
                                     &reason);
  if (base == NULL)
    {
      g_set_error (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE, "%s: %s",
                   target->setting != NULL ? target->setting : "url", reason);
      return NULL;
    }
  path = gateway_template_fill (target->path, message, GATEWAY_PLACE_PATH, NULL, error);
  if (path == NULL)
    return NULL;
  if (path_climbs (path))
    {
      secinfo_secret_free_text (path);
      g_set_error_literal (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE,
                           "a value in the path is . or ..");
      return NULL;
    }
  url = g_strconcat (base, path, NULL);
  secinfo_secret_free_text (path);
  return url;
}

/* --- what it says ------------------------------------------------------------------------------------------------- */

/* name=value&…, without those whose value comes out empty. */
static char *
build_pairs (const GatewayDescription *description, const GatewayMessage *message, GatewayPlace place, GError **error)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < description->body_pairs->len; i++)
    {
      const GatewayPair *pair = g_ptr_array_index (description->body_pairs, i);
      g_autofree char *name = g_uri_escape_string (pair->name, NULL, FALSE);
      gboolean empty;
      char *value = gateway_template_fill (pair->text, message, place, &empty, error);

      if (value == NULL)
        {
          secinfo_secret_free_text (g_string_free (out, FALSE));
          return NULL;
        }
      if (!empty)
        g_string_append_printf (out, "%s%s=%s", out->len > 0 ? "&" : "", name, value);
      secinfo_secret_free_text (value);
    }
  return g_string_free (out, FALSE);
}

static gboolean
build_body (const GatewayDescription *description, const GatewayMessage *message, GatewayRequest *request,
            GError **error)
{
  g_autoptr(json_t) filled = NULL;
  char *query, *url;

  switch (description->body)
    {
    case GATEWAY_BODY_NONE:
      return TRUE;

    case GATEWAY_BODY_JSON:
      filled = gateway_template_fill_json (description->body_json, message, error);
      if (filled == NULL)
        return FALSE;
      request->type = g_strdup ("application/json");
      request->body = secinfo_json_to_text (filled);
      return TRUE;

    case GATEWAY_BODY_FORM:
      request->type = g_strdup ("application/x-www-form-urlencoded");
      request->body = build_pairs (description, message, GATEWAY_PLACE_FORM, error);
      return request->body != NULL;

    case GATEWAY_BODY_TEXT:
      request->type = g_strdup (description->text_type);
      request->body = gateway_template_fill (description->text_value, message, GATEWAY_PLACE_TEXT, NULL, error);
      return request->body != NULL;

    case GATEWAY_BODY_QUERY:
      query = build_pairs (description, message, GATEWAY_PLACE_QUERY, error);
      if (query == NULL)
        return FALSE;
      url = g_strconcat (request->url, "?", query, NULL);
      secinfo_secret_free_text (query);
      secinfo_secret_free_text (request->url);
      request->url = url;
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

static void
add_secret (GatewayRequest *request, const char *secret)
{
  g_ptr_array_add (request->secrets, g_strdup (secret));
}

void
gateway_request_set_bearer (GatewayRequest *request, const char *token)
{
  add_secret (request, token);
  gateway_request_add_header (request, "Authorization", g_strconcat ("Bearer ", token, NULL));
}

void
gateway_request_set_basic (GatewayRequest *request, const char *user, const char *password)
{
  char *joined = g_strconcat (user, ":", password, NULL);
  char *encoded = g_base64_encode ((const guchar *) joined, strlen (joined));

  add_secret (request, password);
  add_secret (request, encoded);
  gateway_request_add_header (request, "Authorization", g_strconcat ("Basic ", encoded, NULL));
  secinfo_secret_free_text (joined);
  secinfo_secret_free_text (encoded);
}

static gboolean
sign_aws (const GatewayDescription *description, const GatewayMessage *message, GatewayRequest *request,
          const char *user, const char *secret, GError **error)
{
  g_autofree char *region = gateway_template_fill (description->auth_region, message, GATEWAY_PLACE_HEADER, NULL,
                                                   error);
  GatewaySigv4 what = { request->method, request->url, request->type, request->body, user, secret, region,
                        description->auth_service };
  char *date = NULL, *authorization;

  if (region == NULL)
    return FALSE;
  authorization = gateway_sigv4_sign (&what, g_get_real_time () / G_USEC_PER_SEC, &date);
  if (authorization == NULL)
    {
      g_set_error_literal (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE, "this makes no web address");
      return FALSE;
    }
  /* The rest of it says who asks for what; an error that names it is worth reading. */
  add_secret (request, strrchr (authorization, '=') + 1);
  gateway_request_add_header (request, "Authorization", authorization);
  gateway_request_add_header (request, "X-Amz-Date", date);
  return TRUE;
}

static gboolean
apply_auth (const GatewayDescription *description, const GatewayMessage *message, GatewayRequest *request,
            const char *user, const char *secret, GError **error)
{
  char *encoded;

  switch (description->auth)
    {
    case GATEWAY_AUTH_BASIC:
      /* RFC 7617 section 2: a colon would end the name early. */
      if (strchr (user, ':') != NULL)
        {
          g_set_error_literal (error, GATEWAY_TEMPLATE_ERROR, GATEWAY_TEMPLATE_ERROR_VALUE,
                               "the user name has a colon");
          return FALSE;
        }
      gateway_request_set_basic (request, user, secret);
      return TRUE;

    case GATEWAY_AUTH_BEARER:
      /* A server of one's own may want none. */
      if (*secret != '\0')
        gateway_request_set_bearer (request, secret);
      return TRUE;

    case GATEWAY_AUTH_HMAC:
      encoded = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret),
                                           request->body, (gssize) strlen (request->body));
      add_secret (request, secret);
      add_secret (request, encoded);
      gateway_request_add_header (request, description->auth_header,
                                  g_strconcat (description->auth_prefix != NULL ? description->auth_prefix : "",
                                               encoded, NULL));
      g_free (encoded);
      return TRUE;

    case GATEWAY_AUTH_AWS:
      return sign_aws (description, message, request, user, secret, error);

    case GATEWAY_AUTH_NONE:
    case GATEWAY_AUTH_CLIENT:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
build_auth (const GatewayDescription *description, const GatewayMessage *message, GatewayRequest *request,
            GError **error)
{
  char *user = NULL, *secret = NULL;
  gboolean ok;

  /* A token is not a value of the message: who sends asks for it. */
  if (description->auth == GATEWAY_AUTH_NONE || description->auth == GATEWAY_AUTH_CLIENT)
    return TRUE;
  secret = gateway_template_fill (description->auth_secret, message, GATEWAY_PLACE_HEADER, NULL, error);
  ok = secret != NULL;
  if (ok && description->auth_user != NULL)
    {
      user = gateway_template_fill (description->auth_user, message, GATEWAY_PLACE_HEADER, NULL, error);
      ok = user != NULL;
    }
  ok = ok && apply_auth (description, message, request, user, secret, error);
  secinfo_secret_free_text (user);
  secinfo_secret_free_text (secret);
  return ok;
}

static gboolean
build_headers (const GatewayDescription *description, const GatewayMessage *message, GatewayRequest *request,
               GError **error)
{
  for (guint i = 0; i < description->headers->len; i++)
    {
      const GatewayPair *pair = g_ptr_array_index (description->headers, i);
      gboolean empty;
      char *value = gateway_template_fill (pair->text, message, GATEWAY_PLACE_HEADER, &empty, error);

      if (value == NULL)
        return FALSE;
      if (empty)
        secinfo_secret_free_text (value);
      else
        gateway_request_add_header (request, pair->name, value);
    }
  return TRUE;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

GatewayRequest *
gateway_request_new_plain (const char *method, const char *url)
{
  GatewayRequest *request = g_new0 (GatewayRequest, 1);
  g_autofree char *host = secinfo_host_of_url (url);

  request->method = g_strdup (method);
  request->url = g_strdup (url);
  request->near = host != NULL && secinfo_host_is_near (host);
  request->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) filled_pair_free);
  request->secrets = g_ptr_array_new_with_free_func ((GDestroyNotify) secinfo_secret_free_text);
  return request;
}

GatewayRequest *
gateway_request_new (const GatewayDescription *description, const GatewayMessage *message, GError **error)
{
  g_autoptr(GatewayRequest) request = NULL;
  char *url = build_url (&description->target, message, error);

  if (url == NULL)
    return NULL;
  request = gateway_request_new_plain (description->method, url);
  secinfo_secret_free_text (url);
  /* The signature is over the body, so it comes after it. */
  if (!build_body (description, message, request, error) ||
      !build_headers (description, message, request, error) ||
      !build_auth (description, message, request, error))
    return NULL;
  return g_steal_pointer (&request);
}

GatewayRequest *
gateway_request_new_login (const GatewayDescription *description, const GatewayMessage *message, GError **error)
{
  g_autoptr(GatewayRequest) request = NULL;
  char *url = build_url (&description->login, message, error);
  char *client = NULL, *secret = NULL, *scope = NULL;

  if (url == NULL)
    return NULL;
  client = gateway_template_fill (description->auth_user, message, GATEWAY_PLACE_FORM, NULL, error);
  secret = client != NULL ? gateway_template_fill (description->auth_secret, message, GATEWAY_PLACE_FORM, NULL, error)
           : NULL;
  scope = secret != NULL ? gateway_template_fill (description->auth_scope, message, GATEWAY_PLACE_FORM, NULL, error)
          : NULL;
  if (scope != NULL)
    {
      request = gateway_request_new_plain ("POST", url);
      request->type = g_strdup ("application/x-www-form-urlencoded");
      request->body = g_strconcat ("client_id=", client, "&client_secret=", secret,
                                   "&grant_type=client_credentials&scope=", scope, NULL);
      gateway_request_add_header (request, "Accept", g_strdup ("application/json"));
    }
  secinfo_secret_free_text (url);
  secinfo_secret_free_text (client);
  secinfo_secret_free_text (secret);
  secinfo_secret_free_text (scope);
  return g_steal_pointer (&request);
}
