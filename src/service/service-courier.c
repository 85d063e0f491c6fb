/* service-courier.c - what secinfo-courier is and can: its hello, its descriptions, its network, its reports
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier-line"

#include "config.h"

#include "service-courier.h"

#include "secinfo-json.h"
#include "secinfo-secret.h"
#include "service-courier-answer.h"
#include "service-courier-calls.h"
#include "service-courier-line.h"

#include <string.h>

#define LISTEN_WAIT   60     /* seconds, at most, until a port that was not to be had is tried again */

struct _ServiceCourier
{
  ServiceCourierLine *line;  /* (not nullable) */
  gboolean     greeted;      /* all of its hello has come */
  gboolean     network, knows_network;
  json_t      *kinds;        /* (nullable) the last known ones, also while it is gone */
  json_t      *kinds_coming; /* (nullable) a hello of several datagrams */
  GHashTable  *own;          /* name -> text of descriptions that are kept for it */
  gboolean     told;         /* of them, on this connection */
  guint        untold;       /* so many of them are not answered yet */
  guint        port;         /* where it listens for reports; 0: nowhere */
  gboolean     listens;      /* it was asked to, on this connection */
  gboolean     listened;     /* … and said whether it does, or would not say */
  gboolean     hears;        /* … and it does: the port is its own */
  gboolean     complained;   /* that it does not */
  guint        listen_again; /* GSource id, 0 = none */
  guint        listen_wait;  /* seconds */
  GCancellable *over;        /* (not nullable) ends what is asked for its own sake */
  void       (*take_report) (json_t *report, gpointer data);
  gpointer     report_data;
  ServiceCourierCalls *calls;  /* (not nullable) */
  void       (*changed) (gpointer);
  gpointer     changed_data;
};

static void
service_courier_notify (ServiceCourier *self)
{
  if (self->changed != NULL)
    self->changed (self->changed_data);
}

/* --- what the courier says ---------------------------------------------------------------------------------------- */

static void settle (ServiceCourier *self);
static void listen_for_reports (ServiceCourier *self);

static gboolean
listen_again_cb (gpointer data)
{
  ServiceCourier *self = data;

  self->listen_again = 0;
  self->listens = FALSE;
  listen_for_reports (self);
  return G_SOURCE_REMOVE;
}

/* Whoever has the port meanwhile would read what is handed out for it. */
static void
listened_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  ServiceCourier *self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = g_task_propagate_pointer (G_TASK (result), &error);
  const char *reason = answer != NULL ? secinfo_json_get_string (answer, "reason") : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !service_courier_line_is_connected (self->line))
    return;
  self->listened = TRUE;
  self->hears = answer != NULL && secinfo_json_get_boolean (answer, "ok", FALSE);
  if (self->hears)
    {
      self->complained = FALSE;
      self->listen_wait = 1;
    }
  else
    {
      if (!self->complained)
        g_warning ("Delivery reports cannot be listened for, so none are asked for: %s", reason != NULL ? reason : "");
      self->complained = TRUE;
      g_clear_handle_id (&self->listen_again, g_source_remove);
      self->listen_again = g_timeout_add_seconds (self->listen_wait, listen_again_cb, self);
      self->listen_wait = MIN (self->listen_wait * 2, LISTEN_WAIT);
    }
  if (!self->greeted)
    settle (self);
}

static void
listen_for_reports (ServiceCourier *self)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(json_t) message = NULL;

  if (self->port == 0 || self->listens)
    return;
  self->listens = TRUE;
  task = g_task_new (NULL, self->over, listened_cb, self);
  message = json_object ();
  json_object_set_new (message, "port", json_integer (self->port));
  service_courier_calls_make (self->calls, SERVICE_COURIER_LISTEN, NULL, message, task);
}

/* It is up once it has said what it can, with what is kept for it, and whether it hears reports: what goes out before
 * would be without them. What is said here may be what loses the line. */
static void
settle (ServiceCourier *self)
{
  if (self->untold > 0 || !service_courier_line_is_connected (self->line))
    return;
  listen_for_reports (self);
  if (!service_courier_line_is_connected (self->line) || (self->port != 0 && !self->listened))
    return;
  self->greeted = TRUE;
  service_courier_line_settled (self->line);
  service_courier_notify (self);
}

static void
own_described_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  ServiceCourier *self = data;
  g_autofree char *reason = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *name = service_courier_describe_finish (self, result, &reason, &error);

  /* A line that is lost begins anew. One that is there and does not answer has answered: the others wait for it. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->untold == 0 ||
      !service_courier_line_is_connected (self->line))
    return;
  self->untold--;
  if (name == NULL)
    g_message ("A description of one's own is left out. %s",
               reason != NULL ? reason : error != NULL ? error->message : "");
  /* The hello that has them all came before. */
  if (self->untold == 0)
    settle (self);
}

