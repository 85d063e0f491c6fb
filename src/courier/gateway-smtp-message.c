/* gateway-smtp-message.c - a message as mail servers take it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-smtp.h"

#include "secinfo-secret.h"

#include <gmime/gmime.h>
#include <string.h>

/* GMime 3.2 has none of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeFormatOptions, g_mime_format_options_free)

/* Mail has no line end but CR LF (RFC 5321 section 2.3.8): a CR that stands alone is one to some servers and not to
 * others, and so may end a message before its end. GMime makes CR LF of every LF. (transfer full), wiped */
static char *
unite_line_ends (const char *text)
{
  char *united = g_malloc0 (strlen (text) + 1), *to = united;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != '\r')
        *to++ = *p;
      else if (p[1] != '\n')
        *to++ = '\n';
    }
  return united;
}

static void
set_body (GMimeMessage *mail, const char *words)
{
  char *text = unite_line_ends (words);
  g_autoptr(GMimePart) part = g_mime_part_new_with_type ("text", "plain");
  g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer (text, strlen (text));
  g_autoptr(GMimeDataWrapper) content = g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);
  gboolean plain = g_str_is_ascii (text) && strlen (text) < 900;

  /* Not GMimeTextPart, which chooses among old character sets. */
  g_mime_object_set_content_type_parameter (GMIME_OBJECT (part), "charset", "utf-8");
  g_mime_part_set_content (part, content);
  /* A line may have 998 octets at most (RFC 5321 section 4.5.3.1.6). */
  g_mime_part_set_content_encoding (part, plain ? GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_message_set_mime_part (mail, GMIME_OBJECT (part));
  secinfo_secret_free_text (text);
}

char *
gateway_smtp_compose (const GatewayMessage *message, gint64 when)
{
  g_autoptr(GMimeMessage) mail = g_mime_message_new (TRUE);
  g_autoptr(GMimeFormatOptions) format = g_mime_format_options_new ();
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc (when);
  const char *from = gateway_message_get_setting (message, "from");
  const char *name = gateway_message_get_setting (message, "name");
  g_autofree char *id = g_strdup_printf ("%s@%s", message->ref, strrchr (from, '@') + 1);

  g_mime_format_options_set_newline_format (format, GMIME_NEWLINE_FORMAT_DOS);
  g_mime_message_add_mailbox (mail, GMIME_ADDRESS_TYPE_FROM, *name != '\0' ? name : NULL, from);
  g_mime_message_add_mailbox (mail, GMIME_ADDRESS_TYPE_TO, NULL, message->to);
  g_mime_message_set_subject (mail, message->subject, "utf-8");
  g_mime_message_set_date (mail, date);
  /* The same for the same message: a mailbox that gets it twice can tell. */
  g_mime_message_set_message_id (mail, id);
  /* RFC 3834: no holiday answers, please. */
  g_mime_object_set_header (GMIME_OBJECT (mail), "Auto-Submitted", "auto-generated", NULL);
  g_mime_object_set_header (GMIME_OBJECT (mail), "X-Auto-Response-Suppress", "All", NULL);
  set_body (mail, message->text);
  return g_mime_object_to_string (GMIME_OBJECT (mail), format);
}
