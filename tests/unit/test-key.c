/* test-key.c - the store key: what is made with it, and where it comes from
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-key.h"
#include "service-keyring-link.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char       *dir;
  char       *path;      /* of a key file */
  int         far_fd;    /* the bridge's end of the pair */
  GSource    *source;
  GHashTable *items;     /* name -> base64, what the keyring holds */
  const char *answer;    /* (nullable) said to everything; "silence": nothing is */
  const char *rival;     /* (nullable) base64: somebody else creates the item first */
  guint       n_sets;    /* how often something was overwritten */
  guint       n_changed, n_closed;
} Fixture;

typedef struct
{
  gboolean       done;
  GError        *error;
  SecinfoSecret *secret;
  gboolean       renews;
} Wait;

static void
wait_until (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
}

/* --- a bridge to a keyring that is a hash table ------------------------------------------------------------------- */

static const char *
serve (Fixture    *fixture,
       const char *op,
       const char *name,
       const char *value,
       const char **found)
{
  if (fixture->answer != NULL)
    return fixture->answer;
  if (g_str_equal (op, "create") && fixture->rival != NULL)
    g_hash_table_insert (fixture->items, g_strdup (name), g_strdup (fixture->rival));

  *found = g_hash_table_lookup (fixture->items, name);
  if (g_str_equal (op, "get"))
    return *found != NULL ? "ok" : "none";
  if (g_str_equal (op, "remove"))
    return g_hash_table_remove (fixture->items, name) ? "ok" : "none";
  if (g_str_equal (op, "create") && *found != NULL)
    return "failed";

  fixture->n_sets += *found != NULL;
  *found = NULL;
  g_hash_table_insert (fixture->items, g_strdup (name), g_strdup (value));
  return "ok";
}

static gboolean
bridge_cb (int          fd,
           GIOCondition condition,
           gpointer     data)
{
  Fixture *fixture = data;
  char buffer[32 * 1024];
  ssize_t n = recv (fd, buffer, sizeof buffer, 0);
  json_t *question, *answer;
  const char *value = NULL;
  const char *result;
  char *text;

  if (n <= 0)
    return G_SOURCE_REMOVE;

  question = json_loadb (buffer, n, JSON_REJECT_DUPLICATES, NULL);
  g_assert_nonnull (question);
  result = serve (fixture, json_string_value (json_object_get (question, "op")),
                  json_string_value (json_object_get (question, "name")),
                  json_string_value (json_object_get (question, "value")), &value);
  answer = json_pack ("{s:O, s:s}", "ref", json_object_get (question, "ref"), "result", result);
  if (value != NULL && g_str_equal (json_string_value (json_object_get (question, "op")), "get"))
    json_object_set_new (answer, "value", json_string (value));
  text = json_dumps (answer, JSON_COMPACT);
  if (!g_str_equal (result, "silence"))
    g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
  free (text);
  json_decref (answer);
  json_decref (question);

  return G_SOURCE_CONTINUE;
}

static int
connect_bridge (Fixture *fixture)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), ==, 0);
  fixture->far_fd = fds[1];
  fixture->source = g_unix_fd_source_new (fds[1], G_IO_IN | G_IO_HUP);
  g_source_set_callback (fixture->source, G_SOURCE_FUNC (bridge_cb), fixture, NULL);
  g_source_attach (fixture->source, NULL);

  return fds[0];
}

static void
close_bridge (Fixture *fixture)
{
  g_source_destroy (fixture->source);
  g_clear_pointer (&fixture->source, g_source_unref);
  close (fixture->far_fd);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dir = g_dir_make_tmp ("secinfo-key-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "store-key", NULL);
  fixture->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->source != NULL)
    close_bridge (fixture);
  g_hash_table_unref (fixture->items);
  g_remove (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Wait *wait = data;

  wait->done = TRUE;
  if (wait->renews)
    service_key_renew_finish (NULL, result, &wait->error);
  else
    service_key_load_finish (NULL, result, &wait->error);
}

static GError *
load (ServiceKey *key,
      GBytes     *check)
{
  Wait wait = { FALSE };

  service_key_load_async (key, check, NULL, loaded_cb, &wait);
  wait_until (&wait.done);

  return wait.error;
}

static GError *
renew (ServiceKey *key)
{
  Wait wait = { .renews = TRUE };

  service_key_renew_async (key, NULL, loaded_cb, &wait);
  wait_until (&wait.done);

  return wait.error;
}

static void
assert_loads (ServiceKey *key,
              GBytes     *check)
{
  g_autoptr(GError) error = load (key, check);
  g_autoptr(GError) trouble = service_key_get_trouble (key);

  g_assert_no_error (error);
  g_assert_no_error (trouble);
}

static void
assert_trouble (ServiceKey *key,
                GBytes     *check,
                int         code)
{
  g_autoptr(GError) error = load (key, check);
  g_autoptr(GError) trouble = service_key_get_trouble (key);
  g_autoptr(GError) sealing = NULL;

  g_assert_error (error, SERVICE_KEY_ERROR, code);
  g_assert_error (trouble, SERVICE_KEY_ERROR, code);
  g_assert_null (service_key_get_check (key));
  g_assert_null (service_key_seal (key, "text", -1, "place", &sealing));
  g_assert_error (sealing, SERVICE_KEY_ERROR, code);
}

/* --- sealing and hashing ------------------------------------------------------------------------------------------ */

static void
assert_shut (ServiceKey *key,
             GBytes     *sealed,
             const char *aad)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (service_key_open (key, sealed, aad, &error));
  g_assert_error (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE);
}

