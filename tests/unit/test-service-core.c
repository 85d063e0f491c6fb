/* test-service-core.c - caller, elevation, events, language
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "service-caller.h"
#include "service-elevation.h"
#include "service-events.h"
#include "service-language.h"
#include "service-source.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT (1800000000)
#define BOOT G_GINT64_CONSTANT (5000)
#define LIFE 600

static void
check_source (const char *user, const char *nsswitch, const char *expected)
{
  g_autofree char *name = service_source_name (user, nsswitch);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_source (void)
{
  check_source ("gina@corp.example", "passwd: files ldap\n", "corp.example");
  check_source ("gina", "shadow: files nis\npasswd:\tfiles [NOTFOUND=return] db  sss ldap\n", "sss");
  check_source ("gina", "passwd: files systemd", "");
  check_source ("gina", NULL, "");
}

static void
test_subuid (void)
{
  const char *text = "root:100000:65536\n# a comment:1:5\nbad line\nann:200000:2\nbob:300000:x\n\n";

  g_assert_false (service_caller_subuid_contains (text, 99999));
  g_assert_true (service_caller_subuid_contains (text, 100000));
  g_assert_true (service_caller_subuid_contains (text, 165535));
  g_assert_false (service_caller_subuid_contains (text, 165536));
  g_assert_true (service_caller_subuid_contains (text, 200001));
  g_assert_false (service_caller_subuid_contains (text, 200002));
  g_assert_false (service_caller_subuid_contains (text, 300000));
  g_assert_false (service_caller_subuid_contains (text, 1));
  g_assert_false (service_caller_subuid_contains ("", 100000));
  g_assert_true (service_caller_subuid_contains ("a:4294967290:5", 4294967294u));
  g_assert_false (service_caller_subuid_contains ("a:4294967290:4", 4294967294u));
  g_assert_false (service_caller_subuid_contains ("a:-1:10", 5));
  g_assert_false (service_caller_subuid_contains ("a:1:99999999999", 5));
}

/* The peer of a socket pair is this process. */
static ServiceCaller *
make_caller (void)
{
  g_autoptr(GError) error = NULL;
  ServiceCaller *caller;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
  caller = service_caller_new_from_fd (pair[0], &error);
  g_assert_no_error (error);
  close (pair[0]);
  close (pair[1]);
  return caller;
}

/* A child that made the pair is its peer: another process of the same user. */
static ServiceCaller *
make_child_caller (pid_t *child)
{
  g_autoptr(GError) error = NULL;
  char name[] = { '\0', 's', 'i', '0', '0', '0', '0', '0', '0', '0' };
  struct { sa_family_t family; char path[sizeof name]; } address = { .family = AF_UNIX };
  int listener = socket (AF_UNIX, SOCK_STREAM, 0), fd;
  ServiceCaller *caller;

  g_snprintf (name + 3, sizeof name - 3, "%06d", (int) (getpid () % 1000000));
  memcpy (address.path, name, sizeof name);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  *child = fork ();
  if (*child == 0)
    {
      fd = socket (AF_UNIX, SOCK_STREAM, 0);
      if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
        pause ();
      _exit (1);
    }

  fd = accept (listener, NULL, NULL);
  g_assert_cmpint (fd, >=, 0);
  caller = service_caller_new_from_fd (fd, &error);
  g_assert_no_error (error);
  close (fd);
  close (listener);
  return caller;
}

static void
end_child (pid_t child)
{
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
}

static void
test_caller (void)
{
  g_autoptr(ServiceCaller) one = make_caller ();
  g_autoptr(ServiceCaller) same = make_caller ();
  g_autoptr(ServiceCaller) other = NULL;
  pid_t child;

  other = make_child_caller (&child);
  g_assert_cmpuint (service_caller_get_uid (one), ==, geteuid ());
  g_assert_cmpint (service_caller_get_pid (one), ==, getpid ());
  g_assert_cmpuint (service_caller_get_start_time (one), >, 0);
  g_assert_true (service_caller_same_process (one, same));
  g_assert_cmpint (service_caller_get_pid (other), ==, child);
  g_assert_false (service_caller_same_process (one, other));
  g_assert_true (service_caller_same_process (other, other));
  end_child (child);
  g_assert_false (service_caller_same_process (other, other));
}

