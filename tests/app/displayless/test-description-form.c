/* test-description-form.c - descriptions of one's own: from a file to a service's answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-description-form.h"
#include "client-peer.h"
#include "sample.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROBLEM(type, status, detail, more) \
  "{\"type\":\"/problems/" type "\",\"title\":\"" type "\",\"status\":" status ",\"detail\":\"" detail "\"" more "}"
#define KIND "{\"name\":\"mine\",\"title\":\"Mine\",\"medium\":\"sms\",\"settings\":[],\"imported\":true}"
#define TEXT "{\"secinfo-gateway\":1}"

typedef struct
{
  Peer               *peer;
  AppDescriptionForm *form;
  char               *folder, *path;
  GFile              *file;
  char               *got;      /* name of the kind that was taken over, or removed */
  guint               left;     /* kinds that there are then; 0: not known */
} Fixture;

static void
imported_cb (Fixture *f, json_t *kind)
{
  f->got = g_strdup (secinfo_json_get_string (kind, "name"));
}

static void
removed_cb (Fixture *f, const char *name, json_t *kinds)
{
  f->got = g_strdup (name);
  f->left = (guint) json_array_size (kinds);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->peer = peer_new ();
  f->form = app_description_form_new (f->peer->client);
  f->folder = g_dir_make_tmp ("secinfo-description-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "mine.json", NULL);
  f->file = g_file_new_for_path (f->path);
  g_signal_connect_swapped (f->form, "imported", G_CALLBACK (imported_cb), f);
  g_signal_connect_swapped (f->form, "removed", G_CALLBACK (removed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (g_steal_pointer (&f->form));
  peer_free (f->peer);
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->path);
  g_object_unref (f->file);
  g_free (f->got);
}

static void
settle (Fixture *f)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_assert_true (app_description_form_is_busy (f->form));
  while (app_description_form_is_busy (f->form) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (app_description_form_is_busy (f->form));
  /* What called back goes before what it was called back with. */
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (1000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
import (Fixture *f, const char *text, gssize length)
{
  g_assert_true (g_file_set_contents (f->path, text, length, NULL));
  app_description_form_import (f->form, f->file);
  settle (f);
}

static void
test_taken (Fixture *f, gconstpointer data)
{
  peer_answer (f->peer, 201, KIND);
  import (f, TEXT, -1);
  g_assert_cmpstr (f->got, ==, "mine");
  g_assert_null (app_description_form_get_problem (f->form));
  peer_assert (f->peer, "POST /v1/gateway-kinds {\"description\":\"{\\\"secinfo-gateway\\\":1}\"}");
}

/* Which file, which line, and what is wrong there; what is right afterwards says nothing of it. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  peer_answer (f->peer, 422, PROBLEM ("settings-not-valid", "422", "x", ",\"member\":\"description\",\"line\":12,"
                                      "\"reason\":\"the member rules is missing\""));
  import (f, TEXT, -1);
  g_assert_null (f->got);
  g_assert_cmpstr (app_description_form_get_problem (f->form), ==,
                   "\u2068mine.json\u2069: Line 12: \u2068the member rules is missing\u2069");
  peer_forget (f->peer);
  peer_answer (f->peer, 201, KIND);
  import (f, TEXT, -1);
  g_assert_null (app_description_form_get_problem (f->form));
}

/* What is no description is not even asked about. */
static void
test_not_read (Fixture *f, gconstpointer data)
{
  g_autofree char *most = g_strnfill (16000, 'x'), *more = g_strnfill (16001, 'x');

  import (f, "a\0b", 3);
  g_assert_cmpstr (app_description_form_get_problem (f->form), ==, "\u2068mine.json\u2069: This is not text.");
  import (f, "\xff", 1);
  g_assert_cmpstr (app_description_form_get_problem (f->form), ==, "\u2068mine.json\u2069: This is not text.");
  import (f, more, -1);
  g_assert_cmpstr (app_description_form_get_problem (f->form), ==,
                   "\u2068mine.json\u2069: This is too long for a description.");
  g_unlink (f->path);
  app_description_form_import (f->form, f->file);
  settle (f);
  g_assert_nonnull (app_description_form_get_problem (f->form));
  g_assert_cmpuint (f->peer->requests, ==, 0);
  peer_answer (f->peer, 201, KIND);
  import (f, most, -1);
  g_assert_cmpuint (f->peer->requests, ==, 1);
}

/* Whoever opens a pipe waits for its other end; a folder is none either. */
static void
test_no_file (Fixture *f, gconstpointer data)
{
  g_autoptr(GFile) folder = g_file_new_for_path (f->folder);

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  app_description_form_import (f->form, f->file);
  settle (f);
  g_assert_cmpstr (app_description_form_get_problem (f->form), ==,
                   "\u2068mine.json\u2069: This is not an ordinary file.");
  app_description_form_import (f->form, folder);
  settle (f);
  g_assert_true (g_str_has_suffix (app_description_form_get_problem (f->form), ": This is not an ordinary file."));
  g_assert_cmpuint (f->peer->requests, ==, 0);
}

/* Where the file is kept, a link to it does as well. */
static void
test_link (Fixture *f, gconstpointer data)
{
  g_autofree char *target = g_build_filename (f->folder, "kept", NULL);

  g_assert_true (g_file_set_contents (target, TEXT, -1, NULL));
  g_assert_cmpint (symlink ("kept", f->path), ==, 0);
  peer_answer (f->peer, 201, KIND);
  app_description_form_import (f->form, f->file);
  settle (f);
  g_unlink (target);
  g_assert_cmpstr (f->got, ==, "mine");
}

static void
test_removed (Fixture *f, gconstpointer data)
{
  g_autoptr(json_t) kind = sample_json ("{'name':'mine','title':'Mine','medium':'sms','settings':[]}");

  peer_answer (f->peer, 409, PROBLEM ("not-possible-here", "409", "This is in use.", ",\"reason\":\"in-use\""));
  app_description_form_remove (f->form, kind);
  settle (f);
  g_assert_null (f->got);
  g_assert_true (g_str_has_prefix (app_description_form_get_problem (f->form), "\u2068Mine\u2069: This is "));
  peer_forget (f->peer);
  peer_answer (f->peer, 204, NULL);
  /* What it covered is there again. */
  peer_answer (f->peer, 200, "{\"items\":[" KIND ",{\"name\":\"other\"}],\"next\":null}");
  app_description_form_remove (f->form, kind);
  settle (f);
  g_assert_cmpstr (f->got, ==, "mine");
  g_assert_cmpuint (f->left, ==, 2);
  g_assert_cmpstr (f->peer->method, ==, "GET");
  g_assert_cmpstr (f->peer->target, ==, "/v1/gateway-kinds");
  /* Somebody else removed it meanwhile; what there is now is not said. */
  g_clear_pointer (&f->got, g_free);
  peer_forget (f->peer);
  peer_answer (f->peer, 404, PROBLEM ("not-found", "404", "x", ""));
  app_description_form_remove (f->form, kind);
  settle (f);
  g_assert_cmpstr (f->got, ==, "mine");
  g_assert_cmpuint (f->left, ==, 0);
  g_assert_null (app_description_form_get_problem (f->form));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/description-form/taken", Fixture, NULL, set_up, test_taken, tear_down);
  g_test_add ("/description-form/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/description-form/not-read", Fixture, NULL, set_up, test_not_read, tear_down);
  g_test_add ("/description-form/no-file", Fixture, NULL, set_up, test_no_file, tear_down);
  g_test_add ("/description-form/link", Fixture, NULL, set_up, test_link, tear_down);
  g_test_add ("/description-form/removed", Fixture, NULL, set_up, test_removed, tear_down);
  return g_test_run ();
}
