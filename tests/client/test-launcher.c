/* test-launcher.c - a private service that is started when nobody answers
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-peer.h"
#include "secinfo-launcher.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static gboolean
start (GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  secinfo_launcher_start_async (NULL, NULL, peer_keep_cb, &result);
  peer_await (&result);
  return secinfo_launcher_start_finish (result, error);
}

/* The service's own process, by the peer of its socket. */
static pid_t
find_pid (const char *path)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr(GCredentials) peer = NULL;

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  peer = g_socket_get_credentials (socket, NULL);
  return g_credentials_get_unix_pid (peer, NULL);
}

static void
test_find (void)
{
  g_autofree char *secinfoctl = secinfo_launcher_find (SECINFO_PROGRAM_SECINFOCTL);
  g_autofree char *secinfod = secinfo_launcher_find (SECINFO_PROGRAM_SECINFOD);

  /* This test runs from the build directory, so they are taken from there. */
  g_assert_true (g_str_has_prefix (secinfoctl, BUILDDIR "/"));
  g_assert_true (g_str_has_prefix (secinfod, BUILDDIR "/"));
  g_assert_true (g_file_test (secinfoctl, G_FILE_TEST_IS_EXECUTABLE));
  g_assert_true (g_file_test (secinfod, G_FILE_TEST_IS_EXECUTABLE));
}

static void
test_start (void)
{
  g_autofree char *path = secinfo_launcher_private_socket ();
  g_autoptr(SecinfoClient) client = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  SecinfoServiceInfo *info;
  pid_t pid;

  if (geteuid () == 0)
    {
      g_test_skip ("a private service refuses root");
      return;
    }
  g_assert_false (secinfo_launcher_answers (path));
  start (&error);
  g_assert_no_error (error);
  g_assert_true (secinfo_launcher_answers (path));
  pid = find_pid (path);

  client = secinfo_client_new (path);
  secinfo_client_get_service_async (client, NULL, peer_keep_cb, &result);
  info = secinfo_client_get_service_finish (client, peer_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (info->is_private);
  secinfo_service_info_free (info);

  /* Somebody answers: nothing is started a second time. */
  g_assert_true (start (&error));
  g_assert_cmpint (find_pid (path), ==, pid);
  g_assert_cmpint (getsid (pid), !=, getsid (0));  /* it outlives us */

  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  while (secinfo_launcher_answers (path) || kill (pid, 0) == 0)
    g_usleep (20000);
}

/* What keeps it from starting comes back in its own words. */
static void
test_refused (void)
{
  g_autofree char *path = secinfo_launcher_private_socket ();
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "secinfo", NULL);
  g_autofree char *config = g_build_filename (folder, "secinfod.conf", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (config, "[policy]\ncode-tries=many\n", -1, NULL));
  g_assert_false (start (&error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE);
  /* Root is refused before its configuration is read. */
  g_assert_nonnull (strstr (error->message, geteuid () == 0 ? "root" : "code-tries"));
  g_assert_false (secinfo_launcher_answers (path));
}

int
main (int argc, char **argv)
{
  /* The child must find the same folders. */
  static const char *const variables[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                          "XDG_CACHE_HOME" };
  g_autofree char *folder = NULL;

  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("secinfo-XXXXXX", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = g_build_filename (folder, variables[i], NULL);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      g_setenv (variables[i], path, TRUE);
    }
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_test_add_func ("/client/launcher/find", test_find);
  g_test_add_func ("/client/launcher/start", test_start);
  g_test_add_func ("/client/launcher/refused", test_refused);
  return g_test_run ();
}
