/* nss-flood.c - a name service that does not answer for some uids, as sssd does whose server is gone
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GATE  "/run/secinfo-flood-hangs"   /* they hang while this file is there */
#define FIRST 7000000
#define LAST  7000999

enum nss_status _nss_flood_getpwuid_r (uid_t uid, struct passwd *entry, char *buffer, size_t size, int *code);

enum nss_status
_nss_flood_getpwuid_r (uid_t uid, struct passwd *entry, char *buffer, size_t size, int *code)
{
  struct timespec nap = { 0, 20 * 1000 * 1000 };
  int length;

  *code = ENOENT;
  if (uid < FIRST || uid > LAST)
    return NSS_STATUS_NOTFOUND;
  while (access (GATE, F_OK) == 0)
    nanosleep (&nap, NULL);

  length = snprintf (buffer, size, "far%u", (unsigned) uid);
  if (length < 0 || (size_t) length + 3 > size)
    {
      *code = ERANGE;
      return NSS_STATUS_TRYAGAIN;
    }
  memcpy (buffer + length + 1, "/", 2);
  *entry = (struct passwd) { .pw_name = buffer, .pw_passwd = buffer + length, .pw_uid = uid, .pw_gid = uid,
                             .pw_gecos = buffer + length, .pw_dir = buffer + length + 1,
                             .pw_shell = buffer + length };
  return NSS_STATUS_SUCCESS;
}
