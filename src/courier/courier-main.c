/* courier-main.c - secinfo-courier: has the network, keeps nothing
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "courier-line.h"

#include <curl/curl.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <gmime/gmime.h>
#include <locale.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_FD      3     /* of a private instance; the first of LISTEN_FDS too */
#define LINES_MAX    4
#define IDLE_SECONDS 60    /* started by a socket: leaves when nobody was there for so long */

typedef struct
{
  GMainLoop   *loop;
  GatewayList *gateways;
  GPtrArray   *lines;      /* of CourierLine */
  gboolean     network;
  gboolean     private;    /* ends with its one line */
  gboolean     activated;  /* started by its socket, which will start it again */
  uid_t        service;    /* who may talk to us, beside root and ourselves; (uid_t) -1 = nobody */
  int          listener;   /* -1 = none */
  guint        idle;       /* GSource id */
  int          status;
} Courier;

/* --- lines -------------------------------------------------------------------------------------------------------- */

static gboolean
idle_cb (gpointer data)
{
  Courier *courier = data;

  courier->idle = 0;
  g_main_loop_quit (courier->loop);
  return G_SOURCE_REMOVE;
}

static void
watch_idle (Courier *courier)
{
  g_clear_handle_id (&courier->idle, g_source_remove);
  if (courier->activated && courier->lines->len == 0)
    courier->idle = g_timeout_add_seconds (IDLE_SECONDS, idle_cb, courier);
}

static gboolean
sweep_cb (gpointer data)
{
  courier_line_free (data);
  return G_SOURCE_REMOVE;
}

static void
lost_cb (CourierLine *line, gpointer data)
{
  Courier *courier = data;

  /* Not here: the line is still on the stack. */
  if (g_ptr_array_remove (courier->lines, line))
    g_idle_add (sweep_cb, line);
  if (courier->private)
    g_main_loop_quit (courier->loop);
  else
    watch_idle (courier);
}

static gboolean
is_welcome (Courier *courier, int fd)
{
  struct ucred peer = { 0 };
  socklen_t length = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
    return FALSE;
  if (peer.uid == 0 || peer.uid == geteuid () || (courier->service != (uid_t) -1 && peer.uid == courier->service))
    return TRUE;
  g_message ("uid %u was sent away", (guint) peer.uid);
  return FALSE;
}

static gboolean
add_line (Courier *courier, int fd)
{
  CourierLine *line = courier_line_new (fd, courier->gateways, courier->network, lost_cb, courier);

  if (line != NULL)
    g_ptr_array_add (courier->lines, line);
  watch_idle (courier);
  return line != NULL;
}

static gboolean accept_cb (int fd, GIOCondition condition, gpointer data);

static gboolean
accept_again_cb (gpointer data)
{
  Courier *courier = data;

  g_unix_fd_add (courier->listener, G_IO_IN, accept_cb, courier);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (int fd, GIOCondition condition, gpointer data)
{
  Courier *courier = data;
  int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

  /* The listener stays readable: without a pause this would turn on the spot. */
  if (peer < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
    {
      g_warning ("No connection can be taken now: %s", g_strerror (errno));
      g_timeout_add_seconds (1, accept_again_cb, courier);
      return G_SOURCE_REMOVE;
    }
  if (peer < 0)
    return G_SOURCE_CONTINUE;
  if (courier->lines->len >= LINES_MAX || !is_welcome (courier, peer))
    {
      close (peer);
      return G_SOURCE_CONTINUE;
    }
  add_line (courier, peer);
  return G_SOURCE_CONTINUE;
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  Courier *courier = data;

  if (available == courier->network)
    return;
  courier->network = available;
  for (guint i = courier->lines->len; i > 0; i--)
    courier_line_set_network (g_ptr_array_index (courier->lines, i - 1), available);
}

static gboolean
terminate_cb (gpointer data)
{
  Courier *courier = data;

  g_main_loop_quit (courier->loop);
  return G_SOURCE_CONTINUE;
}

/* --- start -------------------------------------------------------------------------------------------------------- */

static gboolean
is_seqpacket (int fd)
{
  int type = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_SEQPACKET;
}

/* systemd's way of handing over a socket: sd_listen_fds(3). */
static int
take_listen_fd (void)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  gboolean ours = pid != NULL && count != NULL && g_ascii_strtoll (pid, NULL, 10) == getpid () &&
                  g_ascii_strtoll (count, NULL, 10) == 1;

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  return ours && is_seqpacket (LINE_FD) ? LINE_FD : -1;
}

static int
make_listener (const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = -1;

  if (strlen (path) < sizeof address.sun_path)
    {
      g_strlcpy (address.sun_path, path, sizeof address.sun_path);
      unlink (path);
      fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    }
  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && chmod (path, 0600) == 0 &&
      listen (fd, 16) == 0)
    return fd;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* No core with a code in it, and nobody of the same user looks into it. */
static void
close_up (void)
{
  struct rlimit none = { 0, 0 };

  prctl (PR_SET_DUMPABLE, 0);
  setrlimit (RLIMIT_CORE, &none);
}

static char *
dup_own_descriptions (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  /* Run from where it was built: beside its own source. */
  if (self != NULL && g_str_has_prefix (self, BUILDDIR "/"))
    return g_build_filename (SOURCEDIR, "data", "gateways", NULL);
  return g_build_filename (PKGDATADIR, "gateways", NULL);
}

static GatewayList *
load_gateways (char **directories)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  /* The administrator's come first, so that a description can be mended without a new release. */
  g_ptr_array_add (all, g_strdup ("/etc/secinfo/gateways"));
  for (guint i = 0; directories != NULL && directories[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (directories[i]));
  if (directories == NULL)
    g_ptr_array_add (all, dup_own_descriptions ());
  g_ptr_array_add (all, NULL);
  return gateway_list_new ((const char * const *) all->pdata);
}

static gboolean
open_line (Courier *courier, const char *socket_path, GError **error)
{
  if (courier->private)
    {
      if (!is_seqpacket (LINE_FD) || !is_welcome (courier, LINE_FD) || !add_line (courier, LINE_FD))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                       "--private is for secinfod: descriptor %d is not its socket", LINE_FD);
          return FALSE;
        }
      return TRUE;
    }
  if (socket_path != NULL)
    courier->listener = make_listener (socket_path, error);
  else
    {
      courier->listener = take_listen_fd ();
      courier->activated = TRUE;
      if (courier->listener < 0)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             "no socket: it is started by its systemd socket, or with --socket PATH or --private");
    }
  if (courier->listener < 0)
    return FALSE;
  g_unix_set_fd_nonblocking (courier->listener, TRUE, NULL);
  g_unix_fd_add (courier->listener, G_IO_IN, accept_cb, courier);
  watch_idle (courier);
  return TRUE;
}

