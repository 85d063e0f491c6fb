/* test-courier.c - the line to secinfo-courier, with a courier at the other end that does as it is told
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-json.h"
#include "service-courier.h"
#include "service-courier-line.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DOMAIN "secinfo-courier-line"

typedef struct
{
  char           *dir, *path;
  int             listener, line;    /* the courier's ends */
  ServiceCourier *courier;
  guint           changes;
} Fixture;

static void
listen_there (Fixture *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_strlcpy (address.sun_path, self->path, sizeof address.sun_path);
  g_unlink (self->path);
  self->listener = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, 8), ==, 0);
}

static void
changed_cb (gpointer data)
{
  ((Fixture *) data)->changes++;
}

static void
set_up (Fixture *self, gconstpointer with_courier)
{
  self->dir = g_dir_make_tmp ("secinfo-courier-XXXXXX", NULL);
  self->path = g_build_filename (self->dir, "courier", NULL);
  self->listener = self->line = -1;
  if (!GPOINTER_TO_INT (with_courier))
    return;
  listen_there (self);
  self->courier = service_courier_new_system (self->path);
  service_courier_set_changed (self->courier, changed_cb, self);
  self->line = accept (self->listener, NULL, NULL);
  g_assert_cmpint (self->line, >=, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->courier, service_courier_free);
  if (self->line >= 0)
    close (self->line);
  if (self->listener >= 0)
    close (self->listener);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->dir);
  g_free (self->path);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @what holds; a minute at most. */
