/* test-bridge.c - the keyring's end of the pair to secinfod, against what nobody agreed on
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-json.h"
#include "secinfo-keyring-bridge.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct { int fd; SecinfoKeyring *keyring; SecinfoKeyringBridge *bridge; guint closed; } Pair;

static void
closed_cb (SecinfoKeyringBridge *bridge, gpointer user_data)
{
  ((Pair *) user_data)->closed++;
}

static void
pair_open (Pair *pair)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), ==, 0);
  pair->fd = fds[0];
  pair->closed = 0;
  pair->keyring = secinfo_keyring_new ();
  pair->bridge = secinfo_keyring_bridge_new (fds[1], pair->keyring);
  g_signal_connect (pair->bridge, "closed", G_CALLBACK (closed_cb), pair);
}

static void
pair_close (Pair *pair)
{
  close (pair->fd);
  g_object_unref (pair->bridge);
  g_object_unref (pair->keyring);
}

/* The next datagram of the bridge, or NULL where it closed. Transfer full. */
static char *
receive (Pair *pair)
{
  char buffer[1024];

  for (;;)
    {
      ssize_t count = recv (pair->fd, buffer, sizeof buffer, MSG_DONTWAIT);

      if (count > 0)
        return g_strndup (buffer, (gsize) count);
      if (count == 0)
        return NULL;
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static void
test_absent (void)
{
  static const char *const requests[] = {
    "{\"ref\":1,\"op\":\"get\",\"name\":\"store-key\"}",
    "{\"ref\":1,\"op\":\"set\",\"name\":\"gateway:abc-1_X\",\"value\":\"QQ==\"}",
    "{\"ref\":1,\"op\":\"create\",\"name\":\"store-key\",\"value\":\"QQ==\"}",
    "{\"ref\":1,\"op\":\"remove\",\"name\":\"gateway:abc\"}",
  };
  Pair pair;

  pair_open (&pair);
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *answer = NULL;

      g_assert_cmpint (send (pair.fd, requests[i], strlen (requests[i]), 0), >, 0);
      answer = receive (&pair);
      g_assert_cmpstr (answer, ==, "{\"ref\":1,\"result\":\"absent\"}");
    }
  g_assert_cmpuint (pair.closed, ==, 0);
  pair_close (&pair);
}

static void
assert_hangs_up (const char *request, gsize length)
{
  g_autofree char *answer = NULL;
  Pair pair;

  pair_open (&pair);
  g_test_expect_message ("secinfo-keyring", G_LOG_LEVEL_WARNING, "*something unknown*");
  g_assert_cmpint (send (pair.fd, request, length, 0), >, 0);
  answer = receive (&pair);
  g_assert_null (answer);
  g_assert_cmpuint (pair.closed, ==, 1);
  g_test_assert_expected_messages ();
  pair_close (&pair);
}

static void
test_hostile (void)
{
  static const char *const requests[] = {
    "x", "[]", "{}", "{\"ref\":1}",
    "{\"ref\":1,\"op\":\"get\",\"name\":\"login\"}",
    "{\"ref\":1,\"op\":\"get\",\"name\":\"gateway:\"}",
    "{\"ref\":1,\"op\":\"get\",\"name\":\"gateway:a b\"}",
    ("{\"ref\":1,\"op\":\"get\","
     "\"name\":\"gateway:0123456789012345678901234567890123456789012345678901234567890123456789\"}"),
    "{\"ref\":\"1\",\"op\":\"get\",\"name\":\"store-key\"}",
    "{\"ref\":1,\"op\":\"list\",\"name\":\"store-key\"}",
    "{\"ref\":1,\"op\":\"set\",\"name\":\"store-key\"}",
    "{\"ref\":1,\"op\":\"get\",\"name\":\"store-key\",\"more\":1}",
    "{\"ref\":1,\"op\":\"get\",\"op\":\"get\",\"name\":\"store-key\"}",
  };
  g_autofree char *huge = g_strnfill (SECINFO_KEYRING_BRIDGE_MAX + 1, ' ');

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    assert_hangs_up (requests[i], strlen (requests[i]));
  assert_hangs_up (huge, SECINFO_KEYRING_BRIDGE_MAX + 1);
}

static void
test_other_end_gone (void)
{
  Pair pair;

  pair_open (&pair);
  shutdown (pair.fd, SHUT_RDWR);
  while (pair.closed == 0)
    g_main_context_iteration (NULL, TRUE);
  pair_close (&pair);
}

int
main (int argc, char **argv)
{
  secinfo_json_init ();
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/bridge/absent", test_absent);
  g_test_add_func ("/client/bridge/hostile", test_hostile);
  g_test_add_func ("/client/bridge/other-end-gone", test_other_end_gone);
  return g_test_run ();
}
