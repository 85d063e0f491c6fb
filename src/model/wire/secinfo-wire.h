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
#define SECINFO_PATH_PASSWORD_RESET  "/run/secinfo/password-reset"   /* 0600, root peers */
#define SECINFO_PATH_SIGN_IN         "/run/secinfo/sign-in"          /* 0600, root peers */
#define SECINFO_PATH_OPEN            "/run/secinfo/open"             /* 0700 secinfo: a file for each recovery */
#define SECINFO_PATH_LINES           "/run/secinfo/lines"            /* 0755 secinfo: a file a uid with a line */
#define SECINFO_PATH_SAID            "/run/secinfo/said"             /* 0755 root: how often it was said */
#define SECINFO_SYSTEM_USER          "secinfo"
#define SECINFO_PAM_SERVICE          "secinfo"
#define SECINFO_PAM_SERVICE_RESET    "secinfo-reset"
#define SECINFO_PATH_RESET_CONF      "/etc/secinfo/reset.conf"

#define SECINFO_PASSWORD_VERSION     1
#define SECINFO_PASSWORD_READ_LIMIT  2        /* seconds secinfo-password waits for its one datagram */
#define SECINFO_PASSWORD_LIFE        30       /* seconds it lives at most */
#define SECINFO_USER_SIZE            128      /* bytes, with the NUL */
#define SECINFO_PASSWORD_SIZE        512      /* bytes, with the NUL: PAM_MAX_RESP_SIZE */
#define SECINFO_REASON_SIZE          256      /* bytes, with the NUL */

enum secinfo_password_op
{
  SECINFO_PASSWORD_CLASSIFY     = 1,
  SECINFO_PASSWORD_AUTHENTICATE = 2,
  SECINFO_PASSWORD_CHANGE       = 3,
  /* On the other socket, PATH_PASSWORD_RESET, in a secinfo_reset_request: from the sign-in program, with a ticket. */
  SECINFO_PASSWORD_RESET        = 4,
  SECINFO_PASSWORD_UNLOCK       = 5,
};

enum secinfo_password_result
{
  SECINFO_PASSWORD_OK          = 0,
  SECINFO_PASSWORD_WRONG       = 1,    /* reset, unlock: the ticket is not taken (any more) */
  SECINFO_PASSWORD_NO_PASSWORD = 2,
  SECINFO_PASSWORD_LOCKED      = 3,    /* locked or expired */
  SECINFO_PASSWORD_REFUSED     = 4,    /* PAM refuses the new password; `reason` says why in PAM's words */
  SECINFO_PASSWORD_UNAVAILABLE = 5,
  SECINFO_PASSWORD_BAD_REQUEST = 6,    /* not the datagram of this version */
  SECINFO_PASSWORD_NOT_ALLOWED = 7,    /* not from this peer, or not for this account */
  SECINFO_PASSWORD_LIMIT       = 8,    /* reset: 3 an hour for the machine; `retry_at` says until when */
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
  char     reason[SECINFO_REASON_SIZE];      /* refused */
};

/* ---- the sign-in socket: pam_secinfo.so asks, secinfod answers; secinfo-password redeems tickets ----------------- */

#define SECINFO_SIGN_IN_VERSION      1
#define SECINFO_SIGN_IN_WAIT         3        /* seconds the module waits for an answer */
#define SECINFO_SIGN_IN_TEXT_SIZE    320      /* bytes, with the NUL: a whole address, a saved code with spaces */
#define SECINFO_SIGN_IN_MESSAGE_SIZE 328      /* bytes, with the NUL: 80 letters */
#define SECINFO_SIGN_IN_PROMPT_SIZE  128      /* bytes, with the NUL: 30 letters */
#define SECINFO_TICKET_SIZE          16

enum secinfo_sign_in_op
{
  SECINFO_SIGN_IN_BEGIN  = 1,   /* `?` was the password */
  SECINFO_SIGN_IN_CODE   = 2,   /* six digits were the password while a recovery was open; `text`: the digits alone */
  SECINFO_SIGN_IN_ANSWER = 3,   /* `text`: what was typed at the last prompt; on the connection that asked */
  SECINFO_SIGN_IN_REDEEM = 4,   /* secinfo-password, before it changes anything: `ticket` is taken */
  SECINFO_SIGN_IN_RESULT = 5,   /* on the same connection: `result` is what became of it (secinfo_password_result) */
};

struct secinfo_sign_in_request
{
  uint32_t version;
  uint32_t op;
  uint32_t result;                                /* RESULT */
  uint32_t reset;                                 /* REDEEM: 1 a new password, 0 only unlock */
  char     user[SECINFO_USER_SIZE];               /* BEGIN, CODE: PAM_USER as typed; REDEEM: pw_name */
  char     text[SECINFO_SIGN_IN_TEXT_SIZE];       /* CODE, ANSWER */
  uint8_t  ticket[SECINFO_TICKET_SIZE];           /* REDEEM */
};

