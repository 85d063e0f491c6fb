/* test-saved-codes-sheet.c - the page with saved codes, read back from the file
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-saved-codes-sheet.h"
#include "sample.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <unistd.h>

/* What fontconfig keeps for the life of a process is no leak of ours; LeakSanitizer asks. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libfontconfig\n";
}

static void
code_free (gpointer data)
{
  AppSavedCode *code = data;

  secinfo_secret_unref (code->code);
  g_free (code);
}

static GPtrArray *
ten_codes (void)
{
  GPtrArray *codes = g_ptr_array_new_with_free_func (code_free);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("XBQF-2M9X-TB4C-%c%u", 'A' + i, i);
      AppSavedCode *code = g_new0 (AppSavedCode, 1);

      code->label[0] = (char) ('A' + i);
      code->label[1] = (char) ('0' + i);
      code->code = secinfo_secret_new (text, -1);
      g_ptr_array_add (codes, code);
    }
  return codes;
}

static char *
run (const char *const argv[])
{
  char *out = NULL;
  int status = 0;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &out, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return out;
}

static gboolean
have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path != NULL;
}

typedef struct { char *folder, *path; GPtrArray *codes; } Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  f->folder = g_dir_make_tmp ("secinfo-sheet-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "codes.pdf", NULL);
  f->codes = ten_codes ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);   /* nothing was left beside it */
  g_free (f->path);
  g_free (f->folder);
  g_ptr_array_unref (f->codes);
}

/* For its owner alone, also where a file of that name was everybody's. */
static void
test_file (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  GStatBuf info;

  g_assert_true (g_file_set_contents (f->path, "old", -1, NULL));
  g_assert_cmpint (g_chmod (f->path, 0666), ==, 0);
  g_assert_true (app_saved_codes_sheet_save (f->path, f->codes, "alex", SAMPLE_NOW, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (f->path, &bytes, NULL, NULL));
  g_assert_true (g_str_has_prefix (bytes, "%PDF-"));
}

/* A folder that takes no file: nothing of it lies anywhere, and it is said. */
static void
test_no_folder (Fixture       *f,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "missing", "codes.pdf", NULL);

  g_assert_false (app_saved_codes_sheet_save (path, f->codes, "alex", SAMPLE_NOW, &error));
  g_assert_nonnull (error);
  g_assert_null (strstr (error->message, "XBQF"));
}

static void
test_text (Fixture       *f,
           gconstpointer  data)
{
  g_autofree char *text = NULL;

  if (!have ("pdftotext"))
    {
      g_test_skip ("no pdftotext here (poppler-utils)");
      return;
    }
  g_assert_true (app_saved_codes_sheet_save (f->path, f->codes, "alex", SAMPLE_NOW, NULL));
  text = run ((const char *const[]) { "pdftotext", "-layout", f->path, "-", NULL });
  for (guint i = 0; i < f->codes->len; i++)
    {
      const AppSavedCode *code = f->codes->pdata[i];
      const char *line = strstr (text, secinfo_secret_get_text (code->code));

      g_assert_nonnull (line);
      g_assert_nonnull (strstr (text, code->label));
    }
  g_assert_nonnull (strstr (text, "made on 12 May"));
  g_assert_nonnull (strstr (text, "keep it away from the computer"));
  /* One page. */
  g_assert_true (strchr (text, '\f') == NULL || strchr (text, '\f')[1] == '\0');
}

static void
test_pattern (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *picture = g_build_filename (f->folder, "page", NULL);
  g_autofree char *png = g_strconcat (picture, ".png", NULL);
  g_autofree char *drawn = NULL;
  g_autofree char *read = NULL;

  if (!have ("pdftoppm") || !have ("zbarimg"))
    {
      g_test_skip ("no pdftoppm or zbarimg here (poppler-utils, zbar-tools)");
      return;
    }
  g_assert_true (app_saved_codes_sheet_save (f->path, f->codes, "alex", SAMPLE_NOW, NULL));
  drawn = run ((const char *const[]) { "pdftoppm", "-r", "150", "-png", "-singlefile", f->path, picture, NULL });
  read = run ((const char *const[]) { "zbarimg", "--quiet", "--raw", png, NULL });
  for (guint i = 0; i < f->codes->len; i++)
    {
      const AppSavedCode *code = f->codes->pdata[i];
      g_autofree char *line = g_strdup_printf ("%s %s\n", code->label, secinfo_secret_get_text (code->code));

      g_assert_nonnull (strstr (read, line));
    }
  g_unlink (png);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add ("/saved-codes-sheet/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/saved-codes-sheet/no-folder", Fixture, NULL, set_up, test_no_folder, tear_down);
  g_test_add ("/saved-codes-sheet/text", Fixture, NULL, set_up, test_text, tear_down);
  g_test_add ("/saved-codes-sheet/pattern", Fixture, NULL, set_up, test_pattern, tear_down);
  return g_test_run ();
}
