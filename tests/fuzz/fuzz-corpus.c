/* fuzz-corpus.c - a target without libFuzzer: every file of the corpus, once
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* fuzz-NAME FOLDER...: TAP, a line a file. */
int
main (int argc, char **argv)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  LLVMFuzzerInitialize (&argc, &argv);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GDir) folder = g_dir_open (argv[i], 0, &error);
      const char *name;

      if (folder == NULL)
        g_printerr ("%s\n", error->message);
      while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
        g_ptr_array_add (paths, g_build_filename (argv[i], name, NULL));
    }
  g_ptr_array_sort (paths, compare);

  printf ("1..%u\n", MAX (paths->len, 1));
  if (paths->len == 0)
    printf ("not ok 1 the corpus is empty\n");
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *bytes = NULL;
      g_autofree char *name = g_path_get_basename (paths->pdata[i]);
      g_autofree guint8 *exact = NULL;
      gsize size = 0;
      gboolean read = g_file_get_contents (paths->pdata[i], &bytes, &size, NULL);

      /* Where it ends, memory ends too: valgrind and ASan see one byte more. */
      exact = g_memdup2 (bytes, size);
      if (read)
        LLVMFuzzerTestOneInput (exact, size);
      printf ("%s %u %s\n", read ? "ok" : "not ok", i + 1, name);
      fflush (stdout);
    }
  return paths->len > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
