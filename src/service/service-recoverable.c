/* service-recoverable.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-recoverable.h"

#include "secinfo-wire.h"
#include "service-password.h"
#include "service-saved-codes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAST_UID  1000
#define MOST_BYTES 4096      /* of reset.conf */
#define MODULE     "pam_secinfo.so"
#define PAM_DIR    "/etc/pam.d"
#define DEEPEST    8         /* files that include files */

/* --- the rule ----------------------------------------------------------------------------------------------------- */

const char *
service_proof_to_string (ServiceProof proof)
{
  static const char *const words[] = { "saved-code", "email", "phone" };

  return (guint) proof < SERVICE_N_PROOFS ? words[proof] : NULL;
}

static const char *
reason_of (const ServiceRecoverableFacts *facts)
{
  switch (facts->kind)
    {
    case SERVICE_PASSWORD_KIND_OTHER_SOURCE:
      return "organisation";
    case SERVICE_PASSWORD_KIND_LOCKED:
      return "locked";
    case SERVICE_PASSWORD_KIND_NO_PASSWORD:
      return "no-password";
    case SERVICE_PASSWORD_KIND_ENCRYPTED_HOME:
      return "encrypted-home";
    case SERVICE_PASSWORD_KIND_FILES:
    default:
      break;
    }
  if (facts->uid == 0 || (facts->administrator && facts->reset_conf == 0))
    return "administrator";
  if (facts->uid < facts->least_uid)
    return "locked";
  if (facts->suspended)
    return "new-account";
  return facts->switched_off ? SERVICE_SWITCHED_OFF : NULL;
}

void
service_recoverable_judge (const ServiceRecoverableFacts *facts,
                           ServiceRecoverable            *answer)
{
  guint there = service_proof_count (facts->kinds);

  *answer = (ServiceRecoverable) { reason_of (facts), 1, SERVICE_WHY_ONE, NULL };
  if (facts->administrator && facts->reset_conf > 1)
    {
      answer->needed = facts->reset_conf;
      answer->why = SERVICE_WHY_ADMINISTRATOR;
    }
  else if (!facts->has_mark)
    {
      answer->needed = 2;
      answer->why = SERVICE_WHY_HOME;
    }

  if (there < answer->needed)
    {
      ServiceProof quickest = (facts->kinds & (1u << SERVICE_PROOF_SAVED)) == 0 ? SERVICE_PROOF_SAVED
                              : (facts->kinds & (1u << SERVICE_PROOF_PHONE)) == 0 ? SERVICE_PROOF_PHONE
                                                                                : SERVICE_PROOF_EMAIL;

      answer->missing = service_proof_to_string (quickest);
      if (answer->reason == NULL)
        answer->reason = "too-few-proofs";
    }
  /* Only there, and it asks nobody away: after a restart one is enough (UI.md section 13). */
  if (facts->session_open && answer->needed < 2)
    {
      answer->needed = 2;
      answer->why = SERVICE_WHY_SESSION;
    }
}

/* --- what it is decided from -------------------------------------------------------------------------------------- */

static guint
parse_reset_conf (char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  guint proofs = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (!g_str_has_prefix (line, "administrators="))
        continue;
      line += strlen ("administrators=");
      proofs = g_str_equal (line, "1") ? 1 : g_str_equal (line, "2") ? 2 : 0;
    }
  return proofs;
}

guint
service_recoverable_reset_conf (const char *path,
                                uid_t       owner)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  char text[MOST_BYTES + 1];
  struct stat is;
  gssize n = -1;

  if (fd >= 0 && fstat (fd, &is) == 0 && S_ISREG (is.st_mode) && is.st_uid == owner && (is.st_mode & 0022) == 0)
    n = read (fd, text, MOST_BYTES);
  if (fd >= 0)
    close (fd);
  if (n < 0 || n == MOST_BYTES)
    return 0;

  text[n] = '\0';
  return parse_reset_conf (text);
}

uid_t
service_recoverable_least_uid (void)
{
  g_autofree char *content = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents ("/etc/login.defs", &content, NULL, NULL))
    return LEAST_UID;
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (g_str_has_prefix (line, "UID_MIN") && g_ascii_isspace (line[strlen ("UID_MIN")]))
        return (uid_t) strtoul (line + strlen ("UID_MIN"), NULL, 10);
    }
  return LEAST_UID;
}

