/* secinfo-wire.h - what crosses a process boundary without GLib on the other side
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Plain C, libc alone, header only: secinfod includes it and so does the code that runs as root. Fixed fields, host
 * byte order (both ends are one computer), one datagram each way over SOCK_SEQPACKET. Append operations, never
 * renumber; a changed layout is a new version, and a datagram of another version or another size is refused whole. */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define SECINFO_PATH_PASSWORD_CHECK  "/run/secinfo/password-check"   /* 0660 root:secinfo */
#define SECINFO_SYSTEM_USER          "secinfo"
#define SECINFO_PAM_SERVICE          "secinfo"
#define SECINFO_PATH_RESET_CONF      "/etc/secinfo/reset.conf"

#define SECINFO_PASSWORD_VERSION     1
#define SECINFO_PASSWORD_READ_LIMIT  2        /* seconds secinfo-password waits for its one datagram */
#define SECINFO_PASSWORD_LIFE        30       /* seconds it lives at most */
#define SECINFO_USER_SIZE            128      /* bytes, with the NUL */
#define SECINFO_PASSWORD_SIZE        512      /* bytes, with the NUL: PAM_MAX_RESP_SIZE */
#define SECINFO_REASON_SIZE          256      /* bytes, with the NUL */
#define SECINFO_SOURCE_SIZE          64       /* bytes, with the NUL */

enum secinfo_password_op
{
  SECINFO_PASSWORD_CLASSIFY     = 1,
  SECINFO_PASSWORD_AUTHENTICATE = 2,
  SECINFO_PASSWORD_CHANGE       = 3,
  SECINFO_PASSWORD_RESET        = 4,   /* reserved: from the sign-in program, with a ticket */
  SECINFO_PASSWORD_UNLOCK       = 5,   /* reserved */
};

enum secinfo_password_result
{
  SECINFO_PASSWORD_OK          = 0,
  SECINFO_PASSWORD_WRONG       = 1,
  SECINFO_PASSWORD_NO_PASSWORD = 2,
  SECINFO_PASSWORD_LOCKED      = 3,    /* locked or expired */
  SECINFO_PASSWORD_REFUSED     = 4,    /* PAM refuses the new password; `reason` says why in PAM's words */
  SECINFO_PASSWORD_UNAVAILABLE = 5,
  SECINFO_PASSWORD_BAD_REQUEST = 6,    /* not the datagram of this version */
  SECINFO_PASSWORD_NOT_ALLOWED = 7,    /* not from this peer, or not for this account */
};

enum secinfo_password_kind
{
  SECINFO_KIND_FILES          = 0,
  SECINFO_KIND_OTHER_SOURCE   = 1,
  SECINFO_KIND_LOCKED         = 2,     /* locked with a password behind the lock, or expired */
  SECINFO_KIND_NO_PASSWORD    = 3,     /* empty, `*`, or a lock with nothing behind it */
  SECINFO_KIND_ENCRYPTED_HOME = 4,
};

struct secinfo_password_request
{
  uint32_t version;
  uint32_t op;
  uint32_t uid;                              /* must be the uid of `user` */
  char     user[SECINFO_USER_SIZE];
  char     password[SECINFO_PASSWORD_SIZE];  /* authenticate, change: the current one */
  char     fresh[SECINFO_PASSWORD_SIZE];     /* change */
};

struct secinfo_password_reply
{
  uint32_t version;
  uint32_t result;
  uint32_t kind;                             /* classify: this and what follows, but `reason` */
  uint32_t administrator;
  uint32_t has_mark;
  uint32_t unused;
  uint64_t mark_inode;
  int64_t  mark_btime;                       /* nanoseconds */
  char     source[SECINFO_SOURCE_SIZE];      /* other source: its word, else empty */
  char     reason[SECINFO_REASON_SIZE];      /* refused */
};

/* Every text field ends inside itself and is followed by nothing but zeros, so that no secret rides along by
 * accident. */
static inline bool
secinfo_wire_text_ends (const char *field, size_t size)
{
  size_t length = strnlen (field, size);

  if (length == size)
    return false;
  for (size_t i = length; i < size; i++)
    if (field[i] != '\0')
      return false;
  return true;
}

/* File systems whose inode numbers and birth times are another computer's, or made up at every mount. */
static inline bool
secinfo_mark_is_foreign (const struct statfs *fs)
{
  static const uint32_t foreign[] = {
    0x6969 /* nfs */, 0x517B /* smb */, 0xFF534D42 /* cifs */, 0xFE534D42 /* smb2 */, 0x794C7630 /* overlay */,
    0x65735546 /* fuse */, 0x00C36400 /* ceph */, 0x01021997 /* 9p */, 0x5346414F /* afs */, 0x6B414653 /* kafs */,
    0x73757245 /* coda */, 0x0BD00BD0 /* lustre */, 0x0187 /* autofs */,
  };

  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
    if ((uint32_t) fs->f_type == foreign[i])
      return true;
  return false;
}

/* The mark of an account: inode and birth time (nanoseconds) of its home directory. false: it has none. */
static inline bool
secinfo_mark_read (const char *home, uint64_t *inode, int64_t *btime)
{
  struct statfs fs;
  struct statx st;

  if (home == NULL || home[0] != '/' || statfs (home, &fs) != 0 || secinfo_mark_is_foreign (&fs) ||
      statx (-1, home, AT_STATX_SYNC_AS_STAT, STATX_TYPE | STATX_INO | STATX_BTIME, &st) != 0 ||
      (st.stx_mask & STATX_INO) == 0 || (st.stx_mask & STATX_BTIME) == 0 || !S_ISDIR (st.stx_mode) ||
      (st.stx_btime.tv_sec == 0 && st.stx_btime.tv_nsec == 0))
    return false;
  *inode = st.stx_ino;
  *btime = st.stx_btime.tv_sec * INT64_C (1000000000) + st.stx_btime.tv_nsec;
  return true;
}