static void
describe (ServiceCourier *self, const char *text, gboolean check, GTask *task)
{
  g_autoptr(json_t) message = json_object ();

  if (check)
    json_object_set_new (message, "check", json_true ());
  json_object_set_new (message, "text", json_string (text));
  service_courier_calls_make (self->calls, SERVICE_COURIER_DESCRIBE, NULL, message, task);
}

static void
tell_own (ServiceCourier *self)
{
  GHashTableIter iter;
  gpointer text;

  self->told = TRUE;
  self->untold = g_hash_table_size (self->own);
  g_hash_table_iter_init (&iter, self->own);
  while (g_hash_table_iter_next (&iter, NULL, &text))
    {
      g_autoptr(GTask) task = g_task_new (NULL, self->over, own_described_cb, self);

      describe (self, text, FALSE, task);
    }
}

static void
take_hello (ServiceCourier *self, json_t *object)
{
  json_t *kinds = secinfo_json_get_array (object, "kinds");

  if (self->kinds_coming == NULL)
    self->kinds_coming = json_array ();
  if (kinds != NULL)
    json_array_extend (self->kinds_coming, kinds);
  if (secinfo_json_get_boolean (object, "more", FALSE))
    return;

  g_clear_pointer (&self->kinds, json_decref);
  self->kinds = g_steal_pointer (&self->kinds_coming);
  if (!self->told)
    tell_own (self);
  settle (self);
}

static void
take_datagram (ServiceCourier *self, const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) object = secinfo_json_parse (text, length, &error);

  if (object == NULL || !json_is_object (object))
    {
      g_warning ("secinfo-courier sent something that is not a JSON object");
      return;
    }
  if (json_object_get (object, "hello") != NULL)
    {
      take_hello (self, object);
      return;
    }
  if (json_object_get (object, "network") != NULL)
    {
      gboolean network = secinfo_json_get_boolean (object, "network", FALSE);

      if (network != self->network || !self->knows_network)
        {
          self->network = network;
          self->knows_network = TRUE;
          service_courier_notify (self);
        }
      return;
    }
  if (json_is_object (json_object_get (object, "report")))
    {
      if (self->take_report != NULL)
        self->take_report (json_object_get (object, "report"), self->report_data);
      return;
    }
  service_courier_calls_answer (self->calls, object);
}

static void
received_cb (const char *text, gsize length, gpointer data)
{
  take_datagram (data, text, length);
}

static void
left_cb (const char *ref, gpointer data)
{
  ServiceCourier *self = data;

  service_courier_calls_left (self->calls, ref);
}

static void
lost_cb (gpointer data)
{
  ServiceCourier *self = data;

  self->greeted = self->told = self->listens = self->listened = self->hears = FALSE;
  self->untold = 0;
  g_clear_handle_id (&self->listen_again, g_source_remove);
  g_clear_pointer (&self->kinds_coming, json_decref);
  service_courier_calls_end (self->calls);
  service_courier_notify (self);
}

static const ServiceCourierLineHooks hooks = { received_cb, left_cb, lost_cb };

static ServiceCourier *
service_courier_new (void)
{
  ServiceCourier *self = g_new0 (ServiceCourier, 1);

  self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->over = g_cancellable_new ();
  self->listen_wait = 1;
  return self;
}

/* @helper is started at once; @descriptions_dir (nullable): where it finds descriptions of gateways beside those in
 * /etc. */
ServiceCourier *
service_courier_new_private (const char *helper, const char *descriptions_dir)
{
  ServiceCourier *self;

  g_return_val_if_fail (helper != NULL, NULL);

  self = service_courier_new ();
  self->line = service_courier_line_new_child (helper, descriptions_dir, &hooks, self);
  self->calls = service_courier_calls_new (self->line);
  return self;
}

ServiceCourier *
service_courier_new_system (const char *socket_path)
{
  ServiceCourier *self;

  g_return_val_if_fail (socket_path != NULL, NULL);

  self = service_courier_new ();
  self->line = service_courier_line_new_socket (socket_path, &hooks, self);
  self->calls = service_courier_calls_new (self->line);
  return self;
}

/* Calls that still wait end first, as if the courier had gone. */
void
service_courier_free (ServiceCourier *self)
{
  if (self == NULL)
    return;
  self->changed = NULL;
  g_cancellable_cancel (self->over);
  g_clear_handle_id (&self->listen_again, g_source_remove);
  service_courier_calls_end (self->calls);
  service_courier_line_free (self->line);
  g_clear_object (&self->over);
  g_clear_pointer (&self->own, g_hash_table_unref);
  g_clear_pointer (&self->calls, service_courier_calls_free);
  g_clear_pointer (&self->kinds, json_decref);
  g_clear_pointer (&self->kinds_coming, json_decref);
  g_free (self);
}

gboolean
service_courier_is_up (ServiceCourier *self)
{
  return self->greeted;
}

gboolean
service_courier_has_network (ServiceCourier *self)
{
  return self->network;
}