static gboolean
can_send (json_t             *channels,
          SecinfoContactKind  kind)
{
  static const char *const of_kind[][2] = { { "email", NULL }, { "sms", "voice" } };

  for (guint i = 0; i < 2 && of_kind[kind][i] != NULL; i++)
    {
      json_t *channel = secinfo_json_get_object (channels, of_kind[kind][i]);

      if (g_strcmp0 (secinfo_json_get_string (channel, "state"), "none") != 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
service_recoverable_kinds (ServiceUse               *use,
                           json_t                   *channels,
                           ServiceRecoverableFacts  *facts,
                           GError                  **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, FALSE, &local_error);
  g_autoptr(GPtrArray) contacts = NULL;
  guint readable = 0;

  facts->kinds = service_saved_codes_left (set) > 0 ? 1u << SERVICE_PROOF_SAVED : 0;
  if (local_error == NULL)
    contacts = service_store_contact_list (use->txn, use->record, FALSE, &local_error);
  /* Contacts that cannot be read prove nothing; saved codes go on without the key. */
  if (local_error != NULL && local_error->domain == SERVICE_KEY_ERROR)
    return TRUE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);

      readable += contact->state != SECINFO_CONTACT_UNREADABLE;
      if (contact->state == SECINFO_CONTACT_VERIFIED && can_send (channels, contact->kind) &&
          (!contact->trial || use->instance->mode == SERVICE_MODE_PRIVATE || use->instance->trial))
        facts->kinds |= 1u << (contact->kind == SECINFO_CONTACT_EMAIL ? SERVICE_PROOF_EMAIL : SERVICE_PROOF_PHONE);
    }
  facts->unreadable = contacts->len > 0 && readable == 0;
  return TRUE;
}

void
service_recoverable_fill (ServiceRecoverableFacts    *facts,
                          const ServiceUse           *use,
                          const ServicePasswordClass *class)
{
  gboolean ours = use->instance->mode == SERVICE_MODE_PRIVATE;

  memset (facts, 0, sizeof *facts);
  /* An ordinary user cannot find out what he is; a private instance rehearses as an ordinary account. */
  facts->kind = ours ? SERVICE_PASSWORD_KIND_FILES : class->kind;
  facts->uid = use->account->uid;
  facts->least_uid = ours ? 0 : service_recoverable_least_uid ();
  facts->administrator = !ours && class->administrator;
  facts->reset_conf = service_recoverable_reset_conf (SECINFO_PATH_RESET_CONF, 0);
  facts->has_mark = use->account->has_mark;
  facts->suspended = use->state == SERVICE_ACCOUNT_SUSPENDED;
  facts->switched_off = service_instance_get_policy (use->instance)->way_back_in == 0;
}

/* --- which sign-in screens ask ------------------------------------------------------------------------------------ */

/* Words of a line of pam.d(5): "[success=1 default=ignore]" is one. */
static char **
split_words (const char *line)
{
  GPtrArray *words = g_ptr_array_new ();
  const char *p = line;

  while (*(p += strspn (p, " \t")) != '\0' && *p != '#')
    {
      const char *close = *p == '[' ? strchr (p, ']') : NULL;
      gsize length = close != NULL ? (gsize) (close + 1 - p) : strcspn (p, " \t");

      g_ptr_array_add (words, g_strndup (p, length));
      p += length;
    }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

static gboolean has_module (const char *dir, const char *service, guint depth);

/* The module that asks (not the one that only gives the hint), here or in what is included. */
static gboolean
line_has_module (const char *dir,
                 char      **words,
                 guint       depth)
{
  guint n = g_strv_length (words);

  if (n == 2 && g_str_equal (words[0], "@include"))
    return has_module (dir, words[1], depth + 1);
  if (n < 3 || g_ascii_strcasecmp (words[0] + (words[0][0] == '-'), "auth") != 0)
    return FALSE;
  if (g_str_equal (words[1], "include") || g_str_equal (words[1], "substack"))
    return has_module (dir, words[2], depth + 1);
  return (g_str_equal (words[2], MODULE) || g_str_has_suffix (words[2], "/" MODULE)) &&
         !g_strv_contains ((const char *const *) words + 3, "hint");
}

static gboolean
has_module (const char *dir,
            const char *service,
            guint       depth)
{
  g_autofree char *path = *service == '/' ? g_strdup (service) : g_build_filename (dir, service, NULL);
  g_autofree char *content = NULL;
  g_auto(GStrv) lines = NULL;
  gboolean has = FALSE;

  if (depth > DEEPEST || strstr (service, "..") != NULL || !g_file_get_contents (path, &content, NULL, NULL))
    return FALSE;
  for (char *p = content; (p = strstr (p, "\\\n")) != NULL;)
    p[0] = p[1] = ' ';
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL && !has; i++)
    {
      g_auto(GStrv) words = split_words (lines[i]);

      has = line_has_module (dir, words, depth);
    }
  return has;
}