static void
test_gone (void)
{
  g_autoptr(GError) error = NULL;
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  /* Nobody is connected: no peer, so nobody. */
  g_assert_null (service_caller_new_from_fd (fd, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, SERVICE_CALLER_ERROR);
  close (fd);
}

static void
test_elevation (void)
{
  g_autoptr(ServiceElevations) elevations = service_elevations_new (LIFE);
  g_autoptr(ServiceCaller) caller = make_caller ();
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  gint64 until = 0;

  token = service_elevations_grant (elevations, caller, SECINFO_LEVEL_PASSWORD, NOW, BOOT, &until);
  g_assert_cmpint (until, ==, NOW + LIFE);
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_PASSWORD);
  g_assert_cmpint (service_elevations_check (elevations, caller, NULL, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_check (elevations, caller, "", NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_check (elevations, caller, "x", NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_get_until (elevations, caller, token, NOW, BOOT), ==, NOW + LIFE);

  /* Its end, by either clock: one that was set back does not lengthen it. */
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW + LIFE - 1, BOOT + LIFE - 1), ==,
                   SECINFO_LEVEL_PASSWORD);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW + LIFE, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW - 9999, BOOT + LIFE), ==,
                   SECINFO_LEVEL_SESSION);

  /* A code raises it, and does not lengthen it. */
  g_assert_true (service_elevations_raise (elevations, caller, token, NOW + 60, BOOT + 60, &until));
  g_assert_cmpint (until, ==, NOW + LIFE);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW + 60, BOOT + 60), ==,
                   SECINFO_LEVEL_VERIFIED);
  g_assert_false (service_elevations_raise (elevations, caller, token, NOW + LIFE, BOOT, NULL));
  g_assert_false (service_elevations_raise (elevations, caller, "x", NOW, BOOT, NULL));

  other = service_elevations_grant (elevations, caller, SECINFO_LEVEL_VERIFIED, NOW, BOOT, NULL);
  service_elevations_end_others (elevations, caller, token);
  g_assert_cmpint (service_elevations_check (elevations, caller, other, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_VERIFIED);
  service_elevations_end_uid (elevations, service_caller_get_uid (caller) + 1);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_VERIFIED);
  service_elevations_end_uid (elevations, service_caller_get_uid (caller));
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
}

static void
test_elevation_session (void)
{
  g_autoptr(ServiceElevations) elevations = service_elevations_new (LIFE);
  g_autoptr(ServiceCaller) caller = make_caller ();
  g_autofree char *token = service_elevations_grant (elevations, caller, SECINFO_LEVEL_SESSION, NOW, BOOT, NULL);

  /* A code alone is never enough. */
  g_assert_false (service_elevations_raise (elevations, caller, token, NOW, BOOT, NULL));
}

