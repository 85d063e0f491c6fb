/* test-peer.c - who is at the other end of the socket, and the event stream
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-peer.h"
#include "secinfo-client-private.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_trust (void)
{
  g_autoptr(SecinfoClient) private = secinfo_client_new ("/tmp/secinfo-test/api");
  g_autoptr(SecinfoClient) system = secinfo_client_new ("/run/secinfo/api");

  g_assert_true (secinfo_client_trusts_uid (system, 0));
  g_assert_true (secinfo_client_trusts_uid (private, 0));
  g_assert_true (secinfo_client_trusts_uid (private, (gint64) geteuid ()));
  g_assert_false (secinfo_client_trusts_uid (private, -1));
  g_assert_false (secinfo_client_trusts_uid (private, 65533));
  /* One's own uid is no service of the system: another program of this user would be it. */
  if (geteuid () != 0)
    g_assert_false (secinfo_client_trusts_uid (system, (gint64) geteuid ()));
}

/* A socket that somebody else listens on gets not one byte. */
static void
test_foreign (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GSocket) listener = NULL;
  g_autoptr(GSocket) other = NULL;
  g_autoptr(SecinfoClient) client = NULL;
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("secret", -1);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  char buffer[64];

  if (geteuid () != 0)
    {
      g_test_skip ("needs root, to listen as another uid");
      return;
    }
  folder = g_dir_make_tmp ("secinfo-XXXXXX", NULL);
  path = g_build_filename (folder, "api", NULL);
  address = g_unix_socket_address_new (path);
  listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_assert_true (g_socket_bind (listener, address, FALSE, NULL));
  g_assert_cmpint (seteuid (65533), ==, 0);
  /* The peer that a client sees is who called listen(). */
  g_assert_true (g_socket_listen (listener, NULL));
  g_assert_cmpint (seteuid (0), ==, 0);

  client = secinfo_client_new (path);
  g_test_expect_message ("secinfo-client", G_LOG_LEVEL_WARNING, "Uid 65533 answers on *: not the account service");
  secinfo_client_elevate_async (client, password, NULL, peer_keep_cb, &result);
  peer_await (&result);
  g_test_assert_expected_messages ();
  g_assert_false (secinfo_client_elevate_finish (client, result, NULL, &error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE);

  g_socket_set_blocking (listener, FALSE);
  other = g_socket_accept (listener, NULL, NULL);
  g_assert_nonnull (other);
  g_assert_cmpint (g_socket_receive (other, buffer, sizeof buffer, NULL, NULL), ==, 0);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_environment (void)
{
  g_autoptr(SecinfoClient) client = NULL;

  g_setenv ("SECINFO_SOCKET", "/tmp/elsewhere/api", TRUE);
  client = secinfo_client_new (NULL);
  g_assert_cmpstr (secinfo_client_get_socket_path (client), ==, "/tmp/elsewhere/api");
  g_unsetenv ("SECINFO_SOCKET");
}

static gboolean
over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
get_service (Peer *peer)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gboolean lost = FALSE;
  guint patience = g_timeout_add_seconds (50, over_cb, &lost);

  secinfo_client_get_service_async (peer->client, NULL, peer_keep_cb, &result);
  while (result == NULL && !lost)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (lost);
  g_source_remove (patience);
  secinfo_service_info_free (secinfo_client_get_service_finish (peer->client, result, &error));
  g_assert_no_error (error);
}

/* A kept connection whose time is over in the same turn of the main loop as the call that takes it: libsoup loses that
 * call, so no connection may have such a time. */
static void
test_kept (void)
{
  g_autoptr(Peer) peer = peer_new ();
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("secret", -1);
  g_autoptr(GAsyncResult) result = NULL;
  guint idle;
  gboolean nearly = FALSE;

  peer_answer (peer, 200, "{\"version\":\"0.1.0\",\"instance\":\"private\",\"capabilities\":[],\"policy\":[]}");
  get_service (peer);
  g_assert_cmpstr (peer->connection, ==, "Keep-Alive");
  g_object_get (peer->client->session, "idle-timeout", &idle, NULL);
  g_timeout_add (MAX (idle, 1) * 1000 - 20, over_cb, &nearly);
  while (!nearly)
    g_main_context_iteration (NULL, TRUE);
  g_usleep (40 * 1000);
  get_service (peer);

  /* What may not be sent twice has a connection of its own, and does not leave it behind. */
  secinfo_client_elevate_async (peer->client, password, NULL, peer_keep_cb, &result);
  peer_await (&result);
  g_assert_cmpstr (peer->connection, ==, "close");
}

