/* pam-lines.c - one line after a sign-in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pam-secinfo.h"
#include "pam-words.h"

/* secinfod says which line and when, never text. How often it was said is counted here, in root's own file: secinfod
 * sees no sign-ins, and a sign-in must not wait for it. */

static int
open_file (const char *folder, uid_t uid, int flags)
{
  char path[128];

  snprintf (path, sizeof path, "%s/%u", folder, (unsigned) uid);
  return open (path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);
}

/* A plain file of exactly that size, of @owner's. */
static bool
read_file (int file, uid_t owner, void *into, size_t size)
{
  struct stat st;

  return fstat (file, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == owner && st.st_nlink == 1 &&
         st.st_size == (off_t) size && pread (file, into, size, 0) == (ssize_t) size;
}

static bool
read_line (pam_handle_t *handle, uid_t uid, struct secinfo_line_file *line)
{
  uid_t daemon = secinfo_find_daemon (handle);
  int file = daemon != 0 ? open_file (SECINFO_PATH_LINES, uid, O_RDONLY) : -1;
  bool read = file != -1 && read_file (file, daemon, line, sizeof *line);

  if (file != -1)
    close (file);
  return read && line->version == SECINFO_LINE_VERSION && line->sign_ins_left > 0 && line->at > 0 &&
         secinfo_wire_text_ends (line->language, sizeof line->language);
}

/* Counts this sign-in. false: it was said often enough. Where nothing can be counted it is said. */
static bool
count (uid_t uid, const struct secinfo_line_file *line)
{
  struct secinfo_line_said said = { 0 };
  int file = open_file (SECINFO_PATH_SAID, uid, O_RDWR | O_CREAT);
  bool more = true;

  if (file == -1)
    return true;
  if (!read_file (file, 0, &said, sizeof said) || said.version != SECINFO_LINE_VERSION || said.line != line->line ||
      said.at != line->at)
    said = (struct secinfo_line_said) { .version = SECINFO_LINE_VERSION, .line = line->line, .at = line->at };
  more = said.said < line->sign_ins_left;
  if (more)
    {
      said.said++;
      if (pwrite (file, &said, sizeof said, 0) != sizeof said || ftruncate (file, sizeof said) != 0)
        more = true;
    }
  close (file);
  return more;
}

/* The translations are checked to have the placeholders of the English words. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

void
lines_say (pam_handle_t *handle, uid_t uid)
{
  struct secinfo_line_file line;
  char words[SECINFO_SIGN_IN_MESSAGE_SIZE] = "", day[64], clock[16];
  time_t at, now = time (NULL);
  struct tm then, today;
  bool is_today;

  if (!read_line (handle, uid, &line) || !count (uid, &line))
    return;
  at = line.at;
  if (localtime_r (&at, &then) == NULL || localtime_r (&now, &today) == NULL)
    return;
  is_today = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  snprintf (day, sizeof day, words_get (line.language, WORDS_DAY), then.tm_mday,
            words_get (line.language, WORDS_JANUARY + then.tm_mon));
  snprintf (clock, sizeof clock, "%02d:%02d", then.tm_hour, then.tm_min);

#define FORMAT(which) words, sizeof words, words_get (line.language, which)
  if (line.line == SECINFO_LINE_NEW_EMAIL)
    snprintf (FORMAT (WORDS_NEW_EMAIL), day);
  else if (line.line == SECINFO_LINE_NEW_PHONE)
    snprintf (FORMAT (WORDS_NEW_PHONE), day);
  else if (line.line == SECINFO_LINE_FAILED_TRIES && line.count == 1 && is_today)
    snprintf (FORMAT (WORDS_ONE_FAILED_TODAY), clock);
  else if (line.line == SECINFO_LINE_FAILED_TRIES && line.count == 1)
    snprintf (FORMAT (WORDS_ONE_FAILED_ON), day, clock);
  else if (line.line == SECINFO_LINE_FAILED_TRIES && is_today)
    snprintf (FORMAT (WORDS_FAILED_TODAY), line.count, clock);
  else if (line.line == SECINFO_LINE_FAILED_TRIES)
    snprintf (FORMAT (WORDS_FAILED_ON), line.count, day, clock);
  else if (line.line == SECINFO_LINE_PASSWORD_CHANGED && is_today)
    snprintf (FORMAT (WORDS_CHANGED_TODAY), clock);
  else if (line.line == SECINFO_LINE_PASSWORD_CHANGED)
    snprintf (FORMAT (WORDS_CHANGED_ON), day, clock);
#undef FORMAT
  secinfo_say (handle, PAM_TEXT_INFO, words);
}
