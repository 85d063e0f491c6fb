/* fuzz-courier.c - the line between secinfod and secinfo-courier, both ends
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "courier-line.h"
#include "gateway-smtp.h"
#include "secinfo-secret.h"

#include <gmime/gmime.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static GatewayList *gateways;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  static const char *const folders[] = { NULL };

  fuzz_set_up ();
  g_mime_init ();
  gateways = gateway_list_new (folders);
  return 0;
}

/* A message as mail: one receiver, and no line but with CR LF. */
static void
compose (json_t *datagram)
{
  g_autoptr(GatewayMessage) message = gateway_message_new (datagram, NULL);
  g_autofree char *member = NULL;
  g_autofree char *reason = NULL;
  char *mail;
  guint receivers = 0;
  gboolean head = TRUE;

  if (message == NULL || message->medium != SECINFO_MEDIUM_EMAIL || !gateway_message_has_address (message))
    return;
  if (!gateway_check (gateway_list_find (gateways, "smtp"), message->settings, &member, &reason))
    return;
  mail = gateway_smtp_compose (message, 1800000000);
  for (char *p = mail; *p != '\0'; p++)
    {
      fuzz_assert (*p != '\n' || (p > mail && p[-1] == '\r'));
      fuzz_assert (*p != '\r' || p[1] == '\n');
      head = head && !g_str_has_prefix (p, "\r\n\r\n");
      receivers += head && (p == mail || p[-1] == '\n') && g_ascii_strncasecmp (p, "To:", 3) == 0;
      fuzz_assert (!head || (p != mail && p[-1] != '\n') || (g_ascii_strncasecmp (p, "Bcc:", 4) != 0 &&
                                                            g_ascii_strncasecmp (p, "Cc:", 3) != 0));
    }
  fuzz_assert (receivers == 1);
  secinfo_secret_free_text (mail);
}

static void
lost_cb (CourierLine *line, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Datagrams with a NUL between them, as secinfod would send them. Nothing leaves this process: what has a gateway is
 * composed, not sent. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  CourierLine *line;
  gboolean lost = FALSE;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), ==, 0);
  line = courier_line_new (pair[1], gateways, TRUE, lost_cb, &lost);
  g_assert_nonnull (line);
  while (size > 0 && !lost)
    {
      gsize length;
      g_autofree char *text = fuzz_take_until (&data, &size, '\0', &length);
      g_autoptr(json_t) datagram = secinfo_json_parse (text, length, NULL);

      if (json_is_object (datagram))
        compose (datagram);
      if (json_is_object (datagram) && g_strcmp0 (secinfo_json_get_string (datagram, "op"), "send") == 0 &&
          gateway_list_find (gateways, secinfo_json_get_string (datagram, "gateway")) != NULL)
        continue;
      if (send (pair[0], text, length, MSG_NOSIGNAL) < 0)
        break;
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      fuzz_drain (pair[0]);
    }
  courier_line_free (line);
  close (pair[0]);
  return 0;
}
