/* test-password.c - what secinfod makes of the answers of secinfo-password, whatever they are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Called with --private this program is the helper: a new process for each question, on a socket that is its standard
 * input. HELPER_DOES says what it does; HELPER_COUNT is a file that grows by a byte a question. */

#include "config.h"

#include "secinfo-wire.h"
#include "service-password.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME  "ada"
#define OTHER "bob"     /* whatever other uid */

/* --- the helper --------------------------------------------------------------------------------------------------- */

static int
be_helper (void)
{
  const char *does = g_getenv ("HELPER_DOES"), *words = g_getenv ("HELPER_WORDS");
  struct secinfo_password_reply reply = { .version = SECINFO_PASSWORD_VERSION };
  struct secinfo_password_request request;
  gsize size = sizeof reply;
  int count = open (g_getenv ("HELPER_COUNT"), O_WRONLY | O_APPEND | O_CREAT, 0600);

  if (recv (0, &request, sizeof request, 0) != sizeof request || write (count, ".", 1) != 1)
    return 1;
  close (count);
  if (!g_str_equal (request.user, request.uid == getuid () ? NAME : OTHER))
    return 1;

  if (g_str_equal (does, "hangs"))
    {
      alarm (60);   /* not for ever, where a test has failed and nobody ends it */
      pause ();
    }
  if (g_str_equal (does, "ends"))
    return 0;
  if (g_str_equal (does, "slow"))
    g_usleep (300000);
  if (g_str_equal (does, "short"))
    size--;
  if (g_str_equal (does, "version"))
    reply.version++;
  if (g_str_equal (does, "endless"))
    memset (reply.reason, 'x', sizeof reply.reason);
  if (g_str_has_prefix (does, "result "))
    reply.result = (guint32) atoi (does + 7);
  if (g_str_has_prefix (does, "kind "))
    reply.kind = (guint32) atoi (does + 5);
  reply.administrator = g_str_equal (does, "kind 0");
  if (words != NULL)
    g_strlcpy (reply.reason, words, sizeof reply.reason);
  return send (0, &reply, size, MSG_NOSIGNAL) == (gssize) size ? 0 : 1;
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  char            *dir, *count;
  ServicePassword *password;
  SecinfoSecret   *secret;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);

  self->dir = g_dir_make_tmp ("secinfo-password-XXXXXX", NULL);
  self->count = g_build_filename (self->dir, "count", NULL);
  g_setenv ("HELPER_COUNT", self->count, TRUE);
  g_unsetenv ("HELPER_WORDS");
  self->password = service_password_new_private (own);
  self->secret = secinfo_secret_new ("a password", -1);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  service_password_free (self->password);
  secinfo_secret_unref (self->secret);
  g_unlink (self->count);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->dir);
  g_free (self->count);
}

static gsize
asked (Fixture *self)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_file_get_contents (self->count, &text, &length, NULL);
  return length;
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static GError *
authenticate (Fixture *self, const char *does)
{
  g_autoptr(GAsyncResult) result = NULL;
  GError *error = NULL;

  g_setenv ("HELPER_DOES", does, TRUE);
  service_password_authenticate_async (self->password, getuid (), NAME, self->secret, NULL, ready_cb, &result);
  wait_for (&result);
  g_assert_cmpint (service_password_authenticate_finish (self->password, result, &error), ==, error == NULL);
  return error;
}

static GError *
classify (Fixture *self, const char *does, ServicePasswordClass *class)
{
  g_autoptr(GAsyncResult) result = NULL;
  GError *error = NULL;

  g_setenv ("HELPER_DOES", does, TRUE);
  service_password_classify_async (self->password, getuid (), NAME, NULL, ready_cb, &result);
  wait_for (&result);
  g_assert_cmpint (service_password_classify_finish (self->password, result, class, &error), ==, error == NULL);
  return error;
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *does;
    int         code;      /* -1: the password is right */
  } cases[] = {
    { "result 0", -1 },
    { "result 1", SERVICE_PASSWORD_ERROR_WRONG }, { "result 2", SERVICE_PASSWORD_ERROR_NO_PASSWORD },
    { "result 3", SERVICE_PASSWORD_ERROR_LOCKED }, { "result 4", SERVICE_PASSWORD_ERROR_REFUSED },
    { "result 5", SERVICE_PASSWORD_ERROR_UNAVAILABLE }, { "result 6", SERVICE_PASSWORD_ERROR_UNAVAILABLE },
    { "result 7", SERVICE_PASSWORD_ERROR_UNAVAILABLE }, { "result 99", SERVICE_PASSWORD_ERROR_UNAVAILABLE },
    /* None of these may be taken for a yes. */
    { "ends", SERVICE_PASSWORD_ERROR_UNAVAILABLE }, { "short", SERVICE_PASSWORD_ERROR_UNAVAILABLE },
    { "version", SERVICE_PASSWORD_ERROR_UNAVAILABLE }, { "endless", SERVICE_PASSWORD_ERROR_UNAVAILABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = authenticate (self, cases[i].does);

      g_test_message ("%s", cases[i].does);
      if (cases[i].code == -1)
        g_assert_no_error (error);
      else
        g_assert_error (error, SERVICE_PASSWORD_ERROR, cases[i].code);
    }
  g_assert_cmpint (asked (self), ==, G_N_ELEMENTS (cases));
}

