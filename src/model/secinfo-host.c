/* secinfo-host.c - where a host that somebody typed lies
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-host.h"

#include <string.h>

static gboolean
bytes_are_shared (const guint8 *b)
{
  return b[0] == 100 && (b[1] & 0xc0) == 64;   /* 100.64.0.0/10 */
}

static SecinfoHostPlace
place_of_ipv4 (const guint8 *b)
{
  if (b[0] == 127)
    return SECINFO_HOST_LOOPBACK;
  if (b[0] == 0 || (b[0] == 169 && b[1] == 254) || b[0] >= 224)
    return SECINFO_HOST_REFUSED;
  if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) || bytes_are_shared (b))
    return SECINFO_HOST_PRIVATE;
  return SECINFO_HOST_PUBLIC;
}

SecinfoHostPlace
secinfo_host_address_place (GInetAddress *address)
{
  const guint8 *b = g_inet_address_to_bytes (address);
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  static const guint8 nat64[12] = { 0, 0x64, 0xff, 0x9b };

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return place_of_ipv4 (b);
  /* An IPv4 address in IPv6 clothes is judged as what it is. */
  if (memcmp (b, mapped, sizeof mapped) == 0 || memcmp (b, nat64, sizeof nat64) == 0)
    return place_of_ipv4 (b + 12);
  if (g_inet_address_get_is_loopback (address))
    return SECINFO_HOST_LOOPBACK;
  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address) ||
      (b[0] == 0xfe && (b[1] & 0x80) != 0))    /* fe80::/10 and what was once site-local */
    return SECINFO_HOST_REFUSED;
  if ((b[0] & 0xfe) == 0xfc)
    return SECINFO_HOST_PRIVATE;
  return SECINFO_HOST_PUBLIC;
}

static SecinfoHostPlace
place_of_name (const char *name)
{
  static const char * const kept_back[] = { "local", "internal", "lan", "intranet", "private", "home.arpa", NULL };

  if (g_str_equal (name, "localhost") || g_str_has_suffix (name, ".localhost"))
    return SECINFO_HOST_LOOPBACK;
  if (strchr (name, '.') == NULL)
    return SECINFO_HOST_PRIVATE;
  for (guint i = 0; kept_back[i] != NULL; i++)
    {
      g_autofree char *suffix = g_strconcat (".", kept_back[i], NULL);

      if (g_str_has_suffix (name, suffix))
        return SECINFO_HOST_PRIVATE;
    }
  return SECINFO_HOST_PUBLIC;
}

SecinfoHostPlace
secinfo_host_place (const char *host)
{
  g_autofree char *name = g_ascii_strdown (host, -1);
  g_autoptr(GInetAddress) address = NULL;
  gsize length = strlen (name);

  if (length > 2 && name[0] == '[' && name[length - 1] == ']')
    {
      memmove (name, name + 1, length - 2);
      name[length - 2] = '\0';
    }
  /* A zone means link-local. */
  if (strchr (name, '%') != NULL)
    return SECINFO_HOST_REFUSED;
  address = g_inet_address_new_from_string (name);
  if (address != NULL)
    return secinfo_host_address_place (address);

  length = strlen (name);
  if (length > 0 && name[length - 1] == '.')
    name[length - 1] = '\0';
  /* "127.1", "0x7f.1", "2130706433": forms that some resolvers take for addresses. No real name ends in such a
   * label. */
  const char *last = strrchr (name, '.');
  last = last != NULL ? last + 1 : name;
  if (*last == '\0' || g_ascii_isdigit (*last))
    return SECINFO_HOST_REFUSED;
  return place_of_name (name);
}

char *
secinfo_host_of_url (const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0))
    return NULL;
  return g_strdup (g_uri_get_host (uri));
}

gboolean
secinfo_host_is_near (const char *host)
{
  SecinfoHostPlace place = secinfo_host_place (host);

  return place == SECINFO_HOST_LOOPBACK || place == SECINFO_HOST_PRIVATE;
}
