/* service-sign-in-line.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-line.h"

#include <glib-unix.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum
{
  SILENCE = 300,          /* seconds without a question; the recovery stays open */
  QUANTUM = 250,          /* ms: longer than a turn takes, whose account it may be */
};

ServiceSignInLine *
service_sign_in_line_ref (ServiceSignInLine *line)
{
  line->refs++;
  return line;
}

void
service_sign_in_line_unref (ServiceSignInLine *line)
{
  if (--line->refs > 0)
    return;

  g_clear_pointer (&line->gathered, service_gathered_free);
  service_typed_clear (&line->typed);
  g_free (line->redeeming.name);
  sodium_memzero (line, sizeof *line);
  g_free (line);
}

/* The transaction that had a ticket is over, or secinfo-password went away without a word. */
static void
settle_ticket (ServiceSignInLine *line)
{
  if (line->has_ticket || line->taken)
    service_recovery_abandon (line->owner->instance, line->ticket, line->taken, line->owner->language);
  line->has_ticket = line->taken = FALSE;
}

void
service_sign_in_line_close (ServiceSignInLine *line)
{
  ServiceSignIn *self = line->owner;

  if (self == NULL)
    return;
  settle_ticket (line);
  g_clear_handle_id (&line->watch, g_source_remove);
  g_clear_handle_id (&line->silence, g_source_remove);
  g_clear_handle_id (&line->turn_timer, g_source_remove);
  g_clear_handle_id (&line->look_timer, g_source_remove);
  g_clear_handle_id (&line->reply_timer, g_source_remove);
  close (line->fd);
  line->fd = -1;
  line->owner = NULL;
  g_hash_table_remove (self->lines, line);
}

static gboolean
silence_cb (gpointer data)
{
  ServiceSignInLine *line = data;

  line->silence = 0;
  service_sign_in_line_close (line);
  return G_SOURCE_REMOVE;
}

static void
listen_on (ServiceSignInLine *line)
{
  line->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, line->fd, G_IO_IN, service_sign_in_read_cb, line, NULL);
  g_clear_handle_id (&line->silence, g_source_remove);
  line->silence = g_timeout_add_seconds (SILENCE, silence_cb, line);
}

static gboolean
send_cb (gpointer data)
{
  ServiceSignInLine *line = data;
  gboolean sent = TRUE;

  line->reply_timer = 0;
  for (guint i = 0; i < line->n_replies && sent; i++)
    sent = send (line->fd, &line->replies[i], sizeof line->replies[i], MSG_NOSIGNAL | MSG_DONTWAIT) ==
           sizeof line->replies[i];
  sodium_memzero (line->replies, sizeof line->replies);
  line->n_replies = 0;
  if (sent)
    listen_on (line);
  else
    service_sign_in_line_close (line);
  return G_SOURCE_REMOVE;
}

ServiceSignInLine *
service_sign_in_line_new (ServiceSignIn *owner,
                          int            fd)
{
  ServiceSignInLine *line = g_new0 (ServiceSignInLine, 1);

  line->owner = owner;
  line->refs = 1;
  line->fd = fd;
  g_hash_table_add (owner->lines, line);
  listen_on (line);
  return line;
}

void
service_sign_in_line_say (ServiceSignInLine         *line,
                          enum secinfo_sign_in_what  what,
                          guint                      proofs)
{
  struct secinfo_sign_in_reply *reply = &line->replies[line->n_replies++];

  memset (reply, 0, sizeof *reply);
  reply->version = SECINFO_SIGN_IN_VERSION;
  reply->what = what;
  reply->proofs = proofs;
  send_cb (line);
}

void
service_sign_in_line_answer (ServiceSignInLine *line)
{
  gint64 passed = (g_get_monotonic_time () - line->turn_at) / 1000;

  line->reply_timer = g_timeout_add_full (G_PRIORITY_HIGH, (guint) (QUANTUM - passed % QUANTUM), send_cb, line, NULL);
}