/* PAM's words, in a dialog and on a terminal. */
static void
test_reason (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_setenv ("HELPER_DOES", "result 4", TRUE);
  g_setenv ("HELPER_WORDS", "BAD PASSWORD: it is\n\ttoo \033[31mshort\xff \xe2\x80\xae!\n", TRUE);
  service_password_change_async (self->password, getuid (), NAME, self->secret, self->secret, NULL, ready_cb, &result);
  wait_for (&result);
  g_assert_false (service_password_change_finish (self->password, result, &error));
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "it is too [31mshort\xef\xbf\xbd !");
}

static void
test_too_long (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (SECINFO_PASSWORD_SIZE, 'x');
  g_autoptr(SecinfoSecret) long_one = secinfo_secret_new (text, -1);
  g_autoptr(GAsyncResult) result = NULL, changed = NULL, named = NULL;
  g_autoptr(GError) error = NULL;
  ServicePasswordClass class;

  service_password_authenticate_async (self->password, getuid (), NAME, long_one, NULL, ready_cb, &result);
  wait_for (&result);
  g_assert_false (service_password_authenticate_finish (self->password, result, &error));
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_WRONG);
  g_clear_error (&error);
  service_password_change_async (self->password, getuid (), NAME, self->secret, long_one, NULL, ready_cb, &changed);
  wait_for (&changed);
  g_assert_false (service_password_change_finish (self->password, changed, &error));
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_REFUSED);
  g_clear_error (&error);
  service_password_classify_async (self->password, getuid (), text, NULL, ready_cb, &named);
  wait_for (&named);
  g_assert_false (service_password_classify_finish (self->password, named, &class, &error));
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE);
  g_assert_cmpint (asked (self), ==, 0);
}