static void
test_seal (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_system (fixture->path);
  g_autoptr(GBytes) sealed = NULL;
  g_autoptr(GBytes) again = NULL;
  g_autoptr(SecinfoSecret) opened = NULL;
  const guint8 *bytes;
  gsize length;

  assert_loads (key, NULL);
  sealed = service_key_seal (key, "ada@example.org", -1, "contact:1:value", NULL);
  again = service_key_seal (key, "ada@example.org", -1, "contact:1:value", NULL);
  g_assert_false (g_bytes_equal (sealed, again));
  opened = service_key_open (key, sealed, "contact:1:value", NULL);
  g_assert_cmpstr (secinfo_secret_get_text (opened), ==, "ada@example.org");
  assert_shut (key, sealed, "contact:2:value");
  assert_shut (key, sealed, "contact:1:key");

  bytes = g_bytes_get_data (sealed, &length);
  for (gsize i = 0; i < length; i++)
    {
      guint8 *changed = g_memdup2 (bytes, length);
      g_autoptr(GBytes) tampered = NULL;
      g_autoptr(GBytes) cut = g_bytes_new (bytes, i);

      changed[i] ^= 1;
      tampered = g_bytes_new_take (changed, length);
      assert_shut (key, tampered, "contact:1:value");
      assert_shut (key, cut, "contact:1:value");
    }
}

static void
test_seal_bytes (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_system (fixture->path);
  g_autoptr(GBytes) nothing = NULL;
  g_autoptr(GBytes) zeros = NULL;
  g_autoptr(SecinfoSecret) opened = NULL;
  g_autoptr(SecinfoSecret) opened_zeros = NULL;

  assert_loads (key, NULL);
  nothing = service_key_seal (key, "", 0, "place", NULL);
  opened = service_key_open (key, nothing, "place", NULL);
  g_assert_cmpuint (secinfo_secret_get_length (opened), ==, 0);
  zeros = service_key_seal (key, "a\0b", 3, "place", NULL);
  opened_zeros = service_key_open (key, zeros, "place", NULL);
  g_assert_cmpmem (secinfo_secret_get_text (opened_zeros), secinfo_secret_get_length (opened_zeros), "a\0b", 3);
}

static void
test_hash (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) other = NULL;
  guint8 one[32], same[32], shifted[32], longer[32], use[32], foreign[32];

  assert_loads (key, NULL);
  g_assert_true (service_key_hash (key, SERVICE_KEY_LOOKUP, one, NULL, "ab", "c", NULL));
  g_assert_true (service_key_hash (key, SERVICE_KEY_LOOKUP, same, NULL, "ab", "c", NULL));
  g_assert_true (service_key_hash (key, SERVICE_KEY_LOOKUP, shifted, NULL, "a", "bc", NULL));
  g_assert_true (service_key_hash (key, SERVICE_KEY_LOOKUP, longer, NULL, "ab", "c", "", NULL));
  g_assert_true (service_key_hash (key, SERVICE_KEY_CHECK, use, NULL, "ab", "c", NULL));
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  other = service_key_new_system (fixture->path);
  assert_loads (other, NULL);
  g_assert_true (service_key_hash (other, SERVICE_KEY_LOOKUP, foreign, NULL, "ab", "c", NULL));

  g_assert_cmpmem (one, 32, same, 32);
  g_assert_cmpint (memcmp (one, shifted, 32), !=, 0);
  g_assert_cmpint (memcmp (one, longer, 32), !=, 0);
  g_assert_cmpint (memcmp (one, use, 32), !=, 0);
  g_assert_cmpint (memcmp (one, foreign, 32), !=, 0);
}

