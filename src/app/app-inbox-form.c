/* app-inbox-form.c - what the trial inbox shows
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-inbox-form.h"

#include <glib/gi18n.h>

#include "app-text.h"
#include "secinfo-code.h"
#include "secinfo-time.h"

static AppMessage *
make_message (json_t *item,
              gint64  now)
{
  AppMessage *message = g_new0 (AppMessage, 1);
  const char *to = secinfo_json_get_string (item, "to");
  const char *text = secinfo_json_get_string (item, "text");
  const char *code = secinfo_json_get_string (item, "code");
  g_autofree char *receiver = app_text_address (to != NULL ? to : "");
  g_autofree char *at = secinfo_time_to_words (secinfo_json_get_time (item, "at"), now);
  char digits[SECINFO_CODE_DIGITS + 1] = "";

  message->id = g_strdup (secinfo_json_get_string (item, "id"));
  /* Translators: %s is an address or a phone number */
  message->title = g_strdup_printf (_("To %s"), receiver);
  /* Translators: what a message is, and when it came: “Code · today at 14:03” */
  message->subtitle = g_strdup_printf (_("%s · %s"), code != NULL ? _("Code") : _("Alert"), at);
  message->text = secinfo_secret_new (text != NULL ? text : "", -1);
  if (code != NULL && secinfo_code_normalize (code, -1, digits))
    message->code = secinfo_secret_new (digits, -1);
  explicit_bzero (digits, sizeof digits);
  return message;
}

GPtrArray *
app_inbox_form_new (json_t *items,
                    gint64  now)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) app_message_free);
  gsize index;
  json_t *item;

  json_array_foreach (items, index, item)
    if (secinfo_json_get_string (item, "id") != NULL)
      g_ptr_array_add (messages, make_message (item, now));
  return messages;
}

void
app_message_free (AppMessage *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self->subtitle);
  secinfo_secret_unref (self->text);
  g_clear_pointer (&self->code, secinfo_secret_unref);
  g_free (self);
}