enum secinfo_sign_in_what
{
  SECINFO_SIGN_IN_PROMPT  = 1,   /* say `message`, ask `prompt`, send an ANSWER */
  SECINFO_SIGN_IN_END     = 2,   /* say `message`; PAM_AUTH_ERR */
  /* CODE: not the code, or none runs: PAM_IGNORE; `message` (may be empty) is the hint, if the password fails too */
  SECINFO_SIGN_IN_PASS    = 3,
  SECINFO_SIGN_IN_TICKET  = 4,   /* all proofs are right: `ticket`; the words follow, `number` of them */
  SECINFO_SIGN_IN_WORDS   = 5,   /* one of them: `number` is a secinfo_sign_in_words */
  SECINFO_SIGN_IN_TAKEN   = 6,   /* REDEEM: go on; `proofs` says how many were given */
  SECINFO_SIGN_IN_REFUSED = 7,   /* REDEEM: no such ticket, used, too old, another's */
  SECINFO_SIGN_IN_NOTED   = 8,   /* RESULT: written down */
};

enum secinfo_sign_in_style
{
  SECINFO_SIGN_IN_INFO  = 0,
  SECINFO_SIGN_IN_ERROR = 1,
};

/* The words of the last steps, which the module speaks by itself; each is `message` or `prompt` of its datagram. */
enum secinfo_sign_in_words
{
  SECINFO_WORDS_CHOOSE    = 1,    /* message and prompt: a new password */
  SECINFO_WORDS_AGAIN     = 2,    /* message and prompt: once more */
  SECINFO_WORDS_DIFFERS   = 3,    /* message */
  SECINFO_WORDS_REJECTED  = 4,    /* message; %s is PAM's reason */
  SECINFO_WORDS_LIMIT     = 5,    /* message; %s is the time (HH:MM, local) of `retry_at` */
  SECINFO_WORDS_NOT_SET   = 6,    /* message */
  SECINFO_WORDS_CHANGED   = 7,    /* message */
  SECINFO_WORDS_UNLOCKED  = 8,    /* message */
  SECINFO_WORDS_TOO_LONG  = 9,    /* message */
  SECINFO_WORDS_LAST      = 9,
};

struct secinfo_sign_in_reply
{
  uint32_t version;
  uint32_t what;
  uint32_t style;                                 /* of `message` */
  uint32_t echo;                                  /* PROMPT: 1 = what is typed is shown */
  uint32_t number;                                /* TICKET, WORDS */
  uint32_t proofs;                                /* TAKEN: how many proofs of different kinds were given */
  char     message[SECINFO_SIGN_IN_MESSAGE_SIZE]; /* UTF-8 */
  char     prompt[SECINFO_SIGN_IN_PROMPT_SIZE];
  uint8_t  ticket[SECINFO_TICKET_SIZE];
};

/* ---- secinfo-password's other socket ----------------------------------------------------------------------------- */

struct secinfo_reset_request
{
  uint32_t version;                          /* SECINFO_PASSWORD_VERSION */
  uint32_t op;                               /* RESET, UNLOCK */
  char     user[SECINFO_USER_SIZE];
  char     fresh[SECINFO_PASSWORD_SIZE];     /* RESET */
  uint8_t  ticket[SECINFO_TICKET_SIZE];
};

struct secinfo_reset_reply
{
  uint32_t version;
  uint32_t result;                           /* secinfo_password_result */
  int64_t  retry_at;                         /* LIMIT: Unix seconds */
  char     reason[SECINFO_REASON_SIZE];      /* REFUSED */
};

/* ---- what the module reads after a sign-in: PATH_LINES/UID ------------------------------------------------------- */

#define SECINFO_LINE_VERSION 1

enum secinfo_line
{
  SECINFO_LINE_NEW_EMAIL        = 1,   /* since `at` */
  SECINFO_LINE_NEW_PHONE        = 2,
  SECINFO_LINE_FAILED_TRIES     = 3,   /* `count`, the last at `at` */
  SECINFO_LINE_PASSWORD_CHANGED = 4,   /* with a code, at `at` */
};

struct secinfo_line_file
{
  uint32_t version;
  uint32_t line;
  uint32_t count;
  uint32_t sign_ins_left;    /* when the file was written; the module counts in PATH_SAID, secinfod may read that */
  int64_t  at;               /* Unix seconds */
  char     language[8];      /* the system's: "en", "de" */
};

/* PATH_SAID/UID, root's: the line of that `line` and `at` was said `said` times since the computer started. */
struct secinfo_line_said
{
  uint32_t version;          /* SECINFO_LINE_VERSION */
  uint32_t line;
  uint32_t said;
  uint32_t unused;
  int64_t  at;
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

/* PAM's reason without the capitals before it ("BAD PASSWORD: ", in any language) and without "passwd: ". */
static inline const char *
secinfo_wire_reason (const char *words)
{
  const char *colon = strchr (words, ':');

  if (strncmp (words, "passwd: ", 8) == 0)
    return secinfo_wire_reason (words + 8);
  for (const char *at = words; colon != NULL && at < colon; at++)
    if (*at >= 'a' && *at <= 'z')
      return words;
  return colon != NULL ? colon + 1 + (colon[1] == ' ') : words;
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
