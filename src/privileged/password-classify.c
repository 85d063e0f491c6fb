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

#define GROUPS 1024

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
  if (home == -1)
    return false;
  found = ioctl (home, FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) == 0;
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

/* Does @word stand in the file, between characters that are in no name? */
static bool
file_has_word (FILE *file, const char *word)
{
  size_t length = strlen (word), size = 0;
  char *line = NULL;
  bool found = false;

  rewind (file);
  while (!found && getline (&line, &size, file) != -1)
    {
      for (const char *at = strstr (line, word); at != NULL && !found; at = strstr (at + 1, word))
        found = (at == line || (!isalnum ((unsigned char) at[-1]) && strchr ("_-.@$%", at[-1]) == NULL)) &&
                !isalnum ((unsigned char) at[length]) && (at[length] == '\0' || strchr ("_-@$", at[length]) == NULL);
      /* An include of elsewhere is not followed: in doubt, yes. */
      /* Rules for everybody, netgroups, groups of other sources or by number: in doubt, yes. */
      if (strncmp (line + strspn (line, " \t"), "ALL", 3) == 0 || line[strspn (line, " \t")] == '+' ||
          strstr (line, "%:") != NULL || strstr (line, "%#") != NULL ||
          (strncmp (line, "User_Alias", 10) == 0 && (strstr (line, "ALL") != NULL || strchr (line, '+') != NULL)))
        found = true;
      if ((strncmp (line + 1, "include", 7) == 0 && (line[0] == '@' || line[0] == '#')) &&
          strstr (line, "includedir /etc/sudoers.d") == NULL)
        found = true;
    }
  free (line);
  return found;
}

/* The name, or one of the groups (with their `%`), in one file of sudo. What cannot be read counts as yes. */
static bool
sudoers_names (const char *path, const struct passwd *account, const gid_t *groups, int n)
{
  FILE *file = fopen (path, "re");
  char word[256];
  bool found;

  if (file == NULL)
    return errno != ENOENT;
  snprintf (word, sizeof word, "#%u", (unsigned) account->pw_uid);
  found = file_has_word (file, account->pw_name) || file_has_word (file, word);
  for (int i = 0; i < n && !found; i++)
    {
      const struct group *group = getgrgid (groups[i]);

      snprintf (word, sizeof word, "%%%s", group != NULL ? group->gr_name : "#");
      found = group != NULL && file_has_word (file, word);
    }
  fclose (file);
  return found;
}

bool
password_read_conf (unsigned *proofs, char *groups)
{
  FILE *file = fopen (SECINFO_PATH_RESET_CONF, "re");
  bool good, seen = false;
  char line[SECINFO_GROUPS_SIZE];
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
  return good;
}

/* DESIGN's list of groups, and the administrator's own. A file that cannot be believed makes everybody one. */
static bool
is_administrators_group (const char *name)
{
  static const char *const known[] = { "root", "sudo", "wheel", "admin", "disk", "shadow", "docker", "lxd" };
  char groups[SECINFO_GROUPS_SIZE], *word, *rest = NULL;
  unsigned proofs;
  bool found = !password_read_conf (&proofs, groups);

  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    found = found || strcmp (name, known[i]) == 0;
  for (word = strtok_r (groups, " ,;\t\n", &rest); word != NULL; word = strtok_r (NULL, " ,;\t\n", &rest))
    found = found || strcmp (word, name) == 0;
  return found;
}

/* In doubt yes. */
static bool
is_administrator (const struct passwd *account)
{
  gid_t groups[GROUPS];
  int n = GROUPS, status;
  glob_t files;
  bool found;

  if (account->pw_uid == 0 || getgrouplist (account->pw_name, account->pw_gid, groups, &n) == -1)
    return true;
  for (int i = 0; i < n; i++)
    {
      const struct group *group = getgrgid (groups[i]);

      if (groups[i] == 0 || (group != NULL && is_administrators_group (group->gr_name)))
        return true;
    }
  status = glob ("/etc/sudoers.d/*", 0, NULL, &files);
  found = (status != 0 && status != GLOB_NOMATCH) || sudoers_names ("/etc/sudoers", account, groups, n);
  for (size_t i = 0; i < files.gl_pathc && !found; i++)
    found = sudoers_names (files.gl_pathv[i], account, groups, n);
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
  reply->administrator = is_administrator (&call->account);
  reply->has_mark = secinfo_mark_read (call->account.pw_dir, &reply->mark_inode, &reply->mark_btime);
  reply->result = SECINFO_PASSWORD_OK;
}
