/* service-password-helper.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "service-password"

#include "config.h"

#include "service-password-helper.h"

#include "service-source.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <sys/un.h>

G_DEFINE_QUARK (service-password-error-quark, service_password_error)

/* --- the line to it ----------------------------------------------------------------------------------------------- */

GError *
service_password_helper_unavailable (const char *why)
{
  return g_error_new (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_UNAVAILABLE,
                      "The password could not be checked: %s", why);
}

/* The system's socket was made by systemd. */
static gboolean
is_of_root (int fd)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == 0;
}

int
service_password_helper_connect (const char *socket_path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (g_strlcpy (address.sun_path, socket_path, sizeof address.sun_path) < sizeof address.sun_path && fd != -1 &&
      connect (fd, (struct sockaddr *) &address, sizeof address) == 0 && is_of_root (fd))
    return fd;

  if (error != NULL)
    *error = service_password_helper_unavailable ("nobody of the system listens on the helper’s socket");
  if (fd != -1)
    close (fd);
  return -1;
}

int
service_password_helper_run (const char *helper, GSubprocess **child, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr(GError) reason = NULL;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
    {
      *error = service_password_helper_unavailable (g_strerror (errno));
      return -1;
    }

  g_subprocess_launcher_take_stdin_fd (launcher, fds[1]);
  *child = g_subprocess_launcher_spawn (launcher, &reason, helper, "--private", NULL);
  if (*child != NULL && g_unix_set_fd_nonblocking (fds[0], TRUE, &reason))
    return fds[0];

  *error = service_password_helper_unavailable (reason->message);
  close (fds[0]);
  return -1;
}

static gboolean
fill_text (char *field, gsize size, const char *text)
{
  return g_strlcpy (field, text, size) < size;
}

gboolean
service_password_helper_fill (struct secinfo_password_request *request, guint32 op, uid_t uid, const char *user,
                              SecinfoSecret *password, SecinfoSecret *fresh)
{
  memset (request, 0, sizeof *request);
  request->version = SECINFO_PASSWORD_VERSION;
  request->op = op;
  request->uid = uid;
  return fill_text (request->user, sizeof request->user, user) &&
         (password == NULL ||
          fill_text (request->password, sizeof request->password, secinfo_secret_get_text (password))) &&
         (fresh == NULL || fill_text (request->fresh, sizeof request->fresh, secinfo_secret_get_text (fresh)));
}

/* --- its answer --------------------------------------------------------------------------------------------------- */

/* PAM's words go to a person: valid UTF-8, one line, nothing that a terminal or a dialog would obey. */
static char *
clean_reason (const struct secinfo_password_reply *reply)
{
  const char *reason = secinfo_wire_reason (reply->reason);
  const char *end = reply->reason + sizeof reply->reason;
  g_autofree char *valid = g_utf8_make_valid (reason, strnlen (reason, end - reason));
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR &&
          type != G_UNICODE_PARAGRAPH_SEPARATOR)
        g_string_append_unichar (clean, c);
      else if (clean->len > 0 && clean->str[clean->len - 1] != ' ')
        g_string_append_c (clean, ' ');
    }
  return g_strstrip (g_string_free (clean, FALSE));
}

/* Once it was asked to change something, it may have done so. */
GError *
service_password_helper_no_answer (guint32 op, const char *why)
{
  GError *error = service_password_helper_unavailable (why);

  if (op == SECINFO_PASSWORD_CHANGE)
    error->code = SERVICE_PASSWORD_ERROR_UNCLEAR;
  return error;
}

static GError *
error_from_reply (guint32 op, const struct secinfo_password_reply *reply)
{
  g_autofree char *reason = NULL;

  switch (reply->result)
    {
    case SECINFO_PASSWORD_OK:
      return NULL;

    case SECINFO_PASSWORD_WRONG:
      return g_error_new_literal (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_WRONG, "The password is wrong");

    case SECINFO_PASSWORD_NO_PASSWORD:
      return g_error_new_literal (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_NO_PASSWORD,
                                  "The account has no password");

    case SECINFO_PASSWORD_LOCKED:
      return g_error_new_literal (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_LOCKED,
                                  "The account is locked or expired");

    case SECINFO_PASSWORD_REFUSED:
      reason = clean_reason (reply);
      return g_error_new_literal (SERVICE_PASSWORD_ERROR, SERVICE_PASSWORD_ERROR_REFUSED, reason);

    case SECINFO_PASSWORD_NOT_ALLOWED:
      return service_password_helper_unavailable ("the helper does not serve this account");

    case SECINFO_PASSWORD_BAD_REQUEST:
      return service_password_helper_unavailable ("the helper is of another version");

    default:
      return service_password_helper_no_answer (op, "the helper could not do it");
    }
}

gboolean
service_password_helper_receive (int fd, guint32 op, gboolean closed, struct secinfo_password_reply *reply,
                                 GError **error)
{
  gssize n;

  do
    n = recv (fd, reply, sizeof *reply, MSG_DONTWAIT | MSG_TRUNC);
  while (n == -1 && errno == EINTR);
  if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK) && !closed)
    return FALSE;

  if (n == 0 || n == -1)
    *error = service_password_helper_no_answer (op, "the helper ended without an answer");
  else if (n != sizeof *reply || reply->version != SECINFO_PASSWORD_VERSION ||
           !secinfo_wire_text_ends (reply->reason, sizeof reply->reason))
    *error = service_password_helper_no_answer (op, "the helper’s answer is not of this version");
  else
    *error = error_from_reply (op, reply);
  return TRUE;
}

void
service_password_helper_read_class (const struct secinfo_password_reply *reply, const char *user,
                                    ServicePasswordClass *class)
{
  g_autofree char *nsswitch = NULL, *source = NULL;

  /* The wire's numbers and the header's are the same, but only as far as this build knows them. */
  G_STATIC_ASSERT ((int) SERVICE_PASSWORD_KIND_ENCRYPTED_HOME == (int) SECINFO_KIND_ENCRYPTED_HOME);
  G_STATIC_ASSERT ((int) SERVICE_PASSWORD_KIND_NO_PASSWORD == (int) SECINFO_KIND_NO_PASSWORD);

  memset (class, 0, sizeof *class);
  class->kind = reply->kind <= SECINFO_KIND_ENCRYPTED_HOME ? (ServicePasswordKind) reply->kind
                                                           : SERVICE_PASSWORD_KIND_LOCKED;
  class->administrator = reply->administrator != 0;
  if (class->kind != SERVICE_PASSWORD_KIND_OTHER_SOURCE)
    return;
  g_file_get_contents ("/etc/nsswitch.conf", &nsswitch, NULL, NULL);
  source = service_source_name (user, nsswitch);
  g_strlcpy (class->source, source, sizeof class->source);
}
