/* pam-secinfo.c - a way back in, behind the ordinary password prompt of a sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pam-secinfo.h"
#include "pam-words.h"

#include <ctype.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

/* Stands before pam_unix and asks what pam_unix would ask: the one prompt serves both. All that is not `?`, and not six
 * digits while a recovery runs, is left to the others untouched; in that case nothing here opens a socket, starts a
 * process or reads the environment. */

#define SERVICES  "gdm-password,lightdm,login,greetd,lxdm"
#define HINT_DATA "secinfo-hint"

struct options
{
  bool        hint;
  const char *services;    /* further ones, with commas; or NULL */
};

static void
read_options (struct options *options, pam_handle_t *handle, int argc, const char **argv)
{
  *options = (struct options) { 0 };
  for (int i = 0; i < argc; i++)
    if (strcmp (argv[i], "hint") == 0)
      options->hint = true;
    else if (strncmp (argv[i], "services=", 9) == 0)
      options->services = argv[i] + 9;
    else
      pam_syslog (handle, LOG_ERR, "no such option: %s", argv[i]);
}

static bool
is_listed (const char *list, const char *service)
{
  size_t length = strlen (service);

  while (list != NULL && *list != '\0')
    {
      size_t word = strcspn (list, ",");

      if (word == length && strncmp (list, service, length) == 0)
        return true;
      list += word + (list[word] == ',');
    }
  return false;
}

static const char *
read_item (pam_handle_t *handle, int item)
{
  const void *value = NULL;

  return pam_get_item (handle, item, &value) == PAM_SUCCESS && value != NULL ? value : "";
}

/* A display with a host before its colon is somebody else's. */
static bool
is_here (const char *display)
{
  const char *colon = strchr (display, ':');

  return colon == NULL || colon == display;
}

/* Only where somebody sits at this computer before a sign-in screen. A program with the caller's rights (a locker) and
 * one that was called by a user (su, sudo, polkit) never. */
static bool
may_act (pam_handle_t *handle, const struct options *options)
{
  const char *service = read_item (handle, PAM_SERVICE);

  return geteuid () == 0 && (is_listed (SERVICES, service) || is_listed (options->services, service)) &&
         *read_item (handle, PAM_RHOST) == '\0' && is_here (read_item (handle, PAM_TTY)) &&
         is_here (read_item (handle, PAM_XDISPLAY));
}

/* pam_unix lets these in without a question, so none may come from here. An unknown name and an account that has only
 * a locked or no entry are asked like any other. */
static bool
has_empty_password (pam_handle_t *handle, const char *user)
{
  const struct passwd *entry = pam_modutil_getpwnam (handle, user);
  const struct spwd *shadow = pam_modutil_getspnam (handle, user);

  return (entry != NULL && entry->pw_passwd != NULL && entry->pw_passwd[0] == '\0') ||
         (shadow != NULL && shadow->sp_pwdp != NULL && shadow->sp_pwdp[0] == '\0');
}

bool
secinfo_is_code (const char *typed, char digits[7])
{
  size_t n = 0;

  for (; *typed != '\0'; typed++)
    if (isdigit ((unsigned char) *typed) && n < 6)
      digits[n++] = *typed;
    else if (*typed != ' ' && *typed != '-')
      return false;
  digits[n] = '\0';
  return n == 6;
}

/* secinfod keeps a file while a recovery of that name runs, for names that do not exist too. */
static bool
is_recovery_open (const char *user)
{
  char name[2 * SECINFO_USER_SIZE];
  struct stat st;
  int folder = open (SECINFO_PATH_OPEN, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  bool found;

  if (folder == -1)
    return false;
  for (size_t i = 0; i < strlen (user); i++)
    snprintf (name + 2 * i, 3, "%02x", (unsigned char) user[i]);
  name[2 * strlen (user)] = '\0';
  found = fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode);
  close (folder);
  return found;
}

static void
forget (pam_handle_t *handle, void *data, int status)
{
  free (data);
}

void
secinfo_remember (pam_handle_t *handle, const char *words)
{
  char *copy = strdup (words);

  if (copy != NULL && pam_set_data (handle, HINT_DATA, copy, forget) != PAM_SUCCESS)
    free (copy);
}

