/* secinfo-launcher.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-client"

#include "config.h"

#include "secinfo-launcher.h"

#include "secinfo-problem.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_AGAIN 50      /* ms */
#define WAIT_MAX 20000     /* ms */
#define LAST_WORDS_MAX 400 /* bytes of a line that is shown */

typedef struct
{
  char        *socket_path;
  GSubprocess *child;
  guint        waited;      /* ms */
  guint        source;
  char        *last_words;  /* (nullable) the last line of its standard error */
  gboolean     ended;       /* @child is gone */
  gboolean     silent;      /* and has said all it had to say */
  gboolean     answered;    /* the task has its result */
} Launch;

static void
launch_free (Launch *launch)
{
  g_clear_handle_id (&launch->source, g_source_remove);
  g_clear_object (&launch->child);
  g_free (launch->last_words);
  g_free (launch->socket_path);
  g_free (launch);
}

static gboolean
runs_from_build (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  return self != NULL && g_str_has_prefix (self, BUILDDIR "/");
}

char *
secinfo_launcher_find (SecinfoProgram program)
{
  gboolean build = runs_from_build ();

  switch (program)
    {
    case SECINFO_PROGRAM_SECINFOCTL:
      return g_strdup (build ? BUILDDIR "/src/cli/secinfoctl" : BINDIR "/secinfoctl");
    case SECINFO_PROGRAM_SECINFOD:
      return g_strdup (build ? BUILDDIR "/src/service/secinfod" : LIBEXECDIR "/secinfod");
    default:
      g_return_val_if_reached (NULL);
    }
}

char *
secinfo_launcher_private_socket (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "secinfo", "api", NULL);
}

gboolean
secinfo_launcher_answers (const char *socket_path)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (socket_path);
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                            NULL);
  g_autoptr(GError) error = NULL;

  if (socket == NULL)
    return FALSE;
  /* Not blocking: a full backlog is somebody, too. */
  g_socket_set_blocking (socket, FALSE);
  return g_socket_connect (socket, address, NULL, &error) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) || g_error_matches (error, G_IO_ERROR,
                                                                                         G_IO_ERROR_PENDING);
}

static GError *
no_service (const char *why)
{
  return g_error_new (SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE, "%s",
                      why != NULL && *why != '\0' ? why : _("The account service could not be started."));
}

static void
finish (GTask *task, GError *error)
{
  Launch *launch = g_task_get_task_data (task);

  if (launch->answered)
    {
      g_clear_error (&error);
      return;
    }
  launch->answered = TRUE;
  g_clear_handle_id (&launch->source, g_source_remove);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* A service that ended tells why on its last line, which may be read only after its end. */
static void
finish_if_over (GTask *task)
{
  Launch *launch = g_task_get_task_data (task);

  if (launch->ended && launch->silent && !launch->answered)
    finish (task, secinfo_launcher_answers (launch->socket_path) ? NULL : no_service (launch->last_words));
}

static gboolean
look_cb (gpointer user_data)
{
  GTask *task = user_data;
  Launch *launch = g_task_get_task_data (task);

  launch->waited += LOOK_AGAIN;
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      launch->source = 0;
      finish (task, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
      return G_SOURCE_REMOVE;
    }
  if (!secinfo_launcher_answers (launch->socket_path) && launch->waited < WAIT_MAX)
    return G_SOURCE_CONTINUE;
  launch->source = 0;
  finish (task, launch->waited < WAIT_MAX ? NULL : no_service (launch->last_words));
  return G_SOURCE_REMOVE;
}

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *lines = G_DATA_INPUT_STREAM (object);
  g_autoptr(GTask) task = user_data;
  Launch *launch = g_task_get_task_data (task);
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (lines, result, NULL, NULL);

  if (line == NULL)
    {
      launch->silent = TRUE;
      finish_if_over (task);
      return;
    }
  /* Read on as long as we live, so that the service never waits for us. */
  g_printerr ("%s\n", line);
  g_free (launch->last_words);
  launch->last_words = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), LAST_WORDS_MAX));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_LOW, NULL, line_cb, g_steal_pointer (&task));
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Launch *launch = g_task_get_task_data (task);

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  launch->ended = TRUE;
  finish_if_over (task);
}

static void
own_session (gpointer user_data)
{
  setsid ();
}

static GSubprocess *
spawn (const char *socket_path, gboolean standard, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = secinfo_launcher_find (SECINFO_PROGRAM_SECINFOCTL);

  /* Of its own session: it lives on when the terminal or the window that started it goes. */
  g_subprocess_launcher_set_child_setup (launcher, own_session, NULL, NULL);
  if (standard)
    return g_subprocess_launcher_spawn (launcher, error, program, "serve", "--private", NULL);
  return g_subprocess_launcher_spawn (launcher, error, program, "--socket", socket_path, "serve", "--private", NULL);
}

void
secinfo_launcher_start_async (const char          *socket_path,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GDataInputStream) lines = NULL;
  Launch *launch = g_new0 (Launch, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, secinfo_launcher_start_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, launch, (GDestroyNotify) launch_free);
  launch->socket_path = socket_path != NULL ? g_strdup (socket_path) : secinfo_launcher_private_socket ();
  if (secinfo_launcher_answers (launch->socket_path))
    {
      finish (task, NULL);
      return;
    }
  launch->child = spawn (launch->socket_path, socket_path == NULL, &error);
  if (launch->child == NULL)
    {
      finish (task, no_service (error->message));
      g_clear_error (&error);
      return;
    }
  launch->source = g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_AGAIN, look_cb, g_object_ref (task), g_object_unref);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (launch->child));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_LOW, NULL, line_cb, g_object_ref (task));
  g_subprocess_wait_async (launch->child, NULL, ended_cb, g_object_ref (task));
}

gboolean
secinfo_launcher_start_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
