/* flood-client.c - the product's own client: many that ask once each, or one whose connections the service closes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "secinfo-client.h"

#include <malloc.h>

static guint left, failed;
static gboolean may_fail;

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

  if (info == NULL && !may_fail)
    g_error ("%s", error->message);
  failed += info == NULL;
  g_clear_pointer (&info, secinfo_service_info_free);
  left--;
}

static void
ask (SecinfoClient *client)
{
  left = 1;
  secinfo_client_get_service_async (client, NULL, got_cb, NULL);
  while (left > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* @one: (nullable) who asks each time; NULL: a new one each time */
static void
ask_often (const char *path, SecinfoClient *one, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr(SecinfoClient) client = one != NULL ? g_object_ref (one) : secinfo_client_new (path);

      ask (client);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* SOCKET COUNT many|one. "one" counts the calls that failed, "many" may have none. */
int
main (int argc, char **argv)
{
  g_autoptr(SecinfoClient) one = NULL;
  guint descriptors;
  gsize used;

  if (argc != 4)
    return 2;
  may_fail = g_str_equal (argv[3], "one");
  one = may_fail ? secinfo_client_new (argv[1]) : NULL;
  ask_often (argv[1], one, 200);
  descriptors = count_descriptors ();
  used = mallinfo2 ().uordblks;
  failed = 0;
  ask_often (argv[1], one, (guint) g_ascii_strtoull (argv[2], NULL, 10));
  g_print ("{\"failed\":%u,\"descriptors\":%d,\"grown\":%" G_GSSIZE_FORMAT "}\n", failed,
           (int) count_descriptors () - (int) descriptors, (gssize) (mallinfo2 ().uordblks - used));
  return 0;
}