static int
run (Courier *courier, const char *socket_path, char **directories)
{
  g_autoptr(GError) error = NULL;
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  struct passwd *service = getpwnam ("secinfo");

  courier->service = !courier->private && service != NULL ? service->pw_uid : (uid_t) -1;
  courier->listener = -1;
  courier->loop = g_main_loop_new (NULL, FALSE);
  courier->lines = g_ptr_array_new ();
  courier->gateways = load_gateways (directories);
  courier->network = g_network_monitor_get_network_available (monitor);
  g_signal_connect (monitor, "network-changed", G_CALLBACK (network_changed_cb), courier);
  g_unix_signal_add (SIGTERM, terminate_cb, courier);
  g_unix_signal_add (SIGINT, terminate_cb, courier);

  if (open_line (courier, socket_path, &error))
    g_main_loop_run (courier->loop);
  else
    {
      g_printerr ("secinfo-courier: %s\n", error->message);
      courier->status = 1;
    }

  g_signal_handlers_disconnect_by_data (monitor, courier);
  for (guint i = 0; i < courier->lines->len; i++)
    courier_line_free (g_ptr_array_index (courier->lines, i));
  g_ptr_array_unref (courier->lines);
  gateway_list_free (courier->gateways);
  g_main_loop_unref (courier->loop);
  return courier->status;
}

/* For whoever writes a description: what is wrong with it, before it is put to the others. */
static int
check_files (char **paths)
{
  int status = 0;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *reason = NULL;

      if (gateway_list_check_file (paths[i], &reason))
        continue;
      g_printerr ("%s: %s\n", paths[i], reason);
      status = 1;
    }
  return status;
}

int
main (int argc, char *argv[])
{
  g_autofree char *socket_path = NULL;
  g_auto(GStrv) checked = NULL;
  g_auto(GStrv) directories = NULL;
  Courier courier = { 0 };
  const GOptionEntry entries[] = {
    { "private", 0, 0, G_OPTION_ARG_NONE, &courier.private, "Serve the secinfod at descriptor 3, and end with it",
      NULL },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &socket_path, "Listen there", "PATH" },
    { "descriptions", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &directories,
      "Gateways' descriptions beside those in /etc/secinfo/gateways", "DIRECTORY" },
    { "check", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &checked,
      "Say what is wrong with a description, and leave", "FILE" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new ("- takes codes to gateways");
  g_autoptr(GError) error = NULL;

  close_up ();
  secinfo_json_init ();
  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("secinfo-courier: %s\n", error != NULL ? error->message : "no arguments are taken");
      return 2;
    }
  if (checked != NULL)
    return check_files (checked);
  curl_global_init (CURL_GLOBAL_DEFAULT);
  g_mime_init ();
  return run (&courier, socket_path, directories);
}
