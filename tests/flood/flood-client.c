/* flood-client.c - a program that makes the product's own client again and again, and asks once with each
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "secinfo-client.h"

#include <malloc.h>

static guint left;

static guint
count_descriptors (void)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
got_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  SecinfoServiceInfo *info = secinfo_client_get_service_finish (SECINFO_CLIENT (object), result, &error);

  if (info == NULL)
    g_error ("%s", error->message);
  secinfo_service_info_free (info);
  left--;
}

static void
ask (const char *path, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr(SecinfoClient) client = secinfo_client_new (path);

      left = 1;
      secinfo_client_get_service_async (client, NULL, got_cb, NULL);
      while (left > 0)
        g_main_context_iteration (NULL, TRUE);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* SOCKET COUNT */
int
main (int argc, char **argv)
{
  guint descriptors;
  gsize used;

  if (argc != 3)
    return 2;
  ask (argv[1], 200);
  descriptors = count_descriptors ();
  used = mallinfo2 ().uordblks;
  ask (argv[1], (guint) g_ascii_strtoull (argv[2], NULL, 10));
  g_print ("{\"descriptors\":%d,\"grown\":%" G_GSSIZE_FORMAT "}\n", (int) count_descriptors () - (int) descriptors,
           (gssize) (mallinfo2 ().uordblks - used));
  return 0;
}