/* --- system ------------------------------------------------------------------------------------------------------- */

static void
test_file (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(ServiceKey) made = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) again = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) late = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) fresh = service_key_new_system (fixture->path);
  g_autoptr(GBytes) check = NULL;
  struct stat info;

  assert_loads (made, NULL);
  check = service_key_get_check (made);
  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  assert_loads (again, check);

  /* Widely readable: mended by whoever administers the computer, not by making a new one. */
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  assert_trouble (late, check, SERVICE_KEY_ERROR_ABSENT);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  assert_loads (again, check);   /* loaded before: nothing is asked again */
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  assert_loads (fresh, NULL);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

/* What the store was made with is gone, or is no key any more: another one takes its place, and nothing is thrown
 * away. */
static void
test_lost (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *old_dir = g_build_filename (fixture->dir, "old", NULL);
  g_autofree char *old_path = g_build_filename (old_dir, "store-key", NULL);
  g_autoptr(ServiceKey) first = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) second = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) both = service_key_new_system (fixture->path);
  g_autoptr(ServiceKey) third = service_key_new_system (fixture->path);
  g_autoptr(GBytes) check = NULL, now = NULL, same = NULL, old = NULL, new = NULL;
  g_autoptr(SecinfoSecret) one = NULL, other = NULL;
  guint8 hash[32], older[32];
  g_autoptr(GDir) dir = NULL;
  const char *name;

  assert_loads (first, NULL);
  check = service_key_get_check (first);
  old = service_key_seal (first, "text", -1, "place", NULL);
  g_assert_true (service_key_hash (first, SERVICE_KEY_LOOKUP, hash, NULL, "contact", "a@example.org", NULL));
  g_assert_cmpint (g_mkdir (old_dir, 0700), ==, 0);
  g_assert_cmpint (g_rename (fixture->path, old_path), ==, 0);

  g_test_expect_message ("secinfod", G_LOG_LEVEL_WARNING, "*is lost*");
  assert_loads (second, check);
  g_test_assert_expected_messages ();
  now = service_key_get_check (second);
  g_assert_false (g_bytes_equal (now, check));
  assert_shut (second, old, "place");
  g_assert_false (service_key_lookup_older (second, "a@example.org", older));
  new = service_key_seal (second, "text", -1, "place", NULL);

  /* The old one is back: the store goes on with the new one, what the old one had sealed opens again. */
  g_setenv ("CREDENTIALS_DIRECTORY", old_dir, TRUE);
  assert_loads (both, now);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  same = service_key_get_check (both);
  g_assert_true (g_bytes_equal (now, same));
  one = service_key_open (both, old, "place", NULL);
  g_assert_cmpstr (one != NULL ? secinfo_secret_get_text (one) : NULL, ==, "text");
  other = service_key_open (both, new, "place", NULL);
  g_assert_nonnull (other);
  assert_shut (both, old, "another place");
  g_assert_true (service_key_lookup_older (both, "a@example.org", older));
  g_assert_cmpmem (hash, 32, older, 32);
  g_clear_pointer (&new, g_bytes_unref);
  new = service_key_seal (both, "text", -1, "place", NULL);
  assert_shut (first, new, "place");

  /* What is in the place of a key and is none stays, beside it. */
  g_remove (fixture->path);
  g_assert_true (g_file_set_contents_full (fixture->path, "no key", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_test_expect_message ("secinfod", G_LOG_LEVEL_WARNING, "*is lost*");
  assert_loads (third, now);
  g_test_assert_expected_messages ();
  g_assert_cmpint (g_remove (old_path), ==, 0);
  g_assert_cmpint (g_rmdir (old_dir), ==, 0);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, "store-key"))
      {
        g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
        g_autofree char *text = NULL;

        g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
        g_assert_cmpstr (text, ==, "no key");
        g_assert_cmpint (g_remove (path), ==, 0);
      }
}