json_t *
service_recoverable_sign_in (const char *pam_dir)
{
  /* SDDM answers every question with the password: the module leaves it alone. */
  static const struct { const char *service; gboolean asks; } screens[] = {
    { "gdm-password", TRUE }, { "lightdm", TRUE }, { "greetd", TRUE }, { "lxdm", TRUE }, { "sddm", FALSE },
    { "login", TRUE },
  };
  json_t *list = json_array ();

  for (gsize i = 0; i < G_N_ELEMENTS (screens); i++)
    {
      g_autofree char *path = g_build_filename (pam_dir, screens[i].service, NULL);
      json_t *one;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      one = json_object ();
      json_object_set_new (one, "service", json_string (screens[i].service));
      json_object_set_new (one, "ready", json_boolean (screens[i].asks && has_module (pam_dir, screens[i].service, 0)));
      json_array_append_new (list, one);
    }
  return list;
}

/* NULL: a graphical screen asks, or there is none and the console does. */
static const char *
reason_of_screens (json_t *screens)
{
  gboolean graphical = FALSE, asks = FALSE, console = FALSE;
  json_t *one;
  gsize i;

  json_array_foreach (screens, i, one)
    {
      gboolean ready = secinfo_json_get_boolean (one, "ready", FALSE);

      if (g_strcmp0 (secinfo_json_get_string (one, "service"), "login") == 0)
        console = ready;
      else
        {
          graphical = TRUE;
          asks |= ready;
        }
    }
  if (!console && !asks)
    return "not-installed";
  return graphical && !asks ? "sign-in-screen" : NULL;
}

/* --- for the page ------------------------------------------------------------------------------------------------- */

static json_t *
kinds_to_json (guint kinds)
{
  json_t *list = json_array ();

  for (guint i = 0; i < SERVICE_N_PROOFS; i++)
    {
      if ((kinds & (1u << i)) != 0)
        json_array_append_new (list, json_string (service_proof_to_string (i)));
    }
  return list;
}

json_t *
service_recoverable_to_json (ServiceUse                  *use,
                             json_t                      *channels,
                             const ServicePasswordClass  *class,
                             GError                     **error)
{
  static const char *const why[] = { NULL, "administrator", "home", "open-session" };
  gboolean ours = use->instance->mode == SERVICE_MODE_PRIVATE;
  const ServicePasswordClass nothing = { 0, };
  ServiceRecoverableFacts facts;
  ServiceRecoverable answer;
  json_t *screens, *object, *help = NULL;

  service_recoverable_fill (&facts, use, class != NULL ? class : &nothing);
  if (use->state != SERVICE_ACCOUNT_SUSPENDED && !service_recoverable_kinds (use, channels, &facts, error))
    return NULL;
  service_recoverable_judge (&facts, &answer);

  screens = ours ? json_array () : service_recoverable_sign_in (PAM_DIR);
  if (ours && !facts.switched_off)
    answer.reason = "private";
  else if (answer.reason == NULL)
    answer.reason = reason_of_screens (screens);
  /* For the page alone: at the sign-in screen saved codes go on, and so does what was proven again. */
  if (!ours && facts.unreadable && (answer.reason == NULL || g_str_equal (answer.reason, "too-few-proofs")))
    answer.reason = "key-unreadable";
  if (class != NULL && class->kind == SERVICE_PASSWORD_KIND_OTHER_SOURCE && *class->source != '\0')
    {
      help = json_object ();
      json_object_set_new (help, "name", json_string (class->source));
      json_object_set_new (help, "text", json_null ());
    }

  object = json_object ();
  json_object_set_new (object, "now", json_boolean (answer.reason == NULL));
  secinfo_json_set_string (object, "reason", answer.reason);
  json_object_set_new (object, "proofs_needed", json_integer (answer.needed));
  secinfo_json_set_string (object, "why_two", why[answer.why]);
  json_object_set_new (object, "kinds", kinds_to_json (facts.kinds));
  secinfo_json_set_string (object, "missing", answer.missing);
  json_object_set_new (object, "sign_in", screens);
  json_object_set_new (object, "help", help != NULL ? help : json_null ());
  return object;
}