#define wait_until(what) \
  G_STMT_START \
    { \
      gint64 wait_end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; \
      guint waker = g_timeout_add (20, wake_cb, NULL); \
      gboolean wait_held; \
      while (!(wait_held = (what)) && g_get_monotonic_time () < wait_end) \
        g_main_context_iteration (NULL, TRUE); \
      g_source_remove (waker); \
      if (!wait_held) \
        g_error ("%s:%d: not within 60 s: %s", __FILE__, __LINE__, #what); \
    } \
  G_STMT_END

static void
say (Fixture *self, const char *text)
{
  g_assert_cmpint (send (self->line, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static json_t *
hear (Fixture *self)
{
  g_autofree char *text = g_malloc0 (SERVICE_COURIER_DATAGRAM_MAX + 1);
  json_t *object;

  g_assert_cmpint (recv (self->line, text, SERVICE_COURIER_DATAGRAM_MAX, 0), >, 0);
  object = secinfo_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (object);
  return object;
}

static void
hello (Fixture *self)
{
  say (self, "{\"hello\":1,\"kinds\":[{\"name\":\"smtp\",\"idempotent\":false},{\"name\":\"web\",\"idempotent\":true,"
             "\"settings\":[{\"name\":\"token\"},{\"name\":\"base\",\"default\":\"https://api.example.org/v1\"}]}]}");
  wait_until (service_courier_is_up (self->courier));
}

static gboolean
reconnect (Fixture *self)
{
  int fd = accept4 (self->listener, NULL, NULL, SOCK_NONBLOCK);

  if (fd < 0)
    return FALSE;
  close (self->line);
  self->line = fd;
  return TRUE;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
send_message (Fixture *self, const char *ref, gsize size, GCancellable *cancellable, GAsyncResult **result)
{
  g_autofree char *text = g_strnfill (size, 'x');
  json_t *message = json_object ();

  if (ref != NULL)
    json_object_set_new (message, "ref", json_string (ref));
  json_object_set_new (message, "text", json_string (text));
  service_courier_send_async (self->courier, message, cancellable, ready_cb, result);
}

static void
assert_sent (Fixture *self, GAsyncResult **result, SecinfoResult expected, gboolean left)
{
  g_autoptr(ServiceCourierAnswer) answer = NULL;

  wait_until (*result != NULL);
  answer = service_courier_send_finish (self->courier, *result);
  g_assert_cmpint (answer->result, ==, expected);
  g_assert_cmpint (answer->left, ==, left);
  g_clear_object (result);
}

static void
test_hello_in_parts (Fixture *self, gconstpointer data)
{
  say (self, "{\"hello\":1,\"more\":true,\"kinds\":[{\"name\":\"smtp\"}]}");
  say (self, "{\"network\":true}");
  wait_until (service_courier_has_network (self->courier));
  g_assert_false (service_courier_is_up (self->courier));
  g_assert_null (service_courier_get_kinds (self->courier));
  g_assert_cmpint (self->changes, ==, 1);
  say (self, "{\"hello\":1,\"kinds\":[{\"name\":\"web\",\"idempotent\":true}]}");
  wait_until (service_courier_is_up (self->courier));
  g_assert_cmpint (self->changes, ==, 2);
  g_assert_cmpint (json_array_size (service_courier_get_kinds (self->courier)), ==, 2);
  g_assert_true (service_courier_kind_is_idempotent (self->courier, "web"));
  g_assert_false (service_courier_kind_is_idempotent (self->courier, "smtp"));
  g_assert_false (service_courier_kind_is_idempotent (self->courier, "no such"));

  /* Gone, the last known ones stay. */
  close (self->line);
  self->line = -1;
  wait_until (!service_courier_is_up (self->courier));
  g_assert_cmpint (json_array_size (service_courier_get_kinds (self->courier)), ==, 2);
}

static void
test_offline (Fixture *self, gconstpointer data)
{
  g_assert_false (service_courier_is_offline (self->courier, "smtp", "{\"host\":\"mail.example.org\"}"));
  hello (self);
  g_assert_false (service_courier_has_network (self->courier));
  g_assert_true (service_courier_is_offline (self->courier, "smtp", "{\"host\":\"mail.example.org\"}"));
  g_assert_false (service_courier_is_offline (self->courier, "smtp", "{\"host\":\"127.0.0.1\"}"));
  g_assert_false (service_courier_is_offline (self->courier, "web", "{\"base\":\"http://192.168.1.2:8080\"}"));
  g_assert_true (service_courier_is_offline (self->courier, "web", "{\"base\":\"https://api.example.net\"}"));
  /* Where nothing is set, the kind's own. */
  g_assert_true (service_courier_is_offline (self->courier, "web", NULL));
  g_assert_true (service_courier_is_offline (self->courier, "no such", "no JSON"));
  g_assert_false (service_courier_is_offline (self->courier, "inbox", "{}"));
  say (self, "{\"network\":true}");
  wait_until (service_courier_has_network (self->courier));
  g_assert_false (service_courier_is_offline (self->courier, "web", NULL));
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(ServiceCourierAnswer) answer = NULL;
  g_autoptr(json_t) heard = NULL;
  g_autofree char *words = g_strnfill (400, 'w');
  g_autofree char *reply = g_strdup_printf ("{\"ref\":\"m1\",\"result\":\"bad-address\",\"id\":\"\",\"code\":\"a\\nb\","
                                            "\"detail\":\"%s\",\"retry_after\":999999,\"date\":-5}", words);

  hello (self);
  send_message (self, "m1", 10, NULL, &result);
  heard = hear (self);
  g_assert_cmpstr (secinfo_json_get_string (heard, "op"), ==, "send");
  g_assert_cmpstr (secinfo_json_get_string (heard, "ref"), ==, "m1");
  say (self, "{\"ref\":\"somebody else's\",\"result\":\"accepted\"}");
  say (self, reply);
  wait_until (result != NULL);
  answer = service_courier_send_finish (self->courier, result);
  g_assert_cmpint (answer->result, ==, SECINFO_RESULT_BAD_ADDRESS);
  g_assert_true (answer->left);
  g_assert_null (answer->id);
  g_assert_cmpstr (answer->code, ==, "a b");
  g_assert_cmpint (strlen (answer->detail), ==, 200);
  g_assert_cmpint (answer->retry_after, ==, 86400);
  g_assert_cmpint (answer->date, ==, 0);
  g_clear_object (&result);

  /* A word that is not one of the six. */
  send_message (self, "m2", 10, NULL, &result);
  say (self, "{\"ref\":\"m2\",\"result\":\"perhaps\"}");
  assert_sent (self, &result, SECINFO_RESULT_UNKNOWN, TRUE);
}

static gboolean
check (Fixture *self, const char *answer, char **member, char **reason, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(json_t) heard = NULL;
  g_autofree char *reply = NULL;

  service_courier_check_async (self->courier, "smtp", json_pack ("{s:s}", "host", "x"), NULL, ready_cb, &result);
  if (answer != NULL)
    {
      heard = hear (self);
      g_assert_cmpstr (secinfo_json_get_string (heard, "op"), ==, "check");
      reply = g_strdup_printf ("{\"ref\":\"%s\",%s}", secinfo_json_get_string (heard, "ref"), answer);
      say (self, reply);
    }
  wait_until (result != NULL);
  return service_courier_check_finish (self->courier, result, member, reason, error);
}

static void
test_questions (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(json_t) heard = NULL, preset = NULL;
  g_autofree char *member = NULL, *reason = NULL, *none = NULL, *reply = NULL;

  hello (self);
  g_assert_true (check (self, "\"ok\":true", &none, &none, &error));
  g_assert_no_error (error);
  g_assert_false (check (self, "\"ok\":false,\"member\":\"host\",\"reason\":\"no\\u0007such host\"", &member, &reason,
                         &error));
  g_assert_no_error (error);
  g_assert_cmpstr (member, ==, "host");
  g_assert_cmpstr (reason, ==, "no such host");

  service_courier_preset_async (self->courier, "a@example.org", NULL, ready_cb, &result);
  heard = hear (self);
  g_assert_cmpstr (secinfo_json_get_string (heard, "address"), ==, "a@example.org");
  reply = g_strdup_printf ("{\"ref\":\"%s\",\"preset\":{\"gateway\":\"smtp\"}}",
                           secinfo_json_get_string (heard, "ref"));
  say (self, reply);
  wait_until (result != NULL);
  preset = service_courier_preset_finish (self->courier, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (secinfo_json_get_string (preset, "gateway"), ==, "smtp");

  /* Gone: nobody can say. */
  close (self->line);
  self->line = -1;
  wait_until (!service_courier_is_up (self->courier));
  g_assert_false (check (self, NULL, &none, &none, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

/* --- what does not leave, and what may have ----------------------------------------------------------------------- */

static void
test_not_left (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  g_autoptr(GAsyncResult) first = NULL, other = NULL;

  hello (self);
  send_message (self, "m1", 10, NULL, &first);
  send_message (self, "m1", 10, NULL, &other);    /* the same, while it is on its way */
  assert_sent (self, &other, SECINFO_RESULT_RETRY, FALSE);
  send_message (self, NULL, 10, NULL, &other);
  assert_sent (self, &other, SECINFO_RESULT_RETRY, FALSE);
  send_message (self, "long", SERVICE_COURIER_DATAGRAM_MAX, NULL, &other);
  assert_sent (self, &other, SECINFO_RESULT_RETRY, FALSE);
  g_cancellable_cancel (cancelled);
  send_message (self, "late", 10, cancelled, &other);
  assert_sent (self, &other, SECINFO_RESULT_RETRY, FALSE);
  g_assert_null (first);

  /* What did leave may have been sent. */
  close (self->line);
  self->line = -1;
  assert_sent (self, &first, SECINFO_RESULT_UNKNOWN, TRUE);
  send_message (self, "m2", 10, NULL, &other);
  assert_sent (self, &other, SECINFO_RESULT_RETRY, FALSE);
}

enum { MANY = 60, LARGE = 20000 };

static void
test_courier_that_does_not_read (Fixture *self, gconstpointer lost)
{
  GAsyncResult *results[MANY] = { NULL, };
  guint unknown = 0, retry = 0;

  hello (self);
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *ref = g_strdup_printf ("m%u", i);

      send_message (self, ref, LARGE, NULL, &results[i]);
    }
  if ((GPOINTER_TO_INT (lost) == 2))
    {
      close (self->line);
      self->line = -1;
    }
  for (guint i = 0; i < MANY; i++)
    {
      g_autoptr(ServiceCourierAnswer) answer = NULL;

      if (!(GPOINTER_TO_INT (lost) == 2))
        {
          g_autofree char *ref = g_strdup_printf ("m%u", i);
          g_autofree char *reply = g_strdup_printf ("{\"ref\":\"%s\",\"result\":\"accepted\"}", ref);
          g_autoptr(json_t) heard = NULL;

          /* All of them come, in their order, as soon as there is room. */
          wait_until (recv (self->line, &(char) { 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 1);
          heard = hear (self);
          g_assert_cmpstr (secinfo_json_get_string (heard, "ref"), ==, ref);
          say (self, reply);
        }
      wait_until (results[i] != NULL);
      answer = service_courier_send_finish (self->courier, results[i]);
      g_assert_cmpint (answer->left, ==, answer->result != SECINFO_RESULT_RETRY);
      unknown += answer->result == SECINFO_RESULT_UNKNOWN;
      retry += answer->result == SECINFO_RESULT_RETRY;
      g_object_unref (results[i]);
    }
  if ((GPOINTER_TO_INT (lost) == 2))
    {
      g_assert_cmpint (unknown, >, 0);
      g_assert_cmpint (retry, >, 0);
    }
  g_assert_cmpint (unknown + retry, ==, (GPOINTER_TO_INT (lost) == 2) ? MANY : 0);
}

static void
test_nonsense (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (SERVICE_COURIER_DATAGRAM_MAX + 1, ' ');
  g_autoptr(GAsyncResult) result = NULL;

  hello (self);
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_WARNING, "*not a JSON object*");
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_WARNING, "*not a JSON object*");
  say (self, "[1]");
  say (self, "{\"hello\":1");
  send_message (self, "m1", 10, NULL, &result);
  say (self, "{\"ref\":\"m1\",\"result\":\"accepted\"}");
  assert_sent (self, &result, SECINFO_RESULT_ACCEPTED, TRUE);
  g_test_assert_expected_messages ();

  /* More than was agreed: it is not spoken to any more, and dialled anew. */
  send_message (self, "m2", 10, NULL, &result);
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_WARNING, "*datagram of 32769 bytes*");
  say (self, large);
  assert_sent (self, &result, SECINFO_RESULT_UNKNOWN, TRUE);
  g_test_assert_expected_messages ();
  g_assert_false (service_courier_is_up (self->courier));
  g_assert_cmpint (fcntl (self->listener, F_SETFL, O_NONBLOCK), ==, 0);
  wait_until (reconnect (self));
  hello (self);
}

/* --- couriers that are not there ---------------------------------------------------------------------------------- */

static void
test_comes_later (Fixture *self, gconstpointer data)
{
  g_autofree char *long_path = g_strnfill (200, 'p');

  g_test_expect_message (DOMAIN, G_LOG_LEVEL_MESSAGE, "*not reached*too long*");
  self->courier = service_courier_new_system (long_path);
  g_test_assert_expected_messages ();
  g_clear_pointer (&self->courier, service_courier_free);

  g_test_expect_message (DOMAIN, G_LOG_LEVEL_MESSAGE, "*not reached*");
  self->courier = service_courier_new_system (self->path);
  g_test_assert_expected_messages ();
  listen_there (self);
  g_assert_cmpint (fcntl (self->listener, F_SETFL, O_NONBLOCK), ==, 0);
  wait_until (reconnect (self));
  hello (self);
}

static void
test_child_that_cannot_run (Fixture *self, gconstpointer data)
{
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_MESSAGE, "*not reached through *nothing-here*");
  self->courier = service_courier_new_private ("/nonexistent/nothing-here", NULL);
  g_test_assert_expected_messages ();
  g_assert_false (service_courier_is_up (self->courier));
}

/* --- before it is up ---------------------------------------------------------------------------------------------- */

#define LATE "{\"hello\":1,\"kinds\":[{\"name\":\"web\",\"reports\":true}]}"

static void
take_report (json_t *report, gpointer data)
{
}

static gboolean
has_said (Fixture *self)
{
  return recv (self->line, &(char) { 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* The next thing it asks is @op; @answer: the members of what it is told then. */
static void
answer_next (Fixture *self, const char *op, const char *answer)
{
  g_autoptr(json_t) heard = NULL;
  g_autofree char *reply = NULL;

  wait_until (has_said (self));
  heard = hear (self);
  g_assert_cmpstr (secinfo_json_get_string (heard, "op"), ==, op);
  reply = g_strdup_printf ("{\"ref\":\"%s\",%s}", secinfo_json_get_string (heard, "ref"), answer);
  say (self, reply);
}

/* One that cannot even be told is left out, and all the others are there. */
static void
test_own_that_cannot_be_told (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (SERVICE_COURIER_DATAGRAM_MAX, ' ');

  service_courier_keep_description (self->courier, "large", large);
  service_courier_keep_description (self->courier, "mine", "{}");
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_MESSAGE, "*left out*");
  say (self, LATE);
  answer_next (self, "describe", "\"ok\":true,\"name\":\"mine\"");
  wait_until (service_courier_is_up (self->courier));
  g_test_assert_expected_messages ();
}

/* It greets and is gone before it can be told anything: then it is not up, and the next one is told all of it. */
static void
test_gone_while_it_is_told (Fixture *self, gconstpointer with_own)
{
  gboolean own = GPOINTER_TO_INT (with_own) == 2;

  if (own)
    service_courier_keep_description (self->courier, "mine", "{}");
  service_courier_set_reports (self->courier, 4711, take_report, NULL);
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_MESSAGE, "*cannot be written to*");
  say (self, LATE);
  close (self->line);
  self->line = -1;
  wait_until (self->changes > 0);
  g_test_assert_expected_messages ();
  g_assert_false (service_courier_is_up (self->courier));

  g_assert_cmpint (fcntl (self->listener, F_SETFL, O_NONBLOCK), ==, 0);
  wait_until (reconnect (self));
  say (self, LATE);
  if (own)
    answer_next (self, "describe", "\"ok\":true,\"name\":\"mine\"");
  answer_next (self, "listen", "\"ok\":true");
  wait_until (service_courier_is_up (self->courier));
  g_assert_true (service_courier_can_report (self->courier, "web", NULL, TRUE));
}

/* Somebody else has the port: no report is asked for, until he is gone. */
static void
test_port_of_somebody_else (Fixture *self, gconstpointer data)
{
  service_courier_set_reports (self->courier, 4711, take_report, NULL);
  g_test_expect_message (DOMAIN, G_LOG_LEVEL_WARNING, "*cannot be listened for*in use*");
  say (self, LATE);
  wait_until (has_said (self));
  g_assert_false (service_courier_is_up (self->courier));
  answer_next (self, "listen", "\"ok\":false,\"reason\":\"in use\"");
  wait_until (service_courier_is_up (self->courier));
  g_assert_false (service_courier_can_report (self->courier, "web", NULL, TRUE));

  answer_next (self, "listen", "\"ok\":true");
  g_test_assert_expected_messages ();
  wait_until (service_courier_can_report (self->courier, "web", NULL, TRUE));
  g_assert_false (service_courier_can_report (self->courier, "web", "{\"base\":\"https://a.example.org\"}", FALSE));
  g_assert_true (service_courier_can_report (self->courier, "web", "{\"base\":\"http://127.0.0.1:1\"}", FALSE));

  /* Gone with the line. */
  close (self->line);
  self->line = -1;
  wait_until (!service_courier_is_up (self->courier));
  g_assert_false (service_courier_can_report (self->courier, "web", NULL, TRUE));
}

int
main (int argc, char **argv)
{
  const gpointer there = GINT_TO_POINTER (1), lost = GINT_TO_POINTER (2);

  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
#define ADD(name, data, func) g_test_add ("/courier/" name, Fixture, data, set_up, func, tear_down)
  ADD ("hello-in-parts", there, test_hello_in_parts);
  ADD ("offline", there, test_offline);
  ADD ("answers", there, test_answers);
  ADD ("questions", there, test_questions);
  ADD ("not-left", there, test_not_left);
  ADD ("does-not-read", there, test_courier_that_does_not_read);
  ADD ("does-not-read-and-goes", lost, test_courier_that_does_not_read);
  ADD ("nonsense", there, test_nonsense);
  ADD ("own-that-cannot-be-told", there, test_own_that_cannot_be_told);
  ADD ("gone-while-it-is-told", there, test_gone_while_it_is_told);
  ADD ("gone-while-it-is-told-its-own", lost, test_gone_while_it_is_told);
  ADD ("port-of-somebody-else", there, test_port_of_somebody_else);
  ADD ("comes-later", NULL, test_comes_later);
  ADD ("child-that-cannot-run", NULL, test_child_that_cannot_run);
#undef ADD
  return g_test_run ();
}
