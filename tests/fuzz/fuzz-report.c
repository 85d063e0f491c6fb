/* fuzz-report.c - what secinfo-courier says to secinfod
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "secinfo-json.h"
#include "service-courier.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listener = -1;
static char *path;

static void
remove_path (void)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *folder = g_dir_make_tmp ("secinfo-fuzz-XXXXXX", NULL);

  fuzz_set_up ();
  path = g_build_filename (folder, "courier", NULL);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  listener = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 4), ==, 0);
  atexit (remove_path);
  return 0;
}

static void
check_words (const char *words, glong most)
{
  fuzz_assert (words == NULL || (g_utf8_validate (words, -1, NULL) && g_utf8_strlen (words, -1) <= most));
  for (const char *p = words; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    fuzz_assert (g_unichar_isprint (g_utf8_get_char (p)));
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(ServiceCourierAnswer) answer = service_courier_send_finish (NULL, result);

  fuzz_assert (answer != NULL);
  check_words (answer->id, 128);
  check_words (answer->code, 64);
  check_words (answer->detail, 200);
  fuzz_assert (answer->retry_after >= 0 && answer->retry_after <= 86400 && answer->date >= 0);
  ++*(guint *) data;
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autofree char *member = NULL;
  g_autofree char *reason = NULL;
  g_autoptr(GError) error = NULL;

  if (service_courier_check_finish (NULL, result, &member, &reason, &error))
    fuzz_assert (error == NULL);
  ++*(guint *) data;
}

static void
preset_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) preset = service_courier_preset_finish (NULL, result, &error);

  fuzz_assert (preset == NULL || json_is_object (preset));
  ++*(guint *) data;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* Datagrams with a NUL between them; three calls wait for answers, with the refs "s", "ask-0" and "ask-1". */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(ServiceCourier) courier = service_courier_new_system (path);
  int peer = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  guint ended = 0;

  g_assert_cmpint (peer, >=, 0);
  fuzz_assert (send (peer, "{\"hello\":1,\"kinds\":[]}", 22, MSG_NOSIGNAL) == 22);
  settle ();
  service_courier_send_async (courier, json_pack ("{s:s, s:s}", "gateway", "mine", "ref", "s"), NULL, sent_cb, &ended);
  service_courier_check_async (courier, "mine", json_object (), NULL, checked_cb, &ended);
  service_courier_preset_async (courier, "a@example.org", NULL, preset_cb, &ended);
  settle ();
  fuzz_drain (peer);
  while (size > 0)
    {
      gsize length;
      g_autofree char *text = fuzz_take_until (&data, &size, '\0', &length);

      if (send (peer, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        break;
      settle ();
      service_courier_kind_is_idempotent (courier, "mine");
      service_courier_is_offline (courier, "mine", "{\"base\":\"https://sms.example.org\"}");
    }
  close (peer);
  g_clear_pointer (&courier, service_courier_free);
  settle ();
  fuzz_assert (ended == 3);
  return 0;
}
