/* slow-names.c - loaded before everything else: a name service that takes its time over names that it knows
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As sssd is whose server is far away: who is known to nobody is answered at once, from what it remembers.
 *   SECINFO_SLOW_NAMES  milliseconds
 */

#include <dlfcn.h>
#include <pwd.h>
#include <stdlib.h>
#include <time.h>

typedef int (*ByName) (const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **found);
typedef int (*ByUid) (uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **found);

static int
take_time (int code, struct passwd *const *found)
{
  const char *text = getenv ("SECINFO_SLOW_NAMES");
  long ms = text != NULL ? atol (text) : 0;
  struct timespec nap = { ms / 1000, ms % 1000 * 1000000 };

  if (code == 0 && *found != NULL)
    nanosleep (&nap, NULL);
  return code;
}

int
getpwnam_r (const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **found)
{
  ByName real = (ByName) dlsym (RTLD_NEXT, "getpwnam_r");

  return take_time (real (name, entry, buffer, size, found), found);
}

int
getpwuid_r (uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **found)
{
  ByUid real = (ByUid) dlsym (RTLD_NEXT, "getpwuid_r");

  return take_time (real (uid, entry, buffer, size, found), found);
}