typedef struct { GString *log; guint opened, closed; } Seen;

static void
event_cb (SecinfoClient *client, const char *what, const char *id, gpointer user_data)
{
  g_string_append_printf (((Seen *) user_data)->log, "%s:%s ", what, id != NULL ? id : "-");
}

static void
stream_cb (SecinfoClient *client, gboolean open, gpointer user_data)
{
  Seen *seen = user_data;

  if (open)
    seen->opened++;
  else
    seen->closed++;
}

static void
wait_for (guint *count, guint value)
{
  while (*count < value)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_log (Seen *seen, const char *expected)
{
  while (strlen (seen->log->str) < strlen (expected))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->log->str, ==, expected);
}

static void
test_events (void)
{
  g_autoptr(Peer) peer = peer_new ();
  Seen seen = { g_string_new (NULL), 0, 0 };
  gint64 lost;

  g_signal_connect (peer->client, "event", G_CALLBACK (event_cb), &seen);
  g_signal_connect (peer->client, "stream", G_CALLBACK (stream_cb), &seen);
  secinfo_client_start_events (peer->client);
  wait_for (&peer->streams, 1);
  peer_push (peer, ": hello\n\n");
  wait_for (&seen.opened, 1);
  g_assert_true (secinfo_client_is_streaming (peer->client));
  peer_push (peer, "event: contacts\ndata: {\"id\":\"k1\"}\n\nevent: acc");
  peer_push (peer, "ount\ndata: {}\n\nevent: inbox\ndata: no json\n\n");
  wait_for_log (&seen, "contacts:k1 account:- inbox:- ");

  /* It goes, and comes back a second later. */
  peer_hang_up (peer);
  wait_for (&seen.closed, 1);
  lost = g_get_monotonic_time ();
  g_assert_false (secinfo_client_is_streaming (peer->client));
  wait_for (&peer->streams, 2);
  g_assert_cmpint (g_get_monotonic_time () - lost, >, G_USEC_PER_SEC / 4);
  peer_push (peer, "event: gateways\ndata: {\"id\":\"g1\"}\n\n");
  wait_for (&seen.opened, 2);
  wait_for_log (&seen, "contacts:k1 account:- inbox:- gateways:g1 ");

  secinfo_client_stop_events (peer->client);
  g_assert_cmpuint (seen.closed, ==, 2);
  g_signal_handlers_disconnect_by_data (peer->client, &seen);
  g_string_free (seen.log, TRUE);
}

/* A stream that breaks the rules is given up and opened anew. */
static void
test_bad_stream (void)
{
  g_autoptr(Peer) peer = peer_new ();
  Seen seen = { g_string_new (NULL), 0, 0 };

  g_signal_connect (peer->client, "stream", G_CALLBACK (stream_cb), &seen);
  secinfo_client_start_events (peer->client);
  wait_for (&peer->streams, 1);
  peer_push (peer, "data: \xff\n\n");
  wait_for (&seen.closed, 1);
  wait_for (&peer->streams, 2);
  /* Let go of while it is open: nothing may be left of it. */
  g_signal_handlers_disconnect_by_data (peer->client, &seen);
  g_clear_object (&peer->client);
  g_string_free (seen.log, TRUE);
}

int
main (int argc, char **argv)
{
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/peer/trust", test_trust);
  g_test_add_func ("/client/peer/foreign", test_foreign);
  g_test_add_func ("/client/peer/environment", test_environment);
  g_test_add_func ("/client/peer/kept", test_kept);
  g_test_add_func ("/client/events/again", test_events);
  g_test_add_func ("/client/events/bad", test_bad_stream);
  return g_test_run ();
}