/* The other profile, after all others have said no. */
static int
say_hint (pam_handle_t *handle, int flags)
{
  const void *words = NULL;
  char language[16];

  if ((flags & PAM_SILENT) != 0 || pam_get_data (handle, HINT_DATA, &words) != PAM_SUCCESS || words == NULL)
    return PAM_IGNORE;
  words_read_language (language, sizeof language);
  secinfo_say (handle, PAM_TEXT_INFO, *(const char *) words != '\0' ? words : words_get (language, WORDS_HINT));
  return PAM_IGNORE;
}

/* How many bytes of @text are one letter that may be shown: none for what is no UTF-8 or a control character (also of
 * the second set, U+0080 to U+009F, which some terminals obey). */
static size_t
measure_letter (const unsigned char *text)
{
  size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3
                  : text[0] < 0xf5 ? 4 : 0;

  for (size_t i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80)
      return 0;
  return text[0] < ' ' || text[0] == 0x7f || (text[0] == 0xc2 && text[1] < 0xa0) ? 0 : length;
}

void
secinfo_clean (char *words)
{
  while (*words != '\0')
    {
      size_t length = measure_letter ((const unsigned char *) words);

      if (length == 0)
        *words = ' ';
      words += length > 0 ? length : 1;
    }
}

void
secinfo_say (pam_handle_t *handle, int style, const char *words)
{
  char clean[SECINFO_SIGN_IN_MESSAGE_SIZE + SECINFO_REASON_SIZE];

  snprintf (clean, sizeof clean, "%s", words);
  secinfo_clean (clean);
  if (clean[0] != '\0')
    pam_prompt (handle, style, NULL, "%s", clean);
}

uid_t
secinfo_find_daemon (pam_handle_t *handle)
{
  const struct passwd *entry = pam_modutil_getpwnam (handle, SECINFO_SYSTEM_USER);

  return entry != NULL ? entry->pw_uid : 0;
}

int
pam_sm_authenticate (pam_handle_t *handle, int flags, int argc, const char **argv)
{
  const char *user = NULL, *typed = NULL;
  struct options options;
  char digits[7] = "";
  int result = PAM_IGNORE;

  read_options (&options, handle, argc, argv);
  if (!may_act (handle, &options))
    return PAM_IGNORE;
  if (options.hint)
    return say_hint (handle, flags);
  if (pam_get_user (handle, &user, NULL) != PAM_SUCCESS || user == NULL || user[0] == '\0' ||
      strlen (user) >= SECINFO_USER_SIZE || has_empty_password (handle, user) ||
      pam_get_authtok (handle, PAM_AUTHTOK, &typed, NULL) != PAM_SUCCESS || typed == NULL)
    return PAM_IGNORE;

  secinfo_remember (handle, "");
  if (strcmp (typed, "?") == 0)
    result = recovery_hold (handle, user, SECINFO_SIGN_IN_BEGIN, "");
  else if (secinfo_is_code (typed, digits) && is_recovery_open (user))
    result = recovery_hold (handle, user, SECINFO_SIGN_IN_CODE, digits);
  explicit_bzero (digits, sizeof digits);
  return result;
}

int
pam_sm_setcred (pam_handle_t *handle, int flags, int argc, const char **argv)
{
  return PAM_IGNORE;
}

int
pam_sm_open_session (pam_handle_t *handle, int flags, int argc, const char **argv)
{
  const char *user = NULL;
  const struct passwd *entry;
  struct options options;

  read_options (&options, handle, argc, argv);
  if ((flags & PAM_SILENT) == 0 && may_act (handle, &options) && pam_get_user (handle, &user, NULL) == PAM_SUCCESS &&
      user != NULL && (entry = pam_modutil_getpwnam (handle, user)) != NULL)
    lines_say (handle, entry->pw_uid);
  return PAM_IGNORE;
}

int
pam_sm_close_session (pam_handle_t *handle, int flags, int argc, const char **argv)
{
  return PAM_IGNORE;
}
