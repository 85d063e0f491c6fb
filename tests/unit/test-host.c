/* test-host.c - where a host that somebody typed lies
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-host.h"

typedef struct
{
  const char       *host;
  SecinfoHostPlace  place;
} Case;

static void
test_place (void)
{
  static const Case cases[] = {
    { "127.0.0.1", SECINFO_HOST_LOOPBACK }, { "127.255.0.9", SECINFO_HOST_LOOPBACK },
    { "::1", SECINFO_HOST_LOOPBACK },
    { "[::1]", SECINFO_HOST_LOOPBACK }, { "localhost", SECINFO_HOST_LOOPBACK },
    { "LOCALHOST.", SECINFO_HOST_LOOPBACK },
    { "a.localhost", SECINFO_HOST_LOOPBACK }, { "::ffff:127.0.0.1", SECINFO_HOST_LOOPBACK },
    { "64:ff9b::7f00:1", SECINFO_HOST_LOOPBACK },
    { "10.1.2.3", SECINFO_HOST_PRIVATE }, { "172.16.0.1", SECINFO_HOST_PRIVATE },
    { "172.31.255.255", SECINFO_HOST_PRIVATE },
    { "192.168.0.1", SECINFO_HOST_PRIVATE }, { "100.64.0.1", SECINFO_HOST_PRIVATE },
    { "fd00::1", SECINFO_HOST_PRIVATE },
    { "::ffff:10.0.0.1", SECINFO_HOST_PRIVATE }, { "mail", SECINFO_HOST_PRIVATE },
    { "Mail.Local", SECINFO_HOST_PRIVATE },
    { "nas.home.arpa", SECINFO_HOST_PRIVATE }, { "x.internal.", SECINFO_HOST_PRIVATE },
    /* The clouds' credential services, and what no message goes to. */
    { "169.254.169.254", SECINFO_HOST_REFUSED }, { "::ffff:169.254.169.254", SECINFO_HOST_REFUSED },
    { "0.0.0.0", SECINFO_HOST_REFUSED }, { "224.0.0.1", SECINFO_HOST_REFUSED },
    { "255.255.255.255", SECINFO_HOST_REFUSED },
    { "::", SECINFO_HOST_REFUSED }, { "fe80::1", SECINFO_HOST_REFUSED },
    { "fe80::1%eth0", SECINFO_HOST_REFUSED },
    { "fec0::1", SECINFO_HOST_REFUSED }, { "ff02::1", SECINFO_HOST_REFUSED },
    /* Some resolvers take these for addresses. */
    { "127.1", SECINFO_HOST_REFUSED }, { "0x7f.1", SECINFO_HOST_REFUSED },
    { "2130706433", SECINFO_HOST_REFUSED },
    { "example.org..", SECINFO_HOST_REFUSED }, { ".", SECINFO_HOST_REFUSED }, { "", SECINFO_HOST_REFUSED },
    { "example.org", SECINFO_HOST_PUBLIC }, { "192.0.2.1", SECINFO_HOST_PUBLIC },
    { "172.32.0.1", SECINFO_HOST_PUBLIC },
    { "100.128.0.1", SECINFO_HOST_PUBLIC }, { "2001:db8::1", SECINFO_HOST_PUBLIC },
    { "local.example", SECINFO_HOST_PUBLIC },
    { "notlocalhost.example", SECINFO_HOST_PUBLIC },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (secinfo_host_place (cases[i].host) != cases[i].place)
        g_error ("%s: %d, not %d", cases[i].host, secinfo_host_place (cases[i].host), cases[i].place);
      g_assert_cmpint (secinfo_host_is_near (cases[i].host), ==,
                       cases[i].place == SECINFO_HOST_LOOPBACK || cases[i].place == SECINFO_HOST_PRIVATE);
    }
}

static void
assert_host (const char *url, const char *host)
{
  g_autofree char *found = secinfo_host_of_url (url);

  g_assert_cmpstr (found, ==, host);
}

static void
test_of_url (void)
{
  assert_host ("https://api.example.org/v1?x=https://other.example", "api.example.org");
  assert_host ("http://user:pass@[::1]:8080/", "::1");
  assert_host ("https://good.example@evil.example/", "evil.example");
  assert_host ("ftp://example.org/", NULL);
  assert_host ("file:///etc/passwd", NULL);
  assert_host ("https:///path", NULL);
  assert_host ("example.org", NULL);
  assert_host ("http://[::1", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/place", test_place);
  g_test_add_func ("/host/of-url", test_of_url);
  return g_test_run ();
}
