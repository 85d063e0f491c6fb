/* gateway-sigv4.c - AWS Signature Version 4
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-sigv4.h"

#include "secinfo-secret.h"

#include <string.h>

#define KEY_BYTES 32   /* of an HMAC-SHA256 */
#define SIGNED_HEADERS "content-type;host;x-amz-date"

/* @out = HMAC-SHA256 (@key, @text). */
static void
hmac (const guint8 *key, gsize length, const char *text, guint8 out[KEY_BYTES])
{
  GHmac *state = g_hmac_new (G_CHECKSUM_SHA256, key, length);
  gsize size = KEY_BYTES;

  g_hmac_update (state, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (state, out, &size);
  g_hmac_unref (state);
}

/* The key of one day, region and service. */
static void
derive_key (const GatewaySigv4 *request, const char *day, guint8 key[KEY_BYTES])
{
  char *first = g_strconcat ("AWS4", request->key, NULL);

  hmac ((const guint8 *) first, strlen (first), day, key);
  hmac (key, KEY_BYTES, request->region, key);
  hmac (key, KEY_BYTES, request->service, key);
  hmac (key, KEY_BYTES, "aws4_request", key);
  secinfo_secret_free_text (first);
}

/* As the Host header will be: with the port where it is not the scheme's own. (transfer full) (nullable) */
static char *
dup_host (GUri *uri)
{
  gboolean https = g_str_equal (g_uri_get_scheme (uri), "https");
  const char *host = g_uri_get_host (uri);
  gint port = g_uri_get_port (uri);
  gboolean brackets = host != NULL && strchr (host, ':') != NULL;

  if (host == NULL)
    return NULL;
  if (port == -1 || port == (https ? 443 : 80))
    return g_strdup_printf (brackets ? "[%s]" : "%s", host);
  return g_strdup_printf (brackets ? "[%s]:%d" : "%s:%d", host, port);
}

/* SHA-256 of the canonical request, in hexadecimal. */
static char *
digest_request (const GatewaySigv4 *request, GUri *uri, const char *host, const char *date)
{
  /* What is escaped in the path already is escaped once more: so do all services but S3. */
  g_autofree char *path = g_uri_escape_string (g_uri_get_path (uri), "/", FALSE);
  g_autofree char *body = g_compute_checksum_for_string (G_CHECKSUM_SHA256, request->body, -1);
  g_autofree char *canonical = NULL;

  canonical = g_strdup_printf ("%s\n%s\n\ncontent-type:%s\nhost:%s\nx-amz-date:%s\n\n" SIGNED_HEADERS "\n%s",
                               request->method, *path != '\0' ? path : "/", request->type, host, date, body);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, canonical, -1);
}

char *
gateway_sigv4_sign (const GatewaySigv4 *request, gint64 now, char **date)
{
  g_autoptr(GUri) uri = g_uri_parse (request->url, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc (now);
  g_autofree char *host = uri != NULL ? dup_host (uri) : NULL;
  g_autofree char *day = g_date_time_format (when, "%Y%m%d");
  g_autofree char *digest = NULL;
  g_autofree char *scope = NULL;
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;
  guint8 key[KEY_BYTES];

  if (host == NULL)
    return NULL;
  *date = g_date_time_format (when, "%Y%m%dT%H%M%SZ");
  digest = digest_request (request, uri, host, *date);
  scope = g_strdup_printf ("%s/%s/%s/aws4_request", day, request->region, request->service);
  text = g_strdup_printf ("AWS4-HMAC-SHA256\n%s\n%s\n%s", *date, scope, digest);

  derive_key (request, day, key);
  signature = g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, KEY_BYTES, text, -1);
  explicit_bzero (key, sizeof key);
  return g_strdup_printf ("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=" SIGNED_HEADERS ", Signature=%s",
                          request->user, scope, signature);
}
