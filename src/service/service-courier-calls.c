/* service-courier-calls.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier-line"

#include "config.h"

#include "service-courier-calls.h"

#include "secinfo-json.h"
#include "secinfo-secret.h"
#include "service-courier-answer.h"

#include <string.h>

#define WAITING_MAX   1024   /* calls that wait for an answer */
#define SEND_TIMEOUT  90     /* seconds; the courier's own limits are shorter, so it hangs when this passes */
#define ASK_TIMEOUT   10     /* seconds, for what needs no network */

typedef struct
{
  ServiceCourierCalls    *calls;
  ServiceCourierCallKind  kind;
  char                   *ref;       /* (not nullable) */
  GTask                  *task;      /* (not nullable) */
  gboolean                left;      /* its datagram was handed to the socket */
  guint                   timeout;   /* GSource id, 0 = none */
} Call;

struct _ServiceCourierCalls
{
  ServiceCourierLine *line;      /* (not owned) */
  GHashTable         *waiting;   /* ref -> Call */
  guint64             next_ref;
};

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->timeout, g_source_remove);
  g_clear_object (&call->task);
  g_free (call->ref);
  g_free (call);
}

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) call_free);
}

ServiceCourierCalls *
service_courier_calls_new (ServiceCourierLine *line)
{
  ServiceCourierCalls *self = g_new0 (ServiceCourierCalls, 1);

  self->line = line;
  self->waiting = new_table ();
  return self;
}

void
service_courier_calls_free (ServiceCourierCalls *self)
{
  g_hash_table_unref (self->waiting);
  g_free (self);
}

static void
call_fail (Call *call)
{
  if (call->kind == SERVICE_COURIER_SEND)
    g_task_return_pointer (call->task, service_courier_answer_lost (call->left),
                           (GDestroyNotify) service_courier_answer_free);
  else
    g_task_return_new_error (call->task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "secinfo-courier does not answer");
}

static void
call_answer (Call *call, json_t *object)
{
  switch (call->kind)
    {
    case SERVICE_COURIER_SEND:
      g_task_return_pointer (call->task, service_courier_answer_from_json (object),
                             (GDestroyNotify) service_courier_answer_free);
      break;

    case SERVICE_COURIER_CHECK:
    case SERVICE_COURIER_DESCRIBE:
    case SERVICE_COURIER_FORGET:
    case SERVICE_COURIER_LISTEN:
    case SERVICE_COURIER_REPORT:
      g_task_return_pointer (call->task, json_incref (object), (GDestroyNotify) json_decref);
      break;

    case SERVICE_COURIER_PRESET:
      {
        json_t *preset = secinfo_json_get_object (object, "preset");

        g_task_return_pointer (call->task, preset != NULL ? json_incref (preset) : NULL, (GDestroyNotify) json_decref);
        break;
      }

    default:
      g_assert_not_reached ();
    }
}

void
service_courier_calls_answer (ServiceCourierCalls *self, json_t *object)
{
  const char *ref = secinfo_json_get_string (object, "ref");
  gpointer call = NULL;

  if (ref == NULL || !g_hash_table_steal_extended (self->waiting, ref, NULL, &call))
    return;
  call_answer (call, object);
  call_free (call);
}

void
service_courier_calls_left (ServiceCourierCalls *self, const char *ref)
{
  Call *call = g_hash_table_lookup (self->waiting, ref);

  if (call != NULL)
    call->left = TRUE;
}

void
service_courier_calls_end (ServiceCourierCalls *self)
{
  GHashTable *calls = self->waiting;
  GHashTableIter iter;
  gpointer call;

  /* A new table first: what ends here may start a new call. */
  self->waiting = new_table ();
  g_hash_table_iter_init (&iter, calls);
  while (g_hash_table_iter_next (&iter, NULL, &call))
    call_fail (call);
  g_hash_table_unref (calls);
}

static gboolean
call_timeout_cb (gpointer data)
{
  Call *call = data;

  call->timeout = 0;
  service_courier_line_forget (call->calls->line, call->ref);
  /* First: whoever is told may lose the line, which ends all calls. */
  g_hash_table_steal (call->calls->waiting, call->ref);
  call_fail (call);
  call_free (call);
  return G_SOURCE_REMOVE;
}

void
service_courier_calls_make (ServiceCourierCalls *self, ServiceCourierCallKind kind, const char *ref, json_t *message,
                            GTask *task)
{
  g_autofree char *own_ref = ref != NULL ? g_strdup (ref) : g_strdup_printf ("ask-%" G_GUINT64_FORMAT,
                                                                             self->next_ref++);
  static const char *ops[] = { "send", "check", "preset", "describe", "forget", "listen", "report" };
  Call *call = g_new0 (Call, 1);
  char *text = NULL;

  call->calls = self;
  call->kind = kind;
  call->ref = g_steal_pointer (&own_ref);
  call->task = g_object_ref (task);

  json_object_set_new (message, "op", json_string (ops[kind]));
  json_object_set_new (message, "ref", json_string (call->ref));
  if (service_courier_line_is_connected (self->line) && g_hash_table_size (self->waiting) < WAITING_MAX &&
      !g_hash_table_contains (self->waiting, call->ref))
    text = secinfo_json_to_text (message);
  if (text != NULL && (json_object_get (message, "op") == NULL || json_object_get (message, "ref") == NULL))
    g_clear_pointer (&text, secinfo_secret_free_text);   /* no memory */
  if (text == NULL || strlen (text) > SERVICE_COURIER_DATAGRAM_MAX)
    {
      secinfo_secret_free_text (text);
      call_fail (call);
      call_free (call);
      return;
    }

  call->timeout = g_timeout_add_seconds (kind == SERVICE_COURIER_SEND ? SEND_TIMEOUT : ASK_TIMEOUT, call_timeout_cb,
                                         call);
  g_hash_table_insert (self->waiting, call->ref, call);
  service_courier_line_send (self->line, call->ref, text);
}
