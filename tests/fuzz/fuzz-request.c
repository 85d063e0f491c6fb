/* fuzz-request.c - bytes on the API socket: head, body, route, handler, store
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "service-answers.h"
#include "service-courier.h"
#include "service-elevation.h"
#include "service-events.h"
#include "service-http.h"
#include "service-instance-key.h"
#include "service-language.h"
#include "service-logind.h"
#include "service-outbox.h"
#include "service-password.h"
#include "service-policy.h"
#include "service-rehearsal.h"

#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static ServiceInstance instance;
static ServiceHttp *http;
static ServiceCaller *caller;
static gboolean closed;

static void
closed_cb (uid_t uid, gpointer data)
{
  closed = TRUE;
}

static void
remove_state (void)
{
  g_autoptr(GDir) folder = g_dir_open (instance.state_dir, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (instance.state_dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (instance.state_dir);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer loaded)
{
  *(gboolean *) loaded = TRUE;
}

/* A private instance whose helpers are not there: nothing is started, nothing leaves. */
static void
make_instance (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;
  gboolean loaded = FALSE;

  instance.mode = SERVICE_MODE_PRIVATE;
  secinfo_policy_init_defaults (&instance.configured);
  instance.state_dir = g_dir_make_tmp ("secinfo-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  atexit (remove_state);
  instance.state_dir_fd = open (instance.state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  instance.store = service_store_open (instance.state_dir, &error);
  g_assert_no_error (error);
  key = g_build_filename (instance.state_dir, "store-key", NULL);
  instance.accounts = service_accounts_new ();
  instance.events = service_events_new ();
  instance.answers = service_answers_new (&instance);
  service_policy_begin (&instance, &error);
  g_assert_no_error (error);
  instance.elevations = service_elevations_new (instance.configured.elevation_life);
  /* No bus either: it is found missing before the first request. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  instance.logind = service_logind_new (instance.elevations);
  instance.rehearsals = service_rehearsals_new (NULL);
  instance.key = service_key_new_system (key);
  instance.password = service_password_new_system ("/nonexistent/password");
  instance.courier = service_courier_new_system ("/nonexistent/courier");
  instance.outbox = service_outbox_new (&instance);
  service_instance_load_key_async (&instance, loaded_cb, &loaded);
  while (!loaded)
    g_main_context_iteration (NULL, TRUE);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autoptr(GError) error = NULL;
  int pair[2];

  fuzz_set_up ();
  service_language_init ();
  make_instance ();
  http = service_http_new (&instance, closed_cb, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  caller = service_caller_new_from_fd (pair[0], &error);
  g_assert_no_error (error);
  return 0;
}

/* "Bearer ~" gets the token that this caller would have been given: what is behind the levels is reached too. */
static GString *
put_token (const guint8 *data, gsize size)
{
  GString *bytes = g_string_new_len ((const char *) data, (gssize) size);
  const char *hole = memmem (bytes->str, bytes->len, "Bearer ~", 8);
  g_autofree char *token = NULL;
  SecinfoNow now;
  gint64 until;

  if (hole == NULL)
    return bytes;
  secinfo_now_read (&now);
  token = service_elevations_grant (instance.elevations, caller, SECINFO_LEVEL_VERIFIED, now.wall, now.boot, &until);
  g_string_erase (bytes, hole + 7 - bytes->str, 1);
  g_string_insert (bytes, hole + 7 - bytes->str, token);
  return bytes;
}

/* Reads what came; an answer that never ends (the event stream) is hung up on. TRUE: nothing more will come. */
static gboolean
read_answers (int fd, GString *answers)
{
  char buffer[8192];
  gssize n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n > 0)
    g_string_append_len (answers, buffer, n);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    return TRUE;
  return n > 0 && memmem (answers->str, answers->len, "text/event-stream", 17) != NULL;
}

static void
check_answers (const GString *bytes, const GString *answers)
{
  if (answers->len == 0)
    return;
  fuzz_assert (g_str_has_prefix (answers->str, "HTTP/1."));
  /* `internal`: the service met something that it does not know; but nobody is there who could check a password. */
  if (memmem (bytes->str, bytes->len, "/elevations", 11) != NULL)
    return;
  fuzz_assert (memmem (answers->str, answers->len, "HTTP/1.1 500", 12) == NULL);
  /* The name of a member that is not known comes back, whatever it is called: only the type counts. */
  fuzz_assert (memmem (answers->str, answers->len, "\"type\":\"/problems/internal\"", 27) == NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(GString) bytes = NULL;
  g_autoptr(GString) answers = g_string_new (NULL);
  gboolean over = FALSE;
  gsize sent = 0;
  int pair[2];

  if (size > 80 * 1024)
    return 0;
  bytes = put_token (data, size);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), ==, 0);
  closed = !service_http_add (http, pair[1], caller);
  while (!closed)
    {
      gssize n = sent < bytes->len && !over ? send (pair[0], bytes->str + sent, bytes->len - sent, MSG_NOSIGNAL) : 0;

      sent += n > 0 ? (gsize) n : 0;
      /* It read too little and closed: nothing of it is an answer to more. */
      if (n < 0 && errno != EAGAIN)
        sent = bytes->len;
      if (sent == bytes->len && !over)
        shutdown (pair[0], SHUT_WR);
      g_main_context_iteration (NULL, sent == bytes->len);
      if (!over && read_answers (pair[0], answers))
        {
          over = TRUE;
          shutdown (pair[0], SHUT_RDWR);
          close (pair[0]);
        }
    }
  if (!over)
    {
      read_answers (pair[0], answers);
      close (pair[0]);
    }
  check_answers (bytes, answers);
  return 0;
}