gboolean
service_courier_lost_network (ServiceCourier *self)
{
  return self->knows_network && !self->network;
}

void
service_courier_set_changed (ServiceCourier *self, void (*changed) (gpointer), gpointer data)
{
  self->changed = changed;
  self->changed_data = data;
}

json_t *
service_courier_get_kinds (ServiceCourier *self)
{
  return self->kinds;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

void
service_courier_send_async (ServiceCourier *self, json_t *message, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr(json_t) owned = message;
  g_autofree char *ref = g_strdup (secinfo_json_get_string (message, "ref"));

  /* What was handed over cannot be called back, so @cancellable only spares the sending. */
  g_task_set_source_tag (task, service_courier_send_async);
  if (ref == NULL || g_cancellable_is_cancelled (cancellable))
    g_task_return_pointer (task, service_courier_answer_lost (FALSE), (GDestroyNotify) service_courier_answer_free);
  else
    service_courier_calls_make (self->calls, SERVICE_COURIER_SEND, ref, owned, task);
}

ServiceCourierAnswer *
service_courier_send_finish (ServiceCourier *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
service_courier_check_async (ServiceCourier *self, const char *kind, json_t *settings, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(json_t) message = json_object ();

  g_task_set_source_tag (task, service_courier_check_async);
  json_object_set_new (message, "gateway", json_string (kind));
  json_object_set_new (message, "settings", settings);
  service_courier_calls_make (self->calls, SERVICE_COURIER_CHECK, NULL, message, task);
}

gboolean
service_courier_check_finish (ServiceCourier *self, GAsyncResult *result, char **member, char **reason, GError **error)
{
  g_autoptr(json_t) answer = g_task_propagate_pointer (G_TASK (result), error);

  *member = *reason = NULL;
  if (answer == NULL)
    return FALSE;
  if (secinfo_json_get_boolean (answer, "ok", FALSE))
    return TRUE;
  *member = g_strdup (secinfo_json_get_string (answer, "member"));
  *reason = service_courier_take_words (answer, "reason", 300);
  return FALSE;
}

void
service_courier_preset_async (ServiceCourier *self, const char *address, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(json_t) message = json_object ();

  g_task_set_source_tag (task, service_courier_preset_async);
  json_object_set_new (message, "address", json_string (address));
  service_courier_calls_make (self->calls, SERVICE_COURIER_PRESET, NULL, message, task);
}

json_t *
service_courier_preset_finish (ServiceCourier *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
service_courier_describe_async (ServiceCourier *self, const char *text, gboolean check, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, service_courier_describe_async);
  describe (self, text, check, task);
}

char *
service_courier_describe_finish (ServiceCourier *self, GAsyncResult *result, char **reason, GError **error)
{
  g_autoptr(json_t) answer = g_task_propagate_pointer (G_TASK (result), error);

  *reason = NULL;
  if (answer == NULL)
    return NULL;
  if (secinfo_json_get_boolean (answer, "ok", FALSE))
    return service_courier_take_words (answer, "name", 64);
  *reason = service_courier_take_words (answer, "reason", 300);
  return NULL;
}

void
service_courier_keep_description (ServiceCourier *self, const char *name, const char *text)
{
  g_hash_table_replace (self->own, g_strdup (name), g_strdup (text));
}

void
service_courier_forget_description_async (ServiceCourier *self, const char *name, GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr(json_t) message = json_object ();

  g_task_set_source_tag (task, service_courier_forget_description_async);
  json_object_set_new (message, "name", json_string (name));
  g_hash_table_remove (self->own, name);
  service_courier_calls_make (self->calls, SERVICE_COURIER_FORGET, NULL, message, task);
}

gboolean
service_courier_keeps_description (ServiceCourier *self, const char *name)
{
  return g_hash_table_contains (self->own, name);
}

guint
service_courier_count_descriptions (ServiceCourier *self)
{
  return g_hash_table_size (self->own);
}

/* --- delivery reports --------------------------------------------------------------------------------------------- */

void
service_courier_set_reports (ServiceCourier *self, guint port, void (*take) (json_t *report, gpointer data),
                             gpointer data)
{
  self->port = port;
  self->take_report = take;
  self->report_data = data;
}

gboolean
service_courier_hears_reports (ServiceCourier *self)
{
  return self->hears;
}

void
service_courier_report_async (ServiceCourier *self, json_t *message, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr(json_t) owned = message;

  g_task_set_source_tag (task, service_courier_report_async);
  service_courier_calls_make (self->calls, SERVICE_COURIER_REPORT, NULL, owned, task);
}

json_t *
service_courier_report_finish (ServiceCourier *self, GAsyncResult *result, char **code)
{
  json_t *answer = g_task_propagate_pointer (G_TASK (result), NULL);

  *code = answer != NULL ? service_courier_take_words (answer, "code", 64) : NULL;
  return answer;
}
