/* password-classify.c - what kind of account this is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <linux/fscrypt.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define GROUPS         1024
#define GROUPS_SIZE    1024   /* bytes of a line of reset.conf */
#define ADMINISTRATORS "root sudo wheel admin disk shadow docker lxd"   /* and reset.conf's */
#define SEPARATORS     " ,;\t\n"

static bool
exists (const char *format, const char *word)
{
  char path[4096];
  struct stat st;

  return snprintf (path, sizeof path, format, word) < (int) sizeof path && lstat (path, &st) == 0;
}

/* In /etc/passwd itself, whatever else NSS knows. */
static bool
is_in_files (const struct passwd *account)
{
  FILE *file = fopen ("/etc/passwd", "re");
  const struct passwd *entry;
  bool found = false;

  while (file != NULL && !found && (entry = fgetpwent (file)) != NULL)
    found = entry->pw_uid == account->pw_uid && strcmp (entry->pw_name, account->pw_name) == 0;
  if (file != NULL)
    fclose (file);
  return found;
}

/* Signs that the password is the key of the home directory; a new one would not open it. */
static bool
is_home_encrypted (const struct passwd *account)
{
  struct fscrypt_get_policy_ex_arg policy = { .policy_size = sizeof policy.policy };
  int home;
  bool found;

  if (exists ("/home/.ecryptfs/%s", account->pw_name) || exists ("%s/.ecryptfs/wrapped-passphrase", account->pw_dir) ||
      exists ("/var/lib/systemd/home/%s.identity", account->pw_name) || exists ("%s.homedir", account->pw_dir) ||
      exists ("%s.home", account->pw_dir))
    return true;
  home = open (account->pw_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  found = home != -1 && ioctl (home, FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) == 0;
  if (home != -1)
    close (home);
  return found;
}

/* Returns: false where the shadow entry cannot be read. */
static bool
read_lock (struct password_call *call, uint32_t *kind)
{
  const struct spwd *shadow;
  const char *hash = call->account.pw_passwd, *behind;
  long today = time (NULL) / (24 * 60 * 60);
  bool over = false;

  if (call->private)
    return password_run_status (call->account.pw_name, kind);

  if (strcmp (hash, "x") == 0)
    {
      if ((shadow = getspnam (call->account.pw_name)) == NULL)
        return false;
      hash = shadow->sp_pwdp != NULL ? shadow->sp_pwdp : "";
      over = (shadow->sp_expire != -1 && today >= shadow->sp_expire) ||
             (shadow->sp_lstchg > 0 && shadow->sp_max >= 0 && shadow->sp_inact >= 0 &&
              today > shadow->sp_lstchg + shadow->sp_max + shadow->sp_inact);
    }
  behind = hash + strspn (hash, "!*");
  if (behind[0] == '\0')
    *kind = SECINFO_KIND_NO_PASSWORD;
  else if (behind != hash || over)
    *kind = SECINFO_KIND_LOCKED;
  explicit_bzero ((char *) hash, strlen (hash));
  return true;
}

/* Rules for everybody, netgroups, groups of other sources or by number, and includes of elsewhere, which are not
 * followed: in doubt, yes. */
static bool
is_in_doubt (const char *line)
{
  const char *rule = line + strspn (line, " \t");

  return strncmp (rule, "ALL", 3) == 0 || rule[0] == '+' ||
         strstr (line, "%:") != NULL || strstr (line, "%#") != NULL ||
         (strncmp (line, "User_Alias", 10) == 0 && (strstr (line, "ALL") != NULL || strchr (line, '+') != NULL)) ||
         ((line[0] == '@' || line[0] == '#') && strncmp (line + 1, "include", 7) == 0 &&
          strstr (line, "includedir /etc/sudoers.d") == NULL);
}

/* Does @word stand in one of sudo's files, between characters that are in no name? What cannot be read counts as
 * yes. */
static bool
file_has_word (const char *path, const char *word)
{
  FILE *file = fopen (path, "re");
  size_t length = strlen (word), size = 0;
  char *line = NULL;
  bool found = file == NULL && errno != ENOENT;

  while (file != NULL && !found && getline (&line, &size, file) != -1)
    {
      found = is_in_doubt (line);
      for (const char *at = strstr (line, word); at != NULL && !found; at = strstr (at + 1, word))
        found = (at == line || (!isalnum ((unsigned char) at[-1]) && strchr ("_-.@$%", at[-1]) == NULL)) &&
                !isalnum ((unsigned char) at[length]) && (at[length] == '\0' || strchr ("_-@$", at[length]) == NULL);
    }
  free (line);
  if (file != NULL)
    fclose (file);
  return found;
}

static bool
sudo_names (const glob_t *files, const char *word)
{
  bool found = false;

  for (size_t i = 0; i < files->gl_pathc && !found; i++)
    found = file_has_word (files->gl_pathv[i], word);
  return found;
}

/* reset.conf: an administrator's proofs, 0 where none may be reset, and further @groups of administrators. false: it
 * cannot be believed. */
static bool
read_conf (unsigned *proofs, char *groups)
{
  FILE *file = fopen (SECINFO_PATH_RESET_CONF, "re");
  bool good, seen = false;
  char line[GROUPS_SIZE];
  struct stat st;

  *proofs = 0;
  groups[0] = '\0';
  if (file == NULL)
    return errno == ENOENT;
  good = fstat (fileno (file), &st) == 0 && st.st_uid == 0 && (st.st_mode & 022) == 0;
  while (good && fgets (line, sizeof line, file) != NULL)
    if (strcmp (line, "administrators=1\n") == 0 || strcmp (line, "administrators=2\n") == 0 ||
        strcmp (line, "administrators=no\n") == 0)
      {
        good = !seen;
        seen = true;
        *proofs = line[15] == 'n' ? 0 : line[15] - '0';
      }
    else if (strncmp (line, "administrator-groups=", 21) == 0)
      {
        good = groups[0] == '\0' && strchr (line, '\n') != NULL;
        strcpy (groups, line + 21);
      }
    else
      good = line[0] == '#' || line[0] == '\n';
  fclose (file);
  *proofs = good ? *proofs : 0;
  return good;
}

/* Is @name one of the words of @list? */
static bool
is_listed (const char *list, const char *name)
{
  size_t length = strlen (name), n;

  for (; list[0] != '\0'; list += n + strspn (list + n, SEPARATORS))
    if ((n = strcspn (list, SEPARATORS)) == length && strncmp (list, name, n) == 0)
      return true;
  return false;
}

/* In doubt yes: a reset.conf that cannot be believed makes everybody one. */
static bool
is_administrator (const struct passwd *account, unsigned *proofs)
{
  gid_t groups[GROUPS];
  char more[GROUPS_SIZE], word[256];
  int n = GROUPS, status;
  glob_t files;
  bool found;

  if (!read_conf (proofs, more) || account->pw_uid == 0 ||
      getgrouplist (account->pw_name, account->pw_gid, groups, &n) == -1)
    return true;
  status = glob ("/etc/sudoers{,.d/*}", GLOB_BRACE, NULL, &files);
  snprintf (word, sizeof word, "#%u", (unsigned) account->pw_uid);
  found = (status != 0 && status != GLOB_NOMATCH) || sudo_names (&files, account->pw_name) || sudo_names (&files, word);
  for (int i = 0; i < n && !found; i++)
    {
      const struct group *group = getgrgid (groups[i]);

      snprintf (word, sizeof word, "%%%s", group != NULL ? group->gr_name : "");
      found = groups[i] == 0 || (group != NULL && (is_listed (ADMINISTRATORS, group->gr_name) ||
                                                   is_listed (more, group->gr_name) || sudo_names (&files, word)));
    }
  globfree (&files);
  return found;
}

void
password_classify (struct password_call *call)
{
  struct secinfo_password_reply *reply = &call->reply;
  uint32_t kind = SECINFO_KIND_FILES;

  if (!is_in_files (&call->account))
    kind = SECINFO_KIND_OTHER_SOURCE;
  else if (!read_lock (call, &kind))
    return;
  if ((kind == SECINFO_KIND_FILES || kind == SECINFO_KIND_OTHER_SOURCE) && is_home_encrypted (&call->account))
    kind = SECINFO_KIND_ENCRYPTED_HOME;

  reply->kind = kind;
  reply->administrator = is_administrator (&call->account, &call->proofs);
  reply->has_mark = secinfo_mark_read (call->account.pw_dir, &reply->mark_inode, &reply->mark_btime);
  reply->result = SECINFO_PASSWORD_OK;
}
