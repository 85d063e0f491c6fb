/* service-polkit.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "service-polkit"

#include "config.h"

#include "service-polkit.h"

#include <gio/gunixfdlist.h>

#define POLKIT_NAME      "org.freedesktop.PolicyKit1"
#define POLKIT_PATH      "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"

#define ASK_PERSON       1u         /* AllowUserInteraction */
#define PERSON_LIMIT     120000     /* milliseconds */
#define VERSION_LIMIT    5000       /* milliseconds */
#define PIDFD_SINCE      124        /* BackendVersion that knows a subject by its pidfd */

/* One question. */
typedef struct
{
  ServiceCaller   *caller;       /* (not nullable) */
  char            *action;       /* (not nullable) */
  char            *id;           /* (not nullable) by which it can be taken back */
  GDBusConnection *bus;          /* (nullable) until there is one */
  gulong           cancelled;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  service_caller_unref (question->caller);
  g_clear_object (&question->bus);
  g_free (question->action);
  g_free (question->id);
  g_free (question);
}

/* Why is for the log; whoever asked hears only no. */
static void
refuse (GTask *task, const char *why)
{
  g_debug ("Not allowed: %s", why);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "Only an administrator may do this");
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Question *question = user_data;

  g_dbus_connection_call (question->bus, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE, "CancelCheckAuthorization",
                          g_variant_new ("(s)", question->id), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish (question->bus, NULL, result, &error);
  gboolean authorized = FALSE, challenge = FALSE;

  g_cancellable_disconnect (g_task_get_cancellable (task), question->cancelled);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (answer == NULL)
    {
      refuse (task, error->message);
      return;
    }

  g_variant_get (answer, "((bba{ss}))", &authorized, &challenge, NULL);
  if (authorized)
    g_task_return_boolean (task, TRUE);
  else
    refuse (task, challenge ? "nobody could be asked for an administrator’s password" : "polkit says no");
}

/* The process, so that it is the one polkit shows its question to: by pidfd where polkit knows it, else by pid and
 * start time. @fds: takes a copy of the descriptor. */
static GVariant *
make_subject (ServiceCaller *caller, gboolean by_pidfd, GUnixFDList *fds)
{
  GVariantBuilder details;
  int handle = by_pidfd ? g_unix_fd_list_append (fds, service_caller_get_pidfd (caller), NULL) : -1;

  g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
  if (handle >= 0)
    g_variant_builder_add (&details, "{sv}", "pidfd", g_variant_new_handle (handle));
  else
    {
      g_variant_builder_add (&details, "{sv}", "pid", g_variant_new_uint32 (service_caller_get_pid (caller)));
      /* 0 would let polkit look for itself whose number that is by then. */
      g_variant_builder_add (&details, "{sv}", "start-time",
                             g_variant_new_uint64 (MAX (1, service_caller_get_start_time (caller))));
    }
  g_variant_builder_add (&details, "{sv}", "uid", g_variant_new_int32 ((gint32) service_caller_get_uid (caller)));
  return g_variant_new ("(sa{sv})", "unix-process", &details);
}

static void
version_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = g_dbus_connection_call_finish (question->bus, result, &error);
  g_autoptr(GVariant) version = NULL;
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  GVariant *parameters;
  gboolean by_pidfd;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (answer == NULL)
    {
      refuse (task, error->message);
      return;
    }

  /* "122" or "0.105": before 121 polkit counted otherwise. */
  g_variant_get (answer, "(v)", &version);
  by_pidfd = g_variant_is_of_type (version, G_VARIANT_TYPE_STRING) &&
             service_caller_get_pidfd (question->caller) >= 0 &&
             g_ascii_strtoull (g_variant_get_string (version, NULL), NULL, 10) >= PIDFD_SINCE;
  if (cancellable != NULL)
    question->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), question, NULL);
  parameters = g_variant_new ("(@(sa{sv})s@a{ss}us)", make_subject (question->caller, by_pidfd, fds), question->action,
                              g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0), ASK_PERSON, question->id);
  g_dbus_connection_call_with_unix_fd_list (question->bus, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
                                            "CheckAuthorization", parameters, G_VARIANT_TYPE ("((bba{ss}))"),
                                            G_DBUS_CALL_FLAGS_NONE, PERSON_LIMIT, fds, cancellable, checked_cb,
                                            g_steal_pointer (&task));
}

static void
bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  question->bus = g_bus_get_finish (result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (question->bus == NULL)
    {
      refuse (task, error->message);
      return;
    }

  /* The bus may be started anew under us; that is no reason to end. */
  g_dbus_connection_set_exit_on_close (question->bus, FALSE);
  g_dbus_connection_call (question->bus, POLKIT_NAME, POLKIT_PATH, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", POLKIT_INTERFACE, "BackendVersion"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, VERSION_LIMIT, g_task_get_cancellable (task), version_cb,
                          g_steal_pointer (&task));
}

void
service_polkit_check_async (ServiceCaller       *caller,
                            const char          *action,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, service_polkit_check_async);
  question->caller = service_caller_ref (caller);
  question->action = g_strdup (action);
  question->id = g_uuid_string_random ();
  g_task_set_task_data (task, question, question_free);
  g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, bus_cb, g_steal_pointer (&task));
}

gboolean
service_polkit_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, service_polkit_check_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