static void
test_elevation_process (void)
{
  g_autoptr(ServiceElevations) elevations = service_elevations_new (LIFE);
  g_autoptr(ServiceCaller) caller = make_caller ();
  g_autoptr(ServiceCaller) other = NULL;
  g_autofree char *token = NULL, *stolen = NULL;
  pid_t child;

  other = make_child_caller (&child);
  token = service_elevations_grant (elevations, other, SECINFO_LEVEL_PASSWORD, NOW, BOOT, NULL);
  stolen = service_elevations_grant (elevations, caller, SECINFO_LEVEL_PASSWORD, NOW, BOOT, NULL);
  g_assert_cmpint (service_elevations_check (elevations, other, token, NOW, BOOT), ==, SECINFO_LEVEL_PASSWORD);
  g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_false (service_elevations_raise (elevations, other, stolen, NOW, BOOT, NULL));

  end_child (child);
  g_assert_cmpint (service_elevations_check (elevations, other, token, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (service_elevations_check (elevations, caller, stolen, NOW, BOOT), ==, SECINFO_LEVEL_PASSWORD);
}

static ServiceAccount *
make_account (uid_t       uid,
              const char *name,
              guint64     inode)
{
  /* service_account_ref() counts in what follows the public part: a fixture of the test has none, so it never dies. */
  static struct { ServiceAccount public; gint references[4]; } made[8];
  static guint used;
  ServiceAccount *account = &made[used].public;

  made[used].references[0] = 1000;
  used++;
  account->uid = uid;
  account->name = (char *) name;
  account->real_name = (char *) name;
  account->has_mark = inode != 0;
  account->mark_inode = inode;
  return account;
}

/* A process that outlives its account, and somebody else with its uid. */
static void
test_elevation_account (void)
{
  g_autoptr(ServiceElevations) elevations = service_elevations_new (LIFE);
  g_autoptr(ServiceCaller) caller = make_caller ();
  uid_t uid = service_caller_get_uid (caller);
  ServiceAccount *others[] = { make_account (uid, "ada", 8), make_account (uid, "ada", 0),
                               make_account (uid, "bob", 7) };
  ServiceAccount *ada = make_account (uid, "ada", 7);

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *token = NULL;

      service_elevations_know (elevations, ada);
      token = service_elevations_grant (elevations, caller, SECINFO_LEVEL_PASSWORD, NOW, BOOT, NULL);
      service_elevations_know (elevations, ada);
      service_elevations_know (elevations, make_account (uid + 1, "carl", i + 1));
      g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_PASSWORD);
      service_elevations_know (elevations, others[i]);
      g_assert_cmpint (service_elevations_check (elevations, caller, token, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
    }
}

static void
test_elevation_many (void)
{
  g_autoptr(ServiceElevations) elevations = service_elevations_new (LIFE);
  g_autoptr(ServiceCaller) caller = make_caller ();
  g_autofree char *first = service_elevations_grant (elevations, caller, SECINFO_LEVEL_PASSWORD, NOW, BOOT, NULL);
  g_autofree char *last = NULL;

  for (int i = 0; i < 32; i++)
    {
      g_free (last);
      last = service_elevations_grant (elevations, caller, SECINFO_LEVEL_PASSWORD, NOW, BOOT, NULL);
    }
  g_assert_cmpint (service_elevations_check (elevations, caller, first, NOW, BOOT), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (service_elevations_check (elevations, caller, last, NOW, BOOT), ==, SECINFO_LEVEL_PASSWORD);
}

static void
count_wake (gpointer data)
{
  (*(guint *) data)++;
}

static char *
take_all (ServiceEventStream *stream,
          gsize               at_once)
{
  GString *all = g_string_new (NULL);
  char buffer[256];
  gsize n;

  while ((n = service_events_take (stream, buffer, at_once)) > 0)
    g_string_append_len (all, buffer, n);
  return g_string_free (all, FALSE);
}

static void
test_events (void)
{
  g_autoptr(ServiceEvents) events = service_events_new ();
  guint woken = 0, other_woken = 0;
  ServiceEventStream *stream = service_events_open (events, 1000, count_wake, &woken);
  ServiceEventStream *other = service_events_open (events, 1001, count_wake, &other_woken);
  g_autofree char *hello = take_all (stream, 3), *one = NULL, *two = NULL, *foreign = NULL;

  g_assert_cmpstr (hello, ==, ": open\n\n");
  service_events_publish (events, 1000, "contacts", "abc");
  service_events_publish (events, 1000, "contacts", "abc");
  one = take_all (stream, 5);
  g_assert_cmpstr (one, ==, "event: contacts\ndata: {\"id\":\"abc\"}\n\n");
  g_assert_cmpuint (woken, ==, 1);
  g_assert_cmpuint (other_woken, ==, 0);

  service_events_publish (events, (uid_t) -1, "service", NULL);
  two = take_all (stream, 256);
  g_assert_cmpstr (two, ==, "event: service\ndata: {}\n\n");
  g_assert_cmpuint (other_woken, ==, 1);
  foreign = take_all (other, 256);
  g_assert_cmpstr (foreign, ==, ": open\n\nevent: service\ndata: {}\n\n");

  g_assert_cmpuint (service_events_count (events), ==, 2);
  service_events_close (events, other);
  g_assert_cmpuint (service_events_count (events), ==, 1);
}

static void
test_events_limit (void)
{
  g_autoptr(ServiceEvents) events = service_events_new ();
  ServiceEventStream *first = service_events_open (events, 1000, count_wake, NULL);

  for (int i = 0; i < 3; i++)
    g_assert_nonnull (service_events_open (events, 1000, count_wake, NULL));
  g_assert_null (service_events_open (events, 1000, count_wake, NULL));
  g_assert_nonnull (service_events_open (events, 1001, count_wake, NULL));
  service_events_close (events, first);
  g_assert_nonnull (service_events_open (events, 1000, count_wake, NULL));
}

/* A reader that does not read costs no memory, and learns that it has missed something. */
static void
test_events_behind (void)
{
  g_autoptr(ServiceEvents) events = service_events_new ();
  guint woken = 0;
  ServiceEventStream *stream = service_events_open (events, 1000, count_wake, &woken);
  g_autofree char *all = NULL;
  char begun[4];

  g_assert_cmpuint (service_events_take (stream, begun, sizeof begun), ==, sizeof begun);
  for (int i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-%d", i);

      service_events_publish (events, 1000, "challenge", id);
    }
  all = take_all (stream, 256);
  g_assert_cmpuint (strlen (all), <, 64 * 64);
  g_assert_true (g_str_has_prefix (all, "en\n\nevent: "));
  g_assert_nonnull (strstr (all, "event: challenge\ndata: {}\n\n"));
  g_assert_nonnull (strstr (all, "event: contacts\ndata: {}\n\n"));
}

static void
test_language (void)
{
  char language[16];
  const char *const hostile[] = {
    NULL, "", "*", "../../etc", "xx-YY", "en", "en-GB;q=0.5", ",,,;q=", "a",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "-", "e\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      service_language_pick (hostile[i], language);
      g_assert_cmpstr (language, ==, "en");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  service_language_init ();

  g_test_add_func ("/service-core/caller/subuid", test_subuid);
  g_test_add_func ("/service-core/caller/process", test_caller);
  g_test_add_func ("/service-core/caller/gone", test_gone);
  g_test_add_func ("/service-core/elevation/life", test_elevation);
  g_test_add_func ("/service-core/elevation/code-alone", test_elevation_session);
  g_test_add_func ("/service-core/elevation/process", test_elevation_process);
  g_test_add_func ("/service-core/elevation/account", test_elevation_account);
  g_test_add_func ("/service-core/elevation/many", test_elevation_many);
  g_test_add_func ("/service-core/events/order", test_events);
  g_test_add_func ("/service-core/events/limit", test_events_limit);
  g_test_add_func ("/service-core/events/behind", test_events_behind);
  g_test_add_func ("/service-core/language", test_language);
  g_test_add_func ("/service-core/source", test_source);
  return g_test_run ();
}