static void
test_two_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[3] = { NULL, };
  g_autoptr(GError) error = NULL;

  g_setenv ("HELPER_DOES", "hangs", TRUE);
  for (guint i = 0; i < 3; i++)
    service_password_authenticate_async (self->password, getuid (), NAME, self->secret, cancellable, ready_cb,
                                         &results[i]);
  wait_for (&results[2]);
  g_assert_false (service_password_authenticate_finish (self->password, results[2], &error));
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_BUSY);
  g_assert_null (results[0]);

  /* Given up: at once, though the helper hangs; and then there is room again. */
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_error (&error);
      wait_for (&results[i]);
      g_assert_false (service_password_authenticate_finish (self->password, results[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_clear_error (&error);
  error = authenticate (self, "result 0");
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    g_object_unref (results[i]);
}

static void
wait_until_asked (Fixture *self, gsize n)
{
  while (asked (self) < n)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

/* Eight users with two passwords each: the sign-in screen is answered all the same, and the ninth user's turn comes. */
static void
test_many_users (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[16] = { NULL, };
  g_autoptr(GAsyncResult) ninth = NULL, looked = NULL, screen = NULL;
  g_autoptr(GError) error = NULL;
  ServicePasswordClass class;

  g_setenv ("HELPER_DOES", "hangs", TRUE);
  for (guint i = 0; i < 16; i++)
    service_password_authenticate_async (self->password, 70000 + i / 2, OTHER, self->secret, cancellable, ready_cb,
                                         &results[i]);
  wait_until_asked (self, 12);

  g_setenv ("HELPER_DOES", "kind 0", TRUE);
  service_password_authenticate_async (self->password, 80000, OTHER, self->secret, NULL, ready_cb, &ninth);
  service_password_classify_async (self->password, 80001, OTHER, NULL, ready_cb, &looked);
  service_password_classify_sign_in_async (self->password, 80002, OTHER, ready_cb, &screen);
  wait_for (&screen);
  g_assert_true (service_password_classify_finish (self->password, screen, &class, &error));
  g_assert_cmpint (asked (self), ==, 13);
  g_assert_null (ninth);
  g_assert_null (looked);

  /* What waits in the others' queue goes on at once when the sign-in screen asks for it too. */
  g_clear_object (&screen);
  service_password_classify_sign_in_async (self->password, 80001, OTHER, ready_cb, &screen);
  wait_for (&screen);
  wait_for (&looked);
  g_assert_true (service_password_classify_finish (self->password, screen, &class, &error));
  g_assert_true (service_password_classify_finish (self->password, looked, &class, &error));
  g_assert_null (ninth);

  g_cancellable_cancel (cancellable);
  wait_for (&ninth);
  g_assert_true (service_password_authenticate_finish (self->password, ninth, &error));
  for (guint i = 0; i < 16; i++)
    {
      wait_for (&results[i]);
      g_assert_false (service_password_authenticate_finish (self->password, results[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_object_unref (results[i]);
    }
  /* The four that waited behind the twelve were taken back before a helper saw their passwords. */
  g_assert_cmpint (asked (self), ==, 15);
}

static void
test_classify_once (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  GAsyncResult *results[4] = { NULL, };
  ServicePasswordClass class;
  g_autoptr(GError) error = NULL;

  g_setenv ("HELPER_DOES", "slow", TRUE);
  for (guint i = 0; i < 4; i++)
    service_password_classify_async (self->password, getuid (), NAME, i == 1 ? cancelled : NULL, ready_cb, &results[i]);
  g_cancellable_cancel (cancelled);
  for (guint i = 0; i < 4; i++)
    {
      wait_for (&results[i]);
      g_assert_cmpint (service_password_classify_finish (self->password, results[i], &class, &error), ==, i != 1);
      if (i == 1)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_object_unref (results[i]);
    }
  g_assert_cmpint (asked (self), ==, 1);

  /* For ten seconds; not after a change of the password. */
  error = classify (self, "kind 2", &class);
  g_assert_no_error (error);
  g_assert_cmpint (class.kind, ==, SERVICE_PASSWORD_KIND_FILES);
  g_assert_cmpint (asked (self), ==, 1);
  g_setenv ("HELPER_DOES", "result 0", TRUE);
  results[0] = NULL;
  service_password_change_async (self->password, getuid (), NAME, self->secret, self->secret, NULL, ready_cb,
                                 &results[0]);
  wait_for (&results[0]);
  g_assert_true (service_password_change_finish (self->password, results[0], NULL));
  g_object_unref (results[0]);
  error = classify (self, "kind 2", &class);
  g_assert_no_error (error);
  g_assert_cmpint (class.kind, ==, SERVICE_PASSWORD_KIND_LOCKED);
  g_assert_cmpint (asked (self), ==, 3);
}

static void
test_kinds (Fixture *self, gconstpointer name)
{
  static const int kinds[][2] = {
    { 0, SERVICE_PASSWORD_KIND_FILES }, { 1, SERVICE_PASSWORD_KIND_OTHER_SOURCE }, { 2, SERVICE_PASSWORD_KIND_LOCKED },
    { 3, SERVICE_PASSWORD_KIND_NO_PASSWORD }, { 4, SERVICE_PASSWORD_KIND_ENCRYPTED_HOME },
    { 5, SERVICE_PASSWORD_KIND_LOCKED },    /* one that this version does not know is not recovered */
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
      g_autofree char *does = g_strdup_printf ("kind %d", kinds[i][0]);
      g_autoptr(GError) error = NULL;
      ServicePasswordClass class;

      service_password_free (self->password);   /* with what it remembers */
      self->password = service_password_new_private (own);
      error = classify (self, does, &class);
      g_assert_no_error (error);
      g_assert_cmpint (class.kind, ==, kinds[i][1]);
      g_assert_cmpint (class.administrator, ==, i == 0);
      if (i != 1)
        g_assert_cmpstr (class.source, ==, "");
    }
}

static void
test_classify_fails (Fixture *self, gconstpointer data)
{
  ServicePasswordClass class;
  g_autoptr(GError) error = classify (self, "ends", &class);

  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  error = classify (self, "kind 0", &class);   /* nothing of it is kept */
  g_assert_no_error (error);
  g_assert_cmpint (asked (self), ==, 2);
}

static void
test_no_helper (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->dir, "socket", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autoptr(GError) error = NULL;
  int listener = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  service_password_free (self->password);
  self->password = service_password_new_private ("/nonexistent/helper");
  error = authenticate (self, "result 0");
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  service_password_free (self->password);
  self->password = service_password_new_system (path);
  error = authenticate (self, "result 0");
  g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  /* Somebody listens there who is not root: no password goes to him. */
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 4), ==, 0);
  if (getuid () != 0)
    {
      char got;
      int line;

      error = authenticate (self, "result 0");
      g_assert_error (error, SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE);
      line = accept (listener, NULL, NULL);
      g_assert_cmpint (recv (line, &got, 1, 0), ==, 0);
      close (line);
    }
  close (listener);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "--private"))
    return be_helper ();

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/password/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("answers", test_answers);
  ADD ("reason", test_reason);
  ADD ("too-long", test_too_long);
  ADD ("two-at-once", test_two_at_once);
  ADD ("many-users", test_many_users);
  ADD ("classify-once", test_classify_once);
  ADD ("kinds", test_kinds);
  ADD ("classify-fails", test_classify_fails);
  ADD ("no-helper", test_no_helper);
#undef ADD
  return g_test_run ();
}