static void
test_credential (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *credential = g_build_filename (fixture->dir, "store-key", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->dir, "elsewhere", NULL);
  g_autoptr(ServiceKey) raw = service_key_new_system (elsewhere);
  g_autoptr(ServiceKey) text = service_key_new_system (elsewhere);
  g_autoptr(GBytes) check = NULL;

  g_setenv ("CREDENTIALS_DIRECTORY", fixture->dir, TRUE);
  g_assert_true (g_file_set_contents_full (credential, "0123456789abcdef0123456789abcdef", 32, G_FILE_SET_CONTENTS_NONE,
                                           0400, NULL));
  assert_loads (raw, NULL);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
  check = service_key_get_check (raw);
  g_assert_cmpint (g_remove (credential), ==, 0);
  g_assert_true (g_file_set_contents_full (credential, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0400, NULL));
  assert_loads (text, check);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

/* --- private ------------------------------------------------------------------------------------------------------ */

static void
count_cb (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_keyring (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(GBytes) check = NULL;
  g_autoptr(GBytes) again = NULL;
  g_autofree char *kept = NULL;

  g_assert_true (service_key_is_private (key));
  assert_loads (key, NULL);
  check = service_key_get_check (key);
  kept = g_strdup (g_hash_table_lookup (fixture->items, "store-key"));
  g_assert_nonnull (kept);

  /* A keyring that locks later takes nothing away. */
  fixture->answer = "locked";
  assert_loads (key, check);
  again = service_key_get_check (key);
  g_assert_true (g_bytes_equal (check, again));
  g_assert_cmpuint (fixture->n_sets, ==, 0);
}

static void
test_keyring_trouble (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(GBytes) check = g_bytes_new ("another check value, 32 bytes it is", 32);

  fixture->answer = "locked";
  assert_trouble (key, check, SERVICE_KEY_ERROR_LOCKED);
  assert_trouble (key, NULL, SERVICE_KEY_ERROR_LOCKED);
  fixture->answer = "absent";
  assert_trouble (key, check, SERVICE_KEY_ERROR_ABSENT);
  fixture->answer = "failed";
  assert_trouble (key, check, SERVICE_KEY_ERROR_ABSENT);

  /* A keyring that was reset has none, or another: nothing is made, nothing overwritten. */
  fixture->answer = NULL;
  assert_trouble (key, check, SERVICE_KEY_ERROR_GONE);
  g_assert_cmpuint (g_hash_table_size (fixture->items), ==, 0);
  g_hash_table_insert (fixture->items, g_strdup ("store-key"),
                       g_strdup ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
  assert_trouble (key, check, SERVICE_KEY_ERROR_GONE);
  g_assert_cmpstr (g_hash_table_lookup (fixture->items, "store-key"), ==,
                   "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  g_assert_cmpuint (fixture->n_sets, ==, 0);
  assert_loads (key, NULL);   /* a new store begins with the key that is there */
}

/* Somebody else made the item between our question and our "create": theirs counts. */
static void
test_keyring_rival (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(ServiceKey) theirs = service_key_new_system (fixture->path);
  g_autoptr(GBytes) check = NULL;

  fixture->rival = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  assert_loads (key, NULL);
  check = service_key_get_check (key);
  g_assert_true (g_file_set_contents_full (fixture->path, "0123456789abcdef0123456789abcdef", 32,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_loads (theirs, check);
  g_assert_cmpuint (fixture->n_sets, ==, 0);
}

static void
test_keyring_renew (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(GError) made = NULL;
  g_autoptr(GError) kept = NULL;
  g_autoptr(GError) replaced = NULL;
  g_autofree char *item = NULL;

  made = renew (key);
  g_assert_no_error (made);
  item = g_strdup (g_hash_table_lookup (fixture->items, "store-key"));
  kept = renew (key);
  g_assert_no_error (kept);
  g_assert_cmpstr (g_hash_table_lookup (fixture->items, "store-key"), ==, item);

  g_hash_table_insert (fixture->items, g_strdup ("store-key"), g_strdup ("bm9uc2Vuc2U="));   /* "nonsense" */
  replaced = renew (key);
  g_assert_no_error (replaced);
  g_assert_cmpuint (fixture->n_sets, ==, 1);
}

static void
test_keyring_closes (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(ServiceKey) none = service_key_new_private (-1);
  Wait wait = { FALSE };

  service_key_set_changed (key, count_cb, &fixture->n_changed);
  service_key_set_closed (key, count_cb, &fixture->n_closed);
  g_assert_cmpint (send (fixture->far_fd, "{\"changed\":true}", 16, 0), ==, 16);
  g_assert_cmpint (send (fixture->far_fd, "{\"ref\":99,\"result\":\"ok\"}", 24, 0), ==, 24);   /* nobody asked */
  g_assert_cmpint (send (fixture->far_fd, "nonsense", 8, 0), ==, 8);
  while (fixture->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);

  fixture->answer = "silence";
  service_key_load_async (key, NULL, NULL, loaded_cb, &wait);
  close_bridge (fixture);
  wait_until (&wait.done);
  g_assert_error (wait.error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT);
  g_clear_error (&wait.error);
  g_assert_cmpuint (fixture->n_closed, ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  assert_trouble (key, NULL, SERVICE_KEY_ERROR_ABSENT);
  assert_trouble (none, NULL, SERVICE_KEY_ERROR_ABSENT);
}

/* The handle goes while the keyring is still thinking. */
static void
test_keyring_freed (Fixture       *fixture,
                    gconstpointer  data)
{
  ServiceKey *key = service_key_new_private (connect_bridge (fixture));
  Wait wait = { FALSE };

  fixture->answer = "silence";
  service_key_load_async (key, NULL, NULL, loaded_cb, &wait);
  service_key_free (key);
  wait_until (&wait.done);
  g_assert_error (wait.error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT);
  g_clear_error (&wait.error);
}

static void
called_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Wait *wait = data;

  wait->done = TRUE;
  service_keyring_link_call_finish (NULL, result, &wait->secret, &wait->error);
}

static void
test_keyring_silent (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(ServiceKeyringLink) link = service_keyring_link_new (connect_bridge (fixture));
  Wait wait = { FALSE };

  fixture->answer = "silence";
  service_keyring_link_set_timeout (link, 1);
  service_keyring_link_call_async (link, "get", "store-key", NULL, NULL, called_cb, &wait);
  wait_until (&wait.done);
  g_assert_error (wait.error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT);
  g_clear_error (&wait.error);
}

static void
got_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  Wait *wait = data;

  wait->done = TRUE;
  wait->secret = service_key_secret_get_finish (NULL, result, &wait->error);
}

static void
set_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  Wait *wait = data;

  wait->done = TRUE;
  service_key_secret_set_finish (NULL, result, &wait->error);
}

static Wait
get_secret (ServiceKey *key)
{
  Wait wait = { FALSE };

  service_key_secret_get_async (key, "gateway:1", NULL, got_cb, &wait);
  wait_until (&wait.done);

  return wait;
}

static void
set_secret (ServiceKey    *key,
            SecinfoSecret *secret)
{
  Wait wait = { FALSE };

  service_key_secret_set_async (key, "gateway:1", secret, NULL, set_cb, &wait);
  wait_until (&wait.done);
  g_assert_no_error (wait.error);
}

static void
test_keyring_secrets (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(ServiceKey) key = service_key_new_private (connect_bridge (fixture));
  g_autoptr(ServiceKey) system = service_key_new_system (fixture->path);
  g_autoptr(SecinfoSecret) secret = secinfo_secret_new ("{\"password\":\"open sesame\"}", -1);
  Wait wait = get_secret (key);

  g_assert_no_error (wait.error);
  g_assert_null (wait.secret);
  set_secret (key, secret);
  wait = get_secret (key);
  g_assert_true (secinfo_secret_equal (wait.secret, secret));
  g_clear_pointer (&wait.secret, secinfo_secret_unref);
  set_secret (key, NULL);
  wait = get_secret (key);
  g_assert_null (wait.secret);

  fixture->answer = "locked";
  wait = get_secret (key);
  g_assert_error (wait.error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_LOCKED);
  g_clear_error (&wait.error);
  wait = get_secret (system);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&wait.error);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/key/seal", Fixture, NULL, set_up, test_seal, tear_down);
  g_test_add ("/key/seal_bytes", Fixture, NULL, set_up, test_seal_bytes, tear_down);
  g_test_add ("/key/hash", Fixture, NULL, set_up, test_hash, tear_down);
  g_test_add ("/key/system/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/key/system/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/key/system/credential", Fixture, NULL, set_up, test_credential, tear_down);
  g_test_add ("/key/keyring/load", Fixture, NULL, set_up, test_keyring, tear_down);
  g_test_add ("/key/keyring/trouble", Fixture, NULL, set_up, test_keyring_trouble, tear_down);
  g_test_add ("/key/keyring/rival", Fixture, NULL, set_up, test_keyring_rival, tear_down);
  g_test_add ("/key/keyring/renew", Fixture, NULL, set_up, test_keyring_renew, tear_down);
  g_test_add ("/key/keyring/closes", Fixture, NULL, set_up, test_keyring_closes, tear_down);
  g_test_add ("/key/keyring/freed", Fixture, NULL, set_up, test_keyring_freed, tear_down);
  g_test_add ("/key/keyring/silent", Fixture, NULL, set_up, test_keyring_silent, tear_down);
  g_test_add ("/key/keyring/secrets", Fixture, NULL, set_up, test_keyring_secrets, tear_down);

  return g_test_run ();
}
