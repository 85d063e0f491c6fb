/* password-classify.c - what kind of account this is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "password.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

/* The organisation's word: the domain in the name, else the first name service that is not this computer's own. */
static void
name_source (struct password_call *call)
{
  static const char *const own[] = { "files", "compat", "systemd", "db", "altfiles" };
  FILE *file = strchr (call->account.pw_name, '@') != NULL ? NULL : fopen ("/etc/nsswitch.conf", "re");
  char line[1024], *word = NULL, *rest = NULL;

  if (strchr (call->account.pw_name, '@') != NULL)
    word = strchr (call->account.pw_name, '@') + 1;
  while (word == NULL && file != NULL && fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, "passwd:", 7) == 0)
      for (word = strtok_r (line + 7, " \t\n", &rest); word != NULL; word = strtok_r (NULL, " \t\n", &rest))
        {
          bool skip = word[0] == '[';

          for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
            skip = skip || strcmp (word, own[i]) == 0;
          if (!skip)
            break;
        }
  if (word != NULL)
    memcpy (call->reply.source, word, strnlen (word, sizeof call->reply.source - 1));
  if (file != NULL)
    fclose (file);
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
  char word[8];

  if (call->private)
    {
      /* An ordinary user learns only that there is no usable one. */
      if (password_run_status (call->account.pw_name, word, sizeof word) && strcmp (word, "P") != 0)
        *kind = SECINFO_KIND_NO_PASSWORD;
      return true;
    }

  if (strcmp (hash, "x") == 0)
    {
      if ((shadow = getspnam (call->account.pw_name)) == NULL)
        return false;
      hash = shadow->sp_pwdp != NULL ? shadow->sp_pwdp : "";
      over = (shadow->sp_expire > 0 && today >= shadow->sp_expire) ||
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

static bool
sudoers_folder_names (const struct passwd *account, const gid_t *groups, int n)
{
  DIR *folder = opendir ("/etc/sudoers.d");
  const struct dirent *entry;
  bool found = false;
  char path[4096];

  if (folder == NULL)
    return errno != ENOENT;
  while (!found && (entry = readdir (folder)) != NULL)
    {
      snprintf (path, sizeof path, "/etc/sudoers.d/%s", entry->d_name);
      found = entry->d_name[0] != '.' && sudoers_names (path, account, groups, n);
    }
  closedir (folder);
  return found;
}

/* DESIGN's list of groups, and the administrator's own: a word in the line administrator-groups= of reset.conf. */
static bool
is_administrators_group (const char *name)
{
  static const char *const known[] = { "root", "sudo", "wheel", "admin", "disk", "shadow", "docker", "lxd" };
  FILE *file = fopen (SECINFO_PATH_RESET_CONF, "re");
  char line[4096], *word, *rest = NULL;
  bool found = file == NULL && errno != ENOENT;

  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    found = found || strcmp (name, known[i]) == 0;
  while (!found && file != NULL && fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, "administrator-groups=", 21) == 0)
      for (word = strtok_r (line + 21, " ,;\t\n", &rest); word != NULL && !found;
           word = strtok_r (NULL, " ,;\t\n", &rest))
        found = strcmp (word, name) == 0;
  if (file != NULL)
    fclose (file);
  return found;
}

/* In doubt yes. */
static bool
is_administrator (const struct passwd *account)
{
  gid_t groups[GROUPS];
  int n = GROUPS;

  if (account->pw_uid == 0 || getgrouplist (account->pw_name, account->pw_gid, groups, &n) == -1)
    return true;
  for (int i = 0; i < n; i++)
    {
      const struct group *group = getgrgid (groups[i]);

      if (groups[i] == 0 || (group != NULL && is_administrators_group (group->gr_name)))
        return true;
    }
  return sudoers_names ("/etc/sudoers", account, groups, n) || sudoers_folder_names (account, groups, n);
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
  if (kind == SECINFO_KIND_OTHER_SOURCE)
    name_source (call);

  reply->kind = kind;
  reply->administrator = is_administrator (&call->account);
  reply->has_mark = secinfo_mark_read (call->account.pw_dir, &reply->mark_inode, &reply->mark_btime);
  reply->result = SECINFO_PASSWORD_OK;
}
